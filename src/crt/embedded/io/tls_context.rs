//! `aws_tls_client_ctx_new`: options become settings that the network room can use, or an error.

use core::ffi::*;
use core::ptr;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use rustls::RootCertStore;
use rustls::crypto::aws_lc_rs;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use crate::crt::certificate::Certificate;
use crate::crt::sys::*;
use crate::crt::tls::{Context, Roots, TlsMinimum, TlsSettings};
use crate::error::{Code, Error, Result};

use super::{block, link};

const CIPHER_PREF_UNSUPPORTED: Code = Code(1035);

/// What a handshake may take unless connection options say otherwise.
pub const DEFAULT_HANDSHAKE_TIMEOUT_MS: u32 = 10_000;

/// NULL with `AWS_IO_TLS_CTX_ERROR` when certificates or key cannot be used, and with
/// `AWS_IO_TLS_CIPHER_PREF_UNSUPPORTED` for a withdrawn cipher preference.
///
/// # Safety
/// `alloc` is valid and outlives the context; `options` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_tls_client_ctx_new(
    alloc: *mut aws_allocator,
    options: *const aws_tls_ctx_options,
) -> *mut aws_tls_ctx {
    // SAFETY: as the caller promises.
    match unsafe { settings_of(options) } {
        Ok(settings) => {
            let context = Box::into_raw(Box::new(Context::new(settings)));
            let ref_count = aws_ref_count {
                ref_count: aws_atomic_var { value: ptr::null_mut() },
                object: ptr::null_mut(),
                on_zero_fn: None,
            };
            // SAFETY: as the caller promises.
            unsafe {
                let ctx = aws_tls_ctx { alloc, r#impl: context.cast(), ref_count };
                let ctx = block::place(alloc, ctx);
                link::aws_ref_count_init(&raw mut (*ctx).ref_count, ctx.cast(), Some(end));
                ctx
            }
        }
        Err(error) => {
            link::raise(error.code());
            ptr::null_mut()
        }
    }
}

unsafe extern "C" fn end(ctx: *mut c_void) {
    // SAFETY: the last reference is gone; `impl` is the box that the constructor put there.
    unsafe {
        let ctx = ctx.cast::<aws_tls_ctx>();
        let ctx = block::take((*ctx).alloc, ctx);
        drop(Box::from_raw(ctx.r#impl.cast::<Context>()));
    }
}

/// NULL is returned as it is.
///
/// # Safety
/// `ctx` is NULL or live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_tls_ctx_acquire(ctx: *mut aws_tls_ctx) -> *mut aws_tls_ctx {
    if !ctx.is_null() {
        // SAFETY: as the caller promises.
        unsafe { link::aws_ref_count_acquire(&raw mut (*ctx).ref_count) };
    }
    ctx
}

/// NULL is ignored.
///
/// # Safety
/// `ctx` is NULL or live, and the caller gives up a reference.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_tls_ctx_release(ctx: *mut aws_tls_ctx) {
    if !ctx.is_null() {
        // SAFETY: as the caller promises.
        unsafe { link::aws_ref_count_release(&raw mut (*ctx).ref_count) };
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_tls_is_alpn_available() -> bool {
    true
}

/// Every preference that still has a meaning is served by the one set of suites that there is.
#[unsafe(no_mangle)]
pub extern "C" fn aws_tls_is_cipher_pref_supported(cipher_pref: aws_tls_cipher_pref) -> bool {
    matches!(
        cipher_pref,
        AWS_IO_TLS_CIPHER_PREF_SYSTEM_DEFAULT | AWS_IO_TLS_CIPHER_PREF_PQ_TLSV1_2_2024_10
            ..=AWS_IO_TLS_CIPHER_PREF_NON_PQ_DEFAULT
    )
}

/// # Safety
/// `options` is initialised.
unsafe fn settings_of(options: *const aws_tls_ctx_options) -> Result<TlsSettings> {
    // SAFETY: as the caller promises; any byte may stand where C has a bool.
    let (options, verify_peer) =
        unsafe { (&*options, (&raw const (*options).verify_peer).cast::<u8>().read() != 0) };
    if !aws_tls_is_cipher_pref_supported(options.cipher_pref) {
        return Err(CIPHER_PREF_UNSUPPORTED.into());
    }
    // SAFETY: buffers and strings of the options are valid.
    let (ca_file, certificate, key, ca_path, alpn) = unsafe {
        (
            buffer_bytes(&options.ca_file),
            buffer_bytes(&options.certificate),
            buffer_bytes(&options.private_key),
            link::string_bytes(options.ca_path),
            link::string_bytes(options.alpn_list),
        )
    };
    Ok(TlsSettings {
        roots: roots(ca_file, ca_path.map(|path| Path::new(OsStr::from_bytes(path))))?,
        client_cert: client_certificate(certificate, key)?,
        verify_peer,
        minimum: minimum(options.minimum_tls_version),
        alpn: crate::crt::tls::protocols(alpn.unwrap_or_default()),
        server_name: None,
        handshake_timeout_ms: DEFAULT_HANDSHAKE_TIMEOUT_MS,
        foreign: None,
    })
}

/// # Safety
/// The buffer is valid for the lifetime chosen.
unsafe fn buffer_bytes<'a>(buffer: &aws_byte_buf) -> &'a [u8] {
    // SAFETY: as the caller promises.
    unsafe { link::bytes_of(aws_byte_cursor { len: buffer.len, ptr: buffer.buffer }) }
}

fn minimum(version: aws_tls_versions) -> TlsMinimum {
    #[allow(non_upper_case_globals)] // C names
    match version {
        AWS_IO_TLSv1_2 => TlsMinimum::Tls12,
        AWS_IO_TLSv1_3 => TlsMinimum::Tls13,
        // Older versions are not spoken, so a lower minimum changes nothing.
        _ => TlsMinimum::System,
    }
}

/// A trust store that replaces the system's, checked certificate by certificate.
fn roots(pem: &[u8], dir: Option<&Path>) -> Result<Roots> {
    if pem.is_empty() {
        let path = |dir: &Path| Roots::Path { file: None, dir: Some(PathBuf::from(dir)) };
        return Ok(dir.map_or(Roots::Native, path));
    }
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(context_error)?;
        store.add(certificate).map_err(context_error)?;
    }
    if store.is_empty() {
        return Err(Code::IO_TLS_CTX_ERROR.into());
    }
    let mut pem = pem.to_vec();
    if let Some(dir) = dir {
        append_directory(&mut pem, dir);
    }
    Ok(Roots::Pem(Bytes::from(pem)))
}

/// Adds the certificates of a directory; files that hold none are passed over, as a trust store is read elsewhere.
fn append_directory(pem: &mut Vec<u8>, dir: &Path) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let Ok(content) = fs::read(entry.path()) else { continue };
        if matches!(CertificateDer::pem_slice_iter(&content).next(), Some(Ok(_))) {
            pem.push(b'\n');
            pem.extend(content);
        }
    }
}

fn client_certificate(certificate: &[u8], key: &[u8]) -> Result<Option<(Bytes, Bytes)>> {
    if certificate.is_empty() && key.is_empty() {
        return Ok(None);
    }
    let chain = CertificateDer::pem_slice_iter(certificate);
    let chain: Vec<_> = chain.collect::<Result<_, _>>().map_err(context_error)?;
    let parsed = PrivateKeyDer::from_pem_slice(key).map_err(context_error)?;
    let signer = aws_lc_rs::sign::any_supported_type(&parsed).map_err(context_error)?;
    // Asked here, and not of rustls, for which a certificate of the first version of X.509 is none.
    let read = chain.first().and_then(|first| Certificate::parse(first));
    let read = read.ok_or(Code::IO_TLS_CTX_ERROR)?;
    // A key that does not tell its public half need not be a wrong one.
    if signer.public_key().is_some_and(|public| *public != *read.public_key()) {
        return Err(Error::new(Code::IO_TLS_CTX_ERROR).because("the key is another certificate's"));
    }
    Ok(Some((Bytes::copy_from_slice(certificate), Bytes::copy_from_slice(key))))
}

fn context_error(cause: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(Code::IO_TLS_CTX_ERROR).because(cause)
}

#[cfg(test)]
mod tests {
    use rcgen::{CertifiedKey as Generated, generate_simple_self_signed};

    use super::*;

    fn generate() -> (String, String) {
        let Generated { cert, signing_key } =
            generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        (cert.pem(), signing_key.serialize_pem())
    }

    fn code<T>(result: Result<T>) -> Code {
        result.err().expect("an error").code()
    }

    #[test]
    fn a_trust_store_must_hold_certificates() {
        let (cert, key) = generate();
        assert!(matches!(roots(cert.as_bytes(), None), Ok(Roots::Pem(_))));
        assert!(matches!(roots(b"", None), Ok(Roots::Native)));
        let elsewhere = roots(b"", Some(Path::new("/nowhere")));
        assert!(matches!(elsewhere, Ok(Roots::Path { file: None, dir: Some(_) })));
        for bad in [
            key.as_bytes(),
            b"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n",
            b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        ] {
            assert_eq!(code(roots(bad, None)), Code::IO_TLS_CTX_ERROR);
        }
    }

    #[test]
    fn certificate_and_key_must_belong_together() {
        let (cert, key) = generate();
        let (_, other_key) = generate();
        let both = client_certificate(cert.as_bytes(), key.as_bytes()).unwrap();
        assert_eq!(both, Some((cert.clone().into(), key.clone().into())));
        assert_eq!(client_certificate(b"", b"").unwrap(), None);
        for (cert, key) in [(&*cert, &*other_key), (&*cert, ""), ("", &*key), (&*key, &*cert)] {
            let refused = client_certificate(cert.as_bytes(), key.as_bytes());
            assert_eq!(code(refused), Code::IO_TLS_CTX_ERROR);
        }
    }
}

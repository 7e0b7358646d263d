//! `aws_tls_ctx_options_*`: collecting what a TLS context is made from.
//!
//! The struct is the caller's, and its buffers and strings come from its allocator; [`super::tls_context`] reads it.
//! PEM data is looked at here only as far as being PEM at all.

use core::ffi::*;
use core::{mem, ptr, slice};
use std::ffi::CStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::atomic::{Ordering, compiler_fence};

use crate::crt::sys::*;
use crate::error::{Code, Error};

use super::link;
use super::socket::g_aws_channel_max_fragment_size;

/// Settings of the system, verification on.
///
/// # Safety
/// `options` is writable; `allocator` outlives it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_tls_ctx_options_init_default_client(
    options: *mut aws_tls_ctx_options,
    allocator: *mut aws_allocator,
) {
    // SAFETY: as the caller promises; all zeroes is a valid value of the struct.
    unsafe {
        let mut blank: aws_tls_ctx_options = mem::zeroed();
        blank.allocator = allocator;
        blank.minimum_tls_version = AWS_IO_TLS_VER_SYS_DEFAULTS;
        blank.cipher_pref = AWS_IO_TLS_CIPHER_PREF_SYSTEM_DEFAULT;
        blank.verify_peer = true;
        blank.max_fragment_size = g_aws_channel_max_fragment_size.load(Ordering::Relaxed);
        options.write(blank);
    }
}

/// Frees what the options own, wiping certificates and keys, and zeroes them. Zeroed options are left alone.
///
/// # Safety
/// `options` is initialised or zeroed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_tls_ctx_options_clean_up(options: *mut aws_tls_ctx_options) {
    // SAFETY: as the caller promises; all zeroes is a valid value of the struct.
    unsafe {
        for buffer in [
            &raw mut (*options).ca_file,
            &raw mut (*options).certificate,
            &raw mut (*options).private_key,
        ] {
            wipe(buffer);
        }
        link::aws_string_destroy((*options).ca_path);
        link::aws_string_destroy((*options).alpn_list);
        let key_handler = (*options).custom_key_op_handler;
        if !key_handler.is_null() {
            link::aws_ref_count_release(&raw mut (*key_handler).ref_count);
        }
        options.write(mem::zeroed());
    }
}

/// Zeroes the memory of a buffer, frees it, and zeroes the buffer.
///
/// # Safety
/// `buffer` is valid or zeroed.
unsafe fn wipe(buffer: *mut aws_byte_buf) {
    // SAFETY: as the caller promises.
    unsafe {
        let old = ptr::replace(buffer, mem::zeroed());
        if old.allocator.is_null() || old.buffer.is_null() {
            return;
        }
        for byte in slice::from_raw_parts_mut(old.buffer, old.capacity) {
            ptr::write_volatile(byte, 0);
        }
        compiler_fence(Ordering::SeqCst);
        link::aws_mem_release(old.allocator, old.buffer.cast());
    }
}

/// Copies PEM data into a buffer of the options; what is not PEM leaves the buffer empty.
///
/// # Safety
/// `allocator` is valid; `buffer` is zeroed.
unsafe fn set_pem(
    allocator: *mut aws_allocator,
    buffer: *mut aws_byte_buf,
    pem: &[u8],
) -> Result<(), Code> {
    if !is_pem(pem) {
        return Err(Code::INVALID_ARGUMENT);
    }
    // SAFETY: as the caller promises; the block has the length of the data, which is not empty.
    unsafe {
        let block = link::aws_mem_acquire(allocator, pem.len()).cast::<u8>();
        ptr::copy_nonoverlapping(pem.as_ptr(), block, pem.len());
        let (len, capacity) = (pem.len(), pem.len());
        buffer.write(aws_byte_buf { len, buffer: block, capacity, allocator });
    }
    Ok(())
}

/// Whether there is an object between two matching marks.
fn is_pem(data: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(data) else { return false };
    let Some((_, rest)) = text.split_once("-----BEGIN ") else { return false };
    let Some((label, rest)) = rest.split_once("-----") else { return false };
    !label.is_empty() && rest.contains(&format!("-----END {label}-----"))
}

/// # Safety
/// `path` is a C string.
unsafe fn read_file(path: *const c_char) -> Result<Vec<u8>, Code> {
    // SAFETY: as the caller promises.
    let path = unsafe { CStr::from_ptr(path) };
    let path = Path::new(std::ffi::OsStr::from_bytes(path.to_bytes()));
    fs::read(path).map_err(|error| Error::from(error).code())
}

fn outcome(result: Result<(), Code>) -> c_int {
    result.map_or_else(link::raise, |()| link::SUCCESS)
}

/// The default options with a certificate chain and its key. Fails with `AWS_ERROR_INVALID_ARGUMENT`, and zeroed
/// options, when one of them is not PEM.
///
/// # Safety
/// `options` is writable, `allocator` outlives it, the cursors are valid for the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_tls_ctx_options_init_client_mtls(
    options: *mut aws_tls_ctx_options,
    allocator: *mut aws_allocator,
    cert: *const aws_byte_cursor,
    pkey: *const aws_byte_cursor,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe { init_mtls(options, allocator, Ok(link::bytes_of(*cert)), Ok(link::bytes_of(*pkey))) }
}

/// As above, from files, which are read now.
///
/// # Safety
/// `options` is writable, `allocator` outlives it, the paths are C strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_tls_ctx_options_init_client_mtls_from_path(
    options: *mut aws_tls_ctx_options,
    allocator: *mut aws_allocator,
    cert_path: *const c_char,
    pkey_path: *const c_char,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe {
        let (cert, mut pkey) = (read_file(cert_path), read_file(pkey_path));
        let key = pkey.as_deref().map_err(|code| *code);
        let result = init_mtls(options, allocator, cert.as_deref().map_err(|code| *code), key);
        pkey.iter_mut().for_each(|key| key.fill(0));
        result
    }
}

/// # Safety
/// As the two functions above.
unsafe fn init_mtls(
    options: *mut aws_tls_ctx_options,
    allocator: *mut aws_allocator,
    cert: Result<&[u8], Code>,
    pkey: Result<&[u8], Code>,
) -> c_int {
    // SAFETY: as the caller promises; the buffers of new options are zeroed.
    unsafe {
        aws_tls_ctx_options_init_default_client(options, allocator);
        let result = cert
            .and_then(|cert| set_pem(allocator, &raw mut (*options).certificate, cert))
            .and(pkey)
            .and_then(|pkey| set_pem(allocator, &raw mut (*options).private_key, pkey));
        if result.is_err() {
            aws_tls_ctx_options_clean_up(options);
        }
        outcome(result)
    }
}

/// Trusts these PEM certificates instead of the system's. Fails with `AWS_ERROR_INVALID_STATE` the second time.
///
/// # Safety
/// `options` is initialised; the cursor is valid for the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_tls_ctx_options_override_default_trust_store(
    options: *mut aws_tls_ctx_options,
    ca_pem_contents: *const aws_byte_cursor,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe { outcome(set_ca(options, Ok(link::bytes_of(*ca_pem_contents)))) }
}

/// # Safety
/// `options` is initialised.
unsafe fn set_ca(options: *mut aws_tls_ctx_options, pem: Result<&[u8], Code>) -> Result<(), Code> {
    // SAFETY: as the caller promises; the buffer is only written while it is zeroed.
    unsafe {
        if !(*options).ca_file.buffer.is_null() {
            return Err(Code::INVALID_STATE);
        }
        set_pem((*options).allocator, &raw mut (*options).ca_file, pem?)
    }
}

/// Trusts the certificates of a directory, of a file, or of both, instead of the system's. The file is read now.
///
/// # Safety
/// `options` is initialised; the paths are NULL or C strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_tls_ctx_options_override_default_trust_store_from_path(
    options: *mut aws_tls_ctx_options,
    ca_path: *const c_char,
    ca_file: *const c_char,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe {
        if !ca_path.is_null() {
            if !(*options).ca_path.is_null() {
                return link::raise(Code::INVALID_STATE);
            }
            let path = CStr::from_ptr(ca_path).to_bytes();
            (*options).ca_path = link::string_new((*options).allocator, path);
        }
        if ca_file.is_null() {
            return link::SUCCESS;
        }
        let pem = read_file(ca_file);
        outcome(set_ca(options, pem.as_deref().map_err(|code| *code)))
    }
}

/// # Safety
/// `options` is initialised; `alpn_list` is a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_tls_ctx_options_set_alpn_list(
    options: *mut aws_tls_ctx_options,
    alpn_list: *const c_char,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe { replace_string(&raw mut (*options).alpn_list, (*options).allocator, alpn_list) }
}

/// Puts a copy of a C string where another string was.
///
/// # Safety
/// `place` holds NULL or a string; `text` is NULL (an error) or a C string.
pub unsafe fn replace_string(
    place: *mut *mut aws_string,
    allocator: *mut aws_allocator,
    text: *const c_char,
) -> c_int {
    if text.is_null() {
        return link::raise(Code::INVALID_ARGUMENT);
    }
    // SAFETY: as the caller promises.
    unsafe {
        let new = link::string_new(allocator, CStr::from_ptr(text).to_bytes());
        link::aws_string_destroy(mem::replace(&mut *place, new));
    }
    link::SUCCESS
}

/// # Safety
/// `options` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_tls_ctx_options_set_verify_peer(
    options: *mut aws_tls_ctx_options,
    verify_peer: bool,
) {
    // SAFETY: as the caller promises.
    unsafe { (*options).verify_peer = verify_peer };
}

/// # Safety
/// `options` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_tls_ctx_options_set_no_certificate_revocation(
    options: *mut aws_tls_ctx_options,
    no_revocation: bool,
) {
    // SAFETY: as the caller promises.
    unsafe { (*options).no_certificate_revocation = no_revocation };
}

/// # Safety
/// `options` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_tls_ctx_options_set_tls_cipher_preference(
    options: *mut aws_tls_ctx_options,
    cipher_pref: aws_tls_cipher_pref,
) {
    // SAFETY: as the caller promises.
    unsafe { (*options).cipher_pref = cipher_pref };
}

/// # Safety
/// `options` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_tls_ctx_options_set_minimum_tls_version(
    options: *mut aws_tls_ctx_options,
    minimum_tls_version: aws_tls_versions,
) {
    // SAFETY: as the caller promises.
    unsafe { (*options).minimum_tls_version = minimum_tls_version };
}

/// # Safety
/// `options` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_tls_ctx_options_set_extension_data(
    options: *mut aws_tls_ctx_options,
    extension_data: *mut c_void,
) {
    // SAFETY: as the caller promises.
    unsafe { (*options).ctx_options_extension = extension_data };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pem_is_recognised_by_its_marks() {
        assert!(is_pem(b"text\n-----BEGIN X-----\nAAAA\n-----END X-----\n"));
        assert!(!is_pem(b"-----BEGIN X-----\nAAAA\n-----END Y-----\n"));
        assert!(!is_pem(b"-----BEGIN X"));
        assert!(!is_pem(b"garbage"));
        assert!(!is_pem(b"\xff-----BEGIN X-----\n-----END X-----"));
        assert!(!is_pem(b""));
    }
}

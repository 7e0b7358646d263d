//! From what the caller said about TLS to the one configuration that all connections of a client share.
//!
//! Sharing it makes later handshakes resume the sessions of earlier ones. Whom to trust is read when the first
//! connection is made, and every session knows where that was from, to tell it when a certificate is refused.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use once_cell::sync::OnceCell;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{CipherSuite, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};

use super::rustls::Session;
use crate::crt::{Roots, TlsMinimum, TlsSettings};
use crate::error::{Code, Error, Result};
use crate::log;

/// Offered whenever the caller wants ALPN at all; nothing else is spoken here.
pub const PROTOCOL: &[u8] = b"http/1.1";

/// Makes the sessions of one client.
pub struct Client {
    settings: TlsSettings,
    config: OnceCell<(Arc<ClientConfig>, Arc<str>)>,
}

impl Client {
    pub fn new(settings: TlsSettings) -> Self {
        Self { settings, config: OnceCell::new() }
    }

    /// A session with the server of that name or address, before its handshake.
    pub fn session(&self, name: &str) -> Result<Session> {
        let (config, trust) = self.config.get_or_try_init(|| config(&self.settings))?;
        let server = ServerName::try_from(name.to_owned())
            .map_err(|error| Error::new(Code::IO_TLS_ERROR_NEGOTIATION_FAILURE).because(error))?;
        Session::new(Arc::clone(config), server, Arc::clone(trust))
    }
}

/// What sessions are made from, and where their trust is from.
fn config(settings: &TlsSettings) -> Result<(Arc<ClientConfig>, Arc<str>)> {
    let provider = Arc::new(provider());
    let versions: &[_] = match settings.minimum {
        TlsMinimum::Tls13 => &[&rustls::version::TLS13],
        _ => &[&rustls::version::TLS13, &rustls::version::TLS12],
    };
    let (verifier, trust) = verifier(settings, &provider)?;
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .map_err(unusable)?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let mut config = match &settings.client_cert {
        None => builder.with_no_client_auth(),
        Some((chain, key)) => {
            let chain = certificates(chain)?;
            let key = PrivateKeyDer::from_pem_slice(key).map_err(unusable)?;
            builder.with_client_auth_cert(chain, key).map_err(unusable)?
        }
    };
    if !settings.alpn.is_empty() {
        config.alpn_protocols = vec![PROTOCOL.to_vec()];
    }
    Ok((Arc::new(config), trust.into()))
}

/// AES-128 first: as strong as the certificates behind it, and the cheapest per byte.
fn provider() -> CryptoProvider {
    let mut provider = aws_lc_rs::default_provider();
    provider.cipher_suites.sort_by_key(|suite| match suite.suite() {
        CipherSuite::TLS13_AES_128_GCM_SHA256 => 0,
        CipherSuite::TLS13_AES_256_GCM_SHA384 | CipherSuite::TLS13_CHACHA20_POLY1305_SHA256 => 1,
        CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
        | CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 => 2,
        _ => 3,
    });
    provider
}

fn verifier(
    settings: &TlsSettings,
    provider: &Arc<CryptoProvider>,
) -> Result<(Arc<dyn ServerCertVerifier>, String)> {
    if !settings.verify_peer {
        let unverified = Unverified { provider: Arc::clone(provider) };
        return Ok((Arc::new(unverified), "anybody".to_owned()));
    }
    let (roots, origin) = roots(&settings.roots)?;
    let origin = format!("{} root certificates from {origin}", roots.len());
    let verifier =
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider)).build();
    let verifier = verifier.map_err(|error| {
        Error::new(Code::IO_TLS_NO_ROOT_CERTIFICATE_FOUND).because(format!("{origin}: {error}"))
    })?;
    Ok((verifier, origin))
}

/// The certificates to trust, and where they are from.
fn roots(roots: &Roots) -> Result<(RootCertStore, String)> {
    match roots {
        Roots::Native => match std::env::var_os("AWS_CA_BUNDLE").filter(|path| !path.is_empty()) {
            Some(bundle) => from_paths(Some(Path::new(&bundle)), None, "AWS_CA_BUNDLE: "),
            None => Ok(native()),
        },
        Roots::Pem(pem) => {
            let (store, refused) = store(certificates(pem)?);
            Ok((store, format!("PEM given by the caller ({refused} more not understood)")))
        }
        Roots::Path { file, dir } => from_paths(file.as_deref(), dir.as_deref(), ""),
    }
}

fn native() -> (RootCertStore, String) {
    let loaded = rustls_native_certs::load_native_certs();
    for error in &loaded.errors {
        log!(Debug, General, "system certificates: {error}");
    }
    let (store, refused) = store(loaded.certs);
    let variable = |name| {
        std::env::var_os(name).map(|path| format!(", {name}={}", PathBuf::from(path).display()))
    };
    let named =
        ["SSL_CERT_FILE", "SSL_CERT_DIR"].into_iter().filter_map(variable).collect::<String>();
    (store, format!("the system ({refused} more not understood{named})"))
}

fn from_paths(
    file: Option<&Path>,
    dir: Option<&Path>,
    reason: &str,
) -> Result<(RootCertStore, String)> {
    let loaded = rustls_native_certs::load_certs_from_paths(file, dir);
    let shown = [file, dir]
        .into_iter()
        .flatten()
        .map(|path| path.display().to_string())
        .collect::<Vec<_>>()
        .join(", ");
    let origin = format!("{reason}{shown}");
    if loaded.certs.is_empty() {
        let errors: Vec<_> = loaded.errors.iter().map(ToString::to_string).collect();
        let told = format!("no certificate in {origin}: {}", errors.join("; "));
        return Err(Error::new(Code::IO_TLS_NO_ROOT_CERTIFICATE_FOUND).because(told));
    }
    Ok((store(loaded.certs).0, origin))
}

/// What certificates can be trusted, and how many of them are not understood.
fn store(certificates: Vec<CertificateDer<'static>>) -> (RootCertStore, usize) {
    let mut store = RootCertStore::empty();
    let (_, refused) = store.add_parsable_certificates(certificates);
    (store, refused)
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>> {
    CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().map_err(unusable)
}

fn unusable(cause: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(Code::IO_TLS_CTX_ERROR).because(cause)
}

/// Any certificate will do, as the caller asked for; the server must still own the one that it shows.
struct Unverified {
    provider: Arc<CryptoProvider>,
}

impl fmt::Debug for Unverified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Unverified")
    }
}

impl ServerCertVerifier for Unverified {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

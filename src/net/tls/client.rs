//! From what the caller said about TLS to the one configuration that all connections of a client share.
//!
//! Sharing it makes later handshakes resume the sessions of earlier ones. Whom to trust is read when the first
//! connection is made, and every session knows where that was from, to tell it when a certificate is refused.

use std::sync::Arc;

use once_cell::sync::OnceCell;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{CipherSuite, ClientConfig};

use super::offer::{RECORD_HEADER, offered};
use super::rustls::{RECORD, Session, Words};
use super::trust::Trust;
use super::verifier::Verifier;
use crate::crt::{TlsMinimum, TlsSettings};
use crate::error::{Code, Error, Result};

/// Offered whenever the caller wants ALPN at all; nothing else is spoken here.
pub const PROTOCOL: &[u8] = b"http/1.1";

/// Makes the sessions of one client.
pub struct Client {
    settings: TlsSettings,
    config: OnceCell<(Arc<ClientConfig>, Arc<Words>)>,
}

impl Client {
    pub fn new(settings: TlsSettings) -> Self {
        Self { settings, config: OnceCell::new() }
    }

    /// A session with the server of that name or address, before its handshake.
    pub fn session(&self, name: &str) -> Result<Session> {
        let (config, words) = self.config.get_or_try_init(|| config(&self.settings))?;
        let server = ServerName::try_from(name.to_owned()).map_err(|error| {
            Error::new(Code::IO_DNS_INVALID_NAME).because(format!("{name:?}: {error}"))
        })?;
        Session::new(Arc::clone(config), server, Arc::clone(words))
    }
}

/// What sessions are made from, in fact and in words.
fn config(settings: &TlsSettings) -> Result<(Arc<ClientConfig>, Arc<Words>)> {
    let provider = Arc::new(provider());
    let versions: &[_] = match settings.minimum {
        TlsMinimum::Tls13 => &[&rustls::version::TLS13],
        _ => &[&rustls::version::TLS13, &rustls::version::TLS12],
    };
    let suites = provider.cipher_suites.iter();
    let suites: Vec<_> = suites
        .filter(|suite| versions.contains(&suite.version()))
        .map(|suite| suite.suite())
        .collect();
    let spoken: Vec<_> = versions.iter().map(|version| version.version).collect();
    let offered = offered(&spoken, &suites);
    let (verifier, trusted) = verifier(settings, &provider)?;
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(versions)
        .map_err(unusable)?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let mut config = match &settings.client_cert {
        None => builder.with_no_client_auth(),
        Some((chain, key)) => builder.with_client_cert_resolver(shown(chain, key, &provider)?),
    };
    if !settings.alpn.is_empty() {
        config.alpn_protocols = vec![PROTOCOL.to_vec()];
    }
    // For the records of TLS 1.3 once there are keys.
    config.enable_secret_extraction = true;
    config.max_fragment_size = Some(RECORD_HEADER + RECORD);
    Ok((Arc::new(config), Arc::new(Words { offered, trusted })))
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
        return Ok((Arc::new(Verifier::trusting_anybody(provider)), "anybody".to_owned()));
    }
    let trust = Trust::read(&settings.roots)?;
    let origin = trust.origin.clone();
    Ok((Arc::new(Verifier::trusting(trust, provider)?), origin))
}

/// A certificate of the client's with its key. Whether they belong together has been asked when they were given, of
/// certificates of any version; who asks here would refuse those of the first one.
fn shown(chain: &[u8], key: &[u8], provider: &CryptoProvider) -> Result<Arc<SingleCertAndKey>> {
    let chain =
        CertificateDer::pem_slice_iter(chain).collect::<Result<_, _>>().map_err(unusable)?;
    let key = PrivateKeyDer::from_pem_slice(key).map_err(unusable)?;
    let key = provider.key_provider.load_private_key(key).map_err(unusable)?;
    Ok(Arc::new(CertifiedKey::new(chain, key).into()))
}

fn unusable(cause: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(Code::IO_TLS_CTX_ERROR).because(cause)
}

//! A certificate authority that lives as long as one test run, and certificates for a server of this machine and for a
//! client, signed by it.

use std::path::Path;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};
use rustls::crypto::CryptoProvider;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, SupportedCipherSuite};
use rustls_pki_types::PrivateKeyDer;

pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Cryptography that knows one cipher suite.
pub fn provider_of(suite: SupportedCipherSuite) -> CryptoProvider {
    CryptoProvider { cipher_suites: vec![suite], ..rustls::crypto::aws_lc_rs::default_provider() }
}

/// Whom a server talks to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Clients {
    All,
    /// Those that show a certificate of the same authority.
    Certified,
}

/// Writes `ca.pem`, `server.pem` and `server-key.pem` into the directory; returns what a TLS server needs.
pub fn issue(directory: &Path) -> Result<Arc<rustls::ServerConfig>, Failure> {
    issue_with(directory, rustls::crypto::aws_lc_rs::default_provider(), Clients::All)
}

/// As `issue`, with the cipher suites of `provider`. For certified clients, `client.pem` and `client-key.pem` are
/// written as well.
pub fn issue_with(
    directory: &Path,
    provider: CryptoProvider,
    clients: Clients,
) -> Result<Arc<rustls::ServerConfig>, Failure> {
    let mut authority = CertificateParams::new(Vec::new())?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    authority.distinguished_name.push(rcgen::DnType::CommonName, "Throw-away test authority");
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;

    let key = KeyPair::generate()?;
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let certificate = CertificateParams::new(names)?.signed_by(&key, &authority)?;

    std::fs::create_dir_all(directory)?;
    std::fs::write(directory.join("ca.pem"), authority.pem())?;
    std::fs::write(directory.join("server.pem"), certificate.pem())?;
    std::fs::write(directory.join("server-key.pem"), key.serialize_pem())?;

    let provider = Arc::new(provider);
    let mut verifier = WebPkiClientVerifier::no_client_auth();
    if clients == Clients::Certified {
        let key = KeyPair::generate()?;
        let mut certificate = CertificateParams::new(vec!["client".to_owned()])?;
        certificate.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let certificate = certificate.signed_by(&key, &authority)?;
        std::fs::write(directory.join("client.pem"), certificate.pem())?;
        std::fs::write(directory.join("client-key.pem"), key.serialize_pem())?;
        let mut roots = RootCertStore::empty();
        roots.add(authority.der().clone())?;
        verifier =
            WebPkiClientVerifier::builder_with_provider(roots.into(), provider.clone()).build()?;
    }

    // A provider without a suite of TLS 1.2 cannot offer that version.
    let versions: Vec<_> = rustls::ALL_VERSIONS
        .iter()
        .copied()
        .filter(|version| provider.cipher_suites.iter().any(|suite| suite.version() == *version))
        .collect();
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&versions)?
        .with_client_cert_verifier(verifier)
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::Pkcs8(key.serialize_der().into()),
        )?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

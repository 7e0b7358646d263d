//! A certificate authority that lives as long as one test run, and a server certificate for this machine signed by it.

use std::path::Path;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, KeyUsagePurpose};
use rustls::SupportedCipherSuite;
use rustls::crypto::CryptoProvider;
use rustls_pki_types::PrivateKeyDer;

pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Cryptography that knows one cipher suite.
pub fn provider_of(suite: SupportedCipherSuite) -> CryptoProvider {
    CryptoProvider { cipher_suites: vec![suite], ..rustls::crypto::aws_lc_rs::default_provider() }
}

/// Writes `ca.pem`, `server.pem` and `server-key.pem` into the directory; returns what a TLS server needs.
pub fn issue(directory: &Path) -> Result<Arc<rustls::ServerConfig>, Failure> {
    issue_with(directory, rustls::crypto::aws_lc_rs::default_provider())
}

/// As `issue`, with the cipher suites of `provider`.
pub fn issue_with(
    directory: &Path,
    provider: CryptoProvider,
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

    // A provider without a suite of TLS 1.2 cannot offer that version.
    let versions: Vec<_> = rustls::ALL_VERSIONS
        .iter()
        .copied()
        .filter(|version| provider.cipher_suites.iter().any(|suite| suite.version() == *version))
        .collect();
    let mut config = rustls::ServerConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&versions)?
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::Pkcs8(key.serialize_der().into()),
        )?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

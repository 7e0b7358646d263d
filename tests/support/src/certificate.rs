//! A certificate authority that lives as long as one test run, and a server certificate for this machine signed by it.

use std::path::Path;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, KeyUsagePurpose};
use rustls_pki_types::PrivateKeyDer;

pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Writes `ca.pem`, `server.pem` and `server-key.pem` into the directory; returns what a TLS server needs.
pub fn issue(directory: &Path) -> Result<Arc<rustls::ServerConfig>, Failure> {
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

    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::Pkcs8(key.serialize_der().into()),
        )?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

//! Whether a server may be the one that it says it is.
//!
//! Chains are verified by webpki, for which an authority is no server. Here it may be one: who made a certificate with
//! `openssl req -x509` and gave it out to be trusted has both in one.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, OtherError, SignatureScheme};

use super::trust::{Members, Trust};
use crate::crt::certificate::{Certificate, Validity};
use crate::error::{Code, Error, Result};

/// Looks at what a server shows of itself.
#[derive(Debug)]
pub(super) struct Verifier {
    trusted: Option<Trusted>,
    algorithms: WebPkiSupportedAlgorithms,
}

/// Servers that show a trusted certificate, or one that leads to it.
#[derive(Debug)]
struct Trusted {
    chains: Arc<WebPkiServerVerifier>,
    members: Members,
}

impl Verifier {
    pub fn trusting(trust: Trust, provider: &Arc<CryptoProvider>) -> Result<Self> {
        let Trust { store, members, origin } = trust;
        let builder =
            WebPkiServerVerifier::builder_with_provider(Arc::new(store), Arc::clone(provider));
        let missing = |error| {
            Error::new(Code::IO_TLS_NO_ROOT_CERTIFICATE_FOUND).because(format!("{origin}: {error}"))
        };
        let trusted = Some(Trusted { chains: builder.build().map_err(missing)?, members });
        Ok(Self { trusted, ..Self::trusting_anybody(provider) })
    }

    /// Any certificate will do, as the caller asked for; the server must still own the one that it shows.
    pub fn trusting_anybody(provider: &CryptoProvider) -> Self {
        Self { trusted: None, algorithms: provider.signature_verification_algorithms }
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Some(Trusted { chains, members }) = &self.trusted else {
            return Ok(ServerCertVerified::assertion());
        };
        let verified = if members.contain(end_entity) {
            verify_member(end_entity, server_name, now)
        } else {
            chains.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
        };
        verified.map_err(|error| explained(error, end_entity, server_name))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// A certificate that is trusted itself needs no issuer; what it says of itself counts all the same.
fn verify_member(
    certificate: &CertificateDer<'_>,
    server_name: &ServerName<'_>,
    now: UnixTime,
) -> Result<ServerCertVerified, rustls::Error> {
    let read = Certificate::parse(certificate).ok_or(CertificateError::BadEncoding)?;
    let time = |epoch_s: i64| {
        UnixTime::since_unix_epoch(Duration::from_secs(epoch_s.try_into().unwrap_or_default()))
    };
    match read.validity_at(i64::try_from(now.as_secs()).unwrap_or(i64::MAX)) {
        Validity::Within => {}
        Validity::Before(first) => {
            let not_before = time(first);
            return Err(CertificateError::NotValidYetContext { time: now, not_before }.into());
        }
        Validity::After(last) => {
            let not_after = time(last);
            return Err(CertificateError::ExpiredContext { time: now, not_after }.into());
        }
    }
    if !read.may_serve() {
        return Err(CertificateError::InvalidPurpose.into());
    }
    verify_server_name(&ParsedCertificate::try_from(certificate)?, server_name)?;
    Ok(ServerCertVerified::assertion())
}

/// Says more where a certificate bears the name that was looked for, but not where it counts.
fn explained(
    error: rustls::Error,
    certificate: &CertificateDer<'_>,
    server_name: &ServerName<'_>,
) -> rustls::Error {
    let rustls::Error::InvalidCertificate(cause) = &error else { return error };
    let Some(read) = Certificate::parse(certificate) else { return error };
    if !is_about_names(cause, &read) {
        return error;
    }
    let name = server_name.to_str();
    let is_address = matches!(server_name, ServerName::IpAddress(_));
    let misplaced = match read.common_name() {
        _ if is_address && read.lists_as_dns_name(&name) => {
            format!("it lists {name} as a DNS name, where an address does not count")
        }
        _ if read.has_alternative_names() => return error,
        Some(common) => {
            format!("it has no subjectAltName, and its common name ({common:?}) does not count")
        }
        None => "it has no subjectAltName".to_owned(),
    };
    let told = Explained(format!("{cause}; {misplaced}"));
    CertificateError::Other(OtherError(Arc::new(told))).into()
}

/// Certificates of the first version have no names that count, and are refused by their version.
fn is_about_names(cause: &CertificateError, certificate: &Certificate<'_>) -> bool {
    use CertificateError::{NotValidForName, NotValidForNameContext, Other};
    match cause {
        NotValidForName | NotValidForNameContext { .. } => true,
        Other(_) => certificate.is_of_first_version(),
        _ => false,
    }
}

/// An error of the certificate in words.
struct Explained(String);

impl fmt::Debug for Explained {
    /// As it is, because rustls shows it like this.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Explained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Explained {}

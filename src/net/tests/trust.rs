//! Certificates that are trusted themselves, names that do not count, and certificates of the first version of X.509.

use std::sync::Mutex;

use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    DigitallySignedStruct, DistinguishedName, ServerConfig, ServerConnection, SignatureScheme,
    StreamOwned,
};

use super::server::{ok, read_request};
use super::tls::{settings, tls_origin, trusting};
use super::*;
use crate::crt::{Roots, TlsSettings};

/// A server that shows a certificate of these parameters, signed by itself, and the certificate in PEM.
fn showing(names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> (Server, Bytes) {
    let names = names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
    let mut params = CertificateParams::new(names).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    (serving(certificate.der().clone(), &key), certificate.pem().into())
}

fn serving(certificate: CertificateDer<'static>, key: &KeyPair) -> Server {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(rustls::ALL_VERSIONS)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    answering(config)
}

fn answering(config: ServerConfig) -> Server {
    let config = Arc::new(config);
    Server::start(move |stream, _| {
        let session = ServerConnection::new(Arc::clone(&config)).unwrap();
        let mut stream = StreamOwned::new(session, stream);
        while read_request(&mut stream).is_some() {
            stream.write_all(&ok(b"")).unwrap();
            stream.flush().unwrap();
        }
    })
}

async fn reach(host: &str, port: u16, settings: TlsSettings) -> Result<u16> {
    let mut lease = soon(trusting(settings).acquire(&tls_origin(host, port))).await?;
    Ok(soon(get(&mut lease)).await?.status())
}

#[tokio::test]
async fn a_server_may_be_its_own_authority() {
    let (server, pem) = showing(&["localhost"], |_| {});
    let given = settings(Roots::Pem(pem));
    assert_eq!(reach("localhost", server.port, given.clone()).await.unwrap(), 200);
    let error = reach("other.test", server.port, given).await.unwrap_err();
    assert_eq!(error.code(), Code::IO_TLS_ERROR_NEGOTIATION_FAILURE);
    assert!(error.to_string().contains("not valid for name"), "{error}");
    let (_, other) = showing(&["localhost"], |_| {});
    let error = reach("localhost", server.port, settings(Roots::Pem(other))).await.unwrap_err();
    assert_eq!(error.code(), Code::IO_TLS_ERROR_NEGOTIATION_FAILURE);
    let told = error.to_string();
    assert!(told.contains("CaUsedAsEndEntity") && !told.contains("DNS name"), "{told}");
}

#[tokio::test]
async fn what_a_trusted_certificate_says_of_itself_counts() {
    type Change = fn(&mut CertificateParams);
    let table: [(Change, &str); 3] = [
        (|params| params.not_after = rcgen::date_time_ymd(2020, 1, 1), "expired"),
        (|params| params.not_before = rcgen::date_time_ymd(2200, 1, 1), "not valid yet"),
        (
            |params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth],
            "InvalidPurpose",
        ),
    ];
    for (change, told) in table {
        let (server, pem) = showing(&["localhost"], change);
        let error = reach("localhost", server.port, settings(Roots::Pem(pem))).await.unwrap_err();
        assert_eq!(error.code(), Code::IO_TLS_ERROR_NEGOTIATION_FAILURE);
        assert!(error.to_string().contains(told), "{told}: {error}");
    }
}

#[tokio::test]
async fn a_certificate_may_be_trusted_without_its_issuer() {
    let issuer = KeyPair::generate().unwrap();
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = rcgen::CertifiedIssuer::self_signed(params, issuer).unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let leaf = params.signed_by(&key, &issuer).unwrap();
    let server = serving(leaf.der().clone(), &key);
    let given = settings(Roots::Pem(leaf.pem().into()));
    assert_eq!(reach("localhost", server.port, given).await.unwrap(), 200);
}

#[tokio::test]
async fn names_that_do_not_count_are_told() {
    let (server, pem) = showing(&[], |params| {
        params.distinguished_name.push(DnType::CommonName, "localhost");
    });
    let error = reach("localhost", server.port, settings(Roots::Pem(pem))).await.unwrap_err();
    let told = "its common name (\"localhost\") does not count";
    assert!(error.to_string().contains(told), "{error}");
    let (server, pem) = showing(&[], |params| {
        let name = rcgen::string::Ia5String::try_from("127.0.0.1").unwrap();
        params.subject_alt_names = vec![rcgen::SanType::DnsName(name)];
    });
    let error = reach("127.0.0.1", server.port, settings(Roots::Pem(pem))).await.unwrap_err();
    assert!(error.to_string().contains("it lists 127.0.0.1 as a DNS name"), "{error}");
}

#[tokio::test]
async fn a_host_that_can_be_in_no_certificate_is_an_invalid_name() {
    let (server, pem) = showing(&["with_underscore.test", "localhost"], |_| {});
    let label = "l".repeat(64);
    for host in [&format!("{label}.test"), "a..test", "a-.test", ".test", "a b.test"] {
        let given = settings(Roots::Pem(pem.clone()));
        let error = reach(host, server.port, given).await.unwrap_err();
        assert_eq!(error.code(), Code::IO_DNS_INVALID_NAME, "{host}");
        assert!(error.to_string().contains(host), "{error}");
    }
    for host in ["with_underscore.test", "localhost."] {
        let given = settings(Roots::Pem(pem.clone()));
        assert_eq!(reach(host, server.port, given).await.unwrap(), 200, "{host}");
    }
}

#[tokio::test]
async fn a_server_that_speaks_something_else_is_told_of() {
    // ServerHellos of TLS 1.0 and 1.2 with suites that are not offered, an alert, and no TLS at all.
    let hello = |minor: u8, suite: u8| {
        let body = [&[3, minor][..], &[7; 32], &[0, 0, suite, 0]].concat();
        let length = u8::try_from(body.len()).unwrap();
        [&[22, 3, minor, 0, length + 4, 2, 0, 0, length][..], &body].concat()
    };
    let table = [
        (hello(1, 0x2f), "answered with TLS 1.0, cipher suite 0x002f"),
        (hello(3, 0x9c), "answered with TLS 1.2, cipher suite 0x009c"),
        (vec![21, 3, 1, 0, 2, 2, 70], "answered with the alert ProtocolVersion"),
        (vec![21, 3, 3, 0, 2, 2, 40], "answered with the alert HandshakeFailure"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(), "answered with what begins no handshake"),
    ];
    for (answer, told) in table {
        let server = Server::start(move |mut stream, _| {
            let _ = stream.read(&mut [0; 8192]);
            stream.write_all(&answer).unwrap();
            let _ = stream.read(&mut [0; 8192]);
        });
        let unverified = TlsSettings { verify_peer: false, ..settings(Roots::Native) };
        let error = reach("localhost", server.port, unverified).await.unwrap_err();
        assert_eq!(error.code(), Code::IO_TLS_ERROR_NEGOTIATION_FAILURE);
        let shown = error.to_string();
        assert!(shown.contains("offered TLS 1.3, TLS 1.2 (TLS13_AES_128_GCM_SHA256, "), "{shown}");
        assert!(shown.contains(told), "{told}: {shown}");
    }
}

#[tokio::test]
async fn a_server_that_leaves_midway_is_told_of() {
    // Nothing, and the beginning of a record.
    let table: [(&[u8], &str); 2] = [
        (&[], ", without a word; offered TLS 1.3, TLS 1.2 ("),
        (&[22, 3, 3, 0, 99, 2], ", after 6 bytes; offered TLS 1.3, TLS 1.2 ("),
    ];
    for (answer, told) in table {
        let server = Server::start(move |mut stream, _| {
            let _ = stream.read(&mut [0; 8192]);
            stream.write_all(answer).unwrap();
        });
        let error = reach("localhost", server.port, settings(Roots::Native)).await.unwrap_err();
        assert_eq!(error.code(), Code::IO_SOCKET_CLOSED);
        assert!(error.to_string().contains(told), "{told}: {error}");
    }
}

/// Wants a certificate, keeps it, and is satisfied with any.
#[derive(Debug)]
struct AnyClient(Mutex<Option<Vec<u8>>>);

impl ClientCertVerifier for AnyClient {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        *self.0.lock().unwrap() = Some(end_entity.to_vec());
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        rustls::crypto::aws_lc_rs::default_provider()
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// As `openssl x509 -req` makes them without extensions. It is good until the year 2126.
const FIRST_VERSION: &str = "-----BEGIN CERTIFICATE-----
MIIBHjCBxQIUXbxqC1fz0I4iKrEfJV9iCX+CcWEwCgYIKoZIzj0EAwIwETEPMA0G
A1UEAwwGY2xpZW50MCAXDTI2MTEyOTEwNTYzOFoYDzIxMjYxMTA1MTA1NjM4WjAR
MQ8wDQYDVQQDDAZjbGllbnQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATnn07J
a9b4hp5wd8U1Qry2GExI2cF4UOgB5ghEuYTqB2xTI2zVfOxuZ0wvJ3Y6UR8tTeqS
kcqPphwlR+VFOBGzMAoGCCqGSM49BAMCA0gAMEUCIDeBFNaakJ7RNURjJuzLjUo3
93xJcz9OkjXLgZOX/Q56AiEAq0hzJYpNLJojf9HURbKTdhWDGgASjvfNc5e3kf8f
Kzc=
-----END CERTIFICATE-----
";
const ITS_KEY: &str = "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgAjFi9VqFfJQeJBI+
j5xHCpcG1ZJiob0a1ok9C/O4BauhRANCAATnn07Ja9b4hp5wd8U1Qry2GExI2cF4
UOgB5ghEuYTqB2xTI2zVfOxuZ0wvJ3Y6UR8tTeqSkcqPphwlR+VFOBGz
-----END PRIVATE KEY-----
";

#[tokio::test]
async fn a_client_may_show_a_certificate_of_the_first_version() {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let clients = Arc::new(AnyClient(Mutex::default()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(rustls::ALL_VERSIONS)
        .unwrap()
        .with_client_cert_verifier(clients.clone())
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let server = answering(config);
    let given = TlsSettings {
        client_cert: Some((FIRST_VERSION.into(), ITS_KEY.into())),
        ..settings(Roots::Pem(certificate.pem().into()))
    };
    assert_eq!(reach("localhost", server.port, given).await.unwrap(), 200);
    let sent = CertificateDer::from_pem_slice(FIRST_VERSION.as_bytes()).unwrap();
    assert_eq!(clients.0.lock().unwrap().as_deref(), Some(&*sent));
}

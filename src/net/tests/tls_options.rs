//! What a caller can say about TLS besides whom to trust by PEM: trust in files and directories, a certificate of its
//! own, protocols, and the name of the server.

use std::path::PathBuf;
use std::sync::mpsc;

use rcgen::{Certificate, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

use super::server::{ok, read_request};
use super::tls::{ONLY_12, ONLY_13, certified, settings};
use super::*;
use crate::crt::{Roots, TlsSettings};

/// A server that tells which protocol each connection agreed on, and which certificate the client showed.
fn telling(config: Arc<ServerConfig>) -> (Server, mpsc::Receiver<(Option<Vec<u8>>, bool)>) {
    let (sender, told) = mpsc::channel();
    let server = Server::start(move |stream, _| {
        let session = ServerConnection::new(Arc::clone(&config)).unwrap();
        let mut stream = StreamOwned::new(session, stream);
        if read_request(&mut stream).is_some() {
            let protocol = stream.conn.alpn_protocol().map(<[u8]>::to_vec);
            sender.send((protocol, stream.conn.peer_certificates().is_some())).unwrap();
            stream.write_all(&ok(b"")).unwrap();
            stream.flush().unwrap();
        }
    });
    (server, told)
}

async fn reach(port: u16, settings: TlsSettings) -> Result<u16> {
    let connections = connections(Config { tls: Some(settings), ..config() });
    let origin = Arc::new(Origin { tls: true, host: "localhost".into(), port });
    let mut lease = soon(connections.acquire(&origin)).await?;
    Ok(soon(get(&mut lease)).await?.status())
}

/// A directory that goes with the test.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("aws-c-s3-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn trust_comes_from_a_file_or_a_directory() {
    let (config, pem) = certified("localhost", rustls::ALL_VERSIONS);
    let (_, other) = certified("localhost", rustls::ALL_VERSIONS);
    let (server, _told) = telling(config);
    let directory = Directory::new("trust");
    let roots = |file: Option<PathBuf>, dir: Option<PathBuf>| Roots::Path { file, dir };
    let file = directory.0.join("authority.pem");
    std::fs::write(&file, &pem).unwrap();
    let dir = directory.0.clone();
    for roots in [roots(Some(file.clone()), None), roots(None, Some(dir.clone()))] {
        assert_eq!(reach(server.port, settings(roots)).await.unwrap(), 200);
    }
    std::fs::write(&file, &other).unwrap();
    for roots in [roots(Some(file.clone()), None), roots(None, Some(dir.clone()))] {
        let shown = match &roots {
            Roots::Path { file: Some(file), .. } => file.display().to_string(),
            _ => dir.display().to_string(),
        };
        let error = reach(server.port, settings(roots)).await.unwrap_err();
        assert_eq!(error.code(), Code::IO_TLS_ERROR_NEGOTIATION_FAILURE);
        let told = error.to_string();
        let origin = format!("trusted: 1 root certificates from {shown}");
        assert!(told.contains("invalid peer certificate") && told.contains(&origin), "{told}");
    }
    std::fs::remove_file(&file).unwrap();
    let error = reach(server.port, settings(roots(None, Some(dir)))).await.unwrap_err();
    assert_eq!(error.code(), Code::IO_TLS_NO_ROOT_CERTIFICATE_FOUND);
}

type Authority = CertifiedIssuer<'static, KeyPair>;

fn issued(authority: &Authority, name: &str) -> (Certificate, KeyPair) {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    (params.signed_by(&key, authority).unwrap(), key)
}

/// A server that wants clients to have certificates of its own authority.
fn wanting(
    versions: &'static [&'static rustls::SupportedProtocolVersion],
) -> (Arc<ServerConfig>, Authority) {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let mut clients = RootCertStore::empty();
    clients.add(authority.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(clients.into(), provider.clone());
    let (leaf, key) = issued(&authority, "localhost");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_client_cert_verifier(verifier.build().unwrap())
        .with_single_cert(vec![leaf.der().clone()], key)
        .unwrap();
    (Arc::new(config), authority)
}

#[tokio::test]
async fn a_server_may_want_our_certificate() {
    let (config, authority) = wanting(ONLY_12);
    let (server, told) = telling(config);
    let anonymous = settings(Roots::Pem(authority.pem().into()));
    let (leaf, key) = issued(&authority, "client.test");
    let known = TlsSettings {
        client_cert: Some((leaf.pem().into(), key.serialize_pem().into())),
        ..anonymous.clone()
    };
    assert_eq!(reach(server.port, known).await.unwrap(), 200);
    assert!(told.recv().unwrap().1);
    let error = reach(server.port, anonymous).await.unwrap_err();
    assert_eq!(error.code(), Code::IO_TLS_ERROR_NEGOTIATION_FAILURE);
    assert!(error.to_string().contains("alert"), "{error}");
}

/// With TLS 1.3, the refusal comes after the handshake, and the connection may be gone before the request is written.
#[tokio::test]
async fn what_the_server_said_goes_before_how_the_connection_broke() {
    struct Late(mpsc::Receiver<()>);
    impl OutgoingStream for Late {
        fn next(&mut self) -> NextChunk<'_> {
            let _ = self.0.recv();
            Box::pin(async { Ok(Some(Bytes::from_static(b"late"))) })
        }
    }
    let (config, authority) = wanting(ONLY_13);
    let (sender, closed) = mpsc::channel();
    let server = Server::start(move |stream, _| {
        let session = ServerConnection::new(Arc::clone(&config)).unwrap();
        let mut stream = StreamOwned::new(session, stream);
        assert!(read_request(&mut stream).is_none());
        // What is closed so refuses the next write.
        socket2::SockRef::from(&stream.sock).set_linger(Some(Duration::ZERO)).unwrap();
        drop(stream);
        sender.send(()).unwrap();
    });
    let tls = settings(Roots::Pem(authority.pem().into()));
    let connections = connections(Config { tls: Some(tls), ..super::config() });
    let origin = Arc::new(Origin { tls: true, host: "localhost".into(), port: server.port });
    let mut lease = soon(connections.acquire(&origin)).await.unwrap();
    let (head, body) = (request("PUT", Some(4)), Outgoing::Stream(Box::new(Late(closed))));
    let failed = soon(exchange(&mut lease, head, body, &mut Sink::default())).await;
    let error = failed.unwrap_err();
    assert!(error.to_string().contains("alert"), "{error}");
}

#[tokio::test]
async fn protocols_are_offered_when_the_caller_names_some() {
    let (config, pem) = certified("localhost", rustls::ALL_VERSIONS);
    let mut config = Arc::unwrap_or_clone(config);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let (server, told) = telling(Arc::new(config));
    for (list, agreed) in [(vec!["h2", "http/1.1"], Some(b"http/1.1".to_vec())), (vec![], None)] {
        let alpn = list.iter().map(|&name| name.to_owned()).collect();
        let settings = TlsSettings { alpn, ..settings(Roots::Pem(pem.clone())) };
        assert_eq!(reach(server.port, settings).await.unwrap(), 200);
        assert_eq!(told.recv().unwrap().0, agreed, "{list:?}");
    }
}

#[tokio::test]
async fn a_name_in_the_settings_goes_before_the_host() {
    let (config, pem) = certified("other.test", rustls::ALL_VERSIONS);
    let (server, _told) = telling(config);
    let unnamed = settings(Roots::Pem(pem));
    let error = reach(server.port, unnamed.clone()).await.unwrap_err();
    assert_eq!(error.code(), Code::IO_TLS_ERROR_NEGOTIATION_FAILURE);
    assert!(error.to_string().contains("not valid for name"), "{error}");
    let named = TlsSettings { server_name: Some("other.test".into()), ..unnamed };
    assert_eq!(reach(server.port, named).await.unwrap(), 200);
}

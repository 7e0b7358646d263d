//! The same exchanges through TLS, and certificates that do not fit.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::server::{ok, read_request};
use super::transfers::outgoing_kinds;
use super::*;
use crate::crt::{Roots, TlsMinimum, TlsSettings};
use crate::net::exchange::BLOCKS_READ;

pub static ONLY_12: &[&rustls::SupportedProtocolVersion] = &[&rustls::version::TLS12];
pub static ONLY_13: &[&rustls::SupportedProtocolVersion] = &[&rustls::version::TLS13];

pub type Secured = StreamOwned<ServerConnection, TcpStream>;

/// The configuration of a server with a certificate for `name`, and the PEM of the authority that issued it.
pub fn certified(
    name: &str,
    versions: &'static [&'static rustls::SupportedProtocolVersion],
) -> (Arc<ServerConfig>, Bytes) {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf =
        CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], key)
        .unwrap();
    (Arc::new(config), authority.pem().into())
}

pub fn secured(
    name: &str,
    versions: &'static [&'static rustls::SupportedProtocolVersion],
    script: impl Fn(Secured) + Send + Sync + 'static,
) -> (Server, Bytes) {
    let (config, pem) = certified(name, versions);
    let server = Server::start(move |stream, _| {
        let session = ServerConnection::new(Arc::clone(&config)).unwrap();
        script(StreamOwned::new(session, stream));
    });
    (server, pem)
}

pub fn settings(roots: Roots) -> TlsSettings {
    TlsSettings {
        roots,
        client_cert: None,
        verify_peer: true,
        minimum: TlsMinimum::default(),
        alpn: vec!["http/1.1".into()],
        server_name: None,
        handshake_timeout_ms: 5000,
        foreign: None,
    }
}

pub fn trusting(settings: TlsSettings) -> Arc<Connections> {
    connections(Config { tls: Some(settings), ..config() })
}

pub fn tls_origin(host: &str, port: u16) -> Arc<Origin> {
    Arc::new(Origin { tls: true, host: host.into(), port })
}

/// Answers requests with the body they came with, or with a pattern when they had none.
fn echo(mut stream: Secured) {
    while let Some((_, body)) = read_request(&mut stream) {
        let body = if body.is_empty() { pattern(2_000_003) } else { body.into() };
        stream.write_all(&ok(&body)).unwrap();
        stream.flush().unwrap();
    }
}

#[tokio::test]
async fn bodies_travel_whole_in_both_directions() {
    for versions in [ONLY_13, ONLY_12] {
        let (server, pem) = secured("localhost", versions, echo);
        let connections = trusting(settings(Roots::Pem(pem)));
        let mut lease =
            soon(connections.acquire(&tls_origin("localhost", server.port))).await.unwrap();
        assert!(lease.is_tls());
        for (kind, body, expected) in outgoing_kinds() {
            let mut sink = Sink::default();
            let head = request("PUT", Some(expected.len()));
            soon(exchange(&mut lease, head, body, &mut sink)).await.unwrap();
            let expected = if expected.is_empty() { pattern(2_000_003) } else { expected };
            assert!(sink.body() == expected, "{kind}: the body differs");
        }
        assert_eq!(server.accepted(), 1);
        assert!(BLOCKS_READ.get() > 0, "only over plain TCP can files stay out of memory");
    }
}

/// A body in chunks of different lengths.
fn chunked(body: &[u8]) -> Vec<u8> {
    let mut answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    let mut rest = body;
    for length in [1, 17, 16_000, 16_384, 40_000, 5].into_iter().cycle() {
        let (chunk, more) = rest.split_at(rest.len().min(length));
        answer.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        answer.extend_from_slice(chunk);
        answer.extend_from_slice(b"\r\n");
        if chunk.is_empty() {
            return answer;
        }
        rest = more;
    }
    unreachable!("the list is without end")
}

#[tokio::test]
async fn bodies_are_opened_where_they_belong() {
    let body = pattern(300_000);
    for (answer, most) in [(ok(&body), 33_000), (chunked(&body), 300_000)] {
        for fragment in [100, 1_000, 5_000, 16_000, 16_389] {
            let (config, pem) = certified("localhost", ONLY_13);
            let mut config = ServerConfig::clone(&config);
            config.max_fragment_size = Some(fragment);
            let (config, answer) = (Arc::new(config), answer.clone());
            let server = Server::start(move |stream, _| {
                let session = ServerConnection::new(Arc::clone(&config)).unwrap();
                let mut stream = StreamOwned::new(session, stream);
                while read_request(&mut stream).is_some() {
                    stream.write_all(&answer).unwrap();
                    stream.flush().unwrap();
                }
            });
            let connections = trusting(settings(Roots::Pem(pem)));
            for room in [300_000, 300_001, 400_000] {
                let origin = tls_origin("localhost", server.port);
                let mut lease = soon(connections.acquire(&origin)).await.unwrap();
                let mut sink = Sink { placed: Some(0), ..Sink::with_room(room) };
                let head = request("GET", None);
                soon(exchange(&mut lease, head, Outgoing::Empty, &mut sink)).await.unwrap();
                assert!(sink.body() == body, "{fragment} {room}");
                let copied = 300_000 - sink.placed.unwrap();
                assert!(copied <= most, "{copied} bytes of {fragment} each in room for {room}");
                assert!(lease.is_reusable());
            }
            let mut small = Sink { placed: Some(0), ..Sink::with_room(299_999) };
            let origin = tls_origin("localhost", server.port);
            let mut lease = soon(connections.acquire(&origin)).await.unwrap();
            let head = request("GET", None);
            let refused = soon(exchange(&mut lease, head, Outgoing::Empty, &mut small)).await;
            assert_eq!(refused.unwrap_err().code(), Code::DEST_COPY_TOO_SMALL);
            assert_eq!(server.accepted(), 1);
        }
    }
}

/// Keeps what is read through it.
struct Heard {
    stream: TcpStream,
    bytes: Vec<u8>,
}

impl Read for Heard {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.stream.read(into)?;
        self.bytes.extend_from_slice(&into[..read]);
        Ok(read)
    }
}

impl Write for Heard {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.stream.flush()
    }
}

/// Lengths of the records of content, which have a nonce and a tag besides it (RFC 5288).
fn contents(mut bytes: &[u8]) -> Vec<usize> {
    let mut lengths = Vec::new();
    while let [kind, _, _, high, low, rest @ ..] = bytes {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        lengths.extend((*kind == 23).then(|| length - 24));
        bytes = &rest[length..];
    }
    lengths
}

#[tokio::test]
async fn the_contents_of_full_records_do_not_all_begin_with_a_page() {
    let (config, pem) = certified("localhost", ONLY_12);
    let (sender, heard) = std::sync::mpsc::channel();
    let server = Server::start(move |stream, _| {
        let session = ServerConnection::new(config.clone()).unwrap();
        let mut stream = StreamOwned::new(session, Heard { stream, bytes: Vec::new() });
        read_request(&mut stream).unwrap();
        stream.write_all(&ok(b"")).unwrap();
        sender.send(stream.sock.bytes).unwrap();
    });
    let connections = trusting(settings(Roots::Pem(pem)));
    let mut lease = soon(connections.acquire(&tls_origin("localhost", server.port))).await.unwrap();
    let (head, body) = (request("PUT", Some(1_000_000)), Outgoing::Bytes(vec![pattern(1_000_000)]));
    soon(exchange(&mut lease, head, body, &mut Sink::default())).await.unwrap();
    let lengths = contents(&heard.recv().unwrap());
    let full = lengths.iter().copied().filter(|length| *length > 16_000).collect::<Vec<_>>();
    assert!(full.len() >= 60, "{lengths:?}");
    let mut starts = full.iter().scan(0, |at, length| {
        *at += length;
        Some(*at % 4096)
    });
    let first = starts.next().unwrap();
    assert!(starts.filter(|start| *start == first).count() <= 1, "{lengths:?}");
}

/// How many connections two requests need if the server does this after each answer, unheard by a blocked runtime.
async fn connections_for_two(then: impl Fn(&mut Secured) -> bool + Send + Sync + 'static) -> usize {
    let (server, pem) = secured("localhost", ONLY_13, move |mut stream| {
        while read_request(&mut stream).is_some() {
            stream.write_all(&ok(b"x")).unwrap();
            stream.flush().unwrap();
            if !then(&mut stream) {
                return;
            }
            stream.flush().unwrap();
        }
    });
    let connections = trusting(settings(Roots::Pem(pem)));
    for _ in 0..2 {
        let mut lease =
            soon(connections.acquire(&tls_origin("localhost", server.port))).await.unwrap();
        assert_eq!(soon(get(&mut lease)).await.unwrap().body(), b"x");
        drop(lease);
        std::thread::sleep(Duration::from_millis(100));
    }
    server.accepted()
}

#[tokio::test]
async fn what_came_while_idle_is_looked_into() {
    let new_keys = |stream: &mut Secured| stream.conn.refresh_traffic_keys().is_ok();
    assert_eq!(connections_for_two(new_keys).await, 1);
    assert_eq!(connections_for_two(|_| false).await, 2);
    let farewell = |stream: &mut Secured| {
        stream.conn.send_close_notify();
        stream.flush().unwrap();
        std::thread::sleep(Duration::from_millis(200));
        false
    };
    assert_eq!(connections_for_two(farewell).await, 2);
}

#[tokio::test]
async fn idle_connections_are_used_again() {
    let (server, pem) = secured("127.0.0.1", rustls::ALL_VERSIONS, echo);
    let connections = trusting(settings(Roots::Pem(pem)));
    for _ in 0..3 {
        let mut lease =
            soon(connections.acquire(&tls_origin("127.0.0.1", server.port))).await.unwrap();
        assert!(soon(get(&mut lease)).await.unwrap().body() == pattern(2_000_003));
        drop(lease);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(server.accepted(), 1);
}

#[tokio::test]
async fn a_certificate_that_does_not_fit_is_refused() {
    let (server, pem) = secured("localhost", rustls::ALL_VERSIONS, echo);
    let (_, other) = secured("localhost", rustls::ALL_VERSIONS, echo);
    let untrusted = trusting(settings(Roots::Pem(other)));
    let error = soon(untrusted.acquire(&tls_origin("localhost", server.port))).await.err().unwrap();
    assert_eq!(error.code(), Code::IO_TLS_ERROR_NEGOTIATION_FAILURE);
    let told = error.to_string();
    let reason = "BadSignature; trusted: 1 root certificates from PEM given by the caller";
    assert!(told.contains(reason), "{told}");
    let trusted = trusting(settings(Roots::Pem(pem)));
    let error = soon(trusted.acquire(&tls_origin("other.test", server.port))).await.err().unwrap();
    assert_eq!(error.code(), Code::IO_TLS_ERROR_NEGOTIATION_FAILURE);
    let mut careless = settings(Roots::Native);
    careless.verify_peer = false;
    let mut lease =
        soon(trusting(careless).acquire(&tls_origin("other.test", server.port))).await.unwrap();
    assert_eq!(soon(get(&mut lease)).await.unwrap().status(), 200);
}

#[tokio::test]
async fn the_minimum_version_is_kept() {
    let (server, pem) = secured("localhost", ONLY_12, echo);
    let mut strict = settings(Roots::Pem(pem));
    strict.minimum = TlsMinimum::Tls13;
    let error =
        soon(trusting(strict).acquire(&tls_origin("localhost", server.port))).await.err().unwrap();
    assert_eq!(error.code(), Code::IO_TLS_ERROR_NEGOTIATION_FAILURE);
}

#[tokio::test]
async fn a_silent_or_plain_server_ends_the_handshake() {
    let silent = Server::start(|stream, _| {
        std::thread::sleep(Duration::from_secs(5));
        drop(stream);
    });
    let (_, pem) = secured("localhost", rustls::ALL_VERSIONS, echo);
    let hasty = TlsSettings { handshake_timeout_ms: 100, ..settings(Roots::Pem(pem)) };
    let connections = trusting(hasty);
    let error =
        soon(connections.acquire(&tls_origin("localhost", silent.port))).await.err().unwrap();
    assert_eq!(error.code(), Code::IO_TLS_NEGOTIATION_TIMEOUT);
    let answers = [
        (&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], Code::IO_TLS_ERROR_NEGOTIATION_FAILURE),
        (b"", Code::IO_SOCKET_CLOSED),
    ];
    for (answer, code) in answers {
        let plain = Server::start(move |mut stream, _| {
            let _ = stream.read(&mut [0; 8192]);
            let _ = stream.write_all(answer);
        });
        let error =
            soon(connections.acquire(&tls_origin("localhost", plain.port))).await.err().unwrap();
        assert_eq!(error.code(), code);
    }
}

#[tokio::test]
async fn a_cut_connection_is_not_taken_for_the_end_of_a_body() {
    let (server, pem) = secured("localhost", rustls::ALL_VERSIONS, |mut stream| {
        read_request(&mut stream).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\npart of it").unwrap();
        stream.flush().unwrap();
    });
    let connections = trusting(settings(Roots::Pem(pem)));
    let mut lease = soon(connections.acquire(&tls_origin("localhost", server.port))).await.unwrap();
    let error = soon(get(&mut lease)).await.err().unwrap();
    assert_eq!(error.code(), Code::IO_TLS_ALERT_NOT_GRACEFUL);
}

#[tokio::test]
async fn no_settings_no_connection() {
    let server = Server::answering(ok(b""));
    let error = soon(connections(config()).acquire(&tls_origin("localhost", server.port)))
        .await
        .err()
        .unwrap();
    assert_eq!(error.code(), Code::IO_TLS_CTX_ERROR);
    let missing = Roots::Path { file: Some("/nonexistent/ca.pem".into()), dir: None };
    let connections = trusting(settings(missing));
    let error =
        soon(connections.acquire(&tls_origin("localhost", server.port))).await.err().unwrap();
    assert_eq!(error.code(), Code::IO_TLS_NO_ROOT_CERTIFICATE_FOUND);
}

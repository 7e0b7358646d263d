//! Proxies that want TLS for themselves, and TLS to servers within it.

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::proxies::one;
use super::server::{ok, read_head, read_request};
use super::tls::{certified, settings};
use super::*;
use crate::crt::{Roots, TlsSettings};
use crate::net::proxy::{Proxies, Proxy, Way};

type Secured<Io> = StreamOwned<ServerConnection, Io>;

fn secured<Io: Read + Write>(config: &Arc<ServerConfig>, io: Io) -> Secured<Io> {
    StreamOwned::new(ServerConnection::new(Arc::clone(config)).unwrap(), io)
}

/// Through a proxy with a certificate of its own, to servers with one of another authority.
fn through(port: u16, way: Way, trusted: Bytes, servers: Option<Bytes>) -> Arc<Connections> {
    let tls = Some(settings(Roots::Pem(trusted)));
    let proxies = Proxies::One(Proxy { tls, ..one(port, way) });
    let tls: Option<TlsSettings> = servers.map(|pem| settings(Roots::Pem(pem)));
    connections(Config { proxies, tls, ..config() })
}

/// Answers requests with the body they came with, or with a pattern when they had none.
fn echo(stream: &mut (impl Read + Write)) {
    while let Some((_, body)) = read_request(stream) {
        let body = if body.is_empty() { pattern(2_000_003) } else { body.into() };
        if stream.write_all(&ok(&body)).and_then(|()| stream.flush()).is_err() {
            return;
        }
    }
}

#[tokio::test]
async fn tls_within_tls_carries_bodies_whole() {
    let (outer, trusted) = certified("localhost", rustls::ALL_VERSIONS);
    let (inner, servers) = certified("bucket.test", rustls::ALL_VERSIONS);
    let server = Server::start(move |stream, _| {
        let mut stream = secured(&outer, stream);
        let Some(head) = read_head(&mut stream) else { return };
        assert!(head.starts_with("CONNECT bucket.test:443 HTTP/1.1\r\n"), "{head}");
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        stream.flush().unwrap();
        echo(&mut secured(&inner, stream));
    });
    let connections = through(server.port, Way::Tunnel, trusted, Some(servers));
    let origin = Arc::new(Origin { tls: true, host: "bucket.test".into(), port: 443 });
    for (kind, body, expected) in transfers::outgoing_kinds() {
        let mut lease = soon(connections.acquire(&origin)).await.unwrap();
        assert!(lease.is_tls());
        let mut sink = Sink::default();
        let head = request("PUT", Some(expected.len()));
        soon(exchange(&mut lease, head, body, &mut sink)).await.unwrap();
        let expected = if expected.is_empty() { pattern(2_000_003) } else { expected };
        assert!(sink.body() == expected, "{kind}: the body differs");
    }
    assert_eq!(server.accepted(), 1, "an idle connection is used again");
}

#[tokio::test]
async fn plain_requests_go_through_tls_to_the_proxy() {
    let (outer, trusted) = certified("localhost", rustls::ALL_VERSIONS);
    let server = Server::start(move |stream, _| echo(&mut secured(&outer, stream)));
    let origin = Arc::new(Origin { tls: false, host: "bucket.test".into(), port: 80 });
    for way in [Way::Forward, Way::ByOrigin] {
        let connections = through(server.port, way, trusted.clone(), None);
        let mut lease = soon(connections.acquire(&origin)).await.unwrap();
        assert!(!lease.is_tls(), "the server sees no TLS");
        assert!(soon(get(&mut lease)).await.unwrap().body() == pattern(2_000_003));
    }
}

#[tokio::test]
async fn a_stranger_for_a_proxy_is_refused() {
    let (outer, trusted) = certified("localhost", rustls::ALL_VERSIONS);
    let (inner, servers) = certified("bucket.test", rustls::ALL_VERSIONS);
    let server = Server::start(move |stream, _| {
        let mut stream = secured(&outer, stream);
        if read_head(&mut stream).is_some() {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
            stream.flush().unwrap();
            echo(&mut secured(&inner, stream));
        }
    });
    let origin = Arc::new(Origin { tls: true, host: "bucket.test".into(), port: 443 });
    // The authority of the servers is none for the proxy, and the other way round.
    for (proxy, servers) in [(servers.clone(), servers), (trusted.clone(), trusted)] {
        let connections = through(server.port, Way::Tunnel, proxy, Some(servers));
        let error = soon(connections.acquire(&origin)).await.err().unwrap();
        assert_eq!(error.code(), Code::IO_TLS_ERROR_NEGOTIATION_FAILURE);
        assert!(error.to_string().contains("invalid peer certificate"), "{error}");
    }
}

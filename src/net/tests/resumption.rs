//! How many handshakes are whole ones, and how many resume an earlier session of the same client.

use std::sync::mpsc;

use rustls::{
    HandshakeKind, ServerConfig, ServerConnection, StreamOwned, SupportedProtocolVersion,
};

use super::proxies::one;
use super::server::{ok, read_head, read_request};
use super::tls::{certified, settings, tls_origin, trusting};
use super::*;
use crate::crt::Roots;
use crate::net::proxy::{Proxies, Proxy, Way};

static ONLY_12: &[&SupportedProtocolVersion] = &[&rustls::version::TLS12];
static ONLY_13: &[&SupportedProtocolVersion] = &[&rustls::version::TLS13];

const REQUESTS: usize = 4;

/// Serves one session and tells how it began.
fn serve<Io: Read + Write>(
    config: &Arc<ServerConfig>,
    io: Io,
    kinds: &mpsc::Sender<HandshakeKind>,
) {
    let mut stream = StreamOwned::new(ServerConnection::new(Arc::clone(config)).unwrap(), io);
    while read_request(&mut stream).is_some() {
        kinds.send(stream.conn.handshake_kind().unwrap()).unwrap();
        stream.write_all(&ok(b"x")).unwrap();
        stream.flush().unwrap();
    }
}

fn server(config: Arc<ServerConfig>) -> (Server, mpsc::Receiver<HandshakeKind>) {
    let (sender, kinds) = mpsc::channel();
    let server = Server::start(move |stream, _| serve(&config, stream, &sender));
    (server, kinds)
}

/// Makes as many requests, each over a connection of its own.
async fn ask(connections: &Arc<Connections>, origin: &Arc<Origin>) {
    for _ in 0..REQUESTS {
        let mut lease = soon(connections.acquire(origin)).await.unwrap();
        assert_eq!(soon(get(&mut lease)).await.unwrap().body(), b"x");
        lease.close();
    }
}

fn whole(kinds: &mpsc::Receiver<HandshakeKind>) -> usize {
    let kinds: Vec<_> = (0..REQUESTS).map(|_| kinds.recv().unwrap()).collect();
    kinds.iter().filter(|kind| **kind != HandshakeKind::Resumed).count()
}

#[tokio::test]
async fn one_client_makes_one_whole_handshake() {
    for versions in [ONLY_12, ONLY_13] {
        let (config, pem) = certified("localhost", versions);
        let (server, kinds) = server(config);
        let origin = tls_origin("localhost", server.port);
        let connections = trusting(settings(Roots::Pem(pem.clone())));
        ask(&connections, &origin).await;
        assert_eq!(whole(&kinds), 1);
        // Other settings may trust others.
        let connections = trusting(settings(Roots::Pem(pem)));
        ask(&connections, &origin).await;
        assert_eq!(whole(&kinds), 1, "a client has sessions of its own");
    }
}

#[tokio::test]
async fn sessions_are_resumed_through_tunnels() {
    let (inner, pem) = certified("bucket.test", rustls::ALL_VERSIONS);
    let (outer, trusted) = certified("localhost", rustls::ALL_VERSIONS);
    for secure_proxy in [false, true] {
        let (sender, kinds) = mpsc::channel();
        let (outer_sender, outer_kinds) = mpsc::channel();
        let (inner, outer) = (Arc::clone(&inner), Arc::clone(&outer));
        let proxy = Server::start(move |mut stream, _| {
            if !secure_proxy {
                read_head(&mut stream).unwrap();
                stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
                return serve(&inner, stream, &sender);
            }
            let session = ServerConnection::new(Arc::clone(&outer)).unwrap();
            let mut stream = StreamOwned::new(session, stream);
            read_head(&mut stream).unwrap();
            outer_sender.send(stream.conn.handshake_kind().unwrap()).unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
            stream.flush().unwrap();
            serve(&inner, stream, &sender);
        });
        let tls = secure_proxy.then(|| settings(Roots::Pem(trusted.clone())));
        let proxies = Proxies::One(Proxy { tls, ..one(proxy.port, Way::Tunnel) });
        let tls = Some(settings(Roots::Pem(pem.clone())));
        let connections = connections(Config { proxies, tls, ..config() });
        ask(&connections, &tls_origin("bucket.test", 443)).await;
        assert_eq!(whole(&kinds), 1);
        if secure_proxy {
            assert_eq!(whole(&outer_kinds), 1, "with the proxy as well");
        }
    }
}

//! Requests through a proxy.

use std::sync::mpsc;

use super::server::{ok, read_head};
use super::*;

/// A proxy that shows each head it reads, and gives the answers in turn.
fn proxy(answers: &'static [&'static [u8]]) -> (Server, mpsc::Receiver<String>) {
    let (sender, heads) = mpsc::channel();
    let server = Server::start(move |mut stream, _| {
        for answer in answers {
            let Some(head) = read_head(&mut stream) else { return };
            sender.send(head).unwrap();
            stream.write_all(answer).unwrap();
        }
        let _ = stream.read(&mut [0]);
    });
    (server, heads)
}

fn through(port: u16, always_tunnel: bool) -> Arc<Connections> {
    let authorization = Some("Basic YTpi".into());
    let proxy = Proxy { host: "localhost".into(), port, tls: None, authorization, always_tunnel };
    connections(Config { proxy: Some(proxy), ..config() })
}

#[tokio::test]
async fn requests_are_forwarded() {
    let (server, heads) = proxy(&[b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"]);
    let connections = through(server.port, false);
    let origin = Arc::new(Origin { tls: false, host: "bucket.test".into(), port: 8080 });
    let mut lease = soon(connections.acquire(&origin)).await.unwrap();
    assert_eq!(soon(get(&mut lease)).await.unwrap().body(), b"x");
    let head = heads.recv().unwrap();
    assert!(
        head.starts_with("GET http://bucket.test:8080/key HTTP/1.1\r\nHost: localhost\r\n"),
        "{head}"
    );
    assert!(head.contains("\r\nProxy-Authorization: Basic YTpi\r\n"), "{head}");
}

#[tokio::test]
async fn a_tunnel_carries_the_request_untouched() {
    // The answer of HTTP/1.0, as small proxies give it, does not end the tunnel.
    let (server, heads) = proxy(&[
        b"HTTP/1.0 200 Connection established\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\n\r\n",
    ]);
    let connections = through(server.port, true);
    let origin = Arc::new(Origin { tls: false, host: "::1".into(), port: 80 });
    let mut lease = soon(connections.acquire(&origin)).await.unwrap();
    assert_eq!(soon(get(&mut lease)).await.unwrap().status(), 204);
    let connect =
        "CONNECT [::1]:80 HTTP/1.1\r\nHost: [::1]:80\r\nProxy-Authorization: Basic YTpi\r\n\r\n";
    assert_eq!(heads.recv().unwrap(), connect);
    assert_eq!(heads.recv().unwrap(), "GET /key HTTP/1.1\r\nHost: localhost\r\n\r\n");
}

#[tokio::test]
async fn a_refused_tunnel_is_told() {
    let (server, _heads) = proxy(&[b"HTTP/1.1 407 Authenticate\r\nContent-Length: 0\r\n\r\n"]);
    let origin = Arc::new(Origin { tls: false, host: "bucket.test".into(), port: 80 });
    let error = soon(through(server.port, true).acquire(&origin)).await.err().unwrap();
    assert_eq!(error.code(), Code::HTTP_PROXY_CONNECT_FAILED);
    let gone = Server::answering(ok(b""));
    let error =
        soon(through(gone.port, true).acquire(&origin)).await.map(|lease| lease.is_reusable());
    assert!(error.unwrap(), "a 200 with Content-Length is a tunnel too");
}

//! Requests through a proxy: forwarded, tunnelled, refused, and around it.

use std::sync::mpsc;

use super::server::{ok, read_head};
use super::*;
use crate::net::proxy::{Credentials, Environment, NoProxy, Proxies, Proxy, Way};

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

/// The proxy on that port, with a name and a password.
pub fn one(port: u16, way: Way) -> Proxy {
    Proxy {
        host: "localhost".into(),
        port,
        tls: None,
        credentials: Credentials::basic(b"a", b"b"),
        way,
        no_proxy: NoProxy::default(),
    }
}

fn through(proxy: Proxy) -> Arc<Connections> {
    connections(Config { proxies: Proxies::One(proxy), tunnel_timeout_ms: 2000, ..config() })
}

fn bucket(tls: bool, host: &str, port: u16) -> Arc<Origin> {
    Arc::new(Origin { tls, host: host.into(), port })
}

async fn failure(connections: &Arc<Connections>, origin: &Arc<Origin>) -> crate::error::Error {
    soon(connections.acquire(origin)).await.err().expect("no connection")
}

#[tokio::test]
async fn requests_are_forwarded() {
    let (server, heads) = proxy(&[b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"]);
    let connections = through(one(server.port, Way::Forward));
    let mut lease = soon(connections.acquire(&bucket(false, "bucket.test", 8080))).await.unwrap();
    assert_eq!(soon(get(&mut lease)).await.unwrap().body(), b"x");
    let head = heads.recv().unwrap();
    assert!(
        head.starts_with("GET http://bucket.test:8080/key HTTP/1.1\r\nHost: localhost\r\n"),
        "{head}"
    );
    assert!(head.contains("\r\nProxy-Authorization: Basic YTpi\r\n"), "{head}");
}

#[tokio::test]
async fn a_target_that_names_a_server_is_forwarded_to_that_of_the_connection() {
    const ANSWER: &[u8] = b"HTTP/1.1 204 No Content\r\n\r\n";
    let (server, heads) = proxy(&[ANSWER; 4]);
    let connections = through(one(server.port, Way::Forward));
    let mut lease = soon(connections.acquire(&bucket(false, "bucket.test", 80))).await.unwrap();
    for (target, forwarded) in [
        ("http://other.test/k?a=b", "http://bucket.test:80/k?a=b"),
        ("http://other.test", "http://bucket.test:80"),
        ("/http://other.test/k", "http://bucket.test:80/http://other.test/k"),
        ("*", "http://bucket.test:80"),
    ] {
        let head = RequestHead { target: target.into(), ..request("GET", None) };
        soon(exchange(&mut lease, head, Outgoing::Empty, &mut Sink::default())).await.unwrap();
        let head = heads.recv().unwrap();
        assert!(head.starts_with(&format!("GET {forwarded} HTTP/1.1\r\n")), "{head}");
    }
    assert_eq!(server.accepted(), 1);
}

#[tokio::test]
async fn the_last_request_to_a_proxy_says_so() {
    const ANSWER: &[u8] = b"HTTP/1.1 204 No Content\r\n\r\n";
    for (field, last) in [("Proxy-Connection", true), ("Connection", true), ("X-Close", false)] {
        let (server, _heads) = proxy(&[ANSWER; 2]);
        let connections = through(one(server.port, Way::Forward));
        let mut lease = soon(connections.acquire(&bucket(false, "h.test", 80))).await.unwrap();
        let mut head = request("GET", None);
        head.headers.push(field, "close");
        soon(exchange(&mut lease, head, Outgoing::Empty, &mut Sink::default())).await.unwrap();
        assert_eq!(lease.is_reusable(), !last, "{field}");
    }
}

#[tokio::test]
async fn a_tunnel_carries_the_request_untouched() {
    // The answer of HTTP/1.0, as small proxies give it, does not end the tunnel.
    let (server, heads) = proxy(&[
        b"HTTP/1.0 200 Connection established\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\n\r\n",
    ]);
    let connections = through(one(server.port, Way::Tunnel));
    let mut lease = soon(connections.acquire(&bucket(false, "::1", 80))).await.unwrap();
    assert!(!lease.is_tls());
    assert_eq!(soon(get(&mut lease)).await.unwrap().status(), 204);
    let connect = "CONNECT [::1]:80 HTTP/1.1\r\nHost: [::1]:80\r\nProxy-Connection: Keep-Alive\r\n\
                   Proxy-Authorization: Basic YTpi\r\n\r\n";
    assert_eq!(heads.recv().unwrap(), connect);
    assert_eq!(heads.recv().unwrap(), "GET /key HTTP/1.1\r\nHost: localhost\r\n\r\n");
}

#[tokio::test]
async fn a_refused_tunnel_is_told() {
    let refused = Code::HTTP_PROXY_CONNECT_FAILED;
    let table: [(&[u8], Code, &str); 9] = [
        (b"HTTP/1.1 407 Authenticate\r\nContent-Length: 0\r\n\r\n", refused, "407"),
        (b"HTTP/1.1 407 Authenticate\r\nContent-Length: 5\r\n\r\nno", refused, "407"),
        (b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 4\r\n\r\npage", refused, "status 502"),
        (b"HTTP/1.1 301 Moved\r\nLocation: http://other.test/\r\n\r\n", refused, "status 301"),
        (b"HTTP/1.1 200 OK\r\n\r\nearly", refused, "more than the answer"),
        (b"\x16\x03\x01garbage", Code::HTTP_PROTOCOL_ERROR, "not a head"),
        (b"HTTP/1.1 200", Code::IO_SOCKET_CLOSED, "closed"),
        (b"", Code::IO_SOCKET_CLOSED, "closed"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", Code::IO_SOCKET_CLOSED, "closed"),
    ];
    for (answer, code, reason) in table {
        let server = Server::start(move |mut stream, _| {
            read_head(&mut stream);
            stream.write_all(answer).unwrap();
        });
        let connections = through(one(server.port, Way::Tunnel));
        let error = failure(&connections, &bucket(true, "bucket.test", 443)).await;
        assert_eq!(error.code(), code, "{answer:?}: {error}");
        assert!(error.to_string().contains(reason), "{answer:?}: {error}");
    }
    for answer in [ok(b""), b"HTTP/1.1 299 Fine\r\n\r\n".to_vec()] {
        let generous = Server::answering(answer);
        let connections = through(one(generous.port, Way::Tunnel));
        let lease = soon(connections.acquire(&bucket(false, "bucket.test", 80))).await;
        assert!(lease.unwrap().is_reusable(), "any 2xx, with or without Content-Length");
    }
}

#[tokio::test]
async fn an_answer_to_connect_is_not_awaited_for_ever() {
    for answer in [&b""[..], b"HTTP/1.1 200"] {
        let server = Server::start(move |mut stream, _| {
            read_head(&mut stream);
            stream.write_all(answer).unwrap();
            let _ = stream.read(&mut [0]);
        });
        let connections = through(one(server.port, Way::Tunnel));
        let error = failure(&connections, &bucket(true, "bucket.test", 443)).await;
        assert_eq!(error.code(), Code::IO_SOCKET_TIMEOUT);
        assert!(error.to_string().contains("did not answer in time"), "{error}");
    }
}

#[tokio::test]
async fn giving_up_while_a_tunnel_opens_closes_the_connection() {
    let (sender, ended) = mpsc::channel();
    let server = Server::start(move |mut stream, _| {
        read_head(&mut stream);
        sender.send(()).unwrap();
        assert!(matches!(stream.read(&mut [0]), Ok(0) | Err(_)));
        sender.send(()).unwrap();
    });
    let connections =
        connections(Config { proxies: Proxies::One(one(server.port, Way::Tunnel)), ..config() });
    let origin = bucket(false, "bucket.test", 80);
    let waiting = timeout(Duration::from_millis(300), connections.acquire(&origin));
    assert!(waiting.await.is_err());
    for _ in 0..2 {
        ended.recv_timeout(Duration::from_secs(5)).unwrap();
    }
    assert_eq!(connections.numbers(&origin), Numbers::default());
}

#[tokio::test]
async fn tls_is_not_forwarded() {
    let (server, _heads) = proxy(&[]);
    let connections = through(one(server.port, Way::Forward));
    let error = failure(&connections, &bucket(true, "bucket.test", 443)).await;
    assert_eq!(error.code(), Code::INVALID_STATE);
    assert_eq!(server.accepted(), 0);
}

#[tokio::test]
async fn hosts_of_the_list_are_reached_directly() {
    let server = Server::answering(ok(b"direct"));
    let (bystander, _heads) = proxy(&[b"HTTP/1.1 204 No Content\r\n\r\n"]);
    let no_proxy = NoProxy::new("other.test, .bucket.test");
    let connections = through(Proxy { no_proxy, ..one(bystander.port, Way::Forward) });
    let mut lease =
        soon(connections.acquire(&bucket(false, "a.bucket.test", server.port))).await.unwrap();
    assert_eq!(soon(get(&mut lease)).await.unwrap().body(), b"direct");
    assert_eq!(bystander.accepted(), 0);
    let mut lease =
        soon(connections.acquire(&bucket(false, "bucket.org", server.port))).await.unwrap();
    assert_eq!(soon(get(&mut lease)).await.unwrap().status(), 204);
    assert_eq!((bystander.accepted(), server.accepted()), (1, 1));
}

#[tokio::test]
async fn the_environment_is_asked_for_every_connection() {
    static URL: std::sync::Mutex<String> = std::sync::Mutex::new(String::new());
    let variable = |name: &str| (name == "http_proxy").then(|| URL.lock().unwrap().clone());
    let environment = Environment { way: Way::ByOrigin, tls: None, variable };
    let connections =
        connections(Config { proxies: Proxies::Environment(environment), ..config() });
    let server = Server::answering(ok(b"direct"));
    let origin = bucket(false, "bucket.test", server.port);
    let mut lease = soon(connections.acquire(&origin)).await.unwrap();
    assert_eq!(soon(get(&mut lease)).await.unwrap().body(), b"direct");
    lease.close();
    drop(lease);
    let (server, heads) = proxy(&[b"HTTP/1.1 204 No Content\r\n\r\n"]);
    *URL.lock().unwrap() = format!("http://a:%62@localhost:{}/", server.port);
    let mut lease = soon(connections.acquire(&origin)).await.unwrap();
    assert_eq!(soon(get(&mut lease)).await.unwrap().status(), 204);
    let head = heads.recv().unwrap();
    assert!(head.contains("\r\nProxy-Authorization: Basic YTpi\r\n"), "{head}");
    lease.close();
    drop(lease);
    *URL.lock().unwrap() = "socks5://localhost".into();
    assert_eq!(failure(&connections, &origin).await.code(), Code::S3_UNSUPPORTED_PROXY_SCHEME);
}

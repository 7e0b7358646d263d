//! Exchanges that succeed.

use std::sync::mpsc;

use super::server::{ok, read_head, read_request};
use super::*;
use crate::net::exchange::BLOCKS_READ;

#[tokio::test]
async fn a_body_arrives_whole_and_the_connection_is_used_again() {
    let body = pattern(5 * 1024 * 1024 + 17);
    let server = Server::answering(ok(&body));
    let connections = connections(config());
    let origin = origin(server.port);
    for round in 0..3 {
        let mut lease = soon(connections.acquire(&origin)).await.unwrap();
        let mut sink = Sink::with_room(body.len());
        let stamps = soon(exchange(&mut lease, request("GET", None), Outgoing::Empty, &mut sink))
            .await
            .unwrap();
        assert_eq!(sink.status(), 200);
        assert!(sink.body() == body, "round {round}: the body differs");
        assert!(
            stamps.send_start_ns <= stamps.send_end_ns
                && stamps.send_end_ns <= stamps.receive_start_ns
        );
        assert!(stamps.send_start_ns.is_some() && stamps.receive_start_ns <= stamps.receive_end_ns);
        assert!(stamps.bytes_received > body.len() as u64 && stamps.bytes_sent > 20);
    }
    assert_eq!(server.accepted(), 1);
}

/// A server that hands every body it was sent back to the test.
fn collecting() -> (Server, mpsc::Receiver<Vec<u8>>) {
    let (sender, bodies) = mpsc::channel();
    let server = Server::start(move |mut stream, _| {
        while let Some((_, body)) = read_request(&mut stream) {
            sender.send(body).unwrap();
            stream.write_all(&ok(b"")).unwrap();
        }
    });
    (server, bodies)
}

struct Pieces(Vec<Bytes>);

impl OutgoingStream for Pieces {
    fn next(&mut self) -> NextChunk<'_> {
        Box::pin(async {
            tokio::task::yield_now().await;
            Ok(self.0.pop())
        })
    }
}

#[tokio::test]
async fn bodies_of_every_kind_are_sent_whole() {
    let (server, bodies) = collecting();
    let connections = connections(config());
    let mut lease = soon(connections.acquire(&origin(server.port))).await.unwrap();
    for (kind, body, expected) in outgoing_kinds() {
        let mut sink = Sink::default();
        let head = request("PUT", Some(expected.len()));
        soon(exchange(&mut lease, head, body, &mut sink)).await.unwrap();
        assert!(bodies.recv().unwrap() == expected, "{kind}: the body differs");
    }
    assert_eq!(server.accepted(), 1);
    if crate::os::SENDS_FILES {
        assert_eq!(BLOCKS_READ.get(), 0, "the file did not pass through memory");
    }
}

#[tokio::test]
async fn what_the_system_will_not_send_is_read() {
    let (server, bodies) = collecting();
    let connections = connections(config());
    let mut lease = soon(connections.acquire(&origin(server.port))).await.unwrap();
    // Files of this kind have no length, and many systems refuse to send them.
    let content = std::fs::read("/proc/version").unwrap();
    let file = Arc::new(std::fs::File::open("/proc/version").unwrap());
    let len = content.len() as u64;
    let body = Outgoing::File { file, offset: 0, len };
    let head = request("PUT", Some(content.len()));
    soon(exchange(&mut lease, head, body, &mut Sink::default())).await.unwrap();
    assert_eq!(bodies.recv().unwrap(), content);
}

/// One body of each kind, with the bytes it stands for.
pub fn outgoing_kinds() -> Vec<(&'static str, Outgoing, Bytes)> {
    let bytes = pattern(3 * 1024 * 1024 + 5);
    let pieces: Vec<Bytes> =
        (0..200).map(|index| bytes.slice(index * 1000..(index + 1) * 1000)).collect();
    let path =
        std::env::temp_dir().join(format!("net-outgoing-{}-{:p}", std::process::id(), &bytes));
    std::fs::write(&path, &bytes).unwrap();
    let file = Arc::new(std::fs::File::open(&path).unwrap());
    std::fs::remove_file(&path).unwrap();
    let backwards = pieces.iter().rev().cloned().collect();
    let (offset, len) = (11, 2_500_000);
    vec![
        ("empty", Outgoing::Empty, Bytes::new()),
        ("one", Outgoing::Bytes(vec![bytes.clone()]), bytes.clone()),
        ("many", Outgoing::Bytes(pieces), bytes.slice(..200_000)),
        ("stream", Outgoing::Stream(Box::new(Pieces(backwards))), bytes.slice(..200_000)),
        ("file", Outgoing::File { file, offset, len }, bytes.slice(11..2_500_011)),
    ]
}

#[tokio::test]
async fn chunked_bodies_interim_responses_and_trailers() {
    let body = pattern(300_000);
    let mut answer =
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            .to_vec();
    for chunk in body.chunks(70_000) {
        answer.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        answer.extend_from_slice(chunk);
        answer.extend_from_slice(b"\r\n");
    }
    answer.extend_from_slice(b"0\r\nx-check: 1\r\n\r\n");
    let server = Server::answering(answer);
    let connections = connections(config());
    for _ in 0..2 {
        let mut lease = soon(connections.acquire(&origin(server.port))).await.unwrap();
        let sink = soon(get(&mut lease)).await.unwrap();
        assert!(sink.body() == body);
        assert_eq!(sink.trailers.value("X-Check").unwrap(), "1");
    }
    assert_eq!(server.accepted(), 1);
}

#[tokio::test]
async fn the_last_request_of_a_connection_says_so() {
    let server = Server::answering(ok(b"x"));
    let connections = connections(config());
    for (option, last) in [("keep-alive", false), ("TE, Close", true), ("close", true)] {
        let mut lease = soon(connections.acquire(&origin(server.port))).await.unwrap();
        let mut head = request("GET", None);
        head.headers.push("Connection", option);
        let mut sink = Sink::default();
        soon(exchange(&mut lease, head, Outgoing::Empty, &mut sink)).await.unwrap();
        assert_eq!(sink.body(), b"x");
        assert_eq!(lease.is_reusable(), !last, "{option}");
    }
    assert_eq!(server.accepted(), 2);
}

#[tokio::test]
async fn a_request_that_is_refused_is_not_sent() {
    let (server, bodies) = collecting();
    let connections = connections(config());
    let mut lease = soon(connections.acquire(&origin(server.port))).await.unwrap();
    let mut smuggling = request("PUT", Some(1));
    smuggling.headers.push("Transfer-Encoding", "chunked");
    let body = || Outgoing::Bytes(vec![Bytes::from_static(b"b")]);
    let refused = soon(exchange(&mut lease, smuggling, body(), &mut Sink::default())).await;
    assert_eq!(refused.unwrap_err().code(), Code::HTTP_INVALID_HEADER_FIELD);
    // What follows is read as a request of its own.
    soon(exchange(&mut lease, request("PUT", Some(1)), body(), &mut Sink::default()))
        .await
        .unwrap();
    assert_eq!((bodies.recv().unwrap(), server.accepted()), (b"b".to_vec(), 1));
}

#[tokio::test]
async fn a_stream_ends_where_the_head_says() {
    let (server, bodies) = collecting();
    let connections = connections(config());
    let mut lease = soon(connections.acquire(&origin(server.port))).await.unwrap();
    let pieces = vec![Bytes::from_static(b"GET / HTTP/1.1\r\n\r\n"), Bytes::from_static(b"ab")];
    let stream = Outgoing::Stream(Box::new(Pieces(pieces)));
    let head = request("PUT", Some(3));
    let failed = soon(exchange(&mut lease, head, stream, &mut Sink::default())).await;
    assert_eq!(failed.unwrap_err().code(), Code::HTTP_OUTGOING_STREAM_LENGTH_INCORRECT);
    assert!(!lease.is_reusable());
    drop(lease);
    assert!(bodies.recv_timeout(Duration::from_millis(200)).is_err(), "no request became of it");
}

#[tokio::test]
async fn a_body_until_close() {
    let body = pattern(100_000);
    let sent = body.clone();
    let server = Server::start(move |mut stream, _| {
        read_head(&mut stream).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        stream.write_all(&sent).unwrap();
    });
    let connections = connections(config());
    let mut lease = soon(connections.acquire(&origin(server.port))).await.unwrap();
    // Room for exactly the body: the end must still be seen.
    let mut sink = Sink::with_room(body.len());
    soon(exchange(&mut lease, request("GET", None), Outgoing::Empty, &mut sink)).await.unwrap();
    assert!(sink.body() == body);
    assert!(!lease.is_reusable());
}

#[tokio::test]
async fn a_response_to_head_has_no_body() {
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    let connections = connections(config());
    let mut lease = soon(connections.acquire(&origin(server.port))).await.unwrap();
    for _ in 0..2 {
        let mut sink = Sink::default();
        soon(exchange(&mut lease, request("HEAD", None), Outgoing::Empty, &mut sink))
            .await
            .unwrap();
        assert_eq!((sink.status(), sink.body().len()), (200, 0));
    }
}

#[tokio::test]
async fn a_reply_before_the_request_is_written_ends_it() {
    let server = Server::start(|mut stream, _| {
        read_head(&mut stream).unwrap();
        stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno").unwrap();
        // Reads nothing more until the client gives up.
        std::thread::sleep(Duration::from_millis(300));
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
    });
    let connections = connections(config());
    let mut lease = soon(connections.acquire(&origin(server.port))).await.unwrap();
    let body = pattern(64 * 1024 * 1024);
    let mut sink = Sink::default();
    let head = request("PUT", Some(body.len()));
    let stamps = soon(exchange(&mut lease, head, Outgoing::Bytes(vec![body.clone()]), &mut sink))
        .await
        .unwrap();
    assert_eq!((sink.status(), sink.body()), (403, &b"no"[..]));
    assert!(stamps.bytes_sent < body.len() as u64 && stamps.send_end_ns.is_none());
    assert!(!lease.is_reusable());
}

/// What comes of a PUT of 8 MiB that is answered with success before the server has read it, and what the server
/// then does.
async fn accepted_early(then: impl Fn(TcpStream) + Send + Sync + 'static) -> Result<Stamps> {
    let server = Server::start(move |mut stream, _| {
        read_head(&mut stream).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").unwrap();
        std::thread::sleep(Duration::from_millis(200));
        then(stream);
    });
    let connections = connections(config());
    let mut lease = soon(connections.acquire(&origin(server.port))).await.unwrap();
    let body = pattern(8 * 1024 * 1024);
    let head = request("PUT", Some(body.len()));
    soon(exchange(&mut lease, head, Outgoing::Bytes(vec![body]), &mut Sink::default())).await
}

#[tokio::test]
async fn success_told_early_is_one_only_when_the_request_is_written() {
    let (told, read) = mpsc::channel();
    let stamps = accepted_early(move |mut stream| {
        let mut body = vec![0; 8 * 1024 * 1024];
        stream.read_exact(&mut body).unwrap();
        told.send(body == pattern(body.len())).unwrap();
    })
    .await
    .unwrap();
    assert!(stamps.send_end_ns.is_some());
    assert!(read.recv().unwrap(), "the body arrived as it was sent");

    let ended = accepted_early(drop).await;
    assert_eq!(ended.unwrap_err().code(), Code::IO_SOCKET_CLOSED);
}

//! Bodies that wait for their turn, and what is told of those that are sent.

use std::task::{Context, Poll};

use tokio::time::{Instant, Sleep};

use super::server::{ok, read_request};
use super::tls::{Secured, secured, settings, tls_origin, trusting};
use super::*;
use crate::crt::Roots;

/// Holds the body back for a while once the head is there.
struct Held {
    sink: Sink,
    turn: std::pin::Pin<Box<Sleep>>,
    wait: Duration,
    admitted: bool,
    sent: u64,
    done: usize,
}

impl Held {
    fn back_for(wait: Duration) -> Self {
        let turn = Box::pin(tokio::time::sleep(wait));
        Self { sink: Sink::default(), turn, wait, admitted: false, sent: 0, done: 0 }
    }
}

impl Incoming for Held {
    fn head(&mut self, head: ResponseHead) -> Result<()> {
        self.turn.as_mut().reset(Instant::now() + self.wait);
        self.sink.head(head)
    }

    fn room(&mut self) -> Result<&mut dyn BufMut> {
        assert!(self.admitted, "the body came before its turn");
        self.sink.room()
    }

    fn received(&mut self, bytes: usize) {
        self.sink.received(bytes);
    }

    fn is_held(&self) -> bool {
        !self.admitted
    }

    fn poll_admitted(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        assert!(self.sink.head.is_some(), "a turn is waited for before the head");
        self.turn.as_mut().poll(cx).map(|()| self.admitted = true)
    }

    fn expects_hold(&self) -> bool {
        !self.admitted
    }

    fn sent(&mut self, bytes: u64) {
        assert_eq!(self.done, 0, "sent after the end");
        self.sent += bytes;
    }

    fn done_sending(&mut self) {
        self.done += 1;
    }
}

async fn get_held(lease: &mut Lease, wait: Duration) -> Result<Held> {
    let mut held = Held::back_for(wait);
    let (head, deadlines) = (request("GET", None), Deadlines::default());
    let mut stamps = Stamps::default();
    lease.exchange(&head, Outgoing::Empty, &mut held, &deadlines, &mut stamps).await?;
    Ok(held)
}

/// Bodies that fit behind their head and such that do not, by their length and in chunks.
fn answers() -> Vec<(Bytes, Vec<u8>)> {
    let chunked = |body: &[u8]| {
        let mut answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
        for chunk in body.chunks(3000) {
            answer.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            answer.extend_from_slice(chunk);
            answer.extend_from_slice(b"\r\n");
        }
        answer.extend_from_slice(b"0\r\n\r\n");
        answer
    };
    let sizes = [1, 2000, 100_000, 3 * 1024 * 1024];
    let bodies = sizes.into_iter().map(pattern);
    bodies.flat_map(|body| [(body.clone(), ok(&body)), (body.clone(), chunked(&body))]).collect()
}

#[tokio::test]
async fn a_held_body_arrives_whole_in_its_turn() {
    for (body, answer) in answers() {
        let server = Server::answering(answer);
        let connections = connections(config());
        let mut lease = soon(connections.acquire(&origin(server.port))).await.unwrap();
        for _ in 0..2 {
            let wait = Duration::from_millis(30);
            let held = soon(get_held(&mut lease, wait)).await.unwrap();
            assert!(held.sink.body() == body, "{} bytes differ", body.len());
            assert_eq!(held.sink.reported, body.len());
        }
        assert_eq!(server.accepted(), 1);
    }
}

#[tokio::test]
async fn a_held_body_is_whole_though_the_farewell_came_with_it() {
    let body = pattern(2000);
    let close = "HTTP/1.1 200 OK\r\nConnection: close\r\n";
    let until_close = [close.as_bytes(), b"\r\n", &body].concat();
    let chunked =
        [close.as_bytes(), b"Transfer-Encoding: chunked\r\n\r\n7d0\r\n", &body, b"\r\n0\r\n\r\n"];
    for answer in [until_close, chunked.concat()] {
        let (server, pem) =
            secured("localhost", rustls::ALL_VERSIONS, move |mut stream: Secured| {
                read_request(&mut stream).unwrap();
                stream.conn.writer().write_all(&answer).unwrap();
                stream.conn.send_close_notify();
                stream.flush().unwrap();
            });
        let connections = trusting(settings(Roots::Pem(pem)));
        let origin = tls_origin("localhost", server.port);
        let mut lease = soon(connections.acquire(&origin)).await.unwrap();
        let held = soon(get_held(&mut lease, Duration::from_millis(30))).await.unwrap();
        assert!(held.sink.body() == body);
    }
}

#[tokio::test]
async fn a_held_body_is_not_blamed_for_standing_still() {
    let mut config = config();
    config.monitoring = Some(Monitoring { min_bytes_per_s: 100, interval_s: 1 });
    let body = pattern(200_000);
    let server = Server::answering(ok(&body));
    let connections = connections(config);
    let mut lease = soon(connections.acquire(&origin(server.port))).await.unwrap();
    let held = soon(get_held(&mut lease, Duration::from_millis(2500))).await.unwrap();
    assert!(held.sink.body() == body);
}

#[tokio::test]
async fn a_connection_that_ends_while_its_body_is_held_fails_in_its_turn() {
    let server = Server::start(|mut stream, _| {
        read_request(&mut stream);
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nbegun").unwrap();
    });
    let connections = connections(config());
    let mut lease = soon(connections.acquire(&origin(server.port))).await.unwrap();
    let failed = soon(get_held(&mut lease, Duration::from_millis(50))).await;
    assert_eq!(failed.err().map(|error| error.code()), Some(Code::IO_SOCKET_CLOSED));
}

#[tokio::test]
async fn what_is_sent_is_told_to_the_last_byte() {
    let server = Server::answering(ok(b""));
    let connections = connections(config());
    let mut lease = soon(connections.acquire(&origin(server.port))).await.unwrap();
    for (kind, body, expected) in super::transfers::outgoing_kinds() {
        let mut held = Held::back_for(Duration::ZERO);
        let head = request("PUT", Some(expected.len()));
        let mut stamps = Stamps::default();
        let deadlines = Deadlines::default();
        soon(lease.exchange(&head, body, &mut held, &deadlines, &mut stamps)).await.unwrap();
        assert_eq!((held.sent, held.done), (stamps.bytes_sent, 1), "{kind}");
        assert!(held.sent > expected.len() as u64, "{kind}");
    }
}

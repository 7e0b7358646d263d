//! Exchanges that fail, each with its code, none without end.

use std::thread::sleep;

use super::server::{ok, read_head};
use super::*;

/// What comes of one GET against a server that runs `script` on each connection.
async fn outcome(config: Config, script: impl Fn(TcpStream) + Send + Sync + 'static) -> Code {
    let server = Server::start(move |stream, _| script(stream));
    let connections = connections(config);
    let origin = origin(server.port);
    let mut lease = soon(connections.acquire(&origin)).await.unwrap();
    let error = soon(get(&mut lease)).await.err().expect("the exchange fails");
    assert!(!lease.is_reusable());
    drop(lease);
    assert_eq!(connections.numbers(&origin), Numbers::default());
    error.code()
}

fn answer(bytes: &'static [u8]) -> impl Fn(TcpStream) + Send + Sync {
    move |mut stream| {
        read_head(&mut stream).unwrap();
        stream.write_all(bytes).unwrap();
    }
}

#[tokio::test]
async fn a_close_within_the_response() {
    let cut = [
        &b""[..],
        b"HTTP/1.1 200 OK\r\nContent-",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
    ];
    for bytes in cut {
        assert_eq!(outcome(config(), answer(bytes)).await, Code::IO_SOCKET_CLOSED);
    }
}

#[tokio::test]
async fn garbage() {
    let code = outcome(config(), answer(b"\x00\x01garbage garbage\r\n\r\n")).await;
    assert_eq!(code, Code::HTTP_PROTOCOL_ERROR);
    let code =
        outcome(config(), answer(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"))
            .await;
    assert_eq!(code, Code::HTTP_PROTOCOL_ERROR);
}

#[tokio::test]
async fn a_head_without_end() {
    let code = outcome(config(), |mut stream| {
        read_head(&mut stream).unwrap();
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
        while stream.write_all(b"X-More: and more and more\r\n").is_ok() {}
    })
    .await;
    assert_eq!(code, Code::HTTP_PROTOCOL_ERROR);
}

#[tokio::test]
async fn framing_without_end() {
    let table: [(&[u8], &[u8]); 4] = [
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"extension=1;"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"Trailer: x\r\n"),
    ];
    for (beginning, more) in table {
        let code = outcome(config(), move |mut stream| {
            read_head(&mut stream).unwrap();
            let _ = stream.write_all(beginning);
            while stream.write_all(more).is_ok() {}
        })
        .await;
        assert_eq!(code, Code::HTTP_PROTOCOL_ERROR, "{:?}", more.escape_ascii().to_string());
    }
}

#[tokio::test]
async fn more_body_than_announced() {
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdefgh");
    let connections = connections(config());
    let mut lease = soon(connections.acquire(&origin(server.port))).await.unwrap();
    assert_eq!(soon(get(&mut lease)).await.unwrap().body(), b"abc");
    assert!(!lease.is_reusable(), "what follows is nobody's reply");
}

#[tokio::test]
async fn a_reset() {
    let code = outcome(config(), |mut stream| {
        read_head(&mut stream).unwrap();
        socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
        sleep(Duration::from_millis(50));
    })
    .await;
    assert_eq!(code, Code::IO_SOCKET_CLOSED);
}

#[tokio::test]
async fn a_body_larger_than_its_room() {
    let server = Server::answering(ok(&pattern(1000)));
    let connections = connections(config());
    let mut lease = soon(connections.acquire(&origin(server.port))).await.unwrap();
    let mut sink = Sink::with_room(999);
    let failed = soon(exchange(&mut lease, request("GET", None), Outgoing::Empty, &mut sink)).await;
    assert_eq!(failed.unwrap_err().code(), Code::DEST_COPY_TOO_SMALL);
    assert!(!lease.is_reusable());
}

#[tokio::test]
async fn a_request_that_cannot_be_written_leaves_the_connection_alone() {
    let server = Server::answering(ok(b"x"));
    let connections = connections(config());
    let mut lease = soon(connections.acquire(&origin(server.port))).await.unwrap();
    let mut head = request("GET", None);
    head.headers.push("A", "b\r\nC: d");
    let failed = soon(exchange(&mut lease, head, Outgoing::Empty, &mut Sink::default())).await;
    assert_eq!(failed.unwrap_err().code(), Code::HTTP_INVALID_HEADER_VALUE);
    assert_eq!(soon(get(&mut lease)).await.unwrap().body(), b"x");
}

#[tokio::test]
async fn a_stall_before_the_first_byte() {
    let server = Server::start(|mut stream, _| {
        read_head(&mut stream).unwrap();
        sleep(Duration::from_secs(5));
    });
    let connections = connections(config());
    let mut lease = soon(connections.acquire(&origin(server.port))).await.unwrap();
    let deadlines = Deadlines { first_byte_ms: 100 };
    let mut stamps = Stamps::default();
    let mut sink = Sink::default();
    let head = request("GET", None);
    let started = std::time::Instant::now();
    let failed =
        soon(lease.exchange(&head, Outgoing::Empty, &mut sink, &deadlines, &mut stamps)).await;
    assert_eq!(failed.unwrap_err().code(), Code::HTTP_RESPONSE_FIRST_BYTE_TIMEOUT);
    assert!(
        started.elapsed() >= Duration::from_millis(100)
            && started.elapsed() < Duration::from_secs(4)
    );
    assert_eq!(stamps.receive_start_ns, None);
}

#[tokio::test]
async fn too_little_progress() {
    let mut config = config();
    config.monitoring = Some(Monitoring { min_bytes_per_s: 100, interval_s: 2 });
    let code = outcome(config, |mut stream| {
        read_head(&mut stream).unwrap();
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        // A byte at a time is progress, but not enough.
        while stream.write_all(b"x").is_ok() {
            sleep(Duration::from_millis(100));
        }
    })
    .await;
    assert_eq!(code, Code::HTTP_CHANNEL_THROUGHPUT_FAILURE);
}

/// A server that sends a byte now and then, wherever it is in the response.
#[tokio::test]
async fn drips() {
    const TABLE: [&[u8]; 4] = [
        b"",
        b"HTTP/1.1 200 OK\r\nX: ",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 ",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;",
    ];
    let drip = |beginning: &'static [u8]| {
        let mut config = config();
        config.monitoring = Some(Monitoring { min_bytes_per_s: 100, interval_s: 2 });
        outcome(config, move |mut stream| {
            read_head(&mut stream).unwrap();
            let _ = stream.write_all(beginning);
            let rest =
                if beginning.is_empty() { b"HTTP/1.1 200 OK\r\nX: ".as_slice() } else { b"" };
            for byte in rest.iter().chain(std::iter::repeat(&b'1')) {
                if stream.write_all(&[*byte]).is_err() {
                    return;
                }
                sleep(Duration::from_millis(100));
            }
        })
    };
    let [head, field, interim, chunk] = TABLE.map(drip);
    let codes = tokio::join!(head, field, interim, chunk);
    let expected = Code::HTTP_CHANNEL_THROUGHPUT_FAILURE;
    assert_eq!(codes, (expected, expected, expected, expected));
}

#[tokio::test]
async fn a_server_that_reads_nothing() {
    let mut config = config();
    config.monitoring = Some(Monitoring { min_bytes_per_s: 1, interval_s: 1 });
    let server = Server::start(|stream, _| {
        sleep(Duration::from_secs(15));
        drop(stream);
    });
    let connections = connections(config);
    let mut lease = soon(connections.acquire(&origin(server.port))).await.unwrap();
    let body = pattern(32 * 1024 * 1024);
    let head = request("PUT", Some(body.len()));
    let failed =
        soon(exchange(&mut lease, head, Outgoing::Bytes(vec![body]), &mut Sink::default())).await;
    assert_eq!(failed.unwrap_err().code(), Code::HTTP_CHANNEL_THROUGHPUT_FAILURE);
}

#[tokio::test]
async fn a_body_of_another_length_than_announced() {
    struct Once(Option<Bytes>);
    impl OutgoingStream for Once {
        fn next(&mut self) -> NextChunk<'_> {
            Box::pin(async { Ok(self.0.take()) })
        }
    }
    let server = Server::answering(ok(b""));
    let connections = connections(config());
    let piece = Bytes::from_static(b"12345");
    for length in [4, 6] {
        let known = Outgoing::Bytes(vec![piece.clone()]);
        let streamed = Outgoing::Stream(Box::new(Once(Some(piece.clone()))));
        for (body, unharmed) in [(known, true), (streamed, false)] {
            let mut lease = soon(connections.acquire(&origin(server.port))).await.unwrap();
            let head = request("PUT", Some(length));
            let failed = soon(exchange(&mut lease, head, body, &mut Sink::default())).await;
            assert_eq!(failed.unwrap_err().code(), Code::HTTP_OUTGOING_STREAM_LENGTH_INCORRECT);
            assert_eq!(lease.is_reusable(), unharmed, "what is known to be wrong is not begun");
        }
    }
}

/// How a PUT of so many bytes fails, and whether that is put down to where its body comes from.
async fn put_fails(
    length: usize,
    body: Outgoing,
    script: impl Fn(TcpStream) + Send + Sync + 'static,
) -> (Code, bool) {
    let server = Server::start(move |stream, _| script(stream));
    let connections = connections(config());
    let mut lease = soon(connections.acquire(&origin(server.port))).await.unwrap();
    let (head, mut sink, mut stamps) =
        (request("PUT", Some(length)), Sink::default(), Stamps::default());
    let deadlines = Deadlines { first_byte_ms: 0 };
    let exchange = lease.exchange(&head, body, &mut sink, &deadlines, &mut stamps);
    (soon(exchange).await.unwrap_err().code(), stamps.source_failed)
}

#[tokio::test]
async fn a_source_that_fails() {
    struct Broken;
    impl OutgoingStream for Broken {
        fn next(&mut self) -> NextChunk<'_> {
            Box::pin(async { Err(Code::IO_STREAM_READ_FAILED.into()) })
        }
    }
    let open = |path: &str| Arc::new(std::fs::File::open(path).unwrap());
    let program = open("/proc/self/exe");
    let near_end = program.metadata().unwrap().len() - 10;
    let (pipe, _writer) = std::io::pipe().unwrap();
    let pipe = Arc::new(std::os::fd::OwnedFd::from(pipe).into());
    for (body, code) in [
        (Outgoing::Stream(Box::new(Broken)), Code::IO_STREAM_READ_FAILED),
        (
            Outgoing::File { file: program, offset: near_end, len: 20 },
            Code::S3_INCORRECT_CONTENT_LENGTH,
        ),
        // What can neither be sent by the system nor be read.
        (Outgoing::File { file: open("/"), offset: 0, len: 20 }, Code::FILE_INVALID_PATH),
        (Outgoing::File { file: pipe, offset: 0, len: 20 }, Code::FILE_READ_FAILURE),
    ] {
        let silent = |mut stream: TcpStream| drop(stream.read_to_end(&mut Vec::new()));
        assert_eq!(put_fails(20, body, silent).await, (code, true));
    }
}

#[tokio::test]
async fn a_connection_that_ends_is_not_the_fault_of_the_file() {
    for end in [
        |stream: TcpStream| drop(stream),
        |mut stream: TcpStream| {
            read_head(&mut stream);
            socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
        },
    ] {
        let file = Arc::new(std::fs::File::open("/proc/self/exe").unwrap());
        let body = Outgoing::File { file, offset: 0, len: 1 << 30 };
        assert_eq!(put_fails(1 << 30, body, end).await, (Code::IO_SOCKET_CLOSED, false));
    }
}

#[tokio::test]
async fn a_resolver_that_never_answers() {
    struct Silent;
    impl Resolve for Silent {
        fn resolve<'a>(&'a self, _: &'a str) -> Resolving<'a> {
            Box::pin(std::future::pending())
        }
    }
    let mut config = Config::new(Arc::new(Silent));
    assert_eq!(config.resolve_timeout_ms, 60_000);
    config.resolve_timeout_ms = 50;
    let failed = soon(connections(config).acquire(&origin(80))).await;
    assert_eq!(failed.err().map(|error| error.code()), Some(Code::IO_DNS_QUERY_AGAIN));
}

//! Who gets which connection, and what becomes of places when someone gives up.

use std::sync::atomic::AtomicUsize;
use std::thread::sleep;
use std::time::Instant;

use super::server::{ok, read_head, read_request};
use super::*;

/// Asks twice, with `pause` in between, a server that closes after every answer.
async fn ask_a_server_that_closes(pause: impl AsyncFn()) {
    let server = Server::start(|mut stream, number| {
        read_request(&mut stream);
        stream.write_all(&ok(&[b'0' + number as u8])).unwrap();
    });
    let connections = connections(config());
    for expected in [b"0", b"1"] {
        let mut lease = soon(connections.acquire(&origin(server.port))).await.unwrap();
        assert_eq!(soon(get(&mut lease)).await.unwrap().body(), expected);
        assert!(lease.is_reusable());
        drop(lease);
        pause().await;
    }
}

#[tokio::test]
async fn a_connection_that_the_server_closed_while_idle_is_replaced() {
    ask_a_server_that_closes(async || tokio::time::sleep(Duration::from_millis(100)).await).await;
}

#[tokio::test]
async fn a_close_that_the_runtime_has_not_heard_of_is_seen() {
    // Blocks the runtime as well.
    ask_a_server_that_closes(async || sleep(Duration::from_millis(100))).await;
}

#[tokio::test]
async fn bytes_that_nobody_asked_for_end_the_connection() {
    let server = Server::answering(
        "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    );
    let connections = connections(config());
    for round in 1..=2 {
        let mut lease = soon(connections.acquire(&origin(server.port))).await.unwrap();
        assert_eq!(soon(get(&mut lease)).await.unwrap().status(), 204);
        drop(lease);
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(server.accepted(), round);
    }
}

#[tokio::test]
async fn the_cap_holds_and_waiters_are_served_in_turn() {
    let peak = Arc::new(AtomicUsize::new(0));
    let (now, highest) = (AtomicUsize::new(0), Arc::clone(&peak));
    let server = Server::start(move |mut stream, _| {
        while read_request(&mut stream).is_some() {
            highest.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            sleep(Duration::from_millis(5));
            now.fetch_sub(1, Ordering::SeqCst);
            stream.write_all(&ok(b"x")).unwrap();
        }
    });
    let connections = connections(Config { max_connections: 3, ..config() });
    let origin = origin(server.port);
    let order = Arc::new(crate::sync::Mutex::new(Vec::new()));
    let mut tasks = tokio::task::JoinSet::new();
    for index in 0..30 {
        let (connections, origin, order) =
            (Arc::clone(&connections), Arc::clone(&origin), Arc::clone(&order));
        tasks.spawn(async move {
            let mut lease = connections.acquire(&origin).await.unwrap();
            order.lock().push(index);
            get(&mut lease).await.unwrap();
        });
    }
    tokio::task::yield_now().await;
    while let Some(joined) = soon(tasks.join_next()).await {
        joined.unwrap();
    }
    assert_eq!((server.accepted(), peak.load(Ordering::SeqCst)), (3, 3));
    assert_eq!(order.lock()[3..], (3..30).collect::<Vec<_>>());
    let numbers = connections.numbers(&origin);
    assert_eq!(numbers, Numbers { available: 3, pending: 0, leased: 0 });
    connections.close_idle();
    assert_eq!(connections.numbers(&origin), Numbers::default());
}

#[tokio::test]
async fn giving_up_frees_the_place() {
    let server = Server::start(|mut stream, number| {
        read_head(&mut stream);
        if number == 0 {
            // The first request is never answered.
            let _ = stream.read(&mut [0]);
        }
        let _ = stream.write_all(&ok(b"x"));
    });
    let connections = connections(Config { max_connections: 1, ..config() });
    let origin = origin(server.port);
    let mut lease = soon(connections.acquire(&origin)).await.unwrap();
    let short = Duration::from_millis(50);
    assert!(timeout(short, get(&mut lease)).await.is_err());
    assert!(!lease.is_reusable());
    // One who waits and gives up does not stand in the way of the next.
    assert!(timeout(short, connections.acquire(&origin)).await.is_err());
    let (waiting_connections, waiting_origin) = (Arc::clone(&connections), Arc::clone(&origin));
    let waiting = tokio::spawn(async move {
        let mut lease = waiting_connections.acquire(&waiting_origin).await.unwrap();
        get(&mut lease).await.unwrap().body().to_vec()
    });
    tokio::task::yield_now().await;
    assert_eq!(connections.numbers(&origin), Numbers { available: 0, pending: 1, leased: 1 });
    drop(lease);
    assert_eq!(soon(waiting).await.unwrap(), b"x");
}

#[tokio::test]
async fn giving_up_after_the_grant_passes_it_on() {
    let server = Server::answering(ok(b"x"));
    let connections = connections(Config { max_connections: 1, ..config() });
    let origin = origin(server.port);
    let lease = soon(connections.acquire(&origin)).await.unwrap();
    let mut first = Box::pin(connections.acquire(&origin));
    let mut second = Box::pin(connections.acquire(&origin));
    let short = Duration::from_millis(10);
    assert!(timeout(short, &mut first).await.is_err());
    assert!(timeout(short, &mut second).await.is_err());
    // The place goes to the first, which is dropped before it looks.
    drop(lease);
    drop(first);
    soon(second).await.unwrap();
}

#[tokio::test]
async fn closing_turns_waiters_away() {
    let server = Server::answering(ok(b"x"));
    let connections = connections(Config { max_connections: 1, ..config() });
    let origin = origin(server.port);
    let lease = soon(connections.acquire(&origin)).await.unwrap();
    let mut waiting = Box::pin(connections.acquire(&origin));
    assert!(timeout(Duration::from_millis(10), &mut waiting).await.is_err());
    connections.close();
    assert!(soon(waiting).await.is_err());
    assert_eq!(connections.numbers(&origin).leased, 1);
    drop(lease);
    assert_eq!(connections.numbers(&origin), Numbers::default());
    assert!(soon(connections.acquire(&origin)).await.is_err());
}

#[tokio::test]
async fn idle_connections_expire() {
    let server = Server::answering(ok(b"x"));
    let connections = connections(Config { idle_timeout_ms: 20, ..config() });
    for accepted in 1..=2 {
        for _ in 0..2 {
            let mut lease = soon(connections.acquire(&origin(server.port))).await.unwrap();
            soon(get(&mut lease)).await.unwrap();
        }
        assert_eq!(server.accepted(), accepted);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn idle_connections_are_closed_though_nobody_asks() {
    let server = Server::answering(ok(b"x"));
    let connections = connections(Config { idle_timeout_ms: 100, ..config() });
    let origin = origin(server.port);
    let mut lease = soon(connections.acquire(&origin)).await.unwrap();
    soon(get(&mut lease)).await.unwrap();
    connections.close_expired();
    assert!(lease.is_reusable());
    drop(lease);
    connections.close_expired();
    assert_eq!(connections.numbers(&origin).available, 1);
    tokio::time::sleep(Duration::from_millis(150)).await;
    connections.close_expired();
    assert_eq!(connections.numbers(&origin), Numbers::default());
}

/// Sockets that leave an address no room for one more connection.
fn busy(address: Ipv4Addr, port: u16) -> Vec<socket2::Socket> {
    use socket2::{Domain, Socket, Type};
    let address = std::net::SocketAddr::from((address, port)).into();
    let socket = || Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let listener = socket();
    listener.bind(&address).unwrap();
    listener.listen(0).unwrap();
    let mut sockets = vec![listener];
    for _ in 0..4 {
        let filler = socket();
        filler.set_nonblocking(true).unwrap();
        let _ = filler.connect(&address);
        sockets.push(filler);
    }
    sockets
}

#[tokio::test]
async fn a_slow_address_comes_last_from_then_on() {
    let server = Server::answering(ok(b"x"));
    let _busy = busy(Ipv4Addr::new(127, 0, 0, 78), server.port);
    let connections = connections(config());
    let origin = Arc::new(Origin { tls: false, host: "slow.test".into(), port: server.port });
    let mut took = Vec::new();
    let mut leases = Vec::new();
    for _ in 0..2 {
        let started = Instant::now();
        leases.push(soon(connections.acquire(&origin)).await.unwrap());
        took.push(started.elapsed());
    }
    assert!(leases.iter().all(|lease| lease.ip() == Ipv4Addr::LOCALHOST));
    let head_start = Duration::from_millis(250);
    assert!(took[0] >= head_start && took[1] < head_start, "{took:?}");
}

#[tokio::test]
async fn connecting_takes_no_longer_than_allowed() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let _busy = busy(Ipv4Addr::LOCALHOST, port);
    let connections = connections(Config { connect_timeout_ms: 100, ..config() });
    let started = Instant::now();
    let error = soon(connections.acquire(&origin(port))).await.err().unwrap();
    assert_eq!(error.code(), Code::IO_SOCKET_TIMEOUT);
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_connection_moves_to_another_worker() {
    let server = Server::answering(ok(&pattern(100_000)));
    let connections = connections(config());
    let origin = origin(server.port);
    for _ in 0..3 {
        let (connections, origin) = (Arc::clone(&connections), Arc::clone(&origin));
        let worker = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let mut lease = soon(connections.acquire(&origin)).await.unwrap();
                soon(get(&mut lease)).await.unwrap().body().to_vec()
            })
        });
        assert!(worker.join().unwrap() == pattern(100_000));
    }
    assert_eq!(server.accepted(), 1);
}

#[tokio::test]
async fn what_can_go_wrong_while_dialing() {
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let table = [
        ("localhost", Code::IO_SOCKET_CONNECTION_REFUSED),
        ("127.0.0.1", Code::IO_SOCKET_CONNECTION_REFUSED),
        ("nowhere.test", Code::IO_DNS_QUERY_FAILED),
        ("empty.test", Code::IO_DNS_NO_ADDRESS_FOR_HOST),
    ];
    let connections = connections(config());
    for (host, code) in table {
        let origin = Arc::new(Origin { tls: false, host: host.into(), port });
        let error = soon(connections.acquire(&origin)).await.err().unwrap();
        assert_eq!(error.code(), code, "{host}");
        assert_eq!(connections.numbers(&origin), Numbers::default());
    }
    let unknown = Config { interfaces: vec!["no-such-interface".into()], ..config() };
    let error =
        soon(Connections::new(unknown).unwrap().acquire(&origin(port))).await.err().unwrap();
    assert_eq!(error.code(), Code::IO_SOCKET_INVALID_OPTIONS);
}

#[tokio::test]
async fn another_address_helps_out() {
    let server = Server::answering(ok(b"x"));
    let connections = connections(config());
    let origin = Arc::new(Origin { tls: false, host: "two.test".into(), port: server.port });
    for _ in 0..2 {
        let mut lease = soon(connections.acquire(&origin)).await.unwrap();
        assert_eq!(lease.ip(), IpAddr::V4(Ipv4Addr::LOCALHOST));
        assert_eq!(soon(get(&mut lease)).await.unwrap().body(), b"x");
        lease.close();
    }
}

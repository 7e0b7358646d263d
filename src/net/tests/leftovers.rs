//! What comes with an answer beyond its end, in TLS and in TLS within TLS: a connection that holds any of that is not
//! used for another request.

use std::io;
use std::sync::Mutex;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::proxies::one;
use super::server::{ok, read_head, read_request};
use super::tls::{certified, settings, tls_origin};
use super::*;
use crate::crt::Roots;
use crate::net::proxy::{Proxies, Proxy, Way};

/// A socket that collects what is written while it is told to.
struct Collecting {
    socket: TcpStream,
    collected: Arc<Mutex<Option<Vec<u8>>>>,
}

impl Read for Collecting {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.socket.read(into)
    }
}

impl Write for Collecting {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        match &mut *self.collected.lock().unwrap() {
            Some(collected) => {
                collected.extend_from_slice(from);
                Ok(from.len())
            }
            None => self.socket.write(from),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}

type Secured<Io> = StreamOwned<ServerConnection, Io>;

fn secure<Io: Read + Write>(config: &Arc<ServerConfig>, io: Io) -> Secured<Io> {
    StreamOwned::new(ServerConnection::new(Arc::clone(config)).unwrap(), io)
}

/// When half of another record is sent.
#[derive(Clone, Copy, Debug)]
enum Half {
    WithTheAnswer,
    While { idle: Duration },
    Never,
}

/// Which session the half belongs to.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Whose {
    Server,
    Proxy,
}

/// Where the next request is made.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Next {
    Here,
    OnAnotherRuntime,
}

/// Sends `record`, which ends with a whole answer and half of what follows, in the order that `half` says.
fn send(socket: &mut TcpStream, mut answer: Vec<u8>, record: &[u8], half: Half) {
    let record = &record[..record.len() / 2];
    match half {
        Half::Never => socket.write_all(&answer).unwrap(),
        Half::WithTheAnswer => {
            answer.extend_from_slice(record);
            socket.write_all(&answer).unwrap();
        }
        Half::While { idle } => {
            socket.write_all(&answer).unwrap();
            std::thread::sleep(idle);
            socket.write_all(record).unwrap();
        }
    }
}

/// Answers requests over `stream`, and does with half a record of that session, or of the one around it, as it is told.
fn answer<Io: Read + Write>(
    mut stream: Secured<Io>,
    mut socket: TcpStream,
    collected: &Mutex<Option<Vec<u8>>>,
    half: Half,
    mut other: impl FnMut(&mut Secured<Io>),
) {
    let take = || collected.lock().unwrap().replace(Vec::new()).unwrap_or_default();
    while read_request(&mut stream).is_some() {
        take();
        stream.write_all(&ok(b"x")).unwrap();
        stream.flush().unwrap();
        let answer = take();
        if !matches!(half, Half::Never) {
            other(&mut stream);
        }
        let record = take();
        collected.lock().unwrap().take();
        send(&mut socket, answer, &record, half);
    }
}

fn server(
    config: Arc<ServerConfig>,
    proxy: Option<Arc<ServerConfig>>,
    whose: Whose,
    half: Half,
) -> Server {
    Server::start(move |socket, _| {
        let collected = Arc::new(Mutex::new(None));
        let raw = socket.try_clone().unwrap();
        let io = Collecting { socket, collected: Arc::clone(&collected) };
        let Some(proxy) = &proxy else {
            let more = |stream: &mut Secured<_>| stream.write_all(b"more").unwrap();
            return answer(secure(&config, io), raw, &collected, half, more);
        };
        let mut outer = secure(proxy, io);
        if read_head(&mut outer).is_none() {
            return;
        }
        outer.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        outer.flush().unwrap();
        let more = |stream: &mut Secured<Secured<_>>| match whose {
            Whose::Server => stream.write_all(b"more").unwrap(),
            Whose::Proxy => stream.sock.write_all(b"more").unwrap(),
        };
        answer(secure(&config, outer), raw, &collected, half, more);
    })
}

/// How many connections two requests need.
async fn connections_for_two(tunnel: bool, whose: Whose, half: Half, next: Next) -> usize {
    let (inner, pem) = certified("localhost", rustls::ALL_VERSIONS);
    let (outer, trusted) = certified("localhost", rustls::ALL_VERSIONS);
    let server = server(inner, tunnel.then_some(outer), whose, half);
    let proxies = if tunnel {
        let tls = Some(settings(Roots::Pem(trusted)));
        Proxies::One(Proxy { tls, ..one(server.port, Way::Tunnel) })
    } else {
        Proxies::None
    };
    let tls = Some(settings(Roots::Pem(pem)));
    let connections = connections(Config { proxies, tls, ..config() });
    let origin = tls_origin("localhost", server.port);
    let ask = async move |connections: Arc<Connections>, origin: Arc<Origin>| {
        let mut lease = soon(connections.acquire(&origin)).await.unwrap();
        assert_eq!(soon(get(&mut lease)).await.unwrap().body(), b"x");
        assert!(lease.is_reusable());
    };
    ask(Arc::clone(&connections), Arc::clone(&origin)).await;
    // The runtime hears of nothing meanwhile.
    std::thread::sleep(Duration::from_millis(100));
    match next {
        Next::Here => ask(connections, origin).await,
        Next::OnAnotherRuntime => {
            let asking = move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                runtime.unwrap().block_on(ask(connections, origin));
            };
            std::thread::spawn(asking).join().unwrap();
        }
    }
    server.accepted()
}

#[tokio::test]
async fn half_a_record_is_not_the_beginning_of_the_next_answer() {
    let idle = Duration::from_millis(30);
    for (tunnel, whose) in [(false, Whose::Server), (true, Whose::Server), (true, Whose::Proxy)] {
        for next in [Next::Here, Next::OnAnotherRuntime] {
            for half in [Half::WithTheAnswer, Half::While { idle }] {
                let count = connections_for_two(tunnel, whose, half, next).await;
                assert_eq!(count, 2, "tunnel: {tunnel}, {whose:?} {half:?} {next:?}");
            }
            let count = connections_for_two(tunnel, whose, Half::Never, next).await;
            assert_eq!(count, 1, "tunnel: {tunnel}, {next:?}");
        }
    }
}

//! Making a TCP connection: resolve, choose an address, connect with a deadline.
//!
//! A connection goes to the address of the host that has the fewest, so that load spreads over all of them. An address
//! that does not answer quickly gets company from the next one, and the first that connects wins; an unreachable
//! address family therefore costs a fraction of a second, not the whole deadline, and comes last from then on.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use socket2::{Socket, TcpKeepalive};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::addresses::{Addresses, Counted};
use super::link::Link;
use super::proxy::{Forward, Opening, Route, Tunnels};
use super::{Config, Connection, KeepAlive, Origin, tls};
use crate::error::{Code, Error, Result};
use crate::{log, os};

/// How long an address has the field for itself.
const HEAD_START: Duration = Duration::from_millis(250);

/// Addresses that one connection attempt tries at most.
const MAX_ATTEMPTS: usize = 8;

/// A socket that has been connected, and its place in the count of its address.
pub(super) struct Dialed {
    pub stream: TcpStream,
    pub counted: Counted,
}

/// How many connections that are being made have come to which step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    /// The name is being resolved.
    pub resolving: usize,
    /// No address has answered yet.
    pub connecting: usize,
    /// In a TLS handshake.
    pub securing: usize,
}

/// Counts in one of the steps for as long as it is kept.
struct Step<'a>(&'a AtomicUsize);

impl<'a> Step<'a> {
    fn begin(counter: &'a AtomicUsize) -> Self {
        counter.fetch_add(1, Ordering::Relaxed);
        Self(counter)
    }
}

impl Drop for Step<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Makes the connections of one client.
pub(super) struct Dialer {
    config: Config,
    tls: Option<tls::Client>,
    proxy_tls: Option<tls::Client>,
    addresses: Addresses,
    next_interface: AtomicUsize,
    resolving: AtomicUsize,
    connecting: AtomicUsize,
    securing: AtomicUsize,
}

impl Dialer {
    pub fn new(config: Config) -> Result<Self> {
        let client = |settings| tls::Client::new(settings, &config.loops, &config.keep);
        let tls = config.tls.clone().map(client);
        let proxy_tls = config.proxies.tls_settings().map(client);
        Ok(Self {
            config,
            tls,
            proxy_tls,
            addresses: Addresses::default(),
            next_interface: AtomicUsize::new(0),
            resolving: AtomicUsize::new(0),
            connecting: AtomicUsize::new(0),
            securing: AtomicUsize::new(0),
        })
    }

    pub fn steps(&self) -> Steps {
        let [resolving, connecting, securing] = [&self.resolving, &self.connecting, &self.securing]
            .map(|it| it.load(Ordering::Relaxed));
        Steps { resolving, connecting, securing }
    }

    pub async fn dial(&self, origin: &Origin) -> Result<Connection> {
        match self.dial_once(origin).await {
            // The next session leaves no choice.
            Err(error) if error.code() == Code::HTTP_UNSUPPORTED_PROTOCOL => {
                self.dial_once(origin).await
            }
            dialed => dialed,
        }
    }

    async fn dial_once(&self, origin: &Origin) -> Result<Connection> {
        if let Some(route) = self.config.proxies.route(origin)? {
            return self.dial_through(&route, origin).await;
        }
        let (stream, peer) = self.connect(&origin.host, origin.port).await?;
        self.finish(Link::plain(stream), peer, origin).await
    }

    async fn dial_through(&self, route: &Route, origin: &Origin) -> Result<Connection> {
        let Route { host, port, .. } = route;
        log!(Debug, General, "connecting to {} through the proxy {host}:{port}", origin.host);
        if !route.tunnel {
            let (link, peer) = self.approach(route).await?;
            let forward = Forward::new(&route.credentials, origin, self.config.keep.clone())?;
            let connection = Connection::new(link, peer, origin.tls, self.config.monitoring);
            return Ok(connection.forwarded(forward));
        }
        let limit = Duration::from_millis(self.config.tunnel_timeout_ms.into());
        let mut tunnels = Tunnels::new(route, origin, limit, self.config.keep.clone())?;
        loop {
            let (link, peer) = self.approach(route).await?;
            if let Opening::Open(link) = tunnels.open(link).await? {
                return self.finish(link, peer, origin).await;
            }
        }
    }

    /// A link to a proxy.
    async fn approach(&self, route: &Route) -> Result<(Link, SocketAddr)> {
        let (stream, peer) = self.connect(&route.host, route.port).await?;
        let link = Link::plain(stream);
        if !route.tls {
            return Ok((link, peer));
        }
        let _step = Step::begin(&self.securing);
        Ok((secure(link, self.proxy_tls.as_ref(), &route.host).await?, peer))
    }

    /// A connection over a link that ends at the server.
    async fn finish(
        &self,
        mut link: Link,
        peer: SocketAddr,
        origin: &Origin,
    ) -> Result<Connection> {
        if origin.tls {
            let _step = Step::begin(&self.securing);
            link = secure(link, self.tls.as_ref(), &origin.host).await?;
        }
        Ok(Connection::new(link, peer, origin.tls, self.config.monitoring))
    }

    /// Connects to the first address of `host` that answers.
    async fn connect(&self, host: &str, port: u16) -> Result<(Dialed, SocketAddr)> {
        let addresses = self.addresses(host).await?;
        let _step = Step::begin(&self.connecting);
        let interface = self.interface();
        let limit = Duration::from_millis(self.config.connect_timeout_ms.into());
        let mut rest = addresses.into_iter().take(MAX_ATTEMPTS);
        let mut attempts = JoinSet::new();
        let mut failure = None;
        let mut unanswered = Vec::new();
        loop {
            let next = rest.next();
            let more = next.is_some();
            if let Some(address) = next {
                let socket = SocketAddr::new(address, port);
                let socket_options = (self.config.keep_alive, interface.clone());
                let counted = self.addresses.count(address);
                unanswered.push(address);
                attempts.spawn(async move {
                    let stream = attempt(socket, socket_options, limit).await;
                    (socket, stream.map(|stream| Dialed { stream, counted }))
                });
            }
            let ended = tokio::select! {
                biased;
                ended = attempts.join_next() => ended,
                () = sleep(HEAD_START), if more => continue,
            };
            match ended {
                Some(Ok((peer, Ok(dialed)))) => {
                    // Who had a start and lost is slow.
                    let slow = unanswered.iter().take_while(|address| **address != peer.ip());
                    slow.for_each(|address| self.addresses.avoid(*address));
                    return Ok((dialed, peer));
                }
                Some(Ok((_, Err(error)))) if error.code() == Code::MAX_FDS_EXCEEDED => {
                    // No address is to blame, and no other one would fare better. Those that have a socket may.
                    rest.by_ref().for_each(drop);
                    failure = Some(error);
                }
                Some(Ok((peer, Err(error)))) => {
                    self.addresses.avoid(peer.ip());
                    unanswered.retain(|address| *address != peer.ip());
                    log!(Debug, General, "connecting to {host} at {peer} failed: {error}");
                    self.config.resolver.failed(host, peer.ip());
                    failure.get_or_insert(error);
                }
                Some(Err(panic)) => return Err(Error::new(Code::UNKNOWN).because(panic)),
                None if more => {}
                None => {
                    return Err(failure.unwrap_or_else(|| Code::IO_DNS_NO_ADDRESS_FOR_HOST.into()));
                }
            }
        }
    }

    /// The addresses of the host, the best one first.
    async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>> {
        if let Ok(address) = host.parse() {
            return Ok(vec![address]);
        }
        let _step = Step::begin(&self.resolving);
        let limit = Duration::from_millis(self.config.resolve_timeout_ms.into());
        let resolving = timeout(limit, self.config.resolver.resolve(host));
        let mut addresses = resolving.await.unwrap_or_else(|_| {
            Err(Error::new(Code::IO_DNS_QUERY_AGAIN).because("the resolver does not answer"))
        })?;
        if addresses.is_empty() {
            return Err(Error::new(Code::IO_DNS_NO_ADDRESS_FOR_HOST).because(host.to_owned()));
        }
        self.addresses.order(&mut addresses);
        Ok(addresses)
    }

    fn interface(&self) -> Option<String> {
        let count = self.config.interfaces.len();
        let turn = self.next_interface.fetch_add(1, Ordering::Relaxed).checked_rem(count)?;
        Some(self.config.interfaces[turn].clone())
    }
}

async fn secure(link: Link, client: Option<&tls::Client>, host: &str) -> Result<Link> {
    let handshake = async {
        let missing = || Error::new(Code::IO_TLS_CTX_ERROR).because("no TLS settings");
        let client = client.ok_or_else(missing)?;
        let limit = Duration::from_millis(client.handshake_timeout_ms().into());
        let late = |_| Error::new(Code::IO_TLS_NEGOTIATION_TIMEOUT).because(host.to_owned());
        let link = timeout(limit, link.secure(client.session(host)?)).await.map_err(late)??;
        link.session().map_or(Ok(()), |session| client.check_protocol(session))?;
        Ok(link)
    };
    handshake.await.inspect_err(|error| log!(Error, General, "TLS with {host} failed: {error}"))
}

async fn attempt(
    peer: SocketAddr,
    (keep_alive, interface): (Option<KeepAlive>, Option<String>),
    limit: Duration,
) -> Result<TcpStream> {
    let socket = socket(peer, keep_alive)?;
    if let Some(interface) = interface {
        bind_to(&socket, &interface)?;
    }
    let socket = TcpSocket::from_std_stream(socket.into());
    match timeout(limit, socket.connect(peer)).await {
        Ok(connected) => connected.map_err(socket_error),
        Err(_) => {
            Err(Error::new(Code::IO_SOCKET_TIMEOUT)
                .because(format!("{peer} did not accept in time")))
        }
    }
}

fn socket(peer: SocketAddr, keep_alive: Option<KeepAlive>) -> Result<Socket> {
    let socket = os::tcp_socket(peer).map_err(socket_error)?;
    socket.set_tcp_nodelay(true).map_err(socket_error)?;
    if let Some(values) = keep_alive {
        let seconds = |value: u32| Duration::from_secs(value.into());
        let mut options = TcpKeepalive::new();
        if values.idle_s > 0 {
            options = options.with_time(seconds(values.idle_s));
        }
        if values.interval_s > 0 {
            options = options.with_interval(seconds(values.interval_s));
        }
        if values.max_probes > 0 {
            options = options.with_retries(values.max_probes);
        }
        socket.set_keepalive(true).map_err(socket_error)?;
        socket.set_tcp_keepalive(&options).map_err(socket_error)?;
    }
    Ok(socket)
}

fn bind_to(socket: &Socket, interface: &str) -> Result<()> {
    let refused = |error: io::Error| Error::new(Code::IO_SOCKET_INVALID_OPTIONS).because(error);
    os::bind_to(socket, interface).map_or_else(
        || Err(Error::new(Code::PLATFORM_NOT_SUPPORTED).because(format!("binding to {interface}"))),
        |bound| bound.map_err(refused),
    )
}

/// What the CRT's sockets make of `errno`.
pub(super) fn socket_error(error: io::Error) -> Error {
    // A TLS connection that another one runs through reports in our own terms.
    if let Some(inner) = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        return inner.clone();
    }
    let code = match error.raw_os_error() {
        Some(libc::ECONNREFUSED) => Code::IO_SOCKET_CONNECTION_REFUSED,
        Some(libc::ECONNRESET | libc::EPIPE) => Code::IO_SOCKET_CLOSED,
        Some(libc::ECONNABORTED) => Code::IO_SOCKET_CONNECT_ABORTED,
        Some(libc::ETIMEDOUT) => Code::IO_SOCKET_TIMEOUT,
        Some(libc::EHOSTUNREACH | libc::ENETUNREACH) => Code::IO_SOCKET_NO_ROUTE_TO_HOST,
        Some(libc::ENETDOWN) => Code::IO_SOCKET_NETWORK_DOWN,
        Some(libc::EADDRINUSE) => Code::IO_SOCKET_ADDRESS_IN_USE,
        Some(libc::EADDRNOTAVAIL | libc::EAFNOSUPPORT) => Code::IO_SOCKET_INVALID_ADDRESS,
        Some(libc::EACCES | libc::EPERM) => Code::NO_PERMISSION,
        Some(libc::EMFILE | libc::ENFILE) => Code::MAX_FDS_EXCEEDED,
        Some(libc::ENOBUFS | libc::ENOMEM) => Code::OOM,
        _ => Code::IO_SOCKET_NOT_CONNECTED,
    };
    Error::new(code).because(error)
}

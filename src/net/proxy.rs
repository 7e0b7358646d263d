//! Proxies between us and the servers: which one serves an origin, and how requests pass through it.
//!
//! A proxy either forwards requests one by one or opens a tunnel on demand of a CONNECT. Requests to https origins
//! always go through a tunnel, so that the proxy sees none of them; asking for the other way is an error, as it is in
//! the C library.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;

use super::{Origin, RequestHead, Target};
use crate::crt::{Keep, ProxyNegotiator, ProxyStrategy, TlsSettings};
use crate::error::{Code, Error, Result};
use crate::log;

mod environment;
mod no_proxy;
mod tunnel;

pub use environment::Environment;
pub use no_proxy::NoProxy;
pub(super) use tunnel::{Opening, Tunnels};

/// Where the connections of one client find their proxies.
#[derive(Clone, Debug, Default)]
pub enum Proxies {
    #[default]
    None,
    /// The caller named one.
    One(Proxy),
    Environment(Environment),
}

/// A proxy and how to use it.
#[derive(Clone, Debug)]
pub struct Proxy {
    pub host: String,
    pub port: u16,
    /// Speak TLS to the proxy itself.
    pub tls: Option<TlsSettings>,
    pub credentials: Credentials,
    pub way: Way,
    /// Hosts that are reached without it.
    pub no_proxy: NoProxy,
}

/// How requests reach an origin through a proxy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// Through a tunnel if the origin speaks TLS, else forwarded.
    #[default]
    ByOrigin,
    Forward,
    Tunnel,
}

/// What makes a proxy serve us.
#[derive(Clone, Default)]
pub enum Credentials {
    #[default]
    None,
    /// Value of `Proxy-Authorization`.
    Header(Bytes),
    Strategy(ProxyStrategy),
}

/// The proxy for one connection.
#[derive(Clone, Debug)]
pub(super) struct Route {
    pub host: String,
    pub port: u16,
    /// Speak TLS to the proxy itself.
    pub tls: bool,
    pub credentials: Credentials,
    pub tunnel: bool,
}

impl Proxies {
    /// TLS to the proxies, where there may be some.
    pub(super) fn tls_settings(&self) -> Option<TlsSettings> {
        match self {
            Self::None => None,
            Self::One(proxy) => proxy.tls.clone(),
            Self::Environment(environment) => Some(environment.tls_settings()),
        }
    }

    /// The proxy for a new connection to `origin`; None if it is to be reached directly.
    pub(super) fn route(&self, origin: &Origin) -> Result<Option<Route>> {
        match self {
            Self::None => Ok(None),
            Self::One(proxy) => proxy.route(origin),
            Self::Environment(environment) => environment.route(origin),
        }
    }
}

impl Proxy {
    fn route(&self, origin: &Origin) -> Result<Option<Route>> {
        let tunnel = self.way.tunnels(origin)?;
        if let Credentials::Strategy(strategy) = &self.credentials
            && strategy.is_for_tunnels() != Some(tunnel)
        {
            return Err(Error::new(Code::INVALID_STATE)
                .because("the proxy strategy is for another type of connection"));
        }
        if self.no_proxy.contains(&origin.host, origin.port) {
            log!(Debug, General, "{} is in no_proxy_hosts and reached directly", origin.host);
            return Ok(None);
        }
        Ok(Some(Route {
            host: self.host.clone(),
            port: self.port,
            tls: self.tls.is_some(),
            credentials: self.credentials.clone(),
            tunnel,
        }))
    }
}

impl Way {
    fn tunnels(self, origin: &Origin) -> Result<bool> {
        match self {
            Self::ByOrigin => Ok(origin.tls),
            Self::Tunnel => Ok(true),
            Self::Forward if origin.tls => Err(Error::new(Code::INVALID_STATE)
                .because("a forwarding proxy cannot pass on requests of a TLS connection")),
            Self::Forward => Ok(false),
        }
    }
}

impl PartialEq for Credentials {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::None, Self::None) => true,
            (Self::Header(one), Self::Header(other)) => one == other,
            _ => false,
        }
    }
}

impl fmt::Debug for Credentials {
    /// Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Header(_) => "Header",
            Self::Strategy(_) => "Strategy",
        })
    }
}

/// What a request says when a proxy is to pass it on.
pub(super) struct Forward {
    prefix: String,
    authorization: Authorization,
}

enum Authorization {
    None,
    Header(Bytes),
    Negotiator(ProxyNegotiator),
}

impl Forward {
    /// `keep` outlives what a strategy makes.
    pub fn new(credentials: &Credentials, origin: &Origin, keep: Keep) -> Result<Self> {
        let authorization = match credentials {
            Credentials::None => Authorization::None,
            Credentials::Header(header) => Authorization::Header(header.clone()),
            Credentials::Strategy(strategy) => {
                Authorization::Negotiator(strategy.negotiator(keep)?)
            }
        };
        Ok(Self { prefix: format!("http://{}", authority(origin)), authorization })
    }

    /// The same request in the form for proxies.
    pub fn address(&self, head: &RequestHead) -> Result<RequestHead> {
        // A request about the server as a whole has no path to show to the proxy, and one that names a server already
        // goes to that of the connection.
        let target = match Target::of(&head.target) {
            Target { path: b"*", .. } => &b""[..],
            Target { origin, .. } => &head.target[origin.len()..],
        };
        let target = [self.prefix.as_bytes(), target].concat();
        let mut head = RequestHead { target: target.into(), ..head.clone() };
        match &self.authorization {
            Authorization::None => {}
            Authorization::Header(header) => {
                head.headers.set("Proxy-Authorization", header.clone());
            }
            Authorization::Negotiator(negotiator) => {
                let fields: Vec<_> = head.headers.iter().cloned().collect();
                let prepared = negotiator.transform(&head.method, &head.target, &fields)?;
                head = RequestHead::from(prepared);
            }
        }
        Ok(head)
    }
}

impl From<crate::crt::Prepared> for RequestHead {
    fn from((method, target, headers): crate::crt::Prepared) -> Self {
        Self { method, target, headers: headers.into_iter().collect() }
    }
}

/// Host and port, as a CONNECT and an absolute target name them.
fn authority(origin: &Origin) -> Cow<'static, str> {
    match (&origin.host, origin.port) {
        (address, port) if address.contains(':') => format!("[{address}]:{port}").into(),
        (host, port) => format!("{host}:{port}").into(),
    }
}

//! How connections are made: to where, with which options, through which resolver.

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;

use super::proxy::Proxies;
use crate::crt::{Keep, TlsLoops, TlsSettings};
use crate::error::Result;

/// The addresses of a host, on their way.
pub type Resolving<'a> = Pin<Box<dyn Future<Output = Result<Vec<IpAddr>>> + Send + 'a>>;

/// Turns a host name into addresses. Answers come from a cache where the implementation has one.
pub trait Resolve: Send + Sync {
    fn resolve<'a>(&'a self, host: &'a str) -> Resolving<'a>;

    /// A connection to this address of the host could not be made.
    fn failed(&self, _host: &str, _address: IpAddr) {
        // Who asks anew each time has nothing to learn.
    }
}

/// One server as the connection table sees it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    pub tls: bool,
    /// Name or address, without brackets and port.
    pub host: String,
    pub port: u16,
}

/// `SO_KEEPALIVE` and its three values; 0 leaves the system's value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeepAlive {
    pub idle_s: u32,
    pub interval_s: u32,
    pub max_probes: u32,
}

/// An exchange that moves less than this for so long is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Monitoring {
    pub min_bytes_per_s: u64,
    pub interval_s: u32,
}

/// Everything that the connections of one client have in common.
#[derive(Clone)]
pub struct Config {
    /// Used for origins with `tls`; None refuses them.
    pub tls: Option<TlsSettings>,
    /// How long a resolver may take. The system's gives up earlier; one of the caller's need not.
    pub resolve_timeout_ms: u32,
    pub connect_timeout_ms: u32,
    /// From a CONNECT to the proxy's answer.
    pub tunnel_timeout_ms: u32,
    pub keep_alive: Option<KeepAlive>,
    pub monitoring: Option<Monitoring>,
    /// Per origin, idle connections included.
    pub max_connections: usize,
    /// Connections unused for longer are closed instead of reused; 0 keeps them.
    pub idle_timeout_ms: u32,
    /// Network interfaces that new connections are bound to in turn; empty leaves the choice to the system.
    pub interfaces: Vec<String>,
    pub proxies: Proxies,
    pub resolver: Arc<dyn Resolve>,
    /// Held by what owes the caller something, or an answer: it outlives all of that.
    pub keep: Keep,
    /// Of all connections that the same threads make.
    pub loops: Arc<TlsLoops>,
}

impl Config {
    /// The defaults of the C API: three seconds to connect, TCP keep-alive off, 1 byte per second for 30 seconds.
    pub fn new(resolver: Arc<dyn Resolve>) -> Self {
        Self {
            tls: None,
            resolve_timeout_ms: 60_000,
            connect_timeout_ms: 3000,
            tunnel_timeout_ms: 10_000,
            keep_alive: None,
            monitoring: Some(Monitoring { min_bytes_per_s: 1, interval_s: 30 }),
            max_connections: 25,
            idle_timeout_ms: 0,
            interfaces: Vec::new(),
            proxies: Proxies::None,
            resolver,
            keep: Arc::new(()),
            loops: Arc::default(),
        }
    }
}

//! One connection to a server, good for one exchange after the other.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::net::TcpStream;

use super::{Deadlines, Incoming, Monitoring, Outgoing, RequestHead, Stamps};
use crate::error::{Code, Result};

static NEXT_ID: AtomicU64 = AtomicU64::new(1);

/// An open connection. It serves one exchange at a time and belongs to the runtime it is used on.
pub struct Connection {
    stream: TcpStream,
    peer: SocketAddr,
    id: u64,
    monitoring: Option<Monitoring>,
    reusable: bool,
}

impl Connection {
    pub(super) fn plain(
        stream: TcpStream,
        peer: SocketAddr,
        monitoring: Option<Monitoring>,
    ) -> Self {
        let id = NEXT_ID.fetch_add(1, Ordering::Relaxed);
        Self { stream, peer, id, monitoring, reusable: true }
    }

    /// Sends a request and receives its response. After an error, or when the future is dropped before it is ready, the
    /// connection is closed.
    pub async fn exchange(
        &mut self,
        _head: &RequestHead,
        _body: Outgoing,
        _into: &mut dyn Incoming,
        _deadlines: &Deadlines,
        _stamps: &mut Stamps,
    ) -> Result<()> {
        self.reusable = false;
        self.stream.writable().await?;
        Err(Code::UNIMPLEMENTED.into())
    }

    /// The server's address (the proxy's, when there is one).
    pub fn ip(&self) -> IpAddr {
        self.peer.ip()
    }

    /// A number that no other connection of this process has.
    pub fn id(&self) -> u64 {
        self.id
    }

    pub fn is_tls(&self) -> bool {
        false
    }

    /// Whether another exchange may follow.
    pub(super) fn is_reusable(&self) -> bool {
        self.reusable
    }

    /// Prepares an idle connection for use here; false when it cannot be used any more.
    pub(super) fn settle(&mut self) -> bool {
        self.reusable
    }
}

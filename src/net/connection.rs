//! One connection to a server, good for one exchange after the other.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};

use super::encode::encode;
use super::exchange::{Exchange, Receiver, Sender};
use super::framing;
use super::link::Link;
use super::proxy::Forward;
use super::{Deadlines, Incoming, Monitoring, Outgoing, RequestHead, Stamps};
use crate::error::{Code, Error, Result};

static NEXT_ID: AtomicU64 = AtomicU64::new(1);

/// An open connection. It serves one exchange at a time and belongs to the runtime it is used on.
pub struct Connection {
    /// None once the connection has been closed.
    link: Option<Link>,
    /// TLS with the server; what a forwarding proxy speaks is another matter.
    is_tls: bool,
    peer: SocketAddr,
    id: u64,
    exchanges: u32,
    monitoring: Option<Monitoring>,
    /// Set when a proxy passes the requests on.
    forward: Option<Forward>,
}

impl Connection {
    pub(super) fn new(
        link: Link,
        peer: SocketAddr,
        is_tls: bool,
        monitoring: Option<Monitoring>,
    ) -> Self {
        let id = NEXT_ID.fetch_add(1, Ordering::Relaxed);
        Self { is_tls, link: Some(link), peer, id, exchanges: 0, monitoring, forward: None }
    }

    /// From now on requests are addressed through a proxy.
    pub(super) fn forwarded(self, forward: Forward) -> Self {
        Self { forward: Some(forward), ..self }
    }

    /// Sends a request and receives its response. After an error, or when the future is dropped before it is ready, the
    /// connection is closed; only a request of which nothing was sent leaves it as it was.
    pub async fn exchange(
        &mut self,
        head: &RequestHead,
        body: Outgoing,
        into: &mut dyn Incoming,
        deadlines: &Deadlines,
        stamps: &mut Stamps,
    ) -> Result<()> {
        self.exchanges += 1;
        let addressed = self.forward.as_ref().map(|forward| forward.address(head)).transpose()?;
        let head = addressed.as_ref().unwrap_or(head);
        let encoded = encode(head)?;
        let length = framing::check(&head.headers, &body)?;
        let is_last = framing::ends_connection(&head.headers, addressed.is_some());
        let sender = Sender::new(encoded, length, body);
        let receiver = Receiver::new(head.method == "HEAD", into);
        // The link is on loan to this future, so that it closes with it.
        let Some(mut link) = self.link.take() else {
            return Err(Error::new(Code::HTTP_CONNECTION_CLOSED)
                .because("the connection has been closed before"));
        };
        let exchange = Exchange::new(&mut link, sender, receiver, stamps);
        if exchange.run(self.monitoring, deadlines).await?.reusable && !is_last {
            self.link = Some(link);
        }
        Ok(())
    }

    /// The server's address, or that of the proxy before it.
    pub fn ip(&self) -> IpAddr {
        self.peer.ip()
    }

    /// A number that no other connection of this process has.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The number of the last exchange, as HTTP libraries number streams: odd, from 1.
    pub fn stream_id(&self) -> u32 {
        (2 * self.exchanges).saturating_sub(1)
    }

    pub fn is_tls(&self) -> bool {
        self.is_tls
    }

    /// Whether another exchange may follow.
    pub fn is_reusable(&self) -> bool {
        self.link.is_some()
    }

    /// Closes the connection, so that it will not be used again.
    pub fn close(&mut self) {
        self.link = None;
    }

    /// Prepares an idle connection for use here; false when it cannot be used any more.
    pub(super) async fn settle(&mut self) -> bool {
        if let Some(link) = self.link.take() {
            self.link = link.settle().await;
        }
        self.link.is_some()
    }
}

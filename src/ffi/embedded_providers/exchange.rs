//! One request to a service that gives credentials, over connections of the provider's own.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::buf::Limit;
use bytes::{BufMut, Bytes};

use crate::crt::{HostResolver, TlsSettings};
use crate::error::{Code, Result};
use crate::net::{
    Config, Connections, Deadlines, Incoming, Origin, Outgoing, RequestHead, Resolve, Resolving,
    ResponseHead, Stamps,
};

const MOST_BYTES: usize = 64 * 1024;
const ATTEMPTS: u32 = 4;
const FIRST_PAUSE: Duration = Duration::from_millis(25);
const ANSWER_LIMIT_MS: u32 = 30_000;

/// Where a provider asks, and how it gets there.
pub struct Line {
    pub origin: Arc<Origin>,
    pub tls: Option<TlsSettings>,
    pub resolver: HostResolver,
}

/// What came back.
#[derive(Default)]
pub struct Reply {
    pub status: u16,
    pub body: Vec<u8>,
}

struct Names(HostResolver);

impl Resolve for Names {
    fn resolve<'a>(&'a self, host: &'a str) -> Resolving<'a> {
        Box::pin(async move {
            match host.parse::<IpAddr>() {
                Ok(address) => Ok(vec![address]),
                Err(_) => self.0.resolve(host, Arc::new(())).await,
            }
        })
    }
}

struct Receive {
    status: u16,
    body: Limit<Vec<u8>>,
}

impl Incoming for Receive {
    fn head(&mut self, head: ResponseHead) -> Result<()> {
        self.status = head.status;
        Ok(())
    }

    fn room(&mut self) -> Result<&mut dyn BufMut> {
        Ok(&mut self.body)
    }

    fn received(&mut self, _bytes: usize) {}
}

impl Line {
    /// Asks, and asks again after failures that may be over by then.
    pub async fn exchange(&self, head: &RequestHead, body: Bytes) -> Result<Reply> {
        let mut pause = FIRST_PAUSE;
        for _ in 1..ATTEMPTS {
            match self.once(head, body.clone()).await {
                Ok(reply) if reply.status < 500 && reply.status != 429 => return Ok(reply),
                Err(error) if error.code() == Code::DEST_COPY_TOO_SMALL => return Err(error),
                _ => {}
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        self.once(head, body).await
    }

    async fn once(&self, head: &RequestHead, body: Bytes) -> Result<Reply> {
        let mut config = Config::new(Arc::new(Names(self.resolver.clone())));
        config.tls = self.tls.clone();
        let connections = Connections::new(config)?;
        let mut lease = connections.acquire(&self.origin).await?;
        let outgoing = if body.is_empty() { Outgoing::Empty } else { Outgoing::Bytes(vec![body]) };
        let mut receive = Receive { status: 0, body: Vec::new().limit(MOST_BYTES) };
        let deadlines = Deadlines { first_byte_ms: ANSWER_LIMIT_MS };
        let mut stamps = Stamps::default();
        lease.exchange(head, outgoing, &mut receive, &deadlines, &mut stamps).await?;
        Ok(Reply { status: receive.status, body: receive.body.into_inner() })
    }
}

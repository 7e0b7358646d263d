//! Opening a tunnel: CONNECT, and what there is to say when the proxy wants to know who asks.
//!
//! A proxy that says no is `AWS_ERROR_HTTP_PROXY_CONNECT_FAILED` to the caller; one that says nothing, or nonsense, is
//! what a server would be that did the same.

use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use tokio::time::timeout;

use super::{Credentials, Route, authority};
use crate::crt::{Keep, ProxyNegotiator, ProxyRetry};
use crate::error::{Code, Error, Result};
use crate::log;
use crate::net::encode::encode;
use crate::net::exchange::{Ended, Exchange, Receiver, Sender};
use crate::net::link::Link;
use crate::net::{Deadlines, Incoming, Origin, Outgoing, RequestHead, ResponseHead, Stamps};

/// CONNECT requests that one connection to a server may cost. NTLM needs three.
const MAX_REQUESTS: usize = 10;

/// Most that is read of the page in which a proxy says no.
const MAX_REFUSAL: usize = 64 * 1024;

const PROXY_AUTHENTICATION_REQUIRED: u16 = 407;

/// The tunnels that are tried for one connection to a server.
pub struct Tunnels<'a> {
    route: &'a Route,
    authority: String,
    negotiator: Option<ProxyNegotiator>,
    limit: Duration,
    requests: usize,
}

/// What became of a connection to the proxy.
pub enum Opening {
    Open(Link),
    /// The strategy wants to go on over another one.
    AnotherConnection,
}

/// Whether the next CONNECT goes over the same connection.
enum Answer {
    Open,
    SameConnection,
    NewConnection,
}

impl<'a> Tunnels<'a> {
    /// Each CONNECT may take as long as `limit`. `keep` outlives what a strategy makes.
    pub fn new(route: &'a Route, origin: &Origin, limit: Duration, keep: Keep) -> Result<Self> {
        let negotiator = match &route.credentials {
            Credentials::Strategy(strategy) => Some(strategy.negotiator(keep)?),
            Credentials::None | Credentials::Header(_) => None,
        };
        Ok(Self { route, authority: authority(origin).into(), negotiator, limit, requests: 0 })
    }

    /// Asks the proxy behind `link` for a tunnel.
    pub async fn open(&mut self, mut link: Link) -> Result<Opening> {
        loop {
            self.requests += 1;
            if self.requests > MAX_REQUESTS {
                return Err(self.failed("the strategy does not come to an end"));
            }
            match self.ask(&mut link).await? {
                Answer::Open => return Ok(Opening::Open(link)),
                Answer::SameConnection => {}
                Answer::NewConnection => return Ok(Opening::AnotherConnection),
            }
        }
    }

    async fn ask(&self, link: &mut Link) -> Result<Answer> {
        let late = |_| self.told(Code::IO_SOCKET_TIMEOUT, "it did not answer in time");
        let head = timeout(self.limit, self.request()).await.map_err(late)??;
        let mut verdict = Verdict { negotiator: self.negotiator.as_ref(), ..Verdict::default() };
        let exchange = timeout(self.limit, exchange(link, &head, &mut verdict)).await;
        let ended = exchange.map_err(late)?;
        match (verdict.status, ended) {
            (200..300, Ok(ended)) if !ended.surplus => Ok(Answer::Open),
            (200..300, Ok(_)) => Err(self.failed("it sent more than the answer to CONNECT")),
            (PROXY_AUTHENTICATION_REQUIRED, ended) => {
                self.refused(ended.is_ok_and(|ended| ended.reusable))
            }
            (0 | 200..300, Err(error)) => {
                let (code, lasting) = (error.code(), error.is_lasting());
                let told = self.told(code, error);
                Err(if lasting { told.lasting() } else { told })
            }
            (status, _) => Err(self.failed(format!("it answered CONNECT with status {status}"))),
        }
    }

    /// The proxy wants credentials, or others than it got.
    fn refused(&self, reusable: bool) -> Result<Answer> {
        let retry = self.negotiator.as_ref().map_or(ProxyRetry::Stop, ProxyNegotiator::retry);
        match retry {
            ProxyRetry::SameConnection if reusable => Ok(Answer::SameConnection),
            ProxyRetry::NewConnection => Ok(Answer::NewConnection),
            ProxyRetry::SameConnection => {
                Err(self.failed("it closed the connection that was to be authenticated"))
            }
            ProxyRetry::Stop => Err(self.failed(match &self.route.credentials {
                Credentials::None => "it wants credentials (407) and none are configured",
                _ => "it does not accept the credentials (407)",
            })),
        }
    }

    /// The CONNECT request.
    async fn request(&self) -> Result<RequestHead> {
        let authority = Bytes::from(self.authority.clone());
        let mut head = RequestHead::new("CONNECT", authority.clone());
        head.headers.push("Host", authority);
        head.headers.push("Proxy-Connection", "Keep-Alive");
        if let Credentials::Header(header) = &self.route.credentials {
            head.headers.push("Proxy-Authorization", header.clone());
        }
        let Some(negotiator) = &self.negotiator else { return Ok(head) };
        let fields: Vec<_> = head.headers.iter().cloned().collect();
        negotiator.prepare(&head.method, &head.target, &fields).await.map(RequestHead::from)
    }

    fn failed(&self, reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        self.told(Code::HTTP_PROXY_CONNECT_FAILED, reason)
    }

    fn told(
        &self,
        code: Code,
        reason: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Error {
        let Route { host, port, .. } = self.route;
        let (authority, reason) = (&self.authority, reason.into());
        let told = format!("no tunnel to {authority} through the proxy {host}:{port}: {reason}");
        log!(Error, General, "{told}");
        Error::new(code).because(told)
    }
}

async fn exchange(link: &mut Link, head: &RequestHead, verdict: &mut Verdict<'_>) -> Result<Ended> {
    let mut stamps = Stamps::default();
    let sender = Sender::new(encode(head)?, None, Outgoing::Empty);
    let receiver = Receiver::to_connect(verdict);
    let exchange = Exchange::new(link, sender, receiver, &mut stamps);
    exchange.run(None, &Deadlines::default()).await
}

/// The proxy's answer, of which the status matters, and the rest to strategies.
#[derive(Default)]
struct Verdict<'a> {
    status: u16,
    negotiator: Option<&'a ProxyNegotiator>,
    page: BytesMut,
    seen: usize,
}

impl Incoming for Verdict<'_> {
    fn head(&mut self, head: ResponseHead) -> Result<()> {
        self.status = head.status;
        if let Some(negotiator) = self.negotiator {
            let fields: Vec<_> = head.headers.iter().cloned().collect();
            negotiator.see_head(head.status, &fields);
        }
        Ok(())
    }

    fn room(&mut self) -> Result<&mut dyn BufMut> {
        let asks = self.status == PROXY_AUTHENTICATION_REQUIRED && self.negotiator.is_some();
        if !asks || self.seen > MAX_REFUSAL {
            // The status has said enough.
            return Err(Code::HTTP_PROXY_CONNECT_FAILED.into());
        }
        self.page.clear();
        Ok(&mut self.page)
    }

    fn received(&mut self, bytes: usize) {
        self.seen += bytes;
        if let Some(negotiator) = self.negotiator {
            negotiator.see_body(&self.page);
        }
    }
}

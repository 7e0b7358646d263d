//! A proxy between us and the servers: as a forwarder of requests, or as a tunnel that one CONNECT opens.
//!
//! Which proxy serves which origin is decided above; here it is one for all connections of a configuration. Requests to
//! https origins always go through a tunnel, so that the proxy sees none of them.

use bytes::{BufMut, Bytes};

use super::encode::encode;
use super::exchange::{Exchange, Receiver, Sender};
use super::link::Link;
use super::{Deadlines, Incoming, Origin, RequestHead, ResponseHead, Stamps};
use crate::crt::TlsSettings;
use crate::error::{Code, Error, Result};

/// A proxy and how to use it.
#[derive(Clone, Debug)]
pub struct Proxy {
    pub host: String,
    pub port: u16,
    /// Speak TLS to the proxy itself.
    pub tls: Option<TlsSettings>,
    /// Value of `Proxy-Authorization`.
    pub authorization: Option<Bytes>,
    /// Open a tunnel for http origins too.
    pub always_tunnel: bool,
}

/// What a request says when a proxy is to pass it on.
pub(super) struct Forward {
    prefix: String,
    authorization: Option<Bytes>,
}

impl Forward {
    pub fn new(proxy: &Proxy, origin: &Origin) -> Self {
        Self {
            prefix: format!("http://{}", authority(origin)),
            authorization: proxy.authorization.clone(),
        }
    }

    /// The same request in the form for proxies.
    pub fn address(&self, head: &RequestHead) -> RequestHead {
        let target = [self.prefix.as_bytes(), &head.target].concat();
        let mut head = RequestHead { target: target.into(), ..head.clone() };
        if let Some(authorization) = &self.authorization {
            head.headers.set("Proxy-Authorization", authorization.clone());
        }
        head
    }
}

/// Asks the proxy behind `link` for a tunnel to the origin.
pub(super) async fn tunnel(link: &mut Link, proxy: &Proxy, origin: &Origin) -> Result<()> {
    let authority = authority(origin);
    let mut head = RequestHead::new("CONNECT", authority.clone());
    head.headers.push("Host", authority);
    if let Some(authorization) = &proxy.authorization {
        head.headers.push("Proxy-Authorization", authorization.clone());
    }
    let (mut verdict, mut stamps) = (Verdict::default(), Stamps::default());
    let sender = Sender::new(encode(&head)?, None, super::Outgoing::Empty);
    // A tunnel begins where a body would: the answer is read like one to HEAD.
    let receiver = Receiver::new(true, &mut verdict);
    let ended =
        Exchange::new(link, sender, receiver, &mut stamps).run(None, &Deadlines::default()).await?;
    if !(200..300).contains(&verdict.status) || ended.surplus {
        let told =
            format!("the proxy {} answered CONNECT with status {}", proxy.host, verdict.status);
        return Err(Error::new(Code::HTTP_PROXY_CONNECT_FAILED).because(told));
    }
    Ok(())
}

#[derive(Default)]
struct Verdict {
    status: u16,
}

impl Incoming for Verdict {
    fn head(&mut self, head: ResponseHead) -> Result<()> {
        self.status = head.status;
        Ok(())
    }

    fn room(&mut self) -> Result<&mut dyn BufMut> {
        Err(Code::HTTP_PROTOCOL_ERROR.into())
    }

    fn received(&mut self, _bytes: usize) {}
}

fn authority(origin: &Origin) -> String {
    match (&origin.host, origin.port) {
        (address, port) if address.contains(':') => format!("[{address}]:{port}"),
        (host, port) => format!("{host}:{port}"),
    }
}

//! The whole engine against servers on the loopback interface.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use tokio::time::timeout;

use super::*;
use crate::error::{Code, Result};

mod descriptors;
mod failures;
mod leases;
mod leftovers;
mod proxies;
mod resumption;
mod server;
mod tls;
mod tls_options;
mod tls_proxies;
mod transfers;
mod trust;
mod turns;

use server::Server;

/// Answers every name with the loopback address.
struct Loopback;

impl Resolve for Loopback {
    fn resolve<'a>(&'a self, host: &'a str) -> Resolving<'a> {
        Box::pin(async move {
            match host {
                "nowhere.test" => Err(Code::IO_DNS_QUERY_FAILED.into()),
                "empty.test" => Ok(Vec::new()),
                // The first address of this host refuses.
                "two.test" => {
                    Ok(vec![Ipv4Addr::new(127, 0, 0, 77).into(), Ipv4Addr::LOCALHOST.into()])
                }
                // That of this one does not answer, where `busy` holds it.
                "slow.test" => {
                    Ok(vec![Ipv4Addr::new(127, 0, 0, 78).into(), Ipv4Addr::LOCALHOST.into()])
                }
                _ => Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]),
            }
        })
    }
}

fn config() -> Config {
    Config::new(Arc::new(Loopback))
}

fn connections(config: Config) -> Arc<Connections> {
    Connections::new(config).unwrap()
}

fn origin(port: u16) -> Arc<Origin> {
    Arc::new(Origin { tls: false, host: "localhost".into(), port })
}

/// Keeps what comes, in memory of a fixed size when asked.
struct Sink {
    head: Option<ResponseHead>,
    body: bytes::buf::Limit<BytesMut>,
    reported: usize,
    trailers: Headers,
    /// Bytes that came by [`overwrite`](Incoming::overwrite), where that is possible.
    placed: Option<usize>,
}

impl Sink {
    fn with_room(size: usize) -> Self {
        let body = BytesMut::with_capacity(size).limit(size);
        Self { head: None, body, reported: 0, trailers: Headers::new(), placed: None }
    }

    fn status(&self) -> u16 {
        self.head.as_ref().map_or(0, |head| head.status)
    }

    fn body(&self) -> &[u8] {
        self.body.get_ref()
    }
}

impl Default for Sink {
    fn default() -> Self {
        Self::with_room(16 * 1024 * 1024)
    }
}

impl Incoming for Sink {
    fn head(&mut self, head: ResponseHead) -> Result<()> {
        assert!(self.head.is_none(), "one head per response");
        self.head = Some(head);
        Ok(())
    }

    fn room(&mut self) -> Result<&mut dyn BufMut> {
        Ok(&mut self.body)
    }

    fn overwrite(
        &mut self,
        bytes: usize,
        write: &mut dyn FnMut(&mut [u8]) -> Result<usize>,
    ) -> Result<Option<usize>> {
        let Some(placed) = &mut self.placed else { return Ok(None) };
        if self.body.remaining_mut() < bytes {
            return Ok(None);
        }
        let mut room = vec![0xaa; bytes];
        let count = write(&mut room)?;
        self.body.put_slice(&room[..count]);
        *placed += count;
        Ok(Some(count))
    }

    fn received(&mut self, bytes: usize) {
        self.reported += bytes;
    }

    fn trailers(&mut self, trailers: Headers) -> Result<()> {
        self.trailers = trailers;
        Ok(())
    }
}

fn request(method: &'static str, length: Option<usize>) -> RequestHead {
    let mut head = RequestHead::new(method, "/key");
    head.headers.push("Host", "localhost");
    if let Some(length) = length {
        head.headers.push("Content-Length", length.to_string());
    }
    head
}

async fn get(lease: &mut Lease) -> Result<Sink> {
    let mut sink = Sink::default();
    exchange(lease, request("GET", None), Outgoing::Empty, &mut sink).await?;
    Ok(sink)
}

async fn exchange(
    lease: &mut Lease,
    head: RequestHead,
    body: Outgoing,
    sink: &mut Sink,
) -> Result<Stamps> {
    let mut stamps = Stamps::default();
    let deadlines = Deadlines { first_byte_ms: 0 };
    lease.exchange(&head, body, sink, &deadlines, &mut stamps).await?;
    assert_eq!(sink.reported, sink.body().len());
    Ok(stamps)
}

/// Bytes in which a shift or a swap shows.
fn pattern(length: usize) -> Bytes {
    let mut state = 0x9e37_79b9_u32;
    let bytes = (0..length).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    bytes.collect::<Vec<_>>().into()
}

/// Nothing in these tests may take longer.
async fn soon<T>(future: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(20), future).await.expect("no wait is without end")
}

//! Sessions that the TLS library of the host makes, for contexts that only it can read.

use std::io::IoSlice;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::io::AsyncWrite;
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::records::Records;
use super::session::MAX_UNSENT;
use crate::crt::{Keep, Late, TlsChannel, TlsLoops, TlsOptions};
use crate::error::Result;
use crate::net::content::Content;
use crate::net::exchange::Sender;
use crate::net::transport::Transport;

/// Content that one batch seals.
const SEAL_BATCH: usize = 256 * 1024;

/// Makes the sessions of one client.
pub struct Client {
    options: TlsOptions,
    loops: Arc<TlsLoops>,
    keep: Keep,
    /// Of a list in the context, servers choose what is not spoken here.
    http1_only: AtomicBool,
    /// Its end is the client's.
    ending: watch::Sender<()>,
}

impl Client {
    pub fn new(options: TlsOptions, loops: Arc<TlsLoops>, keep: Keep) -> Self {
        let (ending, _) = watch::channel(());
        Self { options, loops, keep, http1_only: AtomicBool::new(false), ending }
    }

    /// A session with the server of that name or address, before its handshake.
    pub fn session(&self, server: &str) -> Result<Session> {
        let http1_only = self.http1_only.load(Ordering::Relaxed);
        let keep = self.keep.clone();
        let channel = TlsChannel::new(&self.loops, &self.options, server, http1_only, keep)?;
        let (ending, runtime) = (self.ending.subscribe(), Handle::current());
        Ok(Session { channel: Some(channel), records: Records::default(), ending, runtime })
    }

    /// From now on servers have no choice.
    pub fn insist_on_http1(&self) {
        self.http1_only.store(true, Ordering::Relaxed);
    }
}

/// One side of a TLS connection.
pub struct Session {
    /// None once it has ended.
    channel: Option<TlsChannel>,
    records: Records,
    ending: watch::Receiver<()>,
    /// Where it is looked after if it does not end at once.
    runtime: Handle,
}

impl Session {
    fn channel(&self) -> &TlsChannel {
        self.channel.as_ref().expect("only the end takes it")
    }

    fn channel_mut(&mut self) -> &mut TlsChannel {
        self.channel.as_mut().expect("only the end takes it")
    }

    pub fn is_handshaking(&self) -> bool {
        self.channel().is_negotiating()
    }

    pub fn protocol(&self) -> Option<&[u8]> {
        self.channel().protocol()
    }

    pub fn peer_closed(&self) -> bool {
        self.channel().peer_closed()
    }

    /// What is incomplete stays in there.
    pub fn held(&self) -> &[u8] {
        &[]
    }

    pub fn holds_ciphertext(&self) -> bool {
        self.records.is_within() || self.channel().is_opening()
    }

    pub fn has_unsent(&self) -> bool {
        self.channel().has_unsent()
    }

    pub fn unsent<'s>(&'s self, slices: &mut [IoSlice<'s>; MAX_UNSENT]) -> usize {
        self.channel().unsent(slices)
    }

    pub fn wrote(&mut self, count: usize) {
        self.channel_mut().wrote(count);
    }

    pub fn discard_unsent(&mut self) {
        self.channel_mut().discard_unsent();
    }

    /// Key operations may be answered on any thread.
    pub fn poll_advance(&mut self, cx: &mut Context<'_>) -> Result<()> {
        self.channel_mut().poll_advance(cx)
    }

    pub fn poll_opened(
        &mut self,
        cx: &mut Context<'_>,
        content: &mut dyn Content,
    ) -> Poll<Result<Option<usize>>> {
        self.channel_mut().poll_opened(cx, &mut |bytes| content.take(bytes))
    }

    pub fn poll_sealed(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.channel_mut().poll_sealed(cx)
    }

    pub fn open(&mut self, batch: &mut [u8], content: &mut dyn Content) -> Result<()> {
        self.records.feed(batch);
        self.channel_mut().open(batch, &mut |bytes| content.take(bytes))
    }

    pub fn seal(&mut self, sender: &mut Sender) -> Result<()> {
        let mut room = SEAL_BATCH;
        while room > 0
            && let Some(piece) = sender.first()
        {
            let content = piece.slice(..piece.len().min(room));
            self.channel_mut().seal(&content)?;
            sender.advance(content.len());
            room -= content.len();
        }
        self.channel_mut().hand_over();
        Ok(())
    }

    pub fn seal_slice(&mut self, content: &[u8]) -> Result<usize> {
        let count = content.len().min(SEAL_BATCH);
        if count > 0 {
            self.channel_mut().seal(&content[..count])?;
            self.channel_mut().hand_over();
        }
        Ok(count)
    }

    /// Ends it, with its connection if that is to stay open until then.
    pub fn retire(mut self, io: Transport) {
        self.end(Some(io));
    }

    fn end(&mut self, io: Option<Transport>) {
        let Some(late) = self.channel.take().and_then(TlsChannel::end) else { return };
        self.runtime.spawn(look_after(late, io, self.ending.clone()));
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.end(None);
    }
}

/// Waits until nothing is left of a session, or nothing but what the caller owes when the client ends.
async fn look_after(mut late: Late, io: Option<Transport>, mut ending: watch::Receiver<()>) {
    const NEVER: Duration = Duration::from_secs(3600);
    let mut hurried = false;
    let farewell = loop {
        let due = late.due().unwrap_or(NEVER);
        tokio::select! {
            farewell = std::future::poll_fn(|cx| late.poll_over(cx)) => break farewell,
            _ = ending.changed(), if !hurried => {
                hurried = true;
                late.hurry();
            }
            () = tokio::time::sleep(due) => {}
        }
    };
    if let Some(mut io) = io
        && !farewell.is_empty()
    {
        // Of no use if the socket does not take it.
        let mut cx = Context::from_waker(Waker::noop());
        let _ = Pin::new(&mut io).poll_write(&mut cx, &farewell);
    }
    // Last of all, because the client may end with it.
    drop(late);
}

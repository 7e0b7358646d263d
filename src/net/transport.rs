//! What a TLS session or plain HTTP runs over: a socket, or another TLS session as to a proxy that wants one.
//!
//! The rare case pays for being rare: content of a session within a session is copied once more on either side.

use std::fs::File;
use std::io::{self, IoSlice};
use std::mem::MaybeUninit;
use std::os::fd::AsFd;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::TcpStream;

use super::tls::{MAX_UNSENT, Session};
use crate::error::{Code, Error, Result};
use crate::os;

/// Ciphertext of the outer session that one call reads.
const BATCH: usize = 64 * 1024;

/// See the [module](self).
pub enum Transport {
    Socket(TcpStream),
    Tls(Box<Outer>),
    /// Nothing any more.
    Closed,
}

/// The outer of two TLS sessions.
pub struct Outer {
    io: TcpStream,
    session: Session,
    batch: Vec<u8>,
    /// Content that nobody has read, from `start` on.
    content: Vec<u8>,
    start: usize,
}

impl Transport {
    /// The same way, through a session that has had its handshake.
    pub fn within(self, session: Session) -> Result<Self> {
        let Self::Socket(io) = self else {
            return Err(
                Error::new(Code::UNIMPLEMENTED).because("a third TLS session in the others")
            );
        };
        let (batch, content) = (Vec::new(), Vec::new());
        Ok(Self::Tls(Box::new(Outer { io, session, batch, content, start: 0 })))
    }

    /// Whether nothing has come that nobody has read, not even the end.
    pub fn is_quiet(&self) -> bool {
        match self {
            Self::Socket(io) => is_quiet_here(io),
            Self::Tls(outer) => self.is_at_rest() && is_quiet_here(&outer.io),
            Self::Closed => false,
        }
    }

    /// Whether all that was read here has been handed on.
    pub fn is_at_rest(&self) -> bool {
        match self {
            Self::Socket(_) => true,
            Self::Tls(outer) => outer.start == outer.content.len() && outer.session.is_at_rest(),
            Self::Closed => false,
        }
    }

    /// Sends up to `count` bytes of a file without reading them, where that is possible at all.
    pub fn poll_send_file(
        &self,
        cx: &mut Context<'_>,
        file: &File,
        offset: u64,
        count: usize,
    ) -> Poll<io::Result<usize>> {
        match self {
            Self::Socket(io) => poll_writable(io, cx, || os::send_file(io, file, offset, count)),
            Self::Tls(_) => Poll::Ready(Err(io::ErrorKind::Unsupported.into())),
            Self::Closed => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        }
    }

    /// Whether [`wait_for`](Self::wait_for) does anything.
    pub fn can_wait(&self) -> bool {
        matches!(self, Self::Socket(_)) && os::has_low_water()
    }

    /// Has the socket wait for so many bytes before it is called readable.
    pub fn wait_for(&self, bytes: u32) {
        if let Self::Socket(io) = self {
            let _ = os::set_low_water(io, bytes);
        }
    }

    /// Moves an idle transport to the current runtime. None when it is of no more use.
    pub fn moved_here(self) -> Option<Self> {
        Some(match self {
            Self::Socket(io) => Self::Socket(moved_here(io)?),
            Self::Tls(outer) => {
                let Outer { io, session, batch, content, start } = *outer;
                let io = moved_here(io)?;
                Self::Tls(Box::new(Outer { io, session, batch, content, start }))
            }
            Self::Closed => return None,
        })
    }
}

fn moved_here(io: TcpStream) -> Option<TcpStream> {
    let io = io.into_std().ok()?;
    is_quiet(&io).then(|| TcpStream::from_std(io).ok())?
}

/// Writes what the socket takes. Not by its own methods, which let the system raise SIGPIPE.
fn poll_send(
    io: &TcpStream,
    cx: &mut Context<'_>,
    pieces: &[IoSlice<'_>],
) -> Poll<io::Result<usize>> {
    poll_writable(io, cx, || os::send(io, pieces))
}

/// Tries to write once the socket takes anything.
fn poll_writable(
    io: &TcpStream,
    cx: &mut Context<'_>,
    mut write: impl FnMut() -> io::Result<usize>,
) -> Poll<io::Result<usize>> {
    loop {
        ready!(io.poll_write_ready(cx))?;
        match io.try_io(Interest::WRITABLE, &mut write) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            written => return Poll::Ready(written),
        }
    }
}

/// The same of a socket of this runtime, which then need not ask it once more before it waits.
fn is_quiet_here(io: &TcpStream) -> bool {
    let quiet = is_quiet(io);
    if quiet {
        let _ = io.try_io(Interest::READABLE, || Err::<(), _>(io::ErrorKind::WouldBlock.into()));
    }
    quiet
}

/// Asks the socket itself: the runtime hears of what happens to one only when it has nothing else to do.
fn is_quiet(io: &impl AsFd) -> bool {
    let peeked = SockRef::from(io).peek(&mut [MaybeUninit::uninit()]);
    matches!(peeked, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
}

impl Outer {
    /// Writes all ciphertext that waits.
    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.session.has_unsent() {
            ready!(self.session.poll_sealed(cx)).map_err(io::Error::other)?;
            let mut slices = [IoSlice::new(&[]); MAX_UNSENT];
            let count = self.session.unsent(&mut slices);
            match ready!(poll_send(&self.io, cx, &slices[..count]))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => self.session.wrote(written),
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Makes content available. Ready with none at the end.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.start == self.content.len() {
            if self.session.peer_closed() {
                return Poll::Ready(Ok(()));
            }
            let content = &mut self.content;
            content.clear();
            self.start = 0;
            let mut take = |record: &[u8]| {
                content.extend_from_slice(record);
                Ok(())
            };
            let opened = ready!(self.session.poll_opened(cx, &mut take));
            if opened.map_err(io::Error::other)?.is_some() || self.session.peer_closed() {
                continue;
            }
            let held = self.session.held().len();
            if self.batch.len() < held + BATCH {
                self.batch.resize(held + BATCH, 0);
            }
            let mut into = ReadBuf::new(&mut self.batch[held..]);
            ready!(Pin::new(&mut self.io).poll_read(cx, &mut into))?;
            let read = into.filled().len();
            if read == 0 {
                return Poll::Ready(Ok(()));
            }
            self.batch[..held].copy_from_slice(self.session.held());
            let opened = self.session.open(&mut self.batch[..held + read], &mut take);
            opened.map_err(io::Error::other)?;
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Transport {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let outer = match self.get_mut() {
            Self::Socket(io) => return Pin::new(io).poll_read(cx, into),
            Self::Tls(outer) => outer,
            Self::Closed => return Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        };
        // Who only reads still has to see to it that what was written gets out.
        if let Poll::Ready(drained) = outer.poll_drain(cx) {
            drained?;
        }
        ready!(outer.poll_fill(cx))?;
        let content = &outer.content[outer.start..];
        let count = content.len().min(into.remaining());
        into.put_slice(&content[..count]);
        outer.start += count;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Transport {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[u8],
    ) -> Poll<io::Result<usize>> {
        let outer = match self.get_mut() {
            Self::Socket(io) => return poll_send(io, cx, &[IoSlice::new(from)]),
            Self::Tls(outer) => outer,
            Self::Closed => return Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        };
        ready!(outer.poll_drain(cx))?;
        let sealed = outer.session.seal_slice(from).map_err(io::Error::other)?;
        // What the socket does not take now goes with the next read or write.
        if let Poll::Ready(drained) = outer.poll_drain(cx) {
            drained?;
        }
        Poll::Ready(Ok(sealed))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Socket(io) => poll_send(io, cx, slices),
            other => {
                let first = slices.iter().find(|slice| !slice.is_empty());
                Pin::new(other).poll_write(cx, first.map_or(&[], |slice| &**slice))
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Socket(io) => Pin::new(io).poll_flush(cx),
            Self::Tls(outer) => outer.poll_drain(cx),
            Self::Closed => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Socket(io) => Pin::new(io).poll_shutdown(cx),
            Self::Tls(outer) => Pin::new(&mut outer.io).poll_shutdown(cx),
            Self::Closed => Poll::Ready(Ok(())),
        }
    }
}

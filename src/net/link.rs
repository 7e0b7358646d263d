//! The byte path between an exchange and its socket, plain or through TLS.
//!
//! Plain bodies are read straight into the caller's memory and written from where they lie. With TLS, ciphertext is
//! read and written in large batches, and each record is opened into the caller's memory or, where that cannot be,
//! where it was read, and its content handed on while in cache.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};
use tokio::runtime::{Handle, Id};
use tokio::time::Instant;

use super::addresses::Counted;
use super::content::Content;
use super::dial::{Dialed, socket_error};
use super::exchange::{MAX_PIECES, Receiver, Sender};
use super::patience::Patience;
use super::scratch;
use super::tls::{MAX_UNSENT, Session};
use super::transport::Transport;
use crate::error::{Code, Error, Result};
use crate::os;

/// Read at a time while the head, or framing, is awaited: what comes with it is copied, so it should not be much.
const HEAD_BATCH: usize = 4 * 1024;

/// Ciphertext that one call reads.
const RECORD_BATCH: usize = 256 * 1024;

/// The same where nothing but the head is wanted.
const HEAD_RECORDS: usize = 8 * 1024;

/// What the system is asked to send of a file at a time.
const FILE_BATCH: u64 = 1024 * 1024;

/// A way to the peer, and the TLS session on it.
pub struct Link {
    io: Transport,
    tls: Option<Box<Session>>,
    runtime: Id,
    moved: u64,
    patience: Patience,
    _counted: Counted,
}

impl Link {
    pub fn plain(dialed: Dialed) -> Self {
        let Dialed { stream, counted } = dialed;
        let runtime = Handle::current().id();
        Self {
            io: Transport::Socket(stream),
            tls: None,
            runtime,
            moved: 0,
            patience: Patience::default(),
            _counted: counted,
        }
    }

    /// Performs the TLS handshake, within the session that there may be already.
    pub async fn secure(mut self, mut session: Session) -> Result<Self> {
        if let Some(outer) = self.tls.take() {
            self.io = self.io.within(*outer)?;
        }
        let mut heard = 0;
        let shaken = std::future::poll_fn(|cx| {
            let polled = self.poll_handshake(cx, &mut session, &mut heard);
            if let Poll::Ready(Err(_)) = polled {
                // Tell the server why, if it still listens.
                let _ = poll_flush(&mut self.io, cx, &mut session);
            }
            polled
        });
        if let Err(error) = shaken.await {
            session.retire(self.io);
            return Err(error);
        }
        self.tls = Some(Box::new(session));
        Ok(self)
    }

    /// The TLS session, the inner one of two.
    pub fn session(&self) -> Option<&Session> {
        self.tls.as_deref()
    }

    /// Bytes that went over the socket in either direction.
    pub fn moved(&self) -> u64 {
        self.moved
    }

    /// Whether a file goes from its cache to the socket without passing through here.
    pub fn sends_files(&self) -> bool {
        os::SENDS_FILES && self.tls.is_none()
    }

    /// Whether bytes have been taken from the sender and not yet been written.
    pub fn has_unsent(&self) -> bool {
        self.tls.as_ref().is_some_and(|session| session.has_unsent())
    }

    /// Whether bytes may have come that the socket has not called for.
    pub fn is_patient(&self) -> bool {
        self.patience.is_patient()
    }

    /// Has the socket call for whatever comes of this body from now on.
    pub fn lose_patience(&mut self) {
        if let Some(bytes) = self.patience.lose() {
            self.io.wait_for(bytes);
        }
    }

    /// Whether nothing of the past exchange is left.
    pub fn is_quiet(&self) -> bool {
        !self.has_unsent()
    }

    pub fn give_up_sending(&mut self) {
        if let Some(session) = &mut self.tls {
            session.discard_unsent();
        }
    }

    /// Writes what the socket takes: ciphertext that waits, then the front of `sender`.
    pub fn poll_send(
        &mut self,
        cx: &mut Context<'_>,
        sender: Option<&mut Sender>,
    ) -> Poll<Result<()>> {
        let Some(session) = &mut self.tls else {
            return match sender {
                Some(sender) => self.poll_send_plain(cx, sender),
                None => Poll::Ready(Ok(())),
            };
        };
        if !session.has_unsent()
            && let Some(sender) = sender
        {
            session.seal(sender)?;
        }
        let written = ready!(poll_flush(&mut self.io, cx, session))?;
        self.moved += written;
        Poll::Ready(Ok(()))
    }

    fn poll_send_plain(&mut self, cx: &mut Context<'_>, sender: &mut Sender) -> Poll<Result<()>> {
        if sender.next_file().is_some() {
            return self.poll_send_file(cx, sender);
        }
        let mut slices = [IoSlice::new(&[]); MAX_PIECES];
        let count = sender.slices(&mut slices);
        if count == 0 {
            return Poll::Ready(Ok(()));
        }
        let written = match &slices[..count] {
            [only] => ready!(Pin::new(&mut self.io).poll_write(cx, only)),
            several => ready!(Pin::new(&mut self.io).poll_write_vectored(cx, several)),
        };
        let written = nonzero(written)?;
        sender.advance(written);
        self.moved += written as u64;
        Poll::Ready(Ok(()))
    }

    fn poll_send_file(&mut self, cx: &mut Context<'_>, sender: &mut Sender) -> Poll<Result<()>> {
        let Some(range) = sender.next_file() else { return Poll::Ready(Ok(())) };
        let most = range.len.min(FILE_BATCH).min(sender.allowed());
        let count = usize::try_from(most).unwrap_or(usize::MAX);
        match ready!(self.io.poll_send_file(cx, &range.file, range.offset, count)) {
            // Not all that has content has a length that the system sees.
            Ok(0) => sender.read_file(None),
            Ok(sent) => {
                sender.advance_file(sent as u64);
                self.moved += sent as u64;
            }
            // Of the file, of the connection, or because this file cannot be sent like that: reading it will tell.
            Err(error) => sender.read_file(Some(socket_error(error))),
        }
        Poll::Ready(Ok(()))
    }

    /// Reads once and passes on what came.
    pub fn poll_receive(
        &mut self,
        cx: &mut Context<'_>,
        receiver: &mut Receiver<'_>,
    ) -> Poll<Result<()>> {
        let before = self.moved;
        let polled = self.poll_receive_once(cx, receiver);
        let read = self.moved - before;
        // A session has bytes of its own, which the socket will not call for.
        if read > 0
            && self.tls.is_none()
            && self.io.can_wait()
            && let Some(bytes) = self.patience.after(read, receiver.body_left(), Instant::now)
        {
            self.io.wait_for(bytes);
        }
        polled
    }

    fn poll_receive_once(
        &mut self,
        cx: &mut Context<'_>,
        receiver: &mut Receiver<'_>,
    ) -> Poll<Result<()>> {
        if let Some(session) = &mut self.tls {
            if session.peer_closed() {
                // That came with a body which was held until now.
                return Poll::Ready(end(receiver, session));
            }
            let batch = if receiver.wants_head_only() { HEAD_RECORDS } else { RECORD_BATCH };
            let batch = receiver.allowed(batch).max(HEAD_RECORDS);
            let read = match ready!(poll_records(&mut self.io, cx, session, batch, receiver)) {
                Ok(read) => read,
                Err(error) => {
                    self.retire();
                    return Poll::Ready(Err(error));
                }
            };
            self.moved += read;
            let ended = read == 0 || session.peer_closed();
            return Poll::Ready(if ended && !receiver.is_complete() && !receiver.is_held() {
                end(receiver, session)
            } else {
                Ok(())
            });
        }
        let direct = match receiver.direct()? {
            Some(mut room) => {
                let mut reading = std::pin::pin!(self.io.read_buf(&mut room));
                Some(ready!(reading.as_mut().poll(cx)).map_err(socket_error)?)
            }
            None => None,
        };
        if let Some(read) = direct {
            self.moved += read as u64;
            return Poll::Ready(if read == 0 { receiver.end() } else { receiver.filled(read) });
        }
        scratch::with(HEAD_BATCH, |batch| {
            let read = ready!(poll_read(&mut self.io, cx, &mut batch[..HEAD_BATCH]))
                .map_err(socket_error)?;
            self.moved += read as u64;
            Poll::Ready(if read == 0 { receiver.end() } else { receiver.push(&batch[..read]) })
        })
    }

    /// Closes the link when its session has failed, unless that wants it to stay open for a while.
    fn retire(&mut self) {
        let io = std::mem::replace(&mut self.io, Transport::Closed);
        if let Some(session) = self.tls.take() {
            session.retire(io);
        }
    }

    /// Makes an idle link ready for use on the current runtime; None when it is of no more use.
    pub async fn settle(mut self) -> Option<Self> {
        if !self.is_between_answers() {
            return None;
        }
        let here = Handle::current().id();
        if self.runtime != here {
            self.io = self.io.moved_here()?;
            self.runtime = here;
            return Some(self);
        }
        if self.io.is_quiet() {
            return Some(self);
        }
        // Nobody was asked for anything: without TLS it can only be the end.
        let session = self.tls.as_mut()?;
        // Before it has asked the system once more, the runtime may not know of what there is to read.
        tokio::task::yield_now().await;
        let mut cx = Context::from_waker(Waker::noop());
        let mut surplus = |_: &[u8]| Err(Code::HTTP_PROTOCOL_ERROR.into());
        loop {
            match poll_records(&mut self.io, &mut cx, session, RECORD_BATCH, &mut surplus) {
                Poll::Pending => return self.is_between_answers().then_some(self),
                Poll::Ready(Ok(read)) if read > 0 && !session.peer_closed() => {}
                Poll::Ready(_) => return None,
            }
        }
    }

    /// Whether nothing of a next answer has come with the last one, not even half a record, and no farewell, which may
    /// come long before the end itself.
    fn is_between_answers(&self) -> bool {
        self.tls.as_ref().is_none_or(|session| session.is_at_rest()) && self.io.is_at_rest()
    }

    /// `heard` counts what the server has said.
    fn poll_handshake(
        &mut self,
        cx: &mut Context<'_>,
        session: &mut Session,
        heard: &mut u64,
    ) -> Poll<Result<()>> {
        session.poll_advance(cx)?;
        loop {
            while session.has_unsent() {
                ready!(poll_flush(&mut self.io, cx, session))?;
            }
            if !session.is_handshaking() {
                return Poll::Ready(Ok(()));
            }
            let mut early = |_: &[u8]| Err(Code::IO_TLS_ERROR_NEGOTIATION_FAILURE.into());
            let read = ready!(poll_records(&mut self.io, cx, session, RECORD_BATCH, &mut early))?;
            *heard += read;
            if read == 0 || session.peer_closed() {
                return Poll::Ready(Err(left_midway(session, *heard)));
            }
        }
    }
}

/// The server has ended a connection whose handshake was not over.
fn left_midway(session: &Session, heard: u64) -> Error {
    if session.peer_closed() {
        return Error::new(Code::IO_TLS_ERROR_NEGOTIATION_FAILURE)
            .because("the server said goodbye within the TLS handshake");
    }
    let mut told = "the server closed the connection within the TLS handshake".to_owned();
    match heard {
        0 => told.push_str(", without a word"),
        _ => told.push_str(&format!(", after {heard} bytes")),
    }
    if let Some(offered) = session.offered() {
        told.push_str(&format!("; offered {offered}"));
    }
    Error::new(Code::IO_SOCKET_CLOSED).because(told)
}

/// The TLS connection has ended: properly, or cut off where the length of the body does not show it.
fn end(receiver: &mut Receiver<'_>, session: &Session) -> Result<()> {
    receiver.end()?;
    if session.peer_closed() {
        return Ok(());
    }
    Err(Error::new(Code::IO_TLS_ALERT_NOT_GRACEFUL)
        .because("the connection was cut off within the response"))
}

/// Writes waiting ciphertext once and says how much the socket took.
fn poll_flush(
    io: &mut Transport,
    cx: &mut Context<'_>,
    session: &mut Session,
) -> Poll<Result<u64>> {
    ready!(session.poll_sealed(cx))?;
    let mut slices = [IoSlice::new(&[]); MAX_UNSENT];
    let count = session.unsent(&mut slices);
    if count == 0 {
        return Poll::Ready(Ok(0));
    }
    let written = nonzero(ready!(Pin::new(io).poll_write_vectored(cx, &slices[..count])))?;
    session.wrote(written);
    Poll::Ready(Ok(written as u64))
}

/// Reads one batch of ciphertext and opens what is complete of it. Ready with the bytes read, 0 at the end.
fn poll_records(
    io: &mut Transport,
    cx: &mut Context<'_>,
    session: &mut Session,
    batch_size: usize,
    content: &mut dyn Content,
) -> Poll<Result<u64>> {
    if let Some(read) = ready!(session.poll_opened(cx, content))? {
        return Poll::Ready(Ok(read as u64));
    }
    if session.peer_closed() {
        // That may have been seen by another thread.
        return Poll::Ready(Ok(0));
    }
    let held = session.held().len();
    let read = scratch::with(held + batch_size, |batch| {
        let read =
            ready!(poll_read(io, cx, &mut batch[held..held + batch_size])).map_err(socket_error)?;
        batch[..held].copy_from_slice(session.held());
        session.open(&mut batch[..held + read], content)?;
        Poll::Ready(Ok::<_, Error>(read as u64))
    });
    let read = ready!(read)?;
    ready!(session.poll_opened(cx, content))?;
    Poll::Ready(Ok(read))
}

fn poll_read(io: &mut Transport, cx: &mut Context<'_>, into: &mut [u8]) -> Poll<io::Result<usize>> {
    let mut into = ReadBuf::new(into);
    ready!(Pin::new(io).poll_read(cx, &mut into))?;
    Poll::Ready(Ok(into.filled().len()))
}

fn nonzero(written: io::Result<usize>) -> Result<usize> {
    match written {
        Ok(0) => Err(Code::IO_SOCKET_CLOSED.into()),
        written => written.map_err(socket_error),
    }
}

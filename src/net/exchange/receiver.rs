//! The response on its way in: the decoder between the connection and the caller's [`Incoming`].
//!
//! Bytes come in one of two ways. Those that the decoder has announced as body may be read straight into the caller's
//! memory; all others are pushed through, and the body among them is copied.

use std::task::{Context, Poll, ready};

use bytes::BufMut;

use crate::error::{Code, Error, Result};
use crate::net::Incoming;
use crate::net::content::Content;
use crate::net::decode::{Decoder, Step};

/// Less than this is not worth a read of its own.
const SMALL: usize = 4096;

/// What has been received of one response.
pub struct Receiver<'a> {
    decoder: Decoder,
    into: &'a mut dyn Incoming,
    /// Body bytes that come next, whatever else is known.
    body: u64,
    accepted: bool,
    complete: bool,
    surplus: bool,
    received: u64,
    /// Body that came with the head, while the rest has to wait for its turn.
    early: Option<Vec<u8>>,
    /// How much may be read now.
    allowed: u64,
}

impl<'a> Receiver<'a> {
    pub fn new(to_head: bool, into: &'a mut dyn Incoming) -> Self {
        Self::with(Decoder::new(to_head), into)
    }

    /// For the answer to a CONNECT.
    pub fn to_connect(into: &'a mut dyn Incoming) -> Self {
        Self::with(Decoder::to_connect(), into)
    }

    fn with(decoder: Decoder, into: &'a mut dyn Incoming) -> Self {
        Self {
            decoder,
            into,
            body: 0,
            accepted: false,
            complete: false,
            surplus: false,
            received: 0,
            early: None,
            allowed: u64::MAX,
        }
    }

    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// Whether the final head has arrived.
    pub fn has_head(&self) -> bool {
        self.decoder.has_head()
    }

    /// Whether the body waits for its turn.
    pub fn is_held(&self) -> bool {
        self.early.is_some()
    }

    /// Whether no more than the head should be read.
    pub fn wants_head_only(&self) -> bool {
        !self.has_head() && self.into.expects_hold()
    }

    /// So much more of the request has been sent, or all there will be.
    pub fn sent(&mut self, bytes: u64, done: bool) {
        if bytes > 0 {
            self.into.sent(bytes);
        }
        if done {
            self.into.done_sending();
        }
    }

    /// Waits until more of the body may be received.
    pub fn poll_allowed(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.has_head() {
            self.allowed = ready!(self.into.poll_receivable(cx));
        }
        Poll::Ready(())
    }

    /// How much may be read now, of `most` bytes.
    pub fn allowed(&self, most: usize) -> usize {
        most.min(usize::try_from(self.allowed).unwrap_or(usize::MAX))
    }

    /// How much of the request may be sent now; waits where that is nothing.
    pub fn poll_sendable(&mut self, cx: &mut Context<'_>) -> Poll<u64> {
        self.into.poll_sendable(cx)
    }

    /// Waits for the turn of the body.
    pub fn poll_held(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        if self.early.is_none() {
            return Poll::Ready(Ok(()));
        }
        ready!(self.into.poll_admitted(cx));
        let early = self.early.take().unwrap_or_default();
        Poll::Ready(self.decode(&early))
    }

    /// Whether the final head tells of success.
    pub fn is_accepted(&self) -> bool {
        self.accepted
    }

    /// Bytes of the response so far.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// Whether the connection can be used for another exchange.
    pub fn is_reusable(&self) -> bool {
        self.decoder.is_reusable() && !self.surplus
    }

    /// Whether more has come than belongs to the response.
    pub fn has_surplus(&self) -> bool {
        self.surplus
    }

    /// Bytes of the body that are still to come, as far as that is known.
    pub fn body_left(&self) -> u64 {
        if self.complete || self.early.is_some() { 0 } else { self.body }
    }

    /// Memory that may be filled with body at once, if there is enough of it to be worth while.
    pub fn direct(&mut self) -> Result<Option<impl BufMut>> {
        if self.body == 0 {
            return Ok(None);
        }
        let body = self.allowed(usize::try_from(self.body).unwrap_or(usize::MAX));
        let room = self.into.room()?;
        let contiguous = if room.has_remaining_mut() { room.chunk_mut().len() } else { 0 };
        Ok((contiguous >= body.min(SMALL)).then(|| room.limit(body)))
    }

    /// `count` bytes have been put where [`direct`](Self::direct) said.
    pub fn filled(&mut self, count: usize) -> Result<()> {
        self.received += count as u64;
        self.into.received(count);
        self.decoder.took(count as u64);
        self.body -= count as u64;
        if self.body == 0 { self.push(&[]) } else { Ok(()) }
    }

    /// Takes bytes as they came from the connection.
    pub fn push(&mut self, input: &[u8]) -> Result<()> {
        self.received += input.len() as u64;
        if let Some(early) = &mut self.early {
            early.extend_from_slice(input);
            return Ok(());
        }
        self.decode(input)
    }

    fn decode(&mut self, mut input: &[u8]) -> Result<()> {
        while !self.complete {
            match self.decoder.step(&mut input)? {
                Step::Head(head) => {
                    self.accepted = (200..300).contains(&head.status);
                    self.into.head(head)?;
                }
                Step::Trailers(trailers) => self.into.trailers(trailers)?,
                Step::Body(body) => {
                    self.body = body;
                    if self.into.is_held() {
                        self.early = Some(input.to_vec());
                        return Ok(());
                    }
                    if input.is_empty() {
                        return Ok(());
                    }
                    self.copy(&mut input)?;
                }
                Step::More => {
                    self.body = 0;
                    return Ok(());
                }
                Step::Done => self.complete = true,
            }
        }
        self.body = 0;
        self.surplus |= !input.is_empty();
        Ok(())
    }

    /// The connection has ended.
    pub fn end(&mut self) -> Result<()> {
        self.decoder.end()?;
        self.complete = true;
        Ok(())
    }

    /// Moves body from `input` to where it belongs.
    fn copy(&mut self, input: &mut &[u8]) -> Result<()> {
        let room = self.into.room()?;
        let most = room.remaining_mut().min(usize::try_from(self.body).unwrap_or(usize::MAX));
        if most == 0 {
            return Err(Error::new(Code::DEST_COPY_TOO_SMALL)
                .because("the body is larger than its destination"));
        }
        let (now, later) = input.split_at(input.len().min(most));
        room.put_slice(now);
        *input = later;
        self.into.received(now.len());
        self.decoder.took(now.len() as u64);
        Ok(())
    }
}

impl Content for Receiver<'_> {
    fn take(&mut self, content: &[u8]) -> Result<()> {
        self.push(content)
    }

    fn place(
        &mut self,
        bytes: usize,
        write: &mut dyn FnMut(&mut [u8]) -> Result<usize>,
    ) -> Result<bool> {
        // What is left of a record behind its content is to lie where more of the body follows: nothing is changed
        // behind its end, which therefore has to be known.
        let is_body = bytes as u64 <= self.body && self.body < u64::MAX && self.early.is_none();
        if !is_body {
            return Ok(false);
        }
        let filled = self.into.overwrite(bytes, write)?;
        if let Some(count) = filled.filter(|count| *count > 0) {
            self.filled(count)?;
        }
        Ok(filled.is_some())
    }
}

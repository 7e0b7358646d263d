//! Where a response goes while it arrives: the head is checked at once, the body lands in the part's buffer.
//!
//! The bytes of a successful GetObject go straight into the memory of the caller's ticket, whatever else was asked for
//! into memory that counts against the limit; the rest (error documents, small answers) goes to the heap. Checksums are
//! fed as the bytes arrive, while they are in cache.

use std::task::{Context, Poll, ready};

use bytes::{BufMut, Bytes};

use super::failure::{content_range, parse_content_range};
use super::{Failure, Racer, RequestKind, Version};
use crate::checksum::{Algorithm, Digest, Hasher, Selection, of_body};
use crate::error::{Code, Error, Result};
use crate::net::{Incoming, ResponseHead};
use crate::pool::{Buffer, Lender, Ticket};
use crate::schedule::{Allowance, LARGE_BYTES, Pass, Stage};

/// Where the body of a successful response goes.
pub enum Destination {
    /// A heap buffer that grows as needed.
    Heap,
    /// What was asked for in one piece, in memory of the lender's or, if it lends none, on the heap within its limit.
    Whole { lender: Lender, buffer: Option<Buffer> },
    /// Exactly `size` bytes of a ticket, claimed when the first body byte arrives and kept over all attempts.
    Pooled { memory: Memory, size: usize, buffer: Option<Buffer> },
}

/// The right to the memory of a part.
pub enum Memory {
    Own(Option<Ticket>),
    /// For the first of two requests that is answered.
    Raced(Racer),
}

impl Memory {
    fn take(&mut self) -> Option<Ticket> {
        match self {
            Self::Own(ticket) => ticket.take(),
            Self::Raced(racer) => racer.ticket(),
        }
    }
}

impl Destination {
    /// One of two requests for the same part, where there are two.
    pub(super) fn racer(&self) -> Option<&Racer> {
        match self {
            Self::Pooled { memory: Memory::Raced(racer), .. } => Some(racer),
            _ => None,
        }
    }

    /// Whether it is memory of the pool, of at least so many bytes, that nothing has been put into.
    fn is_unclaimed(&self, least: u64) -> bool {
        matches!(self, Self::Pooled { size, buffer: None, .. } if *size as u64 >= least)
    }
}

/// What a successful response must look like, and what is computed over it.
#[derive(Clone, Debug, Default)]
pub struct Expect {
    /// First and last byte asked for, where `Content-Range` is to be checked against them.
    pub range: Option<(u64, u64)>,
    /// The largest acceptable `Content-Length` of a response whose length is not known beforehand. It begins with the
    /// object.
    pub limit: Option<u64>,
    /// The version of the object that the response must be of, where it is known.
    pub version: Option<Version>,
    /// Algorithms whose header is looked for in the response.
    pub validate: Selection,
    /// A checksum wanted of every body, for combining.
    pub digest: Option<Algorithm>,
    /// The body is what the caller asked for, however long; otherwise an answer of a few elements is expected.
    pub any_length: bool,
}

/// A complete response.
pub(super) struct Received {
    pub head: ResponseHead,
    pub pooled: Option<Buffer>,
    pub heap: Vec<u8>,
    pub validated: Option<Algorithm>,
    pub digest: Option<Digest>,
}

pub(super) struct Receive<'a> {
    kind: RequestKind,
    expect: &'a Expect,
    destination: &'a mut Destination,
    head: Option<ResponseHead>,
    into_pool: bool,
    heap: Vec<u8>,
    announced: Option<(Algorithm, Bytes)>,
    hashers: Vec<(Algorithm, Hasher)>,
    body_bytes: u64,
    /// The rest of an answer was not wanted.
    cut_off: bool,
    /// Asked before a large body takes memory.
    pass: Option<Pass>,
    /// The body waits for its turn.
    held: bool,
    /// It is large, and has its turn.
    paced: bool,
    /// The request has a body that has its turn until the answer begins.
    sends: bool,
    /// What may be sent and received now, where that is limited.
    sendable: Option<Allowance>,
    receivable: Option<Allowance>,
}

/// The largest answer that is read: the longest list of parts is a quarter of it.
const ANSWER_LIMIT_BYTES: usize = 4 * 1024 * 1024;

/// How much a heap body grows at least when it is full.
const HEAP_STEP_BYTES: usize = 16 * 1024;

impl<'a> Receive<'a> {
    pub fn new(kind: RequestKind, expect: &'a Expect, destination: &'a mut Destination) -> Self {
        match destination {
            Destination::Pooled { buffer: Some(buffer), .. } => buffer.clear(),
            Destination::Whole { buffer, .. } => *buffer = None,
            Destination::Pooled { .. } | Destination::Heap => {}
        }
        Self {
            kind,
            expect,
            destination,
            head: None,
            into_pool: false,
            heap: Vec::new(),
            announced: None,
            hashers: Vec::new(),
            body_bytes: 0,
            cut_off: false,
            pass: None,
            held: false,
            paced: false,
            sends: false,
            sendable: None,
            receivable: None,
        }
    }

    /// Large bodies take their turns to move.
    pub fn paced_by(mut self, pass: Pass) -> Self {
        self.paced = pass.holds(Stage::Receive);
        self.sends = pass.holds(Stage::Send);
        self.receivable = pass.receiving_allowance();
        self.pass = Some(pass);
        self
    }

    /// What is sent has a body, which counts.
    pub fn with_body(mut self) -> Self {
        self.sendable = self.pass.as_ref().and_then(Pass::sending_allowance);
        self
    }

    /// Whether the body could be one that waits for its turn.
    fn may_wait(&self) -> bool {
        let unclaimed = Destination::is_unclaimed;
        self.pass.is_some() && !self.paced && unclaimed(self.destination, LARGE_BYTES)
    }

    pub fn head_so_far(&self) -> Option<&ResponseHead> {
        self.head.as_ref()
    }

    /// Whether nothing but the tail of an endless error document is missing: its status and beginning say enough.
    pub fn has_verdict(&self) -> bool {
        self.cut_off && self.head.as_ref().is_some_and(|head| !is_successful(head.status))
    }

    /// Takes the response apart; a body that does not match its announced checksum is an error.
    pub fn finish(mut self) -> Result<Received, Failure> {
        let Some(head) = self.head.take() else {
            return Err(Error::from(Code::HTTP_CONNECTION_CLOSED).into());
        };
        if self.ended_early(&head) {
            let error = Error::from(Code::IO_SOCKET_CLOSED);
            let error = error.because("the connection ended within the range that was announced");
            return Err(Failure { error, head: Some(head), mismatch: None });
        }
        if self.is_beginning(&head) {
            let error = Error::from(Code::S3_MISSING_CONTENT_RANGE_HEADER);
            let error = error.because("a part was answered with the beginning of the object");
            return Err(Failure { error, head: Some(head), mismatch: None });
        }
        let mut digests: Vec<(Algorithm, Digest)> = Vec::with_capacity(self.hashers.len());
        for (algorithm, hasher) in std::mem::take(&mut self.hashers) {
            digests.push((algorithm, hasher.finish()));
        }
        let of = |wanted: Algorithm| digests.iter().find(|(a, _)| *a == wanted).map(|(_, d)| d);
        let validated = match &self.announced {
            None => None,
            Some((algorithm, value)) => {
                let matches = of(*algorithm).is_some_and(|d| d.base64().as_bytes() == &value[..]);
                if !matches {
                    let error = Error::from(Code::S3_RESPONSE_CHECKSUM_MISMATCH);
                    return Err(Failure { error, head: Some(head), mismatch: Some(*algorithm) });
                }
                Some(*algorithm)
            }
        };
        let digest = self.expect.digest.and_then(|wanted| of(wanted).copied());
        let pooled = match (self.into_pool, &mut *self.destination) {
            (true, Destination::Pooled { buffer, .. }) => buffer.take(),
            (true, Destination::Whole { buffer, .. }) => buffer.take(),
            _ => None,
        };
        Ok(Received { head, pooled, heap: self.heap, validated, digest })
    }

    /// Whether a body that nothing but the end of the connection ends is shorter than the range that it is.
    fn ended_early(&self, head: &ResponseHead) -> bool {
        let framing = ["Content-Length", "Transfer-Encoding"];
        if self.kind != RequestKind::GetObject
            || head.status != 206
            || framing.iter().any(|name| head.headers.contains(name))
        {
            return false;
        }
        let range =
            head.headers.value("Content-Range").and_then(|value| parse_content_range(value));
        let bytes =
            range.map_or(0, |(first, last, _)| last.saturating_sub(first).saturating_add(1));
        self.body_bytes < bytes
    }

    /// Whether a later part was answered as if no range had been asked for, with just as many bytes: they are others.
    fn is_beginning(&self, head: &ResponseHead) -> bool {
        let later = self.expect.range.filter(|(first, _)| *first > 0);
        let later = later.filter(|_| self.expect.version.is_some());
        head.status == 200
            && self.carries_object(head.status)
            && !head.headers.contains("Content-Range")
            && later.is_some_and(|(first, last)| last - first + 1 == self.body_bytes)
    }

    /// A successful GetObject: the only response whose body is an object's bytes.
    fn carries_object(&self, status: u16) -> bool {
        self.kind == RequestKind::GetObject && is_successful(status)
    }

    /// What the caller asked for, rather than an answer of a few elements or an error document.
    fn is_wanted(&self, status: u16) -> bool {
        self.carries_object(status) || (is_successful(status) && self.expect.any_length)
    }

    /// Refuses more than the heap may hold.
    fn check_heap(&mut self) -> Result<()> {
        let Some(head) = &self.head else { return Ok(()) };
        let bytes = self.heap.len();
        if !self.is_wanted(head.status) {
            self.cut_off = bytes >= ANSWER_LIMIT_BYTES;
            if self.cut_off {
                let error = Error::from(Code::DEST_COPY_TOO_SMALL);
                return Err(error.because("an answer without end"));
            }
        } else if let Destination::Whole { lender, .. } = &*self.destination {
            let announced = content_length(head).filter(|_| bytes == 0);
            return lender.check(announced.unwrap_or(bytes as u64 + 1));
        }
        Ok(())
    }

    fn grow_heap(&mut self) -> Result<()> {
        if self.heap.len() == self.heap.capacity() {
            let step = self.heap.len().clamp(1024, 64 * HEAP_STEP_BYTES);
            self.heap.try_reserve(step).map_err(|error| Error::from(Code::OOM).because(error))?;
        }
        Ok(())
    }

    fn check(&self) -> Result<()> {
        let Some(head) = &self.head else { return Ok(()) };
        if let Some(version) = &self.expect.version {
            version.check(&head.headers)?;
        }
        if let Some(value) = head.headers.value("Content-Range") {
            self.check_place(value)?;
        }
        if let (Some(limit), Some(length)) = (self.expect.limit, content_length(head))
            && length > limit
        {
            return Err(Code::S3_INTERNAL_BUFFER_SIZE_MISMATCH_RETRYING_WITH_RANGE.into());
        }
        Ok(())
    }

    /// Where in the object a body belongs must be known, even if any place is right.
    fn check_place(&self, value: &[u8]) -> Result<(), Code> {
        if let Some((first, last)) = self.expect.range {
            return content_range(value, first, last);
        }
        let place = parse_content_range(value);
        let fits = |(first, ..): &(u64, u64, u64)| self.expect.limit.is_none() || *first == 0;
        place.filter(fits).map(|_| ()).ok_or(Code::S3_INVALID_CONTENT_RANGE_HEADER)
    }

    /// Starts the checksums that this response is compared with or contributes to.
    fn announce(&mut self) {
        let Some(head) = &self.head else { return };
        let pairs = head.headers.iter().map(|(name, value)| (&name[..], &value[..]));
        let found = of_body(self.expect.validate, pairs);
        self.announced = found.map(|(a, value)| (a, Bytes::copy_from_slice(value)));
        let announced = self.announced.as_ref().map(|(algorithm, _)| *algorithm);
        for algorithm in announced.into_iter().chain(self.expect.digest) {
            if !self.hashers.iter().any(|(known, _)| *known == algorithm) {
                self.hashers.push((algorithm, Hasher::new(algorithm)));
            }
        }
    }
}

impl Incoming for Receive<'_> {
    fn head(&mut self, head: ResponseHead) -> Result<()> {
        // Not when it was sent: what the system holds of it, the service has not taken.
        if let Some(pass) = self.pass.as_ref().filter(|_| std::mem::take(&mut self.sends)) {
            pass.leave_moved(Stage::Send);
        }
        if let Some(racer) = self.destination.racer() {
            racer.answered();
            if self.carries_object(head.status) && !racer.wins() {
                return Err(Code::S3_CANCELED.into());
            }
        }
        self.into_pool = match &*self.destination {
            Destination::Heap => false,
            Destination::Pooled { .. } => self.carries_object(head.status),
            Destination::Whole { lender, .. } => lender.lends() && self.is_wanted(head.status),
        };
        // Kept before the checks: a failed check still reports status and headers.
        let head = self.head.insert(head);
        let (status, length) = (head.status, content_length(head));
        if self.is_wanted(status) {
            self.check()?;
        }
        if self.carries_object(status) {
            self.announce();
            let large = length.is_none_or(|bytes| bytes >= LARGE_BYTES);
            if large && self.may_wait() {
                self.paced = self.pass.as_ref().is_some_and(|it| it.try_enter(Stage::Receive));
                self.held = !self.paced;
            }
        }
        Ok(())
    }

    fn room(&mut self) -> Result<&mut dyn BufMut> {
        if !self.into_pool {
            self.check_heap()?;
            self.grow_heap()?;
            return Ok(&mut self.heap);
        }
        match &mut *self.destination {
            Destination::Whole { lender, buffer } => {
                let announced = self.head.as_ref().and_then(content_length);
                Ok(lender.room(buffer, announced)?)
            }
            Destination::Pooled { memory, size, buffer } => Ok(claimed(buffer, memory, *size)?),
            Destination::Heap => Ok(&mut self.heap),
        }
    }

    fn overwrite(
        &mut self,
        bytes: usize,
        write: &mut dyn FnMut(&mut [u8]) -> Result<usize>,
    ) -> Result<Option<usize>> {
        let buffer = match &mut *self.destination {
            Destination::Pooled { memory, size, buffer } if self.into_pool => {
                Some(claimed(buffer, memory, *size)?)
            }
            // It grows when there is something to put into it, which nobody knows yet.
            Destination::Whole { buffer, .. } if self.into_pool => buffer.as_mut(),
            _ => None,
        };
        buffer.map_or(Ok(None), |buffer| buffer.overwrite(bytes, write))
    }

    fn is_held(&self) -> bool {
        self.held
    }

    fn poll_admitted(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(pass) = self.pass.as_ref().filter(|_| self.held) {
            ready!(pass.poll_enter(Stage::Receive, cx));
            (self.held, self.paced) = (false, true);
        }
        Poll::Ready(())
    }

    fn poll_receivable(&mut self, cx: &mut Context<'_>) -> Poll<u64> {
        self.receivable.as_mut().map_or(Poll::Ready(u64::MAX), |allowance| allowance.poll(cx))
    }

    fn poll_sendable(&mut self, cx: &mut Context<'_>) -> Poll<u64> {
        self.sendable.as_mut().map_or(Poll::Ready(u64::MAX), |allowance| allowance.poll(cx))
    }

    fn sent(&mut self, bytes: u64) {
        if let Some(sendable) = &mut self.sendable {
            sendable.moved(bytes);
        }
        let Some(pass) = self.pass.as_ref().filter(|_| self.sends) else { return };
        pass.note_moved(Stage::Send, bytes);
    }

    fn done_sending(&mut self) {
        if let Some(racer) = self.destination.racer() {
            racer.sent();
        }
        if let Some(pass) = self.pass.as_ref().filter(|_| self.sends) {
            pass.sent();
        }
    }

    fn expects_hold(&self) -> bool {
        self.may_wait() && self.pass.as_ref().is_some_and(Pass::is_crowded)
    }

    fn received(&mut self, n: usize) {
        self.body_bytes += n as u64;
        if let Some(receivable) = &mut self.receivable {
            receivable.moved(n as u64);
        }
        if let Some(pass) = self.pass.as_ref().filter(|_| self.paced) {
            pass.note_moved(Stage::Receive, n as u64);
        }
        if self.hashers.is_empty() {
            return;
        }
        let filled = match (self.into_pool, &*self.destination) {
            (true, Destination::Pooled { buffer: Some(buffer), .. }) => buffer.filled(),
            (true, Destination::Whole { buffer: Some(buffer), .. }) => buffer.filled(),
            _ => &self.heap,
        };
        let fresh = &filled[filled.len() - n..];
        for (_, hasher) in &mut self.hashers {
            hasher.update(fresh);
        }
    }
}

/// The memory of a part, which is claimed once.
fn claimed<'b>(
    buffer: &'b mut Option<Buffer>,
    memory: &mut Memory,
    size: usize,
) -> Result<&'b mut Buffer> {
    if buffer.is_none() {
        let ticket = memory.take().ok_or(Code::INVALID_STATE)?;
        *buffer = Some(ticket.claim_up_to(size)?);
    }
    buffer.as_mut().ok_or_else(|| Code::INVALID_STATE.into())
}

/// Statuses that stand for success; the body of every other one is an error document.
fn is_successful(status: u16) -> bool {
    matches!(status, 200 | 204 | 206)
}

/// A plain decimal `Content-Length`; anything else is `None`.
fn content_length(head: &ResponseHead) -> Option<u64> {
    let value = head.headers.value("Content-Length")?;
    std::str::from_utf8(value).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod placed;
#[cfg(test)]
mod tests;

//! The request on its way out: head and body as a queue of pieces that are written without being gathered.

use std::collections::VecDeque;
use std::fs::File;
use std::future::Future;
use std::io::IoSlice;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};

use crate::error::{Code, Error, Result};
use crate::net::{Outgoing, OutgoingStream};

/// Pieces that one vectored write takes at most.
pub const MAX_PIECES: usize = 64;

/// How much of a file is read at a time where the kernel cannot send it itself.
const FILE_BLOCK: usize = 256 * 1024;

/// What is left to send.
pub struct Sender {
    queue: VecDeque<Bytes>,
    feed: Feed,
    sent: u64,
    /// Head and body, where the head says how long the body is.
    announced: Option<u64>,
    /// How much may be sent now.
    allowed: u64,
    /// What the system said when it was to send a file itself, until something was sent after all.
    refusal: Option<Error>,
}

type Reading = Pin<Box<dyn Future<Output = (Feed, Result<Option<Bytes>>)> + Send>>;

/// Where the pieces after those in the queue come from.
enum Feed {
    Nothing,
    Stream(Box<dyn OutgoingStream>),
    File(FileRange),
    /// The next piece is being made; the feed comes back with it.
    Reading(Reading),
}

/// The part of a file that has not been sent.
pub struct FileRange {
    pub file: Arc<File>,
    pub offset: u64,
    pub len: u64,
    /// The system would not send it.
    is_read: bool,
}

#[cfg(test)]
thread_local! {
    /// Blocks of files that exchanges on this thread have read into memory.
    pub static BLOCKS_READ: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

impl Sender {
    /// `length` is what the head says of the body's.
    pub fn new(head: Bytes, length: Option<u64>, body: Outgoing) -> Self {
        let announced = length.map(|length| length.saturating_add(head.len() as u64));
        let mut queue = VecDeque::from([head]);
        let feed = match body {
            Outgoing::Empty => Feed::Nothing,
            Outgoing::Bytes(pieces) => {
                queue.extend(pieces.into_iter().filter(|piece| !piece.is_empty()));
                Feed::Nothing
            }
            Outgoing::File { len: 0, .. } => Feed::Nothing,
            Outgoing::File { file, offset, len } => {
                Feed::File(FileRange { file, offset, len, is_read: false })
            }
            Outgoing::Stream(stream) => Feed::Stream(stream),
        };
        Self { queue, feed, sent: 0, announced, allowed: u64::MAX, refusal: None }
    }

    /// Whether every byte has been taken with [`advance`](Self::advance) or [`advance_file`](Self::advance_file).
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty() && matches!(self.feed, Feed::Nothing)
    }

    /// Whether it is the caller's data that is waited for, not the network.
    pub fn is_starved(&self) -> bool {
        self.queue.is_empty() && matches!(self.feed, Feed::Reading(_))
    }

    /// Compares what has been sent in the end with what was announced.
    pub fn verify(&self) -> Result<()> {
        if self.announced.is_none_or(|announced| announced == self.sent) {
            return Ok(());
        }
        let told =
            format!("{} bytes sent where the head announced {:?}", self.sent, self.announced);
        Err(Error::new(Code::HTTP_OUTGOING_STREAM_LENGTH_INCORRECT).because(told))
    }

    pub fn sent(&self) -> u64 {
        self.sent
    }

    /// The file range that the system is to send next, when nothing else is before it.
    pub fn next_file(&self) -> Option<&FileRange> {
        match &self.feed {
            Feed::File(range) if self.queue.is_empty() && !range.is_read => Some(range),
            _ => None,
        }
    }

    /// From now on the [file](Self::next_file) is read. What the system said in place of sending it may have been about
    /// the connection, and is the reason if that turns out to be broken.
    pub fn read_file(&mut self, refusal: Option<Error>) {
        if let Feed::File(range) = &mut self.feed {
            range.is_read = true;
            self.refusal = refusal;
        }
    }

    /// Why nothing more can be sent, given what a write has failed with.
    pub fn reason(&mut self, written: Error) -> Error {
        self.refusal.take().unwrap_or(written)
    }

    /// No more than so many bytes are sent until this is called again; a little more where they are sealed first.
    pub fn allow(&mut self, bytes: u64) {
        self.allowed = bytes;
    }

    pub fn allowed(&self) -> u64 {
        self.allowed
    }

    /// Waits until there is a piece in the queue, or nothing left at all.
    pub fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        while self.queue.is_empty() {
            let mut reading = match std::mem::replace(&mut self.feed, Feed::Nothing) {
                Feed::Nothing => return Poll::Ready(Ok(())),
                Feed::Reading(reading) => reading,
                Feed::Stream(mut stream) => Box::pin(async move {
                    let next = stream.next().await;
                    (Feed::Stream(stream), next)
                }),
                Feed::File(range) => Box::pin(range.read()),
            };
            let polled = reading.as_mut().poll(cx);
            if polled.is_pending() {
                self.feed = Feed::Reading(reading);
            }
            let (feed, piece) = ready!(polled);
            if let Some(piece) = piece? {
                self.allows(piece.len())?;
                self.feed = feed;
                self.queue.extend(Some(piece).filter(|piece| !piece.is_empty()));
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Whether so many bytes more belong to the body. What came behind its end would be the next request.
    fn allows(&self, bytes: usize) -> Result<()> {
        let sent = self.sent.saturating_add(bytes as u64);
        match self.announced {
            Some(announced) if sent > announced => {
                let told = format!("{sent} bytes to send where the head announced {announced}");
                Err(Error::new(Code::HTTP_OUTGOING_STREAM_LENGTH_INCORRECT).because(told))
            }
            _ => Ok(()),
        }
    }

    /// How long the pieces in the queue are together.
    pub fn queued(&self) -> usize {
        self.queue.iter().map(Bytes::len).sum()
    }

    pub fn first(&self) -> Option<&Bytes> {
        self.queue.front()
    }

    /// The front of the queue in the form of a vectored write.
    pub fn slices<'s>(&'s self, slices: &mut [IoSlice<'s>; MAX_PIECES]) -> usize {
        let mut left = usize::try_from(self.allowed).unwrap_or(usize::MAX);
        let mut count = 0;
        for (slice, piece) in slices.iter_mut().zip(&self.queue) {
            if left == 0 {
                break;
            }
            *slice = IoSlice::new(&piece[..piece.len().min(left)]);
            left = left.saturating_sub(piece.len());
            count += 1;
        }
        count
    }

    /// `count` bytes of the queue have been sent.
    pub fn advance(&mut self, mut count: usize) {
        self.sent += count as u64;
        self.refusal = None;
        while let Some(piece) = self.queue.front_mut() {
            if piece.len() > count {
                piece.advance(count);
                return;
            }
            count -= piece.len();
            self.queue.pop_front();
        }
        if self.announced == Some(self.sent) {
            // The server need not wait until the source has found out that it is at its end.
            self.feed = Feed::Nothing;
        }
    }

    /// `count` bytes of the [file](Self::next_file) have been sent.
    pub fn advance_file(&mut self, count: u64) {
        self.sent += count;
        if let Feed::File(range) = &mut self.feed {
            range.offset += count;
            range.len = range.len.saturating_sub(count);
            if range.len == 0 {
                self.feed = Feed::Nothing;
            }
        }
    }
}

impl FileRange {
    /// The file ended before the range did.
    fn too_short(&self) -> Error {
        let missing = self.len;
        Error::new(Code::S3_INCORRECT_CONTENT_LENGTH)
            .because(format!("the file lacks {missing} bytes of the announced length"))
    }

    /// Reads the next block, off this thread.
    async fn read(mut self) -> (Feed, Result<Option<Bytes>>) {
        #[cfg(test)]
        BLOCKS_READ.set(BLOCKS_READ.get() + 1);
        let (file, offset) = (Arc::clone(&self.file), self.offset);
        let size = FILE_BLOCK.min(usize::try_from(self.len).unwrap_or(FILE_BLOCK));
        let reading = move || -> Result<Bytes> {
            let mut block = Vec::with_capacity(size);
            rustix::io::retry_on_intr(|| {
                rustix::io::pread(&*file, rustix::buffer::spare_capacity(&mut block), offset)
            })
            .map_err(|error| Error::of_file(error.into(), Code::FILE_READ_FAILURE))?;
            block.truncate(size);
            Ok(block.into())
        };
        let read = match tokio::task::spawn_blocking(reading).await {
            Ok(Ok(block)) if block.is_empty() => Err(self.too_short()),
            Ok(read) => read,
            Err(panic) => Err(Error::new(Code::UNKNOWN).because(panic)),
        };
        match read {
            Ok(block) => {
                self.offset += block.len() as u64;
                self.len -= block.len() as u64;
                let feed = if self.len == 0 { Feed::Nothing } else { Feed::File(self) };
                (feed, Ok(Some(block)))
            }
            Err(error) => (Feed::Nothing, Err(error)),
        }
    }
}

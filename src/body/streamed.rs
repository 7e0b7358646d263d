//! A part of a file that is read while it is sent.
//!
//! Two small pieces of memory take turns: while one is on its way, the other is being filled on a thread that may
//! block. So a part of any size needs little memory, and the next piece is usually there when it is asked for.

use std::sync::Arc;

use crate::sync::Mutex;
use bytes::Bytes;
use tokio::sync::{Notify, oneshot};

use crate::error::{Code, Error, Result};
use crate::net::{NextChunk, OutgoingStream};

use super::{Refill, SourceFile};

/// Runs a job on a thread that may block.
pub type Spawn = Arc<dyn Fn(Box<dyn FnOnce() + Send>) + Send + Sync>;

/// Two pieces of memory, for one attempt after the other.
///
/// A piece comes back by itself when nobody fills it or looks at it any more, so an attempt may begin while the one
/// before it is still being wound up.
pub struct Halves<M> {
    free: Mutex<Vec<M>>,
    returned: Notify,
    /// Bytes that are read into a piece at a time.
    len: usize,
}

/// A piece on its way; where it belongs when it is dropped.
struct Loan<M: Refill> {
    memory: Option<M>,
    home: Arc<Halves<M>>,
}

/// See the module. Ends with `S3_INCORRECT_CONTENT_LENGTH` when the file has become too short.
pub struct FileStream<M: Refill> {
    file: Arc<SourceFile>,
    spawn: Spawn,
    offset: u64,
    left: u64,
    halves: Arc<Halves<M>>,
    loading: Option<oneshot::Receiver<Result<Loan<M>>>>,
}

impl<M: Refill> Halves<M> {
    /// Two pieces with room for `len` bytes each.
    pub fn new(pieces: [M; 2], len: usize) -> Arc<Self> {
        Arc::new(Self { free: Mutex::new(pieces.into()), returned: Notify::new(), len })
    }

    fn lend(self: &Arc<Self>) -> Option<Loan<M>> {
        let memory = self.free.lock().pop()?;
        Some(Loan { memory: Some(memory), home: self.clone() })
    }
}

impl<M: Refill> AsRef<[u8]> for Loan<M> {
    fn as_ref(&self) -> &[u8] {
        self.memory.as_ref().map_or(&[], M::filled)
    }
}

impl<M: Refill> Drop for Loan<M> {
    fn drop(&mut self) {
        if let Some(mut memory) = self.memory.take() {
            memory.clear();
            self.home.free.lock().push(memory);
            self.home.returned.notify_one();
        }
    }
}

impl<M: Refill> FileStream<M> {
    /// The range `offset..offset + len` of a file.
    pub fn new(
        file: Arc<SourceFile>,
        offset: u64,
        len: u64,
        halves: Arc<Halves<M>>,
        spawn: Spawn,
    ) -> Self {
        Self { file, spawn, offset, left: len, halves, loading: None }
    }

    /// Begins to fill a free piece, if there is one and anything is left to read.
    fn load(&mut self) {
        let wanted = self.left.min(self.halves.len as u64);
        if wanted == 0 || self.loading.is_some() {
            return;
        }
        let Some(mut loan) = self.halves.lend() else { return };
        let (done, loading) = oneshot::channel();
        let (file, offset) = (self.file.clone(), self.offset);
        self.offset += wanted;
        self.left -= wanted;
        self.loading = Some(loading);
        (self.spawn)(Box::new(move || {
            let filled = match &mut loan.memory {
                Some(memory) => file.read_at(memory, offset, wanted as usize),
                None => Err(Error::new(Code::INVALID_STATE)),
            };
            let filled = filled.and_then(|filled| match filled.len as u64 {
                len if len < wanted => Err(Error::new(Code::S3_INCORRECT_CONTENT_LENGTH)),
                _ => Ok(loan),
            });
            // Nobody waits any more when the attempt was given up.
            let _ = done.send(filled);
        }));
    }

    async fn piece(&mut self) -> Result<Option<Bytes>> {
        loop {
            self.load();
            if let Some(loading) = self.loading.as_mut() {
                let outcome = loading.await;
                self.loading = None;
                let loan = outcome.unwrap_or_else(|_| Err(Error::new(Code::S3_CANCELED)))?;
                self.load();
                return Ok(Some(Bytes::from_owner(loan)));
            }
            if self.left == 0 {
                return Ok(None);
            }
            self.halves.returned.notified().await;
        }
    }
}

impl<M: Refill> OutgoingStream for FileStream<M> {
    fn next(&mut self) -> NextChunk<'_> {
        Box::pin(self.piece())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::task::{Context, Waker};
    use std::time::{Duration, Instant};

    use super::super::sink::tests::Scratch;
    use super::*;

    pub(in crate::body) fn on_threads() -> Spawn {
        Arc::new(|job| drop(std::thread::spawn(job)))
    }

    fn stream(
        content: &[u8],
        offset: u64,
        len: u64,
        half_len: usize,
    ) -> (Scratch, FileStream<Vec<u8>>) {
        let scratch = Scratch::new();
        let file = Arc::new(SourceFile::open(&scratch.file("source", content), false).unwrap());
        let halves = [Vec::with_capacity(half_len), Vec::with_capacity(half_len)];
        let halves = Halves::new(halves, half_len);
        (scratch, FileStream::new(file, offset, len, halves, on_threads()))
    }

    pub(super) fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().build().unwrap()
    }

    #[test]
    fn pieces_make_up_the_range() {
        let content: Vec<u8> = (0..10_000u32).map(|at| (at % 251) as u8).collect();
        for (offset, len, half_len) in
            [(0, 10_000, 1000), (17, 5000, 999), (9_999, 1, 64), (5, 0, 64), (0, 128, 64)]
        {
            let (_scratch, mut stream) = stream(&content, offset, len, half_len);
            let sent = runtime().block_on(async {
                let mut sent = Vec::new();
                while let Some(piece) = stream.next().await.unwrap() {
                    assert!(!piece.is_empty() && piece.len() <= half_len);
                    sent.extend_from_slice(&piece);
                }
                assert!(stream.next().await.unwrap().is_none());
                sent
            });
            assert_eq!(sent, content[offset as usize..][..len as usize]);
        }
    }

    #[test]
    fn a_file_that_is_too_short() {
        let (_scratch, mut stream) = stream(&[7; 100], 50, 51, 40);
        runtime().block_on(async {
            assert_eq!(stream.next().await.unwrap().unwrap().len(), 40);
            let code = stream.next().await.unwrap_err().code();
            assert_eq!(code, Code::S3_INCORRECT_CONTENT_LENGTH);
        });
    }

    #[test]
    fn memory_is_never_overwritten_while_in_use() {
        let (_scratch, mut stream) = stream(&[7; 100], 0, 100, 10);
        runtime().block_on(async {
            let first = stream.next().await.unwrap();
            let _second = stream.next().await.unwrap();
            {
                let mut third = stream.next();
                let mut context = Context::from_waker(Waker::noop());
                assert!(third.as_mut().poll(&mut context).is_pending());
            }
            drop(first);
            assert!(stream.next().await.unwrap().is_some());
        });
    }

    #[test]
    fn attempts_use_the_same_memory_one_after_the_other() {
        let content: Vec<u8> = (0..100u8).collect();
        let (_scratch, mut first) = stream(&content, 0, 100, 10);
        runtime().block_on(async {
            let piece = first.next().await.unwrap();
            // The second piece is still being filled when the attempt is given up.
            let (file, halves) = (first.file.clone(), first.halves.clone());
            drop((first, piece));
            let mut second = FileStream::new(file, 0, 100, halves.clone(), on_threads());
            let mut sent = Vec::new();
            while let Some(piece) = second.next().await.unwrap() {
                sent.extend_from_slice(&piece);
            }
            assert_eq!(sent, content);
            drop(second);
            // The abandoned piece comes back when its thread has filled it, and not before.
            let deadline = Instant::now() + Duration::from_secs(20);
            while halves.free.lock().len() < 2 && Instant::now() < deadline {
                std::thread::sleep(Duration::from_millis(1));
            }
            assert_eq!(halves.free.lock().len(), 2);
        });
    }

    #[test]
    fn an_abandoned_stream_does_no_harm() {
        let (_scratch, mut stream) = stream(&[7; 100], 0, 100, 10);
        runtime().block_on(async {
            drop(stream.next());
            assert_eq!(stream.next().await.unwrap().unwrap().len(), 10);
        });
    }
}

/// What needs memory of a pool, and so the CRT.
#[cfg(test)]
mod crt_tests {
    use crate::abi::aws_s3_buffer_pool_config;
    use crate::crt::Allocator;
    use crate::pool::{Reservation, default_pool};

    use super::super::sink::tests::Scratch;
    use super::tests::{on_threads, runtime};
    use super::*;

    /// A buffer of the default pool.
    async fn pooled(size: usize) -> crate::pool::Buffer {
        let config = aws_s3_buffer_pool_config {
            client: std::ptr::null_mut(),
            part_size: 1 << 20,
            max_part_size: 1 << 20,
            memory_limit: 1 << 30,
        };
        let reservation = Reservation {
            client: std::ptr::null_mut(),
            meta_request: std::ptr::null_mut(),
            size,
            can_block: false,
            local_offset: 0,
        };
        let pool = default_pool(Allocator::default(), config).unwrap();
        pool.reserve(reservation).await.unwrap().claim(size).unwrap()
    }

    #[test]
    fn the_memory_of_a_ticket_is_read_into_and_used_again() {
        let content: Vec<u8> = (0..1_000_000u32).map(|at| (at % 251) as u8).collect();
        let scratch = Scratch::new();
        let path = scratch.file("source", &content);
        for direct_io in [false, true] {
            let file = Arc::new(SourceFile::open(&path, direct_io).unwrap());
            runtime().block_on(async {
                let mut buffer = pooled(8192).await;
                assert_eq!(file.read_at(&mut buffer, 4096, 4096).unwrap().len, 4096);
                assert_eq!(file.read_at(&mut buffer, 8192, 4096).unwrap().len, 4096);
                assert_eq!(buffer.filled(), &content[4096..12_288]);
                assert_eq!(file.read_at(&mut buffer, 0, 1).unwrap_err().code(), Code::SHORT_BUFFER);
                buffer.clear();

                let (one, other) = buffer.split(4096);
                let halves = Halves::new([one, other], 4096);
                let mut stream = FileStream::new(file, 0, 1_000_000, halves, on_threads());
                let mut sent = Vec::new();
                while let Some(piece) = stream.next().await.unwrap() {
                    sent.extend_from_slice(&piece);
                }
                assert_eq!(sent, content);
            });
        }
    }
}

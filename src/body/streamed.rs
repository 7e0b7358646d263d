//! A part of a file that is read while it is sent.
//!
//! Two small pieces of memory take turns: while one is on its way, the other is being filled on a thread that may
//! block. So a part of any size needs little memory, and the next piece is usually there when it is asked for.

use std::sync::Arc;

use tokio::sync::oneshot;

use crate::error::{Code, Error, Result};
use crate::net::{NextChunk, OutgoingStream};

use super::{Refill, SourceFile};

/// Runs a job on a thread that may block.
pub type Spawn = Arc<dyn Fn(Box<dyn FnOnce() + Send>) + Send + Sync>;

/// See the module. Ends with `S3_INCORRECT_CONTENT_LENGTH` when the file has become too short.
pub struct FileStream<M: Refill> {
    file: Arc<SourceFile>,
    spawn: Spawn,
    offset: u64,
    left: u64,
    half_len: usize,
    /// Memory that is free.
    free: Vec<M>,
    /// Memory that was handed out.
    lent: Vec<M::Lent>,
    loading: Option<oneshot::Receiver<Result<M>>>,
}

impl<M: Refill> FileStream<M> {
    /// The range `offset..offset + len` of a file, through two pieces of memory with room for `half_len` bytes each.
    pub fn new(
        file: Arc<SourceFile>,
        offset: u64,
        len: u64,
        halves: [M; 2],
        half_len: usize,
        spawn: Spawn,
    ) -> Self {
        let free = halves.into();
        Self { file, spawn, offset, left: len, half_len, free, lent: Vec::new(), loading: None }
    }

    /// Begins to fill a free piece, if there is one and anything is left to read.
    fn load(&mut self) {
        self.take_back();
        let wanted = self.left.min(self.half_len as u64);
        if wanted == 0 || self.loading.is_some() {
            return;
        }
        let Some(mut memory) = self.free.pop() else { return };
        let (done, loading) = oneshot::channel();
        let (file, offset) = (self.file.clone(), self.offset);
        self.offset += wanted;
        self.left -= wanted;
        self.loading = Some(loading);
        (self.spawn)(Box::new(move || {
            let filled = file.read_at(&mut memory, offset, wanted as usize).and_then(|filled| {
                if (filled.len as u64) < wanted {
                    return Err(Error::new(Code::S3_INCORRECT_CONTENT_LENGTH));
                }
                Ok(memory)
            });
            // Nobody waits any more when the request was given up.
            let _ = done.send(filled);
        }));
    }

    /// Collects memory that has been sent.
    fn take_back(&mut self) {
        for lent in std::mem::take(&mut self.lent) {
            match M::reclaim(lent) {
                Ok(memory) => self.free.push(memory),
                Err(lent) => self.lent.push(lent),
            }
        }
    }

    async fn piece(&mut self) -> Result<Option<bytes::Bytes>> {
        self.load();
        let Some(loading) = self.loading.as_mut() else {
            return match self.left {
                0 => Ok(None),
                _ => {
                    Err(Error::new(Code::INVALID_STATE).because("earlier pieces are still in use"))
                }
            };
        };
        let outcome = loading.await;
        self.loading = None;
        let memory = outcome.unwrap_or_else(|_| Err(Error::new(Code::S3_CANCELED)))?;
        let (bytes, lent) = memory.lend();
        self.load();
        self.lent.push(lent);
        Ok(Some(bytes))
    }
}

impl<M: Refill> OutgoingStream for FileStream<M> {
    fn next(&mut self) -> NextChunk<'_> {
        Box::pin(self.piece())
    }
}

#[cfg(test)]
mod tests {
    use super::super::sink::tests::Scratch;
    use super::*;

    pub(super) fn on_threads() -> Spawn {
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
        (scratch, FileStream::new(file, offset, len, halves, half_len, on_threads()))
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
            let _first = stream.next().await.unwrap();
            let _second = stream.next().await.unwrap();
            assert_eq!(stream.next().await.unwrap_err().code(), Code::INVALID_STATE);
            drop(_first);
            assert!(stream.next().await.unwrap().is_some());
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
#[cfg(all(test, not(feature = "embedded-crt")))]
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
                let mut stream =
                    FileStream::new(file, 0, 1_000_000, [one, other], 4096, on_threads());
                let mut sent = Vec::new();
                while let Some(piece) = stream.next().await.unwrap() {
                    sent.extend_from_slice(&piece);
                }
                assert_eq!(sent, content);
            });
        }
    }
}

//! Reading request bodies, each on the thread where that may block.
//!
//! A caller's stream is read on the meta request's delivery thread, and an async one asked there, so that this never
//! overlaps a callback; a file on the file threads, as is a pipe when it has something. Checksums are taken right after
//! the bytes came, while they are in cache.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::oneshot;

use super::MetaRequest;
use crate::body::{Refill, Source, SourceFile, Spawn, read_async, read_stream};
use crate::checksum::{Algorithm, Digest, Hasher};
use crate::crt::Keep;
use crate::error::{Code, Error, Result};
use crate::pool::Buffer;
use crate::schedule::{Doing, Pass, Stage};

/// How long a body may take its turn without being there.
const READING_TURN: Duration = Duration::from_millis(20);
/// And how long it may keep another small one from being read.
const READING_AHEAD: Duration = Duration::from_millis(5);

/// The body of an upload, read part by part.
pub(super) struct Reader {
    meta: Arc<MetaRequest>,
    source: Source,
}

/// One part, read.
pub(super) struct Filled<B> {
    pub buffer: B,
    pub digest: Option<Digest>,
    /// The source is known to have no more.
    pub ended: bool,
}

impl Reader {
    pub fn new(meta: &Arc<MetaRequest>) -> Self {
        let source = std::mem::take(&mut *meta.source.lock());
        Self { meta: meta.clone(), source }
    }

    /// The file, where the body is one: its parts can be read in any order and in parallel.
    pub fn file(&self) -> Option<Arc<SourceFile>> {
        match &self.source {
            Source::File(file) => Some(file.clone()),
            _ => None,
        }
    }

    /// The memory, where the body is lent by the caller.
    pub fn lent(&self) -> Option<Bytes> {
        match &self.source {
            Source::Memory(memory) => Some(memory.clone()),
            _ => None,
        }
    }

    /// Reads up to `wanted` bytes; `offset` matters for files only.
    pub async fn fill<B: Refill>(
        &mut self,
        buffer: B,
        wanted: usize,
        offset: u64,
        algorithm: Option<Algorithm>,
    ) -> Result<Filled<B>> {
        match std::mem::take(&mut self.source) {
            Source::None => Ok(Filled::of(buffer, true, algorithm)),
            Source::Memory(_) => Err(Code::INVALID_STATE.into()),
            Source::File(file) => {
                self.source = Source::File(file.clone());
                read_file(&self.meta, file, buffer, wanted, offset, algorithm).await
            }
            Source::Pipe(mut pipe) => {
                let read = pipe.fill(buffer, wanted, &file_threads(&self.meta)).await;
                self.source = Source::Pipe(pipe);
                let (buffer, filled) = read?;
                match algorithm {
                    None => Ok(Filled::of(buffer, filled.ended, None)),
                    hashed => {
                        let hash = move || Ok(Filled::of(buffer, filled.ended, hashed));
                        on_file_thread(&self.meta, hash).await
                    }
                }
            }
            Source::Stream(stream) => {
                let stop = self.meta.stop.clone();
                let (sender, read) = oneshot::channel();
                self.meta.delivery.read(move || {
                    let (mut stream, mut buffer) = (stream, buffer);
                    let stopped = || stop.result().is_some();
                    let read = read_stream(&mut stream, &mut buffer, wanted, &stopped);
                    let read = read.map(|filled| Filled::of(buffer, filled.ended, algorithm));
                    let _ = sender.send((stream, read));
                });
                let (stream, filled) = read.await.map_err(lost)?;
                self.source = Source::Stream(stream);
                filled
            }
            Source::Async(mut stream) => {
                // The caller's end waits for a read under way, and the client's does.
                let keep: Keep = Arc::new((self.meta.delivery.hold(), self.meta.env.clone()));
                let asking = asking(&self.meta);
                let (buffer, filled) = read_async(&mut stream, buffer, wanted, keep, &asking).await;
                self.source = Source::Async(stream);
                let ended = filled?.ended;
                let buffer = buffer.ok_or(Code::INVALID_STATE)?;
                Ok(Filled::of(buffer, ended, algorithm))
            }
        }
    }
}

impl Reader {
    /// Reads up to `size` bytes of a body that is kept in pieces, into `memory` or else the heap. Says whether the
    /// source has ended.
    pub async fn piece(&mut self, memory: Option<Buffer>, size: usize) -> Result<(Bytes, bool)> {
        if let Some(buffer) = memory {
            let Filled { buffer, ended, .. } = self.fill(buffer, size, 0, None).await?;
            return Ok((buffer.freeze().into_bytes(), ended));
        }
        let mut buffer = Vec::new();
        buffer.try_reserve_exact(size).map_err(|error| Error::from(Code::OOM).because(error))?;
        let Filled { buffer, ended, .. } = self.fill(buffer, size, 0, None).await?;
        Ok((buffer.into(), ended))
    }
}

impl<B: Refill> Filled<B> {
    fn of(buffer: B, ended: bool, algorithm: Option<Algorithm>) -> Self {
        let digest = algorithm.map(|algorithm| Hasher::digest(algorithm, buffer.filled()));
        Self { buffer, digest, ended }
    }
}

/// Reads a range of a file.
pub(super) async fn read_file<B: Refill>(
    meta: &MetaRequest,
    file: Arc<SourceFile>,
    buffer: B,
    wanted: usize,
    offset: u64,
    algorithm: Option<Algorithm>,
) -> Result<Filled<B>> {
    let read = move || {
        let mut buffer = buffer;
        let filled = file.read_at(&mut buffer, offset, wanted)?;
        Ok(Filled::of(buffer, filled.ended, algorithm))
    };
    on_file_thread(meta, read).await
}

/// Waits for the turn of a large body that is going to be sent, and reads it. A source that takes its time must not
/// keep others from sending what they have: it gives the turn back, and is given another one when the body is there.
pub(super) async fn in_turn<T, R: Future<Output = Result<T>>>(
    pass: &Pass,
    read: impl FnOnce() -> Result<R>,
) -> Result<T> {
    read_at(Stage::Send, READING_TURN, pass, read).await
}

/// The same of a small body, of which there are not many in memory that have no place on the wire yet.
pub(super) async fn ahead<T, R: Future<Output = Result<T>>>(
    pass: &Pass,
    read: impl FnOnce() -> Result<R>,
) -> Result<T> {
    read_at(Stage::Ahead, READING_AHEAD, pass, read).await
}

async fn read_at<T, R: Future<Output = Result<T>>>(
    stage: Stage,
    patience: Duration,
    pass: &Pass,
    read: impl FnOnce() -> Result<R>,
) -> Result<T> {
    pass.enter(stage).await;
    pass.does(Doing::Source);
    let mut reading = pin!(read()?);
    match tokio::time::timeout(patience, reading.as_mut()).await {
        Ok(filled) => filled,
        Err(_) => {
            pass.give_back(stage);
            reading.await
        }
    }
}

/// What was read of a file that has another length now may be of no state that it ever had. Where the caller said how
/// much is to be sent, what comes behind that is of no interest.
pub(super) async fn require_same_length(
    meta: &MetaRequest,
    file: Option<Arc<SourceFile>>,
) -> Result<()> {
    let Some(file) = file.filter(|_| meta.spec.length_of_file) else { return Ok(()) };
    let (then, now) = on_file_thread(meta, move || Ok((file.len(), file.current_len()?))).await?;
    if then == now {
        return Ok(());
    }
    let why = format!("the file had {then} bytes when it was opened and has {now} now");
    Err(Error::from(Code::S3_FILE_MODIFIED).because(why))
}

/// Where an async stream is asked, while anybody wants to know.
fn asking(meta: &MetaRequest) -> Spawn {
    let (delivery, stop) = (meta.delivery.clone(), meta.stop.clone());
    Arc::new(move |ask| {
        let stop = stop.clone();
        delivery.read(move || {
            if stop.result().is_none() {
                ask();
            }
        });
    })
}

fn lost(error: oneshot::error::RecvError) -> Error {
    Error::from(Code::S3_INTERNAL_ERROR).because(error)
}

/// The threads for files. The client stays until a job of theirs is done, wanted or not: it may fill memory of the
/// pool.
pub(super) fn file_threads(meta: &MetaRequest) -> Spawn {
    let env = meta.env.clone();
    Arc::new(move |job| {
        let (files, keep) = (&env.files, env.clone());
        files.post(files.pick(), move || {
            job();
            drop(keep);
        });
    })
}

/// Runs what may block on a thread for files.
pub(super) async fn on_file_thread<T: Send + 'static>(
    meta: &MetaRequest,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let (sender, receiver) = oneshot::channel();
    file_threads(meta)(Box::new(move || {
        let _ = sender.send(work());
    }));
    receiver.await.map_err(lost)?
}

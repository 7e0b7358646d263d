//! The parts of an upload, in order: memory, bytes, and off they go.
//!
//! Memory for the next parts is asked for ahead and taken in order; a sequential source is read one part at a time
//! while earlier parts are on the wire, a file by several threads at once. What the caller lends takes no memory.

use std::collections::{HashMap, VecDeque};
use std::pin::pin;
use std::sync::Arc;

use bytes::Bytes;
use tokio::task::JoinSet;

use super::super::MetaRequest;
use super::super::bodies::Taken;
use super::super::multipart::{READY_AHEAD, Upload};
use super::super::part::memory;
use super::super::reading::{Filled, Reader, in_turn, require_same_length};
use super::Part;
use super::job::{Job, Slot};
use super::streaming::WINDOW_BYTES;
use crate::body::SourceFile;
use crate::checksum::Hasher;
use crate::error::{Code, Error, Result};
use crate::pool::{Buffer, Pending};
use crate::request::{Failure, Severity, Span};
use crate::schedule::{Doing, Pass, Stage};
use crate::xml::ListedPart;

pub(super) struct Sending {
    meta: Arc<MetaRequest>,
    job: Arc<Job>,
    /// Memory that was asked for ahead, in the order of the parts.
    reserved: VecDeque<(Slot, Option<Pending>)>,
    next_part: u32,
    /// Long parts flow from the file to the network.
    streams: bool,
    /// Where they flow without passing through here, that file.
    sent_file: Option<Arc<SourceFile>>,
    /// The whole body, where the caller lends it.
    lent: Option<Bytes>,
    uploading: JoinSet<Result<Part, Failure>>,
    parts: Vec<Part>,
    failure: Option<Failure>,
}

impl Sending {
    pub fn new(meta: &Arc<MetaRequest>, upload: &Upload, listed: HashMap<u32, ListedPart>) -> Self {
        Self {
            meta: meta.clone(),
            job: Job::new(meta, upload, listed),
            reserved: VecDeque::new(),
            next_part: 1,
            streams: false,
            sent_file: None,
            lent: None,
            uploading: JoinSet::new(),
            parts: Vec::new(),
            failure: None,
        }
    }

    fn total_parts(&self) -> Option<u32> {
        u32::try_from(self.meta.spec.sizes.parts()?).ok()
    }

    /// Reads and sends every part; returns when none is on the wire any more.
    pub async fn run(mut self) -> Result<Vec<Part>, Failure> {
        let meta = self.meta.clone();
        let mut reader = Reader::new(&meta);
        self.streams = meta.spec.file_io.should_stream && reader.file().is_some();
        self.sent_file = reader.file().filter(|_| self.job.sends_files());
        self.lent = reader.lent();
        let limit = meta.spec.max_active as usize + READY_AHEAD;
        while meta.stop.result().is_none() {
            if self.uploading.len() >= limit {
                self.wait_for_one().await;
                continue;
            }
            let read = if meta.spec.async_writes {
                self.take_written().await
            } else {
                self.read_next(&mut reader).await
            };
            match read {
                Ok(false) => {}
                Ok(true) => break,
                Err(error) => {
                    meta.stop.set(Severity::Failure, error.clone());
                    self.failure.get_or_insert(error.into());
                }
            }
        }
        self.reserved.clear();
        while !self.uploading.is_empty() {
            self.wait_for_one().await;
        }
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        meta.stopped()?;
        require_same_length(&meta, reader.file()).await?;
        Ok(self.parts)
    }

    /// Sends the next part that the caller has written. Says whether it was the last one.
    async fn take_written(&mut self) -> Result<bool> {
        let meta = self.meta.clone();
        let ready = async {
            meta.writes.part_is_ready().await;
            Ok(())
        };
        meta.stop.guard(Severity::Failure, ready).await?;
        let slot = self.job.slot(self.next_part);
        // Before the part is taken: then the caller may fill another.
        let (pass, room) = self.share(slot, slot.bytes).await;
        let Some(written) = meta.writes.take_part(&meta) else { return Ok(false) };
        self.next_part += 1;
        let written_bytes = written.buffer.as_ref().map_or(0, |it| it.filled().len() as u64);
        if meta.spec.content_length.is_some() && written_bytes < slot.bytes {
            return Err(Code::S3_INCORRECT_CONTENT_LENGTH.into());
        }
        let Some(buffer) = written.buffer.filter(|_| written_bytes > 0 || slot.number == 1) else {
            if meta.spec.content_length.is_none() {
                self.job.skipped(Slot { bytes: 0, ..slot }, Span::default());
            }
            return Ok(true);
        };
        let algorithm = self.job.algorithm(slot);
        let digest = algorithm.map(|it| Hasher::digest(it, buffer.filled()));
        let ended = written.ended;
        self.send_or_accept(slot, Filled { buffer, digest, ended }, pass, room, Span::default())?;
        Ok(ended)
    }

    /// Reads and sends the next part of the source. Says whether that was the last one.
    async fn read_next(&mut self, reader: &mut Reader) -> Result<bool> {
        self.reserve_ahead()?;
        let Some((slot, pending)) = self.reserved.pop_front() else {
            self.require_end(reader).await?;
            return Ok(true);
        };
        let read = match (pending, &self.sent_file, &self.lent) {
            (Some(pending), ..) => self.read_and_send(reader, slot, pending).await,
            // These take no memory, hence no share.
            (None, Some(file), _) => {
                let pass = self.meta.line.lane.pass(slot.number, slot.bytes);
                let work = self.job.clone().send_file(slot, file.clone(), pass.clone());
                self.spawn(slot, pass, None, work);
                Ok(Some(slot.number) == self.total_parts())
            }
            (None, None, Some(memory)) => {
                let pass = self.meta.line.lane.pass(slot.number, slot.bytes);
                // Within the memory: its length is what was cut into parts.
                let body = memory.slice(slot.offset as usize..(slot.offset + slot.bytes) as usize);
                let work = self.job.clone().send_lent(slot, body, pass.clone());
                self.spawn(slot, pass, None, work);
                Ok(Some(slot.number) == self.total_parts())
            }
            (None, None, None) => Err(Code::INVALID_STATE.into()),
        };
        if let Err(error) = &read {
            self.job.over(&Err(error.clone().into()));
        }
        read
    }

    /// No further part is possible. What has no length of its own has to be at its end; one more byte would tell.
    async fn require_end(&self, reader: &mut Reader) -> Result<()> {
        if self.total_parts().is_some() {
            return Ok(());
        }
        let reading = reader.fill(Vec::with_capacity(1), 1, 0, None);
        let filled = self.meta.stop.guard(Severity::Failure, reading).await?;
        if filled.buffer.is_empty() { Ok(()) } else { Err(self.meta.spec.too_much()) }
    }

    fn reserve_ahead(&mut self) -> Result<()> {
        // An end that is not known may be near: nothing is asked for that may not be needed.
        let ahead = match self.total_parts() {
            Some(_) => self.meta.env.limits.max_pending_reads as usize,
            None => 1,
        };
        while self.reserved.len() < ahead.max(1) {
            let part = self.next_part;
            if self.total_parts().is_some_and(|total| part > total) {
                break;
            }
            let slot = self.job.slot(part);
            if slot.bytes == 0 {
                break;
            }
            let pending = match self.sent_file.is_some() || self.lent.is_some() {
                true => None,
                false => Some(self.meta.reserve(self.memory_bytes(slot), slot.offset, false)?),
            };
            self.reserved.push_back((slot, pending));
            self.next_part += 1;
        }
        Ok(())
    }

    /// A part that flows from a file to the network needs no more than a window.
    fn memory_bytes(&self, slot: Slot) -> u64 {
        if self.streams { slot.bytes.min(WINDOW_BYTES) } else { slot.bytes }
    }

    /// Fills one part and puts it on its way. Says whether the source has ended.
    async fn read_and_send(
        &mut self,
        reader: &mut Reader,
        slot: Slot,
        pending: Pending,
    ) -> Result<bool> {
        let mut span = Span::default();
        let prepared = self.prepare(reader, slot, pending, &mut span).await;
        let prepared = prepared.inspect_err(|error| self.job.unprepared(slot, span, error))?;
        let last = Some(slot.number) == self.total_parts();
        let Some((filled, pass)) = prepared else { return Ok(last) };
        let known = self.meta.spec.content_length.is_some();
        let ended = if known { last } else { filled.ended };
        if !known && filled.buffer.filled().is_empty() && slot.number > 1 {
            self.job.skipped(Slot { bytes: 0, ..slot }, span);
            return Ok(true);
        }
        self.send_or_accept(slot, filled, pass, None, span)?;
        Ok(ended)
    }

    /// Reads a part of a sequential source. A file is left to the part's own task, which has the memory then.
    async fn prepare(
        &mut self,
        reader: &mut Reader,
        slot: Slot,
        pending: Pending,
        span: &mut Span,
    ) -> Result<Option<(Filled<Buffer>, Pass)>> {
        self.job.listed(slot)?;
        let (pass, _) = self.share(slot, 0).await;
        pass.does(Doing::Memory);
        let ticket;
        (ticket, *span) = memory(&self.meta.line, pending).await?;
        let size = usize::try_from(self.memory_bytes(slot)).map_err(|_| Code::OOM)?;
        if let Some(file) = reader.file() {
            let (job, its) = (self.job.clone(), pass.clone());
            if (size as u64) < slot.bytes {
                let work = job.stream(slot, file, ticket.claim(size)?, its, *span);
                self.spawn(slot, pass, None, work);
            } else {
                self.spawn(slot, pass, None, job.carry(slot, file, ticket, its, *span));
            }
            return Ok(None);
        }
        let algorithm = self.job.algorithm(slot);
        let reading = in_turn(&pass, || {
            let buffer = ticket.claim(size)?;
            Ok(reader.fill(buffer, size, slot.offset, algorithm))
        });
        let filled = self.meta.stop.guard(Severity::Failure, reading).await?;
        let short = (filled.buffer.filled().len() as u64) < slot.bytes;
        if short && self.meta.spec.content_length.is_some() {
            return Err(Code::S3_INCORRECT_CONTENT_LENGTH.into());
        }
        Ok(Some((filled, pass)))
    }

    /// Sends a part that is in memory, unless the service has it.
    fn send_or_accept(
        &mut self,
        slot: Slot,
        filled: Filled<Buffer>,
        pass: Pass,
        room: Option<Taken>,
        span: Span,
    ) -> Result<()> {
        if let Some(part) = self.job.accept(slot, &filled.digest, span)? {
            let ended = Ok(part);
            self.job.over(&ended);
            self.parts.extend(ended.ok());
            return Ok(());
        }
        let (job, its) = (self.job.clone(), pass.clone());
        self.spawn(slot, pass, room, async move { job.send(slot, filled, its, span).await });
        Ok(())
    }

    /// Waits until one more part may be under way, and takes note of those that end meanwhile. The only one goes in any
    /// case. `uncounted_bytes` of memory were granted to it whatever the limit, and have to fit beside others now.
    async fn share(&mut self, slot: Slot, uncounted_bytes: u64) -> (Pass, Option<Taken>) {
        let env = self.meta.env.clone();
        let pass = self.meta.line.lane.pass(slot.number, slot.bytes);
        let taken = {
            let mut taking = pin!(async {
                pass.enter(Stage::Share).await;
                match uncounted_bytes {
                    0 => None,
                    bytes => Some(env.bodies.take(bytes).await),
                }
            });
            loop {
                if self.uploading.is_empty() {
                    break None;
                }
                tokio::select! {
                    room = &mut taking => break Some(room),
                    () = self.wait_for_one() => {}
                }
            }
        };
        let room = taken.unwrap_or_else(|| {
            pass.try_enter(Stage::Share);
            env.bodies.try_take(uncounted_bytes)
        });
        (pass, room)
    }

    /// Runs what is left to do for a part on a worker of its own.
    fn spawn(
        &mut self,
        slot: Slot,
        pass: Pass,
        room: Option<Taken>,
        work: impl Future<Output = Result<Part, Failure>> + Send + 'static,
    ) {
        // With one connection parts go out in order: all on one worker, where they queue up as they come.
        let spread = if self.meta.spec.max_active > 1 { slot.number as usize } else { 0 };
        let worker = (self.meta.home + spread) % self.meta.env.workers.len();
        let handle = self.meta.env.workers[worker].clone();
        let job = self.job.clone();
        let work = async move {
            if !pass.try_enter(Stage::Turn) {
                // Whoever is before it may need what it has.
                pass.give_back(Stage::Send);
                pass.enter(Stage::Turn).await;
            }
            let ended = work.await;
            drop(room);
            job.over(&ended);
            ended
        };
        self.uploading.spawn_on(work, &handle);
    }

    async fn wait_for_one(&mut self) {
        let Some(joined) = self.uploading.join_next().await else { return };
        let ended = match joined {
            Ok(ended) => ended,
            Err(error) => Err(Error::from(Code::S3_INTERNAL_ERROR).because(error).into()),
        };
        match ended {
            Ok(part) => self.parts.push(part),
            Err(failure) => {
                self.meta.stop.set(Severity::Failure, failure.error.clone());
                self.failure.get_or_insert(failure);
            }
        }
    }
}

//! A multipart upload: create it, send the parts while the source gives bytes, complete it.
//!
//! Memory for the next parts is asked for ahead and taken in order; a sequential source is read one part at a time
//! while earlier parts are on the wire, a file by several threads at once. Whatever ends an upload that the service
//! knows of, other than a pause, is followed by an AbortMultipartUpload, so that nothing is left behind to pay for.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use tokio::task::JoinSet;

use super::Review;
use super::derived::{Derived, derive};
use super::finish::Success;
use super::message::{BodyChecksum, assign_body};
use super::multipart::{self, Upload};
use super::part::memory;
use super::reading::{Filled, Reader};
use super::{MetaRequest, ReviewPart, UploadToken};
use crate::checksum::{Digest, Hasher, Location};
use crate::error::{Code, Error, Result};
use crate::pool::{Buffer, Pending};
use crate::request::{Failure, Request, RequestKind, Severity, Span, call};
use crate::xml::{self, CompletedPart};

/// Requests that may be prepared beyond those on the wire, so that a free connection finds work.
const READY_AHEAD: usize = 2;

/// A part that the service has.
struct Part {
    number: u32,
    bytes: u64,
    etag: Bytes,
    checksum: Bytes,
}

pub(super) async fn run(meta: &Arc<MetaRequest>) -> Result<Success, Failure> {
    let upload = multipart::create(meta).await?;
    note(meta, &upload);
    let ended = send_and_complete(meta, &upload).await;
    if let Err(failure) = &ended {
        multipart::give_up(meta, &upload, failure).await;
    }
    ended
}

/// Takes down what a pause hands out.
fn note(meta: &MetaRequest, upload: &Upload) {
    let spec = &meta.spec;
    *meta.upload.lock() = Some(UploadToken {
        upload_id: upload.id.clone(),
        part_bytes: spec.part_size,
        total_parts: spec.content_length.map_or(0, |length| length.div_ceil(spec.part_size)),
        parts_completed: 0,
    });
}

async fn send_and_complete(meta: &Arc<MetaRequest>, upload: &Upload) -> Result<Success, Failure> {
    meta.stopped()?;
    let mut sending = Sending::new(meta, upload);
    sending.run().await?;
    let parts = sending.parts;
    complete(meta, upload, parts).await
}

type Uploading = JoinSet<(u32, Result<Part, Failure>)>;

struct Sending<'a> {
    meta: &'a Arc<MetaRequest>,
    upload: &'a Upload,
    checksum: BodyChecksum,
    /// Part number and memory, asked for ahead, in order.
    reserved: VecDeque<(u32, Pending)>,
    next_part: u32,
    uploading: Uploading,
    parts: Vec<Part>,
    failure: Option<Failure>,
}

impl<'a> Sending<'a> {
    fn new(meta: &'a Arc<MetaRequest>, upload: &'a Upload) -> Self {
        let settings = &meta.spec.checksum;
        let location = settings.part_location();
        let wants_md5 =
            meta.spec.compute_content_md5 || meta.spec.message.headers.contains("Content-MD5");
        let review_only = location == Location::None && !meta.delivery.wants().review;
        let checksum = BodyChecksum {
            location,
            algorithm: settings.algorithm.known().filter(|_| !review_only),
            content_md5: wants_md5 && location == Location::None,
        };
        Self {
            meta,
            upload,
            checksum,
            reserved: VecDeque::new(),
            next_part: 1,
            uploading: JoinSet::new(),
            parts: Vec::new(),
            failure: None,
        }
    }

    fn total_parts(&self) -> Option<u32> {
        let length = self.meta.spec.content_length?;
        u32::try_from(length.div_ceil(self.meta.spec.part_size)).ok()
    }

    fn part_bytes(&self, part: u32) -> u64 {
        let (size, offset) = (self.meta.spec.part_size, self.offset(part));
        self.meta.spec.content_length.map_or(size, |length| size.min(length - offset))
    }

    fn offset(&self, part: u32) -> u64 {
        u64::from(part - 1) * self.meta.spec.part_size
    }

    /// Reads and sends every part; returns when none is on the wire any more.
    async fn run(&mut self) -> Result<(), Failure> {
        let mut reader = Reader::new(self.meta);
        let limit = self.meta.spec.max_active as usize + READY_AHEAD;
        let read = loop {
            if self.meta.stop.result().is_some() {
                break Ok(());
            }
            if self.uploading.len() >= limit {
                self.wait_for_one().await;
                continue;
            }
            let read = if self.meta.spec.async_writes {
                self.take_written().await
            } else {
                self.read_next(&mut reader).await
            };
            match read {
                Ok(false) => {}
                Ok(true) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        if let Err(error) = read {
            self.meta.stop.set(Severity::Failure, error.clone());
            self.failure.get_or_insert(error.into());
        }
        self.reserved.clear();
        while !self.uploading.is_empty() {
            self.wait_for_one().await;
        }
        match self.failure.take() {
            Some(failure) => Err(failure),
            None => self.meta.stopped(),
        }
    }

    /// Sends the next part that the caller has written. Says whether it was the last one.
    async fn take_written(&mut self) -> Result<bool> {
        let meta = self.meta;
        let next = async { Ok(meta.writes.next_part(meta).await) };
        let written = meta.stop.guard(Severity::Failure, next).await?;
        let part = self.next_part;
        self.next_part += 1;
        let buffer = written.buffer;
        if buffer.filled().is_empty() && part > 1 {
            return Ok(true);
        }
        let digest = self.checksum.algorithm.map(|it| Hasher::digest(it, buffer.filled()));
        let ended = written.ended;
        self.send(part, Filled { buffer, digest, ended }, Span::default());
        Ok(ended)
    }

    /// Reads and sends the next part of the source. Says whether that was the last one.
    async fn read_next(&mut self, reader: &mut Reader) -> Result<bool> {
        self.reserve_ahead()?;
        match self.reserved.pop_front() {
            Some((part, pending)) => self.read_and_send(reader, part, pending).await,
            None => Ok(true),
        }
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
            let bytes = self.part_bytes(part);
            let pending = self.meta.reserve(bytes, self.offset(part), false)?;
            self.reserved.push_back((part, pending));
            self.next_part += 1;
        }
        Ok(())
    }

    /// Fills one part and puts it on its way. Says whether the source has ended.
    async fn read_and_send(
        &mut self,
        reader: &mut Reader,
        part: u32,
        pending: Pending,
    ) -> Result<bool> {
        let bytes = self.part_bytes(part);
        let (ticket, span) = memory(&self.meta.line, pending).await?;
        let size = usize::try_from(bytes).map_err(|_| Code::OOM)?;
        let buffer = ticket.claim(size)?;
        let reading = reader.fill(buffer, size, self.offset(part), self.checksum.algorithm);
        let filled = self.meta.stop.guard(Severity::Failure, reading).await?;
        let length = filled.buffer.filled().len() as u64;
        let known = self.meta.spec.content_length.is_some();
        if known && length < bytes {
            return Err(Code::S3_INCORRECT_CONTENT_LENGTH.into());
        }
        let ended = if known { Some(part) == self.total_parts() } else { filled.ended };
        if !known && length == 0 && part > 1 {
            return Ok(true);
        }
        self.send(part, filled, span);
        Ok(ended)
    }

    fn send(&mut self, part: u32, filled: Filled<Buffer>, span: Span) {
        let spec = &self.meta.spec;
        let query = self.upload.part_query(part);
        let head = derive(spec, Derived::Part, spec.message.method.clone(), &query);
        let mut request = multipart::request(self.meta, RequestKind::UploadPart, head);
        let bytes = filled.buffer.filled().len() as u64;
        let offset = self.offset(part);
        request.part_number = part;
        request.range = (offset, (offset + bytes).saturating_sub(1));
        request.memory = span;
        let digest = filled.digest;
        let body = filled.buffer.freeze().into_bytes();
        (request.body, request.payload) =
            assign_body(&mut request.head, body, self.checksum, digest);
        let meta = self.meta.clone();
        let worker = (meta.home + part as usize) % meta.env.workers.len();
        let handle = self.meta.env.workers[worker].clone();
        let task = async move { (part, upload_part(&meta, request, bytes, digest).await) };
        self.uploading.spawn_on(task, &handle);
    }

    async fn wait_for_one(&mut self) {
        let Some(joined) = self.uploading.join_next().await else { return };
        let ended = match joined {
            Ok((_, ended)) => ended,
            Err(error) => Err(Error::from(Code::S3_INTERNAL_ERROR).because(error).into()),
        };
        match ended {
            Ok(part) => {
                self.parts.push(part);
                if let Some(token) = &mut *self.meta.upload.lock() {
                    token.parts_completed += 1;
                }
            }
            Err(failure) => {
                self.meta.stop.set(Severity::Failure, failure.error.clone());
                self.failure.get_or_insert(failure);
            }
        }
    }
}

async fn upload_part(
    meta: &Arc<MetaRequest>,
    mut request: Request,
    bytes: u64,
    digest: Option<Digest>,
) -> Result<Part, Failure> {
    let reply = call(&meta.line, &mut request).await?;
    let etag = reply.headers.value("ETag").cloned();
    let number = request.part_number;
    // The memory goes back before anybody is told.
    drop(request);
    if etag.is_some() {
        meta.delivery.progress(bytes, meta.spec.content_length.unwrap_or(0));
    }
    meta.delivery.telemetry(reply.metrics);
    let etag = etag.ok_or(Error::from(Code::S3_MISSING_ETAG))?;
    let etag = Bytes::copy_from_slice(xml::without_quotes(&etag));
    let checksum = digest.map(|digest| Bytes::from(digest.base64())).unwrap_or_default();
    Ok(Part { number, bytes, etag, checksum })
}

async fn complete(
    meta: &Arc<MetaRequest>,
    upload: &Upload,
    mut parts: Vec<Part>,
) -> Result<Success, Failure> {
    parts.sort_unstable_by_key(|part| part.number);
    let full_object = ask_caller(meta, &parts).await?;
    let spec = &meta.spec;
    let algorithm = spec.checksum.algorithm.known();
    let summed = spec.checksum.part_location() != Location::None || full_object.is_some();
    let derived = if summed { Derived::CompleteSummed } else { Derived::CompletePlain };
    let mut head = derive(spec, derived, "POST", &upload.query());
    if let (Some(algorithm), Some(value)) = (algorithm, &full_object) {
        head.headers.set(algorithm.header(), value.clone());
        head.headers.set("x-amz-checksum-type", "full_object");
    }
    if let Some(length) = spec.content_length.filter(|length| *length > 0) {
        head.headers.set("x-amz-mp-object-size", length.to_string());
    }
    let completed: Vec<CompletedPart> = parts
        .into_iter()
        .map(|part| CompletedPart { number: part.number, etag: part.etag, checksum: part.checksum })
        .collect();
    let element = algorithm.filter(|_| summed).map(|algorithm| algorithm.element());
    multipart::complete(meta, upload, head, &completed, element).await
}

/// The review, then the full-object checksum: the caller's last words before the upload is completed.
async fn ask_caller(meta: &Arc<MetaRequest>, parts: &[Part]) -> Result<Option<Bytes>, Failure> {
    let settings = &meta.spec.checksum;
    if meta.delivery.wants().review {
        let algorithm = settings.algorithm.known();
        let reviewed: Vec<(u64, Bytes)> =
            parts.iter().map(|part| (part.bytes, part.checksum.clone())).collect();
        let review = meta.delivery.run(move |callbacks| {
            let parts = reviewed.iter();
            let parts = parts.map(|(size, checksum)| ReviewPart { size: *size, checksum });
            callbacks.review(&Review { algorithm, parts: parts.collect() })
        });
        review.await??;
    }
    if settings.full_object_callback {
        let value = meta.delivery.run(|callbacks| callbacks.full_object_checksum()).await??;
        return Ok(Some(value));
    }
    Ok(settings.full_object.clone())
}

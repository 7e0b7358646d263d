//! What happens to one part of an upload, once its turn has come.
//!
//! A part is sent, or, when the service has it already, compared with what the service has and left alone. Everything
//! that all parts of an upload share is in the [`Job`].

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use super::super::MetaRequest;
use super::super::derived::{Derived, derive};
use super::super::message::{BodyChecksum, assign_body};
use super::super::multipart::{Upload, request};
use super::super::part::record_unprepared;
use super::super::reading::{Filled, in_turn, read_file};
use super::Part;
use crate::body::SourceFile;
use crate::checksum::{Algorithm, Digest, Location};
use crate::error::{Code, Error, Result};
use crate::pool::{Buffer, Ticket};
use crate::request::{Failure, Request, RequestKind, Severity, Span, call, unsent};
use crate::schedule::{Pass, Stage};
use crate::xml::{self, ListedPart};

/// An upload as its parts see it.
pub(super) struct Job {
    pub meta: Arc<MetaRequest>,
    upload: Upload,
    pub checksum: BodyChecksum,
    /// Parts that the service had before.
    listed: HashMap<u32, ListedPart>,
}

/// One part of the body.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    pub number: u32,
    pub offset: u64,
    /// As planned; the last part of a body of unknown length may turn out shorter.
    pub bytes: u64,
}

impl Job {
    pub fn new(
        meta: &Arc<MetaRequest>,
        upload: &Upload,
        listed: HashMap<u32, ListedPart>,
    ) -> Arc<Self> {
        let settings = &meta.spec.checksum;
        let location = settings.part_location();
        let wants_md5 =
            meta.spec.compute_content_md5 || meta.spec.message.headers.contains("Content-MD5");
        let unused = location == Location::None && !meta.delivery.wants().review;
        let checksum = BodyChecksum {
            location,
            algorithm: settings.algorithm.known().filter(|_| !unused),
            content_md5: wants_md5 && location == Location::None,
        };
        let (meta, upload) = (meta.clone(), upload.clone());
        Arc::new(Self { meta, upload, checksum, listed })
    }

    pub fn slot(&self, number: u32) -> Slot {
        let sizes = &self.meta.spec.sizes;
        let place = u64::from(number);
        Slot { number, offset: sizes.offset(place), bytes: sizes.bytes(place) }
    }

    /// Whether the service has parts of this upload that have to be compared.
    pub fn resumes(&self) -> bool {
        !self.listed.is_empty()
    }

    /// What the service has in place of a part. Another length means that it belongs to another body.
    pub fn listed(&self, slot: Slot) -> Result<Option<&ListedPart>> {
        let listed = self.listed.get(&slot.number);
        if let Some(listed) = listed.filter(|listed| listed.size != slot.bytes) {
            let Slot { number, bytes, .. } = slot;
            let why = format!("part {number} has {} bytes there and {bytes} here", listed.size);
            return Err(Error::from(Code::S3_RESUME_FAILED).because(why));
        }
        Ok(listed)
    }

    /// The algorithm that the bytes of a part go through while they are read.
    pub fn algorithm(&self, slot: Slot) -> Option<Algorithm> {
        let configured = self.meta.spec.checksum.algorithm.known();
        let compared = configured.filter(|it| self.listed_checksum(slot, *it).is_some());
        compared.or(self.checksum.algorithm)
    }

    pub fn listed_checksum(&self, slot: Slot, algorithm: Algorithm) -> Option<&Bytes> {
        let checksum = self.listed.get(&slot.number)?.checksum(algorithm.element());
        checksum.filter(|checksum| !checksum.is_empty())
    }

    /// Reads a part of a file and puts it on its way.
    pub async fn carry(
        self: Arc<Self>,
        slot: Slot,
        file: Arc<SourceFile>,
        ticket: Ticket,
        pass: Pass,
        span: Span,
    ) -> Result<Part, Failure> {
        let filled = self.read(slot, file, ticket, &pass).await;
        let filled = filled.inspect_err(|error| self.unprepared(slot, span, error))?;
        match self.accept(slot, &filled.digest, span) {
            Ok(Some(part)) => Ok(part),
            Ok(None) => self.send(slot, filled, pass, span).await,
            Err(error) => Err(error.into()),
        }
    }

    async fn read(
        &self,
        slot: Slot,
        file: Arc<SourceFile>,
        ticket: Ticket,
        pass: &Pass,
    ) -> Result<Filled<Buffer>> {
        let algorithm = self.algorithm(slot);
        let size = usize::try_from(slot.bytes).map_err(|_| Code::OOM)?;
        let reading = async {
            pass.enter(Stage::Read).await;
            let read = || {
                let buffer = ticket.claim(size)?;
                Ok(read_file(&self.meta, file, buffer, size, slot.offset, algorithm))
            };
            in_turn(pass, read).await
        };
        let filled = self.meta.stop.guard(Severity::Failure, reading).await?;
        pass.leave(Stage::Read);
        if (filled.buffer.filled().len() as u64) < slot.bytes {
            return Err(Code::S3_INCORRECT_CONTENT_LENGTH.into());
        }
        Ok(filled)
    }

    /// The part as the service has it, if it does and the bytes are the same as far as anybody can tell.
    pub fn accept(&self, slot: Slot, digest: &Option<Digest>, span: Span) -> Result<Option<Part>> {
        let compared = self.compare(slot, digest);
        let listed = compared.inspect_err(|error| self.unprepared(slot, span, error))?;
        let Some(listed) = listed else { return Ok(None) };
        self.skipped(slot, span);
        let algorithm = self.meta.spec.checksum.algorithm.known();
        let checksum = algorithm.and_then(|it| self.listed_checksum(slot, it).cloned());
        Ok(Some(Part {
            number: slot.number,
            bytes: listed.size,
            etag: listed.etag.clone(),
            // Of what it has no checksum for, the service may not accept one.
            checksum: checksum.unwrap_or_default(),
        }))
    }

    fn compare(&self, slot: Slot, digest: &Option<Digest>) -> Result<Option<&ListedPart>> {
        let listed = self.listed(slot)?;
        if let (Some(_), Some(digest)) = (listed, digest) {
            let theirs = self.listed_checksum(slot, digest.algorithm());
            if theirs.is_some_and(|theirs| *theirs != digest.base64()) {
                return Err(Code::S3_RESUMED_PART_CHECKSUM_MISMATCH.into());
            }
        }
        Ok(listed)
    }

    /// Sends a part that was read into memory.
    pub async fn send(
        &self,
        slot: Slot,
        filled: Filled<Buffer>,
        pass: Pass,
        span: Span,
    ) -> Result<Part, Failure> {
        let body = filled.buffer.freeze().into_bytes();
        self.send_bytes(slot, body, filled.digest, pass, span).await
    }

    /// Sends a part that is in memory.
    pub async fn send_bytes(
        &self,
        slot: Slot,
        body: Bytes,
        digest: Option<Digest>,
        pass: Pass,
        span: Span,
    ) -> Result<Part, Failure> {
        let bytes = body.len() as u64;
        let mut request = self.request(Slot { bytes, ..slot }, span);
        request.pass = Some(pass);
        (request.body, request.payload) =
            assign_body(&mut request.head, vec![body], self.checksum, digest);
        let digest = digest.map_or_else(OnceLock::new, OnceLock::from);
        self.upload(request, bytes, Arc::new(digest)).await
    }

    /// Sends a part; its digest is known at the latest when it was sent.
    pub async fn upload(
        &self,
        mut request: Request,
        bytes: u64,
        digest: Arc<OnceLock<Digest>>,
    ) -> Result<Part, Failure> {
        let meta = &self.meta;
        let reply = call(&meta.line, &mut request).await?;
        let etag = reply.headers.value("ETag").map(|etag| xml::without_quotes(etag));
        let etag = etag.filter(|etag| !etag.is_empty()).map(Bytes::copy_from_slice);
        let number = request.part_number;
        // The memory goes back before anybody is told.
        drop(request);
        if etag.is_some() {
            meta.delivery.progress(bytes, meta.spec.content_length.unwrap_or(0));
        }
        meta.delivery.telemetry(reply.metrics);
        let etag = etag.ok_or(Error::from(Code::S3_MISSING_ETAG))?;
        let checksum = digest.get().map(|digest| Bytes::from(digest.base64())).unwrap_or_default();
        Ok(Part { number, bytes, etag, checksum })
    }

    /// The request for a part, still without its body.
    pub fn request(&self, slot: Slot, span: Span) -> Request {
        let spec = &self.meta.spec;
        let Slot { number, offset, bytes } = slot;
        let query = self.upload.part_query(number);
        let head = derive(spec, Derived::Part, spec.message.method.clone(), &query);
        let mut request = request(&self.meta, RequestKind::UploadPart, head);
        request.part_number = number;
        request.range = (offset, offset.saturating_add(bytes).saturating_sub(1));
        request.memory = span;
        request
    }

    /// Records a part that need not be sent.
    pub fn skipped(&self, slot: Slot, span: Span) {
        let mut metrics = unsent(&self.meta.line, &self.request(slot, span));
        metrics.note(|metrics| {
            let start_ns = metrics.total.start_ns;
            metrics.signing = Span { start_ns, end_ns: start_ns };
            metrics.end(self.meta.line.clock.monotonic_ns(), false);
        });
        self.meta.delivery.telemetry(metrics);
    }

    /// Records a part that could not be prepared, and for that reason is never sent.
    pub fn unprepared(&self, slot: Slot, span: Span, error: &Error) {
        record_unprepared(&self.meta.line, &self.request(slot, span), error);
    }

    /// Counts a part that is over with, whatever became of it, and makes a failure known.
    pub fn over(&self, ended: &Result<Part, Failure>) {
        if let Some(token) = &mut *self.meta.upload.lock() {
            token.parts_completed += 1;
            if ended.is_ok() {
                token.parts_stored = token.parts_stored.map(|stored| stored + 1);
            }
        }
        if let Err(failure) = ended {
            self.meta.stop.set(Severity::Failure, failure.error.clone());
        }
    }
}

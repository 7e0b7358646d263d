//! Parts that flow from a file to the network while they are sent.
//!
//! Such a part needs a small window of memory whatever its size: one half is filled while the other is on its way. An
//! attempt that follows another one reads the file again, through the same window. Where nobody has to look at the
//! bytes, without TLS and without checksums, the kernel takes them from the file itself and no memory is needed.

use std::sync::{Arc, OnceLock};

use super::super::message::{BodyChecksum, frame};
use super::super::reading::{file_threads, on_file_thread};
use super::Part;
use super::job::{Job, Slot};
use crate::body::{FileStream, Halves, SourceFile, Summing};
use crate::checksum::{Chunked, Digest, Hasher, Location};
use crate::error::{Code, Error, Result};
use crate::net::OutgoingStream;
use crate::pool::Buffer;
use crate::request::{Body, Failure, Request, Severity, Span};
use crate::schedule::Pass;
use crate::sign::Payload;

/// Memory for a part, of which each half is filled at a time; a part that fits in is read whole.
pub(super) const WINDOW_BYTES: u64 = 2 * 1024 * 1024;

impl Job {
    /// Whether parts of a file can go to the socket without passing through memory of ours.
    pub fn sends_files(&self) -> bool {
        let spec = &self.meta.spec;
        let unread = self.checksum.algorithm.is_none() && !self.checksum.content_md5;
        let known = spec.content_length.is_some() && !self.resumes();
        unread && known && !spec.file_io.direct_io && !self.meta.line.origin.tls
    }

    /// Sends a part of a file that nobody reads here.
    pub async fn send_file(
        self: Arc<Self>,
        slot: Slot,
        file: Arc<SourceFile>,
        pass: Pass,
    ) -> Result<Part, Failure> {
        let now_ns = Some(self.meta.line.clock.monotonic_ns());
        let span = Span { start_ns: now_ns, end_ns: now_ns };
        require_length(&file, slot).inspect_err(|error| self.unprepared(slot, span, error))?;
        let mut request = self.request(slot, span);
        request.pass = Some(pass);
        request.head.headers.set("Content-Length", slot.bytes.to_string());
        let Slot { offset, bytes: len, .. } = slot;
        request.body = Body::File { file: file.file().clone(), offset, len };
        self.upload(request, len, Arc::default()).await
    }

    /// Sends a part of a file, or compares it with what the service has.
    pub async fn stream(
        self: Arc<Self>,
        slot: Slot,
        file: Arc<SourceFile>,
        window: Buffer,
        pass: Pass,
        span: Span,
    ) -> Result<Part, Failure> {
        if self.listed(slot)?.is_some() {
            let digest = self.digest_of(slot, file, window).await;
            let digest = digest.inspect_err(|error| self.unprepared(slot, span, error))?;
            let part = self.accept(slot, &digest, span)?;
            return part.ok_or(Error::from(Code::INVALID_STATE).into());
        }
        let digest = Arc::default();
        let request = self.streamed(slot, file, window, span, &digest);
        let mut request = request.inspect_err(|error| self.unprepared(slot, span, error))?;
        request.pass = Some(pass);
        self.upload(request, slot.bytes, digest).await
    }

    /// Checksum of a part that the service has already, where there is one to compare with.
    async fn digest_of(
        &self,
        slot: Slot,
        file: Arc<SourceFile>,
        window: Buffer,
    ) -> Result<Option<Digest>> {
        require_length(&file, slot)?;
        let Some(algorithm) = self.algorithm(slot) else { return Ok(None) };
        let stop = self.meta.stop.clone();
        let hashing = on_file_thread(&self.meta, move || {
            let mut hasher = Hasher::new(algorithm);
            let mut window = window;
            while hasher.len() < slot.bytes {
                stop.check()?;
                window.clear();
                let wanted = (slot.bytes - hasher.len()).min(window.capacity() as u64);
                let at = slot.offset + hasher.len();
                if file.read_at(&mut window, at, wanted as usize)?.len == 0 {
                    return Err(Code::S3_INCORRECT_CONTENT_LENGTH.into());
                }
                hasher.update(window.filled());
            }
            Ok(hasher.finish())
        });
        self.meta.stop.guard(Severity::Failure, hashing).await.map(Some)
    }

    fn streamed(
        &self,
        slot: Slot,
        file: Arc<SourceFile>,
        window: Buffer,
        span: Span,
        digest: &Arc<OnceLock<Digest>>,
    ) -> Result<Request> {
        let BodyChecksum { location, algorithm, content_md5 } = self.checksum;
        if content_md5 || location == Location::Header {
            // Both come before a body that nobody has read yet.
            return Err(Code::INVALID_ARGUMENT.into());
        }
        require_length(&file, slot)?;
        let mut request = self.request(slot, span);
        match algorithm.filter(|_| location == Location::Trailer) {
            Some(algorithm) => {
                frame(&mut request.head, &Chunked::new(algorithm, slot.bytes));
                request.payload = Payload::Trailer;
            }
            None => request.head.headers.set("Content-Length", slot.bytes.to_string()),
        }
        let half = window.capacity() / 2;
        let (one, other) = window.split(half);
        let halves = Halves::new([one, other], half);
        let spawn = file_threads(&self.meta);
        let digest = digest.clone();
        request.body = Body::Streamed(Box::new(move || {
            let (file, halves, spawn) = (file.clone(), halves.clone(), spawn.clone());
            let plain: Box<dyn OutgoingStream> =
                Box::new(FileStream::new(file, slot.offset, slot.bytes, halves, spawn));
            let Some(algorithm) = algorithm else { return Ok(plain) };
            let make = match location {
                Location::Trailer => Summing::with_trailer,
                _ => Summing::plain,
            };
            Ok(Box::new(make(plain, algorithm, slot.bytes, digest.clone())))
        }));
        Ok(request)
    }
}

/// A file that has become too short is noticed before anything of a part is sent.
fn require_length(file: &SourceFile, slot: Slot) -> Result<()> {
    if file.current_len()? < slot.offset.saturating_add(slot.bytes) {
        return Err(Code::S3_INCORRECT_CONTENT_LENGTH.into());
    }
    Ok(())
}

//! The end of a meta request, on the delivery thread, after everything else has been delivered.
//!
//! The order is the one that callers may rely on: receive file closed, checksum verdict, resume token handed out,
//! headers of an error response, references to streams dropped, and the finish callback last.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::meta_request::Pause;
use super::{Callbacks, Finish, Kind, MetaRequest, ResumeToken, Sink};
use crate::body::Source;
use crate::checksum::Hasher;
use crate::error::{Code, Error, Result};
use crate::log::{self, Level, Subject};
use crate::request::{Failure, Severity};

/// What an operation that worked reports.
#[derive(Clone, Copy, Debug)]
pub(super) struct Success {
    pub status: u16,
    /// Bytes that the sink must have taken, in so many parts; `None` where nobody counts.
    pub taken: Option<(u64, u32)>,
}

/// Posts the end. Consumes the task's reference, so that nothing outlives the caller's callbacks.
pub(super) fn conclude(meta: Arc<MetaRequest>, ended: Result<Success, Failure>) {
    if let Err(failure) = &ended {
        meta.stop.set(Severity::Failure, failure.error.clone());
        if failure.mismatch.is_some() {
            meta.verify.lock().mismatch = failure.mismatch;
        }
    }
    let delivery = meta.delivery.clone();
    delivery.end(move |callbacks| finish(&meta, ended.ok(), callbacks));
}

fn finish(meta: &MetaRequest, success: Option<Success>, callbacks: &dyn Callbacks) {
    if let Some(waker) = meta.writes.end() {
        waker();
    }
    meta.no_deadline();
    let mut read_again = None;
    if let (Some(success), None) = (success, meta.stop.result()) {
        match complete(meta, success).and_then(|()| read_file_again(meta)) {
            Ok(hasher) => read_again = hasher,
            Err(error) => {
                meta.stop.set(Severity::Failure, error);
            }
        }
    }
    let mut error = meta.stop.result().cloned();
    let lost = close_file(meta).err();
    let mut resumable = lost.is_none();
    if error.as_ref().is_none_or(|error| error.code() == Code::S3_PAUSED) {
        // A pause, too, promises that what was received is in the file.
        error = lost.or(error);
    }
    let delivered = read_again.or_else(|| meta.delivery.take_hasher());
    let verdict = meta.verify.lock().verdict(error.is_none(), delivered);
    let mut whole_mismatch = false;
    if verdict.code != Code::SUCCESS {
        whole_mismatch = true;
        resumable = false;
        error = Some(verdict.code.into());
    }
    let mut result = Finish {
        code: error.as_ref().map_or(Code::SUCCESS, Error::code),
        status: 0,
        response: error.as_ref().and_then(Error::response).cloned(),
        validated: verdict.validated,
        algorithm: verdict.algorithm,
    };
    result.status = match (&result.response, success) {
        (Some(response), _) => response.status,
        (None, Some(success)) if error.is_none() || whole_mismatch => success.status,
        _ => 0,
    };
    let file_modified_ns = settle_file(meta, &result);
    hand_out_token(meta, &result, resumable, file_modified_ns, callbacks);
    tell_error_headers(meta, &mut result, callbacks);
    *meta.source.lock() = Source::None;
    if result.code == Code::SUCCESS && matches!(meta.spec.sink, Sink::Buffer { .. }) {
        callbacks.received_into_buffer(meta.download_token().total_bytes);
    }
    note(meta, &result, error.as_ref());
    callbacks.finish(&result);
}

/// The end, for whoever reads the log.
fn note(meta: &MetaRequest, result: &Finish, error: Option<&Error>) {
    let early = matches!(result.code, Code::S3_CANCELED | Code::S3_PAUSED);
    let level = if error.is_some() && !early { Level::Error } else { Level::Info };
    if !log::enabled(level, Subject::MetaRequest) {
        return;
    }
    let (id, status) = (meta.spec.handle, result.status);
    let bytes = meta.delivery.progressed().max(meta.delivery.taken(|taken| taken.bytes));
    let took_ns = meta.line.clock.monotonic_ns().saturating_sub(meta.begun_ns);
    let took_s = Duration::from_nanos(took_ns).as_secs_f64();
    let (operation, attempts) = (meta.operation(), meta.line.lane.attempts());
    let ended = match error {
        None => format!("finished, status {status}"),
        Some(error) if early => format!("ended early: {error}"),
        Some(error) => format!("failed, status {status}: {error}"),
    };
    let line = format_args!(
        "id={id:#x} {operation}, {bytes} bytes in {took_s:.3} s, attempts: {attempts}: {ended}"
    );
    log::write(level, Subject::MetaRequest, line);
}

/// A download that is about to report success must have been taken whole, every part once.
fn complete(meta: &MetaRequest, success: Success) -> Result<()> {
    let Some((bytes, parts)) = success.taken else { return Ok(()) };
    let whole =
        meta.delivery.taken(|taken| !taken.doubled && taken.bytes == bytes && taken.parts == parts);
    if whole { Ok(()) } else { Err(Code::INVALID_STATE.into()) }
}

/// Sums what is in the file, where some of it has been there before. A cancel ends that.
fn read_file_again(meta: &MetaRequest) -> Result<Option<Hasher>> {
    let algorithm = meta.verify.lock().read_with();
    let (Some(algorithm), Sink::File(file)) = (algorithm, &meta.spec.sink) else { return Ok(None) };
    let (first, last) = meta.download.lock().range;
    let mut hasher = Hasher::new(algorithm);
    let wanted = || meta.stop.result().is_none();
    file.sink.read_again(last - first + 1, &wanted, &mut |bytes| hasher.update(bytes))?;
    Ok(Some(hasher))
}

/// Closes the receive file. What a file system failed to write may show only here.
fn close_file(meta: &MetaRequest) -> Result<()> {
    match &meta.spec.sink {
        Sink::File(file) => file.sink.close(),
        _ => Ok(()),
    }
}

/// Deletes the receive file where that was asked for; says when it was last changed.
fn settle_file(meta: &MetaRequest, result: &Finish) -> u64 {
    let Sink::File(file) = &meta.spec.sink else { return 0 };
    let modified_ns = file.sink.modified_ns();
    if !matches!(result.code, Code::SUCCESS | Code::S3_PAUSED) {
        file.sink.fail();
    }
    modified_ns
}

fn hand_out_token(
    meta: &MetaRequest,
    result: &Finish,
    resumable: bool,
    file_modified_ns: u64,
    callbacks: &dyn Callbacks,
) {
    let pause = std::mem::replace(&mut *meta.pause.lock(), Pause::Answered);
    let deleted = match &meta.spec.sink {
        Sink::File(file) => file.delete_on_failure && result.code != Code::S3_PAUSED,
        _ => false,
    };
    let resumable = resumable && !deleted;
    let token = || if resumable { token(meta, file_modified_ns) } else { None };
    match pause {
        Pause::Asked(done) => done(token(), Code::SUCCESS),
        _ if matches!(result.code, Code::SUCCESS | Code::S3_PAUSED) => {}
        _ if meta.delivery.wants().error_token => callbacks.error_token(token(), result.code),
        _ => {}
    }
}

fn token(meta: &MetaRequest, file_modified_ns: u64) -> Option<ResumeToken> {
    match meta.spec.kind {
        Kind::Get => {
            let mut token = meta.download_token();
            token.file_modified_ns = file_modified_ns;
            Some(ResumeToken::Download(token))
        }
        Kind::Put => meta.upload.lock().clone().map(ResumeToken::Upload),
        Kind::Default | Kind::Copy => None,
    }
}

/// A failure that has a response shows its headers, unless headers were shown already.
fn tell_error_headers(meta: &MetaRequest, result: &mut Finish, callbacks: &dyn Callbacks) {
    let Some(response) = &result.response else { return };
    if !callbacks.wants().headers || meta.headers_told.swap(true, Ordering::AcqRel) {
        return;
    }
    if let Err(error) = callbacks.headers(&response.headers, response.status) {
        result.code = error.code();
    }
}

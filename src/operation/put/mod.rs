//! A multipart upload: create it, send the parts while the source gives bytes, complete it.
//!
//! An upload that goes on from a token begins with the list of parts that the service has ([`listing`]) instead; the
//! parts are the business of [`sending`].

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;

use super::derived::{Derived, derive};
use super::finish::Success;
use super::meta_request::Pause;
use super::multipart::{self, Upload};
use super::{MetaRequest, ResumeToken, Review, ReviewPart, UploadToken};
use crate::checksum::Location;
use crate::error::{Code, Result};
use crate::request::{Failure, Metrics, Record, RequestKind, Severity};
use crate::xml::{CompletedPart, ListedPart};

mod job;
mod lent;
mod listing;
mod sending;
mod streaming;

use sending::Sending;

/// A part that the service has.
struct Part {
    number: u32,
    bytes: u64,
    etag: Bytes,
    checksum: Bytes,
}

/// Why an upload ended early.
struct Broken {
    failure: Failure,
    /// Nothing was learnt about what the service has, so it is left alone.
    keep: bool,
}

impl From<Failure> for Broken {
    fn from(failure: Failure) -> Self {
        Self { failure, keep: false }
    }
}

pub(super) async fn run(meta: &Arc<MetaRequest>) -> Result<Success, Failure> {
    let (upload, ended) = match &meta.spec.resume {
        Some(ResumeToken::Upload(token)) => {
            let upload = Upload::resumed(&meta.spec, token.upload_id.clone());
            let ended = resume(meta, token, &upload).await;
            (upload, ended)
        }
        _ => {
            let upload = create(meta).await?;
            let ended = send_and_complete(meta, &upload, HashMap::new()).await;
            (upload, ended.map_err(Broken::from))
        }
    };
    let Err(Broken { failure, keep }) = ended else { return ended.map_err(|it| it.failure) };
    if keep {
        meta.stop.set(Severity::Failure, failure.error.clone());
    } else {
        multipart::give_up(meta, &upload, &failure).await;
    }
    Err(failure)
}

/// Goes on with an upload. All parts done and the upload gone means that it was completed before.
async fn resume(
    meta: &Arc<MetaRequest>,
    token: &UploadToken,
    upload: &Upload,
) -> Result<Success, Broken> {
    match listing::uploaded_parts(meta, token, upload).await? {
        Some(listed) => {
            count_anew(meta);
            Ok(send_and_complete(meta, upload, listed).await?)
        }
        None => Ok(Success { status: 200, taken: None }),
    }
}

/// From now on the token counts what is known, not what it said when it was handed in.
fn count_anew(meta: &MetaRequest) {
    let mut kept = meta.upload.lock();
    if let Some(token) = kept.as_mut().filter(|_| meta.stop.result().is_none()) {
        (token.parts_completed, token.parts_stored) = (0, Some(0));
    }
}

async fn create(meta: &Arc<MetaRequest>) -> Result<Upload, Failure> {
    meta.stopped()?;
    let created = multipart::create(meta).await;
    match &created {
        Ok(upload) => remember(meta, upload.id.clone()),
        // Cut off: whether there is an upload now, nobody knows.
        Err(_) if meta.stop.result().is_some() => remember(meta, Bytes::new()),
        Err(_) => {}
    }
    created
}

/// Makes the token that can be handed out from now on.
fn remember(meta: &MetaRequest, upload_id: Bytes) {
    if meta.spec.content_length.is_none() {
        return;
    }
    let mut token = meta.upload.lock();
    // Who paused while there was nothing to hand out has been told so.
    let paused = meta.stop.result().is_some_and(|error| error.code() == Code::S3_PAUSED);
    if paused && !matches!(*meta.pause.lock(), Pause::Asked(_)) {
        return;
    }
    *token = Some(UploadToken {
        upload_id,
        part_bytes: meta.spec.part_size,
        total_parts: meta.spec.sizes.parts().unwrap_or_default(),
        parts_completed: 0,
        parts_stored: Some(0),
    });
}

async fn send_and_complete(
    meta: &Arc<MetaRequest>,
    upload: &Upload,
    listed: HashMap<u32, ListedPart>,
) -> Result<Success, Failure> {
    meta.stopped()?;
    let mut parts = Sending::new(meta, upload, listed).run().await?;
    parts.sort_unstable_by_key(|part| part.number);
    complete(meta, upload, parts).await
}

async fn complete(
    meta: &Arc<MetaRequest>,
    upload: &Upload,
    parts: Vec<Part>,
) -> Result<Success, Failure> {
    let full_object = match ask_caller(meta, &parts).await {
        Ok(value) => value,
        Err(error) => {
            // There is no request to tell of, only that one was begun: a record with nothing in it
            // but its end.
            let mut nothing = Metrics::new(RequestKind::Unknown, "".into(), 0);
            nothing.end(meta.line.clock.monotonic_ns(), false);
            meta.delivery.telemetry(Record::of(nothing));
            return Err(error.into());
        }
    };
    let spec = &meta.spec;
    let algorithm = spec.checksum.algorithm.known();
    let parts_summed = spec.checksum.part_location() != Location::None;
    let summed = parts_summed || full_object.is_some();
    let derived = if summed { Derived::CompleteSummed } else { Derived::CompletePlain };
    let mut head = derive(spec, derived, "POST", &upload.query());
    if let (Some(algorithm), Some(value)) = (algorithm, &full_object) {
        head.headers.set(algorithm.header(), value.clone());
        head.headers.set("x-amz-checksum-type", "full_object");
    }
    if let Some(length) = spec.content_length.filter(|length| *length > 0) {
        head.headers.set("x-amz-mp-object-size", length.to_string());
    }
    // Where nobody computes checksums of parts, there is nothing to list.
    let listed = parts_summed || (summed && parts.iter().any(|part| !part.checksum.is_empty()));
    let element = algorithm.filter(|_| listed).map(|algorithm| algorithm.element());
    let completed: Vec<CompletedPart> = parts
        .into_iter()
        .map(|part| CompletedPart { number: part.number, etag: part.etag, checksum: part.checksum })
        .collect();
    multipart::complete(meta, upload, head, &completed, element).await
}

/// The review, then the full-object checksum: the caller's last words before the upload is completed.
async fn ask_caller(meta: &Arc<MetaRequest>, parts: &[Part]) -> Result<Option<Bytes>> {
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

//! A copy within the service: look up how large the source is, then let the service copy it, whole or in parts.
//!
//! No object bytes pass through here. A small object is copied by the caller's own message; a large one by ranges,
//! many at a time, each of which the service answers when it has copied it. Whatever ends a copy in parts is followed
//! by an AbortMultipartUpload, once everything on the wire has come to rest.
//!
//! `endpoint` knows host names, `source` says where the source is, `lookup` asks there, and `kept` says what a copy in
//! parts has of its source beside the bytes.

mod endpoint;
mod kept;
mod lookup;
mod source;

pub(super) use lookup::session_bucket;

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use tokio::task::JoinSet;

use self::kept::Kept;
use self::lookup::Found;
use super::derived::{Derived, derive};
use super::finish::Success;
use super::message::base;
use super::multipart::{self, READY_AHEAD, Upload};
use super::part::record_unprepared;
use super::plan::{self, Layout, MIB};
use super::{MetaRequest, Spec};
use crate::checksum::Algorithm;
use crate::error::{Code, Error, Result};
use crate::net::{Outgoing, framing};
use crate::request::{Failure, Reply, Request, RequestKind, Severity, call};
use crate::schedule::Stage;
use crate::sign::{self, Payload, SigningConfig};
use crate::xml::{self, CompletedPart};

/// From this size on an object is copied in parts.
const IN_PARTS_BYTES: u64 = 1024 * MIB;
/// Size of a part, unless the object is too large for so small ones.
const PART_BYTES: u64 = 128 * MIB;

const IF_MATCH: &str = "x-amz-copy-source-if-match";
/// What a caller may want of the source.
const CONDITIONS: [&str; 4] = [
    IF_MATCH,
    "x-amz-copy-source-if-none-match",
    "x-amz-copy-source-if-modified-since",
    "x-amz-copy-source-if-unmodified-since",
];

/// What all parts have to be of. Parts of two versions make no object.
struct Source {
    /// The version that the first answer named which names one.
    version: OnceLock<Bytes>,
    /// What parts are asked for by; `None` where nothing can be, or where the caller has conditions of its own.
    etag: Option<Bytes>,
    /// The caller has conditions of its own that parts may not meet.
    conditional: bool,
}

impl Source {
    fn new(spec: &Spec, found: &Found) -> Self {
        let theirs = &spec.message.headers;
        let etag = found.condition().filter(|_| !theirs.contains(IF_MATCH));
        let source = Self {
            version: OnceLock::new(),
            etag,
            conditional: CONDITIONS.iter().any(|name| theirs.contains(name)),
        };
        // The first to name one cannot differ.
        let _ = source.check(found.headers.value("x-amz-version-id"));
        source
    }

    fn check(&self, named: Option<&Bytes>) -> Result<()> {
        match named.filter(|named| !named.is_empty()) {
            Some(named) if self.version.get_or_init(|| named.clone()) != named => {
                Err(Error::new(Code::S3_OBJECT_MODIFIED).because("another version of the source"))
            }
            _ => Ok(()),
        }
    }

    /// A condition that is not met means that the source has changed, if it was ours.
    fn judge(&self, mut failure: Failure) -> Failure {
        let ours = self.etag.is_some() && !self.conditional;
        let response = failure.error.response().filter(|it| ours && it.status == 412).cloned();
        if let Some(response) = response {
            failure.error =
                Error::from(Code::S3_OBJECT_MODIFIED).with_response((*response).clone());
        }
        failure
    }
}

pub(super) async fn run(meta: &Arc<MetaRequest>) -> Result<Success, Failure> {
    check_message(meta)?;
    let found = lookup::find(meta).await?;
    meta.stopped()?;
    if found.bytes < IN_PARTS_BYTES {
        return copy_whole(meta, found.bytes).await;
    }
    let layout = layout(found.bytes)?;
    let source = Arc::new(Source::new(&meta.spec, &found));
    let kept = Kept::of(meta, &found).await?;
    meta.stopped()?;
    let upload = create(meta, &kept).await?;
    let ended = copy_and_complete(meta, &upload, layout, source).await;
    if let Err(failure) = &ended {
        multipart::give_up(meta, &upload, failure).await;
    }
    ended
}

/// A message that cannot be sent is refused before its source is looked up.
fn check_message(meta: &Arc<MetaRequest>) -> Result<(), Failure> {
    framing::check(&meta.spec.message.headers, &Outgoing::Empty).map(drop).map_err(|error| {
        let request = multipart::request(meta, RequestKind::CopyObject, base(&meta.spec));
        record_unprepared(&meta.line, &request, &error);
        error.into()
    })
}

/// Begins the upload, as it is to become. What the service does not want of the source's encryption and storage class
/// is left to the destination, unless it was the caller who asked for it.
async fn create(meta: &Arc<MetaRequest>, kept: &Kept) -> Result<Upload, Failure> {
    let refused = match multipart::create_as(meta, |head| kept.put_into(head)).await {
        Err(failure) if kept.has_manner() && is_refusal(&failure) => failure,
        created => return created,
    };
    crate::log!(
        Warn,
        MetaRequest,
        "id={:#x} the copy does not keep encryption and storage class of its source, which the destination refused: {}",
        meta.spec.handle,
        refused.error
    );
    multipart::create_as(meta, |head| kept.put_content_into(head)).await
}

fn is_refusal(failure: &Failure) -> bool {
    failure.error.response().is_some_and(|response| matches!(response.status, 400..=499 | 501))
}

async fn copy_whole(meta: &Arc<MetaRequest>, bytes: u64) -> Result<Success, Failure> {
    let mut request = multipart::request(meta, RequestKind::CopyObject, base(&meta.spec));
    sign_as_copy(&mut request);
    request.part_number = 1;
    match call(&meta.line, &mut request).await {
        Ok(reply) => {
            meta.tell_headers(reply.headers.into_pairs(), reply.status);
            meta.delivery.progress(bytes, bytes);
            meta.delivery.telemetry(reply.metrics);
            Ok(Success { status: 200, taken: None })
        }
        Err(failure) => {
            if let Some(head) = failure.head.clone() {
                meta.tell_headers(head.headers.into_pairs(), head.status);
                // The failure is recorded behind this: what the callback raises is the result.
                let _ = meta.delivery.run(|_| ()).await;
            }
            Err(failure)
        }
    }
}

fn layout(bytes: u64) -> Result<Layout> {
    let (part_bytes, _) = plan::upload_parts(bytes, PART_BYTES);
    if part_bytes > plan::MAX_PART_BYTES {
        return Err(Code::INVALID_ARGUMENT.into());
    }
    let last = bytes.saturating_sub(1);
    Ok(Layout { first: 0, last, first_part_bytes: part_bytes, part_bytes })
}

async fn copy_and_complete(
    meta: &Arc<MetaRequest>,
    upload: &Upload,
    layout: Layout,
    source: Arc<Source>,
) -> Result<Success, Failure> {
    meta.stopped()?;
    let mut parts = copy_parts(meta, upload, layout, source).await?;
    parts.sort_unstable_by_key(|part| part.number);
    let element = list_checksums(upload.checksum, &parts);
    let derived = match element {
        Some(_) => Derived::CompleteSummed,
        None => Derived::CompletePlain,
    };
    let mut head = derive(&meta.spec, derived, "POST", &upload.query());
    head.headers.set("x-amz-mp-object-size", layout.len().to_string());
    multipart::complete(meta, upload, head, &parts, element).await
}

/// Copies every part; returns when none is on the wire any more.
async fn copy_parts(
    meta: &Arc<MetaRequest>,
    upload: &Upload,
    layout: Layout,
    source: Arc<Source>,
) -> Result<Vec<CompletedPart>, Failure> {
    let limit = meta.spec.max_active as usize + READY_AHEAD;
    // Where there is only one connection, parts go out in order: all on one worker, where they queue up as they come.
    let one_by_one = meta.spec.max_active == 1;
    let mut left = 1..=layout.parts();
    let mut copying = JoinSet::new();
    let mut copied = Vec::new();
    let mut failure = None;
    loop {
        while meta.stop.result().is_none()
            && copying.len() < limit
            && let Some(part) = left.next()
        {
            let request = part_request(meta, upload, part, layout.part(part), &source);
            let spread = if one_by_one { 0 } else { part as usize };
            let worker = (meta.home + spread) % meta.env.workers.len();
            let checksum = upload.checksum;
            let work = copy_part(meta.clone(), request, layout, checksum, source.clone());
            let (pass, stop) = (meta.line.lane.pass(part, 0), meta.stop.clone());
            let work = async move {
                pass.enter(Stage::Turn).await;
                // Known before anybody else gets the turn.
                work.await.inspect_err(|failure: &Failure| {
                    stop.set(Severity::Failure, failure.error.clone());
                })
            };
            copying.spawn_on(work, &meta.env.workers[worker]);
        }
        let Some(joined) = copying.join_next().await else { break };
        let lost = |error| Err(Error::from(Code::S3_INTERNAL_ERROR).because(error).into());
        match joined.unwrap_or_else(lost) {
            Ok(part) => copied.push(part),
            Err(ended) => {
                let ended: Failure = ended;
                meta.stop.set(Severity::Failure, ended.error.clone());
                failure.get_or_insert(ended);
            }
        }
    }
    match failure {
        Some(failure) => Err(failure),
        None => meta.stopped().map(|()| copied),
    }
}

fn part_request(
    meta: &MetaRequest,
    upload: &Upload,
    part: u32,
    (first, last): (u64, u64),
    source: &Source,
) -> Request {
    let spec = &meta.spec;
    let query = upload.part_query(part);
    let mut head = derive(spec, Derived::Part, spec.message.method.clone(), &query);
    head.headers.set("Content-Length", "0");
    head.headers.set("x-amz-copy-source-range", format!("bytes={first}-{last}"));
    if let Some(etag) = &source.etag {
        head.headers.set(IF_MATCH, etag.clone());
    }
    let mut request = multipart::request(meta, RequestKind::UploadPartCopy, head);
    sign_as_copy(&mut request);
    request.part_number = part;
    request
}

async fn copy_part(
    meta: Arc<MetaRequest>,
    mut request: Request,
    layout: Layout,
    checksum: Option<Algorithm>,
    source: Arc<Source>,
) -> Result<CompletedPart, Failure> {
    let reply = call(&meta.line, &mut request).await.map_err(|failure| source.judge(failure))?;
    let same = source.check(reply.headers.value("x-amz-copy-source-version-id"));
    let copied = same.and_then(|()| copied_part(request.part_number, &reply, checksum));
    if copied.is_ok() {
        meta.delivery.progress(layout.part_len(request.part_number), layout.len());
    }
    meta.delivery.telemetry(reply.metrics);
    Ok(copied?)
}

fn copied_part(number: u32, reply: &Reply, checksum: Option<Algorithm>) -> Result<CompletedPart> {
    let document = reply.body.bytes();
    let etag = xml::copy_etag(document).unwrap_or_default();
    let etag = Bytes::copy_from_slice(xml::without_quotes(&etag));
    if etag.is_empty() {
        return Err(Code::S3_MISSING_ETAG.into());
    }
    let checksum = checksum.and_then(|it| xml::copy_checksum(document, it.element()));
    Ok(CompletedPart { number, etag, checksum: checksum.unwrap_or_default() })
}

/// The element for the parts' checksums, if the service told one for every part.
fn list_checksums(checksum: Option<Algorithm>, parts: &[CompletedPart]) -> Option<&'static str> {
    let all = parts.iter().all(|part| !part.checksum.is_empty());
    checksum.filter(|_| all).map(Algorithm::element)
}

/// There is no body that could have a trailer, and directory buckets want copies under the caller's own credentials
/// instead of a session's.
fn sign_as_copy(request: &mut Request) {
    request.payload = Payload::NoPart;
    if let Some(config) = &request.signing
        && config.rules.algorithm == sign::Algorithm::S3Express
    {
        let mut own = SigningConfig::clone(config);
        own.rules.algorithm = sign::Algorithm::V4;
        request.signing = Some(Arc::new(own));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::FailedResponse;
    use crate::net::Headers;

    const GIB: u64 = 1024 * MIB;

    pub(super) fn headers(pairs: &[(&'static str, &'static str)]) -> Headers {
        pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
    }

    #[test]
    fn part_sizes() {
        let table = [
            (GIB, 128 * MIB, 8, 128 * MIB),
            (GIB + 5, 128 * MIB, 9, 5),
            (10_000 * 128 * MIB, 128 * MIB, 10_000, 128 * MIB),
            (10_000 * 128 * MIB + 1, 128 * MIB + 1, 10_000, 128 * MIB - 9998),
            (5 * 1024 * GIB, 549_755_814, 10_000, 549_754_694),
            (10_000 * 5 * GIB, 5 * GIB, 10_000, 5 * GIB),
        ];
        for (bytes, part_bytes, parts, last_part_bytes) in table {
            let layout = layout(bytes).expect("can be copied");
            assert_eq!(layout.part_bytes, part_bytes, "{bytes}");
            assert_eq!((layout.parts(), layout.len()), (parts, bytes));
            assert_eq!(layout.part_len(parts), last_part_bytes, "{bytes}");
        }
        let too_large = layout(10_000 * 5 * GIB + 1).expect_err("has no parts that small");
        assert_eq!(too_large.code(), Code::INVALID_ARGUMENT);
    }

    fn source(etag: Option<&'static str>, conditional: bool) -> Source {
        Source { version: OnceLock::new(), etag: etag.map(Bytes::from), conditional }
    }

    #[test]
    fn one_version_of_the_source() {
        let source = source(None, false);
        let check = |named: Option<&'static str>| {
            source.check(named.map(Bytes::from).as_ref()).map_err(|error| error.code())
        };
        for same in [None, Some(""), Some("v1"), None, Some("v1")] {
            assert_eq!(check(same), Ok(()), "{same:?}");
        }
        assert_eq!(check(Some("v2")), Err(Code::S3_OBJECT_MODIFIED));
    }

    #[test]
    fn conditions_that_are_not_met() {
        let judged = |source: Source, status| {
            let response = FailedResponse { status, ..FailedResponse::default() };
            let error = Error::from(Code::S3_INVALID_RESPONSE_STATUS).with_response(response);
            let error = source.judge(error.into()).error;
            (error.code(), error.response().expect("that of the service").status)
        };
        let refused = Code::S3_INVALID_RESPONSE_STATUS;
        let etag = Some("\"e\"");
        assert_eq!(judged(source(etag, false), 412), (Code::S3_OBJECT_MODIFIED, 412));
        assert_eq!(judged(source(etag, false), 403), (refused, 403));
        assert_eq!(judged(source(None, false), 412), (refused, 412));
        assert_eq!(judged(source(etag, true), 412), (refused, 412));
    }

    #[test]
    fn checksums_are_listed_for_all_parts_or_for_none() {
        let part = |number, checksum: &'static str| CompletedPart {
            number,
            etag: Bytes::new(),
            checksum: checksum.into(),
        };
        let crc32 = Some(Algorithm::Crc32);
        let (with, without) = (part(1, "AAAAAA=="), part(2, ""));
        assert_eq!(list_checksums(crc32, std::slice::from_ref(&with)), Some("ChecksumCRC32"));
        assert_eq!(list_checksums(None, std::slice::from_ref(&with)), None);
        assert_eq!(list_checksums(crc32, &[with, without]), None);
    }
}

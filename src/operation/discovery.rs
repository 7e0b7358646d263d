//! The first request of a download: how long the object is, which version it is, and how it will be cut.
//!
//! An object found empty by a ranged GET is asked for once more by part number.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;

use super::described::{Answer, Facts, Shape, facts};
use super::get::{part_request, prepare_download};
use super::message::base;
use super::part::fetch;
use super::plan::{self, Layout};
use super::{DownloadToken, MetaRequest, RangeHeader, Sink, etag};
use crate::checksum::{Hasher, ValidationMode, of_object};
use crate::error::{Code, Error, FailedResponse, Result};
use crate::net::{Headers, ResponseHead};
use crate::request::{Failure, Reply, Request, RequestKind, Version, call};
use crate::xml;

/// S3 Express keeps part sizes smaller (`g_s3_optimal_range_size` limits); unknown ETags count as parts of this size.
const UNKNOWN_STORED_PART_BYTES: u64 = 8 * plan::MIB;

/// What the first request told.
pub(super) struct Discovery {
    /// `None` for an empty object.
    pub layout: Option<Layout>,
    pub version: Version,
    /// The body that came along.
    pub first_part: Option<Reply>,
}

pub(super) async fn discover(meta: &Arc<MetaRequest>) -> Result<Discovery, Failure> {
    let mut shape = choose(meta);
    loop {
        let failure = match send(meta, shape).await {
            Ok(reply) => return interpret(meta, shape, reply),
            Err(failure) => failure,
        };
        let too_large = Code::S3_INTERNAL_BUFFER_SIZE_MISMATCH_RETRYING_WITH_RANGE;
        if failure.error.code() == too_large
            && let Some(head) = &failure.head
        {
            return after_mismatch(meta, shape, head);
        }
        let whole_object = meta.spec.range.is_none() && matches!(shape, Shape::Ranged { .. });
        if whole_object && failure.error.response().is_some_and(|it| tells_of_empty_object(it)) {
            shape = Shape::PartOne { bytes: meta.spec.part_size };
            continue;
        }
        return Err(modified(meta, failure));
    }
}

/// A 412 means that the object changed, unless the caller set a condition.
pub(super) fn modified(meta: &MetaRequest, mut failure: Failure) -> Failure {
    if let Some(response) = failure.error.response().cloned()
        && response.status == 412
        && !meta.spec.has_if_match
    {
        let error = Error::from(Code::S3_OBJECT_MODIFIED);
        failure.error = error.with_response((*response).clone());
    }
    failure
}

fn choose(meta: &MetaRequest) -> Shape {
    let spec = &meta.spec;
    if meta.goes_on().is_some() {
        return Shape::Head;
    }
    let capacity = match spec.sink {
        Sink::Buffer { capacity, .. } => Some(capacity),
        _ => None,
    };
    let most = capacity.unwrap_or(u64::MAX).min(spec.part_size);
    match spec.range {
        Some(RangeHeader::Closed { first, last }) => {
            let bytes = (last - first).saturating_add(1).min(most);
            return Shape::Ranged { first, bytes };
        }
        Some(RangeHeader::From { first }) => return Shape::Ranged { first, bytes: most },
        Some(RangeHeader::Suffix { .. }) => return Shape::Head,
        None => {}
    }
    let small_buffer = capacity.filter(|capacity| *capacity < spec.part_size);
    let hint = spec.object_size_hint.or(small_buffer);
    if let Some(bytes) = hint.filter(|hint| (1..=spec.part_size).contains(hint)) {
        return Shape::PartOne { bytes };
    }
    let validation = &spec.checksum.validation;
    let needs_object_value = validation.ask
        && validation.mode != ValidationMode::RequestOnly
        && validation.expected.is_none();
    if needs_object_value { Shape::Head } else { Shape::Ranged { first: 0, bytes: spec.part_size } }
}

async fn send(meta: &Arc<MetaRequest>, shape: Shape) -> Result<Reply, Failure> {
    match shape {
        Shape::Head => {
            let mut head = base(&meta.spec);
            head.method = Bytes::from_static(b"HEAD");
            if let Some(condition) = meta.goes_on().and_then(|token| version(token).condition())
                && !meta.spec.has_if_match
            {
                head.headers.set("If-Match", condition);
            }
            let kind = RequestKind::HeadObject;
            let mut request = Request::new(kind, kind.name().into(), head);
            prepare_download(meta, &mut request);
            call(&meta.line, &mut request).await
        }
        Shape::Ranged { first, bytes } => {
            let last = first.saturating_add(bytes - 1);
            let request = part_request(meta, 1, (first, last), None);
            get(meta, request, bytes).await
        }
        Shape::PartOne { bytes } => {
            let mut head = base(&meta.spec);
            head.headers.remove("Range");
            let joint = if head.target.contains(&b'?') { "&" } else { "?" };
            head.target = [&head.target[..], joint.as_bytes(), b"partNumber=1"].concat().into();
            let kind = RequestKind::GetObject;
            let mut request = Request::new(kind, kind.name().into(), head);
            request.part_number = 1;
            request.range = (0, bytes - 1);
            request.expect.limit = Some(bytes);
            prepare_download(meta, &mut request);
            get(meta, request, bytes).await
        }
    }
}

async fn get(meta: &Arc<MetaRequest>, request: Request, bytes: u64) -> Result<Reply, Failure> {
    meta.verify.lock().parts_requested = 1;
    let pending = meta.reserve(bytes, 0, false)?;
    fetch(&meta.line, pending, bytes as usize, request).await
}

fn interpret(
    meta: &Arc<MetaRequest>,
    shape: Shape,
    mut reply: Reply,
) -> Result<Discovery, Failure> {
    let body_bytes = Some(reply.body.bytes().len() as u64);
    let answer = Answer { status: reply.status, headers: &reply.headers, body_bytes };
    let told = facts(shape, meta.spec.range, &answer);
    let facts = match told.and_then(|facts| same(meta, facts, &reply.headers)) {
        Ok(facts) => facts,
        Err(error) => {
            put_aside(meta, shape, reply);
            return Err(error.into());
        }
    };
    let compared = reply.validated.is_some() && facts.came_along(shape);
    settle(meta, shape, &facts, &reply.headers, compared);
    let headers = std::mem::take(&mut reply.headers);
    finish(meta, shape, facts, &headers, Some(reply))
}

/// Whether a download goes on with the object that it began with, and with the same bytes of it.
fn same(meta: &MetaRequest, facts: Facts, headers: &Headers) -> Result<Facts> {
    let Some(token) = meta.goes_on() else { return Ok(facts) };
    version(token).check(headers)?;
    if facts.object_bytes != token.object_bytes {
        return Err(Code::S3_OBJECT_MODIFIED.into());
    }
    if (facts.first, facts.last) != token.range {
        let told = "the token is of another range of the object";
        return Err(Error::from(Code::S3_RESUME_FAILED).because(told));
    }
    Ok(facts)
}

/// The version that an earlier download was of.
fn version(token: &DownloadToken) -> Version {
    Version { etag: token.etag.clone(), object_bytes: token.object_bytes }
}

/// The object turned out larger than its buffer: what the headers told stands, the body is asked for again in ranges.
fn after_mismatch(
    meta: &Arc<MetaRequest>,
    shape: Shape,
    head: &ResponseHead,
) -> Result<Discovery, Failure> {
    let answer = Answer { status: head.status, headers: &head.headers, body_bytes: None };
    let mut facts = facts(shape, meta.spec.range, &answer)?;
    settle(meta, shape, &facts, &head.headers, false);
    facts.first_part_bytes = None;
    meta.verify.lock().parts_requested = 0;
    finish(meta, shape, facts, &head.headers, None)
}

/// Reports a response that was received whole and of which nothing is delivered: its record counts as a success.
fn put_aside(meta: &MetaRequest, shape: Shape, reply: Reply) {
    if shape != Shape::Head {
        meta.verify.lock().note_response(reply.validated);
        meta.download.lock().parts_completed += 1;
    }
    meta.delivery.telemetry(reply.metrics);
}

/// Takes down what the response says about the object as a whole: token fields and the checksum to compare with, unless
/// all bytes have been `compared` with one already.
fn settle(meta: &MetaRequest, shape: Shape, facts: &Facts, headers: &Headers, compared: bool) {
    let text = |name: &str| headers.value(name).cloned().unwrap_or_default();
    {
        let mut token = meta.download.lock();
        token.etag = text("ETag");
        token.last_modified = text("Last-Modified");
        token.object_bytes = facts.object_bytes;
        if facts.object_bytes > 0 {
            token.range = (facts.first, facts.last);
        }
    }
    let validation = &meta.spec.checksum.validation;
    let mut verify = meta.verify.lock();
    if let Some(expected) = &validation.expected {
        verify.expected = Some((expected.algorithm, expected.base64.clone()));
        return;
    }
    let covers = facts.cover_download(shape) && !compared;
    if !validation.wanted || validation.mode == ValidationMode::RequestOnly || !covers {
        return;
    }
    let pairs = headers.iter().map(|(name, value)| (&name[..], &value[..]));
    if let Some((algorithm, value)) = of_object(validation.selection, pairs) {
        verify.expected = Some((algorithm, Bytes::copy_from_slice(value)));
    }
}

/// Decides the layout, shows the headers, and hands over the body that came along.
fn finish(
    meta: &Arc<MetaRequest>,
    shape: Shape,
    facts: Facts,
    headers: &Headers,
    reply: Option<Reply>,
) -> Result<Discovery, Failure> {
    let etag = headers.value("ETag").cloned().unwrap_or_default();
    let part_bytes = part_bytes(meta, facts.object_bytes, &etag);
    if meta.spec.express {
        let most = plan::express_connections(part_bytes, facts.object_bytes);
        meta.active.fetch_min(most, Ordering::AcqRel);
    }
    let first_part_bytes = match (shape, facts.first_part_bytes) {
        (_, Some(bytes)) => bytes,
        (Shape::Head, None) => part_bytes,
        (_, None) => meta.spec.part_size,
    };
    let layout = match facts.layout(first_part_bytes, part_bytes) {
        Ok(layout) => layout,
        Err(error) => {
            reply.into_iter().for_each(|reply| put_aside(meta, shape, reply));
            return Err(error.into());
        }
    };
    {
        let mut token = meta.download.lock();
        token.part_bytes = part_bytes;
        token.total_parts = layout.map_or(0, |layout| u64::from(layout.parts()));
    }
    let length = layout.map_or(0, |layout| layout.len());
    let ranged = meta.spec.range.is_some();
    if meta.delivery.wants().headers {
        let shown = facts.shown(shape, ranged, length, headers.clone());
        meta.tell_headers(shown.into_pairs(), if ranged { 206 } else { 200 });
    }
    let first_part = match (shape, reply) {
        (Shape::Head, Some(reply)) => {
            put_aside(meta, shape, reply);
            None
        }
        (_, Some(mut reply)) if length > 0 => {
            if let Some(algorithm) = meta.verify.lock().fold_with() {
                reply.digest = Some(Hasher::digest(algorithm, reply.body.bytes()));
            }
            Some(reply)
        }
        (_, Some(reply)) => {
            let is_empty = reply.body.bytes().is_empty();
            put_aside(meta, shape, reply);
            if !is_empty {
                let error = Error::new(Code::INVALID_STATE);
                return Err(error.because("an object of 0 bytes came with a body").into());
            }
            None
        }
        (_, None) => None,
    };
    let version = Version { etag, object_bytes: facts.object_bytes };
    Ok(Discovery { layout, version, first_part })
}

fn part_bytes(meta: &MetaRequest, object_bytes: u64, etag: &[u8]) -> u64 {
    let spec = &meta.spec;
    if spec.part_size_is_set && !spec.force_dynamic_part_size {
        return spec.part_size;
    }
    let count = etag::stored_parts(etag);
    let stored = count.map_or(UNKNOWN_STORED_PART_BYTES, |count| object_bytes / u64::from(count));
    let optimal = meta.env.limits.optimal_range_bytes;
    let Ok(bytes) = plan::request_optimal_range_bytes(optimal, stored, spec.express) else {
        return spec.part_size;
    };
    let bytes = meta.env.pool.align(bytes);
    if count.unwrap_or(1) > 2 * spec.max_active {
        // Whatever the pool says, the size is taken back at the end.
        let _ = meta.env.pool.add_special_size(bytes as usize);
        meta.special_bytes.store(bytes, Ordering::Release);
    }
    bytes
}

/// What a ranged GET is answered that asks an empty object for its first bytes: a range from byte 0 on is satisfiable
/// in every other one. Some services say it only in the document.
fn tells_of_empty_object(response: &FailedResponse) -> bool {
    const RANGE_NOT_SATISFIABLE: u16 = 416;
    if response.status == RANGE_NOT_SATISFIABLE {
        return true;
    }
    let xml = response.headers.iter().any(|(name, value)| {
        let kind = value.split(|byte| *byte == b';').next().unwrap_or_default();
        name.eq_ignore_ascii_case(b"Content-Type")
            && kind.trim_ascii().eq_ignore_ascii_case(b"application/xml")
    });
    let Some(body) = response.body.as_ref().filter(|_| xml) else { return false };
    let size = xml::error_document(body).and_then(|document| document.actual_object_size);
    size.as_deref() == Some(b"0")
}

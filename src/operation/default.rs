//! One request, as given: DEFAULT meta requests, and GetObject of one stored part.
//!
//! The body is read whole before anything is sent, the response is received whole before anything is delivered.

use std::pin::pin;
use std::sync::Arc;

use bytes::Bytes;

use super::bodies::Room;
use super::delivery::{Content, Payload, Target};
use super::finish::Success;
use super::message::{BodyChecksum, assign_body, base};
use super::part::record_unprepared;
use super::reading::{Reader, ahead, in_turn, require_same_length};
use super::writes::WrittenPart;
use super::{BodyCallback, MetaRequest, Sink};
use crate::body::Source;
use crate::checksum::Hasher;
use crate::error::{Code, Result};
use crate::request::{
    Failure, Reply, ReplyBody, Request, RequestKind, Severity, call, parse_content_range,
};
use crate::schedule::{LARGE_BYTES, Pass};

pub(super) async fn run(meta: &Arc<MetaRequest>) -> Result<Success, Failure> {
    let spec = &meta.spec;
    let body = meta.stop.guard(Severity::Failure, pin!(read_body(meta))).await;
    let mut request = whole_request(meta);
    request.expect.any_length = true;
    let WholeBody { pieces: body, rooms: _rooms, pass } = match body {
        Ok(body) => body,
        Err(error) => {
            record_unprepared(&meta.line, &request, &error);
            return Err(error.into());
        }
    };
    request.pass = pass;
    let uploads = matches!(spec.request_kind, RequestKind::PutObject | RequestKind::UploadPart);
    if uploads || !body.is_empty() {
        let completes = spec.request_kind == RequestKind::CompleteMultipartUpload;
        let checksum = &spec.checksum;
        let algorithm = checksum.algorithm.known().filter(|_| !completes);
        let how = BodyChecksum { location: checksum.location, algorithm, content_md5: false };
        (request.body, request.payload) = assign_body(&mut request.head, body, how, None);
    }
    let reply = call(&meta.line, &mut request).await?;
    let received_bytes = reply.body.bytes().len() as u64;
    deliver(meta, reply, received_bytes)
}

/// The request that is all of the meta request, without its body.
pub(super) fn whole_request(meta: &MetaRequest) -> Request {
    let spec = &meta.spec;
    let mut request = Request::new(spec.request_kind, spec.operation.clone(), base(spec));
    request.part_number = 1;
    request.destination = meta.env.bodies.destination();
    request.signing = spec.signing.clone();
    let validation = &spec.checksum.validation;
    if validation.ask {
        request.head.headers.set("x-amz-checksum-mode", "enabled");
    }
    request.expect.validate = validation.selection;
    request
}

/// A body that has been read whole.
#[derive(Default)]
pub(super) struct WholeBody {
    pub pieces: Vec<Bytes>,
    /// To be kept as long as the body.
    pub rooms: Vec<Room>,
    /// Has what it was given to be read.
    pub pass: Option<Pass>,
}

/// Reads the body whole: as long as was announced, or else to its end. A large one is read when it may be sent, and a
/// small one when few others are that have no place on the wire yet. Those that wait for that take no more than the
/// promise of their memory.
pub(super) async fn read_body(meta: &Arc<MetaRequest>) -> Result<WholeBody> {
    if let Source::Memory(bytes) = &*meta.source.lock() {
        return Ok(WholeBody { pieces: vec![bytes.clone()], ..WholeBody::default() });
    }
    if meta.spec.async_writes {
        return written_body(meta).await;
    }
    let Some(length) = meta.spec.content_length else { return read_to_end(meta).await };
    let length = usize::try_from(length).map_err(|_| Code::INVALID_ARGUMENT)?;
    if length == 0 {
        return Ok(WholeBody::default());
    }
    let large = length as u64 >= LARGE_BYTES;
    let pass = meta.line.lane.pass(1, if large { length as u64 } else { 0 });
    let bodies = &meta.env.bodies;
    let mut room = bodies.promise(length).await?;
    let mut reader = Reader::new(meta);
    // What looks at the file belongs to it: a file system that hangs must not keep a turn.
    let reading = async {
        let (body, _) = reader.piece(bodies.lend(length)?, length).await?;
        if body.len() < length {
            return Err(Code::S3_INCORRECT_CONTENT_LENGTH.into());
        }
        require_same_length(meta, reader.file()).await?;
        Ok(body)
    };
    let body = match large {
        true => in_turn(&pass, || Ok(reading)).await?,
        false => ahead(&pass, || Ok(reading)).await?,
    };
    room.filled();
    Ok(WholeBody { pieces: vec![body], rooms: vec![room], pass: Some(pass) })
}

/// The body as the caller writes it, which is over when the caller says so.
async fn written_body(meta: &Arc<MetaRequest>) -> Result<WholeBody> {
    let length = meta.spec.content_length.unwrap_or_default();
    let (mut body, mut rooms, mut bytes) = (Vec::new(), Vec::new(), 0);
    loop {
        meta.writes.part_is_ready().await;
        let Some(WrittenPart { buffer, ended }) = meta.writes.take_part(meta) else { continue };
        if let Some(buffer) = buffer.filter(|buffer| !buffer.filled().is_empty()) {
            bytes += buffer.filled().len() as u64;
            rooms.push(meta.env.bodies.room_of(bytes).await);
            body.push(buffer.freeze().into_bytes());
        }
        match ended {
            true if bytes < length => return Err(Code::S3_INCORRECT_CONTENT_LENGTH.into()),
            true => return Ok(WholeBody { pieces: body, rooms, pass: None }),
            false => {}
        }
    }
}

async fn read_to_end(meta: &Arc<MetaRequest>) -> Result<WholeBody> {
    if meta.source.lock().is_none() {
        return Ok(WholeBody::default());
    }
    let mut reader = Reader::new(meta);
    let (mut body, mut rooms, mut bytes) = (Vec::new(), Vec::new(), 0);
    loop {
        let (mut room, size) = meta.env.bodies.more(&rooms, bytes).await?;
        let (piece, ended) = reader.piece(room.memory.take(), size).await?;
        bytes += piece.len() as u64;
        body.extend(Some(piece).filter(|piece| !piece.is_empty()));
        rooms.push(room);
        if ended {
            break;
        }
    }
    rooms.iter_mut().for_each(Room::filled);
    Ok(WholeBody { pieces: body, rooms, pass: None })
}

/// Hands the answer over, together with the end. So many bytes are told of as progress.
pub(super) fn deliver(
    meta: &Arc<MetaRequest>,
    reply: Reply,
    moved_bytes: u64,
) -> Result<Success, Failure> {
    let spec = &meta.spec;
    meta.delivery.gather();
    let content_range = reply.headers.value("Content-Range");
    let range = content_range.and_then(|value| parse_content_range(value));
    {
        let mut verify = meta.verify.lock();
        verify.parts_requested = 1;
        verify.note_response(reply.validated);
        let expected = spec.checksum.validation.expected.as_ref();
        verify.expected = expected.map(|it| (it.algorithm, it.base64.clone()));
    }
    let status = reply.status;
    meta.tell_headers(reply.headers.iter().cloned().collect(), status);
    let content = Content::Heap(match reply.body {
        // Whoever asked for no part is not handed a ticket either.
        ReplyBody::Pooled(buffer) => buffer.freeze().into_bytes(),
        ReplyBody::Heap(bytes) => Bytes::from(bytes),
    });
    meta.delivery.progress(moved_bytes, moved_bytes);
    let limited = meta.window.is_limited()
        && spec.request_kind == RequestKind::GetObject
        && meta.delivery.wants().body == BodyCallback::Plain;
    let target = match &spec.sink {
        Sink::File(file) => Target::File(file.sink.clone()),
        _ => Target::Callback { limited },
    };
    let expected = meta.verify.lock().expected.as_ref().map(|(algorithm, _)| *algorithm);
    meta.delivery.aim(target, expected.map(Hasher::new));
    let arrived = (!content.bytes().is_empty()).then(|| meta.line.lane.arrived());
    meta.delivery.body(Payload {
        content,
        range_start: range.map_or(0, |(first, ..)| first),
        offset: 0,
        metrics: reply.metrics,
        arrived,
    });
    Ok(Success { status, taken: None })
}

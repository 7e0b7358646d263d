//! The short road of an upload: one PutObject.
//!
//! The body is read whole, when that is due for its length, the request signed and sent, and its answer handed over
//! together with the end.

use std::pin::pin;
use std::sync::Arc;

use super::MetaRequest;
use super::default::{WholeBody, deliver, read_body, whole_request};
use super::finish::Success;
use super::message::{BodyChecksum, assign_body};
use super::part::record_unprepared;
use crate::error::{Code, Error};
use crate::request::{Failure, Severity, call};

pub(super) async fn run(meta: &Arc<MetaRequest>) -> Result<Success, Failure> {
    let length = meta.spec.content_length.ok_or(Error::from(Code::INVALID_STATE))?;
    let reading = pin!(read_body(meta));
    let body = meta.stop.guard(Severity::Failure, reading).await;
    let mut request = whole_request(meta);
    let WholeBody { pieces: body, rooms: _rooms, pass } = match body {
        Ok(body) => body,
        Err(error) => {
            record_unprepared(&meta.line, &request, &error);
            return Err(error.into());
        }
    };
    request.pass = pass;
    let checksum = &meta.spec.checksum;
    let content_md5 = meta.spec.compute_content_md5
        && checksum.algorithm.is_none()
        && !request.head.headers.contains("Content-MD5");
    let algorithm = checksum.algorithm.known();
    let how = BodyChecksum { location: checksum.location, algorithm, content_md5 };
    (request.body, request.payload) = assign_body(&mut request.head, body, how, None);
    let reply = call(&meta.line, &mut request).await?;
    deliver(meta, reply, length)
}

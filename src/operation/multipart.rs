//! What uploads and copies in parts have in common: the requests before the first part and after the last one.
//!
//! CreateMultipartUpload names the upload, CompleteMultipartUpload makes the object and brings the headers that the
//! caller sees, AbortMultipartUpload clears away what a failure left behind.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::{Instant, sleep};

use super::completed::made_by;
use super::derived::{Derived, derive, query_value};
use super::finish::Success;
use super::message::{BodyChecksum, assign_body};
use super::{MetaRequest, Spec};
use crate::checksum::{Algorithm, Location, WantedAlgorithm};
use crate::error::{Code, Error, Result};
use crate::net::{Headers, RequestHead};
use crate::request::{Failure, Reply, Request, RequestKind, Severity, call, may_pass};
use crate::sign::Payload;
use crate::xml::{self, CompletedPart};

/// How long a CreateMultipartUpload may go on that a cancel or pause meets on the wire. If it were cut off, the service
/// might keep an upload that nobody knows of.
const CREATE_GRACE: Duration = Duration::from_secs(3);
/// How long clearing away may take, with all attempts; the caller waits for it.
const ABORT_TIMEOUT: Duration = Duration::from_secs(60);
/// How long one attempt may go without an answer, so that there is time for others.
const ABORT_ANSWER_TIMEOUT: Duration = Duration::from_secs(15);
/// How long to wait before it is asked again, at first and at most, when the client's own retries have not helped.
const ABORT_DELAYS: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(8));

/// Requests that may be prepared beyond those on the wire, so that a free connection finds work.
pub(super) const READY_AHEAD: usize = 2;

/// What CreateMultipartUpload answered.
#[derive(Clone)]
pub(super) struct Upload {
    pub id: Bytes,
    /// What the service was asked to check parts by, as far as this upload's creation says.
    pub checksum: Option<Algorithm>,
    /// Encryption headers that the final answer repeats.
    encryption: Vec<(Bytes, Bytes)>,
}

impl Upload {
    /// An upload that was begun earlier: what its creation answered is what the caller asks for now.
    pub fn resumed(spec: &Spec, id: Bytes) -> Self {
        let encryption = encryption_headers(&spec.message.headers);
        Self { id, checksum: None, encryption }
    }

    /// The query that names this upload.
    pub fn query(&self) -> String {
        format!("uploadId={}", query_value(&self.id))
    }

    /// The query that names one of its parts.
    pub fn part_query(&self, part: u32) -> String {
        format!("partNumber={part}&{}", self.query())
    }
}

pub(super) async fn create(meta: &Arc<MetaRequest>) -> Result<Upload, Failure> {
    create_as(meta, |_| ()).await
}

/// Begins an upload; `adjust` may add to what the caller's message says of the object.
pub(super) async fn create_as(
    meta: &Arc<MetaRequest>,
    adjust: impl FnOnce(&mut Headers),
) -> Result<Upload, Failure> {
    let spec = &meta.spec;
    let mut head = derive(spec, Derived::Create, "POST", "uploads");
    adjust(&mut head.headers);
    head.headers.set("Content-Length", "0");
    let has_full_object = spec.checksum.full_object.is_some() || spec.checksum.full_object_callback;
    match &spec.checksum.algorithm {
        WantedAlgorithm::Known(algorithm)
            if spec.checksum.part_location() != Location::None || has_full_object =>
        {
            head.headers.set("x-amz-checksum-algorithm", algorithm.name());
            if has_full_object {
                head.headers.set("x-amz-checksum-type", "full_object");
            }
        }
        WantedAlgorithm::Unknown(name) => {
            head.headers.set("x-amz-checksum-algorithm", name.clone());
            head.headers.set("x-amz-checksum-type", "full_object");
        }
        _ => {}
    }
    let checksum = head.headers.value("x-amz-checksum-algorithm");
    let checksum = checksum.and_then(|name| Algorithm::from_name(name));
    let mut request = request(meta, RequestKind::CreateMultipartUpload, head);
    request.payload = Payload::NoPart;
    request.grace = CREATE_GRACE;
    let reply = call(&meta.line, &mut request).await?;
    let id = xml::upload_id(reply.body.bytes())?;
    let encryption = encryption_headers(&reply.headers);
    meta.delivery.telemetry(reply.metrics);
    let id = id.ok_or(Error::from(Code::S3_MISSING_UPLOAD_ID))?;
    Ok(Upload { id, checksum, encryption })
}

fn encryption_headers(headers: &Headers) -> Vec<(Bytes, Bytes)> {
    const NAMES: [&str; 3] = [
        "x-amz-server-side-encryption-customer-algorithm",
        "x-amz-server-side-encryption-customer-key-MD5",
        "x-amz-server-side-encryption-context",
    ];
    let find = |name: &'static str| Some((name.into(), headers.value(name)?.clone()));
    NAMES.into_iter().filter_map(find).collect()
}

/// Sends the list of parts with `head`, and shows the caller the headers of the answer.
pub(super) async fn complete(
    meta: &Arc<MetaRequest>,
    upload: &Upload,
    mut head: RequestHead,
    parts: &[CompletedPart],
    checksum_element: Option<&str>,
) -> Result<Success, Failure> {
    let body = xml::complete_upload_body(parts, checksum_element);
    let (body, _) = assign_body(&mut head, vec![body], BodyChecksum::default(), None);
    let mut request = request(meta, RequestKind::CompleteMultipartUpload, head);
    request.body = body;
    request.payload = Payload::NoPart;
    let reply = match call(&meta.line, &mut request).await {
        Err(failure) if request.attempts > 1 && is_gone(&failure) => {
            // An earlier attempt may have done it, though its answer was lost.
            made_by(meta, parts).await.ok_or(failure)?
        }
        answered => answered?,
    };
    show_headers(meta, upload, &reply);
    meta.delivery.telemetry(reply.metrics);
    Ok(Success { status: 200, taken: None })
}

fn show_headers(meta: &Arc<MetaRequest>, upload: &Upload, reply: &Reply) {
    let mut headers = reply.headers.clone();
    for (name, value) in &upload.encryption {
        headers.set(name.clone(), value.clone());
    }
    // What a header cannot hold is none.
    let etag = xml::complete_etag(reply.body.bytes());
    if let Some(etag) = etag.filter(|etag| !etag.iter().any(u8::is_ascii_control)) {
        headers.set("ETag", etag);
    }
    meta.tell_headers(headers.into_pairs(), reply.status);
}

/// Makes the failure known and tells the service to forget the upload, so that nothing is left behind to pay for; not
/// if somebody is handed a token to go on with it, or if it is another upload than the token told of.
pub(super) async fn give_up(meta: &Arc<MetaRequest>, upload: &Upload, failure: &Failure) {
    meta.stop.set(Severity::Failure, failure.error.clone());
    let has_token = meta.upload.lock().is_some();
    let kept = match meta.stop.result().map(Error::code) {
        Some(Code::S3_RESUME_FAILED) => true,
        Some(Code::S3_PAUSED) => has_token,
        _ => has_token && meta.delivery.wants().error_token,
    };
    if !kept {
        abort(meta, upload).await;
    }
}

/// Whether it worked changes nothing for the caller, but what stays costs money: it is asked for again and again, as
/// long as that may help and the minute is not over, and somebody has to be able to find what is left after that.
async fn abort(meta: &Arc<MetaRequest>, upload: &Upload) {
    let end = Instant::now() + ABORT_TIMEOUT;
    let (mut delay, longest) = ABORT_DELAYS;
    let error = loop {
        let left = end.saturating_duration_since(Instant::now());
        let head = derive(&meta.spec, Derived::Abort, "DELETE", &upload.query());
        let request = request(meta, RequestKind::AbortMultipartUpload, head);
        let error = match call(&meta.line, &mut for_clearing(request, left)).await {
            Ok(reply) => return meta.delivery.telemetry(reply.metrics),
            Err(failure) if is_gone(&failure) => return,
            Err(failure) => failure.error,
        };
        if !may_pass(&error) || end.saturating_duration_since(Instant::now()) <= delay {
            break error;
        }
        sleep(delay).await;
        delay = longest.min(delay * 2);
    };
    say_left_behind(meta, upload, &error);
}

fn say_left_behind(meta: &MetaRequest, upload: &Upload, error: &Error) {
    let (id, path) = (meta.spec.handle, String::from_utf8_lossy(&meta.spec.message.target));
    let host = meta.spec.message.headers.value("Host").map(|it| &it[..]).unwrap_or_default();
    let host = String::from_utf8_lossy(host);
    let upload = String::from_utf8_lossy(&upload.id);
    crate::log!(
        Error,
        MetaRequest,
        "id={id:#x} upload {upload} of {path} on {host} could not be aborted and is left behind: {error}"
    );
}

/// Whether the service does not know the upload any more. What tells of something else, as of the bucket, or is the
/// page of a gateway, says nothing about the upload.
pub(super) fn is_gone(failure: &Failure) -> bool {
    let response = failure.error.response().filter(|response| response.status == 404);
    response.is_some_and(|response| response.body.as_deref().is_none_or(tells_of_no_upload))
}

fn tells_of_no_upload(document: &[u8]) -> bool {
    let code = xml::error_document(document).and_then(|document| document.code);
    code.is_some_and(|code| code.eq_ignore_ascii_case(b"NoSuchUpload"))
}

/// A request that is sent whatever has happened, and again where that may help, but not waited for without end.
fn for_clearing(mut request: Request, limit: Duration) -> Request {
    request.always_send = true;
    request.limit = Some(limit);
    request.answer_limit = Some(ABORT_ANSWER_TIMEOUT);
    request.payload = Payload::NoPart;
    request
}

/// A request of this meta request, signed as configured.
pub(super) fn request(meta: &MetaRequest, kind: RequestKind, head: RequestHead) -> Request {
    let mut request = Request::new(kind, kind.name().into(), head);
    request.signing = meta.spec.signing.clone();
    request
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::FailedResponse;

    /// What becomes of a request with a limit is for the tests of `request::call`.
    #[test]
    fn clearing_away_is_sent_in_any_case_and_given_up_after_a_minute() {
        let head = RequestHead::new("DELETE", "/key?uploadId=u");
        let kind = RequestKind::AbortMultipartUpload;
        let request = Request::new(kind, kind.name().into(), head);
        let request = for_clearing(request, ABORT_TIMEOUT);
        assert!(request.always_send);
        assert_eq!(request.limit, Some(Duration::from_secs(60)));
        assert!(request.answer_limit.is_some_and(|limit| limit * 3 <= Duration::from_secs(60)));
    }

    #[test]
    fn an_upload_is_gone_when_the_service_says_so() {
        let answered = |status, body: &str| {
            let body = (!body.is_empty()).then(|| Bytes::from(body.to_owned()));
            let response = FailedResponse { status, body, ..FailedResponse::default() };
            let error = Error::from(Code::S3_INVALID_RESPONSE_STATUS).with_response(response);
            is_gone(&error.into())
        };
        let document = |code: &str| format!("<Error><Code>{code}</Code></Error>");
        assert!(answered(404, &document("NoSuchUpload")));
        assert!(answered(404, ""));
        for (status, body) in [
            (404, document("NoSuchBucket")),
            (404, "<html><body>no such host</body></html>".into()),
            (404, "<Error>".into()),
            (403, document("NoSuchUpload")),
            (503, String::new()),
        ] {
            assert!(!answered(status, &body), "{status} {body}");
        }
        assert!(!is_gone(&Error::from(Code::IO_SOCKET_CLOSED).into()));
    }

    #[test]
    fn ids_are_data() {
        let id = Bytes::from_static(b"2~Xl+M/a&b%2B==");
        let upload = Upload { id, checksum: None, encryption: Vec::new() };
        assert_eq!(upload.query(), "uploadId=2~Xl%2BM%2Fa%26b%252B%3D%3D");
        assert_eq!(upload.part_query(7), "partNumber=7&uploadId=2~Xl%2BM%2Fa%26b%252B%3D%3D");
    }
}

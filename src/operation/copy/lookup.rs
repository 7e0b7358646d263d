//! The look at the source: a HEAD request, wherever the source is.
//!
//! It says how large the source is, which version of it there is, and what belongs to it beside its bytes. A source in
//! another region is found by what the service says of it. Of the caller's headers only those come along that speak
//! about access to the source.

use std::sync::Arc;

use bytes::Bytes;

use super::source::{Place, SignedFor, places, redirected};
use crate::error::{Code, Error, Result};
use crate::net::{Headers, Origin, RequestHead};
use crate::operation::message::stamp;
use crate::operation::{MetaRequest, Spec};
use crate::request::{self, Failure, Line, Reply, Request, RequestKind, call};
use crate::sign::{Algorithm, Bucket, Payload, SigningConfig};

/// Headers of the caller's message, and what a request for the source calls them.
const ACCESS: [(&str, &str); 2] = [
    ("x-amz-request-payer", "x-amz-request-payer"),
    ("x-amz-source-expected-bucket-owner", "x-amz-expected-bucket-owner"),
];
/// The same of the key that the source is encrypted with.
const KEY: [(&str, &str); 3] = [
    (
        "x-amz-copy-source-server-side-encryption-customer-algorithm",
        "x-amz-server-side-encryption-customer-algorithm",
    ),
    (
        "x-amz-copy-source-server-side-encryption-customer-key",
        "x-amz-server-side-encryption-customer-key",
    ),
    (
        "x-amz-copy-source-server-side-encryption-customer-key-MD5",
        "x-amz-server-side-encryption-customer-key-MD5",
    ),
];

/// The source as it was found.
pub(super) struct Found {
    pub bytes: u64,
    pub headers: Headers,
    place: Place,
}

impl Found {
    /// What later requests can ask for it by: its ETag, unless that is weak or none.
    pub fn condition(&self) -> Option<Bytes> {
        let etag = self.headers.value("ETag").cloned().unwrap_or_default();
        request::Version { etag, object_bytes: self.bytes }.condition()
    }
}

/// The directory bucket that the source is in, if requests for it need a session with that bucket.
pub(in crate::operation) fn session_bucket(spec: &Spec) -> Option<Bucket> {
    let place = places(spec).ok()?.into_iter().next()?;
    if place.signed_for != SignedFor::Express {
        return None;
    }
    let mut wishes = Headers::new();
    wishes.push("x-amz-create-session-mode", "ReadOnly");
    Some(Bucket::new(origin(spec, &place), place.region?.into(), &wishes))
}

/// Looks at all places where the source may be. If it is at none, the first one has the last word.
pub(super) async fn find(meta: &Arc<MetaRequest>) -> Result<Found, Failure> {
    let mut ended = None;
    for place in places(&meta.spec)? {
        let failure = match find_at(meta, place).await {
            Ok(found) => return Ok(found),
            Err(failure) => failure,
        };
        // Whatever else it was, another place would not have helped.
        let is_answer = matches!(
            failure.error.code(),
            Code::S3_INVALID_RESPONSE_STATUS | Code::S3_INVALID_CONTENT_LENGTH_HEADER
        );
        let first = ended.get_or_insert(failure);
        if !is_answer {
            return Err(first.clone());
        }
    }
    Err(ended.unwrap_or_else(|| Error::from(Code::INVALID_ARGUMENT).into()))
}

async fn find_at(meta: &Arc<MetaRequest>, place: Place) -> Result<Found, Failure> {
    let (place, reply) = match head(meta, &place).await {
        Ok(reply) => (place, reply),
        Err(failure) => {
            let moved = follow(&meta.spec, &place, &failure).ok_or(failure)?;
            let reply = head(meta, &moved).await?;
            (moved, reply)
        }
    };
    let bytes = reply.headers.value("Content-Length").and_then(|value| decimal(value));
    meta.delivery.telemetry(reply.metrics);
    let bytes = bytes.ok_or(Error::from(Code::S3_INVALID_CONTENT_LENGTH_HEADER))?;
    Ok(Found { bytes, headers: reply.headers, place })
}

/// Where the service says that the bucket is.
fn follow(spec: &Spec, place: &Place, failure: &Failure) -> Option<Place> {
    let head = failure.head.as_ref()?;
    if !matches!(head.status, 300..=400) {
        return None;
    }
    let region = std::str::from_utf8(head.headers.value("x-amz-bucket-region")?).ok()?;
    let configured = spec.signing.as_ref().map(|it| &it.rules.region[..]).unwrap_or_default();
    let signed = place.region.as_deref().map_or(configured, str::as_bytes);
    let moved = redirected(place, std::str::from_utf8(signed).ok()?, region)?;
    crate::log!(
        Info,
        MetaRequest,
        "id={:#x} the source of the copy is in the region {region}",
        spec.handle
    );
    Some(moved)
}

async fn head(meta: &Arc<MetaRequest>, place: &Place) -> Result<Reply, Failure> {
    let kind = RequestKind::HeadObject;
    let mut head = message(&meta.spec, place, "HEAD", place.target.clone());
    forward(&meta.spec.message.headers, &mut head.headers, &KEY);
    stamp(&meta.spec, &mut head);
    send(meta, place, Request::new(kind, kind.name().into(), head)).await
}

/// Asks for a property of the source that is a document of its own, by the name of its query.
pub(super) async fn property(
    meta: &Arc<MetaRequest>,
    found: &Found,
    name: &str,
    operation: &'static str,
) -> Result<Reply, Failure> {
    let target = &found.place.target;
    let target = match target.iter().position(|byte| *byte == b'?') {
        Some(mark) => [&target[..mark], b"?", name.as_bytes(), b"&", &target[mark + 1..]].concat(),
        None => [&target[..], b"?", name.as_bytes()].concat(),
    };
    let mut head = message(&meta.spec, &found.place, "GET", target);
    stamp(&meta.spec, &mut head);
    send(meta, &found.place, Request::new(RequestKind::Unknown, operation.into(), head)).await
}

fn message(
    spec: &Spec,
    place: &Place,
    method: &'static str,
    target: impl Into<Bytes>,
) -> RequestHead {
    let mut head = RequestHead::new(method, target);
    head.headers.push("Host", place.host.clone());
    forward(&spec.message.headers, &mut head.headers, &ACCESS);
    head
}

fn forward(theirs: &Headers, ours: &mut Headers, names: &[(&str, &'static str)]) {
    for (their_name, name) in names {
        if let Some(value) = theirs.value(their_name).filter(|value| !value.is_empty()) {
            ours.push(*name, value.clone());
        }
    }
}

async fn send(
    meta: &Arc<MetaRequest>,
    place: &Place,
    mut request: Request,
) -> Result<Reply, Failure> {
    request.payload = Payload::NoPart;
    request.signing = signing(&meta.spec, place);
    let origin = origin(&meta.spec, place);
    let partition = if place.server.is_some() { &place.host } else { &meta.line.partition };
    let line = Line { origin, partition: partition.clone(), ..meta.line.clone() };
    call(&line, &mut request).await
}

/// Connections are those of the destination, or of the same kind.
fn origin(spec: &Spec, place: &Place) -> Arc<Origin> {
    match &place.server {
        Some(host) => Arc::new(Origin { host: host.clone(), ..(*spec.origin).clone() }),
        None => spec.origin.clone(),
    }
}

/// How requests for the source are signed: by whom those for the destination are, in the source's own region and way.
fn signing(spec: &Spec, place: &Place) -> Option<Arc<SigningConfig>> {
    let configured = spec.signing.as_ref()?;
    if place.signed_for == SignedFor::Destination && place.region.is_none() {
        return Some(configured.clone());
    }
    let mut own = SigningConfig::clone(configured);
    let (algorithm, service) = match place.signed_for {
        SignedFor::Destination => (own.rules.algorithm, None),
        SignedFor::Region => (Algorithm::V4, Some("s3")),
        SignedFor::Express if spec.source_session.is_some() => {
            (Algorithm::S3Express, Some("s3express"))
        }
        SignedFor::Express => (Algorithm::V4, Some("s3express")),
        SignedFor::Outposts => (Algorithm::V4, Some("s3-outposts")),
        SignedFor::MultiRegion => (Algorithm::V4Asymmetric, Some("s3")),
    };
    own.rules.algorithm = algorithm;
    if let Some(service) = service {
        own.rules.service = service.into();
        own.session.clone_from(&spec.source_session);
    }
    if let Some(region) = &place.region {
        own.rules.region = region.clone().into();
    }
    Some(Arc::new(own))
}

/// Plain digits that fit 64 bits.
fn decimal(value: &[u8]) -> Option<u64> {
    let digits = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(value).ok().filter(|_| digits)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::super::tests::headers;
    use super::*;

    #[test]
    fn only_what_speaks_about_the_source_comes_along() {
        let theirs = headers(&[
            ("x-amz-request-payer", "requester"),
            ("x-amz-expected-bucket-owner", "1"),
            ("X-Amz-Source-Expected-Bucket-Owner", "2"),
            ("x-amz-copy-source-server-side-encryption-customer-algorithm", "AES256"),
            ("x-amz-copy-source-server-side-encryption-customer-key", ""),
            ("x-amz-server-side-encryption-customer-key-MD5", "3"),
            ("x-amz-meta-a", "4"),
        ]);
        let mut ours = Headers::new();
        forward(&theirs, &mut ours, &ACCESS);
        forward(&theirs, &mut ours, &KEY);
        let expected = headers(&[
            ("x-amz-request-payer", "requester"),
            ("x-amz-expected-bucket-owner", "2"),
            ("x-amz-server-side-encryption-customer-algorithm", "AES256"),
        ]);
        assert_eq!(ours.into_pairs(), expected.into_pairs());
    }

    #[test]
    fn lengths() {
        assert_eq!(decimal(b"18446744073709551615"), Some(u64::MAX));
        for broken in ["", "+1", "1 ", "0x1", "18446744073709551616"] {
            assert_eq!(decimal(broken.as_bytes()), None, "{broken}");
        }
    }
}

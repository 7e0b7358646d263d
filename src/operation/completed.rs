//! Whether an upload has been completed by a request whose answer was lost.
//!
//! A service that is asked once more says that it knows of no such upload, which is true of one that has become an
//! object. Where the parts' ETags are MD5 sums, the object's ETag follows from them: an object under this key that has
//! it is the one that was to be made. Where they are not (other encryption, other services), nobody can tell.

use std::sync::Arc;

use super::MetaRequest;
use super::derived::{Derived, derive};
use super::multipart::request;
use crate::checksum::multipart_etag;
use crate::net::{Headers, RequestHead};
use crate::request::{Reply, RequestKind, call};
use crate::sign::Payload;
use crate::xml::{self, CompletedPart};

/// The answer to a HEAD request for the object, with what an answer to the upload's completion would have told of it;
/// `None` if it is not the object that the parts make.
pub(super) async fn made_by(meta: &Arc<MetaRequest>, parts: &[CompletedPart]) -> Option<Reply> {
    let expected = multipart_etag(parts.iter().map(|part| &part.etag[..]))?;
    let mut request = request(meta, RequestKind::HeadObject, lookup(meta));
    request.payload = Payload::NoPart;
    // Whatever goes wrong here, it is the completion that failed.
    let mut reply = call(&meta.line, &mut request).await.ok()?;
    let etag = reply.headers.value("ETag")?;
    if !xml::without_quotes(etag).eq_ignore_ascii_case(expected.as_bytes()) {
        return None;
    }
    reply.headers = of_the_upload(&reply.headers);
    Some(reply)
}

fn lookup(meta: &MetaRequest) -> RequestHead {
    let mut head = derive(&meta.spec, Derived::ListSummed, "HEAD", "");
    head.target = meta.spec.message.target.clone();
    // Conditions are about the object that was there before.
    for name in ["If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "Range"] {
        head.headers.remove(name);
    }
    head
}

/// Without the headers that speak of the object's content, which the answer to an upload does not have.
fn of_the_upload(headers: &Headers) -> Headers {
    let mut kept = Headers::new();
    for (name, value) in headers.iter() {
        let name_is = |known: &str| known.as_bytes().eq_ignore_ascii_case(name);
        let begins = |start: &str| {
            name.get(..start.len()).is_some_and(|it| it.eq_ignore_ascii_case(start.as_bytes()))
        };
        let is_own = begins("x-amz-") && !begins("x-amz-meta-");
        if is_own || ["ETag", "Date", "Server"].into_iter().any(name_is) {
            kept.push(name.clone(), value.clone());
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_upload_tells_of() {
        let mut headers = Headers::new();
        let all = ["ETag", "x-amz-version-id", "Content-Length", "x-amz-meta-a", "Last-Modified"];
        for name in all {
            headers.push(name, "value");
        }
        let kept = of_the_upload(&headers);
        let names: Vec<_> = kept.iter().map(|(name, _)| &name[..]).collect();
        assert_eq!(names, [&b"ETag"[..], b"x-amz-version-id"]);
    }
}

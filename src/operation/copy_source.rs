//! The size lookup of a copy: a HEAD request for the source, made from what the caller says about it.
//!
//! The request goes to the endpoint of the destination, under the host name of the source. Of the caller's headers
//! only those come along that speak about access to the source.

use bytes::Bytes;

use super::Spec;
use super::message::stamp;
use crate::crt::Uri;
use crate::error::{Code, Result};
use crate::net::{Headers, RequestHead};

/// Headers of the caller's message, and what a HEAD request calls them.
const FORWARDED: [(&str, &str); 5] = [
    ("x-amz-request-payer", "x-amz-request-payer"),
    ("x-amz-source-expected-bucket-owner", "x-amz-expected-bucket-owner"),
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

/// The HEAD request for the source.
pub(super) fn lookup(spec: &Spec) -> Result<RequestHead> {
    let theirs = &spec.message.headers;
    let (host, target) = match &spec.copy_source {
        Some(uri) => by_uri(uri)?,
        None => by_header(theirs)?,
    };
    let mut head = RequestHead::new("HEAD", target);
    head.headers.push("Host", host);
    forward(theirs, &mut head.headers);
    stamp(spec, &mut head);
    Ok(head)
}

/// Host and target, both of which must be there.
fn by_uri(uri: &Uri) -> Result<(Bytes, Bytes)> {
    if uri.host.is_empty() || !uri.path_and_query.starts_with(b"/") {
        return Err(Code::INVALID_ARGUMENT.into());
    }
    Ok((uri.host.clone(), uri.path_and_query.clone()))
}

/// From `bucket/key` or `/bucket/key`: the bucket takes the place of the destination's in the host name.
fn by_header(headers: &Headers) -> Result<(Bytes, Bytes)> {
    let source = headers.value("x-amz-copy-source").ok_or(Code::HTTP_HEADER_NOT_FOUND)?;
    let source = source.slice(usize::from(source.starts_with(b"/"))..);
    let slash = source.iter().position(|byte| *byte == b'/').filter(|slash| *slash > 0);
    let slash = slash.ok_or(Code::INVALID_ARGUMENT)?;
    let destination = headers.value("Host").cloned().unwrap_or_default();
    let dot = destination.iter().position(|byte| *byte == b'.');
    let dot = dot.ok_or(Code::STRING_MATCH_NOT_FOUND)?;
    let host = [&source[..slash], &destination[dot..]].concat();
    Ok((host.into(), source.slice(slash..)))
}

fn forward(theirs: &Headers, ours: &mut Headers) {
    for (their_name, name) in FORWARDED {
        if let Some(value) = theirs.value(their_name).filter(|value| !value.is_empty()) {
            ours.push(name, value.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> Headers {
        let mut headers = Headers::new();
        for (name, value) in pairs {
            headers.push(*name, *value);
        }
        headers
    }

    fn text(found: Result<(Bytes, Bytes)>) -> Result<(String, String), Code> {
        let lossy = |bytes: Bytes| String::from_utf8_lossy(&bytes).into_owned();
        found.map(|(host, target)| (lossy(host), lossy(target))).map_err(|error| error.code())
    }

    #[test]
    fn sources_in_the_header() {
        let table = [
            ("src/a/b", "dst.s3.amazonaws.com", Ok(("src.s3.amazonaws.com", "/a/b"))),
            ("/src/a/b", "dst.s3.amazonaws.com", Ok(("src.s3.amazonaws.com", "/a/b"))),
            ("src/k?versionId=v", "dst.s3:9000", Ok(("src.s3:9000", "/k?versionId=v"))),
            ("s.r.c/k%40", "my.dst.s3", Ok(("s.r.c.dst.s3", "/k%40"))),
            ("src/", "dst.s3", Ok(("src.s3", "/"))),
            ("src/k", "localhost", Err(Code::STRING_MATCH_NOT_FOUND)),
            ("key", "dst.s3", Err(Code::INVALID_ARGUMENT)),
            ("//key", "dst.s3", Err(Code::INVALID_ARGUMENT)),
            ("/", "dst.s3", Err(Code::INVALID_ARGUMENT)),
            ("", "dst.s3", Err(Code::INVALID_ARGUMENT)),
        ];
        for (source, destination, expected) in table {
            let found =
                by_header(&headers(&[("Host", destination), ("X-Amz-Copy-Source", source)]));
            let expected = expected.map(|(host, target)| (host.to_owned(), target.to_owned()));
            assert_eq!(text(found), expected, "{source} to {destination}");
        }
        let missing = by_header(&headers(&[("Host", "dst.s3")]));
        assert_eq!(text(missing), Err(Code::HTTP_HEADER_NOT_FOUND));
    }

    #[test]
    fn sources_in_a_uri() {
        let table = [
            ("h.example", "/b/k?versionId=v", Ok(())),
            ("h.example", "/", Ok(())),
            ("h.example", "", Err(Code::INVALID_ARGUMENT)),
            ("h.example", "?versionId=v", Err(Code::INVALID_ARGUMENT)),
            ("", "/k", Err(Code::INVALID_ARGUMENT)),
        ];
        for (host, target, expected) in table {
            let uri = Uri { host: host.into(), path_and_query: target.into() };
            let expected = expected.map(|()| (host.to_owned(), target.to_owned()));
            assert_eq!(text(by_uri(&uri)), expected, "{host} {target}");
        }
    }

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
        forward(&theirs, &mut ours);
        let expected = headers(&[
            ("x-amz-request-payer", "requester"),
            ("x-amz-expected-bucket-owner", "2"),
            ("x-amz-server-side-encryption-customer-algorithm", "AES256"),
        ]);
        assert_eq!(ours.into_pairs(), expected.into_pairs());
    }
}

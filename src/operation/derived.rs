//! The messages of a multipart upload, derived from the caller's one PutObject message.
//!
//! Which of the caller's headers a derived message keeps is a table (aws-c-s3 v1.5.1, `s3_request_messages.c:
//! g_s3_*_excluded_headers`): what belongs to the object goes to CreateMultipartUpload, what belongs to the body is set
//! anew per part.

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use super::Spec;
use super::message::stamp;
use crate::checksum::is_checksum_value_header_name;
use crate::net::RequestHead;

/// The derived requests, as bits of the table below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Derived {
    Create = 1,
    Part = 2,
    /// Complete without any checksum.
    CompletePlain = 4,
    CompleteSummed = 8,
    ListPlain = 16,
    ListSummed = 32,
    Abort = 64,
}

const CREATE: u8 = Derived::Create as u8;
const PART: u8 = Derived::Part as u8;
const COMPLETE: u8 = Derived::CompletePlain as u8 | Derived::CompleteSummed as u8;
const LIST: u8 = Derived::ListPlain as u8 | Derived::ListSummed as u8;
const ABORT: u8 = Derived::Abort as u8;
/// Belongs to the object that is created.
const ONLY_CREATE: u8 = PART | COMPLETE | LIST | ABORT;
const NOWHERE: u8 = CREATE | ONLY_CREATE;
const SSE_C: u8 = Derived::CompletePlain as u8 | Derived::ListPlain as u8 | ABORT;

/// Header names in lower case, and the derived requests that drop them.
const DROPPED: &[(&str, u8)] = &[
    ("cache-control", ONLY_CREATE),
    ("content-disposition", ONLY_CREATE),
    ("content-encoding", ONLY_CREATE),
    ("content-language", ONLY_CREATE),
    ("content-length", NOWHERE),
    ("content-md5", NOWHERE),
    ("content-type", ONLY_CREATE),
    ("expires", ONLY_CREATE),
    ("if-none-match", CREATE | PART | ABORT),
    ("x-amz-acl", ONLY_CREATE),
    ("x-amz-copy-source", CREATE | COMPLETE | LIST | ABORT),
    ("x-amz-copy-source-if-match", CREATE),
    ("x-amz-copy-source-if-modified-since", CREATE),
    ("x-amz-copy-source-if-none-match", CREATE),
    ("x-amz-copy-source-if-unmodified-since", CREATE),
    ("x-amz-copy-source-range", CREATE | COMPLETE | LIST | ABORT),
    ("x-amz-create-session-mode", NOWHERE),
    ("x-amz-grant-full-control", ONLY_CREATE),
    ("x-amz-grant-read", ONLY_CREATE),
    ("x-amz-grant-read-acp", ONLY_CREATE),
    ("x-amz-grant-write-acp", ONLY_CREATE),
    ("x-amz-metadata-directive", CREATE | PART),
    ("x-amz-mp-object-size", COMPLETE),
    ("x-amz-object-annotation-directive", CREATE | PART),
    ("x-amz-object-lock-legal-hold", ONLY_CREATE),
    ("x-amz-object-lock-mode", ONLY_CREATE),
    ("x-amz-object-lock-retain-until-date", ONLY_CREATE),
    ("x-amz-sdk-checksum-algorithm", CREATE | Derived::CompleteSummed as u8),
    ("x-amz-server-side-encryption", ONLY_CREATE),
    ("x-amz-server-side-encryption-aws-kms-key-id", ONLY_CREATE),
    ("x-amz-server-side-encryption-bucket-key-enabled", ONLY_CREATE),
    ("x-amz-server-side-encryption-context", ONLY_CREATE),
    ("x-amz-server-side-encryption-customer-algorithm", SSE_C),
    ("x-amz-server-side-encryption-customer-key", SSE_C),
    ("x-amz-server-side-encryption-customer-key-md5", SSE_C),
    ("x-amz-storage-class", ONLY_CREATE),
    ("x-amz-tagging", ONLY_CREATE),
    ("x-amz-tagging-directive", CREATE | PART),
    ("x-amz-website-redirect-location", ONLY_CREATE),
];

const META_PREFIX: &[u8] = b"x-amz-meta-";

/// What is written as it is into a query (RFC 3986, 2.3).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Data as a value of the query.
pub(super) fn query_value(data: &[u8]) -> String {
    percent_encode(data, UNRESERVED).to_string()
}

/// A derived message: its method, the caller's path with `query` added, and what is left of the caller's headers.
pub(super) fn derive(
    spec: &Spec,
    derived: Derived,
    method: impl Into<Bytes>,
    query: &str,
) -> RequestHead {
    let path = &spec.message.target;
    let joint = if path.contains(&b'?') { "&" } else { "?" };
    let target = [&path[..], joint.as_bytes(), query.as_bytes()].concat();
    let mut head = RequestHead::new(method, target);
    for (name, value) in spec.message.headers.iter() {
        if !drops(derived, name) {
            head.headers.push(name.clone(), value.clone());
        }
    }
    stamp(spec, &mut head);
    head
}

fn drops(derived: Derived, name: &[u8]) -> bool {
    let bit = derived as u8;
    if is_checksum_value_header_name(name) {
        return bit & (CREATE | PART | LIST | ABORT) != 0;
    }
    let is_meta =
        name.get(..META_PREFIX.len()).is_some_and(|p| p.eq_ignore_ascii_case(META_PREFIX));
    if is_meta {
        return bit & ONLY_CREATE != 0;
    }
    let known = DROPPED.iter().find(|(known, _)| known.as_bytes().eq_ignore_ascii_case(name));
    known.is_some_and(|(_, dropped)| dropped & bit != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_queries() {
        assert_eq!(query_value(b"az-AZ_09.~"), "az-AZ_09.~");
        assert_eq!(query_value(b"a&b%2B+=/ #?"), "a%26b%252B%2B%3D%2F%20%23%3F");
        assert_eq!(query_value("\u{e4}\r\n\"".as_bytes()), "%C3%A4%0D%0A%22");
        assert_eq!(query_value(b"\xff"), "%FF");
    }

    #[test]
    fn names_are_lower_case_and_sorted() {
        assert!(DROPPED.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(DROPPED.iter().all(|(name, _)| *name == name.to_ascii_lowercase()));
    }

    #[test]
    fn kept_and_dropped() {
        let table: [(&str, u8); 12] = [
            ("Content-Type", ONLY_CREATE),
            ("content-LENGTH", NOWHERE),
            ("If-None-Match", CREATE | PART | ABORT),
            ("If-Match", 0),
            ("Host", 0),
            ("X-Amz-Meta-Color", ONLY_CREATE),
            ("x-amz-checksum-sha256", CREATE | PART | LIST | ABORT),
            ("x-amz-checksum-type", 0),
            ("x-amz-checksum-algorithm", 0),
            ("x-amz-server-side-encryption-customer-key-MD5", SSE_C),
            ("x-amz-request-payer", 0),
            ("x-amz-mp-object-size", COMPLETE),
        ];
        let all = [
            Derived::Create,
            Derived::Part,
            Derived::CompletePlain,
            Derived::CompleteSummed,
            Derived::ListPlain,
            Derived::ListSummed,
            Derived::Abort,
        ];
        for (name, dropped) in table {
            for derived in all {
                let expected = dropped & derived as u8 != 0;
                assert_eq!(drops(derived, name.as_bytes()), expected, "{name} {derived:?}");
            }
        }
    }
}

//! From the caller's message to the messages that are sent: common headers, bodies and their checksums.

use bytes::Bytes;

use super::Spec;
use crate::checksum::{Algorithm, Chunked, Digest, Hasher, Location, content_md5};
use crate::net::RequestHead;
use crate::request::Body;
use crate::sign::Payload;

/// How the body of one request carries its checksum.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct BodyChecksum {
    pub location: Location,
    pub algorithm: Option<Algorithm>,
    pub content_md5: bool,
}

/// The caller's message with the headers that every request gets.
pub(super) fn base(spec: &Spec) -> RequestHead {
    let mut head = spec.message.clone();
    stamp(spec, &mut head);
    head
}

/// Sets the headers that every request gets.
pub(super) fn stamp(spec: &Spec, head: &mut RequestHead) {
    head.headers.set("User-Agent", spec.user_agent.next());
}

/// Puts a body that is in memory, in pieces, into a message: length, checksum and framing. The digest is computed
/// unless given.
pub(super) fn assign_body(
    head: &mut RequestHead,
    pieces: Vec<Bytes>,
    checksum: BodyChecksum,
    digest: Option<Digest>,
) -> (Body, Payload) {
    let len = pieces.iter().map(|piece| piece.len() as u64).sum();
    let digest = |algorithm| digest.unwrap_or_else(|| digest_of(algorithm, &pieces));
    if checksum.content_md5 {
        head.headers.set("Content-MD5", content_md5(pieces.iter().map(|piece| &piece[..])));
    }
    match (checksum.location, checksum.algorithm) {
        (Location::Trailer, Some(algorithm)) => {
            let chunked = Chunked::new(algorithm, len);
            frame(head, &chunked);
            let digest = digest(algorithm);
            (Body::Chunks(chunked.pieces(pieces, &digest)), Payload::Trailer)
        }
        (Location::Header, Some(algorithm)) => {
            head.headers.set(algorithm.header(), digest(algorithm).base64());
            plain(head, pieces, len)
        }
        _ => plain(head, pieces, len),
    }
}

fn digest_of(algorithm: Algorithm, pieces: &[Bytes]) -> Digest {
    let mut hasher = Hasher::new(algorithm);
    pieces.iter().for_each(|piece| hasher.update(piece));
    hasher.finish()
}

/// The headers of a body that is framed as aws-chunked with a trailing checksum.
pub(super) fn frame(head: &mut RequestHead, chunked: &Chunked) {
    let existing = head.headers.value("Content-Encoding").cloned();
    let encoding = Chunked::content_encoding(existing.as_deref());
    head.headers.set("Content-Encoding", encoding);
    head.headers.set("x-amz-trailer", chunked.trailer_name());
    head.headers.set("x-amz-decoded-content-length", chunked.decoded_len().to_string());
    head.headers.set("Content-Length", chunked.encoded_len().to_string());
}

fn plain(head: &mut RequestHead, pieces: Vec<Bytes>, len: u64) -> (Body, Payload) {
    head.headers.set("Content-Length", len.to_string());
    let body = if len == 0 { Body::None } else { Body::Chunks(pieces) };
    (body, Payload::Configured)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put() -> RequestHead {
        let mut head = RequestHead::new("PUT", "/b/k");
        head.headers.push("Content-Encoding", "gzip");
        head
    }

    fn value(head: &RequestHead, name: &str) -> String {
        let value = head.headers.value(name).map(|value| value.to_vec()).unwrap_or_default();
        String::from_utf8(value).expect("text")
    }

    #[test]
    fn a_trailer_frames_the_body() {
        let mut head = put();
        let checksum = BodyChecksum {
            location: Location::Trailer,
            algorithm: Some(Algorithm::Crc32),
            content_md5: false,
        };
        let pieces = vec![Bytes::from_static(b"Hello "), Bytes::from_static(b"world")];
        let (body, _) = assign_body(&mut head, pieces, checksum, None);
        assert_eq!(value(&head, "content-length"), "52");
        assert_eq!(value(&head, "content-encoding"), "gzip,aws-chunked");
        assert_eq!(value(&head, "x-amz-decoded-content-length"), "11");
        let Body::Chunks(pieces) = body else { panic!("no body") };
        let sent: Vec<u8> = pieces.concat();
        assert_eq!(sent, b"B\r\nHello world\r\n0\r\nx-amz-checksum-crc32:i9aeUg==\r\n\r\n");
    }

    #[test]
    fn a_header_leaves_the_body_alone() {
        let mut head = put();
        let checksum = BodyChecksum {
            location: Location::Header,
            algorithm: Some(Algorithm::Crc32),
            content_md5: true,
        };
        let (body, _) = assign_body(&mut head, Vec::new(), checksum, None);
        assert!(matches!(body, Body::None));
        assert_eq!(value(&head, "x-amz-checksum-crc32"), "AAAAAA==");
        assert_eq!(value(&head, "content-md5"), "1B2M2Y8AsgTpgAmY7PhCfg==");
        assert_eq!(value(&head, "content-length"), "0");
    }
}

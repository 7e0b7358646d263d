//! The `aws-chunked` encoding of a body with a trailing checksum.
//!
//! The whole body is one chunk without a chunk signature, then comes the closing chunk with the trailer. The length of
//! everything around the body depends on the body's length and the algorithm alone, so `Content-Length` is known
//! before the checksum is. The body itself is never copied: the encoding is what goes before it and what goes after.

use bytes::Bytes;

use super::{Algorithm, Digest};

/// The frame around a body of a known length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunked {
    algorithm: Algorithm,
    body_len: u64,
}

impl Chunked {
    /// `Content-Encoding` of a body framed this way.
    pub const CONTENT_ENCODING: &'static str = "aws-chunked";

    pub fn new(algorithm: Algorithm, body_len: u64) -> Self {
        Self { algorithm, body_len }
    }

    /// Value of `x-amz-trailer`.
    pub fn trailer_name(&self) -> &'static str {
        self.algorithm.header()
    }

    /// Value of `x-amz-decoded-content-length`.
    pub fn decoded_len(&self) -> u64 {
        self.body_len
    }

    /// Value of `Content-Length`.
    pub fn encoded_len(&self) -> u64 {
        let opening = self.before().len() as u64;
        opening + self.body_len + self.after_len() as u64
    }

    /// Value of `Content-Encoding`, after what the message already says.
    pub fn content_encoding(existing: Option<&[u8]>) -> Bytes {
        match existing {
            Some(existing) if !existing.is_empty() => {
                Bytes::from([existing, b",", Self::CONTENT_ENCODING.as_bytes()].concat())
            }
            _ => Bytes::from_static(Self::CONTENT_ENCODING.as_bytes()),
        }
    }

    /// The bytes before the body: its length, or nothing when there is no body.
    pub fn before(&self) -> Bytes {
        match self.body_len {
            0 => Bytes::new(),
            len => Bytes::from(format!("{len:X}\r\n")),
        }
    }

    /// The bytes after the body: the end of its chunk, the closing chunk and the trailer.
    pub fn after(&self, digest: &Digest) -> Bytes {
        let chunk_end = self.chunk_end();
        Bytes::from(format!("{chunk_end}0\r\n{}:{}\r\n\r\n", self.trailer_name(), digest.base64()))
    }

    /// The encoded body in pieces, the given ones among them.
    pub fn pieces(&self, body: impl IntoIterator<Item = Bytes>, digest: &Digest) -> Vec<Bytes> {
        let body = body.into_iter().filter(|piece| !piece.is_empty());
        let opening = (self.body_len > 0).then(|| self.before());
        opening.into_iter().chain(body).chain([self.after(digest)]).collect()
    }

    fn chunk_end(&self) -> &'static str {
        if self.body_len == 0 { "" } else { "\r\n" }
    }

    fn after_len(&self) -> usize {
        let closing = "0\r\n".len() + "\r\n\r\n".len();
        self.chunk_end().len()
            + closing
            + self.trailer_name().len()
            + ":".len()
            + self.algorithm.base64_len()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Hasher, PRIORITY};
    use super::*;

    fn encoded(algorithm: Algorithm, body: &[u8]) -> Vec<u8> {
        let chunked = Chunked::new(algorithm, body.len() as u64);
        let digest = Hasher::digest(algorithm, body);
        let pieces = chunked.pieces([Bytes::copy_from_slice(body)], &digest).concat();
        assert_eq!(pieces.len() as u64, chunked.encoded_len(), "{algorithm:?} {}", body.len());
        pieces
    }

    #[test]
    fn exact_bytes() {
        assert_eq!(
            encoded(Algorithm::Crc32, b"Hello world"),
            b"B\r\nHello world\r\n0\r\nx-amz-checksum-crc32:i9aeUg==\r\n\r\n"
        );
        assert_eq!(encoded(Algorithm::Crc32, b""), b"0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n");
        assert_eq!(Chunked::new(Algorithm::Crc32, 11).encoded_len(), 52);
        assert_eq!(Chunked::new(Algorithm::Crc32, 0).encoded_len(), 36);
        assert_eq!(Chunked::new(Algorithm::Crc32, 100).encoded_len(), 142);
    }

    #[test]
    fn the_length_is_known_before() {
        for algorithm in PRIORITY {
            for len in [0, 1, 3, 9, 10, 15, 16, 17, 255, 256, 4096] {
                encoded(algorithm, &vec![b'x'; len]);
            }
        }
    }

    #[test]
    fn hexadecimal_lengths() {
        for (len, prefix) in [
            (3, "3\r\n"),
            (11, "B\r\n"),
            (56, "38\r\n"),
            (112, "70\r\n"),
            (u64::MAX, "FFFFFFFFFFFFFFFF\r\n"),
        ] {
            assert_eq!(Chunked::new(Algorithm::Sha1, len).before(), prefix);
        }
    }

    #[test]
    fn encoding_header() {
        assert_eq!(Chunked::content_encoding(None), "aws-chunked");
        assert_eq!(Chunked::content_encoding(Some(b"")), "aws-chunked");
        assert_eq!(Chunked::content_encoding(Some(b"gzip")), "gzip,aws-chunked");
    }
}

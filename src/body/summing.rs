//! A body that is hashed while it is sent.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use crate::checksum::{Algorithm, Chunked, Digest, Hasher};
use crate::error::{Code, Error, Result};
use crate::net::{NextChunk, OutgoingStream};

/// Passes a body on, knows its checksum at the end, and frames it with a trailer when asked to.
///
/// The checksum goes into a cell that outlives the attempt: once it is there, later attempts send the same value and
/// do not compute it again.
pub struct Summing {
    body: Box<dyn OutgoingStream>,
    hasher: Hasher,
    len: u64,
    sent: u64,
    digest: Arc<OnceLock<Digest>>,
    frame: Option<Chunked>,
    step: Step,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Before,
    Body,
    Done,
}

impl Summing {
    /// A body of `len` bytes, sent as it is.
    pub fn plain(
        body: Box<dyn OutgoingStream>,
        algorithm: Algorithm,
        len: u64,
        digest: Arc<OnceLock<Digest>>,
    ) -> Self {
        Self {
            body,
            hasher: Hasher::new(algorithm),
            len,
            sent: 0,
            digest,
            frame: None,
            step: Step::Body,
        }
    }

    /// A body of `len` bytes in aws-chunked encoding, its checksum in the trailer.
    pub fn with_trailer(
        body: Box<dyn OutgoingStream>,
        algorithm: Algorithm,
        len: u64,
        digest: Arc<OnceLock<Digest>>,
    ) -> Self {
        let frame = Some(Chunked::new(algorithm, len));
        Self { frame, step: Step::Before, ..Self::plain(body, algorithm, len, digest) }
    }

    async fn piece(&mut self) -> Result<Option<Bytes>> {
        if self.step == Step::Before {
            self.step = Step::Body;
            let before = self.frame.map(|frame| frame.before()).unwrap_or_default();
            if !before.is_empty() {
                return Ok(Some(before));
            }
        }
        if self.step == Step::Done {
            return Ok(None);
        }
        if let Some(piece) = self.body.next().await? {
            self.sent += piece.len() as u64;
            if self.digest.get().is_none() {
                self.hasher.update(&piece);
            }
            return Ok(Some(piece));
        }
        self.step = Step::Done;
        if self.sent != self.len {
            return Err(Error::new(Code::S3_INCORRECT_CONTENT_LENGTH));
        }
        let digest = self.digest.get_or_init(|| self.hasher.clone().finish());
        Ok(self.frame.map(|frame| frame.after(digest)))
    }
}

impl OutgoingStream for Summing {
    fn next(&mut self) -> NextChunk<'_> {
        Box::pin(self.piece())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Pieces(std::vec::IntoIter<&'static str>);

    impl OutgoingStream for Pieces {
        fn next(&mut self) -> NextChunk<'_> {
            let next = self.0.next().map(|piece| Bytes::from_static(piece.as_bytes()));
            Box::pin(std::future::ready(Ok(next)))
        }
    }

    fn pieces(pieces: &[&'static str]) -> Box<dyn OutgoingStream> {
        Box::new(Pieces(Vec::from(pieces).into_iter()))
    }

    fn all(mut stream: Summing) -> Result<String, Code> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut sent = String::new();
            while let Some(piece) = stream.next().await.map_err(|error| error.code())? {
                sent.push_str(std::str::from_utf8(&piece).unwrap());
            }
            assert!(stream.next().await.unwrap().is_none());
            Ok(sent)
        })
    }

    #[test]
    fn framed() {
        let digest = Arc::default();
        let hello = || pieces(&["Hello", " ", "world"]);
        let framed = "B\r\nHello world\r\n0\r\nx-amz-checksum-crc32:i9aeUg==\r\n\r\n";
        assert_eq!(
            all(Summing::with_trailer(hello(), Algorithm::Crc32, 11, Arc::clone(&digest))).unwrap(),
            framed
        );
        assert_eq!(digest.get().map(Digest::base64).as_deref(), Some("i9aeUg=="));
        // Even if the bytes have changed meanwhile.
        let changed = pieces(&["HELLO WORLD"]);
        let again = all(Summing::with_trailer(changed, Algorithm::Crc32, 11, digest)).unwrap();
        assert_eq!(again, framed.replace("Hello world", "HELLO WORLD"));

        let empty =
            all(Summing::with_trailer(pieces(&[]), Algorithm::Crc32, 0, Arc::default())).unwrap();
        assert_eq!(empty, "0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n");
    }

    #[test]
    fn plain() {
        let digest = Arc::default();
        let body = pieces(&["12345", "6789"]);
        assert_eq!(
            all(Summing::plain(body, Algorithm::Crc32c, 9, Arc::clone(&digest))).unwrap(),
            "123456789"
        );
        assert_eq!(digest.get().map(Digest::base64).as_deref(), Some("4waSgw=="));
    }

    #[test]
    fn a_body_of_another_length() {
        for len in [8, 10] {
            let digest: Arc<OnceLock<Digest>> = Arc::default();
            let summing = Summing::with_trailer(
                pieces(&["123456789"]),
                Algorithm::Sha1,
                len,
                Arc::clone(&digest),
            );
            assert_eq!(all(summing), Err(Code::S3_INCORRECT_CONTENT_LENGTH));
            assert!(digest.get().is_none());
        }
    }
}

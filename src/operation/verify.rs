//! What a download is compared with, and the verdict at its end.
//!
//! Two levels: every response against its own checksum header (done while it arrives), and all delivered bytes
//! against one value, either given by the caller or found at discovery. CRCs of the parts are folded; any other
//! algorithm runs over the bytes as they are delivered, in order.

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::checksum::{Algorithm, Combined, Digest, Hasher};
use crate::error::{Code, Result};

#[derive(Default)]
pub(super) struct Verify {
    /// The value for all delivered bytes.
    pub expected: Option<(Algorithm, Bytes)>,
    /// Checksum and length of every part that has arrived, by its offset, when they are to be folded.
    pub digests: BTreeMap<u64, (Digest, u64)>,
    /// The bytes are summed when all of them are in the file, because some have been there before.
    pub reads_again: bool,
    /// The object has no bytes, so that none will pass.
    pub is_empty: bool,
    pub parts_requested: u32,
    pub parts_validated: u32,
    pub part_algorithm: Option<Algorithm>,
    /// A response did not match its own header.
    pub mismatch: Option<Algorithm>,
}

/// `did_validate` and `validation_algorithm` of the result, and the code if the whole does not match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub validated: bool,
    pub algorithm: Option<Algorithm>,
    pub code: Code,
}

impl Verify {
    /// The algorithm that parts are to be summed with for folding.
    pub fn fold_with(&self) -> Option<Algorithm> {
        self.sums_with().filter(|algorithm| algorithm.combinable())
    }

    /// The algorithm that runs over the bytes as they are delivered.
    pub fn run_with(&self) -> Option<Algorithm> {
        self.sums_with().filter(|algorithm| !algorithm.combinable())
    }

    fn sums_with(&self) -> Option<Algorithm> {
        self.expected.as_ref().map(|(algorithm, _)| *algorithm).filter(|_| !self.reads_again)
    }

    /// The algorithm that the whole is read again with.
    pub fn read_with(&self) -> Option<Algorithm> {
        self.expected.as_ref().map(|(algorithm, _)| *algorithm).filter(|_| self.reads_again)
    }

    pub fn note_digest(&mut self, offset: u64, digest: Digest, len: u64) {
        self.digests.insert(offset, (digest, len));
    }

    pub fn note_response(&mut self, validated: Option<Algorithm>) {
        if let Some(algorithm) = validated {
            self.parts_validated += 1;
            self.part_algorithm.get_or_insert(algorithm);
        }
    }

    /// Compares; `delivered` is the running checksum of what was delivered, and only a success is compared at all.
    pub fn verdict(&self, succeeded: bool, delivered: Option<Hasher>) -> Verdict {
        if let Some(algorithm) = self.mismatch {
            let algorithm = Some(algorithm);
            return Verdict { validated: true, algorithm, code: Code::SUCCESS };
        }
        if succeeded
            && let Some((algorithm, value)) = &self.expected
            && let Ok(Some(digest)) = self.whole(*algorithm, delivered)
        {
            let matches = digest.base64().as_bytes() == &value[..];
            let code = if matches { Code::SUCCESS } else { Code::S3_RESPONSE_CHECKSUM_MISMATCH };
            return Verdict { validated: true, algorithm: Some(*algorithm), code };
        }
        let all = self.parts_validated > 0 && self.parts_validated == self.parts_requested;
        let algorithm = self.part_algorithm.filter(|_| all);
        Verdict { validated: all, algorithm, code: Code::SUCCESS }
    }

    fn whole(&self, algorithm: Algorithm, delivered: Option<Hasher>) -> Result<Option<Digest>> {
        let nothing = self.is_empty.then(|| Hasher::new(algorithm));
        if let Some(hasher) = delivered.or(nothing) {
            return Ok(Some(hasher.finish()));
        }
        let Some(mut combined) = self.fold_with().and_then(Combined::new) else { return Ok(None) };
        let mut next = 0;
        for (offset, (digest, len)) in &self.digests {
            // A part without a checksum leaves the whole unverified, which is no error.
            if *offset != next {
                return Ok(None);
            }
            combined.push(digest, *len)?;
            next += len;
        }
        Ok(Some(combined.digest()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checksum::PRIORITY;

    fn folded(parts: &[&[u8]], value: &str) -> Verdict {
        let expected = Some((Algorithm::Crc32, Bytes::from(value.to_string())));
        let mut verify = Verify { expected, ..Verify::default() };
        let mut offset = 0;
        for part in parts {
            let (digest, len) = (Hasher::digest(Algorithm::Crc32, part), part.len() as u64);
            verify.note_digest(offset, digest, len);
            offset += len;
        }
        verify.verdict(true, None)
    }

    #[test]
    fn parts_fold_to_the_whole() {
        let whole = Hasher::digest(Algorithm::Crc32, b"hello world").base64();
        let verdict = folded(&[b"hello", b" ", b"world"], &whole);
        assert_eq!((verdict.validated, verdict.code), (true, Code::SUCCESS));
        let verdict = folded(&[b"hello", b"world"], &whole);
        let mismatch = Code::S3_RESPONSE_CHECKSUM_MISMATCH;
        assert_eq!((verdict.validated, verdict.code), (true, mismatch));
        assert_eq!(verdict.algorithm, Some(Algorithm::Crc32));
    }

    #[test]
    fn a_missing_part_leaves_the_whole_unverified() {
        let expected = Some((Algorithm::Crc32, Bytes::from_static(b"AAAAAA==")));
        let mut verify = Verify { expected, ..Verify::default() };
        verify.note_digest(2, Hasher::digest(Algorithm::Crc32, b"x"), 1);
        assert!(!verify.verdict(true, None).validated);
    }

    #[test]
    fn what_is_read_again_is_summed_then_and_only_then() {
        for algorithm in PRIORITY {
            let value = Bytes::from(Hasher::digest(algorithm, b"x").base64());
            let expected = Some((algorithm, value));
            let mut verify = Verify { expected, reads_again: true, ..Verify::default() };
            assert_eq!((verify.fold_with(), verify.run_with()), (None, None));
            assert_eq!(verify.read_with(), Some(algorithm));
            assert!(!verify.verdict(true, None).validated);
            let mut hasher = Hasher::new(algorithm);
            hasher.update(b"x");
            assert!(verify.verdict(true, Some(hasher)).validated);
            verify.reads_again = false;
            assert_ne!(verify.fold_with(), verify.run_with());
            assert_eq!(verify.read_with(), None);
        }
    }

    #[test]
    fn nothing_has_a_checksum_by_every_algorithm() {
        for algorithm in PRIORITY {
            let other = Hasher::digest(algorithm, b"x").base64();
            let right = Hasher::digest(algorithm, b"").base64();
            for (value, code) in
                [(right, Code::SUCCESS), (other, Code::S3_RESPONSE_CHECKSUM_MISMATCH)]
            {
                let expected = Some((algorithm, Bytes::from(value)));
                let verify = Verify { expected, is_empty: true, ..Verify::default() };
                let verdict = verify.verdict(true, None);
                assert_eq!(verdict, Verdict { validated: true, algorithm: Some(algorithm), code });
            }
        }
    }

    #[test]
    fn all_parts_or_nothing() {
        let mut verify = Verify { parts_requested: 2, ..Verify::default() };
        verify.note_response(Some(Algorithm::Sha1));
        assert!(!verify.verdict(true, None).validated);
        verify.note_response(Some(Algorithm::Crc32));
        assert_eq!(verify.verdict(true, None).algorithm, Some(Algorithm::Sha1));
        assert!(!Verify::default().verdict(true, None).validated, "nothing was compared");
    }
}

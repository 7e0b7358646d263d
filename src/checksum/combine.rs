//! Folding the CRCs of neighbouring blocks into the CRC of all of them, without reading a byte again.

use crate::error::{Code, Error, Result};

use super::hasher::crc_algorithm;
use super::{Algorithm, Digest, Hasher};

/// CRC of one block followed by another, from their digests and the length of the second.
///
/// Algorithms without this property give `UNSUPPORTED_OPERATION`, digests of two different algorithms
/// `INVALID_ARGUMENT`.
pub fn combine(first: &Digest, second: &Digest, second_len: u64) -> Result<Digest> {
    let algorithm = first.algorithm();
    if !algorithm.combinable() {
        return Err(Error::new(Code::UNSUPPORTED_OPERATION));
    }
    if second.algorithm() != algorithm {
        return Err(Error::new(Code::INVALID_ARGUMENT));
    }
    if second_len == 0 {
        return Ok(*first);
    }
    let crc =
        crc_fast::checksum_combine(crc_algorithm(algorithm), first.crc(), second.crc(), second_len);
    Ok(Digest::of_crc(algorithm, crc))
}

/// The CRC of an object that becomes known part by part, in object order.
#[derive(Clone, Debug)]
pub struct Combined {
    digest: Digest,
    len: u64,
}

impl Combined {
    /// The checksum of nothing yet; None for an algorithm that cannot be folded.
    pub fn new(algorithm: Algorithm) -> Option<Self> {
        algorithm.combinable().then(|| Self { digest: Hasher::new(algorithm).finish(), len: 0 })
    }

    /// Appends a block of `len` bytes with this digest.
    pub fn push(&mut self, block: &Digest, len: u64) -> Result<()> {
        self.digest = combine(&self.digest, block, len)?;
        self.len += len;
        Ok(())
    }

    /// Number of bytes covered.
    pub fn len(&self) -> u64 {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub fn digest(&self) -> Digest {
        self.digest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CRCS: [Algorithm; 3] = [Algorithm::Crc32, Algorithm::Crc32c, Algorithm::Crc64Nvme];

    #[test]
    fn every_split_point() {
        let input: Vec<u8> = (0..300u32).map(|i| (i * 7 % 256) as u8).collect();
        for algorithm in CRCS {
            let whole = Hasher::digest(algorithm, &input);
            for at in 0..=input.len() {
                let (head, tail) = input.split_at(at);
                let [first, second] = [head, tail].map(|block| Hasher::digest(algorithm, block));
                assert_eq!(
                    combine(&first, &second, tail.len() as u64).unwrap(),
                    whole,
                    "{algorithm:?} at {at}"
                );
            }
        }
    }

    #[test]
    fn many_blocks() {
        let input: Vec<u8> = (0..100_000u32).map(|i| (i % 253) as u8).collect();
        for algorithm in CRCS {
            let mut combined = Combined::new(algorithm).unwrap();
            assert_eq!(combined.digest(), Hasher::digest(algorithm, b""));
            for block in input.chunks(4097) {
                combined.push(&Hasher::digest(algorithm, block), block.len() as u64).unwrap();
            }
            assert_eq!(combined.len(), input.len() as u64);
            assert_eq!(combined.digest(), Hasher::digest(algorithm, &input));
        }
    }

    #[test]
    fn four_parts_of_one_letter() {
        let part = Hasher::digest(Algorithm::Crc32, &[b'a'; 65536]);
        let mut combined = Combined::new(Algorithm::Crc32).unwrap();
        (0..4).for_each(|_| combined.push(&part, 65536).unwrap());
        assert_eq!(combined.digest().base64(), "uo2NxA==");
    }

    #[test]
    fn refusals() {
        let sha = Hasher::digest(Algorithm::Sha1, b"");
        let crc = Hasher::digest(Algorithm::Crc32, b"");
        let crc64 = Hasher::digest(Algorithm::Crc64Nvme, b"");
        assert_eq!(combine(&sha, &sha, 1).unwrap_err().code(), Code::UNSUPPORTED_OPERATION);
        assert_eq!(combine(&crc, &crc64, 1).unwrap_err().code(), Code::INVALID_ARGUMENT);
        assert!(Combined::new(Algorithm::XxHash3).is_none());
    }
}

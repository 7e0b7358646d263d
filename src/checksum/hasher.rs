//! Computing a digest while the bytes pass by, and the digest itself.

use aws_lc_rs::digest as lc;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crc_fast::CrcAlgorithm;
use md5::Digest as _;
use xxhash_rust::xxh3::Xxh3;
use xxhash_rust::xxh64::Xxh64;

use super::Algorithm;

/// Longest digest of the table: SHA-512.
const LONGEST: usize = 64;

/// A finished checksum, most significant byte first.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Digest {
    algorithm: Algorithm,
    bytes: [u8; LONGEST],
}

impl Digest {
    fn new(algorithm: Algorithm, value: &[u8]) -> Self {
        let mut bytes = [0; LONGEST];
        bytes[..value.len()].copy_from_slice(value);
        Self { algorithm, bytes }
    }

    /// Digest of a CRC given as a number.
    pub(super) fn of_crc(algorithm: Algorithm, crc: u64) -> Self {
        Self::new(algorithm, &crc.to_be_bytes()[8 - algorithm.digest_len()..])
    }

    /// The number whose big-endian form a CRC digest is.
    pub(super) fn crc(&self) -> u64 {
        self.bytes().iter().fold(0, |crc, byte| crc << 8 | u64::from(*byte))
    }

    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.algorithm.digest_len()]
    }

    /// The text that headers, trailers and XML elements carry.
    pub fn base64(&self) -> String {
        STANDARD.encode(self.bytes())
    }
}

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.algorithm.name(), self.base64())
    }
}

/// A running checksum. Feeding the bytes in any segmentation gives the same digest.
#[derive(Clone)]
pub struct Hasher {
    algorithm: Algorithm,
    len: u64,
    state: State,
}

#[derive(Clone)]
enum State {
    Crc(Box<crc_fast::Digest>),
    Sha(lc::Context),
    XxHash64(Xxh64),
    XxHash3(Box<Xxh3>),
}

impl Hasher {
    pub fn new(algorithm: Algorithm) -> Self {
        let crc = |algorithm| State::Crc(Box::new(crc_fast::Digest::new(algorithm)));
        let sha = |algorithm| State::Sha(lc::Context::new(algorithm));
        let state = match algorithm {
            Algorithm::Crc32 | Algorithm::Crc32c | Algorithm::Crc64Nvme => {
                crc(crc_algorithm(algorithm))
            }
            Algorithm::Sha1 => sha(&lc::SHA1_FOR_LEGACY_USE_ONLY),
            Algorithm::Sha256 => sha(&lc::SHA256),
            Algorithm::Sha512 => sha(&lc::SHA512),
            Algorithm::XxHash64 => State::XxHash64(Xxh64::new(0)),
            Algorithm::XxHash3 | Algorithm::XxHash128 => State::XxHash3(Box::default()),
        };
        Self { algorithm, len: 0, state }
    }

    /// Digest of one block.
    pub fn digest(algorithm: Algorithm, block: &[u8]) -> Digest {
        let mut hasher = Self::new(algorithm);
        hasher.update(block);
        hasher.finish()
    }

    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Number of bytes fed so far.
    pub fn len(&self) -> u64 {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub fn update(&mut self, block: &[u8]) {
        self.len += block.len() as u64;
        match &mut self.state {
            State::Crc(crc) => crc.update(block),
            State::Sha(sha) => sha.update(block),
            State::XxHash64(hash) => hash.update(block),
            State::XxHash3(hash) => hash.update(block),
        }
    }

    pub fn finish(self) -> Digest {
        let algorithm = self.algorithm;
        match self.state {
            State::Crc(crc) => Digest::of_crc(algorithm, crc.finalize()),
            State::Sha(sha) => Digest::new(algorithm, sha.finish().as_ref()),
            State::XxHash64(hash) => Digest::new(algorithm, &hash.digest().to_be_bytes()),
            State::XxHash3(hash) if algorithm == Algorithm::XxHash128 => {
                Digest::new(algorithm, &hash.digest128().to_be_bytes())
            }
            State::XxHash3(hash) => Digest::new(algorithm, &hash.digest().to_be_bytes()),
        }
    }
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {} bytes so far", self.algorithm.name(), self.len)
    }
}

/// The parameters of a CRC; the other algorithms never ask.
pub(super) fn crc_algorithm(algorithm: Algorithm) -> CrcAlgorithm {
    match algorithm {
        Algorithm::Crc32c => CrcAlgorithm::Crc32Iscsi,
        Algorithm::Crc64Nvme => CrcAlgorithm::Crc64Nvme,
        _ => CrcAlgorithm::Crc32IsoHdlc,
    }
}

/// Value of the `Content-MD5` header for a body given in pieces.
pub fn content_md5<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut md5 = md5::Md5::new();
    pieces.into_iter().for_each(|piece| md5.update(piece));
    STANDARD.encode(md5.finalize())
}

/// The ETag of an object that was uploaded in parts, from those of its parts, without quotes; `None` unless these are
/// the MD5 sums that they often are.
pub fn multipart_etag<'a>(etags: impl IntoIterator<Item = &'a [u8]>) -> Option<String> {
    let (mut md5, mut parts) = (md5::Md5::new(), 0_u32);
    for etag in etags {
        let text = std::str::from_utf8(etag).ok().filter(|text| text.len() == 32)?;
        let sum = u128::from_str_radix(text, 16).ok().filter(|_| !text.starts_with('+'))?;
        md5.update(sum.to_be_bytes());
        parts += 1;
    }
    let sum = md5.finalize().iter().fold(0, |sum, byte| sum << 8 | u128::from(*byte));
    Some(format!("{sum:032x}-{parts}"))
}

#[cfg(test)]
mod tests {
    use super::super::PRIORITY;
    use super::*;

    #[test]
    fn etags_of_parts() {
        let etag = |parts: &[&str]| multipart_etag(parts.iter().map(|part| part.as_bytes()));
        let (abc, empty) = ("900150983cd24fb0d6963f7d28e17f72", "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(etag(&[abc]).as_deref(), Some("af5da9f45af7a300e3aded972f8ff687-1"));
        assert_eq!(
            etag(&[abc, &empty.to_uppercase()]).as_deref(),
            Some("fdf1fdf1567f6942ffe1743f1e72301e-2")
        );
        for odd in ["", "w", "900150983cd24fb0d6963f7d28e17f7", "+00150983cd24fb0d6963f7d28e17f72"]
        {
            assert_eq!(etag(&[abc, odd]), None, "{odd}");
        }
    }

    #[test]
    fn known_values() {
        let a64k = vec![b'a'; 65536];
        let a256k = vec![b'a'; 262144];
        let vectors: [(&[u8], Algorithm, &str); 20] = [
            (b"", Algorithm::Crc32, "AAAAAA=="),
            (b"", Algorithm::Crc32c, "AAAAAA=="),
            (b"", Algorithm::Crc64Nvme, "AAAAAAAAAAA="),
            (b"123456789", Algorithm::Crc32, "y/Q5Jg=="),
            (b"123456789", Algorithm::Crc32c, "4waSgw=="),
            (b"123456789", Algorithm::Crc64Nvme, "rosUhgp5mIg="),
            (b"aaaaaaaaaa", Algorithm::Crc64Nvme, "DBqAA21lxVU="),
            (b"Hello world", Algorithm::Crc32, "i9aeUg=="),
            (&a64k, Algorithm::Crc32, "wyCR/w=="),
            (&a256k, Algorithm::Crc32, "uo2NxA=="),
            (b"abc", Algorithm::XxHash64, "RLws9a13CZk="),
            (b"abc", Algorithm::XxHash3, "eK9flIkvOVA="),
            (b"abc", Algorithm::XxHash128, "BrBatnM6YYV4r1+UiS85UA=="),
            (b"", Algorithm::Sha1, "2jmj7l5rSw0yVb/vlWAYkK/YBwk="),
            (b"", Algorithm::Sha256, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
            (b"abc", Algorithm::Sha1, "qZk+NkcGgWq6PiVxeFDCbJzQ2J0="),
            (b"abc", Algorithm::Sha256, "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="),
            (
                b"abc",
                Algorithm::Sha512,
                "3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==",
            ),
            (b"", Algorithm::XxHash64, "70bbN1HY6Zk="),
            (b"", Algorithm::XxHash3, "LQaABTjTlMI="),
        ];
        for (input, algorithm, base64) in vectors {
            assert_eq!(Hasher::digest(algorithm, input).base64(), base64, "{algorithm:?}");
        }
    }

    #[test]
    fn segmentation_does_not_matter() {
        let input: Vec<u8> = (0..1000u32).map(|i| (i * 31 % 251) as u8).collect();
        for algorithm in PRIORITY {
            let whole = Hasher::digest(algorithm, &input);
            assert_eq!(whole.bytes().len(), algorithm.digest_len());
            assert_eq!(whole.base64().len(), algorithm.base64_len());
            for size in [1, 2, 3, 7, 64, 333, 999] {
                let mut hasher = Hasher::new(algorithm);
                input.chunks(size).for_each(|chunk| hasher.update(chunk));
                assert_eq!(hasher.len(), 1000);
                assert_eq!(hasher.finish(), whole, "{algorithm:?} in pieces of {size}");
            }
        }
    }

    #[test]
    fn md5_of_pieces() {
        assert_eq!(content_md5([]), "1B2M2Y8AsgTpgAmY7PhCfg==");
        assert_eq!(content_md5([&b"Hello "[..], b"world"]), content_md5([&b"Hello world"[..]]));
        assert_eq!(content_md5([&b"abc"[..]]), "kAFQmDzST7DWlj99KOF/cg==");
    }
}

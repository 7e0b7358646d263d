//! What the objects of the synthetic server consist of.

use std::collections::HashMap;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::Mutex;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use crc_fast::CrcAlgorithm;

use crate::content;

/// As long as the parts that benchmarks ask for: they all have the same checksum then, which is computed once.
pub const BLOCK: usize = 8 * 1024 * 1024;

/// An endless object: the same bytes over and over.
pub struct Block {
    bytes: Vec<u8>,
    checksums: Mutex<HashMap<(usize, u64), String>>,
}

impl Block {
    pub fn new() -> Block {
        Block { bytes: content::bytes(0, BLOCK), checksums: Mutex::default() }
    }

    /// The pieces of memory that the range consists of.
    fn pieces(&self, range: Range<u64>) -> impl Iterator<Item = &[u8]> {
        let mut at = range.start;
        std::iter::from_fn(move || {
            let from = (at % BLOCK as u64) as usize;
            let length = usize::try_from(range.end - at).unwrap_or(usize::MAX).min(BLOCK - from);
            at += length as u64;
            (length > 0).then(|| &self.bytes[from..from + length])
        })
    }

    pub fn write(&self, range: Range<u64>, to: &mut impl Write) -> io::Result<()> {
        self.pieces(range).try_for_each(|piece| to.write_all(piece))
    }

    /// CRC32C of the range, as S3 writes it into a header.
    pub fn crc32c(&self, range: Range<u64>) -> String {
        let key = ((range.start % BLOCK as u64) as usize, range.end - range.start);
        let mut checksums = self.checksums.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let computed = checksums.entry(key).or_insert_with(|| {
            let mut digest = crc_fast::Digest::new(CrcAlgorithm::Crc32Iscsi);
            self.pieces(range).for_each(|piece| digest.update(piece));
            BASE64_STANDARD.encode((digest.finalize() as u32).to_be_bytes())
        });
        computed.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_may_cross_blocks() {
        let block = Block::new();
        let mut written = Vec::new();
        let start = BLOCK as u64 - 3;
        block.write(start..start + 5, &mut written).unwrap();
        let whole = content::bytes(0, BLOCK);
        assert_eq!(written, [&whole[BLOCK - 3..], &whole[..2]].concat());
    }

    #[test]
    fn checksums_are_those_of_the_bytes() {
        let block = Block::new();
        let mut digest = crc_fast::Digest::new(CrcAlgorithm::Crc32Iscsi);
        digest.update(&content::bytes(10, 1000));
        let expected = BASE64_STANDARD.encode((digest.finalize() as u32).to_be_bytes());
        assert_eq!(block.crc32c(10..1010), expected);
        assert_eq!(block.crc32c(BLOCK as u64 + 10..BLOCK as u64 + 1010), expected);
    }
}

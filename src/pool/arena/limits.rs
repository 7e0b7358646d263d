//! The numbers of a default pool: what may be taken, and which sizes go where.
//!
//! They follow from the part size and the memory limit alone and never change afterwards. Sizes up to the cutoff come
//! from blocks of sixteen chunks, a chunk being one part; everything else is allocated for itself. The numbers are
//! visible to C through the usage structure, and in part sizes through the alignment, so they are part of the contract.

use crate::abi::aws_s3_buffer_pool_config;
use crate::error::{Code, Result};
use crate::log;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// Memory of the limit that the pool leaves to connections, TLS and the like.
pub const SET_ASIDE: usize = 128 * MIB;
const SMALLEST_LIMIT: usize = 256 * MIB;
/// Parts above this size do not share blocks.
const LARGEST_CHUNK: usize = 64 * MIB;
/// Up to this size a buffer is too small to occupy a chunk.
const SMALL: usize = 512 * KIB;
pub const CHUNKS_PER_BLOCK: usize = 16;
/// Longest run of chunks that one buffer takes out of a block.
pub const CHUNKS_PER_BUFFER: usize = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// What all buffers together may take.
    pub limit: usize,
    /// Zero when there are no blocks at all.
    pub chunk: usize,
    /// Largest size that comes from a block.
    pub cutoff: usize,
    /// Largest size that is too small for a block.
    pub min_cutoff: usize,
}

impl Limits {
    pub fn new(config: &aws_s3_buffer_pool_config) -> Result<Self> {
        let aws_s3_buffer_pool_config { part_size, max_part_size, memory_limit, .. } = *config;
        if memory_limit < SMALLEST_LIMIT {
            log!(
                Error,
                Client,
                "the memory limit of {memory_limit} bytes is below the smallest possible, {SMALLEST_LIMIT}"
            );
            return Err(Code::S3_INVALID_MEMORY_LIMIT_CONFIG.into());
        }
        if !memory_limit.is_multiple_of(MIB) {
            log!(
                Warn,
                Client,
                "the memory limit of {memory_limit} bytes is not a whole number of MiB"
            );
        }
        if part_size < KIB || !part_size.is_multiple_of(4 * KIB) {
            log!(
                Warn,
                Client,
                "buffers of {part_size} bytes waste memory: a part size should be a multiple of 4 KiB"
            );
        }
        if max_part_size > 0 && part_size > max_part_size {
            log!(
                Error,
                Client,
                "the part size of {part_size} bytes is above the largest part size, {max_part_size}"
            );
            return Err(Code::S3_PART_SIZE_EXCEEDS_MEMORY_LIMIT.into());
        }
        let limit = memory_limit - SET_ASIDE;
        if max_part_size > limit {
            log!(
                Error,
                Client,
                "a part may be {max_part_size} bytes long, the limit of {memory_limit} leaves {limit} for buffers"
            );
            return Err(Code::S3_INVALID_MEMORY_LIMIT_CONFIG.into());
        }
        Ok(Self::of(part_size, limit))
    }

    fn of(part_size: usize, limit: usize) -> Self {
        let shares_blocks = part_size <= LARGEST_CHUNK && part_size * CHUNKS_PER_BLOCK <= limit;
        let chunk = if shares_blocks { part_size } else { 0 };
        let cutoff = chunk * CHUNKS_PER_BUFFER;
        let min_cutoff = if cutoff >= SMALL { SMALL } else { 0 };
        Self { limit, chunk, cutoff, min_cutoff }
    }

    pub fn block(&self) -> usize {
        self.chunk * CHUNKS_PER_BLOCK
    }

    /// Most that forced buffers count for: the rest of the limit always stays open to ordinary reservations.
    pub fn forced_share(&self) -> usize {
        self.limit / 5 * 4 + self.limit % 5 * 4 / 5
    }

    /// How many chunks hold `size` bytes.
    pub fn chunks(&self, size: usize) -> usize {
        size.div_ceil(self.chunk)
    }

    /// What a buffer of `size` bytes occupies in a block.
    pub fn chunked(&self, size: usize) -> usize {
        self.chunks(size) * self.chunk
    }

    /// The size rounded up so that buffers of it waste nothing.
    pub fn align(&self, size: u64) -> u64 {
        match self.chunk as u64 {
            0 => size,
            chunk => size.checked_next_multiple_of(chunk).unwrap_or(u64::MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(
        part_size: usize,
        max_part_size: usize,
        memory_limit: usize,
    ) -> aws_s3_buffer_pool_config {
        let client = std::ptr::null_mut();
        aws_s3_buffer_pool_config { client, part_size, max_part_size, memory_limit }
    }

    #[test]
    fn chunk_and_cutoffs_follow_from_part_size_and_limit() {
        let rows = [
            (8 * MIB, 256, 8 * MIB, 512 * KIB),
            (9 * MIB, 256, 0, 0),
            (16 * MIB, 512, 16 * MIB, 512 * KIB),
            (8 * MIB, 1024, 8 * MIB, 512 * KIB),
            (8 * MIB, 2048, 8 * MIB, 512 * KIB),
            (57 * MIB, 1024, 0, 0),
            (64 * MIB, 2048, 64 * MIB, 512 * KIB),
            (65 * MIB, 2048, 0, 0),
            (128 * KIB, 1024, 128 * KIB, 512 * KIB),
            (64 * KIB, 1024, 64 * KIB, 0),
        ];
        for (part, limit_mib, chunk, min_cutoff) in rows {
            let limits = Limits::new(&config(part, 0, limit_mib * MIB)).expect("valid");
            let limit = (limit_mib - 128) * MIB;
            assert_eq!(limits, Limits { limit, chunk, cutoff: 4 * chunk, min_cutoff }, "{part}");
            assert_eq!(limits.block(), 16 * chunk);
        }
    }

    #[test]
    fn impossible_limits_are_refused() {
        let invalid = Code::S3_INVALID_MEMORY_LIMIT_CONFIG;
        let rows = [
            (8 * MIB, 0, 100, invalid),
            (8 * MIB, 0, 256 * MIB - 1, invalid),
            (8 * MIB, 2048 * MIB, 1024 * MIB, invalid),
            (8 * MIB, 897 * MIB, 1024 * MIB, invalid),
            (9 * MIB, 8 * MIB, 1024 * MIB, Code::S3_PART_SIZE_EXCEEDS_MEMORY_LIMIT),
        ];
        for (part, max_part, limit, code) in rows {
            let error = Limits::new(&config(part, max_part, limit)).expect_err("refused");
            assert_eq!(error.code(), code, "{part} {max_part} {limit}");
        }
        for (part, max_part) in [(8 * MIB, 896 * MIB), (usize::MAX, 0), (1, 1), (0, 0)] {
            Limits::new(&config(part, max_part, 1024 * MIB)).expect("accepted");
        }
    }

    #[test]
    fn sizes_are_rounded_up_to_chunks() {
        let rows = [
            (8 * MIB, 15 << 20, 16 << 20),
            (8 * MIB, 16 << 20, 16 << 20),
            (8 * MIB, 28_633_115, 33_554_432),
            (8 * MIB, 100 << 20, 104 << 20),
            (3 * MIB, 5 << 20, 6 << 20),
            (65 * MIB, 12_345, 12_345),
            (8 * MIB, 0, 0),
            (8 * MIB, u64::MAX, u64::MAX),
            (8 * MIB, u64::MAX - (8 << 20), u64::MAX - (8 << 20) + 1),
        ];
        for (part, size, aligned) in rows {
            let limits = Limits::of(part, 1920 * MIB);
            assert_eq!(limits.align(size), aligned, "{part} {size}");
        }
    }

    #[test]
    fn forced_buffers_count_for_four_fifths() {
        assert_eq!(Limits::of(MIB, 1000).forced_share(), 800);
        assert_eq!(Limits::of(MIB, 1004).forced_share(), 803);
        assert_eq!(
            Limits::of(MIB, usize::MAX).forced_share(),
            (usize::MAX as u128 * 4 / 5) as usize
        );
    }
}

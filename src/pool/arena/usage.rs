//! The state of a default pool in numbers, laid out as C programs read it.

use super::ledger::{Ledger, Tallies};
use super::limits::Limits;

/// `struct aws_s3_default_buffer_pool_usage_stats`: sizes in bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// What all buffers together may take.
    pub mem_limit: usize,
    /// Largest size that comes from a block.
    pub primary_cutoff: usize,
    /// Largest size that is too small for a block.
    pub primary_min_cutoff: usize,
    pub primary_allocated: usize,
    /// A number, not a size.
    pub primary_num_blocks: usize,
    pub primary_used: usize,
    pub primary_reserved: usize,
    pub secondary_used: usize,
    pub secondary_reserved: usize,
    pub special_blocks_allocated: usize,
    /// How many special sizes are known.
    pub special_blocks_num: usize,
    pub special_blocks_reserved: usize,
    pub special_blocks_used: usize,
    pub forced_used: usize,
}

impl Usage {
    /// No pool, no memory.
    pub const NOTHING: Self = Self {
        mem_limit: 0,
        primary_cutoff: 0,
        primary_min_cutoff: 0,
        primary_allocated: 0,
        primary_num_blocks: 0,
        primary_used: 0,
        primary_reserved: 0,
        secondary_used: 0,
        secondary_reserved: 0,
        special_blocks_allocated: 0,
        special_blocks_num: 0,
        special_blocks_reserved: 0,
        special_blocks_used: 0,
        forced_used: 0,
    };

    pub(super) fn new<M>(limits: &Limits, ledger: &Ledger<M>) -> Self {
        let Tallies { primary, secondary, special, forced_used } = ledger.tallies();
        Self {
            mem_limit: limits.limit,
            primary_cutoff: limits.cutoff,
            primary_min_cutoff: limits.min_cutoff,
            primary_allocated: primary.allocated,
            primary_num_blocks: ledger.block_count(),
            primary_used: primary.used,
            primary_reserved: primary.reserved,
            secondary_used: secondary.used,
            secondary_reserved: secondary.reserved,
            special_blocks_allocated: special.allocated,
            special_blocks_num: ledger.special_sizes(),
            special_blocks_reserved: special.reserved,
            special_blocks_used: special.used,
            forced_used,
        }
    }
}

/// How much of a pool is taken, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    pub limit: usize,
    /// In buffers, those included that count but do not wait.
    pub used: usize,
    /// Granted, and not yet memory.
    pub reserved: usize,
    /// Waited for.
    pub asked: usize,
}

impl Load {
    pub(super) fn new(usage: &Usage, asked: usize) -> Self {
        let Usage { primary_used, secondary_used, special_blocks_used, forced_used, .. } = *usage;
        let Usage { primary_reserved, secondary_reserved, special_blocks_reserved, .. } = *usage;
        Self {
            limit: usage.mem_limit,
            used: primary_used + secondary_used + special_blocks_used + forced_used,
            reserved: primary_reserved + secondary_reserved + special_blocks_reserved,
            asked,
        }
    }
}

const _: () = assert!(size_of::<Usage>() == 14 * size_of::<usize>());

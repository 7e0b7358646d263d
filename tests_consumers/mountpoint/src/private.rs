//! Private structs of aws-c-s3 v1.5.1, as far as they are read: how a client and a meta request begin, and what the
//! default buffer pool tells of itself. Offsets are those of x86-64.

use std::ffi::c_void;
use std::mem::offset_of;
use std::sync::atomic::AtomicUsize;

#[repr(C)]
pub struct Stats {
    pub num_requests_in_flight: AtomicUsize,
    /// Of the kinds default, download, upload and copy.
    pub num_requests_network_io: [AtomicUsize; 4],
    pub num_requests_stream_queued_waiting: AtomicUsize,
    pub num_requests_streaming_response: AtomicUsize,
    pub num_requests_streaming_request_body: AtomicUsize,
}

#[repr(C)]
pub struct Client {
    pub allocator: *mut c_void,
    pub buffer_pool: *mut c_void,
    settings: [u64; 55],
    pub stats: Stats,
    synced_data: [u64; 61],
    lists: [u64; 8],
    pub request_queue_size: u32,
    pub num_requests_being_prepared: u32,
}

#[repr(C)]
pub struct MetaRequest {
    settings: [u64; 17],
    pub user_data: *mut c_void,
    callbacks: [u64; 9],
    pub kind: u32,
}

/// Bytes, but for the two that are numbers of something.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct PoolUsage {
    pub mem_limit: usize,
    pub primary_cutoff: usize,
    pub primary_min_cutoff: usize,
    pub primary_allocated: usize,
    pub primary_num_blocks: usize,
    pub primary_used: usize,
    pub primary_reserved: usize,
    pub secondary_used: usize,
    pub secondary_reserved: usize,
    pub special_blocks_allocated: usize,
    pub special_blocks_num: usize,
    pub special_blocks_reserved: usize,
    pub special_blocks_used: usize,
    pub forced_used: usize,
}

const _: () = {
    assert!(offset_of!(Client, buffer_pool) == 8);
    assert!(offset_of!(Client, stats) == 456);
    assert!(offset_of!(Client, request_queue_size) == 1072);
    assert!(offset_of!(Client, num_requests_being_prepared) == 1076);
    assert!(offset_of!(MetaRequest, user_data) == 136);
    assert!(offset_of!(MetaRequest, kind) == 216);
    assert!(size_of::<Stats>() == 64 && size_of::<PoolUsage>() == 112);
};

unsafe extern "C" {
    pub fn aws_s3_default_buffer_pool_get_usage(pool: *mut c_void) -> PoolUsage;
}

//! C types of `aws/s3/s3_buffer_pool.h`.

use core::ffi::*;

use crate::crt::sys::*;

use super::*;

/// `aws/s3/s3_buffer_pool.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_buffer_pool {
    pub vtable: *mut aws_s3_buffer_pool_vtable,
    pub ref_count: aws_ref_count,
    pub r#impl: *mut c_void,
}

/// `aws/s3/s3_buffer_pool.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_buffer_pool_config {
    pub client: *mut aws_s3_client,
    pub part_size: usize,
    pub max_part_size: usize,
    pub memory_limit: usize,
}

/// `aws/s3/s3_buffer_pool.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_buffer_pool_reserve_meta {
    pub client: *mut aws_s3_client,
    pub meta_request: *mut aws_s3_meta_request,
    pub size: usize,
    pub can_block: bool,
    pub local_offset: u64,
}

/// `aws/s3/s3_buffer_pool.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_buffer_pool_vtable {
    pub reserve: Option<unsafe extern "C" fn(*mut aws_s3_buffer_pool, aws_s3_buffer_pool_reserve_meta) -> *mut aws_future_s3_buffer_ticket>,
    pub trim: Option<unsafe extern "C" fn(*mut aws_s3_buffer_pool)>,
    pub add_special_size: Option<unsafe extern "C" fn(*mut aws_s3_buffer_pool, usize) -> c_int>,
    pub release_special_size: Option<unsafe extern "C" fn(*mut aws_s3_buffer_pool, usize)>,
    pub derive_aligned_buffer_size: Option<unsafe extern "C" fn(*mut aws_s3_buffer_pool, u64) -> u64>,
    pub acquire: Option<unsafe extern "C" fn(*mut aws_s3_buffer_pool) -> *mut aws_s3_buffer_pool>,
    pub release: Option<unsafe extern "C" fn(*mut aws_s3_buffer_pool) -> *mut aws_s3_buffer_pool>,
    pub add_preallocated_buffer: Option<unsafe extern "C" fn(*mut aws_s3_buffer_pool, *mut aws_s3_meta_request, *mut aws_byte_buf) -> c_int>,
    pub remove_preallocated_buffer: Option<unsafe extern "C" fn(*mut aws_s3_buffer_pool, *mut aws_s3_meta_request)>,
}

/// `aws/s3/s3_buffer_pool.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_buffer_ticket {
    pub vtable: *mut aws_s3_buffer_ticket_vtable,
    pub ref_count: aws_ref_count,
    pub r#impl: *mut c_void,
}

/// `aws/s3/s3_buffer_pool.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_buffer_ticket_vtable {
    pub claim: Option<unsafe extern "C" fn(*mut aws_s3_buffer_ticket) -> aws_byte_buf>,
    pub acquire: Option<unsafe extern "C" fn(*mut aws_s3_buffer_ticket) -> *mut aws_s3_buffer_ticket>,
    pub release: Option<unsafe extern "C" fn(*mut aws_s3_buffer_ticket) -> *mut aws_s3_buffer_ticket>,
}

/// `aws/s3/s3_buffer_pool.h`, opaque
#[repr(C)]
pub struct aws_future_s3_buffer_ticket {
    _private: [u8; 0],
}

/// `aws/s3/s3_buffer_pool.h`
pub type aws_s3_buffer_pool_factory_fn = Option<unsafe extern "C" fn(allocator: *mut aws_allocator, config: aws_s3_buffer_pool_config, user_data: *mut c_void) -> *mut aws_s3_buffer_pool>;

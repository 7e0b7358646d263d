//! Functions on the default pool that programs use although no public header declares them.

use core::ffi::c_void;

use crate::abi::{
    aws_future_s3_buffer_ticket, aws_s3_buffer_pool, aws_s3_buffer_pool_config,
    aws_s3_buffer_pool_reserve_meta,
};
use crate::crt::Allocator;
use crate::crt::sys::{aws_allocator, aws_byte_buf};
use crate::error::Code;
use crate::ffi::entry::{Sentinel, entry};
use crate::pool::arena::{self, Storage, Usage};
use crate::pool::{Pool, default_pool};

use super::borrow;

impl Sentinel for Usage {
    const FAILED: Self = Self::NOTHING;
}

/// Makes a default pool, with one reference for the caller; `aws_s3_buffer_pool_release` or
/// `aws_s3_default_buffer_pool_destroy` gives it back. Returns NULL and raises an error when the configuration is not
/// possible or `allocator` is NULL.
///
/// cbindgen:ignore
///
/// # Safety
///
/// `allocator` is NULL or outlives the pool and its tickets.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_default_buffer_pool_new(
    allocator: *mut aws_allocator,
    config: aws_s3_buffer_pool_config,
) -> *mut aws_s3_buffer_pool {
    entry(|| {
        // SAFETY: as the caller promises.
        let allocator = unsafe { Allocator::from_raw(allocator) }.ok_or(Code::INVALID_ARGUMENT)?;
        Ok(default_pool(allocator, config)?.into_raw())
    })
}

/// Gives up one reference to a default pool, which is meant to be the last one. Tickets stay good. NULL does nothing.
///
/// cbindgen:ignore
///
/// # Safety
///
/// `buffer_pool` is NULL or a default pool, and the reference is the caller's.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_default_buffer_pool_destroy(
    buffer_pool: *mut aws_s3_buffer_pool,
) {
    entry(|| {
        // SAFETY: as the caller promises.
        drop(unsafe { Pool::adopt(buffer_pool) });
        Ok(())
    })
}

/// What `aws_s3_buffer_pool_reserve` does on a default pool, also when the pool's vtable has been replaced: a program's
/// own vtable may call this.
///
/// cbindgen:ignore
///
/// # Safety
///
/// `buffer_pool` is NULL or a default pool.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_default_buffer_pool_reserve(
    buffer_pool: *mut aws_s3_buffer_pool,
    meta: aws_s3_buffer_pool_reserve_meta,
) -> *mut aws_future_s3_buffer_ticket {
    entry(|| {
        // SAFETY: as the caller promises.
        let pool = unsafe { borrow(buffer_pool) }.ok_or(Code::INVALID_ARGUMENT)?;
        Ok(arena::reserve_directly(&pool, meta).unwrap_or_else(|| pool.reserve_for_c(meta)))
    })
}

/// Claims a ticket of a default pool by its `impl` pointer. The result belongs to the ticket; without memory it is
/// empty, and AWS_ERROR_OOM is raised.
///
/// cbindgen:ignore
///
/// # Safety
///
/// `ticket` is NULL or the `impl` of a live ticket of a default pool.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_default_buffer_pool_acquire_buffer(
    _buffer_pool: *mut aws_s3_buffer_pool,
    ticket: *mut c_void,
) -> aws_byte_buf {
    // SAFETY: as the caller promises.
    entry(|| unsafe { arena::claim_any(ticket) })
}

/// Tells the state of a default pool; all zero for NULL and for pools of another make.
///
/// cbindgen:ignore
///
/// # Safety
///
/// `buffer_pool` is NULL or a pool.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_default_buffer_pool_get_usage(
    buffer_pool: *mut aws_s3_buffer_pool,
) -> Usage {
    entry(|| {
        // SAFETY: as the caller promises.
        let pool = unsafe { borrow(buffer_pool) };
        Ok(pool.map_or(Usage::NOTHING, |pool| arena::usage(&pool)))
    })
}

/// Tells where the memory of a ticket comes from: 0 from an allocation of its own, 1 from a block, 2 from the buffers
/// kept for its size. 0 for NULL and for memory that the caller lent.
///
/// cbindgen:ignore
///
/// # Safety
///
/// `ticket` is NULL or the `impl` of a live ticket of a default pool.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_default_buffer_pool_get_ticket_reserved_from(
    ticket: *mut c_void,
) -> u32 {
    // SAFETY: as the caller promises.
    entry(|| Ok(unsafe { arena::storage_of(ticket) }.unwrap_or(Storage::Secondary) as u32))
}

/// What `aws_s3_buffer_pool_trim` does on a default pool, also when the pool's vtable has been replaced.
///
/// cbindgen:ignore
///
/// # Safety
///
/// `buffer_pool` is NULL or a default pool.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_default_buffer_pool_trim(
    buffer_pool: *mut aws_s3_buffer_pool,
) {
    entry(|| {
        // SAFETY: as the caller promises.
        if let Some(pool) = unsafe { borrow(buffer_pool) }
            && !arena::trim_directly(&pool)
        {
            pool.trim();
        }
        Ok(())
    })
}

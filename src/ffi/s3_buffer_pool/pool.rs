//! Functions on buffer pools of any make.

use core::ffi::c_int;

use crate::abi::{
    aws_future_s3_buffer_ticket, aws_s3_buffer_pool, aws_s3_buffer_pool_reserve_meta,
    aws_s3_meta_request,
};
use crate::crt::sys::aws_byte_buf;
use crate::error::Code;
use crate::ffi::entry::entry;
use crate::pool::{CallerBuffer, Pool};

use super::borrow;

/// Asks a pool for memory. The future returned completes with a ticket, or with the pool's
/// error. To give up, complete the future with an error.
///
/// The caller owns the future and releases it with `aws_future_s3_buffer_ticket_release`; a
/// ticket taken out of it is released with `aws_s3_buffer_ticket_release`. `buffer_pool` must
/// not be NULL; with NULL, returns NULL and raises AWS_ERROR_INVALID_ARGUMENT. The future may
/// complete on any thread, and be complete already. May be called from any thread.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_buffer_pool_reserve(
    buffer_pool: *mut aws_s3_buffer_pool,
    meta: aws_s3_buffer_pool_reserve_meta,
) -> *mut aws_future_s3_buffer_ticket {
    entry(|| {
        // SAFETY: NULL or alive.
        let pool = unsafe { borrow(buffer_pool) }.ok_or(Code::INVALID_ARGUMENT)?;
        Ok(pool.reserve_for_c(meta))
    })
}

/// Asks a pool to give idle memory back to the system. NULL does nothing. May be called from
/// any thread.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_buffer_pool_trim(buffer_pool: *mut aws_s3_buffer_pool) {
    entry(|| {
        // SAFETY: NULL or alive.
        if let Some(pool) = unsafe { borrow(buffer_pool) } {
            pool.trim();
        }
        Ok(())
    })
}

/// Tells a pool that a meta request receives into this memory of the caller's: its reservations
/// are then served from there.
///
/// `buffer` is not copied, and must stay in place until
/// `aws_s3_buffer_pool_remove_preallocated_buffer`; `meta_request` is a key and is not used
/// otherwise. Another buffer for the same meta request takes its place. Errors:
/// AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL, AWS_ERROR_UNSUPPORTED_OPERATION when the
/// pool has no such ability, or the pool's own. May be called from any thread.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_buffer_pool_add_preallocated_buffer(
    buffer_pool: *mut aws_s3_buffer_pool,
    meta_request: *mut aws_s3_meta_request,
    buffer: *mut aws_byte_buf,
) -> c_int {
    entry(|| {
        // SAFETY: NULL or alive.
        let pool = unsafe { borrow(buffer_pool) }.ok_or(Code::INVALID_ARGUMENT)?;
        // SAFETY: the caller keeps it in place until it is removed.
        let buffer = unsafe { CallerBuffer::from_raw(buffer) }.ok_or(Code::INVALID_ARGUMENT)?;
        if meta_request.is_null() {
            return Err(Code::INVALID_ARGUMENT.into());
        }
        pool.add_preallocated(meta_request, buffer)?;
        Ok(0)
    })
}

/// Makes a pool forget the memory of a meta request. Does nothing when it knows none, has no
/// such ability, or a pointer is NULL. May be called from any thread.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_buffer_pool_remove_preallocated_buffer(
    buffer_pool: *mut aws_s3_buffer_pool,
    meta_request: *mut aws_s3_meta_request,
) {
    entry(|| {
        // SAFETY: NULL or alive.
        if let Some(pool) = unsafe { borrow(buffer_pool) }
            && !meta_request.is_null()
        {
            pool.remove_preallocated(meta_request);
        }
        Ok(())
    })
}

/// Takes one more reference to a pool; release it with `aws_s3_buffer_pool_release`. NULL does
/// nothing. Returns `buffer_pool`. May be called from any thread.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_buffer_pool_acquire(
    buffer_pool: *mut aws_s3_buffer_pool,
) -> *mut aws_s3_buffer_pool {
    entry(|| {
        // SAFETY: NULL or alive. The new reference is the caller's.
        let pool = unsafe { Pool::acquire(buffer_pool) };
        pool.map(Pool::into_raw);
        Ok(buffer_pool)
    })
}

/// Releases one reference to a pool. NULL does nothing. Always returns NULL. May be called from
/// any thread.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_buffer_pool_release(
    buffer_pool: *mut aws_s3_buffer_pool,
) -> *mut aws_s3_buffer_pool {
    entry(|| {
        // SAFETY: NULL or alive, and the caller gives its reference away.
        drop(unsafe { Pool::adopt(buffer_pool) });
        Ok(std::ptr::null_mut())
    })
}

/// Announces that many buffers of exactly `buffer_size` bytes will be reserved, so that the
/// pool can keep such buffers for reuse. Take it back with
/// `aws_s3_buffer_pool_release_special_size`. Succeeds without effect for a pool without that
/// ability, and for a size that needs none.
///
/// Errors: AWS_ERROR_INVALID_ARGUMENT when `buffer_pool` is NULL or `buffer_size` 0, or the
/// pool's own. May be called from any thread.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_buffer_pool_add_special_size(
    buffer_pool: *mut aws_s3_buffer_pool,
    buffer_size: usize,
) -> c_int {
    entry(|| {
        // SAFETY: NULL or alive.
        let pool = unsafe { borrow(buffer_pool) }.ok_or(Code::INVALID_ARGUMENT)?;
        if buffer_size == 0 {
            return Err(Code::INVALID_ARGUMENT.into());
        }
        pool.add_special_size(buffer_size)?;
        Ok(0)
    })
}

/// Takes one announcement of `aws_s3_buffer_pool_add_special_size` back. Does nothing for a
/// pool without that ability, or NULL. May be called from any thread.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_buffer_pool_release_special_size(
    buffer_pool: *mut aws_s3_buffer_pool,
    buffer_size: usize,
) {
    entry(|| {
        // SAFETY: NULL or alive.
        if let Some(pool) = unsafe { borrow(buffer_pool) } {
            pool.release_special_size(buffer_size);
        }
        Ok(())
    })
}

/// Returns the size, at least `size`, of which a pool can hand out buffers without wasting
/// memory: for the default pool, a multiple of its part size. Returns `size` for a pool without
/// that ability, or NULL. May be called from any thread.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_buffer_pool_derive_aligned_buffer_size(
    buffer_pool: *mut aws_s3_buffer_pool,
    size: u64,
) -> u64 {
    // SAFETY: NULL or alive.
    entry(|| Ok(unsafe { borrow(buffer_pool) }.map_or(size, |pool| pool.align(size))))
}

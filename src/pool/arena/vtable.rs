//! The default pool behind the public vtable, like anybody else's.

use core::ffi::{c_int, c_void};
use std::ptr::{self, NonNull};
use std::sync::Arc;

use crate::abi::{
    aws_future_s3_buffer_ticket, aws_s3_buffer_pool, aws_s3_buffer_pool_reserve_meta,
    aws_s3_buffer_pool_vtable, aws_s3_meta_request,
};
use crate::crt::sys::{aws_atomic_var, aws_byte_buf, aws_ref_count};
use crate::crt::{raise, ref_count};
use crate::error::Code;
use crate::pool::buffer::CallerBuffer;
use crate::pool::handle::Pool;

use super::{Arena, Load, Usage};

static VTABLE: aws_s3_buffer_pool_vtable = aws_s3_buffer_pool_vtable {
    reserve: Some(reserve),
    trim: Some(trim),
    add_special_size: Some(add_special_size),
    release_special_size: Some(release_special_size),
    derive_aligned_buffer_size: Some(derive_aligned_buffer_size),
    acquire: None,
    release: None,
    add_preallocated_buffer: Some(add_preallocated_buffer),
    remove_preallocated_buffer: Some(remove_preallocated_buffer),
};

static DESTROY: unsafe extern "C" fn(*mut c_void) = destroy;

#[repr(C)]
struct DefaultPool {
    base: aws_s3_buffer_pool,
    arena: Arc<Arena>,
}

pub(super) fn pool(arena: Arc<Arena>) -> Pool {
    let count = aws_atomic_var { value: ptr::null_mut() };
    let base = aws_s3_buffer_pool {
        vtable: (&raw const VTABLE).cast_mut(),
        ref_count: aws_ref_count { ref_count: count, object: ptr::null_mut(), on_zero_fn: None },
        r#impl: ptr::null_mut(),
    };
    let allocator = arena.allocator;
    let pool = allocator.new(DefaultPool { base, arena }).as_ptr();
    // SAFETY: the pool was just made, with one reference that is adopted here; its end is `destroy`.
    let pool = unsafe {
        (*pool).base.r#impl = pool.cast();
        ref_count::init(&raw mut (*pool).base.ref_count, pool.cast(), DESTROY);
        Pool::adopt(pool.cast())
    };
    pool.expect("the pointer is not NULL")
}

/// The numbers of a default pool; all zero for a pool of another make.
pub fn usage(pool: &Pool) -> Usage {
    own(pool).map_or(Usage::NOTHING, |arena| arena.usage())
}

/// How much of a default pool is taken; `None` for a pool of another make.
pub fn load(pool: &Pool) -> Option<Load> {
    own(pool).map(|arena| arena.load())
}

/// Reserves from a default pool, past whatever its vtable has been replaced by; `None` for a pool of another make.
pub fn reserve_directly(
    pool: &Pool,
    meta: aws_s3_buffer_pool_reserve_meta,
) -> Option<*mut aws_future_s3_buffer_ticket> {
    own(pool).map(|arena| arena.reserve(meta).into_raw())
}

/// Trims a default pool, past whatever its vtable has been replaced by; `false` for a pool of another make.
pub fn trim_directly(pool: &Pool) -> bool {
    own(pool).map(|arena| arena.trim()).is_some()
}

/// The arena of a default pool. Programs put vtables of their own in front of it, so that it is known by its end.
fn own(pool: &Pool) -> Option<&Arc<Arena>> {
    // SAFETY: the handle keeps the pool alive.
    let end = unsafe { (*pool.as_ptr()).ref_count.on_zero_fn }?;
    // SAFETY: nobody else makes pools with this end.
    ptr::fn_addr_eq(end, DESTROY).then(|| unsafe { arena(pool.as_ptr()) })
}

/// # Safety
/// `pool` is a default pool and stays alive for `'a`.
unsafe fn arena<'a>(pool: *mut aws_s3_buffer_pool) -> &'a Arc<Arena> {
    // SAFETY: as the caller promises.
    unsafe { &(*pool.cast::<DefaultPool>()).arena }
}

unsafe extern "C" fn reserve(
    pool: *mut aws_s3_buffer_pool,
    meta: aws_s3_buffer_pool_reserve_meta,
) -> *mut aws_future_s3_buffer_ticket {
    // SAFETY: this vtable is on default pools only, and the caller holds one.
    unsafe { arena(pool) }.reserve(meta).into_raw()
}

unsafe extern "C" fn trim(pool: *mut aws_s3_buffer_pool) {
    // SAFETY: this vtable is on default pools only, and the caller holds one.
    unsafe { arena(pool) }.trim();
}

unsafe extern "C" fn add_special_size(pool: *mut aws_s3_buffer_pool, size: usize) -> c_int {
    // SAFETY: this vtable is on default pools only, and the caller holds one.
    unsafe { arena(pool) }.add_special_size(size);
    0
}

/// Every idle special buffer goes, whatever its size: those that are still wanted come back with the next claim.
unsafe extern "C" fn release_special_size(pool: *mut aws_s3_buffer_pool, _size: usize) {
    // SAFETY: this vtable is on default pools only, and the caller holds one.
    unsafe { arena(pool) }.release_special_size();
}

unsafe extern "C" fn derive_aligned_buffer_size(pool: *mut aws_s3_buffer_pool, size: u64) -> u64 {
    // SAFETY: this vtable is on default pools only, and the caller holds one.
    unsafe { arena(pool) }.limits.align(size)
}

unsafe extern "C" fn add_preallocated_buffer(
    pool: *mut aws_s3_buffer_pool,
    meta_request: *mut aws_s3_meta_request,
    buffer: *mut aws_byte_buf,
) -> c_int {
    // SAFETY: the owner of the buffer leaves it alone until it is removed again.
    match unsafe { CallerBuffer::from_raw(buffer) } {
        Some(buffer) if !meta_request.is_null() => {
            // SAFETY: this vtable is on default pools only, and the caller holds one.
            unsafe { arena(pool) }.add_lent(meta_request, buffer);
            0
        }
        _ => {
            raise(Code::INVALID_ARGUMENT);
            -1
        }
    }
}

unsafe extern "C" fn remove_preallocated_buffer(
    pool: *mut aws_s3_buffer_pool,
    meta_request: *mut aws_s3_meta_request,
) {
    // SAFETY: this vtable is on default pools only, and the caller holds one.
    unsafe { arena(pool) }.remove_lent(meta_request);
}

unsafe extern "C" fn destroy(pool: *mut c_void) {
    let Some(pool) = NonNull::new(pool.cast::<DefaultPool>()) else { return };
    // SAFETY: called once, with the object that `pool` made, when its last reference is gone.
    let arena = unsafe { pool.as_ref() }.arena.clone();
    // SAFETY: as above.
    unsafe { arena.allocator.delete(pool) };
    arena.close();
}

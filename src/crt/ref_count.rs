//! The count inside the polymorphic objects that the library makes: tickets, pools, providers.
//!
//! Counting goes through the CRT's functions because callers count on the same field, with the same
//! functions or with code compiled into their programs.

use core::ffi::c_void;

use super::call::call_out;
use super::host;
use super::sys::aws_ref_count;

/// Sets the count to one; `on_zero(object)` runs when the last reference goes.
///
/// # Safety
/// `count` is writable, and `object` is what `on_zero` expects for as long as it is counted.
pub unsafe fn init(
    count: *mut aws_ref_count,
    object: *mut c_void,
    on_zero: unsafe extern "C" fn(*mut c_void),
) {
    // SAFETY: as the caller promises.
    unsafe { host::aws_ref_count_init(count, object, Some(on_zero)) };
}

/// Adds a reference.
///
/// # Safety
/// `count` was set up with [`init`] and is above zero.
pub unsafe fn acquire(count: *mut aws_ref_count) {
    // SAFETY: as the caller promises.
    unsafe { host::aws_ref_count_acquire(count) };
}

/// Takes a reference away. The object may be gone afterwards.
///
/// # Safety
/// `count` was set up with [`init`], and the reference is the caller's to give up.
pub unsafe fn release(count: *mut aws_ref_count) {
    // SAFETY: as the caller promises.
    let _ = unsafe { call_out!(host::aws_ref_count_release, count) };
}

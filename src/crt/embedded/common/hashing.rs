//! Functions that programs give to hash tables: hashes of texts, cursors, pointers and numbers, and when two are equal.
//!
//! The same bytes have the same hash, whatever holds them.

use core::ffi::c_void;

use xxhash_rust::xxh64::xxh64;

use super::*;

fn hash(bytes: &[u8]) -> u64 {
    xxh64(bytes, 0)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_hash_c_string(item: *const c_void) -> u64 {
    // SAFETY: a C string.
    hash(unsafe { c_bytes(item.cast()) }.unwrap_or_default())
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_hash_string(item: *const c_void) -> u64 {
    // SAFETY: a string.
    hash(unsafe { string::text(item.cast()) }.unwrap_or_default())
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_hash_byte_cursor_ptr(item: *const c_void) -> u64 {
    // SAFETY: a cursor.
    hash(shown(unsafe { &*item.cast() }))
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_hash_ptr(item: *const c_void) -> u64 {
    hash(&item.addr().to_ne_bytes())
}

/// The order of the two matters.
#[unsafe(no_mangle)]
pub extern "C" fn aws_hash_combine(item1: u64, item2: u64) -> u64 {
    xxh64(&item1.to_ne_bytes(), item2)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_hash_uint64_t_by_identity(item: *const c_void) -> u64 {
    // SAFETY: a number.
    unsafe { *item.cast() }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_hash_compare_uint64_t_eq(a: *const c_void, b: *const c_void) -> bool {
    // SAFETY: two numbers.
    unsafe { *a.cast::<u64>() == *b.cast::<u64>() }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_hash_callback_c_str_eq(a: *const c_void, b: *const c_void) -> bool {
    // SAFETY: two C strings.
    unsafe { c_bytes(a.cast()) == c_bytes(b.cast()) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_hash_callback_string_eq(a: *const c_void, b: *const c_void) -> bool {
    // SAFETY: two strings.
    unsafe { string::text(a.cast()) == string::text(b.cast()) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_hash_callback_string_destroy(a: *mut c_void) {
    // SAFETY: a string that is not used any more.
    unsafe { string::aws_string_destroy(a.cast()) };
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_ptr_eq(a: *const c_void, b: *const c_void) -> bool {
    a == b
}

//! `aws_host_resolver_*` and `aws_host_address_*`: calls on a resolver, whoever implements it, and the resolver that
//! comes with the library.

use core::ffi::*;
use core::{mem, ptr};

use crate::crt::call::{call_out, returned};
use crate::crt::sys::*;
use crate::error::Code;

use super::link;

mod cache;
mod default_resolver;
mod lookup;
mod refresh;

pub use lookup::aws_default_dns_resolve;

const DEFAULT_TTL_S: usize = 30;
const DEFAULT_FREQUENCY_NS: u64 = 1_000_000_000;

/// The system's resolution, answers good for 30 seconds, asked again every second.
#[unsafe(no_mangle)]
pub extern "C" fn aws_host_resolver_init_default_resolution_config() -> aws_host_resolution_config {
    aws_host_resolution_config {
        r#impl: Some(aws_default_dns_resolve),
        max_ttl: DEFAULT_TTL_S,
        impl_data: ptr::null_mut(),
        resolve_frequency_ns: DEFAULT_FREQUENCY_NS,
    }
}

/// Copies into uninitialised memory; the copy has strings of its own.
///
/// # Safety
/// `from` is a valid address, `to` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_host_address_copy(
    from: *const aws_host_address,
    to: *mut aws_host_address,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe {
        let mut copy = *from;
        copy.host = duplicate((*from).allocator, (*from).host);
        copy.address = duplicate((*from).allocator, (*from).address);
        to.write(copy);
    }
    link::SUCCESS
}

/// # Safety
/// `allocator` is valid; `string` is NULL or valid.
unsafe fn duplicate(allocator: *mut aws_allocator, string: *const aws_string) -> *const aws_string {
    // SAFETY: as the caller promises.
    unsafe {
        match link::string_bytes(string) {
            Some(bytes) => link::string_new(allocator, bytes),
            None => ptr::null(),
        }
    }
}

/// Moves into uninitialised memory and zeroes the source.
///
/// # Safety
/// `from` is a valid address, `to` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_host_address_move(
    from: *mut aws_host_address,
    to: *mut aws_host_address,
) {
    // SAFETY: as the caller promises; a zeroed address is a valid one.
    unsafe { to.write(ptr::replace(from, mem::zeroed())) };
}

/// Frees the strings and zeroes the rest.
///
/// # Safety
/// `address` is a valid address.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_host_address_clean_up(address: *mut aws_host_address) {
    // SAFETY: as the caller promises; destroying NULL does nothing; a zeroed address is a valid one.
    unsafe {
        let old = ptr::replace(address, mem::zeroed());
        link::aws_string_destroy(old.host.cast_mut());
        link::aws_string_destroy(old.address.cast_mut());
    }
}

/// # Safety
/// `allocator` and the group outlive the resolver; `options` is valid for the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_host_resolver_new_default(
    allocator: *mut aws_allocator,
    options: *const aws_host_resolver_default_options,
) -> *mut aws_host_resolver {
    // SAFETY: as the caller promises.
    match unsafe { options.as_ref() } {
        // SAFETY: as above.
        Some(options) => unsafe { default_resolver::new(allocator, options) },
        None => {
            link::raise(Code::INVALID_ARGUMENT);
            ptr::null_mut()
        }
    }
}

/// NULL is returned as it is.
///
/// # Safety
/// `resolver` is NULL or live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_host_resolver_acquire(
    resolver: *mut aws_host_resolver,
) -> *mut aws_host_resolver {
    if !resolver.is_null() {
        // SAFETY: as the caller promises.
        unsafe { link::aws_ref_count_acquire(&raw mut (*resolver).ref_count) };
    }
    resolver
}

/// NULL is ignored.
///
/// # Safety
/// `resolver` is NULL or live, and the caller gives up a reference.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_host_resolver_release(resolver: *mut aws_host_resolver) {
    if !resolver.is_null() {
        // SAFETY: as the caller promises.
        unsafe { link::aws_ref_count_release(&raw mut (*resolver).ref_count) };
    }
}

/// Fetches a slot of a resolver, or fails the calling function when a caller's resolver leaves it empty.
macro_rules! slot {
    ($resolver:ident, $slot:ident) => {
        // SAFETY: a live resolver has a vtable.
        match unsafe { (*(*$resolver).vtable).$slot } {
            Some(function) => function,
            None => return link::raise(Code::UNSUPPORTED_OPERATION),
        }
    };
}

/// Calls `res` once: at once when addresses are known, otherwise on a thread of the resolver.
///
/// # Safety
/// `resolver` is live, `host_name` and `config` are valid for the call, and `res` may be called with `user_data`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_host_resolver_resolve_host(
    resolver: *mut aws_host_resolver,
    host_name: *const aws_string,
    res: aws_on_host_resolved_result_fn,
    config: *const aws_host_resolution_config,
    user_data: *mut c_void,
) -> c_int {
    let resolve_host = slot!(resolver, resolve_host);
    // SAFETY: as the caller promises.
    unsafe { returned(call_out!(resolve_host, resolver, host_name, res, config, user_data)) }
}

/// # Safety
/// `resolver` is live; `address` is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_host_resolver_record_connection_failure(
    resolver: *mut aws_host_resolver,
    address: *const aws_host_address,
) -> c_int {
    let record_connection_failure = slot!(resolver, record_connection_failure);
    // SAFETY: as the caller promises.
    unsafe { returned(call_out!(record_connection_failure, resolver, address)) }
}

/// # Safety
/// `resolver` is live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_host_resolver_purge_cache(resolver: *mut aws_host_resolver) -> c_int {
    let purge_cache = slot!(resolver, purge_cache);
    // SAFETY: as the caller promises.
    unsafe { returned(call_out!(purge_cache, resolver)) }
}

/// # Safety
/// `resolver` is live; the callback may be called once with `user_data` when everything is forgotten.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_host_resolver_purge_cache_with_callback(
    resolver: *mut aws_host_resolver,
    on_purge_cache_complete_callback: aws_simple_completion_callback,
    user_data: *mut c_void,
) -> c_int {
    let purge_cache_with_callback = slot!(resolver, purge_cache_with_callback);
    // SAFETY: as the caller promises.
    unsafe {
        let callback = on_purge_cache_complete_callback;
        returned(call_out!(purge_cache_with_callback, resolver, callback, user_data))
    }
}

/// # Safety
/// `resolver` is live; `options` is valid, its callback may be called once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_host_resolver_purge_host_cache(
    resolver: *mut aws_host_resolver,
    options: *const aws_host_resolver_purge_host_options,
) -> c_int {
    let purge_host_cache = slot!(resolver, purge_host_cache);
    // SAFETY: as the caller promises.
    unsafe { returned(call_out!(purge_host_cache, resolver, options)) }
}

/// How many usable addresses are known, by the record types in `flags`.
///
/// # Safety
/// `resolver` is live; `host_name` is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_host_resolver_get_host_address_count(
    resolver: *mut aws_host_resolver,
    host_name: *const aws_string,
    flags: u32,
) -> usize {
    // SAFETY: as the caller promises.
    unsafe {
        match (*(*resolver).vtable).get_host_address_count {
            Some(count) => call_out!(count, resolver, host_name, flags).unwrap_or(0),
            None => 0,
        }
    }
}

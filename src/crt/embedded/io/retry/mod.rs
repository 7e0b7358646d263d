//! `aws_retry_strategy_*` and `aws_retry_token_*`: calls on a strategy, whoever implements it, and the constructors
//! of the four strategies that come with the library.
//!
//! Strategies and tokens are counted by a bare atomic number, which their implementers set to 1.

use core::ffi::*;
use core::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::backoff::{Backoff, Jitter};
use crate::crt::call::{call, call_out, returned};
use crate::crt::sys::*;
use crate::error::Code;

use super::link;

mod backing_off;
mod none;

use backing_off::{Mode, Settings};

/// How often the standard and adaptive strategies retry when the options name no number.
const STANDARD_RETRIES: usize = 3;

/// # Safety
/// `counter` is valid for the lifetime chosen.
unsafe fn count<'a>(counter: *mut aws_atomic_var) -> &'a AtomicUsize {
    // SAFETY: the number stands where the pointer-sized value does, and is only used atomically.
    unsafe { AtomicUsize::from_ptr((&raw mut (*counter).value).cast()) }
}

/// A number that starts at one reference.
fn one_reference() -> aws_atomic_var {
    aws_atomic_var { value: ptr::without_provenance_mut(1) }
}

/// # Safety
/// `retry_strategy` is NULL or live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_retry_strategy_acquire(retry_strategy: *mut aws_retry_strategy) {
    if !retry_strategy.is_null() {
        // SAFETY: as the caller promises.
        unsafe { count(&raw mut (*retry_strategy).ref_count) }.fetch_add(1, Ordering::Relaxed);
    }
}

/// # Safety
/// `retry_strategy` is NULL or live, and the caller gives up a reference.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_retry_strategy_release(retry_strategy: *mut aws_retry_strategy) {
    if retry_strategy.is_null() {
        return;
    }
    // SAFETY: as the caller promises; the last one destroys.
    unsafe {
        if count(&raw mut (*retry_strategy).ref_count).fetch_sub(1, Ordering::AcqRel) == 1
            && let Some(destroy) = (*(*retry_strategy).vtable).destroy
        {
            let _ = call_out!(destroy, retry_strategy);
        }
    }
}

/// Asks for the permission to send. `on_acquired` is called once, later and on another thread, if this succeeds.
///
/// # Safety
/// `retry_strategy` is live; `partition_id` is NULL or valid for the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_retry_strategy_acquire_retry_token(
    retry_strategy: *mut aws_retry_strategy,
    partition_id: *const aws_byte_cursor,
    on_acquired: aws_retry_strategy_on_retry_token_acquired_fn,
    user_data: *mut c_void,
    timeout_ms: u64,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe {
        match (*(*retry_strategy).vtable).acquire_token {
            Some(acquire_token) => {
                let arguments = (retry_strategy, partition_id, on_acquired, user_data, timeout_ms);
                returned(call(acquire_token, arguments))
            }
            None => link::raise(Code::UNIMPLEMENTED),
        }
    }
}

/// Asks for another attempt. `retry_ready` is called once, when it is time, if this succeeds.
///
/// # Safety
/// `token` is live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_retry_strategy_schedule_retry(
    token: *mut aws_retry_token,
    error_type: aws_retry_error_type,
    retry_ready: aws_retry_strategy_on_retry_ready_fn,
    user_data: *mut c_void,
) -> c_int {
    // SAFETY: as the caller promises; a token has a strategy.
    unsafe {
        match (*(*(*token).retry_strategy).vtable).schedule_retry {
            Some(schedule_retry) => {
                returned(call_out!(schedule_retry, token, error_type, retry_ready, user_data))
            }
            None => link::raise(Code::UNIMPLEMENTED),
        }
    }
}

/// # Safety
/// `token` is live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_retry_token_record_success(token: *mut aws_retry_token) -> c_int {
    // SAFETY: as the caller promises.
    unsafe {
        match (*(*(*token).retry_strategy).vtable).record_success {
            Some(record_success) => returned(call_out!(record_success, token)),
            None => link::raise(Code::UNIMPLEMENTED),
        }
    }
}

/// # Safety
/// `token` is NULL or live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_retry_token_acquire(token: *mut aws_retry_token) {
    if !token.is_null() {
        // SAFETY: as the caller promises.
        unsafe { count(&raw mut (*token).ref_count) }.fetch_add(1, Ordering::Relaxed);
    }
}

/// # Safety
/// `token` is NULL or live, and the caller gives up a reference.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_retry_token_release(token: *mut aws_retry_token) {
    if token.is_null() {
        return;
    }
    // SAFETY: as the caller promises; the last one destroys.
    unsafe {
        if count(&raw mut (*token).ref_count).fetch_sub(1, Ordering::AcqRel) == 1
            && let Some(release_token) = (*(*(*token).retry_strategy).vtable).release_token
        {
            let _ = call_out!(release_token, token);
        }
    }
}

/// Makes a strategy, or fails with `AWS_ERROR_INVALID_ARGUMENT` without an event loop group and for an unknown
/// jitter mode.
///
/// # Safety
/// `allocator` is valid and outlives the strategy; the options are valid for the call.
unsafe fn make(
    allocator: *mut aws_allocator,
    options: &aws_exponential_backoff_retry_options,
    default_retries: usize,
    mode: Mode,
) -> *mut aws_retry_strategy {
    let jitter = Jitter::of_number(options.jitter_mode);
    let (Some(jitter), false) = (jitter, options.el_group.is_null()) else {
        link::raise(Code::INVALID_ARGUMENT);
        return ptr::null_mut();
    };
    let retries = if options.max_retries == 0 { default_retries } else { options.max_retries };
    let (scale_ms, ceiling_s) = (options.backoff_scale_factor_ms, options.max_backoff_secs);
    // SAFETY: as the caller promises.
    unsafe {
        let settings = Settings {
            group: options.el_group,
            backoff: Backoff::new(retries, scale_ms, ceiling_s, jitter),
            random: options.generate_random,
            random_with: options.generate_random_impl,
            random_user_data: options.generate_random_user_data,
            on_shutdown: options.shutdown_options.as_ref().copied(),
        };
        backing_off::new(allocator, settings, mode)
    }
}

/// # Safety
/// As [`make`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_retry_strategy_new_exponential_backoff(
    allocator: *mut aws_allocator,
    config: *const aws_exponential_backoff_retry_options,
) -> *mut aws_retry_strategy {
    // SAFETY: as the caller promises.
    match unsafe { config.as_ref() } {
        // SAFETY: as above.
        Some(options) => unsafe { make(allocator, options, Backoff::DEFAULT_RETRIES, Mode::Plain) },
        None => refuse(),
    }
}

/// # Safety
/// As [`make`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_retry_strategy_new_standard(
    allocator: *mut aws_allocator,
    config: *const aws_standard_retry_options,
) -> *mut aws_retry_strategy {
    // SAFETY: as the caller promises.
    unsafe {
        let Some(options) = config.as_ref() else { return refuse() };
        let mode = Mode::Standard { capacity: options.initial_bucket_capacity };
        make(allocator, &options.backoff_retry_options, STANDARD_RETRIES, mode)
    }
}

/// # Safety
/// As [`make`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_retry_strategy_new_adaptive(
    allocator: *mut aws_allocator,
    config: *const aws_adaptive_retry_options,
) -> *mut aws_retry_strategy {
    // SAFETY: as the caller promises.
    unsafe {
        let Some(options) = config.as_ref() else { return refuse() };
        let capacity = options.standard_options.initial_bucket_capacity;
        let mode = Mode::Adaptive { capacity, fast_fail: options.fast_fail_if_no_token };
        make(allocator, &options.standard_options.backoff_retry_options, STANDARD_RETRIES, mode)
    }
}

/// A strategy that refuses every token. `config` may be NULL.
///
/// # Safety
/// `allocator` is valid and outlives the strategy; `config` is NULL or valid for the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_retry_strategy_new_no_retry(
    allocator: *mut aws_allocator,
    config: *const aws_no_retry_options,
) -> *mut aws_retry_strategy {
    // SAFETY: as the caller promises.
    unsafe {
        let on_shutdown = config.as_ref().and_then(|options| options.shutdown_options.as_ref());
        none::new(allocator, on_shutdown.copied())
    }
}

fn refuse() -> *mut aws_retry_strategy {
    link::raise(Code::INVALID_ARGUMENT);
    ptr::null_mut()
}

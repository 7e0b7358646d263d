//! The strategy that never retries: it gives no tokens.

use core::ffi::*;
use core::ptr;

use crate::crt::call::call_out;
use crate::crt::embedded::published::Constant;
use crate::crt::sys::*;
use crate::error::Code;

use super::super::{block, link};
use super::one_reference;

#[repr(C)]
struct Never {
    base: aws_retry_strategy,
    on_shutdown: Option<aws_shutdown_callback_options>,
}

static VTABLE: Constant<aws_retry_strategy_vtable> = Constant(aws_retry_strategy_vtable {
    destroy: Some(destroy),
    acquire_token: Some(acquire_token),
    schedule_retry: Some(schedule_retry),
    record_success: Some(record_success),
    release_token: Some(release_token),
});

/// # Safety
/// `allocator` is valid and outlives the strategy.
pub unsafe fn new(
    allocator: *mut aws_allocator,
    on_shutdown: Option<aws_shutdown_callback_options>,
) -> *mut aws_retry_strategy {
    let vtable = (&raw const VTABLE.0).cast_mut();
    let base = aws_retry_strategy {
        allocator,
        vtable,
        ref_count: one_reference(),
        r#impl: ptr::null_mut(),
    };
    // SAFETY: as the caller promises.
    unsafe { block::place(allocator, Never { base, on_shutdown }).cast() }
}

unsafe extern "C" fn destroy(strategy: *mut aws_retry_strategy) {
    // SAFETY: the last reference is gone.
    unsafe {
        let Never { on_shutdown, .. } =
            block::take((*strategy).allocator, strategy.cast::<Never>());
        if let Some(options) = on_shutdown
            && let Some(callback) = options.shutdown_callback_fn
        {
            let _ = call_out!(callback, options.shutdown_callback_user_data);
        }
    }
}

unsafe extern "C" fn acquire_token(
    _strategy: *mut aws_retry_strategy,
    _partition_id: *const aws_byte_cursor,
    _on_acquired: aws_retry_strategy_on_retry_token_acquired_fn,
    _user_data: *mut c_void,
    _timeout_ms: u64,
) -> c_int {
    link::raise(Code::IO_RETRY_PERMISSION_DENIED)
}

unsafe extern "C" fn schedule_retry(
    _token: *mut aws_retry_token,
    _error_type: aws_retry_error_type,
    _retry_ready: aws_retry_strategy_on_retry_ready_fn,
    _user_data: *mut c_void,
) -> c_int {
    link::raise(Code::IO_RETRY_PERMISSION_DENIED)
}

unsafe extern "C" fn record_success(_token: *mut aws_retry_token) -> c_int {
    link::raise(Code::INVALID_STATE)
}

/// There are no tokens.
unsafe extern "C" fn release_token(_token: *mut aws_retry_token) {}

//! `aws_client_bootstrap_*`: event loop group and resolver, counted together.

use core::ffi::*;
use core::ptr;

use crate::crt::call::call_out;
use crate::crt::sys::*;
use crate::error::Code;

use super::event_loop_group::{aws_event_loop_group_acquire, aws_event_loop_group_release};
use super::resolver::{
    aws_host_resolver_acquire, aws_host_resolver_init_default_resolution_config,
    aws_host_resolver_release,
};
use super::{block, link};

/// NULL with `AWS_ERROR_INVALID_ARGUMENT` without group or resolver, both of which the bootstrap acquires.
///
/// # Safety
/// `allocator` is valid and outlives the bootstrap; `options` and what it points to are valid for the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_client_bootstrap_new(
    allocator: *mut aws_allocator,
    options: *const aws_client_bootstrap_options,
) -> *mut aws_client_bootstrap {
    // SAFETY: as the caller promises.
    unsafe {
        let Some(options) = options.as_ref() else {
            link::raise(Code::INVALID_ARGUMENT);
            return ptr::null_mut();
        };
        if options.event_loop_group.is_null() || options.host_resolver.is_null() {
            link::raise(Code::INVALID_ARGUMENT);
            return ptr::null_mut();
        }
        let config = options.host_resolution_config.as_ref().copied();
        let bootstrap = aws_client_bootstrap {
            allocator,
            event_loop_group: aws_event_loop_group_acquire(options.event_loop_group),
            host_resolver: aws_host_resolver_acquire(options.host_resolver),
            host_resolver_config: config
                .unwrap_or_else(|| aws_host_resolver_init_default_resolution_config()),
            on_protocol_negotiated: None,
            ref_count: aws_ref_count {
                ref_count: aws_atomic_var { value: ptr::null_mut() },
                object: ptr::null_mut(),
                on_zero_fn: None,
            },
            on_shutdown_complete: options.on_shutdown_complete,
            user_data: options.user_data,
        };
        let bootstrap = block::place(allocator, bootstrap);
        let count = &raw mut (*bootstrap).ref_count;
        link::aws_ref_count_init(count, bootstrap.cast(), Some(end));
        bootstrap
    }
}

unsafe extern "C" fn end(bootstrap: *mut c_void) {
    let bootstrap = bootstrap.cast::<aws_client_bootstrap>();
    // SAFETY: the last reference is gone.
    unsafe {
        let bootstrap = block::take((*bootstrap).allocator, bootstrap);
        aws_host_resolver_release(bootstrap.host_resolver);
        aws_event_loop_group_release(bootstrap.event_loop_group);
        if let Some(callback) = bootstrap.on_shutdown_complete {
            let _ = call_out!(callback, bootstrap.user_data);
        }
    }
}

/// NULL is returned as it is.
///
/// # Safety
/// `bootstrap` is NULL or live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_client_bootstrap_acquire(
    bootstrap: *mut aws_client_bootstrap,
) -> *mut aws_client_bootstrap {
    if !bootstrap.is_null() {
        // SAFETY: as the caller promises.
        unsafe { link::aws_ref_count_acquire(&raw mut (*bootstrap).ref_count) };
    }
    bootstrap
}

/// NULL is ignored.
///
/// # Safety
/// `bootstrap` is NULL or live, and the caller gives up a reference.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_client_bootstrap_release(bootstrap: *mut aws_client_bootstrap) {
    if !bootstrap.is_null() {
        // SAFETY: as the caller promises.
        unsafe { link::aws_ref_count_release(&raw mut (*bootstrap).ref_count) };
    }
}

/// Kept for whoever reads the field; nothing here negotiates protocols over it.
///
/// # Safety
/// `bootstrap` is live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_client_bootstrap_set_alpn_callback(
    bootstrap: *mut aws_client_bootstrap,
    on_protocol_negotiated: aws_channel_on_protocol_negotiated_fn,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe { (*bootstrap).on_protocol_negotiated = on_protocol_negotiated };
    link::SUCCESS
}

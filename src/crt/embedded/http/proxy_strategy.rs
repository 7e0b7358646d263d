//! Proxy strategies: counted objects that authenticate to a proxy, and the one that is ready-made, basic
//! authentication.
//!
//! Strategies and negotiators work through public vtables, so those of a program and those from here are used alike.

use core::ffi::{c_int, c_void};
use core::ptr::{NonNull, null_mut};
use core::sync::atomic::{AtomicBool, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::crt::call::call_out;
use crate::crt::embedded::owned_bytes::OwnedBytes;
use crate::crt::embedded::published::Constant;
use crate::crt::sys::*;
use crate::crt::{Allocator, bytes_of, cursor, raise, ref_count};
use crate::error::Code;

use super::message_headers::aws_http_message_add_header;

/// Basic authentication; C holds a pointer to `base`.
#[repr(C)]
struct Basic {
    base: aws_http_proxy_strategy,
    allocator: Allocator,
    /// Value of `Proxy-Authorization`.
    header: OwnedBytes,
}

/// One negotiation; C holds a pointer to `base`.
#[repr(C)]
struct Negotiator {
    base: aws_http_proxy_negotiator,
    allocator: Allocator,
    /// Held.
    strategy: NonNull<Basic>,
    asked: AtomicBool,
}

static STRATEGY: Constant<aws_http_proxy_strategy_vtable> =
    Constant(aws_http_proxy_strategy_vtable { create_negotiator: Some(create_negotiator) });

static FORWARDING: Constant<aws_http_proxy_negotiator_forwarding_vtable> =
    Constant(aws_http_proxy_negotiator_forwarding_vtable {
        forward_request_transform: Some(forward),
    });

static TUNNELLING: Constant<aws_http_proxy_negotiator_tunnelling_vtable> =
    Constant(aws_http_proxy_negotiator_tunnelling_vtable {
        connect_request_transform: Some(connect),
        on_incoming_headers_callback: None,
        on_status_callback: None,
        on_incoming_body_callback: None,
        get_retry_directive: None,
    });

/// A count that its object is still to be given.
const UNCOUNTED: aws_ref_count = aws_ref_count {
    ref_count: aws_atomic_var { value: null_mut() },
    object: null_mut(),
    on_zero_fn: None,
};

/// A strategy that shows a name and a password. NULL with `AWS_ERROR_INVALID_ARGUMENT` unless the options name a
/// forwarding or a tunnelling proxy.
///
/// # Safety
/// The allocator is valid for as long as the strategy; the options are valid for the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_proxy_strategy_new_basic_auth(
    allocator: *mut aws_allocator,
    config: *mut aws_http_proxy_strategy_basic_auth_options,
) -> *mut aws_http_proxy_strategy {
    // SAFETY: as the caller promises.
    let (allocator, config) = unsafe { (Allocator::from_raw(allocator), config.as_ref()) };
    let (Some(allocator), Some(config)) = (allocator, config) else {
        raise(Code::INVALID_ARGUMENT);
        return null_mut();
    };
    let connection_type = config.proxy_connection_type;
    if !matches!(connection_type, AWS_HPCT_HTTP_FORWARD | AWS_HPCT_HTTP_TUNNEL) {
        raise(Code::INVALID_ARGUMENT);
        return null_mut();
    }
    // SAFETY: as the caller promises.
    let pair = unsafe { [bytes_of(config.user_name), b":", bytes_of(config.password)].concat() };
    let encoded = STANDARD.encode(pair);
    let Some(header) = OwnedBytes::joined(allocator, &[b"Basic ", encoded.as_bytes()]) else {
        raise(Code::OVERFLOW_DETECTED);
        return null_mut();
    };
    let base = aws_http_proxy_strategy {
        ref_count: UNCOUNTED,
        vtable: (&raw const STRATEGY.0).cast_mut(),
        r#impl: null_mut(),
        proxy_connection_type: connection_type,
    };
    let strategy = allocator.new(Basic { base, allocator, header }).as_ptr();
    // SAFETY: the strategy is new and ours.
    unsafe {
        (*strategy).base.r#impl = strategy.cast();
        ref_count::init(&raw mut (*strategy).base.ref_count, strategy.cast(), end_strategy);
    }
    strategy.cast()
}

unsafe extern "C" fn end_strategy(strategy: *mut c_void) {
    if let Some(strategy) = NonNull::new(strategy.cast::<Basic>()) {
        // SAFETY: the last reference is gone, and the strategy came from this allocator.
        unsafe { (*strategy.as_ptr()).allocator.delete(strategy) };
    }
}

/// Adds a holder; NULL is fine.
///
/// # Safety
/// A non-NULL strategy is held by the caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_proxy_strategy_acquire(
    proxy_strategy: *mut aws_http_proxy_strategy,
) -> *mut aws_http_proxy_strategy {
    if !proxy_strategy.is_null() {
        // SAFETY: as the caller promises.
        unsafe { ref_count::acquire(&raw mut (*proxy_strategy).ref_count) };
    }
    proxy_strategy
}

/// Drops a holder; NULL is fine.
///
/// # Safety
/// A non-NULL strategy is held by the caller, who gives that up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_proxy_strategy_release(
    proxy_strategy: *mut aws_http_proxy_strategy,
) {
    if !proxy_strategy.is_null() {
        // SAFETY: as the caller promises.
        unsafe { ref_count::release(&raw mut (*proxy_strategy).ref_count) };
    }
}

/// What a strategy makes for one connection; NULL with an error when it makes nothing.
///
/// # Safety
/// A non-NULL strategy is held by the caller; the allocator is valid for as long as the negotiator.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_proxy_strategy_create_negotiator(
    strategy: *mut aws_http_proxy_strategy,
    allocator: *mut aws_allocator,
) -> *mut aws_http_proxy_negotiator {
    // SAFETY: as the caller promises; every strategy has a vtable.
    let create = unsafe {
        strategy.as_ref().and_then(|it| it.vtable.as_ref()).and_then(|it| it.create_negotiator)
    };
    match create {
        Some(create) if !allocator.is_null() => {
            // SAFETY: as the caller promises.
            unsafe { call_out!(create, strategy, allocator) }.unwrap_or(null_mut())
        }
        _ => {
            raise(Code::INVALID_ARGUMENT);
            null_mut()
        }
    }
}

/// Adds a holder; NULL is fine.
///
/// # Safety
/// A non-NULL negotiator is held by the caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_proxy_negotiator_acquire(
    proxy_negotiator: *mut aws_http_proxy_negotiator,
) -> *mut aws_http_proxy_negotiator {
    if !proxy_negotiator.is_null() {
        // SAFETY: as the caller promises.
        unsafe { ref_count::acquire(&raw mut (*proxy_negotiator).ref_count) };
    }
    proxy_negotiator
}

/// Drops a holder; NULL is fine.
///
/// # Safety
/// A non-NULL negotiator is held by the caller, who gives that up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_proxy_negotiator_release(
    proxy_negotiator: *mut aws_http_proxy_negotiator,
) {
    if !proxy_negotiator.is_null() {
        // SAFETY: as the caller promises.
        unsafe { ref_count::release(&raw mut (*proxy_negotiator).ref_count) };
    }
}

unsafe extern "C" fn create_negotiator(
    strategy: *mut aws_http_proxy_strategy,
    allocator: *mut aws_allocator,
) -> *mut aws_http_proxy_negotiator {
    // SAFETY: the caller holds the strategy, which is one of ours.
    let (held, allocator) = unsafe {
        (
            NonNull::new(aws_http_proxy_strategy_acquire(strategy).cast::<Basic>()),
            Allocator::from_raw(allocator),
        )
    };
    let (Some(strategy), Some(allocator)) = (held, allocator) else {
        raise(Code::INVALID_ARGUMENT);
        return null_mut();
    };
    // SAFETY: held.
    let forwards =
        unsafe { (*strategy.as_ptr()).base.proxy_connection_type } == AWS_HPCT_HTTP_FORWARD;
    let strategy_vtable = if forwards {
        let forwarding_vtable = (&raw const FORWARDING.0).cast_mut();
        aws_http_proxy_negotiator_strategy_vtable { forwarding_vtable }
    } else {
        let tunnelling_vtable = (&raw const TUNNELLING.0).cast_mut();
        aws_http_proxy_negotiator_strategy_vtable { tunnelling_vtable }
    };
    let base =
        aws_http_proxy_negotiator { ref_count: UNCOUNTED, r#impl: null_mut(), strategy_vtable };
    let negotiator = Negotiator { base, allocator, strategy, asked: AtomicBool::new(false) };
    let negotiator = allocator.new(negotiator).as_ptr();
    // SAFETY: the negotiator is new and ours.
    unsafe {
        (*negotiator).base.r#impl = negotiator.cast();
        ref_count::init(&raw mut (*negotiator).base.ref_count, negotiator.cast(), end_negotiator);
    }
    negotiator.cast()
}

unsafe extern "C" fn end_negotiator(negotiator: *mut c_void) {
    let Some(negotiator) = NonNull::new(negotiator.cast::<Negotiator>()) else { return };
    // SAFETY: the last reference is gone, with it the one to the strategy, and the block came from this allocator.
    unsafe {
        aws_http_proxy_strategy_release((*negotiator.as_ptr()).strategy.as_ptr().cast());
        (*negotiator.as_ptr()).allocator.delete(negotiator);
    }
}

/// Adds the header to a request that a proxy is to pass on.
unsafe extern "C" fn forward(
    proxy_negotiator: *mut aws_http_proxy_negotiator,
    message: *mut aws_http_message,
) -> c_int {
    // SAFETY: the caller holds both, and the negotiator, one of ours, holds its strategy.
    unsafe {
        let strategy = (*proxy_negotiator.cast::<Negotiator>()).strategy;
        aws_http_message_add_header(
            message,
            aws_http_header {
                name: cursor(b"Proxy-Authorization"),
                value: (*strategy.as_ptr()).header.cursor(),
                compression: AWS_HTTP_HEADER_COMPRESSION_USE_CACHE,
            },
        )
    }
}

/// Adds the header to the one CONNECT of a negotiation: a proxy that says no will not say yes to the same again.
unsafe extern "C" fn connect(
    proxy_negotiator: *mut aws_http_proxy_negotiator,
    message: *mut aws_http_message,
    give_up: aws_http_proxy_negotiation_terminate_fn,
    go_on: aws_http_proxy_negotiation_http_request_forward_fn,
    user_data: *mut c_void,
) {
    // SAFETY: the caller holds the negotiator, which is one of ours.
    let asked = unsafe { &(*proxy_negotiator.cast::<Negotiator>()).asked };
    let failure = if asked.swap(true, Ordering::AcqRel) {
        Some(Code::HTTP_PROXY_CONNECT_FAILED)
    } else {
        // SAFETY: as above.
        let added = unsafe { forward(proxy_negotiator, message) };
        (added != 0).then(crate::crt::last_error)
    };
    match (failure, give_up, go_on) {
        // SAFETY: the caller's function, called once.
        (None, _, Some(go_on)) => unsafe { go_on(message, user_data) },
        // SAFETY: as above.
        (Some(code), Some(give_up), _) => unsafe { give_up(message, code.0, user_data) },
        _ => {}
    }
}

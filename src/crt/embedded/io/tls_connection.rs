//! `aws_tls_connection_options_*`: a context and what one connection wants beside it.

use core::ffi::*;
use core::{mem, ptr};

use crate::crt::sys::*;

use super::link;
use super::tls_context::{DEFAULT_HANDSHAKE_TIMEOUT_MS, aws_tls_ctx_acquire, aws_tls_ctx_release};
use super::tls_options::replace_string;

/// Holds the context; protocols stay those of the context, the handshake may take ten seconds.
///
/// # Safety
/// `conn_options` is writable; `ctx` is live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_tls_connection_options_init_from_ctx(
    conn_options: *mut aws_tls_connection_options,
    ctx: *mut aws_tls_ctx,
) {
    // SAFETY: as the caller promises; all zeroes is a valid value of the struct.
    unsafe {
        let mut blank: aws_tls_connection_options = mem::zeroed();
        blank.ctx = aws_tls_ctx_acquire(ctx);
        blank.timeout_ms = DEFAULT_HANDSHAKE_TIMEOUT_MS;
        conn_options.write(blank);
    }
}

/// Gives up the context, frees the strings and zeroes the rest. Zeroed options are left alone.
///
/// # Safety
/// `connection_options` is initialised or zeroed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_tls_connection_options_clean_up(
    connection_options: *mut aws_tls_connection_options,
) {
    // SAFETY: as the caller promises; all zeroes is a valid value of the struct.
    unsafe {
        let old = ptr::replace(connection_options, mem::zeroed());
        aws_tls_ctx_release(old.ctx);
        link::aws_string_destroy(old.alpn_list);
        link::aws_string_destroy(old.server_name);
    }
}

/// Cleans `to` up, then copies with references and strings of its own.
///
/// # Safety
/// `to` is initialised or zeroed; `from` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_tls_connection_options_copy(
    to: *mut aws_tls_connection_options,
    from: *const aws_tls_connection_options,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe {
        aws_tls_connection_options_clean_up(to);
        let mut copy = *from;
        copy.ctx = aws_tls_ctx_acquire(copy.ctx);
        copy.alpn_list = duplicate(copy.alpn_list);
        copy.server_name = duplicate(copy.server_name);
        to.write(copy);
    }
    link::SUCCESS
}

/// # Safety
/// `string` is NULL or valid.
unsafe fn duplicate(string: *mut aws_string) -> *mut aws_string {
    // SAFETY: as the caller promises.
    unsafe {
        match link::string_bytes(string) {
            Some(bytes) => link::string_new((*string).allocator, bytes),
            None => string,
        }
    }
}

/// Remembered for whoever reads the fields; the connections of this library call none of them.
///
/// # Safety
/// `conn_options` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_tls_connection_options_set_callbacks(
    conn_options: *mut aws_tls_connection_options,
    on_negotiation_result: aws_tls_on_negotiation_result_fn,
    on_data_read: aws_tls_on_data_read_fn,
    on_error: aws_tls_on_error_fn,
    user_data: *mut c_void,
) {
    // SAFETY: as the caller promises.
    unsafe {
        (*conn_options).on_negotiation_result = on_negotiation_result;
        (*conn_options).on_data_read = on_data_read;
        (*conn_options).on_error = on_error;
        (*conn_options).user_data = user_data;
    }
}

/// # Safety
/// `conn_options` is initialised; `allocator` outlives it; the cursor is valid for the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_tls_connection_options_set_server_name(
    conn_options: *mut aws_tls_connection_options,
    allocator: *mut aws_allocator,
    server_name: *const aws_byte_cursor,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe {
        let new = link::string_new(allocator, link::bytes_of(*server_name));
        link::aws_string_destroy(mem::replace(&mut (*conn_options).server_name, new));
    }
    link::SUCCESS
}

/// # Safety
/// `conn_options` is initialised; `allocator` outlives it; `alpn_list` is a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_tls_connection_options_set_alpn_list(
    conn_options: *mut aws_tls_connection_options,
    allocator: *mut aws_allocator,
    alpn_list: *const c_char,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe { replace_string(&raw mut (*conn_options).alpn_list, allocator, alpn_list) }
}

//! The headers of a message: the list itself, and shorthands for some of its functions.

use core::ffi::c_int;
use core::ptr::{null, null_mut};

use crate::crt::bytes_of;
use crate::crt::sys::*;

use super::headers::{aws_http_headers_add_array, change, read};
use super::message::look;
use super::outcome;

/// Gives the headers, borrowed.
///
/// # Safety
/// The message is held by the caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_message_get_headers(
    message: *const aws_http_message,
) -> *mut aws_http_headers {
    // SAFETY: as the caller promises.
    unsafe { look(message) }.map_or(null_mut(), |message| message.headers)
}

/// Gives the headers, borrowed, to read.
///
/// # Safety
/// The message is held by the caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_message_get_const_headers(
    message: *const aws_http_message,
) -> *const aws_http_headers {
    // SAFETY: as the caller promises.
    unsafe { look(message) }.map_or(null(), |message| message.headers)
}

/// Counts the headers.
///
/// # Safety
/// The message is held by the caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_message_get_header_count(
    message: *const aws_http_message,
) -> usize {
    // SAFETY: as the caller promises; the message holds its headers.
    unsafe { look(message).and_then(|message| read(message.headers)) }
        .map_or(0, |headers| headers.count())
}

/// Gives the header at a position.
///
/// # Safety
/// The message is held by the caller; `out_header` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_message_get_header(
    message: *const aws_http_message,
    out_header: *mut aws_http_header,
    index: usize,
) -> c_int {
    // SAFETY: as the caller promises; the message holds its headers.
    outcome(unsafe {
        look(message)
            .and_then(|message| read(message.headers))
            .and_then(|headers| headers.at(index))
            .map(|header| out_header.write(header))
    })
}

/// Appends a header.
///
/// # Safety
/// The message is the caller's to change; the cursors point to readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_message_add_header(
    message: *mut aws_http_message,
    header: aws_http_header,
) -> c_int {
    // SAFETY: as the caller promises; the message holds its headers.
    outcome(unsafe {
        look(message).and_then(|message| change(message.headers)).and_then(|headers| {
            headers.add(bytes_of(header.name), bytes_of(header.value), header.compression)
        })
    })
}

/// Appends several headers, or none.
///
/// # Safety
/// The message is the caller's to change; `headers` holds `num_headers` readable headers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_message_add_header_array(
    message: *mut aws_http_message,
    headers: *const aws_http_header,
    num_headers: usize,
) -> c_int {
    // SAFETY: as the caller promises.
    match unsafe { look(message) } {
        // SAFETY: as the caller promises; the message holds its headers.
        Ok(message) => unsafe { aws_http_headers_add_array(message.headers, headers, num_headers) },
        Err(code) => outcome(Err(code)),
    }
}

/// Drops the header at a position.
///
/// # Safety
/// The message is the caller's to change.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_message_erase_header(
    message: *mut aws_http_message,
    index: usize,
) -> c_int {
    // SAFETY: as the caller promises; the message holds its headers.
    outcome(unsafe {
        look(message)
            .and_then(|message| change(message.headers))
            .and_then(|headers| headers.erase_at(index))
    })
}

//! HTTP/2 keeps what stands in the first line of HTTP/1.1 as headers whose names begin with a colon.

use core::ffi::c_int;

use crate::crt::bytes_of;
use crate::crt::sys::*;
use crate::error::Code;

use super::headers::{change, read};
use super::outcome;

pub(super) const METHOD: &[u8] = b":method";
pub(super) const PATH: &[u8] = b":path";
pub(super) const STATUS: &[u8] = b":status";
const AUTHORITY: &[u8] = b":authority";
const SCHEME: &[u8] = b":scheme";

/// # Safety
/// The list is held by the caller; `out` is writable.
unsafe fn get(headers: *const aws_http_headers, name: &[u8], out: *mut aws_byte_cursor) -> c_int {
    // SAFETY: as the caller promises.
    outcome(unsafe { read(headers) }.and_then(|list| list.value(name)).map(|value| unsafe {
        out.write(value);
    }))
}

/// # Safety
/// The list is the caller's to change; the cursor points to readable bytes.
unsafe fn set(headers: *mut aws_http_headers, name: &[u8], value: aws_byte_cursor) -> c_int {
    // SAFETY: as the caller promises.
    outcome(unsafe { change(headers).and_then(|list| list.set(name, bytes_of(value))) })
}

/// The number in `:status`.
pub(super) fn parse_status(value: &[u8]) -> Result<c_int, Code> {
    // Not `str::parse`, which lets a sign pass.
    if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
        return Err(Code::INVALID_ARGUMENT);
    }
    let text = core::str::from_utf8(value).map_err(|_| Code::INVALID_ARGUMENT)?;
    text.parse().map_err(|_| Code::OVERFLOW_DETECTED)
}

/// Gives the method.
///
/// # Safety
/// The list is held by the caller; `out_method` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http2_headers_get_request_method(
    h2_headers: *const aws_http_headers,
    out_method: *mut aws_byte_cursor,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe { get(h2_headers, METHOD, out_method) }
}

/// Sets the method.
///
/// # Safety
/// The list is the caller's to change; the cursor points to readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http2_headers_set_request_method(
    h2_headers: *mut aws_http_headers,
    method: aws_byte_cursor,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe { set(h2_headers, METHOD, method) }
}

/// Gives the scheme.
///
/// # Safety
/// The list is held by the caller; `out_scheme` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http2_headers_get_request_scheme(
    h2_headers: *const aws_http_headers,
    out_scheme: *mut aws_byte_cursor,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe { get(h2_headers, SCHEME, out_scheme) }
}

/// Sets the scheme.
///
/// # Safety
/// The list is the caller's to change; the cursor points to readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http2_headers_set_request_scheme(
    h2_headers: *mut aws_http_headers,
    scheme: aws_byte_cursor,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe { set(h2_headers, SCHEME, scheme) }
}

/// Gives the authority.
///
/// # Safety
/// The list is held by the caller; `out_authority` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http2_headers_get_request_authority(
    h2_headers: *const aws_http_headers,
    out_authority: *mut aws_byte_cursor,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe { get(h2_headers, AUTHORITY, out_authority) }
}

/// Sets the authority.
///
/// # Safety
/// The list is the caller's to change; the cursor points to readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http2_headers_set_request_authority(
    h2_headers: *mut aws_http_headers,
    authority: aws_byte_cursor,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe { set(h2_headers, AUTHORITY, authority) }
}

/// Gives path and query.
///
/// # Safety
/// The list is held by the caller; `out_path` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http2_headers_get_request_path(
    h2_headers: *const aws_http_headers,
    out_path: *mut aws_byte_cursor,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe { get(h2_headers, PATH, out_path) }
}

/// Sets path and query.
///
/// # Safety
/// The list is the caller's to change; the cursor points to readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http2_headers_set_request_path(
    h2_headers: *mut aws_http_headers,
    path: aws_byte_cursor,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe { set(h2_headers, PATH, path) }
}

/// Gives the status.
///
/// # Safety
/// The list is held by the caller; `out_status_code` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http2_headers_get_response_status(
    h2_headers: *const aws_http_headers,
    out_status_code: *mut c_int,
) -> c_int {
    // SAFETY: as the caller promises; the view is into the list.
    outcome(unsafe { read(h2_headers) }.and_then(|list| unsafe {
        out_status_code.write(parse_status(bytes_of(list.value(STATUS)?))?);
        Ok(())
    }))
}

/// Sets the status, always as three digits.
///
/// # Safety
/// The list is the caller's to change.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http2_headers_set_response_status(
    h2_headers: *mut aws_http_headers,
    status_code: c_int,
) -> c_int {
    if !(0..=999).contains(&status_code) {
        return outcome(Err(Code::INVALID_ARGUMENT));
    }
    let digits = format!("{status_code:03}");
    // SAFETY: as the caller promises.
    outcome(unsafe { change(h2_headers) }.and_then(|list| list.set(STATUS, digits.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_digits() {
        assert_eq!(parse_status(b"207"), Ok(207));
        assert_eq!(parse_status(b""), Err(Code::INVALID_ARGUMENT));
        assert_eq!(parse_status(b"+20"), Err(Code::INVALID_ARGUMENT));
        assert_eq!(parse_status(b"99999999999"), Err(Code::OVERFLOW_DETECTED));
    }
}

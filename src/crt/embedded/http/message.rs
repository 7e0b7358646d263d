//! Requests and responses as data: what a program describes its S3 requests with.
//!
//! A message holds its header list, its body stream and, for HTTP/1.1, method and path or status.
//! HTTP/2 messages keep those as pseudo-headers. Like a header list, a message is changed by one
//! thread at a time.

use core::ffi::c_int;
use core::ptr::{NonNull, null_mut};
use core::sync::atomic::{AtomicUsize, Ordering};

use crate::crt::embedded::owned_bytes::{EMPTY, OwnedBytes};
use crate::crt::sys::*;
use crate::crt::{Allocator, bytes_of, host, raise};
use crate::error::Code;

use super::headers::{
    aws_http_headers_acquire, aws_http_headers_new, aws_http_headers_release, change, read,
};
use super::outcome;
use super::pseudo_headers::{METHOD, PATH, STATUS, parse_status};

const VERSION_1_1: u32 = 2;
const VERSION_2: u32 = 3;
const NO_STATUS: c_int = AWS_HTTP_STATUS_CODE_UNKNOWN;

/// What stands behind an `aws_http_message`.
pub(super) struct Message {
    allocator: Allocator,
    holders: AtomicUsize,
    pub(super) headers: *mut aws_http_headers,
    body: *mut aws_input_stream,
    kind: Kind,
}

enum Kind {
    Request { method: Option<OwnedBytes>, path: Option<OwnedBytes> },
    Response { status: c_int },
    Http2Request,
    Http2Response,
}

/// Method or path.
#[derive(Clone, Copy)]
enum Part {
    Method,
    Path,
}

impl Part {
    fn pseudo_header(self) -> &'static [u8] {
        match self {
            Part::Method => METHOD,
            Part::Path => PATH,
        }
    }
}

impl Message {
    fn part(&self, part: Part) -> Result<aws_byte_cursor, Code> {
        match (&self.kind, part) {
            (Kind::Request { method: Some(bytes), .. }, Part::Method)
            | (Kind::Request { path: Some(bytes), .. }, Part::Path) => Ok(bytes.cursor()),
            (Kind::Http2Request, part) => {
                // SAFETY: the message holds its headers.
                unsafe { read(self.headers) }?.value(part.pseudo_header())
            }
            _ => Err(Code::HTTP_DATA_NOT_AVAILABLE),
        }
    }

    fn set_part(&mut self, part: Part, value: &[u8]) -> Result<(), Code> {
        let (Kind::Request { method, path }, allocator) = (&mut self.kind, self.allocator) else {
            return match self.kind {
                Kind::Http2Request => {
                    // SAFETY: the message holds its headers, and who changes it may change them.
                    unsafe { change(self.headers) }?.set(part.pseudo_header(), value)
                }
                _ => Err(Code::INVALID_STATE),
            };
        };
        // The new value is made before the old one goes: it may be a view of it.
        let copy = match value {
            [] => None,
            value => Some(OwnedBytes::joined(allocator, &[value]).ok_or(Code::OVERFLOW_DETECTED)?),
        };
        match part {
            Part::Method => *method = copy,
            Part::Path => *path = copy,
        }
        Ok(())
    }

    fn status(&self) -> Result<c_int, Code> {
        match self.kind {
            Kind::Response { status } if status != NO_STATUS => Ok(status),
            // SAFETY: the message holds its headers, and the view is into them.
            Kind::Http2Response => unsafe {
                parse_status(bytes_of(read(self.headers)?.value(STATUS)?))
            },
            _ => Err(Code::HTTP_DATA_NOT_AVAILABLE),
        }
    }

    fn set_status(&mut self, code: c_int) -> Result<(), Code> {
        let is_printable = (0..=999).contains(&code);
        match &mut self.kind {
            Kind::Request { .. } | Kind::Http2Request => Err(Code::INVALID_STATE),
            _ if !is_printable => Err(Code::HTTP_INVALID_STATUS_CODE),
            Kind::Response { status } => {
                *status = code;
                Ok(())
            }
            Kind::Http2Response => {
                let digits = format!("{code:03}");
                // SAFETY: the message holds its headers, and who changes it may change them.
                unsafe { change(self.headers) }?.set(STATUS, digits.as_bytes())
            }
        }
    }
}

impl Drop for Message {
    fn drop(&mut self) {
        // SAFETY: the message holds one reference to each; both functions accept NULL.
        unsafe {
            aws_http_headers_release(self.headers);
            host::aws_input_stream_release(self.body);
        }
    }
}

/// A new message around a header list, whose reference it takes over.
unsafe fn new(
    allocator: *mut aws_allocator,
    headers: *mut aws_http_headers,
    kind: Kind,
) -> *mut aws_http_message {
    // SAFETY: as the caller of the exported function promises.
    let Some(allocator) = (unsafe { Allocator::from_raw(allocator) }) else {
        raise(Code::INVALID_ARGUMENT);
        return null_mut();
    };
    let holders = AtomicUsize::new(1);
    let message = Message { allocator, holders, headers, body: null_mut(), kind };
    allocator.new(message).as_ptr().cast()
}

unsafe fn new_with_own_headers(allocator: *mut aws_allocator, kind: Kind) -> *mut aws_http_message {
    // SAFETY: as the caller of the exported function promises.
    let headers = unsafe { aws_http_headers_new(allocator) };
    if headers.is_null() {
        return null_mut();
    }
    // SAFETY: as above; the reference goes into the message.
    unsafe { new(allocator, headers, kind) }
}

/// The message behind a pointer from C.
///
/// # Safety
/// A non-NULL `message` is held by the caller, and nobody changes it now.
pub(super) unsafe fn look<'a>(message: *const aws_http_message) -> Result<&'a Message, Code> {
    // SAFETY: as the caller promises.
    unsafe { message.cast::<Message>().as_ref() }.ok_or(Code::INVALID_ARGUMENT)
}

/// Makes an HTTP/1.1 request.
///
/// # Safety
/// The allocator is valid for as long as the message.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_message_new_request(
    allocator: *mut aws_allocator,
) -> *mut aws_http_message {
    // SAFETY: as the caller promises.
    unsafe { new_with_own_headers(allocator, Kind::Request { method: None, path: None }) }
}

/// Makes an HTTP/1.1 request around existing headers.
///
/// # Safety
/// The allocator is valid for as long as the message; the headers are held by the caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_message_new_request_with_headers(
    allocator: *mut aws_allocator,
    existing_headers: *mut aws_http_headers,
) -> *mut aws_http_message {
    if allocator.is_null() || existing_headers.is_null() {
        raise(Code::INVALID_ARGUMENT);
        return null_mut();
    }
    // SAFETY: as the caller promises; the reference goes into the message.
    unsafe {
        aws_http_headers_acquire(existing_headers);
        new(allocator, existing_headers, Kind::Request { method: None, path: None })
    }
}

/// Makes an HTTP/1.1 response.
///
/// # Safety
/// The allocator is valid for as long as the message.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_message_new_response(
    allocator: *mut aws_allocator,
) -> *mut aws_http_message {
    // SAFETY: as the caller promises.
    unsafe { new_with_own_headers(allocator, Kind::Response { status: NO_STATUS }) }
}

/// Makes an HTTP/2 request.
///
/// # Safety
/// The allocator is valid for as long as the message.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http2_message_new_request(
    allocator: *mut aws_allocator,
) -> *mut aws_http_message {
    // SAFETY: as the caller promises.
    unsafe { new_with_own_headers(allocator, Kind::Http2Request) }
}

/// Makes an HTTP/2 response.
///
/// # Safety
/// The allocator is valid for as long as the message.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http2_message_new_response(
    allocator: *mut aws_allocator,
) -> *mut aws_http_message {
    // SAFETY: as the caller promises.
    unsafe { new_with_own_headers(allocator, Kind::Http2Response) }
}

/// Adds a holder; NULL is fine.
///
/// # Safety
/// A non-NULL message is held by the caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_message_acquire(
    message: *mut aws_http_message,
) -> *mut aws_http_message {
    if !message.is_null() {
        // SAFETY: as the caller promises.
        let holders = unsafe { &(*message.cast::<Message>()).holders };
        holders.fetch_add(1, Ordering::Relaxed);
    }
    message
}

/// Drops a holder, and the message with the last one; NULL is fine.
///
/// # Safety
/// A non-NULL message is held by the caller, who gives that up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_message_release(
    message: *mut aws_http_message,
) -> *mut aws_http_message {
    let Some(message) = NonNull::new(message.cast::<Message>()) else { return null_mut() };
    // SAFETY: as the caller promises.
    let holders = unsafe { &(*message.as_ptr()).holders };
    if holders.fetch_sub(1, Ordering::AcqRel) == 1 {
        // SAFETY: that was the last holder, and the message came from this allocator.
        unsafe { (*message.as_ptr()).allocator.delete(message) };
    }
    null_mut()
}

/// The older name of release.
///
/// # Safety
/// As for release.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_message_destroy(message: *mut aws_http_message) {
    // SAFETY: as the caller promises.
    unsafe { aws_http_message_release(message) };
}

/// Tells a request from a response.
///
/// # Safety
/// The message is held by the caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_message_is_request(message: *const aws_http_message) -> bool {
    // SAFETY: as the caller promises.
    unsafe { look(message) }
        .is_ok_and(|message| matches!(message.kind, Kind::Request { .. } | Kind::Http2Request))
}

/// Tells a response from a request.
///
/// # Safety
/// The message is held by the caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_message_is_response(message: *const aws_http_message) -> bool {
    // SAFETY: as the caller promises.
    unsafe { look(message) }
        .is_ok_and(|message| matches!(message.kind, Kind::Response { .. } | Kind::Http2Response))
}

/// Gives the protocol version.
///
/// # Safety
/// The message is held by the caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_message_get_protocol_version(
    message: *const aws_http_message,
) -> u32 {
    // SAFETY: as the caller promises.
    match unsafe { look(message) }.map(|message| &message.kind) {
        Ok(Kind::Request { .. } | Kind::Response { .. }) => VERSION_1_1,
        Ok(Kind::Http2Request | Kind::Http2Response) => VERSION_2,
        Err(_) => 0,
    }
}

/// # Safety
/// The message is held by the caller; `out` is writable.
unsafe fn get_part(
    message: *const aws_http_message,
    part: Part,
    out: *mut aws_byte_cursor,
) -> c_int {
    // SAFETY: as the caller promises.
    let value = unsafe { look(message) }.and_then(|message| message.part(part));
    // SAFETY: as the caller promises.
    unsafe { out.write(*value.as_ref().unwrap_or(&EMPTY)) };
    outcome(value.map(drop))
}

/// # Safety
/// The message is the caller's to change; the cursor points to readable bytes.
unsafe fn set_part(message: *mut aws_http_message, part: Part, value: aws_byte_cursor) -> c_int {
    // SAFETY: as the caller promises.
    let message = unsafe { message.cast::<Message>().as_mut() }.ok_or(Code::INVALID_ARGUMENT);
    // SAFETY: as the caller promises.
    outcome(message.and_then(|message| message.set_part(part, unsafe { bytes_of(value) })))
}

/// Gives the method.
///
/// # Safety
/// The message is held by the caller; `out_method` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_message_get_request_method(
    request_message: *const aws_http_message,
    out_method: *mut aws_byte_cursor,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe { get_part(request_message, Part::Method, out_method) }
}

/// Sets the method.
///
/// # Safety
/// The message is the caller's to change; the cursor points to readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_message_set_request_method(
    request_message: *mut aws_http_message,
    method: aws_byte_cursor,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe { set_part(request_message, Part::Method, method) }
}

/// Gives path and query.
///
/// # Safety
/// The message is held by the caller; `out_path` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_message_get_request_path(
    request_message: *const aws_http_message,
    out_path: *mut aws_byte_cursor,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe { get_part(request_message, Part::Path, out_path) }
}

/// Sets path and query.
///
/// # Safety
/// The message is the caller's to change; the cursor points to readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_message_set_request_path(
    request_message: *mut aws_http_message,
    path: aws_byte_cursor,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe { set_part(request_message, Part::Path, path) }
}

/// Gives the status.
///
/// # Safety
/// The message is held by the caller; `out_status_code` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_message_get_response_status(
    response_message: *const aws_http_message,
    out_status_code: *mut c_int,
) -> c_int {
    // SAFETY: as the caller promises.
    let status = unsafe { look(response_message) }.and_then(Message::status);
    // SAFETY: as the caller promises.
    unsafe { out_status_code.write(status.unwrap_or(NO_STATUS)) };
    outcome(status.map(drop))
}

/// Sets the status.
///
/// # Safety
/// The message is the caller's to change.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_message_set_response_status(
    response_message: *mut aws_http_message,
    status_code: c_int,
) -> c_int {
    // SAFETY: as the caller promises.
    let message = unsafe { response_message.cast::<Message>().as_mut() };
    outcome(
        message.ok_or(Code::INVALID_ARGUMENT).and_then(|message| message.set_status(status_code)),
    )
}

/// Gives the body stream, borrowed.
///
/// # Safety
/// The message is held by the caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_message_get_body_stream(
    message: *const aws_http_message,
) -> *mut aws_input_stream {
    // SAFETY: as the caller promises.
    unsafe { look(message) }.map_or(null_mut(), |message| message.body)
}

/// Replaces the body stream.
///
/// # Safety
/// The message is the caller's to change; a non-NULL stream is held by the caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_message_set_body_stream(
    message: *mut aws_http_message,
    body_stream: *mut aws_input_stream,
) {
    // SAFETY: as the caller promises.
    let Some(message) = (unsafe { message.cast::<Message>().as_mut() }) else { return };
    // The new one first: it may be the old one, held by nobody else.
    if !body_stream.is_null() {
        // SAFETY: as the caller promises.
        unsafe { host::aws_input_stream_acquire(body_stream) };
    }
    // SAFETY: the old reference is the message's; NULL is accepted.
    unsafe { host::aws_input_stream_release(message.body) };
    message.body = body_stream;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: Kind) -> Message {
        let allocator = Allocator::default();
        // SAFETY: the default allocator is always valid.
        let headers = unsafe { aws_http_headers_new(allocator.as_ptr()) };
        Message { allocator, holders: AtomicUsize::new(1), headers, body: null_mut(), kind }
    }

    fn bytes(value: Result<aws_byte_cursor, Code>) -> Result<Vec<u8>, Code> {
        // SAFETY: the tests keep the message that the view is into.
        value.map(|value| unsafe { bytes_of(value) }.to_vec())
    }

    #[test]
    fn both_versions_keep_method_and_path() {
        for kind in [Kind::Request { method: None, path: None }, Kind::Http2Request] {
            let mut request = message(kind);
            assert!(request.part(Part::Method).is_err());
            assert_eq!(request.set_part(Part::Method, b"GET"), Ok(()));
            assert_eq!(request.set_part(Part::Path, b"/a"), Ok(()));
            assert_eq!(request.set_part(Part::Path, b"/b?c"), Ok(()));
            assert_eq!(bytes(request.part(Part::Method)), Ok(b"GET".to_vec()));
            assert_eq!(bytes(request.part(Part::Path)), Ok(b"/b?c".to_vec()));
            assert_eq!(request.status(), Err(Code::HTTP_DATA_NOT_AVAILABLE));
            assert_eq!(request.set_status(200), Err(Code::INVALID_STATE));
        }
    }

    #[test]
    fn an_empty_path_is_none() {
        let mut request = message(Kind::Request { method: None, path: None });
        assert_eq!(request.set_part(Part::Path, b"/a"), Ok(()));
        assert_eq!(request.set_part(Part::Path, b""), Ok(()));
        assert_eq!(bytes(request.part(Part::Path)), Err(Code::HTTP_DATA_NOT_AVAILABLE));
    }

    #[test]
    fn both_versions_keep_a_status_of_three_digits() {
        for kind in [Kind::Response { status: NO_STATUS }, Kind::Http2Response] {
            let mut response = message(kind);
            assert!(response.status().is_err());
            assert_eq!(response.set_status(1000), Err(Code::HTTP_INVALID_STATUS_CODE));
            assert_eq!(response.set_status(7), Ok(()));
            assert_eq!(response.status(), Ok(7));
            assert_eq!(response.set_part(Part::Method, b"GET"), Err(Code::INVALID_STATE));
        }
    }
}

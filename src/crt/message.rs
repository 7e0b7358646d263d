//! The caller's request: method, path, headers and perhaps a body.
//!
//! The object is shared with the caller, who may use it for several requests; the library reads it
//! and keeps what it needs.

use bytes::Bytes;

use crate::error::{Error, Result};

use super::call::call_out;
use super::sys::{aws_byte_cursor, aws_http_message};
use super::{
    Allocator, Count, Counted, Headers, InputStream, bytes_of, check, cursor, host, last_error,
};

/// A counted `aws_http_message`.
pub type Message = Counted<aws_http_message>;

/// Methods that need not be copied.
const USUAL_METHODS: [&[u8]; 2] = [b"GET", b"PUT"];

type Part = unsafe extern "C" fn(*const aws_http_message, *mut aws_byte_cursor) -> core::ffi::c_int;

// SAFETY: the count is atomic; callers do not change a message while a request reads it.
unsafe impl Count for aws_http_message {
    unsafe fn acquire(object: *mut Self) {
        // SAFETY: alive by contract.
        unsafe { host::aws_http_message_acquire(object) };
    }

    unsafe fn release(object: *mut Self) {
        // SAFETY: alive, and the reference is ours by contract.
        let _ = unsafe { call_out!(host::aws_http_message_release, object) };
    }
}

impl Message {
    /// A request without a body, with these headers in order.
    pub fn new_request(
        allocator: Allocator,
        method: &[u8],
        path: &[u8],
        headers: &[(Bytes, Bytes)],
    ) -> Result<Self> {
        // SAFETY: the allocator is valid, and the new message has one reference: ours.
        let message =
            unsafe { Self::adopt(host::aws_http_message_new_request(allocator.as_ptr())) };
        let message = message.ok_or_else(last_error)?;
        // SAFETY: the message is alive and copies both.
        unsafe {
            check(host::aws_http_message_set_request_method(message.as_ptr(), cursor(method)))?;
            check(host::aws_http_message_set_request_path(message.as_ptr(), cursor(path)))?;
        }
        let block = message.headers().ok_or_else(last_error)?;
        headers.iter().try_for_each(|(name, value)| block.add(name, value))?;
        Ok(message)
    }

    /// None when the caller has not set it, or made a response.
    pub fn method(&self) -> Option<Bytes> {
        self.part(host::aws_http_message_get_request_method, |method| {
            let usual = USUAL_METHODS.iter().find(|usual| **usual == method);
            usual.map_or_else(|| Bytes::copy_from_slice(method), |usual| Bytes::from_static(usual))
        })
    }

    /// The path with the query; None when the caller has not set it, or made a response.
    pub fn path(&self) -> Option<Bytes> {
        self.part(host::aws_http_message_get_request_path, Bytes::copy_from_slice)
    }

    fn part(&self, read: Part, copy: fn(&[u8]) -> Bytes) -> Option<Bytes> {
        let mut part = cursor(b"");
        // SAFETY: the message is alive and `part` writable.
        check(unsafe { read(self.as_ptr(), &mut part) }).ok()?;
        // SAFETY: points into the message, and is copied before anything else happens.
        Some(copy(unsafe { bytes_of(part) }))
    }

    /// The message's header block itself, not a copy.
    pub fn headers(&self) -> Option<Headers> {
        // SAFETY: the message is alive, and so is the block that it lends.
        unsafe { Headers::acquire(host::aws_http_message_get_headers(self.as_ptr())) }
    }

    /// A copy of every header, in order.
    pub fn pairs(&self) -> Vec<(Bytes, Bytes)> {
        self.headers().map(|headers| headers.pairs()).unwrap_or_default()
    }

    /// Replaces every header of that name by one.
    pub fn set_header(&self, name: &[u8], value: &[u8]) -> Result<()> {
        self.headers().ok_or_else(|| Error::new(last_error()))?.set(name, value)
    }

    /// The body, if the caller gave one.
    pub fn body_stream(&self) -> Option<InputStream> {
        // SAFETY: the message is alive, and so is the stream that it lends.
        unsafe { InputStream::acquire(host::aws_http_message_get_body_stream(self.as_ptr())) }
    }
}

//! The caller's callbacks as the operations see them.
//!
//! A [`Caller`] holds one reference to the meta request's C object for as long as callbacks may come; dropping it may
//! end the object and thereby call the shutdown callback.

use std::ffi::{c_int, c_void};
use std::ptr;

use bytes::Bytes;

use super::handle;
use super::s3_client::{meta_request, metrics_object, resume_token, token_object};
use crate::abi::*;
use crate::checksum::Algorithm;
use crate::crt::call::{Ended, call_out};
use crate::crt::sys::aws_byte_buf;
use crate::crt::{self, Allocator};
use crate::error::{Code, Error, Result};
use crate::operation::{BodyCallback, Callbacks, Finish, ResumeToken, Review, Wants};
use crate::pool::{CallerBuffer, Ticket};
use crate::request::Metrics;

/// A pointer of the caller's that is only handed back to it.
#[derive(Clone, Copy)]
pub(super) struct UserData(pub *mut c_void);

// SAFETY: never followed here; the API says that callbacks come on other threads.
unsafe impl Send for UserData {}
// SAFETY: as above.
unsafe impl Sync for UserData {}

/// The callbacks of one meta request.
pub(super) struct Caller {
    pub object: Object,
    pub allocator: Allocator,
    pub user_data: UserData,
    pub headers: aws_s3_meta_request_headers_callback_fn,
    pub body: aws_s3_meta_request_receive_body_callback_fn,
    pub body_ex: aws_s3_meta_request_receive_body_callback_ex_fn,
    pub progress: aws_s3_meta_request_progress_fn,
    pub telemetry: aws_s3_meta_request_telemetry_fn,
    pub review: aws_s3_meta_request_upload_review_fn,
    pub full_object_checksum: aws_s3_meta_request_full_object_checksum_fn,
    pub full_object_user_data: UserData,
    pub error_token: aws_s3_meta_request_pause_complete_fn,
    pub finish: aws_s3_meta_request_finish_fn,
    pub receive_buffer: Option<CallerBuffer>,
}

/// One reference to a meta request's C object.
pub(super) struct Object(pub *mut aws_s3_meta_request);

// SAFETY: the object is counted atomically and what is in it is `Send` and `Sync`.
unsafe impl Send for Object {}
// SAFETY: as above.
unsafe impl Sync for Object {}

impl Drop for Object {
    fn drop(&mut self) {
        // SAFETY: the reference is ours.
        unsafe { meta_request::release(self.0) };
    }
}

/// The error that a callback raised before it returned failure.
fn raised() -> Error {
    match crt::last_error() {
        Code::SUCCESS => Code::UNKNOWN.into(),
        code => code.into(),
    }
}

fn verdict(outcome: Result<c_int, Ended>) -> Result<()> {
    if outcome? == 0 { Ok(()) } else { Err(raised()) }
}

impl Callbacks for Caller {
    fn wants(&self) -> Wants {
        let body = match (self.body, self.body_ex) {
            (_, Some(_)) => BodyCallback::WithTicket,
            (Some(_), None) => BodyCallback::Plain,
            (None, None) => BodyCallback::None,
        };
        Wants {
            headers: self.headers.is_some(),
            body,
            progress: self.progress.is_some(),
            telemetry: self.telemetry.is_some(),
            review: self.review.is_some(),
            error_token: self.error_token.is_some(),
        }
    }

    fn headers(&self, headers: &[(Bytes, Bytes)], status: u16) -> Result<()> {
        let Some(callback) = self.headers else { return Ok(()) };
        let headers = header_object(self.allocator, headers)?;
        // SAFETY: the object is alive; the headers live until after the call.
        verdict(unsafe {
            let status = c_int::from(status);
            let headers = headers.as_ptr().cast_const();
            call_out!(callback, self.object.0, headers, status, self.user_data.0)
        })
    }

    fn body(&self, bytes: &[u8], range_start: u64, ticket: Option<&Ticket>) -> Result<()> {
        let cursor = crt::cursor(bytes);
        if let Some(callback) = self.body_ex {
            let ticket = ticket.map_or(ptr::null_mut(), Ticket::as_ptr);
            let info = aws_s3_meta_request_receive_body_extra_info { range_start, ticket };
            // SAFETY: bytes and ticket live until after the call.
            return verdict(unsafe {
                call_out!(callback, self.object.0, &raw const cursor, info, self.user_data.0)
            });
        }
        let Some(callback) = self.body else { return Ok(()) };
        // SAFETY: the bytes live until after the call.
        verdict(unsafe {
            call_out!(callback, self.object.0, &raw const cursor, range_start, self.user_data.0)
        })
    }

    fn progress(&self, bytes_transferred: u64, content_length: u64) {
        let Some(callback) = self.progress else { return };
        let progress = aws_s3_meta_request_progress { bytes_transferred, content_length };
        // SAFETY: the struct lives until after the call.
        let _ =
            unsafe { call_out!(callback, self.object.0, &raw const progress, self.user_data.0) };
    }

    fn telemetry(&self, metrics: Metrics) {
        let Some(callback) = self.telemetry else { return };
        let object = metrics_object(self.allocator, metrics);
        // SAFETY: our reference keeps the object alive during the call.
        unsafe {
            let _ = call_out!(callback, self.object.0, object, self.user_data.0);
            handle::drop_reference(object);
        }
    }

    fn review(&self, review: &Review<'_>) -> Result<()> {
        let Some(callback) = self.review else { return Ok(()) };
        let part = |part: &crate::operation::ReviewPart<'_>| aws_s3_upload_part_review {
            size: part.size,
            checksum: crt::cursor(part.checksum),
        };
        let mut parts: Vec<_> = review.parts.iter().map(part).collect();
        let review = aws_s3_upload_review {
            checksum_algorithm: algorithm_number(review.algorithm),
            part_count: parts.len(),
            part_array: if parts.is_empty() { ptr::null_mut() } else { parts.as_mut_ptr() },
        };
        // SAFETY: the structs live until after the call.
        verdict(unsafe { call_out!(callback, self.object.0, &raw const review, self.user_data.0) })
    }

    fn full_object_checksum(&self) -> Result<Bytes> {
        let Some(callback) = self.full_object_checksum else {
            return Err(Code::INVALID_STATE.into());
        };
        // SAFETY: the object is alive.
        let string: *mut crt::sys::aws_string =
            unsafe { call_out!(callback, self.object.0, self.full_object_user_data.0) }?;
        if string.is_null() {
            return Err(raised());
        }
        // SAFETY: a string that the caller hands over; it is read before it is given back to its allocator.
        unsafe {
            let bytes = Bytes::copy_from_slice(crt::string_bytes(string));
            crt::host::aws_string_destroy(string);
            Ok(bytes)
        }
    }

    fn error_token(&self, token: Option<ResumeToken>, code: Code) {
        let Some(callback) = self.error_token else { return };
        let token = token.map_or(ptr::null_mut(), |token| token_object(self.allocator, token));
        // SAFETY: our reference keeps the token alive during the call.
        unsafe {
            let _ = call_out!(callback, self.object.0, token, code.0, self.user_data.0);
            resume_token::release(token);
        }
    }

    fn received_into_buffer(&self, length: u64) {
        if let Some(buffer) = &self.receive_buffer {
            buffer.set_filled(usize::try_from(length).unwrap_or(usize::MAX));
        }
    }

    fn finish(&self, finish: &Finish) {
        let Some(callback) = self.finish else { return };
        let response = finish.response.as_deref();
        let headers = response.and_then(|it| header_object(self.allocator, &it.headers).ok());
        let mut body =
            response.and_then(|response| response.body.clone()).map(|bytes| aws_byte_buf {
                len: bytes.len(),
                buffer: bytes.as_ptr().cast_mut(),
                capacity: bytes.len(),
                allocator: ptr::null_mut(),
            });
        let operation =
            response.map(|it| crt::OwnedString::new(self.allocator, it.operation.as_bytes()));
        let result = aws_s3_meta_request_result {
            error_response_headers: headers.as_ref().map_or(ptr::null_mut(), |it| it.as_ptr()),
            error_response_body: body.as_mut().map_or(ptr::null_mut(), ptr::from_mut),
            error_response_operation_name: operation
                .as_ref()
                .map_or(ptr::null_mut(), |it| it.as_ptr().cast_mut()),
            response_status: c_int::from(finish.status),
            did_validate: finish.validated,
            validation_algorithm: algorithm_number(finish.algorithm),
            error_code: finish.code.0,
        };
        // SAFETY: everything in the result lives until after the call.
        let _ = unsafe { call_out!(callback, self.object.0, &raw const result, self.user_data.0) };
    }
}

fn header_object(allocator: Allocator, headers: &[(Bytes, Bytes)]) -> Result<crt::Headers> {
    crt::Headers::new(allocator, headers.iter().map(|(name, value)| (&name[..], &value[..])))
}

/// The number of an algorithm; 0 for none.
fn algorithm_number(
    algorithm: Option<Algorithm>,
) -> std::mem::MaybeUninit<aws_s3_checksum_algorithm> {
    let mut number = std::mem::MaybeUninit::<aws_s3_checksum_algorithm>::uninit();
    // SAFETY: a C enum of four bytes; the numbers of `Algorithm` are those of the enum.
    unsafe { number.as_mut_ptr().cast::<u32>().write(algorithm.map_or(0, |it| it as u32)) };
    number
}

/// Calls a plain completion callback of the caller.
pub(super) fn call_plain(callback: Option<unsafe extern "C" fn(*mut c_void)>, user_data: UserData) {
    if let Some(callback) = callback {
        // SAFETY: the caller's own function with the caller's own pointer.
        let _ = unsafe { call_out!(callback, user_data.0) };
    }
}

/// What a caller of the API sees of a pause.
pub(super) fn pause_done(
    object: *mut aws_s3_meta_request,
    allocator: Allocator,
    callback: aws_s3_meta_request_pause_complete_fn,
    user_data: *mut c_void,
) -> impl FnOnce(Option<ResumeToken>, Code) + Send {
    // Not counted: the pause is answered before the operation lets its own reference go.
    let (object, user_data) = (UserData(object.cast()), UserData(user_data));
    move |token, code| {
        let (object, user_data) = (object, user_data);
        let Some(callback) = callback else { return };
        let token = token.map_or(ptr::null_mut(), |token| token_object(allocator, token));
        // SAFETY: the object is alive, the token is kept by our reference.
        unsafe {
            let object = object.0.cast::<aws_s3_meta_request>();
            let _ = call_out!(callback, object, token, code.0, user_data.0);
            resume_token::release(token);
        }
    }
}

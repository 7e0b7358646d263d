//! Meta requests that are asked for more than their options have a place for.

use std::time::Duration;

use crate::abi::*;
use crate::crt;
use crate::crt::sys::aws_string;
use crate::error::Result;
use crate::ffi::argument;
use crate::ffi::entry::entry;
use crate::ffi::s3_client::{Asked, borrow_meta_request, make_meta_request, token_object};

use super::grown;

/// Makes a meta request and starts it, as `aws_s3_client_make_meta_request` does, with what `ext`
/// asks for.
///
/// `ext` is read during the call and may be NULL, which makes this the same as
/// `aws_s3_client_make_meta_request`; see there for everything else. Also raises
/// AWS_ERROR_INVALID_ARGUMENT for an `ext` without its size, or one that asks for what this library
/// does not know of.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_client_make_meta_request_ext(
    client: *mut aws_s3_client,
    options: *const aws_s3_meta_request_options,
    ext: *const aws_s3_meta_request_ext_options,
) -> *mut aws_s3_meta_request {
    entry(|| {
        // SAFETY: the caller holds a reference to the client and lends the structs.
        unsafe {
            let asked = asked(ext)?;
            make_meta_request(client, argument::required(options)?, asked)
        }
    })
}

/// # Safety
/// As for [`grown::read`].
unsafe fn asked(ext: *const aws_s3_meta_request_ext_options) -> Result<Asked> {
    // SAFETY: as the caller promises.
    let Some(ext) = (unsafe { grown::read(ext)? }) else { return Ok(Asked::default()) };
    let deadline = Some(ext.deadline_ms).filter(|ms| *ms > 0).map(Duration::from_millis);
    Ok(Asked { deadline })
}

/// Says in words what a meta request waits for, for people who look for what holds it up; the words
/// may change with every version.
///
/// The caller owns the string and destroys it with `aws_string_destroy`. Returns NULL and raises
/// AWS_ERROR_INVALID_ARGUMENT for NULL. Does not wait. May be called from any thread.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_meta_request_explain(
    meta_request: *mut aws_s3_meta_request,
) -> *mut aws_string {
    entry(|| {
        // SAFETY: the caller holds a reference.
        let (allocator, request) = unsafe { borrow_meta_request(meta_request)? };
        let text = request.explain();
        Ok(crt::OwnedString::new(allocator, text.as_bytes()).into_raw())
    })
}

/// Tells how far a download has come, without stopping it: a token for going on from here if the
/// process, or the machine, does not live to the end. What the token tells of has been handed over:
/// it is in the file, or the body callback has returned for it. Bytes that the progress callback
/// told of may not be yet; when a telemetry callback is called for a part, they are.
///
/// The caller owns the token and releases it with `aws_s3_meta_request_resume_token_release`. Its
/// numbers can be kept, and the token made again by
/// `aws_s3_meta_request_resume_token_new_download`. Its `file_last_modified_epoch_ns` is 0: the file
/// is still being written to. Returns NULL and raises an error otherwise:
/// AWS_ERROR_UNSUPPORTED_OPERATION for what is no download in parts, AWS_ERROR_INVALID_ARGUMENT for
/// NULL. Does not wait. May be called from any thread, also from callbacks.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_meta_request_checkpoint(
    meta_request: *mut aws_s3_meta_request,
) -> *mut aws_s3_meta_request_resume_token {
    entry(|| {
        // SAFETY: the caller holds a reference.
        let (allocator, request) = unsafe { borrow_meta_request(meta_request)? };
        Ok(token_object(allocator, request.checkpoint()?))
    })
}

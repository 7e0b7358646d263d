//! Resume tokens.

use std::mem::MaybeUninit;
use std::ptr;

use crate::abi::*;
use crate::crt::sys::{aws_allocator, aws_byte_cursor};
use crate::crt::{self, Allocator};
use crate::ffi::argument;
use crate::ffi::entry::entry;
use crate::ffi::handle::{self, Opaque};
use crate::operation::{DownloadToken, ResumeToken, UploadToken};

impl Opaque for aws_s3_meta_request_resume_token {
    type Inner = ResumeToken;
}

/// A token with one reference.
pub(in crate::ffi) fn token_object(
    allocator: Allocator,
    token: ResumeToken,
) -> *mut aws_s3_meta_request_resume_token {
    handle::create(allocator, 1, token)
}

/// Gives a reference back. NULL is left alone.
///
/// # Safety
/// The reference is the caller's to give up.
pub(in crate::ffi) unsafe fn release(token: *mut aws_s3_meta_request_resume_token) {
    // SAFETY: as the caller promises.
    unsafe { handle::drop_reference(token) };
}

/// Asks an upload token; a download token answers with the default.
///
/// # Safety
/// `token` is alive.
unsafe fn upload<T: Default>(
    token: *const aws_s3_meta_request_resume_token,
    ask: impl FnOnce(&UploadToken) -> T,
) -> T {
    // SAFETY: as the caller promises.
    match unsafe { handle::borrow(token) } {
        Ok(ResumeToken::Upload(token)) => ask(token),
        _ => T::default(),
    }
}

/// Asks a download token; an upload token answers with the default.
///
/// # Safety
/// `token` is alive.
unsafe fn download<T: Default>(
    token: *const aws_s3_meta_request_resume_token,
    ask: impl FnOnce(&DownloadToken) -> T,
) -> T {
    // SAFETY: as the caller promises.
    match unsafe { handle::borrow(token) } {
        Ok(ResumeToken::Download(token)) => ask(token),
        _ => T::default(),
    }
}

/// A view of bytes that live in the token; the empty cursor for no bytes.
///
/// # Safety
/// `token` is alive; the view is as long.
unsafe fn text(
    token: *const aws_s3_meta_request_resume_token,
    ask: impl FnOnce(&ResumeToken) -> &[u8],
) -> aws_byte_cursor {
    // SAFETY: as the caller promises.
    let bytes = unsafe { handle::borrow(token) }.map_or(&[][..], ask);
    if bytes.is_empty() {
        return aws_byte_cursor { len: 0, ptr: ptr::null_mut() };
    }
    crt::cursor(bytes)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_meta_request_resume_token_new_upload(
    allocator: *mut aws_allocator,
    options: *const aws_s3_upload_resume_token_options,
) -> *mut aws_s3_meta_request_resume_token {
    entry(|| {
        // SAFETY: the caller's struct and allocator, alive during the call (the allocator beyond).
        let (allocator, options) =
            unsafe { (argument::allocator(allocator), argument::required(options)?) };
        let token = UploadToken {
            // SAFETY: a cursor of the caller's, read once.
            upload_id: unsafe { argument::bytes(options.upload_id) },
            part_bytes: options.part_size,
            total_parts: options.total_num_parts as u64,
            parts_completed: options.num_parts_completed as u64,
        };
        Ok(token_object(allocator, ResumeToken::Upload(token)))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_meta_request_resume_token_acquire(
    resume_token: *mut aws_s3_meta_request_resume_token,
) -> *mut aws_s3_meta_request_resume_token {
    // SAFETY: the caller holds a reference, or passes NULL.
    unsafe { handle::acquire(resume_token) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_meta_request_resume_token_release(
    resume_token: *mut aws_s3_meta_request_resume_token,
) -> *mut aws_s3_meta_request_resume_token {
    // SAFETY: the caller gives up a reference, or passes NULL.
    unsafe { release(resume_token) };
    ptr::null_mut()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_meta_request_resume_token_type(
    resume_token: *mut aws_s3_meta_request_resume_token,
) -> MaybeUninit<aws_s3_meta_request_type> {
    // SAFETY: the caller holds a reference.
    let token = unsafe { handle::borrow(resume_token) };
    MaybeUninit::new(match token {
        Ok(ResumeToken::Upload(_)) => aws_s3_meta_request_type::AWS_S3_META_REQUEST_TYPE_PUT_OBJECT,
        Ok(ResumeToken::Download(_)) => {
            aws_s3_meta_request_type::AWS_S3_META_REQUEST_TYPE_GET_OBJECT
        }
        Err(_) => aws_s3_meta_request_type::AWS_S3_META_REQUEST_TYPE_MAX,
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_meta_request_resume_token_part_size(
    resume_token: *mut aws_s3_meta_request_resume_token,
) -> u64 {
    // SAFETY: the caller holds a reference.
    unsafe { upload(resume_token, |it| it.part_bytes) | download(resume_token, |it| it.part_bytes) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_meta_request_resume_token_total_num_parts(
    resume_token: *mut aws_s3_meta_request_resume_token,
) -> usize {
    // SAFETY: the caller holds a reference.
    let parts = unsafe {
        upload(resume_token, |it| it.total_parts) | download(resume_token, |it| it.total_parts)
    };
    parts as usize
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_meta_request_resume_token_num_parts_completed(
    resume_token: *mut aws_s3_meta_request_resume_token,
) -> usize {
    // SAFETY: the caller holds a reference.
    let parts = unsafe {
        upload(resume_token, |it| it.parts_completed)
            | download(resume_token, |it| it.parts_completed)
    };
    parts as usize
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_meta_request_resume_token_upload_id(
    resume_token: *mut aws_s3_meta_request_resume_token,
) -> aws_byte_cursor {
    // SAFETY: the caller holds a reference.
    unsafe {
        text(resume_token, |token| match token {
            ResumeToken::Upload(token) => &token.upload_id,
            ResumeToken::Download(_) => &[],
        })
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_meta_request_resume_token_etag(
    resume_token: *const aws_s3_meta_request_resume_token,
) -> aws_byte_cursor {
    // SAFETY: the caller holds a reference.
    unsafe {
        text(resume_token, |token| match token {
            ResumeToken::Download(token) => &token.etag,
            ResumeToken::Upload(_) => &[],
        })
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_meta_request_resume_token_version_id(
    resume_token: *const aws_s3_meta_request_resume_token,
) -> aws_byte_cursor {
    // SAFETY: the caller holds a reference.
    unsafe { text(resume_token, |_| &[]) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_meta_request_resume_token_s3_object_last_modified(
    resume_token: *const aws_s3_meta_request_resume_token,
) -> aws_byte_cursor {
    // SAFETY: the caller holds a reference.
    unsafe {
        text(resume_token, |token| match token {
            ResumeToken::Download(token) => &token.last_modified,
            ResumeToken::Upload(_) => &[],
        })
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_meta_request_resume_token_object_size(
    resume_token: *const aws_s3_meta_request_resume_token,
) -> u64 {
    // SAFETY: the caller holds a reference.
    unsafe { download(resume_token, |token| token.object_bytes) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_meta_request_resume_token_object_range_start(
    resume_token: *const aws_s3_meta_request_resume_token,
) -> u64 {
    // SAFETY: the caller holds a reference.
    unsafe { download(resume_token, |token| token.range.0) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_meta_request_resume_token_object_range_end(
    resume_token: *const aws_s3_meta_request_resume_token,
) -> u64 {
    // SAFETY: the caller holds a reference.
    unsafe { download(resume_token, |token| token.range.1) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_meta_request_resume_token_continuous_downloaded_bytes(
    resume_token: *const aws_s3_meta_request_resume_token,
) -> u64 {
    // SAFETY: the caller holds a reference.
    unsafe { download(resume_token, |token| token.continuous_bytes) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_meta_request_resume_token_total_downloaded_bytes(
    resume_token: *const aws_s3_meta_request_resume_token,
) -> u64 {
    // SAFETY: the caller holds a reference.
    unsafe { download(resume_token, |token| token.total_bytes) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_meta_request_resume_token_file_last_modified_epoch_ns(
    resume_token: *const aws_s3_meta_request_resume_token,
) -> u64 {
    // SAFETY: the caller holds a reference.
    unsafe { download(resume_token, |token| token.file_modified_ns) }
}

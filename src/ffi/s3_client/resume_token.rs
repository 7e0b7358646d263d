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
    type Front = ();
    type Inner = ResumeToken;
}

/// A token with one reference.
pub(in crate::ffi) fn token_object(
    allocator: Allocator,
    token: ResumeToken,
) -> *mut aws_s3_meta_request_resume_token {
    handle::create(allocator, 1, (), token)
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
pub(in crate::ffi) unsafe fn ask_download_token<T: Default>(
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

/// Makes a token for going on with a multipart upload that was begun earlier, also in another
/// process.
///
/// The caller owns it and releases it with `aws_s3_meta_request_resume_token_release`.
/// `options` are copied. Neither pointer may be NULL. Returns NULL and raises an error
/// otherwise: AWS_ERROR_OVERFLOW_DETECTED when the part size does not fit `size_t`,
/// AWS_ERROR_INVALID_ARGUMENT for a NULL pointer. Whether the numbers make sense is checked
/// when a meta request is made with it.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_meta_request_resume_token_new_upload(
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
            parts_stored: None,
        };
        Ok(token_object(allocator, ResumeToken::Upload(token)))
    })
}

/// Takes one more reference to a token; release it with
/// `aws_s3_meta_request_resume_token_release`. NULL does nothing. Returns `resume_token`. May
/// be called from any thread.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_meta_request_resume_token_acquire(
    resume_token: *mut aws_s3_meta_request_resume_token,
) -> *mut aws_s3_meta_request_resume_token {
    // SAFETY: the caller holds a reference, or passes NULL.
    unsafe { handle::acquire(resume_token) }
}

/// Releases one reference to a token. NULL does nothing. Always returns NULL. May be called
/// from any thread.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_meta_request_resume_token_release(
    resume_token: *mut aws_s3_meta_request_resume_token,
) -> *mut aws_s3_meta_request_resume_token {
    // SAFETY: the caller gives up a reference, or passes NULL.
    unsafe { release(resume_token) };
    ptr::null_mut()
}

/// Returns the kind of transfer that a token belongs to: AWS_S3_META_REQUEST_TYPE_PUT_OBJECT or
/// AWS_S3_META_REQUEST_TYPE_GET_OBJECT; AWS_S3_META_REQUEST_TYPE_MAX for NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_meta_request_resume_token_type(
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

/// Returns the bytes per part of the transfer; 0 for NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_meta_request_resume_token_part_size(
    resume_token: *mut aws_s3_meta_request_resume_token,
) -> u64 {
    // SAFETY: the caller holds a reference.
    unsafe {
        upload(resume_token, |it| it.part_bytes)
            | ask_download_token(resume_token, |it| it.part_bytes)
    }
}

/// Returns the number of parts of the transfer; 0 for a download whose size was not known yet,
/// and for NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_meta_request_resume_token_total_num_parts(
    resume_token: *mut aws_s3_meta_request_resume_token,
) -> usize {
    // SAFETY: the caller holds a reference.
    let parts = unsafe {
        upload(resume_token, |it| it.total_parts)
            | ask_download_token(resume_token, |it| it.total_parts)
    };
    parts as usize
}

/// Returns the number of parts that were finished; 0 for NULL. For a download these are parts
/// that arrived, handed over or not.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_meta_request_resume_token_num_parts_completed(
    resume_token: *mut aws_s3_meta_request_resume_token,
) -> usize {
    // SAFETY: the caller holds a reference.
    let parts = unsafe {
        upload(resume_token, |it| it.parts_completed)
            | ask_download_token(resume_token, |it| it.parts_completed)
    };
    parts as usize
}

/// Returns the upload id of a multipart upload; empty for a token of a download, and for NULL.
/// The bytes stay the token's.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_meta_request_resume_token_upload_id(
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

/// Returns the ETag of the object being downloaded, with its quotes; empty when it was not
/// known yet, for a token of an upload, and for NULL. The bytes stay the token's. Send it as
/// `If-Match` to go on with the same object only.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_meta_request_resume_token_etag(
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

/// Returns the version id of the object being downloaded; empty when it is not known, for a
/// token of an upload, and for NULL. The bytes stay the token's.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_meta_request_resume_token_version_id(
    resume_token: *const aws_s3_meta_request_resume_token,
) -> aws_byte_cursor {
    // SAFETY: the caller holds a reference.
    unsafe { text(resume_token, |_| &[]) }
}

/// Returns the `Last-Modified` header of the object being downloaded, as received; empty when
/// it was not known yet, for a token of an upload, and for NULL. The bytes stay the token's.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_meta_request_resume_token_s3_object_last_modified(
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

/// Returns the size in bytes of the object being downloaded, also for a download of a range. 0
/// when it was not known yet, for a token of an upload, and for NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_meta_request_resume_token_object_size(
    resume_token: *const aws_s3_meta_request_resume_token,
) -> u64 {
    // SAFETY: the caller holds a reference.
    unsafe { ask_download_token(resume_token, |token| token.object_bytes) }
}

/// Returns the offset in the object of the first byte of the download. 0 for a token of an
/// upload, and for NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_meta_request_resume_token_object_range_start(
    resume_token: *const aws_s3_meta_request_resume_token,
) -> u64 {
    // SAFETY: the caller holds a reference.
    unsafe { ask_download_token(resume_token, |token| token.range.0) }
}

/// Returns the offset in the object of the last byte of the download. 0 when the size was not
/// known yet as well; 0 for a token of an upload, and for NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_meta_request_resume_token_object_range_end(
    resume_token: *const aws_s3_meta_request_resume_token,
) -> u64 {
    // SAFETY: the caller holds a reference.
    unsafe { ask_download_token(resume_token, |token| token.range.1) }
}

/// Returns how many bytes, counted from the start of the download, were handed over without a
/// gap. The next byte wanted is at the start of the range plus this number. 0 for a token of an
/// upload, and for NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_meta_request_resume_token_continuous_downloaded_bytes(
    resume_token: *const aws_s3_meta_request_resume_token,
) -> u64 {
    // SAFETY: the caller holds a reference.
    unsafe { ask_download_token(resume_token, |token| token.continuous_bytes) }
}

/// Returns how many bytes were handed over, those after a gap included; the same as without
/// gaps unless delivery was out of order. 0 for a token of an upload, and for NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_meta_request_resume_token_total_downloaded_bytes(
    resume_token: *const aws_s3_meta_request_resume_token,
) -> u64 {
    // SAFETY: the caller holds a reference.
    unsafe { ask_download_token(resume_token, |token| token.total_bytes) }
}

/// Returns when the file received into was last modified, in nanoseconds since 1970, so that a
/// change made since can be noticed. 0 without a file, 0 for a token of an upload, and for
/// NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_meta_request_resume_token_file_last_modified_epoch_ns(
    resume_token: *const aws_s3_meta_request_resume_token,
) -> u64 {
    // SAFETY: the caller holds a reference.
    unsafe { ask_download_token(resume_token, |token| token.file_modified_ns) }
}

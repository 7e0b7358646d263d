//! Tokens of downloads, made of numbers and turned into numbers again.

use std::ffi::c_int;

use crate::abi::*;
use crate::crt::sys::aws_allocator;
use crate::error::{Code, Error, Result};
use crate::ffi::entry::entry;
use crate::ffi::s3_client::{ask_download_token, token_object};
use crate::ffi::{argument, handle};
use crate::operation::{DownloadToken, ResumeToken};

use super::grown;

/// Makes a token for going on with a download, also in another process: for the `resume_token` of a
/// GET_OBJECT meta request with the same options.
///
/// The caller owns it and releases it with `aws_s3_meta_request_resume_token_release`. `options`
/// are copied. Returns NULL and raises AWS_ERROR_INVALID_ARGUMENT for a NULL pointer but that of
/// `received_ranges`, an `options` without its size or with what this library does not know of,
/// an empty ETag, a range that does not lie in the object, and received bytes that do not lie in the
/// range. `allocator` may be NULL, which means the default one.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_meta_request_resume_token_new_download(
    allocator: *mut aws_allocator,
    options: *const aws_s3_download_resume_token_options,
) -> *mut aws_s3_meta_request_resume_token {
    entry(|| {
        // SAFETY: the caller's struct and allocator, alive during the call (the allocator beyond).
        let (allocator, options) =
            unsafe { (argument::allocator(allocator), grown::read(options)?) };
        // SAFETY: as above.
        let token = unsafe { token(&options.ok_or(Code::INVALID_ARGUMENT)?)? };
        Ok(token_object(allocator, ResumeToken::Download(token)))
    })
}

/// # Safety
/// Cursors and array are readable.
unsafe fn token(options: &aws_s3_download_resume_token_options) -> Result<DownloadToken> {
    // SAFETY: as the caller promises.
    let (etag, last_modified) = unsafe {
        (argument::bytes(options.etag), argument::bytes(options.s3_object_last_modified))
    };
    let (first, last) = (options.object_range_start, options.object_range_end);
    let received = match options.received_ranges.is_null() {
        true if options.num_received_ranges > 0 => return Err(Code::INVALID_ARGUMENT.into()),
        true => &[][..],
        // SAFETY: the caller's array of so many elements.
        false => unsafe {
            std::slice::from_raw_parts(options.received_ranges, options.num_received_ranges)
        },
    };
    if etag.trim_ascii().is_empty() || first > last || last >= options.object_size {
        return Err(Error::from(Code::INVALID_ARGUMENT).because("no range of an object"));
    }
    let held = if options.received_ranges.is_null() {
        runs(last - first + 1, [(0, options.continuous_downloaded_bytes)])?
    } else {
        let within = |range: &aws_s3_byte_range| {
            first <= range.first && range.first <= range.last && range.last <= last
        };
        if !received.iter().all(within) {
            return Err(Error::from(Code::INVALID_ARGUMENT).because("bytes beyond the range"));
        }
        let relative = |it: &aws_s3_byte_range| (it.first - first, it.last - first + 1);
        runs(last - first + 1, received.iter().map(relative))?
    };
    Ok(DownloadToken {
        part_bytes: options.part_size,
        total_parts: options.total_num_parts as u64,
        parts_completed: options.num_parts_completed as u64,
        etag,
        last_modified,
        object_bytes: options.object_size,
        range: (first, last),
        continuous_bytes: held.first().map_or(0, |(start, end)| if *start == 0 { *end } else { 0 }),
        total_bytes: held.iter().map(|(start, end)| end - start).sum(),
        held,
        file_base: options.file_position,
        file_modified_ns: options.file_last_modified_epoch_ns,
    })
}

/// Starts and ends in order, those joined that touch or overlap.
fn runs(length: u64, pieces: impl IntoIterator<Item = (u64, u64)>) -> Result<Vec<(u64, u64)>> {
    let mut pieces: Vec<_> = pieces.into_iter().filter(|(start, end)| start < end).collect();
    pieces.sort_unstable();
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for (start, end) in pieces {
        if end > length {
            return Err(Error::from(Code::INVALID_ARGUMENT).because("bytes beyond the range"));
        }
        match runs.last_mut() {
            Some((_, until)) if *until >= start => *until = end.max(*until),
            _ => runs.push((start, end)),
        }
    }
    Ok(runs)
}

/// Returns how many runs of bytes were handed over: 1 without gaps, 0 when nothing was, for a token
/// of an upload, and for NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_meta_request_resume_token_num_received_ranges(
    resume_token: *const aws_s3_meta_request_resume_token,
) -> usize {
    // SAFETY: the caller holds a reference.
    unsafe { ask_download_token(resume_token, |token| token.held.len()) }
}

/// Writes the run of bytes number `index`, from 0, that was handed over to `*out_range`. They come
/// in the order of the object. Fails with AWS_ERROR_INVALID_INDEX when there is none of that number,
/// and with AWS_ERROR_INVALID_ARGUMENT for a NULL pointer.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_meta_request_resume_token_received_range(
    resume_token: *const aws_s3_meta_request_resume_token,
    index: usize,
    out_range: *mut aws_s3_byte_range,
) -> c_int {
    entry(|| {
        // SAFETY: the caller holds a reference and lends the out pointer.
        let (token, out) = unsafe { (handle::borrow(resume_token)?, out_range.as_mut()) };
        let out = out.ok_or(Code::INVALID_ARGUMENT)?;
        let ResumeToken::Download(token) = token else { return Err(Code::INVALID_INDEX.into()) };
        let (start, end) = *token.held.get(index).ok_or(Code::INVALID_INDEX)?;
        *out = aws_s3_byte_range { first: token.range.0 + start, last: token.range.0 + end - 1 };
        Ok(0)
    })
}

/// Returns the position in the file of the first byte of the download. 0 without a file, for a token
/// of an upload, and for NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_meta_request_resume_token_file_position(
    resume_token: *const aws_s3_meta_request_resume_token,
) -> u64 {
    // SAFETY: the caller holds a reference.
    unsafe { ask_download_token(resume_token, |token| token.file_base) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_touches_is_joined() {
        let table: [(&[(u64, u64)], &[(u64, u64)]); 5] = [
            (&[], &[]),
            (&[(0, 0)], &[]),
            (&[(5, 7), (0, 3)], &[(0, 3), (5, 7)]),
            (&[(3, 5), (0, 3), (4, 10)], &[(0, 10)]),
            (&[(0, 10), (2, 3)], &[(0, 10)]),
        ];
        for (pieces, expected) in table {
            assert_eq!(runs(10, pieces.iter().copied()).unwrap(), expected, "{pieces:?}");
        }
        assert!(runs(10, [(0, 11)]).is_err());
    }
}

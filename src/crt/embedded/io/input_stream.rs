//! `aws_input_stream_*`: calls on a stream, whoever implements it.
//!
//! A stream without `acquire` and `release` slots is counted by the count that it embeds.

use core::ffi::*;
use core::ptr;

use crate::crt::call::{call_out, returned};
use crate::crt::sys::*;
use crate::error::Code;

use super::link;

const SEEK_UNSUPPORTED: Code = Code(1176);
const GET_LENGTH_UNSUPPORTED: Code = Code(1177);

/// NULL is returned as it is.
///
/// # Safety
/// `stream` is NULL or live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_input_stream_acquire(
    stream: *mut aws_input_stream,
) -> *mut aws_input_stream {
    if !stream.is_null() {
        // SAFETY: as the caller promises.
        unsafe {
            match (*(*stream).vtable).acquire {
                Some(acquire) => drop(call_out!(acquire, stream)),
                None => {
                    link::aws_ref_count_acquire(&raw mut (*stream).ref_count);
                }
            }
        }
    }
    stream
}

/// NULL is ignored. Returns NULL.
///
/// # Safety
/// `stream` is NULL or live, and the caller gives up a reference.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_input_stream_release(
    stream: *mut aws_input_stream,
) -> *mut aws_input_stream {
    if !stream.is_null() {
        // SAFETY: as the caller promises.
        unsafe {
            match (*(*stream).vtable).release {
                Some(release) => drop(call_out!(release, stream)),
                None => {
                    link::aws_ref_count_release(&raw mut (*stream).ref_count);
                }
            }
        }
    }
    ptr::null_mut()
}

/// The old name of release.
///
/// # Safety
/// As [`aws_input_stream_release`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_input_stream_destroy(stream: *mut aws_input_stream) {
    // SAFETY: as the caller promises.
    unsafe { aws_input_stream_release(stream) };
}

/// # Safety
/// `stream` is live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_input_stream_seek(
    stream: *mut aws_input_stream,
    offset: i64,
    basis: aws_stream_seek_basis,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe {
        match (*(*stream).vtable).seek {
            Some(seek) => returned(call_out!(seek, stream, offset, basis)),
            None => link::raise(SEEK_UNSUPPORTED),
        }
    }
}

/// Appends to the free part of `dest`; a full one is a success that does not ask the stream. A stream that swapped
/// the memory it was given fails with `AWS_IO_STREAM_READ_FAILED`.
///
/// # Safety
/// `stream` is live; `dest` is a valid buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_input_stream_read(
    stream: *mut aws_input_stream,
    dest: *mut aws_byte_buf,
) -> c_int {
    // SAFETY: as the caller promises; the free part begins inside the buffer or right at its end.
    unsafe {
        let room = (*dest).capacity.saturating_sub((*dest).len);
        if room == 0 {
            return link::SUCCESS;
        }
        let Some(read) = (*(*stream).vtable).read else {
            return link::raise(Code::IO_STREAM_READ_FAILED);
        };
        let start = (*dest).buffer.add((*dest).len);
        let mut free =
            aws_byte_buf { len: 0, buffer: start, capacity: room, allocator: ptr::null_mut() };
        if returned(call_out!(read, stream, &raw mut free)) != link::SUCCESS {
            return link::FAILURE;
        }
        if free.buffer != start || free.capacity != room || free.len > room {
            return link::raise(Code::IO_STREAM_READ_FAILED);
        }
        (*dest).len += free.len;
        link::SUCCESS
    }
}

/// # Safety
/// `stream` is live; `status` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_input_stream_get_status(
    stream: *mut aws_input_stream,
    status: *mut aws_stream_status,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe {
        match (*(*stream).vtable).get_status {
            Some(get_status) => returned(call_out!(get_status, stream, status)),
            None => link::raise(Code::UNIMPLEMENTED),
        }
    }
}

/// # Safety
/// `stream` is live; `out_length` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_input_stream_get_length(
    stream: *mut aws_input_stream,
    out_length: *mut i64,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe {
        match (*(*stream).vtable).get_length {
            Some(get_length) => returned(call_out!(get_length, stream, out_length)),
            None => link::raise(GET_LENGTH_UNSUPPORTED),
        }
    }
}

//! From C arguments to Rust values, one conversion per idiom, with its rule for NULL in the name.

use std::mem::MaybeUninit;
use std::path::PathBuf;

use bytes::Bytes;

use crate::abi::aws_s3_file_io_options;
use crate::crt::sys::{aws_byte_cursor, aws_tribool};
use crate::crt::{self, Allocator};
use crate::error::{Code, Error, Result};
use crate::operation::FileIo;

/// A pointer that must not be NULL.
///
/// # Safety
/// A non-NULL `pointer` is valid for reads for `'a`.
pub(super) unsafe fn required<'a, T>(pointer: *const T) -> Result<&'a T> {
    // SAFETY: as the caller promises.
    unsafe { pointer.as_ref() }.ok_or(Error::new(Code::INVALID_ARGUMENT))
}

/// A pointer that may be NULL.
///
/// # Safety
/// A non-NULL `pointer` is valid for reads for `'a`.
pub(super) unsafe fn optional<'a, T>(pointer: *const T) -> Option<&'a T> {
    // SAFETY: as the caller promises.
    unsafe { pointer.as_ref() }
}

/// The allocator to use; NULL means the default one.
///
/// # Safety
/// A non-NULL `allocator` is alive for as long as anything made with it.
pub(super) unsafe fn allocator(allocator: *mut crate::crt::sys::aws_allocator) -> Allocator {
    // SAFETY: as the caller promises.
    unsafe { Allocator::from_raw(allocator) }.unwrap_or_default()
}

/// A copy of the bytes that a cursor shows; `(NULL, 0)` is empty.
///
/// # Safety
/// The cursor shows readable memory.
pub(super) unsafe fn bytes(cursor: aws_byte_cursor) -> Bytes {
    // SAFETY: as the caller promises.
    Bytes::copy_from_slice(unsafe { crt::bytes_of(cursor) })
}

/// A file name; `None` when the cursor is empty. Names are bytes, not text.
///
/// # Safety
/// The cursor shows readable memory.
pub(super) unsafe fn path(cursor: aws_byte_cursor) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    // SAFETY: as the caller promises.
    let bytes = unsafe { crt::bytes_of(cursor) };
    (!bytes.is_empty()).then(|| PathBuf::from(std::ffi::OsStr::from_bytes(bytes)))
}

/// The number in a C enum, whatever it is.
pub(super) fn number<E: Copy>(choice: &MaybeUninit<E>) -> u32 {
    const { assert!(size_of::<E>() == size_of::<u32>()) };
    // SAFETY: a C enum of four bytes; every C caller wrote it, and any bits make a number.
    unsafe { choice.as_ptr().cast::<u32>().read() }
}

/// A C `bool` that may hold any byte.
pub(super) fn truth(flag: &bool) -> bool {
    // SAFETY: one readable byte; it is read as a number because C may have put any there.
    unsafe { std::ptr::from_ref(flag).cast::<u8>().read() != 0 }
}

/// Unset, or an answer; numbers outside the enum count as no.
pub(super) fn tribool(value: aws_tribool) -> Option<bool> {
    match value {
        0 => None,
        2 => Some(true),
        _ => Some(false),
    }
}

/// File options, if there are any.
///
/// # Safety
/// A non-NULL `options` is valid for reads.
pub(super) unsafe fn file_io(options: *const aws_s3_file_io_options) -> Option<FileIo> {
    // SAFETY: as the caller promises.
    let options = unsafe { optional(options) }?;
    Some(FileIo {
        should_stream: truth(&options.should_stream),
        disk_throughput_gbps: options.disk_throughput_gbps,
        direct_io: truth(&options.direct_io),
    })
}

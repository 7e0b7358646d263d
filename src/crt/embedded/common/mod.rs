//! What aws-c-common is to its callers: memory, errors, bytes, strings, lists, threads, time, files, the log.
//!
//! The headers are in `include/aws/common`. Functions that they define inline exist here once more as symbols, because
//! programs in other languages bind to those; `exports-common.txt` lists every symbol.

mod aligned;
pub(super) mod alloc;
mod array_list;
mod ascii;
mod atomics;
mod backtrace;
mod byte_buf;
mod byte_cursor;
mod byte_number;
mod byte_order;
mod clock;
mod command_line;
mod condition;
mod date_text;
mod date_time;
mod directory;
mod encoding;
mod environment;
mod errno;
pub(super) mod error;
mod error_table;
mod file;
mod file_offset;
mod hash_table;
mod hashing;
mod library;
mod linked_list;
pub(super) mod log;
mod log_subjects;
mod log_writer;
mod math;
mod mutex;
mod priority_queue;
mod ref_count;
mod rw_lock;
mod string;
mod system_info;
mod task;
mod thread;
mod thread_join;
mod thread_scheduler;
mod tracer;
mod uri;
mod uri_encoding;
mod uuid;
mod variadic;

use core::ffi::{CStr, c_char, c_int, c_void};

pub(super) use byte_buf::push;

use crate::crt::sys::*;

/// `AWS_OP_SUCCESS`
pub(super) const SUCCESS: c_int = 0;
/// `AWS_OP_ERR`
pub(super) const FAILURE: c_int = -1;

/// Sets the thread's last error; returns `AWS_OP_ERR`.
pub(super) fn raise(code: c_int) -> c_int {
    error::aws_raise_error_private(code);
    FAILURE
}

/// Memory that C describes by address and length.
///
/// # Safety
/// `ptr` is readable for `len` bytes, for as long as the result is used; anything goes when `len` is 0.
pub(super) unsafe fn slice<'a>(ptr: *const u8, len: usize) -> &'a [u8] {
    if ptr.is_null() {
        return &[];
    }
    // SAFETY: promised by the caller.
    unsafe { core::slice::from_raw_parts(ptr, len) }
}

/// The bytes that a cursor shows.
pub(super) fn shown(cursor: &aws_byte_cursor) -> &[u8] {
    // SAFETY: a cursor handed in by C shows readable memory during the call.
    unsafe { slice(cursor.ptr, cursor.len) }
}

/// The bytes that a buffer holds.
pub(super) fn used(buf: &aws_byte_buf) -> &[u8] {
    // SAFETY: a buffer handed in by C has `len` initialised bytes during the call.
    unsafe { slice(buf.buffer, buf.len) }
}

/// A cursor over Rust memory. The pointer is writable only if the memory is.
pub(super) fn view(bytes: &[u8]) -> aws_byte_cursor {
    aws_byte_cursor { len: bytes.len(), ptr: bytes.as_ptr().cast_mut() }
}

/// The empty cursor.
pub(super) const NOTHING: aws_byte_cursor = aws_byte_cursor { len: 0, ptr: core::ptr::null_mut() };

/// The bytes of a C string without the zero.
///
/// # Safety
/// `text` is NULL or a C string that lives as long as the result is used.
pub(super) unsafe fn c_bytes<'a>(text: *const c_char) -> Option<&'a [u8]> {
    if text.is_null() {
        return None;
    }
    // SAFETY: promised by the caller.
    Some(unsafe { CStr::from_ptr(text) }.to_bytes())
}

/// A value that is only read, or changed only through atomics or by C, in a static.
#[repr(transparent)]
pub(super) struct Shared<T>(pub T);

// SAFETY: users of the type answer for what they put in, see above.
unsafe impl<T> Sync for Shared<T> {}

/// An argument of a callback on its way to another thread; C answers for what it points to.
#[derive(Clone, Copy)]
pub(super) struct Carried<T>(pub T);

// SAFETY: C hands in pointers to be used on other threads.
unsafe impl<T> Send for Carried<T> {}

impl Carried<*mut c_void> {
    /// The pointer; a method, so that closures capture the whole carrier.
    pub fn pointer(self) -> *mut c_void {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    /// Every exported name in these sources is in the list, and nothing else is.
    #[test]
    fn the_list_of_exports_is_exact() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/crt/embedded/common");
        let mut defined = BTreeSet::new();
        for entry in std::fs::read_dir(folder).expect("sources are there") {
            let source = std::fs::read_to_string(entry.expect("listed").path()).expect("readable");
            for item in source.split(concat!("#[unsafe(", "no_mangle)]")).skip(1) {
                let mut words = item.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                defined.extend(words.find(|word| word.starts_with("aws_")).map(str::to_owned));
            }
        }
        let listed: Vec<_> = include_str!("../exports-common.txt").lines().collect();
        assert_eq!(defined.iter().map(String::as_str).collect::<Vec<_>>(), listed);
    }
}

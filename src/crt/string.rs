//! Strings that C keeps or frees: `aws_string`, immutable and zero terminated.

use core::ptr::NonNull;

use super::host;
use super::sys::aws_string;
use super::{Allocator, cursor};

/// A new string, to be freed with `aws_string_destroy` by whoever gets it.
pub fn string_new(allocator: Allocator, bytes: &[u8]) -> *mut aws_string {
    let from = cursor(bytes);
    // SAFETY: the allocator is valid and `from` covers readable bytes.
    unsafe { host::aws_string_new_from_array(allocator.as_ptr(), from.ptr, from.len) }
}

/// The bytes of a string without the terminating zero; none for NULL.
///
/// # Safety
/// A non-NULL `string` stays alive for `'a`.
pub unsafe fn string_bytes<'a>(string: *const aws_string) -> &'a [u8] {
    if string.is_null() {
        return &[];
    }
    // SAFETY: the bytes stand behind the length, in the block that starts at `string`; going
    // through raw pointers keeps the provenance of the whole block.
    unsafe {
        let bytes = (&raw const (*string).bytes).cast::<u8>();
        core::slice::from_raw_parts(bytes, (*string).len)
    }
}

/// A string of ours that is freed when dropped.
#[derive(Debug)]
pub struct OwnedString(NonNull<aws_string>);

// SAFETY: a string never changes, and allocators may be used from any thread.
unsafe impl Send for OwnedString {}
// SAFETY: as above.
unsafe impl Sync for OwnedString {}

impl OwnedString {
    pub fn new(allocator: Allocator, bytes: &[u8]) -> Self {
        let ptr = string_new(allocator, bytes);
        Self(NonNull::new(ptr).expect("the CRT ends the process instead of returning NULL"))
    }

    pub fn as_ptr(&self) -> *const aws_string {
        self.0.as_ptr()
    }

    pub fn bytes(&self) -> &[u8] {
        // SAFETY: the string lives as long as `self`.
        unsafe { string_bytes(self.0.as_ptr()) }
    }

    /// The string, now the caller's to destroy.
    pub fn into_raw(self) -> *mut aws_string {
        let ptr = self.0.as_ptr();
        core::mem::forget(self);
        ptr
    }
}

impl Drop for OwnedString {
    fn drop(&mut self) {
        // SAFETY: the string is ours and is not used again.
        unsafe { host::aws_string_destroy(self.0.as_ptr()) };
    }
}

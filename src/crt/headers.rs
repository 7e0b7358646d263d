//! Header blocks: ordered, with duplicates, as callers pass them in and callbacks hand them out.

use bytes::Bytes;

use crate::error::Result;

use super::sys::{AWS_HTTP_HEADER_COMPRESSION_USE_CACHE, aws_http_header, aws_http_headers};
use super::{Allocator, Count, Counted, bytes_of, check, cursor, host, last_error};

/// A counted `aws_http_headers`. The block is not locked: who fills it does so before sharing it.
pub type Headers = Counted<aws_http_headers>;

// SAFETY: the count is atomic; `Headers` says who may change the block.
unsafe impl Count for aws_http_headers {
    unsafe fn acquire(object: *mut Self) {
        // SAFETY: alive by contract.
        unsafe { host::aws_http_headers_acquire(object) };
    }

    unsafe fn release(object: *mut Self) {
        // SAFETY: alive, and the reference is ours by contract.
        unsafe { host::aws_http_headers_release(object) };
    }
}

impl Headers {
    /// A new block with these headers, in order.
    pub fn new<'a>(
        allocator: Allocator,
        pairs: impl IntoIterator<Item = (&'a [u8], &'a [u8])>,
    ) -> Result<Self> {
        // SAFETY: the allocator is valid, and the new block has one reference: ours.
        let headers = unsafe { Self::adopt(host::aws_http_headers_new(allocator.as_ptr())) };
        let headers = headers.ok_or_else(last_error)?;
        for (name, value) in pairs {
            headers.add(name, value)?;
        }
        Ok(headers)
    }

    pub fn len(&self) -> usize {
        // SAFETY: the block is alive.
        unsafe { host::aws_http_headers_count(self.as_ptr()) }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends a header.
    pub fn add(&self, name: &[u8], value: &[u8]) -> Result<()> {
        // SAFETY: the block is alive and copies both.
        check(unsafe { host::aws_http_headers_add(self.as_ptr(), cursor(name), cursor(value)) })
    }

    /// Replaces every header of that name by one.
    pub fn set(&self, name: &[u8], value: &[u8]) -> Result<()> {
        // SAFETY: the block is alive and copies both.
        check(unsafe { host::aws_http_headers_set(self.as_ptr(), cursor(name), cursor(value)) })
    }

    /// A copy of every header, in order. All of them share one block of memory.
    pub fn pairs(&self) -> Vec<(Bytes, Bytes)> {
        const USUAL_BYTES: usize = 64;
        let count = self.len();
        let all = || (0..count).map_while(|index| self.at(index));
        let mut text = Vec::with_capacity(count * USUAL_BYTES);
        for (name, value) in all() {
            text.extend_from_slice(name);
            text.extend_from_slice(value);
        }
        let mut rest = Bytes::from(text);
        all().map(|(name, value)| (rest.split_to(name.len()), rest.split_to(value.len()))).collect()
    }

    /// Borrowed until the block changes, which nobody does while somebody reads it.
    fn at(&self, index: usize) -> Option<(&[u8], &[u8])> {
        let mut header = aws_http_header {
            name: cursor(b""),
            value: cursor(b""),
            compression: AWS_HTTP_HEADER_COMPRESSION_USE_CACHE,
        };
        // SAFETY: the block is alive and `header` writable.
        let outcome =
            unsafe { host::aws_http_headers_get_index(self.as_ptr(), index, &mut header) };
        check(outcome).ok()?;
        // SAFETY: both cursors point into the block.
        Some(unsafe { (bytes_of(header.name), bytes_of(header.value)) })
    }
}

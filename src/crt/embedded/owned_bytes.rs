//! Bytes in a caller's allocator that C looks at through cursors.
//!
//! Headers, methods, paths and credentials are all kept this way: one block, never moved until it is
//! dropped, and wiped then, because any of them may carry a secret.

use core::ptr::NonNull;

use crate::crt::Allocator;
use crate::crt::sys::aws_byte_cursor;

/// One block, filled once.
pub(super) struct OwnedBytes {
    allocator: Allocator,
    start: NonNull<u8>,
    len: usize,
}

// SAFETY: the bytes never change, and allocators may be used from any thread.
unsafe impl Send for OwnedBytes {}
// SAFETY: as above.
unsafe impl Sync for OwnedBytes {}

impl OwnedBytes {
    /// The pieces, one after the other. None when their sum cannot be counted.
    pub(super) fn joined(allocator: Allocator, pieces: &[&[u8]]) -> Option<Self> {
        let mut len = 0_usize;
        for piece in pieces {
            len = len.checked_add(piece.len())?;
        }
        let start = NonNull::new(allocator.acquire(len).cast::<u8>())?;
        let mut at = start.as_ptr();
        for piece in pieces {
            // SAFETY: the block holds the sum of all lengths, and is new, so nothing overlaps.
            unsafe {
                at.copy_from_nonoverlapping(piece.as_ptr(), piece.len());
                at = at.add(piece.len());
            }
        }
        Some(Self { allocator, start, len })
    }

    pub(super) fn bytes(&self) -> &[u8] {
        // SAFETY: the block holds this many initialised bytes and lives as long as `self`.
        unsafe { core::slice::from_raw_parts(self.start.as_ptr(), self.len) }
    }

    /// A view of some of the bytes, or an empty one without a pointer.
    pub(super) fn view(&self, range: core::ops::Range<usize>) -> aws_byte_cursor {
        match self.bytes().get(range) {
            Some(part) => aws_byte_cursor { len: part.len(), ptr: part.as_ptr().cast_mut() },
            None => EMPTY,
        }
    }

    /// A view of all bytes.
    pub(super) fn cursor(&self) -> aws_byte_cursor {
        self.view(0..self.len)
    }
}

impl Drop for OwnedBytes {
    fn drop(&mut self) {
        // SAFETY: the block is ours and holds this many bytes; `black_box` keeps the wiping from
        // being optimised away before the block is given back.
        unsafe {
            self.start.as_ptr().write_bytes(0, self.len);
            self.allocator.release(core::hint::black_box(self.start).as_ptr().cast());
        }
    }
}

/// No bytes, and no pointer to any.
pub(super) const EMPTY: aws_byte_cursor = aws_byte_cursor { len: 0, ptr: core::ptr::null_mut() };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_stand_in_one_block() {
        let all = OwnedBytes::joined(Allocator::default(), &[b"ab", b"", b"cde"]).expect("fits");
        assert_eq!(all.bytes(), b"abcde");
        let part = all.view(2..5);
        // SAFETY: the view is into a live block.
        assert_eq!(unsafe { crate::crt::bytes_of(part) }, b"cde");
    }

    #[test]
    fn nothing_has_no_pointer_outside_the_block() {
        let none = OwnedBytes::joined(Allocator::default(), &[]).expect("fits");
        assert_eq!(none.bytes(), b"");
        assert!(none.view(1..2).ptr.is_null());
    }
}

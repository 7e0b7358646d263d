//! Objects that live in memory of a caller's allocator, so that the caller's leak checks see them.

use crate::crt::sys::aws_allocator;

use super::link;

/// What every allocator aligns to, as `malloc` does.
const ALIGNMENT: usize = 16;

/// Moves a value into a block of its own.
///
/// # Safety
/// `allocator` is valid and outlives the block.
pub unsafe fn place<T>(allocator: *mut aws_allocator, value: T) -> *mut T {
    const { assert!(align_of::<T>() <= ALIGNMENT && size_of::<T>() > 0) };
    // SAFETY: the allocator is valid; it ends the process rather than return NULL.
    let block = unsafe { link::aws_mem_acquire(allocator, size_of::<T>()) }.cast::<T>();
    // SAFETY: the block is large enough and aligned.
    unsafe { block.write(value) };
    block
}

/// Moves a value out of its block and frees the block.
///
/// # Safety
/// `block` came from [`place`] with the same allocator, and nothing refers to it any more.
pub unsafe fn take<T>(allocator: *mut aws_allocator, block: *mut T) -> T {
    // SAFETY: the block holds a value that nobody will use again.
    let value = unsafe { block.read() };
    // SAFETY: the block came from this allocator.
    unsafe { link::aws_mem_release(allocator, block.cast()) };
    value
}

/// A C value that may travel between threads because the C contract of its function says so.
pub struct Across<T>(T);

// SAFETY: made only through `Across::new`, whose caller vouches for the value.
unsafe impl<T> Send for Across<T> {}

impl<T> Across<T> {
    /// # Safety
    /// The value may be used from the thread that ends up with it.
    pub unsafe fn new(value: T) -> Self {
        Self(value)
    }

    pub fn into_inner(self) -> T {
        self.0
    }
}

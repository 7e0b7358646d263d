//! Memory that crosses the C boundary.
//!
//! A block that C frees, or that frees itself through an allocator field, comes from the caller's
//! [`Allocator`]; everything else uses Rust's own. Running out of memory ends the process inside
//! the CRT, so none of these functions fails.

use core::ffi::c_void;
use core::ptr::NonNull;

use super::host;
use super::sys::aws_allocator;

/// What every `mem_acquire` aligns to, as `malloc` does.
const ALIGNMENT: usize = 16;

/// A caller's allocator, or the process-wide one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allocator(NonNull<aws_allocator>);

// SAFETY: the CRT requires of every allocator that it may be used from any thread at any time.
unsafe impl Send for Allocator {}
// SAFETY: as above.
unsafe impl Sync for Allocator {}

impl Allocator {
    /// The allocator behind a pointer that came from C, None for NULL.
    ///
    /// # Safety
    /// A non-NULL `ptr` is an allocator that outlives every use of the result and of its copies.
    pub unsafe fn from_raw(ptr: *mut aws_allocator) -> Option<Self> {
        NonNull::new(ptr).map(Self)
    }

    pub fn as_ptr(self) -> *mut aws_allocator {
        self.0.as_ptr()
    }

    /// At least `size` bytes, not initialised, aligned to 16.
    pub fn acquire(self, size: usize) -> *mut c_void {
        // SAFETY: the allocator is valid; the CRT refuses zero bytes, hence one.
        unsafe { host::aws_mem_acquire(self.as_ptr(), size.max(1)) }
    }

    /// Gives back what [`acquire`](Self::acquire) returned; NULL is ignored.
    ///
    /// # Safety
    /// `ptr` is NULL or was acquired from this allocator and is not used any more.
    pub unsafe fn release(self, ptr: *mut c_void) {
        // SAFETY: as the caller promises.
        unsafe { host::aws_mem_release(self.as_ptr(), ptr) }
    }

    /// Moves a value into memory of this allocator.
    #[expect(clippy::new_ret_no_self, reason = "makes values, not allocators")]
    pub fn new<T>(self, value: T) -> NonNull<T> {
        const { assert!(align_of::<T>() <= ALIGNMENT) };
        let ptr = self.acquire(size_of::<T>()).cast::<T>();
        // SAFETY: `acquire` returns at least this many bytes at a sufficient alignment.
        unsafe { ptr.write(value) };
        NonNull::new(ptr).expect("the CRT ends the process instead of returning NULL")
    }

    /// Drops a value that [`new`](Self::new) moved into memory, and frees its memory.
    ///
    /// # Safety
    /// `value` came from `new` of this allocator, and nothing refers to it any more.
    pub unsafe fn delete<T>(self, value: NonNull<T>) {
        // SAFETY: the caller hands over the only reference to an initialised value.
        unsafe { value.drop_in_place() };
        // SAFETY: the block came from this allocator.
        unsafe { self.release(value.as_ptr().cast()) };
    }
}

impl Default for Allocator {
    /// The process-wide allocator.
    fn default() -> Self {
        // SAFETY: takes no arguments and is always callable.
        let ptr = unsafe { host::aws_default_allocator() };
        Self(NonNull::new(ptr).expect("the default allocator is static"))
    }
}

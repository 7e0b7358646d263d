//! The memory of channels: Rust's own, so that nothing of a caller's allocator is left in a loop that is kept.
//!
//! A channel takes a message for each record and drops it soon after; the message pool of its loop holds a few and asks
//! for the rest anew each time. So blocks of that size stay with the thread that they were given back on.

use core::ffi::c_void;
use core::ptr::{self, NonNull};
use std::alloc::{self, Layout};
use std::cell::Cell;

use crate::crt::sys::aws_allocator;

/// What stands before a block: its size. As long as the alignment that C expects.
const HEAD: usize = 16;

/// Sizes that are kept. Messages with room for a record are a little longer than 16 KiB.
const KEPT_SIZES: core::ops::Range<usize> = 8 * 1024..32 * 1024;

/// Blocks that a thread keeps at most, about what a batch of ciphertext takes.
const MOST_KEPT: usize = 48;

/// The allocator, for C.
pub(super) fn allocator() -> *mut aws_allocator {
    (&raw const ALLOCATOR.0).cast_mut()
}

struct Constant(aws_allocator);

// SAFETY: never written to, and the pointer in it is NULL.
unsafe impl Sync for Constant {}

static ALLOCATOR: Constant = Constant(aws_allocator {
    mem_acquire: Some(acquire),
    mem_release: Some(release),
    mem_realloc: None,
    mem_calloc: Some(acquire_zeroed),
    r#impl: ptr::null_mut(),
});

/// Blocks of one size, with their heads.
#[derive(Default)]
struct Kept {
    size: usize,
    blocks: Vec<NonNull<u8>>,
}

impl Kept {
    fn take(&mut self, size: usize) -> Option<NonNull<u8>> {
        if size == self.size { self.blocks.pop() } else { None }
    }

    /// False if there is no place.
    fn put(&mut self, block: NonNull<u8>, size: usize) -> bool {
        if !KEPT_SIZES.contains(&size) || self.blocks.len() == MOST_KEPT {
            return false;
        }
        if self.blocks.is_empty() {
            self.size = size;
        }
        let fits = size == self.size;
        if fits {
            self.blocks.push(block);
        }
        fits
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        for block in self.blocks.drain(..) {
            // SAFETY: a block of this size that nobody uses.
            unsafe { alloc::dealloc(block.as_ptr(), layout(self.size)) };
        }
    }
}

thread_local! {
    static KEPT: Cell<Kept> = const { Cell::new(Kept { size: 0, blocks: Vec::new() }) };
}

/// Runs `body` on what the thread keeps; None when the thread is ending.
fn with_kept<T>(body: impl FnOnce(&mut Kept) -> T) -> Option<T> {
    KEPT.try_with(|cell| {
        let mut kept = cell.take();
        let outcome = body(&mut kept);
        cell.set(kept);
        outcome
    })
    .ok()
}

fn layout(size: usize) -> Layout {
    let size = size.saturating_add(HEAD).min(isize::MAX as usize - HEAD);
    Layout::from_size_align(size, HEAD).expect("the alignment is a power of two")
}

unsafe extern "C" fn acquire(_: *mut aws_allocator, size: usize) -> *mut c_void {
    if let Some(block) = with_kept(|kept| kept.take(size)).flatten() {
        // SAFETY: the block is longer than its head.
        return unsafe { block.as_ptr().add(HEAD) }.cast();
    }
    // SAFETY: the layout is not empty.
    finish(unsafe { alloc::alloc(layout(size)) }, size)
}

unsafe extern "C" fn acquire_zeroed(
    _: *mut aws_allocator,
    count: usize,
    size: usize,
) -> *mut c_void {
    let size = count.saturating_mul(size);
    // SAFETY: the layout is not empty.
    finish(unsafe { alloc::alloc_zeroed(layout(size)) }, size)
}

/// Writes the head.
fn finish(block: *mut u8, size: usize) -> *mut c_void {
    if block.is_null() {
        alloc::handle_alloc_error(layout(size));
    }
    // SAFETY: the block is aligned for its head and longer.
    unsafe {
        block.cast::<usize>().write(size);
        block.add(HEAD).cast()
    }
}

unsafe extern "C" fn release(_: *mut aws_allocator, content: *mut c_void) {
    let Some(content) = NonNull::new(content.cast::<u8>()) else { return };
    // SAFETY: `finish` made this, with its head before it.
    let (block, size) = unsafe {
        let block = content.sub(HEAD);
        (block, block.cast::<usize>().read())
    };
    if with_kept(|kept| kept.put(block, size)) != Some(true) {
        // SAFETY: made with this layout, and given back.
        unsafe { alloc::dealloc(block.as_ptr(), layout(size)) };
    }
}

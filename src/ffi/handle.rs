//! Counted objects behind the opaque C types.
//!
//! An object lives in one block of the caller's allocator, so that memory tracers see it, and is counted like the
//! CRT counts: created with one reference, freed when the last one is released. Which Rust value stands behind which
//! C type is said once, by [`Opaque`].

use std::ffi::c_void;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::crt::Allocator;
use crate::error::{Code, Error};

/// An opaque C type and the value behind it.
pub(super) trait Opaque {
    /// What the object begins with, for those who look at it without asking; `()` where nobody does.
    type Front;
    type Inner: Send + Sync;
}

/// What a pointer to an opaque C type really points to.
#[repr(C)]
struct Block<C: Opaque> {
    front: C::Front,
    references: AtomicUsize,
    allocator: Allocator,
    value: C::Inner,
}

/// Makes an object with `references` references.
pub(super) fn create<C: Opaque>(
    allocator: Allocator,
    references: usize,
    front: C::Front,
    value: C::Inner,
) -> *mut C {
    let references = AtomicUsize::new(references);
    let block = Block::<C> { front, references, allocator, value };
    allocator.new(block).as_ptr().cast()
}

/// The value behind a pointer.
///
/// # Safety
/// A non-NULL `object` was made by [`create`] and is alive for `'a`.
pub(super) unsafe fn borrow<'a, C: Opaque + 'a>(object: *const C) -> Result<&'a C::Inner, Error> {
    match NonNull::new(object.cast_mut()) {
        // SAFETY: as the caller promises.
        Some(object) => Ok(unsafe { &object.cast::<Block<C>>().as_ref().value }),
        None => Err(Code::INVALID_ARGUMENT.into()),
    }
}

/// Adds a reference. NULL is left alone.
///
/// # Safety
/// As for [`borrow`].
pub(super) unsafe fn acquire<C: Opaque>(object: *mut C) -> *mut C {
    if let Some(block) = NonNull::new(object.cast::<Block<C>>()) {
        // SAFETY: as the caller promises.
        unsafe { block.as_ref() }.references.fetch_add(1, Ordering::Relaxed);
    }
    object
}

/// Takes a reference away; says whether it was the last one. NULL is left alone.
///
/// # Safety
/// As for [`borrow`]; the reference is the caller's to give up.
#[must_use]
pub(super) unsafe fn release<C: Opaque>(object: *mut C) -> bool {
    let Some(block) = NonNull::new(object.cast::<Block<C>>()) else { return false };
    // SAFETY: as the caller promises.
    unsafe { block.as_ref() }.references.fetch_sub(1, Ordering::AcqRel) == 1
}

/// The memory of an object that is no more. Until it is dropped, nobody else's object has its address.
pub(super) struct Husk {
    block: *mut c_void,
    allocator: Allocator,
}

impl Drop for Husk {
    fn drop(&mut self) {
        // SAFETY: the block came from this allocator, and nothing is in it any more.
        unsafe { self.allocator.release(self.block) };
    }
}

/// Ends an object and returns what was in it, and its memory.
///
/// # Safety
/// `object` was made by [`create`], and nobody uses it any more.
pub(super) unsafe fn destroy<C: Opaque>(object: *mut C) -> Option<(C::Inner, Husk)> {
    let block = NonNull::new(object.cast::<Block<C>>())?;
    // SAFETY: as the caller promises; what is left of the block is not dropped again.
    let Block { allocator, value, .. } = unsafe { block.as_ptr().read() };
    Some((value, Husk { block: block.as_ptr().cast(), allocator }))
}

/// Releases a reference and frees the object with the last one.
///
/// # Safety
/// As for [`release`].
pub(super) unsafe fn drop_reference<C: Opaque>(object: *mut C) {
    // SAFETY: as the caller promises.
    if unsafe { release(object) } {
        // SAFETY: that was the last reference.
        drop(unsafe { destroy(object) });
    }
}

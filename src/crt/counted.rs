//! Handles on reference counted CRT objects.
//!
//! Who implements an object does not matter: the CRT's acquire and release functions know whether
//! to use the object's vtable or its count. A wrapper is an alias of [`Counted`] with methods of
//! its own, for example `type Headers = Counted<aws_http_headers>`.

use core::fmt;
use core::ptr::NonNull;

/// How references to an object are counted.
///
/// # Safety
/// The functions count on the object, and an object with a reference may be moved to another thread
/// and may be acquired, released and asked from several threads at once.
pub unsafe trait Count {
    /// Adds a reference.
    ///
    /// # Safety
    /// `object` is alive.
    unsafe fn acquire(object: *mut Self);

    /// Takes a reference away; the object may end.
    ///
    /// # Safety
    /// `object` is alive, and the reference is the caller's to give up.
    unsafe fn release(object: *mut Self);
}

/// One reference to a counted object: cloning acquires, dropping releases.
pub struct Counted<T: Count>(NonNull<T>);

// SAFETY: `Count` promises that objects may change threads.
unsafe impl<T: Count> Send for Counted<T> {}
// SAFETY: `Count` promises that objects may be shared between threads.
unsafe impl<T: Count> Sync for Counted<T> {}

impl<T: Count> Counted<T> {
    /// Adds a reference to an object that somebody else holds; None for NULL.
    ///
    /// # Safety
    /// A non-NULL `ptr` points to a live object.
    pub unsafe fn acquire(ptr: *mut T) -> Option<Self> {
        let object = NonNull::new(ptr)?;
        // SAFETY: alive, as the caller promises.
        unsafe { T::acquire(ptr) };
        Some(Self(object))
    }

    /// Takes over a reference that was handed to us; None for NULL.
    ///
    /// # Safety
    /// A non-NULL `ptr` points to a live object, one reference of which is the caller's to give.
    pub unsafe fn adopt(ptr: *mut T) -> Option<Self> {
        NonNull::new(ptr).map(Self)
    }

    /// The object, borrowed.
    pub fn as_ptr(&self) -> *mut T {
        self.0.as_ptr()
    }

    /// The object together with its reference, which is now the caller's to release.
    pub fn into_raw(self) -> *mut T {
        let ptr = self.as_ptr();
        core::mem::forget(self);
        ptr
    }
}

impl<T: Count> Clone for Counted<T> {
    fn clone(&self) -> Self {
        // SAFETY: our own reference keeps the object alive.
        unsafe { T::acquire(self.as_ptr()) };
        Self(self.0)
    }
}

impl<T: Count> Drop for Counted<T> {
    fn drop(&mut self) {
        // SAFETY: the reference is ours and is not used again.
        unsafe { T::release(self.as_ptr()) };
    }
}

impl<T: Count> fmt::Debug for Counted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Pointer::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    struct Probe(AtomicUsize);

    // SAFETY: the count is atomic and nothing else is in the object.
    unsafe impl Count for Probe {
        unsafe fn acquire(object: *mut Self) {
            // SAFETY: alive by contract.
            unsafe { &*object }.0.fetch_add(1, Ordering::Relaxed);
        }

        unsafe fn release(object: *mut Self) {
            // SAFETY: alive by contract.
            unsafe { &*object }.0.fetch_sub(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn every_reference_is_counted_once() {
        let mut probe = Probe(AtomicUsize::new(1));
        let ptr = &raw mut probe;
        // SAFETY: reads the count of a live local.
        let count = || unsafe { (*ptr).0.load(Ordering::Relaxed) };

        // SAFETY: the probe is alive, and its first reference is given away here.
        let adopted = unsafe { Counted::adopt(ptr) }.unwrap();
        // SAFETY: the probe is alive.
        let acquired = unsafe { Counted::acquire(ptr) }.unwrap();
        let cloned = acquired.clone();
        assert_eq!(count(), 3);
        drop(acquired);
        assert_eq!(cloned.into_raw(), ptr);
        assert_eq!(count(), 2);
        drop(adopted);
        assert_eq!(count(), 1);
    }

    #[test]
    fn null_is_none() {
        // SAFETY: NULL is allowed.
        assert!(unsafe { Counted::<Probe>::acquire(core::ptr::null_mut()) }.is_none());
        // SAFETY: NULL is allowed.
        assert!(unsafe { Counted::<Probe>::adopt(core::ptr::null_mut()) }.is_none());
    }
}

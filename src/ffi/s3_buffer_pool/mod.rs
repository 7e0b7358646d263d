//! The functions of `aws/s3/s3_buffer_pool.h`, and those on the default pool that no public header declares.

use std::mem::ManuallyDrop;

use crate::crt::{Count, Counted};

mod callback;
mod default_pool;
mod future;
mod pool;
mod ticket;

/// A handle without a reference of its own; `None` for NULL.
///
/// # Safety
/// `object` is NULL or stays alive as long as the result.
unsafe fn borrow<T: Count>(object: *mut T) -> Option<ManuallyDrop<Counted<T>>> {
    // SAFETY: the reference is never given up.
    unsafe { Counted::adopt(object) }.map(ManuallyDrop::new)
}

//! The future that a write hands to its caller.

use crate::error::{Code, Result};

use super::call::call_out;
use super::sys::aws_future_void;
use super::{Allocator, Count, Counted, host, last_error};

/// A counted `aws_future_void`. The first completion wins; callbacks of the caller run inside it.
pub type FutureVoid = Counted<aws_future_void>;

// SAFETY: futures are made for use from several threads.
unsafe impl Count for aws_future_void {
    unsafe fn acquire(object: *mut Self) {
        // SAFETY: alive by contract.
        unsafe { host::aws_future_void_acquire(object) };
    }

    unsafe fn release(object: *mut Self) {
        // SAFETY: alive, and the reference is ours by contract.
        unsafe { host::aws_future_void_release(object) };
    }
}

impl FutureVoid {
    pub fn new(allocator: Allocator) -> Result<Self> {
        // SAFETY: the allocator is valid, and the new future has one reference: ours.
        let future = unsafe { Self::adopt(host::aws_future_void_new(allocator.as_ptr())) };
        Ok(future.ok_or_else(last_error)?)
    }

    pub fn set_result(&self) {
        // SAFETY: the future is alive.
        let _ = unsafe { call_out!(host::aws_future_void_set_result, self.as_ptr()) };
    }

    pub fn set_error(&self, code: Code) {
        // SAFETY: the future is alive.
        let _ = unsafe { call_out!(host::aws_future_void_set_error, self.as_ptr(), code.0) };
    }
}

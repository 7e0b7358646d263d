//! The frames on the stack of a thread, as far as the C library can tell them. musl cannot, and with FreeBSD's that
//! would be a library of its own.

use core::ffi::{c_char, c_void};
use core::mem::MaybeUninit;

/// Fills in where the frames of this thread will go on, the innermost first. Says how many there are.
#[cfg(any(target_env = "gnu", target_vendor = "apple"))]
pub fn frames(room: &mut [MaybeUninit<*mut c_void>]) -> usize {
    // SAFETY: room for so many.
    let count = unsafe { libc::backtrace(room.as_mut_ptr().cast(), number(room.len())) };
    usize::try_from(count).unwrap_or(0)
}

#[cfg(not(any(target_env = "gnu", target_vendor = "apple")))]
pub fn frames(_room: &mut [MaybeUninit<*mut c_void>]) -> usize {
    0
}

/// A text for each frame, in one block that the caller frees; NULL where there is none.
#[cfg(any(target_env = "gnu", target_vendor = "apple"))]
pub fn texts(frames: &[*mut c_void]) -> *mut *mut c_char {
    // SAFETY: so many frames. They are only looked up, and may be anything.
    unsafe { libc::backtrace_symbols(frames.as_ptr(), number(frames.len())) }
}

#[cfg(not(any(target_env = "gnu", target_vendor = "apple")))]
pub fn texts(_frames: &[*mut c_void]) -> *mut *mut c_char {
    core::ptr::null_mut()
}

#[cfg(any(target_env = "gnu", target_vendor = "apple"))]
fn number(length: usize) -> core::ffi::c_int {
    core::ffi::c_int::try_from(length).unwrap_or(core::ffi::c_int::MAX)
}

//! The door from C into the library: every exported function with a body runs it through [`entry`].
//!
//! Inside, failures are `Result`s; outside, they are the thread's last error and the failure value that C expects of
//! the return type. A panic goes no further than here. What goes through is the end of a thread, which a callback asked
//! for: that is why exported functions are `C-unwind`, and why nothing is left to drop when their `entry` returns.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use crate::crt::call::Visit;
use crate::crt::raise;
use crate::crt::sys::{aws_byte_buf, aws_byte_cursor};
use crate::error::{Code, Error};
use crate::log;

/// What C takes for a failure.
pub trait Sentinel: Copy {
    const FAILED: Self;
}

/// `AWS_OP_ERR`.
impl Sentinel for i32 {
    const FAILED: Self = -1;
}

impl Sentinel for () {
    const FAILED: Self = ();
}

impl Sentinel for bool {
    const FAILED: Self = false;
}

impl Sentinel for u32 {
    const FAILED: Self = 0;
}

impl Sentinel for u64 {
    const FAILED: Self = 0;
}

impl Sentinel for usize {
    const FAILED: Self = 0;
}

impl Sentinel for f64 {
    const FAILED: Self = 0.0;
}

impl<T> Sentinel for *mut T {
    const FAILED: Self = ptr::null_mut();
}

impl<T> Sentinel for *const T {
    const FAILED: Self = ptr::null();
}

impl Sentinel for aws_byte_cursor {
    const FAILED: Self = Self { len: 0, ptr: ptr::null_mut() };
}

impl Sentinel for aws_byte_buf {
    const FAILED: Self =
        Self { len: 0, buffer: ptr::null_mut(), capacity: 0, allocator: ptr::null_mut() };
}

/// Runs the body of an exported function. When a callback in it asked the thread to end, this does not come back.
pub fn entry<T: Sentinel>(body: impl FnOnce() -> Result<T, Error>) -> T {
    let visit = Visit::begin();
    let value = enter(body);
    visit.end();
    value
}

/// The same for what only the library and its counterparts call, and what is no exported function: the thread does not
/// end here.
pub fn enter<T: Sentinel>(body: impl FnOnce() -> Result<T, Error>) -> T {
    let outcome = catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|payload| {
        log!(Fatal, General, "panic: {}", text_of(payload.as_ref()));
        // Dropping a payload may panic again, and nobody would catch that.
        std::mem::forget(payload);
        Err(Code::S3_INTERNAL_ERROR.into())
    });
    outcome.unwrap_or_else(|error| {
        raise(error.code());
        T::FAILED
    })
}

fn text_of(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("(no text)")
}

#[cfg(test)]
mod tests {
    use crate::crt::last_error;

    use super::*;

    #[test]
    fn success_passes_through() {
        assert_eq!(entry(|| Ok(7_u64)), 7);
        assert!(entry(|| Ok(true)));
    }

    #[test]
    fn failures_are_raised() {
        fn fail<T>() -> Result<T, Error> {
            Err(Code::S3_MISSING_ETAG.into())
        }

        assert_eq!(entry::<i32>(fail), -1);
        assert_eq!(last_error(), Code::S3_MISSING_ETAG);
        assert!(entry::<*mut u8>(fail).is_null());
        assert_eq!(entry::<usize>(fail), 0);
    }

    #[test]
    fn panics_stop_here() {
        assert_eq!(entry::<i32>(|| panic!("expected by the test")), -1);
        assert_eq!(last_error(), Code::S3_INTERNAL_ERROR);
        assert_eq!(text_of(&"text"), "text");
        assert_eq!(text_of(&String::from("text")), "text");
        assert_eq!(text_of(&1), "(no text)");
    }
}

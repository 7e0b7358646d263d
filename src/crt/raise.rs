//! The CRT's error of the thread: how a C call says why it failed, and how we say it to C.

use core::ffi::c_int;

use crate::error::{Code, Error, Result};

use super::call::call_out;
use super::host;

/// Why the last call on this thread failed; [`Code::UNKNOWN`] when it did not say.
pub fn last_error() -> Code {
    // SAFETY: takes no arguments and is always callable.
    match unsafe { host::aws_last_error() } {
        0 => Code::UNKNOWN,
        number => Code(number),
    }
}

/// Sets the error of this thread, to be done right before a failure is returned to C.
pub fn raise(code: Code) {
    // SAFETY: always callable; error hooks of the program run inside.
    let _ = unsafe { call_out!(host::aws_raise_error, code.0) };
}

/// The outcome of a C call that returns `AWS_OP_SUCCESS` or `AWS_OP_ERR`.
pub fn check(outcome: c_int) -> Result<()> {
    if outcome == 0 { Ok(()) } else { Err(Error::new(last_error())) }
}

/// The outcome that a callback reports as an error number.
pub(super) fn check_number(error_code: c_int) -> Result<()> {
    if error_code == 0 { Ok(()) } else { Err(Error::new(Code(error_code))) }
}

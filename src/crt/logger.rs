//! Sends the library's log lines to the program's logger.
//!
//! The CRT keeps one global `aws_logger`, never NULL and possibly the program's own. It is asked
//! for each line because programs swap it at run time.

use core::ffi::{c_char, c_int, c_uint};
use std::ffi::CString;

use crate::log::{self, Level, Sink, Subject};

use super::call::{Function, call, call_out};
use super::host;
use super::sys::{aws_log_level, aws_logger, aws_logger_vtable};

/// Makes the program's logger the one that [`crate::log`] writes to.
pub fn install() {
    log::install(Sink { enabled, write });
}

fn current() -> Option<(*mut aws_logger, &'static aws_logger_vtable)> {
    // SAFETY: always callable.
    let logger = unsafe { host::aws_logger_get() };
    if logger.is_null() {
        return None;
    }
    // SAFETY: the global logger stays alive while it may be used; vtables are never changed or
    // freed.
    let vtable = unsafe { (*logger).vtable.as_ref()? };
    Some((logger, vtable))
}

fn enabled(level: Level, subject: Subject) -> bool {
    let Some((logger, vtable)) = current() else { return false };
    let Some(log_level) = vtable.get_log_level else { return false };
    // SAFETY: the slot belongs to this logger.
    let wanted = unsafe { call_out!(log_level, logger, subject as u32) };
    wanted.is_ok_and(|wanted| wanted >= level as u32)
}

fn write(level: Level, subject: Subject, line: &str) {
    let Some((logger, vtable)) = current() else { return };
    let Some(log) = vtable.log else { return };
    // Lines that come here hold no zero: they have been made harmless.
    let Ok(line) = CString::new(line) else { return };
    // SAFETY: the slot belongs to this logger.
    let _ = unsafe { call(Log(log), (logger, level as u32, subject as u32, line.as_ptr())) };
}

type Slot = unsafe extern "C" fn(
    *mut aws_logger,
    aws_log_level,
    c_uint,
    format: *const c_char,
    ...
) -> c_int;

/// A logger's function, for a line that is done.
#[derive(Clone, Copy)]
pub(super) struct Log(pub Slot);

impl Function<(*mut aws_logger, aws_log_level, c_uint, *const c_char)> for Log {
    type Output = c_int;

    unsafe fn call(
        self,
        (logger, level, subject, line): (*mut aws_logger, aws_log_level, c_uint, *const c_char),
    ) -> c_int {
        // SAFETY: the format takes exactly one string; as the caller promises for the rest.
        unsafe { (self.0)(logger, level, subject, c"%s".as_ptr(), line) }
    }
}

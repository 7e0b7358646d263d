//! Sends the library's log lines to the program's logger.
//!
//! The CRT keeps one global `aws_logger`, never NULL and possibly the program's own. It is asked
//! for each line because programs swap it at run time.

use std::ffi::CString;

use crate::log::{self, Level, Sink, Subject};

use super::host;
use super::sys::{aws_logger, aws_logger_vtable};

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
    unsafe { log_level(logger, subject as u32) >= level as u32 }
}

fn write(level: Level, subject: Subject, line: &str) {
    let Some((logger, vtable)) = current() else { return };
    let Some(log) = vtable.log else { return };
    // Lines that come here hold no zero: they have been made harmless.
    let Ok(line) = CString::new(line) else { return };
    // SAFETY: the slot belongs to this logger; the format takes exactly one string.
    unsafe { log(logger, level as u32, subject as u32, c"%s".as_ptr(), line.as_ptr()) };
}

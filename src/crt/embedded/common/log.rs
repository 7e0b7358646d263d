//! The log: one logger for the process, levels, and the names of subjects.
//!
//! Programs ask the logger for its level at every line, so finding it is one load. The logger is never NULL: without
//! one of the program's there is a silent one.

use core::ffi::c_uint;
use core::sync::atomic::{AtomicPtr, Ordering};

use super::error::PACKAGE_SLOTS;
use super::*;
use crate::crt::call::{call, call_out, returned};
use crate::crt::logger::Log;

const SUBJECT_STRIDE_BITS: u32 = 10;

static SILENT_VTABLE: aws_logger_vtable = aws_logger_vtable {
    log: Some(variadic::aws_embedded_log_nothing),
    get_log_level: Some(silent_level),
    clean_up: Some(silent_clean_up),
    set_log_level: None,
};
static SILENT: Shared<aws_logger> = Shared(aws_logger {
    vtable: core::ptr::from_ref(&SILENT_VTABLE).cast_mut(),
    allocator: core::ptr::null_mut(),
    p_impl: core::ptr::null_mut(),
});
static CURRENT: AtomicPtr<aws_logger> = AtomicPtr::new(core::ptr::from_ref(&SILENT.0).cast_mut());

static SUBJECTS: [AtomicPtr<aws_log_subject_info_list>; PACKAGE_SLOTS] =
    [const { AtomicPtr::new(core::ptr::null_mut()) }; PACKAGE_SLOTS];

const LEVEL_NAMES: [&core::ffi::CStr; AWS_LL_COUNT as usize] =
    [c"NONE", c"FATAL", c"ERROR", c"WARN", c"INFO", c"DEBUG", c"TRACE"];

unsafe extern "C" fn silent_level(_: *mut aws_logger, _: c_uint) -> aws_log_level {
    AWS_LL_NONE
}

unsafe extern "C" fn silent_clean_up(_: *mut aws_logger) {}

#[unsafe(no_mangle)]
pub extern "C" fn aws_logger_set(logger: *mut aws_logger) {
    let silent = core::ptr::from_ref(&SILENT.0).cast_mut();
    CURRENT.store(if logger.is_null() { silent } else { logger }, Ordering::Release);
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_logger_get() -> *mut aws_logger {
    CURRENT.load(Ordering::Acquire)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_logger_get_conditional(
    subject: c_uint,
    level: aws_log_level,
) -> *mut aws_logger {
    let logger = aws_logger_get();
    // SAFETY: the current logger stays valid until another one is set.
    let ask = unsafe { (*(*logger).vtable).get_log_level };
    // SAFETY: the slot belongs to this logger.
    let wanted = ask.and_then(|ask| unsafe { call_out!(ask, logger, subject) }.ok());
    if wanted.is_some_and(|wanted: aws_log_level| wanted >= level) {
        logger
    } else {
        core::ptr::null_mut()
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_logger_clean_up(logger: *mut aws_logger) {
    // SAFETY: a logger that is used no more.
    unsafe {
        if let Some(clean_up) = (*(*logger).vtable).clean_up {
            let _ = call_out!(clean_up, logger);
        }
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_logger_set_log_level(
    logger: *mut aws_logger,
    level: aws_log_level,
) -> c_int {
    // SAFETY: a logger, if anything.
    unsafe {
        if logger.is_null() || (*logger).vtable.is_null() {
            return raise(AWS_ERROR_INVALID_ARGUMENT);
        }
        match (*(*logger).vtable).set_log_level {
            Some(set_log_level) => returned(call_out!(set_log_level, logger, level)),
            None => raise(AWS_ERROR_UNIMPLEMENTED),
        }
    }
}

/// Writes a line of this library with the logger of the process. What programs write is theirs and stays as it is.
pub(in crate::crt::embedded) fn write(level: aws_log_level, subject: u32, line: &str) {
    let logger = aws_logger_get_conditional(subject, level);
    if logger.is_null() {
        return;
    }
    let line = crate::log::one_line(format_args!("{line}"));
    let Ok(line) = std::ffi::CString::new(line) else { return };
    // SAFETY: a logger, and the one argument that the format asks for.
    unsafe {
        if let Some(log) = (*(*logger).vtable).log {
            let _ = call(Log(log), (logger, level, subject, line.as_ptr()));
        }
    }
}

/// Static name of a level.
pub(super) fn level_name(level: aws_log_level) -> Option<&'static core::ffi::CStr> {
    LEVEL_NAMES.get(level as usize).copied()
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_log_level_to_string(
    log_level: aws_log_level,
    level_string: Option<&mut *const c_char>,
) -> c_int {
    let Some(name) = level_name(log_level) else { return raise(AWS_ERROR_INVALID_ARGUMENT) };
    if let Some(level_string) = level_string {
        *level_string = name.as_ptr();
    }
    SUCCESS
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_string_to_log_level(
    level_string: *const c_char,
    log_level: Option<&mut aws_log_level>,
) -> c_int {
    // SAFETY: NULL or a C string.
    let (Some(text), Some(log_level)) = (unsafe { c_bytes(level_string) }, log_level) else {
        return raise(AWS_ERROR_INVALID_ARGUMENT);
    };
    let level = LEVEL_NAMES.iter().position(|name| name.to_bytes().eq_ignore_ascii_case(text));
    match level {
        Some(level) => *log_level = level as aws_log_level,
        None => return raise(AWS_ERROR_INVALID_ARGUMENT),
    }
    SUCCESS
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_thread_id_t_to_string(
    thread_id: aws_thread_id_t,
    buffer: *mut c_char,
    bufsz: usize,
) -> c_int {
    let text = format!("{thread_id:016x}\0");
    if bufsz < text.len() {
        return raise(AWS_ERROR_INVALID_ARGUMENT);
    }
    // SAFETY: the caller's memory is long enough.
    unsafe { buffer.copy_from_nonoverlapping(text.as_ptr().cast(), text.len()) };
    SUCCESS
}

fn entries(list: &aws_log_subject_info_list) -> &[aws_log_subject_info] {
    if list.subject_list.is_null() {
        return &[];
    }
    // SAFETY: a registered list describes its array and lives until it is withdrawn.
    unsafe { core::slice::from_raw_parts(list.subject_list, list.count) }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_log_subject_name(subject: c_uint) -> *const c_char {
    let list = SUBJECTS.get((subject >> SUBJECT_STRIDE_BITS) as usize);
    // SAFETY: a registered list lives until it is withdrawn.
    let list = list.and_then(|list| unsafe { list.load(Ordering::Acquire).as_ref() });
    let index = subject & ((1 << SUBJECT_STRIDE_BITS) - 1);
    let info = list.and_then(|list| entries(list).get(index as usize));
    info.map_or(c"Unknown".as_ptr(), |info| info.subject_name)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_register_log_subject_info_list(list: &'static aws_log_subject_info_list) {
    publish(list, core::ptr::from_ref(list).cast_mut());
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_unregister_log_subject_info_list(list: &'static aws_log_subject_info_list) {
    publish(list, core::ptr::null_mut());
}

fn publish(list: &aws_log_subject_info_list, entry: *mut aws_log_subject_info_list) {
    let slot = entries(list).first().map(|info| (info.subject_id >> SUBJECT_STRIDE_BITS) as usize);
    match slot.and_then(|slot| SUBJECTS.get(slot)) {
        Some(place) => place.store(entry, Ordering::Release),
        None => alloc::fatal("a subject table has a package id of its own"),
    }
}

#[cfg(test)]
mod tests {
    use crate::crt::embedded::published::subject_table;

    use super::*;

    #[test]
    fn names_of_levels_and_subjects() {
        let mut level = 99;
        // SAFETY: C strings.
        unsafe {
            assert_eq!(aws_string_to_log_level(c"wArn".as_ptr(), Some(&mut level)), SUCCESS);
            assert_eq!(level, AWS_LL_WARN);
            assert_eq!(aws_string_to_log_level(c"loud".as_ptr(), Some(&mut level)), FAILURE);
            aws_register_log_subject_info_list(&TEST_SUBJECTS.0);
            assert_eq!(c_bytes(aws_log_subject_name(OTHER)), Some(&b"other"[..]));
            assert_eq!(c_bytes(aws_log_subject_name(OTHER + 1)), Some(&b"Unknown"[..]));
            aws_unregister_log_subject_info_list(&TEST_SUBJECTS.0);
            assert_eq!(c_bytes(aws_log_subject_name(OTHER)), Some(&b"Unknown"[..]));
            assert_eq!(c_bytes(aws_log_subject_name(u32::MAX)), Some(&b"Unknown"[..]));
        }
    }

    const ONE: u32 = 31 << 10;
    const OTHER: u32 = ONE + 1;
    subject_table!(TEST_SUBJECTS, ONE, [("one", "a"), ("other", "b")]);
}

//! The last error of each thread, the handlers that hear of every error, and the registry of texts.
//!
//! A package owns the codes `id * 1024 ..`; its table is a dense array whose address is kept, so that looking up a text
//! is two array accesses and takes no lock.

use core::cell::Cell;
use core::ffi::{c_char, c_int, c_void};
use core::sync::atomic::{AtomicPtr, Ordering};
use std::sync::Mutex;

use super::*;
use crate::crt::call::call_out;

pub(super) const PACKAGE_SLOTS: usize = 32;
const STRIDE_BITS: u32 = 10;

static TABLES: [AtomicPtr<aws_error_info_list>; PACKAGE_SLOTS] =
    [const { AtomicPtr::new(core::ptr::null_mut()) }; PACKAGE_SLOTS];
const UNKNOWN: *const c_char = c"Unknown Error Code".as_ptr();

type Handler = (aws_error_handler_fn, Carried<*mut c_void>);

static GLOBAL_HANDLER: Mutex<Handler> = Mutex::new((None, Carried(core::ptr::null_mut())));
/// Whether a global handler is set, so that raising takes the lock only then.
static GLOBAL_HANDLER_SET: core::sync::atomic::AtomicBool =
    core::sync::atomic::AtomicBool::new(false);

thread_local! {
    static LAST: Cell<c_int> = const { Cell::new(0) };
    static THREAD_HANDLER: Cell<Handler> = const { Cell::new((None, Carried(core::ptr::null_mut()))) };
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_last_error() -> c_int {
    LAST.get()
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_raise_error_private(err: c_int) {
    LAST.set(err);
    let mut handler = THREAD_HANDLER.get();
    if handler.0.is_none() && GLOBAL_HANDLER_SET.load(Ordering::Acquire) {
        handler = *lock(&GLOBAL_HANDLER);
    }
    if let (Some(call), context) = handler {
        // SAFETY: the handler and its context were registered together.
        let _ = unsafe { call_out!(call, err, context.pointer()) };
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_raise_error(err: c_int) -> c_int {
    raise(err)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_reset_error() {
    LAST.set(AWS_ERROR_SUCCESS);
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_restore_error(err: c_int) {
    LAST.set(err);
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_error_or_unknown_error(error_code: c_int) -> c_int {
    if error_code == AWS_ERROR_SUCCESS { AWS_ERROR_UNKNOWN } else { error_code }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_last_error_or_unknown_error() -> c_int {
    aws_error_or_unknown_error(LAST.get())
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_error_or_last_error_or_unknown_error(error_code: c_int) -> c_int {
    if error_code == AWS_ERROR_SUCCESS { aws_last_error_or_unknown_error() } else { error_code }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_set_global_error_handler_fn(
    handler: aws_error_handler_fn,
    ctx: *mut c_void,
) -> aws_error_handler_fn {
    let mut current = lock(&GLOBAL_HANDLER);
    let before = core::mem::replace(&mut *current, (handler, Carried(ctx)));
    GLOBAL_HANDLER_SET.store(handler.is_some(), Ordering::Release);
    before.0
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_set_thread_local_error_handler_fn(
    handler: aws_error_handler_fn,
    ctx: *mut c_void,
) -> aws_error_handler_fn {
    THREAD_HANDLER.replace((handler, Carried(ctx))).0
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_register_error_info(error_info: &'static aws_error_info_list) {
    publish(error_info, core::ptr::from_ref(error_info).cast_mut());
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_unregister_error_info(error_info: &'static aws_error_info_list) {
    publish(error_info, core::ptr::null_mut());
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_error_str(err: c_int) -> *const c_char {
    find(err).map_or(UNKNOWN, |info| info.error_str)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_error_name(err: c_int) -> *const c_char {
    find(err).map_or(UNKNOWN, |info| info.literal_name)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_error_lib_name(err: c_int) -> *const c_char {
    find(err).map_or(UNKNOWN, |info| info.lib_name)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_error_debug_str(err: c_int) -> *const c_char {
    find(err).map_or(UNKNOWN, |info| info.formatted_name)
}

/// A poisoned lock is as good as any other here: the data is plain.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn entries(list: &aws_error_info_list) -> &[aws_error_info] {
    if list.error_list.is_null() {
        return &[];
    }
    // SAFETY: a registered list describes its array and lives until it is withdrawn.
    unsafe { core::slice::from_raw_parts(list.error_list, list.count.into()) }
}

fn publish(list: &aws_error_info_list, entry: *mut aws_error_info_list) {
    let first = entries(list).first().map(|info| info.error_code);
    match first.and_then(slot) {
        Some((slot, _)) => TABLES[slot].store(entry, Ordering::Release),
        None => alloc::fatal("an error table has a package id of its own"),
    }
}

/// Package slot of a code and its index there.
fn slot(code: c_int) -> Option<(usize, usize)> {
    let code = usize::try_from(code).ok()?;
    let slot = code >> STRIDE_BITS;
    (slot < PACKAGE_SLOTS).then_some((slot, code & ((1 << STRIDE_BITS) - 1)))
}

fn find(code: c_int) -> Option<&'static aws_error_info> {
    let (slot, index) = slot(code)?;
    // SAFETY: a registered list lives until it is withdrawn.
    let list = unsafe { TABLES[slot].load(Ordering::Acquire).as_ref() }?;
    entries(list).get(index)
}

#[cfg(test)]
mod tests {
    use core::ffi::CStr;

    use crate::crt::embedded::published::error_table;

    use super::*;

    fn text(text: *const c_char) -> &'static str {
        // SAFETY: error texts are static C strings.
        unsafe { CStr::from_ptr(text) }.to_str().expect("texts are ASCII")
    }

    error_table!(TEST_ERRORS, "test", FIRST, [("FIRST", "one"), ("SECOND", "two")]);
    const FIRST: c_int = 31 << 10;
    const SECOND: c_int = FIRST + 1;

    #[test]
    fn texts_come_and_go_with_their_table() {
        aws_register_error_info(&TEST_ERRORS.0);
        assert_eq!(text(aws_error_name(SECOND)), "SECOND");
        assert_eq!(text(aws_error_debug_str(FIRST)), "test: FIRST, one");
        assert_eq!(text(aws_error_str(SECOND + 1)), "Unknown Error Code");
        aws_unregister_error_info(&TEST_ERRORS.0);
        assert_eq!(text(aws_error_name(SECOND)), "Unknown Error Code");
        assert_eq!(text(aws_error_lib_name(-1)), "Unknown Error Code");
        assert_eq!(text(aws_error_lib_name(i32::MAX)), "Unknown Error Code");
    }

    #[test]
    fn the_thread_handler_goes_before() {
        extern "C" fn count(err: c_int, context: *mut c_void) {
            // SAFETY: registered with a cell of this thread below.
            unsafe { &*context.cast::<Cell<c_int>>() }.set(err);
        }
        let seen = Cell::new(0);
        let context = core::ptr::from_ref(&seen).cast_mut().cast();
        assert!(aws_set_thread_local_error_handler_fn(Some(count), context).is_none());
        assert_eq!(raise(AWS_ERROR_OOM), FAILURE);
        assert_eq!((seen.get(), aws_last_error()), (AWS_ERROR_OOM, AWS_ERROR_OOM));
        aws_restore_error(AWS_ERROR_NO_SPACE);
        assert_eq!((seen.get(), aws_last_error()), (AWS_ERROR_OOM, AWS_ERROR_NO_SPACE));
        assert!(aws_set_thread_local_error_handler_fn(None, context).is_some());
        aws_reset_error();
        assert_eq!(aws_last_error_or_unknown_error(), AWS_ERROR_UNKNOWN);
    }
}

//! What this part asks of the parts below and beside it, by the names that C knows them by.

use core::ffi::*;
use core::slice;

use crate::crt::sys::*;
use crate::error::Code;

/// The return values of most functions.
pub const SUCCESS: c_int = 0;
pub const FAILURE: c_int = -1;

// What the library asks of them, too.
use crate::crt::host::aws_raise_error;
pub use crate::crt::host::{
    aws_last_error, aws_mem_acquire, aws_mem_release, aws_ref_count_acquire, aws_ref_count_init,
    aws_ref_count_release, aws_string_destroy, aws_string_new_from_array, aws_thread_clean_up,
    aws_thread_init, aws_thread_join_all_managed, aws_thread_launch,
};

// aws-c-common
unsafe extern "C" {
    pub fn aws_array_list_push_back(list: *mut aws_array_list, value: *const c_void) -> c_int;
    pub fn aws_common_library_clean_up();
    pub fn aws_common_library_init(allocator: *mut aws_allocator);
    fn aws_fatal_assert(condition: *const c_char, file: *const c_char, line: c_int);
    pub fn aws_thread_join(thread: *mut aws_thread) -> c_int;
}

// aws-c-http
unsafe extern "C" {
    pub fn aws_http_message_release(message: *mut aws_http_message) -> *mut aws_http_message;
}

/// Sets the error of this thread and returns what a failing function returns.
pub fn raise(code: Code) -> c_int {
    // SAFETY: always callable; error hooks of the program run inside.
    unsafe { aws_raise_error(code.0) };
    FAILURE
}

/// The error of this thread, with something for "none".
pub fn last_error() -> Code {
    // SAFETY: always callable.
    match unsafe { aws_last_error() } {
        0 => Code::UNKNOWN,
        number => Code(number),
    }
}

/// Ends the process over a broken promise of the caller.
pub fn fatal(broken_promise: &CStr) -> ! {
    // SAFETY: prints and aborts.
    unsafe { aws_fatal_assert(broken_promise.as_ptr(), c"aws-c-io".as_ptr(), 0) };
    std::process::abort()
}

/// The bytes of a cursor; `{0, NULL}` is empty.
///
/// # Safety
/// The cursor is empty or points to that many readable bytes, unchanged for the lifetime chosen.
pub unsafe fn bytes_of<'a>(cursor: aws_byte_cursor) -> &'a [u8] {
    if cursor.len == 0 || cursor.ptr.is_null() {
        return &[];
    }
    // SAFETY: as the caller promises.
    unsafe { slice::from_raw_parts(cursor.ptr, cursor.len) }
}

/// The bytes of a string, without the NUL at its end.
///
/// # Safety
/// `string` is NULL or valid for the lifetime chosen.
pub unsafe fn string_bytes<'a>(string: *const aws_string) -> Option<&'a [u8]> {
    if string.is_null() {
        return None;
    }
    // SAFETY: the bytes stand behind the header, `len` of them.
    Some(unsafe { slice::from_raw_parts((&raw const (*string).bytes).cast(), (*string).len) })
}

/// A new string with these bytes.
///
/// # Safety
/// `allocator` is valid and outlives the string.
pub unsafe fn string_new(allocator: *mut aws_allocator, bytes: &[u8]) -> *mut aws_string {
    // SAFETY: the bytes are readable; the allocator is valid.
    unsafe { aws_string_new_from_array(allocator, bytes.as_ptr(), bytes.len()) }
}

/// Starts a thread through the CRT, so that callers' at-exit hooks work on it. A managed thread needs no joining.
///
/// # Safety
/// `allocator` is valid; `main` may be called with `argument` on another thread.
pub unsafe fn launch(
    allocator: *mut aws_allocator,
    name: &str,
    join: aws_thread_join_strategy,
    cpu_id: i32,
    main: unsafe extern "C" fn(*mut c_void),
    argument: *mut c_void,
) -> Result<aws_thread, Code> {
    let mut thread = aws_thread { allocator, detach_state: AWS_THREAD_NOT_CREATED, thread_id: 0 };
    let options = aws_thread_options {
        stack_size: 0,
        cpu_id,
        join_strategy: join,
        name: aws_byte_cursor { len: name.len(), ptr: name.as_ptr().cast_mut() },
    };
    // SAFETY: thread and options are valid for the call, which copies what it keeps.
    unsafe {
        if aws_thread_init(&raw mut thread, allocator) != SUCCESS {
            return Err(last_error());
        }
        if aws_thread_launch(&raw mut thread, Some(main), argument, &raw const options) != SUCCESS {
            let code = last_error();
            aws_thread_clean_up(&raw mut thread);
            return Err(code);
        }
    }
    Ok(thread)
}

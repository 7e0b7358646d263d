//! `aws_string`: one block with the allocator, the length, the bytes and a final zero.

use super::alloc::{aws_mem_acquire, aws_mem_release, aws_secure_zero};
use super::*;

/// Where the bytes begin.
const HEADER: usize = core::mem::offset_of!(aws_string, bytes);

/// The bytes of a string.
///
/// # Safety
/// `str` is NULL or a string that lives as long as the result is used.
pub(super) unsafe fn text<'a>(str: *const aws_string) -> Option<&'a [u8]> {
    if str.is_null() {
        return None;
    }
    // SAFETY: the bytes follow the header in the same block.
    unsafe { Some(slice((&raw const (*str).bytes).cast(), (*str).len)) }
}

/// A new string; `allocator` is one that C handed in.
pub(super) fn new(allocator: *mut aws_allocator, bytes: &[u8]) -> *mut aws_string {
    let Some(size) = bytes.len().checked_add(HEADER + 1) else {
        alloc::fatal("a string fits in memory")
    };
    // SAFETY: the block has room for header, bytes and zero; the allocator is valid.
    unsafe {
        let string = aws_mem_acquire(allocator, size).cast::<aws_string>();
        (&raw mut (*string).allocator).write(allocator);
        (&raw mut (*string).len).write(bytes.len());
        let start = string.cast::<u8>().add(HEADER);
        start.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
        start.add(bytes.len()).write(0);
        string
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_string_new_from_c_str(
    allocator: *mut aws_allocator,
    c_str: *const c_char,
) -> *mut aws_string {
    // SAFETY: a C string.
    new(allocator, unsafe { c_bytes(c_str) }.unwrap_or_default())
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_string_new_from_array(
    allocator: *mut aws_allocator,
    bytes: *const u8,
    len: usize,
) -> *mut aws_string {
    // SAFETY: readable for `len` bytes.
    new(allocator, unsafe { slice(bytes, len) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_string_new_from_string(
    allocator: *mut aws_allocator,
    str: *const aws_string,
) -> *mut aws_string {
    // SAFETY: a string.
    new(allocator, unsafe { text(str) }.unwrap_or_default())
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_string_new_from_cursor(
    allocator: *mut aws_allocator,
    cursor: &aws_byte_cursor,
) -> *mut aws_string {
    new(allocator, shown(cursor))
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_string_new_from_buf(
    allocator: *mut aws_allocator,
    buf: &aws_byte_buf,
) -> *mut aws_string {
    new(allocator, used(buf))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_string_clone_or_reuse(
    allocator: *mut aws_allocator,
    str: *const aws_string,
) -> *mut aws_string {
    // SAFETY: a string; a static one has no allocator.
    unsafe {
        if (*str).allocator.is_null() {
            str.cast_mut()
        } else {
            aws_string_new_from_string(allocator, str)
        }
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_string_destroy(str: *mut aws_string) {
    // SAFETY: NULL or a string, which the caller gives up.
    unsafe {
        if !str.is_null() && !(*str).allocator.is_null() {
            aws_mem_release((*str).allocator, str.cast());
        }
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_string_destroy_secure(str: *mut aws_string) {
    // SAFETY: NULL or a string, which the caller gives up.
    unsafe {
        if !str.is_null() {
            aws_secure_zero((&raw mut (*str).bytes).cast(), (*str).len);
            aws_string_destroy(str);
        }
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_string_compare(a: *const aws_string, b: *const aws_string) -> c_int {
    // SAFETY: NULL or strings.
    unsafe { text(a).cmp(&text(b)) as c_int }
}

/// Both items are `const struct aws_string *`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_array_list_comparator_string(
    a: &*const aws_string,
    b: &*const aws_string,
) -> c_int {
    // SAFETY: NULL or strings.
    unsafe { aws_string_compare(*a, *b) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_byte_cursor_from_string(src: *const aws_string) -> aws_byte_cursor {
    // SAFETY: a string.
    unsafe { text(src) }.map_or(NOTHING, view)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_string_bytes(str: *const aws_string) -> *const u8 {
    str.cast::<u8>().wrapping_add(HEADER)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_string_c_str(str: *const aws_string) -> *const c_char {
    str.cast::<c_char>().wrapping_add(HEADER)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_string_is_valid(str: *const aws_string) -> bool {
    // SAFETY: NULL or a string, which has a byte behind the last one.
    unsafe { text(str).is_some_and(|bytes| bytes.as_ptr_range().end.read() == 0) }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_c_string_is_valid(str: *const c_char) -> bool {
    !str.is_null()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_byte_buf_write_from_whole_string(
    buf: Option<&mut aws_byte_buf>,
    src: *const aws_string,
) -> bool {
    // SAFETY: NULL or a string.
    match (buf, unsafe { text(src) }) {
        (Some(buf), Some(bytes)) => byte_buf::push(buf, bytes),
        _ => false,
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_secure_strlen(
    str: *const c_char,
    max_read_len: usize,
    str_len: Option<&mut usize>,
) -> c_int {
    let (Some(str_len), false) = (str_len, str.is_null()) else {
        return raise(AWS_ERROR_INVALID_ARGUMENT);
    };
    // SAFETY: readable up to the zero or the limit, whichever comes first; strnlen looks no further.
    let len = unsafe { libc::strnlen(str, max_read_len) };
    if len == max_read_len {
        return raise(AWS_ERROR_C_STRING_BUFFER_NOT_NULL_TERMINATED);
    }
    *str_len = len;
    SUCCESS
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_string_eq(a: *const aws_string, b: *const aws_string) -> bool {
    // SAFETY: NULL, or strings of either kind.
    unsafe { text(a) == text(b) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_string_eq_ignore_case(
    a: *const aws_string,
    b: *const aws_string,
) -> bool {
    // SAFETY: NULL, or strings of either kind.
    unsafe { same_ignoring_case(text(a), text(b)) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_string_eq_byte_cursor(
    a: *const aws_string,
    cur: Option<&aws_byte_cursor>,
) -> bool {
    // SAFETY: NULL, or strings of either kind.
    unsafe { text(a) == cur.map(shown) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_string_eq_byte_cursor_ignore_case(
    a: *const aws_string,
    cur: Option<&aws_byte_cursor>,
) -> bool {
    // SAFETY: NULL, or strings of either kind.
    unsafe { same_ignoring_case(text(a), cur.map(shown)) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_string_eq_byte_buf(
    a: *const aws_string,
    buf: Option<&aws_byte_buf>,
) -> bool {
    // SAFETY: NULL, or strings of either kind.
    unsafe { text(a) == buf.map(used) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_string_eq_byte_buf_ignore_case(
    a: *const aws_string,
    buf: Option<&aws_byte_buf>,
) -> bool {
    // SAFETY: NULL, or strings of either kind.
    unsafe { same_ignoring_case(text(a), buf.map(used)) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_string_eq_c_str(a: *const aws_string, c_str: *const c_char) -> bool {
    // SAFETY: NULL, or strings of either kind.
    unsafe { text(a) == c_bytes(c_str) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_string_eq_c_str_ignore_case(
    a: *const aws_string,
    c_str: *const c_char,
) -> bool {
    // SAFETY: NULL, or strings of either kind.
    unsafe { same_ignoring_case(text(a), c_bytes(c_str)) }
}

fn same_ignoring_case(a: Option<&[u8]>, b: Option<&[u8]>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
        (a, b) => a.is_none() && b.is_none(),
    }
}

#[cfg(test)]
mod tests {
    use core::ptr::null;

    use super::*;

    #[test]
    fn strings_are_copied_compared_and_freed() {
        // SAFETY: strings are used before they are destroyed.
        unsafe {
            let allocator = alloc::aws_default_allocator();
            let string = aws_string_new_from_cursor(allocator, &view(b"Key"));
            assert!(aws_string_is_valid(string));
            assert!(aws_string_eq_c_str(string, c"Key".as_ptr()));
            assert!(aws_string_eq_c_str_ignore_case(string, c"kEY".as_ptr()));
            assert!(!aws_string_eq(string, null()) && aws_string_eq(null(), null()));
            let copy = aws_string_clone_or_reuse(allocator, string);
            assert!(copy != string && aws_string_compare(copy, string) == 0);
            assert!(aws_string_compare(null(), string) < 0);
            aws_string_destroy(copy);
            (*string).allocator = core::ptr::null_mut();
            assert_eq!(aws_string_clone_or_reuse(allocator, string), string);
            aws_string_destroy(string);
            (*string).allocator = allocator;
            aws_string_destroy_secure(string);
        }
    }

    #[test]
    fn length_of_a_limited_text() {
        let mut len = 0;
        // SAFETY: literals end with a zero.
        unsafe {
            assert_eq!(aws_secure_strlen(c"abc".as_ptr(), 4, Some(&mut len)), SUCCESS);
            assert_eq!((len, aws_secure_strlen(c"abc".as_ptr(), 3, Some(&mut len))), (3, FAILURE));
        }
    }
}

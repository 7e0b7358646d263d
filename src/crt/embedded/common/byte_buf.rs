//! Buffers: owned or borrowed memory that is filled from the front.
//!
//! Functions named `append` raise errors, functions named `write` return false; neither writes anything when the bytes
//! do not fit as a whole.

use core::mem::MaybeUninit;

use super::alloc::{aws_mem_acquire, aws_mem_realloc, aws_mem_release, aws_secure_zero};
use super::*;

const EMPTY: aws_byte_buf = aws_byte_buf {
    len: 0,
    buffer: core::ptr::null_mut(),
    capacity: 0,
    allocator: core::ptr::null_mut(),
};

/// A new buffer with room for `capacity` bytes.
fn with_capacity(allocator: *mut aws_allocator, capacity: usize) -> aws_byte_buf {
    let buffer = match capacity {
        0 => core::ptr::null_mut(),
        // SAFETY: C hands in an allocator.
        _ => unsafe { aws_mem_acquire(allocator, capacity) }.cast(),
    };
    aws_byte_buf { len: 0, buffer, capacity, allocator }
}

/// Appends if there is room.
pub(in crate::crt::embedded) fn push(buf: &mut aws_byte_buf, bytes: &[u8]) -> bool {
    if bytes.len() > buf.capacity.saturating_sub(buf.len) {
        return false;
    }
    if !bytes.is_empty() {
        // SAFETY: there is room behind the used part; the source may lie in the same buffer.
        unsafe { buf.buffer.add(buf.len).copy_from(bytes.as_ptr(), bytes.len()) };
        buf.len += bytes.len();
    }
    true
}

/// Appends, growing to at least twice the capacity when there is no room.
pub(super) fn push_growing(buf: &mut aws_byte_buf, bytes: &[u8], wipe: bool) -> c_int {
    if buf.allocator.is_null() {
        return raise(AWS_ERROR_INVALID_ARGUMENT);
    }
    if push(buf, bytes) {
        return SUCCESS;
    }
    let Some(needed) = buf.len.checked_add(bytes.len()) else {
        return raise(AWS_ERROR_OVERFLOW_DETECTED);
    };
    let mut grown = with_capacity(buf.allocator, needed.max(buf.capacity.saturating_mul(2)));
    push(&mut grown, used(buf));
    push(&mut grown, bytes);
    if wipe {
        aws_secure_zero(buf.buffer.cast(), buf.capacity);
    }
    // SAFETY: the old memory came from this allocator. It goes after the copy: the bytes may lie in it.
    unsafe { aws_mem_release(buf.allocator, buf.buffer.cast()) };
    *buf = grown;
    SUCCESS
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_init(
    buf: &mut MaybeUninit<aws_byte_buf>,
    allocator: *mut aws_allocator,
    capacity: usize,
) -> c_int {
    buf.write(with_capacity(allocator, capacity));
    SUCCESS
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_init_copy(
    dest: Option<&mut MaybeUninit<aws_byte_buf>>,
    allocator: *mut aws_allocator,
    src: Option<&aws_byte_buf>,
) -> c_int {
    let (Some(dest), Some(src), false) = (dest, src, allocator.is_null()) else {
        return raise(AWS_ERROR_INVALID_ARGUMENT);
    };
    push(dest.write(with_capacity(allocator, src.capacity)), used(src));
    SUCCESS
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_init_copy_from_cursor(
    dest: &mut MaybeUninit<aws_byte_buf>,
    allocator: *mut aws_allocator,
    src: aws_byte_cursor,
) -> c_int {
    push(dest.write(with_capacity(allocator, src.len)), shown(&src));
    SUCCESS
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_is_valid(buf: Option<&aws_byte_buf>) -> bool {
    buf.is_some_and(|buf| match buf.capacity {
        0 => buf.len == 0 && buf.buffer.is_null(),
        capacity => buf.len <= capacity && !buf.buffer.is_null(),
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_clean_up(buf: &mut aws_byte_buf) {
    if !buf.allocator.is_null() && !buf.buffer.is_null() {
        // SAFETY: the memory came from this allocator.
        unsafe { aws_mem_release(buf.allocator, buf.buffer.cast()) };
    }
    *buf = EMPTY;
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_clean_up_secure(buf: &mut aws_byte_buf) {
    aws_byte_buf_secure_zero(buf);
    aws_byte_buf_clean_up(buf);
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_reset(buf: &mut aws_byte_buf, zero_contents: bool) {
    if zero_contents {
        aws_secure_zero(buf.buffer.cast(), buf.capacity);
    }
    buf.len = 0;
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_secure_zero(buf: &mut aws_byte_buf) {
    aws_byte_buf_reset(buf, true);
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_reserve(
    buffer: &mut aws_byte_buf,
    requested_capacity: usize,
) -> c_int {
    if buffer.allocator.is_null() {
        return raise(AWS_ERROR_INVALID_ARGUMENT);
    }
    if requested_capacity > buffer.capacity {
        let mut memory = buffer.buffer.cast();
        // SAFETY: the memory came from this allocator and has the old capacity.
        unsafe {
            aws_mem_realloc(buffer.allocator, &mut memory, buffer.capacity, requested_capacity)
        };
        buffer.buffer = memory.cast();
        buffer.capacity = requested_capacity;
    }
    SUCCESS
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_reserve_relative(
    buffer: &mut aws_byte_buf,
    additional_length: usize,
) -> c_int {
    match buffer.len.checked_add(additional_length) {
        Some(capacity) => aws_byte_buf_reserve(buffer, capacity),
        None => raise(AWS_ERROR_OVERFLOW_DETECTED),
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_byte_buf_from_c_str(c_str: *const c_char) -> aws_byte_buf {
    // SAFETY: NULL or a C string.
    full(unsafe { c_bytes(c_str) }.unwrap_or_default())
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_byte_buf_from_array(bytes: *const c_void, len: usize) -> aws_byte_buf {
    // SAFETY: readable for `len` bytes.
    full(unsafe { slice(bytes.cast(), len) })
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_from_empty_array(
    bytes: *const c_void,
    capacity: usize,
) -> aws_byte_buf {
    let buffer = if capacity == 0 { core::ptr::null_mut() } else { bytes.cast_mut().cast() };
    aws_byte_buf { len: 0, buffer, capacity, allocator: core::ptr::null_mut() }
}

/// A full buffer that owns nothing.
fn full(bytes: &[u8]) -> aws_byte_buf {
    match bytes {
        [] => EMPTY,
        _ => aws_byte_buf {
            len: bytes.len(),
            buffer: bytes.as_ptr().cast_mut(),
            capacity: bytes.len(),
            allocator: core::ptr::null_mut(),
        },
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_append(to: &mut aws_byte_buf, from: &aws_byte_cursor) -> c_int {
    if push(to, shown(from)) { SUCCESS } else { raise(AWS_ERROR_DEST_COPY_TOO_SMALL) }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_append_and_update(
    to: &mut aws_byte_buf,
    from_and_update: &mut aws_byte_cursor,
) -> c_int {
    if aws_byte_buf_append(to, from_and_update) != SUCCESS {
        return FAILURE;
    }
    from_and_update.ptr = match to.buffer {
        memory if memory.is_null() => memory,
        // SAFETY: the bytes were just written in front of the end.
        memory => unsafe { memory.add(to.len - from_and_update.len) },
    };
    SUCCESS
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_append_with_lookup(
    to: &mut aws_byte_buf,
    from: &aws_byte_cursor,
    lookup_table: &[u8; 256],
) -> c_int {
    if from.len > to.capacity.saturating_sub(to.len) {
        return raise(AWS_ERROR_DEST_COPY_TOO_SMALL);
    }
    for &byte in shown(from) {
        push(to, &[lookup_table[usize::from(byte)]]);
    }
    SUCCESS
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_append_dynamic(
    to: &mut aws_byte_buf,
    from: &aws_byte_cursor,
) -> c_int {
    push_growing(to, shown(from), false)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_append_dynamic_secure(
    to: &mut aws_byte_buf,
    from: &aws_byte_cursor,
) -> c_int {
    push_growing(to, shown(from), true)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_append_auto(to: &mut aws_byte_buf, from: &aws_byte_cursor) -> c_int {
    if to.allocator.is_null() {
        aws_byte_buf_append(to, from)
    } else {
        aws_byte_buf_append_dynamic(to, from)
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_append_byte_dynamic(buffer: &mut aws_byte_buf, value: u8) -> c_int {
    push_growing(buffer, &[value], false)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_append_byte_dynamic_secure(
    buffer: &mut aws_byte_buf,
    value: u8,
) -> c_int {
    push_growing(buffer, &[value], true)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_append_null_terminator(buf: &mut aws_byte_buf) -> c_int {
    push_growing(buf, &[0], false)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_advance(
    buffer: &mut aws_byte_buf,
    output: &mut MaybeUninit<aws_byte_buf>,
    len: usize,
) -> bool {
    if len > buffer.capacity.saturating_sub(buffer.len) {
        output.write(EMPTY);
        return false;
    }
    let start = match buffer.buffer {
        memory if memory.is_null() => memory,
        // SAFETY: `len` is within the capacity.
        memory => unsafe { memory.add(buffer.len) },
    };
    output.write(aws_byte_buf_from_empty_array(start.cast(), len));
    buffer.len += len;
    true
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_byte_buf_write(
    buf: &mut aws_byte_buf,
    src: *const u8,
    len: usize,
) -> bool {
    // SAFETY: readable for `len` bytes.
    push(buf, unsafe { slice(src, len) })
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_write_from_whole_buffer(
    buf: &mut aws_byte_buf,
    src: aws_byte_buf,
) -> bool {
    push(buf, used(&src))
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_write_from_whole_cursor(
    buf: &mut aws_byte_buf,
    src: aws_byte_cursor,
) -> bool {
    push(buf, shown(&src))
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_write_to_capacity(
    buf: &mut aws_byte_buf,
    advancing_cursor: &mut aws_byte_cursor,
) -> aws_byte_cursor {
    let room = buf.capacity.saturating_sub(buf.len);
    let len = advancing_cursor.len.min(room);
    let taken = byte_cursor::aws_byte_cursor_advance(advancing_cursor, len);
    push(buf, shown(&taken));
    taken
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_write_u8(buf: &mut aws_byte_buf, c: u8) -> bool {
    push(buf, &[c])
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_write_u8_n(buf: &mut aws_byte_buf, c: u8, count: usize) -> bool {
    if count > buf.capacity.saturating_sub(buf.len) {
        return false;
    }
    if count > 0 {
        // SAFETY: there is room behind the used part.
        unsafe { buf.buffer.add(buf.len).write_bytes(c, count) };
        buf.len += count;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buffer(capacity: usize) -> aws_byte_buf {
        with_capacity(alloc::aws_default_allocator(), capacity)
    }

    #[test]
    fn appending_stops_or_grows() {
        let mut buf = buffer(4);
        assert_eq!(aws_byte_buf_append(&mut buf, &view(b"abc")), SUCCESS);
        assert_eq!(aws_byte_buf_append(&mut buf, &view(b"de")), FAILURE);
        assert_eq!(error::aws_last_error(), AWS_ERROR_DEST_COPY_TOO_SMALL);
        assert_eq!(aws_byte_buf_append_dynamic(&mut buf, &view(b"de")), SUCCESS);
        assert_eq!((used(&buf), buf.capacity), (&b"abcde"[..], 8));
        let itself = view(used(&buf));
        assert_eq!(aws_byte_buf_append_dynamic_secure(&mut buf, &itself), SUCCESS);
        assert_eq!(used(&buf), b"abcdeabcde");
        aws_byte_buf_clean_up_secure(&mut buf);
        assert!(buf.buffer.is_null() && buf.capacity == 0);
    }

    #[test]
    fn borrowed_memory_neither_grows_nor_is_freed() {
        let mut memory = [0u8; 4];
        let mut buf = aws_byte_buf_from_empty_array(memory.as_mut_ptr().cast(), 4);
        let mut source = view(b"abcdef");
        let taken = aws_byte_buf_write_to_capacity(&mut buf, &mut source);
        assert_eq!((shown(&taken), shown(&source)), (&b"abcd"[..], &b"ef"[..]));
        assert_eq!(aws_byte_buf_append_dynamic(&mut buf, &source), FAILURE);
        assert_eq!(aws_byte_buf_append_auto(&mut buf, &source), FAILURE);
        assert!(!aws_byte_buf_write_u8_n(&mut buf, 0, usize::MAX));
        aws_byte_buf_reset(&mut buf, true);
        assert_eq!((buf.len, memory), (0, [0; 4]));
        let mut part = MaybeUninit::uninit();
        assert!(aws_byte_buf_advance(&mut buf, &mut part, 3));
        assert!(!aws_byte_buf_advance(&mut buf, &mut part, 2));
        aws_byte_buf_clean_up(&mut buf);
    }

    #[test]
    fn what_was_appended_is_shown_where_it_is_now() {
        let mut nothing = EMPTY;
        let mut source = view(b"");
        assert_eq!(aws_byte_buf_append_and_update(&mut nothing, &mut source), SUCCESS);
        assert!(source.ptr.is_null());
        let mut memory = *b"ab......";
        let mut buf = aws_byte_buf_from_empty_array(memory.as_mut_ptr().cast(), 4);
        buf.len = 2;
        let mut source = view(b"cd");
        assert_eq!(aws_byte_buf_append_and_update(&mut buf, &mut source), SUCCESS);
        assert_eq!((source.ptr, source.len), (memory[2..].as_mut_ptr(), 2));
        let mut refused = view(b"e");
        let before = refused.ptr;
        assert_eq!(aws_byte_buf_append_and_update(&mut buf, &mut refused), FAILURE);
        assert_eq!(refused.ptr, before);
    }

    #[test]
    fn reserving_checks_the_sum() {
        let mut buf = buffer(0);
        assert!(aws_byte_buf_is_valid(Some(&buf)));
        assert_eq!(aws_byte_buf_reserve(&mut buf, 10), SUCCESS);
        assert_eq!(aws_byte_buf_append(&mut buf, &view(b"x")), SUCCESS);
        assert_eq!(aws_byte_buf_reserve_relative(&mut buf, usize::MAX), FAILURE);
        assert_eq!(aws_byte_buf_reserve_relative(&mut buf, 20), SUCCESS);
        assert_eq!((buf.capacity, used(&buf)), (21, &b"x"[..]));
        aws_byte_buf_clean_up(&mut buf);
    }
}

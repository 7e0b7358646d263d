//! Byte slices as C sees them.

use super::sys::aws_byte_cursor;

/// A cursor over `bytes`, valid as long as they are.
///
/// The pointer is never NULL, even when there are no bytes, because not every C callback minds its
/// length before it uses the pointer.
pub fn cursor(bytes: &[u8]) -> aws_byte_cursor {
    aws_byte_cursor { len: bytes.len(), ptr: bytes.as_ptr().cast_mut() }
}

/// The bytes of a cursor; NULL with a length of zero is no bytes.
///
/// # Safety
/// When the pointer is not NULL, `len` bytes there stay readable and unchanged for `'a`.
pub unsafe fn bytes_of<'a>(cursor: aws_byte_cursor) -> &'a [u8] {
    if cursor.ptr.is_null() || cursor.len == 0 {
        return &[];
    }
    // SAFETY: the pointer is not NULL; the rest is the caller's promise.
    unsafe { core::slice::from_raw_parts(cursor.ptr, cursor.len) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_survive_the_round_trip() {
        for bytes in [&b"abc"[..], b""] {
            let cursor = cursor(bytes);
            assert!(!cursor.ptr.is_null());
            // SAFETY: the cursor is over live static bytes.
            assert_eq!(unsafe { bytes_of(cursor) }, bytes);
        }
    }

    #[test]
    fn null_is_no_bytes_whatever_its_length_says() {
        for len in [0, 7] {
            let cursor = aws_byte_cursor { len, ptr: core::ptr::null_mut() };
            // SAFETY: NULL is allowed.
            assert_eq!(unsafe { bytes_of(cursor) }, b"");
        }
    }
}

//! Numbers in bytes: fixed width in either byte order, and digits in text.

use super::byte_buf::push;
use super::byte_cursor::aws_byte_cursor_advance;
use super::*;

/// Takes `N` bytes off the front.
fn take<const N: usize>(cur: &mut aws_byte_cursor) -> Option<[u8; N]> {
    let bytes = shown(cur).first_chunk().copied()?;
    aws_byte_cursor_advance(cur, N);
    Some(bytes)
}

/// Stores a value if there is one, and says whether.
fn store<T>(value: Option<T>, var: &mut T) -> bool {
    value.map(|value| *var = value).is_some()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_byte_cursor_read(
    cur: &mut aws_byte_cursor,
    dest: *mut c_void,
    len: usize,
) -> bool {
    let Some(bytes) = shown(cur).get(..len) else { return false };
    if len > 0 {
        // SAFETY: writable for `len` bytes, which the cursor does not show.
        unsafe { dest.cast::<u8>().copy_from(bytes.as_ptr(), len) };
    }
    aws_byte_cursor_advance(cur, len);
    true
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_read_and_fill_buffer(
    cur: &mut aws_byte_cursor,
    dest: &mut aws_byte_buf,
) -> bool {
    // SAFETY: the buffer has room for its capacity.
    let complete = unsafe { aws_byte_cursor_read(cur, dest.buffer.cast(), dest.capacity) };
    if complete {
        dest.len = dest.capacity;
    }
    complete
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_read_u8(cur: &mut aws_byte_cursor, var: &mut u8) -> bool {
    store(take(cur).map(u8::from_be_bytes), var)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_read_le16(cur: &mut aws_byte_cursor, var: &mut u16) -> bool {
    store(take(cur).map(u16::from_le_bytes), var)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_read_be16(cur: &mut aws_byte_cursor, var: &mut u16) -> bool {
    store(take(cur).map(u16::from_be_bytes), var)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_read_le32(cur: &mut aws_byte_cursor, var: &mut u32) -> bool {
    store(take(cur).map(u32::from_le_bytes), var)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_read_be32(cur: &mut aws_byte_cursor, var: &mut u32) -> bool {
    store(take(cur).map(u32::from_be_bytes), var)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_read_be_i32(cur: &mut aws_byte_cursor, var: &mut i32) -> bool {
    store(take(cur).map(i32::from_be_bytes), var)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_read_le_i32(cur: &mut aws_byte_cursor, var: &mut i32) -> bool {
    store(take(cur).map(i32::from_le_bytes), var)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_read_be64(cur: &mut aws_byte_cursor, var: &mut u64) -> bool {
    store(take(cur).map(u64::from_be_bytes), var)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_read_float_be32(
    cur: &mut aws_byte_cursor,
    var: &mut f32,
) -> bool {
    store(take(cur).map(f32::from_be_bytes), var)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_read_float_be64(
    cur: &mut aws_byte_cursor,
    var: &mut f64,
) -> bool {
    store(take(cur).map(f64::from_be_bytes), var)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_read_be24(cur: &mut aws_byte_cursor, var: &mut u32) -> bool {
    store(take(cur).map(|[high, middle, low]| u32::from_be_bytes([0, high, middle, low])), var)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_read_hex_u8(cur: &mut aws_byte_cursor, var: &mut u8) -> bool {
    let digits = shown(cur).first_chunk::<2>().copied();
    let value =
        digits.and_then(|[high, low]| Some(ascii::hex_value(high)? << 4 | ascii::hex_value(low)?));
    if value.is_some() {
        aws_byte_cursor_advance(cur, 2);
    }
    store(value, var)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_write_be16(buf: &mut aws_byte_buf, x: u16) -> bool {
    push(buf, &x.to_be_bytes())
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_write_be32(buf: &mut aws_byte_buf, x: u32) -> bool {
    push(buf, &x.to_be_bytes())
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_write_be64(buf: &mut aws_byte_buf, x: u64) -> bool {
    push(buf, &x.to_be_bytes())
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_write_float_be32(buf: &mut aws_byte_buf, x: f32) -> bool {
    push(buf, &x.to_be_bytes())
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_write_float_be64(buf: &mut aws_byte_buf, x: f64) -> bool {
    push(buf, &x.to_be_bytes())
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_write_be24(buf: &mut aws_byte_buf, x: u32) -> bool {
    let [over, bytes @ ..] = x.to_be_bytes();
    over == 0 && push(buf, &bytes)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_utf8_parse_u64(cursor: aws_byte_cursor, dst: &mut u64) -> c_int {
    finish(parse(shown(&cursor), 10), dst)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_utf8_parse_u64_hex(
    cursor: aws_byte_cursor,
    dst: &mut u64,
) -> c_int {
    finish(parse(shown(&cursor), 16), dst)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_cursor_utf8_parse_i64(cursor: aws_byte_cursor, dst: &mut i64) -> c_int {
    let text = shown(&cursor);
    let value = match text.strip_prefix(b"-") {
        Some(digits) => parse(digits, 10).map(|value| 0i64.checked_sub_unsigned(value)),
        None => parse(text, 10).map(|value| i64::try_from(value).ok()),
    };
    match value.and_then(|value| value.ok_or(AWS_ERROR_OVERFLOW_DETECTED)) {
        Ok(value) => *dst = value,
        Err(code) => return raise(code),
    }
    SUCCESS
}

fn parse(digits: &[u8], radix: u32) -> Result<u64, c_int> {
    if digits.is_empty() {
        return Err(AWS_ERROR_INVALID_ARGUMENT);
    }
    digits.iter().try_fold(0u64, |value, &digit| {
        let digit = char::from(digit).to_digit(radix).ok_or(AWS_ERROR_INVALID_ARGUMENT)?;
        let shifted = value.checked_mul(radix.into()).ok_or(AWS_ERROR_OVERFLOW_DETECTED)?;
        shifted.checked_add(digit.into()).ok_or(AWS_ERROR_OVERFLOW_DETECTED)
    })
}

fn finish(value: Result<u64, c_int>, dst: &mut u64) -> c_int {
    match value {
        Ok(value) => *dst = value,
        Err(code) => {
            *dst = 0;
            return raise(code);
        }
    }
    SUCCESS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits() {
        for (text, expected) in [
            ("0", Ok(0)),
            ("18446744073709551615", Ok(u64::MAX)),
            ("18446744073709551616", Err(AWS_ERROR_OVERFLOW_DETECTED)),
            ("", Err(AWS_ERROR_INVALID_ARGUMENT)),
            ("+1", Err(AWS_ERROR_INVALID_ARGUMENT)),
            ("1 ", Err(AWS_ERROR_INVALID_ARGUMENT)),
        ] {
            let mut value = 77;
            let result = aws_byte_cursor_utf8_parse_u64(view(text.as_bytes()), &mut value);
            assert_eq!(result == SUCCESS, expected.is_ok(), "{text}");
            assert_eq!(value, expected.unwrap_or(0), "{text}");
            if let Err(code) = expected {
                assert_eq!(error::aws_last_error(), code, "{text}");
            }
        }
        let mut signed = 0;
        assert_eq!(
            aws_byte_cursor_utf8_parse_i64(view(b"-9223372036854775808"), &mut signed),
            SUCCESS
        );
        assert_eq!(signed, i64::MIN);
        assert_eq!(
            aws_byte_cursor_utf8_parse_i64(view(b"9223372036854775808"), &mut signed),
            FAILURE
        );
        let mut hex = 0;
        assert_eq!(aws_byte_cursor_utf8_parse_u64_hex(view(b"fF"), &mut hex), SUCCESS);
        assert_eq!(hex, 255);
    }

    #[test]
    fn reading_is_all_or_nothing() {
        let mut cursor = view(&[1, 2, 3, b'a', b'F', 9]);
        let (mut wide, mut narrow, mut byte) = (0, 0, 0);
        assert!(!aws_byte_cursor_read_be64(&mut cursor, &mut wide));
        assert!(aws_byte_cursor_read_be24(&mut cursor, &mut narrow));
        assert_eq!(narrow, 0x010203);
        assert!(aws_byte_cursor_read_hex_u8(&mut cursor, &mut byte));
        assert_eq!(byte, 0xaf);
        assert!(!aws_byte_cursor_read_hex_u8(&mut cursor, &mut byte));
        assert_eq!(cursor.len, 1);
    }
}

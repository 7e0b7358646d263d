//! Percent-encoding and its undoing.

use super::byte_buf::{aws_byte_buf_reserve_relative, push};
use super::*;

const DIGITS: &[u8; 16] = b"0123456789ABCDEF";

fn append(buffer: &mut aws_byte_buf, text: &[u8], stays: impl Fn(u8) -> bool) -> c_int {
    let Some(longest) = text.len().checked_mul(3) else {
        return raise(AWS_ERROR_OVERFLOW_DETECTED);
    };
    if aws_byte_buf_reserve_relative(buffer, longest) != SUCCESS {
        return FAILURE;
    }
    for &byte in text {
        if stays(byte) {
            push(buffer, &[byte]);
        } else {
            push(buffer, &[b'%', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
    }
    SUCCESS
}

fn unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_append_encoding_uri_path(
    buffer: &mut aws_byte_buf,
    cursor: &aws_byte_cursor,
) -> c_int {
    append(buffer, shown(cursor), |byte| byte == b'/' || unreserved(byte))
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_append_encoding_uri_param(
    buffer: &mut aws_byte_buf,
    cursor: &aws_byte_cursor,
) -> c_int {
    append(buffer, shown(cursor), unreserved)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_byte_buf_append_decoding_uri(
    buffer: &mut aws_byte_buf,
    cursor: &aws_byte_cursor,
) -> c_int {
    if aws_byte_buf_reserve_relative(buffer, cursor.len) != SUCCESS {
        return FAILURE;
    }
    let mut text = shown(cursor);
    while let [byte, rest @ ..] = text {
        let (byte, rest) = match (byte, rest) {
            (b'%', [high, low, rest @ ..]) => {
                let value = ascii::hex_value(*high).zip(ascii::hex_value(*low));
                let Some((high, low)) = value else {
                    return raise(AWS_ERROR_MALFORMED_INPUT_STRING);
                };
                (high << 4 | low, rest)
            }
            (b'%', _) => return raise(AWS_ERROR_MALFORMED_INPUT_STRING),
            (byte, rest) => (*byte, rest),
        };
        push(buffer, &[byte]);
        text = rest;
    }
    SUCCESS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let mut buf = empty();
        assert_eq!(
            aws_byte_buf_append_encoding_uri_path(&mut buf, &view("/a b/ü~".as_bytes())),
            SUCCESS
        );
        assert_eq!(used(&buf), b"/a%20b/%C3%BC~");
        let encoded = used(&buf).to_vec();
        byte_buf::aws_byte_buf_reset(&mut buf, false);
        assert_eq!(aws_byte_buf_append_decoding_uri(&mut buf, &view(&encoded)), SUCCESS);
        assert_eq!(used(&buf), "/a b/ü~".as_bytes());
        byte_buf::aws_byte_buf_reset(&mut buf, false);
        assert_eq!(aws_byte_buf_append_encoding_uri_param(&mut buf, &view(b"a/b=c")), SUCCESS);
        assert_eq!(used(&buf), b"a%2Fb%3Dc");
        for wrong in ["%", "%4", "%zz"] {
            assert_eq!(
                aws_byte_buf_append_decoding_uri(&mut buf, &view(wrong.as_bytes())),
                FAILURE
            );
            assert_eq!(error::aws_last_error(), AWS_ERROR_MALFORMED_INPUT_STRING);
        }
        byte_buf::aws_byte_buf_clean_up(&mut buf);
    }

    fn empty() -> aws_byte_buf {
        let mut buf = core::mem::MaybeUninit::uninit();
        byte_buf::aws_byte_buf_init(&mut buf, alloc::aws_default_allocator(), 0);
        // SAFETY: initialised by the line above.
        unsafe { buf.assume_init() }
    }
}

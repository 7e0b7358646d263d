//! Base64 and hexadecimal digits.

use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{
    GeneralPurpose, GeneralPurposeConfig, STANDARD, URL_SAFE_NO_PAD,
};

use super::byte_buf::{aws_byte_buf_reserve_relative, push};
use super::*;

/// Padding may be there or not; without it, bits that no byte takes may be anything.
const fn lenient(is_padded: bool) -> GeneralPurpose {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(!is_padded);
    GeneralPurpose::new(&alphabet::STANDARD, config)
}

fn answer(len: Option<usize>, out: &mut usize) -> c_int {
    match len {
        Some(len) => *out = len,
        None => return raise(AWS_ERROR_OVERFLOW_DETECTED),
    }
    SUCCESS
}

/// Unused room of a buffer as Rust memory.
fn room(buf: &mut aws_byte_buf) -> &mut [u8] {
    if buf.buffer.is_null() {
        return &mut [];
    }
    let free = buf.capacity.saturating_sub(buf.len);
    // SAFETY: the room belongs to the buffer. It may never have been written: make it so.
    unsafe {
        let start = buf.buffer.add(buf.len);
        start.write_bytes(0, free);
        core::slice::from_raw_parts_mut(start, free)
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_base64_compute_encoded_len(
    to_encode_len: usize,
    encoded_len: &mut usize,
) -> c_int {
    answer(base64::encoded_len(to_encode_len, true), encoded_len)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_base64_url_compute_encoded_len(
    to_encode_len: usize,
    encoded_len: &mut usize,
) -> c_int {
    answer(base64::encoded_len(to_encode_len, false), encoded_len)
}

fn encode(engine: &impl Engine, to_encode: &aws_byte_cursor, output: &mut aws_byte_buf) -> c_int {
    match engine.encode_slice(shown(to_encode), room(output)) {
        Ok(len) => output.len += len,
        Err(_) => return raise(AWS_ERROR_SHORT_BUFFER),
    }
    SUCCESS
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_base64_encode(
    to_encode: &aws_byte_cursor,
    output: &mut aws_byte_buf,
) -> c_int {
    encode(&STANDARD, to_encode, output)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_base64_url_encode(
    to_encode: &aws_byte_cursor,
    output: &mut aws_byte_buf,
) -> c_int {
    encode(&URL_SAFE_NO_PAD, to_encode, output)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_base64_compute_decoded_len(
    to_decode: &aws_byte_cursor,
    decoded_len: &mut usize,
) -> c_int {
    let text = shown(to_decode);
    let padding = text.iter().rev().take(2).take_while(|&&byte| byte == b'=').count();
    let digits = text.len() - padding;
    *decoded_len = digits / 4 * 3
        + match digits % 4 {
            0 => 0,
            1 => return raise(AWS_ERROR_INVALID_BASE64_STR),
            rest => rest - 1,
        };
    SUCCESS
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_base64_decode(
    to_decode: &aws_byte_cursor,
    output: &mut aws_byte_buf,
) -> c_int {
    let mut len = 0;
    if aws_base64_compute_decoded_len(to_decode, &mut len) != SUCCESS {
        return FAILURE;
    }
    if len > output.capacity {
        return raise(AWS_ERROR_SHORT_BUFFER);
    }
    // Both alphabets are read, even mixed.
    let plain = shown(to_decode).iter().map(|byte| match byte {
        b'-' => b'+',
        b'_' => b'/',
        &byte => byte,
    });
    match lenient(shown(to_decode).ends_with(b"=")).decode(plain.collect::<Vec<_>>()) {
        Ok(bytes) => {
            output.len = 0;
            push(output, &bytes);
            SUCCESS
        }
        Err(_) => raise(AWS_ERROR_INVALID_BASE64_STR),
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_hex_compute_encoded_len(
    to_encode_len: usize,
    encoded_length: &mut usize,
) -> c_int {
    answer(to_encode_len.checked_mul(2), encoded_length)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_hex_compute_decoded_len(
    to_decode_len: usize,
    decoded_len: &mut usize,
) -> c_int {
    answer(to_decode_len.checked_add(1).map(|len| len / 2), decoded_len)
}

fn digits(byte: u8) -> [u8; 2] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_hex_encode(to_encode: &aws_byte_cursor, output: &mut aws_byte_buf) -> c_int {
    let mut needed = 0;
    if aws_hex_compute_encoded_len(to_encode.len, &mut needed) != SUCCESS {
        return FAILURE;
    }
    if needed > output.capacity.saturating_sub(output.len) {
        return raise(AWS_ERROR_SHORT_BUFFER);
    }
    for &byte in shown(to_encode) {
        push(output, &digits(byte));
    }
    SUCCESS
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_hex_encode_append_dynamic(
    to_encode: &aws_byte_cursor,
    output: &mut aws_byte_buf,
) -> c_int {
    let Some(needed) = to_encode.len.checked_mul(2) else {
        return raise(AWS_ERROR_OVERFLOW_DETECTED);
    };
    if aws_byte_buf_reserve_relative(output, needed) != SUCCESS {
        return FAILURE;
    }
    for &byte in shown(to_encode) {
        push(output, &digits(byte));
    }
    SUCCESS
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_hex_decode(to_decode: &aws_byte_cursor, output: &mut aws_byte_buf) -> c_int {
    let text = shown(to_decode);
    if text.len().div_ceil(2) > output.capacity {
        return raise(AWS_ERROR_SHORT_BUFFER);
    }
    // An odd number of digits is read as if a zero went before.
    let (odd, pairs) = text.split_at(text.len() % 2);
    let bytes: Option<Vec<u8>> = (odd.iter().map(|&digit| ascii::hex_value(digit)))
        .chain(
            pairs
                .chunks_exact(2)
                .map(|pair| Some(ascii::hex_value(pair[0])? << 4 | ascii::hex_value(pair[1])?)),
        )
        .collect();
    let Some(bytes) = bytes else { return raise(AWS_ERROR_INVALID_HEX_STR) };
    output.len = 0;
    push(output, &bytes);
    SUCCESS
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_text_detect_encoding(
    bytes: *const u8,
    size: usize,
) -> aws_text_encoding {
    // SAFETY: readable for `size` bytes.
    match unsafe { slice(bytes, size) } {
        [0xEF, 0xBB, 0xBF, ..] => AWS_TEXT_UTF8,
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => AWS_TEXT_UTF32,
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => AWS_TEXT_UTF16,
        text if text.is_ascii() => AWS_TEXT_ASCII,
        _ => AWS_TEXT_UNKNOWN,
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_text_is_utf8(bytes: *const u8, size: usize) -> bool {
    // SAFETY: passed on.
    let encoding = unsafe { aws_text_detect_encoding(bytes, size) };
    encoding == AWS_TEXT_UTF8 || encoding == AWS_TEXT_ASCII
}

#[cfg(test)]
mod tests {
    use super::*;

    fn empty(memory: &mut [u8]) -> aws_byte_buf {
        byte_buf::aws_byte_buf_from_empty_array(memory.as_mut_ptr().cast(), memory.len())
    }

    #[test]
    fn base64_there_and_back() {
        let (mut memory, mut back) = ([0; 9], [0; 4]);
        let mut text = empty(&mut memory);
        push(&mut text, b">");
        assert_eq!(aws_base64_encode(&view(b"\xff\xfe\xfd!"), &mut text), SUCCESS);
        assert_eq!(used(&text), b">//79IQ==");
        assert_eq!(aws_base64_encode(&view(b"x"), &mut text), FAILURE);
        assert_eq!(error::aws_last_error(), AWS_ERROR_SHORT_BUFFER);
        let mut bytes = empty(&mut back);
        push(&mut bytes, b"ab");
        assert_eq!(aws_base64_decode(&view(&used(&text)[1..]), &mut bytes), SUCCESS);
        assert_eq!(used(&bytes), b"\xff\xfe\xfd!");
        for wrong in ["a", "ab*=", "=abc", "QR=="] {
            assert_eq!(aws_base64_decode(&view(wrong.as_bytes()), &mut bytes), FAILURE);
            assert_eq!(error::aws_last_error(), AWS_ERROR_INVALID_BASE64_STR);
        }
    }

    #[test]
    fn hexadecimal_there_and_back() {
        let (mut memory, mut back) = ([0; 5], [0; 2]);
        let mut text = empty(&mut memory);
        assert_eq!(aws_hex_encode(&view(&[0x0a, 0xbc]), &mut text), SUCCESS);
        assert_eq!(used(&text), b"0abc");
        let mut bytes = empty(&mut back);
        assert_eq!(aws_hex_decode(&view(b"aBc"), &mut bytes), SUCCESS);
        assert_eq!(used(&bytes), [0x0a, 0xbc]);
        assert_eq!(aws_hex_decode(&view(b"xx"), &mut bytes), FAILURE);
    }
}

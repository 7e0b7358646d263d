//! Base64 and hexadecimal digits.

use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{
    GeneralPurpose, GeneralPurposeConfig, STANDARD, URL_SAFE_NO_PAD,
};

use super::byte_buf::{aws_byte_buf_reserve_relative, push};
use super::*;

/// Padding may be there or not. Bits that no byte takes must be zero in a text of whole groups and may be anything in
/// another one.
const fn lenient(has_whole_groups: bool) -> GeneralPurpose {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(!has_whole_groups);
    GeneralPurpose::new(&alphabet::STANDARD, config)
}

fn answer(len: Option<usize>, out: &mut usize) -> c_int {
    match len {
        Some(len) => *out = len,
        None => return raise(AWS_ERROR_OVERFLOW_DETECTED),
    }
    SUCCESS
}

fn padded_len(len: usize) -> Option<usize> {
    (len.checked_add(2)? / 3).checked_mul(4)
}

fn unpadded_len(len: usize) -> Option<usize> {
    Some(len.checked_mul(8)?.checked_add(5)? / 6)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_base64_compute_encoded_len(
    to_encode_len: usize,
    encoded_len: &mut usize,
) -> c_int {
    answer(padded_len(to_encode_len), encoded_len)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_base64_url_compute_encoded_len(
    to_encode_len: usize,
    encoded_len: &mut usize,
) -> c_int {
    answer(unpadded_len(to_encode_len), encoded_len)
}

/// Appends the text of `to_encode`, which has `len` bytes. Room behind it stays as it is.
fn encode(
    engine: &impl Engine,
    to_encode: &aws_byte_cursor,
    output: &mut aws_byte_buf,
    len: Option<usize>,
) -> c_int {
    // Looked at before the bytes are: a length that cannot be has none.
    let Some(needed) = len.and_then(|len| output.len.checked_add(len)) else {
        return raise(AWS_ERROR_OVERFLOW_DETECTED);
    };
    if to_encode.len > 0 && needed > output.capacity {
        return raise(AWS_ERROR_SHORT_BUFFER);
    }
    let mut piece = [0; 1024];
    // Multiples of three have no padding, so that the pieces make one text.
    for bytes in shown(to_encode).chunks(piece.len() / 4 * 3) {
        if let Ok(len) = engine.encode_slice(bytes, &mut piece) {
            push(output, &piece[..len]);
        }
    }
    SUCCESS
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_base64_encode(
    to_encode: &aws_byte_cursor,
    output: &mut aws_byte_buf,
) -> c_int {
    encode(&STANDARD, to_encode, output, padded_len(to_encode.len))
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_base64_url_encode(
    to_encode: &aws_byte_cursor,
    output: &mut aws_byte_buf,
) -> c_int {
    encode(&URL_SAFE_NO_PAD, to_encode, output, unpadded_len(to_encode.len))
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_base64_compute_decoded_len(
    to_decode: &aws_byte_cursor,
    decoded_len: &mut usize,
) -> c_int {
    let text = shown(to_decode);
    // However much padding there is; whether it is right shows in decoding.
    let digits = text.iter().rposition(|&byte| byte != b'=').map_or(0, |last| last + 1);
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
    match lenient(to_decode.len.is_multiple_of(4)).decode(plain.collect::<Vec<_>>()) {
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
    if needed > output.capacity {
        return raise(AWS_ERROR_SHORT_BUFFER);
    }
    // Unlike Base64, what the buffer held is replaced.
    output.len = 0;
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
        assert_eq!(aws_base64_encode(&view(b""), &mut text), SUCCESS);
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
    fn encoding_appends_piece_by_piece_and_touches_no_more() {
        for len in [1, 2, 3, 767, 768, 769, 2000] {
            let source: Vec<u8> = (0..len).map(|index| index as u8).collect();
            let mut memory = vec![0xAA; 6000];
            let mut text = empty(&mut memory);
            push(&mut text, b"..");
            assert_eq!(aws_base64_encode(&view(&source), &mut text), SUCCESS);
            assert_eq!(used(&text)[2..], *STANDARD.encode(&source).as_bytes());
            assert_eq!(aws_base64_url_encode(&view(&source), &mut text), SUCCESS);
            assert!(used(&text).ends_with(URL_SAFE_NO_PAD.encode(&source).as_bytes()));
            let end = text.len;
            assert!(memory[end..].iter().all(|&byte| byte == 0xAA));
        }
    }

    #[test]
    fn lengths_that_cannot_be_are_told_without_a_look_at_the_bytes() {
        let mut memory = [0xAA; 4];
        let mut text = empty(&mut memory);
        let huge = aws_byte_cursor { len: usize::MAX - 1, ptr: memory.as_ptr().cast_mut() };
        for encode in [aws_base64_encode, aws_base64_url_encode, aws_hex_encode] {
            error::aws_reset_error();
            assert_eq!(encode(&huge, &mut text), FAILURE);
            assert_eq!(error::aws_last_error(), AWS_ERROR_OVERFLOW_DETECTED);
        }
        assert_eq!((text.len, memory), (0, [0xAA; 4]));
    }

    #[test]
    fn hexadecimal_there_and_back() {
        let (mut memory, mut back) = ([0; 5], [0; 2]);
        let mut text = empty(&mut memory);
        push(&mut text, b"gone");
        assert_eq!(aws_hex_encode(&view(&[0x0a, 0xbc]), &mut text), SUCCESS);
        assert_eq!(used(&text), b"0abc");
        let mut bytes = empty(&mut back);
        assert_eq!(aws_hex_decode(&view(b"aBc"), &mut bytes), SUCCESS);
        assert_eq!(used(&bytes), [0x0a, 0xbc]);
        assert_eq!(aws_hex_decode(&view(b"xx"), &mut bytes), FAILURE);
    }
}

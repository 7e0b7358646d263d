//! What a byte is in ASCII, tables of it, and hashing without regard to case.

use super::*;

const TO_LOWER: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = (byte as u8).to_ascii_lowercase();
        byte += 1;
    }
    table
};

const HEX_TO_NUMBER: [u8; 256] = {
    let mut table = [255; 256];
    let mut byte = 0;
    while byte < 256 {
        if let Some(value) = (byte as u8 as char).to_digit(16) {
            table[byte] = value as u8;
        }
        byte += 1;
    }
    table
};

static TO_LOWER_TABLE: [u8; 256] = TO_LOWER;
static HEX_TO_NUMBER_TABLE: [u8; 256] = HEX_TO_NUMBER;

#[unsafe(no_mangle)]
pub extern "C" fn aws_lookup_table_to_lower_get() -> *const u8 {
    TO_LOWER_TABLE.as_ptr()
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_lookup_table_hex_to_num_get() -> *const u8 {
    HEX_TO_NUMBER_TABLE.as_ptr()
}

/// Value of a hexadecimal digit.
pub(super) fn hex_value(digit: u8) -> Option<u8> {
    let value = HEX_TO_NUMBER[usize::from(digit)];
    (value != 255).then_some(value)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_isalnum(ch: u8) -> bool {
    ch.is_ascii_alphanumeric()
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_isalpha(ch: u8) -> bool {
    ch.is_ascii_alphabetic()
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_isdigit(ch: u8) -> bool {
    ch.is_ascii_digit()
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_isxdigit(ch: u8) -> bool {
    ch.is_ascii_hexdigit()
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_isspace(ch: u8) -> bool {
    matches!(ch, b' ' | 9..=13)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_char_is_space(c: u8) -> bool {
    aws_isspace(c)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_hash_array_ignore_case(array: *const c_void, len: usize) -> u64 {
    // SAFETY: readable for `len` bytes.
    hash_ignore_case(unsafe { slice(array.cast(), len) })
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_hash_byte_cursor_ptr_ignore_case(item: &aws_byte_cursor) -> u64 {
    hash_ignore_case(shown(item))
}

/// FNV-1a of the small letters.
fn hash_ignore_case(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_and_predicates_agree() {
        for byte in 0..=255 {
            assert_eq!(hex_value(byte).is_some(), aws_isxdigit(byte));
            assert_eq!(aws_isalnum(byte), aws_isalpha(byte) || aws_isdigit(byte));
        }
        assert_eq!((hex_value(b'f'), hex_value(b'A'), hex_value(b'g')), (Some(15), Some(10), None));
        let hash = |text: &str| aws_hash_byte_cursor_ptr_ignore_case(&view(text.as_bytes()));
        assert_eq!(hash("Content-Length"), hash("content-lengTH"));
        assert_ne!(hash("a"), hash("b"));
    }
}

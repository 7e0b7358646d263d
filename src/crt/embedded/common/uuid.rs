//! Random identifiers and their text.

use super::*;

/// Bytes of the two texts, without the NUL.
const WITH_HYPHENS: usize = 36;
const COMPACT: usize = 32;
/// Bytes behind which a hyphen stands.
const HYPHENS: [usize; 4] = [3, 5, 7, 9];

#[unsafe(no_mangle)]
pub extern "C" fn aws_uuid_init(uuid: &mut core::mem::MaybeUninit<aws_uuid>) -> c_int {
    let mut uuid_data = [0; 16];
    if aws_lc_rs::rand::fill(&mut uuid_data).is_err() {
        return raise(AWS_ERROR_RANDOM_GEN_FAILED);
    }
    uuid.write(aws_uuid { uuid_data });
    SUCCESS
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_uuid_init_from_str(
    uuid: &mut core::mem::MaybeUninit<aws_uuid>,
    uuid_str: &aws_byte_cursor,
) -> c_int {
    uuid.write(aws_uuid { uuid_data: [0; 16] });
    let Some(text) = shown(uuid_str).get(..WITH_HYPHENS) else {
        return raise(AWS_ERROR_INVALID_BUFFER_SIZE);
    };
    match parse(text) {
        Some(uuid_data) => uuid.write(aws_uuid { uuid_data }),
        None => return raise(AWS_ERROR_MALFORMED_INPUT_STRING),
    };
    SUCCESS
}

fn parse(mut text: &[u8]) -> Option<[u8; 16]> {
    let mut bytes = [0; 16];
    for (index, byte) in bytes.iter_mut().enumerate() {
        let ([high, low], rest) = text.split_first_chunk()?;
        *byte = ascii::hex_value(*high)? << 4 | ascii::hex_value(*low)?;
        text = if HYPHENS.contains(&index) { rest.strip_prefix(b"-")? } else { rest };
    }
    Some(bytes)
}

/// Appends the text and a NUL that does not count.
fn append(uuid: &aws_uuid, output: &mut aws_byte_buf, hyphens: &[usize], len: usize) -> c_int {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    if output.capacity - output.len <= len {
        return raise(AWS_ERROR_SHORT_BUFFER);
    }
    for (index, byte) in uuid.uuid_data.iter().enumerate() {
        push(output, &[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        if hyphens.contains(&index) {
            push(output, b"-");
        }
    }
    push(output, b"\0");
    output.len -= 1;
    SUCCESS
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_uuid_to_str(uuid: &aws_uuid, output: &mut aws_byte_buf) -> c_int {
    append(uuid, output, &HYPHENS, WITH_HYPHENS)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_uuid_to_str_compact(uuid: &aws_uuid, output: &mut aws_byte_buf) -> c_int {
    append(uuid, output, &[], COMPACT)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_uuid_equals(a: &aws_uuid, b: &aws_uuid) -> bool {
    a.uuid_data == b.uuid_data
}

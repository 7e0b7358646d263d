//! What test objects consist of: bytes that follow from their offset, so that both ends can tell what belongs where
//! without keeping a copy. The C tests compute the same.

/// The byte at an offset of every test object.
pub fn byte_at(offset: u64) -> u8 {
    ((offset as u32).wrapping_mul(0x9E37_79B1) >> 24) as u8
}

/// The bytes from an offset on.
pub fn bytes(offset: u64, length: usize) -> Vec<u8> {
    (offset..offset + length as u64).map(byte_at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_is_what_the_whole_has_there() {
        assert_eq!(bytes(0, 1000)[300..], bytes(300, 700)[..]);
        assert_eq!(bytes(1, 3), [0x9E, 0x3C, 0xDA]);
    }
}

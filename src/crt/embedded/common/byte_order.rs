//! Between host and network byte order, as symbols. C and C++ programs have the same code inline.

use super::*;

#[unsafe(no_mangle)]
pub extern "C" fn aws_is_big_endian() -> c_int {
    cfg!(target_endian = "big").into()
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_hton64(x: u64) -> u64 {
    x.to_be()
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_ntoh64(x: u64) -> u64 {
    u64::from_be(x)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_hton32(x: u32) -> u32 {
    x.to_be()
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_ntoh32(x: u32) -> u32 {
    u32::from_be(x)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_hton16(x: u16) -> u16 {
    x.to_be()
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_ntoh16(x: u16) -> u16 {
    u16::from_be(x)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_letoh32(x: u32) -> u32 {
    u32::from_le(x)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_letoh16(x: u16) -> u16 {
    u16::from_le(x)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_htonf32(x: f32) -> f32 {
    f32::from_bits(x.to_bits().to_be())
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_ntohf32(x: f32) -> f32 {
    f32::from_bits(u32::from_be(x.to_bits()))
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_htonf64(x: f64) -> f64 {
    f64::from_bits(x.to_bits().to_be())
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_ntohf64(x: f64) -> f64 {
    f64::from_bits(u64::from_be(x.to_bits()))
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_write_u16(value: u16, buffer: &mut [u8; 2]) {
    *buffer = value.to_be_bytes();
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_read_u16(buffer: &[u8; 2]) -> u16 {
    u16::from_be_bytes(*buffer)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_write_u24(value: u32, buffer: &mut [u8; 3]) {
    let [_, bytes @ ..] = value.to_be_bytes();
    *buffer = bytes;
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_read_u24(buffer: &[u8; 3]) -> u32 {
    let [high, middle, low] = *buffer;
    u32::from_be_bytes([0, high, middle, low])
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_write_u32(value: u32, buffer: &mut [u8; 4]) {
    *buffer = value.to_be_bytes();
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_read_u32(buffer: &[u8; 4]) -> u32 {
    u32::from_be_bytes(*buffer)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_write_u64(value: u64, buffer: &mut [u8; 8]) {
    *buffer = value.to_be_bytes();
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_read_u64(buffer: &[u8; 8]) -> u64 {
    u64::from_be_bytes(*buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        assert_eq!(aws_hton32(1).to_ne_bytes(), [0, 0, 0, 1]);
        assert_eq!(aws_ntoh16(aws_hton16(0x1234)), 0x1234);
        assert_eq!(aws_ntohf64(aws_htonf64(1.5)), 1.5);
        let mut bytes = [9; 3];
        aws_write_u24(0x123456, &mut bytes);
        assert_eq!((bytes, aws_read_u24(&bytes)), ([0x12, 0x34, 0x56], 0x123456));
    }
}

//! CRC-32, CRC-32C and CRC-64/NVME, continued from what an earlier call returned.

use core::ffi::c_int;

use crc_fast::CrcAlgorithm::{self, Crc32Iscsi, Crc32IsoHdlc, Crc64Nvme};

/// The checksum of what `previous` is that of, followed by these bytes.
///
/// # Safety
/// `input` is readable for `length` bytes.
unsafe fn continued(
    algorithm: CrcAlgorithm,
    input: *const u8,
    length: usize,
    previous: u64,
) -> u64 {
    if length == 0 || input.is_null() {
        return previous;
    }
    // SAFETY: as the caller promises.
    let bytes = unsafe { core::slice::from_raw_parts(input, length) };
    let crc = crc_fast::checksum(algorithm, bytes);
    // The checksum of nothing is zero, with which there is nothing to combine.
    if previous == 0 { crc } else { combined(algorithm, previous, crc, length as u64) }
}

fn combined(algorithm: CrcAlgorithm, first: u64, second: u64, second_length: u64) -> u64 {
    match second_length {
        0 => first,
        length => crc_fast::checksum_combine(algorithm, first, second, length),
    }
}

/// The functions of one CRC: with a length that is an int, with one that is a size, and combining.
macro_rules! crc {
    ($algorithm:expr, $number:ty, $short:ident, $long:ident, $combine:ident) => {
        /// # Safety
        /// `input` is readable for `length` bytes; a negative length is none.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $short(
            input: *const u8,
            length: c_int,
            previous: $number,
        ) -> $number {
            // SAFETY: as the caller promises.
            unsafe { $long(input, usize::try_from(length).unwrap_or(0), previous) }
        }

        /// # Safety
        /// `input` is readable for `length` bytes.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $long(
            input: *const u8,
            length: usize,
            previous: $number,
        ) -> $number {
            // SAFETY: as the caller promises.
            (unsafe { continued($algorithm, input, length, previous.into()) }) as $number
        }

        /// The checksum of two blocks from those of both and the length of the second.
        #[unsafe(no_mangle)]
        pub extern "C" fn $combine(first: $number, second: $number, length: u64) -> $number {
            combined($algorithm, first.into(), second.into(), length) as $number
        }
    };
}

crc!(Crc32IsoHdlc, u32, aws_checksums_crc32, aws_checksums_crc32_ex, aws_checksums_crc32_combine);
crc!(Crc32Iscsi, u32, aws_checksums_crc32c, aws_checksums_crc32c_ex, aws_checksums_crc32c_combine);
crc!(
    Crc64Nvme,
    u64,
    aws_checksums_crc64nvme,
    aws_checksums_crc64nvme_ex,
    aws_checksums_crc64nvme_combine
);

#[cfg(test)]
mod tests {
    use super::*;

    /// Bit by bit, from the definition.
    fn slowly(polynomial: u64, bits: u32, previous: u64, bytes: &[u8]) -> u64 {
        let ones = u64::MAX >> (64 - bits);
        let mut state = previous ^ ones;
        for byte in bytes {
            state ^= u64::from(*byte);
            for _ in 0..8 {
                state = (state >> 1) ^ (polynomial * (state & 1));
            }
        }
        state ^ ones
    }

    #[test]
    fn any_value_can_be_continued() {
        let bytes: Vec<u8> = (0..300_u32).map(|index| (index * 7) as u8).collect();
        for previous in [0, 1, 0xFFFF_FFFF, 0x1234_5678] {
            for length in [0, 1, 7, 16, 255, 300] {
                let piece = &bytes[..length];
                // SAFETY: readable for these lengths.
                let (crc, crc_c, crc_64) = unsafe {
                    let start = piece.as_ptr();
                    (
                        aws_checksums_crc32(start, length as c_int, previous),
                        aws_checksums_crc32c_ex(start, length, previous),
                        aws_checksums_crc64nvme_ex(start, length, previous.into()),
                    )
                };
                let previous = u64::from(previous);
                assert_eq!(u64::from(crc), slowly(0xEDB8_8320, 32, previous, piece));
                assert_eq!(u64::from(crc_c), slowly(0x82F6_3B78, 32, previous, piece));
                assert_eq!(crc_64, slowly(0x9A6C_9329_AC4B_C9B5, 64, previous, piece));
            }
        }
    }

    #[test]
    fn blocks_combine() {
        // SAFETY: readable for these lengths.
        let of = |bytes: &[u8]| unsafe { aws_checksums_crc32_ex(bytes.as_ptr(), bytes.len(), 0) };
        assert_eq!(aws_checksums_crc32_combine(of(b"1234"), of(b"56789"), 5), 0xCBF4_3926);
        assert_eq!(aws_checksums_crc32_combine(7, 9, 0), 7);
        // SAFETY: nothing is read.
        assert_eq!(unsafe { aws_checksums_crc32(core::ptr::null(), -1, 7) }, 7);
    }
}

//! What will be done: parts, sizes and ranges, as pure functions of what was asked and discovered.
//!
//! The formulas are part of the wire format and are pinned by the tables below
//! (`s3_util.c: aws_s3_calculate_*` of aws-c-s3 v1.5.1).

use crate::error::{Code, Result};

pub const MIB: u64 = 1024 * 1024;
/// The smallest part of a multipart upload that is not the last (S3: "Amazon S3 multipart upload limits").
pub const MIN_UPLOAD_PART_BYTES: u64 = 5 * MIB;
/// S3 accepts part numbers 1 to 10,000.
pub const MAX_UPLOAD_PARTS: u64 = 10_000;
pub const DEFAULT_PART_BYTES: u64 = 8 * MIB;
pub const MAX_PART_BYTES: u64 = 5 * 1024 * MIB;

const OPTIMAL_RANGE_MIN_BYTES: u64 = 8 * MIB;
const OPTIMAL_RANGE_MAX_BYTES: u64 = 2 * 1024 * MIB;
const OPTIMAL_RANGE_MAX_EXPRESS_BYTES: u64 = 128 * MIB;
/// More than this is not asked of S3 Express at a time (`g_s3express_connection_limitation` and its thresholds).
const EXPRESS_CONNECTIONS: u32 = 75;
const EXPRESS_SMALL_PART_BYTES: u64 = 5 * 1024 * MIB / EXPRESS_CONNECTIONS as u64;
const EXPRESS_LARGE_OBJECT_BYTES: u64 = 4 * 1024 * 1024 * MIB;
const OPTIMAL_RANGE_MEMORY_DIVISOR: u64 = 3;

/// Gigabits per second that one connection is expected to carry.
const GBPS_PER_CONNECTION: f64 = 0.4;
const MIN_CONNECTIONS: u32 = 10;
const MAX_CONNECTIONS: u32 = 10_000;

/// A download cut into parts: part 1 may have a size of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// First and last byte of the range, inclusive.
    pub first: u64,
    pub last: u64,
    pub first_part_bytes: u64,
    pub part_bytes: u64,
}

impl Layout {
    #[expect(clippy::len_without_is_empty, reason = "a layout has at least one byte")]
    pub fn len(&self) -> u64 {
        (self.last - self.first).saturating_add(1)
    }

    pub fn parts(&self) -> u32 {
        let rest = self.len().saturating_sub(self.first_part_bytes);
        if self.first_part_bytes == 0 || rest == 0 {
            return 1;
        }
        u32::try_from(rest.div_ceil(self.part_bytes.max(1)).saturating_add(1)).unwrap_or(u32::MAX)
    }

    /// First and last byte of a part, inclusive; parts count from 1.
    pub fn part(&self, number: u32) -> (u64, u64) {
        let (start, bytes) = if number <= 1 {
            (self.first, self.first_part_bytes)
        } else {
            let before = u64::from(number - 2).saturating_mul(self.part_bytes);
            (
                self.first.saturating_add(self.first_part_bytes).saturating_add(before),
                self.part_bytes,
            )
        };
        let end = if bytes == 0 { self.last } else { start.saturating_add(bytes - 1) };
        (start, end.min(self.last))
    }

    pub fn part_len(&self, number: u32) -> u64 {
        let (start, end) = self.part(number);
        end.saturating_sub(start).saturating_add(1)
    }
}

/// Connections for a throughput target; 0 and nonsense mean 10 Gbps.
pub fn ideal_connections(target_gbps: f64) -> u32 {
    let target = if target_gbps > 0.0 { target_gbps } else { 10.0 };
    connections_for(target).max(MIN_CONNECTIONS)
}

/// Connections that carry so much, without the usual minimum: a slow disk may leave just one.
pub fn connections_for(gbps: f64) -> u32 {
    // Saturating: the cast clamps, NaN becomes 0.
    ((gbps / GBPS_PER_CONNECTION).ceil() as u32).min(MAX_CONNECTIONS)
}

/// The range size that lets every connection hold three buffers within the memory limit.
pub fn client_optimal_range_bytes(memory_limit_bytes: u64, connections: u32) -> Result<u64> {
    if memory_limit_bytes == 0 || connections == 0 {
        return Err(Code::INVALID_ARGUMENT.into());
    }
    let share = memory_limit_bytes / u64::from(connections) / OPTIMAL_RANGE_MEMORY_DIVISOR;
    Ok(share.clamp(OPTIMAL_RANGE_MIN_BYTES, MAX_PART_BYTES))
}

/// The range size for one download; `stored` is the estimated size of the parts it was uploaded in, 0 if unknown.
pub fn request_optimal_range_bytes(client_optimal: u64, stored: u64, express: bool) -> Result<u64> {
    if client_optimal == 0 {
        return Err(Code::INVALID_ARGUMENT.into());
    }
    let size = if stored > 0 { client_optimal.min(stored) } else { client_optimal };
    let most = if express { OPTIMAL_RANGE_MAX_EXPRESS_BYTES } else { OPTIMAL_RANGE_MAX_BYTES };
    Ok(size.clamp(OPTIMAL_RANGE_MIN_BYTES, most))
}

/// How many connections one download from S3 Express may use: huge objects in small parts would wear the service out.
pub fn express_connections(part_bytes: u64, object_bytes: u64) -> u32 {
    let many = part_bytes < EXPRESS_SMALL_PART_BYTES && object_bytes > EXPRESS_LARGE_OBJECT_BYTES;
    if many { EXPRESS_CONNECTIONS } else { u32::MAX }
}

/// Part size and number of parts of an upload whose length is known.
pub fn upload_parts(length: u64, wanted_part_bytes: u64) -> (u64, u64) {
    if length == 0 {
        return (0, 0);
    }
    let required = length.div_ceil(MAX_UPLOAD_PARTS);
    let part = required.max(wanted_part_bytes).min(length);
    (part, length.div_ceil(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts() {
        const P: u64 = 16384;
        let table: [(u64, u64, u64, &[(u64, u64)]); 6] = [
            (0, 5, 2, &[(0, 1), (2, 5)]),
            (0, 32767, P, &[(0, 16383), (16384, 32767)]),
            (8192, 49151, 8192, &[(8192, 16383), (16384, 32767), (32768, 49151)]),
            (8192, 57343, 8192, &[(8192, 16383), (16384, 32767), (32768, 49151), (49152, 57343)]),
            (8, 8, 16376, &[(8, 8)]),
            (0, 0, 0, &[(0, 0)]),
        ];
        for (first, last, first_part_bytes, parts) in table {
            let layout = Layout { first, last, first_part_bytes, part_bytes: P };
            assert_eq!(layout.parts() as usize, parts.len(), "{layout:?}");
            for (index, part) in parts.iter().enumerate() {
                assert_eq!(layout.part(index as u32 + 1), *part, "{layout:?}");
            }
        }
    }

    #[test]
    fn the_end_of_the_number_range_does_not_wrap() {
        let layout =
            Layout { first: 0, last: u64::MAX, first_part_bytes: 8 * MIB, part_bytes: 8 * MIB };
        assert_eq!(layout.len(), u64::MAX);
        assert_eq!(layout.part(1), (0, 8 * MIB - 1));
        assert_eq!(layout.parts(), u32::MAX);
    }

    #[test]
    fn connection_counts() {
        let table = [(0.0, 25), (4.0, 10), (5.0, 13), (10.0, 25), (25.0, 63), (100.0, 250)];
        for (gbps, connections) in table {
            assert_eq!(ideal_connections(gbps), connections, "{gbps}");
        }
        assert_eq!(ideal_connections(f64::NAN), 25);
        assert_eq!(ideal_connections(1e12), 10_000);
        assert_eq!(connections_for(0.1), 1);
    }

    #[test]
    fn optimal_ranges() {
        let client = |limit, connections| client_optimal_range_bytes(limit, connections).ok();
        assert_eq!(client(1024 * MIB, 10), Some(35_791_394));
        assert_eq!(client(100 * MIB, 10), Some(8 * MIB));
        assert_eq!(client(1024 * MIB, 50), Some(8 * MIB));
        assert_eq!(client(300 * MIB, 10), Some(10_485_760));
        assert_eq!(client(0, 10), None);
        assert_eq!(client(1024 * MIB, 0), None);
        let request = |client, stored| {
            request_optimal_range_bytes(client * MIB, stored * MIB, false).map(|b| b / MIB).ok()
        };
        assert_eq!(request(160, 200), Some(160));
        assert_eq!(request(64, 50), Some(50));
        assert_eq!(request(160, 1), Some(8));
        assert_eq!(request(160, 0), Some(160));
        assert_eq!(request(40, 9), Some(9));
        assert_eq!(request(0, 9), None);
        assert_eq!(request_optimal_range_bytes(512 * MIB, 0, true).ok(), Some(128 * MIB));
    }

    #[test]
    fn huge_objects_in_small_parts_get_fewer_connections() {
        let (small, huge) = (71_582_787, (4 << 40) + 1);
        assert_eq!(express_connections(small, huge), 75);
        assert_eq!(express_connections(small + 1, huge), u32::MAX);
        assert_eq!(express_connections(small, huge - 1), u32::MAX);
    }

    #[test]
    fn upload_sizes() {
        assert_eq!(upload_parts(10_000 * MIB, 5 * MIB), (5 * MIB, 2000));
        assert_eq!(upload_parts(990_000 * MIB, 5 * MIB), (103_809_024, 10_000));
        assert_eq!(upload_parts(1_000_000 * MIB, 500 * MIB), (500 * MIB, 2000));
        assert_eq!(upload_parts(900_000, 5), (90, 10_000));
        assert_eq!(upload_parts(10, 5 * MIB), (10, 1));
        assert_eq!(upload_parts(0, 5), (0, 0));
    }
}

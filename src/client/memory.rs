//! How much memory a client may use when nobody said.
//!
//! The tiers and variables are those of `s3_client.c: aws_s3_default_memory_limit_for_throughput` and
//! `aws_s3_resolve_configured_memory_limit` (aws-c-s3 v1.5.1). What follows from a throughput alone does not know how
//! much memory there is; a client takes no more than half of it, unless it is told to.

use crate::error::{Code, Result};

const MIB: u64 = 1024 * 1024;
const GIB: u64 = 1024 * MIB;

/// Environment variables that set the limit, the first one first.
const LIMIT_IN_MIB: &str = "AWS_CRT_S3_MEMORY_LIMIT_IN_MB";
const LIMIT_IN_GIB: &str = "AWS_CRT_S3_MEMORY_LIMIT_IN_GIB";

/// Throughput from which on a tier applies, and its limit.
const TIERS: [(f64, u64); 7] = [
    (200.0, 24 * GIB),
    (100.0, 16 * GIB),
    (75.0, 8 * GIB),
    (25.0, 4 * GIB),
    (10.0, 2 * GIB),
    (5.0, 512 * MIB),
    (f64::MIN_POSITIVE, 256 * MIB),
];

/// The limit for a throughput target. Exactly 0 takes what the machine is known to reach, `detect`ed on demand,
/// where that is less than 10 Gbps.
pub fn limit_for_throughput(target_gbps: f64, detect: impl FnOnce() -> f64) -> u64 {
    let mut gbps = target_gbps;
    if gbps == 0.0 {
        let detected = detect();
        if detected > 0.0 && detected < 10.0 {
            gbps = detected;
        }
    }
    TIERS.iter().find(|(from, _)| gbps >= *from).map_or(2 * GIB, |(_, limit)| *limit)
}

/// The least that the default pool works with.
pub const SMALLEST_LIMIT: u64 = 256 * MIB;

/// What a client takes of that, in a process that may use so many bytes.
pub fn limit_for_process(limit: u64, usable: u64) -> u64 {
    let half = usable / 2 / MIB * MIB;
    if limit > half {
        crate::log!(
            Info,
            Client,
            "the default memory limit of {limit} bytes becomes {}: the process may use {usable}",
            half.max(SMALLEST_LIMIT)
        );
    }
    limit.min(half.max(SMALLEST_LIMIT))
}

/// The largest part that a client with this limit makes by itself.
pub fn max_part_size_for_limit(limit: u64) -> u64 {
    (limit / 2).min(5 * GIB)
}

/// The limit that was configured, by the caller or the environment; 0 when there is none.
pub fn configured_limit(configured: u64) -> Result<u64> {
    // What is not even UTF-8 is no number either.
    let var = |name: &str| std::env::var_os(name).map(|text| text.to_string_lossy().into_owned());
    configured_limit_from(configured, var)
}

fn configured_limit_from(configured: u64, var: impl Fn(&str) -> Option<String>) -> Result<u64> {
    if configured != 0 {
        return Ok(configured);
    }
    let sources =
        [(LIMIT_IN_MIB, MIB, Code::OVERFLOW_DETECTED), (LIMIT_IN_GIB, GIB, Code::INVALID_ARGUMENT)];
    for (name, unit, overflow) in sources {
        let Some(text) = var(name).filter(|text| !text.is_empty()) else { continue };
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Code::INVALID_ARGUMENT.into());
        }
        let number = text.parse::<u64>().map_err(|_| Code::INVALID_ARGUMENT)?;
        let bytes = number.checked_mul(unit).ok_or(overflow)?;
        if bytes != 0 {
            return Ok(bytes);
        }
    }
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiers() {
        let table = [
            (0.0, 2048),
            (0.1, 256),
            (4.9, 256),
            (5.0, 512),
            (9.9, 512),
            (10.0, 2048),
            (25.0, 4096),
            (75.0, 8192),
            (100.0, 16384),
            (200.0, 24576),
            (-1.0, 2048),
            (f64::NAN, 2048),
        ];
        for (gbps, mib) in table {
            assert_eq!(limit_for_throughput(gbps, || 0.0), mib * MIB, "{gbps}");
        }
    }

    #[test]
    fn a_slow_machine_lowers_the_limit_only_when_no_target_is_set() {
        assert_eq!(limit_for_throughput(0.0, || 4.17), 256 * MIB);
        assert_eq!(limit_for_throughput(0.0, || 12.5), 2 * GIB);
        assert_eq!(limit_for_throughput(10.0, || 4.17), 2 * GIB);
    }

    #[test]
    fn a_process_keeps_half_of_its_memory() {
        let rows = [
            (2048, 64 * 1024, 2048),
            (2048, 4096, 2048),
            (2048, 4095, 2047),
            (24576, 4096, 2048),
            (2048, 1000, 500),
            // The default pool can do with no less.
            (2048, 512, 256),
            (2048, 100, 256),
            (256, 0, 256),
        ];
        for (tier, usable, limit) in rows {
            assert_eq!(limit_for_process(tier * MIB, usable * MIB), limit * MIB, "{usable}");
        }
        assert_eq!(limit_for_process(2 * GIB, u64::MAX), 2 * GIB);
        assert_eq!(limit_for_process(2 * GIB, GIB + 12345), 512 * MIB);
    }

    #[test]
    fn largest_parts() {
        assert_eq!(max_part_size_for_limit(256 * MIB), 128 * MIB);
        assert_eq!(max_part_size_for_limit(24 * GIB), 5 * GIB);
        assert_eq!(max_part_size_for_limit(0), 0);
    }

    fn resolve(configured: u64, mib: &str, gib: &str) -> Result<u64, Code> {
        let var = |name: &str| Some(if name == LIMIT_IN_MIB { mib } else { gib }.to_string());
        configured_limit_from(configured, var).map_err(|error| error.code())
    }

    #[test]
    fn variables() {
        assert_eq!(resolve(7, "x", "x"), Ok(7));
        assert_eq!(resolve(0, "", ""), Ok(0));
        assert_eq!(resolve(0, "300", "x"), Ok(300 * MIB));
        assert_eq!(resolve(0, "0", "1"), Ok(GIB));
        assert_eq!(resolve(0, "", "0"), Ok(0));
        for broken in ["invalid", "-1", "1.5", " 1", "1M"] {
            assert_eq!(resolve(0, broken, ""), Err(Code::INVALID_ARGUMENT), "{broken}");
            assert_eq!(resolve(0, "", broken), Err(Code::INVALID_ARGUMENT), "{broken}");
        }
        let most = "18446744073709551615";
        assert_eq!(resolve(0, most, ""), Err(Code::OVERFLOW_DETECTED));
        assert_eq!(resolve(0, "", most), Err(Code::INVALID_ARGUMENT));
        for more in ["18446744073709551616", "99999999999999999999999"] {
            assert_eq!(resolve(0, more, ""), Err(Code::INVALID_ARGUMENT));
            assert_eq!(resolve(0, "", more), Err(Code::INVALID_ARGUMENT));
        }
        assert_eq!(resolve(0, "0000000000000000000000300", ""), Ok(300 * MIB));
    }
}

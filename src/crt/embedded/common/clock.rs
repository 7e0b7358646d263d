//! Clocks in nanoseconds, and conversion between units of time.

use super::*;

/// Nanoseconds of the clock on the wall; `None` when it cannot be read.
fn wall() -> Option<u64> {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the struct is ours.
    if unsafe { libc::clock_gettime(libc::CLOCK_REALTIME, &mut now) } != 0 {
        return None;
    }
    u64::try_from(now.tv_sec).ok()?.checked_mul(1_000_000_000)?.checked_add(now.tv_nsec as u64)
}

/// The clock on the wall; 0 when it cannot be read.
pub(super) fn wall_ns() -> i64 {
    wall().and_then(|ns| i64::try_from(ns).ok()).unwrap_or(0)
}

/// The clock of the original (aws-c-common: `posix/clock.c`), and of the request metrics.
pub(super) fn monotonic_ns() -> u64 {
    crate::clock::monotonic_ns()
}

fn answer(time: Option<u64>, timestamp: &mut u64) -> c_int {
    match time {
        Some(time) => *timestamp = time,
        None => return raise(AWS_ERROR_CLOCK_FAILURE),
    }
    SUCCESS
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_high_res_clock_get_ticks(timestamp: &mut u64) -> c_int {
    answer(Some(monotonic_ns()), timestamp)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_sys_clock_get_ticks(timestamp: &mut u64) -> c_int {
    answer(wall(), timestamp)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_timestamp_convert(
    timestamp: u64,
    convert_from: aws_timestamp_unit,
    convert_to: aws_timestamp_unit,
    remainder: Option<&mut u64>,
) -> u64 {
    aws_timestamp_convert_u64(timestamp, convert_from.into(), convert_to.into(), remainder)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_timestamp_convert_u64(
    ticks: u64,
    old_frequency: u64,
    new_frequency: u64,
    remainder: Option<&mut u64>,
) -> u64 {
    if old_frequency == 0 || new_frequency == 0 {
        alloc::fatal("clocks tick");
    }
    // The rest has a meaning only where the new unit is the coarser one and a whole multiple of the old.
    let coarser = new_frequency < old_frequency && old_frequency.is_multiple_of(new_frequency);
    if let Some(remainder) = remainder {
        *remainder = if coarser { ticks % (old_frequency / new_frequency) } else { 0 };
    }
    // Whole seconds apart, so that the product of the fraction stays small.
    let (seconds, fraction) = (ticks / old_frequency, ticks % old_frequency);
    let fraction = fraction.saturating_mul(new_frequency) / old_frequency;
    seconds.saturating_mul(new_frequency).saturating_add(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_convert_with_a_rest() {
        let mut rest = 9;
        let (millis, nanos) = (AWS_TIMESTAMP_MILLIS, AWS_TIMESTAMP_NANOS);
        assert_eq!(aws_timestamp_convert(1_234_567, nanos, millis, Some(&mut rest)), 1);
        assert_eq!(rest, 234_567);
        assert_eq!(aws_timestamp_convert(5, millis, nanos, Some(&mut rest)), 5_000_000);
        assert_eq!(rest, 0);
        assert_eq!(aws_timestamp_convert(u64::MAX, millis, nanos, None), u64::MAX);
        let mut now = 0;
        assert_eq!(aws_high_res_clock_get_ticks(&mut now), SUCCESS);
        assert!(now > 0 && monotonic_ns() >= now && wall_ns() > 0);
        // The metrics tell the same clock, and so do loops.
        let metrics = crate::clock::monotonic_ns();
        assert!(now <= metrics && metrics <= monotonic_ns());
    }
}

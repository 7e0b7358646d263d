//! The clock that never goes back.

#[cfg(any(target_os = "linux", target_os = "android"))]
use rustix::time::ClockId::Boottime as Steady;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
use rustix::time::ClockId::Monotonic as Steady;

/// Nanoseconds of a clock that nobody sets and that goes on while the machine sleeps, where there is one that does.
pub fn steady_ns() -> u64 {
    let now = rustix::time::clock_gettime(Steady);
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_does_not_go_back() {
        let before = steady_ns();
        assert!(before > 0 && steady_ns() >= before);
    }
}

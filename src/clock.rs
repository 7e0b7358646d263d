//! Time behind one type, so that tests can step it.
//!
//! Monotonic time is nanoseconds of `CLOCK_BOOTTIME` on Linux, which is what `aws_high_res_clock_get_ticks` tells and
//! what the request metrics promise; wall time is nanoseconds since the Unix epoch.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::os::steady_ns;

/// Where the library takes the time from.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    stepped: Option<Arc<Stepped>>,
}

#[derive(Debug, Default)]
struct Stepped {
    monotonic_ns: AtomicU64,
    wall_ns: AtomicU64,
}

impl Clock {
    /// The clocks of the system.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands still until [`step`](Self::step) moves it.
    pub fn stepped(wall: Duration) -> Self {
        let stepped = Stepped::default();
        stepped.wall_ns.store(wall.as_nanos() as u64, Ordering::Relaxed);
        Self { stepped: Some(Arc::new(stepped)) }
    }

    /// Moves a stepped clock; the system's clocks do not listen.
    pub fn step(&self, by: Duration) {
        if let Some(stepped) = &self.stepped {
            let ns = by.as_nanos() as u64;
            stepped.monotonic_ns.fetch_add(ns, Ordering::Relaxed);
            stepped.wall_ns.fetch_add(ns, Ordering::Relaxed);
        }
    }

    pub fn monotonic_ns(&self) -> u64 {
        match &self.stepped {
            Some(stepped) => stepped.monotonic_ns.load(Ordering::Relaxed),
            None => monotonic_ns(),
        }
    }

    pub fn wall(&self) -> SystemTime {
        match &self.stepped {
            Some(stepped) => {
                UNIX_EPOCH + Duration::from_nanos(stepped.wall_ns.load(Ordering::Relaxed))
            }
            None => SystemTime::now(),
        }
    }
}

/// The time stamp of the request metrics.
pub fn monotonic_ns() -> u64 {
    steady_ns()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stepped_clock_moves_only_when_told() {
        let clock = Clock::stepped(Duration::from_secs(1_700_000_000));
        let before = (clock.monotonic_ns(), clock.wall());
        assert_eq!((clock.monotonic_ns(), clock.wall()), before);
        clock.clone().step(Duration::from_millis(5));
        assert_eq!(clock.monotonic_ns(), before.0 + 5_000_000);
        assert_eq!(clock.wall(), before.1 + Duration::from_millis(5));
    }

    #[test]
    fn system_time_advances() {
        let first = monotonic_ns();
        assert!(first > 0);
        assert!(monotonic_ns() >= first);
    }
}

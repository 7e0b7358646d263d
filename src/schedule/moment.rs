//! The time it is, for those who want to know: small requests pass all stages without that anybody does.

use std::cell::Cell;
use std::time::Duration;

/// A moment, counted from the beginning of a schedule.
pub trait Moment: Copy {
    fn get(self) -> Duration;
}

/// One that is known.
impl Moment for Duration {
    fn get(self) -> Duration {
        self
    }
}

/// Now, as of when somebody asks first.
pub(super) struct Now<F> {
    clock: F,
    read: Cell<Option<Duration>>,
}

impl<F: Fn() -> Duration> Now<F> {
    pub fn of(clock: F) -> Self {
        Self { clock, read: Cell::new(None) }
    }
}

impl<F: Fn() -> Duration> Moment for &Now<F> {
    fn get(self) -> Duration {
        let now = self.read.get().unwrap_or_else(&self.clock);
        self.read.set(Some(now));
        now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_read_once_if_at_all() {
        let reads = Cell::new(0);
        let clock = || {
            reads.set(reads.get() + 1);
            Duration::from_secs(reads.get())
        };
        let now = Now::of(clock);
        assert_eq!(reads.get(), 0);
        assert_eq!([now.get(), now.get()], [Duration::from_secs(1); 2]);
        assert_eq!(reads.get(), 1);
    }
}

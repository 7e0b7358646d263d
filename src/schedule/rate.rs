//! How many bytes per second a client moves at most: a budget that fills up with time, and is spent beforehand.
//!
//! Who wants to move bytes is told when it may, and all that is told so follows one after the other: whoever asks first
//! goes first. The arithmetic knows no clock; [`Allowance`] lends it the time and waits.

use std::future::Future as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use super::Schedule;
use crate::sync::Mutex;

/// For how long time that was not used is kept.
const KEPT: Duration = Duration::from_millis(100);
/// What is asked for at a time moves within this time, if that is no less than the least and no more than the most.
const QUANTUM: Duration = Duration::from_millis(10);
const LEAST_BYTES: u64 = 1024;
const MOST_BYTES: u64 = 1024 * 1024;

/// The budget of one direction.
#[derive(Debug)]
pub struct Rate {
    bytes_per_s: u64,
    /// When everything that was asked for so far has moved.
    free_at: Duration,
}

impl Rate {
    pub fn new(bytes_per_s: u64) -> Self {
        Self { bytes_per_s: bytes_per_s.max(1), free_at: Duration::ZERO }
    }

    /// What is best asked for at a time.
    pub fn quantum(&self) -> u64 {
        let bytes = (self.bytes_per_s as f64 * QUANTUM.as_secs_f64()) as u64;
        bytes.clamp(LEAST_BYTES, MOST_BYTES)
    }

    /// When so many bytes may move, which then are spent.
    pub fn spend(&mut self, bytes: u64, now: Duration) -> Duration {
        let at = self.free_at.max(now.saturating_sub(KEPT));
        self.free_at = at.saturating_add(self.time_of(bytes));
        at.max(now)
    }

    /// Bytes that were spent and did not move.
    pub fn give_back(&mut self, bytes: u64) {
        self.free_at = self.free_at.saturating_sub(self.time_of(bytes));
    }

    fn time_of(&self, bytes: u64) -> Duration {
        let ns = u128::from(bytes) * 1_000_000_000 / u128::from(self.bytes_per_s);
        Duration::from_nanos(u64::try_from(ns).unwrap_or(u64::MAX))
    }
}

/// What one exchange may move in one direction, and how long it has to wait for more.
pub struct Allowance {
    schedule: Arc<Schedule>,
    way: usize,
    bytes: u64,
    /// Bytes that have been asked for, until they may move.
    asked: Option<(u64, Pin<Box<Sleep>>)>,
}

impl Allowance {
    /// `None` where nothing is limited. `way` is 0 for out and 1 for in.
    pub(super) fn new(schedule: &Arc<Schedule>, way: usize) -> Option<Self> {
        schedule.rates[way].as_ref()?;
        Some(Self { schedule: schedule.clone(), way, bytes: 0, asked: None })
    }

    /// How many bytes may move now; waits where that is none.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<u64> {
        if self.bytes > 0 {
            return Poll::Ready(self.bytes);
        }
        let Some(rate) = &self.schedule.rates[self.way] else { return Poll::Ready(u64::MAX) };
        let (bytes, mut sleep) = self.asked.take().unwrap_or_else(|| {
            let (mut rate, now) = (rate.lock(), self.schedule.now());
            let bytes = rate.quantum();
            let at = rate.spend(bytes, now);
            // Beyond a year nobody waits.
            let wait = (at - now).min(Duration::from_secs(1 << 25));
            (bytes, Box::pin(sleep_until(Instant::now() + wait)))
        });
        if sleep.as_mut().poll(cx).is_pending() {
            self.asked = Some((bytes, sleep));
            return Poll::Pending;
        }
        self.bytes = bytes;
        Poll::Ready(bytes)
    }

    /// So many bytes have moved. What goes beyond the allowance is spent as well.
    pub fn moved(&mut self, bytes: u64) {
        let beyond = bytes.saturating_sub(self.bytes);
        self.bytes = self.bytes.saturating_sub(bytes);
        if let Some(rate) = self.schedule.rates[self.way].as_ref().filter(|_| beyond > 0) {
            rate.lock().spend(beyond, self.schedule.now());
        }
    }
}

impl Drop for Allowance {
    fn drop(&mut self) {
        let left = self.bytes + self.asked.as_ref().map_or(0, |(bytes, _)| *bytes);
        if let Some(rate) = self.schedule.rates[self.way].as_ref().filter(|_| left > 0) {
            rate.lock().give_back(left);
        }
    }
}

/// The budgets for out and in; 0 is none.
pub(super) fn rates(most_bytes_per_s: [u64; 2]) -> [Option<Mutex<Rate>>; 2] {
    most_bytes_per_s.map(|most| (most > 0).then(|| Mutex::new(Rate::new(most))))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn bytes_follow_one_another() {
        let mut rate = Rate::new(1000);
        let now = ms(5000);
        // What was not used for a while is kept, as far as that goes.
        assert_eq!(rate.spend(100, now), now);
        assert_eq!(rate.spend(100, now), now);
        assert_eq!(rate.spend(200, now), ms(5100));
        assert_eq!(rate.spend(1, now), ms(5300));
        rate.give_back(101);
        assert_eq!(rate.spend(1, now), ms(5200));
        assert_eq!(rate.spend(1, ms(9000)), ms(9000));
    }

    #[test]
    fn quanta_fit_the_rate() {
        for (rate, quantum) in [(1, 1024), (1_000_000, 10_000), (u64::MAX, 1 << 20)] {
            assert_eq!(Rate::new(rate).quantum(), quantum);
        }
        assert_eq!(Rate::new(1).spend(u64::MAX, Duration::ZERO), Duration::ZERO, "no overflow");
        assert_eq!(Rate::new(0).spend(1, Duration::ZERO), Duration::ZERO, "no division by zero");
    }

    proptest! {
        /// Whatever is asked for and given back, no second moves more than its share and what was kept.
        #[test]
        fn no_second_moves_more_than_the_rate(
            per_s in 1000_u64..1_000_000,
            steps in proptest::collection::vec((0_u64..200, 1_u64..100, any::<bool>()), 1..200),
        ) {
            let mut rate = Rate::new(per_s);
            let (mut now, mut moved) = (ms(1000), Vec::new());
            for (wait_ms, share, returns) in steps {
                now += ms(wait_ms);
                let bytes = per_s * share / 100;
                let at = rate.spend(bytes, now);
                if returns {
                    rate.give_back(bytes);
                } else {
                    moved.push((at, bytes));
                }
            }
            for (begin, _) in &moved {
                let within = moved.iter().filter(|(at, _)| at >= begin && *at < *begin + ms(1000));
                let bytes: u64 = within.map(|(_, bytes)| bytes).sum();
                // One piece may begin right before the second ends.
                prop_assert!(bytes <= per_s + per_s / 10 + per_s, "{} of {}", bytes, per_s);
            }
            let first = moved.first().map_or(now, |(at, _)| *at);
            let last = moved.last().map_or(now, |(at, _)| *at);
            let all: u64 = moved.iter().map(|(_, bytes)| bytes).sum();
            let most = per_s as f64 * ((last - first).as_secs_f64() + 1.1);
            prop_assert!(all as f64 <= most + 1000.0, "{} of {}", all, most);
        }
    }
}

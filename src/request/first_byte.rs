//! How long the service may take to answer an upload part, learnt from the parts before it.
//!
//! A part that hangs in the service costs less when it is sent again than when it is waited for. The first parts are
//! only measured; from then on whoever is slower than nearly all of them is given up and retried, the limit follows the
//! latency of the answers, and it grows when it turns out to hit too many. A service that is slow as a rule switches
//! the limit off for good. Numbers: `s3_client.c: aws_s3_client_update_upload_part_timeout` (aws-c-s3 v1.5.1).

use std::sync::atomic::{AtomicU32, Ordering};

use crate::sync::Mutex;

const NS_PER_MS: u64 = 1_000_000;

/// A limit beyond this is of no use.
const MOST_MS: u64 = 5000;
/// The first limit is no lower.
const LEAST_FIRST_MS: u64 = 1000;
/// What an answer may take beyond the average.
const MARGIN_MS: u64 = 700;
/// Weight of the newest expectation, as a divisor.
const INERTIA: f64 = 100.0;
/// Successes before a late answer says anything.
const LEAST_SUCCESSES: u64 = 10;
/// Connections that measurements are taken from, at least.
const LEAST_SAMPLES: usize = 10;

/// The limit that all upload parts of a client share.
pub struct FirstByteLimit {
    /// 0 while there is none.
    limit_ms: AtomicU32,
    learnt: Mutex<Learnt>,
}

struct Learnt {
    /// Durations of the first parts; `None` when there are enough of them.
    samples_ns: Option<Vec<u64>>,
    wanted: usize,
    successes: u64,
    limit_ns: u64,
    waited: Average,
    /// Parts, and those among them that were late, since the limit was last raised.
    completed: u64,
    late: u64,
    off: bool,
}

#[derive(Default)]
struct Average {
    sum_ns: u64,
    count: u64,
}

impl Average {
    fn add(&mut self, ns: u64) -> u64 {
        self.sum_ns = self.sum_ns.saturating_add(ns);
        self.count += 1;
        self.sum_ns / self.count
    }
}

impl FirstByteLimit {
    /// `connections` is how many parts are measured before there is a limit.
    pub fn new(connections: u32) -> Self {
        let wanted = (connections as usize).max(LEAST_SAMPLES);
        Self {
            limit_ms: AtomicU32::new(0),
            learnt: Mutex::new(Learnt {
                samples_ns: Some(Vec::new()),
                wanted,
                successes: 0,
                limit_ns: 0,
                waited: Average::default(),
                completed: 0,
                late: 0,
                off: false,
            }),
        }
    }

    /// The limit for a part that is sent now; 0 for none.
    pub fn current_ms(&self) -> u32 {
        self.limit_ms.load(Ordering::Relaxed)
    }

    /// A part was answered: `total_ns` after sending began, `waited_ns` after it ended.
    pub fn answered(&self, total_ns: u64, waited_ns: u64) {
        let mut learnt = self.learnt.lock();
        learnt.answered(total_ns, waited_ns);
        self.publish(&learnt);
    }

    /// A part that had `own_ms` was given up.
    pub fn missed(&self, own_ms: u32) {
        let mut learnt = self.learnt.lock();
        learnt.missed(own_ms.into());
        self.publish(&learnt);
    }

    fn publish(&self, learnt: &Learnt) {
        let limit_ms = if learnt.off { 0 } else { learnt.limit_ns / NS_PER_MS };
        self.limit_ms.store(u32::try_from(limit_ms).unwrap_or(u32::MAX), Ordering::Relaxed);
    }
}

impl Learnt {
    fn answered(&mut self, total_ns: u64, waited_ns: u64) {
        if self.off {
            return;
        }
        self.successes += 1;
        if let Some(samples_ns) = &mut self.samples_ns {
            samples_ns.push(total_ns);
            if samples_ns.len() == self.wanted {
                let samples_ns = std::mem::take(samples_ns);
                self.samples_ns = None;
                self.begin(samples_ns);
            }
            return;
        }
        self.completed += 1;
        let expected_ns = self.waited.add(waited_ns).saturating_add(MARGIN_MS * NS_PER_MS);
        let limit_ns = self.limit_ns as f64;
        self.set((limit_ns + (expected_ns as f64 - limit_ns) / INERTIA).round() as u64);
    }

    /// Sets the first limit: what nine parts of ten kept to.
    fn begin(&mut self, mut samples_ns: Vec<u64>) {
        let sum_ns = samples_ns.iter().fold(0_u64, |sum, ns| sum.saturating_add(*ns));
        if sum_ns / samples_ns.len() as u64 >= MOST_MS * NS_PER_MS {
            self.off = true;
            return;
        }
        let slowest = samples_ns.len() / 10;
        let index = samples_ns.len() - slowest;
        let (_, at, _) = samples_ns.select_nth_unstable(index);
        self.limit_ns = (*at).max(LEAST_FIRST_MS * NS_PER_MS);
    }

    fn missed(&mut self, own_ms: u64) {
        if self.off || self.successes < LEAST_SUCCESSES {
            return;
        }
        self.completed += 1;
        self.late += 1;
        // A part that was sent under an earlier, lower limit does not speak against the present one.
        let step_ms = if self.late > self.completed.div_ceil(100) {
            (self.completed, self.late) = (0, 0);
            1000
        } else if self.late > self.completed.div_ceil(1000) {
            100
        } else {
            return;
        };
        if (own_ms + step_ms) * NS_PER_MS > self.limit_ns {
            self.set(self.limit_ns + step_ms * NS_PER_MS);
        }
    }

    fn set(&mut self, limit_ns: u64) {
        self.limit_ns = limit_ns;
        self.off = limit_ns > MOST_MS * NS_PER_MS;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> u64 {
        ms * NS_PER_MS
    }

    fn after(connections: u32, samples_ms: impl Iterator<Item = u64>) -> FirstByteLimit {
        let limit = FirstByteLimit::new(connections);
        for sample_ms in samples_ms {
            limit.answered(ms(sample_ms), 0);
        }
        limit
    }

    fn known(limit_ms: u64, completed: u64, late: u64) -> FirstByteLimit {
        let limit = after(10, std::iter::repeat_n(1, 10));
        {
            let mut learnt = limit.learnt.lock();
            learnt.limit_ns = ms(limit_ms);
            (learnt.completed, learnt.late) = (completed, late);
        }
        limit
    }

    #[test]
    fn nothing_is_limited_while_parts_are_measured() {
        let limit = after(20, std::iter::repeat_n(100, 19));
        limit.missed(0);
        assert_eq!(limit.current_ms(), 0);
        limit.answered(ms(100), 0);
        assert_eq!(limit.current_ms(), 1000);
    }

    #[test]
    fn the_first_limit_is_what_nine_of_ten_kept_to() {
        assert_eq!(after(1000, 0..1000).current_ms(), 1000, "no less than a second");
        assert_eq!(after(10_000, 0..10_000).current_ms(), 9000);
        let slow = after(10, std::iter::repeat_n(5500, 10));
        assert_eq!(slow.current_ms(), 0);
        slow.missed(100);
        assert!(slow.learnt.lock().off);
    }

    #[test]
    fn the_limit_follows_the_answers() {
        let limit = after(10, std::iter::repeat_n(1, 10));
        for _ in 0..1000 {
            limit.answered(ms(260), ms(250));
        }
        assert_eq!(limit.current_ms(), 950);
        limit.answered(ms(260), ms(250));
        assert_eq!(limit.current_ms(), 950);
    }

    #[test]
    fn one_late_part_of_a_thousand_raises_it_a_little() {
        let limit = known(1000, 800, 1);
        limit.missed(1000);
        assert_eq!(limit.current_ms(), 1100);
        limit.missed(1000);
        assert_eq!(limit.current_ms(), 1100, "that part had less than the limit now");
    }

    #[test]
    fn one_late_part_of_a_hundred_raises_it_by_a_second() {
        let limit = known(1000, 0, 0);
        limit.missed(1000);
        assert_eq!(limit.current_ms(), 1000);
        limit.missed(1000);
        assert_eq!(limit.current_ms(), 2000);
        for _ in 0..10 {
            limit.missed(1000);
        }
        assert_eq!(limit.current_ms(), 2000);
        for _ in 0..10 {
            limit.missed(2000);
        }
        assert_eq!(limit.current_ms(), 3000);
        limit.missed(2000);
        for _ in 0..10 {
            limit.answered(ms(2300), ms(2300));
        }
        assert_eq!(limit.current_ms(), 3000);
        for own_ms in [3000, 3000, 4000, 4000, 5000, 5000, 6000] {
            limit.missed(own_ms);
        }
        assert_eq!(limit.current_ms(), 0);
        limit.answered(ms(1), ms(1));
        assert_eq!(limit.current_ms(), 0, "it stays off");
    }
}

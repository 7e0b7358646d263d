//! How many large bodies move at a time: as many as keep the network threads busy.
//!
//! A further one helps where a thread would otherwise sleep although there is something to move. Where threads have
//! work, the next one only takes memory and caches: what comes back then is not handed on. A thread that another
//! program has pushed off its processor does not sleep, so that neighbours have no say in this.
//!
//! Sleep says nothing where bodies arrive faster than they are taken: those of a meta request whose consumer is behind
//! do not count among those that could move, and what comes back from it is not handed on either. Nor does it while a
//! body that may move is being read.
//!
//! Where the threads sleep because the way to the service is full, more would not be faster either. Then bodies take
//! longer than those of the same meta request took when they were fewer, and that is where it ends: what is under way
//! is bounded by the rate there is times the shortest time that bodies take. The service may also have become slower
//! for each of them. So a few more are tried from time to time, and stay if the rate grows with them.

use std::time::Duration;

/// How often [`Pace::tick`] wants to be called while anybody waits.
pub const TICK: Duration = Duration::from_millis(5);

/// Who has waited so long moves whatever the number, so that none waits for others that do not get on.
pub const PATIENCE: Duration = Duration::from_secs(1);

/// So long a body that was sent keeps its turn without an answer, while others wait for one.
pub const ANSWER_TURN: Duration = Duration::from_millis(20);

/// The share of time in which threads sleep, from which on there is work for them to take; and below which they have
/// enough.
const SLEEPY: f64 = 0.15;
const BUSY: f64 = 0.05;

/// How many times as long as in the best of times bodies take, on average, when the way is full.
const FULL: f64 = 1.6;

/// The weight of the latest body in that average.
const LATEST: f64 = 0.25;

/// How long a trial of more takes at least, and how long there is none after one that brought nothing.
const TRIAL: Duration = Duration::from_millis(100);
const REST: Duration = Duration::from_secs(1);
/// What of the growth in number has to be seen in the rate.
const WORTHWHILE: f64 = 0.4;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct Pace {
    least: usize,
    most: usize,
    limit: usize,
    asleep: f64,
    stretch: f64,
    /// Seconds that a body takes.
    took: f64,
    /// When the latest of those who wait was served, or the first of them came.
    served: Option<Duration>,
    /// One more may move although there are enough.
    extra: bool,
    trial: Trial,
}

/// Whether the way is full, or the service has become slower, only a trial can tell.
#[derive(Clone, Debug)]
enum Trial {
    None {
        until: Duration,
    },
    /// The rate is measured, first with as many as there are, then with more.
    Running {
        since: Duration,
        moved: u64,
        before: Option<(usize, f64)>,
    },
}

/// What there is to see at one moment.
pub struct Look {
    /// The share of time that threads have slept.
    pub asleep: f64,
    /// Bytes that have moved until now.
    pub moved: u64,
    /// How many bodies move.
    pub open: usize,
    /// Whether others could.
    pub waits: bool,
    /// One of those that move is still being read from its source, which threads may sleep for.
    pub reads: bool,
}

const NO_TRIAL: Trial = Trial::None { until: Duration::ZERO };

impl Pace {
    /// For so many at a time at least and at most.
    pub fn new(least: usize, most: usize) -> Self {
        let most = most.max(1);
        let least = least.clamp(1, most);
        Self {
            least,
            most,
            limit: least,
            asleep: 0.0,
            stretch: 1.0,
            took: 0.0,
            served: None,
            extra: false,
            trial: NO_TRIAL,
        }
    }

    /// Whether one more may move beside `open` others.
    pub fn admits(&self, open: usize) -> bool {
        open < self.limit || self.extra
    }

    pub fn limit(&self) -> usize {
        self.limit
    }

    /// One more moves.
    pub fn granted(&mut self, now: Duration) {
        self.extra = false;
        self.served = Some(now);
    }

    /// One took so many seconds, and so many times as long as in the best of times.
    pub fn ended(&mut self, stretch: f64, took: f64) {
        self.stretch += (stretch - self.stretch) * LATEST;
        self.took += (took - self.took) * LATEST;
    }

    /// One does not move any more; `open` are left. `behind` says that its consumer does not keep up.
    pub fn returned(&mut self, open: usize, waits: bool, behind: bool) {
        if open == 0 && !waits {
            // Who comes after a pause may find another network.
            *self = Self::new(self.least, self.most);
        } else if self.asleep < BUSY || behind {
            self.limit = (self.limit - 1).max(self.least);
            self.trial = NO_TRIAL;
        }
    }

    pub fn tick(&mut self, look: &Look, now: Duration) {
        self.asleep = look.asleep;
        if !look.waits {
            self.served = None;
            return;
        }
        let served = *self.served.get_or_insert(now);
        if look.open < self.limit {
            return;
        }
        if look.asleep <= SLEEPY || look.reads {
            self.trial = NO_TRIAL;
            self.extra = now.saturating_sub(served) >= PATIENCE;
        } else if self.stretch <= FULL {
            self.trial = NO_TRIAL;
            self.grow();
        } else {
            self.try_more(look.moved, now);
        }
    }

    fn grow(&mut self) {
        self.limit = (self.limit + self.limit.div_ceil(8)).min(self.most);
    }

    fn try_more(&mut self, moved: u64, now: Duration) {
        let Trial::Running { since, moved: from, before } = self.trial.clone() else {
            if matches!(self.trial, Trial::None { until } if now >= until) {
                self.trial = Trial::Running { since: now, moved, before: None };
            }
            return;
        };
        let passed = now.saturating_sub(since);
        if passed < TRIAL || passed.as_secs_f64() < self.took {
            return;
        }
        let rate = moved.saturating_sub(from) as f64 / passed.as_secs_f64();
        if let Some((limit, rate_before)) = before {
            let growth = self.limit as f64 / limit as f64 - 1.0;
            if rate < rate_before * (1.0 + growth * WORTHWHILE) || growth == 0.0 {
                self.limit = limit;
                self.trial = Trial::None { until: now + REST };
                return;
            }
        }
        let before = Some((self.limit, rate));
        self.grow();
        self.trial = Trial::Running { since: now, moved, before };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTS: u64 = 8 << 20;

    fn look(pace: &Pace, asleep: f64, moved: u64) -> Look {
        Look { asleep, moved, open: pace.limit(), waits: true, reads: false }
    }

    /// The numbers after so many ticks in which threads sleep as much as `asleep(limit)` says, all that may moving.
    fn run(pace: &mut Pace, ticks: u32, asleep: impl Fn(usize) -> f64) -> Vec<usize> {
        let step = |tick| {
            let limit = pace.limit();
            pace.tick(&look(pace, asleep(limit), 0), TICK * tick);
            // One comes to its end in every tick.
            pace.returned(limit - 1, true, false);
            pace.granted(TICK * tick);
            pace.limit()
        };
        (1..=ticks).map(step).collect()
    }

    #[test]
    fn threads_that_sleep_get_all_there_is() {
        for most in [25, 250] {
            let mut pace = Pace::new(2, most);
            let seen = run(&mut pace, 60, |_| 0.95);
            assert_eq!(*seen.last().unwrap(), most);
            assert!(seen.is_sorted());
        }
    }

    #[test]
    fn threads_that_have_work_get_no_more_and_give_back() {
        let mut pace = Pace::new(2, 25);
        assert!(run(&mut pace, 100, |_| 0.0).iter().all(|limit| *limit == 2));
        // Eight keep them busy.
        let seen = run(&mut pace, 400, |limit| 1.0 - limit.min(8) as f64 / 8.0);
        assert!(seen[100..].iter().all(|limit| (4..=9).contains(limit)), "{seen:?}");
        let seen = run(&mut pace, 40, |_| 0.0);
        assert_eq!(*seen.last().unwrap(), 2);
    }

    /// Runs for so long against a way that `rate(limit)` bytes per second fit through; the largest number seen.
    fn run_over(pace: &mut Pace, best: f64, seconds: u32, rate: impl Fn(usize) -> f64) -> usize {
        let (mut moved, mut most) = (0.0, 0);
        for tick in 1..=seconds * 200 {
            let limit = pace.limit();
            let rate = rate(limit);
            moved += rate * TICK.as_secs_f64();
            let each = rate / limit as f64;
            pace.ended(best / each, PARTS as f64 / each);
            pace.tick(&look(pace, 0.8, moved as u64), TICK * tick);
            pace.returned(limit - 1, true, false);
            most = most.max(pace.limit());
        }
        most
    }

    #[test]
    fn a_full_way_gets_little_more_though_threads_sleep() {
        let mut pace = Pace::new(2, 100);
        let most = run_over(&mut pace, 250e6, 20, |limit| (limit as f64 * 250e6).min(1e9));
        assert!((6..=14).contains(&most), "{most}");
        assert!(pace.limit() >= 4, "{}", pace.limit());
    }

    #[test]
    fn a_service_that_has_become_slow_gets_all() {
        let mut pace = Pace::new(2, 25);
        run_over(&mut pace, 1e9, 20, |limit| limit as f64 * 100e6);
        assert_eq!(pace.limit(), 25);
    }

    #[test]
    fn nobody_waits_for_ever_and_a_pause_begins_anew() {
        let mut pace = Pace::new(1, 1);
        pace.tick(&look(&pace, 0.0, 0), Duration::ZERO);
        assert!(!pace.admits(1));
        pace.tick(&look(&pace, 0.0, 0), PATIENCE);
        assert!(pace.admits(1));
        pace.granted(PATIENCE);
        assert!(!pace.admits(1));
        let mut pace = Pace::new(4, 25);
        run(&mut pace, 30, |_| 1.0);
        pace.returned(0, false, false);
        assert_eq!(pace.limit(), 4);
        assert_eq!(Pace::new(4, 1).limit(), 1);
        assert_eq!(Pace::new(4, 0).limit(), 1);
    }
}

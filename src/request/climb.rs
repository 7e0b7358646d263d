//! How many at a time are enough: found by trying.
//!
//! More bodies at a time help as long as each of them is held up by its own connection; where the network, the server
//! or this machine is the limit they bring nothing, and cost memory and caches. Which it is cannot be known, only
//! tried: the number grows while that raises the throughput, and is taken back if it did not. From time to time it is
//! lowered a little and tried again, so that it follows what the network can do now.

use std::time::Duration;

/// How often [`Climb::tick`] wants to be called.
pub const TICK: Duration = Duration::from_millis(10);

/// Ticks after a change whose throughput says nothing: what had piled up meanwhile arrives at once.
const SETTLING_TICKS: u32 = 2;
/// Ticks of which the best counts. Whatever else goes on makes a tick worse, never better.
const MEASURED_TICKS: u32 = 4;
/// Ticks after the first attempt that failed; twice as many after each further one.
const RESTING_TICKS: u32 = 16;
const MOST_RESTING_TICKS: u32 = 128;
/// What of the growth in number has to be seen in the throughput. Those that only wait for their own connection show
/// all of it.
const WORTHWHILE: f64 = 0.4;
/// A throughput that has grown by more since the window before has not settled yet.
const SETTLED: f64 = 1.1;
/// Bytes per second of a body that its own connection holds up, as a rule: the service gives each a little less.
const SLOW_BODY: f64 = 100e6;

/// See the [module](self).
pub struct Climb {
    least: usize,
    most: usize,
    /// As many as were found useful.
    proven: usize,
    /// Bytes per second with those.
    proven_rate: f64,
    phase: Phase,
    ticks: u32,
    best_rate: f64,
    resting_ticks: u32,
    /// No leap has failed so far.
    leaps: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// What `proven` brings is being measured.
    Proven,
    /// What twice as many bring is being measured.
    Trial,
    Resting,
}

impl Climb {
    /// Finds a number from `least` to `most`, beginning with `least`.
    pub fn new(least: usize, most: usize) -> Self {
        let most = most.max(1);
        let least = least.clamp(1, most);
        Self {
            least,
            most,
            proven: least,
            proven_rate: 0.0,
            phase: Phase::Proven,
            ticks: 0,
            best_rate: 0.0,
            resting_ticks: RESTING_TICKS,
            leaps: true,
        }
    }

    /// How many at a time for now.
    pub fn limit(&self) -> usize {
        match self.phase {
            Phase::Trial => self.next().min(self.most),
            Phase::Proven | Phase::Resting => self.proven,
        }
    }

    /// As many as are to be tried: a few more, or far more where each is as slow as connections are.
    fn next(&self) -> usize {
        if self.leaps && self.proven_rate < SLOW_BODY * self.proven as f64 {
            self.proven.saturating_mul(4)
        } else {
            self.proven.saturating_add(self.proven.div_ceil(2))
        }
    }

    fn is_worthwhile(&self) -> bool {
        let growth = self.limit() as f64 / self.proven as f64 - 1.0;
        self.best_rate >= self.proven_rate * (1.0 + growth * WORTHWHILE)
    }

    /// Whether [`tick`](Self::tick) wants to be called although nobody waits.
    pub fn is_trying(&self) -> bool {
        self.phase == Phase::Trial
    }

    /// Begins again with the least.
    pub fn reset(&mut self) {
        *self = Self::new(self.least, self.most);
    }

    /// Takes note of what moved since the last call, and of how long that was.
    pub fn tick(&mut self, bytes: u64, passed: Duration) {
        self.ticks += 1;
        if self.phase == Phase::Resting {
            if self.ticks >= self.resting_ticks {
                self.resting_ticks = (self.resting_ticks * 2).min(MOST_RESTING_TICKS);
                self.proven = (self.proven - self.proven / 4).max(self.least);
                self.proven_rate = 0.0;
                self.enter(Phase::Proven);
            }
            return;
        }
        if self.ticks <= SETTLING_TICKS {
            return;
        }
        let rate = bytes as f64 / passed.max(TICK / 2).as_secs_f64();
        self.best_rate = self.best_rate.max(rate);
        if self.ticks < SETTLING_TICKS + MEASURED_TICKS {
            return;
        }
        if self.phase == Phase::Proven {
            let settled = self.best_rate <= self.proven_rate * SETTLED;
            self.proven_rate = self.best_rate;
            self.enter(if settled { Phase::Trial } else { Phase::Proven });
        } else if self.is_worthwhile() {
            (self.proven, self.proven_rate) = (self.limit(), self.best_rate);
            self.resting_ticks = RESTING_TICKS;
            self.enter(Phase::Trial);
        } else {
            self.leaps = false;
            self.enter(Phase::Resting);
        }
        if self.phase == Phase::Trial && self.limit() == self.proven {
            self.enter(Phase::Resting);
        }
    }

    fn enter(&mut self, phase: Phase) {
        (self.phase, self.ticks, self.best_rate) = (phase, 0, 0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs for so many ticks against a network that moves `rate(limit)` bytes per tick; answers the limits it saw.
    fn run(climb: &mut Climb, ticks: usize, rate: impl Fn(usize) -> u64) -> Vec<usize> {
        let step = |_| {
            climb.tick(rate(climb.limit()), TICK);
            climb.limit()
        };
        (0..ticks).map(step).collect()
    }

    /// What `n` connections of 80 MB/s bring in a tick, on a network that is full with `knee` of them.
    fn network(knee: usize) -> impl Fn(usize) -> u64 {
        move |n| n.min(knee) as u64 * 800_000
    }

    #[test]
    fn connections_that_are_slow_by_themselves_soon_get_all_there_are() {
        for most in [25, 250] {
            let mut climb = Climb::new(4, most);
            let seen = run(&mut climb, 36, network(most));
            assert_eq!(*seen.last().unwrap(), most);
            assert!(seen.is_sorted());
        }
    }

    #[test]
    fn what_brings_nothing_is_taken_back() {
        let mut climb = Climb::new(4, 25);
        let seen = run(&mut climb, 1000, |_| 20_000_000);
        assert_eq!(seen.iter().max(), Some(&6));
        let few = seen.iter().filter(|n| **n == 4).count();
        assert!(few > 900, "{few}");
    }

    #[test]
    fn a_start_that_gathers_speed_by_itself_proves_nothing() {
        let mut climb = Climb::new(4, 25);
        let mut seen = Vec::new();
        for speed in 1..=15_u64 {
            seen.extend(run(&mut climb, 4, |_| 2_000_000 * speed));
        }
        assert!(seen.iter().all(|n| *n <= 6));
    }

    #[test]
    fn the_knee_is_found_and_followed() {
        let mut climb = Climb::new(4, 100);
        run(&mut climb, 1000, network(20));
        let seen = run(&mut climb, 1000, network(20));
        assert!(seen.iter().all(|n| (12..=40).contains(n)));
        let seen = run(&mut climb, 2000, network(2));
        assert!(*seen.last().unwrap() <= 6);
        let seen = run(&mut climb, 1000, network(60));
        assert!(*seen.last().unwrap() >= 40);
    }

    #[test]
    fn a_standstill_lets_all_of_them_try() {
        let mut climb = Climb::new(4, 25);
        let seen = run(&mut climb, 24, |_| 0);
        assert_eq!(*seen.last().unwrap(), 25);
    }

    #[test]
    fn the_bounds_are_kept() {
        assert_eq!(Climb::new(4, 1).limit(), 1);
        assert_eq!(Climb::new(4, 0).limit(), 1);
        let mut climb = Climb::new(4, 6);
        assert!(run(&mut climb, 500, network(100)).iter().all(|n| (4..=6).contains(n)));
        climb.reset();
        assert_eq!(climb.limit(), 4);
    }
}

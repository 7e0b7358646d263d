//! One meta request: what it may have, what it has, and how fast its bodies move.

use std::collections::BTreeSet;
use std::time::Duration;

use super::machine::Caps;
use super::stage::{ALL, STAGES, Stage, bit, parts};

/// One meta request.
pub(super) struct Lane {
    pub(super) most: [usize; STAGES],
    pub(super) free: bool,
    /// See [`Caps`](super::Caps).
    pub(super) kind: u8,
    pub(super) held: [usize; STAGES],
    pub(super) queues: [Queue; STAGES],
    pub(super) given: [u64; STAGES],
    /// The number under which it waits at a stage, where it does.
    pub(super) came: [u64; STAGES],
    /// How fast its bodies move, out and in.
    pub(super) rates: [Rate; 2],
    /// Bodies that have arrived and that their consumer has not taken.
    pub(super) arrived: usize,
    /// When it was seen that nothing happens any more, and whether the log has told of how long ago that is.
    pub(super) still_since: Option<Duration>,
    pub(super) told: bool,
    /// How often a request of it has gone for a connection.
    pub(super) attempts: u64,
}

/// Those who wait at one stage, by part and pass. It is one alone as a rule, who takes no memory of its own.
#[derive(Default)]
pub(super) struct Queue {
    /// The lowest.
    first: Option<(u32, u64)>,
    others: BTreeSet<(u32, u64)>,
}

/// How fast the bodies of a lane move, in bytes per second.
#[derive(Clone, Copy, Default)]
pub(super) struct Rate {
    /// On average of the latest.
    usual: f64,
    /// The best of that, lately and in the time before.
    best: [f64; 2],
    since: Duration,
}

/// For how long the best rate of a lane is a measure; as long again it is remembered.
const LATELY: Duration = Duration::from_secs(10);
/// The weight of the latest body in the usual rate.
const LATEST: f64 = 0.25;

impl Lane {
    pub(super) fn new(caps: Caps) -> Self {
        let mut most = [usize::MAX; STAGES];
        most[Stage::Place as usize] = caps.places.max(1);
        most[Stage::Read as usize] = caps.reads.max(1);
        most[Stage::Turn as usize] = if caps.in_order { 1 } else { usize::MAX };
        Self {
            most,
            free: caps.free,
            kind: caps.kind,
            held: [0; STAGES],
            queues: Default::default(),
            given: [0; STAGES],
            came: [0; STAGES],
            rates: Default::default(),
            arrived: 0,
            still_since: None,
            told: false,
            attempts: 0,
        }
    }

    /// Whether it may have one more at this stage.
    pub(super) fn has_room(&self, stage: Stage) -> bool {
        parts(stage).iter().all(|part| self.held[*part as usize] < self.most[*part as usize])
    }

    /// Whether somebody of it waits at this stage, and not for others of the same lane.
    pub(super) fn is_ready(&self, stage: Stage) -> bool {
        !self.queues[stage as usize].is_empty() && self.has_room(stage)
    }

    /// The stages at which it [is ready](Self::is_ready), a bit for each.
    pub(super) fn ready(&self) -> u8 {
        if !self.has_waiting() {
            return 0;
        }
        ALL.into_iter()
            .filter(|stage| self.is_ready(*stage))
            .fold(0, |ready, stage| ready | bit(stage))
    }

    /// Whether somebody of it waits at all.
    pub(super) fn has_waiting(&self) -> bool {
        self.queues.iter().any(|queue| !queue.is_empty())
    }

    /// Whether bodies arrive faster than they are taken: there is one behind the one that is being taken.
    pub(super) fn is_behind(&self) -> bool {
        self.arrived > 1
    }
}

impl Queue {
    pub(super) fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    pub(super) fn first(&self) -> Option<(u32, u64)> {
        self.first
    }

    pub(super) fn insert(&mut self, entry: (u32, u64)) {
        match self.first {
            Some(first) if first <= entry => {
                self.others.insert(entry);
            }
            first => {
                self.others.extend(first);
                self.first = Some(entry);
            }
        }
    }

    pub(super) fn remove(&mut self, entry: (u32, u64)) {
        if self.first == Some(entry) {
            self.first = self.others.pop_first();
        } else {
            self.others.remove(&entry);
        }
    }
}

impl Rate {
    /// Takes note of a body that moved at `rate`; says how many times as long it took as usual in the best of times.
    pub(super) fn note(&mut self, rate: f64, now: Duration) -> f64 {
        if now.saturating_sub(self.since) > LATELY {
            self.best = [0.0, self.best[0]];
            self.since = now;
        }
        let first = self.usual == 0.0;
        self.usual = if first { rate } else { self.usual + (rate - self.usual) * LATEST };
        self.best[0] = self.best[0].max(self.usual);
        self.best[0].max(self.best[1]) / rate
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_is_first() {
        let mut queue = Queue::default();
        assert!(queue.is_empty());
        for entry in [(3, 1), (1, 4), (2, 2), (1, 3)] {
            queue.insert(entry);
        }
        queue.remove((2, 2));
        queue.remove((7, 7));
        for entry in [(1, 3), (1, 4), (3, 1)] {
            assert_eq!(queue.first(), Some(entry));
            queue.remove(entry);
        }
        assert!(queue.is_empty() && queue.first().is_none());
    }
}

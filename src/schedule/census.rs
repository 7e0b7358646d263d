//! How many parts and requests do what, at one moment.

use super::ids::Map;

use super::explain::Doing;
use super::machine::{Machine, Stage};

/// Counts of one meta request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// All there are.
    pub all: usize,
    /// Waiting for their turn, a place, or the delay before another attempt.
    pub queued: usize,
    /// With a place on the wire.
    pub network: usize,
}

impl Machine {
    /// Counts by lane, but for those that count nowhere.
    pub fn census(&self) -> Map<Census> {
        let mut counts: Map<Census> = Map::default();
        for (id, pass) in &self.passes {
            if self.lanes.get(&pass.lane).is_none_or(|lane| lane.free) {
                continue;
            }
            let count = counts.entry(pass.lane).or_default();
            count.all += 1;
            if self.holds(*id, Stage::Place) {
                count.network += 1;
            } else if pass.wants.is_some() || pass.doing == Doing::Delay {
                count.queued += 1;
            }
        }
        counts
    }

    /// How often a request of this lane has gone for a connection.
    pub fn attempts(&self, lane: u64) -> u64 {
        self.lanes.get(&lane).map_or(0, |lane| lane.attempts)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::machine::Caps;
    use super::super::pace::Pace;
    use super::*;

    #[test]
    fn everybody_counts_once() {
        let now = Duration::ZERO;
        let mut machine = Machine::new(1, 8, Pace::new(2, 1));
        let lane = machine.add_lane(Caps { places: 4, reads: 1, ..Caps::default() }, now);
        let free = machine.add_lane(Caps { free: true, ..Caps::default() }, now);
        let passes: Vec<u64> = (1..5).map(|part| machine.add_pass(lane, part, 0)).collect();
        machine.add_pass(free, 0, 0);
        assert!(machine.ask(passes[0], Stage::Place, now));
        machine.does(passes[0], Doing::Connection, now);
        assert!(!machine.ask(passes[1], Stage::Place, now));
        machine.does(passes[2], Doing::Delay, now);
        let census = machine.census();
        assert_eq!(census.get(&lane), Some(&Census { all: 4, queued: 2, network: 1 }));
        assert_eq!(census.len(), 1);
        assert_eq!((machine.attempts(lane), machine.attempts(free)), (1, 0));
    }
}

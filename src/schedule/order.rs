//! Who is next of the meta requests that wait at a stage: by bytes as a rule, by age now and then.
//!
//! By bytes alone, who had been given something would wait for all that come and want little, however many those are
//! and will be: a part beside a flood of small requests, or a request that is sent again. So one of several who are
//! served is the one that has waited longest, and nobody waits for more than as many times those before it.

use std::collections::BTreeSet;

/// One of so many who are served has waited longest.
pub(super) const OLDEST: u64 = 8;

/// Those that could be next at one stage.
#[derive(Default)]
pub(super) struct Order {
    /// By what they were given so far.
    by_bytes: BTreeSet<(u64, u64)>,
    /// By the number under which they came.
    by_age: BTreeSet<(u64, u64)>,
}

impl Order {
    /// A lane that was given so much waits from now on, with a number that nobody has had before.
    pub fn enter(&mut self, lane: u64, given: u64, number: u64) {
        self.by_bytes.insert((given, lane));
        self.by_age.insert((number, lane));
    }

    /// It waits no longer.
    pub fn leave(&mut self, lane: u64, given: u64, number: u64) {
        self.by_bytes.remove(&(given, lane));
        self.by_age.remove(&(number, lane));
    }

    pub fn is_empty(&self) -> bool {
        self.by_bytes.is_empty()
    }

    pub fn lanes(&self) -> impl Iterator<Item = &u64> {
        self.by_bytes.iter().map(|(_, lane)| lane)
    }

    /// The lane that is next when so many have been served, behind what it is next by.
    pub fn first(&self, served: u64) -> Option<(u64, u64)> {
        let order = if served % OLDEST == OLDEST - 1 { &self.by_age } else { &self.by_bytes };
        order.first().copied()
    }
}

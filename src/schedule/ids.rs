//! Maps by the numbers of lanes and passes.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Nobody outside chooses these numbers, so they are spread without protection from whoever would.
pub type Map<T> = HashMap<u64, T, BuildHasherDefault<Spread>>;

/// Spreads numbers that were given out one after the other.
#[derive(Default)]
pub struct Spread(u64);

/// An odd number without a pattern: 2^64 divided by the golden ratio.
const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;

impl Hasher for Spread {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0 ^ number).wrapping_mul(FACTOR);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

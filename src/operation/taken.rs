//! Which parts of a download the sink has taken.
//!
//! Parts are kept as runs of neighbours: how many there are is what a server says, so a table of all parts would let it
//! decide how much memory is used.

use std::collections::BTreeMap;

/// What the sink has taken so far.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// Runs of parts taken whole, by their first part.
    runs: BTreeMap<u32, Run>,
    /// All bytes, those of a part taken in pieces included.
    pub bytes: u64,
    /// A part was taken twice.
    pub doubled: bool,
}

#[derive(Clone, Copy, Debug)]
struct Run {
    /// The part after the last one.
    end: u32,
    bytes: u64,
}

impl Taken {
    /// A part was taken in one piece.
    pub fn whole(&mut self, part: u32, bytes: u64) {
        self.bytes += bytes;
        self.mark(part, bytes);
    }

    /// The last piece of a part was taken; `bytes` is the length of all its pieces.
    pub fn mark(&mut self, part: u32, bytes: u64) {
        let mut first = part;
        let mut joined = Run { end: part.saturating_add(1), bytes };
        if let Some((start, before)) = self.runs.range(..=part).next_back() {
            if before.end > part {
                self.doubled = true;
                return;
            }
            if before.end == part {
                first = *start;
                joined.bytes += before.bytes;
            }
        }
        if let Some(after) = self.runs.remove(&joined.end) {
            joined = Run { end: after.end, bytes: joined.bytes + after.bytes };
        }
        self.runs.insert(first, joined);
    }

    /// Bytes of the parts from the first one up to the first gap.
    pub fn continuous_bytes(&self) -> u64 {
        self.runs.get(&1).map_or(0, |run| run.bytes)
    }

    pub fn whole_parts(&self) -> u32 {
        self.runs.iter().map(|(first, run)| run.end - first).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(parts: &[u32]) -> Taken {
        let mut taken = Taken::default();
        parts.iter().for_each(|part| taken.whole(*part, u64::from(*part) * 10));
        taken
    }

    #[test]
    fn runs_join() {
        // (parts in the order in which they came, runs, bytes up to the first gap)
        let table: [(&[u32], usize, u64); 7] = [
            (&[], 0, 0),
            (&[1, 2, 3], 1, 60),
            (&[3, 2, 1], 1, 60),
            (&[1, 3], 2, 10),
            (&[1, 3, 2], 1, 60),
            (&[2, 3], 1, 0),
            (&[1, 5, 3, 4, 7], 3, 10),
        ];
        for (parts, runs, continuous) in table {
            let taken = taken(parts);
            assert_eq!(taken.runs.len(), runs, "{parts:?}");
            assert_eq!(taken.continuous_bytes(), continuous, "{parts:?}");
            assert_eq!(taken.whole_parts() as usize, parts.len(), "{parts:?}");
            assert_eq!(taken.bytes, parts.iter().map(|part| u64::from(*part) * 10).sum::<u64>());
            assert!(!taken.doubled, "{parts:?}");
        }
    }

    #[test]
    fn a_part_taken_twice_is_noticed() {
        for parts in [&[1, 1][..], &[1, 2, 3, 2], &[4, 1, 4], &[2, 1, 1]] {
            assert!(taken(parts).doubled, "{parts:?}");
        }
    }

    #[test]
    fn parts_far_apart_cost_no_more_than_neighbours() {
        let taken = taken(&[1, u32::MAX - 1, 1 << 31]);
        assert_eq!((taken.runs.len(), taken.whole_parts()), (3, 3));
    }
}

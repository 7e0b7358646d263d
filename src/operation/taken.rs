//! Which bytes of a download the sink has taken.
//!
//! They are kept as runs of neighbours: how many parts there are is what a server says, so a table of all parts would
//! let it decide how much memory is used.

use std::collections::BTreeMap;

/// What the sink has taken so far.
#[derive(Debug, Default)]
pub struct Taken {
    /// Start and end (the byte after the last one) of the only run there is, counted from the first byte of the
    /// download. Empty when there are several, as it is where parts are not taken in order.
    only: (u64, u64),
    /// All of them, when there are several.
    runs: BTreeMap<u64, u64>,
    /// Bytes taken by this download, those of a part taken in pieces included.
    pub bytes: u64,
    /// Parts taken whole by this download.
    pub parts: u32,
    /// A byte was taken twice.
    pub doubled: bool,
}

impl Taken {
    /// Goes on where an earlier download stopped, which had taken these bytes.
    pub fn after(held: &[(u64, u64)]) -> Self {
        let mut taken = Self::default();
        held.iter().for_each(|(start, end)| taken.join(*start, *end));
        taken
    }

    /// A piece of a part was taken.
    pub fn piece(&mut self, offset: u64, bytes: u64) {
        self.bytes += bytes;
        self.join(offset, offset.saturating_add(bytes));
    }

    /// A part was taken in one piece.
    pub fn whole(&mut self, offset: u64, bytes: u64) {
        self.piece(offset, bytes);
        self.parts += 1;
    }

    fn join(&mut self, start: u64, end: u64) {
        if start >= end {
            return;
        }
        if self.runs.is_empty() {
            let (first, until) = self.only;
            if first == until {
                self.only = (start, end);
                return;
            }
            if until == start {
                self.only.1 = end;
                return;
            }
            self.runs.insert(first, until);
            self.only = (0, 0);
        }
        let (mut first, mut last) = (start, end);
        if let Some((before, until)) = self.runs.range(..=start).next_back() {
            if *until > start {
                self.doubled = true;
                return;
            }
            if *until == start {
                first = *before;
            }
        }
        if let Some((after, until)) = self.runs.range(start..).next().map(|(a, u)| (*a, *u)) {
            if after < end {
                self.doubled = true;
                return;
            }
            if after == end {
                self.runs.remove(&after);
                last = until;
            }
        }
        self.runs.insert(first, last);
    }

    /// Bytes from the first one of the download up to the first gap.
    pub fn continuous_bytes(&self) -> u64 {
        if self.only.0 == 0 { self.only.1.max(self.runs.get(&0).copied().unwrap_or(0)) } else { 0 }
    }

    /// Start and end of every run.
    pub fn runs(&self) -> Vec<(u64, u64)> {
        let only = Some(self.only).filter(|(start, end)| start < end);
        only.into_iter().chain(self.runs.iter().map(|(start, end)| (*start, *end))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Part n has n times ten bytes, and lies behind the parts before it.
    fn taken(parts: &[u64]) -> Taken {
        let mut taken = Taken::default();
        parts.iter().for_each(|part| taken.whole(part * (part - 1) * 5, part * 10));
        taken
    }

    #[test]
    fn runs_join() {
        // (parts in the order in which they came, runs, bytes up to the first gap)
        let table: [(&[u64], usize, u64); 7] = [
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
            assert_eq!(taken.runs().len(), runs, "{parts:?}");
            assert_eq!(taken.continuous_bytes(), continuous, "{parts:?}");
            assert_eq!(taken.parts as usize, parts.len(), "{parts:?}");
            assert_eq!(taken.bytes, parts.iter().map(|part| part * 10).sum::<u64>());
            assert!(!taken.doubled, "{parts:?}");
        }
    }

    #[test]
    fn a_part_taken_twice_is_noticed() {
        for parts in [&[1, 1][..], &[1, 2, 3, 2], &[4, 1, 4], &[2, 1, 1]] {
            assert!(taken(parts).doubled, "{parts:?}");
        }
        let mut overlapping = Taken::default();
        overlapping.whole(10, 10);
        overlapping.whole(5, 10);
        assert!(overlapping.doubled, "its end is that of the next one");
    }

    #[test]
    fn parts_far_apart_cost_no_more_than_neighbours() {
        let mut taken = Taken::default();
        [0, u64::MAX - 10, 1 << 40].iter().for_each(|offset| taken.whole(*offset, 10));
        assert_eq!((taken.runs.len(), taken.parts), (3, 3));
    }

    #[test]
    fn what_was_taken_before_is_no_news_and_no_gap() {
        let mut taken = Taken::after(&[(0, 10), (10, 20), (30, 40)]);
        assert_eq!((taken.bytes, taken.parts, taken.continuous_bytes()), (0, 0, 20));
        taken.piece(20, 5);
        assert_eq!(taken.runs(), [(0, 25), (30, 40)]);
        taken.piece(25, 5);
        assert_eq!((taken.runs(), taken.bytes), (vec![(0, 40)], 10));
        taken.piece(39, 1);
        assert!(taken.doubled);
    }
}

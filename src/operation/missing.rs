//! What an earlier download of the same object left out, cut into parts.
//!
//! Pure functions of what a token says. Parts are numbered from 1 in the order of their bytes, and are found by
//! calculation: how many there are costs no memory, only how many gaps.

use super::plan::Layout;
use crate::error::{Code, Error, Result};

/// A download in parts: all of it, or what is left of it.
#[derive(Clone, Debug)]
pub(super) enum Cut {
    Whole(Layout),
    Rest(Missing),
}

/// The bytes between those that are there already.
#[derive(Clone, Debug)]
pub(super) struct Missing {
    /// First and last byte of all that was asked for, inclusive.
    range: (u64, u64),
    gaps: Vec<Gap>,
    part_bytes: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Gap {
    first: u64,
    last: u64,
    /// Parts of the gaps before this one.
    before: u32,
}

impl Missing {
    /// `held` are the start and the end of what is there, counted from the first byte of the range, in order.
    pub fn new(range: (u64, u64), held: &[(u64, u64)], part_bytes: u64) -> Result<Self> {
        let too_many =
            || Error::new(Code::OVERFLOW_DETECTED).because("more parts than can be counted");
        let part_bytes = part_bytes.max(1);
        let length = (range.1 - range.0).saturating_add(1);
        let mut missing = Self { range, gaps: Vec::new(), part_bytes };
        let mut at = 0;
        let mut before = 0_u32;
        for (start, end) in held.iter().copied().chain([(length, length)]) {
            if start > at {
                let (first, last) = (range.0 + at, range.0 + (start - 1));
                missing.gaps.push(Gap { first, last, before });
                let parts = u32::try_from((start - at).div_ceil(part_bytes)).ok();
                let parts = parts.and_then(|parts| before.checked_add(parts));
                before = parts.filter(|parts| *parts < u32::MAX).ok_or_else(too_many)?;
            }
            at = at.max(end);
        }
        Ok(missing)
    }

    fn parts(&self) -> u32 {
        self.gaps.last().map_or(0, |gap| gap.before + self.parts_of(gap))
    }

    fn parts_of(&self, gap: &Gap) -> u32 {
        let parts = (gap.last - gap.first).saturating_add(1).div_ceil(self.part_bytes);
        u32::try_from(parts).unwrap_or(u32::MAX)
    }

    fn part(&self, number: u32) -> (u64, u64) {
        let index = number.saturating_sub(1);
        let behind = self.gaps.partition_point(|gap| gap.before <= index);
        let Some(gap) = self.gaps.get(behind.saturating_sub(1)) else { return self.range };
        let first = gap.first + u64::from(index - gap.before) * self.part_bytes;
        (first, first.saturating_add(self.part_bytes - 1).min(gap.last))
    }

    fn bytes(&self) -> u64 {
        self.gaps.iter().map(|gap| (gap.last - gap.first).saturating_add(1)).sum()
    }
}

impl Cut {
    /// The first byte of all that was asked for.
    pub fn first(&self) -> u64 {
        match self {
            Self::Whole(layout) => layout.first,
            Self::Rest(missing) => missing.range.0,
        }
    }

    /// Bytes of all that was asked for.
    pub fn len(&self) -> u64 {
        match self {
            Self::Whole(layout) => layout.len(),
            Self::Rest(missing) => (missing.range.1 - missing.range.0).saturating_add(1),
        }
    }

    /// Bytes that are to be fetched.
    pub fn wanted_bytes(&self) -> u64 {
        match self {
            Self::Whole(layout) => layout.len(),
            Self::Rest(missing) => missing.bytes(),
        }
    }

    /// Parts that are to be fetched.
    pub fn parts(&self) -> u32 {
        match self {
            Self::Whole(layout) => layout.parts(),
            Self::Rest(missing) => missing.parts(),
        }
    }

    /// First and last byte of a part, inclusive; parts count from 1.
    pub fn part(&self, number: u32) -> (u64, u64) {
        match self {
            Self::Whole(layout) => layout.part(number),
            Self::Rest(missing) => missing.part(number),
        }
    }

    pub fn part_len(&self, number: u32) -> u64 {
        let (start, end) = self.part(number);
        end.saturating_sub(start).saturating_add(1)
    }

    /// What parts have as a rule.
    pub fn part_bytes(&self) -> u64 {
        match self {
            Self::Whole(layout) => layout.part_bytes,
            Self::Rest(missing) => missing.part_bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cut(range: (u64, u64), held: &[(u64, u64)], part_bytes: u64) -> Cut {
        Cut::Rest(Missing::new(range, held, part_bytes).expect("few parts"))
    }

    fn parts(cut: &Cut) -> Vec<(u64, u64)> {
        (1..=cut.parts()).map(|part| cut.part(part)).collect()
    }

    #[test]
    fn gaps_are_cut_each_for_itself() {
        let table: [(&[(u64, u64)], &[(u64, u64)]); 6] = [
            (&[], &[(100, 109), (110, 119), (120, 124)]),
            (&[(0, 25)], &[]),
            (&[(0, 7)], &[(107, 116), (117, 124)]),
            (&[(10, 20)], &[(100, 109), (120, 124)]),
            (&[(3, 4), (20, 25)], &[(100, 102), (104, 113), (114, 119)]),
            (&[(0, 5), (5, 24)], &[(124, 124)]),
        ];
        for (held, expected) in table {
            let cut = cut((100, 124), held, 10);
            assert_eq!(parts(&cut), expected, "{held:?}");
            let bytes = expected.iter().map(|(first, last)| last - first + 1).sum::<u64>();
            assert_eq!((cut.wanted_bytes(), cut.len(), cut.first()), (bytes, 25, 100), "{held:?}");
        }
    }

    #[test]
    fn more_parts_than_can_be_counted_are_refused() {
        let code = |parts: u64| Missing::new((0, parts - 1), &[], 1).err().map(|it| it.code());
        assert_eq!(code(u64::from(u32::MAX) - 1), None);
        assert_eq!(code(u64::from(u32::MAX)), Some(Code::OVERFLOW_DETECTED));
        assert_eq!(code(u64::MAX), Some(Code::OVERFLOW_DETECTED));
    }

    proptest! {
        #[test]
        fn parts_and_what_is_there_make_the_whole(
            first in 0_u64..1000,
            length in 1_u64..400,
            part_bytes in 1_u64..50,
            marks in proptest::collection::btree_set(0_u64..400, 0..12),
        ) {
            let marks: Vec<u64> = marks.into_iter().filter(|mark| *mark <= length).collect();
            let held: Vec<(u64, u64)> =
                marks.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
            let cut = cut((first, first + length - 1), &held, part_bytes);
            let mut count = vec![0; length as usize];
            for (start, end) in &held {
                count[*start as usize..*end as usize].iter_mut().for_each(|it| *it += 1);
            }
            for (start, end) in parts(&cut) {
                prop_assert!(end - start < part_bytes);
                let inside = (start - first) as usize..=(end - first) as usize;
                count[inside].iter_mut().for_each(|it| *it += 1);
            }
            prop_assert!(count.iter().all(|it| *it == 1), "{:?}", count);
        }
    }
}

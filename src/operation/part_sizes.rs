//! How large each part of an upload is: all alike where the length is known, growing where it is not.
//!
//! S3 takes 10,000 parts. A body without a known end begins in parts of the configured size, since it may end soon, and
//! is held to it for as long as that leaves room for what may come: a fifth of all parts, so that uploads of ordinary
//! length look the same as those of a known one. From then on the size doubles every 500 parts, up to the largest that
//! is allowed. No part is then more than a 500th of what was sent before it, and most of what 10,000 parts of the
//! largest size hold can still be reached.

use super::plan::{MAX_PART_BYTES, MAX_UPLOAD_PARTS};

/// So many parts have the first size, however long the body turns out.
const EQUAL_PARTS: u64 = MAX_UPLOAD_PARTS / 5;
/// So many parts have each size after that.
const PARTS_OF_A_SIZE: u64 = 500;

/// The sizes of the parts of one upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartSizes {
    first_bytes: u64,
    largest_bytes: u64,
    /// Of the whole body, where it is known.
    length: Option<u64>,
}

impl PartSizes {
    /// Parts of one size; the last one is what is left.
    pub fn equal(bytes: u64, length: u64) -> Self {
        Self { first_bytes: bytes, largest_bytes: bytes, length: Some(length) }
    }

    /// Parts of a body of unknown length.
    pub fn growing(first_bytes: u64, largest_bytes: u64) -> Self {
        let largest_bytes = largest_bytes.min(MAX_PART_BYTES).max(first_bytes);
        Self { first_bytes, largest_bytes, length: None }
    }

    /// Bytes of a part; parts count from 1. 0 means that there can be no such part.
    pub fn bytes(&self, number: u64) -> u64 {
        match self.length {
            Some(length) => self.first_bytes.min(length.saturating_sub(self.offset(number))),
            None if number > MAX_UPLOAD_PARTS => 0,
            None => self.grown(Self::doublings(number)),
        }
    }

    /// Where in the body a part begins.
    pub fn offset(&self, number: u64) -> u64 {
        let before = number.saturating_sub(1);
        if self.length.is_some() {
            return before.saturating_mul(self.first_bytes);
        }
        let before = before.min(MAX_UPLOAD_PARTS);
        let equal = before.min(EQUAL_PARTS).saturating_mul(self.first_bytes);
        let mut left = before.saturating_sub(EQUAL_PARTS);
        let mut offset = equal;
        for doublings in 1.. {
            let parts = left.min(PARTS_OF_A_SIZE);
            if parts == 0 {
                break;
            }
            offset = offset.saturating_add(parts.saturating_mul(self.grown(doublings)));
            left -= parts;
        }
        offset
    }

    /// The number of parts, where it is known.
    pub fn parts(&self) -> Option<u64> {
        Some(self.length?.div_ceil(self.first_bytes.max(1)))
    }

    /// The most that a body may have.
    pub fn reach(&self) -> u64 {
        self.length.unwrap_or_else(|| self.offset(MAX_UPLOAD_PARTS + 1))
    }

    pub fn largest_bytes(&self) -> u64 {
        self.largest_bytes
    }

    fn doublings(number: u64) -> u32 {
        let beyond = number.saturating_sub(EQUAL_PARTS).div_ceil(PARTS_OF_A_SIZE);
        u32::try_from(beyond).unwrap_or(u32::MAX)
    }

    fn grown(&self, doublings: u32) -> u64 {
        let factor = 1_u64.checked_shl(doublings).unwrap_or(u64::MAX);
        self.first_bytes.saturating_mul(factor).min(self.largest_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::super::plan::{MIB, MIN_UPLOAD_PART_BYTES, upload_parts};
    use super::*;

    const GIB: u64 = 1024 * MIB;
    const TIB: u64 = 1024 * GIB;

    /// Limits that parts may have, drawn by hand and by chance.
    fn limits() -> impl Iterator<Item = (u64, u64)> {
        let some = [5 * MIB, 8 * MIB, 8 * MIB + 1, 100 * MIB, GIB, 5 * GIB];
        let all = some.map(|first| some.map(|largest| (first, largest)));
        let mut chance = fastrand::Rng::with_seed(1);
        let drawn = std::iter::repeat_with(move || {
            let mut bytes = || chance.u64(MIN_UPLOAD_PART_BYTES..=MAX_PART_BYTES);
            (bytes(), bytes())
        });
        all.into_iter().flatten().chain(drawn.take(50))
    }

    #[test]
    fn growing_parts_follow_each_other_without_gaps() {
        for (first, largest) in limits() {
            let sizes = PartSizes::growing(first, largest);
            let (mut offset, mut before) = (0, first);
            for number in 1..=MAX_UPLOAD_PARTS {
                let bytes = sizes.bytes(number);
                assert_eq!(sizes.offset(number), offset, "{sizes:?}, part {number}");
                assert!((before..=before * 2).contains(&bytes), "{sizes:?}, part {number}");
                assert!(bytes <= sizes.largest_bytes(), "{sizes:?}, part {number}");
                assert!(number > EQUAL_PARTS || bytes == first, "{sizes:?}, part {number}");
                assert!(bytes == first || bytes <= offset / 500, "{sizes:?}, part {number}");
                (offset, before) = (offset + bytes, bytes);
            }
            assert_eq!(sizes.reach(), offset);
            assert_eq!(sizes.bytes(MAX_UPLOAD_PARTS + 1), 0);
            assert_eq!(sizes.parts(), None);
        }
    }

    /// The table in docs/uploads.md.
    #[test]
    fn reaches() {
        let table = [
            (5 * MIB, 5 * MIB, 50_000 * MIB),
            (5 * MIB, 256 * MIB, 1_573_000 * MIB),
            (8 * MIB, 8 * MIB, 80_000 * MIB),
            (8 * MIB, 64 * MIB, 488_000 * MIB),
            (8 * MIB, 256 * MIB, 1_672_000 * MIB),
            (8 * MIB, 512 * MIB, 3_080_000 * MIB),
            (8 * MIB, GIB, 5_640_000 * MIB),
            (8 * MIB, 2 * GIB, 10_248_000 * MIB),
            (8 * MIB, 5 * GIB, 22_024_000 * MIB),
        ];
        for (first, largest, reach) in table {
            assert_eq!(PartSizes::growing(first, largest).reach(), reach, "{first} {largest}");
        }
        assert!(PartSizes::growing(8 * MIB, GIB).reach() > 5 * TIB);
    }

    #[test]
    fn nothing_grows_beyond_what_is_allowed() {
        let sizes = PartSizes::growing(100 * MIB, 8 * MIB);
        assert_eq!((sizes.bytes(1), sizes.bytes(10_000)), (100 * MIB, 100 * MIB));
        assert_eq!(PartSizes::growing(8 * MIB, u64::MAX).bytes(10_000), 5 * GIB);
        assert_eq!(PartSizes::growing(u64::MAX, u64::MAX).reach(), u64::MAX);
    }

    #[test]
    fn known_lengths_are_cut_evenly() {
        for (length, wanted) in [(1, 8 * MIB), (16 * MIB, 8 * MIB), (TIB + 7, 8 * MIB)] {
            let (bytes, parts) = upload_parts(length, wanted);
            let sizes = PartSizes::equal(bytes, length);
            assert_eq!(sizes.parts(), Some(parts));
            let sum: u64 = (1..=parts).map(|number| sizes.bytes(number)).sum();
            assert_eq!((sum, sizes.reach()), (length, length));
            assert_eq!(sizes.bytes(parts + 1), 0);
            assert_eq!(sizes.offset(parts), (parts - 1) * bytes);
        }
    }
}

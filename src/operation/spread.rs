//! The order in which parts are requested.
//!
//! Downloads whose parts may arrive in any order ask for far-apart regions of the object in rotation, so that
//! consecutive requests hit different parts of the store (`s3_auto_ranged_get.c: s_init_spread_synced`, v1.5.1).

/// Part numbers in the order of their requests.
#[derive(Clone, Debug)]
pub struct Spread {
    /// Next part and end (exclusive) of every region.
    regions: Vec<(u32, u32)>,
    turn: usize,
    left: u32,
}

impl Spread {
    /// Parts `first..=last` taken from `regions` regions in turn, if there are more parts than regions.
    pub fn rotating(first: u32, last: u32, regions: u32) -> Self {
        let count = (last + 1).saturating_sub(first);
        let regions = if count <= regions { 1 } else { regions.max(1) };
        let (size, longer) = (count / regions, count % regions);
        let mut start = first;
        let cut = |index| {
            let end = start + size + u32::from(index < longer);
            let region = (start, end);
            start = end;
            region
        };
        Self { regions: (0..regions).map(cut).collect(), turn: 0, left: count }
    }

    pub fn left(&self) -> u32 {
        self.left
    }

    fn candidate(&self) -> Option<usize> {
        let count = self.regions.len();
        let mut candidates = (0..count).map(|step| (self.turn + step) % count);
        candidates.find(|index| self.regions[*index].0 < self.regions[*index].1)
    }
}

impl Iterator for Spread {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let index = self.candidate()?;
        let part = self.regions[index].0;
        self.regions[index].0 += 1;
        self.turn = (index + 1) % self.regions.len();
        self.left -= 1;
        Some(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rotation() {
        let three: Vec<u32> = Spread::rotating(1, 8, 3).collect();
        assert_eq!(three, [1, 4, 7, 2, 5, 8, 3, 6]);
        let four: Vec<u32> = Spread::rotating(2, 15, 4).collect();
        assert_eq!(four, [2, 6, 10, 13, 3, 7, 11, 14, 4, 8, 12, 15, 5, 9]);
    }

    #[test]
    fn few_parts_stay_in_order() {
        assert_eq!(Spread::rotating(2, 5, 4).collect::<Vec<_>>(), [2, 3, 4, 5]);
        assert_eq!(Spread::rotating(1, 3, 0).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(Spread::rotating(2, 1, 1).next(), None);
    }
}

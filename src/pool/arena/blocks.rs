//! Blocks of sixteen chunks, and the runs of chunks that buffers occupy in them.
//!
//! Whoever wants as many chunks as have just been given back gets those: they are in the cache, and in the process.
//! Else it is first fit: blocks in the order in which they were made, within a block the lowest run that is long
//! enough. `M` is the memory of a block; the tests put markers there.

use super::limits::CHUNKS_PER_BLOCK;

/// A run of chunks in one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    block: u64,
    pub first: usize,
    pub chunks: usize,
}

impl Run {
    fn mask(&self) -> u16 {
        (((1_u32 << self.chunks) - 1) << self.first) as u16
    }
}

struct Block<M> {
    id: u64,
    /// One bit per chunk.
    used: u16,
    memory: M,
}

pub struct Blocks<M> {
    /// Ascending by `id`.
    blocks: Vec<Block<M>>,
    next_id: u64,
    /// Runs that were given back, the latest at the end. Some of their chunks may be in use again, or their block gone.
    warm: Vec<Run>,
}

/// Runs that are remembered after they were given back.
const MOST_WARM: usize = 64;

impl<M> Default for Blocks<M> {
    fn default() -> Self {
        Self { blocks: Vec::new(), next_id: 0, warm: Vec::new() }
    }
}

impl<M> Blocks<M> {
    pub fn count(&self) -> usize {
        self.blocks.len()
    }

    /// Occupies the run of that many chunks that was used last, or else the first one that is free.
    pub fn take(&mut self, chunks: usize) -> Option<Run> {
        self.take_warm(chunks).or_else(|| self.take_first(chunks))
    }

    fn take_warm(&mut self, chunks: usize) -> Option<Run> {
        let is_free =
            |run: &Run| self.index(*run).is_some_and(|at| self.blocks[at].used & run.mask() == 0);
        let last = self.warm.iter().rposition(|run| run.chunks == chunks && is_free(run))?;
        let run = self.warm.remove(last);
        let index = self.index(run)?;
        self.blocks[index].used |= run.mask();
        Some(run)
    }

    fn take_first(&mut self, chunks: usize) -> Option<Run> {
        self.blocks.iter_mut().find_map(|block| {
            let fits = |first: &usize| {
                Run { block: block.id, first: *first, chunks }.mask() & block.used == 0
            };
            let first = (0..=CHUNKS_PER_BLOCK.checked_sub(chunks)?).find(fits)?;
            let run = Run { block: block.id, first, chunks };
            block.used |= run.mask();
            Some(run)
        })
    }

    pub fn add(&mut self, memory: M) {
        self.blocks.push(Block { id: self.next_id, used: 0, memory });
        self.next_id += 1;
    }

    /// Gives a run back; its block stays.
    pub fn put_back(&mut self, run: Run) {
        if let Some(index) = self.index(run) {
            self.blocks[index].used &= !run.mask();
            if self.warm.len() == MOST_WARM {
                self.warm.remove(0);
            }
            self.warm.push(run);
        }
    }

    pub fn memory(&self, run: Run) -> Option<&M> {
        self.index(run).map(|index| &self.blocks[index].memory)
    }

    /// Takes out every block that no buffer uses; says how many.
    pub fn drain_idle(&mut self, into: &mut Vec<M>) -> usize {
        let idle = self.blocks.extract_if(.., |block| block.used == 0);
        let before = into.len();
        into.extend(idle.map(|block| block.memory));
        into.len() - before
    }

    fn index(&self, run: Run) -> Option<usize> {
        self.blocks.binary_search_by_key(&run.block, |block| block.id).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(count: usize) -> Blocks<usize> {
        let mut blocks = Blocks::default();
        (0..count).for_each(|marker| blocks.add(marker));
        blocks
    }

    #[test]
    fn the_lowest_run_of_the_oldest_block_wins() {
        let mut blocks = with(2);
        let runs: Vec<_> = [4, 4, 4, 3].iter().map(|n| blocks.take(*n).expect("fits")).collect();
        assert_eq!(runs.iter().map(|run| run.first).collect::<Vec<_>>(), [0, 4, 8, 12]);
        // One chunk is left in the first block, too little for two.
        let other = blocks.take(2).expect("second block");
        assert_eq!((blocks.memory(other), other.first), (Some(&1), 0));
        let last = blocks.take(1).expect("first block");
        assert_eq!((blocks.memory(last), last.first), (Some(&0), 15));

        blocks.put_back(runs[1]);
        let again = blocks.take(3).expect("the hole");
        assert_eq!((blocks.memory(again), again.first), (Some(&0), 4));
        assert_eq!(blocks.take(1).map(|run| run.first), Some(7));
    }

    #[test]
    fn what_was_used_last_is_used_next() {
        let mut blocks = with(2);
        let runs: Vec<_> = (0..20).map(|_| blocks.take(1).expect("fits")).collect();
        for used in [3, 18, 7] {
            blocks.put_back(runs[used]);
        }
        for used in [7, 18, 3] {
            assert_eq!(blocks.take(1), Some(runs[used]));
        }
        // What is in use again in another run, or gone with its block, is not remembered.
        (4..6).for_each(|used| blocks.put_back(runs[used]));
        let two = blocks.take(2).expect("the hole");
        let one = blocks.take(1).expect("second block");
        assert_eq!((two.first, blocks.memory(one), one.first), (4, Some(&1), 4));
        blocks.put_back(one);
        (16..20).for_each(|used| blocks.put_back(runs[used]));
        let mut freed = Vec::new();
        assert_eq!(blocks.drain_idle(&mut freed), 1);
        assert_eq!(blocks.take(1), None);
        for _ in 0..2 * MOST_WARM {
            blocks.put_back(runs[0]);
        }
        assert!(blocks.warm.len() <= MOST_WARM);
        assert_eq!((blocks.take(1), blocks.take(1)), (Some(runs[0]), None));
    }

    #[test]
    fn a_full_pool_has_no_run() {
        let mut blocks = with(1);
        assert_eq!(with(0).take(1), None);
        assert!(blocks.take(16).is_some());
        assert_eq!(blocks.take(1), None);
        assert_eq!(with(1).take(17), None);
    }

    #[test]
    fn only_idle_blocks_are_drained() {
        let mut blocks = with(3);
        let runs: Vec<_> = (0..3).map(|_| blocks.take(16).expect("fits")).collect();
        let mut freed = Vec::new();
        assert_eq!(blocks.drain_idle(&mut freed), 0);
        blocks.put_back(runs[1]);
        assert_eq!(blocks.drain_idle(&mut freed), 1);
        assert_eq!((freed, blocks.count()), (vec![1], 2));
        assert_eq!(blocks.memory(runs[1]), None);
        assert_eq!(blocks.memory(runs[2]), Some(&2));
    }
}

//! Who was promised memory, who holds it, and where it lies: the pool's arithmetic, without a pointer.
//!
//! A [`Grant`] is a promise; claiming turns it into a [`Place`]; both come back exactly once. The ledger never
//! allocates and never frees: it asks for memory of a size, and hands out memory that may be freed, so that its owner
//! can do both without holding the lock that guards the ledger. `M` is that memory; the tests put markers there.

use std::collections::BTreeMap;

use super::blocks::{Blocks, Run};
use super::limits::{Limits, SET_ASIDE};

/// Idle memory is kept while the real total stays within this much of the limit.
const SLACK: usize = SET_ASIDE / 4;

/// Where the memory of a buffer comes from (`enum aws_s3_default_buffer_pool_reserved_from`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Storage {
    /// Allocated for itself.
    Secondary = 0,
    /// A run of chunks of a block.
    Primary = 1,
    /// A kept buffer of one registered size.
    Special = 2,
}

/// The promise of `size` bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    pub size: usize,
    pub storage: Storage,
    /// Given without regard to the limit.
    pub forced: bool,
}

/// The memory behind a claimed grant.
#[derive(Debug)]
pub enum Place<M> {
    Primary(Run),
    /// Buffers of their own, and kept ones for as long as somebody uses them.
    Whole(M),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub allocated: usize,
    pub reserved: usize,
    pub used: usize,
}

impl Tally {
    fn taken(&self) -> usize {
        self.reserved.saturating_add(self.used)
    }

    fn idle(&self) -> usize {
        self.allocated.saturating_sub(self.taken())
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tallies {
    pub primary: Tally,
    pub secondary: Tally,
    pub special: Tally,
    pub forced_used: usize,
}

impl Tallies {
    fn of(&mut self, storage: Storage) -> &mut Tally {
        match storage {
            Storage::Primary => &mut self.primary,
            Storage::Secondary => &mut self.secondary,
            Storage::Special => &mut self.special,
        }
    }
}

pub struct Ledger<M> {
    limits: Limits,
    tallies: Tallies,
    charges: Charges,
    blocks: Blocks<M>,
    /// Registered sizes, each with its idle buffers and the number of those in use.
    kept: BTreeMap<usize, Kept<M>>,
}

/// What counts against the limit: chunks count whole, however little of them was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Charges {
    primary: usize,
    forced: usize,
}

struct Kept<M> {
    idle: Vec<M>,
    in_use: usize,
}

impl<M> Default for Kept<M> {
    fn default() -> Self {
        Self { idle: Vec::new(), in_use: 0 }
    }
}

impl<M> Ledger<M> {
    pub fn new(limits: Limits) -> Self {
        let kept = BTreeMap::new();
        let (tallies, charges) = (Tallies::default(), Charges::default());
        Self { limits, tallies, charges, blocks: Blocks::default(), kept }
    }

    pub fn tallies(&self) -> Tallies {
        self.tallies
    }

    pub fn block_count(&self) -> usize {
        self.blocks.count()
    }

    pub fn special_sizes(&self) -> usize {
        self.kept.len()
    }

    /// An ordinary reservation of 1 byte up to the limit; `None` while there is no room. May put idle memory into
    /// `freed` although it grants nothing.
    pub fn reserve(&mut self, size: usize, freed: &mut Vec<M>) -> Option<Grant> {
        let special = self.kept.contains_key(&size);
        let taken = self.taken();
        let idle = self.tallies.primary.idle().saturating_add(self.tallies.special.idle());
        let crowded = taken.saturating_add(size) >= self.limits.limit;
        if !special && size > self.limits.cutoff && crowded && idle >= size {
            self.trim(freed);
        }
        if !self.fits(size) {
            return None;
        }
        let storage = if special { Storage::Special } else { self.storage(size) };
        let grant = Grant { size, storage, forced: false };
        self.tallies.of(storage).reserved += size;
        self.charge(grant);
        Some(grant)
    }

    /// A reservation that must not wait. It counts from its claim on.
    pub fn force(&self, size: usize) -> Grant {
        let primary = self.limits.min_cutoff <= size && size <= self.limits.cutoff;
        let storage = if primary { Storage::Primary } else { Storage::Secondary };
        Grant { size, storage, forced: true }
    }

    /// Whether a reservation could be granted once every ordinary one came back.
    pub fn could_fit(&self, size: usize) -> bool {
        let forced = self.charges.forced.min(self.limits.forced_share());
        forced.saturating_add(size) <= self.limits.limit
    }

    /// Gives back a grant that was never claimed.
    pub fn cancel(&mut self, grant: Grant) {
        if !grant.forced {
            self.tallies.of(grant.storage).reserved -= grant.size;
            self.discharge(grant);
        }
    }

    /// Turns a grant into memory. `Err` is the size of the memory to come back with, in `fresh`; what is still there
    /// after success was not needed.
    pub fn claim(
        &mut self,
        grant: Grant,
        fresh: &mut Option<M>,
        freed: &mut Vec<M>,
    ) -> Result<Place<M>, usize> {
        let place = match grant.storage {
            Storage::Primary => self.claim_run(grant.size, fresh).map(Place::Primary),
            Storage::Secondary => fresh.take().map(Place::Whole),
            Storage::Special => self.claim_kept(grant.size, fresh).map(Place::Whole),
        };
        let Some(place) = place else {
            let wanted =
                if grant.storage == Storage::Primary { self.limits.block() } else { grant.size };
            self.make_room(wanted, freed);
            return Err(wanted);
        };
        let tally = self.tallies.of(grant.storage);
        tally.used += grant.size;
        if grant.forced {
            self.tallies.forced_used += grant.size;
            self.charge(grant);
        } else {
            tally.reserved -= grant.size;
        }
        Ok(place)
    }

    /// Gives back claimed memory.
    pub fn release(&mut self, grant: Grant, place: Place<M>, freed: &mut Vec<M>) {
        match (place, grant.storage) {
            (Place::Primary(run), _) => self.blocks.put_back(run),
            (Place::Whole(memory), Storage::Special) => {
                let kept = self.kept.entry(grant.size).or_default();
                kept.in_use -= 1;
                kept.idle.push(memory);
            }
            (Place::Whole(memory), _) => freed.push(memory),
        }
        self.tallies.of(grant.storage).used -= grant.size;
        if grant.forced {
            self.tallies.forced_used -= grant.size;
        }
        self.discharge(grant);
    }

    /// The block that a run lies in.
    pub fn block_of(&self, run: Run) -> Option<&M> {
        self.blocks.memory(run)
    }

    /// Takes out all memory that nobody uses.
    pub fn trim(&mut self, freed: &mut Vec<M>) {
        let blocks = self.blocks.drain_idle(freed);
        self.tallies.primary.allocated -= blocks * self.limits.block();
        self.trim_special(freed);
    }

    /// Keeps buffers of this size from now on; false when they come from blocks anyway.
    pub fn add_special(&mut self, size: usize) -> bool {
        let worth_it = size > self.limits.cutoff;
        if worth_it {
            self.kept.entry(size).or_default();
        }
        worth_it
    }

    /// Takes out the idle kept buffers, and forgets sizes of which none is left.
    pub fn trim_special(&mut self, freed: &mut Vec<M>) {
        let unclaimed = self.tallies.special.reserved > 0;
        self.kept.retain(|size, kept| {
            self.tallies.special.allocated -= size * kept.idle.len();
            freed.append(&mut kept.idle);
            kept.in_use > 0 || unclaimed
        });
    }

    fn claim_run(&mut self, size: usize, fresh: &mut Option<M>) -> Option<Run> {
        let chunks = self.limits.chunks(size);
        self.blocks.take(chunks).or_else(|| {
            self.blocks.add(fresh.take()?);
            self.tallies.primary.allocated += self.limits.block();
            self.blocks.take(chunks)
        })
    }

    fn claim_kept(&mut self, size: usize, fresh: &mut Option<M>) -> Option<M> {
        let kept = self.kept.entry(size).or_default();
        let memory = kept.idle.pop().or_else(|| {
            let memory = fresh.take()?;
            self.tallies.special.allocated += size;
            Some(memory)
        })?;
        kept.in_use += 1;
        Some(memory)
    }

    /// Lets go of idle memory when the real total would pass the limit: what is promised is counted without it.
    fn make_room(&mut self, wanted: usize, freed: &mut Vec<M>) {
        let Tallies { primary, secondary, special, .. } = self.tallies;
        let real = [primary.allocated, special.allocated, secondary.used, wanted];
        let real = real.into_iter().fold(0, usize::saturating_add);
        if real > self.limits.limit.saturating_add(SLACK) {
            self.trim(freed);
        }
    }

    fn storage(&self, size: usize) -> Storage {
        let Limits { limit, cutoff, min_cutoff, .. } = self.limits;
        if size > cutoff || size <= min_cutoff {
            return Storage::Secondary;
        }
        let chunks = self.limits.chunked(size);
        // Most of the chunks would be charged for nothing.
        if size <= chunks / 4 || !self.fits(chunks) {
            return Storage::Secondary;
        }
        let needs_block =
            self.charges.primary.saturating_add(chunks) > self.tallies.primary.allocated;
        let block_fits = self.taken().saturating_add(self.limits.block()) <= limit;
        if needs_block && !block_fits { Storage::Secondary } else { Storage::Primary }
    }

    fn charge(&mut self, grant: Grant) {
        let bytes = self.charged(grant);
        if grant.storage == Storage::Primary {
            self.charges.primary += bytes;
        }
        if grant.forced {
            self.charges.forced += bytes;
        }
    }

    fn discharge(&mut self, grant: Grant) {
        let bytes = self.charged(grant);
        if grant.storage == Storage::Primary {
            self.charges.primary -= bytes;
        }
        if grant.forced {
            self.charges.forced -= bytes;
        }
    }

    fn charged(&self, grant: Grant) -> usize {
        match grant.storage {
            Storage::Primary => self.limits.chunked(grant.size),
            Storage::Secondary | Storage::Special => grant.size,
        }
    }

    fn fits(&self, bytes: usize) -> bool {
        let over = self.charges.forced.saturating_sub(self.limits.forced_share());
        let taken = self.taken().saturating_sub(over);
        taken.saturating_add(bytes) <= self.limits.limit
    }

    fn taken(&self) -> usize {
        let Tallies { secondary, special, .. } = self.tallies;
        let all = [self.charges.primary, secondary.taken(), special.taken()];
        all.into_iter().fold(0, usize::saturating_add)
    }
}

#[cfg(test)]
mod tests;

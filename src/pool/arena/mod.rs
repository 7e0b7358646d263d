//! The default pool: blocks of chunks for ordinary parts, memory of their own for all others, and a limit.
//!
//! [`ledger`] counts, [`queue`] orders those who wait, [`desk`] puts both under one lock, [`memory`] allocates. The
//! lock is held for arithmetic only: allocating, freeing, completing futures and everything else that may run foreign
//! code happens outside. Tickets share the arena, so that their memory outlives the pool.

use std::collections::HashMap;
use std::ptr::NonNull;
use std::sync::Arc;

use crate::sync::Mutex;

use crate::abi::{aws_s3_buffer_pool_config, aws_s3_buffer_pool_reserve_meta, aws_s3_meta_request};
use crate::crt::Allocator;
use crate::error::{Code, Error, Result};
use crate::log;

use super::buffer::CallerBuffer;
use super::future::{TicketFuture, TicketRef};
use super::handle::Pool;

mod blocks;
mod delivery;
mod desk;
mod ledger;
mod limits;
mod memory;
mod queue;
mod spare;
mod ticket;
mod usage;
mod vtable;

pub use ledger::Storage;
pub use ticket::{claim_any, storage_of};
pub use usage::{Load, Usage};
pub use vtable::{load, reserve_directly, trim_directly, usage};

use desk::Desk;
use ledger::{Grant, Ledger, Place};
pub use limits::SET_ASIDE;
use limits::{CHUNKS_PER_BLOCK, Limits};
use memory::Memory;
use queue::{Claimant, Outcome, Wish};
use spare::Spare;

/// Makes a default pool. Its buffers come from `allocator` unless that is the process-wide one.
pub fn default_pool(allocator: Allocator, config: aws_s3_buffer_pool_config) -> Result<Pool> {
    let limits = Limits::new(&config)?;
    Ok(vtable::pool(Arc::new(Arena::new(allocator, limits))))
}

struct Arena {
    allocator: Allocator,
    limits: Limits,
    desk: Desk<Memory, TicketFuture>,
    spare: Spare,
    /// Buffers of callers, by the address of the meta request that they are for.
    lent: Mutex<HashMap<usize, CallerBuffer>>,
}

impl Claimant for TicketFuture {
    fn gave_up(&self) -> bool {
        self.is_done()
    }
}

impl Arena {
    fn new(allocator: Allocator, limits: Limits) -> Self {
        let (desk, spare, lent) = (Desk::new(limits), Spare::default(), Mutex::default());
        Self { allocator, limits, desk, spare, lent }
    }

    fn reserve(self: &Arc<Self>, meta: aws_s3_buffer_pool_reserve_meta) -> TicketFuture {
        let future = TicketFuture::new(self.allocator);
        match self.answer(&meta, &future) {
            Ok(Some(ticket)) => future.complete(Ok(Some(ticket))),
            Ok(None) => {}
            Err(error) => future.complete(Err(error.code())),
        }
        future
    }

    /// The ticket, or `None` when `future` has been queued.
    fn answer(
        self: &Arc<Self>,
        meta: &aws_s3_buffer_pool_reserve_meta,
        future: &TicketFuture,
    ) -> Result<Option<TicketRef>> {
        let size = meta.size;
        if size == 0 {
            log!(Error, Client, "a reservation of no bytes");
            return Err(Code::INVALID_ARGUMENT.into());
        }
        if let Some(buffer) = self.lent_to(meta.meta_request) {
            return self.lend(buffer, meta).map(Some);
        }
        let limit = self.limits.limit;
        if size > limit {
            log!(
                Error,
                Client,
                "a part of {size} bytes does not fit: the memory limit is {}, of which {limit} are for parts",
                limit.saturating_add(SET_ASIDE)
            );
            return Err(Code::S3_PART_SIZE_EXCEEDS_MEMORY_LIMIT.into());
        }
        if meta.can_block {
            return Ok(Some(ticket::granted(self.clone(), self.desk.force(size))));
        }
        let wish = Wish { size, owner: meta.meta_request.addr() };
        let (grant, outcome) = self.desk.reserve(wish, || future.clone());
        if grant.is_none() {
            let arena = Arc::downgrade(self);
            future.when_given_up(move || {
                if let Some(arena) = arena.upgrade() {
                    arena.settle(arena.desk.serve());
                }
            });
        }
        self.settle(outcome);
        Ok(grant.map(|grant| ticket::granted(self.clone(), grant)))
    }

    /// Turns a grant into memory and its address.
    fn claim(&self, grant: Grant) -> Result<(Place<Memory>, NonNull<u8>)> {
        let look = |ledger: &Ledger<Memory>, place: &Place<Memory>| self.address(ledger, place);
        let (place, start) = self.desk.claim(grant, |size| self.allocate(size), look)?;
        Ok((place, start.ok_or(Code::INVALID_STATE)?))
    }

    fn allocate(&self, size: usize) -> Result<Memory> {
        if let Some(memory) = self.spare.take(size) {
            return Ok(memory);
        }
        let Some(memory) = Memory::allocate(self.allocator, size) else {
            log!(Error, Client, "there are no {size} bytes of memory for buffers");
            return Err(Error::new(Code::OOM));
        };
        let is_block = size == self.limits.chunk * CHUNKS_PER_BLOCK;
        memory.expect_long(if is_block { self.limits.chunk } else { size });
        Ok(memory)
    }

    fn address(&self, ledger: &Ledger<Memory>, place: &Place<Memory>) -> Option<NonNull<u8>> {
        match place {
            Place::Whole(memory) => Some(memory.start()),
            Place::Primary(run) => {
                let block = ledger.block_of(*run)?;
                // SAFETY: a run ends within its block.
                Some(unsafe { block.start().add(run.first * self.limits.chunk) })
            }
        }
    }

    /// Takes a grant back, with its memory if it was claimed, and serves those who wait.
    fn release(self: &Arc<Self>, grant: Grant, place: Option<Place<Memory>>) {
        self.settle(self.desk.release(grant, place));
    }

    fn settle(self: &Arc<Self>, outcome: Outcome<Memory, TicketFuture>) {
        let Outcome { granted, gone, freed } = outcome;
        freed.into_iter().for_each(|memory| self.spare.keep(memory));
        drop(gone);
        delivery::deliver(
            granted
                .into_iter()
                .map(|(grant, future)| (future, ticket::granted(self.clone(), grant))),
        );
    }

    fn trim(&self) {
        self.spare.clear();
        self.desk.keep_books(Ledger::trim);
    }

    fn add_special_size(&self, size: usize) {
        if !self.desk.keep_books(|ledger, _| ledger.add_special(size)) {
            log!(
                Warn,
                Client,
                "buffers of {size} bytes come from blocks, there is nothing special to keep"
            );
        }
    }

    fn release_special_size(&self) {
        self.desk.keep_books(Ledger::trim_special);
    }

    fn lent_to(&self, meta_request: *mut aws_s3_meta_request) -> Option<CallerBuffer> {
        if meta_request.is_null() {
            return None;
        }
        self.lent.lock().get(&meta_request.addr()).copied()
    }

    fn lend(
        self: &Arc<Self>,
        buffer: CallerBuffer,
        meta: &aws_s3_buffer_pool_reserve_meta,
    ) -> Result<TicketRef> {
        let (size, offset) = (meta.size, meta.local_offset);
        match buffer.part(offset, size) {
            Some(start) => Ok(ticket::lent(self.clone(), start, size)),
            None => {
                let capacity = buffer.capacity();
                log!(
                    Error,
                    Client,
                    "{size} bytes at {offset} are outside of the caller's buffer of {capacity} bytes"
                );
                Err(Code::SHORT_BUFFER.into())
            }
        }
    }

    fn add_lent(&self, meta_request: *mut aws_s3_meta_request, buffer: CallerBuffer) {
        self.lent.lock().insert(meta_request.addr(), buffer);
    }

    fn remove_lent(&self, meta_request: *mut aws_s3_meta_request) {
        self.lent.lock().remove(&meta_request.addr());
    }

    fn usage(&self) -> Usage {
        self.desk.keep_books(|ledger, _| Usage::new(&self.limits, ledger))
    }

    fn load(&self) -> Load {
        Load::new(&self.usage(), self.desk.asked())
    }

    /// The pool is released: ends all waiting, keeps only what tickets hold.
    fn close(&self) {
        let waiting = self.desk.close();
        self.spare.close();
        self.lent.lock().clear();
        for future in waiting {
            future.complete(Err(Code::S3_CANCELED));
        }
    }
}

#[cfg(test)]
mod tests;

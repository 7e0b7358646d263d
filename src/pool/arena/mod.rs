//! The default pool: blocks of chunks for ordinary parts, memory of their own for all others, and a limit.
//!
//! [`ledger`] counts, [`queue`] orders those who wait, [`memory`] allocates; this file puts them together under one
//! lock. The lock is held for arithmetic only: allocating, freeing, completing futures and everything else that may
//! run foreign code happens outside. Tickets share the arena, so that their memory outlives the pool.

use std::collections::HashMap;
use std::ptr::NonNull;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::abi::{aws_s3_buffer_pool_config, aws_s3_buffer_pool_reserve_meta, aws_s3_meta_request};
use crate::crt::Allocator;
use crate::error::{Code, Error, Result};
use crate::log;

use super::buffer::CallerBuffer;
use super::future::{TicketFuture, TicketRef};
use super::handle::Pool;

mod blocks;
mod delivery;
mod ledger;
mod limits;
mod memory;
mod queue;
mod ticket;
mod usage;
mod vtable;

pub use ledger::Storage;
pub use ticket::{claim_any, storage_of};
pub use usage::Usage;
pub use vtable::usage;

use ledger::{Grant, Ledger, Place};
use limits::{CHUNKS_PER_BLOCK, Limits, SET_ASIDE};
use memory::Memory;
use queue::{Outcome, Queue};

/// Makes a default pool. Its buffers come from `allocator` unless that is the process-wide one.
pub fn default_pool(allocator: Allocator, config: aws_s3_buffer_pool_config) -> Result<Pool> {
    let limits = Limits::new(&config)?;
    Ok(vtable::pool(Arc::new(Arena::new(allocator, limits))))
}

struct Arena {
    allocator: Allocator,
    limits: Limits,
    state: Mutex<State>,
    /// Buffers of callers, by the address of the meta request that they are for.
    lent: Mutex<HashMap<usize, CallerBuffer>>,
}

struct State {
    ledger: Ledger<Memory>,
    queue: Queue<TicketFuture>,
    /// The pool is gone: nothing is kept for later.
    closed: bool,
}

type Settlement = Outcome<Memory, TicketFuture>;

impl Arena {
    fn new(allocator: Allocator, limits: Limits) -> Self {
        let state = State { ledger: Ledger::new(limits), queue: Queue::default(), closed: false };
        Self { allocator, limits, state: Mutex::new(state), lent: Mutex::default() }
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
            let grant = self.state.lock().ledger.force(size);
            return Ok(Some(ticket::granted(self.clone(), grant)));
        }
        Ok(self.admit(size, future).map(|grant| ticket::granted(self.clone(), grant)))
    }

    /// Serves a newcomer after those whose turn it is anyway.
    fn admit(self: &Arc<Self>, size: usize, future: &TicketFuture) -> Option<Grant> {
        let mut settlement = Settlement::default();
        let mut state = self.state.lock();
        let State { ledger, queue, .. } = &mut *state;
        queue.serve(ledger, TicketFuture::is_done, &mut settlement);
        let grant = queue.admit(size, &self.limits, ledger, &mut settlement.freed);
        if grant.is_none() {
            queue.wait(size, future.clone());
        }
        drop(state);
        self.settle(settlement);
        grant
    }

    /// Turns a grant into memory and its address.
    fn claim(&self, grant: Grant) -> Result<(Place<Memory>, NonNull<u8>)> {
        let mut fresh = None;
        loop {
            let mut freed = Vec::new();
            let mut state = self.state.lock();
            let outcome = state.ledger.claim(grant, &mut fresh, &mut freed);
            let placed = outcome.map(|place| {
                let start = self.address(&state.ledger, &place);
                (place, start)
            });
            drop(state);
            drop(freed);
            match placed {
                Ok((place, Some(start))) => return Ok((place, start)),
                Ok((_, None)) => return Err(Code::INVALID_STATE.into()),
                Err(wanted) => fresh = Some(self.allocate(wanted)?),
            }
        }
    }

    fn allocate(&self, size: usize) -> Result<Memory> {
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
        let mut settlement = Settlement::default();
        let mut state = self.state.lock();
        let State { ledger, queue, closed } = &mut *state;
        match place {
            Some(place) => ledger.release(grant, place, &mut settlement.freed),
            None => ledger.cancel(grant),
        }
        queue.serve(ledger, TicketFuture::is_done, &mut settlement);
        if *closed {
            ledger.trim(&mut settlement.freed);
        }
        drop(state);
        self.settle(settlement);
    }

    fn settle(self: &Arc<Self>, settlement: Settlement) {
        let Outcome { granted, gone, freed } = settlement;
        drop(freed);
        drop(gone);
        delivery::deliver(
            granted
                .into_iter()
                .map(|(grant, future)| (future, ticket::granted(self.clone(), grant))),
        );
    }

    fn trim(&self) {
        let mut freed = Vec::new();
        self.state.lock().ledger.trim(&mut freed);
        drop(freed);
    }

    fn add_special_size(&self, size: usize) {
        if !self.state.lock().ledger.add_special(size) {
            log!(
                Warn,
                Client,
                "buffers of {size} bytes come from blocks, there is nothing special to keep"
            );
        }
    }

    fn release_special_size(&self) {
        let mut freed = Vec::new();
        self.state.lock().ledger.trim_special(&mut freed);
        drop(freed);
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
        let state = self.state.lock();
        Usage::new(&self.limits, &state.ledger)
    }

    /// The pool is released: ends all waiting, keeps only what tickets hold.
    fn close(&self) {
        let mut freed = Vec::new();
        let mut state = self.state.lock();
        state.closed = true;
        state.ledger.trim(&mut freed);
        let waiting = state.queue.clear();
        drop(state);
        drop(freed);
        self.lent.lock().clear();
        for future in waiting {
            future.complete(Err(Code::S3_CANCELED));
        }
    }
}

#[cfg(test)]
mod tests;

//! The one place where memory is granted and taken back: books and queue under one lock.
//!
//! Every method holds the lock for arithmetic only. What is left to do afterwards, because it may allocate, free or run
//! foreign code, is handed back to the caller. `M` is memory, `W` who waits for it and `L` the locks, so that a model
//! checker can drive the very same code with locks of its own.

use crate::sync::{Lock, Locks, Plain};

use crate::error::Result;

use super::ledger::{Grant, Ledger, Place};
use super::limits::Limits;
use super::queue::{Claimant, Outcome, Queue, Wish};

pub struct Desk<M, W, L: Locks = Plain> {
    limits: Limits,
    state: L::Mutex<State<M, W>>,
}

struct State<M, W> {
    ledger: Ledger<M>,
    queue: Queue<W>,
    /// The pool is gone: nothing is kept for later.
    closed: bool,
}

impl<M, W: Claimant, L: Locks> Desk<M, W, L> {
    pub fn new(limits: Limits) -> Self {
        let state = State { ledger: Ledger::new(limits), queue: Queue::default(), closed: false };
        Self { limits, state: Lock::new(state) }
    }

    /// Serves a newcomer after those whose turn it is anyway. Without a grant it waits as `claimant`.
    pub fn reserve(
        &self,
        wish: Wish,
        claimant: impl FnOnce() -> W,
    ) -> (Option<Grant>, Outcome<M, W>) {
        let mut outcome = Outcome::default();
        let mut state = self.state.lock();
        let State { ledger, queue, .. } = &mut *state;
        queue.serve(ledger, &mut outcome);
        let grant = queue.admit(wish, &self.limits, ledger, &mut outcome.freed);
        if grant.is_none() {
            queue.wait(wish, claimant());
        }
        (grant, outcome)
    }

    /// Grants without regard to the limit.
    pub fn force(&self, size: usize) -> Grant {
        self.state.lock().ledger.force(size)
    }

    /// Turns a grant into memory, and looks at it with `look` while it cannot move.
    pub fn claim<T>(
        &self,
        grant: Grant,
        mut allocate: impl FnMut(usize) -> Result<M>,
        look: impl Fn(&Ledger<M>, &Place<M>) -> T,
    ) -> Result<(Place<M>, T)> {
        let mut fresh = None;
        loop {
            let mut freed = Vec::new();
            let mut state = self.state.lock();
            let claimed = state.ledger.claim(grant, &mut fresh, &mut freed);
            let claimed = claimed.map(|place| {
                let seen = look(&state.ledger, &place);
                (place, seen)
            });
            drop(state);
            drop(freed);
            match claimed {
                Ok(claimed) => return Ok(claimed),
                Err(wanted) => fresh = Some(allocate(wanted)?),
            }
        }
    }

    /// Takes a grant back, with its memory if it was claimed, and serves those who wait.
    pub fn release(&self, grant: Grant, place: Option<Place<M>>) -> Outcome<M, W> {
        let mut outcome = Outcome::default();
        let mut state = self.state.lock();
        let State { ledger, queue, closed } = &mut *state;
        match place {
            Some(place) => ledger.release(grant, place, &mut outcome.freed),
            None => ledger.cancel(grant),
        }
        queue.serve(ledger, &mut outcome);
        if *closed {
            ledger.trim(&mut outcome.freed);
        }
        outcome
    }

    /// Serves those who wait; for when the one at the head gave up.
    pub fn serve(&self) -> Outcome<M, W> {
        let mut outcome = Outcome::default();
        let mut state = self.state.lock();
        let State { ledger, queue, .. } = &mut *state;
        queue.serve(ledger, &mut outcome);
        drop(state);
        outcome
    }

    /// Lets `work` change the books; what it takes out is freed afterwards.
    pub fn keep_books<T>(&self, work: impl FnOnce(&mut Ledger<M>, &mut Vec<M>) -> T) -> T {
        let mut freed = Vec::new();
        let done = work(&mut self.state.lock().ledger, &mut freed);
        drop(freed);
        done
    }

    /// What those who wait have asked for together.
    pub fn asked(&self) -> usize {
        self.state.lock().queue.asked()
    }

    /// From now on only what tickets hold is kept. Returns those who still waited.
    pub fn close(&self) -> Vec<W> {
        let mut freed = Vec::new();
        let mut state = self.state.lock();
        state.closed = true;
        state.ledger.trim(&mut freed);
        let waiting = state.queue.clear();
        drop(state);
        drop(freed);
        waiting
    }
}

#[cfg(test)]
mod tests;

//! The order in which reservations that had to wait are served.
//!
//! First come, first served among those who wait. A newcomer that fits may go ahead, because holding memory back for
//! a large reservation leaves it unused, but not for ever: once newcomers took a whole limit's worth past the one at
//! the head, everybody queues up behind it. That rule rests while the head cannot be served however much comes back,
//! which is the case when forced buffers hold the memory: those wait for their writer, and nobody else should.
//!
//! Nobody goes ahead of one with the same owner. An operation that delivers in order can let go of a later part only
//! after the earlier one: memory for the later one first may be just what the earlier one lacks, for ever.

use std::collections::VecDeque;

use super::ledger::{Grant, Ledger};
use super::limits::Limits;

struct Waiter<W> {
    wish: Wish,
    claimant: W,
}

/// What somebody waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    pub size: usize,
    /// Whose parts are to be served in the order in which they asked; 0 for nobody's.
    pub owner: usize,
}

/// Somebody who waits, and may stop waiting without telling.
pub trait Claimant {
    fn gave_up(&self) -> bool;
}

/// What is left to do once the lock is free: complete, drop and free, in this order.
pub struct Outcome<M, W> {
    pub granted: Vec<(Grant, W)>,
    /// Those who gave up waiting.
    pub gone: Vec<W>,
    pub freed: Vec<M>,
}

impl<M, W> Default for Outcome<M, W> {
    fn default() -> Self {
        Self { granted: Vec::new(), gone: Vec::new(), freed: Vec::new() }
    }
}

pub struct Queue<W> {
    waiters: VecDeque<Waiter<W>>,
    /// Bytes granted to newcomers since the head is the head.
    overtaken: usize,
}

impl<W> Default for Queue<W> {
    fn default() -> Self {
        Self { waiters: VecDeque::new(), overtaken: 0 }
    }
}

impl<W: Claimant> Queue<W> {
    /// Grants a newcomer, past those who wait if need be.
    pub fn admit<M>(
        &mut self,
        wish: Wish,
        limits: &Limits,
        ledger: &mut Ledger<M>,
        freed: &mut Vec<M>,
    ) -> Option<Grant> {
        let Wish { size, owner } = wish;
        let Some(head) = self.waiters.front() else {
            return ledger.reserve(size, freed);
        };
        let same_owner =
            |waiter: &Waiter<W>| waiter.wish.owner == owner && !waiter.claimant.gave_up();
        if owner != 0 && self.waiters.iter().any(same_owner) {
            return None;
        }
        let overtaken = self.overtaken.saturating_add(size);
        if overtaken > limits.limit && ledger.could_fit(head.wish.size) {
            return None;
        }
        let grant = ledger.reserve(size, freed)?;
        self.overtaken = overtaken;
        Some(grant)
    }

    /// What those who wait have asked for together.
    pub fn asked(&self) -> usize {
        let waiting = self.waiters.iter().filter(|waiter| !waiter.claimant.gave_up());
        waiting.map(|waiter| waiter.wish.size).sum()
    }

    pub fn wait(&mut self, wish: Wish, claimant: W) {
        self.waiters.push_back(Waiter { wish, claimant });
    }

    /// Serves the waiters in order until one does not fit, leaving out those who gave up.
    pub fn serve<M>(&mut self, ledger: &mut Ledger<M>, outcome: &mut Outcome<M, W>) {
        while let Some(head) = self.waiters.pop_front() {
            if head.claimant.gave_up() {
                outcome.gone.push(head.claimant);
            } else if let Some(grant) = ledger.reserve(head.wish.size, &mut outcome.freed) {
                outcome.granted.push((grant, head.claimant));
            } else {
                self.waiters.push_front(head);
                return;
            }
            self.overtaken = 0;
        }
    }

    /// Everybody who still waits.
    pub fn clear(&mut self) -> Vec<W> {
        self.waiters.drain(..).map(|waiter| waiter.claimant).collect()
    }
}

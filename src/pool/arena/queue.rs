//! The order in which reservations that had to wait are served.
//!
//! First come, first served among those who wait. A newcomer that fits may go ahead, because holding memory back for
//! a large reservation leaves it unused, but not for ever: once newcomers took a whole limit's worth past the one at
//! the head, everybody queues up behind it. That rule rests while the head cannot be served however much comes back,
//! which is the case when forced buffers hold the memory: those wait for their writer, and nobody else should.

use std::collections::VecDeque;

use super::ledger::{Grant, Ledger};
use super::limits::Limits;

struct Waiter<W> {
    size: usize,
    claimant: W,
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

impl<W> Queue<W> {
    /// Grants a newcomer, past those who wait if need be.
    pub fn admit<M>(
        &mut self,
        size: usize,
        limits: &Limits,
        ledger: &mut Ledger<M>,
        freed: &mut Vec<M>,
    ) -> Option<Grant> {
        let Some(head) = self.waiters.front() else {
            return ledger.reserve(size, freed);
        };
        let overtaken = self.overtaken.saturating_add(size);
        if overtaken > limits.limit && ledger.could_fit(head.size) {
            return None;
        }
        let grant = ledger.reserve(size, freed)?;
        self.overtaken = overtaken;
        Some(grant)
    }

    pub fn wait(&mut self, size: usize, claimant: W) {
        self.waiters.push_back(Waiter { size, claimant });
    }

    /// Serves the waiters in order until one does not fit, leaving out those who gave up.
    pub fn serve<M>(
        &mut self,
        ledger: &mut Ledger<M>,
        gave_up: impl Fn(&W) -> bool,
        outcome: &mut Outcome<M, W>,
    ) {
        while let Some(head) = self.waiters.pop_front() {
            if gave_up(&head.claimant) {
                outcome.gone.push(head.claimant);
            } else if let Some(grant) = ledger.reserve(head.size, &mut outcome.freed) {
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

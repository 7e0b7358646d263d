//! Threads at the desk, in every order that a model checker comes up with.
//!
//! Desk, queue, books and promises are the real ones, with a lock whose every step the checker may interrupt. Around
//! them stands what the arena does with them, without C. The checker itself reports when nobody can go on any more:
//! that is a lost wake-up or a deadlock.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};

use shuttle::future::block_on;
use shuttle::rand::{Rng, thread_rng};
use shuttle::thread;

use super::super::super::promise::Promise;
use super::super::ledger::Tallies;
use super::*;
use crate::error::Code;

const LIMITS: Limits = Limits { limit: 64, chunk: 4, cutoff: 16, min_cutoff: 2 };
const SIZES: [usize; 6] = [1, 4, 7, 16, 40, 64];

struct Interruptible;

impl Locks for Interruptible {
    type Mutex<T> = shuttle::sync::Mutex<T>;
}

impl<T> Lock<T> for shuttle::sync::Mutex<T> {
    type Guard<'a>
        = shuttle::sync::MutexGuard<'a, T>
    where
        T: 'a;

    fn new(value: T) -> Self {
        Self::new(value)
    }

    fn lock(&self) -> Self::Guard<'_> {
        self.lock().expect("no thread panics with the lock")
    }
}

/// Memory that counts itself.
struct Marker(Arc<AtomicUsize>, usize);

impl Drop for Marker {
    fn drop(&mut self) {
        self.0.fetch_sub(self.1, Ordering::Relaxed);
    }
}

/// What the arena is in life.
struct Bank {
    desk: Desk<Marker, Arc<Wait>, Interruptible>,
    live: Arc<AtomicUsize>,
    /// Bytes of tickets that are out.
    granted: AtomicUsize,
}

struct Wait(Promise<Ticket, Interruptible>);

impl Claimant for Arc<Wait> {
    fn gave_up(&self) -> bool {
        self.0.is_done()
    }
}

struct Ticket {
    bank: Arc<Bank>,
    grant: Grant,
    place: Option<Place<Marker>>,
}

impl Ticket {
    fn claim(&mut self) {
        let live = &self.bank.live;
        let allocate = |size| {
            live.fetch_add(size, Ordering::Relaxed);
            Ok(Marker(live.clone(), size))
        };
        let claimed = self.bank.desk.claim(self.grant, allocate, |_, _| ());
        self.place = Some(claimed.expect("memory").0);
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if !self.grant.forced {
            self.bank.granted.fetch_sub(self.grant.size, Ordering::Relaxed);
        }
        self.bank.settle(self.bank.desk.release(self.grant, self.place.take()));
    }
}

/// A reservation on its way; dropping it gives it up.
struct Pending(Arc<Wait>);

impl Pending {
    fn cancel(&self) {
        if let Some(completed) = self.0.0.complete(Err(Code::S3_CANCELED)) {
            completed.tell();
        }
    }
}

impl Future for Pending {
    type Output = Option<Ticket>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.0.poll(context).map(|outcome| outcome.ok().flatten())
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.cancel();
        drop(self.0.0.take());
    }
}

impl Bank {
    fn new() -> Arc<Self> {
        let (live, granted) = (Arc::default(), AtomicUsize::new(0));
        Arc::new(Self { desk: Desk::new(LIMITS), live, granted })
    }

    fn reserve(self: &Arc<Self>, size: usize, owner: usize) -> Pending {
        let wait = Arc::new(Wait(Promise::new()));
        let (grant, outcome) = self.desk.reserve(Wish { size, owner }, || wait.clone());
        match grant {
            Some(grant) => self.hand_out(grant, &wait),
            None => {
                let bank: Weak<Self> = Arc::downgrade(self);
                wait.0.when_broken(move || {
                    if let Some(bank) = bank.upgrade() {
                        bank.settle(bank.desk.serve());
                    }
                });
            }
        }
        self.settle(outcome);
        Pending(wait)
    }

    fn settle(self: &Arc<Self>, outcome: Outcome<Marker, Arc<Wait>>) {
        for (grant, wait) in outcome.granted {
            self.hand_out(grant, &wait);
        }
    }

    fn hand_out(self: &Arc<Self>, grant: Grant, wait: &Wait) {
        let granted = self.granted.fetch_add(grant.size, Ordering::Relaxed) + grant.size;
        assert!(granted <= LIMITS.limit, "granted beyond the limit");
        let ticket = Ticket { bank: self.clone(), grant, place: None };
        if let Some(completed) = wait.0.complete(Ok(Some(ticket))) {
            completed.tell();
        }
    }

    fn check_unused(&self) {
        self.desk.keep_books(Ledger::trim);
        assert_eq!(self.desk.keep_books(|ledger, _| ledger.tallies()), Tallies::default());
        let (live, granted) = (&self.live, &self.granted);
        assert_eq!((live.load(Ordering::Relaxed), granted.load(Ordering::Relaxed)), (0, 0));
    }
}

/// Runs `scenario` with random schedules, and with few but well-placed interruptions.
fn explore(scenario: impl Fn() + Send + Sync + Clone + 'static) {
    shuttle::check_random(scenario.clone(), 400);
    shuttle::check_pct(scenario, 400, 3);
}

#[test]
fn everybody_is_served() {
    explore(|| {
        let bank = Bank::new();
        let threads: Vec<_> = (1..4)
            .map(|owner| {
                let bank = bank.clone();
                thread::spawn(move || {
                    for _ in 0..3 {
                        let size = SIZES[thread_rng().gen_range(0..SIZES.len())];
                        let mut ticket = block_on(bank.reserve(size, owner)).expect("served");
                        if size != 7 {
                            ticket.claim();
                        }
                    }
                })
            })
            .collect();
        threads.into_iter().for_each(|thread| thread.join().expect("no panic"));
        bank.check_unused();
    });
}

#[test]
fn whoever_gives_up_takes_nothing_and_holds_up_nobody() {
    explore(|| {
        let bank = Bank::new();
        let mut held = block_on(bank.reserve(40, 1)).expect("room");
        held.claim();
        let (first, second) = (bank.reserve(64, 2), bank.reserve(30, 3));
        let wait = Pending(first.0.clone());
        let canceller = thread::spawn(move || wait.cancel());
        let holder = thread::spawn(move || drop(held));
        let waiter = thread::spawn(move || {
            let mut ticket = block_on(second).expect("served");
            ticket.claim();
        });
        // Served or canceled, whichever was first.
        drop(block_on(first));
        for thread in [canceller, holder, waiter] {
            thread.join().expect("no panic");
        }
        bank.check_unused();
    });
}

#[test]
fn the_next_one_need_not_wait_for_a_release_when_the_head_gives_up() {
    explore(|| {
        let bank = Bank::new();
        let held = block_on(bank.reserve(40, 1)).expect("room");
        let head = bank.reserve(64, 2);
        let next = bank.reserve(8, 2);
        let canceller = thread::spawn(move || drop(head));
        // While the first ticket stays out.
        drop(block_on(next).expect("served"));
        canceller.join().expect("no panic");
        drop(held);
        bank.check_unused();
    });
}

#[test]
fn nothing_is_left_when_the_desk_closes_meanwhile() {
    explore(|| {
        let bank = Bank::new();
        // A part of a block, which would be kept for the next one if there was one.
        let mut held = block_on(bank.reserve(16, 1)).expect("room");
        held.claim();
        assert_eq!(bank.live.load(Ordering::Relaxed), LIMITS.block());
        let waiting = bank.reserve(64, 2);
        let holder = thread::spawn(move || drop(held));
        let forced = bank.desk.force(4);
        let waiter = thread::spawn(move || drop(block_on(waiting)));
        for wait in bank.desk.close() {
            if let Some(completed) = wait.0.complete(Err(Code::S3_CANCELED)) {
                completed.tell();
            }
        }
        drop(Ticket { bank: bank.clone(), grant: forced, place: None });
        holder.join().expect("no panic");
        waiter.join().expect("no panic");
        assert_eq!(bank.live.load(Ordering::Relaxed), 0, "kept although the pool is gone");
        bank.check_unused();
    });
}

//! The promise of a ticket: what `reserve` returns, completed by a pool and awaited by the library.
//!
//! `aws_future_s3_buffer_ticket` is opaque in C, and every function on it is ours, so that the object is ours too,
//! whoever wrote the pool. The first completion wins, a ticket that comes too late or is never fetched goes back to
//! its pool, and whoever keeps a reference may complete it from any thread. Nothing here calls out while it holds a
//! lock.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use crate::sync::Condvar;

use crate::abi::{aws_future_s3_buffer_ticket, aws_s3_buffer_ticket};
use crate::crt::{Allocator, Count, Counted};
use crate::error::{Code, Result};

use super::promise::Promise;
pub use super::promise::Registration;

/// One reference to a ticket, whoever implements it.
pub type TicketRef = Counted<aws_s3_buffer_ticket>;

/// One reference to the promise of a ticket.
pub type TicketFuture = Counted<aws_future_s3_buffer_ticket>;

struct Object {
    references: AtomicUsize,
    allocator: Allocator,
    promise: Promise<TicketRef>,
    done: Condvar,
}

// SAFETY: the count is atomic, and all else in the object is behind locks.
unsafe impl Count for aws_future_s3_buffer_ticket {
    unsafe fn acquire(future: *mut Self) {
        // SAFETY: alive by contract.
        let object = unsafe { &*future.cast::<Object>() };
        object.references.fetch_add(1, Ordering::Relaxed);
    }

    unsafe fn release(future: *mut Self) {
        let Some(object) = std::ptr::NonNull::new(future.cast::<Object>()) else { return };
        // SAFETY: alive by contract, and not looked at after the last reference.
        let allocator = unsafe { object.as_ref() }.allocator;
        // SAFETY: as above.
        if unsafe { object.as_ref() }.references.fetch_sub(1, Ordering::AcqRel) == 1 {
            // SAFETY: made by `new` from the same allocator, and this was the last reference.
            unsafe { allocator.delete(object) };
        }
    }
}

impl TicketFuture {
    pub fn new(allocator: Allocator) -> Self {
        let references = AtomicUsize::new(1);
        let (promise, done) = (Promise::new(), Condvar::new());
        let object = allocator.new(Object { references, allocator, promise, done });
        // SAFETY: the object is alive with the one reference that is adopted here.
        let future = unsafe { Self::adopt(object.as_ptr().cast()) };
        future.expect("the pointer is not NULL")
    }

    /// Completes with a ticket, or with an error. When somebody was faster the ticket goes back.
    pub fn complete(&self, outcome: Result<Option<TicketRef>, Code>) {
        // Whoever is told may give up the reference through which we are here.
        let this = self.clone();
        if let Some(completed) = this.object().promise.complete(outcome) {
            this.object().done.notify_all();
            completed.tell();
        }
    }

    /// Tells whoever is to make the ticket that nobody waits for it any more.
    pub fn when_given_up(&self, maker: impl FnOnce() + Send + 'static) {
        self.object().promise.when_broken(maker);
    }

    pub fn is_done(&self) -> bool {
        self.object().promise.is_done()
    }

    /// How it ended; `None` before completion.
    pub fn outcome(&self) -> Option<Result<(), Code>> {
        self.object().promise.outcome()
    }

    /// Fetches the ticket, once.
    pub fn take(&self) -> Option<TicketRef> {
        self.object().promise.take()
    }

    /// Where the ticket is, as long as nobody fetched it.
    pub fn peek(&self) -> *mut aws_s3_buffer_ticket {
        self.object().promise.peek(TicketRef::as_ptr).unwrap_or(std::ptr::null_mut())
    }

    /// Has the callback run at completion. A complete future does not run it, and does not count it either.
    pub fn register(&self, callback: impl FnOnce() + Send + 'static) -> Registration {
        self.object().promise.register(callback)
    }

    /// Blocks until completion or until the time is over; tells which.
    pub fn wait(&self, timeout: Duration) -> bool {
        let object = self.object();
        let deadline = Instant::now().checked_add(timeout);
        let mut state = object.promise.lock();
        while !state.is_done() {
            match deadline {
                Some(deadline) if object.done.wait_until(&mut state, deadline).timed_out() => break,
                Some(_) => {}
                // Beyond the end of time.
                None => object.done.wait(&mut state),
            }
        }
        state.is_done()
    }

    /// One step of awaiting.
    pub(super) fn poll(&self, context: &mut Context<'_>) -> Poll<Result<Option<TicketRef>, Code>> {
        self.object().promise.poll(context)
    }

    fn object(&self) -> &Object {
        // SAFETY: our reference keeps the object alive, and it is only ever shared.
        unsafe { &*self.as_ptr().cast::<Object>() }
    }
}

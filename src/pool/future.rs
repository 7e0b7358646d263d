//! The promise of a ticket: what `reserve` returns, completed by a pool and awaited by the library.
//!
//! `aws_future_s3_buffer_ticket` is opaque in C, and every function on it is ours, so that the object is ours too,
//! whoever wrote the pool. The first completion wins, a ticket that comes too late or is never fetched goes back to
//! its pool, and whoever keeps a reference may complete it from any thread. Nothing here calls out while it holds a
//! lock.

use std::sync::atomic::{AtomicUsize, Ordering, fence};
use std::task::{Context, Poll};
use std::time::Duration;

use crate::abi::{aws_future_s3_buffer_ticket, aws_s3_buffer_ticket};
use crate::crt::{Allocator, Count, Counted, Oneshot};
use crate::error::{Code, Result};

/// One reference to a ticket, whoever implements it.
pub type TicketRef = Counted<aws_s3_buffer_ticket>;

/// One reference to the promise of a ticket.
pub type TicketFuture = Counted<aws_future_s3_buffer_ticket>;

struct Object {
    references: AtomicUsize,
    allocator: Allocator,
    /// The ticket is gone once it was fetched, and missing when the pool completed with NULL.
    outcome: Oneshot<Result<Option<TicketRef>, Code>>,
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
        if unsafe { object.as_ref() }.references.fetch_sub(1, Ordering::Release) == 1 {
            fence(Ordering::Acquire);
            // SAFETY: made by `new` from the same allocator, and this was the last reference.
            unsafe { allocator.delete(object) };
        }
    }
}

impl TicketFuture {
    pub fn new(allocator: Allocator) -> Self {
        let references = AtomicUsize::new(1);
        let object = allocator.new(Object { references, allocator, outcome: Oneshot::new() });
        // SAFETY: the object is alive with the one reference that is adopted here.
        let future = unsafe { Self::adopt(object.as_ptr().cast()) };
        future.expect("the pointer is not NULL")
    }

    /// Completes with a ticket, or with the error that C named. The ticket goes back when somebody was faster.
    pub fn complete(&self, outcome: Result<Option<TicketRef>, Code>) {
        let outcome = outcome.map_err(|code| if code == Code::SUCCESS { Code::UNKNOWN } else { code });
        // The loser is dropped here, after all locks.
        drop(self.object().outcome.set(outcome));
    }

    pub fn is_done(&self) -> bool {
        self.object().outcome.is_done()
    }

    /// The error, [`Code::SUCCESS`] for a ticket; `None` before completion.
    pub fn error(&self) -> Option<Code> {
        self.object().outcome.with(|outcome| match outcome? {
            Ok(_) => Some(Code::SUCCESS),
            Err(code) => Some(*code),
        })
    }

    /// Fetches the ticket, once.
    pub fn take(&self) -> Option<TicketRef> {
        self.object().outcome.with(|outcome| outcome?.as_mut().ok()?.take())
    }

    /// Where the ticket is, as long as nobody fetched it.
    pub fn peek(&self) -> *mut aws_s3_buffer_ticket {
        let peek = |ticket: &TicketRef| ticket.as_ptr();
        self.object()
            .outcome
            .with(|outcome| outcome?.as_ref().ok()?.as_ref().map(peek))
            .unwrap_or(std::ptr::null_mut())
    }

    /// Runs the callback at completion, on the completing thread; hands it back when that has been. There is one
    /// callback at most: `None` tells that another one was there first.
    pub fn register_if_not_done<F: FnOnce() + Send + 'static>(&self, callback: F) -> Option<Result<(), F>> {
        let outcome = &self.object().outcome;
        (!outcome.is_registered()).then(|| outcome.register_if_not_done(callback))
    }

    /// Blocks until completion or until the time is over; tells which.
    pub fn wait(&self, timeout: Duration) -> bool {
        self.object().outcome.wait(timeout)
    }

    /// One step of awaiting. The last waker that came is woken.
    pub(super) fn poll(&self, context: &mut Context<'_>) -> Poll<Result<Option<TicketRef>, Code>> {
        let waker = context.waker().clone();
        if self.object().outcome.register_if_not_done(move || waker.wake()).is_ok() {
            return Poll::Pending;
        }
        match self.error() {
            Some(code) if code != Code::SUCCESS => Poll::Ready(Err(code)),
            _ => Poll::Ready(Ok(self.take())),
        }
    }

    fn object(&self) -> &Object {
        // SAFETY: our reference keeps the object alive, and it is only ever shared.
        unsafe { &*self.as_ptr().cast::<Object>() }
    }
}

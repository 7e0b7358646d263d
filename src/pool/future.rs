//! The promise of a ticket: what `reserve` returns, completed by a pool and awaited by the library.
//!
//! `aws_future_s3_buffer_ticket` is opaque in C, and every function on it is ours, so that the object is ours too,
//! whoever wrote the pool. The first completion wins, a ticket that comes too late or is never fetched goes back to
//! its pool, and whoever keeps a reference may complete it from any thread. Nothing here calls out while it holds a
//! lock.

use std::sync::atomic::{AtomicUsize, Ordering, fence};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::abi::{aws_future_s3_buffer_ticket, aws_s3_buffer_ticket};
use crate::crt::{Allocator, Count, Counted};
use crate::error::{Code, Result};

/// One reference to a ticket, whoever implements it.
pub type TicketRef = Counted<aws_s3_buffer_ticket>;

/// One reference to the promise of a ticket.
pub type TicketFuture = Counted<aws_future_s3_buffer_ticket>;

struct Object {
    references: AtomicUsize,
    allocator: Allocator,
    state: Mutex<State>,
    done: Condvar,
}

#[derive(Default)]
struct State {
    outcome: Option<Result<(), Code>>,
    /// Until it is fetched; never there when the pool completed with NULL.
    ticket: Option<TicketRef>,
    listener: Listener,
}

/// Who is told of the completion.
#[derive(Default)]
enum Listener {
    #[default]
    Nobody,
    /// A task of the library; only the last one that asked.
    Task(Waker),
    /// C code, which may ask once in the life of a future.
    Callback(Box<dyn FnOnce() + Send>),
    Told,
}

/// What became of a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// It runs at completion, on the completing thread.
    Waiting,
    /// The future is complete; the callback was dropped.
    Complete,
    /// There is a callback already; this one was dropped.
    Refused,
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
        let (state, done) = (Mutex::default(), Condvar::new());
        let object = allocator.new(Object { references, allocator, state, done });
        // SAFETY: the object is alive with the one reference that is adopted here.
        let future = unsafe { Self::adopt(object.as_ptr().cast()) };
        future.expect("the pointer is not NULL")
    }

    /// Completes with a ticket, or with an error. When somebody was faster the ticket goes back.
    pub fn complete(&self, outcome: Result<Option<TicketRef>, Code>) {
        // The callback may give up the reference through which we are here.
        let this = self.clone();
        let mut state = this.object().state.lock();
        if state.outcome.is_some() {
            drop(state);
            return;
        }
        match outcome {
            Ok(ticket) => {
                state.outcome = Some(Ok(()));
                state.ticket = ticket;
            }
            Err(Code::SUCCESS) => state.outcome = Some(Err(Code::UNKNOWN)),
            Err(code) => state.outcome = Some(Err(code)),
        }
        let listener = std::mem::take(&mut state.listener);
        let told = !matches!(listener, Listener::Nobody | Listener::Task(_));
        if told {
            state.listener = Listener::Told;
        }
        drop(state);
        this.object().done.notify_all();
        match listener {
            Listener::Task(waker) => waker.wake(),
            Listener::Callback(callback) => callback(),
            Listener::Nobody | Listener::Told => {}
        }
    }

    pub fn is_done(&self) -> bool {
        self.object().state.lock().outcome.is_some()
    }

    /// How it ended; `None` before completion.
    pub fn outcome(&self) -> Option<Result<(), Code>> {
        self.object().state.lock().outcome
    }

    /// Fetches the ticket, once.
    pub fn take(&self) -> Option<TicketRef> {
        self.object().state.lock().ticket.take()
    }

    /// Where the ticket is, as long as nobody fetched it.
    pub fn peek(&self) -> *mut aws_s3_buffer_ticket {
        let state = self.object().state.lock();
        state.ticket.as_ref().map_or(std::ptr::null_mut(), TicketRef::as_ptr)
    }

    /// Has the callback run at completion. A complete future does not run it, and does not count it either.
    pub fn register(&self, callback: impl FnOnce() + Send + 'static) -> Registration {
        let mut state = self.object().state.lock();
        if matches!(state.listener, Listener::Callback(_) | Listener::Told) {
            return Registration::Refused;
        }
        if state.outcome.is_some() {
            return Registration::Complete;
        }
        state.listener = Listener::Callback(Box::new(callback));
        Registration::Waiting
    }

    /// Blocks until completion or until the time is over; tells which.
    pub fn wait(&self, timeout: Duration) -> bool {
        let object = self.object();
        let deadline = Instant::now().checked_add(timeout);
        let mut state = object.state.lock();
        while state.outcome.is_none() {
            match deadline {
                Some(deadline) if object.done.wait_until(&mut state, deadline).timed_out() => break,
                Some(_) => {}
                // Beyond the end of time.
                None => object.done.wait(&mut state),
            }
        }
        state.outcome.is_some()
    }

    /// One step of awaiting.
    pub(super) fn poll(&self, context: &mut Context<'_>) -> Poll<Result<Option<TicketRef>, Code>> {
        let mut state = self.object().state.lock();
        match state.outcome {
            Some(outcome) => Poll::Ready(outcome.map(|()| state.ticket.take())),
            None => {
                let before =
                    std::mem::replace(&mut state.listener, Listener::Task(context.waker().clone()));
                drop(state);
                drop(before);
                Poll::Pending
            }
        }
    }

    fn object(&self) -> &Object {
        // SAFETY: our reference keeps the object alive, and it is only ever shared.
        unsafe { &*self.as_ptr().cast::<Object>() }
    }
}

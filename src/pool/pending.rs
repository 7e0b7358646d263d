//! A reservation on its way, as a Rust future.
//!
//! Dropping it tells the pool that nobody waits any more, and gives back a ticket that had arrived. A ticket that
//! arrives later meets a completed future, which gives it back as well: exactly once in every order of events.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use crate::error::{Code, Error, Result};

use super::future::TicketFuture;
use super::handle::Ticket;

/// Resolves to the ticket, or to the pool's error.
#[must_use = "dropping a reservation cancels it"]
pub struct Pending {
    /// `None` when the pool gave no future, and after completion.
    future: Option<TicketFuture>,
    /// What the pool is told when nobody waits any more.
    reason: Option<Box<dyn Fn() -> Code + Send + Sync>>,
}

impl Pending {
    pub(super) fn new(future: Option<TicketFuture>) -> Self {
        Self { future, reason: None }
    }

    /// Asks `reason` what to tell the pool should nobody wait any more; otherwise it is told of a cancel.
    pub fn given_up_as(mut self, reason: impl Fn() -> Code + Send + Sync + 'static) -> Self {
        self.reason = Some(Box::new(reason));
        self
    }

    /// Lets somebody else end the wait.
    pub fn canceller(&self) -> Canceller {
        Canceller { future: self.future.clone() }
    }

    /// Whether awaiting would not wait.
    pub fn is_done(&self) -> bool {
        self.future.as_ref().is_none_or(TicketFuture::is_done)
    }
}

impl Pending {
    /// The answer, if it is there already; otherwise the reservation is canceled.
    pub fn now(mut self) -> Option<Result<Ticket>> {
        match Pin::new(&mut self).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(ticket) => Some(ticket),
            Poll::Pending => None,
        }
    }
}

impl Future for Pending {
    type Output = Result<Ticket>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let outcome = match &self.future {
            Some(future) => ready!(future.poll(context)),
            None => Ok(None),
        };
        self.future = None;
        let ticket = outcome.map_err(Error::new)?;
        let ticket = ticket.ok_or(Code::S3_BUFFER_ALLOCATION_FAILED)?;
        Poll::Ready(Ok(Ticket::new(ticket)))
    }
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pending({:?})", self.future)
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if let Some(future) = &self.future {
            let code = self.reason.as_ref().map_or(Code::S3_CANCELED, |reason| reason());
            future.complete(Err(code));
            // The pool may keep its reference for long; the ticket must not wait for that.
            drop(future.take());
        }
    }
}

/// Ends the wait for a reservation; nothing happens when it is over already.
#[derive(Clone, Debug)]
pub struct Canceller {
    future: Option<TicketFuture>,
}

impl Canceller {
    /// The reservation resolves to this error.
    pub fn cancel(&self, code: Code) {
        if let Some(future) = &self.future {
            future.complete(Err(code));
        }
    }
}

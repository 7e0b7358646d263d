//! Hands tickets to those who waited, in order, on the thread that made room.
//!
//! Completing a future may run a callback that releases a ticket, which makes room for the next one who waits. Such a
//! chain is as long as the queue; it is worked off in a loop and not by recursion, so that it never exhausts the stack.

use std::cell::RefCell;
use std::collections::VecDeque;

use crate::pool::future::{TicketFuture, TicketRef};

type Delivery = (TicketFuture, TicketRef);

thread_local! {
    /// What the delivery that runs on this thread still has to do.
    static UNDERWAY: RefCell<Option<VecDeque<Delivery>>> = const { RefCell::new(None) };
}

/// Completes every future before it returns, unless a delivery is already running further up on this thread: then
/// that one does it.
pub fn deliver(deliveries: impl Iterator<Item = Delivery>) {
    let mut deliveries: VecDeque<_> = deliveries.collect();
    if deliveries.is_empty() {
        return;
    }
    let nested = UNDERWAY.try_with(|underway| match &mut *underway.borrow_mut() {
        Some(queue) => {
            queue.append(&mut deliveries);
            true
        }
        none => {
            *none = Some(std::mem::take(&mut deliveries));
            false
        }
    });
    match nested {
        Ok(true) => {}
        Ok(false) => {
            let _end = End;
            while let Some(delivery) = next() {
                complete(delivery);
            }
        }
        // The thread is ending and has no more storage of its own.
        Err(_) => deliveries.into_iter().for_each(complete),
    }
}

fn complete((future, ticket): Delivery) {
    future.complete(Ok(Some(ticket)));
}

fn next() -> Option<Delivery> {
    UNDERWAY.with_borrow_mut(|underway| underway.as_mut()?.pop_front())
}

/// Lets the next delivery of this thread begin, also after a panic.
struct End;

impl Drop for End {
    fn drop(&mut self) {
        let rest = UNDERWAY.take();
        rest.into_iter().flatten().for_each(complete);
    }
}

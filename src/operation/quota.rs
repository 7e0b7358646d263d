//! How many parts may be under way in a client, of all its meta requests together.
//!
//! A meta request with nothing under way is always given one, so that nobody waits for a share that is held by somebody
//! who waits for them. Beyond that they share, first come first served. Without this, many meta requests would reserve
//! and fill memory for parts that get to the wire much later; and parts that callers write themselves, whose memory is
//! granted whatever is taken, would have no limit at all.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::bodies::Taken;

/// So many parts for each request that may be on the wire: one that moves, and one to follow it.
const PER_CONNECTION: usize = 2;
/// Enough for one meta request to read and send at the same time.
const LEAST: usize = 8;

/// See the module.
pub struct Quota {
    shares: Arc<Semaphore>,
}

/// The right to have one part under way, until it is dropped. The default one counts nowhere.
#[derive(Default)]
pub struct Share {
    _one: Option<OwnedSemaphorePermit>,
    _room: Option<Taken>,
}

impl Quota {
    /// For a client that may have `max_active` requests on the wire.
    pub fn new(max_active: u32) -> Self {
        let shares = (max_active as usize).saturating_mul(PER_CONNECTION);
        Self { shares: Arc::new(Semaphore::new(shares.clamp(LEAST, Semaphore::MAX_PERMITS))) }
    }

    /// A share, if there is one that nobody waits for.
    pub fn try_take(&self) -> Option<Share> {
        self.shares
            .clone()
            .try_acquire_owned()
            .ok()
            .map(|one| Share { _one: Some(one), _room: None })
    }

    /// Waits for a share.
    pub async fn take(&self) -> Share {
        // The semaphore is never closed.
        Share { _one: self.shares.clone().acquire_owned().await.ok(), _room: None }
    }
}

impl Share {
    /// With so much of the room for bodies: of a part whose memory was granted without regard to the limit.
    pub fn with_room(self, room: Option<Taken>) -> Self {
        Self { _room: room, ..self }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    #[test]
    fn shares_come_back_in_the_order_in_which_they_were_asked_for() {
        let quota = Quota::new(5);
        let mut taken: Vec<_> = (0..10).map(|_| quota.try_take().expect("a share")).collect();
        assert!(quota.try_take().is_none());
        let (mut first, mut second) = (pin!(quota.take()), pin!(quota.take()));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(first.as_mut().poll(&mut cx).is_pending());
        assert!(second.as_mut().poll(&mut cx).is_pending());
        drop(taken.pop());
        assert!(quota.try_take().is_none(), "somebody waits");
        assert!(second.as_mut().poll(&mut cx).is_pending());
        let Poll::Ready(share) = first.poll(&mut cx) else { panic!("no share") };
        drop(share);
        assert!(second.poll(&mut cx).is_ready());
    }

    #[test]
    fn few_connections_are_no_hindrance() {
        let quota = Quota::new(1);
        let taken: Vec<_> = std::iter::from_fn(|| quota.try_take()).collect();
        assert_eq!(taken.len(), LEAST);
    }
}

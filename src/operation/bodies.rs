//! Memory for bodies that are sent or received in one piece.
//!
//! Bodies to be sent wait for each other, never for parts: a caller may keep parts for as long as it likes, and would
//! not expect a small request to hang for that. Parts wait for bodies. Nobody can wait in the middle of a response, so
//! that those are only counted, and refused where one alone is more than the limit leaves.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Code, Error, Result};
use crate::pool::{Buffer, Lender, Pool};
use crate::request::Destination;

/// The share of the limit that bodies of requests may take together, in fifths.
const SHARE: u64 = 4;
const KIB: u64 = 1024;

pub struct Bodies {
    lender: Lender,
    /// In KiB.
    room: Arc<Semaphore>,
    room_kib: u32,
}

/// Memory for one body, and the room that it takes.
pub struct Room {
    /// `None` where bodies come from the heap.
    pub memory: Option<Buffer>,
    _taken: OwnedSemaphorePermit,
}

impl Bodies {
    /// `pool` is the library's own, if it is used, and `limit_bytes` what buffers may take.
    pub fn new(pool: Option<Pool>, limit_bytes: u64) -> Self {
        let kib = (limit_bytes / 5 * SHARE / KIB).clamp(1, u64::from(u32::MAX >> 3));
        let room = Arc::new(Semaphore::new(kib as usize));
        Self { lender: Lender::new(pool, limit_bytes), room, room_kib: kib as u32 }
    }

    /// Where a response goes that is received in one piece.
    pub fn destination(&self) -> Destination {
        Destination::Whole { lender: self.lender.clone(), buffer: None }
    }

    /// Waits until there is room beside other bodies. One that is larger than all the room gets all of it; one that is
    /// larger than the limit is refused.
    pub async fn room(&self, bytes: usize) -> Result<Room> {
        self.lender.check(bytes as u64)?;
        let kib = (bytes as u64).div_ceil(KIB).min(u64::from(self.room_kib)) as u32;
        let taken = self.room.clone().acquire_many_owned(kib).await;
        let taken = taken.map_err(|closed| Error::from(Code::INVALID_STATE).because(closed))?;
        Ok(Room { memory: self.lender.lend(bytes)?, _taken: taken })
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;
    use crate::abi::aws_s3_buffer_pool_config;
    use crate::crt::Allocator;
    use crate::pool::{Reservation, arena, default_pool};

    const MIB: usize = 1 << 20;

    fn pool() -> Pool {
        let config = aws_s3_buffer_pool_config {
            client: std::ptr::null_mut(),
            part_size: 8 * MIB,
            max_part_size: 0,
            memory_limit: 256 * MIB,
        };
        default_pool(Allocator::default(), config).expect("valid")
    }

    /// The room, if it is there at once.
    fn now(bodies: &Bodies, bytes: usize) -> Option<Room> {
        let room = pin!(bodies.room(bytes));
        match room.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(room) => Some(room.expect("room")),
            Poll::Pending => None,
        }
    }

    #[test]
    fn bodies_count_against_the_limit_and_wait_for_each_other() {
        let pool = pool();
        let bodies = Bodies::new(Some(pool.clone()), 128 * MIB as u64);
        let first = now(&bodies, 60 * MIB).expect("room");
        let second = now(&bodies, 40 * MIB).expect("room");
        assert_eq!(first.memory.as_ref().map(Buffer::capacity), Some(60 * MIB));
        assert_eq!(arena::usage(&pool).forced_used, 100 * MIB);
        assert!(now(&bodies, 10 * MIB).is_none());
        drop(first);
        assert!(now(&bodies, 10 * MIB).is_some());
        drop(second);
        assert_eq!(arena::usage(&pool).forced_used, 0);
    }

    #[test]
    fn bodies_never_wait_for_parts() {
        let pool = pool();
        let bodies = Bodies::new(Some(pool.clone()), 128 * MIB as u64);
        let part = Reservation { can_block: false, ..Reservation::at_once(128 * MIB) };
        let part = pool.reserve(part).now().expect("there").expect("a ticket");
        assert!(now(&bodies, 20 * MIB).is_some());
        drop(part);
    }

    #[test]
    fn a_body_above_the_share_goes_alone_and_one_above_the_limit_not_at_all() {
        let bodies = Bodies::new(Some(pool()), 128 * MIB as u64);
        let small = now(&bodies, 1).expect("room");
        assert!(now(&bodies, 128 * MIB).is_none());
        // It does not even wait.
        let refused =
            pin!(bodies.room(128 * MIB + 1)).poll(&mut Context::from_waker(Waker::noop()));
        let Poll::Ready(Err(error)) = refused else { panic!("not refused") };
        assert_eq!(error.code(), Code::S3_PART_SIZE_EXCEEDS_MEMORY_LIMIT);
        drop(small);
        let large = now(&bodies, 128 * MIB).expect("room");
        assert!(large.memory.is_some());
        assert!(now(&bodies, 1).is_none());
    }

    #[test]
    fn without_the_pool_bodies_still_wait_for_each_other() {
        let bodies = Bodies::new(None, 10 * KIB);
        let first = now(&bodies, 8 * KIB as usize).expect("room");
        assert!(first.memory.is_none());
        assert!(now(&bodies, 1).is_none());
        drop(first);
        // Pools of others may have no limit to speak of.
        assert!(now(&Bodies::new(None, 0), 1).is_some());
    }
}

//! Memory for bodies that are sent or received in one piece.
//!
//! They are no parts, and pools of others are asked for parts alone; the library's own pool lends memory for them all
//! the same, so that one limit holds for both. Bodies wait for each other, never for parts: a caller may keep parts for
//! as long as it likes, and would not expect a small request to hang for that. Parts wait for bodies.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Code, Error, Result};
use crate::pool::{Buffer, Pool, Reservation};

/// The share of the limit that bodies of requests may take together, in fifths.
const SHARE: u64 = 4;
const KIB: u64 = 1024;

pub struct Bodies {
    /// The library's own pool; without it, bodies come from the heap.
    pool: Option<Pool>,
    limit_bytes: u64,
    /// In KiB.
    room: Arc<Semaphore>,
    room_kib: u32,
}

/// Memory for one body, and the room that it takes.
pub struct Room {
    pub memory: Option<Buffer>,
    _taken: OwnedSemaphorePermit,
}

impl Bodies {
    /// `pool` is the library's own, if it is used, and `limit_bytes` what buffers may take.
    pub fn new(pool: Option<Pool>, limit_bytes: u64) -> Self {
        let kib = (limit_bytes / 5 * SHARE / KIB).clamp(1, u64::from(u32::MAX >> 3));
        let room = Arc::new(Semaphore::new(kib as usize));
        Self { pool, limit_bytes, room, room_kib: kib as u32 }
    }

    /// The pool that memory for a response may come from.
    pub fn pool(&self) -> Option<&Pool> {
        self.pool.as_ref()
    }

    /// Waits until there is room beside other bodies. One that is larger than all the room gets all of it.
    pub async fn room(&self, bytes: usize) -> Result<Room> {
        let kib = (bytes as u64).div_ceil(KIB).min(u64::from(self.room_kib)) as u32;
        let taken = self.room.clone().acquire_many_owned(kib).await;
        let taken = taken.map_err(|closed| Error::from(Code::INVALID_STATE).because(closed))?;
        if bytes as u64 > self.limit_bytes {
            let limit = self.limit_bytes;
            crate::log!(
                Warn,
                Client,
                "a body of {bytes} bytes has to be in memory whole, beyond the {limit} bytes that the memory limit \
                 leaves for buffers"
            );
            return Ok(Room { memory: None, _taken: taken });
        }
        let memory = match &self.pool {
            Some(pool) => Some(memory(pool, bytes)?),
            None => None,
        };
        Ok(Room { memory, _taken: taken })
    }
}

/// Memory at once, whatever the limit says; it counts.
fn memory(pool: &Pool, bytes: usize) -> Result<Buffer> {
    pool.reserve(Reservation::at_once(bytes)).now().ok_or(Code::INVALID_STATE)??.claim(bytes)
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Waker};

    use super::*;
    use crate::abi::aws_s3_buffer_pool_config;
    use crate::crt::Allocator;
    use crate::pool::{arena, default_pool};

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
            std::task::Poll::Ready(room) => Some(room.expect("room")),
            std::task::Poll::Pending => None,
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
    fn a_body_above_the_limit_goes_alone_and_from_the_heap() {
        let bodies = Bodies::new(Some(pool()), 128 * MIB as u64);
        let small = now(&bodies, 1).expect("room");
        assert!(now(&bodies, 500 * MIB).is_none());
        drop(small);
        let large = now(&bodies, 500 * MIB).expect("room");
        assert!(large.memory.is_none());
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
        assert!(now(&Bodies::new(None, 0), 5).is_some());
    }
}

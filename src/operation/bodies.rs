//! Memory for bodies that are sent or received in one piece.
//!
//! Bodies to be sent wait for each other, never for parts: a caller may keep parts for as long as it likes, and would
//! not expect a small request to hang for that. Parts wait for bodies. Nobody can wait in the middle of a response, so
//! that those are only counted, and refused where one alone is more than the limit leaves.
//!
//! A caller may feed its bodies in another order than that in which it announced them. While all the room there is has
//! been given to bodies that their callers still have to hand over, one more is let in from time to time.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use crate::sync::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::error::Result;
use crate::pool::{Buffer, Lender, Pool};
use crate::request::Destination;

/// The share of the limit that bodies of requests may take together, in fifths.
const SHARE: u64 = 4;
const KIB: u64 = 1024;

/// What a body of unknown length gets at first; from there it grows by as much as it has, up to the last.
const FIRST_BYTES: u64 = 64 * KIB;
const LARGEST_BYTES: u64 = 8 * KIB * KIB;

/// How long nothing may happen before one more body is let in.
const PATIENCE: Duration = Duration::from_secs(1);

pub struct Bodies {
    lender: Lender,
    /// In KiB.
    room: Arc<Semaphore>,
    room_kib: u32,
    holders: Arc<Mutex<Holders>>,
}

/// Who has room.
#[derive(Default)]
struct Holders {
    count: usize,
    /// Those of them whose caller has still to hand its body over.
    unread: usize,
    let_in: Option<Instant>,
}

/// Room that has been taken.
pub struct Taken {
    /// `None` of a body that was let in.
    _permit: Option<OwnedSemaphorePermit>,
    holders: Arc<Mutex<Holders>>,
    unread: bool,
}

/// Memory for one body, and the room that it takes.
pub struct Room {
    /// `None` where bodies come from the heap.
    pub memory: Option<Buffer>,
    taken: Taken,
}

impl Room {
    /// The body is there: from now on it depends on the network when the room comes back.
    pub fn filled(&mut self) {
        if std::mem::take(&mut self.taken.unread) {
            self.taken.holders.lock().unread -= 1;
        }
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        let mut holders = self.holders.lock();
        holders.count -= 1;
        holders.unread -= usize::from(self.unread);
    }
}

impl Bodies {
    /// `pool` is the library's own, if it is used, and `limit_bytes` what buffers may take.
    pub fn new(pool: Option<Pool>, limit_bytes: u64) -> Self {
        let kib = (limit_bytes / 5 * SHARE / KIB).clamp(1, u64::from(u32::MAX >> 3));
        let room = Arc::new(Semaphore::new(kib as usize));
        let lender = Lender::new(pool, limit_bytes);
        Self { lender, room, room_kib: kib as u32, holders: Arc::default() }
    }

    /// Where a response goes that is received in one piece.
    pub fn destination(&self) -> Destination {
        Destination::Whole { lender: self.lender.clone(), buffer: None }
    }

    /// Waits until there is room beside other bodies. One that is larger than all the room gets all of it; one that is
    /// larger than the limit is refused.
    pub async fn room(&self, bytes: usize) -> Result<Room> {
        let mut room = self.promise(bytes).await?;
        room.memory = self.lend(bytes)?;
        Ok(room)
    }

    /// The same without the memory: who waits on before it is filled would keep others from using it meanwhile.
    pub async fn promise(&self, bytes: usize) -> Result<Room> {
        self.lender.check(bytes as u64)?;
        Ok(Room { memory: None, taken: self.wait(bytes as u64, true).await })
    }

    /// The memory of a [promise](Self::promise); `None` where bodies come from the heap.
    pub fn lend(&self, bytes: usize) -> Result<Option<Buffer>> {
        self.lender.lend(bytes)
    }

    /// The same for the next piece of a body that shows only at its end how long it is, and has `held` so far. Says how
    /// large the piece may be. Nobody waits for room that it has all by itself; who has reached the limit is refused.
    pub async fn more(&self, held: &[Room], held_bytes: u64) -> Result<(Room, usize)> {
        let left = self.lender.limit_bytes().saturating_sub(held_bytes);
        if left == 0 {
            self.lender.check(held_bytes.saturating_add(1))?;
        }
        let bytes = held_bytes.clamp(FIRST_BYTES, LARGEST_BYTES).min(left);
        let alone = !held.is_empty() && self.holders.lock().count == held.len();
        let taken = match self.try_permit(bytes) {
            None if !alone => self.wait(bytes, true).await,
            permit => self.taken(permit, true),
        };
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        Ok((Room { memory: self.lender.lend(bytes)?, taken }, bytes))
    }

    /// The same for what is in memory already, and is to be sent.
    pub async fn take(&self, bytes: u64) -> Taken {
        self.wait(bytes, false).await
    }

    /// The same for a body in memory of its own.
    pub async fn room_of(&self, bytes: u64) -> Room {
        Room { memory: None, taken: self.take(bytes).await }
    }

    /// The same if there is room right now.
    pub fn try_take(&self, bytes: u64) -> Option<Taken> {
        let permit = self.try_permit(bytes)?;
        Some(self.taken(Some(permit), false))
    }

    fn try_permit(&self, bytes: u64) -> Option<OwnedSemaphorePermit> {
        self.room.clone().try_acquire_many_owned(self.kib(bytes)).ok()
    }

    fn kib(&self, bytes: u64) -> u32 {
        bytes.div_ceil(KIB).min(u64::from(self.room_kib)) as u32
    }

    fn taken(&self, permit: Option<OwnedSemaphorePermit>, unread: bool) -> Taken {
        let mut holders = self.holders.lock();
        holders.count += 1;
        holders.unread += usize::from(unread);
        Taken { _permit: permit, holders: self.holders.clone(), unread }
    }

    async fn wait(&self, bytes: u64, unread: bool) -> Taken {
        // Who waits already has been given what there is, so that nobody is overtaken here.
        if let Some(permit) = self.try_permit(bytes) {
            return self.taken(Some(permit), unread);
        }
        let kib = self.kib(bytes);
        let mut acquiring = pin!(self.room.clone().acquire_many_owned(kib));
        let permit = loop {
            match tokio::time::timeout(PATIENCE, &mut acquiring).await {
                // The semaphore is never closed.
                Ok(acquired) => break acquired.ok(),
                Err(_) if self.lets_in() => break None,
                Err(_) => {}
            }
        };
        self.taken(permit, unread)
    }

    /// Whether one more body may come in though there is no room.
    fn lets_in(&self) -> bool {
        let mut holders = self.holders.lock();
        let rested = holders.let_in.is_none_or(|before| before.elapsed() >= PATIENCE);
        let lets_in = rested && holders.unread == holders.count;
        if lets_in {
            holders.let_in = Some(Instant::now());
        }
        lets_in
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll, Waker};

    use super::*;
    use crate::abi::aws_s3_buffer_pool_config;
    use crate::crt::Allocator;
    use crate::error::Code;
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
        timed(|| {
            let room = pin!(bodies.room(bytes));
            match room.poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(room) => Some(room.expect("room")),
                Poll::Pending => None,
            }
        })
    }

    /// Runs something where time can be waited for.
    fn timed<T>(run: impl FnOnce() -> T) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        let runtime = runtime.expect("a runtime");
        let _here = runtime.enter();
        run()
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
        let refused = timed(|| {
            pin!(bodies.room(128 * MIB + 1)).poll(&mut Context::from_waker(Waker::noop()))
        });
        let Poll::Ready(Err(error)) = refused else { panic!("not refused") };
        assert_eq!(error.code(), Code::S3_PART_SIZE_EXCEEDS_MEMORY_LIMIT);
        drop(small);
        let large = now(&bodies, 128 * MIB).expect("room");
        assert!(large.memory.is_some());
        assert!(now(&bodies, 1).is_none());
    }

    #[test]
    fn bodies_that_nobody_hands_over_do_not_keep_others_out_for_ever() {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_time().start_paused(true).build().expect("a runtime").block_on(async {
            let bodies = Bodies::new(None, 10 * KIB);
            let mut first = bodies.room(8 * KIB as usize).await.expect("room");
            let start = Instant::now();
            let second = tokio::time::timeout(10 * PATIENCE, bodies.room(KIB as usize)).await;
            let second = second.expect("nobody was let in").expect("room");
            assert!(start.elapsed() >= PATIENCE);
            // One at a time, and none while something is on its way.
            assert!(!bodies.lets_in());
            first.filled();
            let waiting = tokio::time::timeout(2 * PATIENCE, bodies.room(1)).await;
            assert!(waiting.is_err(), "let in though there is one to wait for");
            drop(second);
            let sent = bodies.take(KIB);
            assert!(tokio::time::timeout(PATIENCE / 10, sent).await.is_err());
            drop(first);
            assert!(tokio::time::timeout(PATIENCE, bodies.take(KIB)).await.is_ok());
            let holders = bodies.holders.lock();
            assert_eq!((holders.count, holders.unread), (0, 0));
        });
    }

    #[test]
    fn a_body_of_unknown_length_grows_up_to_the_limit() {
        let bodies = Bodies::new(Some(pool()), 64 * MIB as u64);
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_time().start_paused(true).build().expect("a runtime").block_on(async {
            let start = Instant::now();
            let (mut held, mut sizes, mut bytes) = (Vec::new(), Vec::new(), 0);
            let end = loop {
                match bodies.more(&held, bytes).await {
                    Ok((room, size)) => {
                        assert_eq!(room.memory.as_ref().map(Buffer::capacity), Some(size));
                        bytes += size as u64;
                        sizes.push(size);
                        held.push(room);
                    }
                    Err(error) => break error.code(),
                }
            };
            assert_eq!(end, Code::S3_PART_SIZE_EXCEEDS_MEMORY_LIMIT);
            assert_eq!((bytes, sizes[0], sizes[1]), (64 * MIB as u64, 64 << 10, 64 << 10));
            assert_eq!(sizes.iter().max(), Some(&(8 * MIB)));
            assert_eq!(start.elapsed(), Duration::ZERO, "there was nobody to wait for");
            // Another one, whose piece is too large for what is left, is let in when nothing has come for a while.
            let (other, _) = bodies.more(&[], 8 * MIB as u64).await.expect("room");
            assert!(start.elapsed() >= PATIENCE);
            held.truncate(4);
            assert!(bodies.more(&held, MIB as u64).await.is_ok());
            drop((held, other));
            assert_eq!(bodies.room.available_permits(), bodies.room_kib as usize);
        });
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

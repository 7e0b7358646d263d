//! Memory for what is no part: bodies that are held in one piece.
//!
//! Pools of others are asked for parts alone, and then such bodies come from the heap. The library's own pool lends
//! memory for them all the same, so that one limit holds for both. Either way a body that is larger than what the limit
//! leaves for buffers is refused: it would have to break the limit.

use bytes::BufMut;

use super::arena::SET_ASIDE;
use super::buffer::Buffer;
use super::handle::{Pool, Reservation};
use crate::error::{Code, Error, Result};
use crate::log;

/// What is lent first for a body of unknown length; it doubles from there.
const FIRST_BYTES: usize = 64 * 1024;

#[derive(Clone)]
pub struct Lender {
    /// The library's own pool, if it is used.
    pool: Option<Pool>,
    limit_bytes: u64,
}

impl Lender {
    /// `limit_bytes` is what buffers may take.
    pub fn new(pool: Option<Pool>, limit_bytes: u64) -> Self {
        Self { pool, limit_bytes: limit_bytes.max(1) }
    }

    pub fn limit_bytes(&self) -> u64 {
        self.limit_bytes
    }

    /// Whether memory is lent at all; otherwise it is to come from the heap.
    pub fn lends(&self) -> bool {
        self.pool.is_some()
    }

    /// Refuses what could not be held without breaking the limit.
    pub fn check(&self, bytes: u64) -> Result<()> {
        if bytes <= self.limit_bytes {
            return Ok(());
        }
        let limit = self.limit_bytes;
        let whole = limit.saturating_add(if self.lends() { SET_ASIDE as u64 } else { 0 });
        log!(
            Error,
            Client,
            "a body of {bytes} bytes or more has to be in memory in one piece and does not fit: the memory limit is \
             {whole}, of which {limit} are for buffers"
        );
        Err(Code::S3_PART_SIZE_EXCEEDS_MEMORY_LIMIT.into())
    }

    /// So much memory at once, whatever else is taken; it counts. `None` where it is to come from the heap.
    pub fn lend(&self, bytes: usize) -> Result<Option<Buffer>> {
        self.check(bytes as u64)?;
        let Some(pool) = &self.pool else { return Ok(None) };
        let ticket = pool.reserve(Reservation::at_once(bytes)).now();
        ticket.ok_or(Code::INVALID_STATE)??.claim(bytes).map(Some)
    }

    /// Room for the next bytes of a body that is announced to be so long, or else may turn out to have any length.
    pub fn room<'a>(
        &self,
        held: &'a mut Option<Buffer>,
        announced: Option<u64>,
    ) -> Result<&'a mut Buffer> {
        let full = match held {
            Some(buffer) if buffer.has_remaining_mut() => None,
            Some(buffer) => Some(buffer.capacity()),
            None => Some(0),
        };
        if let Some(now) = full {
            let wanted = match announced.filter(|bytes| now == 0 && *bytes > 0) {
                Some(bytes) => usize::try_from(bytes).unwrap_or(usize::MAX),
                None => self.next_size(now),
            };
            let mut larger = self.lend(wanted)?.ok_or(Code::INVALID_STATE)?;
            if let Some(buffer) = held {
                larger.put_slice(buffer.filled());
            }
            *held = Some(larger);
        }
        held.as_mut().ok_or_else(|| Error::from(Code::INVALID_STATE))
    }

    /// The sizes are the limit, its half, a quarter and so on, so that the last step ends right at the limit: what was
    /// touched of the old and of the new memory together is never more.
    fn next_size(&self, now: usize) -> usize {
        let mut size = usize::try_from(self.limit_bytes).unwrap_or(usize::MAX);
        if now >= size {
            return now.saturating_add(1);
        }
        while size / 2 > now && size / 2 >= FIRST_BYTES {
            size /= 2;
        }
        size
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::aws_s3_buffer_pool_config;
    use crate::crt::Allocator;
    use crate::pool::{arena, default_pool};

    const MIB: usize = 1 << 20;

    fn lender() -> (Lender, Pool) {
        let config = aws_s3_buffer_pool_config {
            client: std::ptr::null_mut(),
            part_size: 8 * MIB,
            max_part_size: 0,
            memory_limit: 256 * MIB,
        };
        let pool = default_pool(Allocator::default(), config).expect("valid");
        (Lender::new(Some(pool.clone()), 128 * MIB as u64), pool)
    }

    fn refused<T>(outcome: Result<T>) -> bool {
        outcome.is_err_and(|error| error.code() == Code::S3_PART_SIZE_EXCEEDS_MEMORY_LIMIT)
    }

    #[test]
    fn what_is_larger_than_the_limit_is_refused() {
        let (lender, pool) = lender();
        let all = lender.lend(128 * MIB).expect("fits exactly").expect("lent");
        assert_eq!((all.capacity(), arena::usage(&pool).forced_used), (128 * MIB, 128 * MIB));
        assert!(refused(lender.lend(128 * MIB + 1)));
        assert!(refused(lender.room(&mut None, Some(128 * MIB as u64 + 1))));
        let heap = Lender::new(None, 1000);
        assert!(heap.lend(1000).expect("fits").is_none());
        assert!(refused(heap.lend(1001)));
    }

    #[test]
    fn announced_bodies_get_what_they_need() {
        let (lender, pool) = lender();
        let mut held = None;
        lender.room(&mut held, Some(1_000_000)).expect("room").put_bytes(1, 1_000_000);
        assert_eq!(held.as_ref().map(Buffer::capacity), Some(1_000_000));
        // Longer than announced: as if nothing had been.
        lender.room(&mut held, Some(1_000_000)).expect("room").put_u8(2);
        assert_eq!(held.as_ref().map(Buffer::capacity), Some(MIB));
        drop(held);
        assert_eq!(arena::usage(&pool).forced_used, 0);
    }

    #[test]
    fn bodies_of_unknown_length_grow_up_to_the_limit() {
        let (lender, pool) = lender();
        let (mut held, mut sizes) = (None, Vec::new());
        let mut received = 0_usize;
        let end = loop {
            match lender.room(&mut held, None) {
                Ok(room) => {
                    sizes.push(room.capacity());
                    let count = room.remaining_mut();
                    room.put_bytes(sizes.len() as u8, count);
                    received += count;
                }
                end => break refused(end),
            }
        };
        assert!(end, "no end");
        assert_eq!(received, 128 * MIB);
        assert_eq!(sizes, (0..12).map(|n| FIRST_BYTES << n).collect::<Vec<_>>());
        assert_eq!(arena::usage(&pool).forced_used, 128 * MIB, "what was outgrown is given back");
        let buffer = held.expect("held");
        let mut from = 0;
        for (index, size) in sizes.iter().enumerate() {
            assert!(buffer.filled()[from..*size].iter().all(|byte| *byte == index as u8 + 1));
            from = *size;
        }
        assert_eq!(Lender::new(None, 10).next_size(0), 10);
    }
}

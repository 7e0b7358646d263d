//! Memory that nobody uses any more, for who wants some next.
//!
//! Making it anew is dear: what is mapped has to be given its pages one by one, and small memory that begins with a
//! page is cut out of larger pieces of the heap. What lies here counts nowhere, hence there is not much of it: of what
//! is mapped, no more than a small object takes.

use super::memory::Memory;
use crate::sync::Mutex;

/// The most that is kept altogether.
const MOST_BYTES: usize = 4 * 1024 * 1024;
/// The most that is kept of one, in whole pages of any size.
const MOST_OF_ONE: usize = 256 * 1024;
/// Of what is larger than the usual part, the beginning is too little to be worth it.
const LARGEST: usize = 32 * 1024 * 1024;

#[derive(Default)]
pub(super) struct Spare(Mutex<State>);

#[derive(Default)]
struct State {
    /// In the order in which they came.
    memory: Vec<Memory>,
    bytes: usize,
    /// Nobody will want any more.
    closed: bool,
}

impl Spare {
    /// The one that came last of those that are large enough, and not much larger.
    pub fn take(&self, size: usize) -> Option<Memory> {
        let fits = |its: usize| (size..=size.saturating_mul(2)).contains(&its);
        let mut state = self.0.lock();
        let last = state.memory.iter().rposition(|it| it.size().is_some_and(fits))?;
        let memory = state.memory.remove(last);
        state.bytes -= kept(&memory).unwrap_or(0);
        Some(memory)
    }

    /// Keeps what is worth it, and frees the rest.
    pub fn keep(&self, memory: Memory) {
        let Some(bytes) = kept(&memory) else { return };
        let has_room = |state: &State| !state.closed && state.bytes + bytes <= MOST_BYTES;
        if !has_room(&self.0.lock()) {
            return;
        }
        // Without the lock, as it may be much.
        memory.shrink(MOST_OF_ONE);
        let mut state = self.0.lock();
        if has_room(&state) {
            state.bytes += bytes;
            state.memory.push(memory);
        }
    }

    pub fn clear(&self) {
        self.empty(false);
    }

    /// Frees everything, and keeps nothing from now on.
    pub fn close(&self) {
        self.empty(true);
    }

    fn empty(&self, closed: bool) {
        let mut state = self.0.lock();
        let all = std::mem::take(&mut state.memory);
        state.bytes = 0;
        state.closed |= closed;
        drop(state);
        drop(all);
    }
}

/// How much of it is kept here; `None` of what is not worth it.
fn kept(memory: &Memory) -> Option<usize> {
    memory.size().filter(|size| *size <= LARGEST).map(|size| size.min(MOST_OF_ONE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crt::Allocator;

    fn memory(size: usize) -> Memory {
        Memory::allocate(Allocator::default(), size).expect("memory")
    }

    #[test]
    fn the_last_that_fits_is_taken_again() {
        let spare = Spare::default();
        let all = [60_000, 64_000, 20_000].map(memory);
        let starts = all.each_ref().map(|it| it.start().addr());
        all.into_iter().for_each(|it| spare.keep(it));
        assert!(spare.take(64_001).is_none() && spare.take(9_999).is_none());
        let taken = [50_000, 50_000, 10_000].map(|size| spare.take(size).expect("kept"));
        assert_eq!(taken.map(|it| it.start().addr()), [starts[1], starts[0], starts[2]]);
        assert_eq!(spare.0.lock().bytes, 0);
    }

    #[test]
    fn there_is_not_much_of_it() {
        const MIB: usize = 1024 * 1024;
        let spare = Spare::default();
        spare.keep(memory(LARGEST + 1));
        assert!(spare.take(LARGEST + 1).is_none());
        for size in [MOST_OF_ONE, 16 * MIB] {
            let spare = Spare::default();
            let count = MOST_BYTES / MOST_OF_ONE;
            let all: Vec<_> = (0..2 * count).map(|_| memory(size)).collect();
            all.into_iter().for_each(|it| spare.keep(it));
            assert_eq!(spare.0.lock().memory.len(), count);
            assert!(spare.take(size).is_some() && spare.take(size / 4).is_none());
            spare.clear();
            assert!(spare.take(size).is_none());
            spare.keep(memory(size));
            spare.close();
            spare.keep(memory(size));
            assert!(spare.take(size).is_none());
        }
    }

    #[test]
    fn what_a_ticket_gives_back_is_for_the_next_one() {
        const MIB: usize = 1024 * 1024;
        let config = crate::abi::aws_s3_buffer_pool_config {
            client: std::ptr::null_mut(),
            part_size: MIB,
            max_part_size: 0,
            memory_limit: 512 * MIB,
        };
        let pool = crate::pool::default_pool(Allocator::default(), config).expect("valid");
        // Too large for a block, hence mapped for itself.
        let claim = || {
            let wanted = crate::pool::Reservation::at_once(LARGEST);
            let ticket = pool.reserve(wanted).now().expect("at once").expect("memory");
            ticket.claim(LARGEST).expect("memory")
        };
        // What is mapped anew is zero.
        let first_byte = |buffer: &mut crate::pool::Buffer| {
            let room = bytes::BufMut::chunk_mut(buffer).as_mut_ptr();
            // SAFETY: the first byte of its memory, which the system or this test has written.
            unsafe { std::mem::replace(&mut *room, 7) }
        };
        assert_eq!([0, 1].map(|_| first_byte(&mut claim())), [0, 7]);
        pool.trim();
        assert_eq!(first_byte(&mut claim()), 0);
    }
}

//! Memory of a ticket: written once from front to back, then read by many.
//!
//! A [`Buffer`] is the only way to the memory until it is frozen into a [`Chunk`]. It is not zeroed: what was not
//! written cannot be read. All of them hold the ticket, so that the memory stays as long as anybody looks at it.

use std::fmt;
use std::mem::MaybeUninit;
use std::ops::{Deref, Range};
use std::ptr::NonNull;
use std::sync::Arc;

use bytes::buf::UninitSlice;
use bytes::{BufMut, Bytes};

use crate::crt::sys::aws_byte_buf;

use super::handle::Ticket;

/// The whole memory of a ticket, or a part that was split off.
struct Memory {
    ticket: Arc<Ticket>,
    start: NonNull<u8>,
    size: usize,
}

// SAFETY: the memory belongs to the ticket, which may change threads; access is exclusive through `Buffer` and
// read-only through `Chunk`.
unsafe impl Send for Memory {}
// SAFETY: as above.
unsafe impl Sync for Memory {}

/// Exclusive, write-once view of memory.
pub struct Buffer {
    memory: Arc<Memory>,
    filled: usize,
}

impl Buffer {
    /// # Safety
    /// `size` bytes at `start` stay writable as long as the ticket lives, and nobody else uses them.
    pub(super) unsafe fn new(ticket: Ticket, start: NonNull<u8>, size: usize) -> Self {
        let memory = Memory { ticket: Arc::new(ticket), start, size };
        Self { memory: Arc::new(memory), filled: 0 }
    }

    /// How much fits in all.
    pub fn capacity(&self) -> usize {
        self.memory.size
    }

    /// What was written so far.
    pub fn filled(&self) -> &[u8] {
        // SAFETY: the first `filled` bytes were written, and nobody writes while they are borrowed.
        unsafe { std::slice::from_raw_parts(self.memory.start.as_ptr(), self.filled) }
    }

    /// Forgets what was written, for the next attempt.
    pub fn clear(&mut self) {
        self.filled = 0;
    }

    /// Lets `write` fill the memory behind what was written, at most `max` bytes of it, and says how many bytes came.
    ///
    /// `write` returns what it has filled, which begins where its argument begins.
    pub fn fill<E>(
        &mut self,
        max: usize,
        write: impl FnOnce(&mut [MaybeUninit<u8>]) -> Result<&mut [u8], E>,
    ) -> Result<usize, E> {
        let size = self.remaining_mut().min(max);
        // SAFETY: the memory lies behind what was written, within the whole, and `self` is the only way to it. What
        // `write` leaves there does not matter before it is counted as filled.
        let room = unsafe {
            let start = self.memory.start.as_ptr().add(self.filled);
            std::slice::from_raw_parts_mut(start.cast::<MaybeUninit<u8>>(), size)
        };
        let start = room.as_ptr().cast::<u8>();
        let written = write(room)?;
        assert!(std::ptr::eq(written.as_ptr(), start) || written.is_empty(), "filled other memory");
        let count = written.len();
        self.filled += count;
        Ok(count)
    }

    /// Lets `write` put whatever it likes into the `size` bytes behind what was written, of which it says how many
    /// count from the front. What they hold before that may be anything, and is not to be read. None, and nothing
    /// done, if there are not so many.
    pub fn overwrite<E>(
        &mut self,
        size: usize,
        write: impl FnOnce(&mut [u8]) -> Result<usize, E>,
    ) -> Result<Option<usize>, E> {
        if self.remaining_mut() < size {
            return Ok(None);
        }
        // SAFETY: the memory lies behind what was written, within the whole, and `self` is the only way to it. Whoever
        // has made it, any byte is a content of it, and `write` does not read what it has not written.
        let room = unsafe {
            let start = self.memory.start.as_ptr().add(self.filled);
            std::slice::from_raw_parts_mut(start, size)
        };
        let count = write(room)?.min(size);
        self.filled += count;
        Ok(Some(count))
    }

    /// Ends writing.
    pub fn freeze(self) -> Chunk {
        Chunk { range: 0..self.filled, memory: self.memory }
    }

    /// Splits an empty buffer in two that are filled and given back independently.
    pub fn split(self, at: usize) -> (Self, Self) {
        let Memory { ticket, start, size } = &*self.memory;
        let at = at.min(*size);
        let part = |start, size| Self {
            memory: Arc::new(Memory { ticket: ticket.clone(), start, size }),
            filled: 0,
        };
        // SAFETY: `at` is within the memory. The parts do not overlap, and the whole ends here.
        (part(*start, at), part(unsafe { start.add(at) }, size - at))
    }

    pub fn ticket(&self) -> &Ticket {
        &self.memory.ticket
    }
}

// SAFETY: `chunk_mut` is the part of the memory behind what was written, which `remaining_mut` measures and
// `advance_mut` never leaves.
unsafe impl BufMut for Buffer {
    fn remaining_mut(&self) -> usize {
        self.memory.size - self.filled
    }

    unsafe fn advance_mut(&mut self, count: usize) {
        assert!(count <= self.remaining_mut(), "advanced past the end of the buffer");
        self.filled += count;
    }

    fn chunk_mut(&mut self) -> &mut UninitSlice {
        let rest = self.remaining_mut();
        // SAFETY: the rest lies within the memory, to which `self` is the only way.
        unsafe {
            UninitSlice::from_raw_parts_mut(self.memory.start.as_ptr().add(self.filled), rest)
        }
    }
}

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Buffer({} of {})", self.filled, self.memory.size)
    }
}

/// Shared, read-only view of what was written.
#[derive(Clone)]
pub struct Chunk {
    memory: Arc<Memory>,
    range: Range<usize>,
}

impl Chunk {
    pub fn ticket(&self) -> &Ticket {
        &self.memory.ticket
    }

    /// A part of this chunk; what lies beyond its end is left out.
    pub fn slice(&self, range: Range<usize>) -> Self {
        let end = self.range.start + range.end.min(self.len());
        let start = end.min(self.range.start.saturating_add(range.start));
        Self { memory: self.memory.clone(), range: start..end }
    }

    /// The same memory as `Bytes`, without a copy.
    pub fn into_bytes(self) -> Bytes {
        if self.is_empty() { Bytes::new() } else { Bytes::from_owner(self) }
    }
}

impl Deref for Chunk {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        let Range { start, end } = self.range;
        // SAFETY: the range was written before the buffer was frozen, and nobody writes to frozen memory.
        unsafe { std::slice::from_raw_parts(self.memory.start.as_ptr().add(start), end - start) }
    }
}

impl AsRef<[u8]> for Chunk {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl fmt::Debug for Chunk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Chunk({:?})", self.range)
    }
}

/// Memory that the caller of the C API lends for a download.
#[derive(Clone, Copy, Debug)]
pub struct CallerBuffer(NonNull<aws_byte_buf>);

// SAFETY: whoever makes one promises that the structure may be used from any thread.
unsafe impl Send for CallerBuffer {}
// SAFETY: as above; writing its length is left to the one who ends the download.
unsafe impl Sync for CallerBuffer {}

impl CallerBuffer {
    /// # Safety
    /// A non-NULL `buffer` points to a valid structure that stays where it is as long as the result or a copy is used,
    /// and its owner leaves it and its memory alone meanwhile.
    pub unsafe fn from_raw(buffer: *mut aws_byte_buf) -> Option<Self> {
        NonNull::new(buffer).map(Self)
    }

    pub fn as_ptr(&self) -> *mut aws_byte_buf {
        self.0.as_ptr()
    }

    pub fn capacity(&self) -> usize {
        // SAFETY: valid by the promise of `from_raw`.
        unsafe { (*self.as_ptr()).capacity }
    }

    pub fn filled(&self) -> usize {
        // SAFETY: as above.
        unsafe { (*self.as_ptr()).len }
    }

    /// Tells the caller how much was received. To be called once, at the end of the download.
    pub fn set_filled(&self, length: usize) {
        // SAFETY: as above; downloads end once.
        unsafe { (*self.as_ptr()).len = length.min(self.capacity()) }
    }

    /// Where `size` bytes from `offset` on lie; `None` when they do not fit.
    pub(super) fn part(&self, offset: u64, size: usize) -> Option<NonNull<u8>> {
        let offset = usize::try_from(offset).ok()?;
        let room = self.capacity().checked_sub(offset)?;
        // SAFETY: as above.
        let start = NonNull::new(unsafe { (*self.as_ptr()).buffer })?;
        // SAFETY: the offset is within the capacity.
        (size <= room).then(|| unsafe { start.add(offset) })
    }
}

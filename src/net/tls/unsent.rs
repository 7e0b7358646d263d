//! Ciphertext on its way out: sealed, and not taken by the socket yet.

use crate::net::scratch;

/// What a record is longer than its content, at most.
const OVERHEAD: usize = 64;

/// Full records that one batch seals.
const BATCH: usize = 16;

/// Ciphertext between `start` and `end` of a buffer that is larger.
#[derive(Default)]
pub struct Unsent {
    buffer: Vec<u8>,
    start: usize,
    end: usize,
}

impl Unsent {
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    pub fn as_slice(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// So much has been written.
    pub fn wrote(&mut self, count: usize) {
        self.start += count;
        if self.is_empty() {
            self.discard();
        }
    }

    pub fn discard(&mut self) {
        (self.start, self.end) = (0, 0);
        scratch::put_back(std::mem::take(&mut self.buffer));
    }

    /// Makes room for `length` bytes behind what is there.
    pub fn reserve(&mut self, length: usize) {
        if self.buffer.is_empty() {
            self.buffer = scratch::borrow();
        }
        if self.buffer.len() < self.end + length {
            self.buffer.resize(self.end + length, 0);
        }
    }

    /// Makes room for so much content in records of that length, or for a batch of them. Head, body and trailer may end
    /// in shorter ones.
    pub fn reserve_batch(&mut self, content: usize, record: usize) {
        let records = content.div_ceil(record).clamp(1, BATCH);
        self.reserve(records * (record + OVERHEAD) + 2 * OVERHEAD);
    }

    /// Content that fits as full records of that length, or as one that is not full.
    pub fn fits(&self, record: usize) -> usize {
        let room = self.buffer.len() - self.end;
        let records = room / (record + OVERHEAD);
        if records > 0 { records * record } else { room.saturating_sub(OVERHEAD) }
    }

    /// Has `write` put something into the room behind what is there, and say how long it is.
    pub fn append<E>(
        &mut self,
        write: impl FnOnce(&mut [u8]) -> Result<usize, E>,
    ) -> Result<(), E> {
        self.end += write(&mut self.buffer[self.end..])?;
        Ok(())
    }
}

impl Drop for Unsent {
    fn drop(&mut self) {
        self.discard();
    }
}

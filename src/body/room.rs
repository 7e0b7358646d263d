//! Memory that files are read into.

use std::fs::File;
use std::io;

use bytes::{BufMut, Bytes};

use crate::pool::{Buffer, Chunk};

/// Memory that a file can be read into as it is: neither zeroed before nor copied through.
pub trait Room: BufMut {
    /// Reads once at `offset`, at most `max` bytes into the next piece of the memory. Nothing read means the end of
    /// the file, or that there is no room.
    fn read_at(&mut self, file: &File, offset: u64, max: usize) -> io::Result<usize>;
}

/// Memory that is filled, lent for a while, and filled again.
pub trait Refill: Room + Send + Sized + 'static {
    type Lent: Send;

    /// What was filled, to be read, and what the memory comes back from.
    fn lend(self) -> (Bytes, Self::Lent);

    /// The memory, empty, when nobody reads it any more.
    fn reclaim(lent: Self::Lent) -> Result<Self, Self::Lent>;
}

impl Room for Vec<u8> {
    fn read_at(&mut self, file: &File, offset: u64, max: usize) -> io::Result<usize> {
        if max == 0 {
            return Ok(0);
        }
        let before = self.len();
        self.reserve(max);
        rustix::io::pread(file, rustix::buffer::spare_capacity(self), offset)?;
        // A vector may have more room than was asked for.
        self.truncate(before + max);
        Ok(self.len() - before)
    }
}

impl Refill for Vec<u8> {
    type Lent = Bytes;

    fn lend(self) -> (Bytes, Bytes) {
        let bytes = Bytes::from(self);
        (bytes.clone(), bytes)
    }

    fn reclaim(lent: Bytes) -> Result<Self, Bytes> {
        let mut memory = Vec::from(lent.try_into_mut()?);
        memory.clear();
        Ok(memory)
    }
}

impl Room for Buffer {
    fn read_at(&mut self, file: &File, offset: u64, max: usize) -> io::Result<usize> {
        self.fill(max, |room| Ok(rustix::io::pread(file, room, offset)?.0))
    }
}

impl Refill for Buffer {
    type Lent = Chunk;

    fn lend(self) -> (Bytes, Chunk) {
        let chunk = self.freeze();
        (chunk.clone().into_bytes(), chunk)
    }

    fn reclaim(lent: Chunk) -> Result<Self, Chunk> {
        lent.reclaim()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_are_lent_and_reclaimed() {
        let mut memory = Vec::with_capacity(100);
        memory.extend_from_slice(b"abc");
        let address = memory.as_ptr();
        let (bytes, lent) = memory.lend();
        assert_eq!(bytes, "abc");
        let lent = Vec::reclaim(lent).unwrap_err();
        drop(bytes);
        let memory = Vec::reclaim(lent).unwrap();
        assert_eq!((memory.len(), memory.as_ptr()), (0, address));
    }

    #[test]
    fn reading_stops_at_max() {
        let file = File::open("/proc/self/exe").unwrap();
        let mut memory = Vec::with_capacity(4096);
        assert_eq!(memory.read_at(&file, 1, 3).unwrap(), 3);
        assert_eq!(memory, b"ELF");
        assert_eq!(memory.read_at(&file, 0, 0).unwrap(), 0);
        assert_eq!(memory.read_at(&file, 1 << 40, 10).unwrap(), 0);
    }
}

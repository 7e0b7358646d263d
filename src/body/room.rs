//! Memory that files are read into.

use std::fs::File;
use std::io;

use bytes::BufMut;

use crate::pool::Buffer;

/// What a vector takes of a file without positions at a time, as it has to be zeroed before.
const VEC_STEP: usize = 64 * 1024;

/// Memory that a file can be read into as it is: neither zeroed before nor copied through.
pub trait Room: BufMut {
    /// Reads once at `offset`, at most `max` bytes into the next piece of the memory. Nothing read means the end of
    /// the file, or that there is no room.
    fn read_at(&mut self, file: &File, offset: u64, max: usize) -> io::Result<usize>;

    /// The same at the file's own position, which moves on.
    fn read(&mut self, file: &File, max: usize) -> io::Result<usize>;
}

/// Memory that is filled, looked at by others, and filled again.
pub trait Refill: Room + Send + Sync + Sized + 'static {
    /// What was written so far.
    fn filled(&self) -> &[u8];

    /// Forgets what was written.
    fn clear(&mut self);
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

    fn read(&mut self, file: &File, max: usize) -> io::Result<usize> {
        // Not into all the spare capacity: what came too much could not be read again.
        let before = self.len();
        self.resize(before + max.min(VEC_STEP), 0);
        let read = rustix::io::read(file, &mut self[before..]);
        self.truncate(before + read.unwrap_or(0));
        Ok(read?)
    }
}

impl Refill for Vec<u8> {
    fn filled(&self) -> &[u8] {
        self
    }

    fn clear(&mut self) {
        Vec::clear(self);
    }
}

impl Room for Buffer {
    fn read_at(&mut self, file: &File, offset: u64, max: usize) -> io::Result<usize> {
        self.fill(max, |room| Ok(rustix::io::pread(file, room, offset)?.0))
    }

    fn read(&mut self, file: &File, max: usize) -> io::Result<usize> {
        self.fill(max, |room| Ok(rustix::io::read(file, room)?.0))
    }
}

impl Refill for Buffer {
    fn filled(&self) -> &[u8] {
        Buffer::filled(self)
    }

    fn clear(&mut self) {
        Buffer::clear(self);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_stops_at_max() {
        let file = File::open("/proc/self/exe").unwrap();
        let mut memory = Vec::with_capacity(4096);
        assert_eq!(memory.read_at(&file, 1, 3).unwrap(), 3);
        assert_eq!(memory, b"ELF");
        assert_eq!(memory.read_at(&file, 0, 0).unwrap(), 0);
        assert_eq!(memory.read_at(&file, 1 << 40, 10).unwrap(), 0);
        assert_eq!(memory.read(&file, 4).unwrap(), 4);
        assert_eq!(memory.read(&file, 0).unwrap(), 0);
        assert_eq!(memory, b"ELF\x7fELF");
    }
}

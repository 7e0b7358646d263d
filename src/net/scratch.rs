//! Memory that a worker's connections share: a batch of bytes is read or written within one poll, so one buffer per
//! thread stays in the cache where one per connection would not.
//!
//! What begins with a page should not be copied to a few bytes behind the beginning of another: AMD's Zen 3 does that
//! at a fifth of its speed when it copies by `rep movsb`, as the kernel and many C libraries have it do. What lies in a
//! socket begins with a page as a rule, and large blocks of malloc begin 16 bytes into one.

use std::cell::Cell;

thread_local! {
    static READING: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    static WRITING: Cell<Vec<Vec<u8>>> = const { Cell::new(Vec::new()) };
}

/// Buffers for unfinished writes that a thread keeps at most.
const KEPT: usize = 8;

const PAGE: usize = 4096;

/// Where in a page it begins what is read into: a little behind the pages of the socket.
const IN_PAGE: usize = 512;

/// Runs `body` with at least `size` bytes of arbitrary content.
pub fn with<T>(size: usize, body: impl FnOnce(&mut [u8]) -> T) -> T {
    // Should `body` come here again, it finds an empty buffer and makes its own.
    let mut buffer = READING.take();
    if buffer.len() < size + PAGE {
        buffer.resize(size + PAGE, 0);
    }
    let start = IN_PAGE.wrapping_sub(buffer.as_ptr().addr()) % PAGE;
    let outcome = body(&mut buffer[start..]);
    READING.set(buffer);
    outcome
}

/// A buffer that stays with its connection until what is in it has been written.
pub fn borrow() -> Vec<u8> {
    let mut kept = WRITING.take();
    let buffer = kept.pop().unwrap_or_default();
    WRITING.set(kept);
    buffer
}

/// Takes a buffer back for the next [`borrow`].
pub fn put_back(buffer: Vec<u8>) {
    let mut kept = WRITING.take();
    if kept.len() < KEPT && buffer.capacity() > 0 {
        kept.push(buffer);
    }
    WRITING.set(kept);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_into_begins_behind_the_beginning_of_a_page() {
        for size in [1, PAGE, 100_000, 1_000_000] {
            let (start, length) = with(size, |buffer| (buffer.as_ptr().addr(), buffer.len()));
            assert!((64..PAGE / 2).contains(&(start % PAGE)));
            assert!(length >= size);
            with(size, |_| with(size, |inner| assert!(inner.len() >= size)));
        }
    }
}

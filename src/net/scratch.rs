//! Memory that a worker's connections share: a batch of bytes is read or written within one poll, so one buffer per
//! thread stays in the cache where one per connection would not.

use std::cell::Cell;

thread_local! {
    static READING: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    static WRITING: Cell<Vec<Vec<u8>>> = const { Cell::new(Vec::new()) };
}

/// Buffers for unfinished writes that a thread keeps at most.
const KEPT: usize = 8;

/// Runs `body` with at least `size` bytes of arbitrary content.
pub fn with<T>(size: usize, body: impl FnOnce(&mut [u8]) -> T) -> T {
    // Should `body` come here again, it finds an empty buffer and makes its own.
    let mut buffer = READING.take();
    if buffer.len() < size {
        buffer.resize(size, 0);
    }
    let outcome = body(&mut buffer);
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

//! Body streams that are read on the spot.
//!
//! Callers implement them, so what a stream reports is checked before it is believed. Reads may
//! block. A stream is read by one reader at a time; clones of a handle are for keeping it alive.

use core::mem::MaybeUninit;
use core::ptr;

use bytes::BufMut;

use crate::error::{Code, Error, Result};

use super::call::call_out;
use super::sys::{aws_byte_buf, aws_input_stream, aws_stream_status};
use super::{Count, Counted, check, host};

/// A counted `aws_input_stream`.
pub type InputStream = Counted<aws_input_stream>;

// SAFETY: acquire and release may be called from anywhere; reading is for one reader at a time.
unsafe impl Count for aws_input_stream {
    unsafe fn acquire(object: *mut Self) {
        // SAFETY: alive by contract.
        let _ = unsafe { call_out!(host::aws_input_stream_acquire, object) };
    }

    unsafe fn release(object: *mut Self) {
        // SAFETY: alive, and the reference is ours by contract.
        let _ = unsafe { call_out!(host::aws_input_stream_release, object) };
    }
}

impl InputStream {
    /// Reads up to `max` bytes into the next piece of `into` and tells how many came.
    ///
    /// None can mean that there is nothing right now; [`at_end`](Self::at_end) knows the end.
    pub fn read(&mut self, into: &mut impl BufMut, max: usize) -> Result<usize> {
        if max == 0 || !into.has_remaining_mut() {
            return Ok(0);
        }
        let room = into.chunk_mut();
        let lent = lend(room.as_mut_ptr(), room.len().min(max));
        let mut dest = lent;
        // Not `aws_input_stream_read`, which ends the process when a stream misuses its buffer.
        // SAFETY: the stream is alive, and vtables are never changed or freed.
        let read = unsafe { (*(*self.as_ptr()).vtable).read };
        let read = read.ok_or_else(|| Error::new(Code::UNIMPLEMENTED))?;
        // SAFETY: the slot belongs to the stream; `dest` is memory of ours until the call ends.
        check(unsafe { call_out!(read, self.as_ptr(), &raw mut dest) }?)?;
        let count = received(&lent, &dest)?;
        // SAFETY: the stream says that it has filled this many bytes, and there is room for them.
        unsafe { into.advance_mut(count) };
        Ok(count)
    }

    /// Whether everything has been read.
    pub fn at_end(&self) -> Result<bool> {
        let mut status = MaybeUninit::<aws_stream_status>::zeroed();
        // SAFETY: the stream is alive and `status` writable.
        let asked = unsafe {
            call_out!(host::aws_input_stream_get_status, self.as_ptr(), status.as_mut_ptr())
        };
        check(asked?)?;
        // SAFETY: zeroed before, so there is a byte; read as a number because C may store any.
        Ok(unsafe { (&raw const (*status.as_ptr()).is_end_of_stream).cast::<u8>().read() } != 0)
    }

    /// How many bytes there are in all, for streams that know.
    pub fn length(&self) -> Result<u64> {
        let mut length = 0_i64;
        // SAFETY: the stream is alive and `length` writable.
        let asked =
            unsafe { call_out!(host::aws_input_stream_get_length, self.as_ptr(), &raw mut length) };
        check(asked?)?;
        u64::try_from(length).map_err(|_| Error::new(Code::INVALID_ARGUMENT))
    }
}

/// An empty buffer over memory of ours that C may fill but not move.
pub(super) fn lend(memory: *mut u8, capacity: usize) -> aws_byte_buf {
    aws_byte_buf { len: 0, buffer: memory, capacity, allocator: ptr::null_mut() }
}

/// How many bytes C put into a buffer of ours, if it kept to the rules.
pub(super) fn received(lent: &aws_byte_buf, back: &aws_byte_buf) -> Result<usize> {
    let same = back.buffer == lent.buffer && back.capacity == lent.capacity;
    if same && back.len <= lent.capacity {
        Ok(back.len)
    } else {
        Err(Error::new(Code::IO_STREAM_READ_FAILED).because("the stream misused its buffer"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_must_come_back_as_it_was_lent() {
        let mut memory = [0; 8];
        let lent = lend(memory.as_mut_ptr(), 8);
        for len in [0, 8] {
            assert_eq!(received(&lent, &aws_byte_buf { len, ..lent }).unwrap(), len);
        }
        let moved = aws_byte_buf { buffer: lent.buffer.wrapping_add(1), ..lent };
        let grown = aws_byte_buf { capacity: 9, ..lent };
        let long = aws_byte_buf { len: 9, ..lent };
        for bad in [moved, grown, long] {
            assert_eq!(received(&lent, &bad).unwrap_err().code(), Code::IO_STREAM_READ_FAILED);
        }
    }
}

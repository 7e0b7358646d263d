//! Body streams that answer later.
//!
//! Callers implement them. While a read is under way C owns the memory it fills: the buffer moves
//! into a block of its own that only the completion takes apart, so dropping the Rust future never
//! pulls memory away from under C.

use core::ffi::c_void;
use core::ptr::NonNull;
use std::any::Any;
use std::sync::Arc;

use bytes::BufMut;
use tokio::sync::oneshot;

use crate::error::{Code, Error, Result};

use super::call::call_out;
use super::guard::guarded;
use super::input_stream::{lend, received};
use super::raise::check_number;
use super::sys::{aws_async_input_stream, aws_byte_buf, aws_future_bool};
use super::{Count, Counted, host, last_error};

/// Something that stays for as long as C works on memory of ours.
pub type Keep = Arc<dyn Any + Send + Sync>;

/// A counted `aws_async_input_stream`.
pub type AsyncInputStream = Counted<aws_async_input_stream>;

// SAFETY: acquire and release may be called from anywhere; reading is for one reader at a time.
unsafe impl Count for aws_async_input_stream {
    unsafe fn acquire(object: *mut Self) {
        // SAFETY: alive by contract.
        let _ = unsafe { call_out!(host::aws_async_input_stream_acquire, object) };
    }

    unsafe fn release(object: *mut Self) {
        // SAFETY: alive, and the reference is ours by contract.
        let _ = unsafe { call_out!(host::aws_async_input_stream_release, object) };
    }
}

/// Asks a stream for bytes. It may block, as the stream is the program's.
pub type Ask = Box<dyn FnOnce() + Send>;

type Outcome<B> = (Option<B>, Result<(usize, bool)>);

/// One read: everything that C works on until it completes, and where the outcome goes.
struct Read<B> {
    lent: aws_byte_buf,
    /// What C changes.
    dest: aws_byte_buf,
    buffer: B,
    future: *mut aws_future_bool,
    /// Keeps the stream alive.
    stream: AsyncInputStream,
    /// Outlives the buffer.
    keep: Keep,
    outcome: oneshot::Sender<Outcome<B>>,
}

impl AsyncInputStream {
    /// Reads into the next piece of `buffer` once, and gives the buffer back with the number of
    /// bytes that came and whether that was the end. The stream is asked where `run` runs what it gets.
    ///
    /// Dropping the future does not stop the read; the buffer, and after it `keep`, is dropped when C is
    /// done with it. No other read may be started before that. The buffer is lost only when the stream
    /// is not asked.
    pub async fn read<B: BufMut + Send + 'static>(
        &mut self,
        buffer: B,
        keep: Keep,
        run: &(dyn Fn(Ask) + Send + Sync),
    ) -> Outcome<B> {
        if !buffer.has_remaining_mut() {
            return (Some(buffer), Err(Error::new(Code::SHORT_BUFFER)));
        }
        let (outcome, receiver) = oneshot::channel();
        let stream = self.clone();
        run(Box::new(move || stream.start(buffer, keep, outcome)));
        let lost = (None, Err(Error::new(Code::UNKNOWN)));
        receiver.await.unwrap_or(lost)
    }

    fn start<B: BufMut + Send + 'static>(
        self,
        buffer: B,
        keep: Keep,
        outcome: oneshot::Sender<Outcome<B>>,
    ) {
        let empty = lend(NonNull::dangling().as_ptr(), 0);
        let read = Box::into_raw(Box::new(Read {
            lent: empty,
            dest: empty,
            buffer,
            future: core::ptr::null_mut(),
            stream: self,
            keep,
            outcome,
        }));
        // SAFETY: the block is ours alone until C knows of it. The buffer stays where it is from
        // now on, also when its memory is inside of it.
        let dest = unsafe {
            let room = (*read).buffer.chunk_mut();
            (*read).lent = lend(room.as_mut_ptr(), room.len());
            (*read).dest = (*read).lent;
            &raw mut (*read).dest
        };
        // SAFETY: as above; the block holds the stream.
        let stream = unsafe { (*read).stream.as_ptr() };
        // SAFETY: the stream is alive, and `dest` and its memory stay until the future completes.
        let asked: core::result::Result<*mut aws_future_bool, _> =
            unsafe { call_out!(host::aws_async_input_stream_read, stream, dest) };
        // A read that ended its thread has told nobody of a future, and counts as not started.
        let future = match asked {
            Ok(future) if !future.is_null() => Ok(future),
            Ok(_) => Err(Error::new(last_error())),
            Err(ended) => Err(ended.into()),
        };
        let future = match future {
            Ok(future) => future,
            Err(error) => {
                // SAFETY: nothing was started, so the block is ours again.
                let read = *unsafe { Box::from_raw(read) };
                let Read { buffer, stream, keep, outcome, .. } = read;
                drop(stream);
                let _ = outcome.send((Some(buffer), Err(error)));
                drop(keep);
                return;
            }
        };
        // SAFETY: `finish` takes the block over, and may do so before this returns: the future is
        // held here until then.
        unsafe {
            (*read).future = host::aws_future_bool_acquire(future);
            host::aws_future_bool_register_callback(future, Some(finish::<B>), read.cast());
            host::aws_future_bool_release(future);
        }
    }
}

unsafe extern "C" fn finish<B: BufMut>(read: *mut c_void) {
    guarded("completion of a stream's read", || {
        // SAFETY: `start` gave this block away, and futures call back once.
        let read = *unsafe { Box::from_raw(read.cast::<Read<B>>()) };
        let Read { lent, dest, mut buffer, future, stream, keep, outcome } = read;
        // SAFETY: the future is complete, and its reference is ours.
        let (error, at_end) = unsafe {
            let error = host::aws_future_bool_get_error(future);
            let at_end = error == 0 && host::aws_future_bool_get_result(future);
            host::aws_future_bool_release(future);
            (error, at_end)
        };
        let count = check_number(error).and_then(|()| received(&lent, &dest));
        if let Ok(count) = count {
            // SAFETY: the stream says that it has filled this many bytes, and there is room for
            // them.
            unsafe { buffer.advance_mut(count) };
        }
        // Whoever is told may count on the stream being let go.
        drop(stream);
        // Nobody listens when the Rust future is gone; then the buffer ends here.
        let _ = outcome.send((Some(buffer), count.map(|count| (count, at_end))));
        drop(keep);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_can_be_awaited_on_any_thread() {
        fn is_send<T: Send>(_: fn(&'static mut AsyncInputStream) -> T) {}
        is_send(|stream| stream.read(Vec::<u8>::new(), Arc::new(()), &|ask| ask()));
    }
}

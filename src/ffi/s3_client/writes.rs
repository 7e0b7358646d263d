//! Writing the body of an upload piece by piece.

use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::Arc;

use crate::sync::Mutex;

use crate::abi::*;
use crate::crt::call::Visit;
use crate::crt::sys::{aws_byte_cursor, aws_future_void, aws_simple_completion_callback};
use crate::crt::{self, FutureVoid};
use crate::error::{Code, Error, Result};
use crate::ffi::callbacks::{Object, UserData, call_plain};
use crate::ffi::entry::entry;
use crate::ffi::handle;
use crate::operation::{MetaRequest, Written};

use super::meta_request;

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_meta_request_poll_write(
    meta_request: *mut aws_s3_meta_request,
    data: aws_byte_cursor,
    eof: bool,
    waker: aws_simple_completion_callback,
    user_data: *mut c_void,
) -> aws_s3_meta_request_poll_write_result {
    let visit = Visit::begin();
    let user_data = UserData(user_data);
    let poll = move || -> Result<Written> {
        if waker.is_none() {
            return Err(Code::INVALID_ARGUMENT.into());
        }
        // SAFETY: the caller holds a reference and lends the data for the call.
        let (meta, data) = unsafe { (meta_request::borrow(meta_request)?, crt::bytes_of(data)) };
        Ok(meta.poll_write(data, eof, Box::new(move || call_plain(waker, user_data))))
    };
    let polled = std::panic::catch_unwind(std::panic::AssertUnwindSafe(poll));
    let polled = polled.unwrap_or_else(|_| Err(Code::S3_INTERNAL_ERROR.into()));
    let (is_pending, error_code, bytes_processed) = match polled {
        Ok(Written::Bytes(count)) => (false, 0, count),
        Ok(Written::Pending) => (true, 0, 0),
        Ok(Written::Failed(code)) => (false, code.0, 0),
        Err(error) => (false, error.code().0, 0),
    };
    visit.end();
    aws_s3_meta_request_poll_write_result {
        is_pending,
        error_code: error_code as c_int,
        bytes_processed,
    }
}

/// A write on its way: the caller's data until all of it has been taken.
struct Job {
    // Before the object, whose end is the meta request's.
    meta: Arc<MetaRequest>,
    /// Keeps the meta request, and so what the caller writes to, until the future is complete.
    object: Object,
    data: UserData,
    length: usize,
    eof: bool,
    taken: Mutex<usize>,
    future: FutureVoid,
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_meta_request_write(
    meta_request: *mut aws_s3_meta_request,
    data: aws_byte_cursor,
    eof: bool,
) -> *mut aws_future_void {
    entry(|| {
        // SAFETY: the caller holds a reference.
        let (object, meta) = unsafe {
            (handle::borrow(meta_request.cast_const())?, meta_request::borrow(meta_request)?)
        };
        let future = FutureVoid::new(object.allocator())?;
        let handed_out = future.clone().into_raw();
        // SAFETY: the caller's reference keeps the object alive until ours is counted.
        let object = Object(unsafe { handle::acquire(meta_request) });
        let job = Job {
            object,
            meta: meta.clone(),
            data: UserData(data.ptr.cast()),
            length: data.len,
            eof,
            taken: Mutex::new(0),
            future,
        };
        Arc::new(job).run();
        Ok(handed_out)
    })
}

impl Job {
    /// Writes until everything is taken, or until a waker comes back here.
    fn run(self: Arc<Self>) {
        loop {
            let taken = *self.taken.lock();
            // SAFETY: the caller leaves its data in place until the future is complete.
            let data = unsafe { self.data() };
            let again = self.clone();
            let waker = Box::new(move || again.run());
            match self.meta.poll_write(&data[taken..], self.eof, waker) {
                Written::Pending => return,
                Written::Failed(code) => return self.finish(Err(code.into())),
                Written::Bytes(count) => *self.taken.lock() += count,
            }
            if *self.taken.lock() >= self.length {
                return self.finish(Ok(()));
            }
        }
    }

    /// # Safety
    /// The future is not complete.
    unsafe fn data(&self) -> &[u8] {
        let start = if self.data.0.is_null() { ptr::dangling() } else { self.data.0.cast() };
        // SAFETY: as the caller promises.
        unsafe { std::slice::from_raw_parts(start, self.length) }
    }

    fn finish(&self, outcome: Result<(), Error>) {
        debug_assert!(!self.object.0.is_null());
        match outcome {
            Ok(()) => self.future.set_result(),
            Err(error) => self.future.set_error(error.code()),
        }
    }
}

//! `aws_async_input_stream_*`: calls on a caller's asynchronous stream.

use core::ffi::*;
use core::ptr;

use crate::crt::call::call_out;
use crate::crt::sys::*;
use crate::error::Code;

use super::future::{self, Future};
use super::future_types::{aws_future_bool_new, aws_future_bool_set_result};
use super::link;

/// Prepares the part of a stream that the library knows; the count starts at one.
///
/// # Safety
/// `stream` is writable; `vtable` outlives it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_async_input_stream_init_base(
    stream: *mut aws_async_input_stream,
    alloc: *mut aws_allocator,
    vtable: *const aws_async_input_stream_vtable,
    r#impl: *mut c_void,
) {
    // SAFETY: as the caller promises.
    unsafe {
        (*stream).vtable = vtable;
        (*stream).alloc = alloc;
        (*stream).r#impl = r#impl;
        link::aws_ref_count_init(&raw mut (*stream).ref_count, stream.cast(), Some(end));
    }
}

unsafe extern "C" fn end(stream: *mut c_void) {
    let stream = stream.cast::<aws_async_input_stream>();
    // SAFETY: the last reference is gone, and the stream is its maker's to destroy.
    unsafe {
        if let Some(destroy) = (*(*stream).vtable).destroy {
            let _ = call_out!(destroy, stream);
        }
    }
}

/// NULL is returned as it is.
///
/// # Safety
/// `stream` is NULL or live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_async_input_stream_acquire(
    stream: *mut aws_async_input_stream,
) -> *mut aws_async_input_stream {
    if !stream.is_null() {
        // SAFETY: as the caller promises.
        unsafe { link::aws_ref_count_acquire(&raw mut (*stream).ref_count) };
    }
    stream
}

/// NULL is ignored. Returns NULL.
///
/// # Safety
/// `stream` is NULL or live, and the caller gives up a reference.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_async_input_stream_release(
    stream: *mut aws_async_input_stream,
) -> *mut aws_async_input_stream {
    if !stream.is_null() {
        // SAFETY: as the caller promises.
        unsafe { link::aws_ref_count_release(&raw mut (*stream).ref_count) };
    }
    ptr::null_mut()
}

/// One read of at least a byte, unless the stream ends. The future yields true at the end of the data; a full
/// `dest` fails with `AWS_ERROR_SHORT_BUFFER`.
///
/// # Safety
/// `stream` is live; `dest` stays valid and untouched until the future is done. One read at a time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_async_input_stream_read(
    stream: *mut aws_async_input_stream,
    dest: *mut aws_byte_buf,
) -> *mut Future {
    // SAFETY: as the caller promises.
    unsafe {
        if (*dest).len >= (*dest).capacity {
            return failed((*stream).alloc, Code::SHORT_BUFFER);
        }
        match (*(*stream).vtable).read {
            // Nobody knows of a future when the thread has ended.
            Some(read) => call_out!(read, stream, dest)
                .map_or(ptr::null_mut(), |future: *mut aws_future_bool| future.cast()),
            None => failed((*stream).alloc, Code::UNIMPLEMENTED),
        }
    }
}

/// # Safety
/// `allocator` is valid.
unsafe fn failed(allocator: *mut aws_allocator, code: Code) -> *mut Future {
    // SAFETY: as the caller promises; the future is new.
    unsafe {
        let future = aws_future_bool_new(allocator);
        (*future).set_error(code);
        future
    }
}

/// What a reading to the brim holds on to between two reads.
struct Filling {
    stream: *mut aws_async_input_stream,
    dest: *mut aws_byte_buf,
    outcome: *mut Future,
    step: *mut Future,
}

/// Reads until `dest` is full or the stream ends. The future yields true at the end of the data.
///
/// # Safety
/// As [`aws_async_input_stream_read`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_async_input_stream_read_to_fill(
    stream: *mut aws_async_input_stream,
    dest: *mut aws_byte_buf,
) -> *mut Future {
    // SAFETY: as the caller promises.
    unsafe {
        if (*dest).len >= (*dest).capacity {
            return failed((*stream).alloc, Code::SHORT_BUFFER);
        }
        let outcome = aws_future_bool_new((*stream).alloc);
        let filling = Filling {
            stream: aws_async_input_stream_acquire(stream),
            dest,
            outcome: future::acquire(outcome),
            step: ptr::null_mut(),
        };
        fill(filling);
        outcome
    }
}

/// Reads until a read has to be waited for, and goes on from there. Never recurses into itself on this thread.
///
/// # Safety
/// The filling's references are its own.
unsafe fn fill(mut filling: Filling) {
    // SAFETY: the filling holds a reference to everything it points to; `dest` is the reader's until it is done.
    unsafe {
        loop {
            if filling.step.is_null() {
                filling.step = aws_async_input_stream_read(filling.stream, filling.dest);
            }
            if filling.step.is_null() {
                filling.step = failed((*filling.stream).alloc, Code::UNKNOWN);
            }
            if !(*filling.step).is_done() {
                let step = filling.step;
                let carried = Box::into_raw(Box::new(filling));
                future::acquire(step);
                let waits = (*step).register_if_not_done(Some(resume), carried.cast());
                future::release(step);
                if waits {
                    return;
                }
                filling = *Box::from_raw(carried);
            }
            if settle(&mut filling) {
                return;
            }
        }
    }
}

unsafe extern "C" fn resume(filling: *mut c_void) {
    // SAFETY: `fill` boxed it for this call, which comes once.
    unsafe {
        fill(*Box::from_raw(filling.cast::<Filling>()));
    }
}

/// Looks at a finished read; says whether the whole is finished too.
///
/// # Safety
/// The step of the filling is done; the references are its own.
unsafe fn settle(filling: &mut Filling) -> bool {
    // SAFETY: as the caller promises.
    unsafe {
        let error = (*filling.step).error();
        let at_end = error == 0 && (*filling.step).result_address().cast::<u8>().read() != 0;
        let full = (*filling.dest).len >= (*filling.dest).capacity;
        future::release(filling.step);
        filling.step = ptr::null_mut();
        if error == 0 && !at_end && !full {
            return false;
        }
        if error == 0 {
            aws_future_bool_set_result(filling.outcome, at_end);
        } else {
            (*filling.outcome).set_error(Code(error));
        }
        aws_async_input_stream_release(filling.stream);
        future::release(filling.outcome);
        true
    }
}

//! The promise of a ticket: the functions that a macro of the CRT declares in the header.
//!
//! Where the header leaves a misuse undefined, nothing happens but an error on the thread or in the log.

use core::ffi::{c_int, c_void};
use std::time::Duration;

use crate::abi::{aws_future_s3_buffer_ticket, aws_s3_buffer_ticket};
use crate::crt::Allocator;
use crate::crt::sys::{aws_allocator, aws_channel, aws_event_loop, aws_future_callback_fn};
use crate::error::{Code, Error};
use crate::ffi::entry::entry;
use crate::log;
use crate::pool::future::Registration;
use crate::pool::{TicketFuture, TicketRef};

use super::borrow;
use super::callback::Callback;

/// Makes a future without result, with one reference for the caller. Never NULL. `alloc` must
/// not be NULL.
///
/// cbindgen:ignore
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_future_s3_buffer_ticket_new(
    alloc: *mut aws_allocator,
) -> *mut aws_future_s3_buffer_ticket {
    entry(|| {
        // SAFETY: NULL or an allocator that outlives the future.
        let allocator = unsafe { Allocator::from_raw(alloc) }.ok_or(Code::INVALID_ARGUMENT)?;
        Ok(TicketFuture::new(allocator).into_raw())
    })
}

/// Completes a future with the ticket at `*pointer_address`, whose reference it takes over, and
/// sets that pointer to NULL. A future that is complete already releases the ticket instead.
/// Calls the callback registered, on this thread.
///
/// cbindgen:ignore
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_future_s3_buffer_ticket_set_result_by_move(
    future: *mut aws_future_s3_buffer_ticket,
    pointer_address: *mut *mut aws_s3_buffer_ticket,
) {
    entry(|| {
        // SAFETY: NULL or a place for a pointer.
        let place = unsafe { pointer_address.as_mut() }.ok_or(Code::INVALID_ARGUMENT)?;
        // SAFETY: NULL or alive, and the caller gives its reference away.
        let ticket = unsafe { TicketRef::adopt(std::mem::replace(place, std::ptr::null_mut())) };
        // SAFETY: NULL or alive.
        let future = unsafe { borrow(future) }.ok_or(Code::INVALID_ARGUMENT)?;
        future.complete(Ok(ticket));
        Ok(())
    })
}

/// Takes the ticket out of a future that completed without error; the caller then owns that
/// reference. To be called once.
///
/// cbindgen:ignore
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_future_s3_buffer_ticket_get_result_by_move(
    future: *mut aws_future_s3_buffer_ticket,
) -> *mut aws_s3_buffer_ticket {
    entry(|| {
        // SAFETY: NULL or alive.
        let future = unsafe { borrow(future) }.ok_or(Code::INVALID_ARGUMENT)?;
        let ticket = future.take().ok_or(Code::INVALID_STATE)?;
        Ok(ticket.into_raw())
    })
}

/// Returns the ticket of a future that completed without error, borrowed from the future.
///
/// cbindgen:ignore
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_future_s3_buffer_ticket_peek_result(
    future: *const aws_future_s3_buffer_ticket,
) -> *mut aws_s3_buffer_ticket {
    entry(|| {
        // SAFETY: NULL or alive.
        let future = unsafe { borrow(future.cast_mut()) }.ok_or(Code::INVALID_ARGUMENT)?;
        Ok(future.peek())
    })
}

/// Takes one more reference to a future. NULL does nothing. Returns `future`.
///
/// cbindgen:ignore
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_future_s3_buffer_ticket_acquire(
    future: *mut aws_future_s3_buffer_ticket,
) -> *mut aws_future_s3_buffer_ticket {
    entry(|| {
        // SAFETY: NULL or alive. The new reference is the caller's.
        let reference = unsafe { TicketFuture::acquire(future) };
        reference.map(TicketFuture::into_raw);
        Ok(future)
    })
}

/// Releases one reference to a future; with the last one, a ticket that nobody took out is
/// released. NULL does nothing. Always returns NULL.
///
/// cbindgen:ignore
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_future_s3_buffer_ticket_release(
    future: *mut aws_future_s3_buffer_ticket,
) -> *mut aws_future_s3_buffer_ticket {
    entry(|| {
        // SAFETY: NULL or alive, and the caller gives its reference away.
        drop(unsafe { TicketFuture::adopt(future) });
        Ok(std::ptr::null_mut())
    })
}

/// Completes a future with an error, which must not be 0. Does nothing when it is complete
/// already. Calls the callback registered, on this thread.
///
/// cbindgen:ignore
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_future_s3_buffer_ticket_set_error(
    future: *mut aws_future_s3_buffer_ticket,
    error_code: c_int,
) {
    entry(|| {
        // SAFETY: NULL or alive.
        let future = unsafe { borrow(future) }.ok_or(Code::INVALID_ARGUMENT)?;
        future.complete(Err(Code(error_code)));
        Ok(())
    })
}

/// Tells whether a future is complete, with a ticket or an error.
///
/// cbindgen:ignore
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_future_s3_buffer_ticket_is_done(
    future: *const aws_future_s3_buffer_ticket,
) -> bool {
    entry(|| {
        // SAFETY: NULL or alive.
        let future = unsafe { borrow(future.cast_mut()) }.ok_or(Code::INVALID_ARGUMENT)?;
        Ok(future.is_done())
    })
}

/// Returns the error of a complete future; 0 when it completed with a ticket.
///
/// cbindgen:ignore
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_future_s3_buffer_ticket_get_error(
    future: *const aws_future_s3_buffer_ticket,
) -> c_int {
    entry(|| {
        // SAFETY: NULL or alive.
        let future = unsafe { borrow(future.cast_mut()) }.ok_or(Code::INVALID_ARGUMENT)?;
        Ok(match future.outcome() {
            Some(Ok(())) => Code::SUCCESS.0,
            Some(Err(code)) => code.0,
            None => Code::INVALID_STATE.0,
        })
    })
}

/// Registers the only callback of a future, called once with `user_data` when it completes: at
/// once on this thread when it is complete already, else on the thread that completes it.
///
/// cbindgen:ignore
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_future_s3_buffer_ticket_register_callback(
    future: *mut aws_future_s3_buffer_ticket,
    on_done: aws_future_callback_fn,
    user_data: *mut c_void,
) {
    // SAFETY: as the caller promises of this function.
    entry(|| unsafe { register(future, Callback::direct(on_done, user_data)) })
}

/// Registers the only callback of a future, unless it is complete already. Returns whether it
/// was registered.
///
/// cbindgen:ignore
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_future_s3_buffer_ticket_register_callback_if_not_done(
    future: *mut aws_future_s3_buffer_ticket,
    on_done: aws_future_callback_fn,
    user_data: *mut c_void,
) -> bool {
    entry(|| {
        // SAFETY: NULL or alive.
        let future = unsafe { borrow(future) }.ok_or(Code::INVALID_ARGUMENT)?;
        let callback = Callback::direct(on_done, user_data).ok_or(Code::INVALID_ARGUMENT)?;
        accepted(future.register(move || callback.run()))
    })
}

/// Registers the only callback of a future, called once with `user_data` as a task of
/// `event_loop`, also when the future is complete already.
///
/// cbindgen:ignore
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_future_s3_buffer_ticket_register_event_loop_callback(
    future: *mut aws_future_s3_buffer_ticket,
    event_loop: *mut aws_event_loop,
    on_done: aws_future_callback_fn,
    user_data: *mut c_void,
) {
    // SAFETY: as the caller promises of this function.
    entry(|| unsafe { register(future, Callback::on_event_loop(event_loop, on_done, user_data)) })
}

/// Registers the only callback of a future, called once with `user_data` as a task of
/// `channel`, also when the future is complete already.
///
/// cbindgen:ignore
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_future_s3_buffer_ticket_register_channel_callback(
    future: *mut aws_future_s3_buffer_ticket,
    channel: *mut aws_channel,
    on_done: aws_future_callback_fn,
    user_data: *mut c_void,
) {
    // SAFETY: as the caller promises of this function.
    entry(|| unsafe { register(future, Callback::on_channel(channel, on_done, user_data)) })
}

/// Blocks until a future is complete, at most `timeout_ns` nanoseconds. Returns whether it is
/// complete.
///
/// cbindgen:ignore
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_future_s3_buffer_ticket_wait(
    future: *mut aws_future_s3_buffer_ticket,
    timeout_ns: u64,
) -> bool {
    entry(|| {
        // SAFETY: NULL or alive.
        let future = unsafe { borrow(future) }.ok_or(Code::INVALID_ARGUMENT)?;
        Ok(future.wait(Duration::from_nanos(timeout_ns)))
    })
}

/// Has the callback run now or later.
///
/// # Safety
/// `future` is NULL or alive.
unsafe fn register(
    future: *mut aws_future_s3_buffer_ticket,
    callback: Option<Callback>,
) -> Result<(), Error> {
    let callback = callback.ok_or(Code::INVALID_ARGUMENT)?;
    // SAFETY: as the caller promises.
    let Some(future) = (unsafe { borrow(future) }) else {
        callback.abandon();
        return Err(Code::INVALID_ARGUMENT.into());
    };
    let outcome = accepted(future.register(move || callback.run()));
    match outcome {
        Ok(true) => {}
        Ok(false) => callback.run(),
        Err(_) => callback.abandon(),
    }
    outcome.map(drop)
}

fn accepted(registration: Registration) -> Result<bool, Error> {
    match registration {
        Registration::Waiting => Ok(true),
        Registration::Complete => Ok(false),
        Registration::Refused => {
            log!(
                Error,
                General,
                "a future of a ticket takes one callback, a second one is ignored"
            );
            Err(Code::INVALID_STATE.into())
        }
    }
}

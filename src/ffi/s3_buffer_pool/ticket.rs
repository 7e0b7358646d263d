//! Functions on tickets of any make.

use crate::abi::aws_s3_buffer_ticket;
use crate::crt::call::call_out;
use crate::crt::sys::aws_byte_buf;
use crate::error::Code;
use crate::ffi::entry::entry;
use crate::pool::TicketRef;

use super::borrow;

/// Returns the memory of a ticket: `len` 0, `allocator` NULL, `capacity` at least what was
/// reserved. It belongs to the ticket, is the same on every call, and stays valid until the
/// last reference to the ticket is released. `ticket` must not be NULL; NULL, or a ticket that
/// cannot be claimed, gives an empty buffer. May be called from any thread.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_buffer_ticket_claim(
    ticket: *mut aws_s3_buffer_ticket,
) -> aws_byte_buf {
    entry(|| {
        // SAFETY: NULL or alive.
        let ticket = unsafe { borrow(ticket) }.ok_or(Code::INVALID_ARGUMENT)?;
        // SAFETY: ticket and vtable are alive.
        let claim = unsafe { (*(*ticket.as_ptr()).vtable).claim }.ok_or(Code::INVALID_ARGUMENT)?;
        // SAFETY: the ticket is alive; what it returns is the caller's business.
        Ok(unsafe { call_out!(claim, ticket.as_ptr()) }?)
    })
}

/// Takes one more reference to a ticket, so that its memory stays; release it with
/// `aws_s3_buffer_ticket_release`. NULL does nothing. Returns `ticket`. May be called from any
/// thread.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_buffer_ticket_acquire(
    ticket: *mut aws_s3_buffer_ticket,
) -> *mut aws_s3_buffer_ticket {
    entry(|| {
        // SAFETY: NULL or alive. The new reference is the caller's.
        let reference = unsafe { TicketRef::acquire(ticket) };
        reference.map(TicketRef::into_raw);
        Ok(ticket)
    })
}

/// Releases one reference to a ticket; with the last one its memory goes back to the pool,
/// which may then serve a waiting reservation on this thread. NULL does nothing. Always returns
/// NULL. May be called from any thread.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_buffer_ticket_release(
    ticket: *mut aws_s3_buffer_ticket,
) -> *mut aws_s3_buffer_ticket {
    entry(|| {
        // SAFETY: NULL or alive, and the caller gives its reference away.
        drop(unsafe { TicketRef::adopt(ticket) });
        Ok(std::ptr::null_mut())
    })
}

//! Tickets of the default pool, as C sees them.
//!
//! A ticket claims its memory at the first claim and keeps it until its last reference goes. It holds the arena, so
//! that both orders of releasing ticket and pool are fine.

use core::ffi::c_void;
use std::ptr::{self, NonNull};
use std::sync::Arc;

use crate::sync::Mutex;

use crate::abi::{aws_s3_buffer_ticket, aws_s3_buffer_ticket_vtable};
use crate::crt::sys::{aws_atomic_var, aws_byte_buf, aws_ref_count};
use crate::crt::{raise, ref_count};
use crate::error::{Code, Result};
use crate::pool::future::TicketRef;

use super::Arena;
use super::ledger::{Grant, Place, Storage};
use super::memory::Memory;

static VTABLE: aws_s3_buffer_ticket_vtable =
    aws_s3_buffer_ticket_vtable { claim: Some(claim), acquire: None, release: None };

#[repr(C)]
struct ArenaTicket {
    base: aws_s3_buffer_ticket,
    arena: Arc<Arena>,
    origin: Origin,
}

enum Origin {
    Granted {
        grant: Grant,
        claimed: Mutex<Option<Claimed>>,
    },
    /// Part of a buffer that the caller lent.
    Lent {
        start: NonNull<u8>,
        size: usize,
    },
}

struct Claimed {
    place: Place<Memory>,
    start: NonNull<u8>,
}

pub(super) fn granted(arena: Arc<Arena>, grant: Grant) -> TicketRef {
    ticket(arena, Origin::Granted { grant, claimed: Mutex::new(None) })
}

pub(super) fn lent(arena: Arc<Arena>, start: NonNull<u8>, size: usize) -> TicketRef {
    ticket(arena, Origin::Lent { start, size })
}

fn ticket(arena: Arc<Arena>, origin: Origin) -> TicketRef {
    let count = aws_atomic_var { value: ptr::null_mut() };
    let base = aws_s3_buffer_ticket {
        vtable: (&raw const VTABLE).cast_mut(),
        ref_count: aws_ref_count { ref_count: count, object: ptr::null_mut(), on_zero_fn: None },
        r#impl: ptr::null_mut(),
    };
    let ticket = arena.allocator.new(ArenaTicket { base, arena: arena.clone(), origin }).as_ptr();
    // SAFETY: the ticket was just made, with one reference that is adopted here; its end is `destroy`.
    let ticket = unsafe {
        (*ticket).base.r#impl = ticket.cast();
        ref_count::init(&raw mut (*ticket).base.ref_count, ticket.cast(), destroy);
        TicketRef::adopt(ticket.cast())
    };
    ticket.expect("the pointer is not NULL")
}

impl ArenaTicket {
    /// The same memory every time.
    fn claim(&self) -> Result<aws_byte_buf> {
        let (start, size) = match &self.origin {
            Origin::Lent { start, size } => (*start, *size),
            Origin::Granted { grant, claimed } => {
                let mut claimed = claimed.lock();
                let start = match &*claimed {
                    Some(claimed) => claimed.start,
                    None => {
                        let (place, start) = self.arena.claim(*grant)?;
                        *claimed = Some(Claimed { place, start });
                        start
                    }
                };
                (start, grant.size)
            }
        };
        Ok(aws_byte_buf {
            len: 0,
            buffer: start.as_ptr(),
            capacity: size,
            allocator: ptr::null_mut(),
        })
    }
}

impl Drop for ArenaTicket {
    fn drop(&mut self) {
        if let Origin::Granted { grant, claimed } = &mut self.origin {
            let place = claimed.get_mut().take().map(|claimed| claimed.place);
            self.arena.release(*grant, place);
        }
    }
}

/// `claim` of tickets. Without memory the buffer is empty, and the error is on the thread.
unsafe extern "C" fn claim(ticket: *mut aws_s3_buffer_ticket) -> aws_byte_buf {
    // SAFETY: only tickets made above have this vtable, and their holder keeps them alive.
    let ticket = unsafe { &*ticket.cast::<ArenaTicket>() };
    ticket.claim().unwrap_or_else(|error| refuse(error.code()))
}

fn refuse(code: Code) -> aws_byte_buf {
    raise(code);
    aws_byte_buf { len: 0, buffer: ptr::null_mut(), capacity: 0, allocator: ptr::null_mut() }
}

unsafe extern "C" fn destroy(ticket: *mut c_void) {
    let Some(ticket) = NonNull::new(ticket.cast::<ArenaTicket>()) else { return };
    // SAFETY: called once, with the object that `ticket` made, when its last reference is gone.
    let arena = unsafe { ticket.as_ref() }.arena.clone();
    // SAFETY: as above; the arena stays until its allocator has freed the ticket.
    unsafe { arena.allocator.delete(ticket) };
}

/// Claims a ticket by its `impl` pointer.
///
/// # Safety
/// `ticket` is NULL or the `impl` of a live ticket of a default pool.
pub unsafe fn claim_any(ticket: *mut c_void) -> Result<aws_byte_buf> {
    // SAFETY: as the caller promises.
    let ticket = unsafe { ticket.cast::<ArenaTicket>().as_ref() };
    ticket.ok_or(Code::INVALID_ARGUMENT)?.claim()
}

/// Where the memory of a ticket comes from, by its `impl` pointer.
///
/// # Safety
/// `ticket` is NULL or the `impl` of a live ticket of a default pool.
pub unsafe fn storage_of(ticket: *mut c_void) -> Option<Storage> {
    // SAFETY: as the caller promises.
    match &unsafe { ticket.cast::<ArenaTicket>().as_ref() }?.origin {
        Origin::Granted { grant, .. } => Some(grant.storage),
        Origin::Lent { .. } => None,
    }
}

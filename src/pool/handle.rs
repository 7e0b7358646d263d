//! Pools and tickets as the rest of the library uses them, whoever implements their vtables.
//!
//! Optional slots may be NULL and then mean what the C header says: references are counted in the object itself,
//! nothing is trimmed, sizes stay as they are, buffers of the caller are not supported. A mandatory slot that is NULL
//! is an error here and no crash. A ticket becomes memory once, by being consumed.

use core::ffi::c_int;

use crate::abi::{
    aws_future_s3_buffer_ticket, aws_s3_buffer_pool, aws_s3_buffer_pool_reserve_meta,
    aws_s3_buffer_pool_vtable, aws_s3_buffer_ticket, aws_s3_buffer_ticket_vtable, aws_s3_client,
    aws_s3_meta_request,
};
use crate::crt::call::{Ended, call_out};
use crate::crt::sys::aws_byte_buf;
use crate::crt::{self, Count, Counted, ref_count};
use crate::error::{Code, Error, Result};
use crate::log;

use super::buffer::{Buffer, CallerBuffer};
use super::future::{TicketFuture, TicketRef};
use super::pending::Pending;

/// One reference to a pool.
pub type Pool = Counted<aws_s3_buffer_pool>;

/// What a part asks its pool for.
#[derive(Clone, Copy, Debug)]
pub struct Reservation {
    pub client: *mut aws_s3_client,
    pub meta_request: *mut aws_s3_meta_request,
    pub size: usize,
    /// Withholding this one would block a caller.
    pub can_block: bool,
    /// Where the part begins, counted from the first byte that was asked for.
    pub local_offset: u64,
}

impl Reservation {
    /// Memory for what is no part, which must not wait.
    pub fn at_once(size: usize) -> Self {
        let (client, meta_request) = (std::ptr::null_mut(), std::ptr::null_mut());
        Self { client, meta_request, size, can_block: true, local_offset: 0 }
    }
}

// SAFETY: the pointers are names for the pool to tell its users apart; the library does not look behind them.
unsafe impl Send for Reservation {}
// SAFETY: as above.
unsafe impl Sync for Reservation {}

// SAFETY: pools are used from every thread of a client, which their authors know.
unsafe impl Count for aws_s3_buffer_pool {
    unsafe fn acquire(pool: *mut Self) {
        // SAFETY: alive by contract, and the vtable lives as long as the pool.
        unsafe {
            match (*(*pool).vtable).acquire {
                Some(acquire) => drop(call_out!(acquire, pool)),
                None => ref_count::acquire(&raw mut (*pool).ref_count),
            }
        }
    }

    unsafe fn release(pool: *mut Self) {
        // SAFETY: alive by contract, and the vtable lives as long as the pool.
        unsafe {
            match (*(*pool).vtable).release {
                Some(release) => drop(call_out!(release, pool)),
                None => ref_count::release(&raw mut (*pool).ref_count),
            }
        }
    }
}

// SAFETY: tickets are released and claimed on any thread, which the authors of pools know.
unsafe impl Count for aws_s3_buffer_ticket {
    unsafe fn acquire(ticket: *mut Self) {
        // SAFETY: alive by contract, and the vtable lives as long as the ticket.
        unsafe {
            match (*(*ticket).vtable).acquire {
                Some(acquire) => drop(call_out!(acquire, ticket)),
                None => ref_count::acquire(&raw mut (*ticket).ref_count),
            }
        }
    }

    unsafe fn release(ticket: *mut Self) {
        // SAFETY: alive by contract, and the vtable lives as long as the ticket.
        unsafe {
            match (*(*ticket).vtable).release {
                Some(release) => drop(call_out!(release, ticket)),
                None => ref_count::release(&raw mut (*ticket).ref_count),
            }
        }
    }
}

impl Pool {
    /// Asks for memory. The answer may be there at once.
    pub fn reserve(&self, reservation: Reservation) -> Pending {
        let Reservation { client, meta_request, size, can_block, local_offset } = reservation;
        let meta =
            aws_s3_buffer_pool_reserve_meta { client, meta_request, size, can_block, local_offset };
        // SAFETY: NULL, or a future of ours with a reference for us.
        let future = unsafe { TicketFuture::adopt(self.reserve_for_c(meta)) };
        if future.is_none() {
            log!(
                Error,
                Client,
                "the buffer pool {self:?} answered a reservation of {size} bytes with no future"
            );
        }
        Pending::new(future)
    }

    /// The answer as C gets it: a reference to a future, or whatever else a pool of another make returns.
    pub fn reserve_for_c(
        &self,
        meta: aws_s3_buffer_pool_reserve_meta,
    ) -> *mut aws_future_s3_buffer_ticket {
        let Some(reserve) = self.vtable().reserve else { return std::ptr::null_mut() };
        // SAFETY: the pool is alive.
        unsafe { call_out!(reserve, self.as_ptr(), meta) }.unwrap_or(std::ptr::null_mut())
    }

    /// Gives idle memory back to the system.
    pub fn trim(&self) {
        if let Some(trim) = self.vtable().trim {
            // SAFETY: the pool is alive.
            let _ = unsafe { call_out!(trim, self.as_ptr()) };
        }
    }

    /// Announces that many buffers of one size will be asked for.
    pub fn add_special_size(&self, size: usize) -> Result<()> {
        match self.vtable().add_special_size {
            // SAFETY: the pool is alive.
            Some(add) => outcome(unsafe { call_out!(add, self.as_ptr(), size) }),
            None => Ok(()),
        }
    }

    /// Takes such an announcement back.
    pub fn release_special_size(&self, size: usize) {
        if let Some(release) = self.vtable().release_special_size {
            // SAFETY: the pool is alive.
            let _ = unsafe { call_out!(release, self.as_ptr(), size) };
        }
    }

    /// The size that wastes no memory of this pool.
    pub fn align(&self, size: u64) -> u64 {
        match self.vtable().derive_aligned_buffer_size {
            // SAFETY: the pool is alive.
            Some(align) => unsafe { call_out!(align, self.as_ptr(), size) }.unwrap_or(size),
            None => size,
        }
    }

    /// Lends the caller's memory to the pool: reservations of this meta request are served from it.
    pub fn add_preallocated(
        &self,
        meta_request: *mut aws_s3_meta_request,
        buffer: CallerBuffer,
    ) -> Result<()> {
        let vtable = self.vtable();
        match (vtable.add_preallocated_buffer, vtable.remove_preallocated_buffer) {
            (Some(add), Some(_)) => {
                // SAFETY: the pool is alive, and so is the buffer.
                outcome(unsafe { call_out!(add, self.as_ptr(), meta_request, buffer.as_ptr()) })
            }
            // A pool that cannot forget a buffer would serve it to a later meta request of the same address.
            _ => Err(Code::UNSUPPORTED_OPERATION.into()),
        }
    }

    /// Takes the caller's memory back.
    pub fn remove_preallocated(&self, meta_request: *mut aws_s3_meta_request) {
        if let Some(remove) = self.vtable().remove_preallocated_buffer {
            // SAFETY: the pool is alive.
            let _ = unsafe { call_out!(remove, self.as_ptr(), meta_request) };
        }
    }

    fn vtable(&self) -> &aws_s3_buffer_pool_vtable {
        // SAFETY: pool and vtable live as long as our reference.
        unsafe { &*(*self.as_ptr()).vtable }
    }
}

/// The right to memory, to be claimed once.
#[derive(Debug)]
pub struct Ticket(TicketRef);

impl Ticket {
    pub(super) fn new(reference: TicketRef) -> Self {
        Self(reference)
    }

    /// Turns the right into `size` bytes of memory.
    ///
    /// What the pool hands out is checked: too little is an error, more than asked for is left alone.
    pub fn claim(self, size: usize) -> Result<Buffer> {
        let buffer = self.claim_up_to(size)?;
        let capacity = buffer.capacity();
        if capacity < size {
            log!(
                Error,
                Client,
                "the buffer pool gave only {capacity} bytes where {size} were reserved"
            );
            return Err(Code::S3_BUFFER_ALLOCATION_FAILED.into());
        }
        Ok(buffer)
    }

    /// Turns the right into at most `size` bytes of memory, for what may turn out smaller than was reserved.
    pub fn claim_up_to(self, size: usize) -> Result<Buffer> {
        let ticket = self.0.as_ptr();
        // SAFETY: ticket and vtable live as long as our reference.
        let claim = unsafe { &*(*ticket).vtable as &aws_s3_buffer_ticket_vtable }.claim;
        // SAFETY: the ticket is alive.
        let memory: Option<aws_byte_buf> =
            claim.and_then(|claim| unsafe { call_out!(claim, ticket) }.ok());
        let capacity = memory.map_or(0, |memory| memory.capacity);
        match memory.and_then(|memory| std::ptr::NonNull::new(memory.buffer)) {
            // SAFETY: the pool lends `capacity` bytes to the holder of the ticket, and `self` was the right to them.
            Some(start) => Ok(unsafe { Buffer::new(self, start, size.min(capacity)) }),
            None => {
                log!(
                    Error,
                    Client,
                    "the buffer pool gave no memory where {size} bytes were reserved"
                );
                Err(Code::S3_BUFFER_ALLOCATION_FAILED.into())
            }
        }
    }

    /// The ticket itself, for callbacks that may keep it by acquiring a reference.
    pub fn as_ptr(&self) -> *mut aws_s3_buffer_ticket {
        self.0.as_ptr()
    }
}

/// The outcome of a slot that says failure by its return value and the reason by the thread's last error.
fn outcome(called: core::result::Result<c_int, Ended>) -> Result<()> {
    if called? == 0 { Ok(()) } else { Err(Error::new(crt::last_error())) }
}

#[cfg(test)]
mod tests;

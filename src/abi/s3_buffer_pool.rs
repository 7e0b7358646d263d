//! C types of `aws/s3/s3_buffer_pool.h`: the pool that part buffers come from, and its tickets.
//!
//! Both objects are open to other implementations: the library drives any pool through the vtables
//! below, its own default pool included.

use core::ffi::{c_int, c_void};
use core::marker::{PhantomData, PhantomPinned};

use super::*;
use crate::crt::sys::*;

/// A promise of one `struct aws_s3_buffer_ticket *`, as a pool's `reserve` returns it.
///
/// cbindgen:ignore
pub struct aws_future_s3_buffer_ticket {
    _private: [u8; 0],
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

/// A pool of memory for the parts of transfers.
///
/// Whoever makes one, usually an `aws_s3_buffer_pool_factory_fn`, fills the three fields. The
/// client takes over the reference that the factory returns, gives it back before its own shutdown
/// callback, and makes no call after that. A pool must eventually complete every future that it
/// handed out, or the meta request never finishes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_buffer_pool {
    /// Never NULL; must outlive the pool.
    pub vtable: *mut aws_s3_buffer_pool_vtable,
    /// Used when the vtable has no `acquire` and `release`. It then starts at 1, with a destructor
    /// of the pool's own.
    pub ref_count: aws_ref_count,
    /// Belongs to the implementation; the library never looks at it.
    pub r#impl: *mut c_void,
}

/// What a pool can do. Every function may be called from any thread, and from several at the same
/// time.
///
/// Order and number of the slots are ABI: set the whole struct to zero before filling it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_buffer_pool_vtable {
    /// Required. Asks for `meta.size` bytes and returns a future that completes with a ticket for
    /// them, or with an error, at once or later and on any thread. The caller owns the returned
    /// reference; a pool that completes later holds one of its own. Never returns NULL.
    ///
    /// The library registers the only callback of that future. It cancels by completing the future
    /// with an error: a pool notices through `aws_future_s3_buffer_ticket_is_done`, and a ticket
    /// put into a finished future is released at once. The error of a failed future becomes the
    /// error of the meta request.
    pub reserve: Option<
        unsafe extern "C" fn(
            pool: *mut aws_s3_buffer_pool,
            meta: aws_s3_buffer_pool_reserve_meta,
        ) -> *mut aws_future_s3_buffer_ticket,
    >,
    /// Required. Asks to give idle memory back. Called about every 5 seconds while the client has
    /// no request in flight; tickets may still be out.
    pub trim: Option<unsafe extern "C" fn(pool: *mut aws_s3_buffer_pool)>,
    /// NULL means success without effect. Announces that many buffers of exactly this size, in
    /// bytes, will be asked for. Returns AWS_OP_SUCCESS, or raises an error and returns AWS_OP_ERR.
    pub add_special_size:
        Option<unsafe extern "C" fn(pool: *mut aws_s3_buffer_pool, buffer_size: usize) -> c_int>,
    /// NULL means no effect. Takes one announcement of `add_special_size` back.
    pub release_special_size:
        Option<unsafe extern "C" fn(pool: *mut aws_s3_buffer_pool, buffer_size: usize)>,
    /// NULL means that every size is fine as it is. Returns the size, at least the given one, that
    /// wastes no memory of the pool. The answer becomes a part size, and so is visible in the
    /// requests sent.
    pub derive_aligned_buffer_size:
        Option<unsafe extern "C" fn(pool: *mut aws_s3_buffer_pool, size: u64) -> u64>,
    /// NULL means `aws_ref_count_acquire(&pool->ref_count)`. The returned value is ignored.
    pub acquire:
        Option<unsafe extern "C" fn(pool: *mut aws_s3_buffer_pool) -> *mut aws_s3_buffer_pool>,
    /// NULL means `aws_ref_count_release(&pool->ref_count)`. The returned value is ignored.
    pub release:
        Option<unsafe extern "C" fn(pool: *mut aws_s3_buffer_pool) -> *mut aws_s3_buffer_pool>,
    /// NULL means that downloads into a `recv_buffer` are refused with
    /// AWS_ERROR_UNSUPPORTED_OPERATION. Remembers that this meta request receives into `buffer`:
    /// until the matching removal, each of its reservations is answered at once with a ticket over
    /// `buffer->buffer + meta.local_offset`, or with AWS_ERROR_SHORT_BUFFER when the place is
    /// outside `buffer->capacity`. Called once, while the meta request is being made: the pointer
    /// is a key, no more. Does not change `buffer->len`. Returns AWS_OP_SUCCESS, or raises an
    /// error, with which making the meta request fails, and returns AWS_OP_ERR.
    pub add_preallocated_buffer: Option<
        unsafe extern "C" fn(
            pool: *mut aws_s3_buffer_pool,
            meta_request: *mut aws_s3_meta_request,
            buffer: *mut aws_byte_buf,
        ) -> c_int,
    >,
    /// Required beside `add_preallocated_buffer`. Forgets the buffer of that meta request. Called
    /// once per successful add, after every ticket of the meta request was released; the caller's
    /// memory may be gone by then.
    pub remove_preallocated_buffer: Option<
        unsafe extern "C" fn(pool: *mut aws_s3_buffer_pool, meta_request: *mut aws_s3_meta_request),
    >,
}

/// What a pool is told about one reservation. Passed by value.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_buffer_pool_reserve_meta {
    /// The client that asks; tells clients apart when a pool serves several. Borrowed for the call.
    pub client: *mut aws_s3_client,
    /// The meta request that the memory is for. Borrowed for the call; acquire it to keep it.
    pub meta_request: *mut aws_s3_meta_request,
    /// Bytes wanted, never 0. The ticket's buffer must hold at least that many.
    pub size: usize,
    /// True when a caller of `aws_s3_meta_request_poll_write` waits for this memory. The pool then
    /// answers at once, beyond its limit if need be, or with a future that is sure to complete
    /// without help of that caller. Called with a lock of the meta request held: do not call back
    /// into the meta request.
    pub can_block: bool,
    /// Where the part lies, in bytes from the start of what the meta request transfers (of the
    /// range asked for, for a download with a `Range` header).
    pub local_offset: u64,
}

/// Memory of a pool, counted. Nobody needs to claim it before releasing it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_buffer_ticket {
    /// Never NULL; must outlive the ticket.
    pub vtable: *mut aws_s3_buffer_ticket_vtable,
    /// Used when the vtable has no `acquire` and `release`. It then starts at 1, with a destructor
    /// of the ticket's own.
    pub ref_count: aws_ref_count,
    /// Belongs to the implementation; the library never looks at it.
    pub r#impl: *mut c_void,
}

/// What a ticket can do. Every function may be called from any thread.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_buffer_ticket_vtable {
    /// Required. Returns the memory: `len` 0, `allocator` NULL, `capacity` at least what was
    /// reserved. Every claim of one ticket returns the same memory, which stays valid until the
    /// last reference to the ticket is released.
    pub claim: Option<unsafe extern "C" fn(ticket: *mut aws_s3_buffer_ticket) -> aws_byte_buf>,
    /// NULL means `aws_ref_count_acquire(&ticket->ref_count)`. The returned value is ignored.
    pub acquire: Option<
        unsafe extern "C" fn(ticket: *mut aws_s3_buffer_ticket) -> *mut aws_s3_buffer_ticket,
    >,
    /// NULL means `aws_ref_count_release(&ticket->ref_count)`. The returned value is ignored.
    pub release: Option<
        unsafe extern "C" fn(ticket: *mut aws_s3_buffer_ticket) -> *mut aws_s3_buffer_ticket,
    >,
}

/// What the client tells the factory of its pool. Passed by value.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_buffer_pool_config {
    /// The client that the pool is for, still under construction: usable as an identity, not for
    /// calls.
    pub client: *mut aws_s3_client,
    /// Part size of the client in bytes; most reservations have this size.
    pub part_size: usize,
    /// Largest part that the client will upload, in bytes.
    pub max_part_size: usize,
    /// Bytes that the pool should not exceed, never 0.
    pub memory_limit: usize,
}

/// Makes the pool of a client; called once, by `aws_s3_client_new`, on its thread and before it
/// returns.
///
/// `allocator` is the one given to `aws_s3_client_new`, `user_data` the client's
/// `buffer_pool_user_data`. Returns a pool with one reference for the client, or raises an error
/// and returns NULL, with which `aws_s3_client_new` fails.
pub type aws_s3_buffer_pool_factory_fn = Option<
    unsafe extern "C" fn(
        allocator: *mut aws_allocator,
        config: aws_s3_buffer_pool_config,
        user_data: *mut c_void,
    ) -> *mut aws_s3_buffer_pool,
>;

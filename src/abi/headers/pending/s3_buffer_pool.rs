//! Prototypes of `aws/s3/s3_buffer_pool.h` that have no implementation in `src/ffi` yet.

unsafe extern "C" {
    /// Returns the memory of a ticket: `len` 0, `allocator` NULL, `capacity` at least what was
    /// reserved. It belongs to the ticket, is the same on every call, and stays valid until the
    /// last reference to the ticket is released. `ticket` must not be NULL; NULL, or a ticket that
    /// cannot be claimed, gives an empty buffer. May be called from any thread.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_buffer_ticket_claim(ticket: *mut aws_s3_buffer_ticket) -> aws_byte_buf;

    /// Takes one more reference to a ticket, so that its memory stays; release it with
    /// `aws_s3_buffer_ticket_release`. NULL does nothing. Returns `ticket`. May be called from any
    /// thread.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_buffer_ticket_acquire(
        ticket: *mut aws_s3_buffer_ticket,
    ) -> *mut aws_s3_buffer_ticket;

    /// Releases one reference to a ticket; with the last one its memory goes back to the pool,
    /// which may then serve a waiting reservation on this thread. NULL does nothing. Always returns
    /// NULL. May be called from any thread.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_buffer_ticket_release(
        ticket: *mut aws_s3_buffer_ticket,
    ) -> *mut aws_s3_buffer_ticket;

    /// Asks a pool for memory. The future returned completes with a ticket, or with the pool's
    /// error. To give up, complete the future with an error.
    ///
    /// The caller owns the future and releases it with `aws_future_s3_buffer_ticket_release`; a
    /// ticket taken out of it is released with `aws_s3_buffer_ticket_release`. `buffer_pool` must
    /// not be NULL; with NULL, returns NULL and raises AWS_ERROR_INVALID_ARGUMENT. The future may
    /// complete on any thread, and be complete already. May be called from any thread.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_buffer_pool_reserve(
        buffer_pool: *mut aws_s3_buffer_pool,
        meta: aws_s3_buffer_pool_reserve_meta,
    ) -> *mut aws_future_s3_buffer_ticket;

    /// Asks a pool to give idle memory back to the system. NULL does nothing. May be called from
    /// any thread.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_buffer_pool_trim(buffer_pool: *mut aws_s3_buffer_pool);

    /// Tells a pool that a meta request receives into this memory of the caller's: its reservations
    /// are then served from there.
    ///
    /// `buffer` is not copied, and must stay in place until
    /// `aws_s3_buffer_pool_remove_preallocated_buffer`; `meta_request` is a key and is not used
    /// otherwise. Another buffer for the same meta request takes its place. Errors:
    /// AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL, AWS_ERROR_UNSUPPORTED_OPERATION when the
    /// pool has no such ability, or the pool's own. May be called from any thread.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_buffer_pool_add_preallocated_buffer(
        buffer_pool: *mut aws_s3_buffer_pool,
        meta_request: *mut aws_s3_meta_request,
        buffer: *mut aws_byte_buf,
    ) -> c_int;

    /// Makes a pool forget the memory of a meta request. Does nothing when it knows none, has no
    /// such ability, or a pointer is NULL. May be called from any thread.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_buffer_pool_remove_preallocated_buffer(
        buffer_pool: *mut aws_s3_buffer_pool,
        meta_request: *mut aws_s3_meta_request,
    );

    /// Takes one more reference to a pool; release it with `aws_s3_buffer_pool_release`. NULL does
    /// nothing. Returns `buffer_pool`. May be called from any thread.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_buffer_pool_acquire(
        buffer_pool: *mut aws_s3_buffer_pool,
    ) -> *mut aws_s3_buffer_pool;

    /// Releases one reference to a pool. NULL does nothing. Always returns NULL. May be called from
    /// any thread.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_buffer_pool_release(
        buffer_pool: *mut aws_s3_buffer_pool,
    ) -> *mut aws_s3_buffer_pool;

    /// Announces that many buffers of exactly `buffer_size` bytes will be reserved, so that the
    /// pool can keep such buffers for reuse. Take it back with
    /// `aws_s3_buffer_pool_release_special_size`. Succeeds without effect for a pool without that
    /// ability, and for a size that needs none.
    ///
    /// Errors: AWS_ERROR_INVALID_ARGUMENT when `buffer_pool` is NULL or `buffer_size` 0, or the
    /// pool's own. May be called from any thread.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_buffer_pool_add_special_size(
        buffer_pool: *mut aws_s3_buffer_pool,
        buffer_size: usize,
    ) -> c_int;

    /// Takes one announcement of `aws_s3_buffer_pool_add_special_size` back. Does nothing for a
    /// pool without that ability, or NULL. May be called from any thread.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_buffer_pool_release_special_size(
        buffer_pool: *mut aws_s3_buffer_pool,
        buffer_size: usize,
    );

    /// Returns the size, at least `size`, of which a pool can hand out buffers without wasting
    /// memory: for the default pool, a multiple of its part size. Returns `size` for a pool without
    /// that ability, or NULL. May be called from any thread.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_buffer_pool_derive_aligned_buffer_size(
        buffer_pool: *mut aws_s3_buffer_pool,
        size: u64,
    ) -> u64;
}

//! The functions that `AWS_FUTURE_T_POINTER_WITH_RELEASE_DECLARATION` declares in
//! `aws/s3/s3_buffer_pool.h`.  The macro is what the header says, so cbindgen skips them; their
//! text stays with the implementation.

unsafe extern "C" {
    /// Makes a future without result, with one reference for the caller. Never NULL. `alloc` must
    /// not be NULL.
    ///
    /// cbindgen:ignore
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_future_s3_buffer_ticket_new(
        alloc: *mut aws_allocator,
    ) -> *mut aws_future_s3_buffer_ticket;

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
    pub fn aws_future_s3_buffer_ticket_set_result_by_move(
        future: *mut aws_future_s3_buffer_ticket,
        pointer_address: *mut *mut aws_s3_buffer_ticket,
    );

    /// Takes the ticket out of a future that completed without error; the caller then owns that
    /// reference. To be called once.
    ///
    /// cbindgen:ignore
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_future_s3_buffer_ticket_get_result_by_move(
        future: *mut aws_future_s3_buffer_ticket,
    ) -> *mut aws_s3_buffer_ticket;

    /// Returns the ticket of a future that completed without error, borrowed from the future.
    ///
    /// cbindgen:ignore
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_future_s3_buffer_ticket_peek_result(
        future: *const aws_future_s3_buffer_ticket,
    ) -> *mut aws_s3_buffer_ticket;

    /// Takes one more reference to a future. NULL does nothing. Returns `future`.
    ///
    /// cbindgen:ignore
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_future_s3_buffer_ticket_acquire(
        future: *mut aws_future_s3_buffer_ticket,
    ) -> *mut aws_future_s3_buffer_ticket;

    /// Releases one reference to a future; with the last one, a ticket that nobody took out is
    /// released. NULL does nothing. Always returns NULL.
    ///
    /// cbindgen:ignore
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_future_s3_buffer_ticket_release(
        future: *mut aws_future_s3_buffer_ticket,
    ) -> *mut aws_future_s3_buffer_ticket;

    /// Completes a future with an error, which must not be 0. Does nothing when it is complete
    /// already. Calls the callback registered, on this thread.
    ///
    /// cbindgen:ignore
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_future_s3_buffer_ticket_set_error(
        future: *mut aws_future_s3_buffer_ticket,
        error_code: c_int,
    );

    /// Tells whether a future is complete, with a ticket or an error.
    ///
    /// cbindgen:ignore
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_future_s3_buffer_ticket_is_done(future: *const aws_future_s3_buffer_ticket) -> bool;

    /// Returns the error of a complete future; 0 when it completed with a ticket.
    ///
    /// cbindgen:ignore
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_future_s3_buffer_ticket_get_error(
        future: *const aws_future_s3_buffer_ticket,
    ) -> c_int;

    /// Registers the only callback of a future, called once with `user_data` when it completes: at
    /// once on this thread when it is complete already, else on the thread that completes it.
    ///
    /// cbindgen:ignore
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_future_s3_buffer_ticket_register_callback(
        future: *mut aws_future_s3_buffer_ticket,
        on_done: aws_future_callback_fn,
        user_data: *mut c_void,
    );

    /// Registers the only callback of a future, unless it is complete already. Returns whether it
    /// was registered.
    ///
    /// cbindgen:ignore
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_future_s3_buffer_ticket_register_callback_if_not_done(
        future: *mut aws_future_s3_buffer_ticket,
        on_done: aws_future_callback_fn,
        user_data: *mut c_void,
    ) -> bool;

    /// Registers the only callback of a future, called once with `user_data` as a task of
    /// `event_loop`, also when the future is complete already.
    ///
    /// cbindgen:ignore
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_future_s3_buffer_ticket_register_event_loop_callback(
        future: *mut aws_future_s3_buffer_ticket,
        event_loop: *mut aws_event_loop,
        on_done: aws_future_callback_fn,
        user_data: *mut c_void,
    );

    /// Registers the only callback of a future, called once with `user_data` as a task of
    /// `channel`, also when the future is complete already.
    ///
    /// cbindgen:ignore
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_future_s3_buffer_ticket_register_channel_callback(
        future: *mut aws_future_s3_buffer_ticket,
        channel: *mut aws_channel,
        on_done: aws_future_callback_fn,
        user_data: *mut c_void,
    );

    /// Blocks until a future is complete, at most `timeout_ns` nanoseconds. Returns whether it is
    /// complete.
    ///
    /// cbindgen:ignore
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_future_s3_buffer_ticket_wait(
        future: *mut aws_future_s3_buffer_ticket,
        timeout_ns: u64,
    ) -> bool;
}

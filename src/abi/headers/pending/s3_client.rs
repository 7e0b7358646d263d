//! Prototypes of `aws/s3/s3_client.h` about clients and meta requests that have no implementation
//! in `src/ffi` yet.

unsafe extern "C" {
    /// Writes data to a meta request made with `send_using_async_writes`, without ever waiting.
    ///
    /// Returns at once with one of three outcomes. `bytes_processed`: so many bytes were copied;
    /// write the rest with another call. `is_pending`: nothing was taken because there is no room;
    /// `waker` is called exactly once with `user_data` when it is worth trying again, on a thread
    /// of the library, and may call this function itself. `error_code`: the write failed, and
    /// `waker` is not called. `eof` says that no data follows; it counts only when the call takes
    /// all of `data`, which may be empty. `data` is not used after the return.
    ///
    /// One call at a time: while a `waker` is outstanding, or after end of file, another call gives
    /// AWS_ERROR_INVALID_STATE and fails the meta request. AWS_ERROR_S3_REQUEST_HAS_COMPLETED when
    /// the meta request already has its result; the finish callback tells which. Other errors are
    /// the buffer pool's. `meta_request` and `waker` must not be NULL (AWS_ERROR_INVALID_ARGUMENT).
    /// May be called from any thread.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_meta_request_poll_write(
        meta_request: *mut aws_s3_meta_request,
        data: aws_byte_cursor,
        eof: bool,
        waker: aws_simple_completion_callback,
        user_data: *mut c_void,
    ) -> aws_s3_meta_request_poll_write_result;

    /// Writes data to a meta request made with `send_using_async_writes`, and tells through a
    /// future when it was taken.
    ///
    /// The future completes without a value when all of `data` was copied, which does not mean
    /// uploaded, or with an error as `aws_s3_meta_request_poll_write` gives it. `data` and the
    /// caller's reference to the meta request must stay until then. `eof` says that no data
    /// follows; `data` may be empty.
    ///
    /// The caller owns the future, never NULL, and releases it with `aws_future_void_release`. One
    /// write at a time: begin the next one when the future is complete, else
    /// AWS_ERROR_INVALID_STATE, which fails the meta request too. `meta_request` must not be NULL.
    /// May be called from any thread; the future may complete on any thread, or before this
    /// returns.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_meta_request_write(
        meta_request: *mut aws_s3_meta_request,
        data: aws_byte_cursor,
        eof: bool,
    ) -> *mut aws_future_void;
}

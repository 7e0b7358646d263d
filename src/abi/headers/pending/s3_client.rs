//! Prototypes of `aws/s3/s3_client.h` about clients and meta requests that have no implementation
//! in `src/ffi` yet.

unsafe extern "C" {
    /// Makes a client bootstrap with its own event loops and host resolver, fit for
    /// `aws_s3_client_config.client_bootstrap`.
    ///
    /// The caller owns it and releases it with `aws_client_bootstrap_release`, which also ends its
    /// event loops and resolver. `options` may be NULL, which means all defaults. Returns NULL and
    /// raises the error of the step that failed otherwise.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_client_bootstrap_default(
        allocator: *mut aws_allocator,
        options: *const aws_s3_client_bootstrap_options,
    ) -> *mut aws_client_bootstrap;

    /// Makes a client.
    ///
    /// The caller owns one reference and releases it with `aws_s3_client_release`. `client_config`
    /// is read during the call; see there what must live longer. Neither pointer may be NULL. May
    /// block while the EC2 instance type of the host is asked for. Needs `aws_s3_library_init`.
    ///
    /// Returns NULL and raises an error otherwise, and then no callback is ever called:
    /// AWS_ERROR_INVALID_ARGUMENT without bootstrap, signing configuration or credentials, for a
    /// negative throughput target, for S3 Express signing without `enable_s3express`, for an
    /// environment variable that is no number, and for an unknown network interface or jitter mode;
    /// AWS_ERROR_S3_INVALID_MEMORY_LIMIT_CONFIG and AWS_ERROR_S3_PART_SIZE_EXCEEDS_MEMORY_LIMIT
    /// from the default pool; or what a factory, TLS or the proxy settings raise.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_client_new(
        allocator: *mut aws_allocator,
        client_config: *const aws_s3_client_config,
    ) -> *mut aws_s3_client;

    /// Takes one more reference to a client; release it with `aws_s3_client_release`. NULL does
    /// nothing. Returns `client`. May be called from any thread.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_client_acquire(client: *mut aws_s3_client) -> *mut aws_s3_client;

    /// Releases one reference to a client. When the caller's last one is gone, running meta
    /// requests go on to their end; after that the client is destroyed in the background, and its
    /// shutdown callback tells when that is done. NULL does nothing. Always returns NULL. May be
    /// called from any thread, also from callbacks.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_client_release(client: *mut aws_s3_client) -> *mut aws_s3_client;

    /// Returns how many connections may be in use at the same time: by the client when
    /// `meta_request` is NULL, else by that meta request. This follows from the throughput target,
    /// and is limited by the overrides of both and by the disk throughput of a streaming upload. 0
    /// when `client` is NULL. May be called from any thread.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_client_get_max_active_connections(
        client: *mut aws_s3_client,
        meta_request: *mut aws_s3_meta_request,
    ) -> u32;

    /// Makes a meta request and starts it.
    ///
    /// The caller owns one reference and releases it with `aws_s3_meta_request_release`, at once if
    /// it likes: the meta request runs to its end either way. `options` are read during the call;
    /// see there what must live longer. Neither pointer may be NULL. Does not wait for the network.
    /// Callbacks may begin before this returns. May be called from any thread, also from callbacks.
    ///
    /// Returns NULL and raises an error otherwise, and then no callback is ever called.
    /// AWS_ERROR_INVALID_ARGUMENT for an unknown type, a missing message or host, several sources
    /// of a body or, for PUT_OBJECT, none, and options that contradict each other;
    /// AWS_ERROR_S3_INVALID_CONTENT_LENGTH_HEADER, AWS_ERROR_S3_INVALID_RANGE_HEADER and
    /// AWS_ERROR_S3_INCORRECT_CONTENT_LENGTH for what the headers say;
    /// AWS_ERROR_S3_PART_SIZE_EXCEEDS_MEMORY_LIMIT; and what opening a file raises, such as
    /// AWS_ERROR_FILE_INVALID_PATH. The options name theirs. A file to receive into may have been
    /// created or emptied all the same.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_client_make_meta_request(
        client: *mut aws_s3_client,
        options: *const aws_s3_meta_request_options,
    ) -> *mut aws_s3_meta_request;

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

    /// Opens the window of a download by `bytes`: that many more bytes may be handed to its body
    /// callback. Does nothing without `enable_read_backpressure`, for NULL, or once the meta
    /// request has finished. The sum of all increments stops at UINT64_MAX. May be called from any
    /// thread, also from the body callback.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_meta_request_increment_read_window(
        meta_request: *mut aws_s3_meta_request,
        bytes: u64,
    );

    /// Cancels a meta request: it will finish with AWS_ERROR_S3_CANCELED unless it has a result
    /// already, and a multipart upload is aborted first. Returns at once; callbacks may still come
    /// until the finish callback. Cancelling again, or NULL, does nothing. May be called from any
    /// thread, also from callbacks.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_meta_request_cancel(meta_request: *mut aws_s3_meta_request);

    /// Stops a multipart upload of known length, and tells how far it got. The meta request then
    /// finishes with AWS_ERROR_S3_PAUSED unless it has a result already, and leaves the parts
    /// already uploaded with S3.
    ///
    /// `*out_resume_token` is NULL when the upload had not begun yet: start it anew. Otherwise the
    /// caller owns that reference and releases it with `aws_s3_meta_request_resume_token_release`;
    /// a new meta request with the token in its options goes on from there. Neither pointer may be
    /// NULL. Returns at once; requests may still be in flight until the finish callback.
    ///
    /// Errors, with `*out_resume_token` NULL: AWS_ERROR_UNSUPPORTED_OPERATION for anything but a
    /// multipart upload of known length, AWS_ERROR_INVALID_ARGUMENT for a NULL pointer. May be
    /// called from any thread.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_meta_request_pause(
        meta_request: *mut aws_s3_meta_request,
        out_resume_token: *mut *mut aws_s3_meta_request_resume_token,
    ) -> c_int;

    /// Stops an upload or a download, and tells how far it got once everything in flight has ended.
    /// The meta request then finishes with AWS_ERROR_S3_PAUSED unless it has a result already.
    ///
    /// On AWS_OP_SUCCESS, `on_complete` is called exactly once with `user_data`: before the finish
    /// callback, with a token when there is something to go on from; or during this call, with
    /// AWS_ERROR_INVALID_STATE, when a pause is already under way or the meta request has finished.
    /// An upload goes on by a new meta request with that token in its options, a download by one
    /// that asks for the range that is missing.
    ///
    /// Errors, and then `on_complete` is not called: AWS_ERROR_UNSUPPORTED_OPERATION for a copy,
    /// AWS_ERROR_INVALID_ARGUMENT when `meta_request` or `on_complete` is NULL. May be called from
    /// any thread.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_meta_request_pause_async(
        meta_request: *mut aws_s3_meta_request,
        on_complete: aws_s3_meta_request_pause_complete_fn,
        user_data: *mut c_void,
    ) -> c_int;

    /// Takes one more reference to a meta request; release it with `aws_s3_meta_request_release`.
    /// NULL does nothing. Returns `meta_request`. May be called from any thread.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_meta_request_acquire(
        meta_request: *mut aws_s3_meta_request,
    ) -> *mut aws_s3_meta_request;

    /// Releases one reference to a meta request, which does not stop it. The shutdown callback is
    /// called when all references, the library's own included, are gone, possibly during this call.
    /// NULL does nothing. Always returns NULL. May be called from any thread, also from callbacks.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_meta_request_release(
        meta_request: *mut aws_s3_meta_request,
    ) -> *mut aws_s3_meta_request;

    /// Fills a signing configuration with what S3 wants: SigV4 in headers, service "s3", the
    /// payload unsigned. Whatever it held is overwritten.
    ///
    /// `region` is not copied and `credentials_provider` not acquired: both must stay until the
    /// configuration was given to a client or a meta request. `signing_config` must not be NULL;
    /// with NULL nothing happens.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_init_default_signing_config(
        signing_config: *mut aws_signing_config_aws,
        region: aws_byte_cursor,
        credentials_provider: *mut aws_credentials_provider,
    );

    /// Returns the name of the S3 operation of a kind of request, for example "HeadObject"; empty
    /// for AWS_S3_REQUEST_TYPE_UNKNOWN and for unknown values. Never NULL; the text is static.
    pub fn aws_s3_request_type_operation_name(
        r#type: MaybeUninit<aws_s3_request_type>,
    ) -> *const c_char;
}

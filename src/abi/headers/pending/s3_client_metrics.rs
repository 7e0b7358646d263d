//! Prototypes of `aws/s3/s3_client.h` about request metrics that have no implementation in
//! `src/ffi` yet.

unsafe extern "C" {
    /// Takes one more reference to metrics, so that they and what they lend stay; release it with
    /// `aws_s3_request_metrics_release`. NULL does nothing. Returns `metrics`. May be called from
    /// any thread.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_acquire(
        metrics: *mut aws_s3_request_metrics,
    ) -> *mut aws_s3_request_metrics;

    /// Releases one reference to metrics. NULL does nothing. Always returns NULL. May be called
    /// from any thread.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_release(
        metrics: *mut aws_s3_request_metrics,
    ) -> *mut aws_s3_request_metrics;

    /// Tells the id that S3 gave to the request (`x-amz-request-id`). The string stays the
    /// metrics'.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when no response told
    /// it; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_request_id(
        metrics: *const aws_s3_request_metrics,
        out_request_id: *mut *const aws_string,
    ) -> c_int;

    /// Tells the second id that S3 gave to the request (`x-amz-id-2`). The string stays the
    /// metrics'.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when no response told
    /// it; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_extended_request_id(
        metrics: *const aws_s3_request_metrics,
        out_extended_request_id: *mut *const aws_string,
    ) -> c_int;

    /// Tells when the attempt began, in nanoseconds of `aws_high_res_clock_get_ticks`. Always
    /// known. Writes nothing when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_start_timestamp_ns(
        metrics: *const aws_s3_request_metrics,
        out_start_time: *mut u64,
    );

    /// Tells when the attempt ended, in nanoseconds of `aws_high_res_clock_get_ticks`: for a
    /// download, when its body was handed over. Always known. Writes nothing when a pointer is
    /// NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_end_timestamp_ns(
        metrics: *const aws_s3_request_metrics,
        out_end_time: *mut u64,
    );

    /// Tells how long the attempt took from its start to its end, in nanoseconds. Always known.
    /// Writes nothing when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_total_duration_ns(
        metrics: *const aws_s3_request_metrics,
        out_total_duration: *mut u64,
    );

    /// Tells when the first attempt of the request began, in nanoseconds of
    /// `aws_high_res_clock_get_ticks`; the same for all its attempts. Always known. Writes nothing
    /// when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_s3_request_first_attempt_start_timestamp_ns(
        metrics: *const aws_s3_request_metrics,
        out_s3_request_first_attempt_start_time: *mut u64,
    );

    /// Tells when the last attempt of the request ended, in nanoseconds of
    /// `aws_high_res_clock_get_ticks`.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when another attempt
    /// followed this one; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_s3_request_last_attempt_end_timestamp_ns(
        metrics: *const aws_s3_request_metrics,
        out_s3_request_last_attempt_end_time: *mut u64,
    ) -> c_int;

    /// Tells how long the request took from the start of its first attempt to the end of its last
    /// one, in nanoseconds.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when another attempt
    /// followed this one; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_s3_request_total_duration_ns(
        metrics: *const aws_s3_request_metrics,
        out_request_duration: *mut u64,
    ) -> c_int;

    /// Tells when memory was asked for from the buffer pool, in nanoseconds of
    /// `aws_high_res_clock_get_ticks`.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when the request needs
    /// no memory of the pool; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_mem_acquire_start_timestamp_ns(
        metrics: *const aws_s3_request_metrics,
        out_mem_acquire_start_time: *mut u64,
    ) -> c_int;

    /// Tells when the buffer pool granted the memory, in nanoseconds of
    /// `aws_high_res_clock_get_ticks`.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when the request needs
    /// no memory of the pool or did not get it; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_mem_acquire_end_timestamp_ns(
        metrics: *const aws_s3_request_metrics,
        out_mem_acquire_end_time: *mut u64,
    ) -> c_int;

    /// Tells how long the request waited for memory of the buffer pool, in nanoseconds.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when the request needs
    /// no memory of the pool or did not get it; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_mem_acquire_duration_ns(
        metrics: *const aws_s3_request_metrics,
        out_mem_acquire_duration: *mut u64,
    ) -> c_int;

    /// Tells when signing, which includes getting credentials, began, in nanoseconds of
    /// `aws_high_res_clock_get_ticks`.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when the attempt did
    /// not get that far; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_sign_start_timestamp_ns(
        metrics: *const aws_s3_request_metrics,
        out_signing_start_time: *mut u64,
    ) -> c_int;

    /// Tells when the request was signed, in nanoseconds of `aws_high_res_clock_get_ticks`.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when it was not
    /// signed; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_sign_end_timestamp_ns(
        metrics: *const aws_s3_request_metrics,
        out_signing_end_time: *mut u64,
    ) -> c_int;

    /// Tells how long signing took, in nanoseconds.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when the request was
    /// not signed; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_signing_duration_ns(
        metrics: *const aws_s3_request_metrics,
        out_signing_duration: *mut u64,
    ) -> c_int;

    /// Tells when a connection was asked for, in nanoseconds of `aws_high_res_clock_get_ticks`.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when the attempt did
    /// not get that far; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_conn_acquire_start_timestamp_ns(
        metrics: *const aws_s3_request_metrics,
        out_conn_acquire_start_time: *mut u64,
    ) -> c_int;

    /// Tells when the connection was there, in nanoseconds of `aws_high_res_clock_get_ticks`.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when the attempt got
    /// none; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_conn_acquire_end_timestamp_ns(
        metrics: *const aws_s3_request_metrics,
        out_conn_acquire_end_time: *mut u64,
    ) -> c_int;

    /// Tells how long the attempt waited for a connection, in nanoseconds.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when it got none;
    /// AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_conn_acquire_duration_ns(
        metrics: *const aws_s3_request_metrics,
        out_conn_acquire_duration: *mut u64,
    ) -> c_int;

    /// Tells when the first byte of the request was sent, in nanoseconds of
    /// `aws_high_res_clock_get_ticks`.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when nothing was sent;
    /// AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_send_start_timestamp_ns(
        metrics: *const aws_s3_request_metrics,
        out_send_start_time: *mut u64,
    ) -> c_int;

    /// Tells when the last byte of the request was sent, in nanoseconds of
    /// `aws_high_res_clock_get_ticks`.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when it was not sent
    /// completely; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_send_end_timestamp_ns(
        metrics: *const aws_s3_request_metrics,
        out_send_end_time: *mut u64,
    ) -> c_int;

    /// Tells how long sending took, in nanoseconds.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when the request was
    /// not sent completely; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_sending_duration_ns(
        metrics: *const aws_s3_request_metrics,
        out_sending_duration: *mut u64,
    ) -> c_int;

    /// Tells when the first byte of the response came, in nanoseconds of
    /// `aws_high_res_clock_get_ticks`.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when none came;
    /// AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_receive_start_timestamp_ns(
        metrics: *const aws_s3_request_metrics,
        out_receive_start_time: *mut u64,
    ) -> c_int;

    /// Tells when the last byte of the response came, in nanoseconds of
    /// `aws_high_res_clock_get_ticks`.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when the response is
    /// not complete; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_receive_end_timestamp_ns(
        metrics: *const aws_s3_request_metrics,
        out_receive_end_time: *mut u64,
    ) -> c_int;

    /// Tells how long receiving took, in nanoseconds.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when the response is
    /// not complete; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_receiving_duration_ns(
        metrics: *const aws_s3_request_metrics,
        out_receiving_duration: *mut u64,
    ) -> c_int;

    /// Tells when handing the body over, to a callback or a file, began, in nanoseconds of
    /// `aws_high_res_clock_get_ticks`.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when no body was
    /// handed over; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_delivery_start_timestamp_ns(
        metrics: *const aws_s3_request_metrics,
        out_delivery_start_time: *mut u64,
    ) -> c_int;

    /// Tells when the body was handed over, in nanoseconds of `aws_high_res_clock_get_ticks`.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when no body was
    /// handed over; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_delivery_end_timestamp_ns(
        metrics: *const aws_s3_request_metrics,
        out_delivery_end_time: *mut u64,
    ) -> c_int;

    /// Tells how long handing the body over took, in nanoseconds.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when no body was
    /// handed over; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_delivery_duration_ns(
        metrics: *const aws_s3_request_metrics,
        out_delivery_duration: *mut u64,
    ) -> c_int;

    /// Tells when the attempt before this one asked for a retry, in nanoseconds of
    /// `aws_high_res_clock_get_ticks`.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, for a first attempt;
    /// AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_retry_delay_start_timestamp_ns(
        metrics: *const aws_s3_request_metrics,
        out_retry_delay_start_time: *mut u64,
    ) -> c_int;

    /// Tells when the retry was granted, in nanoseconds of `aws_high_res_clock_get_ticks`.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, for a first attempt;
    /// AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_retry_delay_end_timestamp_ns(
        metrics: *const aws_s3_request_metrics,
        out_retry_delay_end_time: *mut u64,
    ) -> c_int;

    /// Tells how long the request waited before this attempt, in nanoseconds.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, for a first attempt;
    /// AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_retry_delay_duration_ns(
        metrics: *const aws_s3_request_metrics,
        out_retry_delay_duration: *mut u64,
    ) -> c_int;

    /// Tells how long it took from asking for a connection to the first byte of the response, in
    /// nanoseconds.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when no response came;
    /// AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_service_call_duration_ns(
        metrics: *const aws_s3_request_metrics,
        out_service_call_duration: *mut u64,
    ) -> c_int;

    /// Tells the HTTP status of the response.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when no response came;
    /// AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_response_status_code(
        metrics: *const aws_s3_request_metrics,
        out_response_status: *mut c_int,
    ) -> c_int;

    /// Tells the headers of the response. They stay the metrics'; acquire them to keep them, and do
    /// not change them.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when no response came;
    /// AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_response_headers(
        metrics: *const aws_s3_request_metrics,
        out_response_headers: *mut *mut aws_http_headers,
    ) -> c_int;

    /// Tells path and query of the request, before a signature may have been added. The string
    /// stays the metrics'; it is NULL when the request could not be prepared. Writes nothing when a
    /// pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_request_path_query(
        metrics: *const aws_s3_request_metrics,
        out_request_path_query: *mut *const aws_string,
    );

    /// Tells the `Host` header of the request. The string stays the metrics'; it is NULL when the
    /// request could not be prepared. Writes nothing when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_host_address(
        metrics: *const aws_s3_request_metrics,
        out_host_address: *mut *const aws_string,
    );

    /// Returns whether the request goes over TLS; false when it could not be prepared, and for
    /// NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_is_https(metrics: *const aws_s3_request_metrics) -> bool;

    /// Tells how many connections to the host were idle, wanted and in use when this attempt asked
    /// for one; all 0 when it did not get that far. Writes nothing when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_http_manager_metrics(
        metrics: *const aws_s3_request_metrics,
        out_metrics: *mut aws_http_manager_metrics,
    );

    /// Tells the address of the host that the request was sent to. The string stays the metrics'.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when nothing was sent;
    /// AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_ip_address(
        metrics: *const aws_s3_request_metrics,
        out_ip_address: *mut *const aws_string,
    ) -> c_int;

    /// Tells a number of the connection that the request was sent on; two attempts on the same
    /// connection have the same.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when nothing was sent;
    /// AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_connection_id(
        metrics: *const aws_s3_request_metrics,
        out_connection_ptr: *mut usize,
    ) -> c_int;

    /// Tells a number of the request; all its attempts have the same. 0 when the request could not
    /// be prepared.
    ///
    /// Errors: AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_request_ptr(
        metrics: *const aws_s3_request_metrics,
        out_request_ptr: *mut usize,
    ) -> c_int;

    /// Tells the thread that sent the request.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when nothing was sent;
    /// AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_thread_id(
        metrics: *const aws_s3_request_metrics,
        out_thread_id: *mut aws_thread_id_t,
    ) -> c_int;

    /// Tells the number of the request on its connection: 1 for the first one, then 3, 5 and so on.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when nothing was sent;
    /// AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_request_stream_id(
        metrics: *const aws_s3_request_metrics,
        out_stream_id: *mut u32,
    ) -> c_int;

    /// Tells the name of the S3 operation. The string stays the metrics'.
    ///
    /// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when the operation has
    /// no name; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_operation_name(
        metrics: *const aws_s3_request_metrics,
        out_operation_name: *mut *const aws_string,
    ) -> c_int;

    /// Tells the kind of the request. Always known. Writes nothing when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_request_type(
        metrics: *const aws_s3_request_metrics,
        out_request_type: *mut MaybeUninit<aws_s3_request_type>,
    );

    /// Returns the error that the attempt ended with; AWS_ERROR_SUCCESS for none, and for NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_error_code(metrics: *const aws_s3_request_metrics) -> c_int;

    /// Returns how many attempts of the same request came before this one; 0 for the first, and for
    /// NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_retry_attempt(metrics: *const aws_s3_request_metrics) -> u32;

    /// Returns whether the request uses memory of the buffer pool; false for NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_memory_allocated_from_pool(
        metrics: *const aws_s3_request_metrics,
    ) -> bool;

    /// Tells the offset, in the object, of the first byte of the part that the request transfers; 0
    /// when it transfers none. Always known. Writes nothing when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_part_range_start(
        metrics: *const aws_s3_request_metrics,
        out_part_range_start: *mut u64,
    );

    /// Tells the offset, in the object, of the last byte of the part that the request transfers; 0
    /// when it transfers none. Always known. Writes nothing when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_part_range_end(
        metrics: *const aws_s3_request_metrics,
        out_part_range_end: *mut u64,
    );

    /// Tells the number of the part that the request transfers, counted from 1; 0 when it transfers
    /// none. Always known. Writes nothing when a pointer is NULL.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
    /// changed by anybody else during the call.
    pub fn aws_s3_request_metrics_get_part_number(
        metrics: *const aws_s3_request_metrics,
        out_part_number: *mut u32,
    );
}

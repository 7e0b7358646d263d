//! The getters that tell how a request reached its server: connections, addresses, threads.
//!
//! Their comments are the text of the C header.

use std::ffi::c_int;

use super::{Text, look, put, put_known, text};
use crate::abi::*;
use crate::crt::sys::*;

/// Returns whether the request goes over TLS; false when it could not be prepared, and for
/// NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_is_https(
    metrics: *const aws_s3_request_metrics,
) -> bool {
    // SAFETY: the caller holds the metrics.
    unsafe { look(metrics, |it| it.is_https) }.unwrap_or(false)
}

/// Tells how many connections to the host were idle, wanted and in use when this attempt asked
/// for one; all 0 when it did not get that far. Writes nothing when a pointer is NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_http_manager_metrics(
    metrics: *const aws_s3_request_metrics,
    out_metrics: *mut aws_http_manager_metrics,
) {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe {
        put(metrics, out_metrics, |it| aws_http_manager_metrics {
            available_concurrency: it.connections.available,
            pending_concurrency_acquires: it.connections.pending,
            leased_concurrency: it.connections.leased,
        })
    }
}

/// Tells the address of the host that the request was sent to. The string stays the metrics'.
///
/// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when nothing was sent;
/// AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_ip_address(
    metrics: *const aws_s3_request_metrics,
    out_ip_address: *mut *const aws_string,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { text(metrics, Text::IpAddress, out_ip_address) }
}

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
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_connection_id(
    metrics: *const aws_s3_request_metrics,
    out_connection_ptr: *mut usize,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_connection_ptr, |it| it.connection_id) }
}

/// Tells the thread that sent the request.
///
/// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when nothing was sent;
/// AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_thread_id(
    metrics: *const aws_s3_request_metrics,
    out_thread_id: *mut aws_thread_id_t,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_thread_id, |it| it.thread_id) }
}

/// Tells the number of the request on its connection: 1 for the first one, then 3, 5 and so on.
///
/// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when nothing was sent;
/// AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_request_stream_id(
    metrics: *const aws_s3_request_metrics,
    out_stream_id: *mut u32,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_stream_id, |it| it.stream_id) }
}

/// Tells when a connection was asked for, in nanoseconds of `aws_high_res_clock_get_ticks`.
///
/// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when the attempt did
/// not get that far; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_conn_acquire_start_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_conn_acquire_start_time: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_conn_acquire_start_time, |it| it.connecting.start_ns) }
}

/// Tells when the connection was there, in nanoseconds of `aws_high_res_clock_get_ticks`.
///
/// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when the attempt got
/// none; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_conn_acquire_end_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_conn_acquire_end_time: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_conn_acquire_end_time, |it| it.connecting.end_ns) }
}

/// Tells how long the attempt waited for a connection, in nanoseconds.
///
/// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when it got none;
/// AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_conn_acquire_duration_ns(
    metrics: *const aws_s3_request_metrics,
    out_conn_acquire_duration: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_conn_acquire_duration, |it| it.connecting.duration_ns()) }
}

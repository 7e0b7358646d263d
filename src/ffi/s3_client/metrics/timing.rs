//! The getters that tell when a request did what, and how long that took.
//!
//! Their comments are the text of the C header.

use std::ffi::c_int;

use super::{put, put_known};
use crate::abi::aws_s3_request_metrics;

/// Tells when the attempt began, in nanoseconds of `aws_high_res_clock_get_ticks`. Always
/// known. Writes nothing when a pointer is NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_start_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_start_time: *mut u64,
) {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put(metrics, out_start_time, |it| it.total.start_ns.unwrap_or(u64::MAX)) }
}

/// Tells when the attempt ended, in nanoseconds of `aws_high_res_clock_get_ticks`: for a
/// download, when its body was handed over. Always known. Writes nothing when a pointer is
/// NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_end_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_end_time: *mut u64,
) {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put(metrics, out_end_time, |it| it.total.end_ns.unwrap_or(0)) }
}

/// Tells how long the attempt took from its start to its end, in nanoseconds. Always known.
/// Writes nothing when a pointer is NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_total_duration_ns(
    metrics: *const aws_s3_request_metrics,
    out_total_duration: *mut u64,
) {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put(metrics, out_total_duration, |it| it.total.duration_ns().unwrap_or(0)) }
}

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
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_send_start_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_send_start_time: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_send_start_time, |it| it.sending.start_ns) }
}

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
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_send_end_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_send_end_time: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_send_end_time, |it| it.sending.end_ns) }
}

/// Tells how long sending took, in nanoseconds.
///
/// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when the request was
/// not sent completely; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_sending_duration_ns(
    metrics: *const aws_s3_request_metrics,
    out_sending_duration: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_sending_duration, |it| it.sending.duration_ns()) }
}

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
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_receive_start_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_receive_start_time: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_receive_start_time, |it| it.receiving.start_ns) }
}

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
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_receive_end_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_receive_end_time: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_receive_end_time, |it| it.receiving.end_ns) }
}

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
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_sign_start_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_signing_start_time: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_signing_start_time, |it| it.signing.start_ns) }
}

/// Tells when the request could be signed, because its credentials were there, in nanoseconds
/// of `aws_high_res_clock_get_ticks`. The signature itself is made when there is a connection, so
/// that it is as young as the request on the wire.
///
/// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when it was not
/// signed; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_sign_end_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_signing_end_time: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_signing_end_time, |it| it.signing.end_ns) }
}

/// Tells how long signing took, in nanoseconds.
///
/// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when the request was
/// not signed; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_signing_duration_ns(
    metrics: *const aws_s3_request_metrics,
    out_signing_duration: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_signing_duration, |it| it.signing.duration_ns()) }
}

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
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_mem_acquire_start_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_mem_acquire_start_time: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_mem_acquire_start_time, |it| it.memory.start_ns) }
}

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
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_mem_acquire_end_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_mem_acquire_end_time: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_mem_acquire_end_time, |it| it.memory.end_ns) }
}

/// Tells how long the request waited for memory of the buffer pool, in nanoseconds.
///
/// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when the request needs
/// no memory of the pool or did not get it; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_mem_acquire_duration_ns(
    metrics: *const aws_s3_request_metrics,
    out_mem_acquire_duration: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_mem_acquire_duration, |it| it.memory.duration_ns()) }
}

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
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_delivery_start_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_delivery_start_time: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_delivery_start_time, |it| it.delivery.start_ns) }
}

/// Tells when the body was handed over, in nanoseconds of `aws_high_res_clock_get_ticks`.
///
/// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when no body was
/// handed over; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_delivery_end_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_delivery_end_time: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_delivery_end_time, |it| it.delivery.end_ns) }
}

/// Tells how long handing the body over took, in nanoseconds.
///
/// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when no body was
/// handed over; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_delivery_duration_ns(
    metrics: *const aws_s3_request_metrics,
    out_delivery_duration: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_delivery_duration, |it| it.delivery.duration_ns()) }
}

/// Tells how long receiving took, in nanoseconds.
///
/// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when the response is
/// not complete; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_receiving_duration_ns(
    metrics: *const aws_s3_request_metrics,
    out_receiving_duration: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_receiving_duration, |it| it.receiving.duration_ns()) }
}

/// Tells when the first attempt of the request began, in nanoseconds of
/// `aws_high_res_clock_get_ticks`; the same for all its attempts. Always known. Writes nothing
/// when a pointer is NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_s3_request_first_attempt_start_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_s3_request_first_attempt_start_time: *mut u64,
) {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put(metrics, out_s3_request_first_attempt_start_time, |it| it.first_attempt_start_ns) }
}

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
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_s3_request_last_attempt_end_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_s3_request_last_attempt_end_time: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_s3_request_last_attempt_end_time, |it| it.last_attempt_end_ns) }
}

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
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_s3_request_total_duration_ns(
    metrics: *const aws_s3_request_metrics,
    out_request_duration: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_request_duration, |it| it.all_attempts_duration_ns()) }
}

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
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_retry_delay_start_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_retry_delay_start_time: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_retry_delay_start_time, |it| it.retry_delay.start_ns) }
}

/// Tells when the retry was granted, in nanoseconds of `aws_high_res_clock_get_ticks`.
///
/// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, for a first attempt;
/// AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_retry_delay_end_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_retry_delay_end_time: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_retry_delay_end_time, |it| it.retry_delay.end_ns) }
}

/// Tells how long the request waited before this attempt, in nanoseconds.
///
/// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, for a first attempt;
/// AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_retry_delay_duration_ns(
    metrics: *const aws_s3_request_metrics,
    out_retry_delay_duration: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_retry_delay_duration, |it| it.retry_delay.duration_ns()) }
}

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
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_service_call_duration_ns(
    metrics: *const aws_s3_request_metrics,
    out_service_call_duration: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_service_call_duration, |it| it.service_call_duration_ns()) }
}

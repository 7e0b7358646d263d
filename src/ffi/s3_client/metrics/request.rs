//! The getters that tell which request it was and what became of it, and the references to a record.
//!
//! Their comments are the text of the C header.

use std::ffi::c_int;
use std::mem::MaybeUninit;
use std::ptr;

use super::{Text, headers, look, put, put_known, text, text_or_null};
use crate::abi::*;
use crate::crt::sys::*;
use crate::ffi::handle;

/// Takes one more reference to metrics, so that they and what they lend stay; release it with
/// `aws_s3_request_metrics_release`. NULL does nothing. Returns `metrics`. May be called from
/// any thread.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_acquire(
    metrics: *mut aws_s3_request_metrics,
) -> *mut aws_s3_request_metrics {
    // SAFETY: the caller holds a reference, or passes NULL.
    unsafe { handle::acquire(metrics) }
}

/// Releases one reference to metrics. NULL does nothing. Always returns NULL. May be called
/// from any thread.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_release(
    metrics: *mut aws_s3_request_metrics,
) -> *mut aws_s3_request_metrics {
    // SAFETY: the caller gives up a reference, or passes NULL.
    unsafe { handle::drop_reference(metrics) };
    ptr::null_mut()
}

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
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_request_id(
    metrics: *const aws_s3_request_metrics,
    out_request_id: *mut *const aws_string,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { text(metrics, Text::RequestId, out_request_id) }
}

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
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_extended_request_id(
    metrics: *const aws_s3_request_metrics,
    out_extended_request_id: *mut *const aws_string,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { text(metrics, Text::ExtendedRequestId, out_extended_request_id) }
}

/// Tells the HTTP status of the response.
///
/// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when no response came;
/// AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_response_status_code(
    metrics: *const aws_s3_request_metrics,
    out_response_status: *mut c_int,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_response_status, |it| it.status.map(c_int::from)) }
}

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
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_response_headers(
    metrics: *const aws_s3_request_metrics,
    out_response_headers: *mut *mut aws_http_headers,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { headers(metrics, out_response_headers) }
}

/// Tells path and query of the request, before a signature may have been added. The string
/// stays the metrics'; it is NULL when the request could not be prepared. Writes nothing when a
/// pointer is NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_request_path_query(
    metrics: *const aws_s3_request_metrics,
    out_request_path_query: *mut *const aws_string,
) {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { text_or_null(metrics, Text::PathQuery, out_request_path_query) }
}

/// Tells the `Host` header of the request. The string stays the metrics'; it is NULL when the
/// request could not be prepared. Writes nothing when a pointer is NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_host_address(
    metrics: *const aws_s3_request_metrics,
    out_host_address: *mut *const aws_string,
) {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { text_or_null(metrics, Text::Host, out_host_address) }
}

/// Tells a number of the request; all its attempts have the same. 0 when the request could not
/// be prepared.
///
/// Errors: AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_request_ptr(
    metrics: *const aws_s3_request_metrics,
    out_request_ptr: *mut usize,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_request_ptr, |it| it.request_pointer()) }
}

/// Tells the name of the S3 operation. The string stays the metrics'.
///
/// Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when the operation has
/// no name; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_operation_name(
    metrics: *const aws_s3_request_metrics,
    out_operation_name: *mut *const aws_string,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { text(metrics, Text::OperationName, out_operation_name) }
}

/// Tells the kind of the request. Always known. Writes nothing when a pointer is NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_request_type(
    metrics: *const aws_s3_request_metrics,
    out_request_type: *mut MaybeUninit<aws_s3_request_type>,
) {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put(metrics, out_request_type.cast::<u32>(), |it| it.kind as u32) }
}

/// Returns the error that the attempt ended with; AWS_ERROR_SUCCESS for none, and for NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_error_code(
    metrics: *const aws_s3_request_metrics,
) -> c_int {
    // SAFETY: the caller holds the metrics.
    unsafe { look(metrics, |it| it.error.0) }.unwrap_or(0)
}

/// Returns how many attempts of the same request came before this one; 0 for the first, and for
/// NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_retry_attempt(
    metrics: *const aws_s3_request_metrics,
) -> u32 {
    // SAFETY: the caller holds the metrics.
    unsafe { look(metrics, |it| it.attempt) }.unwrap_or(0)
}

/// Returns whether the request uses memory of the buffer pool; false for NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_memory_allocated_from_pool(
    metrics: *const aws_s3_request_metrics,
) -> bool {
    // SAFETY: the caller holds the metrics.
    unsafe { look(metrics, |it| it.pooled) }.unwrap_or(false)
}

/// Tells the offset, in the object, of the first byte of the part that the request transfers; 0
/// when it transfers none. Always known. Writes nothing when a pointer is NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_part_range_start(
    metrics: *const aws_s3_request_metrics,
    out_part_range_start: *mut u64,
) {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put(metrics, out_part_range_start, |it| it.range.0) }
}

/// Tells the offset, in the object, of the last byte of the part that the request transfers; 0
/// when it transfers none. Always known. Writes nothing when a pointer is NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_part_range_end(
    metrics: *const aws_s3_request_metrics,
    out_part_range_end: *mut u64,
) {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put(metrics, out_part_range_end, |it| it.range.1) }
}

/// Tells the number of the part that the request transfers, counted from 1; 0 when it transfers
/// none. Always known. Writes nothing when a pointer is NULL.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_request_metrics_get_part_number(
    metrics: *const aws_s3_request_metrics,
    out_part_number: *mut u32,
) {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put(metrics, out_part_number, |it| it.part_number) }
}

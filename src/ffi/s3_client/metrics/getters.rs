//! The getters of request metrics, one exported function each.

use std::ffi::c_int;
use std::mem::MaybeUninit;
use std::ptr;

use super::{Text, headers, look, put, put_known, text, text_or_null};
use crate::abi::*;
use crate::crt::sys::*;
use crate::ffi::handle;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_acquire(
    metrics: *mut aws_s3_request_metrics,
) -> *mut aws_s3_request_metrics {
    // SAFETY: the caller holds a reference, or passes NULL.
    unsafe { handle::acquire(metrics) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_release(
    metrics: *mut aws_s3_request_metrics,
) -> *mut aws_s3_request_metrics {
    // SAFETY: the caller gives up a reference, or passes NULL.
    unsafe { handle::drop_reference(metrics) };
    ptr::null_mut()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_request_id(
    metrics: *const aws_s3_request_metrics,
    out_request_id: *mut *const aws_string,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { text(metrics, Text::RequestId, out_request_id) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_extended_request_id(
    metrics: *const aws_s3_request_metrics,
    out_extended_request_id: *mut *const aws_string,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { text(metrics, Text::ExtendedRequestId, out_extended_request_id) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_start_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_start_time: *mut u64,
) {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put(metrics, out_start_time, |it| it.total.start_ns.unwrap_or(u64::MAX)) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_end_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_end_time: *mut u64,
) {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put(metrics, out_end_time, |it| it.total.end_ns.unwrap_or(0)) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_total_duration_ns(
    metrics: *const aws_s3_request_metrics,
    out_total_duration: *mut u64,
) {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put(metrics, out_total_duration, |it| it.total.duration_ns().unwrap_or(0)) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_send_start_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_send_start_time: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_send_start_time, |it| it.sending.start_ns) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_send_end_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_send_end_time: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_send_end_time, |it| it.sending.end_ns) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_sending_duration_ns(
    metrics: *const aws_s3_request_metrics,
    out_sending_duration: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_sending_duration, |it| it.sending.duration_ns()) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_receive_start_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_receive_start_time: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_receive_start_time, |it| it.receiving.start_ns) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_receive_end_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_receive_end_time: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_receive_end_time, |it| it.receiving.end_ns) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_sign_start_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_signing_start_time: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_signing_start_time, |it| it.signing.start_ns) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_sign_end_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_signing_end_time: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_signing_end_time, |it| it.signing.end_ns) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_signing_duration_ns(
    metrics: *const aws_s3_request_metrics,
    out_signing_duration: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_signing_duration, |it| it.signing.duration_ns()) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_mem_acquire_start_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_mem_acquire_start_time: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_mem_acquire_start_time, |it| it.memory.start_ns) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_mem_acquire_end_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_mem_acquire_end_time: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_mem_acquire_end_time, |it| it.memory.end_ns) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_mem_acquire_duration_ns(
    metrics: *const aws_s3_request_metrics,
    out_mem_acquire_duration: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_mem_acquire_duration, |it| it.memory.duration_ns()) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_delivery_start_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_delivery_start_time: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_delivery_start_time, |it| it.delivery.start_ns) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_delivery_end_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_delivery_end_time: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_delivery_end_time, |it| it.delivery.end_ns) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_delivery_duration_ns(
    metrics: *const aws_s3_request_metrics,
    out_delivery_duration: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_delivery_duration, |it| it.delivery.duration_ns()) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_receiving_duration_ns(
    metrics: *const aws_s3_request_metrics,
    out_receiving_duration: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_receiving_duration, |it| it.receiving.duration_ns()) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_response_status_code(
    metrics: *const aws_s3_request_metrics,
    out_response_status: *mut c_int,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_response_status, |it| it.status.map(c_int::from)) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_response_headers(
    metrics: *const aws_s3_request_metrics,
    out_response_headers: *mut *mut aws_http_headers,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { headers(metrics, out_response_headers) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_request_path_query(
    metrics: *const aws_s3_request_metrics,
    out_request_path_query: *mut *const aws_string,
) {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { text_or_null(metrics, Text::PathQuery, out_request_path_query) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_host_address(
    metrics: *const aws_s3_request_metrics,
    out_host_address: *mut *const aws_string,
) {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { text_or_null(metrics, Text::Host, out_host_address) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_is_https(
    metrics: *const aws_s3_request_metrics,
) -> bool {
    // SAFETY: the caller holds the metrics.
    unsafe { look(metrics, |it| it.is_https) }.unwrap_or(false)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_http_manager_metrics(
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

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_ip_address(
    metrics: *const aws_s3_request_metrics,
    out_ip_address: *mut *const aws_string,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { text(metrics, Text::IpAddress, out_ip_address) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_connection_id(
    metrics: *const aws_s3_request_metrics,
    out_connection_ptr: *mut usize,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_connection_ptr, |it| it.connection_id) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_request_ptr(
    metrics: *const aws_s3_request_metrics,
    out_request_ptr: *mut usize,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_request_ptr, |it| it.request_pointer()) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_thread_id(
    metrics: *const aws_s3_request_metrics,
    out_thread_id: *mut aws_thread_id_t,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_thread_id, |it| it.thread_id) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_request_stream_id(
    metrics: *const aws_s3_request_metrics,
    out_stream_id: *mut u32,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_stream_id, |it| it.stream_id) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_operation_name(
    metrics: *const aws_s3_request_metrics,
    out_operation_name: *mut *const aws_string,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { text(metrics, Text::OperationName, out_operation_name) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_request_type(
    metrics: *const aws_s3_request_metrics,
    out_request_type: *mut MaybeUninit<aws_s3_request_type>,
) {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put(metrics, out_request_type.cast::<u32>(), |it| it.kind as u32) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_error_code(
    metrics: *const aws_s3_request_metrics,
) -> c_int {
    // SAFETY: the caller holds the metrics.
    unsafe { look(metrics, |it| it.error.0) }.unwrap_or(0)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_retry_attempt(
    metrics: *const aws_s3_request_metrics,
) -> u32 {
    // SAFETY: the caller holds the metrics.
    unsafe { look(metrics, |it| it.attempt) }.unwrap_or(0)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_memory_allocated_from_pool(
    metrics: *const aws_s3_request_metrics,
) -> bool {
    // SAFETY: the caller holds the metrics.
    unsafe { look(metrics, |it| it.pooled) }.unwrap_or(false)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_part_range_start(
    metrics: *const aws_s3_request_metrics,
    out_part_range_start: *mut u64,
) {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put(metrics, out_part_range_start, |it| it.range.0) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_part_range_end(
    metrics: *const aws_s3_request_metrics,
    out_part_range_end: *mut u64,
) {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put(metrics, out_part_range_end, |it| it.range.1) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_part_number(
    metrics: *const aws_s3_request_metrics,
    out_part_number: *mut u32,
) {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put(metrics, out_part_number, |it| it.part_number) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_s3_request_first_attempt_start_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_s3_request_first_attempt_start_time: *mut u64,
) {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put(metrics, out_s3_request_first_attempt_start_time, |it| it.first_attempt_start_ns) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_s3_request_last_attempt_end_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_s3_request_last_attempt_end_time: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_s3_request_last_attempt_end_time, |it| it.last_attempt_end_ns) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_s3_request_total_duration_ns(
    metrics: *const aws_s3_request_metrics,
    out_request_duration: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_request_duration, |it| it.all_attempts_duration_ns()) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_conn_acquire_start_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_conn_acquire_start_time: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_conn_acquire_start_time, |it| it.connecting.start_ns) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_conn_acquire_end_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_conn_acquire_end_time: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_conn_acquire_end_time, |it| it.connecting.end_ns) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_conn_acquire_duration_ns(
    metrics: *const aws_s3_request_metrics,
    out_conn_acquire_duration: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_conn_acquire_duration, |it| it.connecting.duration_ns()) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_retry_delay_start_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_retry_delay_start_time: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_retry_delay_start_time, |it| it.retry_delay.start_ns) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_retry_delay_end_timestamp_ns(
    metrics: *const aws_s3_request_metrics,
    out_retry_delay_end_time: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_retry_delay_end_time, |it| it.retry_delay.end_ns) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_retry_delay_duration_ns(
    metrics: *const aws_s3_request_metrics,
    out_retry_delay_duration: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_retry_delay_duration, |it| it.retry_delay.duration_ns()) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_s3_request_metrics_get_service_call_duration_ns(
    metrics: *const aws_s3_request_metrics,
    out_service_call_duration: *mut u64,
) -> c_int {
    // SAFETY: the caller holds the metrics and lends the out pointer for the call.
    unsafe { put_known(metrics, out_service_call_duration, |it| it.service_call_duration_ns()) }
}

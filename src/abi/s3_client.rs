//! C types of `aws/s3/s3_client.h`.

use core::ffi::*;

use crate::crt::sys::*;

use super::*;

/// `aws/s3/s3_client.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_checksum_config {
    pub location: aws_s3_checksum_location,
    pub checksum_algorithm: aws_s3_checksum_algorithm,
    pub full_object_checksum_callback: aws_s3_meta_request_full_object_checksum_fn,
    pub user_data: *mut c_void,
    pub validate_response_checksum: bool,
    pub validate_checksum_algorithms: *const aws_array_list,
    pub expected_checksum: aws_byte_cursor,
    pub expected_checksum_algorithm: aws_s3_checksum_algorithm,
    pub response_checksum_validation_mode: aws_s3_checksum_validation_mode,
}

/// `aws/s3/s3_client.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_client_bootstrap_options {
    pub event_loop_count: u16,
    pub host_resolver_max_entries: usize,
    pub throughput_target_gbps: f64,
}

/// `aws/s3/s3_client.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_client_config_retry_config {
    pub max_retries: usize,
    pub backoff_scale_factor_ms: u32,
    pub max_backoff_secs: u32,
    pub jitter_mode: aws_exponential_backoff_jitter_mode,
    pub initial_bucket_capacity: usize,
    pub retry_mode: aws_s3_retry_mode,
    pub fast_fail_if_no_token: bool,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_client_config {
    pub max_active_connections_override: u32,
    pub region: aws_byte_cursor,
    pub client_bootstrap: *mut aws_client_bootstrap,
    pub tls_mode: aws_s3_meta_request_tls_mode,
    pub tls_connection_options: *const aws_tls_connection_options,
    pub fio_opts: *mut aws_s3_file_io_options,
    pub signing_config: *const aws_signing_config_aws,
    pub part_size: u64,
    pub max_part_size: u64,
    pub multipart_upload_threshold: u64,
    pub throughput_target_gbps: f64,
    pub memory_limit_in_bytes: u64,
    pub retry_strategy: *mut aws_retry_strategy,
    pub retry_config: aws_s3_client_config_retry_config,
    pub compute_content_md5: aws_s3_meta_request_compute_content_md5,
    pub shutdown_callback: aws_s3_client_shutdown_complete_callback_fn,
    pub shutdown_callback_user_data: *mut c_void,
    pub proxy_options: *const aws_http_proxy_options,
    pub proxy_ev_settings: *const proxy_env_var_settings,
    pub connect_timeout_ms: u32,
    pub tcp_keep_alive_options: *const aws_s3_tcp_keep_alive_options,
    pub monitoring_options: *const aws_http_connection_monitoring_options,
    pub enable_read_backpressure: bool,
    pub initial_read_window: usize,
    pub enable_s3express: bool,
    pub s3express_provider_override_factory: aws_s3express_provider_factory_fn,
    pub factory_user_data: *mut c_void,
    pub network_interface_names_array: *const aws_byte_cursor,
    pub num_network_interface_names: usize,
    pub buffer_pool_factory_fn: aws_s3_buffer_pool_factory_fn,
    pub buffer_pool_user_data: *mut c_void,
    pub out_of_order_delivery: aws_tribool,
    pub num_file_io_threads: u16,
}

/// `aws/s3/s3_client.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_file_io_options {
    pub should_stream: bool,
    pub disk_throughput_gbps: f64,
    pub direct_io: bool,
}

/// `aws/s3/s3_client.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_meta_request_options {
    pub r#type: aws_s3_meta_request_type,
    pub operation_name: aws_byte_cursor,
    pub signing_config: *const aws_signing_config_aws,
    pub message: *mut aws_http_message,
    pub recv_filepath: aws_byte_cursor,
    pub recv_file_option: aws_s3_recv_file_options,
    pub recv_file_position: u64,
    pub recv_file_delete_on_failure: bool,
    pub recv_buffer: *mut aws_byte_buf,
    pub out_of_order_delivery: aws_tribool,
    pub send_filepath: aws_byte_cursor,
    pub fio_opts: *mut aws_s3_file_io_options,
    pub send_async_stream: *mut aws_async_input_stream,
    pub send_using_async_writes: bool,
    pub request_body: aws_byte_cursor,
    pub checksum_config: *const aws_s3_checksum_config,
    pub part_size: u64,
    pub force_dynamic_part_size: bool,
    pub multipart_upload_threshold: u64,
    pub user_data: *mut c_void,
    pub headers_callback: aws_s3_meta_request_headers_callback_fn,
    pub body_callback: aws_s3_meta_request_receive_body_callback_fn,
    pub body_callback_ex: aws_s3_meta_request_receive_body_callback_ex_fn,
    pub finish_callback: aws_s3_meta_request_finish_fn,
    pub shutdown_callback: aws_s3_meta_request_shutdown_fn,
    pub progress_callback: aws_s3_meta_request_progress_fn,
    pub telemetry_callback: aws_s3_meta_request_telemetry_fn,
    pub upload_review_callback: aws_s3_meta_request_upload_review_fn,
    pub endpoint: *const aws_uri,
    pub resume_token: *mut aws_s3_meta_request_resume_token,
    pub object_size_hint: *const u64,
    pub copy_source_uri: aws_byte_cursor,
    pub max_active_connections_override: u32,
    pub on_error_resume_token: aws_s3_meta_request_pause_complete_fn,
}

/// `aws/s3/s3_client.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_meta_request_poll_write_result {
    pub is_pending: bool,
    pub error_code: c_int,
    pub bytes_processed: usize,
}

/// `aws/s3/s3_client.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_meta_request_progress {
    pub bytes_transferred: u64,
    pub content_length: u64,
}

/// `aws/s3/s3_client.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_meta_request_receive_body_extra_info {
    pub range_start: u64,
    pub ticket: *mut aws_s3_buffer_ticket,
}

/// `aws/s3/s3_client.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_meta_request_result {
    pub error_response_headers: *mut aws_http_headers,
    pub error_response_body: *mut aws_byte_buf,
    pub error_response_operation_name: *mut aws_string,
    pub response_status: c_int,
    pub did_validate: bool,
    pub validation_algorithm: aws_s3_checksum_algorithm,
    pub error_code: c_int,
}

/// `aws/s3/s3_client.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_tcp_keep_alive_options {
    pub keep_alive_interval_sec: u16,
    pub keep_alive_timeout_sec: u16,
    pub keep_alive_max_failed_probes: u16,
}

/// `aws/s3/s3_client.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_upload_part_review {
    pub size: u64,
    pub checksum: aws_byte_cursor,
}

/// `aws/s3/s3_client.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_upload_resume_token_options {
    pub upload_id: aws_byte_cursor,
    pub part_size: u64,
    pub total_num_parts: usize,
    pub num_parts_completed: usize,
}

/// `aws/s3/s3_client.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_upload_review {
    pub checksum_algorithm: aws_s3_checksum_algorithm,
    pub part_count: usize,
    pub part_array: *mut aws_s3_upload_part_review,
}

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum aws_s3_checksum_algorithm {
    AWS_SCA_NONE = 0,
    AWS_SCA_INIT = 1,
    AWS_SCA_CRC32 = 2,
    AWS_SCA_SHA1 = 3,
    AWS_SCA_SHA256 = 4,
    AWS_SCA_CRC64NVME = 5,
    AWS_SCA_SHA512 = 6,
    AWS_SCA_XXHASH64 = 7,
    AWS_SCA_XXHASH3_64 = 8,
    AWS_SCA_XXHASH3_128 = 9,
    AWS_SCA_UNKNOWN = 10,
}
/// Second name of [`aws_s3_checksum_algorithm::AWS_SCA_INIT`].
pub const AWS_SCA_CRC32C: aws_s3_checksum_algorithm = aws_s3_checksum_algorithm::AWS_SCA_INIT;
/// Second name of [`aws_s3_checksum_algorithm::AWS_SCA_XXHASH3_128`].
pub const AWS_SCA_END: aws_s3_checksum_algorithm = aws_s3_checksum_algorithm::AWS_SCA_XXHASH3_128;

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum aws_s3_checksum_location {
    AWS_SCL_NONE = 0,
    AWS_SCL_HEADER = 1,
    AWS_SCL_TRAILER = 2,
}

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum aws_s3_checksum_validation_mode {
    AWS_SCVM_DEFAULT = 0,
    AWS_SCVM_REQUEST_ONLY = 1,
    AWS_SCVM_FULL_OBJECT = 2,
}

/// Opaque.
#[repr(C)]
pub struct aws_s3_client {
    _private: [u8; 0],
}

/// `aws/s3/s3_client.h`
pub type aws_s3_client_shutdown_complete_callback_fn = Option<unsafe extern "C" fn(user_data: *mut c_void)>;

/// Opaque.
#[repr(C)]
pub struct aws_s3_meta_request {
    _private: [u8; 0],
}

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum aws_s3_meta_request_compute_content_md5 {
    AWS_MR_CONTENT_MD5_DISABLED = 0,
    AWS_MR_CONTENT_MD5_ENABLED = 1,
}

/// `aws/s3/s3_client.h`
pub type aws_s3_meta_request_finish_fn = Option<unsafe extern "C" fn(meta_request: *mut aws_s3_meta_request, meta_request_result: *const aws_s3_meta_request_result, user_data: *mut c_void)>;

/// `aws/s3/s3_client.h`
pub type aws_s3_meta_request_full_object_checksum_fn = Option<unsafe extern "C" fn(meta_request: *mut aws_s3_meta_request, user_data: *mut c_void) -> *mut aws_string>;

/// `aws/s3/s3_client.h`
pub type aws_s3_meta_request_headers_callback_fn = Option<unsafe extern "C" fn(meta_request: *mut aws_s3_meta_request, headers: *const aws_http_headers, response_status: c_int, user_data: *mut c_void) -> c_int>;

/// `aws/s3/s3_client.h`
pub type aws_s3_meta_request_pause_complete_fn = Option<unsafe extern "C" fn(meta_request: *mut aws_s3_meta_request, resume_token: *mut aws_s3_meta_request_resume_token, error_code: c_int, user_data: *mut c_void)>;

/// `aws/s3/s3_client.h`
pub type aws_s3_meta_request_progress_fn = Option<unsafe extern "C" fn(meta_request: *mut aws_s3_meta_request, progress: *const aws_s3_meta_request_progress, user_data: *mut c_void)>;

/// `aws/s3/s3_client.h`
pub type aws_s3_meta_request_receive_body_callback_ex_fn = Option<unsafe extern "C" fn(meta_request: *mut aws_s3_meta_request, body: *const aws_byte_cursor, info: aws_s3_meta_request_receive_body_extra_info, user_data: *mut c_void) -> c_int>;

/// `aws/s3/s3_client.h`
pub type aws_s3_meta_request_receive_body_callback_fn = Option<unsafe extern "C" fn(meta_request: *mut aws_s3_meta_request, body: *const aws_byte_cursor, range_start: u64, user_data: *mut c_void) -> c_int>;

/// Opaque.
#[repr(C)]
pub struct aws_s3_meta_request_resume_token {
    _private: [u8; 0],
}

/// `aws/s3/s3_client.h`
pub type aws_s3_meta_request_shutdown_fn = Option<unsafe extern "C" fn(user_data: *mut c_void)>;

/// `aws/s3/s3_client.h`
pub type aws_s3_meta_request_telemetry_fn = Option<unsafe extern "C" fn(meta_request: *mut aws_s3_meta_request, metrics: *mut aws_s3_request_metrics, user_data: *mut c_void)>;

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum aws_s3_meta_request_tls_mode {
    AWS_MR_TLS_ENABLED = 0,
    AWS_MR_TLS_DISABLED = 1,
}

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum aws_s3_meta_request_type {
    AWS_S3_META_REQUEST_TYPE_DEFAULT = 0,
    AWS_S3_META_REQUEST_TYPE_GET_OBJECT = 1,
    AWS_S3_META_REQUEST_TYPE_PUT_OBJECT = 2,
    AWS_S3_META_REQUEST_TYPE_COPY_OBJECT = 3,
    AWS_S3_META_REQUEST_TYPE_MAX = 4,
}

/// `aws/s3/s3_client.h`
pub type aws_s3_meta_request_upload_review_fn = Option<unsafe extern "C" fn(meta_request: *mut aws_s3_meta_request, review: *const aws_s3_upload_review, user_data: *mut c_void) -> c_int>;

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum aws_s3_recv_file_options {
    AWS_S3_RECV_FILE_CREATE_OR_REPLACE = 0,
    AWS_S3_RECV_FILE_CREATE_NEW = 1,
    AWS_S3_RECV_FILE_CREATE_OR_APPEND = 2,
    AWS_S3_RECV_FILE_WRITE_TO_POSITION = 3,
}

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum aws_s3_retry_mode {
    AWS_S3_RETRY_MODE_STANDARD = 0,
    AWS_S3_RETRY_MODE_ADAPTIVE = 1,
    AWS_S3_RETRY_MODE_EXPONENTIAL_BACKOFF = 2,
    AWS_S3_RETRY_MODE_NONE = 3,
}

/// `aws/s3/s3_client.h`
pub type aws_s3express_provider_factory_fn = Option<unsafe extern "C" fn(allocator: *mut aws_allocator, client: *mut aws_s3_client, on_provider_shutdown_callback: aws_simple_completion_callback, shutdown_user_data: *mut c_void, factory_user_data: *mut c_void) -> *mut aws_s3express_credentials_provider>;

/// Opaque.
#[repr(C)]
pub struct aws_s3_request_metrics {
    _private: [u8; 0],
}

/// Opaque.
#[repr(C)]
pub struct aws_s3_request {
    _private: [u8; 0],
}

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum aws_s3_request_type {
    AWS_S3_REQUEST_TYPE_UNKNOWN = 0,
    AWS_S3_REQUEST_TYPE_HEAD_OBJECT = 1,
    AWS_S3_REQUEST_TYPE_GET_OBJECT = 2,
    AWS_S3_REQUEST_TYPE_LIST_PARTS = 3,
    AWS_S3_REQUEST_TYPE_CREATE_MULTIPART_UPLOAD = 4,
    AWS_S3_REQUEST_TYPE_UPLOAD_PART = 5,
    AWS_S3_REQUEST_TYPE_ABORT_MULTIPART_UPLOAD = 6,
    AWS_S3_REQUEST_TYPE_COMPLETE_MULTIPART_UPLOAD = 7,
    AWS_S3_REQUEST_TYPE_UPLOAD_PART_COPY = 8,
    AWS_S3_REQUEST_TYPE_COPY_OBJECT = 9,
    AWS_S3_REQUEST_TYPE_PUT_OBJECT = 10,
    AWS_S3_REQUEST_TYPE_CREATE_SESSION = 11,
    AWS_S3_REQUEST_TYPE_MAX = 12,
}
/// Second name of [`aws_s3_request_type::AWS_S3_REQUEST_TYPE_UNKNOWN`].
pub const AWS_S3_REQUEST_TYPE_DEFAULT: aws_s3_request_type = aws_s3_request_type::AWS_S3_REQUEST_TYPE_UNKNOWN;

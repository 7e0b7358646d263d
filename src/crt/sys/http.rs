//! C types of aws-c-http that the library reads or writes, laid out as its headers do.
//!
//! Checked against the recorded layouts by `tests/layouts.rs` and against the real headers by `tests_c/layout.c`.

use core::ffi::*;

use super::*;

/// `aws/http/request_response.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_http1_chunk_options {
    pub chunk_data: *mut aws_input_stream,
    pub chunk_data_size: u64,
    pub extensions: *mut aws_http1_chunk_extension,
    pub num_extensions: usize,
    pub on_complete: aws_http1_stream_write_chunk_complete_fn,
    pub user_data: *mut c_void,
}

/// `aws/http/connection.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_http1_connection_options {
    pub read_buffer_capacity: usize,
}

/// `aws/http/connection.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_http2_connection_options {
    pub initial_settings_array: *mut aws_http2_setting,
    pub num_initial_settings: usize,
    pub on_initial_settings_completed: aws_http2_on_change_settings_complete_fn,
    pub max_closed_streams: usize,
    pub on_goaway_received: aws_http2_on_goaway_received_fn,
    pub on_remote_settings_change: aws_http2_on_remote_settings_change_fn,
    pub conn_manual_window_management: bool,
    pub conn_window_size_threshold_to_send_update: u32,
    pub stream_window_size_threshold_to_send_update: u32,
}

/// `aws/http/connection.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_http2_setting {
    pub id: aws_http2_settings_id,
    pub value: u32,
}

/// `aws/http/http2_stream_manager.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_http2_stream_manager_acquire_stream_options {
    pub callback: aws_http2_stream_manager_on_stream_acquired_fn,
    pub user_data: *mut c_void,
    pub options: *const aws_http_make_request_options,
}

/// `aws/http/http2_stream_manager.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_http2_stream_manager_options {
    pub bootstrap: *mut aws_client_bootstrap,
    pub socket_options: *const aws_socket_options,
    pub tls_connection_options: *const aws_tls_connection_options,
    pub http2_prior_knowledge: bool,
    pub host: aws_byte_cursor,
    pub port: u32,
    pub initial_settings_array: *const aws_http2_setting,
    pub num_initial_settings: usize,
    pub max_closed_streams: usize,
    pub conn_manual_window_management: bool,
    pub enable_read_back_pressure: bool,
    pub initial_window_size: usize,
    pub monitoring_options: *const aws_http_connection_monitoring_options,
    pub proxy_options: *const aws_http_proxy_options,
    pub proxy_ev_settings: *const proxy_env_var_settings,
    pub shutdown_complete_user_data: *mut c_void,
    pub shutdown_complete_callback: aws_http2_stream_manager_shutdown_complete_fn,
    pub close_connection_on_server_error: bool,
    pub connection_ping_period_ms: usize,
    pub connection_ping_timeout_ms: usize,
    pub ideal_concurrent_streams_per_connection: usize,
    pub max_concurrent_streams_per_connection: usize,
    pub max_connections: usize,
    pub max_concurrent_streams: usize,
}

/// `aws/http/request_response.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_http2_stream_write_data_options {
    pub data: *mut aws_input_stream,
    pub end_stream: bool,
    pub on_complete: aws_http_stream_write_complete_fn,
    pub user_data: *mut c_void,
}

/// `aws/http/connection.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_http_client_connection_options {
    pub self_size: usize,
    pub allocator: *mut aws_allocator,
    pub bootstrap: *mut aws_client_bootstrap,
    pub host_name: aws_byte_cursor,
    pub port: u32,
    pub socket_options: *const aws_socket_options,
    pub tls_options: *const aws_tls_connection_options,
    pub proxy_options: *const aws_http_proxy_options,
    pub proxy_ev_settings: *const proxy_env_var_settings,
    pub monitoring_options: *const aws_http_connection_monitoring_options,
    pub response_first_byte_timeout_ms: u64,
    pub manual_window_management: bool,
    pub initial_window_size: usize,
    pub user_data: *mut c_void,
    pub on_setup: aws_http_on_client_connection_setup_fn,
    pub on_shutdown: aws_http_on_client_connection_shutdown_fn,
    pub prior_knowledge_http2: bool,
    pub alpn_string_map: *mut aws_hash_table,
    pub http1_options: *const aws_http1_connection_options,
    pub http2_options: *const aws_http2_connection_options,
    pub requested_event_loop: *mut aws_event_loop,
    pub host_resolution_config: *const aws_host_resolution_config,
    pub l4_proxy_config: *mut aws_l4_proxy_config,
}

/// `aws/http/connection_manager.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_http_connection_manager_options {
    pub bootstrap: *mut aws_client_bootstrap,
    pub initial_window_size: usize,
    pub socket_options: *const aws_socket_options,
    pub response_first_byte_timeout_ms: u64,
    pub tls_connection_options: *const aws_tls_connection_options,
    pub http2_prior_knowledge: bool,
    pub monitoring_options: *const aws_http_connection_monitoring_options,
    pub host: aws_byte_cursor,
    pub port: u32,
    pub initial_settings_array: *const aws_http2_setting,
    pub num_initial_settings: usize,
    pub max_closed_streams: usize,
    pub http2_conn_manual_window_management: bool,
    pub proxy_options: *const aws_http_proxy_options,
    pub proxy_ev_settings: *const proxy_env_var_settings,
    pub max_connections: usize,
    pub shutdown_complete_user_data: *mut c_void,
    pub shutdown_complete_callback: aws_http_connection_manager_shutdown_complete_fn,
    pub enable_read_back_pressure: bool,
    pub max_connection_idle_in_milliseconds: u64,
    pub connection_acquisition_timeout_ms: u64,
    pub max_pending_connection_acquisitions: u64,
    pub network_interface_names_array: *const aws_byte_cursor,
    pub num_network_interface_names: usize,
    pub l4_proxy_config: *mut aws_l4_proxy_config,
}

/// `aws/http/connection.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_http_connection_monitoring_options {
    pub minimum_throughput_bytes_per_second: u64,
    pub allowable_throughput_failure_interval_seconds: u32,
    pub statistics_observer_fn: aws_http_statistics_observer_fn,
    pub statistics_observer_user_data: *mut c_void,
}

/// `aws/http/request_response.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_http_header {
    pub name: aws_byte_cursor,
    pub value: aws_byte_cursor,
    pub compression: aws_http_header_compression,
}

/// `aws/http/request_response.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_http_make_request_options {
    pub self_size: usize,
    pub request: *mut aws_http_message,
    pub user_data: *mut c_void,
    pub on_response_headers: aws_http_on_incoming_headers_fn,
    pub on_response_header_block_done: aws_http_on_incoming_header_block_done_fn,
    pub on_response_body: aws_http_on_incoming_body_fn,
    pub on_metrics: aws_http_on_stream_metrics_fn,
    pub on_h2_remote_end_stream: aws_http2_on_remote_end_stream_fn,
    pub on_complete: aws_http_on_stream_complete_fn,
    pub on_destroy: aws_http_on_stream_destroy_fn,
    pub use_manual_data_writes: bool,
    pub http2_use_manual_data_writes: bool,
    pub response_first_byte_timeout_ms: u64,
}

/// `aws/http/connection_manager.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_http_manager_metrics {
    pub available_concurrency: usize,
    pub pending_concurrency_acquires: usize,
    pub leased_concurrency: usize,
}

/// `aws/http/proxy.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub union aws_http_proxy_negotiator_strategy_vtable {
    pub forwarding_vtable: *mut aws_http_proxy_negotiator_forwarding_vtable,
    pub tunnelling_vtable: *mut aws_http_proxy_negotiator_tunnelling_vtable,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_http_proxy_negotiator {
    pub ref_count: aws_ref_count,
    pub r#impl: *mut c_void,
    pub strategy_vtable: aws_http_proxy_negotiator_strategy_vtable,
}

/// `aws/http/proxy.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_http_proxy_negotiator_forwarding_vtable {
    pub forward_request_transform: aws_http_proxy_negotiation_http_request_transform_fn,
}

/// `aws/http/proxy.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_http_proxy_negotiator_tunnelling_vtable {
    pub connect_request_transform: aws_http_proxy_negotiation_http_request_transform_async_fn,
    pub on_incoming_headers_callback: aws_http_proxy_negotiation_connect_on_incoming_headers_fn,
    pub on_status_callback: aws_http_proxy_negotiator_connect_status_fn,
    pub on_incoming_body_callback: aws_http_proxy_negotiator_connect_on_incoming_body_fn,
    pub get_retry_directive: aws_http_proxy_negotiator_get_retry_directive_fn,
}

/// `aws/http/proxy.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_http_proxy_options {
    pub connection_type: aws_http_proxy_connection_type,
    pub host: aws_byte_cursor,
    pub port: u32,
    pub tls_options: *const aws_tls_connection_options,
    pub proxy_strategy: *mut aws_http_proxy_strategy,
    pub auth_type: aws_http_proxy_authentication_type,
    pub auth_username: aws_byte_cursor,
    pub auth_password: aws_byte_cursor,
    pub no_proxy_hosts: aws_byte_cursor,
}

/// `aws/http/proxy.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_http_proxy_strategy {
    pub ref_count: aws_ref_count,
    pub vtable: *mut aws_http_proxy_strategy_vtable,
    pub r#impl: *mut c_void,
    pub proxy_connection_type: aws_http_proxy_connection_type,
}

/// `aws/http/proxy.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_http_proxy_strategy_basic_auth_options {
    pub proxy_connection_type: aws_http_proxy_connection_type,
    pub user_name: aws_byte_cursor,
    pub password: aws_byte_cursor,
}

/// `aws/http/proxy.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_http_proxy_strategy_tunneling_adaptive_options {
    pub kerberos_options: *mut aws_http_proxy_strategy_tunneling_kerberos_options,
    pub ntlm_options: *mut aws_http_proxy_strategy_tunneling_ntlm_options,
}

/// `aws/http/proxy.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_http_proxy_strategy_tunneling_kerberos_options {
    pub get_token: aws_http_proxy_negotiation_get_token_sync_fn,
    pub get_token_user_data: *mut c_void,
}

/// `aws/http/proxy.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_http_proxy_strategy_tunneling_ntlm_options {
    pub get_token: aws_http_proxy_negotiation_get_token_sync_fn,
    pub get_challenge_token: aws_http_proxy_negotiation_get_challenge_token_sync_fn,
    pub get_challenge_token_user_data: *mut c_void,
}

/// `aws/http/proxy.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_http_proxy_strategy_vtable {
    pub create_negotiator: aws_http_proxy_strategy_create_negotiator_fn,
}

/// `aws/http/request_response.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_http_stream_metrics {
    pub send_start_timestamp_ns: i64,
    pub send_end_timestamp_ns: i64,
    pub sending_duration_ns: i64,
    pub receive_start_timestamp_ns: i64,
    pub receive_end_timestamp_ns: i64,
    pub receiving_duration_ns: i64,
    pub stream_id: u32,
}

/// `aws/http/request_response.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_http_stream_write_data_options {
    pub data: *mut aws_input_stream,
    pub end_stream: bool,
    pub on_complete: aws_http_stream_write_complete_fn,
    pub user_data: *mut c_void,
}

/// `aws/http/proxy.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct proxy_env_var_settings {
    pub env_var_type: aws_http_proxy_env_var_type,
    pub connection_type: aws_http_proxy_connection_type,
    pub tls_options: *const aws_tls_connection_options,
}

/// `aws/http/request_response.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_http1_chunk_extension {
    pub key: aws_byte_cursor,
    pub value: aws_byte_cursor,
}

/// `aws/http/request_response.h`
pub type aws_http1_stream_write_chunk_complete_fn = Option<unsafe extern "C" fn()>;

/// `aws/http/connection.h`
pub type aws_http2_on_change_settings_complete_fn = Option<
    unsafe extern "C" fn(
        http2_connection: *mut aws_http_connection,
        error_code: c_int,
        user_data: *mut c_void,
    ),
>;

/// `aws/http/connection.h`
pub type aws_http2_on_goaway_received_fn = Option<
    unsafe extern "C" fn(
        http2_connection: *mut aws_http_connection,
        last_stream_id: u32,
        http2_error_code: u32,
        debug_data: aws_byte_cursor,
        user_data: *mut c_void,
    ),
>;

/// `aws/http/request_response.h`
pub type aws_http2_on_remote_end_stream_fn =
    Option<unsafe extern "C" fn(stream: *mut aws_http_stream, user_data: *mut c_void)>;

/// `aws/http/connection.h`
pub type aws_http2_on_remote_settings_change_fn = Option<
    unsafe extern "C" fn(
        http2_connection: *mut aws_http_connection,
        settings_array: *const aws_http2_setting,
        num_settings: usize,
        user_data: *mut c_void,
    ),
>;

/// `aws/http/connection.h`
pub type aws_http2_settings_id = u32;
pub const AWS_HTTP2_SETTINGS_BEGIN_RANGE: aws_http2_settings_id = 1;
pub const AWS_HTTP2_SETTINGS_HEADER_TABLE_SIZE: aws_http2_settings_id = 1;
pub const AWS_HTTP2_SETTINGS_ENABLE_PUSH: aws_http2_settings_id = 2;
pub const AWS_HTTP2_SETTINGS_MAX_CONCURRENT_STREAMS: aws_http2_settings_id = 3;
pub const AWS_HTTP2_SETTINGS_INITIAL_WINDOW_SIZE: aws_http2_settings_id = 4;
pub const AWS_HTTP2_SETTINGS_MAX_FRAME_SIZE: aws_http2_settings_id = 5;
pub const AWS_HTTP2_SETTINGS_MAX_HEADER_LIST_SIZE: aws_http2_settings_id = 6;
pub const AWS_HTTP2_SETTINGS_END_RANGE: aws_http2_settings_id = 7;

/// `aws/http/http2_stream_manager.h`
pub type aws_http2_stream_manager_on_stream_acquired_fn = Option<
    unsafe extern "C" fn(stream: *mut aws_http_stream, error_code: c_int, user_data: *mut c_void),
>;

/// `aws/http/http2_stream_manager.h`
pub type aws_http2_stream_manager_shutdown_complete_fn =
    Option<unsafe extern "C" fn(user_data: *mut c_void)>;

/// `aws/http/connection_manager.h`
pub type aws_http_connection_manager_shutdown_complete_fn =
    Option<unsafe extern "C" fn(user_data: *mut c_void)>;

/// `aws/http/request_response.h`
pub type aws_http_header_compression = u32;
pub const AWS_HTTP_HEADER_COMPRESSION_USE_CACHE: aws_http_header_compression = 0;
pub const AWS_HTTP_HEADER_COMPRESSION_NO_CACHE: aws_http_header_compression = 1;
pub const AWS_HTTP_HEADER_COMPRESSION_NO_FORWARD_CACHE: aws_http_header_compression = 2;

/// `aws/http/request_response.h`, opaque
#[repr(C)]
pub struct aws_http_headers {
    _private: [u8; 0],
}

/// `aws/http/request_response.h`, opaque
#[repr(C)]
pub struct aws_http_message {
    _private: [u8; 0],
}

/// `aws/http/connection.h`
pub type aws_http_on_client_connection_setup_fn = Option<
    unsafe extern "C" fn(
        connection: *mut aws_http_connection,
        error_code: c_int,
        user_data: *mut c_void,
    ),
>;

/// `aws/http/connection.h`
pub type aws_http_on_client_connection_shutdown_fn = Option<
    unsafe extern "C" fn(
        connection: *mut aws_http_connection,
        error_code: c_int,
        user_data: *mut c_void,
    ),
>;

/// `aws/http/request_response.h`
pub type aws_http_on_incoming_body_fn = Option<
    unsafe extern "C" fn(
        stream: *mut aws_http_stream,
        data: *const aws_byte_cursor,
        user_data: *mut c_void,
    ) -> c_int,
>;

/// `aws/http/request_response.h`
pub type aws_http_on_incoming_header_block_done_fn = Option<
    unsafe extern "C" fn(
        stream: *mut aws_http_stream,
        header_block: aws_http_header_block,
        user_data: *mut c_void,
    ) -> c_int,
>;

/// `aws/http/request_response.h`
pub type aws_http_on_incoming_headers_fn = Option<
    unsafe extern "C" fn(
        stream: *mut aws_http_stream,
        header_block: aws_http_header_block,
        header_array: *const aws_http_header,
        num_headers: usize,
        user_data: *mut c_void,
    ) -> c_int,
>;

/// `aws/http/request_response.h`
pub type aws_http_on_stream_complete_fn = Option<
    unsafe extern "C" fn(stream: *mut aws_http_stream, error_code: c_int, user_data: *mut c_void),
>;

/// `aws/http/request_response.h`
pub type aws_http_on_stream_destroy_fn = Option<unsafe extern "C" fn(user_data: *mut c_void)>;

/// `aws/http/request_response.h`
pub type aws_http_on_stream_metrics_fn = Option<
    unsafe extern "C" fn(
        stream: *mut aws_http_stream,
        metrics: *const aws_http_stream_metrics,
        user_data: *mut c_void,
    ),
>;

/// `aws/http/proxy.h`
pub type aws_http_proxy_authentication_type = u32;
pub const AWS_HPAT_NONE: aws_http_proxy_authentication_type = 0;
pub const AWS_HPAT_BASIC: aws_http_proxy_authentication_type = 1;

/// `aws/http/proxy.h`
pub type aws_http_proxy_connection_type = u32;
pub const AWS_HPCT_HTTP_LEGACY: aws_http_proxy_connection_type = 0;
pub const AWS_HPCT_HTTP_FORWARD: aws_http_proxy_connection_type = 1;
pub const AWS_HPCT_HTTP_TUNNEL: aws_http_proxy_connection_type = 2;

/// `aws/http/proxy.h`
pub type aws_http_proxy_env_var_type = u32;
pub const AWS_HPEV_DISABLE: aws_http_proxy_env_var_type = 0;
pub const AWS_HPEV_ENABLE: aws_http_proxy_env_var_type = 1;

/// `aws/http/proxy.h`
pub type aws_http_proxy_negotiation_connect_on_incoming_headers_fn = Option<
    unsafe extern "C" fn(
        proxy_negotiator: *mut aws_http_proxy_negotiator,
        header_block: aws_http_header_block,
        header_array: *const aws_http_header,
        num_headers: usize,
    ) -> c_int,
>;

/// `aws/http/proxy.h`
pub type aws_http_proxy_negotiation_get_challenge_token_sync_fn = Option<
    unsafe extern "C" fn(
        user_data: *mut c_void,
        challenge_context: *const aws_byte_cursor,
        out_error_code: *mut c_int,
    ) -> *mut aws_string,
>;

/// `aws/http/proxy.h`
pub type aws_http_proxy_negotiation_get_token_sync_fn = Option<
    unsafe extern "C" fn(user_data: *mut c_void, out_error_code: *mut c_int) -> *mut aws_string,
>;

/// `aws/http/proxy.h`
pub type aws_http_proxy_negotiation_http_request_transform_async_fn = Option<unsafe extern "C" fn(proxy_negotiator: *mut aws_http_proxy_negotiator, message: *mut aws_http_message, negotiation_termination_callback: aws_http_proxy_negotiation_terminate_fn, negotiation_http_request_forward_callback: aws_http_proxy_negotiation_http_request_forward_fn, internal_proxy_user_data: *mut c_void)>;

/// `aws/http/proxy.h`
pub type aws_http_proxy_negotiation_http_request_transform_fn = Option<
    unsafe extern "C" fn(
        proxy_negotiator: *mut aws_http_proxy_negotiator,
        message: *mut aws_http_message,
    ) -> c_int,
>;

/// `aws/http/proxy.h`
pub type aws_http_proxy_negotiator_connect_on_incoming_body_fn = Option<
    unsafe extern "C" fn(
        proxy_negotiator: *mut aws_http_proxy_negotiator,
        data: *const aws_byte_cursor,
    ) -> c_int,
>;

/// `aws/http/proxy.h`
pub type aws_http_proxy_negotiator_connect_status_fn = Option<
    unsafe extern "C" fn(
        proxy_negotiator: *mut aws_http_proxy_negotiator,
        status_code: aws_http_status_code,
    ) -> c_int,
>;

/// `aws/http/proxy.h`
pub type aws_http_proxy_negotiator_get_retry_directive_fn = Option<
    unsafe extern "C" fn(
        proxy_negotiator: *mut aws_http_proxy_negotiator,
    ) -> aws_http_proxy_negotiation_retry_directive,
>;

/// `aws/http/proxy.h`
pub type aws_http_proxy_strategy_create_negotiator_fn = Option<
    unsafe extern "C" fn(
        proxy_strategy: *mut aws_http_proxy_strategy,
        allocator: *mut aws_allocator,
    ) -> *mut aws_http_proxy_negotiator,
>;

/// `aws/http/connection.h`
pub type aws_http_statistics_observer_fn = Option<
    unsafe extern "C" fn(
        connection_nonce: usize,
        stats_list: *const aws_array_list,
        user_data: *mut c_void,
    ),
>;

/// `aws/http/request_response.h`
pub type aws_http_stream_write_complete_fn = Option<
    unsafe extern "C" fn(stream: *mut aws_http_stream, error_code: c_int, user_data: *mut c_void),
>;

/// `aws/http/connection.h`, opaque
#[repr(C)]
pub struct aws_http_connection {
    _private: [u8; 0],
}

/// `aws/http/request_response.h`
pub type aws_http_header_block = u32;
pub const AWS_HTTP_HEADER_BLOCK_MAIN: aws_http_header_block = 0;
pub const AWS_HTTP_HEADER_BLOCK_INFORMATIONAL: aws_http_header_block = 1;
pub const AWS_HTTP_HEADER_BLOCK_TRAILING: aws_http_header_block = 2;

/// `aws/http/proxy.h`, opaque
#[repr(C)]
pub struct aws_http_proxy_config {
    _private: [u8; 0],
}

/// `aws/http/proxy.h`
pub type aws_http_proxy_negotiation_http_request_forward_fn = Option<
    unsafe extern "C" fn(message: *mut aws_http_message, internal_proxy_user_data: *mut c_void),
>;

/// `aws/http/proxy.h`
pub type aws_http_proxy_negotiation_retry_directive = u32;
pub const AWS_HPNRD_STOP: aws_http_proxy_negotiation_retry_directive = 0;
pub const AWS_HPNRD_NEW_CONNECTION: aws_http_proxy_negotiation_retry_directive = 1;
pub const AWS_HPNRD_CURRENT_CONNECTION: aws_http_proxy_negotiation_retry_directive = 2;

/// `aws/http/proxy.h`
pub type aws_http_proxy_negotiation_terminate_fn = Option<
    unsafe extern "C" fn(
        message: *mut aws_http_message,
        error_code: c_int,
        internal_proxy_user_data: *mut c_void,
    ),
>;

/// `aws/http/status_code.h`
pub type aws_http_status_code = i32;
pub const AWS_HTTP_STATUS_CODE_UNKNOWN: aws_http_status_code = -1;
pub const AWS_HTTP_STATUS_CODE_100_CONTINUE: aws_http_status_code = 100;
pub const AWS_HTTP_STATUS_CODE_101_SWITCHING_PROTOCOLS: aws_http_status_code = 101;
pub const AWS_HTTP_STATUS_CODE_102_PROCESSING: aws_http_status_code = 102;
pub const AWS_HTTP_STATUS_CODE_103_EARLY_HINTS: aws_http_status_code = 103;
pub const AWS_HTTP_STATUS_CODE_200_OK: aws_http_status_code = 200;
pub const AWS_HTTP_STATUS_CODE_201_CREATED: aws_http_status_code = 201;
pub const AWS_HTTP_STATUS_CODE_202_ACCEPTED: aws_http_status_code = 202;
pub const AWS_HTTP_STATUS_CODE_203_NON_AUTHORITATIVE_INFORMATION: aws_http_status_code = 203;
pub const AWS_HTTP_STATUS_CODE_204_NO_CONTENT: aws_http_status_code = 204;
pub const AWS_HTTP_STATUS_CODE_205_RESET_CONTENT: aws_http_status_code = 205;
pub const AWS_HTTP_STATUS_CODE_206_PARTIAL_CONTENT: aws_http_status_code = 206;
pub const AWS_HTTP_STATUS_CODE_207_MULTI_STATUS: aws_http_status_code = 207;
pub const AWS_HTTP_STATUS_CODE_208_ALREADY_REPORTED: aws_http_status_code = 208;
pub const AWS_HTTP_STATUS_CODE_226_IM_USED: aws_http_status_code = 226;
pub const AWS_HTTP_STATUS_CODE_300_MULTIPLE_CHOICES: aws_http_status_code = 300;
pub const AWS_HTTP_STATUS_CODE_301_MOVED_PERMANENTLY: aws_http_status_code = 301;
pub const AWS_HTTP_STATUS_CODE_302_FOUND: aws_http_status_code = 302;
pub const AWS_HTTP_STATUS_CODE_303_SEE_OTHER: aws_http_status_code = 303;
pub const AWS_HTTP_STATUS_CODE_304_NOT_MODIFIED: aws_http_status_code = 304;
pub const AWS_HTTP_STATUS_CODE_305_USE_PROXY: aws_http_status_code = 305;
pub const AWS_HTTP_STATUS_CODE_307_TEMPORARY_REDIRECT: aws_http_status_code = 307;
pub const AWS_HTTP_STATUS_CODE_308_PERMANENT_REDIRECT: aws_http_status_code = 308;
pub const AWS_HTTP_STATUS_CODE_400_BAD_REQUEST: aws_http_status_code = 400;
pub const AWS_HTTP_STATUS_CODE_401_UNAUTHORIZED: aws_http_status_code = 401;
pub const AWS_HTTP_STATUS_CODE_402_PAYMENT_REQUIRED: aws_http_status_code = 402;
pub const AWS_HTTP_STATUS_CODE_403_FORBIDDEN: aws_http_status_code = 403;
pub const AWS_HTTP_STATUS_CODE_404_NOT_FOUND: aws_http_status_code = 404;
pub const AWS_HTTP_STATUS_CODE_405_METHOD_NOT_ALLOWED: aws_http_status_code = 405;
pub const AWS_HTTP_STATUS_CODE_406_NOT_ACCEPTABLE: aws_http_status_code = 406;
pub const AWS_HTTP_STATUS_CODE_407_PROXY_AUTHENTICATION_REQUIRED: aws_http_status_code = 407;
pub const AWS_HTTP_STATUS_CODE_408_REQUEST_TIMEOUT: aws_http_status_code = 408;
pub const AWS_HTTP_STATUS_CODE_409_CONFLICT: aws_http_status_code = 409;
pub const AWS_HTTP_STATUS_CODE_410_GONE: aws_http_status_code = 410;
pub const AWS_HTTP_STATUS_CODE_411_LENGTH_REQUIRED: aws_http_status_code = 411;
pub const AWS_HTTP_STATUS_CODE_412_PRECONDITION_FAILED: aws_http_status_code = 412;
pub const AWS_HTTP_STATUS_CODE_413_REQUEST_ENTITY_TOO_LARGE: aws_http_status_code = 413;
pub const AWS_HTTP_STATUS_CODE_414_REQUEST_URI_TOO_LONG: aws_http_status_code = 414;
pub const AWS_HTTP_STATUS_CODE_415_UNSUPPORTED_MEDIA_TYPE: aws_http_status_code = 415;
pub const AWS_HTTP_STATUS_CODE_416_REQUESTED_RANGE_NOT_SATISFIABLE: aws_http_status_code = 416;
pub const AWS_HTTP_STATUS_CODE_417_EXPECTATION_FAILED: aws_http_status_code = 417;
pub const AWS_HTTP_STATUS_CODE_421_MISDIRECTED_REQUEST: aws_http_status_code = 421;
pub const AWS_HTTP_STATUS_CODE_422_UNPROCESSABLE_ENTITY: aws_http_status_code = 422;
pub const AWS_HTTP_STATUS_CODE_423_LOCKED: aws_http_status_code = 423;
pub const AWS_HTTP_STATUS_CODE_424_FAILED_DEPENDENCY: aws_http_status_code = 424;
pub const AWS_HTTP_STATUS_CODE_425_TOO_EARLY: aws_http_status_code = 425;
pub const AWS_HTTP_STATUS_CODE_426_UPGRADE_REQUIRED: aws_http_status_code = 426;
pub const AWS_HTTP_STATUS_CODE_428_PRECONDITION_REQUIRED: aws_http_status_code = 428;
pub const AWS_HTTP_STATUS_CODE_429_TOO_MANY_REQUESTS: aws_http_status_code = 429;
pub const AWS_HTTP_STATUS_CODE_431_REQUEST_HEADER_FIELDS_TOO_LARGE: aws_http_status_code = 431;
pub const AWS_HTTP_STATUS_CODE_451_UNAVAILABLE_FOR_LEGAL_REASON: aws_http_status_code = 451;
pub const AWS_HTTP_STATUS_CODE_500_INTERNAL_SERVER_ERROR: aws_http_status_code = 500;
pub const AWS_HTTP_STATUS_CODE_501_NOT_IMPLEMENTED: aws_http_status_code = 501;
pub const AWS_HTTP_STATUS_CODE_502_BAD_GATEWAY: aws_http_status_code = 502;
pub const AWS_HTTP_STATUS_CODE_503_SERVICE_UNAVAILABLE: aws_http_status_code = 503;
pub const AWS_HTTP_STATUS_CODE_504_GATEWAY_TIMEOUT: aws_http_status_code = 504;
pub const AWS_HTTP_STATUS_CODE_505_HTTP_VERSION_NOT_SUPPORTED: aws_http_status_code = 505;
pub const AWS_HTTP_STATUS_CODE_506_VARIANT_ALSO_NEGOTIATES: aws_http_status_code = 506;
pub const AWS_HTTP_STATUS_CODE_507_INSUFFICIENT_STORAGE: aws_http_status_code = 507;
pub const AWS_HTTP_STATUS_CODE_508_LOOP_DETECTED: aws_http_status_code = 508;
pub const AWS_HTTP_STATUS_CODE_510_NOT_EXTENDED: aws_http_status_code = 510;
pub const AWS_HTTP_STATUS_CODE_511_NETWORK_AUTHENTICATION_REQUIRED: aws_http_status_code = 511;

/// `aws/http/http2_stream_manager.h`, opaque
#[repr(C)]
pub struct aws_http_stream {
    _private: [u8; 0],
}

/// `aws/http/connection_manager.h`, opaque
#[repr(C)]
pub struct aws_http_connection_manager {
    _private: [u8; 0],
}

/// `aws/http/connection_manager.h`
pub type aws_http_connection_manager_on_connection_setup_fn = Option<
    unsafe extern "C" fn(
        connection: *mut aws_http_connection,
        error_code: c_int,
        user_data: *mut c_void,
    ),
>;

//! C types of aws-c-io that the library reads or writes, laid out as its headers do.
//!
//! Checked against the recorded layouts by `tests/layouts.rs` and against the real headers by `tests_c/layout.c`.

use core::ffi::*;

use super::*;

/// `aws/io/async_stream.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_async_input_stream {
    pub vtable: *const aws_async_input_stream_vtable,
    pub alloc: *mut aws_allocator,
    pub ref_count: aws_ref_count,
    pub r#impl: *mut c_void,
}

/// `aws/io/async_stream.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_async_input_stream_vtable {
    pub destroy: Option<unsafe extern "C" fn(*mut aws_async_input_stream)>,
    pub read: Option<
        unsafe extern "C" fn(
            *mut aws_async_input_stream,
            *mut aws_byte_buf,
        ) -> *mut aws_future_bool,
    >,
}

/// `aws/io/channel.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_channel_handler {
    pub vtable: *mut aws_channel_handler_vtable,
    pub alloc: *mut aws_allocator,
    pub slot: *mut aws_channel_slot,
    pub r#impl: *mut c_void,
}

/// `aws/io/channel.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_channel_handler_vtable {
    pub process_read_message: Option<
        unsafe extern "C" fn(
            *mut aws_channel_handler,
            *mut aws_channel_slot,
            *mut aws_io_message,
        ) -> c_int,
    >,
    pub process_write_message: Option<
        unsafe extern "C" fn(
            *mut aws_channel_handler,
            *mut aws_channel_slot,
            *mut aws_io_message,
        ) -> c_int,
    >,
    pub increment_read_window: Option<
        unsafe extern "C" fn(*mut aws_channel_handler, *mut aws_channel_slot, usize) -> c_int,
    >,
    pub shutdown: Option<
        unsafe extern "C" fn(
            *mut aws_channel_handler,
            *mut aws_channel_slot,
            aws_channel_direction,
            c_int,
            bool,
        ) -> c_int,
    >,
    pub initial_window_size: Option<unsafe extern "C" fn(*mut aws_channel_handler) -> usize>,
    pub message_overhead: Option<unsafe extern "C" fn(*mut aws_channel_handler) -> usize>,
    pub destroy: Option<unsafe extern "C" fn(*mut aws_channel_handler)>,
    pub reset_statistics: Option<unsafe extern "C" fn(*mut aws_channel_handler)>,
    pub gather_statistics:
        Option<unsafe extern "C" fn(*mut aws_channel_handler, *mut aws_array_list)>,
    pub trigger_read: Option<unsafe extern "C" fn(*mut aws_channel_handler)>,
}

/// `aws/io/channel.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_channel_slot {
    pub alloc: *mut aws_allocator,
    pub channel: *mut aws_channel,
    pub adj_left: *mut aws_channel_slot,
    pub adj_right: *mut aws_channel_slot,
    pub handler: *mut aws_channel_handler,
    pub window_size: usize,
    pub upstream_message_overhead: usize,
    pub current_window_update_batch_size: usize,
}

/// `aws/io/channel.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_channel_task {
    pub wrapper_task: aws_task,
    pub task_fn: aws_channel_task_fn,
    pub arg: *mut c_void,
    pub type_tag: *const c_char,
    pub node: aws_linked_list_node,
}

/// `aws/io/channel_bootstrap.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_client_bootstrap {
    pub allocator: *mut aws_allocator,
    pub event_loop_group: *mut aws_event_loop_group,
    pub host_resolver: *mut aws_host_resolver,
    pub host_resolver_config: aws_host_resolution_config,
    pub on_protocol_negotiated: aws_channel_on_protocol_negotiated_fn,
    pub ref_count: aws_ref_count,
    pub on_shutdown_complete: aws_client_bootstrap_shutdown_complete_fn,
    pub user_data: *mut c_void,
}

/// `aws/io/channel_bootstrap.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_client_bootstrap_options {
    pub event_loop_group: *mut aws_event_loop_group,
    pub host_resolver: *mut aws_host_resolver,
    pub host_resolution_config: *const aws_host_resolution_config,
    pub on_shutdown_complete: aws_client_bootstrap_shutdown_complete_fn,
    pub user_data: *mut c_void,
}

/// `aws/io/tls_channel_handler.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_custom_key_op_handler {
    pub r#impl: *mut c_void,
    pub vtable: *const aws_custom_key_op_handler_vtable,
    pub ref_count: aws_ref_count,
}

/// `aws/io/tls_channel_handler.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_custom_key_op_handler_vtable {
    pub on_key_operation:
        Option<unsafe extern "C" fn(*mut aws_custom_key_op_handler, *mut aws_tls_key_operation)>,
}

/// `aws/io/event_loop.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_event_loop_group_options {
    pub loop_count: u16,
    pub r#type: aws_event_loop_type,
    pub shutdown_options: *const aws_shutdown_callback_options,
    pub cpu_group: *const u16,
    pub clock_override: aws_io_clock_fn,
}

/// `aws/io/retry_strategy.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_exponential_backoff_retry_options {
    pub el_group: *mut aws_event_loop_group,
    pub max_retries: usize,
    pub backoff_scale_factor_ms: u32,
    pub max_backoff_secs: u32,
    pub jitter_mode: aws_exponential_backoff_jitter_mode,
    pub generate_random: Option<unsafe extern "C" fn() -> u64>,
    pub generate_random_impl: aws_generate_random_fn,
    pub generate_random_user_data: *mut c_void,
    pub shutdown_options: *const aws_shutdown_callback_options,
}

/// `aws/io/host_resolver.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_host_address {
    pub allocator: *mut aws_allocator,
    pub host: *const aws_string,
    pub address: *const aws_string,
    pub record_type: aws_address_record_type,
    pub expiry: u64,
    pub use_count: usize,
    pub connection_failure_count: usize,
    pub weight: u8,
}

/// `aws/io/host_resolver.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_host_resolution_config {
    pub r#impl: aws_resolve_host_implementation_fn,
    pub max_ttl: usize,
    pub impl_data: *mut c_void,
    pub resolve_frequency_ns: u64,
}

/// `aws/io/host_resolver.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_host_resolver {
    pub allocator: *mut aws_allocator,
    pub r#impl: *mut c_void,
    pub vtable: *mut aws_host_resolver_vtable,
    pub ref_count: aws_ref_count,
    pub shutdown_options: aws_shutdown_callback_options,
}

/// `aws/io/host_resolver.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_host_resolver_default_options {
    pub max_entries: usize,
    pub el_group: *mut aws_event_loop_group,
    pub shutdown_options: *const aws_shutdown_callback_options,
    pub system_clock_override_fn: aws_io_clock_fn,
}

/// `aws/io/host_resolver.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_host_resolver_purge_host_options {
    pub host: *const aws_string,
    pub on_host_purge_complete_callback: aws_simple_completion_callback,
    pub user_data: *mut c_void,
}

/// `aws/io/host_resolver.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_host_resolver_vtable {
    pub destroy: Option<unsafe extern "C" fn(*mut aws_host_resolver)>,
    pub resolve_host: Option<
        unsafe extern "C" fn(
            *mut aws_host_resolver,
            *const aws_string,
            aws_on_host_resolved_result_fn,
            *const aws_host_resolution_config,
            *mut c_void,
        ) -> c_int,
    >,
    pub record_connection_failure:
        Option<unsafe extern "C" fn(*mut aws_host_resolver, *const aws_host_address) -> c_int>,
    pub purge_cache: Option<unsafe extern "C" fn(*mut aws_host_resolver) -> c_int>,
    pub purge_cache_with_callback: Option<
        unsafe extern "C" fn(
            *mut aws_host_resolver,
            aws_simple_completion_callback,
            *mut c_void,
        ) -> c_int,
    >,
    pub purge_host_cache: Option<
        unsafe extern "C" fn(
            *mut aws_host_resolver,
            *const aws_host_resolver_purge_host_options,
        ) -> c_int,
    >,
    pub get_host_address_count:
        Option<unsafe extern "C" fn(*mut aws_host_resolver, *const aws_string, u32) -> usize>,
}

/// `aws/io/stream.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_input_stream {
    pub r#impl: *mut c_void,
    pub vtable: *const aws_input_stream_vtable,
    pub ref_count: aws_ref_count,
}

/// `aws/io/stream.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_input_stream_vtable {
    pub seek:
        Option<unsafe extern "C" fn(*mut aws_input_stream, i64, aws_stream_seek_basis) -> c_int>,
    pub read: Option<unsafe extern "C" fn(*mut aws_input_stream, *mut aws_byte_buf) -> c_int>,
    pub get_status:
        Option<unsafe extern "C" fn(*mut aws_input_stream, *mut aws_stream_status) -> c_int>,
    pub get_length: Option<unsafe extern "C" fn(*mut aws_input_stream, *mut i64) -> c_int>,
    pub acquire: Option<unsafe extern "C" fn(*mut aws_input_stream)>,
    pub release: Option<unsafe extern "C" fn(*mut aws_input_stream)>,
}

/// `aws/io/io.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_io_message {
    pub allocator: *mut aws_allocator,
    pub message_data: aws_byte_buf,
    pub message_type: aws_io_message_type,
    pub message_tag: c_int,
    pub copy_mark: usize,
    pub owning_channel: *mut aws_channel,
    pub on_completion: aws_channel_on_message_write_completed_fn,
    pub user_data: *mut c_void,
    pub queueing_handle: aws_linked_list_node,
}

/// `aws/io/retry_strategy.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_no_retry_options {
    pub shutdown_options: *const aws_shutdown_callback_options,
}

/// `aws/io/pem.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_pem_object {
    pub r#type: aws_pem_object_type,
    pub type_string: *mut aws_string,
    pub data: aws_byte_buf,
}

/// `aws/io/pkcs11.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_pkcs11_lib_options {
    pub filename: aws_byte_cursor,
    pub initialize_finalize_behavior: aws_pkcs11_lib_behavior,
}

/// `aws/io/retry_strategy.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_retry_strategy {
    pub allocator: *mut aws_allocator,
    pub vtable: *mut aws_retry_strategy_vtable,
    pub ref_count: aws_atomic_var,
    pub r#impl: *mut c_void,
}

/// `aws/io/retry_strategy.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_retry_strategy_vtable {
    pub destroy: Option<unsafe extern "C" fn(*mut aws_retry_strategy)>,
    pub acquire_token: Option<
        unsafe extern "C" fn(
            *mut aws_retry_strategy,
            *const aws_byte_cursor,
            aws_retry_strategy_on_retry_token_acquired_fn,
            *mut c_void,
            u64,
        ) -> c_int,
    >,
    pub schedule_retry: Option<
        unsafe extern "C" fn(
            *mut aws_retry_token,
            aws_retry_error_type,
            aws_retry_strategy_on_retry_ready_fn,
            *mut c_void,
        ) -> c_int,
    >,
    pub record_success: Option<unsafe extern "C" fn(*mut aws_retry_token) -> c_int>,
    pub release_token: Option<unsafe extern "C" fn(*mut aws_retry_token)>,
}

/// `aws/io/retry_strategy.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_retry_token {
    pub allocator: *mut aws_allocator,
    pub retry_strategy: *mut aws_retry_strategy,
    pub ref_count: aws_atomic_var,
    pub r#impl: *mut c_void,
}

/// `aws/io/socket.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_socket_options {
    pub r#type: aws_socket_type,
    pub domain: aws_socket_domain,
    pub impl_type: aws_socket_impl_type,
    pub connect_timeout_ms: u32,
    pub keep_alive_interval_sec: u16,
    pub keep_alive_timeout_sec: u16,
    pub keep_alive_max_failed_probes: u16,
    pub keepalive: bool,
    pub tcp_nodelay: aws_socket_tcp_nodelay,
    pub network_interface_name: [c_char; 16],
}

/// `aws/io/retry_strategy.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_standard_retry_options {
    pub backoff_retry_options: aws_exponential_backoff_retry_options,
    pub initial_bucket_capacity: usize,
}

/// `aws/io/stream.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_stream_status {
    pub is_end_of_stream: bool,
    pub is_valid: bool,
}

/// `aws/io/tls_channel_handler.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_tls_connection_options {
    pub alpn_list: *mut aws_string,
    pub server_name: *mut aws_string,
    pub on_negotiation_result: aws_tls_on_negotiation_result_fn,
    pub on_data_read: aws_tls_on_data_read_fn,
    pub on_error: aws_tls_on_error_fn,
    pub user_data: *mut c_void,
    pub ctx: *mut aws_tls_ctx,
    pub advertise_alpn_message: bool,
    pub timeout_ms: u32,
}

/// `aws/io/tls_channel_handler.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_tls_ctx {
    pub alloc: *mut aws_allocator,
    pub r#impl: *mut c_void,
    pub ref_count: aws_ref_count,
}

/// `aws/io/tls_channel_handler.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_tls_ctx_options {
    pub allocator: *mut aws_allocator,
    pub minimum_tls_version: aws_tls_versions,
    pub cipher_pref: aws_tls_cipher_pref,
    pub ca_file: aws_byte_buf,
    pub ca_path: *mut aws_string,
    pub alpn_list: *mut aws_string,
    pub certificate: aws_byte_buf,
    pub private_key: aws_byte_buf,
    pub max_fragment_size: usize,
    pub verify_peer: bool,
    pub ctx_options_extension: *mut c_void,
    pub custom_key_op_handler: *mut aws_custom_key_op_handler,
    pub no_certificate_revocation: bool,
}

/// `aws/io/tls_channel_handler.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_tls_ctx_pkcs11_options {
    pub pkcs11_lib: *mut aws_pkcs11_lib,
    pub user_pin: aws_byte_cursor,
    pub slot_id: *const u64,
    pub token_label: aws_byte_cursor,
    pub private_key_object_label: aws_byte_cursor,
    pub cert_file_path: aws_byte_cursor,
    pub cert_file_contents: aws_byte_cursor,
}

/// `aws/io/host_resolver.h`
pub type aws_address_record_type = u32;
pub const AWS_ADDRESS_RECORD_TYPE_A: aws_address_record_type = 0;
pub const AWS_ADDRESS_RECORD_TYPE_AAAA: aws_address_record_type = 1;

/// `aws/io/io.h`, opaque
#[repr(C)]
pub struct aws_channel {
    _private: [u8; 0],
}

/// `aws/io/channel.h`
pub type aws_channel_direction = u32;
pub const AWS_CHANNEL_DIR_READ: aws_channel_direction = 0;
pub const AWS_CHANNEL_DIR_WRITE: aws_channel_direction = 1;

/// `aws/io/io.h`
pub type aws_channel_on_message_write_completed_fn = Option<
    unsafe extern "C" fn(
        channel: *mut aws_channel,
        message: *mut aws_io_message,
        err_code: c_int,
        user_data: *mut c_void,
    ),
>;

/// `aws/io/channel_bootstrap.h`
pub type aws_channel_on_protocol_negotiated_fn = Option<
    unsafe extern "C" fn(
        new_slot: *mut aws_channel_slot,
        protocol: *mut aws_byte_buf,
        user_data: *mut c_void,
    ) -> *mut aws_channel_handler,
>;

/// `aws/io/channel.h`
pub type aws_channel_task_fn = Option<
    unsafe extern "C" fn(
        channel_task: *mut aws_channel_task,
        arg: *mut c_void,
        status: aws_task_status,
    ),
>;

/// `aws/io/channel_bootstrap.h`
pub type aws_client_bootstrap_shutdown_complete_fn =
    Option<unsafe extern "C" fn(user_data: *mut c_void)>;

/// `aws/io/channel.h`, opaque
#[repr(C)]
pub struct aws_event_loop {
    _private: [u8; 0],
}

/// `aws/io/host_resolver.h`, opaque
#[repr(C)]
pub struct aws_event_loop_group {
    _private: [u8; 0],
}

/// `aws/io/event_loop.h`
pub type aws_event_loop_type = u32;
pub const AWS_EVENT_LOOP_PLATFORM_DEFAULT: aws_event_loop_type = 0;
pub const AWS_EVENT_LOOP_EPOLL: aws_event_loop_type = 1;
pub const AWS_EVENT_LOOP_IOCP: aws_event_loop_type = 2;
pub const AWS_EVENT_LOOP_KQUEUE: aws_event_loop_type = 3;
pub const AWS_EVENT_LOOP_DISPATCH_QUEUE: aws_event_loop_type = 4;

/// `aws/io/retry_strategy.h`
pub type aws_exponential_backoff_jitter_mode = u32;
pub const AWS_EXPONENTIAL_BACKOFF_JITTER_DEFAULT: aws_exponential_backoff_jitter_mode = 0;
pub const AWS_EXPONENTIAL_BACKOFF_JITTER_NONE: aws_exponential_backoff_jitter_mode = 1;
pub const AWS_EXPONENTIAL_BACKOFF_JITTER_FULL: aws_exponential_backoff_jitter_mode = 2;
pub const AWS_EXPONENTIAL_BACKOFF_JITTER_DECORRELATED: aws_exponential_backoff_jitter_mode = 3;

/// `aws/io/async_stream.h`, opaque
#[repr(C)]
pub struct aws_future_bool {
    _private: [u8; 0],
}

/// `aws/io/retry_strategy.h`
pub type aws_generate_random_fn = Option<unsafe extern "C" fn(user_data: *mut c_void) -> c_ulong>;

/// `aws/io/io.h`
pub type aws_io_clock_fn = Option<unsafe extern "C" fn(timestamp: *mut u64) -> c_int>;

/// `aws/io/io.h`
pub type aws_io_message_type = u32;
pub const AWS_IO_MESSAGE_APPLICATION_DATA: aws_io_message_type = 0;

/// `aws/io/channel_bootstrap.h`, opaque
#[repr(C)]
pub struct aws_l4_proxy_config {
    _private: [u8; 0],
}

/// `aws/io/host_resolver.h`
pub type aws_on_host_resolved_result_fn = Option<
    unsafe extern "C" fn(
        resolver: *mut aws_host_resolver,
        host_name: *const aws_string,
        err_code: c_int,
        host_addresses: *const aws_array_list,
        user_data: *mut c_void,
    ),
>;

/// `aws/io/pem.h`
pub type aws_pem_object_type = u32;
pub const AWS_PEM_TYPE_UNKNOWN: aws_pem_object_type = 0;
pub const AWS_PEM_TYPE_X509_OLD: aws_pem_object_type = 1;
pub const AWS_PEM_TYPE_X509: aws_pem_object_type = 2;
pub const AWS_PEM_TYPE_X509_TRUSTED: aws_pem_object_type = 3;
pub const AWS_PEM_TYPE_X509_REQ_OLD: aws_pem_object_type = 4;
pub const AWS_PEM_TYPE_X509_REQ: aws_pem_object_type = 5;
pub const AWS_PEM_TYPE_X509_CRL: aws_pem_object_type = 6;
pub const AWS_PEM_TYPE_EVP_PKEY: aws_pem_object_type = 7;
pub const AWS_PEM_TYPE_PUBLIC_KEY: aws_pem_object_type = 8;
pub const AWS_PEM_TYPE_PRIVATE_RSA_PKCS1: aws_pem_object_type = 9;
pub const AWS_PEM_TYPE_PUBLIC_RSA_PKCS1: aws_pem_object_type = 10;
pub const AWS_PEM_TYPE_PRIVATE_DSA_PKCS1: aws_pem_object_type = 11;
pub const AWS_PEM_TYPE_PUBLIC_DSA_PKCS1: aws_pem_object_type = 12;
pub const AWS_PEM_TYPE_PKCS7: aws_pem_object_type = 13;
pub const AWS_PEM_TYPE_PKCS7_SIGNED_DATA: aws_pem_object_type = 14;
pub const AWS_PEM_TYPE_PRIVATE_PKCS8_ENCRYPTED: aws_pem_object_type = 15;
pub const AWS_PEM_TYPE_PRIVATE_PKCS8: aws_pem_object_type = 16;
pub const AWS_PEM_TYPE_DH_PARAMETERS: aws_pem_object_type = 17;
pub const AWS_PEM_TYPE_DH_PARAMETERS_X942: aws_pem_object_type = 18;
pub const AWS_PEM_TYPE_SSL_SESSION_PARAMETERS: aws_pem_object_type = 19;
pub const AWS_PEM_TYPE_DSA_PARAMETERS: aws_pem_object_type = 20;
pub const AWS_PEM_TYPE_ECDSA_PUBLIC: aws_pem_object_type = 21;
pub const AWS_PEM_TYPE_EC_PARAMETERS: aws_pem_object_type = 22;
pub const AWS_PEM_TYPE_EC_PRIVATE: aws_pem_object_type = 23;
pub const AWS_PEM_TYPE_PARAMETERS: aws_pem_object_type = 24;
pub const AWS_PEM_TYPE_CMS: aws_pem_object_type = 25;
pub const AWS_PEM_TYPE_SM2_PARAMETERS: aws_pem_object_type = 26;

/// `aws/io/pkcs11.h`, opaque
#[repr(C)]
pub struct aws_pkcs11_lib {
    _private: [u8; 0],
}

/// `aws/io/pkcs11.h`
pub type aws_pkcs11_lib_behavior = u32;
pub const AWS_PKCS11_LIB_DEFAULT_BEHAVIOR: aws_pkcs11_lib_behavior = 0;
pub const AWS_PKCS11_LIB_OMIT_INITIALIZE: aws_pkcs11_lib_behavior = 1;
pub const AWS_PKCS11_LIB_STRICT_INITIALIZE_FINALIZE: aws_pkcs11_lib_behavior = 2;

/// `aws/io/host_resolver.h`
pub type aws_resolve_host_implementation_fn = Option<
    unsafe extern "C" fn(
        allocator: *mut aws_allocator,
        host_name: *const aws_string,
        output_addresses: *mut aws_array_list,
        user_data: *mut c_void,
    ) -> c_int,
>;

/// `aws/io/retry_strategy.h`
pub type aws_retry_error_type = u32;
pub const AWS_RETRY_ERROR_TYPE_TRANSIENT: aws_retry_error_type = 0;
pub const AWS_RETRY_ERROR_TYPE_THROTTLING: aws_retry_error_type = 1;
pub const AWS_RETRY_ERROR_TYPE_SERVER_ERROR: aws_retry_error_type = 2;
pub const AWS_RETRY_ERROR_TYPE_CLIENT_ERROR: aws_retry_error_type = 3;

/// `aws/io/retry_strategy.h`
pub type aws_retry_strategy_on_retry_ready_fn = Option<
    unsafe extern "C" fn(token: *mut aws_retry_token, error_code: c_int, user_data: *mut c_void),
>;

/// `aws/io/retry_strategy.h`
pub type aws_retry_strategy_on_retry_token_acquired_fn = Option<
    unsafe extern "C" fn(
        retry_strategy: *mut aws_retry_strategy,
        error_code: c_int,
        token: *mut aws_retry_token,
        user_data: *mut c_void,
    ),
>;

/// `aws/io/socket.h`
pub type aws_socket_domain = u32;
pub const AWS_SOCKET_IPV4: aws_socket_domain = 0;
pub const AWS_SOCKET_IPV6: aws_socket_domain = 1;
pub const AWS_SOCKET_LOCAL: aws_socket_domain = 2;
pub const AWS_SOCKET_VSOCK: aws_socket_domain = 3;

/// `aws/io/socket.h`
pub type aws_socket_impl_type = u32;
pub const AWS_SOCKET_IMPL_PLATFORM_DEFAULT: aws_socket_impl_type = 0;
pub const AWS_SOCKET_IMPL_POSIX: aws_socket_impl_type = 1;
pub const AWS_SOCKET_IMPL_WINSOCK: aws_socket_impl_type = 2;
pub const AWS_SOCKET_IMPL_APPLE_NETWORK_FRAMEWORK: aws_socket_impl_type = 3;

/// `aws/io/socket.h`
pub type aws_socket_tcp_nodelay = u32;
pub const AWS_SOCKET_TCP_NODELAY_DEFAULT: aws_socket_tcp_nodelay = 0;
pub const AWS_SOCKET_TCP_NODELAY_ON: aws_socket_tcp_nodelay = 1;
pub const AWS_SOCKET_TCP_NODELAY_OFF: aws_socket_tcp_nodelay = 2;

/// `aws/io/socket.h`
pub type aws_socket_type = u32;
pub const AWS_SOCKET_STREAM: aws_socket_type = 0;
pub const AWS_SOCKET_DGRAM: aws_socket_type = 1;

/// `aws/io/stream.h`
pub type aws_stream_seek_basis = u32;
pub const AWS_SSB_BEGIN: aws_stream_seek_basis = 0;
pub const AWS_SSB_END: aws_stream_seek_basis = 2;

/// `aws/io/tls_channel_handler.h`
pub type aws_tls_cipher_pref = u32;
pub const AWS_IO_TLS_CIPHER_PREF_SYSTEM_DEFAULT: aws_tls_cipher_pref = 0;
pub const AWS_IO_TLS_CIPHER_PREF_KMS_PQ_TLSv1_0_2019_06: aws_tls_cipher_pref = 1;
pub const AWS_IO_TLS_CIPHER_PREF_KMS_PQ_SIKE_TLSv1_0_2019_11: aws_tls_cipher_pref = 2;
pub const AWS_IO_TLS_CIPHER_PREF_KMS_PQ_TLSv1_0_2020_02: aws_tls_cipher_pref = 3;
pub const AWS_IO_TLS_CIPHER_PREF_KMS_PQ_SIKE_TLSv1_0_2020_02: aws_tls_cipher_pref = 4;
pub const AWS_IO_TLS_CIPHER_PREF_KMS_PQ_TLSv1_0_2020_07: aws_tls_cipher_pref = 5;
pub const AWS_IO_TLS_CIPHER_PREF_PQ_TLSv1_0_2021_05: aws_tls_cipher_pref = 6;
pub const AWS_IO_TLS_CIPHER_PREF_PQ_TLSV1_2_2024_10: aws_tls_cipher_pref = 7;
pub const AWS_IO_TLS_CIPHER_PREF_PQ_DEFAULT: aws_tls_cipher_pref = 8;
pub const AWS_IO_TLS_CIPHER_PREF_TLSV1_2_2025_07: aws_tls_cipher_pref = 9;
pub const AWS_IO_TLS_CIPHER_PREF_TLSV1_0_2023_06: aws_tls_cipher_pref = 10;
pub const AWS_IO_TLS_CIPHER_PREF_NON_PQ_DEFAULT: aws_tls_cipher_pref = 11;
pub const AWS_IO_TLS_CIPHER_PREF_END_RANGE: aws_tls_cipher_pref = 65535;

/// `aws/io/tls_channel_handler.h`, opaque
#[repr(C)]
pub struct aws_tls_key_operation {
    _private: [u8; 0],
}

/// `aws/io/tls_channel_handler.h`
pub type aws_tls_on_data_read_fn = Option<
    unsafe extern "C" fn(
        handler: *mut aws_channel_handler,
        slot: *mut aws_channel_slot,
        buffer: *mut aws_byte_buf,
        user_data: *mut c_void,
    ),
>;

/// `aws/io/tls_channel_handler.h`
pub type aws_tls_on_error_fn = Option<
    unsafe extern "C" fn(
        handler: *mut aws_channel_handler,
        slot: *mut aws_channel_slot,
        err: c_int,
        message: *const c_char,
        user_data: *mut c_void,
    ),
>;

/// `aws/io/tls_channel_handler.h`
pub type aws_tls_on_negotiation_result_fn = Option<
    unsafe extern "C" fn(
        handler: *mut aws_channel_handler,
        slot: *mut aws_channel_slot,
        error_code: c_int,
        user_data: *mut c_void,
    ),
>;

/// `aws/io/tls_channel_handler.h`
pub type aws_tls_versions = u32;
pub const AWS_IO_SSLv3: aws_tls_versions = 0;
pub const AWS_IO_TLSv1: aws_tls_versions = 1;
pub const AWS_IO_TLSv1_1: aws_tls_versions = 2;
pub const AWS_IO_TLSv1_2: aws_tls_versions = 3;
pub const AWS_IO_TLSv1_3: aws_tls_versions = 4;
pub const AWS_IO_TLS_VER_SYS_DEFAULTS: aws_tls_versions = 128;

/// `aws/io/future.h`, opaque
#[repr(C)]
pub struct aws_future_void {
    _private: [u8; 0],
}

/// `aws/io/future.h`
pub type aws_future_callback_fn = Option<unsafe extern "C" fn(user_data: *mut c_void)>;

/// `aws/io/retry_strategy.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_adaptive_retry_options {
    pub standard_options: aws_standard_retry_options,
    pub fast_fail_if_no_token: bool,
}

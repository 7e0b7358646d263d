//! C types of aws-c-auth that the library reads or writes, laid out as its headers do.
//!
//! Checked against the recorded layouts by `tests/layouts.rs` and against the real headers by `tests_c/layout.c`.

use core::ffi::*;

use super::*;

/// `aws/auth/credentials.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_cognito_identity_provider_token_pair {
    pub identity_provider_name: aws_byte_cursor,
    pub identity_provider_token: aws_byte_cursor,
}

/// `aws/auth/credentials.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_credentials_options {
    pub access_key_id_cursor: aws_byte_cursor,
    pub secret_access_key_cursor: aws_byte_cursor,
    pub session_token_cursor: aws_byte_cursor,
    pub account_id_cursor: aws_byte_cursor,
    pub expiration_timepoint_seconds: u64,
}

/// `aws/auth/credentials.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_credentials_provider {
    pub vtable: *mut aws_credentials_provider_vtable,
    pub allocator: *mut aws_allocator,
    pub shutdown_options: aws_credentials_provider_shutdown_options,
    pub r#impl: *mut c_void,
    pub ref_count: aws_atomic_var,
}

/// `aws/auth/credentials.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_credentials_provider_cached_options {
    pub shutdown_options: aws_credentials_provider_shutdown_options,
    pub source: *mut aws_credentials_provider,
    pub refresh_time_in_milliseconds: u64,
    pub high_res_clock_fn: aws_io_clock_fn,
    pub system_clock_fn: aws_io_clock_fn,
}

/// `aws/auth/credentials.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_credentials_provider_chain_default_options {
    pub shutdown_options: aws_credentials_provider_shutdown_options,
    pub bootstrap: *mut aws_client_bootstrap,
    pub tls_ctx: *mut aws_tls_ctx,
    pub profile_collection_cached: *mut aws_profile_collection,
    pub profile_name_override: aws_byte_cursor,
    pub skip_environment_credentials_provider: bool,
    pub proxy_ev_settings: *const proxy_env_var_settings,
}

/// `aws/auth/credentials.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_credentials_provider_chain_options {
    pub shutdown_options: aws_credentials_provider_shutdown_options,
    pub providers: *mut *mut aws_credentials_provider,
    pub provider_count: usize,
}

/// `aws/auth/credentials.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_credentials_provider_cognito_options {
    pub shutdown_options: aws_credentials_provider_shutdown_options,
    pub endpoint: aws_byte_cursor,
    pub identity: aws_byte_cursor,
    pub logins: *mut aws_cognito_identity_provider_token_pair,
    pub login_count: usize,
    pub custom_role_arn: *mut aws_byte_cursor,
    pub bootstrap: *mut aws_client_bootstrap,
    pub tls_ctx: *mut aws_tls_ctx,
    pub http_proxy_options: *const aws_http_proxy_options,
    pub proxy_ev_settings: *const proxy_env_var_settings,
    pub function_table: *mut aws_auth_http_system_vtable,
    pub get_token_pairs: aws_credentials_provider_cognito_get_token_pairs_async_fn,
    pub get_token_pairs_user_data: *mut c_void,
}

/// `aws/auth/credentials.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_credentials_provider_delegate_options {
    pub shutdown_options: aws_credentials_provider_shutdown_options,
    pub get_credentials: aws_credentials_provider_delegate_get_credentials_fn,
    pub delegate_user_data: *mut c_void,
}

/// `aws/auth/credentials.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_credentials_provider_ecs_options {
    pub shutdown_options: aws_credentials_provider_shutdown_options,
    pub bootstrap: *mut aws_client_bootstrap,
    pub host: aws_byte_cursor,
    pub path_and_query: aws_byte_cursor,
    pub auth_token_file_path: aws_byte_cursor,
    pub auth_token: aws_byte_cursor,
    pub tls_ctx: *mut aws_tls_ctx,
    pub proxy_ev_settings: *const proxy_env_var_settings,
    pub function_table: *mut aws_auth_http_system_vtable,
    pub port: u32,
}

/// `aws/auth/credentials.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_credentials_provider_environment_options {
    pub shutdown_options: aws_credentials_provider_shutdown_options,
}

/// `aws/auth/credentials.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_credentials_provider_imds_options {
    pub shutdown_options: aws_credentials_provider_shutdown_options,
    pub bootstrap: *mut aws_client_bootstrap,
    pub imds_version: aws_imds_protocol_version,
    pub ec2_metadata_v1_disabled: bool,
    pub function_table: *mut aws_auth_http_system_vtable,
    pub proxy_ev_settings: *const proxy_env_var_settings,
    pub imds_endpoint: aws_byte_cursor,
    pub imds_endpoint_mode: aws_imds_endpoint_mode,
}

/// `aws/auth/credentials.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_credentials_provider_login_options {
    pub shutdown_options: aws_credentials_provider_shutdown_options,
    pub login_session: aws_byte_cursor,
    pub login_region: aws_byte_cursor,
    pub login_cache_directory_override: aws_byte_cursor,
    pub profile_name_override: aws_byte_cursor,
    pub config_file_name_override: aws_byte_cursor,
    pub config_file_cached: *mut aws_profile_collection,
    pub bootstrap: *mut aws_client_bootstrap,
    pub tls_ctx: *mut aws_tls_ctx,
    pub proxy_ev_settings: *const proxy_env_var_settings,
    pub function_table: *mut aws_auth_http_system_vtable,
    pub system_clock_fn: aws_io_clock_fn,
}

/// `aws/auth/credentials.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_credentials_provider_process_options {
    pub shutdown_options: aws_credentials_provider_shutdown_options,
    pub profile_to_use: aws_byte_cursor,
    pub config_profile_collection_cached: *mut aws_profile_collection,
}

/// `aws/auth/credentials.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_credentials_provider_profile_options {
    pub shutdown_options: aws_credentials_provider_shutdown_options,
    pub profile_name_override: aws_byte_cursor,
    pub config_file_name_override: aws_byte_cursor,
    pub credentials_file_name_override: aws_byte_cursor,
    pub profile_collection_cached: *mut aws_profile_collection,
    pub bootstrap: *mut aws_client_bootstrap,
    pub tls_ctx: *mut aws_tls_ctx,
    pub function_table: *mut aws_auth_http_system_vtable,
    pub proxy_ev_settings: *mut proxy_env_var_settings,
}

/// `aws/auth/credentials.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_credentials_provider_shutdown_options {
    pub shutdown_callback: aws_credentials_provider_shutdown_completed_fn,
    pub shutdown_user_data: *mut c_void,
}

/// `aws/auth/credentials.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_credentials_provider_static_options {
    pub shutdown_options: aws_credentials_provider_shutdown_options,
    pub access_key_id: aws_byte_cursor,
    pub secret_access_key: aws_byte_cursor,
    pub session_token: aws_byte_cursor,
    pub account_id: aws_byte_cursor,
}

/// `aws/auth/credentials.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_credentials_provider_sts_options {
    pub bootstrap: *mut aws_client_bootstrap,
    pub tls_ctx: *mut aws_tls_ctx,
    pub creds_provider: *mut aws_credentials_provider,
    pub role_arn: aws_byte_cursor,
    pub session_name: aws_byte_cursor,
    pub external_id: aws_byte_cursor,
    pub duration_seconds: u16,
    pub http_proxy_options: *const aws_http_proxy_options,
    pub proxy_ev_settings: *const proxy_env_var_settings,
    pub profile_collection_cached: *mut aws_profile_collection,
    pub profile_name_override: aws_byte_cursor,
    pub config_file_name_override: aws_byte_cursor,
    pub shutdown_options: aws_credentials_provider_shutdown_options,
    pub function_table: *mut aws_auth_http_system_vtable,
    pub system_clock_fn: aws_io_clock_fn,
}

/// `aws/auth/credentials.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_credentials_provider_sts_web_identity_options {
    pub shutdown_options: aws_credentials_provider_shutdown_options,
    pub bootstrap: *mut aws_client_bootstrap,
    pub config_profile_collection_cached: *mut aws_profile_collection,
    pub tls_ctx: *mut aws_tls_ctx,
    pub proxy_ev_settings: *const proxy_env_var_settings,
    pub function_table: *mut aws_auth_http_system_vtable,
    pub profile_name_override: aws_byte_cursor,
    pub region: aws_byte_cursor,
    pub role_arn: aws_byte_cursor,
    pub role_session_name: aws_byte_cursor,
    pub token_file_path: aws_byte_cursor,
}

/// `aws/auth/credentials.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_credentials_provider_vtable {
    pub get_credentials: aws_credentials_provider_get_credentials_fn,
    pub destroy: aws_credentials_provider_destroy_fn,
}

/// `aws/auth/credentials.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_credentials_provider_x509_options {
    pub shutdown_options: aws_credentials_provider_shutdown_options,
    pub bootstrap: *mut aws_client_bootstrap,
    pub tls_connection_options: *const aws_tls_connection_options,
    pub thing_name: aws_byte_cursor,
    pub role_alias: aws_byte_cursor,
    pub endpoint: aws_byte_cursor,
    pub proxy_options: *const aws_http_proxy_options,
    pub proxy_ev_settings: *const proxy_env_var_settings,
    pub function_table: *mut aws_auth_http_system_vtable,
}

/// `aws/auth/aws_imds_client.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_imds_client_options {
    pub shutdown_options: aws_imds_client_shutdown_options,
    pub bootstrap: *mut aws_client_bootstrap,
    pub retry_strategy: *mut aws_retry_strategy,
    pub proxy_ev_settings: *const proxy_env_var_settings,
    pub imds_version: aws_imds_protocol_version,
    pub ec2_metadata_v1_disabled: bool,
    pub imds_endpoint: aws_byte_cursor,
    pub imds_endpoint_mode: aws_imds_endpoint_mode,
    pub function_table: *mut aws_auth_http_system_vtable,
}

/// `aws/auth/aws_imds_client.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_imds_iam_profile {
    pub last_updated: aws_date_time,
    pub instance_profile_arn: aws_byte_cursor,
    pub instance_profile_id: aws_byte_cursor,
}

/// `aws/auth/aws_imds_client.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_imds_instance_info {
    pub marketplace_product_codes: aws_array_list,
    pub availability_zone: aws_byte_cursor,
    pub private_ip: aws_byte_cursor,
    pub version: aws_byte_cursor,
    pub instance_id: aws_byte_cursor,
    pub billing_products: aws_array_list,
    pub instance_type: aws_byte_cursor,
    pub account_id: aws_byte_cursor,
    pub image_id: aws_byte_cursor,
    pub pending_time: aws_date_time,
    pub architecture: aws_byte_cursor,
    pub kernel_id: aws_byte_cursor,
    pub ramdisk_id: aws_byte_cursor,
    pub region: aws_byte_cursor,
}

/// `aws/auth/signable.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_signable {
    pub allocator: *mut aws_allocator,
    pub r#impl: *mut c_void,
    pub vtable: *mut aws_signable_vtable,
}

/// `aws/auth/signable.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_signable_vtable {
    pub get_property: aws_signable_get_property_fn,
    pub get_property_list: aws_signable_get_property_list_fn,
    pub get_payload_stream: aws_signable_get_payload_stream_fn,
    pub destroy: aws_signable_destroy_fn,
}

/// `aws/auth/signing_config.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_signing_config_aws {
    pub config_type: aws_signing_config_type,
    pub algorithm: aws_signing_algorithm,
    pub signature_type: aws_signature_type,
    pub region: aws_byte_cursor,
    pub service: aws_byte_cursor,
    pub date: aws_date_time,
    pub should_sign_header: aws_should_sign_header_fn,
    pub should_sign_header_ud: *mut c_void,
    pub flags: u32,
    pub signed_body_value: aws_byte_cursor,
    pub signed_body_header: aws_signed_body_header_type,
    pub credentials: *const aws_credentials,
    pub credentials_provider: *mut aws_credentials_provider,
    pub expiration_in_seconds: u64,
}

/// `aws/auth/signing_result.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_signing_result {
    pub allocator: *mut aws_allocator,
    pub properties: aws_hash_table,
    pub property_lists: aws_hash_table,
}

/// `aws/auth/credentials.h`, opaque
#[repr(C)]
pub struct aws_auth_http_system_vtable {
    _private: [u8; 0],
}

/// `aws/auth/credentials.h`, opaque
#[repr(C)]
pub struct aws_credentials {
    _private: [u8; 0],
}

/// `aws/auth/credentials.h`
pub type aws_credentials_provider_cognito_get_token_pairs_async_fn = Option<
    unsafe extern "C" fn(
        get_token_pairs_user_data: *mut c_void,
        completion_callback: aws_credentials_provider_cognito_get_token_pairs_completion_fn,
        completion_user_data: *mut c_void,
    ) -> c_int,
>;

/// `aws/auth/credentials.h`
pub type aws_credentials_provider_delegate_get_credentials_fn = Option<
    unsafe extern "C" fn(
        delegate_user_data: *mut c_void,
        callback: aws_on_get_credentials_callback_fn,
        callback_user_data: *mut c_void,
    ) -> c_int,
>;

/// `aws/auth/credentials.h`
pub type aws_credentials_provider_destroy_fn =
    Option<unsafe extern "C" fn(provider: *mut aws_credentials_provider)>;

/// `aws/auth/credentials.h`
pub type aws_credentials_provider_get_credentials_fn = Option<
    unsafe extern "C" fn(
        provider: *mut aws_credentials_provider,
        callback: aws_on_get_credentials_callback_fn,
        user_data: *mut c_void,
    ) -> c_int,
>;

/// `aws/auth/credentials.h`
pub type aws_credentials_provider_shutdown_completed_fn =
    Option<unsafe extern "C" fn(user_data: *mut c_void)>;

/// `aws/auth/aws_imds_client.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_imds_client_shutdown_options {
    pub shutdown_callback: aws_imds_client_shutdown_completed_fn,
    pub shutdown_user_data: *mut c_void,
}

/// `aws/auth/credentials.h`
pub type aws_imds_endpoint_mode = u32;
pub const AWS_IMDS_ENDPOINT_MODE_DEFAULT: aws_imds_endpoint_mode = 0;
pub const AWS_IMDS_ENDPOINT_MODE_IPV4: aws_imds_endpoint_mode = 1;
pub const AWS_IMDS_ENDPOINT_MODE_IPV6: aws_imds_endpoint_mode = 2;

/// `aws/auth/credentials.h`
pub type aws_imds_protocol_version = u32;
pub const IMDS_PROTOCOL_V2: aws_imds_protocol_version = 0;
pub const IMDS_PROTOCOL_V1: aws_imds_protocol_version = 1;

/// `aws/auth/credentials.h`
pub type aws_on_get_credentials_callback_fn = Option<
    unsafe extern "C" fn(
        credentials: *mut aws_credentials,
        error_code: c_int,
        user_data: *mut c_void,
    ),
>;

/// `aws/auth/signing_config.h`
pub type aws_should_sign_header_fn =
    Option<unsafe extern "C" fn(name: *const aws_byte_cursor, userdata: *mut c_void) -> bool>;

/// `aws/auth/signable.h`
pub type aws_signable_destroy_fn = Option<unsafe extern "C" fn(signable: *mut aws_signable)>;

/// `aws/auth/signable.h`
pub type aws_signable_get_payload_stream_fn = Option<
    unsafe extern "C" fn(
        signable: *const aws_signable,
        out_input_stream: *mut *mut aws_input_stream,
    ) -> c_int,
>;

/// `aws/auth/signable.h`
pub type aws_signable_get_property_fn = Option<
    unsafe extern "C" fn(
        signable: *const aws_signable,
        name: *const aws_string,
        out_value: *mut aws_byte_cursor,
    ) -> c_int,
>;

/// `aws/auth/signable.h`
pub type aws_signable_get_property_list_fn = Option<
    unsafe extern "C" fn(
        signable: *const aws_signable,
        name: *const aws_string,
        out_list: *mut *mut aws_array_list,
    ) -> c_int,
>;

/// `aws/auth/signing_config.h`
pub type aws_signature_type = u32;
pub const AWS_ST_HTTP_REQUEST_HEADERS: aws_signature_type = 0;
pub const AWS_ST_HTTP_REQUEST_QUERY_PARAMS: aws_signature_type = 1;
pub const AWS_ST_HTTP_REQUEST_CHUNK: aws_signature_type = 2;
pub const AWS_ST_HTTP_REQUEST_EVENT: aws_signature_type = 3;
pub const AWS_ST_CANONICAL_REQUEST_HEADERS: aws_signature_type = 4;
pub const AWS_ST_CANONICAL_REQUEST_QUERY_PARAMS: aws_signature_type = 5;
pub const AWS_ST_HTTP_REQUEST_TRAILING_HEADERS: aws_signature_type = 6;

/// `aws/auth/signing_config.h`
pub type aws_signed_body_header_type = u32;
pub const AWS_SBHT_NONE: aws_signed_body_header_type = 0;
pub const AWS_SBHT_X_AMZ_CONTENT_SHA256: aws_signed_body_header_type = 1;

/// `aws/auth/signing_config.h`
pub type aws_signing_algorithm = u32;
pub const AWS_SIGNING_ALGORITHM_V4: aws_signing_algorithm = 0;
pub const AWS_SIGNING_ALGORITHM_V4_ASYMMETRIC: aws_signing_algorithm = 1;
pub const AWS_SIGNING_ALGORITHM_V4_S3EXPRESS: aws_signing_algorithm = 2;

/// `aws/auth/signing_config.h`
pub type aws_signing_config_type = u32;
pub const AWS_SIGNING_CONFIG_AWS: aws_signing_config_type = 1;

/// `aws/auth/credentials.h`
pub type aws_credentials_provider_cognito_get_token_pairs_completion_fn = Option<
    unsafe extern "C" fn(
        logins: *mut aws_cognito_identity_provider_token_pair,
        login_count: usize,
        error_code: c_int,
        completion_user_data: *mut c_void,
    ),
>;

/// `aws/auth/aws_imds_client.h`
pub type aws_imds_client_shutdown_completed_fn =
    Option<unsafe extern "C" fn(user_data: *mut c_void)>;

/// `aws/auth/signing.h`
pub type aws_signing_complete_fn = Option<
    unsafe extern "C" fn(result: *mut aws_signing_result, error_code: c_int, userdata: *mut c_void),
>;

/// `aws/sdkutils/aws_profile.h`, opaque
#[repr(C)]
pub struct aws_profile_collection {
    _private: [u8; 0],
}

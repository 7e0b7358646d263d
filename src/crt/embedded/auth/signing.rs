//! The signing configuration: its constants, and whether it can be signed with.

use core::ffi::{c_char, c_int};

use crate::crt::Credentials;
use crate::crt::embedded::common::{SUCCESS, raise};
use crate::crt::embedded::published::Constant;
use crate::crt::sys::*;
use crate::error::Code;

const fn literal(text: &'static str) -> Constant<aws_byte_cursor> {
    Constant(aws_byte_cursor { len: text.len(), ptr: text.as_ptr().cast_mut() })
}

#[unsafe(no_mangle)]
static g_aws_signed_body_value_empty_sha256: Constant<aws_byte_cursor> =
    literal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
#[unsafe(no_mangle)]
static g_aws_signed_body_value_unsigned_payload: Constant<aws_byte_cursor> =
    literal("UNSIGNED-PAYLOAD");
#[unsafe(no_mangle)]
static g_aws_signed_body_value_streaming_unsigned_payload_trailer: Constant<aws_byte_cursor> =
    literal("STREAMING-UNSIGNED-PAYLOAD-TRAILER");
#[unsafe(no_mangle)]
static g_aws_signed_body_value_streaming_aws4_hmac_sha256_payload: Constant<aws_byte_cursor> =
    literal("STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
#[unsafe(no_mangle)]
static g_aws_signed_body_value_streaming_aws4_hmac_sha256_payload_trailer: Constant<
    aws_byte_cursor,
> = literal("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER");
#[unsafe(no_mangle)]
static g_aws_signed_body_value_streaming_aws4_ecdsa_p256_sha256_payload: Constant<aws_byte_cursor> =
    literal("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD");
#[unsafe(no_mangle)]
static g_aws_signed_body_value_streaming_aws4_ecdsa_p256_sha256_payload_trailer: Constant<
    aws_byte_cursor,
> = literal("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER");
#[unsafe(no_mangle)]
static g_aws_signed_body_value_streaming_aws4_hmac_sha256_events: Constant<aws_byte_cursor> =
    literal("STREAMING-AWS4-HMAC-SHA256-EVENTS");

/// Whether requests can be signed with a configuration; raises what is wrong with it.
///
/// # Safety
/// `config` is NULL or valid, and so is what it points to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_validate_aws_signing_config_aws(
    config: *const aws_signing_config_aws,
) -> c_int {
    // SAFETY: as the caller promises.
    match unsafe { config.as_ref() }.map(|config| unsafe { fault(config) }) {
        Some(None) => SUCCESS,
        Some(Some(code)) => raise(code.0),
        None => raise(Code::AUTH_SIGNING_INVALID_CONFIGURATION.0),
    }
}

/// # Safety
/// As for `aws_validate_aws_signing_config_aws`.
unsafe fn fault(config: &aws_signing_config_aws) -> Option<Code> {
    let is_request = config.signature_type == AWS_ST_HTTP_REQUEST_HEADERS
        || config.signature_type == AWS_ST_HTTP_REQUEST_QUERY_PARAMS;
    let is_plain = config.algorithm == AWS_SIGNING_ALGORITHM_V4;
    let is_session = config.algorithm == AWS_SIGNING_ALGORITHM_V4_S3EXPRESS;
    let is_known =
        is_plain || is_session || config.algorithm == AWS_SIGNING_ALGORITHM_V4_ASYMMETRIC;
    let no_credentials = config.credentials.is_null();
    if config.signature_type == AWS_ST_HTTP_REQUEST_EVENT && !is_plain
        || !is_request && no_credentials
        || config.region.len == 0
        || config.service.len == 0
        || !is_known
        || no_credentials && config.credentials_provider.is_null()
    {
        return Some(Code::AUTH_SIGNING_INVALID_CONFIGURATION);
    }
    // SAFETY: as the caller promises.
    let credentials = unsafe { Credentials::acquire(config.credentials.cast_mut()) }?;
    let lacks_key =
        credentials.access_key_id().is_empty() || credentials.secret_access_key().is_empty();
    let unusable = match (is_plain, is_session) {
        (true, _) => !credentials.is_anonymous() && lacks_key,
        (_, true) => lacks_key || credentials.session_token().is_empty(),
        _ => false,
    };
    unusable.then_some(Code::AUTH_SIGNING_INVALID_CREDENTIALS)
}

/// Names an algorithm for logs.
#[unsafe(no_mangle)]
pub extern "C" fn aws_signing_algorithm_to_string(
    algorithm: aws_signing_algorithm,
) -> *const c_char {
    let name = match algorithm {
        AWS_SIGNING_ALGORITHM_V4 => c"SigV4",
        AWS_SIGNING_ALGORITHM_V4_ASYMMETRIC => c"SigV4Asymmetric",
        AWS_SIGNING_ALGORITHM_V4_S3EXPRESS => c"SigV4S3Express",
        _ => c"Unknown",
    };
    name.as_ptr()
}

//! Constants of the signing configuration.

use core::ffi::c_char;

use crate::crt::embedded::published::Constant;
use crate::crt::sys::*;

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

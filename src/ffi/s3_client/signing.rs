//! The default signing configuration, and names of operations.

use std::ffi::{CStr, c_char};
use std::mem::MaybeUninit;

use crate::abi::*;
use crate::crt::sys::*;
use crate::ffi::argument::number;
use crate::request::RequestKind;

/// Fills a signing configuration with what S3 wants: SigV4 in headers, service "s3", the
/// payload unsigned. Whatever it held is overwritten.
///
/// `region` is not copied and `credentials_provider` not acquired: both must stay until the
/// configuration was given to a client or a meta request. `signing_config` must not be NULL;
/// with NULL nothing happens.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_init_default_signing_config(
    signing_config: *mut aws_signing_config_aws,
    region: aws_byte_cursor,
    credentials_provider: *mut aws_credentials_provider,
) {
    if signing_config.is_null() {
        return;
    }
    const UNSIGNED: &[u8] = b"UNSIGNED-PAYLOAD";
    const SERVICE: &[u8] = b"s3";
    // SAFETY: the caller's struct, writable; zero is a valid value of each of its fields.
    unsafe {
        signing_config.write_bytes(0, 1);
        let config = &mut *signing_config;
        config.config_type = AWS_SIGNING_CONFIG_AWS;
        config.algorithm = AWS_SIGNING_ALGORITHM_V4;
        config.signature_type = AWS_ST_HTTP_REQUEST_HEADERS;
        config.region = region;
        config.service = crate::crt::cursor(SERVICE);
        config.signed_body_header = AWS_SBHT_X_AMZ_CONTENT_SHA256;
        config.signed_body_value = crate::crt::cursor(UNSIGNED);
        config.credentials_provider = credentials_provider;
    }
}

/// Returns the name of the S3 operation of a kind of request, for example "HeadObject"; empty
/// for AWS_S3_REQUEST_TYPE_UNKNOWN and for unknown values. Never NULL; the text is static.
#[unsafe(no_mangle)]
pub extern "C-unwind" fn aws_s3_request_type_operation_name(
    r#type: MaybeUninit<aws_s3_request_type>,
) -> *const c_char {
    operation_name(RequestKind::from_number(number(&r#type))).as_ptr()
}

fn operation_name(kind: RequestKind) -> &'static CStr {
    match kind {
        RequestKind::Unknown => c"",
        RequestKind::HeadObject => c"HeadObject",
        RequestKind::GetObject => c"GetObject",
        RequestKind::ListParts => c"ListParts",
        RequestKind::CreateMultipartUpload => c"CreateMultipartUpload",
        RequestKind::UploadPart => c"UploadPart",
        RequestKind::AbortMultipartUpload => c"AbortMultipartUpload",
        RequestKind::CompleteMultipartUpload => c"CompleteMultipartUpload",
        RequestKind::UploadPartCopy => c"UploadPartCopy",
        RequestKind::CopyObject => c"CopyObject",
        RequestKind::PutObject => c"PutObject",
        RequestKind::CreateSession => c"CreateSession",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_table() {
        for number in 0..=12 {
            let kind = RequestKind::from_number(number);
            assert_eq!(operation_name(kind).to_str(), Ok(kind.name()));
        }
    }
}

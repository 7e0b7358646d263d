//! Start and end of aws-c-sdkutils, and the texts of its errors.
//!
//! Profiles are not offered as C functions, and endpoint rules only in a build with the endpoint resolver.

#[cfg(feature = "endpoint-resolver")]
mod endpoints;
#[cfg(feature = "endpoint-resolver")]
mod functions;
#[cfg(feature = "endpoint-resolver")]
mod partitions;
#[cfg(feature = "endpoint-resolver")]
mod rules;

use std::sync::Mutex;

use crate::crt::embedded::published::{error_table, publish, subject_table, withdraw};
use crate::crt::sys::aws_allocator;

unsafe extern "C" {
    fn aws_common_library_init(allocator: *mut aws_allocator);
    fn aws_common_library_clean_up();
}

/// How many inits await their clean-up; unlike its siblings this library counts them.
static USERS: Mutex<usize> = Mutex::new(0);

/// Starts this library and the one below it.
///
/// # Safety
/// The allocator is NULL or valid until the clean-up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_sdkutils_library_init(allocator: *mut aws_allocator) {
    let mut users = USERS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if *users == 0 {
        // SAFETY: as the caller promises.
        unsafe { aws_common_library_init(allocator) };
        publish(&ERRORS, &SUBJECTS);
    }
    *users += 1;
}

/// Takes back one init; the last one ends the library.
///
/// # Safety
/// Nothing of the library is used any more after the last one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_sdkutils_library_clean_up() {
    let mut users = USERS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    match *users {
        0 => {}
        1 => {
            *users = 0;
            withdraw(&ERRORS, &SUBJECTS);
            // SAFETY: as the caller promises.
            unsafe { aws_common_library_clean_up() };
        }
        _ => *users -= 1,
    }
}

error_table!(
    ERRORS,
    "aws-c-sdkutils",
    15360,
    [
        ("AWS_ERROR_SDKUTILS_GENERAL", "A general error of the SDK utilities"),
        ("AWS_ERROR_SDKUTILS_PARSE_FATAL", "The parser met a fatal error"),
        ("AWS_ERROR_SDKUTILS_PARSE_RECOVERABLE", "The parser met an error and recovered"),
        (
            "AWS_ERROR_SDKUTILS_ENDPOINTS_UNSUPPORTED_RULESET",
            "The version of the ruleset is not supported"
        ),
        ("AWS_ERROR_SDKUTILS_ENDPOINTS_PARSE_FAILED", "The ruleset could not be parsed"),
        (
            "AWS_ERROR_SDKUTILS_ENDPOINTS_RESOLVE_INIT_FAILED",
            "The evaluation of the endpoint rules could not be initialised"
        ),
        (
            "AWS_ERROR_SDKUTILS_ENDPOINTS_RESOLVE_FAILED",
            "The endpoint rules could not be evaluated, unexpectedly"
        ),
        ("AWS_ERROR_SDKUTILS_ENDPOINTS_EMPTY_RULESET", "The ruleset holds no rules"),
        ("AWS_ERROR_SDKUTILS_ENDPOINTS_RULESET_EXHAUSTED", "No rule of the ruleset matches"),
        (
            "AWS_ERROR_SDKUTILS_PARTITIONS_UNSUPPORTED",
            "The version of the partitions is not supported"
        ),
        ("AWS_ERROR_SDKUTILS_PARTITIONS_PARSE_FAILED", "The partitions could not be parsed"),
        (
            "AWS_ERROR_SDKUTILS_ENDPOINTS_UNSUPPORTED_REGEX",
            "The regular expression uses a feature that is not supported"
        ),
        (
            "AWS_ERROR_SDKUTILS_ENDPOINTS_REGEX_NO_MATCH",
            "The text does not match the regular expression"
        ),
    ]
);

subject_table!(
    SUBJECTS,
    15360,
    [
        ("SDKUtils", "SDK utilities in general"),
        ("AWSProfile", "Shared configuration files"),
        ("AWSEndpointsParsing", "Parsing of endpoint rules"),
        ("AWSEndpointsResolution", "Evaluation of endpoint rules"),
        ("AWSEndpoints", "Endpoint rules in general"),
        ("AWSEndpoints", "Lists of partitions"),
        ("AWSEndpoints", "Regular expressions of endpoint rules"),
        ("AwsChunkedDecoder", "Decoding of chunked bodies"),
    ]
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_as_long_as_the_enumerations() {
        assert_eq!(ERRORS.0.count, 13);
        assert_eq!(SUBJECTS.0.count, 8);
    }
}

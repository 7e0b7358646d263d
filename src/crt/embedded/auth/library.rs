//! Start and end of the auth library, and the texts of its errors.

use crate::crt::embedded::published::{Switch, error_table, publish, subject_table, withdraw};
use crate::crt::embedded::{cal, http, sdkutils};
use crate::crt::sys::aws_allocator;

static SWITCH: Switch = Switch::off();

/// Starts this library and those below it.
///
/// # Safety
/// The allocator is NULL or valid until the clean-up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_auth_library_init(allocator: *mut aws_allocator) {
    if SWITCH.on() {
        // SAFETY: as the caller promises.
        unsafe {
            sdkutils::aws_sdkutils_library_init(allocator);
            cal::aws_cal_library_init(allocator);
            http::aws_http_library_init(allocator);
        }
        publish(&ERRORS, &SUBJECTS);
    }
}

/// Ends this library and those below it, after its threads.
///
/// # Safety
/// Nothing of the library is used any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_auth_library_clean_up() {
    if SWITCH.turn_off() {
        withdraw(&ERRORS, &SUBJECTS);
        // SAFETY: as the caller promises.
        unsafe {
            http::aws_http_library_clean_up();
            cal::aws_cal_library_clean_up();
            sdkutils::aws_sdkutils_library_clean_up();
        }
    }
}

error_table!(
    ERRORS,
    "aws-c-auth",
    6144,
    [
        ("AWS_AUTH_SIGNING_UNSUPPORTED_ALGORITHM", "The signing algorithm is not supported"),
        ("AWS_AUTH_SIGNING_MISMATCHED_CONFIGURATION", "The configuration is for another algorithm"),
        (
            "AWS_AUTH_SIGNING_NO_CREDENTIALS",
            "The credentials provider had no credentials to sign with"
        ),
        (
            "AWS_AUTH_SIGNING_ILLEGAL_REQUEST_QUERY_PARAM",
            "The query already holds a parameter that signing adds"
        ),
        (
            "AWS_AUTH_SIGNING_ILLEGAL_REQUEST_HEADER",
            "The request already has a header that signing adds"
        ),
        (
            "AWS_AUTH_SIGNING_INVALID_CONFIGURATION",
            "The signing configuration contradicts itself or lacks something"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_INVALID_ENVIRONMENT",
            "The environment holds no credentials"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_INVALID_DELEGATE",
            "The function that should give credentials is missing"
        ),
        ("AWS_AUTH_CREDENTIALS_PROVIDER_PROFILE_SOURCE_FAILURE", "The profile gave no credentials"),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_IMDS_SOURCE_FAILURE",
            "The instance metadata service gave no credentials"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_STS_SOURCE_FAILURE",
            "The token service gave no credentials"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_HTTP_STATUS_FAILURE",
            "A source of credentials answered with an error status"
        ),
        (
            "AWS_AUTH_PROVIDER_PARSER_UNEXPECTED_RESPONSE",
            "The answer of a source of credentials makes no sense"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_ECS_SOURCE_FAILURE",
            "The container service gave no credentials"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_X509_SOURCE_FAILURE",
            "The certificate was not exchanged for credentials"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_PROCESS_SOURCE_FAILURE",
            "The credentials process gave no credentials"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_STS_WEB_IDENTITY_SOURCE_FAILURE",
            "The web identity was not exchanged for credentials"
        ),
        (
            "AWS_AUTH_SIGNING_UNSUPPORTED_SIGNATURE_TYPE",
            "The algorithm cannot make this type of signature"
        ),
        (
            "AWS_AUTH_SIGNING_MISSING_PREVIOUS_SIGNATURE",
            "The signature of the piece before is missing"
        ),
        ("AWS_AUTH_SIGNING_INVALID_CREDENTIALS", "The credentials lack a part that signing needs"),
        ("AWS_AUTH_CANONICAL_REQUEST_MISMATCH", "The canonical request is not the expected one"),
        (
            "AWS_AUTH_SIGV4A_SIGNATURE_VALIDATION_FAILURE",
            "The asymmetric signature does not fit the request"
        ),
        ("AWS_AUTH_CREDENTIALS_PROVIDER_COGNITO_SOURCE_FAILURE", "Cognito gave no credentials"),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_DELEGATE_FAILURE",
            "The program's own function gave no credentials"
        ),
        ("AWS_AUTH_SSO_TOKEN_PROVIDER_SOURCE_FAILURE", "No single sign-on token could be had"),
        ("AWS_AUTH_SSO_TOKEN_INVALID", "The single sign-on token is broken"),
        ("AWS_AUTH_SSO_TOKEN_EXPIRED", "The single sign-on token has expired"),
        ("AWS_AUTH_CREDENTIALS_PROVIDER_SSO_SOURCE_FAILURE", "Single sign-on gave no credentials"),
        ("AWS_AUTH_IMDS_CLIENT_SOURCE_FAILURE", "The instance metadata service did not answer"),
        (
            "AWS_AUTH_PROFILE_STS_CREDENTIALS_PROVIDER_CYCLE_FAILURE",
            "Profiles refer to each other in a circle"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_ECS_INVALID_TOKEN_FILE_PATH",
            "The token file of the container cannot be read"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_ECS_INVALID_HOST",
            "The container's source of credentials is not a trusted host"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_LOGIN_SESSION_MISSING",
            "The profile names no login session"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_LOGIN_REGION_MISSING",
            "The profile names no region to log in to"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_LOGIN_FAILED_TO_CREATE_TOKEN_PATH",
            "There is no place for the login token"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_LOGIN_FAILED_TO_CREATE_TOKEN",
            "The stored login token cannot be used"
        ),
        ("AWS_AUTH_CREDENTIALS_PROVIDER_LOGIN_TOKEN_EXPIRED", "The login has expired"),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_LOGIN_INVALID_PEM",
            "The key of the stored login token is broken"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_LOGIN_FAILED_TO_CREATE_REFRESH_TOKEN",
            "The login could not be renewed"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_LOGIN_FAILED_TO_WRITE_TOKEN",
            "The renewed login token could not be stored"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_LOGIN_FAILED_TO_CREATE_DPOP_HEADER",
            "The proof of the login could not be made"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_LOGIN_FAILED_TO_CREATE_REQUEST_BODY",
            "The login request could not be made"
        ),
    ]
);

subject_table!(
    SUBJECTS,
    6144,
    [
        ("AuthGeneral", "Credentials and signing in general"),
        ("AuthProfile", "Profiles"),
        ("AuthCredentialsProvider", "Where credentials come from"),
        ("AuthSigning", "Signatures"),
    ]
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_as_long_as_the_enumerations() {
        assert_eq!(ERRORS.0.count, 42);
        assert_eq!(SUBJECTS.0.count, 4);
    }
}

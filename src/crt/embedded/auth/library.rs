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
        (
            "AWS_AUTH_SIGNING_UNSUPPORTED_ALGORITHM",
            "An HTTP request cannot be signed with this version of the AWS signing protocol"
        ),
        (
            "AWS_AUTH_SIGNING_MISMATCHED_CONFIGURATION",
            "The signer does not recognise the signing configuration of the HTTP request"
        ),
        ("AWS_AUTH_SIGNING_NO_CREDENTIALS", "An HTTP request cannot be signed without credentials"),
        (
            "AWS_AUTH_SIGNING_ILLEGAL_REQUEST_QUERY_PARAM",
            "The HTTP request to sign holds a query parameter that signing may add"
        ),
        (
            "AWS_AUTH_SIGNING_ILLEGAL_REQUEST_HEADER",
            "The HTTP request to sign holds a header that signing may add"
        ),
        (
            "AWS_AUTH_SIGNING_INVALID_CONFIGURATION",
            "The signing configuration of the HTTP request is invalid"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_INVALID_ENVIRONMENT",
            "The environment of the process lacks the variables that credentials need"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_INVALID_DELEGATE",
            "The vtable given provides no valid credentials"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_PROFILE_SOURCE_FAILURE",
            "The profile provider found no valid credentials"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_IMDS_SOURCE_FAILURE",
            "The IMDS provider found no valid credentials"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_STS_SOURCE_FAILURE",
            "The STS provider found no valid credentials"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_HTTP_STATUS_FAILURE",
            "The HTTP request for credentials was answered with a status of failure"
        ),
        (
            "AWS_AUTH_PROVIDER_PARSER_UNEXPECTED_RESPONSE",
            "The document that came over HTTP in answer to a request for credentials is invalid"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_ECS_SOURCE_FAILURE",
            "The ECS provider found no valid credentials"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_X509_SOURCE_FAILURE",
            "The X509 provider found no valid credentials"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_PROCESS_SOURCE_FAILURE",
            "The process provider found no valid credentials"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_STS_WEB_IDENTITY_SOURCE_FAILURE",
            "The STS web identity provider found no valid credentials"
        ),
        ("AWS_AUTH_SIGNING_UNSUPPORTED_SIGNATURE_TYPE", "This type of signature is not supported"),
        (
            "AWS_AUTH_SIGNING_MISSING_PREVIOUS_SIGNATURE",
            "A piece of a stream cannot be signed without the signature before it"
        ),
        ("AWS_AUTH_SIGNING_INVALID_CREDENTIALS", "Invalid credentials cannot sign anything"),
        (
            "AWS_AUTH_CANONICAL_REQUEST_MISMATCH",
            "The canonical request computed is not the one expected"
        ),
        (
            "AWS_AUTH_SIGV4A_SIGNATURE_VALIDATION_FAILURE",
            "The SigV4a signature given is not valid for the hashed string to sign"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_COGNITO_SOURCE_FAILURE",
            "The Cognito provider found no valid credentials"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_DELEGATE_FAILURE",
            "The delegate provider found no valid credentials"
        ),
        (
            "AWS_AUTH_SSO_TOKEN_PROVIDER_SOURCE_FAILURE",
            "The SSO token provider found no valid token"
        ),
        ("AWS_AUTH_SSO_TOKEN_INVALID", "The token that the SSO token provider found is invalid"),
        ("AWS_AUTH_SSO_TOKEN_EXPIRED", "The token that the SSO token provider found has expired"),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_SSO_SOURCE_FAILURE",
            "The SSO credentials provider found no valid credentials"
        ),
        ("AWS_AUTH_IMDS_CLIENT_SOURCE_FAILURE", "The IMDS resource could not be had"),
        (
            "AWS_AUTH_PROFILE_STS_CREDENTIALS_PROVIDER_CYCLE_FAILURE",
            "No credentials: the assumeRole chain of the profile goes in a cycle"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_ECS_INVALID_TOKEN_FILE_PATH",
            "The ECS token file that AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names could not be read"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_ECS_INVALID_HOST",
            "No connection: the host is not allowed; it must be a loopback address or an ECS or EKS container host, or be reached over HTTPS"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_LOGIN_SESSION_MISSING",
            "The options lack the login session that these credentials need"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_LOGIN_REGION_MISSING",
            "The options lack the region that a login needs"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_LOGIN_FAILED_TO_CREATE_TOKEN_PATH",
            "The login provider could not work out the path of the token cached on disk"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_LOGIN_FAILED_TO_CREATE_TOKEN",
            "No login token could be made from the one cached on disk"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_LOGIN_TOKEN_EXPIRED",
            "The cached login token has expired, so no call is possible"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_LOGIN_INVALID_PEM",
            "The PEM in the cached token file is not valid"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_LOGIN_FAILED_TO_CREATE_REFRESH_TOKEN",
            "No refresh token could be made from the response of the AWS sign-in service"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_LOGIN_FAILED_TO_WRITE_TOKEN",
            "The updated login token could not be written back to disk"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_LOGIN_FAILED_TO_CREATE_DPOP_HEADER",
            "The DPoP header for the request to the AWS sign-in service could not be made"
        ),
        (
            "AWS_AUTH_CREDENTIALS_PROVIDER_LOGIN_FAILED_TO_CREATE_REQUEST_BODY",
            "The body of the request to the AWS sign-in service could not be made"
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

//! The one table of error codes: numbers that the library raises, and the texts of its own ones.

use std::fmt;
use std::io::ErrorKind;

/// A CRT error number. Zero is success; numbers of one library share `number >> 10`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Code(pub i32);

#[allow(dead_code)] // a table: every number the library knows, used or not
impl Code {
    pub const SUCCESS: Self = Self(0);
    pub const OOM: Self = Self(1);
    pub const NO_SPACE: Self = Self(2);
    pub const UNKNOWN: Self = Self(3);
    pub const SHORT_BUFFER: Self = Self(4);
    pub const OVERFLOW_DETECTED: Self = Self(5);
    pub const UNSUPPORTED_OPERATION: Self = Self(6);
    pub const INVALID_ARGUMENT: Self = Self(34);
    pub const INVALID_INDEX: Self = Self(10);
    pub const INVALID_STATE: Self = Self(38);
    pub const NO_PERMISSION: Self = Self(43);
    pub const FILE_INVALID_PATH: Self = Self(44);
    pub const MAX_FDS_EXCEEDED: Self = Self(45);
    pub const SYS_CALL_FAILURE: Self = Self(46);
    pub const FILE_OPEN_FAILURE: Self = Self(57);
    pub const FILE_READ_FAILURE: Self = Self(58);
    pub const FILE_WRITE_FAILURE: Self = Self(59);
    pub const DEST_COPY_TOO_SMALL: Self = Self(26);
    pub const SDKUTILS_ENDPOINTS_UNSUPPORTED_RULESET: Self = Self(15363);
    pub const SDKUTILS_ENDPOINTS_PARSE_FAILED: Self = Self(15364);
    pub const SDKUTILS_ENDPOINTS_RESOLVE_INIT_FAILED: Self = Self(15365);
    pub const SDKUTILS_ENDPOINTS_RESOLVE_FAILED: Self = Self(15366);
    pub const SDKUTILS_ENDPOINTS_EMPTY_RULESET: Self = Self(15367);
    pub const SDKUTILS_ENDPOINTS_RULESET_EXHAUSTED: Self = Self(15368);
    pub const SDKUTILS_PARTITIONS_UNSUPPORTED: Self = Self(15369);
    pub const SDKUTILS_PARTITIONS_PARSE_FAILED: Self = Self(15370);
    pub const MALFORMED_INPUT_STRING: Self = Self(36);
    pub const INVALID_XML: Self = Self(56);
    pub const UNIMPLEMENTED: Self = Self(37);
    pub const PLATFORM_NOT_SUPPORTED: Self = Self(53);
    pub const STREAM_UNSEEKABLE: Self = Self(42);
    pub const INVALID_FILE_HANDLE: Self = Self(50);
    pub const STRING_MATCH_NOT_FOUND: Self = Self(48);
    pub const HTTP_UNKNOWN: Self = Self(2048);
    pub const HTTP_HEADER_NOT_FOUND: Self = Self(2049);
    pub const HTTP_INVALID_HEADER_FIELD: Self = Self(2050);
    pub const HTTP_INVALID_HEADER_NAME: Self = Self(2051);
    pub const HTTP_INVALID_HEADER_VALUE: Self = Self(2052);
    pub const HTTP_INVALID_METHOD: Self = Self(2053);
    pub const HTTP_INVALID_PATH: Self = Self(2054);
    pub const HTTP_INVALID_STATUS_CODE: Self = Self(2055);
    pub const HTTP_MISSING_BODY_STREAM: Self = Self(2056);
    pub const HTTP_CONNECTION_CLOSED: Self = Self(2058);
    pub const HTTP_PROTOCOL_ERROR: Self = Self(2074);
    pub const HTTP_DATA_NOT_AVAILABLE: Self = Self(2062);
    pub const HTTP_OUTGOING_STREAM_LENGTH_INCORRECT: Self = Self(2063);
    pub const HTTP_CHANNEL_THROUGHPUT_FAILURE: Self = Self(2073);
    pub const HTTP_PROXY_CONNECT_FAILED: Self = Self(2071);
    pub const HTTP_RESPONSE_FIRST_BYTE_TIMEOUT: Self = Self(2092);
    pub const HTTP_SERVER_CLOSED: Self = Self(2070);
    pub const HTTP_UNSUPPORTED_PROTOCOL: Self = Self(2060);
    pub const IO_DNS_INVALID_NAME: Self = Self(1059);
    pub const IO_DNS_QUERY_FAILED: Self = Self(1058);
    pub const IO_DNS_QUERY_AGAIN: Self = Self(1195);
    pub const IO_DNS_NO_ADDRESS_FOR_HOST: Self = Self(1060);
    pub const IO_SOCKET_TIMEOUT: Self = Self(1048);
    pub const IO_SOCKET_CONNECTION_REFUSED: Self = Self(1047);
    pub const IO_SOCKET_CONNECT_ABORTED: Self = Self(1057);
    pub const IO_SOCKET_NO_ROUTE_TO_HOST: Self = Self(1049);
    pub const IO_SOCKET_NETWORK_DOWN: Self = Self(1050);
    pub const IO_SOCKET_CLOSED: Self = Self(1051);
    pub const IO_SOCKET_NOT_CONNECTED: Self = Self(1052);
    pub const IO_SOCKET_INVALID_OPTIONS: Self = Self(1053);
    pub const IO_SOCKET_ADDRESS_IN_USE: Self = Self(1054);
    pub const IO_SOCKET_INVALID_ADDRESS: Self = Self(1055);
    pub const IO_SOCKET_ILLEGAL_OPERATION_FOR_STATE: Self = Self(1056);
    pub const IO_BROKEN_PIPE: Self = Self(1044);
    pub const IO_TLS_ERROR_NEGOTIATION_FAILURE: Self = Self(1029);
    pub const IO_TLS_NEGOTIATION_TIMEOUT: Self = Self(1067);
    pub const IO_TLS_ALERT_NOT_GRACEFUL: Self = Self(1068);
    pub const IO_TLS_ERROR_NOT_NEGOTIATED: Self = Self(1030);
    pub const IO_TLS_CTX_ERROR: Self = Self(1033);
    pub const IO_TLS_INVALID_CERTIFICATE_CHAIN: Self = Self(1193);
    pub const IO_TLS_HOST_NAME_MISMATCH: Self = Self(1194);
    pub const IO_TLS_UNKNOWN_ROOT_CERTIFICATE: Self = Self(1181);
    pub const IO_TLS_PEER_CERTIFICATE_EXPIRED: Self = Self(1186);
    pub const IO_TLS_NO_ROOT_CERTIFICATE_FOUND: Self = Self(1182);
    pub const IO_TLS_ERROR_READ_FAILURE: Self = Self(1178);
    pub const IO_TLS_ERROR_WRITE_FAILURE: Self = Self(1031);
    pub const IO_MAX_RETRIES_EXCEEDED: Self = Self(1069);
    pub const IO_RETRY_PERMISSION_DENIED: Self = Self(1070);
    pub const IO_STREAM_READ_FAILED: Self = Self(1063);
    pub const IO_STREAM_INVALID_SEEK_POSITION: Self = Self(1062);
    pub const IO_EVENT_LOOP_SHUTDOWN: Self = Self(1028);
    pub const AUTH_CREDENTIALS_PROVIDER_INVALID_ENVIRONMENT: Self = Self(6150);
    pub const AUTH_SIGNING_MISMATCHED_CONFIGURATION: Self = Self(6145);
    pub const AUTH_SIGNING_NO_CREDENTIALS: Self = Self(6146);
    pub const AUTH_SIGNING_INVALID_CREDENTIALS: Self = Self(6163);
    pub const AUTH_PROVIDER_PARSER_UNEXPECTED_RESPONSE: Self = Self(6156);
    pub const AUTH_SIGNING_INVALID_CONFIGURATION: Self = Self(6149);
    pub const AUTH_SIGNING_UNSUPPORTED_ALGORITHM: Self = Self(6144);
    pub const AUTH_SIGNING_ILLEGAL_REQUEST_HEADER: Self = Self(6148);
    pub const AUTH_SIGNING_ILLEGAL_REQUEST_QUERY_PARAM: Self = Self(6147);
    pub const AUTH_CREDENTIALS_PROVIDER_DELEGATE_FAILURE: Self = Self(6167);
    pub const AUTH_CREDENTIALS_PROVIDER_PROFILE_SOURCE_FAILURE: Self = Self(6152);
    pub const AUTH_CREDENTIALS_PROVIDER_IMDS_SOURCE_FAILURE: Self = Self(6153);
    pub const AUTH_CREDENTIALS_PROVIDER_ECS_SOURCE_FAILURE: Self = Self(6157);
    pub const AUTH_CREDENTIALS_PROVIDER_STS_WEB_IDENTITY_SOURCE_FAILURE: Self = Self(6160);

    // Our own, package 14.
    pub const S3_MISSING_CONTENT_RANGE_HEADER: Self = Self(14336);
    pub const S3_INVALID_CONTENT_RANGE_HEADER: Self = Self(14337);
    pub const S3_MISSING_CONTENT_LENGTH_HEADER: Self = Self(14338);
    pub const S3_INVALID_CONTENT_LENGTH_HEADER: Self = Self(14339);
    pub const S3_MISSING_ETAG: Self = Self(14340);
    pub const S3_INTERNAL_ERROR: Self = Self(14341);
    pub const S3_SLOW_DOWN: Self = Self(14342);
    pub const S3_INVALID_RESPONSE_STATUS: Self = Self(14343);
    pub const S3_MISSING_UPLOAD_ID: Self = Self(14344);
    pub const S3_PROXY_PARSE_FAILED: Self = Self(14345);
    pub const S3_UNSUPPORTED_PROXY_SCHEME: Self = Self(14346);
    pub const S3_CANCELED: Self = Self(14347);
    pub const S3_INVALID_RANGE_HEADER: Self = Self(14348);
    pub const S3_MULTIRANGE_HEADER_UNSUPPORTED: Self = Self(14349);
    pub const S3_RESPONSE_CHECKSUM_MISMATCH: Self = Self(14350);
    pub const S3_CHECKSUM_CALCULATION_FAILED: Self = Self(14351);
    pub const S3_PAUSED: Self = Self(14352);
    pub const S3_LIST_PARTS_PARSE_FAILED: Self = Self(14353);
    pub const S3_RESUMED_PART_CHECKSUM_MISMATCH: Self = Self(14354);
    pub const S3_RESUME_FAILED: Self = Self(14355);
    pub const S3_OBJECT_MODIFIED: Self = Self(14356);
    pub const S3_NON_RECOVERABLE_ASYNC_ERROR: Self = Self(14357);
    pub const S3_METRIC_DATA_NOT_AVAILABLE: Self = Self(14358);
    pub const S3_INCORRECT_CONTENT_LENGTH: Self = Self(14359);
    pub const S3_REQUEST_TIME_TOO_SKEWED: Self = Self(14360);
    pub const S3_FILE_MODIFIED: Self = Self(14361);
    pub const S3_EXCEEDS_MEMORY_LIMIT: Self = Self(14362);
    pub const S3_INVALID_MEMORY_LIMIT_CONFIG: Self = Self(14363);
    pub const S3EXPRESS_CREATE_SESSION_FAILED: Self = Self(14364);
    pub const S3_INTERNAL_BUFFER_SIZE_MISMATCH_RETRYING_WITH_RANGE: Self = Self(14365);
    pub const S3_REQUEST_HAS_COMPLETED: Self = Self(14366);
    pub const S3_RECV_FILE_ALREADY_EXISTS: Self = Self(14367);
    pub const S3_RECV_FILE_NOT_FOUND: Self = Self(14368);
    pub const S3_REQUEST_TIMEOUT: Self = Self(14369);
    pub const S3_BUFFER_ALLOCATION_FAILED: Self = Self(14370);
    pub const S3_PART_SIZE_EXCEEDS_MEMORY_LIMIT: Self = Self(14371);

    /// Like the CRT translates `errno` of a failed file operation.
    pub fn of_file_error(error: &std::io::Error) -> Self {
        match error.raw_os_error() {
            Some(libc::EPERM | libc::EACCES) => Self::NO_PERMISSION,
            Some(libc::EISDIR | libc::ENAMETOOLONG | libc::ENOENT | libc::ENOTDIR) => {
                Self::FILE_INVALID_PATH
            }
            Some(libc::EMFILE | libc::ENFILE) => Self::MAX_FDS_EXCEEDED,
            Some(libc::ENOMEM) => Self::OOM,
            Some(libc::ENOSPC) => Self::NO_SPACE,
            Some(libc::EINVAL) => Self::INVALID_ARGUMENT,
            _ if error.kind() == ErrorKind::UnexpectedEof => Self::FILE_READ_FAILURE,
            _ => Self::SYS_CALL_FAILURE,
        }
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match S3_ERRORS.iter().find(|(number, ..)| *number == self.0) {
            Some((_, name, _)) => f.write_str(name),
            None => write!(f, "error {}", self.0),
        }
    }
}

/// Number, name and text of every error that this library owns, in numeric order.
pub const S3_ERRORS: &[(i32, &str, &str)] = &[
    (
        14336,
        "AWS_ERROR_S3_MISSING_CONTENT_RANGE_HEADER",
        "The response lacks the required Content-Range header.",
    ),
    (
        14337,
        "AWS_ERROR_S3_INVALID_CONTENT_RANGE_HEADER",
        "The Content-Range header of the response is invalid.",
    ),
    (
        14338,
        "AWS_ERROR_S3_MISSING_CONTENT_LENGTH_HEADER",
        "The response lacks the required Content-Length header.",
    ),
    (14339, "AWS_ERROR_S3_INVALID_CONTENT_LENGTH_HEADER", "The Content-Length header is invalid."),
    (14340, "AWS_ERROR_S3_MISSING_ETAG", "The response lacks the required ETag header."),
    (
        14341,
        "AWS_ERROR_S3_INTERNAL_ERROR",
        "The response says that the server has an internal error.",
    ),
    (14342, "AWS_ERROR_S3_SLOW_DOWN", "The response says that requests are throttled."),
    (
        14343,
        "AWS_ERROR_S3_INVALID_RESPONSE_STATUS",
        "The request was answered with an invalid status.",
    ),
    (
        14344,
        "AWS_ERROR_S3_MISSING_UPLOAD_ID",
        "The response to CreateMultipartUpload holds no upload id.",
    ),
    (14345, "AWS_ERROR_S3_PROXY_PARSE_FAILED", "The proxy URI could not be parsed."),
    (
        14346,
        "AWS_ERROR_S3_UNSUPPORTED_PROXY_SCHEME",
        "The scheme of the proxy URI is not supported.",
    ),
    (14347, "AWS_ERROR_S3_CANCELED", "The request was cancelled, as asked."),
    (14348, "AWS_ERROR_S3_INVALID_RANGE_HEADER", "The syntax of the Range header is invalid."),
    (
        14349,
        "AWS_ERROR_S3_MULTIRANGE_HEADER_UNSUPPORTED",
        "The Range header names several ranges, which is not supported.",
    ),
    (
        14350,
        "AWS_ERROR_S3_RESPONSE_CHECKSUM_MISMATCH",
        "The checksum in the response does not match the checksum calculated.",
    ),
    (
        14351,
        "AWS_ERROR_S3_CHECKSUM_CALCULATION_FAILED",
        "The checksum of the stream could not be calculated.",
    ),
    (14352, "AWS_ERROR_S3_PAUSED", "The request was paused, as asked."),
    (
        14353,
        "AWS_ERROR_S3_LIST_PARTS_PARSE_FAILED",
        "The response to ListParts could not be parsed.",
    ),
    (
        14354,
        "AWS_ERROR_S3_RESUMED_PART_CHECKSUM_MISMATCH",
        "The checksum does not match the part that was uploaded before.",
    ),
    (14355, "AWS_ERROR_S3_RESUME_FAILED", "The request could not be resumed."),
    (14356, "AWS_ERROR_S3_OBJECT_MODIFIED", "The object was modified during the download."),
    (
        14357,
        "AWS_ERROR_S3_NON_RECOVERABLE_ASYNC_ERROR",
        "S3 sent an asynchronous error that no retry recovers from.",
    ),
    (
        14358,
        "AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE",
        "The metric is not available: the request ended before it came to that.",
    ),
    (
        14359,
        "AWS_ERROR_S3_INCORRECT_CONTENT_LENGTH",
        "The body of the request must be as long as its Content-Length header says.",
    ),
    (
        14360,
        "AWS_ERROR_S3_REQUEST_TIME_TOO_SKEWED",
        "S3 answered with the error RequestTimeTooSkewed.",
    ),
    (14361, "AWS_ERROR_S3_FILE_MODIFIED", "The file was modified during the upload."),
    (
        14362,
        "AWS_ERROR_S3_EXCEEDS_MEMORY_LIMIT",
        "The request was not made: the memory used would exceed the memory limit.",
    ),
    (
        14363,
        "AWS_ERROR_S3_INVALID_MEMORY_LIMIT_CONFIG",
        "The memory configuration is invalid for the system: the memory limit has to be 256 MiB or more, and larger than the part size and the largest part size.",
    ),
    (
        14364,
        "AWS_ERROR_S3EXPRESS_CREATE_SESSION_FAILED",
        "CreateSession failed while a request was signed for S3 Express.",
    ),
    (
        14365,
        "AWS_ERROR_S3_INTERNAL_BUFFER_SIZE_MISMATCH_RETRYING_WITH_RANGE",
        "The content is longer than the buffer reserved for it, perhaps because object_size_hint is wrong; it is asked for again with Range instead of partNumber.",
    ),
    (
        14366,
        "AWS_ERROR_S3_REQUEST_HAS_COMPLETED",
        "The request has completed already, so the action is not possible.",
    ),
    (
        14367,
        "AWS_ERROR_S3_RECV_FILE_ALREADY_EXISTS",
        "The file exists already and cannot be created as a new one.",
    ),
    (
        14368,
        "AWS_ERROR_S3_RECV_FILE_NOT_FOUND",
        "The file to receive into does not exist, as the configuration requires.",
    ),
    (14369, "AWS_ERROR_S3_REQUEST_TIMEOUT", "S3 answered with the error RequestTimeout."),
    (
        14370,
        "AWS_ERROR_S3_BUFFER_ALLOCATION_FAILED",
        "Memory for the object could not be reserved.",
    ),
    (
        14371,
        "AWS_ERROR_S3_PART_SIZE_EXCEEDS_MEMORY_LIMIT",
        "The part size exceeds the memory limit configured; raise the memory limit or lower the part size.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_dense() {
        for (index, (number, name, text)) in S3_ERRORS.iter().enumerate() {
            assert_eq!(*number, 14336 + index as i32, "{name}");
            assert!(text.ends_with('.'));
        }
        assert_eq!(S3_ERRORS.len(), 36);
    }
}

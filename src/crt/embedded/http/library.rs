//! Start and end of the HTTP library, and the texts of its errors.

use core::ffi::c_int;

use crate::crt::embedded::published::{Switch, error_table, publish, subject_table, withdraw};
use crate::crt::host;
use crate::crt::sys::aws_allocator;

unsafe extern "C" {
    fn aws_io_library_init(allocator: *mut aws_allocator);
    fn aws_io_library_clean_up();
}

static SWITCH: Switch = Switch::off();

/// Starts this library and those below it.
///
/// # Safety
/// The allocator is NULL or valid until the clean-up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_library_init(alloc: *mut aws_allocator) {
    if SWITCH.on() {
        // SAFETY: as the caller promises.
        unsafe { aws_io_library_init(alloc) };
        publish(&ERRORS, &SUBJECTS);
    }
}

/// Ends this library and those below it, after its threads.
///
/// # Safety
/// Nothing of the library is used any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_library_clean_up() {
    if SWITCH.turn_off() {
        // SAFETY: always callable.
        unsafe { host::aws_thread_join_all_managed() };
        withdraw(&ERRORS, &SUBJECTS);
        // SAFETY: as the caller promises.
        unsafe { aws_io_library_clean_up() };
    }
}

/// Errors after which another connection may do better: lost or refused connections and names that
/// could not be resolved now.
const RETRYABLE: &[c_int] = &[1047, 1048, 1050, 1051, 1057, 1060, 1067, 1195, 2058, 2070, 2083];

/// Tells whether another connection may do better.
#[unsafe(no_mangle)]
pub extern "C" fn aws_http_error_code_is_retryable(error_code: c_int) -> bool {
    RETRYABLE.contains(&error_code)
}

error_table!(
    ERRORS,
    "aws-c-http",
    2048,
    [
        ("AWS_ERROR_HTTP_UNKNOWN", "The HTTP library failed in a way it has no name for"),
        ("AWS_ERROR_HTTP_HEADER_NOT_FOUND", "There is no header of this name"),
        ("AWS_ERROR_HTTP_INVALID_HEADER_FIELD", "A header is not allowed here or breaks the rules"),
        ("AWS_ERROR_HTTP_INVALID_HEADER_NAME", "The name of a header is empty or not a token"),
        ("AWS_ERROR_HTTP_INVALID_HEADER_VALUE", "The value of a header holds illegal characters"),
        ("AWS_ERROR_HTTP_INVALID_METHOD", "The method is missing or not a token"),
        ("AWS_ERROR_HTTP_INVALID_PATH", "The path is missing or holds illegal characters"),
        ("AWS_ERROR_HTTP_INVALID_STATUS_CODE", "The status is not a number of three digits"),
        ("AWS_ERROR_HTTP_MISSING_BODY_STREAM", "The headers announce a body, but there is none"),
        ("AWS_ERROR_HTTP_INVALID_BODY_STREAM", "The message has a body where none is allowed"),
        ("AWS_ERROR_HTTP_CONNECTION_CLOSED", "The connection is closed or about to be"),
        ("AWS_ERROR_HTTP_SWITCHED_PROTOCOLS", "The connection speaks another protocol now"),
        (
            "AWS_ERROR_HTTP_UNSUPPORTED_PROTOCOL",
            "The other side chose a protocol that is not supported"
        ),
        ("AWS_ERROR_HTTP_REACTION_REQUIRED", "A function has to be called first to end a phase"),
        ("AWS_ERROR_HTTP_DATA_NOT_AVAILABLE", "This piece of data does not exist, or not yet"),
        ("AWS_ERROR_HTTP_OUTGOING_STREAM_LENGTH_INCORRECT", "The body is not as long as announced"),
        ("AWS_ERROR_HTTP_CALLBACK_FAILURE", "A callback of the program reported a failure"),
        ("AWS_ERROR_HTTP_WEBSOCKET_UPGRADE_FAILURE", "The server refused to open a WebSocket"),
        (
            "AWS_ERROR_HTTP_WEBSOCKET_CLOSE_FRAME_SENT",
            "The WebSocket has said goodbye and sends no more"
        ),
        (
            "AWS_ERROR_HTTP_WEBSOCKET_IS_MIDCHANNEL_HANDLER",
            "The WebSocket serves another protocol now"
        ),
        (
            "AWS_ERROR_HTTP_CONNECTION_MANAGER_INVALID_STATE_FOR_ACQUIRE",
            "The connection pool is not open for requests"
        ),
        (
            "AWS_ERROR_HTTP_CONNECTION_MANAGER_VENDED_CONNECTION_UNDERFLOW",
            "More connections came back than went out"
        ),
        ("AWS_ERROR_HTTP_SERVER_CLOSED", "The server is closed"),
        ("AWS_ERROR_HTTP_PROXY_CONNECT_FAILED", "The proxy did not open a tunnel"),
        ("AWS_ERROR_HTTP_CONNECTION_MANAGER_SHUTTING_DOWN", "The connection pool is going away"),
        ("AWS_ERROR_HTTP_CHANNEL_THROUGHPUT_FAILURE", "The connection was too slow for too long"),
        ("AWS_ERROR_HTTP_PROTOCOL_ERROR", "The other side broke the rules of the protocol"),
        ("AWS_ERROR_HTTP_STREAM_IDS_EXHAUSTED", "The connection has used up its stream numbers"),
        ("AWS_ERROR_HTTP_GOAWAY_RECEIVED", "The other side takes no new streams"),
        ("AWS_ERROR_HTTP_RST_STREAM_RECEIVED", "The other side reset the stream"),
        ("AWS_ERROR_HTTP_RST_STREAM_SENT", "This side reset the stream"),
        ("AWS_ERROR_HTTP_STREAM_NOT_ACTIVATED", "The stream has not been activated"),
        ("AWS_ERROR_HTTP_STREAM_HAS_COMPLETED", "The stream is over"),
        (
            "AWS_ERROR_HTTP_PROXY_STRATEGY_NTLM_CHALLENGE_TOKEN_MISSING",
            "The proxy sent no NTLM challenge"
        ),
        (
            "AWS_ERROR_HTTP_PROXY_STRATEGY_TOKEN_RETRIEVAL_FAILURE",
            "The program gave no token for the proxy"
        ),
        (
            "AWS_ERROR_HTTP_PROXY_CONNECT_FAILED_RETRYABLE",
            "The proxy did not open a tunnel, another try may help"
        ),
        ("AWS_ERROR_HTTP_PROTOCOL_SWITCH_FAILURE", "The connection could not change its protocol"),
        (
            "AWS_ERROR_HTTP_MAX_CONCURRENT_STREAMS_EXCEEDED",
            "The other side allows no more streams at once"
        ),
        ("AWS_ERROR_HTTP_STREAM_MANAGER_SHUTTING_DOWN", "The stream pool is going away"),
        (
            "AWS_ERROR_HTTP_STREAM_MANAGER_CONNECTION_ACQUIRE_FAILURE",
            "The stream pool got no connection"
        ),
        ("AWS_ERROR_HTTP_STREAM_MANAGER_UNEXPECTED_HTTP_VERSION", "The stream pool needs HTTP/2"),
        ("AWS_ERROR_HTTP_WEBSOCKET_PROTOCOL_ERROR", "The other side broke the rules of WebSocket"),
        ("AWS_ERROR_HTTP_MANUAL_WRITE_NOT_ENABLED", "The stream was not made for writing by hand"),
        (
            "AWS_ERROR_HTTP_MANUAL_WRITE_HAS_COMPLETED",
            "The last piece of the body has been written"
        ),
        (
            "AWS_ERROR_HTTP_RESPONSE_FIRST_BYTE_TIMEOUT",
            "The server did not begin to answer in time"
        ),
        (
            "AWS_ERROR_HTTP_CONNECTION_MANAGER_ACQUISITION_TIMEOUT",
            "No connection became free in time"
        ),
        (
            "AWS_ERROR_HTTP_CONNECTION_MANAGER_MAX_PENDING_ACQUISITIONS_EXCEEDED",
            "Too many requests wait for a connection"
        ),
        ("AWS_ERROR_HTTP_STREAM_CANCELLED", "The stream was cancelled"),
    ]
);

subject_table!(
    SUBJECTS,
    2048,
    [
        ("http", "HTTP in general"),
        ("http-connection", "Connections"),
        ("http-encoder", "What is sent"),
        ("http-decoder", "What is received"),
        ("http-server", "Servers"),
        ("http-stream", "Exchanges"),
        ("connection-manager", "Pools of connections"),
        ("http2-stream-manager", "Pools of HTTP/2 streams"),
        ("websocket", "WebSockets"),
        ("websocket-setup", "Opening of WebSockets"),
        ("proxy-negotiation", "Talks with proxies"),
    ]
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_as_long_as_the_enumerations() {
        assert_eq!(ERRORS.0.count, 48);
        assert_eq!(SUBJECTS.0.count, 11);
    }

    #[test]
    fn only_lost_connections_are_worth_another_one() {
        assert!(aws_http_error_code_is_retryable(2058));
        assert!(aws_http_error_code_is_retryable(1048));
        assert!(!aws_http_error_code_is_retryable(2053));
        assert!(!aws_http_error_code_is_retryable(0));
    }
}

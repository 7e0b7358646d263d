//! Start and end of the HTTP library, and the texts of its errors.

use core::ffi::c_int;

use crate::crt::embedded::published::{
    Switch, error_table, publish, publish_errors, subject_table, withdraw, withdraw_errors,
};
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
        publish_errors(&COMPRESSION_ERRORS);
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
        withdraw_errors(&COMPRESSION_ERRORS);
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

// The part of the HTTP library that compresses headers is a library of its own in the original.
error_table!(
    COMPRESSION_ERRORS,
    "aws-c-compression",
    3072,
    [("AWS_ERROR_COMPRESSION_UNKNOWN_SYMBOL", "The compressed data holds an unknown symbol")]
);

error_table!(
    ERRORS,
    "aws-c-http",
    2048,
    [
        ("AWS_ERROR_HTTP_UNKNOWN", "An unknown error of HTTP"),
        ("AWS_ERROR_HTTP_HEADER_NOT_FOUND", "The header was not found"),
        ("AWS_ERROR_HTTP_INVALID_HEADER_FIELD", "A header field is invalid or forbidden"),
        ("AWS_ERROR_HTTP_INVALID_HEADER_NAME", "The name of a header is invalid"),
        ("AWS_ERROR_HTTP_INVALID_HEADER_VALUE", "The value of a header is invalid"),
        ("AWS_ERROR_HTTP_INVALID_METHOD", "The method is invalid"),
        ("AWS_ERROR_HTTP_INVALID_PATH", "The path is invalid"),
        ("AWS_ERROR_HTTP_INVALID_STATUS_CODE", "The status code is invalid"),
        (
            "AWS_ERROR_HTTP_MISSING_BODY_STREAM",
            "The headers (Content-Length, for example) announce a body, but there is none"
        ),
        ("AWS_ERROR_HTTP_INVALID_BODY_STREAM", "A body was given where the message allows none"),
        ("AWS_ERROR_HTTP_CONNECTION_CLOSED", "The connection is closed, or closing"),
        ("AWS_ERROR_HTTP_SWITCHED_PROTOCOLS", "The connection has switched to another protocol"),
        ("AWS_ERROR_HTTP_UNSUPPORTED_PROTOCOL", "The protocol is not supported"),
        (
            "AWS_ERROR_HTTP_REACTION_REQUIRED",
            "A callback of the program did not call a function that it has to call"
        ),
        ("AWS_ERROR_HTTP_DATA_NOT_AVAILABLE", "The data is not available yet"),
        (
            "AWS_ERROR_HTTP_OUTGOING_STREAM_LENGTH_INCORRECT",
            "The amount of data sent is not the length that was declared before"
        ),
        ("AWS_ERROR_HTTP_CALLBACK_FAILURE", "A callback reported a failure"),
        (
            "AWS_ERROR_HTTP_WEBSOCKET_UPGRADE_FAILURE",
            "The HTTP connection could not be upgraded to WebSocket"
        ),
        (
            "AWS_ERROR_HTTP_WEBSOCKET_CLOSE_FRAME_SENT",
            "The WebSocket has sent its CLOSE frame and sends nothing more"
        ),
        (
            "AWS_ERROR_HTTP_WEBSOCKET_IS_MIDCHANNEL_HANDLER",
            "The WebSocket has become a handler in the middle of a channel and cannot do this"
        ),
        (
            "AWS_ERROR_HTTP_CONNECTION_MANAGER_INVALID_STATE_FOR_ACQUIRE",
            "A connection was asked for after the last reference to the connection manager was released"
        ),
        (
            "AWS_ERROR_HTTP_CONNECTION_MANAGER_VENDED_CONNECTION_UNDERFLOW",
            "More connections were given back to the connection manager than it had handed out"
        ),
        (
            "AWS_ERROR_HTTP_SERVER_CLOSED",
            "The HTTP server is closed and accepts no more connections"
        ),
        (
            "AWS_ERROR_HTTP_PROXY_CONNECT_FAILED",
            "No connection through the proxy: its CONNECT request failed"
        ),
        (
            "AWS_ERROR_HTTP_CONNECTION_MANAGER_SHUTTING_DOWN",
            "No connection: the connection manager is shutting down"
        ),
        (
            "AWS_ERROR_HTTP_CHANNEL_THROUGHPUT_FAILURE",
            "The HTTP connection was shut down because its throughput was below the minimum"
        ),
        ("AWS_ERROR_HTTP_PROTOCOL_ERROR", "The peer violated the rules of the protocol"),
        (
            "AWS_ERROR_HTTP_STREAM_IDS_EXHAUSTED",
            "The connection has no HTTP stream ids left; new streams need a new connection"
        ),
        (
            "AWS_ERROR_HTTP_GOAWAY_RECEIVED",
            "The peer sent GOAWAY to shut down the connection; retry the HTTP streams on a new one"
        ),
        ("AWS_ERROR_HTTP_RST_STREAM_RECEIVED", "The peer sent RST_STREAM to end the HTTP stream"),
        (
            "AWS_ERROR_HTTP_RST_STREAM_SENT",
            "The HTTP stream ended with an RST_STREAM from this side"
        ),
        ("AWS_ERROR_HTTP_STREAM_NOT_ACTIVATED", "The HTTP stream has to be activated first"),
        (
            "AWS_ERROR_HTTP_STREAM_HAS_COMPLETED",
            "The HTTP stream has completed, so the action is not possible"
        ),
        (
            "AWS_ERROR_HTTP_PROXY_STRATEGY_NTLM_CHALLENGE_TOKEN_MISSING",
            "The NTLM proxy strategy lacks its challenge token"
        ),
        (
            "AWS_ERROR_HTTP_PROXY_STRATEGY_TOKEN_RETRIEVAL_FAILURE",
            "The program failed to get the token that authenticates to the proxy"
        ),
        (
            "AWS_ERROR_HTTP_PROXY_CONNECT_FAILED_RETRYABLE",
            "No connection through the proxy, but the negotiation could go on with a new connection"
        ),
        (
            "AWS_ERROR_HTTP_PROTOCOL_SWITCH_FAILURE",
            "An internal failure kept the connection from switching protocols"
        ),
        (
            "AWS_ERROR_HTTP_MAX_CONCURRENT_STREAMS_EXCEEDED",
            "The largest number of concurrent streams is reached"
        ),
        (
            "AWS_ERROR_HTTP_STREAM_MANAGER_SHUTTING_DOWN",
            "No stream: the stream manager is shutting down"
        ),
        (
            "AWS_ERROR_HTTP_STREAM_MANAGER_CONNECTION_ACQUIRE_FAILURE",
            "No stream: the stream manager could not acquire a connection"
        ),
        (
            "AWS_ERROR_HTTP_STREAM_MANAGER_UNEXPECTED_HTTP_VERSION",
            "No stream: the stream manager got a connection of an unexpected HTTP version"
        ),
        (
            "AWS_ERROR_HTTP_WEBSOCKET_PROTOCOL_ERROR",
            "The peer violated the rules of the WebSocket protocol"
        ),
        (
            "AWS_ERROR_HTTP_MANUAL_WRITE_NOT_ENABLED",
            "The manual write failed: manual writes are not enabled"
        ),
        (
            "AWS_ERROR_HTTP_MANUAL_WRITE_HAS_COMPLETED",
            "The manual write failed: manual writes have completed already"
        ),
        (
            "AWS_ERROR_HTTP_RESPONSE_FIRST_BYTE_TIMEOUT",
            "The request was sent as a whole, but the first byte of the response did not come in time"
        ),
        (
            "AWS_ERROR_HTTP_CONNECTION_MANAGER_ACQUISITION_TIMEOUT",
            "The connection manager acquired no connection in the time allowed"
        ),
        (
            "AWS_ERROR_HTTP_CONNECTION_MANAGER_MAX_PENDING_ACQUISITIONS_EXCEEDED",
            "The largest number of pending acquisitions is reached"
        ),
        ("AWS_ERROR_HTTP_STREAM_CANCELLED", "The user cancelled the HTTP stream under way"),
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

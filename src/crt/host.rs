//! The one list of CRT functions that the library asks for: its link contract.
//!
//! With the feature `embedded-crt` these names are defined by `crt::embedded`, without it by the
//! AWS C libraries in the program; the rest of the library cannot tell. Everything else that the
//! library does to a CRT object goes through that object's public vtable. [`NAMES`] is the same
//! list as data: a test keeps both in step and compares them with the symbols of the real
//! libraries.

use core::ffi::*;

use super::sys::*;

pub mod channels;
#[cfg(feature = "endpoint-resolver")]
pub mod endpoints;
pub mod types;

// aws-c-common
unsafe extern "C" {
    /// When the credentials of a session end.
    pub fn aws_date_time_as_epoch_secs(dt: *const aws_date_time) -> f64;
    /// Reads that off the document, by the same grammar as the credentials providers of the CRT.
    pub fn aws_date_time_init_from_str_cursor(
        dt: *mut aws_date_time,
        date_str_cursor: *const aws_byte_cursor,
        fmt: aws_date_format,
    ) -> c_int;
    /// The process-wide allocator, for objects that outlive any caller's one.
    pub fn aws_default_allocator() -> *mut aws_allocator;
    /// Reads why the last call on this thread failed.
    pub fn aws_last_error() -> c_int;
    /// Where log lines go; asked for every line, because programs swap it.
    pub fn aws_logger_get() -> *mut aws_logger;
    /// Memory that C sees, from the allocator of the object it belongs to.
    pub fn aws_mem_acquire(allocator: *mut aws_allocator, size: usize) -> *mut c_void;
    /// Gives such memory back.
    pub fn aws_mem_release(allocator: *mut aws_allocator, ptr: *mut c_void);
    /// Reports a failure to C, error hooks of the program included.
    pub fn aws_raise_error(err: c_int) -> c_int;
    /// Counts one more holder of a polymorphic object.
    pub fn aws_ref_count_acquire(ref_count: *mut aws_ref_count) -> *mut c_void;
    /// Prepares the count of a polymorphic object that the library makes.
    pub fn aws_ref_count_init(
        ref_count: *mut aws_ref_count,
        object: *mut c_void,
        on_zero_fn: aws_simple_completion_callback,
    );
    /// Counts one holder less, and ends the object with the last.
    pub fn aws_ref_count_release(ref_count: *mut aws_ref_count) -> usize;
    /// Makes the texts of the library's error codes known.
    pub fn aws_register_error_info(error_info: *const aws_error_info_list);
    /// Makes the names of the library's log subjects known.
    pub fn aws_register_log_subject_info_list(list: *mut aws_log_subject_info_list);
    /// Frees a string by its own allocator.
    pub fn aws_string_destroy(string: *mut aws_string);
    /// Strings that C keeps or reads: host names, upload ids, checksums.
    pub fn aws_string_new_from_array(
        allocator: *mut aws_allocator,
        bytes: *const u8,
        len: usize,
    ) -> *mut aws_string;
    /// Frees what a thread object holds when the thread could not be started.
    pub fn aws_thread_clean_up(thread: *mut aws_thread);
    /// Which thread sent a request, for its metrics.
    pub fn aws_thread_current_thread_id() -> aws_thread_id_t;
    /// A child of a fork does not wait for the threads of its parent.
    pub fn aws_thread_decrement_unjoined_count();
    /// Prepares a thread object.
    pub fn aws_thread_init(thread: *mut aws_thread, allocator: *mut aws_allocator) -> c_int;
    /// Waits for every thread of the library at clean-up.
    pub fn aws_thread_join_all_managed() -> c_int;
    /// Starts a thread on which callers' callbacks may run, at-exit hooks included.
    pub fn aws_thread_launch(
        thread: *mut aws_thread,
        func: Option<unsafe extern "C" fn(arg: *mut c_void)>,
        arg: *mut c_void,
        options: *const aws_thread_options,
    ) -> c_int;
    /// Takes the error texts back.
    pub fn aws_unregister_error_info(error_info: *const aws_error_info_list);
    /// Takes the log subjects back.
    pub fn aws_unregister_log_subject_info_list(list: *mut aws_log_subject_info_list);
    /// Frees the parts of an address.
    pub fn aws_uri_clean_up(uri: *mut aws_uri);
    /// Takes an address apart by the grammar that callers' own addresses were parsed by.
    pub fn aws_uri_init_parse(
        uri: *mut aws_uri,
        allocator: *mut aws_allocator,
        uri_str: *const aws_byte_cursor,
    ) -> c_int;
}

// aws-c-io
unsafe extern "C" {
    /// Holds a caller's stream.
    pub fn aws_async_input_stream_acquire(
        stream: *mut aws_async_input_stream,
    ) -> *mut aws_async_input_stream;
    /// Starts one read of a caller's stream.
    pub fn aws_async_input_stream_read(
        stream: *mut aws_async_input_stream,
        dest: *mut aws_byte_buf,
    ) -> *mut aws_future_bool;
    /// Lets a caller's stream go.
    pub fn aws_async_input_stream_release(
        stream: *mut aws_async_input_stream,
    ) -> *mut aws_async_input_stream;
    /// Holds the caller's bootstrap.
    pub fn aws_client_bootstrap_acquire(
        bootstrap: *mut aws_client_bootstrap,
    ) -> *mut aws_client_bootstrap;
    /// Makes the bootstrap of a program that brings none.
    pub fn aws_client_bootstrap_new(
        allocator: *mut aws_allocator,
        options: *const aws_client_bootstrap_options,
    ) -> *mut aws_client_bootstrap;
    /// Lets the caller's bootstrap go.
    pub fn aws_client_bootstrap_release(bootstrap: *mut aws_client_bootstrap);
    /// The system's name lookup, handed to the resolver by address and never called directly.
    pub fn aws_default_dns_resolve(
        allocator: *mut aws_allocator,
        host_name: *const aws_string,
        output_addresses: *mut aws_array_list,
        user_data: *mut c_void,
    ) -> c_int;
    /// Runs a callback on the thread that its owner asked for.
    pub fn aws_event_loop_schedule_task_now(event_loop: *mut aws_event_loop, task: *mut aws_task);
    /// A group is held for as long as there are network workers that belong to it.
    pub fn aws_event_loop_group_acquire(
        group: *mut aws_event_loop_group,
    ) -> *mut aws_event_loop_group;
    /// How many threads the caller meant the network to have.
    pub fn aws_event_loop_group_get_loop_count(group: *const aws_event_loop_group) -> usize;
    /// Makes the event loops of a default bootstrap.
    pub fn aws_event_loop_group_new_default(
        allocator: *mut aws_allocator,
        max_threads: u16,
        shutdown_options: *const aws_shutdown_callback_options,
    ) -> *mut aws_event_loop_group;
    /// Leaves event loops to the bootstrap that took them over.
    pub fn aws_event_loop_group_release(group: *mut aws_event_loop_group);
    /// Keeps the outcome of a stream's read until it has been looked at.
    pub fn aws_future_bool_acquire(future: *mut aws_future_bool) -> *mut aws_future_bool;
    /// Why a stream's read failed.
    pub fn aws_future_bool_get_error(future: *const aws_future_bool) -> c_int;
    /// Whether a stream's read reached the end.
    pub fn aws_future_bool_get_result(future: *const aws_future_bool) -> bool;
    /// Learns that a stream's read is over.
    pub fn aws_future_bool_register_callback(
        future: *mut aws_future_bool,
        on_done: aws_future_callback_fn,
        user_data: *mut c_void,
    );
    /// Lets the outcome of a stream's read go.
    pub fn aws_future_bool_release(future: *mut aws_future_bool) -> *mut aws_future_bool;
    /// Holds the outcome of a write.
    pub fn aws_future_void_acquire(future: *mut aws_future_void) -> *mut aws_future_void;
    /// What a write hands to its caller.
    pub fn aws_future_void_new(allocator: *mut aws_allocator) -> *mut aws_future_void;
    /// Lets the outcome of a write go.
    pub fn aws_future_void_release(future: *mut aws_future_void) -> *mut aws_future_void;
    /// A write failed.
    pub fn aws_future_void_set_error(future: *mut aws_future_void, error_code: c_int);
    /// A write is done.
    pub fn aws_future_void_set_result(future: *mut aws_future_void);
    /// Holds the resolver of the bootstrap.
    pub fn aws_host_resolver_acquire(resolver: *mut aws_host_resolver) -> *mut aws_host_resolver;
    /// How many addresses of a host are known by now.
    pub fn aws_host_resolver_get_host_address_count(
        resolver: *mut aws_host_resolver,
        host_name: *const aws_string,
        flags: u32,
    ) -> usize;
    /// Makes the resolver of a default bootstrap.
    pub fn aws_host_resolver_new_default(
        allocator: *mut aws_allocator,
        options: *const aws_host_resolver_default_options,
    ) -> *mut aws_host_resolver;
    /// Tells the resolver to prefer other addresses than one that failed.
    pub fn aws_host_resolver_record_connection_failure(
        resolver: *mut aws_host_resolver,
        address: *const aws_host_address,
    ) -> c_int;
    /// Lets the resolver go.
    pub fn aws_host_resolver_release(resolver: *mut aws_host_resolver);
    /// Asks for addresses to connect to.
    pub fn aws_host_resolver_resolve_host(
        resolver: *mut aws_host_resolver,
        host_name: *const aws_string,
        on_resolved: aws_on_host_resolved_result_fn,
        config: *const aws_host_resolution_config,
        user_data: *mut c_void,
    ) -> c_int;
    /// Holds a body stream.
    pub fn aws_input_stream_acquire(stream: *mut aws_input_stream) -> *mut aws_input_stream;
    /// How long a body is.
    pub fn aws_input_stream_get_length(stream: *mut aws_input_stream, out: *mut i64) -> c_int;
    /// Whether a body has come to its end.
    pub fn aws_input_stream_get_status(
        stream: *mut aws_input_stream,
        status: *mut aws_stream_status,
    ) -> c_int;
    /// Lets a body stream go.
    pub fn aws_input_stream_release(stream: *mut aws_input_stream) -> *mut aws_input_stream;
    /// Holds the caller's retry strategy.
    pub fn aws_retry_strategy_acquire(strategy: *mut aws_retry_strategy);
    /// Asks the caller's retry strategy for the permission to send.
    pub fn aws_retry_strategy_acquire_retry_token(
        strategy: *mut aws_retry_strategy,
        partition_id: *const aws_byte_cursor,
        on_acquired: aws_retry_strategy_on_retry_token_acquired_fn,
        user_data: *mut c_void,
        timeout_ms: u64,
    ) -> c_int;
    /// Lets the caller's retry strategy go.
    pub fn aws_retry_strategy_release(strategy: *mut aws_retry_strategy);
    /// Asks when, and whether, to send again.
    pub fn aws_retry_strategy_schedule_retry(
        token: *mut aws_retry_token,
        error_type: aws_retry_error_type,
        on_ready: aws_retry_strategy_on_retry_ready_fn,
        user_data: *mut c_void,
    ) -> c_int;
    /// Keeps the token of a request while a retry is scheduled on it.
    pub fn aws_retry_token_acquire(token: *mut aws_retry_token);
    /// Tells the strategy that a request went well.
    pub fn aws_retry_token_record_success(token: *mut aws_retry_token) -> c_int;
    /// Lets the token of a request go.
    pub fn aws_retry_token_release(token: *mut aws_retry_token);
}

// aws-c-io, channels: the embedded CRT has none
#[cfg(not(feature = "embedded-crt"))]
unsafe extern "C" {
    /// Keeps a channel until a callback has run on its thread.
    pub fn aws_channel_acquire_hold(channel: *mut aws_channel);
    /// Lets the channel go.
    pub fn aws_channel_release_hold(channel: *mut aws_channel);
    /// Runs a callback on the thread of a channel.
    pub fn aws_channel_schedule_task_now(channel: *mut aws_channel, task: *mut aws_channel_task);
}

// aws-c-http
unsafe extern "C" {
    /// Holds a header block.
    pub fn aws_http_headers_acquire(headers: *mut aws_http_headers);
    /// Fills the header block of a response that callbacks and results hand out.
    pub fn aws_http_headers_add(
        headers: *mut aws_http_headers,
        name: aws_byte_cursor,
        value: aws_byte_cursor,
    ) -> c_int;
    /// Together with `get_index`: copies a header block.
    pub fn aws_http_headers_count(headers: *const aws_http_headers) -> usize;
    /// One header by its position.
    pub fn aws_http_headers_get_index(
        headers: *const aws_http_headers,
        index: usize,
        out_header: *mut aws_http_header,
    ) -> c_int;
    /// Makes the header block of a response.
    pub fn aws_http_headers_new(allocator: *mut aws_allocator) -> *mut aws_http_headers;
    /// Lets a header block go.
    pub fn aws_http_headers_release(headers: *mut aws_http_headers);
    /// Replaces a header.
    pub fn aws_http_headers_set(
        headers: *mut aws_http_headers,
        name: aws_byte_cursor,
        value: aws_byte_cursor,
    ) -> c_int;
    /// Undoes the initialisation of the HTTP library and those below it.
    pub fn aws_http_library_clean_up();
    /// Initialises the HTTP library and those below it, as programs expect of the S3 library.
    pub fn aws_http_library_init(allocator: *mut aws_allocator);
    /// Holds the caller's request.
    pub fn aws_http_message_acquire(message: *mut aws_http_message) -> *mut aws_http_message;
    /// The body that came with the caller's request.
    pub fn aws_http_message_get_body_stream(
        message: *const aws_http_message,
    ) -> *mut aws_input_stream;
    /// The headers of the caller's request.
    pub fn aws_http_message_get_headers(message: *const aws_http_message) -> *mut aws_http_headers;
    /// The method of the caller's request.
    pub fn aws_http_message_get_request_method(
        message: *const aws_http_message,
        out_method: *mut aws_byte_cursor,
    ) -> c_int;
    /// The path of the caller's request.
    pub fn aws_http_message_get_request_path(
        message: *const aws_http_message,
        out_path: *mut aws_byte_cursor,
    ) -> c_int;
    /// A request that a proxy strategy is to look at.
    pub fn aws_http_message_new_request(allocator: *mut aws_allocator) -> *mut aws_http_message;
    /// Lets the caller's request go.
    pub fn aws_http_message_release(message: *mut aws_http_message) -> *mut aws_http_message;
    /// The method of such a request.
    pub fn aws_http_message_set_request_method(
        message: *mut aws_http_message,
        method: aws_byte_cursor,
    ) -> c_int;
    /// The target of such a request.
    pub fn aws_http_message_set_request_path(
        message: *mut aws_http_message,
        path: aws_byte_cursor,
    ) -> c_int;
}

// aws-checksums
unsafe extern "C" {
    /// Undoes the initialisation of the checksums library.
    pub fn aws_checksums_library_clean_up();
    /// Initialises the checksums library, as programs expect of the S3 library.
    pub fn aws_checksums_library_init(allocator: *mut aws_allocator);
}

// aws-c-auth
unsafe extern "C" {
    /// Undoes the initialisation of the auth library.
    pub fn aws_auth_library_clean_up();
    /// Initialises the auth library, as programs expect of the S3 library.
    pub fn aws_auth_library_init(allocator: *mut aws_allocator);
    /// Holds credentials.
    pub fn aws_credentials_acquire(credentials: *const aws_credentials);
    /// The public half of the key.
    pub fn aws_credentials_get_access_key_id(
        credentials: *const aws_credentials,
    ) -> aws_byte_cursor;
    /// When the credentials end.
    pub fn aws_credentials_get_expiration_timepoint_seconds(
        credentials: *const aws_credentials,
    ) -> u64;
    /// The secret half of the key.
    pub fn aws_credentials_get_secret_access_key(
        credentials: *const aws_credentials,
    ) -> aws_byte_cursor;
    /// The token of temporary credentials.
    pub fn aws_credentials_get_session_token(
        credentials: *const aws_credentials,
    ) -> aws_byte_cursor;
    /// Whether requests go unsigned.
    pub fn aws_credentials_is_anonymous(credentials: *const aws_credentials) -> bool;
    /// Makes the credentials of an S3 Express session.
    pub fn aws_credentials_new(
        allocator: *mut aws_allocator,
        access_key_id: aws_byte_cursor,
        secret_access_key: aws_byte_cursor,
        session_token: aws_byte_cursor,
        expiration_timepoint_seconds: u64,
    ) -> *mut aws_credentials;
    /// Holds the caller's provider.
    pub fn aws_credentials_provider_acquire(
        provider: *mut aws_credentials_provider,
    ) -> *mut aws_credentials_provider;
    /// Asks for the credentials to sign with.
    pub fn aws_credentials_provider_get_credentials(
        provider: *mut aws_credentials_provider,
        callback: aws_on_get_credentials_callback_fn,
        user_data: *mut c_void,
    ) -> c_int;
    /// Lets the caller's provider go.
    pub fn aws_credentials_provider_release(
        provider: *mut aws_credentials_provider,
    ) -> *mut aws_credentials_provider;
    /// Lets credentials go.
    pub fn aws_credentials_release(credentials: *const aws_credentials);
}

/// Every function above, sorted.
pub const NAMES: &[&str] = &[
    "aws_async_input_stream_acquire",
    "aws_async_input_stream_read",
    "aws_async_input_stream_release",
    "aws_auth_library_clean_up",
    "aws_auth_library_init",
    "aws_channel_acquire_hold",
    "aws_channel_release_hold",
    "aws_channel_schedule_task_now",
    "aws_checksums_library_clean_up",
    "aws_checksums_library_init",
    "aws_client_bootstrap_acquire",
    "aws_client_bootstrap_new",
    "aws_client_bootstrap_release",
    "aws_credentials_acquire",
    "aws_credentials_get_access_key_id",
    "aws_credentials_get_expiration_timepoint_seconds",
    "aws_credentials_get_secret_access_key",
    "aws_credentials_get_session_token",
    "aws_credentials_is_anonymous",
    "aws_credentials_new",
    "aws_credentials_provider_acquire",
    "aws_credentials_provider_get_credentials",
    "aws_credentials_provider_release",
    "aws_credentials_release",
    "aws_date_time_as_epoch_secs",
    "aws_date_time_init_from_str_cursor",
    "aws_default_allocator",
    "aws_default_dns_resolve",
    "aws_event_loop_group_acquire",
    "aws_event_loop_group_get_loop_count",
    "aws_event_loop_group_new_default",
    "aws_event_loop_group_release",
    "aws_event_loop_schedule_task_now",
    "aws_future_bool_acquire",
    "aws_future_bool_get_error",
    "aws_future_bool_get_result",
    "aws_future_bool_register_callback",
    "aws_future_bool_release",
    "aws_future_void_acquire",
    "aws_future_void_new",
    "aws_future_void_release",
    "aws_future_void_set_error",
    "aws_future_void_set_result",
    "aws_host_resolver_acquire",
    "aws_host_resolver_get_host_address_count",
    "aws_host_resolver_new_default",
    "aws_host_resolver_record_connection_failure",
    "aws_host_resolver_release",
    "aws_host_resolver_resolve_host",
    "aws_http_headers_acquire",
    "aws_http_headers_add",
    "aws_http_headers_count",
    "aws_http_headers_get_index",
    "aws_http_headers_new",
    "aws_http_headers_release",
    "aws_http_headers_set",
    "aws_http_library_clean_up",
    "aws_http_library_init",
    "aws_http_message_acquire",
    "aws_http_message_get_body_stream",
    "aws_http_message_get_headers",
    "aws_http_message_get_request_method",
    "aws_http_message_get_request_path",
    "aws_http_message_new_request",
    "aws_http_message_release",
    "aws_http_message_set_request_method",
    "aws_http_message_set_request_path",
    "aws_input_stream_acquire",
    "aws_input_stream_get_length",
    "aws_input_stream_get_status",
    "aws_input_stream_release",
    "aws_last_error",
    "aws_logger_get",
    "aws_mem_acquire",
    "aws_mem_release",
    "aws_raise_error",
    "aws_ref_count_acquire",
    "aws_ref_count_init",
    "aws_ref_count_release",
    "aws_register_error_info",
    "aws_register_log_subject_info_list",
    "aws_retry_strategy_acquire",
    "aws_retry_strategy_acquire_retry_token",
    "aws_retry_strategy_release",
    "aws_retry_strategy_schedule_retry",
    "aws_retry_token_acquire",
    "aws_retry_token_record_success",
    "aws_retry_token_release",
    "aws_string_destroy",
    "aws_string_new_from_array",
    "aws_thread_clean_up",
    "aws_thread_current_thread_id",
    "aws_thread_decrement_unjoined_count",
    "aws_thread_init",
    "aws_thread_join_all_managed",
    "aws_thread_launch",
    "aws_unregister_error_info",
    "aws_unregister_log_subject_info_list",
    "aws_uri_clean_up",
    "aws_uri_init_parse",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;
    use std::process::Command;

    use super::{NAMES, channels};

    /// The functions that a file declares, as written.
    fn declared(text: &'static str) -> Vec<&'static str> {
        text.lines()
            .filter_map(|line| line.strip_prefix("    pub fn "))
            .filter_map(|line| line.split('(').next())
            .collect()
    }

    #[test]
    fn the_lists_name_every_function_once_and_are_sorted() {
        let files =
            [(include_str!("host.rs"), NAMES), (include_str!("host/channels.rs"), channels::NAMES)];
        for (text, names) in files {
            let mut declared = declared(text);
            declared.sort_unstable();
            assert!(!declared.is_empty());
            assert_eq!(names, declared);
        }
    }

    #[cfg(feature = "endpoint-resolver")]
    #[test]
    fn so_does_the_list_of_the_endpoint_resolver() {
        assert_eq!(super::endpoints::NAMES, declared(include_str!("host/endpoints.rs")));
    }

    /// Set `AWS_C_S3_REAL_CRT` to an installation of the AWS C libraries to run this one.
    #[test]
    fn the_real_libraries_define_every_name() {
        let Some(prefix) = std::env::var_os("AWS_C_S3_REAL_CRT") else {
            println!("skipped: AWS_C_S3_REAL_CRT is not set");
            return;
        };
        let libraries = ["c-common", "c-io", "c-http", "c-auth", "checksums"];
        let defined: BTreeSet<String> = libraries
            .iter()
            .map(|library| format!("lib/libaws-{library}.a"))
            .flat_map(|archive| symbols(&Path::new(&prefix).join(archive)))
            .collect();
        let asked = NAMES.iter().chain(channels::NAMES);
        let missing: Vec<_> = asked.filter(|name| !defined.contains(**name)).collect();
        assert!(missing.is_empty(), "not in the real libraries: {missing:?}");
    }

    fn symbols(archive: &Path) -> Vec<String> {
        let output = Command::new("nm").args(["-g", "--defined-only"]).arg(archive).output();
        let output = output.expect("nm runs");
        assert!(output.status.success(), "nm cannot read {}", archive.display());
        let text = String::from_utf8_lossy(&output.stdout);
        text.lines().filter_map(|line| line.split_whitespace().nth(2)).map(str::to_owned).collect()
    }
}

//! C types of aws-c-common that the library reads or writes, laid out as its headers do.
//!
//! Checked against the recorded layouts by `tests/layouts.rs` and against the real headers by `tests_c/layout.c`.

use core::ffi::*;

/// `aws/common/allocator.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_allocator {
    pub mem_acquire: Option<unsafe extern "C" fn(*mut aws_allocator, usize) -> *mut c_void>,
    pub mem_release: Option<unsafe extern "C" fn(*mut aws_allocator, *mut c_void)>,
    pub mem_realloc:
        Option<unsafe extern "C" fn(*mut aws_allocator, *mut c_void, usize, usize) -> *mut c_void>,
    pub mem_calloc: Option<unsafe extern "C" fn(*mut aws_allocator, usize, usize) -> *mut c_void>,
    pub r#impl: *mut c_void,
}

/// `aws/common/array_list.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_array_list {
    pub alloc: *mut aws_allocator,
    pub current_size: usize,
    pub length: usize,
    pub item_size: usize,
    pub data: *mut c_void,
}

/// `aws/common/atomics.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_atomic_var {
    pub value: *mut c_void,
}

/// `aws/common/byte_buf.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_byte_buf {
    pub len: usize,
    pub buffer: *mut u8,
    pub capacity: usize,
    pub allocator: *mut aws_allocator,
}

/// `aws/common/byte_buf.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_byte_cursor {
    pub len: usize,
    pub ptr: *mut u8,
}

/// `aws/common/cache.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_cache {
    pub allocator: *mut aws_allocator,
    pub vtable: *const aws_cache_vtable,
    pub table: aws_linked_hash_table,
    pub max_items: usize,
    pub r#impl: *mut c_void,
}

/// `aws/common/command_line_parser.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_cli_option {
    pub name: *const c_char,
    pub has_arg: aws_cli_options_has_arg,
    pub flag: *mut c_int,
    pub val: c_int,
}

/// `aws/common/command_line_parser.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_cli_subcommand_dispatch {
    pub subcommand_fn: aws_cli_options_subcommand_fn,
    pub command_name: *const c_char,
}

/// `aws/common/condition_variable.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_condition_variable {
    pub condition_handle: libc::pthread_cond_t,
    pub initialized: bool,
}

/// `aws/common/system_info.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_cpu_info {
    pub cpu_id: i32,
    pub suspected_hyper_thread: bool,
}

/// `aws/common/date_time.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_date_time {
    pub timestamp: time_t,
    pub milliseconds: u16,
    pub tz: [c_char; 6],
    pub gmt_time: libc::tm,
    pub local_time: libc::tm,
    pub utc_assumed: bool,
}

/// `aws/common/file.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_directory_entry {
    pub path: aws_byte_cursor,
    pub relative_path: aws_byte_cursor,
    pub file_type: c_int,
    pub file_size: i64,
}

/// `aws/common/error.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_error_info {
    pub error_code: c_int,
    pub literal_name: *const c_char,
    pub error_str: *const c_char,
    pub lib_name: *const c_char,
    pub formatted_name: *const c_char,
}

/// `aws/common/error.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_error_info_list {
    pub error_list: *const aws_error_info,
    pub count: u16,
}

/// `aws/common/hash_table.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_hash_element {
    pub key: *const c_void,
    pub value: *mut c_void,
}

/// `aws/common/hash_table.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_hash_iter {
    pub map: *const aws_hash_table,
    pub element: aws_hash_element,
    pub slot: usize,
    pub limit: usize,
    pub status: aws_hash_iter_status,
    pub unused_0: c_int,
    pub unused_1: *mut c_void,
    pub unused_2: *mut c_void,
}

/// `aws/common/hash_table.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_hash_table {
    pub p_impl: *mut hash_table_state,
}

/// `aws/common/linked_hash_table.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_linked_hash_table_node {
    pub node: aws_linked_list_node,
    pub table: *mut aws_linked_hash_table,
    pub key: *const c_void,
    pub value: *mut c_void,
}

/// `aws/common/linked_list.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_linked_list {
    pub head: aws_linked_list_node,
    pub tail: aws_linked_list_node,
}

/// `aws/common/linked_list.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_linked_list_node {
    pub next: *mut aws_linked_list_node,
    pub prev: *mut aws_linked_list_node,
}

/// `aws/common/logging.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_log_subject_info {
    pub subject_id: c_uint,
    pub subject_name: *const c_char,
    pub subject_description: *const c_char,
}

/// `aws/common/logging.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_log_subject_info_list {
    pub subject_list: *mut aws_log_subject_info,
    pub count: usize,
}

/// `aws/common/logging.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_logger {
    pub vtable: *mut aws_logger_vtable,
    pub allocator: *mut aws_allocator,
    pub p_impl: *mut c_void,
}

/// `aws/common/logging.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_logger_standard_options {
    pub level: aws_log_level,
    pub filename: *const c_char,
    pub file: *mut libc::FILE,
}

/// `aws/common/logging.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_logger_vtable {
    pub log: Option<
        unsafe extern "C" fn(*mut aws_logger, aws_log_level, c_uint, *const c_char, ...) -> c_int,
    >,
    pub get_log_level: Option<unsafe extern "C" fn(*mut aws_logger, c_uint) -> aws_log_level>,
    pub clean_up: Option<unsafe extern "C" fn(*mut aws_logger)>,
    pub set_log_level: Option<unsafe extern "C" fn(*mut aws_logger, aws_log_level) -> c_int>,
}

/// `aws/common/mutex.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_mutex {
    pub mutex_handle: libc::pthread_mutex_t,
    pub initialized: bool,
}

/// `aws/common/priority_queue.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_priority_queue {
    pub pred: aws_priority_queue_compare_fn,
    pub container: aws_array_list,
    pub backpointers: aws_array_list,
}

/// `aws/common/priority_queue.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_priority_queue_node {
    pub current_index: usize,
}

/// `aws/common/ref_count.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_ref_count {
    pub ref_count: aws_atomic_var,
    pub object: *mut c_void,
    pub on_zero_fn: aws_simple_completion_callback,
}

/// `aws/common/rw_lock.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_rw_lock {
    pub lock_handle: libc::pthread_rwlock_t,
}

/// `aws/common/shutdown_types.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_shutdown_callback_options {
    pub shutdown_callback_fn: aws_simple_completion_callback,
    pub shutdown_callback_user_data: *mut c_void,
}

/// `aws/common/string.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_string {
    pub allocator: *mut aws_allocator,
    pub len: usize,
    pub bytes: [u8; 1],
}

/// `aws/common/task_scheduler.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub union aws_task_abi_extension {
    pub scheduled: bool,
    pub reserved: usize,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_task {
    pub r#fn: aws_task_fn,
    pub arg: *mut c_void,
    pub timestamp: u64,
    pub node: aws_linked_list_node,
    pub priority_queue_node: aws_priority_queue_node,
    pub type_tag: *const c_char,
    pub abi_extension: aws_task_abi_extension,
}

/// `aws/common/thread.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_thread {
    pub allocator: *mut aws_allocator,
    pub detach_state: aws_thread_detach_state,
    pub thread_id: aws_thread_id_t,
}

/// `aws/common/thread.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_thread_options {
    pub stack_size: usize,
    pub cpu_id: i32,
    pub join_strategy: aws_thread_join_strategy,
    pub name: aws_byte_cursor,
}

/// `aws/common/uri.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_uri {
    pub self_size: usize,
    pub allocator: *mut aws_allocator,
    pub uri_str: aws_byte_buf,
    pub scheme: aws_byte_cursor,
    pub authority: aws_byte_cursor,
    pub userinfo: aws_byte_cursor,
    pub user: aws_byte_cursor,
    pub password: aws_byte_cursor,
    pub host_name: aws_byte_cursor,
    pub port: u32,
    pub path: aws_byte_cursor,
    pub query_string: aws_byte_cursor,
    pub path_and_query: aws_byte_cursor,
}

/// `aws/common/uuid.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_uuid {
    pub uuid_data: [u8; 16],
}

/// `aws/common/xml_parser.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_xml_parser_options {
    pub doc: aws_byte_cursor,
    pub max_depth: usize,
    pub on_root_encountered: aws_xml_parser_on_node_encountered_fn,
    pub user_data: *mut c_void,
}

/// `aws/common/cache.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_cache_vtable {
    pub destroy: Option<unsafe extern "C" fn(*mut aws_cache)>,
    pub find:
        Option<unsafe extern "C" fn(*mut aws_cache, *const c_void, *mut *mut c_void) -> c_int>,
    pub put: Option<unsafe extern "C" fn(*mut aws_cache, *const c_void, *mut c_void) -> c_int>,
    pub remove: Option<unsafe extern "C" fn(*mut aws_cache, *const c_void) -> c_int>,
    pub clear: Option<unsafe extern "C" fn(*mut aws_cache)>,
    pub get_element_count: Option<unsafe extern "C" fn(*const aws_cache) -> usize>,
}

/// `aws/common/command_line_parser.h`
pub type aws_cli_options_has_arg = u32;
pub const AWS_CLI_OPTIONS_NO_ARGUMENT: aws_cli_options_has_arg = 0;
pub const AWS_CLI_OPTIONS_REQUIRED_ARGUMENT: aws_cli_options_has_arg = 1;
pub const AWS_CLI_OPTIONS_OPTIONAL_ARGUMENT: aws_cli_options_has_arg = 2;

/// `aws/common/command_line_parser.h`
pub type aws_cli_options_subcommand_fn = Option<
    unsafe extern "C" fn(
        argc: c_int,
        argv: *const *mut c_char,
        command_name: *const c_char,
        user_data: *mut c_void,
    ) -> c_int,
>;

/// `aws/common/hash_table.h`
pub type aws_hash_iter_status = u32;
pub const AWS_HASH_ITER_STATUS_DONE: aws_hash_iter_status = 0;
pub const AWS_HASH_ITER_STATUS_DELETE_CALLED: aws_hash_iter_status = 1;
pub const AWS_HASH_ITER_STATUS_READY_FOR_USE: aws_hash_iter_status = 2;

/// `aws/common/linked_hash_table.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_linked_hash_table {
    pub allocator: *mut aws_allocator,
    pub list: aws_linked_list,
    pub table: aws_hash_table,
    pub user_on_value_destroy: aws_hash_callback_destroy_fn,
    pub user_on_key_destroy: aws_hash_callback_destroy_fn,
}

/// `aws/common/logging.h`
pub type aws_log_level = u32;
pub const AWS_LL_NONE: aws_log_level = 0;
pub const AWS_LL_FATAL: aws_log_level = 1;
pub const AWS_LL_ERROR: aws_log_level = 2;
pub const AWS_LL_WARN: aws_log_level = 3;
pub const AWS_LL_INFO: aws_log_level = 4;
pub const AWS_LL_DEBUG: aws_log_level = 5;
pub const AWS_LL_TRACE: aws_log_level = 6;
pub const AWS_LL_COUNT: aws_log_level = 7;

/// `aws/common/priority_queue.h`
pub type aws_priority_queue_compare_fn =
    Option<unsafe extern "C" fn(a: *const c_void, b: *const c_void) -> c_int>;

/// `aws/common/shutdown_types.h`
pub type aws_simple_completion_callback = Option<unsafe extern "C" fn(arg0: *mut c_void)>;

/// `aws/common/task_scheduler.h`
pub type aws_task_fn =
    Option<unsafe extern "C" fn(task: *mut aws_task, arg: *mut c_void, arg2: aws_task_status)>;

/// `aws/common/thread.h`
pub type aws_thread_detach_state = u32;
pub const AWS_THREAD_NOT_CREATED: aws_thread_detach_state = 1;
pub const AWS_THREAD_JOINABLE: aws_thread_detach_state = 2;
pub const AWS_THREAD_JOIN_COMPLETED: aws_thread_detach_state = 3;
pub const AWS_THREAD_MANAGED: aws_thread_detach_state = 4;

/// `aws/common/thread.h`
pub type aws_thread_join_strategy = u32;
pub const AWS_TJS_MANUAL: aws_thread_join_strategy = 0;
pub const AWS_TJS_MANAGED: aws_thread_join_strategy = 1;

/// `aws/common/tribool.h`
pub type aws_tribool = u32;
pub const AWS_TRIBOOL_UNSET: aws_tribool = 0;
pub const AWS_TRIBOOL_FALSE: aws_tribool = 1;
pub const AWS_TRIBOOL_TRUE: aws_tribool = 2;

/// `aws/common/xml_parser.h`
pub type aws_xml_parser_on_node_encountered_fn =
    Option<unsafe extern "C" fn(node: *mut aws_xml_node, user_data: *mut c_void) -> c_int>;

/// `aws/common/hash_table.h`, opaque
#[repr(C)]
pub struct hash_table_state {
    _private: [u8; 0],
}

/// `aws/common/hash_table.h`
pub type aws_hash_callback_destroy_fn = Option<unsafe extern "C" fn(key_or_value: *mut c_void)>;

/// `aws/common/task_scheduler.h`
pub type aws_task_status = u32;
pub const AWS_TASK_STATUS_RUN_READY: aws_task_status = 0;
pub const AWS_TASK_STATUS_CANCELED: aws_task_status = 1;

/// `aws/common/xml_parser.h`, opaque
#[repr(C)]
pub struct aws_xml_node {
    _private: [u8; 0],
}

/// `aws/common/error.h`
pub type aws_common_error = u32;
pub const AWS_ERROR_SUCCESS: c_int = 0;
pub const AWS_ERROR_OOM: c_int = 1;
pub const AWS_ERROR_NO_SPACE: c_int = 2;
pub const AWS_ERROR_UNKNOWN: c_int = 3;
pub const AWS_ERROR_SHORT_BUFFER: c_int = 4;
pub const AWS_ERROR_OVERFLOW_DETECTED: c_int = 5;
pub const AWS_ERROR_UNSUPPORTED_OPERATION: c_int = 6;
pub const AWS_ERROR_INVALID_BUFFER_SIZE: c_int = 7;
pub const AWS_ERROR_INVALID_HEX_STR: c_int = 8;
pub const AWS_ERROR_INVALID_BASE64_STR: c_int = 9;
pub const AWS_ERROR_INVALID_INDEX: c_int = 10;
pub const AWS_ERROR_THREAD_INVALID_SETTINGS: c_int = 11;
pub const AWS_ERROR_THREAD_INSUFFICIENT_RESOURCE: c_int = 12;
pub const AWS_ERROR_THREAD_NO_PERMISSIONS: c_int = 13;
pub const AWS_ERROR_THREAD_NOT_JOINABLE: c_int = 14;
pub const AWS_ERROR_THREAD_NO_SUCH_THREAD_ID: c_int = 15;
pub const AWS_ERROR_THREAD_DEADLOCK_DETECTED: c_int = 16;
pub const AWS_ERROR_MUTEX_NOT_INIT: c_int = 17;
pub const AWS_ERROR_MUTEX_TIMEOUT: c_int = 18;
pub const AWS_ERROR_MUTEX_CALLER_NOT_OWNER: c_int = 19;
pub const AWS_ERROR_MUTEX_FAILED: c_int = 20;
pub const AWS_ERROR_COND_VARIABLE_INIT_FAILED: c_int = 21;
pub const AWS_ERROR_COND_VARIABLE_TIMED_OUT: c_int = 22;
pub const AWS_ERROR_COND_VARIABLE_ERROR_UNKNOWN: c_int = 23;
pub const AWS_ERROR_CLOCK_FAILURE: c_int = 24;
pub const AWS_ERROR_LIST_EMPTY: c_int = 25;
pub const AWS_ERROR_DEST_COPY_TOO_SMALL: c_int = 26;
pub const AWS_ERROR_LIST_EXCEEDS_MAX_SIZE: c_int = 27;
pub const AWS_ERROR_LIST_STATIC_MODE_CANT_SHRINK: c_int = 28;
pub const AWS_ERROR_PRIORITY_QUEUE_FULL: c_int = 29;
pub const AWS_ERROR_PRIORITY_QUEUE_EMPTY: c_int = 30;
pub const AWS_ERROR_PRIORITY_QUEUE_BAD_NODE: c_int = 31;
pub const AWS_ERROR_HASHTBL_ITEM_NOT_FOUND: c_int = 32;
pub const AWS_ERROR_INVALID_DATE_STR: c_int = 33;
pub const AWS_ERROR_INVALID_ARGUMENT: c_int = 34;
pub const AWS_ERROR_RANDOM_GEN_FAILED: c_int = 35;
pub const AWS_ERROR_MALFORMED_INPUT_STRING: c_int = 36;
pub const AWS_ERROR_UNIMPLEMENTED: c_int = 37;
pub const AWS_ERROR_INVALID_STATE: c_int = 38;
pub const AWS_ERROR_ENVIRONMENT_GET: c_int = 39;
pub const AWS_ERROR_ENVIRONMENT_SET: c_int = 40;
pub const AWS_ERROR_ENVIRONMENT_UNSET: c_int = 41;
pub const AWS_ERROR_STREAM_UNSEEKABLE: c_int = 42;
pub const AWS_ERROR_NO_PERMISSION: c_int = 43;
pub const AWS_ERROR_FILE_INVALID_PATH: c_int = 44;
pub const AWS_ERROR_MAX_FDS_EXCEEDED: c_int = 45;
pub const AWS_ERROR_SYS_CALL_FAILURE: c_int = 46;
pub const AWS_ERROR_C_STRING_BUFFER_NOT_NULL_TERMINATED: c_int = 47;
pub const AWS_ERROR_STRING_MATCH_NOT_FOUND: c_int = 48;
pub const AWS_ERROR_DIVIDE_BY_ZERO: c_int = 49;
pub const AWS_ERROR_INVALID_FILE_HANDLE: c_int = 50;
pub const AWS_ERROR_OPERATION_INTERUPTED: c_int = 51;
pub const AWS_ERROR_DIRECTORY_NOT_EMPTY: c_int = 52;
pub const AWS_ERROR_PLATFORM_NOT_SUPPORTED: c_int = 53;
pub const AWS_ERROR_INVALID_UTF8: c_int = 54;
pub const AWS_ERROR_GET_HOME_DIRECTORY_FAILED: c_int = 55;
pub const AWS_ERROR_INVALID_XML: c_int = 56;
pub const AWS_ERROR_FILE_OPEN_FAILURE: c_int = 57;
pub const AWS_ERROR_FILE_READ_FAILURE: c_int = 58;
pub const AWS_ERROR_FILE_WRITE_FAILURE: c_int = 59;
pub const AWS_ERROR_INVALID_CBOR: c_int = 60;
pub const AWS_ERROR_CBOR_UNEXPECTED_TYPE: c_int = 61;
pub const AWS_ERROR_CBOR_RESOURCE_LIMIT_EXCEEDED: c_int = 62;
pub const AWS_ERROR_EXTERNAL_REQUEST_SHUTDOWN: c_int = 63;
pub const AWS_ERROR_END_COMMON_RANGE: c_int = 1023;

/// `aws/common/error.h`
pub type aws_error_handler_fn = Option<unsafe extern "C" fn(err: c_int, ctx: *mut c_void)>;

/// `aws/common/array_list.h`
pub type aws_array_list_comparator_fn =
    Option<unsafe extern "C" fn(a: *const c_void, b: *const c_void) -> c_int>;

/// `aws/common/byte_buf.h`
pub type aws_byte_predicate_fn = Option<unsafe extern "C" fn(value: u8) -> bool>;

/// `aws/common/condition_variable.h`
pub type aws_condition_predicate_fn = Option<unsafe extern "C" fn(pred_ctx: *mut c_void) -> bool>;

/// `aws/common/file.h`
pub type aws_on_directory_entry =
    Option<unsafe extern "C" fn(entry: *const aws_directory_entry, user_data: *mut c_void) -> bool>;

/// `aws/common/hash_table.h`
pub type aws_hash_fn = Option<unsafe extern "C" fn(key: *const c_void) -> u64>;
pub type aws_hash_callback_eq_fn =
    Option<unsafe extern "C" fn(a: *const c_void, b: *const c_void) -> bool>;

/// `time.h`
pub type time_t = c_long;

/// `aws/common/thread.h`
pub type aws_thread_atexit_fn = Option<unsafe extern "C" fn(user_data: *mut c_void)>;
/// What `pthread_t` is, which is a number with some C libraries and a pointer with others, as wide as each other.
pub type aws_thread_id_t = c_ulong;

/// `aws/common/thread.h`: `pthread_once_t`, which programs have and only the C library looks into
#[repr(C)]
pub struct aws_thread_once {
    _private: [u8; 0],
}

/// `aws/common/thread_scheduler.h`, opaque
#[repr(C)]
pub struct aws_thread_scheduler {
    _private: [u8; 0],
}

/// `aws/common/uri.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_uri_builder_options {
    pub scheme: aws_byte_cursor,
    pub path: aws_byte_cursor,
    pub host_name: aws_byte_cursor,
    pub port: u32,
    pub query_params: *mut aws_array_list,
    pub query_string: aws_byte_cursor,
}

/// `aws/common/uri.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_uri_param {
    pub key: aws_byte_cursor,
    pub value: aws_byte_cursor,
}

/// `aws/common/allocator.h`
pub type aws_mem_trace_level = u32;
pub const AWS_MEMTRACE_NONE: aws_mem_trace_level = 0;
pub const AWS_MEMTRACE_BYTES: aws_mem_trace_level = 1;
pub const AWS_MEMTRACE_STACKS: aws_mem_trace_level = 2;

/// `aws/common/atomics.h`
pub type aws_memory_order = u32;
pub const aws_memory_order_relaxed: aws_memory_order = 0;
pub const aws_memory_order_acquire: aws_memory_order = 2;
pub const aws_memory_order_release: aws_memory_order = 3;
pub const aws_memory_order_acq_rel: aws_memory_order = 4;
pub const aws_memory_order_seq_cst: aws_memory_order = 5;

/// `aws/common/clock.h`
pub type aws_timestamp_unit = u32;
pub const AWS_TIMESTAMP_SECS: aws_timestamp_unit = 1;
pub const AWS_TIMESTAMP_MILLIS: aws_timestamp_unit = 1000;
pub const AWS_TIMESTAMP_MICROS: aws_timestamp_unit = 1000000;
pub const AWS_TIMESTAMP_NANOS: aws_timestamp_unit = 1000000000;

/// `aws/common/date_time.h`
pub type aws_date_format = u32;
pub const AWS_DATE_FORMAT_RFC822: aws_date_format = 0;
pub const AWS_DATE_FORMAT_ISO_8601: aws_date_format = 1;
pub const AWS_DATE_FORMAT_ISO_8601_BASIC: aws_date_format = 2;
pub const AWS_DATE_FORMAT_AUTO_DETECT: aws_date_format = 3;

/// `aws/common/date_time.h`
pub type aws_date_month = u32;
pub const AWS_DATE_MONTH_JANUARY: aws_date_month = 0;
pub const AWS_DATE_MONTH_FEBRUARY: aws_date_month = 1;
pub const AWS_DATE_MONTH_MARCH: aws_date_month = 2;
pub const AWS_DATE_MONTH_APRIL: aws_date_month = 3;
pub const AWS_DATE_MONTH_MAY: aws_date_month = 4;
pub const AWS_DATE_MONTH_JUNE: aws_date_month = 5;
pub const AWS_DATE_MONTH_JULY: aws_date_month = 6;
pub const AWS_DATE_MONTH_AUGUST: aws_date_month = 7;
pub const AWS_DATE_MONTH_SEPTEMBER: aws_date_month = 8;
pub const AWS_DATE_MONTH_OCTOBER: aws_date_month = 9;
pub const AWS_DATE_MONTH_NOVEMBER: aws_date_month = 10;
pub const AWS_DATE_MONTH_DECEMBER: aws_date_month = 11;

/// `aws/common/date_time.h`
pub type aws_date_day_of_week = u32;
pub const AWS_DATE_DAY_OF_WEEK_SUNDAY: aws_date_day_of_week = 0;
pub const AWS_DATE_DAY_OF_WEEK_MONDAY: aws_date_day_of_week = 1;
pub const AWS_DATE_DAY_OF_WEEK_TUESDAY: aws_date_day_of_week = 2;
pub const AWS_DATE_DAY_OF_WEEK_WEDNESDAY: aws_date_day_of_week = 3;
pub const AWS_DATE_DAY_OF_WEEK_THURSDAY: aws_date_day_of_week = 4;
pub const AWS_DATE_DAY_OF_WEEK_FRIDAY: aws_date_day_of_week = 5;
pub const AWS_DATE_DAY_OF_WEEK_SATURDAY: aws_date_day_of_week = 6;

/// `aws/common/file.h`
pub type aws_file_type = u32;
pub const AWS_FILE_TYPE_FILE: aws_file_type = 1;
pub const AWS_FILE_TYPE_SYM_LINK: aws_file_type = 2;
pub const AWS_FILE_TYPE_DIRECTORY: aws_file_type = 4;

/// `aws/common/logging.h`
pub type aws_common_log_subject = u32;
pub const AWS_LS_COMMON_GENERAL: aws_common_log_subject = 0;
pub const AWS_LS_COMMON_TASK_SCHEDULER: aws_common_log_subject = 1;
pub const AWS_LS_COMMON_THREAD: aws_common_log_subject = 2;
pub const AWS_LS_COMMON_MEMTRACE: aws_common_log_subject = 3;
pub const AWS_LS_COMMON_XML_PARSER: aws_common_log_subject = 4;
pub const AWS_LS_COMMON_IO: aws_common_log_subject = 5;
pub const AWS_LS_COMMON_BUS: aws_common_log_subject = 6;
pub const AWS_LS_COMMON_TEST: aws_common_log_subject = 7;
pub const AWS_LS_COMMON_JSON_PARSER: aws_common_log_subject = 8;
pub const AWS_LS_COMMON_CBOR: aws_common_log_subject = 9;
pub const AWS_LS_COMMON_LAST: aws_common_log_subject = 1023;

/// `aws/common/encoding.h`
pub type aws_text_encoding = u32;
pub const AWS_TEXT_UNKNOWN: aws_text_encoding = 0;
pub const AWS_TEXT_UTF8: aws_text_encoding = 1;
pub const AWS_TEXT_UTF16: aws_text_encoding = 2;
pub const AWS_TEXT_UTF32: aws_text_encoding = 3;
pub const AWS_TEXT_ASCII: aws_text_encoding = 4;

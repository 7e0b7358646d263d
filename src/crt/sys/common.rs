//! C types of aws-c-common that the library reads or writes, laid out as its headers do.
//!
//! Checked against the recorded layouts by `tests/layouts.rs` and against the real headers by `tests_c/layout.c`.

use core::ffi::*;

use super::*;

/// `aws/common/allocator.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_allocator {
    pub mem_acquire: Option<unsafe extern "C" fn(*mut aws_allocator, usize) -> *mut c_void>,
    pub mem_release: Option<unsafe extern "C" fn(*mut aws_allocator, *mut c_void)>,
    pub mem_realloc: Option<unsafe extern "C" fn(*mut aws_allocator, *mut c_void, usize, usize) -> *mut c_void>,
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
    pub timestamp: libc::time_t,
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
    pub log: Option<unsafe extern "C" fn(*mut aws_logger, aws_log_level, c_uint, *const c_char, ...) -> c_int>,
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
    pub thread_id: c_ulong,
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
    pub find: Option<unsafe extern "C" fn(*mut aws_cache, *const c_void, *mut *mut c_void) -> c_int>,
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
pub type aws_cli_options_subcommand_fn = Option<unsafe extern "C" fn(argc: c_int, argv: [*mut c_char; 0], command_name: *const c_char, user_data: *mut c_void) -> c_int>;

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
pub type aws_priority_queue_compare_fn = Option<unsafe extern "C" fn(a: *const c_void, b: *const c_void) -> c_int>;

/// `aws/common/shutdown_types.h`
pub type aws_simple_completion_callback = Option<unsafe extern "C" fn(arg0: *mut c_void)>;

/// `aws/common/task_scheduler.h`
pub type aws_task_fn = Option<unsafe extern "C" fn(task: *mut aws_task, arg: *mut c_void, arg2: aws_task_status)>;

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
pub type aws_xml_parser_on_node_encountered_fn = Option<unsafe extern "C" fn(node: *mut aws_xml_node, user_data: *mut c_void) -> c_int>;

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

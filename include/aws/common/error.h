#ifndef AWS_COMMON_ERROR_H
#define AWS_COMMON_ERROR_H
/* Error codes: the last one of each thread, their names and texts, and the tables of all packages. */

#include <aws/common/assert.h>
#include <aws/common/exports.h>
#include <aws/common/macros.h>
#include <aws/common/package.h>
#include <aws/common/stdint.h>

AWS_PUSH_SANE_WARNING_LEVEL
AWS_EXTERN_C_BEGIN

/** What functions that return int say when all went well. */
#define AWS_OP_SUCCESS (0)
/** What they say when not; aws_last_error() then tells why. */
#define AWS_OP_ERR (-1)

/** Each package owns this many error codes, from its id times this number on. */
#define AWS_ERROR_ENUM_STRIDE_BITS 10
#define AWS_ERROR_ENUM_STRIDE (1U << AWS_ERROR_ENUM_STRIDE_BITS)
#define AWS_ERROR_ENUM_BEGIN_RANGE(x) ((x)*AWS_ERROR_ENUM_STRIDE)
#define AWS_ERROR_ENUM_END_RANGE(x) (((x) + 1) * AWS_ERROR_ENUM_STRIDE - 1)

/** One error code and its texts. */
struct aws_error_info {
    /** The number. */
    int error_code;
    /** The enumerator. */
    const char *literal_name;
    /** What it means. */
    const char *error_str;
    /** The package it belongs to. */
    const char *lib_name;
    /** All of it in one line. */
    const char *formatted_name;
};

/** The error codes of one package, without gaps, beginning at the package's first one. */
struct aws_error_info_list {
    /** The entries, in order. */
    const struct aws_error_info *error_list;
    /** How many there are. */
    uint16_t count;
};

/** Initialiser of a struct aws_error_info: enumerator, text, package name (the last two string literals). */
#define AWS_DEFINE_ERROR_INFO(C, ES, LN)                                                                               \
    {                                                                                                                  \
        .error_code = (C), .literal_name = #C, .error_str = (ES), .lib_name = (LN),                                    \
        .formatted_name = LN ": " #C ", " ES,                                                                          \
    }

/** Called on every raise, on the raising thread. It may not raise errors itself. */
typedef void(aws_error_handler_fn)(int err, void *ctx);

/** Error codes of this part. */
enum aws_common_error {
    AWS_ERROR_SUCCESS = 0,
    AWS_ERROR_OOM = 1,
    AWS_ERROR_NO_SPACE = 2,
    AWS_ERROR_UNKNOWN = 3,
    AWS_ERROR_SHORT_BUFFER = 4,
    AWS_ERROR_OVERFLOW_DETECTED = 5,
    AWS_ERROR_UNSUPPORTED_OPERATION = 6,
    AWS_ERROR_INVALID_BUFFER_SIZE = 7,
    AWS_ERROR_INVALID_HEX_STR = 8,
    AWS_ERROR_INVALID_BASE64_STR = 9,
    AWS_ERROR_INVALID_INDEX = 10,
    AWS_ERROR_THREAD_INVALID_SETTINGS = 11,
    AWS_ERROR_THREAD_INSUFFICIENT_RESOURCE = 12,
    AWS_ERROR_THREAD_NO_PERMISSIONS = 13,
    AWS_ERROR_THREAD_NOT_JOINABLE = 14,
    AWS_ERROR_THREAD_NO_SUCH_THREAD_ID = 15,
    AWS_ERROR_THREAD_DEADLOCK_DETECTED = 16,
    AWS_ERROR_MUTEX_NOT_INIT = 17,
    AWS_ERROR_MUTEX_TIMEOUT = 18,
    AWS_ERROR_MUTEX_CALLER_NOT_OWNER = 19,
    AWS_ERROR_MUTEX_FAILED = 20,
    AWS_ERROR_COND_VARIABLE_INIT_FAILED = 21,
    AWS_ERROR_COND_VARIABLE_TIMED_OUT = 22,
    AWS_ERROR_COND_VARIABLE_ERROR_UNKNOWN = 23,
    AWS_ERROR_CLOCK_FAILURE = 24,
    AWS_ERROR_LIST_EMPTY = 25,
    AWS_ERROR_DEST_COPY_TOO_SMALL = 26,
    AWS_ERROR_LIST_EXCEEDS_MAX_SIZE = 27,
    AWS_ERROR_LIST_STATIC_MODE_CANT_SHRINK = 28,
    AWS_ERROR_PRIORITY_QUEUE_FULL = 29,
    AWS_ERROR_PRIORITY_QUEUE_EMPTY = 30,
    AWS_ERROR_PRIORITY_QUEUE_BAD_NODE = 31,
    AWS_ERROR_HASHTBL_ITEM_NOT_FOUND = 32,
    AWS_ERROR_INVALID_DATE_STR = 33,
    AWS_ERROR_INVALID_ARGUMENT = 34,
    AWS_ERROR_RANDOM_GEN_FAILED = 35,
    AWS_ERROR_MALFORMED_INPUT_STRING = 36,
    AWS_ERROR_UNIMPLEMENTED = 37,
    AWS_ERROR_INVALID_STATE = 38,
    AWS_ERROR_ENVIRONMENT_GET = 39,
    AWS_ERROR_ENVIRONMENT_SET = 40,
    AWS_ERROR_ENVIRONMENT_UNSET = 41,
    AWS_ERROR_STREAM_UNSEEKABLE = 42,
    AWS_ERROR_NO_PERMISSION = 43,
    AWS_ERROR_FILE_INVALID_PATH = 44,
    AWS_ERROR_MAX_FDS_EXCEEDED = 45,
    AWS_ERROR_SYS_CALL_FAILURE = 46,
    AWS_ERROR_C_STRING_BUFFER_NOT_NULL_TERMINATED = 47,
    AWS_ERROR_STRING_MATCH_NOT_FOUND = 48,
    AWS_ERROR_DIVIDE_BY_ZERO = 49,
    AWS_ERROR_INVALID_FILE_HANDLE = 50,
    AWS_ERROR_OPERATION_INTERUPTED = 51,
    AWS_ERROR_DIRECTORY_NOT_EMPTY = 52,
    AWS_ERROR_PLATFORM_NOT_SUPPORTED = 53,
    AWS_ERROR_INVALID_UTF8 = 54,
    AWS_ERROR_GET_HOME_DIRECTORY_FAILED = 55,
    AWS_ERROR_INVALID_XML = 56,
    AWS_ERROR_FILE_OPEN_FAILURE = 57,
    AWS_ERROR_FILE_READ_FAILURE = 58,
    AWS_ERROR_FILE_WRITE_FAILURE = 59,
    AWS_ERROR_INVALID_CBOR = 60,
    AWS_ERROR_CBOR_UNEXPECTED_TYPE = 61,
    AWS_ERROR_CBOR_RESOURCE_LIMIT_EXCEEDED = 62,
    AWS_ERROR_EXTERNAL_REQUEST_SHUTDOWN = 63,

    AWS_ERROR_END_COMMON_RANGE = AWS_ERROR_ENUM_END_RANGE(AWS_C_COMMON_PACKAGE_ID),
};

/** The code raised last on this thread; 0 when there is none. */
AWS_COMMON_API int aws_last_error(void);

/** Text for a code. Static; a fixed text when the code is not registered. */
AWS_COMMON_API const char *aws_error_str(int err);

/** Enumerator of a code. Static; a fixed text when the code is not registered. */
AWS_COMMON_API const char *aws_error_name(int err);

/** Package of a code. Static; a fixed text when the code is not registered. */
AWS_COMMON_API const char *aws_error_lib_name(int err);

/** Package, enumerator and text of a code in one line. Static; a fixed text when the code is not registered. */
AWS_COMMON_API const char *aws_error_debug_str(int err);

/** Sets this thread's last error and calls the error handler: the thread's own if there is one, else the global one. */
AWS_COMMON_API void aws_raise_error_private(int err);

/** Sets this thread's last error, calls the error handler, and returns AWS_OP_ERR so that a caller can return it. */
AWS_STATIC_IMPL int aws_raise_error(int err);

/** Clears this thread's last error. */
AWS_COMMON_API void aws_reset_error(void);

/** Sets this thread's last error without calling a handler. */
AWS_COMMON_API void aws_restore_error(int err);

/** The code itself, or AWS_ERROR_UNKNOWN for 0. */
AWS_COMMON_API int aws_error_or_unknown_error(int error_code);

/** This thread's last error, or AWS_ERROR_UNKNOWN when there is none. */
AWS_COMMON_API int aws_last_error_or_unknown_error(void);

/** The code itself; for 0 this thread's last error, or AWS_ERROR_UNKNOWN when there is none. */
AWS_COMMON_API int aws_error_or_last_error_or_unknown_error(int error_code);

/** Sets the handler of the whole process and returns the one before. NULL removes it. `ctx` is borrowed. */
AWS_COMMON_API aws_error_handler_fn *aws_set_global_error_handler_fn(aws_error_handler_fn *handler, void *ctx);

/** Sets the handler of this thread, which goes before the global one, and returns the one before. NULL removes it. */
AWS_COMMON_API aws_error_handler_fn *aws_set_thread_local_error_handler_fn(aws_error_handler_fn *handler, void *ctx);

/** Publishes a package's table, which must stay in place until it is withdrawn. Not NULL, not empty. */
AWS_COMMON_API void aws_register_error_info(const struct aws_error_info_list *error_info);

/** Withdraws a package's table. */
AWS_COMMON_API void aws_unregister_error_info(const struct aws_error_info_list *error_info);

/** Raises the code that goes with an errno value, AWS_ERROR_SYS_CALL_FAILURE for others, and returns AWS_OP_ERR. */
AWS_COMMON_API int aws_translate_and_raise_io_error(int error_no);

/** Like aws_translate_and_raise_io_error() with a code of your own for the others. */
AWS_COMMON_API int aws_translate_and_raise_io_error_or(int error_no, int fallback_aws_error_code);

AWS_EXTERN_C_END

#ifndef AWS_NO_STATIC_IMPL
#    include <aws/common/error.inl>
#endif

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_ERROR_H */

#ifndef AWS_COMMON_LOGGING_H
#define AWS_COMMON_LOGGING_H
/* The log: one logger for the process, levels, and subjects that packages register. */

#include <aws/common/atomics.h>
#include <aws/common/common.h>
#include <aws/common/thread.h>

AWS_PUSH_SANE_WARNING_LEVEL
AWS_EXTERN_C_BEGIN

/* Levels as numbers that the preprocessor can compare. */
#define AWS_LOG_LEVEL_NONE 0
#define AWS_LOG_LEVEL_FATAL 1
#define AWS_LOG_LEVEL_ERROR 2
#define AWS_LOG_LEVEL_WARN 3
#define AWS_LOG_LEVEL_INFO 4
#define AWS_LOG_LEVEL_DEBUG 5
#define AWS_LOG_LEVEL_TRACE 6

/** Up to which severity lines are written; each includes those before. */
enum aws_log_level {
    AWS_LL_NONE = AWS_LOG_LEVEL_NONE,
    AWS_LL_FATAL = AWS_LOG_LEVEL_FATAL,
    AWS_LL_ERROR = AWS_LOG_LEVEL_ERROR,
    AWS_LL_WARN = AWS_LOG_LEVEL_WARN,
    AWS_LL_INFO = AWS_LOG_LEVEL_INFO,
    AWS_LL_DEBUG = AWS_LOG_LEVEL_DEBUG,
    AWS_LL_TRACE = AWS_LOG_LEVEL_TRACE,

    AWS_LL_COUNT,
};

/** Number of a subject. */
typedef uint32_t aws_log_subject_t;

/** Each package owns this many subjects, from its id times this number on. */
enum { AWS_LOG_SUBJECT_STRIDE_BITS = 10 };
#define AWS_LOG_SUBJECT_STRIDE (1U << AWS_LOG_SUBJECT_STRIDE_BITS)
#define AWS_LOG_SUBJECT_BEGIN_RANGE(x) ((x)*AWS_LOG_SUBJECT_STRIDE)
#define AWS_LOG_SUBJECT_END_RANGE(x) (((x) + 1) * AWS_LOG_SUBJECT_STRIDE - 1)

/** A subject and its texts. */
struct aws_log_subject_info {
    /** The number. */
    aws_log_subject_t subject_id;
    /** What lines show. */
    const char *subject_name;
    /** What it is about. */
    const char *subject_description;
};

/** Initialiser of a struct aws_log_subject_info. */
#define DEFINE_LOG_SUBJECT_INFO(id, name, desc)                                                                        \
    { .subject_id = (id), .subject_name = (name), .subject_description = (desc) }

/** The subjects of one package, without gaps, beginning at the package's first one. */
struct aws_log_subject_info_list {
    /** The entries, in order. */
    struct aws_log_subject_info *subject_list;
    /** How many there are. */
    size_t count;
};

/** Subjects of this part. */
enum aws_common_log_subject {
    /** Anything else. */
    AWS_LS_COMMON_GENERAL = AWS_LOG_SUBJECT_BEGIN_RANGE(AWS_C_COMMON_PACKAGE_ID),
    /** Tasks. */
    AWS_LS_COMMON_TASK_SCHEDULER,
    /** Threads. */
    AWS_LS_COMMON_THREAD,
    /** Live memory. */
    AWS_LS_COMMON_MEMTRACE,
    /** XML. */
    AWS_LS_COMMON_XML_PARSER,
    /** Files. */
    AWS_LS_COMMON_IO,
    /** Messages between modules. */
    AWS_LS_COMMON_BUS,
    /** Tests. */
    AWS_LS_COMMON_TEST,
    /** JSON. */
    AWS_LS_COMMON_JSON_PARSER,
    /** CBOR. */
    AWS_LS_COMMON_CBOR,

    AWS_LS_COMMON_LAST = AWS_LOG_SUBJECT_END_RANGE(AWS_C_COMMON_PACKAGE_ID),
};

struct aws_logger;

/** What a logger does. A program may provide its own. */
struct aws_logger_vtable {
    /** Writes a line, from any thread. The level was asked before. */
    int (*const log)(
        struct aws_logger *logger,
        enum aws_log_level log_level,
        aws_log_subject_t subject,
        const char *format,
        ...)
#if defined(__GNUC__)
        __attribute__((format(printf, 4, 5)))
#endif
        ;
    /** Up to which level lines of a subject are wanted. Asked at every line: be quick. */
    enum aws_log_level (*const get_log_level)(struct aws_logger *logger, aws_log_subject_t subject);
    /** Ends the logger. */
    void (*const clean_up)(struct aws_logger *logger);
    /** Changes the level; may be NULL. */
    int (*set_log_level)(struct aws_logger *logger, enum aws_log_level);
};

/** A logger. */
struct aws_logger {
    /** What it does. */
    struct aws_logger_vtable *vtable;
    /** For the implementation. */
    struct aws_allocator *allocator;
    /** For the implementation. */
    void *p_impl;
};

/** Where the loggers of this library write, and what. */
struct aws_logger_standard_options {
    /** Up to which level. */
    enum aws_log_level level;
    /** File to append to; NULL when `file` is given. */
    const char *filename;
    /** Open file, which stays open; NULL when `filename` is given. */
    FILE *file;
};

/** Writes a line with the logger of the process if that wants it; the arguments are those of printf. */
#define AWS_LOGF(log_level, subject, ...)                                                                              \
    do {                                                                                                               \
        struct aws_logger *aws_priv_logger = aws_logger_get();                                                         \
        if (aws_priv_logger->vtable->get_log_level(aws_priv_logger, (subject)) >= (log_level)) {                       \
            aws_priv_logger->vtable->log(aws_priv_logger, (log_level), (subject), __VA_ARGS__);                        \
        }                                                                                                              \
    } while (0)

/** Writes a line with a given logger, wanted or not. */
#define AWS_LOGUF(logger, log_level, subject, ...)                                                                     \
    do {                                                                                                               \
        (logger)->vtable->log((logger), (log_level), (subject), __VA_ARGS__);                                          \
    } while (0)

/* AWS_STATIC_LOG_LEVEL, where a program defines it, leaves lines of higher levels out when compiling. */
#ifdef AWS_STATIC_LOG_LEVEL
#    define AWS_STATIC_LOG_LEVEL_OR_ALL AWS_STATIC_LOG_LEVEL
#else
#    define AWS_STATIC_LOG_LEVEL_OR_ALL AWS_LOG_LEVEL_TRACE
#endif
#if AWS_STATIC_LOG_LEVEL_OR_ALL >= AWS_LOG_LEVEL_FATAL
#    define AWS_LOGF_FATAL(subject, ...) AWS_LOGF(AWS_LL_FATAL, subject, __VA_ARGS__)
#else
#    define AWS_LOGF_FATAL(subject, ...)
#endif
#if AWS_STATIC_LOG_LEVEL_OR_ALL >= AWS_LOG_LEVEL_ERROR
#    define AWS_LOGF_ERROR(subject, ...) AWS_LOGF(AWS_LL_ERROR, subject, __VA_ARGS__)
#else
#    define AWS_LOGF_ERROR(subject, ...)
#endif
#if AWS_STATIC_LOG_LEVEL_OR_ALL >= AWS_LOG_LEVEL_WARN
#    define AWS_LOGF_WARN(subject, ...) AWS_LOGF(AWS_LL_WARN, subject, __VA_ARGS__)
#else
#    define AWS_LOGF_WARN(subject, ...)
#endif
#if AWS_STATIC_LOG_LEVEL_OR_ALL >= AWS_LOG_LEVEL_INFO
#    define AWS_LOGF_INFO(subject, ...) AWS_LOGF(AWS_LL_INFO, subject, __VA_ARGS__)
#else
#    define AWS_LOGF_INFO(subject, ...)
#endif
#if AWS_STATIC_LOG_LEVEL_OR_ALL >= AWS_LOG_LEVEL_DEBUG
#    define AWS_LOGF_DEBUG(subject, ...) AWS_LOGF(AWS_LL_DEBUG, subject, __VA_ARGS__)
#else
#    define AWS_LOGF_DEBUG(subject, ...)
#endif
#if AWS_STATIC_LOG_LEVEL_OR_ALL >= AWS_LOG_LEVEL_TRACE
#    define AWS_LOGF_TRACE(subject, ...) AWS_LOGF(AWS_LL_TRACE, subject, __VA_ARGS__)
#else
#    define AWS_LOGF_TRACE(subject, ...)
#endif

/** Makes a logger the one of the process; borrowed until replaced. NULL brings back the silent one. */
AWS_COMMON_API void aws_logger_set(struct aws_logger *logger);

/** The logger of the process; never NULL. */
AWS_COMMON_API struct aws_logger *aws_logger_get(void);

/** The logger of the process if it wants such a line, else NULL. */
AWS_COMMON_API struct aws_logger *aws_logger_get_conditional(aws_log_subject_t subject, enum aws_log_level level);

/** Ends a logger, after writing what is outstanding. It may not be the one of the process any more. */
AWS_COMMON_API void aws_logger_clean_up(struct aws_logger *logger);

/** Changes what is written. AWS_ERROR_UNIMPLEMENTED when the logger cannot. */
AWS_COMMON_API int aws_logger_set_log_level(struct aws_logger *logger, enum aws_log_level level);

/** Stores the static name of a level. AWS_ERROR_INVALID_ARGUMENT when there is no such level. */
AWS_COMMON_API int aws_log_level_to_string(enum aws_log_level log_level, const char **level_string);

/** Reads the name of a level, in any case. AWS_ERROR_INVALID_ARGUMENT when there is no such level. */
AWS_COMMON_API int aws_string_to_log_level(const char *level_string, enum aws_log_level *log_level);

/**
 * Writes a thread id in hexadecimal digits. AWS_ERROR_INVALID_ARGUMENT for less room than
 * AWS_THREAD_ID_T_REPR_BUFSZ.
 */
AWS_COMMON_API int aws_thread_id_t_to_string(aws_thread_id_t thread_id, char *buffer, size_t bufsz);

/** Static name of a subject; "Unknown" when it is not registered. */
AWS_COMMON_API const char *aws_log_subject_name(aws_log_subject_t subject);

/** Publishes the subjects of a package; the table must stay in place until it is withdrawn. */
AWS_COMMON_API void aws_register_log_subject_info_list(struct aws_log_subject_info_list *log_subject_list);

/** Withdraws the subjects of a package. */
AWS_COMMON_API void aws_unregister_log_subject_info_list(struct aws_log_subject_info_list *log_subject_list);

/**
 * Makes a logger whose lines are written by a thread of its own, to be ended with aws_logger_clean_up().
 * AWS_ERROR_INVALID_ARGUMENT unless exactly one of file name and file is given.
 */
AWS_COMMON_API int aws_logger_init_standard(
    struct aws_logger *logger,
    struct aws_allocator *allocator,
    struct aws_logger_standard_options *options);

/**
 * Makes a logger that writes a line before the call returns, to be ended with aws_logger_clean_up().
 * AWS_ERROR_INVALID_ARGUMENT unless exactly one of file name and file is given.
 */
AWS_COMMON_API int aws_logger_init_noalloc(
    struct aws_logger *logger,
    struct aws_allocator *allocator,
    struct aws_logger_standard_options *options);

AWS_EXTERN_C_END

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_LOGGING_H */

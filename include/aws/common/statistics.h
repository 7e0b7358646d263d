#ifndef AWS_COMMON_STATISTICS_H
#define AWS_COMMON_STATISTICS_H
/* Types of the statistics that channels report to a handler. */

#include <aws/common/common.h>
#include <aws/common/package.h>
#include <aws/common/stdint.h>

AWS_PUSH_SANE_WARNING_LEVEL
AWS_EXTERN_C_BEGIN

/** Number of a kind of statistics. */
typedef uint32_t aws_crt_statistics_category_t;

/** Each package owns this many kinds, from its id times this number on. */
enum { AWS_CRT_STATISTICS_CATEGORY_STRIDE_BITS = 8 };
#define AWS_CRT_STATISTICS_CATEGORY_STRIDE (1U << AWS_CRT_STATISTICS_CATEGORY_STRIDE_BITS)
#define AWS_CRT_STATISTICS_CATEGORY_BEGIN_RANGE(x) ((x)*AWS_CRT_STATISTICS_CATEGORY_STRIDE)
#define AWS_CRT_STATISTICS_CATEGORY_END_RANGE(x) (((x) + 1) * AWS_CRT_STATISTICS_CATEGORY_STRIDE - 1)

/** Kinds of this part. */
enum aws_crt_common_statistics_category {
    AWSCRT_STAT_CAT_INVALID = AWS_CRT_STATISTICS_CATEGORY_BEGIN_RANGE(AWS_C_COMMON_PACKAGE_ID),
};

/** What all statistics begin with. */
struct aws_crt_statistics_base {
    /** Their kind. */
    aws_crt_statistics_category_t category;
};

/** What time statistics cover. */
struct aws_crt_statistics_sample_interval {
    /** Beginning, in milliseconds. */
    uint64_t begin_time_ms;
    /** End, in milliseconds. */
    uint64_t end_time_ms;
};

struct aws_array_list;
struct aws_crt_statistics_handler;

/** Gets a list of `struct aws_crt_statistics_base *`; `context` depends on who reports. */
typedef void(aws_crt_statistics_handler_process_statistics_fn)(
    struct aws_crt_statistics_handler *handler,
    struct aws_crt_statistics_sample_interval *interval,
    struct aws_array_list *stats,
    void *context);
/** Frees the handler. */
typedef void(aws_crt_statistics_handler_destroy_fn)(struct aws_crt_statistics_handler *handler);
/** Says how often to report. */
typedef uint64_t(aws_crt_statistics_handler_get_report_interval_ms_fn)(struct aws_crt_statistics_handler *);

/** What a handler does. */
struct aws_crt_statistics_handler_vtable {
    aws_crt_statistics_handler_process_statistics_fn *process_statistics;
    aws_crt_statistics_handler_destroy_fn *destroy;
    aws_crt_statistics_handler_get_report_interval_ms_fn *get_report_interval_ms;
};

/** A handler. */
struct aws_crt_statistics_handler {
    /** What it does. */
    struct aws_crt_statistics_handler_vtable *vtable;
    /** For the implementation. */
    struct aws_allocator *allocator;
    /** For the implementation. */
    void *impl;
};

AWS_EXTERN_C_END

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_STATISTICS_H */

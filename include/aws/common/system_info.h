#ifndef AWS_COMMON_SYSTEM_INFO_H
#define AWS_COMMON_SYSTEM_INFO_H
/* The machine, and where the program is. */

#include <aws/common/byte_buf.h>
#include <aws/common/common.h>

#include <stdio.h>

AWS_PUSH_SANE_WARNING_LEVEL
AWS_EXTERN_C_BEGIN

/** A processor. */
struct aws_cpu_info {
    /** Its number, for struct aws_thread_options. */
    int32_t cpu_id;
    /** Whether it seems to share a core with one before it. */
    bool suspected_hyper_thread;
};

/** Number of processors that are on; at least 1. */
AWS_COMMON_API size_t aws_system_info_processor_count(void);

/** Bytes of a page of memory. */
AWS_COMMON_API size_t aws_system_info_page_size(void);

/** Number of groups (NUMA nodes) that the processors fall into; at least 1. */
AWS_COMMON_API uint16_t aws_get_cpu_group_count(void);

/** Number of processors of a group. */
AWS_COMMON_API size_t aws_get_cpu_count_for_group(uint16_t group_idx);

/** Describes the processors of a group, as many as the array has room for. Others are left with the id -1. */
AWS_COMMON_API void aws_get_cpu_ids_for_group(
    uint16_t group_idx,
    struct aws_cpu_info *cpu_ids_array,
    size_t cpu_ids_array_length);

/** Whether a debugger watches the process. */
AWS_COMMON_API bool aws_is_debugger_present(void);

/** Stops in the debugger, if there is one. */
AWS_COMMON_API void aws_debug_break(void);

#if defined(AWS_HAVE_EXECINFO)
#    define AWS_BACKTRACE_STACKS_AVAILABLE
#endif

/** Notes the calls that this thread is in, the innermost first. Returns how many there are. */
AWS_COMMON_API size_t aws_backtrace(void **stack_frames, size_t num_frames);

/** A text for each of them: a list from malloc, to be freed as one. */
AWS_COMMON_API char **aws_backtrace_symbols(void *const *stack_frames, size_t stack_depth);

/** The same from the default allocator. */
AWS_COMMON_API char **aws_backtrace_addr2line(void *const *stack_frames, size_t stack_depth);

/** Writes the calls that this thread is in, and what a signal handler was given (siginfo_t), if anything. */
AWS_COMMON_API void aws_backtrace_print(FILE *fp, void *call_site_data);

/** The same for the log. */
AWS_COMMON_API void aws_backtrace_log(int log_level);

AWS_EXTERN_C_END

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_SYSTEM_INFO_H */

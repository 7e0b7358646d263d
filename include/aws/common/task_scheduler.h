#ifndef AWS_COMMON_TASK_SCHEDULER_H
#define AWS_COMMON_TASK_SCHEDULER_H
/* Tasks: functions to be called later, in structs of the caller. */

#include <aws/common/common.h>
#include <aws/common/linked_list.h>
#include <aws/common/priority_queue.h>

AWS_PUSH_SANE_WARNING_LEVEL
AWS_EXTERN_C_BEGIN

struct aws_task;

/** Why a task is called. */
typedef enum aws_task_status {
    /** Its time has come. */
    AWS_TASK_STATUS_RUN_READY,
    /** It will not come: clean up. */
    AWS_TASK_STATUS_CANCELED,
} aws_task_status;

/** What a task does. It may free the task. */
typedef void(aws_task_fn)(struct aws_task *task, void *arg, enum aws_task_status);

/** A task; belongs to the caller, who leaves it alone between scheduling and call. */
struct aws_task {
    /** The function. */
    aws_task_fn *fn;
    /** Its argument. */
    void *arg;
    /** When, in nanoseconds of aws_high_res_clock_get_ticks(). */
    uint64_t timestamp;
    /** For whoever schedules it. */
    struct aws_linked_list_node node;
    /** For whoever schedules it. */
    struct aws_priority_queue_node priority_queue_node;
    /** What kind of task, for the log. */
    const char *type_tag;
    /** For whoever schedules it. */
    union {
        /** Whether it is waiting for its call. */
        bool scheduled;
        /** Keeps the size. */
        size_t reserved;
    } abi_extension;
};

/** Fills a task. `type_tag` is a static text for the log. */
AWS_COMMON_API void aws_task_init(struct aws_task *task, aws_task_fn *fn, void *arg, const char *type_tag);

/** Calls the function of a task. */
AWS_COMMON_API void aws_task_run(struct aws_task *task, enum aws_task_status status);

/** Static name of a status. */
AWS_COMMON_API const char *aws_task_status_to_c_str(enum aws_task_status status);

AWS_EXTERN_C_END

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_TASK_SCHEDULER_H */

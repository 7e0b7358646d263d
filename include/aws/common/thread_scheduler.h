#ifndef AWS_COMMON_THREAD_SCHEDULER_H
#define AWS_COMMON_THREAD_SCHEDULER_H
/* A thread that runs tasks at their times. */

#include <aws/common/common.h>
#include <aws/common/thread.h>

AWS_PUSH_SANE_WARNING_LEVEL
AWS_EXTERN_C_BEGIN

struct aws_thread_scheduler;
struct aws_thread_options;
struct aws_task;

/**
 * Starts a thread for tasks, to be released with aws_thread_scheduler_release(). NULL for the options means the
 * defaults; NULL
 * is returned when the thread cannot be started.
 */
AWS_COMMON_API struct aws_thread_scheduler *aws_thread_scheduler_new(
    struct aws_allocator *allocator,
    const struct aws_thread_options *thread_options);

/** Adds an owner. */
AWS_COMMON_API void aws_thread_scheduler_acquire(struct aws_thread_scheduler *scheduler);

/** Removes an owner. The last one joins the thread and cancels what was not run; not to be called from a task then. */
AWS_COMMON_API void aws_thread_scheduler_release(const struct aws_thread_scheduler *scheduler);

/** Runs a task as soon as possible. From any thread; the task stays in place until it is called. */
AWS_COMMON_API void aws_thread_scheduler_schedule_now(struct aws_thread_scheduler *scheduler, struct aws_task *task);

/**
 * Runs a task at a time of aws_high_res_clock_get_ticks(). From any thread; the task stays in place until it is called.
 */
AWS_COMMON_API void aws_thread_scheduler_schedule_future(
    struct aws_thread_scheduler *scheduler,
    struct aws_task *task,
    uint64_t time_to_run);

/** Calls a task that waits with AWS_TASK_STATUS_CANCELED, on the scheduler's thread and not before this returns. */
AWS_COMMON_API void aws_thread_scheduler_cancel_task(struct aws_thread_scheduler *scheduler, struct aws_task *task);

AWS_EXTERN_C_END

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_THREAD_SCHEDULER_H */

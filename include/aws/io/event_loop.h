#ifndef AWS_IO_EVENT_LOOP_H
#define AWS_IO_EVENT_LOOP_H
/* Event loops: threads that run tasks of the program. */

#include <aws/io/io.h>

AWS_PUSH_SANE_WARNING_LEVEL

struct aws_event_loop;
struct aws_event_loop_group;
struct aws_shutdown_callback_options;
struct aws_task;

/** What a loop waits with. Types of other systems are refused. */
enum aws_event_loop_type {
    AWS_EVENT_LOOP_PLATFORM_DEFAULT = 0,
    AWS_EVENT_LOOP_EPOLL,
    AWS_EVENT_LOOP_IOCP,
    AWS_EVENT_LOOP_KQUEUE,
    AWS_EVENT_LOOP_DISPATCH_QUEUE,
};

struct aws_event_loop_group_options {
    /** 0 for half as many as there are processors. */
    uint16_t loop_count;
    enum aws_event_loop_type type;
    /** Told when the last loop has ended; NULL for nobody. */
    const struct aws_shutdown_callback_options *shutdown_options;
    /** NUMA node to run on; NULL for any. */
    const uint16_t *cpu_group;
    /** Clock of the loops; NULL for the usual one. */
    aws_io_clock_fn *clock_override;
};

/** Ceiling of aws_event_loop_group_new_static_default(). */
#define AWS_EVENT_LOOP_GROUP_STATIC_DEFAULT_MAX_LOOPS 96

AWS_EXTERN_C_BEGIN

/**
 * Runs a task on the thread of the loop as soon as possible. The task stays the caller's and must stay valid until
 * it runs; its own function may free it. A loop that ends runs its tasks as canceled.
 */
AWS_IO_API void aws_event_loop_schedule_task_now(struct aws_event_loop *event_loop, struct aws_task *task);

/** As above; tasks scheduled by one thread run in the order of its calls, as they always do here. */
AWS_IO_API void aws_event_loop_schedule_task_now_serialized(struct aws_event_loop *event_loop, struct aws_task *task);

/** Runs a task when the clock of the loop reaches a time. */
AWS_IO_API void aws_event_loop_schedule_task_future(
    struct aws_event_loop *event_loop,
    struct aws_task *task,
    uint64_t run_at_nanos);

/** Runs a scheduled task as canceled, before this returns. Call it on the thread of the loop. */
AWS_IO_API void aws_event_loop_cancel_task(struct aws_event_loop *event_loop, struct aws_task *task);

AWS_IO_API bool aws_event_loop_thread_is_callers_thread(struct aws_event_loop *event_loop);

/** Nanoseconds by the clock of the loop. */
AWS_IO_API int aws_event_loop_current_clock_time(const struct aws_event_loop *event_loop, uint64_t *time_nanos);

/** Starts the loops of a new group. Returns NULL with an error raised. */
AWS_IO_API struct aws_event_loop_group *aws_event_loop_group_new(
    struct aws_allocator *allocator,
    const struct aws_event_loop_group_options *options);

/** A new group with so many loops; 0 for half as many as there are processors. */
AWS_IO_API struct aws_event_loop_group *aws_event_loop_group_new_default(
    struct aws_allocator *alloc,
    uint16_t max_threads,
    const struct aws_shutdown_callback_options *shutdown_options);

/** As above, on the processors of one NUMA node, one loop for each at most. */
AWS_IO_API struct aws_event_loop_group *aws_event_loop_group_new_default_pinned_to_cpu_group(
    struct aws_allocator *alloc,
    uint16_t max_threads,
    uint16_t cpu_group,
    const struct aws_shutdown_callback_options *shutdown_options);

/** A new group for a whole process to share. */
AWS_IO_API struct aws_event_loop_group *aws_event_loop_group_new_static_default(
    struct aws_allocator *allocator,
    const struct aws_shutdown_callback_options *shutdown_options);

/** Adds a reference and returns the group. NULL is returned as it is. */
AWS_IO_API struct aws_event_loop_group *aws_event_loop_group_acquire(struct aws_event_loop_group *el_group);

/** Gives up a reference. After the last one the loops end in the background; may be called on a loop's thread. */
AWS_IO_API void aws_event_loop_group_release(struct aws_event_loop_group *el_group);

/** Adds a reference to the group that a loop belongs to. */
AWS_IO_API struct aws_event_loop_group *aws_event_loop_group_acquire_from_event_loop(struct aws_event_loop *event_loop);

AWS_IO_API void aws_event_loop_group_release_from_event_loop(struct aws_event_loop *event_loop);

/** NULL with AWS_ERROR_INVALID_INDEX beyond the end. */
AWS_IO_API struct aws_event_loop *aws_event_loop_group_get_loop_at(struct aws_event_loop_group *el_group, size_t index);

AWS_IO_API size_t aws_event_loop_group_get_loop_count(const struct aws_event_loop_group *el_group);

/** Never the platform default, but what that is. */
AWS_IO_API enum aws_event_loop_type aws_event_loop_group_get_type(const struct aws_event_loop_group *el_group);

/** The loop that shall get the next piece of work. */
AWS_IO_API struct aws_event_loop *aws_event_loop_group_get_next_loop(struct aws_event_loop_group *el_group);

AWS_EXTERN_C_END
AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_IO_EVENT_LOOP_H */

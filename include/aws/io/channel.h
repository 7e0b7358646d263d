#ifndef AWS_IO_CHANNEL_H
#define AWS_IO_CHANNEL_H
/* Types of channels and their handlers. This library makes no channels; other headers mention the types. */

#include <aws/common/task_scheduler.h>
#include <aws/io/io.h>

AWS_PUSH_SANE_WARNING_LEVEL

enum aws_channel_direction {
    AWS_CHANNEL_DIR_READ,
    AWS_CHANNEL_DIR_WRITE,
};

struct aws_array_list;
struct aws_channel;
struct aws_channel_handler;
struct aws_channel_slot;
struct aws_channel_task;
struct aws_event_loop;

typedef void(aws_channel_on_setup_completed_fn)(struct aws_channel *channel, int error_code, void *user_data);
typedef void(aws_channel_on_shutdown_completed_fn)(struct aws_channel *channel, int error_code, void *user_data);
typedef void(aws_channel_task_fn)(struct aws_channel_task *channel_task, void *arg, enum aws_task_status status);

/** The place of a handler in a channel. */
struct aws_channel_slot {
    struct aws_allocator *alloc;
    struct aws_channel *channel;
    struct aws_channel_slot *adj_left;
    struct aws_channel_slot *adj_right;
    struct aws_channel_handler *handler;
    size_t window_size;
    size_t upstream_message_overhead;
    size_t current_window_update_batch_size;
};

/** A task that runs on the thread of a channel. */
struct aws_channel_task {
    struct aws_task wrapper_task;
    aws_channel_task_fn *task_fn;
    void *arg;
    const char *type_tag;
    struct aws_linked_list_node node;
};

struct aws_channel_handler_vtable {
    int (*process_read_message)(
        struct aws_channel_handler *handler,
        struct aws_channel_slot *slot,
        struct aws_io_message *message);
    int (*process_write_message)(
        struct aws_channel_handler *handler,
        struct aws_channel_slot *slot,
        struct aws_io_message *message);
    int (*increment_read_window)(struct aws_channel_handler *handler, struct aws_channel_slot *slot, size_t size);
    int (*shutdown)(
        struct aws_channel_handler *handler,
        struct aws_channel_slot *slot,
        enum aws_channel_direction dir,
        int error_code,
        bool free_scarce_resources_immediately);
    size_t (*initial_window_size)(struct aws_channel_handler *handler);
    size_t (*message_overhead)(struct aws_channel_handler *handler);
    void (*destroy)(struct aws_channel_handler *handler);
    void (*reset_statistics)(struct aws_channel_handler *handler);
    void (*gather_statistics)(struct aws_channel_handler *handler, struct aws_array_list *stats_list);
    void (*trigger_read)(struct aws_channel_handler *handler);
};

/** The part of a handler that a channel knows. */
struct aws_channel_handler {
    struct aws_channel_handler_vtable *vtable;
    struct aws_allocator *alloc;
    struct aws_channel_slot *slot;
    void *impl;
};

AWS_EXTERN_C_BEGIN

/** Largest fragment in bytes that a handler puts into one message; programs may set it at start. */
extern AWS_IO_API size_t g_aws_channel_max_fragment_size;

AWS_EXTERN_C_END
AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_IO_CHANNEL_H */

/* Compiled against the headers of the host's aws-c-io: whether they still say what types.rs does. With LOOPS, whether the
 * library can make event loops as well. */
#include <aws/common/task_scheduler.h>
#include <aws/io/channel.h>
#include <aws/io/event_loop.h>
#include <aws/io/tls_channel_handler.h>

#include <stddef.h>

#define HOLDS(name, condition) typedef char name[(condition) ? 1 : -1]

HOLDS(channels, sizeof(struct aws_channel_options) == 48);
HOLDS(handlers, sizeof(struct aws_channel_handler) == 32);
HOLDS(handlers_functions, sizeof(struct aws_channel_handler_vtable) == 80);
HOLDS(messages, sizeof(struct aws_io_message) == 96);
HOLDS(tasks, sizeof(struct aws_task) == 64);
HOLDS(options, sizeof(struct aws_tls_connection_options) == 64);

#ifdef LOOPS
HOLDS(loops_size, sizeof(struct aws_event_loop_vtable) == 112);
HOLDS(loops_last, offsetof(struct aws_event_loop_vtable, is_on_callers_thread) == 104);
HOLDS(loops_tasks, offsetof(struct aws_event_loop_vtable, schedule_task_now) == 40);
HOLDS(loops_future, offsetof(struct aws_event_loop_vtable, schedule_task_future) == 56);
HOLDS(loops_cancel, offsetof(struct aws_event_loop_vtable, cancel_task) == 64);
HOLDS(schedulers, sizeof(struct aws_task_scheduler) <= 160);
#endif

int aws_s3_probe(void);
int aws_s3_probe(void) {
    return 0;
}

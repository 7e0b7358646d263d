#ifndef AWS_COMMON_SHUTDOWN_TYPES_H
#define AWS_COMMON_SHUTDOWN_TYPES_H
/* How an object that ends in the background tells that it is gone. */

#include <aws/common/macros.h>

AWS_PUSH_SANE_WARNING_LEVEL

/** A plain notification with the caller's pointer. */
typedef void(aws_simple_completion_callback)(void *);

/** What to call when an object has ended completely. */
struct aws_shutdown_callback_options {
    /** Called once, on any thread. NULL when nobody waits. */
    aws_simple_completion_callback *shutdown_callback_fn;
    /** Handed to the callback. */
    void *shutdown_callback_user_data;
};

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_SHUTDOWN_TYPES_H */

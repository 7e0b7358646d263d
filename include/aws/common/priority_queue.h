#ifndef AWS_COMMON_PRIORITY_QUEUE_H
#define AWS_COMMON_PRIORITY_QUEUE_H
/* Types of the queue that hands out its smallest item first; tasks carry a place in one. */

#include <aws/common/array_list.h>
#include <aws/common/common.h>

AWS_PUSH_SANE_WARNING_LEVEL
AWS_EXTERN_C_BEGIN

/** Order of two items: positive when `a` comes after `b`. */
typedef int(aws_priority_queue_compare_fn)(const void *a, const void *b);

/** Place of an item in a queue. */
struct aws_priority_queue_node {
    /** Index, or SIZE_MAX when it is in none. */
    size_t current_index;
};

/** The queue. */
struct aws_priority_queue {
    /** Order of its items. */
    aws_priority_queue_compare_fn *pred;
    /** The items. */
    struct aws_array_list container;
    /** Who wants to know their places. */
    struct aws_array_list backpointers;
};

AWS_EXTERN_C_END

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_PRIORITY_QUEUE_H */

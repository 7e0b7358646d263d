#ifndef AWS_COMMON_PRIORITY_QUEUE_H
#define AWS_COMMON_PRIORITY_QUEUE_H
/* The queue that hands out its first item first. Items are copied in and out. */

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

/** Initialises a queue that grows; `default_size` is for how many items it has room at first. */
AWS_COMMON_API
int aws_priority_queue_init_dynamic(
    struct aws_priority_queue *queue,
    struct aws_allocator *alloc,
    size_t default_size,
    size_t item_size,
    aws_priority_queue_compare_fn *pred);

/** Initialises a queue over memory for `item_count` items. It does not grow, and its items have no nodes. */
AWS_COMMON_API
void aws_priority_queue_init_static(
    struct aws_priority_queue *queue,
    void *heap,
    size_t item_count,
    size_t item_size,
    aws_priority_queue_compare_fn *pred);

AWS_COMMON_API void aws_priority_queue_clean_up(struct aws_priority_queue *queue);

/** Puts an item in. AWS_ERROR_LIST_EXCEEDS_MAX_SIZE when fixed memory is full. */
AWS_COMMON_API int aws_priority_queue_push(struct aws_priority_queue *queue, void *item);

/** The same; the node, NULL or alive as long as the item is in, knows its place and can remove it. */
AWS_COMMON_API
int aws_priority_queue_push_ref(
    struct aws_priority_queue *queue,
    void *item,
    struct aws_priority_queue_node *backpointer);

/** Takes the first item out. AWS_ERROR_PRIORITY_QUEUE_EMPTY when there is none. */
AWS_COMMON_API int aws_priority_queue_pop(struct aws_priority_queue *queue, void *item);

/** Takes the item of a node out. AWS_ERROR_PRIORITY_QUEUE_BAD_NODE when it is not in. */
AWS_COMMON_API
int aws_priority_queue_remove(struct aws_priority_queue *queue, void *item, const struct aws_priority_queue_node *node);

/** The address of the first item, which stays in. AWS_ERROR_PRIORITY_QUEUE_EMPTY when there is none. */
AWS_COMMON_API int aws_priority_queue_top(const struct aws_priority_queue *queue, void **item);

/** Forgets all items. */
AWS_COMMON_API void aws_priority_queue_clear(struct aws_priority_queue *queue);

AWS_COMMON_API size_t aws_priority_queue_size(const struct aws_priority_queue *queue);
AWS_COMMON_API size_t aws_priority_queue_capacity(const struct aws_priority_queue *queue);

/** A node that is in no queue. */
AWS_COMMON_API void aws_priority_queue_node_init(struct aws_priority_queue_node *node);
AWS_COMMON_API bool aws_priority_queue_node_is_in_queue(const struct aws_priority_queue_node *node);

AWS_COMMON_API bool aws_priority_queue_is_valid(const struct aws_priority_queue *const queue);
AWS_COMMON_API
bool aws_priority_queue_backpointer_index_valid(const struct aws_priority_queue *const queue, size_t index);
AWS_COMMON_API bool aws_priority_queue_backpointers_valid(const struct aws_priority_queue *const queue);
AWS_COMMON_API bool aws_priority_queue_backpointers_valid_deep(const struct aws_priority_queue *const queue);

AWS_EXTERN_C_END

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_PRIORITY_QUEUE_H */

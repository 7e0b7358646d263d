#ifndef AWS_COMMON_LINKED_LIST_H
#define AWS_COMMON_LINKED_LIST_H
/* A doubly linked list whose links live in the caller's structs; see AWS_CONTAINER_OF. It never allocates. */

#include <aws/common/common.h>

#include <stddef.h>

AWS_PUSH_SANE_WARNING_LEVEL
AWS_EXTERN_C_BEGIN

/** The links; a member of the caller's struct. */
struct aws_linked_list_node {
    /** The node behind, or the end mark. */
    struct aws_linked_list_node *next;
    /** The node before, or the reverse end mark. */
    struct aws_linked_list_node *prev;
};

/** A list, made of the marks at its two ends. */
struct aws_linked_list {
    /** Before the first node. */
    struct aws_linked_list_node head;
    /** Behind the last node. */
    struct aws_linked_list_node tail;
};

/** Makes a node belong to no list, without looking at where it was. */
AWS_STATIC_IMPL void aws_linked_list_node_reset(struct aws_linked_list_node *node);

/** Makes an empty list. The list must not be moved in memory from here on. */
AWS_STATIC_IMPL void aws_linked_list_init(struct aws_linked_list *list);

/** Whether the list has no nodes. */
AWS_STATIC_IMPL bool aws_linked_list_empty(const struct aws_linked_list *list);

/** Whether both ends of the list look right. */
AWS_STATIC_IMPL bool aws_linked_list_is_valid(const struct aws_linked_list *list);

/** Whether the node and its successor know each other. */
AWS_STATIC_IMPL bool aws_linked_list_node_next_is_valid(const struct aws_linked_list_node *node);

/** Whether the node and its predecessor know each other. */
AWS_STATIC_IMPL bool aws_linked_list_node_prev_is_valid(const struct aws_linked_list_node *node);

/** Whether every link of the list is right; walks all of it. */
AWS_STATIC_IMPL bool aws_linked_list_is_valid_deep(const struct aws_linked_list *list);

/** Whether the node is properly linked on both sides. */
AWS_STATIC_IMPL bool aws_linked_list_node_is_in_list(struct aws_linked_list_node *node);

/** The first node; the end mark when the list is empty. */
AWS_STATIC_IMPL struct aws_linked_list_node *aws_linked_list_begin(const struct aws_linked_list *list);

/** The mark behind the last node. It carries nothing. */
AWS_STATIC_IMPL const struct aws_linked_list_node *aws_linked_list_end(const struct aws_linked_list *list);

/** The last node; the reverse end mark when the list is empty. */
AWS_STATIC_IMPL struct aws_linked_list_node *aws_linked_list_rbegin(const struct aws_linked_list *list);

/** The mark before the first node. It carries nothing. */
AWS_STATIC_IMPL const struct aws_linked_list_node *aws_linked_list_rend(const struct aws_linked_list *list);

/** The node behind, or the end mark. */
AWS_STATIC_IMPL struct aws_linked_list_node *aws_linked_list_next(const struct aws_linked_list_node *node);

/** The node before, or the reverse end mark. */
AWS_STATIC_IMPL struct aws_linked_list_node *aws_linked_list_prev(const struct aws_linked_list_node *node);

/** Links a node behind another one. */
AWS_STATIC_IMPL void aws_linked_list_insert_after(
    struct aws_linked_list_node *after,
    struct aws_linked_list_node *to_add);

/** Links a node before another one. */
AWS_STATIC_IMPL void aws_linked_list_insert_before(
    struct aws_linked_list_node *before,
    struct aws_linked_list_node *to_add);

/** Takes a node out of its list and resets it. */
AWS_STATIC_IMPL void aws_linked_list_remove(struct aws_linked_list_node *node);

/** Exchanges the places of two nodes, in one list or two. */
AWS_STATIC_IMPL void aws_linked_list_swap_nodes(struct aws_linked_list_node *a, struct aws_linked_list_node *b);

/** Adds a node at the end. */
AWS_STATIC_IMPL void aws_linked_list_push_back(struct aws_linked_list *list, struct aws_linked_list_node *node);

/** Adds a node at the front. */
AWS_STATIC_IMPL void aws_linked_list_push_front(struct aws_linked_list *list, struct aws_linked_list_node *node);

/** The last node of a list that is not empty. */
AWS_STATIC_IMPL struct aws_linked_list_node *aws_linked_list_back(const struct aws_linked_list *list);

/** The first node of a list that is not empty. */
AWS_STATIC_IMPL struct aws_linked_list_node *aws_linked_list_front(const struct aws_linked_list *list);

/** Takes the last node out of a list that is not empty. */
AWS_STATIC_IMPL struct aws_linked_list_node *aws_linked_list_pop_back(struct aws_linked_list *list);

/** Takes the first node out of a list that is not empty. */
AWS_STATIC_IMPL struct aws_linked_list_node *aws_linked_list_pop_front(struct aws_linked_list *list);

/** Moves all nodes of `src`, in order, behind those of `dst`. */
AWS_STATIC_IMPL void aws_linked_list_move_all_back(
    struct aws_linked_list *AWS_RESTRICT dst,
    struct aws_linked_list *AWS_RESTRICT src);

/** Moves all nodes of `src`, in order, before those of `dst`. */
AWS_STATIC_IMPL void aws_linked_list_move_all_front(
    struct aws_linked_list *AWS_RESTRICT dst,
    struct aws_linked_list *AWS_RESTRICT src);

/** Exchanges the nodes of two lists. */
AWS_STATIC_IMPL void aws_linked_list_swap_contents(
    struct aws_linked_list *AWS_RESTRICT a,
    struct aws_linked_list *AWS_RESTRICT b);

AWS_EXTERN_C_END

#ifndef AWS_NO_STATIC_IMPL
#    include <aws/common/linked_list.inl>
#endif

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_LINKED_LIST_H */

#ifndef AWS_COMMON_LINKED_LIST_INL
#define AWS_COMMON_LINKED_LIST_INL

#include <aws/common/linked_list.h>

AWS_EXTERN_C_BEGIN

AWS_STATIC_IMPL void aws_linked_list_node_reset(struct aws_linked_list_node *node) {
    node->next = NULL;
    node->prev = NULL;
}

AWS_STATIC_IMPL void aws_linked_list_init(struct aws_linked_list *list) {
    list->head.next = &list->tail;
    list->head.prev = NULL;
    list->tail.prev = &list->head;
    list->tail.next = NULL;
}

AWS_STATIC_IMPL bool aws_linked_list_empty(const struct aws_linked_list *list) {
    return list->head.next == &list->tail;
}

AWS_STATIC_IMPL bool aws_linked_list_is_valid(const struct aws_linked_list *list) {
    return list != NULL && list->head.next != NULL && list->head.prev == NULL && list->tail.prev != NULL &&
           list->tail.next == NULL;
}

AWS_STATIC_IMPL bool aws_linked_list_node_next_is_valid(const struct aws_linked_list_node *node) {
    return node != NULL && node->next != NULL && node->next->prev == node;
}

AWS_STATIC_IMPL bool aws_linked_list_node_prev_is_valid(const struct aws_linked_list_node *node) {
    return node != NULL && node->prev != NULL && node->prev->next == node;
}

AWS_STATIC_IMPL bool aws_linked_list_is_valid_deep(const struct aws_linked_list *list) {
    if (!aws_linked_list_is_valid(list)) {
        return false;
    }
    const struct aws_linked_list_node *node = &list->head;
    while (node != &list->tail) {
        if (!aws_linked_list_node_next_is_valid(node)) {
            return false;
        }
        node = node->next;
    }
    return true;
}

AWS_STATIC_IMPL bool aws_linked_list_node_is_in_list(struct aws_linked_list_node *node) {
    return aws_linked_list_node_prev_is_valid(node) && aws_linked_list_node_next_is_valid(node);
}

AWS_STATIC_IMPL struct aws_linked_list_node *aws_linked_list_begin(const struct aws_linked_list *list) {
    return list->head.next;
}

AWS_STATIC_IMPL const struct aws_linked_list_node *aws_linked_list_end(const struct aws_linked_list *list) {
    return &list->tail;
}

AWS_STATIC_IMPL struct aws_linked_list_node *aws_linked_list_rbegin(const struct aws_linked_list *list) {
    return list->tail.prev;
}

AWS_STATIC_IMPL const struct aws_linked_list_node *aws_linked_list_rend(const struct aws_linked_list *list) {
    return &list->head;
}

AWS_STATIC_IMPL struct aws_linked_list_node *aws_linked_list_next(const struct aws_linked_list_node *node) {
    return node->next;
}

AWS_STATIC_IMPL struct aws_linked_list_node *aws_linked_list_prev(const struct aws_linked_list_node *node) {
    return node->prev;
}

AWS_STATIC_IMPL void aws_linked_list_insert_after(
    struct aws_linked_list_node *after,
    struct aws_linked_list_node *to_add) {
    to_add->prev = after;
    to_add->next = after->next;
    after->next->prev = to_add;
    after->next = to_add;
}

AWS_STATIC_IMPL void aws_linked_list_insert_before(
    struct aws_linked_list_node *before,
    struct aws_linked_list_node *to_add) {
    aws_linked_list_insert_after(before->prev, to_add);
}

AWS_STATIC_IMPL void aws_linked_list_remove(struct aws_linked_list_node *node) {
    node->prev->next = node->next;
    node->next->prev = node->prev;
    aws_linked_list_node_reset(node);
}

AWS_STATIC_IMPL void aws_linked_list_swap_nodes(struct aws_linked_list_node *a, struct aws_linked_list_node *b) {
    if (a == b) {
        return;
    }
    /* Hold the place of `a` with a mark, so that neighbours need no special case. */
    struct aws_linked_list_node mark;
    aws_linked_list_insert_after(a, &mark);
    aws_linked_list_remove(a);
    aws_linked_list_insert_after(b, a);
    aws_linked_list_remove(b);
    aws_linked_list_insert_after(&mark, b);
    aws_linked_list_remove(&mark);
}

AWS_STATIC_IMPL void aws_linked_list_push_back(struct aws_linked_list *list, struct aws_linked_list_node *node) {
    aws_linked_list_insert_before(&list->tail, node);
}

AWS_STATIC_IMPL void aws_linked_list_push_front(struct aws_linked_list *list, struct aws_linked_list_node *node) {
    aws_linked_list_insert_after(&list->head, node);
}

AWS_STATIC_IMPL struct aws_linked_list_node *aws_linked_list_back(const struct aws_linked_list *list) {
    return list->tail.prev;
}

AWS_STATIC_IMPL struct aws_linked_list_node *aws_linked_list_front(const struct aws_linked_list *list) {
    return list->head.next;
}

AWS_STATIC_IMPL struct aws_linked_list_node *aws_linked_list_pop_back(struct aws_linked_list *list) {
    struct aws_linked_list_node *node = aws_linked_list_back(list);
    aws_linked_list_remove(node);
    return node;
}

AWS_STATIC_IMPL struct aws_linked_list_node *aws_linked_list_pop_front(struct aws_linked_list *list) {
    struct aws_linked_list_node *node = aws_linked_list_front(list);
    aws_linked_list_remove(node);
    return node;
}

AWS_STATIC_IMPL void aws_linked_list_move_all_back(
    struct aws_linked_list *AWS_RESTRICT dst,
    struct aws_linked_list *AWS_RESTRICT src) {
    if (aws_linked_list_empty(src)) {
        return;
    }
    struct aws_linked_list_node *first = src->head.next;
    struct aws_linked_list_node *last = src->tail.prev;
    first->prev = dst->tail.prev;
    dst->tail.prev->next = first;
    last->next = &dst->tail;
    dst->tail.prev = last;
    aws_linked_list_init(src);
}

AWS_STATIC_IMPL void aws_linked_list_move_all_front(
    struct aws_linked_list *AWS_RESTRICT dst,
    struct aws_linked_list *AWS_RESTRICT src) {
    if (aws_linked_list_empty(src)) {
        return;
    }
    struct aws_linked_list_node *first = src->head.next;
    struct aws_linked_list_node *last = src->tail.prev;
    last->next = dst->head.next;
    dst->head.next->prev = last;
    first->prev = &dst->head;
    dst->head.next = first;
    aws_linked_list_init(src);
}

AWS_STATIC_IMPL void aws_linked_list_swap_contents(
    struct aws_linked_list *AWS_RESTRICT a,
    struct aws_linked_list *AWS_RESTRICT b) {
    struct aws_linked_list held;
    aws_linked_list_init(&held);
    aws_linked_list_move_all_back(&held, a);
    aws_linked_list_move_all_back(a, b);
    aws_linked_list_move_all_back(b, &held);
}

AWS_EXTERN_C_END

#endif /* AWS_COMMON_LINKED_LIST_INL */

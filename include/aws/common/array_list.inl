#ifndef AWS_COMMON_ARRAY_LIST_INL
#define AWS_COMMON_ARRAY_LIST_INL

#include <aws/common/array_list.h>

AWS_EXTERN_C_BEGIN

AWS_STATIC_IMPL int aws_array_list_init_dynamic(
    struct aws_array_list *AWS_RESTRICT list,
    struct aws_allocator *alloc,
    size_t initial_item_allocation,
    size_t item_size) {
    AWS_FATAL_ASSERT(list != NULL && alloc != NULL && item_size > 0);
    AWS_ZERO_STRUCT(*list);
    size_t bytes = 0;
    if (aws_mul_size_checked(initial_item_allocation, item_size, &bytes)) {
        return AWS_OP_ERR;
    }
    if (bytes > 0) {
        list->data = aws_mem_acquire(alloc, bytes);
        list->current_size = bytes;
    }
    list->item_size = item_size;
    list->alloc = alloc;
    return AWS_OP_SUCCESS;
}

AWS_STATIC_IMPL void aws_array_list_init_static(
    struct aws_array_list *AWS_RESTRICT list,
    void *raw_array,
    size_t item_count,
    size_t item_size) {
    AWS_FATAL_ASSERT(list != NULL && raw_array != NULL && item_count > 0 && item_size > 0);
    AWS_ZERO_STRUCT(*list);
    size_t bytes = 0;
    AWS_FATAL_ASSERT(aws_mul_size_checked(item_count, item_size, &bytes) == AWS_OP_SUCCESS);
    list->current_size = bytes;
    list->item_size = item_size;
    list->data = raw_array;
}

AWS_STATIC_IMPL void aws_array_list_init_static_from_initialized(
    struct aws_array_list *AWS_RESTRICT list,
    void *raw_array,
    size_t item_count,
    size_t item_size) {
    aws_array_list_init_static(list, raw_array, item_count, item_size);
    list->length = item_count;
}

AWS_STATIC_IMPL bool aws_array_list_is_valid(const struct aws_array_list *AWS_RESTRICT list) {
    if (list == NULL || list->item_size == 0) {
        return false;
    }
    size_t used = 0;
    return !aws_mul_size_checked(list->length, list->item_size, &used) && used <= list->current_size &&
           (list->current_size == 0) == (list->data == NULL);
}

AWS_STATIC_IMPL void aws_array_list_clean_up(struct aws_array_list *AWS_RESTRICT list) {
    if (list->alloc != NULL && list->data != NULL) {
        aws_mem_release(list->alloc, list->data);
    }
    AWS_ZERO_STRUCT(*list);
}

AWS_STATIC_IMPL void aws_array_list_clean_up_secure(struct aws_array_list *AWS_RESTRICT list) {
    if (list->data != NULL) {
        aws_secure_zero(list->data, list->current_size);
    }
    aws_array_list_clean_up(list);
}

AWS_STATIC_IMPL size_t aws_array_list_length(const struct aws_array_list *AWS_RESTRICT list) {
    return list->length;
}

AWS_STATIC_IMPL size_t aws_array_list_capacity(const struct aws_array_list *AWS_RESTRICT list) {
    return list->current_size / list->item_size;
}

AWS_STATIC_IMPL int aws_array_list_get_at_ptr(
    const struct aws_array_list *AWS_RESTRICT list,
    void **val,
    size_t index) {
    if (index >= list->length) {
        return aws_raise_error(AWS_ERROR_INVALID_INDEX);
    }
    *val = (void *)((uint8_t *)list->data + list->item_size * index);
    return AWS_OP_SUCCESS;
}

AWS_STATIC_IMPL int aws_array_list_get_at(const struct aws_array_list *AWS_RESTRICT list, void *val, size_t index) {
    void *item = NULL;
    if (aws_array_list_get_at_ptr(list, &item, index)) {
        return AWS_OP_ERR;
    }
    memcpy(val, item, list->item_size);
    return AWS_OP_SUCCESS;
}

AWS_STATIC_IMPL int aws_array_list_set_at(struct aws_array_list *AWS_RESTRICT list, const void *val, size_t index) {
    if (aws_array_list_ensure_capacity(list, index)) {
        return AWS_OP_ERR;
    }
    memcpy((uint8_t *)list->data + list->item_size * index, val, list->item_size);
    if (index >= list->length) {
        list->length = index + 1;
    }
    return AWS_OP_SUCCESS;
}

AWS_STATIC_IMPL int aws_array_list_push_back(struct aws_array_list *AWS_RESTRICT list, const void *val) {
    int result = aws_array_list_set_at(list, val, list->length);
    if (result && list->alloc == NULL && aws_last_error() == AWS_ERROR_INVALID_INDEX) {
        return aws_raise_error(AWS_ERROR_LIST_EXCEEDS_MAX_SIZE);
    }
    return result;
}

AWS_STATIC_IMPL int aws_array_list_push_front(struct aws_array_list *AWS_RESTRICT list, const void *val) {
    int result = aws_array_list_ensure_capacity(list, list->length);
    if (result) {
        if (list->alloc == NULL && aws_last_error() == AWS_ERROR_INVALID_INDEX) {
            aws_raise_error(AWS_ERROR_LIST_EXCEEDS_MAX_SIZE);
        }
        return result;
    }
    memmove((uint8_t *)list->data + list->item_size, list->data, list->item_size * list->length);
    memcpy(list->data, val, list->item_size);
    list->length += 1;
    return AWS_OP_SUCCESS;
}

AWS_STATIC_IMPL int aws_array_list_front(const struct aws_array_list *AWS_RESTRICT list, void *val) {
    if (list->length == 0) {
        return aws_raise_error(AWS_ERROR_LIST_EMPTY);
    }
    return aws_array_list_get_at(list, val, 0);
}

AWS_STATIC_IMPL int aws_array_list_back(const struct aws_array_list *AWS_RESTRICT list, void *val) {
    if (list->length == 0) {
        return aws_raise_error(AWS_ERROR_LIST_EMPTY);
    }
    return aws_array_list_get_at(list, val, list->length - 1);
}

AWS_STATIC_IMPL int aws_array_list_pop_back(struct aws_array_list *AWS_RESTRICT list) {
    if (list->length == 0) {
        return aws_raise_error(AWS_ERROR_LIST_EMPTY);
    }
    list->length -= 1;
    memset((uint8_t *)list->data + list->item_size * list->length, 0, list->item_size);
    return AWS_OP_SUCCESS;
}

AWS_STATIC_IMPL void aws_array_list_clear(struct aws_array_list *AWS_RESTRICT list) {
    list->length = 0;
}

AWS_STATIC_IMPL void aws_array_list_pop_front_n(struct aws_array_list *AWS_RESTRICT list, size_t n) {
    if (n >= list->length) {
        aws_array_list_clear(list);
        return;
    }
    if (n > 0) {
        list->length -= n;
        memmove(list->data, (uint8_t *)list->data + list->item_size * n, list->item_size * list->length);
    }
}

AWS_STATIC_IMPL int aws_array_list_pop_front(struct aws_array_list *AWS_RESTRICT list) {
    if (list->length == 0) {
        return aws_raise_error(AWS_ERROR_LIST_EMPTY);
    }
    aws_array_list_pop_front_n(list, 1);
    return AWS_OP_SUCCESS;
}

AWS_STATIC_IMPL int aws_array_list_erase(struct aws_array_list *AWS_RESTRICT list, size_t index) {
    void *item = NULL;
    if (aws_array_list_get_at_ptr(list, &item, index)) {
        return AWS_OP_ERR;
    }
    list->length -= 1;
    memmove(item, (uint8_t *)item + list->item_size, list->item_size * (list->length - index));
    return AWS_OP_SUCCESS;
}

AWS_STATIC_IMPL void aws_array_list_swap_contents(
    struct aws_array_list *AWS_RESTRICT list_a,
    struct aws_array_list *AWS_RESTRICT list_b) {
    AWS_FATAL_ASSERT(list_a->alloc != NULL && list_a->alloc == list_b->alloc);
    AWS_FATAL_ASSERT(list_a->item_size == list_b->item_size && list_a != list_b);
    struct aws_array_list held = *list_a;
    *list_a = *list_b;
    *list_b = held;
}

AWS_EXTERN_C_END

#endif /* AWS_COMMON_ARRAY_LIST_INL */

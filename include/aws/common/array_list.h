#ifndef AWS_COMMON_ARRAY_LIST_H
#define AWS_COMMON_ARRAY_LIST_H
/* An array of items of one size. It grows when it has an allocator, and is limited to given memory otherwise. */

#include <aws/common/common.h>
#include <aws/common/math.h>

#include <stdlib.h>

AWS_PUSH_SANE_WARNING_LEVEL
AWS_EXTERN_C_BEGIN

/** Byte that debug builds of a program may fill unused storage with. */
enum { AWS_ARRAY_LIST_DEBUG_FILL = 0xDD };

/** The list. `item_size`, `data` and `length` may be read, the rest is its own business. */
struct aws_array_list {
    /** NULL for a list over the caller's memory. */
    struct aws_allocator *alloc;
    /** Bytes of storage. */
    size_t current_size;
    /** Number of items. */
    size_t length;
    /** Bytes of one item. */
    size_t item_size;
    /** The storage; NULL when there is none. */
    void *data;
};

/** Order of two items: negative, 0 or positive. It gets pointers to the items. */
typedef int(aws_array_list_comparator_fn)(const void *a, const void *b);

/**
 * Makes an empty list with room for some items (possibly 0). Free it with aws_array_list_clean_up().
 * AWS_ERROR_OVERFLOW_DETECTED when that room is too large. `alloc` is not NULL and outlives the list.
 */
AWS_STATIC_IMPL int aws_array_list_init_dynamic(
    struct aws_array_list *AWS_RESTRICT list,
    struct aws_allocator *alloc,
    size_t initial_item_allocation,
    size_t item_size);

/** Makes an empty list over the caller's memory, which is never freed or outgrown. */
AWS_STATIC_IMPL void aws_array_list_init_static(
    struct aws_array_list *AWS_RESTRICT list,
    void *raw_array,
    size_t item_count,
    size_t item_size);

/** Like aws_array_list_init_static(), with all items counting as present. */
AWS_STATIC_IMPL void aws_array_list_init_static_from_initialized(
    struct aws_array_list *AWS_RESTRICT list,
    void *raw_array,
    size_t item_count,
    size_t item_size);

/** Whether the fields of the list go together. */
AWS_STATIC_IMPL bool aws_array_list_is_valid(const struct aws_array_list *AWS_RESTRICT list);

/** Frees the storage if it came from an allocator, and zeroes the list. Items are forgotten as they are. */
AWS_STATIC_IMPL void aws_array_list_clean_up(struct aws_array_list *AWS_RESTRICT list);

/** Like aws_array_list_clean_up(), after wiping the storage. */
AWS_STATIC_IMPL void aws_array_list_clean_up_secure(struct aws_array_list *AWS_RESTRICT list);

/** Number of items. */
AWS_STATIC_IMPL size_t aws_array_list_length(const struct aws_array_list *AWS_RESTRICT list);

/** Number of items that fit without growing. */
AWS_STATIC_IMPL size_t aws_array_list_capacity(const struct aws_array_list *AWS_RESTRICT list);

/**
 * Grows the storage so that an item can be stored at `index`. AWS_ERROR_INVALID_INDEX when the list cannot grow,
 * AWS_ERROR_OVERFLOW_DETECTED or AWS_ERROR_LIST_EXCEEDS_MAX_SIZE when the size is out of range.
 */
AWS_COMMON_API int aws_array_list_ensure_capacity(struct aws_array_list *AWS_RESTRICT list, size_t index);

/** Stores the address of the item at `index` in `*val`; it is good until the list grows. AWS_ERROR_INVALID_INDEX. */
AWS_STATIC_IMPL int aws_array_list_get_at_ptr(const struct aws_array_list *AWS_RESTRICT list, void **val, size_t index);

/** Copies the item at `index` to `val`. AWS_ERROR_INVALID_INDEX. */
AWS_STATIC_IMPL int aws_array_list_get_at(const struct aws_array_list *AWS_RESTRICT list, void *val, size_t index);

/**
 * Copies an item to `index`, growing the list up to there; items in between are not initialised.
 * AWS_ERROR_INVALID_INDEX when the list cannot grow.
 */
AWS_STATIC_IMPL int aws_array_list_set_at(struct aws_array_list *AWS_RESTRICT list, const void *val, size_t index);

/** Adds a copy of an item at the end. AWS_ERROR_LIST_EXCEEDS_MAX_SIZE when a list without allocator is full. */
AWS_STATIC_IMPL int aws_array_list_push_back(struct aws_array_list *AWS_RESTRICT list, const void *val);

/** Adds a copy of an item at the front, moving all others. AWS_ERROR_LIST_EXCEEDS_MAX_SIZE as at the end. */
AWS_STATIC_IMPL int aws_array_list_push_front(struct aws_array_list *AWS_RESTRICT list, const void *val);

/** Copies the first item to `val`. AWS_ERROR_LIST_EMPTY. */
AWS_STATIC_IMPL int aws_array_list_front(const struct aws_array_list *AWS_RESTRICT list, void *val);

/** Copies the last item to `val`. AWS_ERROR_LIST_EMPTY. */
AWS_STATIC_IMPL int aws_array_list_back(const struct aws_array_list *AWS_RESTRICT list, void *val);

/** Removes the last item. AWS_ERROR_LIST_EMPTY. */
AWS_STATIC_IMPL int aws_array_list_pop_back(struct aws_array_list *AWS_RESTRICT list);

/** Removes all items and keeps the storage. */
AWS_STATIC_IMPL void aws_array_list_clear(struct aws_array_list *AWS_RESTRICT list);

/** Removes the first `n` items, or all when there are fewer. */
AWS_STATIC_IMPL void aws_array_list_pop_front_n(struct aws_array_list *AWS_RESTRICT list, size_t n);

/** Removes the first item, moving all others. AWS_ERROR_LIST_EMPTY. */
AWS_STATIC_IMPL int aws_array_list_pop_front(struct aws_array_list *AWS_RESTRICT list);

/** Removes the item at `index`, moving those behind it. AWS_ERROR_INVALID_INDEX. */
AWS_STATIC_IMPL int aws_array_list_erase(struct aws_array_list *AWS_RESTRICT list, size_t index);

/** Exchanges the contents of two growing lists with the same allocator and item size. */
AWS_STATIC_IMPL void aws_array_list_swap_contents(
    struct aws_array_list *AWS_RESTRICT list_a,
    struct aws_array_list *AWS_RESTRICT list_b);

/** Gives back storage that no item uses. AWS_ERROR_LIST_STATIC_MODE_CANT_SHRINK for a list without allocator. */
AWS_COMMON_API int aws_array_list_shrink_to_fit(struct aws_array_list *AWS_RESTRICT list);

/**
 * Makes `to` hold copies of all items of `from`. AWS_ERROR_DEST_COPY_TOO_SMALL when it cannot grow that far. Item sizes
 * must be equal.
 */
AWS_COMMON_API int aws_array_list_copy(
    const struct aws_array_list *AWS_RESTRICT from,
    struct aws_array_list *AWS_RESTRICT to);

/** Exchanges two items. Aborts when an index is out of range. */
AWS_COMMON_API void aws_array_list_swap(struct aws_array_list *AWS_RESTRICT list, size_t a, size_t b);

/** Sorts the items; equal ones in no particular order. */
AWS_COMMON_API void aws_array_list_sort(
    struct aws_array_list *AWS_RESTRICT list,
    aws_array_list_comparator_fn *compare_fn);

AWS_EXTERN_C_END

#ifndef AWS_NO_STATIC_IMPL
#    include <aws/common/array_list.inl>
#endif

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_ARRAY_LIST_H */

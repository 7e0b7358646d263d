#ifndef AWS_COMMON_HASH_TABLE_H
#define AWS_COMMON_HASH_TABLE_H
/* Types of hash tables, for headers that mention them. */

#include <aws/common/common.h>

#include <stddef.h>

AWS_PUSH_SANE_WARNING_LEVEL
AWS_EXTERN_C_BEGIN

/** What a callback that walks over a table says; bits. */
enum {
    AWS_COMMON_HASH_TABLE_ITER_CONTINUE = (1 << 0),
    AWS_COMMON_HASH_TABLE_ITER_DELETE = (1 << 1),
    AWS_COMMON_HASH_TABLE_ITER_ERROR = (1 << 2),
};

struct hash_table_state;

/** A handle of a table. */
struct aws_hash_table {
    /** For the implementation. */
    struct hash_table_state *p_impl;
};

/** A key and its value. */
struct aws_hash_element {
    /** The key; not to be changed. */
    const void *key;
    /** The value. */
    void *value;
};

/** Where an iterator is. */
enum aws_hash_iter_status {
    AWS_HASH_ITER_STATUS_DONE,
    AWS_HASH_ITER_STATUS_DELETE_CALLED,
    AWS_HASH_ITER_STATUS_READY_FOR_USE,
};

/** An iterator. Only `element` is for the caller. */
struct aws_hash_iter {
    const struct aws_hash_table *map;
    struct aws_hash_element element;
    size_t slot;
    size_t limit;
    enum aws_hash_iter_status status;
    int unused_0;
    void *unused_1;
    void *unused_2;
};

/** The hash of a key. */
typedef uint64_t(aws_hash_fn)(const void *key);

/** Whether two keys are equal. */
typedef bool(aws_hash_callback_eq_fn)(const void *a, const void *b);

/** Frees a key or a value. */
typedef void(aws_hash_callback_destroy_fn)(void *key_or_value);

AWS_EXTERN_C_END
AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_HASH_TABLE_H */

#ifndef AWS_COMMON_HASH_TABLE_H
#define AWS_COMMON_HASH_TABLE_H
/* The hash table: keys and values are pointers of the program's, which also hashes, compares and frees them. */

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

/**
 * Initialises a table. `size` is how many entries are expected; there may be more. Either function that frees may be
 * NULL. Elements move when entries are added, and at no other time.
 */
AWS_COMMON_API
int aws_hash_table_init(
    struct aws_hash_table *map,
    struct aws_allocator *alloc,
    size_t size,
    aws_hash_fn *hash_fn,
    aws_hash_callback_eq_fn *equals_fn,
    aws_hash_callback_destroy_fn *destroy_key_fn,
    aws_hash_callback_destroy_fn *destroy_value_fn);

/** Frees the table and what is in it. Does nothing the second time. */
AWS_COMMON_API void aws_hash_table_clean_up(struct aws_hash_table *map);

/** Exchanges two tables. */
AWS_COMMON_API void aws_hash_table_swap(struct aws_hash_table *AWS_RESTRICT a, struct aws_hash_table *AWS_RESTRICT b);

/** Moves a table into memory that holds none; `from` may only be cleaned up then. */
AWS_COMMON_API void aws_hash_table_move(struct aws_hash_table *AWS_RESTRICT to, struct aws_hash_table *AWS_RESTRICT from);

AWS_COMMON_API size_t aws_hash_table_get_entry_count(const struct aws_hash_table *map);

/**
 * An iterator over all entries, in any order:
 *     for (iter = aws_hash_iter_begin(&map); !aws_hash_iter_done(&iter); aws_hash_iter_next(&iter))
 * Entries may not be added or removed meanwhile, but by aws_hash_iter_delete.
 */
AWS_COMMON_API struct aws_hash_iter aws_hash_iter_begin(const struct aws_hash_table *map);
AWS_COMMON_API bool aws_hash_iter_done(const struct aws_hash_iter *iter);
AWS_COMMON_API void aws_hash_iter_next(struct aws_hash_iter *iter);

/** Removes the entry where the iterator is, and frees key and value if asked to. Next comes aws_hash_iter_next. */
AWS_COMMON_API void aws_hash_iter_delete(struct aws_hash_iter *iter, bool destroy_contents);

/** The element of a key, NULL when there is none. Always succeeds. */
AWS_COMMON_API
int aws_hash_table_find(const struct aws_hash_table *map, const void *key, struct aws_hash_element **p_elem);

/** The element of a key, made with the value NULL if there was none. The last two arguments may be NULL. */
AWS_COMMON_API
int aws_hash_table_create(
    struct aws_hash_table *map,
    const void *key,
    struct aws_hash_element **p_elem,
    int *was_created);

/** Sets key and value; frees those that were there, but not a key that is the same pointer. */
AWS_COMMON_API
int aws_hash_table_put(struct aws_hash_table *map, const void *key, void *value, int *was_created);

/**
 * Removes the entry of a key, if there is one. Without `p_value`, key and value are freed; with it, they are the caller's.
 */
AWS_COMMON_API
int aws_hash_table_remove(
    struct aws_hash_table *map,
    const void *key,
    struct aws_hash_element *p_value,
    int *was_present);

/** Removes an element of the table and frees neither key nor value. */
AWS_COMMON_API
int aws_hash_table_remove_element(struct aws_hash_table *map, struct aws_hash_element *p_value);

/** Calls `callback` for each element as long as it says so, with the bits at the top of this header. */
AWS_COMMON_API
int aws_hash_table_foreach(
    struct aws_hash_table *map,
    int (*callback)(void *context, struct aws_hash_element *p_element),
    void *context);

/** Whether two tables have equal keys with equal values. */
AWS_COMMON_API
bool aws_hash_table_eq(
    const struct aws_hash_table *a,
    const struct aws_hash_table *b,
    aws_hash_callback_eq_fn *value_eq);

/** Removes and frees all entries. */
AWS_COMMON_API void aws_hash_table_clear(struct aws_hash_table *map);

/* For keys that are C strings, struct aws_string, struct aws_byte_cursor (their addresses), and plain pointers. The
 * first three give equal hashes for equal bytes. */
AWS_COMMON_API uint64_t aws_hash_c_string(const void *item);
AWS_COMMON_API uint64_t aws_hash_string(const void *item);
AWS_COMMON_API uint64_t aws_hash_byte_cursor_ptr(const void *item);
AWS_COMMON_API uint64_t aws_hash_ptr(const void *item);
AWS_COMMON_API bool aws_hash_callback_c_str_eq(const void *a, const void *b);
AWS_COMMON_API bool aws_hash_callback_string_eq(const void *a, const void *b);
AWS_COMMON_API void aws_hash_callback_string_destroy(void *a);
AWS_COMMON_API bool aws_ptr_eq(const void *a, const void *b);

/** One hash from two, whose order matters. */
AWS_COMMON_API uint64_t aws_hash_combine(uint64_t item1, uint64_t item2);

/* For keys that are addresses of numbers. */
AWS_COMMON_API uint64_t aws_hash_uint64_t_by_identity(const void *item);
AWS_COMMON_API bool aws_hash_compare_uint64_t_eq(const void *a, const void *b);

AWS_COMMON_API bool aws_hash_table_is_valid(const struct aws_hash_table *map);
AWS_COMMON_API bool aws_hash_iter_is_valid(const struct aws_hash_iter *iter);

AWS_EXTERN_C_END
AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_HASH_TABLE_H */

#ifndef AWS_COMMON_STRING_H
#define AWS_COMMON_STRING_H
/* Constant strings in one block of memory: length, bytes and a final zero. */

#include <aws/common/byte_buf.h>
#include <aws/common/common.h>

AWS_PUSH_SANE_WARNING_LEVEL
AWS_EXTERN_C_BEGIN

#ifdef _MSC_VER
#    pragma warning(push)
#    pragma warning(disable : 4200)
#endif

/** A string; allocated longer than this struct says. */
struct aws_string {
    /** What frees it; NULL for a static string. */
    struct aws_allocator *const allocator;
    /** Bytes without the final zero. */
    const size_t len;
    /** The bytes, and a zero behind the last one. */
    const uint8_t bytes[1];
};

#ifdef _MSC_VER
#    pragma warning(pop)
#endif

/** Defines a static string `name` from a literal. */
#define AWS_STRING_FROM_LITERAL(name, literal)                                                                         \
    AWS_PRIV_STRING_STORAGE(name, literal);                                                                            \
    const struct aws_string *name = (struct aws_string *)(&name##_s)
/** The same, with `name` seen in this file only. */
#define AWS_STATIC_STRING_FROM_LITERAL(name, literal)                                                                  \
    AWS_PRIV_STRING_STORAGE(name, literal);                                                                            \
    static const struct aws_string *name = (struct aws_string *)(&name##_s)
/* The same fields as struct aws_string, with room for all of the literal. */
#define AWS_PRIV_STRING_STORAGE(name, literal)                                                                         \
    static const struct {                                                                                              \
        struct aws_allocator *const allocator;                                                                         \
        const size_t len;                                                                                              \
        const uint8_t bytes[sizeof(literal)];                                                                          \
    } name##_s = {NULL, sizeof(literal) - 1, literal}

/** Whether a string is there and has its final zero. */
AWS_STATIC_IMPL bool aws_string_is_valid(const struct aws_string *str);

/** Whether a C string is there. */
AWS_STATIC_IMPL bool aws_c_string_is_valid(const char *str);

/** The bytes, owned by the string. */
AWS_STATIC_IMPL const uint8_t *aws_string_bytes(const struct aws_string *str);

/** The bytes as a C string, owned by the string. */
AWS_STATIC_IMPL const char *aws_string_c_str(const struct aws_string *str);

/** Whether a byte is ASCII white space. */
AWS_STATIC_IMPL bool aws_char_is_space(uint8_t c);

/** A copy of a C string, to be released with aws_string_destroy(). Neither argument is NULL. */
AWS_COMMON_API struct aws_string *aws_string_new_from_c_str(struct aws_allocator *allocator, const char *c_str);

/** A copy of `len` bytes, to be released with aws_string_destroy(). `bytes` may be NULL when `len` is 0. */
AWS_COMMON_API struct aws_string *aws_string_new_from_array(
    struct aws_allocator *allocator,
    const uint8_t *bytes,
    size_t len);

/** A copy of a string, to be released with aws_string_destroy(). */
AWS_COMMON_API struct aws_string *aws_string_new_from_string(
    struct aws_allocator *allocator,
    const struct aws_string *str);

/** A copy of what a cursor shows, to be released with aws_string_destroy(). */
AWS_COMMON_API struct aws_string *aws_string_new_from_cursor(
    struct aws_allocator *allocator,
    const struct aws_byte_cursor *cursor);

/** A copy of the used part of a buffer, to be released with aws_string_destroy(). */
AWS_COMMON_API struct aws_string *aws_string_new_from_buf(
    struct aws_allocator *allocator,
    const struct aws_byte_buf *buf);

/** The string itself when it is a static one, else a copy; aws_string_destroy() is right for both. */
AWS_COMMON_API struct aws_string *aws_string_clone_or_reuse(
    struct aws_allocator *allocator,
    const struct aws_string *str);

/** Frees a string. NULL and static strings are ignored. */
AWS_COMMON_API void aws_string_destroy(struct aws_string *str);

/** Wipes and frees a string. NULL is ignored; so is a static string, whose bytes must then be writable. */
AWS_COMMON_API void aws_string_destroy_secure(struct aws_string *str);

/** Order of two strings by bytes, shorter first: negative, 0 or positive. NULL comes before everything. */
AWS_COMMON_API int aws_string_compare(const struct aws_string *a, const struct aws_string *b);

/** Whether two strings have the same bytes. NULL equals only NULL. */
AWS_COMMON_API bool aws_string_eq(const struct aws_string *a, const struct aws_string *b);

/** Like aws_string_eq(), with ASCII letters equal in both cases. */
AWS_COMMON_API bool aws_string_eq_ignore_case(const struct aws_string *a, const struct aws_string *b);

/** Whether a string has the bytes that a cursor shows. NULL equals only NULL. */
AWS_COMMON_API bool aws_string_eq_byte_cursor(const struct aws_string *str, const struct aws_byte_cursor *cur);

/** Like aws_string_eq_byte_cursor(), with ASCII letters equal in both cases. */
AWS_COMMON_API bool aws_string_eq_byte_cursor_ignore_case(
    const struct aws_string *str,
    const struct aws_byte_cursor *cur);

/** Whether a string has the bytes of a buffer. NULL equals only NULL. */
AWS_COMMON_API bool aws_string_eq_byte_buf(const struct aws_string *str, const struct aws_byte_buf *buf);

/** Like aws_string_eq_byte_buf(), with ASCII letters equal in both cases. */
AWS_COMMON_API bool aws_string_eq_byte_buf_ignore_case(const struct aws_string *str, const struct aws_byte_buf *buf);

/** Whether a string has the bytes of a C string. NULL equals only NULL. */
AWS_COMMON_API bool aws_string_eq_c_str(const struct aws_string *str, const char *c_str);

/** Like aws_string_eq_c_str(), with ASCII letters equal in both cases. */
AWS_COMMON_API bool aws_string_eq_c_str_ignore_case(const struct aws_string *str, const char *c_str);

/** For sorting a list of `const struct aws_string *`. */
AWS_COMMON_API int aws_array_list_comparator_string(const void *a, const void *b);

/** A view of a string, good as long as the string. */
AWS_COMMON_API struct aws_byte_cursor aws_byte_cursor_from_string(const struct aws_string *src);

/** Appends a string if it fits as a whole; otherwise false and nothing changes. NULL for either gives false. */
AWS_COMMON_API bool aws_byte_buf_write_from_whole_string(
    struct aws_byte_buf *AWS_RESTRICT buf,
    const struct aws_string *AWS_RESTRICT src);

/**
 * Length of a C string that is looked at for `max_read_len` bytes at most.
 * AWS_ERROR_C_STRING_BUFFER_NOT_NULL_TERMINATED when no zero is found, AWS_ERROR_INVALID_ARGUMENT for NULL.
 */
AWS_COMMON_API int aws_secure_strlen(const char *str, size_t max_read_len, size_t *str_len);

AWS_EXTERN_C_END

#ifndef AWS_NO_STATIC_IMPL
#    include <aws/common/string.inl>
#endif

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_STRING_H */

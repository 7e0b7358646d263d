#ifndef AWS_COMMON_BYTE_BUF_H
#define AWS_COMMON_BYTE_BUF_H
/* Bytes: buffers that own memory or borrow it, and cursors that show part of it. */

#include <aws/common/array_list.h>
#include <aws/common/byte_order.h>
#include <aws/common/common.h>

#include <string.h>

AWS_PUSH_SANE_WARNING_LEVEL
AWS_EXTERN_C_BEGIN

/** A piece of memory that is filled from the front. */
struct aws_byte_buf {
    /** Bytes in use. Never more than `capacity`. */
    size_t len;
    /** The memory; may be NULL when `capacity` is 0. */
    uint8_t *buffer;
    /** Bytes there are. */
    size_t capacity;
    /** What frees the memory; NULL when it belongs to somebody else. */
    struct aws_allocator *allocator;
};

/** A view of memory that belongs to somebody else. */
struct aws_byte_cursor {
    /** Bytes shown. */
    size_t len;
    /** The first of them; may be NULL when there are none. */
    uint8_t *ptr;
};

/** Arguments for the conversion PRInSTR. */
#define AWS_BYTE_CURSOR_PRI(C) ((int)(C).len < 0 ? 0 : (int)(C).len), (const char *)(C).ptr
#define AWS_BYTE_BUF_PRI(B) ((int)(B).len < 0 ? 0 : (int)(B).len), (const char *)(B).buffer

/** Initialiser of a cursor that shows a string literal. */
#define AWS_BYTE_CUR_INIT_FROM_STRING_LITERAL(literal)                                                                 \
    { .len = sizeof(literal) - 1, .ptr = (uint8_t *)(const char *)(literal), }

/** A question about one byte. */
typedef bool(aws_byte_predicate_fn)(uint8_t value);

/** Makes an empty buffer with room for `capacity` bytes (possibly 0), to be freed with aws_byte_buf_clean_up(). */
AWS_COMMON_API int aws_byte_buf_init(struct aws_byte_buf *buf, struct aws_allocator *allocator, size_t capacity);

/**
 * Makes a copy of a buffer with the same capacity, to be freed with aws_byte_buf_clean_up().
 * AWS_ERROR_INVALID_ARGUMENT when an argument is NULL.
 */
AWS_COMMON_API int aws_byte_buf_init_copy(
    struct aws_byte_buf *dest,
    struct aws_allocator *allocator,
    const struct aws_byte_buf *src);

/** Makes a buffer that holds exactly what a cursor shows, to be freed with aws_byte_buf_clean_up(). */
AWS_COMMON_API int aws_byte_buf_init_copy_from_cursor(
    struct aws_byte_buf *dest,
    struct aws_allocator *allocator,
    struct aws_byte_cursor src);

/**
 * Copies what several cursors show into one new buffer and makes the cursors show the copies. After `allocator` come
 * `struct aws_byte_cursor *` and a NULL. Free the buffer with aws_byte_buf_clean_up().
 */
AWS_COMMON_API int aws_byte_buf_init_cache_and_update_cursors(
    struct aws_byte_buf *dest,
    struct aws_allocator *allocator,
    ...);

/**
 * Reads a whole file into a new buffer, to be freed with aws_byte_buf_clean_up(). A zero byte that does not count is
 * placed behind the last one. Raises what aws_fopen() does, or AWS_ERROR_FILE_READ_FAILURE.
 */
AWS_COMMON_API int aws_byte_buf_init_from_file(
    struct aws_byte_buf *out_buf,
    struct aws_allocator *alloc,
    const char *filename);

/** Like aws_byte_buf_init_from_file() for files that do not know their size, such as those of /proc. */
AWS_COMMON_API int aws_byte_buf_init_from_file_with_size_hint(
    struct aws_byte_buf *out_buf,
    struct aws_allocator *alloc,
    const char *filename,
    size_t size_hint);

/** Whether the fields of a buffer go together. NULL is not valid. */
AWS_COMMON_API bool aws_byte_buf_is_valid(const struct aws_byte_buf *const buf);

/** Whether the fields of a cursor go together. NULL is not valid. */
AWS_COMMON_API bool aws_byte_cursor_is_valid(const struct aws_byte_cursor *cursor);

/** Frees the memory if it came from an allocator, and zeroes the struct. A zeroed buffer is left as it is. */
AWS_COMMON_API void aws_byte_buf_clean_up(struct aws_byte_buf *buf);

/** Like aws_byte_buf_clean_up(), after wiping all of the memory. */
AWS_COMMON_API void aws_byte_buf_clean_up_secure(struct aws_byte_buf *buf);

/** Makes a buffer empty and keeps its memory, wiped if asked. */
AWS_COMMON_API void aws_byte_buf_reset(struct aws_byte_buf *buf, bool zero_contents);

/** Wipes all of the memory and makes the buffer empty. */
AWS_COMMON_API void aws_byte_buf_secure_zero(struct aws_byte_buf *buf);

/** Grows a buffer to a capacity, or leaves it when it has that much. AWS_ERROR_INVALID_ARGUMENT without allocator. */
AWS_COMMON_API int aws_byte_buf_reserve(struct aws_byte_buf *buffer, size_t requested_capacity);

/** Grows a buffer so that this many bytes can be appended. AWS_ERROR_OVERFLOW_DETECTED when the sum is out of range. */
AWS_COMMON_API int aws_byte_buf_reserve_relative(struct aws_byte_buf *buffer, size_t additional_length);

/** Whether two buffers hold the same bytes. */
AWS_COMMON_API bool aws_byte_buf_eq(const struct aws_byte_buf *const a, const struct aws_byte_buf *const b);

/** The same, with ASCII letters equal in both cases. */
AWS_COMMON_API bool aws_byte_buf_eq_ignore_case(const struct aws_byte_buf *const a, const struct aws_byte_buf *const b);

/** Whether a buffer holds the bytes of a C string. */
AWS_COMMON_API bool aws_byte_buf_eq_c_str(const struct aws_byte_buf *const buf, const char *const c_str);

/** The same, with ASCII letters equal in both cases. */
AWS_COMMON_API bool aws_byte_buf_eq_c_str_ignore_case(const struct aws_byte_buf *const buf, const char *const c_str);

/** Whether two arrays have the same bytes. A pointer may be NULL when its length is 0. */
AWS_COMMON_API bool aws_array_eq(
    const void *const array_a,
    const size_t len_a,
    const void *array_b,
    const size_t len_b);

/** The same, with ASCII letters equal in both cases. */
AWS_COMMON_API bool aws_array_eq_ignore_case(
    const void *const array_a,
    const size_t len_a,
    const void *const array_b,
    const size_t len_b);

/** Whether an array has the bytes of a C string. */
AWS_COMMON_API bool aws_array_eq_c_str(const void *const array, const size_t array_len, const char *const c_str);

/** The same, with ASCII letters equal in both cases. */
AWS_COMMON_API bool aws_array_eq_c_str_ignore_case(
    const void *const array,
    const size_t array_len,
    const char *const c_str);

/** A full buffer over a C string, which it does not own. NULL gives an empty one. */
AWS_COMMON_API struct aws_byte_buf aws_byte_buf_from_c_str(const char *c_str);

/** A full buffer over memory that it does not own. */
AWS_COMMON_API struct aws_byte_buf aws_byte_buf_from_array(const void *bytes, size_t len);

/** An empty buffer over memory that it does not own. */
AWS_COMMON_API struct aws_byte_buf aws_byte_buf_from_empty_array(const void *bytes, size_t capacity);

/** Appends what a cursor shows. AWS_ERROR_DEST_COPY_TOO_SMALL when it does not fit; nothing is written then. */
AWS_COMMON_API int aws_byte_buf_append(struct aws_byte_buf *to, const struct aws_byte_cursor *from);

/** Like aws_byte_buf_append(), and makes the cursor show the copy. */
AWS_COMMON_API int aws_byte_buf_append_and_update(struct aws_byte_buf *to, struct aws_byte_cursor *from_and_update);

/** Like aws_byte_buf_append(), with each byte replaced by its entry in a table of 256. */
AWS_COMMON_API int aws_byte_buf_append_with_lookup(
    struct aws_byte_buf *AWS_RESTRICT to,
    const struct aws_byte_cursor *AWS_RESTRICT from,
    const uint8_t *lookup_table);

/**
 * Appends what a cursor shows, growing the buffer when needed. The cursor may show part of the buffer.
 * AWS_ERROR_INVALID_ARGUMENT without allocator, AWS_ERROR_OVERFLOW_DETECTED when the sum is out of range.
 */
AWS_COMMON_API int aws_byte_buf_append_dynamic(struct aws_byte_buf *to, const struct aws_byte_cursor *from);

/** The same, wiping memory that the buffer gives up when it grows. */
AWS_COMMON_API int aws_byte_buf_append_dynamic_secure(struct aws_byte_buf *to, const struct aws_byte_cursor *from);

/** aws_byte_buf_append_dynamic() for a buffer with allocator, aws_byte_buf_append() for one without. */
AWS_COMMON_API int aws_byte_buf_append_auto(struct aws_byte_buf *to, const struct aws_byte_cursor *from);

/** Appends one byte, growing the buffer when needed. */
AWS_COMMON_API int aws_byte_buf_append_byte_dynamic(struct aws_byte_buf *buffer, uint8_t value);

/** The same, wiping memory that the buffer gives up when it grows. */
AWS_COMMON_API int aws_byte_buf_append_byte_dynamic_secure(struct aws_byte_buf *buffer, uint8_t value);

/** Appends a zero byte, growing the buffer when needed. */
AWS_COMMON_API int aws_byte_buf_append_null_terminator(struct aws_byte_buf *buf);

/**
 * Appends several buffers, given as `struct aws_byte_buf *`, in order. AWS_ERROR_DEST_COPY_TOO_SMALL at the first that
 * does not fit; those before it stay.
 */
AWS_COMMON_API int aws_byte_buf_cat(struct aws_byte_buf *dest, size_t number_of_args, ...);

/**
 * Takes `len` bytes of unused room out of `buffer`, counts them as used there, and makes `output` an empty buffer over
 * them that owns nothing. False, with `output` zeroed, when there is not that much room.
 */
AWS_COMMON_API bool aws_byte_buf_advance(
    struct aws_byte_buf *const AWS_RESTRICT buffer,
    struct aws_byte_buf *const AWS_RESTRICT output,
    const size_t len);

/** Appends bytes if they fit as a whole; otherwise false and nothing changes. All functions below work like that. */
AWS_COMMON_API bool aws_byte_buf_write(
    struct aws_byte_buf *AWS_RESTRICT buf,
    const uint8_t *AWS_RESTRICT src,
    size_t len);

/** Appends the bytes of another buffer. */
AWS_COMMON_API bool aws_byte_buf_write_from_whole_buffer(
    struct aws_byte_buf *AWS_RESTRICT buf,
    struct aws_byte_buf src);

/** Appends what a cursor shows. */
AWS_COMMON_API bool aws_byte_buf_write_from_whole_cursor(
    struct aws_byte_buf *AWS_RESTRICT buf,
    struct aws_byte_cursor src);

/** Appends as much of what a cursor shows as fits, moves the cursor behind it, and returns a view of the part taken. */
AWS_COMMON_API struct aws_byte_cursor aws_byte_buf_write_to_capacity(
    struct aws_byte_buf *buf,
    struct aws_byte_cursor *advancing_cursor);

/** Appends one byte. */
AWS_COMMON_API bool aws_byte_buf_write_u8(struct aws_byte_buf *AWS_RESTRICT buf, uint8_t c);

/** Appends one byte many times. */
AWS_COMMON_API bool aws_byte_buf_write_u8_n(struct aws_byte_buf *buf, uint8_t c, size_t count);

/** Appends 16 bits, most significant byte first. */
AWS_COMMON_API bool aws_byte_buf_write_be16(struct aws_byte_buf *buf, uint16_t x);

/** Appends the low 24 bits, most significant byte first. False also when `x` has more. */
AWS_COMMON_API bool aws_byte_buf_write_be24(struct aws_byte_buf *buf, uint32_t x);

/** Appends 32 bits, most significant byte first. */
AWS_COMMON_API bool aws_byte_buf_write_be32(struct aws_byte_buf *buf, uint32_t x);

/** Appends 64 bits, most significant byte first. */
AWS_COMMON_API bool aws_byte_buf_write_be64(struct aws_byte_buf *buf, uint64_t x);

/** Appends a float, most significant byte first. */
AWS_COMMON_API bool aws_byte_buf_write_float_be32(struct aws_byte_buf *buf, float x);

/** Appends a double, most significant byte first. */
AWS_COMMON_API bool aws_byte_buf_write_float_be64(struct aws_byte_buf *buf, double x);

/** A view of a C string without its zero. NULL gives an empty view. */
AWS_COMMON_API struct aws_byte_cursor aws_byte_cursor_from_c_str(const char *c_str);

/** A view of memory. */
AWS_COMMON_API struct aws_byte_cursor aws_byte_cursor_from_array(const void *const bytes, const size_t len);

/** A view of the used part of a buffer. */
AWS_COMMON_API struct aws_byte_cursor aws_byte_cursor_from_buf(const struct aws_byte_buf *const buf);

/**
 * Splits off the first `len` bytes: returns a view of them and moves the cursor behind them. When there are fewer, the
 * result is empty with a NULL pointer and the cursor stays.
 */
AWS_COMMON_API struct aws_byte_cursor aws_byte_cursor_advance(struct aws_byte_cursor *const cursor, const size_t len);

/** The same, for lengths that an attacker chooses: speculation cannot read past the end either. */
AWS_COMMON_API struct aws_byte_cursor aws_byte_cursor_advance_nospec(struct aws_byte_cursor *const cursor, size_t len);

/** Whether two cursors show the same bytes. */
AWS_COMMON_API bool aws_byte_cursor_eq(const struct aws_byte_cursor *a, const struct aws_byte_cursor *b);

/** The same, with ASCII letters equal in both cases. */
AWS_COMMON_API bool aws_byte_cursor_eq_ignore_case(const struct aws_byte_cursor *a, const struct aws_byte_cursor *b);

/** aws_byte_cursor_eq() with the types that a hash table asks for. */
AWS_COMMON_API bool aws_byte_cursor_eq_cb(const void *a, const void *b);

/** aws_byte_cursor_eq_ignore_case() with the types that a hash table asks for. */
AWS_COMMON_API bool aws_byte_cursor_eq_ignore_case_cb(const void *a, const void *b);

/** Whether a cursor shows the bytes of a buffer. */
AWS_COMMON_API bool aws_byte_cursor_eq_byte_buf(
    const struct aws_byte_cursor *const a,
    const struct aws_byte_buf *const b);

/** The same, with ASCII letters equal in both cases. */
AWS_COMMON_API bool aws_byte_cursor_eq_byte_buf_ignore_case(
    const struct aws_byte_cursor *const a,
    const struct aws_byte_buf *const b);

/** Whether a cursor shows the bytes of a C string. */
AWS_COMMON_API bool aws_byte_cursor_eq_c_str(const struct aws_byte_cursor *const cursor, const char *const c_str);

/** The same, with ASCII letters equal in both cases. */
AWS_COMMON_API bool aws_byte_cursor_eq_c_str_ignore_case(
    const struct aws_byte_cursor *const cursor,
    const char *const c_str);

/** Whether what `input` shows begins with what `prefix` shows. */
AWS_COMMON_API bool aws_byte_cursor_starts_with(
    const struct aws_byte_cursor *input,
    const struct aws_byte_cursor *prefix);

/** The same, with ASCII letters equal in both cases. */
AWS_COMMON_API bool aws_byte_cursor_starts_with_ignore_case(
    const struct aws_byte_cursor *input,
    const struct aws_byte_cursor *prefix);

/** Order by bytes, shorter first: negative, 0 or positive. */
AWS_COMMON_API int aws_byte_cursor_compare_lexical(
    const struct aws_byte_cursor *lhs,
    const struct aws_byte_cursor *rhs);

/** The same, of the bytes' entries in a table of 256. */
AWS_COMMON_API int aws_byte_cursor_compare_lookup(
    const struct aws_byte_cursor *lhs,
    const struct aws_byte_cursor *rhs,
    const uint8_t *lookup_table);

/** The table of 256 that makes ASCII letters small. */
AWS_COMMON_API const uint8_t *aws_lookup_table_to_lower_get(void);

/** The table of 256 that gives a hexadecimal digit its value, and 255 to everything else. */
AWS_COMMON_API const uint8_t *aws_lookup_table_hex_to_num_get(void);

/** A hash that is the same for ASCII letters in both cases. */
AWS_COMMON_API uint64_t aws_hash_array_ignore_case(const void *array, const size_t len);

/** The same of what a `const struct aws_byte_cursor *` shows. */
AWS_COMMON_API uint64_t aws_hash_byte_cursor_ptr_ignore_case(const void *item);

/**
 * Walks over the pieces between separators, empty ones included. `substr` begins zeroed and is what the last call made
 * of
 * it; false, with `substr` zeroed, when there are no more.
 */
AWS_COMMON_API bool aws_byte_cursor_next_split(
    const struct aws_byte_cursor *AWS_RESTRICT input_str,
    char split_on,
    struct aws_byte_cursor *AWS_RESTRICT substr);

/** The same with a separator of one or more bytes. */
AWS_COMMON_API bool aws_byte_cursor_next_split_on_cursor(
    const struct aws_byte_cursor *AWS_RESTRICT input_str,
    struct aws_byte_cursor split_on,
    struct aws_byte_cursor *AWS_RESTRICT substr);

/** Adds a cursor for each piece between separators, empty ones included, to a list of `struct aws_byte_cursor`. */
AWS_COMMON_API int aws_byte_cursor_split_on_char(
    const struct aws_byte_cursor *AWS_RESTRICT input_str,
    char split_on,
    struct aws_array_list *AWS_RESTRICT output);

/** The same with `n` splits at most, the rest being the last piece. 0 means no limit. */
AWS_COMMON_API int aws_byte_cursor_split_on_char_n(
    const struct aws_byte_cursor *AWS_RESTRICT input_str,
    char split_on,
    size_t n,
    struct aws_array_list *AWS_RESTRICT output);

/**
 * Finds the first occurrence of `to_find` and stores a view from there to the end. AWS_ERROR_STRING_MATCH_NOT_FOUND
 * when
 * there is none, AWS_ERROR_SHORT_BUFFER when `to_find` is empty.
 */
AWS_COMMON_API int aws_byte_cursor_find_exact(
    const struct aws_byte_cursor *AWS_RESTRICT input_str,
    const struct aws_byte_cursor *AWS_RESTRICT to_find,
    struct aws_byte_cursor *first_find);

/** The view without the leading bytes that the predicate accepts. */
AWS_COMMON_API struct aws_byte_cursor aws_byte_cursor_left_trim_pred(
    const struct aws_byte_cursor *source,
    aws_byte_predicate_fn *predicate);

/** The view without the trailing bytes that the predicate accepts. */
AWS_COMMON_API struct aws_byte_cursor aws_byte_cursor_right_trim_pred(
    const struct aws_byte_cursor *source,
    aws_byte_predicate_fn *predicate);

/** The view without the leading and trailing bytes that the predicate accepts. */
AWS_COMMON_API struct aws_byte_cursor aws_byte_cursor_trim_pred(
    const struct aws_byte_cursor *source,
    aws_byte_predicate_fn *predicate);

/** Whether the predicate accepts every byte; true for an empty view. */
AWS_COMMON_API bool aws_byte_cursor_satisfies_pred(
    const struct aws_byte_cursor *source,
    aws_byte_predicate_fn *predicate);

/**
 * Copies the first `len` bytes out and moves the cursor behind them. False, with nothing changed, when there are fewer.
 * All functions below work like that.
 */
AWS_COMMON_API bool aws_byte_cursor_read(
    struct aws_byte_cursor *AWS_RESTRICT cur,
    void *AWS_RESTRICT dest,
    const size_t len);

/** Reads as many bytes as `dest` has capacity and replaces its contents. */
AWS_COMMON_API bool aws_byte_cursor_read_and_fill_buffer(
    struct aws_byte_cursor *AWS_RESTRICT cur,
    struct aws_byte_buf *AWS_RESTRICT dest);

/** Reads one byte. */
AWS_COMMON_API bool aws_byte_cursor_read_u8(struct aws_byte_cursor *AWS_RESTRICT cur, uint8_t *AWS_RESTRICT var);

/** Reads 16 bits, least significant byte first. */
AWS_COMMON_API bool aws_byte_cursor_read_le16(struct aws_byte_cursor *cur, uint16_t *var);

/** Reads 16 bits, most significant byte first. */
AWS_COMMON_API bool aws_byte_cursor_read_be16(struct aws_byte_cursor *cur, uint16_t *var);

/** Reads 24 bits, most significant byte first. */
AWS_COMMON_API bool aws_byte_cursor_read_be24(struct aws_byte_cursor *cur, uint32_t *var);

/** Reads 32 bits, least significant byte first. */
AWS_COMMON_API bool aws_byte_cursor_read_le32(struct aws_byte_cursor *cur, uint32_t *var);

/** Reads 32 bits, most significant byte first. */
AWS_COMMON_API bool aws_byte_cursor_read_be32(struct aws_byte_cursor *cur, uint32_t *var);

/** Reads a signed number of 32 bits, most significant byte first. */
AWS_COMMON_API bool aws_byte_cursor_read_be_i32(struct aws_byte_cursor *cur, int32_t *var);

/** Reads a signed number of 32 bits, least significant byte first. */
AWS_COMMON_API bool aws_byte_cursor_read_le_i32(struct aws_byte_cursor *cur, int32_t *var);

/** Reads 64 bits, most significant byte first. */
AWS_COMMON_API bool aws_byte_cursor_read_be64(struct aws_byte_cursor *cur, uint64_t *var);

/** Reads a float, most significant byte first. */
AWS_COMMON_API bool aws_byte_cursor_read_float_be32(struct aws_byte_cursor *cur, float *var);

/** Reads a double, most significant byte first. */
AWS_COMMON_API bool aws_byte_cursor_read_float_be64(struct aws_byte_cursor *cur, double *var);

/** Reads two hexadecimal digits as one byte. */
AWS_COMMON_API bool aws_byte_cursor_read_hex_u8(struct aws_byte_cursor *cur, uint8_t *var);

/**
 * Reads all of it as a decimal number without sign or space. AWS_ERROR_INVALID_ARGUMENT when it is none,
 * AWS_ERROR_OVERFLOW_DETECTED when it does not fit; `*dst` is then 0.
 */
AWS_COMMON_API int aws_byte_cursor_utf8_parse_u64(struct aws_byte_cursor cursor, uint64_t *dst);

/** The same with hexadecimal digits and no prefix. */
AWS_COMMON_API int aws_byte_cursor_utf8_parse_u64_hex(struct aws_byte_cursor cursor, uint64_t *dst);

/** The same for a decimal number that may begin with a minus; `*dst` is left alone when it is none. */
AWS_COMMON_API int aws_byte_cursor_utf8_parse_i64(struct aws_byte_cursor cursor, int64_t *dst);

/** Whether a byte is an ASCII letter or digit. */
AWS_COMMON_API bool aws_isalnum(uint8_t ch);

/** Whether a byte is an ASCII letter. */
AWS_COMMON_API bool aws_isalpha(uint8_t ch);

/** Whether a byte is a decimal digit. */
AWS_COMMON_API bool aws_isdigit(uint8_t ch);

/** Whether a byte is a hexadecimal digit. */
AWS_COMMON_API bool aws_isxdigit(uint8_t ch);

/** Whether a byte is ASCII white space. */
AWS_COMMON_API bool aws_isspace(uint8_t ch);

AWS_EXTERN_C_END

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_BYTE_BUF_H */

#ifndef AWS_COMMON_UUID_H
#define AWS_COMMON_UUID_H
/* Random identifiers of 16 bytes, and their text. */

#include <aws/common/common.h>

AWS_PUSH_SANE_WARNING_LEVEL

struct aws_byte_cursor;
struct aws_byte_buf;

/** An identifier. */
struct aws_uuid {
    /** All of it. */
    uint8_t uuid_data[16];
};

/** Room that a text needs, with its NUL: with hyphens (8-4-4-4-12 digits), and without. */
enum { AWS_UUID_STR_LEN = 37 };
enum { AWS_UUID_STR_COMPACT_LEN = 33 };

AWS_EXTERN_C_BEGIN

/** Makes an identifier of random bytes. */
AWS_COMMON_API int aws_uuid_init(struct aws_uuid *uuid);

/**
 * Reads the first 36 characters of a text with hyphens. AWS_ERROR_INVALID_BUFFER_SIZE for a shorter one,
 * AWS_ERROR_MALFORMED_INPUT_STRING for one of another form.
 */
AWS_COMMON_API int aws_uuid_init_from_str(struct aws_uuid *uuid, const struct aws_byte_cursor *uuid_str);

/** Appends the text, and behind it a NUL that does not count. AWS_ERROR_SHORT_BUFFER without room. */
AWS_COMMON_API int aws_uuid_to_str(const struct aws_uuid *uuid, struct aws_byte_buf *output);
AWS_COMMON_API int aws_uuid_to_str_compact(const struct aws_uuid *uuid, struct aws_byte_buf *output);

AWS_COMMON_API bool aws_uuid_equals(const struct aws_uuid *a, const struct aws_uuid *b);

AWS_EXTERN_C_END
AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_UUID_H */

#ifndef AWS_COMMON_ENCODING_H
#define AWS_COMMON_ENCODING_H
/* Base64 and hexadecimal digits, and numbers as bytes. */

#include <aws/common/byte_buf.h>
#include <aws/common/byte_order.h>
#include <aws/common/common.h>

#include <memory.h>

AWS_PUSH_SANE_WARNING_LEVEL
AWS_EXTERN_C_BEGIN

/** What a text may be encoded in. */
enum aws_text_encoding {
    AWS_TEXT_UNKNOWN,
    AWS_TEXT_UTF8,
    AWS_TEXT_UTF16,
    AWS_TEXT_UTF32,
    AWS_TEXT_ASCII,
};

/** Bytes that aws_base64_encode() makes of that many. AWS_ERROR_OVERFLOW_DETECTED when out of range. */
AWS_COMMON_API int aws_base64_compute_encoded_len(size_t to_encode_len, size_t *encoded_len);

/** Appends the Base64 text of what a cursor shows. AWS_ERROR_SHORT_BUFFER when it does not fit. */
AWS_COMMON_API int aws_base64_encode(
    const struct aws_byte_cursor *AWS_RESTRICT to_encode,
    struct aws_byte_buf *AWS_RESTRICT output);

/**
 * Bytes that aws_base64_decode() makes of a text. AWS_ERROR_INVALID_BASE64_STR when its length is not one of Base64.
 */
AWS_COMMON_API int aws_base64_compute_decoded_len(
    const struct aws_byte_cursor *AWS_RESTRICT to_decode,
    size_t *decoded_len);

/**
 * Replaces the contents of a buffer by the bytes that a Base64 text, padded or not, stands for. AWS_ERROR_SHORT_BUFFER
 * when they
 * do not fit, AWS_ERROR_INVALID_BASE64_STR when the text is not Base64.
 */
AWS_COMMON_API int aws_base64_decode(
    const struct aws_byte_cursor *AWS_RESTRICT to_decode,
    struct aws_byte_buf *AWS_RESTRICT output);

/** Bytes that aws_base64_url_encode() makes of that many. AWS_ERROR_OVERFLOW_DETECTED when out of range. */
AWS_COMMON_API int aws_base64_url_compute_encoded_len(size_t to_encode_len, size_t *encoded_len);

/** Appends the Base64 text of the alphabet for URLs, without padding. AWS_ERROR_SHORT_BUFFER when it does not fit. */
AWS_COMMON_API int aws_base64_url_encode(
    const struct aws_byte_cursor *AWS_RESTRICT to_encode,
    struct aws_byte_buf *AWS_RESTRICT output);

/** Bytes that aws_hex_encode() makes of that many. AWS_ERROR_OVERFLOW_DETECTED when out of range. */
AWS_COMMON_API int aws_hex_compute_encoded_len(size_t to_encode_len, size_t *encoded_length);

/** Appends small hexadecimal digits. AWS_ERROR_SHORT_BUFFER when they do not fit. */
AWS_COMMON_API int aws_hex_encode(
    const struct aws_byte_cursor *AWS_RESTRICT to_encode,
    struct aws_byte_buf *AWS_RESTRICT output);

/** Appends small hexadecimal digits, growing the buffer when needed. */
AWS_COMMON_API int aws_hex_encode_append_dynamic(
    const struct aws_byte_cursor *AWS_RESTRICT to_encode,
    struct aws_byte_buf *AWS_RESTRICT output);

/** Bytes that that many hexadecimal digits stand for. AWS_ERROR_OVERFLOW_DETECTED when out of range. */
AWS_COMMON_API int aws_hex_compute_decoded_len(size_t to_decode_len, size_t *decoded_len);

/**
 * Replaces the contents of a buffer by the bytes that hexadecimal digits stand for; an odd number is read as if a 0
 * went
 * before. AWS_ERROR_SHORT_BUFFER or AWS_ERROR_INVALID_HEX_STR.
 */
AWS_COMMON_API int aws_hex_decode(
    const struct aws_byte_cursor *AWS_RESTRICT to_decode,
    struct aws_byte_buf *AWS_RESTRICT output);

/** Writes 16 bits, most significant byte first. */
AWS_STATIC_IMPL void aws_write_u16(uint16_t value, uint8_t *buffer);

/** Writes 24 bits, most significant byte first. */
AWS_STATIC_IMPL void aws_write_u24(uint32_t value, uint8_t *buffer);

/** Writes 32 bits, most significant byte first. */
AWS_STATIC_IMPL void aws_write_u32(uint32_t value, uint8_t *buffer);

/** Writes 64 bits, most significant byte first. */
AWS_STATIC_IMPL void aws_write_u64(uint64_t value, uint8_t *buffer);

/** Reads 16 bits, most significant byte first. */
AWS_STATIC_IMPL uint16_t aws_read_u16(const uint8_t *buffer);

/** Reads 24 bits, most significant byte first. */
AWS_STATIC_IMPL uint32_t aws_read_u24(const uint8_t *buffer);

/** Reads 32 bits, most significant byte first. */
AWS_STATIC_IMPL uint32_t aws_read_u32(const uint8_t *buffer);

/** Reads 64 bits, most significant byte first. */
AWS_STATIC_IMPL uint64_t aws_read_u64(const uint8_t *buffer);

/** Guesses an encoding from the mark at the beginning; without a mark, ASCII if every byte is, else unknown. */
AWS_STATIC_IMPL enum aws_text_encoding aws_text_detect_encoding(const uint8_t *bytes, size_t size);

/** Whether aws_text_detect_encoding() says UTF-8 or ASCII. */
AWS_STATIC_IMPL bool aws_text_is_utf8(const uint8_t *bytes, size_t size);

AWS_EXTERN_C_END

#ifndef AWS_NO_STATIC_IMPL
#    include <aws/common/encoding.inl>
#endif

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_ENCODING_H */

#ifndef AWS_COMMON_ENCODING_INL
#define AWS_COMMON_ENCODING_INL

#include <aws/common/encoding.h>

AWS_EXTERN_C_BEGIN

AWS_STATIC_IMPL void aws_write_u16(uint16_t value, uint8_t *buffer) {
    buffer[0] = (uint8_t)(value >> 8);
    buffer[1] = (uint8_t)value;
}

AWS_STATIC_IMPL void aws_write_u24(uint32_t value, uint8_t *buffer) {
    buffer[0] = (uint8_t)(value >> 16);
    buffer[1] = (uint8_t)(value >> 8);
    buffer[2] = (uint8_t)value;
}

AWS_STATIC_IMPL void aws_write_u32(uint32_t value, uint8_t *buffer) {
    buffer[0] = (uint8_t)(value >> 24);
    buffer[1] = (uint8_t)(value >> 16);
    buffer[2] = (uint8_t)(value >> 8);
    buffer[3] = (uint8_t)value;
}

AWS_STATIC_IMPL void aws_write_u64(uint64_t value, uint8_t *buffer) {
    buffer[0] = (uint8_t)(value >> 56);
    buffer[1] = (uint8_t)(value >> 48);
    buffer[2] = (uint8_t)(value >> 40);
    buffer[3] = (uint8_t)(value >> 32);
    buffer[4] = (uint8_t)(value >> 24);
    buffer[5] = (uint8_t)(value >> 16);
    buffer[6] = (uint8_t)(value >> 8);
    buffer[7] = (uint8_t)value;
}

AWS_STATIC_IMPL uint16_t aws_read_u16(const uint8_t *buffer) {
    return (uint16_t)(((uint16_t)buffer[0] << 8) |
        (uint16_t)buffer[1]);
}

AWS_STATIC_IMPL uint32_t aws_read_u24(const uint8_t *buffer) {
    return (uint32_t)(((uint32_t)buffer[0] << 16) |
        ((uint32_t)buffer[1] << 8) |
        (uint32_t)buffer[2]);
}

AWS_STATIC_IMPL uint32_t aws_read_u32(const uint8_t *buffer) {
    return (uint32_t)(((uint32_t)buffer[0] << 24) |
        ((uint32_t)buffer[1] << 16) |
        ((uint32_t)buffer[2] << 8) |
        (uint32_t)buffer[3]);
}

AWS_STATIC_IMPL uint64_t aws_read_u64(const uint8_t *buffer) {
    return (uint64_t)(((uint64_t)buffer[0] << 56) |
        ((uint64_t)buffer[1] << 48) |
        ((uint64_t)buffer[2] << 40) |
        ((uint64_t)buffer[3] << 32) |
        ((uint64_t)buffer[4] << 24) |
        ((uint64_t)buffer[5] << 16) |
        ((uint64_t)buffer[6] << 8) |
        (uint64_t)buffer[7]);
}

AWS_STATIC_IMPL enum aws_text_encoding aws_text_detect_encoding(const uint8_t *bytes, size_t size) {
    if (size >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF) {
        return AWS_TEXT_UTF8;
    }
    if (size >= 4 && ((bytes[0] == 0xFF && bytes[1] == 0xFE && bytes[2] == 0 && bytes[3] == 0) ||
                      (bytes[0] == 0 && bytes[1] == 0 && bytes[2] == 0xFE && bytes[3] == 0xFF))) {
        return AWS_TEXT_UTF32;
    }
    if (size >= 2 && ((bytes[0] == 0xFF && bytes[1] == 0xFE) || (bytes[0] == 0xFE && bytes[1] == 0xFF))) {
        return AWS_TEXT_UTF16;
    }
    for (size_t i = 0; i < size; ++i) {
        if (bytes[i] & 0x80) {
            return AWS_TEXT_UNKNOWN;
        }
    }
    return AWS_TEXT_ASCII;
}

AWS_STATIC_IMPL bool aws_text_is_utf8(const uint8_t *bytes, size_t size) {
    const enum aws_text_encoding encoding = aws_text_detect_encoding(bytes, size);
    return encoding == AWS_TEXT_UTF8 || encoding == AWS_TEXT_ASCII;
}

AWS_EXTERN_C_END

#endif /* AWS_COMMON_ENCODING_INL */

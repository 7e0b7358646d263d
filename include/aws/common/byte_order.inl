#ifndef AWS_COMMON_BYTE_ORDER_INL
#define AWS_COMMON_BYTE_ORDER_INL

#include <aws/common/byte_order.h>

AWS_EXTERN_C_BEGIN

AWS_STATIC_IMPL int aws_is_big_endian(void) {
    const uint16_t one = 1;
    return *(const uint8_t *)&one == 0;
}

AWS_STATIC_IMPL uint64_t aws_hton64(uint64_t x) {
    return aws_is_big_endian() ? x : __builtin_bswap64(x);
}

AWS_STATIC_IMPL uint64_t aws_ntoh64(uint64_t x) {
    return aws_hton64(x);
}

AWS_STATIC_IMPL uint32_t aws_hton32(uint32_t x) {
    return aws_is_big_endian() ? x : __builtin_bswap32(x);
}

AWS_STATIC_IMPL uint32_t aws_ntoh32(uint32_t x) {
    return aws_hton32(x);
}

AWS_STATIC_IMPL uint16_t aws_hton16(uint16_t x) {
    return aws_is_big_endian() ? x : __builtin_bswap16(x);
}

AWS_STATIC_IMPL uint16_t aws_ntoh16(uint16_t x) {
    return aws_hton16(x);
}

AWS_STATIC_IMPL float aws_htonf32(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof(bits));
    bits = aws_hton32(bits);
    memcpy(&x, &bits, sizeof(bits));
    return x;
}

AWS_STATIC_IMPL float aws_ntohf32(float x) {
    return aws_htonf32(x);
}

AWS_STATIC_IMPL double aws_htonf64(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof(bits));
    bits = aws_hton64(bits);
    memcpy(&x, &bits, sizeof(bits));
    return x;
}

AWS_STATIC_IMPL double aws_ntohf64(double x) {
    return aws_htonf64(x);
}

AWS_STATIC_IMPL uint16_t aws_letoh16(uint16_t x) {
    return aws_is_big_endian() ? __builtin_bswap16(x) : x;
}

AWS_STATIC_IMPL uint32_t aws_letoh32(uint32_t x) {
    return aws_is_big_endian() ? __builtin_bswap32(x) : x;
}

AWS_EXTERN_C_END

#endif /* AWS_COMMON_BYTE_ORDER_INL */

#ifndef AWS_COMMON_MATH_INL
#define AWS_COMMON_MATH_INL

#include <aws/common/math.h>

AWS_EXTERN_C_BEGIN

AWS_STATIC_IMPL uint64_t aws_add_u64_saturating(uint64_t a, uint64_t b) {
    uint64_t result;
    return __builtin_add_overflow(a, b, &result) ? UINT64_MAX : result;
}

AWS_STATIC_IMPL int aws_add_u64_checked(uint64_t a, uint64_t b, uint64_t *r) {
    uint64_t result;
    if (__builtin_add_overflow(a, b, &result)) {
        return aws_raise_error(AWS_ERROR_OVERFLOW_DETECTED);
    }
    *r = result;
    return AWS_OP_SUCCESS;
}

AWS_STATIC_IMPL uint32_t aws_add_u32_saturating(uint32_t a, uint32_t b) {
    uint32_t result;
    return __builtin_add_overflow(a, b, &result) ? UINT32_MAX : result;
}

AWS_STATIC_IMPL int aws_add_u32_checked(uint32_t a, uint32_t b, uint32_t *r) {
    uint32_t result;
    if (__builtin_add_overflow(a, b, &result)) {
        return aws_raise_error(AWS_ERROR_OVERFLOW_DETECTED);
    }
    *r = result;
    return AWS_OP_SUCCESS;
}

AWS_STATIC_IMPL size_t aws_add_size_saturating(size_t a, size_t b) {
    size_t result;
    return __builtin_add_overflow(a, b, &result) ? SIZE_MAX : result;
}

AWS_STATIC_IMPL int aws_add_size_checked(size_t a, size_t b, size_t *r) {
    size_t result;
    if (__builtin_add_overflow(a, b, &result)) {
        return aws_raise_error(AWS_ERROR_OVERFLOW_DETECTED);
    }
    *r = result;
    return AWS_OP_SUCCESS;
}

AWS_STATIC_IMPL uint64_t aws_sub_u64_saturating(uint64_t a, uint64_t b) {
    uint64_t result;
    return __builtin_sub_overflow(a, b, &result) ? 0 : result;
}

AWS_STATIC_IMPL int aws_sub_u64_checked(uint64_t a, uint64_t b, uint64_t *r) {
    uint64_t result;
    if (__builtin_sub_overflow(a, b, &result)) {
        return aws_raise_error(AWS_ERROR_OVERFLOW_DETECTED);
    }
    *r = result;
    return AWS_OP_SUCCESS;
}

AWS_STATIC_IMPL uint32_t aws_sub_u32_saturating(uint32_t a, uint32_t b) {
    uint32_t result;
    return __builtin_sub_overflow(a, b, &result) ? 0 : result;
}

AWS_STATIC_IMPL int aws_sub_u32_checked(uint32_t a, uint32_t b, uint32_t *r) {
    uint32_t result;
    if (__builtin_sub_overflow(a, b, &result)) {
        return aws_raise_error(AWS_ERROR_OVERFLOW_DETECTED);
    }
    *r = result;
    return AWS_OP_SUCCESS;
}

AWS_STATIC_IMPL size_t aws_sub_size_saturating(size_t a, size_t b) {
    size_t result;
    return __builtin_sub_overflow(a, b, &result) ? 0 : result;
}

AWS_STATIC_IMPL int aws_sub_size_checked(size_t a, size_t b, size_t *r) {
    size_t result;
    if (__builtin_sub_overflow(a, b, &result)) {
        return aws_raise_error(AWS_ERROR_OVERFLOW_DETECTED);
    }
    *r = result;
    return AWS_OP_SUCCESS;
}

AWS_STATIC_IMPL uint64_t aws_mul_u64_saturating(uint64_t a, uint64_t b) {
    uint64_t result;
    return __builtin_mul_overflow(a, b, &result) ? UINT64_MAX : result;
}

AWS_STATIC_IMPL int aws_mul_u64_checked(uint64_t a, uint64_t b, uint64_t *r) {
    uint64_t result;
    if (__builtin_mul_overflow(a, b, &result)) {
        return aws_raise_error(AWS_ERROR_OVERFLOW_DETECTED);
    }
    *r = result;
    return AWS_OP_SUCCESS;
}

AWS_STATIC_IMPL uint32_t aws_mul_u32_saturating(uint32_t a, uint32_t b) {
    uint32_t result;
    return __builtin_mul_overflow(a, b, &result) ? UINT32_MAX : result;
}

AWS_STATIC_IMPL int aws_mul_u32_checked(uint32_t a, uint32_t b, uint32_t *r) {
    uint32_t result;
    if (__builtin_mul_overflow(a, b, &result)) {
        return aws_raise_error(AWS_ERROR_OVERFLOW_DETECTED);
    }
    *r = result;
    return AWS_OP_SUCCESS;
}

AWS_STATIC_IMPL size_t aws_mul_size_saturating(size_t a, size_t b) {
    size_t result;
    return __builtin_mul_overflow(a, b, &result) ? SIZE_MAX : result;
}

AWS_STATIC_IMPL int aws_mul_size_checked(size_t a, size_t b, size_t *r) {
    size_t result;
    if (__builtin_mul_overflow(a, b, &result)) {
        return aws_raise_error(AWS_ERROR_OVERFLOW_DETECTED);
    }
    *r = result;
    return AWS_OP_SUCCESS;
}

AWS_STATIC_IMPL bool aws_is_power_of_two(const size_t x) {
    return x != 0 && (x & (x - 1)) == 0;
}

AWS_STATIC_IMPL int aws_round_up_to_power_of_two(size_t n, size_t *result) {
    if (n > SIZE_MAX_POWER_OF_TWO) {
        return aws_raise_error(AWS_ERROR_OVERFLOW_DETECTED);
    }
    size_t power = 1;
    while (power < n) {
        power <<= 1;
    }
    *result = power;
    return AWS_OP_SUCCESS;
}

AWS_STATIC_IMPL size_t aws_clz_u32(uint32_t n) {
    return n == 0 ? 32 : (size_t)__builtin_clz(n);
}

AWS_STATIC_IMPL size_t aws_clz_i32(int32_t n) {
    return n == 0 ? 32 : (size_t)__builtin_clz((uint32_t)n);
}

AWS_STATIC_IMPL size_t aws_clz_u64(uint64_t n) {
    return n == 0 ? 64 : (size_t)__builtin_clzll(n);
}

AWS_STATIC_IMPL size_t aws_clz_i64(int64_t n) {
    return n == 0 ? 64 : (size_t)__builtin_clzll((uint64_t)n);
}

AWS_STATIC_IMPL size_t aws_clz_size(size_t n) {
    return sizeof(size_t) == 8 ? aws_clz_u64(n) : aws_clz_u32((uint32_t)n);
}

AWS_STATIC_IMPL size_t aws_ctz_u32(uint32_t n) {
    return n == 0 ? 32 : (size_t)__builtin_ctz(n);
}

AWS_STATIC_IMPL size_t aws_ctz_i32(int32_t n) {
    return n == 0 ? 32 : (size_t)__builtin_ctz((uint32_t)n);
}

AWS_STATIC_IMPL size_t aws_ctz_u64(uint64_t n) {
    return n == 0 ? 64 : (size_t)__builtin_ctzll(n);
}

AWS_STATIC_IMPL size_t aws_ctz_i64(int64_t n) {
    return n == 0 ? 64 : (size_t)__builtin_ctzll((uint64_t)n);
}

AWS_STATIC_IMPL size_t aws_ctz_size(size_t n) {
    return sizeof(size_t) == 8 ? aws_ctz_u64(n) : aws_ctz_u32((uint32_t)n);
}

AWS_STATIC_IMPL uint8_t aws_min_u8(uint8_t a, uint8_t b) {
    return a < b ? a : b;
}

AWS_STATIC_IMPL uint8_t aws_max_u8(uint8_t a, uint8_t b) {
    return a > b ? a : b;
}

AWS_STATIC_IMPL int8_t aws_min_i8(int8_t a, int8_t b) {
    return a < b ? a : b;
}

AWS_STATIC_IMPL int8_t aws_max_i8(int8_t a, int8_t b) {
    return a > b ? a : b;
}

AWS_STATIC_IMPL uint16_t aws_min_u16(uint16_t a, uint16_t b) {
    return a < b ? a : b;
}

AWS_STATIC_IMPL uint16_t aws_max_u16(uint16_t a, uint16_t b) {
    return a > b ? a : b;
}

AWS_STATIC_IMPL int16_t aws_min_i16(int16_t a, int16_t b) {
    return a < b ? a : b;
}

AWS_STATIC_IMPL int16_t aws_max_i16(int16_t a, int16_t b) {
    return a > b ? a : b;
}

AWS_STATIC_IMPL uint32_t aws_min_u32(uint32_t a, uint32_t b) {
    return a < b ? a : b;
}

AWS_STATIC_IMPL uint32_t aws_max_u32(uint32_t a, uint32_t b) {
    return a > b ? a : b;
}

AWS_STATIC_IMPL int32_t aws_min_i32(int32_t a, int32_t b) {
    return a < b ? a : b;
}

AWS_STATIC_IMPL int32_t aws_max_i32(int32_t a, int32_t b) {
    return a > b ? a : b;
}

AWS_STATIC_IMPL uint64_t aws_min_u64(uint64_t a, uint64_t b) {
    return a < b ? a : b;
}

AWS_STATIC_IMPL uint64_t aws_max_u64(uint64_t a, uint64_t b) {
    return a > b ? a : b;
}

AWS_STATIC_IMPL int64_t aws_min_i64(int64_t a, int64_t b) {
    return a < b ? a : b;
}

AWS_STATIC_IMPL int64_t aws_max_i64(int64_t a, int64_t b) {
    return a > b ? a : b;
}

AWS_STATIC_IMPL size_t aws_min_size(size_t a, size_t b) {
    return a < b ? a : b;
}

AWS_STATIC_IMPL size_t aws_max_size(size_t a, size_t b) {
    return a > b ? a : b;
}

AWS_STATIC_IMPL int aws_min_int(int a, int b) {
    return a < b ? a : b;
}

AWS_STATIC_IMPL int aws_max_int(int a, int b) {
    return a > b ? a : b;
}

AWS_STATIC_IMPL float aws_min_float(float a, float b) {
    return a < b ? a : b;
}

AWS_STATIC_IMPL float aws_max_float(float a, float b) {
    return a > b ? a : b;
}

AWS_STATIC_IMPL double aws_min_double(double a, double b) {
    return a < b ? a : b;
}

AWS_STATIC_IMPL double aws_max_double(double a, double b) {
    return a > b ? a : b;
}

AWS_EXTERN_C_END

#endif /* AWS_COMMON_MATH_INL */

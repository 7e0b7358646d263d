#ifndef AWS_COMMON_MATH_H
#define AWS_COMMON_MATH_H
/* Arithmetic that notices overflow, and the smaller or larger of two numbers. */

#include <aws/common/common.h>
#include <aws/common/config.h>

#include <limits.h>
#include <stdlib.h>

AWS_PUSH_SANE_WARNING_LEVEL
AWS_EXTERN_C_BEGIN

/** Bits of a size_t. */
#if SIZE_MAX == 0xffffffffu
#    define SIZE_BITS 32
#else
#    define SIZE_BITS 64
#endif

/** The largest power of two that fits in a size_t. */
#define SIZE_MAX_POWER_OF_TWO (((size_t)1) << (SIZE_BITS - 1))

/** `a + b`, or UINT64_MAX where that does not fit. */
AWS_STATIC_IMPL uint64_t aws_add_u64_saturating(uint64_t a, uint64_t b);

/** Stores `a + b` in `*r`. AWS_ERROR_OVERFLOW_DETECTED where that does not fit; `*r` is then not written. */
AWS_STATIC_IMPL int aws_add_u64_checked(uint64_t a, uint64_t b, uint64_t *r);

/** `a + b`, or UINT32_MAX where that does not fit. */
AWS_STATIC_IMPL uint32_t aws_add_u32_saturating(uint32_t a, uint32_t b);

/** Stores `a + b` in `*r`. AWS_ERROR_OVERFLOW_DETECTED where that does not fit; `*r` is then not written. */
AWS_STATIC_IMPL int aws_add_u32_checked(uint32_t a, uint32_t b, uint32_t *r);

/** `a + b`, or SIZE_MAX where that does not fit. */
AWS_STATIC_IMPL size_t aws_add_size_saturating(size_t a, size_t b);

/** Stores `a + b` in `*r`. AWS_ERROR_OVERFLOW_DETECTED where that does not fit; `*r` is then not written. */
AWS_STATIC_IMPL int aws_add_size_checked(size_t a, size_t b, size_t *r);

/** `a - b`, or 0 where that does not fit. */
AWS_STATIC_IMPL uint64_t aws_sub_u64_saturating(uint64_t a, uint64_t b);

/** Stores `a - b` in `*r`. AWS_ERROR_OVERFLOW_DETECTED where that does not fit; `*r` is then not written. */
AWS_STATIC_IMPL int aws_sub_u64_checked(uint64_t a, uint64_t b, uint64_t *r);

/** `a - b`, or 0 where that does not fit. */
AWS_STATIC_IMPL uint32_t aws_sub_u32_saturating(uint32_t a, uint32_t b);

/** Stores `a - b` in `*r`. AWS_ERROR_OVERFLOW_DETECTED where that does not fit; `*r` is then not written. */
AWS_STATIC_IMPL int aws_sub_u32_checked(uint32_t a, uint32_t b, uint32_t *r);

/** `a - b`, or 0 where that does not fit. */
AWS_STATIC_IMPL size_t aws_sub_size_saturating(size_t a, size_t b);

/** Stores `a - b` in `*r`. AWS_ERROR_OVERFLOW_DETECTED where that does not fit; `*r` is then not written. */
AWS_STATIC_IMPL int aws_sub_size_checked(size_t a, size_t b, size_t *r);

/** `a * b`, or UINT64_MAX where that does not fit. */
AWS_STATIC_IMPL uint64_t aws_mul_u64_saturating(uint64_t a, uint64_t b);

/** Stores `a * b` in `*r`. AWS_ERROR_OVERFLOW_DETECTED where that does not fit; `*r` is then not written. */
AWS_STATIC_IMPL int aws_mul_u64_checked(uint64_t a, uint64_t b, uint64_t *r);

/** `a * b`, or UINT32_MAX where that does not fit. */
AWS_STATIC_IMPL uint32_t aws_mul_u32_saturating(uint32_t a, uint32_t b);

/** Stores `a * b` in `*r`. AWS_ERROR_OVERFLOW_DETECTED where that does not fit; `*r` is then not written. */
AWS_STATIC_IMPL int aws_mul_u32_checked(uint32_t a, uint32_t b, uint32_t *r);

/** `a * b`, or SIZE_MAX where that does not fit. */
AWS_STATIC_IMPL size_t aws_mul_size_saturating(size_t a, size_t b);

/** Stores `a * b` in `*r`. AWS_ERROR_OVERFLOW_DETECTED where that does not fit; `*r` is then not written. */
AWS_STATIC_IMPL int aws_mul_size_checked(size_t a, size_t b, size_t *r);

/**
 * Stores the sum of `num` numbers of type size_t, given after `r`, in `*r`. AWS_ERROR_OVERFLOW_DETECTED on
 * overflow.
 */
AWS_COMMON_API int aws_add_size_checked_varargs(size_t num, size_t *r, ...);

/** Whether `x` is a power of two; 0 is not. */
AWS_STATIC_IMPL bool aws_is_power_of_two(const size_t x);

/** Stores the smallest power of two that is not below `n` (1 for 0). AWS_ERROR_OVERFLOW_DETECTED when there is none. */
AWS_STATIC_IMPL int aws_round_up_to_power_of_two(size_t n, size_t *result);

/** Number of zero bits above the highest set one; all of them for 0. */
AWS_STATIC_IMPL size_t aws_clz_u32(uint32_t n);

/** Number of zero bits above the highest set one; all of them for 0. */
AWS_STATIC_IMPL size_t aws_clz_i32(int32_t n);

/** Number of zero bits above the highest set one; all of them for 0. */
AWS_STATIC_IMPL size_t aws_clz_u64(uint64_t n);

/** Number of zero bits above the highest set one; all of them for 0. */
AWS_STATIC_IMPL size_t aws_clz_i64(int64_t n);

/** Number of zero bits above the highest set one; all of them for 0. */
AWS_STATIC_IMPL size_t aws_clz_size(size_t n);

/** Number of zero bits below the lowest set one; all of them for 0. */
AWS_STATIC_IMPL size_t aws_ctz_u32(uint32_t n);

/** Number of zero bits below the lowest set one; all of them for 0. */
AWS_STATIC_IMPL size_t aws_ctz_i32(int32_t n);

/** Number of zero bits below the lowest set one; all of them for 0. */
AWS_STATIC_IMPL size_t aws_ctz_u64(uint64_t n);

/** Number of zero bits below the lowest set one; all of them for 0. */
AWS_STATIC_IMPL size_t aws_ctz_i64(int64_t n);

/** Number of zero bits below the lowest set one; all of them for 0. */
AWS_STATIC_IMPL size_t aws_ctz_size(size_t n);

/** The smaller of two numbers. */
AWS_STATIC_IMPL uint8_t aws_min_u8(uint8_t a, uint8_t b);

/** The larger of two numbers. */
AWS_STATIC_IMPL uint8_t aws_max_u8(uint8_t a, uint8_t b);

/** The smaller of two numbers. */
AWS_STATIC_IMPL int8_t aws_min_i8(int8_t a, int8_t b);

/** The larger of two numbers. */
AWS_STATIC_IMPL int8_t aws_max_i8(int8_t a, int8_t b);

/** The smaller of two numbers. */
AWS_STATIC_IMPL uint16_t aws_min_u16(uint16_t a, uint16_t b);

/** The larger of two numbers. */
AWS_STATIC_IMPL uint16_t aws_max_u16(uint16_t a, uint16_t b);

/** The smaller of two numbers. */
AWS_STATIC_IMPL int16_t aws_min_i16(int16_t a, int16_t b);

/** The larger of two numbers. */
AWS_STATIC_IMPL int16_t aws_max_i16(int16_t a, int16_t b);

/** The smaller of two numbers. */
AWS_STATIC_IMPL uint32_t aws_min_u32(uint32_t a, uint32_t b);

/** The larger of two numbers. */
AWS_STATIC_IMPL uint32_t aws_max_u32(uint32_t a, uint32_t b);

/** The smaller of two numbers. */
AWS_STATIC_IMPL int32_t aws_min_i32(int32_t a, int32_t b);

/** The larger of two numbers. */
AWS_STATIC_IMPL int32_t aws_max_i32(int32_t a, int32_t b);

/** The smaller of two numbers. */
AWS_STATIC_IMPL uint64_t aws_min_u64(uint64_t a, uint64_t b);

/** The larger of two numbers. */
AWS_STATIC_IMPL uint64_t aws_max_u64(uint64_t a, uint64_t b);

/** The smaller of two numbers. */
AWS_STATIC_IMPL int64_t aws_min_i64(int64_t a, int64_t b);

/** The larger of two numbers. */
AWS_STATIC_IMPL int64_t aws_max_i64(int64_t a, int64_t b);

/** The smaller of two numbers. */
AWS_STATIC_IMPL size_t aws_min_size(size_t a, size_t b);

/** The larger of two numbers. */
AWS_STATIC_IMPL size_t aws_max_size(size_t a, size_t b);

/** The smaller of two numbers. */
AWS_STATIC_IMPL int aws_min_int(int a, int b);

/** The larger of two numbers. */
AWS_STATIC_IMPL int aws_max_int(int a, int b);

/** The smaller of two numbers. */
AWS_STATIC_IMPL float aws_min_float(float a, float b);

/** The larger of two numbers. */
AWS_STATIC_IMPL float aws_max_float(float a, float b);

/** The smaller of two numbers. */
AWS_STATIC_IMPL double aws_min_double(double a, double b);

/** The larger of two numbers. */
AWS_STATIC_IMPL double aws_max_double(double a, double b);

AWS_EXTERN_C_END

#ifndef AWS_NO_STATIC_IMPL
#    include <aws/common/math.inl>
#endif

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_MATH_H */

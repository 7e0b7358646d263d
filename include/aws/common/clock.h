#ifndef AWS_COMMON_CLOCK_H
#define AWS_COMMON_CLOCK_H
/* Clocks in nanoseconds, and conversion between units of time. */

#include <aws/common/common.h>
#include <aws/common/math.h>

AWS_PUSH_SANE_WARNING_LEVEL
AWS_EXTERN_C_BEGIN

/** Units of time, each numbered by how many of it make a second. */
enum aws_timestamp_unit {
    AWS_TIMESTAMP_SECS = 1,
    AWS_TIMESTAMP_MILLIS = 1000,
    AWS_TIMESTAMP_MICROS = 1000000,
    AWS_TIMESTAMP_NANOS = 1000000000,
};

/**
 * Converts a time between units and cuts what is smaller than the target unit; stores that rest, in the source unit,
 * in `*remainder` unless it is NULL. A result that does not fit becomes UINT64_MAX.
 */
AWS_STATIC_IMPL uint64_t aws_timestamp_convert(
    uint64_t timestamp,
    enum aws_timestamp_unit convert_from,
    enum aws_timestamp_unit convert_to,
    uint64_t *remainder);

/** Like aws_timestamp_convert() between clocks of any number of ticks per second. Aborts when a frequency is 0. */
AWS_STATIC_IMPL uint64_t aws_timestamp_convert_u64(
    uint64_t ticks,
    uint64_t old_frequency,
    uint64_t new_frequency,
    uint64_t *remainder);

/** Nanoseconds of a clock that never goes backwards. AWS_ERROR_CLOCK_FAILURE when the system has none. */
AWS_COMMON_API int aws_high_res_clock_get_ticks(uint64_t *timestamp);

/** Nanoseconds since 1970 on the clock on the wall. AWS_ERROR_CLOCK_FAILURE when the system has none. */
AWS_COMMON_API int aws_sys_clock_get_ticks(uint64_t *timestamp);

AWS_EXTERN_C_END

#ifndef AWS_NO_STATIC_IMPL
#    include <aws/common/clock.inl>
#endif

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_CLOCK_H */

#ifndef AWS_COMMON_CLOCK_INL
#define AWS_COMMON_CLOCK_INL

#include <aws/common/clock.h>

AWS_EXTERN_C_BEGIN

AWS_STATIC_IMPL uint64_t aws_timestamp_convert_u64(
    uint64_t ticks,
    uint64_t old_frequency,
    uint64_t new_frequency,
    uint64_t *remainder) {
    AWS_FATAL_ASSERT(old_frequency > 0 && new_frequency > 0);

    /* The rest has a meaning only where the new unit is the coarser one and a whole multiple of the old. */
    if (remainder != NULL) {
        *remainder = 0;
        if (new_frequency < old_frequency && old_frequency % new_frequency == 0) {
            *remainder = ticks % (old_frequency / new_frequency);
        }
    }

    /* Whole seconds apart, so that the product of the fraction stays small. */
    const uint64_t seconds = ticks / old_frequency;
    const uint64_t fraction = ticks % old_frequency;
    return aws_add_u64_saturating(
        aws_mul_u64_saturating(seconds, new_frequency),
        aws_mul_u64_saturating(fraction, new_frequency) / old_frequency);
}

AWS_STATIC_IMPL uint64_t aws_timestamp_convert(
    uint64_t timestamp,
    enum aws_timestamp_unit convert_from,
    enum aws_timestamp_unit convert_to,
    uint64_t *remainder) {
    return aws_timestamp_convert_u64(timestamp, (uint64_t)convert_from, (uint64_t)convert_to, remainder);
}

AWS_EXTERN_C_END

#endif /* AWS_COMMON_CLOCK_INL */

#ifndef AWS_COMMON_DATE_TIME_H
#define AWS_COMMON_DATE_TIME_H
/* Points in time: from and to text, and their parts. */

#include <aws/common/common.h>

#include <time.h>

AWS_PUSH_SANE_WARNING_LEVEL
AWS_EXTERN_C_BEGIN

/** Longest texts that are read or written. */
enum { AWS_DATE_TIME_STR_MAX_LEN = 100, AWS_DATE_TIME_STR_MAX_BASIC_LEN = 20 };

/** Formats of text. */
enum aws_date_format {
    /** As in HTTP headers. */
    AWS_DATE_FORMAT_RFC822,
    /** 2024-02-03T04:05:06Z */
    AWS_DATE_FORMAT_ISO_8601,
    /** 20240203T040506Z */
    AWS_DATE_FORMAT_ISO_8601_BASIC,
    /** Any of them; for reading only. */
    AWS_DATE_FORMAT_AUTO_DETECT,
};

/** Months, from 0. */
enum aws_date_month {
    AWS_DATE_MONTH_JANUARY,
    AWS_DATE_MONTH_FEBRUARY,
    AWS_DATE_MONTH_MARCH,
    AWS_DATE_MONTH_APRIL,
    AWS_DATE_MONTH_MAY,
    AWS_DATE_MONTH_JUNE,
    AWS_DATE_MONTH_JULY,
    AWS_DATE_MONTH_AUGUST,
    AWS_DATE_MONTH_SEPTEMBER,
    AWS_DATE_MONTH_OCTOBER,
    AWS_DATE_MONTH_NOVEMBER,
    AWS_DATE_MONTH_DECEMBER,
};

/** Days, from Sunday, which is 0. */
enum aws_date_day_of_week {
    AWS_DATE_DAY_OF_WEEK_SUNDAY,
    AWS_DATE_DAY_OF_WEEK_MONDAY,
    AWS_DATE_DAY_OF_WEEK_TUESDAY,
    AWS_DATE_DAY_OF_WEEK_WEDNESDAY,
    AWS_DATE_DAY_OF_WEEK_THURSDAY,
    AWS_DATE_DAY_OF_WEEK_FRIDAY,
    AWS_DATE_DAY_OF_WEEK_SATURDAY,
};

/** A point in time. Ask the functions; the fields are their business. */
struct aws_date_time {
    /** Seconds since 1970. */
    time_t timestamp;
    /** Milliseconds of the second. */
    uint16_t milliseconds;
    /** Time zone of the text it was read from. */
    char tz[6];
    /** Its parts in UTC. */
    struct tm gmt_time;
    /** Its parts here. */
    struct tm local_time;
    /** Whether the text said UTC or no zone. */
    bool utc_assumed;
};

struct aws_byte_buf;
struct aws_byte_cursor;

/** The time now. */
AWS_COMMON_API void aws_date_time_init_now(struct aws_date_time *dt);

/** A time in milliseconds since 1970. */
AWS_COMMON_API void aws_date_time_init_epoch_millis(struct aws_date_time *dt, uint64_t ms_since_epoch);

/** A time in seconds since 1970, with milliseconds behind the point. */
AWS_COMMON_API void aws_date_time_init_epoch_secs(struct aws_date_time *dt, double sec_ms);

/**
 * Reads a time from text. AWS_ERROR_INVALID_DATE_STR when it is not of that format,
 * AWS_ERROR_OVERFLOW_DETECTED when it is longer than AWS_DATE_TIME_STR_MAX_LEN.
 */
AWS_COMMON_API int aws_date_time_init_from_str(
    struct aws_date_time *dt,
    const struct aws_byte_buf *date_str,
    enum aws_date_format fmt);

/** The same from a cursor. */
AWS_COMMON_API int aws_date_time_init_from_str_cursor(
    struct aws_date_time *dt,
    const struct aws_byte_cursor *date_str_cursor,
    enum aws_date_format fmt);

/**
 * Appends the time in UTC. AWS_ERROR_SHORT_BUFFER when it does not fit, AWS_ERROR_INVALID_ARGUMENT for
 * AWS_DATE_FORMAT_AUTO_DETECT.
 */
AWS_COMMON_API int aws_date_time_to_utc_time_str(
    const struct aws_date_time *dt,
    enum aws_date_format fmt,
    struct aws_byte_buf *output_buf);

/** Appends the time as it is here. Errors as for UTC. */
AWS_COMMON_API int aws_date_time_to_local_time_str(
    const struct aws_date_time *dt,
    enum aws_date_format fmt,
    struct aws_byte_buf *output_buf);

/** Appends the day in UTC. Errors as above. */
AWS_COMMON_API int aws_date_time_to_utc_time_short_str(
    const struct aws_date_time *dt,
    enum aws_date_format fmt,
    struct aws_byte_buf *output_buf);

/** Appends the day as it is here. Errors as above. */
AWS_COMMON_API int aws_date_time_to_local_time_short_str(
    const struct aws_date_time *dt,
    enum aws_date_format fmt,
    struct aws_byte_buf *output_buf);

/** Seconds since 1970, with milliseconds behind the point. */
AWS_COMMON_API double aws_date_time_as_epoch_secs(const struct aws_date_time *dt);

/** Milliseconds since 1970. */
AWS_COMMON_API uint64_t aws_date_time_as_millis(const struct aws_date_time *dt);

/** Nanoseconds since 1970, with the precision of milliseconds. */
AWS_COMMON_API uint64_t aws_date_time_as_nanos(const struct aws_date_time *dt);

/** The year, in UTC or local time. */
AWS_COMMON_API uint16_t aws_date_time_year(const struct aws_date_time *dt, bool local_time);

/** The month, in UTC or local time. */
AWS_COMMON_API enum aws_date_month aws_date_time_month(const struct aws_date_time *dt, bool local_time);

/** The day of the month, from 1, in UTC or local time. */
AWS_COMMON_API uint8_t aws_date_time_month_day(const struct aws_date_time *dt, bool local_time);

/** The day of the week, in UTC or local time. */
AWS_COMMON_API enum aws_date_day_of_week aws_date_time_day_of_week(const struct aws_date_time *dt, bool local_time);

/** The hour, in UTC or local time. */
AWS_COMMON_API uint8_t aws_date_time_hour(const struct aws_date_time *dt, bool local_time);

/** The minute, in UTC or local time. */
AWS_COMMON_API uint8_t aws_date_time_minute(const struct aws_date_time *dt, bool local_time);

/** The second, in UTC or local time. */
AWS_COMMON_API uint8_t aws_date_time_second(const struct aws_date_time *dt, bool local_time);

/** Whether daylight saving time is on, in UTC or local time. */
AWS_COMMON_API bool aws_date_time_dst(const struct aws_date_time *dt, bool local_time);

/** Seconds from `b` to `a`. */
AWS_COMMON_API time_t aws_date_time_diff(const struct aws_date_time *a, const struct aws_date_time *b);

AWS_EXTERN_C_END

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_DATE_TIME_H */

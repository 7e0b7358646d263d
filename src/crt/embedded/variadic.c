/* The functions with variable arguments. Stable Rust can call such functions but not define them, so they are here and
 * do as little as possible. They go by names of their own; variadic.rs gives them the public ones. */

#include <aws/common/byte_buf.h>
#include <aws/common/logging.h>
#include <aws/common/math.h>

#include <stdarg.h>

#if defined(__GNUC__)
#    define INTERNAL __attribute__((visibility("hidden")))
#else
#    define INTERNAL
#endif

/* Objects of aws_mem_acquire_many() begin at multiples of this. */
enum { OBJECT_ALIGNMENT = 8 };
/* Lines up to this length need no memory but the stack. */
enum { SHORT_LINE = 1024 };

static size_t s_rounded_up(size_t size) {
    AWS_FATAL_ASSERT(size <= SIZE_MAX - (OBJECT_ALIGNMENT - 1));
    return (size + (OBJECT_ALIGNMENT - 1)) & ~(size_t)(OBJECT_ALIGNMENT - 1);
}

INTERNAL void *aws_embedded_mem_acquire_many(struct aws_allocator *allocator, size_t count, ...) {
    va_list pairs;
    size_t total = 0;
    va_start(pairs, count);
    for (size_t i = 0; i < count; ++i) {
        (void)va_arg(pairs, void **);
        AWS_FATAL_ASSERT(aws_add_size_checked(total, s_rounded_up(va_arg(pairs, size_t)), &total) == AWS_OP_SUCCESS);
    }
    va_end(pairs);
    if (total == 0) {
        return NULL;
    }

    uint8_t *block = aws_mem_acquire(allocator, total);
    size_t offset = 0;
    va_start(pairs, count);
    for (size_t i = 0; i < count; ++i) {
        void **object = va_arg(pairs, void **);
        *object = block + offset;
        offset += s_rounded_up(va_arg(pairs, size_t));
    }
    va_end(pairs);
    return block;
}

INTERNAL int aws_embedded_byte_buf_cat(struct aws_byte_buf *dest, size_t number_of_args, ...) {
    va_list buffers;
    int result = AWS_OP_SUCCESS;
    va_start(buffers, number_of_args);
    for (size_t i = 0; i < number_of_args && result == AWS_OP_SUCCESS; ++i) {
        struct aws_byte_cursor bytes = aws_byte_cursor_from_buf(va_arg(buffers, struct aws_byte_buf *));
        result = aws_byte_buf_append(dest, &bytes);
    }
    va_end(buffers);
    return result;
}

INTERNAL int aws_embedded_byte_buf_init_cache_and_update_cursors(
    struct aws_byte_buf *dest,
    struct aws_allocator *allocator,
    ...) {
    va_list cursors;
    struct aws_byte_cursor *cursor;
    size_t total = 0;
    int result = AWS_OP_SUCCESS;

    AWS_ZERO_STRUCT(*dest);
    va_start(cursors, allocator);
    while (result == AWS_OP_SUCCESS && (cursor = va_arg(cursors, struct aws_byte_cursor *)) != NULL) {
        result = aws_add_size_checked(total, cursor->len, &total);
    }
    va_end(cursors);
    if (result != AWS_OP_SUCCESS || aws_byte_buf_init(dest, allocator, total) != AWS_OP_SUCCESS) {
        return AWS_OP_ERR;
    }

    va_start(cursors, allocator);
    while ((cursor = va_arg(cursors, struct aws_byte_cursor *)) != NULL) {
        /* Cannot fail: the room was measured. */
        aws_byte_buf_append_and_update(dest, cursor);
    }
    va_end(cursors);
    return AWS_OP_SUCCESS;
}

INTERNAL int aws_embedded_add_size_checked_varargs(size_t num, size_t *r, ...) {
    va_list numbers;
    size_t sum = 0;
    int result = AWS_OP_SUCCESS;
    va_start(numbers, r);
    for (size_t i = 0; i < num && result == AWS_OP_SUCCESS; ++i) {
        result = aws_add_size_checked(sum, va_arg(numbers, size_t), &sum);
    }
    va_end(numbers);
    if (result == AWS_OP_SUCCESS) {
        *r = sum;
    }
    return result;
}

INTERNAL int aws_embedded_log_nothing(
    struct aws_logger *logger,
    enum aws_log_level level,
    aws_log_subject_t subject,
    const char *format,
    ...) {
    (void)logger;
    (void)level;
    (void)subject;
    (void)format;
    return AWS_OP_SUCCESS;
}

/* What p_impl of the library's own loggers begins with; see log_writer.rs. */
struct writer {
    void (*write_line)(
        struct writer *writer,
        enum aws_log_level level,
        aws_log_subject_t subject,
        const char *text,
        size_t length);
};

INTERNAL int aws_embedded_log_formatted(
    struct aws_logger *logger,
    enum aws_log_level level,
    aws_log_subject_t subject,
    const char *format,
    ...) {
    struct writer *writer = logger->p_impl;
    char short_line[SHORT_LINE];
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(short_line, sizeof(short_line), format, arguments);
    va_end(arguments);
    if (length < 0) {
        return aws_raise_error(AWS_ERROR_INVALID_ARGUMENT);
    }
    if ((size_t)length < sizeof(short_line)) {
        writer->write_line(writer, level, subject, short_line, (size_t)length);
        return AWS_OP_SUCCESS;
    }

    char *long_line = malloc((size_t)length + 1);
    if (long_line == NULL) {
        return aws_raise_error(AWS_ERROR_OOM);
    }
    va_start(arguments, format);
    vsnprintf(long_line, (size_t)length + 1, format, arguments);
    va_end(arguments);
    writer->write_line(writer, level, subject, long_line, (size_t)length);
    free(long_line);
    return AWS_OP_SUCCESS;
}

#ifndef AWS_IO_ASYNC_STREAM_H
#define AWS_IO_ASYNC_STREAM_H
/* Streams of the program that answer a read later. */

#include <aws/common/ref_count.h>
#include <aws/io/io.h>

AWS_PUSH_SANE_WARNING_LEVEL

struct aws_async_input_stream;
struct aws_async_input_stream_vtable;
struct aws_byte_buf;
struct aws_future_bool;
struct aws_input_stream;

/** The part of a stream that the library knows; see aws_async_input_stream_init_base(). */
struct aws_async_input_stream {
    const struct aws_async_input_stream_vtable *vtable;
    struct aws_allocator *alloc;
    struct aws_ref_count ref_count;
    void *impl;
};

struct aws_async_input_stream_vtable {
    /** The last reference is gone. */
    void (*destroy)(struct aws_async_input_stream *stream);

    /**
     * Appends at least one byte to `dest`, unless the stream ends, and completes the future that it returns: with
     * true at the end of the data, with false otherwise. `dest` has room and may be used until then. There is never
     * more than one read under way.
     */
    struct aws_future_bool *(*read)(struct aws_async_input_stream *stream, struct aws_byte_buf *dest);
};

AWS_EXTERN_C_BEGIN

/** Prepares the embedded part of a stream. The caller holds the first reference. */
AWS_IO_API void aws_async_input_stream_init_base(
    struct aws_async_input_stream *stream,
    struct aws_allocator *alloc,
    const struct aws_async_input_stream_vtable *vtable,
    void *impl);

/** Adds a reference and returns the stream. NULL is returned as it is. */
AWS_IO_API struct aws_async_input_stream *aws_async_input_stream_acquire(struct aws_async_input_stream *stream);

/** Gives up a reference and returns NULL. NULL is ignored. */
AWS_IO_API struct aws_async_input_stream *aws_async_input_stream_release(struct aws_async_input_stream *stream);

/**
 * Starts one read. The caller releases the future, which yields true at the end of the data, and must not touch
 * `dest` before it is done. Fails with AWS_ERROR_SHORT_BUFFER when `dest` is full.
 */
AWS_IO_API struct aws_future_bool *aws_async_input_stream_read(
    struct aws_async_input_stream *stream,
    struct aws_byte_buf *dest);

/** As above, but goes on until `dest` is full or the data end. */
AWS_IO_API struct aws_future_bool *aws_async_input_stream_read_to_fill(
    struct aws_async_input_stream *stream,
    struct aws_byte_buf *dest);

AWS_EXTERN_C_END
AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_IO_ASYNC_STREAM_H */

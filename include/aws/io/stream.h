#ifndef AWS_IO_STREAM_H
#define AWS_IO_STREAM_H
/* Streams that a program reads from, or lets the library read from. */

#include <stdio.h>

#include <aws/common/ref_count.h>
#include <aws/io/io.h>

AWS_PUSH_SANE_WARNING_LEVEL

struct aws_byte_buf;
struct aws_input_stream;

/** What a seek offset is counted from. */
enum aws_stream_seek_basis {
    AWS_SSB_BEGIN = 0,
    AWS_SSB_END = 2,
};

struct aws_stream_status {
    bool is_end_of_stream;
    bool is_valid;
};

/** What a stream can do. `acquire` and `release` may be NULL; the embedded count is used then. */
struct aws_input_stream_vtable {
    int (*seek)(struct aws_input_stream *stream, int64_t offset, enum aws_stream_seek_basis basis);
    /** Appends to `dest`, whose memory and capacity must stay what they are. */
    int (*read)(struct aws_input_stream *stream, struct aws_byte_buf *dest);
    int (*get_status)(struct aws_input_stream *stream, struct aws_stream_status *status);
    int (*get_length)(struct aws_input_stream *stream, int64_t *out_length);
    void (*acquire)(struct aws_input_stream *stream);
    void (*release)(struct aws_input_stream *stream);
};

/** The part of a stream that the library knows; it may stand anywhere in a larger object. */
struct aws_input_stream {
    void *impl;
    const struct aws_input_stream_vtable *vtable;
    struct aws_ref_count ref_count;
};

AWS_EXTERN_C_BEGIN

/** Adds a reference and returns the stream. NULL is returned as it is. */
AWS_IO_API struct aws_input_stream *aws_input_stream_acquire(struct aws_input_stream *stream);

/** Gives up a reference and returns NULL. NULL is ignored. */
AWS_IO_API struct aws_input_stream *aws_input_stream_release(struct aws_input_stream *stream);

/** Moves the position at which the next read begins. */
AWS_IO_API int aws_input_stream_seek(struct aws_input_stream *stream, int64_t offset, enum aws_stream_seek_basis basis);

/** Appends what is there to `dest`, up to its capacity. The end of the stream is no error; see the status. */
AWS_IO_API int aws_input_stream_read(struct aws_input_stream *stream, struct aws_byte_buf *dest);

AWS_IO_API int aws_input_stream_get_status(struct aws_input_stream *stream, struct aws_stream_status *status);

/** Total length in bytes, whatever the position. */
AWS_IO_API int aws_input_stream_get_length(struct aws_input_stream *stream, int64_t *out_length);

/** The old name of aws_input_stream_release(). */
AWS_IO_API void aws_input_stream_destroy(struct aws_input_stream *stream);

/** Reads memory that is not copied and must outlive the stream. */
AWS_IO_API struct aws_input_stream *aws_input_stream_new_from_cursor(
    struct aws_allocator *allocator,
    const struct aws_byte_cursor *cursor);

/** Reads a file. Returns NULL with an error raised when it cannot be opened. */
AWS_IO_API struct aws_input_stream *aws_input_stream_new_from_file(
    struct aws_allocator *allocator,
    const char *file_name);

/** Reads an open file from where it stands; closing it stays with the caller. */
AWS_IO_API struct aws_input_stream *aws_input_stream_new_from_open_file(struct aws_allocator *allocator, FILE *file);

AWS_EXTERN_C_END
AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_IO_STREAM_H */

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AWS_S3_EXT_H
#define AWS_S3_EXT_H

/**
 * @file
 *
 * What the headers of aws-c-s3 have no place for. All of it is off unless asked for, and no other library has it.
 *
 * Structs begin with their own size, which the program writes there (sizeof). So they can grow: what a program does not
 * know of is as if it were zero, and a program that is newer than the library is refused with
 * AWS_ERROR_INVALID_ARGUMENT when it asks for something that the library does not know of. A size that leaves no room
 * for itself, or is beyond any struct of this kind, is refused, too.
 *
 * Made from Rust, see src/abi/headers: do not edit it in include.
 */

#include <aws/s3/s3_client.h>

AWS_PUSH_SANE_WARNING_LEVEL

struct aws_string;

/* Clients and meta requests */

/**
 * What a client is asked for beyond its configuration, see `aws_s3_client_new_ext`. Set everything
 * to zero first, then `struct_size`, then what is wanted.
 */
struct aws_s3_client_ext_options {
    /** `sizeof(struct aws_s3_client_ext_options)`, as the program was compiled. */
    size_t struct_size;

    /**
     * Most bytes per second that the client receives, all its connections together. 0 means no
     * limit. Bodies count, as they are before TLS; heads do not. Time that was not used is kept
     * for a tenth of a second.
     */
    uint64_t max_receive_bytes_per_second;

    /** The same for what it sends, heads of requests that have a body included. */
    uint64_t max_send_bytes_per_second;

    /**
     * Not 0: a part of a download whose first byte is later than those of 95 of 100 parts of this
     * client, and a second at least, is asked for once more over another connection. The first
     * answer counts, the other request is cut off. One request of 20 is asked for so at most, and
     * none before 20 parts were. Telemetry callbacks get a record of each: the second request has
     * an id of its own, and who was cut off has the error AWS_ERROR_S3_CANCELED.
     */
    uint64_t hedge_slow_parts;
};

/**
 * What a meta request is asked for beyond its options, see `aws_s3_client_make_meta_request_ext`.
 * Set everything to zero first, then `struct_size`, then what is wanted.
 */
struct aws_s3_meta_request_ext_options {
    /** `sizeof(struct aws_s3_meta_request_ext_options)`, as the program was compiled. */
    size_t struct_size;

    /**
     * Milliseconds, from the call that makes the meta request, after which it ends with
     * AWS_ERROR_S3_REQUEST_TIMEOUT (and status 0, unlike the error of S3 of that name), unless it
     * has its result by then. It ends like one that is cancelled: requests under way are cut off,
     * an upload is aborted or told of by a token. A callback that does not come back is waited
     * for. 0 means no deadline.
     */
    uint64_t deadline_ms;
};

/* Downloads that go on */

/** Bytes of an object. */
struct aws_s3_byte_range {
    /** Offset of the first byte in the object. */
    uint64_t first;

    /** Offset of the last byte in the object. */
    uint64_t last;
};

/**
 * What a token for resuming a download is made from, see
 * `aws_s3_meta_request_resume_token_new_download`: what the functions of the same names say of a
 * token that was handed out. Set everything to zero first, then `struct_size`.
 */
struct aws_s3_download_resume_token_options {
    /** `sizeof(struct aws_s3_download_resume_token_options)`, as the program was compiled. */
    size_t struct_size;

    /** ETag of the object, with its quotes. Required. */
    struct aws_byte_cursor etag;

    /** The object's `Last-Modified` header; for information only. */
    struct aws_byte_cursor s3_object_last_modified;

    /** Bytes of the object. Required. */
    uint64_t object_size;

    /** Offset in the object of the first byte of the download. */
    uint64_t object_range_start;

    /** Offset in the object of the last byte of the download. */
    uint64_t object_range_end;

    /** Bytes per part; for information only. */
    uint64_t part_size;

    /** Number of parts; for information only. */
    size_t total_num_parts;

    /** Number of parts that were finished; for information only. */
    size_t num_parts_completed;

    /** Bytes that were handed over without a gap. Counts when `received_ranges` is NULL. */
    uint64_t continuous_downloaded_bytes;

    /**
     * All bytes that were handed over, in any order; they may overlap. NULL means those of
     * `continuous_downloaded_bytes`.
     */
    const struct aws_s3_byte_range *received_ranges;

    /** Number of elements of `received_ranges`. */
    size_t num_received_ranges;

    /**
     * Position in the file of the first byte of the download. Counts with
     * AWS_S3_RECV_FILE_CREATE_OR_APPEND.
     */
    uint64_t file_position;

    /** When the file was last changed. 0 means that a change is not noticed. */
    uint64_t file_last_modified_epoch_ns;
};

AWS_EXTERN_C_BEGIN

/* Clients and meta requests */

/**
 * Makes a client, as `aws_s3_client_new` does, that also does what `ext` asks for.
 *
 * `ext` is read during the call and may be NULL, which makes this the same as
 * `aws_s3_client_new`; see there for everything else. Also raises AWS_ERROR_INVALID_ARGUMENT for
 * an `ext` without its size, or one that asks for what this library does not know of.
 */
AWS_S3_API
struct aws_s3_client *aws_s3_client_new_ext(
    struct aws_allocator *allocator,
    const struct aws_s3_client_config *client_config,
    const struct aws_s3_client_ext_options *ext);

/**
 * Makes a meta request and starts it, as `aws_s3_client_make_meta_request` does, with what `ext`
 * asks for.
 *
 * `ext` is read during the call and may be NULL, which makes this the same as
 * `aws_s3_client_make_meta_request`; see there for everything else. Also raises
 * AWS_ERROR_INVALID_ARGUMENT for an `ext` without its size, or one that asks for what this library
 * does not know of.
 */
AWS_S3_API
struct aws_s3_meta_request *aws_s3_client_make_meta_request_ext(
    struct aws_s3_client *client,
    const struct aws_s3_meta_request_options *options,
    const struct aws_s3_meta_request_ext_options *ext);

/**
 * Says in words what a meta request waits for, for people who look for what holds it up; the words
 * may change with every version.
 *
 * The caller owns the string and destroys it with `aws_string_destroy`. Returns NULL and raises
 * AWS_ERROR_INVALID_ARGUMENT for NULL. Does not wait. May be called from any thread.
 */
AWS_S3_API
struct aws_string *aws_s3_meta_request_explain(struct aws_s3_meta_request *meta_request);

/* Downloads that go on */

/**
 * Tells how far a download has come, without stopping it: a token for going on from here if the
 * process, or the machine, does not live to the end. What the token tells of has been handed over:
 * it is in the file, or the body callback has returned for it. Bytes that the progress callback
 * told of may not be yet; when a telemetry callback is called for a part, they are.
 *
 * The caller owns the token and releases it with `aws_s3_meta_request_resume_token_release`. Its
 * numbers can be kept, and the token made again by
 * `aws_s3_meta_request_resume_token_new_download`. Its `file_last_modified_epoch_ns` is 0: the file
 * is still being written to. Returns NULL and raises an error otherwise:
 * AWS_ERROR_UNSUPPORTED_OPERATION for what is no download in parts, AWS_ERROR_INVALID_ARGUMENT for
 * NULL. Does not wait. May be called from any thread, also from callbacks.
 */
AWS_S3_API
struct aws_s3_meta_request_resume_token *aws_s3_meta_request_checkpoint(struct aws_s3_meta_request *meta_request);

/**
 * Makes a token for going on with a download, also in another process: for the `resume_token` of a
 * GET_OBJECT meta request with the same options.
 *
 * The caller owns it and releases it with `aws_s3_meta_request_resume_token_release`. `options`
 * are copied. Returns NULL and raises AWS_ERROR_INVALID_ARGUMENT for a NULL pointer but that of
 * `received_ranges`, an `options` without its size or with what this library does not know of,
 * an empty ETag, a range that does not lie in the object, and received bytes that do not lie in the
 * range. `allocator` may be NULL, which means the default one.
 */
AWS_S3_API
struct aws_s3_meta_request_resume_token *aws_s3_meta_request_resume_token_new_download(
    struct aws_allocator *allocator,
    const struct aws_s3_download_resume_token_options *options);

/**
 * Returns how many runs of bytes were handed over: 1 without gaps, 0 when nothing was, for a token
 * of an upload, and for NULL.
 */
AWS_S3_API
size_t aws_s3_meta_request_resume_token_num_received_ranges(
    const struct aws_s3_meta_request_resume_token *resume_token);

/**
 * Writes the run of bytes number `index`, from 0, that was handed over to `*out_range`. They come
 * in the order of the object. Fails with AWS_ERROR_INVALID_INDEX when there is none of that number,
 * and with AWS_ERROR_INVALID_ARGUMENT for a NULL pointer.
 */
AWS_S3_API
int aws_s3_meta_request_resume_token_received_range(
    const struct aws_s3_meta_request_resume_token *resume_token,
    size_t index,
    struct aws_s3_byte_range *out_range);

/**
 * Returns the position in the file of the first byte of the download. 0 without a file, for a token
 * of an upload, and for NULL.
 */
AWS_S3_API
uint64_t aws_s3_meta_request_resume_token_file_position(const struct aws_s3_meta_request_resume_token *resume_token);

AWS_EXTERN_C_END

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_S3_EXT_H */

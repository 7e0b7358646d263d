/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AWS_S3_H
#define AWS_S3_H

/**
 * @file
 *
 * The library as a whole: initialisation, error codes, log subjects, and the numbers that a client takes by default.
 *
 * Made from Rust, see src/abi/headers: do not edit it in include.
 */

#include <aws/common/common.h>
#include <aws/io/logging.h>
#include <aws/s3/exports.h>

AWS_PUSH_SANE_WARNING_LEVEL

/**
 * Number of this library in the package ids of the CRT: its errors and log subjects start at this
 * number times 1024.
 */
#define AWS_C_S3_PACKAGE_ID 14

/**
 * Errors that this library adds to those of the CRT.
 *
 * `aws_error_name`, `aws_error_str` and friends know them between `aws_s3_library_init` and
 * `aws_s3_library_clean_up`. Values never change; new ones are appended.
 */
enum aws_s3_errors {
    /** A response that must say which bytes it carries has no `Content-Range` header. */
    AWS_ERROR_S3_MISSING_CONTENT_RANGE_HEADER = 14336,

    /**
     * The `Content-Range` header of a response cannot be parsed, or describes other bytes than
     * were asked for.
     */
    AWS_ERROR_S3_INVALID_CONTENT_RANGE_HEADER,

    /** A response that must tell the size of the object has no `Content-Length` header. */
    AWS_ERROR_S3_MISSING_CONTENT_LENGTH_HEADER,

    /**
     * A `Content-Length` header, of the caller's message or of a response, is not a plain decimal
     * number.
     */
    AWS_ERROR_S3_INVALID_CONTENT_LENGTH_HEADER,

    /** The response to a part, or the one that discovers an object, has no `ETag` header. */
    AWS_ERROR_S3_MISSING_ETAG,

    /**
     * S3 answered 500, 502 or 504, or an error document named InternalError, and retrying did not
     * help. Also reported for a failure inside this library that no other code describes.
     */
    AWS_ERROR_S3_INTERNAL_ERROR,

    /** S3 answered 503 or SlowDown, and retrying did not help. */
    AWS_ERROR_S3_SLOW_DOWN,

    /**
     * S3 answered with a status that means failure and is not worth a retry. The result carries
     * status, headers, body and operation name of that response.
     */
    AWS_ERROR_S3_INVALID_RESPONSE_STATUS,

    /** The answer to CreateMultipartUpload names no upload id. */
    AWS_ERROR_S3_MISSING_UPLOAD_ID,

    /** Reserved: the proxy URI cannot be parsed. */
    AWS_ERROR_S3_PROXY_PARSE_FAILED,

    /** Reserved: the scheme of the proxy URI is not supported. */
    AWS_ERROR_S3_UNSUPPORTED_PROXY_SCHEME,

    /**
     * The meta request was cancelled as asked; also the error of its requests that were still
     * queued.
     */
    AWS_ERROR_S3_CANCELED,

    /** The `Range` header of the caller's message is malformed or names several ranges. */
    AWS_ERROR_S3_INVALID_RANGE_HEADER,

    /** Reserved: several ranges are reported as AWS_ERROR_S3_INVALID_RANGE_HEADER. */
    AWS_ERROR_S3_MULTIRANGE_HEADER_UNSUPPORTED,

    /** Bytes received do not have the checksum that S3 sent with them, or that the caller expected. */
    AWS_ERROR_S3_RESPONSE_CHECKSUM_MISMATCH,

    /** The checksum of a body could not be computed. */
    AWS_ERROR_S3_CHECKSUM_CALCULATION_FAILED,

    /** The meta request was paused as asked. */
    AWS_ERROR_S3_PAUSED,

    /** The answer to ListParts, asked when an upload is resumed, cannot be parsed. */
    AWS_ERROR_S3_LIST_PARTS_PARSE_FAILED,

    /** A part read again for a resumed upload differs from the one that S3 already holds. */
    AWS_ERROR_S3_RESUMED_PART_CHECKSUM_MISMATCH,

    /** The upload cannot be resumed with this token and body. */
    AWS_ERROR_S3_RESUME_FAILED,

    /**
     * The object was replaced while it was being downloaded: a part was refused because its
     * `If-Match` did not hold.
     */
    AWS_ERROR_S3_OBJECT_MODIFIED,

    /**
     * S3 answered with success and then put an error document that retrying will not cure into the
     * body.
     */
    AWS_ERROR_S3_NON_RECOVERABLE_ASYNC_ERROR,

    /** The metric has no value for this attempt, for example because it ended before that stage. */
    AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE,

    /** The body is shorter or longer than its declared length. */
    AWS_ERROR_S3_INCORRECT_CONTENT_LENGTH,

    /**
     * S3 found the clock of this host too far from its own (RequestTimeTooSkewed), and retrying
     * did not help.
     */
    AWS_ERROR_S3_REQUEST_TIME_TOO_SKEWED,

    /** Reserved: the file changed while it was being uploaded. */
    AWS_ERROR_S3_FILE_MODIFIED,

    /** Reserved: the request would need more memory than the limit allows. */
    AWS_ERROR_S3_EXCEEDS_MEMORY_LIMIT,

    /**
     * The memory limit of the client is below the minimum of 256 MiB, or leaves no room for its
     * largest part.
     */
    AWS_ERROR_S3_INVALID_MEMORY_LIMIT_CONFIG,

    /** S3 Express refused the CreateSession that the request needed. */
    AWS_ERROR_S3EXPRESS_CREATE_SESSION_FAILED,

    /**
     * The first part of a download is larger than the memory set aside for it; the download goes
     * on with ranged requests. Seen in metrics only, never as the result of a meta request.
     */
    AWS_ERROR_S3_INTERNAL_BUFFER_SIZE_MISMATCH_RETRYING_WITH_RANGE,

    /** The meta request already has its result; data written to it now goes nowhere. */
    AWS_ERROR_S3_REQUEST_HAS_COMPLETED,

    /** The file to receive into exists, and AWS_S3_RECV_FILE_CREATE_NEW was asked for. */
    AWS_ERROR_S3_RECV_FILE_ALREADY_EXISTS,

    /**
     * The file to receive into does not exist, and AWS_S3_RECV_FILE_WRITE_TO_POSITION was asked
     * for.
     */
    AWS_ERROR_S3_RECV_FILE_NOT_FOUND,

    /** S3 gave up waiting for the rest of a request (RequestTimeout), and retrying did not help. */
    AWS_ERROR_S3_REQUEST_TIMEOUT,

    /** The buffer pool could not provide memory, or provided less than was reserved. */
    AWS_ERROR_S3_BUFFER_ALLOCATION_FAILED,

    /** The part size is larger than the memory limit, or the client's max_part_size, allows. */
    AWS_ERROR_S3_PART_SIZE_EXCEEDS_MEMORY_LIMIT,

    /** Older name of AWS_ERROR_S3_INTERNAL_BUFFER_SIZE_MISMATCH_RETRYING_WITH_RANGE. */
    AWS_ERROR_S3_INTERNAL_PART_SIZE_MISMATCH_RETRYING_WITH_RANGE =
        AWS_ERROR_S3_INTERNAL_BUFFER_SIZE_MISMATCH_RETRYING_WITH_RANGE,

    /** Last number of the range that belongs to this library. */
    AWS_ERROR_S3_END_RANGE = 15359,
};

/** Log subjects of this library, for filters of an `aws_logger`. */
enum aws_s3_subject {
    /** What belongs to no other subject. Registered as "S3General". */
    AWS_LS_S3_GENERAL = 14336,

    /** Life and configuration of clients. Registered as "S3Client". */
    AWS_LS_S3_CLIENT,

    /** Periodic numbers about the work of a client. Registered as "S3ClientStats". */
    AWS_LS_S3_CLIENT_STATS,

    /** Single HTTP requests and their retries. Registered as "S3Request". */
    AWS_LS_S3_REQUEST,

    /** Meta requests. Registered as "S3MetaRequest". */
    AWS_LS_S3_META_REQUEST,

    /** Endpoints and their connections. Registered as "S3Endpoint". */
    AWS_LS_S3_ENDPOINT,

    /** Last number of the range that belongs to this library. */
    AWS_LS_S3_LAST = 15359,
};

/** What is known about the network of an EC2 instance type. */
struct aws_s3_platform_info {
    /**
     * Name of the instance type, for example "c7gn.16xlarge". Empty when the host is not, or not
     * known to be, an EC2 instance. The bytes live until `aws_s3_library_clean_up`.
     */
    struct aws_byte_cursor instance_type;

    /**
     * Network bandwidth in gigabits per second, scaled to the number of processors of this host; 0
     * when unknown.
     */
    double max_throughput_gbps;

    /**
     * True for families on which the defaults of this library are known to reach the full
     * bandwidth.
     */
    bool has_recommended_configuration;
};

AWS_EXTERN_C_BEGIN

/* Library */

/**
 * Initialises this library and the CRT libraries below it: registers their error texts and log
 * subjects, and reads what is known about the host. Call it before anything else of this
 * library, from one thread. A second call does nothing.
 *
 * `allocator` is kept for what the library itself holds until clean-up; NULL means
 * `aws_default_allocator()`. It uses no network and starts no thread. Never fails.
 */
AWS_S3_API
void aws_s3_library_init(struct aws_allocator *allocator);

/**
 * Undoes `aws_s3_library_init`, whatever the number of calls of it, and cleans up the CRT
 * libraries below. Does nothing when the library is not initialised. It may be initialised
 * again later.
 *
 * Blocks until every thread that the CRT manages has ended: release all clients and wait for
 * their shutdown callbacks, and release all event loop groups, before. A second call meanwhile
 * returns at once, and `aws_s3_library_init` meanwhile undoes the clean-up. Must not be called
 * from a callback.
 */
AWS_S3_API
void aws_s3_library_clean_up(void);

/* Host */

/**
 * Returns what is known about the EC2 instance type of this host; never NULL. Empty, 0 and
 * false when the host is no EC2 instance, or of an unknown type: the pointer of the cursor is
 * NULL then. The answer stays the library's, and valid until `aws_s3_library_clean_up`.
 *
 * The first call may block while the instance metadata service is asked. Needs
 * `aws_s3_library_init`.
 */
AWS_S3_API
const struct aws_s3_platform_info *aws_s3_get_current_platform_info(void);

/**
 * Returns the EC2 instance type of this host, or an empty cursor, whose pointer is NULL, when
 * it is none or not known. The bytes stay the library's, and valid until
 * `aws_s3_library_clean_up`.
 *
 * With `cached_only`, answers at once, with what an earlier call found out; otherwise may
 * block while the instance metadata service is asked. Needs `aws_s3_library_init`. (The name
 * is spelled like this in the ABI.)
 */
AWS_S3_API
struct aws_byte_cursor aws_s3_get_current_platform_ec2_intance_type(bool cached_only);

/**
 * Returns the names of instance types that have a recommended configuration: a list of `struct
 * aws_byte_cursor`.
 *
 * The caller owns the list and frees it with `aws_array_list_clean_up`; the bytes of the names
 * are static.
 */
AWS_S3_API
struct aws_array_list aws_s3_get_platforms_with_recommended_config(void);

/* Defaults */

/**
 * Returns the memory limit, in bytes, that a client takes for a throughput target in gigabits
 * per second when neither its configuration nor the environment names one: 256 MiB below 5,
 * 512 MiB below 10, 2 GiB below 25, 4 GiB below 75, 8 GiB below 100, 16 GiB below 200, else 24
 * GiB (on 32-bit systems 1 GiB, and 2 GiB above 25).
 *
 * 0 means the target that fits this host, if it is known and below 10, else 2 GiB; that
 * question may block once, and needs `aws_s3_library_init`. Negative numbers and NaN give 2
 * GiB. Never fails.
 */
AWS_S3_API
size_t aws_s3_default_memory_limit_for_throughput(double throughput_target_gbps);

/**
 * Finds the memory limit that a client would take from its configuration and the environment,
 * in bytes: `configured_limit` unless 0, else AWS_CRT_S3_MEMORY_LIMIT_IN_MB times 1 MiB, else
 * AWS_CRT_S3_MEMORY_LIMIT_IN_GIB times 1 GiB, else 0, which means
 * `aws_s3_default_memory_limit_for_throughput`. A variable that is empty or 0 counts as not
 * set. The environment is read on every call.
 *
 * Neither pointer may be NULL. `*out_memory_limit` is 0 after an error. Errors:
 * AWS_ERROR_INVALID_ARGUMENT for a variable that is no plain decimal number, for a number of
 * GiB that is too large, or a NULL pointer; AWS_ERROR_OVERFLOW_DETECTED for a number of MiB
 * that is too large.
 */
AWS_S3_API
int aws_s3_resolve_configured_memory_limit(
    struct aws_allocator *allocator,
    uint64_t configured_limit,
    uint64_t *out_memory_limit);

/** Returns the part size, in bytes, of a client whose configuration names none: 8 MiB. */
AWS_S3_API
uint64_t aws_s3_default_part_size(void);

/**
 * Returns the largest part size, in bytes, of a client with this memory limit whose
 * configuration names none: half of the limit, at most 5 GiB.
 */
AWS_S3_API
uint64_t aws_s3_default_max_part_size_for_memory_limit(uint64_t memory_limit);

AWS_EXTERN_C_END

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_S3_H */

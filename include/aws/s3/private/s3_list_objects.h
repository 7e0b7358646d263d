/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AWS_S3_LIST_OBJECTS_H
#define AWS_S3_LIST_OBJECTS_H

/**
 * @file
 *
 * The objects of a bucket, by ListObjectsV2.
 *
 * Made from Rust, see src/abi/headers: do not edit it in include.
 */

#include <aws/common/date_time.h>
#include <aws/common/string.h>
#include <aws/s3/private/s3_paginator.h>
#include <aws/s3/s3_client.h>

AWS_PUSH_SANE_WARNING_LEVEL

/**
 * One entry of a list: an object, or what the names of several objects begin with.
 *
 * All cursors show memory of the library's, which is there until the callback returns.
 */
struct aws_s3_object_info {
    /**
     * Of an object, the prefix that the list was asked for. Otherwise the names of several objects
     * begin with this, up to and with the delimiter, and all other fields are empty.
     */
    struct aws_byte_cursor prefix;

    /** The object's whole name, its prefix included, without any escapes of XML. */
    struct aws_byte_cursor key;

    /** Bytes of the object. */
    uint64_t size;

    /** When the object was last written. */
    struct aws_date_time last_modified;

    /** The object's ETag with its quotes. */
    struct aws_byte_cursor e_tag;
};

/**
 * Called for each entry of a page, in the order of the answer, once the whole page is there.
 *
 * AWS_OP_SUCCESS goes on with the next entry. Anything else ends the list without an error: no
 * further entry is shown, and the page is the last one.
 */
typedef int (aws_s3_on_object_fn)(const struct aws_s3_object_info *info, void *user_data);

/**
 * Called once for each page that was started, behind its entries. `error_code` is 0, or why there
 * is no such page; then none of its entries was shown.
 *
 * When `aws_s3_paginator_has_more_results` says so, `aws_s3_paginator_continue` may be called from
 * here. The paginator may be released here, too: it is there until this returns.
 */
typedef void (aws_s3_on_object_list_finished_fn)(struct aws_s3_paginator *paginator, int error_code, void *user_data);

/**
 * What to list.
 *
 * Everything is read and copied by `aws_s3_initiate_list_objects`.
 */
struct aws_s3_list_objects_params {
    /** The paginator takes a reference of its own. Required. */
    struct aws_s3_client *client;

    /** Name of the bucket. Required. */
    struct aws_byte_cursor bucket_name;

    /** Only objects whose names begin with this are listed. Empty means all. */
    struct aws_byte_cursor prefix;

    /**
     * Objects whose names have this behind the prefix become one entry for each beginning. Empty
     * means none: every object is an entry.
     */
    struct aws_byte_cursor delimiter;

    /**
     * Where to begin: what S3 called NextContinuationToken in an earlier list. Empty means at the
     * beginning.
     */
    struct aws_byte_cursor continuation_token;

    /**
     * What follows the name of the bucket and a dot in the name of the host, such as
     * `s3.us-east-1.amazonaws.com`. Required.
     */
    struct aws_byte_cursor endpoint;

    /** Called for each entry; may be NULL. */
    aws_s3_on_object_fn *on_object;

    /** Called for each page; may be NULL. */
    aws_s3_on_object_list_finished_fn *on_list_finished;

    /** Handed to both. */
    void *user_data;
};

AWS_EXTERN_C_BEGIN

/**
 * Makes a paginator for the objects of a bucket. Nothing is asked of S3 before
 * `aws_s3_paginator_continue`.
 *
 * The caller owns one reference and releases it with `aws_s3_paginator_release`. `params` is read
 * during the call. `allocator` may be NULL, which means the default one; otherwise it must live
 * until the client's shutdown callback. Returns NULL and raises AWS_ERROR_INVALID_ARGUMENT when
 * `params`, the client, the bucket or the endpoint is missing.
 */
AWS_S3_API
struct aws_s3_paginator *aws_s3_initiate_list_objects(
    struct aws_allocator *allocator,
    const struct aws_s3_list_objects_params *params);

AWS_EXTERN_C_END

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_S3_LIST_OBJECTS_H */

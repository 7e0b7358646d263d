/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AWS_S3_CLIENT_H
#define AWS_S3_CLIENT_H

/**
 * @file
 *
 * Clients, and the meta requests that do the transfers.
 *
 * Unless a text says otherwise: a function that returns int gives AWS_OP_SUCCESS, or raises an error (aws_last_error)
 * and gives AWS_OP_ERR; one that returns a pointer gives NULL after raising one. Text in cursors has no NUL at its end.
 *
 * Made from Rust, see src/abi/headers: do not edit it in include.
 */

#include <aws/auth/signing_config.h>
#include <aws/common/ref_count.h>
#include <aws/common/tribool.h>
#include <aws/http/connection_manager.h>
#include <aws/io/retry_strategy.h>
#include <aws/s3/s3.h>
#include <aws/s3/s3_buffer_pool.h>

AWS_PUSH_SANE_WARNING_LEVEL

struct aws_allocator;
struct aws_array_list;
struct aws_async_input_stream;
struct aws_client_bootstrap;
struct aws_credentials_properties_s3express;
struct aws_credentials_provider;
struct aws_future_void;
struct aws_hash_table;
struct aws_http_connection_monitoring_options;
struct aws_http_headers;
struct aws_http_message;
struct aws_http_proxy_options;
struct aws_http_stream;
struct aws_input_stream;
struct aws_s3_meta_request_result;
struct aws_s3_request;
struct aws_s3express_credentials_provider;
struct aws_string;
struct aws_tls_connection_options;
struct aws_uri;
struct proxy_env_var_settings;

/**
 * A client: configuration, connections, memory and threads shared by the meta requests made with
 * it.
 *
 * Counted with `aws_s3_client_acquire` and `aws_s3_client_release`. Usable from any thread.
 */
struct aws_s3_client;

/**
 * One transfer, or one other S3 operation, and all HTTP requests that it takes.
 *
 * Counted with `aws_s3_meta_request_acquire` and `aws_s3_meta_request_release`. Usable from any
 * thread.
 */
struct aws_s3_meta_request;

/**
 * How far a paused or failed transfer got, so that another meta request can go on from there.
 *
 * Counted with `aws_s3_meta_request_resume_token_acquire` and
 * `aws_s3_meta_request_resume_token_release`. Never changes. Usable from any thread.
 */
struct aws_s3_meta_request_resume_token;

/**
 * Measurements of one attempt of one HTTP request.
 *
 * Counted with `aws_s3_request_metrics_acquire` and `aws_s3_request_metrics_release`. Never
 * changes once it was handed out. Usable from any thread.
 */
struct aws_s3_request_metrics;

/* Meta requests */

/** Kind of a meta request. */
enum aws_s3_meta_request_type {
    /** Any S3 operation, as one HTTP request. Needs an `operation_name`. */
    AWS_S3_META_REQUEST_TYPE_DEFAULT,

    /**
     * GetObject, as ranged requests in parallel. A message whose query has `partNumber` is one
     * request.
     */
    AWS_S3_META_REQUEST_TYPE_GET_OBJECT,

    /** PutObject, as one request or as a multipart upload. Needs exactly one source of the body. */
    AWS_S3_META_REQUEST_TYPE_PUT_OBJECT,

    /**
     * CopyObject, as one request or as a multipart copy inside S3, depending on the size of the
     * source. The source may be in any region and bucket, or behind an access point. A multipart
     * copy keeps metadata, tags, storage class and encryption of its source as far as
     * `x-amz-metadata-directive` and `x-amz-tagging-directive` do not say otherwise.
     */
    AWS_S3_META_REQUEST_TYPE_COPY_OBJECT,

    /** Number of kinds; not a kind itself. */
    AWS_S3_META_REQUEST_TYPE_MAX,
};

/** Kind of one HTTP request, as reported by its metrics. */
enum aws_s3_request_type {
    /**
     * An operation without an entry here. `aws_s3_request_metrics_get_operation_name` may still
     * know its name.
     */
    AWS_S3_REQUEST_TYPE_UNKNOWN,

    /** HeadObject, also when a download or a copy sends it to learn about its source. */
    AWS_S3_REQUEST_TYPE_HEAD_OBJECT,

    /** GetObject: a whole object, a range or a part. */
    AWS_S3_REQUEST_TYPE_GET_OBJECT,

    /** ListParts, sent when an upload is resumed. */
    AWS_S3_REQUEST_TYPE_LIST_PARTS,

    /** CreateMultipartUpload. */
    AWS_S3_REQUEST_TYPE_CREATE_MULTIPART_UPLOAD,

    /** UploadPart. */
    AWS_S3_REQUEST_TYPE_UPLOAD_PART,

    /** AbortMultipartUpload. */
    AWS_S3_REQUEST_TYPE_ABORT_MULTIPART_UPLOAD,

    /** CompleteMultipartUpload. */
    AWS_S3_REQUEST_TYPE_COMPLETE_MULTIPART_UPLOAD,

    /** UploadPartCopy. */
    AWS_S3_REQUEST_TYPE_UPLOAD_PART_COPY,

    /** CopyObject. */
    AWS_S3_REQUEST_TYPE_COPY_OBJECT,

    /** PutObject: an upload in one request. */
    AWS_S3_REQUEST_TYPE_PUT_OBJECT,

    /** CreateSession, sent by the provider of S3 Express credentials. */
    AWS_S3_REQUEST_TYPE_CREATE_SESSION,

    /** Number of kinds; not a kind itself. */
    AWS_S3_REQUEST_TYPE_MAX,

    /** Older name of AWS_S3_REQUEST_TYPE_UNKNOWN. */
    AWS_S3_REQUEST_TYPE_DEFAULT = AWS_S3_REQUEST_TYPE_UNKNOWN,
};

/* What a meta request calls back */

/** One step of a transfer, see `aws_s3_meta_request_progress_fn`. */
struct aws_s3_meta_request_progress {
    /** Bytes since the previous report, never 0. Bytes of a copy are bytes copied inside S3. */
    uint64_t bytes_transferred;

    /** Bytes of the whole transfer; 0 for an upload of unknown length. */
    uint64_t content_length;
};

/** What comes with the data in `aws_s3_meta_request_receive_body_callback_ex_fn`. Passed by value. */
struct aws_s3_meta_request_receive_body_extra_info {
    /** Offset of the first byte in the object. */
    uint64_t range_start;

    /**
     * Owner of the memory of the data. Borrowed: acquire it with `aws_s3_buffer_ticket_acquire` to
     * keep the data after the callback, and release it soon, because kept memory counts against
     * the limit of the client. NULL when the data comes from elsewhere; then it can only be
     * copied.
     */
    struct aws_s3_buffer_ticket *ticket;
};

/**
 * Called with the headers of the response, at most once per meta request and before any of its
 * body.
 *
 * The headers of a download are those of its first response, with `Content-Length` and
 * `Content-Range` changed to describe the whole transfer; the status is 200, or 206 for a message
 * with a `Range` header. A multipart upload shows the headers of CompleteMultipartUpload. When the
 * meta request fails because of a response, and this was not called before, it is called with that
 * response right before the finish callback.
 *
 * `headers` are lent for the call; acquire them to keep them. Returns AWS_OP_SUCCESS, or raises an
 * error, with which the meta request then fails, and returns AWS_OP_ERR. Runs on a thread of the
 * library, possibly while a progress or telemetry callback runs on another.
 */
typedef int (aws_s3_meta_request_headers_callback_fn)(
    struct aws_s3_meta_request *meta_request,
    const struct aws_http_headers *headers,
    int response_status,
    void *user_data);

/**
 * Called with a piece of the body, in the order of the object unless out-of-order delivery was
 * asked for.
 *
 * `range_start` is the offset of the first byte in the object. `body` is never empty, and valid
 * during the call. Every byte comes exactly once; a body with an error document never comes here.
 * Returns AWS_OP_SUCCESS, or raises an error, with which the meta request then fails without
 * further data, and returns AWS_OP_ERR. Runs on the delivery thread of the meta request, never two
 * at a time.
 *
 * With read backpressure, a download never hands over more bytes than its window is open.
 */
typedef int (aws_s3_meta_request_receive_body_callback_fn)(
    struct aws_s3_meta_request *meta_request,
    const struct aws_byte_cursor *body,
    uint64_t range_start,
    void *user_data);

/**
 * Like `aws_s3_meta_request_receive_body_callback_fn`, but whole parts, in memory that can be
 * kept.
 *
 * `body` points into the memory of `info.ticket`: acquire that ticket to keep the bytes, which
 * must not be changed, beyond the call. Return value and thread are as there.
 */
typedef int (aws_s3_meta_request_receive_body_callback_ex_fn)(
    struct aws_s3_meta_request *meta_request,
    const struct aws_byte_cursor *body,
    const struct aws_s3_meta_request_receive_body_extra_info info,
    void *user_data);

/**
 * Called exactly once with the result of a meta request, after every other callback but the
 * shutdown callback.
 *
 * `meta_request_result` is valid during the call. The caller's reference to the meta request stays
 * the caller's. Runs on a thread of the library.
 */
typedef void (aws_s3_meta_request_finish_fn)(
    struct aws_s3_meta_request *meta_request,
    const struct aws_s3_meta_request_result *meta_request_result,
    void *user_data);

/**
 * Called each time a part of the transfer is done; the sum of the reports is the length of the
 * transfer.
 *
 * `progress` is valid during the call. A part of a download is reported when it arrived, which is
 * before its body is handed over. Nothing is reported for bytes that an earlier upload had already
 * sent, except their sum at the start, nor after the result is known. Runs on the delivery thread
 * of the meta request.
 */
typedef void (aws_s3_meta_request_progress_fn)(
    struct aws_s3_meta_request *meta_request,
    const struct aws_s3_meta_request_progress *progress,
    void *user_data);

/**
 * Called once for each attempt of each HTTP request of a meta request, always before the finish
 * callback.
 *
 * `metrics` are lent for the call; acquire them to keep them. Runs on the delivery thread of the
 * meta request.
 */
typedef void (aws_s3_meta_request_telemetry_fn)(
    struct aws_s3_meta_request *meta_request,
    struct aws_s3_request_metrics *metrics,
    void *user_data);

/**
 * Called once when a meta request is gone: after its finish callback, and after its last reference
 * was released.
 *
 * `user_data` may be freed now. Not called when `aws_s3_client_make_meta_request` failed. Runs on
 * the thread that released the last reference.
 */
typedef void (aws_s3_meta_request_shutdown_fn)(void *user_data);

/**
 * Called once with a token that tells how far a meta request got: when pausing it is done, or when
 * it failed.
 *
 * After `aws_s3_meta_request_pause_async`, `error_code` is AWS_ERROR_SUCCESS when the meta request
 * stopped, or AWS_ERROR_INVALID_STATE when another pause was already under way. As
 * `on_error_resume_token` of a meta request, it is the error of the meta request, and the call
 * comes right before the finish callback.
 *
 * `resume_token` is lent for the call; acquire it to keep it. NULL means that there is nothing to
 * continue from: start anew.
 */
typedef void (aws_s3_meta_request_pause_complete_fn)(
    struct aws_s3_meta_request *meta_request,
    struct aws_s3_meta_request_resume_token *resume_token,
    int error_code,
    void *user_data);

/* Checksums, and the review of an upload */

/** Checksum algorithms of S3. */
enum aws_s3_checksum_algorithm {
    /** No checksum. */
    AWS_SCA_NONE,

    /** First algorithm, for loops over all of them. */
    AWS_SCA_INIT = 1,

    /** CRC-32C (Castagnoli), 4 bytes. */
    AWS_SCA_CRC32C = AWS_SCA_INIT,

    /** CRC-32, 4 bytes. */
    AWS_SCA_CRC32,

    /** SHA-1, 20 bytes. */
    AWS_SCA_SHA1,

    /** SHA-256, 32 bytes. */
    AWS_SCA_SHA256,

    /** CRC-64/NVME, 8 bytes. */
    AWS_SCA_CRC64NVME,

    /** SHA-512, 64 bytes. */
    AWS_SCA_SHA512,

    /** XXH64, 8 bytes. */
    AWS_SCA_XXHASH64,

    /** XXH3 with 64 bits, 8 bytes. */
    AWS_SCA_XXHASH3_64,

    /** XXH3 with 128 bits, 16 bytes. */
    AWS_SCA_XXHASH3_128,

    /** Last algorithm, for loops over all of them. */
    AWS_SCA_END = AWS_SCA_XXHASH3_128,

    /**
     * A checksum header of the caller's message that this library does not know; it is passed on
     * unread. Cannot be asked for.
     */
    AWS_SCA_UNKNOWN,
};

/** Where the checksum of an upload travels. */
enum aws_s3_checksum_location {
    /** Nowhere: no checksum is sent. */
    AWS_SCL_NONE,

    /** In a header, so that the body is read once before it is sent. */
    AWS_SCL_HEADER,

    /** In a trailer after the body, which is then sent as aws-chunked. */
    AWS_SCL_TRAILER,
};

/** How far the validation of a download goes. */
enum aws_s3_checksum_validation_mode {
    /** Same as AWS_SCVM_FULL_OBJECT. */
    AWS_SCVM_DEFAULT,

    /**
     * Each response against its own checksum header, nothing that spans several responses. Saves
     * the request that asks for the checksum of the object.
     */
    AWS_SCVM_REQUEST_ONLY,

    /**
     * Each response, and the whole object where S3 knows a checksum of it. That S3 knows none is
     * no error.
     */
    AWS_SCVM_FULL_OBJECT,
};

/**
 * Asked for the checksum of a whole object when all its parts are uploaded, after the upload
 * review.
 *
 * `user_data` is the one of the checksum configuration. Returns the checksum in base64, as a
 * string that the library then owns and destroys; it is sent without being checked. Or raises an
 * error, with which the meta request then fails and the upload is aborted, and returns NULL. Runs
 * on the delivery thread of the meta request.
 */
typedef struct aws_string *(aws_s3_meta_request_full_object_checksum_fn)(
    struct aws_s3_meta_request *meta_request,
    void *user_data);

/**
 * What is to be done about checksums. Zero means nothing.
 *
 * The struct is copied when the meta request is made; `user_data` must live until its finish
 * callback.
 */
struct aws_s3_checksum_config {
    /**
     * Uploads: where the checksum travels. Anything but AWS_SCL_NONE needs a `checksum_algorithm`
     * (AWS_ERROR_INVALID_ARGUMENT).
     */
    enum aws_s3_checksum_location location;

    /**
     * Uploads: which checksum is computed. One `x-amz-checksum-*` header in the caller's message
     * takes precedence and is sent as the checksum of the whole object; two different ones are
     * refused with AWS_ERROR_INVALID_ARGUMENT.
     */
    enum aws_s3_checksum_algorithm checksum_algorithm;

    /**
     * Multipart uploads: asked for the checksum of the whole object once all parts are uploaded.
     * NULL means that none is sent. Not allowed beside a checksum header in the message
     * (AWS_ERROR_INVALID_ARGUMENT).
     */
    aws_s3_meta_request_full_object_checksum_fn *full_object_checksum_callback;

    /** Handed to `full_object_checksum_callback`. */
    void *user_data;

    /**
     * Downloads: true validates what is received against the checksums that S3 sends along. The
     * result tells in `did_validate` whether that was possible.
     */
    bool validate_response_checksum;

    /**
     * Downloads: list of `enum aws_s3_checksum_algorithm`, the ones to validate with. NULL means
     * all. Read while the meta request is made, and stays the caller's.
     */
    const struct aws_array_list *validate_checksum_algorithms;

    /**
     * Downloads: the checksum, in base64, that all bytes delivered must have together (those of
     * the range, when the message has a `Range` header). Switches validation on by itself. Empty
     * means none is known. Allowed for GET_OBJECT, and for DEFAULT with the operation name
     * GetObject; it must have the length of its algorithm, and cannot be combined with
     * AWS_SCVM_REQUEST_ONLY (AWS_ERROR_INVALID_ARGUMENT each).
     */
    struct aws_byte_cursor expected_checksum;

    /** Algorithm of `expected_checksum`; set both or none (AWS_ERROR_INVALID_ARGUMENT). */
    enum aws_s3_checksum_algorithm expected_checksum_algorithm;

    /**
     * Downloads: how far validation goes. Does not switch it on. Unknown values are refused with
     * AWS_ERROR_INVALID_ARGUMENT.
     */
    enum aws_s3_checksum_validation_mode response_checksum_validation_mode;
};

/** One uploaded part, as shown to an upload review. */
struct aws_s3_upload_part_review {
    /** Bytes of the part, without any encoding. */
    uint64_t size;

    /** Checksum of the part in base64; empty when none was computed. */
    struct aws_byte_cursor checksum;
};

/** All parts of a multipart upload, as shown to an upload review. Valid during the callback. */
struct aws_s3_upload_review {
    /** Algorithm of the checksums of the parts; AWS_SCA_NONE when there are none. */
    enum aws_s3_checksum_algorithm checksum_algorithm;

    /** Number of elements of `part_array`. */
    size_t part_count;

    /** The parts in their order; NULL when there is none. */
    struct aws_s3_upload_part_review *part_array;
};

/**
 * Called when all parts of a multipart upload are uploaded, before it is completed.
 *
 * `review` is valid during the call. Returns AWS_OP_SUCCESS, or raises an error, with which the
 * meta request then fails and the upload is aborted, and returns AWS_OP_ERR. Runs on the delivery
 * thread of the meta request.
 */
typedef int (aws_s3_meta_request_upload_review_fn)(
    struct aws_s3_meta_request *meta_request,
    const struct aws_s3_upload_review *review,
    void *user_data);

/* Clients */

/**
 * Called once when a client, and everything it used, is gone: its meta requests, connections,
 * threads and pool.
 *
 * What the client borrowed may be freed now. Runs on a thread of the library.
 */
typedef void (aws_s3_client_shutdown_complete_callback_fn)(void *user_data);

/**
 * Makes the provider of S3 Express credentials of a client. Called on the thread that makes the
 * first meta request which needs one, and after a failure again for the next one.
 *
 * Must not call the client, nor keep a reference to it. `allocator` is the client's,
 * `factory_user_data` the `factory_user_data` of its configuration. The provider must call
 * `on_provider_shutdown_callback` with `shutdown_user_data` exactly once when its destruction is
 * complete, never before this function returned; the client waits for it when it shuts down.
 * Returns a provider with one reference for the client, or raises an error, with which the meta
 * request is refused, and returns NULL.
 */
typedef struct aws_s3express_credentials_provider *(aws_s3express_provider_factory_fn)(
    struct aws_allocator *allocator,
    struct aws_s3_client *client,
    aws_simple_completion_callback *on_provider_shutdown_callback,
    void *shutdown_user_data,
    void *factory_user_data);

/** Whether the client speaks TLS. */
enum aws_s3_meta_request_tls_mode {
    /** HTTPS, port 443 unless the endpoint of a meta request says otherwise. */
    AWS_MR_TLS_ENABLED,

    /** Plain HTTP, port 80 unless the endpoint of a meta request says otherwise. */
    AWS_MR_TLS_DISABLED,
};

/** Whether the client adds `Content-MD5` to uploads. */
enum aws_s3_meta_request_compute_content_md5 {
    /**
     * Not computed. (The parts of a multipart upload still get one each when the caller's message
     * has the header.)
     */
    AWS_MR_CONTENT_MD5_DISABLED,

    /**
     * Computed for every part, and for an upload in one request whose message has none. An upload
     * with another checksum gets no MD5.
     */
    AWS_MR_CONTENT_MD5_ENABLED,
};

/** How a client without a `retry_strategy` of its caller's retries. */
enum aws_s3_retry_mode {
    /** Exponential backoff, limited by a budget of retries per host. */
    AWS_S3_RETRY_MODE_STANDARD,

    /** Like standard; besides, the rate of sending is lowered while S3 throttles. */
    AWS_S3_RETRY_MODE_ADAPTIVE,

    /** Exponential backoff without a budget. */
    AWS_S3_RETRY_MODE_EXPONENTIAL_BACKOFF,

    /** No retries: the first failure is final. */
    AWS_S3_RETRY_MODE_NONE,
};

/** TCP keep-alive for the connections of a client. */
struct aws_s3_tcp_keep_alive_options {
    /** Seconds of silence after which the first probe is sent. */
    uint16_t keep_alive_interval_sec;

    /** Seconds to wait for an answer before the next probe is sent. */
    uint16_t keep_alive_timeout_sec;

    /** Unanswered probes after which the connection counts as dead. */
    uint16_t keep_alive_max_failed_probes;
};

/** How files are read for uploads and written for downloads. */
struct aws_s3_file_io_options {
    /**
     * True sends a part while its file is still being read, through 2 MiB of memory, instead of
     * reading it whole first. Then checksums cannot go into a header (AWS_SCL_HEADER is refused).
     * Without options of any kind, uploads above 1 TiB stream.
     */
    bool should_stream;

    /**
     * Gigabits per second that the disk delivers; when streaming, there are only as many
     * connections as that can feed. 0 means the throughput target of the client.
     */
    double disk_throughput_gbps;

    /**
     * True bypasses the page cache where the platform allows it and sizes and offsets are aligned
     * to pages. What cannot be done so is done through the cache; it is never an error.
     */
    bool direct_io;
};

/**
 * What a client is made from. Set everything to zero first, then what is wanted; zero means the
 * default.
 *
 * The struct, and everything it points to, is copied or counted by `aws_s3_client_new` and may go
 * when that returns, unless a field says otherwise.
 */
struct aws_s3_client_config {
    /**
     * Most connections that the client uses at the same time; lowers, never raises, the number
     * that follows from `throughput_target_gbps`. 0 means no limit of its own.
     */
    uint32_t max_active_connections_override;

    /** AWS region, used to sign where a signing configuration leaves its own region empty. */
    struct aws_byte_cursor region;

    /** Event loops and host resolver to use. Required. The client keeps a reference. */
    struct aws_client_bootstrap *client_bootstrap;

    /** HTTPS or HTTP. 0 means HTTPS. */
    enum aws_s3_meta_request_tls_mode tls_mode;

    /**
     * TLS settings; the server name in it is replaced by the host of each endpoint. NULL means the
     * trust store of the system. Ignored when `tls_mode` is AWS_MR_TLS_DISABLED.
     */
    const struct aws_tls_connection_options *tls_connection_options;

    /**
     * How files are read and written by meta requests without `fio_opts` of their own. NULL means
     * the defaults.
     */
    struct aws_s3_file_io_options *fio_opts;

    /**
     * How requests are signed, and with which credentials. Required, and it must name credentials
     * or a provider of them; `aws_s3_init_default_signing_config` fills one. `date` in it is
     * ignored. The data behind `should_sign_header_ud` must live until the shutdown callback.
     */
    const struct aws_signing_config_aws *signing_config;

    /**
     * Bytes per part. 0 means 8 MiB, and that downloads choose a size that suits the object.
     * Uploads use at least 5 MiB, and more where 10,000 parts of this size would not do. Where the
     * length is not known, 2,000 parts have this size, and then the size doubles every 500 parts,
     * up to `max_part_size`.
     */
    uint64_t part_size;

    /**
     * Most bytes per part of an upload; an upload that needs more is refused with
     * AWS_ERROR_S3_PART_SIZE_EXCEEDS_MEMORY_LIMIT, unless it streams from a file or from memory of
     * the caller's. One of unknown length that turns out to need more ends with that error as soon
     * as it does. 0 means half of the memory limit, at most 5 GiB. With the default pool it must be
     * at least `part_size` and 128 MiB below the memory limit.
     */
    uint64_t max_part_size;

    /**
     * Uploads of a known length up to this many bytes are sent in one request, longer ones in
     * parts. 0 means `part_size`, at least 5 MiB.
     */
    uint64_t multipart_upload_threshold;

    /**
     * Gigabits per second to aim at: determines the number of connections and the default memory
     * limit. 0 means 10. Negative values fail `aws_s3_client_new` with AWS_ERROR_INVALID_ARGUMENT.
     */
    double throughput_target_gbps;

    /**
     * Bytes of part buffers to stay below. 0 means the environment variable
     * AWS_CRT_S3_MEMORY_LIMIT_IN_MB, then AWS_CRT_S3_MEMORY_LIMIT_IN_GIB, then
     * `aws_s3_default_memory_limit_for_throughput`, but no more than half of what the process may
     * use (machine, resource limits, control groups). The default pool needs 256 MiB.
     */
    uint64_t memory_limit_in_bytes;

    /**
     * How failed requests are retried. NULL means a strategy made from `retry_config`. The client
     * keeps a reference.
     */
    struct aws_retry_strategy *retry_strategy;

    /** Retries when `retry_strategy` is NULL; not looked at otherwise. */
    struct {
        /**
         * Retries after the first attempt. 0 means 5; to switch retries off, use
         * AWS_S3_RETRY_MODE_NONE.
         */
        size_t max_retries;

        /** Milliseconds that the exponential delay starts from. 0 means 500. */
        uint32_t backoff_scale_factor_ms;

        /** Longest delay, in seconds. 0 means 20. */
        uint32_t max_backoff_secs;

        /**
         * How delays are spread at random. 0 means full jitter. An unknown value fails
         * `aws_s3_client_new` with AWS_ERROR_INVALID_ARGUMENT, except in AWS_S3_RETRY_MODE_NONE.
         */
        enum aws_exponential_backoff_jitter_mode jitter_mode;

        /** Budget of retries per host (standard and adaptive mode). 0 means 500. */
        size_t initial_bucket_capacity;

        /** Which kind of retries. 0 and unknown values mean AWS_S3_RETRY_MODE_STANDARD. */
        enum aws_s3_retry_mode retry_mode;

        /**
         * Adaptive mode: true fails a request with AWS_IO_RETRY_PERMISSION_DENIED, instead of letting
         * it wait, while the limit of the sending rate is exhausted.
         */
        bool fast_fail_if_no_token;
    } retry_config;

    /** Whether uploads carry `Content-MD5`. 0 means no. */
    enum aws_s3_meta_request_compute_content_md5 compute_content_md5;

    /** Called once when the client is gone. May be NULL. Not called when `aws_s3_client_new` fails. */
    aws_s3_client_shutdown_complete_callback_fn *shutdown_callback;

    /** Handed to `shutdown_callback`. */
    void *shutdown_callback_user_data;

    /** A proxy to connect through. NULL means what `proxy_ev_settings` says. */
    const struct aws_http_proxy_options *proxy_options;

    /**
     * Whether and how proxies of the environment (HTTP_PROXY, HTTPS_PROXY, NO_PROXY) are used
     * while `proxy_options` is NULL. NULL means that they are used; a struct with AWS_HPEV_DISABLE
     * switches them off.
     */
    const struct proxy_env_var_settings *proxy_ev_settings;

    /** Milliseconds that connecting may take. 0 means 3000. */
    uint32_t connect_timeout_ms;

    /** TCP keep-alive. NULL means off. */
    const struct aws_s3_tcp_keep_alive_options *tcp_keep_alive_options;

    /**
     * When a connection is too slow to keep. NULL means below 1 byte per second for 30 seconds; a
     * struct with a zero in it switches the check off.
     */
    const struct aws_http_connection_monitoring_options *monitoring_options;

    /**
     * True makes downloads wait for their caller: each has a window of bytes that it may still
     * receive, which `aws_s3_meta_request_increment_read_window` opens further. Without a body
     * callback it opens by itself, by what has reached the file or the memory.
     */
    bool enable_read_backpressure;

    /**
     * Bytes by which the window of each download is open from the start. Not looked at without
     * `enable_read_backpressure`.
     */
    size_t initial_read_window;

    /**
     * True allows S3 Express. Without it a signing configuration that asks for
     * AWS_SIGNING_ALGORITHM_V4_S3EXPRESS is refused with AWS_ERROR_INVALID_ARGUMENT.
     */
    bool enable_s3express;

    /**
     * Makes the provider of S3 Express credentials, when the first meta request needs it. NULL
     * means that the library makes sessions, keeps them and renews them by itself. Must not call
     * back into the client.
     */
    aws_s3express_provider_factory_fn *s3express_provider_override_factory;

    /** Handed to `s3express_provider_override_factory`; must live until the shutdown callback. */
    void *factory_user_data;

    /**
     * Names of network interfaces over which new connections are spread in turn. An unknown name
     * fails `aws_s3_client_new` with AWS_ERROR_INVALID_ARGUMENT. NULL means that the system
     * chooses.
     */
    const struct aws_byte_cursor *network_interface_names_array;

    /** Number of elements of `network_interface_names_array`. */
    size_t num_network_interface_names;

    /** Makes the pool that part buffers come from. NULL means the built-in one. */
    aws_s3_buffer_pool_factory_fn *buffer_pool_factory_fn;

    /** Handed to `buffer_pool_factory_fn`. */
    void *buffer_pool_user_data;

    /**
     * Whether downloads hand over parts as they come instead of in the order of the object, where
     * a meta request does not say. AWS_TRIBOOL_UNSET means: into a file yes, unless the
     * environment variable AWS_CRT_S3_ORDERED_DELIVERY is set; otherwise no. Both other values are
     * non-zero, so never test this for truth.
     */
    enum aws_tribool out_of_order_delivery;

    /**
     * Threads that write downloads to files. 0 means the environment variable
     * AWS_CRT_S3_NUM_FILE_IO_THREADS, else one per event loop of the bootstrap, at most 8.
     */
    uint16_t num_file_io_threads;
};

/** Most event loops that `aws_s3_client_bootstrap_default` makes unless told a number. */
#define AWS_S3_DEFAULT_MAX_EVENT_LOOPS 96

/** What `aws_s3_client_bootstrap_default` may be told. Zero means the default everywhere. */
struct aws_s3_client_bootstrap_options {
    /** Number of event loops. 0 means one per processor, at most AWS_S3_DEFAULT_MAX_EVENT_LOOPS. */
    uint16_t event_loop_count;

    /** Hosts whose addresses are remembered. 0 means 16. */
    size_t host_resolver_max_entries;

    /** Not used at present. */
    double throughput_target_gbps;
};

/* Options and results of a meta request */

/** What happens to the file named by `recv_filepath`. */
enum aws_s3_recv_file_options {
    /** Created, or emptied when it exists. */
    AWS_S3_RECV_FILE_CREATE_OR_REPLACE,

    /** Created. A file that exists is refused with AWS_ERROR_S3_RECV_FILE_ALREADY_EXISTS. */
    AWS_S3_RECV_FILE_CREATE_NEW,

    /** Created, or written to after its present end. */
    AWS_S3_RECV_FILE_CREATE_OR_APPEND,

    /**
     * Overwritten in place from `recv_file_position` on, without shortening it. A missing file is
     * refused with AWS_ERROR_S3_RECV_FILE_NOT_FOUND.
     */
    AWS_S3_RECV_FILE_WRITE_TO_POSITION,
};

/**
 * What a meta request is made from. Set everything to zero first, then what is wanted; zero means
 * the default.
 *
 * The struct and its strings are copied, and counted objects are acquired, by
 * `aws_s3_client_make_meta_request`; all may go when that returns, unless a field says otherwise.
 * Errors named here fail that call.
 *
 * Callbacks of one meta request that belong to the flow of data (body, progress, telemetry, upload
 * review, checksum of the object) and reads of its stream run on one thread and never overlap; on
 * another one after a callback or read, of whichever meta request, that blocked. No lock is held
 * during callbacks: everything may be called from them. A callback or read that takes long delays
 * its own transfer. An upload that is cancelled, paused or fails ends beside a read of its stream
 * that blocks; its shutdown callback comes after that read.
 */
struct aws_s3_meta_request_options {
    /** Kind of the meta request; AWS_ERROR_INVALID_ARGUMENT when unknown. */
    enum aws_s3_meta_request_type type;

    /**
     * Name of the S3 operation, for example "ListObjectsV2": required for
     * AWS_S3_META_REQUEST_TYPE_DEFAULT (AWS_ERROR_INVALID_ARGUMENT when empty), ignored for other
     * kinds.
     */
    struct aws_byte_cursor operation_name;

    /**
     * How to sign instead of as the client says. Its credentials, or their provider, take
     * precedence over those of the client. NULL means as the client says. The data behind
     * `should_sign_header_ud` must live until the shutdown callback.
     */
    const struct aws_signing_config_aws *signing_config;

    /**
     * Method, path and headers of the request. Required. The meta request keeps a reference; do
     * not change the message while it runs. A missing `Host` header is added from `endpoint`.
     * Other requests of the transfer are derived from it.
     */
    struct aws_http_message *message;

    /**
     * Downloads: file to write the body to, instead of the body callbacks, which are then not
     * called. Empty means no file. The file is created, or checked, before
     * `aws_s3_client_make_meta_request` returns. What has no positions (a FIFO, a terminal) is
     * written from front to back, whatever `out_of_order_delivery` says; a FIFO that nobody reads
     * is refused with AWS_ERROR_FILE_OPEN_FAILURE. An error of closing the file is the result.
     */
    struct aws_byte_cursor recv_filepath;

    /**
     * What happens to an existing file. Unknown values are refused with
     * AWS_ERROR_INVALID_ARGUMENT.
     */
    enum aws_s3_recv_file_options recv_file_option;

    /**
     * Offset in the file, in bytes, of the first byte received, for
     * AWS_S3_RECV_FILE_WRITE_TO_POSITION; ignored otherwise.
     */
    uint64_t recv_file_position;

    /**
     * True deletes the file when the download fails or is cancelled, not when it is paused, and
     * only a regular file.
     * Refused with AWS_ERROR_INVALID_ARGUMENT for a file whose old content would stay:
     * AWS_S3_RECV_FILE_WRITE_TO_POSITION, and AWS_S3_RECV_FILE_CREATE_OR_APPEND when it exists.
     */
    bool recv_file_delete_on_failure;

    /**
     * GET_OBJECT: memory to receive the body into directly. NULL means none. `len` must be 0 and
     * `capacity` at least the number of bytes that will come, else AWS_ERROR_SHORT_BUFFER, at the
     * latest once the size is known. Struct and memory must stay in place until the finish
     * callback. On success `len` is set, otherwise it stays 0 and the content is undefined. Cannot
     * be combined with `recv_filepath`, body callbacks or an `object_size_hint` other than
     * `capacity` (AWS_ERROR_INVALID_ARGUMENT), with `partNumber` in the query, or with a buffer
     * pool that lacks `add_preallocated_buffer` (AWS_ERROR_UNSUPPORTED_OPERATION).
     */
    struct aws_byte_buf *recv_buffer;

    /**
     * Downloads: whether parts are handed over as they come instead of in the order of the object.
     * AWS_TRIBOOL_UNSET means as the client says. A checksum of the whole object that cannot be
     * combined from those of its parts (SHA, XXHASH) still needs the order of the object, whatever
     * is asked for. Both other values are non-zero, so never test this for truth.
     */
    enum aws_tribool out_of_order_delivery;

    /**
     * Uploads: file that is the body. Empty means none. Without a `Content-Length` header its size
     * is the length; a file that has another size at the end ends the upload with
     * AWS_ERROR_S3_FILE_MODIFIED. One that is too short for what is to be read ends it with
     * AWS_ERROR_S3_INCORRECT_CONTENT_LENGTH. Parts are read in parallel; the file must not change
     * meanwhile. What has no size (a FIFO, a device, a file of `/proc`) is read in order, to its
     * end or as far as the `Content-Length` header says: PUT_OBJECT sends it as it comes, as an
     * upload whose length is not known, DEFAULT holds it first. Nobody waits for the other end of
     * a FIFO in this call.
     */
    struct aws_byte_cursor send_filepath;

    /** How files are read and written. NULL means as the client says. */
    struct aws_s3_file_io_options *fio_opts;

    /**
     * Uploads: stream that is the body, read in order and never rewound. NULL means none. The meta
     * request keeps a reference, and gives it back before the finish callback; when it is ended
     * early, as soon as the read under way is over, which the client's end waits for.
     */
    struct aws_async_input_stream *send_async_stream;

    /**
     * PUT_OBJECT: true takes the body from `aws_s3_meta_request_poll_write` or
     * `aws_s3_meta_request_write`. With a `Content-Length` header, exactly so many bytes have to be
     * written before the end is said (AWS_ERROR_S3_INCORRECT_CONTENT_LENGTH); a short body is then
     * sent in one request, and parts of a long one are alike, as with other sources.
     */
    bool send_using_async_writes;

    /**
     * DEFAULT and PUT_OBJECT: bytes that are the body. A NULL pointer means none. Not copied, and
     * sent from where they are, whole or in parts: must stay unchanged until the finish callback.
     * A `Content-Length` header must agree (AWS_ERROR_S3_INCORRECT_CONTENT_LENGTH).
     */
    struct aws_byte_cursor request_body;

    /**
     * What is to be done about checksums. NULL means nothing; checksum headers of the message are
     * then passed on unread.
     */
    const struct aws_s3_checksum_config *checksum_config;

    /**
     * Bytes per part, instead of the client's. 0 means as the client says. The rules of the
     * client's `part_size` apply.
     */
    uint64_t part_size;

    /** Downloads: true lets the size of parts follow the object even though a part size was set. */
    bool force_dynamic_part_size;

    /**
     * Uploads of a known length up to this many bytes are sent in one request. 0 means `part_size`
     * if that is set here, else as the client says.
     */
    uint64_t multipart_upload_threshold;

    /** Handed to all callbacks of the meta request; must live until the shutdown callback. */
    void *user_data;

    /** Called with the headers of the response. May be NULL. */
    aws_s3_meta_request_headers_callback_fn *headers_callback;

    /**
     * Called with the body. NULL, and no other sink either, drops the body. Only one of the two
     * body callbacks may be set (AWS_ERROR_INVALID_ARGUMENT).
     */
    aws_s3_meta_request_receive_body_callback_fn *body_callback;

    /**
     * Called with the body and the owner of its memory. With read backpressure, it gets whole
     * parts, beyond the window if need be.
     */
    aws_s3_meta_request_receive_body_callback_ex_fn *body_callback_ex;

    /** Called once with the result. May be NULL. */
    aws_s3_meta_request_finish_fn *finish_callback;

    /** Called once when the meta request is gone. May be NULL. */
    aws_s3_meta_request_shutdown_fn *shutdown_callback;

    /** Called as the transfer progresses. May be NULL. */
    aws_s3_meta_request_progress_fn *progress_callback;

    /** Called with measurements of each attempt of each HTTP request. May be NULL. */
    aws_s3_meta_request_telemetry_fn *telemetry_callback;

    /**
     * Called before a multipart upload completes, and can stop it. May be NULL. Not called for an
     * upload in one request.
     */
    aws_s3_meta_request_upload_review_fn *upload_review_callback;

    /**
     * Scheme, host and port to connect to. NULL means the `Host` header of the message, with
     * scheme and port of the client's `tls_mode`. When both are given, they must name the same
     * host (AWS_ERROR_INVALID_ARGUMENT).
     */
    const struct aws_uri *endpoint;

    /**
     * Where an earlier transfer of the same kind stopped. NULL means start anew. The meta request
     * keeps a reference.
     *
     * Multipart uploads: the length of the body must be known, and the body must start at its
     * first byte again.
     *
     * GET_OBJECT: only what is missing is asked for, and callbacks come for that alone; the
     * `content_length` of progress stays that of the whole. The message and the options about
     * the file must be those of before. What `recv_filepath` names is not emptied, whatever
     * `recv_file_option` says; AWS_ERROR_S3_RECV_FILE_NOT_FOUND when it is gone, and
     * AWS_ERROR_S3_FILE_MODIFIED when it is shorter than what the token says, longer than the
     * download, or was changed since. The meta request ends with AWS_ERROR_S3_OBJECT_MODIFIED,
     * and the file stays as it is, when the object has another ETag by now, and with
     * AWS_ERROR_S3_RESUME_FAILED when the token is of another range. A checksum of the whole is
     * still compared if there is a file that can be read again; otherwise each part is compared
     * with its own. A token of an upload is ignored, and so is any token when the query has
     * `partNumber`.
     */
    struct aws_s3_meta_request_resume_token *resume_token;

    /**
     * GET_OBJECT: size of the object in bytes as far as the caller knows, a hint that can save a
     * request. NULL or 0 means unknown. A wrong hint costs time only.
     */
    const uint64_t *object_size_hint;

    /**
     * COPY_OBJECT: URI of the source object, used to ask for its size where its endpoint has a name
     * that does not follow from the destination's. Empty means that the `x-amz-copy-source` header
     * and the host of the message tell. Not a URI: AWS_ERROR_MALFORMED_INPUT_STRING.
     */
    struct aws_byte_cursor copy_source_uri;

    /**
     * Most connections that the meta request uses at the same time. 0 means as the client says; a
     * larger number than the client's has no effect.
     */
    uint32_t max_active_connections_override;

    /**
     * Called when the meta request fails or is cancelled, with a token for trying again. May be
     * NULL.
     */
    aws_s3_meta_request_pause_complete_fn *on_error_resume_token;
};

/**
 * What a token for resuming an upload is made from, see
 * `aws_s3_meta_request_resume_token_new_upload`.
 */
struct aws_s3_upload_resume_token_options {
    /** Upload id that S3 gave to the multipart upload. Required. Copied. */
    struct aws_byte_cursor upload_id;

    /** Bytes per part of that upload, at least 5 MiB. */
    uint64_t part_size;

    /** Number of parts that the upload takes. */
    size_t total_num_parts;

    /** Number of parts that were done; for information only, S3 is asked which ones it holds. */
    size_t num_parts_completed;
};

/** What `aws_s3_meta_request_poll_write` did. At most one field is set. */
struct aws_s3_meta_request_poll_write_result {
    /** True when nothing was taken because there is no room now; the waker will be called once. */
    bool is_pending;

    /** Not 0 when the write failed; the waker will not be called. */
    int error_code;

    /**
     * Bytes taken, from the start of the data. When that is not all of it, write the rest again;
     * end of file counts only with the last byte.
     */
    size_t bytes_processed;
};

/**
 * How a meta request ended. The struct and everything behind it is valid during the finish
 * callback.
 *
 * The three error fields tell about the response that made the meta request fail, also after
 * retries. They are NULL when no response did.
 */
struct aws_s3_meta_request_result {
    /**
     * Headers of the response that made the meta request fail. NULL: none. Acquire them to keep
     * them.
     */
    struct aws_http_headers *error_response_headers;

    /** Body of that response, usually an XML error document. NULL: none. */
    struct aws_byte_buf *error_response_body;

    /**
     * Name of the operation that failed, for example "UploadPart"; it need not be the one asked
     * for. NULL: none.
     */
    struct aws_string *error_response_operation_name;

    /**
     * HTTP status. On success that of the whole transfer: 200, or 206 for a download with a
     * `Range` header. On failure that of the response with the error; 0 when no response caused
     * it. A transfer that fails only because the checksum of the whole object
     * differs has the status of a success.
     */
    int response_status;

    /**
     * True when every byte delivered was compared with a checksum, of the whole transfer or of
     * each response; the comparison may have failed.
     */
    bool did_validate;

    /** The algorithm that it was compared with; AWS_SCA_NONE unless `did_validate`. */
    enum aws_s3_checksum_algorithm validation_algorithm;

    /** AWS_ERROR_SUCCESS, or the first error that the meta request met. */
    int error_code;
};

AWS_EXTERN_C_BEGIN

/* Clients */

/**
 * Makes a client bootstrap with its own event loops and host resolver, fit for
 * `aws_s3_client_config.client_bootstrap`.
 *
 * The caller owns it and releases it with `aws_client_bootstrap_release`, which also ends its
 * event loops and resolver. `options` may be NULL, which means all defaults. Returns NULL and
 * raises the error of the step that failed otherwise.
 */
AWS_S3_API
struct aws_client_bootstrap *aws_s3_client_bootstrap_default(
    struct aws_allocator *allocator,
    const struct aws_s3_client_bootstrap_options *options);

/**
 * Makes a client.
 *
 * The caller owns one reference and releases it with `aws_s3_client_release`. `client_config`
 * is read during the call; see there what must live longer. Neither pointer may be NULL. May
 * block while the EC2 instance type of the host is asked for. Needs `aws_s3_library_init`.
 *
 * Returns NULL and raises an error otherwise, and then no callback is ever called:
 * AWS_ERROR_INVALID_ARGUMENT without bootstrap, signing configuration or credentials, for a
 * negative throughput target, for S3 Express signing without `enable_s3express`, for an
 * environment variable that is no number, and for an unknown network interface or jitter mode;
 * AWS_ERROR_S3_INVALID_MEMORY_LIMIT_CONFIG and AWS_ERROR_S3_PART_SIZE_EXCEEDS_MEMORY_LIMIT
 * from the default pool; or what a factory, TLS or the proxy settings raise.
 */
AWS_S3_API
struct aws_s3_client *aws_s3_client_new(
    struct aws_allocator *allocator,
    const struct aws_s3_client_config *client_config);

/**
 * Takes one more reference to a client; release it with `aws_s3_client_release`. NULL does
 * nothing. Returns `client`. May be called from any thread.
 */
AWS_S3_API
struct aws_s3_client *aws_s3_client_acquire(struct aws_s3_client *client);

/**
 * Releases one reference to a client. Every meta request holds one of its own until it is
 * destroyed: when the caller's last one is gone, running meta requests go on to their end, and
 * their callbacks may acquire the client and use it further. When the last of all is gone, the
 * client is destroyed in the background, and its shutdown callback tells when that is done.
 * NULL does nothing. Always returns NULL. May be called from any thread, also from callbacks.
 */
AWS_S3_API
struct aws_s3_client *aws_s3_client_release(struct aws_s3_client *client);

/**
 * Returns how many connections may be in use at the same time: by the client when
 * `meta_request` is NULL, else by that meta request. This follows from the throughput target,
 * and is limited by the overrides of both and by the disk throughput of a streaming upload. 0
 * when `client` is NULL. May be called from any thread.
 */
AWS_S3_API
uint32_t aws_s3_client_get_max_active_connections(
    struct aws_s3_client *client,
    struct aws_s3_meta_request *meta_request);

/* Meta requests */

/**
 * Makes a meta request and starts it.
 *
 * The caller owns one reference and releases it with `aws_s3_meta_request_release`, at once if
 * it likes: the meta request runs to its end either way. `options` are read during the call;
 * see there what must live longer. Neither pointer may be NULL. Does not wait for the network.
 * Callbacks may begin before this returns. May be called from any thread, also from callbacks.
 *
 * Returns NULL and raises an error otherwise, and then no callback is ever called.
 * AWS_ERROR_INVALID_ARGUMENT for an unknown type, a missing message or host, several sources
 * of a body or, for PUT_OBJECT, none, and options that contradict each other;
 * AWS_ERROR_S3_INVALID_CONTENT_LENGTH_HEADER, AWS_ERROR_S3_INVALID_RANGE_HEADER,
 * AWS_ERROR_S3_INCORRECT_CONTENT_LENGTH and, for several lengths of one body,
 * AWS_ERROR_HTTP_INVALID_HEADER_FIELD for what the headers say;
 * AWS_ERROR_S3_PART_SIZE_EXCEEDS_MEMORY_LIMIT; and what opening a file raises, such as
 * AWS_ERROR_FILE_INVALID_PATH. The options name theirs. A file to receive into may have been
 * created or emptied all the same.
 */
AWS_S3_API
struct aws_s3_meta_request *aws_s3_client_make_meta_request(
    struct aws_s3_client *client,
    const struct aws_s3_meta_request_options *options);

/**
 * Takes one more reference to a meta request; release it with `aws_s3_meta_request_release`.
 * NULL does nothing. Returns `meta_request`. May be called from any thread.
 */
AWS_S3_API
struct aws_s3_meta_request *aws_s3_meta_request_acquire(struct aws_s3_meta_request *meta_request);

/**
 * Releases one reference to a meta request, which does not stop it. The shutdown callback is
 * called when all references, the library's own included, are gone, possibly during this call.
 * NULL does nothing. Always returns NULL. May be called from any thread, also from callbacks.
 */
AWS_S3_API
struct aws_s3_meta_request *aws_s3_meta_request_release(struct aws_s3_meta_request *meta_request);

/**
 * Writes data to a meta request made with `send_using_async_writes`, without ever waiting.
 *
 * Returns at once with one of three outcomes. `bytes_processed`: so many bytes were copied;
 * write the rest with another call. `is_pending`: nothing was taken because there is no room;
 * `waker` is called exactly once with `user_data` when it is worth trying again, on a thread
 * of the library, and may call this function itself. `error_code`: the write failed, and
 * `waker` is not called. `eof` says that no data follows; it counts only when the call takes
 * all of `data`, which may be empty. `data` is not used after the return.
 *
 * One call at a time: while a `waker` is outstanding, or after end of file, another call gives
 * AWS_ERROR_INVALID_STATE and fails the meta request. AWS_ERROR_S3_REQUEST_HAS_COMPLETED when
 * the meta request already has its result; the finish callback tells which. Other errors are
 * the buffer pool's. `meta_request` and `waker` must not be NULL (AWS_ERROR_INVALID_ARGUMENT).
 * May be called from any thread.
 */
AWS_S3_API
struct aws_s3_meta_request_poll_write_result aws_s3_meta_request_poll_write(
    struct aws_s3_meta_request *meta_request,
    struct aws_byte_cursor data,
    bool eof,
    aws_simple_completion_callback *waker,
    void *user_data);

/**
 * Writes data to a meta request made with `send_using_async_writes`, and tells through a
 * future when it was taken.
 *
 * The future completes without a value when all of `data` was copied, which does not mean
 * uploaded, or with an error as `aws_s3_meta_request_poll_write` gives it. `data` and the
 * caller's reference to the meta request must stay until then. `eof` says that no data
 * follows; `data` may be empty.
 *
 * The caller owns the future, never NULL, and releases it with `aws_future_void_release`. One
 * write at a time: begin the next one when the future is complete, else
 * AWS_ERROR_INVALID_STATE, which fails the meta request too. `meta_request` must not be NULL.
 * May be called from any thread; the future may complete on any thread, or before this
 * returns.
 */
AWS_S3_API
struct aws_future_void *aws_s3_meta_request_write(
    struct aws_s3_meta_request *meta_request,
    struct aws_byte_cursor data,
    bool eof);

/**
 * Opens the window of a download by `bytes`: that many more bytes may be handed to its body
 * callback. Does nothing without `enable_read_backpressure`, for NULL, or once the meta
 * request has finished. The sum of all increments stops at UINT64_MAX. May be called from any
 * thread, also from the body callback.
 */
AWS_S3_API
void aws_s3_meta_request_increment_read_window(struct aws_s3_meta_request *meta_request, uint64_t bytes);

/**
 * Cancels a meta request: it will finish with AWS_ERROR_S3_CANCELED unless it has a result
 * already, and a multipart upload is aborted first. Returns at once; callbacks may still come
 * until the finish callback. Cancelling again, or NULL, does nothing. May be called from any
 * thread, also from callbacks.
 */
AWS_S3_API
void aws_s3_meta_request_cancel(struct aws_s3_meta_request *meta_request);

/**
 * Stops a multipart upload of known length, and tells how far it got. The meta request then
 * finishes with AWS_ERROR_S3_PAUSED unless it has a result already, and leaves the parts
 * already uploaded with S3.
 *
 * `*out_resume_token` is NULL when the upload had not begun yet: start it anew. Otherwise the
 * caller owns that reference and releases it with `aws_s3_meta_request_resume_token_release`;
 * a new meta request with the token in its options goes on from there. Neither pointer may be
 * NULL. Returns at once; requests may still be in flight until the finish callback.
 *
 * Errors, with `*out_resume_token` NULL: AWS_ERROR_UNSUPPORTED_OPERATION for anything but a
 * multipart upload of known length, AWS_ERROR_INVALID_ARGUMENT for a NULL pointer. May be
 * called from any thread.
 */
AWS_S3_API
int aws_s3_meta_request_pause(
    struct aws_s3_meta_request *meta_request,
    struct aws_s3_meta_request_resume_token **out_resume_token);

/**
 * Stops an upload or a download, and tells how far it got once everything in flight has ended.
 * The meta request then finishes with AWS_ERROR_S3_PAUSED unless it has a result already.
 *
 * On AWS_OP_SUCCESS, `on_complete` is called exactly once with `user_data`: before the finish
 * callback, with a token when there is something to go on from; or during this call, with
 * AWS_ERROR_INVALID_STATE, when a pause is already under way or the meta request has finished.
 * It goes on by a new meta request with that token in its options.
 *
 * Errors, and then `on_complete` is not called: AWS_ERROR_UNSUPPORTED_OPERATION for a copy,
 * AWS_ERROR_INVALID_ARGUMENT when `meta_request` or `on_complete` is NULL. May be called from
 * any thread.
 */
AWS_S3_API
int aws_s3_meta_request_pause_async(
    struct aws_s3_meta_request *meta_request,
    aws_s3_meta_request_pause_complete_fn *on_complete,
    void *user_data);

/* Resume tokens */

/**
 * Makes a token for going on with a multipart upload that was begun earlier, also in another
 * process.
 *
 * The caller owns it and releases it with `aws_s3_meta_request_resume_token_release`.
 * `options` are copied. Neither pointer may be NULL. Returns NULL and raises an error
 * otherwise: AWS_ERROR_OVERFLOW_DETECTED when the part size does not fit `size_t`,
 * AWS_ERROR_INVALID_ARGUMENT for a NULL pointer. Whether the numbers make sense is checked
 * when a meta request is made with it.
 */
AWS_S3_API
struct aws_s3_meta_request_resume_token *aws_s3_meta_request_resume_token_new_upload(
    struct aws_allocator *allocator,
    const struct aws_s3_upload_resume_token_options *options);

/**
 * Takes one more reference to a token; release it with
 * `aws_s3_meta_request_resume_token_release`. NULL does nothing. Returns `resume_token`. May
 * be called from any thread.
 */
AWS_S3_API
struct aws_s3_meta_request_resume_token *aws_s3_meta_request_resume_token_acquire(
    struct aws_s3_meta_request_resume_token *resume_token);

/**
 * Releases one reference to a token. NULL does nothing. Always returns NULL. May be called
 * from any thread.
 */
AWS_S3_API
struct aws_s3_meta_request_resume_token *aws_s3_meta_request_resume_token_release(
    struct aws_s3_meta_request_resume_token *resume_token);

/**
 * Returns the kind of transfer that a token belongs to: AWS_S3_META_REQUEST_TYPE_PUT_OBJECT or
 * AWS_S3_META_REQUEST_TYPE_GET_OBJECT; AWS_S3_META_REQUEST_TYPE_MAX for NULL.
 */
AWS_S3_API
enum aws_s3_meta_request_type aws_s3_meta_request_resume_token_type(
    struct aws_s3_meta_request_resume_token *resume_token);

/** Returns the bytes per part of the transfer; 0 for NULL. */
AWS_S3_API
uint64_t aws_s3_meta_request_resume_token_part_size(struct aws_s3_meta_request_resume_token *resume_token);

/**
 * Returns the number of parts of the transfer; 0 for a download whose size was not known yet,
 * and for NULL.
 */
AWS_S3_API
size_t aws_s3_meta_request_resume_token_total_num_parts(struct aws_s3_meta_request_resume_token *resume_token);

/**
 * Returns the number of parts that were finished; 0 for NULL. For a download these are parts
 * that arrived, handed over or not.
 */
AWS_S3_API
size_t aws_s3_meta_request_resume_token_num_parts_completed(struct aws_s3_meta_request_resume_token *resume_token);

/**
 * Returns the upload id of a multipart upload; empty for a token of a download, and for NULL.
 * The bytes stay the token's.
 */
AWS_S3_API
struct aws_byte_cursor aws_s3_meta_request_resume_token_upload_id(
    struct aws_s3_meta_request_resume_token *resume_token);

/**
 * Returns the ETag of the object being downloaded, with its quotes; empty when it was not
 * known yet, for a token of an upload, and for NULL. The bytes stay the token's. Send it as
 * `If-Match` to go on with the same object only.
 */
AWS_S3_API
struct aws_byte_cursor aws_s3_meta_request_resume_token_etag(
    const struct aws_s3_meta_request_resume_token *resume_token);

/**
 * Returns the version id of the object being downloaded; empty when it is not known, for a
 * token of an upload, and for NULL. The bytes stay the token's.
 */
AWS_S3_API
struct aws_byte_cursor aws_s3_meta_request_resume_token_version_id(
    const struct aws_s3_meta_request_resume_token *resume_token);

/**
 * Returns the `Last-Modified` header of the object being downloaded, as received; empty when
 * it was not known yet, for a token of an upload, and for NULL. The bytes stay the token's.
 */
AWS_S3_API
struct aws_byte_cursor aws_s3_meta_request_resume_token_s3_object_last_modified(
    const struct aws_s3_meta_request_resume_token *resume_token);

/**
 * Returns the size in bytes of the object being downloaded, also for a download of a range. 0
 * when it was not known yet, for a token of an upload, and for NULL.
 */
AWS_S3_API
uint64_t aws_s3_meta_request_resume_token_object_size(const struct aws_s3_meta_request_resume_token *resume_token);

/**
 * Returns the offset in the object of the first byte of the download. 0 for a token of an
 * upload, and for NULL.
 */
AWS_S3_API
uint64_t aws_s3_meta_request_resume_token_object_range_start(
    const struct aws_s3_meta_request_resume_token *resume_token);

/**
 * Returns the offset in the object of the last byte of the download. 0 when the size was not
 * known yet as well; 0 for a token of an upload, and for NULL.
 */
AWS_S3_API
uint64_t aws_s3_meta_request_resume_token_object_range_end(const struct aws_s3_meta_request_resume_token *resume_token);

/**
 * Returns how many bytes, counted from the start of the download, were handed over without a
 * gap. The next byte wanted is at the start of the range plus this number. 0 for a token of an
 * upload, and for NULL.
 */
AWS_S3_API
uint64_t aws_s3_meta_request_resume_token_continuous_downloaded_bytes(
    const struct aws_s3_meta_request_resume_token *resume_token);

/**
 * Returns how many bytes were handed over, those after a gap included; the same as without
 * gaps unless delivery was out of order. 0 for a token of an upload, and for NULL.
 */
AWS_S3_API
uint64_t aws_s3_meta_request_resume_token_total_downloaded_bytes(
    const struct aws_s3_meta_request_resume_token *resume_token);

/**
 * Returns when the file received into was last modified, in nanoseconds since 1970, so that a
 * change made since can be noticed. 0 without a file, 0 for a token of an upload, and for
 * NULL.
 */
AWS_S3_API
uint64_t aws_s3_meta_request_resume_token_file_last_modified_epoch_ns(
    const struct aws_s3_meta_request_resume_token *resume_token);

/* Metrics of one attempt of one HTTP request. Getters may be called from any thread. */

/**
 * Takes one more reference to metrics, so that they and what they lend stay; release it with
 * `aws_s3_request_metrics_release`. NULL does nothing. Returns `metrics`. May be called from
 * any thread.
 */
AWS_S3_API
struct aws_s3_request_metrics *aws_s3_request_metrics_acquire(struct aws_s3_request_metrics *metrics);

/**
 * Releases one reference to metrics. NULL does nothing. Always returns NULL. May be called
 * from any thread.
 */
AWS_S3_API
struct aws_s3_request_metrics *aws_s3_request_metrics_release(struct aws_s3_request_metrics *metrics);

/**
 * Tells the id that S3 gave to the request (`x-amz-request-id`). The string stays the
 * metrics'.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when no response told
 * it; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_request_id(
    const struct aws_s3_request_metrics *metrics,
    const struct aws_string **out_request_id);

/**
 * Tells the second id that S3 gave to the request (`x-amz-id-2`). The string stays the
 * metrics'.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when no response told
 * it; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_extended_request_id(
    const struct aws_s3_request_metrics *metrics,
    const struct aws_string **out_extended_request_id);

/**
 * Tells when the attempt began, in nanoseconds of `aws_high_res_clock_get_ticks`. Always
 * known. Writes nothing when a pointer is NULL.
 */
AWS_S3_API
void aws_s3_request_metrics_get_start_timestamp_ns(
    const struct aws_s3_request_metrics *metrics,
    uint64_t *out_start_time);

/**
 * Tells when the attempt ended, in nanoseconds of `aws_high_res_clock_get_ticks`: for a
 * download, when its body was handed over. Always known. Writes nothing when a pointer is
 * NULL.
 */
AWS_S3_API
void aws_s3_request_metrics_get_end_timestamp_ns(const struct aws_s3_request_metrics *metrics, uint64_t *out_end_time);

/**
 * Tells how long the attempt took from its start to its end, in nanoseconds. Always known.
 * Writes nothing when a pointer is NULL.
 */
AWS_S3_API
void aws_s3_request_metrics_get_total_duration_ns(
    const struct aws_s3_request_metrics *metrics,
    uint64_t *out_total_duration);

/**
 * Tells when the first byte of the request was sent, in nanoseconds of
 * `aws_high_res_clock_get_ticks`.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when nothing was sent;
 * AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_send_start_timestamp_ns(
    const struct aws_s3_request_metrics *metrics,
    uint64_t *out_send_start_time);

/**
 * Tells when the last byte of the request was sent, in nanoseconds of
 * `aws_high_res_clock_get_ticks`.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when it was not sent
 * completely; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_send_end_timestamp_ns(
    const struct aws_s3_request_metrics *metrics,
    uint64_t *out_send_end_time);

/**
 * Tells how long sending took, in nanoseconds.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when the request was
 * not sent completely; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_sending_duration_ns(
    const struct aws_s3_request_metrics *metrics,
    uint64_t *out_sending_duration);

/**
 * Tells when the first byte of the response came, in nanoseconds of
 * `aws_high_res_clock_get_ticks`.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when none came;
 * AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_receive_start_timestamp_ns(
    const struct aws_s3_request_metrics *metrics,
    uint64_t *out_receive_start_time);

/**
 * Tells when the last byte of the response came, in nanoseconds of
 * `aws_high_res_clock_get_ticks`.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when the response is
 * not complete; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_receive_end_timestamp_ns(
    const struct aws_s3_request_metrics *metrics,
    uint64_t *out_receive_end_time);

/**
 * Tells when signing, which includes getting credentials, began, in nanoseconds of
 * `aws_high_res_clock_get_ticks`.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when the attempt did
 * not get that far; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_sign_start_timestamp_ns(
    const struct aws_s3_request_metrics *metrics,
    uint64_t *out_signing_start_time);

/**
 * Tells when the request could be signed, because its credentials were there, in nanoseconds
 * of `aws_high_res_clock_get_ticks`. The signature itself is made when there is a connection, so
 * that it is as young as the request on the wire.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when it was not
 * signed; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_sign_end_timestamp_ns(
    const struct aws_s3_request_metrics *metrics,
    uint64_t *out_signing_end_time);

/**
 * Tells how long signing took, in nanoseconds.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when the request was
 * not signed; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_signing_duration_ns(
    const struct aws_s3_request_metrics *metrics,
    uint64_t *out_signing_duration);

/**
 * Tells when memory was asked for from the buffer pool, in nanoseconds of
 * `aws_high_res_clock_get_ticks`.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when the request needs
 * no memory of the pool; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_mem_acquire_start_timestamp_ns(
    const struct aws_s3_request_metrics *metrics,
    uint64_t *out_mem_acquire_start_time);

/**
 * Tells when the buffer pool granted the memory, in nanoseconds of
 * `aws_high_res_clock_get_ticks`.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when the request needs
 * no memory of the pool or did not get it; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_mem_acquire_end_timestamp_ns(
    const struct aws_s3_request_metrics *metrics,
    uint64_t *out_mem_acquire_end_time);

/**
 * Tells how long the request waited for memory of the buffer pool, in nanoseconds.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when the request needs
 * no memory of the pool or did not get it; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_mem_acquire_duration_ns(
    const struct aws_s3_request_metrics *metrics,
    uint64_t *out_mem_acquire_duration);

/**
 * Tells when handing the body over, to a callback or a file, began, in nanoseconds of
 * `aws_high_res_clock_get_ticks`.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when no body was
 * handed over; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_delivery_start_timestamp_ns(
    const struct aws_s3_request_metrics *metrics,
    uint64_t *out_delivery_start_time);

/**
 * Tells when the body was handed over, in nanoseconds of `aws_high_res_clock_get_ticks`.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when no body was
 * handed over; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_delivery_end_timestamp_ns(
    const struct aws_s3_request_metrics *metrics,
    uint64_t *out_delivery_end_time);

/**
 * Tells how long handing the body over took, in nanoseconds.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when no body was
 * handed over; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_delivery_duration_ns(
    const struct aws_s3_request_metrics *metrics,
    uint64_t *out_delivery_duration);

/**
 * Tells how long receiving took, in nanoseconds.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when the response is
 * not complete; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_receiving_duration_ns(
    const struct aws_s3_request_metrics *metrics,
    uint64_t *out_receiving_duration);

/**
 * Tells the HTTP status of the response.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when no response came;
 * AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_response_status_code(
    const struct aws_s3_request_metrics *metrics,
    int *out_response_status);

/**
 * Tells the headers of the response. They stay the metrics'; acquire them to keep them, and do
 * not change them.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when no response came;
 * AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_response_headers(
    const struct aws_s3_request_metrics *metrics,
    struct aws_http_headers **out_response_headers);

/**
 * Tells path and query of the request, before a signature may have been added. The string
 * stays the metrics'; it is NULL when the request could not be prepared. Writes nothing when a
 * pointer is NULL.
 */
AWS_S3_API
void aws_s3_request_metrics_get_request_path_query(
    const struct aws_s3_request_metrics *metrics,
    const struct aws_string **out_request_path_query);

/**
 * Tells the `Host` header of the request. The string stays the metrics'; it is NULL when the
 * request could not be prepared. Writes nothing when a pointer is NULL.
 */
AWS_S3_API
void aws_s3_request_metrics_get_host_address(
    const struct aws_s3_request_metrics *metrics,
    const struct aws_string **out_host_address);

/**
 * Returns whether the request goes over TLS; false when it could not be prepared, and for
 * NULL.
 */
AWS_S3_API
bool aws_s3_request_metrics_get_is_https(const struct aws_s3_request_metrics *metrics);

/**
 * Tells how many connections to the host were idle, wanted and in use when this attempt asked
 * for one; all 0 when it did not get that far. Writes nothing when a pointer is NULL.
 */
AWS_S3_API
void aws_s3_request_metrics_get_http_manager_metrics(
    const struct aws_s3_request_metrics *metrics,
    struct aws_http_manager_metrics *out_metrics);

/**
 * Tells the address of the host that the request was sent to. The string stays the metrics'.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when nothing was sent;
 * AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_ip_address(
    const struct aws_s3_request_metrics *metrics,
    const struct aws_string **out_ip_address);

/**
 * Tells a number of the connection that the request was sent on; two attempts on the same
 * connection have the same.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when nothing was sent;
 * AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_connection_id(const struct aws_s3_request_metrics *metrics, size_t *out_connection_ptr);

/**
 * Tells a number of the request; all its attempts have the same. 0 when the request could not
 * be prepared.
 *
 * Errors: AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_request_ptr(const struct aws_s3_request_metrics *metrics, size_t *out_request_ptr);

/**
 * Tells the thread that sent the request.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when nothing was sent;
 * AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_thread_id(const struct aws_s3_request_metrics *metrics, aws_thread_id_t *out_thread_id);

/**
 * Tells the number of the request on its connection: 1 for the first one, then 3, 5 and so on.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when nothing was sent;
 * AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_request_stream_id(const struct aws_s3_request_metrics *metrics, uint32_t *out_stream_id);

/**
 * Tells the name of the S3 operation. The string stays the metrics'.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when the operation has
 * no name; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_operation_name(
    const struct aws_s3_request_metrics *metrics,
    const struct aws_string **out_operation_name);

/** Tells the kind of the request. Always known. Writes nothing when a pointer is NULL. */
AWS_S3_API
void aws_s3_request_metrics_get_request_type(
    const struct aws_s3_request_metrics *metrics,
    enum aws_s3_request_type *out_request_type);

/** Returns the error that the attempt ended with; AWS_ERROR_SUCCESS for none, and for NULL. */
AWS_S3_API
int aws_s3_request_metrics_get_error_code(const struct aws_s3_request_metrics *metrics);

/**
 * Returns how many attempts of the same request came before this one; 0 for the first, and for
 * NULL.
 */
AWS_S3_API
uint32_t aws_s3_request_metrics_get_retry_attempt(const struct aws_s3_request_metrics *metrics);

/** Returns whether the request uses memory of the buffer pool; false for NULL. */
AWS_S3_API
bool aws_s3_request_metrics_get_memory_allocated_from_pool(const struct aws_s3_request_metrics *metrics);

/**
 * Tells the offset, in the object, of the first byte of the part that the request transfers; 0
 * when it transfers none. Always known. Writes nothing when a pointer is NULL.
 */
AWS_S3_API
void aws_s3_request_metrics_get_part_range_start(
    const struct aws_s3_request_metrics *metrics,
    uint64_t *out_part_range_start);

/**
 * Tells the offset, in the object, of the last byte of the part that the request transfers; 0
 * when it transfers none. Always known. Writes nothing when a pointer is NULL.
 */
AWS_S3_API
void aws_s3_request_metrics_get_part_range_end(
    const struct aws_s3_request_metrics *metrics,
    uint64_t *out_part_range_end);

/**
 * Tells the number of the part that the request transfers, counted from 1; 0 when it transfers
 * none. Always known. Writes nothing when a pointer is NULL.
 */
AWS_S3_API
void aws_s3_request_metrics_get_part_number(const struct aws_s3_request_metrics *metrics, uint32_t *out_part_number);

/**
 * Tells when the first attempt of the request began, in nanoseconds of
 * `aws_high_res_clock_get_ticks`; the same for all its attempts. Always known. Writes nothing
 * when a pointer is NULL.
 */
AWS_S3_API
void aws_s3_request_metrics_get_s3_request_first_attempt_start_timestamp_ns(
    const struct aws_s3_request_metrics *metrics,
    uint64_t *out_s3_request_first_attempt_start_time);

/**
 * Tells when the last attempt of the request ended, in nanoseconds of
 * `aws_high_res_clock_get_ticks`.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when another attempt
 * followed this one; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_s3_request_last_attempt_end_timestamp_ns(
    const struct aws_s3_request_metrics *metrics,
    uint64_t *out_s3_request_last_attempt_end_time);

/**
 * Tells how long the request took from the start of its first attempt to the end of its last
 * one, in nanoseconds.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when another attempt
 * followed this one; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_s3_request_total_duration_ns(
    const struct aws_s3_request_metrics *metrics,
    uint64_t *out_request_duration);

/**
 * Tells when a connection was asked for, in nanoseconds of `aws_high_res_clock_get_ticks`.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when the attempt did
 * not get that far; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_conn_acquire_start_timestamp_ns(
    const struct aws_s3_request_metrics *metrics,
    uint64_t *out_conn_acquire_start_time);

/**
 * Tells when the connection was there, in nanoseconds of `aws_high_res_clock_get_ticks`.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when the attempt got
 * none; AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_conn_acquire_end_timestamp_ns(
    const struct aws_s3_request_metrics *metrics,
    uint64_t *out_conn_acquire_end_time);

/**
 * Tells how long the attempt waited for a connection, in nanoseconds.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when it got none;
 * AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_conn_acquire_duration_ns(
    const struct aws_s3_request_metrics *metrics,
    uint64_t *out_conn_acquire_duration);

/**
 * Tells when the attempt before this one asked for a retry, in nanoseconds of
 * `aws_high_res_clock_get_ticks`.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, for a first attempt;
 * AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_retry_delay_start_timestamp_ns(
    const struct aws_s3_request_metrics *metrics,
    uint64_t *out_retry_delay_start_time);

/**
 * Tells when the retry was granted, in nanoseconds of `aws_high_res_clock_get_ticks`.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, for a first attempt;
 * AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_retry_delay_end_timestamp_ns(
    const struct aws_s3_request_metrics *metrics,
    uint64_t *out_retry_delay_end_time);

/**
 * Tells how long the request waited before this attempt, in nanoseconds.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, for a first attempt;
 * AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_retry_delay_duration_ns(
    const struct aws_s3_request_metrics *metrics,
    uint64_t *out_retry_delay_duration);

/**
 * Tells how long it took from asking for a connection to the first byte of the response, in
 * nanoseconds.
 *
 * Errors: AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE, with nothing written, when no response came;
 * AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL.
 */
AWS_S3_API
int aws_s3_request_metrics_get_service_call_duration_ns(
    const struct aws_s3_request_metrics *metrics,
    uint64_t *out_service_call_duration);

/* Signing and names */

/**
 * Fills a signing configuration with what S3 wants: SigV4 in headers, service "s3", the
 * payload unsigned. Whatever it held is overwritten.
 *
 * `region` is not copied and `credentials_provider` not acquired: both must stay until the
 * configuration was given to a client or a meta request. `signing_config` must not be NULL;
 * with NULL nothing happens.
 */
AWS_S3_API
void aws_s3_init_default_signing_config(
    struct aws_signing_config_aws *signing_config,
    const struct aws_byte_cursor region,
    struct aws_credentials_provider *credentials_provider);

/**
 * Returns the name of the S3 operation of a kind of request, for example "HeadObject"; empty
 * for AWS_S3_REQUEST_TYPE_UNKNOWN and for unknown values. Never NULL; the text is static.
 */
AWS_S3_API
const char *aws_s3_request_type_operation_name(enum aws_s3_request_type type);

AWS_EXTERN_C_END

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_S3_CLIENT_H */

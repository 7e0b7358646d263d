/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AWS_HTTP_REQUEST_RESPONSE_H
#define AWS_HTTP_REQUEST_RESPONSE_H

/* Messages and their headers, and the callback types of an exchange. */

#include <aws/http/http.h>
#include <aws/io/future.h>

AWS_PUSH_SANE_WARNING_LEVEL

struct aws_http_connection;
struct aws_http_headers;
struct aws_http_message;
struct aws_http_stream;
struct aws_input_stream;
struct aws_string;

/* How HTTP/2 may compress a header; HTTP/1.1 has no use for it. */
enum aws_http_header_compression {
    AWS_HTTP_HEADER_COMPRESSION_USE_CACHE,
    AWS_HTTP_HEADER_COMPRESSION_NO_CACHE,
    AWS_HTTP_HEADER_COMPRESSION_NO_FORWARD_CACHE,
};

/* One header; both views are borrowed. */
struct aws_http_header {
    struct aws_byte_cursor name;
    struct aws_byte_cursor value;
    enum aws_http_header_compression compression;
};

/* Which of a message's header blocks a callback is about. */
enum aws_http_header_block {
    /* The final head. */
    AWS_HTTP_HEADER_BLOCK_MAIN,
    /* A 1xx head before it. */
    AWS_HTTP_HEADER_BLOCK_INFORMATIONAL,
    /* After the body. */
    AWS_HTTP_HEADER_BLOCK_TRAILING,
};

/* Answer of a message transform: 0 or an error code, and the context that came with the question. */
typedef void(
    aws_http_message_transform_complete_fn)(struct aws_http_message *message, int error_code, void *complete_ctx);

/* May change a message and must then answer through complete_fn, at once or later. */
typedef void(aws_http_message_transform_fn)(
    struct aws_http_message *message,
    void *user_data,
    aws_http_message_transform_complete_fn *complete_fn,
    void *complete_ctx);

/* Some headers have arrived; anything but AWS_OP_SUCCESS ends the stream. The headers are borrowed. */
typedef int(aws_http_on_incoming_headers_fn)(
    struct aws_http_stream *stream,
    enum aws_http_header_block header_block,
    const struct aws_http_header *header_array,
    size_t num_headers,
    void *user_data);

/* A header block is complete. */
typedef int(aws_http_on_incoming_header_block_done_fn)(
    struct aws_http_stream *stream,
    enum aws_http_header_block header_block,
    void *user_data);

/* Some of the body has arrived; the data is borrowed. */
typedef int(
    aws_http_on_incoming_body_fn)(struct aws_http_stream *stream, const struct aws_byte_cursor *data, void *user_data);

/* A server has read a whole request. */
typedef int(aws_http_on_incoming_request_done_fn)(struct aws_http_stream *stream, void *user_data);

/* The other side has closed its half of an HTTP/2 stream. */
typedef void(aws_http2_on_remote_end_stream_fn)(struct aws_http_stream *stream, void *user_data);

/* The exchange is over; error_code 0 means success, whatever the status. */
typedef void(aws_http_on_stream_complete_fn)(struct aws_http_stream *stream, int error_code, void *user_data);

/* The last reference to a stream is gone. */
typedef void(aws_http_on_stream_destroy_fn)(void *user_data);

/* Times of one exchange in nanoseconds of the monotonic clock; -1 where an event has not happened. */
struct aws_http_stream_metrics {
    int64_t send_start_timestamp_ns;
    int64_t send_end_timestamp_ns;
    int64_t sending_duration_ns;
    int64_t receive_start_timestamp_ns;
    int64_t receive_end_timestamp_ns;
    int64_t receiving_duration_ns;
    /* Number of the stream on its connection. */
    uint32_t stream_id;
};

typedef void(aws_http_on_stream_metrics_fn)(
    struct aws_http_stream *stream,
    const struct aws_http_stream_metrics *metrics,
    void *user_data);

/* What to ask of a connection, and who hears the answer. */
struct aws_http_make_request_options {
    /* sizeof(struct aws_http_make_request_options) */
    size_t self_size;
    struct aws_http_message *request;
    void *user_data;
    aws_http_on_incoming_headers_fn *on_response_headers;
    aws_http_on_incoming_header_block_done_fn *on_response_header_block_done;
    aws_http_on_incoming_body_fn *on_response_body;
    aws_http_on_stream_metrics_fn *on_metrics;
    aws_http2_on_remote_end_stream_fn *on_h2_remote_end_stream;
    aws_http_on_stream_complete_fn *on_complete;
    aws_http_on_stream_destroy_fn *on_destroy;
    bool use_manual_data_writes;
    bool http2_use_manual_data_writes;
    /* 0 means that of the connection. */
    uint64_t response_first_byte_timeout_ms;
};

AWS_EXTERN_C_BEGIN

/* Whether two header names are the same: ASCII letters match in either case. */
AWS_HTTP_API
bool aws_http_header_name_eq(struct aws_byte_cursor name_a, struct aws_byte_cursor name_b);

/* ---- Headers: an ordered list that may hold several entries of one name. Not safe to change from two threads. ---- */

/* Makes an empty list with one reference, in the caller's allocator. */
AWS_HTTP_API
struct aws_http_headers *aws_http_headers_new(struct aws_allocator *allocator);

AWS_HTTP_API
void aws_http_headers_acquire(struct aws_http_headers *headers);

/* NULL is ignored. */
AWS_HTTP_API
void aws_http_headers_release(struct aws_http_headers *headers);

/* Appends a copy of the header; white space around the value is left away.
 * Raises AWS_ERROR_HTTP_INVALID_HEADER_NAME for an empty name. */
AWS_HTTP_API
int aws_http_headers_add_header(struct aws_http_headers *headers, const struct aws_http_header *header);

/* The same from name and value. */
AWS_HTTP_API
int aws_http_headers_add(struct aws_http_headers *headers, struct aws_byte_cursor name, struct aws_byte_cursor value);

/* Appends all headers, or none when one of them is refused. */
AWS_HTTP_API
int aws_http_headers_add_array(struct aws_http_headers *headers, const struct aws_http_header *array, size_t count);

/* Appends the header, then drops older entries of that name. Name and value may be views into this very list. */
AWS_HTTP_API
int aws_http_headers_set(struct aws_http_headers *headers, struct aws_byte_cursor name, struct aws_byte_cursor value);

AWS_HTTP_API
size_t aws_http_headers_count(const struct aws_http_headers *headers);

/* Header by position; its views stay valid until the entry is dropped. Raises AWS_ERROR_INVALID_INDEX. */
AWS_HTTP_API
int aws_http_headers_get_index(
    const struct aws_http_headers *headers,
    size_t index,
    struct aws_http_header *out_header);

/* All values of a name, joined by comma and space, as a new string for the caller to destroy.
 * NULL with AWS_ERROR_HTTP_HEADER_NOT_FOUND when there is none. */
AWS_HTTP_API
struct aws_string *aws_http_headers_get_all(const struct aws_http_headers *headers, struct aws_byte_cursor name);

/* First value of a name, as a view. Raises AWS_ERROR_HTTP_HEADER_NOT_FOUND and leaves out_value alone. */
AWS_HTTP_API
int aws_http_headers_get(
    const struct aws_http_headers *headers,
    struct aws_byte_cursor name,
    struct aws_byte_cursor *out_value);

AWS_HTTP_API
bool aws_http_headers_has(const struct aws_http_headers *headers, struct aws_byte_cursor name);

/* Drops every entry of a name. Raises AWS_ERROR_HTTP_HEADER_NOT_FOUND when there is none. */
AWS_HTTP_API
int aws_http_headers_erase(struct aws_http_headers *headers, struct aws_byte_cursor name);

/* Drops the first entry with this name and exactly this value. Raises AWS_ERROR_HTTP_HEADER_NOT_FOUND. */
AWS_HTTP_API
int aws_http_headers_erase_value(
    struct aws_http_headers *headers,
    struct aws_byte_cursor name,
    struct aws_byte_cursor value);

/* Drops the entry at a position. Raises AWS_ERROR_INVALID_INDEX. */
AWS_HTTP_API
int aws_http_headers_erase_index(struct aws_http_headers *headers, size_t index);

AWS_HTTP_API
void aws_http_headers_clear(struct aws_http_headers *headers);

/* ---- HTTP/2 pseudo-headers: the same list, under the names that begin with a colon. ---- */

AWS_HTTP_API
int aws_http2_headers_get_request_method(const struct aws_http_headers *h2_headers, struct aws_byte_cursor *out_method);

AWS_HTTP_API
int aws_http2_headers_set_request_method(struct aws_http_headers *h2_headers, struct aws_byte_cursor method);

AWS_HTTP_API
int aws_http2_headers_get_request_scheme(const struct aws_http_headers *h2_headers, struct aws_byte_cursor *out_scheme);

AWS_HTTP_API
int aws_http2_headers_set_request_scheme(struct aws_http_headers *h2_headers, struct aws_byte_cursor scheme);

AWS_HTTP_API
int aws_http2_headers_get_request_authority(
    const struct aws_http_headers *h2_headers,
    struct aws_byte_cursor *out_authority);

AWS_HTTP_API
int aws_http2_headers_set_request_authority(struct aws_http_headers *h2_headers, struct aws_byte_cursor authority);

AWS_HTTP_API
int aws_http2_headers_get_request_path(const struct aws_http_headers *h2_headers, struct aws_byte_cursor *out_path);

AWS_HTTP_API
int aws_http2_headers_set_request_path(struct aws_http_headers *h2_headers, struct aws_byte_cursor path);

AWS_HTTP_API
int aws_http2_headers_get_response_status(const struct aws_http_headers *h2_headers, int *out_status_code);

/* Raises AWS_ERROR_INVALID_ARGUMENT for a status that does not fit three digits. */
AWS_HTTP_API
int aws_http2_headers_set_response_status(struct aws_http_headers *h2_headers, int status_code);

/* ---- Messages: a request or a response, with headers and perhaps a body stream. ---- */

/* Makes an HTTP/1.1 request without method and path, with one reference. */
AWS_HTTP_API
struct aws_http_message *aws_http_message_new_request(struct aws_allocator *allocator);

/* The same around an existing header list, of which the message takes a reference. */
AWS_HTTP_API
struct aws_http_message *aws_http_message_new_request_with_headers(
    struct aws_allocator *allocator,
    struct aws_http_headers *existing_headers);

/* Makes an HTTP/1.1 response without a status. */
AWS_HTTP_API
struct aws_http_message *aws_http_message_new_response(struct aws_allocator *allocator);

/* HTTP/2 messages keep method, path and status as pseudo-headers. */
AWS_HTTP_API
struct aws_http_message *aws_http2_message_new_request(struct aws_allocator *allocator);

AWS_HTTP_API
struct aws_http_message *aws_http2_message_new_response(struct aws_allocator *allocator);

/* Returns its argument; NULL is fine. */
AWS_HTTP_API
struct aws_http_message *aws_http_message_acquire(struct aws_http_message *message);

/* Returns NULL; NULL is fine. The last reference also drops those of the headers and the body stream. */
AWS_HTTP_API
struct aws_http_message *aws_http_message_release(struct aws_http_message *message);

/* Older name of release. */
AWS_HTTP_API
void aws_http_message_destroy(struct aws_http_message *message);

AWS_HTTP_API
bool aws_http_message_is_request(const struct aws_http_message *message);

AWS_HTTP_API
bool aws_http_message_is_response(const struct aws_http_message *message);

AWS_HTTP_API
enum aws_http_version aws_http_message_get_protocol_version(const struct aws_http_message *message);

/* View of the method, valid until it is set again. Raises AWS_ERROR_HTTP_DATA_NOT_AVAILABLE when there is none. */
AWS_HTTP_API
int aws_http_message_get_request_method(
    const struct aws_http_message *request_message,
    struct aws_byte_cursor *out_method);

/* Copies the method; an empty one removes it. Raises AWS_ERROR_INVALID_STATE on a response. */
AWS_HTTP_API
int aws_http_message_set_request_method(struct aws_http_message *request_message, struct aws_byte_cursor method);

/* View of path and query, with the same rules as the method. */
AWS_HTTP_API
int aws_http_message_get_request_path(const struct aws_http_message *request_message, struct aws_byte_cursor *out_path);

AWS_HTTP_API
int aws_http_message_set_request_path(struct aws_http_message *request_message, struct aws_byte_cursor path);

/* Raises AWS_ERROR_HTTP_DATA_NOT_AVAILABLE and gives AWS_HTTP_STATUS_CODE_UNKNOWN when no status was set. */
AWS_HTTP_API
int aws_http_message_get_response_status(const struct aws_http_message *response_message, int *out_status_code);

/* Raises AWS_ERROR_HTTP_INVALID_STATUS_CODE outside 0 to 999. */
AWS_HTTP_API
int aws_http_message_set_response_status(struct aws_http_message *response_message, int status_code);

/* The body stream, borrowed; NULL when there is none. */
AWS_HTTP_API
struct aws_input_stream *aws_http_message_get_body_stream(const struct aws_http_message *message);

/* Takes a reference to the stream and drops the one of its predecessor; NULL removes the body. */
AWS_HTTP_API
void aws_http_message_set_body_stream(struct aws_http_message *message, struct aws_input_stream *body_stream);

/* The header list, borrowed; changes to it are changes to the message. */
AWS_HTTP_API
struct aws_http_headers *aws_http_message_get_headers(const struct aws_http_message *message);

AWS_HTTP_API
const struct aws_http_headers *aws_http_message_get_const_headers(const struct aws_http_message *message);

/* Shorthands for functions of the header list. */
AWS_HTTP_API
size_t aws_http_message_get_header_count(const struct aws_http_message *message);

AWS_HTTP_API
int aws_http_message_get_header(
    const struct aws_http_message *message,
    struct aws_http_header *out_header,
    size_t index);

AWS_HTTP_API
int aws_http_message_add_header(struct aws_http_message *message, struct aws_http_header header);

AWS_HTTP_API
int aws_http_message_add_header_array(
    struct aws_http_message *message,
    const struct aws_http_header *headers,
    size_t num_headers);

AWS_HTTP_API
int aws_http_message_erase_header(struct aws_http_message *message, size_t index);

/* The future of a message, one reference of which it holds. */
AWS_FUTURE_T_POINTER_WITH_RELEASE_DECLARATION(aws_future_http_message, struct aws_http_message, AWS_HTTP_API)

AWS_EXTERN_C_END
AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_HTTP_REQUEST_RESPONSE_H */

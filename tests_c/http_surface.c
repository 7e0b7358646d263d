/* SPDX-License-Identifier: Apache-2.0 */

/* Header lists and messages through their C functions. Prints nothing and exits with 0 when all is well; the C
 * libraries and this one must both pass. */

#include <aws/common/allocator.h>
#include <aws/common/string.h>
#include <aws/http/connection.h>
#include <aws/http/connection_manager.h>
#include <aws/http/proxy.h>
#include <aws/http/request_response.h>
#include <aws/http/status_code.h>
#include <aws/io/stream.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: %s (last error %d)\n", __FILE__, __LINE__, #condition, aws_last_error());          \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

#define CHECK_FAILS(code, call)                                                                                        \
    do {                                                                                                               \
        aws_reset_error();                                                                                             \
        CHECK((call) == AWS_OP_ERR);                                                                                   \
        CHECK(aws_last_error() == (code));                                                                             \
    } while (0)

static struct aws_byte_cursor text(const char *literal) {
    return aws_byte_cursor_from_c_str(literal);
}

static bool is(struct aws_byte_cursor cursor, const char *expected) {
    return cursor.len == strlen(expected) && (cursor.len == 0 || memcmp(cursor.ptr, expected, cursor.len) == 0);
}

static struct aws_http_header header(const char *name, const char *value) {
    struct aws_http_header made = {.name = text(name), .value = text(value)};
    return made;
}

static bool has_at(struct aws_http_headers *headers, size_t index, const char *name, const char *value) {
    struct aws_http_header found;
    CHECK(aws_http_headers_get_index(headers, index, &found) == AWS_OP_SUCCESS);
    return is(found.name, name) && is(found.value, value);
}

static void test_adding(struct aws_allocator *allocator) {
    struct aws_http_headers *headers = aws_http_headers_new(allocator);
    CHECK(headers != NULL);
    CHECK(aws_http_headers_count(headers) == 0);

    CHECK(aws_http_headers_add(headers, text("Host"), text("example.com")) == AWS_OP_SUCCESS);
    CHECK(aws_http_headers_add(headers, text("a"), text(" \t first value\t ")) == AWS_OP_SUCCESS);
    CHECK(aws_http_headers_add(headers, text("A"), text("second")) == AWS_OP_SUCCESS);
    CHECK(aws_http_headers_add(headers, text("empty"), text("  ")) == AWS_OP_SUCCESS);
    CHECK(aws_http_headers_count(headers) == 4);
    CHECK(has_at(headers, 0, "Host", "example.com"));
    CHECK(has_at(headers, 1, "a", "first value"));
    CHECK(has_at(headers, 2, "A", "second"));
    CHECK(has_at(headers, 3, "empty", ""));

    struct aws_byte_cursor value;
    CHECK(aws_http_headers_get(headers, text("HOST"), &value) == AWS_OP_SUCCESS && is(value, "example.com"));
    CHECK(aws_http_headers_get(headers, text("A"), &value) == AWS_OP_SUCCESS && is(value, "first value"));
    CHECK(aws_http_headers_has(headers, text("EMPTY")));
    CHECK(!aws_http_headers_has(headers, text("other")));
    CHECK_FAILS(AWS_ERROR_HTTP_HEADER_NOT_FOUND, aws_http_headers_get(headers, text("other"), &value));
    CHECK_FAILS(AWS_ERROR_HTTP_INVALID_HEADER_NAME, aws_http_headers_add(headers, text(""), text("x")));

    struct aws_http_header found;
    CHECK_FAILS(AWS_ERROR_INVALID_INDEX, aws_http_headers_get_index(headers, 4, &found));

    struct aws_string *all = aws_http_headers_get_all(headers, text("a"));
    CHECK(all != NULL && aws_string_eq_c_str(all, "first value, second"));
    aws_string_destroy(all);
    CHECK(aws_http_headers_get_all(headers, text("other")) == NULL);
    CHECK(aws_last_error() == AWS_ERROR_HTTP_HEADER_NOT_FOUND);

    struct aws_http_header special = {
        .name = text("x"),
        .value = text("y"),
        .compression = AWS_HTTP_HEADER_COMPRESSION_NO_FORWARD_CACHE,
    };
    CHECK(aws_http_headers_add_header(headers, &special) == AWS_OP_SUCCESS);
    CHECK(aws_http_headers_get_index(headers, 4, &found) == AWS_OP_SUCCESS);
    CHECK(found.compression == AWS_HTTP_HEADER_COMPRESSION_NO_FORWARD_CACHE);

    const struct aws_http_header good[] = {header("p", "1"), header("q", "2")};
    const struct aws_http_header bad[] = {header("r", "1"), header("", "2")};
    CHECK(aws_http_headers_add_array(headers, good, 2) == AWS_OP_SUCCESS);
    CHECK(aws_http_headers_count(headers) == 7);
    CHECK_FAILS(AWS_ERROR_HTTP_INVALID_HEADER_NAME, aws_http_headers_add_array(headers, bad, 2));
    CHECK(aws_http_headers_count(headers) == 7);

    aws_http_headers_acquire(headers);
    aws_http_headers_release(headers);
    CHECK(aws_http_headers_count(headers) == 7);
    aws_http_headers_clear(headers);
    CHECK(aws_http_headers_count(headers) == 0);
    aws_http_headers_release(headers);
    aws_http_headers_release(NULL);
}

static void test_replacing_and_erasing(struct aws_allocator *allocator) {
    struct aws_http_headers *headers = aws_http_headers_new(allocator);
    const struct aws_http_header start[] = {
        header("a", "1"), header("b", "2"), header("A", "3"), header("c", "4"), header("a", "5")};
    CHECK(aws_http_headers_add_array(headers, start, 5) == AWS_OP_SUCCESS);

    CHECK(aws_http_headers_set(headers, text("a"), text(" new ")) == AWS_OP_SUCCESS);
    CHECK(aws_http_headers_count(headers) == 3);
    CHECK(has_at(headers, 0, "b", "2") && has_at(headers, 1, "c", "4") && has_at(headers, 2, "a", "new"));
    CHECK(aws_http_headers_set(headers, text("d"), text("6")) == AWS_OP_SUCCESS);
    CHECK(has_at(headers, 3, "d", "6"));
    CHECK_FAILS(AWS_ERROR_HTTP_INVALID_HEADER_NAME, aws_http_headers_set(headers, text(""), text("x")));

    /* Name and value may be views into the entry that goes. */
    struct aws_http_header found;
    CHECK(aws_http_headers_get_index(headers, 0, &found) == AWS_OP_SUCCESS);
    CHECK(aws_http_headers_set(headers, found.name, found.value) == AWS_OP_SUCCESS);
    CHECK(aws_http_headers_count(headers) == 4 && has_at(headers, 3, "b", "2"));

    CHECK_FAILS(AWS_ERROR_HTTP_HEADER_NOT_FOUND, aws_http_headers_erase_value(headers, text("b"), text("3")));
    CHECK(aws_http_headers_erase_value(headers, text("B"), text("2")) == AWS_OP_SUCCESS);
    CHECK(aws_http_headers_count(headers) == 3);
    CHECK_FAILS(AWS_ERROR_INVALID_INDEX, aws_http_headers_erase_index(headers, 3));
    CHECK(aws_http_headers_erase_index(headers, 0) == AWS_OP_SUCCESS);
    CHECK(has_at(headers, 0, "a", "new"));
    CHECK(aws_http_headers_add(headers, text("A"), text("again")) == AWS_OP_SUCCESS);
    CHECK(aws_http_headers_erase(headers, text("a")) == AWS_OP_SUCCESS);
    CHECK(aws_http_headers_count(headers) == 1 && has_at(headers, 0, "d", "6"));
    CHECK_FAILS(AWS_ERROR_HTTP_HEADER_NOT_FOUND, aws_http_headers_erase(headers, text("a")));
    aws_http_headers_release(headers);
}

static void test_pseudo_headers(struct aws_allocator *allocator) {
    struct aws_http_message *request = aws_http2_message_new_request(allocator);
    CHECK(aws_http_message_get_protocol_version(request) == AWS_HTTP_VERSION_2);
    struct aws_http_headers *headers = aws_http_message_get_headers(request);
    CHECK(aws_http_headers_add(headers, text("x"), text("y")) == AWS_OP_SUCCESS);
    CHECK(aws_http_message_set_request_method(request, text("GET")) == AWS_OP_SUCCESS);
    CHECK(aws_http_message_set_request_path(request, text("/p")) == AWS_OP_SUCCESS);
    CHECK(aws_http2_headers_set_request_scheme(headers, text("https")) == AWS_OP_SUCCESS);
    CHECK(aws_http2_headers_set_request_authority(headers, text("host")) == AWS_OP_SUCCESS);
    CHECK(aws_http_headers_count(headers) == 5 && has_at(headers, 4, "x", "y"));

    struct aws_byte_cursor value;
    CHECK(aws_http_message_get_request_method(request, &value) == AWS_OP_SUCCESS && is(value, "GET"));
    CHECK(aws_http2_headers_get_request_path(headers, &value) == AWS_OP_SUCCESS && is(value, "/p"));
    CHECK(aws_http2_headers_get_request_scheme(headers, &value) == AWS_OP_SUCCESS && is(value, "https"));
    CHECK(aws_http2_headers_get_request_authority(headers, &value) == AWS_OP_SUCCESS && is(value, "host"));
    aws_http_message_release(request);

    struct aws_http_message *response = aws_http2_message_new_response(allocator);
    int status = 0;
    CHECK_FAILS(AWS_ERROR_HTTP_HEADER_NOT_FOUND, aws_http_message_get_response_status(response, &status));
    CHECK(aws_http_message_set_response_status(response, 99) == AWS_OP_SUCCESS);
    CHECK(aws_http_message_get_response_status(response, &status) == AWS_OP_SUCCESS && status == 99);
    CHECK(has_at(aws_http_message_get_headers(response), 0, ":status", "099"));
    aws_http_message_release(response);
}

static void test_requests(struct aws_allocator *allocator) {
    struct aws_http_message *request = aws_http_message_new_request(allocator);
    CHECK(request != NULL && aws_http_message_is_request(request) && !aws_http_message_is_response(request));
    CHECK(aws_http_message_get_protocol_version(request) == AWS_HTTP_VERSION_1_1);

    struct aws_byte_cursor value = text("stale");
    CHECK_FAILS(AWS_ERROR_HTTP_DATA_NOT_AVAILABLE, aws_http_message_get_request_method(request, &value));
    CHECK(value.len == 0 && value.ptr == NULL);
    CHECK_FAILS(AWS_ERROR_HTTP_DATA_NOT_AVAILABLE, aws_http_message_get_request_path(request, &value));

    CHECK(aws_http_message_set_request_method(request, aws_http_method_put) == AWS_OP_SUCCESS);
    CHECK(aws_http_message_set_request_path(request, text("/key?a=b")) == AWS_OP_SUCCESS);
    CHECK(aws_http_message_get_request_method(request, &value) == AWS_OP_SUCCESS && is(value, "PUT"));
    CHECK(aws_http_message_get_request_path(request, &value) == AWS_OP_SUCCESS && is(value, "/key?a=b"));
    /* The new path may be a view of the old one. */
    value.len = 4;
    CHECK(aws_http_message_set_request_path(request, value) == AWS_OP_SUCCESS);
    CHECK(aws_http_message_get_request_path(request, &value) == AWS_OP_SUCCESS && is(value, "/key"));
    CHECK(aws_http_message_set_request_method(request, text("")) == AWS_OP_SUCCESS);
    CHECK_FAILS(AWS_ERROR_HTTP_DATA_NOT_AVAILABLE, aws_http_message_get_request_method(request, &value));

    CHECK(aws_http_message_add_header(request, header("Host", " h ")) == AWS_OP_SUCCESS);
    const struct aws_http_header more[] = {header("a", "1"), header("b", "2")};
    CHECK(aws_http_message_add_header_array(request, more, 2) == AWS_OP_SUCCESS);
    CHECK(aws_http_message_get_header_count(request) == 3);
    struct aws_http_header found;
    CHECK(aws_http_message_get_header(request, &found, 0) == AWS_OP_SUCCESS);
    CHECK(is(found.name, "Host") && is(found.value, "h"));
    CHECK_FAILS(AWS_ERROR_INVALID_INDEX, aws_http_message_get_header(request, &found, 3));
    CHECK(aws_http_message_erase_header(request, 1) == AWS_OP_SUCCESS);
    CHECK_FAILS(AWS_ERROR_INVALID_INDEX, aws_http_message_erase_header(request, 2));
    CHECK(aws_http_message_get_header(request, &found, 1) == AWS_OP_SUCCESS && is(found.name, "b"));
    struct aws_http_headers *headers = aws_http_message_get_headers(request);
    CHECK(headers == aws_http_message_get_const_headers(request));
    CHECK(aws_http_headers_set(headers, text("Host"), text("other")) == AWS_OP_SUCCESS);
    CHECK(aws_http_message_get_header(request, &found, 1) == AWS_OP_SUCCESS && is(found.value, "other"));

    /* A second request around the same headers keeps them alive. */
    struct aws_http_message *sharing = aws_http_message_new_request_with_headers(allocator, headers);
    CHECK(aws_http_message_acquire(request) == request);
    CHECK(aws_http_message_release(request) == NULL);
    CHECK(aws_http_message_release(request) == NULL);
    CHECK(aws_http_message_get_headers(sharing) == headers && aws_http_headers_count(headers) == 2);
    aws_http_message_destroy(sharing);
    CHECK(aws_http_message_release(NULL) == NULL);
    CHECK(aws_http_message_acquire(NULL) == NULL);
}

static void test_responses(struct aws_allocator *allocator) {
    struct aws_http_message *response = aws_http_message_new_response(allocator);
    CHECK(aws_http_message_is_response(response) && !aws_http_message_is_request(response));
    int status = 7;
    CHECK_FAILS(AWS_ERROR_HTTP_DATA_NOT_AVAILABLE, aws_http_message_get_response_status(response, &status));
    CHECK(status == AWS_HTTP_STATUS_CODE_UNKNOWN);
    CHECK(aws_http_message_set_response_status(response, AWS_HTTP_STATUS_CODE_206_PARTIAL_CONTENT) == AWS_OP_SUCCESS);
    CHECK(aws_http_message_get_response_status(response, &status) == AWS_OP_SUCCESS && status == 206);
    CHECK_FAILS(AWS_ERROR_HTTP_INVALID_STATUS_CODE, aws_http_message_set_response_status(response, 1000));
    CHECK_FAILS(AWS_ERROR_HTTP_INVALID_STATUS_CODE, aws_http_message_set_response_status(response, -1));
    aws_http_message_release(response);
}

static void test_bodies(struct aws_allocator *allocator) {
    struct aws_http_message *request = aws_http_message_new_request(allocator);
    CHECK(aws_http_message_get_body_stream(request) == NULL);
    struct aws_byte_cursor body = text("body");
    struct aws_input_stream *stream = aws_input_stream_new_from_cursor(allocator, &body);
    aws_http_message_set_body_stream(request, stream);
    aws_input_stream_release(stream);
    CHECK(aws_http_message_get_body_stream(request) == stream);
    int64_t length = 0;
    CHECK(aws_input_stream_get_length(aws_http_message_get_body_stream(request), &length) == AWS_OP_SUCCESS);
    CHECK(length == 4);
    aws_http_message_set_body_stream(request, NULL);
    CHECK(aws_http_message_get_body_stream(request) == NULL);
    stream = aws_input_stream_new_from_cursor(allocator, &body);
    aws_http_message_set_body_stream(request, stream);
    aws_input_stream_release(stream);
    aws_http_message_release(request);
}

static void test_constants(void) {
    CHECK(is(aws_http_method_get, "GET") && is(aws_http_method_head, "HEAD") && is(aws_http_method_post, "POST"));
    CHECK(is(aws_http_method_delete, "DELETE") && is(aws_http_method_options, "OPTIONS"));
    CHECK(is(aws_http_method_connect, "CONNECT"));
    CHECK(is(aws_http_scheme_http, "http") && is(aws_http_scheme_https, "https"));
    CHECK(is(aws_http_header_method, ":method") && is(aws_http_header_status, ":status"));
    CHECK(is(aws_http_header_path, ":path") && is(aws_http_header_authority, ":authority"));
    CHECK(is(aws_http_header_scheme, ":scheme"));
    CHECK(strcmp(aws_http_status_text(404), "Not Found") == 0);
    CHECK(strcmp(aws_http_status_text(999), "") == 0);
    CHECK(aws_http_header_name_eq(text("Content-Length"), text("content-LENGTH")));
    CHECK(!aws_http_header_name_eq(text("a"), text("ab")));
    CHECK(strcmp(aws_error_name(AWS_ERROR_HTTP_STREAM_CANCELLED), "AWS_ERROR_HTTP_STREAM_CANCELLED") == 0);
    CHECK(strcmp(aws_error_lib_name(AWS_ERROR_HTTP_UNKNOWN), "aws-c-http") == 0);
    CHECK(strncmp(aws_error_debug_str(AWS_ERROR_HTTP_UNKNOWN), "aws-c-http: AWS_ERROR_HTTP_UNKNOWN, ", 36) == 0);
    CHECK(strcmp(aws_error_name(3072), "AWS_ERROR_COMPRESSION_UNKNOWN_SYMBOL") == 0);
    CHECK(strcmp(aws_error_lib_name(3072), "aws-c-compression") == 0);
    CHECK(strcmp(aws_log_subject_name(AWS_LS_HTTP_PROXY_NEGOTIATION), "proxy-negotiation") == 0);
    CHECK(aws_http_error_code_is_retryable(AWS_ERROR_HTTP_SERVER_CLOSED));
    CHECK(!aws_http_error_code_is_retryable(AWS_ERROR_HTTP_INVALID_PATH));
    CHECK(sizeof(struct aws_http_header) == 40 && sizeof(struct aws_http_manager_metrics) == 24);
    CHECK(sizeof(struct aws_http_connection_monitoring_options) == 32);
}

static int s_prepared;
static int s_given_up_with;

static void on_prepared(struct aws_http_message *message, void *user_data) {
    CHECK(message == user_data);
    ++s_prepared;
}

static void on_given_up(struct aws_http_message *message, int error_code, void *user_data) {
    CHECK(message == user_data);
    s_given_up_with = error_code;
}

static void test_basic_proxy_strategy(struct aws_allocator *allocator) {
    struct aws_http_proxy_strategy_basic_auth_options options = {
        .proxy_connection_type = AWS_HPCT_HTTP_FORWARD,
        .user_name = text("Aladdin"),
        .password = text("open sesame"),
    };
    const char *credentials = "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==";
    struct aws_byte_cursor value;

    struct aws_http_proxy_strategy *strategy = aws_http_proxy_strategy_new_basic_auth(allocator, &options);
    CHECK(strategy != NULL && strategy->proxy_connection_type == AWS_HPCT_HTTP_FORWARD);
    CHECK(aws_http_proxy_strategy_acquire(strategy) == strategy);
    struct aws_http_proxy_negotiator *negotiator = aws_http_proxy_strategy_create_negotiator(strategy, allocator);
    CHECK(negotiator != NULL);
    aws_http_proxy_strategy_release(strategy);
    aws_http_proxy_strategy_release(strategy);
    struct aws_http_message *request = aws_http_message_new_request(allocator);
    CHECK(
        negotiator->strategy_vtable.forwarding_vtable->forward_request_transform(negotiator, request) ==
        AWS_OP_SUCCESS);
    struct aws_http_headers *headers = aws_http_message_get_headers(request);
    CHECK(aws_http_headers_get(headers, text("Proxy-Authorization"), &value) == AWS_OP_SUCCESS);
    CHECK(is(value, credentials));
    CHECK(aws_http_proxy_negotiator_acquire(negotiator) == negotiator);
    aws_http_proxy_negotiator_release(negotiator);
    aws_http_proxy_negotiator_release(negotiator);
    aws_http_message_release(request);

    options.proxy_connection_type = AWS_HPCT_HTTP_TUNNEL;
    strategy = aws_http_proxy_strategy_new_basic_auth(allocator, &options);
    CHECK(strategy != NULL && strategy->proxy_connection_type == AWS_HPCT_HTTP_TUNNEL);
    negotiator = aws_http_proxy_strategy_create_negotiator(strategy, allocator);
    CHECK(negotiator != NULL);
    request = aws_http_message_new_request(allocator);
    aws_http_proxy_negotiation_http_request_transform_async_fn *connect =
        negotiator->strategy_vtable.tunnelling_vtable->connect_request_transform;
    connect(negotiator, request, on_given_up, on_prepared, request);
    CHECK(s_prepared == 1 && s_given_up_with == 0);
    headers = aws_http_message_get_headers(request);
    CHECK(aws_http_headers_get(headers, text("Proxy-Authorization"), &value) == AWS_OP_SUCCESS);
    CHECK(is(value, credentials));
    /* The same credentials again would not help. */
    connect(negotiator, request, on_given_up, on_prepared, request);
    CHECK(s_prepared == 1 && s_given_up_with == AWS_ERROR_HTTP_PROXY_CONNECT_FAILED);
    aws_http_message_release(request);
    aws_http_proxy_negotiator_release(negotiator);
    aws_http_proxy_strategy_release(strategy);

    options.proxy_connection_type = AWS_HPCT_HTTP_LEGACY;
    aws_reset_error();
    CHECK(aws_http_proxy_strategy_new_basic_auth(allocator, &options) == NULL);
    CHECK(aws_last_error() == AWS_ERROR_INVALID_ARGUMENT);
    aws_reset_error();
    CHECK(aws_http_proxy_strategy_create_negotiator(NULL, allocator) == NULL);
    CHECK(aws_last_error() == AWS_ERROR_INVALID_ARGUMENT);
    CHECK(aws_http_proxy_strategy_acquire(NULL) == NULL && aws_http_proxy_negotiator_acquire(NULL) == NULL);
    aws_http_proxy_strategy_release(NULL);
    aws_http_proxy_negotiator_release(NULL);
}

int main(void) {
    struct aws_allocator *allocator = aws_mem_tracer_new(aws_default_allocator(), NULL, AWS_MEMTRACE_BYTES, 0);
    aws_http_library_init(aws_default_allocator());
    aws_http_library_init(aws_default_allocator());

    test_constants();
    test_adding(allocator);
    test_replacing_and_erasing(allocator);
    test_pseudo_headers(allocator);
    test_requests(allocator);
    test_responses(allocator);
    test_bodies(allocator);
    test_basic_proxy_strategy(allocator);
    CHECK(aws_mem_tracer_count(allocator) == 0);

    aws_http_library_clean_up();
    CHECK(strcmp(aws_error_name(AWS_ERROR_HTTP_UNKNOWN), "AWS_ERROR_HTTP_UNKNOWN") != 0);
    aws_http_library_clean_up();
    aws_mem_tracer_destroy(allocator);
    return 0;
}

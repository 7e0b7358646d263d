/* SPDX-License-Identifier: Apache-2.0 */

/* Arguments that are refused, and NULL where it is allowed. What is refused calls no callback. */

#include "support.h"

#include <unistd.h>

static struct fixture s_fixture;

/* ---- aws_s3_client_new ---- */

struct client_case {
    struct aws_signing_config_aws signing;
    struct aws_s3_client_config config;
};

static void s_client(const char *what, void (*spoil)(struct client_case *)) {
    struct client_case it = {.config = {0}};
    aws_s3_init_default_signing_config(&it.signing, text("us-east-1"), s_fixture.provider);
    it.config.client_bootstrap = s_fixture.bootstrap;
    it.config.region = text("us-east-1");
    it.config.tls_mode = AWS_MR_TLS_DISABLED;
    it.config.signing_config = &it.signing;
    it.config.shutdown_callback = on_client_gone;
    it.config.shutdown_callback_user_data = &s_fixture;
    spoil(&it);
    aws_reset_error();
    struct aws_s3_client *client = aws_s3_client_new(s_fixture.allocator, &it.config);
    printf("client, %s: %s\n", what, client == NULL ? aws_error_name(aws_last_error()) : "MADE");
    aws_s3_client_release(client);
}

static void s_no_bootstrap(struct client_case *it) { it->config.client_bootstrap = NULL; }
static void s_negative_throughput(struct client_case *it) { it->config.throughput_target_gbps = -1; }
static void s_no_signing(struct client_case *it) { it->config.signing_config = NULL; }
static void s_no_credentials(struct client_case *it) { it->signing.credentials_provider = NULL; }
static void s_express_off(struct client_case *it) { it->signing.algorithm = AWS_SIGNING_ALGORITHM_V4_S3EXPRESS; }
static void s_little_memory(struct client_case *it) { it->config.memory_limit_in_bytes = 256 * MIB - 1; }
static void s_unknown_jitter(struct client_case *it) { it->config.retry_config.jitter_mode = 4; }

static void s_large_part(struct client_case *it) {
    it->config.memory_limit_in_bytes = 512 * MIB;
    it->config.part_size = 300 * MIB;
}

static void s_large_max_part(struct client_case *it) {
    it->config.memory_limit_in_bytes = 512 * MIB;
    it->config.max_part_size = 512 * MIB - 128 * MIB + 1;
}

static void s_unknown_interface(struct client_case *it) {
    static struct aws_byte_cursor name;
    name = text("no-such-if0");
    it->config.network_interface_names_array = &name;
    it->config.num_network_interface_names = 1;
}

static void s_clients(void) {
    s_client("no bootstrap", s_no_bootstrap);
    s_client("negative throughput", s_negative_throughput);
    s_client("no signing config", s_no_signing);
    s_client("no credentials", s_no_credentials);
    s_client("S3 Express without leave", s_express_off);
    s_client("too little memory", s_little_memory);
    s_client("part beyond the largest", s_large_part);
    s_client("largest part beyond memory", s_large_max_part);
    s_client("unknown interface", s_unknown_interface);
    s_client("unknown jitter", s_unknown_jitter);
}

/* ---- aws_s3_client_make_meta_request ---- */

struct request_case {
    struct aws_s3_meta_request_options options;
    struct aws_http_message *message;
    struct aws_s3_checksum_config checksum;
    struct aws_signing_config_aws signing;
    struct aws_byte_buf buffer;
    struct aws_uri endpoint;
    uint8_t memory[16];
};

static struct transfer s_transfer;

static void s_request(const char *what, enum aws_s3_meta_request_type type, void (*spoil)(struct request_case *)) {
    struct request_case it = {.memory = {0}};
    it.message = message_new(&s_fixture, type == AWS_S3_META_REQUEST_TYPE_PUT_OBJECT ? "PUT" : "GET", "key");
    it.options = transfer_options(&s_transfer, &s_fixture, type, it.message);
    it.options.operation_name = text("GetBucketLocation");
    spoil(&it);
    aws_reset_error();
    struct aws_s3_meta_request *request = aws_s3_client_make_meta_request(s_fixture.client, &it.options);
    printf("%s: %s\n", what, request == NULL ? aws_error_name(aws_last_error()) : "MADE");
    if (request != NULL) {
        aws_s3_meta_request_cancel(request);
        aws_s3_meta_request_release(request);
        WAIT_FOR(s_transfer.gone, 1);
        memset(&s_transfer, 0, sizeof(s_transfer));
    }
    aws_uri_clean_up(&it.endpoint);
    aws_http_message_release(it.message);
}

static void s_unknown_type(struct request_case *it) { it->options.type = AWS_S3_META_REQUEST_TYPE_MAX; }
static void s_no_message(struct request_case *it) { it->options.message = NULL; }
static void s_no_operation(struct request_case *it) { it->options.operation_name = text(""); }
static void s_async_writes(struct request_case *it) { it->options.send_using_async_writes = true; }
static void s_nothing(struct request_case *it) { (void)it; }

static void s_no_host(struct request_case *it) {
    aws_http_headers_erase(aws_http_message_get_headers(it->message), text("Host"));
    it->options.endpoint = NULL;
}

static void s_other_host(struct request_case *it) {
    aws_http_headers_set(aws_http_message_get_headers(it->message), text("Host"), text("elsewhere"));
}

static void s_other_scheme(struct request_case *it) {
    char uri[128];
    snprintf(uri, sizeof(uri), "ftp://%s", s_fixture.host);
    struct aws_byte_cursor cursor = text(uri);
    CHECK(aws_uri_init_parse(&it->endpoint, s_fixture.allocator, &cursor) == AWS_OP_SUCCESS);
    it->options.endpoint = &it->endpoint;
}

static void s_express(struct request_case *it) {
    aws_s3_init_default_signing_config(&it->signing, text("us-east-1"), s_fixture.provider);
    it->signing.algorithm = AWS_SIGNING_ALGORITHM_V4_S3EXPRESS;
    it->options.signing_config = &it->signing;
}

static void s_length_is_no_number(struct request_case *it) {
    struct aws_http_header header = {.name = text("Content-Length"), .value = text("many")};
    aws_http_message_add_header(it->message, header);
}

static void s_no_such_file(struct request_case *it) { it->options.send_filepath = text("/no/such/file"); }

static void s_no_such_file_with_length(struct request_case *it) {
    add_content_length(it->message, 10);
    s_no_such_file(it);
}

static void s_async_writes_and_body(struct request_case *it) {
    s_async_writes(it);
    it->options.request_body = text("body");
}

static void s_body_without_pointer(struct request_case *it) { it->options.request_body.len = 4; }
static void s_body(struct request_case *it) { it->options.request_body = text("body"); }

static void s_body_of_other_length(struct request_case *it) {
    add_content_length(it->message, 5);
    s_body(it);
}

static void s_two_sources(struct request_case *it) {
    s_async_writes(it);
    static struct aws_byte_cursor nothing;
    struct aws_input_stream *stream = aws_input_stream_new_from_cursor(s_fixture.allocator, &nothing);
    aws_http_message_set_body_stream(it->message, stream);
    aws_input_stream_release(stream);
}

static void s_two_callbacks(struct request_case *it) {
    it->options.body_callback = on_body;
    it->options.body_callback_ex = on_body_ex;
}

static void s_location_without_algorithm(struct request_case *it) {
    s_async_writes(it);
    it->checksum.location = AWS_SCL_HEADER;
    it->options.checksum_config = &it->checksum;
}

static void s_unknown_validation(struct request_case *it) {
    it->checksum.response_checksum_validation_mode = 9;
    it->options.checksum_config = &it->checksum;
}

static void s_expected_without_algorithm(struct request_case *it) {
    it->checksum.expected_checksum = text("AAAAAA==");
    it->options.checksum_config = &it->checksum;
}

static void s_expected_of_wrong_length(struct request_case *it) {
    it->checksum.expected_checksum = text("AAAA");
    it->checksum.expected_checksum_algorithm = AWS_SCA_CRC32;
    it->options.checksum_config = &it->checksum;
}

static void s_buffer(struct request_case *it) {
    it->buffer = aws_byte_buf_from_empty_array(it->memory, sizeof(it->memory));
    it->options.recv_buffer = &it->buffer;
}

static void s_buffer_and_callback(struct request_case *it) {
    s_buffer(it);
    it->options.body_callback = on_body;
}

static void s_buffer_not_empty(struct request_case *it) {
    s_buffer(it);
    it->buffer.len = 1;
}

static void s_buffer_without_room(struct request_case *it) {
    s_buffer(it);
    it->buffer.capacity = 0;
}

static void s_new_file_exists(struct request_case *it) {
    static char path[PATH_SIZE];
    write_content_file(path_in_dir(path, "exists"), 10);
    it->options.recv_filepath = text(path);
    it->options.recv_file_option = AWS_S3_RECV_FILE_CREATE_NEW;
}

static void s_delete_of_old_content(struct request_case *it) {
    s_new_file_exists(it);
    it->options.recv_file_option = AWS_S3_RECV_FILE_CREATE_OR_APPEND;
    it->options.recv_file_delete_on_failure = true;
}

static void s_unknown_file_option(struct request_case *it) {
    s_new_file_exists(it);
    it->options.recv_file_option = 17;
}

static void s_position_in_no_file(struct request_case *it) {
    it->options.recv_filepath = text("/no/such/directory/file");
    it->options.recv_file_option = AWS_S3_RECV_FILE_WRITE_TO_POSITION;
}

static void s_file_in_no_directory(struct request_case *it) {
    it->options.recv_filepath = text("/no/such/directory/file");
}

static void s_range(struct request_case *it, const char *range) {
    struct aws_http_header header = {.name = text("Range"), .value = text(range)};
    aws_http_message_add_header(it->message, header);
}

static void s_bad_range(struct request_case *it) { s_range(it, "bytes=five-six"); }
static void s_two_ranges(struct request_case *it) { s_range(it, "bytes=0-1,4-5"); }

static void s_requests(void) {
    enum aws_s3_meta_request_type get = AWS_S3_META_REQUEST_TYPE_GET_OBJECT;
    enum aws_s3_meta_request_type put = AWS_S3_META_REQUEST_TYPE_PUT_OBJECT;
    enum aws_s3_meta_request_type other = AWS_S3_META_REQUEST_TYPE_DEFAULT;
    s_request("unknown type", get, s_unknown_type);
    s_request("no message", get, s_no_message);
    s_request("no host", get, s_no_host);
    s_request("other host than the endpoint", get, s_other_host);
    s_request("scheme that is not HTTP", get, s_other_scheme);
    s_request("S3 Express without leave", get, s_express);
    s_request("content length is no number", get, s_length_is_no_number);
    s_request("no operation name", other, s_no_operation);
    s_request("async writes for a single request", other, s_async_writes);
    s_request("async writes and a body", put, s_async_writes_and_body);
    s_request("upload without a body", put, s_nothing);
    s_request("upload of no file", put, s_no_such_file);
    s_request("upload of no file with a length", put, s_no_such_file_with_length);
    s_request("two sources", put, s_two_sources);
    s_request("body without a pointer", other, s_body_without_pointer);
    s_request("body for a download", get, s_body);
    s_request("body of other length", other, s_body_of_other_length);
    s_request("two body callbacks", get, s_two_callbacks);
    s_request("checksum without algorithm", put, s_location_without_algorithm);
    s_request("unknown validation", get, s_unknown_validation);
    s_request("expected checksum without algorithm", get, s_expected_without_algorithm);
    s_request("expected checksum of wrong length", get, s_expected_of_wrong_length);
    s_request("buffer and callback", get, s_buffer_and_callback);
    s_request("buffer that is not empty", get, s_buffer_not_empty);
    s_request("buffer without room", get, s_buffer_without_room);
    s_request("buffer for a single request", other, s_buffer);
    s_request("new file that exists", get, s_new_file_exists);
    s_request("deleting old content", get, s_delete_of_old_content);
    s_request("unknown file option", get, s_unknown_file_option);
    s_request("position in no file", get, s_position_in_no_file);
    s_request("file in no directory", get, s_file_in_no_directory);
    s_request("range is no range", get, s_bad_range);
    s_request("two ranges", get, s_two_ranges);
    CHECK(s_transfer.finished == 0 && s_transfer.gone == 0);
}

/* ---- NULL elsewhere ---- */

static void s_on_paused(
    struct aws_s3_meta_request *request,
    struct aws_s3_meta_request_resume_token *token,
    int error_code,
    void *user_data) {

    (void)request;
    (void)token;
    (void)error_code;
    happened(user_data);
}

#define CHECK_ERROR(call, code)                                                                                        \
    do {                                                                                                               \
        aws_reset_error();                                                                                             \
        CHECK((call) == AWS_OP_ERR && aws_last_error() == (code));                                                     \
    } while (0)

static void s_nulls(void) {
    CHECK(aws_s3_client_release(NULL) == NULL);
    CHECK(aws_s3_meta_request_release(NULL) == NULL);
    CHECK(aws_s3_meta_request_resume_token_acquire(NULL) == NULL);
    CHECK(aws_s3_meta_request_resume_token_release(NULL) == NULL);
    aws_reset_error();
    CHECK(aws_s3_request_metrics_get_request_id(NULL, NULL) == AWS_OP_ERR);
    CHECK(aws_last_error() == AWS_ERROR_INVALID_ARGUMENT);
    CHECK(aws_s3_buffer_pool_acquire(NULL) == NULL);
    CHECK(aws_s3_buffer_pool_release(NULL) == NULL);
    CHECK(aws_s3_buffer_ticket_acquire(NULL) == NULL);
    CHECK(aws_s3_buffer_ticket_release(NULL) == NULL);
    CHECK(aws_s3_buffer_pool_derive_aligned_buffer_size(NULL, 77) == 77);
    CHECK_ERROR(aws_s3_buffer_pool_add_special_size(NULL, 1), AWS_ERROR_INVALID_ARGUMENT);
    CHECK_ERROR(aws_s3_buffer_pool_add_preallocated_buffer(NULL, NULL, NULL), AWS_ERROR_INVALID_ARGUMENT);
    int paused = 0;
    struct aws_s3_meta_request_resume_token *token = NULL;
    CHECK_ERROR(aws_s3_meta_request_pause(NULL, &token), AWS_ERROR_INVALID_ARGUMENT);
    CHECK_ERROR(aws_s3_meta_request_pause_async(NULL, s_on_paused, &paused), AWS_ERROR_INVALID_ARGUMENT);
    CHECK(paused == 0);

    struct transfer transfer = {0};
    get_start(&transfer, &s_fixture, "no-such-key", RECEIVE_NOTHING, NULL);
    CHECK_ERROR(aws_s3_meta_request_pause_async(transfer.request, NULL, NULL), AWS_ERROR_INVALID_ARGUMENT);
    CHECK_ERROR(aws_s3_meta_request_pause(transfer.request, &token), AWS_ERROR_UNSUPPORTED_OPERATION);
    CHECK(token == NULL);
    transfer_end(&transfer);
    printf("NULL: all as it should be\n");
}

/* The library may be initialised without an allocator, and again when it was cleaned up. */
/* With parts of no bytes no part of the body could be found. */
static void s_token_of_no_parts(void) {
    struct aws_s3_upload_resume_token_options upload = {.upload_id = text("u")};
    struct aws_s3_meta_request_resume_token *token =
        aws_s3_meta_request_resume_token_new_upload(s_fixture.allocator, &upload);
    CHECK(token != NULL);
    struct transfer transfer = {0};
    struct aws_http_message *message = message_new(&s_fixture, "PUT", "nothing");
    struct aws_byte_cursor nothing = {0};
    struct aws_input_stream *stream = aws_input_stream_new_from_cursor(s_fixture.allocator, &nothing);
    add_content_length(message, 0);
    aws_http_message_set_body_stream(message, stream);
    struct aws_s3_meta_request_options options =
        transfer_options(&transfer, &s_fixture, AWS_S3_META_REQUEST_TYPE_PUT_OBJECT, message);
    options.resume_token = token;
    CHECK(aws_s3_client_make_meta_request(s_fixture.client, &options) == NULL);
    printf("token of no parts: %s\n", aws_error_name(aws_last_error()));
    aws_input_stream_release(stream);
    aws_http_message_release(message);
    aws_s3_meta_request_resume_token_release(token);
}

static void s_without_allocator(void) {
    aws_s3_library_init(NULL);
    CHECK(strcmp(aws_error_name(AWS_ERROR_S3_CANCELED), "AWS_ERROR_S3_CANCELED") == 0);
    aws_s3_library_clean_up();
    CHECK(strcmp(aws_error_name(AWS_ERROR_S3_CANCELED), "AWS_ERROR_S3_CANCELED") != 0);
}

int main(void) {
    s_without_allocator();
    struct aws_allocator *allocator = begin();
    fixture_init(&s_fixture, allocator, NULL);
    s_clients();
    CHECK(count_of(&s_fixture.client_gone) == 0);
    s_requests();
    s_token_of_no_parts();
    s_nulls();
    fixture_clean_up(&s_fixture);
    return end(allocator);
}

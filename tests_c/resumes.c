/* SPDX-License-Identifier: Apache-2.0 */

/* Uploads that go on where another one stopped, and what the server tells them. scripts/resumes.json is what it does.
 * Everything goes over one connection, so that the order of the requests is the same in every run. */

#include "requests.h"

enum { SHORT_BYTES = 100, PART_BYTES = 5 * 1024 * 1024, TWO_PARTS_BYTES = PART_BYTES + 5, FILE_BYTES = 3 * 1024 * 1024 };

static struct fixture s_fixture;
static uint8_t s_content[TWO_PARTS_BYTES];

static struct aws_s3_meta_request_resume_token *s_token(uint64_t part_size, size_t parts, size_t completed) {
    struct aws_s3_upload_resume_token_options options = {
        .upload_id = text("u"),
        .part_size = part_size,
        .total_num_parts = parts,
        .num_parts_completed = completed,
    };
    struct aws_s3_meta_request_resume_token *token =
        aws_s3_meta_request_resume_token_new_upload(s_fixture.allocator, &options);
    CHECK(token != NULL);
    return token;
}

static void s_keep_token(
    struct aws_s3_meta_request *request,
    struct aws_s3_meta_request_resume_token *token,
    int error_code,
    void *user_data) {

    (void)request;
    CHECK(error_code != 0 && token != NULL);
    struct transfer *transfer = user_data;
    transfer->extra = aws_s3_meta_request_resume_token_acquire(token);
}

/* Uploads the beginning of the content, from the start or from where a token says; releases the token. */
static void s_upload(
    struct transfer *transfer,
    const char *what,
    const char *key,
    size_t length,
    struct aws_s3_meta_request_resume_token *token,
    const struct aws_s3_checksum_config *checksum) {

    struct aws_http_message *message = message_new(&s_fixture, "PUT", key);
    add_content_length(message, length);
    struct aws_byte_cursor bytes = aws_byte_cursor_from_array(s_content, length);
    struct aws_input_stream *stream = aws_input_stream_new_from_cursor(s_fixture.allocator, &bytes);
    aws_http_message_set_body_stream(message, stream);
    struct aws_s3_meta_request_options options =
        transfer_options(transfer, &s_fixture, AWS_S3_META_REQUEST_TYPE_PUT_OBJECT, message);
    options.multipart_upload_threshold = 1;
    options.max_active_connections_override = 1;
    options.resume_token = token;
    options.checksum_config = checksum;
    // A token to go on with is only handed out, and the upload only kept for it, if somebody wants one.
    options.on_error_resume_token = token == NULL ? s_keep_token : NULL;
    transfer_start(transfer, &options);
    aws_input_stream_release(stream);
    aws_http_message_release(message);
    aws_s3_meta_request_resume_token_release(token);
    transfer_end(transfer);
    print_transfer(what, transfer);
}

/* Another attempt may be able to list the parts: the upload is not aborted. */
static void s_list_that_fails(const char *key) {
    struct transfer transfer = {0};
    s_upload(&transfer, key, key, SHORT_BYTES, s_token(SHORT_BYTES, 1, 0), NULL);
    print_requests(key, NULL);
}

/* The upload stops with an error, and is gone when somebody goes on with it. */
static void s_gone(const char *key) {
    struct transfer first = {0};
    s_upload(&first, key, key, TWO_PARTS_BYTES, NULL, NULL);
    struct aws_s3_meta_request_resume_token *token = first.extra;
    printf("  parts completed: %zu\n", aws_s3_meta_request_resume_token_num_parts_completed(token));
    struct transfer second = {0};
    s_upload(&second, "  resumed", key, TWO_PARTS_BYTES, token, NULL);
    print_requests(key, NULL);
}

static void s_query_in_the_path(void) {
    struct transfer transfer = {0};
    const char *key = "with-query?versionId=v";
    s_upload(&transfer, key, key, SHORT_BYTES, s_token(SHORT_BYTES, 1, 0), NULL);
    print_requests("with-query", NULL);
}

/* The server has a part with another checksum, whatever the algorithm. */
static void s_other_content(const char *key, enum aws_s3_checksum_algorithm algorithm) {
    struct aws_s3_checksum_config checksum = {.location = AWS_SCL_TRAILER, .checksum_algorithm = algorithm};
    struct transfer transfer = {0};
    s_upload(&transfer, key, key, SHORT_BYTES, s_token(SHORT_BYTES, 1, 0), &checksum);
    CHECK(count_requests(key, "PUT") == 0 && count_requests(key, "POST") == 0);
}

/* A part that is too long to be read at once is compared all the same. */
static void s_streamed(const char *key) {
    char path[PATH_SIZE];
    write_content_file(path_in_dir(path, "streamed"), FILE_BYTES);
    struct aws_s3_checksum_config checksum = {.location = AWS_SCL_TRAILER, .checksum_algorithm = AWS_SCA_CRC32};
    struct aws_s3_file_io_options files = {.should_stream = true};
    struct transfer transfer = {0};
    struct aws_http_message *message = message_new(&s_fixture, "PUT", key);
    struct aws_s3_meta_request_options options =
        transfer_options(&transfer, &s_fixture, AWS_S3_META_REQUEST_TYPE_PUT_OBJECT, message);
    options.send_filepath = text(path);
    options.fio_opts = &files;
    options.checksum_config = &checksum;
    options.resume_token = s_token(FILE_BYTES, 1, 1);
    transfer_start(&transfer, &options);
    aws_s3_meta_request_resume_token_release(options.resume_token);
    aws_http_message_release(message);
    transfer_end(&transfer);
    print_transfer(key, &transfer);
    print_requests(key, NULL);
}

int main(void) {
    struct aws_allocator *allocator = begin();
    struct fixture_options options = {.port = setting("S3_TEST_SCRIPTED_PORT"), .part_size = PART_BYTES};
    fixture_init(&s_fixture, allocator, &options);
    fill_content(s_content, 0, sizeof(s_content));
    s_list_that_fails("list-refused");
    s_list_that_fails("list-busy");
    s_gone("gone-part");
    s_gone("gone-complete");
    s_query_in_the_path();
    s_other_content("other-crc32c", AWS_SCA_CRC32C);
    s_other_content("other-crc32", AWS_SCA_CRC32);
    s_other_content("other-sha1", AWS_SCA_SHA1);
    s_other_content("other-sha256", AWS_SCA_SHA256);
    s_other_content("other-crc64nvme", AWS_SCA_CRC64NVME);
    s_other_content("other-sha512", AWS_SCA_SHA512);
    s_other_content("other-xxhash64", AWS_SCA_XXHASH64);
    s_other_content("other-xxhash3", AWS_SCA_XXHASH3_64);
    s_other_content("other-xxhash128", AWS_SCA_XXHASH3_128);
    s_streamed("streamed-same");
    s_streamed("streamed-other");
    fixture_clean_up(&s_fixture);
    return end(allocator);
}

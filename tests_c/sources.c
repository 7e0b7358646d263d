/* SPDX-License-Identifier: Apache-2.0 */

/* Bodies of uploads: memory that the caller lends, writes of a length that was announced, and files that do not stay as
 * they are. scripts/sources.json is what the server does. Each goes over one connection, so that the order of the
 * requests is the same in every run. */

#include "own_pools.h"
#include "requests.h"

#include <aws/io/future.h>
#include <unistd.h>

enum { PART_BYTES = 5 * 1024 * 1024, TAIL_BYTES = 5, LONG_BYTES = 2 * PART_BYTES + TAIL_BYTES };
enum { CONTENT_BYTES = LONG_BYTES + TAIL_BYTES };

static uint8_t s_content[CONTENT_BYTES];
static struct fixture s_fixture;

static void s_end(struct transfer *transfer, const char *key, const char *header) {
    transfer_end(transfer);
    print_transfer(key, transfer);
    if (transfer->error_code == 0) {
        printf("  %" PRIu64 " bytes of progress\n", transfer->progressed);
        print_requests(key, header);
        return;
    }
    /* How many parts had been sent by then is a matter of time. */
    int created = count_requests(key, "POST"), aborted = count_requests(key, "DELETE");
    printf("  %d requests to begin or to complete, %d to abort\n", created, aborted);
}

/* ---- Memory of the caller's. ---- */

static void s_start_lent(
    struct transfer *transfer,
    struct fixture *fixture,
    const char *key,
    size_t length,
    const struct aws_s3_checksum_config *checksum,
    struct aws_s3_meta_request_resume_token *token) {

    struct aws_http_message *message = message_new(fixture, "PUT", key);
    struct aws_s3_meta_request_options options =
        transfer_options(transfer, fixture, AWS_S3_META_REQUEST_TYPE_PUT_OBJECT, message);
    options.request_body = aws_byte_cursor_from_array(s_content, length);
    options.max_active_connections_override = 1;
    options.checksum_config = checksum;
    options.resume_token = token;
    transfer_start(transfer, &options);
    aws_http_message_release(message);
}

static void s_lent(struct fixture *fixture, const char *key, size_t length, const char *header) {
    struct aws_s3_checksum_config checksum = {.location = AWS_SCL_TRAILER, .checksum_algorithm = AWS_SCA_CRC32};
    struct transfer transfer = {0};
    s_start_lent(&transfer, fixture, key, length, header != NULL ? &checksum : NULL, NULL);
    s_end(&transfer, key, header != NULL ? header : "Content-Length");
}

/* The service has the first part; its checksum is that of the memory, or is not. */
static void s_lent_resumed(const char *key) {
    struct aws_s3_upload_resume_token_options numbers = {
        .upload_id = text("u"),
        .part_size = PART_BYTES,
        .total_num_parts = 3,
        .num_parts_completed = 1,
    };
    struct aws_s3_meta_request_resume_token *token =
        aws_s3_meta_request_resume_token_new_upload(s_fixture.allocator, &numbers);
    struct aws_s3_checksum_config checksum = {.location = AWS_SCL_TRAILER, .checksum_algorithm = AWS_SCA_CRC32};
    struct transfer transfer = {0};
    s_start_lent(&transfer, &s_fixture, key, LONG_BYTES, &checksum, token);
    aws_s3_meta_request_resume_token_release(token);
    s_end(&transfer, key, NULL);
}

/* A pool that refuses everything is not asked. */
static void s_lent_takes_no_memory(struct aws_allocator *allocator) {
    struct pool pool = {.manner = FAILS, .part_size = PART_BYTES};
    struct fixture_options options = {
        .port = setting("S3_TEST_SCRIPTED_PORT"),
        .part_size = PART_BYTES,
        .pool_factory = pool_factory,
        .pool_user_data = &pool,
    };
    struct fixture fixture;
    fixture_init(&fixture, allocator, &options);
    s_lent(&fixture, "lent", LONG_BYTES, NULL);
    s_lent(&fixture, "lent-short", TAIL_BYTES, NULL);
    s_lent(&fixture, "lent-nothing", 0, NULL);
    s_lent(&fixture, "lent-summed", LONG_BYTES, "x-amz-decoded-content-length");
    printf("  %d reservations\n", pool.reserved);
    fixture_clean_up(&fixture);
    pool_end(&pool);
}

/* ---- Writes of a known length. ---- */

static void s_start_writes(struct transfer *transfer, const char *key, uint64_t length) {
    struct aws_http_message *message = message_new(&s_fixture, "PUT", key);
    add_content_length(message, length);
    struct aws_s3_meta_request_options options =
        transfer_options(transfer, &s_fixture, AWS_S3_META_REQUEST_TYPE_PUT_OBJECT, message);
    options.send_using_async_writes = true;
    options.max_active_connections_override = 1;
    transfer_start(transfer, &options);
    aws_http_message_release(message);
}

static int s_write(struct transfer *transfer, size_t length, bool eof) {
    struct aws_byte_cursor bytes = aws_byte_cursor_from_array(s_content, length);
    struct aws_future_void *written = aws_s3_meta_request_write(transfer->request, bytes, eof);
    struct timespec pause = {.tv_nsec = 1000 * 1000};
    while (!aws_future_void_is_done(written)) {
        nanosleep(&pause, NULL);
    }
    int error = aws_future_void_get_error(written);
    aws_future_void_release(written);
    return error;
}

/* Writes so much at once; the end comes with it or, as `length_of_end` says, with the write behind it. */
static void s_known(const char *key, uint64_t announced, size_t length, int length_of_end) {
    struct transfer transfer = {0};
    s_start_writes(&transfer, key, announced);
    int error = s_write(&transfer, length, length_of_end < 0);
    int at_end = length_of_end < 0 ? 0 : s_write(&transfer, (size_t)length_of_end, true);
    s_end(&transfer, key, "Content-Length");
    printf("  writes: %s, %s\n", aws_error_name(error), aws_error_name(at_end));
}

/* Paused with its first part at the service, and gone on with: the body is written from its beginning again. */
static void s_known_and_paused(void) {
    const char *key = "slow-known-paused";
    struct transfer transfer = {0};
    s_start_writes(&transfer, key, LONG_BYTES);
    CHECK(s_write(&transfer, PART_BYTES, false) == 0);
    wait_for_request(key, "PUT");
    struct aws_s3_meta_request_resume_token *token = NULL;
    CHECK(aws_s3_meta_request_pause(transfer.request, &token) == AWS_OP_SUCCESS && token != NULL);
    s_end(&transfer, key, NULL);
    printf("  a token for %zu parts of %" PRIu64 " bytes\n", aws_s3_meta_request_resume_token_total_num_parts(token),
        aws_s3_meta_request_resume_token_part_size(token));

    struct transfer again = {0};
    struct aws_http_message *message = message_new(&s_fixture, "PUT", "listed-known");
    add_content_length(message, LONG_BYTES);
    struct aws_s3_meta_request_options options =
        transfer_options(&again, &s_fixture, AWS_S3_META_REQUEST_TYPE_PUT_OBJECT, message);
    options.send_using_async_writes = true;
    options.max_active_connections_override = 1;
    options.resume_token = token;
    transfer_start(&again, &options);
    aws_http_message_release(message);
    aws_s3_meta_request_resume_token_release(token);
    CHECK(s_write(&again, LONG_BYTES, true) == 0);
    s_end(&again, "listed-known", "Content-Length");
}

/* ---- Files that are written to while they are sent. ---- */

static void s_changing_file(const char *key, bool announced, int64_t change, bool streams) {
    char path[PATH_SIZE];
    write_content_file(path_in_dir(path, key), LONG_BYTES);
    struct aws_s3_file_io_options files = {.should_stream = streams};
    struct transfer transfer = {0};
    struct aws_http_message *message = message_new(&s_fixture, "PUT", key);
    if (announced) {
        add_content_length(message, LONG_BYTES);
    }
    struct aws_s3_meta_request_options options =
        transfer_options(&transfer, &s_fixture, AWS_S3_META_REQUEST_TYPE_PUT_OBJECT, message);
    options.send_filepath = text(path);
    options.fio_opts = &files;
    options.max_active_connections_override = 1;
    transfer_start(&transfer, &options);
    aws_http_message_release(message);
    wait_for_request(key, "POST");
    CHECK(truncate(path, LONG_BYTES + change) == 0);
    s_end(&transfer, key, NULL);
    unlink(path);
}

int main(void) {
    struct aws_allocator *allocator = begin();
    fill_content(s_content, 0, sizeof(s_content));
    s_lent_takes_no_memory(allocator);

    struct fixture_options options = {.port = setting("S3_TEST_SCRIPTED_PORT"), .part_size = PART_BYTES};
    fixture_init(&s_fixture, allocator, &options);
    s_lent_resumed("listed-lent");
    s_lent_resumed("listed-other-lent");

    s_known("known", LONG_BYTES, LONG_BYTES, -1);
    s_known("known-end-apart", LONG_BYTES, LONG_BYTES, 0);
    s_known("known-too-much", LONG_BYTES, LONG_BYTES, TAIL_BYTES);
    s_known("known-too-little", LONG_BYTES, LONG_BYTES - 1, -1);
    s_known("known-part-missing", LONG_BYTES, PART_BYTES, 0);
    s_known("known-short", TAIL_BYTES, TAIL_BYTES, -1);
    s_known("known-short-end-apart", TAIL_BYTES, TAIL_BYTES, 0);
    s_known("known-short-too-much", TAIL_BYTES, TAIL_BYTES, 1);
    s_known("known-short-too-little", TAIL_BYTES, TAIL_BYTES - 1, -1);
    s_known("known-nothing", 0, 0, -1);
    s_known_and_paused();

    s_changing_file("slow-growing", false, 1, false);
    s_changing_file("slow-growing-streamed", false, 1, true);
    s_changing_file("slow-growing-announced", true, 1, false);
    s_changing_file("slow-shrinking", false, -1, false);
    fixture_clean_up(&s_fixture);
    return end(allocator);
}

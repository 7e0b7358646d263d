/* SPDX-License-Identifier: Apache-2.0 */

/* Downloads that go on where another one stopped. scripts/resumed_downloads.json is what the server does: of each object
 * the ninth and tenth request for a part are answered late, which is when the download is stopped. */

#include "requests.h"

#include <aws/s3/s3_ext.h>

#include <sys/stat.h>
#include <unistd.h>

enum { PART_BYTES = 64 * 1024, OBJECT_BYTES = 1000003, PARTS_BEFORE = 8, MOST_RANGES = 16, PLAIN_BYTES = 100 };

enum how { PAUSES, CANCELS };

static struct fixture s_fixture;

/* One download, and what it is stopped with. */
struct session {
    struct transfer transfer;
    enum how how;
    int stops_after;
    int progresses;
    int told;
    struct aws_s3_meta_request_resume_token *token;
    uint64_t first_offset;
    bool validated;
    uint64_t content_length;
};

static struct session *s_session_of(void *user_data) {
    return (struct session *)user_data;
}

static void s_on_token(
    struct aws_s3_meta_request *request,
    struct aws_s3_meta_request_resume_token *token,
    int error_code,
    void *user_data) {

    (void)request;
    (void)error_code;
    struct session *session = s_session_of(user_data);
    CHECK(session->token == NULL);
    session->token = aws_s3_meta_request_resume_token_acquire(token);
    happened(&session->told);
}

static void s_on_progress(
    struct aws_s3_meta_request *request,
    const struct aws_s3_meta_request_progress *progress,
    void *user_data) {

    struct session *session = s_session_of(user_data);
    session->transfer.progressed += progress->bytes_transferred;
    session->content_length = progress->content_length;
    if (++session->progresses == session->stops_after) {
        if (session->how == PAUSES) {
            CHECK(aws_s3_meta_request_pause_async(request, s_on_token, session) == AWS_OP_SUCCESS);
        } else {
            aws_s3_meta_request_cancel(request);
        }
    }
}

static void s_on_finish(
    struct aws_s3_meta_request *request,
    const struct aws_s3_meta_request_result *result,
    void *user_data) {

    s_session_of(user_data)->validated = result->did_validate;
    on_finish(request, result, user_data);
}

static int s_on_body(
    struct aws_s3_meta_request *request,
    const struct aws_byte_cursor *body,
    uint64_t start,
    void *user_data) {

    (void)request;
    struct session *session = s_session_of(user_data);
    struct transfer *transfer = &session->transfer;
    if (transfer->received == 0) {
        session->first_offset = start;
    }
    transfer->wrong_order |= start != session->first_offset + transfer->received;
    transfer->wrong_content |= !is_content(body->ptr, start, body->len);
    transfer->received += body->len;
    return AWS_OP_SUCCESS;
}

struct download {
    const char *key;
    const char *range;
    const char *path;
    enum aws_s3_recv_file_options file_option;
    uint64_t file_position;
    bool to_body;
    bool validates;
    struct aws_byte_buf *buffer;
};

static struct aws_s3_meta_request *s_make(
    struct session *session,
    const struct download *download,
    struct aws_s3_meta_request_resume_token *token) {

    struct aws_http_message *message = message_new(&s_fixture, "GET", download->key);
    if (download->range != NULL) {
        struct aws_http_header range = {.name = text("Range"), .value = text(download->range)};
        CHECK(aws_http_message_add_header(message, range) == AWS_OP_SUCCESS);
    }
    struct aws_s3_meta_request_options options =
        transfer_options(&session->transfer, &s_fixture, AWS_S3_META_REQUEST_TYPE_GET_OBJECT, message);
    struct aws_s3_checksum_config checksum = {.validate_response_checksum = download->validates};
    options.checksum_config = &checksum;
    options.progress_callback = s_on_progress;
    options.finish_callback = s_on_finish;
    options.on_error_resume_token = s_on_token;
    options.max_active_connections_override = 2;
    options.resume_token = token;
    if (download->path != NULL) {
        options.recv_filepath = text(download->path);
        options.recv_file_option = download->file_option;
        options.recv_file_position = download->file_position;
    }
    options.body_callback = download->to_body ? s_on_body : NULL;
    options.recv_buffer = download->buffer;
    struct aws_s3_meta_request *request = aws_s3_client_make_meta_request(s_fixture.client, &options);
    aws_http_message_release(message);
    session->transfer.request = request;
    return request;
}

static void s_run(
    struct session *session,
    const struct download *download,
    struct aws_s3_meta_request_resume_token *token) {

    CHECK(s_make(session, download, token) != NULL);
    happened(&session->transfer.started);
    transfer_end(&session->transfer);
}

/* Runs a download that is stopped in its middle. */
static struct aws_s3_meta_request_resume_token *s_stopped(
    struct session *session,
    const struct download *download,
    enum how how) {

    *session = (struct session){.how = how, .stops_after = PARTS_BEFORE};
    s_run(session, download, NULL);
    int expected = how == PAUSES ? AWS_ERROR_S3_PAUSED : AWS_ERROR_S3_CANCELED;
    if (session->transfer.error_code != expected || session->token == NULL) {
        print_transfer(download->key, &session->transfer);
    }
    CHECK(session->transfer.error_code == expected && session->token != NULL);
    return session->token;
}

/* The same token, made of what can be written down. */
static struct aws_s3_meta_request_resume_token *s_copied(struct aws_s3_meta_request_resume_token *token) {
    struct aws_s3_byte_range ranges[MOST_RANGES];
    size_t count = aws_s3_meta_request_resume_token_num_received_ranges(token);
    CHECK(count <= MOST_RANGES);
    for (size_t i = 0; i < count; ++i) {
        CHECK(aws_s3_meta_request_resume_token_received_range(token, i, &ranges[i]) == AWS_OP_SUCCESS);
    }
    struct aws_s3_download_resume_token_options options = {
        .struct_size = sizeof(options),
        .etag = aws_s3_meta_request_resume_token_etag(token),
        .s3_object_last_modified = aws_s3_meta_request_resume_token_s3_object_last_modified(token),
        .object_size = aws_s3_meta_request_resume_token_object_size(token),
        .object_range_start = aws_s3_meta_request_resume_token_object_range_start(token),
        .object_range_end = aws_s3_meta_request_resume_token_object_range_end(token),
        .part_size = aws_s3_meta_request_resume_token_part_size(token),
        .total_num_parts = aws_s3_meta_request_resume_token_total_num_parts(token),
        .num_parts_completed = aws_s3_meta_request_resume_token_num_parts_completed(token),
        .continuous_downloaded_bytes = aws_s3_meta_request_resume_token_continuous_downloaded_bytes(token),
        .received_ranges = ranges,
        .num_received_ranges = count,
        .file_position = aws_s3_meta_request_resume_token_file_position(token),
    };
    struct aws_s3_meta_request_resume_token *copy =
        aws_s3_meta_request_resume_token_new_download(s_fixture.allocator, &options);
    CHECK(copy != NULL);
    aws_s3_meta_request_resume_token_release(token);
    CHECK(aws_s3_meta_request_resume_token_total_downloaded_bytes(copy) > 0);
    return copy;
}

/* Bytes that were asked for again of those that a token tells of, by all requests after the first `before`. The server
 * may have read some of them only after the first download had given them up. */
static uint64_t s_asked_again(const char *key, int before, struct aws_s3_meta_request_resume_token *token) {
    FILE *log = open_log();
    static char head[REQUEST_SIZE];
    uint64_t again = 0;
    while (next_request(log, head)) {
        char *value = strstr(head, "Range: bytes=");
        uint64_t first, last;
        if (!is_for(head, key) || strncmp(head, "GET", 3) != 0 || before-- > 0) {
            continue;
        }
        CHECK(value != NULL && sscanf(value, "Range: bytes=%" SCNu64 "-%" SCNu64, &first, &last) == 2);
        for (size_t i = 0; i < aws_s3_meta_request_resume_token_num_received_ranges(token); ++i) {
            struct aws_s3_byte_range held;
            CHECK(aws_s3_meta_request_resume_token_received_range(token, i, &held) == AWS_OP_SUCCESS);
            uint64_t start = first > held.first ? first : held.first;
            uint64_t end = last < held.last ? last : held.last;
            again += start <= end ? end - start + 1 : 0;
        }
    }
    fclose(log);
    return again;
}

/* Goes on with a download, prints how that ended and checks what was asked for; releases the token. */
static void s_go_on(
    struct session *second,
    const struct download *download,
    struct aws_s3_meta_request_resume_token *token) {

    int before = count_requests(download->key, "GET");
    uint64_t held = aws_s3_meta_request_resume_token_total_downloaded_bytes(token);
    *second = (struct session){0};
    s_run(second, download, token);
    uint64_t again = s_asked_again(download->key, before, token);
    // How far the first one came is not the same in every run.
    printf("  asked for again: %" PRIu64 " bytes\n", again);
    print_transfer("  resumed", &second->transfer);
    if (second->transfer.error_code == 0) {
        uint64_t first = aws_s3_meta_request_resume_token_object_range_start(token);
        uint64_t last = aws_s3_meta_request_resume_token_object_range_end(token);
        CHECK(held + second->transfer.progressed == last - first + 1);
        CHECK(second->progresses == 0 || second->content_length == last - first + 1);
    }
    aws_s3_meta_request_resume_token_release(token);
    aws_s3_meta_request_resume_token_release(second->token);
}

static bool s_file_has(const char *path, uint64_t at, uint64_t first, uint64_t length) {
    FILE *file = fopen(path, "rb");
    CHECK(file != NULL && fseek(file, (long)at, SEEK_SET) == 0);
    uint8_t *bytes = malloc((size_t)length + 1);
    size_t read = fread(bytes, 1, (size_t)length + 1, file);
    fclose(file);
    bool right = read == length && is_content(bytes, first, (size_t)length);
    free(bytes);
    return right;
}

static void s_write(const char *path, const char *content) {
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL && fwrite(content, 1, strlen(content), file) == strlen(content) && fclose(file) == 0);
}

/* Files, in every manner in which they can be named. */
static void s_file(
    const char *key,
    enum aws_s3_recv_file_options option,
    uint64_t position,
    enum how how,
    bool copies) {

    printf("%s\n", key);
    char path[PATH_SIZE];
    path_in_dir(path, key);
    struct download download = {.key = key, .path = path, .file_option = option, .file_position = position};
    uint64_t base = option == AWS_S3_RECV_FILE_WRITE_TO_POSITION ? position : 0;
    if (option == AWS_S3_RECV_FILE_CREATE_OR_APPEND || option == AWS_S3_RECV_FILE_WRITE_TO_POSITION) {
        s_write(path, "before");
        base = option == AWS_S3_RECV_FILE_CREATE_OR_APPEND ? 6 : base;
    }
    struct session first;
    struct session second;
    struct aws_s3_meta_request_resume_token *token = s_stopped(&first, &download, how);
    uint64_t held = aws_s3_meta_request_resume_token_total_downloaded_bytes(token);
    // After a pause all that progress told of is there. Who cancels is not told of all that is.
    CHECK(how != PAUSES || held == first.transfer.progressed);
    CHECK(aws_s3_meta_request_resume_token_file_position(token) == base);
    s_go_on(&second, &download, copies ? s_copied(token) : token);
    CHECK(s_file_has(path, base, 0, OBJECT_BYTES));
}

static void s_ranged(const char *key, const char *range, uint64_t first_byte, uint64_t length) {
    printf("%s\n", key);
    char path[PATH_SIZE];
    struct download download = {.key = key, .path = path_in_dir(path, key), .range = range};
    struct session first;
    struct session second;
    s_go_on(&second, &download, s_copied(s_stopped(&first, &download, PAUSES)));
    CHECK(s_file_has(path, 0, first_byte, length) && second.transfer.headers_status == 206);
}

/* Another range than that of the token. */
static void s_other_range(const char *key) {
    printf("%s\n", key);
    char path[PATH_SIZE];
    struct download download = {.key = key, .path = path_in_dir(path, key)};
    struct session first;
    struct session second;
    struct aws_s3_meta_request_resume_token *token = s_stopped(&first, &download, PAUSES);
    download.range = "bytes=0-999999";
    s_go_on(&second, &download, token);
}

/* Callbacks come for what is missing alone. */
static void s_body(const char *key) {
    printf("%s\n", key);
    struct download download = {.key = key, .to_body = true};
    struct session first;
    struct session second;
    struct aws_s3_meta_request_resume_token *token = s_stopped(&first, &download, PAUSES);
    uint64_t continuous = aws_s3_meta_request_resume_token_continuous_downloaded_bytes(token);
    CHECK(continuous == first.transfer.received);
    s_go_on(&second, &download, token);
    CHECK(second.first_offset == continuous && second.transfer.received == OBJECT_BYTES - continuous);
}

static void s_buffer(const char *key) {
    printf("%s\n", key);
    struct aws_byte_buf buffer;
    CHECK(aws_byte_buf_init(&buffer, s_fixture.allocator, OBJECT_BYTES) == AWS_OP_SUCCESS);
    struct download download = {.key = key, .buffer = &buffer};
    struct session first;
    struct session second;
    struct aws_s3_meta_request_resume_token *token = s_stopped(&first, &download, PAUSES);
    s_go_on(&second, &download, token);
    CHECK(buffer.len == OBJECT_BYTES && is_content(buffer.buffer, 0, OBJECT_BYTES));
    aws_byte_buf_clean_up(&buffer);
}

/* The checksum of the whole is compared with what is in the file, including what has been there before. */
static void s_checksum(const char *key, bool spoils) {
    printf("%s\n", key);
    char path[PATH_SIZE];
    struct download download = {.key = key, .path = path_in_dir(path, key), .validates = true};
    struct session first;
    struct session second;
    struct aws_s3_meta_request_resume_token *token = s_copied(s_stopped(&first, &download, PAUSES));
    if (spoils) {
        FILE *file = fopen(path, "r+b");
        CHECK(file != NULL && fputc(content_at(0) ^ 1, file) != EOF && fclose(file) == 0);
    }
    s_go_on(&second, &download, token);
    printf("  validated: %s\n", second.validated ? "yes" : "no");
    if (spoils) {
        CHECK(second.token == NULL);
    }
}

/* The object is another one by now: the file stays as it is. */
static void s_modified(const char *key) {
    printf("%s\n", key);
    char path[PATH_SIZE];
    struct download download = {.key = key, .path = path_in_dir(path, key)};
    s_write(path, "nothing of it is in here, whatever the token says");
    struct aws_s3_download_resume_token_options options = {
        .struct_size = sizeof(options),
        .etag = text("\"old\""),
        .object_size = OBJECT_BYTES,
        .object_range_end = OBJECT_BYTES - 1,
        .continuous_downloaded_bytes = 10,
    };
    struct stat before;
    struct stat after;
    CHECK(stat(path, &before) == 0);
    struct session second;
    s_go_on(&second, &download, aws_s3_meta_request_resume_token_new_download(s_fixture.allocator, &options));
    CHECK(stat(path, &after) == 0);
    CHECK(before.st_size == after.st_size && before.st_mtim.tv_nsec == after.st_mtim.tv_nsec);
}

/* Files that are not what the token says, before anything is asked for. */
static void s_refused(const char *key) {
    printf("%s\n", key);
    char path[PATH_SIZE];
    struct download download = {.key = key, .path = path_in_dir(path, key)};
    struct session first;
    struct session second = {0};
    struct aws_s3_meta_request_resume_token *token = s_stopped(&first, &download, PAUSES);
    int before = count_requests(key, "");
    struct stat state;
    CHECK(stat(path, &state) == 0);
    FILE *file = fopen(path, "r+b");
    CHECK(file != NULL && fputc(content_at(0), file) != EOF && fclose(file) == 0);
    CHECK(s_make(&second, &download, token) == NULL);
    printf("  written to: %s\n", aws_error_name(aws_last_error()));
    token = s_copied(token);
    CHECK(truncate(path, 5) == 0 && s_make(&second, &download, token) == NULL);
    printf("  too short: %s\n", aws_error_name(aws_last_error()));
    CHECK(truncate(path, OBJECT_BYTES + 1) == 0 && s_make(&second, &download, token) == NULL);
    printf("  too long: %s\n", aws_error_name(aws_last_error()));
    CHECK(unlink(path) == 0 && s_make(&second, &download, token) == NULL);
    printf("  gone: %s\n", aws_error_name(aws_last_error()));
    CHECK(count_requests(key, "") == before);
    aws_s3_meta_request_resume_token_release(token);
}

/* All of it is there. */
static void s_complete(const char *key) {
    printf("%s\n", key);
    char path[PATH_SIZE];
    struct download download = {.key = key, .path = path_in_dir(path, key), .validates = true};
    write_content_file(path, OBJECT_BYTES);
    struct aws_s3_byte_range ranges[] = {{500000, OBJECT_BYTES - 1}, {0, 499999}};
    struct aws_s3_download_resume_token_options options = {
        .struct_size = sizeof(options),
        .etag = text("\"scripted\""),
        .object_size = OBJECT_BYTES,
        .object_range_end = OBJECT_BYTES - 1,
        .received_ranges = ranges,
        .num_received_ranges = 2,
    };
    struct session second;
    s_go_on(&second, &download, aws_s3_meta_request_resume_token_new_download(s_fixture.allocator, &options));
    printf("  validated: %s\n", second.validated ? "yes" : "no");
}

/* A checkpoint tells of what is in the file while the download goes on. */
static void s_checkpoint(const char *key) {
    printf("%s\n", key);
    char path[PATH_SIZE];
    struct download download = {.key = key, .path = path_in_dir(path, key)};
    struct session session = {0};
    CHECK(s_make(&session, &download, NULL) != NULL);
    struct aws_s3_meta_request_resume_token *token = NULL;
    // The ninth part takes its time.
    do {
        aws_s3_meta_request_resume_token_release(token);
        token = aws_s3_meta_request_checkpoint(session.transfer.request);
        CHECK(token != NULL);
    } while (aws_s3_meta_request_resume_token_total_downloaded_bytes(token) < PARTS_BEFORE * PART_BYTES);
    aws_s3_meta_request_cancel(session.transfer.request);
    transfer_end(&session.transfer);
    aws_s3_meta_request_resume_token_release(session.token);
    struct session second;
    s_go_on(&second, &download, token);
    CHECK(s_file_has(path, 0, 0, OBJECT_BYTES));
}

/* What a download does not understand is as if it were not there. */
static void s_other_tokens(const char *key) {
    printf("%s\n", key);
    struct aws_s3_upload_resume_token_options upload = {.upload_id = text("u"), .part_size = 5, .total_num_parts = 1};
    struct aws_s3_meta_request_resume_token *token =
        aws_s3_meta_request_resume_token_new_upload(s_fixture.allocator, &upload);
    struct download download = {.key = key, .to_body = true};
    struct session session = {0};
    s_run(&session, &download, token);
    print_transfer("  token of an upload", &session.transfer);
    CHECK(session.transfer.received == PLAIN_BYTES);
    CHECK(aws_s3_meta_request_resume_token_num_received_ranges(token) == 0);
    struct aws_s3_byte_range range;
    CHECK(aws_s3_meta_request_resume_token_received_range(token, 0, &range) == AWS_OP_ERR);
    aws_s3_meta_request_resume_token_release(token);
    // Nothing is known: all is to be fetched.
    char path[PATH_SIZE];
    struct aws_s3_download_resume_token_options nothing = {
        .struct_size = sizeof(nothing), .etag = text("\"any\""), .object_size = PLAIN_BYTES, .object_range_end = 99};
    token = aws_s3_meta_request_resume_token_new_download(s_fixture.allocator, &nothing);
    download = (struct download){.key = key, .path = path_in_dir(path, key)};
    s_write(path, "something");
    download.file_option = AWS_S3_RECV_FILE_CREATE_NEW;
    session = (struct session){0};
    s_run(&session, &download, token);
    print_transfer("  token of nothing", &session.transfer);
    CHECK(is_content_file(path, PLAIN_BYTES));
    aws_s3_meta_request_resume_token_release(token);
}

static void s_expect_refused(struct aws_s3_download_resume_token_options options) {
    CHECK(aws_s3_meta_request_resume_token_new_download(s_fixture.allocator, &options) == NULL);
    CHECK(aws_last_error() == AWS_ERROR_INVALID_ARGUMENT);
    aws_reset_error();
}

static void s_numbers(void) {
    struct aws_s3_byte_range beyond = {5, 10};
    struct aws_s3_byte_range reversed = {5, 4};
    struct aws_s3_download_resume_token_options good = {
        .struct_size = sizeof(good), .etag = text("\"e\""), .object_size = 10, .object_range_end = 9};
    struct aws_s3_download_resume_token_options bad = good;
    bad.struct_size = 0;
    s_expect_refused(bad);
    bad = good;
    bad.etag.len = 0;
    s_expect_refused(bad);
    bad = good;
    bad.object_range_end = 10;
    s_expect_refused(bad);
    bad = good;
    bad.object_range_start = 9;
    bad.object_range_end = 8;
    s_expect_refused(bad);
    bad = good;
    bad.continuous_downloaded_bytes = 11;
    s_expect_refused(bad);
    bad = good;
    bad.received_ranges = &beyond;
    bad.num_received_ranges = 1;
    s_expect_refused(bad);
    bad.received_ranges = &reversed;
    s_expect_refused(bad);
    bad.received_ranges = NULL;
    s_expect_refused(bad);
    CHECK(aws_s3_meta_request_resume_token_new_download(s_fixture.allocator, NULL) == NULL);
    CHECK(aws_s3_meta_request_checkpoint(NULL) == NULL && aws_last_error() == AWS_ERROR_INVALID_ARGUMENT);
    CHECK(aws_s3_meta_request_resume_token_num_received_ranges(NULL) == 0);
    CHECK(aws_s3_meta_request_resume_token_file_position(NULL) == 0);
}

/* The same with a server that stores what it is sent. When the pause comes too late, it is
 * asked for again. */
static int s_stored(struct aws_allocator *allocator) {
    struct fixture_options options = {.part_size = PART_BYTES};
    fixture_init(&s_fixture, allocator, &options);
    put_content(&s_fixture, "stored", OBJECT_BYTES);
    char path[PATH_SIZE];
    struct download download = {.key = "stored", .path = path_in_dir(path, "stored"), .validates = true};
    struct session first;
    do {
        first = (struct session){.how = PAUSES, .stops_after = 3};
        s_run(&first, &download, NULL);
    } while (first.transfer.error_code == 0);
    print_transfer("paused", &first.transfer);
    struct aws_s3_meta_request_resume_token *token = s_copied(first.token);
    uint64_t held = aws_s3_meta_request_resume_token_total_downloaded_bytes(token);
    struct session second = {0};
    s_run(&second, &download, token);
    print_transfer("resumed", &second.transfer);
    CHECK(held == first.transfer.progressed && second.transfer.progressed == OBJECT_BYTES - held);
    CHECK(is_content_file(path, OBJECT_BYTES));
    // Another object of that name by now.
    put_content(&s_fixture, "stored", OBJECT_BYTES - 1);
    struct session third = {0};
    s_run(&third, &download, token);
    print_transfer("another object", &third.transfer);
    CHECK(is_content_file(path, OBJECT_BYTES));
    aws_s3_meta_request_resume_token_release(third.token);
    aws_s3_meta_request_resume_token_release(token);
    fixture_clean_up(&s_fixture);
    return end(allocator);
}

int main(int argc, char **argv) {
    struct aws_allocator *allocator = begin();
    if (argc > 1 && strcmp(argv[1], "stored") == 0) {
        return s_stored(allocator);
    }
    struct fixture_options options = {.port = setting("S3_TEST_SCRIPTED_PORT"), .part_size = PART_BYTES};
    fixture_init(&s_fixture, allocator, &options);
    s_numbers();
    s_file("replaced", AWS_S3_RECV_FILE_CREATE_OR_REPLACE, 0, PAUSES, false);
    s_file("created", AWS_S3_RECV_FILE_CREATE_NEW, 0, CANCELS, false);
    s_file("appended", AWS_S3_RECV_FILE_CREATE_OR_APPEND, 0, PAUSES, true);
    s_file("placed", AWS_S3_RECV_FILE_WRITE_TO_POSITION, 7, CANCELS, true);
    s_ranged("closed-range", "bytes=1000-999000", 1000, 998001);
    s_ranged("open-range", "bytes=5-", 5, OBJECT_BYTES - 5);
    s_ranged("last-bytes", "bytes=-900000", OBJECT_BYTES - 900000, 900000);
    s_other_range("other-range");
    s_body("body");
    s_buffer("buffer");
    s_checksum("sum-crc32", false);
    s_checksum("sum-sha256", false);
    s_checksum("sum-of-spoilt", true);
    s_checksum("sum-of-spoilt-sha256", true);
    s_modified("changed");
    s_modified("changed-without-conditions");
    s_refused("refused");
    s_complete("complete");
    s_checkpoint("checkpoint");
    s_other_tokens("plain");
    fixture_clean_up(&s_fixture);
    return end(allocator);
}

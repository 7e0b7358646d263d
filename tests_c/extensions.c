/* SPDX-License-Identifier: Apache-2.0 */

/* What aws/s3/s3_ext.h adds: structs of every age, deadlines, bytes per second, and what a meta request waits for.
 * scripts/extensions.json is what the server does: what is late is so by 20 s. */

#include "requests.h"

#include <aws/s3/s3_ext.h>

enum { PART_BYTES = 5 * 1024 * 1024, UPLOAD_BYTES = 2 * PART_BYTES, RATED_BYTES = 1536 * 1024, RATE = 1024 * 1024 };
enum { SMALL_PART_BYTES = 64 * 1024, PARTS = 45 };

static struct fixture s_fixture;
static uint8_t s_content[UPLOAD_BYTES];

/* The members of a struct, and room for those of a later version. */
struct grown {
    struct aws_s3_meta_request_ext_options known;
    uint64_t later[2];
};

static uint64_t s_now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static struct aws_s3_meta_request *s_make(
    struct transfer *transfer,
    const char *method,
    const char *key,
    const struct aws_s3_meta_request_ext_options *ext) {

    struct aws_http_message *message = message_new(&s_fixture, method, key);
    bool uploads = strcmp(method, "PUT") == 0;
    struct aws_s3_meta_request_options options = transfer_options(
        transfer,
        &s_fixture,
        uploads ? AWS_S3_META_REQUEST_TYPE_PUT_OBJECT : AWS_S3_META_REQUEST_TYPE_GET_OBJECT,
        message);
    options.body_callback = uploads ? NULL : on_body;
    struct aws_byte_cursor bytes = aws_byte_cursor_from_array(s_content, sizeof(s_content));
    struct aws_input_stream *stream = NULL;
    if (uploads) {
        add_content_length(message, bytes.len);
        stream = aws_input_stream_new_from_cursor(s_fixture.allocator, &bytes);
        aws_http_message_set_body_stream(message, stream);
    }
    transfer->request = aws_s3_client_make_meta_request_ext(s_fixture.client, &options, ext);
    aws_http_message_release(message);
    aws_input_stream_release(stream);
    if (transfer->request != NULL) {
        happened(&transfer->started);
    }
    return transfer->request;
}

/* Programs that are older than the library, and newer ones. */
static void s_ages(void) {
    struct grown ext = {.known = {.struct_size = sizeof(ext)}};
    struct transfer plain[4] = {0};
    CHECK(s_make(&plain[0], "GET", "object", NULL) != NULL);
    CHECK(s_make(&plain[1], "GET", "object", &ext.known) != NULL);
    ext.known.struct_size = sizeof(ext.known.struct_size);
    ext.known.deadline_ms = 1;
    CHECK(s_make(&plain[2], "GET", "late-but-not-asked", &ext.known) != NULL);
    ext.known.struct_size = sizeof(ext.known);
    ext.known.deadline_ms = 600000;
    ext.later[0] = 1;
    CHECK(s_make(&plain[3], "GET", "object", &ext.known) != NULL);
    for (size_t i = 0; i < 4; ++i) {
        transfer_end(&plain[i]);
        print_transfer("understood", &plain[i]);
    }
    size_t refused[] = {sizeof(ext), 0, 7, 5000, SIZE_MAX};
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); ++i) {
        struct transfer transfer = {0};
        ext.known.struct_size = refused[i];
        CHECK(s_make(&transfer, "GET", "object", &ext.known) == NULL);
        CHECK(aws_last_error() == AWS_ERROR_INVALID_ARGUMENT);
    }
    struct aws_s3_client_ext_options client = {0};
    struct aws_s3_client_config config = {0};
    CHECK(aws_s3_client_new_ext(s_fixture.allocator, &config, &client) == NULL);
    CHECK(aws_last_error() == AWS_ERROR_INVALID_ARGUMENT);
    CHECK(aws_s3_client_new_ext(s_fixture.allocator, NULL, NULL) == NULL);
}

/* Ends a transfer that would take 20 s, wherever it stands. */
static void s_deadline(const char *method, const char *key) {
    struct aws_s3_meta_request_ext_options ext = {.struct_size = sizeof(ext), .deadline_ms = 300};
    struct transfer transfer = {0};
    uint64_t begun = s_now_ms();
    CHECK(s_make(&transfer, method, key, &ext) != NULL);
    transfer_end(&transfer);
    uint64_t took = s_now_ms() - begun;
    print_transfer(key, &transfer);
    if (took < 300 || took > 15000) {
        printf("  after %" PRIu64 " ms\n", took);
    }
}

/* A body that nobody lets in. */
static void s_deadline_behind_the_window(struct aws_allocator *allocator) {
    struct fixture_options options = {
        .port = setting("S3_TEST_SCRIPTED_PORT"), .part_size = PART_BYTES, .backpressure = true, .window = 10};
    fixture_init(&s_fixture, allocator, &options);
    s_deadline("GET", "object");
    fixture_clean_up(&s_fixture);
}

/* Asks until the text has what is expected. */
static void s_explained(struct transfer *transfer, const char *expected) {
    struct timespec pause = {.tv_nsec = 5 * 1000 * 1000};
    bool found = false;
    for (int waited_ms = 0; !found && waited_ms < WAIT_S * 1000; waited_ms += 5) {
        struct aws_string *told = aws_s3_meta_request_explain(transfer->request);
        CHECK(told != NULL);
        found = strstr(aws_string_c_str(told), expected) != NULL;
        aws_string_destroy(told);
        nanosleep(&pause, NULL);
    }
    printf("explained: %s %s\n", found ? "yes," : "NO:", expected);
}

static void s_explain(void) {
    struct transfer transfer = {0};
    CHECK(s_make(&transfer, "GET", "late", NULL) != NULL);
    s_explained(&transfer, "waits for the server");
    aws_s3_meta_request_cancel(transfer.request);
    WAIT_FOR(transfer.finished, 1);
    s_explained(&transfer, "finished");
    transfer_end(&transfer);
    CHECK(aws_s3_meta_request_explain(NULL) == NULL && aws_last_error() == AWS_ERROR_INVALID_ARGUMENT);
}

static struct aws_s3_client_ext_options s_ext;

static struct aws_s3_client *s_client_with_ext(struct fixture *fixture, struct aws_s3_client_config *config) {
    struct aws_s3_client *client = aws_s3_client_new_ext(fixture->allocator, config, &s_ext);
    CHECK(client != NULL);
    return client;
}

/* So many bytes take their time. What was not used for a tenth of a second may be used up at once, and no more. */
static void s_rated(struct aws_allocator *allocator, const char *method, bool limited) {
    struct fixture_options options = {
        .port = setting("S3_TEST_SCRIPTED_PORT"), .part_size = PART_BYTES, .make_client = s_client_with_ext};
    bool uploads = strcmp(method, "PUT") == 0;
    s_ext = (struct aws_s3_client_ext_options){.struct_size = sizeof(s_ext)};
    uint64_t *most = uploads == limited ? &s_ext.max_send_bytes_per_second : &s_ext.max_receive_bytes_per_second;
    *most = limited ? RATE : 1;
    fixture_init(&s_fixture, allocator, &options);
    struct transfer transfers[3] = {0};
    uint64_t begun = s_now_ms();
    for (size_t i = 0; i < 3; ++i) {
        struct aws_http_message *message = message_new(&s_fixture, method, uploads ? "sink" : "rated");
        struct aws_s3_meta_request_options made = transfer_options(
            &transfers[i],
            &s_fixture,
            uploads ? AWS_S3_META_REQUEST_TYPE_PUT_OBJECT : AWS_S3_META_REQUEST_TYPE_GET_OBJECT,
            message);
        struct aws_byte_cursor bytes = aws_byte_cursor_from_array(s_content, RATED_BYTES / 3);
        struct aws_input_stream *stream = NULL;
        if (uploads) {
            add_content_length(message, bytes.len);
            stream = aws_input_stream_new_from_cursor(allocator, &bytes);
            aws_http_message_set_body_stream(message, stream);
        } else {
            made.body_callback = on_body;
        }
        transfer_start(&transfers[i], &made);
        aws_http_message_release(message);
        aws_input_stream_release(stream);
    }
    for (size_t i = 0; i < 3; ++i) {
        transfer_end(&transfers[i]);
        print_transfer(limited ? "limited" : "limited in the other direction", &transfers[i]);
    }
    uint64_t took = s_now_ms() - begun;
    // A second and a half, less what was kept and what a socket holds back of the end.
    if (limited && took < 1200) {
        printf("  %d bytes within %" PRIu64 " ms\n", RATED_BYTES, took);
    }
    fixture_clean_up(&s_fixture);
}

/* What was recorded of requests that were cut off because another one was quicker. */
struct cut_off {
    struct transfer transfer;
    int count;
    uint32_t part;
};

static void s_on_record(
    struct aws_s3_meta_request *request,
    struct aws_s3_request_metrics *metrics,
    void *user_data) {

    (void)request;
    struct cut_off *cut_off = user_data;
    if (aws_s3_request_metrics_get_error_code(metrics) == AWS_ERROR_S3_CANCELED) {
        aws_s3_request_metrics_get_part_number(metrics, &cut_off->part);
        happened(&cut_off->count);
    }
}

/* Downloads whose parts are late after the twentieth. */
static void s_hedged(struct aws_allocator *allocator, const char *key, bool hedges, enum receiver receiver) {
    struct fixture_options options = {
        .port = setting("S3_TEST_SCRIPTED_PORT"), .part_size = SMALL_PART_BYTES, .make_client = s_client_with_ext};
    s_ext = (struct aws_s3_client_ext_options){.struct_size = sizeof(s_ext), .hedge_slow_parts = hedges};
    fixture_init(&s_fixture, allocator, &options);
    struct cut_off cut_off = {0};
    struct aws_http_message *message = message_new(&s_fixture, "GET", key);
    struct aws_s3_meta_request_options made =
        transfer_options(&cut_off.transfer, &s_fixture, AWS_S3_META_REQUEST_TYPE_GET_OBJECT, message);
    made.telemetry_callback = s_on_record;
    made.body_callback = receiver == RECEIVE_BODY ? on_body : NULL;
    made.body_callback_ex = receiver == RECEIVE_BODY_EX ? on_body_ex : NULL;
    uint64_t begun = s_now_ms();
    transfer_start(&cut_off.transfer, &made);
    aws_http_message_release(message);
    transfer_end(&cut_off.transfer);
    uint64_t took = s_now_ms() - begun;
    print_transfer(key, &cut_off.transfer);
    CHECK(cut_off.transfer.received == PARTS * SMALL_PART_BYTES);
    printf("  %d requests, %d cut off\n", count_requests(key, "GET"), cut_off.count);
    CHECK(cut_off.count == 0 || cut_off.part > 1);
    if (took > 15000) {
        printf("  after %" PRIu64 " ms\n", took);
    }
    fixture_clean_up(&s_fixture);
}

int main(void) {
    struct aws_allocator *allocator = begin();
    struct fixture_options options = {.port = setting("S3_TEST_SCRIPTED_PORT"), .part_size = PART_BYTES};
    fill_content(s_content, 0, sizeof(s_content));
    fixture_init(&s_fixture, allocator, &options);
    s_ages();
    s_explain();
    s_deadline("GET", "late");
    s_deadline("GET", "stalls");
    s_deadline("PUT", "late-part");
    printf("  uploads aborted: %d\n", count_requests("late-part", "DELETE"));
    fixture_clean_up(&s_fixture);
    s_deadline_behind_the_window(allocator);
    s_rated(allocator, "GET", true);
    s_rated(allocator, "PUT", true);
    s_rated(allocator, "GET", false);
    s_rated(allocator, "PUT", false);
    // One that is late for good, several that are late together, and one that nobody asks for again.
    s_hedged(allocator, "hung-part", true, RECEIVE_BODY);
    s_hedged(allocator, "hung-part-into-tickets", true, RECEIVE_BODY_EX);
    s_hedged(allocator, "late-parts", true, RECEIVE_BODY);
    s_hedged(allocator, "late-part-alone", false, RECEIVE_BODY);
    return end(allocator);
}

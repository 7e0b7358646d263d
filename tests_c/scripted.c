/* SPDX-License-Identifier: Apache-2.0 */

/* A server that misbehaves: what is tried again, and what the caller is told. scripts/scripted.json is what it does. */

#include "support.h"

enum { OBJECT_BYTES = 50000 };

static struct fixture s_fixture;

static void s_get(const char *key) {
    struct transfer transfer = {0};
    get_start(&transfer, &s_fixture, key, RECEIVE_BODY, NULL);
    transfer_end(&transfer);
    transfer.wrong_content |= transfer.error_code == 0 && transfer.received != OBJECT_BYTES;
    print_transfer(key, &transfer);
    if (transfer.has_error_headers) {
        printf("  operation %s, body %s\n", transfer.operation, transfer.error_body);
    }
}

static void s_put(const char *key) {
    static uint8_t bytes[OBJECT_BYTES];
    fill_content(bytes, 0, sizeof(bytes));
    struct transfer transfer = {0};
    put_stream_start(&transfer, &s_fixture, key, aws_byte_cursor_from_array(bytes, sizeof(bytes)));
    transfer_end(&transfer);
    print_transfer(key, &transfer);
    if (transfer.has_error_headers) {
        printf("  operation %s, body %s\n", transfer.operation, transfer.error_body);
    }
}

static int s_count_body(struct transfer *transfer, size_t length) {
    *(size_t *)transfer->extra += length;
    return AWS_OP_SUCCESS;
}

/* An object without content, on a service that says no more than that there is no such range. */
static void s_get_empty(const char *key) {
    struct transfer transfer = {0};
    get_start(&transfer, &s_fixture, key, RECEIVE_BODY, NULL);
    transfer_end(&transfer);
    CHECK(transfer.received == 0);
    print_transfer(key, &transfer);
}

/* A single request whose reply is not test content. */
static void s_default(const char *key) {
    size_t length = 0;
    struct transfer transfer = {.during_body = s_count_body, .extra = &length};
    struct aws_http_message *message = message_new(&s_fixture, "GET", key);
    struct aws_s3_meta_request_options options =
        transfer_options(&transfer, &s_fixture, AWS_S3_META_REQUEST_TYPE_DEFAULT, message);
    options.operation_name = text("GetBucketLocation");
    options.body_callback = on_body;
    transfer_start(&transfer, &options);
    aws_http_message_release(message);
    transfer_end(&transfer);
    transfer.wrong_content = false;
    print_transfer(key, &transfer);
    printf("  %zu bytes\n", length);
}

int main(void) {
    struct aws_allocator *allocator = begin();
    struct fixture_options options = {.port = setting("S3_TEST_SCRIPTED_PORT"), .part_size = 64 * KIB};
    fixture_init(&s_fixture, allocator, &options);
    s_get("plain");
    s_get("chunked");
    s_get("interim");
    s_get("busy-once");
    s_get("cut-once");
    s_get("closed-once");
    s_get("stalls");
    s_get("last");
    s_get("always-busy");
    s_get("garbage");
    s_get("forbidden");
    s_get("missing");
    s_get_empty("empty");
    s_get_empty("empty-and-missing");
    s_put("put-busy-once");
    s_put("put-closed-once");
    s_put("put-refused-early");
    s_default("until-the-end");
    s_default("no-content");
    fixture_clean_up(&s_fixture);
    return end(allocator);
}

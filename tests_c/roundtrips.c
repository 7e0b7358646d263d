/* SPDX-License-Identifier: Apache-2.0 */

/* Objects of all sizes around the part size go up by each sender and come down by each receiver. Arguments: `http`
 * (all sizes), `https` (one size, with the test authority trusted) or `small` (no large object, for slow checkers). */

#include "support.h"

#include <aws/io/future.h>

#include <unistd.h>

static void s_get(struct fixture *fixture, const char *key, uint64_t size, enum receiver receiver, const char *name) {
    char path[PATH_SIZE];
    path_in_dir(path, "received");
    struct transfer transfer = {0};
    get_start(&transfer, fixture, key, receiver, path);
    transfer_end(&transfer);
    char what[128];
    snprintf(what, sizeof(what), "  get by %s", name);
    if (receiver == RECEIVE_FILE) {
        transfer.wrong_content = !is_content_file(path, size);
        unlink(path);
    } else {
        transfer.wrong_content |= transfer.received != size;
    }
    print_transfer(what, &transfer);
    CHECK(transfer.progressed == size);
    CHECK(transfer.headers_calls == 1 && transfer.headers_status == 200);
}

static void s_get_all(struct fixture *fixture, const char *key, uint64_t size) {
    s_get(fixture, key, size, RECEIVE_BODY, "body_callback");
    s_get(fixture, key, size, RECEIVE_BODY_EX, "body_callback_ex");
    s_get(fixture, key, size, RECEIVE_FILE, "recv_filepath");
}

static void s_put_file(struct fixture *fixture, const char *key, uint64_t size) {
    char path[PATH_SIZE];
    path_in_dir(path, "sent");
    write_content_file(path, size);
    struct transfer transfer = {0};
    put_file_start(&transfer, fixture, key, path);
    transfer_end(&transfer);
    print_transfer("  put by send_filepath", &transfer);
    CHECK(transfer.progressed == size);
    unlink(path);
}

static void s_put_stream(struct fixture *fixture, const char *key, uint64_t size) {
    uint8_t *bytes = malloc((size_t)size + 1);
    fill_content(bytes, 0, (size_t)size);
    struct transfer transfer = {0};
    put_stream_start(&transfer, fixture, key, aws_byte_cursor_from_array(bytes, (size_t)size));
    transfer_end(&transfer);
    print_transfer("  put by stream", &transfer);
    CHECK(transfer.progressed == size);
    free(bytes);
}

/* From memory that the library only borrows, or by writes of a length that was announced. */
static void s_put_memory(struct fixture *fixture, const char *key, uint64_t size, bool writes) {
    uint8_t *bytes = malloc((size_t)size + 1);
    fill_content(bytes, 0, (size_t)size);
    struct aws_byte_cursor all = aws_byte_cursor_from_array(bytes, (size_t)size);
    struct transfer transfer = {0};
    struct aws_http_message *message = message_new(fixture, "PUT", key);
    struct aws_s3_meta_request_options options =
        transfer_options(&transfer, fixture, AWS_S3_META_REQUEST_TYPE_PUT_OBJECT, message);
    struct aws_s3_checksum_config checksum = {.location = AWS_SCL_TRAILER, .checksum_algorithm = AWS_SCA_CRC32C};
    options.checksum_config = &checksum;
    if (writes) {
        add_content_length(message, size);
        options.send_using_async_writes = true;
    } else {
        options.request_body = all;
    }
    transfer_start(&transfer, &options);
    aws_http_message_release(message);
    struct aws_future_void *written = writes ? aws_s3_meta_request_write(transfer.request, all, true) : NULL;
    transfer_end(&transfer);
    if (written != NULL) {
        aws_future_void_release(written);
    }
    print_transfer(writes ? "  put by writes" : "  put by request_body", &transfer);
    CHECK(transfer.progressed == size);
    free(bytes);
}

static void s_round_trip(struct fixture *fixture, uint64_t size) {
    char key[KEY_SIZE];
    printf("%" PRIu64 " bytes\n", size);
    snprintf(key, sizeof(key), "roundtrips-%d-file-%" PRIu64, (int)getpid(), size);
    s_put_file(fixture, key, size);
    s_get_all(fixture, key, size);
    snprintf(key, sizeof(key), "roundtrips-%d-stream-%" PRIu64, (int)getpid(), size);
    s_put_stream(fixture, key, size);
    s_get_all(fixture, key, size);
    for (int writes = 0; writes < 2; ++writes) {
        snprintf(key, sizeof(key), "roundtrips-%d-memory-%d-%" PRIu64, (int)getpid(), writes, size);
        s_put_memory(fixture, key, size, writes);
        s_get(fixture, key, size, RECEIVE_BODY, "body_callback");
    }
}

int main(int argc, char **argv) {
    const char *which = argc > 1 ? argv[1] : "http";
    bool https = strcmp(which, "https") == 0;
    struct aws_allocator *allocator = begin();
    struct fixture_options options = {.tls = https, .trust = https};
    struct fixture fixture;
    fixture_init(&fixture, allocator, &options);
    if (!https) {
        s_round_trip(&fixture, 0);
        s_round_trip(&fixture, 1);
        s_round_trip(&fixture, 8 * MIB - 1);
        s_round_trip(&fixture, 8 * MIB);
    }
    s_round_trip(&fixture, 8 * MIB + 1);
    if (strcmp(which, "http") == 0) {
        s_round_trip(&fixture, 100 * MIB + 7);
    }
    fixture_clean_up(&fixture);
    return end(allocator);
}

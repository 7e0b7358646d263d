/* SPDX-License-Identifier: Apache-2.0 */

/* A copy in parts on a server that stores: bytes, length and metadata arrive. The source is a file with holes, made
 * where the server keeps its objects, so that nobody has to upload it. */

#include "support.h"

#include <fcntl.h>
#include <unistd.h>

#define LARGE (1024 * MIB + 5)

enum { MARK_BYTES = 64 };

static struct fixture s_fixture;

static void s_object_path(char *path, const char *key) {
    snprintf(path, PATH_SIZE, "%s/%s/%s", setting("S3_TEST_ROOT"), setting("S3_TEST_BUCKET"), key);
}

static void s_add(struct aws_http_message *message, const char *name, const char *value) {
    struct aws_http_header header = {.name = text(name), .value = text(value)};
    CHECK(aws_http_message_add_header(message, header) == AWS_OP_SUCCESS);
}

/* Around every 128 MiB, where parts begin, and at the end, there is content that tells its place. */
static uint64_t s_mark(uint64_t index) {
    uint64_t at = index * 64 * MIB;
    return at == 0 ? 0 : at - MARK_BYTES / 2;
}

static void s_make_source(const char *key) {
    struct aws_http_message *message = message_new(&s_fixture, "PUT", key);
    uint8_t bytes[MARK_BYTES];
    fill_content(bytes, 0, sizeof(bytes));
    struct aws_byte_cursor body = aws_byte_cursor_from_array(bytes, sizeof(bytes));
    add_content_length(message, body.len);
    s_add(message, "Content-Type", "text/test");
    s_add(message, "Cache-Control", "no-store");
    s_add(message, "x-amz-meta-colour", "red");
    struct aws_input_stream *stream = aws_input_stream_new_from_cursor(s_fixture.allocator, &body);
    aws_http_message_set_body_stream(message, stream);
    struct transfer transfer = {0};
    struct aws_s3_meta_request_options options =
        transfer_options(&transfer, &s_fixture, AWS_S3_META_REQUEST_TYPE_PUT_OBJECT, message);
    transfer_start(&transfer, &options);
    aws_input_stream_release(stream);
    aws_http_message_release(message);
    transfer_end(&transfer);
    CHECK(transfer.error_code == 0);

    char path[PATH_SIZE];
    s_object_path(path, key);
    int file = open(path, O_WRONLY);
    CHECK(file >= 0 && ftruncate(file, (off_t)LARGE) == 0);
    for (uint64_t i = 0; s_mark(i) < LARGE; ++i) {
        size_t length = LARGE - s_mark(i) < MARK_BYTES ? (size_t)(LARGE - s_mark(i)) : MARK_BYTES;
        fill_content(bytes, s_mark(i), length);
        CHECK(pwrite(file, bytes, length, (off_t)s_mark(i)) == (ssize_t)length);
    }
    CHECK(close(file) == 0);
}

static bool s_is_copy(const char *key) {
    char path[PATH_SIZE];
    s_object_path(path, key);
    int file = open(path, O_RDONLY);
    if (file < 0 || lseek(file, 0, SEEK_END) != (off_t)LARGE) {
        return false;
    }
    bool right = true;
    for (uint64_t i = 0; s_mark(i) < LARGE; ++i) {
        uint8_t bytes[MARK_BYTES];
        ssize_t length = pread(file, bytes, sizeof(bytes), (off_t)s_mark(i));
        right &= length > 0 && is_content(bytes, s_mark(i), (size_t)length);
    }
    close(file);
    return right;
}

static int s_print_headers(
    struct aws_s3_meta_request *request,
    const struct aws_http_headers *headers,
    int status,
    void *user_data) {

    static const char *const s_names[] = {"content-type", "cache-control", "x-amz-meta-colour"};
    for (size_t i = 0; i < AWS_ARRAY_SIZE(s_names); ++i) {
        struct aws_byte_cursor value = {0};
        aws_http_headers_get(headers, text(s_names[i]), &value);
        printf("  %s: %.*s\n", s_names[i], (int)value.len, (const char *)value.ptr);
    }
    return on_headers(request, headers, status, user_data);
}

static void s_look(const char *key) {
    struct aws_http_message *message = message_new(&s_fixture, "HEAD", key);
    struct transfer transfer = {0};
    struct aws_s3_meta_request_options options =
        transfer_options(&transfer, &s_fixture, AWS_S3_META_REQUEST_TYPE_DEFAULT, message);
    options.operation_name = text("HeadObject");
    options.headers_callback = s_print_headers;
    transfer_start(&transfer, &options);
    aws_http_message_release(message);
    transfer_end(&transfer);
    print_transfer("  looked at", &transfer);
}

static void s_copy(const char *from, const char *to) {
    struct aws_http_message *message = message_new(&s_fixture, "PUT", to);
    char source[PATH_SIZE];
    snprintf(source, sizeof(source), "/%s/%s", setting("S3_TEST_BUCKET"), from);
    s_add(message, "x-amz-copy-source", source);
    struct transfer transfer = {0};
    struct aws_s3_meta_request_options options =
        transfer_options(&transfer, &s_fixture, AWS_S3_META_REQUEST_TYPE_COPY_OBJECT, message);
    transfer_start(&transfer, &options);
    aws_http_message_release(message);
    transfer_end(&transfer);
    print_transfer("copied", &transfer);
    CHECK(transfer.progressed == LARGE);
    printf("  %s\n", s_is_copy(to) ? "is a copy" : "IS NO COPY");
    s_look(to);
    char path[PATH_SIZE];
    s_object_path(path, to);
    unlink(path);
}

int main(void) {
    struct aws_allocator *allocator = begin();
    fixture_init(&s_fixture, allocator, NULL);
    char source[KEY_SIZE];
    char copy[KEY_SIZE];
    snprintf(source, sizeof(source), "copy-large-%d", (int)getpid());
    snprintf(copy, sizeof(copy), "copy-large-%d-copy", (int)getpid());
    s_make_source(source);
    s_copy(source, copy);
    char path[PATH_SIZE];
    s_object_path(path, source);
    unlink(path);
    fixture_clean_up(&s_fixture);
    return end(allocator);
}

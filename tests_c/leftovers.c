/* SPDX-License-Identifier: Apache-2.0 */

/* What an upload leaves with the service: nothing that it could abort, and no object that it does not know of.
 * scripts/leftovers.json is what the server does. */

#include "requests.h"

enum { PART_BYTES = 5 * 1024 * 1024, TAIL_BYTES = 5, LONG_BYTES = PART_BYTES + TAIL_BYTES };

static uint8_t s_content[LONG_BYTES];

static void s_no_further_attempts(struct aws_s3_client_config *config, void *data) {
    config->retry_config.retry_mode = *(enum aws_s3_retry_mode *)data;
    config->retry_config.max_retries = 1;
}

static void s_put(struct fixture *fixture, const char *key) {
    struct transfer transfer = {0};
    struct aws_http_message *message = message_new(fixture, "PUT", key);
    struct aws_s3_meta_request_options options =
        transfer_options(&transfer, fixture, AWS_S3_META_REQUEST_TYPE_PUT_OBJECT, message);
    options.request_body = aws_byte_cursor_from_array(s_content, LONG_BYTES);
    options.max_active_connections_override = 1;
    transfer_start(&transfer, &options);
    aws_http_message_release(message);
    transfer_end(&transfer);
    print_transfer(key, &transfer);
    print_requests(key, NULL);
}

static void s_copy(struct fixture *fixture, const char *key) {
    struct transfer transfer = {0};
    struct aws_http_message *message = message_new(fixture, "PUT", key);
    struct aws_http_header source = {.name = text("x-amz-copy-source"), .value = text("bucket/source")};
    CHECK(aws_http_message_add_header(message, source) == AWS_OP_SUCCESS);
    struct aws_s3_meta_request_options options =
        transfer_options(&transfer, fixture, AWS_S3_META_REQUEST_TYPE_COPY_OBJECT, message);
    char uri[256];
    snprintf(uri, sizeof(uri), "http://%s/bucket/source-of-%s", fixture->host, key);
    options.copy_source_uri = text(uri);
    options.max_active_connections_override = 1;
    transfer_start(&transfer, &options);
    aws_http_message_release(message);
    transfer_end(&transfer);
    print_transfer(key, &transfer);
    printf("  aborted %d times\n", count_requests(key, "DELETE"));
}

int main(void) {
    struct aws_allocator *allocator = begin();
    fill_content(s_content, 0, sizeof(s_content));
    enum aws_s3_retry_mode modes[] = {AWS_S3_RETRY_MODE_NONE, AWS_S3_RETRY_MODE_STANDARD};
    for (int i = 0; i < 2; ++i) {
        struct fixture_options options = {
            .port = setting("S3_TEST_SCRIPTED_PORT"),
            .part_size = PART_BYTES,
            .configure = s_no_further_attempts,
            .configure_data = &modes[i],
        };
        struct fixture fixture;
        fixture_init(&fixture, allocator, &options);
        if (modes[i] == AWS_S3_RETRY_MODE_NONE) {
            /* The abort meets an error, an end of the connection, and is taken then. */
            s_put(&fixture, "abort-again");
            s_copy(&fixture, "copy-abort-again");
            /* Nothing will change that. */
            s_put(&fixture, "abort-refused");
        } else {
            s_put(&fixture, "complete-lost");
            /* Another object is there, or none, or nobody can tell. */
            s_put(&fixture, "complete-lost-other");
            s_put(&fixture, "complete-lost-missing");
            s_put(&fixture, "complete-lost-unknown");
            /* It was not there at the first attempt either. */
            s_put(&fixture, "complete-of-nothing");
            s_copy(&fixture, "copy-complete-lost");
        }
        fixture_clean_up(&fixture);
    }
    return end(allocator);
}

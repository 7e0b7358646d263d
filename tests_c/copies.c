/* SPDX-License-Identifier: Apache-2.0 */

/* Copies that a server makes hard, or that are asked for in an unusual way. scripts/copies.json is what it does. */

#include "requests.h"

struct copy {
    struct transfer transfer;
    /* Read by callbacks. */
    int records;
    bool late;

    /* How it is asked for. */
    const char *range;
    const struct aws_signing_config_aws *signing;
    const struct aws_s3_checksum_config *checksum;
    struct aws_s3_file_io_options *files;
};

static struct fixture s_fixture;

static void s_on_record(
    struct aws_s3_meta_request *request,
    struct aws_s3_request_metrics *metrics,
    void *user_data) {

    (void)request;
    (void)metrics;
    struct copy *copy = user_data;
    copy->late |= copy->transfer.finished != 0;
    happened(&copy->records);
}

static void s_add(struct aws_http_message *message, const char *name, const char *value) {
    struct aws_http_header header = {.name = text(name), .value = text(value)};
    CHECK(aws_http_message_add_header(message, header) == AWS_OP_SUCCESS);
}

/* The source has the same key, and a query, so that one list tells about both. */
static void s_start(struct copy *copy, const char *key) {
    struct aws_http_message *message = message_new(&s_fixture, "PUT", key);
    s_add(message, "x-amz-copy-source", "bucket/source");
    if (copy->range != NULL) {
        s_add(message, "x-amz-copy-source-range", copy->range);
    }
    struct aws_s3_meta_request_options options =
        transfer_options(&copy->transfer, &s_fixture, AWS_S3_META_REQUEST_TYPE_COPY_OBJECT, message);
    char source[PATH_SIZE];
    snprintf(source, sizeof(source), "http://%s/%s/%s?source", s_fixture.host, setting("S3_TEST_BUCKET"), key);
    options.copy_source_uri = text(source);
    options.telemetry_callback = s_on_record;
    options.signing_config = copy->signing;
    options.checksum_config = copy->checksum;
    options.fio_opts = copy->files;
    // Parts come one after the other, in order.
    options.max_active_connections_override = 1;
    transfer_start(&copy->transfer, &options);
    aws_http_message_release(message);
}

static void s_end(struct copy *copy, const char *key) {
    transfer_end(&copy->transfer);
    CHECK(!copy->late);
    print_transfer(key, &copy->transfer);
}

static void s_copy(const char *key, struct copy copy) {
    s_start(&copy, key);
    s_end(&copy, key);
    printf("  headers callback: %d times\n", copy.transfer.headers_calls);
}

/* Cancelled while the server still thinks: when the finish callback comes, the request is over and reported. */
static void s_cancelled(struct copy *copy, const char *key, const char *method) {
    s_start(copy, key);
    wait_for_request(key, method);
    aws_s3_meta_request_cancel(copy->transfer.request);
    s_end(copy, key);
    CHECK(copy->transfer.headers_calls == 0 && copy->transfer.progressed == 0);
    printf("  records: %d\n", copy->records);
    print_requests(key, NULL);
}

int main(void) {
    struct aws_allocator *allocator = begin();
    struct fixture_options options = {.port = setting("S3_TEST_SCRIPTED_PORT")};
    fixture_init(&s_fixture, allocator, &options);

    s_copy("no-answer", (struct copy){0});
    s_copy("refused", (struct copy){0});

    struct aws_signing_config_aws signing;
    aws_s3_init_default_signing_config(&signing, text("us-east-1"), s_fixture.provider);
    signing.algorithm = AWS_SIGNING_ALGORITHM_V4_ASYMMETRIC;
    s_copy("asymmetric", (struct copy){.signing = &signing});

    struct aws_s3_checksum_config checksum = {.location = AWS_SCL_HEADER, .checksum_algorithm = AWS_SCA_CRC32};
    struct aws_s3_file_io_options files = {.should_stream = true};
    s_copy("checksum-and-streaming", (struct copy){.checksum = &checksum, .files = &files});

    s_copy("ranges", (struct copy){.range = "bytes=0-9"});
    print_requests("ranges", "x-amz-copy-source-range");

    s_copy("without-etag", (struct copy){0});
    // How many parts were under way before the first answer was looked at is not said anywhere.
    printf("  completed %d times, aborted %d times\n", count_requests("without-etag", "POST") - 1,
        count_requests("without-etag", "DELETE"));

    struct copy lookup = {0};
    s_cancelled(&lookup, "cancel-lookup", "HEAD");
    struct copy whole = {0};
    s_cancelled(&whole, "cancel-copy", "PUT");
    int records = lookup.records + whole.records;
    fixture_clean_up(&s_fixture);
    CHECK(lookup.records + whole.records == records);
    return end(allocator);
}

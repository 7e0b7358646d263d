/* SPDX-License-Identifier: Apache-2.0 */

/* Downloads whose parts are not what was asked for, and what is recorded about requests. scripts/downloads.json is what
 * the server does. */

#include "support.h"

enum { PART_BYTES = 64 * 1024, OBJECT_BYTES = 2 * PART_BYTES };

static struct fixture s_fixture;

/* A part that is shorter than its range is an error, and nothing of it is delivered in its place. */
static void s_short_part(const char *key, enum receiver receiver) {
    char path[PATH_SIZE];
    struct transfer transfer = {0};
    get_start(&transfer, &s_fixture, key, receiver, path_in_dir(path, key));
    transfer_end(&transfer);
    print_transfer(key, &transfer);
    CHECK(transfer.received % PART_BYTES == 0 && transfer.progressed % PART_BYTES == 0);
}

struct recorded {
    struct transfer transfer;
    int plain;
    int https;
};

static void s_on_record(
    struct aws_s3_meta_request *request,
    struct aws_s3_request_metrics *metrics,
    void *user_data) {

    (void)request;
    struct recorded *recorded = user_data;
    happened(aws_s3_request_metrics_get_is_https(metrics) ? &recorded->https : &recorded->plain);
}

/* Without an endpoint the client's TLS mode alone decides what the connections use. */
static void s_without_endpoint(void) {
    struct recorded recorded = {0};
    struct aws_http_message *message = message_new(&s_fixture, "GET", "plain");
    struct aws_s3_meta_request_options options =
        transfer_options(&recorded.transfer, &s_fixture, AWS_S3_META_REQUEST_TYPE_GET_OBJECT, message);
    options.endpoint = NULL;
    options.body_callback = on_body;
    options.telemetry_callback = s_on_record;
    transfer_start(&recorded.transfer, &options);
    aws_http_message_release(message);
    transfer_end(&recorded.transfer);
    recorded.transfer.wrong_content |= recorded.transfer.received != OBJECT_BYTES;
    print_transfer("without endpoint", &recorded.transfer);
    printf("  requests over http %d, over https %d\n", recorded.plain, recorded.https);
}

int main(void) {
    struct aws_allocator *allocator = begin();
    struct fixture_options options = {.port = setting("S3_TEST_SCRIPTED_PORT"), .part_size = PART_BYTES};
    fixture_init(&s_fixture, allocator, &options);
    s_short_part("first-part-short", RECEIVE_BODY);
    s_short_part("second-part-short", RECEIVE_BODY);
    s_short_part("second-part-short", RECEIVE_BODY_EX);
    s_short_part("second-part-short", RECEIVE_FILE);
    s_without_endpoint();
    fixture_clean_up(&s_fixture);
    return end(allocator);
}

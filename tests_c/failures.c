/* SPDX-License-Identifier: Apache-2.0 */

/* Transfers that do not succeed: each ends once, with the right error, and leaves nothing behind. */

#include "support.h"

#include <sys/socket.h>
#include <netinet/in.h>
#include <unistd.h>

enum { OBJECT_MIB = 12 };

static const struct fixture_options s_small_parts = {.part_size = 1024 * 1024};

static const char *s_key = "failures";

static int s_fail(struct transfer *transfer) {
    (void)transfer;
    return aws_raise_error(AWS_ERROR_NO_PERMISSION);
}

static int s_fail_body(struct transfer *transfer, size_t length) {
    (void)length;
    return s_fail(transfer);
}

static int s_cancel_at_body(struct transfer *transfer, size_t length) {
    (void)length;
    happened(transfer->extra);
    return AWS_OP_SUCCESS;
}

static void s_callbacks_that_fail(struct fixture *fixture) {
    struct transfer headers = {.during_headers = s_fail};
    get_start(&headers, fixture, s_key, RECEIVE_BODY, NULL);
    transfer_end(&headers);
    print_transfer("headers callback fails", &headers);
    CHECK(headers.received == 0);
    struct transfer body = {.during_body = s_fail_body};
    get_start(&body, fixture, s_key, RECEIVE_BODY, NULL);
    transfer_end(&body);
    print_transfer("body callback fails", &body);
    printf("  called again: %s\n", body.received > s_small_parts.part_size ? "yes" : "no");
    struct transfer body_ex = {.during_body = s_fail_body};
    get_start(&body_ex, fixture, s_key, RECEIVE_BODY_EX, NULL);
    transfer_end(&body_ex);
    print_transfer("body_callback_ex fails", &body_ex);
}

static void s_cancels(struct fixture *fixture) {
    struct transfer at_once = {0};
    get_start(&at_once, fixture, s_key, RECEIVE_BODY, NULL);
    aws_s3_meta_request_cancel(at_once.request);
    transfer_end(&at_once);
    print_transfer("cancelled at once", &at_once);

    int bodies = 0;
    struct transfer flying = {.during_body = s_cancel_at_body, .extra = &bodies};
    get_start(&flying, fixture, s_key, RECEIVE_BODY, NULL);
    WAIT_FOR(bodies, 1);
    aws_s3_meta_request_cancel(flying.request);
    aws_s3_meta_request_cancel(flying.request);
    transfer_end(&flying);
    // All of it may have arrived before the cancel took hold.
    bool right = flying.error_code == AWS_ERROR_S3_CANCELED ||
                 (flying.error_code == 0 && flying.received == OBJECT_MIB * MIB);
    printf("cancelled in flight: %s\n", right ? "cancelled, or all there" : aws_error_name(flying.error_code));

    char path[PATH_SIZE];
    write_content_file(path_in_dir(path, "cancelled"), OBJECT_MIB * MIB);
    struct transfer upload = {0};
    put_file_start(&upload, fixture, "failures-cancelled", path);
    aws_s3_meta_request_cancel(upload.request);
    transfer_end(&upload);
    print_transfer("upload cancelled", &upload);

    struct transfer finished = {0};
    get_start(&finished, fixture, s_key, RECEIVE_NOTHING, NULL);
    WAIT_FOR(finished.finished, 1);
    aws_s3_meta_request_cancel(finished.request);
    transfer_end(&finished);
    print_transfer("cancelled when finished", &finished);
}

static void s_missing_things(struct fixture *fixture) {
    struct transfer object = {0};
    get_start(&object, fixture, "there-is-no-such-key", RECEIVE_BODY, NULL);
    transfer_end(&object);
    print_transfer("no such key", &object);
    printf("  operation %s, headers %s, body %s\n", object.operation, object.has_error_headers ? "yes" : "no",
        strstr(object.error_body, "NoSuchKey") != NULL ? "names the error" : object.error_body);
    CHECK(object.headers_calls == 1 && object.headers_status == 404 && object.received == 0);
}

static void s_wrong_credentials(struct aws_allocator *allocator) {
    struct fixture_options options = {.secret_key = "not the secret"};
    struct fixture fixture;
    fixture_init(&fixture, allocator, &options);
    for (int put = 0; put < 2; ++put) {
        struct transfer transfer = {0};
        if (put) {
            put_stream_start(&transfer, &fixture, "failures-refused", text("content"));
        } else {
            get_start(&transfer, &fixture, s_key, RECEIVE_BODY, NULL);
        }
        transfer_end(&transfer);
        print_transfer(put ? "put with wrong credentials" : "get with wrong credentials", &transfer);
        printf("  operation %s, headers %s, body %s\n", transfer.operation,
            transfer.has_error_headers ? "yes" : "no",
            strstr(transfer.error_body, "SignatureDoesNotMatch") != NULL ? "names the error" : transfer.error_body);
    }
    fixture_clean_up(&fixture);
}

/* A port on which nobody listens: bound, so that nobody else gets it, but not listening. */
static void s_connection_refused(struct aws_allocator *allocator) {
    int bound = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);
    CHECK(bind(bound, (struct sockaddr *)&address, size) == 0);
    CHECK(getsockname(bound, (struct sockaddr *)&address, &size) == 0);
    char port[16];
    snprintf(port, sizeof(port), "%d", ntohs(address.sin_port));
    for (int retries = 0; retries < 2; ++retries) {
        struct fixture_options options = {.port = port, .no_retries = retries == 0};
        struct fixture fixture;
        fixture_init(&fixture, allocator, &options);
        struct transfer transfer = {0};
        get_start(&transfer, &fixture, s_key, RECEIVE_BODY, NULL);
        transfer_end(&transfer);
        print_transfer(retries ? "connection refused, with retries" : "connection refused", &transfer);
        CHECK(!transfer.has_error_headers && transfer.headers_calls == 0);
        fixture_clean_up(&fixture);
    }
    close(bound);
}

static void s_untrusted(struct aws_allocator *allocator) {
    struct fixture_options options = {.tls = true, .no_retries = true};
    struct fixture fixture;
    fixture_init(&fixture, allocator, &options);
    struct transfer transfer = {0};
    get_start(&transfer, &fixture, s_key, RECEIVE_BODY, NULL);
    transfer_end(&transfer);
    print_transfer("certificate that nobody trusts", &transfer);
    fixture_clean_up(&fixture);
}

/* An endpoint that says https is spoken to in the clear by a client that was made without TLS. */
static void s_https_without_tls(struct aws_allocator *allocator) {
    struct fixture fixture;
    fixture_init(&fixture, allocator, &s_small_parts);
    aws_uri_clean_up(&fixture.endpoint);
    char uri[160];
    snprintf(uri, sizeof(uri), "https://%s", fixture.host);
    struct aws_byte_cursor uri_text = text(uri);
    CHECK(aws_uri_init_parse(&fixture.endpoint, allocator, &uri_text) == AWS_OP_SUCCESS);
    struct transfer transfer = {0};
    get_start(&transfer, &fixture, s_key, RECEIVE_BODY, NULL);
    transfer_end(&transfer);
    print_transfer("https and a client without TLS", &transfer);
    fixture_clean_up(&fixture);
}

static void s_client_released(struct aws_allocator *allocator) {
    struct fixture fixture;
    fixture_init(&fixture, allocator, &s_small_parts);
    struct transfer transfers[4] = {{0}};
    for (int i = 0; i < 4; ++i) {
        get_start(&transfers[i], &fixture, s_key, RECEIVE_BODY, NULL);
    }
    fixture.client = aws_s3_client_release(fixture.client);
    for (int i = 0; i < 4; ++i) {
        if (i == 3) {
            CHECK(count_of(&fixture.client_gone) == 0);
        }
        transfer_end(&transfers[i]);
        transfers[i].wrong_content |= transfers[i].received != OBJECT_MIB * MIB;
        print_transfer("client released meanwhile", &transfers[i]);
    }
    fixture_clean_up(&fixture);
}

int main(void) {
    struct aws_allocator *allocator = begin();
    struct fixture fixture;
    fixture_init(&fixture, allocator, &s_small_parts);
    put_content(&fixture, s_key, OBJECT_MIB * MIB);
    s_callbacks_that_fail(&fixture);
    s_cancels(&fixture);
    s_missing_things(&fixture);
    fixture_clean_up(&fixture);
    s_wrong_credentials(allocator);
    s_connection_refused(allocator);
    s_untrusted(allocator);
    s_https_without_tls(allocator);
    s_client_released(allocator);
    return end(allocator);
}

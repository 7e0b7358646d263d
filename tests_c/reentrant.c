/* SPDX-License-Identifier: Apache-2.0 */

/* API functions called from inside callbacks, read windows, and the order of the last callbacks. */

#include "support.h"

enum { OBJECT_MIB = 6 };

static const char *s_key = "reentrant";

static int s_cancel_in_headers(struct transfer *transfer) {
    aws_s3_meta_request_cancel(transfer->current);
    return AWS_OP_SUCCESS;
}

static int s_cancel_in_body(struct transfer *transfer, size_t length) {
    (void)length;
    aws_s3_meta_request_cancel(transfer->current);
    return AWS_OP_SUCCESS;
}

static int s_references_in_body(struct transfer *transfer, size_t length) {
    (void)length;
    struct aws_s3_meta_request *again = aws_s3_meta_request_acquire(transfer->current);
    CHECK(again == transfer->current);
    CHECK(aws_s3_meta_request_release(again) == NULL);
    CHECK(aws_s3_client_acquire(transfer->fixture->client) == transfer->fixture->client);
    aws_s3_client_release(transfer->fixture->client);
    CHECK(aws_s3_client_get_max_active_connections(transfer->fixture->client, transfer->current) > 0);
    return AWS_OP_SUCCESS;
}

static int s_open_in_body(struct transfer *transfer, size_t length) {
    aws_s3_meta_request_increment_read_window(transfer->current, length);
    return AWS_OP_SUCCESS;
}

static void s_release_in_finish(struct transfer *transfer) {
    // The reference of whoever started it; the transfer must survive its own callback.
    WAIT_FOR(transfer->started, 1);
    transfer->request = aws_s3_meta_request_release(transfer->request);
}

/* Starts the next transfer from the finish callback of the one before. */
static void s_start_in_finish(struct transfer *transfer) {
    get_start(transfer->extra, transfer->fixture, s_key, RECEIVE_BODY, NULL);
}

static void s_in_callbacks(struct fixture *fixture) {
    struct transfer transfer = {.during_body = s_references_in_body};
    get_start(&transfer, fixture, s_key, RECEIVE_BODY, NULL);
    transfer_end(&transfer);
    transfer.wrong_content |= transfer.received != OBJECT_MIB * MIB;
    print_transfer("references taken in the body callback", &transfer);

    struct transfer headers = {.during_headers = s_cancel_in_headers};
    get_start(&headers, fixture, s_key, RECEIVE_BODY, NULL);
    transfer_end(&headers);
    print_transfer("cancelled in the headers callback", &headers);

    struct transfer body = {.during_body = s_cancel_in_body};
    get_start(&body, fixture, s_key, RECEIVE_BODY_EX, NULL);
    transfer_end(&body);
    print_transfer("cancelled in the body callback", &body);

    struct transfer released = {.during_finish = s_release_in_finish};
    get_start(&released, fixture, s_key, RECEIVE_BODY, NULL);
    WAIT_FOR(released.gone, 1);
    print_transfer("released in the finish callback", &released);

    struct transfer second = {0};
    struct transfer first = {.during_finish = s_start_in_finish, .extra = &second};
    get_start(&first, fixture, s_key, RECEIVE_BODY, NULL);
    transfer_end(&first);
    transfer_end(&second);
    second.wrong_content |= second.received != OBJECT_MIB * MIB;
    print_transfer("started in a finish callback", &second);
}

/* Nothing comes beyond the window; what has come, and an increment in the callback, lets the rest come. */
static void s_windows(struct aws_allocator *allocator) {
    struct fixture_options options = {.part_size = 512 * KIB, .backpressure = true, .window = 100};
    struct fixture fixture;
    fixture_init(&fixture, allocator, &options);
    struct transfer transfer = {0};
    get_start(&transfer, &fixture, s_key, RECEIVE_BODY, NULL);
    WAIT_FOR(transfer.headers_calls, 1);
    struct timespec pause = {.tv_nsec = 300 * 1000 * 1000};
    nanosleep(&pause, NULL);
    pthread_mutex_lock(&s_lock);
    printf("window of 100 bytes: %" PRIu64 " came\n", transfer.received);
    pthread_mutex_unlock(&s_lock);
    aws_s3_meta_request_increment_read_window(transfer.request, 0);
    aws_s3_meta_request_increment_read_window(transfer.request, UINT64_MAX);
    aws_s3_meta_request_increment_read_window(transfer.request, UINT64_MAX);
    transfer_end(&transfer);
    transfer.wrong_content |= transfer.received != OBJECT_MIB * MIB;
    print_transfer("window opened for good", &transfer);

    struct transfer stepwise = {.during_body = s_open_in_body};
    get_start(&stepwise, &fixture, s_key, RECEIVE_BODY, NULL);
    transfer_end(&stepwise);
    stepwise.wrong_content |= stepwise.received != OBJECT_MIB * MIB;
    print_transfer("window opened in the body callback", &stepwise);

    struct transfer closed = {0};
    get_start(&closed, &fixture, s_key, RECEIVE_BODY, NULL);
    WAIT_FOR(closed.headers_calls, 1);
    aws_s3_meta_request_cancel(closed.request);
    transfer_end(&closed);
    print_transfer("cancelled with a closed window", &closed);
    fixture_clean_up(&fixture);
}

/* The request goes on without its caller's references, and the client is gone only after it. */
static void s_order(struct aws_allocator *allocator) {
    struct fixture fixture;
    fixture_init(&fixture, allocator, NULL);
    struct transfer transfer = {0};
    get_start(&transfer, &fixture, s_key, RECEIVE_BODY, NULL);
    transfer.request = aws_s3_meta_request_release(transfer.request);
    fixture.client = aws_s3_client_release(fixture.client);
    WAIT_FOR(fixture.client_gone, 1);
    CHECK(count_of(&transfer.finished) == 1 && count_of(&transfer.gone) == 1);
    print_transfer("all references released at once", &transfer);
    fixture_clean_up(&fixture);

    // A finished request that is still held keeps its shutdown callback back.
    fixture_init(&fixture, allocator, NULL);
    struct transfer held = {0};
    get_start(&held, &fixture, s_key, RECEIVE_BODY, NULL);
    WAIT_FOR(held.finished, 1);
    struct timespec pause = {.tv_nsec = 100 * 1000 * 1000};
    nanosleep(&pause, NULL);
    printf("held after its end: %s\n", count_of(&held.gone) == 0 ? "still there" : "GONE");
    transfer_end(&held);
    print_transfer("held after its end", &held);
    fixture_clean_up(&fixture);
}

int main(void) {
    struct aws_allocator *allocator = begin();
    struct fixture_options options = {.part_size = 512 * KIB};
    struct fixture fixture;
    fixture_init(&fixture, allocator, &options);
    put_content(&fixture, s_key, OBJECT_MIB * MIB);
    s_in_callbacks(&fixture);
    fixture_clean_up(&fixture);
    s_windows(allocator);
    s_order(allocator);
    return end(allocator);
}

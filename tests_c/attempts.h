/* SPDX-License-Identifier: Apache-2.0 */

/* Requests of the DEFAULT type that are sent for the sake of how they end: their attempts are counted, and what their
 * body is does not matter. */
#ifndef TESTS_C_ATTEMPTS_H
#define TESTS_C_ATTEMPTS_H

#include "support.h"

static inline void count_attempt(
    struct aws_s3_meta_request *request,
    struct aws_s3_request_metrics *metrics,
    void *user_data) {

    (void)request;
    (void)metrics;
    ++*(int *)((struct transfer *)user_data)->extra;
}

static inline int ignore_body(
    struct aws_s3_meta_request *request,
    const struct aws_byte_cursor *body,
    uint64_t start,
    void *user_data) {

    (void)request;
    (void)body;
    (void)start;
    (void)user_data;
    return AWS_OP_SUCCESS;
}

static inline void default_start(
    struct transfer *transfer,
    struct fixture *fixture,
    const char *operation,
    const char *key,
    int *attempts) {

    transfer->extra = attempts;
    struct aws_http_message *message = message_new(fixture, "GET", key);
    struct aws_s3_meta_request_options options =
        transfer_options(transfer, fixture, AWS_S3_META_REQUEST_TYPE_DEFAULT, message);
    options.operation_name = text(operation);
    options.body_callback = ignore_body;
    options.telemetry_callback = count_attempt;
    transfer_start(transfer, &options);
    aws_http_message_release(message);
}

#endif /* TESTS_C_ATTEMPTS_H */

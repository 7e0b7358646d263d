/* SPDX-License-Identifier: Apache-2.0 */

/* cancel URL BYTES: reads the start of an object, and then no more. */
#include "session.h"

#include <aws/http/request_response.h>

#include <stdio.h>
#include <stdlib.h>

struct head {
    struct transfer transfer;
    uint64_t wanted;
};

static int s_on_body(
    struct aws_s3_meta_request *request,
    const struct aws_byte_cursor *body,
    uint64_t range_start,
    void *user_data) {

    (void)range_start;
    struct head *head = user_data;
    size_t count = body->len < head->wanted ? body->len : (size_t)head->wanted;
    fwrite(body->ptr, 1, count, stdout);
    head->wanted -= count;
    if (head->wanted == 0) {
        aws_s3_meta_request_cancel(request);
    }
    return AWS_OP_SUCCESS;
}

int main(int argc, char **argv) {
    if (argc != 3) {
        return 2;
    }
    struct session session;
    session_prepare(&session, argv[1]);
    session_start(&session);

    struct aws_http_message *message = session_message(&session, "GET");
    struct aws_s3_meta_request_options options = {
        .type = AWS_S3_META_REQUEST_TYPE_GET_OBJECT,
        .message = message,
        .body_callback = s_on_body,
    };
    struct head head = {.wanted = strtoull(argv[2], NULL, 10)};
    struct aws_s3_meta_request *request = transfer_start(&head.transfer, &session, &options);
    aws_http_message_release(message);
    int error_code = transfer_end(&head.transfer, request);

    session_end(&session);
    return error_code != 0 && error_code != AWS_ERROR_S3_CANCELED;
}

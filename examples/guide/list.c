/* SPDX-License-Identifier: Apache-2.0 */

/* list URL: lists a bucket. Stands for all operations that are one request and one answer. */
#include "session.h"

#include <aws/http/request_response.h>

#include <stdio.h>

static int s_on_body(
    struct aws_s3_meta_request *request,
    const struct aws_byte_cursor *body,
    uint64_t range_start,
    void *user_data) {

    (void)request;
    (void)range_start;
    (void)user_data;
    fwrite(body->ptr, 1, body->len, stdout);
    return AWS_OP_SUCCESS;
}

int main(int argc, char **argv) {
    if (argc != 2) {
        return 2;
    }
    struct session session;
    session_prepare(&session, argv[1]);
    session_start(&session);

    struct aws_http_message *message = session_message(&session, "GET");
    struct aws_s3_meta_request_options options = {
        .type = AWS_S3_META_REQUEST_TYPE_DEFAULT,
        .operation_name = aws_byte_cursor_from_c_str("ListObjectsV2"),
        .message = message,
        .body_callback = s_on_body,
    };
    struct transfer transfer;
    struct aws_s3_meta_request *request = transfer_start(&transfer, &session, &options);
    aws_http_message_release(message);
    int error_code = transfer_end(&transfer, request);

    session_end(&session);
    return error_code != 0;
}

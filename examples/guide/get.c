/* SPDX-License-Identifier: Apache-2.0 */

/* get URL: writes an object to standard output. */
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
    if (fwrite(body->ptr, 1, body->len, stdout) != body->len) {
        return aws_raise_error(AWS_ERROR_FILE_WRITE_FAILURE);
    }
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
        .type = AWS_S3_META_REQUEST_TYPE_GET_OBJECT,
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

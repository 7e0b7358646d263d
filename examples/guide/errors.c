/* SPDX-License-Identifier: Apache-2.0 */

/* errors URL: asks for an object, and tells everything about why it failed. */
#include "session.h"

#include <aws/common/string.h>
#include <aws/http/request_response.h>

#include <stdio.h>

static void s_on_finish(
    struct aws_s3_meta_request *request,
    const struct aws_s3_meta_request_result *result,
    void *user_data) {

    (void)request;
    struct transfer *transfer = user_data;
    transfer->error_code = result->error_code;
    transfer->status = result->response_status;
    /* Each of these may be NULL, also when there was a response. */
    if (result->error_response_operation_name != NULL) {
        printf("operation: %s\n", aws_string_c_str(result->error_response_operation_name));
    }
    if (result->error_response_headers != NULL) {
        struct aws_byte_cursor name = aws_byte_cursor_from_c_str("x-amz-request-id");
        struct aws_byte_cursor id;
        if (aws_http_headers_get(result->error_response_headers, name, &id) == AWS_OP_SUCCESS) {
            printf("request id: " PRInSTR "\n", AWS_BYTE_CURSOR_PRI(id));
        }
    }
    if (result->error_response_body != NULL) {
        const struct aws_byte_buf *body = result->error_response_body;
        printf("document: %.*s\n", (int)body->len, (const char *)body->buffer);
    }
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
        .finish_callback = s_on_finish,
    };
    struct transfer transfer;
    struct aws_s3_meta_request *request = transfer_start(&transfer, &session, &options);
    aws_http_message_release(message);
    int error_code = transfer_end(&transfer, request);

    session_end(&session);
    return error_code != 0;
}

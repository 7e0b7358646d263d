/* SPDX-License-Identifier: Apache-2.0 */

/* put URL TEXT: makes an object of a text. */
#include "session.h"

#include <aws/http/request_response.h>
#include <aws/io/stream.h>

#include <stdio.h>

int main(int argc, char **argv) {
    if (argc != 3) {
        return 2;
    }
    struct session session;
    session_prepare(&session, argv[1]);
    session_start(&session);

    struct aws_byte_cursor text = aws_byte_cursor_from_c_str(argv[2]);
    struct aws_input_stream *body = aws_input_stream_new_from_cursor(session.allocator, &text);
    struct aws_http_message *message = session_message(&session, "PUT");
    char digits[24];
    snprintf(digits, sizeof(digits), "%zu", text.len);
    struct aws_http_header length = {
        .name = aws_byte_cursor_from_c_str("Content-Length"),
        .value = aws_byte_cursor_from_c_str(digits),
    };
    aws_http_message_add_header(message, length);
    aws_http_message_set_body_stream(message, body);

    struct aws_s3_meta_request_options options = {
        .type = AWS_S3_META_REQUEST_TYPE_PUT_OBJECT,
        .message = message,
    };
    struct transfer transfer;
    struct aws_s3_meta_request *request = transfer_start(&transfer, &session, &options);
    aws_http_message_release(message);
    aws_input_stream_release(body);
    int error_code = transfer_end(&transfer, request);

    session_end(&session);
    return error_code != 0;
}

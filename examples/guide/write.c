/* SPDX-License-Identifier: Apache-2.0 */

/* write URL: makes an object of standard input, whose length nobody knows before its end. */
#include "session.h"

#include <aws/http/request_response.h>
#include <aws/io/future.h>

#include <stdio.h>

/* Hands over one block, and waits until the library has taken it. */
static int s_write(struct aws_s3_meta_request *request, struct aws_byte_cursor block, bool eof) {
    struct aws_future_void *taken = aws_s3_meta_request_write(request, block, eof);
    aws_future_void_wait(taken, UINT64_MAX);
    int error_code = aws_future_void_get_error(taken);
    aws_future_void_release(taken);
    return error_code;
}

int main(int argc, char **argv) {
    if (argc != 2) {
        return 2;
    }
    struct session session;
    session_prepare(&session, argv[1]);
    session_start(&session);

    struct aws_http_message *message = session_message(&session, "PUT");
    struct aws_s3_meta_request_options options = {
        .type = AWS_S3_META_REQUEST_TYPE_PUT_OBJECT,
        .message = message,
        .send_using_async_writes = true,
    };
    struct transfer transfer;
    struct aws_s3_meta_request *request = transfer_start(&transfer, &session, &options);
    aws_http_message_release(message);

    static uint8_t bytes[256 * 1024];
    bool eof = false;
    int write_error = 0;
    while (!eof && write_error == 0) {
        size_t count = fread(bytes, 1, sizeof(bytes), stdin);
        if (ferror(stdin)) {
            /* What was written so far shall not become an object. */
            aws_s3_meta_request_cancel(request);
            break;
        }
        eof = feof(stdin);
        write_error = s_write(request, aws_byte_cursor_from_array(bytes, count), eof);
    }
    int error_code = transfer_end(&transfer, request);

    session_end(&session);
    return error_code != 0;
}

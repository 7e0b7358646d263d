/* SPDX-License-Identifier: Apache-2.0 */

/* download URL FILE: writes an object to a file. */
#include "session.h"

#include <aws/http/request_response.h>

int main(int argc, char **argv) {
    if (argc != 3) {
        return 2;
    }
    struct session session;
    session_prepare(&session, argv[1]);
    session_start(&session);

    struct aws_http_message *message = session_message(&session, "GET");
    struct aws_s3_checksum_config checksum = {.validate_response_checksum = true};
    struct aws_s3_meta_request_options options = {
        .type = AWS_S3_META_REQUEST_TYPE_GET_OBJECT,
        .message = message,
        .recv_filepath = aws_byte_cursor_from_c_str(argv[2]),
        .recv_file_option = AWS_S3_RECV_FILE_CREATE_OR_REPLACE,
        .recv_file_delete_on_failure = true,
        .checksum_config = &checksum,
    };
    struct transfer transfer;
    struct aws_s3_meta_request *request = transfer_start(&transfer, &session, &options);
    aws_http_message_release(message);
    int error_code = transfer_end(&transfer, request);

    session_end(&session);
    return error_code != 0;
}

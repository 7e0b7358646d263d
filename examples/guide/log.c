/* SPDX-License-Identifier: Apache-2.0 */

/* log URL FILE: asks for an object, and keeps a log. */
#include "session.h"

#include <aws/common/logging.h>
#include <aws/http/request_response.h>

int main(int argc, char **argv) {
    if (argc != 3) {
        return 2;
    }
    struct aws_logger logger;
    struct aws_logger_standard_options log = {.level = AWS_LL_DEBUG, .filename = argv[2]};
    if (aws_logger_init_standard(&logger, aws_default_allocator(), &log)) {
        fail(argv[2]);
    }
    aws_logger_set(&logger);

    struct session session;
    session_prepare(&session, argv[1]);
    session_start(&session);
    struct aws_http_message *message = session_message(&session, "GET");
    struct aws_s3_meta_request_options options = {
        .type = AWS_S3_META_REQUEST_TYPE_GET_OBJECT,
        .message = message,
    };
    struct transfer transfer;
    struct aws_s3_meta_request *request = transfer_start(&transfer, &session, &options);
    aws_http_message_release(message);
    int error_code = transfer_end(&transfer, request);
    session_end(&session);

    /* Nobody may write to it any more. */
    aws_logger_set(NULL);
    aws_logger_clean_up(&logger);
    return error_code != 0;
}

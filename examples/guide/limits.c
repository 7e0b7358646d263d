/* SPDX-License-Identifier: Apache-2.0 */

/* limits URL: asks for an object with little memory and few connections, and waits for the reader. */
#include "session.h"

#include <aws/http/request_response.h>

#include <inttypes.h>
#include <stdio.h>

#define MIB ((uint64_t)1024 * 1024)

static int s_on_body(
    struct aws_s3_meta_request *request,
    const struct aws_byte_cursor *body,
    uint64_t range_start,
    void *user_data) {

    (void)range_start;
    (void)user_data;
    if (fwrite(body->ptr, 1, body->len, stdout) != body->len) {
        return aws_raise_error(AWS_ERROR_FILE_WRITE_FAILURE);
    }
    /* So many bytes are done with; as many more may come. */
    aws_s3_meta_request_increment_read_window(request, body->len);
    return AWS_OP_SUCCESS;
}

int main(int argc, char **argv) {
    if (argc != 2) {
        return 2;
    }
    struct session session;
    session_prepare(&session, argv[1]);
    session.config.memory_limit_in_bytes = 256 * MIB;
    session.config.part_size = 5 * MIB;
    session.config.throughput_target_gbps = 1.0;
    session.config.max_active_connections_override = 4;
    session.config.enable_read_backpressure = true;
    session.config.initial_read_window = 16 * MIB;
    session_start(&session);
    fprintf(stderr, "%" PRIu32 " connections\n", aws_s3_client_get_max_active_connections(session.client, NULL));

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

/* SPDX-License-Identifier: Apache-2.0 */

/* upload URL FILE: makes an object of a file, with a checksum, and tells how far it is. */
#include "session.h"

#include <aws/http/request_response.h>

#include <inttypes.h>
#include <stdio.h>

struct upload {
    struct transfer transfer;
    uint64_t done;
};

static void s_on_progress(
    struct aws_s3_meta_request *request,
    const struct aws_s3_meta_request_progress *progress,
    void *user_data) {

    (void)request;
    struct upload *upload = user_data;
    upload->done += progress->bytes_transferred;
    printf("%" PRIu64 " of %" PRIu64 " bytes\n", upload->done, progress->content_length);
}

int main(int argc, char **argv) {
    if (argc != 3) {
        return 2;
    }
    struct session session;
    session_prepare(&session, argv[1]);
    session_start(&session);

    struct aws_http_message *message = session_message(&session, "PUT");
    struct aws_s3_checksum_config checksum = {
        .location = AWS_SCL_TRAILER,
        .checksum_algorithm = AWS_SCA_CRC64NVME,
    };
    struct aws_s3_meta_request_options options = {
        .type = AWS_S3_META_REQUEST_TYPE_PUT_OBJECT,
        .message = message,
        .send_filepath = aws_byte_cursor_from_c_str(argv[2]),
        .checksum_config = &checksum,
        .progress_callback = s_on_progress,
    };
    struct upload upload = {.done = 0};
    struct aws_s3_meta_request *request = transfer_start(&upload.transfer, &session, &options);
    aws_http_message_release(message);
    int error_code = transfer_end(&upload.transfer, request);

    session_end(&session);
    return error_code != 0;
}

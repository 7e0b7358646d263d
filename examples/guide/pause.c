/* SPDX-License-Identifier: Apache-2.0 */

/* pause URL FILE: uploads the first part of a file, stops, and goes on from there with another meta request. */
#include "session.h"

#include <aws/http/request_response.h>

#include <inttypes.h>
#include <stdio.h>

struct upload {
    struct transfer transfer;
    bool asked;
    struct aws_s3_meta_request_resume_token *token;
};

static void s_on_paused(
    struct aws_s3_meta_request *request,
    struct aws_s3_meta_request_resume_token *token,
    int error_code,
    void *user_data) {

    (void)request;
    struct upload *upload = user_data;
    if (error_code == AWS_ERROR_SUCCESS && token != NULL) {
        upload->token = aws_s3_meta_request_resume_token_acquire(token);
    }
}

static void s_on_progress(
    struct aws_s3_meta_request *request,
    const struct aws_s3_meta_request_progress *progress,
    void *user_data) {

    (void)progress;
    struct upload *upload = user_data;
    if (!upload->asked) {
        upload->asked = true;
        aws_s3_meta_request_pause_async(request, s_on_paused, upload);
    }
}

static void s_on_more_progress(
    struct aws_s3_meta_request *request,
    const struct aws_s3_meta_request_progress *progress,
    void *user_data) {

    (void)request;
    (void)user_data;
    printf("%" PRIu64 " bytes more\n", progress->bytes_transferred);
}

int main(int argc, char **argv) {
    if (argc != 3) {
        return 2;
    }
    struct session session;
    session_prepare(&session, argv[1]);
    session_start(&session);

    struct aws_http_message *message = session_message(&session, "PUT");
    struct aws_s3_meta_request_options options = {
        .type = AWS_S3_META_REQUEST_TYPE_PUT_OBJECT,
        .message = message,
        .send_filepath = aws_byte_cursor_from_c_str(argv[2]),
        .progress_callback = s_on_progress,
    };
    struct upload upload = {.asked = false};
    int error_code = transfer_end(&upload.transfer, transfer_start(&upload.transfer, &session, &options));

    if (error_code == AWS_ERROR_S3_PAUSED) {
        size_t done = aws_s3_meta_request_resume_token_num_parts_completed(upload.token);
        printf("%zu of %zu parts are there\n", done, aws_s3_meta_request_resume_token_total_num_parts(upload.token));
        /* Without a token nothing is there to go on from, and this uploads all of it. */
        options.resume_token = upload.token;
        options.progress_callback = s_on_more_progress;
        error_code = transfer_end(&upload.transfer, transfer_start(&upload.transfer, &session, &options));
        aws_s3_meta_request_resume_token_release(upload.token);
    }
    aws_http_message_release(message);

    session_end(&session);
    return error_code != 0;
}

/* SPDX-License-Identifier: Apache-2.0 */

/* poll_write URL: as write, but never waits inside the library: for programs with a loop of their own. */
#include "session.h"

#include <aws/http/request_response.h>

#include <stdio.h>

/* Stands for the loop of the program: something that a thread of the library can wake up. */
struct loop {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool woken;
};

static void s_wake(void *user_data) {
    struct loop *loop = user_data;
    pthread_mutex_lock(&loop->lock);
    loop->woken = true;
    pthread_cond_signal(&loop->changed);
    pthread_mutex_unlock(&loop->lock);
}

static void s_sleep(struct loop *loop) {
    pthread_mutex_lock(&loop->lock);
    while (!loop->woken) {
        pthread_cond_wait(&loop->changed, &loop->lock);
    }
    loop->woken = false;
    pthread_mutex_unlock(&loop->lock);
}

/* Hands over all of `data`; false when the meta request has ended. */
static bool s_write(
    struct loop *loop,
    struct aws_s3_meta_request *request,
    struct aws_byte_cursor data,
    bool eof) {

    for (;;) {
        struct aws_s3_meta_request_poll_write_result result =
            aws_s3_meta_request_poll_write(request, data, eof, s_wake, loop);
        if (result.error_code != 0) {
            return false;
        }
        if (result.is_pending) {
            s_sleep(loop);
            continue;
        }
        aws_byte_cursor_advance(&data, result.bytes_processed);
        if (data.len == 0) {
            return true;
        }
    }
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

    struct loop loop = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    static uint8_t bytes[256 * 1024];
    bool eof = false, alive = true;
    while (!eof && alive) {
        size_t count = fread(bytes, 1, sizeof(bytes), stdin);
        if (ferror(stdin)) {
            aws_s3_meta_request_cancel(request);
            break;
        }
        eof = feof(stdin);
        alive = s_write(&loop, request, aws_byte_cursor_from_array(bytes, count), eof);
    }
    int error_code = transfer_end(&transfer, request);

    session_end(&session);
    return error_code != 0;
}

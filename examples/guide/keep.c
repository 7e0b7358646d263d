/* SPDX-License-Identifier: Apache-2.0 */

/* keep URL: holds a whole object in the memory that it arrived in, without a copy, and counts its lines. */
#include "session.h"

#include <aws/http/request_response.h>
#include <aws/s3/s3_buffer_pool.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct piece {
    struct piece *next;
    struct aws_byte_cursor bytes;
    struct aws_s3_buffer_ticket *ticket;
};

struct kept {
    struct transfer transfer;
    struct piece *first;
    struct piece **end;
};

static int s_on_body(
    struct aws_s3_meta_request *request,
    const struct aws_byte_cursor *body,
    const struct aws_s3_meta_request_receive_body_extra_info info,
    void *user_data) {

    (void)request;
    struct kept *kept = user_data;
    struct piece *piece = calloc(1, sizeof(*piece));
    if (piece == NULL) {
        return aws_raise_error(AWS_ERROR_OOM);
    }
    piece->bytes = *body;
    if (info.ticket != NULL) {
        piece->ticket = aws_s3_buffer_ticket_acquire(info.ticket);
    } else {
        /* Nobody owns this memory beyond the call. */
        piece->bytes.ptr = malloc(body->len);
        if (piece->bytes.ptr == NULL) {
            free(piece);
            return aws_raise_error(AWS_ERROR_OOM);
        }
        memcpy(piece->bytes.ptr, body->ptr, body->len);
    }
    *kept->end = piece;
    kept->end = &piece->next;
    return AWS_OP_SUCCESS;
}

static size_t s_count_lines_and_let_go(struct kept *kept) {
    size_t lines = 0;
    while (kept->first != NULL) {
        struct piece *piece = kept->first;
        kept->first = piece->next;
        for (size_t i = 0; i < piece->bytes.len; ++i) {
            lines += piece->bytes.ptr[i] == '\n';
        }
        if (piece->ticket != NULL) {
            aws_s3_buffer_ticket_release(piece->ticket);
        } else {
            free(piece->bytes.ptr);
        }
        free(piece);
    }
    return lines;
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
        .body_callback_ex = s_on_body,
    };
    struct kept kept = {.first = NULL};
    kept.end = &kept.first;
    struct aws_s3_meta_request *request = transfer_start(&kept.transfer, &session, &options);
    aws_http_message_release(message);
    int error_code = transfer_end(&kept.transfer, request);

    /* The tickets may outlive their client. */
    session_end(&session);
    printf("%zu lines\n", s_count_lines_and_let_go(&kept));
    return error_code != 0;
}

/* SPDX-License-Identifier: Apache-2.0 */

/* tls URL AUTHORITIES [CERTIFICATE KEY]: asks for an object of a server whose certificate a private authority signed, and
 * shows the server a certificate of its own. All are PEM files. */
#include "session.h"

#include <aws/http/request_response.h>
#include <aws/io/tls_channel_handler.h>

#include <stdio.h>

static struct aws_tls_ctx *s_new_tls(struct aws_allocator *allocator, int argc, char **argv) {
    struct aws_tls_ctx_options options;
    if (argc < 5) {
        aws_tls_ctx_options_init_default_client(&options, allocator);
    } else if (aws_tls_ctx_options_init_client_mtls_from_path(&options, allocator, argv[3], argv[4])) {
        fail(argv[3]);
    }
    if (aws_tls_ctx_options_override_default_trust_store_from_path(&options, NULL, argv[2])) {
        fail(argv[2]);
    }
    struct aws_tls_ctx *tls = aws_tls_client_ctx_new(allocator, &options);
    if (tls == NULL) {
        fail("TLS settings");
    }
    aws_tls_ctx_options_clean_up(&options);
    return tls;
}

static int s_on_body(
    struct aws_s3_meta_request *request,
    const struct aws_byte_cursor *body,
    uint64_t range_start,
    void *user_data) {

    (void)request;
    (void)range_start;
    (void)user_data;
    fwrite(body->ptr, 1, body->len, stdout);
    return AWS_OP_SUCCESS;
}

int main(int argc, char **argv) {
    if (argc != 3 && argc != 5) {
        return 2;
    }
    struct session session;
    session_prepare(&session, argv[1]);
    struct aws_tls_ctx *tls = s_new_tls(session.allocator, argc, argv);
    struct aws_tls_connection_options tls_options;
    aws_tls_connection_options_init_from_ctx(&tls_options, tls);
    session.config.tls_connection_options = &tls_options;
    session_start(&session);
    /* The client has what it needs. */
    aws_tls_connection_options_clean_up(&tls_options);
    aws_tls_ctx_release(tls);

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

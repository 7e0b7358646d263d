/* SPDX-License-Identifier: Apache-2.0 */
#include "session.h"

#include <aws/auth/credentials.h>
#include <aws/common/thread.h>
#include <aws/http/request_response.h>
#include <aws/io/channel_bootstrap.h>

#include <stdio.h>
#include <stdlib.h>

void fail(const char *what) {
    int code = aws_last_error();
    fprintf(stderr, "%s: %s (%s)\n", what, aws_error_str(code), aws_error_name(code));
    exit(1);
}

static void s_on_client_gone(void *user_data) {
    struct session *session = user_data;
    pthread_mutex_lock(&session->lock);
    session->client_gone = true;
    pthread_cond_signal(&session->changed);
    pthread_mutex_unlock(&session->lock);
}

void session_prepare(struct session *session, const char *url) {
    AWS_ZERO_STRUCT(*session);
    pthread_mutex_init(&session->lock, NULL);
    pthread_cond_init(&session->changed, NULL);
    session->allocator = aws_default_allocator();
    aws_s3_library_init(session->allocator);

    struct aws_byte_cursor text = aws_byte_cursor_from_c_str(url);
    if (aws_uri_init_parse(&session->url, session->allocator, &text)) {
        fail(url);
    }
    session->bootstrap = aws_s3_client_bootstrap_default(session->allocator, NULL);
    struct aws_credentials_provider_environment_options environment = {.shutdown_options = {0}};
    session->credentials = aws_credentials_provider_new_environment(session->allocator, &environment);
    if (session->bootstrap == NULL || session->credentials == NULL) {
        fail("starting");
    }

    const char *region = getenv("AWS_REGION");
    struct aws_byte_cursor region_text = aws_byte_cursor_from_c_str(region != NULL ? region : "us-east-1");
    aws_s3_init_default_signing_config(&session->signing, region_text, session->credentials);
    bool plain = aws_byte_cursor_eq_c_str_ignore_case(aws_uri_scheme(&session->url), "http");
    session->config = (struct aws_s3_client_config){
        .region = region_text,
        .client_bootstrap = session->bootstrap,
        .signing_config = &session->signing,
        .tls_mode = plain ? AWS_MR_TLS_DISABLED : AWS_MR_TLS_ENABLED,
        .shutdown_callback = s_on_client_gone,
        .shutdown_callback_user_data = session,
    };
}

void session_start(struct session *session) {
    session->client = aws_s3_client_new(session->allocator, &session->config);
    if (session->client == NULL) {
        fail("making a client");
    }
}

void session_end(struct session *session) {
    aws_s3_client_release(session->client);
    pthread_mutex_lock(&session->lock);
    while (!session->client_gone) {
        pthread_cond_wait(&session->changed, &session->lock);
    }
    pthread_mutex_unlock(&session->lock);

    aws_credentials_provider_release(session->credentials);
    aws_client_bootstrap_release(session->bootstrap);
    aws_uri_clean_up(&session->url);
    aws_s3_library_clean_up();
}

struct aws_http_message *session_message(struct session *session, const char *method) {
    struct aws_http_message *message = aws_http_message_new_request(session->allocator);
    aws_http_message_set_request_method(message, aws_byte_cursor_from_c_str(method));
    aws_http_message_set_request_path(message, *aws_uri_path_and_query(&session->url));
    struct aws_http_header host = {
        .name = aws_byte_cursor_from_c_str("Host"),
        .value = *aws_uri_authority(&session->url),
    };
    aws_http_message_add_header(message, host);
    return message;
}

static void s_on_finish(
    struct aws_s3_meta_request *request,
    const struct aws_s3_meta_request_result *result,
    void *user_data) {

    (void)request;
    struct transfer *transfer = user_data;
    pthread_mutex_lock(&transfer->lock);
    transfer->error_code = result->error_code;
    transfer->status = result->response_status;
    pthread_mutex_unlock(&transfer->lock);
}

static void s_on_transfer_gone(void *user_data) {
    struct transfer *transfer = user_data;
    pthread_mutex_lock(&transfer->lock);
    transfer->gone = true;
    pthread_cond_signal(&transfer->changed);
    pthread_mutex_unlock(&transfer->lock);
}

struct aws_s3_meta_request *transfer_start(
    struct transfer *transfer,
    struct session *session,
    struct aws_s3_meta_request_options *options) {

    AWS_ZERO_STRUCT(*transfer);
    pthread_mutex_init(&transfer->lock, NULL);
    pthread_cond_init(&transfer->changed, NULL);
    options->endpoint = &session->url;
    options->user_data = transfer;
    if (options->finish_callback == NULL) {
        options->finish_callback = s_on_finish;
    }
    options->shutdown_callback = s_on_transfer_gone;
    struct aws_s3_meta_request *request = aws_s3_client_make_meta_request(session->client, options);
    if (request == NULL) {
        fail("making a meta request");
    }
    return request;
}

int transfer_end(struct transfer *transfer, struct aws_s3_meta_request *request) {
    aws_s3_meta_request_release(request);
    pthread_mutex_lock(&transfer->lock);
    while (!transfer->gone) {
        pthread_cond_wait(&transfer->changed, &transfer->lock);
    }
    pthread_mutex_unlock(&transfer->lock);
    pthread_mutex_destroy(&transfer->lock);
    pthread_cond_destroy(&transfer->changed);
    if (transfer->error_code != AWS_ERROR_SUCCESS) {
        fprintf(
            stderr,
            "%s: %s (HTTP status %d)\n",
            aws_error_name(transfer->error_code),
            aws_error_str(transfer->error_code),
            transfer->status);
    }
    return transfer->error_code;
}

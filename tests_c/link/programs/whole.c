/* SPDX-License-Identifier: Apache-2.0 */
/* A plug-in whose only function does everything: a client is made, asked for something that nobody answers, and ended. */
#include <aws/auth/credentials.h>
#include <aws/common/common.h>
#include <aws/common/thread.h>
#include <aws/common/uri.h>
#include <aws/http/request_response.h>
#include <aws/io/channel_bootstrap.h>
#include <aws/s3/s3.h>
#include <aws/s3/s3_client.h>
#include <semaphore.h>

static sem_t s_gone;

static void s_on_gone(void *user_data) {
    (void)user_data;
    sem_post(&s_gone);
}

static struct aws_byte_cursor text(const char *literal) {
    return aws_byte_cursor_from_c_str(literal);
}

__attribute__((visibility("default"))) int plugin_run(void) {
    struct aws_allocator *allocator = aws_default_allocator();
    aws_s3_library_init(allocator);
    sem_init(&s_gone, 0, 0);
    struct aws_client_bootstrap *bootstrap = aws_s3_client_bootstrap_default(allocator, NULL);
    struct aws_credentials_provider_static_options keys = {
        .access_key_id = text("key"), .secret_access_key = text("secret")};
    struct aws_credentials_provider *provider = aws_credentials_provider_new_static(allocator, &keys);
    struct aws_signing_config_aws signing;
    aws_s3_init_default_signing_config(&signing, text("us-east-1"), provider);
    struct aws_s3_client_config config = {
        .region = text("us-east-1"),
        .client_bootstrap = bootstrap,
        .signing_config = &signing,
        .tls_mode = AWS_MR_TLS_DISABLED,
        .retry_config.retry_mode = AWS_S3_RETRY_MODE_NONE,
        .shutdown_callback = s_on_gone,
    };
    struct aws_s3_client *client = aws_s3_client_new(allocator, &config);

    struct aws_http_message *message = aws_http_message_new_request(allocator);
    aws_http_message_set_request_method(message, text("GET"));
    aws_http_message_set_request_path(message, text("/bucket/key"));
    struct aws_uri nobody;
    struct aws_byte_cursor address = text("http://127.0.0.1:1");
    aws_uri_init_parse(&nobody, allocator, &address);
    struct aws_s3_meta_request_options options = {
        .type = AWS_S3_META_REQUEST_TYPE_GET_OBJECT,
        .message = message,
        .endpoint = &nobody,
        .shutdown_callback = s_on_gone,
    };
    struct aws_s3_meta_request *request = aws_s3_client_make_meta_request(client, &options);
    int made = request != NULL;
    aws_s3_meta_request_release(request);
    aws_http_message_release(message);
    aws_uri_clean_up(&nobody);
    aws_s3_client_release(client);
    for (int i = 0; i < 1 + made; ++i) {
        sem_wait(&s_gone);
    }
    aws_credentials_provider_release(provider);
    aws_client_bootstrap_release(bootstrap);
    aws_s3_library_clean_up();
    return made;
}

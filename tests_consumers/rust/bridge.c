/* The little of the C API that the Rust program needs. */
#include <aws/auth/credentials.h>
#include <aws/auth/signing_config.h>
#include <aws/common/thread.h>
#include <aws/http/request_response.h>
#include <aws/io/channel_bootstrap.h>
#include <aws/io/event_loop.h>
#include <aws/io/host_resolver.h>
#include <aws/s3/s3.h>
#include <aws/s3/s3_client.h>

#include <pthread.h>
#include <stdlib.h>

/* Return false to fail the transfer. */
typedef bool(bridge_body)(void *user_data, const uint8_t *bytes, size_t length);
typedef void(bridge_end)(void *user_data, int error_code);

struct bridge {
    struct aws_event_loop_group *loops;
    struct aws_host_resolver *resolver;
    struct aws_client_bootstrap *bootstrap;
    struct aws_credentials_provider *provider;
    struct aws_signing_config_aws signing;
    struct aws_s3_client *client;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool gone;
};

struct bridge_transfer {
    bridge_body *body;
    bridge_end *end;
    void *user_data;
};

static void s_gone(void *user_data) {
    struct bridge *bridge = user_data;
    pthread_mutex_lock(&bridge->lock);
    bridge->gone = true;
    pthread_cond_signal(&bridge->changed);
    pthread_mutex_unlock(&bridge->lock);
}

struct bridge *bridge_new(const char *key, const char *secret) {
    struct aws_allocator *allocator = aws_default_allocator();
    aws_s3_library_init(allocator);
    struct bridge *bridge = calloc(1, sizeof(*bridge));
    pthread_mutex_init(&bridge->lock, NULL);
    pthread_cond_init(&bridge->changed, NULL);
    bridge->loops = aws_event_loop_group_new_default(allocator, 1, NULL);
    struct aws_host_resolver_default_options names = {.el_group = bridge->loops, .max_entries = 8};
    bridge->resolver = aws_host_resolver_new_default(allocator, &names);
    struct aws_client_bootstrap_options bootstrap = {
        .event_loop_group = bridge->loops,
        .host_resolver = bridge->resolver,
    };
    bridge->bootstrap = aws_client_bootstrap_new(allocator, &bootstrap);
    struct aws_credentials_provider_static_options keys = {
        .access_key_id = aws_byte_cursor_from_c_str(key),
        .secret_access_key = aws_byte_cursor_from_c_str(secret),
    };
    bridge->provider = aws_credentials_provider_new_static(allocator, &keys);
    struct aws_byte_cursor region = aws_byte_cursor_from_c_str("us-east-1");
    aws_s3_init_default_signing_config(&bridge->signing, region, bridge->provider);
    struct aws_s3_client_config config = {
        .client_bootstrap = bridge->bootstrap,
        .region = region,
        .signing_config = &bridge->signing,
        .tls_mode = AWS_MR_TLS_DISABLED,
        .part_size = 5 * 1024 * 1024,
        .throughput_target_gbps = 5,
        .shutdown_callback = s_gone,
        .shutdown_callback_user_data = bridge,
    };
    bridge->client = aws_s3_client_new(allocator, &config);
    return bridge;
}

static int s_body(
    struct aws_s3_meta_request *request,
    const struct aws_byte_cursor *body,
    uint64_t start,
    void *user_data) {

    (void)request, (void)start;
    struct bridge_transfer *transfer = user_data;
    return transfer->body(transfer->user_data, body->ptr, body->len) ? AWS_OP_SUCCESS
                                                                     : aws_raise_error(AWS_ERROR_INVALID_STATE);
}

static void s_finish(
    struct aws_s3_meta_request *request,
    const struct aws_s3_meta_request_result *result,
    void *user_data) {

    struct bridge_transfer *transfer = user_data;
    transfer->end(transfer->user_data, result->error_code);
    aws_s3_meta_request_release(request);
}

bool bridge_get(
    struct bridge *bridge,
    const char *host,
    const char *path,
    bridge_body *body,
    bridge_end *end,
    void *user_data) {

    struct bridge_transfer *transfer = malloc(sizeof(*transfer));
    *transfer = (struct bridge_transfer){.body = body, .end = end, .user_data = user_data};
    struct aws_http_message *message = aws_http_message_new_request(aws_default_allocator());
    struct aws_http_header header = {
        .name = aws_byte_cursor_from_c_str("Host"),
        .value = aws_byte_cursor_from_c_str(host),
    };
    aws_http_message_set_request_method(message, aws_byte_cursor_from_c_str("GET"));
    aws_http_message_set_request_path(message, aws_byte_cursor_from_c_str(path));
    aws_http_message_add_header(message, header);
    struct aws_s3_meta_request_options options = {
        .type = AWS_S3_META_REQUEST_TYPE_GET_OBJECT,
        .message = message,
        .user_data = transfer,
        .body_callback = s_body,
        .finish_callback = s_finish,
        .shutdown_callback = free,
    };
    bool started = aws_s3_client_make_meta_request(bridge->client, &options) != NULL;
    aws_http_message_release(message);
    return started;
}

void bridge_release(struct bridge *bridge) {
    aws_s3_client_release(bridge->client);
    pthread_mutex_lock(&bridge->lock);
    while (!bridge->gone) pthread_cond_wait(&bridge->changed, &bridge->lock);
    pthread_mutex_unlock(&bridge->lock);
    aws_credentials_provider_release(bridge->provider);
    aws_client_bootstrap_release(bridge->bootstrap);
    aws_host_resolver_release(bridge->resolver);
    aws_event_loop_group_release(bridge->loops);
    aws_thread_join_all_managed();
    aws_s3_library_clean_up();
    free(bridge);
}

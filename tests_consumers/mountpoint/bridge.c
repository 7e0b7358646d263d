/* What the Rust program does with public structs of the C API; private ones it reads by itself. */
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

struct bridge {
    /* First of all, where the Rust program reads it. */
    struct aws_s3_client *client;
    struct aws_event_loop_group *loops;
    struct aws_host_resolver *resolver;
    struct aws_client_bootstrap *bootstrap;
    struct aws_credentials_provider *provider;
    struct aws_signing_config_aws signing;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool gone;
};

/* What is called for a transfer, with the user data of its meta request. */
struct bridge_calls {
    aws_s3_meta_request_receive_body_callback_fn *body;
    aws_s3_meta_request_finish_fn *finish;
    aws_s3_meta_request_shutdown_fn *shutdown;
};

static void s_gone(void *user_data) {
    struct bridge *bridge = user_data;
    pthread_mutex_lock(&bridge->lock);
    bridge->gone = true;
    pthread_cond_signal(&bridge->changed);
    pthread_mutex_unlock(&bridge->lock);
}

struct bridge *bridge_new(const char *key, const char *secret, size_t part_size, size_t window) {
    struct aws_allocator *allocator = aws_default_allocator();
    aws_s3_library_init(allocator);
    struct bridge *bridge = calloc(1, sizeof(*bridge));
    pthread_mutex_init(&bridge->lock, NULL);
    pthread_cond_init(&bridge->changed, NULL);
    bridge->loops = aws_event_loop_group_new_default(allocator, 2, NULL);
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
        .part_size = part_size,
        .throughput_target_gbps = 5,
        .memory_limit_in_bytes = 512 * 1024 * 1024,
        .enable_read_backpressure = true,
        .initial_read_window = window,
        .shutdown_callback = s_gone,
        .shutdown_callback_user_data = bridge,
    };
    bridge->client = aws_s3_client_new(allocator, &config);
    return bridge;
}

/* A download, or an upload by asynchronous writes. The caller owns what comes back. */
struct aws_s3_meta_request *bridge_start(
    struct bridge *bridge,
    bool upload,
    const char *host,
    const char *path,
    struct bridge_calls calls,
    void *user_data) {

    struct aws_http_message *message = aws_http_message_new_request(aws_default_allocator());
    struct aws_http_header header = {
        .name = aws_byte_cursor_from_c_str("Host"),
        .value = aws_byte_cursor_from_c_str(host),
    };
    aws_http_message_set_request_method(message, aws_byte_cursor_from_c_str(upload ? "PUT" : "GET"));
    aws_http_message_set_request_path(message, aws_byte_cursor_from_c_str(path));
    aws_http_message_add_header(message, header);
    struct aws_s3_meta_request_options options = {
        .type = upload ? AWS_S3_META_REQUEST_TYPE_PUT_OBJECT : AWS_S3_META_REQUEST_TYPE_GET_OBJECT,
        .message = message,
        .send_using_async_writes = upload,
        .user_data = user_data,
        .body_callback = upload ? NULL : calls.body,
        .finish_callback = calls.finish,
        .shutdown_callback = calls.shutdown,
    };
    struct aws_s3_meta_request *request = aws_s3_client_make_meta_request(bridge->client, &options);
    aws_http_message_release(message);
    return request;
}

int bridge_error(const struct aws_s3_meta_request_result *result) {
    return result->error_code;
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

/* SPDX-License-Identifier: Apache-2.0 */

/* What the programs that talk to a server have in common: a client with everything that it needs, and transfers that
 * check what they get. Only public headers are used, so each program runs with the embedded CRT and with a host's.
 *
 * The servers are found through the environment (run.py sets it): S3_TEST_HTTP_PORT, S3_TEST_HTTPS_PORT, S3_TEST_CA,
 * S3_TEST_BUCKET, S3_TEST_ACCESS_KEY, S3_TEST_SECRET_KEY, S3_TEST_SCRIPTED_PORT, S3_TEST_LOG (what the scripted
 * server was sent) and S3_TEST_DIR, an empty directory. */
#ifndef TESTS_C_SUPPORT_H
#define TESTS_C_SUPPORT_H

#include <aws/auth/auth.h>
#include <aws/auth/credentials.h>
#include <aws/auth/signing_config.h>
#include <aws/common/allocator.h>
#include <aws/common/string.h>
#include <aws/common/thread.h>
#include <aws/http/http.h>
#include <aws/http/proxy.h>
#include <aws/http/request_response.h>
#include <aws/io/channel_bootstrap.h>
#include <aws/io/event_loop.h>
#include <aws/io/host_resolver.h>
#include <aws/io/retry_strategy.h>
#include <aws/io/stream.h>
#include <aws/io/tls_channel_handler.h>
#include <aws/io/uri.h>
#include <aws/s3/s3.h>
#include <aws/s3/s3_buffer_pool.h>
#include <aws/s3/s3_client.h>

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            printf("%s:%d: %s (last error %s)\n", __FILE__, __LINE__, #condition, aws_error_name(aws_last_error()));   \
            fflush(stdout);                                                                                            \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

enum { WAIT_S = 240, KEY_SIZE = 256, PATH_SIZE = 4096, ERROR_BODY_SIZE = 2048 };
#define KIB ((uint64_t)1024)
#define MIB (1024 * KIB)

static inline struct aws_byte_cursor text(const char *literal) {
    return aws_byte_cursor_from_c_str(literal);
}

static inline const char *setting(const char *name) {
    const char *value = getenv(name);
    if (value == NULL) {
        printf("%s is not set; run this program through run.py\n", name);
        exit(2);
    }
    return value;
}

/* ---- Things that happen on other threads. ---- */

/* One lock for everything the callbacks of a program write: contention is of no interest here. */
static pthread_mutex_t s_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t s_changed = PTHREAD_COND_INITIALIZER;

static inline void happened(int *count) {
    pthread_mutex_lock(&s_lock);
    ++*count;
    pthread_cond_broadcast(&s_changed);
    pthread_mutex_unlock(&s_lock);
}

static inline int count_of(const int *count) {
    pthread_mutex_lock(&s_lock);
    int value = *count;
    pthread_mutex_unlock(&s_lock);
    return value;
}

/* Waits until something happened `times` times. A program that waits for good has failed. */
static inline void wait_for_line(const int *count, int times, const char *what, int line) {
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += WAIT_S;
    pthread_mutex_lock(&s_lock);
    while (*count < times) {
        if (pthread_cond_timedwait(&s_changed, &s_lock, &end) != 0) {
            printf("line %d: waited %d s for %s\n", line, WAIT_S, what);
            fflush(stdout);
            abort();
        }
    }
    pthread_mutex_unlock(&s_lock);
}
#define WAIT_FOR(count, times) wait_for_line(&(count), times, #count, __LINE__)

/* ---- What objects consist of; the servers of tests/support compute the same. ---- */

static inline uint8_t content_at(uint64_t offset) {
    return (uint8_t)(((uint32_t)offset * 0x9E3779B1u) >> 24);
}

static inline void fill_content(uint8_t *into, uint64_t offset, size_t length) {
    for (size_t i = 0; i < length; ++i) {
        into[i] = content_at(offset + i);
    }
}

static inline bool is_content(const uint8_t *bytes, uint64_t offset, size_t length) {
    for (size_t i = 0; i < length; ++i) {
        if (bytes[i] != content_at(offset + i)) {
            return false;
        }
    }
    return true;
}

static inline const char *path_in_dir(char *path, const char *name) {
    snprintf(path, PATH_SIZE, "%s/%s", setting("S3_TEST_DIR"), name);
    return path;
}

static inline void write_content_file(const char *path, uint64_t length) {
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL);
    static uint8_t piece[64 * 1024];
    for (uint64_t at = 0; at < length; at += sizeof(piece)) {
        size_t size = length - at < sizeof(piece) ? (size_t)(length - at) : sizeof(piece);
        fill_content(piece, at, size);
        CHECK(fwrite(piece, 1, size, file) == size);
    }
    CHECK(fclose(file) == 0);
}

static inline bool is_content_file(const char *path, uint64_t length) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return false;
    }
    static uint8_t piece[64 * 1024];
    uint64_t at = 0;
    bool right = true;
    size_t size;
    while (right && (size = fread(piece, 1, sizeof(piece), file)) > 0) {
        right = is_content(piece, at, size);
        at += size;
    }
    fclose(file);
    return right && at == length;
}

/* How many lines of all that the scripted server was sent so far have this in them. */
static inline int sent_lines(const char *what) {
    FILE *file = fopen(setting("S3_TEST_LOG"), "rb");
    CHECK(file != NULL);
    char line[1024];
    int count = 0;
    while (fgets(line, sizeof(line), file) != NULL) {
        count += strstr(line, what) != NULL;
    }
    fclose(file);
    return count;
}

/* ---- The client and what it stands on. ---- */

struct fixture;

struct fixture_options {
    bool tls;
    /* Trust the authority of the test server. */
    bool trust;
    /* Instead of the right secret key. */
    const char *secret_key;
    uint64_t part_size;
    uint64_t max_part_size;
    /* Instead of 512 MiB. */
    uint64_t memory_limit;
    aws_s3_buffer_pool_factory_fn *pool_factory;
    void *pool_user_data;
    bool backpressure;
    size_t window;
    bool no_retries;
    /* Instead of the port of the S3 server; a number in text. */
    const char *port;
    /* Instead of the loopback address. */
    const char *name;
    /* Instead of a default one; the fixture takes it over. */
    struct aws_host_resolver *resolver;
    /* Changes what the client is made with. */
    void (*configure)(struct aws_s3_client_config *config, void *data);
    void *configure_data;
    /* Instead of aws_s3_client_new. */
    struct aws_s3_client *(*make_client)(struct fixture *fixture, struct aws_s3_client_config *config);
    const struct aws_http_proxy_options *proxy;
    /* Use the proxies of the environment, with these settings unless NULL. */
    bool proxy_environment;
    const struct proxy_env_var_settings *proxy_settings;
    uint32_t connect_timeout_ms;
};

struct fixture {
    struct aws_allocator *allocator;
    struct aws_event_loop_group *loops;
    struct aws_host_resolver *resolver;
    struct aws_client_bootstrap *bootstrap;
    struct aws_credentials_provider *provider;
    struct aws_tls_ctx *tls_context;
    struct aws_s3_client *client;
    struct aws_uri endpoint;
    char host[64];
    int client_gone;
    /* Finish and shutdown callbacks of transfers that came when the client was already gone. */
    int too_late;
};

static inline struct aws_allocator *begin(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    struct aws_allocator *allocator = aws_mem_tracer_new(aws_default_allocator(), NULL, AWS_MEMTRACE_STACKS, 8);
    aws_s3_library_init(allocator);
    return allocator;
}

/* Returns what main returns: 0 when nothing of the allocator is left. */
static inline int end(struct aws_allocator *allocator) {
    aws_thread_join_all_managed();
    aws_s3_library_clean_up();
    size_t left = aws_mem_tracer_count(allocator);
    if (left != 0) {
        aws_mem_tracer_dump(allocator);
    }
    printf("allocations left: %zu\n", left);
    aws_mem_tracer_destroy(allocator);
    return left == 0 ? 0 : 1;
}

static inline void on_client_gone(void *user_data) {
    happened(&((struct fixture *)user_data)->client_gone);
}

static inline void fixture_tls(
    struct fixture *fixture,
    const struct fixture_options *options,
    struct aws_tls_connection_options *connection) {

    struct aws_tls_ctx_options context;
    aws_tls_ctx_options_init_default_client(&context, fixture->allocator);
    if (options->trust) {
        struct aws_byte_buf authority;
        CHECK(aws_byte_buf_init_from_file(&authority, fixture->allocator, setting("S3_TEST_CA")) == AWS_OP_SUCCESS);
        struct aws_byte_cursor pem = aws_byte_cursor_from_buf(&authority);
        CHECK(aws_tls_ctx_options_override_default_trust_store(&context, &pem) == AWS_OP_SUCCESS);
        aws_byte_buf_clean_up(&authority);
    }
    fixture->tls_context = aws_tls_client_ctx_new(fixture->allocator, &context);
    CHECK(fixture->tls_context != NULL);
    aws_tls_ctx_options_clean_up(&context);
    aws_tls_connection_options_init_from_ctx(connection, fixture->tls_context);
}

static inline void fixture_base(
    struct fixture *fixture,
    struct aws_allocator *allocator,
    const struct fixture_options *options) {

    memset(fixture, 0, sizeof(*fixture));
    fixture->allocator = allocator;
    fixture->loops = aws_event_loop_group_new_default(allocator, 0, NULL);
    struct aws_host_resolver_default_options resolver = {.el_group = fixture->loops, .max_entries = 8};
    fixture->resolver =
        options->resolver != NULL ? options->resolver : aws_host_resolver_new_default(allocator, &resolver);
    struct aws_client_bootstrap_options bootstrap = {
        .event_loop_group = fixture->loops,
        .host_resolver = fixture->resolver,
    };
    fixture->bootstrap = aws_client_bootstrap_new(allocator, &bootstrap);
    CHECK(fixture->bootstrap != NULL);
    const char *secret_key = options->secret_key != NULL ? options->secret_key : setting("S3_TEST_SECRET_KEY");
    struct aws_credentials_provider_static_options credentials = {
        .access_key_id = text(setting("S3_TEST_ACCESS_KEY")),
        .secret_access_key = text(secret_key),
    };
    fixture->provider = aws_credentials_provider_new_static(allocator, &credentials);
    CHECK(fixture->provider != NULL);
    const char *port = options->port != NULL ? options->port
                       : options->tls        ? setting("S3_TEST_HTTPS_PORT")
                                             : setting("S3_TEST_HTTP_PORT");
    const char *name = options->name != NULL ? options->name : options->tls ? "localhost" : "127.0.0.1";
    snprintf(fixture->host, sizeof(fixture->host), "%s:%s", name, port);
    char uri[128];
    snprintf(uri, sizeof(uri), "%s://%s", options->tls ? "https" : "http", fixture->host);
    struct aws_byte_cursor uri_text = text(uri);
    CHECK(aws_uri_init_parse(&fixture->endpoint, allocator, &uri_text) == AWS_OP_SUCCESS);
}

/* Makes the client; `tls` is NULL for the library's own TLS settings. */
static inline void fixture_client(
    struct fixture *fixture,
    const struct fixture_options *options,
    const struct aws_tls_connection_options *tls) {

    struct aws_signing_config_aws signing;
    aws_s3_init_default_signing_config(&signing, text("us-east-1"), fixture->provider);
    struct proxy_env_var_settings no_proxy = {.env_var_type = AWS_HPEV_DISABLE};
    struct aws_s3_client_config config = {
        .client_bootstrap = fixture->bootstrap,
        .region = text("us-east-1"),
        .tls_mode = options->tls ? AWS_MR_TLS_ENABLED : AWS_MR_TLS_DISABLED,
        .tls_connection_options = tls,
        .signing_config = &signing,
        .part_size = options->part_size,
        .max_part_size = options->max_part_size,
        .throughput_target_gbps = 5.0,
        .memory_limit_in_bytes = options->memory_limit != 0 ? options->memory_limit : 512 * MIB,
        .proxy_options = options->proxy,
        .proxy_ev_settings = options->proxy_environment ? options->proxy_settings : &no_proxy,
        .connect_timeout_ms = options->connect_timeout_ms,
        .enable_read_backpressure = options->backpressure,
        .initial_read_window = options->window,
        .buffer_pool_factory_fn = options->pool_factory,
        .buffer_pool_user_data = options->pool_user_data,
        .shutdown_callback = on_client_gone,
        .shutdown_callback_user_data = fixture,
    };
    config.retry_config.backoff_scale_factor_ms = 10;
    if (options->no_retries) {
        config.retry_config.retry_mode = AWS_S3_RETRY_MODE_NONE;
    }
    if (options->configure != NULL) {
        options->configure(&config, options->configure_data);
    }
    fixture->client = options->make_client != NULL ? options->make_client(fixture, &config)
                                                   : aws_s3_client_new(fixture->allocator, &config);
    CHECK(fixture->client != NULL);
}

static inline void fixture_init(
    struct fixture *fixture,
    struct aws_allocator *allocator,
    const struct fixture_options *options) {

    static const struct fixture_options s_plain;
    options = options != NULL ? options : &s_plain;
    fixture_base(fixture, allocator, options);
    if (!options->tls) {
        fixture_client(fixture, options, NULL);
        return;
    }
    struct aws_tls_connection_options tls;
    fixture_tls(fixture, options, &tls);
    fixture_client(fixture, options, &tls);
    aws_tls_connection_options_clean_up(&tls);
}

/* Releases everything; `client` may have been released (and set to NULL) before. */
static inline void fixture_clean_up(struct fixture *fixture) {
    fixture->client = aws_s3_client_release(fixture->client);
    WAIT_FOR(fixture->client_gone, 1);
    aws_tls_ctx_release(fixture->tls_context);
    aws_credentials_provider_release(fixture->provider);
    aws_client_bootstrap_release(fixture->bootstrap);
    aws_host_resolver_release(fixture->resolver);
    aws_event_loop_group_release(fixture->loops);
    aws_uri_clean_up(&fixture->endpoint);
    if (fixture->too_late != 0) {
        printf("%d callbacks of transfers came after the client's shutdown callback\n", fixture->too_late);
    }
}

/* ---- Transfers. ---- */

enum receiver { RECEIVE_NOTHING, RECEIVE_BODY, RECEIVE_BODY_EX, RECEIVE_FILE };

struct transfer {
    struct fixture *fixture;
    struct aws_s3_meta_request *request;
    /* Whether `request` is set already; callbacks may be earlier. */
    int started;
    /* The request as callbacks see it. */
    struct aws_s3_meta_request *current;

    /* Changed by callbacks, read after WAIT_FOR(finished). */
    uint64_t received;
    uint64_t progressed;
    bool wrong_content;
    bool wrong_order;
    bool outside_ticket;
    int headers_calls;
    int headers_status;
    int error_code;
    int status;
    bool has_error_headers;
    char request_id[64];
    char operation[64];
    char error_body[ERROR_BODY_SIZE];
    int finished;
    int gone;

    /* What tests may ask callbacks to do: called at the start of each. */
    int (*during_headers)(struct transfer *transfer);
    int (*during_body)(struct transfer *transfer, size_t length);
    void (*during_finish)(struct transfer *transfer);
    void *extra;
};

static inline int on_headers(
    struct aws_s3_meta_request *request,
    const struct aws_http_headers *headers,
    int status,
    void *user_data) {

    struct transfer *transfer = user_data;
    transfer->current = request;
    CHECK(headers != NULL);
    transfer->headers_status = status;
    happened(&transfer->headers_calls);
    if (transfer->headers_calls > 1 || transfer->received != 0 || transfer->finished != 0) {
        transfer->wrong_order = true;
    }
    return transfer->during_headers != NULL ? transfer->during_headers(transfer) : AWS_OP_SUCCESS;
}

static inline int receive(struct transfer *transfer, const struct aws_byte_cursor *body, uint64_t start) {
    if (transfer->received != start || transfer->headers_calls != 1 || transfer->finished != 0) {
        transfer->wrong_order = true;
    }
    if (!is_content(body->ptr, start, body->len)) {
        transfer->wrong_content = true;
    }
    pthread_mutex_lock(&s_lock);
    transfer->received += body->len;
    pthread_mutex_unlock(&s_lock);
    return transfer->during_body != NULL ? transfer->during_body(transfer, body->len) : AWS_OP_SUCCESS;
}

static inline int on_body(
    struct aws_s3_meta_request *request,
    const struct aws_byte_cursor *body,
    uint64_t start,
    void *user_data) {

    ((struct transfer *)user_data)->current = request;
    return receive(user_data, body, start);
}

static inline int on_body_ex(
    struct aws_s3_meta_request *request,
    const struct aws_byte_cursor *body,
    const struct aws_s3_meta_request_receive_body_extra_info info,
    void *user_data) {

    struct transfer *transfer = user_data;
    transfer->current = request;
    struct aws_byte_buf memory = {0};
    if (info.ticket != NULL) {
        struct aws_s3_buffer_ticket *ticket = aws_s3_buffer_ticket_acquire(info.ticket);
        memory = aws_s3_buffer_ticket_claim(ticket);
        aws_s3_buffer_ticket_release(ticket);
    }
    if (memory.buffer == NULL || body->ptr < memory.buffer || body->ptr + body->len > memory.buffer + memory.capacity) {
        transfer->outside_ticket = true;
    }
    return receive(transfer, body, info.range_start);
}

static inline void on_progress(
    struct aws_s3_meta_request *request,
    const struct aws_s3_meta_request_progress *progress,
    void *user_data) {

    (void)request;
    struct transfer *transfer = user_data;
    transfer->progressed += progress->bytes_transferred;
}

static inline void on_finish(
    struct aws_s3_meta_request *request,
    const struct aws_s3_meta_request_result *result,
    void *user_data) {

    (void)request;
    struct transfer *transfer = user_data;
    transfer->error_code = result->error_code;
    transfer->status = result->response_status;
    transfer->has_error_headers = result->error_response_headers != NULL;
    if (result->error_response_body != NULL) {
        size_t length = result->error_response_body->len;
        length = length < ERROR_BODY_SIZE - 1 ? length : ERROR_BODY_SIZE - 1;
        memcpy(transfer->error_body, result->error_response_body->buffer, length);
    }
    if (result->error_response_operation_name != NULL) {
        const char *name = aws_string_c_str(result->error_response_operation_name);
        snprintf(transfer->operation, sizeof(transfer->operation), "%s", name);
    }
    if (transfer->gone != 0) {
        transfer->wrong_order = true;
    }
    if (transfer->fixture->client_gone != 0) {
        happened(&transfer->fixture->too_late);
    }
    if (transfer->during_finish != NULL) {
        transfer->during_finish(transfer);
    }
    happened(&transfer->finished);
}

static inline void on_gone(void *user_data) {
    struct transfer *transfer = user_data;
    if (transfer->finished != 1) {
        transfer->wrong_order = true;
    }
    if (transfer->fixture->client_gone != 0) {
        happened(&transfer->fixture->too_late);
    }
    happened(&transfer->gone);
}

static inline struct aws_http_message *message_new(struct fixture *fixture, const char *method, const char *key) {
    struct aws_http_message *message = aws_http_message_new_request(fixture->allocator);
    char path[PATH_SIZE];
    snprintf(path, sizeof(path), "/%s/%s", setting("S3_TEST_BUCKET"), key);
    struct aws_http_header host = {.name = text("Host"), .value = text(fixture->host)};
    CHECK(aws_http_message_set_request_method(message, text(method)) == AWS_OP_SUCCESS);
    CHECK(aws_http_message_set_request_path(message, text(path)) == AWS_OP_SUCCESS);
    CHECK(aws_http_message_add_header(message, host) == AWS_OP_SUCCESS);
    return message;
}

static inline void add_content_length(struct aws_http_message *message, uint64_t length) {
    char digits[32];
    snprintf(digits, sizeof(digits), "%" PRIu64, length);
    struct aws_http_header header = {.name = text("Content-Length"), .value = text(digits)};
    CHECK(aws_http_message_add_header(message, header) == AWS_OP_SUCCESS);
}

/* Options with the callbacks of a transfer; the message stays the caller's. */
static inline struct aws_s3_meta_request_options transfer_options(
    struct transfer *transfer,
    struct fixture *fixture,
    enum aws_s3_meta_request_type type,
    struct aws_http_message *message) {

    transfer->fixture = fixture;
    struct aws_s3_meta_request_options options = {
        .type = type,
        .message = message,
        .user_data = transfer,
        .headers_callback = on_headers,
        .finish_callback = on_finish,
        .shutdown_callback = on_gone,
        .progress_callback = on_progress,
        .endpoint = &fixture->endpoint,
    };
    return options;
}

static inline void transfer_start(struct transfer *transfer, const struct aws_s3_meta_request_options *options) {
    transfer->request = aws_s3_client_make_meta_request(transfer->fixture->client, options);
    CHECK(transfer->request != NULL);
    happened(&transfer->started);
}

static inline void transfer_end(struct transfer *transfer) {
    WAIT_FOR(transfer->finished, 1);
    transfer->request = aws_s3_meta_request_release(transfer->request);
    WAIT_FOR(transfer->gone, 1);
}

/* Starts a download of `key`; `path` is for RECEIVE_FILE. */
static inline void get_start(
    struct transfer *transfer,
    struct fixture *fixture,
    const char *key,
    enum receiver receiver,
    const char *path) {

    struct aws_http_message *message = message_new(fixture, "GET", key);
    struct aws_s3_meta_request_options options =
        transfer_options(transfer, fixture, AWS_S3_META_REQUEST_TYPE_GET_OBJECT, message);
    if (receiver == RECEIVE_BODY) {
        options.body_callback = on_body;
    } else if (receiver == RECEIVE_BODY_EX) {
        options.body_callback_ex = on_body_ex;
    } else if (receiver == RECEIVE_FILE) {
        options.recv_filepath = text(path);
    }
    transfer_start(transfer, &options);
    aws_http_message_release(message);
}

/* Starts an upload from a file. */
static inline void put_file_start(
    struct transfer *transfer,
    struct fixture *fixture,
    const char *key,
    const char *path) {

    struct aws_http_message *message = message_new(fixture, "PUT", key);
    struct aws_s3_meta_request_options options =
        transfer_options(transfer, fixture, AWS_S3_META_REQUEST_TYPE_PUT_OBJECT, message);
    options.send_filepath = text(path);
    transfer_start(transfer, &options);
    aws_http_message_release(message);
}

/* Starts an upload of memory through the message's body stream. The memory must stay until the transfer is gone. */
static inline void put_stream_start(
    struct transfer *transfer,
    struct fixture *fixture,
    const char *key,
    struct aws_byte_cursor bytes) {

    struct aws_http_message *message = message_new(fixture, "PUT", key);
    add_content_length(message, bytes.len);
    struct aws_input_stream *stream = aws_input_stream_new_from_cursor(fixture->allocator, &bytes);
    aws_http_message_set_body_stream(message, stream);
    struct aws_s3_meta_request_options options =
        transfer_options(transfer, fixture, AWS_S3_META_REQUEST_TYPE_PUT_OBJECT, message);
    transfer_start(transfer, &options);
    aws_input_stream_release(stream);
    aws_http_message_release(message);
}

/* Puts an object of test content there, whatever it takes. */
static inline void put_content(struct fixture *fixture, const char *key, uint64_t length) {
    uint8_t *bytes = malloc((size_t)length + 1);
    fill_content(bytes, 0, (size_t)length);
    struct transfer transfer = {0};
    put_stream_start(&transfer, fixture, key, aws_byte_cursor_from_array(bytes, (size_t)length));
    transfer_end(&transfer);
    if (transfer.error_code != 0) {
        printf("put %s: %s %d %s\n", key, aws_error_name(transfer.error_code), transfer.status, transfer.error_body);
    }
    CHECK(transfer.error_code == 0);
    free(bytes);
}

static inline void print_transfer(const char *what, const struct transfer *transfer) {
    printf("%s: %s, status %d", what, aws_error_name(transfer->error_code), transfer->status);
    printf("%s", transfer->wrong_content ? ", WRONG CONTENT" : "");
    printf("%s", transfer->wrong_order ? ", WRONG ORDER" : "");
    printf("%s", transfer->outside_ticket ? ", OUTSIDE THE TICKET" : "");
    printf("%s\n", transfer->finished != 1 || transfer->gone != 1 ? ", NOT ONCE" : "");
}

#endif /* TESTS_C_SUPPORT_H */

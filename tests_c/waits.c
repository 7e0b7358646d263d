/* SPDX-License-Identifier: Apache-2.0 */

/* Whatever a transfer waits for, the wait has an end: a limit of its own where there is one, and a cancel at any moment.
 * scripts/waits.json is what the scripted server does. */

#include "support.h"

#include <aws/http/connection.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

/* A cancel takes milliseconds; every wait here would last 20 seconds or for ever. */
enum { AT_ONCE_MS = 8000, BEGUN_MS = 150, UPLOAD_BYTES = 8 * 1024 * 1024, MOST_KEPT = 16 };

static struct aws_allocator *s_allocator;
static uint8_t *s_upload;

static uint64_t s_now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* ---- Servers that only listen. ---- */

/* A port where connections are accepted by the system and by nobody else; a full one accepts no more at all. */
static void s_listen(char *port, bool full) {
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof(address);
    CHECK(bind(listener, (struct sockaddr *)&address, length) == 0);
    CHECK(listen(listener, full ? 0 : 64) == 0);
    CHECK(getsockname(listener, (struct sockaddr *)&address, &length) == 0);
    snprintf(port, 8, "%d", ntohs(address.sin_port));
    for (int i = 0; full && i < 4; ++i) {
        int filler = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)connect(filler, (struct sockaddr *)&address, length);
    }
    usleep(50 * 1000);
}

/* ---- Answers that do not come until `s_answer`. ---- */

struct kept {
    void *object;
    void *callback;
    void *user_data;
};

static struct kept s_kept[MOST_KEPT];
static int s_kept_count;

static void s_keep(void *object, void *callback, void *user_data) {
    pthread_mutex_lock(&s_lock);
    CHECK(s_kept_count < MOST_KEPT);
    s_kept[s_kept_count++] = (struct kept){object, callback, user_data};
    pthread_cond_broadcast(&s_changed);
    pthread_mutex_unlock(&s_lock);
}

/* Answers everything now, when nobody waits for it any more. */
static void s_answer(void (*answer)(struct kept kept)) {
    for (int i = 0; i < s_kept_count; ++i) {
        answer(s_kept[i]);
    }
    s_kept_count = 0;
}

/* ---- A resolver ---- */

static void s_resolver_destroy(void *resolver) { aws_mem_release(s_allocator, resolver); }

static int s_resolve(
    struct aws_host_resolver *resolver,
    const struct aws_string *host_name,
    aws_on_host_resolved_result_fn *callback,
    const struct aws_host_resolution_config *config,
    void *user_data) {

    (void)host_name;
    (void)config;
    s_keep(resolver, (void *)callback, user_data);
    return AWS_OP_SUCCESS;
}

static void s_resolved(struct kept kept) {
    aws_on_host_resolved_result_fn *callback = (aws_on_host_resolved_result_fn *)kept.callback;
    callback(kept.object, NULL, AWS_IO_DNS_QUERY_FAILED, NULL, kept.user_data);
}

static struct aws_host_resolver *s_silent_resolver(void) {
    static struct aws_host_resolver_vtable s_vtable = {.resolve_host = s_resolve};
    struct aws_host_resolver *resolver = aws_mem_calloc(s_allocator, 1, sizeof(*resolver));
    resolver->allocator = s_allocator;
    resolver->vtable = &s_vtable;
    aws_ref_count_init(&resolver->ref_count, resolver, s_resolver_destroy);
    return resolver;
}

/* ---- A retry strategy that gives tokens or not, and never allows the next attempt. ---- */

struct strategy {
    struct aws_retry_strategy base;
    bool gives_tokens;
};

static void s_strategy_destroy(struct aws_retry_strategy *strategy) { aws_mem_release(s_allocator, strategy); }

static void s_token_destroy(struct aws_retry_token *token) {
    struct aws_retry_strategy *strategy = token->retry_strategy;
    aws_mem_release(s_allocator, token);
    aws_retry_strategy_release(strategy);
}

static void s_give_token(struct kept kept) {
    struct aws_retry_strategy *strategy = kept.object;
    struct aws_retry_token *token = aws_mem_calloc(s_allocator, 1, sizeof(*token));
    token->allocator = s_allocator;
    token->retry_strategy = strategy;
    aws_retry_strategy_acquire(strategy);
    aws_atomic_init_int(&token->ref_count, 1);
    ((aws_retry_strategy_on_retry_token_acquired_fn *)kept.callback)(strategy, 0, token, kept.user_data);
}

static void *s_give_token_later(void *kept) {
    s_give_token(*(struct kept *)kept);
    free(kept);
    return NULL;
}

static int s_acquire_token(
    struct aws_retry_strategy *strategy,
    const struct aws_byte_cursor *partition,
    aws_retry_strategy_on_retry_token_acquired_fn *callback,
    void *user_data,
    uint64_t timeout_ms) {

    (void)partition;
    (void)timeout_ms;
    if (!((struct strategy *)strategy)->gives_tokens) {
        s_keep(strategy, (void *)callback, user_data);
        return AWS_OP_SUCCESS;
    }
    struct kept *kept = malloc(sizeof(*kept));
    *kept = (struct kept){strategy, (void *)callback, user_data};
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, s_give_token_later, kept) == 0);
    pthread_detach(thread);
    return AWS_OP_SUCCESS;
}

static int s_schedule_retry(
    struct aws_retry_token *token,
    enum aws_retry_error_type type,
    aws_retry_strategy_on_retry_ready_fn *callback,
    void *user_data) {

    (void)type;
    s_keep(token, (void *)callback, user_data);
    return AWS_OP_SUCCESS;
}

static void s_allow_retry(struct kept kept) {
    ((aws_retry_strategy_on_retry_ready_fn *)kept.callback)(kept.object, 0, kept.user_data);
}

static int s_record_success(struct aws_retry_token *token) {
    (void)token;
    return AWS_OP_SUCCESS;
}

static struct aws_retry_strategy *s_strategy(bool gives_tokens) {
    static struct aws_retry_strategy_vtable s_vtable = {
        .destroy = s_strategy_destroy,
        .acquire_token = s_acquire_token,
        .schedule_retry = s_schedule_retry,
        .record_success = s_record_success,
        .release_token = s_token_destroy,
    };
    struct strategy *strategy = aws_mem_calloc(s_allocator, 1, sizeof(*strategy));
    strategy->base.allocator = s_allocator;
    strategy->base.vtable = &s_vtable;
    strategy->gives_tokens = gives_tokens;
    aws_atomic_init_int(&strategy->base.ref_count, 1);
    return &strategy->base;
}

/* ---- A provider of credentials ---- */

static int s_get_credentials(void *unused, aws_on_get_credentials_callback_fn *callback, void *user_data) {
    (void)unused;
    s_keep(NULL, (void *)callback, user_data);
    return AWS_OP_SUCCESS;
}

static void s_no_credentials(struct kept kept) {
    ((aws_on_get_credentials_callback_fn *)kept.callback)(NULL, AWS_ERROR_INVALID_STATE, kept.user_data);
}

/* ---- Clients ---- */

static void s_retry_never(struct aws_s3_client_config *config) {
    config->retry_config.retry_mode = AWS_S3_RETRY_MODE_NONE;
}

static void s_hasty(struct aws_s3_client_config *config, void *data) {
    (void)data;
    static const struct aws_http_connection_monitoring_options s_monitoring = {
        .minimum_throughput_bytes_per_second = 1,
        .allowable_throughput_failure_interval_seconds = 2,
    };
    config->monitoring_options = &s_monitoring;
    config->connect_timeout_ms = 300;
    if (config->tls_connection_options != NULL) {
        ((struct aws_tls_connection_options *)config->tls_connection_options)->timeout_ms = 300;
    }
    s_retry_never(config);
}

static void s_patient(struct aws_s3_client_config *config, void *data) {
    (void)data;
    config->connect_timeout_ms = 60000;
    s_retry_never(config);
}

/* A zero in either number switches the check off. */
static void s_unwatched(struct aws_s3_client_config *config, void *data) {
    static const struct aws_http_connection_monitoring_options s_monitoring = {
        .allowable_throughput_failure_interval_seconds = 1,
    };
    s_hasty(config, data);
    config->monitoring_options = &s_monitoring;
}

static void s_slow_backoff(struct aws_s3_client_config *config, void *data) {
    (void)data;
    config->max_active_connections_override = 1;
    config->retry_config.backoff_scale_factor_ms = 20000;
    config->retry_config.jitter_mode = AWS_EXPONENTIAL_BACKOFF_JITTER_NONE;
}

static void s_one_connection(struct aws_s3_client_config *config, void *data) {
    s_patient(config, data);
    config->max_active_connections_override = 1;
}

static void s_adaptive(struct aws_s3_client_config *config, void *data) {
    (void)data;
    config->retry_config.retry_mode = AWS_S3_RETRY_MODE_ADAPTIVE;
    config->retry_config.backoff_scale_factor_ms = 1;
}

static void s_with_strategy(struct aws_s3_client_config *config, void *strategy) { config->retry_strategy = strategy; }

static void s_without_credentials(struct aws_s3_client_config *config, void *provider) {
    static struct aws_signing_config_aws s_signing;
    s_signing = *config->signing_config;
    s_signing.credentials_provider = provider;
    config->signing_config = &s_signing;
}

struct client {
    const char *port;
    bool tls;
    struct aws_host_resolver *resolver;
    void (*configure)(struct aws_s3_client_config *config, void *data);
    void *data;
};

static void s_client(struct fixture *fixture, struct client client) {
    struct fixture_options options = {
        .tls = client.tls,
        .name = client.resolver != NULL ? "silent.test" : "127.0.0.1",
        .port = client.port != NULL ? client.port : setting("S3_TEST_SCRIPTED_PORT"),
        .resolver = client.resolver,
        .part_size = 16 * MIB,
        .configure = client.configure,
        .configure_data = client.data,
    };
    fixture_init(fixture, s_allocator, &options);
}

static void s_start(struct transfer *transfer, struct fixture *fixture, const char *key) {
    if (strncmp(key, "put", 3) == 0) {
        put_stream_start(transfer, fixture, key, aws_byte_cursor_from_array(s_upload, UPLOAD_BYTES));
    } else {
        get_start(transfer, fixture, key, RECEIVE_BODY, NULL);
    }
}

/* ---- Waits that end by themselves. ---- */

static void s_limits(const char *full, const char *silent) {
    struct {
        const char *what;
        const char *key;
        struct client client;
        struct fixture fixture;
        struct transfer transfer;
    } cases[] = {
        {.what = "connect", .key = "get", .client = {.port = full, .configure = s_hasty}},
        {.what = "TLS handshake", .key = "get", .client = {.port = silent, .tls = true, .configure = s_hasty}},
        {.what = "write", .key = "put-unread", .client = {.configure = s_hasty}},
        {.what = "first byte", .key = "unanswered", .client = {.configure = s_hasty}},
        {.what = "body", .key = "stalls", .client = {.configure = s_hasty}},
        {.what = "body, unwatched", .key = "pauses", .client = {.configure = s_unwatched}},
    };
    size_t count = sizeof(cases) / sizeof(*cases);
    for (size_t i = 0; i < count; ++i) {
        s_client(&cases[i].fixture, cases[i].client);
        s_start(&cases[i].transfer, &cases[i].fixture, cases[i].key);
    }
    uint64_t began_ms = s_now_ms();
    for (size_t i = 0; i < count; ++i) {
        transfer_end(&cases[i].transfer);
        print_transfer(cases[i].what, &cases[i].transfer);
        fixture_clean_up(&cases[i].fixture);
    }
    CHECK(s_now_ms() - began_ms < 15000);
}

/* ---- Waits that a cancel ends. ---- */

static void s_cancel(const char *what, const char *key, struct client client, void (*answer)(struct kept kept)) {
    struct fixture fixture;
    struct transfer transfer = {0};
    s_client(&fixture, client);
    s_start(&transfer, &fixture, key);
    if (answer != NULL) {
        WAIT_FOR(s_kept_count, 1);
    }
    usleep(BEGUN_MS * 1000);
    bool waits = count_of(&transfer.finished) == 0;
    uint64_t began_ms = s_now_ms();
    aws_s3_meta_request_cancel(transfer.request);
    transfer_end(&transfer);
    bool at_once = s_now_ms() - began_ms < AT_ONCE_MS;
    char line[128];
    snprintf(line, sizeof(line), "%s, cancelled%s%s", what, waits ? "" : " TOO LATE", at_once ? "" : " SLOWLY");
    print_transfer(line, &transfer);
    if (answer != NULL) {
        s_answer(answer);
    }
    if (client.configure == s_with_strategy) {
        aws_retry_strategy_release(client.data);
    }
    fixture_clean_up(&fixture);
}

static void s_cancels(const char *full, const char *silent) {
    s_cancel("connect", "get", (struct client){.port = full, .configure = s_patient}, NULL);
    s_cancel("TLS handshake", "get", (struct client){.port = silent, .tls = true, .configure = s_patient}, NULL);
    s_cancel("write", "put-unread", (struct client){.configure = s_patient}, NULL);
    s_cancel("first byte", "unanswered", (struct client){.configure = s_patient}, NULL);
    s_cancel("body", "stalls", (struct client){.configure = s_patient}, NULL);
    s_cancel("back-off", "closes", (struct client){.configure = s_slow_backoff}, NULL);
    s_cancel("send rate", "busy", (struct client){.configure = s_adaptive}, NULL);
    s_cancel("resolver", "get", (struct client){.resolver = s_silent_resolver(), .configure = s_patient}, s_resolved);
    struct client strategy = {.configure = s_with_strategy, .data = s_strategy(false)};
    s_cancel("retry token", "get", strategy, s_give_token);
    strategy.data = s_strategy(true);
    s_cancel("next attempt", "closes", strategy, s_allow_retry);

    struct aws_credentials_provider_delegate_options delegate = {.get_credentials = s_get_credentials};
    struct aws_credentials_provider *provider = aws_credentials_provider_new_delegate(s_allocator, &delegate);
    struct client anonymous = {.configure = s_without_credentials, .data = provider};
    s_cancel("credentials", "get", anonymous, s_no_credentials);
    aws_credentials_provider_release(provider);
}

/* ---- What a wait takes from others. ---- */

static void s_others(void) {
    struct fixture fixture;
    s_client(&fixture, (struct client){.configure = s_slow_backoff});
    struct transfer waiting = {0};
    s_start(&waiting, &fixture, "closes");
    usleep(BEGUN_MS * 1000);
    struct transfer other = {0};
    s_start(&other, &fixture, "plain");
    transfer_end(&other);
    print_transfer("beside one that backs off, with one connection", &other);
    CHECK(count_of(&waiting.finished) == 0);
    aws_s3_meta_request_cancel(waiting.request);
    transfer_end(&waiting);
    fixture_clean_up(&fixture);

    s_client(&fixture, (struct client){.configure = s_one_connection});
    struct transfer first = {0}, second = {0}, third = {0};
    s_start(&first, &fixture, "unanswered");
    usleep(BEGUN_MS * 1000);
    s_start(&second, &fixture, "plain");
    s_start(&third, &fixture, "plain");
    usleep(BEGUN_MS * 1000);
    CHECK(count_of(&second.finished) == 0);
    aws_s3_meta_request_cancel(second.request);
    transfer_end(&second);
    print_transfer("turn for a connection, cancelled", &second);
    aws_s3_meta_request_cancel(first.request);
    transfer_end(&first);
    transfer_end(&third);
    print_transfer("the next in the queue", &third);
    fixture_clean_up(&fixture);
}

/* ---- A connection that the server closes just as it is used again. ---- */

static void s_unheard(void) {
    struct fixture fixture;
    s_client(&fixture, (struct client){.configure = s_slow_backoff});
    const char *keys[] = {"plain", "closes-once"};
    for (int i = 0; i < 2; ++i) {
        struct transfer transfer = {0};
        uint64_t began_ms = s_now_ms();
        s_start(&transfer, &fixture, keys[i]);
        transfer_end(&transfer);
        CHECK(s_now_ms() - began_ms < AT_ONCE_MS);
        print_transfer(i == 0 ? "first on a connection" : "unheard on a used one, again without delay", &transfer);
    }
    fixture_clean_up(&fixture);
}

/* ---- Upload parts that hang in the service. ---- */

struct part {
    int attempts;
    int first_error;
};

static void s_count_attempt(
    struct aws_s3_meta_request *request,
    struct aws_s3_request_metrics *metrics,
    void *user_data) {

    (void)request;
    struct part *part = ((struct transfer *)user_data)->extra;
    int error = aws_s3_request_metrics_get_error_code(metrics);
    if (part->attempts++ == 0) {
        part->first_error = error;
    }
}

static struct part s_put_part(struct fixture *fixture, const char *key) {
    struct part part = {0};
    struct transfer transfer = {.extra = &part};
    struct aws_http_message *message = message_new(fixture, "PUT", key);
    struct aws_byte_cursor body = text("part");
    add_content_length(message, body.len);
    struct aws_input_stream *stream = aws_input_stream_new_from_cursor(fixture->allocator, &body);
    aws_http_message_set_body_stream(message, stream);
    struct aws_s3_meta_request_options options =
        transfer_options(&transfer, fixture, AWS_S3_META_REQUEST_TYPE_DEFAULT, message);
    options.operation_name = text("UploadPart");
    options.telemetry_callback = s_count_attempt;
    transfer_start(&transfer, &options);
    aws_input_stream_release(stream);
    aws_http_message_release(message);
    transfer_end(&transfer);
    CHECK(transfer.error_code == 0);
    return part;
}

static void s_few_connections(struct aws_s3_client_config *config, void *data) {
    (void)data;
    config->throughput_target_gbps = 1.0;
}

static void s_few_connections_no_retry(struct aws_s3_client_config *config, void *data) {
    s_few_connections(config, data);
    s_retry_never(config);
}

static void s_upload_parts(void) {
    enum { MEASURED = 10 };
    struct fixture fixture;
    s_client(&fixture, (struct client){.configure = s_few_connections});
    for (int i = 0; i < MEASURED; ++i) {
        CHECK(s_put_part(&fixture, "part-quick").attempts == 1);
    }
    uint64_t began_ms = s_now_ms();
    struct part part = s_put_part(&fixture, "part-hangs-once");
    uint64_t took_ms = s_now_ms() - began_ms;
    printf("upload part that hangs: %d attempts, first %s\n", part.attempts, aws_error_name(part.first_error));
    CHECK(took_ms >= 900 && took_ms < AT_ONCE_MS);
    fixture_clean_up(&fixture);

    s_client(&fixture, (struct client){.configure = s_few_connections_no_retry});
    for (int i = 0; i < MEASURED; ++i) {
        CHECK(s_put_part(&fixture, "part-quick").attempts == 1);
    }
    part = s_put_part(&fixture, "part-is-slow");
    printf("slow upload part without retries: %d attempt, %s\n", part.attempts, aws_error_name(part.first_error));
    fixture_clean_up(&fixture);
}

/* ---- An upload that is being created. ---- */

static void s_put_parts(const char *what, const char *key) {
    struct fixture fixture;
    s_client(&fixture, (struct client){.configure = s_patient});
    struct transfer transfer = {0};
    struct aws_http_message *message = message_new(&fixture, "PUT", key);
    add_content_length(message, UPLOAD_BYTES);
    struct aws_byte_cursor bytes = aws_byte_cursor_from_array(s_upload, UPLOAD_BYTES);
    struct aws_input_stream *stream = aws_input_stream_new_from_cursor(s_allocator, &bytes);
    aws_http_message_set_body_stream(message, stream);
    struct aws_s3_meta_request_options options =
        transfer_options(&transfer, &fixture, AWS_S3_META_REQUEST_TYPE_PUT_OBJECT, message);
    options.part_size = 5 * MIB;
    transfer_start(&transfer, &options);
    aws_input_stream_release(stream);
    aws_http_message_release(message);
    usleep(BEGUN_MS * 1000);
    uint64_t began_ms = s_now_ms();
    aws_s3_meta_request_cancel(transfer.request);
    transfer_end(&transfer);
    CHECK(s_now_ms() - began_ms < AT_ONCE_MS);
    print_transfer(what, &transfer);
    fixture_clean_up(&fixture);
}

int main(void) {
    s_allocator = begin();
    s_upload = malloc(UPLOAD_BYTES);
    fill_content(s_upload, 0, UPLOAD_BYTES);
    char full[8], silent[8];
    s_listen(full, true);
    s_listen(silent, false);
    s_limits(full, silent);
    s_cancels(full, silent);
    s_others();
    s_unheard();
    s_upload_parts();
    s_put_parts("cancelled while an upload is created", "created-late");
    printf("  aborted: %d\n", sent_lines("DELETE /bucket/created-late?uploadId=late "));
    free(s_upload);
    return end(s_allocator);
}

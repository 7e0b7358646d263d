/* SPDX-License-Identifier: Apache-2.0 */

/* Sessions of S3 Express: those that the library keeps by itself, and those of a provider that the program brings.
 * scripts/sessions.json is what the scripted server does; who asks for a session is told by the access key. */

#include "requests.h"

#include <aws/s3/s3express_credentials_provider.h>

enum { AT_ONCE_MS = 8000, PART_BYTES = 64 * 1024, AT_A_TIME = 4, UPLOAD_BYTES = 1000 };

static struct aws_allocator *s_allocator;

static uint64_t s_now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void s_sleep_ms(long ms) {
    struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000 * 1000};
    nanosleep(&pause, NULL);
}

/* ---- Clients that sign with sessions. ---- */

struct express {
    /* The access key, which the script knows its cases by. */
    const char *key;
    aws_s3express_provider_factory_fn *factory;
    struct aws_signing_config_aws signing;
    struct aws_credentials *credentials;
};

static struct aws_credentials *s_credentials(const char *key, const char *token) {
    struct aws_byte_cursor end = text(token != NULL ? token : "");
    struct aws_credentials *credentials =
        aws_credentials_new(s_allocator, text(key), text("secret"), end, UINT64_MAX);
    CHECK(credentials != NULL);
    return credentials;
}

static void s_signing(struct aws_signing_config_aws *signing, const char *region, struct aws_credentials *credentials) {
    aws_s3_init_default_signing_config(signing, text(region), NULL);
    signing->credentials = credentials;
    signing->algorithm = AWS_SIGNING_ALGORITHM_V4_S3EXPRESS;
    signing->service = text("s3express");
}

static void s_configure(struct aws_s3_client_config *config, void *data) {
    struct express *express = data;
    s_signing(&express->signing, "us-east-1", express->credentials);
    config->signing_config = &express->signing;
    config->enable_s3express = true;
    config->s3express_provider_override_factory = express->factory;
    config->factory_user_data = express;
    config->retry_config.max_retries = 1;
    config->retry_config.backoff_scale_factor_ms = 1;
}

static void s_client(struct fixture *fixture, struct express *express) {
    express->credentials = s_credentials(express->key, NULL);
    struct fixture_options options = {
        .port = setting("S3_TEST_SCRIPTED_PORT"),
        .part_size = PART_BYTES,
        .configure = s_configure,
        .configure_data = express,
    };
    fixture_init(fixture, s_allocator, &options);
    aws_credentials_release(express->credentials);
}

static void s_show(const char *what, const struct transfer *transfer) {
    printf("%s: %s, status %d%s%s%s%s\n", what, aws_error_name(transfer->error_code), transfer->status,
           transfer->has_error_headers ? ", headers" : "", transfer->error_body[0] != '\0' ? ", body" : "",
           transfer->wrong_content ? ", wrong content" : "", transfer->wrong_order ? ", wrong order" : "");
}

/* How many sessions were asked for with a key; with `scope`, signed for that. */
static int s_sessions(const char *key, const char *scope) {
    FILE *log = open_log();
    static char head[REQUEST_SIZE];
    char credential[64];
    snprintf(credential, sizeof(credential), "Credential=%s/", key);
    int count = 0;
    while (next_request(log, head)) {
        bool asks = strncmp(head, "GET /?session= HTTP/1.1\r\n", 25) == 0 && strstr(head, credential) != NULL;
        count += asks && (scope == NULL || strstr(head, scope) != NULL);
    }
    fclose(log);
    return count;
}

static void s_wait_for_session(const char *key) {
    for (int waited_ms = 0; s_sessions(key, NULL) == 0; waited_ms += 5) {
        CHECK(waited_ms < WAIT_S * 1000);
        s_sleep_ms(5);
    }
}

static void s_get(const char *what, struct fixture *fixture, const char *key) {
    struct transfer transfer = {0};
    get_start(&transfer, fixture, key, RECEIVE_BODY, NULL);
    transfer_end(&transfer);
    s_show(what, &transfer);
}

/* A download with signing of its own. */
static void s_get_signed(const char *what, struct fixture *fixture, const char *key, const char *region) {
    struct transfer transfer = {0};
    struct aws_signing_config_aws signing;
    struct aws_credentials *credentials = s_credentials("kept", "token");
    s_signing(&signing, region, credentials);
    struct aws_http_message *message = message_new(fixture, "GET", key);
    struct aws_http_header mode = {.name = text("x-amz-create-session-mode"), .value = text("ReadOnly")};
    CHECK(aws_http_message_add_header(message, mode) == AWS_OP_SUCCESS);
    struct aws_s3_meta_request_options options =
        transfer_options(&transfer, fixture, AWS_S3_META_REQUEST_TYPE_GET_OBJECT, message);
    options.body_callback = on_body;
    options.signing_config = &signing;
    transfer_start(&transfer, &options);
    aws_credentials_release(credentials);
    aws_http_message_release(message);
    transfer_end(&transfer);
    s_show(what, &transfer);
}

/* ---- Sessions that the library keeps. ---- */

static void s_kept(void) {
    struct fixture fixture;
    struct express express = {.key = "kept"};
    s_client(&fixture, &express);
    struct transfer transfers[AT_A_TIME] = {0};
    for (int i = 0; i < AT_A_TIME; ++i) {
        get_start(&transfers[i], &fixture, "kept", RECEIVE_BODY, NULL);
    }
    for (int i = 0; i < AT_A_TIME; ++i) {
        transfer_end(&transfers[i]);
        s_show("at the same time", &transfers[i]);
    }
    s_get("later", &fixture, "kept");
    static uint8_t bytes[UPLOAD_BYTES];
    struct transfer upload = {0};
    put_stream_start(&upload, &fixture, "kept", aws_byte_cursor_from_array(bytes, sizeof(bytes)));
    transfer_end(&upload);
    s_show("upload", &upload);
    printf("  sessions: %d\n", s_sessions("kept", NULL));
    s_get_signed("other token, region and mode", &fixture, "kept", "eu-west-2");
    s_get_signed("the same again", &fixture, "kept", "eu-west-2");
    printf("  sessions: %d, with that region %d, with that mode %d\n", s_sessions("kept", NULL),
           s_sessions("kept", "/eu-west-2/s3express/aws4_request"),
           s_sessions("kept", "\r\nx-amz-create-session-mode: ReadOnly\r\n"));
    printf("  by the library's name: %d, to the host without its port: %d\n",
           s_sessions("kept", "\r\nUser-Agent: aws-sdk-crt/s3express-credentials-provider CRTS3NativeClient/"),
           s_sessions("kept", "\r\nHost: 127.0.0.1\r\n"));
    fixture_clean_up(&fixture);
}

static void s_ended(void) {
    struct fixture fixture;
    struct express express = {.key = "ended"};
    s_client(&fixture, &express);
    s_get("session that has ended already", &fixture, "ended");
    s_get("its successor", &fixture, "ended");
    s_get("the same again", &fixture, "ended");
    printf("  sessions: %d, requests with the first %d, with the second %d\n", s_sessions("ended", NULL),
           sent_lines("X-Amz-S3session-Token: ended-1"), sent_lines("X-Amz-S3session-Token: ended-2"));
    fixture_clean_up(&fixture);
}

static void s_failures(void) {
    static const char *const s_keys[] = {"refused", "wordless", "late-error", "broken", "busy", "endless"};
    for (size_t i = 0; i < sizeof(s_keys) / sizeof(*s_keys); ++i) {
        struct fixture fixture;
        struct express express = {.key = s_keys[i]};
        s_client(&fixture, &express);
        s_get(s_keys[i], &fixture, s_keys[i]);
        s_get("  again", &fixture, s_keys[i]);
        printf("  sessions: %d\n", s_sessions(s_keys[i], NULL));
        fixture_clean_up(&fixture);
    }
}

static void s_cancels(void) {
    struct fixture fixture;
    struct express slow = {.key = "slow"};
    s_client(&fixture, &slow);
    struct transfer cancelled = {0}, other = {0};
    get_start(&cancelled, &fixture, "slow", RECEIVE_BODY, NULL);
    get_start(&other, &fixture, "slow", RECEIVE_BODY, NULL);
    s_wait_for_session("slow");
    aws_s3_meta_request_cancel(cancelled.request);
    WAIT_FOR(cancelled.finished, 1);
    /* Nothing waits for the one that was cancelled, and the client may go while its session is being made. */
    fixture.client = aws_s3_client_release(fixture.client);
    CHECK(count_of(&fixture.client_gone) == 0);
    transfer_end(&cancelled);
    transfer_end(&other);
    s_show("cancelled while its session is made", &cancelled);
    s_show("the other one that waits for it", &other);
    printf("  sessions: %d\n", s_sessions("slow", NULL));
    fixture_clean_up(&fixture);

    struct express silent = {.key = "silent"};
    s_client(&fixture, &silent);
    struct transfer transfer = {0};
    get_start(&transfer, &fixture, "silent", RECEIVE_BODY, NULL);
    s_wait_for_session("silent");
    uint64_t began_ms = s_now_ms();
    aws_s3_meta_request_cancel(transfer.request);
    transfer_end(&transfer);
    s_show("cancelled, client released", &transfer);
    fixture_clean_up(&fixture);
    CHECK(s_now_ms() - began_ms < AT_ONCE_MS);
}

/* ---- A provider of the program's own. ---- */

enum answer { ANSWER_AT_ONCE, ANSWER_LATER, ANSWER_NOTHING, ANSWER_ERROR, REFUSE };

struct provider {
    struct aws_s3express_credentials_provider base;
    enum answer answer;
    int asked;
    int destroyed;
    aws_on_get_credentials_callback_fn *callback;
    void *user_data;
};

/* One program, one provider at a time. */
static struct provider s_provider;
static int s_made;
static int s_factory_fails;
/* The client of a factory that does what it must not do. */
static struct fixture *s_from_inside;

static int s_provide(
    struct aws_s3express_credentials_provider *base,
    const struct aws_credentials *original,
    const struct aws_credentials_properties_s3express *properties,
    aws_on_get_credentials_callback_fn *callback,
    void *user_data) {

    struct provider *provider = base->impl;
    CHECK(base == &provider->base && provider->destroyed == 0);
    CHECK(aws_byte_cursor_eq_c_str(&properties->host, "127.0.0.1"));
    CHECK(aws_byte_cursor_eq_c_str(&properties->region, "us-east-1"));
    struct aws_byte_cursor host;
    CHECK(aws_http_headers_get(properties->headers, text("Host"), &host) == AWS_OP_SUCCESS);
    CHECK(aws_credentials_get_access_key_id(original).len > 0);
    enum answer answer = provider->answer;
    if (answer == REFUSE) {
        happened(&provider->asked);
        return aws_raise_error(AWS_ERROR_DIVIDE_BY_ZERO);
    }
    if (answer == ANSWER_LATER) {
        provider->callback = callback;
        provider->user_data = user_data;
        happened(&provider->asked);
        return AWS_OP_SUCCESS;
    }
    happened(&provider->asked);
    struct aws_credentials *credentials = answer == ANSWER_AT_ONCE ? s_credentials("session", "theirs") : NULL;
    callback(credentials, answer == ANSWER_ERROR ? AWS_ERROR_LIST_EMPTY : AWS_ERROR_SUCCESS, user_data);
    aws_credentials_release(credentials);
    return AWS_OP_SUCCESS;
}

static void s_destroy(struct aws_s3express_credentials_provider *base) {
    happened(&((struct provider *)base->impl)->destroyed);
}

static struct aws_s3express_credentials_provider *s_factory(
    struct aws_allocator *allocator,
    struct aws_s3_client *client,
    aws_simple_completion_callback *on_shutdown,
    void *shutdown_user_data,
    void *user_data) {

    static struct aws_s3express_credentials_provider_vtable s_vtable = {
        .get_credentials = s_provide,
        .destroy = s_destroy,
    };
    CHECK(allocator == s_allocator && client != NULL && ((struct express *)user_data)->factory == s_factory);
    ++s_made;
    if (s_from_inside != NULL) {
        struct transfer transfer = {0};
        struct aws_http_message *message = message_new(s_from_inside, "GET", "theirs");
        struct aws_s3_meta_request_options options =
            transfer_options(&transfer, s_from_inside, AWS_S3_META_REQUEST_TYPE_GET_OBJECT, message);
        CHECK(aws_s3_client_make_meta_request(client, &options) == NULL);
        printf("request from inside the factory: %s\n", aws_error_name(aws_last_error()));
        aws_http_message_release(message);
        s_from_inside = NULL;
    }
    if (s_factory_fails > 0) {
        --s_factory_fails;
        aws_raise_error(AWS_ERROR_DIVIDE_BY_ZERO);
        return NULL;
    }
    memset(&s_provider, 0, sizeof(s_provider));
    aws_s3express_credentials_provider_init_base(&s_provider.base, allocator, &s_vtable, &s_provider);
    s_provider.base.shutdown_complete_callback = on_shutdown;
    s_provider.base.shutdown_user_data = shutdown_user_data;
    return &s_provider.base;
}

/* The provider says that it is gone, and only then the client may. */
static void s_provider_gone(struct fixture *fixture) {
    fixture->client = aws_s3_client_release(fixture->client);
    WAIT_FOR(s_provider.destroyed, 1);
    s_sleep_ms(20);
    CHECK(count_of(&fixture->client_gone) == 0);
    s_provider.base.shutdown_complete_callback(s_provider.base.shutdown_user_data);
    fixture_clean_up(fixture);
    CHECK(s_provider.destroyed == 1);
}

static void s_brought_along(void) {
    struct fixture fixture;
    struct express express = {.key = "plain", .factory = s_factory};
    s_client(&fixture, &express);
    s_factory_fails = 1;
    s_from_inside = &fixture;
    struct transfer refused = {0};
    struct aws_http_message *message = message_new(&fixture, "GET", "theirs");
    struct aws_s3_meta_request_options options =
        transfer_options(&refused, &fixture, AWS_S3_META_REQUEST_TYPE_GET_OBJECT, message);
    CHECK(aws_s3_client_make_meta_request(fixture.client, &options) == NULL);
    printf("factory that fails: %s, callbacks %d\n", aws_error_name(aws_last_error()), refused.finished + refused.gone);
    aws_http_message_release(message);

    s_get("provider", &fixture, "theirs");
    s_get("provider, again", &fixture, "theirs");
    printf("  factory called %d times, provider asked %d times\n", s_made, count_of(&s_provider.asked));
    s_provider.answer = REFUSE;
    s_get("provider that refuses", &fixture, "theirs");
    s_provider.answer = ANSWER_ERROR;
    s_get("provider that fails", &fixture, "theirs");
    s_provider.answer = ANSWER_NOTHING;
    s_get("provider that has nothing, nor has the client", &fixture, "theirs");
    printf("  sessions: %d\n", s_sessions("plain", NULL));
    s_provider_gone(&fixture);
}

static void s_silent_provider(void) {
    struct fixture fixture;
    struct express express = {.key = "plain", .factory = s_factory};
    s_client(&fixture, &express);
    struct transfer first = {0}, last = {0};
    get_start(&first, &fixture, "theirs", RECEIVE_BODY, NULL);
    transfer_end(&first);
    s_provider.answer = ANSWER_LATER;
    int asked = count_of(&s_provider.asked);
    get_start(&last, &fixture, "theirs", RECEIVE_BODY, NULL);
    WAIT_FOR(s_provider.asked, asked + 1);
    aws_s3_meta_request_cancel(last.request);
    transfer_end(&last);
    s_show("cancelled while the provider thinks", &last);
    /* It is kept until it has answered, though everybody else is gone. */
    fixture.client = aws_s3_client_release(fixture.client);
    s_sleep_ms(50);
    CHECK(count_of(&s_provider.destroyed) == 0 && count_of(&fixture.client_gone) == 0);
    s_provider.callback(NULL, AWS_ERROR_INVALID_STATE, s_provider.user_data);
    s_provider_gone(&fixture);
}

int main(void) {
    s_allocator = begin();
    s_kept();
    s_ended();
    s_failures();
    s_cancels();
    s_brought_along();
    s_silent_provider();
    return end(s_allocator);
}

/* SPDX-License-Identifier: Apache-2.0 */

/* Proxies that do not open a tunnel, and strategies of the program's own that talk them into it. The scripted server is
 * the proxy, and whatever is behind it; scripts/proxy_strategies.json says what it does for which host. */

#include "support.h"

enum { OBJECT_BYTES = 50000 };

/* What the strategy of a case does. */
enum kind {
    NO_STRATEGY,
    /* Answers a challenge on the same connection. */
    SAME_CONNECTION,
    /* Answers it on another one, and from another thread. */
    NEW_CONNECTION,
    /* Answers with what is refused again, for ever. */
    NEVER_ENDING,
    /* Has no credentials to give. */
    GIVES_UP,
    /* Is for the other type of proxy. */
    OTHER_TYPE,
    /* Adds a header to each forwarded request. */
    FORWARDS,
    /* Does not let requests be forwarded. */
    FORBIDS,
};

struct strategy {
    struct aws_http_proxy_strategy base;
    struct aws_http_proxy_strategy_vtable vtable;
    enum kind kind;
};

struct negotiator {
    struct aws_http_proxy_negotiator base;
    struct aws_http_proxy_strategy *strategy;
    enum kind kind;
    bool challenged;
    char challenge[64];
    size_t page_bytes;
    /* An answer that another thread gives. */
    struct aws_http_message *message;
    aws_http_proxy_negotiation_http_request_forward_fn *go_on;
    void *user_data;
};

static struct aws_allocator *s_allocator;
static int s_strategies_gone;
static int s_negotiators_gone;

static void s_add_credentials(struct aws_http_message *message, const char *value) {
    struct aws_http_header header = {.name = text("Proxy-Authorization"), .value = text(value)};
    CHECK(aws_http_message_add_header(message, header) == AWS_OP_SUCCESS);
}

static void *s_answer_later(void *argument) {
    struct negotiator *negotiator = argument;
    struct timespec pause = {.tv_nsec = 50 * 1000 * 1000};
    nanosleep(&pause, NULL);
    negotiator->go_on(negotiator->message, negotiator->user_data);
    return NULL;
}

static void s_connect(
    struct aws_http_proxy_negotiator *base,
    struct aws_http_message *message,
    aws_http_proxy_negotiation_terminate_fn *give_up,
    aws_http_proxy_negotiation_http_request_forward_fn *go_on,
    void *user_data) {

    struct negotiator *negotiator = base->impl;
    if (negotiator->kind == GIVES_UP) {
        give_up(message, AWS_ERROR_HTTP_PROXY_STRATEGY_TOKEN_RETRIEVAL_FAILURE, user_data);
        return;
    }
    if (negotiator->challenged) {
        bool told = strcmp(negotiator->challenge, "Test question") == 0 && negotiator->page_bytes == 12;
        s_add_credentials(message, negotiator->kind == NEVER_ENDING ? "Test wrong" : told ? "Test answer" : "Test ?");
    }
    if (negotiator->kind != NEW_CONNECTION) {
        go_on(message, user_data);
        return;
    }
    negotiator->message = message;
    negotiator->go_on = go_on;
    negotiator->user_data = user_data;
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, s_answer_later, negotiator) == 0);
    CHECK(pthread_detach(thread) == 0);
}

static int s_on_headers(
    struct aws_http_proxy_negotiator *base,
    enum aws_http_header_block block,
    const struct aws_http_header *headers,
    size_t count) {

    struct negotiator *negotiator = base->impl;
    CHECK(block == AWS_HTTP_HEADER_BLOCK_MAIN);
    for (size_t i = 0; i < count; ++i) {
        struct aws_byte_cursor name = text("proxy-authenticate");
        if (aws_byte_cursor_eq_ignore_case(&headers[i].name, &name)) {
            snprintf(
                negotiator->challenge,
                sizeof(negotiator->challenge),
                "%.*s",
                (int)headers[i].value.len,
                (const char *)headers[i].value.ptr);
        }
    }
    return AWS_OP_SUCCESS;
}

static int s_on_status(struct aws_http_proxy_negotiator *base, enum aws_http_status_code status) {
    struct negotiator *negotiator = base->impl;
    negotiator->challenged = status == AWS_HTTP_STATUS_CODE_407_PROXY_AUTHENTICATION_REQUIRED;
    negotiator->page_bytes = 0;
    return AWS_OP_SUCCESS;
}

static int s_on_body(struct aws_http_proxy_negotiator *base, const struct aws_byte_cursor *data) {
    ((struct negotiator *)base->impl)->page_bytes += data->len;
    return AWS_OP_SUCCESS;
}

static enum aws_http_proxy_negotiation_retry_directive s_retry(struct aws_http_proxy_negotiator *base) {
    struct negotiator *negotiator = base->impl;
    return negotiator->kind == NEW_CONNECTION ? AWS_HPNRD_NEW_CONNECTION : AWS_HPNRD_CURRENT_CONNECTION;
}

static int s_forward(struct aws_http_proxy_negotiator *base, struct aws_http_message *message) {
    struct negotiator *negotiator = base->impl;
    if (negotiator->kind == FORBIDS) {
        return aws_raise_error(AWS_ERROR_INVALID_STATE);
    }
    s_add_credentials(message, "Test answer");
    return AWS_OP_SUCCESS;
}

static void s_end_negotiator(void *object) {
    struct negotiator *negotiator = ((struct aws_http_proxy_negotiator *)object)->impl;
    aws_ref_count_release(&negotiator->strategy->ref_count);
    aws_mem_release(s_allocator, negotiator);
    happened(&s_negotiators_gone);
}

static struct aws_http_proxy_negotiator *s_create(
    struct aws_http_proxy_strategy *strategy,
    struct aws_allocator *allocator) {

    static struct aws_http_proxy_negotiator_tunnelling_vtable s_tunnelling = {
        .connect_request_transform = s_connect,
        .on_incoming_headers_callback = s_on_headers,
        .on_status_callback = s_on_status,
        .on_incoming_body_callback = s_on_body,
        .get_retry_directive = s_retry,
    };
    static struct aws_http_proxy_negotiator_forwarding_vtable s_forwarding = {
        .forward_request_transform = s_forward,
    };
    CHECK(allocator == s_allocator);
    struct negotiator *negotiator = aws_mem_calloc(allocator, 1, sizeof(*negotiator));
    negotiator->kind = ((struct strategy *)strategy->impl)->kind;
    negotiator->strategy = strategy;
    aws_ref_count_acquire(&strategy->ref_count);
    negotiator->base.impl = negotiator;
    if (strategy->proxy_connection_type == AWS_HPCT_HTTP_FORWARD) {
        negotiator->base.strategy_vtable.forwarding_vtable = &s_forwarding;
    } else {
        negotiator->base.strategy_vtable.tunnelling_vtable = &s_tunnelling;
    }
    aws_ref_count_init(&negotiator->base.ref_count, &negotiator->base, s_end_negotiator);
    return &negotiator->base;
}

static void s_end_strategy(void *object) {
    aws_mem_release(s_allocator, ((struct aws_http_proxy_strategy *)object)->impl);
    happened(&s_strategies_gone);
}

static struct aws_http_proxy_strategy *s_strategy_new(enum kind kind) {
    struct strategy *strategy = aws_mem_calloc(s_allocator, 1, sizeof(*strategy));
    bool forwards = kind == FORWARDS || kind == FORBIDS || kind == OTHER_TYPE;
    strategy->kind = kind;
    strategy->vtable.create_negotiator = s_create;
    strategy->base.vtable = &strategy->vtable;
    strategy->base.impl = strategy;
    strategy->base.proxy_connection_type = forwards ? AWS_HPCT_HTTP_FORWARD : AWS_HPCT_HTTP_TUNNEL;
    aws_ref_count_init(&strategy->base.ref_count, &strategy->base, s_end_strategy);
    return &strategy->base;
}

static void s_client(struct fixture *fixture, const char *host, enum kind kind, bool retries) {
    bool forwards = kind == FORWARDS || kind == FORBIDS;
    struct aws_http_proxy_options proxy = {
        .connection_type = forwards ? AWS_HPCT_HTTP_FORWARD : AWS_HPCT_HTTP_TUNNEL,
        .host = text("127.0.0.1"),
        .port = (uint32_t)strtoul(setting("S3_TEST_SCRIPTED_PORT"), NULL, 10),
        .proxy_strategy = kind == NO_STRATEGY ? NULL : s_strategy_new(kind),
    };
    struct fixture_options options = {
        .port = "80",
        .name = host,
        .proxy = &proxy,
        .connect_timeout_ms = 2000,
        .no_retries = !retries,
    };
    fixture_init(fixture, s_allocator, &options);
    aws_http_proxy_strategy_release(proxy.proxy_strategy);
}

static void s_get(const char *host, enum kind kind, bool retries) {
    struct fixture fixture;
    s_client(&fixture, host, kind, retries);
    struct transfer transfer = {0};
    get_start(&transfer, &fixture, "object", RECEIVE_BODY, NULL);
    transfer_end(&transfer);
    transfer.wrong_content |= transfer.error_code == 0 && transfer.received != OBJECT_BYTES;
    print_transfer(host, &transfer);
    fixture_clean_up(&fixture);
}

/* Cancelling does not wait for the proxy. */
static void s_cancel(const char *host) {
    struct fixture fixture;
    s_client(&fixture, host, NO_STRATEGY, true);
    struct transfer transfer = {0};
    get_start(&transfer, &fixture, "object", RECEIVE_BODY, NULL);
    struct timespec pause = {.tv_nsec = 300 * 1000 * 1000};
    nanosleep(&pause, NULL);
    time_t before = time(NULL);
    aws_s3_meta_request_cancel(transfer.request);
    transfer_end(&transfer);
    print_transfer(host, &transfer);
    printf("  %s\n", time(NULL) - before < 2 ? "at once" : "LATE");
    fixture_clean_up(&fixture);
}

int main(void) {
    s_allocator = begin();
    s_get("open.test", NO_STRATEGY, false);
    s_get("asks.test", NO_STRATEGY, false);
    s_get("fails.test", NO_STRATEGY, false);
    s_get("fails-once.test", NO_STRATEGY, true);
    s_get("garbage.test", NO_STRATEGY, false);
    s_get("closes.test", NO_STRATEGY, false);
    s_get("silent.test", NO_STRATEGY, false);
    s_cancel("silent.test");
    s_get("asks.test", SAME_CONNECTION, false);
    s_get("asks.test", NEW_CONNECTION, false);
    s_get("asks.test", NEVER_ENDING, false);
    s_get("asks.test", GIVES_UP, false);
    s_get("asks.test", OTHER_TYPE, false);
    s_get("forward.test", FORWARDS, false);
    s_get("forward.test", FORBIDS, false);
    int left = end(s_allocator);
    printf("strategies gone: %d, negotiators gone: %d\n", count_of(&s_strategies_gone), count_of(&s_negotiators_gone));
    return left;
}

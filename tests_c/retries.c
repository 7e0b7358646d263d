/* SPDX-License-Identifier: Apache-2.0 */

/* Who is asked whether a request is sent again, what he is told, and what is left of the failure in the end: the modes
 * of retry_config, the strategies of the CRT, and one of the program's own. scripts/retries.json is what the server does. */

#include "support.h"

static struct aws_allocator *s_allocator;

/* ---- One download, and its attempts ---- */

struct attempts {
    int count;
    int last_status;
    char last_id[32];
};

static void s_attempt(struct aws_s3_meta_request *request, struct aws_s3_request_metrics *metrics, void *user_data) {
    (void)request;
    struct attempts *attempts = ((struct transfer *)user_data)->extra;
    attempts->last_status = 0;
    aws_s3_request_metrics_get_response_status_code(metrics, &attempts->last_status);
    const struct aws_string *id = NULL;
    if (aws_s3_request_metrics_get_request_id(metrics, &id) == AWS_OP_SUCCESS) {
        snprintf(attempts->last_id, sizeof(attempts->last_id), "%s", aws_string_c_str(id));
    }
    ++attempts->count;
}

static void s_get(struct fixture *fixture, const char *what, const char *key) {
    struct attempts attempts = {0};
    struct transfer transfer = {.extra = &attempts};
    struct aws_http_message *message = message_new(fixture, "GET", key);
    struct aws_s3_meta_request_options options =
        transfer_options(&transfer, fixture, AWS_S3_META_REQUEST_TYPE_GET_OBJECT, message);
    options.body_callback = on_body;
    options.telemetry_callback = s_attempt;
    transfer_start(&transfer, &options);
    aws_http_message_release(message);
    transfer_end(&transfer);
    print_transfer(what, &transfer);
    printf("  %d attempts\n", attempts.count);
    if (transfer.has_error_headers) {
        printf("  %s, headers shown with %d, ", transfer.operation, transfer.headers_status);
        printf("last attempt %d %s: %s\n", attempts.last_status, attempts.last_id, transfer.error_body);
    }
}

static void s_client(struct fixture *fixture, void (*configure)(struct aws_s3_client_config *, void *), void *data) {
    struct fixture_options options = {
        .port = setting("S3_TEST_SCRIPTED_PORT"),
        .part_size = 64 * KIB,
        .configure = configure,
        .configure_data = data,
    };
    fixture_init(fixture, s_allocator, &options);
}

/* ---- retry_config ---- */

struct settings {
    enum aws_s3_retry_mode mode;
    size_t max_retries;
    uint32_t scale_ms;
    enum aws_exponential_backoff_jitter_mode jitter;
    size_t capacity;
    bool fast_fail;
};

static void s_configure(struct aws_s3_client_config *config, void *data) {
    const struct settings *settings = data;
    config->retry_config.retry_mode = settings->mode;
    config->retry_config.max_retries = settings->max_retries;
    config->retry_config.backoff_scale_factor_ms = settings->scale_ms != 0 ? settings->scale_ms : 1;
    config->retry_config.jitter_mode = settings->jitter;
    config->retry_config.initial_bucket_capacity = settings->capacity;
    config->retry_config.fast_fail_if_no_token = settings->fast_fail;
}

static void s_modes(void) {
    static struct {
        const char *what;
        struct settings settings;
        const char *keys[3];
    } s_cases[] = {
        {"default", {0}, {"broken", "broken-once"}},
        {"standard, 2", {.max_retries = 2}, {"broken", "busy", "closes"}},
        {"standard, small budget", {.max_retries = 9, .capacity = 10}, {"broken", "broken", "plain"}},
        {"standard, decorrelated", {.max_retries = 3, .jitter = 3}, {"broken"}},
        {"adaptive, 2", {AWS_S3_RETRY_MODE_ADAPTIVE, .max_retries = 2}, {"broken", "broken-twice"}},
        {"adaptive, fast fail", {AWS_S3_RETRY_MODE_ADAPTIVE, .fast_fail = true}, {"busy", "plain"}},
        {"exponential, 2", {AWS_S3_RETRY_MODE_EXPONENTIAL_BACKOFF, .max_retries = 2}, {"broken", "busy"}},
        {"exponential, no budget", {AWS_S3_RETRY_MODE_EXPONENTIAL_BACKOFF, .max_retries = 4, .capacity = 5}, {"broken"}},
        {"none", {AWS_S3_RETRY_MODE_NONE, .max_retries = 5, .jitter = 99}, {"broken", "busy", "closes"}},
        {"unknown mode", {(enum aws_s3_retry_mode)77, .max_retries = 1}, {"broken"}},
    };
    for (size_t i = 0; i < sizeof(s_cases) / sizeof(*s_cases); ++i) {
        struct fixture fixture;
        s_client(&fixture, s_configure, &s_cases[i].settings);
        for (int k = 0; k < 3 && s_cases[i].keys[k] != NULL; ++k) {
            char what[80];
            snprintf(what, sizeof(what), "%s: %s", s_cases[i].what, s_cases[i].keys[k]);
            s_get(&fixture, what, s_cases[i].keys[k]);
        }
        fixture_clean_up(&fixture);
    }
}

/* Without jitter the delays are known: 100, 200 and 400 ms. */
static void s_delays(void) {
    struct settings settings = {.max_retries = 3, .scale_ms = 100, .jitter = AWS_EXPONENTIAL_BACKOFF_JITTER_NONE};
    struct fixture fixture;
    s_client(&fixture, s_configure, &settings);
    struct timespec began, ended;
    clock_gettime(CLOCK_MONOTONIC, &began);
    s_get(&fixture, "delays that double", "broken");
    clock_gettime(CLOCK_MONOTONIC, &ended);
    int64_t took_ms = (ended.tv_sec - began.tv_sec) * 1000 + (ended.tv_nsec - began.tv_nsec) / 1000000;
    CHECK(took_ms >= 700);
    fixture_clean_up(&fixture);
}

/* ---- Strategies of the CRT ---- */

static void s_use(struct aws_s3_client_config *config, void *strategy) {
    config->retry_strategy = strategy;
    /* Ignored as a whole beside a strategy. */
    config->retry_config.retry_mode = AWS_S3_RETRY_MODE_NONE;
    config->retry_config.jitter_mode = 99;
}

static void s_strategy_of_the_crt(const char *what, struct aws_retry_strategy *strategy, const char *key) {
    CHECK(strategy != NULL);
    struct fixture fixture;
    s_client(&fixture, s_use, strategy);
    aws_retry_strategy_release(strategy);
    s_get(&fixture, what, key);
    fixture_clean_up(&fixture);
}

static void s_strategies_of_the_crt(void) {
    struct aws_event_loop_group *loops = aws_event_loop_group_new_default(s_allocator, 1, NULL);
    struct aws_adaptive_retry_options options = {0};
    struct aws_exponential_backoff_retry_options *backoff = &options.standard_options.backoff_retry_options;
    backoff->el_group = loops;
    backoff->max_retries = 2;
    backoff->backoff_scale_factor_ms = 1;
    s_strategy_of_the_crt(
        "strategy: exponential", aws_retry_strategy_new_exponential_backoff(s_allocator, backoff), "broken");
    s_strategy_of_the_crt(
        "strategy: standard", aws_retry_strategy_new_standard(s_allocator, &options.standard_options), "broken");
    s_strategy_of_the_crt("strategy: adaptive", aws_retry_strategy_new_adaptive(s_allocator, &options), "broken-thrice");
    s_strategy_of_the_crt("strategy: no retry", aws_retry_strategy_new_no_retry(s_allocator, NULL), "plain");
    aws_event_loop_group_release(loops);
}

/* ---- A strategy of the program's own ---- */

enum manner { ALLOWS, REFUSES_TOKENS, FAILS_TOKENS, REFUSES_RETRIES, FAILS_RETRIES };

struct strategy {
    struct aws_retry_strategy base;
    enum manner manner;
    int tokens;
    int ended;
};

/* An answer that comes on another thread, as the contract wants it. */
struct answer {
    struct strategy *strategy;
    struct aws_retry_token *token;
    aws_retry_strategy_on_retry_token_acquired_fn *acquired;
    aws_retry_strategy_on_retry_ready_fn *ready;
    void *user_data;
};

static void *s_give_answer(void *given) {
    struct answer answer = *(struct answer *)given;
    free(given);
    enum manner manner = answer.strategy->manner;
    if (answer.ready != NULL) {
        answer.ready(answer.token, manner == FAILS_RETRIES ? AWS_ERROR_NO_PERMISSION : 0, answer.user_data);
    } else if (manner == FAILS_TOKENS) {
        answer.acquired(&answer.strategy->base, AWS_ERROR_NO_PERMISSION, NULL, answer.user_data);
    } else {
        answer.acquired(&answer.strategy->base, 0, answer.token, answer.user_data);
    }
    return NULL;
}

static void s_answer(struct answer answer) {
    struct answer *given = malloc(sizeof(*given));
    *given = answer;
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, s_give_answer, given) == 0);
    pthread_detach(thread);
}

static int s_acquire(
    struct aws_retry_strategy *base,
    const struct aws_byte_cursor *partition,
    aws_retry_strategy_on_retry_token_acquired_fn *callback,
    void *user_data,
    uint64_t timeout_ms) {

    struct strategy *strategy = (struct strategy *)base;
    bool is_host = partition->len > 10 && memcmp(partition->ptr, "127.0.0.1:", 10) == 0;
    printf("  token for %s, timeout %" PRIu64 "\n", is_host ? "the host" : "SOMETHING ELSE", timeout_ms);
    if (strategy->manner == REFUSES_TOKENS) {
        return aws_raise_error(AWS_ERROR_NO_PERMISSION);
    }
    struct answer answer = {.strategy = strategy, .acquired = callback, .user_data = user_data};
    if (strategy->manner != FAILS_TOKENS) {
        answer.token = aws_mem_calloc(s_allocator, 1, sizeof(*answer.token));
        answer.token->allocator = s_allocator;
        answer.token->retry_strategy = base;
        aws_atomic_init_int(&answer.token->ref_count, 1);
        ++strategy->tokens;
    }
    s_answer(answer);
    return AWS_OP_SUCCESS;
}

static int s_schedule(
    struct aws_retry_token *token,
    enum aws_retry_error_type type,
    aws_retry_strategy_on_retry_ready_fn *callback,
    void *user_data) {

    static const char *s_types[] = {"transient", "throttling", "server error", "client error"};
    printf("  retry of a %s\n", s_types[type]);
    struct strategy *strategy = (struct strategy *)token->retry_strategy;
    if (strategy->manner == REFUSES_RETRIES) {
        return aws_raise_error(AWS_ERROR_NO_PERMISSION);
    }
    s_answer((struct answer){.strategy = strategy, .token = token, .ready = callback, .user_data = user_data});
    return AWS_OP_SUCCESS;
}

static int s_success(struct aws_retry_token *token) {
    (void)token;
    printf("  success\n");
    return AWS_OP_SUCCESS;
}

static void s_release(struct aws_retry_token *token) {
    printf("  token released\n");
    --((struct strategy *)token->retry_strategy)->tokens;
    aws_mem_release(s_allocator, token);
}

static void s_destroy(struct aws_retry_strategy *base) { happened(&((struct strategy *)base)->ended); }

static void s_own_strategy(const char *what, enum manner manner, const char *key) {
    static struct aws_retry_strategy_vtable s_vtable = {
        .destroy = s_destroy,
        .acquire_token = s_acquire,
        .schedule_retry = s_schedule,
        .record_success = s_success,
        .release_token = s_release,
    };
    struct strategy strategy = {.base = {.allocator = s_allocator, .vtable = &s_vtable}, .manner = manner};
    aws_atomic_init_int(&strategy.base.ref_count, 1);
    struct fixture fixture;
    s_client(&fixture, s_use, &strategy);
    aws_retry_strategy_release(&strategy.base);
    s_get(&fixture, what, key);
    CHECK(count_of(&strategy.ended) == 0);
    fixture_clean_up(&fixture);
    CHECK(count_of(&strategy.ended) == 1 && strategy.tokens == 0);
}

int main(void) {
    s_allocator = begin();
    s_modes();
    s_delays();
    s_strategies_of_the_crt();
    s_own_strategy("own strategy", ALLOWS, "mixed");
    s_own_strategy("own strategy that refuses tokens", REFUSES_TOKENS, "plain");
    s_own_strategy("own strategy that fails tokens", FAILS_TOKENS, "plain");
    s_own_strategy("own strategy that refuses retries", REFUSES_RETRIES, "broken");
    s_own_strategy("own strategy that fails retries", FAILS_RETRIES, "broken");
    s_own_strategy("own strategy, nothing to retry", ALLOWS, "forbidden");
    return end(s_allocator);
}

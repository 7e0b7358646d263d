/* SPDX-License-Identifier: Apache-2.0 */

/* What each reply of a server means: the error that the caller gets, what comes with it, and how often the request was
 * sent when one retry is allowed. scripts/replies.json has the replies; their names begin the targets. */

#include "attempts.h"

static struct fixture s_fixture;

static const int s_statuses[] = {
    200, 201, 202, 204, 206, 301, 304, 400, 403, 404, 409, 412, 416, 429, 500, 501, 502, 503, 504, 505,
};

static const char *s_codes[] = {
    "SlowDown", "slowdown", "InternalError", "InternalErrors", "RequestTimeTooSkewed", "RequestTimeout", "AccessDenied",
};

static const char *s_bodies[] = {"not-an-error", "not-xml", "no-code", "case"};

static void s_send(const char *operation, const char *key) {
    int attempts = 0;
    struct transfer transfer = {0};
    default_start(&transfer, &s_fixture, operation, key, &attempts);
    transfer_end(&transfer);
    printf("%s %s: %d x %s", operation, key, attempts, aws_error_name(transfer.error_code));
    printf(", status %d%s\n", transfer.status, transfer.has_error_headers ? ", with headers" : "");
    CHECK(!transfer.has_error_headers || strcmp(transfer.operation, operation) == 0);
}

static void s_one_retry(struct aws_s3_client_config *config, void *data) {
    (void)data;
    config->retry_config.retry_mode = AWS_S3_RETRY_MODE_EXPONENTIAL_BACKOFF;
    config->retry_config.max_retries = 1;
    config->retry_config.backoff_scale_factor_ms = 1;
}

int main(void) {
    struct aws_allocator *allocator = begin();
    struct fixture_options options = {.port = setting("S3_TEST_SCRIPTED_PORT"), .configure = s_one_retry};
    fixture_init(&s_fixture, allocator, &options);
    char key[64];
    for (size_t i = 0; i < sizeof(s_statuses) / sizeof(*s_statuses); ++i) {
        snprintf(key, sizeof(key), "status-%d", s_statuses[i]);
        s_send("PutObject", key);
    }
    for (int status = 200; status <= 503; status = status == 200 ? 400 : status == 400 ? 403 : status == 403 ? 503 : 999) {
        for (size_t i = 0; i < sizeof(s_codes) / sizeof(*s_codes); ++i) {
            snprintf(key, sizeof(key), "code-%d-%s?", status, s_codes[i]);
            s_send("CopyObject", key);
            /* What GetObject brings with status 200 is data. */
            s_send("GetObject", key);
        }
    }
    for (size_t i = 0; i < sizeof(s_bodies) / sizeof(*s_bodies); ++i) {
        snprintf(key, sizeof(key), "body-%s", s_bodies[i]);
        s_send("ListParts", key);
    }
    fixture_clean_up(&s_fixture);
    return end(allocator);
}

/* SPDX-License-Identifier: Apache-2.0 */

/* Many transfers, each against a fault at a moment of its own: soak http|https COUNT [SLOWNESS [SEED]].
 *
 * Every transfer must end, once, as plan.c allows. All chance comes from a seed, which is printed; SOAK_SEED=n plays a
 * run again, SOAK_ONLY=i one transfer of it. SLOWNESS stretches the limits where a checker slows everything down. */

#include "../support.h"
#include "plan.h"

#include <aws/http/connection.h>
#include <aws/io/future.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SLOTS = 24, WRONG_AT_MOST = 10, HANGS_AFTER_S = 60, MONITORING_S = 2, LONGEST_UPLOAD = 12 << 20 };

struct slot {
    struct plan plan;
    struct transfer transfer;
    struct aws_future_void *written;
    bool paused;
    struct aws_s3_meta_request_resume_token *token;
    bool resumed;
    bool used;
    bool released;
    bool cancelled;
    /* Look-ups of this transfer's host so far; under the lock. */
    int lookups;
    uint64_t started_ms;
    /* By the other clock. */
    uint64_t born_ms;
    char path[PATH_SIZE];
    char host[64];
    struct aws_uri endpoint;
};

static struct slot s_slots[SLOTS];
static struct fixture s_fixtures[CLIENTS];
static uint8_t *s_content;
static uint64_t s_seed;
static uint64_t s_slowness = 1;
static bool s_tls;
static int s_wrong;
static int s_succeeded;
static int s_failed;
static int s_cancelled;

static uint64_t s_now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Time that this process has lived through: while it is kept from running, nobody hangs. */
static uint64_t s_lived_ms(void) {
    static uint64_t s_lived, s_last;
    uint64_t now = s_now_ms();
    uint64_t step = s_last == 0 ? 0 : now - s_last;
    s_lived += step < 100 ? step : 100;
    s_last = now;
    return s_lived;
}

/* ---- Name resolution: every name is this machine, unless the plan of its transfer says otherwise. ---- */

static void s_resolver_gone(void *resolver) {
    free(resolver);
}

static int s_lookup_error(const char *name) {
    int number = 0;
    uint64_t index = 0;
    if (sscanf(name, "slot-%d-%" SCNu64, &number, &index) != 2 || s_slots[number].plan.index != index) {
        return 0;
    }
    struct slot *slot = &s_slots[number];
    happened(&slot->lookups);
    switch (slot->plan.lookup) {
        case LOOKUP_WORKS:
            return 0;
        case LOOKUP_FAILS_TWICE:
            return count_of(&slot->lookups) <= 2 ? AWS_IO_DNS_QUERY_FAILED : 0;
        case LOOKUP_FAILS:
            return AWS_IO_DNS_QUERY_FAILED;
        case LOOKUP_REFUSES:
            return AWS_IO_DNS_INVALID_NAME;
    }
    return 0;
}

static int s_resolve(
    struct aws_host_resolver *resolver,
    const struct aws_string *name,
    aws_on_host_resolved_result_fn *resolved,
    const struct aws_host_resolution_config *config,
    void *user_data) {

    (void)config;
    int error = s_lookup_error(aws_string_c_str(name));
    if (error != 0) {
        resolved(resolver, name, error, NULL, user_data);
        return AWS_OP_SUCCESS;
    }
    struct aws_string *text_of_address = aws_string_new_from_c_str(resolver->allocator, "127.0.0.1");
    struct aws_host_address address = {
        .allocator = resolver->allocator,
        .host = name,
        .address = text_of_address,
        .record_type = AWS_ADDRESS_RECORD_TYPE_A,
    };
    struct aws_array_list addresses;
    aws_array_list_init_static_from_initialized(&addresses, &address, 1, sizeof(address));
    resolved(resolver, name, 0, &addresses, user_data);
    aws_string_destroy(text_of_address);
    return AWS_OP_SUCCESS;
}

static int s_note_failure(struct aws_host_resolver *resolver, const struct aws_host_address *address) {
    (void)resolver;
    (void)address;
    return AWS_OP_SUCCESS;
}

static size_t s_address_count(struct aws_host_resolver *resolver, const struct aws_string *name, uint32_t flags) {
    (void)resolver;
    (void)name;
    (void)flags;
    return 1;
}

static struct aws_host_resolver *s_resolver_new(struct aws_allocator *allocator) {
    static struct aws_host_resolver_vtable s_vtable = {
        .resolve_host = s_resolve,
        .record_connection_failure = s_note_failure,
        .get_host_address_count = s_address_count,
    };
    struct aws_host_resolver *resolver = calloc(1, sizeof(*resolver));
    resolver->allocator = allocator;
    resolver->vtable = &s_vtable;
    aws_ref_count_init(&resolver->ref_count, resolver, s_resolver_gone);
    return resolver;
}

/* ---- Starting. ---- */

static int s_cancel_at_body(struct transfer *transfer, size_t length) {
    (void)length;
    aws_s3_meta_request_cancel(transfer->current);
    return AWS_OP_SUCCESS;
}

static void s_address(struct slot *slot, struct fixture *fixture, struct aws_s3_meta_request_options *options) {
    if (slot->plan.lookup == LOOKUP_WORKS) {
        return;
    }
    /* A name that no transfer had before. */
    int number = (int)(slot - s_slots);
    snprintf(slot->host, sizeof(slot->host), "slot-%d-%" PRIu64 ".test:%s", number, slot->plan.index,
        setting("S3_TEST_HTTP_PORT"));
    char uri[128];
    snprintf(uri, sizeof(uri), "http://%s", slot->host);
    struct aws_byte_cursor uri_text = text(uri);
    CHECK(aws_uri_init_parse(&slot->endpoint, fixture->allocator, &uri_text) == AWS_OP_SUCCESS);
    struct aws_http_header host = {.name = text("Host"), .value = text(slot->host)};
    struct aws_http_headers *headers = aws_http_message_get_headers(options->message);
    CHECK(aws_http_headers_set(headers, host.name, host.value) == AWS_OP_SUCCESS);
    options->endpoint = &slot->endpoint;
}

static void s_start_get(struct slot *slot, struct fixture *fixture) {
    struct aws_http_message *message = message_new(fixture, "GET", slot->plan.key);
    struct aws_s3_meta_request_options options =
        transfer_options(&slot->transfer, fixture, AWS_S3_META_REQUEST_TYPE_GET_OBJECT, message);
    s_address(slot, fixture, &options);
    if (slot->plan.sink == INTO_CALLBACK) {
        options.body_callback = on_body;
    } else if (slot->plan.sink == INTO_CALLBACK_EX) {
        options.body_callback_ex = on_body_ex;
    } else {
        options.recv_filepath = text(slot->path);
    }
    transfer_start(&slot->transfer, &options);
    aws_http_message_release(message);
}

static void s_start_put(struct slot *slot, struct fixture *fixture) {
    struct plan *plan = &slot->plan;
    struct aws_http_message *message = message_new(fixture, "PUT", plan->key);
    struct aws_s3_meta_request_options options =
        transfer_options(&slot->transfer, fixture, AWS_S3_META_REQUEST_TYPE_PUT_OBJECT, message);
    s_address(slot, fixture, &options);
    /* 0 would stand for the default. */
    options.multipart_upload_threshold = plan->multipart ? 1 : UINT64_MAX;
    struct aws_byte_cursor bytes = aws_byte_cursor_from_array(s_content, (size_t)plan->size);
    struct aws_input_stream *stream = NULL;
    switch (plan->source) {
        case FROM_FILE:
            write_content_file(slot->path, plan->size);
            options.send_filepath = text(slot->path);
            break;
        case FROM_LENT:
            options.request_body = bytes;
            break;
        case FROM_KNOWN_WRITES:
            add_content_length(message, plan->size);
            /* fallthrough */
        case FROM_WRITES:
            options.send_using_async_writes = true;
            break;
        case FROM_MEMORY:
            add_content_length(message, plan->size);
            /* fallthrough */
        default:
            stream = aws_input_stream_new_from_cursor(fixture->allocator, &bytes);
            aws_http_message_set_body_stream(message, stream);
    }
    options.resume_token = slot->token;
    transfer_start(&slot->transfer, &options);
    if (options.send_using_async_writes) {
        slot->written = aws_s3_meta_request_write(slot->transfer.request, bytes, true);
    }
    aws_input_stream_release(stream);
    aws_http_message_release(message);
}

static void s_start_copy(struct slot *slot, struct fixture *fixture) {
    struct aws_http_message *message = message_new(fixture, "PUT", slot->plan.key);
    struct aws_s3_meta_request_options options =
        transfer_options(&slot->transfer, fixture, AWS_S3_META_REQUEST_TYPE_COPY_OBJECT, message);
    s_address(slot, fixture, &options);
    char place[PATH_SIZE], uri[PATH_SIZE + 128];
    snprintf(place, sizeof(place), "%s/%s", setting("S3_TEST_BUCKET"), slot->plan.key);
    snprintf(uri, sizeof(uri), "%s://%s/%s", s_tls ? "https" : "http", fixture->host, place);
    struct aws_http_header source = {.name = text("x-amz-copy-source"), .value = text(place)};
    CHECK(aws_http_message_add_header(message, source) == AWS_OP_SUCCESS);
    options.copy_source_uri = text(uri);
    transfer_start(&slot->transfer, &options);
    aws_http_message_release(message);
}

static void s_start(struct slot *slot, uint64_t index) {
    memset(slot, 0, sizeof(*slot));
    struct plan *plan = &slot->plan;
    make_plan(plan, s_seed, index, s_tls);
    char name[64];
    snprintf(name, sizeof(name), "soak-%" PRIu64, index);
    path_in_dir(slot->path, name);
    slot->used = true;
    slot->started_ms = s_now_ms();
    slot->born_ms = s_lived_ms();
    if (plan->cancel == CANCEL_AT_BODY && !plan->put) {
        slot->transfer.during_body = s_cancel_at_body;
    }
    if (plan->copy) {
        s_start_copy(slot, &s_fixtures[plan->client]);
    } else if (plan->put) {
        s_start_put(slot, &s_fixtures[plan->client]);
    } else {
        s_start_get(slot, &s_fixtures[plan->client]);
    }
    if (plan->cancel == CANCEL_AT_ONCE) {
        aws_s3_meta_request_cancel(slot->transfer.request);
    }
}

static void s_complain(const struct slot *slot, const char *what) {
    const struct plan *plan = &slot->plan;
    const struct transfer *transfer = &slot->transfer;
    printf("transfer %" PRIu64 " of seed %" PRIu64 ": %s %s\n", plan->index, s_seed, plan->copy ? "copy" : plan->put ? "put" : "get", what);
    printf("  %s: client %d, sink %d, source %d, multipart %d, cancel %d, pause %d, look-up %d\n", plan->key, plan->client,
        plan->sink, plan->source, plan->multipart, plan->cancel, plan->pause, plan->lookup);
    printf("  %s, status %d, %" PRIu64 " bytes received, after %" PRIu64 " ms\n", aws_error_name(transfer->error_code),
        transfer->status, transfer->received, s_now_ms() - slot->started_ms);
    printf("  again: SOAK_SEED=%" PRIu64 " SOAK_ONLY=%" PRIu64 "\n", s_seed, plan->index);
}

/* Goes on with what was paused. */
static void s_resume(struct slot *slot) {
    struct transfer *transfer = &slot->transfer;
    slot->resumed = true;
    slot->released = false;
    if (transfer->finished != 1 || transfer->gone != 1 || transfer->wrong_order) {
        s_complain(slot, "was paused out of order");
        ++s_wrong;
    }
    if (slot->plan.lookup != LOOKUP_WORKS) {
        aws_uri_clean_up(&slot->endpoint);
    }
    memset(transfer, 0, sizeof(*transfer));
    s_start_put(slot, &s_fixtures[slot->plan.client]);
}

/* ---- What the server says. ---- */

static void s_ask_server(struct slot *slot, struct ending *ending) {
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)atoi(setting("S3_TEST_HTTP_PORT"))),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int connection = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(connect(connection, (struct sockaddr *)&address, sizeof(address)) == 0);
    char buffer[2048];
    int length = snprintf(buffer, sizeof(buffer), "GET /_report/%s HTTP/1.1\r\n\r\n", slot->plan.key);
    CHECK(write(connection, buffer, (size_t)length) == length);
    size_t have = 0;
    ssize_t read_now;
    while ((read_now = read(connection, buffer + have, sizeof(buffer) - 1 - have)) > 0) {
        have += (size_t)read_now;
    }
    close(connection);
    buffer[have] = 0;
    const char *report = strstr(buffer, "stored=");
    CHECK(report != NULL);
    int stored = 0;
    int known = sscanf(report, "stored=%d faults=%d left=%d aborts=%d", &stored, &ending->faults, &ending->left,
        &ending->aborts);
    CHECK(known == 4);
    ending->stored = stored != 0;
    const char *wrong = strstr(report, "wrong=");
    snprintf(ending->wrong, sizeof(ending->wrong), "%s", wrong != NULL ? wrong + strlen("wrong=") : "");
}

/* ---- The end of a transfer. ---- */

static void s_end(struct slot *slot) {
    struct transfer *transfer = &slot->transfer;
    const struct plan *plan = &slot->plan;
    struct ending ending = {
        .error_code = transfer->error_code,
        .exact = !transfer->wrong_content && !transfer->outside_ticket,
        .complete = plan->put || transfer->received == plan->size,
        .once = transfer->finished == 1 && transfer->gone == 1,
        .in_order = !transfer->wrong_order,
        .resumed = slot->resumed,
        .stood_still = s_now_ms() - slot->started_ms >= MONITORING_S * s_slowness * 1000,
    };
    if (!plan->put && plan->sink == INTO_FILE && transfer->error_code == 0) {
        ending.complete = is_content_file(slot->path, plan->size);
    }
    s_ask_server(slot, &ending);
    const char *wrong = judge(plan, &ending, s_tls);
    if (wrong != NULL) {
        ++s_wrong;
        s_complain(slot, wrong);
        printf("  the server: stored %d, faults %d, left %d after %d aborts, wrong: %s\n", ending.stored, ending.faults,
            ending.left, ending.aborts, ending.wrong);
    }
    s_succeeded += transfer->error_code == 0;
    s_cancelled += transfer->error_code == AWS_ERROR_S3_CANCELED;
    s_failed += transfer->error_code != 0 && transfer->error_code != AWS_ERROR_S3_CANCELED;
    unlink(slot->path);
    if (plan->lookup != LOOKUP_WORKS) {
        aws_uri_clean_up(&slot->endpoint);
    }
    slot->used = false;
}

/* Does what is due for one transfer; true when it is over. */
static bool s_tend(struct slot *slot) {
    struct transfer *transfer = &slot->transfer;
    const struct plan *plan = &slot->plan;
    uint64_t age_ms = s_now_ms() - slot->started_ms;
    if (plan->cancel == CANCEL_LATER && !slot->cancelled && !slot->released && age_ms >= plan->cancel_after_ms) {
        slot->cancelled = true;
        aws_s3_meta_request_cancel(transfer->request);
    }
    if (plan->pause && !slot->paused && !slot->released && age_ms >= plan->cancel_after_ms) {
        slot->paused = true;
        CHECK(aws_s3_meta_request_pause(transfer->request, &slot->token) == AWS_OP_SUCCESS);
    }
    if (!slot->released && count_of(&transfer->finished) > 0) {
        slot->released = true;
        transfer->request = aws_s3_meta_request_release(transfer->request);
    }
    if (count_of(&transfer->gone) > 0) {
        if (slot->written != NULL) {
            CHECK(aws_future_void_is_done(slot->written));
            slot->written = aws_future_void_release(slot->written);
        }
        if (slot->token != NULL && !slot->resumed && transfer->error_code == AWS_ERROR_S3_PAUSED) {
            s_resume(slot);
            return false;
        }
        aws_s3_meta_request_resume_token_release(slot->token);
        s_end(slot);
        return true;
    }
    if (s_lived_ms() - slot->born_ms > HANGS_AFTER_S * s_slowness * 1000) {
        s_complain(slot, slot->released ? "finished, and hangs at its end" : "hangs");
        abort();
    }
    return false;
}

/* Waits for some callback, or for a moment. */
static void s_doze(void) {
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_nsec += 5000000;
    end.tv_sec += end.tv_nsec / 1000000000;
    end.tv_nsec %= 1000000000;
    pthread_mutex_lock(&s_lock);
    pthread_cond_timedwait(&s_changed, &s_lock, &end);
    pthread_mutex_unlock(&s_lock);
}

static void s_run(uint64_t first, uint64_t end) {
    uint64_t next = first;
    int running = 0;
    while (running > 0 || (next < end && s_wrong < WRONG_AT_MOST)) {
        for (int i = 0; i < SLOTS; ++i) {
            if (s_slots[i].used) {
                running -= s_tend(&s_slots[i]);
            } else if (next < end && s_wrong < WRONG_AT_MOST) {
                s_start(&s_slots[i], next++);
                ++running;
            }
        }
        s_doze();
    }
}

/* Retries without a budget; 0 for the default rules. */
static const size_t s_retries[CLIENTS] = {[PATIENT] = 5, [HASTY] = 1, [STANDARD] = 0};

static void s_configure(struct aws_s3_client_config *config, void *data) {
    static struct aws_http_connection_monitoring_options s_monitoring;
    s_monitoring.minimum_throughput_bytes_per_second = 1;
    s_monitoring.allowable_throughput_failure_interval_seconds = (uint32_t)(MONITORING_S * s_slowness);
    config->monitoring_options = &s_monitoring;
    config->retry_config.max_retries = *(const size_t *)data;
    if (config->retry_config.max_retries != 0) {
        config->retry_config.retry_mode = AWS_S3_RETRY_MODE_EXPONENTIAL_BACKOFF;
    }
}

int main(int argc, char **argv) {
    CHECK(argc >= 3);
    s_tls = strcmp(argv[1], "https") == 0;
    uint64_t count = strtoull(argv[2], NULL, 10);
    s_slowness = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
    const char *seed = getenv("SOAK_SEED") != NULL ? getenv("SOAK_SEED") : argc > 4 ? argv[4] : NULL;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t chance = (uint64_t)now.tv_sec * 1000000007u ^ (uint64_t)now.tv_nsec ^ (uint64_t)getpid();
    s_seed = seed != NULL ? strtoull(seed, NULL, 10) : next_number(&chance) % 1000000000;
    struct aws_allocator *allocator = begin();
    printf("seed %" PRIu64 ", %" PRIu64 " transfers\n", s_seed, count);
    s_content = malloc(LONGEST_UPLOAD);
    fill_content(s_content, 0, LONGEST_UPLOAD);
    struct aws_host_resolver *resolver = s_resolver_new(allocator);
    for (int i = 0; i < CLIENTS; ++i) {
        struct fixture_options options = {
            .tls = s_tls,
            .trust = s_tls,
            .part_size = 64 * KIB,
            .resolver = aws_host_resolver_acquire(resolver),
            .configure = s_configure,
            .configure_data = (void *)&s_retries[i],
        };
        fixture_init(&s_fixtures[i], allocator, &options);
    }
    uint64_t started_ms = s_now_ms();
    const char *only = getenv("SOAK_ONLY");
    s_run(only != NULL ? strtoull(only, NULL, 10) : 0, only != NULL ? strtoull(only, NULL, 10) + 1 : count);
    printf("%d succeeded, %d failed as they should, %d cancelled, in %" PRIu64 " ms; %d wrong\n", s_succeeded,
        s_failed - s_wrong, s_cancelled, s_now_ms() - started_ms, s_wrong);
    for (int i = 0; i < CLIENTS; ++i) {
        fixture_clean_up(&s_fixtures[i]);
    }
    aws_host_resolver_release(resolver);
    free(s_content);
    int left = end(allocator);
    return s_wrong != 0 || left != 0;
}

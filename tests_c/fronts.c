/* SPDX-License-Identifier: Apache-2.0 */

/* Programs in the manner of mountpoint-s3 read numbers out of clients and meta requests that no public header shows:
 * where aws-c-s3 v1.5.1 has them there is something to see while it is the case, and nothing afterwards.
 * scripts/fronts.json is what the scripted server does. */

#include "default_pool.h"
#include "fronts.h"
#include "support.h"

/* What they see of a client at one moment. */
struct seen {
    size_t in_flight;
    size_t network[AWS_S3_META_REQUEST_TYPE_MAX];
    size_t waiting;
    size_t streaming;
    size_t writes;
    uint32_t queued;
    uint32_t preparing;
};

static struct aws_s3_buffer_pool *s_pool_of(const struct fixture *fixture) {
    return ((const struct client_front *)fixture->client)->buffer_pool;
}

static struct seen s_look(const struct fixture *fixture) {
    const struct client_front *client = (const struct client_front *)fixture->client;
    /* Copied whole, as they do it. */
    struct stats stats = client->stats;
    struct seen seen = {
        .in_flight = aws_atomic_load_int(&stats.num_requests_in_flight),
        .waiting = aws_atomic_load_int(&stats.num_requests_stream_queued_waiting),
        .streaming = aws_atomic_load_int(&stats.num_requests_streaming_response),
        .writes = aws_atomic_load_int(&client->num_pending_writes),
        .queued = *(const volatile uint32_t *)&client->request_queue_size,
        .preparing = *(const volatile uint32_t *)&client->num_requests_being_prepared,
    };
    for (int i = 0; i < AWS_S3_META_REQUEST_TYPE_MAX; ++i) {
        seen.network[i] = aws_atomic_load_int(&stats.num_requests_network_io[i]);
    }
    return seen;
}

/* Waits until somebody who looks sees it. */
#define SEE(fixture, what)                                                                                             \
    do {                                                                                                               \
        struct seen seen;                                                                                              \
        int waited_ms = 0;                                                                                             \
        do {                                                                                                           \
            CHECK(waited_ms++ < WAIT_S * 1000);                                                                        \
            nanosleep(&(struct timespec){.tv_nsec = 1000 * 1000}, NULL);                                               \
            seen = s_look(fixture);                                                                                    \
        } while (!(what));                                                                                             \
    } while (0)

static void s_nothing_left(const struct fixture *fixture, const char *what) {
    static const struct seen s_nothing;
    struct seen seen = s_look(fixture);
    printf("%s: %s\n", what, memcmp(&seen, &s_nothing, sizeof(seen)) == 0 ? "nothing is left" : "SOMETHING IS LEFT");
}

/* ---- Meta requests, seen by a pool. ---- */

struct asked {
    void *user_data;
    int right;
    int wrong;
};

static struct asked s_asked;

/* As pools find out whom they are asked for. */
static struct aws_future_s3_buffer_ticket *s_reserve(
    struct aws_s3_buffer_pool *pool,
    struct aws_s3_buffer_pool_reserve_meta meta) {

    if (meta.meta_request != NULL) {
        struct aws_s3_meta_request *request = aws_s3_meta_request_acquire(meta.meta_request);
        const struct request_front *front = (const struct request_front *)request;
        bool right = front->user_data == s_asked.user_data && front->type == AWS_S3_META_REQUEST_TYPE_GET_OBJECT;
        happened(right ? &s_asked.right : &s_asked.wrong);
        aws_s3_meta_request_release(request);
    }
    return aws_s3_default_buffer_pool_reserve(pool, meta);
}

static struct aws_s3_buffer_pool *s_own_pool(
    struct aws_allocator *allocator,
    struct aws_s3_buffer_pool_config config,
    void *user_data) {

    static struct aws_s3_buffer_pool_vtable s_vtable;
    struct aws_s3_buffer_pool *pool = default_pool_factory(allocator, config, user_data);
    s_vtable = *pool->vtable;
    s_vtable.reserve = s_reserve;
    pool->vtable = &s_vtable;
    return pool;
}

static void s_pool_sees(struct aws_allocator *allocator) {
    struct aws_s3_buffer_pool *pool = NULL;
    struct fixture_options options = {
        .port = setting("S3_TEST_SCRIPTED_PORT"),
        .part_size = MIB,
        .pool_factory = s_own_pool,
        .pool_user_data = &pool,
    };
    struct fixture fixture;
    fixture_init(&fixture, allocator, &options);
    CHECK(pool != NULL && s_pool_of(&fixture) == pool);
    struct transfer transfer = {0};
    s_asked.user_data = &transfer;
    get_start(&transfer, &fixture, "parts", RECEIVE_BODY, NULL);
    transfer_end(&transfer);
    print_transfer("pool of the program", &transfer);
    CHECK(s_asked.right >= 4 && s_asked.wrong == 0);
    s_nothing_left(&fixture, "pool of the program");
    fixture_clean_up(&fixture);
}

/* ---- Bodies. ---- */

/* Looks while a body is in the hands of its callback. */
static int s_look_from_body(struct transfer *transfer, size_t length) {
    (void)length;
    struct seen seen = s_look(transfer->fixture);
    struct usage usage = aws_s3_default_buffer_pool_get_usage(s_pool_of(transfer->fixture));
    CHECK(seen.in_flight >= 1 && seen.streaming >= 1);
    CHECK(usage.mem_limit > 0 && usage.primary_used + usage.secondary_used + usage.special_blocks_used > 0);
    const struct request_front *front = (const struct request_front *)transfer->current;
    CHECK(front->user_data == transfer && front->type == AWS_S3_META_REQUEST_TYPE_GET_OBJECT);
    return AWS_OP_SUCCESS;
}

/* The window admits half of the first part. */
static void s_bodies(struct aws_allocator *allocator) {
    struct fixture_options options = {
        .port = setting("S3_TEST_SCRIPTED_PORT"),
        .part_size = MIB,
        .backpressure = true,
        .window = MIB / 2,
    };
    struct fixture fixture;
    fixture_init(&fixture, allocator, &options);
    CHECK(s_pool_of(&fixture) != NULL);
    struct transfer transfer = {.during_body = s_look_from_body};
    get_start(&transfer, &fixture, "parts", RECEIVE_BODY, NULL);
    SEE(&fixture, seen.streaming == 1 && seen.in_flight == 1 && seen.network[1] == 0 && seen.preparing == 0);
    /* It stays so for as long as the window is closed. */
    nanosleep(&(struct timespec){.tv_nsec = 50 * 1000 * 1000}, NULL);
    CHECK(s_look(&fixture).streaming == 1 && s_look(&fixture).in_flight == 1);
    aws_s3_meta_request_increment_read_window(transfer.request, 100 * MIB);
    transfer_end(&transfer);
    print_transfer("window", &transfer);
    s_nothing_left(&fixture, "window");

    /* The second part comes late. */
    struct transfer gap = {.during_body = s_look_from_body};
    get_start(&gap, &fixture, "gap", RECEIVE_BODY, NULL);
    aws_s3_meta_request_increment_read_window(gap.request, 100 * MIB);
    SEE(&fixture, seen.waiting == 2 && seen.in_flight >= 3 && seen.network[1] == 1);
    transfer_end(&gap);
    print_transfer("gap", &gap);
    s_nothing_left(&fixture, "gap");
    fixture_clean_up(&fixture);
}

/* ---- Requests. ---- */

static void s_one_connection(struct aws_s3_client_config *config, void *unused) {
    (void)unused;
    config->max_active_connections_override = 1;
}

static void s_start(struct transfer *transfer, struct fixture *fixture, enum aws_s3_meta_request_type type) {
    bool sends = type == AWS_S3_META_REQUEST_TYPE_PUT_OBJECT || type == AWS_S3_META_REQUEST_TYPE_COPY_OBJECT;
    struct aws_http_message *message = message_new(fixture, sends ? "PUT" : "GET", "slow");
    struct aws_s3_meta_request_options options = transfer_options(transfer, fixture, type, message);
    options.body_callback = on_body;
    if (type == AWS_S3_META_REQUEST_TYPE_DEFAULT) {
        options.operation_name = text("GetObject");
    } else if (type == AWS_S3_META_REQUEST_TYPE_COPY_OBJECT) {
        struct aws_http_header source = {.name = text("x-amz-copy-source"), .value = text("/bucket/source")};
        CHECK(aws_http_message_add_header(message, source) == AWS_OP_SUCCESS);
    } else if (type == AWS_S3_META_REQUEST_TYPE_PUT_OBJECT) {
        add_content_length(message, 0);
        struct aws_byte_cursor nothing = {0};
        struct aws_input_stream *stream = aws_input_stream_new_from_cursor(fixture->allocator, &nothing);
        aws_http_message_set_body_stream(message, stream);
        aws_input_stream_release(stream);
    }
    transfer_start(transfer, &options);
    aws_http_message_release(message);
    const struct request_front *front = (const struct request_front *)transfer->request;
    CHECK(front->user_data == transfer && front->type == type);
}

/* Requests of each kind that wait for the server, with one more behind them that waits for their place. */
static void s_requests(struct aws_allocator *allocator) {
    struct fixture_options options = {
        .port = setting("S3_TEST_SCRIPTED_PORT"),
        .configure = s_one_connection,
        .part_size = MIB,
    };
    struct fixture fixture;
    fixture_init(&fixture, allocator, &options);
    static const char *s_kinds[] = {"default", "get", "put", "copy"};
    for (int kind = 0; kind < AWS_S3_META_REQUEST_TYPE_MAX; ++kind) {
        struct transfer first = {0};
        struct transfer second = {0};
        s_start(&first, &fixture, kind);
        SEE(&fixture, seen.network[kind] == 1 && seen.in_flight == 1);
        s_start(&second, &fixture, kind);
        SEE(&fixture, seen.network[kind] == 1 && seen.queued == 1 && seen.in_flight == 2);
        transfer_end(&first);
        transfer_end(&second);
        print_transfer(s_kinds[kind], &first);
        s_nothing_left(&fixture, s_kinds[kind]);
    }
    fixture_clean_up(&fixture);
}

/* Parts that wait for memory, all of which somebody else has. */
static void s_memory(struct aws_allocator *allocator) {
    struct fixture_options options = {.port = setting("S3_TEST_SCRIPTED_PORT"), .part_size = MIB};
    struct fixture fixture;
    fixture_init(&fixture, allocator, &options);
    struct aws_s3_buffer_pool *pool = s_pool_of(&fixture);
    size_t limit = aws_s3_default_buffer_pool_get_usage(pool).mem_limit;
    struct aws_s3_buffer_pool_reserve_meta meta = {.client = fixture.client, .size = limit};
    struct aws_future_s3_buffer_ticket *taken = aws_s3_buffer_pool_reserve(pool, meta);
    CHECK(aws_future_s3_buffer_ticket_is_done(taken));
    CHECK(aws_s3_default_buffer_pool_get_usage(pool).secondary_reserved >= limit - MIB);
    struct transfer transfer = {0};
    get_start(&transfer, &fixture, "parts", RECEIVE_BODY, NULL);
    SEE(&fixture, seen.preparing >= 1 && seen.in_flight == seen.preparing && seen.network[1] == 0);
    aws_future_s3_buffer_ticket_release(taken);
    transfer_end(&transfer);
    print_transfer("memory", &transfer);
    s_nothing_left(&fixture, "memory");
    struct usage usage = aws_s3_default_buffer_pool_get_usage(pool);
    CHECK(usage.primary_used + usage.primary_reserved + usage.secondary_used + usage.secondary_reserved == 0);
    fixture_clean_up(&fixture);
}

int main(void) {
    struct aws_allocator *allocator = begin();
    s_pool_sees(allocator);
    s_bodies(allocator);
    s_requests(allocator);
    s_memory(allocator);
    return end(allocator);
}

/* SPDX-License-Identifier: Apache-2.0 */

/* Bodies that are held in one piece, and the memory limit: what fits is sent and received, what could only be held by
 * breaking the limit is refused. scripts/memory_limits.json is what the server does.
 *
 * A limit of 256 MiB leaves 128 MiB for buffers of the library's own pool. With pools of others bodies come from the
 * heap, and may be as long as the limit. */

#include "requests.h"

#include <aws/io/retry_strategy.h>

#include <stdatomic.h>

enum { LIMIT_BYTES = 256 * 1024 * 1024 };

/* ---- A pool that is asked for parts alone, hence for nothing here. ---- */

static struct aws_future_s3_buffer_ticket *s_reserve(
    struct aws_s3_buffer_pool *pool,
    struct aws_s3_buffer_pool_reserve_meta meta) {

    (void)pool;
    (void)meta;
    CHECK(!"a body is no part");
    return NULL;
}

static struct aws_s3_buffer_pool_vtable s_vtable = {.reserve = s_reserve};

static void s_pool_destroy(void *pool) {
    (void)pool;
}

static struct aws_s3_buffer_pool *s_factory(
    struct aws_allocator *allocator,
    struct aws_s3_buffer_pool_config config,
    void *user_data) {

    (void)allocator;
    struct aws_s3_buffer_pool *pool = user_data;
    CHECK(config.memory_limit == LIMIT_BYTES);
    pool->vtable = &s_vtable;
    aws_ref_count_init(&pool->ref_count, pool, s_pool_destroy);
    return pool;
}

/* ---- Transfers. ---- */

static int s_on_body(
    struct aws_s3_meta_request *request,
    const struct aws_byte_cursor *body,
    const struct aws_s3_meta_request_receive_body_extra_info info,
    void *user_data) {

    (void)request;
    /* What is no part has no ticket. */
    CHECK(info.ticket == NULL);
    return receive(user_data, body, info.range_start);
}

static void s_receive(struct fixture *fixture, const char *operation, const char *key) {
    struct transfer transfer = {0};
    struct aws_http_message *message = message_new(fixture, "GET", key);
    struct aws_s3_meta_request_options options =
        transfer_options(&transfer, fixture, AWS_S3_META_REQUEST_TYPE_DEFAULT, message);
    options.operation_name = text(operation);
    options.body_callback_ex = s_on_body;
    transfer_start(&transfer, &options);
    aws_http_message_release(message);
    transfer_end(&transfer);
    char what[128];
    snprintf(what, sizeof(what), "  %s %s", operation, key);
    print_transfer(what, &transfer);
    CHECK(transfer.error_code != 0 || transfer.received > 0);
}

/* A stream of zeros, of which nothing is read when the body is refused. */
struct zeros {
    struct aws_input_stream base;
    uint64_t left;
    bool was_read;
    /* What it waits for before it is read, unless NULL. */
    atomic_bool *let_go;
};

/* Streams of which something was read and whose transfer has not ended, and the most there were at a time. */
static atomic_int s_held, s_most_held;

static int s_zeros_read(struct aws_input_stream *stream, struct aws_byte_buf *into) {
    struct zeros *zeros = stream->impl;
    if (!zeros->was_read) {
        int held = atomic_fetch_add(&s_held, 1) + 1;
        int most = atomic_load(&s_most_held);
        while (held > most && !atomic_compare_exchange_weak(&s_most_held, &most, held)) {
        }
    }
    while (zeros->let_go != NULL && !atomic_load(zeros->let_go)) {
        aws_thread_current_sleep(1000 * 1000);
    }
    size_t room = into->capacity - into->len;
    size_t count = room < zeros->left ? room : (size_t)zeros->left;
    memset(into->buffer + into->len, 0, count);
    into->len += count;
    zeros->left -= count;
    zeros->was_read = true;
    return AWS_OP_SUCCESS;
}

static int s_zeros_status(struct aws_input_stream *stream, struct aws_stream_status *status) {
    struct zeros *zeros = stream->impl;
    status->is_end_of_stream = zeros->left == 0;
    status->is_valid = true;
    return AWS_OP_SUCCESS;
}

static int s_zeros_length(struct aws_input_stream *stream, int64_t *length) {
    *length = (int64_t)((struct zeros *)stream->impl)->left;
    return AWS_OP_SUCCESS;
}

static int s_zeros_seek(struct aws_input_stream *stream, int64_t offset, enum aws_stream_seek_basis basis) {
    (void)stream;
    (void)offset;
    (void)basis;
    return AWS_OP_SUCCESS;
}

static struct aws_input_stream_vtable s_zeros_vtable = {
    .seek = s_zeros_seek,
    .read = s_zeros_read,
    .get_status = s_zeros_status,
    .get_length = s_zeros_length,
};

static void s_zeros_destroy(void *zeros) {
    (void)zeros;
}

static void s_send(struct fixture *fixture, enum aws_s3_meta_request_type type, const char *key, uint64_t length) {
    struct zeros zeros = {.base = {.impl = &zeros, .vtable = &s_zeros_vtable}, .left = length};
    aws_ref_count_init(&zeros.base.ref_count, &zeros, s_zeros_destroy);
    struct transfer transfer = {0};
    struct aws_http_message *message = message_new(fixture, "PUT", key);
    add_content_length(message, length);
    aws_http_message_set_body_stream(message, &zeros.base);
    struct aws_s3_meta_request_options options = transfer_options(&transfer, fixture, type, message);
    options.operation_name = text("PutObject");
    options.multipart_upload_threshold = UINT64_MAX;
    transfer_start(&transfer, &options);
    aws_http_message_release(message);
    transfer_end(&transfer);
    char what[128];
    snprintf(what, sizeof(what), "  %s, %s", key, zeros.was_read ? "read" : "not read");
    print_transfer(what, &transfer);
    print_requests(key, "Content-Length");
}

/* ---- Many at once: who cannot be sent yet is not read yet. ---- */

enum { MANY = 48, CONNECTIONS = 2 };

static void s_no_longer_held(struct transfer *transfer) {
    (void)transfer;
    atomic_fetch_sub(&s_held, 1);
}

static void s_few_connections(struct aws_s3_client_config *config, void *data) {
    (void)data;
    config->max_active_connections_override = CONNECTIONS;
}

/* A strategy of the program's answers on a thread of its own. */
static struct aws_s3_client *s_with_strategy(struct fixture *fixture, struct aws_s3_client_config *config) {
    struct aws_standard_retry_options options = {.backoff_retry_options = {.el_group = fixture->loops}};
    config->retry_strategy = aws_retry_strategy_new_standard(fixture->allocator, &options);
    struct aws_s3_client *client = aws_s3_client_new(fixture->allocator, config);
    aws_retry_strategy_release(config->retry_strategy);
    return client;
}

static void s_put_zeros(struct fixture *fixture, struct zeros *zeros, struct transfer *transfer) {
    zeros->base = (struct aws_input_stream){.impl = zeros, .vtable = &s_zeros_vtable};
    aws_ref_count_init(&zeros->base.ref_count, zeros, s_zeros_destroy);
    struct aws_http_message *message = message_new(fixture, "PUT", "one-of-many");
    add_content_length(message, zeros->left);
    aws_http_message_set_body_stream(message, &zeros->base);
    struct aws_s3_meta_request_options put =
        transfer_options(transfer, fixture, AWS_S3_META_REQUEST_TYPE_PUT_OBJECT, message);
    transfer->during_finish = s_no_longer_held;
    transfer_start(transfer, &put);
    aws_http_message_release(message);
}

static void s_send_many(struct aws_allocator *allocator, uint64_t length, bool own_strategy) {
    struct fixture_options options = {.port = setting("S3_TEST_SCRIPTED_PORT"), .configure = s_few_connections};
    options.make_client = own_strategy ? s_with_strategy : NULL;
    struct fixture fixture;
    fixture_init(&fixture, allocator, &options);
    struct zeros zeros[MANY];
    struct transfer transfers[MANY] = {0};
    atomic_store(&s_held, 0);
    atomic_store(&s_most_held, 0);
    for (int i = 0; i < MANY; ++i) {
        zeros[i] = (struct zeros){.left = length};
        s_put_zeros(&fixture, &zeros[i], &transfers[i]);
    }
    for (int i = 0; i < MANY; ++i) {
        transfer_end(&transfers[i]);
        CHECK(transfers[i].error_code == 0);
    }
    /* Small bodies are read while others are sent, the ends may be told a little after the next have been read, and who
     * is held up on the way to the wire lets another one be read. */
    CHECK(atomic_load(&s_most_held) <= MANY / 2);
    printf("  all of them sent, few at a time\n");
    fixture_clean_up(&fixture);
}

/* More streams that block than may be read ahead: the others are sent all the same. */
static void s_send_beside_others_that_block(struct aws_allocator *allocator) {
    struct fixture_options options = {.port = setting("S3_TEST_SCRIPTED_PORT"), .configure = s_few_connections};
    struct fixture fixture;
    fixture_init(&fixture, allocator, &options);
    atomic_bool let_go = false;
    enum { BLOCK = 10, ALL = 2 * BLOCK };
    struct zeros zeros[ALL];
    struct transfer transfers[ALL] = {0};
    for (int i = 0; i < ALL; ++i) {
        zeros[i] = (struct zeros){.left = 64 * 1024, .let_go = i < BLOCK ? &let_go : NULL};
        s_put_zeros(&fixture, &zeros[i], &transfers[i]);
    }
    for (int i = BLOCK; i < ALL; ++i) {
        transfer_end(&transfers[i]);
        CHECK(transfers[i].error_code == 0);
    }
    atomic_store(&let_go, true);
    for (int i = 0; i < BLOCK; ++i) {
        transfer_end(&transfers[i]);
        CHECK(transfers[i].error_code == 0);
    }
    printf("  sent beside others that block\n");
    fixture_clean_up(&fixture);
}

/* `most` is the longest body that fits. */
static void s_transfers(struct aws_allocator *allocator, struct fixture_options options, uint64_t most) {
    bool own = options.pool_factory == NULL;
    options.port = setting("S3_TEST_SCRIPTED_PORT");
    options.memory_limit = LIMIT_BYTES;
    struct fixture fixture;
    fixture_init(&fixture, allocator, &options);
    static const char *operations[] = {"GetObject", "ListObjectsV2"};
    for (int i = 0; i < 2; ++i) {
        s_receive(&fixture, operations[i], "short");
        s_receive(&fixture, operations[i], "unannounced");
        s_receive(&fixture, operations[i], "129-mib");
        s_receive(&fixture, operations[i], "257-mib");
    }
    s_send(&fixture, AWS_S3_META_REQUEST_TYPE_DEFAULT, own ? "sent" : "heap-sent", MIB);
    s_send(&fixture, AWS_S3_META_REQUEST_TYPE_PUT_OBJECT, own ? "uploaded" : "heap-uploaded", MIB);
    s_send(&fixture, AWS_S3_META_REQUEST_TYPE_DEFAULT, "too-long", most + 1);
    s_send(&fixture, AWS_S3_META_REQUEST_TYPE_PUT_OBJECT, "too-long-upload", most + 1);
    fixture_clean_up(&fixture);
}

static void s_many(struct aws_allocator *allocator) {
    printf("many at once\n");
    s_send_many(allocator, 2 * MIB, false);
    s_send_many(allocator, 2 * MIB, true);
    printf("many small ones\n");
    s_send_many(allocator, 64 * 1024, false);
    s_send_many(allocator, 64 * 1024, true);
    s_send_beside_others_that_block(allocator);
}

/* With an argument, only those that are many. */
int main(int argc, char **argv) {
    (void)argv;
    struct aws_allocator *allocator = begin();
    if (argc > 1) {
        s_many(allocator);
        return end(allocator);
    }
    printf("the library's own pool\n");
    s_transfers(allocator, (struct fixture_options){0}, LIMIT_BYTES - 128 * MIB);
    printf("pool of another make\n");
    struct aws_s3_buffer_pool pool = {0};
    s_transfers(allocator, (struct fixture_options){.pool_factory = s_factory, .pool_user_data = &pool}, LIMIT_BYTES);
    return end(allocator);
}

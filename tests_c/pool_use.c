/* SPDX-License-Identifier: Apache-2.0 */

/* When a pool is called, and for how much. scripts/pool_use.json is what the server does. */

#include "default_pool.h"
#include "own_pools.h"
#include "requests.h"

enum {
    PART_BYTES = 64 * 1024,
    UPLOAD_PART_BYTES = 5 * 1024 * 1024,
    UPLOAD_PARTS = 5,
    UPLOAD_BYTES = (UPLOAD_PARTS - 1) * UPLOAD_PART_BYTES + 1024 * 1024,
    /* Longer than it takes an idle client to have its pool trimmed. */
    STANDSTILL_MS = 7500,
    TRIM_MS = 5000,
};

static uint8_t s_content[UPLOAD_BYTES];

static struct fixture_options s_options(struct pool *pool, enum manner manner, uint64_t part_size) {
    memset(pool, 0, sizeof(*pool));
    pool->manner = manner;
    pool->part_size = part_size;
    struct fixture_options options = {
        .port = setting("S3_TEST_SCRIPTED_PORT"),
        .part_size = part_size,
        .pool_factory = pool_factory,
        .pool_user_data = pool,
    };
    return options;
}

static void s_print_pool(struct pool *pool) {
    printf("  left: %d tickets; wrong: %d\n", pool->tickets, pool->wrong);
}

/* ---- No trim while anything is under way, and one every five seconds when nothing is. ---- */

struct slow_stream {
    struct aws_input_stream base;
    size_t left;
};

static int s_slow_read(struct aws_input_stream *base, struct aws_byte_buf *into) {
    struct slow_stream *stream = base->impl;
    if (stream->left == UPLOAD_BYTES) {
        for (int waited_ms = 0; waited_ms < STANDSTILL_MS; waited_ms += 500) {
            sleep_ms(500);
        }
    }
    size_t room = into->capacity - into->len;
    size_t count = room < stream->left ? room : stream->left;
    memset(into->buffer + into->len, 0, count);
    into->len += count;
    stream->left -= count;
    return AWS_OP_SUCCESS;
}

static int s_slow_status(struct aws_input_stream *base, struct aws_stream_status *status) {
    status->is_end_of_stream = ((struct slow_stream *)base->impl)->left == 0;
    status->is_valid = true;
    return AWS_OP_SUCCESS;
}

static struct aws_input_stream_vtable s_slow_vtable = {.read = s_slow_read, .get_status = s_slow_status};

static void s_slow_destroy(void *stream) {
    (void)stream;
}

static void s_start_slow_upload(struct transfer *transfer, struct fixture *fixture, struct slow_stream *stream) {
    stream->base.impl = stream;
    stream->base.vtable = &s_slow_vtable;
    stream->left = UPLOAD_BYTES;
    aws_ref_count_init(&stream->base.ref_count, stream, s_slow_destroy);
    struct aws_http_message *message = message_new(fixture, "PUT", "slow-stream");
    add_content_length(message, UPLOAD_BYTES);
    aws_http_message_set_body_stream(message, &stream->base);
    struct aws_s3_meta_request_options options =
        transfer_options(transfer, fixture, AWS_S3_META_REQUEST_TYPE_PUT_OBJECT, message);
    transfer_start(transfer, &options);
    aws_http_message_release(message);
}

static void s_grant_all(struct pool *pool) {
    static struct order orders[QUEUE_SIZE];
    pthread_mutex_lock(&s_lock);
    int count = pool_take(pool, orders);
    pthread_mutex_unlock(&s_lock);
    for (int i = 0; i < count; ++i) {
        pool_grant(pool, orders[i]);
    }
}

static void s_trims(struct aws_allocator *allocator) {
    enum { MEMORY, ANSWER, SOURCE, CASES };
    static const char *names[CASES] = {"waits for memory", "waits for the answer", "waits for its source"};
    static struct pool pools[CASES];
    struct fixture fixtures[CASES];
    struct transfer transfers[CASES] = {{0}};
    struct slow_stream stream;
    for (int i = 0; i < CASES; ++i) {
        uint64_t part_size = i == SOURCE ? UPLOAD_PART_BYTES : PART_BYTES;
        struct fixture_options options = s_options(&pools[i], i == MEMORY ? SILENT : EVERY_SLOT, part_size);
        fixture_init(&fixtures[i], allocator, &options);
    }
    get_start(&transfers[MEMORY], &fixtures[MEMORY], "object", RECEIVE_BODY, NULL);
    get_start(&transfers[ANSWER], &fixtures[ANSWER], "slow-answer", RECEIVE_BODY, NULL);
    s_start_slow_upload(&transfers[SOURCE], &fixtures[SOURCE], &stream);
    for (int waited_ms = 0; waited_ms < STANDSTILL_MS - 500; waited_ms += 500) {
        sleep_ms(500);
    }
    for (int i = 0; i < CASES; ++i) {
        printf("request that %s: %s\n", names[i], count_of(&pools[i].trims) == 0 ? "no trim" : "TRIMMED");
        CHECK(count_of(&transfers[i].finished) == 0);
    }
    s_grant_all(&pools[MEMORY]);
    struct timespec begin, end;
    for (int i = 0; i < CASES; ++i) {
        WAIT_FOR(transfers[i].finished, 1);
        CHECK(count_of(&pools[i].trims) == 0);
    }
    /* The clients are idle now, though their transfers are not released. */
    WAIT_FOR(pools[ANSWER].trims, 1);
    clock_gettime(CLOCK_MONOTONIC, &begin);
    WAIT_FOR(pools[ANSWER].trims, 2);
    clock_gettime(CLOCK_MONOTONIC, &end);
    double between_ms = (double)(end.tv_sec - begin.tv_sec) * 1e3 + (double)(end.tv_nsec - begin.tv_nsec) / 1e6;
    printf("idle client: trimmed again%s\n", between_ms < TRIM_MS - 500 ? " TOO SOON" : "");
    for (int i = 0; i < CASES; ++i) {
        transfer_end(&transfers[i]);
        fixture_clean_up(&fixtures[i]);
        print_transfer("  transfer", &transfers[i]);
        s_print_pool(&pools[i]);
    }
}

/* ---- Parts of an upload that get their memory in any order, or not at all. ---- */

struct review {
    char text[1024];
};

static int s_on_review(
    struct aws_s3_meta_request *request,
    const struct aws_s3_upload_review *review,
    void *user_data) {

    (void)request;
    struct review *kept = ((struct transfer *)user_data)->extra;
    int length = 0;
    for (size_t i = 0; i < review->part_count; ++i) {
        const struct aws_s3_upload_part_review *part = &review->part_array[i];
        length += snprintf(kept->text + length, sizeof(kept->text) - (size_t)length, "  part of %" PRIu64 " bytes, " PRInSTR "\n",
                           part->size, AWS_BYTE_CURSOR_PRI(part->checksum));
    }
    return AWS_OP_SUCCESS;
}

static void s_start_upload(struct transfer *transfer, struct fixture *fixture, const char *key) {
    struct aws_s3_checksum_config sums = {.location = AWS_SCL_TRAILER, .checksum_algorithm = AWS_SCA_CRC32};
    struct aws_byte_cursor bytes = aws_byte_cursor_from_array(s_content, sizeof(s_content));
    struct aws_http_message *message = message_new(fixture, "PUT", key);
    add_content_length(message, bytes.len);
    struct aws_input_stream *stream = aws_input_stream_new_from_cursor(fixture->allocator, &bytes);
    aws_http_message_set_body_stream(message, stream);
    struct aws_s3_meta_request_options options =
        transfer_options(transfer, fixture, AWS_S3_META_REQUEST_TYPE_PUT_OBJECT, message);
    options.checksum_config = &sums;
    options.upload_review_callback = transfer->extra != NULL ? s_on_review : NULL;
    transfer_start(transfer, &options);
    aws_input_stream_release(stream);
    aws_http_message_release(message);
}

/* All parts must have asked before the first one gets anything, and the last one is answered first. */
static void s_backwards(struct aws_allocator *allocator) {
    static struct pool pool;
    struct fixture_options options = s_options(&pool, SILENT, UPLOAD_PART_BYTES);
    struct fixture fixture;
    fixture_init(&fixture, allocator, &options);
    struct review review = {{0}};
    struct transfer transfer = {.extra = &review};
    s_start_upload(&transfer, &fixture, "backwards");
    WAIT_FOR(pool.queued, UPLOAD_PARTS);
    for (int i = UPLOAD_PARTS - 1; i >= 0; --i) {
        pool_grant(&pool, pool.queue[i]);
    }
    transfer_end(&transfer);
    print_transfer("memory granted backwards", &transfer);
    printf("%s", review.text);
    fixture_clean_up(&fixture);
    s_print_pool(&pool);
}

/* Some parts have their memory, and the first one's is refused: now, or right before the others get theirs. */
static void s_first_refused(struct aws_allocator *allocator, bool others_before) {
    static struct pool pool;
    struct fixture_options options = s_options(&pool, SILENT, UPLOAD_PART_BYTES);
    struct fixture fixture;
    fixture_init(&fixture, allocator, &options);
    struct transfer transfer = {0};
    s_start_upload(&transfer, &fixture, "first-refused");
    WAIT_FOR(pool.queued, UPLOAD_PARTS);
    for (int i = 1; i < UPLOAD_PARTS && others_before; ++i) {
        pool_grant(&pool, pool.queue[i]);
    }
    aws_future_s3_buffer_ticket_set_error(pool.queue[0].future, AWS_ERROR_NO_SPACE);
    aws_future_s3_buffer_ticket_release(pool.queue[0].future);
    for (int i = 1; i < UPLOAD_PARTS && !others_before; ++i) {
        pool_grant(&pool, pool.queue[i]);
    }
    transfer_end(&transfer);
    print_transfer(others_before ? "first part refused last" : "first part refused first", &transfer);
    fixture_clean_up(&fixture);
    s_print_pool(&pool);
}

/* ---- Downloads whose first part is larger than the others. ---- */

static void s_print_asked(struct pool *pool) {
    for (int i = 0; i < pool->reserved; ++i) {
        printf("  memory of %zu bytes at %" PRIu64 "\n", pool->asked[i].size, pool->asked[i].local_offset);
    }
}

static void s_first_larger(struct aws_allocator *allocator) {
    static struct pool pool;
    uint64_t hint = 9 * MIB;
    struct fixture_options options = s_options(&pool, AT_ONCE, 12 * MIB);
    struct fixture fixture;
    fixture_init(&fixture, allocator, &options);
    const char *key = "first-larger";
    struct transfer transfer = {0};
    struct aws_http_message *message = message_new(&fixture, "GET", key);
    struct aws_s3_meta_request_options download =
        transfer_options(&transfer, &fixture, AWS_S3_META_REQUEST_TYPE_GET_OBJECT, message);
    download.body_callback = on_body;
    download.object_size_hint = &hint;
    download.force_dynamic_part_size = true;
    download.max_active_connections_override = 1;
    transfer_start(&transfer, &download);
    aws_http_message_release(message);
    transfer_end(&transfer);
    print_transfer("first part larger than the others", &transfer);
    printf("  received %" PRIu64 " bytes\n", transfer.received);
    print_requests(key, "Range");
    s_print_asked(&pool);
    fixture_clean_up(&fixture);
    s_print_pool(&pool);
}

/* ---- The library's own pool. ---- */

static struct aws_s3_buffer_pool *s_default;
static struct aws_future_s3_buffer_ticket *s_asked[UPLOAD_PARTS];
static int s_asked_count;

/* Prints which parts of the upload have their memory when all have asked. */
static struct aws_future_s3_buffer_ticket *s_reserve_and_tell(
    struct aws_s3_buffer_pool *pool,
    struct aws_s3_buffer_pool_reserve_meta meta) {

    struct aws_future_s3_buffer_ticket *future = aws_s3_default_buffer_pool_reserve(pool, meta);
    if (meta.meta_request != NULL && s_asked_count < UPLOAD_PARTS) {
        s_asked[s_asked_count++] = aws_future_s3_buffer_ticket_acquire(future);
    }
    if (s_asked_count == UPLOAD_PARTS && s_asked[0] != NULL) {
        printf("memory for three parts, asked for by five:");
        for (int i = 0; i < UPLOAD_PARTS; ++i) {
            printf(" %s", aws_future_s3_buffer_ticket_is_done(s_asked[i]) ? "has it" : "waits");
            s_asked[i] = aws_future_s3_buffer_ticket_release(s_asked[i]);
        }
        printf("\n");
    }
    return future;
}

/* The short last part of an upload would fit in beside the third, but is read and sent after the fourth. */
static void s_tail_fits_first(struct aws_allocator *allocator) {
    struct fixture_options options = {
        .port = setting("S3_TEST_SCRIPTED_PORT"),
        .part_size = UPLOAD_PART_BYTES,
        .memory_limit = 256 * MIB,
        .pool_factory = default_pool_factory,
        .pool_user_data = &s_default,
    };
    struct fixture fixture;
    fixture_init(&fixture, allocator, &options);
    static struct aws_s3_buffer_pool_vtable vtable;
    vtable = *s_default->vtable;
    vtable.reserve = s_reserve_and_tell;
    s_default->vtable = &vtable;
    size_t limit = aws_s3_default_buffer_pool_get_usage(s_default).mem_limit;
    struct aws_s3_buffer_pool_reserve_meta meta = {.size = limit - 3 * UPLOAD_PART_BYTES - 2 * MIB};
    struct aws_future_s3_buffer_ticket *taken = aws_s3_buffer_pool_reserve(s_default, meta);
    CHECK(aws_future_s3_buffer_ticket_is_done(taken));

    struct review review = {{0}};
    struct transfer transfer = {.extra = &review};
    s_start_upload(&transfer, &fixture, "tail-fits-first");
    transfer_end(&transfer);
    print_transfer("  upload", &transfer);
    printf("%s", review.text);
    aws_future_s3_buffer_ticket_release(taken);
    fixture_clean_up(&fixture);
}

static void s_print_special(const char *when) {
    struct usage usage = aws_s3_default_buffer_pool_get_usage(s_default);
    printf("  %s: %zu special sizes, %s\n", when, usage.special_blocks_num,
           usage.special_blocks_allocated > 0 ? "with memory" : "without memory");
}

static void s_on_special_finish(struct transfer *transfer) {
    (void)transfer;
    s_print_special("at finish");
}

static void s_five_connections(struct aws_s3_client_config *config, void *unused) {
    (void)unused;
    config->max_active_connections_override = 5;
}

/* An object that was stored in more than twice as many parts as there are connections. */
static void s_special_size(struct aws_allocator *allocator) {
    struct fixture_options options = {
        .port = setting("S3_TEST_SCRIPTED_PORT"),
        .part_size = MIB,
        .pool_factory = default_pool_factory,
        .pool_user_data = &s_default,
        .configure = s_five_connections,
    };
    struct fixture fixture;
    fixture_init(&fixture, allocator, &options);
    struct transfer transfer = {.during_finish = s_on_special_finish};
    struct aws_http_message *message = message_new(&fixture, "GET", "twelve-parts");
    struct aws_s3_meta_request_options download =
        transfer_options(&transfer, &fixture, AWS_S3_META_REQUEST_TYPE_GET_OBJECT, message);
    download.body_callback_ex = on_body_ex;
    download.force_dynamic_part_size = true;
    printf("object of twelve parts\n");
    transfer_start(&transfer, &download);
    aws_http_message_release(message);
    transfer_end(&transfer);
    s_print_special("after shutdown");
    print_transfer("  download", &transfer);
    CHECK(transfer.received == 120 * MIB);
    fixture_clean_up(&fixture);
}

/* ---- Buffers that are lent, and taken back. ---- */

enum { FREED = 4096 };

/* What was freed last, of the memory that the client was made with. */
static void *s_freed[FREED];
static int s_freed_count;

static void *s_acquire(struct aws_allocator *allocator, size_t size) {
    return aws_mem_acquire(allocator->impl, size);
}

static void s_release(struct aws_allocator *allocator, void *memory) {
    pthread_mutex_lock(&s_lock);
    s_freed[s_freed_count++ % FREED] = memory;
    pthread_mutex_unlock(&s_lock);
    aws_mem_release(allocator->impl, memory);
}

/* Before its memory may become another meta request's. */
static void s_on_remove(struct pool *pool, struct aws_s3_meta_request *request) {
    pthread_mutex_lock(&s_lock);
    int most = s_freed_count < FREED ? s_freed_count : FREED;
    bool is_freed = false;
    for (int i = 0; i < most; ++i) {
        is_freed |= s_freed[i] == request;
    }
    pthread_mutex_unlock(&s_lock);
    if (is_freed) {
        wrong(pool, "a meta request that is freed before its buffer is taken back");
    }
}

static void s_lent(struct aws_allocator *allocator) {
    /* Event loops end later. */
    static struct aws_allocator watched = {.mem_acquire = s_acquire, .mem_release = s_release};
    watched.impl = allocator;
    static struct pool pool;
    struct fixture_options options = s_options(&pool, EVERY_SLOT, PART_BYTES);
    pool.during_remove = s_on_remove;
    struct fixture fixture;
    fixture_init(&fixture, &watched, &options);
    static uint8_t memory[2 * PART_BYTES];
    struct aws_byte_buf buffer = aws_byte_buf_from_empty_array(memory, sizeof(memory));
    struct transfer transfer = {0};
    struct aws_http_message *message = message_new(&fixture, "GET", "object");
    struct aws_s3_meta_request_options download =
        transfer_options(&transfer, &fixture, AWS_S3_META_REQUEST_TYPE_GET_OBJECT, message);
    download.recv_buffer = &buffer;
    /* What was freed earlier may have had the same address. */
    s_freed_count = 0;
    memset(s_freed, 0, sizeof(s_freed));
    transfer_start(&transfer, &download);
    aws_http_message_release(message);
    transfer_end(&transfer);
    fixture_clean_up(&fixture);
    print_transfer("into a buffer that is lent", &transfer);
    CHECK(buffer.len == 1000 && is_content(memory, 0, buffer.len));
    printf("  left: %d buffers; references: %d; wrong: %d\n", pool.lent, pool.references, pool.wrong);
}

/* ---- Parts that callers write faster than they can be sent. ---- */

enum { MOST_WRITERS = 6, CONNECTIONS = 4, UNANSWERED_MS = 2500 };

struct writer {
    struct transfer transfer;
    int woken;
    int waits;
};

static void s_on_woken(void *writer) {
    happened(&((struct writer *)writer)->woken);
}

static void s_few_connections(struct aws_s3_client_config *config, void *unused) {
    (void)unused;
    config->max_active_connections_override = CONNECTIONS;
}

static void s_start_writer(struct writer *writer, struct fixture *fixture) {
    struct aws_http_message *message = message_new(fixture, "PUT", "unanswered");
    struct aws_s3_meta_request_options options =
        transfer_options(&writer->transfer, fixture, AWS_S3_META_REQUEST_TYPE_PUT_OBJECT, message);
    options.send_using_async_writes = true;
    transfer_start(&writer->transfer, &options);
    aws_http_message_release(message);
}

/* Writes as much as is taken, for as long as the server answers no part. */
static void s_write_to_all(struct writer *writers, int count) {
    struct timespec begin, now;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    do {
        for (int i = 0; i < count; ++i) {
            struct writer *writer = &writers[i];
            if (count_of(&writer->woken) < writer->waits) {
                continue;
            }
            struct aws_byte_cursor data = aws_byte_cursor_from_array(s_content, MIB);
            struct aws_s3_meta_request_poll_write_result result =
                aws_s3_meta_request_poll_write(writer->transfer.request, data, false, s_on_woken, writer);
            CHECK(result.error_code == 0);
            writer->waits += result.is_pending;
        }
        sleep_ms(1);
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while ((now.tv_sec - begin.tv_sec) * 1000 + (now.tv_nsec - begin.tv_nsec) / 1000000 < UNANSWERED_MS - 1000);
}

static void s_end_writers(struct writer *writers, int count) {
    for (int i = 0; i < count; ++i) {
        aws_s3_meta_request_cancel(writers[i].transfer.request);
    }
    for (int i = 0; i < count; ++i) {
        transfer_end(&writers[i].transfer);
        CHECK(writers[i].transfer.error_code == AWS_ERROR_S3_CANCELED);
        CHECK(count_of(&writers[i].woken) == writers[i].waits);
    }
}

/* Whose memory comes at once. The parts of all uploads together are limited, but for one that is under way and one that
 * is written of each. */
static void s_many_writers(struct aws_allocator *allocator) {
    static struct pool pool;
    struct fixture_options options = s_options(&pool, AT_ONCE, UPLOAD_PART_BYTES);
    options.configure = s_few_connections;
    pool.has_writers = true;
    struct fixture fixture;
    fixture_init(&fixture, allocator, &options);
    struct writer writers[MOST_WRITERS];
    memset(writers, 0, sizeof(writers));
    for (int i = 0; i < MOST_WRITERS; ++i) {
        s_start_writer(&writers[i], &fixture);
    }
    s_write_to_all(writers, MOST_WRITERS);
    int parts = count_of(&pool.blocking);
    int most = 2 * CONNECTIONS + 2 * MOST_WRITERS;
    printf("six writers: %s\n", parts < 2 * CONNECTIONS ? "TOO FEW PARTS" : parts > most ? "TOO MANY PARTS" : "bounded");
    s_end_writers(writers, MOST_WRITERS);
    fixture_clean_up(&fixture);
    s_print_pool(&pool);
}

/* Few parts are as much as the limit. */
static void s_large_parts(struct aws_allocator *allocator) {
    struct fixture_options options = {
        .port = setting("S3_TEST_SCRIPTED_PORT"),
        .part_size = 32 * MIB,
        .memory_limit = 256 * MIB,
        .pool_factory = default_pool_factory,
        .pool_user_data = &s_default,
    };
    struct fixture fixture;
    fixture_init(&fixture, allocator, &options);
    struct writer writer;
    memset(&writer, 0, sizeof(writer));
    s_start_writer(&writer, &fixture);
    s_write_to_all(&writer, 1);
    struct usage usage = aws_s3_default_buffer_pool_get_usage(s_default);
    printf("writer of large parts: %s\n", usage.forced_used < options.memory_limit / 2 ? "TOO LITTLE MEMORY"
                                          : usage.forced_used > options.memory_limit   ? "ABOVE THE LIMIT"
                                                                                       : "within the limit");
    s_end_writers(&writer, 1);
    fixture_clean_up(&fixture);
}

int main(void) {
    struct aws_allocator *allocator = begin();
    fill_content(s_content, 0, sizeof(s_content));
    s_backwards(allocator);
    s_first_refused(allocator, true);
    s_first_refused(allocator, false);
    s_first_larger(allocator);
    s_tail_fits_first(allocator);
    s_special_size(allocator);
    s_lent(allocator);
    s_many_writers(allocator);
    s_large_parts(allocator);
    s_trims(allocator);
    return end(allocator);
}

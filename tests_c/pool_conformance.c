/* SPDX-License-Identifier: Apache-2.0 */

/* One suite for pools of every manner: uploads of known length, from a file, and written piece by piece, downloads by
 * every receiver and into the caller's memory, tickets that outlive their client, and cancels.
 *
 * What works with one pool works with all that answer, however they do it; what a pool refuses or hands out too small
 * is an error that reaches the caller, and never an overrun (valgrind sees to that). */

#include "default_pool.h"
#include "own_pools.h"

enum { PART_BYTES = 64 * 1024, OBJECT_BYTES = 1024 * 1024 + 5, UPLOAD_BYTES = 5 * 1024 * 1024 + 7, MOST_KEPT = 64 };

static uint8_t s_content[UPLOAD_BYTES];

static void s_woken(void *user_data) {
    happened(user_data);
}

/* Writes everything, with the last of it the end. Returns the error of the write that failed. */
static int s_write(struct transfer *transfer) {
    size_t at = 0;
    int waits = 0;
    int woken = 0;
    while (at < sizeof(s_content)) {
        struct aws_byte_cursor rest = aws_byte_cursor_from_array(s_content + at, sizeof(s_content) - at);
        struct aws_s3_meta_request_poll_write_result result =
            aws_s3_meta_request_poll_write(transfer->request, rest, true, s_woken, &woken);
        if (result.error_code != 0) {
            return result.error_code;
        }
        at += result.bytes_processed;
        if (result.is_pending) {
            WAIT_FOR(woken, ++waits);
        }
    }
    CHECK(count_of(&woken) == waits);
    return 0;
}

static void s_upload_file(struct fixture *fixture, const char *what, bool streams, bool adds_checksum) {
    char path[PATH_SIZE];
    write_content_file(path_in_dir(path, "to-send"), UPLOAD_BYTES);
    struct aws_s3_file_io_options files = {.should_stream = streams};
    struct aws_s3_checksum_config checksum = {
        .location = AWS_SCL_TRAILER,
        .checksum_algorithm = AWS_SCA_CRC32C,
    };
    struct transfer transfer = {0};
    struct aws_http_message *message = message_new(fixture, "PUT", "pool-file");
    struct aws_s3_meta_request_options options =
        transfer_options(&transfer, fixture, AWS_S3_META_REQUEST_TYPE_PUT_OBJECT, message);
    options.send_filepath = text(path);
    options.fio_opts = &files;
    options.checksum_config = adds_checksum ? &checksum : NULL;
    transfer_start(&transfer, &options);
    aws_http_message_release(message);
    transfer_end(&transfer);
    print_transfer(what, &transfer);
}

static void s_upload(struct fixture *fixture) {
    struct transfer known = {0};
    put_stream_start(&known, fixture, "pool-known", aws_byte_cursor_from_array(s_content, sizeof(s_content)));
    transfer_end(&known);
    print_transfer("  upload", &known);
    s_upload_file(fixture, "  upload of a file", false, false);
    s_upload_file(fixture, "  upload of a file, read", false, true);
    s_upload_file(fixture, "  upload of a file, streamed", true, true);

    struct transfer written = {0};
    struct aws_http_message *message = message_new(fixture, "PUT", "pool-written");
    struct aws_s3_meta_request_options options =
        transfer_options(&written, fixture, AWS_S3_META_REQUEST_TYPE_PUT_OBJECT, message);
    options.send_using_async_writes = true;
    transfer_start(&written, &options);
    aws_http_message_release(message);
    int error = s_write(&written);
    transfer_end(&written);
    print_transfer("  upload in pieces", &written);
    if (error != 0) {
        /* The pool may be faster or slower than the next write. */
        CHECK(error == written.error_code || error == AWS_ERROR_S3_REQUEST_HAS_COMPLETED);
    }
}

static void s_download(struct fixture *fixture, bool works) {
    for (enum receiver receiver = RECEIVE_BODY; receiver <= RECEIVE_FILE; ++receiver) {
        char path[PATH_SIZE];
        struct transfer transfer = {0};
        get_start(&transfer, fixture, "pool", receiver, path_in_dir(path, "received"));
        transfer_end(&transfer);
        if (works && receiver == RECEIVE_FILE) {
            transfer.wrong_content = !is_content_file(path, OBJECT_BYTES);
        } else if (works) {
            transfer.wrong_content |= transfer.received != OBJECT_BYTES;
        }
        print_transfer("  download", &transfer);
    }
}

/* Into memory of our own; pools without the slots for it refuse. */
static void s_download_into_buffer(struct fixture *fixture) {
    static uint8_t memory[OBJECT_BYTES];
    memset(memory, 0xff, sizeof(memory));
    struct aws_byte_buf buffer = aws_byte_buf_from_empty_array(memory, sizeof(memory));
    struct transfer transfer = {0};
    struct aws_http_message *message = message_new(fixture, "GET", "pool");
    struct aws_s3_meta_request_options options =
        transfer_options(&transfer, fixture, AWS_S3_META_REQUEST_TYPE_GET_OBJECT, message);
    options.recv_buffer = &buffer;
    transfer.request = aws_s3_client_make_meta_request(fixture->client, &options);
    aws_http_message_release(message);
    if (transfer.request == NULL) {
        printf("  download into buffer: %s\n", aws_error_name(aws_last_error()));
        return;
    }
    transfer_end(&transfer);
    transfer.wrong_content = transfer.error_code == 0
                                 ? buffer.len != OBJECT_BYTES || !is_content(memory, 0, OBJECT_BYTES)
                                 : buffer.len != 0;
    print_transfer("  download into buffer", &transfer);
}

/* Canceled at once, while memory is still to come, and canceled by the first body. */
static int s_cancel_at_body(struct transfer *transfer, size_t length) {
    (void)length;
    aws_s3_meta_request_cancel(transfer->current);
    return AWS_OP_SUCCESS;
}

static void s_cancel(struct fixture *fixture) {
    for (int i = 0; i < 6; ++i) {
        struct transfer transfer = {.during_body = i % 2 == 0 ? s_cancel_at_body : NULL};
        get_start(&transfer, fixture, "pool", RECEIVE_BODY_EX, NULL);
        if (i % 2 != 0) {
            sleep_ms(i - 1);
            aws_s3_meta_request_cancel(transfer.request);
        }
        transfer_end(&transfer);
        CHECK(!transfer.wrong_content && !transfer.wrong_order && !transfer.outside_ticket);
    }
}

/* ---- Tickets that stay. ---- */

struct kept {
    struct aws_s3_buffer_ticket *tickets[MOST_KEPT];
    struct aws_byte_cursor bodies[MOST_KEPT];
    uint64_t starts[MOST_KEPT];
    int count;
};

static int s_keep(
    struct aws_s3_meta_request *request,
    const struct aws_byte_cursor *body,
    const struct aws_s3_meta_request_receive_body_extra_info info,
    void *user_data) {

    struct transfer *transfer = user_data;
    struct kept *kept = transfer->extra;
    CHECK(kept->count < MOST_KEPT);
    kept->tickets[kept->count] = aws_s3_buffer_ticket_acquire(info.ticket);
    kept->bodies[kept->count] = *body;
    kept->starts[kept->count++] = info.range_start;
    return on_body_ex(request, body, info, user_data);
}

static void s_download_and_keep(struct fixture *fixture, struct kept *kept) {
    struct transfer transfer = {.extra = kept};
    struct aws_http_message *message = message_new(fixture, "GET", "pool");
    struct aws_s3_meta_request_options options =
        transfer_options(&transfer, fixture, AWS_S3_META_REQUEST_TYPE_GET_OBJECT, message);
    options.body_callback_ex = s_keep;
    transfer_start(&transfer, &options);
    aws_http_message_release(message);
    transfer_end(&transfer);
    print_transfer("  download, tickets kept", &transfer);
}

/* Nobody may have touched what was kept. */
static void s_let_go(struct kept *kept) {
    bool right = true;
    for (int i = 0; i < kept->count; ++i) {
        right &= is_content(kept->bodies[i].ptr, kept->starts[i], kept->bodies[i].len);
        aws_s3_buffer_ticket_release(kept->tickets[i]);
    }
    printf("  kept after the client: %s\n", kept->count == 0 ? "nothing" : right ? "as received" : "CHANGED");
}

/* ---- The library's own pool, as anybody's. ---- */

static size_t s_blocks(struct aws_s3_buffer_pool *pool) {
    return aws_s3_default_buffer_pool_get_usage(pool).primary_num_blocks;
}

/* A client that does nothing for five seconds has its pool trimmed. */
static void s_idle(struct aws_s3_buffer_pool *pool) {
    CHECK(s_blocks(pool) > 0);
    int waited_ms = 0;
    while (s_blocks(pool) > 0 && waited_ms < 60 * 1000) {
        sleep_ms(100);
        waited_ms += 100;
    }
    printf("  trimmed when idle: %s\n", s_blocks(pool) > 0 ? "NEVER" : waited_ms < 3000 ? "TOO EARLY" : "yes");
}

/* ---- The suite. ---- */

/* Without a manner, the library's own pool: as the client's, or, with a factory, as anybody's. */
static void s_conforms(
    struct aws_allocator *allocator,
    const char *name,
    aws_s3_buffer_pool_factory_fn *factory,
    const enum manner *manner) {

    printf("%s\n", name);
    static struct pool pool;
    memset(&pool, 0, sizeof(pool));
    struct aws_s3_buffer_pool *own = NULL;
    struct fixture_options options = {.part_size = PART_BYTES, .pool_factory = factory, .pool_user_data = &own};
    bool works = true;
    if (manner != NULL) {
        pool.manner = *manner;
        pool.part_size = PART_BYTES;
        options.pool_user_data = &pool;
        works = *manner != FAILS && *manner != FAILS_LATE && *manner != UNDERSIZED && *manner != EMPTY;
    }
    struct fixture fixture;
    struct kept kept = {.count = 0};
    fixture_init(&fixture, allocator, &options);
    if (manner == NULL && factory == NULL) {
        put_content(&fixture, "pool", OBJECT_BYTES);
    }
    s_upload(&fixture);
    s_download(&fixture, works);
    s_download_into_buffer(&fixture);
    if (own != NULL) {
        s_idle(own);
    }
    s_download_and_keep(&fixture, &kept);
    s_cancel(&fixture);
    fixture_clean_up(&fixture);
    s_let_go(&kept);
    if (manner != NULL) {
        /* The pool is its user's, and gone when its client is. */
        CHECK(count_of(&pool.destroyed) == 1);
        pool_end(&pool);
        CHECK(pool.reserved > 0 && pool.blocking > 0);
        printf("  left: %d tickets, %d special sizes, %d buffers; wrong: %d\n", pool.tickets, pool.special_sizes,
               pool.lent, pool.wrong);
    }
}

/* ---- A pool that does not answer. ---- */

/* Everybody who waited was told why the wait is over; tickets that come now go back at once. */
static void s_answer_late(struct pool *pool) {
    for (int i = 0; i < pool->queued; ++i) {
        struct aws_future_s3_buffer_ticket *future = pool->queue[i].future;
        CHECK(aws_future_s3_buffer_ticket_is_done(future));
        printf("  waited for memory: %s\n", aws_error_name(aws_future_s3_buffer_ticket_get_error(future)));
        pool_grant(pool, pool->queue[i]);
    }
    CHECK(pool->tickets == 0);
    pool->queued = 0;
}

static void s_start_known(struct fixture *fixture, struct transfer *transfer, struct pool *pool) {
    int before = count_of(&pool->reserved);
    memset(transfer, 0, sizeof(*transfer));
    put_stream_start(transfer, fixture, "pool-known", aws_byte_cursor_from_array(s_content, sizeof(s_content)));
    WAIT_FOR(pool->reserved, before + 2);
}

/* What ends a transfer ends its wait for memory, under the code that says so. */
static void s_silent(struct aws_allocator *allocator) {
    printf("pool that does not answer\n");
    static struct pool pool;
    memset(&pool, 0, sizeof(pool));
    pool.manner = SILENT;
    pool.part_size = PART_BYTES;
    struct fixture_options options = {
        .part_size = PART_BYTES, .pool_factory = pool_factory, .pool_user_data = &pool};
    struct fixture fixture;
    fixture_init(&fixture, allocator, &options);

    struct transfer download = {0};
    get_start(&download, &fixture, "pool", RECEIVE_BODY, NULL);
    WAIT_FOR(pool.reserved, 1);
    aws_s3_meta_request_cancel(download.request);
    transfer_end(&download);
    print_transfer("  canceled download", &download);
    s_answer_late(&pool);

    static struct transfer upload;
    s_start_known(&fixture, &upload, &pool);
    struct aws_s3_meta_request_resume_token *token = NULL;
    CHECK(aws_s3_meta_request_pause(upload.request, &token) == AWS_OP_SUCCESS);
    aws_s3_meta_request_resume_token_release(token);
    transfer_end(&upload);
    print_transfer("  paused upload", &upload);
    s_answer_late(&pool);

    /* One part fails, for the other nobody waits any more. */
    s_start_known(&fixture, &upload, &pool);
    aws_future_s3_buffer_ticket_set_error(pool.queue[0].future, AWS_ERROR_NO_SPACE);
    transfer_end(&upload);
    print_transfer("  upload that fails", &upload);
    s_answer_late(&pool);
    fixture_clean_up(&fixture);
    printf("  left: %d tickets; wrong: %d\n", pool.tickets, pool.wrong);
}

/* ---- Factories. ---- */

static struct aws_s3_buffer_pool *s_failing_factory(
    struct aws_allocator *allocator,
    struct aws_s3_buffer_pool_config config,
    void *user_data) {

    (void)allocator;
    (void)config;
    aws_raise_error(*(int *)user_data);
    return NULL;
}

static void s_factory_that_fails(struct aws_allocator *allocator, int error) {
    struct fixture_options options = {0};
    struct fixture fixture;
    fixture_base(&fixture, allocator, &options);
    struct aws_signing_config_aws signing;
    aws_s3_init_default_signing_config(&signing, text("us-east-1"), fixture.provider);
    struct aws_s3_client_config config = {
        .client_bootstrap = fixture.bootstrap,
        .tls_mode = AWS_MR_TLS_DISABLED,
        .signing_config = &signing,
        .buffer_pool_factory_fn = s_failing_factory,
        .buffer_pool_user_data = &error,
        .shutdown_callback = on_client_gone,
        .shutdown_callback_user_data = &fixture,
    };
    CHECK(aws_s3_client_new(allocator, &config) == NULL);
    printf("factory that fails: %s\n", aws_error_name(aws_last_error()));
    CHECK(count_of(&fixture.client_gone) == 0);
    happened(&fixture.client_gone);
    fixture_clean_up(&fixture);
}

/* With an argument, only the pools that are worth a look by valgrind. */
int main(int argc, char **argv) {
    static const struct {
        const char *name;
        enum manner manner;
        bool always;
    } pools[] = {
        {"pool that answers at once", AT_ONCE, false},
        {"pool with every slot", EVERY_SLOT, true},
        {"pool that answers inside of the next reserve", NESTED, false},
        {"pool that answers from a thread", FROM_THREAD, false},
        {"pool that answers late", LATE, false},
        {"pool that answers out of order", OUT_OF_ORDER, true},
        {"pool that fails", FAILS, false},
        {"pool that fails late", FAILS_LATE, false},
        {"pool that gives too little", UNDERSIZED, true},
        {"pool that gives too much", OVERSIZED, false},
        {"pool that has no memory after all", EMPTY, false},
        {"pool that refuses to be lent a buffer", REFUSES_LOANS, false},
        {"pool that ignores a buffer that it is lent", IGNORES_LOANS, false},
    };
    (void)argv;
    struct aws_allocator *allocator = begin();
    fill_content(s_content, 0, sizeof(s_content));
    s_conforms(allocator, "default pool", NULL, NULL);
    if (argc == 1) {
        s_conforms(allocator, "default pool, brought along", default_pool_factory, NULL);
    }
    for (size_t i = 0; i < AWS_ARRAY_SIZE(pools); ++i) {
        if (argc == 1 || pools[i].always) {
            s_conforms(allocator, pools[i].name, pool_factory, &pools[i].manner);
        }
    }
    s_silent(allocator);
    s_factory_that_fails(allocator, AWS_ERROR_NO_SPACE);
    s_factory_that_fails(allocator, AWS_ERROR_OOM);
    return end(allocator);
}

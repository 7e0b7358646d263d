/* SPDX-License-Identifier: Apache-2.0 */

/* Uploads whose sizes, memory or end are out of the ordinary. scripts/uploads.json is what the server does. Each goes
 * over one connection, so that the order of the requests is the same in every run. */

#include "requests.h"

#include <aws/io/future.h>
#include <unistd.h>

enum { PART_BYTES = 5 * 1024 * 1024, FILE_BYTES = 3 * 1024 * 1024, TAIL_BYTES = 5, RESERVATIONS = 64 };

static uint8_t s_content[2 * PART_BYTES];

/* ---- A pool that writes down what it is asked for. ---- */

struct pool {
    struct aws_s3_buffer_pool base;
    struct aws_allocator *allocator;
    uint64_t alignment;
    bool refuses;
    /* Called from inside of a reservation. */
    void (*during)(struct aws_s3_meta_request *request, void *data);
    void *during_data;
    struct { size_t size; uint64_t offset; } asked[RESERVATIONS];
    int count;
};

struct ticket {
    struct aws_s3_buffer_ticket base;
    struct aws_allocator *allocator;
    struct aws_byte_buf memory;
};

static struct aws_byte_buf s_claim(struct aws_s3_buffer_ticket *base) {
    return ((struct ticket *)base->impl)->memory;
}

static struct aws_s3_buffer_ticket_vtable s_ticket_vtable = {.claim = s_claim};

static void s_ticket_destroy(void *object) {
    struct ticket *ticket = object;
    aws_byte_buf_clean_up(&ticket->memory);
    aws_mem_release(ticket->allocator, ticket);
}

static struct aws_future_s3_buffer_ticket *s_reserve(
    struct aws_s3_buffer_pool *base,
    struct aws_s3_buffer_pool_reserve_meta meta) {

    struct pool *pool = base->impl;
    pthread_mutex_lock(&s_lock);
    CHECK(pool->count < RESERVATIONS);
    pool->asked[pool->count].size = meta.size;
    pool->asked[pool->count++].offset = meta.local_offset;
    pthread_mutex_unlock(&s_lock);
    if (pool->during != NULL) {
        pool->during(meta.meta_request, pool->during_data);
    }
    struct aws_future_s3_buffer_ticket *future = aws_future_s3_buffer_ticket_new(pool->allocator);
    if (pool->refuses) {
        aws_future_s3_buffer_ticket_set_error(future, AWS_ERROR_NO_SPACE);
        return future;
    }
    struct ticket *ticket = aws_mem_calloc(pool->allocator, 1, sizeof(*ticket));
    ticket->base.vtable = &s_ticket_vtable;
    ticket->base.impl = ticket;
    ticket->allocator = pool->allocator;
    aws_byte_buf_init(&ticket->memory, pool->allocator, meta.size);
    aws_ref_count_init(&ticket->base.ref_count, ticket, s_ticket_destroy);
    struct aws_s3_buffer_ticket *made = &ticket->base;
    aws_future_s3_buffer_ticket_set_result_by_move(future, &made);
    return future;
}

static void s_trim(struct aws_s3_buffer_pool *base) {
    (void)base;
}

static uint64_t s_align(struct aws_s3_buffer_pool *base, uint64_t size) {
    uint64_t alignment = ((struct pool *)base->impl)->alignment;
    return (size + alignment - 1) / alignment * alignment;
}

static struct aws_s3_buffer_pool_vtable s_pool_vtable = {
    .reserve = s_reserve,
    .trim = s_trim,
    .derive_aligned_buffer_size = s_align,
};

static void s_pool_destroy(void *object) {
    (void)object;
}

static struct aws_s3_buffer_pool *s_factory(
    struct aws_allocator *allocator,
    struct aws_s3_buffer_pool_config config,
    void *user_data) {

    (void)config;
    struct pool *pool = user_data;
    pool->allocator = allocator;
    pool->base.vtable = &s_pool_vtable;
    pool->base.impl = pool;
    aws_ref_count_init(&pool->base.ref_count, pool, s_pool_destroy);
    return &pool->base;
}

/* ---- Uploads. ---- */

static struct fixture_options s_options(struct pool *pool) {
    struct fixture_options options = {.port = setting("S3_TEST_SCRIPTED_PORT"), .part_size = PART_BYTES};
    if (pool != NULL) {
        options.pool_factory = s_factory;
        options.pool_user_data = pool;
    }
    return options;
}

/* Starts a multipart upload of so many bytes as the message says, from a stream of the content. */
static void s_start(struct transfer *transfer, struct fixture *fixture, const char *key, uint64_t length) {
    struct aws_http_message *message = message_new(fixture, "PUT", key);
    add_content_length(message, length);
    struct aws_byte_cursor bytes =
        aws_byte_cursor_from_array(s_content, length < sizeof(s_content) ? (size_t)length : sizeof(s_content));
    struct aws_input_stream *stream = aws_input_stream_new_from_cursor(fixture->allocator, &bytes);
    aws_http_message_set_body_stream(message, stream);
    struct aws_s3_meta_request_options options =
        transfer_options(transfer, fixture, AWS_S3_META_REQUEST_TYPE_PUT_OBJECT, message);
    options.multipart_upload_threshold = 1;
    options.max_active_connections_override = 1;
    transfer_start(transfer, &options);
    aws_input_stream_release(stream);
    aws_http_message_release(message);
}

/* Parts are never smaller than what the service takes, whatever the client's largest part. */
static void s_small_largest_part(struct aws_allocator *allocator) {
    struct fixture_options options = s_options(NULL);
    options.part_size = MIB;
    options.max_part_size = MIB;
    struct fixture fixture;
    fixture_init(&fixture, allocator, &options);
    const char *key = "small-largest-part";
    struct transfer transfer = {0};
    s_start(&transfer, &fixture, key, PART_BYTES + TAIL_BYTES);
    transfer_end(&transfer);
    print_transfer(key, &transfer);
    print_requests(key, "Content-Length");
    fixture_clean_up(&fixture);
}

/* 10,000 parts of 5 MiB do not suffice. The pool would like the larger parts to be aligned. */
static void s_aligned(struct aws_allocator *allocator, uint64_t alignment) {
    struct pool pool = {.alignment = alignment, .refuses = true};
    struct fixture_options options = s_options(&pool);
    options.max_part_size = 8 * MIB;
    struct fixture fixture;
    fixture_init(&fixture, allocator, &options);
    struct transfer transfer = {0};
    s_start(&transfer, &fixture, "aligned", 60 * KIB * MIB);
    transfer_end(&transfer);
    print_transfer("aligned", &transfer);
    printf("  parts of %zu bytes, alignment %" PRIu64 "\n", pool.asked[0].size, alignment);
    fixture_clean_up(&fixture);
}

static int s_refuse(struct transfer *transfer) {
    (void)transfer;
    return aws_raise_error(AWS_ERROR_NO_PERMISSION);
}

/* The object exists by then: there is nothing to abort. */
static void s_headers_refused(struct fixture *fixture) {
    const char *key = "headers-refused";
    struct transfer transfer = {.during_headers = s_refuse};
    s_start(&transfer, fixture, key, TAIL_BYTES);
    transfer_end(&transfer);
    print_transfer(key, &transfer);
    print_requests(key, NULL);
}

static void s_on_record(
    struct aws_s3_meta_request *request,
    struct aws_s3_request_metrics *metrics,
    void *user_data) {

    (void)request;
    struct transfer *transfer = user_data;
    enum aws_s3_request_type type;
    aws_s3_request_metrics_get_request_type(metrics, &type);
    uint64_t sent_ns;
    if (type == AWS_S3_REQUEST_TYPE_UPLOAD_PART &&
        aws_s3_request_metrics_get_send_start_timestamp_ns(metrics, &sent_ns) == AWS_OP_SUCCESS) {
        happened(transfer->extra);
    }
}

/* A file that shrinks while the upload is created: nothing of the part is sent. The server writes down whole requests
 * only, so that the records have to tell. */
static void s_shrinking_file(struct fixture *fixture) {
    int sent = 0;
    const char *key = "shrinking-file";
    char path[PATH_SIZE];
    write_content_file(path_in_dir(path, key), FILE_BYTES);
    struct aws_s3_file_io_options files = {.should_stream = true};
    struct transfer transfer = {.extra = &sent};
    struct aws_http_message *message = message_new(fixture, "PUT", key);
    struct aws_s3_meta_request_options options =
        transfer_options(&transfer, fixture, AWS_S3_META_REQUEST_TYPE_PUT_OBJECT, message);
    options.send_filepath = text(path);
    options.fio_opts = &files;
    options.multipart_upload_threshold = 1;
    options.telemetry_callback = s_on_record;
    transfer_start(&transfer, &options);
    aws_http_message_release(message);
    wait_for_request(key, "POST");
    CHECK(truncate(path, FILE_BYTES - 1) == 0);
    transfer_end(&transfer);
    print_transfer(key, &transfer);
    printf("  parts begun: %d\n", sent);
    print_requests(key, NULL);
}

/* Without TLS and without checksums the kernel takes parts from the file itself: the pool is not asked for memory. Long
 * parts that flow through memory take 2 MiB of it, however long they are. */
static void s_memory_for_file(struct aws_allocator *allocator, const char *key, bool checksums, bool streams) {
    struct pool pool = {.alignment = 1};
    struct fixture_options options = s_options(&pool);
    struct fixture fixture;
    fixture_init(&fixture, allocator, &options);
    char path[PATH_SIZE];
    write_content_file(path_in_dir(path, key), 2 * PART_BYTES + TAIL_BYTES);
    struct transfer transfer = {0};
    struct aws_http_message *message = message_new(&fixture, "PUT", key);
    struct aws_s3_meta_request_options upload =
        transfer_options(&transfer, &fixture, AWS_S3_META_REQUEST_TYPE_PUT_OBJECT, message);
    struct aws_s3_checksum_config sums = {.location = AWS_SCL_TRAILER, .checksum_algorithm = AWS_SCA_CRC32C};
    struct aws_s3_file_io_options files = {.should_stream = streams};
    upload.send_filepath = text(path);
    upload.fio_opts = &files;
    upload.multipart_upload_threshold = 1;
    upload.max_active_connections_override = 1;
    upload.checksum_config = checksums ? &sums : NULL;
    transfer_start(&transfer, &upload);
    aws_http_message_release(message);
    transfer_end(&transfer);
    print_transfer(key, &transfer);
    printf("  memory for %d parts:", pool.count);
    for (int i = 0; i < pool.count; ++i) {
        printf(" %zu", pool.asked[i].size);
    }
    printf("\n");
    fixture_clean_up(&fixture);
}

/* ---- Asynchronous writes. ---- */

static void s_start_writes(struct transfer *transfer, struct fixture *fixture, const char *key) {
    struct aws_http_message *message = message_new(fixture, "PUT", key);
    struct aws_s3_meta_request_options options =
        transfer_options(transfer, fixture, AWS_S3_META_REQUEST_TYPE_PUT_OBJECT, message);
    options.send_using_async_writes = true;
    options.max_active_connections_override = 1;
    transfer_start(transfer, &options);
    aws_http_message_release(message);
}

/* Offsets count from the start of the body. */
static void s_offsets(struct aws_allocator *allocator) {
    struct pool pool = {.alignment = 1};
    struct fixture_options options = s_options(&pool);
    struct fixture fixture;
    fixture_init(&fixture, allocator, &options);
    struct transfer transfer = {0};
    s_start_writes(&transfer, &fixture, "offsets");
    struct aws_byte_cursor all = aws_byte_cursor_from_array(s_content, sizeof(s_content));
    struct aws_future_void *written = aws_s3_meta_request_write(transfer.request, all, true);
    transfer_end(&transfer);
    CHECK(aws_future_void_is_done(written) && aws_future_void_get_error(written) == 0);
    aws_future_void_release(written);
    print_transfer("offsets", &transfer);
    for (int i = 0; i < pool.count; ++i) {
        printf("  %zu bytes at %" PRIu64 "\n", pool.asked[i].size, pool.asked[i].offset);
    }
    fixture_clean_up(&fixture);
}

struct pending_write {
    struct transfer transfer;
    bool was_gone;
    int done;
};

static void s_on_written(void *user_data) {
    struct pending_write *write = user_data;
    write->was_gone = count_of(&write->transfer.gone) != 0;
    happened(&write->done);
}

/* The caller gives its reference up while a write waits for room. */
static void s_released_while_writing(struct fixture *fixture, const char *key, bool cancel) {
    struct pending_write write = {0};
    s_start_writes(&write.transfer, fixture, key);
    struct aws_s3_meta_request *request = write.transfer.request;
    struct aws_byte_cursor part = aws_byte_cursor_from_array(s_content, PART_BYTES);
    struct aws_future_void *first = aws_s3_meta_request_write(request, part, false);
    CHECK(aws_future_void_is_done(first) && aws_future_void_get_error(first) == 0);
    aws_future_void_release(first);
    struct aws_byte_cursor tail = aws_byte_cursor_from_array(s_content, TAIL_BYTES);
    struct aws_future_void *second = aws_s3_meta_request_write(request, tail, true);
    CHECK(!aws_future_void_is_done(second));
    aws_future_void_register_callback(second, s_on_written, &write);
    if (cancel) {
        aws_s3_meta_request_cancel(request);
    }
    write.transfer.request = aws_s3_meta_request_release(request);
    WAIT_FOR(write.done, 1);
    transfer_end(&write.transfer);
    print_transfer(key, &write.transfer);
    printf("  write: %s%s\n", aws_error_name(aws_future_void_get_error(second)),
        write.was_gone ? ", AFTER THE SHUTDOWN CALLBACK" : "");
    aws_future_void_release(second);
}

struct nested_write {
    bool was_pending;
    int woken;
};

static void s_on_woken(void *user_data) {
    happened(&((struct nested_write *)user_data)->woken);
}

static void s_write_nested(struct aws_s3_meta_request *request, void *data) {
    struct nested_write *nested = data;
    struct aws_byte_cursor nothing = {0};
    struct aws_s3_meta_request_poll_write_result result =
        aws_s3_meta_request_poll_write(request, nothing, false, s_on_woken, nested);
    nested->was_pending = result.is_pending && result.error_code == 0;
}

/* A pool may use the meta request that it is asked for: nothing of it is locked meanwhile. */
static void s_write_inside_of_reserve(struct aws_allocator *allocator) {
    struct nested_write nested = {0};
    struct pool pool = {.alignment = 1, .during = s_write_nested, .during_data = &nested};
    struct fixture_options options = s_options(&pool);
    struct fixture fixture;
    fixture_init(&fixture, allocator, &options);
    struct transfer transfer = {0};
    s_start_writes(&transfer, &fixture, "nested");
    struct nested_write unused = {0};
    struct aws_byte_cursor tail = aws_byte_cursor_from_array(s_content, TAIL_BYTES);
    struct aws_s3_meta_request_poll_write_result result =
        aws_s3_meta_request_poll_write(transfer.request, tail, false, s_on_woken, &unused);
    CHECK(result.bytes_processed == TAIL_BYTES && !result.is_pending && result.error_code == 0);
    /* There is room again, and whoever found none is told. */
    WAIT_FOR(nested.woken, 1);
    result = aws_s3_meta_request_poll_write(transfer.request, tail, true, s_on_woken, &unused);
    CHECK(result.bytes_processed == TAIL_BYTES && result.error_code == 0);
    transfer_end(&transfer);
    CHECK(unused.woken == 0);
    print_transfer("nested", &transfer);
    printf("  write inside of reserve: %s, woken %d times\n", nested.was_pending ? "pending" : "NOT PENDING", nested.woken);
    fixture_clean_up(&fixture);
}

int main(void) {
    struct aws_allocator *allocator = begin();
    fill_content(s_content, 0, sizeof(s_content));
    s_small_largest_part(allocator);
    s_aligned(allocator, 4 * KIB);
    s_aligned(allocator, KIB * MIB);
    s_offsets(allocator);
    s_write_inside_of_reserve(allocator);
    s_memory_for_file(allocator, "file-unread", false, false);
    s_memory_for_file(allocator, "file-summed", true, false);
    s_memory_for_file(allocator, "file-streamed", true, true);

    struct fixture_options options = s_options(NULL);
    struct fixture fixture;
    fixture_init(&fixture, allocator, &options);
    s_headers_refused(&fixture);
    s_shrinking_file(&fixture);
    s_released_while_writing(&fixture, "slow-released", false);
    s_released_while_writing(&fixture, "slow-cancelled", true);
    fixture_clean_up(&fixture);
    return end(allocator);
}

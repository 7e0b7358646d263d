/* SPDX-License-Identifier: Apache-2.0 */

/* Uploads that are larger than what a machine keeps: large HOW MIB PART_MIB MEMORY_MIB [LARGEST_MIB].
 *
 * HOW is `unknown` (a stream that does not say how long it is), `writes` (the same by asynchronous writes), `pool` (the
 * stream again, with a pool of the program's), `beyond` (a stream that is a byte longer than 10,000 parts can hold) or
 * `sparse` (a file that is a hole). The server counts the bytes and throws them away; the sizes of the parts, the list at
 * the end and the memory must be as they should. */

#include "../support.h"

#include <aws/io/future.h>
#include <aws/io/stream.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EQUAL_PARTS = 2000, PARTS_OF_A_SIZE = 500, MOST_PARTS = 10000, PAGE = 4096, WRITE_BYTES = 16 * 1024 * 1024 };
enum { REPORT_SIZE = 4096, HANGS_AFTER_S = 3600 };

static const char *s_key = "large";

static long s_peak_kib(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* ---- A stream without a known length. Every page is touched, so that it costs what it takes. ---- */

struct hose {
    struct aws_input_stream base;
    struct aws_allocator *allocator;
    uint64_t left;
};

static int s_seek(struct aws_input_stream *stream, int64_t offset, enum aws_stream_seek_basis basis) {
    (void)stream;
    (void)offset;
    (void)basis;
    return aws_raise_error(AWS_ERROR_UNSUPPORTED_OPERATION);
}

static int s_read(struct aws_input_stream *stream, struct aws_byte_buf *dest) {
    struct hose *hose = stream->impl;
    size_t room = dest->capacity - dest->len;
    size_t count = hose->left < room ? (size_t)hose->left : room;
    for (size_t at = 0; at < count; at += PAGE) {
        dest->buffer[dest->len + at] = 1;
    }
    dest->len += count;
    hose->left -= count;
    return AWS_OP_SUCCESS;
}

static int s_status(struct aws_input_stream *stream, struct aws_stream_status *status) {
    status->is_end_of_stream = ((struct hose *)stream->impl)->left == 0;
    status->is_valid = true;
    return AWS_OP_SUCCESS;
}

static int s_length(struct aws_input_stream *stream, int64_t *length) {
    (void)stream;
    (void)length;
    return aws_raise_error(AWS_ERROR_UNSUPPORTED_OPERATION);
}

static struct aws_input_stream_vtable s_hose_vtable = {
    .seek = s_seek,
    .read = s_read,
    .get_status = s_status,
    .get_length = s_length,
};

static void s_hose_gone(void *object) {
    struct hose *hose = object;
    aws_mem_release(hose->allocator, hose);
}

static struct aws_input_stream *s_hose_new(struct aws_allocator *allocator, uint64_t bytes) {
    struct hose *hose = aws_mem_calloc(allocator, 1, sizeof(*hose));
    hose->allocator = allocator;
    hose->left = bytes;
    hose->base.impl = hose;
    hose->base.vtable = &s_hose_vtable;
    aws_ref_count_init(&hose->base.ref_count, hose, s_hose_gone);
    return &hose->base;
}

/* ---- What should have been sent, and what was. ---- */

static uint64_t s_part_bytes(uint64_t number, uint64_t first, uint64_t largest) {
    uint64_t bytes = first;
    for (uint64_t from = EQUAL_PARTS; from < number && bytes < largest; from += PARTS_OF_A_SIZE) {
        bytes *= 2;
    }
    return bytes < largest ? bytes : largest;
}

static uint64_t s_reach(uint64_t first, uint64_t largest) {
    uint64_t bytes = 0;
    for (uint64_t number = 1; number <= MOST_PARTS; ++number) {
        bytes += s_part_bytes(number, first, largest);
    }
    return bytes;
}

/* ---- A pool of the program's: it is asked for every part in turn, and for as much as that part has. ---- */

struct pool {
    struct aws_s3_buffer_pool base;
    struct aws_allocator *allocator;
    uint64_t first;
    uint64_t largest;
    uint64_t asked;
    uint64_t offset;
    uint64_t wrong;
};

struct ticket {
    struct aws_s3_buffer_ticket base;
    struct aws_allocator *allocator;
    struct aws_byte_buf memory;
};

static struct aws_byte_buf s_claim(struct aws_s3_buffer_ticket *base) {
    return ((struct ticket *)base->impl)->memory;
}

static void s_ticket_gone(void *object) {
    struct ticket *ticket = object;
    aws_byte_buf_clean_up(&ticket->memory);
    aws_mem_release(ticket->allocator, ticket);
}

static struct aws_future_s3_buffer_ticket *s_reserve(
    struct aws_s3_buffer_pool *base,
    struct aws_s3_buffer_pool_reserve_meta meta) {

    static struct aws_s3_buffer_ticket_vtable s_vtable = {.claim = s_claim};
    struct pool *pool = base->impl;
    pthread_mutex_lock(&s_lock);
    uint64_t bytes = s_part_bytes(++pool->asked, pool->first, pool->largest);
    pool->wrong += meta.size != bytes || meta.local_offset != pool->offset;
    pool->offset += bytes;
    pthread_mutex_unlock(&s_lock);
    struct ticket *ticket = aws_mem_calloc(pool->allocator, 1, sizeof(*ticket));
    ticket->base.vtable = &s_vtable;
    ticket->base.impl = ticket;
    ticket->allocator = pool->allocator;
    aws_byte_buf_init(&ticket->memory, pool->allocator, meta.size);
    aws_ref_count_init(&ticket->base.ref_count, ticket, s_ticket_gone);
    struct aws_s3_buffer_ticket *made = &ticket->base;
    struct aws_future_s3_buffer_ticket *future = aws_future_s3_buffer_ticket_new(pool->allocator);
    aws_future_s3_buffer_ticket_set_result_by_move(future, &made);
    return future;
}

static void s_pool_gone(void *object) {
    (void)object;
}

static struct aws_s3_buffer_pool *s_pool_new(
    struct aws_allocator *allocator,
    struct aws_s3_buffer_pool_config config,
    void *user_data) {

    static struct aws_s3_buffer_pool_vtable s_vtable = {.reserve = s_reserve};
    struct pool *pool = user_data;
    pool->allocator = allocator;
    pool->largest = config.max_part_size;
    pool->base.vtable = &s_vtable;
    pool->base.impl = pool;
    aws_ref_count_init(&pool->base.ref_count, pool, s_pool_gone);
    return &pool->base;
}

/* The line that the server should say of an upload. */
static void s_expect(char *report, uint64_t bytes, uint64_t first, uint64_t largest) {
    int length = snprintf(report, REPORT_SIZE, "complete=1 bytes=%" PRIu64 " parts=", bytes);
    uint64_t left = bytes, run = 0, size = 0;
    const char *comma = "";
    for (uint64_t number = 1; left > 0; ++number) {
        uint64_t part = s_part_bytes(number, first, largest);
        part = part < left ? part : left;
        if (part != size && run > 0) {
            length += snprintf(report + length, REPORT_SIZE - length, "%s%" PRIu64 "x%" PRIu64, comma, run, size);
            comma = ",";
            run = 0;
        }
        size = part;
        ++run;
        left -= part;
    }
    snprintf(report + length, REPORT_SIZE - length, "%s%" PRIu64 "x%" PRIu64, comma, run, size);
}

static void s_ask_server(char *report) {
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)atoi(setting("S3_TEST_HTTP_PORT"))),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int connection = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(connect(connection, (struct sockaddr *)&address, sizeof(address)) == 0);
    char reply[REPORT_SIZE + 1024];
    int asked = snprintf(reply, sizeof(reply), "GET /_report/%s/%s HTTP/1.1\r\n\r\n", setting("S3_TEST_BUCKET"), s_key);
    CHECK(write(connection, reply, (size_t)asked) == asked);
    CHECK(shutdown(connection, SHUT_WR) == 0);
    size_t have = 0;
    ssize_t now;
    while ((now = read(connection, reply + have, sizeof(reply) - 1 - have)) > 0) {
        have += (size_t)now;
    }
    close(connection);
    reply[have] = 0;
    const char *body = strstr(reply, "\r\n\r\n");
    CHECK(body != NULL);
    snprintf(report, REPORT_SIZE, "%s", body + 4);
}

/* ---- Uploads. ---- */

/* False once a write fails. */
static bool s_write_all(struct aws_s3_meta_request *request, uint64_t bytes) {
    uint8_t *memory = calloc(1, WRITE_BYTES);
    bool good = true;
    for (uint64_t left = bytes; left > 0 && good;) {
        size_t count = left < WRITE_BYTES ? (size_t)left : WRITE_BYTES;
        left -= count;
        struct aws_byte_cursor data = aws_byte_cursor_from_array(memory, count);
        struct aws_future_void *written = aws_s3_meta_request_write(request, data, left == 0);
        CHECK(aws_future_void_wait(written, (uint64_t)HANGS_AFTER_S * 1000000000u));
        good = aws_future_void_get_error(written) == 0;
        aws_future_void_release(written);
    }
    free(memory);
    return good;
}

static void s_wait(struct transfer *transfer) {
    struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};
    for (int waited_ms = 0; count_of(&transfer->finished) == 0; waited_ms += 20) {
        CHECK(waited_ms < HANGS_AFTER_S * 1000);
        nanosleep(&pause, NULL);
    }
}

int main(int argc, char **argv) {
    CHECK(argc >= 5);
    const char *how = argv[1];
    uint64_t bytes = strtoull(argv[2], NULL, 10) * MIB;
    uint64_t first = strtoull(argv[3], NULL, 10) * MIB;
    uint64_t limit = strtoull(argv[4], NULL, 10) * MIB;
    uint64_t largest = argc > 5 ? strtoull(argv[5], NULL, 10) * MIB : 0;
    bool sparse = strcmp(how, "sparse") == 0, writes = strcmp(how, "writes") == 0, beyond = strcmp(how, "beyond") == 0;
    struct aws_allocator *allocator = begin();
    struct fixture_options options = {.part_size = (size_t)first, .max_part_size = largest, .memory_limit = limit};
    struct pool pool = {.first = first};
    bool own_pool = strcmp(how, "pool") == 0;
    if (own_pool) {
        options.pool_factory = s_pool_new;
        options.pool_user_data = &pool;
    }
    struct fixture fixture;
    fixture_init(&fixture, allocator, &options);
    largest = sparse ? first : largest != 0 ? largest : limit / 2;
    if (beyond) {
        bytes = s_reach(first, largest) + 1;
    }
    struct aws_http_message *message = message_new(&fixture, "PUT", s_key);
    struct transfer transfer = {0};
    struct aws_s3_meta_request_options upload =
        transfer_options(&transfer, &fixture, AWS_S3_META_REQUEST_TYPE_PUT_OBJECT, message);
    upload.send_using_async_writes = writes;
    char path[PATH_SIZE];
    if (sparse) {
        int file = open(path_in_dir(path, s_key), O_CREAT | O_WRONLY, 0600);
        CHECK(file >= 0 && ftruncate(file, (off_t)bytes) == 0 && close(file) == 0);
        upload.send_filepath = text(path);
    } else if (!writes) {
        struct aws_input_stream *stream = s_hose_new(allocator, bytes);
        aws_http_message_set_body_stream(message, stream);
        aws_input_stream_release(stream);
    }
    long before_kib = s_peak_kib();
    transfer_start(&transfer, &upload);
    aws_http_message_release(message);
    if (writes) {
        s_write_all(transfer.request, bytes);
    }
    s_wait(&transfer);
    long grown_kib = s_peak_kib() - before_kib;
    transfer_end(&transfer);
    print_transfer(how, &transfer);

    char wanted[REPORT_SIZE] = "none", report[REPORT_SIZE];
    if (!beyond) {
        s_expect(wanted, bytes, first, largest);
    }
    s_ask_server(report);
    bool right = strcmp(wanted, report) == 0 && (beyond || transfer.progressed == bytes);
    /* The limit is for what the library holds; its connections and the writer's own memory come on top of it. */
    bool small = (uint64_t)grown_kib * KIB <= limit + 32 * MIB;
    printf("%s\n", report);
    if (own_pool) {
        right = right && pool.wrong == 0;
        printf("%" PRIu64 " reservations, %" PRIu64 " of them wrong\n", pool.asked, pool.wrong);
    }
    if (!right) {
        printf("WRONG: should be %s\n", wanted);
    }
    if (getenv("LARGE_TELL") != NULL || !small) {
        printf("%speak RSS grew by %ld MiB, the limit is %" PRIu64 " MiB\n", small ? "" : "WRONG: ", grown_kib / 1024,
            limit / MIB);
    }
    if (sparse) {
        unlink(path);
    }
    fixture_clean_up(&fixture);
    return end(allocator) != 0 || !right || !small;
}

/* SPDX-License-Identifier: Apache-2.0 */

/* Memory in short supply: uploads that stall with data outstanding, downloads whose consumer keeps the tickets for a
 * while, and cancels at random, all on one client with a small memory limit. Then more uploads at once than the limit
 * has room for, fed one after the other from the last to the first. Everything has to finish.
 *
 * usage: memory_stress ROUNDS LIMIT_MIB PART_MIB OBJECT_MIB */

#include "support.h"

#include <sys/resource.h>

enum { UPLOADS = 20, MANY_UPLOADS = 200, DOWNLOADS = 50, MOST_KEPT = 4096, UPLOAD_BYTES = 6 * 1024 * 1024 };

static uint8_t s_content[UPLOAD_BYTES];
static uint32_t s_seed = 1;

/* The same numbers in every run. */
static uint32_t s_random(uint32_t below) {
    s_seed = s_seed * 1664525u + 1013904223u;
    return (s_seed >> 8) % below;
}

/* ---- The consumer: keeps tickets, and lets go of one after the other. ---- */

static struct {
    struct aws_s3_buffer_ticket *ticket;
    struct aws_byte_cursor body;
    uint64_t start;
} s_kept[MOST_KEPT];
static int s_kept_count;
static bool s_consumer_stops;
static int s_changed_content;

static void *s_consumer(void *unused) {
    (void)unused;
    pthread_mutex_lock(&s_lock);
    while (!s_consumer_stops || s_kept_count > 0) {
        if (s_kept_count == 0) {
            pthread_cond_wait(&s_changed, &s_lock);
            continue;
        }
        int last = --s_kept_count;
        struct aws_s3_buffer_ticket *ticket = s_kept[last].ticket;
        struct aws_byte_cursor body = s_kept[last].body;
        uint64_t start = s_kept[last].start;
        pthread_mutex_unlock(&s_lock);
        struct timespec pause = {.tv_nsec = 500 * 1000L};
        nanosleep(&pause, NULL);
        /* One page tells whether somebody else was given the same memory. */
        if (!is_content(body.ptr, start, body.len < 4096 ? body.len : 4096)) {
            happened(&s_changed_content);
        }
        aws_s3_buffer_ticket_release(ticket);
        pthread_mutex_lock(&s_lock);
    }
    pthread_mutex_unlock(&s_lock);
    return NULL;
}

static int s_keep(
    struct aws_s3_meta_request *request,
    const struct aws_byte_cursor *body,
    const struct aws_s3_meta_request_receive_body_extra_info info,
    void *user_data) {

    struct transfer *transfer = user_data;
    (void)request;
    CHECK(info.ticket != NULL);
    transfer->received += body->len;
    pthread_mutex_lock(&s_lock);
    CHECK(s_kept_count < MOST_KEPT);
    s_kept[s_kept_count].ticket = aws_s3_buffer_ticket_acquire(info.ticket);
    s_kept[s_kept_count].body = *body;
    s_kept[s_kept_count++].start = info.range_start;
    pthread_cond_broadcast(&s_changed);
    pthread_mutex_unlock(&s_lock);
    return AWS_OP_SUCCESS;
}

/* ---- Transfers. ---- */

static void s_download_start(struct transfer *transfer, struct fixture *fixture) {
    struct aws_http_message *message = message_new(fixture, "GET", "stress");
    struct aws_s3_meta_request_options options =
        transfer_options(transfer, fixture, AWS_S3_META_REQUEST_TYPE_GET_OBJECT, message);
    options.body_callback_ex = s_keep;
    transfer_start(transfer, &options);
    aws_http_message_release(message);
}

struct upload {
    struct transfer transfer;
    size_t written;
    int waits;
    int woken;
    bool ended;
};

static void s_upload_start(struct upload *upload, struct fixture *fixture, int number) {
    char key[KEY_SIZE];
    snprintf(key, sizeof(key), "stress-%d", number);
    struct aws_http_message *message = message_new(fixture, "PUT", key);
    struct aws_s3_meta_request_options options =
        transfer_options(&upload->transfer, fixture, AWS_S3_META_REQUEST_TYPE_PUT_OBJECT, message);
    options.send_using_async_writes = true;
    transfer_start(&upload->transfer, &options);
    aws_http_message_release(message);
}

static void s_woken(void *user_data) {
    happened(user_data);
}

/* Writes up to `end`; the meta request may have ended meanwhile. */
static void s_write(struct upload *upload, size_t end) {
    while (upload->written < end && !upload->ended) {
        struct aws_byte_cursor bytes =
            aws_byte_cursor_from_array(s_content + upload->written, end - upload->written);
        struct aws_s3_meta_request_poll_write_result result = aws_s3_meta_request_poll_write(
            upload->transfer.request, bytes, end == UPLOAD_BYTES, s_woken, &upload->woken);
        upload->written += result.bytes_processed;
        upload->ended = result.error_code != 0;
        if (result.is_pending) {
            WAIT_FOR(upload->woken, ++upload->waits);
        }
    }
}

static int s_succeeded;
static int s_canceled;

static void s_end(struct transfer *transfer, uint64_t length) {
    transfer_end(transfer);
    if (transfer->error_code == AWS_ERROR_SUCCESS) {
        CHECK(length == 0 || transfer->received == length);
        ++s_succeeded;
    } else {
        if (transfer->error_code != AWS_ERROR_S3_CANCELED) {
            printf("%s\n", aws_error_name(transfer->error_code));
        }
        CHECK(transfer->error_code == AWS_ERROR_S3_CANCELED);
        ++s_canceled;
    }
}

static void s_round(struct fixture *fixture, uint64_t object_bytes) {
    static struct upload uploads[UPLOADS];
    static struct transfer downloads[DOWNLOADS];
    memset(uploads, 0, sizeof(uploads));
    memset(downloads, 0, sizeof(downloads));
    for (int i = 0; i < UPLOADS; ++i) {
        s_upload_start(&uploads[i], fixture, i);
        s_write(&uploads[i], 1 + s_random(4 * 1024 * 1024));
    }
    /* The uploads stall until every download is over. */
    for (int i = 0; i < DOWNLOADS; ++i) {
        s_download_start(&downloads[i], fixture);
        if (s_random(4) == 0) {
            aws_s3_meta_request_cancel(downloads[s_random((uint32_t)i + 1)].request);
        }
        if (s_random(16) == 0) {
            aws_s3_meta_request_cancel(uploads[s_random(UPLOADS)].transfer.request);
        }
    }
    for (int i = 0; i < DOWNLOADS; ++i) {
        s_end(&downloads[i], object_bytes);
    }
    for (int i = UPLOADS - 1; i >= 0; --i) {
        s_write(&uploads[i], UPLOAD_BYTES);
        s_end(&uploads[i].transfer, 0);
    }
}

/* Each has memory for a part from its first byte on, 5 MiB and all together four times the least limit, whoever is fed
 * first. */
static void s_many(struct fixture *fixture) {
    static struct upload uploads[MANY_UPLOADS];
    for (int i = 0; i < MANY_UPLOADS; ++i) {
        s_upload_start(&uploads[i], fixture, i);
        s_write(&uploads[i], 1);
        CHECK(uploads[i].written == 1);
    }
    int succeeded = 0;
    for (int i = MANY_UPLOADS - 1; i >= 0; --i) {
        struct aws_byte_cursor rest = aws_byte_cursor_from_array(s_content + 1, 1000);
        struct aws_s3_meta_request_poll_write_result result = aws_s3_meta_request_poll_write(
            uploads[i].transfer.request, rest, true, s_woken, &uploads[i].woken);
        CHECK(result.error_code == 0 && result.bytes_processed == rest.len);
        transfer_end(&uploads[i].transfer);
        succeeded += uploads[i].transfer.error_code == 0;
    }
    printf("many uploads: %s\n", succeeded == MANY_UPLOADS ? "all" : "NOT ALL");
}

int main(int argc, char **argv) {
    CHECK(argc == 5);
    int rounds = atoi(argv[1]);
    struct fixture_options options = {
        .memory_limit = (uint64_t)atoi(argv[2]) * MIB,
        .part_size = (uint64_t)atoi(argv[3]) * MIB,
    };
    uint64_t object_bytes = (uint64_t)atoi(argv[4]) * MIB + 5;
    struct aws_allocator *allocator = begin();
    struct fixture fixture;
    fixture_init(&fixture, allocator, &options);
    fill_content(s_content, 0, UPLOAD_BYTES);
    put_content(&fixture, "stress", object_bytes);
    pthread_t consumer;
    CHECK(pthread_create(&consumer, NULL, s_consumer, NULL) == 0);
    for (int round = 0; round < rounds; ++round) {
        s_round(&fixture, object_bytes);
    }
    pthread_mutex_lock(&s_lock);
    s_consumer_stops = true;
    pthread_cond_broadcast(&s_changed);
    pthread_mutex_unlock(&s_lock);
    pthread_join(consumer, NULL);
    s_many(&fixture);
    fixture_clean_up(&fixture);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    fprintf(stderr, "%d succeeded, %d canceled, %ld MiB at most\n", s_succeeded, s_canceled, usage.ru_maxrss / 1024);
    printf("finished: %s\n", s_succeeded + s_canceled == rounds * (UPLOADS + DOWNLOADS) ? "all" : "NOT ALL");
    printf("canceled some, not all: %s\n", s_succeeded > 0 && s_canceled > 0 ? "yes" : "no");
    printf("kept tickets that changed: %d\n", s_changed_content);
    return end(allocator);
}

/* SPDX-License-Identifier: Apache-2.0 */

/* Moves objects and says what that cost. The same source is built against the library and against the original, so it
 * uses public headers only. Prints one line of JSON; see usage(). */
#define _GNU_SOURCE
#include <aws/auth/credentials.h>
#include <aws/auth/signing_config.h>
#include <aws/common/thread.h>
#include <aws/common/uri.h>
#include <aws/http/request_response.h>
#include <aws/io/channel_bootstrap.h>
#include <aws/io/stream.h>
#include <aws/io/tls_channel_handler.h>
#include <aws/s3/s3.h>
#include <aws/s3/s3_client.h>

#include <getopt.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define MIB ((uint64_t)1024 * 1024)

struct workload {
    bool put;
    bool crc32c;
    const char *endpoint;
    const char *ca_file;
    const char *send_file;
    uint64_t size;
    uint64_t count;
    uint64_t in_flight;
    uint64_t memory_limit_mib;
    uint32_t connections;
    bool beside;
};

struct bench {
    struct workload workload;
    struct aws_allocator *allocator;
    struct aws_client_bootstrap *bootstrap;
    struct aws_credentials_provider *credentials;
    struct aws_tls_ctx *tls;
    struct aws_uri endpoint;
    struct aws_s3_client *client;

    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint64_t started;
    uint64_t gone;
    /* When the workload began, and how long each object took from then on and from its own beginning, in seconds. */
    double begun;
    double *ended;
    double *took;

    /* Small objects, one after the other, beside the others. */
    double *beside;
    size_t beside_count;
    bool beside_gone;
};

/* One object on its way. */
struct transfer {
    struct bench *bench;
    uint64_t index;
    uint64_t size;
    uint64_t received;
    double begun;
    bool beside;
};

static void s_fail(const char *what, int code) {
    fprintf(stderr, "driver: %s: %s\n", what, aws_error_debug_str(code));
    exit(1);
}

static void s_usage(void) {
    fputs(
        "usage: driver --op get|put --endpoint URL --size BYTES [options]\n"
        "  --count N            objects, default 1\n"
        "  --in-flight N        at once, default 8\n"
        "  --ca-file PEM        authorities to trust\n"
        "  --crc32c             compute or check CRC32C\n"
        "  --send-file FILE     upload this file instead of a stream\n"
        "  --memory-limit MIB   default: the library's\n"
        "  --connections N      at most, default: what 10 Gbps ask for\n"
        "  --beside             get an object of 64 KiB every 20 ms meanwhile\n",
        stderr);
    exit(2);
}

static struct workload s_read_arguments(int argc, char **argv) {
    static const struct option s_options[] = {
        {"op", required_argument, NULL, 'o'},
        {"endpoint", required_argument, NULL, 'e'},
        {"size", required_argument, NULL, 's'},
        {"count", required_argument, NULL, 'n'},
        {"in-flight", required_argument, NULL, 'i'},
        {"ca-file", required_argument, NULL, 'c'},
        {"crc32c", no_argument, NULL, 'x'},
        {"send-file", required_argument, NULL, 'f'},
        {"memory-limit", required_argument, NULL, 'm'},
        {"connections", required_argument, NULL, 'k'},
        {"beside", no_argument, NULL, 'b'},
        {NULL, 0, NULL, 0},
    };
    struct workload workload = {.count = 1, .in_flight = 8};
    bool has_op = false, has_size = false;
    int option;
    while ((option = getopt_long(argc, argv, "", s_options, NULL)) != -1) {
        switch (option) {
            case 'o':
                workload.put = strcmp(optarg, "put") == 0;
                has_op = workload.put || strcmp(optarg, "get") == 0;
                break;
            case 'e': workload.endpoint = optarg; break;
            case 's':
                workload.size = strtoull(optarg, NULL, 10);
                has_size = true;
                break;
            case 'n': workload.count = strtoull(optarg, NULL, 10); break;
            case 'i': workload.in_flight = strtoull(optarg, NULL, 10); break;
            case 'c': workload.ca_file = optarg; break;
            case 'x': workload.crc32c = true; break;
            case 'f': workload.send_file = optarg; break;
            case 'm': workload.memory_limit_mib = strtoull(optarg, NULL, 10); break;
            case 'b': workload.beside = true; break;
            case 'k': workload.connections = (uint32_t)strtoul(optarg, NULL, 10); break;
            default: s_usage();
        }
    }
    if (!has_op || !has_size || workload.endpoint == NULL || workload.in_flight == 0 || optind != argc) {
        s_usage();
    }
    return workload;
}

/* ---- A stream that makes its bytes: as many copies of a block that stays in the cache as the object is long. ---- */

enum { BLOCK = 64 * 1024 };
static uint8_t s_block[BLOCK];

struct pattern_stream {
    struct aws_input_stream base;
    struct aws_allocator *allocator;
    uint64_t length;
    uint64_t at;
};

static int s_stream_seek(struct aws_input_stream *stream, int64_t offset, enum aws_stream_seek_basis basis) {
    struct pattern_stream *pattern = stream->impl;
    uint64_t from = basis == AWS_SSB_BEGIN ? 0 : pattern->length;
    pattern->at = from + (uint64_t)offset;
    return AWS_OP_SUCCESS;
}

static int s_stream_read(struct aws_input_stream *stream, struct aws_byte_buf *dest) {
    struct pattern_stream *pattern = stream->impl;
    while (pattern->at < pattern->length && dest->len < dest->capacity) {
        size_t in_block = (size_t)(pattern->at % BLOCK);
        uint64_t bytes = BLOCK - in_block;
        bytes = bytes < pattern->length - pattern->at ? bytes : pattern->length - pattern->at;
        bytes = bytes < dest->capacity - dest->len ? bytes : dest->capacity - dest->len;
        memcpy(dest->buffer + dest->len, s_block + in_block, (size_t)bytes);
        dest->len += (size_t)bytes;
        pattern->at += bytes;
    }
    return AWS_OP_SUCCESS;
}

static int s_stream_status(struct aws_input_stream *stream, struct aws_stream_status *status) {
    struct pattern_stream *pattern = stream->impl;
    status->is_end_of_stream = pattern->at >= pattern->length;
    status->is_valid = true;
    return AWS_OP_SUCCESS;
}

static int s_stream_length(struct aws_input_stream *stream, int64_t *out_length) {
    struct pattern_stream *pattern = stream->impl;
    *out_length = (int64_t)pattern->length;
    return AWS_OP_SUCCESS;
}

static void s_stream_destroy(void *object) {
    struct pattern_stream *pattern = object;
    aws_mem_release(pattern->allocator, pattern);
}

static struct aws_input_stream_vtable s_stream_vtable = {
    .seek = s_stream_seek,
    .read = s_stream_read,
    .get_status = s_stream_status,
    .get_length = s_stream_length,
};

static struct aws_input_stream *s_stream_new(struct aws_allocator *allocator, uint64_t length) {
    struct pattern_stream *pattern = aws_mem_calloc(allocator, 1, sizeof(*pattern));
    pattern->base.impl = pattern;
    pattern->base.vtable = &s_stream_vtable;
    pattern->allocator = allocator;
    pattern->length = length;
    aws_ref_count_init(&pattern->base.ref_count, pattern, s_stream_destroy);
    return &pattern->base;
}

/* ---- The client. ---- */

static void s_open(struct bench *bench) {
    bench->allocator = aws_default_allocator();
    struct aws_byte_cursor url = aws_byte_cursor_from_c_str(bench->workload.endpoint);
    if (aws_uri_init_parse(&bench->endpoint, bench->allocator, &url)) {
        s_fail(bench->workload.endpoint, aws_last_error());
    }
    bench->bootstrap = aws_s3_client_bootstrap_default(bench->allocator, NULL);
    struct aws_credentials_provider_static_options keys = {
        .access_key_id = aws_byte_cursor_from_c_str("AKIDBENCH"),
        .secret_access_key = aws_byte_cursor_from_c_str("secretbench"),
    };
    bench->credentials = aws_credentials_provider_new_static(bench->allocator, &keys);

    struct aws_signing_config_aws signing;
    struct aws_byte_cursor region = aws_byte_cursor_from_c_str("us-east-1");
    aws_s3_init_default_signing_config(&signing, region, bench->credentials);
    bool secure = strncmp(bench->workload.endpoint, "https", 5) == 0;
    struct aws_tls_connection_options tls = {0};
    if (secure) {
        struct aws_tls_ctx_options options;
        aws_tls_ctx_options_init_default_client(&options, bench->allocator);
        const char *ca_file = bench->workload.ca_file;
        if (ca_file != NULL && aws_tls_ctx_options_override_default_trust_store_from_path(&options, NULL, ca_file)) {
            s_fail(ca_file, aws_last_error());
        }
        bench->tls = aws_tls_client_ctx_new(bench->allocator, &options);
        aws_tls_ctx_options_clean_up(&options);
        aws_tls_connection_options_init_from_ctx(&tls, bench->tls);
    }
    struct aws_s3_client_config config = {
        .region = region,
        .client_bootstrap = bench->bootstrap,
        .tls_mode = secure ? AWS_MR_TLS_ENABLED : AWS_MR_TLS_DISABLED,
        .tls_connection_options = secure ? &tls : NULL,
        .signing_config = &signing,
        .part_size = 8 * MIB,
        .throughput_target_gbps = 10,
        .memory_limit_in_bytes = bench->workload.memory_limit_mib * MIB,
        .max_active_connections_override = bench->workload.connections,
    };
    bench->client = aws_s3_client_new(bench->allocator, &config);
    if (bench->client == NULL) {
        s_fail("making a client", aws_last_error());
    }
    if (secure) {
        aws_tls_connection_options_clean_up(&tls);
    }
}

static void s_close(struct bench *bench) {
    aws_s3_client_release(bench->client);
    aws_tls_ctx_release(bench->tls);
    aws_credentials_provider_release(bench->credentials);
    aws_client_bootstrap_release(bench->bootstrap);
    aws_uri_clean_up(&bench->endpoint);
    aws_thread_join_all_managed();
}

/* ---- One object. ---- */

static int s_on_body(
    struct aws_s3_meta_request *request,
    const struct aws_byte_cursor *body,
    uint64_t range_start,
    void *user_data) {

    (void)request;
    (void)range_start;
    struct transfer *transfer = user_data;
    transfer->received += body->len;
    return AWS_OP_SUCCESS;
}

static void s_on_finish(
    struct aws_s3_meta_request *request,
    const struct aws_s3_meta_request_result *result,
    void *user_data) {

    (void)request;
    struct transfer *transfer = user_data;
    const struct workload *workload = &transfer->bench->workload;
    if (result->error_code != AWS_ERROR_SUCCESS) {
        s_fail(workload->put ? "uploading" : "downloading", result->error_code);
    }
    bool put = workload->put && !transfer->beside;
    if (!put && transfer->received != transfer->size) {
        fprintf(stderr, "driver: %" PRIu64 " bytes came\n", transfer->received);
        exit(1);
    }
}

static double s_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void s_on_shutdown(void *user_data) {
    struct transfer *transfer = user_data;
    struct bench *bench = transfer->bench;
    double now = s_now();
    pthread_mutex_lock(&bench->lock);
    if (transfer->beside) {
        bench->beside[bench->beside_count++] = now - transfer->begun;
        bench->beside_gone = true;
    } else {
        bench->ended[transfer->index] = now - bench->begun;
        bench->took[transfer->index] = now - transfer->begun;
        ++bench->gone;
    }
    pthread_cond_broadcast(&bench->changed);
    pthread_mutex_unlock(&bench->lock);
    free(transfer);
}

static void s_add_header(struct aws_http_message *message, const char *name, struct aws_byte_cursor value) {
    struct aws_http_header header = {.name = aws_byte_cursor_from_c_str(name), .value = value};
    aws_http_message_add_header(message, header);
}

/* The server reads the size of an object from its name. */
static struct aws_http_message *s_make_message(struct bench *bench, const struct transfer *transfer, bool put) {
    const struct workload *workload = &bench->workload;
    char path[96];
    const char *folder = transfer->beside ? "beside-" : "";
    snprintf(path, sizeof(path), "/bucket/%" PRIu64 "/%s%" PRIu64, transfer->size, folder, transfer->index);
    struct aws_http_message *message = aws_http_message_new_request(bench->allocator);
    aws_http_message_set_request_method(message, aws_byte_cursor_from_c_str(put ? "PUT" : "GET"));
    aws_http_message_set_request_path(message, aws_byte_cursor_from_c_str(path));
    s_add_header(message, "Host", *aws_uri_authority(&bench->endpoint));
    if (put) {
        char length[32];
        snprintf(length, sizeof(length), "%" PRIu64, workload->size);
        s_add_header(message, "Content-Length", aws_byte_cursor_from_c_str(length));
        if (workload->send_file == NULL) {
            struct aws_input_stream *stream = s_stream_new(bench->allocator, workload->size);
            aws_http_message_set_body_stream(message, stream);
            aws_input_stream_release(stream);
        }
    }
    return message;
}

enum { BESIDE_SIZE = 64 * 1024, BESIDE_PAUSE_MS = 20, BESIDE_MOST = 100000 };

static void s_start(struct bench *bench, uint64_t index, bool beside) {
    const struct workload *workload = &bench->workload;
    bool put = workload->put && !beside;
    struct transfer *transfer = calloc(1, sizeof(*transfer));
    transfer->bench = bench;
    transfer->index = index;
    transfer->size = beside ? BESIDE_SIZE : workload->size;
    transfer->beside = beside;
    transfer->begun = s_now();
    struct aws_http_message *message = s_make_message(bench, transfer, put);
    struct aws_s3_checksum_config checksums = {
        .location = put ? AWS_SCL_TRAILER : AWS_SCL_NONE,
        .checksum_algorithm = put ? AWS_SCA_CRC32C : AWS_SCA_NONE,
        .validate_response_checksum = !put,
    };
    struct aws_s3_meta_request_options options = {
        .type = put ? AWS_S3_META_REQUEST_TYPE_PUT_OBJECT : AWS_S3_META_REQUEST_TYPE_GET_OBJECT,
        .message = message,
        .endpoint = &bench->endpoint,
        .checksum_config = workload->crc32c ? &checksums : NULL,
        .user_data = transfer,
        .body_callback = put ? NULL : s_on_body,
        .finish_callback = s_on_finish,
        .shutdown_callback = s_on_shutdown,
    };
    if (put && workload->send_file != NULL) {
        options.send_filepath = aws_byte_cursor_from_c_str(workload->send_file);
    }
    struct aws_s3_meta_request *request = aws_s3_client_make_meta_request(bench->client, &options);
    if (request == NULL) {
        s_fail("making a request", aws_last_error());
    }
    /* It lives on until it is done; nothing else is wanted of it. */
    aws_s3_meta_request_release(request);
    aws_http_message_release(message);
}

/* Gets one small object after the other until the others are done, with a rest after each. */
static void *s_run_beside(void *argument) {
    struct bench *bench = argument;
    const struct timespec pause = {.tv_nsec = BESIDE_PAUSE_MS * 1000000L};
    for (;;) {
        nanosleep(&pause, NULL);
        pthread_mutex_lock(&bench->lock);
        bool over = bench->gone == bench->workload.count || bench->beside_count == BESIDE_MOST;
        bench->beside_gone = false;
        pthread_mutex_unlock(&bench->lock);
        if (over) {
            return NULL;
        }
        s_start(bench, bench->beside_count, true);
        pthread_mutex_lock(&bench->lock);
        while (!bench->beside_gone) {
            pthread_cond_wait(&bench->changed, &bench->lock);
        }
        pthread_mutex_unlock(&bench->lock);
    }
}

static void s_run(struct bench *bench) {
    const struct workload *workload = &bench->workload;
    pthread_mutex_lock(&bench->lock);
    while (bench->gone < workload->count) {
        if (bench->started < workload->count && bench->started - bench->gone < workload->in_flight) {
            uint64_t index = bench->started++;
            pthread_mutex_unlock(&bench->lock);
            s_start(bench, index, false);
            pthread_mutex_lock(&bench->lock);
        } else {
            pthread_cond_wait(&bench->changed, &bench->lock);
        }
    }
    pthread_mutex_unlock(&bench->lock);
}

/* ---- What it cost. ---- */

static double s_seconds(struct timeval time) {
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static int s_compare(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* What `percent` of them do not exceed, in milliseconds; 0 of none. */
static double s_percentile(double *seconds, size_t count, size_t percent) {
    qsort(seconds, count, sizeof(*seconds), s_compare);
    return count == 0 ? 0 : seconds[percent == 0 ? 0 : (count * percent + 99) / 100 - 1] * 1e3;
}

int main(int argc, char **argv) {
    struct bench bench = {
        .workload = s_read_arguments(argc, argv),
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .changed = PTHREAD_COND_INITIALIZER,
    };
    for (size_t i = 0; i < BLOCK; ++i) {
        s_block[i] = (uint8_t)(i * 31 + (i >> 8));
    }
    uint64_t count = bench.workload.count;
    bench.ended = calloc(count + 1, sizeof(double));
    bench.took = calloc(count + 1, sizeof(double));
    bench.beside = calloc(BESIDE_MOST, sizeof(double));
    aws_s3_library_init(aws_default_allocator());
    s_open(&bench);

    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    bench.begun = s_now();
    pthread_t beside;
    if (bench.workload.beside) {
        pthread_create(&beside, NULL, s_run_beside, &bench);
    }
    s_run(&bench);
    double seconds = s_now() - bench.begun;
    getrusage(RUSAGE_SELF, &after);
    if (bench.workload.beside) {
        pthread_join(beside, NULL);
    }

    s_close(&bench);
    aws_s3_library_clean_up();
    printf(
        "{\"seconds\": %.6f, \"user\": %.6f, \"system\": %.6f, \"peak_rss_kib\": %ld, \"base_rss_kib\": %ld, "
        "\"switches\": %ld, \"p50_ms\": %.3f, \"p99_ms\": %.3f, \"first_end_ms\": %.3f, \"last_end_ms\": %.3f, "
        "\"beside_p50_ms\": %.3f, \"beside_count\": %zu}\n",
        seconds,
        s_seconds(after.ru_utime) - s_seconds(before.ru_utime),
        s_seconds(after.ru_stime) - s_seconds(before.ru_stime),
        after.ru_maxrss,
        before.ru_maxrss,
        after.ru_nvcsw + after.ru_nivcsw - before.ru_nvcsw - before.ru_nivcsw,
        s_percentile(bench.took, count, 50),
        s_percentile(bench.took, count, 99),
        s_percentile(bench.ended, count, 0),
        s_percentile(bench.ended, count, 100),
        s_percentile(bench.beside, bench.beside_count, 50),
        bench.beside_count);
    free(bench.ended);
    free(bench.took);
    free(bench.beside);
    return 0;
}

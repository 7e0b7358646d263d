/* Functions of the program that block for as long as it likes, in twice as many requests as the machine has processors,
 * each kind in a child of its own. Meanwhile other requests of the same client, which has one event loop, come to their
 * ends. A read that blocks does not keep its request from ending early, only from being gone; a callback does. */
#include "common.h"

#include <aws/io/async_stream.h>
#include <aws/io/future.h>

#include <fcntl.h>
#include <stdatomic.h>
#include <sys/stat.h>

#define KINDS(_)                                                                                                       \
    _(HEADERS) _(BODY) _(BODY_EX) _(PROGRESS) _(TELEMETRY) _(REVIEW) _(FINISH) _(REQUEST_GONE) _(WRITE_DONE)           \
    _(PAUSE_DONE) _(FIFO) _(STREAM_READ) _(STREAM_STATUS) _(SMALL_STREAM_READ) _(ASYNC_READ)
#define AS_NAME(name) name,
#define AS_TEXT(name) #name,
enum kind { KINDS(AS_NAME) KIND_COUNT };
static const char *const s_names[] = {KINDS(AS_TEXT)};

static enum kind s_kind;
static int s_blocked;
static int s_open;
static int s_stopped;
static int s_overlaps;

static bool reads(enum kind kind) { return kind >= STREAM_READ; }

/* Comes before the callback of the end, which waits for it. */
static bool comes_before_finish(enum kind kind) { return kind < FINISH || kind == WRITE_DONE || kind == PAUSE_DONE; }

static void block(enum kind kind) {
    if (kind != s_kind) return;
    happened(&s_blocked);
    wait_for(&s_open, 1, 60);
}

/* ---- One that blocks ---- */

struct one {
    struct transfer transfer; /* first, so that it is the user data of its callbacks */
    atomic_int inside;
    int fifo;
};

static void call(void *user_data, enum kind kind) {
    struct one *one = user_data;
    bool beside = atomic_fetch_add(&one->inside, 1) != 0;
    /* Beside a read that blocks, the end of its request is told. */
    if (beside && !(reads(s_kind) && count_of(&s_stopped) != 0)) happened(&s_overlaps);
    block(kind);
    atomic_fetch_sub(&one->inside, 1);
}

static int at_headers(struct transfer *transfer) {
    call(transfer, HEADERS);
    return AWS_OP_SUCCESS;
}
static int at_body(struct transfer *transfer) {
    call(transfer, BODY);
    return AWS_OP_SUCCESS;
}
static int at_body_ex(struct aws_s3_meta_request *request, const struct aws_byte_cursor *body,
    const struct aws_s3_meta_request_receive_body_extra_info info, void *user_data) {
    (void)request, (void)info;
    ((struct transfer *)user_data)->received += body->len;
    call(user_data, BODY_EX);
    return AWS_OP_SUCCESS;
}
static void at_progress(struct transfer *transfer) { call(transfer, PROGRESS); }
static void at_telemetry(struct transfer *transfer) { call(transfer, TELEMETRY); }
static void at_finish(struct transfer *transfer) { call(transfer, FINISH); }
static int at_review(struct aws_s3_meta_request *request, const struct aws_s3_upload_review *review, void *user_data) {
    (void)request, (void)review;
    call(user_data, REVIEW);
    return AWS_OP_SUCCESS;
}
static void at_gone(void *user_data) {
    call(user_data, REQUEST_GONE);
    transfer_gone(user_data);
}
static void at_write_done(void *user_data) { call(user_data, WRITE_DONE); }
static void at_pause_done(struct aws_s3_meta_request *request, struct aws_s3_meta_request_resume_token *token,
    int error_code, void *user_data) {
    (void)request, (void)token, (void)error_code;
    call(user_data, PAUSE_DONE);
}

static int at_read(struct own_stream *stream) {
    call(stream->extra, s_kind == SMALL_STREAM_READ ? SMALL_STREAM_READ : STREAM_READ);
    return AWS_OP_SUCCESS;
}
static int at_status(struct aws_input_stream *base, struct aws_stream_status *status) {
    block(STREAM_STATUS);
    return own_stream_status(base, status);
}
static struct aws_input_stream *stream_new(struct one *one, uint64_t length) {
    static struct aws_input_stream_vtable s_vtable = {
        .seek = own_stream_seek, .read = own_stream_read, .get_status = at_status, .get_length = own_stream_length};
    struct aws_input_stream *stream = own_stream_new(length, at_read, one);
    stream->vtable = &s_vtable;
    return stream;
}

static void async_destroy(struct aws_async_input_stream *stream) { free(stream); }
static struct aws_future_bool *async_read(struct aws_async_input_stream *stream, struct aws_byte_buf *dest) {
    call(stream->impl, ASYNC_READ);
    dest->len = dest->capacity;
    struct aws_future_bool *future = aws_future_bool_new(A);
    aws_future_bool_set_result(future, true);
    return future;
}
static struct aws_async_input_stream *async_new(struct one *one) {
    static const struct aws_async_input_stream_vtable s_vtable = {.destroy = async_destroy, .read = async_read};
    struct aws_async_input_stream *stream = calloc(1, sizeof(*stream));
    aws_async_input_stream_init_base(stream, A, &s_vtable, one);
    return stream;
}

static bool get_one(struct one *one, struct stand *stand) {
    struct aws_s3_meta_request_options options = {.type = AWS_S3_META_REQUEST_TYPE_GET_OBJECT};
    struct transfer *transfer = &one->transfer;
    transfer->during_headers = at_headers, transfer->during_body = at_body;
    transfer->during_progress = at_progress, transfer->during_telemetry = at_telemetry;
    transfer->during_finish = at_finish;
    if (s_kind == BODY_EX) options.body_callback_ex = at_body_ex;
    if (s_kind == REQUEST_GONE) options.shutdown_callback = at_gone;
    char path[512];
    if (s_kind == FIFO) {
        static int s_count;
        snprintf(path, sizeof(path), "%s/fifo.%d.%d", setting("GUEST_DIR"), (int)getpid(), s_count++);
        NEED(mkfifo(path, 0600) == 0);
        one->fifo = open(path, O_RDONLY | O_NONBLOCK);
        NEED(one->fifo >= 0);
        options.recv_filepath = text(path);
    }
    return transfer_start(transfer, stand, &options, message_of(stand, "GET", "/plain/200k"));
}

static bool put_one(struct one *one, struct stand *stand) {
    struct aws_s3_checksum_config checksum = {.location = AWS_SCL_TRAILER, .checksum_algorithm = AWS_SCA_CRC32};
    struct aws_s3_meta_request_options options = {.type = AWS_S3_META_REQUEST_TYPE_PUT_OBJECT};
    struct aws_http_message *message = message_of(stand, "PUT", "/plain/key");
    struct aws_async_input_stream *async = NULL;
    struct transfer *transfer = &one->transfer;
    transfer->during_progress = at_progress, transfer->during_telemetry = at_telemetry;
    transfer->during_finish = at_finish;
    uint64_t length = s_kind == SMALL_STREAM_READ ? 100000 : 9 * MIB;
    char digits[32];
    snprintf(digits, sizeof(digits), "%" PRIu64, length);
    if (s_kind == WRITE_DONE) {
        options.send_using_async_writes = true;
    } else if (s_kind == ASYNC_READ) {
        options.send_async_stream = async = async_new(one);
    } else {
        struct aws_input_stream *stream = stream_new(one, length);
        add_header(message, "Content-Length", digits);
        aws_http_message_set_body_stream(message, stream);
        aws_input_stream_release(stream);
    }
    if (s_kind == REVIEW) options.checksum_config = &checksum, options.upload_review_callback = at_review;
    bool started = transfer_start(transfer, stand, &options, message);
    if (async != NULL) aws_async_input_stream_release(async);
    return started;
}

static void start(struct one *one, struct stand *stand) {
    bool puts = s_kind == REVIEW || s_kind == WRITE_DONE || s_kind == PAUSE_DONE || reads(s_kind);
    NEED(puts ? put_one(one, stand) : get_one(one, stand));
    if (s_kind == WRITE_DONE) {
        /* The third write finds the second part still there, more often than not; who cancels wakes it. */
        static uint8_t s_piece[9 << 20];
        struct aws_byte_cursor piece = aws_byte_cursor_from_array(s_piece, sizeof(s_piece));
        for (int i = 0; i < 100; ++i) {
            size_t written = 0;
            struct aws_s3_meta_request_poll_write_result result = aws_s3_meta_request_poll_write(
                one->transfer.request, piece, false, at_write_done, one);
            written = result.bytes_processed;
            if (result.is_pending) break;
            NEED(result.error_code == 0);
            aws_byte_cursor_advance(&piece, written);
            if (piece.len == 0) piece = aws_byte_cursor_from_array(s_piece, sizeof(s_piece));
        }
    } else if (s_kind == PAUSE_DONE) {
        NEED(aws_s3_meta_request_pause_async(one->transfer.request, at_pause_done, one) == AWS_OP_SUCCESS);
    }
}

/* ---- All of them ---- */

static void others_go_on(struct stand *stand, const char *when) {
    char who[100];
    snprintf(who, sizeof(who), "%s: beside what blocks, %s", s_names[s_kind], when);
    get_whole(stand, "/plain/20m", 20 * MIB, 20, who);
    struct transfer upload = {0};
    struct aws_input_stream *stream = own_stream_new(9 * MIB, NULL, NULL);
    NEED(put_stream_start(&upload, stand, "/plain/other", stream, 9 * MIB, NULL));
    if (!transfer_end(&upload, 20)) {
        seen("%s: an upload did not end", who);
        _exit(1);
    }
    if (upload.error_code != 0) seen("%s: an upload failed (%s)", who, aws_error_name(upload.error_code));
}

static int sum(struct one *all, int count, bool gone) {
    int sum = 0;
    for (int i = 0; i < count; ++i) sum += count_of(gone ? &all[i].transfer.gone : &all[i].transfer.finished);
    return sum;
}

static void stop_all(struct one *all, int count) {
    happened(&s_stopped);
    for (int i = 0; i < count; ++i) {
        struct aws_s3_meta_request *request = all[i].transfer.request;
        struct aws_s3_meta_request_resume_token *token = NULL;
        if (i % 2 == 0 || aws_s3_meta_request_pause(request, &token) != AWS_OP_SUCCESS) {
            aws_s3_meta_request_cancel(request);
        }
        aws_s3_meta_request_resume_token_release(token);
    }
}

static int one_kind(void *kind) {
    s_kind = *(enum kind *)kind;
    const char *name = s_names[s_kind];
    A = aws_default_allocator();
    aws_s3_library_init(A);
    struct stand stand = {0};
    stand_init(&stand, NULL);
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    int count = processors < 4 ? 8 : processors > 32 ? 64 : (int)processors * 2;
    struct one *all = calloc((size_t)count, sizeof(*all));
    for (int i = 0; i < count; ++i) start(&all[i], &stand);
    /* Released early, so that their shutdown callbacks come on threads of the library. */
    bool at_end = s_kind == REQUEST_GONE;
    for (int i = 0; i < count && at_end; ++i) all[i].transfer.request = aws_s3_meta_request_release(all[i].transfer.request);
    if (s_kind == WRITE_DONE) nap(200);
    if (s_kind == WRITE_DONE) stop_all(all, count);
    if (s_kind == FIFO) nap(500);
    else if (!wait_for(&s_blocked, count, 20)) seen("%s: %d of %d were called", name, count_of(&s_blocked), count);
    others_go_on(&stand, "first");
    if (!at_end) stop_all(all, count);
    if (s_kind == FIFO || reads(s_kind)) {
        for (int i = 0; i < count; ++i) {
            if (!wait_for(&all[i].transfer.finished, 1, 5)) {
                seen("%s: one that was stopped has not ended after 5 s", name);
                break;
            }
            int code = all[i].transfer.error_code;
            bool right = code == AWS_ERROR_S3_CANCELED || code == AWS_ERROR_S3_PAUSED;
            if (!right) seen("%s: ended with %s", name, aws_error_name(code));
        }
    }
    others_go_on(&stand, "and after they were stopped");
    if (comes_before_finish(s_kind) && sum(all, count, false) != 0) seen("%s: an end beside a callback", name);
    for (int i = 0; i < count; ++i) all[i].transfer.request = aws_s3_meta_request_release(all[i].transfer.request);
    stand.client = aws_s3_client_release(stand.client);
    if (s_kind != FIFO) {
        nap(200);
        if (sum(all, count, true) != 0) seen("%s: gone beside what it called", name);
        if (count_of(&stand.gone) != 0) seen("%s: the client is gone beside what it called", name);
    }
    happened(&s_open);
    for (int i = 0; i < count; ++i) {
        if (!wait_for(&all[i].transfer.gone, 1, 10)) {
            seen("%s: one is not gone", name);
            break;
        }
    }
    if (!wait_for(&stand.gone, 1, 10)) seen("%s: the client is not gone", name);
    if (count_of(&s_overlaps) != 0) seen("%s: %d callbacks overlapped", name, count_of(&s_overlaps));
    stand_release(&stand);
    if (s_faults == 0) aws_s3_library_clean_up();
    return verdict();
}

int main(int argc, char **argv) {
    right("others go on; reads do not keep a request from ending early; nobody is gone before what it has called");
    for (enum kind kind = 0; kind < KIND_COUNT; ++kind) {
        if (argc < 2 || strcmp(argv[1], s_names[kind]) == 0) in_child(one_kind, &kind, 100, s_names[kind]);
    }
    return verdict();
}

/* Every function that a program hands to the library may end the thread that it is called on; a callback in a last
 * release, the thread of the program. Afterwards another transfer works and the client ends. Each kind runs in a child of
 * its own. */
#include "common.h"

#include <aws/common/logging.h>
#include <aws/io/async_stream.h>
#include <aws/io/future.h>

#include <stdatomic.h>

/* D: a thread of the library, which really ends. N: a thread of the network, which is needed further. C: the thread of the
 * program that called the library, which really ends. X: whatever thread it is. */
#define KINDS(_)                                                                                                       \
    _(HEADERS, 'D') _(BODY_EX, 'D') _(TELEMETRY, 'D') _(FINISH, 'D') _(REVIEW, 'D') _(FULL_CHECKSUM, 'X')              \
    _(ERROR_TOKEN, 'D') _(PAUSE, 'X') _(STREAM_READ, 'X') _(STREAM_STATUS, 'X')                  \
    _(ASYNC_READ, 'X') _(WRITE_DONE, 'X') _(REQUEST_GONE, 'C') _(CLIENT_GONE, 'X') _(CANCEL_PENDING, 'X')              \
    _(CALLER_CANCELLED, 'C') _(POOL_RESERVE, 'N') _(POOL_CLAIM, 'N') _(POOL_RELEASE, 'X') _(PROVIDER, 'N')             \
    _(PROVIDER_ANSWERED, 'N') _(SIGNING_FILTER, 'N') _(RETRY_TOKEN, 'N') _(RETRY_TOKEN_GIVEN, 'N')                     \
    _(RETRY_SCHEDULED, 'N') _(RETRY_SUCCESS, 'N') _(RETRY_RELEASED, 'X') _(RESOLVER, 'N') _(LOGGER, 'X')               \
    _(LOGGER_LEVEL, 'X')
#define AS_NAME(name, thread) name,
#define AS_TEXT(name, thread) #name,
#define AS_THREAD(name, thread) thread,
enum kind { NOTHING, KINDS(AS_NAME) COUNT };
static const char *const s_names[] = {"NOTHING", KINDS(AS_TEXT)};
static const char s_threads[] = {0, KINDS(AS_THREAD)};

/* What the thread of the program is joined with after REQUEST_GONE. Only glibc takes up an end that was put off. */
#ifdef __GLIBC__
#    define TOLD ((void *)&s_kind)
#else
#    define TOLD PTHREAD_CANCELED
#endif

static enum kind s_kind;
static int s_reached;
static int s_ended; /* threads that were asked to end and did */
static int s_came_back;
static pthread_key_t s_mark;

static void at_thread_end(void *unused) {
    (void)unused;
    happened(&s_ended);
}

/* Ends the thread when it is the turn of this kind: once, and every further time does nothing. */
static void turn(enum kind kind) {
    static atomic_flag s_done = ATOMIC_FLAG_INIT;
    if (kind != s_kind || atomic_flag_test_and_set(&s_done)) return;
    pthread_setspecific(s_mark, &s_mark);
    happened(&s_reached);
    if (kind == CANCEL_PENDING) pthread_cancel(pthread_self());
    else pthread_exit(&s_kind);
}

/* ---- Callbacks of a transfer ---- */

static int at_headers(struct transfer *transfer) {
    (void)transfer;
    turn(HEADERS);
    turn(CANCEL_PENDING);
    return AWS_OP_SUCCESS;
}

static int at_body_ex(struct aws_s3_meta_request *request, const struct aws_byte_cursor *body,
    const struct aws_s3_meta_request_receive_body_extra_info info, void *user_data) {
    (void)request, (void)info;
    ((struct transfer *)user_data)->received += body->len;
    turn(BODY_EX);
    return AWS_OP_SUCCESS;
}

static void at_telemetry(struct transfer *transfer) {
    (void)transfer;
    turn(TELEMETRY);
}

static void at_finish(struct transfer *transfer) {
    happened(&transfer->finished); /* it would not be counted */
    turn(FINISH);
}

static int at_review(struct aws_s3_meta_request *request, const struct aws_s3_upload_review *review, void *user_data) {
    (void)request, (void)review, (void)user_data;
    turn(REVIEW);
    return AWS_OP_SUCCESS;
}

static struct aws_string *full_checksum(struct aws_s3_meta_request *request, void *user_data) {
    (void)request, (void)user_data;
    turn(FULL_CHECKSUM);
    return aws_string_new_from_c_str(A, "AAAAAA==");
}

static void at_pause(struct aws_s3_meta_request *request, struct aws_s3_meta_request_resume_token *token, int error_code,
    void *user_data) {
    (void)request, (void)token, (void)error_code, (void)user_data;
    turn(PAUSE);
    turn(ERROR_TOKEN);
}

static void at_request_gone(void *user_data) {
    (void)user_data;
    turn(REQUEST_GONE);
}

static void at_client_gone(struct stand *stand) {
    happened(&stand->gone); /* it would not be counted */
    turn(CLIENT_GONE);
}

/* ---- Streams ---- */

static int at_read(struct own_stream *stream) {
    (void)stream;
    turn(STREAM_READ);
    return AWS_OP_SUCCESS;
}

static int status_of(struct aws_input_stream *base, struct aws_stream_status *status) {
    turn(STREAM_STATUS);
    return own_stream_status(base, status);
}

static struct aws_input_stream *stream_new(void) {
    static struct aws_input_stream_vtable s_vtable = {
        .seek = own_stream_seek, .read = own_stream_read, .get_status = status_of, .get_length = own_stream_length};
    struct aws_input_stream *stream = own_stream_new(MIB, at_read, NULL);
    stream->vtable = &s_vtable;
    return stream;
}

static void async_destroy(struct aws_async_input_stream *stream) { free(stream); }

static struct aws_future_bool *async_read(struct aws_async_input_stream *stream, struct aws_byte_buf *dest) {
    (void)stream;
    turn(ASYNC_READ);
    dest->len = dest->capacity;
    struct aws_future_bool *future = aws_future_bool_new(A);
    aws_future_bool_set_result(future, true);
    return future;
}

static void at_write_done(void *user_data) {
    (void)user_data;
    turn(WRITE_DONE);
}

/* ---- A pool ---- */

struct ticket {
    struct aws_s3_buffer_ticket base;
    size_t size;
};

static struct aws_byte_buf ticket_claim(struct aws_s3_buffer_ticket *base) {
    turn(POOL_CLAIM);
    return aws_byte_buf_from_empty_array(base->impl, ((struct ticket *)base)->size);
}

static void ticket_end(void *object) {
    struct ticket *ticket = object;
    free(ticket->base.impl);
    free(ticket);
    turn(POOL_RELEASE);
}

static struct aws_future_s3_buffer_ticket *pool_reserve(struct aws_s3_buffer_pool *pool,
    struct aws_s3_buffer_pool_reserve_meta meta) {
    (void)pool;
    static struct aws_s3_buffer_ticket_vtable s_vtable = {.claim = ticket_claim};
    turn(POOL_RESERVE);
    struct ticket *ticket = calloc(1, sizeof(*ticket));
    ticket->base.vtable = &s_vtable;
    ticket->base.impl = malloc(meta.size);
    ticket->size = meta.size;
    aws_ref_count_init(&ticket->base.ref_count, ticket, ticket_end);
    struct aws_future_s3_buffer_ticket *future = aws_future_s3_buffer_ticket_new(A);
    struct aws_s3_buffer_ticket *given = &ticket->base;
    aws_future_s3_buffer_ticket_set_result_by_move(future, &given);
    return future;
}

static void pool_trim(struct aws_s3_buffer_pool *pool) { (void)pool; }

static struct aws_s3_buffer_pool *pool_new(struct aws_allocator *allocator, struct aws_s3_buffer_pool_config config,
    void *user_data) {
    (void)allocator, (void)config, (void)user_data;
    static struct aws_s3_buffer_pool_vtable s_vtable = {.reserve = pool_reserve, .trim = pool_trim};
    struct aws_s3_buffer_pool *pool = calloc(1, sizeof(*pool));
    pool->vtable = &s_vtable;
    aws_ref_count_init(&pool->ref_count, pool, (aws_simple_completion_callback *)free);
    return pool;
}

/* ---- Credentials, signing ---- */

static int get_credentials(void *unused, aws_on_get_credentials_callback_fn *callback, void *user_data) {
    (void)unused;
    turn(PROVIDER);
    struct aws_credentials *keys = aws_credentials_new(A, text("KEY"), text("SECRET"), text(""), UINT64_MAX);
    callback(keys, 0, user_data);
    aws_credentials_release(keys);
    turn(PROVIDER_ANSWERED);
    return AWS_OP_SUCCESS;
}

static bool should_sign(const struct aws_byte_cursor *name, void *user_data) {
    (void)name, (void)user_data;
    turn(SIGNING_FILTER);
    return true;
}

/* ---- A retry strategy ---- */

static void strategy_destroy(struct aws_retry_strategy *strategy) { free(strategy); }

static void token_release(struct aws_retry_token *token) {
    free(token);
    turn(RETRY_RELEASED);
}

static int acquire_token(struct aws_retry_strategy *strategy, const struct aws_byte_cursor *partition,
    aws_retry_strategy_on_retry_token_acquired_fn *callback, void *user_data, uint64_t timeout) {
    (void)partition, (void)timeout;
    turn(RETRY_TOKEN);
    struct aws_retry_token *token = calloc(1, sizeof(*token));
    token->allocator = A;
    token->retry_strategy = strategy;
    aws_atomic_init_int(&token->ref_count, 1);
    callback(strategy, 0, token, user_data);
    turn(RETRY_TOKEN_GIVEN);
    return AWS_OP_SUCCESS;
}

static int schedule_retry(struct aws_retry_token *token, enum aws_retry_error_type type,
    aws_retry_strategy_on_retry_ready_fn *callback, void *user_data) {
    (void)type;
    turn(RETRY_SCHEDULED);
    callback(token, 0, user_data);
    return AWS_OP_SUCCESS;
}

static int record_success(struct aws_retry_token *token) {
    (void)token;
    turn(RETRY_SUCCESS);
    return AWS_OP_SUCCESS;
}

static struct aws_retry_strategy *strategy_new(void) {
    static struct aws_retry_strategy_vtable s_vtable = {
        .destroy = strategy_destroy, .acquire_token = acquire_token, .schedule_retry = schedule_retry,
        .record_success = record_success, .release_token = token_release};
    struct aws_retry_strategy *strategy = calloc(1, sizeof(*strategy));
    strategy->allocator = A;
    strategy->vtable = &s_vtable;
    aws_atomic_init_int(&strategy->ref_count, 1);
    return strategy;
}

/* ---- A resolver ---- */

static int resolve_host(struct aws_host_resolver *resolver, const struct aws_string *name,
    aws_on_host_resolved_result_fn *callback, const struct aws_host_resolution_config *config, void *user_data) {
    (void)config;
    turn(RESOLVER);
    struct aws_host_address address = {.allocator = A, .host = name, .address = aws_string_new_from_c_str(A, "127.0.0.1"),
        .record_type = AWS_ADDRESS_RECORD_TYPE_A};
    struct aws_array_list list;
    aws_array_list_init_static_from_initialized(&list, &address, 1, sizeof(address));
    callback(resolver, name, 0, &list, user_data);
    aws_string_destroy((struct aws_string *)address.address);
    return AWS_OP_SUCCESS;
}

static int record_failure(struct aws_host_resolver *resolver, const struct aws_host_address *address) {
    (void)resolver, (void)address;
    return AWS_OP_SUCCESS;
}

static size_t address_count(struct aws_host_resolver *resolver, const struct aws_string *name, uint32_t flags) {
    (void)resolver, (void)name, (void)flags;
    return 1;
}

static struct aws_host_resolver *resolver_new(void) {
    static struct aws_host_resolver_vtable s_vtable = {.resolve_host = resolve_host,
        .record_connection_failure = record_failure, .get_host_address_count = address_count};
    struct aws_host_resolver *resolver = calloc(1, sizeof(*resolver));
    resolver->allocator = A;
    resolver->vtable = &s_vtable;
    aws_ref_count_init(&resolver->ref_count, resolver, (aws_simple_completion_callback *)free);
    return resolver;
}

/* ---- A logger: only on threads of the S3 library ---- */

static void turn_on_own_threads(enum kind kind) {
    char name[32] = "";
    pthread_getname_np(pthread_self(), name, sizeof(name));
    if (strncmp(name, "AwsS3", 5) == 0) turn(kind);
}

static int log_line(struct aws_logger *logger, enum aws_log_level level, aws_log_subject_t subject, const char *format,
    ...) {
    (void)logger, (void)level, (void)subject, (void)format;
    turn_on_own_threads(LOGGER);
    return AWS_OP_SUCCESS;
}

static enum aws_log_level log_level(struct aws_logger *logger, aws_log_subject_t subject) {
    (void)logger, (void)subject;
    turn_on_own_threads(LOGGER_LEVEL);
    return AWS_LL_TRACE;
}

/* ---- The test ---- */

static void configure(struct stand *stand) {
    stand->config.part_size = 5 * MIB;
    if (s_kind >= RETRY_TOKEN && s_kind <= RETRY_RELEASED) stand->config.retry_strategy = strategy_new();
    if (s_kind >= POOL_RESERVE && s_kind <= POOL_RELEASE) stand->config.buffer_pool_factory_fn = pool_new;
    if (s_kind == SIGNING_FILTER) stand->signing.should_sign_header = should_sign;
}

static bool start_async(struct transfer *transfer, struct stand *stand) {
    static const struct aws_async_input_stream_vtable s_vtable = {.destroy = async_destroy, .read = async_read};
    struct aws_async_input_stream *stream = calloc(1, sizeof(*stream));
    aws_async_input_stream_init_base(stream, A, &s_vtable, NULL);
    struct aws_s3_meta_request_options options = {
        .type = AWS_S3_META_REQUEST_TYPE_PUT_OBJECT, .send_async_stream = stream};
    bool started = transfer_start(transfer, stand, &options, message_of(stand, "PUT", "/plain/async"));
    aws_async_input_stream_release(stream);
    return started;
}

static void *wait_for_write(void *future) {
    aws_future_void_register_callback(future, at_write_done, NULL);
    return NULL;
}

static bool start_writes(struct transfer *transfer, struct stand *stand) {
    struct aws_s3_meta_request_options options = {
        .type = AWS_S3_META_REQUEST_TYPE_PUT_OBJECT, .send_using_async_writes = true};
    if (!transfer_start(transfer, stand, &options, message_of(stand, "PUT", "/plain/writes"))) return false;
    static uint8_t s_bytes[1000];
    struct aws_future_void *written =
        aws_s3_meta_request_write(transfer->request, aws_byte_cursor_from_array(s_bytes, sizeof(s_bytes)), true);
    /* The callback comes on this thread when the write is done already. */
    pthread_t thread;
    NEED(pthread_create(&thread, NULL, wait_for_write, written) == 0 && pthread_join(thread, NULL) == 0);
    aws_future_void_release(written);
    return true;
}

static bool start_upload(struct transfer *transfer, struct stand *stand) {
    static const struct aws_s3_checksum_config s_sum = {.location = AWS_SCL_TRAILER,
        .checksum_algorithm = AWS_SCA_CRC32, .full_object_checksum_callback = full_checksum};
    struct aws_s3_meta_request_options options = {.type = AWS_S3_META_REQUEST_TYPE_PUT_OBJECT,
        .send_filepath = text(file_of("upload", 12 * MIB)), .upload_review_callback = at_review,
        .on_error_resume_token = at_pause, .checksum_config = s_kind == FULL_CHECKSUM ? &s_sum : NULL};
    const char *path = s_kind == ERROR_TOKEN ? "/refuse/12m" : s_kind == PAUSE ? "/late-500/12m" : "/plain/12m";
    /* The library has points where a thread could be cancelled, and finishes what it does. */
    if (s_kind == CALLER_CANCELLED) pthread_cancel(pthread_self());
    if (!transfer_start(transfer, stand, &options, message_of(stand, "PUT", path))) return false;
    if (s_kind == PAUSE) aws_s3_meta_request_pause_async(transfer->request, at_pause, NULL);
    return true;
}

static bool start_download(struct transfer *transfer, struct stand *stand) {
    transfer->during_headers = at_headers;
    transfer->during_telemetry = at_telemetry;
    transfer->during_finish = at_finish;
    struct aws_s3_meta_request_options options = {.type = AWS_S3_META_REQUEST_TYPE_GET_OBJECT};
    if (s_kind == BODY_EX) options.body_callback_ex = at_body_ex;
    if (s_kind == CANCEL_PENDING) options.recv_filepath = text(file_of("received", 0));
    if (s_kind == CANCEL_PENDING) options.recv_file_option = AWS_S3_RECV_FILE_CREATE_OR_REPLACE;
    const char *path = s_kind == RETRY_SCHEDULED ? "/busy-1/6m" : "/plain/6m";
    return transfer_start(transfer, stand, &options, message_of(stand, "GET", path));
}

static struct transfer s_concerned;
static struct stand s_stand;

static void *on_a_thread_of_its_own(void *unused) {
    (void)unused;
    pthread_setspecific(s_mark, &s_mark);
    if (s_kind == CALLER_CANCELLED) {
        start_upload(&s_concerned, &s_stand);
        happened(&s_reached);
        pthread_testcancel();
    } else {
        /* The last reference: the callback comes in here. */
        struct aws_s3_meta_request_options options = {.type = AWS_S3_META_REQUEST_TYPE_GET_OBJECT,
            .message = message_of(&s_stand, "GET", "/plain/1k"), .endpoint = &s_stand.endpoint,
            .user_data = &s_concerned, .finish_callback = transfer_finish, .shutdown_callback = at_request_gone};
        struct aws_s3_meta_request *request = aws_s3_client_make_meta_request(s_stand.client, &options);
        NEED(request != NULL && wait_for(&s_concerned.finished, 1, 10));
        aws_http_message_release(options.message);
        nap(200);
        aws_s3_meta_request_release(request);
    }
    happened(&s_came_back);
    return NULL;
}

static bool start(void) {
    pthread_t thread;
    void *value = NULL;
    switch (s_kind) {
        case ASYNC_READ: return start_async(&s_concerned, &s_stand);
        case WRITE_DONE: return start_writes(&s_concerned, &s_stand);
        case STREAM_READ:
        case STREAM_STATUS: return put_stream_start(&s_concerned, &s_stand, "/plain/key", stream_new(), MIB, NULL);
        case REVIEW:
        case FULL_CHECKSUM:
        case ERROR_TOKEN:
        case PAUSE: return start_upload(&s_concerned, &s_stand);
        case REQUEST_GONE:
        case CALLER_CANCELLED:
            NEED(pthread_create(&thread, NULL, on_a_thread_of_its_own, NULL) == 0 &&
                 pthread_join(thread, &value) == 0);
            if (value != (s_kind == REQUEST_GONE ? TOLD : PTHREAD_CANCELED)) {
                seen("%s: who joined the thread was told something else", s_names[s_kind]);
            }
            return true;
        case CLIENT_GONE: return true;
        default: return start_download(&s_concerned, &s_stand);
    }
}

static void look_at_threads(const char *name) {
    char thread = s_threads[s_kind];
    if ((thread == 'D' || thread == 'C') && !wait_for(&s_ended, 1, 5)) seen("%s: the thread did not end", name);
    if (thread == 'N' && count_of(&s_ended) != 0) seen("%s: a thread of the network ended", name);
    if (count_of(&s_came_back) != 0) seen("%s: the call came back to the thread that was to end", name);
}

static int child(void *argument) {
    s_kind = *(enum kind *)argument;
    const char *name = s_names[s_kind];
    alarm(60);
    A = aws_default_allocator();
    aws_s3_library_init(A);
    NEED(pthread_key_create(&s_mark, at_thread_end) == 0);
    static struct aws_logger_vtable s_logger_vtable = {.log = log_line, .get_log_level = log_level};
    static struct aws_logger s_logger = {.vtable = &s_logger_vtable};
    if (s_kind == LOGGER || s_kind == LOGGER_LEVEL) aws_logger_set(&s_logger);
    struct aws_credentials_provider_delegate_options provider = {.get_credentials = get_credentials};
    s_stand.provider = aws_credentials_provider_new_delegate(A, &provider);
    s_stand.at_end = s_kind == CLIENT_GONE ? at_client_gone : NULL;
    if (s_kind == RESOLVER) {
        s_stand.resolver = resolver_new();
        snprintf(s_stand.host, sizeof(s_stand.host), "localhost:%s", setting("GUEST_PORT"));
    }
    stand_init(&s_stand, configure);
    bool started = start();
    if (s_kind != CLIENT_GONE && !wait_for(&s_reached, 1, 10)) {
        seen("%s: was not called (%s)", name, started ? "started" : aws_error_name(s_concerned.error_code));
        return verdict();
    }
    if (s_kind != CLIENT_GONE) look_at_threads(name);
    nap(100);
    get_whole(&s_stand, "/plain/6m", 6 * MIB, 10, name);
    if (s_concerned.request != NULL) {
        aws_s3_meta_request_cancel(s_concerned.request);
        if (!wait_for(&s_concerned.finished, 1, 10)) seen("%s: the transfer did not finish", name);
        if (!transfer_end(&s_concerned, 10)) seen("%s: the transfer did not end", name);
    }
    if (s_stand.config.retry_strategy != NULL) aws_retry_strategy_release(s_stand.config.retry_strategy);
    if (!stand_end(&s_stand, 10)) seen("%s: the client did not end", name);
    if (s_kind == CLIENT_GONE && !wait_for(&s_reached, 1, 5)) seen("%s: was not called", name);
    if (s_faults == 0) aws_s3_library_clean_up();
    return verdict();
}

int main(int argc, char **argv) {
    right("the thread ends where it can, and nothing else: another transfer works, and the client ends");
    for (int kind = NOTHING + 1; kind < COUNT; ++kind) {
        if (argc < 2 || strcmp(argv[1], s_names[kind]) == 0) in_child(child, &kind, 40, s_names[kind]);
    }
    return verdict();
}

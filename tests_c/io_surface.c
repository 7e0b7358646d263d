/*
 * What programs around S3 do with aws/io: streams, futures, event loops, host resolution, bootstraps, retries and TLS
 * options. The same source runs with the embedded CRT and with the real one, and must behave the same.
 */
#include <aws/common/array_list.h>
#include <aws/common/clock.h>
#include <aws/common/common.h>
#include <aws/common/logging.h>
#include <aws/common/shutdown_types.h>
#include <aws/common/string.h>
#include <aws/common/task_scheduler.h>
#include <aws/common/thread.h>
#include <aws/http/request_response.h>
#include <aws/io/async_stream.h>
#include <aws/io/channel_bootstrap.h>
#include <aws/io/event_loop.h>
#include <aws/io/future.h>
#include <aws/io/host_resolver.h>
#include <aws/io/io.h>
#include <aws/io/logging.h>
#include <aws/io/retry_strategy.h>
#include <aws/io/socket.h>
#include <aws/io/stream.h>
#include <aws/io/tls_channel_handler.h>
#include <aws/io/uri.h>
#include <aws/s3/s3_buffer_pool.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: %s (last error %s)\n", __FILE__, __LINE__, #condition,                             \
                    aws_error_name(aws_last_error()));                                                                 \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

#define FAILS(call, error)                                                                                             \
    do {                                                                                                               \
        aws_reset_error();                                                                                             \
        CHECK((call) == AWS_OP_ERR && aws_last_error() == (error));                                                    \
    } while (0)

#define NO_OBJECT(call, error)                                                                                         \
    do {                                                                                                               \
        aws_reset_error();                                                                                             \
        CHECK((call) == NULL && aws_last_error() == (error));                                                          \
    } while (0)

static struct aws_allocator *s_allocator;

/* Counts events of other threads. */
static pthread_mutex_t s_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t s_changed = PTHREAD_COND_INITIALIZER;
static int s_events;

static void s_event(void) {
    pthread_mutex_lock(&s_lock);
    ++s_events;
    pthread_cond_signal(&s_changed);
    pthread_mutex_unlock(&s_lock);
}

static int s_count(void) {
    pthread_mutex_lock(&s_lock);
    int count = s_events;
    pthread_mutex_unlock(&s_lock);
    return count;
}

static void s_wait_for(int count) {
    pthread_mutex_lock(&s_lock);
    while (s_events < count) {
        pthread_cond_wait(&s_changed, &s_lock);
    }
    CHECK(s_events == count);
    s_events = 0;
    pthread_mutex_unlock(&s_lock);
}

static void s_on_event(void *user_data) {
    (void)user_data;
    s_event();
}

static void s_on_flag(void *user_data) {
    ++*(int *)user_data;
}

/* Streams */

static void s_test_cursor_stream(void) {
    struct aws_byte_cursor data = aws_byte_cursor_from_c_str("hello world");
    struct aws_input_stream *stream = aws_input_stream_new_from_cursor(s_allocator, &data);
    struct aws_stream_status status;
    struct aws_byte_buf buf;
    int64_t length = 0;
    CHECK(aws_byte_buf_init(&buf, s_allocator, 8) == AWS_OP_SUCCESS);

    CHECK(aws_input_stream_read(stream, &buf) == AWS_OP_SUCCESS && buf.len == 8);
    CHECK(aws_input_stream_read(stream, &buf) == AWS_OP_SUCCESS && buf.len == 8);
    CHECK(aws_input_stream_get_status(stream, &status) == AWS_OP_SUCCESS);
    CHECK(!status.is_end_of_stream && status.is_valid);
    buf.len = 1;
    CHECK(aws_input_stream_read(stream, &buf) == AWS_OP_SUCCESS && buf.len == 4);
    CHECK(memcmp(buf.buffer, "hrld", 4) == 0);
    CHECK(aws_input_stream_get_status(stream, &status) == AWS_OP_SUCCESS);
    CHECK(status.is_end_of_stream && status.is_valid);

    FAILS(aws_input_stream_seek(stream, -1, AWS_SSB_BEGIN), AWS_IO_STREAM_INVALID_SEEK_POSITION);
    FAILS(aws_input_stream_seek(stream, 12, AWS_SSB_BEGIN), AWS_IO_STREAM_INVALID_SEEK_POSITION);
    FAILS(aws_input_stream_seek(stream, 1, AWS_SSB_END), AWS_IO_STREAM_INVALID_SEEK_POSITION);
    FAILS(aws_input_stream_seek(stream, -12, AWS_SSB_END), AWS_IO_STREAM_INVALID_SEEK_POSITION);
    CHECK(aws_input_stream_seek(stream, 11, AWS_SSB_BEGIN) == AWS_OP_SUCCESS);
    CHECK(aws_input_stream_seek(stream, -5, AWS_SSB_END) == AWS_OP_SUCCESS);
    buf.len = 0;
    CHECK(aws_input_stream_read(stream, &buf) == AWS_OP_SUCCESS && memcmp(buf.buffer, "world", 5) == 0);
    CHECK(aws_input_stream_get_length(stream, &length) == AWS_OP_SUCCESS && length == 11);

    CHECK(aws_input_stream_acquire(stream) == stream);
    CHECK(aws_input_stream_release(stream) == NULL);
    CHECK(aws_input_stream_release(stream) == NULL);
    CHECK(aws_input_stream_acquire(NULL) == NULL && aws_input_stream_release(NULL) == NULL);
    aws_byte_buf_clean_up(&buf);
}

static void s_test_file_stream(void) {
    char path[] = "/tmp/io_surface_XXXXXX";
    int descriptor = mkstemp(path);
    CHECK(descriptor >= 0 && write(descriptor, "0123456789", 10) == 10);
    close(descriptor);
    NO_OBJECT(aws_input_stream_new_from_file(s_allocator, "/nonexistent/file"), AWS_ERROR_FILE_INVALID_PATH);

    struct aws_input_stream *stream = aws_input_stream_new_from_file(s_allocator, path);
    struct aws_stream_status status;
    struct aws_byte_buf buf;
    int64_t length = 0;
    CHECK(aws_byte_buf_init(&buf, s_allocator, 8) == AWS_OP_SUCCESS);
    CHECK(aws_input_stream_read(stream, &buf) == AWS_OP_SUCCESS && buf.len == 8);
    buf.len = 0;
    CHECK(aws_input_stream_read(stream, &buf) == AWS_OP_SUCCESS && buf.len == 2);
    CHECK(aws_input_stream_get_status(stream, &status) == AWS_OP_SUCCESS);
    CHECK(status.is_end_of_stream && status.is_valid);
    FAILS(aws_input_stream_seek(stream, -11, AWS_SSB_END), AWS_ERROR_STREAM_UNSEEKABLE);
    CHECK(aws_input_stream_seek(stream, -1, AWS_SSB_END) == AWS_OP_SUCCESS);
    CHECK(aws_input_stream_get_status(stream, &status) == AWS_OP_SUCCESS && !status.is_end_of_stream);
    CHECK(aws_input_stream_get_length(stream, &length) == AWS_OP_SUCCESS && length == 10);
    aws_input_stream_destroy(stream);

    FILE *file = fopen(path, "rb");
    stream = aws_input_stream_new_from_open_file(s_allocator, file);
    buf.len = 0;
    CHECK(aws_input_stream_read(stream, &buf) == AWS_OP_SUCCESS && buf.len == 8);
    aws_input_stream_release(stream);
    CHECK(fgetc(file) == '8');
    fclose(file);

    stream = aws_input_stream_new_from_file(s_allocator, "/tmp");
    buf.len = 0;
    FAILS(aws_input_stream_read(stream, &buf), AWS_IO_STREAM_READ_FAILED);
    CHECK(aws_input_stream_get_status(stream, &status) == AWS_OP_SUCCESS && !status.is_valid);
    aws_input_stream_release(stream);
    aws_byte_buf_clean_up(&buf);
    unlink(path);
}

/* A stream with its own count, that gives one byte at a time. */
struct own_stream {
    int count;
    struct aws_input_stream base;
};

static int s_own_read(struct aws_input_stream *stream, struct aws_byte_buf *dest) {
    (void)stream;
    CHECK(dest->len == 0 && dest->capacity == 3);
    dest->buffer[dest->len++] = 'x';
    return AWS_OP_SUCCESS;
}

static void s_own_acquire(struct aws_input_stream *stream) {
    ++((struct own_stream *)stream->impl)->count;
}

static void s_own_release(struct aws_input_stream *stream) {
    --((struct own_stream *)stream->impl)->count;
}

static void s_test_own_stream(void) {
    struct aws_input_stream_vtable vtable;
    struct own_stream own;
    AWS_ZERO_STRUCT(vtable);
    AWS_ZERO_STRUCT(own);
    vtable.read = s_own_read;
    vtable.acquire = s_own_acquire;
    vtable.release = s_own_release;
    own.base.impl = &own;
    own.base.vtable = &vtable;
    aws_input_stream_acquire(&own.base);
    CHECK(own.count == 1);
    uint8_t bytes[4] = {'a', 0, 0, 0};
    struct aws_byte_buf buf = aws_byte_buf_from_array(bytes, sizeof(bytes));
    buf.len = 1;
    CHECK(aws_input_stream_read(&own.base, &buf) == AWS_OP_SUCCESS);
    CHECK(buf.len == 2 && memcmp(bytes, "ax", 2) == 0);
    aws_input_stream_release(&own.base);
    CHECK(own.count == 0);
}

/* Futures */

AWS_FUTURE_T_POINTER_WITH_DESTROY_DECLARATION(future_string, struct aws_string, extern)
AWS_FUTURE_T_POINTER_WITH_DESTROY_IMPLEMENTATION(future_string, struct aws_string, aws_string_destroy)

static void s_destroy_buf(struct aws_byte_buf *buf) {
    aws_byte_buf_clean_up(buf);
}

AWS_FUTURE_T_BY_VALUE_WITH_CLEAN_UP_DECLARATION(future_buf, struct aws_byte_buf, extern)
AWS_FUTURE_T_BY_VALUE_WITH_CLEAN_UP_IMPLEMENTATION(future_buf, struct aws_byte_buf, s_destroy_buf)

/* A complete future may be asked for ever; each callback is called once. */
#define ASKED_AGAIN(kind, future, complete)                                                                            \
    do {                                                                                                               \
        int told = 0;                                                                                                  \
        CHECK(aws_future_##kind##_register_callback_if_not_done(future, s_on_flag, &told));                            \
        complete;                                                                                                      \
        for (int i = 0; i < 2; ++i) {                                                                                  \
            CHECK(!aws_future_##kind##_register_callback_if_not_done(future, s_on_flag, &told) && told == i + 1);      \
            aws_future_##kind##_register_callback(future, s_on_flag, &told);                                           \
            CHECK(told == i + 2);                                                                                      \
        }                                                                                                              \
        aws_future_##kind##_release(future);                                                                           \
    } while (0)

static void s_test_futures_asked_again(void) {
    struct aws_future_bool *truth = aws_future_bool_new(s_allocator);
    ASKED_AGAIN(bool, truth, aws_future_bool_set_result(truth, true));
    struct aws_future_size *size = aws_future_size_new(s_allocator);
    ASKED_AGAIN(size, size, aws_future_size_set_error(size, AWS_ERROR_OOM));
    struct aws_future_void *nothing = aws_future_void_new(s_allocator);
    ASKED_AGAIN(void, nothing, aws_future_void_set_result(nothing));
    struct aws_future_http_message *message = aws_future_http_message_new(s_allocator);
    ASKED_AGAIN(http_message, message, aws_future_http_message_set_error(message, AWS_ERROR_OOM));
    struct aws_future_s3_buffer_ticket *ticket = aws_future_s3_buffer_ticket_new(s_allocator);
    ASKED_AGAIN(s3_buffer_ticket, ticket, aws_future_s3_buffer_ticket_set_error(ticket, AWS_ERROR_OOM));
}

static void s_test_plain_futures(void) {
    int calls = 0;
    struct aws_future_bool *future = aws_future_bool_new(s_allocator);
    CHECK(!aws_future_bool_is_done(future) && !aws_future_bool_wait(future, 1000));
    CHECK(aws_future_bool_register_callback_if_not_done(future, s_on_flag, &calls));
    aws_future_bool_set_result(future, true);
    aws_future_bool_set_result(future, false);
    aws_future_bool_set_error(future, AWS_ERROR_OOM);
    CHECK(calls == 1 && aws_future_bool_is_done(future) && aws_future_bool_wait(future, 0));
    CHECK(aws_future_bool_get_error(future) == 0 && aws_future_bool_get_result(future));
    CHECK(aws_future_bool_acquire(future) == future);
    CHECK(aws_future_bool_release(future) == NULL && aws_future_bool_release(future) == NULL);
    CHECK(aws_future_bool_acquire(NULL) == NULL && aws_future_bool_release(NULL) == NULL);

    struct aws_future_void *nothing = aws_future_void_new(s_allocator);
    aws_future_void_set_error(nothing, AWS_ERROR_SHORT_BUFFER);
    aws_future_void_set_result(nothing);
    CHECK(aws_future_void_get_error(nothing) == AWS_ERROR_SHORT_BUFFER);
    CHECK(!aws_future_void_register_callback_if_not_done(nothing, s_on_flag, &calls) && calls == 1);
    aws_future_void_register_callback(nothing, s_on_flag, &calls);
    CHECK(calls == 2);
    aws_future_void_release(nothing);

    struct aws_future_size *size = aws_future_size_new(s_allocator);
    aws_future_size_set_result(size, SIZE_MAX);
    CHECK(aws_future_size_get_result(size) == SIZE_MAX);
    aws_future_size_release(size);
    aws_future_size_release(aws_future_size_new(s_allocator));
}

static void s_test_owning_futures(void) {
    struct future_string *future = future_string_new(s_allocator);
    struct aws_string *first = aws_string_new_from_c_str(s_allocator, "first");
    struct aws_string *second = aws_string_new_from_c_str(s_allocator, "second");
    struct aws_string *expected = first;
    future_string_set_result_by_move(future, &first);
    CHECK(first == NULL);
    future_string_set_result_by_move(future, &second);
    CHECK(second == NULL && future_string_peek_result(future) == expected);
    first = future_string_get_result_by_move(future);
    CHECK(first == expected && future_string_get_error(future) == 0);
    aws_string_destroy(first);
    future_string_release(future);

    future = future_string_new(s_allocator);
    first = aws_string_new_from_c_str(s_allocator, "left");
    future_string_set_result_by_move(future, &first);
    future_string_release(future);

    struct future_buf *value = future_buf_new(s_allocator);
    struct aws_byte_buf buf;
    CHECK(aws_byte_buf_init(&buf, s_allocator, 10) == AWS_OP_SUCCESS);
    future_buf_set_result_by_move(value, &buf);
    CHECK(buf.buffer == NULL && buf.capacity == 0 && future_buf_peek_result(value)->capacity == 10);
    buf = future_buf_get_result_by_move(value);
    CHECK(buf.capacity == 10);
    aws_byte_buf_clean_up(&buf);
    future_buf_release(value);
}

/* Asynchronous streams */

struct slow_stream {
    struct aws_async_input_stream base;
    struct aws_event_loop *event_loop;
    struct aws_task task;
    struct aws_future_bool *future;
    struct aws_byte_buf *dest;
    int left;
};

static void s_slow_destroy(struct aws_async_input_stream *stream) {
    ((struct slow_stream *)stream->impl)->left = -1;
    s_event();
}

static void s_slow_answer(struct aws_task *task, void *arg, enum aws_task_status status) {
    struct slow_stream *slow = arg;
    /* The next read may begin as soon as this one is complete. */
    struct aws_future_bool *future = slow->future;
    CHECK(task == &slow->task && status == AWS_TASK_STATUS_RUN_READY);
    slow->dest->buffer[slow->dest->len++] = (uint8_t)('0' + --slow->left);
    aws_future_bool_set_result(future, slow->left == 0);
    aws_future_bool_release(future);
}

/* Answers every other read at once. */
static struct aws_future_bool *s_slow_read(struct aws_async_input_stream *stream, struct aws_byte_buf *dest) {
    struct slow_stream *slow = stream->impl;
    struct aws_future_bool *future = aws_future_bool_new(s_allocator);
    slow->dest = dest;
    slow->future = aws_future_bool_acquire(future);
    aws_task_init(&slow->task, s_slow_answer, slow, "slow_answer");
    if (slow->left % 2) {
        s_slow_answer(&slow->task, slow, AWS_TASK_STATUS_RUN_READY);
    } else {
        aws_event_loop_schedule_task_now(slow->event_loop, &slow->task);
    }
    return future;
}

static void s_test_async_stream(struct aws_event_loop_group *group) {
    static const struct aws_async_input_stream_vtable vtable = {s_slow_destroy, s_slow_read};
    struct slow_stream slow;
    AWS_ZERO_STRUCT(slow);
    slow.event_loop = aws_event_loop_group_get_next_loop(group);
    slow.left = 8;
    aws_async_input_stream_init_base(&slow.base, s_allocator, &vtable, &slow);
    uint8_t bytes[5];
    struct aws_byte_buf buf = aws_byte_buf_from_empty_array(bytes, sizeof(bytes));

    struct aws_future_bool *future = aws_async_input_stream_read(&slow.base, &buf);
    CHECK(aws_future_bool_wait(future, UINT64_MAX) && aws_future_bool_get_error(future) == 0);
    CHECK(!aws_future_bool_get_result(future) && buf.len == 1);
    aws_future_bool_release(future);
    future = aws_async_input_stream_read_to_fill(&slow.base, &buf);
    CHECK(aws_future_bool_wait(future, UINT64_MAX) && !aws_future_bool_get_result(future));
    CHECK(buf.len == 5 && memcmp(bytes, "76543", 5) == 0);
    aws_future_bool_release(future);
    future = aws_async_input_stream_read(&slow.base, &buf);
    CHECK(aws_future_bool_get_error(future) == AWS_ERROR_SHORT_BUFFER);
    aws_future_bool_release(future);
    buf.len = 0;
    future = aws_async_input_stream_read_to_fill(&slow.base, &buf);
    CHECK(aws_future_bool_wait(future, UINT64_MAX) && aws_future_bool_get_result(future) && buf.len == 3);
    aws_future_bool_release(future);
    CHECK(aws_async_input_stream_acquire(&slow.base) == &slow.base);
    CHECK(aws_async_input_stream_release(&slow.base) == NULL && slow.left == 0);
    CHECK(aws_async_input_stream_release(&slow.base) == NULL);
    s_wait_for(1);
    CHECK(slow.left == -1);
}

/* Event loops */

struct order {
    struct aws_event_loop *event_loop;
    struct aws_task tasks[4];
    int seen[4];
    int count;
};

static void s_record(struct aws_task *task, void *arg, enum aws_task_status status) {
    struct order *order = arg;
    int index = (int)(task - order->tasks);
    CHECK(aws_event_loop_thread_is_callers_thread(order->event_loop));
    CHECK(status == (index == 3 ? AWS_TASK_STATUS_CANCELED : AWS_TASK_STATUS_RUN_READY));
    order->seen[order->count++] = index;
    if (index == 1) {
        aws_event_loop_cancel_task(order->event_loop, &order->tasks[3]);
    }
    s_event();
}

static void s_test_event_loop(struct aws_event_loop_group *group) {
    struct order order;
    AWS_ZERO_STRUCT(order);
    order.event_loop = aws_event_loop_group_get_loop_at(group, 1);
    CHECK(!aws_event_loop_thread_is_callers_thread(order.event_loop));
    uint64_t now = 0;
    uint64_t ticks = 0;
    CHECK(aws_event_loop_current_clock_time(order.event_loop, &now) == AWS_OP_SUCCESS);
    CHECK(aws_high_res_clock_get_ticks(&ticks) == AWS_OP_SUCCESS && ticks - now < 1000000000);
    for (size_t i = 0; i < 4; ++i) {
        aws_task_init(&order.tasks[i], s_record, &order, "record");
    }
    aws_event_loop_schedule_task_future(order.event_loop, &order.tasks[3], UINT64_MAX - 1);
    aws_event_loop_schedule_task_future(order.event_loop, &order.tasks[2], now + 100000000);
    aws_event_loop_schedule_task_now(order.event_loop, &order.tasks[0]);
    aws_event_loop_schedule_task_now(order.event_loop, &order.tasks[1]);
    s_wait_for(4);
    int expected[4] = {0, 1, 3, 2};
    CHECK(memcmp(order.seen, expected, sizeof(expected)) == 0);
    CHECK(aws_high_res_clock_get_ticks(&ticks) == AWS_OP_SUCCESS && ticks >= now + 100000000);

    struct aws_future_void *future = aws_future_void_new(s_allocator);
    aws_future_void_register_event_loop_callback(future, order.event_loop, s_on_event, NULL);
    aws_future_void_set_result(future);
    s_wait_for(1);
    aws_future_void_release(future);
}

static void s_cancelled(struct aws_task *task, void *arg, enum aws_task_status status) {
    (void)arg;
    CHECK(status == AWS_TASK_STATUS_CANCELED);
    aws_mem_release(s_allocator, task);
    s_event();
}

static void s_test_groups(struct aws_event_loop_group *group) {
    struct aws_event_loop_group_options options;
    AWS_ZERO_STRUCT(options);
    options.type = AWS_EVENT_LOOP_KQUEUE;
    NO_OBJECT(aws_event_loop_group_new(s_allocator, &options), AWS_ERROR_PLATFORM_NOT_SUPPORTED);
    CHECK(aws_event_loop_group_get_loop_count(group) == 2);
    CHECK(aws_event_loop_group_get_type(group) == AWS_EVENT_LOOP_EPOLL);
    NO_OBJECT(aws_event_loop_group_get_loop_at(group, 2), AWS_ERROR_INVALID_INDEX);
    CHECK(aws_event_loop_group_acquire(NULL) == NULL);
    aws_event_loop_group_release(NULL);

    struct aws_shutdown_callback_options shutdown = {s_on_event, NULL};
    options.type = AWS_EVENT_LOOP_PLATFORM_DEFAULT;
    options.loop_count = 1;
    options.shutdown_options = &shutdown;
    struct aws_event_loop_group *other = aws_event_loop_group_new(s_allocator, &options);
    struct aws_event_loop *event_loop = aws_event_loop_group_get_next_loop(other);
    CHECK(event_loop == aws_event_loop_group_get_loop_at(other, 0));
    CHECK(aws_event_loop_group_acquire_from_event_loop(event_loop) == other);
    CHECK(aws_event_loop_group_acquire_from_event_loop(NULL) == NULL);
    aws_event_loop_group_release_from_event_loop(NULL);
    struct aws_task *task = aws_mem_calloc(s_allocator, 1, sizeof(struct aws_task));
    aws_task_init(task, s_cancelled, NULL, "cancelled");
    aws_event_loop_schedule_task_future(event_loop, task, UINT64_MAX - 1);
    aws_event_loop_group_release(other);
    CHECK(s_count() == 0);
    aws_event_loop_group_release_from_event_loop(event_loop);
    s_wait_for(2);

    other = aws_event_loop_group_new_default(s_allocator, 0, NULL);
    CHECK(aws_event_loop_group_get_loop_count(other) >= 1);
    aws_event_loop_group_release(other);
}

/* Host resolution */

static int s_lookups;

static int s_look_up(
    struct aws_allocator *allocator,
    const struct aws_string *host_name,
    struct aws_array_list *addresses,
    void *user_data) {
    const char *const texts[] = {"10.0.0.1", "fd00::1", "10.0.0.2"};
    CHECK(user_data == &s_lookups);
    ++s_lookups;
    if (aws_string_eq_c_str(host_name, "broken.test")) {
        return aws_raise_error(AWS_IO_DNS_QUERY_AGAIN);
    }
    if (aws_string_eq_c_str(host_name, "empty.test")) {
        return AWS_OP_SUCCESS;
    }
    for (size_t i = 0; i < 3; ++i) {
        struct aws_host_address address;
        AWS_ZERO_STRUCT(address);
        address.allocator = allocator;
        address.host = aws_string_new_from_string(allocator, host_name);
        address.address = aws_string_new_from_c_str(allocator, texts[i]);
        address.record_type = i == 1 ? AWS_ADDRESS_RECORD_TYPE_AAAA : AWS_ADDRESS_RECORD_TYPE_A;
        CHECK(aws_array_list_push_back(addresses, &address) == AWS_OP_SUCCESS);
    }
    return AWS_OP_SUCCESS;
}

/* Called when everything is forgotten, never by the call that asks for it: that one may hold a lock. */
static pthread_t s_purging;

static void s_on_purged(void *user_data) {
    (void)user_data;
    CHECK(!pthread_equal(s_purging, pthread_self()));
    s_event();
}

struct answer {
    int error;
    size_t count;
    struct aws_host_address last;
};

static void s_on_resolved(
    struct aws_host_resolver *resolver,
    const struct aws_string *host_name,
    int error_code,
    const struct aws_array_list *addresses,
    void *user_data) {
    struct answer *answer = user_data;
    CHECK(resolver != NULL && host_name->len > 0);
    answer->error = error_code;
    answer->count = 0;
    if (error_code == 0) {
        answer->count = aws_array_list_length(addresses);
        struct aws_host_address *last = NULL;
        CHECK(aws_array_list_get_at_ptr(addresses, (void **)&last, answer->count - 1) == AWS_OP_SUCCESS);
        aws_host_address_clean_up(&answer->last);
        struct aws_host_address copy;
        CHECK(aws_host_address_copy(last, &copy) == AWS_OP_SUCCESS);
        aws_host_address_move(&copy, &answer->last);
        CHECK(copy.address == NULL && answer->last.address != last->address);
    } else {
        CHECK(addresses == NULL);
    }
    s_event();
}

static void s_resolve(
    struct aws_host_resolver *resolver,
    const char *name,
    const struct aws_host_resolution_config *config,
    struct answer *answer) {
    struct aws_string *host_name = aws_string_new_from_c_str(s_allocator, name);
    CHECK(aws_host_resolver_resolve_host(resolver, host_name, s_on_resolved, config, answer) == AWS_OP_SUCCESS);
    s_wait_for(1);
    aws_string_destroy(host_name);
}

static void s_test_resolver(struct aws_event_loop_group *group) {
    struct aws_shutdown_callback_options shutdown = {s_on_event, NULL};
    struct aws_host_resolver_default_options options;
    AWS_ZERO_STRUCT(options);
    options.el_group = group;
    options.max_entries = 8;
    options.shutdown_options = &shutdown;
    struct aws_host_resolver *resolver = aws_host_resolver_new_default(s_allocator, &options);
    struct aws_host_resolution_config config = aws_host_resolver_init_default_resolution_config();
    CHECK(config.impl == aws_default_dns_resolve && config.max_ttl == 30 && config.resolve_frequency_ns == 1000000000);
    config.impl = s_look_up;
    config.impl_data = &s_lookups;
    config.resolve_frequency_ns = 3600000000000;
    struct aws_string *name = aws_string_new_from_c_str(s_allocator, "host.test");
    struct answer answer;
    AWS_ZERO_STRUCT(answer);

    CHECK(aws_host_resolver_get_host_address_count(resolver, name, 3) == 0);
    s_resolve(resolver, "host.test", &config, &answer);
    CHECK(answer.error == 0 && answer.count == 2 && aws_string_eq_c_str(answer.last.address, "10.0.0.1"));
    CHECK(answer.last.record_type == AWS_ADDRESS_RECORD_TYPE_A && aws_string_eq(answer.last.host, name));
    CHECK(aws_host_resolver_get_host_address_count(resolver, name, 1) == 2);
    CHECK(aws_host_resolver_get_host_address_count(resolver, name, 2) == 1);
    CHECK(aws_host_resolver_get_host_address_count(resolver, name, 3) == 3);
    s_resolve(resolver, "host.test", &config, &answer);
    CHECK(aws_string_eq_c_str(answer.last.address, "10.0.0.2") && s_lookups == 1);
    CHECK(aws_host_resolver_record_connection_failure(resolver, &answer.last) == AWS_OP_SUCCESS);
    CHECK(aws_host_resolver_get_host_address_count(resolver, name, 1) == 1);
    for (size_t i = 0; i < 2; ++i) {
        s_resolve(resolver, "host.test", &config, &answer);
        CHECK(answer.count == 2 && aws_string_eq_c_str(answer.last.address, "10.0.0.1"));
    }

    s_resolve(resolver, "broken.test", &config, &answer);
    CHECK(answer.error == AWS_IO_DNS_QUERY_AGAIN);
    s_resolve(resolver, "empty.test", &config, &answer);
    CHECK(answer.error == AWS_IO_DNS_QUERY_FAILED);
    config = aws_host_resolver_init_default_resolution_config();
    s_resolve(resolver, "127.0.0.1", &config, &answer);
    CHECK(answer.error == 0 && answer.count == 1 && aws_string_eq_c_str(answer.last.address, "127.0.0.1"));

    struct aws_host_resolver_purge_host_options purge = {name, s_on_purged, NULL};
    s_purging = pthread_self();
    for (int i = 0; i < 2; ++i) { /* known, and forgotten already */
        CHECK(aws_host_resolver_purge_host_cache(resolver, &purge) == AWS_OP_SUCCESS);
        s_wait_for(1);
        CHECK(aws_host_resolver_get_host_address_count(resolver, name, 3) == 0);
    }
    for (int i = 0; i < 2; ++i) {
        CHECK(aws_host_resolver_purge_cache_with_callback(resolver, s_on_purged, NULL) == AWS_OP_SUCCESS);
        s_wait_for(1);
    }
    CHECK(aws_host_resolver_purge_cache(resolver) == AWS_OP_SUCCESS);
    aws_host_address_clean_up(&answer.last);

    struct aws_client_bootstrap_options bootstrap_options;
    AWS_ZERO_STRUCT(bootstrap_options);
    bootstrap_options.event_loop_group = group;
    bootstrap_options.host_resolver = resolver;
    bootstrap_options.on_shutdown_complete = s_on_event;
    struct aws_client_bootstrap *bootstrap = aws_client_bootstrap_new(s_allocator, &bootstrap_options);
    CHECK(bootstrap->event_loop_group == group && bootstrap->host_resolver == resolver);
    CHECK(bootstrap->host_resolver_config.max_ttl == 30 && bootstrap->allocator == s_allocator);
    CHECK(aws_client_bootstrap_acquire(bootstrap) == bootstrap && aws_client_bootstrap_acquire(NULL) == NULL);
    aws_client_bootstrap_release(bootstrap);
    aws_client_bootstrap_release(NULL);
    CHECK(aws_host_resolver_acquire(resolver) == resolver && aws_host_resolver_acquire(NULL) == NULL);
    aws_host_resolver_release(resolver);
    aws_host_resolver_release(resolver);
    aws_host_resolver_release(NULL);
    CHECK(s_count() == 0);
    aws_client_bootstrap_release(bootstrap);
    s_wait_for(2);
    aws_string_destroy(name);
}

/* Retries */

static struct aws_retry_token *s_token;
static int s_retry_error;
static pthread_t s_retry_thread;

static void s_on_acquired(
    struct aws_retry_strategy *strategy,
    int error_code,
    struct aws_retry_token *token,
    void *user_data) {
    CHECK(strategy == user_data);
    s_token = token;
    s_retry_error = error_code;
    s_retry_thread = pthread_self();
    s_event();
}

static void s_on_ready(struct aws_retry_token *token, int error_code, void *user_data) {
    CHECK(token == s_token && user_data == &s_token);
    s_retry_error = error_code;
    s_event();
}

static void s_acquire(struct aws_retry_strategy *strategy) {
    struct aws_byte_cursor partition = aws_byte_cursor_from_c_str("host");
    CHECK(aws_retry_strategy_acquire_retry_token(strategy, &partition, s_on_acquired, strategy, 0) == AWS_OP_SUCCESS);
    s_wait_for(1);
    CHECK(!pthread_equal(s_retry_thread, pthread_self()));
}

/* Returns milliseconds. */
static uint64_t s_retry(enum aws_retry_error_type type) {
    uint64_t before = 0;
    uint64_t after = 0;
    aws_high_res_clock_get_ticks(&before);
    CHECK(aws_retry_strategy_schedule_retry(s_token, type, s_on_ready, &s_token) == AWS_OP_SUCCESS);
    s_wait_for(1);
    aws_high_res_clock_get_ticks(&after);
    return (after - before) / 1000000;
}

static int s_refused(enum aws_retry_error_type type) {
    aws_reset_error();
    CHECK(aws_retry_strategy_schedule_retry(s_token, type, s_on_ready, &s_token) == AWS_OP_ERR);
    return aws_last_error();
}

static uint64_t s_random(void *user_data) {
    ++*(int *)user_data;
    return 30000000;
}

static void s_test_exponential(struct aws_event_loop_group *group) {
    int draws = 0;
    struct aws_shutdown_callback_options shutdown = {s_on_event, NULL};
    struct aws_exponential_backoff_retry_options options;
    AWS_ZERO_STRUCT(options);
    options.el_group = group;
    options.jitter_mode = (enum aws_exponential_backoff_jitter_mode)4;
    NO_OBJECT(aws_retry_strategy_new_exponential_backoff(s_allocator, &options), AWS_ERROR_INVALID_ARGUMENT);
    options.jitter_mode = AWS_EXPONENTIAL_BACKOFF_JITTER_NONE;
    options.max_retries = 3;
    options.backoff_scale_factor_ms = 20;
    options.shutdown_options = &shutdown;
    struct aws_retry_strategy *strategy = aws_retry_strategy_new_exponential_backoff(s_allocator, &options);
    s_acquire(strategy);
    CHECK(s_retry_error == 0 && s_token->retry_strategy == strategy);
    s_retry(AWS_RETRY_ERROR_TYPE_CLIENT_ERROR);
    CHECK(s_retry(AWS_RETRY_ERROR_TYPE_TRANSIENT) >= 20);
    CHECK(s_retry(AWS_RETRY_ERROR_TYPE_THROTTLING) >= 40);
    CHECK(s_retry(AWS_RETRY_ERROR_TYPE_SERVER_ERROR) >= 80);
    CHECK(s_refused(AWS_RETRY_ERROR_TYPE_TRANSIENT) == AWS_IO_MAX_RETRIES_EXCEEDED);
    CHECK(aws_retry_token_record_success(s_token) == AWS_OP_SUCCESS);
    aws_retry_strategy_acquire(strategy);
    aws_retry_strategy_release(strategy);
    aws_retry_strategy_release(strategy);
    CHECK(s_count() == 0);
    aws_retry_token_acquire(s_token);
    aws_retry_token_release(s_token);
    aws_retry_token_release(s_token);
    s_wait_for(1);

    options.jitter_mode = AWS_EXPONENTIAL_BACKOFF_JITTER_FULL;
    options.backoff_scale_factor_ms = 60000;
    options.max_backoff_secs = 60;
    options.generate_random_impl = s_random;
    options.generate_random_user_data = &draws;
    options.shutdown_options = NULL;
    strategy = aws_retry_strategy_new_exponential_backoff(s_allocator, &options);
    s_acquire(strategy);
    CHECK(s_retry(AWS_RETRY_ERROR_TYPE_TRANSIENT) >= 30 && draws == 1);
    aws_retry_token_release(s_token);
    aws_retry_strategy_release(strategy);
}

static void s_test_standard(struct aws_event_loop_group *group) {
    struct aws_standard_retry_options options;
    AWS_ZERO_STRUCT(options);
    options.backoff_retry_options.el_group = group;
    options.backoff_retry_options.backoff_scale_factor_ms = 1;
    struct aws_retry_strategy *strategy = aws_retry_strategy_new_standard(s_allocator, &options);
    s_acquire(strategy);
    CHECK(s_refused(AWS_RETRY_ERROR_TYPE_CLIENT_ERROR) == AWS_IO_RETRY_PERMISSION_DENIED);
    for (size_t i = 0; i < 3; ++i) {
        s_retry(AWS_RETRY_ERROR_TYPE_TRANSIENT);
    }
    CHECK(s_refused(AWS_RETRY_ERROR_TYPE_TRANSIENT) == AWS_IO_MAX_RETRIES_EXCEEDED);
    aws_retry_token_release(s_token);
    aws_retry_strategy_release(strategy);

    options.initial_bucket_capacity = 12;
    options.backoff_retry_options.max_retries = 63;
    options.backoff_retry_options.jitter_mode = AWS_EXPONENTIAL_BACKOFF_JITTER_DECORRELATED;
    options.backoff_retry_options.max_backoff_secs = 1;
    strategy = aws_retry_strategy_new_standard(s_allocator, &options);
    s_acquire(strategy);
    s_retry(AWS_RETRY_ERROR_TYPE_TRANSIENT);
    s_retry(AWS_RETRY_ERROR_TYPE_SERVER_ERROR);
    CHECK(s_refused(AWS_RETRY_ERROR_TYPE_SERVER_ERROR) == AWS_IO_RETRY_PERMISSION_DENIED);
    CHECK(aws_retry_token_record_success(s_token) == AWS_OP_SUCCESS);
    s_retry(AWS_RETRY_ERROR_TYPE_SERVER_ERROR);
    CHECK(s_refused(AWS_RETRY_ERROR_TYPE_SERVER_ERROR) == AWS_IO_RETRY_PERMISSION_DENIED);
    aws_retry_token_release(s_token);
    aws_retry_strategy_release(strategy);
}

static void s_test_adaptive(struct aws_event_loop_group *group) {
    struct aws_adaptive_retry_options options;
    AWS_ZERO_STRUCT(options);
    options.standard_options.backoff_retry_options.el_group = group;
    options.standard_options.backoff_retry_options.backoff_scale_factor_ms = 1;
    options.fast_fail_if_no_token = true;
    struct aws_retry_strategy *strategy = aws_retry_strategy_new_adaptive(s_allocator, &options);
    s_acquire(strategy);
    CHECK(s_retry_error == 0);
    s_retry(AWS_RETRY_ERROR_TYPE_TRANSIENT);
    CHECK(s_retry_error == 0);
    s_retry(AWS_RETRY_ERROR_TYPE_THROTTLING);
    CHECK(s_retry_error == AWS_IO_RETRY_PERMISSION_DENIED);
    struct aws_retry_token *token = s_token;
    s_acquire(strategy);
    CHECK(s_retry_error == AWS_IO_RETRY_PERMISSION_DENIED && s_token == NULL);
    aws_retry_token_release(token);
    aws_retry_strategy_release(strategy);

    struct aws_shutdown_callback_options shutdown = {s_on_event, NULL};
    struct aws_no_retry_options none = {&shutdown};
    strategy = aws_retry_strategy_new_no_retry(s_allocator, &none);
    struct aws_byte_cursor partition = aws_byte_cursor_from_c_str("host");
    FAILS(
        aws_retry_strategy_acquire_retry_token(strategy, &partition, s_on_acquired, NULL, 0),
        AWS_IO_RETRY_PERMISSION_DENIED);
    aws_retry_strategy_release(strategy);
    s_wait_for(1);
    aws_retry_strategy_release(aws_retry_strategy_new_no_retry(s_allocator, NULL));
}

/* TLS */

static const char s_malformed[] = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

static void s_test_tls_options(void) {
    struct aws_byte_cursor garbage = aws_byte_cursor_from_c_str("garbage");
    struct aws_byte_cursor malformed = aws_byte_cursor_from_c_str(s_malformed);
    struct aws_tls_ctx_options options;
    aws_tls_ctx_options_init_default_client(&options, s_allocator);
    CHECK(options.minimum_tls_version == AWS_IO_TLS_VER_SYS_DEFAULTS && options.cipher_pref == 0);
    CHECK(options.verify_peer && options.max_fragment_size == g_aws_channel_max_fragment_size);
    FAILS(aws_tls_ctx_options_override_default_trust_store(&options, &garbage), AWS_ERROR_INVALID_ARGUMENT);
    FAILS(
        aws_tls_ctx_options_override_default_trust_store_from_path(&options, NULL, "/nonexistent"),
        AWS_ERROR_FILE_INVALID_PATH);
    CHECK(aws_tls_ctx_options_override_default_trust_store_from_path(&options, "/tmp", NULL) == AWS_OP_SUCCESS);
    CHECK(aws_string_eq_c_str(options.ca_path, "/tmp"));
    FAILS(
        aws_tls_ctx_options_override_default_trust_store_from_path(&options, "/tmp", NULL),
        AWS_ERROR_INVALID_STATE);
    CHECK(aws_tls_ctx_options_override_default_trust_store(&options, &malformed) == AWS_OP_SUCCESS);
    NO_OBJECT(aws_tls_client_ctx_new(s_allocator, &options), AWS_IO_TLS_CTX_ERROR);
    CHECK(aws_tls_ctx_options_set_alpn_list(&options, "h2") == AWS_OP_SUCCESS);
    CHECK(aws_tls_ctx_options_set_alpn_list(&options, "h2;http/1.1") == AWS_OP_SUCCESS);
    CHECK(aws_string_eq_c_str(options.alpn_list, "h2;http/1.1"));
    aws_tls_ctx_options_set_verify_peer(&options, false);
    aws_tls_ctx_options_set_no_certificate_revocation(&options, true);
    aws_tls_ctx_options_set_minimum_tls_version(&options, AWS_IO_TLSv1_3);
    CHECK(!options.verify_peer && options.no_certificate_revocation);
    CHECK(options.minimum_tls_version == AWS_IO_TLSv1_3);
    aws_tls_ctx_options_clean_up(&options);
    CHECK(AWS_IS_ZEROED(options));

    FAILS(
        aws_tls_ctx_options_init_client_mtls(&options, s_allocator, &garbage, &garbage), AWS_ERROR_INVALID_ARGUMENT);
    FAILS(
        aws_tls_ctx_options_init_client_mtls_from_path(&options, s_allocator, "/nonexistent", "/nonexistent"),
        AWS_ERROR_FILE_INVALID_PATH);
    CHECK(
        aws_tls_ctx_options_init_client_mtls(&options, s_allocator, &malformed, &malformed) == AWS_OP_SUCCESS);
    CHECK(options.certificate.len > 0 && options.private_key.len > 0);
    NO_OBJECT(aws_tls_client_ctx_new(s_allocator, &options), AWS_IO_TLS_CTX_ERROR);
    aws_tls_ctx_options_clean_up(&options);
    /* Options are initialised by what refuses them as well. */
    memset(&options, 0xff, sizeof(options));
    FAILS(
        aws_tls_ctx_options_init_client_mtls_from_system_path(&options, s_allocator, "x"),
        AWS_ERROR_PLATFORM_NOT_SUPPORTED);
    CHECK(AWS_IS_ZEROED(options));
    aws_tls_ctx_options_clean_up(&options);
    FAILS(
        aws_tls_ctx_options_init_client_mtls_pkcs12_from_path(&options, s_allocator, "x", &garbage),
        AWS_ERROR_PLATFORM_NOT_SUPPORTED);
    CHECK(aws_tls_is_alpn_available());
    CHECK(aws_tls_is_cipher_pref_supported(AWS_IO_TLS_CIPHER_PREF_PQ_DEFAULT));
    CHECK(!aws_tls_is_cipher_pref_supported(AWS_IO_TLS_CIPHER_PREF_PQ_TLSv1_0_2021_05));
}

static void s_test_tls_connection(void) {
    struct aws_tls_ctx_options options;
    aws_tls_ctx_options_init_default_client(&options, s_allocator);
    CHECK(aws_tls_ctx_options_set_alpn_list(&options, "http/1.1") == AWS_OP_SUCCESS);
    struct aws_tls_ctx *ctx = aws_tls_client_ctx_new(s_allocator, &options);
    CHECK(ctx != NULL && ctx->alloc == s_allocator);
    aws_tls_ctx_options_clean_up(&options);

    struct aws_byte_cursor name = aws_byte_cursor_from_c_str("server.test");
    struct aws_byte_cursor empty = {0, NULL};
    struct aws_tls_connection_options from;
    struct aws_tls_connection_options to;
    AWS_ZERO_STRUCT(to);
    aws_tls_connection_options_init_from_ctx(&from, ctx);
    CHECK(from.ctx == ctx && from.timeout_ms == 10000 && from.server_name == NULL && from.alpn_list == NULL);
    CHECK(aws_tls_connection_options_set_server_name(&from, s_allocator, &empty) == AWS_OP_SUCCESS);
    CHECK(from.server_name->len == 0);
    CHECK(aws_tls_connection_options_set_server_name(&from, s_allocator, &name) == AWS_OP_SUCCESS);
    CHECK(aws_tls_connection_options_set_alpn_list(&from, s_allocator, "h2") == AWS_OP_SUCCESS);
    aws_tls_connection_options_set_callbacks(&from, NULL, NULL, NULL, &name);
    from.timeout_ms = 5;
    CHECK(aws_tls_connection_options_copy(&to, &from) == AWS_OP_SUCCESS);
    CHECK(to.ctx == ctx && to.timeout_ms == 5 && to.user_data == &name && to.server_name != from.server_name);
    CHECK(aws_string_eq_c_str(to.server_name, "server.test") && aws_string_eq_c_str(to.alpn_list, "h2"));
    aws_tls_connection_options_clean_up(&from);
    CHECK(AWS_IS_ZEROED(from));
    CHECK(aws_tls_ctx_acquire(NULL) == NULL);
    aws_tls_ctx_release(ctx);
    CHECK(aws_tls_connection_options_copy(&from, &to) == AWS_OP_SUCCESS);
    aws_tls_connection_options_clean_up(&to);
    aws_tls_connection_options_clean_up(&from);
    aws_tls_connection_options_clean_up(&from);
}

static void s_test_tables(void) {
    CHECK(strcmp(aws_error_name(AWS_IO_DNS_QUERY_FAILED), "AWS_IO_DNS_QUERY_FAILED") == 0);
    CHECK(strcmp(aws_error_lib_name(AWS_IO_L4_PROXY_SERVER_FIRST_DATA), "aws-c-io") == 0);
    CHECK(strncmp(aws_error_debug_str(AWS_IO_CHANNEL_UNKNOWN_MESSAGE_TYPE), "aws-c-io: AWS_IO_CHANNEL_UNK", 28) == 0);
    CHECK(AWS_IO_L4_PROXY_SERVER_FIRST_DATA == 1205 && (int)AWS_IO_INVALID_FILE_HANDLE == (int)AWS_ERROR_INVALID_FILE_HANDLE);
    CHECK(strcmp(aws_log_subject_name(AWS_LS_IO_TLS), "tls-handler") == 0);
    CHECK(strcmp(aws_log_subject_name(AWS_LS_IO_ADAPTIVE_RETRY_STRATEGY), "adaptive-retry-strategy") == 0);
    CHECK(aws_io_error_code_is_retryable(AWS_IO_SOCKET_TIMEOUT) && !aws_io_error_code_is_retryable(AWS_IO_READ_WOULD_BLOCK));
    CHECK(aws_error_code_is_tls(AWS_IO_TLS_HOST_NAME_MISMATCH) && !aws_error_code_is_tls(AWS_IO_SOCKET_TIMEOUT));
    CHECK(aws_is_network_interface_name_valid("lo") && !aws_is_network_interface_name_valid("none0"));
    aws_io_fatal_assert_library_initialized();
}

int main(void) {
    s_allocator = aws_mem_tracer_new(aws_default_allocator(), NULL, AWS_MEMTRACE_BYTES, 0);
    aws_io_library_init(s_allocator);
    aws_io_library_init(s_allocator);
    s_test_tables();
    s_test_cursor_stream();
    s_test_file_stream();
    s_test_own_stream();
    s_test_plain_futures();
    s_test_futures_asked_again();
    s_test_owning_futures();
    s_test_tls_options();
    s_test_tls_connection();

    struct aws_shutdown_callback_options shutdown = {s_on_event, NULL};
    struct aws_event_loop_group *group = aws_event_loop_group_new_default(s_allocator, 2, &shutdown);
    s_test_groups(group);
    s_test_event_loop(group);
    s_test_async_stream(group);
    s_test_resolver(group);
    s_test_exponential(group);
    s_test_standard(group);
    s_test_adaptive(group);
    aws_event_loop_group_release(group);
    s_wait_for(1);

    CHECK(aws_thread_join_all_managed() == AWS_OP_SUCCESS);
    aws_io_library_clean_up();
    CHECK(aws_mem_tracer_count(s_allocator) == 0);
    aws_mem_tracer_destroy(s_allocator);
    return 0;
}

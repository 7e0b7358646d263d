/* Functions of the program find as much stack on threads of the library as C programs are used to: each of them here uses a
 * MiB of it. With musl a thread that nothing is said about has 128 KiB. */
#include "common.h"

/* Writes to every page of it. */
static void dig(void) {
    volatile uint8_t room[MIB];
    for (size_t at = 0; at < sizeof(room); at += 512) room[at] = 1;
}

static int at_headers(struct transfer *transfer) {
    (void)transfer;
    dig();
    return AWS_OP_SUCCESS;
}

static void at_telemetry(struct transfer *transfer) {
    (void)transfer;
    dig();
}

static int give_keys(void *unused, aws_on_get_credentials_callback_fn callback, void *user_data) {
    (void)unused;
    dig();
    struct aws_credentials *keys = aws_credentials_new(A, text("KEY"), text("SECRET"), text(""), UINT64_MAX);
    callback(keys, AWS_ERROR_SUCCESS, user_data);
    aws_credentials_release(keys);
    return AWS_OP_SUCCESS;
}

static int at_read(struct own_stream *stream) {
    (void)stream;
    dig();
    return AWS_OP_SUCCESS;
}

static void at_client_gone(struct stand *stand) {
    (void)stand;
    dig();
}

static int s_launched;

static void on_own_thread(void *unused) {
    (void)unused;
    dig();
    happened(&s_launched);
}

int main(void) {
    right("functions of the program may use a MiB of the stack of threads that they are called on");
    A = aws_default_allocator();
    aws_s3_library_init(A);
    static struct stand stand;
    struct aws_credentials_provider_delegate_options keys = {.get_credentials = give_keys};
    stand.provider = aws_credentials_provider_new_delegate(A, &keys);
    stand.at_end = at_client_gone;
    stand_init(&stand, NULL);

    static struct transfer get = {
        .during_headers = at_headers,
        .during_body = at_headers,
        .during_progress = at_telemetry,
        .during_telemetry = at_telemetry,
        .during_finish = at_telemetry,
    };
    NEED(get_start(&get, &stand, "/plain/3m"));
    if (!transfer_end(&get, 20) || get.error_code != 0) seen("the download failed (%s)", aws_error_name(get.error_code));
    static struct transfer put = {.during_finish = at_telemetry};
    NEED(put_stream_start(&put, &stand, "/plain/up", own_stream_new(MIB, at_read, NULL), MIB, NULL));
    if (!transfer_end(&put, 20) || put.error_code != 0) seen("the upload failed (%s)", aws_error_name(put.error_code));
    if (!stand_end(&stand, 20)) seen("the client did not end");

    struct aws_thread thread;
    NEED(aws_thread_init(&thread, A) == AWS_OP_SUCCESS);
    NEED(aws_thread_launch(&thread, on_own_thread, NULL, aws_default_thread_options()) == AWS_OP_SUCCESS);
    NEED(aws_thread_join(&thread) == AWS_OP_SUCCESS);
    aws_thread_clean_up(&thread);
    if (count_of(&s_launched) != 1) seen("a thread that was launched without options did not do its work");
    aws_s3_library_clean_up();
    return verdict();
}

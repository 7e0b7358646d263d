/* SPDX-License-Identifier: Apache-2.0 */

/* Receive files as users have them: FIFOs, what /dev/stdout stands for, and disks that are full.
 * scripts/receive_targets.json is what the server does. */

#include "requests.h"

#include <aws/s3/s3_ext.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PART_BYTES = 64 * 1024, OBJECT_BYTES = 5000000, ENOUGH = 1000, ROOM_BYTES = 2 * 1000 * 1000 };

static struct fixture s_fixture;

/* What somebody reads at the other end. */
struct reader {
    int fd;
    /* Leaves after so many bytes; 0 stays. */
    size_t most;
    size_t count;
    bool right;
};

static void *s_read(void *argument) {
    struct reader *reader = argument;
    static uint8_t bytes[PART_BYTES];
    reader->right = true;
    ssize_t count;
    while ((reader->most == 0 || reader->count < reader->most) &&
           (count = read(reader->fd, bytes, sizeof(bytes))) > 0) {
        reader->right = reader->right && is_content(bytes, reader->count, (size_t)count);
        reader->count += (size_t)count;
    }
    close(reader->fd);
    return NULL;
}

static struct aws_s3_meta_request_resume_token *s_token;

static void s_on_token(
    struct aws_s3_meta_request *request,
    struct aws_s3_meta_request_resume_token *token,
    int error_code,
    void *user_data) {

    (void)request;
    (void)error_code;
    (void)user_data;
    s_token = aws_s3_meta_request_resume_token_acquire(token);
}

static void s_get(
    struct transfer *transfer,
    const char *path,
    bool deletes,
    struct aws_s3_meta_request_resume_token *token) {

    struct aws_http_message *message = message_new(&s_fixture, "GET", "object");
    struct aws_s3_meta_request_options options =
        transfer_options(transfer, &s_fixture, AWS_S3_META_REQUEST_TYPE_GET_OBJECT, message);
    options.recv_filepath = text(path);
    options.recv_file_delete_on_failure = deletes;
    options.on_error_resume_token = s_on_token;
    options.resume_token = token;
    transfer_start(transfer, &options);
    aws_http_message_release(message);
    transfer_end(transfer);
}

/* A FIFO that is read to its end, and one whose reader leaves: that is an error, and no signal ends this program. */
static void s_fifo(size_t most) {
    char path[PATH_SIZE];
    CHECK(mkfifo(path_in_dir(path, "fifo"), 0600) == 0);
    struct reader reader = {.fd = open(path, O_RDONLY | O_NONBLOCK), .most = most};
    CHECK(reader.fd >= 0 && fcntl(reader.fd, F_SETFL, 0) == 0);
    // Until a writer is there, a reader that does not wait is at its end.
    int keeps = open(path, O_WRONLY);
    CHECK(keeps >= 0);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, s_read, &reader) == 0);
    struct transfer transfer = {0};
    s_get(&transfer, path, false, NULL);
    close(keeps);
    pthread_join(thread, NULL);
    print_transfer(most == 0 ? "fifo" : "fifo whose reader leaves", &transfer);
    CHECK(reader.right && (most == 0 ? reader.count == OBJECT_BYTES : reader.count >= most));
    CHECK(unlink(path) == 0);
    aws_s3_meta_request_resume_token_release(s_token);
    s_token = NULL;
}

/* Downloads into /dev/stdout, which is `fd` meanwhile. */
static void s_into_stdout(struct transfer *transfer, int fd) {
    fflush(stdout);
    int saved = dup(STDOUT_FILENO);
    CHECK(saved >= 0 && dup2(fd, STDOUT_FILENO) == STDOUT_FILENO);
    close(fd);
    s_get(transfer, "/dev/stdout", false, NULL);
    CHECK(dup2(saved, STDOUT_FILENO) == STDOUT_FILENO);
    close(saved);
}

static void s_stdout(void) {
    int ends[2];
    CHECK(pipe(ends) == 0);
    struct reader reader = {.fd = ends[0]};
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, s_read, &reader) == 0);
    struct transfer piped = {0};
    s_into_stdout(&piped, ends[1]);
    pthread_join(thread, NULL);
    print_transfer("standard output, a pipe", &piped);
    CHECK(reader.right && reader.count == OBJECT_BYTES);

    char path[PATH_SIZE];
    struct transfer filed = {0};
    s_into_stdout(&filed, open(path_in_dir(path, "redirected"), O_WRONLY | O_CREAT | O_TRUNC, 0600));
    print_transfer("standard output, a file", &filed);
    CHECK(is_content_file(path, OBJECT_BYTES));
}

static void s_device_that_is_full(void) {
    struct transfer transfer = {0};
    s_get(&transfer, "/dev/full", true, NULL);
    print_transfer("device that is full", &transfer);
    CHECK(access("/dev/full", W_OK) == 0);
    aws_s3_meta_request_resume_token_release(s_token);
    s_token = NULL;
}

/* A file may not grow any more: it stays or goes, as the options say; what stays can be gone on with. */
static void s_file_that_may_not_grow(bool deletes) {
    char path[PATH_SIZE];
    path_in_dir(path, "limited");
    struct rlimit before;
    CHECK(getrlimit(RLIMIT_FSIZE, &before) == 0);
    struct rlimit limited = {.rlim_cur = ROOM_BYTES, .rlim_max = before.rlim_max};
    CHECK(setrlimit(RLIMIT_FSIZE, &limited) == 0);
    struct transfer transfer = {0};
    s_get(&transfer, path, deletes, NULL);
    CHECK(setrlimit(RLIMIT_FSIZE, &before) == 0);
    print_transfer(deletes ? "no room, deleted" : "no room, kept", &transfer);
    CHECK((access(path, F_OK) == 0) == !deletes && (s_token == NULL) == deletes);
    if (deletes) {
        return;
    }
    uint64_t held = aws_s3_meta_request_resume_token_total_downloaded_bytes(s_token);
    CHECK(held <= ROOM_BYTES);
    struct aws_s3_meta_request_resume_token *token = s_token;
    s_token = NULL;
    struct transfer resumed = {0};
    s_get(&resumed, path, false, token);
    aws_s3_meta_request_resume_token_release(token);
    print_transfer("  resumed with room", &resumed);
    CHECK(is_content_file(path, OBJECT_BYTES) && resumed.progressed == OBJECT_BYTES - held);
}

int main(void) {
    struct aws_allocator *allocator = begin();
    // Whoever has a limit for files asks the system not to end it for that. SIGPIPE stays as it is.
    CHECK(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    struct fixture_options options = {.port = setting("S3_TEST_SCRIPTED_PORT"), .part_size = PART_BYTES};
    fixture_init(&s_fixture, allocator, &options);
    s_fifo(0);
    s_fifo(ENOUGH);
    s_stdout();
    s_device_that_is_full();
    s_file_that_may_not_grow(true);
    s_file_that_may_not_grow(false);
    fixture_clean_up(&s_fixture);
    return end(allocator);
}

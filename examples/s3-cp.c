/* SPDX-License-Identifier: Apache-2.0 */

/* Copies a file to S3 or an object to a file, and shows how it goes. Uses public headers only; see usage() for what it
 * can be told. Credentials come from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN. */
#define _GNU_SOURCE
#include "own_pool.h"

#include <aws/auth/credentials.h>
#include <aws/auth/signing_config.h>
#include <aws/common/string.h>
#include <aws/common/thread.h>
#include <aws/common/uri.h>
#include <aws/http/request_response.h>
#include <aws/io/channel_bootstrap.h>
#include <aws/io/tls_channel_handler.h>
#include <aws/s3/s3.h>
#include <aws/s3/s3_client.h>

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define MIB ((uint64_t)1024 * 1024)

struct settings {
    const char *endpoint;
    const char *region;
    const char *ca_file;
    bool path_style;
    bool own_pool;
    uint64_t memory_limit_mib;

    bool upload;
    const char *file;
    char *bucket;
    const char *key;
};

/* Everything the client stands on. */
struct session {
    struct aws_allocator *allocator;
    struct aws_client_bootstrap *bootstrap;
    struct aws_credentials_provider *credentials;
    struct aws_tls_ctx *tls;
    struct aws_uri endpoint;
    struct aws_s3_client *client;
};

/* One copy. Callbacks change it on threads of the library, under the lock. */
struct copy {
    int fd;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint64_t done;
    uint64_t total;
    bool finished;
    bool gone;
    int error_code;
    int status;
    char error_body[1024];
};

static volatile sig_atomic_t s_interrupted;

static void s_on_interrupt(int signal_number) {
    (void)signal_number;
    s_interrupted = 1;
}

static void s_usage(void) {
    fputs(
        "usage: s3-cp [options] FILE s3://BUCKET/KEY\n"
        "       s3-cp [options] s3://BUCKET/KEY FILE\n"
        "  --endpoint URL         instead of https://s3.REGION.amazonaws.com\n"
        "  --region REGION        default us-east-1\n"
        "  --ca-file PEM          trust these authorities instead of the system's\n"
        "  --path-style           the bucket in the path instead of in the host name\n"
        "  --pool default|custom  custom: buffers come from this program\n"
        "  --memory-limit MIB     default 512\n",
        stderr);
    exit(2);
}

static void s_fail(const char *what) {
    int code = aws_last_error();
    fprintf(stderr, "s3-cp: %s: %s (%s)\n", what, aws_error_str(code), aws_error_name(code));
    exit(1);
}

static struct settings s_read_arguments(int argc, char **argv) {
    static const struct option s_options[] = {
        {"endpoint", required_argument, NULL, 'e'},
        {"region", required_argument, NULL, 'r'},
        {"ca-file", required_argument, NULL, 'c'},
        {"path-style", no_argument, NULL, 's'},
        {"pool", required_argument, NULL, 'p'},
        {"memory-limit", required_argument, NULL, 'm'},
        {NULL, 0, NULL, 0},
    };
    struct settings settings = {.region = "us-east-1", .memory_limit_mib = 512};
    int option;
    while ((option = getopt_long(argc, argv, "", s_options, NULL)) != -1) {
        switch (option) {
            case 'e': settings.endpoint = optarg; break;
            case 'r': settings.region = optarg; break;
            case 'c': settings.ca_file = optarg; break;
            case 's': settings.path_style = true; break;
            case 'p': settings.own_pool = strcmp(optarg, "custom") == 0; break;
            case 'm': settings.memory_limit_mib = strtoull(optarg, NULL, 10); break;
            default: s_usage();
        }
    }
    if (argc - optind != 2) {
        s_usage();
    }
    settings.upload = strncmp(argv[optind + 1], "s3://", 5) == 0;
    const char *remote = argv[optind + (settings.upload ? 1 : 0)];
    settings.file = argv[optind + (settings.upload ? 0 : 1)];
    const char *slash = strncmp(remote, "s3://", 5) == 0 ? strchr(remote + 5, '/') : NULL;
    if (slash == NULL || slash == remote + 5 || slash[1] == '\0') {
        s_usage();
    }
    settings.bucket = strndup(remote + 5, (size_t)(slash - remote - 5));
    settings.key = slash + 1;
    return settings;
}

/* ---- The client. ---- */

static void s_make_endpoint(struct session *session, const struct settings *settings) {
    char url[1024];
    if (settings->endpoint == NULL) {
        snprintf(url, sizeof(url), "https://s3.%s.amazonaws.com", settings->region);
    } else {
        snprintf(url, sizeof(url), "%s", settings->endpoint);
    }
    char *host = strstr(url, "://");
    if (host != NULL && !settings->path_style) {
        char with_bucket[1024];
        host += 3;
        int length = snprintf(
            with_bucket, sizeof(with_bucket), "%.*s%s.%s", (int)(host - url), url, settings->bucket, host);
        if (length < 0 || (size_t)length >= sizeof(with_bucket)) {
            s_usage();
        }
        memcpy(url, with_bucket, (size_t)length + 1);
    }
    struct aws_byte_cursor text = aws_byte_cursor_from_c_str(url);
    if (aws_uri_init_parse(&session->endpoint, session->allocator, &text)) {
        s_fail(url);
    }
}

static void s_make_tls(struct session *session, const char *ca_file, struct aws_tls_connection_options *tls) {
    struct aws_tls_ctx_options options;
    aws_tls_ctx_options_init_default_client(&options, session->allocator);
    if (ca_file != NULL && aws_tls_ctx_options_override_default_trust_store_from_path(&options, NULL, ca_file)) {
        s_fail(ca_file);
    }
    session->tls = aws_tls_client_ctx_new(session->allocator, &options);
    if (session->tls == NULL) {
        s_fail("TLS settings");
    }
    aws_tls_ctx_options_clean_up(&options);
    aws_tls_connection_options_init_from_ctx(tls, session->tls);
}

static struct session s_open(const struct settings *settings) {
    struct session session = {.allocator = aws_default_allocator()};
    s_make_endpoint(&session, settings);
    session.bootstrap = aws_s3_client_bootstrap_default(session.allocator, NULL);
    struct aws_credentials_provider_environment_options environment = {{0}};
    session.credentials = aws_credentials_provider_new_environment(session.allocator, &environment);
    if (session.bootstrap == NULL || session.credentials == NULL) {
        s_fail("starting");
    }

    struct aws_signing_config_aws signing;
    struct aws_byte_cursor region = aws_byte_cursor_from_c_str(settings->region);
    aws_s3_init_default_signing_config(&signing, region, session.credentials);
    bool secure = !aws_byte_cursor_eq_c_str_ignore_case(aws_uri_scheme(&session.endpoint), "http");
    struct aws_tls_connection_options tls = {0};
    if (secure) {
        s_make_tls(&session, settings->ca_file, &tls);
    }
    struct aws_s3_client_config config = {
        .region = region,
        .client_bootstrap = session.bootstrap,
        .tls_mode = secure ? AWS_MR_TLS_ENABLED : AWS_MR_TLS_DISABLED,
        .tls_connection_options = secure ? &tls : NULL,
        .signing_config = &signing,
        .memory_limit_in_bytes = settings->memory_limit_mib * MIB,
        .buffer_pool_factory_fn = settings->own_pool ? own_pool_new : NULL,
    };
    session.client = aws_s3_client_new(session.allocator, &config);
    if (session.client == NULL) {
        s_fail("making a client");
    }
    if (secure) {
        aws_tls_connection_options_clean_up(&tls);
    }
    return session;
}

static void s_close(struct session *session) {
    aws_s3_client_release(session->client);
    aws_tls_ctx_release(session->tls);
    aws_credentials_provider_release(session->credentials);
    aws_client_bootstrap_release(session->bootstrap);
    aws_uri_clean_up(&session->endpoint);
    aws_thread_join_all_managed();
}

/* ---- The copy. ---- */

static struct aws_http_message *s_make_message(struct session *session, const struct settings *settings) {
    struct aws_byte_cursor key = aws_byte_cursor_from_c_str(settings->key);
    struct aws_byte_cursor bucket = aws_byte_cursor_from_c_str(settings->bucket);
    struct aws_byte_cursor slash = aws_byte_cursor_from_c_str("/");
    struct aws_byte_buf path;
    aws_byte_buf_init(&path, session->allocator, 256);
    aws_byte_buf_append_dynamic(&path, &slash);
    if (settings->path_style) {
        aws_byte_buf_append_dynamic(&path, &bucket);
        aws_byte_buf_append_dynamic(&path, &slash);
    }
    aws_byte_buf_append_encoding_uri_path(&path, &key);

    struct aws_http_message *message = aws_http_message_new_request(session->allocator);
    aws_http_message_set_request_method(message, aws_byte_cursor_from_c_str(settings->upload ? "PUT" : "GET"));
    aws_http_message_set_request_path(message, aws_byte_cursor_from_buf(&path));
    struct aws_http_header host = {
        .name = aws_byte_cursor_from_c_str("Host"),
        .value = *aws_uri_authority(&session->endpoint),
    };
    aws_http_message_add_header(message, host);
    aws_byte_buf_clean_up(&path);
    return message;
}

static void s_on_progress(
    struct aws_s3_meta_request *request,
    const struct aws_s3_meta_request_progress *progress,
    void *user_data) {

    (void)request;
    struct copy *copy = user_data;
    pthread_mutex_lock(&copy->lock);
    copy->done += progress->bytes_transferred;
    copy->total = progress->content_length;
    pthread_mutex_unlock(&copy->lock);
}

/* Writes a part to its place in the file. A program that wants to keep the bytes longer acquires `info.ticket`. */
static int s_on_body(
    struct aws_s3_meta_request *request,
    const struct aws_byte_cursor *body,
    const struct aws_s3_meta_request_receive_body_extra_info info,
    void *user_data) {

    (void)request;
    struct copy *copy = user_data;
    for (size_t at = 0; at < body->len;) {
        ssize_t written = pwrite(copy->fd, body->ptr + at, body->len - at, (off_t)(info.range_start + at));
        if (written < 0 && errno != EINTR) {
            return aws_raise_error(AWS_ERROR_FILE_WRITE_FAILURE);
        }
        at += written > 0 ? (size_t)written : 0;
    }
    return AWS_OP_SUCCESS;
}

static void s_on_finish(
    struct aws_s3_meta_request *request,
    const struct aws_s3_meta_request_result *result,
    void *user_data) {

    (void)request;
    struct copy *copy = user_data;
    pthread_mutex_lock(&copy->lock);
    copy->error_code = result->error_code;
    copy->status = result->response_status;
    if (result->error_response_body != NULL) {
        const struct aws_byte_buf *body = result->error_response_body;
        snprintf(copy->error_body, sizeof(copy->error_body), "%.*s", (int)body->len, (const char *)body->buffer);
    }
    copy->finished = true;
    pthread_cond_signal(&copy->changed);
    pthread_mutex_unlock(&copy->lock);
}

static void s_on_shutdown(void *user_data) {
    struct copy *copy = user_data;
    pthread_mutex_lock(&copy->lock);
    copy->gone = true;
    pthread_cond_signal(&copy->changed);
    pthread_mutex_unlock(&copy->lock);
}

static struct aws_s3_meta_request *s_start(
    struct session *session,
    const struct settings *settings,
    struct copy *copy) {

    struct aws_http_message *message = s_make_message(session, settings);
    struct aws_s3_meta_request_options options = {
        .type = settings->upload ? AWS_S3_META_REQUEST_TYPE_PUT_OBJECT : AWS_S3_META_REQUEST_TYPE_GET_OBJECT,
        .message = message,
        .endpoint = &session->endpoint,
        .user_data = copy,
        .progress_callback = s_on_progress,
        .finish_callback = s_on_finish,
        .shutdown_callback = s_on_shutdown,
    };
    if (settings->upload) {
        options.send_filepath = aws_byte_cursor_from_c_str(settings->file);
    } else if (!settings->own_pool) {
        options.recv_filepath = aws_byte_cursor_from_c_str(settings->file);
        options.recv_file_delete_on_failure = true;
    } else {
        options.body_callback_ex = s_on_body;
        copy->fd = open(settings->file, O_WRONLY | O_CREAT | O_TRUNC, 0666);
        if (copy->fd < 0) {
            perror(settings->file);
            exit(1);
        }
    }
    struct aws_s3_meta_request *request = aws_s3_client_make_meta_request(session->client, &options);
    if (request == NULL) {
        s_fail("making the request");
    }
    aws_http_message_release(message);
    return request;
}

/* ---- What the user sees. ---- */

static double s_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void s_show(uint64_t done, uint64_t total, double seconds) {
    enum { WIDTH = 40 };
    static const char s_full[] = "########################################";
    static int s_shown_percent = -10;
    int percent = total != 0 ? (int)(done * 100 / total) : 0;
    /* A terminal sees the bar move; a log file gets a line now and then. */
    bool terminal = isatty(STDOUT_FILENO);
    if (!terminal && percent < s_shown_percent + 10) {
        return;
    }
    s_shown_percent = percent;
    printf(
        "%s[%-*.*s] %3d%%  %7.1f MiB  %7.1f MiB/s%s",
        terminal ? "\r" : "",
        WIDTH,
        percent * WIDTH / 100,
        s_full,
        percent,
        (double)done / (double)MIB,
        seconds > 0 ? (double)done / (double)MIB / seconds : 0.0,
        terminal ? "" : "\n");
    fflush(stdout);
}

/* Shows the progress until the request is gone. */
static void s_watch(struct copy *copy, struct aws_s3_meta_request *request, double start) {
    bool canceled = false;
    pthread_mutex_lock(&copy->lock);
    while (!copy->gone) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += 100 * 1000 * 1000;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&copy->changed, &copy->lock, &until);
        uint64_t done = copy->done, total = copy->total;
        bool finished = copy->finished;
        pthread_mutex_unlock(&copy->lock);
        s_show(done, total, s_now() - start);
        if (finished) {
            request = aws_s3_meta_request_release(request);
        } else if (s_interrupted && !canceled) {
            aws_s3_meta_request_cancel(request);
            canceled = true;
        }
        pthread_mutex_lock(&copy->lock);
    }
    pthread_mutex_unlock(&copy->lock);
}

static int s_report(const struct copy *copy, const struct settings *settings, double seconds) {
    if (isatty(STDOUT_FILENO)) {
        putchar('\n');
    }
    if (copy->error_code != AWS_ERROR_SUCCESS) {
        const char *name = aws_error_name(copy->error_code);
        fprintf(stderr, "s3-cp: %s (%s), status %d\n", aws_error_str(copy->error_code), name, copy->status);
        fprintf(stderr, "%s%s", copy->error_body, copy->error_body[0] != '\0' ? "\n" : "");
        return 1;
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf(
        "%s %" PRIu64 " bytes in %.2f s, %.1f MiB/s; peak RSS %ld MiB, memory limit %" PRIu64 " MiB\n",
        settings->upload ? "uploaded" : "downloaded",
        copy->done,
        seconds,
        (double)copy->done / (double)MIB / seconds,
        usage.ru_maxrss / 1024,
        settings->memory_limit_mib);
    return 0;
}

int main(int argc, char **argv) {
    struct settings settings = s_read_arguments(argc, argv);
    signal(SIGINT, s_on_interrupt);
    aws_s3_library_init(aws_default_allocator());
    struct session session = s_open(&settings);

    struct copy copy = {.fd = -1};
    pthread_mutex_init(&copy.lock, NULL);
    pthread_cond_init(&copy.changed, NULL);
    double start = s_now();
    struct aws_s3_meta_request *request = s_start(&session, &settings, &copy);
    s_watch(&copy, request, start);
    double seconds = s_now() - start;

    s_close(&session);
    int result = s_report(&copy, &settings, seconds);
    if (copy.fd >= 0 && close(copy.fd) != 0) {
        perror(settings.file);
        result = 1;
    }
    if (copy.fd >= 0 && result != 0) {
        unlink(settings.file);
    }
    aws_s3_library_clean_up();
    free(settings.bucket);
    return result;
}

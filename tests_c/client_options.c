/* SPDX-License-Identifier: Apache-2.0 */

/* What the options of a client do to its connections, its threads and what it sends, one option at a time. Names,
 * addresses and limits of waiting have programs of their own. scripts/client_options.json is what the server does. */

#define _GNU_SOURCE
#include "support.h"

#include <dirent.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PART_BYTES = 64 * 1024, UPLOAD_BYTES = 6 * 1024 * 1024, MOST_CONNECTIONS = 64 };

static struct aws_allocator *s_allocator;

static void s_client(struct fixture *fixture, void (*configure)(struct aws_s3_client_config *, void *), void *data) {
    struct fixture_options options = {
        .port = setting("S3_TEST_SCRIPTED_PORT"),
        .part_size = PART_BYTES,
        .configure = configure,
        .configure_data = data,
    };
    fixture_init(fixture, s_allocator, &options);
}

/* ---- How many connections ---- */

struct counts {
    double target_gbps;
    uint32_t override;
    double disk_gbps;
};

static void s_count_configure(struct aws_s3_client_config *config, void *data) {
    const struct counts *counts = data;
    static struct aws_s3_file_io_options s_file_io;
    s_file_io = (struct aws_s3_file_io_options){.should_stream = true, .disk_throughput_gbps = counts->disk_gbps};
    config->throughput_target_gbps = counts->target_gbps;
    config->max_active_connections_override = counts->override;
    config->fio_opts = counts->disk_gbps > 0 ? &s_file_io : NULL;
}

static void s_counts(void) {
    static struct counts s_table[] = {
        {0, 0, 0},     {0.1, 0, 0},    {4, 0, 0},      {4.1, 0, 0},     {5, 0, 0},   {10, 0, 0},     {25, 0, 0},
        {100, 0, 0},   {4000, 0, 0},   {1e9, 0, 0},    {100, 3, 0},     {100, 250, 0}, {100, 100000, 0}, {100, 0, 0.3},
        {100, 0, 4},   {100, 5, 4},    {4, 0, 1e9},
    };
    for (size_t i = 0; i < sizeof(s_table) / sizeof(*s_table); ++i) {
        struct fixture fixture;
        s_client(&fixture, s_count_configure, &s_table[i]);
        printf("%g Gbps, at most %u, disk %g Gbps: ", s_table[i].target_gbps, s_table[i].override, s_table[i].disk_gbps);
        printf("%u connections\n", aws_s3_client_get_max_active_connections(fixture.client, NULL));
        fixture_clean_up(&fixture);
    }
}

struct used {
    size_t ids[MOST_CONNECTIONS];
    int count;
};

static void s_use(struct aws_s3_meta_request *request, struct aws_s3_request_metrics *metrics, void *user_data) {
    (void)request;
    struct used *used = ((struct transfer *)user_data)->extra;
    size_t id = 0;
    CHECK(aws_s3_request_metrics_get_connection_id(metrics, &id) == AWS_OP_SUCCESS);
    for (int i = 0; i < used->count; ++i) {
        if (used->ids[i] == id) {
            return;
        }
    }
    CHECK(used->count < MOST_CONNECTIONS);
    used->ids[used->count++] = id;
}

static void s_start_counted(
    struct transfer *transfer,
    struct fixture *fixture,
    const char *key,
    struct used *used,
    uint32_t most) {

    transfer->extra = used;
    struct aws_http_message *message = message_new(fixture, "GET", key);
    struct aws_s3_meta_request_options options =
        transfer_options(transfer, fixture, AWS_S3_META_REQUEST_TYPE_GET_OBJECT, message);
    options.body_callback = on_body;
    options.telemetry_callback = s_use;
    options.max_active_connections_override = most;
    transfer_start(transfer, &options);
    aws_http_message_release(message);
}

static void s_cap(struct aws_s3_client_config *config, void *data) {
    config->max_active_connections_override = *(uint32_t *)data;
}

static void s_caps(void) {
    static const uint32_t s_table[][2] = {{2, 0}, {3, 1}, {4, 3}, {2, 100}};
    for (size_t i = 0; i < sizeof(s_table) / sizeof(*s_table); ++i) {
        struct fixture fixture;
        uint32_t most = s_table[i][0];
        s_client(&fixture, s_cap, &most);
        struct used used = {.count = 0};
        struct transfer transfer = {0};
        s_start_counted(&transfer, &fixture, "slow", &used, s_table[i][1]);
        transfer_end(&transfer);
        CHECK(transfer.error_code == 0 && !transfer.wrong_content);
        printf("at most %u, and %u for the request: %d connections used\n", most, s_table[i][1], used.count);
        fixture_clean_up(&fixture);
    }
}

/* A short download behind a long one does not wait for its end. */
static void s_fairness(void) {
    struct fixture fixture;
    uint32_t most = 2;
    s_client(&fixture, s_cap, &most);
    struct used used = {.count = 0}, used_later = {.count = 0};
    struct transfer earlier = {0}, later = {0};
    s_start_counted(&earlier, &fixture, "long", &used, 0);
    usleep(50 * 1000);
    s_start_counted(&later, &fixture, "slow", &used_later, 0);
    WAIT_FOR(later.finished, 1);
    bool first = count_of(&earlier.finished) == 0;
    transfer_end(&later);
    transfer_end(&earlier);
    printf("the shorter, later download ends %s\n", first ? "first" : "LAST");
    fixture_clean_up(&fixture);
}

/* Connections are used again, also by other requests, but not for another port. */
static void s_endpoints(void) {
    struct fixture fixture;
    s_client(&fixture, NULL, NULL);
    struct used used = {.count = 0};
    for (int i = 0; i < 5; ++i) {
        struct transfer transfer = {0};
        s_start_counted(&transfer, &fixture, "small", &used, 0);
        transfer_end(&transfer);
        CHECK(transfer.error_code == 0);
    }
    printf("five downloads, one after the other: %d connection\n", used.count);

    struct fixture elsewhere;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof(address);
    CHECK(bind(listener, (struct sockaddr *)&address, length) == 0);
    CHECK(getsockname(listener, (struct sockaddr *)&address, &length) == 0);
    char port[8];
    snprintf(port, sizeof(port), "%d", ntohs(address.sin_port));
    struct fixture_options options = {.port = port, .no_retries = true};
    fixture_init(&elsewhere, s_allocator, &options);
    /* The endpoint of one fixture through the client of the other: same host, and a port where nobody listens. */
    struct fixture mixed = elsewhere;
    mixed.client = fixture.client;
    struct transfer transfer = {0};
    get_start(&transfer, &mixed, "small", RECEIVE_BODY, NULL);
    transfer_end(&transfer);
    print_transfer("another port of the same host", &transfer);
    close(listener);
    fixture_clean_up(&elsewhere);
    fixture_clean_up(&fixture);
}

/* ---- Options of sockets ---- */

/* Calls `look` for each socket of this process that is connected to the server. */
static int s_sockets(void (*look)(int descriptor)) {
    int port = atoi(setting("S3_TEST_SCRIPTED_PORT")), count = 0;
    for (int descriptor = 0; descriptor < 1024; ++descriptor) {
        struct sockaddr_in peer;
        socklen_t length = sizeof(peer);
        if (getpeername(descriptor, (struct sockaddr *)&peer, &length) == 0 && peer.sin_family == AF_INET &&
            ntohs(peer.sin_port) == port) {
            ++count;
            look(descriptor);
        }
    }
    return count;
}

static int s_option(int descriptor, int level, int option) {
    int value = -1;
    socklen_t length = sizeof(value);
    CHECK(getsockopt(descriptor, level, option, &value, &length) == 0);
    return value;
}

static void s_show_plain(int descriptor) {
    printf("  no delay %d, keep-alive %d\n", s_option(descriptor, IPPROTO_TCP, TCP_NODELAY),
        s_option(descriptor, SOL_SOCKET, SO_KEEPALIVE));
}

static void s_show_keep_alive(int descriptor) {
    printf("  keep-alive %d, first probe after %d s, others every %d s, at most %d\n",
        s_option(descriptor, SOL_SOCKET, SO_KEEPALIVE), s_option(descriptor, IPPROTO_TCP, TCP_KEEPIDLE),
        s_option(descriptor, IPPROTO_TCP, TCP_KEEPINTVL), s_option(descriptor, IPPROTO_TCP, TCP_KEEPCNT));
}

static void s_show_interface(int descriptor) {
    char name[32] = {0};
    socklen_t length = sizeof(name);
    CHECK(getsockopt(descriptor, SOL_SOCKET, SO_BINDTODEVICE, name, &length) == 0);
    printf("  bound to %s\n", name);
}

static void s_keep_alive(struct aws_s3_client_config *config, void *data) { config->tcp_keep_alive_options = data; }

static void s_interfaces(struct aws_s3_client_config *config, void *data) {
    config->network_interface_names_array = data;
    config->num_network_interface_names = 2;
    config->max_active_connections_override = 2;
}

static void s_show_sockets(
    const char *what,
    void (*configure)(struct aws_s3_client_config *, void *),
    void *data,
    const char *key,
    void (*look)(int descriptor)) {

    struct fixture fixture;
    s_client(&fixture, configure, data);
    struct transfer transfer = {0};
    get_start(&transfer, &fixture, key, RECEIVE_BODY, NULL);
    transfer_end(&transfer);
    print_transfer(what, &transfer);
    s_sockets(look);
    fixture_clean_up(&fixture);
}

static void s_socket_options(void) {
    s_show_sockets("plain", NULL, NULL, "small", s_show_plain);
    struct aws_s3_tcp_keep_alive_options keep_alive = {
        .keep_alive_interval_sec = 61,
        .keep_alive_timeout_sec = 13,
        .keep_alive_max_failed_probes = 4,
    };
    s_show_sockets("keep-alive", s_keep_alive, &keep_alive, "small", s_show_keep_alive);
    struct aws_byte_cursor names[] = {text("lo"), text("lo")};
    s_show_sockets("interfaces", s_interfaces, names, "slow", s_show_interface);
}

/* ---- What is sent ---- */

static void s_region(struct aws_s3_client_config *config, void *data) {
    static struct aws_signing_config_aws s_signing;
    s_signing = *config->signing_config;
    s_signing.region = (struct aws_byte_cursor){0};
    config->signing_config = &s_signing;
    config->region = text(data);
}

static void s_part_size(struct aws_s3_client_config *config, void *data) { config->part_size = *(uint64_t *)data; }

static void s_threshold(struct aws_s3_client_config *config, void *data) {
    config->part_size = 5 * MIB;
    config->multipart_upload_threshold = *(uint64_t *)data;
}

static void s_md5(struct aws_s3_client_config *config, void *data) {
    (void)data;
    config->compute_content_md5 = AWS_MR_CONTENT_MD5_ENABLED;
}

static void s_max_part(struct aws_s3_client_config *config, void *data) {
    config->part_size = 5 * MIB;
    config->max_part_size = *(uint64_t *)data;
}

static void s_put(void (*configure)(struct aws_s3_client_config *, void *), void *data, const char *key, size_t bytes) {
    struct fixture fixture;
    s_client(&fixture, configure, data);
    uint8_t *content = malloc(bytes);
    fill_content(content, 0, bytes);
    struct transfer transfer = {0};
    put_stream_start(&transfer, &fixture, key, aws_byte_cursor_from_array(content, bytes));
    transfer_end(&transfer);
    print_transfer(key, &transfer);
    free(content);
    fixture_clean_up(&fixture);
}

static void s_sent(void) {
    struct fixture fixture;
    s_client(&fixture, s_region, "eu-north-1");
    struct transfer transfer = {0};
    get_start(&transfer, &fixture, "small", RECEIVE_BODY, NULL);
    transfer_end(&transfer);
    printf("signed for the client's region: %d\n", sent_lines("/eu-north-1/s3/aws4_request"));
    fixture_clean_up(&fixture);

    uint64_t part_bytes = 100000;
    s_client(&fixture, s_part_size, &part_bytes);
    struct transfer in_parts = {0};
    get_start(&in_parts, &fixture, "slow", RECEIVE_BODY, NULL);
    transfer_end(&in_parts);
    printf("second part of 100,000 bytes: %d\n", sent_lines("bytes=100000-199999"));
    fixture_clean_up(&fixture);

    uint64_t threshold = 0;
    s_put(s_threshold, &threshold, "upload-in-parts", UPLOAD_BYTES);
    printf("  created %d, parts %d, completed %d\n", sent_lines("POST /bucket/upload-in-parts?uploads"),
        sent_lines("PUT /bucket/upload-in-parts?partNumber"), sent_lines("POST /bucket/upload-in-parts?uploadId"));
    threshold = UPLOAD_BYTES;
    s_put(s_threshold, &threshold, "upload-whole", UPLOAD_BYTES);
    printf("  whole %d\n", sent_lines("PUT /bucket/upload-whole HTTP"));
    s_put(s_md5, NULL, "upload-md5", 10);
    printf("  digests %d\n", sent_lines("Content-MD5: "));

    uint64_t max_part = 5 * MIB;
    s_client(&fixture, s_max_part, &max_part);
    struct aws_http_message *message = message_new(&fixture, "PUT", "refused");
    add_content_length(message, 20 * MIB);
    struct transfer refused = {0};
    struct aws_s3_meta_request_options options =
        transfer_options(&refused, &fixture, AWS_S3_META_REQUEST_TYPE_PUT_OBJECT, message);
    struct aws_byte_cursor nothing = {0};
    struct aws_input_stream *stream = aws_input_stream_new_from_cursor(s_allocator, &nothing);
    aws_http_message_set_body_stream(message, stream);
    options.part_size = 6 * MIB;
    CHECK(aws_s3_client_make_meta_request(fixture.client, &options) == NULL);
    printf("part above the client's largest: %s\n", aws_error_name(aws_last_error()));
    aws_input_stream_release(stream);
    aws_http_message_release(message);
    fixture_clean_up(&fixture);
}

/* The struct is the caller's: nothing is written into it. */
static void s_untouched(void) {
    struct fixture fixture;
    s_client(&fixture, NULL, NULL);
    struct aws_signing_config_aws signing;
    aws_s3_init_default_signing_config(&signing, text("us-east-1"), fixture.provider);
    struct aws_s3_client_config config = {
        .client_bootstrap = fixture.bootstrap,
        .tls_mode = AWS_MR_TLS_DISABLED,
        .signing_config = &signing,
        .part_size = 100 * MIB,
    };
    struct aws_s3_client_config before = config;
    struct aws_s3_client *client = aws_s3_client_new(s_allocator, &config);
    CHECK(client != NULL && memcmp(&before, &config, sizeof(config)) == 0);
    aws_s3_client_release(client);
    fixture_clean_up(&fixture);
}

/* ---- The environment ---- */

static void s_limits(void) {
    static const char *const s_table[][2] = {
        {"AWS_CRT_S3_MEMORY_LIMIT_IN_MB", "300"},
        {"AWS_CRT_S3_MEMORY_LIMIT_IN_MB", "255"},
        {"AWS_CRT_S3_MEMORY_LIMIT_IN_MB", ""},
        {"AWS_CRT_S3_MEMORY_LIMIT_IN_MB", "0"},
        {"AWS_CRT_S3_MEMORY_LIMIT_IN_MB", "1k"},
        {"AWS_CRT_S3_MEMORY_LIMIT_IN_MB", "-1"},
        {"AWS_CRT_S3_MEMORY_LIMIT_IN_MB", "17592186044416"},
        {"AWS_CRT_S3_MEMORY_LIMIT_IN_MB", "18446744073709551615"},
        {"AWS_CRT_S3_MEMORY_LIMIT_IN_MB", "18446744073709551616"},
        {"AWS_CRT_S3_MEMORY_LIMIT_IN_GIB", "1"},
        {"AWS_CRT_S3_MEMORY_LIMIT_IN_GIB", "invalid"},
        {"AWS_CRT_S3_MEMORY_LIMIT_IN_GIB", "18446744073709551615"},
        {"AWS_CRT_S3_MEMORY_LIMIT_IN_GIB", "18446744073709551616"},
    };
    struct fixture fixture;
    s_client(&fixture, NULL, NULL);
    struct aws_signing_config_aws signing;
    aws_s3_init_default_signing_config(&signing, text("us-east-1"), fixture.provider);
    for (size_t i = 0; i < sizeof(s_table) / sizeof(*s_table); ++i) {
        setenv(s_table[i][0], s_table[i][1], 1);
        uint64_t limit = 7;
        int resolved = aws_s3_resolve_configured_memory_limit(s_allocator, 0, &limit);
        printf("%s=%s: ", s_table[i][0], s_table[i][1]);
        printf("%s, %" PRIu64 ", ", aws_error_name(resolved == AWS_OP_SUCCESS ? 0 : aws_last_error()), limit);
        struct aws_s3_client_config config = {
            .client_bootstrap = fixture.bootstrap,
            .tls_mode = AWS_MR_TLS_DISABLED,
            .signing_config = &signing,
        };
        struct aws_s3_client *client = aws_s3_client_new(s_allocator, &config);
        printf("client %s\n", client != NULL ? "made" : aws_error_name(aws_last_error()));
        aws_s3_client_release(client);
        unsetenv(s_table[i][0]);
    }
    fixture_clean_up(&fixture);
}

/* ---- The process ---- */

/* Without a descriptor left, what lacks is said: it is not memory. */
static void s_descriptors(void) {
    struct aws_s3_client_bootstrap_options options = {.event_loop_count = 1};
    struct aws_signing_config_aws signing;
    aws_s3_init_default_signing_config(&signing, text("us-east-1"), NULL);
    signing.credentials = aws_credentials_new(s_allocator, text("AKID"), text("secret"), text(""), UINT64_MAX);
    struct aws_s3_client_config config = {
        .client_bootstrap = aws_s3_client_bootstrap_default(s_allocator, &options),
        .tls_mode = AWS_MR_TLS_DISABLED,
        .signing_config = &signing,
    };
    struct rlimit before, none;
    CHECK(getrlimit(RLIMIT_NOFILE, &before) == 0);
    none = before;
    none.rlim_cur = 3;
    fflush(stdout);
    CHECK(setrlimit(RLIMIT_NOFILE, &none) == 0);
    struct aws_s3_client *client = aws_s3_client_new(s_allocator, &config);
    int error = client == NULL ? aws_last_error() : 0;
    CHECK(setrlimit(RLIMIT_NOFILE, &before) == 0);
    CHECK(error == 0 || error == AWS_ERROR_MAX_FDS_EXCEEDED || error == AWS_ERROR_SYS_CALL_FAILURE);
    aws_s3_client_release(client);
    client = aws_s3_client_new(s_allocator, &config);
    CHECK(client != NULL);
    aws_s3_client_release(client);
    aws_client_bootstrap_release(config.client_bootstrap);
    aws_credentials_release((struct aws_credentials *)signing.credentials);
}

/* Where the type of the machine is not known, the cursor says so twice. */
static void s_platform(void) {
    struct aws_byte_cursor type = aws_s3_get_current_platform_info()->instance_type;
    CHECK((type.len == 0) == (type.ptr == NULL));
    type = aws_s3_get_current_platform_ec2_intance_type(true);
    CHECK((type.len == 0) == (type.ptr == NULL));
    type = aws_s3_get_current_platform_ec2_intance_type(false);
    CHECK((type.len == 0) == (type.ptr == NULL));
}

/* ---- Threads ---- */

/* Threads of this process whose name begins so. */
static int s_threads(const char *beginning) {
    DIR *tasks = opendir("/proc/self/task");
    CHECK(tasks != NULL);
    int count = 0;
    for (struct dirent *task; (task = readdir(tasks)) != NULL;) {
        char path[512], name[64] = {0};
        snprintf(path, sizeof(path), "/proc/self/task/%s/comm", task->d_name);
        FILE *file = fopen(path, "r");
        if (file != NULL) {
            count += fgets(name, sizeof(name), file) != NULL && strncmp(name, beginning, strlen(beginning)) == 0;
            fclose(file);
        }
    }
    closedir(tasks);
    return count;
}

/* Threads take their names when they run; those of an earlier client end when they come to it. */
static int s_settled(const char *beginning, int expected) {
    int count = s_threads(beginning);
    for (int i = 0; i < 500 && count != expected; ++i) {
        usleep(10 * 1000);
        count = s_threads(beginning);
    }
    return count;
}

static void s_file_threads(struct aws_s3_client_config *config, void *data) {
    config->num_file_io_threads = *(uint16_t *)data;
}

static void s_thread_counts(void) {
    cpu_set_t all, one;
    CHECK(sched_getaffinity(0, sizeof(all), &all) == 0);
    CPU_ZERO(&one);
    int first = 0;
    while (!CPU_ISSET(first, &all)) {
        ++first;
    }
    CPU_SET(first, &one);
    CHECK(sched_setaffinity(0, sizeof(one), &one) == 0);
    struct fixture fixture, second;
    uint16_t threads = 3;
    s_client(&fixture, s_file_threads, &threads);
    printf("one processor: %d network thread, %d for files\n", s_settled("AwsS3Net", 1), s_settled("AwsS3File", 3));
    s_client(&second, s_file_threads, &threads);
    printf("two clients: %d network thread, %d for files\n", s_settled("AwsS3Net", 2), s_settled("AwsS3File", 6));
    fixture_clean_up(&second);
    fixture_clean_up(&fixture);

    CHECK(sched_setaffinity(0, sizeof(all), &all) == 0);
    threads = 0;
    setenv("AWS_CRT_S3_NUM_FILE_IO_THREADS", "5", 1);
    s_client(&fixture, s_file_threads, &threads);
    printf("by the environment: %d for files\n", s_settled("AwsS3File", 5));
    int network = s_threads("AwsS3Net");
    CHECK(network >= 1 && network <= CPU_COUNT(&all));
    unsetenv("AWS_CRT_S3_NUM_FILE_IO_THREADS");
    fixture_clean_up(&fixture);
}

int main(void) {
    s_allocator = begin();
    s_descriptors();
    s_platform();
    s_thread_counts();
    s_counts();
    s_caps();
    s_fairness();
    s_endpoints();
    s_socket_options();
    s_sent();
    s_untouched();
    s_limits();
    return end(s_allocator);
}

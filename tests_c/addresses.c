/* SPDX-License-Identifier: Apache-2.0 */

/* Where connections go: what the resolver of the program is asked, how connections spread over the addresses that it
 * names, and what becomes of those that fail. The servers are threads of this program on several loopback addresses. */

#include "attempts.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SERVERS = 3, MOST_ADDRESSES = 4, ANSWER_AFTER_MS = 700, CONNECTIONS = 13, GAP_MS = 10 };

static struct aws_allocator *s_allocator;
static char s_port[8];
/* Not every machine has it. */
static bool s_has_six;

/* ---- Servers: 127.0.0.11 and following and ::1, all at one port ---- */

static struct {
    int listener;
    int accepted;
} s_servers[SERVERS + 1];

static void *s_serve(void *connection) {
    int descriptor = (int)(intptr_t)connection;
    char head[8192];
    size_t length = 0;
    ssize_t got;
    while ((got = recv(descriptor, head + length, sizeof(head) - 1 - length, 0)) > 0) {
        length += (size_t)got;
        head[length] = 0;
        if (strstr(head, "\r\n\r\n") == NULL) {
            continue;
        }
        length = 0;
        usleep(ANSWER_AFTER_MS * 1000);
        static const char s_answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        if (send(descriptor, s_answer, sizeof(s_answer) - 1, MSG_NOSIGNAL) < 0) {
            break;
        }
    }
    close(descriptor);
    return NULL;
}

static void *s_accept(void *index) {
    int server = (int)(intptr_t)index, connection;
    while ((connection = accept(s_servers[server].listener, NULL, NULL)) >= 0) {
        happened(&s_servers[server].accepted);
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, s_serve, (void *)(intptr_t)connection) == 0);
        pthread_detach(thread);
    }
    return NULL;
}

static void s_start_servers(pthread_t *threads) {
    in_port_t port = 0;
    for (int i = 0; i < SERVERS; ++i) {
        int listener = socket(AF_INET, SOCK_STREAM, 0);
        struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = port};
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 10 + (uint32_t)i);
        socklen_t length = sizeof(address);
        CHECK(bind(listener, (struct sockaddr *)&address, length) == 0 && listen(listener, 64) == 0);
        CHECK(getsockname(listener, (struct sockaddr *)&address, &length) == 0);
        port = address.sin_port;
        s_servers[i].listener = listener;
        CHECK(pthread_create(&threads[i], NULL, s_accept, (void *)(intptr_t)i) == 0);
    }
    int six = socket(AF_INET6, SOCK_STREAM, 0);
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = port, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    s_servers[SERVERS].listener = six;
    s_has_six = bind(six, (struct sockaddr *)&address, sizeof(address)) == 0 && listen(six, 64) == 0;
    if (s_has_six) {
        CHECK(pthread_create(&threads[SERVERS], NULL, s_accept, (void *)(intptr_t)SERVERS) == 0);
    }
    snprintf(s_port, sizeof(s_port), "%d", ntohs(port));
}

static void s_stop_servers(pthread_t *threads) {
    for (int i = 0; i < SERVERS + s_has_six; ++i) {
        shutdown(s_servers[i].listener, SHUT_RDWR);
        pthread_join(threads[i], NULL);
        close(s_servers[i].listener);
    }
}

/* ---- A resolver with a fixed answer ---- */

struct resolver {
    struct aws_host_resolver base;
    const char *addresses[MOST_ADDRESSES];
    /* Instead of addresses: raised by the function, or told the callback. */
    int refusal;
    int error_code;
    int asked;
    int failures;
    size_t ttl_s;
    char host[64];
    char failed[64];
};

static int s_resolve(
    struct aws_host_resolver *base,
    const struct aws_string *host_name,
    aws_on_host_resolved_result_fn *callback,
    const struct aws_host_resolution_config *config,
    void *user_data) {

    struct resolver *resolver = base->impl;
    happened(&resolver->asked);
    resolver->ttl_s = config->max_ttl;
    snprintf(resolver->host, sizeof(resolver->host), "%s", aws_string_c_str(host_name));
    if (resolver->refusal != 0) {
        return aws_raise_error(resolver->refusal);
    }
    struct aws_host_address items[MOST_ADDRESSES];
    struct aws_array_list list;
    aws_array_list_init_static(&list, items, MOST_ADDRESSES, sizeof(*items));
    for (int i = 0; i < MOST_ADDRESSES && resolver->addresses[i] != NULL; ++i) {
        bool six = strchr(resolver->addresses[i], ':') != NULL;
        struct aws_host_address item = {
            .allocator = s_allocator,
            .host = aws_string_new_from_string(s_allocator, host_name),
            .address = aws_string_new_from_c_str(s_allocator, resolver->addresses[i]),
            .record_type = six ? AWS_ADDRESS_RECORD_TYPE_AAAA : AWS_ADDRESS_RECORD_TYPE_A,
        };
        aws_array_list_push_back(&list, &item);
    }
    callback(base, host_name, resolver->error_code, resolver->error_code != 0 ? NULL : &list, user_data);
    for (size_t i = 0; i < aws_array_list_length(&list); ++i) {
        aws_host_address_clean_up(&items[i]);
    }
    return AWS_OP_SUCCESS;
}

static int s_record_failure(struct aws_host_resolver *base, const struct aws_host_address *address) {
    struct resolver *resolver = base->impl;
    snprintf(resolver->failed, sizeof(resolver->failed), "%s of %s", aws_string_c_str(address->address),
        aws_string_c_str(address->host));
    happened(&resolver->failures);
    return AWS_OP_SUCCESS;
}

static void s_nothing(void *object) { (void)object; }

static struct aws_host_resolver *s_init(struct resolver *resolver) {
    static struct aws_host_resolver_vtable s_vtable = {
        .resolve_host = s_resolve,
        .record_connection_failure = s_record_failure,
    };
    resolver->base.allocator = s_allocator;
    resolver->base.impl = resolver;
    resolver->base.vtable = &s_vtable;
    aws_ref_count_init(&resolver->base.ref_count, resolver, s_nothing);
    return &resolver->base;
}

/* ---- Requests ---- */

static void s_one_retry(struct aws_s3_client_config *config, void *data) {
    (void)data;
    config->retry_config.max_retries = 1;
    config->retry_config.backoff_scale_factor_ms = 1;
}

static void s_client(struct fixture *fixture, struct resolver *resolver) {
    struct fixture_options options = {
        .port = s_port,
        .name = "many.test",
        .resolver = s_init(resolver),
        .configure = s_one_retry,
    };
    fixture_init(fixture, s_allocator, &options);
}

static void s_start(struct transfer *transfer, struct fixture *fixture, int *attempts) {
    default_start(transfer, fixture, "GetBucketLocation", "key", attempts);
}

/* Several requests, so that each needs a connection of its own. */
static void s_together(struct fixture *fixture, int count, unsigned gap_ms) {
    struct transfer transfers[16] = {0};
    int attempts[16] = {0};
    for (int i = 0; i < count; ++i) {
        s_start(&transfers[i], fixture, &attempts[i]);
        usleep(gap_ms * 1000);
    }
    for (int i = 0; i < count; ++i) {
        transfer_end(&transfers[i]);
        CHECK(transfers[i].error_code == 0 && attempts[i] == 1);
    }
}

static void s_show_accepted(const char *what) {
    printf("%s:", what);
    for (int i = 0; i < SERVERS; ++i) {
        printf(" %d", s_servers[i].accepted);
        s_servers[i].accepted = 0;
    }
    printf(" connections\n");
}

static void s_spreading(void) {
    struct resolver resolver = {.addresses = {"127.0.0.11", "127.0.0.12", "127.0.0.13"}};
    struct fixture fixture;
    s_client(&fixture, &resolver);
    s_together(&fixture, 6, GAP_MS);
    s_show_accepted("six at a time over three addresses");
    int asked = resolver.asked;
    s_together(&fixture, 6, GAP_MS);
    s_show_accepted("six more");
    printf("  asked for %s, %d s; asked again for connections that are there: %d\n", resolver.host, (int)resolver.ttl_s,
        resolver.asked - asked);
    fixture_clean_up(&fixture);
}

/* Requests at a time are not fewer where there is no address of the older family. */
static void s_only_six(void) {
    struct resolver resolver = {.addresses = {s_has_six ? "::1" : "127.0.0.11"}};
    struct fixture fixture;
    s_client(&fixture, &resolver);
    s_together(&fixture, CONNECTIONS, 0);
    int *accepted = &s_servers[s_has_six ? SERVERS : 0].accepted;
    /* Some may be over before the last ones begin; with the limit that there must not be, it would be ten at most. */
    printf("more than ten at a time to an address of the newer family: %s\n", *accepted > 10 ? "yes" : "no");
    *accepted = 0;
    fixture_clean_up(&fixture);
}

static void s_failing(void) {
    struct resolver resolver = {.addresses = {"127.0.0.99", "127.0.0.11"}};
    struct fixture fixture;
    s_client(&fixture, &resolver);
    s_together(&fixture, 4, GAP_MS);
    s_show_accepted("four at a time, one of two addresses refuses");
    printf("  told the resolver %d times: %s\n", resolver.failures, resolver.failed);
    fixture_clean_up(&fixture);

    struct resolver both = {.addresses = {"::ffff:127.0.0.99", "127.0.0.12"}};
    s_client(&fixture, &both);
    s_together(&fixture, 2, GAP_MS);
    s_show_accepted("two at a time, only the older family answers");
    fixture_clean_up(&fixture);

    struct resolver dead = {.addresses = {"127.0.0.98", "127.0.0.99"}};
    s_client(&fixture, &dead);
    struct transfer transfer = {0};
    int attempts = 0;
    s_start(&transfer, &fixture, &attempts);
    transfer_end(&transfer);
    printf("no address answers: %d x %s\n", attempts, aws_error_name(transfer.error_code));
    fixture_clean_up(&fixture);
}

static void s_errors(void) {
    static const struct {
        const char *what;
        int refusal, error_code;
    } s_table[] = {
        {"no addresses", 0, 0},
        {"told: no such name", 0, AWS_IO_DNS_INVALID_NAME},
        {"told: the query failed", 0, AWS_IO_DNS_QUERY_FAILED},
        {"told: try again", 0, AWS_IO_DNS_QUERY_AGAIN},
        {"refused: no such name", AWS_IO_DNS_INVALID_NAME, 0},
        {"refused: unsupported", AWS_ERROR_PLATFORM_NOT_SUPPORTED, 0},
    };
    for (size_t i = 0; i < sizeof(s_table) / sizeof(*s_table); ++i) {
        struct resolver resolver = {.refusal = s_table[i].refusal, .error_code = s_table[i].error_code};
        struct fixture fixture;
        s_client(&fixture, &resolver);
        struct transfer transfer = {0};
        int attempts = 0;
        s_start(&transfer, &fixture, &attempts);
        transfer_end(&transfer);
        printf("%s: %d x %s\n", s_table[i].what, attempts, aws_error_name(transfer.error_code));
        fixture_clean_up(&fixture);
    }
}

int main(void) {
    s_allocator = begin();
    pthread_t threads[SERVERS + 1];
    s_start_servers(threads);
    s_spreading();
    s_only_six();
    s_failing();
    s_errors();
    s_stop_servers(threads);
    return end(s_allocator);
}

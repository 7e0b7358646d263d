/* SPDX-License-Identifier: Apache-2.0 */

/* What the tests of TLS have in common: contexts, and requests to the servers of servers.py. */
#ifndef TESTS_C_TLS_H
#define TESTS_C_TLS_H

#include "../support.h"

#include <unistd.h>

/* How a server is reached. */
struct way {
    const char *server;
    /* Its options go to the context, which is made with it; NULL for a client without. */
    struct aws_tls_ctx_options *context;
    /* Changes what a connection is made with. */
    void (*adjust)(struct aws_tls_connection_options *connection, void *data);
    void *adjust_data;
    /* Instead of localhost. */
    const char *name;
    const char *object;
    bool ignores_content;
    int connections;
};

static inline const char *port_of(const char *server) {
    char name[64];
    snprintf(name, sizeof(name), "S3_TEST_TLS_%s_PORT", server);
    for (char *c = name; *c != 0; ++c) {
        *c = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
    }
    return setting(name);
}

static inline const char *tls_file(char *path, const char *name) {
    snprintf(path, PATH_SIZE, "%s/%s", setting("S3_TEST_TLS_DIR"), name);
    return path;
}

/* How often the servers counted something. */
static inline int counted(const char *server, const char *what) {
    char name[128];
    char path[PATH_SIZE];
    snprintf(name, sizeof(name), "%s.%s.count", server, what);
    FILE *file = fopen(tls_file(path, name), "r");
    int count = 0;
    if (file != NULL) {
        CHECK(fscanf(file, "%d", &count) == 1);
        fclose(file);
    }
    return count;
}

static inline void configure_connections(struct aws_s3_client_config *config, void *data) {
    config->max_active_connections_override = *(const uint32_t *)data;
}

/* A client that goes that way. */
static inline void way_open(struct fixture *fixture, struct aws_allocator *allocator, const struct way *way) {
    static uint32_t s_connections;
    s_connections = (uint32_t)way->connections;
    struct fixture_options plain = {
        .tls = true,
        .no_retries = true,
        .port = port_of(way->server),
        .name = way->name != NULL ? way->name : "localhost",
        .configure = way->connections != 0 ? configure_connections : NULL,
        .configure_data = &s_connections,
    };
    fixture_base(fixture, allocator, &plain);
    struct aws_tls_connection_options connection;
    AWS_ZERO_STRUCT(connection);
    if (way->context != NULL) {
        fixture->tls_context = aws_tls_client_ctx_new(allocator, way->context);
        CHECK(fixture->tls_context != NULL);
        aws_tls_ctx_options_clean_up(way->context);
        aws_tls_connection_options_init_from_ctx(&connection, fixture->tls_context);
        if (way->adjust != NULL) {
            way->adjust(&connection, way->adjust_data);
        }
    }
    fixture_client(fixture, &plain, way->context != NULL ? &connection : NULL);
    if (way->context != NULL) {
        aws_tls_connection_options_clean_up(&connection);
    }
}

static inline const char *object_of(const struct way *way) {
    return way->object != NULL ? way->object : "object-200000";
}

/* A download in one request. */
static inline void fetch_start(struct transfer *transfer, struct fixture *fixture, const struct way *way) {
    struct aws_http_message *message = message_new(fixture, "GET", object_of(way));
    struct aws_s3_meta_request_options options =
        transfer_options(transfer, fixture, AWS_S3_META_REQUEST_TYPE_DEFAULT, message);
    options.operation_name = text("GetObject");
    options.body_callback = way->ignores_content ? NULL : on_body;
    transfer_start(transfer, &options);
    aws_http_message_release(message);
}

/* Fetches an object; returns the error. */
static inline int fetch(struct aws_allocator *allocator, const struct way *way) {
    struct fixture fixture;
    way_open(&fixture, allocator, way);
    struct transfer transfer = {0};
    fetch_start(&transfer, &fixture, way);
    transfer_end(&transfer);
    CHECK(!transfer.wrong_content && !transfer.wrong_order);
    CHECK((transfer.error_code == 0) == (transfer.error_code == 0 && transfer.status == 200));
    fixture_clean_up(&fixture);
    return transfer.error_code;
}

static inline void print_reached(const char *what, int error) {
    printf("%s: %s\n", what, error == 0 ? "reached" : "not reached");
    if (getenv("VERBOSE") != NULL) {
        printf("    %s\n", aws_error_name(error));
    }
}

/* A context that trusts one authority. */
static inline struct aws_tls_ctx_options *trusting(struct aws_tls_ctx_options *options, const char *authority) {
    char path[PATH_SIZE];
    aws_tls_ctx_options_init_default_client(options, aws_default_allocator());
    CHECK(
        aws_tls_ctx_options_override_default_trust_store_from_path(options, NULL, tls_file(path, authority)) ==
        AWS_OP_SUCCESS);
    return options;
}

static inline uint64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

#endif /* TESTS_C_TLS_H */

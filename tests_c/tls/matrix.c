/* SPDX-License-Identifier: Apache-2.0 */

/* What the options of a TLS context let a client reach: servers and proxies of many kinds (matrix.py), each with
 * the options that decide about it. Every server answers with 404, so that is what success looks like.
 *
 *     tls_matrix same      what is the same whoever speaks TLS
 *     tls_matrix differs   what is not */

#include "../support.h"

#include <aws/io/tls_channel_handler.h>

static struct aws_allocator *s_allocator;

/* One cell: a server, and how to go there. Names of files are those in the directory of the keys. */
struct cell {
    const char *server;
    /* Instead of localhost. */
    const char *host;
    /* Whom to trust: given as PEM, as a file, or as a directory. NULL for the system. */
    const char *pem;
    const char *file;
    const char *directory;
    bool unverified;
    const char *certificate;
    const char *key;
    enum aws_tls_versions least;
    const char *protocols;
    /* Protocols and name that the options of connections ask for. */
    const char *connection_protocols;
    const char *name;
    /* Go through a proxy; through TLS, with this trust (nobody's if it is NULL, and no verification). */
    bool proxy;
    bool tls_proxy;
    const char *proxy_trust;
};

static char *s_path(char path[PATH_SIZE], const char *name) {
    snprintf(path, PATH_SIZE, "%s/%s", setting("S3_TEST_KEYS"), name);
    return path;
}

static const char *s_port(const char *server) {
    char variable[64];
    snprintf(variable, sizeof(variable), "S3_TEST_%s_PORT", server);
    return setting(variable);
}

/* The options of a cell before anything is trusted. */
static void s_begin(struct aws_tls_ctx_options *options, const struct cell *cell) {
    if (cell->certificate == NULL) {
        aws_tls_ctx_options_init_default_client(options, s_allocator);
        return;
    }
    char certificate[PATH_SIZE], key[PATH_SIZE];
    CHECK(aws_tls_ctx_options_init_client_mtls_from_path(
              options, s_allocator, s_path(certificate, cell->certificate), s_path(key, cell->key)) == AWS_OP_SUCCESS);
}

static void s_trust(struct aws_tls_ctx_options *options, const struct cell *cell) {
    char path[PATH_SIZE];
    if (cell->pem != NULL) {
        struct aws_byte_buf content;
        CHECK(aws_byte_buf_init_from_file(&content, s_allocator, s_path(path, cell->pem)) == AWS_OP_SUCCESS);
        struct aws_byte_cursor pem = aws_byte_cursor_from_buf(&content);
        CHECK(aws_tls_ctx_options_override_default_trust_store(options, &pem) == AWS_OP_SUCCESS);
        aws_byte_buf_clean_up(&content);
    }
    if (cell->file != NULL) {
        CHECK(aws_tls_ctx_options_override_default_trust_store_from_path(options, NULL, s_path(path, cell->file)) ==
              AWS_OP_SUCCESS);
    }
    if (cell->directory != NULL) {
        CHECK(aws_tls_ctx_options_override_default_trust_store_from_path(
                  options, s_path(path, cell->directory), NULL) == AWS_OP_SUCCESS);
    }
}

/* Connection options with a context of their own; false if there is no such context. */
static bool s_options(struct aws_tls_connection_options *connection, const struct cell *cell) {
    struct aws_tls_ctx_options options;
    s_begin(&options, cell);
    s_trust(&options, cell);
    if (cell->unverified) {
        aws_tls_ctx_options_set_verify_peer(&options, false);
    }
    if (cell->protocols != NULL) {
        CHECK(aws_tls_ctx_options_set_alpn_list(&options, cell->protocols) == AWS_OP_SUCCESS);
    }
    if (cell->least != 0) {
        aws_tls_ctx_options_set_minimum_tls_version(&options, cell->least);
    }
    struct aws_tls_ctx *context = aws_tls_client_ctx_new(s_allocator, &options);
    aws_tls_ctx_options_clean_up(&options);
    if (context == NULL) {
        return false;
    }
    aws_tls_connection_options_init_from_ctx(connection, context);
    aws_tls_ctx_release(context);
    if (cell->connection_protocols != NULL) {
        CHECK(aws_tls_connection_options_set_alpn_list(connection, s_allocator, cell->connection_protocols) ==
              AWS_OP_SUCCESS);
    }
    if (cell->name != NULL) {
        struct aws_byte_cursor name = text(cell->name);
        CHECK(aws_tls_connection_options_set_server_name(connection, s_allocator, &name) == AWS_OP_SUCCESS);
    }
    return true;
}

static void s_cell(const char *what, const struct cell *cell) {
    struct aws_tls_connection_options tls, proxy_tls;
    if (!s_options(&tls, cell)) {
        printf("%s: no context, %s\n", what, aws_error_name(aws_last_error()));
        return;
    }
    struct aws_http_proxy_options proxy = {
        .connection_type = AWS_HPCT_HTTP_TUNNEL,
        .host = text("localhost"),
        .port = (uint32_t)atoi(s_port(cell->tls_proxy ? "TLS_PROXY" : "PROXY")),
    };
    if (cell->tls_proxy) {
        const struct cell to_proxy = {.pem = cell->proxy_trust, .unverified = cell->proxy_trust == NULL};
        CHECK(s_options(&proxy_tls, &to_proxy));
        struct aws_byte_cursor name = text("localhost");
        CHECK(aws_tls_connection_options_set_server_name(&proxy_tls, s_allocator, &name) == AWS_OP_SUCCESS);
        proxy.tls_options = &proxy_tls;
    }
    struct fixture_options options = {
        .tls = true,
        .no_retries = true,
        .port = s_port(cell->server),
        .name = cell->host,
        .proxy = cell->proxy || cell->tls_proxy ? &proxy : NULL,
    };
    struct fixture fixture;
    fixture_base(&fixture, s_allocator, &options);
    fixture_client(&fixture, &options, &tls);
    aws_tls_connection_options_clean_up(&tls);
    if (cell->tls_proxy) {
        aws_tls_connection_options_clean_up(&proxy_tls);
    }
    struct transfer transfer = {0};
    get_start(&transfer, &fixture, "not-there", RECEIVE_BODY, NULL);
    transfer_end(&transfer);
    print_transfer(what, &transfer);
    fixture_clean_up(&fixture);
}
#define CELL(what, ...) s_cell(what, &(struct cell){__VA_ARGS__})

static void s_trusts(void) {
    CELL("the system's trust, a private authority", .server = "NAMED");
    CELL("authority as PEM", .server = "NAMED", .pem = "authority.pem");
    CELL("authority as a file", .server = "NAMED", .file = "authority.pem");
    CELL("authority in a directory", .server = "NAMED", .directory = "hashed");
    CELL("authority, a server with an RSA key", .server = "RSA", .pem = "authority.pem");
    CELL("another authority", .server = "NAMED", .pem = "stranger.pem");
    CELL("verification off", .server = "NAMED", .unverified = true);
    CELL("verification off, another name", .server = "ELSEWHERE", .unverified = true);
    char path[PATH_SIZE];
    setenv("SSL_CERT_FILE", s_path(path, "authority.pem"), 1);
    CELL("the authority among those of the system", .server = "NAMED");
    CELL("the same, pinned to another one", .server = "NAMED", .pem = "stranger.pem");
    unsetenv("SSL_CERT_FILE");
}

static void s_own(void) {
    CELL("a server that is its own authority", .server = "ITSELF", .pem = "itself.pem");
    CELL("the same by its address", .server = "ITSELF", .host = "127.0.0.1", .pem = "itself.pem");
    CELL("the same, not trusted", .server = "ITSELF", .pem = "authority.pem");
    CELL("the same with another name", .server = "ITSELF_ELSEWHERE", .pem = "itself-elsewhere.pem");
    CELL("a server's certificate without its issuer", .server = "NAMED", .pem = "named.pem");
}

static void s_names(void) {
    CELL("by address", .server = "NAMED", .host = "127.0.0.1", .pem = "authority.pem");
    CELL("another name", .server = "ELSEWHERE", .pem = "authority.pem");
    /* The name of the endpoint goes before that of the options. */
    CELL("another name, the same in the options", .server = "ELSEWHERE", .pem = "authority.pem", .name = "other.test");
    CELL("the right name, another in the options", .server = "NAMED", .pem = "authority.pem", .name = "other.test");
}

static void s_versions(void) {
    CELL("TLS 1.2, no least", .server = "ONLY_12", .pem = "authority.pem", .least = AWS_IO_TLS_VER_SYS_DEFAULTS);
    CELL("TLS 1.3, no least", .server = "ONLY_13", .pem = "authority.pem", .least = AWS_IO_TLS_VER_SYS_DEFAULTS);
    CELL("TLS 1.2, at least 1.2", .server = "ONLY_12", .pem = "authority.pem", .least = AWS_IO_TLSv1_2);
    CELL("TLS 1.3, at least 1.2", .server = "ONLY_13", .pem = "authority.pem", .least = AWS_IO_TLSv1_2);
    CELL("TLS 1.2, at least 1.3", .server = "ONLY_12", .pem = "authority.pem", .least = AWS_IO_TLSv1_3);
    CELL("TLS 1.3, at least 1.3", .server = "ONLY_13", .pem = "authority.pem", .least = AWS_IO_TLSv1_3);
    CELL("TLS 1.1, at least 1.2", .server = "ONLY_11", .pem = "authority.pem", .least = AWS_IO_TLSv1_2);
}

static void s_protocols(void) {
    CELL("protocols of the context", .server = "PROTOCOLS", .pem = "authority.pem", .protocols = "http/1.1");
    CELL("protocols of the connection", .server = "PROTOCOLS", .pem = "authority.pem", .connection_protocols = "http/1.1");
    CELL("several protocols", .server = "PROTOCOLS", .pem = "authority.pem", .protocols = "h2;http/1.1");
    CELL("protocols, and a server without", .server = "NAMED", .pem = "authority.pem", .protocols = "http/1.1");
}

static void s_client(const char *what, const char *certificate, const char *key) {
    static const char *const servers[] = {"CLIENTS_12", "CLIENTS_13"};
    for (int i = 0; i < 2; ++i) {
        char line[128];
        snprintf(line, sizeof(line), "%s, TLS 1.%d", what, i + 2);
        CELL(line, .server = servers[i], .pem = "authority.pem", .certificate = certificate, .key = key);
    }
}

static void s_clients(void) {
    s_client("RSA, PKCS#8", "client-rsa.pem", "client-rsa.key");
    s_client("RSA, PKCS#1", "client-rsa.pem", "client-rsa.pkcs1");
    s_client("EC, PKCS#8", "client-ec.pem", "client-ec.key");
    s_client("EC, SEC1", "client-ec.pem", "client-ec.sec1");
    s_client("X.509 version 1", "client-v1.pem", "client-v1.key");
    CELL("no certificate", .server = "CLIENTS_12", .pem = "authority.pem");
    CELL("key of another certificate", .server = "NAMED", .pem = "authority.pem", .certificate = "client-ec.pem",
        .key = "client-rsa.key");
}

static void s_proxies(void) {
    CELL("through a proxy", .server = "NAMED", .pem = "authority.pem", .proxy = true);
    CELL("through a proxy, another authority", .server = "NAMED", .pem = "stranger.pem", .proxy = true);
    CELL("through TLS", .server = "NAMED", .pem = "authority.pem", .tls_proxy = true, .proxy_trust = "stranger.pem");
    CELL("through TLS, not verified", .server = "NAMED", .pem = "authority.pem", .tls_proxy = true);
    CELL("through TLS that nobody trusts", .server = "NAMED", .pem = "authority.pem", .tls_proxy = true,
        .proxy_trust = "authority.pem");
    CELL("through TLS, another authority", .server = "NAMED", .pem = "stranger.pem", .tls_proxy = true,
        .proxy_trust = "stranger.pem");
}

/* The TLS library of the AWS C libraries reaches all of these. */
static void s_not_the_same(void) {
    CELL("TLS 1.1", .server = "ONLY_11", .pem = "authority.pem");
    CELL("CBC suites alone", .server = "CBC", .pem = "authority.pem");
    CELL("RSA key exchange alone", .server = "RSA_EXCHANGE", .pem = "authority.pem");
    CELL("a name in the CN alone", .server = "COMMON", .pem = "authority.pem");
    CELL("an address as a DNS name", .server = "ADDRESS", .host = "127.0.0.1", .pem = "authority.pem");
}

int main(int argc, char **argv) {
    CHECK(argc == 2);
    s_allocator = begin();
    if (strcmp(argv[1], "same") == 0) {
        s_trusts();
        s_own();
        s_names();
        s_versions();
        s_protocols();
        s_clients();
        s_proxies();
    } else {
        s_not_the_same();
    }
    return end(s_allocator);
}

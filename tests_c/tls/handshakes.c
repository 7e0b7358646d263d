/* SPDX-License-Identifier: Apache-2.0 */

/* What a caller's TLS context says is done: whom to trust, who we are, which versions and protocols. And connections
 * that end, or are changed, where they should not.
 *
 *     handshakes contexts | broken | many */

#include "tls.h"

static struct aws_allocator *s_allocator;

static void s_fetch(const char *what, const struct way *way) {
    print_reached(what, fetch(s_allocator, way));
}

static void s_trust(void) {
    struct aws_tls_ctx_options options;
    char path[PATH_SIZE];
    s_fetch("an authority of its own, RSA", &(struct way){"plain", trusting(&options, "known.pem")});
    s_fetch("an authority of its own, EC", &(struct way){"ec", trusting(&options, "known.pem")});
    s_fetch("one of two authorities", &(struct way){"stranger", trusting(&options, "both.pem")});
    aws_tls_ctx_options_init_default_client(&options, s_allocator);
    s_fetch("the system, which knows nothing", &(struct way){"plain", &options});
    s_fetch("another authority", &(struct way){"stranger", trusting(&options, "known.pem")});

    /* For whoever trusts the system this is the right server. */
    setenv("SSL_CERT_FILE", tls_file(path, "known.pem"), 1);
    s_fetch("the system, without a context", &(struct way){"plain"});
    s_fetch("another authority than the system", &(struct way){"plain", trusting(&options, "other.pem")});
    unsetenv("SSL_CERT_FILE");

    aws_tls_ctx_options_init_default_client(&options, s_allocator);
    aws_tls_ctx_options_set_verify_peer(&options, false);
    s_fetch("anybody", &(struct way){"stranger", &options});
    aws_tls_ctx_options_init_default_client(&options, s_allocator);
    aws_tls_ctx_options_set_verify_peer(&options, false);
    s_fetch("anybody, by any name", &(struct way){"misnamed", &options});
}

static void s_set_name(struct aws_tls_connection_options *connection, void *name) {
    struct aws_byte_cursor cursor = text(name);
    CHECK(aws_tls_connection_options_set_server_name(connection, s_allocator, &cursor) == AWS_OP_SUCCESS);
}

static void s_names(void) {
    struct aws_tls_ctx_options options;
    s_fetch("a certificate for somebody else", &(struct way){"misnamed", trusting(&options, "known.pem")});
    s_fetch("an address", &(struct way){"plain", trusting(&options, "known.pem"), .name = "127.0.0.1"});
    s_fetch("another name in the options", &(struct way){"plain", trusting(&options, "known.pem"), s_set_name, "x.test"});
    s_fetch(
        "the name of another in the options",
        &(struct way){"misnamed", trusting(&options, "known.pem"), s_set_name, "elsewhere.test"});
    s_fetch("an empty name in the options", &(struct way){"plain", trusting(&options, "known.pem"), s_set_name, ""});
}

static void s_versions(void) {
    struct aws_tls_ctx_options options;
    s_fetch("a server of TLS 1.2", &(struct way){"tls12", trusting(&options, "known.pem")});
    s_fetch("a server of TLS 1.3", &(struct way){"tls13", trusting(&options, "known.pem")});
    aws_tls_ctx_options_set_minimum_tls_version(trusting(&options, "known.pem"), AWS_IO_TLSv1_3);
    s_fetch("a server of TLS 1.2, 1.3 wanted", &(struct way){"tls12", &options});
    aws_tls_ctx_options_set_minimum_tls_version(trusting(&options, "known.pem"), AWS_IO_TLSv1_3);
    s_fetch("a server of TLS 1.3, 1.3 wanted", &(struct way){"tls13", &options});
}

/* `kind`: of the certificate and the key; NULL for none. */
static void s_as_client(const char *server, const char *kind, const char *key) {
    struct aws_tls_ctx_options options;
    char certificate_path[PATH_SIZE];
    char key_path[PATH_SIZE];
    char name[64];
    if (kind == NULL) {
        aws_tls_ctx_options_init_default_client(&options, s_allocator);
    } else {
        snprintf(name, sizeof(name), "client-%s.pem", kind);
        tls_file(certificate_path, name);
        snprintf(name, sizeof(name), "client-%s.%s", kind, key);
        tls_file(key_path, name);
        CHECK(
            aws_tls_ctx_options_init_client_mtls_from_path(&options, s_allocator, certificate_path, key_path) ==
            AWS_OP_SUCCESS);
    }
    char authority[PATH_SIZE];
    CHECK(
        aws_tls_ctx_options_override_default_trust_store_from_path(&options, NULL, tls_file(authority, "known.pem")) ==
        AWS_OP_SUCCESS);
    char what[128];
    snprintf(what, sizeof(what), "%s as %s %s", server, kind != NULL ? kind : "nobody", key);
    s_fetch(what, &(struct way){server, &options});
}

static void s_clients(void) {
    const char *servers[] = {"clients12", "clients13"};
    for (size_t i = 0; i < 2; ++i) {
        s_as_client(servers[i], NULL, "");
        s_as_client(servers[i], "rsa", "key");
        s_as_client(servers[i], "rsa", "pkcs1.key");
        s_as_client(servers[i], "ec", "key");
        s_as_client(servers[i], "ec", "pkcs1.key");
    }
}

static void s_offer(struct aws_tls_connection_options *connection, void *list) {
    CHECK(aws_tls_connection_options_set_alpn_list(connection, s_allocator, list) == AWS_OP_SUCCESS);
}

static void s_protocols(void) {
    struct aws_tls_ctx_options options;
    trusting(&options, "known.pem");
    CHECK(aws_tls_ctx_options_set_alpn_list(&options, "h2;http/1.1") == AWS_OP_SUCCESS);
    s_fetch("h2 in the context", &(struct way){"h2", &options});
    int wrong = counted("h2", "other_protocol");
    CHECK(wrong <= 1);
    s_fetch("h2 in the options", &(struct way){"h2", trusting(&options, "known.pem"), s_offer, "h2;http/1.1"});
    CHECK(counted("h2", "other_protocol") == wrong);
    s_fetch("no protocols", &(struct way){"h2", trusting(&options, "known.pem")});
    CHECK(counted("h2", "other_protocol") == wrong);
}

/* In host mode the caller's functions are called; contexts of the embedded CRT have nobody to do so. */
struct listener {
    int results;
    int good;
    int bytes;
};

static void s_on_result(struct aws_channel_handler *handler, struct aws_channel_slot *slot, int error, void *data) {
    struct listener *listener = data;
    CHECK(handler != NULL && slot != NULL);
    listener->results += 1;
    listener->good += error == 0;
}

static void s_on_read(
    struct aws_channel_handler *handler,
    struct aws_channel_slot *slot,
    struct aws_byte_buf *buffer,
    void *data) {

    CHECK(handler != NULL && slot != NULL);
    ((struct listener *)data)->bytes += (int)buffer->len;
}

static void s_listen(struct aws_tls_connection_options *connection, void *listener) {
    aws_tls_connection_options_set_callbacks(connection, s_on_result, s_on_read, NULL, listener);
}

static void s_listeners(void) {
    struct aws_tls_ctx_options options;
    struct listener listener = {0};
    s_fetch("listened to", &(struct way){"plain", trusting(&options, "known.pem"), s_listen, &listener});
    struct listener refused = {0};
    s_fetch("listened to in vain", &(struct way){"plain", trusting(&options, "other.pem"), s_listen, &refused});
#ifdef HOST_CRT
    CHECK(listener.results == 1 && listener.good == 1 && listener.bytes > 200000);
    CHECK(refused.results == 1 && refused.good == 0 && refused.bytes == 0);
#endif
}

static void s_hurry(struct aws_tls_connection_options *connection, void *data) {
    (void)data;
    connection->timeout_ms = 300;
}

static void s_broken(void) {
    struct aws_tls_ctx_options options;
    struct way bytewise = {"bytewise", trusting(&options, "known.pem"), .object = "object-20000"};
    s_fetch("byte by byte", &bytewise);
    struct way update = {"key_update", trusting(&options, "known.pem"), .ignores_content = true};
    s_fetch("keys updated midway", &update);
    const char *ends[] = {
        "farewell", "midway", "junk", "garbage", "cut_in_handshake", "cut_in_record", "cut_between", "flipped_in_handshake",
        "flipped"};
    for (size_t i = 0; i < AWS_ARRAY_SIZE(ends); ++i) {
        uint64_t start = now_ms();
        s_fetch(ends[i], &(struct way){ends[i], trusting(&options, "known.pem")});
        /* Whatever a TLS library wants to wait for when it was cheated, the end of a client does not. */
        CHECK(now_ms() < start + 8000);
    }
    int error = fetch(s_allocator, &(struct way){"silence", trusting(&options, "known.pem"), s_hurry});
    printf("silence: %s\n", aws_error_name(error));
    error = fetch(s_allocator, &(struct way){"cut_in_handshake", trusting(&options, "known.pem")});
    printf("cut in the handshake: %s\n", aws_error_name(error));
}

#ifdef HOST_CRT
/* A TLS library that was cheated shows nobody how soon it noticed: its connection stays open for many seconds, or until
 * the client ends. The request fails at once. */
static void s_kept_aside(const char *server) {
    struct aws_tls_ctx_options options;
    struct way way = {server, trusting(&options, "known.pem")};
    struct fixture fixture;
    way_open(&fixture, s_allocator, &way);
    struct transfer transfer = {0};
    uint64_t start = now_ms();
    fetch_start(&transfer, &fixture, &way);
    transfer_end(&transfer);
    CHECK(transfer.error_code != 0 && now_ms() < start + 8000);
    usleep(500 * 1000);
    CHECK(counted(server, "closed") == 0);
    fixture_clean_up(&fixture);
    CHECK(now_ms() < start + 9000);
    while (counted(server, "closed") == 0) {
        usleep(10 * 1000);
    }
}
#endif

/* Cancelled while a server is silent, or slow. */
static void s_cancelled(void) {
    const char *servers[] = {"silence", "slow"};
    for (size_t i = 0; i < 2; ++i) {
        struct aws_tls_ctx_options options;
        struct way way = {servers[i], trusting(&options, "known.pem")};
        struct fixture fixture;
        way_open(&fixture, s_allocator, &way);
        struct transfer transfer = {0};
        fetch_start(&transfer, &fixture, &way);
        usleep(200 * 1000);
        aws_s3_meta_request_cancel(transfer.request);
        transfer_end(&transfer);
        fixture_clean_up(&fixture);
        printf("%s, cancelled: %s\n", servers[i], aws_error_name(transfer.error_code));
    }
}

static void s_upload(void) {
    struct aws_tls_ctx_options options;
    struct way way = {"plain", trusting(&options, "known.pem")};
    struct fixture fixture;
    way_open(&fixture, s_allocator, &way);
    put_content(&fixture, "object-up", 300 * KIB);
    put_content(&fixture, "object-up", 1);
    put_content(&fixture, "object-up", 8087 * 3);
    fixture_clean_up(&fixture);
    printf("uploads: stored\n");
}

/* 300 connections at the same time: the server answers when all of them are there. */
static void s_many(void) {
    enum { CLIENTS = 25, EACH = 12 };
    static struct fixture s_fixtures[CLIENTS];
    static struct transfer s_transfers[CLIENTS][EACH];
    struct aws_tls_ctx_options options;
    struct way way = {"many", &options, .object = "object-30000", .connections = EACH};
    for (size_t i = 0; i < CLIENTS; ++i) {
        trusting(&options, "known.pem");
        way_open(&s_fixtures[i], s_allocator, &way);
        for (size_t j = 0; j < EACH; ++j) {
            fetch_start(&s_transfers[i][j], &s_fixtures[i], &way);
        }
    }
    int reached = 0;
    for (size_t i = 0; i < CLIENTS; ++i) {
        for (size_t j = 0; j < EACH; ++j) {
            transfer_end(&s_transfers[i][j]);
            CHECK(!s_transfers[i][j].wrong_content && !s_transfers[i][j].wrong_order);
            reached += s_transfers[i][j].error_code == 0;
        }
        fixture_clean_up(&s_fixtures[i]);
    }
    printf("%d reached\n", reached);
    CHECK(counted("many", "alone") == 0);
}

int main(int argc, char **argv) {
    CHECK(argc == 2);
    s_allocator = begin();
    if (strcmp(argv[1], "contexts") == 0) {
        s_trust();
        s_names();
        s_versions();
        s_clients();
        s_protocols();
        s_listeners();
        s_upload();
    } else if (strcmp(argv[1], "broken") == 0) {
        s_broken();
        s_cancelled();
#ifdef HOST_CRT
        s_kept_aside("kept_stranger");
        s_kept_aside("kept_flipped");
#endif
    } else {
        s_many();
    }
    return end(s_allocator);
}

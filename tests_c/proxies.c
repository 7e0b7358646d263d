/* SPDX-License-Identifier: Apache-2.0 */

/* A real proxy, which wants a name and a password, between the client and the S3 server: named by options and by the
 * environment, forwarding and tunnelling, with and without TLS to itself and to the server. The proxy's own log tells
 * which way a request went. */

#include "support.h"

enum { OBJECT_BYTES = 100000 };

/* What a client is told about proxies. */
struct setup {
    bool tls;
    enum aws_http_proxy_connection_type type;
    const char *host;
    /* Instead of the right one. */
    const char *password;
    bool anonymous;
    bool tls_to_proxy;
    bool strategy;
    bool closed_port;
    const char *no_proxy;
    /* Look at the environment; otherwise the above goes into options. */
    bool environment;
    bool with_settings;
    bool disabled;
};

static struct aws_allocator *s_allocator;

static uint32_t number(const char *name) {
    return (uint32_t)strtoul(setting(name), NULL, 10);
}

/* TLS to the proxy, which has an authority of its own. */
static void s_trust_proxy(struct aws_tls_connection_options *connection) {
    struct aws_tls_ctx_options context;
    aws_tls_ctx_options_init_default_client(&context, s_allocator);
    CHECK(
        aws_tls_ctx_options_override_default_trust_store_from_path(&context, NULL, setting("S3_TEST_FRONT_CA")) ==
        AWS_OP_SUCCESS);
    struct aws_tls_ctx *ctx = aws_tls_client_ctx_new(s_allocator, &context);
    CHECK(ctx != NULL);
    aws_tls_ctx_options_clean_up(&context);
    aws_tls_connection_options_init_from_ctx(connection, ctx);
    aws_tls_ctx_release(ctx);
}

/* How the last requests reached the server, by the log of the proxy. */
static const char *s_way(void) {
    static long s_seen;
    FILE *log = fopen(setting("S3_TEST_PROXY_LOG"), "r");
    CHECK(log != NULL);
    CHECK(fseek(log, s_seen, SEEK_SET) == 0);
    bool tunnelled = false;
    bool forwarded = false;
    char line[1024];
    while (fgets(line, sizeof(line), log) != NULL) {
        tunnelled |= strstr(line, "): CONNECT ") != NULL;
        forwarded |= strstr(line, "): GET http://") != NULL || strstr(line, "): PUT http://") != NULL;
    }
    s_seen = ftell(log);
    fclose(log);
    return tunnelled ? (forwarded ? "both" : "tunnelled") : forwarded ? "forwarded" : "direct";
}

/* Asks for an object that is not there; if the server is reached, an upload and a download follow. */
static void s_transfer(const char *what, struct fixture_options *options) {
    /* With retries: tinyproxy closes behind every answer without saying so, at times just as the next request comes. */
    options->trust = true;
    struct fixture fixture;
    fixture_init(&fixture, s_allocator, options);
    struct transfer transfer = {0};
    get_start(&transfer, &fixture, "not-there", RECEIVE_BODY, NULL);
    transfer_end(&transfer);
    if (transfer.status == 404) {
        put_content(&fixture, "proxied", OBJECT_BYTES);
        memset(&transfer, 0, sizeof(transfer));
        get_start(&transfer, &fixture, "proxied", RECEIVE_BODY, NULL);
        transfer_end(&transfer);
        transfer.wrong_content |= transfer.received != OBJECT_BYTES;
    }
    printf("[%s] ", s_way());
    print_transfer(what, &transfer);
    fixture_clean_up(&fixture);
}

static void s_case(const char *what, const struct setup *setup) {
    struct aws_tls_connection_options tls;
    struct aws_http_proxy_options proxy = {
        .connection_type = setup->type,
        .host = text(setup->host != NULL ? setup->host : "localhost"),
        .port = setup->closed_port ? 1 : number(setup->tls_to_proxy ? "S3_TEST_FRONT_PORT" : "S3_TEST_PROXY_PORT"),
        .auth_type = setup->anonymous ? AWS_HPAT_NONE : AWS_HPAT_BASIC,
        .auth_username = text(setting("S3_TEST_PROXY_USER")),
        .auth_password = text(setup->password != NULL ? setup->password : setting("S3_TEST_PROXY_PASSWORD")),
    };
    if (setup->no_proxy != NULL) {
        proxy.no_proxy_hosts = text(setup->no_proxy);
    }
    if (setup->tls_to_proxy) {
        s_trust_proxy(&tls);
        proxy.tls_options = &tls;
    }
    if (setup->strategy) {
        struct aws_http_proxy_strategy_basic_auth_options basic = {
            .proxy_connection_type = setup->type,
            .user_name = proxy.auth_username,
            .password = proxy.auth_password,
        };
        proxy.proxy_strategy = aws_http_proxy_strategy_new_basic_auth(s_allocator, &basic);
        CHECK(proxy.proxy_strategy != NULL);
        /* A strategy takes the place of these. */
        proxy.auth_password = text("wrong");
    }
    struct proxy_env_var_settings settings = {
        .env_var_type = setup->disabled ? AWS_HPEV_DISABLE : AWS_HPEV_ENABLE,
        .connection_type = setup->type,
        .tls_options = proxy.tls_options,
    };
    struct fixture_options options = {.tls = setup->tls};
    if (setup->environment) {
        options.proxy_environment = true;
        options.proxy_settings = setup->with_settings ? &settings : NULL;
    } else {
        options.proxy = &proxy;
    }
    s_transfer(what, &options);
    aws_http_proxy_strategy_release(proxy.proxy_strategy);
    if (setup->tls_to_proxy) {
        aws_tls_connection_options_clean_up(&tls);
    }
}
#define CASE(what, ...) s_case(what, &(struct setup){__VA_ARGS__})

static void s_options(void) {
    CASE("forward", .type = AWS_HPCT_HTTP_FORWARD);
    CASE("forward, wrong password", .type = AWS_HPCT_HTTP_FORWARD, .password = "wrong");
    CASE("forward, no name", .type = AWS_HPCT_HTTP_FORWARD, .anonymous = true);
    CASE("forward to TLS", .type = AWS_HPCT_HTTP_FORWARD, .tls = true);
    CASE("legacy", .type = AWS_HPCT_HTTP_LEGACY);
    CASE("legacy to TLS", .type = AWS_HPCT_HTTP_LEGACY, .tls = true);
    CASE("tunnel", .type = AWS_HPCT_HTTP_TUNNEL);
    CASE("tunnel to TLS", .type = AWS_HPCT_HTTP_TUNNEL, .tls = true);
    CASE("tunnel, wrong password", .type = AWS_HPCT_HTTP_TUNNEL, .password = "wrong");
    CASE("tunnel to TLS, no name", .type = AWS_HPCT_HTTP_TUNNEL, .tls = true, .anonymous = true);
    CASE("nobody there", .type = AWS_HPCT_HTTP_TUNNEL, .host = "127.0.0.1", .closed_port = true);
    CASE("basic strategy, forward", .type = AWS_HPCT_HTTP_FORWARD, .strategy = true);
    CASE("basic strategy, tunnel", .type = AWS_HPCT_HTTP_TUNNEL, .tls = true, .strategy = true);
    CASE("basic strategy, wrong password", .type = AWS_HPCT_HTTP_TUNNEL, .strategy = true, .password = "wrong");
    CASE("host in the list", .no_proxy = "other.test, .localhost,127.0.0.0/8");
    CASE("TLS host in the list", .tls = true, .no_proxy = "LOCALHOST");
    CASE("host not in the list", .no_proxy = "localhost,10.0.0.0/8,notlocalhost");
    CASE("forward over TLS", .type = AWS_HPCT_HTTP_FORWARD, .tls_to_proxy = true);
    CASE("tunnel over TLS", .type = AWS_HPCT_HTTP_TUNNEL, .tls_to_proxy = true);
    CASE("tunnel over TLS to TLS", .type = AWS_HPCT_HTTP_TUNNEL, .tls = true, .tls_to_proxy = true);
    CASE("tunnel over TLS, wrong password", .tls = true, .tls_to_proxy = true, .password = "wrong");
}

/* Sets a variable to the URL of the proxy. */
static void s_name_proxy(const char *variable, const char *scheme, const char *user, bool tls) {
    char url[256];
    const char *port = setting(tls ? "S3_TEST_FRONT_PORT" : "S3_TEST_PROXY_PORT");
    snprintf(url, sizeof(url), "%s%slocalhost:%s/", scheme, user, port);
    CHECK(setenv(variable, url, 1) == 0);
}

static void s_environment(void) {
    CASE("nothing in the environment", .environment = true);
    s_name_proxy("http_proxy", "http://", "tester:p%61ssword@", false);
    CASE("http_proxy", .environment = true);
    CASE("http_proxy, TLS", .environment = true, .tls = true);
    CASE("http_proxy, switched off", .environment = true, .with_settings = true, .disabled = true);
    CASE("http_proxy, tunnel", .environment = true, .with_settings = true, .type = AWS_HPCT_HTTP_TUNNEL);
    CASE("options go first", .type = AWS_HPCT_HTTP_FORWARD, .anonymous = true);
    setenv("NO_PROXY", "127.0.0.1", 1);
    CASE("NO_PROXY", .environment = true);
    setenv("no_proxy", "127.0.0.2", 1);
    CASE("no_proxy goes first", .environment = true);
    setenv("no_proxy", "*", 1);
    CASE("no_proxy is a star", .environment = true);
    unsetenv("no_proxy");
    unsetenv("NO_PROXY");
    s_name_proxy("http_proxy", "", "tester:wrong@", false);
    CASE("http_proxy, wrong password", .environment = true);
    setenv("http_proxy", "socks5://localhost:1080", 1);
    CASE("http_proxy is another kind", .environment = true);
    setenv("http_proxy", "http://local host", 1);
    CASE("http_proxy is no URL", .environment = true);
    unsetenv("http_proxy");
    s_name_proxy("HTTPS_PROXY", "http://", "tester:p%61ssword@", false);
    CASE("HTTPS_PROXY", .environment = true);
    CASE("HTTPS_PROXY, TLS", .environment = true, .tls = true);
    s_name_proxy("HTTPS_PROXY", "https://", "tester:%70assword@", true);
    CASE("HTTPS_PROXY over TLS", .environment = true, .with_settings = true, .tls_to_proxy = true, .tls = true);
    setenv("AWS_PROXY_NO_VERIFY_PEER", "1", 1);
    CASE("HTTPS_PROXY over unverified TLS", .environment = true, .tls = true);
    unsetenv("AWS_PROXY_NO_VERIFY_PEER");
    unsetenv("HTTPS_PROXY");
}

int main(void) {
    s_allocator = begin();
    s_options();
    s_environment();
    return end(s_allocator);
}

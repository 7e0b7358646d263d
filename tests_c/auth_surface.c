/* SPDX-License-Identifier: Apache-2.0 */

/* Credentials and their providers through their C functions, without a network. Prints nothing and exits with 0 when
 * all is well; the C libraries and this one must both pass. */

#include <aws/auth/auth.h>
#include <aws/auth/credentials.h>
#include <aws/auth/signing_config.h>
#include <aws/common/allocator.h>
#include <aws/common/string.h>
#include <aws/http/http.h>
#include <aws/io/channel_bootstrap.h>
#include <aws/io/event_loop.h>
#include <aws/io/host_resolver.h>
#include <aws/io/tls_channel_handler.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* For programs with a provider of their own; the C libraries keep these three in a header they do not install. */
void aws_credentials_provider_init_base(
    struct aws_credentials_provider *provider,
    struct aws_allocator *allocator,
    struct aws_credentials_provider_vtable *vtable,
    void *impl);
void aws_credentials_provider_destroy(struct aws_credentials_provider *provider);
void aws_credentials_provider_invoke_shutdown_callback(struct aws_credentials_provider *provider);

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: %s (last error %d)\n", __FILE__, __LINE__, #condition, aws_last_error());          \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

static struct aws_byte_cursor text(const char *literal) {
    return aws_byte_cursor_from_c_str(literal);
}

static bool is(struct aws_byte_cursor cursor, const char *expected) {
    return cursor.len == strlen(expected) && (cursor.len == 0 || memcmp(cursor.ptr, expected, cursor.len) == 0);
}

/* ---- One fetch and its answer, and the end of a provider. ---- */

struct waiter {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    int answers;
    int error_code;
    struct aws_credentials *credentials;
    int shutdowns;
};

static void waiter_init(struct waiter *waiter) {
    memset(waiter, 0, sizeof(*waiter));
    pthread_mutex_init(&waiter->mutex, NULL);
    pthread_cond_init(&waiter->changed, NULL);
}

static void waiter_clean_up(struct waiter *waiter) {
    aws_credentials_release(waiter->credentials);
    pthread_cond_destroy(&waiter->changed);
    pthread_mutex_destroy(&waiter->mutex);
}

static void on_credentials(struct aws_credentials *credentials, int error_code, void *user_data) {
    struct waiter *waiter = user_data;
    pthread_mutex_lock(&waiter->mutex);
    aws_credentials_release(waiter->credentials);
    aws_credentials_acquire(credentials);
    waiter->credentials = credentials;
    waiter->error_code = error_code;
    waiter->answers++;
    pthread_cond_broadcast(&waiter->changed);
    pthread_mutex_unlock(&waiter->mutex);
}

static void on_shutdown(void *user_data) {
    struct waiter *waiter = user_data;
    pthread_mutex_lock(&waiter->mutex);
    waiter->shutdowns++;
    pthread_cond_broadcast(&waiter->changed);
    pthread_mutex_unlock(&waiter->mutex);
}

static struct aws_credentials_provider_shutdown_options shutdown_of(struct waiter *waiter) {
    struct aws_credentials_provider_shutdown_options options = {on_shutdown, waiter};
    return options;
}

/* Fetches and waits for the answer. */
static void fetch(struct aws_credentials_provider *provider, struct waiter *waiter) {
    int before = waiter->answers;
    CHECK(aws_credentials_provider_get_credentials(provider, on_credentials, waiter) == AWS_OP_SUCCESS);
    pthread_mutex_lock(&waiter->mutex);
    while (waiter->answers == before) {
        pthread_cond_wait(&waiter->changed, &waiter->mutex);
    }
    CHECK(waiter->answers == before + 1);
    pthread_mutex_unlock(&waiter->mutex);
}

/* Lets the last reference go and waits until the provider is gone. */
static void end(struct aws_credentials_provider *provider, struct waiter *waiter) {
    CHECK(aws_credentials_provider_release(provider) == NULL);
    pthread_mutex_lock(&waiter->mutex);
    while (waiter->shutdowns == 0) {
        pthread_cond_wait(&waiter->changed, &waiter->mutex);
    }
    CHECK(waiter->shutdowns == 1);
    pthread_mutex_unlock(&waiter->mutex);
    waiter_clean_up(waiter);
}

static bool has_keys(const struct waiter *waiter, const char *id, const char *secret, const char *token) {
    return waiter->error_code == 0 && waiter->credentials != NULL &&
           is(aws_credentials_get_access_key_id(waiter->credentials), id) &&
           is(aws_credentials_get_secret_access_key(waiter->credentials), secret) &&
           is(aws_credentials_get_session_token(waiter->credentials), token);
}

static bool has_failed(const struct waiter *waiter, int error_code) {
    return waiter->error_code == error_code && waiter->credentials == NULL;
}

/* ---- Credentials ---- */

static void test_credentials(struct aws_allocator *allocator) {
    struct aws_credentials *full = aws_credentials_new(allocator, text("id"), text("secret"), text("token"), 1234);
    CHECK(full != NULL);
    CHECK(is(aws_credentials_get_access_key_id(full), "id"));
    CHECK(is(aws_credentials_get_secret_access_key(full), "secret"));
    CHECK(is(aws_credentials_get_session_token(full), "token"));
    CHECK(aws_credentials_get_account_id(full).len == 0);
    CHECK(aws_credentials_get_expiration_timepoint_seconds(full) == 1234);
    CHECK(!aws_credentials_is_anonymous(full));
    aws_credentials_acquire(full);
    aws_credentials_release(full);
    CHECK(is(aws_credentials_get_access_key_id(full), "id"));
    aws_credentials_release(full);

    struct aws_byte_cursor nothing = {0};
    aws_reset_error();
    CHECK(aws_credentials_new(allocator, nothing, text("secret"), nothing, 0) == NULL);
    CHECK(aws_last_error() == AWS_ERROR_INVALID_ARGUMENT);
    CHECK(aws_credentials_new(allocator, text("id"), text(""), nothing, 0) == NULL);

    struct aws_credentials_options options = {
        .access_key_id_cursor = text("id"),
        .secret_access_key_cursor = text("secret"),
        .account_id_cursor = text("account"),
        .expiration_timepoint_seconds = UINT64_MAX,
    };
    struct aws_credentials *account = aws_credentials_new_with_options(allocator, &options);
    CHECK(is(aws_credentials_get_account_id(account), "account"));
    CHECK(aws_credentials_get_session_token(account).ptr == NULL);
    aws_credentials_release(account);

    struct aws_credentials *anonymous = aws_credentials_new_anonymous(allocator);
    CHECK(aws_credentials_is_anonymous(anonymous));
    CHECK(aws_credentials_get_access_key_id(anonymous).len == 0);
    CHECK(aws_credentials_get_expiration_timepoint_seconds(anonymous) == UINT64_MAX);
    aws_credentials_release(anonymous);

    struct aws_string *id = aws_string_new_from_c_str(allocator, "id");
    struct aws_string *secret = aws_string_new_from_c_str(allocator, "secret");
    struct aws_credentials *strings = aws_credentials_new_from_string(allocator, id, secret, NULL, 5);
    aws_string_destroy(id);
    aws_string_destroy(secret);
    CHECK(is(aws_credentials_get_secret_access_key(strings), "secret"));
    CHECK(aws_credentials_get_session_token(strings).len == 0);
    aws_credentials_release(strings);
    aws_credentials_acquire(NULL);
    aws_credentials_release(NULL);
}

/* ---- Providers that answer at once ---- */

static void test_fixed(struct aws_allocator *allocator) {
    struct waiter waiter;
    waiter_init(&waiter);
    struct aws_credentials_provider_static_options options = {
        .shutdown_options = shutdown_of(&waiter),
        .access_key_id = text("id"),
        .secret_access_key = text("secret"),
        .session_token = text("token"),
    };
    struct aws_credentials_provider *provider = aws_credentials_provider_new_static(allocator, &options);
    CHECK(provider != NULL && provider->allocator == allocator);
    CHECK(aws_credentials_provider_acquire(provider) == provider);
    fetch(provider, &waiter);
    CHECK(has_keys(&waiter, "id", "secret", "token"));
    CHECK(aws_credentials_provider_release(provider) == NULL && waiter.shutdowns == 0);
    end(provider, &waiter);

    options.secret_access_key = text("");
    waiter_init(&waiter);
    CHECK(aws_credentials_provider_new_static(allocator, &options) == NULL);
    CHECK(waiter.shutdowns == 0);

    provider = aws_credentials_provider_new_anonymous(allocator, NULL);
    fetch(provider, &waiter);
    CHECK(waiter.error_code == 0 && aws_credentials_is_anonymous(waiter.credentials));
    aws_credentials_provider_release(provider);
    waiter_clean_up(&waiter);

    CHECK(aws_credentials_provider_acquire(NULL) == NULL);
    CHECK(aws_credentials_provider_release(NULL) == NULL);
}

static void test_environment(struct aws_allocator *allocator) {
    struct waiter waiter;
    waiter_init(&waiter);
    struct aws_credentials_provider_environment_options options = {.shutdown_options = shutdown_of(&waiter)};
    struct aws_credentials_provider *provider = aws_credentials_provider_new_environment(allocator, &options);
    fetch(provider, &waiter);
    CHECK(has_failed(&waiter, AWS_AUTH_CREDENTIALS_PROVIDER_INVALID_ENVIRONMENT));
    setenv("AWS_ACCESS_KEY_ID", "env id", 1);
    fetch(provider, &waiter);
    CHECK(has_failed(&waiter, AWS_AUTH_CREDENTIALS_PROVIDER_INVALID_ENVIRONMENT));
    setenv("AWS_SECRET_ACCESS_KEY", "env secret", 1);
    fetch(provider, &waiter);
    CHECK(has_keys(&waiter, "env id", "env secret", ""));
    setenv("AWS_SESSION_TOKEN", "env token", 1);
    setenv("AWS_ACCOUNT_ID", "env account", 1);
    fetch(provider, &waiter);
    CHECK(has_keys(&waiter, "env id", "env secret", "env token"));
    CHECK(is(aws_credentials_get_account_id(waiter.credentials), "env account"));
    CHECK(aws_credentials_get_expiration_timepoint_seconds(waiter.credentials) == UINT64_MAX);
    unsetenv("AWS_ACCESS_KEY_ID");
    unsetenv("AWS_SECRET_ACCESS_KEY");
    unsetenv("AWS_SESSION_TOKEN");
    unsetenv("AWS_ACCOUNT_ID");
    end(provider, &waiter);
}

/* A source that answers as it is told, at once or when the test says so. */
struct source {
    struct aws_allocator *allocator;
    int asked;
    bool refuse;
    bool hold;
    const char *id; /* NULL means failure */
    uint64_t expiration;
    aws_on_get_credentials_callback_fn *callback;
    void *callback_user_data;
};

static void source_answer(struct source *source) {
    struct aws_credentials *credentials = NULL;
    if (source->id) {
        credentials =
            aws_credentials_new(source->allocator, text(source->id), text("secret"), text(""), source->expiration);
    }
    source->callback(credentials, credentials ? 0 : AWS_ERROR_PLATFORM_NOT_SUPPORTED, source->callback_user_data);
    aws_credentials_release(credentials);
}

static int source_get(void *user_data, aws_on_get_credentials_callback_fn callback, void *callback_user_data) {
    struct source *source = user_data;
    source->asked++;
    if (source->refuse) {
        return aws_raise_error(AWS_ERROR_UNIMPLEMENTED);
    }
    source->callback = callback;
    source->callback_user_data = callback_user_data;
    if (!source->hold) {
        source_answer(source);
    }
    return AWS_OP_SUCCESS;
}

static struct aws_credentials_provider *new_delegate(struct source *source, struct waiter *waiter) {
    struct aws_credentials_provider_delegate_options options = {
        .get_credentials = source_get,
        .delegate_user_data = source,
    };
    if (waiter) {
        options.shutdown_options = shutdown_of(waiter);
    }
    struct aws_credentials_provider *provider = aws_credentials_provider_new_delegate(source->allocator, &options);
    CHECK(provider != NULL);
    return provider;
}

static void test_delegate(struct aws_allocator *allocator) {
    struct waiter waiter;
    waiter_init(&waiter);
    struct source source = {.allocator = allocator, .id = "delegated", .expiration = UINT64_MAX};
    struct aws_credentials_provider *provider = new_delegate(&source, &waiter);
    fetch(provider, &waiter);
    CHECK(has_keys(&waiter, "delegated", "secret", ""));
    source.id = NULL;
    fetch(provider, &waiter);
    CHECK(has_failed(&waiter, AWS_ERROR_PLATFORM_NOT_SUPPORTED));
    source.refuse = true;
    aws_reset_error();
    CHECK(aws_credentials_provider_get_credentials(provider, on_credentials, &waiter) == AWS_OP_ERR);
    CHECK(aws_last_error() == AWS_ERROR_UNIMPLEMENTED && waiter.answers == 2);
    end(provider, &waiter);
}

/* ---- A provider of the program's own ---- */

static int own_get(
    struct aws_credentials_provider *provider,
    aws_on_get_credentials_callback_fn callback,
    void *user_data) {
    return source_get(provider->impl, callback, user_data);
}

static void own_destroy(struct aws_credentials_provider *provider) {
    ((struct source *)provider->impl)->asked = -1;
    aws_credentials_provider_invoke_shutdown_callback(provider);
}

static struct aws_credentials_provider_vtable s_own_vtable = {own_get, own_destroy};

static void test_own(struct aws_allocator *allocator) {
    struct waiter waiter;
    waiter_init(&waiter);
    struct source source = {.allocator = allocator, .id = "own", .expiration = UINT64_MAX};
    struct aws_credentials_provider own;
    memset(&own, 0xff, sizeof(own));
    own.shutdown_options = shutdown_of(&waiter);
    aws_credentials_provider_init_base(&own, allocator, &s_own_vtable, &source);
    CHECK(own.vtable == &s_own_vtable && own.allocator == allocator && own.impl == &source);
    CHECK(own.shutdown_options.shutdown_callback == on_shutdown);
    CHECK(aws_atomic_load_int(&own.ref_count) == 1);
    CHECK(aws_credentials_provider_acquire(&own) == &own && aws_atomic_load_int(&own.ref_count) == 2);
    fetch(&own, &waiter);
    CHECK(has_keys(&waiter, "own", "secret", ""));
    CHECK(aws_credentials_provider_release(&own) == NULL && source.asked == 1);
    end(&own, &waiter);
    CHECK(source.asked == -1);

    waiter_init(&waiter);
    source.asked = 0;
    own.shutdown_options = shutdown_of(&waiter);
    aws_credentials_provider_destroy(&own);
    CHECK(source.asked == -1 && waiter.shutdowns == 1);
    waiter_clean_up(&waiter);
}

/* ---- Cache and chain ---- */

static uint64_t s_now_ns;

static int stepped_clock(uint64_t *now_ns) {
    *now_ns = s_now_ns;
    return AWS_OP_SUCCESS;
}

#define SECOND UINT64_C(1000000000)

static void test_cached(struct aws_allocator *allocator) {
    struct waiter waiter;
    waiter_init(&waiter);
    struct source source = {.allocator = allocator, .id = "one", .expiration = UINT64_MAX};
    struct aws_credentials_provider *uncached = new_delegate(&source, NULL);
    struct aws_credentials_provider_cached_options options = {
        .shutdown_options = shutdown_of(&waiter),
        .source = uncached,
        .refresh_time_in_milliseconds = 10000,
        .high_res_clock_fn = stepped_clock,
        .system_clock_fn = stepped_clock,
    };
    s_now_ns = 1000 * SECOND;
    struct aws_credentials_provider *provider = aws_credentials_provider_new_cached(allocator, &options);
    aws_credentials_provider_release(uncached);

    fetch(provider, &waiter);
    source.id = "two";
    fetch(provider, &waiter);
    CHECK(has_keys(&waiter, "one", "secret", "") && source.asked == 1);
    s_now_ns += 10 * SECOND - 1;
    fetch(provider, &waiter);
    CHECK(has_keys(&waiter, "one", "secret", "") && source.asked == 1);
    s_now_ns += 1;
    /* Five minutes before the end these are fetched again, which is in 90 seconds. */
    source.expiration = 1010 + 300 + 90;
    fetch(provider, &waiter);
    CHECK(has_keys(&waiter, "two", "secret", "") && source.asked == 2);
    s_now_ns += 89 * SECOND;
    fetch(provider, &waiter);
    CHECK(source.asked == 2);
    s_now_ns += 1 * SECOND;

    /* A failure is not remembered, and forgets what was known. */
    source.id = NULL;
    fetch(provider, &waiter);
    CHECK(has_failed(&waiter, AWS_ERROR_PLATFORM_NOT_SUPPORTED) && source.asked == 3);

    /* Everybody who asks meanwhile gets the one answer. */
    source.id = "three";
    source.expiration = UINT64_MAX;
    source.hold = true;
    int answers = waiter.answers;
    for (int i = 0; i < 3; ++i) {
        CHECK(aws_credentials_provider_get_credentials(provider, on_credentials, &waiter) == AWS_OP_SUCCESS);
    }
    CHECK(waiter.answers == answers && source.asked == 4);
    /* The questions keep the provider alive. */
    CHECK(aws_credentials_provider_release(provider) == NULL && waiter.shutdowns == 0);
    source_answer(&source);
    CHECK(waiter.answers == answers + 3 && waiter.shutdowns == 1);
    CHECK(has_keys(&waiter, "three", "secret", ""));
    waiter_clean_up(&waiter);
}

static void test_chain(struct aws_allocator *allocator) {
    struct waiter waiter;
    waiter_init(&waiter);
    struct source first = {.allocator = allocator, .expiration = UINT64_MAX};
    struct source second = {.allocator = allocator, .id = "second", .expiration = UINT64_MAX};
    struct aws_credentials_provider *providers[] = {new_delegate(&first, NULL), new_delegate(&second, NULL)};
    struct aws_credentials_provider_chain_options options = {
        .shutdown_options = shutdown_of(&waiter),
        .providers = providers,
        .provider_count = 2,
    };
    struct aws_credentials_provider *chain = aws_credentials_provider_new_chain(allocator, &options);
    aws_credentials_provider_release(providers[0]);
    aws_credentials_provider_release(providers[1]);

    fetch(chain, &waiter);
    CHECK(has_keys(&waiter, "second", "secret", "") && first.asked == 1 && second.asked == 1);
    first.id = "first";
    fetch(chain, &waiter);
    CHECK(has_keys(&waiter, "first", "secret", "") && second.asked == 1);
    first.id = NULL;
    second.id = NULL;
    fetch(chain, &waiter);
    CHECK(has_failed(&waiter, AWS_ERROR_PLATFORM_NOT_SUPPORTED) && second.asked == 2);

    second.hold = true;
    second.id = "late";
    CHECK(aws_credentials_provider_get_credentials(chain, on_credentials, &waiter) == AWS_OP_SUCCESS);
    CHECK(waiter.answers == 3);
    source_answer(&second);
    CHECK(waiter.answers == 4 && has_keys(&waiter, "late", "secret", ""));
    end(chain, &waiter);

    options.provider_count = 0;
    CHECK(aws_credentials_provider_new_chain(allocator, &options) == NULL);
}

/* ---- Providers that read files ---- */

static char s_config_path[64];
static char s_credentials_path[64];

static void write_file(const char *path, const char *contents) {
    FILE *file = fopen(path, "w");
    CHECK(file != NULL && fputs(contents, file) >= 0 && fclose(file) == 0);
}

static void make_files(void) {
    snprintf(s_config_path, sizeof(s_config_path), "/tmp/auth-surface-config-%d", (int)getpid());
    snprintf(s_credentials_path, sizeof(s_credentials_path), "/tmp/auth-surface-credentials-%d", (int)getpid());
    write_file(
        s_config_path,
        "[profile program]\n"
        "credential_process = echo '{\"Version\": 1, \"AccessKeyId\": \"process id\", "
        "\"SecretAccessKey\": \"process secret\", \"SessionToken\": \"process token\"}'\n"
        "[profile bare_role]\nrole_arn = arn:aws:iam::123456789012:role/nobody\n"
        "[profile empty]\nregion = eu-west-1\n");
    write_file(
        s_credentials_path,
        "[default]\naws_access_key_id = default id\naws_secret_access_key = default secret\n"
        "[other]\naws_access_key_id = other id\naws_secret_access_key = other secret\n"
        "aws_session_token = other token\n");
}

static struct aws_credentials_provider *new_profile(
    struct aws_allocator *allocator,
    struct aws_client_bootstrap *bootstrap,
    struct waiter *waiter,
    const char *name) {
    struct aws_credentials_provider_profile_options options = {
        .shutdown_options = shutdown_of(waiter),
        .config_file_name_override = text(s_config_path),
        .credentials_file_name_override = text(s_credentials_path),
        .bootstrap = bootstrap,
    };
    if (name) {
        options.profile_name_override = text(name);
    }
    return aws_credentials_provider_new_profile(allocator, &options);
}

static void test_profile(struct aws_allocator *allocator, struct aws_client_bootstrap *bootstrap) {
    struct waiter waiter;
    waiter_init(&waiter);
    struct aws_credentials_provider *provider = new_profile(allocator, bootstrap, &waiter, NULL);
    CHECK(provider != NULL);
    fetch(provider, &waiter);
    CHECK(has_keys(&waiter, "default id", "default secret", ""));
    end(provider, &waiter);

    waiter_init(&waiter);
    provider = new_profile(allocator, bootstrap, &waiter, "other");
    fetch(provider, &waiter);
    CHECK(has_keys(&waiter, "other id", "other secret", "other token"));
    /* The files are read by each fetch. */
    write_file(s_credentials_path, "[other]\naws_access_key_id = new id\naws_secret_access_key = new secret\n");
    fetch(provider, &waiter);
    CHECK(has_keys(&waiter, "new id", "new secret", ""));
    write_file(s_credentials_path, "[other]\naws_access_key_id = new id\n");
    fetch(provider, &waiter);
    CHECK(has_failed(&waiter, AWS_AUTH_CREDENTIALS_PROVIDER_PROFILE_SOURCE_FAILURE));
    end(provider, &waiter);
    make_files();

    setenv("AWS_PROFILE", "other", 1);
    waiter_init(&waiter);
    provider = new_profile(allocator, bootstrap, &waiter, NULL);
    fetch(provider, &waiter);
    CHECK(has_keys(&waiter, "other id", "other secret", "other token"));
    end(provider, &waiter);
    unsetenv("AWS_PROFILE");

    waiter_init(&waiter);
    provider = new_profile(allocator, bootstrap, &waiter, "program");
    CHECK(provider != NULL);
    fetch(provider, &waiter);
    CHECK(has_keys(&waiter, "process id", "process secret", "process token"));
    end(provider, &waiter);

    waiter_init(&waiter);
    provider = new_profile(allocator, bootstrap, &waiter, "empty");
    CHECK(provider != NULL);
    fetch(provider, &waiter);
    CHECK(has_failed(&waiter, AWS_AUTH_CREDENTIALS_PROVIDER_PROFILE_SOURCE_FAILURE));
    end(provider, &waiter);

    waiter_init(&waiter);
    CHECK(new_profile(allocator, bootstrap, &waiter, "missing") == NULL);
    CHECK(new_profile(allocator, bootstrap, &waiter, "bare_role") == NULL);
    CHECK(waiter.shutdowns == 0);
    waiter_clean_up(&waiter);
}

static void test_default_chain(struct aws_allocator *allocator, struct aws_client_bootstrap *bootstrap) {
    struct waiter waiter;
    waiter_init(&waiter);
    setenv("AWS_EC2_METADATA_DISABLED", "true", 1);
    setenv("AWS_CONFIG_FILE", "/does/not/exist/config", 1);
    setenv("AWS_SHARED_CREDENTIALS_FILE", "/does/not/exist/credentials", 1);
    struct aws_credentials_provider_chain_default_options options = {
        .shutdown_options = shutdown_of(&waiter),
        .bootstrap = bootstrap,
    };
    struct aws_credentials_provider *provider = aws_credentials_provider_new_chain_default(allocator, &options);
    CHECK(provider != NULL);
    fetch(provider, &waiter);
    CHECK(has_failed(&waiter, AWS_AUTH_CREDENTIALS_PROVIDER_INVALID_ENVIRONMENT));
    setenv("AWS_ACCESS_KEY_ID", "env id", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "env secret", 1);
    fetch(provider, &waiter);
    CHECK(has_keys(&waiter, "env id", "env secret", ""));
    /* Now they are remembered. */
    setenv("AWS_ACCESS_KEY_ID", "changed", 1);
    fetch(provider, &waiter);
    CHECK(has_keys(&waiter, "env id", "env secret", ""));
    end(provider, &waiter);

    /* Nothing is left to ask. */
    options.skip_environment_credentials_provider = true;
    waiter_init(&waiter);
    CHECK(aws_credentials_provider_new_chain_default(allocator, &options) == NULL);

    setenv("AWS_CONFIG_FILE", s_config_path, 1);
    setenv("AWS_SHARED_CREDENTIALS_FILE", s_credentials_path, 1);
    options.profile_name_override = text("other");
    provider = aws_credentials_provider_new_chain_default(allocator, &options);
    fetch(provider, &waiter);
    CHECK(has_keys(&waiter, "other id", "other secret", "other token"));
    end(provider, &waiter);

    /* The environment beats the profile. */
    options.skip_environment_credentials_provider = false;
    waiter_init(&waiter);
    provider = aws_credentials_provider_new_chain_default(allocator, &options);
    fetch(provider, &waiter);
    CHECK(has_keys(&waiter, "changed", "env secret", ""));
    unsetenv("AWS_ACCESS_KEY_ID");
    unsetenv("AWS_SECRET_ACCESS_KEY");
    end(provider, &waiter);

    waiter_init(&waiter);
    provider = aws_credentials_provider_new_chain_default(allocator, &options);
    fetch(provider, &waiter);
    CHECK(has_keys(&waiter, "other id", "other secret", "other token"));
    end(provider, &waiter);
}

/* ---- Providers that ask a service: made, refused and ended, without a question. ---- */

static void made(struct aws_credentials_provider *provider, struct waiter *waiter) {
    CHECK(provider != NULL);
    end(provider, waiter);
}

static void refused(struct aws_credentials_provider *provider) {
    CHECK(provider == NULL && aws_last_error() == AWS_ERROR_INVALID_ARGUMENT);
    aws_reset_error();
}

static void test_services(struct aws_allocator *allocator, struct aws_client_bootstrap *bootstrap) {
    struct waiter waiter;
    struct aws_tls_ctx_options tls_options;
    aws_tls_ctx_options_init_default_client(&tls_options, allocator);
    struct aws_tls_ctx *tls = aws_tls_client_ctx_new(allocator, &tls_options);
    CHECK(tls != NULL);
    aws_tls_ctx_options_clean_up(&tls_options);
    struct aws_tls_connection_options connection;
    aws_tls_connection_options_init_from_ctx(&connection, tls);
    struct aws_credentials_provider_shutdown_options shutdown = {on_shutdown, &waiter};

    struct aws_credentials_provider_x509_options x509 = {
        .shutdown_options = shutdown,
        .bootstrap = bootstrap,
        .tls_connection_options = &connection,
        .thing_name = text("thing"),
        .role_alias = text("alias"),
        .endpoint = text("endpoint.test"),
    };
    waiter_init(&waiter);
    made(aws_credentials_provider_new_x509(allocator, &x509), &waiter);

    struct aws_cognito_identity_provider_token_pair login = {text("name"), text("token")};
    struct aws_byte_cursor role = text("role");
    struct aws_credentials_provider_cognito_options cognito = {
        .shutdown_options = shutdown,
        .endpoint = text("endpoint.test"),
        .identity = text("identity"),
        .logins = &login,
        .login_count = 1,
        .custom_role_arn = &role,
        .bootstrap = bootstrap,
        .tls_ctx = tls,
    };
    waiter_init(&waiter);
    made(aws_credentials_provider_new_cognito(allocator, &cognito), &waiter);
    waiter_init(&waiter);
    made(aws_credentials_provider_new_cognito_caching(allocator, &cognito), &waiter);
    cognito.identity = text("");
    refused(aws_credentials_provider_new_cognito(allocator, &cognito));
    cognito.identity = text("identity");
    cognito.tls_ctx = NULL;
    refused(aws_credentials_provider_new_cognito(allocator, &cognito));

    struct aws_credentials_provider_static_options keys = {
        .access_key_id = text("AKID"), .secret_access_key = text("secret")};
    struct aws_credentials_provider *source = aws_credentials_provider_new_static(allocator, &keys);
    struct aws_credentials_provider_sts_options sts = {
        .bootstrap = bootstrap,
        .tls_ctx = tls,
        .creds_provider = source,
        .role_arn = text("role"),
        .session_name = text("session"),
        .shutdown_options = shutdown,
    };
    waiter_init(&waiter);
    struct aws_credentials_provider *assumed = aws_credentials_provider_new_sts(allocator, &sts);
    sts.role_arn = text("");
    refused(aws_credentials_provider_new_sts(allocator, &sts));
    sts.role_arn = text("role");
    sts.bootstrap = NULL;
    refused(aws_credentials_provider_new_sts(allocator, &sts));
    /* Its end may wait for that of the source. */
    aws_credentials_provider_release(source);
    made(assumed, &waiter);

    struct aws_credentials_provider_sts_web_identity_options web = {
        .shutdown_options = shutdown,
        .bootstrap = bootstrap,
        .tls_ctx = tls,
        .region = text("us-east-1"),
        .role_arn = text("role"),
        .token_file_path = text("/does/not/exist"),
    };
    waiter_init(&waiter);
    made(aws_credentials_provider_new_sts_web_identity(allocator, &web), &waiter);

    aws_tls_connection_options_clean_up(&connection);
    aws_tls_ctx_release(tls);
}

static void test_constants(void) {
    CHECK(is(g_aws_signed_body_value_unsigned_payload, "UNSIGNED-PAYLOAD"));
    CHECK(is(g_aws_signed_body_value_streaming_unsigned_payload_trailer, "STREAMING-UNSIGNED-PAYLOAD-TRAILER"));
    CHECK(g_aws_signed_body_value_empty_sha256.len == 64);
    CHECK(strcmp(aws_signing_algorithm_to_string(AWS_SIGNING_ALGORITHM_V4), "SigV4") == 0);
    CHECK(strcmp(aws_error_name(AWS_AUTH_SIGNING_NO_CREDENTIALS), "AWS_AUTH_SIGNING_NO_CREDENTIALS") == 0);
    CHECK(strcmp(aws_error_lib_name(AWS_ERROR_SDKUTILS_GENERAL), "aws-c-sdkutils") == 0);
    CHECK(strcmp(aws_log_subject_name(AWS_LS_AUTH_CREDENTIALS_PROVIDER), "AuthCredentialsProvider") == 0);
    CHECK(sizeof(struct aws_credentials_provider) == 48 && sizeof(struct aws_signing_config_aws) == 256);
}

int main(void) {
    static const char *const variables[] = {
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ACCOUNT_ID", "AWS_PROFILE",
        "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_REGION", "AWS_DEFAULT_REGION"};
    for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); ++i) {
        unsetenv(variables[i]);
    }
    make_files();

    struct aws_allocator *allocator = aws_mem_tracer_new(aws_default_allocator(), NULL, AWS_MEMTRACE_BYTES, 0);
    aws_auth_library_init(aws_default_allocator());

    test_constants();
    test_credentials(allocator);
    test_fixed(allocator);
    test_environment(allocator);
    test_delegate(allocator);
    test_own(allocator);
    test_cached(allocator);
    test_chain(allocator);

    struct aws_event_loop_group *loops = aws_event_loop_group_new_default(allocator, 1, NULL);
    struct aws_host_resolver_default_options resolver_options = {.max_entries = 8, .el_group = loops};
    struct aws_host_resolver *resolver = aws_host_resolver_new_default(allocator, &resolver_options);
    struct aws_client_bootstrap_options bootstrap_options = {.event_loop_group = loops, .host_resolver = resolver};
    struct aws_client_bootstrap *bootstrap = aws_client_bootstrap_new(allocator, &bootstrap_options);
    test_profile(allocator, bootstrap);
    test_default_chain(allocator, bootstrap);
    test_services(allocator, bootstrap);
    aws_client_bootstrap_release(bootstrap);
    aws_host_resolver_release(resolver);
    aws_event_loop_group_release(loops);

    aws_auth_library_clean_up();
    CHECK(aws_mem_tracer_count(allocator) == 0);
    aws_mem_tracer_destroy(allocator);
    remove(s_config_path);
    remove(s_credentials_path);
    return 0;
}

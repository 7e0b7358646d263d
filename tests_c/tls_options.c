/* SPDX-License-Identifier: Apache-2.0 */

/* Whom a client trusts, by the options of its TLS context and by the environment, and what the log says about it.
 *
 *     tls_options environment     without a context
 *     tls_options context         with one, which in host mode is that of the host's TLS library
 *     tls_options directory       with one that trusts what is in a directory, by whatever names */

#include "support.h"

#include <aws/common/logging.h>
#include <sys/stat.h>
#include <unistd.h>

static struct aws_allocator *s_allocator;
static char s_log[PATH_SIZE];

/* What is between two marks in the last line of the log that has the first one. */
static void s_print_logged(const char *begin, const char *end) {
    FILE *log = fopen(s_log, "r");
    CHECK(log != NULL);
    char line[4096];
    char found[sizeof(line)] = "nothing";
    while (fgets(line, sizeof(line), log) != NULL) {
        char *start = strstr(line, begin);
        if (start == NULL) {
            continue;
        }
        start[strcspn(start, "\n")] = 0;
        char *stop = end != NULL ? strstr(start, end) : NULL;
        if (stop != NULL) {
            *stop = 0;
        }
        snprintf(found, sizeof(found), "%s", start);
    }
    fclose(log);
    printf("  %s\n", found);
}

/* Looks for an object that is not there with a TLS context made by `options`, or without one. */
static void s_reach(const char *what, struct aws_tls_ctx_options *options, const char *server_name) {
    CHECK(truncate(s_log, 0) == 0);
    struct fixture_options plain = {.tls = true, .no_retries = true};
    struct fixture fixture;
    fixture_base(&fixture, s_allocator, &plain);
    struct aws_tls_connection_options connection;
    if (options != NULL) {
        fixture.tls_context = aws_tls_client_ctx_new(s_allocator, options);
        CHECK(fixture.tls_context != NULL);
        aws_tls_ctx_options_clean_up(options);
        aws_tls_connection_options_init_from_ctx(&connection, fixture.tls_context);
        if (server_name != NULL) {
            struct aws_byte_cursor name = text(server_name);
            CHECK(aws_tls_connection_options_set_server_name(&connection, s_allocator, &name) == AWS_OP_SUCCESS);
        }
    }
    fixture_client(&fixture, &plain, options != NULL ? &connection : NULL);
    if (options != NULL) {
        aws_tls_connection_options_clean_up(&connection);
    }
    struct transfer transfer = {0};
    get_start(&transfer, &fixture, "not-there", RECEIVE_BODY, NULL);
    transfer_end(&transfer);
    print_transfer(what, &transfer);
    fixture_clean_up(&fixture);
}

static void s_environment(void) {
    const char *authority = setting("S3_TEST_CA");
    char directory[PATH_SIZE];
    char file[PATH_SIZE + 16];
    path_in_dir(directory, "authorities");
    snprintf(file, sizeof(file), "%s/any-name.pem", directory);
    CHECK(mkdir(directory, 0700) == 0);
    CHECK(symlink(authority, file) == 0);
    s_reach("the system", NULL, NULL);
    s_print_logged("UnknownIssuer", ":");
    s_print_logged("root certificates from", " (");
    setenv("SSL_CERT_FILE", authority, 1);
    s_reach("SSL_CERT_FILE", NULL, NULL);
    unsetenv("SSL_CERT_FILE");
    setenv("SSL_CERT_DIR", directory, 1);
    s_reach("SSL_CERT_DIR", NULL, NULL);
    unsetenv("SSL_CERT_DIR");
    setenv("AWS_CA_BUNDLE", authority, 1);
    s_reach("AWS_CA_BUNDLE", NULL, NULL);
    /* Each adds, and none takes anything away. */
    setenv("SSL_CERT_FILE", "", 1);
    setenv("SSL_CERT_DIR", "/nonexistent", 1);
    s_reach("AWS_CA_BUNDLE beside others", NULL, NULL);
    s_print_logged("the variable SSL_CERT_DIR", NULL);
    unsetenv("SSL_CERT_FILE");
    unsetenv("SSL_CERT_DIR");
    setenv("AWS_CA_BUNDLE", "/nonexistent.pem", 1);
    s_reach("AWS_CA_BUNDLE that is not there", NULL, NULL);
    s_print_logged("the variable AWS_CA_BUNDLE", NULL);
    s_print_logged("root certificates from the system", " (");
    unsetenv("AWS_CA_BUNDLE");
}

static void s_context(void) {
    const char *authority = setting("S3_TEST_CA");
    struct aws_tls_ctx_options options;
    aws_tls_ctx_options_init_default_client(&options, s_allocator);
    s_reach("default", &options, NULL);

    aws_tls_ctx_options_init_default_client(&options, s_allocator);
    CHECK(aws_tls_ctx_options_override_default_trust_store_from_path(&options, NULL, authority) == AWS_OP_SUCCESS);
    s_reach("file", &options, NULL);

    aws_tls_ctx_options_init_default_client(&options, s_allocator);
    aws_tls_ctx_options_set_verify_peer(&options, false);
    s_reach("unverified", &options, NULL);

    aws_tls_ctx_options_init_default_client(&options, s_allocator);
    CHECK(aws_tls_ctx_options_override_default_trust_store_from_path(&options, NULL, authority) == AWS_OP_SUCCESS);
    aws_tls_ctx_options_set_minimum_tls_version(&options, AWS_IO_TLSv1_3);
    CHECK(aws_tls_ctx_options_set_alpn_list(&options, "h2;http/1.1") == AWS_OP_SUCCESS);
    s_reach("version 1.3 with protocols", &options, NULL);

    /* The endpoint's own name counts, whatever the options say. */
    aws_tls_ctx_options_init_default_client(&options, s_allocator);
    CHECK(aws_tls_ctx_options_override_default_trust_store_from_path(&options, NULL, authority) == AWS_OP_SUCCESS);
    s_reach("another server name", &options, "other.test");
}

static void s_directory(void) {
    const char *authority = setting("S3_TEST_CA");
    struct aws_tls_ctx_options options;
    char directory[PATH_SIZE];
    char file[PATH_SIZE + 16];
    path_in_dir(directory, "authorities");
    snprintf(file, sizeof(file), "%s/any-name.pem", directory);
    CHECK(mkdir(directory, 0700) == 0);
    CHECK(symlink(authority, file) == 0);
    aws_tls_ctx_options_init_default_client(&options, s_allocator);
    CHECK(aws_tls_ctx_options_override_default_trust_store_from_path(&options, directory, NULL) == AWS_OP_SUCCESS);
    s_reach("directory", &options, NULL);
}

int main(int argc, char **argv) {
    CHECK(argc == 2);
    s_allocator = begin();
    path_in_dir(s_log, "log");
    struct aws_logger logger;
    /* Neither buffered, because it is read meanwhile, nor written where it ended before it was emptied. */
    FILE *log = fopen(s_log, "a");
    CHECK(log != NULL && setvbuf(log, NULL, _IONBF, 0) == 0);
    struct aws_logger_standard_options to_file = {.level = AWS_LL_WARN, .file = log};
    CHECK(aws_logger_init_noalloc(&logger, s_allocator, &to_file) == AWS_OP_SUCCESS);
    aws_logger_set(&logger);
    if (strcmp(argv[1], "environment") == 0) {
        s_environment();
    } else if (strcmp(argv[1], "directory") == 0) {
        s_directory();
    } else {
        s_context();
    }
    /* Threads of the CRT write to the log until they end. */
    aws_thread_join_all_managed();
    aws_logger_set(NULL);
    aws_logger_clean_up(&logger);
    fclose(log);
    return end(s_allocator);
}

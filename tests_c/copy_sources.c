/* SPDX-License-Identifier: Apache-2.0 */

/* Copies whose sources are in all kinds of places, and what copies in parts keep of them. The scripted server stands as
 * a proxy between the client and whatever endpoints there are, so that it sees where each request goes.
 * scripts/copy_sources.json is what it does. */

#include "requests.h"

static struct aws_allocator *s_allocator;

enum { MOST_HEADERS = 8 };

struct copy {
    const char *host;
    const char *path;
    const char *source;
    /* Instead of `source`, where the source is looked for. */
    const char *uri;
    struct aws_http_header headers[MOST_HEADERS];
    size_t header_count;
};

/* What is printed of requests, beside method, target and host. */
static const char *const s_shown[] = {
    "x-amz-meta-",
    "content-type",
    "cache-control",
    "x-amz-tagging",
    "x-amz-storage-class",
    "x-amz-server-side-encryption",
    "x-amz-copy-source-if-match",
    "x-amz-expected-bucket-owner",
};

/* Who signed, for which region and service, of `AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, ...`;
 * SigV4a has no region in its scope. */
static void s_print_scope(const char *line) {
    const char *key = strchr(line, '=') + 1;
    const char *date = strchr(key, '/');
    const char *scope = strchr(date + 1, '/') + 1;
    const char *end = strstr(scope, "/aws4_request");
    bool asymmetric = strstr(line, "ECDSA") != NULL;
    printf(" [%.*s %.*s%s]", (int)(date - key), key, (int)(end - scope), scope, asymmetric ? " v4a" : "");
}

static bool s_is(const char *line, const char *name) {
    return strncasecmp(line, name, strlen(name)) == 0;
}

/* Prints what was sent since the last time. Of several parts, the first one speaks for all. */
static void s_print_requests(void) {
    static int s_seen;
    FILE *log = open_log();
    static char head[REQUEST_SIZE];
    int number = 0;
    int parts = 0;
    while (next_request(log, head)) {
        if (++number <= s_seen) {
            continue;
        }
        bool is_part = strstr(head, "partNumber=") != NULL;
        parts += is_part;
        if (is_part && strstr(head, "partNumber=1&") == NULL) {
            continue;
        }
        printf("  %.*s", (int)(strcspn(head, "\r") - strlen(" HTTP/1.1")), head);
        for (char *line = strstr(head, "\r\n") + 2; line[0] != '\0'; line = strstr(line, "\r\n") + 2) {
            if (s_is(line, "host:")) {
                printf(" (%.*s)", (int)strcspn(line + 6, "\r"), line + 6);
            } else if (s_is(line, "authorization:")) {
                s_print_scope(line);
            }
        }
        printf("\n");
        for (char *line = strstr(head, "\r\n") + 2; line[0] != '\0'; line = strstr(line, "\r\n") + 2) {
            for (size_t i = 0; i < AWS_ARRAY_SIZE(s_shown); ++i) {
                if (s_is(line, s_shown[i])) {
                    printf("    %.*s\n", (int)strcspn(line, "\r"), line);
                }
            }
        }
    }
    if (parts > 0) {
        printf("  parts: %d\n", parts);
    }
    s_seen = number;
    fclose(log);
}

static void s_copy(struct fixture *fixture, const char *what, struct copy copy) {
    struct aws_http_message *message = aws_http_message_new_request(s_allocator);
    CHECK(aws_http_message_set_request_method(message, text("PUT")) == AWS_OP_SUCCESS);
    CHECK(aws_http_message_set_request_path(message, text(copy.path)) == AWS_OP_SUCCESS);
    struct aws_http_header host = {.name = text("Host"), .value = text(copy.host)};
    struct aws_http_header source = {.name = text("x-amz-copy-source"), .value = text(copy.source)};
    CHECK(aws_http_message_add_header(message, host) == AWS_OP_SUCCESS);
    CHECK(aws_http_message_add_header(message, source) == AWS_OP_SUCCESS);
    CHECK(aws_http_message_add_header_array(message, copy.headers, copy.header_count) == AWS_OP_SUCCESS);
    struct transfer transfer = {0};
    struct aws_s3_meta_request_options options =
        transfer_options(&transfer, fixture, AWS_S3_META_REQUEST_TYPE_COPY_OBJECT, message);
    char uri[PATH_SIZE];
    snprintf(uri, sizeof(uri), "http://%s", copy.host);
    struct aws_byte_cursor uri_text = text(uri);
    struct aws_uri endpoint;
    CHECK(aws_uri_init_parse(&endpoint, s_allocator, &uri_text) == AWS_OP_SUCCESS);
    options.endpoint = &endpoint;
    if (copy.uri != NULL) {
        options.copy_source_uri = text(copy.uri);
    }
    // Parts come one after the other, in order.
    options.max_active_connections_override = 1;
    transfer_start(&transfer, &options);
    aws_http_message_release(message);
    aws_uri_clean_up(&endpoint);
    transfer_end(&transfer);
    print_transfer(what, &transfer);
    if (transfer.operation[0] != '\0') {
        printf("  failed: %s\n", transfer.operation);
    }
    s_print_requests();
}

#define WITH(...)                                                                                                      \
    .headers = {__VA_ARGS__}, .header_count = sizeof((struct aws_http_header[]){__VA_ARGS__}) / sizeof(struct aws_http_header)

static struct aws_http_header s_header(const char *name, const char *value) {
    struct aws_http_header header = {.name = text(name), .value = text(value)};
    return header;
}

#define DST "dst.s3.us-east-1.amazonaws.com"
#define DIRECTORY "dst--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com"

static void s_places(struct fixture *fixture) {
    s_copy(fixture, "virtual host", (struct copy){.host = DST, .path = "/k", .source = "src/small"});
    s_copy(fixture, "path style", (struct copy){.host = "s3.us-east-1.amazonaws.com", .path = "/dst/k", .source = "/src/small"});
    s_copy(fixture, "address", (struct copy){.host = "127.0.0.1:9", .path = "/dst/k", .source = "src/small"});
    s_copy(fixture, "localhost", (struct copy){.host = "localhost", .path = "/dst/k", .source = "src/small"});
    s_copy(fixture, "endpoint of any name", (struct copy){.host = "store.example.com", .path = "/dst/k", .source = "src/small"});
    s_copy(fixture, "nowhere", (struct copy){.host = "store.example.com", .path = "/dst/k", .source = "src/missing"});
    s_copy(fixture, "access point", (struct copy){.host = DST, .path = "/k",
        .source = "arn%3Aaws%3As3%3Aeu-west-1%3A111122223333%3Aaccesspoint%2Fpoint%2Fobject%2Fsmall"});
    s_copy(fixture, "access point of all regions", (struct copy){.host = DST, .path = "/k",
        .source = "arn:aws:s3::111122223333:accesspoint/mfz.mrap/object/small"});
    s_copy(fixture, "no object", (struct copy){.host = DST, .path = "/k", .source = "arn:aws:s3:::src/small"});
    s_copy(fixture, "another region", (struct copy){.host = DST, .path = "/k", .source = "far/small"});
    s_copy(fixture, "another region, dots", (struct copy){.host = DST, .path = "/k", .source = "f.a.r/small"});
    s_copy(fixture, "another region, custom endpoint", (struct copy){.host = "127.0.0.1:9", .path = "/dst/k", .source = "far/small"});
    s_copy(fixture, "two regions on", (struct copy){.host = DST, .path = "/k", .source = "farther/small"});
    s_copy(fixture, "uri in another region", (struct copy){.host = DST, .path = "/k", .source = "src/small",
        .uri = "https://src.s3.eu-west-1.amazonaws.com/small"});
    s_copy(fixture, "directory bucket as source", (struct copy){.host = DST, .path = "/k", .source = "src--use1-az5--x-s3/small"});
}

static void s_kept(struct fixture *fixture) {
    struct aws_http_header own = s_header("x-amz-meta-own", "message");
    struct aws_http_header type = s_header("Content-Type", "own/type");
    struct aws_http_header replace = s_header("x-amz-metadata-directive", "REPLACE");
    struct aws_http_header copy = s_header("x-amz-metadata-directive", "COPY");
    struct aws_http_header replace_tags = s_header("x-amz-tagging-directive", "REPLACE");
    struct aws_http_header copy_tags = s_header("x-amz-tagging-directive", "COPY");
    struct aws_http_header own_tags = s_header("x-amz-tagging", "own=1");
    struct aws_http_header owner = s_header("x-amz-source-expected-bucket-owner", "111122223333");
    struct aws_http_header condition = s_header("x-amz-copy-source-if-match", "\"own\"");
    struct aws_http_header class = s_header("x-amz-storage-class", "STANDARD");
    struct aws_http_header encryption = s_header("x-amz-server-side-encryption", "AES256");

    s_copy(fixture, "kept", (struct copy){.host = DST, .path = "/kept", .source = "src/large?versionId=v1", WITH(owner)});
    s_copy(fixture, "message first", (struct copy){.host = DST, .path = "/first", .source = "src/large",
        WITH(own, type, own_tags, class, encryption)});
    s_copy(fixture, "copied", (struct copy){.host = DST, .path = "/copied", .source = "src/large",
        WITH(own, type, own_tags, copy, copy_tags)});
    s_copy(fixture, "replaced", (struct copy){.host = DST, .path = "/replaced", .source = "src/large",
        WITH(own, replace, replace_tags)});
    s_copy(fixture, "from afar", (struct copy){.host = DST, .path = "/afar", .source = "far/large"});
    s_copy(fixture, "refused key", (struct copy){.host = DST, .path = "/refused", .source = "src/large"});
    s_copy(fixture, "refused", (struct copy){.host = DST, .path = "/never", .source = "src/large"});
    s_copy(fixture, "unreadable tags", (struct copy){.host = DST, .path = "/untagged", .source = "src/secret"});
    s_copy(fixture, "unreadable tags that are wanted", (struct copy){.host = DST, .path = "/untagged", .source = "src/secret",
        WITH(copy_tags)});
    s_copy(fixture, "broken tags", (struct copy){.host = DST, .path = "/untagged", .source = "src/broken"});
    s_copy(fixture, "changed meanwhile", (struct copy){.host = DST, .path = "/changed", .source = "src/plain"});
    s_copy(fixture, "condition of the caller's", (struct copy){.host = DST, .path = "/changed", .source = "src/plain",
        WITH(condition)});
    s_copy(fixture, "weak etag", (struct copy){.host = DST, .path = "/weak", .source = "src/weak"});
}

/* Clients that sign with sessions. */
static void s_configure(struct aws_s3_client_config *config, void *data) {
    struct aws_signing_config_aws *signing = data;
    *signing = *config->signing_config;
    signing->algorithm = AWS_SIGNING_ALGORITHM_V4_S3EXPRESS;
    signing->service = text("s3express");
    config->signing_config = signing;
    config->enable_s3express = true;
}

static void s_enable(struct aws_s3_client_config *config, void *data) {
    (void)data;
    config->enable_s3express = true;
}

static void s_directory_buckets(struct fixture *fixture) {
    s_copy(fixture, "of the same bucket", (struct copy){.host = DIRECTORY, .path = "/k", .source = "dst--use1-az4--x-s3/small"});
    s_copy(fixture, "of another bucket", (struct copy){.host = DIRECTORY, .path = "/k", .source = "src--use1-az5--x-s3/small"});
    s_copy(fixture, "of a plain bucket", (struct copy){.host = DIRECTORY, .path = "/k", .source = "src/large"});
}

int main(void) {
    s_allocator = begin();
    struct aws_http_proxy_options proxy = {
        .connection_type = AWS_HPCT_HTTP_FORWARD,
        .host = text("127.0.0.1"),
        .port = (uint32_t)strtoul(setting("S3_TEST_SCRIPTED_PORT"), NULL, 10),
    };
    struct fixture fixture;
    struct fixture_options options = {.port = setting("S3_TEST_SCRIPTED_PORT"), .proxy = &proxy};
    fixture_init(&fixture, s_allocator, &options);
    s_places(&fixture);
    s_kept(&fixture);
    fixture_clean_up(&fixture);

    printf("with sessions\n");
    options.configure = s_enable;
    fixture_init(&fixture, s_allocator, &options);
    s_copy(&fixture, "of a directory bucket", (struct copy){.host = DST, .path = "/k", .source = "src--use1-az5--x-s3/small"});
    fixture_clean_up(&fixture);
    struct aws_signing_config_aws signing;
    options.configure = s_configure;
    options.configure_data = &signing;
    fixture_init(&fixture, s_allocator, &options);
    s_directory_buckets(&fixture);
    fixture_clean_up(&fixture);
    return end(s_allocator);
}

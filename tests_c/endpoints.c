/* SPDX-License-Identifier: Apache-2.0 */

/* The endpoint resolver: every case of a table, and what else may be asked of it. Arguments: the table, in which a line
 * `? NAME=TEXT NAME:=BOOLEAN ...` gives parameters, with tabs between them, and the line behind it says what they lead
 * to: `= URL PROPERTIES`, with a tab between them, or `! MESSAGE`. */

#include <aws/auth/auth.h>
#include <aws/common/allocator.h>
#include <aws/common/string.h>
#include <aws/s3/s3.h>
#include <aws/s3/s3_endpoint_resolver.h>
#include <aws/sdkutils/endpoints_rule_engine.h>
#include <aws/sdkutils/partitions.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            printf("%s:%d: %s (last error %s)\n", __FILE__, __LINE__, #condition, aws_error_name(aws_last_error()));   \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

enum { LINE_SIZE = 8192 };

static struct aws_byte_cursor text(const char *literal) {
    return aws_byte_cursor_from_c_str(literal);
}

static struct aws_endpoints_request_context *s_context(struct aws_allocator *allocator, char *parameters) {
    struct aws_endpoints_request_context *context = aws_endpoints_request_context_new(allocator);
    CHECK(context != NULL);
    for (char *one = strtok(parameters, "\t"); one != NULL; one = strtok(NULL, "\t")) {
        char *equals = strchr(one, '=');
        CHECK(equals != NULL && equals > one);
        struct aws_byte_cursor name = {.ptr = (uint8_t *)one, .len = (size_t)(equals - one)};
        int added;
        if (equals[-1] == ':') {
            --name.len;
            bool value = strcmp(equals + 1, "true") == 0;
            added = aws_endpoints_request_context_add_boolean(allocator, context, name, value);
        } else {
            added = aws_endpoints_request_context_add_string(allocator, context, name, text(equals + 1));
        }
        CHECK(added == AWS_OP_SUCCESS);
    }
    return context;
}

/* Members of an object have no order, but a table has: those of S3's endpoints are sorted. */
static void s_sort(char *properties) {
    static const char s_first[] = "{\"backend\":\"S3Express\",";
    size_t length = sizeof(s_first) - 1;
    if (strncmp(properties, s_first, length) == 0) {
        char rest[LINE_SIZE / 2];
        snprintf(rest, sizeof(rest), "%.*s", LINE_SIZE / 4, properties + length);
        rest[strlen(rest) - 1] = '\0';
        snprintf(properties, LINE_SIZE, "{%s,\"backend\":\"S3Express\"}", rest);
    }
}

/* Writes what the table would say. */
static void s_told(char *told, const struct aws_endpoints_resolved_endpoint *resolved) {
    struct aws_byte_cursor one = {0};
    struct aws_byte_cursor other = {0};
    if (aws_endpoints_resolved_endpoint_get_type(resolved) == AWS_ENDPOINTS_RESOLVED_ERROR) {
        CHECK(aws_endpoints_resolved_endpoint_get_error(resolved, &one) == AWS_OP_SUCCESS);
        snprintf(told, LINE_SIZE, "! %.*s", (int)one.len, (const char *)one.ptr);
        CHECK(aws_endpoints_resolved_endpoint_get_url(resolved, &one) == AWS_OP_ERR);
        CHECK(aws_last_error() == AWS_ERROR_INVALID_ARGUMENT);
        return;
    }
    CHECK(aws_endpoints_resolved_endpoint_get_url(resolved, &one) == AWS_OP_SUCCESS);
    CHECK(aws_endpoints_resolved_endpoint_get_properties(resolved, &other) == AWS_OP_SUCCESS);
    char properties[LINE_SIZE];
    snprintf(properties, sizeof(properties), "%.*s", (int)other.len, (const char *)other.ptr);
    s_sort(properties);
    int length = (int)strlen(properties);
    snprintf(told, LINE_SIZE, "= %.*s\t%.*s", (int)one.len, (const char *)one.ptr, length, properties);
}

static void s_cases(struct aws_allocator *allocator, struct aws_endpoints_rule_engine *engine, const char *path) {
    FILE *table = fopen(path, "r");
    CHECK(table != NULL);
    static char parameters[LINE_SIZE];
    static char copy[LINE_SIZE];
    static char expected[LINE_SIZE];
    static char told[LINE_SIZE];
    int count = 0;
    int wrong = 0;
    while (fgets(parameters, sizeof(parameters), table) != NULL) {
        parameters[strcspn(parameters, "\n")] = '\0';
        CHECK(parameters[0] == '?' && fgets(expected, sizeof(expected), table) != NULL);
        expected[strcspn(expected, "\n")] = '\0';
        snprintf(copy, sizeof(copy), "%s", parameters + 2);
        struct aws_endpoints_request_context *context = s_context(allocator, copy);
        struct aws_endpoints_resolved_endpoint *resolved = NULL;
        CHECK(aws_endpoints_rule_engine_resolve(engine, context, &resolved) == AWS_OP_SUCCESS);
        s_told(told, resolved);
        if (strcmp(told, expected) != 0) {
            printf("%s\n  expected %s\n  told     %s\n", parameters, expected, told);
            ++wrong;
        }
        ++count;
        aws_endpoints_resolved_endpoint_release(resolved);
        aws_endpoints_request_context_release(context);
    }
    fclose(table);
    printf("%d cases, %d wrong\n", count, wrong);
}

static void s_misuse(struct aws_allocator *allocator, struct aws_endpoints_rule_engine *engine) {
    struct aws_endpoints_request_context *context = aws_endpoints_request_context_new(allocator);
    struct aws_endpoints_resolved_endpoint *resolved = NULL;
    // Without a region the rules know what to say.
    CHECK(aws_endpoints_rule_engine_resolve(engine, context, &resolved) == AWS_OP_SUCCESS);
    char told[LINE_SIZE];
    s_told(told, resolved);
    printf("without parameters: %s\n", told);
    struct aws_endpoints_resolved_endpoint *held = aws_endpoints_resolved_endpoint_acquire(resolved);
    CHECK(held == resolved && aws_endpoints_resolved_endpoint_release(held) == NULL);
    aws_endpoints_resolved_endpoint_release(resolved);
    aws_endpoints_request_context_release(context);

    CHECK(aws_endpoints_ruleset_new_from_string(allocator, text("{")) == NULL);
    printf("no rules: %s\n", aws_error_name(aws_last_error()));
    CHECK(aws_partitions_config_new_from_string(allocator, text("{")) == NULL);
    printf("no partitions: %s\n", aws_error_name(aws_last_error()));
    CHECK(aws_endpoints_rule_engine_release(NULL) == NULL);
}

int main(int argc, char **argv) {
    CHECK(argc == 2);
    struct aws_allocator *allocator = aws_mem_tracer_new(aws_default_allocator(), NULL, AWS_MEMTRACE_STACKS, 8);
    aws_s3_library_init(allocator);
    struct aws_endpoints_rule_engine *engine = aws_s3_endpoint_resolver_new(allocator);
    CHECK(engine != NULL);
    s_cases(allocator, engine, argv[1]);
    s_misuse(allocator, engine);
    CHECK(aws_endpoints_rule_engine_acquire(engine) == engine);
    CHECK(aws_endpoints_rule_engine_release(engine) == NULL);
    aws_endpoints_rule_engine_release(engine);
    aws_s3_library_clean_up();
    size_t left = aws_mem_tracer_count(allocator);
    printf("allocations left: %zu\n", left);
    aws_mem_tracer_destroy(allocator);
    return left == 0 ? 0 : 1;
}

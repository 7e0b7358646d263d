/* SPDX-License-Identifier: Apache-2.0 */

/* Requests that a program signs by hand: what is added to them, for the same secrets and the same date. What is printed
 * is compared; the C libraries and this one must print the same. */

#include <aws/auth/auth.h>
#include <aws/auth/credentials.h>
#include <aws/auth/signable.h>
#include <aws/auth/signing.h>
#include <aws/auth/signing_config.h>
#include <aws/auth/signing_result.h>
#include <aws/common/array_list.h>
#include <aws/common/string.h>
#include <aws/http/request_response.h>
#include <aws/io/stream.h>
#include <aws/s3/s3.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: %s (last error %d)\n", __FILE__, __LINE__, #condition, aws_last_error());          \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

static struct aws_allocator *s_allocator;

static struct aws_byte_cursor text(const char *literal) {
    return aws_byte_cursor_from_c_str(literal);
}

struct one {
    const char *what;
    const char *method;
    const char *path;
    const char *body;
    const char *token;
    enum aws_signing_algorithm algorithm;
    enum aws_signature_type type;
    enum aws_signed_body_header_type body_header;
    const char *body_value;
    const char *service;
    const char *extra_header;
    uint64_t expiration;
    bool double_encode, normalize, omit_token, provider, anonymous;
};

static const struct one s_table[] = {
    {"plain", .path = "/"},
    {"with the hash in a header", .path = "/", .body_header = AWS_SBHT_X_AMZ_CONTENT_SHA256},
    {"body", .method = "POST", .path = "/?a=b&a=a&c", .body = "Param1=value1"},
    {"body not signed", .method = "PUT", .path = "/k%20y", .body = "x", .body_value = "UNSIGNED-PAYLOAD",
     .body_header = AWS_SBHT_X_AMZ_CONTENT_SHA256},
    {"token", .path = "/a", .token = "to/ken=="},
    {"token left out", .path = "/a", .token = "to/ken==", .omit_token = true},
    {"path tidied and encoded", .path = "/a//b/../c%20d/", .double_encode = true, .normalize = true},
    {"spaces in a header", .path = "/", .extra_header = "  a   b  "},
    {"in the query", .path = "/key?x=1", .type = AWS_ST_HTTP_REQUEST_QUERY_PARAMS, .expiration = 3600},
    {"in the query without end", .path = "/key", .type = AWS_ST_HTTP_REQUEST_QUERY_PARAMS, .token = "to/ken==",
     .body_value = "UNSIGNED-PAYLOAD"},
    {"in the query, token left out", .path = "/key", .type = AWS_ST_HTTP_REQUEST_QUERY_PARAMS, .token = "to/ken==",
     .omit_token = true, .body_header = AWS_SBHT_X_AMZ_CONTENT_SHA256},
    {"session", .path = "/key", .algorithm = AWS_SIGNING_ALGORITHM_V4_S3EXPRESS, .token = "session",
     .service = "s3express", .body_header = AWS_SBHT_X_AMZ_CONTENT_SHA256},
    {"asymmetric", .path = "/key", .algorithm = AWS_SIGNING_ALGORITHM_V4_ASYMMETRIC},
    {"from a provider", .path = "/", .provider = true},
    {"anonymous", .path = "/", .anonymous = true},
    {"session without token", .path = "/", .algorithm = AWS_SIGNING_ALGORITHM_V4_S3EXPRESS},
    {"a parameter too many", .path = "/?x-amz-DATE=1"},
    {"a broken escape", .path = "/?a=%zz"},
};

static struct aws_http_message *s_request;
static int s_outcome;

static void s_show(const struct aws_signing_result *result, const struct aws_string *name, bool asymmetric) {
    struct aws_array_list *list = NULL;
    aws_signing_result_get_property_list(result, name, &list);
    for (size_t i = 0; list != NULL && i < aws_array_list_length(list); ++i) {
        struct aws_signing_result_property property;
        aws_array_list_get_at(list, &property, i);
        const char *value = aws_string_c_str(property.value);
        size_t length = strlen(value);
        const char *signature = strstr(value, "Signature=");
        if (asymmetric && signature != NULL) {
            length = (size_t)(signature - value);
        }
        printf("  %s %s: %.*s\n", aws_string_c_str(name), aws_string_c_str(property.name), (int)length, value);
        struct aws_string *found = NULL;
        aws_signing_result_get_property_value_in_property_list(result, name, property.name, &found);
        CHECK(found == property.value);
    }
}

static void s_on_signed(struct aws_signing_result *result, int error_code, void *user_data) {
    const struct one *one = user_data;
    s_outcome = error_code;
    if (error_code != 0) {
        CHECK(result == NULL);
        return;
    }
    bool asymmetric = one->algorithm == AWS_SIGNING_ALGORITHM_V4_ASYMMETRIC;
    s_show(result, g_aws_http_headers_property_list_name, asymmetric);
    s_show(result, g_aws_http_query_params_property_list_name, asymmetric);
    struct aws_string *signature = NULL;
    CHECK(aws_signing_result_get_property(result, g_aws_signature_property_name, &signature) == AWS_OP_SUCCESS);
    CHECK((signature == NULL) == one->anonymous);
    if (signature != NULL && !asymmetric) {
        printf("  signature %s\n", aws_string_c_str(signature));
    }
    CHECK(aws_apply_signing_result_to_http_request(s_request, s_allocator, result) == AWS_OP_SUCCESS);
}

static void s_sign(const struct one *one) {
    struct aws_byte_cursor body = text(one->body != NULL ? one->body : ""), shown;
    s_request = aws_http_message_new_request(s_allocator);
    aws_http_message_set_request_method(s_request, text(one->method != NULL ? one->method : "GET"));
    aws_http_message_set_request_path(s_request, text(one->path));
    struct aws_http_header host = {.name = text("Host"), .value = text("example.amazonaws.com")};
    struct aws_http_header agent = {.name = text("User-Agent"), .value = text("not signed")};
    aws_http_message_add_header(s_request, host);
    aws_http_message_add_header(s_request, agent);
    if (one->extra_header != NULL) {
        struct aws_http_header extra = {.name = text("My-Header"), .value = text(one->extra_header)};
        aws_http_message_add_header(s_request, extra);
    }
    struct aws_input_stream *stream = NULL;
    if (one->body != NULL) {
        stream = aws_input_stream_new_from_cursor(s_allocator, &body);
        aws_http_message_set_body_stream(s_request, stream);
    }
    struct aws_credentials *credentials =
        one->anonymous ? aws_credentials_new_anonymous(s_allocator)
                       : aws_credentials_new(
                             s_allocator, text("AKIDEXAMPLE"), text("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
                             text(one->token != NULL ? one->token : ""), UINT64_MAX);
    struct aws_credentials_provider_static_options provider_options = {
        .access_key_id = text("AKIDEXAMPLE"), .secret_access_key = text("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")};
    struct aws_credentials_provider *provider = aws_credentials_provider_new_static(s_allocator, &provider_options);
    struct aws_signing_config_aws config = {
        .config_type = AWS_SIGNING_CONFIG_AWS,
        .algorithm = one->algorithm,
        .signature_type = one->type,
        .region = text("us-east-1"),
        .service = text(one->service != NULL ? one->service : "service"),
        .signed_body_value = text(one->body_value != NULL ? one->body_value : ""),
        .signed_body_header = one->body_header,
        .expiration_in_seconds = one->expiration,
        .flags = {one->double_encode, one->normalize, one->omit_token},
    };
    *(one->provider ? (void **)&config.credentials_provider : (void **)&config.credentials) =
        one->provider ? (void *)provider : (void *)credentials;
    aws_date_time_init_epoch_secs(&config.date, 1440938160.0);
    struct aws_signable *signable = aws_signable_new_http_request(s_allocator, s_request);
    CHECK(aws_signable_get_property(signable, g_aws_http_uri_property_name, &shown) == AWS_OP_SUCCESS);
    CHECK(aws_byte_cursor_eq_c_str(&shown, one->path));
    CHECK(aws_signable_get_property(signable, g_aws_signature_property_name, &shown) == AWS_OP_ERR);
    CHECK(aws_last_error() == AWS_ERROR_INVALID_ARGUMENT && shown.ptr == NULL);

    printf("%s\n", one->what);
    s_outcome = -1;
    int started = aws_sign_request_aws(s_allocator, signable, (void *)&config, s_on_signed, (void *)one);
    if (started != AWS_OP_SUCCESS || s_outcome != 0) {
        printf("  %s %s\n", started == 0 ? "ends with" : "refused with", aws_error_name(started ? aws_last_error() : s_outcome));
    }
    CHECK(aws_http_message_get_request_path(s_request, &shown) == AWS_OP_SUCCESS);
    if (one->type == AWS_ST_HTTP_REQUEST_QUERY_PARAMS) {
        printf("  path %.*s\n", (int)shown.len, shown.ptr);
    }
    printf("  %zu headers\n", aws_http_message_get_header_count(s_request));
    aws_signable_destroy(signable);
    aws_signable_destroy(NULL);
    aws_input_stream_release(stream);
    aws_credentials_release(credentials);
    aws_credentials_provider_release(provider);
    aws_http_message_release(s_request);
}

static void s_refused(void) {
    struct aws_signing_config_aws config = {.config_type = 7};
    struct aws_http_message *request = aws_http_message_new_request(s_allocator);
    struct aws_signable *signable = aws_signable_new_http_request(s_allocator, request);
    CHECK(aws_sign_request_aws(s_allocator, signable, (void *)&config, s_on_signed, NULL) == AWS_OP_ERR);
    CHECK(aws_last_error() == AWS_AUTH_SIGNING_MISMATCHED_CONFIGURATION);
    config.config_type = AWS_SIGNING_CONFIG_AWS;
    CHECK(aws_validate_aws_signing_config_aws(&config) == AWS_OP_ERR);
    CHECK(aws_last_error() == AWS_AUTH_SIGNING_INVALID_CONFIGURATION);
    CHECK(aws_sign_request_aws(s_allocator, signable, (void *)&config, s_on_signed, NULL) == AWS_OP_ERR);
    CHECK(aws_last_error() == AWS_AUTH_SIGNING_INVALID_CONFIGURATION);
    CHECK(aws_validate_aws_signing_config_aws(NULL) == AWS_OP_ERR);
    aws_signable_destroy(signable);
    aws_http_message_release(request);
}

static void s_results(void) {
    struct aws_signing_result result;
    struct aws_array_list *list = NULL;
    struct aws_string *value = NULL;
    struct aws_byte_cursor name = text("Name"), one = text("one"), two = text("two");
    CHECK(aws_signing_result_init(&result, s_allocator) == AWS_OP_SUCCESS);
    aws_signing_result_get_property_list(&result, g_aws_http_headers_property_list_name, &list);
    CHECK(list == NULL);
    CHECK(aws_signing_result_get_property(&result, g_aws_signature_property_name, &value) == 0 && value == NULL);
    CHECK(aws_signing_result_set_property(&result, g_aws_signature_property_name, &one) == AWS_OP_SUCCESS);
    CHECK(aws_signing_result_set_property(&result, g_aws_signature_property_name, &two) == AWS_OP_SUCCESS);
    aws_signing_result_get_property(&result, g_aws_signature_property_name, &value);
    CHECK(aws_string_eq_c_str(value, "two"));
    for (int i = 0; i < 30; ++i) {
        CHECK(
            aws_signing_result_append_property_list(
                &result, g_aws_http_headers_property_list_name, &name, i ? &two : &one) == AWS_OP_SUCCESS);
    }
    aws_signing_result_get_property_list(&result, g_aws_http_headers_property_list_name, &list);
    CHECK(aws_array_list_length(list) == 30);
    struct aws_string *wanted = aws_string_new_from_c_str(s_allocator, "nAME");
    aws_signing_result_get_property_value_in_property_list(
        &result, g_aws_http_headers_property_list_name, wanted, &value);
    CHECK(aws_string_eq_c_str(value, "one"));
    aws_signing_result_get_property_value_in_property_list(
        &result, g_aws_http_headers_property_list_name, g_aws_signature_property_name, &value);
    CHECK(value == NULL);
    aws_string_destroy(wanted);
    aws_signing_result_clean_up(&result);
    CHECK(aws_string_eq_c_str(g_aws_signing_authorization_header_name, "Authorization"));
    CHECK(aws_string_eq_c_str(g_aws_signing_authorization_query_param_name, "X-Amz-Signature"));
}

int main(void) {
    s_allocator = aws_mem_tracer_new(aws_default_allocator(), NULL, AWS_MEMTRACE_BYTES, 0);
    aws_s3_library_init(aws_default_allocator());
    s_results();
    s_refused();
    for (size_t i = 0; i < AWS_ARRAY_SIZE(s_table); ++i) {
        s_sign(&s_table[i]);
    }
    aws_s3_library_clean_up();
    CHECK(aws_mem_tracer_count(s_allocator) == 0);
    aws_mem_tracer_destroy(s_allocator);
    return 0;
}

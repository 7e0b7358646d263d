/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AWS_AUTH_SIGNABLE_H
#define AWS_AUTH_SIGNABLE_H

/* Things that can be signed. The S3 client signs its own requests; this is for those that a program sends by itself. */

#include <aws/auth/auth.h>

AWS_PUSH_SANE_WARNING_LEVEL

struct aws_array_list;
struct aws_http_message;
struct aws_input_stream;
struct aws_signable;
struct aws_string;

/* A named value in one of the lists of a signable. */
struct aws_signable_property_list_pair {
    struct aws_byte_cursor name;
    struct aws_byte_cursor value;
};

typedef int(aws_signable_get_property_fn)(
    const struct aws_signable *signable,
    const struct aws_string *name,
    struct aws_byte_cursor *out_value);

typedef int(aws_signable_get_property_list_fn)(
    const struct aws_signable *signable,
    const struct aws_string *name,
    struct aws_array_list **out_list);

typedef int(aws_signable_get_payload_stream_fn)(
    const struct aws_signable *signable,
    struct aws_input_stream **out_input_stream);

typedef void(aws_signable_destroy_fn)(struct aws_signable *signable);

struct aws_signable_vtable {
    aws_signable_get_property_fn *get_property;
    aws_signable_get_property_list_fn *get_property_list;
    aws_signable_get_payload_stream_fn *get_payload_stream;
    aws_signable_destroy_fn *destroy;
};

struct aws_signable {
    struct aws_allocator *allocator;
    void *impl;
    struct aws_signable_vtable *vtable;
};

AWS_EXTERN_C_BEGIN

/* NULL is ignored. */
AWS_AUTH_API void aws_signable_destroy(struct aws_signable *signable);

/* The method, the URI: AWS_ERROR_INVALID_ARGUMENT for a name that the object does not know. */
AWS_AUTH_API
int aws_signable_get_property(
    const struct aws_signable *signable,
    const struct aws_string *name,
    struct aws_byte_cursor *out_value);

/* The headers: a list of struct aws_signable_property_list_pair. */
AWS_AUTH_API
int aws_signable_get_property_list(
    const struct aws_signable *signable,
    const struct aws_string *name,
    struct aws_array_list **out_property_list);

/* The body, or NULL. */
AWS_AUTH_API
int aws_signable_get_payload_stream(const struct aws_signable *signable, struct aws_input_stream **out_input_stream);

/* Names of properties and lists. */
AWS_AUTH_API extern const struct aws_string *g_aws_http_headers_property_list_name;
AWS_AUTH_API extern const struct aws_string *g_aws_http_query_params_property_list_name;
AWS_AUTH_API extern const struct aws_string *g_aws_http_method_property_name;
AWS_AUTH_API extern const struct aws_string *g_aws_http_uri_property_name;
AWS_AUTH_API extern const struct aws_string *g_aws_signature_property_name;
AWS_AUTH_API extern const struct aws_string *g_aws_previous_signature_property_name;
AWS_AUTH_API extern const struct aws_string *g_aws_canonical_request_property_name;

/* A request to be signed, which is held, and must not change before it is. */
AWS_AUTH_API
struct aws_signable *aws_signable_new_http_request(struct aws_allocator *allocator, struct aws_http_message *request);

AWS_EXTERN_C_END
AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_AUTH_SIGNABLE_H */

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AWS_AUTH_SIGNING_RESULT_H
#define AWS_AUTH_SIGNING_RESULT_H

/* What signing adds to a request. */

#include <aws/auth/auth.h>
#include <aws/common/hash_table.h>

AWS_PUSH_SANE_WARNING_LEVEL

struct aws_array_list;
struct aws_byte_cursor;
struct aws_http_message;
struct aws_string;

/* A named value in one of the lists of a result. */
struct aws_signing_result_property {
    struct aws_string *name;
    struct aws_string *value;
};

struct aws_signing_result {
    struct aws_allocator *allocator;
    /* Strings by name. */
    struct aws_hash_table properties;
    /* Lists of aws_signing_result_property by name. */
    struct aws_hash_table property_lists;
};

AWS_EXTERN_C_BEGIN

AWS_AUTH_API int aws_signing_result_init(struct aws_signing_result *result, struct aws_allocator *allocator);
AWS_AUTH_API void aws_signing_result_clean_up(struct aws_signing_result *result);

/* Sets a property; name and value are copied. */
AWS_AUTH_API
int aws_signing_result_set_property(
    struct aws_signing_result *result,
    const struct aws_string *property_name,
    const struct aws_byte_cursor *property_value);

/* A property, such as the signature itself; NULL when there is none. Always succeeds. */
AWS_AUTH_API
int aws_signing_result_get_property(
    const struct aws_signing_result *result,
    const struct aws_string *property_name,
    struct aws_string **out_property_value);

/* Appends to a list, which is made if need be; all is copied. */
AWS_AUTH_API
int aws_signing_result_append_property_list(
    struct aws_signing_result *result,
    const struct aws_string *list_name,
    const struct aws_byte_cursor *property_name,
    const struct aws_byte_cursor *property_value);

/* A list of struct aws_signing_result_property, NULL when there is none: headers, or query parameters (encoded). */
AWS_AUTH_API
void aws_signing_result_get_property_list(
    const struct aws_signing_result *result,
    const struct aws_string *list_name,
    struct aws_array_list **out_list);

/* The first value of that name, in either case, in a list; NULL when there is none. */
AWS_AUTH_API
void aws_signing_result_get_property_value_in_property_list(
    const struct aws_signing_result *result,
    const struct aws_string *list_name,
    const struct aws_string *property_name,
    struct aws_string **out_value);

/* Adds headers and query parameters of the result to the request that was signed. */
AWS_AUTH_API
int aws_apply_signing_result_to_http_request(
    struct aws_http_message *request,
    struct aws_allocator *allocator,
    const struct aws_signing_result *result);

AWS_AUTH_API extern const struct aws_string *g_aws_signing_authorization_header_name;
AWS_AUTH_API extern const struct aws_string *g_aws_signing_authorization_query_param_name;

AWS_EXTERN_C_END
AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_AUTH_SIGNING_RESULT_H */

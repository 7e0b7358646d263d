/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AWS_AUTH_SIGNING_RESULT_H
#define AWS_AUTH_SIGNING_RESULT_H

/* Types of what signing produces. */

#include <aws/auth/auth.h>
#include <aws/common/hash_table.h>

AWS_PUSH_SANE_WARNING_LEVEL

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

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_AUTH_SIGNING_RESULT_H */

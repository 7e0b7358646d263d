#ifndef AWS_COMMON_ENVIRONMENT_H
#define AWS_COMMON_ENVIRONMENT_H
/* Environment variables. */

#include <aws/common/common.h>

AWS_PUSH_SANE_WARNING_LEVEL
AWS_EXTERN_C_BEGIN

struct aws_string;

/** Stores a copy of a variable, to be released with aws_string_destroy(), or NULL when it is not set. */
AWS_COMMON_API int aws_get_environment_value(
    struct aws_allocator *allocator,
    const struct aws_string *variable_name,
    struct aws_string **value_out);

/** A copy of a variable, to be released with aws_string_destroy(); NULL when it is not set. */
AWS_COMMON_API struct aws_string *aws_get_env(struct aws_allocator *allocator, const char *name);

/** The same, with NULL also for an empty value. */
AWS_COMMON_API struct aws_string *aws_get_env_nonempty(struct aws_allocator *allocator, const char *name);

/** Sets a variable, for all threads. AWS_ERROR_ENVIRONMENT_SET when the system refuses. */
AWS_COMMON_API int aws_set_environment_value(const struct aws_string *variable_name, const struct aws_string *value);

/** Removes a variable, for all threads. AWS_ERROR_ENVIRONMENT_UNSET when the system refuses. */
AWS_COMMON_API int aws_unset_environment_value(const struct aws_string *variable_name);

AWS_EXTERN_C_END

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_ENVIRONMENT_H */

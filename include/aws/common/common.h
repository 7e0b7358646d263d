#ifndef AWS_COMMON_COMMON_H
#define AWS_COMMON_COMMON_H
/* What nearly every program includes first: memory, errors, assertions, basic types. */

#include <aws/common/allocator.h>
#include <aws/common/assert.h>
#include <aws/common/config.h>
#include <aws/common/error.h>
#include <aws/common/exports.h>
#include <aws/common/macros.h>
#include <aws/common/platform.h>
#include <aws/common/predicates.h>
#include <aws/common/stdbool.h>
#include <aws/common/stdint.h>
#include <aws/common/zero.h>

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

AWS_PUSH_SANE_WARNING_LEVEL
AWS_EXTERN_C_BEGIN

/**
 * Registers the error codes and log subjects of this part. Further calls do nothing; one aws_common_library_clean_up()
 * undoes any number of them. `allocator` is borrowed and not NULL.
 */
AWS_COMMON_API void aws_common_library_init(struct aws_allocator *allocator);

/** Joins all managed threads and takes back what aws_common_library_init() registered. Does nothing when not set up. */
AWS_COMMON_API void aws_common_library_clean_up(void);

/** Aborts the process when aws_common_library_init() was not called. */
AWS_COMMON_API void aws_common_fatal_assert_library_initialized(void);

AWS_EXTERN_C_END
AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_COMMON_H */

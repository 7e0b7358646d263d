#ifndef AWS_COMMON_TRIBOOL_H
#define AWS_COMMON_TRIBOOL_H
/* A choice that can be left to the library. */

#include <aws/common/macros.h>

AWS_PUSH_SANE_WARNING_LEVEL

/**
 * Yes, no, or not said. Zeroed memory means not said. Both answers are non-zero: compare with a name, never test for
 * truth.
 */
enum aws_tribool {
    /** The library decides. */
    AWS_TRIBOOL_UNSET = 0,
    /** No. */
    AWS_TRIBOOL_FALSE = 1,
    /** Yes. */
    AWS_TRIBOOL_TRUE = 2,
};

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_TRIBOOL_H */

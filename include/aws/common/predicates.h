#ifndef AWS_COMMON_PREDICATES_H
#define AWS_COMMON_PREDICATES_H
/* Checks that are on only when AWS_DEEP_CHECKS is 1. */

#if defined(AWS_DEEP_CHECKS) && AWS_DEEP_CHECKS == 1
#    include <string.h>
/** Whether two blocks hold the same bytes; true without looking when deep checks are off. */
#    define AWS_BYTES_EQ(arr1, arr2, len) (memcmp((arr1), (arr2), (len)) == 0)
#else
#    define AWS_BYTES_EQ(arr1, arr2, len) (1)
#endif

#endif /* AWS_COMMON_PREDICATES_H */

#ifndef AWS_COMMON_ATOMICS_INL
#define AWS_COMMON_ATOMICS_INL

#include <aws/common/atomics.h>

/* The only implementation there is: gcc and clang have the same builtins. */
#include <aws/common/atomics_gnu.inl>

#endif /* AWS_COMMON_ATOMICS_INL */

#ifndef AWS_COMMON_ZERO_H
#define AWS_COMMON_ZERO_H
/* Zeroing memory and asking whether it is zero. */

#include <aws/common/exports.h>
#include <aws/common/macros.h>
#include <aws/common/stdbool.h>
#include <aws/common/stdint.h>

#include <string.h>

AWS_PUSH_SANE_WARNING_LEVEL
AWS_EXTERN_C_BEGIN

/** Sets every byte of a struct to zero. */
#define AWS_ZERO_STRUCT(object)                                                                                        \
    do {                                                                                                               \
        memset(&(object), 0, sizeof(object));                                                                          \
    } while (0)

/** Sets every byte of an array (not of a pointer) to zero. */
#define AWS_ZERO_ARRAY(array) memset((void *)(array), 0, sizeof(array))

/** Whether every byte of a struct is zero. */
#define AWS_IS_ZEROED(object) aws_is_mem_zeroed(&(object), sizeof(object))

/** Whether all `bufsize` bytes at `buf` are zero. An empty block is; `buf` may be NULL only then. */
AWS_STATIC_IMPL bool aws_is_mem_zeroed(const void *buf, size_t bufsize);

/** Overwrites memory with zeros in a way that the optimiser keeps. `pBuf` may be NULL when `bufsize` is 0. */
AWS_COMMON_API void aws_secure_zero(void *pBuf, size_t bufsize);

AWS_EXTERN_C_END

#ifndef AWS_NO_STATIC_IMPL
#    include <aws/common/zero.inl>
#endif

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_ZERO_H */

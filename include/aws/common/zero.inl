#ifndef AWS_COMMON_ZERO_INL
#define AWS_COMMON_ZERO_INL

#include <aws/common/zero.h>

AWS_EXTERN_C_BEGIN

AWS_STATIC_IMPL bool aws_is_mem_zeroed(const void *buf, size_t bufsize) {
    const unsigned char *bytes = (const unsigned char *)buf;
    /* First byte zero and every byte equal to the one before it: memcmp looks at whole words. */
    return bufsize == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, bufsize - 1) == 0);
}

AWS_EXTERN_C_END

#endif /* AWS_COMMON_ZERO_INL */

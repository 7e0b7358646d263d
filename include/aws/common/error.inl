#ifndef AWS_COMMON_ERROR_INL
#define AWS_COMMON_ERROR_INL

#include <aws/common/error.h>

AWS_EXTERN_C_BEGIN

AWS_STATIC_IMPL int aws_raise_error(int err) {
    aws_raise_error_private(err);
    return AWS_OP_ERR;
}

AWS_EXTERN_C_END

#endif /* AWS_COMMON_ERROR_INL */

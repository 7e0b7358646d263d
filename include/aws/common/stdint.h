#ifndef AWS_COMMON_STDINT_H
#define AWS_COMMON_STDINT_H
/* Integers of fixed width. */

#include <aws/common/assert.h>

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/** A position in a file, always 64 bits. */
typedef int64_t aws_off_t;

#endif /* AWS_COMMON_STDINT_H */

#ifndef AWS_COMMON_STDBOOL_H
#define AWS_COMMON_STDBOOL_H
/* `bool`, `true` and `false` for C. */

#include <stdbool.h>

#endif /* AWS_COMMON_STDBOOL_H */

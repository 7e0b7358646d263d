#ifndef AWS_IO_FILE_UTILS_H
#define AWS_IO_FILE_UTILS_H
/* File functions live in aws/common; this is where they used to be. */

#include <aws/common/file.h>

#endif /* AWS_IO_FILE_UTILS_H */

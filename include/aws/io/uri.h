#ifndef AWS_IO_URI_H
#define AWS_IO_URI_H
/* URIs live in aws/common; this is where they used to be. */

#include <aws/common/uri.h>
#include <aws/io/io.h>

#endif /* AWS_IO_URI_H */

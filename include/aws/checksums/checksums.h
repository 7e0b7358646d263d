/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AWS_CHECKSUMS_CHECKSUMS_H
#define AWS_CHECKSUMS_CHECKSUMS_H

/* Start and end of this package. aws_s3_library_init starts it, too. */

#include <aws/checksums/exports.h>
#include <aws/common/common.h>

AWS_PUSH_SANE_WARNING_LEVEL
AWS_EXTERN_C_BEGIN

/* Not counted: one clean-up undoes any number of calls. */
AWS_CHECKSUMS_API void aws_checksums_library_init(struct aws_allocator *allocator);

AWS_CHECKSUMS_API void aws_checksums_library_clean_up(void);

AWS_EXTERN_C_END
AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_CHECKSUMS_CHECKSUMS_H */

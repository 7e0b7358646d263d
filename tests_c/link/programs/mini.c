/* SPDX-License-Identifier: Apache-2.0 */
/* Starts the library, names one of its errors, ends it. */
#include <aws/common/common.h>
#include <aws/s3/s3.h>
#include <aws/s3/s3_client.h>
#include <stdio.h>

int main(void) {
    aws_s3_library_init(aws_default_allocator());
    puts(aws_error_name(AWS_ERROR_S3_CANCELED));
    aws_s3_library_clean_up();
    return 0;
}

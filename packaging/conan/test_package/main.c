/* SPDX-License-Identifier: Apache-2.0 */
#include <aws/common/error.h>
#include <aws/s3/s3.h>
#include <stdio.h>

int main(void) {
    aws_s3_library_init(aws_default_allocator());
    puts(aws_error_name(AWS_ERROR_S3_CANCELED));
    aws_s3_library_clean_up();
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Names no function of another library, so that with --as-needed only the S3 library ends up in NEEDED. */
#include <aws/s3/s3_client.h>
#include <stdio.h>

int main(void) {
    aws_s3_client_release(NULL);
    aws_s3_meta_request_release(NULL);
    puts("ran");
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A C program with two libraries: ours, and one written in Rust that catches a panic of its own. */
#include <aws/common/common.h>
#include <aws/s3/s3.h>
#include <stdio.h>

int other_catches_its_panic(void);

int main(void) {
    aws_s3_library_init(aws_default_allocator());
    int caught = other_catches_its_panic();
    aws_s3_library_clean_up();
    printf("caught %d\n", caught);
    return !caught;
}

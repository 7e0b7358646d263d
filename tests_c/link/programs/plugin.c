/* SPDX-License-Identifier: Apache-2.0 */
/* A shared object that uses the library inside, says where its copy is, and offers one function of its own. */
#include <aws/common/common.h>
#include <aws/s3/s3.h>
#include <aws/s3/s3_client.h>

__attribute__((visibility("default"))) void *plugin_run(void) {
    aws_s3_library_init(aws_default_allocator());
    aws_s3_client_release(NULL);
    aws_s3_library_clean_up();
    return (void *)aws_s3_library_init;
}

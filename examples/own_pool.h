/* SPDX-License-Identifier: Apache-2.0 */

/* A buffer pool of a program's own, as small as one can be that keeps a limit: buffers that are given back are used
 * again, and a reservation that does not fit waits in line until it does. */
#ifndef EXAMPLES_OWN_POOL_H
#define EXAMPLES_OWN_POOL_H

#include <aws/s3/s3_buffer_pool.h>

/* An aws_s3_buffer_pool_factory_fn. */
struct aws_s3_buffer_pool *own_pool_new(
    struct aws_allocator *allocator,
    struct aws_s3_buffer_pool_config config,
    void *user_data);

#endif

/* SPDX-License-Identifier: Apache-2.0 */

/* The library's own pool: no public header declares these functions, but programs use them. */
#ifndef TESTS_C_DEFAULT_POOL_H
#define TESTS_C_DEFAULT_POOL_H

#include <aws/s3/s3_buffer_pool.h>

/* Bytes, but for the two that are numbers of something. */
struct usage {
    size_t mem_limit;
    size_t primary_cutoff;
    size_t primary_min_cutoff;
    size_t primary_allocated;
    size_t primary_num_blocks;
    size_t primary_used;
    size_t primary_reserved;
    size_t secondary_used;
    size_t secondary_reserved;
    size_t special_blocks_allocated;
    size_t special_blocks_num;
    size_t special_blocks_reserved;
    size_t special_blocks_used;
    size_t forced_used;
};

struct aws_s3_buffer_pool *aws_s3_default_buffer_pool_new(
    struct aws_allocator *allocator,
    struct aws_s3_buffer_pool_config config);
void aws_s3_default_buffer_pool_destroy(struct aws_s3_buffer_pool *pool);
struct aws_future_s3_buffer_ticket *aws_s3_default_buffer_pool_reserve(
    struct aws_s3_buffer_pool *pool,
    struct aws_s3_buffer_pool_reserve_meta meta);
struct aws_byte_buf aws_s3_default_buffer_pool_acquire_buffer(struct aws_s3_buffer_pool *pool, void *ticket);
struct usage aws_s3_default_buffer_pool_get_usage(struct aws_s3_buffer_pool *pool);
int aws_s3_default_buffer_pool_get_ticket_reserved_from(void *ticket);
void aws_s3_default_buffer_pool_trim(struct aws_s3_buffer_pool *pool);

/* A factory; user data is where the pool is to be noted. */
static inline struct aws_s3_buffer_pool *default_pool_factory(
    struct aws_allocator *allocator,
    struct aws_s3_buffer_pool_config config,
    void *user_data) {

    struct aws_s3_buffer_pool *pool = aws_s3_default_buffer_pool_new(allocator, config);
    *(struct aws_s3_buffer_pool **)user_data = pool;
    return pool;
}

#endif /* TESTS_C_DEFAULT_POOL_H */

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The functions of aws/s3/s3_buffer_pool.h, called by a pool written in C and by its user. Exits with 0 when every
 * promise of the header holds. Links against the library and against any other that keeps the same contract.
 */
#include "default_pool.h"

#include <aws/common/allocator.h>
#include <aws/common/byte_buf.h>
#include <aws/common/error.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                            \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

struct ticket {
    struct aws_s3_buffer_ticket base;
    size_t size;
    uint8_t memory[64];
};

static int s_live_tickets;
static int s_pool_references = 1;
static int s_trims;
static struct aws_s3_buffer_pool_reserve_meta s_asked;
static struct aws_future_s3_buffer_ticket *s_deferred;

static struct aws_byte_buf s_claim(struct aws_s3_buffer_ticket *base) {
    struct ticket *ticket = base->impl;
    struct aws_byte_buf buffer = {.buffer = ticket->memory, .capacity = ticket->size};
    return buffer;
}

static void s_ticket_end(void *object) {
    --s_live_tickets;
    free(object);
}

static struct aws_s3_buffer_ticket_vtable s_ticket_vtable = {.claim = s_claim};

static struct aws_s3_buffer_ticket *s_ticket_new(size_t size) {
    struct ticket *ticket = calloc(1, sizeof *ticket);
    ticket->base.vtable = &s_ticket_vtable;
    ticket->base.impl = ticket;
    ticket->size = size;
    aws_ref_count_init(&ticket->base.ref_count, ticket, s_ticket_end);
    ++s_live_tickets;
    return &ticket->base;
}

static struct aws_future_s3_buffer_ticket *s_reserve(
    struct aws_s3_buffer_pool *pool,
    struct aws_s3_buffer_pool_reserve_meta meta) {
    (void)pool;
    s_asked = meta;
    struct aws_future_s3_buffer_ticket *future = aws_future_s3_buffer_ticket_new(aws_default_allocator());
    if (meta.can_block) {
        s_deferred = aws_future_s3_buffer_ticket_acquire(future);
    } else if (meta.size > 64) {
        aws_future_s3_buffer_ticket_set_error(future, AWS_ERROR_SHORT_BUFFER);
    } else {
        struct aws_s3_buffer_ticket *ticket = s_ticket_new(meta.size);
        aws_future_s3_buffer_ticket_set_result_by_move(future, &ticket);
        CHECK(ticket == NULL);
    }
    return future;
}

static void s_trim(struct aws_s3_buffer_pool *pool) {
    (void)pool;
    ++s_trims;
}

static struct aws_s3_buffer_pool *s_acquire(struct aws_s3_buffer_pool *pool) {
    ++s_pool_references;
    return pool;
}

static struct aws_s3_buffer_pool *s_release(struct aws_s3_buffer_pool *pool) {
    (void)pool;
    --s_pool_references;
    return NULL;
}

static struct aws_s3_buffer_pool_vtable s_vtable = {
    .reserve = s_reserve,
    .trim = s_trim,
    .acquire = s_acquire,
    .release = s_release,
};
static struct aws_s3_buffer_pool s_pool = {.vtable = &s_vtable};

static void s_count(void *user_data) {
    ++*(int *)user_data;
}

static void s_null_arguments(void) {
    CHECK(aws_s3_buffer_pool_acquire(NULL) == NULL);
    CHECK(aws_s3_buffer_pool_release(NULL) == NULL);
    CHECK(aws_s3_buffer_ticket_acquire(NULL) == NULL);
    CHECK(aws_s3_buffer_ticket_release(NULL) == NULL);
    CHECK(aws_future_s3_buffer_ticket_acquire(NULL) == NULL);
    CHECK(aws_future_s3_buffer_ticket_release(NULL) == NULL);
    CHECK(aws_s3_buffer_pool_derive_aligned_buffer_size(NULL, 12345) == 12345);
    CHECK(aws_s3_buffer_pool_add_special_size(NULL, 5) == AWS_OP_ERR);
    CHECK(aws_last_error() == AWS_ERROR_INVALID_ARGUMENT);
}

static void s_pool_functions(void) {
    CHECK(aws_s3_buffer_pool_acquire(&s_pool) == &s_pool && s_pool_references == 2);
    CHECK(aws_s3_buffer_pool_release(&s_pool) == NULL && s_pool_references == 1);
    aws_s3_buffer_pool_trim(&s_pool);
    CHECK(s_trims == 1);
    CHECK(aws_s3_buffer_pool_add_special_size(&s_pool, 0) == AWS_OP_ERR);
    CHECK(aws_last_error() == AWS_ERROR_INVALID_ARGUMENT);
    CHECK(aws_s3_buffer_pool_add_special_size(&s_pool, 7) == AWS_OP_SUCCESS);
    aws_s3_buffer_pool_release_special_size(&s_pool, 7);
    CHECK(aws_s3_buffer_pool_derive_aligned_buffer_size(&s_pool, 5000) == 5000);

    struct aws_byte_buf lent = {.len = 0};
    struct aws_s3_meta_request *key = (void *)&lent;
    CHECK(aws_s3_buffer_pool_add_preallocated_buffer(&s_pool, key, NULL) == AWS_OP_ERR);
    CHECK(aws_last_error() == AWS_ERROR_INVALID_ARGUMENT);
    aws_reset_error();
    CHECK(aws_s3_buffer_pool_add_preallocated_buffer(&s_pool, NULL, &lent) == AWS_OP_ERR);
    CHECK(aws_last_error() == AWS_ERROR_INVALID_ARGUMENT);
    aws_reset_error();
    CHECK(aws_s3_buffer_pool_add_preallocated_buffer(NULL, key, &lent) == AWS_OP_ERR);
    CHECK(aws_last_error() == AWS_ERROR_INVALID_ARGUMENT);
    CHECK(aws_s3_buffer_pool_add_preallocated_buffer(&s_pool, key, &lent) == AWS_OP_ERR);
    CHECK(aws_last_error() == AWS_ERROR_UNSUPPORTED_OPERATION);
    aws_s3_buffer_pool_remove_preallocated_buffer(&s_pool, key);
}

static void s_answered_at_once(void) {
    struct aws_s3_buffer_pool_reserve_meta meta = {.size = 10, .local_offset = 77};
    struct aws_future_s3_buffer_ticket *future = aws_s3_buffer_pool_reserve(&s_pool, meta);
    CHECK(s_asked.size == 10 && s_asked.local_offset == 77 && !s_asked.can_block);
    CHECK(aws_future_s3_buffer_ticket_is_done(future));
    CHECK(aws_future_s3_buffer_ticket_get_error(future) == 0);
    int called = 0;
    CHECK(!aws_future_s3_buffer_ticket_register_callback_if_not_done(future, s_count, &called));
    aws_future_s3_buffer_ticket_register_callback(future, s_count, &called);
    CHECK(called == 1);
    struct aws_s3_buffer_ticket *peeked = aws_future_s3_buffer_ticket_peek_result(future);
    struct aws_s3_buffer_ticket *ticket = aws_future_s3_buffer_ticket_get_result_by_move(future);
    CHECK(ticket != NULL && ticket == peeked);
    aws_future_s3_buffer_ticket_release(future);

    struct aws_byte_buf buffer = aws_s3_buffer_ticket_claim(ticket);
    CHECK(buffer.buffer != NULL && buffer.len == 0 && buffer.capacity == 10 && buffer.allocator == NULL);
    CHECK(aws_s3_buffer_ticket_acquire(ticket) == ticket);
    CHECK(aws_s3_buffer_ticket_release(ticket) == NULL && s_live_tickets == 1);
    CHECK(aws_s3_buffer_ticket_release(ticket) == NULL && s_live_tickets == 0);

    /* Nobody reads the result. */
    aws_future_s3_buffer_ticket_release(aws_s3_buffer_pool_reserve(&s_pool, meta));
    CHECK(s_live_tickets == 0);

    meta.size = 65;
    future = aws_s3_buffer_pool_reserve(&s_pool, meta);
    CHECK(aws_future_s3_buffer_ticket_get_error(future) == AWS_ERROR_SHORT_BUFFER);
    aws_future_s3_buffer_ticket_release(future);
}

static void *s_answer(void *unused) {
    (void)unused;
    struct aws_s3_buffer_ticket *ticket = s_ticket_new(5);
    aws_future_s3_buffer_ticket_set_result_by_move(s_deferred, &ticket);
    s_deferred = aws_future_s3_buffer_ticket_release(s_deferred);
    return NULL;
}

static void s_answered_late(void) {
    struct aws_s3_buffer_pool_reserve_meta meta = {.size = 5, .can_block = true};
    struct aws_future_s3_buffer_ticket *future = aws_s3_buffer_pool_reserve(&s_pool, meta);
    CHECK(!aws_future_s3_buffer_ticket_is_done(future));
    CHECK(!aws_future_s3_buffer_ticket_wait(future, 1000));
    int called = 0;
    CHECK(aws_future_s3_buffer_ticket_register_callback_if_not_done(future, s_count, &called));
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, s_answer, NULL) == 0);
    CHECK(aws_future_s3_buffer_ticket_wait(future, UINT64_MAX));
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(called == 1);
    aws_future_s3_buffer_ticket_release(future);
    CHECK(s_live_tickets == 0);

    /* Canceled: the late ticket goes back, once. */
    future = aws_s3_buffer_pool_reserve(&s_pool, meta);
    aws_future_s3_buffer_ticket_set_error(future, AWS_ERROR_UNSUPPORTED_OPERATION);
    aws_future_s3_buffer_ticket_set_error(future, AWS_ERROR_SHORT_BUFFER);
    s_answer(NULL);
    CHECK(s_live_tickets == 0);
    CHECK(aws_future_s3_buffer_ticket_get_error(future) == AWS_ERROR_UNSUPPORTED_OPERATION);
    aws_future_s3_buffer_ticket_release(future);
}

/* ---- The library's own pool. ---- */

enum { SECONDARY, PRIMARY, SPECIAL };
#define MIB ((size_t)1024 * 1024)

static struct aws_s3_buffer_ticket *s_ticket(struct aws_s3_buffer_pool *pool, size_t size, bool can_block) {
    struct aws_s3_buffer_pool_reserve_meta meta = {.size = size, .can_block = can_block};
    struct aws_future_s3_buffer_ticket *future = aws_s3_default_buffer_pool_reserve(pool, meta);
    CHECK(aws_future_s3_buffer_ticket_is_done(future) && aws_future_s3_buffer_ticket_get_error(future) == 0);
    struct aws_s3_buffer_ticket *ticket = aws_future_s3_buffer_ticket_get_result_by_move(future);
    aws_future_s3_buffer_ticket_release(future);
    return ticket;
}

static void s_default_pool(void) {
    struct aws_allocator *allocator = aws_mem_tracer_new(aws_default_allocator(), NULL, AWS_MEMTRACE_BYTES, 0);
    struct aws_s3_buffer_pool_config config = {.part_size = 8 * MIB, .memory_limit = 256 * MIB - 1};
    CHECK(aws_s3_default_buffer_pool_new(allocator, config) == NULL);
    config.memory_limit = 1024 * MIB;
    struct aws_s3_buffer_pool *pool = aws_s3_default_buffer_pool_new(allocator, config);
    struct usage usage = aws_s3_default_buffer_pool_get_usage(pool);
    CHECK(usage.mem_limit == 896 * MIB && usage.primary_cutoff == 32 * MIB && usage.primary_min_cutoff == 512 * 1024);

    CHECK(aws_s3_buffer_pool_add_special_size(pool, 64 * MIB) == AWS_OP_SUCCESS);
    struct aws_s3_buffer_ticket *part = s_ticket(pool, 8 * MIB, false);
    struct aws_s3_buffer_ticket *large = s_ticket(pool, 40 * MIB, false);
    struct aws_s3_buffer_ticket *special = s_ticket(pool, 64 * MIB, false);
    struct aws_s3_buffer_ticket *forced = s_ticket(pool, 9 * MIB, true);
    CHECK(aws_s3_default_buffer_pool_get_ticket_reserved_from(part->impl) == PRIMARY);
    CHECK(aws_s3_default_buffer_pool_get_ticket_reserved_from(large->impl) == SECONDARY);
    CHECK(aws_s3_default_buffer_pool_get_ticket_reserved_from(special->impl) == SPECIAL);
    usage = aws_s3_default_buffer_pool_get_usage(pool);
    CHECK(usage.primary_reserved == 8 * MIB && usage.secondary_reserved == 40 * MIB);
    CHECK(usage.special_blocks_reserved == 64 * MIB && usage.special_blocks_num == 1 && usage.forced_used == 0);

    struct aws_byte_buf memory = aws_s3_default_buffer_pool_acquire_buffer(pool, part->impl);
    CHECK(memory.capacity == 8 * MIB && memory.len == 0 && memory.allocator == NULL && (size_t)memory.buffer % 4096 == 0);
    struct aws_byte_buf again = aws_s3_buffer_ticket_claim(part);
    CHECK(again.buffer == memory.buffer && again.capacity == memory.capacity);
    aws_s3_buffer_ticket_claim(large);
    aws_s3_buffer_ticket_claim(special);
    aws_s3_buffer_ticket_claim(forced);
    usage = aws_s3_default_buffer_pool_get_usage(pool);
    CHECK(usage.primary_used == 17 * MIB && usage.primary_num_blocks == 1 && usage.primary_allocated == 128 * MIB);
    CHECK(usage.secondary_used == 40 * MIB && usage.special_blocks_used == 64 * MIB);
    CHECK(usage.special_blocks_allocated == 64 * MIB && usage.forced_used == 9 * MIB);
    /* The caller's allocator knows of all of it. */
    CHECK(aws_mem_tracer_bytes(allocator) >= 232 * MIB && aws_mem_tracer_bytes(allocator) < 233 * MIB);

    /* What is idle goes, what is in use stays, also when the pool goes first. */
    aws_s3_buffer_ticket_release(special);
    aws_s3_buffer_ticket_release(large);
    aws_s3_buffer_ticket_release(forced);
    aws_s3_default_buffer_pool_trim(pool);
    usage = aws_s3_default_buffer_pool_get_usage(pool);
    CHECK(usage.special_blocks_num == 0 && usage.special_blocks_allocated == 0 && usage.primary_num_blocks == 1);
    CHECK(usage.primary_used == 8 * MIB && usage.secondary_used == 0 && usage.forced_used == 0);
    memory.buffer[memory.capacity - 1] = 7;
    aws_s3_default_buffer_pool_destroy(pool);
    CHECK(aws_s3_buffer_ticket_claim(part).buffer[memory.capacity - 1] == 7);
    aws_s3_buffer_ticket_release(part);
    CHECK(aws_mem_tracer_count(allocator) == 0);
    aws_mem_tracer_destroy(allocator);
}

int main(void) {
    s_default_pool();
    s_null_arguments();
    s_pool_functions();
    s_answered_at_once();
    s_answered_late();
    CHECK(s_live_tickets == 0 && s_pool_references == 1);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */

/* Pools that a program brings along. Each has the least vtable that is allowed: a pool with `reserve` and `trim`,
 * tickets with `claim`. One completes its futures before `reserve` returns, one from a thread of its own, one refuses. */

#include "support.h"

enum manner { AT_ONCE, FROM_THREAD, REFUSES };

struct pool {
    struct aws_s3_buffer_pool base;
    struct aws_allocator *allocator;
    enum manner manner;
    int reserved;
    int destroyed;
    int tickets;
    int wrong_sizes;

    /* What the thread is to do; it has room for more than a client can ask for. */
    pthread_t thread;
    struct { struct aws_future_s3_buffer_ticket *future; size_t size; } queue[4096];
    int queued;
    int done;
    bool stop;
};

struct ticket {
    struct aws_s3_buffer_ticket base;
    struct pool *pool;
    uint8_t *memory;
    size_t size;
};

static struct aws_byte_buf s_claim(struct aws_s3_buffer_ticket *base) {
    struct ticket *ticket = base->impl;
    return aws_byte_buf_from_empty_array(ticket->memory, ticket->size);
}

static struct aws_s3_buffer_ticket_vtable s_ticket_vtable = {.claim = s_claim};

static void s_ticket_destroy(void *object) {
    struct ticket *ticket = object;
    pthread_mutex_lock(&s_lock);
    --ticket->pool->tickets;
    pthread_mutex_unlock(&s_lock);
    aws_mem_release(ticket->pool->allocator, ticket->memory);
    aws_mem_release(ticket->pool->allocator, ticket);
}

static void s_complete(struct pool *pool, struct aws_future_s3_buffer_ticket *future, size_t size) {
    struct ticket *ticket = aws_mem_calloc(pool->allocator, 1, sizeof(*ticket));
    ticket->base.vtable = &s_ticket_vtable;
    ticket->base.impl = ticket;
    ticket->pool = pool;
    ticket->memory = aws_mem_acquire(pool->allocator, size);
    ticket->size = size;
    aws_ref_count_init(&ticket->base.ref_count, ticket, s_ticket_destroy);
    happened(&pool->tickets);
    struct aws_s3_buffer_ticket *base = &ticket->base;
    aws_future_s3_buffer_ticket_set_result_by_move(future, &base);
}

static void *s_thread(void *object) {
    struct pool *pool = object;
    pthread_mutex_lock(&s_lock);
    while (!pool->stop || pool->done < pool->queued) {
        if (pool->done == pool->queued) {
            pthread_cond_wait(&s_changed, &s_lock);
            continue;
        }
        int next = pool->done++;
        pthread_mutex_unlock(&s_lock);
        s_complete(pool, pool->queue[next].future, pool->queue[next].size);
        aws_future_s3_buffer_ticket_release(pool->queue[next].future);
        pthread_mutex_lock(&s_lock);
    }
    pthread_mutex_unlock(&s_lock);
    return NULL;
}

static struct aws_future_s3_buffer_ticket *s_reserve(
    struct aws_s3_buffer_pool *base,
    struct aws_s3_buffer_pool_reserve_meta meta) {

    struct pool *pool = base->impl;
    struct aws_future_s3_buffer_ticket *future = aws_future_s3_buffer_ticket_new(pool->allocator);
    if (meta.size == 0 || meta.client == NULL || meta.meta_request == NULL) {
        happened(&pool->wrong_sizes);
    }
    happened(&pool->reserved);
    if (pool->manner == AT_ONCE) {
        s_complete(pool, future, meta.size);
    } else if (pool->manner == REFUSES) {
        aws_future_s3_buffer_ticket_set_error(future, AWS_ERROR_NO_SPACE);
    } else {
        pthread_mutex_lock(&s_lock);
        CHECK(pool->queued < (int)AWS_ARRAY_SIZE(pool->queue));
        pool->queue[pool->queued].future = aws_future_s3_buffer_ticket_acquire(future);
        pool->queue[pool->queued].size = meta.size;
        ++pool->queued;
        pthread_cond_broadcast(&s_changed);
        pthread_mutex_unlock(&s_lock);
    }
    return future;
}

static void s_trim(struct aws_s3_buffer_pool *base) {
    (void)base;
}

static struct aws_s3_buffer_pool_vtable s_pool_vtable = {.reserve = s_reserve, .trim = s_trim};

static void s_pool_destroy(void *object) {
    happened(&((struct pool *)object)->destroyed);
}

static struct aws_s3_buffer_pool *s_factory(
    struct aws_allocator *allocator,
    struct aws_s3_buffer_pool_config config,
    void *user_data) {

    struct pool *pool = user_data;
    CHECK(config.client != NULL && config.part_size == 256 * KIB && config.memory_limit == 512 * MIB);
    pool->allocator = allocator;
    pool->base.vtable = &s_pool_vtable;
    pool->base.impl = pool;
    aws_ref_count_init(&pool->base.ref_count, pool, s_pool_destroy);
    return &pool->base;
}

static struct aws_s3_buffer_pool *s_failing_factory(
    struct aws_allocator *allocator,
    struct aws_s3_buffer_pool_config config,
    void *user_data) {

    (void)allocator;
    (void)config;
    (void)user_data;
    aws_raise_error(AWS_ERROR_NO_SPACE);
    return NULL;
}

static void s_run(struct aws_allocator *allocator, const char *name, enum manner manner) {
    static struct pool pool;
    memset(&pool, 0, sizeof(pool));
    pool.manner = manner;
    if (manner == FROM_THREAD) {
        CHECK(pthread_create(&pool.thread, NULL, s_thread, &pool) == 0);
    }
    printf("pool that %s\n", name);
    struct fixture_options options = {.part_size = 256 * KIB, .pool_factory = s_factory, .pool_user_data = &pool};
    struct fixture fixture;
    fixture_init(&fixture, allocator, &options);
    uint64_t size = 7 * MIB + 5;
    if (manner != REFUSES) {
        put_content(&fixture, "pool", size);
    }
    for (enum receiver receiver = RECEIVE_BODY; receiver <= RECEIVE_FILE; ++receiver) {
        char path[PATH_SIZE];
        struct transfer transfer = {0};
        get_start(&transfer, &fixture, "pool", receiver, path_in_dir(path, "received"));
        transfer_end(&transfer);
        if (manner != REFUSES && receiver == RECEIVE_FILE) {
            transfer.wrong_content = !is_content_file(path, size);
        } else if (manner != REFUSES) {
            transfer.wrong_content |= transfer.received != size;
        }
        print_transfer("  get", &transfer);
    }
    fixture_clean_up(&fixture);
    if (manner == FROM_THREAD) {
        pthread_mutex_lock(&s_lock);
        pool.stop = true;
        pthread_cond_broadcast(&s_changed);
        pthread_mutex_unlock(&s_lock);
        pthread_join(pool.thread, NULL);
    }
    printf("  reserved: %s\n", pool.reserved > 0 ? "yes" : "no");
    printf("  destroyed %d times, %d tickets left, %d wrong\n", pool.destroyed, pool.tickets, pool.wrong_sizes);
}

static void s_factory_that_fails(struct aws_allocator *allocator) {
    struct fixture_options options = {0};
    struct fixture fixture;
    fixture_base(&fixture, allocator, &options);
    struct aws_signing_config_aws signing;
    aws_s3_init_default_signing_config(&signing, text("us-east-1"), fixture.provider);
    struct aws_s3_client_config config = {
        .client_bootstrap = fixture.bootstrap,
        .tls_mode = AWS_MR_TLS_DISABLED,
        .signing_config = &signing,
        .buffer_pool_factory_fn = s_failing_factory,
        .shutdown_callback = on_client_gone,
        .shutdown_callback_user_data = &fixture,
    };
    CHECK(aws_s3_client_new(allocator, &config) == NULL);
    printf("factory that fails: %s\n", aws_error_name(aws_last_error()));
    CHECK(count_of(&fixture.client_gone) == 0);
    happened(&fixture.client_gone);
    fixture_clean_up(&fixture);
}

int main(void) {
    struct aws_allocator *allocator = begin();
    s_run(allocator, "completes at once", AT_ONCE);
    s_run(allocator, "completes from another thread", FROM_THREAD);
    s_run(allocator, "refuses", REFUSES);
    s_factory_that_fails(allocator);
    return end(allocator);
}

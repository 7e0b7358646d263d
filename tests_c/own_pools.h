/* SPDX-License-Identifier: Apache-2.0 */

/* Pools that a program brings along, each with a manner of its own, and all with an eye on how they are used: whatever
 * is not as the header of aws/s3/s3_buffer_pool.h promises counts as wrong. */
#ifndef TESTS_C_OWN_POOLS_H
#define TESTS_C_OWN_POOLS_H

#include "support.h"

/* How reservations are answered. */
enum manner {
    /* Before `reserve` returns. */
    AT_ONCE,
    /* As above, with every optional slot of the vtables set. */
    EVERY_SLOT,
    /* Inside of the next `reserve`; what is left then, from a thread. */
    NESTED,
    FROM_THREAD,
    LATE,
    /* Backwards, from a thread. */
    OUT_OF_ORDER,
    FAILS,
    FAILS_LATE,
    UNDERSIZED,
    OVERSIZED,
    /* Every slot set, but nobody may lend it a buffer. */
    REFUSES_LOANS,
    /* Every slot set, but a buffer that it is lent is not used. */
    IGNORES_LOANS,
    /* Tickets without memory. */
    EMPTY,
    /* Every slot set, but no answer at all: that is left to the test. */
    SILENT,
};

static inline bool has_every_slot(enum manner manner) {
    return manner == EVERY_SLOT || manner == REFUSES_LOANS || manner == IGNORES_LOANS || manner == SILENT;
}

enum { QUEUE_SIZE = 1024, LATE_MS = 20, QUIET_MS = 10 };

struct order {
    struct aws_future_s3_buffer_ticket *future;
    struct aws_s3_buffer_pool_reserve_meta meta;
};

struct pool {
    struct aws_s3_buffer_pool base;
    struct aws_allocator *allocator;
    enum manner manner;
    uint64_t part_size;
    /* More than one upload is written. */
    bool has_writers;
    /* Called when a buffer is taken back. */
    void (*during_remove)(struct pool *pool, struct aws_s3_meta_request *request);

    /* All below is guarded by s_lock. */
    struct order queue[QUEUE_SIZE];
    int queued;
    bool stop;
    pthread_t thread;

    int references; /* where every slot is set */
    int destroyed;
    int tickets;
    int reserved;
    /* The first of these reservations. */
    struct aws_s3_buffer_pool_reserve_meta asked[QUEUE_SIZE];
    int trims;
    int blocking; /* reservations that hold up a caller */
    int special_sizes;
    int lent;
    struct aws_s3_meta_request *borrower;
    struct aws_byte_buf *loan;
    int wrong;
};

struct ticket {
    struct aws_s3_buffer_ticket base;
    struct pool *pool;
    uint8_t *memory;
    size_t size;
    bool borrowed;
    int claims;
    int references; /* where every slot is set */
};

static inline void wrong(struct pool *pool, const char *what) {
    printf("WRONG: %s\n", what);
    happened(&pool->wrong);
}

static inline void sleep_ms(int ms) {
    struct timespec time = {.tv_nsec = ms * 1000000L};
    nanosleep(&time, NULL);
}

/* ---- Tickets. ---- */

static inline struct aws_byte_buf pool_claim(struct aws_s3_buffer_ticket *base) {
    struct ticket *ticket = base->impl;
    if (++ticket->claims > 1 && ticket->size == 0) {
        wrong(ticket->pool, "a ticket without memory claimed again");
    }
    return ticket->size > 0 ? aws_byte_buf_from_empty_array(ticket->memory, ticket->size) : (struct aws_byte_buf){0};
}

static inline void ticket_destroy(void *object) {
    struct ticket *ticket = object;
    struct pool *pool = ticket->pool;
    if (!ticket->borrowed) {
        aws_mem_release(pool->allocator, ticket->memory);
    }
    aws_mem_release(pool->allocator, ticket);
    pthread_mutex_lock(&s_lock);
    --pool->tickets;
    pthread_mutex_unlock(&s_lock);
}

static inline struct aws_s3_buffer_ticket *ticket_acquire(struct aws_s3_buffer_ticket *base) {
    happened(&((struct ticket *)base->impl)->references);
    return NULL;
}

static inline struct aws_s3_buffer_ticket *ticket_release(struct aws_s3_buffer_ticket *base) {
    struct ticket *ticket = base->impl;
    pthread_mutex_lock(&s_lock);
    int left = --ticket->references;
    pthread_mutex_unlock(&s_lock);
    if (left < 0) {
        wrong(ticket->pool, "a ticket released twice");
    }
    if (left == 0) {
        ticket_destroy(ticket);
    }
    return NULL;
}

static struct aws_s3_buffer_ticket_vtable s_ticket_vtable = {.claim = pool_claim};
static struct aws_s3_buffer_ticket_vtable s_full_ticket_vtable = {
    .claim = pool_claim,
    .acquire = ticket_acquire,
    .release = ticket_release,
};

/* Answers with a ticket; consumes the reference to the future. */
static inline void pool_grant(struct pool *pool, struct order order) {
    struct ticket *ticket = aws_mem_calloc(pool->allocator, 1, sizeof(*ticket));
    ticket->base.vtable = has_every_slot(pool->manner) ? &s_full_ticket_vtable : &s_ticket_vtable;
    ticket->base.impl = ticket;
    ticket->references = 1;
    ticket->pool = pool;
    ticket->size = order.meta.size;
    if (pool->manner == UNDERSIZED) {
        ticket->size = (order.meta.size + 1) / 2;
    } else if (pool->manner == EMPTY) {
        ticket->size = 0;
    } else if (pool->manner == OVERSIZED) {
        ticket->size = order.meta.size + 4097;
    }
    pthread_mutex_lock(&s_lock);
    ++pool->tickets;
    ticket->borrowed = pool->manner != IGNORES_LOANS && pool->loan != NULL && order.meta.meta_request == pool->borrower;
    pthread_mutex_unlock(&s_lock);
    if (ticket->borrowed) {
        ticket->memory = pool->loan->buffer + order.meta.local_offset;
        if (order.meta.local_offset + order.meta.size > pool->loan->capacity) {
            wrong(pool, "a part outside of the caller's buffer");
        }
    } else {
        ticket->memory = ticket->size > 0 ? aws_mem_acquire(pool->allocator, ticket->size) : NULL;
    }
    if (!has_every_slot(pool->manner)) {
        aws_ref_count_init(&ticket->base.ref_count, ticket, ticket_destroy);
    }
    struct aws_s3_buffer_ticket *base = &ticket->base;
    aws_future_s3_buffer_ticket_set_result_by_move(order.future, &base);
    aws_future_s3_buffer_ticket_release(order.future);
}

static inline void pool_answer(struct pool *pool, struct order order) {
    if (pool->manner == FAILS || pool->manner == FAILS_LATE) {
        aws_future_s3_buffer_ticket_set_error(order.future, AWS_ERROR_NO_SPACE);
        aws_future_s3_buffer_ticket_release(order.future);
    } else {
        pool_grant(pool, order);
    }
}

/* ---- Answers from a thread. ---- */

/* Takes what was queued; the lock is held. */
static inline int pool_take(struct pool *pool, struct order *orders) {
    int count = pool->queued;
    memcpy(orders, pool->queue, sizeof(*orders) * (size_t)count);
    pool->queued = 0;
    return count;
}

static inline void *pool_thread(void *object) {
    struct pool *pool = object;
    struct order *orders = calloc(QUEUE_SIZE, sizeof(*orders));
    pthread_mutex_lock(&s_lock);
    while (!pool->stop || pool->queued > 0) {
        if (pool->queued == 0) {
            pthread_cond_wait(&s_changed, &s_lock);
            continue;
        }
        pthread_mutex_unlock(&s_lock);
        /* Others may come meanwhile. */
        sleep_ms(pool->manner == FROM_THREAD ? 0 : pool->manner == LATE ? LATE_MS : QUIET_MS);
        pthread_mutex_lock(&s_lock);
        int count = pool_take(pool, orders);
        pthread_mutex_unlock(&s_lock);
        for (int i = 0; i < count; ++i) {
            pool_answer(pool, orders[pool->manner == OUT_OF_ORDER ? count - 1 - i : i]);
        }
        pthread_mutex_lock(&s_lock);
    }
    pthread_mutex_unlock(&s_lock);
    free(orders);
    return NULL;
}

static inline bool has_thread(enum manner manner) {
    return manner == NESTED || manner == FROM_THREAD || manner == LATE || manner == OUT_OF_ORDER ||
           manner == FAILS_LATE;
}

/* ---- The pool. ---- */

static inline struct aws_future_s3_buffer_ticket *pool_reserve(
    struct aws_s3_buffer_pool *base,
    struct aws_s3_buffer_pool_reserve_meta meta) {

    struct pool *pool = base->impl;
    struct order order = {.future = aws_future_s3_buffer_ticket_new(pool->allocator), .meta = meta};
    struct aws_future_s3_buffer_ticket *future = aws_future_s3_buffer_ticket_acquire(order.future);
    if (meta.size == 0 || meta.client == NULL || meta.meta_request == NULL) {
        wrong(pool, "a reservation of nothing or for nobody");
    }
    if (count_of(&pool->destroyed) > 0) {
        wrong(pool, "a reservation after the end");
    }
    pthread_mutex_lock(&s_lock);
    if (pool->reserved < QUEUE_SIZE) {
        pool->asked[pool->reserved] = meta;
    }
    pthread_mutex_unlock(&s_lock);
    happened(&pool->reserved);
    if (meta.can_block) {
        /* One upload is written per client, part after part. */
        if (!pool->has_writers && meta.local_offset != (uint64_t)count_of(&pool->blocking) * meta.size) {
            wrong(pool, "a written part at another place");
        }
        happened(&pool->blocking);
    }
    if (!has_thread(pool->manner) && pool->manner != SILENT) {
        pool_answer(pool, order);
        return future;
    }
    struct order *earlier = calloc(QUEUE_SIZE, sizeof(*earlier));
    pthread_mutex_lock(&s_lock);
    int count = pool->manner == NESTED ? pool_take(pool, earlier) : 0;
    CHECK(pool->queued < QUEUE_SIZE);
    pool->queue[pool->queued++] = order;
    pthread_cond_broadcast(&s_changed);
    pthread_mutex_unlock(&s_lock);
    for (int i = 0; i < count; ++i) {
        pool_answer(pool, earlier[i]);
    }
    free(earlier);
    return future;
}

static inline void pool_trim(struct aws_s3_buffer_pool *base) {
    struct pool *pool = base->impl;
    if (count_of(&pool->destroyed) > 0) {
        wrong(pool, "trimmed after the end");
    }
    happened(&pool->trims);
}

static inline int pool_add_special(struct aws_s3_buffer_pool *base, size_t size) {
    (void)size;
    happened(&((struct pool *)base->impl)->special_sizes);
    return AWS_OP_SUCCESS;
}

static inline void pool_release_special(struct aws_s3_buffer_pool *base, size_t size) {
    (void)size;
    pthread_mutex_lock(&s_lock);
    --((struct pool *)base->impl)->special_sizes;
    pthread_mutex_unlock(&s_lock);
}

static inline uint64_t pool_align(struct aws_s3_buffer_pool *base, uint64_t size) {
    (void)base;
    return (size + 4095) / 4096 * 4096;
}

static inline struct aws_s3_buffer_pool *pool_acquire(struct aws_s3_buffer_pool *base) {
    happened(&((struct pool *)base->impl)->references);
    return NULL;
}

static inline struct aws_s3_buffer_pool *pool_release(struct aws_s3_buffer_pool *base) {
    struct pool *pool = base->impl;
    pthread_mutex_lock(&s_lock);
    int left = --pool->references;
    pthread_mutex_unlock(&s_lock);
    if (left == 0) {
        happened(&pool->destroyed);
    }
    return NULL;
}

static inline int pool_add_preallocated(
    struct aws_s3_buffer_pool *base,
    struct aws_s3_meta_request *request,
    struct aws_byte_buf *buffer) {

    struct pool *pool = base->impl;
    if (pool->manner == REFUSES_LOANS) {
        return aws_raise_error(AWS_ERROR_NO_SPACE);
    }
    pthread_mutex_lock(&s_lock);
    pool->borrower = request;
    pool->loan = buffer;
    pthread_mutex_unlock(&s_lock);
    happened(&pool->lent);
    return AWS_OP_SUCCESS;
}

static inline void pool_remove_preallocated(struct aws_s3_buffer_pool *base, struct aws_s3_meta_request *request) {
    struct pool *pool = base->impl;
    if (pool->borrower != request) {
        wrong(pool, "a buffer taken back that was never lent");
    }
    if (pool->during_remove != NULL) {
        pool->during_remove(pool, request);
    }
    pthread_mutex_lock(&s_lock);
    pool->loan = NULL;
    --pool->lent;
    pthread_mutex_unlock(&s_lock);
}

/* `trim` may be left out as well: nothing is lost without it. */
static struct aws_s3_buffer_pool_vtable s_pool_vtable = {.reserve = pool_reserve};
static struct aws_s3_buffer_pool_vtable s_full_pool_vtable = {
    .reserve = pool_reserve,
    .trim = pool_trim,
    .add_special_size = pool_add_special,
    .release_special_size = pool_release_special,
    .derive_aligned_buffer_size = pool_align,
    .acquire = pool_acquire,
    .release = pool_release,
    .add_preallocated_buffer = pool_add_preallocated,
    .remove_preallocated_buffer = pool_remove_preallocated,
};

static inline void pool_destroy(void *object) {
    happened(&((struct pool *)object)->destroyed);
}

/* The factory; user data is the pool, zeroed but for its manner and part size. */
static inline struct aws_s3_buffer_pool *pool_factory(
    struct aws_allocator *allocator,
    struct aws_s3_buffer_pool_config config,
    void *user_data) {

    struct pool *pool = user_data;
    if (config.client == NULL || config.part_size != pool->part_size || config.memory_limit != 512 * MIB ||
        config.max_part_size != 256 * MIB) {
        wrong(pool, "other numbers than the client's");
    }
    pool->allocator = allocator;
    pool->base.impl = pool;
    pool->base.vtable = has_every_slot(pool->manner) ? &s_full_pool_vtable : &s_pool_vtable;
    pool->references = 1;
    if (!has_every_slot(pool->manner)) {
        aws_ref_count_init(&pool->base.ref_count, pool, pool_destroy);
    }
    if (has_thread(pool->manner)) {
        CHECK(pthread_create(&pool->thread, NULL, pool_thread, pool) == 0);
    }
    return &pool->base;
}

/* Ends the thread, after the client is gone. */
static inline void pool_end(struct pool *pool) {
    if (!has_thread(pool->manner)) {
        return;
    }
    pthread_mutex_lock(&s_lock);
    pool->stop = true;
    pthread_cond_broadcast(&s_changed);
    pthread_mutex_unlock(&s_lock);
    pthread_join(pool->thread, NULL);
}

#endif /* TESTS_C_OWN_POOLS_H */

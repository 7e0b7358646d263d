/* SPDX-License-Identifier: Apache-2.0 */
#include "own_pool.h"

#include <aws/s3/s3_client.h>

#include <pthread.h>

struct own_pool {
    struct aws_s3_buffer_pool base;
    struct aws_allocator *allocator;
    size_t limit;

    pthread_mutex_t lock;
    /* Bytes of all tickets, in use and idle. */
    size_t total;
    struct ticket *idle;
    struct reservation *first_waiting;
    struct reservation **end_of_line;
};

struct ticket {
    struct aws_s3_buffer_ticket base;
    struct own_pool *pool;
    struct ticket *next;
    size_t capacity;
    uint8_t *memory;
};

struct reservation {
    struct reservation *next;
    struct aws_future_s3_buffer_ticket *future;
    size_t size;
};

static void s_destroy_ticket(struct ticket *ticket) {
    struct own_pool *pool = ticket->pool;
    pool->total -= ticket->capacity;
    aws_mem_release(pool->allocator, ticket->memory);
    aws_mem_release(pool->allocator, ticket);
}

static void s_destroy_idle(struct own_pool *pool) {
    while (pool->idle != NULL) {
        struct ticket *ticket = pool->idle;
        pool->idle = ticket->next;
        s_destroy_ticket(ticket);
    }
}

static struct aws_byte_buf s_claim(struct aws_s3_buffer_ticket *base) {
    struct ticket *ticket = base->impl;
    return aws_byte_buf_from_empty_array(ticket->memory, ticket->capacity);
}

static struct aws_s3_buffer_ticket_vtable s_ticket_vtable = {.claim = s_claim};

static void s_on_ticket_free(void *object);

/* A ticket of at least this size, or NULL when it does not fit. With the lock held. */
static struct ticket *s_take(struct own_pool *pool, size_t size, bool must) {
    struct ticket *ticket = NULL;
    for (struct ticket **place = &pool->idle; *place != NULL; place = &(*place)->next) {
        if ((*place)->capacity == size) {
            ticket = *place;
            *place = ticket->next;
            break;
        }
    }
    if (ticket == NULL) {
        if (pool->total + size > pool->limit) {
            s_destroy_idle(pool);
        }
        /* A reservation above the limit must not wait for ever: it gets the pool for itself. */
        if (pool->total + size > pool->limit && pool->total != 0 && !must) {
            return NULL;
        }
        ticket = aws_mem_calloc(pool->allocator, 1, sizeof(*ticket));
        ticket->memory = aws_mem_acquire(pool->allocator, size);
        ticket->capacity = size;
        ticket->pool = pool;
        pool->total += size;
    }
    ticket->next = NULL;
    ticket->base.vtable = &s_ticket_vtable;
    ticket->base.impl = ticket;
    aws_ref_count_init(&ticket->base.ref_count, ticket, s_on_ticket_free);
    return ticket;
}

/* Gives tickets to those who wait, first come, first served. Futures call back, so none is completed under the lock. */
static void s_serve(struct own_pool *pool) {
    for (;;) {
        pthread_mutex_lock(&pool->lock);
        struct reservation *reservation = pool->first_waiting;
        struct ticket *ticket = NULL;
        if (reservation != NULL) {
            bool given_up = aws_future_s3_buffer_ticket_is_done(reservation->future);
            ticket = given_up ? NULL : s_take(pool, reservation->size, false);
            if (ticket == NULL && !given_up) {
                reservation = NULL;
            } else {
                pool->first_waiting = reservation->next;
                pool->end_of_line = reservation->next == NULL ? &pool->first_waiting : pool->end_of_line;
            }
        }
        pthread_mutex_unlock(&pool->lock);
        if (reservation == NULL) {
            return;
        }
        if (ticket != NULL) {
            struct aws_s3_buffer_ticket *result = &ticket->base;
            aws_future_s3_buffer_ticket_set_result_by_move(reservation->future, &result);
        }
        aws_future_s3_buffer_ticket_release(reservation->future);
        aws_mem_release(pool->allocator, reservation);
        /* The pool stays: whoever is in line belongs to a client, which holds the pool. */
    }
}

/* The last reference to a ticket is gone: its memory is for the next one. */
static void s_on_ticket_free(void *object) {
    struct ticket *ticket = object;
    struct own_pool *pool = ticket->pool;
    aws_s3_buffer_pool_acquire(&pool->base);
    pthread_mutex_lock(&pool->lock);
    ticket->next = pool->idle;
    pool->idle = ticket;
    pthread_mutex_unlock(&pool->lock);
    s_serve(pool);
    aws_s3_buffer_pool_release(&pool->base);
}

static struct aws_future_s3_buffer_ticket *s_reserve(
    struct aws_s3_buffer_pool *base,
    struct aws_s3_buffer_pool_reserve_meta meta) {

    struct own_pool *pool = base->impl;
    struct aws_future_s3_buffer_ticket *future = aws_future_s3_buffer_ticket_new(pool->allocator);
    pthread_mutex_lock(&pool->lock);
    struct ticket *ticket = NULL;
    if (pool->first_waiting == NULL || meta.can_block) {
        ticket = s_take(pool, meta.size, meta.can_block);
    }
    if (ticket == NULL) {
        struct reservation *reservation = aws_mem_calloc(pool->allocator, 1, sizeof(*reservation));
        reservation->future = aws_future_s3_buffer_ticket_acquire(future);
        reservation->size = meta.size;
        *pool->end_of_line = reservation;
        pool->end_of_line = &reservation->next;
    }
    pthread_mutex_unlock(&pool->lock);
    if (ticket != NULL) {
        struct aws_s3_buffer_ticket *result = &ticket->base;
        aws_future_s3_buffer_ticket_set_result_by_move(future, &result);
    }
    return future;
}

static void s_trim(struct aws_s3_buffer_pool *base) {
    struct own_pool *pool = base->impl;
    pthread_mutex_lock(&pool->lock);
    s_destroy_idle(pool);
    pthread_mutex_unlock(&pool->lock);
}

static struct aws_s3_buffer_pool_vtable s_pool_vtable = {.reserve = s_reserve, .trim = s_trim};

static void s_destroy_pool(void *object) {
    struct own_pool *pool = object;
    s_destroy_idle(pool);
    pthread_mutex_destroy(&pool->lock);
    aws_mem_release(pool->allocator, pool);
}

struct aws_s3_buffer_pool *own_pool_new(
    struct aws_allocator *allocator,
    struct aws_s3_buffer_pool_config config,
    void *user_data) {

    (void)user_data;
    struct own_pool *pool = aws_mem_calloc(allocator, 1, sizeof(*pool));
    pool->base.vtable = &s_pool_vtable;
    pool->base.impl = pool;
    aws_ref_count_init(&pool->base.ref_count, pool, s_destroy_pool);
    pool->allocator = allocator;
    pool->limit = config.memory_limit;
    pool->end_of_line = &pool->first_waiting;
    pthread_mutex_init(&pool->lock, NULL);
    return &pool->base;
}

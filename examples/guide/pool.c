/* SPDX-License-Identifier: Apache-2.0 */

/* pool URL: as get, in memory of the program's own. */
#include "session.h"

#include <aws/http/request_response.h>
#include <aws/s3/s3_buffer_pool.h>

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

static atomic_size_t s_buffers;

/* ---- A ticket: the right to one buffer. ---- */

struct ticket {
    struct aws_s3_buffer_ticket base;
    size_t size;
    uint8_t *memory;
};

static struct aws_byte_buf s_claim(struct aws_s3_buffer_ticket *base) {
    struct ticket *ticket = base->impl;
    return aws_byte_buf_from_empty_array(ticket->memory, ticket->size);
}

static void s_destroy_ticket(void *object) {
    struct ticket *ticket = object;
    free(ticket->memory);
    free(ticket);
}

/* The slots that are NULL mean the reference count of the ticket. */
static struct aws_s3_buffer_ticket_vtable s_ticket_vtable = {.claim = s_claim};

static struct ticket *s_new_ticket(size_t size) {
    struct ticket *ticket = calloc(1, sizeof(*ticket));
    uint8_t *memory = malloc(size);
    if (ticket == NULL || memory == NULL) {
        free(memory);
        free(ticket);
        return NULL;
    }
    ticket->base.vtable = &s_ticket_vtable;
    ticket->base.impl = ticket;
    aws_ref_count_init(&ticket->base.ref_count, ticket, s_destroy_ticket);
    ticket->size = size;
    ticket->memory = memory;
    atomic_fetch_add(&s_buffers, 1);
    return ticket;
}

/* ---- The pool: gives out tickets. ---- */

struct pool {
    struct aws_s3_buffer_pool base;
    struct aws_allocator *allocator;
};

static struct aws_future_s3_buffer_ticket *s_reserve(
    struct aws_s3_buffer_pool *base,
    struct aws_s3_buffer_pool_reserve_meta meta) {

    struct pool *pool = base->impl;
    struct aws_future_s3_buffer_ticket *future = aws_future_s3_buffer_ticket_new(pool->allocator);
    struct ticket *ticket = s_new_ticket(meta.size);
    if (ticket == NULL) {
        aws_future_s3_buffer_ticket_set_error(future, AWS_ERROR_OOM);
    } else {
        struct aws_s3_buffer_ticket *result = &ticket->base;
        aws_future_s3_buffer_ticket_set_result_by_move(future, &result);
    }
    return future;
}

static void s_trim(struct aws_s3_buffer_pool *base) {
    (void)base; /* Nothing lies idle. */
}

static void s_destroy_pool(void *object) {
    struct pool *pool = object;
    aws_mem_release(pool->allocator, pool);
}

static struct aws_s3_buffer_pool_vtable s_pool_vtable = {.reserve = s_reserve, .trim = s_trim};

static struct aws_s3_buffer_pool *s_new_pool(
    struct aws_allocator *allocator,
    struct aws_s3_buffer_pool_config config,
    void *user_data) {

    (void)config;
    (void)user_data;
    struct pool *pool = aws_mem_calloc(allocator, 1, sizeof(*pool));
    pool->base.vtable = &s_pool_vtable;
    pool->base.impl = pool;
    pool->allocator = allocator;
    aws_ref_count_init(&pool->base.ref_count, pool, s_destroy_pool);
    return &pool->base;
}

/* ---- The program. ---- */

static int s_on_body(
    struct aws_s3_meta_request *request,
    const struct aws_byte_cursor *body,
    const struct aws_s3_meta_request_receive_body_extra_info info,
    void *user_data) {

    (void)request;
    (void)info;
    (void)user_data;
    if (fwrite(body->ptr, 1, body->len, stdout) != body->len) {
        return aws_raise_error(AWS_ERROR_FILE_WRITE_FAILURE);
    }
    return AWS_OP_SUCCESS;
}

int main(int argc, char **argv) {
    if (argc != 2) {
        return 2;
    }
    struct session session;
    session_prepare(&session, argv[1]);
    session.config.buffer_pool_factory_fn = s_new_pool;
    session_start(&session);

    struct aws_http_message *message = session_message(&session, "GET");
    struct aws_s3_meta_request_options options = {
        .type = AWS_S3_META_REQUEST_TYPE_GET_OBJECT,
        .message = message,
        .body_callback_ex = s_on_body,
    };
    struct transfer transfer;
    struct aws_s3_meta_request *request = transfer_start(&transfer, &session, &options);
    aws_http_message_release(message);
    int error_code = transfer_end(&transfer, request);

    session_end(&session);
    fprintf(stderr, "%zu buffers\n", atomic_load(&s_buffers));
    return error_code != 0;
}

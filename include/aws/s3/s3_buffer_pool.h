/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AWS_S3_BUFFER_POOL_H
#define AWS_S3_BUFFER_POOL_H

/**
 * @file
 *
 * Memory for the parts of transfers: a pool hands out tickets, a ticket is the right to a piece of memory.
 *
 * A client uses its own pool unless its configuration has a factory for another one. The functions below call the
 * vtable of any pool.
 *
 * Made from Rust, see src/abi/headers: do not edit it in include.
 */

#include <aws/common/ref_count.h>
#include <aws/io/future.h>
#include <aws/s3/s3.h>

AWS_PUSH_SANE_WARNING_LEVEL

struct aws_s3_buffer_pool;
struct aws_s3_buffer_ticket;
struct aws_s3_client;
struct aws_s3_meta_request;

/*
 * A promise of one ticket, with the functions of every such future: aws_future_s3_buffer_ticket_new, _acquire,
 * _release, _set_result_by_move, _set_error, _is_done, _get_error, _get_result_by_move, _peek_result,
 * _register_callback, _register_callback_if_not_done, _register_event_loop_callback, _register_channel_callback and
 * _wait. It completes once; what comes later is ignored, and a ticket that nobody takes is released.
 */
AWS_EXTERN_C_BEGIN
AWS_FUTURE_T_POINTER_WITH_RELEASE_DECLARATION(aws_future_s3_buffer_ticket, struct aws_s3_buffer_ticket, AWS_S3_API)
AWS_EXTERN_C_END

/** What a ticket can do. Every function may be called from any thread. */
struct aws_s3_buffer_ticket_vtable {
    /**
     * Required. Returns the memory: `len` 0, `allocator` NULL, `capacity` at least what was
     * reserved. Every claim of one ticket returns the same memory, which stays valid until the
     * last reference to the ticket is released.
     */
    struct aws_byte_buf (*claim)(struct aws_s3_buffer_ticket *ticket);

    /** NULL means `aws_ref_count_acquire(&ticket->ref_count)`. The returned value is ignored. */
    struct aws_s3_buffer_ticket *(*acquire)(struct aws_s3_buffer_ticket *ticket);

    /** NULL means `aws_ref_count_release(&ticket->ref_count)`. The returned value is ignored. */
    struct aws_s3_buffer_ticket *(*release)(struct aws_s3_buffer_ticket *ticket);
};

/** Memory of a pool, counted. Nobody needs to claim it before releasing it. */
struct aws_s3_buffer_ticket {
    /** Never NULL; must outlive the ticket. */
    struct aws_s3_buffer_ticket_vtable *vtable;

    /**
     * Used when the vtable has no `acquire` and `release`. It then starts at 1, with a destructor
     * of the ticket's own.
     */
    struct aws_ref_count ref_count;

    /** Belongs to the implementation; the library never looks at it. */
    void *impl;
};

/** What a pool is told about one reservation. Passed by value. */
struct aws_s3_buffer_pool_reserve_meta {
    /** The client that asks; tells clients apart when a pool serves several. Borrowed for the call. */
    struct aws_s3_client *client;

    /** The meta request that the memory is for. Borrowed for the call; acquire it to keep it. */
    struct aws_s3_meta_request *meta_request;

    /** Bytes wanted, never 0. The ticket's buffer must hold at least that many. */
    size_t size;

    /**
     * True when a caller of `aws_s3_meta_request_poll_write` waits for this memory. The pool then
     * answers at once, beyond its limit if need be, or with a future that is sure to complete
     * without help of that caller. Called with a lock of the meta request held: do not call back
     * into the meta request.
     */
    bool can_block;

    /**
     * Where the part lies, in bytes from the start of what the meta request transfers (of the
     * range asked for, for a download with a `Range` header).
     */
    uint64_t local_offset;
};

/**
 * What a pool can do. Every function may be called from any thread, and from several at the same
 * time.
 *
 * Order and number of the slots are ABI: set the whole struct to zero before filling it.
 */
struct aws_s3_buffer_pool_vtable {
    /**
     * Required. Asks for `meta.size` bytes and returns a future that completes with a ticket for
     * them, or with an error, at once or later and on any thread. The caller owns the returned
     * reference; a pool that completes later holds one of its own. Never returns NULL.
     *
     * The library registers the only callback of that future. It cancels by completing the future
     * with an error: a pool notices through `aws_future_s3_buffer_ticket_is_done`, and a ticket
     * put into a finished future is released at once. The error of a failed future becomes the
     * error of the meta request.
     */
    struct aws_future_s3_buffer_ticket *(*reserve)(
        struct aws_s3_buffer_pool *pool,
        struct aws_s3_buffer_pool_reserve_meta meta);

    /**
     * Required. Asks to give idle memory back. Called about every 5 seconds while the client has
     * no request in flight; tickets may still be out.
     */
    void (*trim)(struct aws_s3_buffer_pool *pool);

    /**
     * NULL means success without effect. Announces that many buffers of exactly this size, in
     * bytes, will be asked for. Returns AWS_OP_SUCCESS, or raises an error and returns AWS_OP_ERR.
     */
    int (*add_special_size)(struct aws_s3_buffer_pool *pool, size_t buffer_size);

    /** NULL means no effect. Takes one announcement of `add_special_size` back. */
    void (*release_special_size)(struct aws_s3_buffer_pool *pool, size_t buffer_size);

    /**
     * NULL means that every size is fine as it is. Returns the size, at least the given one, that
     * wastes no memory of the pool. The answer becomes a part size, and so is visible in the
     * requests sent.
     */
    uint64_t (*derive_aligned_buffer_size)(struct aws_s3_buffer_pool *pool, uint64_t size);

    /** NULL means `aws_ref_count_acquire(&pool->ref_count)`. The returned value is ignored. */
    struct aws_s3_buffer_pool *(*acquire)(struct aws_s3_buffer_pool *pool);

    /** NULL means `aws_ref_count_release(&pool->ref_count)`. The returned value is ignored. */
    struct aws_s3_buffer_pool *(*release)(struct aws_s3_buffer_pool *pool);

    /**
     * NULL means that downloads into a `recv_buffer` are refused with
     * AWS_ERROR_UNSUPPORTED_OPERATION. Remembers that this meta request receives into `buffer`:
     * until the matching removal, each of its reservations is answered at once with a ticket over
     * `buffer->buffer + meta.local_offset`, or with AWS_ERROR_SHORT_BUFFER when the place is
     * outside `buffer->capacity`. Called once, while the meta request is being made: the pointer
     * is a key, no more. Does not change `buffer->len`. Returns AWS_OP_SUCCESS, or raises an
     * error, with which making the meta request fails, and returns AWS_OP_ERR.
     */
    int (*add_preallocated_buffer)(
        struct aws_s3_buffer_pool *pool,
        struct aws_s3_meta_request *meta_request,
        struct aws_byte_buf *buffer);

    /**
     * Required beside `add_preallocated_buffer`. Forgets the buffer of that meta request. Called
     * once per successful add, after every ticket of the meta request was released; the caller's
     * memory may be gone by then.
     */
    void (*remove_preallocated_buffer)(struct aws_s3_buffer_pool *pool, struct aws_s3_meta_request *meta_request);
};

/**
 * A pool of memory for the parts of transfers.
 *
 * Whoever makes one, usually an `aws_s3_buffer_pool_factory_fn`, fills the three fields. The
 * client takes over the reference that the factory returns, gives it back before its own shutdown
 * callback, and makes no call after that. A pool must eventually complete every future that it
 * handed out, or the meta request never finishes.
 */
struct aws_s3_buffer_pool {
    /** Never NULL; must outlive the pool. */
    struct aws_s3_buffer_pool_vtable *vtable;

    /**
     * Used when the vtable has no `acquire` and `release`. It then starts at 1, with a destructor
     * of the pool's own.
     */
    struct aws_ref_count ref_count;

    /** Belongs to the implementation; the library never looks at it. */
    void *impl;
};

/** What the client tells the factory of its pool. Passed by value. */
struct aws_s3_buffer_pool_config {
    /**
     * The client that the pool is for, still under construction: usable as an identity, not for
     * calls.
     */
    struct aws_s3_client *client;

    /** Part size of the client in bytes; most reservations have this size. */
    size_t part_size;

    /** Largest part that the client will upload, in bytes. */
    size_t max_part_size;

    /** Bytes that the pool should not exceed, never 0. */
    size_t memory_limit;
};

/**
 * Makes the pool of a client; called once, by `aws_s3_client_new`, on its thread and before it
 * returns.
 *
 * `allocator` is the one given to `aws_s3_client_new`, `user_data` the client's
 * `buffer_pool_user_data`. Returns a pool with one reference for the client, or raises an error
 * and returns NULL, with which `aws_s3_client_new` fails.
 */
typedef struct aws_s3_buffer_pool *(aws_s3_buffer_pool_factory_fn)(
    struct aws_allocator *allocator,
    struct aws_s3_buffer_pool_config config,
    void *user_data);

AWS_EXTERN_C_BEGIN

/* Tickets */

/**
 * Returns the memory of a ticket: `len` 0, `allocator` NULL, `capacity` at least what was
 * reserved. It belongs to the ticket, is the same on every call, and stays valid until the
 * last reference to the ticket is released. `ticket` must not be NULL; NULL, or a ticket that
 * cannot be claimed, gives an empty buffer. May be called from any thread.
 */
AWS_S3_API
struct aws_byte_buf aws_s3_buffer_ticket_claim(struct aws_s3_buffer_ticket *ticket);

/**
 * Takes one more reference to a ticket, so that its memory stays; release it with
 * `aws_s3_buffer_ticket_release`. NULL does nothing. Returns `ticket`. May be called from any
 * thread.
 */
AWS_S3_API
struct aws_s3_buffer_ticket *aws_s3_buffer_ticket_acquire(struct aws_s3_buffer_ticket *ticket);

/**
 * Releases one reference to a ticket; with the last one its memory goes back to the pool,
 * which may then serve a waiting reservation on this thread. NULL does nothing. Always returns
 * NULL. May be called from any thread.
 */
AWS_S3_API
struct aws_s3_buffer_ticket *aws_s3_buffer_ticket_release(struct aws_s3_buffer_ticket *ticket);

/* Pools */

/**
 * Asks a pool for memory. The future returned completes with a ticket, or with the pool's
 * error. To give up, complete the future with an error.
 *
 * The caller owns the future and releases it with `aws_future_s3_buffer_ticket_release`; a
 * ticket taken out of it is released with `aws_s3_buffer_ticket_release`. `buffer_pool` must
 * not be NULL; with NULL, returns NULL and raises AWS_ERROR_INVALID_ARGUMENT. The future may
 * complete on any thread, and be complete already. May be called from any thread.
 */
AWS_S3_API
struct aws_future_s3_buffer_ticket *aws_s3_buffer_pool_reserve(
    struct aws_s3_buffer_pool *buffer_pool,
    struct aws_s3_buffer_pool_reserve_meta meta);

/**
 * Asks a pool to give idle memory back to the system. NULL does nothing. May be called from
 * any thread.
 */
AWS_S3_API
void aws_s3_buffer_pool_trim(struct aws_s3_buffer_pool *buffer_pool);

/**
 * Tells a pool that a meta request receives into this memory of the caller's: its reservations
 * are then served from there.
 *
 * `buffer` is not copied, and must stay in place until
 * `aws_s3_buffer_pool_remove_preallocated_buffer`; `meta_request` is a key and is not used
 * otherwise. Another buffer for the same meta request takes its place. Errors:
 * AWS_ERROR_INVALID_ARGUMENT when a pointer is NULL, AWS_ERROR_UNSUPPORTED_OPERATION when the
 * pool has no such ability, or the pool's own. May be called from any thread.
 */
AWS_S3_API
int aws_s3_buffer_pool_add_preallocated_buffer(
    struct aws_s3_buffer_pool *buffer_pool,
    struct aws_s3_meta_request *meta_request,
    struct aws_byte_buf *buffer);

/**
 * Makes a pool forget the memory of a meta request. Does nothing when it knows none, has no
 * such ability, or a pointer is NULL. May be called from any thread.
 */
AWS_S3_API
void aws_s3_buffer_pool_remove_preallocated_buffer(
    struct aws_s3_buffer_pool *buffer_pool,
    struct aws_s3_meta_request *meta_request);

/**
 * Takes one more reference to a pool; release it with `aws_s3_buffer_pool_release`. NULL does
 * nothing. Returns `buffer_pool`. May be called from any thread.
 */
AWS_S3_API
struct aws_s3_buffer_pool *aws_s3_buffer_pool_acquire(struct aws_s3_buffer_pool *buffer_pool);

/**
 * Releases one reference to a pool. NULL does nothing. Always returns NULL. May be called from
 * any thread.
 */
AWS_S3_API
struct aws_s3_buffer_pool *aws_s3_buffer_pool_release(struct aws_s3_buffer_pool *buffer_pool);

/**
 * Announces that many buffers of exactly `buffer_size` bytes will be reserved, so that the
 * pool can keep such buffers for reuse. Take it back with
 * `aws_s3_buffer_pool_release_special_size`. Succeeds without effect for a pool without that
 * ability, and for a size that needs none.
 *
 * Errors: AWS_ERROR_INVALID_ARGUMENT when `buffer_pool` is NULL or `buffer_size` 0, or the
 * pool's own. May be called from any thread.
 */
AWS_S3_API
int aws_s3_buffer_pool_add_special_size(struct aws_s3_buffer_pool *buffer_pool, size_t buffer_size);

/**
 * Takes one announcement of `aws_s3_buffer_pool_add_special_size` back. Does nothing for a
 * pool without that ability, or NULL. May be called from any thread.
 */
AWS_S3_API
void aws_s3_buffer_pool_release_special_size(struct aws_s3_buffer_pool *buffer_pool, size_t buffer_size);

/**
 * Returns the size, at least `size`, of which a pool can hand out buffers without wasting
 * memory: for the default pool, a multiple of its part size. Returns `size` for a pool without
 * that ability, or NULL. May be called from any thread.
 */
AWS_S3_API
uint64_t aws_s3_buffer_pool_derive_aligned_buffer_size(struct aws_s3_buffer_pool *buffer_pool, uint64_t size);

AWS_EXTERN_C_END

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_S3_BUFFER_POOL_H */

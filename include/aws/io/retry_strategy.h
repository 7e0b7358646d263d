#ifndef AWS_IO_CLIENT_RETRY_STRATEGY_H
#define AWS_IO_CLIENT_RETRY_STRATEGY_H
/* Whether and when to try again, decided by the library's strategies or by one of the program. */

#include <aws/common/atomics.h>
#include <aws/common/byte_buf.h>
#include <aws/io/exports.h>

AWS_PUSH_SANE_WARNING_LEVEL

struct aws_event_loop_group;
struct aws_retry_strategy;
struct aws_retry_token;
struct aws_shutdown_callback_options;

/** The callee gets a reference to `token`, which is NULL after an error. */
typedef void(aws_retry_strategy_on_retry_token_acquired_fn)(
    struct aws_retry_strategy *retry_strategy,
    int error_code,
    struct aws_retry_token *token,
    void *user_data);

/** It is time for the next attempt, unless there is an error. */
typedef void(aws_retry_strategy_on_retry_ready_fn)(struct aws_retry_token *token, int error_code, void *user_data);

typedef uint64_t(aws_generate_random_fn)(void *user_data);

/** Why an attempt failed. */
enum aws_retry_error_type {
    /** The connection, not the server: it may be unknown whether the request had an effect. */
    AWS_RETRY_ERROR_TYPE_TRANSIENT,
    /** The server asks for fewer requests. */
    AWS_RETRY_ERROR_TYPE_THROTTLING,
    AWS_RETRY_ERROR_TYPE_SERVER_ERROR,
    /** The client must change something first. Costs nothing and waits for nothing, where it is allowed. */
    AWS_RETRY_ERROR_TYPE_CLIENT_ERROR,
};

/** What a strategy can do. Neither callback may be called before the function that takes it has returned. */
struct aws_retry_strategy_vtable {
    /** The last reference is gone. */
    void (*destroy)(struct aws_retry_strategy *retry_strategy);
    int (*acquire_token)(
        struct aws_retry_strategy *retry_strategy,
        const struct aws_byte_cursor *partition_id,
        aws_retry_strategy_on_retry_token_acquired_fn *on_acquired,
        void *user_data,
        uint64_t timeout_ms);
    int (*schedule_retry)(
        struct aws_retry_token *token,
        enum aws_retry_error_type error_type,
        aws_retry_strategy_on_retry_ready_fn *retry_ready,
        void *user_data);
    int (*record_success)(struct aws_retry_token *token);
    /** The last reference to the token is gone. */
    void (*release_token)(struct aws_retry_token *token);
};

/** A strategy, whoever implements it. Its maker sets the count to 1. */
struct aws_retry_strategy {
    struct aws_allocator *allocator;
    struct aws_retry_strategy_vtable *vtable;
    struct aws_atomic_var ref_count;
    void *impl;
};

/** Permission for one request and its retries. Its maker sets the count to 1. */
struct aws_retry_token {
    struct aws_allocator *allocator;
    struct aws_retry_strategy *retry_strategy;
    struct aws_atomic_var ref_count;
    void *impl;
};

/** How delays are spread. */
enum aws_exponential_backoff_jitter_mode {
    /** Full. */
    AWS_EXPONENTIAL_BACKOFF_JITTER_DEFAULT,
    AWS_EXPONENTIAL_BACKOFF_JITTER_NONE,
    /** Anything below the computed delay. */
    AWS_EXPONENTIAL_BACKOFF_JITTER_FULL,
    /** Between the scale and three times the previous delay. */
    AWS_EXPONENTIAL_BACKOFF_JITTER_DECORRELATED,
};

/** Numbers that are 0 stand for defaults. */
struct aws_exponential_backoff_retry_options {
    /** Required. Delays are timers on its loops. */
    struct aws_event_loop_group *el_group;
    /** 5 by default, 3 in the standard and adaptive strategies. */
    size_t max_retries;
    /** Delay before the first retry, 500 by default. Doubles with each retry. */
    uint32_t backoff_scale_factor_ms;
    /** Longest delay, 20 by default. */
    uint32_t max_backoff_secs;
    enum aws_exponential_backoff_jitter_mode jitter_mode;
    /** Source of randomness without user data; NULL for the library's. */
    uint64_t (*generate_random)(void);
    /** Source of randomness; goes before the one above. */
    aws_generate_random_fn *generate_random_impl;
    void *generate_random_user_data;
    /** Told when the strategy is gone; NULL for nobody. */
    const struct aws_shutdown_callback_options *shutdown_options;
};

struct aws_no_retry_options {
    const struct aws_shutdown_callback_options *shutdown_options;
};

struct aws_standard_retry_options {
    struct aws_exponential_backoff_retry_options backoff_retry_options;
    /** What the retries of one partition may cost, 500 by default. */
    size_t initial_bucket_capacity;
};

struct aws_adaptive_retry_options {
    struct aws_standard_retry_options standard_options;
    /** Fail with AWS_IO_RETRY_PERMISSION_DENIED where the rate limiter would have to wait. */
    bool fast_fail_if_no_token;
};

AWS_EXTERN_C_BEGIN

AWS_IO_API void aws_retry_strategy_acquire(struct aws_retry_strategy *retry_strategy);

/** NULL is ignored. */
AWS_IO_API void aws_retry_strategy_release(struct aws_retry_strategy *retry_strategy);

/**
 * Asks for a token. `partition_id` names what may fail as a whole, usually a host. On success `on_acquired` will be
 * called once; on failure it will not.
 */
AWS_IO_API int aws_retry_strategy_acquire_retry_token(
    struct aws_retry_strategy *retry_strategy,
    const struct aws_byte_cursor *partition_id,
    aws_retry_strategy_on_retry_token_acquired_fn *on_acquired,
    void *user_data,
    uint64_t timeout_ms);

/**
 * Asks for another attempt after a failure. On success `retry_ready` will be called once. Fails with
 * AWS_IO_MAX_RETRIES_EXCEEDED or AWS_IO_RETRY_PERMISSION_DENIED when there shall be none.
 */
AWS_IO_API int aws_retry_strategy_schedule_retry(
    struct aws_retry_token *token,
    enum aws_retry_error_type error_type,
    aws_retry_strategy_on_retry_ready_fn *retry_ready,
    void *user_data);

/** Says that the request succeeded. */
AWS_IO_API int aws_retry_token_record_success(struct aws_retry_token *token);

AWS_IO_API void aws_retry_token_acquire(struct aws_retry_token *token);

/** NULL is ignored. */
AWS_IO_API void aws_retry_token_release(struct aws_retry_token *token);

/** Delays and a number of retries, nothing else. */
AWS_IO_API struct aws_retry_strategy *aws_retry_strategy_new_exponential_backoff(
    struct aws_allocator *allocator,
    const struct aws_exponential_backoff_retry_options *config);

/** As above, with a budget per partition. */
AWS_IO_API struct aws_retry_strategy *aws_retry_strategy_new_standard(
    struct aws_allocator *allocator,
    const struct aws_standard_retry_options *config);

/** As above, with a limiter of the send rate once a server throttles. */
AWS_IO_API struct aws_retry_strategy *aws_retry_strategy_new_adaptive(
    struct aws_allocator *allocator,
    const struct aws_adaptive_retry_options *config);

/** Refuses every token with AWS_IO_RETRY_PERMISSION_DENIED. `config` may be NULL. */
AWS_IO_API struct aws_retry_strategy *aws_retry_strategy_new_no_retry(
    struct aws_allocator *allocator,
    const struct aws_no_retry_options *config);

AWS_EXTERN_C_END
AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_IO_CLIENT_RETRY_STRATEGY_H */

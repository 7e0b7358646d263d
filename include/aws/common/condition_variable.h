#ifndef AWS_COMMON_CONDITION_VARIABLE_H
#define AWS_COMMON_CONDITION_VARIABLE_H
/* Waiting for a condition that another thread brings about. */

#include <aws/common/common.h>

#include <pthread.h>

AWS_PUSH_SANE_WARNING_LEVEL
AWS_EXTERN_C_BEGIN

struct aws_mutex;

/** Whether to stop waiting. */
typedef bool(aws_condition_predicate_fn)(void *);

/** The condition variable. */
struct aws_condition_variable {
    /** The system's condition variable. */
    pthread_cond_t condition_handle;
    /** Whether there is one. */
    bool initialized;
};

/** Initialiser of a static condition variable. */
#define AWS_CONDITION_VARIABLE_INIT                                                                                    \
    { .condition_handle = PTHREAD_COND_INITIALIZER, .initialized = true }

/** Makes a condition variable, to be destroyed with aws_condition_variable_clean_up(). */
AWS_COMMON_API int aws_condition_variable_init(struct aws_condition_variable *condition_variable);

/** Destroys a condition variable that nobody waits for. A zeroed one is left as it is. */
AWS_COMMON_API void aws_condition_variable_clean_up(struct aws_condition_variable *condition_variable);

/** Wakes one of the threads that wait. */
AWS_COMMON_API int aws_condition_variable_notify_one(struct aws_condition_variable *condition_variable);

/** Wakes all threads that wait. */
AWS_COMMON_API int aws_condition_variable_notify_all(struct aws_condition_variable *condition_variable);

/** Gives the mutex back, waits for a wake-up (which may come without reason) and takes the mutex again. */
AWS_COMMON_API int aws_condition_variable_wait(
    struct aws_condition_variable *condition_variable,
    struct aws_mutex *mutex);

/** Waits until the predicate, which is called with the mutex held, says true. */
AWS_COMMON_API int aws_condition_variable_wait_pred(
    struct aws_condition_variable *condition_variable,
    struct aws_mutex *mutex,
    aws_condition_predicate_fn *pred,
    void *pred_ctx);

/**
 * Like aws_condition_variable_wait() for this many nanoseconds at most, then AWS_ERROR_COND_VARIABLE_TIMED_OUT. The
 * mutex
 * is held again in either case.
 */
AWS_COMMON_API int aws_condition_variable_wait_for(
    struct aws_condition_variable *condition_variable,
    struct aws_mutex *mutex,
    int64_t time_to_wait);

/**
 * Like aws_condition_variable_wait_pred() for this many nanoseconds at most, then AWS_ERROR_COND_VARIABLE_TIMED_OUT.
 */
AWS_COMMON_API int aws_condition_variable_wait_for_pred(
    struct aws_condition_variable *condition_variable,
    struct aws_mutex *mutex,
    int64_t time_to_wait,
    aws_condition_predicate_fn *pred,
    void *pred_ctx);

AWS_EXTERN_C_END

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_CONDITION_VARIABLE_H */

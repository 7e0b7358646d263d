#ifndef AWS_COMMON_MUTEX_H
#define AWS_COMMON_MUTEX_H
/* A lock that one thread holds at a time. */

#include <aws/common/common.h>

#include <pthread.h>

AWS_PUSH_SANE_WARNING_LEVEL
AWS_EXTERN_C_BEGIN

/** The lock. */
struct aws_mutex {
    /** The system's lock. */
    pthread_mutex_t mutex_handle;
    /** Whether there is one. */
    bool initialized;
};

/** Initialiser of a static mutex. */
#define AWS_MUTEX_INIT                                                                                                 \
    { .mutex_handle = PTHREAD_MUTEX_INITIALIZER, .initialized = true }

/** Makes a mutex that nobody holds, to be destroyed with aws_mutex_clean_up(). */
AWS_COMMON_API int aws_mutex_init(struct aws_mutex *mutex);

/** Destroys a mutex that nobody holds. A zeroed one is left as it is. */
AWS_COMMON_API void aws_mutex_clean_up(struct aws_mutex *mutex);

/**
 * Waits for the mutex and takes it. AWS_ERROR_THREAD_DEADLOCK_DETECTED and other AWS_ERROR_MUTEX_* where the system
 * notices.
 */
AWS_COMMON_API int aws_mutex_lock(struct aws_mutex *mutex);

/** Takes the mutex if nobody holds it. AWS_ERROR_MUTEX_TIMEOUT when somebody does. */
AWS_COMMON_API int aws_mutex_try_lock(struct aws_mutex *mutex);

/** Gives the mutex back, on the thread that took it. */
AWS_COMMON_API int aws_mutex_unlock(struct aws_mutex *mutex);

AWS_EXTERN_C_END

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_MUTEX_H */

#ifndef AWS_COMMON_RW_LOCK_H
#define AWS_COMMON_RW_LOCK_H
/* A lock that many readers or one writer hold. */

#include <aws/common/common.h>

#include <pthread.h>

AWS_PUSH_SANE_WARNING_LEVEL
AWS_EXTERN_C_BEGIN

/** The lock. A program in strict C99 needs _XOPEN_SOURCE for pthread_rwlock_t. */
struct aws_rw_lock {
    /** The system's lock. */
    pthread_rwlock_t lock_handle;
};

/** Initialiser of a static lock. */
#define AWS_RW_LOCK_INIT                                                                                               \
    { .lock_handle = PTHREAD_RWLOCK_INITIALIZER }

/** Makes a lock that nobody holds, to be destroyed with aws_rw_lock_clean_up(). */
AWS_COMMON_API int aws_rw_lock_init(struct aws_rw_lock *lock);

/** Destroys a lock that nobody holds. */
AWS_COMMON_API void aws_rw_lock_clean_up(struct aws_rw_lock *lock);

/** Waits until no writer holds the lock and takes it for reading. Errors as those of aws_mutex_lock(). */
AWS_COMMON_API int aws_rw_lock_rlock(struct aws_rw_lock *lock);

/** Waits until nobody holds the lock and takes it for writing. Errors as those of aws_mutex_lock(). */
AWS_COMMON_API int aws_rw_lock_wlock(struct aws_rw_lock *lock);

/** Takes the lock for reading if no writer holds it. AWS_ERROR_MUTEX_TIMEOUT when one does. */
AWS_COMMON_API int aws_rw_lock_try_rlock(struct aws_rw_lock *lock);

/** Takes the lock for writing if nobody holds it. AWS_ERROR_MUTEX_TIMEOUT when somebody does. */
AWS_COMMON_API int aws_rw_lock_try_wlock(struct aws_rw_lock *lock);

/** Gives a lock taken for reading back. */
AWS_COMMON_API int aws_rw_lock_runlock(struct aws_rw_lock *lock);

/** Gives a lock taken for writing back. */
AWS_COMMON_API int aws_rw_lock_wunlock(struct aws_rw_lock *lock);

AWS_EXTERN_C_END

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_RW_LOCK_H */

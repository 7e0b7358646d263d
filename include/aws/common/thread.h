#ifndef AWS_COMMON_THREAD_H
#define AWS_COMMON_THREAD_H
/* Threads: launching, joining, and what to do when one ends. */

#include <aws/common/byte_buf.h>
#include <aws/common/string.h>

#include <pthread.h>

AWS_PUSH_SANE_WARNING_LEVEL
AWS_EXTERN_C_BEGIN

/** How far a thread is. */
enum aws_thread_detach_state {
    /** Not launched. */
    AWS_THREAD_NOT_CREATED = 1,
    /** Launched, to be joined. */
    AWS_THREAD_JOINABLE,
    /** Joined. */
    AWS_THREAD_JOIN_COMPLETED,
    /** Launched, and the library joins it. */
    AWS_THREAD_MANAGED,
};

/** Who joins a thread. */
enum aws_thread_join_strategy {
    /** Whoever launched it. */
    AWS_TJS_MANUAL = 0,
    /** The library, in aws_thread_join_all_managed(). */
    AWS_TJS_MANAGED,
};

/** Longest name that every system shows. */
#define AWS_THREAD_NAME_RECOMMENDED_STRLEN 15

/** How to launch a thread. */
struct aws_thread_options {
    /** Bytes of stack; 0 leaves it to the system. */
    size_t stack_size;
    /** Processor to run on; negative leaves it to the system. */
    int32_t cpu_id;
    /** Who joins it. */
    enum aws_thread_join_strategy join_strategy;
    /** Name, cut where the system does not take more; may be empty. */
    struct aws_byte_cursor name;
};

/** Called when a thread ends. */
typedef void(aws_thread_atexit_fn)(void *user_data);

/** Whether something was done once. */
typedef pthread_once_t aws_thread_once;
#define AWS_THREAD_ONCE_STATIC_INIT PTHREAD_ONCE_INIT

/** Id of a thread, and the room for its hexadecimal digits. */
typedef pthread_t aws_thread_id_t;
#define AWS_THREAD_ID_T_REPR_BUFSZ (sizeof(aws_thread_id_t) * 2 + 1)

/** A thread, launched or not. */
struct aws_thread {
    /** Given at the beginning. */
    struct aws_allocator *allocator;
    /** How far it is. */
    enum aws_thread_detach_state detach_state;
    /** Its id, once launched. */
    aws_thread_id_t thread_id;
};

/** The options that apply when none are given. Static; do not keep copies, they may be changed. */
AWS_COMMON_API const struct aws_thread_options *aws_default_thread_options(void);

/** Changes the options that apply when none are given. For tests. */
AWS_COMMON_API void aws_set_default_thread_options(const struct aws_thread_options *options);

/** Prepares a thread that is not running yet, to be followed by aws_thread_clean_up(). */
AWS_COMMON_API int aws_thread_init(struct aws_thread *thread, struct aws_allocator *allocator);

/**
 * Starts a thread that calls `func`. NULL for `options` means the defaults. A thread of strategy AWS_TJS_MANAGED is
 * joined
 * by the library, the others by aws_thread_join(). AWS_ERROR_THREAD_INSUFFICIENT_RESOURCE,
 * AWS_ERROR_THREAD_NO_PERMISSIONS or AWS_ERROR_THREAD_INVALID_SETTINGS.
 */
AWS_COMMON_API int aws_thread_launch(
    struct aws_thread *thread,
    void (*func)(void *arg),
    void *arg,
    const struct aws_thread_options *options);

/** Id of a thread that was launched. */
AWS_COMMON_API aws_thread_id_t aws_thread_get_id(struct aws_thread *thread);

/** How far a thread is. */
AWS_COMMON_API enum aws_thread_detach_state aws_thread_get_detach_state(struct aws_thread *thread);

/**
 * Waits for the end of a launched thread that is not managed; does nothing for others. AWS_ERROR_THREAD_NOT_JOINABLE,
 * AWS_ERROR_THREAD_NO_SUCH_THREAD_ID or AWS_ERROR_THREAD_DEADLOCK_DETECTED.
 */
AWS_COMMON_API int aws_thread_join(struct aws_thread *thread);

/** Ends the use of the struct. A thread that was not joined runs on by itself. */
AWS_COMMON_API void aws_thread_clean_up(struct aws_thread *thread);

/**
 * Waits until all managed threads have ended, or the time of aws_thread_set_managed_join_timeout_ns() is over, which
 * makes
 * it fail. Not to be called from a managed thread.
 */
AWS_COMMON_API int aws_thread_join_all_managed(void);

/** Nanoseconds that aws_thread_join_all_managed() waits; 0, the default, means without end. */
AWS_COMMON_API void aws_thread_set_managed_join_timeout_ns(uint64_t timeout_in_ns);

/** Makes aws_thread_join_all_managed() wait for one more aws_thread_decrement_unjoined_count(). */
AWS_COMMON_API void aws_thread_increment_unjoined_count(void);

/** Takes one aws_thread_increment_unjoined_count() back. */
AWS_COMMON_API void aws_thread_decrement_unjoined_count(void);

/** Id of the calling thread. */
AWS_COMMON_API aws_thread_id_t aws_thread_current_thread_id(void);

/** Whether two ids are of one thread. */
AWS_COMMON_API bool aws_thread_thread_id_equal(aws_thread_id_t t1, aws_thread_id_t t2);

/** Stops the calling thread for this many nanoseconds. */
AWS_COMMON_API void aws_thread_current_sleep(uint64_t nanos);

/**
 * Calls back on the calling thread when its function has returned, last registered first.
 * AWS_ERROR_THREAD_NOT_JOINABLE on a
 * thread that aws_thread_launch() did not start.
 */
AWS_COMMON_API int aws_thread_current_at_exit(aws_thread_atexit_fn *callback, void *user_data);

/** Stores the name of the calling thread, to be released with aws_string_destroy(). AWS_ERROR_SYS_CALL_FAILURE. */
AWS_COMMON_API int aws_thread_current_name(struct aws_allocator *allocator, struct aws_string **out_name);

/** The same for any thread that is running. */
AWS_COMMON_API int aws_thread_name(
    struct aws_allocator *allocator,
    aws_thread_id_t thread_id,
    struct aws_string **out_name);

/** Calls a function if no call with this flag was made before; others wait for its end. */
AWS_COMMON_API void aws_thread_call_once(aws_thread_once *flag, void (*call_once)(void *), void *user_data);

AWS_EXTERN_C_END

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_THREAD_H */

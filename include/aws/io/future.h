#ifndef AWS_IO_FUTURE_H
#define AWS_IO_FUTURE_H
/*
 * Futures: results that come later, from whichever thread completes them first.
 *
 * A future is one shared, counted object. Its maker completes it once, with a result or an error; later completions
 * have no effect and their results are disposed of. Its receiver asks whether it is done, waits, or registers one
 * callback, and then looks at the error first and at the result only if there is none.
 *
 * The functions of a typed future come from a pair of macros, AWS_FUTURE_T_*_DECLARATION for a header and
 * AWS_FUTURE_T_*_IMPLEMENTATION for a source file. Which pair depends on the result:
 *
 *   BY_VALUE                  a plain value              set_result            get_result
 *   BY_VALUE_WITH_CLEAN_UP    a struct with a clean-up   set_result_by_move    get_result_by_move, peek_result
 *   POINTER                   a pointer, not owned       set_result            get_result
 *   POINTER_WITH_DESTROY      an owned pointer           set_result_by_move    get_result_by_move, peek_result
 *   POINTER_WITH_RELEASE      a counted reference        set_result_by_move    get_result_by_move, peek_result
 *
 * Setting by move zeroes the caller's variable. Getting by move gives the ownership to the caller, once; peeking
 * leaves it with the future.
 */

#include <aws/io/io.h>

AWS_PUSH_SANE_WARNING_LEVEL

struct aws_channel;
struct aws_event_loop;
/** What every typed future is underneath. */
struct aws_future_impl;

/** The future is done. Called at most once. */
typedef void(aws_future_callback_fn)(void *user_data);

/** Cleans up a value that nobody took. */
typedef void(aws_future_impl_result_clean_up_fn)(void *result_addr);

/** Destroys an object that nobody took. */
typedef void(aws_future_impl_result_destroy_fn)(void *result);

/** Releases a reference that nobody took. */
typedef void *(aws_future_impl_result_release_fn)(void *result);

AWS_EXTERN_C_BEGIN

AWS_IO_API struct aws_future_impl *aws_future_impl_new_by_value(struct aws_allocator *alloc, size_t sizeof_result);

AWS_IO_API struct aws_future_impl *aws_future_impl_new_by_value_with_clean_up(
    struct aws_allocator *alloc,
    size_t sizeof_result,
    aws_future_impl_result_clean_up_fn *result_clean_up);

AWS_IO_API struct aws_future_impl *aws_future_impl_new_pointer(struct aws_allocator *alloc);

AWS_IO_API struct aws_future_impl *aws_future_impl_new_pointer_with_destroy(
    struct aws_allocator *alloc,
    aws_future_impl_result_destroy_fn *result_destroy);

AWS_IO_API struct aws_future_impl *aws_future_impl_new_pointer_with_release(
    struct aws_allocator *alloc,
    aws_future_impl_result_release_fn *result_release);

/** Adds a reference and returns the future. NULL is returned as it is. */
AWS_IO_API struct aws_future_impl *aws_future_impl_acquire(struct aws_future_impl *promise);

/** Gives up a reference and returns NULL. NULL is ignored. */
AWS_IO_API struct aws_future_impl *aws_future_impl_release(struct aws_future_impl *promise);

AWS_IO_API void aws_future_impl_set_error(struct aws_future_impl *promise, int error_code);

/** Takes the value at `src_address` over and zeroes it. */
AWS_IO_API void aws_future_impl_set_result_by_move(struct aws_future_impl *promise, void *src_address);

AWS_IO_API bool aws_future_impl_is_done(const struct aws_future_impl *future);

/** Runs the callback on the completing thread, or on this one if the future is done. */
AWS_IO_API void aws_future_impl_register_callback(
    struct aws_future_impl *future,
    aws_future_callback_fn *on_done,
    void *user_data);

/** Returns false, and will not run the callback, if the future is done. */
AWS_IO_API bool aws_future_impl_register_callback_if_not_done(
    struct aws_future_impl *future,
    aws_future_callback_fn *on_done,
    void *user_data);

/** Runs the callback as a task of an event loop. */
AWS_IO_API void aws_future_impl_register_event_loop_callback(
    struct aws_future_impl *future,
    struct aws_event_loop *event_loop,
    aws_future_callback_fn *on_done,
    void *user_data);

/** There are no channels in this library, so this cannot be called. */
AWS_IO_API void aws_future_impl_register_channel_callback(
    struct aws_future_impl *future,
    struct aws_channel *channel,
    aws_future_callback_fn *on_done,
    void *user_data);

/** Blocks for at most so many nanoseconds; returns whether the future is done. */
AWS_IO_API bool aws_future_impl_wait(const struct aws_future_impl *future, uint64_t timeout_ns);

/** 0 when there is a result. The future must be done. */
AWS_IO_API int aws_future_impl_get_error(const struct aws_future_impl *future);

/** Where the result is. There must be one. */
AWS_IO_API void *aws_future_impl_get_result_address(const struct aws_future_impl *future);

/** Moves the result to `dst_address`. There must be one that was not moved yet. */
AWS_IO_API void aws_future_impl_get_result_by_move(struct aws_future_impl *future, void *dst_address);

/* clang-format off */

/** Begins the declaration of a family; between it and the end stand the functions that depend on the type. */
#define AWS_FUTURE_T_DECLARATION_BEGIN(FUTURE, API) struct FUTURE;

/** The functions that every family has. */
#define AWS_FUTURE_T_DECLARATION_END(FUTURE, API) \
    API struct FUTURE *FUTURE##_acquire(struct FUTURE *future); \
    API struct FUTURE *FUTURE##_release(struct FUTURE *future); \
    API void FUTURE##_set_error(struct FUTURE *future, int error_code); \
    API bool FUTURE##_is_done(const struct FUTURE *future); \
    API int FUTURE##_get_error(const struct FUTURE *future); \
    API void FUTURE##_register_callback(struct FUTURE *future, aws_future_callback_fn *on_done, void *user_data); \
    API bool FUTURE##_register_callback_if_not_done( \
        struct FUTURE *future, aws_future_callback_fn *on_done, void *user_data); \
    API void FUTURE##_register_event_loop_callback( \
        struct FUTURE *future, struct aws_event_loop *event_loop, aws_future_callback_fn *on_done, void *user_data); \
    API void FUTURE##_register_channel_callback( \
        struct FUTURE *future, struct aws_channel *channel, aws_future_callback_fn *on_done, void *user_data); \
    API bool FUTURE##_wait(struct FUTURE *future, uint64_t timeout_ns);

#define AWS_FUTURE_T_IMPLEMENTATION_BEGIN(FUTURE)

#define AWS_FUTURE_T_IMPLEMENTATION_END(FUTURE) \
    struct FUTURE *FUTURE##_acquire(struct FUTURE *future) { \
        return (struct FUTURE *)aws_future_impl_acquire((struct aws_future_impl *)future); \
    } \
    struct FUTURE *FUTURE##_release(struct FUTURE *future) { \
        return (struct FUTURE *)aws_future_impl_release((struct aws_future_impl *)future); \
    } \
    void FUTURE##_set_error(struct FUTURE *future, int error_code) { \
        aws_future_impl_set_error((struct aws_future_impl *)future, error_code); \
    } \
    bool FUTURE##_is_done(const struct FUTURE *future) { \
        return aws_future_impl_is_done((const struct aws_future_impl *)future); \
    } \
    int FUTURE##_get_error(const struct FUTURE *future) { \
        return aws_future_impl_get_error((const struct aws_future_impl *)future); \
    } \
    void FUTURE##_register_callback(struct FUTURE *future, aws_future_callback_fn *on_done, void *user_data) { \
        aws_future_impl_register_callback((struct aws_future_impl *)future, on_done, user_data); \
    } \
    bool FUTURE##_register_callback_if_not_done( \
        struct FUTURE *future, aws_future_callback_fn *on_done, void *user_data) { \
        return aws_future_impl_register_callback_if_not_done((struct aws_future_impl *)future, on_done, user_data); \
    } \
    void FUTURE##_register_event_loop_callback( \
        struct FUTURE *future, struct aws_event_loop *event_loop, aws_future_callback_fn *on_done, void *user_data) { \
        aws_future_impl_register_event_loop_callback((struct aws_future_impl *)future, event_loop, on_done, user_data); \
    } \
    void FUTURE##_register_channel_callback( \
        struct FUTURE *future, struct aws_channel *channel, aws_future_callback_fn *on_done, void *user_data) { \
        aws_future_impl_register_channel_callback((struct aws_future_impl *)future, channel, on_done, user_data); \
    } \
    bool FUTURE##_wait(struct FUTURE *future, uint64_t timeout_ns) { \
        return aws_future_impl_wait((const struct aws_future_impl *)future, timeout_ns); \
    }

/** A plain value of type T. */
#define AWS_FUTURE_T_BY_VALUE_DECLARATION(FUTURE, T, API) \
    AWS_FUTURE_T_DECLARATION_BEGIN(FUTURE, API) \
    API struct FUTURE *FUTURE##_new(struct aws_allocator *alloc); \
    API void FUTURE##_set_result(struct FUTURE *future, T result); \
    API T FUTURE##_get_result(const struct FUTURE *future); \
    AWS_FUTURE_T_DECLARATION_END(FUTURE, API)

#define AWS_FUTURE_T_BY_VALUE_IMPLEMENTATION(FUTURE, T) \
    AWS_FUTURE_T_IMPLEMENTATION_BEGIN(FUTURE) \
    struct FUTURE *FUTURE##_new(struct aws_allocator *alloc) { \
        return (struct FUTURE *)aws_future_impl_new_by_value(alloc, sizeof(T)); \
    } \
    void FUTURE##_set_result(struct FUTURE *future, T result) { \
        aws_future_impl_set_result_by_move((struct aws_future_impl *)future, &result); \
    } \
    T FUTURE##_get_result(const struct FUTURE *future) { \
        return *(T *)aws_future_impl_get_result_address((const struct aws_future_impl *)future); \
    } \
    AWS_FUTURE_T_IMPLEMENTATION_END(FUTURE)

/** A struct T that a function cleans up. */
#define AWS_FUTURE_T_BY_VALUE_WITH_CLEAN_UP_DECLARATION(FUTURE, T, API) \
    AWS_FUTURE_T_DECLARATION_BEGIN(FUTURE, API) \
    API struct FUTURE *FUTURE##_new(struct aws_allocator *alloc); \
    API void FUTURE##_set_result_by_move(struct FUTURE *future, T *value_address); \
    API T FUTURE##_get_result_by_move(struct FUTURE *future); \
    API T *FUTURE##_peek_result(const struct FUTURE *future); \
    AWS_FUTURE_T_DECLARATION_END(FUTURE, API)

#define AWS_FUTURE_T_BY_VALUE_WITH_CLEAN_UP_IMPLEMENTATION(FUTURE, T, CLEAN_UP_FN) \
    AWS_FUTURE_T_IMPLEMENTATION_BEGIN(FUTURE) \
    static void FUTURE##_clean_up_unclaimed(void *result_addr) { \
        void (*clean_up)(T *) = CLEAN_UP_FN; \
        clean_up((T *)result_addr); \
    } \
    struct FUTURE *FUTURE##_new(struct aws_allocator *alloc) { \
        return (struct FUTURE *)aws_future_impl_new_by_value_with_clean_up( \
            alloc, sizeof(T), FUTURE##_clean_up_unclaimed); \
    } \
    void FUTURE##_set_result_by_move(struct FUTURE *future, T *value_address) { \
        aws_future_impl_set_result_by_move((struct aws_future_impl *)future, value_address); \
    } \
    T FUTURE##_get_result_by_move(struct FUTURE *future) { \
        T result; \
        aws_future_impl_get_result_by_move((struct aws_future_impl *)future, &result); \
        return result; \
    } \
    T *FUTURE##_peek_result(const struct FUTURE *future) { \
        return (T *)aws_future_impl_get_result_address((const struct aws_future_impl *)future); \
    } \
    AWS_FUTURE_T_IMPLEMENTATION_END(FUTURE)

/** A pointer to T that the future does not own. */
#define AWS_FUTURE_T_POINTER_DECLARATION(FUTURE, T, API) \
    AWS_FUTURE_T_DECLARATION_BEGIN(FUTURE, API) \
    API struct FUTURE *FUTURE##_new(struct aws_allocator *alloc); \
    API void FUTURE##_set_result(struct FUTURE *future, T *result); \
    API T *FUTURE##_get_result(const struct FUTURE *future); \
    AWS_FUTURE_T_DECLARATION_END(FUTURE, API)

#define AWS_FUTURE_T_POINTER_IMPLEMENTATION(FUTURE, T) \
    AWS_FUTURE_T_IMPLEMENTATION_BEGIN(FUTURE) \
    struct FUTURE *FUTURE##_new(struct aws_allocator *alloc) { \
        return (struct FUTURE *)aws_future_impl_new_pointer(alloc); \
    } \
    void FUTURE##_set_result(struct FUTURE *future, T *result) { \
        aws_future_impl_set_result_by_move((struct aws_future_impl *)future, &result); \
    } \
    T *FUTURE##_get_result(const struct FUTURE *future) { \
        return *(T **)aws_future_impl_get_result_address((const struct aws_future_impl *)future); \
    } \
    AWS_FUTURE_T_IMPLEMENTATION_END(FUTURE)

/** A pointer to T that a function destroys. */
#define AWS_FUTURE_T_POINTER_WITH_DESTROY_DECLARATION(FUTURE, T, API) \
    AWS_FUTURE_T_DECLARATION_BEGIN(FUTURE, API) \
    API struct FUTURE *FUTURE##_new(struct aws_allocator *alloc); \
    API void FUTURE##_set_result_by_move(struct FUTURE *future, T **pointer_address); \
    API T *FUTURE##_get_result_by_move(struct FUTURE *future); \
    API T *FUTURE##_peek_result(const struct FUTURE *future); \
    AWS_FUTURE_T_DECLARATION_END(FUTURE, API)

#define AWS_FUTURE_T_POINTER_WITH_DESTROY_IMPLEMENTATION(FUTURE, T, DESTROY_FN) \
    AWS_FUTURE_T_IMPLEMENTATION_BEGIN(FUTURE) \
    static void FUTURE##_destroy_unclaimed(void *result) { \
        void (*destroy)(T *) = DESTROY_FN; \
        destroy((T *)result); \
    } \
    struct FUTURE *FUTURE##_new(struct aws_allocator *alloc) { \
        return (struct FUTURE *)aws_future_impl_new_pointer_with_destroy(alloc, FUTURE##_destroy_unclaimed); \
    } \
    void FUTURE##_set_result_by_move(struct FUTURE *future, T **pointer_address) { \
        aws_future_impl_set_result_by_move((struct aws_future_impl *)future, pointer_address); \
    } \
    T *FUTURE##_get_result_by_move(struct FUTURE *future) { \
        T *result; \
        aws_future_impl_get_result_by_move((struct aws_future_impl *)future, &result); \
        return result; \
    } \
    T *FUTURE##_peek_result(const struct FUTURE *future) { \
        return *(T **)aws_future_impl_get_result_address((const struct aws_future_impl *)future); \
    } \
    AWS_FUTURE_T_IMPLEMENTATION_END(FUTURE)

/** A reference to T that a function releases; that function returns a T pointer, usually NULL. */
#define AWS_FUTURE_T_POINTER_WITH_RELEASE_DECLARATION(FUTURE, T, API) \
    AWS_FUTURE_T_DECLARATION_BEGIN(FUTURE, API) \
    API struct FUTURE *FUTURE##_new(struct aws_allocator *alloc); \
    API void FUTURE##_set_result_by_move(struct FUTURE *future, T **pointer_address); \
    API T *FUTURE##_get_result_by_move(struct FUTURE *future); \
    API T *FUTURE##_peek_result(const struct FUTURE *future); \
    AWS_FUTURE_T_DECLARATION_END(FUTURE, API)

#define AWS_FUTURE_T_POINTER_WITH_RELEASE_IMPLEMENTATION(FUTURE, T, RELEASE_FN) \
    AWS_FUTURE_T_IMPLEMENTATION_BEGIN(FUTURE) \
    static void *FUTURE##_release_unclaimed(void *result) { \
        T *(*release)(T *) = RELEASE_FN; \
        return release((T *)result); \
    } \
    struct FUTURE *FUTURE##_new(struct aws_allocator *alloc) { \
        return (struct FUTURE *)aws_future_impl_new_pointer_with_release(alloc, FUTURE##_release_unclaimed); \
    } \
    void FUTURE##_set_result_by_move(struct FUTURE *future, T **pointer_address) { \
        aws_future_impl_set_result_by_move((struct aws_future_impl *)future, pointer_address); \
    } \
    T *FUTURE##_get_result_by_move(struct FUTURE *future) { \
        T *result; \
        aws_future_impl_get_result_by_move((struct aws_future_impl *)future, &result); \
        return result; \
    } \
    T *FUTURE##_peek_result(const struct FUTURE *future) { \
        return *(T **)aws_future_impl_get_result_address((const struct aws_future_impl *)future); \
    } \
    AWS_FUTURE_T_IMPLEMENTATION_END(FUTURE)

/* clang-format on */

AWS_FUTURE_T_BY_VALUE_DECLARATION(aws_future_size, size_t, AWS_IO_API)

AWS_FUTURE_T_BY_VALUE_DECLARATION(aws_future_bool, bool, AWS_IO_API)

/** A result that is nothing but success. */
AWS_FUTURE_T_DECLARATION_BEGIN(aws_future_void, AWS_IO_API)
AWS_IO_API struct aws_future_void *aws_future_void_new(struct aws_allocator *alloc);
AWS_IO_API void aws_future_void_set_result(struct aws_future_void *future);
AWS_FUTURE_T_DECLARATION_END(aws_future_void, AWS_IO_API)

AWS_EXTERN_C_END
AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_IO_FUTURE_H */

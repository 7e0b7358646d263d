#ifndef AWS_COMMON_REF_COUNT_H
#define AWS_COMMON_REF_COUNT_H
/* A reference count that is embedded in the object it keeps. */

#include <aws/common/atomics.h>
#include <aws/common/common.h>
#include <aws/common/shutdown_types.h>

AWS_PUSH_SANE_WARNING_LEVEL
AWS_EXTERN_C_BEGIN

/** Number of owners of an object, and what to do when there are none left. */
struct aws_ref_count {
    /** Number of owners. */
    struct aws_atomic_var ref_count;
    /** The object. */
    void *object;
    /** Called with the object by the thread that drops the last reference. */
    aws_simple_completion_callback *on_zero_fn;
};

/** Begins with one owner. `object` is what aws_ref_count_acquire() returns and `on_zero_fn` gets. */
AWS_COMMON_API void aws_ref_count_init(
    struct aws_ref_count *ref_count,
    void *object,
    aws_simple_completion_callback *on_zero_fn);

/** Adds an owner and returns the object. */
AWS_COMMON_API void *aws_ref_count_acquire(struct aws_ref_count *ref_count);

/** Removes an owner and returns how many are left; the last one makes `on_zero_fn` run before this returns. */
AWS_COMMON_API size_t aws_ref_count_release(struct aws_ref_count *ref_count);

AWS_EXTERN_C_END
AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_REF_COUNT_H */

#ifndef AWS_COMMON_ASSERT_H
#define AWS_COMMON_ASSERT_H
/* Assertions. Those named FATAL are always on; the others only where DEBUG_BUILD is defined. */

#include <aws/common/exports.h>
#include <aws/common/macros.h>

#include <stdio.h>
#include <stdlib.h>

AWS_PUSH_SANE_WARNING_LEVEL
AWS_EXTERN_C_BEGIN

/** Writes the condition, its place and a stack trace to stderr, then aborts the process. Takes no ownership. */
AWS_COMMON_API AWS_DECLSPEC_NORETURN void aws_fatal_assert(const char *cond_str, const char *file, int line)
    AWS_ATTRIBUTE_NORETURN;

AWS_EXTERN_C_END

/** Aborts with a message when `mem` is NULL. */
#define AWS_PANIC_OOM(mem, msg)                                                                                        \
    do {                                                                                                               \
        if ((mem) == NULL) {                                                                                           \
            fputs((msg), stderr);                                                                                      \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

/** Tells the optimiser that a condition holds, or that a place is never reached. */
#if defined(_MSC_VER)
#    define AWS_ASSUME(cond) __assume(cond)
#    define AWS_UNREACHABLE() __assume(0)
#elif defined(__GNUC__) || defined(__clang__)
#    define AWS_UNREACHABLE() __builtin_unreachable()
#    define AWS_ASSUME(cond) ((cond) ? (void)0 : AWS_UNREACHABLE())
#else
#    define AWS_ASSUME(cond)
#    define AWS_UNREACHABLE()
#endif

/** Aborts the process when the condition does not hold, in every build. */
#define AWS_FATAL_ASSERT(cond)                                                                                         \
    do {                                                                                                               \
        if (!(cond)) {                                                                                                 \
            aws_fatal_assert(#cond, __FILE__, __LINE__);                                                               \
        }                                                                                                              \
    } while (0)

/** Like AWS_FATAL_ASSERT in a debug build; otherwise the condition is not even evaluated. */
#if defined(DEBUG_BUILD)
#    define AWS_ASSERT(cond) AWS_FATAL_ASSERT(cond)
#else
#    define AWS_ASSERT(cond)
#endif

/* Conditions on entry and on return; the optional second argument explains. */
#define AWS_PRECONDITION1(cond) AWS_ASSERT(cond)
#define AWS_PRECONDITION2(cond, expl) AWS_ASSERT(cond)
#define AWS_PRECONDITION(...) CALL_OVERLOAD(AWS_PRECONDITION, __VA_ARGS__)
#define AWS_FATAL_PRECONDITION1(cond) AWS_FATAL_ASSERT(cond)
#define AWS_FATAL_PRECONDITION2(cond, expl) AWS_FATAL_ASSERT(cond)
#define AWS_FATAL_PRECONDITION(...) CALL_OVERLOAD(AWS_FATAL_PRECONDITION, __VA_ARGS__)
#define AWS_POSTCONDITION1(cond) AWS_ASSERT(cond)
#define AWS_POSTCONDITION2(cond, expl) AWS_ASSERT(cond)
#define AWS_POSTCONDITION(...) CALL_OVERLOAD(AWS_POSTCONDITION, __VA_ARGS__)
#define AWS_FATAL_POSTCONDITION1(cond) AWS_FATAL_ASSERT(cond)
#define AWS_FATAL_POSTCONDITION2(cond, expl) AWS_FATAL_ASSERT(cond)
#define AWS_FATAL_POSTCONDITION(...) CALL_OVERLOAD(AWS_FATAL_POSTCONDITION, __VA_ARGS__)

/* The same as a returned error instead of an abort, in every build. They need aws/common/error.h. */
#define AWS_RETURN_ERROR_IF_IMPL(type, cond, err, explanation)                                                         \
    do {                                                                                                               \
        if (!(cond)) {                                                                                                 \
            return aws_raise_error(err);                                                                               \
        }                                                                                                              \
    } while (0)
#define AWS_RETURN_ERROR_IF3(cond, err, explanation) AWS_RETURN_ERROR_IF_IMPL("check", cond, err, explanation)
#define AWS_RETURN_ERROR_IF2(cond, err) AWS_RETURN_ERROR_IF3(cond, err, #cond)
#define AWS_RETURN_ERROR_IF(...) CALL_OVERLOAD(AWS_RETURN_ERROR_IF, __VA_ARGS__)
#define AWS_ERROR_PRECONDITION3(cond, err, explanation) AWS_RETURN_ERROR_IF_IMPL("entry", cond, err, explanation)
#define AWS_ERROR_PRECONDITION2(cond, err) AWS_ERROR_PRECONDITION3(cond, err, #cond)
#define AWS_ERROR_PRECONDITION1(cond) AWS_ERROR_PRECONDITION2(cond, AWS_ERROR_INVALID_ARGUMENT)
#define AWS_ERROR_PRECONDITION(...) CALL_OVERLOAD(AWS_ERROR_PRECONDITION, __VA_ARGS__)
#define AWS_ERROR_POSTCONDITION3(cond, err, explanation) AWS_RETURN_ERROR_IF_IMPL("return", cond, err, explanation)
#define AWS_ERROR_POSTCONDITION2(cond, err) AWS_ERROR_POSTCONDITION3(cond, err, #cond)
#define AWS_ERROR_POSTCONDITION1(cond) AWS_ERROR_POSTCONDITION2(cond, AWS_ERROR_INVALID_ARGUMENT)
#define AWS_ERROR_POSTCONDITION(...) CALL_OVERLOAD(AWS_ERROR_POSTCONDITION, __VA_ARGS__)

/** Returns a value, after checking conditions in a debug build. */
#define AWS_RETURN_WITH_POSTCONDITION(_rval, ...)                                                                      \
    do {                                                                                                               \
        AWS_POSTCONDITION(__VA_ARGS__);                                                                                \
        return _rval;                                                                                                  \
    } while (0)
/** Returns AWS_OP_SUCCESS, after checking conditions in a debug build. */
#define AWS_SUCCEED_WITH_POSTCONDITION(...) AWS_RETURN_WITH_POSTCONDITION(AWS_OP_SUCCESS, __VA_ARGS__)

/** Logical consequence and equivalence. */
#define AWS_IMPLIES(a, b) (!(a) || (b))
#define AWS_IFF(a, b) (!!(a) == !!(b))

/** Whether a block can be accessed at all: it is empty or its pointer is not NULL. */
#define AWS_MEM_IS_READABLE(base, len) (((len) == 0) || (base))
#define AWS_MEM_IS_WRITABLE(base, len) (((len) == 0) || (base))
#define AWS_MEM_IS_READABLE_CHECK(base, len) AWS_MEM_IS_READABLE(base, len)
#define AWS_MEM_IS_WRITABLE_CHECK(base, len) AWS_MEM_IS_WRITABLE(base, len)
#define AWS_OBJECT_PTR_IS_READABLE(ptr) AWS_MEM_IS_READABLE((ptr), sizeof(*(ptr)))
#define AWS_OBJECT_PTR_IS_WRITABLE(ptr) AWS_MEM_IS_WRITABLE((ptr), sizeof(*(ptr)))

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_ASSERT_H */

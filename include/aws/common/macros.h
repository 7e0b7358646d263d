#ifndef AWS_COMMON_MACROS_H
#define AWS_COMMON_MACROS_H
/* Compiler spellings that the other headers use, and small macros for programs. */

/* Brackets around each header. Compilers other than MSVC have nothing to silence here. */
#if defined(_MSC_VER)
#    define AWS_PUSH_SANE_WARNING_LEVEL __pragma(warning(push)) __pragma(warning(disable : 4514 4820 5039))
#    define AWS_POP_SANE_WARNING_LEVEL __pragma(warning(pop))
#else
#    define AWS_PUSH_SANE_WARNING_LEVEL
#    define AWS_POP_SANE_WARNING_LEVEL
#endif

#if defined(__cplusplus)
#    define AWS_EXTERN_C_BEGIN extern "C" {
#    define AWS_EXTERN_C_END }
#else
#    define AWS_EXTERN_C_BEGIN
#    define AWS_EXTERN_C_END
#endif

#define AWS_CONCAT(A, B) A##B

/** Refuses to compile when a constant condition does not hold. */
#define AWS_STATIC_ASSERT(cond) AWS_STATIC_ASSERT1(cond, __LINE__)
#define AWS_STATIC_ASSERT1(cond, line) AWS_STATIC_ASSERT0(cond, AWS_CONCAT(line_, line))
#define AWS_STATIC_ASSERT0(cond, msg) typedef char AWS_CONCAT(aws_static_assertion_, msg)[(cond) ? 1 : -1]

/** Calls NAME1 ... NAME5, whichever fits the number of arguments (one to five). */
#define CALL_OVERLOAD(name, ...) GLUE(OVERLOAD_MACRO(name, COUNT_ARGS_MAX5(__VA_ARGS__)), (__VA_ARGS__))
#define COUNT_ARGS_MAX5(...) EXPAND_ARGS((__VA_ARGS__, 5, 4, 3, 2, 1, 0))
#define EXPAND_ARGS(args) RETURN_ARG_COUNT args
#define RETURN_ARG_COUNT(_1, _2, _3, _4, _5, count, ...) count
#define OVERLOAD_MACRO(name, count) OVERLOAD_MACRO1(name, count)
#define OVERLOAD_MACRO1(name, count) AWS_CONCAT(name, count)
#define GLUE(macro, args) macro args

/** Bytes of one processor cache line, for padding. */
enum { AWS_CACHE_LINE = 64 };

/** printf conversion for AWS_BYTE_CURSOR_PRI and AWS_BYTE_BUF_PRI. */
#define PRInSTR "%.*s"

#if defined(_MSC_VER)
#    include <malloc.h>
#    define AWS_ALIGNED_TYPEDEF(from, to, alignment) typedef __declspec(align(alignment)) from to
#    define AWS_LIKELY(x) x
#    define AWS_UNLIKELY(x) x
#    define AWS_FORCE_INLINE __forceinline
#    define AWS_NO_INLINE __declspec(noinline)
#    define AWS_VARIABLE_LENGTH_ARRAY(type, name, length) type *name = (type *)_alloca(sizeof(type) * (length))
#    define AWS_DECLSPEC_NORETURN __declspec(noreturn)
#    define AWS_ATTRIBUTE_NORETURN
#    define AWS_THREAD_LOCAL __declspec(thread)
#else
#    define AWS_ALIGNED_TYPEDEF(from, to, alignment) typedef from to __attribute__((aligned(alignment)))
#    define AWS_TYPE_OF(a) __typeof__(a)
#    define AWS_LIKELY(x) __builtin_expect(!!(x), 1)
#    define AWS_UNLIKELY(x) __builtin_expect(!!(x), 0)
#    define AWS_FORCE_INLINE __attribute__((always_inline))
#    define AWS_NO_INLINE __attribute__((noinline))
#    if defined(__cplusplus)
#        define AWS_VARIABLE_LENGTH_ARRAY(type, name, length)                                                          \
            type *name = static_cast<type *>(__builtin_alloca(sizeof(type) * (length)))
#    else
#        define AWS_VARIABLE_LENGTH_ARRAY(type, name, length) type name[length]
#    endif
#    define AWS_DECLSPEC_NORETURN
#    define AWS_ATTRIBUTE_NORETURN __attribute__((noreturn))
#    define AWS_THREAD_LOCAL __thread
#endif

/* Markers for functions that a sanitizer should leave alone. */
#if defined(__GNUC__) && (defined(__clang__) || __GNUC__ >= 8)
#    define AWS_SUPPRESS_ASAN __attribute__((no_sanitize("address")))
#    define AWS_SUPPRESS_TSAN __attribute__((no_sanitize("thread")))
#    define AWS_SUPPRESS_UBSAN __attribute__((no_sanitize("undefined")))
#else
#    define AWS_SUPPRESS_ASAN
#    define AWS_SUPPRESS_TSAN
#    define AWS_SUPPRESS_UBSAN
#endif
#if defined(__clang__)
#    define AWS_SUPPRESS_HWASAN __attribute__((no_sanitize("hwaddress")))
#    define AWS_SUPPRESS_MSAN __attribute__((no_sanitize("memory")))
#else
#    define AWS_SUPPRESS_HWASAN
#    define AWS_SUPPRESS_MSAN
#endif

/** `restrict` where the language has it. */
#if defined(__cplusplus) || !defined(__STDC_VERSION__) || __STDC_VERSION__ < 199901L
#    define AWS_RESTRICT
#else
#    define AWS_RESTRICT restrict
#endif

/** Number of elements of an array (not of a pointer). */
#define AWS_ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/** From a pointer to a member to the struct around it. Needs <stddef.h> and <stdint.h>. */
#define AWS_CONTAINER_OF(ptr, type, member) ((type *)((uint8_t *)(ptr)-offsetof(type, member)))

#endif /* AWS_COMMON_MACROS_H */

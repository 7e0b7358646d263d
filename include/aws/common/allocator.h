#ifndef AWS_COMMON_ALLOCATOR_H
#define AWS_COMMON_ALLOCATOR_H
/* Where memory comes from: an allocator that the program may provide, and functions that allocate through it. */

#include <aws/common/exports.h>
#include <aws/common/macros.h>
#include <aws/common/stdbool.h>
#include <aws/common/stdint.h>

AWS_PUSH_SANE_WARNING_LEVEL
AWS_EXTERN_C_BEGIN

/** A source of memory. All slots may be called from any thread. */
struct aws_allocator {
    /** Returns `size` bytes aligned for any type, or NULL when there are none. */
    void *(*mem_acquire)(struct aws_allocator *allocator, size_t size);
    /** Takes back a block of this allocator. */
    void (*mem_release)(struct aws_allocator *allocator, void *ptr);
    /** Changes the size of a block, moving it if needed. May be NULL; then acquire, copy and release are used. */
    void *(*mem_realloc)(struct aws_allocator *allocator, void *oldptr, size_t oldsize, size_t newsize);
    /** Returns zeroed memory. May be NULL; then acquired memory is zeroed. */
    void *(*mem_calloc)(struct aws_allocator *allocator, size_t num, size_t size);
    /** For the implementation. */
    void *impl;
};

/** Whether the two required slots are set. NULL is not valid. */
AWS_COMMON_API bool aws_allocator_is_valid(const struct aws_allocator *alloc);

/** The process-wide allocator on top of malloc. Never NULL and never to be freed. */
AWS_COMMON_API struct aws_allocator *aws_default_allocator(void);

/** Like aws_default_allocator(), with large blocks aligned to a cache line. Never NULL and never to be freed. */
AWS_COMMON_API struct aws_allocator *aws_aligned_allocator(void);

/**
 * An allocator all of whose blocks are aligned to `alignment`, a power of two that is a multiple of the pointer size.
 * Release with aws_explicit_aligned_allocator_destroy(). NULL with AWS_ERROR_INVALID_ARGUMENT for another number.
 */
AWS_COMMON_API struct aws_allocator *aws_explicit_aligned_allocator_new(size_t alignment);

/** Frees an allocator of aws_explicit_aligned_allocator_new(), whose blocks must be gone. NULL is ignored. */
AWS_COMMON_API void aws_explicit_aligned_allocator_destroy(struct aws_allocator *aligned_alloc);

/** Allocates `size` bytes. Aborts the process when there is no memory or `size` is 0, so it never returns NULL. */
AWS_COMMON_API void *aws_mem_acquire(struct aws_allocator *allocator, size_t size);

/** Allocates `num * size` zeroed bytes. Aborts when the product is 0 or too large, or when there is no memory. */
AWS_COMMON_API void *aws_mem_calloc(struct aws_allocator *allocator, size_t num, size_t size);

/**
 * Allocates one block for `count` objects. After `count` come `count` pairs: `void **` that receives the address of an
 * object, and its size as `size_t`. Each object is aligned for any type of 8 bytes. Returns the block, to be released
 * as a whole with aws_mem_release(); NULL when all sizes are 0.
 */
AWS_COMMON_API void *aws_mem_acquire_many(struct aws_allocator *allocator, size_t count, ...);

/** Frees a block of that allocator. NULL for `ptr` is ignored; NULL for `allocator` aborts. */
AWS_COMMON_API void aws_mem_release(struct aws_allocator *allocator, void *ptr);

/**
 * Changes the size of the block at `*ptr` from `oldsize` to `newsize` and stores where it is now. `*ptr` may be NULL
 * with `oldsize` 0. `newsize` 0 frees the block and stores NULL. Always AWS_OP_SUCCESS: aborts when there is no memory.
 */
AWS_COMMON_API int aws_mem_realloc(struct aws_allocator *allocator, void **ptr, size_t oldsize, size_t newsize);

/** What a tracing allocator records. */
enum aws_mem_trace_level {
    /** Nothing. */
    AWS_MEMTRACE_NONE = 0,
    /** Number and size of live blocks. */
    AWS_MEMTRACE_BYTES = 1,
    /** Also where each block was allocated. */
    AWS_MEMTRACE_STACKS = 2,
};

/**
 * Wraps an allocator, which must outlive the wrapper, and counts what is live. `deprecated` is not used and may be
 * NULL. `frames_per_stack` 0 means 8. End it with aws_mem_tracer_destroy().
 */
AWS_COMMON_API struct aws_allocator *aws_mem_tracer_new(
    struct aws_allocator *allocator,
    struct aws_allocator *deprecated,
    enum aws_mem_trace_level level,
    size_t frames_per_stack);

/** Frees a tracing allocator and returns the one that it wrapped. Blocks still live are logged and stay allocated. */
AWS_COMMON_API struct aws_allocator *aws_mem_tracer_destroy(struct aws_allocator *trace_allocator);

/** Logs the live blocks of a tracing allocator at level TRACE, subject AWS_LS_COMMON_MEMTRACE. */
AWS_COMMON_API void aws_mem_tracer_dump(struct aws_allocator *trace_allocator);

/** Bytes that are live in a tracing allocator; 0 at level AWS_MEMTRACE_NONE. */
AWS_COMMON_API size_t aws_mem_tracer_bytes(struct aws_allocator *trace_allocator);

/** Blocks that are live in a tracing allocator; 0 at level AWS_MEMTRACE_NONE. */
AWS_COMMON_API size_t aws_mem_tracer_count(struct aws_allocator *trace_allocator);

AWS_EXTERN_C_END
AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_ALLOCATOR_H */

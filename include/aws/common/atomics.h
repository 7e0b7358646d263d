#ifndef AWS_COMMON_ATOMICS_H
#define AWS_COMMON_ATOMICS_H
/* One machine word that threads share: an integer of size_t or a pointer, whichever it was initialised as. */

#include <aws/common/common.h>

AWS_PUSH_SANE_WARNING_LEVEL
AWS_EXTERN_C_BEGIN

/** A word that is only touched through the functions below. */
struct aws_atomic_var {
    /** The bits; an integer is kept in the same place. */
    void *value;
};

/** Type of an integer in a struct aws_atomic_var. */
typedef size_t aws_atomic_impl_int_t;

/** The word as a pointer or an integer, without any synchronisation. */
#define AWS_ATOMIC_VAR_PTRVAL(var) ((var)->value)
#define AWS_ATOMIC_VAR_INTVAL(var) (*(aws_atomic_impl_int_t *)(var))

/** Initialisers of a struct aws_atomic_var. */
#define AWS_ATOMIC_INIT_INT(x)                                                                                         \
    { .value = (void *)(uintptr_t)(x) }
#define AWS_ATOMIC_INIT_PTR(x)                                                                                         \
    { .value = (void *)(x) }

/** How an operation is ordered with others, as in C11. Functions without an order use the last one. */
enum aws_memory_order {
    /** No order. */
    aws_memory_order_relaxed = 0,
    /** Later accesses stay after this load. */
    aws_memory_order_acquire = 2,
    /** Earlier accesses stay before this store. */
    aws_memory_order_release = 3,
    /** Both. */
    aws_memory_order_acq_rel = 4,
    /** One order that all threads agree on. */
    aws_memory_order_seq_cst = 5,
};

/** Makes the word an integer, before other threads can see it. */
AWS_STATIC_IMPL void aws_atomic_init_int(volatile struct aws_atomic_var *var, size_t n);

/** Makes the word a pointer, before other threads can see it. */
AWS_STATIC_IMPL void aws_atomic_init_ptr(volatile struct aws_atomic_var *var, void *p);

/** Reads the integer with the given order. */
AWS_STATIC_IMPL size_t aws_atomic_load_int_explicit(
    const volatile struct aws_atomic_var *var,
    enum aws_memory_order memory_order);

/** Writes the integer with the given order. */
AWS_STATIC_IMPL void aws_atomic_store_int_explicit(
    volatile struct aws_atomic_var *var,
    size_t n,
    enum aws_memory_order memory_order);

/** Writes the integer and returns the one before with the given order. */
AWS_STATIC_IMPL size_t aws_atomic_exchange_int_explicit(
    volatile struct aws_atomic_var *var,
    size_t n,
    enum aws_memory_order memory_order);

/** Writes `desired` if the integer is `*expected` and returns true; else stores what it is in `*expected`.
 * `order_failure` may not be stronger than `order_success`. */
AWS_STATIC_IMPL bool aws_atomic_compare_exchange_int_explicit(
    volatile struct aws_atomic_var *var,
    size_t *expected,
    size_t desired,
    enum aws_memory_order order_success,
    enum aws_memory_order order_failure);

/** Reads the integer. */
AWS_STATIC_IMPL size_t aws_atomic_load_int(const volatile struct aws_atomic_var *var);

/** Writes the integer. */
AWS_STATIC_IMPL void aws_atomic_store_int(volatile struct aws_atomic_var *var, size_t n);

/** Writes the integer and returns the one before. */
AWS_STATIC_IMPL size_t aws_atomic_exchange_int(volatile struct aws_atomic_var *var, size_t n);

/** Writes `desired` if the integer is `*expected` and returns true; else stores what it is in `*expected`. */
AWS_STATIC_IMPL bool aws_atomic_compare_exchange_int(
    volatile struct aws_atomic_var *var,
    size_t *expected,
    size_t desired);

/** Reads the pointer with the given order. */
AWS_STATIC_IMPL void *aws_atomic_load_ptr_explicit(
    const volatile struct aws_atomic_var *var,
    enum aws_memory_order memory_order);

/** Writes the pointer with the given order. */
AWS_STATIC_IMPL void aws_atomic_store_ptr_explicit(
    volatile struct aws_atomic_var *var,
    void *p,
    enum aws_memory_order memory_order);

/** Writes the pointer and returns the one before with the given order. */
AWS_STATIC_IMPL void *aws_atomic_exchange_ptr_explicit(
    volatile struct aws_atomic_var *var,
    void *p,
    enum aws_memory_order memory_order);

/** Writes `desired` if the pointer is `*expected` and returns true; else stores what it is in `*expected`.
 * `order_failure` may not be stronger than `order_success`. */
AWS_STATIC_IMPL bool aws_atomic_compare_exchange_ptr_explicit(
    volatile struct aws_atomic_var *var,
    void **expected,
    void *desired,
    enum aws_memory_order order_success,
    enum aws_memory_order order_failure);

/** Reads the pointer. */
AWS_STATIC_IMPL void *aws_atomic_load_ptr(const volatile struct aws_atomic_var *var);

/** Writes the pointer. */
AWS_STATIC_IMPL void aws_atomic_store_ptr(volatile struct aws_atomic_var *var, void *p);

/** Writes the pointer and returns the one before. */
AWS_STATIC_IMPL void *aws_atomic_exchange_ptr(volatile struct aws_atomic_var *var, void *p);

/** Writes `desired` if the pointer is `*expected` and returns true; else stores what it is in `*expected`. */
AWS_STATIC_IMPL bool aws_atomic_compare_exchange_ptr(
    volatile struct aws_atomic_var *var,
    void **expected,
    void *desired);

/** Adds to the integer and returns the one before, with the given order. */
AWS_STATIC_IMPL size_t aws_atomic_fetch_add_explicit(
    volatile struct aws_atomic_var *var,
    size_t n,
    enum aws_memory_order order);

/** Adds to the integer and returns the one before. */
AWS_STATIC_IMPL size_t aws_atomic_fetch_add(volatile struct aws_atomic_var *var, size_t n);

/** Subtracts from the integer and returns the one before, with the given order. */
AWS_STATIC_IMPL size_t aws_atomic_fetch_sub_explicit(
    volatile struct aws_atomic_var *var,
    size_t n,
    enum aws_memory_order order);

/** Subtracts from the integer and returns the one before. */
AWS_STATIC_IMPL size_t aws_atomic_fetch_sub(volatile struct aws_atomic_var *var, size_t n);

/** Sets bits of the integer and returns the one before, with the given order. */
AWS_STATIC_IMPL size_t aws_atomic_fetch_or_explicit(
    volatile struct aws_atomic_var *var,
    size_t n,
    enum aws_memory_order order);

/** Sets bits of the integer and returns the one before. */
AWS_STATIC_IMPL size_t aws_atomic_fetch_or(volatile struct aws_atomic_var *var, size_t n);

/** Masks the integer and returns the one before, with the given order. */
AWS_STATIC_IMPL size_t aws_atomic_fetch_and_explicit(
    volatile struct aws_atomic_var *var,
    size_t n,
    enum aws_memory_order order);

/** Masks the integer and returns the one before. */
AWS_STATIC_IMPL size_t aws_atomic_fetch_and(volatile struct aws_atomic_var *var, size_t n);

/** Flips bits of the integer and returns the one before, with the given order. */
AWS_STATIC_IMPL size_t aws_atomic_fetch_xor_explicit(
    volatile struct aws_atomic_var *var,
    size_t n,
    enum aws_memory_order order);

/** Flips bits of the integer and returns the one before. */
AWS_STATIC_IMPL size_t aws_atomic_fetch_xor(volatile struct aws_atomic_var *var, size_t n);

/** Orders the accesses before and after this place. */
AWS_STATIC_IMPL void aws_atomic_thread_fence(enum aws_memory_order order);

AWS_EXTERN_C_END

#ifndef AWS_NO_STATIC_IMPL
#    include <aws/common/atomics.inl>
#endif

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_ATOMICS_H */

#ifndef AWS_COMMON_ATOMICS_GNU_INL
#define AWS_COMMON_ATOMICS_GNU_INL

#include <aws/common/atomics.h>

AWS_EXTERN_C_BEGIN

/* The compiler's number for an order; anything unknown gets the strongest one. */
static inline int aws_atomic_priv_xlate_order(enum aws_memory_order order) {
    switch (order) {
        case aws_memory_order_relaxed:
            return __ATOMIC_RELAXED;
        case aws_memory_order_acquire:
            return __ATOMIC_ACQUIRE;
        case aws_memory_order_release:
            return __ATOMIC_RELEASE;
        case aws_memory_order_acq_rel:
            return __ATOMIC_ACQ_REL;
        default:
            return __ATOMIC_SEQ_CST;
    }
}

AWS_STATIC_IMPL void aws_atomic_init_int(volatile struct aws_atomic_var *var, size_t n) {
    AWS_ATOMIC_VAR_INTVAL(var) = n;
}

AWS_STATIC_IMPL void aws_atomic_init_ptr(volatile struct aws_atomic_var *var, void *p) {
    AWS_ATOMIC_VAR_PTRVAL(var) = p;
}

AWS_STATIC_IMPL size_t aws_atomic_load_int_explicit(
    const volatile struct aws_atomic_var *var,
    enum aws_memory_order memory_order) {
    return __atomic_load_n(
        (const volatile aws_atomic_impl_int_t *)&var->value, aws_atomic_priv_xlate_order(memory_order));
}

AWS_STATIC_IMPL void aws_atomic_store_int_explicit(
    volatile struct aws_atomic_var *var,
    size_t n,
    enum aws_memory_order memory_order) {
    __atomic_store_n((volatile aws_atomic_impl_int_t *)&var->value, n, aws_atomic_priv_xlate_order(memory_order));
}

AWS_STATIC_IMPL size_t aws_atomic_exchange_int_explicit(
    volatile struct aws_atomic_var *var,
    size_t n,
    enum aws_memory_order memory_order) {
    return __atomic_exchange_n(
        (volatile aws_atomic_impl_int_t *)&var->value, n, aws_atomic_priv_xlate_order(memory_order));
}

AWS_STATIC_IMPL bool aws_atomic_compare_exchange_int_explicit(
    volatile struct aws_atomic_var *var,
    size_t *expected,
    size_t desired,
    enum aws_memory_order order_success,
    enum aws_memory_order order_failure) {
    return __atomic_compare_exchange_n(
        (volatile aws_atomic_impl_int_t *)&var->value,
        expected,
        desired,
        false,
        aws_atomic_priv_xlate_order(order_success),
        aws_atomic_priv_xlate_order(order_failure));
}

AWS_STATIC_IMPL size_t aws_atomic_load_int(const volatile struct aws_atomic_var *var) {
    return aws_atomic_load_int_explicit(var, aws_memory_order_seq_cst);
}

AWS_STATIC_IMPL void aws_atomic_store_int(volatile struct aws_atomic_var *var, size_t n) {
    aws_atomic_store_int_explicit(var, n, aws_memory_order_seq_cst);
}

AWS_STATIC_IMPL size_t aws_atomic_exchange_int(volatile struct aws_atomic_var *var, size_t n) {
    return aws_atomic_exchange_int_explicit(var, n, aws_memory_order_seq_cst);
}

AWS_STATIC_IMPL bool aws_atomic_compare_exchange_int(
    volatile struct aws_atomic_var *var,
    size_t *expected,
    size_t desired) {
    return aws_atomic_compare_exchange_int_explicit(
        var, expected, desired, aws_memory_order_seq_cst, aws_memory_order_seq_cst);
}

AWS_STATIC_IMPL void *aws_atomic_load_ptr_explicit(
    const volatile struct aws_atomic_var *var,
    enum aws_memory_order memory_order) {
    return __atomic_load_n(&var->value, aws_atomic_priv_xlate_order(memory_order));
}

AWS_STATIC_IMPL void aws_atomic_store_ptr_explicit(
    volatile struct aws_atomic_var *var,
    void *p,
    enum aws_memory_order memory_order) {
    __atomic_store_n(&var->value, p, aws_atomic_priv_xlate_order(memory_order));
}

AWS_STATIC_IMPL void *aws_atomic_exchange_ptr_explicit(
    volatile struct aws_atomic_var *var,
    void *p,
    enum aws_memory_order memory_order) {
    return __atomic_exchange_n(&var->value, p, aws_atomic_priv_xlate_order(memory_order));
}

AWS_STATIC_IMPL bool aws_atomic_compare_exchange_ptr_explicit(
    volatile struct aws_atomic_var *var,
    void **expected,
    void *desired,
    enum aws_memory_order order_success,
    enum aws_memory_order order_failure) {
    return __atomic_compare_exchange_n(
        &var->value,
        expected,
        desired,
        false,
        aws_atomic_priv_xlate_order(order_success),
        aws_atomic_priv_xlate_order(order_failure));
}

AWS_STATIC_IMPL void *aws_atomic_load_ptr(const volatile struct aws_atomic_var *var) {
    return aws_atomic_load_ptr_explicit(var, aws_memory_order_seq_cst);
}

AWS_STATIC_IMPL void aws_atomic_store_ptr(volatile struct aws_atomic_var *var, void *p) {
    aws_atomic_store_ptr_explicit(var, p, aws_memory_order_seq_cst);
}

AWS_STATIC_IMPL void *aws_atomic_exchange_ptr(volatile struct aws_atomic_var *var, void *p) {
    return aws_atomic_exchange_ptr_explicit(var, p, aws_memory_order_seq_cst);
}

AWS_STATIC_IMPL bool aws_atomic_compare_exchange_ptr(
    volatile struct aws_atomic_var *var,
    void **expected,
    void *desired) {
    return aws_atomic_compare_exchange_ptr_explicit(
        var, expected, desired, aws_memory_order_seq_cst, aws_memory_order_seq_cst);
}

AWS_STATIC_IMPL size_t aws_atomic_fetch_add_explicit(
    volatile struct aws_atomic_var *var,
    size_t n,
    enum aws_memory_order order) {
    return __atomic_fetch_add((volatile aws_atomic_impl_int_t *)&var->value, n, aws_atomic_priv_xlate_order(order));
}

AWS_STATIC_IMPL size_t aws_atomic_fetch_add(volatile struct aws_atomic_var *var, size_t n) {
    return aws_atomic_fetch_add_explicit(var, n, aws_memory_order_seq_cst);
}

AWS_STATIC_IMPL size_t aws_atomic_fetch_sub_explicit(
    volatile struct aws_atomic_var *var,
    size_t n,
    enum aws_memory_order order) {
    return __atomic_fetch_sub((volatile aws_atomic_impl_int_t *)&var->value, n, aws_atomic_priv_xlate_order(order));
}

AWS_STATIC_IMPL size_t aws_atomic_fetch_sub(volatile struct aws_atomic_var *var, size_t n) {
    return aws_atomic_fetch_sub_explicit(var, n, aws_memory_order_seq_cst);
}

AWS_STATIC_IMPL size_t aws_atomic_fetch_or_explicit(
    volatile struct aws_atomic_var *var,
    size_t n,
    enum aws_memory_order order) {
    return __atomic_fetch_or((volatile aws_atomic_impl_int_t *)&var->value, n, aws_atomic_priv_xlate_order(order));
}

AWS_STATIC_IMPL size_t aws_atomic_fetch_or(volatile struct aws_atomic_var *var, size_t n) {
    return aws_atomic_fetch_or_explicit(var, n, aws_memory_order_seq_cst);
}

AWS_STATIC_IMPL size_t aws_atomic_fetch_and_explicit(
    volatile struct aws_atomic_var *var,
    size_t n,
    enum aws_memory_order order) {
    return __atomic_fetch_and((volatile aws_atomic_impl_int_t *)&var->value, n, aws_atomic_priv_xlate_order(order));
}

AWS_STATIC_IMPL size_t aws_atomic_fetch_and(volatile struct aws_atomic_var *var, size_t n) {
    return aws_atomic_fetch_and_explicit(var, n, aws_memory_order_seq_cst);
}

AWS_STATIC_IMPL size_t aws_atomic_fetch_xor_explicit(
    volatile struct aws_atomic_var *var,
    size_t n,
    enum aws_memory_order order) {
    return __atomic_fetch_xor((volatile aws_atomic_impl_int_t *)&var->value, n, aws_atomic_priv_xlate_order(order));
}

AWS_STATIC_IMPL size_t aws_atomic_fetch_xor(volatile struct aws_atomic_var *var, size_t n) {
    return aws_atomic_fetch_xor_explicit(var, n, aws_memory_order_seq_cst);
}

AWS_STATIC_IMPL void aws_atomic_thread_fence(enum aws_memory_order order) {
    __atomic_thread_fence(aws_atomic_priv_xlate_order(order));
}

AWS_EXTERN_C_END

#endif /* AWS_COMMON_ATOMICS_GNU_INL */

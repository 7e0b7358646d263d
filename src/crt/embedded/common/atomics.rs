//! The word that threads share, as symbols. C and C++ programs have the same code inline.
//!
//! Orders that an operation does not have (a load that releases, say) become the strongest one.

use core::sync::atomic::{AtomicPtr, AtomicUsize, Ordering, fence};

use super::*;

/// The word as an integer.
fn number(var: &aws_atomic_var) -> &AtomicUsize {
    // SAFETY: same size and alignment, and all threads go through atomics.
    unsafe { AtomicUsize::from_ptr(core::ptr::from_ref(var).cast_mut().cast()) }
}

/// The word as a pointer.
fn pointer(var: &aws_atomic_var) -> &AtomicPtr<c_void> {
    // SAFETY: as above.
    unsafe { AtomicPtr::from_ptr(core::ptr::from_ref(var).cast_mut().cast()) }
}

fn both(order: aws_memory_order) -> Ordering {
    match order {
        aws_memory_order_relaxed => Ordering::Relaxed,
        aws_memory_order_acquire => Ordering::Acquire,
        aws_memory_order_release => Ordering::Release,
        aws_memory_order_acq_rel => Ordering::AcqRel,
        _ => Ordering::SeqCst,
    }
}

fn loading(order: aws_memory_order) -> Ordering {
    match order {
        aws_memory_order_relaxed => Ordering::Relaxed,
        aws_memory_order_acquire => Ordering::Acquire,
        _ => Ordering::SeqCst,
    }
}

fn storing(order: aws_memory_order) -> Ordering {
    match order {
        aws_memory_order_relaxed => Ordering::Relaxed,
        aws_memory_order_release => Ordering::Release,
        _ => Ordering::SeqCst,
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_atomic_thread_fence(order: aws_memory_order) {
    if order != aws_memory_order_relaxed {
        fence(both(order));
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_atomic_init_int(var: &aws_atomic_var, n: usize) {
    number(var).store(n, Ordering::Relaxed);
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_atomic_load_int(var: &aws_atomic_var) -> usize {
    number(var).load(Ordering::SeqCst)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_atomic_load_int_explicit(
    var: &aws_atomic_var,
    order: aws_memory_order,
) -> usize {
    number(var).load(loading(order))
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_atomic_store_int(var: &aws_atomic_var, n: usize) {
    number(var).store(n, Ordering::SeqCst);
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_atomic_store_int_explicit(
    var: &aws_atomic_var,
    n: usize,
    order: aws_memory_order,
) {
    number(var).store(n, storing(order));
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_atomic_exchange_int(var: &aws_atomic_var, n: usize) -> usize {
    number(var).swap(n, Ordering::SeqCst)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_atomic_exchange_int_explicit(
    var: &aws_atomic_var,
    n: usize,
    order: aws_memory_order,
) -> usize {
    number(var).swap(n, both(order))
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_atomic_compare_exchange_int(
    var: &aws_atomic_var,
    expected: &mut usize,
    desired: usize,
) -> bool {
    let strongest = aws_memory_order_seq_cst;
    aws_atomic_compare_exchange_int_explicit(var, expected, desired, strongest, strongest)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_atomic_compare_exchange_int_explicit(
    var: &aws_atomic_var,
    expected: &mut usize,
    desired: usize,
    order_success: aws_memory_order,
    order_failure: aws_memory_order,
) -> bool {
    let (success, failure) = (both(order_success), loading(order_failure));
    let outcome = number(var).compare_exchange(*expected, desired, success, failure);
    if let Err(found) = outcome {
        *expected = found;
    }
    outcome.is_ok()
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_atomic_init_ptr(var: &aws_atomic_var, p: *mut c_void) {
    pointer(var).store(p, Ordering::Relaxed);
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_atomic_load_ptr(var: &aws_atomic_var) -> *mut c_void {
    pointer(var).load(Ordering::SeqCst)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_atomic_load_ptr_explicit(
    var: &aws_atomic_var,
    order: aws_memory_order,
) -> *mut c_void {
    pointer(var).load(loading(order))
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_atomic_store_ptr(var: &aws_atomic_var, p: *mut c_void) {
    pointer(var).store(p, Ordering::SeqCst);
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_atomic_store_ptr_explicit(
    var: &aws_atomic_var,
    p: *mut c_void,
    order: aws_memory_order,
) {
    pointer(var).store(p, storing(order));
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_atomic_exchange_ptr(var: &aws_atomic_var, p: *mut c_void) -> *mut c_void {
    pointer(var).swap(p, Ordering::SeqCst)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_atomic_exchange_ptr_explicit(
    var: &aws_atomic_var,
    p: *mut c_void,
    order: aws_memory_order,
) -> *mut c_void {
    pointer(var).swap(p, both(order))
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_atomic_compare_exchange_ptr(
    var: &aws_atomic_var,
    expected: &mut *mut c_void,
    desired: *mut c_void,
) -> bool {
    let strongest = aws_memory_order_seq_cst;
    aws_atomic_compare_exchange_ptr_explicit(var, expected, desired, strongest, strongest)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_atomic_compare_exchange_ptr_explicit(
    var: &aws_atomic_var,
    expected: &mut *mut c_void,
    desired: *mut c_void,
    order_success: aws_memory_order,
    order_failure: aws_memory_order,
) -> bool {
    let (success, failure) = (both(order_success), loading(order_failure));
    let outcome = pointer(var).compare_exchange(*expected, desired, success, failure);
    if let Err(found) = outcome {
        *expected = found;
    }
    outcome.is_ok()
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_atomic_fetch_add(var: &aws_atomic_var, n: usize) -> usize {
    number(var).fetch_add(n, Ordering::SeqCst)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_atomic_fetch_add_explicit(
    var: &aws_atomic_var,
    n: usize,
    order: aws_memory_order,
) -> usize {
    number(var).fetch_add(n, both(order))
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_atomic_fetch_sub(var: &aws_atomic_var, n: usize) -> usize {
    number(var).fetch_sub(n, Ordering::SeqCst)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_atomic_fetch_sub_explicit(
    var: &aws_atomic_var,
    n: usize,
    order: aws_memory_order,
) -> usize {
    number(var).fetch_sub(n, both(order))
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_atomic_fetch_or(var: &aws_atomic_var, n: usize) -> usize {
    number(var).fetch_or(n, Ordering::SeqCst)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_atomic_fetch_or_explicit(
    var: &aws_atomic_var,
    n: usize,
    order: aws_memory_order,
) -> usize {
    number(var).fetch_or(n, both(order))
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_atomic_fetch_and(var: &aws_atomic_var, n: usize) -> usize {
    number(var).fetch_and(n, Ordering::SeqCst)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_atomic_fetch_and_explicit(
    var: &aws_atomic_var,
    n: usize,
    order: aws_memory_order,
) -> usize {
    number(var).fetch_and(n, both(order))
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_atomic_fetch_xor(var: &aws_atomic_var, n: usize) -> usize {
    number(var).fetch_xor(n, Ordering::SeqCst)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_atomic_fetch_xor_explicit(
    var: &aws_atomic_var,
    n: usize,
    order: aws_memory_order,
) -> usize {
    number(var).fetch_xor(n, both(order))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_return_what_was_before() {
        let var = aws_atomic_var { value: core::ptr::null_mut() };
        aws_atomic_init_int(&var, 6);
        assert_eq!(aws_atomic_fetch_add(&var, 2), 6);
        assert_eq!(aws_atomic_fetch_and_explicit(&var, 12, aws_memory_order_acq_rel), 8);
        assert_eq!(aws_atomic_fetch_xor(&var, 1), 8);
        let mut expected = 1;
        assert!(!aws_atomic_compare_exchange_int(&var, &mut expected, 5));
        assert_eq!(expected, 9);
        assert!(aws_atomic_compare_exchange_int(&var, &mut expected, 5));
        assert_eq!(aws_atomic_load_int_explicit(&var, aws_memory_order_release), 5);
        let mut here = 0u8;
        let here = (&raw mut here).cast();
        assert_eq!(aws_atomic_exchange_ptr(&var, here) as usize, 5);
        assert_eq!(aws_atomic_load_ptr(&var), here);
    }
}

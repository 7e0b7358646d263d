//! Reference counts embedded in objects, C's or ours.

use core::mem::MaybeUninit;

use super::atomics::{aws_atomic_fetch_add, aws_atomic_fetch_sub};
use super::*;
use crate::crt::call::call_out;

#[unsafe(no_mangle)]
pub extern "C" fn aws_ref_count_init(
    ref_count: &mut MaybeUninit<aws_ref_count>,
    object: *mut c_void,
    on_zero_fn: aws_simple_completion_callback,
) {
    let one = aws_atomic_var { value: core::ptr::without_provenance_mut(1) };
    ref_count.write(aws_ref_count { ref_count: one, object, on_zero_fn });
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_ref_count_acquire(ref_count: *mut aws_ref_count) -> *mut c_void {
    // SAFETY: a count that the caller holds a reference of. Other threads touch only the atomic part.
    unsafe {
        if aws_atomic_fetch_add(&(*ref_count).ref_count, 1) == 0 {
            alloc::fatal("an object that is acquired has owners");
        }
        (*ref_count).object
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_ref_count_release(ref_count: *mut aws_ref_count) -> usize {
    // SAFETY: a count that the caller gives a reference of back. What is needed after the drop is read before it:
    // another thread may then free the object.
    unsafe {
        let (object, on_zero) = ((*ref_count).object, (*ref_count).on_zero_fn);
        let before = aws_atomic_fetch_sub(&(*ref_count).ref_count, 1);
        if before == 0 {
            alloc::fatal("an object that is released has owners");
        }
        if let (1, Some(on_zero)) = (before, on_zero) {
            let _ = call_out!(on_zero, object);
        }
        before - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_reference_calls_back() {
        extern "C" fn mark(object: *mut c_void) {
            // SAFETY: the object of this test.
            unsafe { *object.cast::<bool>() = true };
        }
        let mut gone = false;
        let object = (&raw mut gone).cast();
        let mut count = MaybeUninit::uninit();
        aws_ref_count_init(&mut count, object, Some(mark));
        // SAFETY: initialised above.
        unsafe {
            assert_eq!(aws_ref_count_acquire(count.as_mut_ptr()), object);
            assert_eq!(aws_ref_count_release(count.as_mut_ptr()), 1);
            assert!(!*object.cast::<bool>());
            assert_eq!(aws_ref_count_release(count.as_mut_ptr()), 0);
            assert!(*object.cast::<bool>());
        }
    }
}

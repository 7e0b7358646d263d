//! `aws_condition_variable`: the system's condition variable, with predicates and with a limit of time.

use super::*;
use crate::crt::call::call_through;

const NANOS: i64 = 1_000_000_000;

type Condition = aws_condition_variable;

fn check(result: c_int) -> c_int {
    raise(match result {
        0 => return SUCCESS,
        libc::ENOMEM => AWS_ERROR_OOM,
        libc::ETIMEDOUT => AWS_ERROR_COND_VARIABLE_TIMED_OUT,
        _ => AWS_ERROR_COND_VARIABLE_ERROR_UNKNOWN,
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_condition_variable_init(condition_variable: *mut Condition) -> c_int {
    // SAFETY: memory for a condition variable.
    let result = unsafe {
        let handle = &raw mut (*condition_variable).condition_handle;
        let result = libc::pthread_cond_init(handle, core::ptr::null());
        (&raw mut (*condition_variable).initialized).write(result == 0);
        result
    };
    match result {
        0 => SUCCESS,
        _ => raise(AWS_ERROR_COND_VARIABLE_INIT_FAILED),
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_condition_variable_clean_up(condition_variable: *mut Condition) {
    // SAFETY: a condition variable, or zeroed memory.
    unsafe {
        if (*condition_variable).initialized {
            libc::pthread_cond_destroy(&raw mut (*condition_variable).condition_handle);
            (*condition_variable).initialized = false;
        }
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_condition_variable_notify_one(
    condition_variable: *mut Condition,
) -> c_int {
    // SAFETY: a condition variable.
    check(unsafe { libc::pthread_cond_signal(&raw mut (*condition_variable).condition_handle) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_condition_variable_notify_all(
    condition_variable: *mut Condition,
) -> c_int {
    // SAFETY: a condition variable.
    check(unsafe { libc::pthread_cond_broadcast(&raw mut (*condition_variable).condition_handle) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_condition_variable_wait(
    condition_variable: *mut Condition,
    mutex: *mut aws_mutex,
) -> c_int {
    // SAFETY: a condition variable, and a mutex that the caller holds.
    check(unsafe {
        libc::pthread_cond_wait(
            &raw mut (*condition_variable).condition_handle,
            &raw mut (*mutex).mutex_handle,
        )
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_condition_variable_wait_pred(
    condition_variable: *mut Condition,
    mutex: *mut aws_mutex,
    pred: aws_condition_predicate_fn,
    pred_ctx: *mut c_void,
) -> c_int {
    // SAFETY: passed on.
    unsafe {
        while !holds(pred, pred_ctx) {
            if aws_condition_variable_wait(condition_variable, mutex) != SUCCESS {
                return FAILURE;
            }
        }
    }
    SUCCESS
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_condition_variable_wait_for(
    condition_variable: *mut Condition,
    mutex: *mut aws_mutex,
    time_to_wait: i64,
) -> c_int {
    let deadline = clock::wall_ns().saturating_add(time_to_wait);
    // SAFETY: passed on.
    unsafe { wait_until(condition_variable, mutex, deadline) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_condition_variable_wait_for_pred(
    condition_variable: *mut Condition,
    mutex: *mut aws_mutex,
    time_to_wait: i64,
    pred: aws_condition_predicate_fn,
    pred_ctx: *mut c_void,
) -> c_int {
    let deadline = clock::wall_ns().saturating_add(time_to_wait);
    // SAFETY: passed on.
    unsafe {
        while !holds(pred, pred_ctx) {
            if wait_until(condition_variable, mutex, deadline) != SUCCESS {
                // What was waited for may have come with the end of the time.
                let late = error::aws_last_error() == AWS_ERROR_COND_VARIABLE_TIMED_OUT;
                return if late && holds(pred, pred_ctx) { SUCCESS } else { FAILURE };
            }
        }
    }
    SUCCESS
}

unsafe fn holds(pred: aws_condition_predicate_fn, pred_ctx: *mut c_void) -> bool {
    // SAFETY: C hands in a predicate and its context together.
    pred.is_none_or(|pred| unsafe { call_through!(pred, pred_ctx) })
}

/// # Safety
/// A condition variable, and a mutex that the caller holds.
unsafe fn wait_until(condition: *mut Condition, mutex: *mut aws_mutex, deadline_ns: i64) -> c_int {
    let deadline = libc::timespec {
        tv_sec: deadline_ns.div_euclid(NANOS),
        tv_nsec: deadline_ns.rem_euclid(NANOS),
    };
    // SAFETY: promised by the caller.
    check(unsafe {
        libc::pthread_cond_timedwait(
            &raw mut (*condition).condition_handle,
            &raw mut (*mutex).mutex_handle,
            &deadline,
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_ends_with_the_time_or_the_condition() {
        extern "C" fn count_down(left: *mut c_void) -> bool {
            // SAFETY: the counter of this test.
            let left = unsafe { &mut *left.cast::<i32>() };
            *left -= 1;
            *left <= 0
        }
        let mut memory = core::mem::MaybeUninit::<(Condition, aws_mutex)>::zeroed();
        let memory = memory.as_mut_ptr();
        // SAFETY: initialised first; the mutex is held around waits.
        unsafe {
            let (condition, mutex) = (&raw mut (*memory).0, &raw mut (*memory).1);
            aws_condition_variable_init(condition);
            mutex::aws_mutex_init(mutex);
            mutex::aws_mutex_lock(mutex);
            assert_eq!(aws_condition_variable_wait_for(condition, mutex, 1000), FAILURE);
            assert_eq!(error::aws_last_error(), AWS_ERROR_COND_VARIABLE_TIMED_OUT);
            for (mut count, result) in [(1, SUCCESS), (2, SUCCESS), (9, FAILURE)] {
                let context = (&raw mut count).cast();
                let wait = aws_condition_variable_wait_for_pred;
                assert_eq!(wait(condition, mutex, -5, Some(count_down), context), result);
            }
            mutex::aws_mutex_unlock(mutex);
            aws_condition_variable_clean_up(condition);
            mutex::aws_mutex_clean_up(mutex);
        }
    }
}

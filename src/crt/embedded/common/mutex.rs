//! `aws_mutex`: the system's mutex, in C's struct, so that static initialisers work.

use super::*;

/// The code that goes with what a pthread function of a lock returned.
pub(super) fn check_lock(result: c_int) -> c_int {
    raise(match result {
        0 => return SUCCESS,
        libc::EINVAL => AWS_ERROR_MUTEX_NOT_INIT,
        libc::EBUSY => AWS_ERROR_MUTEX_TIMEOUT,
        libc::EPERM => AWS_ERROR_MUTEX_CALLER_NOT_OWNER,
        libc::ENOMEM => AWS_ERROR_OOM,
        libc::EDEADLK => AWS_ERROR_THREAD_DEADLOCK_DETECTED,
        _ => AWS_ERROR_MUTEX_FAILED,
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_mutex_init(mutex: *mut aws_mutex) -> c_int {
    // SAFETY: memory for a mutex.
    unsafe {
        let result = libc::pthread_mutex_init(&raw mut (*mutex).mutex_handle, core::ptr::null());
        (&raw mut (*mutex).initialized).write(result == 0);
        check_lock(result)
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_mutex_clean_up(mutex: *mut aws_mutex) {
    // SAFETY: a mutex, or zeroed memory.
    unsafe {
        if (*mutex).initialized {
            libc::pthread_mutex_destroy(&raw mut (*mutex).mutex_handle);
            (*mutex).initialized = false;
        }
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_mutex_lock(mutex: *mut aws_mutex) -> c_int {
    // SAFETY: a mutex.
    check_lock(unsafe { libc::pthread_mutex_lock(&raw mut (*mutex).mutex_handle) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_mutex_try_lock(mutex: *mut aws_mutex) -> c_int {
    // SAFETY: a mutex.
    check_lock(unsafe { libc::pthread_mutex_trylock(&raw mut (*mutex).mutex_handle) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_mutex_unlock(mutex: *mut aws_mutex) -> c_int {
    // SAFETY: a mutex.
    check_lock(unsafe { libc::pthread_mutex_unlock(&raw mut (*mutex).mutex_handle) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_mutex_is_not_taken() {
        let mut mutex = core::mem::MaybeUninit::<aws_mutex>::zeroed();
        let mutex = mutex.as_mut_ptr();
        // SAFETY: initialised first.
        unsafe {
            assert_eq!(aws_mutex_init(mutex), SUCCESS);
            assert_eq!(aws_mutex_lock(mutex), SUCCESS);
            assert_eq!(aws_mutex_try_lock(mutex), FAILURE);
            assert_eq!(error::aws_last_error(), AWS_ERROR_MUTEX_TIMEOUT);
            assert_eq!(aws_mutex_unlock(mutex), SUCCESS);
            aws_mutex_clean_up(mutex);
            assert!(!(*mutex).initialized);
        }
    }
}

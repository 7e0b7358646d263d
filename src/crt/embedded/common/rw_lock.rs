//! `aws_rw_lock`: the system's lock for many readers or one writer.

use super::mutex::check_lock;
use super::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_rw_lock_init(lock: *mut aws_rw_lock) -> c_int {
    // SAFETY: memory for a lock.
    check_lock(unsafe {
        libc::pthread_rwlock_init(&raw mut (*lock).lock_handle, core::ptr::null())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_rw_lock_clean_up(lock: *mut aws_rw_lock) {
    // SAFETY: a lock that nobody holds.
    unsafe { libc::pthread_rwlock_destroy(&raw mut (*lock).lock_handle) };
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_rw_lock_rlock(lock: *mut aws_rw_lock) -> c_int {
    // SAFETY: a lock.
    check_lock(unsafe { libc::pthread_rwlock_rdlock(&raw mut (*lock).lock_handle) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_rw_lock_wlock(lock: *mut aws_rw_lock) -> c_int {
    // SAFETY: a lock.
    check_lock(unsafe { libc::pthread_rwlock_wrlock(&raw mut (*lock).lock_handle) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_rw_lock_try_rlock(lock: *mut aws_rw_lock) -> c_int {
    // SAFETY: a lock.
    check_lock(unsafe { libc::pthread_rwlock_tryrdlock(&raw mut (*lock).lock_handle) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_rw_lock_try_wlock(lock: *mut aws_rw_lock) -> c_int {
    // SAFETY: a lock.
    check_lock(unsafe { libc::pthread_rwlock_trywrlock(&raw mut (*lock).lock_handle) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_rw_lock_runlock(lock: *mut aws_rw_lock) -> c_int {
    // SAFETY: a lock.
    check_lock(unsafe { libc::pthread_rwlock_unlock(&raw mut (*lock).lock_handle) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_rw_lock_wunlock(lock: *mut aws_rw_lock) -> c_int {
    // SAFETY: a lock.
    check_lock(unsafe { libc::pthread_rwlock_unlock(&raw mut (*lock).lock_handle) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_share_and_writers_do_not() {
        let mut lock = core::mem::MaybeUninit::<aws_rw_lock>::zeroed();
        let lock = lock.as_mut_ptr();
        // SAFETY: initialised first.
        unsafe {
            assert_eq!(aws_rw_lock_init(lock), SUCCESS);
            assert_eq!((aws_rw_lock_rlock(lock), aws_rw_lock_try_rlock(lock)), (SUCCESS, SUCCESS));
            assert_eq!(aws_rw_lock_try_wlock(lock), FAILURE);
            assert_eq!((aws_rw_lock_runlock(lock), aws_rw_lock_runlock(lock)), (SUCCESS, SUCCESS));
            assert_eq!(aws_rw_lock_wlock(lock), SUCCESS);
            assert_eq!(aws_rw_lock_try_rlock(lock), FAILURE);
            assert_eq!(aws_rw_lock_wunlock(lock), SUCCESS);
            aws_rw_lock_clean_up(lock);
        }
    }
}

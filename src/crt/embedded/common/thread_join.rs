//! Joining the threads that nobody joins by hand.
//!
//! A managed thread counts from before it starts until it is joined. At its end it leaves its id here and joins those
//! that came before, so that ended threads do not pile up; `aws_thread_join_all_managed` joins the rest.

use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

use super::error::lock;
use super::*;

struct Threads {
    /// Threads (and other things) that were started and not yet joined.
    unjoined: usize,
    /// Threads that are at their end.
    ended: Vec<libc::pthread_t>,
    timeout_ns: u64,
}

static THREADS: Mutex<Threads> =
    Mutex::new(Threads { unjoined: 0, ended: Vec::new(), timeout_ns: 0 });
static CHANGED: Condvar = Condvar::new();

#[unsafe(no_mangle)]
pub extern "C" fn aws_thread_increment_unjoined_count() {
    lock(&THREADS).unjoined += 1;
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_thread_decrement_unjoined_count() {
    let mut threads = lock(&THREADS);
    threads.unjoined = threads.unjoined.saturating_sub(1);
    CHANGED.notify_all();
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_thread_set_managed_join_timeout_ns(timeout_in_ns: u64) {
    lock(&THREADS).timeout_ns = timeout_in_ns;
}

/// The last thing a managed thread does.
pub(super) fn hand_over_current() {
    let before = {
        let mut threads = lock(&THREADS);
        let id = thread::aws_thread_current_thread_id();
        core::mem::replace(&mut threads.ended, vec![id])
    };
    CHANGED.notify_all();
    join(&before);
}

/// Joins threads that are at their end.
fn join(ended: &[libc::pthread_t]) {
    for &id in ended {
        // SAFETY: taken out of the list by nobody else, so not joined yet.
        unsafe { libc::pthread_join(id, core::ptr::null_mut()) };
        aws_thread_decrement_unjoined_count();
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_thread_join_all_managed() -> c_int {
    let deadline = match lock(&THREADS).timeout_ns {
        0 => None,
        timeout_ns => Instant::now().checked_add(Duration::from_nanos(timeout_ns)),
    };
    let mut threads = lock(&THREADS);
    while threads.unjoined > 0 {
        if !threads.ended.is_empty() {
            let ended = core::mem::take(&mut threads.ended);
            drop(threads);
            join(&ended);
            threads = lock(&THREADS);
            continue;
        }
        let Some(deadline) = deadline else {
            threads = CHANGED.wait(threads).unwrap_or_else(std::sync::PoisonError::into_inner);
            continue;
        };
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return raise(AWS_ERROR_COND_VARIABLE_TIMED_OUT);
        }
        threads =
            CHANGED.wait_timeout(threads, left).unwrap_or_else(|poison| poison.into_inner()).0;
    }
    SUCCESS
}

#[cfg(test)]
mod tests {
    use core::mem::MaybeUninit;
    use core::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    unsafe extern "C" fn count(ended: *mut c_void) {
        std::thread::sleep(Duration::from_millis(5));
        // SAFETY: the counter of the test, which joins first.
        unsafe { &*ended.cast::<AtomicUsize>() }.fetch_add(1, Ordering::SeqCst);
    }

    #[test]
    fn all_managed_threads_are_joined() {
        let _turn = thread::one_at_a_time();
        let ended = AtomicUsize::new(0);
        let mut handle = MaybeUninit::uninit();
        thread::aws_thread_init(&mut handle, alloc::aws_default_allocator());
        // SAFETY: initialised above; the counter outlives the threads.
        unsafe {
            let mut options = *thread::aws_default_thread_options();
            options.join_strategy = AWS_TJS_MANAGED;
            for _ in 0..4 {
                let context = core::ptr::from_ref(&ended).cast_mut().cast();
                let launch = thread::aws_thread_launch;
                assert_eq!(
                    launch(handle.assume_init_mut(), Some(count), context, &options),
                    SUCCESS
                );
            }
            assert_eq!(handle.assume_init_ref().detach_state, AWS_THREAD_MANAGED);
        }
        assert_eq!(aws_thread_join_all_managed(), SUCCESS);
        assert_eq!(ended.load(Ordering::SeqCst), 4);
    }

    #[test]
    fn joining_gives_up_in_time() {
        let _turn = thread::one_at_a_time();
        aws_thread_increment_unjoined_count();
        aws_thread_set_managed_join_timeout_ns(1_000_000);
        assert_eq!(aws_thread_join_all_managed(), FAILURE);
        aws_thread_set_managed_join_timeout_ns(0);
        aws_thread_decrement_unjoined_count();
        assert_eq!(aws_thread_join_all_managed(), SUCCESS);
    }
}

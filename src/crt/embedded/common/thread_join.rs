//! Joining the threads that nobody joins by hand.
//!
//! A managed thread counts from before it starts until it is joined. At its end it leaves its id here and joins those
//! that came before, so that ended threads do not pile up; `aws_thread_join_all_managed` joins the rest.

use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use crate::crt::process::{Heir, PerProcess};

use super::error::lock;
use super::*;

#[derive(Default)]
struct Threads {
    /// Threads (and other things) that were started and not yet joined.
    unjoined: usize,
    /// Threads that are at their end.
    ended: Vec<aws_thread_id_t>,
    timeout_ns: u64,
}

#[derive(Default)]
struct Book {
    threads: Mutex<Threads>,
    changed: Condvar,
}

/// The threads of a parent do not exist in its child.
impl Heir for Book {
    fn inherit(_parent: Option<&Self>) -> Self {
        Self::default()
    }
}

static BOOK: PerProcess<Book> = PerProcess::new();

fn book() -> MutexGuard<'static, Threads> {
    lock(&BOOK.get().threads)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_thread_increment_unjoined_count() {
    book().unjoined += 1;
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_thread_decrement_unjoined_count() {
    let mut threads = book();
    threads.unjoined = threads.unjoined.saturating_sub(1);
    BOOK.get().changed.notify_all();
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_thread_set_managed_join_timeout_ns(timeout_in_ns: u64) {
    book().timeout_ns = timeout_in_ns;
}

/// The last thing a managed thread does.
pub(super) fn hand_over_current() {
    let before = {
        let mut threads = book();
        let id = thread::aws_thread_current_thread_id();
        core::mem::replace(&mut threads.ended, vec![id])
    };
    BOOK.get().changed.notify_all();
    join(&before);
}

/// Joins threads that are at their end.
fn join(ended: &[aws_thread_id_t]) {
    for &id in ended {
        // SAFETY: taken out of the list by nobody else, so not joined yet.
        unsafe { libc::pthread_join(thread::system(id), core::ptr::null_mut()) };
        aws_thread_decrement_unjoined_count();
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_thread_join_all_managed() -> c_int {
    let deadline = match book().timeout_ns {
        0 => None,
        timeout_ns => Instant::now().checked_add(Duration::from_nanos(timeout_ns)),
    };
    let mut threads = book();
    while threads.unjoined > 0 {
        if !threads.ended.is_empty() {
            let ended = core::mem::take(&mut threads.ended);
            drop(threads);
            join(&ended);
            threads = book();
            continue;
        }
        let Some(deadline) = deadline else {
            threads =
                BOOK.get().changed.wait(threads).unwrap_or_else(std::sync::PoisonError::into_inner);
            continue;
        };
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return raise(AWS_ERROR_COND_VARIABLE_TIMED_OUT);
        }
        threads = BOOK
            .get()
            .changed
            .wait_timeout(threads, left)
            .unwrap_or_else(|poison| poison.into_inner())
            .0;
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

//! Threads on which callbacks of the program may run.
//!
//! They are started by the CRT, not by Rust, because programs register at-exit hooks on the threads
//! that call them and because the library's clean-up waits for them ("managed" threads).

use core::ffi::c_void;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::Result;
use crate::os::stack_bytes;

use super::call::begin_thread;
use super::guard::guarded;
use super::process::{Heir, PerProcess};
use super::sys::{AWS_TJS_MANAGED, aws_thread, aws_thread_options};
use super::{Allocator, check, cursor, host};

/// How many threads of ours there are: what the CRT waits for at clean-up.
struct Running {
    now: AtomicUsize,
    /// Of those, how many ran in the parent when this process was forked and are still waited for.
    inherited: AtomicUsize,
}

impl Heir for Running {
    fn inherit(parent: Option<&Self>) -> Self {
        let inherited = parent.map_or(0, |parent| {
            parent.now.load(Ordering::Relaxed) + parent.inherited.load(Ordering::Relaxed)
        });
        Self { now: AtomicUsize::new(0), inherited: AtomicUsize::new(inherited) }
    }
}

static RUNNING: PerProcess<Running> = PerProcess::new();

/// Counts a thread for as long as it runs.
struct Counted;

impl Counted {
    fn new() -> Self {
        RUNNING.get().now.fetch_add(1, Ordering::Relaxed);
        Self
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        RUNNING.get().now.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Waits for all threads that the CRT manages, but not for those of the library that a parent process left behind.
pub fn join_all() {
    // The CRT of this library forgets all threads of a parent by itself.
    if cfg!(not(feature = "embedded-crt")) {
        for _ in 0..RUNNING.get().inherited.swap(0, Ordering::Relaxed) {
            // SAFETY: always callable; each of these threads was counted when the parent started it.
            unsafe { host::aws_thread_decrement_unjoined_count() };
        }
    }
    // SAFETY: always callable.
    unsafe { host::aws_thread_join_all_managed() };
}

/// Longer names are cut by the system, or refused.
const NAME_BYTES: usize = 15;

type Body = Box<dyn FnOnce() + Send>;

/// Runs `body` on a new thread that nobody has to join.
pub fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<()> {
    let allocator = Allocator::default();
    let mut thread = aws_thread { allocator: allocator.as_ptr(), detach_state: 0, thread_id: 0 };
    // SAFETY: `thread` is writable and the allocator valid.
    check(unsafe { host::aws_thread_init(&mut thread, allocator.as_ptr()) })?;
    let options = aws_thread_options {
        stack_size: stack_bytes(),
        cpu_id: -1,
        join_strategy: AWS_TJS_MANAGED,
        name: cursor(short(name).as_bytes()),
    };
    let counted = Counted::new();
    let body: Box<Body> = Box::new(Box::new(move || {
        body();
        drop(counted);
    }));
    let argument = Box::into_raw(body);
    // SAFETY: `run` takes the argument over; the CRT copies thread, options and name.
    let started = check(unsafe {
        host::aws_thread_launch(&mut thread, Some(run), argument.cast(), &options)
    });
    if started.is_err() {
        // SAFETY: the thread did not start, so the argument is still ours.
        drop(unsafe { Box::from_raw(argument) });
        // SAFETY: initialised above; a managed thread is only cleaned up when it was not started.
        unsafe { host::aws_thread_clean_up(&mut thread) };
    }
    started
}

/// The number of the calling thread, as metrics report it.
pub fn current_id() -> u64 {
    // SAFETY: takes no arguments and is always callable.
    unsafe { host::aws_thread_current_thread_id() }
}

unsafe extern "C" fn run(argument: *mut c_void) {
    // SAFETY: `spawn` gave this box away, and the thread runs once.
    let body = unsafe { Box::from_raw(argument.cast::<Body>()) };
    begin_thread();
    guarded("thread", body);
}

fn short(name: &str) -> &str {
    let mut end = name.len().min(NAME_BYTES);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    &name[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_between_characters() {
        assert_eq!(short("worker"), "worker");
        assert_eq!(short("a name that is too long"), "a name that is ");
        assert_eq!(short("fourteen bytesä"), "fourteen bytes");
    }
}

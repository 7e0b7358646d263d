//! `aws_event_loop_*`: running callers' tasks on a loop's thread.
//!
//! A task belongs to its caller, who may free it inside the task's own function; nothing in it is touched after
//! that call.

use core::ffi::*;
use std::sync::Arc;

use crate::clock::monotonic_ns;
use crate::crt::call::call_out;
use crate::crt::sys::*;

use super::block::Across;
use super::event_loop_group::Group;
use super::link;
use super::loop_queue::{Queue, Status};

/// What an `aws_event_loop *` points to.
pub struct Loop {
    pub queue: Arc<Queue>,
    /// The group that holds the loop.
    pub group: *mut Group,
    pub clock: aws_io_clock_fn,
}

impl Loop {
    pub fn new(group: *mut Group, clock: aws_io_clock_fn) -> Self {
        Self {
            queue: Arc::new(Queue::new(move || now_ns(clock).unwrap_or(u64::MAX))),
            group,
            clock,
        }
    }
}

/// The time of an overriding clock, or of the usual one; `None` when the override fails.
fn now_ns(clock: aws_io_clock_fn) -> Option<u64> {
    let Some(clock) = clock else { return Some(monotonic_ns()) };
    let mut timestamp = 0;
    // SAFETY: the caller gave the clock to be asked at any time, from any thread.
    (unsafe { call_out!(clock, &raw mut timestamp) } == Ok(link::SUCCESS)).then_some(timestamp)
}

/// # Safety
/// `event_loop` is a live loop for the lifetime chosen.
unsafe fn of<'a>(event_loop: *const aws_event_loop) -> &'a Loop {
    // SAFETY: every loop pointer that C has came from a group of ours.
    unsafe { &*event_loop.cast::<Loop>() }
}

/// Runs a closure on the loop's thread as soon as possible.
///
/// # Safety
/// `event_loop` is a live loop.
pub unsafe fn post(event_loop: *mut aws_event_loop, run: impl FnOnce(Status) + Send + 'static) {
    // SAFETY: as the caller promises.
    unsafe { of(event_loop) }.queue.add(None, 0, Box::new(run));
}

/// Runs a closure on the loop's thread after a delay.
///
/// # Safety
/// `event_loop` is a live loop.
pub unsafe fn post_after(
    event_loop: *mut aws_event_loop,
    delay_ns: u64,
    run: impl FnOnce(Status) + Send + 'static,
) {
    // SAFETY: as the caller promises.
    let queue = &unsafe { of(event_loop) }.queue;
    queue.add(Some(queue.now_ns().saturating_add(delay_ns)), 0, Box::new(run));
}

/// # Safety
/// `event_loop` is live; `task` stays valid until it runs.
unsafe fn schedule(event_loop: *mut aws_event_loop, task: *mut aws_task, at_ns: Option<u64>) {
    // SAFETY: the task is the caller's until then, and it is not queued anywhere.
    let carried = unsafe {
        (*task).timestamp = at_ns.unwrap_or(0);
        (*task).abi_extension.scheduled = true;
        Across::new(task)
    };
    let run = move |status| {
        let task = carried.into_inner();
        let status = match status {
            Status::Ready => AWS_TASK_STATUS_RUN_READY,
            Status::Canceled => AWS_TASK_STATUS_CANCELED,
        };
        // SAFETY: the caller keeps the task valid up to this call, and not longer.
        unsafe {
            (*task).abi_extension.scheduled = false;
            let (function, argument) = ((*task).r#fn, (*task).arg);
            if let Some(function) = function {
                let _ = call_out!(function, task, argument, status);
            }
        }
    };
    // SAFETY: as the caller promises.
    unsafe { of(event_loop) }.queue.add(at_ns, task.addr(), Box::new(run));
}

/// # Safety
/// `event_loop` is live; `task` stays valid until it runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_event_loop_schedule_task_now(
    event_loop: *mut aws_event_loop,
    task: *mut aws_task,
) {
    // SAFETY: as the caller promises.
    unsafe { schedule(event_loop, task, None) };
}

/// # Safety
/// As above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_event_loop_schedule_task_now_serialized(
    event_loop: *mut aws_event_loop,
    task: *mut aws_task,
) {
    // SAFETY: as the caller promises.
    unsafe { schedule(event_loop, task, None) };
}

/// # Safety
/// As above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_event_loop_schedule_task_future(
    event_loop: *mut aws_event_loop,
    task: *mut aws_task,
    run_at_nanos: u64,
) {
    // SAFETY: as the caller promises.
    unsafe { schedule(event_loop, task, Some(run_at_nanos)) };
}

/// Runs a queued task as canceled before it returns.
///
/// # Safety
/// `event_loop` is live; `task` was scheduled on it, and the call comes from its thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_event_loop_cancel_task(
    event_loop: *mut aws_event_loop,
    task: *mut aws_task,
) {
    // SAFETY: as the caller promises.
    unsafe { of(event_loop) }.queue.cancel(task.addr());
}

/// # Safety
/// `event_loop` is live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_event_loop_thread_is_callers_thread(
    event_loop: *mut aws_event_loop,
) -> bool {
    // SAFETY: as the caller promises.
    unsafe { of(event_loop) }.queue.is_on_its_thread()
}

/// Fails only when an overriding clock does.
///
/// # Safety
/// `event_loop` is live; `time_nanos` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_event_loop_current_clock_time(
    event_loop: *const aws_event_loop,
    time_nanos: *mut u64,
) -> c_int {
    // SAFETY: as the caller promises.
    match now_ns(unsafe { of(event_loop) }.clock) {
        Some(now_ns) => {
            // SAFETY: as the caller promises.
            unsafe { time_nanos.write(now_ns) };
            link::SUCCESS
        }
        None => link::FAILURE,
    }
}

/// The group of a loop, for those who were only given the loop.
///
/// # Safety
/// `event_loop` is live.
pub unsafe fn group_of(event_loop: *mut aws_event_loop) -> *mut Group {
    // SAFETY: as the caller promises.
    unsafe { of(event_loop) }.group
}

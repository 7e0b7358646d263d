//! An event loop without a thread or a descriptor: it runs when the owner of its channel lets it.
//!
//! Whoever drives it is its thread for so long; everybody else, who completes a key operation as a rule, leaves tasks
//! in its mailbox and wakes whoever waits for them.

use core::ffi::{c_int, c_void};
use core::mem::MaybeUninit;
use core::ptr::NonNull;
use std::cell::UnsafeCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::Waker;
use std::time::Duration;

use super::blocks::allocator;
use crate::crt::call::call_through;
use crate::crt::host::channels as host;
use crate::crt::host::types::{aws_event_loop_vtable, aws_task_scheduler};
use crate::crt::sys::{aws_event_loop, aws_task};
use crate::crt::{check, raise, thread};
use crate::error::{Code, Result};
use crate::sync::Mutex;

/// No thread has this number.
const NOBODY: u64 = 0;

/// See the [module](self).
pub(super) struct EventLoop {
    raw: NonNull<aws_event_loop>,
    inside: NonNull<Inside>,
}

// SAFETY: used by one thread at a time, which is what the loop asks for; only the mailbox is used by others as well.
unsafe impl Send for EventLoop {}

/// What C finds the way back to.
struct Inside {
    tasks: UnsafeCell<MaybeUninit<aws_task_scheduler>>,
    driver: AtomicU64,
    mail: Arc<Mail>,
}

#[derive(Default)]
struct Mail {
    has_some: AtomicBool,
    state: Mutex<Mailbox>,
}

#[derive(Default)]
struct Mailbox {
    tasks: Vec<(Sent, u64)>,
    waker: Option<Waker>,
}

/// A task on its way to the loop that runs it.
struct Sent(*mut aws_task);

// SAFETY: who schedules a task leaves it to the loop until it has run.
unsafe impl Send for Sent {}

impl EventLoop {
    pub fn new() -> Result<Self> {
        let inside = NonNull::from(Box::leak(Box::new(Inside {
            tasks: UnsafeCell::new(MaybeUninit::zeroed()),
            driver: AtomicU64::new(NOBODY),
            mail: Arc::default(),
        })));
        // SAFETY: in its place, for its lists point to themselves.
        check(unsafe { host::aws_task_scheduler_init(inside.as_ref().tasks(), allocator()) })?;
        // SAFETY: the vtable is never written to, and `inside` stays for as long as the loop.
        let raw = unsafe {
            let vtable = (&raw const VTABLE).cast_mut();
            let clock = host::aws_high_res_clock_get_ticks as unsafe extern "C" fn(_) -> _;
            host::aws_event_loop_new_base(allocator(), Some(clock), vtable, inside.as_ptr().cast())
        };
        let raw = NonNull::new(raw).ok_or(Code::OOM)?;
        Ok(Self { raw, inside })
    }

    pub fn as_ptr(&self) -> *mut aws_event_loop {
        self.raw.as_ptr()
    }

    fn inside(&self) -> &Inside {
        // SAFETY: lives as long as the loop, and all of it may be shared.
        unsafe { self.inside.as_ref() }
    }

    /// Runs `body` and then all tasks that are due, as the thread of this loop.
    pub fn drive<T>(&self, body: impl FnOnce() -> T) -> T {
        let inside = self.inside();
        inside.driver.store(thread::current_id(), Ordering::Relaxed);
        let outcome = body();
        inside.run_due();
        inside.driver.store(NOBODY, Ordering::Relaxed);
        outcome
    }

    /// Ends all tasks, those that have a time first of all.
    pub fn hurry(&self) {
        self.drive(|| {
            let inside = self.inside();
            inside.fetch_mail();
            let tasks = inside.tasks();
            // SAFETY: initialised, and this is the thread of the loop. Tasks run as cancelled.
            unsafe {
                let _ = call_through(
                    host::aws_task_scheduler_clean_up as unsafe extern "C" fn(_) -> _,
                    (tasks,),
                );
                host::aws_task_scheduler_init(tasks, allocator());
            }
        });
    }

    /// How long it is until the next task.
    pub fn due(&self) -> Option<Duration> {
        let next = self.inside().next()?;
        Some(Duration::from_nanos(next.saturating_sub(now())))
    }

    /// Whom to wake when others leave tasks.
    pub fn wake_by(&self, waker: &Waker) {
        let mut state = self.inside().mail.state.lock();
        if !state.waker.as_ref().is_some_and(|known| known.will_wake(waker)) {
            state.waker = Some(waker.clone());
        }
        drop(state);
        // What came before is for who comes now.
        if self.inside().mail.has_some.load(Ordering::Acquire) {
            waker.wake_by_ref();
        }
    }
}

impl Drop for EventLoop {
    fn drop(&mut self) {
        // SAFETY: no channel is left on it, so nobody else knows of it. Objects of the loop end with its base.
        unsafe {
            self.inside().driver.store(thread::current_id(), Ordering::Relaxed);
            host::aws_task_scheduler_clean_up(self.inside().tasks());
            host::aws_event_loop_clean_up_base(self.as_ptr());
            crate::crt::host::aws_mem_release(allocator(), self.as_ptr().cast());
            drop(Box::from_raw(self.inside.as_ptr()));
        }
    }
}

impl Inside {
    /// # Safety
    /// `event_loop` is one of ours.
    unsafe fn of<'a>(event_loop: *mut aws_event_loop) -> &'a Self {
        // SAFETY: as the caller promises, this is what it was made with.
        unsafe { &*host::aws_event_loop_get_impl(event_loop).cast::<Self>() }
    }

    fn tasks(&self) -> *mut aws_task_scheduler {
        self.tasks.get().cast()
    }

    fn is_driven_here(&self) -> bool {
        self.driver.load(Ordering::Relaxed) == thread::current_id()
    }

    /// When the next task is to run; None without any.
    fn next(&self) -> Option<u64> {
        let mut next = 0;
        // SAFETY: initialised, and used by one thread at a time.
        unsafe { host::aws_task_scheduler_has_tasks(self.tasks(), &mut next) }.then_some(next)
    }

    fn run_due(&self) {
        loop {
            self.fetch_mail();
            let Some(next) = self.next() else { return };
            let now = now();
            if next > now {
                return;
            }
            let run = host::aws_task_scheduler_run_all as unsafe extern "C" fn(_, _) -> _;
            // SAFETY: initialised, and this is the thread of the loop.
            let _ = unsafe { call_through(run, (self.tasks(), now)) };
        }
    }

    fn fetch_mail(&self) {
        if !self.mail.has_some.load(Ordering::Acquire) {
            return;
        }
        let mut state = self.mail.state.lock();
        self.mail.has_some.store(false, Ordering::Relaxed);
        let tasks = core::mem::take(&mut state.tasks);
        drop(state);
        for (Sent(task), time) in tasks {
            // SAFETY: a task that was scheduled on this loop, which is this thread's.
            unsafe { self.add(task, time) };
        }
    }

    /// # Safety
    /// The task is valid until it has run, and this is the thread of the loop.
    unsafe fn add(&self, task: *mut aws_task, time: u64) {
        // SAFETY: as the caller promises.
        unsafe {
            match time {
                0 => host::aws_task_scheduler_schedule_now(self.tasks(), task),
                _ => host::aws_task_scheduler_schedule_future(self.tasks(), task, time),
            }
        }
    }

    fn post(&self, task: *mut aws_task, time: u64) {
        // When the task is in there, the loop may end at any moment.
        let mail = self.mail.clone();
        let mut state = mail.state.lock();
        state.tasks.push((Sent(task), time));
        mail.has_some.store(true, Ordering::Release);
        let waker = state.waker.clone();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

fn now() -> u64 {
    let mut now = 0;
    // SAFETY: writable.
    unsafe { host::aws_high_res_clock_get_ticks(&mut now) };
    now
}

static VTABLE: aws_event_loop_vtable = aws_event_loop_vtable {
    start_destroy: Some(nothing),
    complete_destroy: Some(nothing),
    run: Some(success),
    stop: Some(success),
    wait_for_stop_completion: Some(success),
    schedule_task_now: Some(schedule_now),
    schedule_task_now_serialized: Some(schedule_serialized),
    schedule_task_future: Some(schedule_future),
    cancel_task: Some(cancel),
    connect_to_io_completion_port: Some(refuse_handle),
    subscribe_to_io_events: Some(refuse_subscription),
    unsubscribe_from_io_events: Some(refuse_handle),
    free_io_event_resources: Some(free_nothing),
    is_on_callers_thread: Some(is_on_callers_thread),
};

/// Only who made the loop ends it.
unsafe extern "C" fn nothing(_: *mut aws_event_loop) {}

unsafe extern "C" fn success(_: *mut aws_event_loop) -> c_int {
    0
}

unsafe extern "C" fn schedule_now(event_loop: *mut aws_event_loop, task: *mut aws_task) {
    // SAFETY: a loop of ours.
    unsafe { schedule_future(event_loop, task, 0) }
}

unsafe extern "C" fn schedule_serialized(event_loop: *mut aws_event_loop, task: *mut aws_task) {
    // SAFETY: a loop of ours.
    unsafe { Inside::of(event_loop) }.post(task, 0);
}

unsafe extern "C" fn schedule_future(
    event_loop: *mut aws_event_loop,
    task: *mut aws_task,
    time: u64,
) {
    // SAFETY: a loop of ours; the task is left to it.
    unsafe {
        let inside = Inside::of(event_loop);
        if inside.is_driven_here() { inside.add(task, time) } else { inside.post(task, time) }
    }
}

unsafe extern "C" fn cancel(event_loop: *mut aws_event_loop, task: *mut aws_task) {
    // SAFETY: a loop of ours, on whose thread alone tasks are cancelled.
    unsafe {
        let inside = Inside::of(event_loop);
        inside.fetch_mail();
        host::aws_task_scheduler_cancel_task(inside.tasks(), task);
    }
}

fn refused() -> c_int {
    raise(Code::UNSUPPORTED_OPERATION);
    -1
}

unsafe extern "C" fn refuse_handle(_: *mut aws_event_loop, _: *mut c_void) -> c_int {
    refused()
}

unsafe extern "C" fn refuse_subscription(
    _: *mut aws_event_loop,
    _: *mut c_void,
    _: c_int,
    _: *mut c_void,
    _: *mut c_void,
) -> c_int {
    refused()
}

unsafe extern "C" fn free_nothing(_: *mut c_void) {}

unsafe extern "C" fn is_on_callers_thread(event_loop: *mut aws_event_loop) -> bool {
    // SAFETY: a loop of ours.
    unsafe { Inside::of(event_loop) }.is_driven_here()
}

//! `aws_event_loop_group_*`: a counted bundle of event loops, one thread each.
//!
//! Loop threads are joined, not managed, so a group that is never released does not hold up the end of the library.
//! The last release hands the joining to a managed thread of its own, which is what the library waits for at its
//! clean-up and where the shutdown callback runs.

use core::ffi::*;
use core::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::crt::call::{begin_thread, call_out};
use crate::crt::process::Process;
use crate::crt::sys::*;
use crate::error::Code;

use super::event_loop::{self, Loop};
use super::loop_queue::Queue;
use super::{block, cpu_group, link};

/// Most loops of a group made for a whole process.
const STATIC_DEFAULT_MAX_LOOPS: u16 = 96;

/// What an `aws_event_loop_group *` points to.
pub struct Group {
    allocator: *mut aws_allocator,
    references: AtomicUsize,
    next: AtomicUsize,
    #[expect(clippy::vec_box, reason = "C holds pointers to the loops, so they may not move")]
    loops: Vec<Box<Loop>>,
    threads: Vec<aws_thread>,
    on_shutdown: Option<aws_shutdown_callback_options>,
    maker: Process,
}

struct Plan {
    loop_count: u16,
    cpu_group: Option<u16>,
    clock: aws_io_clock_fn,
}

/// # Safety
/// `group` is a live group for the lifetime chosen.
unsafe fn of<'a>(group: *const aws_event_loop_group) -> &'a Group {
    // SAFETY: every group pointer that C has came from `make`.
    unsafe { &*group.cast::<Group>() }
}

/// Half the processors, because the other half of hyper-threads adds nothing here; at least one.
fn default_loop_count() -> u16 {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    u16::try_from((processors / 2).max(1)).unwrap_or(u16::MAX)
}

/// # Safety
/// `allocator` is valid and outlives the group; `on_shutdown` is NULL or valid for the call.
unsafe fn make(
    allocator: *mut aws_allocator,
    plan: Plan,
    on_shutdown: *const aws_shutdown_callback_options,
) -> *mut aws_event_loop_group {
    let processors = plan.cpu_group.map(cpu_group::processors).unwrap_or_default();
    let mut loop_count = plan.loop_count;
    if loop_count == 0 {
        loop_count = default_loop_count();
    }
    if !processors.is_empty() {
        loop_count = loop_count.min(u16::try_from(processors.len()).unwrap_or(u16::MAX));
    }
    // SAFETY: as the caller promises.
    let group = unsafe {
        let group = Group {
            allocator,
            references: AtomicUsize::new(1),
            next: AtomicUsize::new(0),
            loops: Vec::new(),
            threads: Vec::new(),
            on_shutdown: on_shutdown.as_ref().copied(),
            maker: Process::current(),
        };
        block::place(allocator, group)
    };
    for index in 0..loop_count {
        let processor = processors.get(usize::from(index)).copied().unwrap_or(-1);
        // SAFETY: nobody else knows the group yet.
        let started = unsafe { start_loop(group, usize::from(index) + 1, processor, plan.clock) };
        if let Err(code) = started {
            // SAFETY: as above; a group that was never handed out owes no callback.
            unsafe {
                (*group).on_shutdown = None;
                end(group.cast());
            }
            link::raise(code);
            return ptr::null_mut();
        }
    }
    group.cast()
}

/// # Safety
/// `group` is not shared yet.
unsafe fn start_loop(
    group: *mut Group,
    number: usize,
    processor: i32,
    clock: aws_io_clock_fn,
) -> Result<(), Code> {
    let event_loop = Box::new(Loop::new(group, clock));
    let queue = Arc::into_raw(Arc::clone(&event_loop.queue));
    let name = format!("AwsEventLoop {number}");
    // SAFETY: the thread takes over the reference to the queue; the allocator outlives the group.
    unsafe {
        let allocator = (*group).allocator;
        match link::launch(
            allocator,
            &name,
            AWS_TJS_MANUAL,
            processor,
            run_loop,
            queue.cast_mut().cast(),
        ) {
            Ok(thread) => {
                (*group).threads.push(thread);
                (*group).loops.push(event_loop);
                Ok(())
            }
            Err(code) => {
                drop(Arc::from_raw(queue));
                Err(code)
            }
        }
    }
}

unsafe extern "C" fn run_loop(queue: *mut c_void) {
    // SAFETY: `start_loop` gave this thread a reference of its own.
    let queue = unsafe { Arc::from_raw(queue.cast::<Queue>()) };
    begin_thread();
    queue.run();
}

/// Ends the loops, frees the group, and tells its maker.
unsafe extern "C" fn end(group: *mut c_void) {
    // SAFETY: the last reference is gone; loops need the group's memory until their threads are joined.
    unsafe {
        let group = group.cast::<Group>();
        let on_shutdown = (*group).on_shutdown;
        // The threads of a parent process do not exist here, and their locks may be held for ever.
        if (*group).maker.is_current() {
            for event_loop in &(*group).loops {
                event_loop.queue.stop();
            }
            for thread in &mut (*group).threads {
                link::aws_thread_join(thread);
                link::aws_thread_clean_up(thread);
            }
            drop(block::take((*group).allocator, group));
        }
        if let Some(options) = on_shutdown
            && let Some(callback) = options.shutdown_callback_fn
        {
            let _ = call_out!(callback, options.shutdown_callback_user_data);
        }
    }
}

/// NULL with `AWS_ERROR_PLATFORM_NOT_SUPPORTED` for the loop types of other systems.
///
/// # Safety
/// `allocator` is valid and outlives the group; `options` is NULL (all defaults) or valid for the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_event_loop_group_new(
    allocator: *mut aws_allocator,
    options: *const aws_event_loop_group_options,
) -> *mut aws_event_loop_group {
    // SAFETY: as the caller promises.
    let Some(options) = (unsafe { options.as_ref() }) else {
        link::raise(Code::INVALID_ARGUMENT);
        return ptr::null_mut();
    };
    match options.r#type {
        AWS_EVENT_LOOP_PLATFORM_DEFAULT | AWS_EVENT_LOOP_EPOLL => {}
        AWS_EVENT_LOOP_IOCP | AWS_EVENT_LOOP_KQUEUE | AWS_EVENT_LOOP_DISPATCH_QUEUE => {
            link::raise(Code::PLATFORM_NOT_SUPPORTED);
            return ptr::null_mut();
        }
        _ => {
            link::raise(Code::UNSUPPORTED_OPERATION);
            return ptr::null_mut();
        }
    }
    // SAFETY: as the caller promises.
    unsafe {
        let plan = Plan {
            loop_count: options.loop_count,
            cpu_group: options.cpu_group.as_ref().copied(),
            clock: options.clock_override,
        };
        make(allocator, plan, options.shutdown_options)
    }
}

/// # Safety
/// `alloc` is valid and outlives the group; `shutdown_options` is NULL or valid for the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_event_loop_group_new_default(
    alloc: *mut aws_allocator,
    max_threads: u16,
    shutdown_options: *const aws_shutdown_callback_options,
) -> *mut aws_event_loop_group {
    // SAFETY: as the caller promises.
    unsafe {
        make(
            alloc,
            Plan { loop_count: max_threads, cpu_group: None, clock: None },
            shutdown_options,
        )
    }
}

/// # Safety
/// As above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_event_loop_group_new_default_pinned_to_cpu_group(
    alloc: *mut aws_allocator,
    max_threads: u16,
    cpu_group: u16,
    shutdown_options: *const aws_shutdown_callback_options,
) -> *mut aws_event_loop_group {
    let plan = Plan { loop_count: max_threads, cpu_group: Some(cpu_group), clock: None };
    // SAFETY: as the caller promises.
    unsafe { make(alloc, plan, shutdown_options) }
}

/// # Safety
/// As above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_event_loop_group_new_static_default(
    allocator: *mut aws_allocator,
    shutdown_options: *const aws_shutdown_callback_options,
) -> *mut aws_event_loop_group {
    let loop_count = default_loop_count().min(STATIC_DEFAULT_MAX_LOOPS);
    // SAFETY: as the caller promises.
    unsafe { make(allocator, Plan { loop_count, cpu_group: None, clock: None }, shutdown_options) }
}

/// NULL is returned as it is.
///
/// # Safety
/// `el_group` is NULL or live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_event_loop_group_acquire(
    el_group: *mut aws_event_loop_group,
) -> *mut aws_event_loop_group {
    if !el_group.is_null() {
        // SAFETY: as the caller promises.
        unsafe { of(el_group) }.references.fetch_add(1, Ordering::Relaxed);
    }
    el_group
}

/// NULL is ignored. After the last release the loops end in the background.
///
/// # Safety
/// `el_group` is NULL or live, and the caller gives up a reference.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_event_loop_group_release(el_group: *mut aws_event_loop_group) {
    if el_group.is_null() {
        return;
    }
    // SAFETY: as the caller promises.
    let group = unsafe { of(el_group) };
    if group.references.fetch_sub(1, Ordering::AcqRel) != 1 {
        return;
    }
    let name = "AwsLoopCleanup";
    // SAFETY: the thread gets the group to itself; without one, the work is done here. That cannot be a loop's own
    // thread, which would mean that threads could be started before and cannot now.
    unsafe {
        if link::launch(group.allocator, name, AWS_TJS_MANAGED, -1, end, el_group.cast()).is_err() {
            end(el_group.cast());
        }
    }
}

/// # Safety
/// `event_loop` is NULL or live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_event_loop_group_acquire_from_event_loop(
    event_loop: *mut aws_event_loop,
) -> *mut aws_event_loop_group {
    if event_loop.is_null() {
        return ptr::null_mut();
    }
    // SAFETY: as the caller promises.
    unsafe { aws_event_loop_group_acquire(event_loop::group_of(event_loop).cast()) }
}

/// # Safety
/// `event_loop` is NULL, or live, and the caller gives up a reference to its group.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_event_loop_group_release_from_event_loop(
    event_loop: *mut aws_event_loop,
) {
    if event_loop.is_null() {
        return;
    }
    // SAFETY: as the caller promises.
    unsafe { aws_event_loop_group_release(event_loop::group_of(event_loop).cast()) };
}

/// NULL with `AWS_ERROR_INVALID_INDEX` beyond the end.
///
/// # Safety
/// `el_group` is live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_event_loop_group_get_loop_at(
    el_group: *mut aws_event_loop_group,
    index: usize,
) -> *mut aws_event_loop {
    // SAFETY: as the caller promises.
    match unsafe { of(el_group) }.loops.get(index) {
        Some(event_loop) => ptr::from_ref(&**event_loop).cast_mut().cast(),
        None => {
            link::raise(INVALID_INDEX);
            ptr::null_mut()
        }
    }
}

/// # Safety
/// `el_group` is live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_event_loop_group_get_loop_count(
    el_group: *const aws_event_loop_group,
) -> usize {
    // SAFETY: as the caller promises.
    unsafe { of(el_group) }.loops.len()
}

/// # Safety
/// `el_group` is live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_event_loop_group_get_type(
    _el_group: *const aws_event_loop_group,
) -> aws_event_loop_type {
    AWS_EVENT_LOOP_EPOLL
}

/// One after the other.
///
/// # Safety
/// `el_group` is live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_event_loop_group_get_next_loop(
    el_group: *mut aws_event_loop_group,
) -> *mut aws_event_loop {
    // SAFETY: as the caller promises; a group has at least one loop.
    unsafe {
        let group = of(el_group);
        let index = group.next.fetch_add(1, Ordering::Relaxed) % group.loops.len();
        aws_event_loop_group_get_loop_at(el_group, index)
    }
}

const INVALID_INDEX: Code = Code(10);

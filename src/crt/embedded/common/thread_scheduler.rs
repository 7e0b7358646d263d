//! A thread that runs tasks at their times.
//!
//! Tasks wait in a map ordered by time and arrival. The thread sleeps until the first one is due or something changes;
//! callbacks run without the lock. The last owner joins the thread and cancels what is left.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::error::lock;
use super::*;

struct Scheduler {
    owners: core::sync::atomic::AtomicUsize,
    queue: Arc<Queue>,
    thread: aws_thread,
}

#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: BTreeMap<(u64, u64), Carried<*mut aws_task>>,
    canceled: Vec<Carried<*mut aws_task>>,
    arrivals: u64,
    stopping: bool,
}

impl Queue {
    fn schedule(&self, task: *mut aws_task, time_to_run: u64) {
        // SAFETY: the caller hands over a task that nobody else uses.
        unsafe {
            (*task).timestamp = time_to_run;
            (*task).abi_extension.scheduled = true;
        }
        let mut state = lock(&self.state);
        state.arrivals += 1;
        let key = (time_to_run, state.arrivals);
        state.waiting.insert(key, Carried(task));
        self.changed.notify_one();
    }

    fn cancel(&self, task: *mut aws_task) {
        let mut state = lock(&self.state);
        let key = state.waiting.iter().find(|(_, waiting)| waiting.0 == task).map(|(key, _)| *key);
        if let Some(task) = key.and_then(|key| state.waiting.remove(&key)) {
            state.canceled.push(task);
            self.changed.notify_one();
        }
    }

    /// The next task to call, and how; `None` when the scheduler stops.
    fn next(&self) -> Option<(*mut aws_task, aws_task_status)> {
        let mut state = lock(&self.state);
        loop {
            if state.stopping {
                return None;
            }
            if let Some(task) = state.canceled.pop() {
                return Some((task.0, AWS_TASK_STATUS_CANCELED));
            }
            let now = clock::monotonic_ns();
            let due = state.waiting.first_key_value().map(|((time, _), _)| *time);
            match due {
                Some(time) if time <= now => {
                    return state
                        .waiting
                        .pop_first()
                        .map(|(_, task)| (task.0, AWS_TASK_STATUS_RUN_READY));
                }
                Some(time) => {
                    let left = Duration::from_nanos(time - now);
                    let woken = self.changed.wait_timeout(state, left);
                    state = woken.unwrap_or_else(PoisonError::into_inner).0;
                }
                None => {
                    state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }

    fn cancel_all(&self) {
        loop {
            let task = {
                let mut state = lock(&self.state);
                state.canceled.pop().or_else(|| state.waiting.pop_first().map(|(_, task)| task))
            };
            let Some(task) = task else { return };
            // SAFETY: taken out of the queue, so called once.
            unsafe { task::aws_task_run(task.0, AWS_TASK_STATUS_CANCELED) };
        }
    }
}

unsafe extern "C" fn run(queue: *mut c_void) {
    // SAFETY: a reference was made for this thread.
    let queue = unsafe { Arc::from_raw(queue.cast::<Queue>()) };
    while let Some((task, status)) = queue.next() {
        // SAFETY: taken out of the queue, so called once.
        unsafe { task::aws_task_run(task, status) };
    }
}

/// # Safety
/// `scheduler` was made by [`aws_thread_scheduler_new`] and has an owner.
unsafe fn inner<'a>(scheduler: *const aws_thread_scheduler) -> &'a Scheduler {
    // SAFETY: promised by the caller.
    unsafe { &*scheduler.cast::<Scheduler>() }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_thread_scheduler_new(
    allocator: *mut aws_allocator,
    thread_options: *const aws_thread_options,
) -> *mut aws_thread_scheduler {
    let queue = Arc::new(Queue::default());
    let mut thread = aws_thread { allocator, detach_state: AWS_THREAD_NOT_CREATED, thread_id: 0 };
    let argument = Arc::into_raw(Arc::clone(&queue)).cast_mut();
    // SAFETY: the thread takes over one reference of the queue, unless it does not start.
    unsafe {
        if thread::aws_thread_launch(&mut thread, Some(run), argument.cast(), thread_options)
            != SUCCESS
        {
            drop(Arc::from_raw(argument));
            return core::ptr::null_mut();
        }
    }
    Box::into_raw(Box::new(Scheduler { owners: 1.into(), queue, thread })).cast()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_thread_scheduler_acquire(scheduler: *mut aws_thread_scheduler) {
    // SAFETY: the caller owns it too.
    unsafe { inner(scheduler) }.owners.fetch_add(1, core::sync::atomic::Ordering::Relaxed);
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_thread_scheduler_release(scheduler: *const aws_thread_scheduler) {
    if scheduler.is_null() {
        return;
    }
    // SAFETY: the caller gives up its part.
    let left =
        unsafe { inner(scheduler) }.owners.fetch_sub(1, core::sync::atomic::Ordering::AcqRel);
    if left != 1 {
        return;
    }
    // SAFETY: that was the last owner.
    let mut scheduler = unsafe { Box::from_raw(scheduler.cast_mut().cast::<Scheduler>()) };
    lock(&scheduler.queue.state).stopping = true;
    scheduler.queue.changed.notify_one();
    // A task that drops the last reference cannot wait for its own thread; the thread then ends by itself.
    if thread::aws_thread_current_thread_id() != scheduler.thread.thread_id {
        thread::aws_thread_join(&mut scheduler.thread);
    }
    thread::aws_thread_clean_up(&mut scheduler.thread);
    scheduler.queue.cancel_all();
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_thread_scheduler_schedule_now(
    scheduler: *mut aws_thread_scheduler,
    task: *mut aws_task,
) {
    // SAFETY: the caller owns it.
    unsafe { inner(scheduler) }.queue.schedule(task, 0);
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_thread_scheduler_schedule_future(
    scheduler: *mut aws_thread_scheduler,
    task: *mut aws_task,
    time_to_run: u64,
) {
    // SAFETY: the caller owns it.
    unsafe { inner(scheduler) }.queue.schedule(task, time_to_run);
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_thread_scheduler_cancel_task(
    scheduler: *mut aws_thread_scheduler,
    task: *mut aws_task,
) {
    // SAFETY: the caller owns it.
    unsafe { inner(scheduler) }.queue.cancel(task);
}

#[cfg(test)]
mod tests {
    use core::mem::MaybeUninit;
    use std::sync::mpsc::{Sender, channel};

    use super::*;

    type Seen = Sender<(usize, aws_task_status)>;

    unsafe extern "C" fn tell(task: *mut aws_task, seen: *mut c_void, status: aws_task_status) {
        // SAFETY: the sender of the test, and a tag that is a number.
        unsafe {
            (*seen.cast::<Seen>()).send(((*task).type_tag as usize, status)).expect("test waits")
        };
    }

    #[test]
    fn tasks_run_in_time_or_are_canceled() {
        let (sender, seen) = channel::<(usize, aws_task_status)>();
        let mut tasks = [const { MaybeUninit::uninit() }; 4];
        for (index, task) in tasks.iter_mut().enumerate() {
            let sender = core::ptr::from_ref(&sender).cast_mut().cast();
            task::aws_task_init(task, Some(tell), sender, core::ptr::without_provenance(index));
        }
        let [late, soon, now, canceled] = tasks.each_mut().map(MaybeUninit::as_mut_ptr);
        // SAFETY: tasks and sender outlive the scheduler.
        unsafe {
            let scheduler =
                aws_thread_scheduler_new(alloc::aws_default_allocator(), core::ptr::null());
            let far = clock::monotonic_ns() + 3_600_000_000_000;
            aws_thread_scheduler_schedule_future(scheduler, late, far);
            aws_thread_scheduler_schedule_future(scheduler, canceled, far);
            aws_thread_scheduler_schedule_now(scheduler, now);
            assert_eq!(seen.recv(), Ok((2, AWS_TASK_STATUS_RUN_READY)));
            let time = clock::monotonic_ns() + 1_000_000;
            aws_thread_scheduler_schedule_future(scheduler, soon, time);
            assert_eq!(seen.recv(), Ok((1, AWS_TASK_STATUS_RUN_READY)));
            assert!(clock::monotonic_ns() >= time);
            aws_thread_scheduler_cancel_task(scheduler, canceled);
            assert_eq!(seen.recv(), Ok((3, AWS_TASK_STATUS_CANCELED)));
            aws_thread_scheduler_acquire(scheduler);
            aws_thread_scheduler_release(scheduler);
            aws_thread_scheduler_release(scheduler);
        }
        assert_eq!(seen.try_recv(), Ok((0, AWS_TASK_STATUS_CANCELED)));
    }
}

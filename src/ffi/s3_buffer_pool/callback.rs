//! Where the callback of a future runs: on the completing thread, or as a task of an event loop or a channel.

use core::ffi::c_void;

use crate::crt::call::call_out;
use crate::crt::host;
use crate::crt::sys::{
    aws_channel, aws_event_loop, aws_future_callback_fn, aws_linked_list_node,
    aws_priority_queue_node, aws_task, aws_task_abi_extension, aws_task_status,
};

/// A callback of C, to be run once.
#[derive(Clone, Copy)]
pub struct Callback {
    on_done: unsafe extern "C" fn(*mut c_void),
    user_data: *mut c_void,
    place: Place,
}

#[derive(Clone, Copy)]
enum Place {
    Here,
    EventLoop(*mut aws_event_loop),
    Channel(*mut aws_channel),
}

// SAFETY: whoever registers a callback agrees that it runs on another thread; loops and channels take tasks from any.
unsafe impl Send for Callback {}

impl Callback {
    pub fn direct(on_done: aws_future_callback_fn, user_data: *mut c_void) -> Option<Self> {
        Some(Self { on_done: on_done?, user_data, place: Place::Here })
    }

    pub fn on_event_loop(
        event_loop: *mut aws_event_loop,
        on_done: aws_future_callback_fn,
        user_data: *mut c_void,
    ) -> Option<Self> {
        let place = Place::EventLoop(event_loop);
        (!event_loop.is_null()).then_some(Self { on_done: on_done?, user_data, place })
    }

    /// The channel stays until the callback has run.
    pub fn on_channel(
        channel: *mut aws_channel,
        on_done: aws_future_callback_fn,
        user_data: *mut c_void,
    ) -> Option<Self> {
        let callback = Self { on_done: on_done?, user_data, place: Place::Channel(channel) };
        if channel.is_null() {
            return None;
        }
        channel::hold(channel);
        Some(callback)
    }

    pub fn run(self) {
        match self.place {
            Place::Here => self.call(),
            Place::EventLoop(event_loop) => {
                let task = Box::into_raw(Box::new(LoopTask { task: task(), callback: self }));
                // SAFETY: the task was just made, and ends in `run_loop_task`, which frees it. The event loop is alive
                // as long as callbacks are registered on it.
                unsafe {
                    (*task).task.arg = task.cast();
                    let schedule = host::aws_event_loop_schedule_task_now;
                    let _ = call_out!(schedule, event_loop, &raw mut (*task).task);
                }
            }
            Place::Channel(channel) => channel::schedule(channel, self),
        }
    }

    /// Gives up what a callback holds that will not run.
    pub fn abandon(self) {
        if let Place::Channel(channel) = self.place {
            channel::let_go(channel);
        }
    }

    fn call(self) {
        // SAFETY: called once, with the data that was registered.
        let _ = unsafe { call_out!(self.on_done, self.user_data) };
    }
}

struct LoopTask {
    task: aws_task,
    callback: Callback,
}

fn task() -> aws_task {
    let node = aws_linked_list_node { next: std::ptr::null_mut(), prev: std::ptr::null_mut() };
    aws_task {
        r#fn: Some(run_loop_task),
        arg: std::ptr::null_mut(),
        timestamp: 0,
        node,
        priority_queue_node: aws_priority_queue_node { current_index: 0 },
        type_tag: c"buffer_ticket_future".as_ptr(),
        abi_extension: aws_task_abi_extension { reserved: 0 },
    }
}

/// Runs the callback also when the loop ends: a completion must not be lost.
unsafe extern "C" fn run_loop_task(
    _task: *mut aws_task,
    arg: *mut c_void,
    _status: aws_task_status,
) {
    // SAFETY: `arg` is the box that `run` made, and a task runs once.
    let task = unsafe { Box::from_raw(arg.cast::<LoopTask>()) };
    task.callback.call();
}

#[cfg(not(feature = "embedded-crt"))]
mod channel {
    use super::*;
    use crate::crt::sys::aws_channel_task;

    struct ChannelTask {
        task: aws_channel_task,
        channel: *mut aws_channel,
        callback: Callback,
    }

    pub fn hold(channel: *mut aws_channel) {
        // SAFETY: the caller's channel is alive.
        unsafe { host::aws_channel_acquire_hold(channel) }
    }

    pub fn let_go(channel: *mut aws_channel) {
        // SAFETY: gives back what `hold` took.
        unsafe { host::aws_channel_release_hold(channel) }
    }

    pub fn schedule(channel: *mut aws_channel, callback: Callback) {
        let task = aws_channel_task {
            wrapper_task: super::task(),
            task_fn: Some(run),
            arg: std::ptr::null_mut(),
            type_tag: c"buffer_ticket_future".as_ptr(),
            node: aws_linked_list_node { next: std::ptr::null_mut(), prev: std::ptr::null_mut() },
        };
        let task = Box::into_raw(Box::new(ChannelTask { task, channel, callback }));
        // SAFETY: the task was just made, and ends in `run`, which frees it; the channel is held.
        unsafe {
            (*task).task.arg = task.cast();
            host::aws_channel_schedule_task_now(channel, &raw mut (*task).task);
        }
    }

    unsafe extern "C" fn run(
        _task: *mut aws_channel_task,
        arg: *mut c_void,
        _status: aws_task_status,
    ) {
        // SAFETY: `arg` is the box that `schedule` made, and a task runs once.
        let task = unsafe { Box::from_raw(arg.cast::<ChannelTask>()) };
        task.callback.call();
        let_go(task.channel);
    }
}

/// The embedded CRT has no channels, so that nobody can have one to name here.
#[cfg(feature = "embedded-crt")]
mod channel {
    use super::*;

    pub fn hold(_channel: *mut aws_channel) {}

    pub fn let_go(_channel: *mut aws_channel) {}

    pub fn schedule(_channel: *mut aws_channel, callback: Callback) {
        callback.call();
    }
}

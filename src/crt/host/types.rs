//! C types that only the functions of [`channels`](super::channels) take, laid out as the headers do.
//!
//! Where such a header has changed, the build of host mode finds out (`probe.c`).
#![allow(non_camel_case_types, reason = "C names")]
#![cfg_attr(foreign_loops, allow(dead_code, reason = "loops of ours are not made there"))]

use core::ffi::*;

use crate::crt::sys::*;

/// `aws/io/channel.h`
pub type aws_channel_on_completed_fn = Option<
    unsafe extern "C" fn(channel: *mut aws_channel, error_code: c_int, user_data: *mut c_void),
>;

/// `aws/io/channel.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_channel_options {
    pub event_loop: *mut aws_event_loop,
    pub on_setup_completed: aws_channel_on_completed_fn,
    pub on_shutdown_completed: aws_channel_on_completed_fn,
    pub setup_user_data: *mut c_void,
    pub shutdown_user_data: *mut c_void,
    pub enable_read_back_pressure: bool,
}

type Plain<T> = Option<unsafe extern "C" fn(event_loop: *mut aws_event_loop) -> T>;
type Schedule = Option<unsafe extern "C" fn(*mut aws_event_loop, *mut aws_task)>;

/// `aws/io/event_loop.h`. Handles of files are not used here, whence their pointers have no type.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_event_loop_vtable {
    pub start_destroy: Plain<()>,
    pub complete_destroy: Plain<()>,
    pub run: Plain<c_int>,
    pub stop: Plain<c_int>,
    pub wait_for_stop_completion: Plain<c_int>,
    pub schedule_task_now: Schedule,
    pub schedule_task_now_serialized: Schedule,
    pub schedule_task_future: Option<unsafe extern "C" fn(*mut aws_event_loop, *mut aws_task, u64)>,
    pub cancel_task: Schedule,
    pub connect_to_io_completion_port:
        Option<unsafe extern "C" fn(*mut aws_event_loop, *mut c_void) -> c_int>,
    pub subscribe_to_io_events: Option<
        unsafe extern "C" fn(
            *mut aws_event_loop,
            *mut c_void,
            c_int,
            *mut c_void,
            *mut c_void,
        ) -> c_int,
    >,
    pub unsubscribe_from_io_events:
        Option<unsafe extern "C" fn(*mut aws_event_loop, *mut c_void) -> c_int>,
    pub free_io_event_resources: Option<unsafe extern "C" fn(*mut c_void)>,
    pub is_on_callers_thread: Plain<bool>,
}

/// `aws/common/task_scheduler.h`; nobody looks inside.
#[repr(C, align(8))]
pub struct aws_task_scheduler {
    _private: [u8; 160],
}

const _: () = {
    assert!(size_of::<aws_channel_options>() == 48);
    assert!(size_of::<aws_event_loop_vtable>() == 112);
    assert!(core::mem::offset_of!(aws_event_loop_vtable, is_on_callers_thread) == 104);
    assert!(size_of::<aws_channel_handler>() == 32);
    assert!(size_of::<aws_channel_handler_vtable>() == 80);
    assert!(size_of::<aws_io_message>() == 96);
    assert!(size_of::<aws_task>() == 64);
    assert!(size_of::<aws_tls_connection_options>() == 64);
};

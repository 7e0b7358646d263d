//! What the library asks of the AWS C libraries in host mode alone: to be the TLS of a context that only they can read.
//!
//! As in [`host`](super), with [`NAMES`] as the same list.

#![cfg_attr(foreign_loops, allow(dead_code, reason = "loops of ours are not made there"))]

use core::ffi::*;

use super::types::*;
use crate::crt::sys::*;

// aws-c-common
unsafe extern "C" {
    /// The clock of loops that the library makes.
    pub fn aws_high_res_clock_get_ticks(timestamp: *mut u64) -> c_int;
    /// Takes a task back.
    pub fn aws_task_scheduler_cancel_task(scheduler: *mut aws_task_scheduler, task: *mut aws_task);
    /// Ends all tasks as cancelled.
    pub fn aws_task_scheduler_clean_up(scheduler: *mut aws_task_scheduler);
    /// When the next task is due.
    pub fn aws_task_scheduler_has_tasks(
        scheduler: *const aws_task_scheduler,
        next_task_time: *mut u64,
    ) -> bool;
    /// Where the tasks of a loop wait.
    pub fn aws_task_scheduler_init(
        scheduler: *mut aws_task_scheduler,
        allocator: *mut aws_allocator,
    ) -> c_int;
    /// Runs what is due.
    pub fn aws_task_scheduler_run_all(scheduler: *mut aws_task_scheduler, current_time: u64);
    /// Adds a task with a time.
    pub fn aws_task_scheduler_schedule_future(
        scheduler: *mut aws_task_scheduler,
        task: *mut aws_task,
        time_to_run: u64,
    );
    /// Adds a task.
    pub fn aws_task_scheduler_schedule_now(scheduler: *mut aws_task_scheduler, task: *mut aws_task);
}

// aws-c-io
unsafe extern "C" {
    /// Lets a channel go that is shut down.
    pub fn aws_channel_destroy(channel: *mut aws_channel);
    /// Makes the place of a TLS handler.
    pub fn aws_channel_new(
        allocator: *mut aws_allocator,
        options: *const aws_channel_options,
    ) -> *mut aws_channel;
    /// Puts a TLS handler to the right of ours, and begins its handshake.
    pub fn aws_channel_setup_client_tls(
        right_of_slot: *mut aws_channel_slot,
        options: *mut aws_tls_connection_options,
    ) -> c_int;
    /// Begins the end of a channel.
    pub fn aws_channel_shutdown(channel: *mut aws_channel, error_code: c_int) -> c_int;
    /// Puts a slot behind the others.
    pub fn aws_channel_slot_insert_end(
        channel: *mut aws_channel,
        to_add: *mut aws_channel_slot,
    ) -> c_int;
    /// Slots for the handlers on both sides of TLS.
    pub fn aws_channel_slot_new(channel: *mut aws_channel) -> *mut aws_channel_slot;
    /// Says that a handler of ours has ended.
    pub fn aws_channel_slot_on_handler_shutdown_complete(
        slot: *mut aws_channel_slot,
        direction: aws_channel_direction,
        error_code: c_int,
        free_scarce_resources_immediately: bool,
    ) -> c_int;
    /// Hands over ciphertext from the left, or content from the right.
    pub fn aws_channel_slot_send_message(
        slot: *mut aws_channel_slot,
        message: *mut aws_io_message,
        direction: aws_channel_direction,
    ) -> c_int;
    /// Puts a handler of ours into its slot.
    pub fn aws_channel_slot_set_handler(
        slot: *mut aws_channel_slot,
        handler: *mut aws_channel_handler,
    ) -> c_int;
    /// Ends what every loop has.
    pub fn aws_event_loop_clean_up_base(event_loop: *mut aws_event_loop);
    /// What a loop of ours is made of.
    pub fn aws_event_loop_get_impl(event_loop: *mut aws_event_loop) -> *mut c_void;
    /// Where a TLS handler works if the library cannot make a loop.
    pub fn aws_event_loop_group_get_next_loop(
        group: *mut aws_event_loop_group,
    ) -> *mut aws_event_loop;
    /// Makes a loop that the library drives by itself.
    pub fn aws_event_loop_new_base(
        allocator: *mut aws_allocator,
        clock: aws_io_clock_fn,
        vtable: *mut aws_event_loop_vtable,
        r#impl: *mut c_void,
    ) -> *mut aws_event_loop;
    /// Lets a copy of a caller's options go.
    pub fn aws_tls_connection_options_clean_up(options: *mut aws_tls_connection_options);
    /// Keeps a caller's options, and the context with them.
    pub fn aws_tls_connection_options_copy(
        to: *mut aws_tls_connection_options,
        from: *const aws_tls_connection_options,
    ) -> c_int;
    /// Replaces a caller's list by what is spoken here.
    pub fn aws_tls_connection_options_set_alpn_list(
        options: *mut aws_tls_connection_options,
        allocator: *mut aws_allocator,
        alpn_list: *const c_char,
    ) -> c_int;
    /// Names the server of one connection.
    pub fn aws_tls_connection_options_set_server_name(
        options: *mut aws_tls_connection_options,
        allocator: *mut aws_allocator,
        server_name: *const aws_byte_cursor,
    ) -> c_int;
    /// What both sides agreed to speak.
    pub fn aws_tls_handler_protocol(handler: *mut aws_channel_handler) -> aws_byte_buf;
}

/// Every function above, sorted.
pub const NAMES: &[&str] = &[
    "aws_channel_destroy",
    "aws_channel_new",
    "aws_channel_setup_client_tls",
    "aws_channel_shutdown",
    "aws_channel_slot_insert_end",
    "aws_channel_slot_new",
    "aws_channel_slot_on_handler_shutdown_complete",
    "aws_channel_slot_send_message",
    "aws_channel_slot_set_handler",
    "aws_event_loop_clean_up_base",
    "aws_event_loop_get_impl",
    "aws_event_loop_group_get_next_loop",
    "aws_event_loop_new_base",
    "aws_high_res_clock_get_ticks",
    "aws_task_scheduler_cancel_task",
    "aws_task_scheduler_clean_up",
    "aws_task_scheduler_has_tasks",
    "aws_task_scheduler_init",
    "aws_task_scheduler_run_all",
    "aws_task_scheduler_schedule_future",
    "aws_task_scheduler_schedule_now",
    "aws_tls_connection_options_clean_up",
    "aws_tls_connection_options_copy",
    "aws_tls_connection_options_set_alpn_list",
    "aws_tls_connection_options_set_server_name",
    "aws_tls_handler_protocol",
];

//! The exported names of futures: `aws_future_impl_*`, and one family per type that the public headers instantiate.
//!
//! The functions that all families share are one macro, as they are in C; what differs, making a future and moving
//! its result, stands below it.

use core::ffi::*;
use core::ptr;

use crate::crt::sys::*;
use crate::error::Code;

use super::future::{self, Disposal, Future};
use super::link;

/// The functions that every family has. Pointers are live futures, or NULL where a comment says so.
macro_rules! family {
    (
        $acquire:ident, $release:ident, $set_error:ident, $is_done:ident, $get_error:ident,
        $register:ident, $register_if_not_done:ident, $register_on_loop:ident, $register_on_channel:ident, $wait:ident
    ) => {
        /// NULL is returned as it is.
        ///
        /// # Safety
        /// `future` is NULL or live.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $acquire(future: *mut Future) -> *mut Future {
            // SAFETY: as the caller promises.
            unsafe { future::acquire(future) }
        }

        /// NULL is ignored. Returns NULL.
        ///
        /// # Safety
        /// `future` is NULL or live.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $release(future: *mut Future) -> *mut Future {
            // SAFETY: as the caller promises.
            unsafe { future::release(future) };
            ptr::null_mut()
        }

        /// # Safety
        /// `future` is live.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $set_error(future: *mut Future, error_code: c_int) {
            // SAFETY: as the caller promises.
            unsafe { (*future).set_error(Code(error_code)) };
        }

        /// # Safety
        /// `future` is live.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $is_done(future: *const Future) -> bool {
            // SAFETY: as the caller promises.
            unsafe { (*future).is_done() }
        }

        /// # Safety
        /// `future` is live and done.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $get_error(future: *const Future) -> c_int {
            // SAFETY: as the caller promises.
            unsafe { (*future).error() }
        }

        /// # Safety
        /// `future` is live; `on_done` may be called with `user_data` on any thread.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $register(
            future: *mut Future,
            on_done: Option<unsafe extern "C" fn(*mut c_void)>,
            user_data: *mut c_void,
        ) {
            // SAFETY: as the caller promises.
            unsafe { (*future).register(on_done, user_data) };
        }

        /// # Safety
        /// As above.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $register_if_not_done(
            future: *mut Future,
            on_done: Option<unsafe extern "C" fn(*mut c_void)>,
            user_data: *mut c_void,
        ) -> bool {
            // SAFETY: as the caller promises.
            unsafe { (*future).register_if_not_done(on_done, user_data) }
        }

        /// # Safety
        /// As above; the loop outlives the completion.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $register_on_loop(
            future: *mut Future,
            event_loop: *mut aws_event_loop,
            on_done: Option<unsafe extern "C" fn(*mut c_void)>,
            user_data: *mut c_void,
        ) {
            // SAFETY: as the caller promises.
            unsafe { (*future).register_on_loop(event_loop, on_done, user_data) };
        }

        /// Nothing in this library makes channels, so no pointer to one can be valid.
        #[unsafe(no_mangle)]
        pub extern "C" fn $register_on_channel(
            _future: *mut Future,
            _channel: *mut aws_channel,
            _on_done: Option<unsafe extern "C" fn(*mut c_void)>,
            _user_data: *mut c_void,
        ) {
            link::fatal(c"there are channels in this library");
        }

        /// # Safety
        /// `future` is live.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $wait(future: *const Future, timeout_ns: u64) -> bool {
            // SAFETY: as the caller promises.
            unsafe { (*future).wait(timeout_ns) }
        }
    };
}

family!(
    aws_future_impl_acquire,
    aws_future_impl_release,
    aws_future_impl_set_error,
    aws_future_impl_is_done,
    aws_future_impl_get_error,
    aws_future_impl_register_callback,
    aws_future_impl_register_callback_if_not_done,
    aws_future_impl_register_event_loop_callback,
    aws_future_impl_register_channel_callback,
    aws_future_impl_wait
);

family!(
    aws_future_bool_acquire,
    aws_future_bool_release,
    aws_future_bool_set_error,
    aws_future_bool_is_done,
    aws_future_bool_get_error,
    aws_future_bool_register_callback,
    aws_future_bool_register_callback_if_not_done,
    aws_future_bool_register_event_loop_callback,
    aws_future_bool_register_channel_callback,
    aws_future_bool_wait
);

family!(
    aws_future_size_acquire,
    aws_future_size_release,
    aws_future_size_set_error,
    aws_future_size_is_done,
    aws_future_size_get_error,
    aws_future_size_register_callback,
    aws_future_size_register_callback_if_not_done,
    aws_future_size_register_event_loop_callback,
    aws_future_size_register_channel_callback,
    aws_future_size_wait
);

family!(
    aws_future_void_acquire,
    aws_future_void_release,
    aws_future_void_set_error,
    aws_future_void_is_done,
    aws_future_void_get_error,
    aws_future_void_register_callback,
    aws_future_void_register_callback_if_not_done,
    aws_future_void_register_event_loop_callback,
    aws_future_void_register_channel_callback,
    aws_future_void_wait
);

family!(
    aws_future_http_message_acquire,
    aws_future_http_message_release,
    aws_future_http_message_set_error,
    aws_future_http_message_is_done,
    aws_future_http_message_get_error,
    aws_future_http_message_register_callback,
    aws_future_http_message_register_callback_if_not_done,
    aws_future_http_message_register_event_loop_callback,
    aws_future_http_message_register_channel_callback,
    aws_future_http_message_wait
);

/// # Safety
/// `promise` is live; `src_address` holds a value of its type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_future_impl_set_result_by_move(
    promise: *mut Future,
    src_address: *mut c_void,
) {
    // SAFETY: as the caller promises.
    unsafe { (*promise).set_by_move(src_address) };
}

/// # Safety
/// `future` is live and has a result.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_future_impl_get_result_address(future: *const Future) -> *mut c_void {
    // SAFETY: as the caller promises.
    unsafe { (*future).result_address().cast_mut() }
}

/// # Safety
/// `future` is live and has a result; `dst_address` is writable for its type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_future_impl_get_result_by_move(
    future: *mut Future,
    dst_address: *mut c_void,
) {
    // SAFETY: as the caller promises.
    unsafe { (*future).move_result_to(dst_address) };
}

/// # Safety
/// `alloc` is valid and outlives the future.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_future_bool_new(alloc: *mut aws_allocator) -> *mut Future {
    // SAFETY: as the caller promises.
    unsafe { future::new(alloc, size_of::<bool>(), Disposal::Nothing) }
}

/// # Safety
/// `future` is live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_future_bool_set_result(future: *mut Future, mut result: bool) {
    // SAFETY: as the caller promises; the value is one of this future's type.
    unsafe { (*future).set_by_move((&raw mut result).cast()) };
}

/// # Safety
/// `future` is live and has a result.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_future_bool_get_result(future: *const Future) -> bool {
    // SAFETY: as the caller promises; results of this family have this type.
    unsafe { (*future).result_address().cast::<u8>().read() != 0 }
}

/// # Safety
/// `alloc` is valid and outlives the future.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_future_size_new(alloc: *mut aws_allocator) -> *mut Future {
    // SAFETY: as the caller promises.
    unsafe { future::new(alloc, size_of::<usize>(), Disposal::Nothing) }
}

/// # Safety
/// `future` is live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_future_size_set_result(future: *mut Future, mut result: usize) {
    // SAFETY: as the caller promises; the value is one of this future's type.
    unsafe { (*future).set_by_move((&raw mut result).cast()) };
}

/// # Safety
/// `future` is live and has a result.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_future_size_get_result(future: *const Future) -> usize {
    // SAFETY: as the caller promises; results of this family have this type.
    unsafe { (*future).result_address().cast::<usize>().read() }
}

/// # Safety
/// `alloc` is valid and outlives the future.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_future_void_new(alloc: *mut aws_allocator) -> *mut Future {
    // SAFETY: as the caller promises.
    unsafe { future::new(alloc, 0, Disposal::Nothing) }
}

/// # Safety
/// `future` is live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_future_void_set_result(future: *mut Future) {
    let mut nothing = [0_u8; 0];
    // SAFETY: as the caller promises; the value has no bytes.
    unsafe { (*future).set_by_move(nothing.as_mut_ptr().cast()) };
}

unsafe extern "C" fn release_message(message: *mut c_void) -> *mut c_void {
    // SAFETY: results of this family are messages, one reference of which the future held.
    unsafe { link::aws_http_message_release(message.cast()).cast() }
}

/// # Safety
/// `alloc` is valid and outlives the future.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_future_http_message_new(alloc: *mut aws_allocator) -> *mut Future {
    // SAFETY: as the caller promises; a message is released by its own function.
    unsafe { future::new(alloc, size_of::<*mut c_void>(), Disposal::Release(release_message)) }
}

/// # Safety
/// `future` is live; `*pointer_address` is a message whose reference the future takes over.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_future_http_message_set_result_by_move(
    future: *mut Future,
    pointer_address: *mut *mut aws_http_message,
) {
    // SAFETY: as the caller promises.
    unsafe { (*future).set_by_move(pointer_address.cast()) };
}

/// # Safety
/// `future` is live and has a result that was not taken yet; the caller gets its reference.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_future_http_message_get_result_by_move(
    future: *mut Future,
) -> *mut aws_http_message {
    let mut message: *mut aws_http_message = ptr::null_mut();
    // SAFETY: as the caller promises; results of this family are pointers.
    unsafe { (*future).move_result_to((&raw mut message).cast()) };
    message
}

/// # Safety
/// `future` is live and has a result; the future keeps its reference.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_future_http_message_peek_result(
    future: *const Future,
) -> *mut aws_http_message {
    // SAFETY: as the caller promises; results of this family are pointers.
    unsafe { (*future).result_address().cast::<*mut aws_http_message>().read() }
}

//! Threads that are ended by what they call, each started for its test.

use std::thread;

use super::*;

unsafe extern "C-unwind" {
    fn pthread_testcancel();
    pub fn pthread_exit(value: *mut c_void) -> !;
}

unsafe extern "C" {
    fn pthread_cancel(thread: libc::pthread_t) -> c_int;
}

type Plain = unsafe extern "C" fn(c_int) -> c_int;

/// As the functions of programs come: what they say about unwinding is not for Rust.
fn plain(function: unsafe extern "C-unwind" fn(c_int) -> c_int) -> Plain {
    // SAFETY: the same but for unwinding, and it is called by `call_out!` alone, which takes that back.
    unsafe { transmute(function) }
}

unsafe extern "C" fn twice(number: c_int) -> c_int {
    number * 2
}

unsafe extern "C-unwind" fn leave(_: c_int) -> c_int {
    // SAFETY: unwinds, through frames that let it.
    unsafe { pthread_exit(core::ptr::null_mut()) }
}

unsafe extern "C-unwind" fn act_on_cancellation(number: c_int) -> c_int {
    // SAFETY: as above, if the thread was cancelled.
    unsafe { pthread_testcancel() };
    number
}

/// As a function of an embedded library, which passes on that it was left by an error.
unsafe extern "C" fn swallow(number: c_int) -> c_int {
    // SAFETY: any number is fine.
    unsafe { call_out!(plain(leave), number) }.unwrap_or(-1)
}

fn cancel_this_thread() {
    // SAFETY: a living thread; cancelling is off on it but in functions of the program.
    unsafe { pthread_cancel(libc::pthread_self()) };
}

/// The last thing that a thread does is to say that nothing of this was caught for it.
fn on_a_thread<T: Send + 'static>(body: impl FnOnce() -> T + Send + 'static) -> T {
    thread::spawn(body).join().expect("no panic")
}

#[test]
fn what_is_returned_comes_back() {
    // SAFETY: any number is fine.
    assert_eq!(unsafe { call_out!(twice, 21) }, Ok(42));
    assert!(!take_ended());
}

#[test]
fn the_end_of_a_thread_goes_no_further_and_is_remembered_once() {
    let seen = on_a_thread(|| {
        // SAFETY: any number is fine.
        let called = unsafe { [call_out!(plain(leave), 1), call_out!(plain(leave), 2)] };
        // SAFETY: as above. What comes back in between changes nothing.
        let fine = unsafe { call_out!(twice, 3) };
        (called, fine, take_ended(), take_ended())
    });
    assert_eq!(seen, ([Err(Ended), Err(Ended)], Ok(6), true, false));
}

#[test]
fn an_end_that_was_stopped_further_down_is_one_for_the_outer_call() {
    // SAFETY: any number is fine.
    let seen = on_a_thread(|| (unsafe { call_out!(swallow, 1) }, take_ended()));
    assert_eq!(seen, (Err(Ended), true));
}

#[test]
fn threads_of_the_library_are_cancelled_in_functions_of_the_program_alone() {
    let seen = on_a_thread(|| {
        begin_thread();
        cancel_this_thread();
        // SAFETY: cancelling is off.
        unsafe { pthread_testcancel() };
        // SAFETY: any number is fine.
        let called = unsafe { call_out!(plain(act_on_cancellation), 1) };
        // SAFETY: cancelling is off again.
        unsafe { pthread_testcancel() };
        (called, take_ended())
    });
    assert_eq!(seen, (Err(Ended), true));
}

#[test]
fn a_visit_is_no_place_to_be_cancelled_and_keeps_the_state_of_its_caller() {
    let seen = on_a_thread(|| {
        // SAFETY: always callable.
        unsafe { aws_s3_cancellation_off() };
        let visit = Visit::begin();
        cancel_this_thread();
        // SAFETY: any number is fine. The caller had switched it off, so it is off in functions of its own.
        let called = unsafe { call_out!(plain(act_on_cancellation), 7) };
        visit.end();
        // SAFETY: off as before.
        unsafe { pthread_testcancel() };
        called
    });
    assert_eq!(seen, Ok(7));
}

#[test]
fn the_end_of_a_visit_ends_the_thread() {
    unsafe extern "C-unwind" fn exported(_: c_int) -> c_int {
        let visit = Visit::begin();
        // SAFETY: any number is fine.
        let called = unsafe { call_out!(plain(leave), 1) };
        assert_eq!(called, Err(Ended));
        visit.end();
        unreachable!("it has unwound");
    }
    // SAFETY: any number is fine.
    assert_eq!(on_a_thread(|| unsafe { call_out!(plain(exported), 1) }), Err(Ended));
}

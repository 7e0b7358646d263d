//! The way out to functions of the program, which may end their thread instead of coming back.
//!
//! `pthread_exit` and cancellation unwind the stack, through whatever frames are there, and nobody may catch that. So
//! every function pointer of the program's is called by [`call_out!`]: an unwinding goes no further than to there, over
//! frames that own nothing, and is an error from there on ([`Ended`]) by which everything above is released as after
//! any other. The thread remembers that it was asked to end, and does so where it has nothing left to do: a thread of
//! the library by returning from its function (see [`super::Crew`]), one of the program's at the exported function that
//! it came by ([`Visit`]).
//!
//! A thread is cancelled nowhere but in the program's functions: the library's own code is not made for it.

use core::ffi::{c_int, c_void};
use core::mem::{MaybeUninit, transmute};
use std::cell::Cell;

use crate::error::{Code, Error};

/// The state of cancellation is not the library's matter on this thread.
const UNTOUCHED: c_int = -1;

thread_local! {
    /// A function of the program has ended this thread, and has been kept from it until now.
    static ENDED: Cell<bool> = const { Cell::new(false) };
    /// The state of cancellation in which functions of the program run.
    static OUTSIDE: Cell<c_int> = const { Cell::new(UNTOUCHED) };
}

unsafe extern "C-unwind" {
    fn aws_s3_call_out(
        run: unsafe extern "C-unwind" fn(*mut c_void),
        argument: *mut c_void,
        cancellation: c_int,
    ) -> c_int;
    fn aws_s3_end_thread() -> !;
}

unsafe extern "C" {
    fn aws_s3_cancellation_off() -> c_int;
    fn aws_s3_cancellation_set(state: c_int);
}

/// A function of the program did not come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended;

impl From<Ended> for Error {
    fn from(_: Ended) -> Self {
        Self::from(Code::S3_INTERNAL_ERROR).because("a function of the program ended its thread")
    }
}

/// What is called and with what, and what it returned.
struct Frame<F, A, R> {
    function: F,
    arguments: A,
    result: MaybeUninit<R>,
}

/// A C function that takes `A`.
pub trait Function<A>: Copy {
    type Output: Copy;

    /// # Safety
    /// As for the function.
    unsafe fn call(self, arguments: A) -> Self::Output;
}

macro_rules! functions {
    ($($name:ident)*) => {
        impl<R: Copy, $($name: Copy),*> Function<($($name,)*)> for unsafe extern "C" fn($($name),*) -> R {
            type Output = R;

            #[allow(non_snake_case, reason = "values are called like their types")]
            unsafe fn call(self, ($($name,)*): ($($name,)*)) -> R {
                // SAFETY: the same but for what it says about unwinding.
                let function = unsafe { transmute::<Self, unsafe extern "C-unwind" fn($($name),*) -> R>(self) };
                // SAFETY: as the caller promises.
                unsafe { function($($name),*) }
            }
        }
    };
}

functions! {}
functions! { A }
functions! { A B }
functions! { A B C }
functions! { A B C D }
functions! { A B C D E }

unsafe extern "C-unwind" fn run<F: Function<A>, A: Copy>(frame: *mut c_void) {
    let frame = frame.cast::<Frame<F, A, F::Output>>();
    // SAFETY: the frame belongs to `call`, which waits. All in here is `Copy`, so that there is nothing to drop.
    unsafe { (*frame).result = MaybeUninit::new((*frame).function.call((*frame).arguments)) };
}

/// See [`call_out!`].
///
/// # Safety
/// As for the function.
pub unsafe fn call<F: Function<A>, A: Copy>(function: F, arguments: A) -> Result<F::Output, Ended> {
    let mut frame = Frame { function, arguments, result: MaybeUninit::uninit() };
    let before = ENDED.replace(false);
    // SAFETY: `run` takes this frame.
    let ended = unsafe { aws_s3_call_out(run::<F, A>, (&raw mut frame).cast(), OUTSIDE.get()) };
    // What was called may itself have been kept from ending the thread further down.
    let ended = ended != 0 || ENDED.get();
    ENDED.set(before || ended);
    if ended && OUTSIDE.get() != UNTOUCHED {
        // Cancelled once is enough. glibc knows that by itself; with musl the next function would end at once.
        // SAFETY: always callable.
        OUTSIDE.set(unsafe { aws_s3_cancellation_off() });
    }
    // SAFETY: it was written before the function came back.
    if ended { Err(Ended) } else { Ok(unsafe { frame.result.assume_init() }) }
}

/// Calls a C function of another library that may lead to the program's without our having a say in it.
///
/// That library is no more made for a cancellation than this one: until it is back, the thread acts on none. What it
/// called by way of [`call_out!`] does not count here.
///
/// # Safety
/// As for the function; after [`Ended`], what it was about may be in any state.
#[cfg(not(feature = "embedded-crt"))]
pub unsafe fn call_through<F: Function<A>, A: Copy>(
    function: F,
    arguments: A,
) -> Result<F::Output, Ended> {
    let mut frame = Frame { function, arguments, result: MaybeUninit::uninit() };
    // SAFETY: `run` takes this frame.
    let ended = unsafe { aws_s3_call_out(run::<F, A>, (&raw mut frame).cast(), UNTOUCHED) };
    if ended != 0 {
        ENDED.set(true);
        return Err(Ended);
    }
    // SAFETY: it was written before the function came back.
    Ok(unsafe { frame.result.assume_init() })
}

/// Calls a C function that is, or leads to, the program's: `call_out!(function, arguments…)`. As unsafe as it is.
macro_rules! call_out {
    (@type $argument:expr) => { _ };
    ($function:expr $(, $argument:expr)* $(,)?) => {
        $crate::crt::call::call(
            $function as unsafe extern "C" fn($($crate::crt::call::call_out!(@type $argument)),*) -> _,
            ($($argument,)*),
        )
    };
}
pub(crate) use call_out;

/// Calls a function of the program for an exported function that the program has called and that owns nothing: an
/// unwinding goes on to where it would have ended anyway. Everything in between is `C-unwind` and has nothing to drop.
#[cfg(feature = "embedded-crt")]
macro_rules! call_through {
    (@type $argument:expr) => { _ };
    ($function:expr $(, $argument:expr)* $(,)?) => {
        $crate::crt::call::Function::call(
            $function as unsafe extern "C" fn($($crate::crt::call::call_through!(@type $argument)),*) -> _,
            ($($argument,)*),
        )
    };
}
#[cfg(feature = "embedded-crt")]
pub(crate) use call_through;

/// What a function that fails by its return value returns for one that it called.
#[cfg(feature = "embedded-crt")]
pub fn returned(outcome: Result<c_int, Ended>) -> c_int {
    outcome.unwrap_or_else(|_| {
        super::raise(Code::UNKNOWN);
        -1
    })
}

/// Whether this thread was asked to end since this was asked last.
pub fn take_ended() -> bool {
    ENDED.take()
}

/// To be called by a thread of the library when it starts.
pub fn begin_thread() {
    // SAFETY: always callable.
    OUTSIDE.set(unsafe { aws_s3_cancellation_off() });
}

/// A call of an exported function.
pub struct Visit {
    ended: bool,
    outside: c_int,
    state: c_int,
}

impl Visit {
    pub fn begin() -> Self {
        // SAFETY: always callable.
        let state = unsafe { aws_s3_cancellation_off() };
        Self { ended: ENDED.replace(false), outside: OUTSIDE.replace(state), state }
    }

    /// Ends the thread if it was asked to, with the value that it was to end with; then this does not come back, and
    /// unwinds.
    pub fn end(self) {
        let Self { ended, outside, state } = self;
        OUTSIDE.set(outside);
        let ending = ENDED.replace(ended);
        // SAFETY: always callable, with a state that it had before.
        unsafe { aws_s3_cancellation_set(state) };
        if ending {
            // SAFETY: all that the exported function had is gone.
            unsafe { aws_s3_end_thread() };
        }
    }
}

/// As after a function of the program that has ended this thread.
#[cfg(test)]
pub fn end_for_test() {
    unsafe extern "C-unwind" fn leave() {
        // SAFETY: unwinds to the call below.
        unsafe { tests::pthread_exit(core::ptr::null_mut()) }
    }
    // SAFETY: the same but for what it says about unwinding.
    let leave: unsafe extern "C" fn() =
        unsafe { transmute(leave as unsafe extern "C-unwind" fn()) };
    // SAFETY: always callable.
    assert_eq!(unsafe { call_out!(leave) }, Err(Ended));
}

#[cfg(test)]
mod tests;

//! `aws_future_impl_*`: the untyped future that every typed one is a name for.
//!
//! The value is kept as bytes, because the types come from macros that expand in C; how to dispose of a value that
//! nobody takes is said when the future is made. Order of completion, callbacks and waiting are those of
//! [`Oneshot`].

use core::ffi::*;
use core::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::crt::call::call_out;
use crate::crt::oneshot::{Oneshot, Registration};
use crate::crt::sys::*;
use crate::error::Code;

use super::block::{self, Across};
use super::{event_loop, link};

type Callback = Option<unsafe extern "C" fn(user_data: *mut c_void)>;

/// What an `aws_future_impl *` points to.
pub struct Future {
    allocator: *mut aws_allocator,
    references: AtomicUsize,
    value_size: usize,
    disposal: Disposal,
    cell: Oneshot<Result<Value, Code>>,
}

/// What to do with a value that nobody took out.
#[derive(Clone, Copy)]
pub enum Disposal {
    Nothing,
    /// Called with the address of the value.
    CleanUp(unsafe extern "C" fn(*mut c_void)),
    /// The value is a pointer; called with it unless it is NULL.
    Destroy(unsafe extern "C" fn(*mut c_void)),
    Release(unsafe extern "C" fn(*mut c_void) -> *mut c_void),
}

/// The bytes of a result.
struct Value {
    bytes: Bytes,
    disposal: Disposal,
}

enum Bytes {
    Small(u128),
    Large(Box<[u128]>),
}

// SAFETY: a result is handed from the completing thread to the one that reads it, as the C contract demands.
unsafe impl Send for Value {}

impl Value {
    /// # Safety
    /// `source` is readable and writable for `size` bytes; the value moves out of it.
    unsafe fn move_from(source: *mut c_void, size: usize, disposal: Disposal) -> Self {
        let mut bytes = if size <= size_of::<u128>() {
            Bytes::Small(0)
        } else {
            Bytes::Large(vec![0; size.div_ceil(size_of::<u128>())].into())
        };
        // SAFETY: both sides are valid for `size` bytes and apart from each other.
        unsafe {
            ptr::copy_nonoverlapping(source.cast::<u8>(), bytes.address_mut().cast(), size);
            ptr::write_bytes(source.cast::<u8>(), 0, size);
        }
        Self { bytes, disposal }
    }

    fn address(&self) -> *const c_void {
        match &self.bytes {
            Bytes::Small(word) => ptr::from_ref(word).cast(),
            Bytes::Large(words) => words.as_ptr().cast(),
        }
    }
}

impl Bytes {
    fn address_mut(&mut self) -> *mut c_void {
        match self {
            Self::Small(word) => ptr::from_mut(word).cast(),
            Self::Large(words) => words.as_mut_ptr().cast(),
        }
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        let address = self.bytes.address_mut();
        // SAFETY: the value is whole and owned; pointer disposals are only given to values that are one pointer.
        unsafe {
            match self.disposal {
                Disposal::Nothing => {}
                Disposal::CleanUp(clean_up) => drop(call_out!(clean_up, address)),
                Disposal::Destroy(destroy) => {
                    let pointer = address.cast::<*mut c_void>().read();
                    if !pointer.is_null() {
                        let _ = call_out!(destroy, pointer);
                    }
                }
                Disposal::Release(release) => {
                    let pointer = address.cast::<*mut c_void>().read();
                    if !pointer.is_null() {
                        let _ = call_out!(release, pointer);
                    }
                }
            }
        }
    }
}

/// Makes a future for values of `value_size` bytes.
///
/// # Safety
/// `allocator` is valid and outlives the future; `disposal` fits the values.
pub unsafe fn new(
    allocator: *mut aws_allocator,
    value_size: usize,
    disposal: Disposal,
) -> *mut Future {
    let references = AtomicUsize::new(1);
    let future = Future { allocator, references, value_size, disposal, cell: Oneshot::new() };
    // SAFETY: the allocator is valid.
    unsafe { block::place(allocator, future) }
}

/// # Safety
/// `future` is NULL or a live future.
pub unsafe fn acquire(future: *mut Future) -> *mut Future {
    // SAFETY: as the caller promises.
    if let Some(future) = unsafe { future.as_ref() } {
        future.references.fetch_add(1, Ordering::Relaxed);
    }
    future
}

/// # Safety
/// `future` is NULL or a live future, one reference of which the caller gives up.
pub unsafe fn release(future: *mut Future) {
    // SAFETY: as the caller promises; the block is freed by whoever drops the last reference.
    unsafe {
        let Some(shared) = future.as_ref() else { return };
        if shared.references.fetch_sub(1, Ordering::AcqRel) == 1 {
            drop(block::take(shared.allocator, future));
        }
    }
}

impl Future {
    pub fn set_error(&self, code: Code) {
        let code = if code == Code::SUCCESS { Code::UNKNOWN } else { code };
        // A later completion loses, and an error needs no disposal.
        let _ = self.cell.set(Err(code));
    }

    /// Completes the future with the value at `source`, which is zeroed; too late, the value is disposed of.
    ///
    /// # Safety
    /// `source` holds a value of this future's type.
    pub unsafe fn set_by_move(&self, source: *mut c_void) {
        // SAFETY: as the caller promises.
        let value = unsafe { Value::move_from(source, self.value_size, self.disposal) };
        drop(self.cell.set(Ok(value)));
    }

    pub fn is_done(&self) -> bool {
        self.cell.is_done()
    }

    /// 0 when the future has a result. Ends the process when it is not done.
    pub fn error(&self) -> c_int {
        if !self.cell.is_done() {
            link::fatal(c"the future is done when its error is asked for");
        }
        let error = self.cell.peek(|outcome| outcome.as_ref().err().copied());
        error.flatten().unwrap_or(Code::SUCCESS).0
    }

    /// Where the result is. Ends the process when there is none.
    pub fn result_address(&self) -> *const c_void {
        let address = self.cell.peek(|outcome| outcome.as_ref().ok().map(Value::address));
        address.flatten().unwrap_or_else(|| link::fatal(c"the future has a result"))
    }

    /// Moves the result to `destination`. Ends the process when there is none.
    ///
    /// # Safety
    /// `destination` is writable for a value of this future's type.
    pub unsafe fn move_result_to(&self, destination: *mut c_void) {
        if self.cell.peek(Result::is_ok) == Some(true)
            && let Some(Ok(mut value)) = self.cell.take()
        {
            value.disposal = Disposal::Nothing;
            // SAFETY: both sides are valid for the size of the type.
            unsafe {
                ptr::copy_nonoverlapping(
                    value.address().cast::<u8>(),
                    destination.cast(),
                    self.value_size,
                );
            }
        } else {
            link::fatal(c"the future has a result that was not taken yet");
        }
    }

    /// # Safety
    /// `on_done` may be called with `user_data` once, on any thread.
    pub unsafe fn register(&self, on_done: Callback, user_data: *mut c_void) {
        // SAFETY: as the caller promises.
        let listener = unsafe { Across::new((on_done, user_data)) };
        expect_first(self.cell.register(move || call(listener.into_inner())));
    }

    /// Says whether the callback was registered, which it is not when the future is done.
    ///
    /// # Safety
    /// As [`register`](Self::register).
    pub unsafe fn register_if_not_done(&self, on_done: Callback, user_data: *mut c_void) -> bool {
        // SAFETY: as the caller promises.
        let listener = unsafe { Across::new((on_done, user_data)) };
        let registration = self.cell.register_if_not_done(move || call(listener.into_inner()));
        expect_first(registration);
        registration == Registration::Waiting
    }

    /// Runs the callback as a task of an event loop, never at once.
    ///
    /// # Safety
    /// As [`register`](Self::register); the loop outlives the completion.
    pub unsafe fn register_on_loop(
        &self,
        event_loop: *mut aws_event_loop,
        on_done: Callback,
        user_data: *mut c_void,
    ) {
        // SAFETY: as the caller promises.
        let listener = unsafe { Across::new((event_loop, (on_done, user_data))) };
        let registration = self.cell.register(move || {
            let (event_loop, listener) = listener.into_inner();
            // SAFETY: the caller promised the listener and the loop for this moment.
            unsafe {
                let listener = Across::new(listener);
                event_loop::post(event_loop, move |_| call(listener.into_inner()));
            }
        });
        expect_first(registration);
    }

    pub fn wait(&self, timeout_ns: u64) -> bool {
        self.cell.wait(timeout_ns)
    }
}

fn call((on_done, user_data): (Callback, *mut c_void)) {
    if let Some(on_done) = on_done {
        // SAFETY: whoever registered the callback promised that it may be called now.
        let _ = unsafe { call_out!(on_done, user_data) };
    }
}

fn expect_first(registration: Registration) {
    if registration == Registration::Refused {
        link::fatal(c"at most one callback waits for a future");
    }
}

/// # Safety
/// `allocator` is valid and outlives the future.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_future_impl_new_by_value(
    alloc: *mut aws_allocator,
    sizeof_result: usize,
) -> *mut Future {
    // SAFETY: as the caller promises.
    unsafe { new(alloc, sizeof_result, Disposal::Nothing) }
}

/// # Safety
/// As above; `result_clean_up` may be called with the address of a result.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_future_impl_new_by_value_with_clean_up(
    alloc: *mut aws_allocator,
    sizeof_result: usize,
    result_clean_up: Option<unsafe extern "C" fn(*mut c_void)>,
) -> *mut Future {
    // SAFETY: as the caller promises.
    unsafe {
        new(alloc, sizeof_result, result_clean_up.map_or(Disposal::Nothing, Disposal::CleanUp))
    }
}

/// # Safety
/// `alloc` is valid and outlives the future.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_future_impl_new_pointer(alloc: *mut aws_allocator) -> *mut Future {
    // SAFETY: as the caller promises.
    unsafe { new(alloc, size_of::<*mut c_void>(), Disposal::Nothing) }
}

/// # Safety
/// As above; `result_destroy` may be called with a result.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_future_impl_new_pointer_with_destroy(
    alloc: *mut aws_allocator,
    result_destroy: Option<unsafe extern "C" fn(*mut c_void)>,
) -> *mut Future {
    let disposal = result_destroy.map_or(Disposal::Nothing, Disposal::Destroy);
    // SAFETY: as the caller promises.
    unsafe { new(alloc, size_of::<*mut c_void>(), disposal) }
}

/// # Safety
/// As above; `result_release` may be called with a result.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_future_impl_new_pointer_with_release(
    alloc: *mut aws_allocator,
    result_release: Option<unsafe extern "C" fn(*mut c_void) -> *mut c_void>,
) -> *mut Future {
    let disposal = result_release.map_or(Disposal::Nothing, Disposal::Release);
    // SAFETY: as the caller promises.
    unsafe { new(alloc, size_of::<*mut c_void>(), disposal) }
}

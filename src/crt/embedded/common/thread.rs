//! Threads started for C: launching with options, names, what runs at their end.
//!
//! A thread runs the function, then its at-exit callbacks, last registered first. Threads that nobody joins by hand are
//! handed to [`super::thread_join`] at their very end.

use core::cell::RefCell;
use core::mem::MaybeUninit;
use std::ffi::CString;

use super::*;
use crate::crt::call::call_out;
use crate::os;

type AtExit = (aws_thread_atexit_fn, *mut c_void);
type Body = unsafe extern "C" fn(*mut c_void);

/// Longest name that Linux takes, without the zero.
const NAME_MAX: usize = 15;

const DEFAULTS: aws_thread_options =
    aws_thread_options { stack_size: 0, cpu_id: -1, join_strategy: AWS_TJS_MANUAL, name: NOTHING };
static DEFAULT_OPTIONS: Shared<core::cell::UnsafeCell<aws_thread_options>> =
    Shared(core::cell::UnsafeCell::new(DEFAULTS));

thread_local! {
    /// Callbacks of this thread; `None` on threads that were not launched here.
    static AT_EXIT: RefCell<Option<Vec<AtExit>>> = const { RefCell::new(None) };
}

/// What a new thread is told.
struct Start {
    body: Body,
    argument: *mut c_void,
    name: Option<CString>,
    processor: Option<usize>,
    managed: bool,
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_default_thread_options() -> *const aws_thread_options {
    DEFAULT_OPTIONS.0.get()
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_set_default_thread_options(options: &aws_thread_options) {
    // SAFETY: for tests, which set it before they launch threads.
    unsafe { DEFAULT_OPTIONS.0.get().write(*options) };
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_thread_init(
    thread: &mut MaybeUninit<aws_thread>,
    allocator: *mut aws_allocator,
) -> c_int {
    thread.write(aws_thread { allocator, detach_state: AWS_THREAD_NOT_CREATED, thread_id: 0 });
    SUCCESS
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_thread_launch(
    thread: &mut aws_thread,
    func: Option<Body>,
    arg: *mut c_void,
    options: *const aws_thread_options,
) -> c_int {
    let Some(body) = func else { return raise(AWS_ERROR_INVALID_ARGUMENT) };
    let options = if options.is_null() { aws_default_thread_options() } else { options };
    // SAFETY: the caller's options, or the static ones.
    let options = unsafe { *options };
    let managed = options.join_strategy == AWS_TJS_MANAGED;
    let cut = &shown(&options.name)[..options.name.len.min(NAME_MAX)];
    let name = CString::new(cut).ok().filter(|name| !name.is_empty());
    let processor = usize::try_from(options.cpu_id).ok();
    let start = Box::into_raw(Box::new(Start { body, argument: arg, name, processor, managed }));
    if managed {
        // Before it runs: it may end at once.
        thread_join::aws_thread_increment_unjoined_count();
    }
    match create(options.stack_size, start) {
        Ok(id) => {
            thread.thread_id = id;
            thread.detach_state = if managed { AWS_THREAD_MANAGED } else { AWS_THREAD_JOINABLE };
            SUCCESS
        }
        Err(result) => {
            // SAFETY: no thread took it.
            drop(unsafe { Box::from_raw(start) });
            if managed {
                thread_join::aws_thread_decrement_unjoined_count();
            }
            raise(match result {
                libc::EAGAIN => AWS_ERROR_THREAD_INSUFFICIENT_RESOURCE,
                libc::EPERM => AWS_ERROR_THREAD_NO_PERMISSIONS,
                libc::ENOMEM => AWS_ERROR_OOM,
                _ => AWS_ERROR_THREAD_INVALID_SETTINGS,
            })
        }
    }
}

/// Starts the system's thread.
fn create(stack_size: usize, start: *mut Start) -> Result<aws_thread_id_t, c_int> {
    let stack = if stack_size == 0 { os::stack_bytes() } else { stack_size };
    let mut attributes = MaybeUninit::uninit();
    let mut id = MaybeUninit::uninit();
    // SAFETY: attributes are initialised before use and destroyed after; the thread takes `start`. The id is there if
    // the thread is.
    unsafe {
        match libc::pthread_attr_init(attributes.as_mut_ptr()) {
            0 => {}
            error => return Err(error),
        }
        let attributes = attributes.as_mut_ptr();
        if stack > libc::PTHREAD_STACK_MIN {
            libc::pthread_attr_setstacksize(attributes, stack);
        }
        let result = libc::pthread_create(id.as_mut_ptr(), attributes, run, start.cast());
        libc::pthread_attr_destroy(attributes);
        if result == 0 { Ok(id.assume_init() as aws_thread_id_t) } else { Err(result) }
    }
}

extern "C" fn run(start: *mut c_void) -> *mut c_void {
    // SAFETY: made for this thread by the launch.
    let start = unsafe { Box::from_raw(start.cast::<Start>()) };
    if let Some(name) = &start.name {
        os::set_name(name);
    }
    if let Some(processor) = start.processor {
        os::pin(processor);
    }
    AT_EXIT.set(Some(Vec::new()));
    // A thread that ends in its function gets to the rest of this all the same.
    // SAFETY: function and argument were handed in together.
    let _ = unsafe { call_out!(start.body, start.argument) };
    // A callback may register another one: take them one by one.
    while let Some((callback, user_data)) = AT_EXIT.with_borrow_mut(|list| list.as_mut()?.pop()) {
        if let Some(callback) = callback {
            // SAFETY: callback and user data were registered together.
            let _ = unsafe { call_out!(callback, user_data) };
        }
    }
    let managed = start.managed;
    drop(start);
    if managed {
        thread_join::hand_over_current();
    }
    core::ptr::null_mut()
}

/// As the system's functions take it.
pub(super) fn system(id: aws_thread_id_t) -> libc::pthread_t {
    id as libc::pthread_t
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_thread_get_id(thread: &aws_thread) -> aws_thread_id_t {
    thread.thread_id
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_thread_get_detach_state(thread: &aws_thread) -> aws_thread_detach_state {
    thread.detach_state
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_thread_join(thread: &mut aws_thread) -> c_int {
    if thread.detach_state != AWS_THREAD_JOINABLE {
        return SUCCESS;
    }
    // SAFETY: launched and not joined.
    let result = unsafe { libc::pthread_join(system(thread.thread_id), core::ptr::null_mut()) };
    raise(match result {
        0 => {
            thread.detach_state = AWS_THREAD_JOIN_COMPLETED;
            return SUCCESS;
        }
        libc::ESRCH => AWS_ERROR_THREAD_NO_SUCH_THREAD_ID,
        libc::EDEADLK => AWS_ERROR_THREAD_DEADLOCK_DETECTED,
        _ => AWS_ERROR_THREAD_NOT_JOINABLE,
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_thread_clean_up(thread: &mut aws_thread) {
    if thread.detach_state == AWS_THREAD_JOINABLE {
        // SAFETY: launched and not joined.
        unsafe { libc::pthread_detach(system(thread.thread_id)) };
    }
    thread.detach_state = AWS_THREAD_NOT_CREATED;
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_thread_current_thread_id() -> aws_thread_id_t {
    // SAFETY: always possible.
    unsafe { libc::pthread_self() as aws_thread_id_t }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_thread_thread_id_equal(t1: aws_thread_id_t, t2: aws_thread_id_t) -> bool {
    // SAFETY: any two may be compared.
    unsafe { libc::pthread_equal(system(t1), system(t2)) != 0 }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_thread_current_sleep(nanos: u64) {
    std::thread::sleep(core::time::Duration::from_nanos(nanos));
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_thread_current_at_exit(
    callback: aws_thread_atexit_fn,
    user_data: *mut c_void,
) -> c_int {
    let known =
        AT_EXIT.with_borrow_mut(|list| list.as_mut().map(|list| list.push((callback, user_data))));
    match known {
        Some(()) => SUCCESS,
        None => raise(AWS_ERROR_THREAD_NOT_JOINABLE),
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_thread_current_name(
    allocator: *mut aws_allocator,
    out_name: &mut *mut aws_string,
) -> c_int {
    // SAFETY: passed on.
    unsafe { aws_thread_name(allocator, aws_thread_current_thread_id(), out_name) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_thread_name(
    allocator: *mut aws_allocator,
    thread_id: aws_thread_id_t,
    out_name: &mut *mut aws_string,
) -> c_int {
    let mut name = [0; 256];
    // SAFETY: a thread that runs; the array ends with a zero in any case.
    unsafe {
        if libc::pthread_getname_np(system(thread_id), name.as_mut_ptr(), name.len()) != 0 {
            return raise(AWS_ERROR_SYS_CALL_FAILURE);
        }
        *out_name = string::aws_string_new_from_c_str(allocator, name.as_ptr());
    }
    SUCCESS
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_thread_call_once(
    flag: *mut aws_thread_once,
    call_once: Option<Body>,
    user_data: *mut c_void,
) {
    unsafe extern "C" {
        fn pthread_once(flag: *mut aws_thread_once, routine: extern "C" fn()) -> c_int;
    }
    thread_local! {
        static CALL: core::cell::Cell<Option<(Body, *mut c_void)>> = const { core::cell::Cell::new(None) };
    }
    extern "C" fn routine() {
        if let Some((call, user_data)) = CALL.take() {
            // SAFETY: function and argument were handed in together.
            let _ = unsafe { call_out!(call, user_data) };
        }
    }
    // Nested calls with other flags find their own entry.
    let before = CALL.replace(call_once.map(|call| (call, user_data)));
    // SAFETY: the caller's flag.
    unsafe { pthread_once(flag, routine) };
    CALL.set(before);
}

/// Tests that count managed threads of the process take turns.
#[cfg(test)]
pub(super) fn one_at_a_time() -> std::sync::MutexGuard<'static, ()> {
    static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());
    error::lock(&TURN)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::error::lock;
    use super::*;

    type Seen = Mutex<Vec<u32>>;

    unsafe extern "C" fn first(seen: *mut c_void) {
        // SAFETY: the list of the test.
        lock(unsafe { &*seen.cast::<Seen>() }).push(1);
    }

    unsafe extern "C" fn second(seen: *mut c_void) {
        // SAFETY: the list of the test.
        lock(unsafe { &*seen.cast::<Seen>() }).push(2);
    }

    unsafe extern "C" fn body(seen: *mut c_void) {
        assert_eq!(aws_thread_current_at_exit(Some(first), seen), SUCCESS);
        assert_eq!(aws_thread_current_at_exit(Some(second), seen), SUCCESS);
        let mut name = core::ptr::null_mut();
        // SAFETY: the name is destroyed after use.
        unsafe {
            aws_thread_current_name(alloc::aws_default_allocator(), &mut name);
            assert!(string::aws_string_eq_c_str(name, c"a name that is ".as_ptr()));
            string::aws_string_destroy(name);
        }
        // SAFETY: the list of the test.
        lock(unsafe { &*seen.cast::<Seen>() }).push(0);
    }

    #[test]
    fn a_thread_runs_its_hooks_backwards() {
        let seen = Seen::default();
        let context = core::ptr::from_ref(&seen).cast_mut().cast();
        let mut thread = MaybeUninit::uninit();
        aws_thread_init(&mut thread, alloc::aws_default_allocator());
        // SAFETY: initialised above; joined before the list goes.
        unsafe {
            let thread = thread.assume_init_mut();
            let options = aws_thread_options {
                name: view(b"a name that is too long"),
                cpu_id: 4000,
                ..DEFAULTS
            };
            assert_eq!(aws_thread_launch(thread, Some(body), context, &options), SUCCESS);
            assert_eq!(thread.detach_state, AWS_THREAD_JOINABLE);
            assert_eq!(aws_thread_join(thread), SUCCESS);
            assert_eq!(thread.detach_state, AWS_THREAD_JOIN_COMPLETED);
            aws_thread_clean_up(thread);
        }
        assert_eq!(*lock(&seen), [0, 2, 1]);
        assert_eq!(aws_thread_current_at_exit(Some(first), context), FAILURE);
    }

    #[test]
    fn once_is_once() {
        let seen = Seen::default();
        let context = core::ptr::from_ref(&seen).cast_mut().cast();
        let mut flag = libc::PTHREAD_ONCE_INIT;
        // SAFETY: the list outlives the calls.
        unsafe {
            aws_thread_call_once((&raw mut flag).cast(), Some(first), context);
            aws_thread_call_once((&raw mut flag).cast(), Some(first), context);
        }
        assert_eq!(*lock(&seen), [1]);
    }
}

//! The wrappers against CRT objects, in either mode: what the CRT makes and what programs
//! implement.

use std::ffi::{c_int, c_void};
use std::future::Future;
use std::sync::mpsc::channel;
use std::time::Duration;

use crate::error::Code;

use super::sys::*;
use super::*;

mod callbacks;
mod streams;

const PATIENCE: Duration = Duration::from_secs(10);

unsafe extern "C" {
    fn aws_future_void_get_error(future: *const aws_future_void) -> c_int;
    fn aws_future_void_is_done(future: *const aws_future_void) -> bool;
    fn aws_http_message_new_request(allocator: *mut aws_allocator) -> *mut aws_http_message;
    fn aws_http_message_set_body_stream(
        message: *mut aws_http_message,
        stream: *mut aws_input_stream,
    );
    fn aws_http_message_set_request_method(
        message: *mut aws_http_message,
        method: aws_byte_cursor,
    ) -> c_int;
    fn aws_http_message_set_request_path(
        message: *mut aws_http_message,
        path: aws_byte_cursor,
    ) -> c_int;
    fn aws_input_stream_new_from_cursor(
        allocator: *mut aws_allocator,
        cursor: *const aws_byte_cursor,
    ) -> *mut aws_input_stream;
    fn aws_logger_set(logger: *mut aws_logger);
    fn aws_thread_current_at_exit(
        callback: Option<unsafe extern "C" fn(*mut c_void)>,
        user_data: *mut c_void,
    ) -> c_int;
}

/// As programs do before anything else.
fn initialise() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    // SAFETY: called once, with an allocator that lives for ever.
    ONCE.call_once(|| unsafe { host::aws_auth_library_init(Allocator::default().as_ptr()) });
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(PATIENCE, future).await.expect("in time") })
}

fn request() -> Message {
    // SAFETY: a new message has one reference, which is taken over.
    unsafe { Message::adopt(aws_http_message_new_request(Allocator::default().as_ptr())) }.unwrap()
}

fn texts(pairs: Vec<(bytes::Bytes, bytes::Bytes)>) -> Vec<(String, String)> {
    let text = |bytes: bytes::Bytes| String::from_utf8(bytes.to_vec()).unwrap();
    pairs.into_iter().map(|(name, value)| (text(name), text(value))).collect()
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

#[test]
fn values_live_in_c_memory_until_deleted() {
    initialise();
    let allocator = Allocator::default();
    let (sender, receiver) = channel::<()>();
    let value = allocator.new((7u64, sender));
    // SAFETY: the value is alive.
    assert_eq!(unsafe { value.as_ref() }.0, 7);
    assert_eq!(receiver.try_recv(), Err(std::sync::mpsc::TryRecvError::Empty));
    // SAFETY: deleted once, with the allocator that made it.
    unsafe { allocator.delete(value) };
    assert_eq!(receiver.try_recv(), Err(std::sync::mpsc::TryRecvError::Disconnected));
    // SAFETY: nothing was acquired for NULL; no bytes are still a block.
    unsafe {
        allocator.release(core::ptr::null_mut());
        allocator.release(allocator.acquire(0));
        assert!(Allocator::from_raw(core::ptr::null_mut()).is_none());
        assert_eq!(Allocator::from_raw(allocator.as_ptr()), Some(allocator));
    }
}

#[test]
fn errors_are_raised_and_read() {
    initialise();
    raise(Code::INVALID_ARGUMENT);
    assert_eq!(last_error(), Code::INVALID_ARGUMENT);
    assert_eq!(check(-1).unwrap_err().code(), Code::INVALID_ARGUMENT);
    assert!(check(0).is_ok());
}

#[test]
fn strings_keep_their_bytes() {
    initialise();
    for bytes in [&b"a string"[..], b""] {
        let string = OwnedString::new(Allocator::default(), bytes);
        assert_eq!(string.bytes(), bytes);
        let raw = string.into_raw();
        // SAFETY: alive until destroyed, once; a zero follows the bytes.
        unsafe {
            assert_eq!(string_bytes(raw), bytes);
            assert_eq!(string_bytes(raw).as_ptr().add(bytes.len()).read(), 0);
            host::aws_string_destroy(raw);
        }
    }
    // SAFETY: NULL is allowed.
    assert_eq!(unsafe { string_bytes(core::ptr::null()) }, b"");
}

#[test]
fn headers_keep_order_and_duplicates() {
    initialise();
    let pairs = [("Range", "bytes=0-1"), ("x-amz-a", "1"), ("X-Amz-A", "2"), ("empty", "")];
    let bytes = pairs.map(|(name, value)| (name.as_bytes(), value.as_bytes()));
    let headers = Headers::new(Allocator::default(), bytes).unwrap();
    assert_eq!(headers.len(), 4);
    assert_eq!(texts(headers.pairs()), owned(&pairs));
    headers.set(b"x-amz-a", b"3").unwrap();
    let mut after = texts(headers.clone().pairs());
    after.sort();
    assert_eq!(after, owned(&[("Range", "bytes=0-1"), ("empty", ""), ("x-amz-a", "3")]));
}

#[test]
fn a_header_needs_a_name() {
    initialise();
    let refused = Headers::new(Allocator::default(), [(&b""[..], &b"value"[..])]).unwrap_err();
    assert_eq!(refused.code(), Code::HTTP_INVALID_HEADER_NAME);
}

#[test]
fn a_message_shows_what_was_set() {
    initialise();
    let message = request();
    assert_eq!((message.method(), message.path()), (None, None));
    assert!(message.body_stream().is_none());
    let body = cursor(b"body");
    // SAFETY: the message is alive and copies both texts; it takes its own reference to the stream,
    // whose bytes are static.
    unsafe {
        aws_http_message_set_request_method(message.as_ptr(), cursor(b"PUT"));
        aws_http_message_set_request_path(message.as_ptr(), cursor(b"/key?x=1"));
        let stream = aws_input_stream_new_from_cursor(Allocator::default().as_ptr(), &body);
        aws_http_message_set_body_stream(message.as_ptr(), stream);
        drop(InputStream::adopt(stream));
    }
    message.set_header(b"Host", b"one").unwrap();
    message.set_header(b"host", b"two").unwrap();
    assert_eq!(message.method().unwrap(), "PUT");
    assert_eq!(message.path().unwrap(), "/key?x=1");
    assert_eq!(texts(message.pairs()), owned(&[("host", "two")]));
    let mut stream = message.body_stream().unwrap();
    drop(message);
    let mut into = Vec::new();
    assert_eq!(stream.read(&mut into, usize::MAX).unwrap(), 4);
    assert_eq!(into, b"body");
}

#[test]
fn a_future_completes_once() {
    initialise();
    let future = FutureVoid::new(Allocator::default()).unwrap();
    // SAFETY: the future is alive, and done where its error is read.
    unsafe {
        assert!(!aws_future_void_is_done(future.as_ptr()));
        future.set_error(Code::S3_CANCELED);
        future.set_result();
        assert!(aws_future_void_is_done(future.as_ptr()));
        assert_eq!(aws_future_void_get_error(future.as_ptr()), Code::S3_CANCELED.0);
    }
    let other = FutureVoid::new(Allocator::default()).unwrap();
    other.set_result();
    // SAFETY: done.
    assert_eq!(unsafe { aws_future_void_get_error(other.as_ptr()) }, 0);
}

#[test]
fn counting_ends_the_object_once() {
    initialise();
    unsafe extern "C" fn end(object: *mut c_void) {
        // SAFETY: the object is the local below.
        unsafe { *object.cast::<u32>() += 1 };
    }

    let mut ends = 0u32;
    let object = &raw mut ends;
    // SAFETY: filled by `init` before anything else looks at it.
    let mut count: aws_ref_count = unsafe { core::mem::zeroed() };
    // SAFETY: count and object are live locals.
    unsafe {
        ref_count::init(&mut count, object.cast(), end);
        ref_count::acquire(&mut count);
        ref_count::release(&mut count);
        assert_eq!(*object, 0);
        ref_count::release(&mut count);
        assert_eq!(*object, 1);
    }
}

#[test]
fn threads_run_at_exit_hooks() {
    initialise();
    unsafe extern "C" fn hook(sender: *mut c_void) {
        // SAFETY: the box made below, once.
        let sender = unsafe { Box::from_raw(sender.cast::<std::sync::mpsc::Sender<&str>>()) };
        sender.send("hook").unwrap();
    }

    let (sender, receiver) = channel();
    thread::spawn("a name that is longer than systems allow", move || {
        let hooked = Box::into_raw(Box::new(sender.clone()));
        // SAFETY: the hook takes the box over.
        assert_eq!(unsafe { aws_thread_current_at_exit(Some(hook), hooked.cast()) }, 0);
        sender.send("body").unwrap();
    })
    .unwrap();
    assert_eq!(receiver.recv_timeout(PATIENCE), Ok("body"));
    assert_eq!(receiver.recv_timeout(PATIENCE), Ok("hook"));
}

#[test]
fn a_crew_runs_on_threads_of_the_crt() {
    initialise();
    let crew = Crew::new(2, "Crew", Relief { patience: PATIENCE, most: 1 }).unwrap();
    let (sender, receiver) = channel();
    for index in 0..2 {
        let sender = sender.clone();
        crew.post(index, move || sender.send(index).unwrap());
    }
    crew.when_stopped(move || sender.send(9).unwrap());
    drop(crew);
    let mut seen: Vec<_> = (0..3).map(|_| receiver.recv_timeout(PATIENCE).unwrap()).collect();
    assert_eq!(seen.pop(), Some(9));
    seen.sort_unstable();
    assert_eq!(seen, [0, 1]);
}

#[test]
fn lines_reach_the_logger_of_the_program() {
    initialise();
    static LINES: std::sync::Mutex<Vec<(u32, u32, String)>> = std::sync::Mutex::new(Vec::new());

    // Variadic functions cannot be written in Rust. Calling this one with one string behind the
    // format is the same where tests run.
    unsafe extern "C" fn write(
        _: *mut aws_logger,
        level: aws_log_level,
        subject: u32,
        format: *const core::ffi::c_char,
        line: *const core::ffi::c_char,
    ) -> c_int {
        // SAFETY: both are C strings.
        let (format, line) =
            unsafe { (std::ffi::CStr::from_ptr(format), std::ffi::CStr::from_ptr(line)) };
        assert_eq!(format, c"%s");
        let line = line.to_string_lossy().into_owned();
        LINES.lock().unwrap().push((level, subject, line));
        0
    }

    unsafe extern "C" fn wanted(_: *mut aws_logger, subject: u32) -> aws_log_level {
        if subject == crate::log::Subject::Client as u32 { AWS_LL_INFO } else { AWS_LL_NONE }
    }

    type Write = unsafe extern "C" fn(
        *mut aws_logger,
        aws_log_level,
        u32,
        *const core::ffi::c_char,
        *const core::ffi::c_char,
    ) -> c_int;
    type Variadic = unsafe extern "C" fn(
        *mut aws_logger,
        aws_log_level,
        u32,
        *const core::ffi::c_char,
        ...
    ) -> c_int;
    // SAFETY: see above.
    let log = unsafe { core::mem::transmute::<Write, Variadic>(write) };
    let vtable = Box::leak(Box::new(aws_logger_vtable {
        log: Some(log),
        get_log_level: Some(wanted),
        clean_up: None,
        set_log_level: None,
    }));
    let logger = Box::leak(Box::new(aws_logger {
        vtable,
        allocator: Allocator::default().as_ptr(),
        p_impl: core::ptr::null_mut(),
    }));
    // SAFETY: logger and vtable are never freed.
    unsafe { aws_logger_set(logger) };
    logger::install();
    crate::log!(Info, Client, "a line with 100{} in it", '%');
    crate::log!(Debug, Client, "too detailed");
    crate::log!(Error, Endpoint, "not wanted");
    // SAFETY: NULL brings the silent logger back.
    unsafe { aws_logger_set(core::ptr::null_mut()) };
    crate::log!(Info, Client, "nobody listens");
    let mine: Vec<_> = LINES.lock().unwrap().drain(..).collect();
    let expected = (4, 14337, "a line with 100% in it".to_owned());
    assert_eq!(mine.iter().filter(|line| **line == expected).count(), 1);
    assert!(mine.iter().all(|(level, subject, _)| *level <= AWS_LL_INFO && *subject == 14337));
}

//! Streams that programs implement, well behaved and not.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::{BufMut, BytesMut};

use super::*;

unsafe extern "C" {
    fn aws_async_input_stream_init_base(
        stream: *mut aws_async_input_stream,
        allocator: *mut aws_allocator,
        vtable: *const aws_async_input_stream_vtable,
        r#impl: *mut c_void,
    );
    fn aws_future_bool_new(allocator: *mut aws_allocator) -> *mut aws_future_bool;
    fn aws_future_bool_set_error(future: *mut aws_future_bool, error_code: c_int);
    fn aws_future_bool_set_result(future: *mut aws_future_bool, result: bool);
}

/// A stream over three bytes whose handle counts with the embedded count.
#[repr(C)]
struct Plain {
    base: aws_input_stream,
    left: Vec<u8>,
    misuse: fn(&mut aws_byte_buf),
    ended: *const AtomicUsize,
}

static PLAIN: aws_input_stream_vtable = aws_input_stream_vtable {
    seek: None,
    read: Some(plain_read),
    get_status: Some(plain_status),
    get_length: Some(plain_length),
    acquire: None,
    release: None,
};

unsafe extern "C" fn plain_read(stream: *mut aws_input_stream, dest: *mut aws_byte_buf) -> c_int {
    // SAFETY: only made by `plain` below.
    let (stream, dest) = unsafe { (&mut *(*stream).r#impl.cast::<Plain>(), &mut *dest) };
    let count = stream.left.len().min(dest.capacity - dest.len);
    for byte in stream.left.drain(..count) {
        // SAFETY: below the capacity.
        unsafe { dest.buffer.add(dest.len).write(byte) };
        dest.len += 1;
    }
    (stream.misuse)(dest);
    if stream.left == b"x" {
        raise(Code::IO_BROKEN_PIPE);
        return -1;
    }
    0
}

unsafe extern "C" fn plain_status(
    stream: *mut aws_input_stream,
    status: *mut aws_stream_status,
) -> c_int {
    // SAFETY: only made by `plain` below. Any byte but zero is true in C.
    unsafe {
        let at_end = (*(*stream).r#impl.cast::<Plain>()).left.is_empty();
        (&raw mut (*status).is_end_of_stream).cast::<u8>().write(if at_end { 2 } else { 0 });
    }
    0
}

unsafe extern "C" fn plain_length(stream: *mut aws_input_stream, length: *mut i64) -> c_int {
    // SAFETY: only made by `plain` below.
    unsafe { *length = (*(*stream).r#impl.cast::<Plain>()).left.len() as i64 - 1 };
    0
}

unsafe extern "C" fn plain_end(stream: *mut c_void) {
    // SAFETY: boxed by `plain` below; the counter outlives the stream.
    unsafe { (*Box::from_raw(stream.cast::<Plain>()).ended).fetch_add(1, Ordering::SeqCst) };
}

fn plain(bytes: &[u8], misuse: fn(&mut aws_byte_buf), ended: &AtomicUsize) -> InputStream {
    // SAFETY: every field that is read is set below.
    let base: aws_input_stream = unsafe { core::mem::zeroed() };
    let plain = Box::into_raw(Box::new(Plain { base, left: bytes.to_vec(), misuse, ended }));
    // SAFETY: a new block; its only reference goes to the handle.
    unsafe {
        (*plain).base.vtable = &PLAIN;
        (*plain).base.r#impl = plain.cast();
        ref_count::init(&raw mut (*plain).base.ref_count, plain.cast(), plain_end);
        InputStream::adopt(plain.cast()).unwrap()
    }
}

#[test]
fn a_stream_is_read_piece_by_piece() {
    initialise();
    let ended = AtomicUsize::new(0);
    let mut stream = plain(b"abc", |_| (), &ended);
    assert_eq!(stream.length().unwrap(), 2);
    let mut into = Vec::new();
    assert_eq!(stream.read(&mut into, 0).unwrap(), 0);
    assert_eq!(stream.read(&mut into, 2).unwrap(), 2);
    assert!(!stream.at_end().unwrap());
    assert_eq!(stream.read(&mut into, 2).unwrap(), 1);
    assert!(stream.at_end().unwrap());
    assert_eq!(stream.read(&mut into, 2).unwrap(), 0);
    assert_eq!(into, b"abc");
    assert_eq!(stream.length().unwrap_err().code(), Code::INVALID_ARGUMENT);

    let clone = stream.clone();
    drop(stream);
    assert_eq!(ended.load(Ordering::SeqCst), 0);
    drop(clone);
    assert_eq!(ended.load(Ordering::SeqCst), 1);
}

#[test]
fn only_the_room_there_is_gets_filled() {
    initialise();
    let ended = AtomicUsize::new(0);
    let mut stream = plain(b"abc", |_| (), &ended);
    let mut memory = [0u8; 2];
    let mut into = &mut memory[..];
    assert_eq!(stream.read(&mut into, usize::MAX).unwrap(), 2);
    assert_eq!(stream.read(&mut into, usize::MAX).unwrap(), 0);
    assert_eq!(&memory, b"ab");
}

#[test]
fn a_failing_or_lying_stream_is_an_error() {
    initialise();
    let ended = AtomicUsize::new(0);
    let mut failing = plain(b"aax", |_| (), &ended);
    let mut into = Vec::new();
    assert_eq!(failing.read(&mut into, 2).unwrap_err().code(), Code::IO_BROKEN_PIPE);
    let mut lying = plain(b"abc", |dest| dest.len = dest.capacity + 1, &ended);
    assert_eq!(lying.read(&mut into, 2).unwrap_err().code(), Code::IO_STREAM_READ_FAILED);
    assert_eq!(into, b"");
}

/// A stream whose read does what the test says.
#[repr(C)]
struct Later {
    base: aws_async_input_stream,
    read: fn(Promise) -> bool,
    ended: *const AtomicUsize,
}

/// The two ends of a read that a test completes.
struct Promise {
    future: *mut aws_future_bool,
    dest: *mut aws_byte_buf,
}

// SAFETY: futures may be completed anywhere, and the buffer stays until then.
unsafe impl Send for Promise {}

impl Promise {
    fn fill(&self, byte: u8) {
        // SAFETY: the buffer is there until the promise is kept, with its room.
        unsafe {
            let dest = &mut *self.dest;
            dest.buffer.write_bytes(byte, dest.capacity);
            dest.len = dest.capacity;
        }
    }

    fn keep(self, outcome: Result<bool, i32>) {
        // SAFETY: kept once; the reference is ours.
        unsafe {
            match outcome {
                Ok(at_end) => aws_future_bool_set_result(self.future, at_end),
                Err(code) => aws_future_bool_set_error(self.future, code),
            }
            host::aws_future_bool_release(self.future);
        }
    }
}

static LATER: aws_async_input_stream_vtable =
    aws_async_input_stream_vtable { destroy: Some(later_end), read: Some(later_read) };

unsafe extern "C" fn later_read(
    stream: *mut aws_async_input_stream,
    dest: *mut aws_byte_buf,
) -> *mut aws_future_bool {
    // SAFETY: only made by `later` below; the promise has a reference of its own.
    unsafe {
        let future = aws_future_bool_new(Allocator::default().as_ptr());
        let promised = host::aws_future_bool_acquire(future);
        if ((*(*stream).r#impl.cast::<Later>()).read)(Promise { future: promised, dest }) {
            return future;
        }
        host::aws_future_bool_release(future);
    }
    core::ptr::null_mut()
}

unsafe extern "C" fn later_end(stream: *mut aws_async_input_stream) {
    // SAFETY: boxed by `later` below; the counter outlives the stream.
    unsafe { (*Box::from_raw(stream.cast::<Later>()).ended).fetch_add(1, Ordering::SeqCst) };
}

fn later(read: fn(Promise) -> bool, ended: &AtomicUsize) -> AsyncInputStream {
    // SAFETY: set up by `init_base` below.
    let base: aws_async_input_stream = unsafe { core::mem::zeroed() };
    let later = Box::into_raw(Box::new(Later { base, read, ended })).cast();
    // SAFETY: a new block; its only reference goes to the handle.
    unsafe {
        aws_async_input_stream_init_base(
            later,
            Allocator::default().as_ptr(),
            &LATER,
            later.cast(),
        );
        AsyncInputStream::adopt(later).unwrap()
    }
}

fn room(size: usize) -> impl BufMut + Send + AsRef<[u8]> + 'static {
    BytesMut::with_capacity(size)
}

#[test]
fn a_read_may_complete_at_once_or_later() {
    initialise();
    let at_once = |promise: Promise| {
        promise.fill(b'a');
        promise.keep(Ok(true));
        true
    };
    let slowly = |promise: Promise| {
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(20));
            promise.fill(b'a');
            promise.keep(Ok(true));
        });
        true
    };
    for read in [at_once, slowly] {
        let ended = AtomicUsize::new(0);
        let mut stream = later(read, &ended);
        let (buffer, outcome) = block_on(stream.read(room(16), Arc::new(()), &|ask| ask()));
        let (count, at_end) = outcome.unwrap();
        let buffer = buffer.unwrap();
        assert!(count >= 16);
        assert_eq!(buffer.as_ref(), vec![b'a'; count]);
        assert!(at_end);
        drop(stream);
        assert_eq!(ended.load(Ordering::SeqCst), 1);
    }
}

#[test]
fn the_buffer_comes_back_with_a_failure() {
    initialise();
    let failing: fn(Promise) -> bool = |promise| {
        promise.keep(Err(Code::IO_BROKEN_PIPE.0));
        true
    };
    let lying: fn(Promise) -> bool = |promise| {
        // SAFETY: the buffer is there until the promise is kept.
        unsafe { (*promise.dest).len = (*promise.dest).capacity + 1 };
        promise.keep(Ok(false));
        true
    };
    let moving: fn(Promise) -> bool = |promise| {
        // SAFETY: the buffer is there until the promise is kept.
        unsafe { (*promise.dest).buffer = core::ptr::null_mut() };
        promise.keep(Ok(false));
        true
    };
    let refusing: fn(Promise) -> bool = |promise| {
        promise.keep(Ok(false));
        raise(Code::INVALID_STATE);
        false
    };
    let cases = [
        (failing, Code::IO_BROKEN_PIPE),
        (lying, Code::IO_STREAM_READ_FAILED),
        (moving, Code::IO_STREAM_READ_FAILED),
        (refusing, Code::INVALID_STATE),
    ];
    for (read, code) in cases {
        let ended = AtomicUsize::new(0);
        let mut stream = later(read, &ended);
        let (buffer, outcome) = block_on(stream.read(room(16), Arc::new(()), &|ask| ask()));
        assert_eq!(outcome.unwrap_err().code(), code);
        assert_eq!(buffer.unwrap().as_ref(), b"");
        drop(stream);
        assert_eq!(ended.load(Ordering::SeqCst), 1);
    }
}

#[test]
fn a_full_buffer_is_not_read_into() {
    initialise();
    let ended = AtomicUsize::new(0);
    let mut stream = later(|_| panic!("must not be asked"), &ended);
    let memory: &'static mut [u8] = &mut [];
    let (buffer, outcome) = block_on(stream.read(memory, Arc::new(()), &|ask| ask()));
    assert_eq!(outcome.unwrap_err().code(), Code::SHORT_BUFFER);
    assert!(buffer.is_some());
}

#[test]
fn memory_and_stream_stay_until_an_abandoned_read_completes() {
    initialise();
    static PROMISED: std::sync::Mutex<Option<Promise>> = std::sync::Mutex::new(None);

    let ended = AtomicUsize::new(0);
    let mut stream = later(
        |promise| {
            *PROMISED.lock().unwrap() = Some(promise);
            true
        },
        &ended,
    );
    block_on(async {
        let read = stream.read(room(16), Arc::new(()), &|ask| ask());
        assert!(tokio::time::timeout(Duration::from_millis(1), read).await.is_err());
    });
    drop(stream);
    assert_eq!(ended.load(Ordering::SeqCst), 0);
    let promise = PROMISED.lock().unwrap().take().unwrap();
    promise.fill(b'z');
    promise.keep(Ok(false));
    assert_eq!(ended.load(Ordering::SeqCst), 1);
}

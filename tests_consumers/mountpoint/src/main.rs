//! A program in the manner of mountpoint-s3: downloads through a read window, uploads by asynchronous writes, and beside
//! them a thread that reads the numbers of the client for its metrics, out of structs that no public header shows.
//! Prints "pass NAME" or "fail NAME: what was seen", and lines that begin with "#" for the most that was seen.
//!
//! Settings: CONSUMERS_PORT of the server on localhost, CONSUMERS_OBJECT (a path) and CONSUMERS_SIZE of what is there,
//! AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.

mod private;

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use private::{MetaRequest, PoolUsage, aws_s3_default_buffer_pool_get_usage};

const PART_BYTES: usize = 5 << 20;
const WINDOW_BYTES: usize = 1 << 20;
const PIECE_BYTES: usize = 256 << 10;
const PATIENCE: Duration = Duration::from_secs(60);
const DOWNLOAD: u32 = 1;
const UPLOAD: u32 = 2;

#[repr(C)]
struct Cursor {
    length: usize,
    bytes: *const u8,
}

#[repr(C)]
struct Written {
    is_pending: bool,
    error: c_int,
    bytes: usize,
}

type Body = extern "C" fn(*mut MetaRequest, *const Cursor, u64, *mut c_void) -> c_int;

#[repr(C)]
struct Calls {
    body: Body,
    finish: extern "C" fn(*mut MetaRequest, *const c_void, *mut c_void),
    shutdown: extern "C" fn(*mut c_void),
}

unsafe extern "C" {
    fn bridge_new(
        key: *const c_char,
        secret: *const c_char,
        part_bytes: usize,
        window_bytes: usize,
    ) -> *mut *mut private::Client;
    fn bridge_start(
        bridge: *mut *mut private::Client,
        upload: bool,
        host: *const c_char,
        path: *const c_char,
        calls: Calls,
        user_data: *mut c_void,
    ) -> *mut MetaRequest;
    fn bridge_error(result: *const c_void) -> c_int;
    fn bridge_release(bridge: *mut *mut private::Client);
    fn aws_error_name(code: c_int) -> *const c_char;
    fn aws_s3_meta_request_increment_read_window(request: *mut MetaRequest, bytes: u64);
    fn aws_s3_meta_request_release(request: *mut MetaRequest) -> *mut MetaRequest;
    fn aws_s3_meta_request_poll_write(
        request: *mut MetaRequest,
        data: Cursor,
        eof: bool,
        waker: extern "C" fn(*mut c_void),
        user_data: *mut c_void,
    ) -> Written;
}

fn setting(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set"))
}

fn size() -> usize {
    setting("CONSUMERS_SIZE").parse().unwrap()
}

/// What the object consists of.
fn content_at(offset: u64) -> u8 {
    ((offset as u32).wrapping_mul(0x9E37_79B1) >> 24) as u8
}

fn content(offset: u64, length: usize) -> Vec<u8> {
    (offset..offset + length as u64).map(content_at).collect()
}

// ---- Transfers ----

/// The user data of a meta request.
struct Transfer {
    kind: u32,
    received: AtomicUsize,
    wrong: AtomicBool,
    /// How long a body callback takes.
    pause: Duration,
    ended: Sender<Result<(), String>>,
}

/// What is read out of the meta request is what it was made with.
fn note(request: *const MetaRequest, user_data: *mut c_void) -> &'static Transfer {
    // SAFETY: the box was leaked by `start`, and goes in `at_shutdown`.
    let transfer = unsafe { &*user_data.cast::<Transfer>() };
    // SAFETY: the meta request is alive during its callbacks, and begins like this.
    let (found, kind) = unsafe { ((*request).user_data, (*request).kind) };
    if found != user_data || kind != transfer.kind {
        transfer.wrong.store(true, Ordering::Relaxed);
    }
    transfer
}

extern "C" fn at_body(
    request: *mut MetaRequest,
    body: *const Cursor,
    start: u64,
    user_data: *mut c_void,
) -> c_int {
    let transfer = note(request, user_data);
    // SAFETY: the body is lent for the call.
    let bytes = unsafe { std::slice::from_raw_parts((*body).bytes, (*body).length) };
    let at = transfer.received.fetch_add(bytes.len(), Ordering::Relaxed);
    if at as u64 != start || bytes != content(start, bytes.len()) {
        transfer.wrong.store(true, Ordering::Relaxed);
    }
    thread::sleep(transfer.pause);
    0
}

extern "C" fn at_finish(request: *mut MetaRequest, result: *const c_void, user_data: *mut c_void) {
    let transfer = note(request, user_data);
    // SAFETY: the result is lent for the call.
    let code = unsafe { bridge_error(result) };
    // SAFETY: names of errors are literals.
    let name = || unsafe { CStr::from_ptr(aws_error_name(code)) }.to_string_lossy().into_owned();
    let _ = transfer.ended.send(if code == 0 { Ok(()) } else { Err(name()) });
}

extern "C" fn at_shutdown(user_data: *mut c_void) {
    // SAFETY: the last use of the box that `start` leaked.
    drop(unsafe { Box::from_raw(user_data.cast::<Transfer>()) });
}

struct Running {
    request: *mut MetaRequest,
    transfer: &'static Transfer,
    outcome: Receiver<Result<(), String>>,
}

impl Running {
    /// Waits for the end; says how much has come.
    fn end(self) -> Result<usize, String> {
        let outcome = self.outcome.recv_timeout(PATIENCE).map_err(|error| error.to_string());
        // Read before the reference goes, with which the user data may go.
        let received = self.transfer.received.load(Ordering::Relaxed);
        let wrong = self.transfer.wrong.load(Ordering::Relaxed);
        // SAFETY: the reference is ours.
        unsafe { aws_s3_meta_request_release(self.request) };
        outcome??;
        if wrong { Err("wrong bytes, type or user data".to_owned()) } else { Ok(received) }
    }
}

struct Client(*mut *mut private::Client);

// SAFETY: clients may be used from all threads, and numbers of theirs read.
unsafe impl Send for Client {}
// SAFETY: as above.
unsafe impl Sync for Client {}

impl Client {
    fn new() -> Self {
        let [key, secret] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
            .map(|name| CString::new(setting(name)).unwrap());
        // SAFETY: both are C strings.
        Self(unsafe { bridge_new(key.as_ptr(), secret.as_ptr(), PART_BYTES, WINDOW_BYTES) })
    }

    fn start(&self, kind: u32, path: &str, pause: Duration) -> Running {
        let (ended, outcome) = mpsc::channel();
        let (received, wrong) = (AtomicUsize::new(0), AtomicBool::new(false));
        let transfer = Box::into_raw(Box::new(Transfer { kind, received, wrong, pause, ended }));
        let host = CString::new(format!("localhost:{}", setting("CONSUMERS_PORT"))).unwrap();
        let path = CString::new(path).unwrap();
        let calls = Calls { body: at_body, finish: at_finish, shutdown: at_shutdown };
        let (host, path) = (host.as_ptr(), path.as_ptr());
        // SAFETY: the client lives until `end`, and the box until `at_shutdown`.
        unsafe {
            let request = bridge_start(self.0, kind == UPLOAD, host, path, calls, transfer.cast());
            assert!(!request.is_null());
            Running { request, transfer: &*transfer, outcome }
        }
    }

    /// Opens the window as the bodies come, a window at a time.
    fn get(&self, path: &str, pause: Duration) -> Result<usize, String> {
        let running = self.start(DOWNLOAD, path, pause);
        let mut open = WINDOW_BYTES;
        let begun = Instant::now();
        while open < size() {
            if running.transfer.received.load(Ordering::Relaxed) + WINDOW_BYTES / 2 >= open {
                // SAFETY: the reference is ours.
                unsafe {
                    aws_s3_meta_request_increment_read_window(running.request, WINDOW_BYTES as u64);
                }
                open += WINDOW_BYTES;
            } else if begun.elapsed() > PATIENCE {
                return Err("nothing comes".to_owned());
            } else {
                thread::sleep(Duration::from_micros(100));
            }
        }
        running.end()
    }

    /// Writes piece after piece, and waits to be woken where there is no room.
    fn put(&self, path: &str, length: usize) -> Result<(), String> {
        extern "C" fn wake(sender: *mut c_void) {
            // SAFETY: the sender outlives the wait that this ends.
            let _ = unsafe { &*sender.cast::<Sender<()>>() }.send(());
        }
        let running = self.start(UPLOAD, path, Duration::ZERO);
        let (sender, woken) = mpsc::channel::<()>();
        let mut at = 0;
        loop {
            let bytes = content(at as u64, PIECE_BYTES.min(length - at));
            let data = Cursor { length: bytes.len(), bytes: bytes.as_ptr() };
            let eof = at + bytes.len() == length;
            let user_data = ptr::from_ref(&sender).cast_mut().cast();
            // SAFETY: the reference is ours, and what was written is copied.
            let written = unsafe {
                aws_s3_meta_request_poll_write(running.request, data, eof, wake, user_data)
            };
            if written.is_pending {
                woken.recv_timeout(PATIENCE).map_err(|error| error.to_string())?;
                continue;
            }
            if written.error != 0 {
                return running.end().map(|_| ());
            }
            at += written.bytes;
            if at == length {
                return running.end().map(|_| ());
            }
        }
    }

    fn look(&self) -> Seen {
        // SAFETY: the client begins like this; its numbers change while they are read.
        let (client, pool) = unsafe { (*self.0, (**self.0).buffer_pool) };
        // SAFETY: as above.
        let (stats, queued, preparing) = unsafe {
            (
                &(*client).stats,
                ptr::read_volatile(&raw const (*client).request_queue_size),
                ptr::read_volatile(&raw const (*client).num_requests_being_prepared),
            )
        };
        // SAFETY: no other pool was configured.
        let usage = unsafe { aws_s3_default_buffer_pool_get_usage(pool) };
        let read = |number: &AtomicUsize| number.load(Ordering::Relaxed);
        Seen([
            read(&stats.num_requests_in_flight),
            read(&stats.num_requests_network_io[DOWNLOAD as usize]),
            read(&stats.num_requests_network_io[UPLOAD as usize]),
            read(&stats.num_requests_stream_queued_waiting),
            read(&stats.num_requests_streaming_response),
            queued as usize,
            preparing as usize,
            used(&usage),
        ])
    }

    fn end(self) {
        // SAFETY: nothing is under way, and the client is not used again.
        unsafe { bridge_release(self.0) }
    }
}

fn used(usage: &PoolUsage) -> usize {
    usage.primary_used + usage.secondary_used + usage.special_blocks_used + usage.forced_used
}

// ---- Numbers ----

const NAMES: [&str; 8] = [
    "in flight",
    "downloads on the network",
    "uploads on the network",
    "waiting to be streamed",
    "being streamed",
    "queued",
    "being prepared",
    "bytes of the pool",
];

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Seen([usize; 8]);

/// Looks for as long as the work takes; says what the most of each was.
fn watched<T>(client: &Arc<Client>, work: impl FnOnce() -> T) -> (T, Seen) {
    let over = Arc::new(AtomicBool::new(false));
    let watching = thread::spawn({
        let (client, over) = (client.clone(), over.clone());
        move || {
            let mut most = Seen::default();
            while !over.load(Ordering::Relaxed) {
                let now = client.look();
                for (most, now) in most.0.iter_mut().zip(now.0) {
                    *most = now.max(*most);
                }
                thread::sleep(Duration::from_micros(50));
            }
            most
        }
    });
    let done = work();
    over.store(true, Ordering::Relaxed);
    (done, watching.join().unwrap())
}

fn tell(name: &str, outcome: Result<(), String>) {
    match outcome {
        Ok(()) => println!("pass {name}"),
        Err(what) => println!("fail {name}: {}", what.replace('\n', " ")),
    }
}

/// Each of these numbers has been something.
fn were_seen(what: &str, most: &Seen, numbers: &[usize]) {
    let told: Vec<String> =
        NAMES.iter().zip(most.0).map(|(name, most)| format!("{name} {most}")).collect();
    println!("# {what}: {}", told.join(", "));
    for number in numbers {
        let seen = if most.0[*number] > 0 { Ok(()) } else { Err("always 0".to_owned()) };
        tell(&format!("{what}, {}", NAMES[*number]), seen);
    }
}

/// All of them are 0 when everything is over, and soon.
fn nothing_left(what: &str, client: &Client) {
    let begun = Instant::now();
    while client.look() != Seen::default() && begun.elapsed() < Duration::from_secs(10) {
        thread::sleep(Duration::from_millis(1));
    }
    let left = client.look();
    let none = left == Seen::default();
    tell(&format!("{what}, nothing is left"), none.then_some(()).ok_or(format!("{left:?}")));
}

fn all(received: Result<usize, String>) -> Result<(), String> {
    let received = received?;
    (received == size()).then_some(()).ok_or(format!("{received} bytes"))
}

fn main() {
    let client = Arc::new(Client::new());
    let object = setting("CONSUMERS_OBJECT");
    let pause = Duration::from_millis(2);

    let (done, most) = watched(&client, || client.get(&object, pause));
    tell("a download through a window", all(done));
    were_seen("a download", &most, &[0, 1, 4, 7]);
    nothing_left("a download", &client);

    let copy = format!("{object}-written");
    let (done, most) = watched(&client, || client.put(&copy, size()));
    tell("an upload by asynchronous writes", done);
    were_seen("an upload", &most, &[0, 2, 7]);
    nothing_left("an upload", &client);

    let (done, most) = watched(&client, || {
        let object = &copy;
        thread::scope(|scope| {
            let client = &client;
            let downloads = [(); 12].map(|()| scope.spawn(move || client.get(object, pause)));
            downloads.into_iter().try_for_each(|download| all(download.join().unwrap()))
        })
    });
    tell("what was written, twelve times at once", done);
    were_seen("twelve at once", &most, &[0, 1, 4, 7]);
    nothing_left("twelve at once", &client);

    let client = Arc::into_inner(client).expect("all are done");
    client.end();
    println!("pass ends");
}

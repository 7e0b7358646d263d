//! A Rust program beside the library: its own std, tokio and rustls at work while the library moves objects, panics and
//! what catches them. Prints "pass NAME" or "fail NAME: what was seen".
//!
//! Settings: CONSUMERS_PORT and CONSUMERS_TLS_PORT of the server on localhost, CONSUMERS_CA, CONSUMERS_OBJECT (a path),
//! CONSUMERS_SIZE, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.

use std::backtrace::Backtrace;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

type Body = extern "C" fn(*mut c_void, *const u8, usize) -> bool;
type End = extern "C" fn(*mut c_void, c_int);

unsafe extern "C" {
    fn bridge_new(key: *const c_char, secret: *const c_char) -> *mut c_void;
    fn bridge_get(
        bridge: *mut c_void,
        host: *const c_char,
        path: *const c_char,
        body: Body,
        end: End,
        user_data: *mut c_void,
    ) -> bool;
    fn bridge_release(bridge: *mut c_void);
    fn aws_error_name(code: c_int) -> *const c_char;
}

const PATIENCE: Duration = Duration::from_secs(60);
static PANICS: AtomicUsize = AtomicUsize::new(0);

fn setting(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set"))
}

/// What is called with each piece of a body; a panic fails the transfer.
type Piece = Box<dyn FnMut(&[u8]) + Send>;

struct Download {
    piece: Piece,
    ended: mpsc::Sender<Result<(), String>>,
}

extern "C" fn at_body(download: *mut c_void, bytes: *const u8, length: usize) -> bool {
    // SAFETY: the pointer is the box that `get` leaked, and bodies come one at a time before the end.
    let (download, bytes) =
        unsafe { (&mut *download.cast::<Download>(), std::slice::from_raw_parts(bytes, length)) };
    catch_unwind(AssertUnwindSafe(|| (download.piece)(bytes))).is_ok()
}

extern "C" fn at_end(download: *mut c_void, code: c_int) {
    // SAFETY: the pointer is the box that `get` leaked, and this is its last use.
    let download = unsafe { Box::from_raw(download.cast::<Download>()) };
    let outcome = if code == 0 {
        Ok(())
    } else {
        // SAFETY: names of errors are literals.
        Err(unsafe { CStr::from_ptr(aws_error_name(code)) }.to_string_lossy().into_owned())
    };
    let _ = download.ended.send(outcome);
}

struct Client(*mut c_void);

// SAFETY: clients may be used from all threads.
unsafe impl Send for Client {}
// SAFETY: as above.
unsafe impl Sync for Client {}

impl Client {
    fn new() -> Self {
        let [key, secret] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
            .map(|name| CString::new(setting(name)).unwrap());
        // SAFETY: both are C strings.
        Self(unsafe { bridge_new(key.as_ptr(), secret.as_ptr()) })
    }

    fn get(&self, piece: Piece) -> mpsc::Receiver<Result<(), String>> {
        let (ended, outcome) = mpsc::channel();
        let download = Box::into_raw(Box::new(Download { piece, ended }));
        let host = CString::new(format!("localhost:{}", setting("CONSUMERS_PORT"))).unwrap();
        let path = CString::new(setting("CONSUMERS_OBJECT")).unwrap();
        // SAFETY: the client lives until `end`, and the box until `at_end`.
        let started = unsafe {
            bridge_get(self.0, host.as_ptr(), path.as_ptr(), at_body, at_end, download.cast())
        };
        assert!(started);
        outcome
    }

    fn get_whole(&self) -> Result<(), String> {
        let received = Arc::new(AtomicUsize::new(0));
        let count = received.clone();
        let outcome = self.get(Box::new(move |bytes| {
            count.fetch_add(bytes.len(), Ordering::Relaxed);
        }));
        outcome.recv_timeout(PATIENCE).map_err(|error| error.to_string())??;
        let received = received.load(Ordering::Relaxed);
        (received == size()).then_some(()).ok_or(format!("{received} bytes"))
    }

    fn end(self) {
        // SAFETY: nothing is under way, and the client is not used again.
        unsafe { bridge_release(self.0) }
    }
}

fn size() -> usize {
    setting("CONSUMERS_SIZE").parse().unwrap()
}

/// A request over the program's own TLS: an unsigned one, which is refused, but with an answer.
async fn over_tls() -> Result<(), String> {
    let mut roots = rustls::RootCertStore::empty();
    let ca = CertificateDer::from_pem_file(setting("CONSUMERS_CA"))
        .map_err(|error| error.to_string())?;
    roots.add(ca).map_err(|error| error.to_string())?;
    let config =
        rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    let port: u16 = setting("CONSUMERS_TLS_PORT").parse().unwrap();
    let stream = tokio::net::TcpStream::connect(("127.0.0.1", port))
        .await
        .map_err(|error| error.to_string())?;
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = connector.connect(name, stream).await.map_err(|error| error.to_string())?;
    let head = format!(
        "GET {} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n",
        setting("CONSUMERS_OBJECT")
    );
    stream.write_all(head.as_bytes()).await.map_err(|error| error.to_string())?;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer);
    answer.starts_with("HTTP/1.1 4").then_some(()).ok_or(answer.chars().take(80).collect())
}

fn side_by_side(client: &Arc<Client>) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let downloads: Vec<_> = (0..8)
            .map(|_| {
                let client = client.clone();
                tokio::task::spawn_blocking(move || client.get_whole())
            })
            .collect();
        for _ in 0..20 {
            tokio::time::timeout(PATIENCE, over_tls()).await.map_err(|_| "TLS hangs")??;
        }
        for download in downloads {
            download.await.map_err(|error| error.to_string())??;
        }
        Ok(())
    })
}

fn panics_are_caught() -> Result<(), String> {
    struct Dropped<'a>(&'a AtomicUsize);
    impl Drop for Dropped<'_> {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    let (before, dropped) = (PANICS.load(Ordering::Relaxed), AtomicUsize::new(0));
    let caught = catch_unwind(AssertUnwindSafe(|| {
        let _dropped = Dropped(&dropped);
        panic!("in main");
    }));
    let payload = caught.expect_err("it panicked");
    if payload.downcast_ref::<&str>() != Some(&"in main") || dropped.into_inner() != 1 {
        return Err("the payload or a drop is lost".to_owned());
    }
    if std::thread::spawn(|| panic!("in a thread")).join().is_ok() {
        return Err("a thread's panic is lost".to_owned());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    match runtime.block_on(runtime.spawn(async { panic!("in a task") })) {
        Err(error) if error.is_panic() => {}
        _ => return Err("a task's panic is lost".to_owned()),
    }
    let told = PANICS.load(Ordering::Relaxed) - before;
    (told == 3).then_some(()).ok_or(format!("the program's hook was called {told} times"))
}

fn callback_panics(client: &Client) -> Result<(), String> {
    let before = PANICS.load(Ordering::Relaxed);
    let outcome = client.get(Box::new(|_| panic!("in a callback"))).recv_timeout(PATIENCE);
    match outcome.map_err(|error| error.to_string())? {
        Ok(()) => return Err("the transfer went well".to_owned()),
        Err(name) if name == "AWS_ERROR_INVALID_STATE" => {}
        Err(name) => return Err(name),
    }
    if PANICS.load(Ordering::Relaxed) == before {
        return Err("the program's hook was not called".to_owned());
    }
    client.get_whole()
}

fn backtraces_have_names() -> Result<(), String> {
    let trace = Backtrace::force_capture().to_string();
    trace.contains("backtraces_have_names").then_some(()).ok_or(trace)
}

fn threads_in_callbacks(client: &Client) -> Result<(), String> {
    let (tell, told) = mpsc::channel();
    let outcome = client.get(Box::new(move |_| {
        thread_local!(static COUNT: AtomicUsize = const { AtomicUsize::new(0) });
        COUNT.with(|count| count.fetch_add(1, Ordering::Relaxed));
        let _ = tell.send(std::thread::current().name().is_some());
        std::thread::scope(|scope| scope.spawn(|| 1).join().unwrap());
    }));
    outcome.recv_timeout(PATIENCE).map_err(|error| error.to_string())??;
    (told.iter().count() > 0).then_some(()).ok_or("no body".to_owned())
}

fn main() {
    std::panic::set_hook(Box::new(|_| {
        PANICS.fetch_add(1, Ordering::Relaxed);
    }));
    let client = Arc::new(Client::new());
    let tell = |name: &str, outcome: Result<(), String>| match outcome {
        Ok(()) => println!("pass {name}"),
        Err(what) => println!("fail {name}: {}", what.replace('\n', " ")),
    };
    tell("download", client.get_whole());
    tell("beside its own tokio and rustls", side_by_side(&client));
    tell("panics are caught", panics_are_caught());
    tell("a panic in a callback fails the transfer alone", callback_panics(&client));
    tell("backtraces have names", backtraces_have_names());
    tell("thread locals and threads in callbacks", threads_in_callbacks(&client));
    Arc::into_inner(client).expect("all are done").end();
    tell("panics are caught afterwards", panics_are_caught());
    tell("TLS afterwards", {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(over_tls())
    });
    println!("pass ends");
}

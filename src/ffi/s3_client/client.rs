//! Clients.

use std::ptr;
use std::sync::Arc;

use crate::sync::Mutex;

use crate::abi::*;
use crate::client::{Client, Config, Extras};
use crate::crt::process::Process;
use crate::crt::sys::{aws_allocator, aws_client_bootstrap};
use crate::crt::{self, Allocator};
use crate::error::{Code, Error, Result};
use crate::ffi::argument;
use crate::ffi::callbacks::{UserData, call_plain};
use crate::ffi::entry::entry;
use crate::ffi::handle::{self, Opaque};
use crate::ffi::options::client_config;
use crate::log;

use super::front::{ClientFront, ShownBoard};
use super::meta_request::{self, Asked};

/// What stands behind a client's C object. The object outlives the client: it is freed with the last of the things
/// that still name it, right before the shutdown callback.
pub(in crate::ffi) struct ClientObject {
    allocator: Allocator,
    client: Mutex<Option<Arc<Client>>>,
    maker: Process,
    shutdown: Shutdown,
}

type Shutdown = (aws_s3_client_shutdown_complete_callback_fn, UserData);

impl Opaque for aws_s3_client {
    type Front = ClientFront;
    type Inner = ClientObject;
}

impl ClientObject {
    /// Runs `work` with the client; `INVALID_STATE` when its last reference has been released, or when it is that of a
    /// parent process. No lock is held meanwhile, so that whatever `work` calls may come back here.
    pub fn with<T>(&self, work: impl FnOnce(Allocator, &Client) -> Result<T>) -> Result<T> {
        check_maker(self.maker)?;
        let client = self.client.lock().clone();
        work(self.allocator, &*client.ok_or(Code::INVALID_STATE)?)
    }
}

/// Makes a client.
///
/// The caller owns one reference and releases it with `aws_s3_client_release`. `client_config`
/// is read during the call; see there what must live longer. Neither pointer may be NULL. May
/// block while the EC2 instance type of the host is asked for. Needs `aws_s3_library_init`.
///
/// Returns NULL and raises an error otherwise, and then no callback is ever called:
/// AWS_ERROR_INVALID_ARGUMENT without bootstrap, signing configuration or credentials, for a
/// negative throughput target, for S3 Express signing without `enable_s3express`, for an
/// environment variable that is no number, and for an unknown network interface or jitter mode;
/// AWS_ERROR_S3_INVALID_MEMORY_LIMIT_CONFIG and AWS_ERROR_S3_PART_SIZE_EXCEEDS_MEMORY_LIMIT
/// from the default pool; or what a factory, TLS or the proxy settings raise.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_client_new(
    allocator: *mut aws_allocator,
    client_config: *const aws_s3_client_config,
) -> *mut aws_s3_client {
    entry(|| {
        // SAFETY: the caller's allocator and struct.
        unsafe {
            let config = argument::required(client_config)?;
            new_client(argument::allocator(allocator), config, Extras::default())
        }
    })
}

/// # Safety
/// As for [`crate::ffi::options::client_config`].
pub(in crate::ffi) unsafe fn new_client(
    allocator: Allocator,
    config: &aws_s3_client_config,
    extras: Extras,
) -> Result<*mut aws_s3_client> {
    let shutdown = (config.shutdown_callback, UserData(config.shutdown_callback_user_data));
    let (client, maker) = (Mutex::new(None), Process::current());
    let object = ClientObject { allocator, client, maker, shutdown };
    let front = ClientFront::default();
    let object: *mut aws_s3_client = handle::create(allocator, 1, front, object);
    // SAFETY: just made; its memory is given back only when nobody shares the board any more.
    let board = Arc::new(unsafe { ShownBoard::of(object) });
    let ending = Ending { object: UserData(object.cast()), board: board.clone(), shutdown };
    // SAFETY: as the caller promises.
    let made = unsafe { client_config(allocator, config, object) }
        .map(|config| Config { extras, ..config })
        .and_then(|config| {
            Client::new(config, object as usize, board.clone(), move || ending.run())
        });
    match made {
        Ok(client) => {
            board.show_pool(client.env().pool.as_ptr());
            // SAFETY: just made, not yet shown to anybody but a pool factory that only keeps its address.
            unsafe { handle::borrow(object)? }.client.lock().replace(Arc::new(client));
            Ok(object)
        }
        Err(error) => {
            board.taken_down();
            // SAFETY: as above; whatever was half made has let go of it.
            drop(unsafe { handle::destroy(object) });
            Err(error)
        }
    }
}

/// The end of a client: its object goes, then the caller hears of it.
struct Ending {
    object: UserData,
    board: Arc<ShownBoard>,
    shutdown: Shutdown,
}

impl Ending {
    fn run(self) {
        self.board.taken_down();
        // SAFETY: nobody names the object any more.
        drop(unsafe { handle::destroy(self.object.0.cast::<aws_s3_client>()) });
        call_plain(self.shutdown.0, self.shutdown.1);
    }
}

/// Takes one more reference to a client; release it with `aws_s3_client_release`. NULL does
/// nothing. Returns `client`. May be called from any thread.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_client_acquire(
    client: *mut aws_s3_client,
) -> *mut aws_s3_client {
    // SAFETY: the caller holds a reference.
    unsafe { handle::acquire(client) }
}

/// Releases one reference to a client. Every meta request holds one of its own until it is
/// destroyed: when the caller's last one is gone, running meta requests go on to their end, and
/// their callbacks may acquire the client and use it further. When the last of all is gone, the
/// client is destroyed in the background, and its shutdown callback tells when that is done.
/// NULL does nothing. Always returns NULL. May be called from any thread, also from callbacks.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_client_release(
    client: *mut aws_s3_client,
) -> *mut aws_s3_client {
    entry(|| {
        // SAFETY: the caller gives up a reference, or passes NULL.
        unsafe { release(client) };
        Ok(ptr::null_mut())
    })
}

/// # Safety
/// The reference is the caller's to give up.
unsafe fn release(client: *mut aws_s3_client) {
    // SAFETY: as the caller promises.
    if !unsafe { handle::release(client) } {
        return;
    }
    // SAFETY: the object is freed only after what is taken out here has ended.
    let Ok(object) = (unsafe { handle::borrow(client) }) else { return };
    if object.maker.is_current() {
        let taken = object.client.lock().take();
        drop(taken);
    } else {
        forget(object.shutdown);
    }
}

/// The end of a client of a parent process: all that it consists of is the parent's. Whoever waits for the shutdown
/// callback gets it, from a thread as ever.
fn forget(shutdown: Shutdown) {
    let started = crt::thread::spawn("AwsS3Forget", move || call_plain(shutdown.0, shutdown.1));
    if let Err(error) = started {
        log!(Error, Client, "no thread for the shutdown callback of an inherited client: {error}");
    }
}

/// `INVALID_STATE` when this is not the process in which an object was made.
pub(super) fn check_maker(maker: Process) -> Result<()> {
    if maker.is_current() {
        return Ok(());
    }
    let why = "it was made before a fork, by the parent of this process";
    log!(Error, Client, "a client or meta request is not used: {why}");
    Err(Error::from(Code::INVALID_STATE).because(why))
}

/// One reference to a client's C object.
pub(in crate::ffi) struct ClientReference(*mut aws_s3_client);

// SAFETY: the object is counted atomically and what is in it is `Send` and `Sync`.
unsafe impl Send for ClientReference {}
// SAFETY: as above.
unsafe impl Sync for ClientReference {}

impl ClientReference {
    /// # Safety
    /// `client` is alive.
    pub unsafe fn acquire(client: *mut aws_s3_client) -> Self {
        // SAFETY: as the caller promises.
        Self(unsafe { handle::acquire(client) })
    }

    /// See [`aws_s3_client_make_meta_request`].
    ///
    /// # Safety
    /// As for that.
    pub unsafe fn make_meta_request(
        &self,
        options: &aws_s3_meta_request_options,
    ) -> Result<*mut aws_s3_meta_request> {
        // SAFETY: the reference is ours.
        unsafe { make_meta_request(self.0, options, Asked::default()) }
    }
}

impl Drop for ClientReference {
    fn drop(&mut self) {
        // SAFETY: the reference is ours.
        unsafe { release(self.0) };
    }
}

/// Makes a meta request and starts it.
///
/// The caller owns one reference and releases it with `aws_s3_meta_request_release`, at once if
/// it likes: the meta request runs to its end either way. `options` are read during the call;
/// see there what must live longer. Neither pointer may be NULL. Does not wait for the network.
/// Callbacks may begin before this returns. May be called from any thread, also from callbacks.
///
/// Returns NULL and raises an error otherwise, and then no callback is ever called.
/// AWS_ERROR_INVALID_ARGUMENT for an unknown type, a missing message or host, several sources
/// of a body or, for PUT_OBJECT, none, and options that contradict each other;
/// AWS_ERROR_S3_INVALID_CONTENT_LENGTH_HEADER, AWS_ERROR_S3_INVALID_RANGE_HEADER,
/// AWS_ERROR_S3_INCORRECT_CONTENT_LENGTH and, for several lengths of one body,
/// AWS_ERROR_HTTP_INVALID_HEADER_FIELD for what the headers say;
/// AWS_ERROR_S3_PART_SIZE_EXCEEDS_MEMORY_LIMIT; and what opening a file raises, such as
/// AWS_ERROR_FILE_INVALID_PATH. The options name theirs. A file to receive into may have been
/// created or emptied all the same.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_client_make_meta_request(
    client: *mut aws_s3_client,
    options: *const aws_s3_meta_request_options,
) -> *mut aws_s3_meta_request {
    entry(|| {
        // SAFETY: the caller holds a reference to the client and lends the options.
        unsafe { make_meta_request(client, argument::required(options)?, Asked::default()) }
    })
}

/// # Safety
/// As for [`aws_s3_client_make_meta_request`].
pub(in crate::ffi) unsafe fn make_meta_request(
    client: *mut aws_s3_client,
    options: &aws_s3_meta_request_options,
    asked: Asked,
) -> Result<*mut aws_s3_meta_request> {
    // SAFETY: the caller holds a reference to the client.
    let object = unsafe { handle::borrow(client)? };
    // SAFETY: as above, and it lends the options.
    object.with(|allocator, inner| unsafe {
        meta_request::new(allocator, client, inner, options, asked)
    })
}

/// Returns how many connections may be in use at the same time: by the client when
/// `meta_request` is NULL, else by that meta request. This follows from the throughput target,
/// and is limited by the overrides of both and by the disk throughput of a streaming upload. 0
/// when `client` is NULL. May be called from any thread.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_client_get_max_active_connections(
    client: *mut aws_s3_client,
    meta_request: *mut aws_s3_meta_request,
) -> u32 {
    entry(|| {
        // SAFETY: the caller holds a reference to each.
        let (object, request) =
            unsafe { (handle::borrow(client)?, handle::borrow(meta_request.cast_const()).ok()) };
        object.with(|_, client| {
            Ok(match request.and_then(|request| request.meta_request()) {
                Some(request) => request.max_active(),
                None => client.settings().max_active(0, None),
            })
        })
    })
}

/// Makes a client bootstrap with its own event loops and host resolver, fit for
/// `aws_s3_client_config.client_bootstrap`.
///
/// The caller owns it and releases it with `aws_client_bootstrap_release`, which also ends its
/// event loops and resolver. `options` may be NULL, which means all defaults. Returns NULL and
/// raises the error of the step that failed otherwise.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_client_bootstrap_default(
    allocator: *mut aws_allocator,
    options: *const aws_s3_client_bootstrap_options,
) -> *mut aws_client_bootstrap {
    entry(|| {
        // SAFETY: the caller's allocator and struct; both may be NULL.
        let (allocator, options) =
            unsafe { (argument::allocator(allocator), argument::optional(options)) };
        let loops = options.map_or(0, |options| options.event_loop_count);
        let hosts = options.map_or(0, |options| options.host_resolver_max_entries);
        let most = AWS_S3_DEFAULT_MAX_EVENT_LOOPS as usize;
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let loops = if loops == 0 { processors.min(most) as u16 } else { loops };
        let hosts = if hosts == 0 { DEFAULT_RESOLVER_ENTRIES } else { hosts };
        crt::Bootstrap::new_default(allocator, loops, hosts).map(crt::Bootstrap::into_raw)
    })
}

/// Names that the resolver of a default bootstrap remembers.
const DEFAULT_RESOLVER_ENTRIES: usize = 16;

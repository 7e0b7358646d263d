//! A running meta request: what its owner may do to it. Its [runner](super::runners) carries it from start to end, on
//! one worker.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use crate::sync::Mutex;
use bytes::Bytes;
use tokio::task::AbortHandle;

use super::part::reason;
use super::verify::Verify;
use super::window::Window;
use super::writes::Writes;
use super::{
    Callbacks, Delivery, DownloadToken, Env, Kind, ResumeToken, Sink, Spec, Underway, UploadToken,
};
use crate::body::Source;
use crate::error::{Code, Error, Result};
use crate::log;
use crate::net::Target;
use crate::pool::{Pending, Reservation};
use crate::request::{Line, RequestKind, Severity, Stop, Telemetry};
use crate::schedule::{Caps, Name, Witness};

/// Called once, with a token if there is something to resume from.
pub type PauseDone = Box<dyn FnOnce(Option<ResumeToken>, Code) + Send>;

/// How far an asynchronous pause has come.
#[derive(Default)]
pub(super) enum Pause {
    #[default]
    Running,
    Asked(PauseDone),
    /// The meta request has ended.
    Answered,
}

/// One meta request, shared by its owner and its task.
pub struct MetaRequest {
    pub(super) spec: Spec,
    pub(super) source: Mutex<Source>,
    pub(super) line: Line,
    pub(super) stop: Stop,
    pub(super) window: Arc<Window>,
    pub(super) delivery: Delivery,
    /// The worker on which the operation runs.
    pub(super) home: usize,
    pub(super) headers_told: AtomicBool,
    pub(super) verify: Mutex<Verify>,
    pub(super) download: Mutex<DownloadToken>,
    pub(super) upload: Mutex<Option<UploadToken>>,
    pub(super) pause: Mutex<Pause>,
    pub(super) writes: Writes,
    /// Connections that may be used at a time.
    pub(super) active: AtomicU32,
    /// Ends it when its time is over.
    deadline: OnceLock<AbortHandle>,
    /// A special size that was announced to the pool and is to be taken back; 0 if none was.
    pub(super) special_bytes: AtomicU64,
    pub(super) begun_ns: u64,
    /// Last of all: when it goes, the client may end, and everything that is the caller's must have been given back.
    pub(super) env: Arc<Env>,
}

impl MetaRequest {
    /// Starts an operation. The callbacks are let go when everything is over.
    pub fn start(env: Arc<Env>, mut spec: Spec, callbacks: Arc<dyn Callbacks>) -> Arc<Self> {
        static NEXT_HOME: AtomicUsize = AtomicUsize::new(0);
        let stop = Stop::default();
        let window = Arc::new(match env.limits.read_window_bytes {
            Some(initial) => Window::limited(initial),
            None => Window::endless(),
        });
        let (crew, files, clock) = (env.delivery.clone(), env.files.clone(), env.clock.clone());
        let delivery =
            Delivery::new(crew, files, callbacks, stop.clone(), window.clone(), clock.clone());
        let reports = delivery.wants().telemetry.then(|| delivery.clone());
        let telemetry =
            reports.map(|reports| Arc::new(move |record| reports.telemetry(record)) as Telemetry);
        let name = Name(spec.kind.name(), spec.handle);
        let caps = Caps {
            places: spec.max_active as usize,
            reads: env.limits.max_pending_reads as usize,
            in_order: spec.max_active == 1,
            free: false,
            kind: spec.kind as u8,
        };
        let lane = env.schedule.lane(name, caps);
        let line = Line {
            connections: env.connections.clone(),
            origin: spec.origin.clone(),
            retry: env.retry.clone(),
            lane,
            activity: env.activity.clone(),
            stop: stop.clone(),
            telemetry,
            clock,
            upload_limit: env.upload_limit.clone().filter(|_| !spec.express),
            hedges: env.hedges.clone(),
            partition: spec.message.headers.value("Host").cloned().unwrap_or_default(),
        };
        let begun_ns = line.clock.monotonic_ns();
        let home = NEXT_HOME.fetch_add(1, Ordering::Relaxed) % env.workers.len();
        let source = Mutex::new(std::mem::take(&mut spec.source));
        let (upload, download) = tokens(&spec);
        delivery.go_on(&download.held);
        let meta = Arc::new(Self {
            env,
            active: AtomicU32::new(spec.max_active),
            spec,
            source,
            line,
            stop,
            window,
            delivery,
            home,
            headers_told: AtomicBool::new(false),
            verify: Mutex::default(),
            download: Mutex::new(download),
            upload: Mutex::new(upload),
            pause: Mutex::default(),
            writes: Writes::default(),
            deadline: OnceLock::new(),
            special_bytes: AtomicU64::new(0),
            begun_ns,
        });
        meta.line.lane.witnessed_by(Arc::downgrade(&meta) as Weak<dyn Witness>);
        meta.note_begin();
        if let Some(deadline) = meta.spec.deadline {
            let watching = meta.env.workers[home].spawn(end_after(deadline, Arc::downgrade(&meta)));
            let _ = meta.deadline.set(watching.abort_handle());
        }
        meta.env.runners[home].start(Underway::new(meta.clone()));
        meta
    }

    /// Ends the meta request with `AWS_ERROR_S3_CANCELED`, unless it has its result already.
    pub fn cancel(&self) {
        self.interrupt(Code::S3_CANCELED);
    }

    /// Ends an upload and hands out what is needed to go on; `None` if the service knows of no upload yet.
    pub fn pause(&self) -> Result<Option<ResumeToken>> {
        let multipart = self.spec.kind == Kind::Put && !self.spec.single;
        if !multipart || self.spec.content_length.is_none() {
            return Err(Code::UNSUPPORTED_OPERATION.into());
        }
        // Held meanwhile, so that no upload begins that the token does not tell of.
        let upload = self.upload.lock();
        let token = upload.clone().map(ResumeToken::Upload);
        self.interrupt(Code::S3_PAUSED);
        drop(upload);
        Ok(token)
    }

    /// As [`pause`](Self::pause), for downloads too; `done` is called when everything has come to rest.
    pub fn pause_async(&self, done: PauseDone) -> Result<()> {
        if self.spec.kind == Kind::Copy {
            return Err(Code::UNSUPPORTED_OPERATION.into());
        }
        let mut pause = self.pause.lock();
        if !matches!(*pause, Pause::Running) {
            drop(pause);
            done(None, Code::INVALID_STATE);
            return Ok(());
        }
        *pause = Pause::Asked(done);
        drop(pause);
        self.interrupt(Code::S3_PAUSED);
        Ok(())
    }

    /// Where an earlier download stopped, if this one goes on from there.
    pub(super) fn goes_on(&self) -> Option<&DownloadToken> {
        goes_on(&self.spec)
    }

    /// How far a download has come, with what has been handed over by now.
    pub fn download_token(&self) -> DownloadToken {
        let mut token = self.download.lock().clone();
        (token.held, token.continuous_bytes) =
            self.delivery.taken(|taken| (taken.runs(), taken.continuous_bytes()));
        token.total_bytes = token.held.iter().map(|(start, end)| end - start).sum();
        token
    }

    /// A token for a download that goes on: what it tells of stays handed over whatever happens, also to this process.
    pub fn checkpoint(&self) -> Result<ResumeToken> {
        if self.spec.kind != Kind::Get || self.spec.single {
            return Err(Code::UNSUPPORTED_OPERATION.into());
        }
        Ok(ResumeToken::Download(DownloadToken { file_modified_ns: 0, ..self.download_token() }))
    }

    /// Opens the read window by so many bytes.
    pub fn increment_read_window(&self, bytes: u64) {
        self.window.grow(bytes);
        self.delivery.kick();
    }

    /// Connections that this meta request may use at a time.
    pub fn max_active(&self) -> u32 {
        self.active.load(Ordering::Acquire)
    }

    /// Something that keeps the client alive for as long as it is held.
    pub fn keep_alive(&self) -> Arc<Env> {
        self.env.clone()
    }

    /// What it is, as the log calls it.
    pub(super) fn operation(&self) -> &str {
        match self.spec.kind {
            Kind::Default => &self.spec.operation,
            Kind::Get => RequestKind::GetObject.name(),
            Kind::Put => RequestKind::PutObject.name(),
            Kind::Copy => RequestKind::CopyObject.name(),
        }
    }

    /// The beginning, for whoever reads the log. What stands in the query may be a signature.
    fn note_begin(&self) {
        if !log::enabled(log::Level::Info, log::Subject::MetaRequest) {
            return;
        }
        let path = String::from_utf8_lossy(Target::of(&self.spec.message.target).path);
        let host = String::from_utf8_lossy(&self.line.partition);
        let (id, operation) = (self.spec.handle, self.operation());
        crate::log!(Info, MetaRequest, "id={id:#x} {operation} begins: {path} on {host}");
    }

    /// The time that it may take does not matter any more.
    pub(super) fn no_deadline(&self) {
        if let Some(watching) = self.deadline.get() {
            watching.abort();
        }
    }

    fn interrupt(&self, code: Code) {
        self.stop.set(Severity::Interrupt, code.into());
        self.delivery.kick();
    }

    /// Shows the headers of a success to the caller, once.
    pub(super) fn tell_headers(self: &Arc<Self>, headers: Vec<(Bytes, Bytes)>, status: u16) {
        if !self.delivery.wants().headers {
            return;
        }
        let meta = self.clone();
        self.delivery.call(move |callbacks| {
            // They are shown even if something failed meanwhile: the response they belong to was a success.
            if meta.headers_told.swap(true, Ordering::AcqRel) {
                return;
            }
            if let Err(error) = callbacks.headers(&headers, status) {
                meta.stop.set(Severity::Failure, error);
                meta.delivery.refuse();
            }
        });
    }

    /// Asks the pool for the memory of one part; `offset` counts from the start of what was asked for.
    pub(super) fn reserve(&self, bytes: u64, offset: u64, can_block: bool) -> Result<Pending> {
        let size = usize::try_from(bytes).map_err(|_| Code::OOM)?;
        let pending = self.env.pool.reserve(Reservation {
            client: self.env.handle as *mut _,
            meta_request: self.spec.handle as *mut _,
            size,
            can_block,
            local_offset: offset,
        });
        let stop = self.stop.clone();
        Ok(pending.given_up_as(move || reason(&stop)))
    }
}

impl Drop for MetaRequest {
    fn drop(&mut self) {
        self.no_deadline();
        let special = *self.special_bytes.get_mut();
        if special > 0 {
            self.env.pool.release_special_size(special as usize);
        }
    }
}

/// What a transfer goes on from is what it can go on from again, until more is known.
fn tokens(spec: &Spec) -> (Option<UploadToken>, DownloadToken) {
    let upload = match &spec.resume {
        Some(ResumeToken::Upload(token)) => Some(token.clone()),
        _ => None,
    };
    let nothing = || DownloadToken { part_bytes: spec.part_size, ..DownloadToken::default() };
    let mut download = goes_on(spec).cloned().unwrap_or_else(nothing);
    if let Sink::File(file) = &spec.sink {
        download.file_base = file.sink.base();
    }
    (upload, download)
}

/// The token that a download goes on from. One that tells of nothing is none.
fn goes_on(spec: &Spec) -> Option<&DownloadToken> {
    match &spec.resume {
        Some(ResumeToken::Download(token)) if spec.kind == Kind::Get && !spec.single => {
            Some(token).filter(|token| token.holds_any())
        }
        _ => None,
    }
}

/// Ends a meta request that takes longer than it may.
async fn end_after(deadline: Duration, meta: Weak<MetaRequest>) {
    tokio::time::sleep(deadline).await;
    if let Some(meta) = meta.upgrade() {
        let told = format!("its deadline of {deadline:?} is over");
        meta.stop.set(Severity::Interrupt, Error::from(Code::S3_REQUEST_TIMEOUT).because(told));
        meta.delivery.kick();
    }
}

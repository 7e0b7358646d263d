//! The one place from which the caller is called: a queue per meta request, worked off on one thread.
//!
//! Network tasks push what happened; the delivery thread calls the callbacks, one at a time and in this order:
//! headers, then for each part its progress, its body (in the order in which bodies were pushed) and its telemetry,
//! and at last the end. A body that the read window does not admit stays in the queue until the window grows or the
//! meta request ends early; then it is dropped. Nothing is called after the end.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::sync::Mutex;
use bytes::Bytes;

use super::taken::Taken;
use super::window::Window;
use super::{BodyCallback, Callbacks, Wants};
use crate::body::FileSink;
use crate::checksum::Hasher;
use crate::clock::Clock;
use crate::crt::Crew;
use crate::error::{Code, Error, Result};
use crate::pool::Chunk;
use crate::request::{Metrics, Severity, Stop};

/// How many steps a meta request may take before others of the same thread get their turn.
const STEPS_PER_TURN: usize = 32;

/// The bytes of one part or response, on their way to the sink.
pub struct Payload {
    /// Counts from 1.
    pub part: u32,
    pub content: Content,
    /// Position of the first byte in the object.
    pub range_start: u64,
    /// Position of the first byte in what was asked for.
    pub offset: u64,
    /// The record of the attempt that brought the bytes; reported when they are delivered.
    pub metrics: Metrics,
}

pub enum Content {
    Pooled(Chunk),
    Heap(Bytes),
}

/// Where bodies go.
pub enum Target {
    Callback {
        limited: bool,
    },
    /// Written on the delivery thread, in the order in which bodies are pushed.
    File(Arc<FileSink>),
    /// Written by the file threads, several at once.
    ParallelFile(Arc<FileSink>),
    /// Already where they belong: in memory from this address on.
    InPlace {
        address: usize,
    },
}

type Report = Box<dyn FnOnce(&dyn Callbacks) + Send>;

enum Event {
    Progress { bytes: u64, total: u64 },
    Telemetry(Box<Metrics>),
    Call(Report),
}

struct Body {
    payload: Payload,
    done: usize,
}

#[derive(Default)]
struct State {
    events: VecDeque<Event>,
    bodies: VecDeque<Body>,
    target: Option<Arc<Target>>,
    /// Checksums what passes, in the order in which it passes.
    hasher: Option<Hasher>,
    taken: Taken,
    handed_bytes: u64,
    writes_pending: usize,
    scheduled: bool,
    last: Option<Report>,
}

/// A handle to the queue of one meta request.
#[derive(Clone)]
pub struct Delivery {
    shared: Arc<Shared>,
}

struct Shared {
    crew: Arc<Crew>,
    files: Arc<Crew>,
    thread: usize,
    wants: Wants,
    callbacks: Mutex<Option<Arc<dyn Callbacks>>>,
    stop: Stop,
    window: Arc<Window>,
    clock: Clock,
    state: Mutex<State>,
}

enum Step {
    Event(Event),
    Drop(Body),
    Body(Body, usize, Arc<Target>),
    Last(Report),
    Rest,
}

impl Delivery {
    pub fn new(
        crew: Arc<Crew>,
        files: Arc<Crew>,
        callbacks: Arc<dyn Callbacks>,
        stop: Stop,
        window: Arc<Window>,
        clock: Clock,
    ) -> Self {
        let (thread, wants) = (crew.pick(), callbacks.wants());
        let callbacks = Mutex::new(Some(callbacks));
        let state = Mutex::default();
        let shared = Shared { crew, files, thread, wants, callbacks, stop, window, clock, state };
        Self { shared: Arc::new(shared) }
    }

    pub fn wants(&self) -> Wants {
        self.shared.wants
    }

    /// Says where bodies go; before the first one.
    pub fn aim(&self, target: Target, hasher: Option<Hasher>) {
        let mut state = self.shared.state.lock();
        state.target = Some(Arc::new(target));
        state.hasher = hasher;
    }

    pub fn progress(&self, bytes: u64, total: u64) {
        if self.shared.wants.progress && bytes > 0 {
            self.push(Event::Progress { bytes, total });
        }
    }

    pub fn telemetry(&self, metrics: Metrics) {
        if self.shared.wants.telemetry {
            self.push(Event::Telemetry(Box::new(metrics)));
        }
    }

    /// Runs `work` on the delivery thread, after what was pushed before.
    pub fn call(&self, work: impl FnOnce(&dyn Callbacks) + Send + 'static) {
        self.push(Event::Call(Box::new(work)));
    }

    /// Runs `work` on the delivery thread and hands its result back, for work that may block (a caller's stream).
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Callbacks) -> T + Send + 'static,
    ) -> Result<T> {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        self.call(move |callbacks| {
            let _ = sender.send(work(callbacks));
        });
        receiver.await.map_err(|lost| Error::from(Code::S3_INTERNAL_ERROR).because(lost))
    }

    /// Hands over a body.
    pub fn body(&self, payload: Payload) {
        let mut state = self.shared.state.lock();
        if let Some(Target::ParallelFile(sink)) = state.target.as_deref() {
            let sink = sink.clone();
            state.writes_pending += 1;
            drop(state);
            self.write_in_parallel(sink, payload);
            return;
        }
        state.bodies.push_back(Body { payload, done: 0 });
        self.shared.schedule(&mut state);
    }

    /// Looks again at a body that was held back: the window grew, or the meta request has its result.
    pub fn kick(&self) {
        let mut state = self.shared.state.lock();
        self.shared.schedule(&mut state);
    }

    /// The last thing that happens, once everything pushed before is done with. The callbacks are let go after it.
    pub fn end(&self, last: impl FnOnce(&dyn Callbacks) + Send + 'static) {
        let mut state = self.shared.state.lock();
        state.last = Some(Box::new(last));
        self.shared.schedule(&mut state);
    }

    pub fn taken(&self) -> Taken {
        self.shared.state.lock().taken.clone()
    }

    /// The checksum of everything that passed.
    pub fn take_hasher(&self) -> Option<Hasher> {
        self.shared.state.lock().hasher.take()
    }

    fn push(&self, event: Event) {
        let mut state = self.shared.state.lock();
        state.events.push_back(event);
        self.shared.schedule(&mut state);
    }

    fn write_in_parallel(&self, sink: Arc<FileSink>, mut payload: Payload) {
        let shared = self.shared.clone();
        let files = shared.files.clone();
        files.post(files.pick(), move || {
            // Parts that arrived before a pause count; after any other end nobody wants them any more.
            let unwanted = shared.stop.result().is_some_and(|e| e.code() != Code::S3_PAUSED);
            let length = payload.content.bytes().len() as u64;
            if !unwanted && length > 0 {
                payload.metrics.delivery.start_ns = Some(shared.clock.monotonic_ns());
                let written = sink.write_at(payload.offset, payload.content.bytes());
                payload.metrics.delivery.end_ns = Some(shared.clock.monotonic_ns());
                if let Err(error) = &written {
                    shared.stop.set(Severity::Failure, error.clone());
                } else {
                    shared.window.grow(length);
                }
                if written.is_ok() {
                    shared.state.lock().taken.whole(payload.part, length);
                }
            }
            shared.delivered(payload);
            let mut state = shared.state.lock();
            state.writes_pending -= 1;
            shared.schedule(&mut state);
        });
    }
}

impl Shared {
    fn schedule(self: &Arc<Self>, state: &mut State) {
        if !state.scheduled {
            state.scheduled = true;
            self.post();
        }
    }

    fn post(self: &Arc<Self>) {
        let shared = self.clone();
        self.crew.post(self.thread, move || shared.work());
    }

    fn work(self: Arc<Self>) {
        for _ in 0..STEPS_PER_TURN {
            let step = self.next_step();
            if let Step::Rest = step {
                return;
            }
            // The queue has to go on: a panic ends the meta request, not its deliveries.
            if catch_unwind(AssertUnwindSafe(|| self.take_step(step))).is_err() {
                crate::log!(Error, MetaRequest, "a delivery panicked");
                self.stop.set(Severity::Interrupt, Code::S3_INTERNAL_ERROR.into());
            }
        }
        self.post();
    }

    fn next_step(&self) -> Step {
        let mut state = self.state.lock();
        if let Some(event) = state.events.pop_front() {
            return Step::Event(event);
        }
        if let Some(body) = state.bodies.pop_front() {
            let target = match (&state.target, self.stop.result()) {
                (Some(target), None) => target.clone(),
                _ => return Step::Drop(body),
            };
            let left = body.payload.content.bytes().len() - body.done;
            let admitted = match *target {
                Target::Callback { limited: true } => {
                    let window = self.window.total().saturating_sub(state.handed_bytes);
                    left.min(usize::try_from(window).unwrap_or(usize::MAX))
                }
                _ => left,
            };
            if admitted > 0 || left == 0 {
                state.handed_bytes += admitted as u64;
                return Step::Body(body, admitted, target);
            }
            state.bodies.push_front(body);
        } else if state.writes_pending == 0
            && let Some(last) = state.last.take()
        {
            return Step::Last(last);
        }
        state.scheduled = false;
        Step::Rest
    }

    fn take_step(self: &Arc<Self>, step: Step) {
        let callbacks = self.callbacks.lock().clone();
        let Some(callbacks) = callbacks else { return };
        match step {
            Step::Event(event) => self.event(&*callbacks, event),
            Step::Drop(body) => self.delivered(body.payload),
            Step::Body(body, admitted, target) => {
                self.deliver(&*callbacks, body, admitted, &target);
            }
            Step::Last(last) => {
                last(&*callbacks);
                // The caller's reference goes first, then ours: nothing can be called from here on.
                drop(self.callbacks.lock().take());
            }
            Step::Rest => {}
        }
    }

    fn event(&self, callbacks: &dyn Callbacks, event: Event) {
        match event {
            Event::Progress { bytes, total } => {
                if self.stop.result().is_none() {
                    callbacks.progress(bytes, total);
                }
            }
            Event::Telemetry(metrics) => callbacks.telemetry(*metrics),
            Event::Call(work) => work(callbacks),
        }
    }

    fn deliver(
        self: &Arc<Self>,
        callbacks: &dyn Callbacks,
        mut body: Body,
        admitted: usize,
        target: &Target,
    ) {
        let payload = &mut body.payload;
        let length = payload.content.bytes().len();
        if body.done == 0 {
            // Out of the lock while it works: the network pushes meanwhile.
            let hasher = self.state.lock().hasher.take();
            if let Some(mut hasher) = hasher {
                hasher.update(payload.content.bytes());
                self.state.lock().hasher = Some(hasher);
            }
            if length > 0 {
                payload.metrics.delivery.start_ns = Some(self.clock.monotonic_ns());
            }
        }
        let piece = &payload.content.bytes()[body.done..body.done + admitted];
        let handed = if piece.is_empty() {
            Ok(())
        } else {
            self.hand_over(callbacks, payload, piece, body.done as u64, target)
        };
        if let Err(error) = handed {
            self.stop.set(Severity::Failure, error);
            payload.metrics.delivery.end_ns = Some(self.clock.monotonic_ns());
            self.delivered(body.payload);
            return;
        }
        body.done += admitted;
        let complete = body.done == length;
        {
            let mut state = self.state.lock();
            state.taken.bytes += admitted as u64;
            if !complete {
                state.bodies.push_front(body);
                return;
            }
            state.taken.mark(body.payload.part, length as u64);
        }
        if length > 0 {
            body.payload.metrics.delivery.end_ns = Some(self.clock.monotonic_ns());
        }
        self.delivered(body.payload);
    }

    fn hand_over(
        &self,
        callbacks: &dyn Callbacks,
        payload: &Payload,
        piece: &[u8],
        done: u64,
        target: &Target,
    ) -> Result<()> {
        match target {
            Target::Callback { .. } if self.wants.body == BodyCallback::None => Ok(()),
            Target::Callback { .. } => {
                let ticket = match &payload.content {
                    Content::Pooled(chunk) => Some(chunk.ticket()),
                    Content::Heap(_) => None,
                };
                callbacks.body(piece, payload.range_start + done, ticket)
            }
            Target::File(sink) | Target::ParallelFile(sink) => {
                sink.write_at(payload.offset + done, piece)?;
                self.window.grow(piece.len() as u64);
                Ok(())
            }
            Target::InPlace { address } => {
                check_place(piece, *address, payload.offset + done)?;
                self.window.grow(piece.len() as u64);
                Ok(())
            }
        }
    }

    /// Lets the memory go, then reports the attempt that filled it.
    fn delivered(self: &Arc<Self>, payload: Payload) {
        let Payload { content, mut metrics, .. } = payload;
        drop(content);
        if self.wants.telemetry {
            metrics.end(self.clock.monotonic_ns(), true);
            let mut state = self.state.lock();
            state.events.push_back(Event::Telemetry(Box::new(metrics)));
            self.schedule(&mut state);
        }
    }
}

impl Content {
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Pooled(chunk) => chunk.as_ref(),
            Self::Heap(bytes) => bytes,
        }
    }
}

/// A pool that serves other memory than the caller's would lose the bytes.
fn check_place(piece: &[u8], address: usize, offset: u64) -> Result<()> {
    let offset = usize::try_from(offset).map_err(|_| Code::OOM)?;
    if piece.as_ptr().addr() == address.wrapping_add(offset) {
        return Ok(());
    }
    let error = Error::new(Code::S3_BUFFER_ALLOCATION_FAILED);
    Err(error.because("the pool has served other memory than that of the receive buffer"))
}

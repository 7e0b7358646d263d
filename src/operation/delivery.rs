//! The one place from which the caller is called: a queue per meta request, worked off by one thread at a time.
//!
//! Network tasks push what happened; the delivery thread calls the callbacks, one at a time and in the order of
//! pushing: headers, then for each part its progress, its body and its telemetry, and at last the end. A body that the
//! read window does not admit waits until the window grows, and holds up nothing but bodies; when the meta request ends
//! early, it is dropped. Nothing is called after the end.
//!
//! The queue belongs to no thread. Whoever has the turn takes a step out of the lock, does it, and hands back what is
//! left of it; if it never comes back from a callback, the step has failed and another turn goes on with the next. A
//! body stream that blocks in a read, while the meta request has its result, loses the turn to another one; the caller
//! hears of the end then, but is not given up before the read is over.

mod queue;
#[cfg(test)]
mod tests;
mod told;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::sync::{Mutex, MutexGuard};
use bytes::Bytes;

use self::queue::{Body, Event, Queue, Step, Wanted};
use super::taken::Taken;
use super::window::Window;
use super::{BodyCallback, Callbacks, Wants};
use crate::body::FileSink;
use crate::checksum::Hasher;
use crate::clock::Clock;
use crate::crt::Crew;
use crate::error::{Code, Error, Result};
use crate::pool::Chunk;
use crate::request::{Metrics, Record, Severity, Stop};
use crate::schedule::{Arrived, Rest};

/// How many steps a meta request may take before others of the same thread get their turn.
const STEPS_PER_TURN: usize = 32;

/// The bytes of one part or response, on their way to the sink.
pub struct Payload {
    pub content: Content,
    /// Position of the first byte in the object.
    pub range_start: u64,
    /// Position of the first byte in what was asked for.
    pub offset: u64,
    /// The record of the attempt that brought the bytes; reported when they are delivered.
    pub metrics: Record,
    /// It counts among those that have come, and says how long it waits for its consumer.
    pub arrived: Option<Arrived>,
}

pub enum Content {
    Pooled(Chunk),
    Heap(Bytes),
}

/// Where bodies go.
#[derive(Clone)]
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

#[derive(Default)]
struct State {
    queue: Queue,
    target: Option<Target>,
    /// Checksums what passes, in the order in which it passes.
    hasher: Option<Hasher>,
    taken: Taken,
    /// A callback failed: its owner hears of nothing but the end.
    refused: bool,
    /// Somebody has the turn, or will have it.
    scheduled: bool,
    /// Nobody needs one before the end, which follows at once.
    gathering: bool,
    /// The number of that turn, which changes when it is taken away.
    turn: u64,
    reading: Reading,
    /// What whoever has the turn is at.
    step: &'static str,
}

/// What is known of a read of the body stream.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Reading {
    #[default]
    No,
    Now,
    /// Somebody will look whether it goes on, and take the turn away then.
    Unwanted,
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
    progressed: AtomicU64,
    state: Mutex<State>,
}

/// A turn at the queue. However it ends, the queue goes on.
struct Turn {
    shared: Arc<Shared>,
    number: u64,
    in_step: bool,
    rests: bool,
}

/// See [`Delivery::hold`]. The end comes on the delivery thread, whoever lets go.
pub struct Hold {
    callbacks: Option<Arc<dyn Callbacks>>,
    crew: Arc<Crew>,
    thread: usize,
}

/// A write on a file thread, which the end of the meta request waits for. However it ends, it is over then.
struct Writing(Arc<Shared>);

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
        let shared = Shared {
            crew,
            files,
            thread,
            wants,
            callbacks,
            stop,
            window,
            clock,
            progressed: AtomicU64::new(0),
            state: Mutex::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    pub fn wants(&self) -> Wants {
        self.shared.wants
    }

    /// Says where bodies go; before the first one.
    pub fn aim(&self, target: Target, hasher: Option<Hasher>) {
        let mut state = self.shared.state.lock();
        state.target = Some(target);
        state.hasher = hasher;
    }

    /// Goes on where an earlier download stopped, which had handed these bytes over; before the first body.
    pub fn go_on(&self, held: &[(u64, u64)]) {
        self.shared.state.lock().taken = Taken::after(held);
    }

    /// Tells of bytes that have arrived, unless the meta request has its result by now.
    pub fn progress(&self, bytes: u64, total: u64) {
        self.shared.progressed.fetch_add(bytes, Ordering::Relaxed);
        if self.shared.wants.progress && bytes > 0 && self.shared.wanted() != Wanted::None {
            self.push(Event::Progress { bytes, total });
        }
    }

    pub fn telemetry(&self, record: Record) {
        if let Some(metrics) = record.into_metrics().filter(|_| self.shared.wants.telemetry) {
            self.push(Event::Telemetry(metrics));
        }
    }

    /// Runs `work` on the delivery thread, after what was pushed before.
    pub fn call(&self, work: impl FnOnce(&dyn Callbacks) + Send + 'static) {
        self.push(Event::Call(Box::new(work)));
    }

    /// Runs `work` on the delivery thread, after what was pushed before, and hands its result back: to learn what the
    /// caller says, or when it has come so far.
    pub fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Callbacks) -> T + Send + 'static,
    ) -> impl Future<Output = Result<T>> {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        self.call(move |callbacks| {
            let _ = sender.send(work(callbacks));
        });
        async { receiver.await.map_err(|lost| Error::from(Code::S3_INTERNAL_ERROR).because(lost)) }
    }

    /// Runs a read of the caller's stream on the delivery thread, after what was pushed before. Should it block when
    /// the meta request has its result, the rest does not wait for it: what `work` needs it has to hold.
    pub fn read(&self, work: impl FnOnce() + Send + 'static) {
        self.push(Event::Read(Box::new(move |_| work())));
    }

    /// Keeps the caller's end from coming for as long as it is held.
    pub fn hold(&self) -> Hold {
        let callbacks = self.shared.callbacks.lock().clone();
        Hold { callbacks, crew: self.shared.crew.clone(), thread: self.shared.thread }
    }

    /// Hands over a body.
    pub fn body(&self, mut payload: Payload) {
        let mut state = self.shared.state.lock();
        if let Some(Target::ParallelFile(sink)) = &state.target {
            let sink = sink.clone();
            payload.rests(Rest::Writing);
            state.queue.pending += 1;
            drop(state);
            self.write_in_parallel(sink, payload);
            return;
        }
        state.queue.push_body(payload);
        self.shared.schedule(state);
    }

    /// A callback failed: nothing more is told but the end.
    pub fn refuse(&self) {
        self.shared.refuse();
    }

    /// Looks again at a body that was held back: the window grew, or the meta request has its result.
    pub fn kick(&self) {
        let state = self.shared.state.lock();
        self.shared.schedule(state);
    }

    /// From now on what is pushed waits for the end, so that all of it is one turn. Nothing may be waited for until
    /// then.
    pub fn gather(&self) {
        self.shared.state.lock().gathering = true;
    }

    /// The last thing that happens, once everything pushed before is done with. The callbacks are let go after it.
    pub fn end(&self, last: impl FnOnce(&dyn Callbacks) + Send + 'static) {
        let mut state = self.shared.state.lock();
        state.queue.end(Box::new(last));
        let gathered = std::mem::take(&mut state.gathering);
        if !gathered || state.scheduled {
            self.shared.schedule(state);
            return;
        }
        state.scheduled = true;
        let (shared, turn) = (self.shared.clone(), state.turn);
        drop(state);
        let Shared { crew, thread, .. } = &*self.shared;
        crew.post_one_of_many(*thread, move || Turn::take(shared, turn));
    }

    /// Looks at what has been taken.
    pub fn taken<T>(&self, look: impl FnOnce(&Taken) -> T) -> T {
        look(&self.shared.state.lock().taken)
    }

    /// Bytes that progress told of, or would have.
    pub fn progressed(&self) -> u64 {
        self.shared.progressed.load(Ordering::Relaxed)
    }

    /// The checksum of everything that passed.
    pub fn take_hasher(&self) -> Option<Hasher> {
        self.shared.state.lock().hasher.take()
    }

    fn push(&self, event: Event) {
        let mut state = self.shared.state.lock();
        state.queue.push(event);
        self.shared.schedule(state);
    }

    fn write_in_parallel(&self, sink: Arc<FileSink>, mut payload: Payload) {
        let writing = Writing(self.shared.clone());
        let files = &self.shared.files;
        files.post(files.pick(), move || {
            let shared = &writing.0;
            // Parts that arrived before a pause count; after any other end nobody wants them any more.
            let length = payload.content.bytes().len() as u64;
            if shared.wanted() != Wanted::None && length > 0 {
                shared.note_delivery(&mut payload, false);
                let wanted = || shared.wanted() != Wanted::None;
                let written = sink.write_at(payload.offset, payload.content.bytes(), &wanted);
                shared.note_delivery(&mut payload, true);
                match written {
                    Ok(()) => {
                        shared.window.grow(length);
                        shared.state.lock().taken.whole(payload.offset, length);
                    }
                    Err(error) => {
                        shared.stop.set(Severity::Failure, error);
                    }
                }
            }
            if let Some(metrics) = shared.delivered(payload) {
                shared.state.lock().queue.push(Event::Telemetry(metrics));
            }
        });
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let callbacks = self.callbacks.take();
        self.crew.post(self.thread, move || drop(callbacks));
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        let mut state = self.0.state.lock();
        state.queue.pending -= 1;
        self.0.schedule(state);
    }
}

impl Turn {
    fn take(shared: Arc<Shared>, number: u64) {
        let mut turn = Self { shared, number, in_step: false, rests: false };
        for _ in 0..STEPS_PER_TURN {
            let Some((step, target)) = turn.shared.next_step(number) else {
                turn.rests = true;
                return;
            };
            turn.in_step = true;
            turn.shared.take_step(step, target);
            turn.in_step = false;
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if self.in_step {
            crate::log!(Error, MetaRequest, "a delivery was left in its middle");
            self.shared.stop.set(Severity::Interrupt, Code::S3_INTERNAL_ERROR.into());
            self.shared.refuse();
        }
        if !self.rests {
            self.shared.post(self.number);
        }
    }
}

impl Shared {
    /// Sees to it that somebody has the turn, when the lock is released: who is woken needs it at once.
    fn schedule(self: &Arc<Self>, mut state: MutexGuard<'_, State>) {
        let turn = state.turn;
        if !state.scheduled {
            if !state.gathering {
                state.scheduled = true;
                drop(state);
                self.post(turn);
            }
        } else if state.reading == Reading::Now && self.stop.result().is_some() {
            state.reading = Reading::Unwanted;
            drop(state);
            self.relieve(turn);
        }
    }

    fn post(self: &Arc<Self>, turn: u64) {
        let shared = self.clone();
        self.crew.post(self.thread, move || Turn::take(shared, turn));
    }

    /// Takes the turn away from a read that nobody wants any more. Queued behind it, so that one which does not block
    /// is over by then.
    fn relieve(self: &Arc<Self>, turn: u64) {
        let shared = self.clone();
        self.crew.post(self.thread, move || {
            let mut state = shared.state.lock();
            if state.turn != turn || state.reading != Reading::Unwanted {
                return;
            }
            state.reading = Reading::No;
            state.turn += 1;
            drop(state);
            Turn::take(shared, turn + 1);
        });
    }

    fn wanted(&self) -> Wanted {
        match self.stop.result().map(Error::code) {
            None => Wanted::All,
            Some(Code::S3_PAUSED) => Wanted::Admitted,
            Some(_) => Wanted::None,
        }
    }

    fn refuse(&self) {
        let mut state = self.state.lock();
        state.refused = true;
        state.queue.break_off();
    }

    /// What to do now, and where bodies go. Without anything to do, or with a turn that was taken away, that is over.
    fn next_step(&self, turn: u64) -> Option<(Step, Option<Target>)> {
        let wanted = self.wanted();
        let mut state = self.state.lock();
        if state.turn != turn {
            return None;
        }
        let target = state.target.clone();
        let window_bytes = match target.as_ref() {
            Some(Target::Callback { limited: true }) => self.window.total(),
            _ => u64::MAX,
        };
        let step = state.queue.next(wanted, window_bytes);
        state.scheduled = step.is_some();
        state.step = step.as_ref().map_or("", |step| told::described(step, target.as_ref()));
        state.reading = match step {
            Some(Step::Event(Event::Read(_))) => Reading::Now,
            _ => Reading::No,
        };
        Some((step?, target))
    }

    fn take_step(&self, step: Step, target: Option<Target>) {
        if let Step::Last(last) = step {
            // The caller's reference goes first, then ours: nothing can be called from here on.
            let callbacks = self.callbacks.lock().take();
            if let Some(callbacks) = callbacks {
                last(&*callbacks);
            }
            return;
        }
        let callbacks = self.callbacks.lock().clone();
        let Some(callbacks) = callbacks else { return };
        match (step, target) {
            (Step::Event(event), _) => self.event(&*callbacks, event),
            (Step::Body(body, admitted), Some(target)) => {
                self.deliver(&*callbacks, body, admitted, &target);
            }
            (Step::Drop(body) | Step::Body(body, _), _) => self.settle(&*callbacks, body.payload),
            (Step::Last(_), _) => {}
        }
    }

    fn event(&self, callbacks: &dyn Callbacks, event: Event) {
        match event {
            Event::Progress { bytes, total } => {
                // What was earned before an error is told; who cancels or refuses has heard enough.
                let canceled =
                    self.stop.result().is_some_and(|error| error.code() == Code::S3_CANCELED);
                if !canceled && !self.state.lock().refused {
                    callbacks.progress(bytes, total);
                }
            }
            Event::Telemetry(metrics) => callbacks.telemetry(*metrics),
            Event::Call(work) | Event::Read(work) => work(callbacks),
        }
    }

    fn deliver(
        &self,
        callbacks: &dyn Callbacks,
        mut body: Box<Body>,
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
                self.note_delivery(payload, false);
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
            self.state.lock().queue.break_off();
        } else {
            let offset = body.payload.offset + body.done as u64;
            body.done += admitted;
            let mut state = self.state.lock();
            state.taken.piece(offset, admitted as u64);
            if body.done < length {
                state.queue.put_back(body);
                return;
            }
            state.taken.parts += 1;
        }
        if length > 0 {
            self.note_delivery(&mut body.payload, true);
        }
        self.settle(callbacks, body.payload);
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
            Target::Callback { .. } if self.wants.body == BodyCallback::None => {}
            Target::Callback { .. } => {
                let ticket = match &payload.content {
                    Content::Pooled(chunk) => Some(chunk.ticket()),
                    Content::Heap(_) => None,
                };
                let handed = callbacks.body(piece, payload.range_start + done, ticket);
                return handed.inspect_err(|_| self.refuse());
            }
            Target::File(sink) | Target::ParallelFile(sink) => {
                let wanted = || self.stop.result().is_none();
                sink.write_at(payload.offset + done, piece, &wanted)?;
            }
            Target::InPlace { address } => check_place(piece, *address, payload.offset + done)?,
        }
        // Here nobody else opens the window.
        self.window.grow(piece.len() as u64);
        Ok(())
    }

    /// Reports the attempt that brought a body, which is done with.
    fn settle(&self, callbacks: &dyn Callbacks, payload: Payload) {
        if let Some(metrics) = self.delivered(payload) {
            callbacks.telemetry(*metrics);
        }
    }

    /// Lets the memory go; the record of the attempt that filled it is left.
    fn delivered(&self, payload: Payload) -> Option<Box<Metrics>> {
        let Payload { content, mut metrics, .. } = payload;
        drop(content);
        metrics.note(|metrics| metrics.end(self.clock.monotonic_ns(), true));
        metrics.into_metrics().filter(|_| self.wants.telemetry)
    }

    /// Takes down when the delivery of a body has begun, or is over.
    fn note_delivery(&self, payload: &mut Payload, over: bool) {
        payload.metrics.note(|metrics| {
            let span = &mut metrics.delivery;
            let at = if over { &mut span.end_ns } else { &mut span.start_ns };
            *at = Some(self.clock.monotonic_ns());
        });
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

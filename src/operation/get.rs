//! A download: learn the size with the first request, then fetch the rest in parts.
//!
//! The first request is a HEAD, a ranged GET or a GET of part 1, whichever tells enough; a GET brings part 1 along, and
//! where that is all there is the [short road](super::get_single) is taken. After that, parts are requested as far as
//! memory, permits and the read window allow, and handed to the delivery in object order or as they arrive.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::task::JoinSet;

use super::delivery::{Content, Payload, Target};
use super::discovery::{discover, modified};
use super::finish::Success;
use super::message::base;
use super::missing::{Cut, Missing};
use super::part::fetch;
use super::range::range_value;
use super::spread::Spread;
use super::{BodyCallback, MetaRequest, Order, Sink, get_single};
use crate::checksum::Hasher;
use crate::error::{Code, Error, Result};
use crate::request::{Failure, Reply, ReplyBody, Request, RequestKind, Severity, Version};
use crate::schedule::{Pass, Rest, Stage};

pub(super) async fn run(meta: &Arc<MetaRequest>) -> Result<Success, Failure> {
    let discovery = discover(meta).await?;
    let status = if meta.spec.range.is_some() { 206 } else { 200 };
    let Some(layout) = discovery.layout else {
        meta.verify.lock().is_empty = true;
        return Ok(Success { status, taken: Some((0, 0)) });
    };
    if let Sink::Buffer { capacity, .. } = meta.spec.sink
        && layout.len() > capacity
    {
        // What the headers callback says comes first. The part that came along still counts, and is told of.
        let _ = meta.delivery.run(|_| ()).await;
        meta.stop.set(Severity::Failure, Code::SHORT_BUFFER.into());
    }
    let goes_on = meta.goes_on();
    let cut = match goes_on {
        None => Cut::Whole(layout),
        Some(token) => {
            let range = (layout.first, layout.last);
            Cut::Rest(Missing::new(range, &token.held, layout.part_bytes)?)
        }
    };
    if cut.parts() == 1
        && let Some(reply) = discovery.first_part
    {
        return get_single::deliver(meta, status, &cut, reply);
    }
    // Right behind the headers in the queue.
    let headers_taken = meta.delivery.wants().headers.then(|| meta.delivery.run(|_| ()));
    let taken = Some((cut.wanted_bytes(), cut.parts()));
    let last = cut.parts();
    if goes_on.is_some() {
        reads_again(meta);
    }
    let mut download = Download::new(meta, cut);
    if let Some(reply) = discovery.first_part {
        download.arrived(1, Ok(reply))?;
    }
    let first = if download.requested > 0 { 2 } else { 1 };
    if let Some(taken) = headers_taken
        && first <= last
    {
        // Whoever refuses the headers gets nothing more asked for.
        taken.await?;
    }
    download.fetch_parts(first, discovery.version).await?;
    Ok(Success { status, taken })
}

/// What an earlier download has left in a file is read again at the end, when all of it is compared with its checksum.
/// What it has handed to somebody else is gone, and with it that comparison.
fn reads_again(meta: &MetaRequest) {
    let mut verify = meta.verify.lock();
    match &meta.spec.sink {
        Sink::File(file) if !file.sink.in_order() => verify.reads_again = verify.expected.is_some(),
        _ => verify.expected = None,
    }
}

struct Download<'a> {
    meta: &'a Arc<MetaRequest>,
    cut: Cut,
    out_of_order: bool,
    /// Parts that wait for earlier ones.
    waiting: BTreeMap<u32, Payload>,
    next_to_deliver: u32,
    requested: u32,
    requested_bytes: u64,
    failure: Option<Failure>,
}

type Fetching = JoinSet<(u32, Result<Reply, Failure>)>;

impl<'a> Download<'a> {
    fn new(meta: &'a Arc<MetaRequest>, cut: Cut) -> Self {
        let out_of_order = aim(meta);
        Self {
            meta,
            cut,
            out_of_order,
            waiting: BTreeMap::new(),
            next_to_deliver: 1,
            requested: 0,
            requested_bytes: 0,
            failure: None,
        }
    }

    /// Requests everything from part `first` on and waits until all of it has arrived.
    async fn fetch_parts(&mut self, first: u32, version: Version) -> Result<(), Failure> {
        let meta = self.meta;
        let last = self.cut.parts();
        let active = meta.max_active();
        let rotate = self.out_of_order && !meta.env.limits.sequential_requests;
        let regions = if rotate { active } else { 1 };
        let mut order = Spread::rotating(first, last, regions);
        let in_flight_limit = active as usize;
        let mut fetching = Fetching::new();
        let part_bytes = self.cut.part_bytes();
        // Has its share, or waits for it.
        let mut spare = meta.line.lane.pass(0, part_bytes);
        loop {
            let stopped = meta.stop.result().is_some();
            let mut crowded = false;
            while !stopped
                && order.left() > 0
                && fetching.len() < in_flight_limit
                && self.window_admits()
            {
                crowded = !spare.try_enter(Stage::Share);
                if crowded {
                    break;
                }
                let Some(part) = order.next() else { break };
                let next = meta.line.lane.pass(0, part_bytes);
                let pass = std::mem::replace(&mut spare, next);
                self.request(part, &version, pass, &mut fetching)?;
            }
            let more = !stopped && order.left() > 0 && fetching.len() < in_flight_limit;
            let held_back = more && !crowded;
            if fetching.is_empty() && (stopped || order.left() == 0) {
                break;
            }
            tokio::select! {
                Some(arrived) = fetching.join_next(), if !fetching.is_empty() => {
                    let (part, reply) = arrived.map_err(|error| {
                        Error::from(Code::S3_INTERNAL_ERROR).because(error)
                    })?;
                    self.arrived(part, reply)?;
                }
                () = meta.window.beyond(self.requested_bytes), if held_back => {}
                () = spare.enter(Stage::Share), if more && crowded => {}
                () = meta.stop.tripped(Severity::Failure), if !stopped => {}
            }
        }
        match self.failure.take() {
            Some(failure) => Err(failure),
            None => meta.stopped(),
        }
    }

    fn window_admits(&self) -> bool {
        self.requested_bytes < self.meta.window.total()
    }

    fn request(
        &mut self,
        part: u32,
        version: &Version,
        pass: Pass,
        fetching: &mut Fetching,
    ) -> Result<(), Failure> {
        let meta = self.meta;
        let (start, end) = self.cut.part(part);
        let bytes = self.cut.part_len(part);
        let mut request = part_request(meta, part, (start, end), Some(version));
        pass.aim(part, bytes);
        request.pass = Some(pass);
        let pending = meta.reserve(bytes, start - self.cut.first(), false)?;
        let worker = (meta.home + part as usize) % meta.env.workers.len();
        let line = meta.line.clone();
        let size = bytes as usize;
        let task = async move {
            let reply = fetch(&line, pending, size, request).await;
            (part, reply)
        };
        fetching.spawn_on(task, &meta.env.workers[worker]);
        self.requested += 1;
        self.requested_bytes += bytes;
        meta.verify.lock().parts_requested += 1;
        Ok(())
    }

    /// Takes note of a part and passes on what can be delivered. A failure lets the others run to their end.
    fn arrived(&mut self, part: u32, reply: Result<Reply, Failure>) -> Result<(), Failure> {
        if part == 1 && self.requested == 0 && reply.is_ok() {
            self.requested = 1;
            self.requested_bytes = self.cut.part_len(1);
        }
        let accept = |reply| accept(self.meta, &self.cut, part, reply).map_err(Failure::from);
        let mut payload = match reply.and_then(accept) {
            Ok(payload) => payload,
            Err(failure) => {
                let failure = modified(self.meta, failure);
                self.meta.stop.set(Severity::Failure, failure.error.clone());
                self.meta.delivery.kick();
                self.failure.get_or_insert(failure);
                return Ok(());
            }
        };
        if self.out_of_order {
            self.deliver(payload);
            return Ok(());
        }
        if part != self.next_to_deliver {
            payload.rests(Rest::Waiting);
        }
        self.waiting.insert(part, payload);
        while let Some(mut payload) = self.waiting.remove(&self.next_to_deliver) {
            payload.rests(Rest::Delivering);
            self.deliver(payload);
            self.next_to_deliver += 1;
        }
        Ok(())
    }

    fn deliver(&self, mut payload: Payload) {
        if let Some(arrived) = &mut payload.arrived {
            arrived.paces();
        }
        self.meta.delivery.body(payload);
    }
}

impl Drop for Download<'_> {
    /// Parts that never became deliverable are still reported.
    fn drop(&mut self) {
        for (_, payload) in std::mem::take(&mut self.waiting) {
            self.meta.delivery.telemetry(payload.metrics);
        }
    }
}

/// Decides where bodies go and in which order; says whether in any.
pub(super) fn aim(meta: &MetaRequest) -> bool {
    let ordered_hash = meta.verify.lock().run_with();
    let (to_file, without_positions) = match &meta.spec.sink {
        Sink::File(file) => (true, file.sink.in_order()),
        _ => (false, false),
    };
    let asked_out_of_order = match meta.spec.order {
        _ if without_positions => false,
        Order::Unstated => to_file,
        Order::InOrder => false,
        Order::OutOfOrder => true,
    };
    if asked_out_of_order && ordered_hash.is_some() {
        crate::log!(Warn, MetaRequest, "delivering in order: the checksum cannot be folded");
    }
    let out_of_order = asked_out_of_order && ordered_hash.is_none();
    let wants = meta.delivery.wants();
    let limited = meta.window.is_limited() && wants.body == BodyCallback::Plain;
    let target = match &meta.spec.sink {
        Sink::Callback => Target::Callback { limited },
        Sink::File(file) if out_of_order => Target::ParallelFile(file.sink.clone()),
        Sink::File(file) => Target::File(file.sink.clone()),
        Sink::Buffer { address, .. } => Target::InPlace { address: *address },
    };
    let taken_by_caller =
        matches!(target, Target::Callback { .. }) && wants.body != BodyCallback::None;
    if !taken_by_caller && meta.window.total() == 0 {
        // What is taken here opens the window as it goes; something has to be asked for first.
        meta.window.grow(1);
    }
    meta.delivery.aim(target, ordered_hash.map(Hasher::new));
    out_of_order
}

/// What came of a part, ready to be handed over. Of one that is shorter than its range nothing may be delivered in its
/// place.
pub(super) fn accept(
    meta: &MetaRequest,
    cut: &Cut,
    part: u32,
    mut reply: Reply,
) -> Result<Payload> {
    let (start, _) = cut.part(part);
    let bytes = reply.body.bytes().len() as u64;
    if bytes != cut.part_len(part) {
        crate::log!(Error, MetaRequest, "part {part} has another length than its range");
        reply.metrics.note(|metrics| metrics.error = Code::INVALID_STATE);
        meta.delivery.telemetry(reply.metrics);
        return Err(Code::INVALID_STATE.into());
    }
    {
        let mut verify = meta.verify.lock();
        verify.note_response(reply.validated);
        if let Some(digest) = reply.digest {
            verify.note_digest(start - cut.first(), digest, bytes);
        }
        meta.download.lock().parts_completed += 1;
    }
    meta.delivery.progress(bytes, cut.len());
    let content = match reply.body {
        ReplyBody::Pooled(buffer) => Content::Pooled(buffer.freeze()),
        ReplyBody::Heap(bytes) => Content::Heap(bytes.into()),
    };
    let offset = start - cut.first();
    let metrics = reply.metrics;
    let arrived = Some(meta.line.lane.arrived());
    Ok(Payload { content, range_start: start, offset, metrics, arrived })
}

/// The request for one range of the object.
pub(super) fn part_request(
    meta: &MetaRequest,
    part: u32,
    range: (u64, u64),
    version: Option<&Version>,
) -> Request {
    let mut head = base(&meta.spec);
    head.headers.set("Range", range_value(range.0, range.1));
    if let Some(condition) = version.and_then(Version::condition)
        && !meta.spec.has_if_match
    {
        head.headers.set("If-Match", condition);
    }
    let mut request = Request::new(RequestKind::GetObject, "GetObject".into(), head);
    request.part_number = part;
    request.range = range;
    request.expect.range = Some(range);
    // Whatever the caller's own condition is: its bytes are those of one version.
    request.expect.version = version.cloned();
    prepare_download(meta, &mut request);
    request
}

/// What all requests of a download have in common.
pub(super) fn prepare_download(meta: &MetaRequest, request: &mut Request) {
    request.signing = meta.spec.signing.clone();
    let validation = &meta.spec.checksum.validation;
    if validation.ask {
        request.head.headers.set("x-amz-checksum-mode", "enabled");
    }
    request.expect.validate = validation.selection;
    request.expect.digest = meta.verify.lock().fold_with();
}

//! Prepare, send, read, judge, and again if the retry rules say so.
//!
//! One call holds its place and its connection only while an attempt is on the wire: a request that waits for its
//! next attempt takes nothing from anybody. The body of a request is kept by the caller and sent again as it is.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;

use super::body::Body;
use super::failure::{
    Stage, is_broken_off, is_retryable, is_timed_out, judge, judge_silent, retry_kind,
};
use super::place::{self, Carried, Place, before_sending};
use super::receive::{Receive, Received};
use super::renewal::renew;
use super::retry::Token;
use super::signed::Unsigned;
use super::{
    Activity, Destination, Expect, FirstByteLimit, Hedges, Metrics, Operation, Racer, Record,
    RequestKind, Retry, Severity, Span, Stop,
};
use crate::checksum::{Algorithm, Digest};
use crate::clock::Clock;
use crate::crt;
use crate::error::{Code, Error, FailedResponse, Result};
use crate::log;
use crate::net::{self, Connections, Deadlines, Lease, Origin, RequestHead, Stamps};
use crate::pool::Buffer;
use crate::schedule::{self, Lane, Pass};
use crate::sign::{self, SigningConfig};

/// Receives the record of every attempt that another one follows, and of failed calls.
pub type Telemetry = Arc<dyn Fn(Record) + Send + Sync>;

/// What every request of one meta request shares.
#[derive(Clone)]
pub struct Line {
    pub connections: Arc<Connections>,
    pub origin: Arc<Origin>,
    pub retry: Arc<Retry>,
    /// Where its requests get their places on the wire.
    pub lane: Lane,
    /// What the client has under way.
    pub activity: Arc<Activity>,
    pub stop: Stop,
    /// `None` where nobody looks at the records, of which there are none then.
    pub telemetry: Option<Telemetry>,
    pub clock: Clock,
    /// How long upload parts may go without an answer; `None` where nobody would send them again.
    pub upload_limit: Option<Arc<FirstByteLimit>>,
    /// What is known of parts that are late, where they are asked for again.
    pub hedges: Option<Arc<Hedges>>,
    /// The `Host` value of the caller's message: what retry budgets are kept by.
    pub partition: Bytes,
}

/// What stays the same over all attempts of a request.
pub struct Request {
    pub kind: RequestKind,
    pub operation: Operation,
    pub part_number: u32,
    pub range: (u64, u64),
    pub head: RequestHead,
    pub body: Body,
    pub signing: Option<Arc<SigningConfig>>,
    /// Set while the head is signed.
    pub(super) unsigned: Option<Unsigned>,
    pub payload: sign::Payload,
    pub destination: Destination,
    pub expect: Expect,
    pub memory: Span,
    /// How long an exchange may go on when the meta request has been interrupted.
    pub grace: Duration,
    /// What it has of everything scarce, if anything.
    pub pass: Option<Pass>,
    /// How long all attempts may take together.
    pub limit: Option<Duration>,
    /// How long one attempt may go without an answer.
    pub answer_limit: Option<Duration>,
    /// Attempts begun so far.
    pub attempts: u32,
    /// Sent even when the meta request has its result already (AbortMultipartUpload).
    pub always_send: bool,
}

/// A response that passed the judgement.
pub struct Reply {
    pub status: u16,
    pub headers: net::Headers,
    pub body: ReplyBody,
    /// The algorithm by which this response was compared with its own checksum header.
    pub validated: Option<Algorithm>,
    pub digest: Option<Digest>,
    /// The record of the last attempt, not yet reported.
    pub metrics: Record,
}

pub enum ReplyBody {
    Pooled(Buffer),
    Heap(Vec<u8>),
}

/// A request that failed for good. Its last attempt has been reported.
#[derive(Clone, Debug)]
pub struct Failure {
    pub error: Error,
    /// The head of the last response, if there was one.
    pub head: Option<net::ResponseHead>,
    /// The checksum that did not match.
    pub mismatch: Option<Algorithm>,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { error, head: None, mismatch: None }
    }
}

/// What one attempt ended with.
pub(super) struct Attempt {
    pub failure: Failure,
    pub stage: Stage,
}

impl ReplyBody {
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Pooled(buffer) => buffer.filled(),
            Self::Heap(bytes) => bytes,
        }
    }
}

impl Request {
    pub fn new(kind: RequestKind, operation: Operation, head: RequestHead) -> Self {
        Self {
            kind,
            operation,
            part_number: 0,
            range: (0, 0),
            head,
            body: Body::None,
            signing: None,
            unsigned: None,
            payload: sign::Payload::Configured,
            destination: Destination::Heap,
            expect: Expect::default(),
            memory: Span::default(),
            grace: Duration::ZERO,
            pass: None,
            limit: None,
            answer_limit: None,
            attempts: 0,
            always_send: false,
        }
    }
}

/// A number for a request: later ones have greater ones.
pub fn next_id() -> usize {
    static NEXT_ID: AtomicUsize = AtomicUsize::new(1);
    NEXT_ID.fetch_add(1, Ordering::Relaxed) << 4
}

impl Line {
    /// Begins a record, if anybody looks at it.
    pub fn record(&self, kind: RequestKind, operation: &Operation) -> Record {
        match &self.telemetry {
            Some(_) => Record::of(Metrics::new(kind, operation.clone(), next_id())),
            None => Record::default(),
        }
    }

    /// Hands a record over.
    pub fn report(&self, record: Record) {
        if let Some(telemetry) = &self.telemetry {
            telemetry(record);
        }
    }
}

/// The record of a request that is not going to be sent.
pub fn unsent(line: &Line, request: &Request) -> Record {
    let mut metrics = line.record(request.kind, &request.operation);
    metrics.note(|metrics| {
        begin(line, request, metrics);
        metrics.is_https = false;
    });
    metrics
}

/// Runs a request to its end.
pub async fn call(line: &Line, request: &mut Request) -> Result<Reply, Failure> {
    let _busy = line.activity.begin();
    let Some(limit) = request.limit else { return run(line, request).await };
    let ended = tokio::time::timeout(limit, Box::pin(run(line, request))).await;
    ended.unwrap_or_else(|_| Err(Error::from(Code::IO_SOCKET_TIMEOUT).into()))
}

async fn run(line: &Line, request: &mut Request) -> Result<Reply, Failure> {
    let mut metrics = line.record(request.kind, &request.operation);
    let mut carried = Carried::default();
    loop {
        request.unsign();
        metrics.note(|metrics| begin(line, request, metrics));
        request.attempts += 1;
        let ended = attempt(line, request, &mut metrics, &mut carried).await;
        let Attempt { failure, stage } = match ended {
            Ok(received) => {
                if let Some(token) = &mut carried.token {
                    token.record_success();
                }
                metrics.note(|metrics| metrics.end(line.clock.monotonic_ns(), true));
                return Ok(reply(received, metrics));
            }
            Err(ended) => ended,
        };
        let code = failure.error.code();
        metrics.note(|metrics| {
            metrics.error = code;
            metrics.end(line.clock.monotonic_ns(), true);
        });
        // In a box, because most do not come here.
        let again = Box::pin(again(line, request, &mut carried, failure, stage));
        if let Err(failure) = again.await {
            line.report(metrics);
            return Err(failure);
        }
        log!(
            Debug,
            Request,
            "{} of {} is sent again after {code:?}",
            request.operation,
            line.origin.host
        );
        let last = metrics.next_attempt(line.clock.monotonic_ns());
        line.report(last);
    }
}

/// Waits until the request may be sent again; what comes back otherwise is what it failed with.
async fn again(
    line: &Line,
    request: &Request,
    carried: &mut Carried,
    failure: Failure,
    stage: Stage,
) -> Result<(), Failure> {
    if renew(line, request, carried, &failure).await {
        return Ok(());
    }
    if request.destination.racer().is_some_and(Racer::is_extra) {
        return Err(failure);
    }
    // What clears up behind a failure is sent in any case.
    let over = !request.always_send && line.stop.result().is_some();
    if over || failure.error.is_lasting() {
        return Err(failure);
    }
    if let Some(pass) = &request.pass {
        pass.does(schedule::Doing::Delay);
    }
    let code = failure.error.code();
    let waiting = async {
        match (stage, &mut carried.token) {
            (Stage::Unheard, token) => {
                carried.unused = true;
                Token::pass(token.as_ref()).await.map(Ok)
            }
            (_, Some(token)) if is_retryable(code, stage) => token.schedule(retry_kind(code)).await,
            _ => Err(code.into()),
        }
    };
    match stop(line, request).guard(Severity::Failure, waiting).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(error.into()),
        Err(_) => Err(failure),
    }
}

/// What ends a request early: nothing of the meta request's end may stop what is always sent.
pub(super) fn stop(line: &Line, request: &Request) -> Stop {
    if request.always_send { Stop::default() } else { line.stop.clone() }
}

fn begin(line: &Line, request: &Request, metrics: &mut Metrics) {
    let now_ns = line.clock.monotonic_ns();
    metrics.total.start_ns = Some(now_ns);
    if metrics.attempt == 0 {
        metrics.first_attempt_start_ns = now_ns;
        metrics.memory = request.memory;
        metrics.pooled = request.memory.start_ns.is_some();
    }
    metrics.part_number = request.part_number;
    metrics.range = request.range;
    metrics.path_query = Some(request.head.target.clone());
    metrics.host = request.head.headers.value("Host").cloned();
    metrics.is_https = line.origin.tls;
}

fn reply(received: Received, metrics: Record) -> Reply {
    Reply {
        status: received.head.status,
        headers: received.head.headers,
        body: match received.pooled {
            Some(buffer) => ReplyBody::Pooled(buffer),
            None => ReplyBody::Heap(received.heap),
        },
        validated: received.validated,
        digest: received.digest,
        metrics,
    }
}

async fn attempt(
    line: &Line,
    request: &mut Request,
    metrics: &mut Record,
    carried: &mut Carried,
) -> Result<Received, Attempt> {
    let place = place::take(line, request, metrics, carried).await?;
    let Place { on_wire: _on_wire, pass, mut lease } = place;
    let stop = stop(line, request);
    let reused = lease.stream_id() > 0;
    let body = request.body.outgoing().map_err(before_sending)?;
    let racer = request.destination.racer().cloned();
    let receive = Receive::new(request.kind, &request.expect, &mut request.destination);
    let mut receive = receive.paced_by(pass.clone());
    if !matches!(request.body, Body::None) {
        receive = receive.with_body();
    }
    let limit = line.upload_limit.as_ref().filter(|_| request.kind == RequestKind::UploadPart);
    let untimed = line.telemetry.is_none() && limit.is_none() && racer.is_none();
    let mut stamps = Stamps { untimed, ..Stamps::default() };
    let own_ms = request.answer_limit.map_or(0, |limit| limit.as_millis() as u32);
    let first_byte_ms = limit.map_or(own_ms, |limit| limit.current_ms());
    let deadlines = Deadlines { first_byte_ms };
    let exchanged = {
        let exchange = lease.exchange(&request.head, body, &mut receive, &deadlines, &mut stamps);
        let exchange = pin!(Racer::run(racer.as_ref(), exchange));
        stop.guard_with_grace(Severity::Interrupt, request.grace, exchange).await
    };
    metrics.note(|metrics| {
        note_exchange(metrics, &lease, &stamps);
        note_response(metrics, receive.head_so_far(), &exchanged);
    });
    drop(lease);
    let mut settled = settle(request.kind, &request.operation, receive, exchanged);
    if settled.is_ok() {
        pass.leave_moved(schedule::Stage::Receive);
    }
    if let Err(ended) = &mut settled {
        let broken_off = is_broken_off(ended.failure.error.code());
        if stamps.source_failed {
            ended.stage = Stage::Source;
        } else if reused
            && (is_timed_out(&ended.failure.head) || stamps.bytes_received == 0 && broken_off)
        {
            ended.stage = Stage::Unheard;
        }
    }
    if let (Some(hedges), Some(_), Ok(_)) = (&line.hedges, &racer, &settled)
        && let (Some(sent), Some(began)) = (stamps.send_end_ns, stamps.receive_start_ns)
    {
        hedges.answered(Duration::from_nanos(began.saturating_sub(sent)));
    }
    if let Some(limit) = limit {
        learn(limit, first_byte_ms, &settled, &stamps);
    }
    settled
}

fn learn(
    limit: &FirstByteLimit,
    own_ms: u32,
    settled: &Result<Received, Attempt>,
    stamps: &Stamps,
) {
    let between = |from: Option<u64>, to: Option<u64>| Some(to?.saturating_sub(from?));
    match settled {
        Ok(_) => {
            let total_ns = between(stamps.send_start_ns, stamps.receive_end_ns);
            let waited_ns = between(stamps.send_end_ns, stamps.receive_start_ns);
            limit.answered(total_ns.unwrap_or(0), waited_ns.unwrap_or(0));
        }
        Err(ended) if ended.failure.error.code() == Code::HTTP_RESPONSE_FIRST_BYTE_TIMEOUT => {
            limit.missed(own_ms);
        }
        Err(_) => {}
    }
}

/// Notes the way that the attempt has taken.
fn note_exchange(metrics: &mut Metrics, lease: &Lease, stamps: &Stamps) {
    metrics.ip_address = Some(lease.ip().to_string());
    metrics.connection_id = Some(lease.id() as usize);
    metrics.stream_id = Some(lease.stream_id());
    metrics.thread_id = Some(crt::thread::current_id());
    metrics.sending = Span { start_ns: stamps.send_start_ns, end_ns: stamps.send_end_ns };
    metrics.receiving = Span { start_ns: stamps.receive_start_ns, end_ns: stamps.receive_end_ns };
}

/// Notes the head of the response in the record.
fn note_response(metrics: &mut Metrics, head: Option<&net::ResponseHead>, exchanged: &Result<()>) {
    let Some(head) = head else { return };
    metrics.status = Some(head.status);
    metrics.headers = Some(head.headers.iter().cloned().collect());
    if let Err(error) = exchanged
        && error.code() == Code::S3_INVALID_CONTENT_RANGE_HEADER
    {
        // Headers are looked at one by one, and this one ended the look.
        let names = head.headers.iter().map(|(name, _)| name);
        metrics.headers_seen = names.take_while(|name| *name != "Content-Range").count();
    }
}

/// Turns what arrived into a verdict.
fn settle(
    kind: RequestKind,
    operation: &Operation,
    receive: Receive<'_>,
    exchanged: Result<()>,
) -> Result<Received, Attempt> {
    let failed = |failure| Attempt { failure, stage: Stage::Sent };
    if let Err(error) = exchanged
        && !receive.has_verdict()
    {
        let head = receive.head_so_far().cloned();
        let refused = error.code() == Code::S3_PART_SIZE_EXCEEDS_MEMORY_LIMIT;
        let error = match &head {
            Some(head) if refused => error.with_response(failed_response(head, None, operation)),
            _ => error,
        };
        return Err(failed(Failure { error, head, mismatch: None }));
    }
    let received = receive.finish().map_err(failed)?;
    let status = received.head.status;
    let body = received.pooled.as_ref().map_or(&received.heap[..], Buffer::filled);
    let etag = received.head.headers.value("ETag");
    let judged = judge(kind, status, body).and_then(|()| judge_silent(kind, etag, body));
    if let Err(code) = judged {
        let body = match received.pooled {
            Some(buffer) => buffer.freeze().into_bytes(),
            None => Bytes::from(received.heap),
        };
        let body = (!body.is_empty()).then_some(body);
        let response = failed_response(&received.head, body, operation);
        let error = Error::from(code).with_response(response);
        return Err(failed(Failure { error, head: Some(received.head), mismatch: None }));
    }
    Ok(received)
}

fn failed_response(
    head: &net::ResponseHead,
    body: Option<Bytes>,
    operation: &str,
) -> FailedResponse {
    FailedResponse {
        status: head.status,
        headers: head.headers.iter().cloned().collect(),
        body,
        operation: operation.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::time::Instant;

    use super::*;
    use crate::net::{Config, Resolve, Resolving};
    use crate::request::RetryConfig;
    use crate::schedule::{Caps, Name, Schedule};

    struct NoNames;

    impl Resolve for NoNames {
        fn resolve<'a>(&'a self, _: &'a str) -> Resolving<'a> {
            Box::pin(async { Err(Code::IO_DNS_QUERY_FAILED.into()) })
        }
    }

    fn line(port: u16) -> Line {
        let clock = Clock::system();
        Line {
            connections: Connections::new(Config::new(Arc::new(NoNames))).unwrap(),
            origin: Arc::new(Origin { tls: false, host: "127.0.0.1".into(), port }),
            retry: Arc::new(Retry::new(&RetryConfig::default(), clock.clone())),
            lane: Schedule::new(1, Arc::default())
                .lane(Name::default(), Caps { places: 1, ..Caps::default() }),
            activity: Arc::default(),
            stop: Stop::default(),
            telemetry: None,
            clock,
            upload_limit: None,
            hedges: None,
            partition: Bytes::new(),
        }
    }

    #[test]
    fn a_request_with_a_limit_ends_though_nobody_answers() {
        // Connections are accepted by the system, and by nobody else.
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let line = line(silent.local_addr().unwrap().port());
        line.stop.set(Severity::Failure, Code::S3_CANCELED.into());
        let kind = RequestKind::AbortMultipartUpload;
        let head = RequestHead::new("DELETE", "/key?uploadId=u");
        let mut request = Request::new(kind, kind.name().into(), head);
        request.always_send = true;
        request.limit = Some(Duration::from_millis(200));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let began = Instant::now();
        let ended = runtime.block_on(call(&line, &mut request)).err().expect("nobody answers");
        assert_eq!(ended.error.code(), Code::IO_SOCKET_TIMEOUT);
        assert!((0.2..5.0).contains(&began.elapsed().as_secs_f64()));
        assert!(line.lane.pass(0, 0).try_enter(schedule::Stage::Place), "its place is free again");
    }

    /// Answers each connection in turn, by a status or not at all; says how many there were.
    fn answering(statuses: &'static [u16]) -> (u16, std::thread::JoinHandle<usize>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let served = std::thread::spawn(move || {
            let mut kept = Vec::new();
            for status in statuses {
                let (mut stream, _) = listener.accept().unwrap();
                let mut head = [0; 1024];
                assert!(stream.read(&mut head).unwrap() > 0);
                if *status > 0 {
                    let reply = format!("HTTP/1.1 {status} x\r\nConnection: close\r\n\r\n");
                    stream.write_all(reply.as_bytes()).unwrap();
                } else {
                    kept.push(stream);
                }
            }
            statuses.len()
        });
        (port, served)
    }

    #[test]
    fn a_body_that_has_its_place_lies_ahead_of_it_no_more() {
        for bytes in [1, 2 * schedule::LARGE_BYTES as usize] {
            let (port, served) = answering(&[403]);
            let line = line(port);
            let mut head = RequestHead::new("PUT", "/key");
            head.headers.set("Content-Length", bytes.to_string());
            let kind = RequestKind::PutObject;
            let mut request = Request::new(kind, kind.name().into(), head);
            request.body = Body::Chunks(vec![vec![0; bytes].into()]);
            let pass = line.lane.pass(1, 0);
            assert!(pass.try_enter(schedule::Stage::Ahead));
            request.pass = Some(pass.clone());
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            // Who refuses has not read all of it, and the connection may break before that is heard.
            request.limit = Some(Duration::from_secs(1));
            assert!(runtime.unwrap().block_on(call(&line, &mut request)).is_err());
            assert_eq!(served.join().unwrap(), 1);
            assert!(!pass.holds(schedule::Stage::Ahead), "{bytes} bytes");
        }
    }

    #[test]
    fn what_clears_up_is_sent_again_though_everything_is_over() {
        // Silence, a fault, and a success.
        let (port, served) = answering(&[0, 503, 204]);
        let line = line(port);
        line.stop.set(Severity::Failure, Code::S3_CANCELED.into());
        let kind = RequestKind::AbortMultipartUpload;
        let head = RequestHead::new("DELETE", "/key?uploadId=u");
        let mut request = Request::new(kind, kind.name().into(), head);
        request.always_send = true;
        request.limit = Some(Duration::from_secs(60));
        request.answer_limit = Some(Duration::from_millis(100));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let reply = runtime.block_on(call(&line, &mut request));
        assert_eq!(reply.expect("a success").status, 204);
        assert_eq!(served.join().unwrap(), 3);
    }
}

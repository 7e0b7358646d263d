//! One part on its way: memory first, then the request. Nothing is held while memory is waited for.

use std::pin::{Pin, pin};
use std::time::Duration;

use super::MetaRequest;
use crate::error::{Code, Error, Result};
use crate::pool::{Pending, Ticket};
use crate::request::{
    Destination, Failure, Hedges, Line, Memory, Race, Reply, Request, Severity, Span, Stop, call,
    unsent,
};
use crate::schedule::Doing;

/// Waits for the memory of a part. The end of the meta request ends the wait, under the code that caused it.
pub(super) async fn memory(line: &Line, pending: Pending) -> Result<(Ticket, Span)> {
    let _busy = line.activity.begin();
    let now_ns = || line.telemetry.as_ref().map(|_| line.clock.monotonic_ns());
    let start_ns = now_ns();
    let ticket = tokio::select! {
        biased;
        ticket = pending => ticket?,
        () = line.stop.tripped(Severity::Failure) => return Err(reason(&line.stop).into()),
    };
    Ok((ticket, Span { start_ns, end_ns: now_ns() }))
}

/// Why memory is not waited for any more.
pub(super) fn reason(stop: &Stop) -> Code {
    match stop.result().map(|error| error.code()) {
        Some(Code::S3_PAUSED) => Code::S3_PAUSED,
        _ => Code::S3_CANCELED,
    }
}

/// Records a request that could not be prepared, and for that reason is never sent.
pub(super) fn record_unprepared(line: &Line, request: &Request, error: &Error) {
    // Whatever is given up because of an earlier error tells nothing new.
    if line.stop.result().is_some() {
        return;
    }
    let mut metrics = unsent(line, request);
    metrics.note(|metrics| {
        metrics.error = error.code();
        metrics.end(line.clock.monotonic_ns(), true);
    });
    line.report(metrics);
}

/// Fetches one part of a download into pool memory.
pub(super) async fn fetch(
    line: &Line,
    pending: Pending,
    size: usize,
    mut request: Request,
) -> Result<Reply, Failure> {
    let mut memory = pin!(memory(line, pending));
    let memory = tokio::select! {
        biased;
        memory = &mut memory => memory,
        () = std::future::ready(()) => waiting(line, &mut request, size, memory).await,
    };
    let (ticket, span) = match memory {
        Ok(memory) => memory,
        Err(error) => {
            record_unprepared(line, &request, &error);
            return Err(error.into());
        }
    };
    request.memory = span;
    let destination = |memory| Destination::Pooled { memory, size, buffer: None };
    let Some(hedges) = line.hedges.clone() else {
        request.destination = destination(Memory::Own(Some(ticket)));
        return call(line, &mut request).await;
    };
    let race = Race::new(ticket);
    let mut again = request.twin(line);
    request.destination = destination(Memory::Raced(race.first()));
    again.destination = destination(Memory::Raced(race.second()));
    hedges.asked();
    Box::pin(twice(line, &hedges, &race, request, again)).await
}

/// A wait for memory that others see.
async fn waiting<T>(
    line: &Line,
    request: &mut Request,
    size: usize,
    memory: impl Future<Output = T>,
) -> T {
    let order = request.part_number;
    let is_part = request.pass.is_some();
    let pass = request.pass.get_or_insert_with(|| line.lane.pass(order, size as u64));
    pass.does(Doing::Memory);
    let memory = memory.await;
    if !is_part {
        // It is not known how long its answer is.
        pass.aim(order, 0);
    }
    memory
}

/// Asks for a part, and for the same part again when that turns out to be late. The first answer counts.
async fn twice(
    line: &Line,
    hedges: &Hedges,
    race: &Race,
    mut request: Request,
    mut again: Request,
) -> Result<Reply, Failure> {
    let mut first = pin!(call(line, &mut request));
    let limit = tokio::select! {
        biased;
        reply = &mut first => return reply,
        limit = late(hedges, race) => limit,
    };
    // However this one ends, it was late.
    hedges.answered(limit);
    let part = again.part_number;
    crate::log!(Debug, Request, "part {part} is asked for again after {limit:?}");
    let mut second = Box::pin(call(line, &mut again));
    let reply = tokio::select! {
        biased;
        reply = &mut first => match reply {
            Err(_) if race.second().has_won() => return second.await,
            reply => reply,
        },
        reply = &mut second => match reply {
            Err(_) if !race.second().has_won() => return first.await,
            reply => {
                at_once(first.as_mut()).await;
                return reply;
            }
        },
    };
    at_once(second.as_mut()).await;
    reply
}

/// Completes when a part is late, and may be asked for again.
async fn late(hedges: &Hedges, race: &Race) -> Duration {
    loop {
        let limit = race.late(|| hedges.limit()).await;
        if hedges.try_extra() {
            return limit;
        }
        tokio::time::sleep(limit).await;
    }
}

/// Lets a request end that has heard of the other one's answer, and tell of itself. One that is not on the wire is
/// dropped as it is.
async fn at_once(request: Pin<&mut impl Future>) {
    tokio::select! {
        biased;
        _ = request => {}
        () = std::future::ready(()) => {}
    }
}

impl MetaRequest {
    /// The result of the meta request as the reason why an operation goes no further.
    pub(super) fn stopped(&self) -> Result<(), Failure> {
        match self.stop.result() {
            Some(error) => Err(Failure::from(error.clone())),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::Arc;
    use std::task::{Context, Waker};

    use bytes::Bytes;

    use super::*;
    use crate::abi::aws_s3_buffer_pool_config;
    use crate::clock::Clock;
    use crate::crt::Allocator;
    use crate::net::{Config, Connections, Origin, RequestHead, Resolve, Resolving};
    use crate::pool::{Reservation, default_pool};
    use crate::request::{RequestKind, Retry, RetryConfig};
    use crate::schedule::{Caps, Name, Schedule, Stage};

    const PART: usize = 8 << 20;

    struct NoNames;

    impl Resolve for NoNames {
        fn resolve<'a>(&'a self, _: &'a str) -> Resolving<'a> {
            Box::pin(async { Err(Code::IO_DNS_QUERY_FAILED.into()) })
        }
    }

    /// A line of a client that may have one request on the wire.
    fn line() -> Line {
        let clock = Clock::system();
        let caps = Caps { places: 1, ..Caps::default() };
        Line {
            connections: Connections::new(Config::new(Arc::new(NoNames))).expect("valid"),
            origin: Arc::new(Origin { tls: false, host: "nowhere".into(), port: 80 }),
            retry: Arc::new(Retry::new(&RetryConfig::default(), clock.clone())),
            lane: Schedule::new(1, Arc::default()).lane(Name::default(), caps),
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
    fn nothing_is_held_while_memory_is_waited_for() {
        let config = aws_s3_buffer_pool_config {
            client: std::ptr::null_mut(),
            part_size: PART,
            max_part_size: 0,
            memory_limit: 256 << 20,
        };
        let pool = default_pool(Allocator::default(), config).expect("valid");
        let wanted = Reservation { can_block: false, ..Reservation::at_once(PART) };
        let mut held = Vec::new();
        while let Some(Ok(ticket)) = pool.reserve(wanted).now() {
            held.push(ticket);
        }
        let line = line();
        let head = RequestHead::new("GET", "/object");
        let mut request = Request::new(RequestKind::GetObject, "GetObject".into(), head);
        request.pass = Some(line.lane.pass(1, PART as u64));
        let mut waiting = pin!(fetch(&line, pool.reserve(wanted), PART, request));
        assert!(waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        let told = line.lane.explain();
        assert!(told.starts_with("part 1 waits for 8388608 bytes of memory"), "{told}");
        assert!(line.lane.pass(2, PART as u64).try_enter(Stage::Fetch), "the place is taken");
        let load = crate::pool::arena::load(&pool).expect("it is the library's own");
        assert_eq!((load.asked, load.reserved), (PART, held.len() * PART));
        assert!(load.limit < load.reserved + PART, "{load:?}");
    }
}

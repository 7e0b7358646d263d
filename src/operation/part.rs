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
    let start_ns = line.clock.monotonic_ns();
    let ticket = tokio::select! {
        biased;
        ticket = pending => ticket?,
        () = line.stop.tripped(Severity::Failure) => return Err(reason(&line.stop).into()),
    };
    let end_ns = line.clock.monotonic_ns();
    Ok((ticket, Span { start_ns: Some(start_ns), end_ns: Some(end_ns) }))
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
    metrics.error = error.code();
    metrics.end(line.clock.monotonic_ns(), true);
    (line.telemetry)(metrics);
}

/// Fetches one part of a download into pool memory.
pub(super) async fn fetch(
    line: Line,
    pending: Pending,
    size: usize,
    mut request: Request,
) -> Result<Reply, Failure> {
    if let Some(pass) = &request.pass {
        pass.does(Doing::Memory);
    }
    let (ticket, span) = match memory(&line, pending).await {
        Ok(memory) => memory,
        Err(error) => {
            record_unprepared(&line, &request, &error);
            return Err(error.into());
        }
    };
    request.memory = span;
    let destination = |memory| Destination::Pooled { memory, size, buffer: None };
    let Some(hedges) = line.hedges.clone() else {
        request.destination = destination(Memory::Own(Some(ticket)));
        return call(&line, &mut request).await;
    };
    let race = Race::new(ticket);
    let mut again = request.twin(&line);
    request.destination = destination(Memory::Raced(race.first()));
    again.destination = destination(Memory::Raced(race.second()));
    hedges.asked();
    Box::pin(twice(&line, &hedges, &race, request, again)).await
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

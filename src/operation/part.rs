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
    if let Some(pass) = &request.pass {
        pass.does(Doing::Memory);
    }
    let (ticket, span) = match memory(line, pending).await {
        Ok(memory) => memory,
        Err(error) => {
            record_unprepared(line, &request, &error);
            return Err(error.into());
        }
    };
    request.memory = span;
    request.destination = Destination::Pooled { ticket: Some(ticket), size, buffer: None };
    call(line, &mut request).await
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

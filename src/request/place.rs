//! The way of an attempt to the wire: credentials first, then what is scarce, and the signature last.
//!
//! Nothing scarce is held for long while credentials, a session or the retry strategy are waited for: what the body of
//! the request was given already is given back. A signature waits for nothing, so it is made when the connection is
//! there, and is as old as the request on the wire, however long that stood in a queue. Credentials that have run out
//! in the queue give everything back first.

use super::call::{Attempt, Line, Request, stop};
use super::failure::Stage as Reached;
use super::retry::Token;
use super::{Record, RequestKind, Severity, Stop};
use crate::error::{Error, Result};
use crate::log;
use crate::net::Lease;
use crate::schedule::{Doing, LARGE_BYTES, OnWire, Pass, Stage};
use crate::sign::{self, Identity};
use std::pin::pin;
use std::time::Duration;

/// How often an attempt queues again because its credentials have run out. With those that then are the latest it is
/// for the service to decide.
const MOST_RETURNS: usize = 8;

/// How long a body may keep what others wait for while it waits for something else. Strategies and providers of the
/// program's answer on threads of their own, most of them at once.
const PATIENCE: Duration = Duration::from_millis(5);

/// What one attempt of a request leaves to the next.
#[derive(Default)]
pub(super) struct Carried {
    /// From the first attempt to the last.
    pub token: Option<Token>,
    /// What the last attempt was signed with.
    pub signed_as: Option<Identity>,
    /// What the next one is to be signed with, where it has been obtained already.
    pub next: Option<Identity>,
    /// Others have been asked for because the service did not accept the first.
    pub renewed: bool,
    /// The next attempt wants a connection that nothing has been sent over.
    pub unused: bool,
}

/// A place on the wire. The request is signed, and as it goes there.
pub(super) struct Place {
    pub pass: Pass,
    pub on_wire: OnWire,
    pub lease: Lease,
}

/// Waits for everything that an attempt needs.
pub(super) async fn take(
    line: &Line,
    request: &mut Request,
    metrics: &mut Record,
    carried: &mut Carried,
) -> Result<Place, Attempt> {
    let stop = stop(line, request);
    let mut returns = 0..MOST_RETURNS;
    loop {
        let pass =
            request.pass.get_or_insert_with(|| line.lane.pass(request.part_number, 0)).clone();
        pass.does(Doing::Credentials);
        let identity = {
            let identity = identify(line, request, &pass, metrics, carried.next.take());
            stop.guard(Severity::Failure, pin!(identity)).await.map_err(before_sending)?
        };
        if carried.token.is_none() {
            let acquiring = pin!(patient(&pass, line.retry.acquire(&line.partition)));
            let acquired = stop.guard(Severity::Failure, acquiring).await;
            carried.token = acquired.map_err(before_sending)?;
            if let Some(token) = carried.token.as_mut().filter(|_| request.always_send) {
                token.spare_budget();
            }
        }
        let place = queue(line, request, pass, metrics, carried.unused, &stop).await?;
        let now = line.clock.wall();
        if identity.as_ref().is_some_and(|it| it.has_run_out(now)) && returns.next().is_some() {
            log!(Debug, Request, "{}: the credentials have run out", request.operation);
            continue;
        }
        carried.unused = false;
        if let Some(identity) = &identity {
            request.sign(identity, now).map_err(before_sending)?;
        }
        carried.signed_as = identity;
        return Ok(place);
    }
}

pub(super) fn before_sending(error: Error) -> Attempt {
    Attempt { failure: error.into(), stage: Reached::Preparing }
}

/// Obtains what the request is to be signed with, and finds out whether it can be.
async fn identify(
    line: &Line,
    request: &mut Request,
    pass: &Pass,
    metrics: &mut Record,
    known: Option<Identity>,
) -> Result<Option<Identity>> {
    if !request.always_send {
        line.stop.check()?;
    }
    metrics.note(|metrics| metrics.signing.start_ns = Some(line.clock.monotonic_ns()));
    let mut identity = known;
    if let Some(config) = &request.signing {
        let obtained = match identity.take() {
            Some(known) => known,
            None => patient(pass, sign::obtain(config, &line.clock)).await?,
        };
        obtained.check(&config.rules, &request.head)?;
        identity = Some(obtained);
    }
    metrics.note(|metrics| metrics.signing.end_ns = Some(line.clock.monotonic_ns()));
    Ok(identity)
}

/// What takes its time is waited for without what the body was given.
async fn patient<T>(pass: &Pass, coming: impl Future<Output = T>) -> T {
    let mut coming = pin!(coming);
    tokio::select! {
        biased;
        there = &mut coming => there,
        () = std::future::ready(()) => {
            if !pass.holds(Stage::Send) && !pass.holds(Stage::Ahead) {
                return coming.await;
            }
            if let Ok(there) = tokio::time::timeout(PATIENCE, coming.as_mut()).await {
                return there;
            }
            pass.give_back(Stage::Send);
            pass.give_back(Stage::Ahead);
            coming.await
        }
    }
}

/// Waits for the turn of the body, for a place and for a connection.
async fn queue(
    line: &Line,
    request: &Request,
    pass: Pass,
    metrics: &mut Record,
    unused: bool,
    stop: &Stop,
) -> Result<Place, Attempt> {
    let sends = request.body.len() >= LARGE_BYTES;
    // Only of parts it is known beforehand how long the answer is.
    let fetches = request.kind == RequestKind::GetObject && pass.bytes() >= LARGE_BYTES;
    let waiting = async {
        if sends {
            pass.enter(Stage::Send).await;
        }
        let on_wire = pass.enter_wire(fetches).await;
        if request.body.len() > 0 {
            pass.leave(Stage::Ahead);
        }
        Ok(on_wire)
    };
    let on_wire = stop.guard(Severity::Failure, pin!(waiting)).await.map_err(before_sending)?;

    pass.does(Doing::Connection);
    let connections = &line.connections;
    metrics.note(|metrics| {
        metrics.connecting.start_ns = Some(line.clock.monotonic_ns());
        metrics.connections = connections.numbers(&line.origin);
    });
    let acquiring = async {
        match unused {
            true => connections.acquire_unused(&line.origin).await,
            false => connections.acquire(&line.origin).await,
        }
    };
    let lease = stop.guard(Severity::Failure, pin!(acquiring)).await;
    let lease =
        lease.map_err(|error| Attempt { failure: error.into(), stage: Reached::Connecting })?;
    metrics.note(|metrics| metrics.connecting.end_ns = Some(line.clock.monotonic_ns()));
    pass.does(Doing::Exchange);
    Ok(Place { pass, on_wire, lease })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::time::sleep;

    use super::*;
    use crate::schedule::{Caps, Name, Schedule};

    #[test]
    fn what_takes_its_time_is_waited_for_without_what_others_wait_for() {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_time().start_paused(true).build().expect("a runtime").block_on(async {
            let schedule = Schedule::new(1, Arc::default());
            let lane = schedule.lane(Name::default(), Caps { places: 1, ..Caps::default() });
            let pass = lane.pass(1, LARGE_BYTES);
            for stage in [Stage::Send, Stage::Ahead] {
                let other = lane.pass(2, LARGE_BYTES);
                for (ms, kept) in [(0, true), (4, true), (6, false)] {
                    pass.enter(stage).await;
                    let coming = async {
                        if ms > 0 {
                            sleep(Duration::from_millis(ms)).await;
                        }
                        ms
                    };
                    assert_eq!(patient(&pass, coming).await, ms);
                    assert_eq!(pass.holds(stage), kept, "{stage:?} after {ms} ms");
                    pass.leave(stage);
                }
                assert!(other.try_enter(stage));
            }
        });
    }
}

//! The way of an attempt to the wire: credentials first, then what is scarce, and the signature last.
//!
//! Nothing scarce is held while credentials or a session are waited for: a turn that the request has already is given
//! back. A signature waits for nothing, so it is made when the connection is there, and is as old as the request on the
//! wire, however long that stood in a queue. Credentials that have run out in the queue give everything back first.

use super::call::{Attempt, Line, Request, stop};
use super::failure::Stage as Reached;
use super::retry::Token;
use super::{Record, RequestKind, Severity, Stop};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::log;
use crate::net::Lease;
use crate::schedule::{Doing, LARGE_BYTES, OnWire, Pass, Stage};
use crate::sign::{self, Identity, SigningConfig};
use std::pin::pin;

/// How often an attempt queues again because its credentials have run out. With those that then are the latest it is
/// for the service to decide.
const MOST_RETURNS: usize = 8;

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
            let identity = identify(line, request, metrics, carried.next.take());
            stop.guard(Severity::Failure, pin!(identity)).await.map_err(before_sending)?
        };
        if carried.token.is_none() {
            let acquiring = pin!(line.retry.acquire(&line.partition));
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
            None => obtain(config, request.pass.as_ref(), &line.clock).await?,
        };
        obtained.check(&config.rules, &request.head)?;
        identity = Some(obtained);
    }
    metrics.note(|metrics| metrics.signing.end_ns = Some(line.clock.monotonic_ns()));
    Ok(identity)
}

/// Credentials that do not come at once are waited for without the turn of the body.
async fn obtain(config: &SigningConfig, pass: Option<&Pass>, clock: &Clock) -> Result<Identity> {
    let mut obtaining = pin!(sign::obtain(config, clock));
    tokio::select! {
        biased;
        identity = &mut obtaining => identity,
        () = std::future::ready(()) => {
            if let Some(pass) = pass {
                pass.leave(Stage::Send);
            }
            obtaining.await
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
        Ok(pass.enter_wire(fetches).await)
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

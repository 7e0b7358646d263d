//! The way of an attempt to the wire: credentials first, then what is scarce, and the signature last.
//!
//! Nothing scarce is held while credentials or a session are waited for: a turn that the request has already is given
//! back. A signature waits for nothing, so it is made when the connection is there, and is as old as the request on the
//! wire, however long that stood in a queue. Credentials that have run out in the queue give everything back first.

use std::pin::pin;
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::admission::LARGE_BYTES;
use super::call::{Attempt, Line, Request, stop};
use super::failure::Stage;
use super::retry::Token;
use super::{Metrics, Pass, Severity, Stop, Turn};
use crate::clock::Clock;
use crate::error::{Code, Error, Result};
use crate::log;
use crate::net::{Lease, RequestHead};
use crate::sign::{self, Identity, SigningConfig};

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

/// A place on the wire, and the request as it goes there.
pub(super) struct Place {
    pub head: RequestHead,
    pub pass: Option<Pass>,
    pub lease: Lease,
    pub permits: [OwnedSemaphorePermit; 2],
}

/// Waits for everything that an attempt needs.
pub(super) async fn take(
    line: &Line,
    request: &mut Request,
    metrics: &mut Metrics,
    carried: &mut Carried,
) -> Result<Place, Attempt> {
    let stop = stop(line, request);
    let mut returns = 0..MOST_RETURNS;
    loop {
        let identity = identify(line, request, metrics, carried.next.take());
        let identity = stop.guard(Severity::Failure, identity).await.map_err(before_sending)?;
        if carried.token.is_none() {
            let acquired = stop.guard(Severity::Failure, line.retry.acquire(&line.partition)).await;
            carried.token = acquired.map_err(before_sending)?;
            if let Some(token) = carried.token.as_mut().filter(|_| request.always_send) {
                token.spare_budget();
            }
        }
        let mut place = queue(line, request, metrics, carried.unused, &stop).await?;
        let now = line.clock.wall();
        if identity.as_ref().is_some_and(|it| it.has_run_out(now)) && returns.next().is_some() {
            log!(Debug, Request, "{}: the credentials have run out", request.operation);
            continue;
        }
        carried.unused = false;
        if let (Some(identity), Some(config)) = (&identity, &request.signing) {
            let signed = identity.sign(&config.rules, &mut place.head, request.payload, now);
            signed.map_err(before_sending)?;
        }
        carried.signed_as = identity;
        return Ok(place);
    }
}

pub(super) fn before_sending(error: Error) -> Attempt {
    Attempt { failure: error.into(), stage: Stage::Preparing }
}

/// Obtains what the request is to be signed with, and finds out whether it can be.
async fn identify(
    line: &Line,
    request: &mut Request,
    metrics: &mut Metrics,
    known: Option<Identity>,
) -> Result<Option<Identity>> {
    if !request.always_send {
        line.stop.check()?;
    }
    metrics.signing.start_ns = Some(line.clock.monotonic_ns());
    let mut identity = known;
    if let Some(config) = &request.signing {
        let obtained = match identity.take() {
            Some(known) => known,
            None => obtain(config, &mut request.pass, &line.clock).await?,
        };
        obtained.check(&config.rules, &request.head)?;
        identity = Some(obtained);
    }
    metrics.signing.end_ns = Some(line.clock.monotonic_ns());
    Ok(identity)
}

/// Credentials that do not come at once are waited for without the turn of the body.
async fn obtain(
    config: &SigningConfig,
    pass: &mut Option<Pass>,
    clock: &Clock,
) -> Result<Identity> {
    let mut obtaining = pin!(sign::obtain(config, clock));
    tokio::select! {
        biased;
        identity = &mut obtaining => identity,
        () = std::future::ready(()) => {
            *pass = None;
            obtaining.await
        }
    }
}

/// Waits for the turn of the body, for the permits and for a connection.
async fn queue(
    line: &Line,
    request: &mut Request,
    metrics: &mut Metrics,
    unused: bool,
    stop: &Stop,
) -> Result<Place, Attempt> {
    let turn = turn(line, request, metrics.request_id);
    let pass = stop.guard(Severity::Failure, turn).await.map_err(before_sending)?;
    let own = stop.guard(Severity::Failure, permit(&line.permits[0])).await;
    let own = own.map_err(before_sending)?;
    let shared = stop.guard(Severity::Failure, permit(&line.permits[1])).await;
    let permits = [own, shared.map_err(before_sending)?];

    metrics.connecting.start_ns = Some(line.clock.monotonic_ns());
    if line.records {
        metrics.connections = line.connections.numbers(&line.origin);
    }
    let connections = &line.connections;
    let lease = match unused {
        true => stop.guard(Severity::Failure, connections.acquire_unused(&line.origin)).await,
        false => stop.guard(Severity::Failure, connections.acquire(&line.origin)).await,
    };
    let lease =
        lease.map_err(|error| Attempt { failure: error.into(), stage: Stage::Connecting })?;
    metrics.connecting.end_ns = Some(line.clock.monotonic_ns());
    Ok(Place { head: request.head.clone(), pass, lease, permits })
}

/// The turn of a large body to send.
async fn turn(line: &Line, request: &mut Request, age: usize) -> Result<Option<Pass>> {
    Ok(match request.pass.take() {
        None if request.body.len() >= LARGE_BYTES => {
            Turn::take(&line.sending, age).admitted().await
        }
        pass => pass,
    })
}

async fn permit(of: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit> {
    let acquired = of.clone().acquire_owned().await;
    acquired.map_err(|error| Error::from(Code::INVALID_STATE).because(error))
}

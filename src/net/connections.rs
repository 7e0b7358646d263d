//! The connections of one client: per origin a list of idle ones, a cap on all of them, and a queue of those who wait.
//!
//! A worker gets back the connection it used last, else one that another worker left idle, else a new one while the
//! cap allows, else its turn in the queue. What is granted is a value that gives itself back when dropped, so giving up
//! at any moment neither loses a place under the cap nor leaves a waiter asleep.
//!
//! The process may have no descriptor left for another socket. Who finds that out does with a connection that is there:
//! an idle one, or in its turn one that is in use. Those of other origins serve as well, for their descriptors.

use std::collections::{HashMap, VecDeque};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use crate::sync::Mutex;
use tokio::sync::oneshot;

use super::dial::{Dialer, Steps};
use super::{Config, Connection, Origin};
use crate::error::{Code, Error, Result};
use crate::log;

/// All connections that share one configuration.
pub struct Connections {
    dialer: Dialer,
    max_connections: usize,
    idle_timeout: Option<Duration>,
    table: Mutex<Table>,
}

/// Counts of one origin at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// Open and unused.
    pub available: usize,
    /// Waiting for a connection, those being dialed included.
    pub pending: usize,
    pub leased: usize,
}

#[derive(Default)]
struct Table {
    closed: bool,
    slots: HashMap<Arc<Origin>, Slot>,
}

#[derive(Default)]
struct Slot {
    /// In the order in which they came back: the one used last is at the end.
    idle: Vec<Idle>,
    /// Places under the cap that a [`Place`] holds.
    held: usize,
    /// How many of them are still being dialed.
    dialing: usize,
    waiters: VecDeque<oneshot::Sender<Place>>,
}

struct Idle {
    connection: Box<Connection>,
    thread: ThreadId,
    since: Instant,
}

/// A place under the cap, with a connection unless that has still to be made.
struct Place {
    /// None once the place has been given away.
    connections: Option<Arc<Connections>>,
    origin: Arc<Origin>,
    connection: Option<Box<Connection>>,
    /// Whether the table counts this place as being dialed.
    dialing: bool,
}

/// A connection for the time of its use.
pub struct Lease {
    place: Place,
}

impl Connections {
    pub fn new(config: Config) -> Result<Arc<Self>> {
        let max_connections = config.max_connections.max(1);
        let idle_timeout = config.idle_timeout_ms;
        Ok(Arc::new(Self {
            dialer: Dialer::new(config)?,
            max_connections,
            idle_timeout: (idle_timeout > 0).then(|| Duration::from_millis(idle_timeout.into())),
            table: Mutex::default(),
        }))
    }

    /// Waits for a connection. Fails with the error of dialing, or when the table has been closed.
    pub async fn acquire(self: &Arc<Self>, origin: &Arc<Origin>) -> Result<Lease> {
        let turn = self.place_or_turn(origin, true)?;
        self.lease(turn, true).await
    }

    /// As [`acquire`](Self::acquire), for what wants a connection that nothing has been sent over.
    pub async fn acquire_unused(self: &Arc<Self>, origin: &Arc<Origin>) -> Result<Lease> {
        let turn = self.place_or_turn(origin, false)?;
        self.lease(turn, false).await
    }

    /// Counts of one origin; all zero for an unknown one.
    pub fn numbers(&self, origin: &Origin) -> Numbers {
        let table = self.table.lock();
        table.slots.get(origin).map_or_else(Numbers::default, |slot| Numbers {
            available: slot.idle.len(),
            pending: slot.dialing
                + slot.waiters.iter().filter(|waiter| !waiter.is_closed()).count(),
            leased: slot.held - slot.dialing,
        })
    }

    /// How far those connections are that are being made, to whatever origin.
    pub fn steps(&self) -> Steps {
        self.dialer.steps()
    }

    /// Servers that there are connections to, or that are waited for.
    pub fn endpoints(&self) -> usize {
        self.table.lock().slots.len()
    }

    /// Closes every connection that is not in use.
    pub fn close_idle(&self) {
        let mut unused = Vec::new();
        let mut table = self.table.lock();
        for slot in table.slots.values_mut() {
            unused.append(&mut slot.idle);
        }
        table.slots.retain(|_, slot| slot.held > 0 || !slot.waiters.is_empty());
        drop(table);
    }

    /// Closes the connections that have been idle for too long.
    pub fn close_expired(&self) {
        let mut stale = Vec::new();
        let mut table = self.table.lock();
        for slot in table.slots.values_mut() {
            slot.expire(self.idle_timeout, &mut stale);
        }
        table
            .slots
            .retain(|_, slot| slot.held > 0 || !slot.idle.is_empty() || !slot.waiters.is_empty());
        drop(table);
    }

    /// Closes the idle connections, turns every waiter away and accepts no new one. Leased connections close when they
    /// are given back.
    pub fn close(&self) {
        let mut table = self.table.lock();
        table.closed = true;
        let slots = std::mem::take(&mut table.slots);
        // Leased places still count, so that giving them back finds its slot.
        let kept = slots.iter().filter(|(_, slot)| slot.held > 0);
        table.slots = kept
            .map(|(origin, slot)| {
                let counts = Slot { held: slot.held, dialing: slot.dialing, ..Slot::default() };
                (Arc::clone(origin), counts)
            })
            .collect();
        drop(table);
        drop(slots);
    }

    /// `used` says whether a connection will do that has served before.
    fn place_or_turn(self: &Arc<Self>, origin: &Arc<Origin>, used: bool) -> Result<Turn> {
        let mut stale = Vec::new();
        let mut table = self.table.lock();
        if table.closed {
            return Err(closed());
        }
        let slot = table.slots.entry(Arc::clone(origin)).or_default();
        slot.expire(self.idle_timeout, &mut stale);
        let idle = if used { slot.take_idle(thread::current().id()) } else { None };
        if !used && slot.held + slot.idle.len() >= self.max_connections && !slot.idle.is_empty() {
            // Makes way for a new one.
            stale.push(slot.idle.remove(0));
        }
        let turn = if idle.is_some() || slot.held + slot.idle.len() < self.max_connections {
            slot.held += 1;
            slot.dialing += usize::from(idle.is_none());
            Turn::Now(self.place(origin, idle))
        } else {
            let (grant, waiting) = oneshot::channel();
            slot.waiters.push_back(grant);
            Turn::Later(waiting)
        };
        drop(table);
        Ok(turn)
    }

    fn place(self: &Arc<Self>, origin: &Arc<Origin>, connection: Option<Box<Connection>>) -> Place {
        Place {
            connections: Some(Arc::clone(self)),
            origin: Arc::clone(origin),
            dialing: connection.is_none(),
            connection,
        }
    }

    /// Makes a turn into a lease: checks the connection that came with it, or dials.
    async fn lease(self: &Arc<Self>, mut turn: Turn, used: bool) -> Result<Lease> {
        loop {
            let mut place = match turn {
                Turn::Now(place) => place,
                Turn::Later(waiting) => waiting.await.map_err(|_| closed())?,
            };
            if let Some(mut connection) = place.connection.take() {
                if used && connection.settle().await {
                    place.connection = Some(connection);
                    return Ok(Lease { place });
                }
                drop(connection);
                place.set_dialing(true);
            }
            // In a box, because most do not come here.
            match Box::pin(self.dialer.dial(&place.origin)).await {
                Ok(connection) => {
                    place.connection = Some(Box::new(connection));
                    place.set_dialing(false);
                    return Ok(Lease { place });
                }
                Err(error) if error.code() == Code::MAX_FDS_EXCEEDED => {
                    log!(Debug, General, "no socket for {}: {error}", place.origin.host);
                    turn = self.make_do(place).ok_or(error)?;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Where there is no descriptor for a new connection: an idle one, the place of an idle one of another origin, or a
    /// turn behind those in use. None when there are none at all.
    fn make_do(self: &Arc<Self>, mut place: Place) -> Option<Turn> {
        let mut table = self.table.lock();
        let slot = table.slots.get_mut(&place.origin)?;
        if let Some(connection) = slot.take_idle(thread::current().id()) {
            slot.dialing -= 1;
            place.dialing = false;
            place.connection = Some(connection);
            return Some(Turn::Now(place));
        }
        if let Some(other) = table.slots.values_mut().find(|slot| !slot.idle.is_empty()) {
            let longest = other.idle.remove(0);
            drop(table);
            drop(longest);
            return Some(Turn::Now(place));
        }
        let held: usize = table.slots.values().map(|slot| slot.held).sum();
        if table.closed || held < 2 {
            return None;
        }
        // The place ends here: nobody else would have a descriptor for it. Who has one gives it back some time.
        let slot = table.slots.get_mut(&place.origin)?;
        slot.held -= 1;
        slot.dialing -= 1;
        place.forget();
        let (grant, waiting) = oneshot::channel();
        slot.waiters.push_back(grant);
        Some(Turn::Later(waiting))
    }

    /// Takes a place back and passes it on. `connection` is one that can be used again.
    fn give_back(
        self: &Arc<Self>,
        origin: &Arc<Origin>,
        mut connection: Option<Box<Connection>>,
        dialing: bool,
    ) {
        let mut table = self.table.lock();
        let (closed, only) = (table.closed, table.slots.len() == 1);
        let Some(slot) = table.slots.get_mut(origin) else { return };
        slot.dialing -= usize::from(dialing);
        while let Some(waiter) = slot.waiters.pop_front() {
            let place = self.place(origin, connection.take());
            let dials = usize::from(place.dialing);
            match waiter.send(place) {
                Ok(()) => {
                    slot.dialing += dials;
                    return;
                }
                Err(refused) => connection = refused.forget(),
            }
        }
        slot.held -= 1;
        if only && !closed && connection.is_some() {
            // Nobody waits, and nobody else could.
            return slot.keep(connection);
        }
        let starving = self.starving(&mut table);
        let kept = connection.take_if(|_| !closed && starving.is_none());
        if let Some(slot) = table.slots.get_mut(origin) {
            slot.keep(kept);
            if slot.held == 0 && slot.idle.is_empty() && slot.waiters.is_empty() {
                table.slots.remove(origin);
            }
        }
        // A connection left over closes without the lock, and before another is made with its descriptor.
        drop(table);
        drop(connection);
        if let Some((waiter, place)) = starving {
            // Who has gone passes it on.
            let _ = waiter.send(place);
        }
    }

    /// Somebody who waits though the cap would allow another connection, and a place for that.
    fn starving(self: &Arc<Self>, table: &mut Table) -> Option<(oneshot::Sender<Place>, Place)> {
        for (origin, slot) in &mut table.slots {
            while slot.held + slot.idle.len() < self.max_connections
                && let Some(waiter) = slot.waiters.pop_front()
            {
                if waiter.is_closed() {
                    continue;
                }
                slot.held += 1;
                slot.dialing += 1;
                return Some((waiter, self.place(origin, None)));
            }
        }
        None
    }
}

enum Turn {
    Now(Place),
    Later(oneshot::Receiver<Place>),
}

impl Slot {
    /// Takes the idle connection that suits `thread` best.
    fn take_idle(&mut self, thread: ThreadId) -> Option<Box<Connection>> {
        let own = self.idle.iter().rposition(|idle| idle.thread == thread);
        let index = own.or(self.idle.len().checked_sub(1))?;
        Some(self.idle.remove(index).connection)
    }

    fn keep(&mut self, connection: Option<Box<Connection>>) {
        let (thread, since) = (thread::current().id(), Instant::now());
        self.idle.extend(connection.map(|connection| Idle { connection, thread, since }));
    }

    /// Moves connections that have been idle for too long to `stale`, and forgets waiters that have gone.
    fn expire(&mut self, timeout: Option<Duration>, stale: &mut Vec<Idle>) {
        let since = self.idle.first().map(|longest| longest.since);
        if let (Some(timeout), Some(since)) = (timeout, since)
            && since.elapsed() > timeout
        {
            stale.extend(self.idle.extract_if(.., |idle| idle.since.elapsed() > timeout));
        }
        while self.waiters.front().is_some_and(|waiter| waiter.is_closed()) {
            self.waiters.pop_front();
        }
    }
}

impl Place {
    fn set_dialing(&mut self, dialing: bool) {
        if self.dialing == dialing {
            return;
        }
        self.dialing = dialing;
        let Some(connections) = &self.connections else { return };
        if let Some(slot) = connections.table.lock().slots.get_mut(&self.origin) {
            slot.dialing = if dialing { slot.dialing + 1 } else { slot.dialing - 1 };
        }
    }

    /// Ends the place without giving it back.
    fn forget(mut self) -> Option<Box<Connection>> {
        self.connections = None;
        self.connection.take()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(connections) = self.connections.take() {
            let connection = self.connection.take().filter(|connection| connection.is_reusable());
            connections.give_back(&self.origin, connection, self.dialing);
        }
    }
}

impl Lease {
    pub fn origin(&self) -> &Arc<Origin> {
        &self.place.origin
    }
}

impl Deref for Lease {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.place.connection.as_deref().expect("a lease is made with a connection")
    }
}

impl DerefMut for Lease {
    fn deref_mut(&mut self) -> &mut Connection {
        self.place.connection.as_deref_mut().expect("a lease is made with a connection")
    }
}

fn closed() -> Error {
    Error::new(Code::INVALID_STATE).because("the connections have been closed")
}

//! The connections of one client: per origin a list of idle ones, a cap on all of them, and a queue of those who wait.
//!
//! A worker gets back the connection it used last, else one that another worker left idle, else a new one while the
//! cap allows, else its turn in the queue. What is granted is a value that gives itself back when dropped, so giving up
//! at any moment neither loses a place under the cap nor leaves a waiter asleep.

use std::collections::{HashMap, VecDeque};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::sync::oneshot;

use super::dial::Dialer;
use super::{Config, Connection, Origin};
use crate::error::{Code, Error, Result};

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
    /// The one used last is at the end.
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
        let waiting = match self.place_or_turn(origin)? {
            Turn::Now(place) => return self.open(place).await,
            Turn::Later(waiting) => waiting,
        };
        match waiting.await {
            Ok(place) => self.open(place).await,
            Err(_) => Err(closed()),
        }
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

    fn place_or_turn(self: &Arc<Self>, origin: &Arc<Origin>) -> Result<Turn> {
        let mut stale = Vec::new();
        let mut table = self.table.lock();
        if table.closed {
            return Err(closed());
        }
        if !table.slots.contains_key(origin) {
            table.slots.insert(Arc::clone(origin), Slot::default());
        }
        let Some(slot) = table.slots.get_mut(origin) else {
            return Err(Code::INVALID_STATE.into());
        };
        slot.expire(self.idle_timeout, &mut stale);
        let idle = slot.take_idle(thread::current().id());
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

    /// Makes a place into a lease: checks the connection it came with, or dials.
    async fn open(self: &Arc<Self>, mut place: Place) -> Result<Lease> {
        if let Some(mut connection) = place.connection.take() {
            if connection.settle().await {
                place.connection = Some(connection);
                return Ok(Lease { place });
            }
            place.set_dialing(true);
        }
        let connection = self.dialer.dial(&place.origin).await?;
        place.connection = Some(Box::new(connection));
        place.set_dialing(false);
        Ok(Lease { place })
    }

    /// Takes a place back and passes it on. `connection` is one that can be used again.
    fn give_back(
        self: &Arc<Self>,
        origin: &Arc<Origin>,
        mut connection: Option<Box<Connection>>,
        dialing: bool,
    ) {
        let mut table = self.table.lock();
        let closed = table.closed;
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
        if let Some(connection) = connection.take_if(|_| !closed) {
            slot.idle.push(Idle {
                connection,
                thread: thread::current().id(),
                since: Instant::now(),
            });
        } else if slot.held == 0 && slot.idle.is_empty() {
            table.slots.remove(origin);
        }
        // A connection left over closes without the lock.
        drop(table);
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

    /// Moves connections that have been idle for too long to `stale`, and forgets waiters that have gone.
    fn expire(&mut self, timeout: Option<Duration>, stale: &mut Vec<Idle>) {
        if let Some(timeout) = timeout {
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

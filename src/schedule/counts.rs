//! How many requests and bodies of a client are where, in numbers that anybody may read at any time.
//!
//! They are kept as things happen, and nowhere else: the log reads them, and so may programs, since the owner of a
//! client says where they stand ([`Board`]). A request counts from the first thing that it does or waits for; one that
//! belongs to no meta request counts nowhere.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU32, AtomicUsize};

use super::Lane;
use super::explain::Doing;
use super::machine::Pass;
use super::stage::Stage;

/// How many kinds of meta requests there are.
pub const KINDS: usize = 4;

/// Laid out like `stats` of `struct aws_s3_client`.
#[repr(C)]
#[derive(Debug, Default)]
pub struct Requests {
    /// Requests until they have their answer, and bodies until they are handed over.
    pub in_flight: AtomicUsize,
    /// Requests with a place on the wire, by the number of their kind.
    pub network: [AtomicUsize; KINDS],
    /// Bodies that have come and wait for earlier ones.
    pub waiting: AtomicUsize,
    /// Bodies that are being handed over, or are next.
    pub delivering: AtomicUsize,
    /// Not counted here: always 0.
    pub sending: AtomicUsize,
}

/// Laid out like two numbers of `threaded_data` of `struct aws_s3_client`, that follow each other.
#[repr(C)]
#[derive(Debug, Default)]
pub struct Turns {
    /// Requests that wait for their turn, a place, or the delay before another attempt.
    pub queued: AtomicU32,
    /// Requests that are about to, and those that are at their end.
    pub preparing: AtomicU32,
}

/// Where the numbers of a client stand.
pub trait Board: Send + Sync {
    fn requests(&self) -> &Requests;
    fn turns(&self) -> &Turns;
    /// Bodies that are being written to a file.
    fn writing(&self) -> &AtomicUsize;
}

/// Numbers that nobody else shows.
#[derive(Debug, Default)]
pub struct OwnBoard {
    requests: Requests,
    turns: Turns,
    writing: AtomicUsize,
}

impl Board for OwnBoard {
    fn requests(&self) -> &Requests {
        &self.requests
    }

    fn turns(&self) -> &Turns {
        &self.turns
    }

    fn writing(&self) -> &AtomicUsize {
        &self.writing
    }
}

/// Where a request counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Counted {
    #[default]
    Nowhere,
    Preparing,
    Queued,
    Network,
}

impl Pass {
    fn counts(&self) -> Counted {
        if self.holds(Stage::Place) {
            Counted::Network
        } else if self.wants.is_some() || self.doing == Doing::Delay {
            Counted::Queued
        } else if self.holds_any() || self.doing != Doing::Nothing {
            Counted::Preparing
        } else {
            Counted::Nowhere
        }
    }

    /// To be called when something has changed, by whoever has the books of all requests to themselves.
    pub(super) fn count(&mut self, board: &dyn Board) {
        self.count_as(self.counts(), board);
    }

    /// It is no more.
    pub(super) fn count_out(&mut self, board: &dyn Board) {
        self.count_as(Counted::Nowhere, board);
    }

    fn count_as(&mut self, now: Counted, board: &dyn Board) {
        let Some(kind) = self.kind.filter(|_| now != self.counted) else { return };
        let (requests, turns) = (board.requests(), board.turns());
        let network = &requests.network[usize::from(kind)];
        match std::mem::replace(&mut self.counted, now) {
            Counted::Nowhere => _ = requests.in_flight.fetch_add(1, Relaxed),
            Counted::Preparing => turns.preparing.store(turns.preparing.load(Relaxed) - 1, Relaxed),
            Counted::Queued => turns.queued.store(turns.queued.load(Relaxed) - 1, Relaxed),
            Counted::Network => network.store(network.load(Relaxed) - 1, Relaxed),
        }
        match now {
            Counted::Nowhere => _ = requests.in_flight.fetch_sub(1, Relaxed),
            Counted::Preparing => turns.preparing.store(turns.preparing.load(Relaxed) + 1, Relaxed),
            Counted::Queued => turns.queued.store(turns.queued.load(Relaxed) + 1, Relaxed),
            Counted::Network => network.store(network.load(Relaxed) + 1, Relaxed),
        }
    }
}

/// What a body that has arrived waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// Earlier ones.
    Waiting,
    /// Its consumer.
    Delivering,
    /// A file.
    Writing,
}

/// A body that has arrived, until its consumer has taken it and this is dropped.
pub struct Arrived {
    lane: Lane,
    rest: Rest,
    /// Others move slower for it.
    paces: bool,
}

impl Arrived {
    pub(super) fn new(lane: Lane) -> Self {
        lane.board().requests().in_flight.fetch_add(1, Relaxed);
        let this = Self { lane, rest: Rest::Delivering, paces: false };
        this.number().fetch_add(1, Relaxed);
        this
    }

    pub fn rests(&mut self, rest: Rest) {
        if rest != self.rest {
            self.number().fetch_sub(1, Relaxed);
            self.rest = rest;
            self.number().fetch_add(1, Relaxed);
        }
    }

    /// Its consumer gets it next. Who is slow to take them is sent no more.
    pub fn paces(&mut self) {
        if !std::mem::replace(&mut self.paces, true) {
            self.lane.0.schedule.state.lock().machine.arrived(self.lane.id());
        }
    }

    fn number(&self) -> &AtomicUsize {
        let board = self.lane.board();
        match self.rest {
            Rest::Waiting => &board.requests().waiting,
            Rest::Delivering => &board.requests().delivering,
            Rest::Writing => board.writing(),
        }
    }
}

impl Drop for Arrived {
    fn drop(&mut self) {
        if self.paces {
            self.lane.0.schedule.state.lock().machine.taken(self.lane.id());
        }
        self.number().fetch_sub(1, Relaxed);
        self.lane.board().requests().in_flight.fetch_sub(1, Relaxed);
    }
}

impl Lane {
    fn board(&self) -> &dyn Board {
        &*self.0.schedule.board
    }

    /// A body of it has arrived.
    pub fn arrived(&self) -> Arrived {
        Arrived::new(self.clone())
    }
}

/// All of them at one moment, more or less.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub in_flight: usize,
    pub network: [usize; KINDS],
    pub queued: usize,
    pub preparing: usize,
    pub waiting: usize,
    pub delivering: usize,
    pub writing: usize,
}

impl Counts {
    pub(super) fn read(board: &dyn Board) -> Self {
        let (requests, turns) = (board.requests(), board.turns());
        Self {
            in_flight: requests.in_flight.load(Relaxed),
            network: [0, 1, 2, 3].map(|kind: usize| requests.network[kind].load(Relaxed)),
            queued: turns.queued.load(Relaxed) as usize,
            preparing: turns.preparing.load(Relaxed) as usize,
            waiting: requests.waiting.load(Relaxed),
            delivering: requests.delivering.load(Relaxed),
            writing: board.writing().load(Relaxed),
        }
    }
}

/// Where the numbers of a client stand that shows them to nobody.
pub(super) fn own() -> Arc<dyn Board> {
    Arc::new(OwnBoard::default())
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<Requests>() == 64 && size_of::<Turns>() == 8);

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::machine::{Caps, Machine};
    use super::super::pace::Pace;
    use super::super::{Name, Schedule};
    use super::*;

    #[test]
    fn every_request_counts_once() {
        let now = Duration::ZERO;
        let mut machine = Machine::new(1, 8, Pace::new(2, 1));
        let board = machine.board.clone();
        let count = || Counts::read(&*board);
        let lane = machine.add_lane(Caps { places: 4, reads: 1, kind: 3, ..Caps::default() });
        let free = machine.add_lane(Caps { free: true, ..Caps::default() });
        let passes: Vec<u64> = (1..5).map(|part| machine.add_pass(lane, part, 0)).collect();
        let uncounted = machine.add_pass(free, 0, 0);
        assert_eq!(count(), Counts::default(), "nobody has begun");
        assert!(machine.ask(uncounted, Stage::Place, now));
        machine.does(uncounted, Doing::Connection);
        assert_eq!(count(), Counts::default(), "it belongs to no meta request");
        assert!(machine.ask(passes[0], Stage::Place, now));
        machine.does(passes[0], Doing::Connection);
        assert!(!machine.ask(passes[1], Stage::Place, now));
        machine.does(passes[2], Doing::Delay);
        machine.does(passes[3], Doing::Credentials);
        let mut all = Counts { in_flight: 4, queued: 2, preparing: 1, ..Counts::default() };
        all.network[3] = 1;
        assert_eq!(count(), all);
        machine.leave(passes[0], Stage::Place, now);
        // The second has its place now, and the first is at its end.
        assert_eq!(count(), Counts { queued: 1, preparing: 2, ..all });
        machine.withdraw(passes[2]);
        passes.into_iter().for_each(|pass| machine.remove(pass, now));
        assert_eq!(count(), Counts::default());
    }

    #[test]
    fn a_body_counts_where_it_rests() {
        let schedule = Schedule::new(1, Arc::default());
        let lane = schedule.lane(Name::default(), Caps::default());
        let mut body = lane.arrived();
        let one = Counts { in_flight: 1, ..Counts::default() };
        assert_eq!(schedule.counts(), Counts { delivering: 1, ..one });
        body.rests(Rest::Waiting);
        assert_eq!(schedule.counts(), Counts { waiting: 1, ..one });
        body.rests(Rest::Writing);
        body.paces();
        body.paces();
        assert_eq!(schedule.counts(), Counts { writing: 1, ..one });
        drop(body);
        assert_eq!(schedule.counts(), Counts::default());
    }
}

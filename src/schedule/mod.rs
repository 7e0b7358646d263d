//! Who goes next: everything that is scarce in a client except memory and sockets, in one place.
//!
//! A meta request has a [`Lane`], each of its parts and requests a [`Pass`]. A pass goes through [`Stage`]s, in their
//! order: it waits until there is room for it at a stage, may leave a stage early, and gives everything back when it is
//! dropped. Memory is reserved before a place on the wire is asked for, and credentials are obtained before; who is
//! next at a stage is for [`machine`] to say, and how many large bodies move at a time for [`pace`].
//!
//! Nothing here does I/O, and both of those know no clock: this file is what lends them threads, wakers and time.
#![forbid(unsafe_code)]

mod counts;
mod explain;
mod ids;
mod lane;
pub mod machine;
mod moment;
mod naps;
mod order;
pub mod pace;
mod rate;
mod stage;
#[cfg(test)]
mod tests;

use std::fmt;
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::time::Instant;

use crate::clock::monotonic_ns;
use crate::log;
use crate::sync::Mutex;

pub use counts::{Arrived, Board, Counts, OwnBoard, Requests, Rest, Turns};
pub use explain::{Doing, Witness};
use ids::Map;
pub use machine::Caps;
use machine::Machine;
use moment::{Moment, Now};
pub use naps::Naps;
use pace::{Pace, TICK};
pub use rate::Allowance;
use rate::Rate;
pub use stage::Stage;

/// Smaller bodies are not worth a turn of their own.
pub const LARGE_BYTES: u64 = 1024 * 1024;

/// Parts under way for each place on the wire: one that moves, and one to follow it.
const SHARES_PER_PLACE: usize = 2;
/// Enough for one meta request to read and send at the same time.
const LEAST_SHARES: usize = 8;

/// Bodies that move at a time at least: one to follow when another one ends, and one for each thread.
const LEAST_BODIES: usize = 2;

/// See the [module](self).
pub struct Schedule {
    state: Mutex<State>,
    /// Bytes of large bodies that have moved, out and in.
    moved: [AtomicU64; 2],
    naps: Arc<Naps>,
    /// Bytes per second at most, out and in.
    rates: [Option<Mutex<Rate>>; 2],
    board: Arc<dyn Board>,
    begun: Instant,
}

struct State {
    machine: Machine,
    wakers: Map<Waker>,
    lanes: Map<Weak<OneLane>>,
    /// Somebody looks at those who wait, in regular intervals.
    watched: bool,
}

/// One meta request, among which everything is shared. Clones are the same one.
#[derive(Clone)]
pub struct Lane(Arc<OneLane>);

struct OneLane {
    schedule: Arc<Schedule>,
    id: u64,
    /// What the log calls it.
    name: Name,
    /// Bytes have moved since somebody looked.
    moved: AtomicBool,
    witness: OnceLock<Weak<dyn Witness>>,
}

/// A kind, and a number where there are several of it. Written out when somebody asks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Name(pub &'static str, pub usize);

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self(kind, 0) => write!(f, "{kind}"),
            Self(kind, number) => write!(f, "{kind} {number:#x}"),
        }
    }
}

/// What one part or request has of everything scarce, until the last clone is dropped. It waits for one thing at a
/// time.
#[derive(Clone)]
pub struct Pass(Arc<OnePass>);

struct OnePass {
    lane: Lane,
    id: u64,
}

/// A place on the wire, and the turn of the bodies that move there. Dropping it gives both back.
pub struct OnWire(Pass);

impl State {
    /// Those to wake, once the lock is released.
    fn served(&mut self) -> Served {
        if !self.machine.has_granted() {
            return Served::default();
        }
        let mut wakers = self.machine.take_granted().filter_map(|id| self.wakers.remove(&id));
        Served { first: wakers.next(), others: wakers.collect() }
    }
}

/// Who was served: one at most, as a rule.
#[derive(Default)]
struct Served {
    first: Option<Waker>,
    others: Vec<Waker>,
}

impl Served {
    fn wake(self) {
        self.first.into_iter().chain(self.others).for_each(Waker::wake);
    }
}

impl Schedule {
    /// For a client that may have `places` requests on the wire and whose network threads sleep as `naps` says.
    pub fn new(places: u32, naps: Arc<Naps>) -> Arc<Self> {
        Self::limited(places, naps, [0, 0], counts::own())
    }

    /// The same for one whose bodies move so many bytes per second at most, out and in, where 0 is no limit; and whose
    /// numbers stand on this board, which is let go when nobody has a lane, or this, any more.
    pub fn limited(
        places: u32,
        naps: Arc<Naps>,
        most_bytes_per_s: [u64; 2],
        board: Arc<dyn Board>,
    ) -> Arc<Self> {
        let places = places as usize;
        let shares = places.saturating_mul(SHARES_PER_PLACE).max(LEAST_SHARES);
        let pace = Pace::new(LEAST_BODIES.max(naps.threads()), places);
        let machine = Machine::counting_on(board.clone(), places, shares, pace);
        let state =
            State { machine, wakers: Map::default(), lanes: Map::default(), watched: false };
        Arc::new(Self {
            state: Mutex::new(state),
            moved: Default::default(),
            naps,
            rates: rate::rates(most_bytes_per_s),
            board,
            begun: Instant::now(),
        })
    }

    /// A lane for a meta request that may have so much at a time.
    pub fn lane(self: &Arc<Self>, name: Name, caps: Caps) -> Lane {
        let mut state = self.state.lock();
        let id = state.machine.add_lane(caps);
        let (moved, witness) = (AtomicBool::new(false), OnceLock::new());
        let lane = Arc::new(OneLane { schedule: self.clone(), id, name, moved, witness });
        state.lanes.insert(id, Arc::downgrade(&lane));
        Lane(lane)
    }

    /// Tells the log, once, what those wait for to which nothing has happened for ten seconds.
    pub fn tell_of_standstills(&self) {
        let now = self.now();
        let mut state = self.state.lock();
        let lanes: Vec<Arc<OneLane>> = state.lanes.values().filter_map(Weak::upgrade).collect();
        for lane in &lanes {
            if lane.moved.swap(false, Ordering::Relaxed) {
                state.machine.touch(lane.id);
            }
        }
        let standing = state.machine.standing(now);
        drop(state);
        for lane in lanes.into_iter().filter(|lane| standing.contains(&lane.id)) {
            let lane = Lane(lane);
            log!(
                Debug,
                MetaRequest,
                "{} has not moved for a while: {}",
                lane.0.name,
                lane.explain()
            );
        }
    }

    /// How many requests and bodies are where.
    pub fn counts(&self) -> Counts {
        Counts::read(&*self.board)
    }

    fn now(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Changes the books, and wakes whoever was served by that.
    fn with<T>(&self, change: impl FnOnce(&mut Machine, &Now<&dyn Fn() -> Duration>) -> T) -> T {
        let clock = || self.now();
        let mut state = self.state.lock();
        let changed = change(&mut state.machine, &Now::of(&clock));
        let served = state.served();
        drop(state);
        served.wake();
        changed
    }

    fn poll_enter(self: &Arc<Self>, id: u64, stage: Stage, cx: &mut Context<'_>) -> Poll<()> {
        let there = self.with(|machine, now| machine.ask(id, stage, now));
        if there {
            return Poll::Ready(());
        }
        let mut state = self.state.lock();
        if state.machine.holds(id, stage) {
            return Poll::Ready(());
        }
        state.wakers.insert(id, cx.waker().clone());
        if state.machine.is_paced() && !state.watched {
            // Outside of a runtime nobody waits for anything but in tests.
            if let Ok(runtime) = tokio::runtime::Handle::try_current() {
                state.watched = true;
                drop(state);
                runtime.spawn(
                    Watch { schedule: Arc::downgrade(self), ended: false }.run(self.naps.clone()),
                );
            }
        }
        Poll::Pending
    }
}

/// Looks at those who wait in regular intervals, until nobody does. It keeps nothing alive while it sleeps.
struct Watch {
    schedule: Weak<Schedule>,
    ended: bool,
}

impl Watch {
    async fn run(mut self, naps: Arc<Naps>) {
        let (mut looked_ns, mut slept_ns) = (monotonic_ns(), naps.slept_ns());
        loop {
            tokio::time::sleep(TICK).await;
            let Some(schedule) = self.schedule.upgrade() else { return };
            let (now_ns, slept_now_ns) = (monotonic_ns(), naps.slept_ns());
            let slept = slept_now_ns.saturating_sub(slept_ns);
            let asleep = naps.share(slept, now_ns.saturating_sub(looked_ns));
            (looked_ns, slept_ns) = (now_ns, slept_now_ns);
            let moved = [0, 1].map(|way: usize| schedule.moved[way].load(Ordering::Relaxed));
            schedule.with(|machine, now| machine.tick(asleep, moved, now.get()));
            let mut state = schedule.state.lock();
            if !state.machine.is_paced() {
                state.watched = false;
                self.ended = true;
                return;
            }
        }
    }
}

impl Drop for Watch {
    /// Its runtime may have ended: whoever comes next has another one.
    fn drop(&mut self) {
        if !self.ended
            && let Some(schedule) = self.schedule.upgrade()
        {
            schedule.state.lock().watched = false;
        }
    }
}

impl Lane {
    /// A pass for part `order`, whose body has so many bytes. It holds nothing yet.
    pub fn pass(&self, order: u32, bytes: u64) -> Pass {
        let OneLane { schedule, id, .. } = &*self.0;
        let id = schedule.with(|machine, _| machine.add_pass(*id, order, bytes));
        Pass(Arc::new(OnePass { lane: self.clone(), id }))
    }

    /// Somebody who knows more of what its parts and requests wait for. The first one stays.
    pub fn witnessed_by(&self, witness: Weak<dyn Witness>) {
        let _ = self.0.witness.set(witness);
    }

    pub fn id(&self) -> u64 {
        self.0.id
    }

    /// How often a request has gone for a connection so far.
    pub fn attempts(&self) -> u64 {
        self.0.schedule.state.lock().machine.attempts(self.0.id)
    }

    /// What its parts and requests wait for.
    pub fn explain(&self) -> String {
        let waits = self.0.schedule.state.lock().machine.waits_of(self.0.id);
        // Asked without the lock: whoever knows more has locks of their own.
        let witness = self.0.witness.get().and_then(Weak::upgrade);
        explain::text(&waits, witness.as_deref())
    }
}

impl Drop for OneLane {
    fn drop(&mut self) {
        let mut state = self.schedule.state.lock();
        state.machine.remove_lane(self.id);
        state.lanes.remove(&self.id);
    }
}

impl Pass {
    fn schedule(&self) -> &Arc<Schedule> {
        &self.0.lane.0.schedule
    }

    /// Says which part it is for after all.
    pub fn aim(&self, order: u32, bytes: u64) {
        self.schedule().with(|machine, _| machine.aim(self.0.id, order, bytes));
    }

    /// Waits until there is room at this stage. Who gives up the wait leaves nothing behind.
    pub async fn enter(&self, stage: Stage) {
        let mut waiting = Waiting { pass: self, stage, there: false };
        poll_fn(|cx| self.poll_enter(stage, cx)).await;
        waiting.there = true;
    }

    /// The same, if there is room that nobody waits for.
    pub fn try_enter(&self, stage: Stage) -> bool {
        self.schedule().with(|machine, now| {
            let there = machine.ask(self.0.id, stage, now);
            if !there {
                machine.withdraw(self.0.id);
            }
            there
        })
    }

    /// Ready when there is room at this stage; waits there until the pass leaves.
    pub fn poll_enter(&self, stage: Stage, cx: &mut Context<'_>) -> Poll<()> {
        self.schedule().poll_enter(self.0.id, stage, cx)
    }

    /// Waits for a place on the wire; one that `fetches` brings a large body, and has its turn to move as well.
    pub async fn enter_wire(&self, fetches: bool) -> OnWire {
        self.enter(if fetches { Stage::Fetch } else { Stage::Place }).await;
        OnWire(self.clone())
    }

    /// Says what it does between two stages, for those who wonder what it waits for.
    pub fn does(&self, doing: Doing) {
        self.schedule().with(|machine, _| machine.does(self.0.id, doing));
    }

    pub fn bytes(&self) -> u64 {
        self.schedule().state.lock().machine.bytes(self.0.id)
    }

    /// Whether one more large body that comes in would have to wait.
    pub fn is_crowded(&self) -> bool {
        self.schedule().state.lock().machine.is_crowded()
    }

    pub fn holds(&self, stage: Stage) -> bool {
        self.schedule().state.lock().machine.holds(self.0.id, stage)
    }

    /// Gives back what it had at this stage.
    pub fn leave(&self, stage: Stage) {
        self.schedule().with(|machine, now| machine.leave(self.0.id, stage, now));
    }

    /// The same of what has served for nothing: it counts as if it had not been given.
    pub fn give_back(&self, stage: Stage) {
        self.schedule().with(|machine, now| machine.give_back(self.0.id, stage, now));
    }

    /// Gives back what it had, because the body has moved to its end.
    pub fn leave_moved(&self, stage: Stage) {
        self.schedule().with(|machine, now| machine.moved(self.0.id, stage, now));
    }

    /// The body has been sent, and is to be answered.
    pub fn sent(&self) {
        self.schedule().with(|machine, now| machine.sent(self.0.id, now));
    }

    /// What may move of a body that is sent, where that is limited.
    pub fn sending_allowance(&self) -> Option<Allowance> {
        Allowance::new(self.schedule(), 0)
    }

    /// The same of a body that is received.
    pub fn receiving_allowance(&self) -> Option<Allowance> {
        Allowance::new(self.schedule(), 1)
    }

    /// So many more bytes of the body have moved.
    pub fn note_moved(&self, stage: Stage, bytes: u64) {
        let way = usize::from(stage == Stage::Receive);
        self.schedule().moved[way].fetch_add(bytes, Ordering::Relaxed);
        self.0.lane.0.moved.store(true, Ordering::Relaxed);
    }
}

impl Drop for OnePass {
    fn drop(&mut self) {
        let schedule = &self.lane.0.schedule;
        let now = || schedule.now();
        let mut state = schedule.state.lock();
        state.machine.remove(self.id, &Now::of(&now));
        let (waker, served) = (state.wakers.remove(&self.id), state.served());
        drop(state);
        drop(waker);
        served.wake();
    }
}

/// One that waits at a stage.
struct Waiting<'a> {
    pass: &'a Pass,
    stage: Stage,
    there: bool,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if self.there {
            return;
        }
        let id = self.pass.0.id;
        self.pass.schedule().with(|machine, now| {
            machine.withdraw(id);
            machine.leave(id, self.stage, now);
        });
    }
}

impl Drop for OnWire {
    fn drop(&mut self) {
        let id = self.0.0.id;
        self.0.schedule().with(|machine, now| {
            machine.withdraw(id);
            machine.leave_all(id, &[Stage::Send, Stage::Place, Stage::Receive], now);
        });
    }
}

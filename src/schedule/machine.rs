//! Who has what, who waits, and who is next: the arithmetic, without threads, wakers or a clock of its own.
//!
//! At every stage meta requests share in turn, by the bytes that each was given there, and now and then it is the turn
//! of the one that has waited longest; within one, the lowest part is next. A meta request that comes late, or comes
//! back, begins where the others are.

use std::sync::Arc;
use std::time::Duration;

use super::counts::{self, Board, Counted};
use super::explain::Doing;
use super::ids::Map;
use super::lane::Lane;
use super::moment::Moment;
use super::order::Order;
use super::pace::{ANSWER_TURN, Look, Pace};
use super::stage::{ALL, STAGES, Stage, account, bit, parts};

/// Small bodies that may be read ahead at least, so that a source that takes its time keeps few from being read where
/// there are few places, too.
const LEAST_AHEAD: usize = 8;

/// What one meta request may have at a time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Caps {
    pub places: usize,
    pub reads: usize,
    /// Parts go out one by one.
    pub in_order: bool,
    /// Counts nowhere and waits for nobody.
    pub free: bool,
    /// The number of its kind, as far as it counts.
    pub kind: u8,
}

pub struct Machine {
    pub(super) places: usize,
    pub(super) shares: usize,
    pub(super) ahead: usize,
    /// Those that are taken.
    open: [usize; STAGES],
    /// Who waits, whatever for.
    waiting: [usize; STAGES],
    pub(super) lanes: Map<Lane>,
    pub(super) passes: Map<Pass>,
    /// Lanes from which somebody could be next.
    ready: [Order; STAGES],
    /// How many of those who waited have been served.
    served: [u64; STAGES],
    /// What the lane had been given that was served last.
    level: [u64; STAGES],
    pub(super) sending: Pace,
    pub(super) receiving: Pace,
    next_id: u64,
    pub(super) board: Arc<dyn Board>,
    /// Who was given what they waited for, and has not been told.
    granted: Vec<u64>,
}

/// One part or request.
pub(super) struct Pass {
    pub(super) lane: u64,
    pub(super) order: u32,
    pub(super) bytes: u64,
    holds: u8,
    pub(super) wants: Option<Stage>,
    pub(super) doing: Doing,
    /// Where it counts, and as what; nothing is not counted.
    pub(super) counted: Counted,
    pub(super) kind: Option<u8>,
    /// When its body was given its turn to move, out and in.
    since: [Option<Duration>; 2],
    /// When it had been sent, and has its turn nevertheless.
    sent: Option<Duration>,
}

impl Pass {
    pub(super) fn holds(&self, stage: Stage) -> bool {
        self.holds & bit(stage) != 0
    }

    pub(super) fn holds_any(&self) -> bool {
        self.holds != 0
    }
}

impl Machine {
    /// For a client with so many places on the wire, so many parts under way, and bodies that move at this pace.
    pub fn new(places: usize, shares: usize, pace: Pace) -> Self {
        Self::counting_on(counts::own(), places, shares, pace)
    }

    /// The same, with its numbers on this board.
    pub fn counting_on(board: Arc<dyn Board>, places: usize, shares: usize, pace: Pace) -> Self {
        Self {
            places,
            shares,
            ahead: places.max(LEAST_AHEAD),
            open: [0; STAGES],
            waiting: [0; STAGES],
            lanes: Map::default(),
            passes: Map::default(),
            ready: Default::default(),
            served: [0; STAGES],
            level: [0; STAGES],
            sending: pace.clone(),
            receiving: pace,
            next_id: 0,
            board,
            granted: Vec::new(),
        }
    }

    pub fn add_lane(&mut self, caps: Caps) -> u64 {
        let id = self.id();
        self.lanes.insert(id, Lane::new(caps));
        id
    }

    /// Forgets a lane, of which there are no passes any more.
    pub fn remove_lane(&mut self, id: u64) {
        self.change(id, |lane| lane.queues = Default::default());
        self.lanes.remove(&id);
    }

    pub fn add_pass(&mut self, lane: u64, order: u32, bytes: u64) -> u64 {
        let id = self.id();
        let kind = self.lanes.get(&lane).filter(|lane| !lane.free).map(|lane| lane.kind);
        let pass = Pass {
            lane,
            order,
            bytes,
            holds: 0,
            wants: None,
            doing: Doing::Nothing,
            counted: Counted::Nowhere,
            kind,
            since: [None; 2],
            sent: None,
        };
        self.passes.insert(id, pass);
        id
    }

    /// Says which part a pass is for, while it waits for nothing.
    pub fn aim(&mut self, id: u64, order: u32, bytes: u64) {
        if let Some(pass) = self.passes.get_mut(&id).filter(|pass| pass.wants.is_none()) {
            (pass.order, pass.bytes) = (order, bytes);
        }
    }

    pub fn holds(&self, id: u64, stage: Stage) -> bool {
        let holds = |pass: &Pass| parts(stage).iter().all(|part| pass.holds(*part));
        self.passes.get(&id).is_some_and(holds)
    }

    pub fn bytes(&self, id: u64) -> u64 {
        self.passes.get(&id).map_or(0, |pass| pass.bytes)
    }

    pub fn waits(&self, id: u64) -> Option<Stage> {
        self.passes.get(&id)?.wants
    }

    /// Takes, or waits for, what there is to be had at a stage. Says whether it was there.
    pub fn ask(&mut self, id: u64, stage: Stage, now: impl Moment) -> bool {
        if self.holds(id, stage) {
            // What was sent without an answer is sent again.
            self.passes.entry(id).and_modify(|pass| pass.sent = None);
            return true;
        }
        if self.waits(id).is_some_and(|wanted| wanted != stage) {
            self.withdraw(id);
        }
        if self.take_at_once(id, stage, now) {
            return true;
        }
        let Some(pass) = self.passes.get_mut(&id) else { return false };
        if pass.wants.is_none() {
            pass.wants = Some(stage);
            pass.count(&*self.board);
            self.waiting[stage as usize] += 1;
            let (lane, entry, level) = (pass.lane, (pass.order, id), self.level[account(stage)]);
            self.change(lane, |lane| {
                if lane.queues[stage as usize].is_empty() {
                    let given = &mut lane.given[account(stage)];
                    *given = (*given).max(level);
                }
                lane.queues[stage as usize].insert(entry);
            });
        }
        self.serve_first(id, now);
        self.serve(now);
        let there = self.holds(id, stage);
        if there {
            self.granted.retain(|granted| *granted != id);
        }
        there
    }

    /// The short way of [`ask`](Self::ask), where nobody waits for anything: there is room, or there is not.
    fn take_at_once(&mut self, id: u64, stage: Stage, now: impl Moment) -> bool {
        if self.somebody_waits() {
            return false;
        }
        let level = self.level[account(stage)];
        let room = self.has_room(stage);
        let Some(pass) = self.passes.get(&id) else { return false };
        let lane_id = pass.lane;
        let Some(lane) = self.lanes.get_mut(&lane_id) else { return false };
        let first = stage == Stage::Share && lane.held[stage as usize] == 0;
        let takes = lane.has_room(stage) && (lane.free || first || room);
        if takes {
            let given = &mut lane.given[account(stage)];
            *given = (*given).max(level);
            self.hand_out(lane_id, id, stage, now);
        }
        takes
    }

    /// Waits for nothing any more.
    pub fn withdraw(&mut self, id: u64) {
        let Some(pass) = self.passes.get_mut(&id) else { return };
        let Some(stage) = pass.wants.take() else { return };
        pass.count(&*self.board);
        let (lane, entry) = (pass.lane, (pass.order, id));
        self.change(lane, |lane| {
            lane.queues[stage as usize].remove(entry);
        });
        self.waiting[stage as usize] -= 1;
    }

    /// Gives back what was taken at a stage, and serves those who wait.
    pub fn leave(&mut self, id: u64, stage: Stage, now: impl Moment) {
        self.leave_all(id, parts(stage), now);
    }

    /// The same of what has served for nothing: its lane is next as if it had not been given that.
    pub fn give_back(&mut self, id: u64, stage: Stage, now: impl Moment) {
        let Some(pass) = self.passes.get(&id).filter(|pass| pass.holds(stage)) else { return };
        let (lane, bytes) = (pass.lane, pass.bytes.max(1));
        self.change(lane, |lane| {
            let given = &mut lane.given[account(stage)];
            *given = given.saturating_sub(bytes);
        });
        self.leave(id, stage, now);
    }

    /// Gives back what was taken at several stages at once. Where nothing was taken, nothing changes for others.
    pub fn leave_all(&mut self, id: u64, stages: &[Stage], now: impl Moment) {
        let mut left = false;
        for stage in stages {
            left |= self.put_back(id, *stage);
        }
        if left {
            self.serve_first(id, now);
            self.serve(now);
        }
    }

    /// The body of a pass has moved to its end.
    pub fn moved(&mut self, id: u64, stage: Stage, now: impl Moment) {
        let Some(pass) = self.passes.get_mut(&id) else { return };
        let way = usize::from(stage == Stage::Receive);
        let (lane, bytes, since) = (pass.lane, pass.bytes, pass.since[way].take());
        let sent = pass.sent.filter(|_| stage == Stage::Send);
        if let (Some(lane), Some(since)) = (self.lanes.get_mut(&lane), since) {
            let now = now.get();
            let took = sent.unwrap_or(now).saturating_sub(since).as_secs_f64().max(1e-6);
            let stretch = lane.rates[way].note(bytes.max(1) as f64 / took, now);
            self.pace(way).ended(stretch, took);
        }
        self.leave(id, stage, now);
    }

    /// The body of a pass has been sent. It keeps its turn for its answer, though not for long.
    pub fn sent(&mut self, id: u64, now: impl Moment) {
        if let Some(pass) = self.passes.get_mut(&id).filter(|pass| pass.holds(Stage::Send)) {
            pass.sent = Some(now.get());
        }
    }

    fn give_back_unanswered(&mut self, now: Duration) {
        let late = |pass: &Pass| pass.sent.is_some_and(|it| now.saturating_sub(it) >= ANSWER_TURN);
        let late = self.passes.iter().filter(|(_, pass)| late(pass)).map(|(id, _)| *id);
        late.collect::<Vec<_>>().into_iter().for_each(|id| self.moved(id, Stage::Send, now));
    }

    /// A body of a lane has arrived, and waits for its consumer.
    pub fn arrived(&mut self, lane: u64) {
        if let Some(lane) = self.lanes.get_mut(&lane) {
            lane.arrived += 1;
        }
    }

    /// The consumer has taken one.
    pub fn taken(&mut self, lane: u64) {
        if let Some(lane) = self.lanes.get_mut(&lane) {
            lane.arrived -= 1;
        }
    }

    /// Gives everything back.
    pub fn remove(&mut self, id: u64, now: impl Moment) {
        self.withdraw(id);
        let holds = self.passes.get(&id).map_or(0, |pass| pass.holds);
        for stage in ALL.into_iter().filter(|stage| holds & bit(*stage) != 0) {
            self.put_back(id, stage);
        }
        self.serve_first(id, now);
        if let Some(mut pass) = self.passes.remove(&id) {
            pass.count_out(&*self.board);
        }
        self.serve(now);
    }

    /// Looks at those who wait. `asleep` is the share of time that network threads have slept since the last call, and
    /// `moved` how many bytes have moved until now, out and in.
    pub fn tick(&mut self, asleep: f64, moved: [u64; 2], now: Duration) {
        // Who waits for a place as well would gain nothing by the turn.
        let places = self.open(Stage::Place) < self.places;
        let waits = self.could_move(Stage::Receive) || places && self.could_move(Stage::Fetch);
        let open = self.open(Stage::Receive);
        self.receiving.tick(&Look { asleep, moved: moved[1], open, waits, reads: false }, now);
        if self.waits_at(&[Stage::Send]) {
            self.give_back_unanswered(now);
        }
        let (open, waits) = (self.open(Stage::Send), self.waits_at(&[Stage::Send]));
        let waits_for = |pass: &Pass| pass.wants.is_none().then_some(pass.doing);
        let busy = [Some(Doing::Source), Some(Doing::Credentials)];
        let read = |pass: &Pass| pass.holds(Stage::Send) && busy.contains(&waits_for(pass));
        let reads = waits && self.passes.values().any(read);
        self.sending.tick(&Look { asleep, moved: moved[0], open, waits, reads }, now);
        self.serve(now);
    }

    /// Whether anybody waits for bodies to move.
    pub fn is_paced(&self) -> bool {
        [Stage::Send, Stage::Fetch, Stage::Receive].iter().any(|it| self.waiting[*it as usize] > 0)
    }

    /// Whether one more large body would have to wait.
    pub fn is_crowded(&self) -> bool {
        !self.receiving.admits(self.open[Stage::Receive as usize])
    }

    pub fn has_granted(&self) -> bool {
        !self.granted.is_empty()
    }

    /// Who was served since this was asked last.
    pub fn take_granted(&mut self) -> impl Iterator<Item = u64> {
        self.granted.drain(..)
    }

    pub fn open(&self, stage: Stage) -> usize {
        self.open[stage as usize]
    }

    #[cfg(test)]
    pub fn lane_of(&self, id: u64) -> u64 {
        self.passes[&id].lane
    }

    #[cfg(test)]
    pub fn is_empty(&self) -> bool {
        self.lanes.is_empty() && self.passes.is_empty() && self.ready.iter().all(Order::is_empty)
    }

    fn id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    fn waits_at(&self, stages: &[Stage]) -> bool {
        stages.iter().any(|stage| !self.ready[*stage as usize].is_empty())
    }

    /// Whether anybody waits whose consumer takes what comes.
    fn could_move(&self, stage: Stage) -> bool {
        let behind = |id| self.lanes.get(id).is_some_and(Lane::is_behind);
        self.ready[stage as usize].lanes().any(|id| !behind(id))
    }

    fn somebody_waits(&self) -> bool {
        self.waiting.iter().any(|waiting| *waiting > 0)
    }

    /// Changes a lane, and keeps the books of those that could be next. Who is put into a queue or taken out of one
    /// counts among those who wait meanwhile.
    fn change<T>(&mut self, id: u64, change: impl FnOnce(&mut Lane) -> T) -> Option<T> {
        let somebody_waits = self.somebody_waits();
        let lane = self.lanes.get_mut(&id)?;
        if !somebody_waits {
            return Some(change(lane));
        }
        let (before, given) = (lane.ready(), lane.given);
        let changed = change(lane);
        let after = lane.ready();
        for stage in ALL.into_iter().filter(|stage| (before | after) & bit(*stage) != 0) {
            let (was, is) = (before & bit(stage) != 0, after & bit(stage) != 0);
            let (from, to) = (given[account(stage)], lane.given[account(stage)]);
            let (order, came) = (&mut self.ready[stage as usize], &mut lane.came[stage as usize]);
            if was && (!is || from != to) {
                order.leave(id, from, *came);
            }
            if is && (!was || from != to) {
                if !was || to > from {
                    // Who has been served, and waits again, comes anew.
                    self.next_id += 1;
                    *came = self.next_id;
                }
                order.enter(id, to, *came);
            }
        }
        Some(changed)
    }

    /// Says whether there was anything to put back.
    fn put_back(&mut self, id: u64, stage: Stage) -> bool {
        let Some(pass) = self.passes.get_mut(&id).filter(|pass| pass.holds(stage)) else {
            return false;
        };
        pass.holds &= !bit(stage);
        pass.count(&*self.board);
        let (lane, way) = (pass.lane, usize::from(stage == Stage::Receive));
        if matches!(stage, Stage::Send | Stage::Receive) {
            pass.since[way] = None;
        }
        pass.sent = pass.sent.filter(|_| stage != Stage::Send);
        let counts = self.change(lane, |lane| {
            lane.held[stage as usize] -= 1;
            (!lane.free).then_some(stage == Stage::Receive && lane.is_behind())
        });
        let Some(Some(behind)) = counts else { return true };
        self.open[stage as usize] -= 1;
        if matches!(stage, Stage::Send | Stage::Receive) {
            let waiting = [&[Stage::Send][..], &[Stage::Fetch, Stage::Receive]][way];
            let (open, waits) = (self.open(stage), self.waits_at(waiting));
            self.pace(way).returned(open, waits, behind);
        }
        true
    }

    pub(super) fn pace_of(&self, stage: Stage) -> &Pace {
        if stage == Stage::Send { &self.sending } else { &self.receiving }
    }

    fn pace(&mut self, way: usize) -> &mut Pace {
        if way == 0 { &mut self.sending } else { &mut self.receiving }
    }

    /// Serves those whom no number keeps waiting: requests that count nowhere, and the only part of a lane.
    fn serve_first(&mut self, id: u64, now: impl Moment) {
        if !self.somebody_waits() {
            return;
        }
        let Some(lane_id) = self.passes.get(&id).map(|pass| pass.lane) else { return };
        let Some(lane) = self.lanes.get(&lane_id).filter(|lane| lane.has_waiting()) else { return };
        if !lane.free && lane.held[Stage::Share as usize] > 0 {
            return;
        }
        for stage in ALL {
            while let Some(lane) = self.lanes.get(&lane_id)
                && lane.is_ready(stage)
                && (lane.free || stage == Stage::Share && lane.held[stage as usize] == 0)
            {
                self.grant(lane_id, stage, now);
            }
        }
    }

    fn serve(&mut self, now: impl Moment) {
        while self.somebody_waits()
            && let Some((lane, stage)) = self.next()
        {
            self.grant(lane, stage, now);
        }
    }

    /// The lane to be served next, and where.
    fn next(&self) -> Option<(u64, Stage)> {
        let first = |stage: Stage, room: bool| {
            let first = self.ready[stage as usize].first(self.served[account(stage)]);
            first.filter(|_| room).map(|(key, lane)| (key, lane, stage))
        };
        let own = first(Stage::Turn, true).or_else(|| first(Stage::Read, true));
        let at = |stage: Stage| first(stage, self.has_room(stage));
        let alone = [Stage::Share, Stage::Ahead, Stage::Send, Stage::Receive];
        let place = || [at(Stage::Place), at(Stage::Fetch)].into_iter().flatten().min();
        let next = own.or_else(|| alone.into_iter().find_map(at)).or_else(place);
        next.map(|(_, lane, stage)| (lane, stage))
    }

    /// Whether there is room for one more at this stage, whoever it is.
    fn has_room(&self, stage: Stage) -> bool {
        let places = || self.open(Stage::Place) < self.places;
        let moves = || self.receiving.admits(self.open(Stage::Receive));
        match stage {
            Stage::Turn | Stage::Read => true,
            Stage::Share => self.open(Stage::Share) < self.shares,
            Stage::Ahead => self.open(Stage::Ahead) < self.ahead,
            Stage::Send => self.sending.admits(self.open(Stage::Send)),
            Stage::Place => places(),
            Stage::Receive => moves(),
            Stage::Fetch => places() && moves(),
        }
    }

    fn grant(&mut self, lane: u64, stage: Stage, now: impl Moment) {
        let Some((_, id)) = self.lanes.get(&lane).and_then(|it| it.queues[stage as usize].first())
        else {
            return;
        };
        self.hand_out(lane, id, stage, now);
        self.waiting[stage as usize] -= 1;
        self.served[account(stage)] += 1;
        self.granted.push(id);
    }

    /// Gives a pass what there is at a stage, whether or not it has waited.
    fn hand_out(&mut self, lane: u64, id: u64, stage: Stage, now: impl Moment) {
        let Some(pass) = self.passes.get_mut(&id) else { return };
        for part in parts(stage) {
            pass.holds |= bit(*part);
        }
        pass.wants = None;
        pass.count(&*self.board);
        // Who has had its place before says nothing of how long a request takes.
        match stage {
            Stage::Send => pass.since[0] = Some(now.get()),
            Stage::Fetch => pass.since[1] = Some(now.get()),
            _ => {}
        }
        let (order, bytes) = (pass.order, pass.bytes.max(1));
        let counts = self.change(lane, |lane| {
            lane.queues[stage as usize].remove((order, id));
            for part in parts(stage) {
                lane.held[*part as usize] += 1;
            }
            let level = lane.given[account(stage)];
            lane.given[account(stage)] = level.saturating_add(bytes);
            (!lane.free).then_some(level)
        });
        if let Some(Some(level)) = counts {
            for part in parts(stage) {
                self.open[*part as usize] += 1;
            }
            let known = &mut self.level[account(stage)];
            *known = (*known).max(level);
        }
        match stage {
            Stage::Send => self.sending.granted(now.get()),
            Stage::Fetch | Stage::Receive => self.receiving.granted(now.get()),
            _ => {}
        }
        self.touch(lane);
    }
}

//! A client and a network in time that is only counted. Who goes next is decided by the library's own code.
//!
//! There are no sockets and no threads. Every millisecond the bodies that move share the link, each as fast as its
//! connection allows; threads sleep as far as their processors have nothing to copy. Connections and first bytes differ
//! by chance, which begins with the same seed every time.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_c_s3::operation::plan::ideal_connections;
use aws_c_s3::schedule::Stage;
use aws_c_s3::schedule::machine::{Caps, Machine};
use aws_c_s3::schedule::pace::{Pace, TICK};

pub const MIB: u64 = 1 << 20;
pub const GIB: u64 = 1 << 30;
const PART: u64 = 8 * MIB;
const STEP: Duration = Duration::from_millis(1);
/// What one thread copies in a second.
const THREAD_RATE: f64 = 3e9;
/// The service as it is, as a rule: bytes per second of one connection, and seconds to the first byte.
const CONNECTION: (f64, f64) = (60e6, 100e6);
const FIRST_BYTE: (f64, f64) = (0.005, 0.030);
/// How often it is noted how things stand.
const MOMENT_MS: u32 = 20;

pub struct Case {
    pub name: &'static str,
    pub gbit: f64,
    pub threads: usize,
    pub objects: usize,
    pub bytes: u64,
    pub connection: (f64, f64),
    /// Requests per second that the service answers otherwise than by 503.
    pub most_requests: f64,
    /// Bytes per second that a consumer takes.
    pub consumer: f64,
    /// A small object is asked for every 100 ms beside the others.
    pub beside: bool,
}

pub const USUAL: Case = Case {
    name: "",
    gbit: 10.0,
    threads: 4,
    objects: 1,
    bytes: 10 * GIB,
    connection: CONNECTION,
    most_requests: f64::INFINITY,
    consumer: f64::INFINITY,
    beside: false,
};

/// What became of a case.
pub struct Outcome {
    pub seconds: f64,
    /// Shares of the rate that can be reached: from begin to end, and while nothing begins or ends.
    pub whole: f64,
    pub steady: f64,
    /// Bytes in parts that move or wait for earlier ones or for the consumer: the most, and the least that would do.
    pub peak: f64,
    pub least: f64,
    /// Jain's index over the bytes of equal objects while all of them run.
    pub jain: Option<f64>,
    /// Seconds to the first byte, and those of a small object beside the others; medians.
    pub first_byte: f64,
    pub beside: Option<f64>,
    pub series: Vec<Moment>,
}

/// How things stand at one moment.
#[derive(Clone, Copy)]
pub struct Moment {
    pub seconds: f64,
    /// Of the rate that can be reached, since the moment before.
    pub rate: f64,
    /// Times the least that would do.
    pub memory: f64,
}

struct Object {
    lane: u64,
    bytes: u64,
    parts: u32,
    next_part: u32,
    under_way: usize,
    /// Waits for its share.
    spare: Option<u64>,
    /// Parts that have arrived and wait for an earlier one, and what the consumer still has to take.
    waiting: BTreeSet<u32>,
    delivered: u32,
    untaken: u32,
    to_take: f64,
    moved: f64,
    began: f64,
    ended: Option<f64>,
    first_byte: Option<f64>,
}

struct Part {
    pass: u64,
    object: usize,
    part: u32,
    left: f64,
    rate: f64,
    state: State,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Waits(Stage),
    /// Sent; something comes at this time.
    Sent(f64),
    /// Refused; sent again at this time.
    Rests(f64),
    Moves,
    Over,
}

struct World<'a> {
    case: &'a Case,
    machine: Machine,
    places: u32,
    random: fastrand::Rng,
    now: f64,
    objects: Vec<Object>,
    parts: Vec<Part>,
    moved: f64,
    requests: f64,
    memory: f64,
    peak: f64,
    /// Bytes that moved, and that could have moved, while nothing began or ended.
    used: (f64, f64),
}

impl World<'_> {
    fn new(case: &Case) -> World<'_> {
        let places = ideal_connections(case.gbit);
        let pace = Pace::new(case.threads.max(2), places as usize);
        let machine = Machine::new(places as usize, 2 * places as usize, pace);
        let random = fastrand::Rng::with_seed(1);
        let (objects, parts) = (Vec::new(), Vec::new());
        World {
            case,
            machine,
            places,
            random,
            now: 0.0,
            objects,
            parts,
            moved: 0.0,
            requests: 0.0,
            memory: 0.0,
            peak: 0.0,
            used: (0.0, 0.0),
        }
    }

    fn time(&self) -> Duration {
        Duration::from_secs_f64(self.now)
    }

    fn between(&mut self, (from, to): (f64, f64)) -> f64 {
        from + (to - from) * self.random.f64()
    }

    fn begin(&mut self, bytes: u64) {
        let places = self.places as usize;
        let lane = {
            let caps = Caps { places, reads: 5, ..Caps::default() };
            self.machine.add_lane(caps)
        };
        self.objects.push(Object {
            lane,
            bytes,
            parts: bytes.div_ceil(PART) as u32,
            next_part: 1,
            under_way: 0,
            spare: None,
            waiting: BTreeSet::new(),
            delivered: 0,
            untaken: 0,
            to_take: 0.0,
            moved: 0.0,
            began: self.now,
            ended: None,
            first_byte: None,
        });
        self.ask(self.objects.len() - 1, Stage::Place);
    }

    /// The next part of an object begins its way.
    fn ask(&mut self, index: usize, stage: Stage) -> bool {
        let now = self.time();
        let object = &mut self.objects[index];
        let part = object.next_part;
        let left = PART.min(object.bytes - u64::from(part - 1) * PART);
        // How large the first answer is nobody knows.
        let bytes = if stage == Stage::Place { 0 } else { left };
        let machine = &mut self.machine;
        let waits = object.spare.take();
        let pass = waits.unwrap_or_else(|| machine.add_pass(object.lane, 0, PART));
        if stage == Stage::Fetch && !machine.ask(pass, Stage::Share, now) {
            object.spare = Some(pass);
            return false;
        }
        machine.aim(pass, part, bytes);
        object.next_part += 1;
        object.under_way += 1;
        let state = State::Waits(stage);
        self.parts.push(Part { pass, object: index, part, left: left as f64, rate: 0.0, state });
        true
    }

    fn step(&mut self) {
        self.now += STEP.as_secs_f64();
        self.requests = (self.requests - self.case.most_requests / 1000.0).max(0.0);
        for index in 0..self.objects.len() {
            // What follows the first part is asked for when that has told of the rest.
            while self.objects[index].first_byte.is_some()
                && self.objects[index].next_part <= self.objects[index].parts
                && self.objects[index].under_way < self.places as usize
                && self.ask(index, Stage::Fetch)
            {}
        }
        for index in 0..self.parts.len() {
            self.go_on(index);
        }
        self.move_bodies();
        self.parts.retain(|part| part.state != State::Over);
        self.consume();
    }

    fn go_on(&mut self, index: usize) {
        let now = self.time();
        let (pass, state) = (self.parts[index].pass, self.parts[index].state);
        self.parts[index].state = match state {
            State::Waits(stage) if self.machine.ask(pass, stage, now) => match stage {
                Stage::Receive => State::Moves,
                _ => {
                    self.requests += 1.0;
                    State::Sent(self.now + self.between(FIRST_BYTE))
                }
            },
            State::Sent(at) if self.now >= at && self.requests > self.case.most_requests / 10.0 => {
                self.machine.leave(pass, Stage::Fetch, now);
                State::Rests(self.now + self.random.f64())
            }
            State::Sent(at) if self.now >= at => {
                self.parts[index].rate = self.between(self.case.connection);
                let Part { object, part, left, .. } = self.parts[index];
                self.objects[object].first_byte.get_or_insert(self.now);
                let held =
                    part == 1 && left >= MIB as f64 && !self.machine.holds(pass, Stage::Receive);
                if held { State::Waits(Stage::Receive) } else { State::Moves }
            }
            State::Rests(at) if self.now >= at => match self.parts[index].part {
                1 => State::Waits(Stage::Place),
                _ => State::Waits(Stage::Fetch),
            },
            state => state,
        };
    }

    /// Those that move share what fits through the link and the processors, the slow ones first.
    fn move_bodies(&mut self) {
        let (now, step) = (self.time(), STEP.as_secs_f64());
        let mut moving: Vec<usize> = (0..self.parts.len()).collect();
        moving.retain(|index| self.parts[*index].state == State::Moves);
        moving.sort_by(|a, b| self.parts[*a].rate.total_cmp(&self.parts[*b].rate));
        let through = self.case.gbit * 1e9 / 8.0;
        let mut left = through.min(self.case.threads as f64 * THREAD_RATE) * step;
        let before = self.moved;
        let count = moving.len();
        for (done, index) in moving.into_iter().enumerate() {
            let part = &mut self.parts[index];
            let bytes = (part.rate * step).min(left / (count - done) as f64).min(part.left);
            left -= bytes;
            part.left -= bytes;
            self.moved += bytes;
            self.objects[part.object].moved += bytes;
            if part.left < 1.0 {
                part.state = State::Over;
                let (pass, number, object) = (part.pass, part.part, part.object);
                self.machine.moved(pass, Stage::Receive, now);
                self.machine.remove(pass, now);
                self.objects[object].under_way -= 1;
                self.objects[object].waiting.insert(number);
            }
        }
        let all_run = self.objects.iter().all(|it| it.next_part <= it.parts);
        if self.now > 2.0 && all_run {
            self.used.0 += self.moved - before;
            self.used.1 += through * step;
        }
    }

    fn consume(&mut self) {
        let mut memory = 0.0;
        let machine = &mut self.machine;
        for object in &mut self.objects {
            while object.waiting.remove(&(object.delivered + 1)) {
                object.delivered += 1;
                object.to_take += PART as f64;
                machine.arrived(object.lane);
                object.untaken += 1;
            }
            object.to_take = (object.to_take - self.case.consumer * STEP.as_secs_f64()).max(0.0);
            let untaken = (object.to_take / PART as f64).ceil() as u32;
            (untaken..object.untaken).for_each(|_| machine.taken(object.lane));
            object.untaken = untaken;
            memory += object.waiting.len() as f64 * PART as f64 + object.to_take;
            if object.delivered == object.parts && object.ended.is_none() {
                object.ended = Some(self.now);
            }
        }
        let moving = self.parts.iter().filter(|part| part.state == State::Moves).count();
        self.memory = memory + moving as f64 * PART as f64;
        self.peak = self.peak.max(self.memory);
    }

    fn is_over(&self) -> bool {
        self.objects.iter().take(self.case.objects).all(|object| object.ended.is_some())
    }
}

fn jain(rates: &[f64]) -> f64 {
    let sum: f64 = rates.iter().sum();
    sum * sum / (rates.len() as f64 * rates.iter().map(|rate| rate * rate).sum::<f64>())
}

/// Runs a case to its end, or for ten minutes of its time.
pub fn run(case: &Case) -> Outcome {
    let mut world = World::new(case);
    let alone = PART as f64 / ((case.connection.0 + case.connection.1) / 2.0);
    let once = (FIRST_BYTE.0 + FIRST_BYTE.1) / 2.0 + alone;
    let line = case.gbit * 1e9 / 8.0;
    let reachable = line.min(f64::from(world.places) * PART as f64 / once);
    let least = reachable * once;
    (0..case.objects).for_each(|_| world.begin(case.bytes));
    let (mut ticked, mut ticked_moved, mut steps) = (0, 0.0, 0_u32);
    let (mut series, mut seen) = (Vec::new(), 0.0);
    let mut steady: Option<Vec<f64>> = None;
    while !world.is_over() && world.now < 600.0 {
        world.step();
        steps += 1;
        if case.beside && steps.is_multiple_of(100) {
            world.begin(65_536);
        }
        if steps - ticked >= TICK.as_millis() as u32 {
            let copied = (world.moved - ticked_moved) / (THREAD_RATE * case.threads as f64);
            let asleep = 1.0 - (copied / TICK.as_secs_f64()).min(1.0);
            let (moved, now) = (world.moved as u64, world.time());
            world.machine.tick(asleep, [0, moved], now);
            world.machine.take_granted().for_each(drop);
            (ticked, ticked_moved) = (steps, world.moved);
        }
        if steps.is_multiple_of(MOMENT_MS) {
            let rate = (world.moved - seen) / (f64::from(MOMENT_MS) / 1e3) / reachable;
            series.push(Moment { seconds: world.now, rate, memory: world.memory / least });
            seen = world.moved;
        }
        let equal = world.objects.iter().take(case.objects);
        if equal.clone().all(|object| object.next_part <= object.parts) {
            steady = Some(equal.map(|object| object.moved).collect());
        }
    }
    let late = world.objects.iter().filter_map(|it| Some(it.first_byte? - it.began));
    let beside = world.objects[case.objects..].iter();
    let taken = reachable.min(case.consumer * case.objects as f64);
    let whole = case.bytes as f64 * case.objects as f64 / world.now / taken;
    let (used, could) = world.used;
    Outcome {
        seconds: world.now,
        whole,
        steady: if could > 0.0 { used / could * line / taken } else { whole },
        peak: world.peak,
        least,
        jain: steady.filter(|_| case.objects > 1).map(|moved| jain(&moved)),
        first_byte: median(late.collect()).unwrap_or(f64::NAN),
        beside: median(beside.filter_map(|it| Some(it.ended? - it.began)).collect()),
        series,
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

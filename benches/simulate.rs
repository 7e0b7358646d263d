//! What the schedule makes of networks that no test machine has: the same code, in time that is only counted.
//!
//!     cargo run --example simulate
//!
//! There are no sockets and no threads. Every millisecond the bodies that move share the link, each as fast as its
//! connection allows; threads sleep as far as their processors have nothing to copy. Connections and first bytes differ
//! by chance, which begins with the same seed every time. It prints the table of docs/performance.md.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_c_s3::operation::plan::ideal_connections;
use aws_c_s3::schedule::machine::{Caps, Machine, Stage};
use aws_c_s3::schedule::pace::{Pace, TICK};

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;
const PART: u64 = 8 * MIB;
const STEP: Duration = Duration::from_millis(1);
/// What one thread copies in a second.
const THREAD_RATE: f64 = 3e9;
/// The service as it is, as a rule: bytes per second of one connection, and seconds to the first byte.
const CONNECTION: (f64, f64) = (60e6, 100e6);
const FIRST_BYTE: (f64, f64) = (0.005, 0.030);

struct Case {
    name: &'static str,
    gbit: f64,
    threads: usize,
    objects: usize,
    bytes: u64,
    connection: (f64, f64),
    /// Requests per second that the service answers otherwise than by 503.
    most_requests: f64,
    /// Bytes per second that a consumer takes.
    consumer: f64,
    /// A small object is asked for every 100 ms beside the others.
    beside: bool,
}

const USUAL: Case = Case {
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
            let caps = Caps { places, reads: 5, in_order: false, free: false };
            let now = self.time();
            self.machine.add_lane(caps, now)
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
        for object in &mut self.objects {
            while object.waiting.remove(&(object.delivered + 1)) {
                object.delivered += 1;
                object.to_take += PART as f64;
            }
            object.to_take = (object.to_take - self.case.consumer * STEP.as_secs_f64()).max(0.0);
            memory += object.waiting.len() as f64 * PART as f64 + object.to_take;
            if object.delivered == object.parts && object.ended.is_none() {
                object.ended = Some(self.now);
            }
        }
        let moving = self.parts.iter().filter(|part| part.state == State::Moves).count();
        self.peak = self.peak.max(memory + moving as f64 * PART as f64);
    }

    fn is_over(&self) -> bool {
        self.objects.iter().take(self.case.objects).all(|object| object.ended.is_some())
    }
}

fn jain(rates: &[f64]) -> f64 {
    let sum: f64 = rates.iter().sum();
    sum * sum / (rates.len() as f64 * rates.iter().map(|rate| rate * rate).sum::<f64>())
}

fn run(case: &Case) {
    let mut world = World::new(case);
    (0..case.objects).for_each(|_| world.begin(case.bytes));
    let (mut ticked, mut ticked_moved, mut steps) = (0, 0.0, 0_u32);
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
            world.machine.take_granted();
            (ticked, ticked_moved) = (steps, world.moved);
        }
        let equal = world.objects.iter().take(case.objects);
        if equal.clone().all(|object| object.next_part <= object.parts) {
            steady = Some(equal.map(|object| object.moved).collect());
        }
    }
    let alone = |part: f64| part / ((case.connection.0 + case.connection.1) / 2.0);
    let line = case.gbit * 1e9 / 8.0;
    let places = f64::from(world.places);
    let reachable = line.min(places * PART as f64 / (0.0175 + alone(PART as f64)));
    let enough = reachable * (0.0175 + alone(PART as f64));
    let mut late: Vec<f64> =
        world.objects.iter().filter_map(|it| Some(it.first_byte? - it.began)).collect();
    late.sort_by(f64::total_cmp);
    let beside = &world.objects[case.objects..];
    let mut beside: Vec<f64> = beside.iter().filter_map(|it| Some(it.ended? - it.began)).collect();
    beside.sort_by(f64::total_cmp);
    let total = case.bytes as f64 * case.objects as f64;
    let whole = total / world.now / reachable;
    let steady_use =
        if world.used.1 > 0.0 { world.used.0 / world.used.1 * line / reachable } else { whole };
    println!(
        "| {} | {:.1} | {:.0} % | {:.0} % | {:.0} MiB | {:.2} | {} | {:.0} ms | {} |",
        case.name,
        world.now,
        whole * 100.0,
        steady_use * 100.0,
        world.peak / MIB as f64,
        world.peak / enough,
        match steady.filter(|_| case.objects > 1) {
            Some(rates) => format!("{:.3}", jain(&rates)),
            None => String::new(),
        },
        late[late.len() / 2] * 1e3,
        match beside.get(beside.len() / 2) {
            Some(took) => format!("{:.0} ms", took * 1e3),
            None => String::new(),
        },
    );
}

fn main() {
    println!(
        "| service and objects | seconds | of what can be reached | in steady state | peak of parts | ÷ least | Jain \
         | first byte | 64 KiB beside |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    let cases = [
        Case { name: "10 Gbit/s, 1 × 10 GiB", ..USUAL },
        Case { name: "10 Gbit/s, 8 × 2 GiB", objects: 8, bytes: 2 * GIB, ..USUAL },
        Case {
            name: "10 Gbit/s, 8 × 2 GiB, small ones beside",
            objects: 8,
            bytes: 2 * GIB,
            beside: true,
            ..USUAL
        },
        Case { name: "10 Gbit/s, 1,000 × 64 KiB", objects: 1000, bytes: 65_536, ..USUAL },
        Case {
            name: "10 Gbit/s, 1 × 4 GiB at 16 MB/s each",
            bytes: 4 * GIB,
            connection: (15e6, 17e6),
            ..USUAL
        },
        Case {
            name: "10 Gbit/s, 1 × 4 GiB at 1 GB/s each",
            bytes: 4 * GIB,
            connection: (0.9e9, 1.1e9),
            ..USUAL
        },
        Case {
            name: "10 Gbit/s, 1 × 4 GiB, consumer of 300 MB/s",
            bytes: 4 * GIB,
            consumer: 300e6,
            ..USUAL
        },
        Case {
            name: "10 Gbit/s, 1 × 4 GiB, 503 above 100 per second",
            bytes: 4 * GIB,
            most_requests: 100.0,
            ..USUAL
        },
        Case {
            name: "25 Gbit/s, 8 × 10 GiB",
            gbit: 25.0,
            threads: 8,
            objects: 8,
            bytes: 10 * GIB,
            ..USUAL
        },
        Case {
            name: "100 Gbit/s, 1 × 100 GiB",
            gbit: 100.0,
            threads: 16,
            bytes: 100 * GIB,
            ..USUAL
        },
        Case {
            name: "100 Gbit/s, 8 × 30 GiB",
            gbit: 100.0,
            threads: 16,
            objects: 8,
            bytes: 30 * GIB,
            ..USUAL
        },
        Case {
            name: "400 Gbit/s, 8 × 100 GiB",
            gbit: 400.0,
            threads: 64,
            objects: 8,
            bytes: 100 * GIB,
            ..USUAL
        },
    ];
    cases.iter().for_each(run);
}

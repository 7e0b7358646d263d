//! The rules against random orders of events.

use proptest::prelude::*;

use super::*;

/// What may happen: a pass of a lane begins, goes on by one step, gives something or everything
/// back, or time passes.
#[derive(Clone, Debug)]
enum Event {
    Begin { lane: usize, order: u32, way: usize },
    Step(usize),
    GiveBack(usize, Stage),
    GiveUp(usize),
    Tick(f64),
}

/// The ways that passes go: downloads, their first request, uploads from a stream and a file, small ones, requests.
const WAYS: [&[Stage]; 6] = [
    &[Stage::Share, Stage::Fetch],
    &[Stage::Place, Stage::Receive],
    &[Stage::Share, Stage::Send, Stage::Place],
    &[Stage::Share, Stage::Turn, Stage::Read, Stage::Send, Stage::Place],
    &[Stage::Ahead, Stage::Place],
    &[Stage::Place],
];

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        3 => (0..3_usize, 0..9_u32, 0..WAYS.len())
            .prop_map(|(lane, order, way)| Event::Begin { lane, order, way }),
        6 => any::<usize>().prop_map(Event::Step),
        1 => (any::<usize>(), prop_oneof![Just(Stage::Ahead), Just(Stage::Send)])
            .prop_map(|(n, stage)| Event::GiveBack(n, stage)),
        1 => any::<usize>().prop_map(Event::GiveUp),
        1 => (0.0..1.0).prop_map(Event::Tick),
    ];
    proptest::collection::vec(event, 1..200)
}

/// Where those that are taken are counted.
const COUNTED: [Stage; 5] = [Stage::Share, Stage::Ahead, Stage::Send, Stage::Place, Stage::Receive];

/// A pass, the way it goes, and how many steps of it are done.
type Walk = (u64, &'static [Stage], usize);

struct Model {
    it: Machine,
    lanes: [u64; 3],
    walks: Vec<Walk>,
    now: Duration,
}

impl Model {
    fn new() -> Self {
        let mut it = Machine::new(4, 6, Pace::new(2, 4));
        it.ahead = 3;
        let in_order = Caps { in_order: true, reads: 1, ..caps(1) };
        let lanes = [it.add_lane(caps(2)), it.add_lane(caps(9)), it.add_lane(in_order)];
        Self { it, lanes, walks: Vec::new(), now: NOW }
    }

    fn happen(&mut self, event: Event) {
        self.now += TICK;
        let pick = |n: usize| (!self.walks.is_empty()).then(|| n % self.walks.len().max(1));
        match event {
            Event::Begin { lane, order, way } => {
                let pass = self.it.add_pass(self.lanes[lane], order, PART);
                self.walks.push((pass, WAYS[way], 0));
            }
            Event::Step(n) => {
                if let Some(n) = pick(n) {
                    self.step(n);
                }
            }
            Event::GiveBack(n, stage) => {
                if let Some(n) = pick(n) {
                    self.it.give_back(self.walks[n].0, stage, self.now);
                }
            }
            Event::GiveUp(n) => {
                if let Some(n) = pick(n) {
                    let (pass, ..) = self.walks.swap_remove(n);
                    self.it.remove(pass, self.now);
                }
            }
            Event::Tick(asleep) => self.it.tick(asleep, [0; 2], self.now),
        }
        granted(&mut self.it);
        self.check();
    }

    /// Asks for the next stage, or ends. Says whether anything came of it.
    fn step(&mut self, n: usize) -> bool {
        let (pass, way, done) = self.walks[n];
        let Some(stage) = way.get(done) else {
            self.it.remove(pass, self.now);
            self.walks.swap_remove(n);
            return true;
        };
        let there = self.it.ask(pass, *stage, self.now);
        self.walks[n].2 += usize::from(there);
        there
    }

    fn held(&self, stage: Stage, lane: Option<u64>) -> usize {
        let walks = self.walks.iter().filter(|(pass, ..)| self.it.holds(*pass, stage));
        walks.filter(|(pass, ..)| lane.is_none_or(|lane| self.it.lane_of(*pass) == lane)).count()
    }

    fn check(&self) {
        for stage in COUNTED {
            assert_eq!(self.held(stage, None), self.it.open(stage), "{stage:?}");
        }
        assert!(self.held(Stage::Place, None) <= 4);
        assert!(self.held(Stage::Ahead, None) <= 3);
        assert!(self.held(Stage::Place, Some(self.lanes[0])) <= 2);
        assert!(self.held(Stage::Place, Some(self.lanes[2])) <= 1);
        assert!(self.held(Stage::Turn, Some(self.lanes[2])) <= 1);
        assert!(self.held(Stage::Share, None) <= 6 + self.lanes.len());
    }
}

proptest! {
    #[test]
    fn numbers_are_kept_and_everybody_comes_to_the_end(events in events()) {
        let mut model = Model::new();
        for event in events {
            model.happen(event);
        }
        // From here on time stands still, and nobody gives up: whoever has something goes on as soon as it can.
        while !model.walks.is_empty() {
            let before = model.walks.len();
            let went_on = (0..before).rev().any(|n| model.step(n));
            model.check();
            prop_assert!(went_on, "all wait for each other: {:?}", model.walks);
        }
        for stage in COUNTED {
            prop_assert_eq!(model.it.open(stage), 0);
        }
    }
}

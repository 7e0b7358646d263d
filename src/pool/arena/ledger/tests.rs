//! Any sequence of reservations, claims, releases, cancels and trims, against a model that counts by enumeration.

use std::cell::Cell;
use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;

use proptest::prelude::*;

use super::super::limits::Limits;
use super::super::queue::{Claimant, Outcome, Queue, Wish};
use super::*;

const MIB: usize = 1 << 20;
const LIMITS: Limits =
    Limits { limit: 896 * MIB, chunk: 8 * MIB, cutoff: 32 * MIB, min_cutoff: MIB / 2 };
const SIZES: [usize; 10] = [
    1,
    MIB / 2,
    MIB / 2 + 1,
    8 * MIB,
    8 * MIB + 1,
    32 * MIB,
    32 * MIB + 1,
    64 * MIB,
    300 * MIB,
    896 * MIB,
];

/// Memory that counts itself.
struct Marker {
    size: usize,
    live: Rc<Cell<usize>>,
}

impl Marker {
    fn new(size: usize, live: &Rc<Cell<usize>>) -> Self {
        live.set(live.get() + size);
        Self { size, live: live.clone() }
    }
}

impl Drop for Marker {
    fn drop(&mut self) {
        self.live.set(self.live.get() - self.size);
    }
}

/// Somebody who waits.
#[derive(Clone)]
struct Client {
    id: u32,
    gave_up: Rc<Cell<bool>>,
}

impl Claimant for Client {
    fn gave_up(&self) -> bool {
        self.gave_up.get()
    }
}

#[derive(Clone, Copy, Debug)]
enum Step {
    /// A size, and the owner of the part.
    Reserve(usize, usize),
    Force(usize),
    Claim(usize),
    Release(usize),
    GiveUp(usize),
    Trim,
    AddSpecial(usize),
    TrimSpecial,
}

fn step() -> impl Strategy<Value = Step> {
    let size = || prop::sample::select(SIZES.to_vec());
    prop_oneof![
        8 => (size(), 0_usize..4).prop_map(|(size, owner)| Step::Reserve(size, owner)),
        2 => size().prop_map(Step::Force),
        8 => any::<usize>().prop_map(Step::Claim),
        6 => any::<usize>().prop_map(Step::Release),
        1 => any::<usize>().prop_map(Step::GiveUp),
        1 => Just(Step::Trim),
        1 => size().prop_map(Step::AddSpecial),
        1 => Just(Step::TrimSpecial),
    ]
}

struct Held {
    grant: Grant,
    place: Option<Place<Marker>>,
}

struct World {
    ledger: Ledger<Marker>,
    queue: Queue<Client>,
    live: Rc<Cell<usize>>,
    held: Vec<Held>,
    /// Those who wait, in order, as the model sees them.
    waiting: VecDeque<(Client, Wish)>,
    next: u32,
    /// Bytes granted past the head since it is the head.
    overtaken: usize,
}

impl World {
    fn new() -> Self {
        Self {
            ledger: Ledger::new(LIMITS),
            queue: Queue::default(),
            live: Rc::default(),
            held: Vec::new(),
            waiting: VecDeque::new(),
            next: 0,
            overtaken: 0,
        }
    }

    fn run(&mut self, step: Step) {
        match step {
            Step::Reserve(size, owner) => self.reserve(Wish { size, owner }),
            Step::Force(size) => {
                let grant = self.ledger.force(size);
                self.held.push(Held { grant, place: None });
            }
            Step::Claim(pick) => {
                let unclaimed: Vec<_> =
                    (0..self.held.len()).filter(|i| self.held[*i].place.is_none()).collect();
                if !unclaimed.is_empty() {
                    self.claim(unclaimed[pick % unclaimed.len()]);
                }
            }
            Step::Release(pick) if !self.held.is_empty() => self.release(pick % self.held.len()),
            Step::Release(_) => {}
            Step::GiveUp(pick) => {
                if !self.waiting.is_empty() {
                    let (client, _) = &self.waiting[pick % self.waiting.len()];
                    client.gave_up.set(true);
                    self.serve();
                }
            }
            Step::Trim => self.ledger.trim(&mut Vec::new()),
            Step::AddSpecial(size) => {
                assert_eq!(self.ledger.add_special(size), size > LIMITS.cutoff);
            }
            Step::TrimSpecial => self.ledger.trim_special(&mut Vec::new()),
        }
        self.check();
    }

    fn reserve(&mut self, wish: Wish) {
        self.serve();
        let normal = self.normal();
        let grant = self.queue.admit(wish, &LIMITS, &mut self.ledger, &mut Vec::new());
        let Wish { size, owner } = wish;
        match grant {
            Some(grant) => {
                assert_eq!((grant.size, grant.forced), (size, false));
                assert!(normal + self.ledger.charged(grant) <= LIMITS.limit, "beyond the limit");
                if let Some((_, head)) = self.waiting.front() {
                    self.overtaken += size;
                    let blocked = !self.ledger.could_fit(head.size);
                    assert!(blocked || self.overtaken <= LIMITS.limit, "the head starves");
                }
                let same =
                    |(client, wish): &(Client, Wish)| wish.owner == owner && !client.gave_up.get();
                assert!(owner == 0 || !self.waiting.iter().any(same), "ahead of its own");
                self.held.push(Held { grant, place: None });
            }
            None => {
                let client = Client { id: self.next, gave_up: Rc::default() };
                self.queue.wait(wish, client.clone());
                self.waiting.push_back((client, wish));
                self.next += 1;
            }
        }
    }

    fn serve(&mut self) {
        let mut outcome = Outcome::default();
        self.queue.serve(&mut self.ledger, &mut outcome);
        let mut served: Vec<_> = outcome.granted.iter().map(|(_, client)| client.id).collect();
        assert!(served.is_sorted(), "out of order");
        served.extend(outcome.gone.iter().map(|client| client.id));
        served.sort_unstable();
        for id in &served {
            let next = self.waiting.pop_front().map(|(client, _)| client.id);
            assert_eq!(next, Some(*id), "out of turn");
            self.overtaken = 0;
        }
        assert!(outcome.gone.iter().all(|client| client.gave_up.get()));
        for (grant, client) in outcome.granted {
            assert!(!client.gave_up.get(), "granted to nobody");
            self.held.push(Held { grant, place: None });
        }
    }

    fn claim(&mut self, index: usize) {
        let grant = self.held[index].grant;
        let mut fresh = None;
        let mut freed = Vec::new();
        let place = loop {
            match self.ledger.claim(grant, &mut fresh, &mut freed) {
                Ok(place) => break place,
                Err(wanted) => {
                    freed.clear();
                    assert!(fresh.is_none(), "asked twice");
                    fresh = Some(Marker::new(wanted, &self.live));
                    let room = (LIMITS.limit + SLACK).max(self.busy() + wanted);
                    assert!(self.live.get() <= room, "idle memory was kept beyond the limit");
                }
            }
        };
        assert!(fresh.is_none());
        if let Place::Whole(memory) = &place {
            assert_eq!(memory.size, grant.size);
        }
        self.held[index].place = Some(place);
    }

    fn release(&mut self, index: usize) {
        let Held { grant, place } = self.held.swap_remove(index);
        match place {
            Some(place) => self.ledger.release(grant, place, &mut Vec::new()),
            None => self.ledger.cancel(grant),
        }
        self.serve();
    }

    /// What ordinary grants are charged.
    fn normal(&self) -> usize {
        let ordinary = self.held.iter().filter(|held| !held.grant.forced);
        ordinary.map(|held| self.ledger.charged(held.grant)).sum()
    }

    /// What cannot be let go of: memory in use, whole blocks of it.
    fn busy(&self) -> usize {
        let in_use = |held: &&Held| held.place.is_some();
        let size = |held: &Held| match held.place {
            Some(Place::Primary(_)) => LIMITS.block(),
            _ => held.grant.size,
        };
        self.held.iter().filter(in_use).map(size).sum()
    }

    fn check(&self) {
        let tallies = self.ledger.tallies();
        let sum = |storage, used: bool| -> usize {
            let counts = |held: &&Held| {
                held.grant.storage == storage
                    && held.place.is_some() == used
                    && (used || !held.grant.forced)
            };
            self.held.iter().filter(counts).map(|held| held.grant.size).sum()
        };
        for (storage, tally) in [
            (Storage::Primary, tallies.primary),
            (Storage::Secondary, tallies.secondary),
            (Storage::Special, tallies.special),
        ] {
            assert_eq!(tally.reserved, sum(storage, false), "{storage:?}");
            assert_eq!(tally.used, sum(storage, true), "{storage:?}");
        }
        let forced = || self.held.iter().filter(|held| held.grant.forced && held.place.is_some());
        assert_eq!(tallies.forced_used, forced().map(|held| held.grant.size).sum::<usize>());
        let charged: usize = forced().map(|held| self.ledger.charged(held.grant)).sum();
        assert_eq!(self.ledger.charges.forced, charged);
        assert_eq!(self.ledger.taken(), self.normal() + charged);
        let allocated =
            tallies.primary.allocated + tallies.special.allocated + tallies.secondary.used;
        assert_eq!(self.live.get(), allocated, "leaked or freed too early");
        assert_eq!(tallies.primary.allocated, self.ledger.block_count() * LIMITS.block());

        let mut chunks = BTreeSet::new();
        for held in &self.held {
            if let Some(Place::Primary(run)) = &held.place {
                let block = self.ledger.block_of(*run).expect("blocks in use stay");
                assert!(run.chunks * LIMITS.chunk >= held.grant.size);
                for chunk in run.first..run.first + run.chunks {
                    assert!(chunk < 16);
                    assert!(
                        chunks.insert((std::ptr::from_ref(block).addr(), chunk)),
                        "given twice"
                    );
                }
            }
        }
    }

    fn finish(mut self) {
        while !self.held.is_empty() {
            self.release(0);
            self.check();
        }
        assert!(self.waiting.is_empty(), "somebody waits for ever");
        self.ledger.trim(&mut Vec::new());
        assert_eq!(self.ledger.tallies(), Tallies::default());
        assert_eq!(self.ledger.charges, Charges::default());
        assert_eq!((self.live.get(), self.ledger.special_sizes()), (0, 0));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_sequence_keeps_the_books(steps in prop::collection::vec(step(), 0..120)) {
        let mut world = World::new();
        for step in steps {
            world.run(step);
        }
        world.finish();
    }
}

#[test]
fn small_ones_pass_a_large_one_but_not_for_ever() {
    let mut world = World::new();
    world.run(Step::Reserve(896 * MIB, 0));
    world.run(Step::Claim(0));
    world.run(Step::Reserve(64 * MIB, 0));
    world.run(Step::Release(0));
    assert!(world.waiting.is_empty());
    world.run(Step::Reserve(896 * MIB, 0));
    assert_eq!(world.waiting.len(), 1);
    // 8 MiB come and go beside the 64 MiB that stay, as often as the limit is large.
    for round in 0..112 {
        world.run(Step::Reserve(8 * MIB, 0));
        assert_eq!((world.waiting.len(), world.held.len()), (1, 2), "{round}");
        world.run(Step::Release(1));
    }
    world.run(Step::Reserve(8 * MIB, 0));
    assert_eq!(world.waiting.len(), 2);
    // The large one gets its turn, then the last one.
    world.run(Step::Release(0));
    assert_eq!((world.waiting.len(), world.held[0].grant.size), (1, 896 * MIB));
    world.run(Step::Release(0));
    assert!(world.waiting.is_empty());
    world.finish();
}

#[test]
fn a_later_part_does_not_take_what_an_earlier_one_waits_for() {
    let mut world = World::new();
    world.run(Step::Reserve(600 * MIB, 1));
    world.run(Step::Reserve(800 * MIB, 2));
    // Delivered after the one above, and so held until that one was there.
    world.run(Step::Reserve(200 * MIB, 2));
    world.run(Step::Reserve(100 * MIB, 1));
    assert_eq!((world.waiting.len(), world.held.len()), (2, 2));
    world.run(Step::Release(0));
    world.run(Step::Release(0));
    assert_eq!(world.waiting.len(), 1);
    assert_eq!(world.held[0].grant.size, 800 * MIB);
    world.finish();
}

#[test]
fn nobody_queues_behind_one_that_forced_buffers_hold_up() {
    let mut world = World::new();
    (0..2).for_each(|_| world.run(Step::Force(300 * MIB)));
    (0..2).for_each(|_| world.run(Step::Claim(0)));
    world.run(Step::Reserve(300 * MIB, 0));
    assert_eq!(world.waiting.len(), 1);
    for round in 0..300 {
        world.run(Step::Reserve(8 * MIB, 0));
        assert_eq!(world.waiting.len(), 1, "{round}");
        world.run(Step::Release(2));
    }
    world.finish();
}

#[test]
fn forced_buffers_leave_a_fifth() {
    let mut world = World::new();
    for _ in 0..4 {
        world.run(Step::Force(300 * MIB));
        world.run(Step::Claim(0));
    }
    assert_eq!(world.ledger.tallies().forced_used, 1200 * MIB);
    (0..5).for_each(|_| world.run(Step::Reserve(32 * MIB, 0)));
    assert!(world.waiting.is_empty());
    world.run(Step::Reserve(32 * MIB, 0));
    assert_eq!(world.waiting.len(), 1);
    world.finish();
}

#[test]
fn idle_blocks_make_room_for_others() {
    let mut world = World::new();
    (0..112).for_each(|_| world.run(Step::Reserve(8 * MIB, 0)));
    (0..112).for_each(|_| world.run(Step::Claim(0)));
    (0..112).for_each(|_| world.run(Step::Release(0)));
    assert_eq!(world.live.get(), 896 * MIB);
    // Fits within the slack.
    world.run(Step::Reserve(1, 0));
    world.run(Step::Claim(0));
    assert_eq!(world.live.get(), 896 * MIB + 1);
    world.run(Step::Reserve(64 * MIB, 0));
    world.run(Step::Claim(0));
    assert_eq!(world.live.get(), 64 * MIB + 1);
    world.finish();
}

#[test]
fn sizes_find_their_storage() {
    let mut ledger = Ledger::<Marker>::new(LIMITS);
    ledger.add_special(64 * MIB);
    let rows = [
        (1, Storage::Secondary, Storage::Secondary),
        (MIB / 2, Storage::Secondary, Storage::Primary),
        (MIB / 2 + 1, Storage::Secondary, Storage::Primary),
        (2 * MIB, Storage::Secondary, Storage::Primary),
        (2 * MIB + 1, Storage::Primary, Storage::Primary),
        (32 * MIB, Storage::Primary, Storage::Primary),
        (32 * MIB + 1, Storage::Secondary, Storage::Secondary),
        (64 * MIB, Storage::Special, Storage::Secondary),
    ];
    for (size, normal, forced) in rows {
        let grant = ledger.reserve(size, &mut Vec::new()).expect("room");
        assert_eq!(grant.storage, normal, "{size}");
        assert_eq!(ledger.force(size).storage, forced, "{size}");
        ledger.cancel(grant);
    }
    // Two chunks are charged where little more than one was asked for; memory of its own is not.
    let held = ledger.reserve(LIMITS.limit - 10 * MIB, &mut Vec::new()).expect("room");
    let grant = ledger.reserve(8 * MIB + 1, &mut Vec::new()).expect("room");
    assert_eq!((grant.storage, ledger.charged(grant)), (Storage::Secondary, 8 * MIB + 1));
    ledger.cancel(grant);
    ledger.cancel(held);
    // No room for one more block: chunks would be wasted, so the part gets memory of its own.
    let whole = ledger.reserve(800 * MIB, &mut Vec::new()).expect("room");
    let grant = ledger.reserve(8 * MIB, &mut Vec::new()).expect("room");
    assert_eq!(grant.storage, Storage::Secondary);
    ledger.cancel(grant);
    ledger.cancel(whole);
}

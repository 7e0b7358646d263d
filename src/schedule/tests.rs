//! The rules, by example.

use std::collections::HashMap;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::explain::{Doing, STANDSTILL, text};
use super::lane::Rate;
use super::machine::Machine;
use super::order::OLDEST;
use super::pace::{ANSWER_TURN, PATIENCE, Pace, TICK};
use super::*;

mod given_back;
mod random;

const PART: u64 = 8 << 20;
const NOW: Duration = Duration::ZERO;

fn caps(places: usize) -> Caps {
    Caps { places, reads: 5, ..Caps::default() }
}

fn machine(places: usize, bodies: usize) -> Machine {
    Machine::new(places, 2 * places, Pace::new(bodies, bodies))
}

fn granted(it: &mut Machine) -> Vec<u64> {
    it.take_granted().collect()
}

#[test]
fn within_a_lane_the_lowest_part_is_next() {
    let mut it = machine(1, 1);
    let lane = it.add_lane(caps(9));
    let passes: Vec<_> = [4, 3, 1, 2].map(|part| it.add_pass(lane, part, PART)).to_vec();
    assert!(it.ask(passes[0], Stage::Fetch, NOW));
    assert!(!passes[1..].iter().any(|pass| it.ask(*pass, Stage::Fetch, NOW)));
    for (gone, next) in [(0, 2), (2, 3), (3, 1)] {
        it.remove(passes[gone], NOW);
        assert_eq!(granted(&mut it), [passes[next]]);
    }
}

#[test]
fn lanes_share_in_turn_by_bytes_and_a_small_request_is_next() {
    let mut it = machine(1, 1);
    let lanes = [it.add_lane(caps(9)), it.add_lane(caps(9)), it.add_lane(caps(9))];
    let add = |it: &mut Machine, lane: usize, order, bytes| {
        let pass = it.add_pass(lanes[lane], order, bytes);
        (it.ask(pass, Stage::Fetch, NOW), pass)
    };
    let (there, mut holder) = add(&mut it, 0, 0, PART);
    assert!(there);
    let mut owners = HashMap::new();
    for order in 1..=8 {
        owners.insert(add(&mut it, 0, order, PART).1, 0);
        owners.insert(add(&mut it, 1, order, PART / 2).1, 1);
    }
    let mut bytes = [PART, 0];
    for _ in 0..12 {
        it.remove(holder, NOW);
        holder = granted(&mut it)[0];
        bytes[owners[&holder]] += [PART, PART / 2][owners[&holder]];
        // One of them may have had the turn of the oldest.
        assert!(bytes[0].abs_diff(bytes[1]) <= 2 * PART, "{bytes:?}");
    }
    // Who comes late is not ahead of all others for as long as they have been here, and not behind them.
    let small = it.add_pass(lanes[2], 1, 1);
    assert!(!it.ask(small, Stage::Place, NOW));
    it.remove(holder, NOW);
    assert_eq!(granted(&mut it), [small]);
}

#[test]
fn who_comes_late_shares_from_then_on() {
    let mut it = machine(1, 1);
    let lanes = [it.add_lane(caps(9)), it.add_lane(caps(9))];
    let mut owners = HashMap::new();
    let mut ask = |it: &mut Machine, lane: usize, order| {
        let pass = it.add_pass(lanes[lane], order, PART);
        owners.insert(pass, lane);
        it.ask(pass, Stage::Fetch, NOW).then_some(pass)
    };
    let mut holder = ask(&mut it, 0, 0).expect("it is the first");
    (1..20).for_each(|order| assert!(ask(&mut it, 0, order).is_none()));
    let mut next = |it: &mut Machine| {
        it.remove(holder, NOW);
        holder = granted(it)[0];
        holder
    };
    let _: Vec<_> = (0..8).map(|_| next(&mut it)).collect();
    (1..9).for_each(|order| assert!(ask(&mut it, 1, order).is_none()));
    let served: Vec<usize> = (0..8).map(|_| owners[&next(&mut it)]).collect();
    assert_eq!(served.iter().sum::<usize>(), 4, "{served:?}");
}

/// So many small requests of their own wait for a place at any time.
struct Flood {
    waiting: usize,
    holder: u64,
}

impl Flood {
    fn begin(it: &mut Machine, waiting: usize) -> Self {
        let holder = Self::ask(it).expect("it is the first");
        (0..waiting).for_each(|_| assert!(Self::ask(it).is_none()));
        Self { waiting, holder }
    }

    fn ask(it: &mut Machine) -> Option<u64> {
        let lane = it.add_lane(caps(9));
        let pass = it.add_pass(lane, 1, 0);
        it.ask(pass, Stage::Place, NOW).then_some(pass)
    }

    /// How many more are served before one of these is.
    fn before(&mut self, it: &mut Machine, passes: &[u64]) -> usize {
        for count in 0..1000 {
            assert!(Self::ask(it).is_none());
            it.remove(self.holder, NOW);
            self.holder = granted(it)[0];
            if passes.contains(&self.holder) {
                return count;
            }
        }
        panic!("{} that wait, and come and come, are all before it", self.waiting);
    }
}

#[test]
fn parts_move_beside_a_flood_of_small_requests() {
    for waiting in [1, 10, 100] {
        let mut it = machine(1, 1);
        let lane = it.add_lane(caps(9));
        let mut flood = Flood::begin(&mut it, waiting);
        let parts: Vec<_> = (0..20).map(|part| it.add_pass(lane, part, PART)).collect();
        parts.iter().for_each(|part| assert!(!it.ask(*part, Stage::Fetch, NOW)));
        for part in 0..20 {
            let before = flood.before(&mut it, &parts[part..=part]);
            // Those that came before it, one more for each of its parts, and the next turn of the oldest.
            assert!(before <= waiting + part + 2 * OLDEST as usize, "{before} of {waiting}");
        }
    }
}

#[test]
fn who_comes_back_is_not_behind_all_who_come() {
    for waiting in [1, 10, 100] {
        let mut it = machine(1, 1);
        let mut flood = Flood::begin(&mut it, waiting);
        for time in 0..10 {
            let again = flood.holder;
            it.leave(again, Stage::Place, NOW);
            flood.holder = granted(&mut it)[0];
            assert!(!it.ask(again, Stage::Place, NOW));
            let before = flood.before(&mut it, &[again]);
            assert!(before <= waiting + time + 2 * OLDEST as usize, "{before} of {waiting}");
        }
    }
}

#[test]
fn bodies_that_go_out_take_turns_as_well() {
    let mut it = machine(4, 1);
    let lane = it.add_lane(caps(9));
    let passes: Vec<_> = (0..2).map(|part| it.add_pass(lane, part, PART)).collect();
    assert!(it.ask(passes[0], Stage::Send, NOW));
    assert!(!it.ask(passes[1], Stage::Send, NOW));
    it.leave(passes[0], Stage::Send, NOW);
    assert_eq!(granted(&mut it), [passes[1]]);
}

#[test]
fn where_places_lack_no_turn_helps() {
    let mut it = Machine::new(2, 4, Pace::new(2, 9));
    let lane = it.add_lane(caps(9));
    let passes: Vec<_> = (0..3).map(|part| it.add_pass(lane, part, PART)).collect();
    let there = [0, 1, 2].map(|n: usize| it.ask(passes[n], Stage::Fetch, NOW));
    assert_eq!(there, [true, true, false]);
    assert_eq!(sleepy_ticks(&mut it, 1, 9), [2; 9]);
}

#[test]
fn the_best_of_times_is_remembered_for_a_while() {
    let mut rate = Rate::default();
    let second = Duration::from_secs(1);
    assert_eq!(rate.note(100.0, second), 1.0);
    let slow = rate.note(50.0, 10 * second);
    assert_eq!(slow, 2.0);
    assert_eq!(rate.note(50.0, 15 * second), 2.0);
    assert!(rate.note(50.0, 30 * second) < 2.0);
}

#[test]
fn a_large_body_waits_for_its_turn_and_a_small_request_does_not() {
    let mut it = machine(4, 1);
    let lane = it.add_lane(caps(9));
    let passes: Vec<_> = (0..4).map(|part| it.add_pass(lane, part, PART)).collect();
    assert!(it.ask(passes[0], Stage::Fetch, NOW));
    assert!(!it.ask(passes[1], Stage::Fetch, NOW));
    assert!(it.ask(passes[2], Stage::Place, NOW));
    // Its answer is long after all: it is in the way of nobody who could move.
    assert!(!it.ask(passes[2], Stage::Receive, NOW));
    it.leave(passes[0], Stage::Fetch, NOW);
    assert_eq!(granted(&mut it), [passes[2]]);
    assert!(it.ask(passes[3], Stage::Place, NOW));
    it.remove(passes[2], NOW);
    assert_eq!(granted(&mut it), [passes[1]]);
}

/// Ticks in which all threads sleep; the number of bodies that may come in after each.
fn sleepy_ticks(it: &mut Machine, from: u32, count: u32) -> Vec<usize> {
    let tick = |n| {
        it.tick(1.0, [0; 2], TICK * n);
        it.receiving.limit()
    };
    (from..from + count).map(tick).collect()
}

#[test]
fn a_body_that_was_sent_keeps_its_turn_for_its_answer_but_not_for_long() {
    let mut it = Machine::new(32, 64, Pace::new(1, 1));
    let lane = it.add_lane(caps(32));
    let passes: Vec<_> = (0..3).map(|part| it.add_pass(lane, part, PART)).collect();
    assert!(it.ask(passes[0], Stage::Send, NOW));
    assert!(!it.ask(passes[1], Stage::Send, NOW) && !it.ask(passes[2], Stage::Send, NOW));
    it.sent(passes[0], NOW);
    it.tick(0.0, [0; 2], ANSWER_TURN - TICK);
    assert!(granted(&mut it).is_empty());
    it.tick(0.0, [0; 2], ANSWER_TURN);
    assert_eq!(granted(&mut it), [passes[1]]);
    // The answer comes after all, and to the next one at once.
    it.moved(passes[0], Stage::Send, ANSWER_TURN);
    assert!(granted(&mut it).is_empty());
    it.sent(passes[1], ANSWER_TURN);
    it.moved(passes[1], Stage::Send, ANSWER_TURN);
    assert_eq!(granted(&mut it), [passes[2]]);
    assert!(!it.ask(passes[0], Stage::Send, ANSWER_TURN));
    it.tick(0.0, [0; 2], ANSWER_TURN * 9);
    assert!(it.holds(passes[2], Stage::Send), "it has not been sent");
    it.sent(passes[2], ANSWER_TURN * 9);
    assert!(it.ask(passes[2], Stage::Send, ANSWER_TURN * 10));
    it.tick(0.0, [0; 2], ANSWER_TURN * 11);
    assert!(it.holds(passes[2], Stage::Send), "it is sent once more");
}

#[test]
fn sleep_does_not_count_while_a_body_that_may_move_is_read() {
    let mut it = Machine::new(32, 64, Pace::new(2, 32));
    let lane = it.add_lane(caps(32));
    let passes: Vec<_> = (0..20).map(|part| it.add_pass(lane, part, PART)).collect();
    for pass in &passes {
        it.ask(*pass, Stage::Send, NOW);
    }
    let ticks = |it: &mut Machine, numbers: std::ops::Range<u32>| {
        numbers.for_each(|n| it.tick(1.0, [0; 2], TICK * n));
        it.sending.limit()
    };
    it.does(passes[1], Doing::Credentials);
    assert_eq!(ticks(&mut it, 1..10), 2);
    it.does(passes[1], Doing::Source);
    assert_eq!(ticks(&mut it, 10..20), 2);
    // One that has no turn keeps nobody from moving.
    it.does(passes[1], Doing::Exchange);
    it.does(passes[19], Doing::Source);
    assert!(ticks(&mut it, 20..23) > 3);
}

#[test]
fn sleep_does_not_count_while_the_consumer_is_behind() {
    let mut it = Machine::new(32, 64, Pace::new(2, 32));
    let lane = it.add_lane(caps(32));
    let passes: Vec<_> = (0..20).map(|part| it.add_pass(lane, part, PART)).collect();
    for pass in &passes {
        it.ask(*pass, Stage::Fetch, NOW);
    }
    // One that is being taken is no reason to wait.
    it.arrived(lane);
    let seen = sleepy_ticks(&mut it, 1, 3);
    assert!(seen.is_sorted() && seen[2] > 3, "{seen:?}");
    it.arrived(lane);
    let before = seen[2];
    assert_eq!(sleepy_ticks(&mut it, 4, 50), [before; 50]);
    // What comes back is not handed on, down to the least.
    let held: Vec<_> = passes.iter().filter(|pass| it.holds(**pass, Stage::Fetch)).collect();
    it.remove(*held[0], TICK * 60);
    assert_eq!(it.receiving.limit(), before - 1);
    // Another one whose consumer keeps up is not held back by that.
    let other = it.add_lane(caps(32));
    let one = it.add_pass(other, 1, PART);
    assert!(!it.ask(one, Stage::Fetch, TICK * 60));
    assert!(sleepy_ticks(&mut it, 61, 1)[0] > before - 1);
    assert!(it.holds(one, Stage::Fetch) || it.waits(one).is_some());
    it.taken(lane);
    let seen = sleepy_ticks(&mut it, 62, 20);
    assert!(seen.last() > seen.first(), "{seen:?}");
}

#[test]
fn the_only_part_of_a_lane_is_under_way_in_any_case() {
    let mut it = Machine::new(1, 2, Pace::new(1, 1));
    let lanes = [it.add_lane(caps(1)), it.add_lane(caps(1))];
    let many: Vec<_> = (0..3).map(|part| it.add_pass(lanes[0], part, PART)).collect();
    assert!(it.ask(many[0], Stage::Share, NOW) && it.ask(many[1], Stage::Share, NOW));
    assert!(!it.ask(many[2], Stage::Share, NOW));
    let only = it.add_pass(lanes[1], 0, PART);
    assert!(it.ask(only, Stage::Share, NOW));
    let second = it.add_pass(lanes[1], 1, PART);
    assert!(!it.ask(second, Stage::Share, NOW));
    it.remove(only, NOW);
    assert_eq!(granted(&mut it), [second]);
    it.remove(many[0], NOW);
    assert!(granted(&mut it).is_empty());
    it.remove(many[1], NOW);
    assert_eq!(granted(&mut it), [many[2]]);
}

#[test]
fn what_counts_nowhere_waits_for_nobody() {
    let mut it = machine(1, 1);
    let (lane, free) = (it.add_lane(caps(1)), it.add_lane(Caps { free: true, ..caps(1) }));
    let taken = it.add_pass(lane, 0, 0);
    assert!(it.ask(taken, Stage::Place, NOW));
    let session = it.add_pass(free, 0, 0);
    assert!(it.ask(session, Stage::Place, NOW));
    assert_eq!(it.open(Stage::Place), 1);
    it.remove(session, NOW);
    it.remove_lane(free);
    assert_eq!(it.open(Stage::Place), 1);
}

/// Knows of a pool and of a caller.
struct Pool;

impl Witness for Pool {
    fn tell(&self, doing: Doing) -> Option<String> {
        match doing {
            Doing::Memory => Some("all taken".to_owned()),
            Doing::Caller => Some("for the read window".to_owned()),
            _ => None,
        }
    }
}

#[test]
fn who_waits_can_say_for_what() {
    let mut it = machine(4, 1);
    let lane = it.add_lane(caps(2));
    assert_eq!(text(&it.waits_of(lane), None), "it waits for nothing that is known here");
    assert_eq!(text(&it.waits_of(lane), Some(&Pool)), "it waits for the read window");
    let passes: Vec<_> = (0..4).map(|part| it.add_pass(lane, part, PART)).collect();
    it.ask(passes[1], Stage::Fetch, NOW);
    it.ask(passes[3], Stage::Fetch, NOW);
    it.does(passes[1], Doing::Exchange);
    it.does(passes[2], Doing::Memory);
    assert_eq!(
        text(&it.waits_of(lane), Some(&Pool)),
        "part 1 waits for the server, with its request on the wire; part 2 waits for 8388608 bytes of memory from the \
         buffer pool (all taken); part 3 waits for a place on the wire and its turn to receive a large body (taken: 1 of \
         4 places of the client, 1 of 2 places of its own, 1 of 1 bodies of the client)"
    );
    // Many that wait for the same are told of together, and what is no part has no number.
    let more: Vec<_> = (4..7).map(|part| it.add_pass(lane, part, PART)).collect();
    more.iter().for_each(|pass| it.does(*pass, Doing::Memory));
    it.does(passes[0], Doing::Credentials);
    let said = text(&it.waits_of(lane), None);
    assert!(said.starts_with("it waits for credentials; part 1 waits"), "{said}");
    assert!(said.contains("; 4 parts from 2 to 6 wait for 8388608 bytes of memory"), "{said}");
    more.iter().for_each(|pass| it.remove(*pass, NOW));
    // Told once, and again when something has happened since.
    assert!(it.standing(NOW).is_empty());
    assert!(it.standing(STANDSTILL / 2).is_empty());
    assert_eq!(it.standing(STANDSTILL), [lane]);
    assert!(it.standing(2 * STANDSTILL).is_empty());
    it.does(passes[2], Doing::Credentials);
    assert!(it.standing(2 * STANDSTILL).is_empty());
    // What counts nowhere has no name in the log either.
    it.add_lane(Caps { free: true, ..caps(1) });
    assert_eq!(it.standing(3 * STANDSTILL), [lane]);
}

#[test]
fn bytes_that_move_are_no_standstill() {
    run(async {
        let schedule = Schedule::new(1, Arc::default());
        let lane = schedule.lane(Name("a download", 0), caps(1));
        let pass = lane.pass(1, PART);
        let told = || schedule.state.lock().machine.lanes[&lane.0.id].told;
        for _ in 0..3 {
            tokio::time::sleep(STANDSTILL / 2).await;
            pass.note_moved(Stage::Receive, 1);
            schedule.tell_of_standstills();
            assert!(!told());
        }
        tokio::time::sleep(STANDSTILL).await;
        schedule.tell_of_standstills();
        assert!(told());
    });
}

fn run(test: impl Future<Output = ()>) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    // Time passes when nothing else is left to do.
    let runtime = runtime.enable_time().start_paused(true).build().expect("a runtime");
    let bounded = async { tokio::time::timeout(60 * PATIENCE, test).await };
    runtime.block_on(bounded).expect("somebody waits for ever");
}

#[test]
fn who_gives_up_leaves_nothing_behind() {
    run(async {
        let schedule = Schedule::new(1, Arc::default());
        let lane = schedule.lane(Name("a download", 0), caps(1));
        let first = lane.pass(1, PART).enter_wire(true).await;
        let (second, third) = (lane.pass(2, PART), lane.pass(3, PART));
        let mut cx = Context::from_waker(Waker::noop());
        let mut third = Box::pin(third.enter_wire(true));
        {
            let mut gone = pin!(second.enter_wire(true));
            assert!(gone.as_mut().poll(&mut cx).is_pending());
            assert!(third.as_mut().poll(&mut cx).is_pending());
            drop(first);
            // It was served, and goes before it knows.
        }
        let Poll::Ready(third) = third.as_mut().poll(&mut cx) else { panic!("nobody was next") };
        assert!(!second.holds(Stage::Place));
        drop(third);
        assert!(second.try_enter(Stage::Fetch));
        drop(second);
        assert_eq!(schedule.state.lock().machine.open(Stage::Place), 0);
        assert!(schedule.state.lock().wakers.is_empty());
    });
}

#[test]
fn who_stops_waiting_is_not_served() {
    run(async {
        let schedule = Schedule::new(1, Arc::default());
        let lane = schedule.lane(Name("a download", 0), caps(9));
        let first = lane.pass(1, PART).enter_wire(true).await;
        let (second, third) = (lane.pass(2, PART), lane.pass(3, PART));
        assert!(!second.try_enter(Stage::Fetch));
        assert_eq!(schedule.state.lock().machine.waits(second.0.id), None);
        let mut cx = Context::from_waker(Waker::noop());
        {
            let mut gone = pin!(second.enter_wire(true));
            assert!(gone.as_mut().poll(&mut cx).is_pending());
        }
        let mut third = Box::pin(third.enter_wire(true));
        assert!(third.as_mut().poll(&mut cx).is_pending());
        drop(first);
        assert!(!second.holds(Stage::Place));
        assert!(third.as_mut().poll(&mut cx).is_ready());
        drop((second, third));
        assert!(schedule.state.lock().wakers.is_empty());
    });
}

#[test]
fn a_standstill_opens_up_and_the_watch_ends() {
    run(async {
        let schedule = Schedule::new(16, Arc::default());
        let lane = schedule.lane(Name("a download", 0), caps(16));
        let begun = Instant::now();
        let mut places = Vec::new();
        for part in 0..16 {
            places.push(lane.pass(part, PART).enter_wire(true).await);
        }
        assert!(begun.elapsed() < PATIENCE / 2, "{:?}", begun.elapsed());
        drop(places);
        tokio::time::sleep(3 * TICK).await;
        assert!(!schedule.state.lock().watched);
        drop(lane);
        assert_eq!(Arc::strong_count(&schedule), 1);
        assert!(schedule.state.lock().machine.is_empty());
    });
}

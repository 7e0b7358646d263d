//! What is held for a while only: by small bodies before their place, and by those that wait for something else.

use super::*;

#[test]
fn few_small_bodies_are_read_ahead() {
    let mut it = machine(9, 1);
    assert_eq!((it.ahead, machine(1, 1).ahead), (9, 8));
    it.ahead = 2;
    let passes: Vec<u64> = (0..5)
        .map(|_| {
            let lane = it.add_lane(caps(9));
            it.add_pass(lane, 1, 0)
        })
        .collect();
    let there: Vec<bool> = passes.iter().map(|it_is| it.ask(*it_is, Stage::Ahead, NOW)).collect();
    assert_eq!(there, [true, true, false, false, false]);
    // Whoever has a place lies there no more, and another one is read meanwhile.
    assert!(it.ask(passes[0], Stage::Place, NOW));
    it.leave(passes[0], Stage::Ahead, NOW);
    assert_eq!(granted(&mut it), [passes[2]]);
    // A source that takes its time holds up nobody.
    it.give_back(passes[1], Stage::Ahead, NOW);
    assert_eq!(granted(&mut it), [passes[3]]);
    assert!(it.ask(passes[1], Stage::Place, NOW));
}

#[test]
fn what_has_served_for_nothing_was_not_given() {
    // Both are given as much, and the other one is next then, for its number; unless the turn was given back, because
    // the source takes its time.
    let next = |gives_back: bool| {
        let mut it = machine(9, 1);
        let (other, slow) = (it.add_lane(caps(9)), it.add_lane(caps(9)));
        let own: Vec<u64> = (1..=2).map(|part| it.add_pass(slow, part, PART)).collect();
        let others: Vec<u64> = (1..=3).map(|part| it.add_pass(other, part, PART)).collect();
        assert!(it.ask(own[0], Stage::Send, NOW));
        assert!(!it.ask(others[0], Stage::Send, NOW));
        if gives_back {
            it.give_back(own[0], Stage::Send, NOW);
        } else {
            it.leave(own[0], Stage::Send, NOW);
        }
        assert_eq!(granted(&mut it), [others[0]]);
        assert!(!it.ask(others[1], Stage::Send, NOW));
        assert!(!it.ask(own[0], Stage::Send, NOW));
        it.leave(others[0], Stage::Send, NOW);
        // Nothing is given back that is not held.
        it.give_back(own[1], Stage::Send, NOW);
        granted(&mut it) == [own[0]]
    };
    assert!(next(true) && !next(false));
}

#[test]
fn who_gives_something_back_stays_as_old_as_it_was() {
    let mut it = machine(9, 2);
    let [late, own, other] = [0; 3].map(|_| it.add_lane(caps(9)));
    let parts = [1, 2].map(|part| it.add_pass(own, part, PART));
    let (other, late) = (it.add_pass(other, 1, PART), it.add_pass(late, 1, PART));
    assert!(it.ask(parts[0], Stage::Send, NOW) && it.ask(other, Stage::Send, NOW));
    assert!(!it.ask(parts[1], Stage::Send, NOW) && !it.ask(late, Stage::Send, NOW));
    let came = |it: &Machine| it.lanes[&own].came[Stage::Send as usize];
    let before = came(&it);
    it.give_back(parts[0], Stage::Send, NOW);
    assert_eq!(granted(&mut it), [late]);
    assert_eq!(came(&it), before);
}

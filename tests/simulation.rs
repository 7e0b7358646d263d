//! What the schedule promises for networks that no test machine has, held to it in the simulator.

#[path = "../benches/simulate/world.rs"]
#[allow(dead_code, reason = "the table shows more of it")]
mod world;

use world::{Case, GIB, USUAL, run};

/// A link of 100 Gbit/s, and a client that is to fill it.
const FAST: Case = Case { name: "", gbit: 100.0, threads: 16, ..USUAL };

#[test]
fn a_link_of_100_gbit_is_filled_in_little_memory() {
    for case in [Case { bytes: 60 * GIB, ..FAST }, Case { objects: 8, bytes: 8 * GIB, ..FAST }] {
        let it = run(&case);
        assert!(it.steady >= 0.95, "{:.3} of the link in steady state", it.steady);
        assert!(it.whole >= 0.95, "{:.3} of the link", it.whole);
        assert!(it.peak <= 1.5 * it.least, "{:.2} times the least memory", it.peak / it.least);
    }
}

#[test]
fn equal_objects_are_served_alike() {
    let it = run(&Case { objects: 8, bytes: 8 * GIB, ..FAST });
    let index = it.jain.expect("there are eight of them");
    assert!(index >= 0.95, "Jain's index is {index:.3}");
}

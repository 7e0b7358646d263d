//! What the schedule makes of networks that no test machine has: the same code, in time that is only counted.
//!
//!     cargo run --release --example simulate [PLOT.svg]
//!
//! Prints the table of docs/performance.md, and draws how rate and memory go over time.

mod plot;
mod world;

use world::{Case, GIB, MIB, USUAL, run};

/// Those of which the course is drawn.
const DRAWN: [&str; 4] = [
    "10 Gbit/s, 8 × 2 GiB",
    "10 Gbit/s, 1 × 4 GiB at 1 GB/s each",
    "100 Gbit/s, 8 × 30 GiB",
    "400 Gbit/s, 8 × 100 GiB",
];

fn main() -> std::io::Result<()> {
    println!(
        "| service and objects | seconds | of what can be reached | in steady state | peak of parts | ÷ least | Jain \
         | first byte | 64 KiB beside |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    let mut courses = Vec::new();
    for case in cases() {
        let it = run(&case);
        println!(
            "| {} | {:.1} | {:.0} % | {:.0} % | {:.0} MiB | {:.2} | {} | {:.0} ms | {} |",
            case.name,
            it.seconds,
            it.whole * 100.0,
            it.steady * 100.0,
            it.peak / MIB as f64,
            it.peak / it.least,
            it.jain.map_or(String::new(), |index| format!("{index:.3}")),
            it.first_byte * 1e3,
            it.beside.map_or(String::new(), |seconds| format!("{:.0} ms", seconds * 1e3)),
        );
        if DRAWN.contains(&case.name) {
            courses.push((case.name, it.series));
        }
    }
    match std::env::args().nth(1) {
        Some(path) => std::fs::write(path, plot::draw(&courses)),
        None => Ok(()),
    }
}

fn cases() -> Vec<Case> {
    vec![
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
    ]
}

//! Threads of a crew: order, ends, and what goes on beside a job that blocks.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use crate::error::{Code, Error};

use super::*;

const PATIENCE: Duration = Duration::from_secs(10);

fn spawn(name: &str, body: Job) -> Result<()> {
    std::thread::Builder::new().name(name.to_owned()).spawn(body)?;
    Ok(())
}

/// Nobody is relieved within the time of a test.
const NEVER: Relief = Relief { patience: Duration::from_secs(1000), most: 0 };
const SOON: Relief = Relief { patience: Duration::from_millis(10), most: 3 };

fn crew(count: usize) -> Crew {
    Crew::start(count, "Test", NEVER, Box::new(spawn)).unwrap()
}

fn values<T>(receiver: &Receiver<T>, count: usize) -> Vec<T> {
    (0..count).map(|_| receiver.recv_timeout(PATIENCE).unwrap()).collect()
}

/// Blocks thread `index` until something is sent.
fn hold(crew: &Crew, index: usize) -> Sender<()> {
    let (release, held) = channel::<()>();
    crew.post(index, move || {
        let _ = held.recv_timeout(PATIENCE);
    });
    release
}

#[test]
fn jobs_of_one_thread_keep_their_order() {
    let crew = crew(2);
    let (sender, receiver) = channel();
    for number in 0..1000 {
        let sender = sender.clone();
        crew.post(1, move || {
            let name = std::thread::current().name().unwrap().to_owned();
            sender.send((number, name)).unwrap();
        });
    }
    let expected: Vec<_> = (0..1000).map(|number| (number, "Test2".to_owned())).collect();
    assert_eq!(values(&receiver, 1000), expected);
}

#[test]
fn many_jobs_of_one_turn_wake_who_sleeps_once_and_behind_it() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let crew = crew(2);
    let (sender, receiver) = channel();
    let post = |number: usize| {
        let sender = sender.clone();
        crew.post_one_of_many(number % 2, move || sender.send(number).unwrap());
    };
    for round in 0..3 {
        runtime.block_on(async {
            // Both threads sleep, as they have nothing to do; nobody wakes them while this task has its turn.
            while crew.shared.lanes.iter().any(|lane| !lane.is_asleep()) {
                std::thread::yield_now();
            }
            (0..10).for_each(post);
            assert!(crew.shared.lanes.iter().all(|lane| !lane.is_empty()), "round {round}");
            tokio::task::yield_now().await;
            let mut all = values(&receiver, 10);
            all.sort_unstable();
            assert_eq!(all, (0..10).collect::<Vec<_>>());
        });
    }
    // What is noted when a runtime ends is not forgotten, and without one nothing is noted.
    runtime.block_on(async { (0..2).for_each(post) });
    drop(runtime);
    (2..4).for_each(post);
    let mut all = values(&receiver, 4);
    all.sort_unstable();
    assert_eq!(all, [0, 1, 2, 3]);
}

#[test]
fn threads_do_not_wait_for_each_other() {
    let crew = crew(2);
    let release = hold(&crew, 0);
    let (sender, receiver) = channel();
    crew.post(1, move || sender.send(()).unwrap());
    values(&receiver, 1);
    release.send(()).unwrap();
}

#[test]
fn picking_goes_round() {
    let crew = crew(3);
    let picks: Vec<_> = (0..5).map(|_| crew.pick()).collect();
    assert_eq!(picks, [0, 1, 2, 0, 1]);
    assert_eq!(crew.len(), 3);
}

#[test]
fn any_index_is_served() {
    let crew = crew(2);
    let (sender, receiver) = channel();
    crew.post(usize::MAX, move || sender.send(()).unwrap());
    values(&receiver, 1);
}

#[test]
fn a_thread_survives_a_panic() {
    let crew = crew(1);
    let (sender, receiver) = channel();
    crew.post(0, || panic!("expected by the test"));
    crew.post(0, move || sender.send(()).unwrap());
    values(&receiver, 1);
}

#[test]
fn stopping_comes_after_every_job_and_once() {
    let crew = crew(2);
    let release = [hold(&crew, 0), hold(&crew, 1)];
    let (sender, receiver) = channel();
    for index in [0, 1] {
        let sender = sender.clone();
        crew.post(index, move || sender.send("job").unwrap());
    }
    crew.when_stopped(move || sender.send("stopped").unwrap());
    drop(crew);
    for release in release {
        release.send(()).unwrap();
    }
    assert_eq!(values(&receiver, 3), ["job", "job", "stopped"]);
    // The last sender is gone: nothing more can come.
    assert!(receiver.recv_timeout(PATIENCE).is_err());
}

#[test]
fn an_idle_crew_stops() {
    let (sender, receiver) = channel();
    crew(3).when_stopped(move || sender.send(()).unwrap());
    values(&receiver, 1);
}

#[test]
fn whoever_drops_a_crew_is_never_the_last_to_leave() {
    for _ in 0..500 {
        let (sender, receiver) = channel();
        let crew = crew(1);
        crew.when_stopped(move || sender.send(std::thread::current().id()).unwrap());
        drop(crew);
        assert_ne!(values(&receiver, 1), [std::thread::current().id()]);
    }
}

#[test]
fn a_crew_may_be_stopped_by_its_own_job() {
    let crew = Arc::new(Mutex::new(Some(crew(1))));
    let (sender, receiver) = channel();
    let inner = crew.clone();
    let held = crew.lock();
    held.as_ref().unwrap().post(0, move || {
        let last = inner.lock().take().unwrap();
        last.when_stopped(move || sender.send(()).unwrap());
    });
    drop(held);
    values(&receiver, 1);
    assert!(crew.lock().is_none());
}

#[test]
fn threads_already_started_end_when_one_cannot_start() {
    let (sender, receiver) = channel::<()>();
    let started = AtomicUsize::new(0);
    let start: Spawn = Box::new(move |name, body| {
        if started.fetch_add(1, Ordering::SeqCst) == 2 {
            return Err(Error::new(Code::UNKNOWN));
        }
        let ended = sender.clone();
        spawn(
            name,
            Box::new(move || {
                body();
                drop(ended);
            }),
        )
    });
    assert!(Crew::start(3, "Test", NEVER, start).is_err());
    // Disconnected, not timed out: both threads returned.
    assert_eq!(
        receiver.recv_timeout(PATIENCE),
        Err(std::sync::mpsc::RecvTimeoutError::Disconnected)
    );
}

fn post_numbers(
    crew: &Crew,
    numbers: std::ops::Range<u32>,
) -> Receiver<(u32, std::thread::ThreadId)> {
    let (sender, receiver) = channel();
    for number in numbers {
        let sender = sender.clone();
        crew.post(0, move || {
            sender.send((number, std::thread::current().id())).unwrap();
            if number % 2 == 1 {
                call::end_for_test();
            }
        });
    }
    receiver
}

#[test]
fn a_thread_that_was_asked_to_end_is_replaced_and_no_job_is_lost() {
    let crew = crew(1);
    let (sender, stopped) = channel();
    crew.when_stopped(move || sender.send(()).unwrap());
    let release = hold(&crew, 0);
    let receiver = post_numbers(&crew, 0..6);
    release.send(()).unwrap();
    let seen = values(&receiver, 6);
    assert!(seen.iter().map(|it| it.0).eq(0..6), "{seen:?}");
    let threads: Vec<_> = seen.iter().map(|it| it.1).collect();
    assert_eq!(threads[0], threads[1]);
    assert_eq!(threads[2], threads[3]);
    assert_ne!(threads[1], threads[2]);
    assert_ne!(threads[3], threads[4]);
    drop(crew);
    values(&stopped, 1);
}

#[test]
fn without_another_thread_the_one_that_was_asked_to_end_goes_on() {
    let started = AtomicUsize::new(0);
    let start: Spawn = Box::new(move |name, body| match started.fetch_add(1, Ordering::SeqCst) {
        0 | 1 => spawn(name, body),
        _ => Err(Error::new(Code::UNKNOWN)),
    });
    let crew = Crew::start(1, "Test", NEVER, start).unwrap();
    let (sender, stopped) = channel();
    crew.when_stopped(move || sender.send(()).unwrap());
    let receiver = post_numbers(&crew, 0..4);
    let seen = values(&receiver, 4);
    assert!(seen.iter().map(|it| it.0).eq(0..4), "{seen:?}");
    assert!(seen.iter().all(|it| it.1 == seen[0].1));
    drop(crew);
    values(&stopped, 1);
}

#[test]
fn no_wake_up_is_lost() {
    let crew = crew(2);
    let (sender, receiver) = channel();
    for round in 0..2000 {
        let sender = sender.clone();
        crew.post(round, move || sender.send(round).unwrap());
        assert_eq!(values(&receiver, 1), [round]);
    }
}

/// Posts jobs that say their number and thread.
fn post_many(
    crew: &Crew,
    index: usize,
    numbers: std::ops::Range<u32>,
) -> Receiver<(u32, std::thread::ThreadId)> {
    let (sender, receiver) = channel();
    for number in numbers {
        let sender = sender.clone();
        crew.post(index, move || {
            sender.send((number, std::thread::current().id())).unwrap();
        });
    }
    receiver
}

fn held(crew: &Crew) -> usize {
    crew.shared.held.load(Ordering::SeqCst)
}

fn wait_until(what: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !what() {
        assert!(Instant::now() < end, "in vain");
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn relieved(count: usize) -> Crew {
    Crew::start(count, "Test", SOON, Box::new(spawn)).unwrap()
}

#[test]
fn what_waits_behind_a_job_that_blocks_goes_on_in_order_and_never_at_once() {
    let crew = relieved(2);
    let release = hold(&crew, 0);
    let seen = values(&post_many(&crew, 0, 0..50), 50);
    assert!(seen.iter().map(|it| it.0).eq(0..50), "{seen:?}");
    assert!(seen.iter().all(|it| it.1 == seen[0].1));
    assert_eq!(held(&crew), 1);
    // The thread that comes back has lost its lane, and ends.
    release.send(()).unwrap();
    wait_until(|| held(&crew) == 0);
    let later = values(&post_many(&crew, 0, 0..50), 50);
    assert!(later.iter().map(|it| it.0).eq(0..50), "{later:?}");
    assert!(later.iter().all(|it| it.1 == seen[0].1));
}

#[test]
fn a_job_nobody_waits_behind_keeps_its_lane() {
    let crew = relieved(1);
    let before = values(&post_many(&crew, 0, 0..1), 1);
    let release = hold(&crew, 0);
    std::thread::sleep(SOON.patience * 10);
    assert_eq!(held(&crew), 0);
    release.send(()).unwrap();
    assert_eq!(values(&post_many(&crew, 0, 0..1), 1), before);
}

#[test]
fn no_more_threads_than_allowed_are_replaced() {
    let crew = relieved(1);
    let releases: Vec<_> = (0..SOON.most).map(|_| hold(&crew, 0)).collect();
    let blocked = hold(&crew, 0);
    let late = post_many(&crew, 0, 0..1);
    wait_until(|| held(&crew) == SOON.most);
    assert!(late.recv_timeout(SOON.patience * 10).is_err(), "somebody has to wait");
    assert_eq!(held(&crew), SOON.most);
    releases[1].send(()).unwrap();
    values(&late, 1);
    drop(releases);
    drop(blocked);
    wait_until(|| held(&crew) == 0);
}

#[test]
fn the_end_of_a_crew_waits_for_threads_that_are_held() {
    let crew = relieved(1);
    let release = [hold(&crew, 0), hold(&crew, 0)];
    let jobs = post_many(&crew, 0, 0..3);
    let (sender, stopped) = channel();
    crew.when_stopped(move || sender.send(()).unwrap());
    drop(crew);
    // Also what waits when the crew is dropped goes on.
    values(&jobs, 3);
    release[1].send(()).unwrap();
    assert!(stopped.recv_timeout(SOON.patience * 5).is_err());
    release[0].send(()).unwrap();
    values(&stopped, 1);
}

#[test]
fn a_thread_that_is_held_may_be_asked_to_end() {
    let crew = relieved(1);
    let (release, freed) = channel::<()>();
    crew.post(0, move || {
        let _ = freed.recv_timeout(PATIENCE);
        call::end_for_test();
    });
    values(&post_many(&crew, 0, 0..1), 1);
    release.send(()).unwrap();
    wait_until(|| held(&crew) == 0);
    let numbers = values(&post_numbers(&crew, 0..6), 6);
    assert!(numbers.iter().map(|it| it.0).eq(0..6), "{numbers:?}");
    let (sender, stopped) = channel();
    crew.when_stopped(move || sender.send(()).unwrap());
    drop(crew);
    values(&stopped, 1);
}

#[test]
fn without_a_thread_to_take_over_others_wait() {
    let refuse = Arc::new(AtomicBool::new(false));
    let refused = refuse.clone();
    let start: Spawn = Box::new(move |name, body| match refused.load(Ordering::SeqCst) {
        false => spawn(name, body),
        true => Err(Error::new(Code::UNKNOWN)),
    });
    let crew = Crew::start(1, "Test", SOON, start).unwrap();
    refuse.store(true, Ordering::SeqCst);
    let release = hold(&crew, 0);
    let late = post_many(&crew, 0, 0..1);
    assert!(late.recv_timeout(SOON.patience * 5).is_err());
    // It is tried again.
    refuse.store(false, Ordering::SeqCst);
    values(&late, 1);
    release.send(()).unwrap();
}

#[test]
fn nobody_runs_beside_another_in_one_lane_but_who_is_held() {
    let crew = Arc::new(relieved(2));
    let at_once = Arc::new(AtomicUsize::new(0));
    let (sender, receiver) = channel();
    for round in 0..300_u32 {
        let (at_once, sender, index) = (at_once.clone(), sender.clone(), round as usize % 2);
        crew.post(index, move || {
            // Now and then one that is about as long as others wait for it.
            if round % 37 == 0 {
                std::thread::sleep(SOON.patience + Duration::from_millis(u64::from(round % 5)));
            } else {
                let others = at_once.fetch_add(1, Ordering::SeqCst);
                std::thread::yield_now();
                at_once.fetch_sub(1, Ordering::SeqCst);
                assert!(others < 2);
            }
            sender.send((index, round)).unwrap();
        });
    }
    let seen = values(&receiver, 300);
    for lane in 0..2 {
        let short = seen.iter().filter(|it| it.0 == lane && it.1 % 37 != 0).map(|it| it.1);
        assert!(short.is_sorted(), "{seen:?}");
    }
    wait_until(|| held(&crew) == 0);
}

#[test]
fn who_watches_an_idle_crew_sleeps() {
    let crew = relieved(2);
    let release = hold(&crew, 0);
    values(&post_many(&crew, 0, 0..10), 10);
    release.send(()).unwrap();
    wait_until(|| crew.shared.watch.is_asleep());
    std::thread::sleep(SOON.patience * 10);
    assert!(crew.shared.watch.is_asleep());
}

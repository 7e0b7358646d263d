//! A few threads that run jobs in order: the places where callbacks of the program run.
//!
//! Each thread has a queue of its own, so jobs posted to one index never overlap and keep their
//! order. A thread sleeps when its queue is empty; posting takes one lock and wakes only a sleeper.
//! A thread that a callback asked to end is replaced by another, which goes on with its queue.
//! Dropping the crew lets the threads finish what is queued and end by themselves; nobody joins
//! them, so a crew may be dropped from one of its own jobs.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::sync::{Condvar, Mutex};

use crate::error::Result;
use crate::log;

use super::call;
use super::guard::guarded;
use super::thread;

type Job = Box<dyn FnOnce() + Send>;

/// See the module.
pub struct Crew {
    shared: Arc<Shared>,
    next: AtomicUsize,
}

type Spawn = Box<dyn Fn(&str, Job) -> Result<()> + Send + Sync>;

struct Shared {
    queues: Box<[Queue]>,
    name: String,
    spawn: Spawn,
    /// Threads that have not ended, and one for the crew until it is dropped.
    alive: AtomicUsize,
    on_stopped: Mutex<Option<Job>>,
}

#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    filled: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    closed: bool,
    asleep: bool,
}

impl Crew {
    /// Starts `count` threads (at least one) called `name` and a number.
    pub fn new(count: usize, name: &str) -> Result<Self> {
        Self::start(count, name, Box::new(thread::spawn))
    }

    fn start(count: usize, name: &str, spawn: Spawn) -> Result<Self> {
        let count = count.max(1);
        let shared = Arc::new(Shared {
            queues: (0..count).map(|_| Queue::default()).collect(),
            name: name.to_owned(),
            spawn,
            alive: AtomicUsize::new(1),
            on_stopped: Mutex::new(None),
        });
        // Dropped on the way out when a thread cannot be started, which ends those before it.
        let crew = Self { shared, next: AtomicUsize::new(0) };
        for index in 0..count {
            crew.shared.start(index)?;
        }
        Ok(crew)
    }

    /// How many threads there are.
    pub fn len(&self) -> usize {
        self.shared.queues.len()
    }

    /// There is always a thread.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The next thread in turn, for work that shall stay together.
    pub fn pick(&self) -> usize {
        self.next.fetch_add(1, Ordering::Relaxed) % self.len()
    }

    /// Queues a job on thread `index` (modulo the number of threads).
    pub fn post(&self, index: usize, job: impl FnOnce() + Send + 'static) {
        self.shared.queues[index % self.len()].push(Box::new(job));
    }

    /// `on_stopped` runs once, on the last thread, when the crew has been dropped and every queued job has run.
    pub fn when_stopped(&self, on_stopped: impl FnOnce() + Send + 'static) {
        *self.shared.on_stopped.lock() = Some(Box::new(on_stopped));
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        // Before the threads may end, so that the last to leave is one of them, whoever drops the crew.
        self.shared.leave();
        for queue in &self.shared.queues {
            queue.close();
        }
    }
}

impl Shared {
    fn start(self: &Arc<Self>, index: usize) -> Result<()> {
        self.alive.fetch_add(1, Ordering::Relaxed);
        let leave = Leave(self.clone());
        let body = Box::new(move || leave.0.serve(index));
        (self.spawn)(&format!("{}{}", self.name, index + 1), body)
    }

    /// Runs jobs until the queue is closed and empty, or until one of them asks the thread to end.
    fn serve(self: &Arc<Self>, index: usize) {
        let queue = &self.queues[index];
        let mut batch = VecDeque::new();
        while queue.fetch(&mut batch) {
            while let Some(job) = batch.pop_front() {
                guarded("a job", job);
                if call::take_ended() && self.replace(index, &mut batch) {
                    return;
                }
            }
        }
    }

    /// Leaves the queue to another thread; false if there cannot be one.
    fn replace(self: &Arc<Self>, index: usize, batch: &mut VecDeque<Job>) -> bool {
        // Before the other one looks.
        self.queues[index].put_back(batch);
        match self.start(index) {
            Ok(()) => {
                log!(Warn, General, "a callback ended its thread, which is replaced");
                true
            }
            Err(error) => {
                log!(Error, General, "a thread that a callback ended is needed further: {error}");
                false
            }
        }
    }

    fn leave(&self) {
        // The last one sees what all the others did.
        if self.alive.fetch_sub(1, Ordering::AcqRel) == 1 {
            let on_stopped = self.on_stopped.lock().take();
            if let Some(on_stopped) = on_stopped {
                guarded("end of a crew", on_stopped);
            }
        }
    }
}

/// Leaves the crew when dropped: also when the thread was never started.
struct Leave(Arc<Shared>);

impl Drop for Leave {
    fn drop(&mut self) {
        self.0.leave();
    }
}

impl Queue {
    fn push(&self, job: Job) {
        let mut state = self.state.lock();
        state.jobs.push_back(job);
        let wake = std::mem::take(&mut state.asleep);
        drop(state);
        if wake {
            self.filled.notify_one();
        }
    }

    /// What was fetched and not done comes first again.
    fn put_back(&self, batch: &mut VecDeque<Job>) {
        let mut state = self.state.lock();
        batch.append(&mut state.jobs);
        std::mem::swap(&mut state.jobs, batch);
    }

    fn close(&self) {
        self.state.lock().closed = true;
        self.filled.notify_one();
    }

    /// Waits for jobs and moves all of them into `batch`; false when there will be none.
    fn fetch(&self, batch: &mut VecDeque<Job>) -> bool {
        let mut state = self.state.lock();
        while state.jobs.is_empty() {
            if state.closed {
                return false;
            }
            state.asleep = true;
            self.filled.wait(&mut state);
            state.asleep = false;
        }
        std::mem::swap(&mut state.jobs, batch);
        true
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::time::Duration;

    use crate::error::{Code, Error};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(10);

    fn spawn(name: &str, body: Job) -> Result<()> {
        std::thread::Builder::new().name(name.to_owned()).spawn(body)?;
        Ok(())
    }

    fn crew(count: usize) -> Crew {
        Crew::start(count, "Test", Box::new(spawn)).unwrap()
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
        assert!(Crew::start(3, "Test", start).is_err());
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
        let start: Spawn =
            Box::new(move |name, body| match started.fetch_add(1, Ordering::SeqCst) {
                0 => spawn(name, body),
                _ => Err(Error::new(Code::UNKNOWN)),
            });
        let crew = Crew::start(1, "Test", start).unwrap();
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
}

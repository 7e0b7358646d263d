//! A few threads that run jobs in order: the places where callbacks of the program run.
//!
//! Each thread has a queue of its own ([`lane`]), so jobs posted to one index never overlap and keep their order, on
//! one thread. A thread sleeps when its queue is empty; posting takes one lock and wakes only a sleeper, at once or
//! together with others ([`rouse`]). A job that blocks while others wait behind it keeps its thread to itself: the
//! queue goes on with another one ([`watch`]), up to a number of them, and a thread that has lost its queue meanwhile
//! ends after the job. So does one that a callback asked to end, and leaves its queue to another. Dropping the crew
//! lets the threads finish what is queued and end by themselves; nobody joins them, so a crew may be dropped from one
//! of its own jobs.

mod lane;
mod rouse;
#[cfg(test)]
mod tests;
mod watch;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use crate::error::Result;
use crate::log;
use crate::sync::Mutex;

use super::call;
use super::guard::guarded;
use super::thread;

use self::lane::{Lane, Next};
use self::watch::Watch;

type Job = Box<dyn FnOnce() + Send>;

/// See the module.
pub struct Crew {
    shared: Arc<Shared>,
    next: AtomicUsize,
}

/// When a thread that is held by a job is replaced.
#[derive(Clone, Copy, Debug)]
pub struct Relief {
    /// So long may others wait behind a job that blocks.
    pub patience: Duration,
    /// Threads that are held at a time, and replaced. Behind those after them others wait.
    pub most: usize,
}

type Spawn = Box<dyn Fn(&str, Job) -> Result<()> + Send + Sync>;

struct Shared {
    lanes: Box<[Lane]>,
    watch: Watch,
    relief: Relief,
    name: String,
    spawn: Spawn,
    /// Threads that have not ended, and one for the crew until it is dropped. Who watches is not counted.
    alive: AtomicUsize,
    /// Of those, how many have lost their lane, or are about to take one over.
    held: AtomicUsize,
    /// It has been said that there are too many.
    exhausted: AtomicBool,
    on_stopped: Mutex<Option<Job>>,
}

/// What a new thread begins with.
#[derive(Clone, Copy)]
enum Entry {
    /// The lane waits for it.
    Serve,
    /// Another thread has the lane, and is at this job.
    TakeOver { begun: u64 },
}

/// The name of the thread that watches over a crew.
const WATCHER: &str = "AwsS3Watch";

impl Crew {
    /// Starts `count` threads (at least one) called `name` and a number, and one that watches over them.
    pub fn new(count: usize, name: &str, relief: Relief) -> Result<Self> {
        Self::start(count, name, relief, Box::new(thread::spawn))
    }

    fn start(count: usize, name: &str, relief: Relief, spawn: Spawn) -> Result<Self> {
        let count = count.max(1);
        let shared = Arc::new(Shared {
            lanes: (0..count).map(|_| Lane::default()).collect(),
            watch: Watch::default(),
            relief,
            name: name.to_owned(),
            spawn,
            alive: AtomicUsize::new(1),
            held: AtomicUsize::new(0),
            exhausted: AtomicBool::new(false),
            on_stopped: Mutex::new(None),
        });
        // Dropped on the way out when a thread cannot be started, which ends those before it.
        let crew = Self { shared, next: AtomicUsize::new(0) };
        for index in 0..count {
            crew.shared.start(index, Entry::Serve)?;
        }
        let watched = crew.shared.clone();
        (crew.shared.spawn)(WATCHER, Box::new(move || watched.watch()))?;
        Ok(crew)
    }

    /// How many lanes there are.
    pub fn len(&self) -> usize {
        self.shared.lanes.len()
    }

    /// There is always a thread.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The next lane in turn, for work that shall stay together.
    pub fn pick(&self) -> usize {
        self.next.fetch_add(1, Ordering::Relaxed) % self.len()
    }

    /// Queues a job on lane `index` (modulo their number).
    pub fn post(&self, index: usize, job: impl FnOnce() + Send + 'static) {
        let lane = &self.shared.lanes[index % self.len()];
        if lane.push(Box::new(job), &self.shared.watch) {
            lane.wake();
        }
    }

    /// The same for what is one of many: a thread that sleeps is woken when the tasks that are ready on this network
    /// thread have had their turn.
    pub fn post_one_of_many(&self, index: usize, job: impl FnOnce() + Send + 'static) {
        let index = index % self.len();
        if self.shared.lanes[index].push(Box::new(job), &self.shared.watch) {
            rouse::soon(&self.shared, index);
        }
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
        for lane in &self.shared.lanes {
            lane.close();
        }
        self.shared.watch.close();
    }
}

impl Shared {
    fn start(self: &Arc<Self>, index: usize, entry: Entry) -> Result<()> {
        self.alive.fetch_add(1, Ordering::Relaxed);
        let leave = Leave(self.clone());
        let body = Box::new(move || leave.0.enter(index, entry));
        (self.spawn)(&format!("{}{}", self.name, index + 1), body)
    }

    fn enter(self: &Arc<Self>, index: usize, entry: Entry) {
        let lane = &self.lanes[index];
        let holder = match entry {
            Entry::Serve => Some(lane.begin()),
            Entry::TakeOver { begun } => lane.take_over(begun),
        };
        let lost = holder.is_none_or(|holder| self.serve(index, holder));
        if lost {
            self.held.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Runs jobs until the lane is closed and empty, or until one of them asks the thread to end. True when another
    /// thread has taken over.
    fn serve(self: &Arc<Self>, index: usize, mut holder: u64) -> bool {
        let lane = &self.lanes[index];
        loop {
            match lane.next(holder, &self.watch) {
                Next::Job(job) => guarded("a job", job),
                Next::Closed => return false,
                Next::Lost => return true,
            };
            if call::take_ended() {
                match lane.leave_to_another(holder) {
                    None => return true,
                    Some(_) if self.replace(index) => return false,
                    Some(next) => holder = next,
                }
            }
        }
    }

    /// Leaves the lane to another thread; false if there cannot be one.
    fn replace(self: &Arc<Self>, index: usize) -> bool {
        match self.start(index, Entry::Serve) {
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

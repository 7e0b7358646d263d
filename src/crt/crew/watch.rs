//! Who sees to it that a job that blocks holds up no others.
//!
//! The thread that watches sleeps until a job waits behind another one, so a process that is idle stays idle. While
//! that is so it looks again and again whether it is still the same job, and where it has been for too long another
//! thread takes over the lane. What computes is not blocked, and is given longer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::log;
use crate::sync::{Condvar, Mutex};

use super::lane::{Lane, Under};
use super::{Entry, Shared};

/// Between two looks.
const TICK: Duration = Duration::from_millis(10);
/// So many looks at nothing are followed by sleep.
const QUIET_LOOKS: u32 = 5;
/// So many times as long may a job take that computes.
const LENIENCE: u32 = 20;

/// How to wake the one who watches.
#[derive(Default)]
pub(super) struct Watch {
    asleep: AtomicBool,
    state: Mutex<State>,
    called: Condvar,
}

#[derive(Default)]
struct State {
    called: bool,
    closed: bool,
}

/// What was seen of a lane.
#[derive(Clone, Default)]
struct Seen {
    begun: u64,
    since: Option<Instant>,
    /// A thread is on its way that takes over.
    relieved: bool,
}

impl Watch {
    pub fn is_asleep(&self) -> bool {
        self.asleep.load(Ordering::Relaxed)
    }

    pub fn call(&self) {
        if self.asleep.swap(false, Ordering::Relaxed) {
            self.state.lock().called = true;
            self.called.notify_one();
        }
    }

    /// There will be no more jobs than there are.
    pub fn close(&self) {
        self.state.lock().closed = true;
        self.called.notify_one();
    }

    fn is_closed(&self) -> bool {
        self.state.lock().closed
    }

    /// Waits until somebody calls or there will be no more jobs, unless `crowded` says that there is something to see.
    fn sleep(&self, crowded: impl Fn() -> bool) {
        self.asleep.store(true, Ordering::Relaxed);
        if !crowded() {
            let mut state = self.state.lock();
            while !state.called && !state.closed {
                self.called.wait(&mut state);
            }
            state.called = false;
        }
        self.asleep.store(false, Ordering::Relaxed);
    }

    /// Waits for the next look.
    fn rest(&self) {
        let mut state = self.state.lock();
        if state.closed {
            drop(state);
            std::thread::sleep(TICK);
        } else {
            self.called.wait_for(&mut state, TICK);
        }
    }
}

impl Shared {
    /// What the thread that watches does, until the crew has been dropped and no job waits any more.
    pub(super) fn watch(self: &Arc<Self>) {
        let mut seen = vec![Seen::default(); self.lanes.len()];
        loop {
            self.watch.sleep(|| self.lanes.iter().any(|lane| lane.crowded().is_some()));
            let mut quiet = 0;
            while quiet < QUIET_LOOKS {
                if self.watch.is_closed() && self.lanes.iter().all(Lane::is_empty) {
                    return;
                }
                self.watch.rest();
                quiet = if self.look(&mut seen) { 0 } else { quiet + 1 };
            }
        }
    }

    /// Looks at all lanes once; says whether any job waits behind another.
    fn look(self: &Arc<Self>, seen: &mut [Seen]) -> bool {
        let mut crowded = false;
        for (index, seen) in seen.iter_mut().enumerate() {
            let Some(under) = self.lanes[index].crowded() else {
                seen.since = None;
                continue;
            };
            crowded = true;
            if seen.is_stuck(under, self.relief.patience) && !seen.relieved {
                seen.relieved = self.relieve(index, under.begun);
            }
        }
        crowded
    }

    /// Starts a thread that takes over a lane, unless there are too many already.
    fn relieve(self: &Arc<Self>, index: usize, begun: u64) -> bool {
        if self.held.fetch_add(1, Ordering::Relaxed) >= self.relief.most {
            self.held.fetch_sub(1, Ordering::Relaxed);
            if !self.exhausted.swap(true, Ordering::Relaxed) {
                let (name, most) = (&self.name, self.relief.most);
                log!(
                    Warn,
                    General,
                    "{most} threads {name} are held by what they called; others wait"
                );
            }
            return false;
        }
        match self.start(index, Entry::TakeOver { begun }) {
            Ok(()) => {
                log!(Debug, General, "{}{} is held by what it called", self.name, index + 1);
                true
            }
            Err(error) => {
                self.held.fetch_sub(1, Ordering::Relaxed);
                log!(Error, General, "no thread for what waits behind one that is held: {error}");
                false
            }
        }
    }
}

impl Seen {
    fn is_stuck(&mut self, under: Under, patience: Duration) -> bool {
        let since = match self.since {
            Some(since) if self.begun == under.begun => since,
            _ => {
                *self = Self { begun: under.begun, since: Some(Instant::now()), relieved: false };
                return false;
            }
        };
        let lasted = since.elapsed();
        let works = || under.thread.is_some_and(|thread| thread.is_working());
        lasted >= patience && (lasted >= patience * LENIENCE || !works())
    }
}

#[cfg(test)]
mod tests {
    use crate::os::ThreadNumber;

    use super::*;

    #[test]
    fn one_who_computes_is_given_longer() {
        let patience = Duration::from_millis(20);
        let mut seen = Seen::default();
        // This very thread is computing whenever it looks.
        let works = Under { begun: 1, thread: Some(ThreadNumber::current()) };
        let blocks = Under { thread: None, ..works };
        assert!(!seen.is_stuck(blocks, patience));
        while seen.since.unwrap().elapsed() < patience {
            let early = seen.is_stuck(blocks, patience);
            assert!(!early || seen.since.unwrap().elapsed() >= patience);
        }
        assert!(seen.is_stuck(blocks, patience));
        let works_on = seen.is_stuck(works, patience);
        assert!(!works_on || seen.since.unwrap().elapsed() >= patience * LENIENCE);
        while seen.since.unwrap().elapsed() < patience * LENIENCE {
            std::thread::sleep(patience);
        }
        assert!(seen.is_stuck(works, patience));
        assert!(!seen.is_stuck(Under { begun: 2, ..blocks }, patience), "another job");
    }
}

//! One queue of a crew, and which thread has it.
//!
//! A lane belongs to no thread for good. Each that gets it is given the next number, and whoever comes back from a job
//! to find another number leaves it alone from then on.

use std::collections::VecDeque;

use crate::os::ThreadNumber;
use crate::sync::{Condvar, Mutex};

use super::Job;
use super::watch::Watch;

#[derive(Default)]
pub(super) struct Lane {
    state: Mutex<State>,
    filled: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    closed: bool,
    asleep: bool,
    /// The thread that has the lane now: how many had it before.
    holder: u64,
    thread: Option<ThreadNumber>,
    /// A job is under way on that thread.
    busy: bool,
    /// Jobs that were begun, by whomever.
    begun: u64,
}

/// What there is to do for a thread.
pub(super) enum Next {
    Job(Job),
    /// Nothing any more, for anybody.
    Closed,
    /// Another thread has the lane.
    Lost,
}

/// A job that others wait behind.
#[derive(Clone, Copy)]
pub(super) struct Under {
    /// Which one.
    pub begun: u64,
    pub thread: Option<ThreadNumber>,
}

impl State {
    fn is_crowded(&self) -> bool {
        self.busy && !self.jobs.is_empty()
    }

    /// Whether somebody has to be called who looks whether it stays like this. Read with the state locked, so that one
    /// who goes to sleep and then looks, with the lock as well, misses nothing.
    fn calls(&self, watch: &Watch) -> bool {
        self.is_crowded() && watch.is_asleep()
    }
}

impl Lane {
    /// Says whether there is somebody to [wake](Self::wake) for that.
    #[must_use = "who sleeps has to be woken"]
    pub fn push(&self, job: Job, watch: &Watch) -> bool {
        let mut state = self.state.lock();
        state.jobs.push_back(job);
        let wake = std::mem::take(&mut state.asleep);
        let call = state.calls(watch);
        drop(state);
        if call {
            watch.call();
        }
        wake
    }

    pub fn wake(&self) {
        self.filled.notify_one();
    }

    pub fn close(&self) {
        self.state.lock().closed = true;
        self.filled.notify_one();
    }

    /// Waits for the next job. The one before it is over.
    pub fn next(&self, holder: u64, watch: &Watch) -> Next {
        let mut state = self.state.lock();
        if state.holder != holder {
            return Next::Lost;
        }
        state.busy = false;
        loop {
            if let Some(job) = state.jobs.pop_front() {
                state.busy = true;
                state.begun += 1;
                let call = state.calls(watch);
                drop(state);
                if call {
                    watch.call();
                }
                return Next::Job(job);
            }
            if state.closed {
                return Next::Closed;
            }
            state.asleep = true;
            self.filled.wait(&mut state);
            state.asleep = false;
        }
    }

    /// The first one's number, or that of one after [`leave_to_another`](Self::leave_to_another).
    pub fn begin(&self) -> u64 {
        let mut state = self.state.lock();
        state.thread = Some(ThreadNumber::current());
        state.holder
    }

    /// Takes the lane from the thread that is still at that job.
    pub fn take_over(&self, begun: u64) -> Option<u64> {
        let mut state = self.state.lock();
        if !state.busy || state.begun != begun {
            return None;
        }
        state.busy = false;
        state.holder += 1;
        state.thread = Some(ThreadNumber::current());
        Some(state.holder)
    }

    /// The number of the thread that comes next, when its holder has to go; `None` if it has been taken over.
    pub fn leave_to_another(&self, holder: u64) -> Option<u64> {
        let mut state = self.state.lock();
        if state.holder != holder {
            return None;
        }
        state.busy = false;
        state.holder += 1;
        Some(state.holder)
    }

    /// The job under way, if others wait behind it.
    pub fn crowded(&self) -> Option<Under> {
        let state = self.state.lock();
        state.is_crowded().then_some(Under { begun: state.begun, thread: state.thread })
    }

    /// The thread waits for a job, and has not been told that there is one.
    #[cfg(test)]
    pub fn is_asleep(&self) -> bool {
        self.state.lock().asleep
    }

    /// No job waits here.
    pub fn is_empty(&self) -> bool {
        self.state.lock().jobs.is_empty()
    }
}

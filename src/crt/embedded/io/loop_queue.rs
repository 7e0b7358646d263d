//! What one event loop has to do, in which order: tasks due now in the order they came, later ones by time.
//!
//! The queue belongs to one thread, which runs [`Queue::run`]; anybody may add to it. When it is told to stop, what
//! is left runs at once with the status "canceled", on the same thread, and so does what those tasks add.

use std::collections::{BTreeMap, VecDeque};
use std::thread::{self, ThreadId};
use std::time::Duration;

use crate::sync::{Condvar, Mutex};
use once_cell::sync::OnceCell;

/// Whether a task runs because it is due or because the loop ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Ready,
    Canceled,
}

pub type Run = Box<dyn FnOnce(Status) + Send>;

/// Finds a task again; 0 for those that nobody will cancel.
pub type Identity = usize;

struct Entry {
    identity: Identity,
    run: Run,
}

/// The tasks of one loop.
pub struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    thread: OnceCell<ThreadId>,
    now_ns: Box<dyn Fn() -> u64 + Send + Sync>,
}

#[derive(Default)]
struct State {
    ready: VecDeque<Entry>,
    /// By time, then in the order they came.
    later: BTreeMap<(u64, u64), Entry>,
    added: u64,
    stopping: bool,
    closed: bool,
}

impl Queue {
    pub fn new(now_ns: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        Self {
            state: Mutex::default(),
            changed: Condvar::new(),
            thread: OnceCell::new(),
            now_ns: Box::new(now_ns),
        }
    }

    pub fn now_ns(&self) -> u64 {
        (self.now_ns)()
    }

    pub fn is_on_its_thread(&self) -> bool {
        self.thread.get() == Some(&thread::current().id())
    }

    /// Adds a task, for now or for a time of this queue's clock. A queue that has ended cancels it at once.
    pub fn add(&self, at_ns: Option<u64>, identity: Identity, run: Run) {
        {
            let mut state = self.state.lock();
            if !state.closed {
                let entry = Entry { identity, run };
                match at_ns {
                    None => state.ready.push_back(entry),
                    Some(at_ns) => {
                        state.added += 1;
                        let key = (at_ns, state.added);
                        state.later.insert(key, entry);
                    }
                }
                self.changed.notify_one();
                return;
            }
        }
        run(Status::Canceled);
    }

    /// Takes a task out and runs it as canceled, on this thread; one that is not queued stays alone.
    pub fn cancel(&self, identity: Identity) {
        let entry = {
            let mut state = self.state.lock();
            if let Some(index) = state.ready.iter().position(|entry| entry.identity == identity) {
                state.ready.remove(index)
            } else {
                let key = state.later.iter().find(|(_, entry)| entry.identity == identity);
                let key = key.map(|(key, _)| *key);
                key.and_then(|key| state.later.remove(&key))
            }
        };
        if let Some(entry) = entry {
            (entry.run)(Status::Canceled);
        }
    }

    /// Ends [`run`](Self::run) after the task that it is in.
    pub fn stop(&self) {
        self.state.lock().stopping = true;
        self.changed.notify_one();
    }

    /// Runs tasks on this thread until told to stop, then cancels the rest.
    pub fn run(&self) {
        let _ = self.thread.set(thread::current().id());
        while let Some(entry) = self.next_due() {
            (entry.run)(Status::Ready);
        }
        while let Some(entry) = self.next_left() {
            (entry.run)(Status::Canceled);
        }
    }

    fn next_due(&self) -> Option<Entry> {
        let mut state = self.state.lock();
        loop {
            if state.stopping {
                return None;
            }
            let now_ns = self.now_ns();
            while let Some(first) = state.later.first_entry()
                && first.key().0 <= now_ns
            {
                let entry = first.remove();
                state.ready.push_back(entry);
            }
            if let Some(entry) = state.ready.pop_front() {
                return Some(entry);
            }
            match state.later.keys().next() {
                None => self.changed.wait(&mut state),
                Some((at_ns, _)) => {
                    let wait =
                        Duration::from_nanos(at_ns.saturating_sub(now_ns).min(LONGEST_WAIT_NS));
                    self.changed.wait_for(&mut state, wait);
                }
            }
        }
    }

    fn next_left(&self) -> Option<Entry> {
        let mut state = self.state.lock();
        if let Some(entry) = state.ready.pop_front() {
            return Some(entry);
        }
        let entry = state.later.pop_first().map(|(_, entry)| entry);
        state.closed = entry.is_none();
        entry
    }
}

/// An hour; a wait may always end early.
const LONGEST_WAIT_NS: u64 = 3_600_000_000_000;

#[cfg(test)]
mod tests {
    use std::sync::{Arc, mpsc};

    use super::*;
    use crate::clock::monotonic_ns;

    fn recorder(sender: &mpsc::Sender<(u32, Status)>, number: u32) -> Run {
        let sender = sender.clone();
        Box::new(move |status| sender.send((number, status)).unwrap())
    }

    #[test]
    fn tasks_run_in_order_of_time_and_then_of_arrival() {
        let queue = Arc::new(Queue::new(monotonic_ns));
        let (sender, receiver) = mpsc::channel();
        let soon = monotonic_ns() + 20_000_000;
        queue.add(Some(soon + 1), 0, recorder(&sender, 4));
        queue.add(Some(soon), 0, recorder(&sender, 2));
        queue.add(Some(soon), 0, recorder(&sender, 3));
        queue.add(None, 0, recorder(&sender, 0));
        queue.add(Some(0), 0, recorder(&sender, 1));
        let inner = Arc::clone(&queue);
        let thread = thread::spawn(move || inner.run());
        for number in 0..5 {
            assert_eq!(receiver.recv().unwrap(), (number, Status::Ready));
        }
        assert!(monotonic_ns() > soon);
        queue.stop();
        thread.join().unwrap();
    }

    #[test]
    fn stopping_cancels_what_is_left_and_what_comes_after() {
        let queue = Arc::new(Queue::new(|| 0));
        let (sender, receiver) = mpsc::channel();
        queue.add(None, 0, recorder(&sender, 0));
        queue.add(Some(1), 0, recorder(&sender, 1));
        queue.stop();
        queue.run();
        queue.add(None, 0, recorder(&sender, 2));
        drop(sender);
        let seen: Vec<_> = receiver.iter().collect();
        assert_eq!(seen, [0, 1, 2].map(|number| (number, Status::Canceled)));
        assert!(queue.is_on_its_thread());
    }

    #[test]
    fn a_canceled_task_runs_once_as_canceled() {
        let queue = Queue::new(|| 0);
        let (sender, receiver) = mpsc::channel();
        queue.add(None, 7, recorder(&sender, 7));
        queue.add(Some(5), 8, recorder(&sender, 8));
        queue.cancel(8);
        queue.cancel(7);
        queue.cancel(7);
        queue.stop();
        queue.run();
        drop(sender);
        let seen: Vec<_> = receiver.iter().collect();
        assert_eq!(seen, [(8, Status::Canceled), (7, Status::Canceled)]);
    }
}

//! A cell that is filled once and tells one listener: what every C future is underneath.
//!
//! The first completion wins, the others get their value back. At most one callback waits; it runs on the completing
//! thread, or at once on the registering thread when the cell is already full, and never under the cell's lock, so it
//! may do anything with the cell, including dropping it.

use std::time::{Duration, Instant};

use crate::sync::{Condvar, Mutex};

type Callback = Box<dyn FnOnce() + Send>;

/// See the [module](self).
pub struct Oneshot<T> {
    state: Mutex<State<T>>,
    completed: Condvar,
}

struct State<T> {
    done: bool,
    value: Option<T>,
    callback: Option<Callback>,
}

/// What became of a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// It will run when the cell is completed.
    Waiting,
    /// The cell was complete already.
    Done,
    /// Another callback waits already; this one is dropped.
    Refused,
}

impl<T> Default for Oneshot<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Oneshot<T> {
    pub fn new() -> Self {
        let state = State { done: false, value: None, callback: None };
        Self { state: Mutex::new(state), completed: Condvar::new() }
    }

    /// Completes the cell and runs the callback, or hands the value back when somebody was faster.
    pub fn set(&self, value: T) -> Result<(), T> {
        let callback = {
            let mut state = self.state.lock();
            if state.done {
                return Err(value);
            }
            state.done = true;
            state.value = Some(value);
            self.completed.notify_all();
            state.callback.take()
        };
        if let Some(callback) = callback {
            callback();
        }
        Ok(())
    }

    /// Runs `callback` once the cell is complete, at once if it is.
    pub fn register(&self, callback: impl FnOnce() + Send + 'static) -> Registration {
        let mut callback = Some(callback);
        let registration = self.register_waiting(&mut callback);
        if registration == Registration::Done
            && let Some(callback) = callback
        {
            callback();
        }
        registration
    }

    /// As [`register`](Self::register), but a complete cell does not run the callback.
    pub fn register_if_not_done(&self, callback: impl FnOnce() + Send + 'static) -> Registration {
        self.register_waiting(&mut Some(callback))
    }

    /// Takes the callback if the cell can still keep it. A complete cell has forgotten whom it told, so that it can be
    /// asked for ever.
    fn register_waiting<F: FnOnce() + Send + 'static>(
        &self,
        callback: &mut Option<F>,
    ) -> Registration {
        let mut state = self.state.lock();
        if state.done {
            return Registration::Done;
        }
        if state.callback.is_some() {
            return Registration::Refused;
        }
        state.callback = callback.take().map(|callback| Box::new(callback) as Callback);
        Registration::Waiting
    }

    pub fn is_done(&self) -> bool {
        self.state.lock().done
    }

    /// Blocks until the cell is complete or the time is over; says whether it is complete.
    pub fn wait(&self, timeout_ns: u64) -> bool {
        let deadline = Instant::now().checked_add(Duration::from_nanos(timeout_ns));
        let mut state = self.state.lock();
        while !state.done {
            match deadline {
                None => self.completed.wait(&mut state),
                Some(deadline) => {
                    if self.completed.wait_until(&mut state, deadline).timed_out() {
                        return state.done;
                    }
                }
            }
        }
        true
    }

    /// Moves the value out; later calls find nothing, though the cell stays complete.
    pub fn take(&self) -> Option<T> {
        self.state.lock().value.take()
    }

    /// Looks at the value while it is there. The look happens under the lock and must not use the cell.
    pub fn peek<R>(&self, look: impl FnOnce(&T) -> R) -> Option<R> {
        self.state.lock().value.as_ref().map(look)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn the_first_completion_wins() {
        let cell = Oneshot::new();
        assert!(!cell.is_done());
        assert_eq!(cell.peek(|value| *value), None);
        assert_eq!(cell.set("first"), Ok(()));
        assert_eq!(cell.set("second"), Err("second"));
        assert_eq!(cell.peek(|value| *value), Some("first"));
        assert_eq!(cell.take(), Some("first"));
        assert_eq!(cell.take(), None);
        assert!(cell.is_done());
    }

    #[test]
    fn one_callback_runs_once_and_outside_the_lock() {
        let cell = Arc::new(Oneshot::new());
        let seen = Arc::new(AtomicU32::new(0));
        let (inner, count) = (Arc::clone(&cell), Arc::clone(&seen));
        let registration = cell.register(move || {
            count.fetch_add(inner.take().unwrap_or(100), Ordering::Relaxed);
        });
        assert_eq!(registration, Registration::Waiting);
        assert_eq!(cell.register(|| panic!("second callback")), Registration::Refused);
        assert_eq!(cell.set(7), Ok(()));
        assert_eq!(cell.set(8), Err(8));
        assert_eq!(seen.load(Ordering::Relaxed), 7);
        assert_eq!(cell.register_if_not_done(|| panic!("is done")), Registration::Done);
        assert_eq!(cell.register(|| ()), Registration::Done);
    }

    #[test]
    fn a_late_callback_runs_at_once_and_a_conditional_one_does_not() {
        let cell = Oneshot::new();
        cell.set(()).unwrap();
        assert_eq!(cell.register_if_not_done(|| panic!("is done")), Registration::Done);
        let seen = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&seen);
        let registration = cell.register(move || {
            count.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!(registration, Registration::Done);
        assert_eq!(seen.load(Ordering::Relaxed), 1);
        assert_eq!(cell.register(|| ()), Registration::Done);
    }

    #[test]
    fn waiting_ends_with_the_completion_or_with_the_time() {
        let cell = Arc::new(Oneshot::new());
        assert!(!cell.wait(1_000_000));
        let inner = Arc::clone(&cell);
        let thread = thread::spawn(move || inner.wait(u64::MAX));
        cell.set(()).unwrap();
        assert!(thread.join().unwrap());
        assert!(cell.wait(0));
    }
}

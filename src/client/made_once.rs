//! A value made when it is first needed, by code of the caller's that may fail, and then be tried again.
//!
//! No lock is held while it is made: others who need the value wait, and whoever comes back from inside the making is
//! refused instead of waiting for itself.

use std::thread::{self, ThreadId};

use crate::sync::{Condvar, Mutex};

use crate::error::{Code, Result};

pub(super) struct MadeOnce<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

enum State<T> {
    Unmade,
    Making(ThreadId),
    Made(T),
}

/// Lets the next one try if the making does not come to its end.
struct Attempt<'a, T> {
    of: &'a MadeOnce<T>,
    made: Option<T>,
}

impl<T> Default for MadeOnce<T> {
    fn default() -> Self {
        Self { state: Mutex::new(State::Unmade), changed: Condvar::new() }
    }
}

impl<T: Clone> MadeOnce<T> {
    /// The value; `make` runs if there is none yet. `INVALID_STATE` when this is called by `make`.
    pub fn get(&self, make: impl FnOnce() -> Result<T>) -> Result<T> {
        let this_thread = thread::current().id();
        let mut state = self.state.lock();
        loop {
            match &*state {
                State::Made(value) => return Ok(value.clone()),
                State::Making(by) if *by == this_thread => return Err(Code::INVALID_STATE.into()),
                State::Making(_) => self.changed.wait(&mut state),
                State::Unmade => break,
            }
        }
        *state = State::Making(this_thread);
        drop(state);
        let mut attempt = Attempt { of: self, made: None };
        let value = make()?;
        attempt.made = Some(value.clone());
        Ok(value)
    }
}

impl<T> Drop for Attempt<'_, T> {
    fn drop(&mut self) {
        *self.of.state.lock() = self.made.take().map_or(State::Unmade, State::Made);
        self.of.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    #[test]
    fn failures_are_tried_again_and_successes_kept() {
        let once = MadeOnce::default();
        let failed = once.get(|| Err(Code::OOM.into()));
        assert_eq!(failed.expect_err("passed on").code(), Code::OOM);
        assert_eq!(once.get(|| Ok(1)).expect("made"), 1);
        assert_eq!(once.get(|| Ok(2)).expect("kept"), 1);
    }

    #[test]
    fn coming_back_from_inside_is_refused() {
        let once = MadeOnce::default();
        let inner = || once.get(|| Ok(1)).expect_err("would wait for itself").code();
        let outer = once.get(|| {
            assert_eq!(inner(), Code::INVALID_STATE);
            Ok(2)
        });
        assert_eq!(outer.expect("made"), 2);
    }

    #[test]
    fn several_at_a_time_make_one() {
        let (once, calls) = (MadeOnce::default(), AtomicUsize::new(0));
        let make = || {
            thread::sleep(Duration::from_millis(20));
            Ok(calls.fetch_add(1, Ordering::Relaxed))
        };
        thread::scope(|scope| {
            let get = || once.get(make).expect("made");
            let all: Vec<_> = (0..4).map(|_| scope.spawn(get)).collect();
            assert!(all.into_iter().all(|it| it.join().expect("ended") == 0));
        });
        assert_eq!(calls.into_inner(), 1);
    }
}

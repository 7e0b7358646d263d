//! A value that somebody waits for: completed once, fetched once, by whoever is first.
//!
//! The state of a future without the object around it. `T` is what is promised, `L` the locks, so that a model checker
//! can drive the very same code with locks of its own. Nothing is called and nothing dropped while the lock is held:
//! what is left to do comes back to the caller.

use std::task::{Context, Poll, Waker};

use crate::sync::{Lock, Locks, Plain};

use crate::error::{Code, Result};

pub struct Promise<T, L: Locks = Plain> {
    state: L::Mutex<State<T>>,
}

pub struct State<T> {
    outcome: Option<Result<(), Code>>,
    /// Until it is fetched; never there when the promise was completed with nothing.
    value: Option<T>,
    listener: Listener,
    /// Told when the promise is broken by another than the one who made it.
    maker: Option<Call>,
}

type Call = Box<dyn FnOnce() + Send>;

/// Who is told of the completion.
#[derive(Default)]
enum Listener {
    #[default]
    Nobody,
    /// A task of the library; only the last one that asked.
    Task(Waker),
    /// C code, of which one may wait.
    Callback(Call),
}

/// What became of a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// It runs at completion, on the completing thread.
    Waiting,
    /// The future is complete; the callback was dropped.
    Complete,
    /// A callback waits already; this one was dropped.
    Refused,
}

/// Those to tell of a completion.
#[must_use = "somebody waits"]
pub struct Completed {
    listener: Listener,
    maker: Option<Call>,
}

impl Completed {
    pub fn tell(self) {
        match self.listener {
            Listener::Task(waker) => waker.wake(),
            Listener::Callback(callback) => callback(),
            Listener::Nobody => {}
        }
        if let Some(maker) = self.maker {
            maker();
        }
    }
}

impl<T> State<T> {
    pub fn is_done(&self) -> bool {
        self.outcome.is_some()
    }
}

impl<T, L: Locks> Promise<T, L> {
    pub fn new() -> Self {
        let (outcome, value, listener, maker) = (None, None, Listener::Nobody, None);
        Self { state: Lock::new(State { outcome, value, listener, maker }) }
    }

    /// Completes it, unless somebody was faster: then there is nobody to tell, and the value is dropped.
    pub fn complete(&self, outcome: Result<Option<T>, Code>) -> Option<Completed> {
        let mut state = self.state.lock();
        if state.outcome.is_some() {
            drop(state);
            return None;
        }
        let broken = outcome.is_err();
        match outcome {
            Ok(value) => {
                state.outcome = Some(Ok(()));
                state.value = value;
            }
            Err(Code::SUCCESS) => state.outcome = Some(Err(Code::UNKNOWN)),
            Err(code) => state.outcome = Some(Err(code)),
        }
        let listener = std::mem::take(&mut state.listener);
        let maker = state.maker.take();
        drop(state);
        Some(Completed { listener, maker: maker.filter(|_| broken) })
    }

    /// Has `maker` called when somebody breaks the promise; drops it when the promise is kept, or complete already.
    pub fn when_broken(&self, maker: impl FnOnce() + Send + 'static) {
        let maker: Call = Box::new(maker);
        let mut state = self.state.lock();
        if state.outcome.is_none() {
            state.maker = Some(maker);
        }
    }

    pub fn is_done(&self) -> bool {
        self.state.lock().is_done()
    }

    /// How it ended; `None` before completion.
    pub fn outcome(&self) -> Option<Result<(), Code>> {
        self.state.lock().outcome
    }

    /// Fetches the value, once.
    pub fn take(&self) -> Option<T> {
        self.state.lock().value.take()
    }

    /// Looks at the value, as long as nobody fetched it.
    pub fn peek<V>(&self, look: impl FnOnce(&T) -> V) -> Option<V> {
        self.state.lock().value.as_ref().map(look)
    }

    /// Has the callback run at completion. A complete promise does not run it, and does not count it either.
    pub fn register(&self, callback: impl FnOnce() + Send + 'static) -> Registration {
        let callback: Call = Box::new(callback);
        let mut state = self.state.lock();
        if state.outcome.is_some() {
            return Registration::Complete;
        }
        if matches!(state.listener, Listener::Callback(_)) {
            return Registration::Refused;
        }
        state.listener = Listener::Callback(callback);
        Registration::Waiting
    }

    /// One step of awaiting.
    pub fn poll(&self, context: &mut Context<'_>) -> Poll<Result<Option<T>, Code>> {
        let mut state = self.state.lock();
        match state.outcome {
            Some(outcome) => Poll::Ready(outcome.map(|()| state.value.take())),
            None => {
                let listener = Listener::Task(context.waker().clone());
                let before = std::mem::replace(&mut state.listener, listener);
                drop(state);
                drop(before);
                Poll::Pending
            }
        }
    }

    pub fn lock(&self) -> <L::Mutex<State<T>> as Lock<State<T>>>::Guard<'_> {
        self.state.lock()
    }
}

//! How many large bodies move at a time, of those that could: as many as help, the oldest request first.
//!
//! All requests that permits allow are on the wire, so that no answer is waited for longer than need be. But each body
//! takes a buffer from its first byte to its last, and many that move a little at a time hold many buffers for long. So
//! bodies are admitted one after the other, and the rest wait in the buffers of the system. How many at a time are
//! enough is for [`Climb`] to find out.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use crate::sync::Mutex;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::climb::{Climb, TICK};

/// Smaller bodies are not worth the question.
pub const LARGE_BYTES: u64 = 1024 * 1024;

/// Who has waited so long is admitted whatever the number, so that none waits for others that do not get on.
const PATIENCE: Duration = Duration::from_secs(1);

/// See the [module](self).
pub struct Admission {
    moved: AtomicU64,
    state: Mutex<State>,
}

struct State {
    climb: Climb,
    /// Passes that are taken.
    open: usize,
    /// Who waits, by the age of the request.
    waiting: BTreeMap<usize, oneshot::Sender<Pass>>,
    /// The numbers are looked at in regular intervals, the last time then, when so much had moved.
    ticking: bool,
    looked: Instant,
    moved: u64,
}

/// The right to move a body, for as long as it is held.
pub struct Pass {
    admission: Arc<Admission>,
}

/// One body on its way to a pass.
#[derive(Default)]
pub enum Turn {
    /// Nobody asked for one.
    #[default]
    Free,
    Waiting(Pin<Box<dyn Future<Output = Pass> + Send>>),
    Admitted(Pass),
}

impl Admission {
    /// For so many at a time at least and at most.
    pub fn new(least: usize, most: usize) -> Arc<Self> {
        let state = State {
            climb: Climb::new(least, most),
            open: 0,
            waiting: BTreeMap::new(),
            ticking: false,
            looked: Instant::now(),
            moved: 0,
        };
        Arc::new(Self { moved: AtomicU64::new(0), state: Mutex::new(state) })
    }

    /// Whether the next one would have to wait.
    pub fn is_crowded(&self) -> bool {
        let state = self.state.lock();
        state.open >= state.climb.limit()
    }

    /// A pass for the request that is `age`th, or a place in the queue.
    fn enter(self: &Arc<Self>, age: usize) -> Result<Pass, oneshot::Receiver<Pass>> {
        let mut state = self.state.lock();
        if state.open < state.climb.limit() {
            state.open += 1;
            return Ok(Pass { admission: self.clone() });
        }
        let (sender, receiver) = oneshot::channel();
        state.waiting.insert(age, sender);
        if !std::mem::replace(&mut state.ticking, true) {
            (state.looked, state.moved) = (Instant::now(), self.moved.load(Ordering::Relaxed));
            tokio::spawn(watch(self.clone()));
        }
        Err(receiver)
    }

    /// A pass whatever the number.
    fn enter_now(self: Arc<Self>) -> Pass {
        self.state.lock().open += 1;
        Pass { admission: self }
    }

    /// Hands passes to those that [`State::serve`] has counted. Must not be called under the lock: the pass of a
    /// request that has gone away comes back at once.
    fn grant(self: &Arc<Self>, served: Vec<oneshot::Sender<Pass>>) {
        for next in served {
            let _ = next.send(Pass { admission: self.clone() });
        }
    }
}

impl State {
    /// Counts the passes there are for those who wait, and says who gets them.
    fn serve(&mut self) -> Vec<oneshot::Sender<Pass>> {
        let mut served = Vec::new();
        while self.open < self.climb.limit()
            && let Some((_, next)) = self.waiting.pop_first()
        {
            self.open += 1;
            served.push(next);
        }
        served
    }
}

/// Looks at what moves in regular intervals while anybody waits.
async fn watch(admission: Arc<Admission>) {
    loop {
        tokio::time::sleep(TICK).await;
        let mut state = admission.state.lock();
        state.waiting.retain(|_, waiting| !waiting.is_closed());
        if state.waiting.is_empty() && !state.climb.is_trying() {
            state.ticking = false;
            return;
        }
        let (now, moved) = (Instant::now(), admission.moved.load(Ordering::Relaxed));
        let (bytes, passed) = (moved - state.moved, now - state.looked);
        state.climb.tick(bytes, passed);
        (state.looked, state.moved) = (now, moved);
        let served = state.serve();
        drop(state);
        admission.grant(served);
    }
}

impl Turn {
    /// Takes a pass, or a place in the queue. Of two requests the one with the smaller `age` is served first.
    pub fn take(admission: &Arc<Admission>, age: usize) -> Self {
        let receiver = match admission.enter(age) {
            Ok(pass) => return Self::Admitted(pass),
            Err(receiver) => receiver,
        };
        let admission = admission.clone();
        Self::Waiting(Box::pin(async move {
            match tokio::time::timeout(PATIENCE, receiver).await {
                Ok(Ok(pass)) => pass,
                _ => admission.enter_now(),
            }
        }))
    }

    pub fn is_waiting(&self) -> bool {
        matches!(self, Self::Waiting(_))
    }

    /// Waits until the turn has come.
    pub async fn admitted(mut self) -> Option<Pass> {
        std::future::poll_fn(|cx| self.poll(cx)).await;
        match self {
            Self::Admitted(pass) => Some(pass),
            Self::Free | Self::Waiting(_) => None,
        }
    }

    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Self::Waiting(entering) = self {
            *self = Self::Admitted(ready!(entering.as_mut().poll(cx)));
        }
        Poll::Ready(())
    }

    /// So many more bytes have moved.
    pub fn moved(&self, bytes: u64) {
        if let Self::Admitted(pass) = self {
            pass.moved(bytes);
        }
    }
}

impl Pass {
    /// So many more bytes have moved.
    pub fn moved(&self, bytes: u64) {
        self.admission.moved.fetch_add(bytes, Ordering::Relaxed);
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let mut state = self.admission.state.lock();
        state.open -= 1;
        if state.open == 0 && state.waiting.is_empty() {
            // Who comes after a pause may find another network.
            state.climb.reset();
        }
        let served = state.serve();
        drop(state);
        self.admission.grant(served);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(test: impl Future<Output = ()>) {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        // Time passes when nothing else is left to do.
        let runtime = runtime.enable_time().start_paused(true).build().expect("a runtime");
        let bounded = async { tokio::time::timeout(60 * PATIENCE, test).await };
        runtime.block_on(bounded).expect("somebody waits for ever");
    }

    #[test]
    fn the_oldest_request_is_next() {
        run(async {
            let admission = Admission::new(1, 1);
            let first = Turn::take(&admission, 1);
            assert!(!first.is_waiting() && admission.is_crowded());
            let (mut third, second) = (Turn::take(&admission, 3), Turn::take(&admission, 2));
            assert!(third.is_waiting() && second.is_waiting());
            drop(first);
            let second = second.admitted().await;
            let third_turn = std::future::poll_fn(|cx| third.poll(cx));
            assert!(tokio::time::timeout(PATIENCE / 4, third_turn).await.is_err());
            drop(second);
            assert!(third.admitted().await.is_some());
            assert!(!admission.is_crowded());
        });
    }

    #[test]
    fn who_gives_up_leaves_nothing_behind() {
        run(async {
            let admission = Admission::new(1, 1);
            let first = Turn::take(&admission, 1);
            let mut others: Vec<_> = (2..10).map(|age| Turn::take(&admission, age)).collect();
            let last = Turn::take(&admission, 10);
            // Some go before they are served, one after it was and before it knows.
            others.truncate(1);
            drop(first);
            drop(others);
            let last = last.admitted().await;
            assert_eq!(admission.state.lock().open, 1);
            drop(last);
            assert_eq!(admission.state.lock().open, 0);
        });
    }

    #[test]
    fn nobody_waits_for_ever() {
        run(async {
            let admission = Admission::new(1, 1);
            let _stuck = Turn::take(&admission, 1);
            let begun = Instant::now();
            let second = Turn::take(&admission, 2).admitted().await;
            assert!(begun.elapsed() >= PATIENCE);
            drop(second);
            assert_eq!(admission.state.lock().open, 1);
        });
    }

    #[test]
    fn a_standstill_opens_up() {
        run(async {
            let admission = Admission::new(2, 16);
            let _stuck: Vec<_> = (0..2).map(|age| Turn::take(&admission, age)).collect();
            let begun = Instant::now();
            let turns: Vec<_> = (2..16).map(|age| Turn::take(&admission, age)).collect();
            let mut passes = Vec::new();
            for turn in turns {
                passes.push(turn.admitted().await);
            }
            assert!(begun.elapsed() < PATIENCE / 2, "{:?}", begun.elapsed());
        });
    }

    #[test]
    fn the_watch_ends_with_the_last_who_waits() {
        run(async {
            let admission = Admission::new(1, 1);
            let first = Turn::take(&admission, 1);
            drop(Turn::take(&admission, 2));
            tokio::time::sleep(TICK * 2).await;
            assert!(!admission.state.lock().ticking);
            drop(first);
            assert_eq!(Arc::strong_count(&admission), 1);
        });
    }
}

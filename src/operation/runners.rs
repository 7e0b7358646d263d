//! The tasks of a worker that carry meta requests from start to end, each of them one after the other.
//!
//! Making a task costs a good part of what a small request does, so tasks are kept: who comes to the end of one meta
//! request takes the next that waits, or goes to sleep, and who went to sleep last is called first, as its memory is
//! the warmest. Only one is called at a time from other threads, as the worker may have to be woken for that; it calls
//! the next one there.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use tokio::runtime::Handle;

use crate::sync::Mutex;

/// Tasks that are kept for later in any case.
const FEW: usize = 64;

/// So many ends of meta requests make the number of tasks that are kept one less, as far as they are not needed.
const ENDS: usize = 64;

/// What is carried. Should it be dropped on the way, it sees to its end itself.
pub trait Carry: Send + 'static {
    fn carry(self) -> impl Future<Output = ()> + Send;
}

/// Those of one worker.
pub struct Runners<T>(Arc<Shared<T>>);

struct Shared<T> {
    worker: Handle,
    state: Mutex<State<T>>,
}

struct State<T> {
    waiting: VecDeque<T>,
    /// In the order in which they fell asleep.
    idle: Vec<(u64, Waker)>,
    /// The number of who is on the way to those who wait. As long as anybody waits, somebody is.
    called: Option<u64>,
    /// The worker has ended, and its tasks with it.
    over: bool,
    begun: u64,
    alive: usize,
    /// How many have worked at a time, lately; counted in [`ENDS`].
    needed: usize,
}

/// One task.
struct Runner<T> {
    shared: Arc<Shared<T>>,
    number: u64,
    step: Step,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Until it is called or dismissed.
    Idle,
    Working,
    Over,
}

impl<T: Carry> Runners<T> {
    pub fn on(worker: Handle) -> Self {
        let state = State {
            waiting: VecDeque::new(),
            idle: Vec::new(),
            called: None,
            over: false,
            begun: 0,
            alive: 0,
            needed: 0,
        };
        Self(Arc::new(Shared { worker, state: Mutex::new(state) }))
    }

    /// Ends the tasks that have nothing to do.
    pub fn dismiss(&self) {
        let mut state = self.0.state.lock();
        let idle = std::mem::take(&mut state.idle);
        state.needed = 0;
        drop(state);
        idle.into_iter().for_each(|(_, waker)| waker.wake());
    }

    pub fn start(&self, carried: T) {
        let mut state = self.0.state.lock();
        if !state.over {
            state.waiting.push_back(carried);
            let call = self.0.call(&mut state);
            drop(state);
            call.ring();
        }
    }
}

/// Who is to be called, once the lock is released: who is woken needs it at once.
enum Call<T> {
    Nobody,
    Idle(Waker),
    New(Runner<T>),
}

impl<T: Carry> Call<T> {
    fn ring(self) {
        match self {
            Self::Nobody => {}
            Self::Idle(waker) => waker.wake(),
            Self::New(runner) => {
                let worker = runner.shared.worker.clone();
                drop(worker.spawn(runner.run()));
            }
        }
    }
}

impl<T: Carry> Shared<T> {
    /// Somebody for those who wait, unless somebody has been called.
    fn call(self: &Arc<Self>, state: &mut State<T>) -> Call<T> {
        if state.called.is_some() || state.waiting.is_empty() {
            return Call::Nobody;
        }
        if let Some((number, waker)) = state.idle.pop() {
            state.called = Some(number);
            return Call::Idle(waker);
        }
        state.begun += 1;
        state.alive += 1;
        state.called = Some(state.begun);
        Call::New(Runner { shared: self.clone(), number: state.begun, step: Step::Idle })
    }
}

impl<T: Carry> Runner<T> {
    async fn run(mut self) {
        while let Some(next) = poll_fn(|cx| self.poll_next(cx)).await {
            self.step = Step::Working;
            next.carry().await;
        }
    }

    /// The next meta request; none for a task that is not needed any more.
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let mut state = self.shared.state.lock();
        if self.step == Step::Idle && state.called.take_if(|it| *it == self.number).is_none() {
            if state.idle.iter().any(|(number, _)| *number == self.number) {
                // Woken by something that its last meta request has left behind.
                return Poll::Pending;
            }
            self.step = Step::Over;
            return Poll::Ready(None);
        }
        if let Some(next) = state.waiting.pop_front() {
            let call = self.shared.call(&mut state);
            drop(state);
            call.ring();
            return Poll::Ready(Some(next));
        }
        let working = state.alive - state.idle.len();
        state.needed = state.needed.saturating_sub(1).max(working * ENDS);
        if state.idle.len() >= FEW.max(state.needed / ENDS) {
            self.step = Step::Over;
            return Poll::Ready(None);
        }
        self.step = Step::Idle;
        // It stays the same for as long as the task does.
        state.idle.push((self.number, cx.waker().clone()));
        Poll::Pending
    }
}

impl<T> Drop for Runner<T> {
    /// Who waits is dropped only with the worker.
    fn drop(&mut self) {
        let mut state = self.shared.state.lock();
        state.alive -= 1;
        if self.step == Step::Idle {
            state.over = true;
            let left = (std::mem::take(&mut state.waiting), std::mem::take(&mut state.idle));
            drop(state);
            drop(left);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::runtime::{Builder, Runtime};
    use tokio::sync::{Notify, oneshot};

    use super::*;

    /// Waits until it is let go, and says how it ended.
    struct Job {
        go: Arc<Notify>,
        ended: Option<oneshot::Sender<&'static str>>,
        panics: bool,
    }

    impl Carry for Job {
        async fn carry(mut self) {
            self.go.notified().await;
            assert!(!self.panics, "on purpose");
            let _ = self.ended.take().expect("there").send("carried");
        }
    }

    impl Drop for Job {
        fn drop(&mut self) {
            if let Some(ended) = self.ended.take() {
                let _ = ended.send("dropped");
            }
        }
    }

    fn job(go: &Arc<Notify>, panics: bool) -> (Job, oneshot::Receiver<&'static str>) {
        let (ended, end) = oneshot::channel();
        (Job { go: go.clone(), ended: Some(ended), panics }, end)
    }

    fn worker() -> (Runtime, Runners<Job>) {
        let runtime = Builder::new_current_thread().build().expect("a runtime");
        let runners = Runners::on(runtime.handle().clone());
        (runtime, runners)
    }

    /// Carries so many at the same time; says how they ended.
    fn carry(runtime: &Runtime, runners: &Runners<Job>, count: usize) -> Vec<&'static str> {
        let go = Arc::new(Notify::new());
        let ends: Vec<_> = (0..count)
            .map(|_| {
                let (job, end) = job(&go, false);
                runners.start(job);
                end
            })
            .collect();
        runtime.block_on(async {
            while !runners.0.state.lock().waiting.is_empty() {
                tokio::task::yield_now().await;
            }
            go.notify_waiters();
            let mut told = Vec::new();
            for end in ends {
                told.push(end.await.expect("told"));
            }
            told
        })
    }

    fn counts(runners: &Runners<Job>) -> (u64, usize, usize) {
        let state = runners.0.state.lock();
        (state.begun, state.alive, state.idle.len())
    }

    fn settle(runtime: &Runtime) {
        runtime.block_on(async {
            for _ in 0..4 {
                tokio::task::yield_now().await;
            }
        });
    }

    #[test]
    fn tasks_are_used_again() {
        let (runtime, runners) = worker();
        for _ in 0..5 {
            assert_eq!(carry(&runtime, &runners, 3), ["carried"; 3]);
        }
        settle(&runtime);
        assert_eq!(counts(&runners), (3, 3, 3));
        runners.dismiss();
        settle(&runtime);
        assert_eq!(counts(&runners), (3, 0, 0));
        assert_eq!(carry(&runtime, &runners, 1), ["carried"]);
        assert_eq!(counts(&runners).0, 4);
    }

    #[test]
    fn many_are_kept_for_as_long_as_many_are_needed() {
        let (runtime, runners) = worker();
        for _ in 0..2 {
            carry(&runtime, &runners, 4 * FEW);
            settle(&runtime);
        }
        let (begun, alive, _) = counts(&runners);
        assert!(begun < 5 * FEW as u64 && alive > 3 * FEW, "{begun} {alive}");
        for _ in 0..4 * FEW * ENDS {
            carry(&runtime, &runners, 1);
        }
        settle(&runtime);
        assert_eq!(counts(&runners), (begun, FEW, FEW));
    }

    #[test]
    fn a_panic_takes_no_other_with_it() {
        let (runtime, runners) = worker();
        let go = Arc::new(Notify::new());
        let (job, end) = job(&go, true);
        runners.start(job);
        settle(&runtime);
        go.notify_waiters();
        assert_eq!(runtime.block_on(end), Ok("dropped"));
        assert_eq!(carry(&runtime, &runners, 2), ["carried"; 2]);
        settle(&runtime);
        assert_eq!(counts(&runners), (3, 2, 2));
    }

    #[test]
    fn nobody_is_left_when_the_worker_ends() {
        for runs_before in [false, true] {
            let (runtime, runners) = worker();
            if runs_before {
                carry(&runtime, &runners, 2);
                settle(&runtime);
            }
            let go = Arc::new(Notify::new());
            let (waits, its_end) = job(&go, false);
            runners.start(waits);
            drop(runtime);
            let (late, late_end) = job(&go, false);
            runners.start(late);
            for mut end in [its_end, late_end] {
                assert_eq!(end.try_recv(), Ok("dropped"), "{runs_before}");
            }
            assert_eq!(counts(&runners).1, 0);
        }
    }
}

//! The thread on which a provider fetches credentials from disk and network.
//!
//! It is started by the first fetch through the CRT, so that callbacks of the program may use
//! at-exit hooks on it, and it ends when there has been nothing to do for a while: a provider that is
//! never released does not keep the library's clean-up waiting.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use crate::crt::thread;
use crate::error::{Code, Result};
use crate::log;
use crate::os::Quiet;

const IDLE: Duration = Duration::from_secs(1);

pub(super) type Job = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Where jobs for the running thread go; None while there is none.
#[derive(Default)]
struct Slot(Mutex<Option<UnboundedSender<Job>>>);

impl Slot {
    fn lock(&self) -> MutexGuard<'_, Option<UnboundedSender<Job>>> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// A thread when there is need for one. Dropping it lets the jobs under way finish.
#[derive(Default)]
pub(super) struct Courier(Arc<Slot>);

impl Courier {
    /// Runs a job on the thread. A job that cannot be run is dropped.
    pub(super) fn run(&self, job: Job) -> Result<()> {
        // Declared before the lock, so that a job is never dropped under it: that ends in the
        // program's callbacks, which may come back here.
        let mut job = job;
        let refused;
        let mut slot = self.0.lock();
        if let Some(sender) = &*slot {
            match sender.send(job) {
                Ok(()) => return Ok(()),
                Err(returned) => job = returned.0,
            }
        }
        let (sender, jobs) = unbounded_channel();
        let shared = self.0.clone();
        thread::spawn("AwsCredentials", move || serve(jobs, &shared))?;
        refused = sender.send(job).err();
        *slot = Some(sender);
        drop(slot);
        if refused.is_none() { Ok(()) } else { Err(Code::INVALID_STATE.into()) }
    }
}

impl Drop for Courier {
    fn drop(&mut self) {
        // Without a sender the thread ends after what it has.
        *self.0.lock() = None;
    }
}

fn serve(jobs: UnboundedReceiver<Job>, slot: &Slot) {
    // The HTTP client that providers are made of writes to sockets in a way that raises SIGPIPE.
    let _quiet = Quiet::begin();
    match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(work(jobs, slot)),
        // Dropping the jobs lets them say that they were not run.
        Err(error) => log!(Error, Credentials, "no runtime to fetch credentials on: {error}"),
    }
}

/// Starts jobs as they come, until nobody sends any more or nothing has come for a while.
async fn work(mut jobs: UnboundedReceiver<Job>, slot: &Slot) {
    let mut running = JoinSet::new();
    loop {
        tokio::select! {
            job = jobs.recv() => match job {
                Some(job) => { running.spawn(job); }
                None => break,
            },
            Some(_) = running.join_next() => {}
            () = tokio::time::sleep(IDLE), if running.is_empty() => {
                // Nobody can send while the slot is locked, so an empty queue stays empty.
                let mut slot = slot.lock();
                if jobs.is_empty() {
                    *slot = None;
                    break;
                }
            }
        }
    }
    while running.join_next().await.is_some() {}
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;
    use crate::crt::Allocator;
    use crate::crt::embedded::auth::library::aws_auth_library_init;

    /// Threads of the CRT need it to be initialised.
    fn courier() -> Courier {
        // SAFETY: the default allocator lives for ever.
        unsafe { aws_auth_library_init(Allocator::default().as_ptr()) };
        Courier::default()
    }

    #[test]
    fn jobs_run_on_another_thread_even_when_the_courier_is_gone() {
        let (sender, receiver) = channel();
        let courier = courier();
        let here = std::thread::current().id();
        courier
            .run(Box::pin(async move {
                tokio::time::sleep(Duration::from_millis(20)).await;
                let _ = sender.send(std::thread::current().id());
            }))
            .expect("starts");
        drop(courier);
        let there = receiver.recv_timeout(Duration::from_secs(20)).expect("the job is finished");
        assert_ne!(here, there);
    }

    #[test]
    fn an_idle_thread_ends_and_the_next_job_starts_another() {
        let courier = courier();
        for _ in 0..2 {
            let (sender, receiver) = channel();
            courier
                .run(Box::pin(async move { sender.send(()).expect("awaited") }))
                .expect("starts");
            receiver.recv_timeout(Duration::from_secs(20)).expect("the job is run");
            let mut patience = 0;
            while courier.0.lock().is_some() {
                std::thread::sleep(Duration::from_millis(50));
                patience += 1;
                assert!(patience < 400, "the thread does not end");
            }
        }
    }

    #[test]
    fn a_panicking_job_does_not_stop_the_others() {
        let (sender, receiver) = channel();
        let courier = courier();
        courier.run(Box::pin(async { panic!("expected by the test") })).expect("starts");
        courier.run(Box::pin(async move { sender.send(()).expect("awaited") })).expect("runs");
        receiver.recv_timeout(Duration::from_secs(20)).expect("the second job is run");
    }
}

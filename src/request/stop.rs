//! How one meta request ends early: the first result wins, and everything that waits hears of it.
//!
//! A failure lets requests that are on the wire run to their end and stops everything else; a cancel or pause also
//! interrupts what is on the wire. Both wake waits for memory, permits and retry delays.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::Notify;

use crate::error::{Code, Error};

/// What is interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Severity {
    /// Requests already sent run to their end.
    Failure = 1,
    /// Requests already sent are cut off as well.
    Interrupt = 2,
}

/// The shared early result of one meta request. Clones are handles to the same result.
#[derive(Clone, Default)]
pub struct Stop {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    result: OnceLock<Error>,
    severity: AtomicU8,
    changed: Notify,
}

impl Stop {
    /// Records the result if there is none yet; says whether it did. A higher severity takes effect in any case.
    pub fn set(&self, severity: Severity, error: Error) -> bool {
        let first = self.shared.result.set(error).is_ok();
        self.shared.severity.fetch_max(severity as u8, Ordering::AcqRel);
        self.shared.changed.notify_waiters();
        first
    }

    /// The result, once there is one.
    pub fn result(&self) -> Option<&Error> {
        self.shared.result.get()
    }

    /// The error that work which has not been sent yet ends with.
    pub fn check(&self) -> Result<(), Error> {
        match self.result() {
            None => Ok(()),
            Some(_) => Err(Code::S3_CANCELED.into()),
        }
    }

    fn reached(&self, severity: Severity) -> bool {
        self.shared.severity.load(Ordering::Acquire) >= severity as u8
    }

    /// Completes when a result of at least this severity exists.
    pub async fn tripped(&self, severity: Severity) {
        loop {
            let changed = self.shared.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if self.reached(severity) {
                return;
            }
            changed.await;
        }
    }

    /// Runs `work` unless, or until, a result of that severity exists; then it is dropped.
    pub async fn guard<T>(
        &self,
        severity: Severity,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        if self.reached(severity) {
            return Err(self.interruption());
        }
        tokio::select! {
            biased;
            done = work => done,
            () = self.tripped(severity) => Err(self.interruption()),
        }
    }

    /// As [`guard`](Self::guard), but what is under way may go on for a while before it is dropped.
    pub async fn guard_with_grace<T>(
        &self,
        severity: Severity,
        grace: Duration,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        if self.reached(severity) {
            return Err(self.interruption());
        }
        let mut work = std::pin::pin!(work);
        tokio::select! {
            biased;
            done = work.as_mut() => return done,
            () = self.tripped(severity) => {}
        }
        if grace.is_zero() {
            return Err(self.interruption());
        }
        tokio::time::timeout(grace, work).await.unwrap_or_else(|_| Err(self.interruption()))
    }

    /// Cancel and pause reach the interrupted request under their own code.
    fn interruption(&self) -> Error {
        match self.result().map(Error::code) {
            Some(Code::S3_PAUSED) => Code::S3_PAUSED.into(),
            _ => Code::S3_CANCELED.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block_on<F: Future>(work: F) -> F::Output {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        runtime.expect("a runtime").block_on(work)
    }

    #[test]
    fn the_first_result_wins() {
        let stop = Stop::default();
        assert!(stop.check().is_ok());
        assert!(stop.set(Severity::Failure, Code::OOM.into()));
        assert!(!stop.set(Severity::Interrupt, Code::S3_CANCELED.into()));
        assert_eq!(stop.result().map(Error::code), Some(Code::OOM));
    }

    #[test]
    fn a_failure_spares_what_only_an_interrupt_cuts_off() {
        block_on(async {
            let stop = Stop::default();
            stop.set(Severity::Failure, Code::OOM.into());
            let sent = stop.guard(Severity::Interrupt, async { Ok(7) }).await;
            assert_eq!(sent.expect("still runs"), 7);
            let waiting =
                stop.guard(Severity::Failure, std::future::pending::<Result<(), Error>>());
            assert_eq!(waiting.await.unwrap_err().code(), Code::S3_CANCELED);
        });
    }

    #[test]
    fn grace_lets_what_is_under_way_come_to_its_end() {
        block_on(async {
            let (short, long) = (Duration::from_millis(20), Duration::from_secs(20));
            for (takes, grace, ends) in [(short, long, true), (long, short, false)] {
                let stop = Stop::default();
                let other = stop.clone();
                let work = async {
                    other.set(Severity::Interrupt, Code::S3_CANCELED.into());
                    tokio::time::sleep(takes).await;
                    Ok(7)
                };
                let ended = stop.guard_with_grace(Severity::Interrupt, grace, work).await;
                assert_eq!(ended.is_ok(), ends);
                let late = stop.guard_with_grace(Severity::Interrupt, long, async { Ok(7) }).await;
                assert_eq!(late.unwrap_err().code(), Code::S3_CANCELED, "nothing begins any more");
            }
        });
    }

    #[test]
    fn a_later_interrupt_wakes_a_guarded_wait() {
        block_on(async {
            let stop = Stop::default();
            let other = stop.clone();
            let wait = stop.guard(Severity::Interrupt, std::future::pending::<Result<(), Error>>());
            let trip = async {
                tokio::task::yield_now().await;
                other.set(Severity::Interrupt, Code::S3_PAUSED.into());
            };
            let (ended, ()) = tokio::join!(wait, trip);
            assert_eq!(ended.unwrap_err().code(), Code::S3_PAUSED);
        });
    }
}

//! Retry strategies of the program.
//!
//! A strategy is driven with one token per request: acquire it, schedule each retry on it, record
//! success, let it go. Answers may come at once or later, from any thread, and also when nobody
//! waits for them any more.

use core::ffi::{c_int, c_void};

use tokio::sync::oneshot;

use crate::backoff::RetryKind;
use crate::error::{Code, Error, Result};

use super::call::call_out;
use super::guard::guarded;
use super::raise::check_number;
use super::sys::{
    aws_byte_cursor, aws_retry_strategy, aws_retry_strategy_on_retry_ready_fn,
    aws_retry_strategy_on_retry_token_acquired_fn, aws_retry_token,
};
use super::{Count, Counted, Keep, Parcel, cursor, host};

/// A counted `aws_retry_strategy`, the CRT's or the program's own.
pub type RetryStrategy = Counted<aws_retry_strategy>;

// SAFETY: strategies are asked from any thread, and their count is atomic.
unsafe impl Count for aws_retry_strategy {
    unsafe fn acquire(object: *mut Self) {
        // SAFETY: alive by contract.
        let _ = unsafe { call_out!(host::aws_retry_strategy_acquire, object) };
    }

    unsafe fn release(object: *mut Self) {
        // SAFETY: alive, and the reference is ours by contract.
        let _ = unsafe { call_out!(host::aws_retry_strategy_release, object) };
    }
}

// SAFETY: as for strategies.
unsafe impl Count for aws_retry_token {
    unsafe fn acquire(object: *mut Self) {
        // SAFETY: alive by contract.
        let _ = unsafe { call_out!(host::aws_retry_token_acquire, object) };
    }

    unsafe fn release(object: *mut Self) {
        // SAFETY: alive, and the reference is ours by contract.
        let _ = unsafe { call_out!(host::aws_retry_token_release, object) };
    }
}

/// The right of one request to be sent, and later to be sent again; given back when dropped.
#[derive(Debug)]
pub struct RetryToken {
    token: Counted<aws_retry_token>,
    /// Outlives the token.
    keep: Keep,
}

/// A token being acquired.
struct Acquisition {
    answer: oneshot::Sender<Result<RetryToken>>,
    /// What C reads until it answers.
    _partition_cursor: Shown,
    _partition: Vec<u8>,
    /// Keeps the strategy alive until it has answered.
    strategy: RetryStrategy,
    /// Outlives what the program is to have back.
    keep: Keep,
}

/// A retry being scheduled.
struct Schedule {
    ready: oneshot::Sender<Result<()>>,
    /// Keeps the token alive until its retry is due.
    token: Counted<aws_retry_token>,
    /// Outlives the token.
    keep: Keep,
}

impl RetryStrategy {
    /// A token for one request; `partition` is the host, which strategies keep their books by. What comes after the
    /// future was dropped is let go, and `keep` after it.
    pub async fn acquire_token(&self, partition: &[u8], keep: Keep) -> Result<RetryToken> {
        let answer = self.ask(partition, keep)?;
        answer.await.unwrap_or_else(|_| Err(Error::new(Code::UNKNOWN)))
    }

    fn ask(&self, partition: &[u8], keep: Keep) -> Result<oneshot::Receiver<Result<RetryToken>>> {
        let (answer, receiver) = oneshot::channel();
        let partition = partition.to_vec();
        // Cursor and bytes have blocks of their own, which stay where they are.
        let partition_cursor = Shown(Box::new(cursor(&partition)));
        let shown = &raw const *partition_cursor.0;
        let (parcel, acquisition) = Parcel::new(Acquisition {
            answer,
            _partition_cursor: partition_cursor,
            _partition: partition,
            strategy: self.clone(),
            keep,
        });
        let callback: aws_retry_strategy_on_retry_token_acquired_fn = Some(on_acquired);
        let acquire = host::aws_retry_strategy_acquire_retry_token;
        // SAFETY: the strategy is alive, and `on_acquired` takes the acquisition over, which holds
        // the cursor and its bytes.
        let asked =
            unsafe { call_out!(acquire, self.as_ptr(), shown, callback, acquisition, 0_u64) };
        // SAFETY: a strategy that refuses does not call back.
        unsafe { parcel.after(acquisition, asked)? };
        Ok(receiver)
    }
}

/// A cursor that a strategy looks at.
struct Shown(Box<aws_byte_cursor>);

// SAFETY: points to bytes that are kept beside it and never change.
unsafe impl Send for Shown {}

unsafe extern "C" fn on_acquired(
    _strategy: *mut aws_retry_strategy,
    error_code: c_int,
    token: *mut aws_retry_token,
    acquisition: *mut c_void,
) {
    guarded("answer of a retry strategy", || {
        // SAFETY: `ask` handed this over, and strategies call back once.
        let acquisition = unsafe { Parcel::<Acquisition>::open(acquisition) };
        let Some(Acquisition { answer, strategy, keep, .. }) = acquisition else {
            // SAFETY: a token that comes without an error is ours to release.
            return drop((error_code == 0).then(|| unsafe { Counted::adopt(token) }));
        };
        let token = check_number(error_code)
            // SAFETY: as above.
            .and_then(|()| unsafe { adopt(token, keep.clone()) });
        // Whoever is told may count on the strategy being let go.
        drop(strategy);
        // Nobody listens when the Rust future is gone; then the token is given back here.
        let _ = answer.send(token);
        drop(keep);
    });
}

/// # Safety
/// A non-NULL `token` is alive, and one reference is the caller's to give.
unsafe fn adopt(token: *mut aws_retry_token, keep: Keep) -> Result<RetryToken> {
    // SAFETY: as the caller promises.
    let token = unsafe { Counted::adopt(token) };
    token.map(|token| RetryToken { token, keep }).ok_or_else(|| Error::new(Code::UNKNOWN))
}

impl RetryToken {
    /// Waits until the request may be sent again. Fails when the strategy refuses; an error inside is one with which
    /// it ended a wait that it had granted.
    pub async fn schedule(&mut self, kind: RetryKind) -> Result<Result<()>> {
        let ready = self.ask(kind)?;
        Ok(ready.await.unwrap_or_else(|_| Err(Error::new(Code::UNKNOWN))))
    }

    fn ask(&mut self, kind: RetryKind) -> Result<oneshot::Receiver<Result<()>>> {
        let (ready, receiver) = oneshot::channel();
        let (token, keep) = (self.token.clone(), self.keep.clone());
        let (parcel, schedule) = Parcel::new(Schedule { ready, token, keep });
        let callback: aws_retry_strategy_on_retry_ready_fn = Some(on_ready);
        let retry = host::aws_retry_strategy_schedule_retry;
        // SAFETY: the token is alive, and `on_ready` takes the schedule over.
        let asked =
            unsafe { call_out!(retry, self.token.as_ptr(), kind as u32, callback, schedule) };
        // SAFETY: a strategy that refuses does not call back.
        unsafe { parcel.after(schedule, asked)? };
        Ok(receiver)
    }

    /// Tells the strategy that the request went well. That it may refuse to know changes nothing.
    pub fn record_success(&mut self) {
        // SAFETY: the token is alive.
        let _ = unsafe { call_out!(host::aws_retry_token_record_success, self.token.as_ptr()) };
    }
}

unsafe extern "C" fn on_ready(
    _token: *mut aws_retry_token,
    error_code: c_int,
    schedule: *mut c_void,
) {
    guarded("answer of a retry strategy", || {
        // SAFETY: `ask` handed this over, and strategies call back once.
        let Some(schedule) = (unsafe { Parcel::<Schedule>::open(schedule) }) else { return };
        let Schedule { ready, token, keep } = schedule;
        // Whoever is told may count on the token being let go.
        drop(token);
        let _ = ready.send(check_number(error_code));
        drop(keep);
    });
}

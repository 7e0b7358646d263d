//! Who decides whether and when a request is tried again: the caller's strategy, our own, or nobody.
//!
//! A token belongs to one request over all its attempts; dropping it gives it back. Every wait can be dropped.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::backoff::{Backoff, Budget, Budgets, Gate, Jitter, Limiter, RetryKind};
use crate::clock::Clock;
use crate::crt;
use crate::error::{Code, Result};

/// `retry_config` of the client; zeros mean the documented defaults.
#[derive(Clone, Copy, Debug, Default)]
pub struct RetryConfig {
    pub mode: RetryMode,
    pub max_retries: usize,
    pub scale_ms: u32,
    pub ceiling_s: u32,
    pub jitter: Jitter,
    pub initial_bucket_capacity: usize,
    pub fast_fail_if_no_token: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RetryMode {
    #[default]
    Standard,
    Adaptive,
    ExponentialBackoff,
    None,
}

/// The retry rules of a client.
pub enum Retry {
    None,
    Native(Arc<Native>),
    /// `keep` outlives the tokens and answers that the strategy owes.
    Foreign {
        strategy: crt::RetryStrategy,
        keep: crt::Keep,
    },
}

/// Our own rules; the state that all requests of a client share.
pub struct Native {
    backoff: Backoff,
    budgets: Option<Budgets>,
    limiter: Option<Mutex<Limiter>>,
    fast_fail: bool,
    clock: Clock,
}

/// The rules as they apply to one request.
pub(super) enum Token {
    Native(NativeToken),
    Foreign(crt::RetryToken),
}

pub(super) struct NativeToken {
    rules: Arc<Native>,
    budget: Option<Arc<Mutex<Budget>>>,
    retries: usize,
    previous_delay_ns: u64,
    last_cost: Option<usize>,
}

impl Retry {
    pub fn new(config: &RetryConfig, clock: Clock) -> Self {
        if config.mode == RetryMode::None {
            return Self::None;
        }
        let budgets = (config.mode != RetryMode::ExponentialBackoff)
            .then(|| Budgets::new(config.initial_bucket_capacity));
        let limiter = (config.mode == RetryMode::Adaptive)
            .then(|| Mutex::new(Limiter::new(clock.monotonic_ns())));
        Self::Native(Arc::new(Native {
            backoff: Backoff::new(
                config.max_retries,
                config.scale_ms,
                config.ceiling_s,
                config.jitter,
            ),
            budgets,
            limiter,
            fast_fail: config.fast_fail_if_no_token,
            clock,
        }))
    }

    /// Asks for permission to send a request to `partition`; `None` when nobody keeps count.
    pub(super) async fn acquire(&self, partition: &[u8]) -> Result<Option<Token>> {
        match self {
            Self::None => Ok(None),
            Self::Foreign { strategy, keep } => {
                let token = strategy.acquire_token(partition, keep.clone()).await?;
                Ok(Some(Token::Foreign(token)))
            }
            Self::Native(rules) => {
                rules.pass_gate().await?;
                Ok(Some(Token::Native(NativeToken {
                    rules: rules.clone(),
                    budget: rules.budgets.as_ref().map(|budgets| budgets.of(partition)),
                    retries: 0,
                    previous_delay_ns: 0,
                    last_cost: None,
                })))
            }
        }
    }

    /// Whether a failed request may be tried again at all.
    pub fn is_on(&self) -> bool {
        !matches!(self, Self::None)
    }
}

impl Native {
    /// Waits for the send-rate limiter, which lets everything pass until a response was throttled.
    async fn pass_gate(&self) -> Result<()> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        loop {
            let gate = lock(limiter).gate(self.clock.monotonic_ns());
            match gate {
                Gate::Pass => return Ok(()),
                Gate::Wait { .. } if self.fast_fail => {
                    return Err(Code::IO_RETRY_PERMISSION_DENIED.into());
                }
                Gate::Wait { ns } => tokio::time::sleep(Duration::from_nanos(ns)).await,
            }
        }
    }
}

impl Token {
    /// Completes when the next attempt may start. An error means that there will be none, because the strategy
    /// refused; one inside is a strategy's own, which takes the place of what the last attempt failed with.
    pub(super) async fn schedule(&mut self, kind: RetryKind) -> Result<Result<()>> {
        match self {
            Self::Foreign(token) => token.schedule(kind).await,
            Self::Native(token) => token.schedule(kind).await.map(Ok),
        }
    }

    /// Completes when a request may be sent once more that its server never knew of. That says nothing of the server's
    /// health: nobody is asked, and it costs neither time nor budget. Only the sending rate stays what it is.
    pub(super) async fn pass(token: Option<&Self>) -> Result<()> {
        match token {
            Some(Self::Native(token)) => token.rules.pass_gate().await,
            Some(Self::Foreign(_)) | None => Ok(()),
        }
    }

    /// Retries of this request are not counted against the budget that others share, which their failures may have
    /// used up.
    pub(super) fn spare_budget(&mut self) {
        if let Self::Native(token) = self {
            token.budget = None;
        }
    }

    pub(super) fn record_success(&mut self) {
        match self {
            Self::Foreign(token) => token.record_success(),
            Self::Native(token) => token.record_success(),
        }
    }
}

impl NativeToken {
    async fn schedule(&mut self, kind: RetryKind) -> Result<()> {
        if let Some(limiter) = &self.rules.limiter {
            lock(limiter).record_failure(kind, self.rules.clock.monotonic_ns());
        }
        if self.retries >= self.rules.backoff.max_retries {
            return Err(Code::IO_MAX_RETRIES_EXCEEDED.into());
        }
        if let Some(budget) = &self.budget {
            let cost = lock(budget).spend(kind);
            self.last_cost = Some(cost.ok_or(Code::IO_RETRY_PERMISSION_DENIED)?);
        }
        let random = || fastrand::u64(..);
        let delay_ns = self.rules.backoff.delay_ns(self.retries, self.previous_delay_ns, random);
        self.previous_delay_ns = delay_ns;
        self.retries += 1;
        tokio::time::sleep(Duration::from_nanos(delay_ns)).await;
        self.rules.pass_gate().await
    }

    fn record_success(&mut self) {
        if let Some(limiter) = &self.rules.limiter {
            lock(limiter).record_success(self.rules.clock.monotonic_ns());
        }
        if let Some(budget) = &self.budget {
            lock(budget).reward(self.last_cost);
        }
    }
}

/// A panic under these locks leaves numbers that are still within their bounds.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(mode: RetryMode, max_retries: usize, capacity: usize) -> Retry {
        let config = RetryConfig {
            mode,
            max_retries,
            scale_ms: 1,
            ceiling_s: 1,
            jitter: Jitter::None,
            initial_bucket_capacity: capacity,
            fast_fail_if_no_token: true,
        };
        Retry::new(&config, Clock::system())
    }

    fn refusal(retry: &Retry, kind: RetryKind, attempts: usize) -> (usize, Code) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        runtime.expect("a runtime").block_on(async {
            let token = retry.acquire(b"host").await.expect("a token");
            let mut token = token.expect("somebody keeps count");
            for granted in 0..attempts {
                if let Err(error) = token.schedule(kind).await.flatten() {
                    return (granted, error.code());
                }
            }
            (attempts, Code::SUCCESS)
        })
    }

    #[test]
    fn zero_retries_mean_five() {
        let end = refusal(&rules(RetryMode::Standard, 0, 0), RetryKind::ServerError, 9);
        assert_eq!(end, (5, Code::IO_MAX_RETRIES_EXCEEDED));
    }

    #[test]
    fn an_empty_budget_refuses() {
        let retry = rules(RetryMode::Standard, 50, 25);
        assert_eq!(refusal(&retry, RetryKind::Transient, 9), (3, Code::IO_RETRY_PERMISSION_DENIED));
        let unlimited = rules(RetryMode::ExponentialBackoff, 4, 25);
        assert_eq!(
            refusal(&unlimited, RetryKind::Transient, 9),
            (4, Code::IO_MAX_RETRIES_EXCEEDED)
        );
    }

    #[test]
    fn an_unheard_request_costs_nothing() {
        let retry = rules(RetryMode::Standard, 1, 10);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        runtime.expect("a runtime").block_on(async {
            let mut token = retry.acquire(b"host").await.expect("a token");
            for _ in 0..3 {
                Token::pass(token.as_ref()).await.expect("nobody is asked");
            }
            let token = token.as_mut().expect("somebody keeps count");
            let granted = token.schedule(RetryKind::Transient).await.flatten();
            granted.expect("the only retry, and all of the budget");
            assert!(token.schedule(RetryKind::Transient).await.is_err());
            Token::pass(None).await.expect("nobody is asked");
        });
    }

    #[test]
    fn an_empty_budget_does_not_concern_what_is_spared_it() {
        let retry = rules(RetryMode::Standard, 5, 25);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        runtime.expect("a runtime").block_on(async {
            let token = retry.acquire(b"host").await.expect("a token");
            let mut token = token.expect("somebody keeps count");
            token.spare_budget();
            for attempt in 0..6 {
                let granted = token.schedule(RetryKind::Transient).await.is_ok();
                assert_eq!(granted, attempt < 5, "{attempt}");
            }
        });
        let counted = refusal(&retry, RetryKind::Transient, 9);
        assert_eq!(counted, (3, Code::IO_RETRY_PERMISSION_DENIED));
    }

    #[test]
    fn mode_none_gives_no_token() {
        assert!(!rules(RetryMode::None, 3, 0).is_on());
    }
}

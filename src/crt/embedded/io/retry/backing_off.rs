//! The strategies that wait: exponential backoff, with a budget per partition, with a send-rate limiter.
//!
//! They differ in which of the pieces of [`crate::backoff`] they use. Callbacks run as timers of an event loop, one
//! loop per token.

use core::ffi::*;
use core::ptr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::backoff::{Backoff, Budget, Budgets, Gate, Limiter, RetryKind};
use crate::clock::monotonic_ns;
use crate::crt::call::call_out;
use crate::crt::embedded::published::Constant;
use crate::crt::sys::*;
use crate::error::Code;

use super::super::block::{self, Across};
use super::super::event_loop_group::{
    aws_event_loop_group_acquire, aws_event_loop_group_get_next_loop, aws_event_loop_group_release,
};
use super::super::loop_queue::Status;
use super::super::{event_loop, link};
use super::{
    aws_retry_strategy_acquire, aws_retry_strategy_release, aws_retry_token_acquire,
    aws_retry_token_release, one_reference,
};

const OPERATION_CANCELLED: Code = Code(1042);

/// What the options of all these strategies say.
pub struct Settings {
    pub group: *mut aws_event_loop_group,
    pub backoff: Backoff,
    pub random: Option<unsafe extern "C" fn() -> u64>,
    pub random_with: aws_generate_random_fn,
    pub random_user_data: *mut c_void,
    pub on_shutdown: Option<aws_shutdown_callback_options>,
}

/// What a strategy does besides waiting. A capacity of 0 asks for the default.
pub enum Mode {
    Plain,
    Standard { capacity: usize },
    Adaptive { capacity: usize, fast_fail: bool },
}

#[repr(C)]
struct Strategy {
    base: aws_retry_strategy,
    settings: Settings,
    budgets: Option<Budgets>,
    limiter: Option<Mutex<Limiter>>,
    fast_fail: bool,
}

#[repr(C)]
struct Token {
    base: aws_retry_token,
    event_loop: *mut aws_event_loop,
    budget: Option<Arc<Mutex<Budget>>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    retries: usize,
    previous_ns: u64,
    last_cost: Option<usize>,
    /// A retry is scheduled and not yet due.
    waiting: bool,
}

static VTABLE: Constant<aws_retry_strategy_vtable> = Constant(aws_retry_strategy_vtable {
    destroy: Some(destroy),
    acquire_token: Some(acquire_token),
    schedule_retry: Some(schedule_retry),
    record_success: Some(record_success),
    release_token: Some(release_token),
});

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// # Safety
/// `allocator` is valid and outlives the strategy; the group is live.
pub unsafe fn new(
    allocator: *mut aws_allocator,
    settings: Settings,
    mode: Mode,
) -> *mut aws_retry_strategy {
    let (budgets, limiter, fast_fail) = match mode {
        Mode::Plain => (None, None, false),
        Mode::Standard { capacity } => (Some(Budgets::new(capacity)), None, false),
        Mode::Adaptive { capacity, fast_fail } => {
            let limiter = Mutex::new(Limiter::new(monotonic_ns()));
            (Some(Budgets::new(capacity)), Some(limiter), fast_fail)
        }
    };
    let vtable = (&raw const VTABLE.0).cast_mut();
    let base = aws_retry_strategy {
        allocator,
        vtable,
        ref_count: one_reference(),
        r#impl: ptr::null_mut(),
    };
    // SAFETY: as the caller promises.
    unsafe {
        aws_event_loop_group_acquire(settings.group);
        let strategy = Strategy { base, settings, budgets, limiter, fast_fail };
        let strategy = block::place(allocator, strategy);
        (*strategy).base.r#impl = strategy.cast();
        strategy.cast()
    }
}

unsafe extern "C" fn destroy(strategy: *mut aws_retry_strategy) {
    // SAFETY: the last reference is gone.
    unsafe {
        let strategy = block::take((*strategy).allocator, strategy.cast::<Strategy>());
        let Settings { group, on_shutdown, .. } = strategy.settings;
        aws_event_loop_group_release(group);
        if let Some(options) = on_shutdown
            && let Some(callback) = options.shutdown_callback_fn
        {
            let _ = call_out!(callback, options.shutdown_callback_user_data);
        }
    }
}

/// # Safety
/// `strategy` is a live strategy of this kind, for the lifetime chosen.
unsafe fn strategy_of<'a>(strategy: *mut aws_retry_strategy) -> &'a Strategy {
    // SAFETY: as the caller promises.
    unsafe { &*strategy.cast::<Strategy>() }
}

/// # Safety
/// `token` is a live token of such a strategy, for the lifetime chosen.
unsafe fn token_of<'a>(token: *mut aws_retry_token) -> &'a Token {
    // SAFETY: as the caller promises.
    unsafe { &*token.cast::<Token>() }
}

impl Strategy {
    /// Whether the limiter lets a request be sent now.
    fn gate(&self) -> Gate {
        self.limiter.as_ref().map_or(Gate::Pass, |limiter| lock(limiter).gate(monotonic_ns()))
    }

    fn random(&self) -> u64 {
        // SAFETY: the caller gave these functions to be called at any time, from any thread.
        unsafe {
            match (self.settings.random_with, self.settings.random) {
                (Some(random), _) => call_out!(random, self.settings.random_user_data).unwrap_or(0),
                (None, Some(random)) => call_out!(random).unwrap_or(0),
                (None, None) => random_number(),
            }
        }
    }
}

fn random_number() -> u64 {
    let mut bytes = [0; 8];
    // Without randomness the delay is the shortest one.
    let _ = aws_lc_rs::rand::fill(&mut bytes);
    u64::from_ne_bytes(bytes)
}

/// Something to call when the limiter lets a request pass.
struct Waiter {
    strategy: *mut aws_retry_strategy,
    event_loop: *mut aws_event_loop,
    token: *mut aws_retry_token,
    call: Call,
    user_data: *mut c_void,
}

enum Call {
    Acquired(aws_retry_strategy_on_retry_token_acquired_fn),
    Ready(aws_retry_strategy_on_retry_ready_fn),
}

impl Waiter {
    /// Waits on the token's loop, then asks the limiter.
    ///
    /// # Safety
    /// The waiter owns a reference to its token, which holds the strategy, its group and so the loop.
    unsafe fn wait(self, delay_ns: u64) {
        let event_loop = self.event_loop;
        // SAFETY: as the caller promises; C callers allow their callbacks on loop threads.
        unsafe {
            let waiter = Across::new(self);
            event_loop::post_after(event_loop, delay_ns, move |status| {
                waiter.into_inner().continue_with(status);
            });
        }
    }

    /// # Safety
    /// As [`wait`](Self::wait).
    unsafe fn continue_with(self, status: Status) {
        // SAFETY: as the caller promises.
        unsafe {
            if status == Status::Canceled {
                return self.finish(OPERATION_CANCELLED);
            }
            let strategy = strategy_of(self.strategy);
            match strategy.gate() {
                Gate::Pass => self.finish(Code::SUCCESS),
                Gate::Wait { .. } if strategy.fast_fail => {
                    self.finish(Code::IO_RETRY_PERMISSION_DENIED);
                }
                Gate::Wait { ns } => self.wait(ns),
            }
        }
    }

    /// # Safety
    /// As [`wait`](Self::wait). Ends the waiter's hold on the token, unless the callback takes it over.
    unsafe fn finish(self, code: Code) {
        let Self { strategy, token, user_data, .. } = self;
        // SAFETY: the callbacks were given for this moment.
        unsafe {
            match self.call {
                Call::Acquired(Some(on_acquired)) if code == Code::SUCCESS => {
                    let _ = call_out!(on_acquired, strategy, code.0, token, user_data);
                    return;
                }
                Call::Acquired(Some(on_acquired)) => {
                    let none = ptr::null_mut::<aws_retry_token>();
                    let _ = call_out!(on_acquired, strategy, code.0, none, user_data);
                }
                Call::Ready(Some(retry_ready)) => {
                    lock(&token_of(token).state).waiting = false;
                    let _ = call_out!(retry_ready, token, code.0, user_data);
                }
                Call::Acquired(None) | Call::Ready(None) => {}
            }
            aws_retry_token_release(token);
        }
    }
}

unsafe extern "C" fn acquire_token(
    strategy: *mut aws_retry_strategy,
    partition_id: *const aws_byte_cursor,
    on_acquired: aws_retry_strategy_on_retry_token_acquired_fn,
    user_data: *mut c_void,
    _timeout_ms: u64,
) -> c_int {
    // SAFETY: as the caller of `aws_retry_strategy_acquire_retry_token` promises.
    unsafe {
        let this = strategy_of(strategy);
        let partition = partition_id.as_ref().map_or(&[][..], |id| link::bytes_of(*id));
        aws_retry_strategy_acquire(strategy);
        let event_loop = aws_event_loop_group_get_next_loop(this.settings.group);
        let token = Token {
            base: aws_retry_token {
                allocator: this.base.allocator,
                retry_strategy: strategy,
                ref_count: one_reference(),
                r#impl: ptr::null_mut(),
            },
            event_loop,
            budget: this.budgets.as_ref().map(|budgets| budgets.of(partition)),
            state: Mutex::default(),
        };
        let token = block::place(this.base.allocator, token);
        (*token).base.r#impl = token.cast();
        let call = Call::Acquired(on_acquired);
        Waiter { strategy, event_loop, token: token.cast(), call, user_data }.wait(0);
    }
    link::SUCCESS
}

unsafe extern "C" fn schedule_retry(
    token: *mut aws_retry_token,
    error_type: aws_retry_error_type,
    retry_ready: aws_retry_strategy_on_retry_ready_fn,
    user_data: *mut c_void,
) -> c_int {
    let Some(kind) = RetryKind::of_number(error_type) else {
        return link::raise(Code::INVALID_ARGUMENT);
    };
    // SAFETY: as the caller of `aws_retry_strategy_schedule_retry` promises.
    unsafe {
        let strategy = (*token).retry_strategy;
        match plan(strategy_of(strategy), token_of(token), kind) {
            Ok(delay_ns) => {
                let event_loop = token_of(token).event_loop;
                aws_retry_token_acquire(token);
                let call = Call::Ready(retry_ready);
                Waiter { strategy, event_loop, token, call, user_data }.wait(delay_ns);
                link::SUCCESS
            }
            Err(code) => link::raise(code),
        }
    }
}

/// Decides about a retry and accounts for it; says how long to wait.
fn plan(strategy: &Strategy, token: &Token, kind: RetryKind) -> Result<u64, Code> {
    let mut state = lock(&token.state);
    if state.waiting {
        return Err(Code::INVALID_STATE);
    }
    if let Some(limiter) = &strategy.limiter {
        lock(limiter).record_failure(kind, monotonic_ns());
    }
    let cost = match &token.budget {
        Some(budget) => Some(lock(budget).spend(kind).ok_or(Code::IO_RETRY_PERMISSION_DENIED)?),
        // What the client did wrong is no reason to wait, and does not count.
        None if kind == RetryKind::ClientError => {
            state.waiting = true;
            return Ok(0);
        }
        None => None,
    };
    let backoff = &strategy.settings.backoff;
    if state.retries >= backoff.max_retries {
        if let (Some(budget), Some(cost)) = (&token.budget, cost) {
            lock(budget).refund(cost);
        }
        return Err(Code::IO_MAX_RETRIES_EXCEEDED);
    }
    let delay_ns = backoff.delay_ns(state.retries, state.previous_ns, || strategy.random());
    state.retries += 1;
    state.previous_ns = delay_ns;
    state.last_cost = cost;
    state.waiting = true;
    Ok(delay_ns)
}

unsafe extern "C" fn record_success(token: *mut aws_retry_token) -> c_int {
    // SAFETY: as the caller of `aws_retry_token_record_success` promises.
    let (strategy, token) = unsafe { (strategy_of((*token).retry_strategy), token_of(token)) };
    if let Some(limiter) = &strategy.limiter {
        lock(limiter).record_success(monotonic_ns());
    }
    if let Some(budget) = &token.budget {
        let last_cost = lock(&token.state).last_cost;
        lock(budget).reward(last_cost);
    }
    link::SUCCESS
}

unsafe extern "C" fn release_token(token: *mut aws_retry_token) {
    // SAFETY: the last reference is gone; the strategy was held by the token.
    unsafe {
        let strategy = (*token).retry_strategy;
        drop(block::take((*token).allocator, token.cast::<Token>()));
        aws_retry_strategy_release(strategy);
    }
}

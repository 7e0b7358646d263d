//! A provider that remembers what another one found, and asks it once for all who wait.
//!
//! Credentials that end are fetched again five minutes before; others after the refresh time. A
//! failed fetch forgets what was known, so that the next question tries again.

use core::ffi::{c_int, c_void};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::clock;
use crate::crt::Parcel;
use crate::crt::call::call_out;
use crate::crt::sys::*;
use crate::crt::{Allocator, Credentials, CredentialsProvider};
use crate::error::Code;

use super::provider::{Answer, Kind, arguments, ask, make, returned};

const EARLY_S: u64 = 5 * 60;
const NS_PER_S: u64 = 1_000_000_000;
const NS_PER_MS: u64 = 1_000_000;

/// How long to remember, and where to get the time from.
#[derive(Clone, Copy)]
pub(super) struct Memory {
    /// 0 means for ever.
    refresh_ns: u64,
    monotonic: aws_io_clock_fn,
    wall: aws_io_clock_fn,
}

impl Memory {
    pub(super) fn lasting(refresh: Duration) -> Self {
        let refresh_ns = u64::try_from(refresh.as_nanos()).unwrap_or(u64::MAX);
        Self { refresh_ns, monotonic: None, wall: None }
    }

    fn now_ns(&self) -> Option<u64> {
        match self.monotonic {
            None => Some(clock::monotonic_ns()),
            Some(read) => read_clock(read),
        }
    }

    fn wall_s(&self) -> Option<u64> {
        match self.wall {
            None => SystemTime::now().duration_since(UNIX_EPOCH).ok().map(|wall| wall.as_secs()),
            Some(read) => read_clock(read).map(|wall_ns| wall_ns / NS_PER_S),
        }
    }

    /// When credentials that came just now are to be fetched again, on the monotonic clock.
    fn next_refresh_ns(&self, expiration_s: u64) -> u64 {
        let Some(now_ns) = self.now_ns() else { return u64::MAX };
        if expiration_s != u64::MAX
            && let Some(wall_s) = self.wall_s()
        {
            let good_s = expiration_s.saturating_sub(wall_s).saturating_sub(EARLY_S);
            return now_ns.saturating_add(good_s.saturating_mul(NS_PER_S));
        }
        match self.refresh_ns {
            0 => u64::MAX,
            refresh_ns => now_ns.saturating_add(refresh_ns),
        }
    }
}

fn read_clock(read: unsafe extern "C" fn(*mut u64) -> c_int) -> Option<u64> {
    let mut time_ns = 0_u64;
    // SAFETY: the program gave the clock for this, and the variable is writable.
    (unsafe { call_out!(read, &raw mut time_ns) } == Ok(0)).then_some(time_ns)
}

struct Cached {
    source: CredentialsProvider,
    memory: Memory,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    known: Option<Credentials>,
    next_refresh_ns: u64,
    /// Not empty while the source is being asked.
    waiting: Vec<Answer>,
}

impl Cached {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Remembers what came out, and tells everybody who waits.
    fn learn(&self, outcome: Result<Credentials, Code>) {
        let known = outcome.as_ref().ok().cloned();
        let waiting = {
            let expiration_s = known.as_ref().map_or(u64::MAX, Credentials::expiration_s);
            let next_refresh_ns = self.memory.next_refresh_ns(expiration_s);
            let mut state = self.state();
            state.next_refresh_ns = next_refresh_ns;
            let forgotten = core::mem::replace(&mut state.known, known);
            let waiting = core::mem::take(&mut state.waiting);
            drop(state);
            drop(forgotten);
            waiting
        };
        for answer in waiting {
            answer.give(outcome.as_ref().map_err(|code| *code));
        }
    }
}

/// A question to the source: the cache it is for, kept alive.
struct Query(CredentialsProvider);

impl Kind for Cached {
    fn fetch(&self, itself: &CredentialsProvider, answer: Answer) -> Result<(), Code> {
        let now_ns = self.memory.now_ns().unwrap_or(0);
        let mut state = self.state();
        if let Some(known) = state.known.clone()
            && now_ns < state.next_refresh_ns
        {
            drop(state);
            answer.give(Ok(&known));
            return Ok(());
        }
        state.waiting.push(answer);
        let is_first = state.waiting.len() == 1;
        drop(state);
        if is_first {
            // SAFETY: `on_answer` takes the query over.
            let asked = unsafe { ask(&self.source, on_answer, Query(itself.clone())) };
            if let Err((error, query)) = asked {
                drop(query);
                self.learn(Err(error.code()));
            }
        }
        Ok(())
    }
}

unsafe extern "C" fn on_answer(
    credentials: *mut aws_credentials,
    error_code: c_int,
    query: *mut c_void,
) {
    // SAFETY: `fetch` handed this over, and providers call back once.
    let Some(Query(cache)) = (unsafe { Parcel::<Query>::open(query) }) else { return };
    // SAFETY: credentials are alive during the callback.
    let credentials = unsafe { Credentials::acquire(credentials) };
    let outcome = credentials.ok_or(match error_code {
        0 => Code::UNKNOWN,
        code => Code(code),
    });
    // SAFETY: only caches send such queries, and this one is held.
    unsafe { super::provider::kind_of::<Cached>(&cache) }.learn(outcome);
}

/// Makes a cache in front of a provider.
pub(super) fn cached(
    allocator: Allocator,
    shutdown_options: aws_credentials_provider_shutdown_options,
    source: CredentialsProvider,
    memory: Memory,
) -> CredentialsProvider {
    make(allocator, shutdown_options, Cached { source, memory, state: Mutex::default() })
}

/// Makes a provider that remembers what another one found.
///
/// # Safety
/// The allocator is valid for as long as the provider; the options are readable and name a live
/// source.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_credentials_provider_new_cached(
    allocator: *mut aws_allocator,
    options: *const aws_credentials_provider_cached_options,
) -> *mut aws_credentials_provider {
    // SAFETY: as the caller promises.
    returned(unsafe { arguments(allocator, options) }.and_then(|(allocator, options)| {
        // SAFETY: as the caller promises.
        let source = unsafe { CredentialsProvider::acquire(options.source) };
        let memory = Memory {
            refresh_ns: options.refresh_time_in_milliseconds.saturating_mul(NS_PER_MS),
            monotonic: options.high_res_clock_fn,
            wall: options.system_clock_fn,
        };
        let source = source.ok_or(Code::INVALID_ARGUMENT)?;
        Ok(cached(allocator, options.shutdown_options, source, memory))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    unsafe extern "C" fn at_1000_s(out: *mut u64) -> c_int {
        // SAFETY: clocks are called with a writable variable.
        unsafe { out.write(1000 * NS_PER_S) };
        0
    }

    const MEMORY: Memory =
        Memory { refresh_ns: 7 * NS_PER_S, monotonic: Some(at_1000_s), wall: Some(at_1000_s) };

    #[test]
    fn an_expiration_beats_the_refresh_time() {
        assert_eq!(MEMORY.next_refresh_ns(u64::MAX), 1007 * NS_PER_S);
        assert_eq!(MEMORY.next_refresh_ns(2000), 1700 * NS_PER_S);
        assert_eq!(MEMORY.next_refresh_ns(1299), 1000 * NS_PER_S, "less than five minutes left");
        assert_eq!(MEMORY.next_refresh_ns(1), 1000 * NS_PER_S, "ended long ago");
    }

    #[test]
    fn no_refresh_time_is_for_ever() {
        assert_eq!(Memory { refresh_ns: 0, ..MEMORY }.next_refresh_ns(u64::MAX), u64::MAX);
    }
}

//! A provider that asks others, one after the other, until one of them has credentials.

use core::ffi::{c_int, c_void};

use crate::crt::Parcel;
use crate::crt::sys::*;
use crate::crt::{Allocator, Credentials, CredentialsProvider};
use crate::error::Code;

use super::provider::{Answer, Kind, arguments, ask, make, returned};

struct Chain {
    /// Shared with the questions under way.
    providers: std::sync::Arc<[CredentialsProvider]>,
}

/// A question on its way through the chain.
struct Query {
    providers: std::sync::Arc<[CredentialsProvider]>,
    /// How many have been asked.
    asked: usize,
    answer: Answer,
    /// Keeps the chain from announcing its end before it has answered.
    chain: CredentialsProvider,
}

impl Kind for Chain {
    fn fetch(&self, itself: &CredentialsProvider, answer: Answer) -> Result<(), Code> {
        let (providers, chain) = (self.providers.clone(), itself.clone());
        next(Box::new(Query { providers, asked: 0, answer, chain }), Code::UNKNOWN);
        Ok(())
    }
}

/// Asks the next provider; after the last one the question ends with the failure of that one.
fn next(mut query: Box<Query>, mut failure: Code) {
    loop {
        let Some(provider) = query.providers.get(query.asked).cloned() else {
            let Query { answer, chain, .. } = *query;
            answer.give(Err(failure));
            drop(chain);
            return;
        };
        query.asked += 1;
        // SAFETY: `on_answer` takes the query over.
        match unsafe { ask(&provider, on_answer, query) } {
            Ok(()) => return,
            Err((error, back)) => {
                query = back;
                failure = error.code();
            }
        }
    }
}

unsafe extern "C" fn on_answer(
    credentials: *mut aws_credentials,
    error_code: c_int,
    query: *mut c_void,
) {
    // SAFETY: `next` handed this over, and providers call back once.
    let Some(query) = (unsafe { Parcel::<Box<Query>>::open(query) }) else { return };
    // SAFETY: credentials are alive during the callback.
    match unsafe { Credentials::acquire(credentials) } {
        Some(credentials) => {
            let Query { answer, chain, .. } = *query;
            answer.give(Ok(&credentials));
            drop(chain);
        }
        None => next(query, Code(error_code)),
    }
}

/// Makes a chain; it takes the references.
pub(super) fn chain(
    allocator: Allocator,
    shutdown_options: aws_credentials_provider_shutdown_options,
    providers: Vec<CredentialsProvider>,
) -> Result<CredentialsProvider, Code> {
    if providers.is_empty() {
        return Err(Code::INVALID_ARGUMENT);
    }
    Ok(make(allocator, shutdown_options, Chain { providers: providers.into() }))
}

/// Makes a provider that asks others in turn.
///
/// # Safety
/// The allocator is valid for as long as the provider; the options are readable and hold
/// `provider_count` live providers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_credentials_provider_new_chain(
    allocator: *mut aws_allocator,
    options: *const aws_credentials_provider_chain_options,
) -> *mut aws_credentials_provider {
    // SAFETY: as the caller promises.
    returned(unsafe { arguments(allocator, options) }.and_then(|(allocator, options)| {
        if options.providers.is_null() || options.provider_count == 0 {
            return Err(Code::INVALID_ARGUMENT);
        }
        // SAFETY: as the caller promises.
        let given =
            unsafe { core::slice::from_raw_parts(options.providers, options.provider_count) };
        let mut providers = Vec::with_capacity(given.len());
        for &provider in given {
            // SAFETY: as the caller promises.
            let provider = unsafe { CredentialsProvider::acquire(provider) };
            providers.push(provider.ok_or(Code::INVALID_ARGUMENT)?);
        }
        chain(allocator, options.shutdown_options, providers)
    }))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::super::credentials::{Parts, make as make_credentials};
    use super::super::provider::NO_SHUTDOWN;
    use super::*;

    /// Has credentials, has none, or refuses to look; counts how often it is asked.
    struct Probe(Result<bool, Code>, Arc<AtomicUsize>);

    impl Kind for Probe {
        fn fetch(&self, _: &CredentialsProvider, answer: Answer) -> Result<(), Code> {
            self.1.fetch_add(1, Ordering::Relaxed);
            let parts = Parts {
                access_key_id: b"id",
                secret_access_key: b"secret",
                session_token: b"",
                account_id: b"",
                expiration_s: 0,
            };
            match self.0 {
                Ok(true) => {
                    let found = make_credentials(Allocator::default(), &parts)?;
                    answer.give(Ok(&found));
                }
                Ok(false) => answer.give(Err(Code::INVALID_STATE)),
                Err(code) => return Err(code),
            }
            Ok(())
        }
    }

    /// What a chain of probes says, and how often it asked.
    fn asked(probes: &[Result<bool, Code>]) -> (Result<(), Code>, usize) {
        let count = Arc::new(AtomicUsize::new(0));
        let allocator = Allocator::default();
        let made =
            |probe: &Result<bool, Code>| make(allocator, NO_SHUTDOWN, Probe(*probe, count.clone()));
        let chain = chain(allocator, NO_SHUTDOWN, probes.iter().map(made).collect())
            .expect("the chain is not empty");
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("starts");
        let said = runtime.block_on(chain.credentials(None));
        (said.map(drop).map_err(|error| error.code()), count.load(Ordering::Relaxed))
    }

    #[test]
    fn the_first_that_has_credentials_is_the_last_to_be_asked() {
        assert_eq!(asked(&[Ok(false), Err(Code::UNKNOWN), Ok(true), Ok(true)]), (Ok(()), 3));
    }

    #[test]
    fn the_last_failure_counts() {
        assert_eq!(asked(&[Ok(false), Err(Code::UNIMPLEMENTED)]), (Err(Code::UNIMPLEMENTED), 2));
        assert_eq!(asked(&[Err(Code::UNIMPLEMENTED), Ok(false)]), (Err(Code::INVALID_STATE), 2));
    }

    #[test]
    fn a_chain_of_nothing_is_refused() {
        let refused = chain(Allocator::default(), NO_SHUTDOWN, Vec::new());
        assert_eq!(refused.err(), Some(Code::INVALID_ARGUMENT));
    }
}

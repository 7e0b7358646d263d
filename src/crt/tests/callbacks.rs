//! Providers, strategies and resolvers that programs implement: answering at once, later, or not.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use crate::backoff::RetryKind;

use super::*;

/// How an object of the test answers.
#[derive(Clone, Copy)]
enum Manner {
    AtOnce,
    Later,
    Refuses(Code),
}

/// For calls after which nobody waits.
fn nothing() -> Keep {
    Arc::new(())
}

/// Something to keep, and how often the object of the test had ended when it was let go.
fn witness(behaviour: &'static Behaviour) -> (Keep, Receiver<usize>) {
    struct Witness(&'static Behaviour, Sender<usize>);
    impl Drop for Witness {
        fn drop(&mut self) {
            let _ = self.1.send(self.0.ends());
        }
    }
    let (sender, receiver) = channel();
    (Arc::new(Witness(behaviour, sender)), receiver)
}

/// Behind the `impl` pointer of each object.
struct Behaviour {
    manner: Manner,
    error: i32,
    ends: AtomicUsize,
    seen: Mutex<Vec<String>>,
}

impl Behaviour {
    fn new(manner: Manner, error: i32) -> &'static Self {
        let (ends, seen) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
        Box::leak(Box::new(Self { manner, error, ends, seen }))
    }

    fn ends(&self) -> usize {
        self.ends.load(Ordering::SeqCst)
    }

    fn note(&self, text: &[u8]) {
        self.seen.lock().unwrap().push(String::from_utf8_lossy(text).into_owned());
    }

    fn seen(&self) -> Vec<String> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }

    fn answer(&self, answer: impl FnOnce() + 'static) -> c_int {
        struct Carried(Box<dyn FnOnce()>);
        // SAFETY: raw pointers of the test, used by one thread at a time.
        unsafe impl Send for Carried {}
        impl Carried {
            fn run(self) {
                (self.0)()
            }
        }

        let answer = Carried(Box::new(answer));
        match self.manner {
            Manner::AtOnce => answer.run(),
            Manner::Later => {
                std::thread::spawn(move || {
                    std::thread::sleep(Duration::from_millis(20));
                    answer.run();
                });
            }
            Manner::Refuses(code) => {
                raise(code);
                return -1;
            }
        }
        0
    }
}

fn as_impl(behaviour: &'static Behaviour) -> *mut c_void {
    (&raw const *behaviour).cast_mut().cast()
}

/// # Safety
/// `r#impl` came from `as_impl`.
unsafe fn behaviour(r#impl: *mut c_void) -> &'static Behaviour {
    // SAFETY: leaked, hence alive.
    unsafe { &*r#impl.cast::<Behaviour>() }
}

/// Waits for something that another thread is about to do.
fn eventually(what: impl Fn() -> bool) {
    let start = std::time::Instant::now();
    while !what() {
        assert!(start.elapsed() < PATIENCE, "in time");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Starts a future and drops it before it is ready.
fn abandon(future: impl Future) {
    block_on(async {
        assert!(tokio::time::timeout(Duration::from_millis(1), future).await.is_err());
    });
}

fn one() -> aws_atomic_var {
    aws_atomic_var { value: core::ptr::without_provenance_mut(1) }
}

unsafe extern "C" fn give(
    provider: *mut aws_credentials_provider,
    callback: aws_on_get_credentials_callback_fn,
    user_data: *mut c_void,
) -> c_int {
    // SAFETY: made by `provider` below.
    let behaviour = unsafe { behaviour((*provider).r#impl) };
    behaviour.answer(move || {
        let none = behaviour.error != 0 || provider.is_null();
        let made = Credentials::new(Allocator::default(), b"id", b"secret", b"token", 77).unwrap();
        let credentials = if none { core::ptr::null_mut() } else { made.as_ptr() };
        // A number below zero stands for no credentials without a number.
        // SAFETY: called once, with credentials that live during the call.
        unsafe { callback.unwrap()(credentials, behaviour.error.max(0), user_data) };
    })
}

unsafe extern "C" fn end_provider(provider: *mut aws_credentials_provider) {
    // SAFETY: boxed by `provider` below.
    let provider = unsafe { Box::from_raw(provider) };
    // SAFETY: made by `provider` below.
    unsafe { behaviour(provider.r#impl) }.ends.fetch_add(1, Ordering::SeqCst);
}

fn provider(behaviour: &'static Behaviour) -> CredentialsProvider {
    let vtable = aws_credentials_provider_vtable {
        get_credentials: Some(give),
        destroy: Some(end_provider),
    };
    // SAFETY: every field that is read is set below.
    let mut object: aws_credentials_provider = unsafe { core::mem::zeroed() };
    object.vtable = Box::leak(Box::new(vtable));
    object.allocator = Allocator::default().as_ptr();
    object.r#impl = as_impl(behaviour);
    object.ref_count = one();
    // SAFETY: a new object with one reference.
    unsafe { CredentialsProvider::adopt(Box::into_raw(Box::new(object))) }.unwrap()
}

#[test]
fn credentials_come_at_once_or_later() {
    initialise();
    for manner in [Manner::AtOnce, Manner::Later] {
        let behaviour = Behaviour::new(manner, 0);
        let provider = provider(behaviour);
        let credentials = block_on(provider.credentials(None)).unwrap();
        drop(provider);
        eventually(|| behaviour.ends() == 1);
        assert_eq!(credentials.access_key_id(), b"id");
        assert_eq!(credentials.secret_access_key(), b"secret");
        assert_eq!(credentials.session_token(), b"token");
        assert_eq!(credentials.expiration_s(), 77);
        assert!(!credentials.is_anonymous());
    }
}

#[test]
fn no_credentials_are_an_error() {
    initialise();
    let cases = [
        (Manner::AtOnce, 6160, Code(6160)),
        (Manner::Later, -1, Code::AUTH_SIGNING_NO_CREDENTIALS),
        (Manner::Refuses(Code::INVALID_STATE), 0, Code::INVALID_STATE),
    ];
    for (manner, error, code) in cases {
        let behaviour = Behaviour::new(manner, error);
        let provider = provider(behaviour);
        assert_eq!(block_on(provider.credentials(None)).unwrap_err().code(), code);
        drop(provider);
        eventually(|| behaviour.ends() == 1);
    }
}

#[test]
fn an_abandoned_question_keeps_the_provider() {
    initialise();
    let behaviour = Behaviour::new(Manner::Later, 0);
    let provider = provider(behaviour);
    let (keep, kept) = witness(behaviour);
    abandon(provider.credentials(Some(keep)));
    drop(provider);
    assert_eq!(behaviour.ends(), 0);
    assert_eq!(kept.recv_timeout(PATIENCE), Ok(1));
}

unsafe extern "C" fn acquire_token(
    strategy: *mut aws_retry_strategy,
    partition: *const aws_byte_cursor,
    callback: aws_retry_strategy_on_retry_token_acquired_fn,
    user_data: *mut c_void,
    timeout_ms: u64,
) -> c_int {
    assert_eq!(timeout_ms, 0);
    // SAFETY: made by `strategy` below.
    let behaviour = unsafe { behaviour((*strategy).r#impl) };
    behaviour.answer(move || {
        // SAFETY: the partition is readable until the answer.
        behaviour.note(unsafe { bytes_of(*partition) });
        let token = if behaviour.error == 0 {
            // SAFETY: alive.
            unsafe { host::aws_retry_strategy_acquire(strategy) };
            Box::into_raw(Box::new(aws_retry_token {
                allocator: Allocator::default().as_ptr(),
                retry_strategy: strategy,
                ref_count: one(),
                r#impl: as_impl(behaviour),
            }))
        } else {
            core::ptr::null_mut()
        };
        // SAFETY: called once; the token's reference is given away.
        unsafe { callback.unwrap()(strategy, behaviour.error, token, user_data) };
    })
}

unsafe extern "C" fn schedule_retry(
    token: *mut aws_retry_token,
    kind: aws_retry_error_type,
    callback: aws_retry_strategy_on_retry_ready_fn,
    user_data: *mut c_void,
) -> c_int {
    // SAFETY: made by `acquire_token` above.
    let behaviour = unsafe { behaviour((*token).r#impl) };
    behaviour.note(format!("schedule {kind}").as_bytes());
    behaviour.answer(move || {
        let error = if kind == 3 { Code::IO_MAX_RETRIES_EXCEEDED.0 } else { 0 };
        // SAFETY: called once.
        unsafe { callback.unwrap()(token, error, user_data) };
    })
}

unsafe extern "C" fn record_success(token: *mut aws_retry_token) -> c_int {
    // SAFETY: made by `acquire_token` above.
    unsafe { behaviour((*token).r#impl) }.note(b"success");
    0
}

unsafe extern "C" fn release_token(token: *mut aws_retry_token) {
    // SAFETY: boxed by `acquire_token` above, which took a reference to the strategy.
    unsafe {
        let token = Box::from_raw(token);
        behaviour(token.r#impl).note(b"released");
        host::aws_retry_strategy_release(token.retry_strategy);
    }
}

unsafe extern "C" fn end_strategy(strategy: *mut aws_retry_strategy) {
    // SAFETY: boxed by `strategy` below.
    unsafe { behaviour(Box::from_raw(strategy).r#impl) }.ends.fetch_add(1, Ordering::SeqCst);
}

fn strategy(behaviour: &'static Behaviour) -> RetryStrategy {
    let vtable = Box::leak(Box::new(aws_retry_strategy_vtable {
        destroy: Some(end_strategy),
        acquire_token: Some(acquire_token),
        schedule_retry: Some(schedule_retry),
        record_success: Some(record_success),
        release_token: Some(release_token),
    }));
    let object = Box::new(aws_retry_strategy {
        allocator: Allocator::default().as_ptr(),
        vtable,
        ref_count: one(),
        r#impl: as_impl(behaviour),
    });
    // SAFETY: a new object with one reference.
    unsafe { RetryStrategy::adopt(Box::into_raw(object)) }.unwrap()
}

#[test]
fn a_token_lives_through_its_retries() {
    initialise();
    for manner in [Manner::AtOnce, Manner::Later] {
        let behaviour = Behaviour::new(manner, 0);
        let strategy = strategy(behaviour);
        block_on(async {
            let mut token = strategy.acquire_token(b"host", nothing()).await.unwrap();
            drop(strategy);
            token.schedule(RetryKind::Throttling).await.unwrap().unwrap();
            let over = token.schedule(RetryKind::ClientError).await.unwrap().unwrap_err();
            assert_eq!(over.code(), Code::IO_MAX_RETRIES_EXCEEDED);
            token.record_success();
        });
        eventually(|| behaviour.ends() == 1);
        assert_eq!(behaviour.seen(), ["host", "schedule 1", "schedule 3", "success", "released"]);
    }
}

#[test]
fn a_strategy_may_refuse() {
    initialise();
    let refused = Code::IO_RETRY_PERMISSION_DENIED;
    let refusing = Behaviour::new(Manner::Refuses(refused), 0);
    let failing = Behaviour::new(Manner::AtOnce, refused.0);
    for behaviour in [refusing, failing] {
        let strategy = strategy(behaviour);
        let error = block_on(strategy.acquire_token(b"host", nothing())).unwrap_err();
        assert_eq!(error.code(), refused);
        drop(strategy);
        assert_eq!(behaviour.ends(), 1);
    }
}

#[test]
fn abandoned_tokens_and_retries_are_given_back() {
    initialise();
    let early = Behaviour::new(Manner::Later, 0);
    let asked = strategy(early);
    let (keep, kept) = witness(early);
    abandon(asked.acquire_token(b"host", keep));
    drop(asked);
    assert_eq!(kept.recv_timeout(PATIENCE), Ok(1));
    assert_eq!(early.seen(), ["host", "released"]);

    let late = Behaviour::new(Manner::Later, 0);
    let scheduled = strategy(late);
    let (keep, kept) = witness(late);
    let mut token = block_on(scheduled.acquire_token(b"host", keep)).unwrap();
    drop(scheduled);
    abandon(token.schedule(RetryKind::Transient));
    drop(token);
    assert_eq!(late.ends(), 0);
    assert_eq!(kept.recv_timeout(PATIENCE), Ok(1));
    assert_eq!(late.seen(), ["host", "schedule 0", "released"]);
}

unsafe extern "C" fn resolve(
    resolver: *mut aws_host_resolver,
    name: *const aws_string,
    callback: aws_on_host_resolved_result_fn,
    config: *const aws_host_resolution_config,
    user_data: *mut c_void,
) -> c_int {
    // SAFETY: made by `resolver` below; the configuration is readable during this call.
    let behaviour = unsafe {
        assert!((*config).r#impl.is_some());
        behaviour((*resolver).r#impl)
    };
    behaviour.answer(move || {
        // SAFETY: the name stays until the answer.
        behaviour.note(unsafe { string_bytes(name) });
        let address = OwnedString::new(Allocator::default(), b"192.0.2.1");
        // SAFETY: only the address is read.
        let mut item: aws_host_address = unsafe { core::mem::zeroed() };
        item.address = address.as_ptr();
        let list = aws_array_list {
            alloc: core::ptr::null_mut(),
            current_size: size_of::<aws_host_address>(),
            length: 1,
            item_size: size_of::<aws_host_address>(),
            data: (&raw mut item).cast(),
        };
        // SAFETY: called once, with a list that lives during the call.
        unsafe { callback.unwrap()(resolver, name, behaviour.error, &list, user_data) };
    })
}

unsafe extern "C" fn record_failure(
    resolver: *mut aws_host_resolver,
    address: *const aws_host_address,
) -> c_int {
    // SAFETY: made by `resolver` below; the address is readable during this call.
    unsafe {
        let behaviour = behaviour((*resolver).r#impl);
        behaviour.note(string_bytes((*address).host));
        behaviour.note(string_bytes((*address).address));
        behaviour.note(format!("type {}", (*address).record_type).as_bytes());
    }
    0
}

unsafe extern "C" fn count(
    _: *mut aws_host_resolver,
    name: *const aws_string,
    flags: u32,
) -> usize {
    // SAFETY: the name is readable during this call.
    unsafe { string_bytes(name) }.len() * 10 + flags as usize
}

unsafe extern "C" fn end_resolver(resolver: *mut c_void) {
    // SAFETY: boxed by `resolver` below.
    unsafe { behaviour(Box::from_raw(resolver.cast::<aws_host_resolver>()).r#impl) }
        .ends
        .fetch_add(1, Ordering::SeqCst);
}

fn resolver(behaviour: &'static Behaviour) -> HostResolver {
    let vtable = Box::leak(Box::new(aws_host_resolver_vtable {
        destroy: None,
        resolve_host: Some(resolve),
        record_connection_failure: Some(record_failure),
        purge_cache: None,
        purge_cache_with_callback: None,
        purge_host_cache: None,
        get_host_address_count: Some(count),
    }));
    // SAFETY: every field that is read is set below.
    let mut object: Box<aws_host_resolver> = Box::new(unsafe { core::mem::zeroed() });
    object.allocator = Allocator::default().as_ptr();
    object.vtable = vtable;
    object.r#impl = as_impl(behaviour);
    let object = Box::into_raw(object);
    // SAFETY: a new object with one reference.
    unsafe {
        ref_count::init(&raw mut (*object).ref_count, object.cast(), end_resolver);
        HostResolver::adopt(object).unwrap()
    }
}

#[test]
fn addresses_come_at_once_or_later() {
    initialise();
    for manner in [Manner::AtOnce, Manner::Later] {
        let behaviour = Behaviour::new(manner, 0);
        let resolver = resolver(behaviour);
        let found = block_on(resolver.resolve("example.com", nothing())).unwrap();
        assert_eq!(found, ["192.0.2.1".parse::<std::net::IpAddr>().unwrap()]);
        assert_eq!(behaviour.seen(), ["example.com"]);
        drop(resolver);
        eventually(|| behaviour.ends() == 1);
    }
}

#[test]
fn a_name_may_stay_unresolved() {
    initialise();
    let failing = Behaviour::new(Manner::Later, Code::IO_DNS_QUERY_FAILED.0);
    let refusing = Behaviour::new(Manner::Refuses(Code::IO_DNS_QUERY_FAILED), 0);
    for behaviour in [failing, refusing] {
        let resolver = resolver(behaviour);
        let error = block_on(resolver.resolve("example.com", nothing())).unwrap_err();
        assert_eq!(error.code(), Code::IO_DNS_QUERY_FAILED);
        drop(resolver);
        eventually(|| behaviour.ends() == 1);
    }
    let abandoned = Behaviour::new(Manner::Later, 0);
    let asked = resolver(abandoned);
    let (keep, kept) = witness(abandoned);
    abandon(asked.resolve("example.com", keep));
    drop(asked);
    assert_eq!(abandoned.ends(), 0);
    assert_eq!(kept.recv_timeout(PATIENCE), Ok(1));
}

#[test]
fn failures_and_counts_go_to_the_resolver() {
    initialise();
    let behaviour = Behaviour::new(Manner::AtOnce, 0);
    let resolver = resolver(behaviour);
    resolver.record_failure("2001:db8::1".parse().unwrap(), "example.com");
    resolver.record_failure("192.0.2.1".parse().unwrap(), "other");
    let seen = behaviour.seen();
    assert_eq!(seen, ["example.com", "2001:db8::1", "type 1", "other", "192.0.2.1", "type 0"]);
    assert_eq!(resolver.address_count("abc"), 31);
}

#[test]
fn a_bootstrap_lends_its_resolver() {
    initialise();
    let behaviour = Behaviour::new(Manner::AtOnce, 0);
    let lent = resolver(behaviour);
    // SAFETY: every field that is read is set below.
    let mut bootstrap: aws_client_bootstrap = unsafe { core::mem::zeroed() };
    let object = &raw mut bootstrap;
    unsafe extern "C" fn end(_: *mut c_void) {}
    // SAFETY: a live local with one reference, which the handle gives back.
    let handle = unsafe {
        ref_count::init(&raw mut (*object).ref_count, object.cast(), end);
        Bootstrap::adopt(object).unwrap()
    };
    assert!(handle.resolver().is_none());
    assert!(handle.event_loops().is_none());
    // SAFETY: a live local that nobody else writes.
    unsafe { (*object).host_resolver = lent.as_ptr() };
    let acquired = handle.resolver().unwrap();
    drop(lent);
    assert_eq!(behaviour.ends(), 0);
    drop(acquired);
    assert_eq!(behaviour.ends(), 1);
}

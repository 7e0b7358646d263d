//! The resolver that comes with the library: a cache per host, each kept fresh by a thread of its own.
//!
//! A host is asked for again and again while somebody uses it, because the addresses of S3 change from answer to
//! answer and connections should spread over all of them. Everything is under one lock; callbacks never are.

use core::ffi::*;
use core::ptr;
use std::collections::HashMap;
use std::sync::Arc;

use crate::crt::call::call_out;
use crate::sync::{Condvar, Mutex};

use crate::crt::embedded::published::Constant;
use crate::crt::sys::*;
use crate::error::Code;

use super::super::event_loop_group::{
    aws_event_loop_group_acquire, aws_event_loop_group_get_next_loop, aws_event_loop_group_release,
};
use super::super::{block, event_loop, link};
use super::cache::{Cache, Record};
use super::refresh::{self, Pending};

const COUNT_A: u32 = 1;
const COUNT_AAAA: u32 = 2;

/// The C object and what belongs to it.
#[repr(C)]
pub struct Resolver {
    base: aws_host_resolver,
    group: *mut aws_event_loop_group,
    pub clock: aws_io_clock_fn,
    pub hosts: Mutex<Hosts>,
}

#[derive(Default)]
pub struct Hosts {
    by_name: HashMap<Vec<u8>, Arc<Host>>,
    /// Threads that still use the resolver.
    threads: usize,
    /// Nobody holds the resolver any more.
    released: bool,
}

/// One host name. Its state is guarded by the lock of the resolver.
pub struct Host {
    pub name: Vec<u8>,
    pub config: aws_host_resolution_config,
    pub state: Mutex<HostState>,
    pub changed: Condvar,
}

// SAFETY: the resolution function and its data are the caller's promise to be callable from our threads.
unsafe impl Send for Host {}
// SAFETY: as above.
unsafe impl Sync for Host {}

#[derive(Default)]
pub struct HostState {
    pub cache: Cache,
    pub pending: Vec<Pending>,
    /// When somebody asked last, by the clock of the resolver.
    pub asked_ns: u64,
    /// Taken out of the resolver; its thread is about to end.
    pub removed: bool,
    pub when_gone: Vec<Arc<Gone>>,
}

/// Calls a purge callback when the last host it waits for is gone.
pub struct Gone {
    callback: aws_simple_completion_callback,
    user_data: *mut c_void,
}

// SAFETY: the caller allows the callback on any thread.
unsafe impl Send for Gone {}
// SAFETY: as above; it is only called when dropped.
unsafe impl Sync for Gone {}

impl Drop for Gone {
    fn drop(&mut self) {
        if let Some(callback) = self.callback {
            // SAFETY: promised by whoever asked to purge.
            let _ = unsafe { call_out!(callback, self.user_data) };
        }
    }
}

static VTABLE: Constant<aws_host_resolver_vtable> = Constant(aws_host_resolver_vtable {
    destroy: Some(destroy),
    resolve_host: Some(resolve_host),
    record_connection_failure: Some(record_connection_failure),
    purge_cache: Some(purge_cache),
    purge_cache_with_callback: Some(purge_cache_with_callback),
    purge_host_cache: Some(purge_host_cache),
    get_host_address_count: Some(address_count),
});

/// # Safety
/// As `aws_host_resolver_new_default`.
pub unsafe fn new(
    allocator: *mut aws_allocator,
    options: &aws_host_resolver_default_options,
) -> *mut aws_host_resolver {
    let nothing = aws_shutdown_callback_options {
        shutdown_callback_fn: None,
        shutdown_callback_user_data: ptr::null_mut(),
    };
    // SAFETY: as the caller promises; the vtable is never written through the pointer.
    unsafe {
        let base = aws_host_resolver {
            allocator,
            r#impl: ptr::null_mut(),
            vtable: (&raw const VTABLE.0).cast_mut(),
            ref_count: aws_ref_count {
                ref_count: aws_atomic_var { value: ptr::null_mut() },
                object: ptr::null_mut(),
                on_zero_fn: None,
            },
            shutdown_options: options.shutdown_options.as_ref().copied().unwrap_or(nothing),
        };
        let group = aws_event_loop_group_acquire(options.el_group);
        let clock = options.system_clock_override_fn;
        let resolver = Resolver { base, group, clock, hosts: Mutex::default() };
        let resolver = block::place(allocator, resolver);
        (*resolver).base.r#impl = resolver.cast();
        let count = &raw mut (*resolver).base.ref_count;
        link::aws_ref_count_init(count, resolver.cast(), Some(destroy_object));
        resolver.cast()
    }
}

/// # Safety
/// `resolver` is a live resolver of this kind.
unsafe fn of<'a>(resolver: *mut aws_host_resolver) -> &'a Resolver {
    // SAFETY: the functions of this table are only called on such resolvers.
    unsafe { &*resolver.cast::<Resolver>() }
}

unsafe extern "C" fn destroy_object(resolver: *mut c_void) {
    // SAFETY: the count was initialised with the resolver.
    unsafe { destroy(resolver.cast()) };
}

/// Runs when the last reference is gone: the hosts' threads end, and the last of them frees the resolver.
unsafe extern "C" fn destroy(resolver: *mut aws_host_resolver) {
    // SAFETY: nobody else uses the resolver except its threads.
    unsafe {
        remove_all(of(resolver), None);
        let idle = {
            let mut hosts = of(resolver).hosts.lock();
            hosts.released = true;
            hosts.threads == 0
        };
        if idle {
            free(resolver.cast());
        }
    }
}

/// # Safety
/// No thread and no caller uses the resolver any more.
unsafe fn free(resolver: *mut Resolver) {
    // SAFETY: as the caller promises.
    unsafe {
        let Resolver { base, group, .. } = block::take((*resolver).base.allocator, resolver);
        aws_event_loop_group_release(group);
        if let Some(callback) = base.shutdown_options.shutdown_callback_fn {
            let _ = call_out!(callback, base.shutdown_options.shutdown_callback_user_data);
        }
    }
}

/// The thread of a host has ended. The resolver may be gone afterwards.
///
/// # Safety
/// `resolver` is valid until this call.
pub unsafe fn thread_ended(resolver: *mut Resolver) {
    // SAFETY: as the caller promises; the thread counted as a user until now.
    unsafe {
        let last = {
            let mut hosts = (*resolver).hosts.lock();
            hosts.threads -= 1;
            hosts.released && hosts.threads == 0
        };
        if last {
            free(resolver);
        }
    }
}

impl Resolver {
    pub fn allocator(&self) -> *mut aws_allocator {
        self.base.allocator
    }

    fn host(&self, name: &[u8]) -> Option<Arc<Host>> {
        self.hosts.lock().by_name.get(name).cloned()
    }

    /// Takes a host out unless somebody waits for it, or has asked for it since then; says whether it is out.
    pub fn remove_idle(&self, host: &Arc<Host>, since_ns: u64) -> bool {
        let mut hosts = self.hosts.lock();
        let mut state = host.state.lock();
        if !state.removed && (!state.pending.is_empty() || state.asked_ns >= since_ns) {
            return false;
        }
        if !state.removed {
            hosts.by_name.remove(&host.name);
            state.removed = true;
        }
        true
    }

    /// Lets go of a purge callback on a thread of the group: whoever purges may hold what the callback needs.
    fn drop_later(&self, gone: Arc<Gone>) {
        if self.group.is_null() {
            return;
        }
        // SAFETY: the resolver holds the group, which has a loop.
        unsafe {
            let event_loop = aws_event_loop_group_get_next_loop(self.group);
            event_loop::post(event_loop, move |_| drop(gone));
        }
    }
}

fn remove_all(resolver: &Resolver, gone: Option<Arc<Gone>>) {
    let mut hosts = resolver.hosts.lock();
    for (_, host) in hosts.by_name.drain() {
        mark_removed(&host, gone.as_ref());
    }
}

fn mark_removed(host: &Host, gone: Option<&Arc<Gone>>) {
    let mut state = host.state.lock();
    state.removed = true;
    state.when_gone.extend(gone.cloned());
    host.changed.notify_one();
}

unsafe extern "C" fn resolve_host(
    resolver: *mut aws_host_resolver,
    host_name: *const aws_string,
    callback: aws_on_host_resolved_result_fn,
    config: *const aws_host_resolution_config,
    user_data: *mut c_void,
) -> c_int {
    // SAFETY: as the caller of `aws_host_resolver_resolve_host` promises.
    let (this, config, name) =
        unsafe { (of(resolver), config.as_ref(), link::string_bytes(host_name)) };
    let Some(name) = name else {
        return link::raise(Code::INVALID_ARGUMENT);
    };
    let pending = Pending::new(callback, user_data);
    let asked_ns = refresh::now_ns(this.clock);
    let mut hosts = this.hosts.lock();
    if let Some(host) = hosts.by_name.get(name).cloned() {
        let mut state = host.state.lock();
        state.asked_ns = asked_ns;
        let addresses = state.cache.next();
        if addresses.is_empty() {
            state.pending.push(pending);
            host.changed.notify_one();
        } else {
            drop(state);
            drop(hosts);
            // SAFETY: the resolver is live.
            unsafe { refresh::deliver(resolver, name, pending, Ok(addresses)) };
        }
        return link::SUCCESS;
    }
    let state = HostState { pending: vec![pending], asked_ns, ..HostState::default() };
    // As soon as the thread runs, the callback may be called and let go of the name.
    let key = name.to_vec();
    let host = Arc::new(Host {
        name: key.clone(),
        config: config
            .copied()
            .unwrap_or_else(|| super::aws_host_resolver_init_default_resolution_config()),
        state: Mutex::new(state),
        changed: Condvar::new(),
    });
    // SAFETY: the thread counts as a user of the resolver until it calls `thread_ended`.
    match unsafe { refresh::start(resolver.cast(), Arc::clone(&host)) } {
        Ok(()) => {
            hosts.threads += 1;
            hosts.by_name.insert(key, host);
            link::SUCCESS
        }
        Err(code) => link::raise(code),
    }
}

unsafe extern "C" fn record_connection_failure(
    resolver: *mut aws_host_resolver,
    address: *const aws_host_address,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe {
        let Some(address) = address.as_ref() else {
            return link::raise(Code::INVALID_ARGUMENT);
        };
        let record = record_of(address.record_type);
        let host = of(resolver).host(link::string_bytes(address.host).unwrap_or_default());
        if let Some(host) = host {
            let text = link::string_bytes(address.address).unwrap_or_default();
            host.state.lock().cache.record_failure(record, text);
        }
    }
    link::SUCCESS
}

pub fn record_of(record_type: aws_address_record_type) -> Record {
    if record_type == AWS_ADDRESS_RECORD_TYPE_AAAA { Record::Aaaa } else { Record::A }
}

unsafe extern "C" fn purge_cache(resolver: *mut aws_host_resolver) -> c_int {
    // SAFETY: as the caller promises.
    remove_all(unsafe { of(resolver) }, None);
    link::SUCCESS
}

unsafe extern "C" fn purge_cache_with_callback(
    resolver: *mut aws_host_resolver,
    callback: aws_simple_completion_callback,
    user_data: *mut c_void,
) -> c_int {
    // SAFETY: as the caller promises.
    let this = unsafe { of(resolver) };
    let gone = Arc::new(Gone { callback, user_data });
    remove_all(this, Some(gone.clone()));
    this.drop_later(gone);
    link::SUCCESS
}

unsafe extern "C" fn purge_host_cache(
    resolver: *mut aws_host_resolver,
    options: *const aws_host_resolver_purge_host_options,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe {
        let Some(options) = options.as_ref() else {
            return link::raise(Code::INVALID_ARGUMENT);
        };
        let callback = options.on_host_purge_complete_callback;
        let gone = Arc::new(Gone { callback, user_data: options.user_data });
        let name = link::string_bytes(options.host).unwrap_or_default();
        let host = of(resolver).hosts.lock().by_name.remove(name);
        if let Some(host) = host {
            mark_removed(&host, Some(&gone));
        }
        of(resolver).drop_later(gone);
    }
    link::SUCCESS
}

unsafe extern "C" fn address_count(
    resolver: *mut aws_host_resolver,
    host_name: *const aws_string,
    flags: u32,
) -> usize {
    // SAFETY: as the caller promises.
    let (this, name) = unsafe { (of(resolver), link::string_bytes(host_name).unwrap_or_default()) };
    let Some(host) = this.host(name) else { return 0 };
    let state = host.state.lock();
    [(COUNT_A, Record::A), (COUNT_AAAA, Record::Aaaa)]
        .into_iter()
        .filter(|(flag, _)| flags & flag != 0)
        .map(|(_, record)| state.cache.usable(record))
        .sum()
}

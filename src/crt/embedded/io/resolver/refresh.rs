//! The thread of one host: resolves, answers those who wait, sleeps, and starts again while the host is in use.

use core::ffi::*;
use core::{mem, ptr, slice};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::clock::monotonic_ns;
use crate::crt::call::{begin_thread, call_out};
use crate::crt::sys::*;
use crate::error::Code;

use super::super::link;
use super::cache::Address;
use super::default_resolver::{self, Host, Resolver};
use super::{aws_default_dns_resolve, aws_host_address_clean_up};

const NS_PER_S: u64 = 1_000_000_000;
/// Between two questions to the name servers.
const LEAST_PAUSE: Duration = Duration::from_millis(100);
const HOST_REMOVED_FROM_CACHE: Code = Code(1061);

/// Somebody who waits for an answer.
pub struct Pending {
    callback: aws_on_host_resolved_result_fn,
    user_data: *mut c_void,
}

// SAFETY: the caller of resolve_host allows the callback on the resolver's threads.
unsafe impl Send for Pending {}

impl Pending {
    pub fn new(callback: aws_on_host_resolved_result_fn, user_data: *mut c_void) -> Self {
        Self { callback, user_data }
    }
}

struct Argument {
    resolver: *mut Resolver,
    host: Arc<Host>,
}

/// Starts the thread of a host, which ends with `thread_ended`.
///
/// # Safety
/// `resolver` stays valid until then.
pub unsafe fn start(resolver: *mut Resolver, host: Arc<Host>) -> Result<(), Code> {
    let argument = Box::into_raw(Box::new(Argument { resolver, host }));
    // SAFETY: the thread takes over the argument.
    unsafe {
        let allocator = (*resolver).allocator();
        let launched =
            link::launch(allocator, "AwsHostResolver", AWS_TJS_MANAGED, -1, run, argument.cast());
        launched.map(drop).inspect_err(|_| drop(Box::from_raw(argument)))
    }
}

unsafe extern "C" fn run(argument: *mut c_void) {
    begin_thread();
    // SAFETY: `start` made the argument for this thread alone, and the resolver waits for the thread's end.
    unsafe {
        let Argument { resolver, host } = *Box::from_raw(argument.cast::<Argument>());
        while refresh(resolver, &host) {}
        let (pending, gone) = {
            let mut state = host.state.lock();
            (mem::take(&mut state.pending), mem::take(&mut state.when_gone))
        };
        for pending in pending {
            deliver(resolver.cast(), &host.name, pending, Err(HOST_REMOVED_FROM_CACHE));
        }
        drop((gone, host));
        default_resolver::thread_ended(resolver);
    }
}

/// One round; says whether another one follows.
///
/// # Safety
/// `resolver` is valid.
unsafe fn refresh(resolver: *mut Resolver, host: &Arc<Host>) -> bool {
    // SAFETY: as the caller promises.
    let (answers, now_ns) = unsafe { (ask(resolver, host), now_ns((*resolver).clock)) };
    let failure = match &answers {
        Err(code) if *code != Code::SUCCESS => *code,
        _ => Code::IO_DNS_QUERY_FAILED,
    };
    let waiting = {
        let mut state = host.state.lock();
        if state.removed {
            return false;
        }
        let mut answers = answers.unwrap_or_default();
        for answer in &mut answers {
            answer.expiry_ns = now_ns.saturating_add(seconds(host.config.max_ttl));
        }
        state.cache.update(answers, now_ns);
        let pending = mem::take(&mut state.pending);
        pending.into_iter().map(|pending| (pending, state.cache.next())).collect::<Vec<_>>()
    };
    for (pending, addresses) in waiting {
        let outcome = if addresses.is_empty() { Err(failure) } else { Ok(addresses) };
        // SAFETY: as the caller promises.
        unsafe { deliver(resolver.cast(), &host.name, pending, outcome) };
    }
    // SAFETY: as the caller promises.
    unsafe { rest(resolver, host) }
}

/// Waits for the next round; says whether there is one. A host that nobody has asked for during the time that its
/// addresses live is forgotten.
///
/// # Safety
/// `resolver` is valid.
unsafe fn rest(resolver: *mut Resolver, host: &Arc<Host>) -> bool {
    let frequency_ns = match host.config.resolve_frequency_ns {
        0 => super::DEFAULT_FREQUENCY_NS,
        frequency_ns => frequency_ns,
    };
    let longest_idle_ns = seconds(host.config.max_ttl.max(1));
    let start = Instant::now();
    // Somebody who waits for a name that cannot be resolved does not have the name servers asked without a pause.
    let soonest = start + LEAST_PAUSE;
    let pause = Duration::from_nanos(frequency_ns.min(longest_idle_ns)).max(LEAST_PAUSE);
    let next = start.checked_add(pause).unwrap_or(soonest);
    let removed = {
        let mut state = host.state.lock();
        while !state.removed {
            let until = if state.pending.is_empty() { next } else { soonest };
            if host.changed.wait_until(&mut state, until).timed_out() {
                break;
            }
        }
        state.removed
    };
    // SAFETY: as the caller promises.
    unsafe {
        let idle_since_ns = now_ns((*resolver).clock).saturating_sub(longest_idle_ns);
        !removed && !(*resolver).remove_idle(host, idle_since_ns)
    }
}

fn seconds(count: usize) -> u64 {
    (count as u64).saturating_mul(NS_PER_S)
}

pub fn now_ns(clock: aws_io_clock_fn) -> u64 {
    let Some(clock) = clock else { return monotonic_ns() };
    let mut timestamp = 0;
    // SAFETY: the caller gave the clock to be asked at any time, from any thread.
    let _ = unsafe { call_out!(clock, &raw mut timestamp) };
    timestamp
}

/// Calls the resolution function, which may block, and takes over its answers.
///
/// # Safety
/// `resolver` is valid.
unsafe fn ask(resolver: *mut Resolver, host: &Host) -> Result<Vec<Address>, Code> {
    let resolve = host.config.r#impl.unwrap_or(aws_default_dns_resolve);
    // SAFETY: name and list are valid for the call; what is in the list afterwards is ours to clean up.
    unsafe {
        let allocator = (*resolver).allocator();
        let name = link::string_new(allocator, &host.name);
        let shown = name.cast_const();
        let mut list = aws_array_list {
            alloc: allocator,
            current_size: 0,
            length: 0,
            item_size: size_of::<aws_host_address>(),
            data: ptr::null_mut(),
        };
        let outcome =
            match call_out!(resolve, allocator, shown, &raw mut list, host.config.impl_data) {
                Ok(link::SUCCESS) => Ok(()),
                Ok(_) => Err(link::last_error()),
                Err(_) => Err(Code::UNKNOWN),
            };
        let mut answers = Vec::new();
        if list.length > 0 {
            let items =
                slice::from_raw_parts_mut(list.data.cast::<aws_host_address>(), list.length);
            for item in items {
                answers.push(Address {
                    text: link::string_bytes(item.address).unwrap_or_default().to_vec(),
                    record: default_resolver::record_of(item.record_type),
                    expiry_ns: 0,
                    uses: 0,
                    failures: 0,
                    weight: item.weight,
                });
                aws_host_address_clean_up(item);
            }
        }
        link::aws_mem_release(allocator, list.data);
        link::aws_string_destroy(name);
        outcome.map(|()| answers)
    }
}

/// Answers one caller. The list and its items are valid during the callback only.
///
/// # Safety
/// `resolver` is a valid resolver of this library; no lock is held.
pub unsafe fn deliver(
    resolver: *mut aws_host_resolver,
    name: &[u8],
    pending: Pending,
    outcome: Result<Vec<Address>, Code>,
) {
    let Some(callback) = pending.callback else { return };
    // SAFETY: everything handed out outlives the call; the caller promised the callback for this moment.
    unsafe {
        let allocator = (*resolver).allocator;
        let string = link::string_new(allocator, name);
        let host_name = string.cast_const();
        match outcome {
            Err(code) => {
                let none = ptr::null::<aws_array_list>();
                let _ = call_out!(callback, resolver, host_name, code.0, none, pending.user_data);
            }
            Ok(addresses) => {
                let new_item = |address: &Address| c_address(allocator, name, address);
                let mut items: Vec<_> = addresses.iter().map(new_item).collect();
                let list = aws_array_list {
                    alloc: ptr::null_mut(),
                    current_size: items.len() * size_of::<aws_host_address>(),
                    length: items.len(),
                    item_size: size_of::<aws_host_address>(),
                    data: items.as_mut_ptr().cast(),
                };
                let list = &raw const list;
                let _ = call_out!(callback, resolver, host_name, 0_i32, list, pending.user_data);
                for item in &mut items {
                    aws_host_address_clean_up(item);
                }
            }
        }
        link::aws_string_destroy(string);
    }
}

/// # Safety
/// `allocator` is valid and outlives the address.
unsafe fn c_address(
    allocator: *mut aws_allocator,
    host: &[u8],
    address: &Address,
) -> aws_host_address {
    // SAFETY: as the caller promises.
    unsafe {
        aws_host_address {
            allocator,
            host: link::string_new(allocator, host),
            address: link::string_new(allocator, &address.text),
            record_type: match address.record {
                super::cache::Record::A => AWS_ADDRESS_RECORD_TYPE_A,
                super::cache::Record::Aaaa => AWS_ADDRESS_RECORD_TYPE_AAAA,
            },
            expiry: address.expiry_ns,
            use_count: address.uses,
            connection_failure_count: address.failures,
            weight: address.weight,
        }
    }
}

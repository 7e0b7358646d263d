//! What the program set up for its connections: event loops and a resolver.

use core::ptr;

use super::call::call_out;
use super::sys::*;
use super::{Allocator, Count, Counted, HostResolver, host, last_error};
use crate::error::{Error, Result};

/// A counted `aws_client_bootstrap`.
pub type Bootstrap = Counted<aws_client_bootstrap>;

// SAFETY: a bootstrap does not change once made, and its count is atomic.
unsafe impl Count for aws_client_bootstrap {
    unsafe fn acquire(object: *mut Self) {
        // SAFETY: alive by contract.
        unsafe { host::aws_client_bootstrap_acquire(object) };
    }

    unsafe fn release(object: *mut Self) {
        // SAFETY: alive, and the reference is ours by contract.
        let _ = unsafe { call_out!(host::aws_client_bootstrap_release, object) };
    }
}

/// A counted `aws_event_loop_group`.
pub type EventLoopGroup = Counted<aws_event_loop_group>;

// SAFETY: a group does not change once made, and its count is atomic.
unsafe impl Count for aws_event_loop_group {
    unsafe fn acquire(object: *mut Self) {
        // SAFETY: alive by contract.
        unsafe { host::aws_event_loop_group_acquire(object) };
    }

    unsafe fn release(object: *mut Self) {
        // SAFETY: alive, and the reference is ours by contract.
        let _ = unsafe { call_out!(host::aws_event_loop_group_release, object) };
    }
}

impl EventLoopGroup {
    /// How many threads the program wants for the network.
    pub fn loop_count(&self) -> usize {
        // SAFETY: the group is alive.
        unsafe { host::aws_event_loop_group_get_loop_count(self.as_ptr()) }
    }
}

impl Bootstrap {
    /// A bootstrap with an event loop group and a resolver of its own, which end with it.
    pub fn new_default(allocator: Allocator, loops: u16, most_hosts: usize) -> Result<Self> {
        let allocator = allocator.as_ptr();
        // SAFETY: option structs that live during the calls; zero is a valid value of each of their fields. References
        // that the bootstrap has taken over are given up.
        unsafe {
            let group = host::aws_event_loop_group_new_default(allocator, loops, ptr::null());
            if group.is_null() {
                return Err(Error::new(last_error()));
            }
            let mut resolver_options: aws_host_resolver_default_options = core::mem::zeroed();
            resolver_options.max_entries = most_hosts;
            resolver_options.el_group = group;
            let resolver = host::aws_host_resolver_new_default(allocator, &resolver_options);
            let mut bootstrap = ptr::null_mut();
            if !resolver.is_null() {
                let mut options: aws_client_bootstrap_options = core::mem::zeroed();
                options.event_loop_group = group;
                options.host_resolver = resolver;
                bootstrap = host::aws_client_bootstrap_new(allocator, &options);
                if bootstrap.is_null() {
                    let error = Error::new(last_error());
                    host::aws_host_resolver_release(resolver);
                    host::aws_event_loop_group_release(group);
                    return Err(error);
                }
                host::aws_host_resolver_release(resolver);
            }
            let error = Error::new(last_error());
            host::aws_event_loop_group_release(group);
            Self::adopt(bootstrap).ok_or(error)
        }
    }

    /// The event loops that the program wants its connections to run on. None only when somebody made a bootstrap
    /// without the CRT.
    pub fn event_loops(&self) -> Option<EventLoopGroup> {
        // SAFETY: a live bootstrap holds its group; the field is public and never changes.
        unsafe { EventLoopGroup::acquire((*self.as_ptr()).event_loop_group) }
    }

    /// None only when somebody made a bootstrap without the CRT.
    pub fn resolver(&self) -> Option<HostResolver> {
        // SAFETY: a live bootstrap holds its resolver; the field is public and never changes.
        unsafe { HostResolver::acquire((*self.as_ptr()).host_resolver) }
    }
}

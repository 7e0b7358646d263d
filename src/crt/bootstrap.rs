//! What the program set up for its connections: event loops and a resolver.

use core::ptr;

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
        unsafe { host::aws_client_bootstrap_release(object) };
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

    /// How many threads the program wants for the network; zero when it has no event loops.
    pub fn loop_count(&self) -> usize {
        // SAFETY: a live bootstrap; the field is public and never changes.
        let group = unsafe { (*self.as_ptr()).event_loop_group };
        if group.is_null() {
            return 0;
        }
        // SAFETY: the bootstrap holds its group.
        unsafe { host::aws_event_loop_group_get_loop_count(group) }
    }

    /// None only when somebody made a bootstrap without the CRT.
    pub fn resolver(&self) -> Option<HostResolver> {
        // SAFETY: a live bootstrap holds its resolver; the field is public and never changes.
        unsafe { HostResolver::acquire((*self.as_ptr()).host_resolver) }
    }
}

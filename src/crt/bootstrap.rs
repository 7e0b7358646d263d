//! What the program set up for its connections: event loops and a resolver.

use super::sys::aws_client_bootstrap;
use super::{Count, Counted, HostResolver, host};

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

//! What a thread begins with: its stack, its processor, its name.

use std::ffi::CStr;
use std::mem::MaybeUninit;

/// The least stack of a thread on which functions of the program run. It is memory only as far as it is used.
const LEAST_STACK: usize = 2 * 1024 * 1024;

/// The stack that such a thread has to be given; 0 where it gets no smaller one if nothing is said. With musl it would
/// be 128 KiB, on macOS 512.
pub fn stack_bytes() -> usize {
    if usual_stack() < LEAST_STACK { LEAST_STACK } else { 0 }
}

/// The stack of a thread that nothing is said about; the program may have a say in it.
fn usual_stack() -> usize {
    let mut attributes = MaybeUninit::uninit();
    let mut bytes = 0;
    // SAFETY: attributes are initialised before use and destroyed after.
    unsafe {
        if libc::pthread_attr_init(attributes.as_mut_ptr()) != 0 {
            return 0;
        }
        libc::pthread_attr_getstacksize(attributes.as_ptr(), &raw mut bytes);
        libc::pthread_attr_destroy(attributes.as_mut_ptr());
    }
    bytes
}

/// Keeps this thread on one processor. One that is gone, or not ours to use, changes nothing.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub fn pin(processor: usize) {
    use rustix::thread::{CpuSet, sched_setaffinity};
    if processor < CpuSet::MAX_CPU {
        let mut only = CpuSet::new();
        only.set(processor);
        let _ = sched_setaffinity(None, &only);
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub fn pin(_processor: usize) {}

/// Gives this thread a name. One that is too long for the system is refused, or cut.
pub fn set_name(name: &CStr) {
    // SAFETY: a C string, for the calling thread.
    unsafe {
        #[cfg(target_vendor = "apple")]
        libc::pthread_setname_np(name.as_ptr());
        #[cfg(not(target_vendor = "apple"))]
        libc::pthread_setname_np(libc::pthread_self(), name.as_ptr());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_gets_a_stack_for_functions_of_the_program() {
        assert!(stack_bytes().max(usual_stack()) >= LEAST_STACK);
    }

    #[test]
    fn processors_that_are_not_there_are_nobodys() {
        for processor in [1023, 1024, usize::MAX] {
            pin(processor);
        }
        std::thread::spawn(|| pin(0)).join().unwrap();
    }
}

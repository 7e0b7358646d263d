//! Keeping SIGPIPE from a program that has not asked for it.
//!
//! Writing to a pipe or socket that nobody reads any more raises this signal unless the call says otherwise, and by
//! default the signal ends the process without a word. Where a call has no way to say so, the thread that makes it
//! blocks the signal meanwhile and takes out what the call has raised. What the process does about the signal is left
//! alone, and so is a signal that somebody else has sent.

use std::marker::PhantomData;
use std::mem::MaybeUninit;

/// While it lives, this thread is not told of SIGPIPE, and none that came meanwhile is left when it goes.
pub struct Quiet {
    was_blocked: bool,
    was_pending: bool,
    /// Masks belong to threads: it ends on the one where it began.
    _here: PhantomData<*const ()>,
}

impl Quiet {
    pub fn begin() -> Self {
        let only = only_sigpipe();
        let mut before = MaybeUninit::uninit();
        // SAFETY: both sets are ours; the call fails for nothing but an unknown first argument, and fills the second.
        let was_blocked = unsafe {
            libc::pthread_sigmask(libc::SIG_BLOCK, &only, before.as_mut_ptr());
            contains_sigpipe(&before.assume_init())
        };
        // One that was not blocked would not have waited.
        let was_pending = was_blocked && is_pending();
        Self { was_blocked, was_pending, _here: PhantomData }
    }

    /// Whether one came, or was there before.
    pub fn has_caught(&self) -> bool {
        is_pending()
    }

    /// Ends it where no signal can have been raised, which saves looking for one.
    pub fn end_undisturbed(self) {
        let this = std::mem::ManuallyDrop::new(self);
        this.restore();
    }

    fn restore(&self) {
        if !self.was_blocked {
            // SAFETY: the set is ours, and nothing is asked for in return.
            unsafe {
                libc::pthread_sigmask(libc::SIG_UNBLOCK, &only_sigpipe(), std::ptr::null_mut());
            }
        }
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        // One that waited before is somebody else's, and a second one has been lost in it.
        if !self.was_pending {
            take();
        }
        self.restore();
    }
}

/// Takes SIGPIPE out of what waits for this thread.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn take() {
    let now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    loop {
        // SAFETY: the set and the time are ours, and nothing is asked for beyond the number.
        let taken = unsafe { libc::sigtimedwait(&only_sigpipe(), std::ptr::null_mut(), &now) };
        let error = std::io::Error::last_os_error();
        if taken != -1 || error.raw_os_error() != Some(libc::EINTR) {
            return;
        }
    }
}

/// As above, where a wait cannot be given an end.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn take() {
    if is_pending() {
        let mut number = 0;
        // SAFETY: the set and the number are ours; the signal is there, so this does not wait.
        unsafe {
            libc::sigwait(&only_sigpipe(), &mut number);
        }
    }
}

fn is_pending() -> bool {
    let mut pending = MaybeUninit::uninit();
    // SAFETY: the set is ours, and the call fills it.
    unsafe {
        libc::sigpending(pending.as_mut_ptr()) == 0 && contains_sigpipe(&pending.assume_init())
    }
}

fn contains_sigpipe(set: &libc::sigset_t) -> bool {
    // SAFETY: reads an initialised set.
    unsafe { libc::sigismember(set, libc::SIGPIPE) == 1 }
}

fn only_sigpipe() -> libc::sigset_t {
    let mut set = MaybeUninit::uninit();
    // SAFETY: the first call initialises the set that the second changes.
    unsafe {
        libc::sigemptyset(set.as_mut_ptr());
        libc::sigaddset(set.as_mut_ptr(), libc::SIGPIPE);
        set.assume_init()
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Write;

    use super::*;

    /// A pipe that nobody reads.
    fn broken_pipe() -> File {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        std::os::fd::OwnedFd::from(writer).into()
    }

    /// Writes to it, which raises the signal on this thread.
    fn raise() {
        let error = broken_pipe().write(b"x").unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::BrokenPipe);
    }

    fn is_blocked() -> bool {
        let mut now = MaybeUninit::uninit();
        // SAFETY: nothing is changed, and the set is ours.
        unsafe {
            libc::pthread_sigmask(libc::SIG_BLOCK, std::ptr::null(), now.as_mut_ptr());
            contains_sigpipe(&now.assume_init())
        }
    }

    #[test]
    fn what_was_raised_meanwhile_is_gone_and_the_mask_as_before() {
        std::thread::spawn(|| {
            assert!(!is_blocked());
            let quiet = Quiet::begin();
            raise();
            assert!(is_blocked() && is_pending());
            drop(quiet);
            assert!(!is_blocked() && !is_pending());
            Quiet::begin().end_undisturbed();
            assert!(!is_blocked());
        })
        .join()
        .unwrap();
    }

    #[test]
    fn a_mask_and_a_signal_of_somebody_else_stay() {
        std::thread::spawn(|| {
            // SAFETY: blocks the signal on a thread of this test.
            unsafe {
                libc::pthread_sigmask(libc::SIG_BLOCK, &only_sigpipe(), std::ptr::null_mut());
            }
            let quiet = Quiet::begin();
            raise();
            drop(quiet);
            assert!(is_blocked() && !is_pending());
            raise();
            let quiet = Quiet::begin();
            raise();
            drop(quiet);
            assert!(is_blocked() && is_pending());
            take();
            assert!(!is_pending());
        })
        .join()
        .unwrap();
    }

    #[test]
    fn one_within_another() {
        std::thread::spawn(|| {
            let outer = Quiet::begin();
            drop(Quiet::begin());
            assert!(is_blocked());
            raise();
            drop(outer);
            assert!(!is_blocked() && !is_pending());
        })
        .join()
        .unwrap();
    }
}

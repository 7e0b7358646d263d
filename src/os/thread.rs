//! Whether a thread waits or works, and what it waited for.

use std::fs;

/// The number that the system knows a thread by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadNumber(i32);

impl ThreadNumber {
    pub fn current() -> Self {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        return Self(rustix::thread::gettid().as_raw_nonzero().get());
        // Nothing can be asked about a thread by its number.
        #[cfg(not(any(target_os = "linux", target_os = "android")))]
        Self(0)
    }

    /// Whether this thread of the process has something to compute, as far as the system tells.
    pub fn is_working(self) -> bool {
        let status = fs::read_to_string(format!("/proc/self/task/{}/stat", self.0));
        // The name is in brackets, and may have some in it.
        let state = status.ok().and_then(|status| {
            let (_, behind_name) = status.rsplit_once(") ")?;
            behind_name.chars().next()
        });
        state == Some('R')
    }

    /// How long this thread of the process has been ready to run without a processor to run on, since its beginning.
    /// `None` where the system keeps no such book.
    pub fn waited_for_processor_ns(self) -> Option<u64> {
        // Time on a processor, time ready for one, and how often it got one.
        let book = fs::read_to_string(format!("/proc/self/task/{}/schedstat", self.0)).ok()?;
        book.split_ascii_whitespace().nth(1)?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn who_waits_does_not_work() {
        assert!(ThreadNumber::current().is_working());
        let (say, said) = channel();
        let (release, held) = channel::<()>();
        let waiting = std::thread::spawn(move || {
            say.send(ThreadNumber::current()).unwrap();
            let _ = held.recv();
        });
        let number = said.recv().unwrap();
        assert_ne!(number, ThreadNumber::current());
        let end = Instant::now() + Duration::from_secs(10);
        while number.is_working() {
            assert!(Instant::now() < end);
        }
        drop(release);
        waiting.join().unwrap();
        // Who joins a thread may be told a moment before the system is done with it.
        while number.is_working() {
            assert!(Instant::now() < end, "is gone");
        }
    }

    #[test]
    fn who_is_there_can_be_asked_how_long_it_waited() {
        let number = ThreadNumber::current();
        if let Some(before) = number.waited_for_processor_ns() {
            assert!(number.waited_for_processor_ns().is_some_and(|now| now >= before));
        }
        assert_eq!(ThreadNumber(i32::MAX).waited_for_processor_ns(), None);
    }
}

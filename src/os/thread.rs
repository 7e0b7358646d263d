//! Whether a thread waits or works.

use std::fs;

/// The number that the system knows a thread by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadNumber(i32);

impl ThreadNumber {
    pub fn current() -> Self {
        Self(rustix::thread::gettid().as_raw_nonzero().get())
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
        assert!(!number.is_working(), "is gone");
    }
}

//! How long network threads sleep, for want of something to do.
//!
//! A thread says when it goes to sleep and when it was woken. What it then waited for its processor, because another
//! program had that, was no sleep.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::clock::monotonic_ns;
use crate::os::ThreadNumber;

/// The threads of one event loop group.
#[derive(Default)]
pub struct Naps {
    threads: Vec<Nap>,
}

#[derive(Default)]
struct Nap {
    /// Known when it has slept.
    thread: OnceLock<ThreadNumber>,
    /// 0 while it is awake.
    since_ns: AtomicU64,
    slept_ns: AtomicU64,
}

impl Naps {
    pub fn of(threads: usize) -> Self {
        Self { threads: (0..threads).map(|_| Nap::default()).collect() }
    }

    pub fn threads(&self) -> usize {
        self.threads.len()
    }

    /// Thread `index` goes to sleep; called on that thread.
    pub fn begin(&self, index: usize) {
        let Some(nap) = self.threads.get(index) else { return };
        nap.thread.get_or_init(ThreadNumber::current);
        nap.since_ns.store(monotonic_ns(), Ordering::Release);
    }

    /// Thread `index` has been woken.
    pub fn end(&self, index: usize) {
        let Some(nap) = self.threads.get(index) else { return };
        let since_ns = nap.since_ns.swap(0, Ordering::AcqRel);
        if since_ns > 0 {
            let slept_ns = monotonic_ns().saturating_sub(since_ns);
            nap.slept_ns.fetch_add(slept_ns, Ordering::AcqRel);
        }
    }

    /// How long all threads have slept until now, without what they waited for a processor.
    pub(super) fn slept_ns(&self) -> u64 {
        // Of many, a few that have neighbours make no difference, and asking takes time.
        let asks = self.threads.len() <= 8;
        let waited_ns = |thread: &ThreadNumber| {
            if asks { thread.waited_for_processor_ns() } else { None }
        };
        self.threads.iter().map(|nap| nap.slept_ns(waited_ns)).sum()
    }

    /// What `slept_ns` is of the time that all threads had. Where no threads are known, all the time there is.
    pub(super) fn share(&self, slept_ns: u64, passed_ns: u64) -> f64 {
        if self.threads.is_empty() {
            return 1.0;
        }
        (slept_ns as f64 / (passed_ns.max(1) as f64 * self.threads.len() as f64)).min(1.0)
    }
}

impl Nap {
    fn slept_ns(&self, waited_ns: impl FnOnce(&ThreadNumber) -> Option<u64>) -> u64 {
        let since_ns = self.since_ns.load(Ordering::Acquire);
        let now_ns = if since_ns > 0 { monotonic_ns().saturating_sub(since_ns) } else { 0 };
        let slept_ns = self.slept_ns.load(Ordering::Acquire).saturating_add(now_ns);
        slept_ns.saturating_sub(self.thread.get().and_then(waited_ns).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn sleep_is_counted_while_it_lasts_and_afterwards() {
        // So many that nobody asks how long they waited for a processor.
        let naps = Naps::of(10);
        assert_eq!((naps.threads(), naps.slept_ns()), (10, 0));
        naps.begin(1);
        std::thread::sleep(Duration::from_millis(20));
        let asleep_ns = naps.slept_ns();
        assert!(asleep_ns >= 5_000_000, "{asleep_ns}");
        naps.end(1);
        // What no thread has begun does not end, and there are but ten.
        naps.end(0);
        naps.begin(10);
        let slept_ns = naps.slept_ns();
        std::thread::sleep(Duration::from_millis(1));
        assert!(slept_ns >= asleep_ns);
        assert_eq!(naps.slept_ns(), slept_ns);
        assert_eq!(naps.share(5_000, 1_000), 0.5);
        assert_eq!(naps.share(90_000, 1_000), 1.0);
        assert_eq!(Naps::default().share(0, 1_000), 1.0);
    }

    #[test]
    fn who_waits_for_a_processor_does_not_sleep() {
        let naps = Naps::of(1);
        naps.begin(0);
        std::thread::sleep(Duration::from_millis(5));
        naps.end(0);
        let [nap] = &naps.threads[..] else { panic!("there is one") };
        let slept_ns = nap.slept_ns(|_| None);
        assert_eq!(nap.slept_ns(|_| Some(1_000_000)), slept_ns - 1_000_000);
        assert_eq!(nap.slept_ns(|_| Some(u64::MAX)), 0);
    }
}

//! Whether a client has anything under way, for what is done in its idle time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Counts what is under way: requests from the wait for their memory to their end, delays before another attempt
/// included, and operations that go from one request to the next without their caller.
#[derive(Debug, Default)]
pub struct Activity {
    under_way: AtomicUsize,
    began: AtomicBool,
}

/// Something under way, until it is dropped.
#[derive(Debug)]
#[must_use = "dropping it ends what is under way"]
pub struct Busy(Arc<Activity>);

impl Activity {
    pub fn begin(self: &Arc<Self>) -> Busy {
        self.under_way.fetch_add(1, Ordering::AcqRel);
        self.began.store(true, Ordering::Release);
        Busy(self.clone())
    }

    /// Whether nothing has been under way since this was asked last.
    pub fn was_idle(&self) -> bool {
        // In this order: whatever ends in between has left its mark.
        let none = self.under_way.load(Ordering::Acquire) == 0;
        let began = self.began.swap(false, Ordering::AcqRel);
        none && !began
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        // The time of rest begins now, however long ago this began.
        self.0.began.store(true, Ordering::Release);
        self.0.under_way.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn idle_is_who_had_nothing_under_way_since_last_asked() {
        let activity = Arc::new(Activity::default());
        assert!(activity.was_idle());
        let (first, second) = (activity.begin(), activity.begin());
        assert!(!activity.was_idle());
        drop(first);
        assert!(!activity.was_idle());
        assert!(!activity.was_idle(), "the second is still under way");
        drop(second);
        assert!(!activity.was_idle(), "it ended since");
        assert!(activity.was_idle());
        drop(activity.begin());
        assert!(!activity.was_idle(), "however short");
        assert!(activity.was_idle());
    }
}

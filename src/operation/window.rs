//! The read window of one meta request: how many bytes the caller is ready to take.
//!
//! Without backpressure the window is endless. The total only grows and saturates.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;

pub struct Window {
    limited: bool,
    total_bytes: AtomicU64,
    grown: Notify,
}

impl Window {
    pub fn endless() -> Self {
        Self { limited: false, total_bytes: AtomicU64::new(u64::MAX), grown: Notify::new() }
    }

    pub fn limited(initial_bytes: u64) -> Self {
        Self { limited: true, total_bytes: AtomicU64::new(initial_bytes), grown: Notify::new() }
    }

    pub fn is_limited(&self) -> bool {
        self.limited
    }

    pub fn total(&self) -> u64 {
        self.total_bytes.load(Ordering::Acquire)
    }

    /// Opens the window by so many bytes; does nothing without backpressure.
    pub fn grow(&self, bytes: u64) {
        if !self.limited || bytes == 0 {
            return;
        }
        let grown = |total: u64| Some(total.saturating_add(bytes));
        let _ = self.total_bytes.fetch_update(Ordering::AcqRel, Ordering::Acquire, grown);
        self.grown.notify_one();
    }

    /// Completes when the total exceeds `bytes`. One waiter at a time.
    pub async fn beyond(&self, bytes: u64) {
        while self.total() <= bytes {
            self.grown.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_and_saturates() {
        let window = Window::limited(10);
        window.grow(5);
        assert_eq!(window.total(), 15);
        window.grow(u64::MAX);
        assert_eq!(window.total(), u64::MAX);
    }

    #[test]
    fn growing_an_endless_window_changes_nothing() {
        let window = Window::endless();
        window.grow(1);
        assert!(!window.is_limited());
        assert_eq!(window.total(), u64::MAX);
    }

    #[test]
    fn a_waiter_is_woken_by_the_byte_that_matters() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            let window = Window::limited(0);
            let grow = async {
                window.grow(100);
                tokio::task::yield_now().await;
                window.grow(1);
            };
            tokio::join!(window.beyond(100), grow);
            assert_eq!(window.total(), 101);
        });
    }
}

//! The read window of one meta request: how many bytes the caller is ready to take.
//!
//! Without backpressure the window is endless. The total only grows and saturates.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;

pub struct Window {
    limited: bool,
    total_bytes: AtomicU64,
    grown: Notify,
    /// What somebody waits for the window to exceed.
    awaited_bytes: AtomicU64,
}

/// Nobody waits.
const NOT_AWAITED: u64 = u64::MAX;

/// Says how far the window has to open, for as long as that is waited for.
struct Awaited<'a>(&'a AtomicU64);

impl Drop for Awaited<'_> {
    fn drop(&mut self) {
        self.0.store(NOT_AWAITED, Ordering::Relaxed);
    }
}

impl Window {
    pub fn endless() -> Self {
        Self { limited: false, ..Self::limited(u64::MAX) }
    }

    pub fn limited(initial_bytes: u64) -> Self {
        Self {
            limited: true,
            total_bytes: AtomicU64::new(initial_bytes),
            grown: Notify::new(),
            awaited_bytes: AtomicU64::new(NOT_AWAITED),
        }
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
        self.awaited_bytes.store(bytes, Ordering::Relaxed);
        let _awaited = Awaited(&self.awaited_bytes);
        while self.total() <= bytes {
            self.grown.notified().await;
        }
    }

    /// How many bytes are asked for already, where nothing more is before the window opens.
    pub fn awaited(&self) -> Option<u64> {
        let bytes = self.awaited_bytes.load(Ordering::Relaxed);
        (bytes != NOT_AWAITED && self.total() <= bytes).then_some(bytes)
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
                assert_eq!(window.awaited(), Some(100));
                window.grow(1);
                assert_eq!(window.awaited(), None);
            };
            tokio::join!(window.beyond(100), grow);
            assert_eq!((window.total(), window.awaited()), (101, None));
        });
    }
}

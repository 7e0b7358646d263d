//! Locks that a fork does not break: the system's.
//!
//! A child of a fork has one thread. Locks that keep a table of all waiting threads of a process leave it with a table
//! of threads that do not exist, at addresses where new ones get their stacks. Those of the standard library keep their
//! waiters in the kernel. A lock is not poisoned by a panic: the panic is reported where it is caught.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{self, PoisonError, WaitTimeoutResult};
use std::time::{Duration, Instant};

#[derive(Debug, Default)]
pub struct Mutex<T: ?Sized>(sync::Mutex<T>);

/// Holds the lock; `None` only while it waits at a [`Condvar`].
pub struct MutexGuard<'a, T: ?Sized>(Option<sync::MutexGuard<'a, T>>);

/// To be notified by those who changed what it stands for under its lock. Where nobody waits, that asks nothing of the
/// system.
#[derive(Debug, Default)]
pub struct Condvar {
    inner: sync::Condvar,
    /// Changed with the lock held, so that whoever held it after a waiter sees that waiter.
    waiting: AtomicUsize,
}

#[derive(Debug, Default)]
pub struct RwLock<T>(sync::RwLock<T>);

/// How the locks of a data structure are made, so that a model checker can drive the very same code with its own.
pub trait Locks {
    type Mutex<T>: Lock<T>;
}

pub trait Lock<T> {
    type Guard<'a>: DerefMut<Target = T>
    where
        Self: 'a;

    fn new(value: T) -> Self;
    fn lock(&self) -> Self::Guard<'_>;
}

/// The locks of this room.
pub struct Plain;

impl Locks for Plain {
    type Mutex<T> = Mutex<T>;
}

impl<T> Lock<T> for Mutex<T> {
    type Guard<'a>
        = MutexGuard<'a, T>
    where
        T: 'a;

    fn new(value: T) -> Self {
        Self::new(value)
    }

    fn lock(&self) -> MutexGuard<'_, T> {
        self.lock()
    }
}

impl<T> Mutex<T> {
    pub const fn new(value: T) -> Self {
        Self(sync::Mutex::new(value))
    }
}

impl<T: ?Sized> Mutex<T> {
    pub fn lock(&self) -> MutexGuard<'_, T> {
        MutexGuard(Some(self.0.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    pub fn get_mut(&mut self) -> &mut T {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.as_ref().expect("held outside of waits")
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0.as_mut().expect("held outside of waits")
    }
}

impl Condvar {
    pub const fn new() -> Self {
        Self { inner: sync::Condvar::new(), waiting: AtomicUsize::new(0) }
    }

    pub fn notify_one(&self) {
        if self.is_awaited() {
            self.inner.notify_one();
        }
    }

    pub fn notify_all(&self) {
        if self.is_awaited() {
            self.inner.notify_all();
        }
    }

    fn is_awaited(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) > 0
    }

    /// May return without a notification.
    pub fn wait<T>(&self, guard: &mut MutexGuard<'_, T>) {
        let held = guard.0.take().expect("held outside of waits");
        self.waiting.fetch_add(1, Ordering::Relaxed);
        guard.0 = Some(self.inner.wait(held).unwrap_or_else(PoisonError::into_inner));
        self.waiting.fetch_sub(1, Ordering::Relaxed);
    }

    /// As [`wait`](Self::wait), but not for longer than so much time.
    pub fn wait_for<T>(&self, guard: &mut MutexGuard<'_, T>, most: Duration) -> WaitTimeoutResult {
        let held = guard.0.take().expect("held outside of waits");
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let waited = self.inner.wait_timeout(held, most).unwrap_or_else(PoisonError::into_inner);
        guard.0 = Some(waited.0);
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        waited.1
    }

    pub fn wait_until<T>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        deadline: Instant,
    ) -> WaitTimeoutResult {
        self.wait_for(guard, deadline.saturating_duration_since(Instant::now()))
    }
}

impl<T> RwLock<T> {
    pub const fn new(value: T) -> Self {
        Self(sync::RwLock::new(value))
    }

    pub fn read(&self) -> sync::RwLockReadGuard<'_, T> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn write(&self) -> sync::RwLockWriteGuard<'_, T> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::thread;

    use super::*;

    #[test]
    fn a_panic_poisons_nothing() {
        let lock = Arc::new(Mutex::new(1));
        let inner = lock.clone();
        let panicked = thread::spawn(move || {
            let _held = inner.lock();
            panic!("expected by the test");
        });
        assert!(panicked.join().is_err());
        *lock.lock() += 1;
        assert_eq!(*lock.lock(), 2);
    }

    #[test]
    fn waits_end_with_a_notification_or_with_the_time() {
        let shared = Arc::new((Mutex::new(false), Condvar::new()));
        let waiter = shared.clone();
        let waiting = thread::spawn(move || {
            let mut done = waiter.0.lock();
            while !*done {
                waiter.1.wait(&mut done);
            }
        });
        *shared.0.lock() = true;
        shared.1.notify_all();
        waiting.join().unwrap();
        let mut done = shared.0.lock();
        let deadline = Instant::now() + Duration::from_millis(5);
        while !shared.1.wait_until(&mut done, deadline).timed_out() {}
        assert!(Instant::now() >= deadline && *done);
    }

    /// Two threads take turns, so that each notification meets one who waits, or is just about to.
    #[test]
    fn who_waits_is_never_overlooked() {
        const TURNS: u32 = 20_000;
        let shared = Arc::new((Mutex::new(0), Condvar::new()));
        let take_turns = |of: u32| {
            let shared = shared.clone();
            thread::spawn(move || {
                let (turn, changed) = &*shared;
                let end = Instant::now() + Duration::from_secs(60);
                let mut now = turn.lock();
                while *now < TURNS {
                    if *now % 2 == of {
                        *now += 1;
                        changed.notify_one();
                    } else {
                        assert!(!changed.wait_until(&mut now, end).timed_out());
                    }
                }
            })
        };
        let both = [take_turns(0), take_turns(1)];
        both.into_iter().for_each(|one| one.join().unwrap());
        assert_eq!(shared.1.waiting.load(Ordering::Relaxed), 0);
    }
}

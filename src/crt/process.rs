//! Which process this is, for a program that forks.
//!
//! A child of a fork has the memory of its parent but none of its threads, and shares its sockets and epoll instances.
//! So what one process made is not used in another, and not taken apart there either: that would wait for threads that
//! do not exist, on locks that nobody releases, and take the parent's sockets from its epoll instances. It is
//! forgotten.

use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use crate::os::Forgetful;

/// A process, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Process(u32);

impl Process {
    pub fn current() -> Self {
        static NUMBER: Forgetful = Forgetful::new();
        Self(NUMBER.get_or(std::process::id))
    }

    pub fn is_current(self) -> bool {
        self == Self::current()
    }
}

/// A static value that each process has one of, made when it is first asked for. What a child inherits is left alone,
/// its locks included.
pub struct PerProcess<T: Heir> {
    made: AtomicPtr<(Process, T)>,
}

/// How the value of a process follows from that of its parent. Locks in there must not be touched.
pub trait Heir: Send + Sync + 'static {
    fn inherit(parent: Option<&Self>) -> Self;
}

impl<T: Heir> PerProcess<T> {
    #[expect(clippy::new_without_default, reason = "for statics")]
    pub const fn new() -> Self {
        Self { made: AtomicPtr::new(ptr::null_mut()) }
    }

    pub fn get(&self) -> &'static T {
        let mut found = self.made.load(Ordering::Acquire);
        loop {
            // SAFETY: NULL, or a box that was given away below and is never freed.
            let known = unsafe { found.as_ref() };
            if let Some((process, value)) = known
                && process.is_current()
            {
                return value;
            }
            let value = T::inherit(known.map(|(_, value)| value));
            let made = Box::into_raw(Box::new((Process::current(), value)));
            let exchanged =
                self.made.compare_exchange(found, made, Ordering::AcqRel, Ordering::Acquire);
            found = match exchanged {
                Ok(_) => made,
                Err(faster) => {
                    // SAFETY: nobody has seen this box.
                    drop(unsafe { Box::from_raw(made) });
                    faster
                }
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Heir for Count {
        fn inherit(parent: Option<&Self>) -> Self {
            Self(AtomicUsize::new(parent.map_or(0, |it| it.0.load(Ordering::Relaxed) + 100)))
        }
    }

    #[test]
    fn one_value_in_a_process() {
        static COUNT: PerProcess<Count> = PerProcess::new();
        let threads: Vec<_> =
            (0..8).map(|_| std::thread::spawn(|| ptr::from_ref(COUNT.get()).addr())).collect();
        let seen: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        assert!(seen.iter().all(|address| *address == seen[0]));
    }

    #[test]
    fn a_child_has_its_own() {
        let count = PerProcess::<Count>::new();
        count.get().0.store(3, Ordering::Relaxed);
        let mine = ptr::from_ref(count.get());
        // As it looks to a child: what is there was made by another process.
        let inherited = Box::into_raw(Box::new((Process(u32::MAX), Count(AtomicUsize::new(3)))));
        count.made.store(inherited, Ordering::Release);
        assert_eq!(count.get().0.load(Ordering::Relaxed), 103);
        assert_ne!(ptr::from_ref(count.get()), mine);
    }
}

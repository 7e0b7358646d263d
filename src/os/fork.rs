//! A number that a fork forgets, so that a process knows itself without asking the system each time.

use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};

/// Keeps a number in memory that the system clears in the child of a fork. Where there is no such memory nothing is
/// kept.
pub struct Forgetful {
    page: AtomicPtr<AtomicU32>,
}

/// Stands for memory that cannot be had.
static NOWHERE: AtomicU32 = AtomicU32::new(0);

impl Forgetful {
    #[expect(clippy::new_without_default, reason = "for statics")]
    pub const fn new() -> Self {
        Self { page: AtomicPtr::new(std::ptr::null_mut()) }
    }

    /// The number that is kept, or else what `find` says, which is not 0.
    pub fn get_or(&self, find: impl FnOnce() -> u32) -> u32 {
        let page = self.page();
        match page.load(Ordering::Relaxed) {
            0 => {
                let found = find();
                if !std::ptr::eq(page, &NOWHERE) {
                    page.store(found, Ordering::Relaxed);
                }
                found
            }
            kept => kept,
        }
    }

    fn page(&self) -> &AtomicU32 {
        let mut page = self.page.load(Ordering::Acquire);
        if page.is_null() {
            let made = cleared_by_fork().unwrap_or((&raw const NOWHERE).cast_mut());
            let (set, get) = (Ordering::AcqRel, Ordering::Acquire);
            // Who comes second leaves its page to nobody, once in the life of a process.
            page = self.page.compare_exchange(page, made, set, get).map_or_else(|it| it, |_| made);
        }
        // SAFETY: a page that is never given back, or a static; both are only used atomically.
        unsafe { &*page }
    }
}

/// A page of zeros that is one again in every child.
#[cfg(target_os = "linux")]
fn cleared_by_fork() -> Option<*mut AtomicU32> {
    const BYTES: usize = size_of::<AtomicU32>();
    let access = libc::PROT_READ | libc::PROT_WRITE;
    let kind = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
    // SAFETY: a new mapping, wherever the system likes; it rounds the length up to whole pages.
    let page = unsafe { libc::mmap(std::ptr::null_mut(), BYTES, access, kind, -1, 0) };
    if page == libc::MAP_FAILED {
        return None;
    }
    // SAFETY: the mapping from above, of which nobody else knows.
    let advise = |advice| unsafe { libc::madvise(page, BYTES, advice) } == 0;
    // An emulator may take any advice and follow none.
    let advised = advise(libc::MADV_WIPEONFORK) && !advise(-1);
    if !advised {
        // SAFETY: as above.
        unsafe { libc::munmap(page, BYTES) };
    }
    advised.then_some(page.cast())
}

#[cfg(not(target_os = "linux"))]
fn cleared_by_fork() -> Option<*mut AtomicU32> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_once_where_it_can_be_kept() {
        let kept = Forgetful::new();
        assert_eq!(kept.get_or(|| 7), 7);
        let again = if cleared_by_fork().is_some() { 7 } else { 8 };
        assert_eq!(kept.get_or(|| 8), again);
        let nowhere = Forgetful { page: AtomicPtr::new((&raw const NOWHERE).cast_mut()) };
        assert_eq!([nowhere.get_or(|| 7), nowhere.get_or(|| 8)], [7, 8]);
    }

    #[test]
    fn a_child_finds_its_own() {
        static KEPT: Forgetful = Forgetful::new();
        assert_eq!(KEPT.get_or(|| 7), 7);
        // SAFETY: the child makes no use of locks or of memory that is not there yet, and ends without unwinding.
        let child = unsafe { libc::fork() };
        if child == 0 {
            let found = [KEPT.get_or(|| 8), KEPT.get_or(|| 9)];
            // SAFETY: ends this process and nothing else.
            unsafe { libc::_exit(i32::from(found[0] != 8 || found[1] == 7)) }
        }
        let mut status = -1;
        // SAFETY: waits for the child from above.
        assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
        assert_eq!(status, 0);
        let again = if cleared_by_fork().is_some() { 7 } else { 9 };
        assert_eq!(KEPT.get_or(|| 9), again);
    }
}

//! Page-aligned memory for buffers, never zeroed by us, and really given back when freed.
//!
//! A program that brings its own allocator sees every buffer pass through it. Otherwise large memory comes straight
//! from the system, so that freeing it shrinks the process at once, and small memory from the heap.

use std::alloc::Layout;
use std::ops::Range;
use std::ptr::{self, NonNull};
use std::sync::OnceLock;

use crate::crt::Allocator;
use crate::crt::call::call_out;
use crate::os::prefer_huge_pages;

/// From this size on memory is mapped.
const MAPPED: usize = 1024 * 1024;

/// Size of a huge page where it is smallest.
const HUGE_PAGE: usize = 2 * 1024 * 1024;

/// Owned memory, aligned to the page size.
pub struct Memory {
    start: NonNull<u8>,
    origin: Origin,
}

enum Origin {
    Heap(Layout),
    Map { length: usize },
    Caller { allocator: Allocator, block: NonNull<u8> },
}

// SAFETY: `Memory` owns what it points to, and allocators may be used from every thread.
unsafe impl Send for Memory {}
// SAFETY: it offers nothing but its address.
unsafe impl Sync for Memory {}

impl Memory {
    /// `None` when there is no memory. `size` is at least 1.
    pub fn allocate(allocator: Allocator, size: usize) -> Option<Self> {
        if allocator.as_ptr() != Allocator::default().as_ptr() {
            Self::from_caller(allocator, size, page_size())
        } else if size >= MAPPED {
            Self::map(size)
        } else {
            Self::from_heap(size, page_size())
        }
    }

    pub fn start(&self) -> NonNull<u8> {
        self.start
    }

    /// How much of it there is; `None` of what a program's own allocator gave.
    pub fn size(&self) -> Option<usize> {
        match self.origin {
            Origin::Heap(layout) => Some(layout.size()),
            Origin::Map { length } => Some(length),
            Origin::Caller { .. } => None,
        }
    }

    /// Leaves the process no more than the first `bytes` of what was mapped; the rest comes back, as zeroes, when it is
    /// used. `bytes` are whole pages.
    pub fn shrink(&self, bytes: usize) {
        if let Origin::Map { length } = self.origin
            && length > bytes
        {
            // SAFETY: the range is within the mapping, and nobody uses what is in it.
            unsafe {
                let tail = self.start.as_ptr().add(bytes);
                libc::madvise(tail.cast(), length - bytes, libc::MADV_DONTNEED);
            }
        }
    }

    fn from_heap(size: usize, page: usize) -> Option<Self> {
        let layout = Layout::from_size_align(size, page).ok()?;
        // SAFETY: the layout is not empty.
        let start = NonNull::new(unsafe { std::alloc::alloc(layout) })?;
        Some(Self { start, origin: Origin::Heap(layout) })
    }

    fn map(size: usize) -> Option<Self> {
        let length = size.checked_next_multiple_of(page_size())?;
        let (protection, flags) =
            (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
        // SAFETY: a new anonymous mapping touches nothing that exists.
        let start = unsafe { libc::mmap(ptr::null_mut(), length, protection, flags, -1, 0) };
        if start == libc::MAP_FAILED {
            return None;
        }
        Some(Self { start: NonNull::new(start.cast())?, origin: Origin::Map { length } })
    }

    /// Says that buffers begin every `stride` bytes and that long ones are filled from end to end: behind the first
    /// [`HUGE_PAGE`] of each the system may use huge pages. A buffer of which only the beginning is used, for a small
    /// object that could have been a large one, takes no more than it needs.
    pub fn expect_long(&self, stride: usize) {
        let Origin::Map { length } = self.origin else { return };
        for Range { start, end } in tails(length, stride, page_size()) {
            // SAFETY: the range is within the mapping.
            let at = unsafe { self.start.add(start) };
            prefer_huge_pages(at.as_ptr(), end - start);
        }
    }

    /// Asks the allocator's own function, because the CRT's wrapper ends the process when there is no memory.
    fn from_caller(allocator: Allocator, size: usize, page: usize) -> Option<Self> {
        let length = size.checked_add(page - 1)?;
        // SAFETY: an `Allocator` is made from a valid `aws_allocator` that outlives it.
        let acquire = unsafe { (*allocator.as_ptr()).mem_acquire }?;
        // SAFETY: called like the CRT does, with a size above zero.
        let block: *mut core::ffi::c_void =
            unsafe { call_out!(acquire, allocator.as_ptr(), length) }.ok()?;
        let block = NonNull::new(block.cast::<u8>())?;
        let start = block.align_offset(page);
        // SAFETY: the offset is below one page, which was asked for on top of the size.
        let start = unsafe { block.add(start) };
        Some(Self { start, origin: Origin::Caller { allocator, block } })
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        match &self.origin {
            // SAFETY: allocated with this very layout.
            Origin::Heap(layout) => unsafe { std::alloc::dealloc(self.start.as_ptr(), *layout) },
            // SAFETY: mapped with this very length, and nobody uses the memory of a dropped owner.
            Origin::Map { length } => unsafe {
                libc::munmap(self.start.as_ptr().cast(), *length);
            },
            // SAFETY: the block came from this allocator.
            Origin::Caller { allocator, block } => unsafe {
                allocator.release(block.as_ptr().cast())
            },
        }
    }
}

/// What lies behind the first [`HUGE_PAGE`] of every buffer, in whole pages: buffers begin every `stride` bytes.
fn tails(length: usize, stride: usize, page: usize) -> impl Iterator<Item = Range<usize>> {
    (0..length).step_by(stride.max(1)).filter_map(move |from| {
        let start = from.checked_add(HUGE_PAGE)?.next_multiple_of(page);
        let end = from.saturating_add(stride).min(length);
        (start < end).then_some(start..end)
    })
}

fn page_size() -> usize {
    static SIZE: OnceLock<usize> = OnceLock::new();
    *SIZE.get_or_init(|| {
        // SAFETY: no pointer is involved.
        let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
        usize::try_from(size).ok().filter(|size| size.is_power_of_two()).unwrap_or(4096)
    })
}

#[cfg(test)]
mod tests {
    use std::ffi::c_void;
    use std::sync::atomic::{AtomicIsize, Ordering};

    use crate::crt::sys::aws_allocator;

    use super::*;

    static LIVE: AtomicIsize = AtomicIsize::new(0);

    unsafe extern "C" fn acquire(_: *mut aws_allocator, size: usize) -> *mut c_void {
        if size > 1 << 30 {
            return ptr::null_mut();
        }
        LIVE.fetch_add(1, Ordering::Relaxed);
        // SAFETY: any size will do.
        unsafe { libc::malloc(size) }
    }

    unsafe extern "C" fn release(_: *mut aws_allocator, block: *mut c_void) {
        LIVE.fetch_sub(1, Ordering::Relaxed);
        // SAFETY: from `acquire`.
        unsafe { libc::free(block) }
    }

    fn write_ends(memory: &Memory, size: usize) {
        assert!(memory.start().addr().get().is_multiple_of(page_size()));
        // SAFETY: the first and the last byte of what was allocated.
        unsafe {
            memory.start().write(1);
            memory.start().add(size - 1).write(2);
        }
    }

    #[test]
    fn the_system_gives_pages() {
        for size in [1, 4096, MAPPED - 1, MAPPED, MAPPED + 1, 100 * MIB] {
            let memory = Memory::allocate(Allocator::default(), size).expect("memory");
            assert_eq!(matches!(memory.origin, Origin::Map { .. }), size >= MAPPED);
            write_ends(&memory, size);
        }
    }

    const MIB: usize = 1 << 20;

    /// What arm64 has beside pages of 4 KiB.
    const LARGER_PAGES: [usize; 2] = [16 * 1024, 64 * 1024];

    #[test]
    fn buffers_begin_at_pages_of_any_size() {
        for page in LARGER_PAGES {
            let of_caller = Memory::from_caller(Allocator::default(), 5000, page);
            for memory in
                [Memory::from_heap(1, page), Memory::from_heap(MAPPED - 1, page), of_caller]
            {
                assert!(
                    memory.expect("memory").start().addr().get().is_multiple_of(page),
                    "{page}"
                );
            }
        }
    }

    #[test]
    fn the_tails_of_buffers_are_long() {
        let long = |length, stride| tails(length, stride, 4096).collect::<Vec<_>>();
        assert_eq!(
            long(20 * MIB, 8 * MIB),
            [2 * MIB..8 * MIB, 10 * MIB..16 * MIB, 18 * MIB..20 * MIB]
        );
        // One buffer, and one that reaches beyond the end.
        let one = vec![Range { start: 2 * MIB, end: 20 * MIB }];
        assert_eq!((long(20 * MIB, 20 * MIB), long(20 * MIB, usize::MAX)), (one.clone(), one));
        // Advice begins at whole pages, and never in the next buffer.
        let odd = 3 * MIB + 1;
        assert_eq!(long(2 * odd, odd), [2 * MIB..odd, 5 * MIB + 4096..2 * odd]);
        for page in LARGER_PAGES {
            let tails: Vec<_> = tails(2 * odd, odd, page).collect();
            assert_eq!(tails, [2 * MIB..odd, 5 * MIB + page..2 * odd]);
        }
        // Buffers that are no longer than the beginning.
        for (length, stride) in
            [(20 * MIB, HUGE_PAGE), (20 * MIB, 4096), (MIB, MIB), (0, MIB), (MIB, 0)]
        {
            assert_eq!(long(length, stride), [], "{length} {stride}");
        }
    }

    /// Ranges of the memory for which the system was told to use huge pages.
    fn advised(memory: &Memory, size: usize) -> Option<Vec<Range<usize>>> {
        // Without huge pages there is nothing that could be told.
        std::fs::metadata("/sys/kernel/mm/transparent_hugepage").ok()?;
        let text = std::fs::read_to_string("/proc/self/smaps").ok()?;
        let base = memory.start().addr().get();
        let mut mapping = 0..0;
        let mut found: Vec<Range<usize>> = Vec::new();
        for line in text.lines() {
            let first = line.split_ascii_whitespace().next().unwrap_or_default();
            if let Some((from, to)) = first.split_once('-') {
                let bound = |text| usize::from_str_radix(text, 16).expect("an address");
                mapping = bound(from).max(base)..bound(to).min(base + size);
            } else if line.starts_with("VmFlags:") && line.contains(" hg") && !mapping.is_empty() {
                found.push(mapping.start - base..mapping.end - base);
            }
        }
        Some(found)
    }

    #[test]
    fn the_system_is_told_of_long_buffers() {
        let size = 20 * MIB;
        for stride in [8 * MIB, 3 * MIB + 4096, HUGE_PAGE, size, usize::MAX] {
            let memory = Memory::allocate(Allocator::default(), size).expect("memory");
            memory.expect_long(stride);
            write_ends(&memory, size);
            if let Some(found) = advised(&memory, size) {
                assert_eq!(found, tails(size, stride, page_size()).collect::<Vec<_>>(), "{stride}");
            }
        }
    }

    #[test]
    fn what_is_shrunk_can_be_used_again() {
        let memory = Memory::allocate(Allocator::default(), 4 * MIB).expect("memory");
        for _ in 0..2 {
            write_ends(&memory, 4 * MIB);
            memory.shrink(MIB);
            // SAFETY: the first byte and the last, which were written.
            let ends = unsafe { (memory.start().read(), memory.start().add(4 * MIB - 1).read()) };
            assert_eq!(ends, (1, 0));
        }
        let small = Memory::allocate(Allocator::default(), 5000).expect("memory");
        write_ends(&small, 5000);
        small.shrink(0);
        // SAFETY: as above.
        assert_eq!(unsafe { small.start().read() }, 1);
        assert_eq!((memory.size(), small.size()), (Some(4 * MIB), Some(5000)));
    }

    #[test]
    fn too_much_is_refused() {
        for size in [usize::MAX, usize::MAX / 2, 1 << 60] {
            assert!(Memory::allocate(Allocator::default(), size).is_none(), "{size}");
        }
    }

    #[test]
    fn a_caller_s_allocator_sees_every_buffer() {
        let mut allocator = aws_allocator {
            mem_acquire: Some(acquire),
            mem_release: Some(release),
            mem_realloc: None,
            mem_calloc: None,
            r#impl: ptr::null_mut(),
        };
        // SAFETY: outlives its use.
        let allocator = unsafe { Allocator::from_raw(&raw mut allocator) }.expect("not NULL");
        for size in [1, 5000, MAPPED + 1] {
            let memory = Memory::allocate(allocator, size).expect("memory");
            write_ends(&memory, size);
            assert_eq!(LIVE.load(Ordering::Relaxed), 1);
            drop(memory);
            assert_eq!(LIVE.load(Ordering::Relaxed), 0);
        }
        assert!(Memory::allocate(allocator, 2 << 30).is_none());
        assert!(Memory::allocate(allocator, usize::MAX).is_none());
    }
}

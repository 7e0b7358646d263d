//! What can be said to the system about memory.

/// Advises the system to use huge pages for memory that will be used from end to end. Where it does not take advice, or
/// has none of them, nothing changes.
pub fn prefer_huge_pages(start: *mut u8, length: usize) {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    // SAFETY: advice of this kind changes no content, whatever lies there; for what is not mapped the call fails.
    unsafe {
        libc::madvise(start.cast(), length, libc::MADV_HUGEPAGE);
    }
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let _ = (start, length);
}

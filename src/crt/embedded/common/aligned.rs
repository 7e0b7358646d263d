//! Allocators with a promise about alignment: one for the process, and one per alignment on request.

use super::alloc::aws_default_allocator;
use super::*;

/// Blocks from this size on are worth a cache line of their own.
const LARGE: usize = 4096;
const CACHE_LINE: usize = 64;

static ALIGNED: Shared<aws_allocator> = Shared(aws_allocator {
    mem_acquire: Some(acquire),
    mem_release: Some(release),
    mem_realloc: None,
    mem_calloc: None,
    r#impl: core::ptr::null_mut(),
});

/// `impl` holds the alignment itself, or NULL for the allocator of the process.
unsafe extern "C" fn acquire(allocator: *mut aws_allocator, size: usize) -> *mut c_void {
    // SAFETY: the slot is called with its own allocator.
    let wanted = unsafe { (*allocator).r#impl } as usize;
    let small = core::mem::align_of::<libc::max_align_t>();
    let alignment = match wanted {
        0 if size >= LARGE => CACHE_LINE,
        0 => small,
        _ => wanted,
    };
    let mut block = core::ptr::null_mut();
    // SAFETY: the alignment is a power of two and a multiple of a pointer's size.
    match unsafe { libc::posix_memalign(&mut block, alignment, size) } {
        0 => block,
        _ => core::ptr::null_mut(),
    }
}

unsafe extern "C" fn release(_: *mut aws_allocator, ptr: *mut c_void) {
    // SAFETY: the caller gives back a block of this allocator.
    unsafe { libc::free(ptr) }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_aligned_allocator() -> *mut aws_allocator {
    core::ptr::from_ref(&ALIGNED.0).cast_mut()
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_explicit_aligned_allocator_new(alignment: usize) -> *mut aws_allocator {
    if !alignment.is_power_of_two() || alignment < size_of::<*const c_void>() {
        raise(AWS_ERROR_INVALID_ARGUMENT);
        return core::ptr::null_mut();
    }
    // SAFETY: a block of the right size is written before anybody sees it.
    unsafe {
        let allocator = alloc::aws_mem_acquire(aws_default_allocator(), size_of::<aws_allocator>())
            .cast::<aws_allocator>();
        allocator.write(aws_allocator { r#impl: alignment as *mut c_void, ..ALIGNED.0 });
        allocator
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_explicit_aligned_allocator_destroy(aligned_alloc: *mut aws_allocator) {
    // SAFETY: NULL, or made above.
    unsafe { alloc::aws_mem_release(aws_default_allocator(), aligned_alloc.cast()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_aligned() {
        // SAFETY: blocks go back to where they came from.
        unsafe {
            let allocator = aws_explicit_aligned_allocator_new(512);
            for (allocator, size, alignment) in
                [(allocator, 3, 512), (aws_aligned_allocator(), LARGE, 64)]
            {
                let block = alloc::aws_mem_acquire(allocator, size);
                assert_eq!(block as usize % alignment, 0);
                alloc::aws_mem_release(allocator, block);
            }
            aws_explicit_aligned_allocator_destroy(allocator);
        }
        assert!(aws_explicit_aligned_allocator_new(24).is_null());
        assert!(aws_explicit_aligned_allocator_new(2).is_null());
    }
}

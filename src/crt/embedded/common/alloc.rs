//! The default allocator on top of malloc, allocation through any allocator, and giving up.
//!
//! Memory that crosses the boundary always comes from the allocator that C names; Rust's own allocator serves only
//! what stays inside.

use core::ffi::{CStr, c_char, c_int, c_void};
use std::io::Write;

use super::*;

static DEFAULT: Shared<aws_allocator> = Shared(aws_allocator {
    mem_acquire: Some(default_acquire),
    mem_release: Some(default_release),
    mem_realloc: Some(default_realloc),
    mem_calloc: Some(default_calloc),
    r#impl: core::ptr::null_mut(),
});

unsafe extern "C" fn default_acquire(_: *mut aws_allocator, size: usize) -> *mut c_void {
    // SAFETY: malloc takes any size.
    unsafe { libc::malloc(size) }
}

unsafe extern "C" fn default_release(_: *mut aws_allocator, ptr: *mut c_void) {
    // SAFETY: the caller gives back a block of this allocator.
    unsafe { libc::free(ptr) }
}

unsafe extern "C" fn default_realloc(
    _: *mut aws_allocator,
    ptr: *mut c_void,
    _old_size: usize,
    new_size: usize,
) -> *mut c_void {
    // SAFETY: the caller gives a block of this allocator, or NULL.
    unsafe { libc::realloc(ptr, new_size) }
}

unsafe extern "C" fn default_calloc(_: *mut aws_allocator, num: usize, size: usize) -> *mut c_void {
    // SAFETY: calloc takes any sizes.
    unsafe { libc::calloc(num, size) }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_default_allocator() -> *mut aws_allocator {
    core::ptr::from_ref(&DEFAULT.0).cast_mut()
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_allocator_is_valid(alloc: Option<&aws_allocator>) -> bool {
    alloc.is_some_and(|alloc| alloc.mem_acquire.is_some() && alloc.mem_release.is_some())
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_mem_acquire(
    allocator: *mut aws_allocator,
    size: usize,
) -> *mut c_void {
    // SAFETY: the caller hands in NULL or an allocator.
    let acquire = unsafe { allocator.as_ref() }.and_then(|allocator| allocator.mem_acquire);
    let (Some(acquire), true) = (acquire, size != 0) else {
        fatal("aws_mem_acquire() has an allocator and a size")
    };
    // SAFETY: the slot belongs to this allocator.
    or_fatal(unsafe { acquire(allocator, size) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_mem_calloc(
    allocator: *mut aws_allocator,
    num: usize,
    size: usize,
) -> *mut c_void {
    let (Some(bytes @ 1..), false) = (num.checked_mul(size), allocator.is_null()) else {
        fatal("aws_mem_calloc() has an allocator and a size")
    };
    // SAFETY: not NULL, and the slot belongs to this allocator.
    if let Some(calloc) = unsafe { (*allocator).mem_calloc } {
        // SAFETY: as above.
        return or_fatal(unsafe { calloc(allocator, num, size) });
    }
    // SAFETY: a block of `bytes` bytes was just acquired.
    unsafe {
        let block = aws_mem_acquire(allocator, bytes);
        block.write_bytes(0, bytes);
        block
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_mem_release(allocator: *mut aws_allocator, ptr: *mut c_void) {
    // SAFETY: the caller hands in NULL or an allocator.
    let release = unsafe { allocator.as_ref() }.and_then(|allocator| allocator.mem_release);
    let Some(release) = release else { fatal("aws_mem_release() has an allocator") };
    if !ptr.is_null() {
        // SAFETY: the block came from this allocator.
        unsafe { release(allocator, ptr) };
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_mem_realloc(
    allocator: *mut aws_allocator,
    ptr: &mut *mut c_void,
    old_size: usize,
    new_size: usize,
) -> c_int {
    // SAFETY: the block came from this allocator and has `old_size` bytes.
    unsafe {
        let Some(slots) = allocator.as_ref() else { fatal("aws_mem_realloc() has an allocator") };
        if new_size == 0 {
            aws_mem_release(allocator, *ptr);
            *ptr = core::ptr::null_mut();
        } else if let Some(realloc) = slots.mem_realloc {
            *ptr = or_fatal(realloc(allocator, *ptr, old_size, new_size));
        } else if new_size > old_size {
            let block = aws_mem_acquire(allocator, new_size).cast::<u8>();
            if old_size > 0 {
                block.copy_from_nonoverlapping(ptr.cast(), old_size);
            }
            block.add(old_size).write_bytes(0, new_size - old_size);
            aws_mem_release(allocator, *ptr);
            *ptr = block.cast();
        }
    }
    SUCCESS
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_fatal_assert(
    cond_str: *const c_char,
    file: *const c_char,
    line: c_int,
) -> ! {
    let text = |text: *const c_char| {
        // SAFETY: NULL or a C string.
        unsafe { (!text.is_null()).then(|| CStr::from_ptr(text).to_string_lossy().into_owned()) }
            .unwrap_or_default()
    };
    give_up(&text(cond_str), &text(file), line)
}

/// Ends the process because C broke a rule that nothing can be done about.
#[track_caller]
pub(in crate::crt::embedded) fn fatal(rule: &str) -> ! {
    let place = core::panic::Location::caller();
    give_up(rule, place.file(), place.line() as c_int)
}

fn give_up(condition: &str, file: &str, line: c_int) -> ! {
    let trace = std::backtrace::Backtrace::force_capture();
    // Nobody is left to hear of a failure to write.
    let _ = write!(
        std::io::stderr(),
        "Fatal error: does not hold at {file}:{line}: {condition}\nStack:\n{trace}\n"
    );
    std::process::abort()
}

#[track_caller]
fn or_fatal(block: *mut c_void) -> *mut c_void {
    if block.is_null() {
        fatal("there is memory left");
    }
    block
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_is_mem_zeroed(buf: *const c_void, bufsize: usize) -> bool {
    // SAFETY: readable for `bufsize` bytes.
    unsafe { slice(buf.cast(), bufsize) }.iter().all(|&byte| byte == 0)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_secure_zero(memory: *mut c_void, bufsize: usize) {
    for index in 0..if memory.is_null() { 0 } else { bufsize } {
        // SAFETY: writable for `bufsize` bytes. Volatile, so that it stays even when nobody reads it again.
        unsafe { memory.cast::<u8>().add(index).write_volatile(0) };
    }
    core::sync::atomic::compiler_fence(core::sync::atomic::Ordering::SeqCst);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn realloc_without_a_slot_copies_and_zeroes() {
        // SAFETY: the copy of the allocator outlives its blocks.
        unsafe {
            let mut allocator = *aws_default_allocator();
            allocator.mem_realloc = None;
            allocator.mem_calloc = None;
            let mut block = aws_mem_calloc(&mut allocator, 2, 4);
            assert!(aws_is_mem_zeroed(block, 8));
            block.write_bytes(7, 8);
            aws_mem_realloc(&mut allocator, &mut block, 8, 4);
            aws_mem_realloc(&mut allocator, &mut block, 8, 16);
            assert_eq!(slice(block.cast(), 8), [7; 8]);
            assert!(aws_is_mem_zeroed(block.add(8), 8));
            aws_secure_zero(block, 8);
            assert!(aws_is_mem_zeroed(block, 16));
            aws_mem_realloc(&mut allocator, &mut block, 16, 0);
            assert!(block.is_null());
        }
    }
}

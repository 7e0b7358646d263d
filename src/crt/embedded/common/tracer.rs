//! The tracing allocator: counts what is live, and remembers where each block was allocated if asked.
//!
//! A tracer is an allocator that passes everything on and keeps a table from address to size. The table itself and the
//! tracer live in memory that is not counted.

use std::backtrace::Backtrace;
use std::collections::HashMap;
use std::sync::Mutex;

use super::error::lock;
use super::*;

struct Tracer {
    shell: aws_allocator,
    inner: *mut aws_allocator,
    level: aws_mem_trace_level,
    live: Mutex<HashMap<usize, Block>>,
}

struct Block {
    size: usize,
    stack: Option<Backtrace>,
}

impl Tracer {
    fn add(&self, ptr: *mut c_void, size: usize) {
        if ptr.is_null() || self.level == AWS_MEMTRACE_NONE {
            return;
        }
        let stack = (self.level >= AWS_MEMTRACE_STACKS).then(Backtrace::force_capture);
        lock(&self.live).insert(ptr as usize, Block { size, stack });
    }

    fn forget(&self, ptr: *mut c_void) {
        if self.level != AWS_MEMTRACE_NONE {
            let known = lock(&self.live).remove(&(ptr as usize));
            // The stack of a block is freed after the lock.
            drop(known);
        }
    }

    fn bytes(&self) -> usize {
        lock(&self.live).values().map(|block| block.size).sum()
    }

    fn dump(&self) {
        let live = lock(&self.live);
        let total: usize = live.values().map(|block| block.size).sum();
        if live.is_empty() {
            return;
        }
        let line = |text: String| log::write(AWS_LL_TRACE, AWS_LS_COMMON_MEMTRACE, &text);
        line(format!("tracer: {total} bytes in {} blocks are still live", live.len()));
        for (address, block) in live.iter() {
            line(format!("tracer: {} bytes at {address:#x}", block.size));
            if let Some(stack) = &block.stack {
                line("tracer: allocated at".to_owned());
                stack.to_string().lines().for_each(|frame| line(frame.to_owned()));
            }
        }
    }
}

/// # Safety
/// `allocator` was made by [`aws_mem_tracer_new`].
unsafe fn tracer<'a>(allocator: *mut aws_allocator) -> &'a Tracer {
    // SAFETY: `impl` points to the tracer around the shell.
    unsafe { &*(*allocator).r#impl.cast() }
}

unsafe extern "C" fn acquire(allocator: *mut aws_allocator, size: usize) -> *mut c_void {
    // SAFETY: the slot is called with its own allocator.
    unsafe {
        let tracer = tracer(allocator);
        let block = alloc::aws_mem_acquire(tracer.inner, size);
        tracer.add(block, size);
        block
    }
}

unsafe extern "C" fn release(allocator: *mut aws_allocator, ptr: *mut c_void) {
    // SAFETY: the slot is called with its own allocator and block. It is forgotten first: once it is free, another
    // thread may get the same address.
    unsafe {
        let tracer = tracer(allocator);
        tracer.forget(ptr);
        alloc::aws_mem_release(tracer.inner, ptr);
    }
}

unsafe extern "C" fn realloc(
    allocator: *mut aws_allocator,
    ptr: *mut c_void,
    old_size: usize,
    new_size: usize,
) -> *mut c_void {
    // SAFETY: the slot is called with its own allocator and block.
    unsafe {
        let tracer = tracer(allocator);
        let mut block = ptr;
        tracer.forget(ptr);
        alloc::aws_mem_realloc(tracer.inner, &mut block, old_size, new_size);
        tracer.add(block, new_size);
        block
    }
}

unsafe extern "C" fn calloc(allocator: *mut aws_allocator, num: usize, size: usize) -> *mut c_void {
    // SAFETY: the slot is called with its own allocator.
    unsafe {
        let tracer = tracer(allocator);
        let block = alloc::aws_mem_calloc(tracer.inner, num, size);
        tracer.add(block, num.saturating_mul(size));
        block
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_mem_tracer_new(
    allocator: *mut aws_allocator,
    _deprecated: *mut aws_allocator,
    level: aws_mem_trace_level,
    _frames_per_stack: usize,
) -> *mut aws_allocator {
    let slots = aws_allocator {
        mem_acquire: Some(acquire),
        mem_release: Some(release),
        mem_realloc: Some(realloc),
        mem_calloc: Some(calloc),
        r#impl: core::ptr::null_mut(),
    };
    let live = Mutex::new(HashMap::new());
    let tracer = Box::into_raw(Box::new(Tracer { shell: slots, inner: allocator, level, live }));
    // SAFETY: just made, and moved no more.
    unsafe {
        (*tracer).shell.r#impl = tracer.cast();
        &raw mut (*tracer).shell
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_mem_tracer_destroy(
    allocator: *mut aws_allocator,
) -> *mut aws_allocator {
    if allocator.is_null() {
        return core::ptr::null_mut();
    }
    // SAFETY: made above, and used no more.
    let tracer = unsafe { Box::from_raw((*allocator).r#impl.cast::<Tracer>()) };
    tracer.dump();
    tracer.inner
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_mem_tracer_dump(allocator: *mut aws_allocator) {
    // SAFETY: made above.
    unsafe { tracer(allocator) }.dump();
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_mem_tracer_bytes(allocator: *mut aws_allocator) -> usize {
    // SAFETY: made above.
    unsafe { tracer(allocator) }.bytes()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_mem_tracer_count(allocator: *mut aws_allocator) -> usize {
    // SAFETY: made above.
    lock(&unsafe { tracer(allocator) }.live).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn live_blocks_are_counted() {
        // SAFETY: blocks go back to where they came from.
        unsafe {
            let inner = alloc::aws_default_allocator();
            let traced = aws_mem_tracer_new(inner, core::ptr::null_mut(), AWS_MEMTRACE_STACKS, 8);
            let first = alloc::aws_mem_acquire(traced, 10);
            let mut second = alloc::aws_mem_calloc(traced, 3, 4);
            assert_eq!((aws_mem_tracer_bytes(traced), aws_mem_tracer_count(traced)), (22, 2));
            alloc::aws_mem_realloc(traced, &mut second, 12, 100);
            assert_eq!((aws_mem_tracer_bytes(traced), aws_mem_tracer_count(traced)), (110, 2));
            alloc::aws_mem_release(traced, second);
            alloc::aws_mem_release(traced, first);
            assert_eq!((aws_mem_tracer_bytes(traced), aws_mem_tracer_count(traced)), (0, 0));
            assert_eq!(aws_mem_tracer_destroy(traced), inner);
        }
    }
}

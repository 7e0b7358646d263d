//! Where a program is: its stack, as text for a file or for the log, and whether a debugger watches.

use core::ffi::{CStr, c_uint, c_void};

use super::alloc::{aws_default_allocator, aws_mem_acquire};
use super::*;
use crate::os;

const DEPTH: usize = 128;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_backtrace(stack_frames: *mut *mut c_void, num_frames: usize) -> usize {
    if stack_frames.is_null() {
        return 0;
    }
    // SAFETY: room for so many frames.
    os::frames(unsafe { core::slice::from_raw_parts_mut(stack_frames.cast(), num_frames) })
}

/// The caller frees the list, and with it the texts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_backtrace_symbols(
    stack_frames: *const *mut c_void,
    stack_depth: usize,
) -> *mut *mut c_char {
    if stack_frames.is_null() {
        return core::ptr::null_mut();
    }
    // SAFETY: so many frames.
    os::texts(unsafe { core::slice::from_raw_parts(stack_frames, stack_depth) })
}

/// The same texts in one block of the default allocator. No program is started to find out the lines of sources.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_backtrace_addr2line(
    stack_frames: *const *mut c_void,
    stack_depth: usize,
) -> *mut *mut c_char {
    // SAFETY: so many frames; the block holds a pointer for each, and then the texts.
    unsafe {
        let mut lines = Vec::new();
        let symbols = aws_backtrace_symbols(stack_frames, stack_depth);
        for index in 0..if symbols.is_null() { 0 } else { stack_depth } {
            lines.push(CStr::from_ptr(*symbols.add(index)).to_bytes_with_nul());
        }
        let table = stack_depth * size_of::<*mut c_char>();
        let size = table + lines.iter().map(|line| line.len()).sum::<usize>();
        let block = aws_mem_acquire(aws_default_allocator(), size.max(1)).cast::<u8>();
        block.write_bytes(0, table);
        let mut text = block.add(table);
        for (index, line) in lines.iter().enumerate() {
            text.copy_from_nonoverlapping(line.as_ptr(), line.len());
            block.cast::<*mut c_char>().add(index).write(text.cast());
            text = text.add(line.len());
        }
        drop(lines);
        libc::free(symbols.cast());
        block.cast()
    }
}

/// Calls `line` for each frame of this thread, the innermost first.
fn walk(mut line: impl FnMut(&CStr)) -> bool {
    let mut frames = [core::ptr::null_mut(); DEPTH];
    // SAFETY: room for so many frames, and as many texts as frames.
    unsafe {
        let count = aws_backtrace(frames.as_mut_ptr(), DEPTH);
        let symbols = aws_backtrace_symbols(frames.as_ptr(), count);
        if symbols.is_null() {
            return false;
        }
        for index in 0..count {
            line(CStr::from_ptr(*symbols.add(index)));
        }
        libc::free(symbols.cast());
    }
    true
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_backtrace_print(file: *mut libc::FILE, call_site_data: *mut c_void) {
    // SAFETY: a stream that is open for writing, and what a signal handler is given, if anything.
    unsafe {
        if let Some(signal) = call_site_data.cast::<libc::siginfo_t>().as_ref() {
            let (number, errno) = (signal.si_signo, signal.si_errno);
            libc::fprintf(file, c"Signal %d, errno %d\n".as_ptr(), number, errno);
            if number == libc::SIGSEGV {
                libc::fprintf(file, c"  at address %p\n".as_ptr(), signal.si_addr());
            }
        }
        libc::fputs(c"Stack:\n".as_ptr(), file);
        let known = walk(|line| {
            libc::fprintf(file, c"  %s\n".as_ptr(), line.as_ptr());
        });
        if !known {
            libc::fputs(c"  not known\n".as_ptr(), file);
        }
        libc::fflush(file);
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_backtrace_log(log_level: c_int) {
    let level = log_level as c_uint;
    let known = walk(|line| log::write(level, AWS_LS_COMMON_GENERAL, &line.to_string_lossy()));
    if !known {
        log::write(level, AWS_LS_COMMON_GENERAL, "the stack is not known");
    }
}

const AWS_LS_COMMON_GENERAL: u32 = 0;

#[unsafe(no_mangle)]
pub extern "C" fn aws_is_debugger_present() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let tracer = status.lines().find_map(|line| line.strip_prefix("TracerPid:"));
    tracer.is_some_and(|pid| pid.trim() != "0")
}

/// Stops in a debugger, if there is one.
#[unsafe(no_mangle)]
pub extern "C" fn aws_debug_break() {
    if aws_is_debugger_present() {
        // SAFETY: the debugger takes it.
        unsafe { libc::raise(libc::SIGTRAP) };
    }
}

//! Public names of the functions with variable arguments.
//!
//! Their bodies are in `variadic.c`. A C symbol of a static archive is not exported from a shared library that Rust
//! makes, a Rust function is: so each public name is one jump that leaves all registers, and with them all arguments,
//! as they are.

use core::arch::naked_asm;
use core::ffi::c_uint;

use super::*;

unsafe extern "C" {
    fn aws_embedded_mem_acquire_many(
        allocator: *mut aws_allocator,
        count: usize,
        ...
    ) -> *mut c_void;
    fn aws_embedded_byte_buf_cat(dest: *mut aws_byte_buf, number_of_args: usize, ...) -> c_int;
    fn aws_embedded_byte_buf_init_cache_and_update_cursors(
        dest: *mut aws_byte_buf,
        allocator: *mut aws_allocator,
        ...
    ) -> c_int;
    fn aws_embedded_add_size_checked_varargs(num: usize, r: *mut usize, ...) -> c_int;
    /// The `log` slot of the silent logger.
    pub(super) fn aws_embedded_log_nothing(
        logger: *mut aws_logger,
        level: aws_log_level,
        subject: c_uint,
        format: *const c_char,
        ...
    ) -> c_int;
    /// The `log` slot of loggers whose `p_impl` begins with a function that writes a line.
    pub(super) fn aws_embedded_log_formatted(
        logger: *mut aws_logger,
        level: aws_log_level,
        subject: c_uint,
        format: *const c_char,
        ...
    ) -> c_int;
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
compile_error!("the jump is not known for this machine");

#[cfg(target_arch = "x86_64")]
macro_rules! jump {
    ($target:ident) => {
        naked_asm!("jmp {}", sym $target)
    };
}
#[cfg(target_arch = "aarch64")]
macro_rules! jump {
    ($target:ident) => {
        naked_asm!("b {}", sym $target)
    };
}

#[unsafe(no_mangle)]
#[unsafe(naked)]
pub unsafe extern "C" fn aws_mem_acquire_many() {
    jump!(aws_embedded_mem_acquire_many)
}

#[unsafe(no_mangle)]
#[unsafe(naked)]
pub unsafe extern "C" fn aws_byte_buf_cat() {
    jump!(aws_embedded_byte_buf_cat)
}

#[unsafe(no_mangle)]
#[unsafe(naked)]
pub unsafe extern "C" fn aws_byte_buf_init_cache_and_update_cursors() {
    jump!(aws_embedded_byte_buf_init_cache_and_update_cursors)
}

#[unsafe(no_mangle)]
#[unsafe(naked)]
pub unsafe extern "C" fn aws_add_size_checked_varargs() {
    jump!(aws_embedded_add_size_checked_varargs)
}

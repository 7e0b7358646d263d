//! Start and end of aws-checksums, which has no errors and no log subjects of its own.

use crate::crt::embedded::published::Switch;
use crate::crt::sys::aws_allocator;

unsafe extern "C" {
    fn aws_common_library_init(allocator: *mut aws_allocator);
    fn aws_common_library_clean_up();
}

static SWITCH: Switch = Switch::off();

/// Starts this library and the one below it.
///
/// # Safety
/// The allocator is NULL or valid until the clean-up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_checksums_library_init(allocator: *mut aws_allocator) {
    if SWITCH.on() {
        // SAFETY: as the caller promises.
        unsafe { aws_common_library_init(allocator) };
    }
}

/// Ends this library and the one below it.
///
/// # Safety
/// Nothing of the library is used any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_checksums_library_clean_up() {
    if SWITCH.turn_off() {
        // SAFETY: as the caller promises.
        unsafe { aws_common_library_clean_up() };
    }
}

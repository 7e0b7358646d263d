//! Setting the library up and taking it down: registering this part's error codes and log subjects.

use crate::crt::embedded::published::{Switch, publish, withdraw};

use super::error_table::COMMON_ERRORS;
use super::log_subjects::COMMON_SUBJECTS;
use super::*;

static SWITCH: Switch = Switch::off();

#[unsafe(no_mangle)]
pub extern "C" fn aws_common_library_init(_allocator: *mut aws_allocator) {
    if SWITCH.on() {
        publish(&COMMON_ERRORS, &COMMON_SUBJECTS);
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_common_library_clean_up() {
    if SWITCH.turn_off() {
        thread_join::aws_thread_join_all_managed();
        withdraw(&COMMON_ERRORS, &COMMON_SUBJECTS);
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_common_fatal_assert_library_initialized() {
    if !SWITCH.is_on() {
        alloc::fatal("aws_common_library_init() was called");
    }
}

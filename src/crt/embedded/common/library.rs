//! Setting the library up and taking it down: registering this part's error codes and log subjects.

use core::sync::atomic::{AtomicBool, Ordering};

use super::*;

static READY: AtomicBool = AtomicBool::new(false);

#[unsafe(no_mangle)]
pub extern "C" fn aws_common_library_init(_allocator: *mut aws_allocator) {
    if !READY.swap(true, Ordering::SeqCst) {
        error::aws_register_error_info(&error_table::COMMON_ERRORS.0);
        log::aws_register_log_subject_info_list(&log_subjects::COMMON_SUBJECTS.0);
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_common_library_clean_up() {
    if READY.swap(false, Ordering::SeqCst) {
        thread_join::aws_thread_join_all_managed();
        error::aws_unregister_error_info(&error_table::COMMON_ERRORS.0);
        log::aws_unregister_log_subject_info_list(&log_subjects::COMMON_SUBJECTS.0);
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_common_fatal_assert_library_initialized() {
    if !READY.load(Ordering::SeqCst) {
        alloc::fatal("aws_common_library_init() was called");
    }
}

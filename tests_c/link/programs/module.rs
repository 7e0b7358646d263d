// A shared object in Rust that links the library and catches a panic of its own.
use std::ffi::c_void;

unsafe extern "C" {
    fn aws_default_allocator() -> *mut c_void;
    fn aws_s3_library_init(allocator: *mut c_void);
    fn aws_s3_library_clean_up();
}

#[unsafe(no_mangle)]
pub extern "C" fn module_runs() -> i32 {
    // SAFETY: initialised once, before anything else.
    unsafe { aws_s3_library_init(aws_default_allocator()) };
    std::panic::set_hook(Box::new(|_| ()));
    let caught = std::panic::catch_unwind(|| panic!("in the module")).is_err();
    // SAFETY: nothing of the library is in use.
    unsafe { aws_s3_library_clean_up() };
    caught as i32
}

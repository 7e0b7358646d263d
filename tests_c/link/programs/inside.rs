// A Rust program that links the library and catches a panic of its own.
use std::ffi::c_void;

unsafe extern "C" {
    fn aws_default_allocator() -> *mut c_void;
    fn aws_s3_library_init(allocator: *mut c_void);
    fn aws_s3_library_clean_up();
}

fn main() {
    // SAFETY: initialised once, before anything else.
    unsafe { aws_s3_library_init(aws_default_allocator()) };
    std::panic::set_hook(Box::new(|_| ()));
    let caught = std::panic::catch_unwind(|| panic!("in the program")).is_err();
    // SAFETY: nothing of the library is in use.
    unsafe { aws_s3_library_clean_up() };
    println!("caught {}", caught as i32);
}

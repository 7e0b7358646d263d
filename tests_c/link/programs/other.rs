// Another Rust library of the same program.
fn quietly_caught() -> bool {
    std::panic::set_hook(Box::new(|_| ()));
    std::panic::catch_unwind(|| panic!("in the other library")).is_err()
}

#[unsafe(no_mangle)]
pub extern "C" fn other_catches_its_panic() -> i32 {
    quietly_caught() as i32
}

fn main() {
    #[cfg(feature = "embedded-crt")]
    variadic_functions();
}

/// The few functions of the embedded CRT that Rust cannot define.
#[cfg(feature = "embedded-crt")]
fn variadic_functions() {
    println!("cargo::rerun-if-changed=src/crt/embedded/variadic.c");
    println!("cargo::rerun-if-changed=include/aws/common");
    cc::Build::new()
        .file("src/crt/embedded/variadic.c")
        .include("include")
        .std("c99")
        .warnings(true)
        .extra_warnings(true)
        .compile("aws_embedded_variadic");
}

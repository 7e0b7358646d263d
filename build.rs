fn main() {
    calls();
    #[cfg(feature = "embedded-crt")]
    variadic_functions();
}

/// The bottom of the stack below functions of the program, which Rust cannot jump to.
fn calls() {
    println!("cargo::rerun-if-changed=src/crt/call.c");
    cc::Build::new()
        .file("src/crt/call.c")
        .flag_if_supported("-fno-exceptions")
        // The stack is unwound up to there.
        .flag_if_supported("-fasynchronous-unwind-tables")
        .warnings(true)
        .extra_warnings(true)
        .compile("aws_s3_call");
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

fn main() {
    println!("cargo::rustc-check-cfg=cfg(foreign_channels, foreign_loops)");
    calls();
    #[cfg(feature = "embedded-crt")]
    variadic_functions();
    #[cfg(not(feature = "embedded-crt"))]
    host_channels();
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

/// Whether the host's event loops and channels are those that the library knows; its headers are where
/// `AWS_C_S3_HOST_INCLUDES` says, folders with colons between them. Without that nothing is known against them.
#[cfg(not(feature = "embedded-crt"))]
fn host_channels() {
    println!("cargo::rerun-if-changed=src/crt/host/probe.c");
    println!("cargo::rerun-if-env-changed=AWS_C_S3_HOST_INCLUDES");
    let channels = probe(None);
    if let Err(error) = &channels {
        println!("cargo::warning=TLS contexts of this aws-c-io will be refused: {error}");
        println!("cargo::rustc-cfg=foreign_channels");
    }
    if cfg!(feature = "host-event-loops") || channels.is_err() || probe(Some("LOOPS")).is_err() {
        println!("cargo::rustc-cfg=foreign_loops");
    }
}

#[cfg(not(feature = "embedded-crt"))]
fn probe(subject: Option<&str>) -> Result<(), cc::Error> {
    let Some(folders) = std::env::var_os("AWS_C_S3_HOST_INCLUDES") else { return Ok(()) };
    let folders = std::env::split_paths(&folders).filter(|folder| !folder.as_os_str().is_empty());
    let mut build = cc::Build::new();
    build.file("src/crt/host/probe.c").includes(folders).cargo_metadata(false).warnings(false);
    if let Some(subject) = subject {
        build.define(subject, None);
    }
    build.try_compile("aws_s3_probe")
}

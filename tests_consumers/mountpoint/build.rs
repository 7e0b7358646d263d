//! Compiles the bridge and links the static library. CONSUMERS_INCLUDE and CONSUMERS_LIB say where headers and archives
//! lie, CONSUMERS_ARCHIVES which of the latter, in order.

use std::env::var;

fn main() {
    for name in ["CONSUMERS_INCLUDE", "CONSUMERS_LIB", "CONSUMERS_ARCHIVES"] {
        println!("cargo:rerun-if-env-changed={name}");
    }
    println!("cargo:rerun-if-changed=bridge.c");
    let mut bridge = cc::Build::new();
    bridge.file("bridge.c");
    bridge.includes(var("CONSUMERS_INCLUDE").unwrap().split(':'));
    bridge.compile("bridge");
    for folder in var("CONSUMERS_LIB").unwrap().split(':') {
        println!("cargo:rustc-link-search=native={folder}");
        println!("cargo:rerun-if-changed={folder}/libaws-c-s3.a");
    }
    for archive in var("CONSUMERS_ARCHIVES").unwrap().split(' ') {
        println!("cargo:rustc-link-lib=static:-bundle={archive}");
    }
}

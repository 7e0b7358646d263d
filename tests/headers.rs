//! The headers under `include/aws/s3` are what the generator makes of the Rust sources, and declare
//! what is exported.
//!
//! `UPDATE_HEADERS=1 cargo test --features headers --test headers` writes them.

use std::path::Path;
use std::{env, fs};

#[path = "../src/abi/headers/generate.rs"]
mod generate;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn headers_are_current() {
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let mut stale = Vec::new();
    for (path, text) in generate::headers(root(), scratch) {
        let target = root().join(&path);
        if fs::read_to_string(&target).is_ok_and(|old| old == text) {
            continue;
        }
        if env::var_os("UPDATE_HEADERS").is_some() {
            fs::create_dir_all(target.parent().expect("it has a folder")).expect("created");
            fs::write(&target, text).expect("written");
        } else {
            stale.push(path);
        }
    }
    assert!(stale.is_empty(), "run again with UPDATE_HEADERS=1: {stale:?} differ");
}

#[test]
fn every_function_is_declared() {
    let exports = fs::read_to_string(root().join("exports/s3.txt")).expect("readable");
    let mut listed: Vec<&str> = exports.lines().collect();
    assert!(listed.is_sorted(), "exports/s3.txt is sorted");
    // Declared in every build, defined only in one with the endpoint resolver.
    listed.push("aws_s3_endpoint_resolver_new");
    listed.sort();
    assert_eq!(generate::functions(root()), listed);
}

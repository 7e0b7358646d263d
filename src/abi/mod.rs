//! C types of our own public headers: structs, enums, constants and callback types, no functions.
//!
//! One file per header. `include/aws/s3` is generated from these files and from the prototypes (see
//! `headers/`), so a doc comment here is the text that a C programmer reads. Field order, types and
//! values are ABI and are checked by `tests/layouts.rs`, `tests_c/layout.c` and
//! `tests/abi/fingerprint.py`.
//!
//! An enum that C writes is held as `MaybeUninit<E>`: cbindgen prints `enum E`, and no number that
//! a caller may put there is undefined behaviour before it was looked at. A callback type is
//! nullable in its alias.
#![allow(non_camel_case_types)] // C names

mod s3;
mod s3_buffer_pool;
mod s3_client;
mod s3_ext;
mod s3_list_objects;
mod s3_paginator;
mod s3express_credentials_provider;

pub use s3::*;
pub use s3_buffer_pool::*;
pub use s3_client::*;
pub use s3_ext::*;
pub use s3_list_objects::*;
pub use s3_paginator::*;
pub use s3express_credentials_provider::*;

//! C types of the CRT libraries below aws-c-s3 (aws-c-common, -io, -http, -auth, -cal, -sdkutils), written out by
//! hand so that building needs no libclang.
//!
//! Types only: the functions that the library calls are in [`crate::crt::host`].
#![allow(non_camel_case_types, non_upper_case_globals)] // C names

mod auth;
mod cal;
mod common;
mod http;
mod io;
mod sdkutils;

pub use auth::*;
pub use cal::*;
pub use common::*;
pub use http::*;
pub use io::*;
pub use sdkutils::*;

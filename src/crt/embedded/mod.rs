//! The CRT subset that the library brings itself, grouped by the library that a symbol belongs to upstream.
//!
//! Nothing in the crate imports from here: the rest calls these functions by their C names, through
//! [`crate::crt::host`], and cannot tell them from the real ones. With a host CRT this module is not built.
#![allow(non_upper_case_globals)] // C names

mod auth;
mod cal;
mod http;
mod io;
mod owned_bytes;
mod published;
mod sdkutils;

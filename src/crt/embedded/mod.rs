//! The part of the CRT libraries that this library brings along: C symbols under their usual names, so that a program
//! needs no other library. One folder per library; nobody in the crate imports from here, the linker does: with a host
//! CRT this module is not built, and the rest cannot tell the difference.
//!
//! C callers keep C promises: a pointer documented as not NULL is not NULL and points to a live object of its type.
//! Parameters say so by being references; pointers that may be NULL are `Option<&T>` or raw.
#![allow(non_upper_case_globals)] // C names

mod auth;
mod cal;
mod checksums;
mod common;
mod http;
mod io;
mod owned_bytes;
mod published;
mod sdkutils;

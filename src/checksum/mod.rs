//! Checksums that S3 stores and answers with, and how they travel.
//!
//! [`Algorithm`] is the one table of names, header names and lengths. A [`Hasher`] turns bytes into a [`Digest`];
//! digests of neighbouring parts can be folded for the CRCs ([`combine`]). [`Settings`] is what the caller's
//! configuration and message headers together ask for, [`of_body`] and [`of_object`] find the value in a response that
//! is worth comparing, and [`Chunked`] frames a body with a trailing checksum.

#![forbid(unsafe_code)]

mod algorithm;
mod chunked;
mod combine;
mod hasher;
mod response;
mod selection;
mod settings;

pub use algorithm::{Algorithm, PRIORITY, is_checksum_value_header_name};
pub use chunked::Chunked;
pub use combine::{Combined, combine};
pub use hasher::{Digest, Hasher, content_md5, multipart_etag};
pub use response::{of_body, of_object};
pub use selection::Selection;
pub use settings::{
    Expected, Location, Settings, Validation, ValidationMode, Wanted, WantedAlgorithm,
};

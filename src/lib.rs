//! The C API of aws-c-s3, in Rust.
//!
//! The modules below stand in floor order: a module uses what stands above it in this list and nothing below it.
//! `tests/rooms.rs` holds that rule.

#[cfg(not(all(target_pointer_width = "64", target_endian = "little")))]
compile_error!("aws-c-s3 is for machines with pointers of 64 bits and the low byte first");

// Floor 0: the system
pub mod os;

// What stands on it and on nothing else
pub mod backoff;
pub mod clock;
pub mod error;
pub mod log;
pub mod sync;

// Floor 1
pub mod abi;
pub mod crt;

// Floor 2
pub mod net;
pub mod pool;
pub mod schedule;

// Floor 3
pub mod body;
pub mod checksum;
pub mod sign;
pub mod xml;

// Floor 4
pub mod request;

// Floor 5
pub mod operation;

// Floor 6
pub mod client;

// Floor 7
pub mod ffi;

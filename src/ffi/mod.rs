//! The exported C functions: a thin skin that turns C arguments into Rust values and Rust results into C ones.

pub mod entry;

//! What aws-c-cal is to its callers: hashes, the texts of its errors, and its start and end.
//!
//! Keys, ciphers and keyed hashes are not offered as C functions.

mod hash;
mod library;

pub(super) use library::{aws_cal_library_clean_up, aws_cal_library_init};

//! What aws-checksums is to its callers: CRCs and xxHash.

mod crc;
mod library;
mod xxhash;

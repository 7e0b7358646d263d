//! The documents of a service.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| aws_c_s3_fuzz::documents::any_document(data));

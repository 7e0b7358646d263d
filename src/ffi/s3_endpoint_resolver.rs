//! The function of `aws/s3/s3_endpoint_resolver.h`.
//!
//! The rules and the partitions are documents of botocore's, as `packaging/endpoints.py` has written them down here.

use crate::crt;
use crate::crt::sys::{aws_allocator, aws_endpoints_rule_engine};
use crate::error::{Code, Error, Result};

use super::argument;
use super::entry::entry;

/// JSON, deflated.
const RULES: &[u8] = include_bytes!("s3_endpoint_resolver/rules.json.z");
const PARTITIONS: &[u8] = include_bytes!("s3_endpoint_resolver/partitions.json.z");

/// Makes a rule engine that resolves S3 endpoints: bucket, region and options to URL, headers
/// and properties.
///
/// The caller owns the engine and releases it with `aws_endpoints_rule_engine_release`.
/// `allocator` must not be NULL. Returns NULL and raises an error when the rules cannot be
/// loaded. Only in builds with the endpoint resolver (AWS_ENABLE_S3_ENDPOINT_RESOLVER).
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_endpoint_resolver_new(
    allocator: *mut aws_allocator,
) -> *mut aws_endpoints_rule_engine {
    entry(|| {
        if allocator.is_null() {
            return Err(Code::INVALID_ARGUMENT.into());
        }
        // SAFETY: the caller's allocator.
        let allocator = unsafe { argument::allocator(allocator) };
        let engine =
            crt::endpoints::rule_engine(allocator, &inflated(RULES)?, &inflated(PARTITIONS)?)?;
        Ok(engine.as_ptr())
    })
}

fn inflated(document: &[u8]) -> Result<Vec<u8>> {
    let broken = |_| Error::new(Code::S3_INTERNAL_ERROR).because("a document is broken");
    miniz_oxide::inflate::decompress_to_vec_zlib(document).map_err(broken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documents_are_whole() {
        for document in [RULES, PARTITIONS] {
            let text = inflated(document).expect("deflated");
            let document: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
            assert!(document["version"].is_string());
        }
    }
}

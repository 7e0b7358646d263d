//! Prototype of `aws/s3/s3_endpoint_resolver.h`.  The header declares it in every build, like
//! upstream's; a default build does not define it.

/// A rule engine of aws-c-sdkutils, opaque.
///
/// cbindgen:ignore
pub struct aws_endpoints_rule_engine {
    _private: [u8; 0],
}

unsafe extern "C" {
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
    pub fn aws_s3_endpoint_resolver_new(
        allocator: *mut aws_allocator,
    ) -> *mut aws_endpoints_rule_engine;
}

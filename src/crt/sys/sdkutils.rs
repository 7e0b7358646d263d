//! Types of aws-c-sdkutils: the engine of endpoint rules.

/// A document of rules.
#[repr(C)]
pub struct aws_endpoints_ruleset {
    _private: [u8; 0],
}

/// A list of partitions.
#[repr(C)]
pub struct aws_partitions_config {
    _private: [u8; 0],
}

/// Both of them together.
#[repr(C)]
pub struct aws_endpoints_rule_engine {
    _private: [u8; 0],
}

/// Parameters that rules are evaluated for.
#[repr(C)]
pub struct aws_endpoints_request_context {
    _private: [u8; 0],
}

/// What rules have led to.
#[repr(C)]
pub struct aws_endpoints_resolved_endpoint {
    _private: [u8; 0],
}

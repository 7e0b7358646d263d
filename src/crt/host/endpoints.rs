//! The functions of aws-c-sdkutils that the endpoint resolver asks for; part of the link contract in a build with it.
//!
//! As in [`host`](super), with [`NAMES`] as the same list.

use crate::crt::sys::*;

unsafe extern "C" {
    /// Joins the rules and the partitions, each of which it counts one more holder of.
    pub fn aws_endpoints_rule_engine_new(
        allocator: *mut aws_allocator,
        ruleset: *mut aws_endpoints_ruleset,
        partitions_config: *mut aws_partitions_config,
    ) -> *mut aws_endpoints_rule_engine;
    /// Reads a document of rules, which it copies.
    pub fn aws_endpoints_ruleset_new_from_string(
        allocator: *mut aws_allocator,
        ruleset_json: aws_byte_cursor,
    ) -> *mut aws_endpoints_ruleset;
    /// Counts one holder less.
    pub fn aws_endpoints_ruleset_release(
        ruleset: *mut aws_endpoints_ruleset,
    ) -> *mut aws_endpoints_ruleset;
    /// Reads a list of partitions, which it copies.
    pub fn aws_partitions_config_new_from_string(
        allocator: *mut aws_allocator,
        json: aws_byte_cursor,
    ) -> *mut aws_partitions_config;
    /// Counts one holder less.
    pub fn aws_partitions_config_release(
        partitions: *mut aws_partitions_config,
    ) -> *mut aws_partitions_config;
}

/// Every function above, sorted.
pub const NAMES: &[&str] = &[
    "aws_endpoints_rule_engine_new",
    "aws_endpoints_ruleset_new_from_string",
    "aws_endpoints_ruleset_release",
    "aws_partitions_config_new_from_string",
    "aws_partitions_config_release",
];

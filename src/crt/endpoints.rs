//! Engines of endpoint rules: made of two documents, and then the program's.

use std::ptr::NonNull;

use super::host::endpoints as host;
use super::sys::*;
use super::{Allocator, cursor, last_error};
use crate::error::{Error, Result};

/// Makes an engine of rules and partitions; its one reference is the caller's.
pub fn rule_engine(
    allocator: Allocator,
    rules: &[u8],
    partitions: &[u8],
) -> Result<NonNull<aws_endpoints_rule_engine>> {
    let allocator = allocator.as_ptr();
    let made = |engine| NonNull::new(engine).ok_or_else(|| Error::from(last_error()));
    // SAFETY: the documents live during the calls, which copy what they keep; each object is released once, and NULL is
    // left alone.
    unsafe {
        let rules = host::aws_endpoints_ruleset_new_from_string(allocator, cursor(rules));
        if rules.is_null() {
            return Err(last_error().into());
        }
        let partitions = host::aws_partitions_config_new_from_string(allocator, cursor(partitions));
        let engine = match partitions.is_null() {
            true => Err(last_error().into()),
            false => made(host::aws_endpoints_rule_engine_new(allocator, rules, partitions)),
        };
        host::aws_partitions_config_release(partitions);
        host::aws_endpoints_ruleset_release(rules);
        engine
    }
}

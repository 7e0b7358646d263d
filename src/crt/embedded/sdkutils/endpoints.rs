//! The engine of endpoint rules as C sees it: documents, contexts with parameters, and what comes of them.
//!
//! Each object counts its holders and lives in memory of its caller's allocator.

use core::ffi::c_int;
use core::ptr::{NonNull, null_mut};
use core::sync::atomic::{AtomicUsize, Ordering};
use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use super::partitions::Partitions;
use super::rules::{Resolved, Rules, VERSION};
use crate::crt::sys::*;
use crate::crt::{Allocator, bytes_of, cursor, raise};
use crate::error::Code;
use crate::sync::Mutex;

/// `AWS_OP_ERR`.
const FAILED: c_int = -1;

/// What stands behind a pointer of C's.
struct Object<T> {
    allocator: Allocator,
    holders: AtomicUsize,
    value: T,
}

/// Which value stands behind which type of C's.
trait Opaque {
    type Value;
}

impl Opaque for aws_endpoints_ruleset {
    type Value = Arc<Rules>;
}

impl Opaque for aws_partitions_config {
    type Value = Arc<Partitions>;
}

impl Opaque for aws_endpoints_rule_engine {
    type Value = (Arc<Rules>, Arc<Partitions>);
}

impl Opaque for aws_endpoints_request_context {
    type Value = Mutex<HashMap<String, Value>>;
}

impl Opaque for aws_endpoints_resolved_endpoint {
    type Value = Resolved;
}

/// An object with one holder; NULL with an error raised where there is no value, or no allocator.
///
/// # Safety
/// A non-NULL allocator is valid for as long as the object.
unsafe fn make<C: Opaque>(allocator: *mut aws_allocator, value: Result<C::Value, Code>) -> *mut C {
    // SAFETY: as the caller promises.
    let allocator = unsafe { Allocator::from_raw(allocator) }.ok_or(Code::INVALID_ARGUMENT);
    match allocator.and_then(|allocator| Ok((allocator, value?))) {
        Ok((allocator, value)) => {
            let object = Object { allocator, holders: AtomicUsize::new(1), value };
            allocator.new(object).as_ptr().cast()
        }
        Err(code) => {
            raise(code);
            null_mut()
        }
    }
}

/// # Safety
/// NULL, or alive.
unsafe fn borrow<'a, C: Opaque>(object: *const C) -> Result<&'a Object<C::Value>, Code> {
    // SAFETY: as the caller promises; all such pointers come from `make`.
    unsafe { object.cast::<Object<C::Value>>().as_ref() }.ok_or(Code::INVALID_ARGUMENT)
}

/// # Safety
/// As for [`borrow`].
unsafe fn acquire<C: Opaque>(object: *mut C) -> *mut C {
    // SAFETY: as the caller promises.
    if let Ok(held) = unsafe { borrow(object.cast_const()) } {
        held.holders.fetch_add(1, Ordering::Relaxed);
    }
    object
}

/// # Safety
/// As for [`borrow`]; the caller gives up a reference.
unsafe fn release<C: Opaque>(object: *mut C) -> *mut C {
    // SAFETY: as the caller promises.
    if let Ok(held) = unsafe { borrow(object.cast_const()) }
        && held.holders.fetch_sub(1, Ordering::AcqRel) == 1
    {
        let allocator = held.allocator;
        if let Some(object) = NonNull::new(object.cast::<Object<C::Value>>()) {
            // SAFETY: that was the last reference, and the object came from this allocator.
            unsafe { allocator.delete(object) };
        }
    }
    null_mut()
}

fn ended(done: Result<(), Code>) -> c_int {
    match done {
        Ok(()) => 0,
        Err(code) => {
            raise(code);
            FAILED
        }
    }
}

/// The version of the documents of rules that are understood.
#[unsafe(no_mangle)]
pub extern "C" fn aws_endpoints_get_supported_ruleset_version() -> aws_byte_cursor {
    cursor(VERSION.as_bytes())
}

/// Reads a document of rules.
///
/// # Safety
/// The allocator is valid for as long as the rules, and the document during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_endpoints_ruleset_new_from_string(
    allocator: *mut aws_allocator,
    ruleset_json: aws_byte_cursor,
) -> *mut aws_endpoints_ruleset {
    // SAFETY: as the caller promises.
    unsafe { make(allocator, Rules::read(bytes_of(ruleset_json)).map(Arc::new)) }
}

/// One more holder; NULL is left alone.
///
/// # Safety
/// NULL, or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_endpoints_ruleset_acquire(
    ruleset: *mut aws_endpoints_ruleset,
) -> *mut aws_endpoints_ruleset {
    // SAFETY: as the caller promises.
    unsafe { acquire(ruleset) }
}

/// One holder less; NULL is left alone.
///
/// # Safety
/// NULL, or a reference of the caller's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_endpoints_ruleset_release(
    ruleset: *mut aws_endpoints_ruleset,
) -> *mut aws_endpoints_ruleset {
    // SAFETY: as the caller promises.
    unsafe { release(ruleset) }
}

/// Reads a list of partitions.
///
/// # Safety
/// The allocator is valid for as long as the list, and the document during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_partitions_config_new_from_string(
    allocator: *mut aws_allocator,
    json: aws_byte_cursor,
) -> *mut aws_partitions_config {
    // SAFETY: as the caller promises.
    unsafe { make(allocator, Partitions::read(bytes_of(json)).map(Arc::new)) }
}

/// One more holder; NULL is left alone.
///
/// # Safety
/// NULL, or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_partitions_config_acquire(
    partitions: *mut aws_partitions_config,
) -> *mut aws_partitions_config {
    // SAFETY: as the caller promises.
    unsafe { acquire(partitions) }
}

/// One holder less; NULL is left alone.
///
/// # Safety
/// NULL, or a reference of the caller's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_partitions_config_release(
    partitions: *mut aws_partitions_config,
) -> *mut aws_partitions_config {
    // SAFETY: as the caller promises.
    unsafe { release(partitions) }
}

/// Joins rules and partitions, which need not be held any longer.
///
/// # Safety
/// The allocator is valid for as long as the engine; both documents are NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_endpoints_rule_engine_new(
    allocator: *mut aws_allocator,
    ruleset: *mut aws_endpoints_ruleset,
    partitions_config: *mut aws_partitions_config,
) -> *mut aws_endpoints_rule_engine {
    // SAFETY: as the caller promises.
    unsafe {
        let rules = borrow(ruleset.cast_const());
        let value = rules.and_then(|rules| {
            let partitions = borrow(partitions_config.cast_const())?;
            Ok((rules.value.clone(), partitions.value.clone()))
        });
        make(allocator, value)
    }
}

/// One more holder; NULL is left alone.
///
/// # Safety
/// NULL, or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_endpoints_rule_engine_acquire(
    rule_engine: *mut aws_endpoints_rule_engine,
) -> *mut aws_endpoints_rule_engine {
    // SAFETY: as the caller promises.
    unsafe { acquire(rule_engine) }
}

/// One holder less; NULL is left alone.
///
/// # Safety
/// NULL, or a reference of the caller's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_endpoints_rule_engine_release(
    rule_engine: *mut aws_endpoints_rule_engine,
) -> *mut aws_endpoints_rule_engine {
    // SAFETY: as the caller promises.
    unsafe { release(rule_engine) }
}

/// A context without parameters.
///
/// # Safety
/// The allocator is valid for as long as the context.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_endpoints_request_context_new(
    allocator: *mut aws_allocator,
) -> *mut aws_endpoints_request_context {
    // SAFETY: as the caller promises.
    unsafe { make(allocator, Ok(Mutex::default())) }
}

/// One more holder; NULL is left alone.
///
/// # Safety
/// NULL, or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_endpoints_request_context_acquire(
    request_context: *mut aws_endpoints_request_context,
) -> *mut aws_endpoints_request_context {
    // SAFETY: as the caller promises.
    unsafe { acquire(request_context) }
}

/// One holder less; NULL is left alone.
///
/// # Safety
/// NULL, or a reference of the caller's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_endpoints_request_context_release(
    request_context: *mut aws_endpoints_request_context,
) -> *mut aws_endpoints_request_context {
    // SAFETY: as the caller promises.
    unsafe { release(request_context) }
}

/// Sets a parameter, in place of an earlier value.
///
/// # Safety
/// The context is NULL or alive, and the name is readable.
unsafe fn add(
    context: *mut aws_endpoints_request_context,
    name: aws_byte_cursor,
    value: Result<Value, Code>,
) -> c_int {
    // SAFETY: as the caller promises.
    let (context, name) = unsafe { (borrow(context.cast_const()), bytes_of(name)) };
    ended(context.and_then(|context| {
        let name = text(name)?;
        context.value.lock().insert(name, value?);
        Ok(())
    }))
}

fn text(bytes: &[u8]) -> Result<String, Code> {
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| Code::INVALID_ARGUMENT)
}

/// Sets a text, which is copied.
///
/// # Safety
/// The context is NULL or alive, and the texts are readable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_endpoints_request_context_add_string(
    _allocator: *mut aws_allocator,
    context: *mut aws_endpoints_request_context,
    name: aws_byte_cursor,
    value: aws_byte_cursor,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe { add(context, name, text(bytes_of(value)).map(Value::String)) }
}

/// Sets a truth value.
///
/// # Safety
/// The context is NULL or alive, and the name is readable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_endpoints_request_context_add_boolean(
    _allocator: *mut aws_allocator,
    context: *mut aws_endpoints_request_context,
    name: aws_byte_cursor,
    value: bool,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe { add(context, name, Ok(Value::Bool(value))) }
}

/// Sets a list of texts, which are copied.
///
/// # Safety
/// The context is NULL or alive, and the texts are readable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_endpoints_request_context_add_string_array(
    _allocator: *mut aws_allocator,
    context: *mut aws_endpoints_request_context,
    name: aws_byte_cursor,
    value_array: *const aws_byte_cursor,
    len: usize,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe {
        let values = match len {
            0 => &[],
            _ if value_array.is_null() => return ended(Err(Code::INVALID_ARGUMENT)),
            len => core::slice::from_raw_parts(value_array, len),
        };
        let values: Result<Vec<Value>, Code> =
            values.iter().map(|value| text(bytes_of(*value)).map(Value::String)).collect();
        add(context, name, values.map(Value::Array))
    }
}

/// Finds what follows for the parameters. The caller owns what comes out, an error that the rules foresee included.
///
/// # Safety
/// Engine and context are NULL or alive, and the place for the result is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_endpoints_rule_engine_resolve(
    engine: *mut aws_endpoints_rule_engine,
    context: *const aws_endpoints_request_context,
    out_resolved_endpoint: *mut *mut aws_endpoints_resolved_endpoint,
) -> c_int {
    // SAFETY: as the caller promises.
    let parts =
        unsafe { (borrow(engine.cast_const()), borrow(context), out_resolved_endpoint.as_mut()) };
    let (Ok(engine), Ok(context), Some(out)) = parts else {
        return ended(Err(Code::INVALID_ARGUMENT));
    };
    let (rules, partitions) = &engine.value;
    let given = context.value.lock().clone();
    let resolved = rules.resolve(partitions, &given);
    // SAFETY: the allocator outlives the engine, and what comes of it.
    *out = unsafe { make(engine.allocator.as_ptr(), resolved) };
    if out.is_null() { FAILED } else { 0 }
}

/// One more holder; NULL is left alone.
///
/// # Safety
/// NULL, or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_endpoints_resolved_endpoint_acquire(
    resolved_endpoint: *mut aws_endpoints_resolved_endpoint,
) -> *mut aws_endpoints_resolved_endpoint {
    // SAFETY: as the caller promises.
    unsafe { acquire(resolved_endpoint) }
}

/// One holder less; NULL is left alone.
///
/// # Safety
/// NULL, or a reference of the caller's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_endpoints_resolved_endpoint_release(
    resolved_endpoint: *mut aws_endpoints_resolved_endpoint,
) -> *mut aws_endpoints_resolved_endpoint {
    // SAFETY: as the caller promises.
    unsafe { release(resolved_endpoint) }
}

/// 0 for an endpoint, 1 for an error.
///
/// # Safety
/// Alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_endpoints_resolved_endpoint_get_type(
    resolved_endpoint: *const aws_endpoints_resolved_endpoint,
) -> u32 {
    // SAFETY: as the caller promises.
    let resolved = unsafe { borrow(resolved_endpoint) };
    u32::from(!resolved.is_ok_and(|it| matches!(it.value, Resolved::Endpoint { .. })))
}

/// Lends a text for as long as the object is held; an object of the other kind has none.
///
/// # Safety
/// The object is NULL or alive, and the place for the result is valid.
unsafe fn lend(
    resolved_endpoint: *const aws_endpoints_resolved_endpoint,
    out: *mut aws_byte_cursor,
    part: impl FnOnce(&Resolved) -> Option<&str>,
) -> c_int {
    // SAFETY: as the caller promises.
    let (resolved, out) = unsafe { (borrow(resolved_endpoint), out.as_mut()) };
    let (Ok(resolved), Some(out)) = (resolved, out) else {
        return ended(Err(Code::INVALID_ARGUMENT));
    };
    let Some(text) = part(&resolved.value) else { return ended(Err(Code::INVALID_ARGUMENT)) };
    *out = cursor(text.as_bytes());
    0
}

/// The URL of an endpoint.
///
/// # Safety
/// The object is NULL or alive, and the place for the result is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_endpoints_resolved_endpoint_get_url(
    resolved_endpoint: *const aws_endpoints_resolved_endpoint,
    out_url: *mut aws_byte_cursor,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe {
        lend(resolved_endpoint, out_url, |resolved| match resolved {
            Resolved::Endpoint { url, .. } => Some(url),
            Resolved::Error(_) => None,
        })
    }
}

/// The properties of an endpoint: an object in JSON.
///
/// # Safety
/// The object is NULL or alive, and the place for the result is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_endpoints_resolved_endpoint_get_properties(
    resolved_endpoint: *const aws_endpoints_resolved_endpoint,
    out_properties: *mut aws_byte_cursor,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe {
        lend(resolved_endpoint, out_properties, |resolved| match resolved {
            Resolved::Endpoint { properties, .. } => Some(properties),
            Resolved::Error(_) => None,
        })
    }
}

/// The message of an error.
///
/// # Safety
/// The object is NULL or alive, and the place for the result is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_endpoints_resolved_endpoint_get_error(
    resolved_endpoint: *const aws_endpoints_resolved_endpoint,
    out_error: *mut aws_byte_cursor,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe {
        lend(resolved_endpoint, out_error, |resolved| match resolved {
            Resolved::Error(message) => Some(message),
            Resolved::Endpoint { .. } => None,
        })
    }
}

//! `aws_s3_checksum_config`.

use crate::abi::*;
use crate::checksum::{Algorithm, Location, Selection, Settings, ValidationMode, Wanted};
use crate::crt::sys::aws_array_list;
use crate::error::{Code, Result};
use crate::ffi::argument::{self, number, truth};
use crate::net::Headers;

/// Works the configuration and the message's headers out together; no configuration looks at nothing.
///
/// # Safety
/// A non-NULL `config` is valid for reads, and so is what it points to.
pub(super) unsafe fn checksum_settings(
    config: *const aws_s3_checksum_config,
    headers: &Headers,
    is_get_object: bool,
) -> Result<Settings> {
    // SAFETY: as the caller promises.
    let Some(config) = (unsafe { argument::optional(config) }) else {
        return Ok(Settings::default());
    };
    let mode = number(&config.response_checksum_validation_mode);
    let location = Location::from_number(number(&config.location));
    let wanted = Wanted {
        location: location.ok_or(Code::INVALID_ARGUMENT)?,
        algorithm: Algorithm::from_number(number(&config.checksum_algorithm)),
        validate_response: truth(&config.validate_response_checksum),
        // SAFETY: as the caller promises.
        validate_algorithms: unsafe { selection(config.validate_checksum_algorithms) },
        mode: ValidationMode::from_number(mode).ok_or(Code::INVALID_ARGUMENT)?,
        // SAFETY: as the caller promises.
        expected_base64: unsafe { argument::bytes(config.expected_checksum) },
        expected_algorithm: number(&config.expected_checksum_algorithm),
        has_full_object_callback: config.full_object_checksum_callback.is_some(),
    };
    let pairs = headers.iter().map(|(name, value)| (&name[..], &value[..]));
    Settings::resolve(&wanted, pairs, is_get_object)
}

/// The algorithms in a list of the caller's; `None` for no list. Unknown numbers are left out.
///
/// # Safety
/// A non-NULL `list` is an initialised list of `enum aws_s3_checksum_algorithm`.
unsafe fn selection(list: *const aws_array_list) -> Option<Selection> {
    // SAFETY: as the caller promises.
    let list = unsafe { argument::optional(list) }?;
    let numbers: &[u32] = if list.data.is_null() || list.item_size != size_of::<u32>() {
        &[]
    } else {
        // SAFETY: `length` items of four bytes each, as the list says.
        unsafe { std::slice::from_raw_parts(list.data.cast::<u32>(), list.length) }
    };
    Some(Selection::of(numbers.iter().filter_map(|number| Algorithm::from_number(*number))))
}

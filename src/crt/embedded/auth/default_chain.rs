//! The provider for programs that were told nothing, and the one of a profile.
//!
//! The default chain looks at the environment, a profile, a web identity, and at last at the
//! container or the machine it runs on. Sources that are not configured are left out when the chain
//! is made, as the C library does, and what was found is remembered for a quarter of an hour.

use std::time::Duration;

use crate::crt::sys::*;
use crate::crt::{CredentialsProvider, bytes_of};
use crate::error::Code;

use super::cached::{Memory, cached};
use super::chain::chain;
use super::fixed::environment;
use super::profile::{Profile, variable};
use super::provider::{NO_SHUTDOWN, arguments, returned};
use super::source::{Source, provider_of};

const REFRESH: Duration = Duration::from_secs(15 * 60);

/// An option of text; None when it is empty.
///
/// # Safety
/// The cursor points to readable bytes.
unsafe fn text(option: aws_byte_cursor) -> Result<Option<String>, Code> {
    // SAFETY: as the caller promises.
    match unsafe { bytes_of(option) } {
        [] => Ok(None),
        bytes => String::from_utf8(bytes.to_vec()).map(Some).map_err(|_| Code::INVALID_ARGUMENT),
    }
}

/// The sources that this process is configured for.
fn configured(profile: Profile) -> Vec<Source> {
    let is_set = |name: &str| variable(name).is_some();
    let mut sources = Vec::new();
    if profile.is_usable() {
        sources.push(Source::Profile(profile.clone()));
    }
    if is_set("AWS_WEB_IDENTITY_TOKEN_FILE") && is_set("AWS_ROLE_ARN") {
        sources.push(Source::WebIdentity(profile.clone()));
    }
    let is_container = is_set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
        || is_set("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    let is_machine = variable("AWS_EC2_METADATA_DISABLED")
        .is_none_or(|disabled| disabled.eq_ignore_ascii_case("false"));
    if is_container {
        sources.push(Source::Container(profile));
    } else if is_machine {
        sources.push(Source::Instance(profile));
    }
    sources
}

/// Makes the default chain.
///
/// # Safety
/// The allocator is valid for as long as the provider; the options and their cursors are readable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_credentials_provider_new_chain_default(
    allocator: *mut aws_allocator,
    options: *const aws_credentials_provider_chain_default_options,
) -> *mut aws_credentials_provider {
    // SAFETY: as the caller promises.
    returned(unsafe { arguments(allocator, options) }.and_then(|(allocator, options)| {
        // SAFETY: as the caller promises.
        let name = unsafe { text(options.profile_name_override) }?;
        let mut providers: Vec<CredentialsProvider> = Vec::new();
        if !options.skip_environment_credentials_provider {
            providers.push(environment(allocator));
        }
        let sources = configured(Profile { name, ..Profile::default() });
        if !sources.is_empty() {
            providers.push(provider_of(allocator, NO_SHUTDOWN, sources));
        }
        let source = chain(allocator, NO_SHUTDOWN, providers)?;
        Ok(cached(allocator, options.shutdown_options, source, Memory::lasting(REFRESH)))
    }))
}

/// Makes a provider of one profile.
///
/// # Safety
/// The allocator is valid for as long as the provider; the options and their cursors are readable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_credentials_provider_new_profile(
    allocator: *mut aws_allocator,
    options: *const aws_credentials_provider_profile_options,
) -> *mut aws_credentials_provider {
    // SAFETY: as the caller promises.
    returned(unsafe { arguments(allocator, options) }.and_then(|(allocator, options)| {
        // SAFETY: as the caller promises.
        let profile = unsafe {
            Profile {
                name: text(options.profile_name_override)?,
                config_file: text(options.config_file_name_override)?,
                credentials_file: text(options.credentials_file_name_override)?,
            }
        };
        if !profile.is_usable() {
            return Err(Code::AUTH_CREDENTIALS_PROVIDER_PROFILE_SOURCE_FAILURE);
        }
        let sources = vec![Source::Profile(profile)];
        Ok(provider_of(allocator, options.shutdown_options, sources))
    }))
}

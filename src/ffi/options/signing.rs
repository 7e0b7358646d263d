//! `aws_signing_config_aws`.

use std::ffi::c_void;
use std::sync::Arc;

use crate::crt::call::call_out;
use crate::crt::sys::{aws_byte_cursor, aws_signing_config_aws};
use crate::crt::{self, Credentials, CredentialsProvider};
use crate::ffi::argument;
use crate::ffi::callbacks::UserData;
use crate::sign::{Algorithm, HeaderFilter, SignatureType, SigningConfig, SigningRules};

/// Bits of `flags`.
const DOUBLE_ENCODE: u32 = 1;
const NORMALIZE_PATH: u32 = 2;
const OMIT_SESSION_TOKEN: u32 = 4;

/// Copies a signing configuration; what it leaves unset is filled in from the client's region and S3's defaults.
///
/// # Safety
/// The struct is valid for reads and what it points to is alive.
pub(in crate::ffi) unsafe fn signing_config(
    config: &aws_signing_config_aws,
    client_region: &[u8],
) -> SigningConfig {
    let filter = config.should_sign_header.map(|filter| {
        let user_data = UserData(config.should_sign_header_ud);
        header_filter(filter, user_data)
    });
    // SAFETY: cursors of the caller's, read once.
    let (region, service, body) = unsafe {
        (
            argument::bytes(config.region),
            argument::bytes(config.service),
            argument::bytes(config.signed_body_value),
        )
    };
    let mut rules = SigningRules::default();
    rules.config_type = config.config_type;
    rules.algorithm = Algorithm::from(config.algorithm);
    rules.signature_type = SignatureType::from(config.signature_type);
    rules.region = region;
    rules.service = service;
    rules.should_sign_header = filter;
    rules.double_encode_path = config.flags & DOUBLE_ENCODE != 0;
    rules.normalize_path = config.flags & NORMALIZE_PATH != 0;
    rules.omit_session_token = config.flags & OMIT_SESSION_TOKEN != 0;
    rules.signed_body_value = body;
    rules.expiration_s = config.expiration_in_seconds;
    rules.complete(client_region);
    // SAFETY: objects of the caller's, alive during the call; each gets a reference of ours.
    let (credentials, provider) = unsafe {
        (
            Credentials::acquire(config.credentials.cast_mut()),
            CredentialsProvider::acquire(config.credentials_provider),
        )
    };
    SigningConfig { rules, credentials, credentials_provider: provider, session: None, keep: None }
}

type Filter = unsafe extern "C" fn(*const aws_byte_cursor, *mut c_void) -> bool;

fn header_filter(filter: Filter, user_data: UserData) -> HeaderFilter {
    Arc::new(move |name| {
        let user_data = user_data;
        let name = crt::cursor(name);
        // SAFETY: the caller's function with the caller's pointer; the name lives until after the call.
        // A header that nobody decided about is signed, as it is without a filter.
        unsafe { call_out!(filter, &raw const name, user_data.0) }.unwrap_or(true)
    })
}

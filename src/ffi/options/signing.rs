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

/// What needs credentials of the CRT's making.
#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use super::*;
    use crate::clock::Clock;
    use crate::crt::Allocator;
    use crate::net::RequestHead;
    use crate::sign::{Keys, Payload, obtain};

    const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    /// What a meta request of a client goes through that brings a signing configuration of its own.
    struct Signing {
        client: SigningConfig,
        keys: Arc<Keys>,
    }

    impl Signing {
        fn new() -> Self {
            let client = SigningConfig::default();
            let keys = client.rules.keys().upgrade().unwrap();
            Self { client, keys }
        }

        fn sign(&self, secret: &[u8], region: &[u8], service: &[u8], now: SystemTime) -> usize {
            let credentials =
                Credentials::new(Allocator::default(), b"AKID", secret, b"", u64::MAX).unwrap();
            // SAFETY: zeros are a configuration in which nothing is set.
            let mut given: aws_signing_config_aws = unsafe { std::mem::zeroed() };
            given.config_type = 1;
            given.region = crt::cursor(region);
            given.service = crt::cursor(service);
            given.credentials = credentials.as_ptr();
            // SAFETY: everything in there is alive.
            let mut config = unsafe { signing_config(&given, b"us-west-2") };
            config.adopt(&self.client);
            let mut head = RequestHead::new("GET", "/k");
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let identity = runtime.block_on(obtain(&config, &Clock::system())).unwrap();
            identity.sign(&config.rules, &mut head, Payload::Configured, now).unwrap();
            self.keys.count()
        }
    }

    #[test]
    fn requests_with_equal_configurations_derive_one_key_and_others_another() {
        let signing = Signing::new();
        let day = UNIX_EPOCH + 20_000 * DAY;
        for _ in 0..3 {
            assert_eq!(signing.sign(b"secret", b"us-east-1", b"s3", day), 1);
        }
        // What is left empty is filled in with the very same.
        assert_eq!(signing.sign(b"secret", b"us-east-1", b"", day), 1);
        assert_eq!(signing.sign(b"secret", b"us-east-1", b"s3", day + DAY / 2), 1);
        assert_eq!(signing.sign(b"secre", b"us-east-1", b"s3", day), 2);
        assert_eq!(signing.sign(b"secret", b"us-east-1", b"s3", day + DAY), 3);
        assert_eq!(signing.sign(b"secret", b"", b"s3", day), 4);
        assert_eq!(signing.sign(b"secret", b"us-east-1", b"s3express", day), 5);
        assert_eq!(signing.sign(b"secret", b"us-east-1", b"s3", day), 5, "the first is kept");
    }
}

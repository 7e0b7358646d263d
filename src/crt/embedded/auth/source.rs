//! Sources of credentials on disk and in the network, and the provider that tries some of them.

use std::sync::Arc;
use std::time::UNIX_EPOCH;

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_credential_types::provider::ProvideCredentials;
use aws_credential_types::provider::error::CredentialsError;

use crate::crt::sys::*;
use crate::crt::{Allocator, Credentials, CredentialsProvider};
use crate::error::Code;
use crate::log;

use super::courier::Courier;
use super::credentials::{Parts, make as make_credentials};
use super::profile::Profile;
use super::provider::{Answer, Kind, make};

/// One place to look at.
pub(super) enum Source {
    Profile(Profile),
    /// A token file and a role, both named by variables; the profile gives the region.
    WebIdentity(Profile),
    /// The service that a container's variables name.
    Container(Profile),
    /// The metadata service of the machine.
    Instance(Profile),
}

type Found = Result<aws_credential_types::Credentials, CredentialsError>;

impl Source {
    /// What C hears when there is nothing here.
    fn failure(&self) -> Code {
        match self {
            Source::Profile(_) => Code::AUTH_CREDENTIALS_PROVIDER_PROFILE_SOURCE_FAILURE,
            Source::WebIdentity(_) => {
                Code::AUTH_CREDENTIALS_PROVIDER_STS_WEB_IDENTITY_SOURCE_FAILURE
            }
            Source::Container(_) => Code::AUTH_CREDENTIALS_PROVIDER_ECS_SOURCE_FAILURE,
            Source::Instance(_) => Code::AUTH_CREDENTIALS_PROVIDER_IMDS_SOURCE_FAILURE,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Source::Profile(_) => "profile",
            Source::WebIdentity(_) => "web identity",
            Source::Container(_) => "container",
            Source::Instance(_) => "instance metadata",
        }
    }

    async fn look(&self) -> Found {
        match self {
            Source::Profile(profile) => profile.credentials().await,
            Source::WebIdentity(profile) => {
                let provider = WebIdentityTokenCredentialsProvider::builder()
                    .configure(&profile.provider_config())
                    .build();
                provider.provide_credentials().await
            }
            Source::Container(profile) => {
                let provider =
                    EcsCredentialsProvider::builder().configure(&profile.provider_config()).build();
                provider.provide_credentials().await
            }
            Source::Instance(profile) => {
                let provider = ImdsCredentialsProvider::builder()
                    .configure(&profile.provider_config())
                    .build();
                provider.provide_credentials().await
            }
        }
    }
}

/// Tries sources in turn, on a thread of its own.
struct Sources {
    allocator: Allocator,
    sources: Arc<[Source]>,
    courier: Courier,
}

/// An answer that is owed: who drops it without giving it gives a failure.
struct Owed {
    answer: Option<Answer>,
    /// Keeps the provider from announcing its end before it has answered.
    _provider: CredentialsProvider,
}

impl Owed {
    fn give(mut self, outcome: Result<&Credentials, Code>) {
        if let Some(answer) = self.answer.take() {
            answer.give(outcome);
        }
    }
}

impl Drop for Owed {
    fn drop(&mut self) {
        if let Some(answer) = self.answer.take() {
            log!(Error, Credentials, "a fetch of credentials came to a sudden end");
            answer.give(Err(Code::INVALID_STATE));
        }
    }
}

impl Kind for Sources {
    fn fetch(&self, itself: &CredentialsProvider, answer: Answer) -> Result<(), Code> {
        let owed = Owed { answer: Some(answer), _provider: itself.clone() };
        let (allocator, sources) = (self.allocator, self.sources.clone());
        let job = async move {
            match first(allocator, &sources).await {
                Ok(credentials) => owed.give(Ok(&credentials)),
                Err(code) => owed.give(Err(code)),
            }
        };
        if let Err(error) = self.courier.run(Box::pin(job)) {
            // The job was dropped, and with it the answer was given.
            log!(Error, Credentials, "credentials cannot be fetched: {error}");
        }
        Ok(())
    }
}

/// The first credentials that a source has, or the failure of the last one.
async fn first(allocator: Allocator, sources: &[Source]) -> Result<Credentials, Code> {
    let mut failure = Code::INVALID_STATE;
    for source in sources {
        match source.look().await {
            Ok(found) => match copied(allocator, &found) {
                Ok(credentials) => return Ok(credentials),
                Err(_) => log!(Warn, Credentials, "{}: keys are missing", source.name()),
            },
            Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                let cause = cause.as_deref().unwrap_or("no cause given");
                log!(Info, Credentials, "{}: {error}: {cause}", source.name());
            }
        }
        failure = source.failure();
    }
    Err(failure)
}

fn copied(
    allocator: Allocator,
    found: &aws_credential_types::Credentials,
) -> Result<Credentials, Code> {
    let expiration = found.expiry().and_then(|end| end.duration_since(UNIX_EPOCH).ok());
    let parts = Parts {
        access_key_id: found.access_key_id().as_bytes(),
        secret_access_key: found.secret_access_key().as_bytes(),
        session_token: found.session_token().unwrap_or_default().as_bytes(),
        account_id: found.account_id().map_or("", |account| account.as_str()).as_bytes(),
        expiration_s: expiration.map_or(u64::MAX, |end| end.as_secs()),
    };
    make_credentials(allocator, &parts)
}

/// Makes a provider that tries sources in turn.
pub(super) fn provider_of(
    allocator: Allocator,
    shutdown_options: aws_credentials_provider_shutdown_options,
    sources: Vec<Source>,
) -> CredentialsProvider {
    let courier = Courier::default();
    make(allocator, shutdown_options, Sources { allocator, sources: sources.into(), courier })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn everything_that_was_found_is_copied() {
        let end = UNIX_EPOCH + Duration::from_secs(99);
        let found = aws_credential_types::Credentials::builder()
            .access_key_id("id")
            .secret_access_key("secret")
            .session_token("token")
            .expiry(end)
            .provider_name("test")
            .build();
        let copy = copied(Allocator::default(), &found).expect("complete");
        assert_eq!(copy.access_key_id(), b"id");
        assert_eq!(copy.session_token(), b"token");
        assert_eq!(copy.expiration_s(), 99);
    }

    #[tokio::test]
    async fn the_last_failure_counts() {
        let nowhere = Profile {
            name: None,
            config_file: Some("/does/not/exist".into()),
            credentials_file: Some("/neither/does/this".into()),
        };
        let found = first(Allocator::default(), &[Source::Profile(nowhere)]).await;
        assert_eq!(found.err(), Some(Code::AUTH_CREDENTIALS_PROVIDER_PROFILE_SOURCE_FAILURE));
    }
}

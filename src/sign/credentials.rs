//! From a configuration to the credentials that requests are signed with.

use crate::clock::Clock;
use crate::crt::{Credentials, CredentialsProvider, Keep};
use crate::error::{Code, Error, Result};
use crate::log;

use super::identity::{Identity, check_explicit, secrets};
use super::{Algorithm, OriginalExpired, SessionSource, SigningRules};

/// A caller's signing configuration, owned: how to sign, and as whom.
#[derive(Clone, Default)]
pub struct SigningConfig {
    pub rules: SigningRules,
    /// Beats the provider.
    pub credentials: Option<Credentials>,
    pub credentials_provider: Option<CredentialsProvider>,
    /// Where sessions come from; looked at for S3 Express alone.
    pub session: Option<SessionSource>,
    /// Held by a provider that owes an answer. A client sets it, and is not over before.
    pub keep: Option<Keep>,
}

impl SigningConfig {
    /// Makes this configuration of a request the client's, which keeps the derived keys, and lends credentials and
    /// provider when there are neither.
    pub fn adopt(&mut self, client: &Self) {
        self.keep.clone_from(&client.keep);
        self.rules.share_keys(&client.rules);
        if self.credentials.is_none() && self.credentials_provider.is_none() {
            self.credentials.clone_from(&client.credentials);
            self.credentials_provider.clone_from(&client.credentials_provider);
        }
    }

    /// Whose sessions are wanted: the caller's own credentials, as they are right now.
    pub async fn original_credentials(&self) -> Result<Credentials> {
        match (&self.credentials, &self.credentials_provider) {
            (Some(credentials), _) => Ok(credentials.clone()),
            (None, Some(provider)) => provider.credentials(self.keep.clone()).await,
            (None, None) => Err(Error::new(Code::AUTH_SIGNING_INVALID_CONFIGURATION)),
        }
    }

    /// Whether asking again may lead to other credentials.
    fn is_renewable(&self) -> bool {
        match self.rules.algorithm {
            Algorithm::S3Express => self.session.is_some(),
            _ => self.credentials.is_none(),
        }
    }
}

/// The credentials of the configuration, or what its provider gives right now. May take as long as the provider does.
pub async fn obtain(config: &SigningConfig, clock: &Clock) -> Result<Identity> {
    config.rules.check()?;
    let own = match config.rules.algorithm {
        // In a box, because most do not come here.
        Algorithm::S3Express => Box::pin(in_session(config)).await?,
        _ => config.credentials.clone(),
    };
    let credentials = match own {
        Some(own) => {
            check_explicit(config.rules.algorithm, own.is_anonymous(), &secrets(&own))?;
            own
        }
        None => provided(config).await?,
    };
    Ok(Identity::new(credentials, config.is_renewable(), clock.wall()))
}

/// Other credentials in the place of those that the service does not accept any more. None where there are none.
pub async fn obtain_other(
    config: &SigningConfig,
    refused: &Identity,
    clock: &Clock,
) -> Result<Option<Identity>> {
    if !config.is_renewable() {
        return Ok(None);
    }
    if let (Algorithm::S3Express, Some(source)) = (config.rules.algorithm, &config.session) {
        source.sessions.refused(refused.credentials());
    }
    let other = obtain(config, clock).await?;
    let same = secrets(other.credentials()) == secrets(refused.credentials());
    Ok((!same).then_some(other))
}

/// The credentials of a session with the bucket. Whatever the providers fail with is told as it is; where there is
/// simply no session, the configuration's own provider has the last word. Expired credentials are asked for once more.
async fn in_session(config: &SigningConfig) -> Result<Option<Credentials>> {
    let unusable = || Error::new(Code::AUTH_SIGNING_INVALID_CONFIGURATION);
    let source = config.session.as_ref().ok_or_else(unusable)?;
    let original = config.original_credentials().await?;
    let answer = source.sessions.credentials(original.clone(), &source.wanted).await;
    match answer {
        Err(error) if error.is_because_of::<OriginalExpired>() && config.credentials.is_none() => {
            let other = config.original_credentials().await?;
            if secrets(&other) == secrets(&original) {
                return Err(error);
            }
            source.sessions.credentials(other, &source.wanted).await
        }
        answer => answer,
    }
}

/// Asks the provider. It may refuse with an error of its own; having asked in vain is always the same error.
async fn provided(config: &SigningConfig) -> Result<Credentials> {
    let Some(provider) = &config.credentials_provider else {
        return Err(Error::new(Code::AUTH_SIGNING_INVALID_CONFIGURATION));
    };
    let in_vain = |error: Error| {
        log!(Error, Credentials, "the credentials provider failed: {error}");
        Error::new(Code::AUTH_SIGNING_NO_CREDENTIALS).because(error)
    };
    let answer = provider.ask(config.keep.clone())?.await;
    answer
        .unwrap_or_else(|dropped| Err(Error::new(Code::UNKNOWN).because(dropped)))
        .map_err(in_vain)
}

/// What needs credentials of the CRT's making.
#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::SystemTime;

    use crate::crt::Allocator;
    use crate::net::{Headers, Origin, RequestHead};
    use crate::sign::{
        Asking, Bucket, Payload, STREAMING_UNSIGNED_PAYLOAD_TRAILER, Sessions, Wanted,
    };

    use super::*;

    fn config(algorithm: Algorithm) -> SigningConfig {
        let mut rules = SigningRules { algorithm, ..SigningRules::default() };
        rules.complete(b"us-east-1");
        SigningConfig { rules, ..SigningConfig::default() }
    }

    fn credentials(token: &str) -> Credentials {
        Credentials::new(Allocator::default(), b"AKID", b"secret", token.as_bytes(), u64::MAX)
            .unwrap()
    }

    fn run<T>(work: impl Future<Output = Result<T>>) -> Result<T, Code> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(work).map_err(|error| error.code())
    }

    fn sign_put(config: &SigningConfig) -> Result<RequestHead, Code> {
        let mut head = RequestHead::new("PUT", "/k");
        head.headers.push("Host", "h");
        let identity = run(obtain(config, &Clock::system()))?;
        let signed = identity.sign(&config.rules, &mut head, Payload::Trailer, SystemTime::now());
        signed.map(|()| head).map_err(|error| error.code())
    }

    #[test]
    fn own_credentials_come_first() {
        let client =
            SigningConfig { credentials: Some(credentials("client")), ..config(Algorithm::V4) };
        let mut own =
            SigningConfig { credentials: Some(credentials("own")), ..config(Algorithm::V4) };
        let mut none = config(Algorithm::V4);
        assert_eq!(sign_put(&none).unwrap_err(), Code::AUTH_SIGNING_INVALID_CONFIGURATION);
        own.adopt(&client);
        none.adopt(&client);
        assert!(own.rules.keys().ptr_eq(&client.rules.keys()));
        for (config, token) in [(own, "own"), (none, "client")] {
            let head = sign_put(&config).unwrap();
            assert_eq!(head.headers.value("X-Amz-Security-Token").unwrap(), token);
            // Set again after signing, hence behind the signature.
            let last = head.headers.iter().last().unwrap();
            assert_eq!(
                last,
                &("x-amz-content-sha256".into(), STREAMING_UNSIGNED_PAYLOAD_TRAILER.into())
            );
            assert_eq!(head.headers.values("x-amz-content-sha256").count(), 1);
        }
    }

    /// Hands out the next of its tokens with every session.
    struct Tokens(crate::sync::Mutex<Vec<&'static str>>);

    impl Sessions for Tokens {
        fn credentials<'a>(&'a self, _: Credentials, _: &'a Wanted) -> Asking<'a> {
            Box::pin(async { Ok(self.0.lock().pop().map(credentials)) })
        }

        fn refused(&self, session: &Credentials) {
            assert_eq!(session.session_token(), b"first");
        }
    }

    fn express(tokens: &[&'static str]) -> SigningConfig {
        let origin = Origin { tls: true, host: "h".into(), port: 443 };
        let bucket = Bucket::new(Arc::new(origin), "r".into(), &Headers::new());
        let headers = crate::crt::Headers::new(Allocator::default(), []).unwrap();
        let wanted = Wanted { bucket: Arc::new(bucket), headers };
        let tokens = Tokens(crate::sync::Mutex::new(tokens.to_vec()));
        let session = Some(SessionSource { sessions: Arc::new(tokens), wanted });
        SigningConfig {
            credentials: Some(credentials("")),
            session,
            ..config(Algorithm::S3Express)
        }
    }

    #[test]
    fn sessions_need_a_token() {
        assert_eq!(sign_put(&express(&[""])), Err(Code::AUTH_SIGNING_INVALID_CREDENTIALS));
        let head = sign_put(&express(&["session"])).unwrap();
        assert_eq!(head.headers.value("x-amz-s3session-token").unwrap(), "session");
    }

    #[test]
    fn others_are_obtained_only_where_there_may_be_others() {
        let clock = Clock::system();
        let other = |config: &SigningConfig| {
            let refused = run(obtain(config, &clock)).unwrap();
            let other = run(obtain_other(config, &refused, &clock)).unwrap();
            other.map(|other| other.credentials().session_token().to_vec())
        };
        let fixed = SigningConfig { credentials: Some(credentials("t")), ..config(Algorithm::V4) };
        assert_eq!(other(&fixed), None);
        assert_eq!(other(&express(&["first", "first"])), None);
        assert_eq!(other(&express(&["second", "first"])), Some(b"second".to_vec()));
    }
}

//! CreateSession: the request that makes a session of S3 Express.
//!
//! It goes to the server that the requests of the meta request go to, under the caller's own credentials, and past the
//! client's limit of requests on the wire: those that have the wire may be waiting for it.

use std::sync::Arc;

use bytes::Bytes;
use zeroize::Zeroize;

use crate::clock::Clock;
use crate::crt::{Allocator, Credentials, epoch_s};
use crate::error::{Code, Error, FailedResponse, Result};
use crate::log;
use crate::net::{Connections, RequestHead};
use crate::request::{
    Activity, Line, ReplyBody, Request, RequestKind, Retry, Stop, call, is_expired_token,
};
use crate::schedule::{Caps, Name, Schedule};
use crate::sign::{Bucket, OriginalExpired, Session, SigningConfig, SigningRules};
use crate::xml;

const SERVICE: &str = "s3express";
const TARGET: &str = "/?session=";
/// What is shown in the log of the document that an error came with.
const SHOWN_BYTES: usize = 512;

/// What every CreateSession of a client has in common.
pub(super) struct CreateSession {
    /// Where session credentials are made: they are the caller's to see.
    pub allocator: Allocator,
    pub connections: Arc<Connections>,
    pub schedule: Arc<Schedule>,
    pub retry: Arc<Retry>,
    pub activity: Arc<Activity>,
    pub clock: Clock,
    pub user_agent: Bytes,
    /// Keys derived for one session serve the next one, too.
    pub rules: SigningRules,
}

impl CreateSession {
    /// Asks for a session with `bucket`. An error is what all who wait for the session end with.
    pub async fn run(
        &self,
        bucket: &Bucket,
        original: Credentials,
        stop: &Stop,
    ) -> Result<Session<Credentials>> {
        let kind = RequestKind::CreateSession;
        let host = host_value(&bucket.origin.host);
        let mut request = Request::new(kind, kind.name().into(), self.head(bucket, &host));
        request.part_number = 1;
        request.signing = Some(Arc::new(self.signing(bucket, original)));
        let made = match call(&self.line(bucket, host, stop), &mut request).await {
            Ok(reply) => {
                let made = self.session(reply.body.bytes());
                if let ReplyBody::Heap(mut document) = reply.body {
                    document.zeroize();
                }
                made
            }
            Err(failure) => Err(refused(failure.error)),
        };
        made.inspect_err(|error| {
            log!(Error, Credentials, "no session with {}: {error}", bucket.origin.host);
        })
    }

    fn head(&self, bucket: &Bucket, host: &Bytes) -> RequestHead {
        let mut head = RequestHead::new("GET", TARGET);
        head.headers.push("Host", host.clone());
        for (name, value) in &bucket.headers {
            head.headers.push(*name, value.clone());
        }
        head.headers.push("User-Agent", self.user_agent.clone());
        head
    }

    fn signing(&self, bucket: &Bucket, original: Credentials) -> SigningConfig {
        let mut rules = self.rules.clone();
        rules.service = SERVICE.into();
        rules.complete(&bucket.region);
        SigningConfig { rules, credentials: Some(original), ..SigningConfig::default() }
    }

    fn line(&self, bucket: &Bucket, host: Bytes, stop: &Stop) -> Line {
        Line {
            connections: self.connections.clone(),
            origin: bucket.origin.clone(),
            retry: self.retry.clone(),
            // Requests wait for it: it must not wait for them.
            lane: self
                .schedule
                .lane(Name("CreateSession", 0), Caps { free: true, ..Caps::default() }),
            activity: self.activity.clone(),
            stop: stop.clone(),
            // The caller hears of its own requests alone.
            telemetry: None,
            clock: self.clock.clone(),
            upload_limit: None,
            hedges: None,
            partition: host,
        }
    }

    fn session(&self, document: &[u8]) -> Result<Session<Credentials>> {
        let (session, expires_s) = read(document)?;
        let credentials = Credentials::new(
            self.allocator,
            &session.access_key_id,
            &session.secret_access_key,
            &session.session_token,
            expires_s,
        )?;
        Ok(Session { credentials, expires_s })
    }
}

/// The values of the answer, and when the session ends.
fn read(document: &[u8]) -> Result<(xml::Session, u64)> {
    let unexpected = || Error::new(Code::AUTH_PROVIDER_PARSER_UNEXPECTED_RESPONSE);
    let session = xml::create_session(document)?;
    match epoch_s(&session.expiration) {
        Ok(0) => Err(unexpected().because("an expiration of zero")),
        Ok(expires_s) => Ok((session, expires_s)),
        Err(error) => Err(unexpected().because(error)),
    }
}

/// The name of the server without its port, as services of S3 know it.
fn host_value(host: &str) -> Bytes {
    if host.contains(':') { format!("[{host}]").into() } else { host.to_owned().into() }
}

/// What a failed CreateSession means for a request. The response is not that request's own: it goes to the log alone.
fn refused(error: Error) -> Error {
    let Some(response) = error.response() else { return error };
    let last_word = matches!(
        error.code(),
        Code::S3_INVALID_RESPONSE_STATUS | Code::S3_NON_RECOVERABLE_ASYNC_ERROR
    );
    let code = match &response.body {
        Some(_) if last_word => Code::S3EXPRESS_CREATE_SESSION_FAILED,
        _ => error.code(),
    };
    if is_expired_token(&error) {
        return Error::new(code).because(OriginalExpired(shown(response)));
    }
    Error::new(code).because(shown(response))
}

fn shown(response: &FailedResponse) -> String {
    let find = |(name, value): &(Bytes, Bytes)| {
        name.eq_ignore_ascii_case(b"x-amz-request-id")
            .then(|| String::from_utf8_lossy(value).into_owned())
    };
    let id = response.headers.iter().find_map(find).unwrap_or_else(|| "none".to_owned());
    let body = response.body.as_deref().unwrap_or_default();
    let body = String::from_utf8_lossy(&body[..body.len().min(SHOWN_BYTES)]).into_owned();
    format!("status {}, request id {id}: {body}", response.status)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(expiration: &str) -> String {
        format!(
            "<CreateSessionResult><Credentials><SessionToken>t</SessionToken>\
             <SecretAccessKey>s</SecretAccessKey><AccessKeyId>a</AccessKeyId>\
             <Expiration>{expiration}</Expiration></Credentials></CreateSessionResult>"
        )
    }

    #[test]
    fn answers() {
        let expires_s = |text: &str| read(document(text).as_bytes()).map(|(_, it)| it);
        assert_eq!(expires_s("2023-06-26T17:33:30Z").expect("a date"), 1_687_800_810);
        for broken in ["1970-01-01T00:00:00Z", "soon", ""] {
            let code = expires_s(broken).expect_err("no date").code();
            assert_eq!(code, Code::AUTH_PROVIDER_PARSER_UNEXPECTED_RESPONSE, "{broken}");
        }
    }

    #[test]
    fn verdicts_on_failures() {
        let failed = |code: Code, body: Option<&'static str>| {
            let headers = vec![("X-Amz-Request-Id".into(), "R1".into())];
            let response = FailedResponse {
                status: 403,
                headers,
                body: body.map(Bytes::from),
                operation: "CreateSession".to_owned(),
            };
            refused(Error::new(code).with_response(response))
        };
        for (code, body, expected) in [
            (Code::S3_INVALID_RESPONSE_STATUS, Some("x"), Code::S3EXPRESS_CREATE_SESSION_FAILED),
            (
                Code::S3_NON_RECOVERABLE_ASYNC_ERROR,
                Some("x"),
                Code::S3EXPRESS_CREATE_SESSION_FAILED,
            ),
            (Code::S3_INVALID_RESPONSE_STATUS, None, Code::S3_INVALID_RESPONSE_STATUS),
            (Code::S3_INTERNAL_ERROR, Some("x"), Code::S3_INTERNAL_ERROR),
            (Code::S3_SLOW_DOWN, Some("x"), Code::S3_SLOW_DOWN),
        ] {
            let error = failed(code, body);
            assert_eq!(error.code(), expected, "{code:?} {body:?}");
            assert!(error.response().is_none(), "the response is not the request's own");
            assert!(error.to_string().contains("status 403, request id R1"), "{error}");
        }
        assert_eq!(refused(Code::IO_SOCKET_TIMEOUT.into()).code(), Code::IO_SOCKET_TIMEOUT);
        for (body, expired) in [
            ("<Error><Code>ExpiredToken</Code></Error>", true),
            ("<Error><Code>AccessDenied</Code></Error>", false),
        ] {
            let error = failed(Code::S3_INVALID_RESPONSE_STATUS, Some(body));
            assert_eq!(error.is_because_of::<OriginalExpired>(), expired, "{body}");
            assert!(error.to_string().contains(body), "{error}");
        }
    }

    #[test]
    fn hosts() {
        assert_eq!(
            host_value("b--use1-az4--x-s3.amazonaws.com"),
            "b--use1-az4--x-s3.amazonaws.com"
        );
        assert_eq!(host_value("::1"), "[::1]");
    }
}

//! What each provider asks, of whom, and what it makes of the answer.

use std::time::SystemTime;

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use super::exchange::{Line, Reply};
use super::json;
use super::tokens::{Pairs, Tokens};
use crate::crt::{self, CredentialsProvider};
use crate::error::{Code, Error, Result};
use crate::net::{Origin, RequestHead};
use crate::sign::{self, SigningRules};

const FORM: &str = "application/x-www-form-urlencoded";

/// Credentials as a service gives them.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub access_key_id: Bytes,
    pub secret_access_key: Bytes,
    pub session_token: Bytes,
    pub expires_s: u64,
}

/// One of the services, with what it is asked for.
pub enum Query {
    /// IoT Core: the certificate of the TLS connection stands for a role.
    Certificate {
        thing: Bytes,
        role_alias: Bytes,
    },
    Cognito {
        identity: String,
        logins: Pairs,
        tokens: Option<Tokens>,
        role: Option<String>,
    },
    /// STS, with the credentials of another provider.
    Role {
        role: Bytes,
        session: Bytes,
        external_id: Bytes,
        duration_s: u16,
        region: Bytes,
        provider: CredentialsProvider,
    },
    /// STS, with a token in a file, which is read anew each time.
    WebIdentity {
        role: Bytes,
        session: Bytes,
        token_file: std::path::PathBuf,
    },
}

impl Query {
    /// What the program hears when the service answers, but gives no credentials.
    pub fn failure(&self) -> Code {
        match self {
            Self::Certificate { .. } => Code(6158),
            Self::Cognito { .. } => Code(6166),
            Self::Role { .. } => Code(6154),
            Self::WebIdentity { .. } => {
                Code::AUTH_CREDENTIALS_PROVIDER_STS_WEB_IDENTITY_SOURCE_FAILURE
            }
        }
    }

    pub async fn ask(&self, line: &Line) -> Result<Found> {
        let mut more = Pairs::new();
        if let Self::Cognito { tokens: Some(tokens), .. } = self {
            more = tokens.pairs().await?;
        }
        let (mut head, body) = self.request(&line.origin, &more)?;
        if !body.is_empty() {
            head.headers.push("Content-Length", body.len().to_string());
        }
        if let Self::Role { region, provider, .. } = self {
            let credentials = provider.credentials(None).await?;
            let mut rules = SigningRules::default();
            rules.service = "sts".into();
            rules.hides_payload_value = true;
            rules.complete(region);
            let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &body);
            let hash = sign::hex(hash.as_ref()).into();
            sign::sign_with(
                &rules,
                &mut head,
                sign::secrets(&credentials),
                &hash,
                SystemTime::now(),
            )?;
        }
        let reply = line.exchange(&head, body).await?;
        if reply.status != 200 {
            return Err(Code(HTTP_STATUS_FAILURE).into());
        }
        self.read(&reply).ok_or_else(|| Error::new(Code::AUTH_PROVIDER_PARSER_UNEXPECTED_RESPONSE))
    }

    /// `more` are logins beside those of the options.
    fn request(&self, origin: &Origin, more: &[(String, String)]) -> Result<(RequestHead, Bytes)> {
        let (method, target) = match self {
            Self::Certificate { role_alias, .. } => {
                ("GET", [b"/role-aliases/", &role_alias[..], b"/credentials"].concat())
            }
            _ => ("POST", b"/".to_vec()),
        };
        let mut head = RequestHead::new(method, target);
        head.headers.push("Host", host(origin));
        head.headers.push("Accept", "*/*");
        head.headers.push("User-Agent", "aws-sdk-crt/credentials-provider");
        let body = match self {
            Self::Certificate { thing, .. } => {
                head.headers.push("x-amzn-iot-thingname", thing.clone());
                String::new()
            }
            Self::Cognito { identity, logins, role, .. } => {
                head.headers.push("content-type", "application/x-amz-json-1.1");
                let target = "AWSCognitoIdentityService.GetCredentialsForIdentity";
                head.headers.push("X-Amz-Target", target);
                identity_document(identity, &[logins, more].concat(), role.as_deref())
            }
            Self::Role { role, session, external_id, duration_s, .. } => {
                head.headers.push("content-type", FORM);
                let duration = duration_s.to_string();
                form(&[
                    ("Version", b"2011-06-15"),
                    ("Action", b"AssumeRole"),
                    ("RoleArn", role),
                    ("RoleSessionName", session),
                    ("ExternalId", external_id),
                    ("DurationSeconds", duration.as_bytes()),
                ])
            }
            Self::WebIdentity { role, session, token_file } => {
                head.headers.push("content-type", FORM);
                let token =
                    std::fs::read(token_file).map_err(|error| Code::of_file_error(&error))?;
                form(&[
                    ("Action", b"AssumeRoleWithWebIdentity"),
                    ("Version", b"2011-06-15"),
                    ("RoleArn", role),
                    ("RoleSessionName", session),
                    ("WebIdentityToken", token.trim_ascii_end()),
                ])
            }
        };
        Ok((head, body.into()))
    }

    fn read(&self, reply: &Reply) -> Option<Found> {
        let find = |path: &[&str]| json::find(&reply.body, path).map(Bytes::from);
        let found = match self {
            Self::Certificate { .. } => Found {
                access_key_id: find(&["credentials", "accessKeyId"])?,
                secret_access_key: find(&["credentials", "secretAccessKey"])?,
                session_token: find(&["credentials", "sessionToken"])?,
                expires_s: match find(&["credentials", "expiration"]) {
                    Some(date) => crt::epoch_s(&date).ok()?,
                    None => u64::MAX,
                },
            },
            Self::Cognito { .. } => Found {
                access_key_id: find(&["Credentials", "AccessKeyId"])?,
                secret_access_key: find(&["Credentials", "SecretKey"])?,
                session_token: find(&["Credentials", "SessionToken"])?,
                expires_s: json::find(&reply.body, &["Credentials", "Expiration"])?
                    .parse::<f64>()
                    .ok()? as u64,
            },
            Self::Role { .. } => token_service(&reply.body, "AssumeRole")?,
            Self::WebIdentity { .. } => token_service(&reply.body, "AssumeRoleWithWebIdentity")?,
        };
        let whole = [&found.access_key_id, &found.secret_access_key, &found.session_token];
        whole.iter().all(|part| !part.is_empty()).then_some(found)
    }
}

const HTTP_STATUS_FAILURE: i32 = 6155;

fn host(origin: &Origin) -> String {
    let usual = if origin.tls { 443 } else { 80 };
    match origin.port == usual {
        true => origin.host.clone(),
        false => format!("{}:{}", origin.host, origin.port),
    }
}

/// A form without the fields that are empty.
fn form(fields: &[(&str, &[u8])]) -> String {
    const SET: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    let fields = fields.iter().filter(|(_, value)| !value.is_empty());
    let pairs = fields.map(|(name, value)| format!("{name}={}", percent_encode(value, SET)));
    pairs.collect::<Vec<_>>().join("&")
}

fn identity_document(identity: &str, logins: &[(String, String)], role: Option<&str>) -> String {
    let mut document = format!("{{\"IdentityId\":{}", json::quoted(identity));
    if let Some(role) = role {
        document += &format!(",\"CustomRoleArn\":{}", json::quoted(role));
    }
    if !logins.is_empty() {
        let pair = |(name, token): &(String, String)| {
            format!("{}:{}", json::quoted(name), json::quoted(token))
        };
        let logins: Vec<_> = logins.iter().map(pair).collect();
        document += &format!(",\"Logins\":{{{}}}", logins.join(","));
    }
    document + "}"
}

fn token_service(document: &[u8], action: &str) -> Option<Found> {
    let session = crate::xml::role_session(document, action).ok()?;
    Some(Found {
        expires_s: crt::epoch_s(&session.expiration).ok()?,
        access_key_id: Bytes::copy_from_slice(&session.access_key_id),
        secret_access_key: Bytes::copy_from_slice(&session.secret_access_key),
        session_token: Bytes::copy_from_slice(&session.session_token),
    })
}

#[cfg(test)]
#[path = "query_tests.rs"]
mod tests;

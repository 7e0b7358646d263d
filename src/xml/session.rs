//! The answer to CreateSession of S3 Express.

use zeroize::Zeroizing;

use crate::error::{Code, Error, Result};

use super::document::read;

/// Text that is overwritten when it goes.
pub type Wiped = Zeroizing<Vec<u8>>;

/// Credentials of a session as the document spells them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Session {
    pub access_key_id: Wiped,
    pub secret_access_key: Wiped,
    pub session_token: Wiped,
    /// Date and time, unparsed.
    pub expiration: Wiped,
}

/// Secrets stay out of logs.
impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = |text: &Wiped| text.escape_ascii().to_string();
        write!(f, "session of {} until {}", shown(&self.access_key_id), shown(&self.expiration))
    }
}

/// Reads the four values; `AUTH_PROVIDER_PARSER_UNEXPECTED_RESPONSE` when one is missing or the document is malformed.
pub fn create_session(document: &[u8]) -> Result<Session> {
    credentials_under(document, &["CreateSessionResult", "Credentials"])
}

/// Likewise, from the answer of the token service to `action`.
#[cfg(feature = "embedded-crt")]
pub fn role_session(document: &[u8], action: &str) -> Result<Session> {
    let (response, result) = (format!("{action}Response"), format!("{action}Result"));
    credentials_under(document, &[&response, &result, "Credentials"])
}

/// The values under elements within each other, the outermost first.
fn credentials_under(document: &[u8], elements: &[&str]) -> Result<Session> {
    let unexpected = || Error::new(Code::AUTH_PROVIDER_PARSER_UNEXPECTED_RESPONSE);
    let mut session = Session::default();
    read(document, elements[0], |closed| {
        let Some(name) = closed.child_of(elements) else { return };
        let fields = [
            ("AccessKeyId", &mut session.access_key_id),
            ("SecretAccessKey", &mut session.secret_access_key),
            ("SessionToken", &mut session.session_token),
            ("Expiration", &mut session.expiration),
        ];
        for (wanted, field) in fields {
            if name.eq_ignore_ascii_case(wanted.as_bytes()) {
                *field = Zeroizing::new(closed.text().to_vec());
            }
        }
    })
    .map_err(|unread| unexpected().because(Error::from(unread)))?;
    let values = [
        &session.access_key_id,
        &session.secret_access_key,
        &session.session_token,
        &session.expiration,
    ];
    if values.iter().any(|value| value.is_empty()) {
        return Err(unexpected());
    }
    Ok(session)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values() {
        let document = b"<?xml version=\"1.0\"?><CreateSessionResult><Credentials><SessionToken>old</SessionToken>\
            <SessionToken>t&amp;</SessionToken><!-- x --><SecretAccessKey>s</SecretAccessKey><Other/>\
            <AccessKeyId>a</AccessKeyId><Expiration>2023-06-26T17:33:30Z</Expiration></Credentials>\
            </CreateSessionResult>";
        let session = create_session(document).unwrap();
        assert_eq!(
            (&session.access_key_id[..], &session.secret_access_key[..]),
            (&b"a"[..], &b"s"[..])
        );
        assert_eq!(
            (&session.session_token[..], &session.expiration[..]),
            (&b"t&"[..], &b"2023-06-26T17:33:30Z"[..])
        );
        assert!(!format!("{session:?}").contains("t&"));
        fn wiped(_: &impl zeroize::ZeroizeOnDrop) {}
        wiped(&session.secret_access_key);
        wiped(&session.session_token);
    }

    #[test]
    fn missing_values() {
        for document in [
            &b"<CreateSessionResult><Credentials><SessionToken>t</SessionToken></Credentials></CreateSessionResult>"[..],
            b"<CreateSessionResult/>",
            b"not xml",
        ] {
            let code = create_session(document).unwrap_err().code();
            assert_eq!(code, Code::AUTH_PROVIDER_PARSER_UNEXPECTED_RESPONSE);
        }
    }
}

//! The signature of an attempt, in the request itself: what another attempt is signed anew from comes back before it.

use std::time::SystemTime;

use super::Request;
use crate::error::Result;
use crate::net::RequestHead;
use crate::sign::Identity;

/// What a head was before it was signed.
pub(super) enum Unsigned {
    /// It had no more than so many fields.
    Fields(usize),
    Head(Box<RequestHead>),
}

impl Request {
    /// Signs the head, for one attempt.
    pub(super) fn sign(&mut self, identity: &Identity, now: SystemTime) -> Result<()> {
        let Some(config) = &self.signing else { return Ok(()) };
        self.unsigned = Some(match identity.only_appends(&config.rules) {
            true => Unsigned::Fields(self.head.headers.len()),
            false => Unsigned::Head(Box::new(self.head.clone())),
        });
        identity.sign(&config.rules, &mut self.head, self.payload, now)
    }

    /// Makes the head again what it was.
    pub(super) fn unsign(&mut self) {
        match self.unsigned.take() {
            None => {}
            Some(Unsigned::Fields(count)) => self.head.headers.truncate(count),
            Some(Unsigned::Head(head)) => self.head = *head,
        }
    }
}

/// What needs credentials of the CRT's making.
#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::clock::Clock;
    use crate::crt::{Allocator, Credentials};
    use crate::request::RequestKind;
    use crate::sign::{
        Payload, STREAMING_UNSIGNED_PAYLOAD_TRAILER, SignatureType, SigningConfig, obtain,
    };

    use super::*;

    fn signed_and_unsigned(
        credentials: Credentials,
        signature_type: SignatureType,
        payload: Payload,
    ) -> [RequestHead; 3] {
        let mut config =
            SigningConfig { credentials: Some(credentials), ..SigningConfig::default() };
        config.rules.complete(b"us-east-1");
        config.rules.signature_type = signature_type;
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let identity = runtime.block_on(obtain(&config, &Clock::system())).expect("explicit");
        let mut head = RequestHead::new("PUT", "/object?a=b");
        head.headers.push("Host", "h");
        head.headers.push("x-amz-meta-a", "b");
        let mut request = Request::new(RequestKind::PutObject, "PutObject".into(), head.clone());
        (request.signing, request.payload) = (Some(Arc::new(config)), payload);
        request.sign(&identity, SystemTime::now()).expect("signed");
        let signed = request.head.clone();
        request.unsign();
        request.unsign();
        [head, signed, request.head]
    }

    #[test]
    fn what_was_signed_is_again_what_it_was() {
        let own = || Credentials::new(Allocator::default(), b"AKID", b"secret", b"token", u64::MAX);
        for signature_type in [SignatureType::Headers, SignatureType::QueryParams] {
            for payload in [Payload::Configured, Payload::Trailer] {
                let own = own().expect("valid");
                let [head, signed, unsigned] = signed_and_unsigned(own, signature_type, payload);
                assert_ne!(head, signed);
                assert_eq!(head, unsigned);
                let streams = payload == Payload::Trailer;
                let told = signed.headers.value("x-amz-content-sha256");
                let told = told.is_some_and(|it| it == STREAMING_UNSIGNED_PAYLOAD_TRAILER);
                assert_eq!(told, streams);
            }
        }
    }
}

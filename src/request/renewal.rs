//! A request that the service refused because its token has expired is sent again with other credentials, once.
//!
//! That is no retry: nothing is wrong with the service, so neither a budget nor a strategy is asked. Where the provider
//! has no other credentials the refusal stands, as for all that the service has judged.

use super::Severity;
use super::call::{Failure, Line, Request, stop};
use super::place::Carried;
use crate::error::{Code, Error};
use crate::sign::Identity;
use crate::{log, xml};

/// What services of S3 say of a token that was good once.
const EXPIRED: [&str; 3] = ["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"];

const BAD_REQUEST: u16 = 400;

/// Obtains other credentials for the next attempt, if they could cure this failure. Says whether there are any.
pub(super) async fn renew(
    line: &Line,
    request: &Request,
    carried: &mut Carried,
    failure: &Failure,
) -> bool {
    let (Some(config), Some(refused)) = (&request.signing, &carried.signed_as) else {
        return false;
    };
    if carried.renewed || !tells_of_expiry(request, refused, failure) {
        return false;
    }
    carried.renewed = true;
    let stop = stop(line, request);
    let obtaining = crate::sign::obtain_other(config, refused, &line.clock);
    carried.next = stop.guard(Severity::Failure, obtaining).await.unwrap_or_else(|error| {
        log!(Warn, Credentials, "no other credentials in place of expired ones: {error}");
        None
    });
    carried.next.is_some()
}

/// A response to HEAD has no body to say why; with status 400 it may be the token.
fn tells_of_expiry(request: &Request, refused: &Identity, failure: &Failure) -> bool {
    if request.head.method == "HEAD" {
        let status = failure.head.as_ref().map(|head| head.status);
        return status == Some(BAD_REQUEST) && refused.has_token();
    }
    is_expired_token(&failure.error)
}

/// Whether the service judged a request by the age of its token.
pub fn is_expired_token(error: &Error) -> bool {
    let judged = [Code::S3_INVALID_RESPONSE_STATUS, Code::S3_NON_RECOVERABLE_ASYNC_ERROR];
    let body = error.response().and_then(|response| response.body.as_ref());
    let Some(body) = body.filter(|_| judged.contains(&error.code())) else { return false };
    let code = xml::error_document(body).and_then(|document| document.code);
    code.is_some_and(|code| EXPIRED.iter().any(|it| it.as_bytes().eq_ignore_ascii_case(&code)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::FailedResponse;

    #[test]
    fn what_tells_of_an_expired_token() {
        let error = |code, body: Option<String>| {
            let body = body.map(Into::into);
            Error::from(code).with_response(FailedResponse { body, ..FailedResponse::default() })
        };
        let document = |code: &str| Some(format!("<Error><Code>{code}</Code></Error>"));
        let judged = Code::S3_INVALID_RESPONSE_STATUS;
        for code in EXPIRED {
            assert!(is_expired_token(&error(judged, document(code))), "{code}");
        }
        assert!(is_expired_token(&error(
            Code::S3_NON_RECOVERABLE_ASYNC_ERROR,
            document("expiredtoken")
        )));
        for (code, body) in [
            (judged, document("InvalidToken")),
            (judged, document("AccessDenied")),
            (judged, Some("ExpiredToken".to_owned())),
            (judged, None),
            (Code::S3_SLOW_DOWN, document("ExpiredToken")),
        ] {
            assert!(!is_expired_token(&error(code, body.clone())), "{code:?} {body:?}");
        }
        assert!(!is_expired_token(&judged.into()));
    }
}

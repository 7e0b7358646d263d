//! The verdict on a response: success, or the error code that its status and body stand for.
//!
//! The tables are `s3_meta_request.c: s_s3_meta_request_error_code_from_response_status` and
//! `..._error_code_from_response` of aws-c-s3 v1.5.1.

use bytes::Bytes;

use super::RequestKind;
use crate::backoff::RetryKind;
use crate::error::{Code, Error};
use crate::net::ResponseHead;
use crate::xml::{self, Answer, ErrorDocument, Form};

/// How far an attempt came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Nothing was asked of the network; what failed here would fail again.
    Preparing,
    /// The body could not be read while it was sent: no other connection mends a disk.
    Source,
    Connecting,
    /// Sent over a connection that had served before and ended without an answer, or with the word that none came: its
    /// server may have given it up before it knew of the request.
    Unheard,
    Sent,
}

/// Judges a complete response.
pub fn judge(kind: RequestKind, status: u16, body: &[u8]) -> Result<(), Code> {
    let by_status = match status {
        200 | 204 | 206 => Ok(()),
        500 | 502 | 504 => Err(Code::S3_INTERNAL_ERROR),
        503 => Err(Code::S3_SLOW_DOWN),
        _ => Err(Code::S3_INVALID_RESPONSE_STATUS),
    };
    // A body of GetObject is data, whatever it looks like.
    if by_status.is_ok() && kind == RequestKind::GetObject {
        return Ok(());
    }
    match (xml::error_document(body), by_status) {
        (Some(error), Ok(())) => judge_error(kind, &error),
        (Some(error), by_status) if error.is_whole => {
            error.code.as_deref().and_then(recoverable).map_or(by_status, Err)
        }
        (None, Ok(())) => judge_answer(kind, body),
        (_, by_status) => by_status,
    }
}

/// What an error document says that came with a success.
fn judge_error(kind: RequestKind, error: &ErrorDocument) -> Result<(), Code> {
    // Of operations that nobody knows here, other documents may be meant.
    let is_certain = error.is_whole && error.code.is_some() && !error.has_prefixes;
    if kind == RequestKind::Unknown && !is_certain {
        return Ok(());
    }
    match &error.code {
        Some(code) => Err(recoverable(code).unwrap_or(Code::S3_NON_RECOVERABLE_ASYNC_ERROR)),
        None if error.is_whole => Err(Code::S3_NON_RECOVERABLE_ASYNC_ERROR),
        None => Err(Code::S3_INTERNAL_ERROR),
    }
}

/// Whether the answer is there that a success consists of. One that got lost on its way may come at the next attempt.
fn judge_answer(kind: RequestKind, body: &[u8]) -> Result<(), Code> {
    let Some((form, other)) = form(kind) else { return Ok(()) };
    match xml::answer(body, &form) {
        Answer::Whole => Ok(()),
        Answer::CutOff => Err(Code::S3_INTERNAL_ERROR),
        Answer::Other => Err(other),
    }
}

/// Judges an answer that consists of its head: a page in its place comes from whoever stands before the service.
pub(super) fn judge_silent(
    kind: RequestKind,
    etag: Option<&Bytes>,
    body: &[u8],
) -> Result<(), Code> {
    let is_silent = body.trim_ascii().is_empty();
    match kind {
        RequestKind::PutObject | RequestKind::UploadPart if !is_silent && etag.is_none() => {
            Err(Code::S3_MISSING_ETAG)
        }
        // Clearing away is worth another attempt.
        RequestKind::AbortMultipartUpload if !is_silent => Err(Code::S3_INTERNAL_ERROR),
        _ => Ok(()),
    }
}

/// The answer to a request of this kind, if it has to be a document, and the error that stands for any other answer.
fn form(kind: RequestKind) -> Option<(Form, Code)> {
    const CREDENTIALS: [&[&str]; 4] = [
        &["CreateSessionResult", "Credentials", "SessionToken"],
        &["CreateSessionResult", "Credentials", "SecretAccessKey"],
        &["CreateSessionResult", "Credentials", "AccessKeyId"],
        &["CreateSessionResult", "Credentials", "Expiration"],
    ];
    let (root, needed, other): (_, &'static [&[&str]], _) = match kind {
        RequestKind::CreateMultipartUpload => (
            "InitiateMultipartUploadResult",
            &[&["InitiateMultipartUploadResult", "UploadId"]],
            Code::S3_MISSING_UPLOAD_ID,
        ),
        RequestKind::CompleteMultipartUpload => (
            "CompleteMultipartUploadResult",
            &[&["CompleteMultipartUploadResult", "ETag"]],
            Code::S3_MISSING_ETAG,
        ),
        RequestKind::CopyObject => {
            ("CopyObjectResult", &[&["CopyObjectResult", "ETag"]], Code::S3_MISSING_ETAG)
        }
        RequestKind::UploadPartCopy => {
            ("CopyPartResult", &[&["CopyPartResult", "ETag"]], Code::S3_MISSING_ETAG)
        }
        RequestKind::ListParts => ("ListPartsResult", &[], Code::S3_LIST_PARTS_PARSE_FAILED),
        RequestKind::CreateSession => {
            ("CreateSessionResult", &CREDENTIALS, Code::AUTH_PROVIDER_PARSER_UNEXPECTED_RESPONSE)
        }
        _ => return None,
    };
    Some((Form { root, needed }, other))
}

fn recoverable(code: &[u8]) -> Option<Code> {
    const CODES: [(&str, Code); 5] = [
        ("SlowDown", Code::S3_SLOW_DOWN),
        ("InternalError", Code::S3_INTERNAL_ERROR),
        ("InternalErrors", Code::S3_INTERNAL_ERROR),
        ("RequestTimeTooSkewed", Code::S3_REQUEST_TIME_TOO_SKEWED),
        ("RequestTimeout", Code::S3_REQUEST_TIMEOUT),
    ];
    CODES.iter().find(|(name, _)| name.as_bytes().eq_ignore_ascii_case(code)).map(|(_, code)| *code)
}

/// Whether another attempt may cure this error, which ended the last one at that stage.
pub(super) fn is_retryable(code: Code, stage: Stage) -> bool {
    const FINAL: [Code; 13] = [
        Code::S3_INVALID_RESPONSE_STATUS,
        Code::S3_NON_RECOVERABLE_ASYNC_ERROR,
        Code::S3_RESPONSE_CHECKSUM_MISMATCH,
        Code::S3_OBJECT_MODIFIED,
        Code::S3_INTERNAL_BUFFER_SIZE_MISMATCH_RETRYING_WITH_RANGE,
        // Of an answer that is another document than it should be.
        Code::S3_MISSING_UPLOAD_ID,
        Code::S3_MISSING_ETAG,
        Code::S3_LIST_PARTS_PARSE_FAILED,
        Code::AUTH_PROVIDER_PARSER_UNEXPECTED_RESPONSE,
        // Of an answer that memory has no room for.
        Code::S3_PART_SIZE_EXCEEDS_MEMORY_LIMIT,
        // A ticket that could not be claimed is gone.
        Code::S3_BUFFER_ALLOCATION_FAILED,
        Code::S3_CANCELED,
        Code::S3_PAUSED,
    ];
    const UNREACHABLE: [Code; 3] =
        [Code::IO_DNS_INVALID_NAME, Code::PLATFORM_NOT_SUPPORTED, Code::IO_SOCKET_INVALID_OPTIONS];
    match stage {
        Stage::Preparing | Stage::Source => false,
        Stage::Connecting => !FINAL.contains(&code) && !UNREACHABLE.contains(&code),
        Stage::Unheard | Stage::Sent => !FINAL.contains(&code),
    }
}

/// Whether what a request failed with may be over at another time.
pub fn may_pass(error: &Error) -> bool {
    !error.is_lasting() && is_retryable(error.code(), Stage::Sent)
}

/// Whether it is the end of the connection that ended an exchange, in whatever way it came.
pub(super) fn is_broken_off(code: Code) -> bool {
    const ENDS: [Code; 6] = [
        Code::IO_SOCKET_CLOSED,
        Code::IO_SOCKET_NOT_CONNECTED,
        Code::IO_SOCKET_CONNECT_ABORTED,
        Code::IO_TLS_ERROR_READ_FAILURE,
        Code::IO_TLS_ERROR_WRITE_FAILURE,
        Code::HTTP_CONNECTION_CLOSED,
    ];
    ENDS.contains(&code)
}

/// Whether a server says that it has waited too long for a request. On a kept connection that may have been said before
/// this one came (RFC 9110, 15.5.9).
pub(super) fn is_timed_out(head: &Option<ResponseHead>) -> bool {
    head.as_ref().is_some_and(|head| head.status == 408)
}

/// The class that a retry strategy is told.
pub(super) fn retry_kind(code: Code) -> RetryKind {
    match code {
        Code::S3_INTERNAL_ERROR => RetryKind::ServerError,
        Code::S3_SLOW_DOWN => RetryKind::Throttling,
        _ => RetryKind::Transient,
    }
}

/// `bytes FIRST-LAST/TOTAL`, nothing else. What ends before it begins, or beyond the whole, is none (RFC 9110, 14.4).
pub fn parse_content_range(value: &[u8]) -> Option<(u64, u64, u64)> {
    let rest = value.strip_prefix(b"bytes ")?;
    let dash = rest.iter().position(|byte| *byte == b'-')?;
    let slash = rest.iter().position(|byte| *byte == b'/')?;
    let (first, last) = (rest.get(..dash)?, rest.get(dash + 1..slash)?);
    let total = rest.get(slash + 1..)?;
    let range = (decimal(first)?, decimal(last)?, decimal(total)?);
    Some(range).filter(|(first, last, total)| first <= last && last < total)
}

/// Checks the `Content-Range` of a part against what was asked for.
///
/// An object that ends early is fine; a window that is shifted, too long, or too short before the object's end is not.
pub fn content_range(value: &[u8], first: u64, last: u64) -> Result<(), Code> {
    const WRONG: Code = Code::S3_INVALID_CONTENT_RANGE_HEADER;
    let (start, end, total) = parse_content_range(value).ok_or(WRONG)?;
    let ends_early = end < last && end.checked_add(1) == Some(total);
    if start == first && (end == last || ends_early) { Ok(()) } else { Err(WRONG) }
}

fn decimal(digits: &[u8]) -> Option<u64> {
    let add = |number: u64, digit: &u8| {
        let digit = char::from(*digit).to_digit(10)?;
        number.checked_mul(10)?.checked_add(digit.into())
    };
    (!digits.is_empty()).then(|| digits.iter().try_fold(0, add))?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(code: &str) -> Vec<u8> {
        format!("<?xml version=\"1.0\"?>\n<Error><Code>{code}</Code></Error>").into_bytes()
    }

    #[test]
    fn statuses() {
        let table = [
            (200, Ok(())),
            (204, Ok(())),
            (206, Ok(())),
            (202, Err(Code::S3_INVALID_RESPONSE_STATUS)),
            (304, Err(Code::S3_INVALID_RESPONSE_STATUS)),
            (404, Err(Code::S3_INVALID_RESPONSE_STATUS)),
            (429, Err(Code::S3_INVALID_RESPONSE_STATUS)),
            (500, Err(Code::S3_INTERNAL_ERROR)),
            (501, Err(Code::S3_INVALID_RESPONSE_STATUS)),
            (502, Err(Code::S3_INTERNAL_ERROR)),
            (503, Err(Code::S3_SLOW_DOWN)),
            (504, Err(Code::S3_INTERNAL_ERROR)),
        ];
        for (status, verdict) in table {
            assert_eq!(judge(RequestKind::PutObject, status, b""), verdict, "{status}");
        }
    }

    #[test]
    fn a_document_in_the_body_overrides_the_status() {
        let slow = document("slowdown");
        assert_eq!(judge(RequestKind::GetObject, 400, &slow), Err(Code::S3_SLOW_DOWN));
        assert_eq!(judge(RequestKind::CopyObject, 200, &slow), Err(Code::S3_SLOW_DOWN));
        let denied = document("AccessDenied");
        let fatal = Err(Code::S3_NON_RECOVERABLE_ASYNC_ERROR);
        assert_eq!(judge(RequestKind::CompleteMultipartUpload, 200, &denied), fatal);
        let plain = Err(Code::S3_INVALID_RESPONSE_STATUS);
        assert_eq!(judge(RequestKind::PutObject, 403, &denied), plain);
    }

    const ETAG: &str = "<ETag>&quot;e&quot;</ETag>";

    /// Every kind whose answer is a document: its root, what has to be in it, and the error for another document.
    fn documents() -> [(RequestKind, &'static str, String, Code); 6] {
        let session = "<Credentials><SessionToken>t</SessionToken><SecretAccessKey>s</SecretAccessKey>\
            <AccessKeyId>a</AccessKeyId><Expiration>2090-01-02T03:04:05Z</Expiration></Credentials>";
        let id = "<Bucket>b</Bucket><UploadId>u</UploadId>";
        let unread = Code::S3_LIST_PARTS_PARSE_FAILED;
        let no_session = Code::AUTH_PROVIDER_PARSER_UNEXPECTED_RESPONSE;
        use RequestKind::*;
        [
            (
                CreateMultipartUpload,
                "InitiateMultipartUploadResult",
                id,
                Code::S3_MISSING_UPLOAD_ID,
            ),
            (CompleteMultipartUpload, "CompleteMultipartUploadResult", ETAG, Code::S3_MISSING_ETAG),
            (CopyObject, "CopyObjectResult", ETAG, Code::S3_MISSING_ETAG),
            (UploadPartCopy, "CopyPartResult", ETAG, Code::S3_MISSING_ETAG),
            (ListParts, "ListPartsResult", "", unread),
            (CreateSession, "CreateSessionResult", session, no_session),
        ]
        .map(|(kind, root, needed, other)| (kind, root, needed.to_owned(), other))
    }

    #[test]
    fn success_is_a_document() {
        for (kind, root, needed, other) in documents() {
            let good = format!("<{root} xmlns='u'><X/>{needed}</{root}>");
            let padded = format!("\u{feff}\n<?xml version='1.0'?>  <!-- c -->\n{good}\n");
            for good in [&good, &padded, &good.to_lowercase(), &good.to_uppercase()] {
                assert_eq!(judge(kind, 200, good.as_bytes()), Ok(()), "{good}");
            }
            for cut_off in 0..good.len() {
                let cut_off = &good.as_bytes()[..cut_off];
                assert_eq!(judge(kind, 200, cut_off), Err(Code::S3_INTERNAL_ERROR), "{kind:?}");
                assert_eq!(judge(kind, 206, cut_off), Err(Code::S3_INTERNAL_ERROR));
                assert_eq!(judge(kind, 404, cut_off), Err(Code::S3_INVALID_RESPONSE_STATUS));
            }
            assert_eq!(judge(kind, 204, b""), Err(Code::S3_INTERNAL_ERROR));
            for body in ["OK", "<html><body>Gateway Timeout</body></html>", "<Nothing/>"] {
                assert_eq!(judge(kind, 200, body.as_bytes()), Err(other), "{kind:?} {body}");
            }
            if !needed.is_empty() {
                let empty = format!("<{root}><X/></{root}>");
                assert_eq!(judge(kind, 200, empty.as_bytes()), Err(other), "{empty}");
            }
            assert!(
                !is_retryable(other, Stage::Sent)
                    && is_retryable(Code::S3_INTERNAL_ERROR, Stage::Sent)
            );
        }
        for kind in [RequestKind::PutObject, RequestKind::UploadPart, RequestKind::Unknown] {
            for body in ["", "OK", "<CopyObjectResult>", "<html></html>"] {
                assert_eq!(judge(kind, 200, body.as_bytes()), Ok(()), "{kind:?} {body}");
            }
        }
    }

    #[test]
    fn success_without_a_document() {
        let etag = Bytes::from_static(b"\"e\"");
        let lost = Err(Code::S3_MISSING_ETAG);
        for kind in [RequestKind::PutObject, RequestKind::UploadPart] {
            for silent in ["", " \r\n"] {
                assert_eq!(judge_silent(kind, None, silent.as_bytes()), Ok(()));
            }
            assert_eq!(judge_silent(kind, None, b"<html></html>"), lost, "{kind:?}");
            assert_eq!(judge_silent(kind, Some(&etag), b"<html></html>"), Ok(()));
        }
        let abort = RequestKind::AbortMultipartUpload;
        assert_eq!(judge_silent(abort, None, b"<html></html>"), Err(Code::S3_INTERNAL_ERROR));
        assert_eq!(judge_silent(abort, None, b""), Ok(()));
        assert_eq!(judge_silent(RequestKind::Unknown, None, b"<html></html>"), Ok(()));
        assert_eq!(judge_silent(RequestKind::GetObject, None, b"<html></html>"), Ok(()));
    }

    #[test]
    fn errors_among_successes() {
        let fatal = Err(Code::S3_NON_RECOVERABLE_ASYNC_ERROR);
        let again = Err(Code::S3_INTERNAL_ERROR);
        // What it means for the operations that are known here, and for others.
        let table = [
            ("<Error><Code>AccessDenied</Code></Error>", fatal, fatal),
            ("<Error><Code>InternalError</Code></Error>", again, again),
            ("<Error><Code> InternalError\n</Code></Error>", again, again),
            ("<Error><Code></Code></Error>", fatal, fatal),
            ("<Error><Message>no</Message></Error>", fatal, Ok(())),
            ("<Error/>", fatal, Ok(())),
            ("<s:Error><s:Code>AccessDenied</s:Code></s:Error>", fatal, Ok(())),
            ("<s:Error><s:Code>InternalError</s:Code></s:Error>", again, Ok(())),
            ("<s:Error><Code>SlowDown</Code></s:Error>", Err(Code::S3_SLOW_DOWN), Ok(())),
            ("<Error><Code>AccessDenied</Code><Messa", fatal, Ok(())),
            ("<Error><Code>SlowDown</Code></Err", Err(Code::S3_SLOW_DOWN), Ok(())),
            ("<Error><Code>Acce", again, Ok(())),
            ("<Error>", again, Ok(())),
        ];
        let plain = [RequestKind::PutObject, RequestKind::UploadPart, RequestKind::HeadObject];
        for (body, known, unknown) in table {
            for kind in documents().map(|(kind, ..)| kind).into_iter().chain(plain) {
                assert_eq!(judge(kind, 200, body.as_bytes()), known, "{kind:?} {body}");
            }
            assert_eq!(judge(RequestKind::Unknown, 200, body.as_bytes()), unknown, "{body}");
            assert_eq!(judge(RequestKind::GetObject, 200, body.as_bytes()), Ok(()));
        }
    }

    #[test]
    fn data_of_get_object_is_never_a_document() {
        assert_eq!(judge(RequestKind::GetObject, 200, &document("InternalError")), Ok(()));
    }

    #[test]
    fn content_range_values() {
        assert_eq!(parse_content_range(b"bytes 55-100/12345"), Some((55, 100, 12345)));
        let broken: [&[u8]; 11] = [
            b"bytes 5-4/10",
            b"bytes 0-10/10",
            b"bytes 0-0/0",
            b"bytes 55-100/",
            b"bytes 55-100/*",
            b"Bytes 1-2/3",
            b"bytes  1-2/3",
            b"bytes 1-2/3 ",
            b"bytes -2/3",
            b"bytes 3/1-2",
            b"",
        ];
        for value in broken {
            assert_eq!(parse_content_range(value), None, "{value:?}");
        }
    }

    #[test]
    fn a_part_may_end_early_only_with_the_object() {
        assert_eq!(content_range(b"bytes 0-99/1000", 0, 99), Ok(()));
        assert_eq!(content_range(b"bytes 0-49/50", 0, 99), Ok(()));
        for wrong in [&b"bytes 1-99/1000"[..], b"bytes 0-49/1000", b"bytes 0-100/1000"] {
            assert!(content_range(wrong, 0, 99).is_err(), "{wrong:?}");
        }
    }

    /// Every row of what is tried again, and what the strategy is told then.
    #[test]
    fn what_is_tried_again_and_as_what() {
        use RetryKind::{ServerError, Throttling, Transient};
        use Stage::{Connecting, Preparing, Sent, Source, Unheard};
        let table = [
            (Connecting, Code::IO_DNS_INVALID_NAME, None),
            (Connecting, Code::PLATFORM_NOT_SUPPORTED, None),
            (Connecting, Code::IO_SOCKET_INVALID_OPTIONS, None),
            (Connecting, Code::IO_SOCKET_CONNECTION_REFUSED, Some(Transient)),
            (Connecting, Code::IO_DNS_QUERY_FAILED, Some(Transient)),
            (Connecting, Code::IO_TLS_NEGOTIATION_TIMEOUT, Some(Transient)),
            (Preparing, Code::IO_SOCKET_TIMEOUT, None),
            (Source, Code::FILE_READ_FAILURE, None),
            (Source, Code::MAX_FDS_EXCEEDED, None),
            (Sent, Code::IO_DNS_INVALID_NAME, Some(Transient)),
            (Sent, Code::S3_INVALID_RESPONSE_STATUS, None),
            (Sent, Code::S3_NON_RECOVERABLE_ASYNC_ERROR, None),
            (Sent, Code::S3_RESPONSE_CHECKSUM_MISMATCH, None),
            (Sent, Code::S3_OBJECT_MODIFIED, None),
            (Sent, Code::S3_INTERNAL_BUFFER_SIZE_MISMATCH_RETRYING_WITH_RANGE, None),
            (Sent, Code::S3_PART_SIZE_EXCEEDS_MEMORY_LIMIT, None),
            (Sent, Code::S3_CANCELED, None),
            (Sent, Code::S3_INTERNAL_ERROR, Some(ServerError)),
            (Sent, Code::S3_SLOW_DOWN, Some(Throttling)),
            (Sent, Code::S3_REQUEST_TIME_TOO_SKEWED, Some(Transient)),
            (Sent, Code::S3_REQUEST_TIMEOUT, Some(Transient)),
            (Sent, Code::S3_INVALID_CONTENT_RANGE_HEADER, Some(Transient)),
            (Unheard, Code::IO_SOCKET_CLOSED, Some(Transient)),
            (Sent, Code::IO_SOCKET_CLOSED, Some(Transient)),
            (Sent, Code::HTTP_PROTOCOL_ERROR, Some(Transient)),
            (Sent, Code::HTTP_CHANNEL_THROUGHPUT_FAILURE, Some(Transient)),
            (Sent, Code::HTTP_RESPONSE_FIRST_BYTE_TIMEOUT, Some(Transient)),
            (Sent, Code::DEST_COPY_TOO_SMALL, Some(Transient)),
        ];
        for (stage, code, kind) in table {
            let told = is_retryable(code, stage).then(|| retry_kind(code));
            assert_eq!(told, kind, "{code:?} while {stage:?}");
        }
    }
}

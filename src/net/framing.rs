//! Whether all who read a request agree about where it ends.
//!
//! A body longer than its head says is read as the next request, and of two lengths one reader takes this, another
//! that: so requests are smuggled past whoever looks at them (RFC 9112, 11.2). What can be read in two ways is refused
//! with the codes that aws-c-http has for it, before a byte is sent, and is not worth another attempt.

use super::decode::list;
use super::{Headers, Outgoing};
use crate::error::{Code, Error, Result};

const DIFFER: &str = "several Content-Length fields that differ";

/// The length that the head says the body has, which is the one it has. A body that is read on the way is held to it
/// while it is sent.
pub fn check(headers: &Headers, body: &Outgoing) -> Result<Option<u64>> {
    let known = match body {
        Outgoing::Empty => Some(0),
        Outgoing::Bytes(pieces) => Some(pieces.iter().map(|piece| piece.len() as u64).sum()),
        Outgoing::File { len, .. } => Some(*len),
        Outgoing::Stream(_) => None,
    };
    refuse_coding(headers)?;
    let Some((least, most)) = lengths(headers)? else {
        return match known {
            Some(0) => Ok(None),
            _ => Err(refused(Code::HTTP_INVALID_HEADER_FIELD, "a body without Content-Length")),
        };
    };
    if known == Some(0) && most > 0 {
        return Err(refused(Code::HTTP_MISSING_BODY_STREAM, "a Content-Length without body"));
    }
    if least != most {
        return Err(refused(Code::HTTP_INVALID_HEADER_FIELD, DIFFER));
    }
    if known.is_some_and(|known| known != most) {
        let told = format!("a body of {known:?} bytes where the head says {most}");
        return Err(refused(Code::HTTP_OUTGOING_STREAM_LENGTH_INCORRECT, told));
    }
    Ok(Some(most))
}

/// Refuses headers that name several lengths.
pub fn one_length(headers: &Headers) -> Result<()> {
    match lengths(headers)? {
        Some((least, most)) if least != most => {
            Err(refused(Code::HTTP_INVALID_HEADER_FIELD, DIFFER))
        }
        _ => Ok(()),
    }
}

/// Whether the connection ends with this request: what comes behind it is not read any more (RFC 9112, 9.6).
/// `forwarded` requests are read by a proxy, of which old ones listen to a field of their own.
pub fn ends_connection(headers: &Headers, forwarded: bool) -> bool {
    let says_close = |name: &'static str| {
        list(headers, name).any(|option| option.eq_ignore_ascii_case(b"close"))
    };
    says_close("Connection") || (forwarded && says_close("Proxy-Connection"))
}

/// The smallest and the largest length that the headers name.
fn lengths(headers: &Headers) -> Result<Option<(u64, u64)>> {
    let mut found = None;
    for value in headers.values("Content-Length") {
        let Some(length) = decimal(value.trim_ascii()) else {
            let told = "a Content-Length that is not a number";
            return Err(refused(Code::HTTP_INVALID_HEADER_VALUE, told));
        };
        let (least, most) = found.unwrap_or((length, length));
        found = Some((length.min(least), length.max(most)));
    }
    Ok(found)
}

/// Bodies are sent with their length, so a coding would not be what the field says, with or without the other field.
fn refuse_coding(headers: &Headers) -> Result<()> {
    let values = headers.values("Transfer-Encoding");
    let codings = values.flat_map(|value| value.split(|byte| *byte == b','));
    let codings: Vec<_> = codings.map(<[u8]>::trim_ascii).collect();
    let Some(last) = codings.len().checked_sub(1) else { return Ok(()) };
    // Only as the last one, and in lower case: so aws-c-http tells the codes apart.
    let chunked = codings.iter().position(|coding| *coding == b"chunked") == Some(last);
    Err(if chunked && !codings.contains(&&b""[..]) {
        refused(Code::HTTP_INVALID_HEADER_FIELD, "a body in chunks")
    } else {
        refused(Code::HTTP_INVALID_HEADER_VALUE, "a Transfer-Encoding that does not end in chunks")
    })
}

fn decimal(digits: &[u8]) -> Option<u64> {
    let plain = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    plain.then(|| str::from_utf8(digits).ok()?.parse().ok()).flatten()
}

fn refused(code: Code, reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(code).because(reason).lasting()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::net::{NextChunk, OutgoingStream};

    fn headers(fields: &[(&'static str, &'static str)]) -> Headers {
        fields.iter().map(|(name, value)| (Bytes::from(*name), Bytes::from(*value))).collect()
    }

    struct Stream;

    impl OutgoingStream for Stream {
        fn next(&mut self) -> NextChunk<'_> {
            Box::pin(async { Ok(None) })
        }
    }

    fn three() -> Outgoing {
        Outgoing::Bytes(vec!["ab".into(), "".into(), "c".into()])
    }

    const CL: &str = "content-length";
    const TE: &str = "Transfer-Encoding";

    #[test]
    fn requests_that_all_read_alike() {
        for (fields, body, length) in [
            (&[][..], Outgoing::Empty, None),
            (&[(CL, "0")], Outgoing::Empty, Some(0)),
            (&[(CL, "0"), ("Content-Length", "0")], Outgoing::Empty, Some(0)),
            (&[(CL, " 3 ")], three(), Some(3)),
            (&[(CL, "3"), (CL, "03")], three(), Some(3)),
            (&[(CL, "0")], Outgoing::Bytes(vec![]), Some(0)),
            (&[(CL, "9")], Outgoing::Stream(Box::new(Stream)), Some(9)),
            (&[("TE", "trailers"), ("Trailer", "x")], Outgoing::Empty, None),
        ] {
            let checked = check(&headers(fields), &body).map_err(|error| error.code());
            assert_eq!(checked, Ok(length), "{fields:?}");
        }
    }

    #[test]
    fn requests_that_could_be_read_in_two_ways() {
        const FIELD: Code = Code::HTTP_INVALID_HEADER_FIELD;
        const VALUE: Code = Code::HTTP_INVALID_HEADER_VALUE;
        const MISSING: Code = Code::HTTP_MISSING_BODY_STREAM;
        const INCORRECT: Code = Code::HTTP_OUTGOING_STREAM_LENGTH_INCORRECT;
        let stream = || Outgoing::Stream(Box::new(Stream));
        for (fields, body, code) in [
            (&[(CL, "3"), (TE, "chunked")][..], three(), FIELD),
            (&[("transfer-encoding", "gzip, chunked"), (CL, "3")], three(), FIELD),
            (&[(TE, "gzip"), (TE, "chunked")], Outgoing::Empty, FIELD),
            (&[(TE, "chunked")], Outgoing::Empty, FIELD),
            (&[(TE, "chunked")], stream(), FIELD),
            (&[(CL, "3"), (TE, "Chunked")], three(), VALUE),
            (&[(CL, "3"), (TE, "")], three(), VALUE),
            (&[(CL, "3"), (TE, "identity")], three(), VALUE),
            (&[(CL, "3"), (TE, ", chunked")], three(), VALUE),
            (&[(CL, "3"), (TE, "chunked, gzip")], three(), VALUE),
            (&[(CL, "3"), (TE, "chunked"), (TE, "chunked")], three(), VALUE),
            (&[(CL, "3"), (TE, "x-chunked")], three(), VALUE),
            (&[(CL, "5")], Outgoing::Empty, MISSING),
            (&[(CL, "0"), (CL, "5")], Outgoing::Empty, MISSING),
            (&[(CL, "5"), (CL, "0")], Outgoing::Empty, MISSING),
            (&[(CL, "5")], Outgoing::Bytes(vec!["".into()]), MISSING),
            (&[(CL, "3"), (CL, "2")], three(), FIELD),
            (&[(CL, "2"), (CL, "3")], three(), FIELD),
            (&[(CL, "3"), (CL, "4")], three(), FIELD),
            (&[(CL, "9"), (CL, "8")], stream(), FIELD),
            (&[], three(), FIELD),
            (&[], stream(), FIELD),
            (&[(CL, "2")], three(), INCORRECT),
            (&[(CL, "4")], three(), INCORRECT),
            (&[(CL, "0")], three(), INCORRECT),
            (&[(CL, "3, 3")], three(), VALUE),
            (&[(CL, "")], Outgoing::Empty, VALUE),
            (&[(CL, "+3")], three(), VALUE),
            (&[(CL, "0"), (CL, "x")], Outgoing::Empty, VALUE),
            (&[(CL, "18446744073709551616")], stream(), VALUE),
        ] {
            let error = check(&headers(fields), &body).expect_err("refused");
            assert_eq!(error.code(), code, "{fields:?}");
            assert!(error.is_lasting(), "{fields:?}");
        }
    }

    #[test]
    fn the_last_request_of_a_connection() {
        for (fields, forwarded, last) in [
            (&[][..], false, false),
            (&[("Connection", "keep-alive")], false, false),
            (&[("Connection", "closed")], false, false),
            (&[("connection", "close")], false, true),
            (&[("Connection", " Close ")], false, true),
            (&[("Connection", "keep-alive, x,CLOSE")], false, true),
            (&[("Connection", "keep-alive"), ("CONNECTION", "close")], false, true),
            (&[("Proxy-Connection", "close")], false, false),
            (&[("Proxy-Connection", "close")], true, true),
            (&[("Connection", "close")], true, true),
        ] {
            assert_eq!(ends_connection(&headers(fields), forwarded), last, "{fields:?}");
        }
    }
}

//! The `Range` header of a download, as far as it is understood.
//!
//! The grammar is that of `s3_util.c: aws_s3_parse_request_range_header` (aws-c-s3 v1.5.1): one range, no blanks.

use std::io::Write;

use bytes::Bytes;

use crate::error::{Code, Result};

/// `bytes=FIRST-LAST`, `bytes=FIRST-` or `bytes=-SUFFIX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RangeHeader {
    Closed { first: u64, last: u64 },
    From { first: u64 },
    Suffix { length: u64 },
}

impl RangeHeader {
    /// The first byte, where the header names it.
    pub fn first(self) -> Option<u64> {
        match self {
            Self::Closed { first, .. } | Self::From { first } => Some(first),
            Self::Suffix { .. } => None,
        }
    }
}

pub fn parse_range(value: &[u8]) -> Result<RangeHeader> {
    parse(value).ok_or_else(|| Code::S3_INVALID_RANGE_HEADER.into())
}

fn parse(value: &[u8]) -> Option<RangeHeader> {
    let text = std::str::from_utf8(value.strip_prefix(b"bytes=")?).ok()?;
    let (first, last) = text.split_once('-')?;
    let number = |digits: &str| {
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
        if plain { digits.parse::<u64>().ok() } else { None }
    };
    match (first.is_empty(), last.is_empty()) {
        (true, true) => None,
        (true, false) => Some(RangeHeader::Suffix { length: number(last)? }),
        (false, true) => Some(RangeHeader::From { first: number(first)? }),
        (false, false) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then_some(RangeHeader::Closed { first, last })
        }
    }
}

/// The value of a header that asks for these bytes.
pub(super) fn range_value(first: u64, last: u64) -> Bytes {
    // What the longest numbers take.
    let mut text = [0; "bytes=-".len() + 2 * 20];
    let mut left = &mut text[..];
    let _ = write!(left, "bytes={first}-{last}");
    let end = left.len();
    Bytes::copy_from_slice(&text[..text.len() - end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asked_for() {
        assert_eq!(range_value(0, 8388607), "bytes=0-8388607");
        let longest = "bytes=18446744073709551615-18446744073709551615";
        assert_eq!(range_value(u64::MAX, u64::MAX), longest);
    }

    #[test]
    fn accepted() {
        let closed = |first, last| RangeHeader::Closed { first, last };
        let table = [
            ("bytes=5-10", closed(5, 10)),
            ("bytes=0-0", closed(0, 0)),
            ("bytes=0-", RangeHeader::From { first: 0 }),
            ("bytes=5-", RangeHeader::From { first: 5 }),
            ("bytes=-10", RangeHeader::Suffix { length: 10 }),
            ("bytes=-0", RangeHeader::Suffix { length: 0 }),
            ("bytes=0-18446744073709551615", closed(0, u64::MAX)),
        ];
        for (text, range) in table {
            assert_eq!(parse(text.as_bytes()), Some(range), "{text}");
        }
    }

    #[test]
    fn rejected() {
        let table = [
            "bytes=-",
            "bytes=10-5",
            "byts=0-5",
            "5-10",
            "Bytes=0-5",
            "bytes=0-5,10-15",
            "bytes= 0-5",
            "bytes=0-5 ",
            "bytes=1-2-3",
            "bytes=",
            "bytes=a-b",
            "bytes=+1-5",
            "bytes=0x1-5",
            "bytes=0-99999999999999999999999",
            "",
        ];
        for text in table {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }
}

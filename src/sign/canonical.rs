//! The canonical form of a request: the bytes that both ends hash.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use crate::error::{Code, Error, Result};
use crate::net::Headers;

use super::SigningRules;

/// All but letters, digits and `-_.~`.
const PARAMETER: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
const PATH: &AsciiSet = &PARAMETER.remove(b'/');

/// Headers that are never signed: intermediaries may change them.
const NEVER_SIGNED: [&[u8]; 8] = [
    b"x-amzn-trace-id",
    b"user-agent",
    b"expect",
    b"sec-websocket-key",
    b"sec-websocket-protocol",
    b"sec-websocket-version",
    b"upgrade",
    b"transfer-encoding",
];

/// Headers that a signer adds.
const MOST_ADDED: usize = 4;

/// The path as it is signed. S3 signs it as it is sent, unless the caller asks otherwise.
pub(super) fn path<'a>(path: &'a [u8], rules: &SigningRules) -> Cow<'a, [u8]> {
    let path = match (path.is_empty(), rules.normalize_path) {
        (true, _) => Cow::Borrowed(&b"/"[..]),
        (false, true) => Cow::Owned(normalized(path)),
        (false, false) => Cow::Borrowed(path),
    };
    match rules.double_encode_path {
        true => Cow::Owned(percent_encode(&path, PATH).to_string().into_bytes()),
        false => path,
    }
}

/// Drops empty and `.` segments and lets `..` take back one; a slash at the end stays.
fn normalized(path: &[u8]) -> Vec<u8> {
    let mut kept: Vec<&[u8]> = Vec::new();
    for segment in path.split(|byte| *byte == b'/') {
        match segment {
            b"" | b"." => {}
            b".." => drop(kept.pop()),
            _ => kept.push(segment),
        }
    }
    let mut result: Vec<u8> = kept.iter().flat_map(|segment| [b"/", *segment].concat()).collect();
    if result.is_empty() || path.ends_with(b"/") {
        result.push(b'/');
    }
    result
}

/// One query parameter, both sides percent-encoded.
pub(super) type Parameter = (String, String);

/// The pieces of a query as they stand: raw key and value, empty pieces skipped.
pub(super) fn raw_parameters(query: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let pieces = query.split(|byte| *byte == b'&').filter(|piece| !piece.is_empty());
    pieces.map(|piece| match piece.iter().position(|byte| *byte == b'=') {
        Some(at) => (&piece[..at], &piece[at + 1..]),
        None => (piece, &piece[piece.len()..]),
    })
}

pub(super) fn encode(value: &[u8]) -> String {
    // Most values have nothing to encode, and come back in one piece.
    Cow::from(percent_encode(value, PARAMETER)).into_owned()
}

/// Undoes percent-encoding; `+` is an ordinary character, and a broken escape is an error.
pub(super) fn decode(value: &[u8]) -> Result<Cow<'_, [u8]>> {
    if !value.contains(&b'%') {
        return Ok(Cow::Borrowed(value));
    }
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let mut decoded = Vec::with_capacity(value.len());
    let mut rest = value.iter();
    while let Some(byte) = rest.next() {
        if *byte != b'%' {
            decoded.push(*byte);
            continue;
        }
        let (Some(high), Some(low)) = (digit(rest.next()), digit(rest.next())) else {
            return Err(
                Error::new(Code::MALFORMED_INPUT_STRING).because("broken escape in the query")
            );
        };
        decoded.push((high << 4 | low) as u8);
    }
    Ok(Cow::Owned(decoded))
}

/// The parameters of a query in canonical encoding, unsorted.
pub(super) fn parameters(query: &[u8]) -> Result<Vec<Parameter>> {
    raw_parameters(query)
        .map(|(key, value)| Ok((encode(&decode(key)?), encode(&decode(value)?))))
        .collect()
}

/// Sorts and joins.
pub(super) fn query(mut parameters: Vec<Parameter>) -> String {
    parameters.sort();
    let length = parameters.iter().map(|(key, value)| key.len() + value.len() + 2).sum();
    let mut query = String::with_capacity(length);
    for (index, (key, value)) in parameters.iter().enumerate() {
        if index > 0 {
            query.push('&');
        }
        query.extend([key, "=", value]);
    }
    query
}

/// The signed headers: name and tidied value, sorted by name in lower case, equal names in message order.
pub(super) struct SignedHeaders<'a>(Vec<SignedHeader<'a>>);

/// Borrowed from the message; the value only where it is in canonical form there.
type SignedHeader<'a> = (&'a [u8], Cow<'a, [u8]>);

impl<'a> SignedHeaders<'a> {
    /// The headers of the message that may be signed, and those that the signer adds.
    pub fn new(
        message: &'a Headers,
        added: impl Iterator<Item = (&'a [u8], &'a [u8])>,
        rules: &SigningRules,
    ) -> Self {
        let wanted = |name: &[u8]| {
            rules.should_sign_header.as_ref().is_none_or(|filter| filter(name))
                && !NEVER_SIGNED.iter().any(|never| never.eq_ignore_ascii_case(name))
        };
        let of_message = message
            .iter()
            .filter(|(name, _)| wanted(name))
            .map(|(name, value)| (&name[..], &value[..]));
        let mut headers = Vec::with_capacity(message.len() + MOST_ADDED);
        headers.extend(of_message.chain(added).map(|(name, value)| (name, tidied(value))));
        headers.sort_by(|(one, _), (other, _)| lower_case(one).cmp(lower_case(other)));
        Self(headers)
    }

    /// Names joined with `;`.
    pub fn write_names(&self, into: &mut Vec<u8>) {
        for (index, group) in self.groups().enumerate() {
            if index > 0 {
                into.push(b';');
            }
            into.extend(lower_case(group[0].0));
        }
    }

    /// How much that is.
    pub fn names_len(&self) -> usize {
        self.groups().map(|group| group[0].0.len() + 1).sum::<usize>().saturating_sub(1)
    }

    /// One line for each name, the values of equal names joined.
    pub fn write(&self, into: &mut Vec<u8>) {
        for group in self.groups() {
            into.extend(lower_case(group[0].0));
            for (index, (_, value)) in group.iter().enumerate() {
                into.push(if index == 0 { b':' } else { b',' });
                into.extend_from_slice(value);
            }
            into.push(b'\n');
        }
    }

    fn groups(&self) -> impl Iterator<Item = &[SignedHeader<'a>]> {
        self.0.chunk_by(|(one, _), (other, _)| one.eq_ignore_ascii_case(other))
    }
}

/// A value without blanks at its ends and with single spaces for the runs inside.
fn tidied(value: &[u8]) -> Cow<'_, [u8]> {
    let is_blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0x0b;
    if !value.iter().any(is_blank) {
        return Cow::Borrowed(value);
    }
    let words = value.split(is_blank).filter(|word| !word.is_empty());
    Cow::Owned(words.collect::<Vec<_>>().join(&b' '))
}

fn lower_case(name: &[u8]) -> impl Iterator<Item = u8> {
    name.iter().map(u8::to_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn paths() {
        let plain = SigningRules::default();
        let normal = SigningRules { normalize_path: true, ..plain.clone() };
        let double = SigningRules { double_encode_path: true, ..plain.clone() };
        let both = SigningRules { normalize_path: true, double_encode_path: true, ..plain.clone() };
        for (config, given, expected) in [
            (&plain, "/b//a/../x%20y:/z", "/b//a/../x%20y:/z"),
            (&plain, "", "/"),
            (&normal, "/b//a/./../x/", "/b/x/"),
            (&normal, "/../..", "/"),
            (&normal, "//", "/"),
            (&normal, "a", "/a"),
            (&double, "/a%20b/~", "/a%2520b/~"),
            (&both, "/x/../a b", "/a%20b"),
        ] {
            assert_eq!(&*path(given.as_bytes(), config), expected.as_bytes(), "{given}");
        }
    }

    #[test]
    fn queries() {
        for (given, expected) in [
            ("", ""),
            ("acl", "acl="),
            ("&&b=2&&a=1&", "a=1&b=2"),
            ("a=b=c", "a=b%3Dc"),
            ("a=x+y&b=%2b%2F", "a=x%2By&b=%2B%2F"),
            ("a=2&a=10&a=1", "a=1&a=10&a=2"),
            ("a-b=1&a=2", "a=2&a-b=1"),
            ("k=%ff%FE~", "k=%FF%FE~"),
            ("uploadId=a_b.c-d~e", "uploadId=a_b.c-d~e"),
        ] {
            assert_eq!(query(parameters(given.as_bytes()).unwrap()), expected, "{given}");
        }
        for broken in ["a=%", "a=%4", "%zz=1", "a=%+1"] {
            let code = parameters(broken.as_bytes()).unwrap_err().code();
            assert_eq!(code, Code::MALFORMED_INPUT_STRING, "{broken}");
        }
    }

    #[test]
    fn headers() {
        let mut message = Headers::new();
        for (name, value) in [
            ("X-B", " 1 \t 2 "),
            ("User-Agent", "no"),
            ("Connection", "close"),
            ("Expect", "no"),
            ("a-c", "x"),
            ("A-Secret", "no"),
            ("x-b", "3"),
            ("a", ""),
        ] {
            message.push(name, value);
        }
        let refuse: super::super::HeaderFilter = Arc::new(|name: &[u8]| name != b"A-Secret");
        let config = SigningRules { should_sign_header: Some(refuse), ..SigningRules::default() };
        let added = [(&b"X-Amz-Date"[..], &b"now"[..]), (b"A-Secret", b"yes")];
        let signed = SignedHeaders::new(&message, added.into_iter(), &config);
        let mut names = Vec::new();
        signed.write_names(&mut names);
        assert_eq!(names, b"a;a-c;a-secret;connection;x-amz-date;x-b");
        assert_eq!(signed.names_len(), names.len());
        let mut lines = Vec::new();
        signed.write(&mut lines);
        let expected = "a:\na-c:x\na-secret:yes\nconnection:close\nx-amz-date:now\nx-b:1 2,3\n";
        assert_eq!(String::from_utf8(lines).unwrap(), expected);
    }
}

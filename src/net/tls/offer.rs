//! What was offered to a server, and how it answered: told where the two did not come together.

use std::fmt;

use rustls::{AlertDescription, CipherSuite, ContentType, HandshakeType, ProtocolVersion};

/// Of an answer that is no TLS, so much is shown.
const SHOWN: usize = 16;

/// The header of a record, and what stands before the body of a handshake message.
pub(super) const RECORD_HEADER: usize = 5;
const MESSAGE_HEADER: usize = 4;

/// Version, random and the length of the session's name, which come first in a ServerHello.
const HELLO_START: usize = 2 + 32 + 1;

const SUPPORTED_VERSIONS: u16 = 43;

/// Versions and cipher suites, in words.
pub(super) fn offered(versions: &[ProtocolVersion], suites: &[CipherSuite]) -> String {
    let versions: Vec<_> = versions.iter().map(|version| Version(*version).to_string()).collect();
    let suites: Vec<_> = suites.iter().map(|suite| format!("{suite:?}")).collect();
    format!("{} ({})", versions.join(", "), suites.join(", "))
}

/// The first that a server says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Answer {
    Hello(ProtocolVersion, CipherSuite),
    Alert(AlertDescription),
    /// Not of TLS, or not of its beginning.
    Other([u8; SHOWN], usize),
}

impl Answer {
    /// None when too little has come to tell.
    pub fn read(input: &[u8]) -> Option<Self> {
        let kind = ContentType::from(*input.first()?);
        let other = || {
            let count = input.len().min(SHOWN);
            let mut start = [0; SHOWN];
            start[..count].copy_from_slice(&input[..count]);
            Self::Other(start, count)
        };
        if input.get(1).is_some_and(|major| *major != 3) {
            return Some(other());
        }
        let length = usize::from(number(input.get(3..5)?));
        let body = input.get(RECORD_HEADER..RECORD_HEADER + length)?;
        Some(match kind {
            ContentType::Alert => match body {
                [_, description] => Self::Alert(AlertDescription::from(*description)),
                _ => other(),
            },
            ContentType::Handshake => hello(body).unwrap_or_else(other),
            _ => other(),
        })
    }
}

/// Reads a ServerHello.
fn hello(message: &[u8]) -> Option<Answer> {
    if HandshakeType::from(*message.first()?) != HandshakeType::ServerHello {
        return None;
    }
    let body = message.get(MESSAGE_HEADER..)?;
    let mut version = number(body.get(..2)?);
    let rest = body.get(HELLO_START + usize::from(*body.get(HELLO_START - 1)?)..)?;
    let suite = number(rest.get(..2)?);
    // Behind the method of compression, and the length of all of them.
    let mut extensions = rest.get(5..).unwrap_or_default();
    while let [a, b, c, d, more @ ..] = extensions {
        let (kind, length) = (number(&[*a, *b]), usize::from(number(&[*c, *d])));
        let value = more.get(..length)?;
        if kind == SUPPORTED_VERSIONS {
            version = number(value.get(..2)?);
        }
        extensions = &more[length..];
    }
    Some(Answer::Hello(ProtocolVersion::from(version), CipherSuite::from(suite)))
}

fn number(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |number, byte| number << 8 | u16::from(*byte))
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hello(version, suite) => write!(f, "{}, {}", Version(*version), Suite(*suite)),
            Self::Alert(description) => write!(f, "the alert {description:?}"),
            Self::Other(start, count) => {
                write!(f, "what begins no handshake: \"{}\"", start[..*count].escape_ascii())
            }
        }
    }
}

/// By its name, or by its number where nobody here knows it.
struct Suite(CipherSuite);

impl fmt::Display for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = format!("{:?}", self.0);
        if name.starts_with("TLS") {
            return f.write_str(&name);
        }
        write!(f, "cipher suite {:#06x}", u16::from(self.0))
    }
}

/// As people write it.
struct Version(ProtocolVersion);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            ProtocolVersion::TLSv1_3 => f.write_str("TLS 1.3"),
            ProtocolVersion::TLSv1_2 => f.write_str("TLS 1.2"),
            ProtocolVersion::TLSv1_1 => f.write_str("TLS 1.1"),
            ProtocolVersion::TLSv1_0 => f.write_str("TLS 1.0"),
            ProtocolVersion::SSLv3 => f.write_str("SSL 3.0"),
            other => write!(f, "{other:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = u16::try_from(body.len()).unwrap().to_be_bytes();
        [&[kind, 3, 3][..], &length, body].concat()
    }

    fn server_hello(version: u16, suite: u16, extensions: &[u8]) -> Vec<u8> {
        let mut body = version.to_be_bytes().to_vec();
        body.extend_from_slice(&[7; 32]);
        body.extend_from_slice(&[1, 9]);
        body.extend_from_slice(&suite.to_be_bytes());
        body.push(0);
        body.extend_from_slice(&u16::try_from(extensions.len()).unwrap().to_be_bytes());
        body.extend_from_slice(extensions);
        let length = u32::try_from(body.len()).unwrap().to_be_bytes();
        record(22, &[&[2][..], &length[1..], &body].concat())
    }

    #[test]
    fn answers_in_words() {
        let table = [
            (server_hello(0x301, 0x2f, &[]), "TLS 1.0, cipher suite 0x002f"),
            (server_hello(0x303, 0x9c, &[0, 23, 0, 0]), "TLS 1.2, cipher suite 0x009c"),
            (
                server_hello(0x303, 0x1301, &[0, 43, 0, 2, 3, 4]),
                "TLS 1.3, TLS13_AES_128_GCM_SHA256",
            ),
            (record(21, &[2, 70]), "the alert ProtocolVersion"),
            (record(21, &[2, 40]), "the alert HandshakeFailure"),
            (
                b"HTTP/1.1 400 Bad Request\r\n".to_vec(),
                "what begins no handshake: \"HTTP/1.1 400 Bad\"",
            ),
        ];
        for (input, told) in table {
            assert_eq!(Answer::read(&input).unwrap().to_string(), told);
        }
    }

    #[test]
    fn what_is_cut_off_is_no_answer_yet() {
        let whole = server_hello(0x303, 0x1301, &[0, 43, 0, 2, 3, 4]);
        for length in 0..whole.len() {
            assert_eq!(Answer::read(&whole[..length]), None, "{length}");
        }
        // Whatever stands in it, it is read within its bounds.
        for length in 0..whole.len() - RECORD_HEADER {
            let body = &whole[RECORD_HEADER..RECORD_HEADER + length];
            assert!(Answer::read(&record(22, body)).is_some(), "{length}");
        }
    }
}

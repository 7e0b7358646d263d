//! The head of a request as bytes.
//!
//! Whatever could end a line early or smuggle another request in is refused here, so that nothing above has to think
//! of it. No field is added or changed; what they say of the body is looked at in [`framing`](super::framing).

use bytes::Bytes;

use super::RequestHead;
use crate::error::{Code, Error, Result};

/// Writes the head, ready to be sent.
pub fn encode(head: &RequestHead) -> Result<Bytes> {
    if head.method.is_empty() || !head.method.iter().all(|byte| is_token(*byte)) {
        return Err(refused(Code::HTTP_INVALID_METHOD, &head.method));
    }
    let is_fit = |byte: &u8| matches!(byte, b'!'..=b'~' | 0x80..);
    if head.target.is_empty() || !head.target.iter().all(is_fit) {
        return Err(refused(Code::HTTP_INVALID_PATH, &head.target));
    }
    let fields = head.headers.iter().map(|(name, value)| name.len() + value.len() + 4);
    let length = head.method.len() + head.target.len() + fields.sum::<usize>() + 14;
    let mut bytes = Vec::with_capacity(length);
    bytes.extend_from_slice(&head.method);
    bytes.push(b' ');
    bytes.extend_from_slice(&head.target);
    bytes.extend_from_slice(b" HTTP/1.1\r\n");
    for (name, value) in &head.headers {
        if name.is_empty() || !name.iter().all(|byte| is_token(*byte)) {
            return Err(refused(Code::HTTP_INVALID_HEADER_NAME, name));
        }
        // Looks at all bytes, which is many of them at a time.
        if value.iter().fold(0, |unfit, byte| unfit | u8::from(!is_field_byte(*byte))) != 0 {
            return Err(refused(Code::HTTP_INVALID_HEADER_VALUE, name));
        }
        bytes.extend_from_slice(name);
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    Ok(bytes.into())
}

/// RFC 9110, 5.6.2.
fn is_token(byte: u8) -> bool {
    const TOKEN: [bool; 256] = {
        let (mut table, mut byte) = ([false; 256], 0_u8);
        while byte < 128 {
            table[byte as usize] = byte.is_ascii_graphic()
                && !matches!(
                    byte,
                    b'"' | b'(' | b')' | b',' | b'/' | b':'..=b'@' | b'['..=b']' | b'{' | b'}'
                );
            byte += 1;
        }
        table
    };
    TOKEN[usize::from(byte)]
}

/// RFC 9110, 5.5: visible characters, blanks, and what is beyond ASCII.
fn is_field_byte(byte: u8) -> bool {
    matches!(byte, b'\t' | b' '..=b'~' | 0x80..)
}

/// Names the culprit without letting it write the log.
fn refused(code: Code, culprit: &[u8]) -> Error {
    let shown = &culprit[..culprit.len().min(100)];
    Error::new(code)
        .because(format!("not fit for a request: {:?}", shown.escape_ascii().to_string()))
        .lasting()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> RequestHead {
        let mut head = RequestHead::new("GET", "/a?b=c");
        head.headers.push("Host", "example.com");
        head.headers.push("X-Empty", "");
        head
    }

    #[test]
    fn writes_the_head_in_order() {
        let bytes = encode(&sample()).unwrap();
        assert_eq!(bytes, "GET /a?b=c HTTP/1.1\r\nHost: example.com\r\nX-Empty: \r\n\r\n");
    }

    #[test]
    fn tokens() {
        for byte in 0..=255_u8 {
            let token = byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
            assert_eq!(is_token(byte), token, "{byte}");
        }
    }

    type Spoil = dyn Fn(&mut RequestHead);

    #[test]
    fn refuses_what_could_change_the_message() {
        let table: [(Code, &Spoil); 10] = [
            (Code::HTTP_INVALID_METHOD, &|head| head.method = "".into()),
            (Code::HTTP_INVALID_METHOD, &|head| head.method = "GET /".into()),
            (Code::HTTP_INVALID_PATH, &|head| head.target = "".into()),
            (Code::HTTP_INVALID_PATH, &|head| head.target = "/ HTTP/1.1\r\nA: b".into()),
            (Code::HTTP_INVALID_PATH, &|head| head.target = "/\0".into()),
            (Code::HTTP_INVALID_HEADER_NAME, &|head| head.headers.push("", "a")),
            (Code::HTTP_INVALID_HEADER_NAME, &|head| head.headers.push("A: b\r\nC", "a")),
            (Code::HTTP_INVALID_HEADER_VALUE, &|head| head.headers.push("A", "b\r\nC: d")),
            (Code::HTTP_INVALID_HEADER_VALUE, &|head| head.headers.push("A", "b\nC: d")),
            (Code::HTTP_INVALID_HEADER_VALUE, &|head| head.headers.push("A", "b\0")),
        ];
        for (index, (code, spoil)) in table.into_iter().enumerate() {
            let mut head = sample();
            spoil(&mut head);
            let error = encode(&head).unwrap_err();
            assert_eq!((error.code(), error.is_lasting()), (code, true), "row {index}");
        }
    }
}

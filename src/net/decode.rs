//! The HTTP/1.1 response decoder. It does no I/O and never sees more than the bytes it is given, so that the same code
//! serves sockets, TLS records and fuzzers.
//!
//! The decoder takes the framing for itself and tells which bytes are body; the caller moves those, possibly reading
//! them straight to where they belong. Nothing that a server sends makes it panic, and what it keeps between two calls
//! is bounded by [`MAX_HEAD`].

use bytes::Bytes;
use httparse::{Header, Status};
use memchr::{memchr, memchr_iter};

use super::{Headers, ResponseHead};
use crate::error::{Code, Error, Result};

mod chunked;

use chunked::Chunked;

/// Size of a head, or of the trailers, at most. HTTP names no limit; what is beyond any use is refused.
pub const MAX_HEAD: usize = 1024 * 1024;

/// Header fields of one message at most.
pub const MAX_FIELDS: usize = 2000;

/// Header fields that are parsed without memory of their own.
const FEW_FIELDS: usize = 64;

/// Interim responses before the final one at most.
const MAX_INTERIM: u32 = 32;

/// What the decoder found, and what the caller does with it.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// The final response begins.
    Head(ResponseHead),
    /// The next bytes, so many at most, are body: report them with [`Decoder::took`]. `u64::MAX` when only the end of
    /// the connection ends the body.
    Body(u64),
    /// A chunked body had these fields behind it.
    Trailers(Headers),
    /// All input is used up and the response is not complete.
    More,
    /// The response is complete; input that is left does not belong to it.
    Done,
}

/// Decodes one response.
#[derive(Debug)]
pub struct Decoder {
    state: State,
    bodiless: Bodiless,
    reusable: bool,
    /// Another reader might see the response end elsewhere.
    doubtful: bool,
    interim: u32,
    /// A head that has not arrived whole.
    partial: Vec<u8>,
}

/// Which responses have framing fields without a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bodiless {
    None,
    /// The request was a HEAD.
    All,
    /// The request was a CONNECT: behind the head of a 2xx the tunnel begins.
    Successful,
}

#[derive(Debug)]
enum State {
    Head,
    Length(u64),
    Chunked(Chunked),
    UntilClose,
    Done,
}

impl Decoder {
    /// `to_head` tells that the request was a HEAD.
    pub fn new(to_head: bool) -> Self {
        Self::with(if to_head { Bodiless::All } else { Bodiless::None })
    }

    /// For the answer to a CONNECT.
    pub fn to_connect() -> Self {
        Self::with(Bodiless::Successful)
    }

    fn with(bodiless: Bodiless) -> Self {
        Self {
            state: State::Head,
            bodiless,
            reusable: true,
            doubtful: false,
            interim: 0,
            partial: Vec::new(),
        }
    }

    /// Takes framing from the front of `input`. To be called until it answers [`Step::More`] or [`Step::Done`]; after
    /// [`Step::Body`] only once those bytes have been taken or when `input` is empty.
    pub fn step(&mut self, input: &mut &[u8]) -> Result<Step> {
        loop {
            match &mut self.state {
                State::Head => match self.head(input)? {
                    None => return Ok(Step::More),
                    Some(head) if head.status >= 200 => return Ok(Step::Head(head)),
                    Some(_) => self.interim += 1,
                },
                State::Length(0) | State::Done => {
                    self.state = State::Done;
                    return Ok(Step::Done);
                }
                State::Length(rest) => return Ok(Step::Body(*rest)),
                State::UntilClose => return Ok(Step::Body(u64::MAX)),
                State::Chunked(chunked) => match chunked.step(input)? {
                    Step::Done => self.state = State::Done,
                    step => return Ok(step),
                },
            }
        }
    }

    /// `count` bytes of body have been taken, no more than the last [`Step::Body`] allowed.
    pub fn took(&mut self, count: u64) {
        match &mut self.state {
            State::Length(rest) => *rest = rest.saturating_sub(count),
            State::Chunked(chunked) => chunked.took(count),
            State::Head | State::UntilClose | State::Done => {}
        }
    }

    /// The connection has ended: completes the response that was waiting for it, and is an error for every other.
    pub fn end(&mut self) -> Result<()> {
        match self.state {
            State::UntilClose | State::Length(0) | State::Done => {
                self.state = State::Done;
                Ok(())
            }
            State::Head | State::Length(_) | State::Chunked(_) => {
                Err(Error::new(Code::IO_SOCKET_CLOSED)
                    .because("the server closed within the response"))
            }
        }
    }

    /// Whether the final head has been seen.
    pub fn has_head(&self) -> bool {
        !matches!(self.state, State::Head)
    }

    /// Whether the connection may be used again, which is known when the response is complete.
    pub fn is_reusable(&self) -> bool {
        self.reusable && !self.doubtful && matches!(self.state, State::Done)
    }

    /// Takes a head, if it is there whole.
    fn head(&mut self, input: &mut &[u8]) -> Result<Option<ResponseHead>> {
        let block = match take_block(&mut self.partial, input, looks_like_head)? {
            Some(block) => block,
            None => return Ok(None),
        };
        let mut few = [httparse::EMPTY_HEADER; FEW_FIELDS];
        let mut many = Vec::new();
        let mut response = httparse::Response::new(&mut few);
        let mut parsed = response.parse(&block);
        if let Err(httparse::Error::TooManyHeaders) = parsed {
            many.resize(MAX_FIELDS, httparse::EMPTY_HEADER);
            response = httparse::Response::new(&mut many);
            parsed = response.parse(&block);
        }
        match parsed {
            Ok(Status::Complete(length)) if length == block.len() => {}
            Ok(_) => return Err(malformed("a head with an empty line in its midst")),
            Err(error) => return Err(unreadable(error)),
        }
        let (Some(version), Some(status)) = (response.version, response.code) else {
            return Err(malformed("a head without status"));
        };
        let headers = owned(&block, response.headers);
        self.doubtful |= has_bare_line_end(&block);
        self.frame(version, status, &headers)?;
        Ok(Some(ResponseHead { status, headers }))
    }

    /// Decides what follows a head.
    fn frame(&mut self, version: u8, status: u16, headers: &Headers) -> Result<()> {
        let coded = headers.contains("transfer-encoding");
        if status < 200 || status == 204 {
            // These have no body, and may not say that they had.
            let lengths = list(headers, "content-length");
            self.doubtful |= coded || lengths.into_iter().any(|length| length != b"0");
        }
        match status {
            100 | 102..=199 if self.interim < MAX_INTERIM => return Ok(()),
            ..200 => {
                return Err(malformed(format!("status {status} where a final response is due")));
            }
            _ => {}
        }
        let says = |option: &str| {
            list(headers, "connection").any(|said| said.eq_ignore_ascii_case(option.as_bytes()))
        };
        self.reusable = !says("close") && (version == 1 || says("keep-alive"));
        let length = content_length(headers)?;
        if coded {
            let mut codings = list(headers, "transfer-encoding");
            let chunked =
                codings.next().is_some_and(|coding| coding.eq_ignore_ascii_case(b"chunked"));
            if !chunked || codings.next().is_some() || version == 0 {
                return Err(malformed("a transfer encoding other than chunked"));
            }
            // Two ways to tell the length are one too many to trust what follows on this connection.
            self.doubtful |= length.is_some();
        }
        let bodiless = match self.bodiless {
            Bodiless::None => false,
            Bodiless::All => true,
            Bodiless::Successful => (200..300).contains(&status),
        };
        self.state = if bodiless || status == 204 || status == 304 {
            State::Done
        } else if coded {
            State::Chunked(Chunked::default())
        } else if let Some(length) = length {
            State::Length(length)
        } else {
            self.reusable = false;
            State::UntilClose
        };
        Ok(())
    }
}

/// Moves bytes up to and including the first empty line out of `partial` and `input`. None when that line is not there
/// yet; the bytes then wait in `partial`.
fn take_block(
    partial: &mut Vec<u8>,
    input: &mut &[u8],
    plausible: fn(&[u8]) -> bool,
) -> Result<Option<Bytes>> {
    if partial.is_empty()
        && let Some(length) = block_length(input, 0)
    {
        let (block, rest) = input.split_at(length);
        if !plausible(block) {
            return Err(malformed("not a head"));
        }
        if length > MAX_HEAD {
            return Err(excessive());
        }
        *input = rest;
        return Ok(Some(Bytes::copy_from_slice(block)));
    }
    let known = partial.len();
    let taken = input.len().min(MAX_HEAD + 1 - known);
    partial.extend_from_slice(&input[..taken]);
    if !plausible(partial) {
        return Err(malformed("not a head"));
    }
    // Only bytes that are new can complete an empty line, with up to two before them.
    if let Some(length) = block_length(partial, known.saturating_sub(2)) {
        *input = &input[length - known..];
        partial.truncate(length);
        return Ok(Some(std::mem::take(partial).into()));
    }
    if partial.len() > MAX_HEAD {
        return Err(excessive());
    }
    *input = &input[taken..];
    Ok(None)
}

/// Length of the block that ends with an empty line, searched from `from` on.
fn block_length(bytes: &[u8], from: usize) -> Option<usize> {
    let mut start = from;
    while let Some(offset) = memchr(b'\n', &bytes[start..]) {
        let next = start + offset + 1;
        match bytes[next..] {
            [b'\n', ..] => return Some(next + 1),
            [b'\r', b'\n', ..] => return Some(next + 2),
            _ => start = next,
        }
    }
    None
}

/// Whether a line ends without CR, which not every reader takes for an end.
fn has_bare_line_end(block: &[u8]) -> bool {
    memchr_iter(b'\n', block).any(|end| end == 0 || block[end - 1] != b'\r')
}

fn looks_like_head(bytes: &[u8]) -> bool {
    bytes.iter().zip(b"HTTP/1.").all(|(byte, expected)| byte == expected)
}

/// Header fields as parts of the block they were parsed from.
fn owned(block: &Bytes, parsed: &[Header<'_>]) -> Headers {
    parsed
        .iter()
        .map(|field| (block.slice_ref(field.name.as_bytes()), block.slice_ref(field.value)))
        .collect()
}

/// The length that the fields agree on.
fn content_length(headers: &Headers) -> Result<Option<u64>> {
    let mut agreed = None;
    for value in list(headers, "content-length") {
        let length =
            decimal(value).ok_or_else(|| malformed("a Content-Length that is not a number"))?;
        if agreed.replace(length).is_some_and(|other| other != length) {
            return Err(malformed("several Content-Length fields that differ"));
        }
    }
    if agreed.is_none() && headers.contains("content-length") {
        return Err(malformed("an empty Content-Length"));
    }
    Ok(agreed)
}

fn decimal(digits: &[u8]) -> Option<u64> {
    let plain = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    // The largest value stands for "until the connection closes".
    plain
        .then(|| str::from_utf8(digits).ok()?.parse().ok())
        .flatten()
        .filter(|length| *length < u64::MAX)
}

/// The elements of a list that may be spread over several fields.
pub(super) fn list<'a>(headers: &'a Headers, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
    let values = headers.values(name);
    values
        .flat_map(|value| value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii))
        .filter(|part| !part.is_empty())
}

fn malformed(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(Code::HTTP_PROTOCOL_ERROR).because(reason)
}

/// What a head is refused for that could not be parsed.
fn unreadable(error: httparse::Error) -> Error {
    match error {
        httparse::Error::TooManyHeaders => excessive(),
        error => malformed(error),
    }
}

/// A server that answers so does it again.
fn excessive() -> Error {
    malformed(format!("a head of more than {MAX_HEAD} bytes or {MAX_FIELDS} fields")).lasting()
}

#[cfg(test)]
mod tests;

//! A response, decoded from one piece and from many.

use bytes::buf::Limit;
use bytes::{BufMut, Bytes};

use crate::error::{Code, Result};
use crate::memory::peak_of;
use crate::net::decode::{MAX_FIELDS, MAX_HEAD};
use crate::net::exchange::receiver::Receiver;
use crate::net::{Headers, Incoming, ResponseHead};

/// Heads, trailers and framing that one decoder may hold, copies included. The body is not among it.
const MEMORY_LIMIT: usize = 8 * MAX_HEAD;

/// What one run came to.
#[derive(Debug, PartialEq)]
struct Outcome {
    heads: Vec<ResponseHead>,
    trailers: Vec<Headers>,
    body: Vec<u8>,
    ended: Result<(), Code>,
}

/// How a response is read.
#[derive(Clone, Copy, Debug)]
struct How {
    /// It answers a HEAD.
    to_head: bool,
    /// Memory for its body.
    room: usize,
    /// Where reads end; 0 for one read of everything.
    cuts: u32,
    /// Bodies are read where they belong if the decoder offers that.
    direct: bool,
}

struct Sink {
    heads: Vec<ResponseHead>,
    trailers: Vec<Headers>,
    body: Limit<Vec<u8>>,
    reported: usize,
}

impl Incoming for Sink {
    fn head(&mut self, head: ResponseHead) -> Result<()> {
        self.heads.push(head);
        Ok(())
    }

    fn room(&mut self) -> Result<&mut dyn BufMut> {
        Ok(&mut self.body)
    }

    fn received(&mut self, bytes: usize) {
        self.reported += bytes;
        assert_eq!(self.reported, self.body.get_ref().len(), "every byte of the body is told of");
    }

    fn trailers(&mut self, trailers: Headers) -> Result<()> {
        self.trailers.push(trailers);
        Ok(())
    }
}

/// Lengths of reads, from a seed.
fn next_cut(state: &mut u32) -> usize {
    *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    let most = [1, 2, 7, 100, 5000][(*state >> 24) as usize % 5];
    1 + (*state >> 8) as usize % most
}

fn run(response: &[u8], how: How, sink: &mut Sink) -> Result<()> {
    let mut receiver = Receiver::new(how.to_head, sink);
    let (mut rest, mut state) = (response, how.cuts);
    while !rest.is_empty() && !receiver.is_complete() {
        let most = if how.cuts == 0 { usize::MAX } else { next_cut(&mut state) };
        let direct = match how.direct {
            true => receiver.direct()?.map(|mut room| {
                let count = room.remaining_mut().min(rest.len()).min(most);
                room.put_slice(&rest[..count]);
                count
            }),
            false => None,
        };
        let count = match direct {
            Some(count) => {
                receiver.filled(count)?;
                count
            }
            None => {
                let count = rest.len().min(most);
                receiver.push(&rest[..count])?;
                count
            }
        };
        rest = &rest[count..];
    }
    if receiver.is_complete() { Ok(()) } else { receiver.end() }
}

fn outcome(response: &[u8], how: How) -> Outcome {
    let body = Vec::with_capacity(how.room).limit(how.room);
    let mut sink = Sink { heads: Vec::new(), trailers: Vec::new(), body, reported: 0 };
    let (ended, peak) = peak_of(|| run(response, how, &mut sink));
    assert!(peak <= MEMORY_LIMIT, "{peak} bytes for a head");
    let Sink { heads, trailers, body, .. } = sink;
    let ended = ended.map_err(|error| error.code());
    Outcome { heads, trailers, body: body.into_inner(), ended }
}

/// What a head promises about the length of its body, where that is beyond doubt.
fn promised(how: How, head: &ResponseHead) -> Option<u64> {
    if how.to_head || matches!(head.status, 204 | 304) {
        return Some(0);
    }
    let mut lengths = head.headers.values("Content-Length");
    let length = lengths.next().filter(|_| !head.headers.contains("Transfer-Encoding"))?;
    std::str::from_utf8(length).ok()?.parse().ok()
}

fn check(outcome: &Outcome, how: How) {
    assert!(outcome.heads.len() <= 1 && outcome.trailers.len() <= 1);
    assert!(outcome.body.len() <= how.room);
    let Some(head) = outcome.heads.first() else {
        assert!(outcome.body.is_empty() && outcome.ended.is_err());
        return;
    };
    assert!((200..1000).contains(&head.status), "interim responses are not shown");
    for fields in std::iter::once(&head.headers).chain(&outcome.trailers) {
        let size: usize = fields.iter().map(|(name, value)| name.len() + value.len()).sum();
        assert!(fields.len() <= MAX_FIELDS && size <= MAX_HEAD);
        let broken = |bytes: &Bytes| bytes.iter().any(|byte| b"\r\n\0".contains(byte));
        assert!(!fields.iter().any(|(name, value)| broken(name) || broken(value)));
    }
    if let Some(length) = promised(how, head) {
        assert!(outcome.body.len() as u64 <= length, "more than was promised");
        assert!(outcome.ended.is_err() || outcome.body.len() as u64 == length, "success is whole");
    }
}

/// The first bytes say how to read, the others are the response, behind `before`.
pub fn any_response(data: &[u8], before: &[u8]) {
    let Some(([flags, room, a, b], response)) = data.split_first_chunk() else { return };
    let response = [before, response].concat();
    let whole =
        How { to_head: flags & 1 != 0, room: usize::from(*room) * 64, cuts: 0, direct: false };
    let expected = outcome(&response, whole);
    check(&expected, whole);
    let cuts = 1 + u32::from(*a) + 256 * u32::from(*b);
    for direct in [false, true] {
        let how = How { cuts, direct, ..whole };
        assert_eq!(outcome(&response, how), expected, "{how:?}");
    }
    let how = How { direct: true, ..whole };
    assert_eq!(outcome(&response, how), expected, "{how:?}");
}

/// Sends `data` in chunks, whose sizes it also says, and expects it back.
pub fn sent_in_chunks(data: &[u8]) {
    let mut response = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    let mut rest = data;
    while let Some(size) = rest.first().map(|byte| rest.len().min(1 + usize::from(*byte))) {
        let extension = if size % 3 == 0 { ";a=\"b\"" } else { "" };
        response.extend_from_slice(format!("{size:x}{extension}\r\n").as_bytes());
        response.extend_from_slice(&rest[..size]);
        response.extend_from_slice(b"\r\n");
        rest = &rest[size..];
    }
    response.extend_from_slice(b"0\r\nA: b\r\n\r\n");
    let how = How { to_head: false, room: data.len(), cuts: 1 + data.len() as u32, direct: true };
    let got = outcome(&response, how);
    assert_eq!((&got.body[..], got.ended, got.trailers.len()), (data, Ok(()), 1));
}

//! It makes no difference whether content is handed over or opened in its place: the same bodies, checksums, errors and
//! connections that can be used again, and nothing of it behind the end.

use proptest::prelude::*;

use super::tests::pool;
use super::*;
use crate::net::{Content, Receiver};
use crate::pool::{Pool, Reservation};

/// One record, as far as its content goes.
#[derive(Clone, Debug)]
enum Record {
    Content {
        bytes: usize,
        padding: usize,
    },
    /// What is no content.
    Other(usize),
}

#[derive(Clone, Debug)]
enum Framing {
    Length,
    /// So much is announced that does not come.
    Lie(usize),
    Chunked(Vec<usize>),
    Close,
}

/// What memory is to be had for a body.
#[derive(Clone, Debug)]
enum Room {
    /// So much more than it needs.
    More(usize),
    Less(usize),
    /// What it needs, up to a limit.
    Whole(u64),
    WholeExactly,
}

fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|n| (n * 31 + n / 251) as u8 | 1).collect()
}

/// An answer, and whether the connection ends behind it.
fn answer(body: &[u8], framing: &Framing, surplus: usize) -> (Vec<u8>, bool) {
    let mut answer = b"HTTP/1.1 200 OK\r\n".to_vec();
    let announced = |length: usize| format!("Content-Length: {length}\r\n\r\n").into_bytes();
    let closes = match framing {
        Framing::Length => {
            answer.extend(announced(body.len()));
            answer.extend_from_slice(body);
            false
        }
        Framing::Lie(more) => {
            answer.extend(announced(body.len() + more));
            answer.extend_from_slice(body);
            true
        }
        Framing::Close => {
            answer.extend_from_slice(b"\r\n");
            answer.extend_from_slice(body);
            true
        }
        Framing::Chunked(sizes) => {
            answer.extend_from_slice(b"Transfer-Encoding: chunked\r\n\r\n");
            let mut rest = body;
            for size in sizes.iter().cycle() {
                let (chunk, more) = rest.split_at(rest.len().min(*size));
                answer.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
                answer.extend_from_slice(chunk);
                answer.extend_from_slice(b"\r\n");
                if chunk.is_empty() {
                    break;
                }
                rest = more;
            }
            false
        }
    };
    if !closes {
        answer.resize(answer.len() + surplus, b'S');
    }
    (answer, closes)
}

fn destination(room: &Room, length: usize, pool: &Pool) -> Destination {
    let size = match room {
        Room::More(more) => length + more,
        Room::Less(less) => length.saturating_sub(*less),
        Room::Whole(_) | Room::WholeExactly => {
            let limit = if let Room::Whole(limit) = room { *limit } else { length as u64 };
            let lender = Lender::new(Some(pool.clone()), limit);
            return Destination::Whole { lender, buffer: None };
        }
    };
    let size = size.max(1);
    let ticket = pool.reserve(Reservation::at_once(size)).now().expect("at once").expect("room");
    let mut buffer = ticket.claim(size).expect("memory");
    buffer.put_bytes(0, size);
    buffer.clear();
    Destination::Pooled { memory: Memory::Own(None), size, buffer: Some(buffer) }
}

/// Hands a record of that content over, in its place if that is wanted and can be.
fn hand_over(
    receiver: &mut Receiver<'_>,
    content: &[u8],
    padding: usize,
    place: bool,
) -> Result<()> {
    let length = content.len();
    let mut write = |room: &mut [u8]| {
        room.fill(0xee);
        room[..length].copy_from_slice(content);
        Ok(length)
    };
    if place && receiver.place(length + 1 + padding, &mut write)? || content.is_empty() {
        return Ok(());
    }
    receiver.take(content)
}

/// What comes of an answer in such records, in words.
fn outcome(
    destination: &mut Destination,
    (answer, closes): &(Vec<u8>, bool),
    records: &[Record],
    place: bool,
) -> std::result::Result<String, Code> {
    let zeroed = matches!(destination, Destination::Pooled { .. });
    let digest = Some(Algorithm::Crc32);
    let expect = Expect { any_length: true, digest, ..Expect::default() };
    let mut receive = Receive::new(RequestKind::GetObject, &expect, destination);
    let mut receiver = Receiver::new(false, &mut receive);
    let mut rest = &answer[..];
    for record in records.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let handed = match record {
            Record::Content { bytes, padding } => {
                let (content, more) = rest.split_at(rest.len().min(*bytes));
                rest = more;
                hand_over(&mut receiver, content, *padding, place)
            }
            Record::Other(bytes) => hand_over(&mut receiver, b"", *bytes, place),
        };
        handed.map_err(|error| error.code())?;
    }
    if *closes {
        hand_over(&mut receiver, b"", 2, place).map_err(|error| error.code())?;
        if !receiver.is_complete() {
            receiver.end().map_err(|error| error.code())?;
        }
    }
    let ends = (receiver.is_complete(), receiver.has_surplus(), receiver.is_reusable());
    let received = receiver.received();
    let got = receive.finish().map_err(|failure| failure.error.code())?;
    let digest = got.digest.map(|digest| digest.base64().to_string());
    let mut behind = 0;
    let body = got.pooled.map(|mut buffer| {
        let body = Bytes::copy_from_slice(buffer.filled());
        if zeroed {
            let look = |room: &mut [u8]| {
                behind = room.iter().filter(|byte| **byte != 0).count();
                Ok::<_, Code>(0)
            };
            buffer.overwrite(buffer.remaining_mut(), look).expect("a look changes nothing");
        }
        body
    });
    Ok(format!("{ends:?} {received} {digest:?} {behind} {body:?} {:?}", got.heap))
}

fn framings() -> impl Strategy<Value = Framing> {
    prop_oneof![
        Just(Framing::Length),
        Just(Framing::Close),
        (0_usize..300).prop_map(Framing::Lie),
        proptest::collection::vec(1_usize..3000, 1..5).prop_map(Framing::Chunked),
    ]
}

fn rooms() -> impl Strategy<Value = Room> {
    prop_oneof![
        prop_oneof![0_usize..3, 0_usize..400, Just(100_000)].prop_map(Room::More),
        (1_usize..40).prop_map(Room::Less),
        (1_u64..100_000).prop_map(Room::Whole),
        Just(Room::WholeExactly),
    ]
}

fn records() -> impl Strategy<Value = Vec<Record>> {
    let padding = prop_oneof![Just(0_usize), 0_usize..300];
    let content = prop_oneof![4 => 0_usize..2000, 1 => Just(16_384_usize)];
    let some = (content, padding).prop_map(|(bytes, padding)| Record::Content { bytes, padding });
    let others = prop_oneof![5 => some, 1 => (0_usize..300).prop_map(Record::Other)];
    // Not without end.
    proptest::collection::vec(others, 0..12).prop_map(|mut records| {
        records.push(Record::Content { bytes: 777, padding: 3 });
        records
    })
}

proptest! {
    #[test]
    fn placing_changes_nothing(
        length in prop_oneof![0_usize..5000, 60_000_usize..70_000],
        framing in framings(),
        surplus in prop_oneof![Just(0_usize), 1_usize..50],
        room in rooms(),
        records in records(),
    ) {
        let (body, pool) = (pattern(length), pool());
        let answer = answer(&body, &framing, surplus);
        let mut placed = destination(&room, length, &pool);
        let mut taken = destination(&room, length, &pool);
        let first = outcome(&mut placed, &answer, &records, true);
        prop_assert_eq!(&first, &outcome(&mut taken, &answer, &records, false));
        if first.is_err() {
            // Another attempt, with the same memory.
            let again = outcome(&mut placed, &answer, &records[records.len() - 1..], true);
            prop_assert_eq!(again, outcome(&mut taken, &answer, &records[records.len() - 1..], false));
        }
    }
}

//! Bodies on their way to memory, from the answers of scripted heads.

use super::*;
use crate::schedule::{Caps, Name, Schedule};

/// Feeds a body without end; answers the error that ends it, whether it is verdict enough, and what was taken.
fn endless_into(
    mut destination: Destination,
    status: u16,
    length: Option<&'static str>,
    expect: &Expect,
) -> (Code, bool, u64) {
    let mut receive = Receive::new(RequestKind::PutObject, expect, &mut destination);
    let mut head = ResponseHead { status, ..ResponseHead::default() };
    if let Some(length) = length {
        head.headers.set("Content-Length", length);
    }
    receive.head(head).expect("a head");
    for _ in 0..2 * ANSWER_LIMIT_BYTES / 1024 {
        match receive.room() {
            Ok(room) => room.put_slice(&[b' '; 1024]),
            Err(error) => return (error.code(), receive.has_verdict(), receive.body_bytes),
        }
        receive.received(1024);
    }
    (Code::SUCCESS, receive.has_verdict(), receive.body_bytes)
}

fn endless(status: u16, expect: &Expect) -> (Code, bool, u64) {
    endless_into(Destination::Heap, status, None, expect)
}

#[test]
fn answers_without_end_are_cut_off() {
    let (code, has_verdict, kept) = endless(200, &Expect::default());
    assert_eq!((code, has_verdict), (Code::DEST_COPY_TOO_SMALL, false));
    assert_eq!(kept, ANSWER_LIMIT_BYTES as u64);
    let (code, has_verdict, _) = endless(404, &Expect::default());
    assert_eq!((code, has_verdict), (Code::DEST_COPY_TOO_SMALL, true));
    let whatever = Expect { any_length: true, ..Expect::default() };
    assert_eq!(endless(404, &whatever).0, Code::DEST_COPY_TOO_SMALL);
}

/// What becomes of five bytes that came with these fields.
fn five_bytes(kind: RequestKind, fields: &[(&'static str, &'static str)]) -> Code {
    let expect = Expect { any_length: true, ..Expect::default() };
    let mut destination = Destination::Heap;
    let mut receive = Receive::new(kind, &expect, &mut destination);
    let mut head = ResponseHead { status: 206, ..ResponseHead::default() };
    for (name, value) in fields {
        head.headers.set(*name, *value);
    }
    receive.head(head).expect("a head");
    receive.room().expect("room").put_slice(b"bytes");
    receive.received(5);
    receive.finish().map_or_else(|failure| failure.error.code(), |_| Code::SUCCESS)
}

#[test]
fn a_range_that_ends_with_the_connection_is_whole_or_lost() {
    let get = RequestKind::GetObject;
    let range = |value| [("Content-Range", value)];
    assert_eq!(five_bytes(get, &range("bytes 2-6/9")), Code::SUCCESS);
    assert_eq!(five_bytes(get, &range("bytes 2-7/9")), Code::IO_SOCKET_CLOSED);
    let huge = range("bytes 0-18446744073709551614/18446744073709551615");
    assert_eq!(five_bytes(get, &huge), Code::IO_SOCKET_CLOSED);
    // Who says how long it is need not be doubted, and what is no object has no length to be compared.
    let framed = [("Content-Range", "bytes 2-7/9"), ("Content-Length", "5")];
    assert_eq!(five_bytes(get, &framed), Code::SUCCESS);
    assert_eq!(five_bytes(get, &[]), Code::SUCCESS);
    assert_eq!(five_bytes(RequestKind::Unknown, &range("bytes 2-7/9")), Code::SUCCESS);
}

pub(super) fn pool() -> crate::pool::Pool {
    let config = crate::abi::aws_s3_buffer_pool_config {
        client: std::ptr::null_mut(),
        part_size: 1 << 20,
        max_part_size: 0,
        memory_limit: 256 << 20,
    };
    crate::pool::default_pool(crate::crt::Allocator::default(), config).expect("valid")
}

/// A lender with this limit, with a pool or without.
fn whole(limit_bytes: u64, with_pool: bool) -> Destination {
    let lender = Lender::new(with_pool.then(pool), limit_bytes);
    Destination::Whole { lender, buffer: None }
}

#[test]
fn what_was_asked_for_counts_against_the_limit() {
    let expect = Expect { any_length: true, ..Expect::default() };
    for (kind, status, counts) in [
        (RequestKind::GetObject, 200, true),
        (RequestKind::Unknown, 200, true),
        (RequestKind::Unknown, 404, false),
    ] {
        let pool = pool();
        let lender = Lender::new(Some(pool.clone()), 1 << 20);
        let mut destination = Destination::Whole { lender, buffer: None };
        let mut receive = Receive::new(kind, &expect, &mut destination);
        receive.head(ResponseHead { status, ..ResponseHead::default() }).expect("a head");
        receive.room().expect("room").put_slice(b"body");
        receive.received(4);
        let used = crate::pool::arena::usage(&pool).forced_used;
        assert_eq!(used > 0, counts, "{kind:?} {status}");
        let received = receive.finish().expect("complete");
        let body = received.pooled.as_ref().map_or(&received.heap[..], Buffer::filled);
        assert_eq!(body, b"body");
    }
}

#[test]
fn bodies_that_the_limit_has_no_room_for_are_refused() {
    const KIB: u64 = 1024;
    let expect = Expect { any_length: true, ..Expect::default() };
    let refused = Code::S3_PART_SIZE_EXCEEDS_MEMORY_LIMIT;
    for with_pool in [true, false] {
        let ends = |limit, length| endless_into(whole(limit, with_pool), 200, length, &expect);
        assert_eq!(ends(512 * KIB, None), (refused, false, 512 * KIB), "{with_pool}");
        assert_eq!(ends(512 * KIB, Some("524289")), (refused, false, 0), "{with_pool}");
        // The whole of what is sent here fits.
        let all = 2 * ANSWER_LIMIT_BYTES as u64;
        assert_eq!(ends(all, None), (Code::SUCCESS, false, all));
        assert_eq!(ends(all, Some("8388608")), (Code::SUCCESS, false, all));
        // An error document is one, however little memory there is.
        let ended = endless_into(whole(512, with_pool), 404, None, &expect);
        assert_eq!((ended.0, ended.1), (Code::DEST_COPY_TOO_SMALL, true));
    }
}

#[test]
fn what_is_sent_has_its_turn_until_it_is_answered() {
    let schedule = Schedule::new(1, std::sync::Arc::default());
    let pass = schedule.lane(Name("", 0), Caps::default()).pass(1, LARGE_BYTES);
    assert!(pass.try_enter(Stage::Send));
    let (expect, mut destination) = (Expect::default(), Destination::Heap);
    let receive = Receive::new(RequestKind::UploadPart, &expect, &mut destination);
    let mut receive = receive.paced_by(pass.clone());
    receive.sent(LARGE_BYTES);
    receive.done_sending();
    assert!(pass.holds(Stage::Send));
    receive.head(ResponseHead { status: 200, ..ResponseHead::default() }).expect("a head");
    assert!(!pass.holds(Stage::Send));
}

//! The decoder against a table of responses, and against every way to cut them up.

use proptest::prelude::*;

use super::*;

/// Everything that came out of a decoder.
#[derive(Debug, Default, PartialEq)]
struct Outcome {
    status: u16,
    body: Vec<u8>,
    trailers: usize,
    left: usize,
    done: bool,
    reusable: bool,
}

/// Feeds `pieces` one after the other, then the end of the connection.
fn decode<'a>(to_head: bool, pieces: impl IntoIterator<Item = &'a [u8]>) -> Result<Outcome> {
    let mut decoder = Decoder::new(to_head);
    let mut outcome = Outcome::default();
    for piece in pieces {
        let mut input = piece;
        if !outcome.done {
            feed(&mut decoder, &mut input, &mut outcome)?;
        }
        outcome.left += input.len();
    }
    if !outcome.done {
        decoder.end()?;
    }
    outcome.reusable = decoder.is_reusable();
    Ok(outcome)
}

fn feed(decoder: &mut Decoder, input: &mut &[u8], outcome: &mut Outcome) -> Result<()> {
    loop {
        match decoder.step(input)? {
            Step::Head(head) => outcome.status = head.status,
            Step::Trailers(trailers) => outcome.trailers += trailers.len(),
            Step::Body(_) if input.is_empty() => return Ok(()),
            Step::Body(most) => {
                let (body, rest) =
                    input.split_at(input.len().min(usize::try_from(most).unwrap_or(usize::MAX)));
                outcome.body.extend_from_slice(body);
                decoder.took(body.len() as u64);
                *input = rest;
            }
            Step::More => return Ok(()),
            Step::Done => {
                outcome.done = true;
                return Ok(());
            }
        }
    }
}

fn whole(response: &str) -> Result<Outcome> {
    decode(false, [response.as_bytes()])
}

#[test]
fn responses_by_table() {
    // (response, status, body, bytes left, reusable)
    let table = [
        ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcX", 200, "abc", 1, true),
        ("HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n", 200, "", 0, true),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 3, 3\r\nContent-Length: 3\r\n\r\nabc",
            200,
            "abc",
            0,
            true,
        ),
        ("HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 1\r\n\r\na", 200, "a", 0, false),
        (
            "HTTP/1.1 200 OK\r\nConnection: x, close\r\nContent-Length: 1\r\n\r\na",
            200,
            "a",
            0,
            false,
        ),
        ("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na", 200, "a", 0, false),
        (
            "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\na",
            200,
            "a",
            0,
            true,
        ),
        ("HTTP/1.1 200 OK\r\n\r\nall of it", 200, "all of it", 0, false),
        ("HTTP/1.1 204 No Content\r\n\r\n", 204, "", 0, true),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 304, "", 0, true),
        (
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nA: b\r\n\r\nHTTP/1.1 204 x\r\n\r\n",
            204,
            "",
            0,
            true,
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3;x=y\r\nabc\r\nA \r\n0123456789\r\n0\r\n\r\n",
            200,
            "abc0123456789",
            0,
            true,
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n1\r\na\r\n0\r\n\r\n",
            200,
            "a",
            0,
            false,
        ),
        ("HTTP/1.1 204 x\r\nContent-Length: 0\r\n\r\n", 204, "", 0, true),
        ("HTTP/1.1 204 x\r\nContent-Length: 3\r\n\r\nabc", 204, "", 3, false),
        ("HTTP/1.1 204 x\r\nTransfer-Encoding: chunked\r\n\r\n", 204, "", 0, false),
        ("HTTP/1.1 100 x\r\nContent-Length: 9\r\n\r\nHTTP/1.1 204 x\r\n\r\n", 204, "", 0, false),
        ("HTTP/1.1 200 OK\nContent-Length: 1\r\n\r\na", 200, "a", 0, false),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\na", 200, "a", 0, false),
        ("HTTP/1.1 503 Slow Down\r\nContent-Length: 2\r\n\r\nno", 503, "no", 0, true),
    ];
    for (response, status, body, left, reusable) in table {
        let outcome = whole(response).unwrap_or_else(|error| panic!("{response:?}: {error}"));
        let body = body.as_bytes().to_vec();
        let expected = Outcome { status, body, trailers: 0, left, done: outcome.done, reusable };
        assert_eq!(outcome, expected, "{response:?}");
    }
}

#[test]
fn malformed_responses_by_table() {
    let table = [
        "SSH-2.0-OpenSSH_9.2\r\n",
        "\r\nHTTP/1.1 200 OK\r\n\r\n",
        "HTTP/2 200\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 200 OK\r\nNo colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA b: c\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: \0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\na",
        "HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
    ];
    for response in table {
        let error = whole(response).expect_err(response);
        assert_eq!(error.code(), Code::HTTP_PROTOCOL_ERROR, "{response:?}");
    }
}

#[test]
fn an_early_end_is_a_closed_connection() {
    let table = [
        "",
        "HTTP/1.1 200 O",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n",
    ];
    for response in table {
        let error = whole(response).expect_err(response);
        assert_eq!(error.code(), Code::IO_SOCKET_CLOSED, "{response:?}");
    }
}

#[test]
fn a_response_to_head_has_no_body() {
    for framing in ["Content-Length: 5", "Transfer-Encoding: chunked", "A: b"] {
        let response = format!("HTTP/1.1 200 OK\r\n{framing}\r\n\r\n");
        let outcome = decode(true, [response.as_bytes()]).unwrap();
        assert!(outcome.done && outcome.reusable && outcome.body.is_empty(), "{framing}");
    }
}

#[test]
fn trailers_are_delivered() {
    let body = "2\r\nab\r\n0\r\nx-amz-checksum-crc32: abcd\r\nB: c\r\n\r\n";
    let outcome =
        whole(&format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{body}")).unwrap();
    assert_eq!((outcome.trailers, outcome.done, outcome.reusable), (2, true, true));
}

#[test]
fn limits_hold() {
    let head = |fields: usize, size: usize| {
        let field = format!("A: {}\r\n", "b".repeat(size));
        format!("HTTP/1.1 200 OK\r\n{}Content-Length: 0\r\n\r\n", field.repeat(fields))
    };
    assert!(whole(&head(MAX_FIELDS - 1, 10)).is_ok());
    assert!(whole(&head(1, MAX_HEAD - 100)).is_ok());
    let trailers = format!("{}\r\n", "A: b\r\n".repeat(MAX_FIELDS + 1));
    let trailed =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n".to_owned() + &trailers;
    for excessive in [head(MAX_FIELDS, 10), head(1, MAX_HEAD), trailed] {
        let error = whole(&excessive).expect_err("too much");
        assert_eq!((error.code(), error.is_lasting()), (Code::HTTP_PROTOCOL_ERROR, true));
    }
    let error = whole("HTTP/1.1 200 OK\r\nNo colon\r\n\r\n").expect_err("no head");
    assert!(!error.is_lasting(), "a server may do better the next time");
    // A head that never ends is given up once the limit is reached.
    let mut decoder = Decoder::new(false);
    let mut fed = 0;
    let mut piece: &[u8] = b"HTTP/1.1 200 OK\r\n";
    while decoder.step(&mut piece).is_ok() {
        fed += 1;
        assert!(fed < MAX_HEAD, "endless head accepted");
        piece = b"A: b\r\n";
    }
    assert!(fed > MAX_HEAD / 8);
    let interim = "HTTP/1.1 100 Continue\r\n\r\n".repeat(100);
    assert_eq!(whole(&interim).unwrap_err().code(), Code::HTTP_PROTOCOL_ERROR);
}

#[test]
fn fields_keep_order_and_case() {
    let mut decoder = Decoder::new(false);
    let mut input: &[u8] =
        b"HTTP/1.1 206 Partial\r\nETag: \"x\"\r\nx-amz-id-2:  y \r\nContent-Length: 1\r\n\r\n";
    let Step::Head(head) = decoder.step(&mut input).unwrap() else { panic!("no head") };
    let fields: Vec<_> = head.headers.iter().map(|(name, value)| (&name[..], &value[..])).collect();
    let expected: [(&[u8], &[u8]); 3] =
        [(b"ETag", b"\"x\""), (b"x-amz-id-2", b"y"), (b"Content-Length", b"1")];
    assert_eq!((head.status, fields), (206, expected.to_vec()));
}

const SAMPLES: [&str; 4] = [
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n06;x\r\n world\r\n0\r\nA: b\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\n\r\nhello world",
];

fn cut<'a>(bytes: &'a [u8], lengths: &[usize]) -> Vec<&'a [u8]> {
    let mut rest = bytes;
    let mut pieces = Vec::new();
    for length in lengths.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (piece, more) = rest.split_at((*length).min(rest.len()));
        pieces.push(piece);
        rest = more;
    }
    pieces
}

proptest! {
    #[test]
    fn cutting_changes_nothing(sample in 0..SAMPLES.len(), lengths in prop::collection::vec(1usize..20, 1..20)) {
        let bytes = SAMPLES[sample].as_bytes();
        let expected = decode(false, [bytes]).unwrap();
        prop_assert_eq!(&expected.body[..], b"hello world");
        prop_assert_eq!(decode(false, cut(bytes, &lengths)).unwrap(), expected);
    }

    #[test]
    fn noise_is_survived(
        noise in prop::collection::vec(any::<u8>(), 0..300),
        sample in 0..SAMPLES.len(),
        place in any::<prop::sample::Index>(),
        lengths in prop::collection::vec(1usize..50, 1..10),
    ) {
        let mut bytes = SAMPLES[sample].as_bytes().to_vec();
        let place = place.index(bytes.len());
        let end = bytes.len().min(place + noise.len());
        bytes.splice(place..end, noise);
        let whole = decode(false, [&bytes[..]]);
        let pieces = decode(false, cut(&bytes, &lengths));
        prop_assert_eq!(whole.map_err(|error| error.code()).ok(), pieces.map_err(|error| error.code()).ok());
    }
}

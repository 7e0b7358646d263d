//! Values of header fields that numbers are read from, and what a download makes of them.

use bytes::Bytes;

use crate::net::Headers;
use crate::request::failure::content_range;
use crate::request::{Version, parse_content_range};
use crate::rooms::checksum::{PRIORITY, Selection, of_body, of_object};
use crate::rooms::operation::described::{Answer, Facts, Shape, facts};
use crate::rooms::operation::etag::stored_parts;
use crate::rooms::operation::range::RangeHeader;
use crate::rooms::operation::spread::Spread;

/// Fields one per line, `name: value`; lines that have no colon are values of fields that matter, in turn.
fn headers(text: &[u8]) -> Headers {
    const NAMES: [&str; 4] = ["Content-Range", "ETag", "Content-Length", "x-amz-checksum-crc32"];
    let mut turn = NAMES.iter().cycle();
    let mut headers = Headers::new();
    for line in text.split(|byte| *byte == b'\n').take(64) {
        match line.iter().position(|byte| *byte == b':') {
            Some(colon) => headers.push(line[..colon].to_vec(), line[colon + 1..].to_vec()),
            None => headers.push(*turn.next().unwrap_or(&"ETag"), line.to_vec()),
        }
    }
    headers
}

/// Numbers that are small, or near the end of the number range.
fn number(byte: u8) -> u64 {
    let byte = u64::from(byte);
    match byte >> 6 {
        0 => byte,
        1 => (byte & 63) * 1000,
        2 => 1 << (byte & 63),
        _ => u64::MAX - (byte & 63),
    }
}

pub fn any_fields(data: &[u8]) {
    let Some(([kind, a, b, c], text)) = data.split_first_chunk() else { return };
    let headers = headers(text);
    for (_, value) in &headers {
        one_value(value, number(*a), number(*b));
    }
    checksums(&headers);
    let (first, bytes) = (number(*a), number(*b).max(1));
    let closed = RangeHeader::Closed { first, last: first.saturating_add(bytes - 1) };
    let (shape, range) = match kind % 6 {
        0 => (Shape::Head, None),
        1 => (Shape::Head, Some(RangeHeader::Suffix { length: bytes })),
        2 => (Shape::Ranged { first: 0, bytes }, None),
        3 => (Shape::Ranged { first, bytes }, Some(closed)),
        4 => (Shape::Ranged { first, bytes }, Some(RangeHeader::From { first })),
        _ => (Shape::PartOne { bytes }, None),
    };
    let status = if kind & 64 == 0 { 206 } else { 200 };
    let body_bytes = (kind & 128 != 0).then_some(bytes);
    let answer = Answer { status, headers: &headers, body_bytes };
    if let Ok(facts) = facts(shape, range, &answer) {
        download(facts, shape, number(*c).max(1));
        one_version(&facts, &headers);
        let shown = facts.shown(shape, range.is_some(), bytes, headers.clone());
        assert_eq!(shown.values("Content-Length").count(), 1);
    }
}

fn one_value(value: &Bytes, first: u64, last: u64) {
    if let Some((start, end, total)) = parse_content_range(value) {
        let digits = |number: &str| match number.trim_start_matches('0') {
            "" => "0".to_owned(),
            digits => digits.to_owned(),
        };
        let text = std::str::from_utf8(value).expect("digits").strip_prefix("bytes ");
        let numbers = text.expect("the unit").split(['-', '/']).map(digits);
        assert!(numbers.eq([start, end, total].map(|number| number.to_string())));
    }
    if content_range(value, first, last).is_ok() {
        let (start, end, total) = parse_content_range(value).expect("three numbers");
        assert!(start == first && end <= last && (end == last || end + 1 == total));
    }
    if let Some(parts) = stored_parts(value) {
        assert!((1..=10_000).contains(&parts));
    }
}

fn checksums(headers: &Headers) {
    let pairs = headers.iter().map(|(name, value)| (&name[..], &value[..]));
    let both = |selection| [of_body(selection, pairs.clone()), of_object(selection, pairs.clone())];
    for (index, found) in both(Selection::ALL).into_iter().enumerate() {
        if let Some((algorithm, value)) = found {
            assert_eq!(value.len(), algorithm.base64_len());
            assert_eq!(both(Selection::of([algorithm]))[index], found);
        }
    }
    assert_eq!(both(Selection::NONE), [None; 2]);
    assert_eq!(PRIORITY.len(), 9);
}

/// An answer is of the version that it describes, and what is weak is no condition.
fn one_version(facts: &Facts, headers: &Headers) {
    let etag = headers.value("ETag").cloned().unwrap_or_default();
    let total = headers.value("Content-Range").and_then(|value| parse_content_range(value));
    let object_bytes = total.map_or(facts.object_bytes, |(.., total)| total);
    let version = Version { etag: etag.clone(), object_bytes };
    assert!(version.check(headers).is_ok());
    let weak = etag.trim_ascii().starts_with(b"W/\"");
    assert!(!weak || version.condition().is_none());
}

/// The parts of a download cover its range once, without a gap.
fn download(facts: Facts, shape: Shape, part_bytes: u64) {
    let empty = facts.object_bytes == 0;
    assert!(facts.first <= facts.last && (empty || facts.last < facts.object_bytes));
    assert!(!facts.came_along(shape) || shape != Shape::Head);
    facts.cover_download(shape);
    let first_part_bytes = facts.first_part_bytes.unwrap_or(part_bytes);
    let Ok(Some(layout)) = facts.layout(first_part_bytes, part_bytes) else { return };
    let parts = layout.parts();
    assert_eq!(layout.part(1).0, facts.first);
    assert_eq!(layout.part(parts).1, facts.last);
    for part in [1, 2, 3, parts / 2, parts.saturating_sub(1), parts] {
        if (1..=parts).contains(&part) {
            let (start, end) = layout.part(part);
            assert!(start <= end && layout.part_len(part) == end - start + 1);
            assert!(part == parts || layout.part(part + 1).0 == end + 1, "{layout:?} {part}");
        }
    }
    for regions in [1, 25] {
        let mut order = Spread::rotating(2, parts, regions);
        assert_eq!(order.left(), parts - 1);
        let some: Vec<u32> = order.by_ref().take(100).collect();
        assert!(some.iter().all(|part| (2..=parts).contains(part)));
        assert_eq!(order.left() as usize + some.len(), parts as usize - 1);
    }
}

//! What the headers of one response say about an object: its length, and the range that a download has to fetch.
//!
//! Pure functions of the request's shape and of header values that nobody has vouched for: whatever a server writes
//! there ends in numbers that fit together, or in an error.

use super::plan::Layout;
use super::range::RangeHeader;
use crate::error::{Code, Error, Result};
use crate::net::Headers;
use crate::request::parse_content_range;

const OK: u16 = 200;

/// The most parts that a download can count.
const MAX_PARTS: u32 = u32::MAX - 1;

/// The request that the headers answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Head,
    /// A GET of so many bytes from `first` on.
    Ranged {
        first: u64,
        bytes: u64,
    },
    /// A GET of part 1, into a buffer of so many bytes.
    PartOne {
        bytes: u64,
    },
}

/// What a response says of the object.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    pub status: u16,
    pub headers: &'a Headers,
    /// `None` where the body was not read to its end.
    pub body_bytes: Option<u64>,
}

/// The object as the headers of one response describe it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    pub object_bytes: u64,
    pub first: u64,
    pub last: u64,
    /// `None` when no body came along.
    pub first_part_bytes: Option<u64>,
}

/// Reads an answer; `range` is what the caller asked for.
pub fn facts(shape: Shape, range: Option<RangeHeader>, answer: &Answer<'_>) -> Result<Facts> {
    let Answer { status, headers, body_bytes } = *answer;
    let content_range = || {
        let value = headers.value("Content-Range");
        let value = value.ok_or(Code::S3_MISSING_CONTENT_RANGE_HEADER)?;
        parse_content_range(value).ok_or(Error::from(Code::S3_INVALID_CONTENT_RANGE_HEADER))
    };
    let content_length = || {
        let value = headers.value("Content-Length");
        let value = value.ok_or(Code::S3_MISSING_CONTENT_LENGTH_HEADER)?;
        leading_number(value).ok_or(Error::from(Code::S3_INVALID_CONTENT_LENGTH_HEADER))
    };
    let whole = |object_bytes: u64, first_part_bytes| Facts {
        object_bytes,
        first: 0,
        last: object_bytes.saturating_sub(1),
        first_part_bytes,
    };
    let facts = match (shape, range) {
        (Shape::Head, None) => whole(content_length()?, None),
        (Shape::Head, Some(range)) => {
            content_length()?;
            let (first, last, object_bytes) = content_range()?;
            if !is_suffix(range, first, last, object_bytes) {
                return Err(Code::S3_INVALID_CONTENT_RANGE_HEADER.into());
            }
            Facts { object_bytes, first, last, first_part_bytes: None }
        }
        (Shape::Ranged { bytes, .. }, None) => whole(content_range()?.2, Some(bytes)),
        (Shape::Ranged { bytes, .. }, Some(range)) => {
            let (first, _, object_bytes) = content_range()?;
            let end = object_bytes - 1;
            let last = match range {
                RangeHeader::Closed { last, .. } => last.min(end),
                _ => end,
            };
            if first > last {
                return Err(Code::S3_INVALID_CONTENT_RANGE_HEADER.into());
            }
            Facts { object_bytes, first, last, first_part_bytes: Some(bytes) }
        }
        // Whoever knows nothing of part numbers answers with the whole object, and need not say beforehand how long.
        (Shape::PartOne { .. }, _) if status == OK && !headers.contains("Content-Range") => {
            let counted = body_bytes.filter(|_| !headers.contains("Content-Length"));
            let length = counted.map_or_else(content_length, Ok)?;
            whole(length, Some(length))
        }
        (Shape::PartOne { .. }, _) => match content_length()? {
            0 => whole(0, Some(0)),
            length => whole(content_range()?.2, Some(length)),
        },
    };
    if !headers.contains("ETag") {
        return Err(Code::S3_MISSING_ETAG.into());
    }
    Ok(facts)
}

impl Facts {
    /// Whether a checksum in this response describes exactly the bytes that will be delivered: the whole object is
    /// wanted, and the response speaks of the whole object rather than of a part or range.
    pub fn cover_download(&self, shape: Shape) -> bool {
        let whole = self.first == 0 && self.last.saturating_add(1) == self.object_bytes;
        match shape {
            _ if self.object_bytes == 0 => true,
            _ if !whole => false,
            Shape::PartOne { .. } => self.first_part_bytes == Some(self.object_bytes),
            Shape::Ranged { first, bytes } => first == 0 && bytes >= self.object_bytes,
            Shape::Head => true,
        }
    }

    /// Whether the body of this response is all that will be delivered. An empty object has no body.
    pub fn came_along(&self, shape: Shape) -> bool {
        match shape {
            _ if self.object_bytes == 0 => false,
            Shape::PartOne { .. } => self.first_part_bytes.is_some_and(|bytes| bytes > self.last),
            Shape::Ranged { first, bytes } => {
                first <= self.first && first.saturating_add(bytes) > self.last
            }
            Shape::Head => false,
        }
    }

    /// The headers as if one response had brought all `length` bytes of what was asked for, a range or the object. HEAD
    /// speaks of all of it anyway.
    pub fn shown(&self, shape: Shape, ranged: bool, length: u64, mut headers: Headers) -> Headers {
        if shape != Shape::Head && headers.remove("Content-Range") && ranged {
            let (first, last, total) = (self.first, self.last, self.object_bytes);
            headers.push("Content-Range", format!("bytes {first}-{last}/{total}"));
        }
        headers.set("Content-Length", length.to_string());
        headers
    }

    /// How the download is cut; `None` for an empty object. Without a body that came along, part 1 has the size
    /// `first_part_bytes`.
    pub fn layout(&self, first_part_bytes: u64, part_bytes: u64) -> Result<Option<Layout>> {
        if self.object_bytes == 0 {
            return Ok(None);
        }
        let layout = Layout {
            first: self.first,
            last: self.last,
            first_part_bytes: first_part_bytes.min(self.last - self.first + 1),
            part_bytes,
        };
        if layout.parts() > MAX_PARTS {
            return Err(
                Error::new(Code::OVERFLOW_DETECTED).because("more parts than can be counted")
            );
        }
        Ok(Some(layout))
    }
}

/// Whether these are the bytes that were asked for, if those were an object's last ones: what HEAD says is fetched.
fn is_suffix(range: RangeHeader, first: u64, last: u64, object_bytes: u64) -> bool {
    let RangeHeader::Suffix { length } = range else { return true };
    last + 1 == object_bytes && first == object_bytes.saturating_sub(length)
}

/// Digits at the start of a value, after blanks; what follows is not looked at.
fn leading_number(value: &[u8]) -> Option<u64> {
    let value = value.trim_ascii_start();
    let digits = value.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&value[..digits]).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RANGED: Shape = Shape::Ranged { first: 0, bytes: 100 };

    fn read(
        shape: Shape,
        range: Option<RangeHeader>,
        headers: &[(&'static str, &'static str)],
    ) -> Result<Facts, Code> {
        answered(206, None, shape, range, headers)
    }

    fn answered(
        status: u16,
        body_bytes: Option<u64>,
        shape: Shape,
        range: Option<RangeHeader>,
        headers: &[(&'static str, &'static str)],
    ) -> Result<Facts, Code> {
        let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        let answer = Answer { status, headers: &headers.collect(), body_bytes };
        facts(shape, range, &answer).map_err(|error| error.code())
    }

    #[test]
    fn lengths_and_ranges() {
        let whole = |object_bytes, first_part_bytes| {
            Ok(Facts { object_bytes, first: 0, last: object_bytes.max(1) - 1, first_part_bytes })
        };
        let etag = ("ETag", "x");
        let content_range = ("content-range", "bytes 0-99/1000");
        assert_eq!(read(Shape::Head, None, &[etag, ("Content-Length", " 7 ")]), whole(7, None));
        assert_eq!(read(RANGED, None, &[etag, content_range]), whole(1000, Some(100)));
        let one = Shape::PartOne { bytes: 100 };
        assert_eq!(read(one, None, &[etag, ("Content-Length", "0")]), whole(0, Some(0)));
        let both = [etag, content_range, ("Content-Length", "100")];
        assert_eq!(read(one, None, &both), whole(1000, Some(100)));
        let closed = Some(RangeHeader::Closed { first: 0, last: 4999 });
        let expected =
            Facts { object_bytes: 1000, first: 0, last: 999, first_part_bytes: Some(100) };
        assert_eq!(read(RANGED, closed, &[etag, content_range]), Ok(expected));
    }

    #[test]
    fn a_whole_object_is_taken_for_what_it_is() {
        let one = Shape::PartOne { bytes: 100 };
        let whole = [("ETag", "x"), ("Content-Length", "1000")];
        let expected =
            Facts { object_bytes: 1000, first: 0, last: 999, first_part_bytes: Some(1000) };
        assert_eq!(answered(200, None, one, None, &whole), Ok(expected));
        assert_eq!(answered(200, Some(1000), one, None, &whole[..1]), Ok(expected));
        let unknown = Err(Code::S3_MISSING_CONTENT_LENGTH_HEADER);
        assert_eq!(answered(200, None, one, None, &whole[..1]), unknown);
        assert_eq!(answered(206, Some(1000), one, None, &whole[..1]), unknown);
        let missing = Err(Code::S3_MISSING_CONTENT_RANGE_HEADER);
        assert_eq!(answered(206, None, one, None, &whole), missing);
        // Where a range was asked for, nobody knows which bytes these are.
        assert_eq!(answered(200, Some(1000), RANGED, None, &whole), missing);
        let part = [whole[0], ("Content-Length", "10"), ("Content-Range", "bytes 0-9/1000")];
        let facts = answered(200, Some(10), one, None, &part).expect("a part");
        assert_eq!((facts.object_bytes, facts.first_part_bytes), (1000, Some(10)));
    }

    #[test]
    fn what_a_checksum_and_a_body_cover() {
        let facts = |first, last, first_part_bytes| Facts {
            object_bytes: 1000,
            first,
            last,
            first_part_bytes,
        };
        let ranged = |first, bytes| Shape::Ranged { first, bytes };
        let part = |bytes| Shape::PartOne { bytes };
        let table = [
            // (what was asked, what is delivered, the checksum covers it, the body is all of it)
            (ranged(0, 1000), facts(0, 999, Some(1000)), true, true),
            (ranged(0, 5000), facts(0, 999, Some(5000)), true, true),
            (ranged(0, 999), facts(0, 999, Some(999)), false, false),
            (ranged(0, 100), facts(0, 999, Some(100)), false, false),
            (ranged(10, 990), facts(10, 999, Some(990)), false, true),
            (ranged(0, 10), facts(0, 9, Some(10)), false, true),
            (ranged(5, u64::MAX), facts(5, 999, Some(u64::MAX)), false, true),
            (part(5000), facts(0, 999, Some(1000)), true, true),
            (part(5000), facts(0, 999, Some(400)), false, false),
            (Shape::Head, facts(0, 999, None), true, false),
            (Shape::Head, facts(1, 999, None), false, false),
        ];
        for (shape, facts, covers, all) in table {
            let seen = (facts.cover_download(shape), facts.came_along(shape));
            assert_eq!(seen, (covers, all), "{shape:?} {facts:?}");
        }
        let empty = Facts { object_bytes: 0, first: 0, last: 0, first_part_bytes: Some(0) };
        for shape in [Shape::Head, part(1), ranged(0, 1)] {
            assert!(empty.cover_download(shape) && !empty.came_along(shape), "{shape:?}");
        }
    }

    #[test]
    fn headers_are_shown_as_of_one_response() {
        let fields = [("content-range", "bytes 5-9/50"), ("content-length", "5"), ("etag", "x")];
        let facts = Facts { object_bytes: 50, first: 5, last: 49, first_part_bytes: Some(5) };
        let ranged = Shape::Ranged { first: 5, bytes: 5 };
        let range = ("Content-Range", "bytes 5-49/50");
        let length = ("Content-Length", "45");
        let table = [
            (Shape::Head, true, vec![fields[0], fields[2], length]),
            (Shape::Head, false, vec![fields[0], fields[2], length]),
            (ranged, true, vec![fields[2], range, length]),
            (ranged, false, vec![fields[2], length]),
            (Shape::PartOne { bytes: 5 }, false, vec![fields[2], length]),
        ];
        let headers = |fields: &[(&'static str, &'static str)]| -> Headers {
            fields.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
        };
        for (shape, asked, expected) in table {
            let shown = facts.shown(shape, asked, 45, headers(&fields));
            assert_eq!(shown, headers(&expected), "{shape:?}, range: {asked}");
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let etag = ("ETag", "x");
        let range = |value| [etag, ("Content-Range", value)];
        let wrong = Err(Code::S3_INVALID_CONTENT_RANGE_HEADER);
        for value in ["bytes 0-99/99", "bytes 9-8/99", "bytes 0-99/*", "bytes */100", "0-9/10"] {
            assert_eq!(read(RANGED, None, &range(value)), wrong, "{value}");
        }
        let closed = Some(RangeHeader::Closed { first: 0, last: 5 });
        assert_eq!(read(RANGED, closed, &range("bytes 6-7/100")), wrong);
        assert_eq!(read(RANGED, None, &[etag]), Err(Code::S3_MISSING_CONTENT_RANGE_HEADER));
        assert_eq!(read(Shape::Head, None, &[etag]), Err(Code::S3_MISSING_CONTENT_LENGTH_HEADER));
        let lengths = [etag, ("Content-Length", "-1")];
        let wrong = Err(Code::S3_INVALID_CONTENT_LENGTH_HEADER);
        assert_eq!(read(Shape::Head, None, &lengths), wrong);
        let untagged = [("Content-Length", "1")];
        assert_eq!(read(Shape::Head, None, &untagged), Err(Code::S3_MISSING_ETAG));
    }

    #[test]
    fn an_object_in_more_parts_than_can_be_counted_is_refused() {
        let headers = [("ETag", "x"), ("Content-Range", "bytes 0-99/18446744073709551615")];
        let facts = read(RANGED, None, &headers).expect("numbers that fit together");
        let refused = facts.layout(100, 100).map_err(|error| error.code());
        assert_eq!(refused, Err(Code::OVERFLOW_DETECTED));
        let layout = facts.layout(1 << 40, 1 << 40).expect("few parts").expect("parts");
        assert_eq!(layout.part(layout.parts()).1, facts.last);
    }
}

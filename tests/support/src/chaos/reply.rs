//! Replies as they should be, and the ways in which they can be spoilt.

use super::plan::{Dice, Fault, Plan};
use super::store::Purpose;
use crate::content;

/// A reply before it is written down.
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// The upload that it tells of.
    pub created: Option<String>,
}

/// What goes over the wire, and what comes after it.
pub struct Written {
    pub bytes: Vec<u8>,
    /// The connection cannot be used any more.
    pub last: bool,
}

impl Reply {
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: body.into(), created: None }
    }

    /// An error document.
    pub fn error(status: u16, code: &str) -> Self {
        let body = format!("<?xml version=\"1.0\"?>\n<Error><Code>{code}</Code></Error>");
        Self::new(status, body).with("Content-Type", "application/xml")
    }

    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// An object, or the range of it that is asked for.
    pub fn object(plan: &Plan, range: Option<(u64, Option<u64>)>) -> Self {
        let tagged = |reply: Self| reply.with("ETag", "\"object\"").with("Accept-Ranges", "bytes");
        let Some((first, last)) = range else {
            return tagged(Self::new(200, content::bytes(0, plan.size as usize)));
        };
        if first >= plan.size {
            let body = format!(
                "<Error><Code>InvalidRange</Code><ActualObjectSize>{}</ActualObjectSize></Error>",
                plan.size
            );
            return Self::new(416, body).with("Content-Type", "application/xml");
        }
        let last = last.unwrap_or(u64::MAX).min(plan.size - 1);
        let reply = tagged(Self::new(206, content::bytes(first, (last + 1 - first) as usize)));
        reply.with("Content-Range", format!("bytes {first}-{last}/{}", plan.size))
    }

    fn head(&self, length: Option<usize>) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} Chaos\r\n", self.status);
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        match length {
            Some(_) if self.status == 204 => {}
            Some(length) => head += &format!("Content-Length: {length}\r\n"),
            None => head += "Transfer-Encoding: chunked\r\n",
        }
        head += "\r\n";
        head.into()
    }

    pub fn written(&self) -> Written {
        self.announcing(self.body.len(), false)
    }

    fn announcing(&self, length: usize, last: bool) -> Written {
        Written { bytes: [&self.head(Some(length))[..], &self.body].concat(), last }
    }

    fn chunked(&self, dice: &mut Dice, broken: bool) -> Written {
        let mut bytes = self.head(None);
        let mut rest = &self.body[..];
        while !rest.is_empty() {
            let (chunk, more) = rest.split_at(rest.len().min(1 + dice.below(20_000) as usize));
            bytes.extend(format!("{:x}\r\n", chunk.len()).bytes());
            bytes.extend(chunk);
            bytes.extend(b"\r\n");
            rest = more;
        }
        let end: &[u8] = match broken {
            true => {
                dice.one_of(&[b"no size\r\n\r\n" as &[u8], b"ffffffffffffffffff\r\n", b"-1\r\n"])
            }
            false => b"0\r\nx-trailer: 1\r\n\r\n",
        };
        bytes.extend(end);
        Written { bytes, last: broken }
    }
}

/// The reply to a request that met a fault.
pub fn spoilt(fault: Fault, reply: Reply, purpose: &Purpose, dice: &mut Dice) -> Written {
    match fault {
        Fault::Busy => busy(purpose, dice).written(),
        Fault::Throttled => {
            let code = dice.one_of(&["SlowDown", "RequestTimeout", "RequestTimeTooSkewed"]);
            Reply::error(dice.one_of(&[400, 403, 503]), code).written()
        }
        Fault::TooLong => {
            let length = reply.body.len() + 1 + dice.below(5000) as usize;
            reply.announcing(length, true)
        }
        Fault::TooShort => {
            let length = reply.body.len() as u64;
            let missing = if length > 0 { 1 + dice.below(length) } else { 0 };
            reply.announcing((length - missing) as usize, false)
        }
        Fault::Garbage => garbage(dice),
        Fault::BadChunk => reply.chunked(dice, true),
        // An object of 0 bytes is known by its Content-Length.
        Fault::Chunked if !reply.body.is_empty() => reply.chunked(dice, false),
        Fault::Range => with_range(reply, dice).written(),
        Fault::Huge => with_total(reply).written(),
        Fault::Interim => after_interim(reply, 1 + dice.below(10), false),
        Fault::Flood => after_interim(reply, 1000, true),
        Fault::BigHead => with_big_head(reply, dice),
        Fault::Denied => Reply::error(dice.one_of(&[403, 404]), "AccessDenied").written(),
        Fault::Modified => Reply::error(412, "PreconditionFailed").written(),
        Fault::Odd => {
            let status = dice.one_of(&[201, 202, 301, 307, 400, 409, 418, 429, 501, 505, 600, 999]);
            Reply::new(status, "what it means, nobody knows").written()
        }
        Fault::NoEtag => without_etag(reply).written(),
        _ => reply.written(),
    }
}

fn busy(purpose: &Purpose, dice: &mut Dice) -> Reply {
    match dice.below(4) {
        0 => Reply::new(dice.one_of(&[500, 502, 503, 504]), ""),
        1 => Reply::error(500, "InternalError"),
        2 if !matches!(purpose, Purpose::Get { .. }) => Reply::error(200, "InternalError"),
        _ => Reply::error(503, "SlowDown"),
    }
}

fn garbage(dice: &mut Dice) -> Written {
    let beginning =
        dice.one_of(&["", "HTTP/1.", "HTTP/1.1 200 OK\r\n", "\x16\x03\x01", "\r\n\r\n"]);
    let mut bytes = beginning.as_bytes().to_vec();
    // No line of it can be a field: it begins with a byte that no name has.
    bytes.push(0);
    bytes.extend((0..1 + dice.below(2000)).map(|_| dice.next() as u8));
    bytes.extend(b"\r\n\r\n");
    Written { bytes, last: true }
}

fn with_range(mut reply: Reply, dice: &mut Dice) -> Reply {
    let wrong = ["bytes 1-1/1", "bytes 7-3/9", "bytes */*", "byte 0-1/2", "", "bytes 0-0/99999999"];
    let range = reply.headers.iter_mut().find(|(name, _)| name == "Content-Range");
    if let Some((_, value)) = range {
        *value = dice.one_of(&wrong).to_owned();
    }
    reply
}

/// Claims more bytes than can be counted in parts.
fn with_total(mut reply: Reply) -> Reply {
    let range = reply.headers.iter_mut().find(|(name, _)| name == "Content-Range");
    if let Some((_, value)) = range {
        let known = value.split('/').next().unwrap_or_default();
        *value = format!("{known}/{}", u64::MAX);
    }
    reply
}

fn without_etag(mut reply: Reply) -> Reply {
    reply.headers.retain(|(name, _)| name != "ETag");
    reply
}

fn after_interim(reply: Reply, count: u64, last: bool) -> Written {
    let mut bytes = Vec::new();
    for number in 0..count {
        let interim: &[u8] = match number % 3 {
            0 => b"HTTP/1.1 100 Continue\r\n\r\n",
            1 => b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n",
            _ => b"HTTP/1.1 102 Processing\r\n\r\n",
        };
        bytes.extend(interim);
    }
    bytes.extend(reply.written().bytes);
    Written { bytes, last }
}

fn with_big_head(mut reply: Reply, dice: &mut Dice) -> Written {
    if dice.below(2) == 0 {
        reply = reply.with("x-big", "x".repeat(1_500_000));
    } else {
        reply.headers.extend((0..3000).map(|n| (format!("x-{n}"), n.to_string())));
    }
    Written { last: true, ..reply.written() }
}

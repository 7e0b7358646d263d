//! The chunked transfer coding: sizes, data, trailers.

use bytes::Bytes;

use super::{MAX_FIELDS, Step, malformed, owned, take_block, unreadable};
use crate::error::Result;

/// Length of a chunk's size line at most, extensions included.
const MAX_LINE: usize = 4096;

/// Decodes a chunked body.
#[derive(Debug, Default)]
pub struct Chunked {
    state: State,
    /// Data that is left of a chunk. It has a value in every state, as optimised code may look at it before it looks at
    /// the state; beside states that leave it open, that would be a look at memory that nobody has set.
    rest: u64,
    partial: Vec<u8>,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Size,
    Data,
    /// The line end after the data.
    DataEnd,
    /// After the last chunk, where trailers or the end are still open.
    Trailers,
    Done,
}

impl Chunked {
    pub fn step(&mut self, input: &mut &[u8]) -> Result<Step> {
        loop {
            match self.state {
                State::Size => {
                    let Some(line) = self.line(input)? else { return Ok(Step::More) };
                    self.rest = size(&line)?;
                    self.state = if self.rest == 0 { State::Trailers } else { State::Data };
                }
                State::Data if self.rest == 0 => self.state = State::DataEnd,
                State::Data => return Ok(Step::Body(self.rest)),
                State::DataEnd => {
                    let Some(line) = self.line(input)? else { return Ok(Step::More) };
                    if !line.is_empty() {
                        return Err(malformed("a chunk longer than its size"));
                    }
                    self.state = State::Size;
                }
                State::Trailers => return self.trailers(input),
                State::Done => return Ok(Step::Done),
            }
        }
    }

    pub fn took(&mut self, count: u64) {
        self.rest = self.rest.saturating_sub(count);
    }

    fn trailers(&mut self, input: &mut &[u8]) -> Result<Step> {
        // The empty line that ends the trailers is the first line when there are none.
        while self.partial.len() < 2 {
            let Some((first, rest)) = input.split_first() else { return Ok(Step::More) };
            self.partial.push(*first);
            *input = rest;
        }
        if self.partial == b"\r\n" {
            self.partial.clear();
            self.state = State::Done;
            return Ok(Step::Done);
        }
        let Some(block) = take_block(&mut self.partial, input, |_| true)? else {
            return Ok(Step::More);
        };
        let mut fields = vec![httparse::EMPTY_HEADER; MAX_FIELDS];
        match httparse::parse_headers(&block, &mut fields) {
            Ok(httparse::Status::Complete((length, parsed))) if length == block.len() => {
                self.state = State::Done;
                Ok(Step::Trailers(owned(&block, parsed)))
            }
            Ok(_) => Err(malformed("trailers that do not end")),
            Err(error) => Err(unreadable(error)),
        }
    }

    /// Takes one line, without its end.
    fn line(&mut self, input: &mut &[u8]) -> Result<Option<Bytes>> {
        let found = input.iter().position(|byte| *byte == b'\n');
        let taken = found.map_or(input.len(), |end| end + 1);
        if self.partial.len() + taken > MAX_LINE {
            return Err(malformed("a chunk size line longer than the limit"));
        }
        self.partial.extend_from_slice(&input[..taken]);
        *input = &input[taken..];
        if found.is_none() {
            return Ok(None);
        }
        let Some(line) = self.partial.strip_suffix(b"\r\n") else {
            return Err(malformed("a line in chunked data that does not end with CR LF"));
        };
        let line = Bytes::copy_from_slice(line);
        self.partial.clear();
        Ok(Some(line))
    }
}

/// The number at the front of a size line; extensions behind `;` are ignored.
fn size(line: &[u8]) -> Result<u64> {
    let end = line.iter().position(|byte| *byte == b';').unwrap_or(line.len());
    let digits = line[..end].trim_ascii_end();
    // Fifteen digits stay far below the value that stands for "without end".
    if digits.is_empty() || digits.len() > 15 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return Err(malformed("a chunk size that is not a number"));
    }
    let digits = str::from_utf8(digits).map_err(malformed)?;
    u64::from_str_radix(digits, 16).map_err(malformed)
}

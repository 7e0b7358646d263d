//! The body that a caller gave, and reading a part of it.

use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::{BufMut, Bytes};

use crate::crt::{AsyncInputStream, InputStream, Keep};
use crate::error::{Code, Error, Result};

use super::file::open_error;
use super::{Pipe, SourceFile, Spawn};

/// What a request body is made of.
#[derive(Default)]
pub enum Source {
    #[default]
    None,
    /// Memory of the caller's, sent from where it is.
    Memory(Bytes),
    /// Read in parts, in any order and in parallel.
    File(Arc<SourceFile>),
    /// Read in order, as it comes.
    Pipe(Pipe),
    /// Read on the spot, strictly in order.
    Stream(InputStream),
    /// Read in order, one read at a time.
    Async(AsyncInputStream),
}

impl Source {
    /// Opens what `path` names. Never waits for anybody on the other side.
    pub fn open(path: &Path, direct_io: bool) -> Result<Self> {
        let kind = std::fs::metadata(path).map_err(open_error)?.file_type();
        if kind.is_fifo() || kind.is_socket() {
            return Ok(Self::Pipe(Pipe::open(path)?));
        }
        if kind.is_char_device() {
            return Ok(Self::Pipe(Pipe::open(path)?.look()));
        }
        let file = SourceFile::open(path, direct_io)?;
        if file.is_empty() {
            // What the system makes up when it is read says so of itself, too.
            let pipe = Pipe::open(path).map(Pipe::look);
            if let Some(pipe) = pipe.ok().filter(|pipe| !pipe.is_empty()) {
                return Ok(Self::Pipe(pipe));
            }
        }
        Ok(Self::File(Arc::new(file)))
    }

    /// The length, where the source itself knows it without being read.
    pub fn known_len(&self) -> Option<u64> {
        match self {
            Self::None => Some(0),
            Self::Memory(memory) => Some(memory.len() as u64),
            Self::File(file) => Some(file.len()),
            Self::Pipe(pipe) => pipe.is_empty().then_some(0),
            Self::Stream(_) | Self::Async(_) => None,
        }
    }

    pub fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }
}

/// The outcome of reading one part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    pub len: usize,
    /// The source is known to have no more.
    pub ended: bool,
}

/// How long to wait when a stream has nothing for the moment: the first few times not at all.
const STALL_YIELDS: u32 = 8;
const STALL_MAX_MS: u64 = 50;

/// Reads up to `wanted` bytes from a stream, as many reads as that takes.
///
/// Blocks. A stream that has nothing and is not at its end is asked again at growing intervals. Before each read
/// `stopped` is asked; when it says yes the result is `S3_CANCELED`.
pub fn read_stream(
    stream: &mut InputStream,
    into: &mut impl BufMut,
    wanted: usize,
    stopped: &dyn Fn() -> bool,
) -> Result<Filled> {
    fill(stream, into, wanted, stopped)
}

trait OnTheSpot {
    fn read(&mut self, into: &mut impl BufMut, max: usize) -> Result<usize>;
    fn at_end(&self) -> Result<bool>;
}

impl OnTheSpot for InputStream {
    fn read(&mut self, into: &mut impl BufMut, max: usize) -> Result<usize> {
        InputStream::read(self, into, max)
    }

    fn at_end(&self) -> Result<bool> {
        InputStream::at_end(self)
    }
}

fn fill(
    stream: &mut impl OnTheSpot,
    into: &mut impl BufMut,
    wanted: usize,
    stopped: &dyn Fn() -> bool,
) -> Result<Filled> {
    let mut filled = Filled::default();
    let mut stalls = 0;
    while filled.len < wanted && !filled.ended {
        if stopped() {
            return Err(Error::new(Code::S3_CANCELED));
        }
        if !into.has_remaining_mut() {
            return Err(Error::new(Code::SHORT_BUFFER));
        }
        let count = stream.read(into, wanted - filled.len)?;
        filled.len += count;
        filled.ended = stream.at_end()?;
        stalls = if count > 0 || filled.ended { 0 } else { stalls + 1 };
        if stalls > 0 {
            wait(stalls);
        }
    }
    Ok(filled)
}

fn wait(stalls: u32) {
    match stalls.checked_sub(STALL_YIELDS) {
        None | Some(0) => std::thread::yield_now(),
        Some(more) => {
            std::thread::sleep(Duration::from_millis((1 << more.min(6)).min(STALL_MAX_MS)))
        }
    }
}

/// Reads up to `wanted` bytes from an async stream, as many reads as that takes, and gives the memory back. The stream
/// is asked where `run` runs what it gets.
///
/// Dropping the future leaves the read under way to itself: the memory is freed when the stream is done with it, and
/// then `keep` is let go.
pub async fn read_async<B: BufMut + Send + 'static>(
    stream: &mut AsyncInputStream,
    mut buffer: B,
    wanted: usize,
    keep: Keep,
    run: &Spawn,
) -> (Option<B>, Result<Filled>) {
    let mut filled = Filled::default();
    while filled.len < wanted && !filled.ended {
        let (back, outcome) =
            stream.read(buffer.limit(wanted - filled.len), keep.clone(), &**run).await;
        let Some(back) = back else { return (None, outcome.map(|_| filled)) };
        buffer = back.into_inner();
        match outcome {
            Ok((count, ended)) => {
                filled.len += count;
                filled.ended = ended;
                if count == 0 && !ended {
                    // Lets others run, and this future be dropped.
                    tokio::task::yield_now().await;
                }
            }
            Err(error) => return (Some(buffer), Err(error)),
        }
    }
    (Some(buffer), Ok(filled))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::collections::VecDeque;

    use super::*;

    /// Gives what the script says, read by read; at its end with the script.
    struct Scripted(VecDeque<Result<&'static str, Code>>);

    impl OnTheSpot for Scripted {
        fn read(&mut self, into: &mut impl BufMut, max: usize) -> Result<usize> {
            let Some(step) = self.0.pop_front() else { return Ok(0) };
            let text = step?;
            let (now, later) = text.split_at(text.len().min(max));
            into.put_slice(now.as_bytes());
            if !later.is_empty() {
                self.0.push_front(Ok(later));
            }
            Ok(now.len())
        }

        fn at_end(&self) -> Result<bool> {
            Ok(self.0.is_empty())
        }
    }

    fn read(
        script: &[Result<&'static str, Code>],
        wanted: usize,
    ) -> Result<(Vec<u8>, Filled), Code> {
        let mut memory = Vec::new();
        let mut stream = Scripted(script.iter().copied().collect());
        let filled =
            fill(&mut stream, &mut memory, wanted, &|| false).map_err(|error| error.code())?;
        Ok((memory, filled))
    }

    #[test]
    fn parts_are_filled() {
        for (script, wanted, expected, ended) in [
            (&["abc", "de", "f"][..], 6, "abcdef", true),
            (&["abc", "de", "f"], 4, "abcd", false),
            (&["abc", "de"], 3, "abc", false),
            (&["a", "", "", "", "", "", "", "", "", "", "b"], 9, "ab", true),
            (&["abc"], 0, "", false),
            (&[], 5, "", true),
        ] {
            let script: Vec<_> = script.iter().map(|text| Ok(*text)).collect();
            let filled = Filled { len: expected.len(), ended };
            assert_eq!(
                read(&script, wanted),
                Ok((expected.as_bytes().to_vec(), filled)),
                "{script:?}"
            );
        }
    }

    #[test]
    fn an_error_ends_the_part() {
        let code = Code::IO_STREAM_READ_FAILED;
        assert_eq!(read(&[Ok("abc"), Err(code)], 9), Err(code));
        let mut little = &mut [0; 2][..];
        let mut stream = Scripted([Ok("ab"), Ok("c")].into());
        let result = fill(&mut stream, &mut little, 3, &|| false);
        assert_eq!(result.unwrap_err().code(), Code::SHORT_BUFFER);
    }

    #[test]
    fn a_stalled_stream_can_be_stopped() {
        let rounds = Cell::new(0);
        let stopped = || {
            rounds.set(rounds.get() + 1);
            rounds.get() > 12
        };
        let mut stream = Scripted(std::iter::repeat_n(Ok(""), 1000).collect());
        let result = fill(&mut stream, &mut Vec::new(), 1, &stopped);
        assert_eq!(result.unwrap_err().code(), Code::S3_CANCELED);
        assert_eq!(rounds.get(), 13);
    }

    #[test]
    fn known_lengths() {
        assert_eq!(Source::None.known_len(), Some(0));
        for (path, len) in [("/dev/null", Some(0)), ("/dev/zero", None), ("/proc/version", None)] {
            assert_eq!(Source::open(Path::new(path), false).unwrap().known_len(), len, "{path}");
        }
        let memory = Source::Memory(Bytes::from_static(b"abc"));
        assert_eq!(memory.known_len(), Some(3));
        assert!(!memory.is_none());
    }
}

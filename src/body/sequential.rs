//! A receive file without positions: a FIFO, a terminal.
//!
//! It is opened once, because its reader takes a second opening for another writer, and takes bytes in their order.
//! Whoever reads may be slow, or never come back: waiting for it ends when nobody wants the bytes any more.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Seek as _, Write as _};
use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};
use std::path::Path;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::error::{Code, Result};
use crate::os::{Quiet, close};
use crate::sync::Mutex;

use super::sink::nothing_written;

/// How long the reader is waited for before it is asked again whether that makes sense.
const PATIENCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 50_000_000 };

pub(super) struct SequentialFile {
    file: File,
    /// Bytes that were written.
    written_bytes: Mutex<u64>,
}

/// How to open what may make a writer wait for its reader; `None` for anything else. A FIFO that nobody reads is an
/// error then.
pub(super) fn options_for(path: &Path) -> Option<OpenOptions> {
    let kind = std::fs::metadata(path).ok()?.file_type();
    if !kind.is_fifo() && !kind.is_char_device() {
        return None;
    }
    let mut options = OpenOptions::new();
    options.write(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY);
    Some(options)
}

pub(super) fn has_positions(mut file: &File) -> bool {
    file.stream_position().is_ok()
}

impl SequentialFile {
    /// For a download whose first `written_bytes` an earlier one has written.
    pub(super) fn new(file: File, written_bytes: u64) -> Self {
        Self { file, written_bytes: Mutex::new(written_bytes) }
    }

    /// Writes the bytes that follow those of the last call. Blocks, as long as `wanted` says that it shall.
    pub(super) fn write(
        &self,
        distance: u64,
        mut body: &[u8],
        wanted: &dyn Fn() -> bool,
    ) -> Result<()> {
        let mut written_bytes = self.written_bytes.lock();
        if *written_bytes != distance {
            return Err(Code::INVALID_STATE.into());
        }
        while !body.is_empty() {
            let quiet = Quiet::begin();
            let written = (&self.file).write(body);
            drop(quiet);
            match written {
                Ok(0) => return Err(nothing_written()),
                Ok(count) => {
                    body = &body[count..];
                    *written_bytes += count as u64;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    if !wanted() {
                        return Err(Code::S3_CANCELED.into());
                    }
                    // However this ends, the next write tells.
                    let _ = poll(&mut [PollFd::new(&self.file, PollFlags::OUT)], Some(&PATIENCE));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    pub(super) fn close(self) -> std::io::Result<()> {
        close(self.file)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::super::sink::tests::{Scratch, open_nonblocking};
    use super::*;

    /// Both ends.
    fn ends(path: &Path) -> (File, SequentialFile) {
        let reader = open_nonblocking(path);
        (reader, SequentialFile::new(options_for(path).unwrap().open(path).unwrap(), 0))
    }

    #[test]
    fn a_slow_reader_gets_everything_in_order() {
        let scratch = Scratch::new();
        let (mut reader, pipe) = ends(&scratch.fifo("fifo"));
        let content: Vec<u8> = (0..1_000_000_u32).map(|at| (at % 251) as u8).collect();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for (part, body) in content.chunks(300_000).enumerate() {
                    pipe.write(part as u64 * 300_000, body, &|| true).unwrap();
                }
                pipe.close().unwrap();
            });
            let (mut got, mut room) = (Vec::new(), vec![0; 4096]);
            loop {
                match reader.read(&mut room) {
                    Ok(0) => break,
                    Ok(count) => got.extend_from_slice(&room[..count]),
                    Err(_) => std::thread::yield_now(),
                }
            }
            assert!(got == content);
        });
    }

    #[test]
    fn nobody_waits_for_a_reader_in_vain() {
        let scratch = Scratch::new();
        let path = scratch.fifo("fifo");
        let opened = options_for(&path).unwrap().open(&path);
        assert_eq!(opened.unwrap_err().raw_os_error(), Some(libc::ENXIO));

        let (reader, pipe) = ends(&path);
        let code = |distance, body: &[u8]| {
            pipe.write(distance, body, &|| false).err().map(|error| error.code())
        };
        assert_eq!(code(0, &[1; 10_000_000]), Some(Code::S3_CANCELED));
        let written_bytes = *pipe.written_bytes.lock();
        assert!((4096..10_000_000).contains(&written_bytes));
        assert_eq!(code(written_bytes + 1, b"x"), Some(Code::INVALID_STATE));
        drop(reader);
        assert_eq!(code(written_bytes, b"x"), Some(Code::SYS_CALL_FAILURE));
    }

    #[test]
    fn what_has_positions() {
        let scratch = Scratch::new();
        assert!(options_for(&scratch.path("missing")).is_none());
        assert!(options_for(&scratch.file("file", b"")).is_none());
        let (reader, _pipe) = ends(&scratch.fifo("fifo"));
        assert!(!has_positions(&reader));
        let open = |path: &str| options_for(Path::new(path)).unwrap().open(path).unwrap();
        assert!(has_positions(&open("/dev/null")));
    }
}

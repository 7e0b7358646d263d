//! A file that is uploaded.
//!
//! It is opened once and read at positions, so parts can be read in any order and in parallel. Reading around the page
//! cache is tried when asked for and given up for good at the first failure; the bytes are the same either way.

use std::fs::{File, OpenOptions};
use std::io::{Seek as _, SeekFrom};
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Code, Error, Result};
use crate::log;
use crate::os::open_direct;

use super::{Filled, Room};

/// A readable file and its length when it was opened.
pub struct SourceFile {
    file: Arc<File>,
    len: u64,
    /// The same file, opened to bypass the page cache.
    direct: Option<File>,
    direct_failed: AtomicBool,
}

impl SourceFile {
    /// Opens a file. That it cannot be read directly is not an error.
    pub fn open(path: &Path, direct_io: bool) -> Result<Self> {
        let file = File::open(path).map_err(open_error)?;
        if file.metadata()?.is_dir() {
            return Err(Error::new(Code::FILE_INVALID_PATH));
        }
        let direct =
            if direct_io { open_direct(OpenOptions::new().read(true), path) } else { None };
        Ok(Self {
            len: length(&file)?,
            file: Arc::new(file),
            direct,
            direct_failed: AtomicBool::new(false),
        })
    }

    /// Length when it was opened.
    pub fn len(&self) -> u64 {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The file itself, for sending a range of it without reading.
    pub fn file(&self) -> &Arc<File> {
        &self.file
    }

    /// Length now; a part sent straight from the file must fit in.
    pub fn current_len(&self) -> Result<u64> {
        length(&self.file)
    }

    /// Reads up to `wanted` bytes at `offset`. The end is reported when fewer bytes came, not when they were the last.
    pub fn read_at(&self, into: &mut impl Room, offset: u64, wanted: usize) -> Result<Filled> {
        let mut filled = Filled::default();
        while filled.len < wanted && !filled.ended {
            let at = offset.checked_add(filled.len as u64).ok_or(Code::OVERFLOW_DETECTED)?;
            match self.read_once(into, at, wanted - filled.len)? {
                0 if !into.has_remaining_mut() => return Err(Error::new(Code::SHORT_BUFFER)),
                0 => filled.ended = true,
                count => filled.len += count,
            }
        }
        Ok(filled)
    }

    fn read_once(&self, into: &mut impl Room, offset: u64, max: usize) -> Result<usize> {
        if let Some(direct) = self.direct_for(into, offset, max) {
            match into.read_at(direct, offset, max) {
                Ok(count) => return Ok(count),
                Err(error) => {
                    log!(
                        Warn,
                        MetaRequest,
                        "reading without the page cache failed, going on with it: {error}"
                    );
                    self.direct_failed.store(true, Ordering::Relaxed);
                }
            }
        }
        loop {
            match into.read_at(&self.file, offset, max) {
                Ok(count) => return Ok(count),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(read_error(error)),
            }
        }
    }

    /// The descriptor for direct reads when this one can be: everything aligned to pages.
    fn direct_for(&self, into: &mut impl Room, offset: u64, max: usize) -> Option<&File> {
        let direct =
            self.direct.as_ref().filter(|_| !self.direct_failed.load(Ordering::Relaxed))?;
        let address = into.chunk_mut().as_mut_ptr() as usize;
        [offset, max as u64, address as u64].into_iter().all(is_page_aligned).then_some(direct)
    }
}

/// The length of a file, or of a device that blocks are read from in any order.
fn length(file: &File) -> Result<u64> {
    let metadata = file.metadata()?;
    if metadata.file_type().is_block_device() {
        return Ok((&mut &*file).seek(SeekFrom::End(0))?);
    }
    Ok(metadata.len())
}

pub(super) fn is_page_aligned(value: u64) -> bool {
    value.is_multiple_of(rustix::param::page_size() as u64)
}

/// What opening a file failed with.
pub(super) fn open_error(error: std::io::Error) -> Error {
    Error::of_file(error, Code::FILE_OPEN_FAILURE)
}

pub(super) fn read_error(error: std::io::Error) -> Error {
    Error::of_file(error, Code::FILE_READ_FAILURE)
}

#[cfg(test)]
mod tests {
    use super::super::sink::tests::Scratch;
    use super::*;

    fn content(len: usize) -> Vec<u8> {
        (0..len).map(|at| (at * 31 % 251) as u8).collect()
    }

    #[test]
    fn ranges() {
        let scratch = Scratch::new();
        let path = scratch.file("source", &content(10_000));
        for direct_io in [false, true] {
            let file = SourceFile::open(&path, direct_io).unwrap();
            assert_eq!(file.len(), 10_000);
            for (offset, wanted, len, ended) in [
                (0, 10_000, 10_000, false),
                (0, 8192, 8192, false),
                (4096, 4096, 4096, false),
                (1, 5, 5, false),
                (9_990, 100, 10, true),
                (8192, 8192, 1808, true),
                (10_000, 1, 0, true),
                (1 << 40, 1, 0, true),
                (5, 0, 0, false),
            ] {
                let mut memory = Vec::with_capacity(wanted);
                let filled = file.read_at(&mut memory, offset, wanted).unwrap();
                assert_eq!(filled, Filled { len, ended }, "{wanted} at {offset}");
                let from = (offset as usize).min(10_000);
                assert_eq!(memory, content(10_000)[from..from + len]);
            }
        }
    }

    #[test]
    fn parts_in_parallel() {
        let scratch = Scratch::new();
        let file = SourceFile::open(&scratch.file("source", &content(100_000)), false).unwrap();
        std::thread::scope(|scope| {
            for part in 0..10_usize {
                let file = &file;
                scope.spawn(move || {
                    let mut memory = Vec::new();
                    file.read_at(&mut memory, part as u64 * 10_000, 10_000).unwrap();
                    assert_eq!(memory, content(100_000)[part * 10_000..][..10_000]);
                });
            }
        });
    }

    #[test]
    fn files_that_cannot_be_opened() {
        let scratch = Scratch::new();
        let code = |path: &Path| SourceFile::open(path, false).err().map(|error| error.code());
        assert_eq!(code(&scratch.path("missing")), Some(Code::FILE_INVALID_PATH));
        assert_eq!(code(&scratch.path(".")), Some(Code::FILE_INVALID_PATH));
        assert_eq!(code(&scratch.path("\0")), Some(Code::FILE_OPEN_FAILURE));
        assert_eq!(code(Path::new("/dev/null")), None);
    }
}

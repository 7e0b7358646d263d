//! A receive file that an earlier download has left behind, for another one that goes on from there.
//!
//! Nothing in it is touched before it has turned out to be what that download left: long enough for what is said to be
//! in it, and not written to since.

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::FileExt as _;

use crate::error::{Code, Error, Result};

use super::file::{open_error, read_error};
use super::sequential;
use super::sink::{FileSinkOptions, RecvMode, since_epoch_ns};

/// What a token says of the file.
#[derive(Clone, Copy, Debug, Default)]
pub struct Leftover {
    /// Position in the file of the first byte of the download, for a file that the download was appended to.
    pub base: u64,
    /// The byte behind the last one that is in the file, counted from the first byte of the download.
    pub held_end: u64,
    /// Bytes of the whole download; 0 where nobody knows.
    pub bytes: u64,
    /// When the file was last changed; 0 where nobody knows.
    pub modified_ns: u64,
}

/// How much is read at a time.
const BLOCK: usize = 1 << 20;

impl Leftover {
    /// Position in the file of the first byte of the download.
    pub(super) fn base(&self, options: &FileSinkOptions) -> u64 {
        match options.mode {
            RecvMode::CreateOrReplace | RecvMode::CreateNew => 0,
            RecvMode::CreateOrAppend => self.base,
            RecvMode::WriteToPosition => options.position,
        }
    }

    /// Opens the file as it is. `S3_RECV_FILE_NOT_FOUND` when it is gone, `S3_FILE_MODIFIED` when it is another one.
    pub(super) fn open(&self, options: &FileSinkOptions) -> Result<File> {
        let FileSinkOptions { path, mode, delete_on_failure, .. } = options;
        let base = self.base(options);
        if *delete_on_failure && (*mode == RecvMode::WriteToPosition || base > 0) {
            return Err(Code::INVALID_ARGUMENT.into());
        }
        if let Some(options) = sequential::options_for(path) {
            return options.open(path).map_err(open_error);
        }
        let begins = self.held_end == 0 && *mode != RecvMode::WriteToPosition;
        let file = OpenOptions::new().read(true).write(true).create(begins).open(path);
        let file = file.map_err(|error| match error.kind() {
            ErrorKind::NotFound => Error::new(Code::S3_RECV_FILE_NOT_FOUND).because(error),
            _ => open_error(error),
        })?;
        let alone = matches!(mode, RecvMode::CreateOrReplace | RecvMode::CreateNew);
        if begins {
            // Whatever is there is nothing that counts, and behind the place of the download there is nothing else.
            file.set_len(base.min(file.metadata()?.len()))?;
            return Ok(file);
        }
        let metadata = file.metadata()?;
        let least = if self.held_end == 0 { 0 } else { base.saturating_add(self.held_end) };
        let most = base.saturating_add(self.bytes);
        let modified_ns = metadata.modified().map_or(0, since_epoch_ns);
        let changed = self.modified_ns != 0 && modified_ns != self.modified_ns;
        let too_long = alone && self.bytes > 0 && metadata.len() > most;
        if metadata.is_file() && (metadata.len() < least || too_long || changed) {
            let told = format!("{} is not as the download left it", path.display());
            return Err(Error::new(Code::S3_FILE_MODIFIED).because(told));
        }
        Ok(file)
    }
}

/// Reads a part of a file from front to back, for as long as that is wanted.
pub(super) fn read_through(
    file: &File,
    mut offset: u64,
    mut length: u64,
    wanted: &dyn Fn() -> bool,
    take: &mut dyn FnMut(&[u8]),
) -> Result<()> {
    let mut block = vec![0; BLOCK.min(usize::try_from(length).unwrap_or(BLOCK))];
    while length > 0 {
        if !wanted() {
            return Err(Code::S3_CANCELED.into());
        }
        let most = block.len().min(usize::try_from(length).unwrap_or(BLOCK));
        match file.read_at(&mut block[..most], offset) {
            Ok(0) => {
                let told = "the file has become shorter than what was received";
                return Err(Error::new(Code::S3_FILE_MODIFIED).because(told));
            }
            Ok(count) => {
                take(&block[..count]);
                offset += count as u64;
                length -= count as u64;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(read_error(error)),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::sink::tests::Scratch;
    use super::super::{FileSink, FileSinkOptions};
    use super::*;

    fn wanted() -> bool {
        true
    }

    fn options(scratch: &Scratch, mode: RecvMode, leftover: Leftover) -> FileSinkOptions {
        let path = scratch.path("f");
        FileSinkOptions { path, mode, position: 2, leftover: Some(leftover), ..Default::default() }
    }

    fn code<T>(result: Result<T>) -> Option<Code> {
        result.err().map(|error| error.code())
    }

    #[test]
    fn nothing_that_is_there_is_lost() {
        use RecvMode::*;
        for (mode, base, expected) in [
            (CreateOrReplace, 9, &b"01XX456789"[..]),
            (CreateNew, 9, b"01XX456789"),
            (CreateOrAppend, 3, b"01234XX789"),
            (WriteToPosition, 9, b"0123XX6789"),
        ] {
            let scratch = Scratch::new();
            let path = scratch.file("f", b"0123456789");
            let leftover = Leftover { base, held_end: 5, ..Leftover::default() };
            let sink = FileSink::create(&options(&scratch, mode, leftover)).unwrap();
            sink.write_at(2, b"XX", &wanted).unwrap();
            let mut seen = Vec::new();
            sink.read_again(4, &wanted, &mut |bytes| seen.extend_from_slice(bytes)).unwrap();
            assert_eq!(seen, expected[sink.base() as usize..][..4], "{mode:?}");
            sink.close().unwrap();
            assert_eq!(std::fs::read(&path).unwrap(), expected, "{mode:?}");
        }
    }

    #[test]
    fn another_file_is_refused_and_left_alone() {
        use RecvMode::*;
        let changed = Some(Code::S3_FILE_MODIFIED);
        let of = |held_end, bytes, modified_ns| Leftover { base: 0, held_end, bytes, modified_ns };
        let now_ns = since_epoch_ns(std::time::SystemTime::now());
        for (mode, leftover, expected) in [
            (CreateOrReplace, of(10, 10, 0), None),
            (CreateOrReplace, of(11, 20, 0), changed),
            (CreateOrReplace, of(5, 9, 0), changed),
            (CreateOrReplace, of(5, 0, 0), None),
            (CreateOrReplace, of(5, 20, now_ns + 1), changed),
            (CreateOrAppend, of(5, 7, 0), None),
            (CreateOrAppend, of(11, 20, 0), changed),
            (WriteToPosition, of(5, 7, 0), None),
            (WriteToPosition, of(9, 20, 0), changed),
        ] {
            let scratch = Scratch::new();
            let path = scratch.file("f", b"0123456789");
            let made = FileSink::create(&options(&scratch, mode, leftover));
            assert_eq!(code(made), expected, "{mode:?} {leftover:?}");
            assert_eq!(std::fs::read(&path).unwrap(), b"0123456789", "{mode:?} {leftover:?}");
        }
        let scratch = Scratch::new();
        let made = FileSink::create(&options(&scratch, CreateOrReplace, of(1, 1, 0)));
        assert_eq!(code(made), Some(Code::S3_RECV_FILE_NOT_FOUND));
        let deletes = |mode, base| FileSinkOptions {
            delete_on_failure: true,
            ..options(&scratch, mode, Leftover { base, ..of(1, 1, 0) })
        };
        scratch.file("f", b"0123456789");
        for (mode, base) in [(WriteToPosition, 0), (CreateOrAppend, 1)] {
            let made = FileSink::create(&deletes(mode, base));
            assert_eq!(code(made), Some(Code::INVALID_ARGUMENT), "{mode:?}");
        }
    }

    #[test]
    fn a_file_that_nothing_of_counts_is_begun_anew() {
        use RecvMode::*;
        for (mode, before, expected) in [
            (CreateOrReplace, Some("old"), "new"),
            (CreateNew, Some("old"), "new"),
            (CreateNew, None, "new"),
            (CreateOrAppend, Some("01rest"), "01new"),
            (WriteToPosition, Some("01234567"), "01new567"),
            (WriteToPosition, Some("0"), "0\0new"),
        ] {
            let scratch = Scratch::new();
            if let Some(before) = before {
                scratch.file("f", before.as_bytes());
            }
            let leftover = Leftover { base: 2, ..Leftover::default() };
            let sink = FileSink::create(&options(&scratch, mode, leftover)).unwrap();
            sink.write_at(0, b"new", &wanted).unwrap();
            let found = std::fs::read_to_string(sink.path()).unwrap();
            assert_eq!(found, expected, "{mode:?}");
        }
    }

    #[test]
    fn reading_ends_when_nobody_wants_it_and_at_the_end_of_the_file() {
        let scratch = Scratch::new();
        let file = File::open(scratch.file("f", b"0123")).unwrap();
        let read = |length, wanted: bool| {
            let mut count = 0;
            let read =
                read_through(&file, 1, length, &|| wanted, &mut |bytes| count += bytes.len());
            (code(read), count)
        };
        assert_eq!(read(3, true), (None, 3));
        assert_eq!(read(4, true), (Some(Code::S3_FILE_MODIFIED), 3));
        assert_eq!(read(3, false), (Some(Code::S3_CANCELED), 0));
    }
}

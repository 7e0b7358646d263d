//! The file that a download is written to.
//!
//! The file is created, truncated or checked at once; the descriptors that write come later and are shared by all
//! threads. Every body goes to its own position, so the order of writing does not matter. Writing around the page cache
//! is tried when asked for, body by body; one that cannot be written that way goes through the cache. What has no
//! positions is a [`SequentialFile`] instead.

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::sync::RwLock;
use once_cell::sync::OnceCell;

use crate::error::{Code, Error, Result};
use crate::log;
use crate::os::{self, open_direct};

use super::Leftover;
use super::file::{is_page_aligned, open_error};
use super::leftover::read_through;
use super::sequential::{self, SequentialFile};

/// `enum aws_s3_recv_file_options`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RecvMode {
    #[default]
    CreateOrReplace = 0,
    CreateNew = 1,
    CreateOrAppend = 2,
    WriteToPosition = 3,
}

impl RecvMode {
    pub fn from_number(number: u32) -> Option<Self> {
        [Self::CreateOrReplace, Self::CreateNew, Self::CreateOrAppend, Self::WriteToPosition]
            .into_iter()
            .find(|mode| *mode as u32 == number)
    }
}

/// What the caller wants done with the file.
#[derive(Clone, Debug, Default)]
pub struct FileSinkOptions {
    pub path: PathBuf,
    pub mode: RecvMode,
    /// Where writing begins with `WriteToPosition`; otherwise ignored.
    pub position: u64,
    pub delete_on_failure: bool,
    pub direct_io: bool,
    /// Bodies usually have this size; decides whether direct I/O can work at all.
    pub part_size: u64,
    /// What an earlier download has left in the file, which then stays.
    pub leftover: Option<Leftover>,
}

/// See the module. Clones of an `Arc` of it write in parallel.
pub struct FileSink {
    path: PathBuf,
    base: u64,
    delete_on_failure: bool,
    wants_direct: bool,
    in_order: bool,
    /// None once closed.
    descriptors: RwLock<Option<Descriptors>>,
    warned: AtomicBool,
    fallbacks: AtomicU64,
}

#[derive(Default)]
struct Descriptors {
    /// The only one where it is there.
    sequential: Option<SequentialFile>,
    buffered: OnceCell<File>,
    /// None inside when the file cannot be opened that way.
    direct: OnceCell<Option<File>>,
    /// What closing the one that created the file failed with.
    created: Option<Error>,
}

impl FileSink {
    /// Creates, truncates or checks the file.
    ///
    /// `S3_RECV_FILE_ALREADY_EXISTS` and `S3_RECV_FILE_NOT_FOUND` as the mode says, `INVALID_ARGUMENT` when a file that
    /// exists could get deleted, and the translated error when it cannot be opened.
    pub fn create(options: &FileSinkOptions) -> Result<Self> {
        let FileSinkOptions { path, mode, delete_on_failure, leftover, .. } = options;
        let file = match leftover {
            Some(leftover) => leftover.open(options)?,
            None => {
                check_existence(path, *mode, *delete_on_failure)?;
                open_for_creation(path, *mode)?
            }
        };
        let metadata = file.metadata()?;
        let base = match (leftover, mode) {
            (Some(leftover), _) => leftover.base(options),
            (None, RecvMode::CreateOrReplace | RecvMode::CreateNew) => 0,
            (None, RecvMode::CreateOrAppend) => metadata.len(),
            (None, RecvMode::WriteToPosition) => options.position,
        };
        let in_order = !sequential::has_positions(&file);
        let mut descriptors = Descriptors::default();
        if !in_order {
            descriptors.created = os::close(file).err().map(Error::from);
        } else if base == 0 {
            let begin = leftover.map_or(0, |leftover| leftover.held_end);
            descriptors.sequential = Some(SequentialFile::new(file, begin));
        } else {
            return Err(std::io::Error::from_raw_os_error(libc::ESPIPE).into());
        }
        let mut sink = Self {
            path: path.clone(),
            base,
            // A device or a FIFO was not made by us, and keeps nothing of what failed.
            delete_on_failure: *delete_on_failure && metadata.is_file(),
            wants_direct: false,
            in_order,
            descriptors: RwLock::new(Some(descriptors)),
            warned: AtomicBool::new(false),
            fallbacks: AtomicU64::new(0),
        };
        if options.direct_io && !in_order {
            sink.wants_direct = sink.can_be_direct(options.part_size);
        }
        Ok(sink)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Position in the file of the first byte of the download.
    pub fn base(&self) -> u64 {
        self.base
    }

    /// How often direct I/O was asked for and not possible.
    pub fn direct_fallbacks(&self) -> u64 {
        self.fallbacks.load(Ordering::Relaxed)
    }

    /// Bodies have to be written one after the other, from the first on.
    pub fn in_order(&self) -> bool {
        self.in_order
    }

    /// Writes a body that begins `distance` bytes after the first byte of the download.
    ///
    /// Blocks; where that is for a reader, `wanted` is asked now and then whether it still shall. May be called from
    /// several threads. After an error a part of the body may be in the file.
    pub fn write_at(&self, distance: u64, body: &[u8], wanted: &dyn Fn() -> bool) -> Result<()> {
        let offset = self.base.checked_add(distance);
        let offset = offset.filter(|offset| offset.checked_add(body.len() as u64).is_some());
        let offset = offset.ok_or(Code::OVERFLOW_DETECTED)?;
        if body.is_empty() {
            return Ok(());
        }
        let descriptors = self.descriptors.read();
        let descriptors = descriptors.as_ref().ok_or(Code::INVALID_STATE)?;
        if let Some(file) = &descriptors.sequential {
            return file.write(distance, body, wanted);
        }
        if self.wants_direct && self.write_direct(descriptors, offset, body) {
            return Ok(());
        }
        let open = || OpenOptions::new().write(true).open(&self.path).map_err(open_error);
        write_all(descriptors.buffered.get_or_try_init(open)?, offset, body)
    }

    /// Reads the first `length` bytes of the download as they are in the file now, from front to back.
    ///
    /// Blocks; `wanted` is asked now and then whether it still shall.
    pub fn read_again(
        &self,
        length: u64,
        wanted: &dyn Fn() -> bool,
        take: &mut dyn FnMut(&[u8]),
    ) -> Result<()> {
        let file = File::open(&self.path).map_err(open_error)?;
        read_through(&file, self.base, length, wanted, take)
    }

    /// Closes the descriptors, after the writes that are under way. An error means that what was written before may be
    /// lost. Nothing happens at the second call.
    pub fn close(&self) -> Result<()> {
        let Some(descriptors) = self.descriptors.write().take() else { return Ok(()) };
        let Descriptors { sequential, buffered, direct, created } = descriptors;
        let files = [buffered.into_inner(), direct.into_inner().flatten()];
        // All of them, whatever one says.
        let closed = files.into_iter().flatten().map(os::close);
        let closed: Vec<_> = closed.chain(sequential.map(SequentialFile::close)).collect();
        created.map_or(Ok(()), Err)?;
        closed.into_iter().collect::<std::io::Result<()>>().map_err(Error::from)
    }

    /// When the file was last changed, in nanoseconds since the Unix epoch; 0 when that cannot be told.
    pub fn modified_ns(&self) -> u64 {
        let modified = std::fs::metadata(&self.path).and_then(|metadata| metadata.modified());
        modified.map_or(0, since_epoch_ns)
    }

    /// Deletes the file, if that was asked for. Says whether it is gone.
    pub fn fail(&self) -> bool {
        if !self.delete_on_failure {
            return false;
        }
        let removed = std::fs::remove_file(&self.path);
        if let Err(error) = &removed {
            log!(Error, MetaRequest, "cannot delete {}: {error}", self.path.display());
        }
        removed.is_ok()
    }

    fn can_be_direct(&self, part_size: u64) -> bool {
        let aligned = is_page_aligned(self.base) && is_page_aligned(part_size);
        let can = aligned && open_direct(OpenOptions::new().write(true), &self.path).is_some();
        if !can {
            self.fallbacks.fetch_add(1, Ordering::Relaxed);
            log!(Warn, MetaRequest, "{} is written through the page cache", self.path.display());
        }
        can
    }

    /// Tries to write around the page cache; false when the body has yet to be written.
    fn write_direct(&self, descriptors: &Descriptors, offset: u64, body: &[u8]) -> bool {
        let aligned =
            [offset, body.len() as u64, body.as_ptr() as u64].into_iter().all(is_page_aligned);
        let open = || open_direct(OpenOptions::new().write(true), &self.path);
        let written = aligned
            && descriptors
                .direct
                .get_or_init(open)
                .as_ref()
                .is_some_and(|file| write_all(file, offset, body).is_ok());
        if !written {
            self.fallbacks.fetch_add(1, Ordering::Relaxed);
            if !self.warned.swap(true, Ordering::Relaxed) {
                log!(
                    Warn,
                    MetaRequest,
                    "parts of {} are written through the page cache",
                    self.path.display()
                );
            }
        }
        written
    }
}

/// The rules about files that exist, or do not, before anything is touched.
fn check_existence(path: &Path, mode: RecvMode, delete_on_failure: bool) -> Result<()> {
    let exists = path.exists();
    let refused = match mode {
        RecvMode::CreateOrReplace => None,
        RecvMode::CreateNew => exists.then_some(Code::S3_RECV_FILE_ALREADY_EXISTS),
        RecvMode::CreateOrAppend => (exists && delete_on_failure).then_some(Code::INVALID_ARGUMENT),
        RecvMode::WriteToPosition if delete_on_failure => Some(Code::INVALID_ARGUMENT),
        RecvMode::WriteToPosition => (!exists).then_some(Code::S3_RECV_FILE_NOT_FOUND),
    };
    refused.map_or(Ok(()), |code| Err(Error::new(code)))
}

fn open_for_creation(path: &Path, mode: RecvMode) -> Result<File> {
    let options = sequential::options_for(path).unwrap_or_else(|| {
        let mut options = OpenOptions::new();
        match mode {
            RecvMode::CreateOrReplace => options.write(true).create(true).truncate(true),
            RecvMode::CreateNew => options.write(true).create_new(true),
            RecvMode::CreateOrAppend => options.read(true).append(true).create(true),
            RecvMode::WriteToPosition => options.read(true).write(true),
        };
        options
    });
    options.open(path).map_err(|error| match error.kind() {
        // Somebody else was quicker.
        ErrorKind::AlreadyExists => Error::new(Code::S3_RECV_FILE_ALREADY_EXISTS).because(error),
        _ => open_error(error),
    })
}

/// Writes everything; interrupted and partial writes go on.
fn write_all(file: &File, mut offset: u64, mut body: &[u8]) -> Result<()> {
    while !body.is_empty() {
        match file.write_at(body, offset) {
            Ok(0) => return Err(nothing_written()),
            Ok(count) => {
                body = &body[count..];
                offset += count as u64;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

pub(super) fn nothing_written() -> Error {
    Error::new(Code::SYS_CALL_FAILURE).because("nothing was written")
}

pub(super) fn since_epoch_ns(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).ok();
    since.and_then(|since| u64::try_from(since.as_nanos()).ok()).unwrap_or(0)
}

#[cfg(test)]
#[path = "sink_tests.rs"]
pub(super) mod tests;

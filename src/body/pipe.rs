//! A body of a file that has no length and no positions, only content as it comes: a FIFO, a device, a terminal, or a
//! file that the system makes up when it is read.
//!
//! It is opened such that neither that nor a read ever waits. Where the system tells when there is something to read,
//! a runtime waits for that, and the wait can be dropped; a thread for files is needed only while bytes move. What has
//! been read is gone: whoever needs it twice has to keep it.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::unix::AsyncFd;
use tokio::sync::oneshot;

use super::file::{open_error, read_error};
use super::{Filled, Refill, Room, Spawn};
use crate::error::{Code, Error, Result};
use crate::os::watch;

/// How long one rests that has nothing and will not say when it has: at first, and at most.
const FIRST_REST: Duration = Duration::from_millis(1);
const LONGEST_REST: Duration = Duration::from_millis(50);

/// See the module.
pub struct Pipe {
    file: Arc<File>,
    /// Was read to see whether there is anything.
    first: Option<u8>,
    ended: bool,
    news: News,
}

/// How one learns that there is something to read.
enum News {
    /// Nobody has waited yet.
    Unknown,
    Told(AsyncFd<Arc<File>>),
    /// Only by trying.
    Never,
}

impl Pipe {
    /// Opens what cannot be told from others of its kind but by its content.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let mut options = OpenOptions::new();
        options.read(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY);
        Ok(Self::new(options.open(path).map_err(open_error)?))
    }

    pub(super) fn new(file: File) -> Self {
        Self { file: Arc::new(file), first: None, ended: false, news: News::Unknown }
    }

    /// Looks whether there is anything, where that is there or not from the beginning.
    pub(super) fn look(mut self) -> Self {
        let mut first = [0];
        match (&*self.file).read(&mut first) {
            Ok(0) => self.ended = true,
            Ok(_) => self.first = Some(first[0]),
            // Whoever reads it will see.
            Err(_) => {}
        }
        self
    }

    /// Whether it is known that nothing is left.
    pub fn is_empty(&self) -> bool {
        self.ended
    }

    /// Reads up to `wanted` bytes, as many reads and waits as that takes. Needs a runtime around it.
    ///
    /// Dropping the future leaves a read under way to itself: the memory is freed when it is done.
    pub async fn fill<M: Refill>(
        &mut self,
        mut memory: M,
        wanted: usize,
        spawn: &Spawn,
    ) -> Result<(M, Filled)> {
        let mut filled = Filled::default();
        if wanted > 0
            && let Some(first) = self.first.take()
        {
            memory.put_u8(first);
            filled.len = 1;
        }
        let mut rest = FIRST_REST;
        while filled.len < wanted && !self.ended {
            let told = self.news.of(&self.file)?;
            let mut readable = match told {
                Some(told) => Some(told.readable().await?),
                None => None,
            };
            let left = wanted - filled.len;
            let (back, read) = self::read(&self.file, memory, left, spawn).await?;
            memory = back;
            filled.len += read.len;
            self.ended = read.ended;
            if read.ended || read.len == left {
                continue;
            }
            match &mut readable {
                Some(readable) => readable.clear_ready(),
                None => {
                    rest = if read.len > 0 { FIRST_REST } else { rest };
                    tokio::time::sleep(rest).await;
                    rest = (2 * rest).min(LONGEST_REST);
                }
            }
        }
        filled.ended = self.ended;
        Ok((memory, filled))
    }
}

impl News {
    fn of(&mut self, file: &Arc<File>) -> Result<Option<&AsyncFd<Arc<File>>>> {
        if let Self::Unknown = self {
            *self = match watch(file.clone()) {
                Ok(told) => Self::Told(told),
                Err(error) if error.kind() == ErrorKind::PermissionDenied => Self::Never,
                Err(error) => return Err(read_error(error)),
            };
        }
        Ok(match self {
            Self::Told(told) => Some(told),
            Self::Unknown | Self::Never => None,
        })
    }
}

/// Reads what is there, on a thread that may block.
async fn read<M: Refill>(
    file: &Arc<File>,
    mut memory: M,
    wanted: usize,
    spawn: &Spawn,
) -> Result<(M, Filled)> {
    let (done, outcome) = oneshot::channel();
    let file = file.clone();
    spawn(Box::new(move || {
        let read = read_now(&file, &mut memory, wanted);
        // Nobody waits any more when the body was given up.
        let _ = done.send(read.map(|read| (memory, read)));
    }));
    outcome.await.unwrap_or_else(|lost| Err(Error::new(Code::S3_INTERNAL_ERROR).because(lost)))
}

fn read_now(file: &File, into: &mut impl Room, wanted: usize) -> Result<Filled> {
    let mut filled = Filled::default();
    while filled.len < wanted && !filled.ended {
        match into.read(file, wanted - filled.len) {
            Ok(0) if !into.has_remaining_mut() => return Err(Error::new(Code::SHORT_BUFFER)),
            Ok(0) => filled.ended = true,
            Ok(count) => filled.len += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) => return Err(read_error(error)),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::time::Instant;

    use rustix::fs::{CWD, FileType, Mode, mknodat};

    use super::super::Source;
    use super::super::sink::tests::Scratch;
    use super::super::streamed::tests::on_threads;
    use super::*;

    fn run<T>(body: impl Future<Output = T>) -> T {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_all().build().unwrap().block_on(body)
    }

    fn fifo(scratch: &Scratch) -> std::path::PathBuf {
        let path = scratch.path("fifo");
        mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        path
    }

    fn open(path: &Path) -> Pipe {
        match Source::open(path, false).unwrap() {
            Source::Pipe(pipe) => pipe,
            _ => panic!("no pipe"),
        }
    }

    async fn take(pipe: &mut Pipe, wanted: usize) -> (Vec<u8>, bool) {
        let memory = Vec::with_capacity(wanted);
        let (memory, filled) = pipe.fill(memory, wanted, &on_threads()).await.unwrap();
        assert_eq!(memory.len(), filled.len);
        (memory, filled.ended)
    }

    #[test]
    fn a_fifo_is_read_to_its_end_however_slowly_it_is_written() {
        let scratch = Scratch::new();
        let path = fifo(&scratch);
        let mut pipe = open(&path);
        assert!(!pipe.is_empty());
        let content: Vec<u8> = (0..300_000u32).map(|at| (at % 251) as u8).collect();
        let written = content.clone();
        let writer = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(30));
            let mut writer = File::options().write(true).open(path).unwrap();
            for piece in written.chunks(70_000) {
                writer.write_all(piece).unwrap();
                std::thread::sleep(Duration::from_millis(10));
            }
        });
        run(async {
            let (mut all, mut ended) = (Vec::new(), false);
            while !ended {
                let piece;
                (piece, ended) = take(&mut pipe, 65_000).await;
                assert!(ended || piece.len() == 65_000);
                all.extend(piece);
            }
            assert!(all == content);
            assert_eq!(take(&mut pipe, 10).await, (Vec::new(), true));
        });
        writer.join().unwrap();
    }

    #[test]
    fn a_writer_that_never_comes_or_never_writes_can_be_left() {
        let scratch = Scratch::new();
        let path = fifo(&scratch);
        let mut pipe = open(&path);
        run(async {
            let start = Instant::now();
            let limit = Duration::from_millis(50);
            assert!(tokio::time::timeout(limit, take(&mut pipe, 10)).await.is_err());
            let mut writer = File::options().write(true).open(&path).unwrap();
            assert!(tokio::time::timeout(limit, take(&mut pipe, 10)).await.is_err());
            assert!(start.elapsed() < Duration::from_secs(5));
            writer.write_all(b"abc").unwrap();
            drop(writer);
            assert_eq!(take(&mut pipe, 10).await, (b"abc".to_vec(), true));
        });
    }

    #[test]
    fn files_that_have_content_and_no_length() {
        let content = std::fs::read("/proc/version").unwrap();
        let mut pipe = open(Path::new("/proc/version"));
        run(async {
            assert_eq!(take(&mut pipe, 5).await, (content[..5].to_vec(), false));
            assert_eq!(take(&mut pipe, 100_000).await, (content[5..].to_vec(), true));
            let mut zeros = open(Path::new("/dev/zero"));
            assert_eq!(take(&mut zeros, 100_000).await, (vec![0; 100_000], false));
            assert_eq!(take(&mut zeros, 3).await, (vec![0; 3], false));
        });
    }

    #[test]
    fn what_fails_says_so() {
        let file = File::open("/").unwrap();
        run(async {
            let read = Pipe::new(file).fill(Vec::new(), 10, &on_threads()).await;
            assert_eq!(read.unwrap_err().code(), Code::FILE_INVALID_PATH);
        });
    }
}

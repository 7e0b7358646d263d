//! Every row of the creation rules, positions, parallel writes, and what becomes of the file.

use std::io::Read as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use super::*;

/// A directory that goes away with the test.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("aws-c-s3-body-{}-{count}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn fifo(&self, name: &str) -> PathBuf {
        use rustix::fs::{CWD, FileType, Mode, mknodat};
        let path = self.path(name);
        mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        path
    }

    pub(crate) fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Opens a FIFO for reading, without a writer.
pub(crate) fn open_nonblocking(path: &Path) -> File {
    OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open(path).unwrap()
}

fn options(path: &Path, mode: RecvMode) -> FileSinkOptions {
    FileSinkOptions { path: path.into(), mode, part_size: 4096, ..FileSinkOptions::default() }
}

fn wanted() -> bool {
    true
}

fn code<T>(result: Result<T>) -> Option<Code> {
    result.err().map(|error| error.code())
}

#[test]
fn creation_rules() {
    use RecvMode::*;
    let exists = Some(Code::S3_RECV_FILE_ALREADY_EXISTS);
    let refused = Some(Code::INVALID_ARGUMENT);
    // Mode, delete flag, file there before; outcome and content afterwards.
    let cases: [(RecvMode, bool, bool, Option<Code>, Option<&str>); 16] = [
        (CreateOrReplace, false, true, None, Some("")),
        (CreateOrReplace, false, false, None, Some("")),
        (CreateOrReplace, true, true, None, Some("")),
        (CreateOrReplace, true, false, None, Some("")),
        (CreateNew, false, true, exists, Some("old")),
        (CreateNew, false, false, None, Some("")),
        (CreateNew, true, true, exists, Some("old")),
        (CreateNew, true, false, None, Some("")),
        (CreateOrAppend, false, true, None, Some("old")),
        (CreateOrAppend, false, false, None, Some("")),
        (CreateOrAppend, true, true, refused, Some("old")),
        (CreateOrAppend, true, false, None, Some("")),
        (WriteToPosition, false, true, None, Some("old")),
        (WriteToPosition, false, false, Some(Code::S3_RECV_FILE_NOT_FOUND), None),
        (WriteToPosition, true, true, refused, Some("old")),
        (WriteToPosition, true, false, refused, None),
    ];
    for (mode, delete_on_failure, before, outcome, content) in cases {
        let scratch = Scratch::new();
        let path = if before { scratch.file("f", b"old") } else { scratch.path("f") };
        let options = FileSinkOptions { delete_on_failure, ..options(&path, mode) };
        assert_eq!(
            code(FileSink::create(&options)),
            outcome,
            "{mode:?} {delete_on_failure} {before}"
        );
        let found = std::fs::read_to_string(&path).ok();
        assert_eq!(found.as_deref(), content, "{mode:?} {delete_on_failure} {before}");
    }
}

#[test]
fn mode_numbers() {
    assert_eq!(RecvMode::from_number(3), Some(RecvMode::WriteToPosition));
    assert_eq!(RecvMode::from_number(4), None);
}

#[test]
fn positions() {
    for (mode, position, before, expected) in [
        (RecvMode::CreateOrReplace, 7, &b"old"[..], &b"0123456789"[..]),
        (RecvMode::CreateOrAppend, 7, b"old", b"old0123456789"),
        (RecvMode::WriteToPosition, 1, b"0ldest content", b"00123456789ent"),
        (RecvMode::WriteToPosition, 5, b"old", b"old\0\x000123456789"),
    ] {
        let scratch = Scratch::new();
        let path = scratch.file("f", before);
        let sink = FileSink::create(&FileSinkOptions { position, ..options(&path, mode) }).unwrap();
        sink.write_at(6, b"6789", &wanted).unwrap();
        sink.write_at(0, b"012", &wanted).unwrap();
        sink.write_at(3, b"345", &wanted).unwrap();
        sink.write_at(100, b"", &wanted).unwrap();
        assert!(sink.modified_ns() > 1_600_000_000_000_000_000);
        sink.close().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), expected);
        assert_eq!(code(sink.write_at(0, b"x", &wanted)), Some(Code::INVALID_STATE));
    }
}

#[test]
fn a_hole_past_the_end() {
    let scratch = Scratch::new();
    let path = scratch.file("f", b"0123456789");
    let options = FileSinkOptions { position: 20, ..options(&path, RecvMode::WriteToPosition) };
    FileSink::create(&options).unwrap().write_at(0, &vec![1; 1 << 20], &wanted).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().len(), 20 + (1 << 20));
}

#[test]
fn several_threads_write() {
    let scratch = Scratch::new();
    let path = scratch.path("f");
    let sink = Arc::new(FileSink::create(&options(&path, RecvMode::CreateNew)).unwrap());
    std::thread::scope(|scope| {
        for part in 0..16_u8 {
            let sink = sink.clone();
            scope.spawn(move || {
                sink.write_at(u64::from(part) * 1000, &[part; 1000], &wanted).unwrap()
            });
        }
    });
    let expected: Vec<u8> = (0..16).flat_map(|part| [part; 1000]).collect();
    assert_eq!(std::fs::read(&path).unwrap(), expected);
}

#[test]
fn impossible_offsets() {
    let scratch = Scratch::new();
    let path = scratch.file("f", b"");
    let at = |position| {
        FileSink::create(&FileSinkOptions { position, ..options(&path, RecvMode::WriteToPosition) })
    };
    assert_eq!(
        code(at(u64::MAX).unwrap().write_at(1, b"x", &wanted)),
        Some(Code::OVERFLOW_DETECTED)
    );
    assert_eq!(
        code(at(u64::MAX - 1).unwrap().write_at(0, b"xyz", &wanted)),
        Some(Code::OVERFLOW_DETECTED)
    );
    assert_eq!(code(at(1 << 63).unwrap().write_at(0, b"x", &wanted)), Some(Code::INVALID_ARGUMENT));
}

#[test]
fn files_that_cannot_be_written() {
    let scratch = Scratch::new();
    let create = |path: &Path| code(FileSink::create(&options(path, RecvMode::CreateOrReplace)));
    assert_eq!(create(&scratch.path("missing/f")), Some(Code::FILE_INVALID_PATH));
    assert_eq!(create(&scratch.path(".")), Some(Code::FILE_INVALID_PATH));

    let removed = scratch.path("removed");
    let sink = FileSink::create(&options(&removed, RecvMode::CreateOrReplace)).unwrap();
    std::fs::remove_file(&removed).unwrap();
    assert_eq!(code(sink.write_at(0, b"x", &wanted)), Some(Code::FILE_INVALID_PATH));
    assert_eq!(sink.modified_ns(), 0);

    let null =
        FileSink::create(&options(Path::new("/dev/null"), RecvMode::CreateOrReplace)).unwrap();
    assert_eq!(code(null.write_at(10, b"x", &wanted)), None);
    let full =
        FileSink::create(&options(Path::new("/dev/full"), RecvMode::CreateOrReplace)).unwrap();
    assert_eq!(code(full.write_at(0, b"x", &wanted)), Some(Code::NO_SPACE));

    let locked = scratch.file("locked", b"");
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o000)).unwrap();
    // The superuser may write anyway.
    let outcome = create(&locked);
    assert!(outcome.is_none() || outcome == Some(Code::NO_PERMISSION));
}

#[test]
fn what_a_failure_leaves() {
    for delete_on_failure in [true, false] {
        let scratch = Scratch::new();
        let path = scratch.path("f");
        let options =
            FileSinkOptions { delete_on_failure, ..options(&path, RecvMode::CreateOrReplace) };
        let sink = FileSink::create(&options).unwrap();
        sink.write_at(0, b"part", &wanted).unwrap();
        assert_eq!(sink.fail(), delete_on_failure);
        assert_eq!(path.exists(), !delete_on_failure);
        assert!(!sink.fail());
    }
}

#[test]
fn a_receive_file_without_positions() {
    use RecvMode::*;
    let scratch = Scratch::new();
    let path = scratch.fifo("fifo");
    let options = |mode, position| FileSinkOptions { position, ..options(&path, mode) };
    let nobody = code(FileSink::create(&options(CreateOrReplace, 0)));
    assert_eq!(nobody, Some(Code::FILE_OPEN_FAILURE), "nobody reads it");
    let mut reader = open_nonblocking(&path);
    for (mode, position, outcome) in [
        (CreateOrReplace, 9, None),
        (CreateNew, 0, Some(Code::S3_RECV_FILE_ALREADY_EXISTS)),
        (CreateOrAppend, 9, None),
        (WriteToPosition, 0, None),
        (WriteToPosition, 9, Some(Code::SYS_CALL_FAILURE)),
    ] {
        let sink = FileSink::create(&FileSinkOptions {
            direct_io: true,
            part_size: 1 << 16,
            ..options(mode, position)
        });
        let sink = match sink {
            Ok(sink) => sink,
            Err(error) => {
                assert_eq!(Some(error.code()), outcome, "{mode:?}");
                continue;
            }
        };
        assert!(outcome.is_none() && sink.in_order(), "{mode:?}");
        sink.write_at(0, b"01234", &wanted).unwrap();
        sink.write_at(5, b"56789", &wanted).unwrap();
        assert_eq!(code(sink.write_at(5, b"56789", &wanted)), Some(Code::INVALID_STATE));
        sink.close().unwrap();
        let mut got = Vec::new();
        reader.read_to_end(&mut got).unwrap();
        assert_eq!(got, b"0123456789", "{mode:?}");
    }
}

#[test]
fn what_we_did_not_make_is_not_deleted() {
    let scratch = Scratch::new();
    let path = scratch.fifo("fifo");
    let _reader = open_nonblocking(&path);
    let link = scratch.path("null");
    std::os::unix::fs::symlink("/dev/null", &link).unwrap();
    for path in [path, link] {
        let options = options(&path, RecvMode::CreateOrReplace);
        let sink = FileSink::create(&FileSinkOptions { delete_on_failure: true, ..options });
        assert!(!sink.unwrap().fail());
        assert!(path.exists());
    }
}

/// Bytes at a page boundary.
fn aligned(memory: &mut Vec<u8>, len: usize) -> &[u8] {
    memory.resize(len + 65536, 7);
    let start = memory.as_ptr().align_offset(65536);
    &memory[start..start + len]
}

#[test]
fn direct_writes_and_their_fallbacks() {
    let scratch = Scratch::new();
    let path = scratch.path("f");
    let page = rustix::param::page_size();
    let direct = |part_size| FileSinkOptions {
        direct_io: true,
        part_size,
        ..options(&path, RecvMode::CreateOrReplace)
    };
    assert_eq!(FileSink::create(&direct(page as u64 + 1)).unwrap().direct_fallbacks(), 1);

    let sink = FileSink::create(&direct(page as u64)).unwrap();
    // Not every file system has direct I/O.
    let supported = sink.direct_fallbacks() == 0;
    let mut memory = Vec::new();
    let body = aligned(&mut memory, 3 * page);
    sink.write_at(0, body, &wanted).unwrap();
    assert_eq!(sink.direct_fallbacks(), u64::from(!supported));
    sink.write_at(3 * page as u64, &body[..10], &wanted).unwrap();
    sink.write_at(3 * page as u64 + 10, &body[..page], &wanted).unwrap();
    assert_eq!(sink.direct_fallbacks(), if supported { 2 } else { 1 });
    sink.close().unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), vec![7; 4 * page + 10]);
}

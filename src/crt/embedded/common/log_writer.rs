//! The loggers that write to files: one with a thread of its own, one that writes before the call returns.
//!
//! A line is `[LEVEL] [time] [thread] [subject] - text`. The text is formatted by the C part (only C can take variable
//! arguments) and arrives here as bytes.

use core::ffi::c_uint;
use core::sync::atomic::{AtomicU32, Ordering};
use std::io::Write;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use super::error::lock;
use super::*;
use crate::os::Quiet;

/// What `p_impl` of our loggers points to. The C part reads the first field.
#[repr(C)]
struct Writer {
    write_line: unsafe extern "C" fn(*mut c_void, aws_log_level, c_uint, *const c_char, usize),
    level: AtomicU32,
    out: Out,
}

enum Out {
    Thread(Sender<Vec<u8>>, JoinHandle<()>),
    Direct(Mutex<Stream>),
}

/// A stdio stream; ours to close if we opened it.
struct Stream {
    file: Carried<*mut libc::FILE>,
    owned: bool,
}

impl Stream {
    fn write(&self, line: &[u8]) {
        // SAFETY: open until dropped. There is nowhere to report a failure to.
        unsafe { libc::fwrite(line.as_ptr().cast(), 1, line.len(), self.file.0) };
    }

    fn flush(&self) {
        // SAFETY: open until dropped.
        unsafe { libc::fflush(self.file.0) };
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let _quiet = Quiet::begin();
        self.flush();
        if self.owned {
            // SAFETY: opened by us, and used no more.
            unsafe { libc::fclose(self.file.0) };
        }
    }
}

static VTABLE: aws_logger_vtable = aws_logger_vtable {
    log: Some(variadic::aws_embedded_log_formatted),
    get_log_level: Some(level),
    clean_up: Some(clean_up),
    set_log_level: Some(set_level),
};

/// # Safety
/// `logger` is one of ours.
unsafe fn writer<'a>(logger: *mut aws_logger) -> &'a Writer {
    // SAFETY: promised by the caller.
    unsafe { &*(*logger).p_impl.cast() }
}

unsafe extern "C" fn level(logger: *mut aws_logger, _: c_uint) -> aws_log_level {
    // SAFETY: the slot is called with its own logger.
    unsafe { writer(logger) }.level.load(Ordering::Relaxed)
}

unsafe extern "C" fn set_level(logger: *mut aws_logger, level: aws_log_level) -> c_int {
    // SAFETY: the slot is called with its own logger.
    unsafe { writer(logger) }.level.store(level, Ordering::Relaxed);
    SUCCESS
}

unsafe extern "C" fn clean_up(logger: *mut aws_logger) {
    // SAFETY: the slot is called with its own logger, which is used no more.
    let writer = unsafe { Box::from_raw((*logger).p_impl.cast::<Writer>()) };
    if let Out::Thread(lines, thread) = writer.out {
        // Without a sender the thread writes what is left and ends.
        drop(lines);
        let _ = thread.join();
    }
}

/// Called by the C part with the formatted text.
unsafe extern "C" fn write_line(
    writer: *mut c_void,
    level: aws_log_level,
    subject: c_uint,
    text: *const c_char,
    len: usize,
) {
    // SAFETY: `p_impl` of one of our loggers, and text of that length.
    let (writer, text) = unsafe { (&*writer.cast::<Writer>(), slice(text.cast(), len)) };
    let line = compose(level, subject, text);
    match &writer.out {
        // The thread ends only after the logger.
        Out::Thread(lines, _) => drop(lines.send(line)),
        Out::Direct(stream) => {
            let stream = lock(stream);
            let _quiet = Quiet::begin();
            stream.write(&line);
            stream.flush();
        }
    }
}

fn compose(level: aws_log_level, subject: c_uint, text: &[u8]) -> Vec<u8> {
    let name = log::level_name(level).unwrap_or(c"?").to_str().unwrap_or("?");
    let thread = thread::aws_thread_current_thread_id();
    // SAFETY: names of subjects are static C strings.
    let subject = unsafe { c_bytes(log::aws_log_subject_name(subject)) }.unwrap_or_default();
    let mut line = Vec::with_capacity(text.len() + 96);
    // Writing to memory does not fail.
    let _ = write!(line, "[{name}] [{}] [{thread:016x}] [", date_time::now_iso_8601());
    line.extend_from_slice(subject);
    line.extend_from_slice(b"] - ");
    line.extend_from_slice(text);
    line.push(b'\n');
    line
}

fn write_all(lines: &Receiver<Vec<u8>>, stream: &Stream) {
    // The log may go to a pipe that nobody reads any more, which must not end the program.
    let _quiet = Quiet::begin();
    while let Ok(line) = lines.recv() {
        stream.write(&line);
        for line in lines.try_iter() {
            stream.write(&line);
        }
        stream.flush();
    }
}

/// The stream that the options ask for.
unsafe fn open(options: &aws_logger_standard_options) -> Option<Stream> {
    match (options.filename.is_null(), options.file.is_null()) {
        (false, true) => {
            // SAFETY: C strings.
            let file = unsafe { file::aws_fopen(options.filename, c"a+".as_ptr()) };
            (!file.is_null()).then(|| Stream { file: Carried(file), owned: true })
        }
        (true, false) => Some(Stream { file: Carried(options.file), owned: false }),
        _ => {
            raise(AWS_ERROR_INVALID_ARGUMENT);
            None
        }
    }
}

fn install(logger: &mut aws_logger, allocator: *mut aws_allocator, level: aws_log_level, out: Out) {
    let writer = Box::new(Writer { write_line, level: level.into(), out });
    *logger = aws_logger {
        vtable: core::ptr::from_ref(&VTABLE).cast_mut(),
        allocator,
        p_impl: Box::into_raw(writer).cast(),
    };
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_logger_init_standard(
    logger: &mut aws_logger,
    allocator: *mut aws_allocator,
    options: &aws_logger_standard_options,
) -> c_int {
    // SAFETY: the caller's options.
    let Some(stream) = (unsafe { open(options) }) else { return FAILURE };
    let (sender, lines) = channel();
    let thread = std::thread::Builder::new().name("AwsLogger".into());
    match thread.spawn(move || write_all(&lines, &stream)) {
        Ok(thread) => {
            install(logger, allocator, options.level, Out::Thread(sender, thread));
            SUCCESS
        }
        Err(_) => raise(AWS_ERROR_THREAD_INSUFFICIENT_RESOURCE),
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_logger_init_noalloc(
    logger: &mut aws_logger,
    allocator: *mut aws_allocator,
    options: &aws_logger_standard_options,
) -> c_int {
    // SAFETY: the caller's options.
    let Some(stream) = (unsafe { open(options) }) else { return FAILURE };
    install(logger, allocator, options.level, Out::Direct(Mutex::new(stream)));
    SUCCESS
}

#[cfg(test)]
mod tests {
    use super::*;

    type Init = unsafe extern "C" fn(
        &mut aws_logger,
        *mut aws_allocator,
        &aws_logger_standard_options,
    ) -> c_int;

    fn lines_of(init: Init, name: &str) -> String {
        let path = std::env::temp_dir().join(format!("{name}-{}.log", std::process::id()));
        let path_text = std::ffi::CString::new(path.to_str().expect("UTF-8")).expect("no zero");
        let file = core::ptr::null_mut();
        let options =
            aws_logger_standard_options { level: AWS_LL_INFO, filename: path_text.as_ptr(), file };
        // SAFETY: the logger is used before it is cleaned up.
        unsafe {
            let mut logger: aws_logger = core::mem::zeroed();
            assert_eq!(init(&mut logger, alloc::aws_default_allocator(), &options), SUCCESS);
            let vtable = &*logger.vtable;
            let log = vtable.log.expect("set");
            log(&mut logger, AWS_LL_INFO, 99_999, c"%s %d".as_ptr(), c"one".as_ptr(), 2 as c_int);
            let long = std::ffi::CString::new(vec![b'x'; 5000]).expect("no zero");
            log(&mut logger, AWS_LL_WARN, 99_999, c"%s".as_ptr(), long.as_ptr());
            log::aws_logger_set_log_level(&mut logger, AWS_LL_TRACE);
            assert_eq!(vtable.get_log_level.expect("set")(&mut logger, 0), AWS_LL_TRACE);
            log::aws_logger_clean_up(&mut logger);
        }
        let text = std::fs::read_to_string(&path).expect("written");
        std::fs::remove_file(path).expect("removed");
        text
    }

    #[test]
    fn lines_are_complete_when_the_logger_is_gone() {
        for (init, name) in
            [(aws_logger_init_standard as Init, "standard"), (aws_logger_init_noalloc, "noalloc")]
        {
            let text = lines_of(init, name);
            let lines: Vec<_> = text.lines().collect();
            assert_eq!(lines.len(), 2);
            assert!(
                lines[0].starts_with("[INFO] [20") && lines[0].ends_with("] [Unknown] - one 2")
            );
            assert!(lines[1].starts_with("[WARN] [20") && lines[1].ends_with("xxx"));
            assert!(lines[1].len() > 5000);
        }
    }

    #[test]
    fn a_log_that_nobody_reads_raises_no_signal() {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let writer = std::os::fd::IntoRawFd::into_raw_fd(std::os::fd::OwnedFd::from(writer));
        let quiet = Quiet::begin();
        // SAFETY: the stream owns the pipe; the logger is gone before it is closed.
        unsafe {
            let file = libc::fdopen(writer, c"w".as_ptr());
            let filename = core::ptr::null();
            let options = aws_logger_standard_options { level: AWS_LL_INFO, filename, file };
            let mut logger: aws_logger = core::mem::zeroed();
            let allocator = alloc::aws_default_allocator();
            assert_eq!(aws_logger_init_noalloc(&mut logger, allocator, &options), SUCCESS);
            let log = (*logger.vtable).log.expect("set");
            log(&mut logger, AWS_LL_INFO, 99_999, c"%s".as_ptr(), c"lost".as_ptr());
            assert_eq!(libc::ferror(file), 1, "it could be written");
            assert!(!quiet.has_caught());
            log::aws_logger_clean_up(&mut logger);
            libc::fclose(file);
        }
    }

    #[test]
    fn exactly_one_place_to_write_to() {
        let options = aws_logger_standard_options {
            level: AWS_LL_INFO,
            filename: core::ptr::null(),
            file: core::ptr::null_mut(),
        };
        // SAFETY: not used after it failed.
        unsafe {
            let mut logger: aws_logger = core::mem::zeroed();
            let allocator = alloc::aws_default_allocator();
            assert_eq!(aws_logger_init_standard(&mut logger, allocator, &options), FAILURE);
        }
        assert_eq!(error::aws_last_error(), AWS_ERROR_INVALID_ARGUMENT);
    }
}

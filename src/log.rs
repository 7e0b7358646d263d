//! Log subjects and levels, and the way a line reaches the program's logger.
//!
//! The sink is installed once by the boundary (it forwards to the CRT's global `aws_logger`); without one, lines are
//! dropped. Whether a line is wanted is asked before it is formatted.

use std::fmt;

use once_cell::sync::OnceCell;

/// `enum aws_s3_subject`, plus the subject of S3 Express provider messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Subject {
    General = 14336,
    Client = 14337,
    ClientStats = 14338,
    Request = 14339,
    MetaRequest = 14340,
    Endpoint = 14341,
    Credentials = 6146,
}

/// Number and registered name of every subject that this library owns.
pub const S3_SUBJECTS: &[(u32, &str)] = &[
    (14336, "S3General"),
    (14337, "S3Client"),
    (14338, "S3ClientStats"),
    (14339, "S3Request"),
    (14340, "S3MetaRequest"),
    (14341, "S3Endpoint"),
];

/// `enum aws_log_level`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u32)]
pub enum Level {
    Fatal = 1,
    Error = 2,
    Warn = 3,
    Info = 4,
    Debug = 5,
    Trace = 6,
}

/// Asks whether a line is wanted, and writes it.
#[derive(Clone, Copy)]
pub struct Sink {
    pub enabled: fn(Level, Subject) -> bool,
    pub write: fn(Level, Subject, &str),
}

static SINK: OnceCell<Sink> = OnceCell::new();

/// Installs the sink; later calls change nothing.
pub fn install(sink: Sink) {
    let _ = SINK.set(sink);
}

pub fn enabled(level: Level, subject: Subject) -> bool {
    SINK.get().is_some_and(|sink| (sink.enabled)(level, subject))
}

/// Writes one line, without line end.
pub fn write(level: Level, subject: Subject, line: fmt::Arguments<'_>) {
    if let Some(sink) = SINK.get()
        && (sink.enabled)(level, subject)
    {
        (sink.write)(level, subject, &line.to_string());
    }
}

/// `log!(Warn, Client, "no {}", thing)`.
#[macro_export]
macro_rules! log {
    ($level:ident, $subject:ident, $($line:tt)+) => {
        $crate::log::write($crate::log::Level::$level, $crate::log::Subject::$subject, format_args!($($line)+))
    };
}

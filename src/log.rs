//! Log subjects and levels, and the way a line reaches the program's logger.
//!
//! The sink is installed once by the boundary (it forwards to the CRT's global `aws_logger`); without one, lines are
//! dropped. Whether a line is wanted is asked before it is formatted.
//!
//! Lines hold what servers say: documents, header fields, names in certificates. None of that may begin a line of its
//! own, steer a terminal or fill a disk, so it is made harmless here, where every line passes.

use std::fmt::{self, Write};

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
        (sink.write)(level, subject, &one_line(line));
    }
}

/// Bytes of a line at most, without the note of what was left out.
const MAX_LINE: usize = 4096;

/// The text as one line that is harmless and not too long: what could end it or steer a terminal is escaped.
pub fn one_line(text: fmt::Arguments<'_>) -> String {
    let mut line = Line::default();
    // Fails if a value cannot be formatted: then the line is what there was before it.
    let _ = line.write_fmt(text);
    if line.left_out > 0 {
        let _ = write!(line.shown, " ... and {} bytes more", line.left_out);
    }
    line.shown
}

#[derive(Default)]
struct Line {
    shown: String,
    left_out: usize,
}

impl Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for (index, character) in text.char_indices() {
            if self.left_out > 0 || self.shown.len() >= MAX_LINE {
                self.left_out += text.len() - index;
                break;
            }
            if is_harmless(character) {
                self.shown.push(character);
            } else {
                self.shown.extend(character.escape_default());
            }
        }
        Ok(())
    }
}

/// Whether a character stays in its line and its place. Apart from control characters, two of Unicode end lines and
/// some reverse the text around them.
fn is_harmless(character: char) -> bool {
    let moves = matches!(
        character,
        '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    !character.is_control() && !moves
}

/// `log!(Warn, Client, "no {}", thing)`.
#[macro_export]
macro_rules! log {
    ($level:ident, $subject:ident, $($line:tt)+) => {
        $crate::log::write($crate::log::Level::$level, $crate::log::Subject::$subject, format_args!($($line)+))
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_others_stays_in_its_line() {
        for (text, shown) in [
            ("plain \\ \"text\" \u{e4}\u{1f980}", "plain \\ \"text\" \u{e4}\u{1f980}"),
            ("a\r\n[ERROR] b\tc", "a\\r\\n[ERROR] b\\tc"),
            ("\0\x1b[31m\x7f\u{9b}", "\\u{0}\\u{1b}[31m\\u{7f}\\u{9b}"),
            ("\u{2028}\u{2029}\u{85}\u{202e}", "\\u{2028}\\u{2029}\\u{85}\\u{202e}"),
            ("", ""),
        ] {
            assert_eq!(one_line(format_args!("{text}")), shown);
        }
    }

    #[test]
    fn lines_are_bounded() {
        let fits = "x".repeat(MAX_LINE);
        assert_eq!(one_line(format_args!("{fits}")), fits);
        let more = one_line(format_args!("{fits}{}\u{e4}{}", "y".repeat(1_000_000), '\n'));
        assert_eq!(more, format!("{fits} ... and 1000003 bytes more"));
        let escaped = one_line(format_args!("{}", "\0".repeat(1_000_000)));
        assert!(escaped.len() < MAX_LINE + 50 && escaped.ends_with(" bytes more"), "{escaped}");
    }
}

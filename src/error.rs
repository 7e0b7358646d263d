//! The error of every fallible step inside the library.
//!
//! An [`Error`] is a CRT error [`Code`] (what a C caller sees as `aws_last_error()` or
//! `aws_s3_meta_request_result.error_code`), the HTTP response that caused it where there was one, and the
//! underlying cause for the log. It is cheap to clone: one failure may end many parts.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

mod code;

pub use code::{Code, S3_ERRORS};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure on its way to the C boundary.
#[derive(Clone)]
pub struct Error {
    code: Code,
    lasting: bool,
    response: Option<Arc<FailedResponse>>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// The HTTP response that made an operation fail, kept for the result struct.
#[derive(Clone, Debug, Default)]
pub struct FailedResponse {
    pub status: u16,
    pub headers: Vec<(Bytes, Bytes)>,
    /// None when the response had no body at all.
    pub body: Option<Bytes>,
    /// Operation that failed, for example `GetObject`.
    pub operation: String,
}

impl Error {
    pub fn new(code: Code) -> Self {
        Self { code, lasting: false, response: None, source: None }
    }

    /// What the CRT makes of a file operation's failure, with a name for what it does not know.
    pub fn of_file(error: std::io::Error, otherwise: Code) -> Self {
        match Code::of_file_error(&error) {
            Code::SYS_CALL_FAILURE | Code::INVALID_ARGUMENT => Self::new(otherwise).because(error),
            code => Self::new(code).because(error),
        }
    }

    /// Attaches the cause, which goes to the log and to `Debug`, never to C.
    pub fn because(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(Arc::from(source.into()));
        self
    }

    /// Attaches the response that caused the failure.
    pub fn with_response(mut self, response: FailedResponse) -> Self {
        self.response = Some(Arc::new(response));
        self
    }

    /// Marks what would end the same way again, whatever its code stands for otherwise: it is not tried again.
    pub fn lasting(mut self) -> Self {
        self.lasting = true;
        self
    }

    pub fn is_lasting(&self) -> bool {
        self.lasting
    }

    pub fn code(&self) -> Code {
        self.code
    }

    /// Whether the cause is of this kind.
    pub fn is_because_of<T: std::error::Error + 'static>(&self) -> bool {
        self.source.as_ref().is_some_and(|source| source.is::<T>())
    }

    pub fn response(&self) -> Option<&Arc<FailedResponse>> {
        self.response.as_ref()
    }
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl From<std::io::Error> for Error {
    /// The translation of `errno` that the CRT's file functions make.
    fn from(error: std::io::Error) -> Self {
        Self::new(Code::of_file_error(&error)).because(error)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.code)?;
        if let Some(response) = &self.response {
            write!(f, " (status {}, {})", response.status, response.operation)?;
        }
        if let Some(source) = &self.source {
            write!(f, ": {source}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl std::error::Error for Error {}

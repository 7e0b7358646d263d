//! Where request bodies come from and where response bodies are kept.
//!
//! A [`Source`] is what the caller gave as a body; parts of it are read into memory that the operation holds
//! ([`read_stream`], [`read_async`], [`SourceFile`], [`Pipe`]), or flow through a small window while they are sent
//! ([`FileStream`]), hashed and framed on the way when a checksum travels behind them ([`Summing`]). A [`FileSink`]
//! takes a download, in any order and from several threads; a [`SequentialFile`] inside it has no positions to do that
//! with. Everything here but the async stream and the pipe blocks, and runs on threads that may.

#![forbid(unsafe_code)]

mod file;
mod leftover;
mod pipe;
mod room;
mod sequential;
mod sink;
mod source;
mod streamed;
mod summing;

pub use file::SourceFile;
pub use leftover::Leftover;
pub use pipe::Pipe;
pub use room::{Refill, Room};
pub use sink::{FileSink, FileSinkOptions, RecvMode};
pub use source::{Filled, Source, read_async, read_stream};
pub use streamed::{FileStream, Halves, Spawn};
pub use summing::Summing;

//! The body of a request, kept by the caller for as long as it may have to be sent once more.

use std::fs::File;
use std::sync::Arc;

use bytes::Bytes;

use crate::error::Result;
use crate::net::{self, Outgoing};

/// The body to send, in a form that can be sent again.
pub enum Body {
    None,
    Chunks(Vec<Bytes>),
    /// A range of a file, which goes from its cache to the socket.
    File {
        file: Arc<File>,
        offset: u64,
        len: u64,
    },
    /// Makes the source of one attempt.
    Streamed(Box<dyn Fn() -> Result<Box<dyn net::OutgoingStream>> + Send + Sync>),
}

impl Body {
    /// Bytes that are in memory.
    pub(super) fn len(&self) -> u64 {
        match self {
            Self::Chunks(chunks) => chunks.iter().map(|chunk| chunk.len() as u64).sum(),
            Self::None | Self::File { .. } | Self::Streamed(_) => 0,
        }
    }

    /// The body of one attempt.
    pub(super) fn outgoing(&self) -> Result<Outgoing> {
        Ok(match self {
            Self::None => Outgoing::Empty,
            Self::Chunks(chunks) => Outgoing::Bytes(chunks.clone()),
            Self::File { file, offset, len } => {
                Outgoing::File { file: file.clone(), offset: *offset, len: *len }
            }
            Self::Streamed(make) => Outgoing::Stream(make()?),
        })
    }
}

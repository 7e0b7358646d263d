//! Resume tokens: how far an operation had come when it ended early.

use bytes::Bytes;

/// `struct aws_s3_meta_request_resume_token`.
#[derive(Clone, Debug)]
pub enum ResumeToken {
    Upload(UploadToken),
    Download(DownloadToken),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UploadToken {
    pub upload_id: Bytes,
    pub part_bytes: u64,
    pub total_parts: u64,
    /// Parts that are over with, also those that failed or were cut off.
    pub parts_completed: u64,
    /// Parts that the service has; `None` in a token that was made from numbers.
    pub parts_stored: Option<u64>,
}

impl UploadToken {
    /// Whether nothing is left to be sent, as far as the token can tell.
    pub fn is_complete(&self) -> bool {
        self.parts_stored.unwrap_or(self.parts_completed) == self.total_parts
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DownloadToken {
    pub part_bytes: u64,
    pub total_parts: u64,
    pub parts_completed: u64,
    pub etag: Bytes,
    pub last_modified: Bytes,
    pub object_bytes: u64,
    /// First and last byte of the range, inclusive; both 0 before it is known.
    pub range: (u64, u64),
    /// From the start of the range up to the first byte that is missing.
    pub continuous_bytes: u64,
    pub total_bytes: u64,
    /// Start and end of every run of bytes that were handed over, counted from the start of the range, in order.
    pub held: Vec<(u64, u64)>,
    /// Where in the file the first byte of the download is.
    pub file_base: u64,
    /// 0 where nobody knows.
    pub file_modified_ns: u64,
}

impl DownloadToken {
    /// The byte behind the last one that was handed over, counted from the start of the range.
    pub fn held_end(&self) -> u64 {
        self.held.last().map_or(0, |(_, end)| *end)
    }

    /// Whether there is anything that another download need not fetch again.
    pub fn holds_any(&self) -> bool {
        !self.held.is_empty()
    }
}

//! What was asked: the caller's options, owned and valid.
//!
//! The boundary fills a [`Spec`] after checking the options; nothing here points into the caller's structs, except
//! memory that the caller lends until the end on purpose (a receive buffer, a request body).

use std::sync::Arc;
use std::time::Duration;

use super::plan::MAX_UPLOAD_PARTS;
use super::{PartSizes, RangeHeader, ResumeToken, UserAgent, copy};
use crate::body::{FileSink, Source};
use crate::checksum;
use crate::crt::Uri;
use crate::error::{Code, Error};
use crate::net::{Origin, RequestHead};
use crate::request::{Operation, RequestKind};
use crate::sign::{Bucket, SessionSource, SigningConfig};

/// Which algorithm runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Exactly one request, as given.
    Default,
    /// A download in ranged parts.
    Get,
    /// An upload, multipart or not.
    Put,
    /// A server-side copy.
    Copy,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "Default",
            Self::Get => "Get",
            Self::Put => "Put",
            Self::Copy => "Copy",
        }
    }
}

/// `struct aws_s3_file_io_options`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FileIo {
    pub should_stream: bool,
    pub disk_throughput_gbps: f64,
    pub direct_io: bool,
}

/// `out_of_order_delivery`, with the client's field and the environment already applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Nobody said anything: files out of order, everything else in order.
    Unstated,
    InOrder,
    OutOfOrder,
}

/// A receive file that creation has opened or created.
pub struct ReceiveFile {
    pub sink: Arc<FileSink>,
    pub delete_on_failure: bool,
}

/// Where the bytes of a download go.
pub enum Sink {
    /// To the body callback, if there is one.
    Callback,
    File(ReceiveFile),
    /// Into memory at this address that the pool serves tickets over; nothing is left to hand over.
    Buffer {
        address: usize,
        capacity: u64,
    },
}

/// One meta request.
pub struct Spec {
    pub kind: Kind,
    /// For [`Kind::Default`] requests and what falls back to one: what the one request is.
    pub request_kind: RequestKind,
    pub operation: Operation,
    /// A GET or PUT that is sent as one request keeps its own type in front of the caller.
    pub single: bool,
    pub message: RequestHead,
    /// The `User-Agent` of every request.
    pub user_agent: UserAgent,
    pub origin: Arc<Origin>,
    pub source: Source,
    pub async_writes: bool,
    /// Length of the body, where it is known.
    pub content_length: Option<u64>,
    /// Nobody said it: it is the length that the file had when it was opened.
    pub length_of_file: bool,
    pub sink: Sink,
    pub part_size: u64,
    /// How the body of an upload is cut; one request is one part.
    pub sizes: PartSizes,
    /// Whether the request or the client named a part size.
    pub part_size_is_set: bool,
    pub force_dynamic_part_size: bool,
    pub object_size_hint: Option<u64>,
    pub range: Option<RangeHeader>,
    /// Where a copy finds its source, unless the message's `x-amz-copy-source` is to say.
    pub copy_source: Option<Uri>,
    /// Where sessions come from with the directory bucket that a copy's source is in.
    pub source_session: Option<SessionSource>,
    pub has_if_match: bool,
    pub max_active: u32,
    pub order: Order,
    pub checksum: checksum::Settings,
    pub file_io: FileIo,
    pub compute_content_md5: bool,
    pub signing: Option<Arc<SigningConfig>>,
    pub express: bool,
    pub resume: Option<ResumeToken>,
    /// How long it may take altogether.
    pub deadline: Option<Duration>,
    /// Address of the meta request's C object: the key that buffer pools are given.
    pub handle: usize,
}

impl Spec {
    /// Why a body that goes on cannot.
    pub(super) fn too_much(&self) -> Error {
        let reach = self.sizes.reach();
        if self.content_length.is_some() {
            let why = format!("the body has more than the {reach} bytes that were announced");
            return Error::from(Code::S3_INCORRECT_CONTENT_LENGTH).because(why);
        }
        let why = format!(
            "the body has more than {reach} bytes, which is what {MAX_UPLOAD_PARTS} parts hold that begin with {} \
             bytes and have {} at most: the client's part_size and max_part_size, or its memory limit",
            self.sizes.bytes(1),
            self.sizes.largest_bytes(),
        );
        Error::from(Code::S3_PART_SIZE_EXCEEDS_MEMORY_LIMIT).because(why)
    }

    /// The directory bucket that is copied from, if requests for the source need a session of their own.
    pub fn source_session_bucket(&self) -> Option<Bucket> {
        (self.kind == Kind::Copy).then(|| copy::session_bucket(self)).flatten()
    }
}

//! The caller, as the operations see it. Every call happens on the meta request's delivery thread.

use std::sync::Arc;

use bytes::Bytes;

use super::ResumeToken;
use crate::checksum::Algorithm;
use crate::error::{Code, FailedResponse, Result};
use crate::pool::Ticket;
use crate::request::Metrics;

/// Which kind of body callback there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BodyCallback {
    #[default]
    None,
    /// Subject to the read window.
    Plain,
    /// Gets the ticket as well, always whole parts.
    WithTicket,
}

/// The callbacks that are set, so that nothing is prepared for nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wants {
    pub headers: bool,
    pub body: BodyCallback,
    pub progress: bool,
    pub telemetry: bool,
    pub review: bool,
    pub error_token: bool,
}

/// The caller's callbacks. An error is what the callback raised.
pub trait Callbacks: Send + Sync {
    fn wants(&self) -> Wants;
    fn headers(&self, headers: &[(Bytes, Bytes)], status: u16) -> Result<()>;
    fn body(&self, bytes: &[u8], range_start: u64, ticket: Option<&Ticket>) -> Result<()>;
    fn progress(&self, bytes_transferred: u64, content_length: u64);
    fn telemetry(&self, metrics: Metrics);
    fn review(&self, review: &Review<'_>) -> Result<()>;
    fn full_object_checksum(&self) -> Result<Bytes>;
    fn error_token(&self, token: Option<ResumeToken>, code: Code);
    /// `recv_buffer->len`, right before `finish`.
    fn received_into_buffer(&self, length: u64);
    fn finish(&self, finish: &Finish);
}

/// `struct aws_s3_meta_request_result`.
#[derive(Clone, Debug)]
pub struct Finish {
    pub code: Code,
    pub status: u16,
    pub response: Option<Arc<FailedResponse>>,
    pub validated: bool,
    pub algorithm: Option<Algorithm>,
}

/// `struct aws_s3_upload_review`.
#[derive(Clone, Debug)]
pub struct Review<'a> {
    pub algorithm: Option<Algorithm>,
    pub parts: Vec<ReviewPart<'a>>,
}

#[derive(Clone, Copy, Debug)]
pub struct ReviewPart<'a> {
    pub size: u64,
    /// Base64, empty if none was computed.
    pub checksum: &'a [u8],
}

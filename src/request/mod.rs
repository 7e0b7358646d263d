//! One S3 request: from an unsigned message to a reply or a failure, over as many attempts as the retry rules allow.
//!
//! The way through the room: a [`Request`] says what stays the same over all attempts, [`Line`] holds what an attempt
//! needs (connections, a lane of the schedule, retry rules), [`call`] runs prepare, sign, send, read and judge, and
//! [`Metrics`] records each attempt. The room knows nothing of parts, files or C.
#![forbid(unsafe_code)]

mod activity;
mod body;
mod call;
mod failure;
mod first_byte;
mod hedge;
mod kind;
mod metrics;
mod place;
mod receive;
mod renewal;
mod retry;
mod signed;
mod stop;
mod version;

pub use activity::{Activity, Busy};
pub use body::Body;
pub use call::{Failure, Line, Reply, ReplyBody, Request, Telemetry, call, next_id, unsent};
pub use failure::{content_range, judge, may_pass, parse_content_range};
pub use first_byte::FirstByteLimit;
pub use hedge::{Hedges, Race, Racer};
pub use kind::{Operation, RequestKind};
pub use metrics::{Metrics, Record, Span};
pub use receive::{Destination, Expect, Memory};
pub use renewal::is_expired_token;
pub use retry::{Retry, RetryConfig, RetryMode};
pub use stop::{Severity, Stop};
pub use version::Version;

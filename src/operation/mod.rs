//! The operations: GET, PUT, COPY and everything else, each one async function that reads like its algorithm.
//!
//! [`Spec`] is what the caller asked for, [`plan`] turns it into parts, [`MetaRequest`] is the running operation as
//! its owner sees it (cancel, pause, window), and [`Delivery`] is the one place from which the caller's callbacks are
//! called. The room knows the network only through [`crate::request`] and C only through [`Callbacks`].
#![forbid(unsafe_code)]

mod bodies;
mod callbacks;
mod completed;
mod copy;
mod default;
mod delivery;
mod derived;
mod described;
mod discovery;
mod env;
mod etag;
mod explain;
mod finish;
mod get;
mod get_single;
mod list_objects;
mod message;
mod meta_request;
mod missing;
mod multipart;
mod part;
mod part_sizes;
pub mod plan;
mod put;
mod put_single;
mod range;
mod reading;
mod resume;
mod runners;
mod spec;
mod spread;
mod taken;
mod underway;
mod user_agent;
mod verify;
mod window;
mod writes;

pub use bodies::Bodies;
pub use callbacks::{BodyCallback, Callbacks, Finish, Review, ReviewPart, Wants};
pub(crate) use delivery::Delivery;
pub use env::{Env, Limits};
pub use list_objects::Listing;
pub use meta_request::MetaRequest;
pub use part_sizes::PartSizes;
pub use range::{RangeHeader, parse_range};
pub use resume::{DownloadToken, ResumeToken, UploadToken};
pub use runners::Runners;
pub use spec::{FileIo, Kind, Order, ReceiveFile, Sink, Spec};
pub use underway::Underway;
pub use user_agent::{Feature, UserAgent, user_agent};
pub use writes::{WriteWaker, Written};

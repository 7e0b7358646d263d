//! The few XML documents that S3 speaks: errors, answers of multipart calls, and the list of parts.
//!
//! Everything read here came over the network, so a document that is not what it should be is an `Err` or a `None`,
//! never a panic, and nesting is limited. Element names are compared without regard to letter case and prefixes,
//! attributes are ignored, and text is what it stands for (surrounding blanks included) unless said otherwise.

#![forbid(unsafe_code)]

mod answer;
mod complete;
mod document;
mod error;
mod objects;
mod parts;
mod session;
mod tagging;

pub use answer::{Answer, Form, answer};
pub use complete::{
    CompletedPart, complete_etag, complete_upload_body, copy_checksum, copy_etag, upload_id,
    without_quotes,
};
pub use error::{ErrorDocument, error_document};
pub use objects::{Listed, ListedObject, ObjectsPage, list_objects};
pub use parts::{ListedPart, PartsPage, list_parts};
#[cfg(feature = "embedded-crt")]
pub use session::role_session;
pub use session::{Session, create_session};
pub use tagging::object_tags;

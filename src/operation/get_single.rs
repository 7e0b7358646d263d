//! The short road of a download: the first answer brought all that was asked for.
//!
//! Nothing is planned, nothing else asked for, and nothing put in order. What came is checked, and handed over together
//! with the end.

use std::sync::Arc;

use super::MetaRequest;
use super::finish::Success;
use super::get::{accept, aim};
use super::missing::Cut;
use crate::error::Result;
use crate::request::{Failure, Reply};

pub(super) fn deliver(
    meta: &Arc<MetaRequest>,
    status: u16,
    cut: &Cut,
    reply: Reply,
) -> Result<Success, Failure> {
    meta.delivery.gather();
    aim(meta);
    let payload = accept(meta, cut, 1, reply)?;
    meta.delivery.body(payload);
    meta.stopped()?;
    Ok(Success { status, taken: Some((cut.len(), 1)) })
}

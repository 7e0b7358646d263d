//! A meta request on its way, as its [runner](super::runners) carries it.
//!
//! Whatever it ends with, also with a panic, the caller hears of the end exactly once, after everything else.

use std::sync::Arc;

use super::finish::{Success, conclude};
use super::runners::Carry;
use super::{Kind, MetaRequest, copy, default, get, put, put_single};
use crate::error::{Code, Error, Result};
use crate::request::{Failure, Metrics, Record, RequestKind};

/// A meta request until its end has been told, even if the operation panics or its runtime goes away.
pub struct Underway(Option<Arc<MetaRequest>>);

impl Underway {
    pub(super) fn new(meta: Arc<MetaRequest>) -> Self {
        Self(Some(meta))
    }
}

impl Carry for Underway {
    async fn carry(mut self) {
        if let Some(meta) = &self.0 {
            let ended = operate(meta).await;
            if let Some(meta) = self.0.take() {
                conclude(meta, ended);
            }
        }
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        if let Some(meta) = self.0.take() {
            conclude(meta, Err(Error::from(Code::S3_INTERNAL_ERROR).into()));
        }
    }
}

async fn operate(meta: &Arc<MetaRequest>) -> Result<Success, Failure> {
    let message = &meta.spec.message;
    if message.method.is_empty() || message.target.is_empty() {
        // Nothing can be made of it. There is no request to tell of, only that one was begun.
        let nothing = Metrics::new(RequestKind::Unknown, "".into(), 0);
        meta.delivery.telemetry(Record::of(nothing));
        return Err(Error::from(Code::HTTP_DATA_NOT_AVAILABLE).into());
    }
    // With these, the caller decides how long nothing happens between two requests.
    let rests = meta.spec.kind == Kind::Get || meta.spec.async_writes;
    let _busy = (!rests).then(|| meta.line.activity.begin());
    match (meta.spec.kind, meta.spec.single) {
        // In the memory of the task: there are many of these.
        (Kind::Get, false) => get::run(meta).await,
        (Kind::Put, true) => put_single::run(meta).await,
        (Kind::Default, _) | (Kind::Get | Kind::Copy, true) => Box::pin(default::run(meta)).await,
        (Kind::Put, false) => Box::pin(put::run(meta)).await,
        (Kind::Copy, false) => Box::pin(copy::run(meta)).await,
    }
}

//! Parts of a body that the caller lends: sent from where it is, without a copy and without memory of a pool.

use std::sync::Arc;

use bytes::Bytes;

use super::super::reading::on_file_thread;
use super::Part;
use super::job::{Job, Slot};
use crate::checksum::{Algorithm, Digest, Hasher};
use crate::error::Result;
use crate::request::{Failure, Severity, Span};
use crate::schedule::{Pass, Stage};

/// So much is hashed before anybody is asked whether it is still wanted.
const PIECE_BYTES: usize = 1024 * 1024;

impl Job {
    /// Sends a part of the caller's memory, or compares it with what the service has.
    pub async fn send_lent(
        self: Arc<Self>,
        slot: Slot,
        body: Bytes,
        pass: Pass,
    ) -> Result<Part, Failure> {
        let now_ns = Some(self.meta.line.clock.monotonic_ns());
        let span = Span { start_ns: now_ns, end_ns: now_ns };
        let digest = match self.algorithm(slot) {
            None => None,
            Some(algorithm) => {
                let digest = self.digest_of_lent(body.clone(), algorithm, &pass).await;
                Some(digest.inspect_err(|error| self.unprepared(slot, span, error))?)
            }
        };
        match self.accept(slot, &digest, span)? {
            Some(part) => Ok(part),
            None => self.send_bytes(slot, body, digest, pass, span).await,
        }
    }

    async fn digest_of_lent(
        &self,
        body: Bytes,
        algorithm: Algorithm,
        pass: &Pass,
    ) -> Result<Digest> {
        let turn = async {
            pass.enter(Stage::Read).await;
            Ok(())
        };
        self.meta.stop.guard(Severity::Failure, turn).await?;
        let stop = self.meta.stop.clone();
        // Waited for in any case: the memory is the caller's again when the meta request has ended.
        let digest = on_file_thread(&self.meta, move || {
            let mut hasher = Hasher::new(algorithm);
            for piece in body.chunks(PIECE_BYTES) {
                stop.check()?;
                hasher.update(piece);
            }
            Ok(hasher.finish())
        });
        let digest = digest.await;
        pass.leave(Stage::Read);
        digest
    }
}

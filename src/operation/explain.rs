//! What a meta request waits for, as far as it is not a turn: memory, connections, the window, the caller.

use super::meta_request::Pause;
use super::{Kind, MetaRequest};
use crate::pool::arena;
use crate::schedule::{Doing, Witness};

impl MetaRequest {
    /// One line that says what it waits for. It is for people to read: what it consists of may change.
    pub fn explain(&self) -> String {
        if matches!(*self.pause.lock(), Pause::Answered) {
            return "it has finished".to_owned();
        }
        let waits = self.line.lane.explain();
        match self.stop.result() {
            Some(error) => format!("it is to end with {:?}; {waits}", error.code()),
            None => waits,
        }
    }

    /// What it waits for that is not in the hands of the library.
    fn awaits_caller(&self) -> String {
        if let Some(text) = self.delivery.explain() {
            return text;
        }
        if let Some(asked) = self.window.awaited() {
            let open = self.window.total();
            return format!(
                "for the read window: it is open to byte {open}, and {asked} bytes have been asked for"
            );
        }
        if self.spec.kind == Kind::Put && self.spec.async_writes {
            return "for the caller to write more".to_owned();
        }
        "for nothing that is known here: it has just begun, or is about to end".to_owned()
    }
}

impl Witness for MetaRequest {
    fn tell(&self, doing: Doing) -> Option<String> {
        Some(match doing {
            Doing::Memory => match arena::load(&self.env.pool) {
                Some(it) => format!(
                    "of {} bytes {} are used and {} reserved; asked for are {}",
                    it.limit, it.used, it.reserved, it.asked
                ),
                None => "which is not the library's own".to_owned(),
            },
            Doing::Connection => {
                let numbers = self.line.connections.numbers(&self.line.origin);
                let steps = self.line.connections.steps();
                format!(
                    "to {}: {} in use, {} idle, {} to come; of all that are being made, {} wait for the resolver, {} for \
                     an address to answer, {} for TLS",
                    self.line.origin.host,
                    numbers.leased,
                    numbers.available,
                    numbers.pending,
                    steps.resolving,
                    steps.connecting,
                    steps.securing
                )
            }
            Doing::Caller => self.awaits_caller(),
            Doing::Source => self.delivery.explain()?,
            Doing::Nothing | Doing::Credentials | Doing::Exchange | Doing::Delay => return None,
        })
    }
}

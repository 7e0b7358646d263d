//! What is told of a delivery: what it waits for, and where its bodies count.

use super::queue::{Event, Step};
use super::{Delivery, Payload, Target};
use crate::schedule::Rest;

impl Delivery {
    /// What the caller is waited for with, if anything.
    pub fn explain(&self) -> Option<String> {
        let state = self.shared.state.lock();
        if state.scheduled {
            return Some(match state.step {
                "" => "for its turn on the thread that calls its callbacks".to_owned(),
                step => format!("for {step} to come back"),
            });
        }
        let (parts, bytes) = state.queue.set_aside();
        match state.queue.pending {
            0 if parts > 0 => Some(format!(
                "for the read window: it is open to byte {}, and {bytes} bytes that have arrived lie behind that",
                self.shared.window.total()
            )),
            0 => None,
            pending => Some(format!("for {pending} writes to its file")),
        }
    }
}

impl Payload {
    /// What it waits for from now on.
    pub fn rests(&mut self, rest: Rest) {
        if let Some(arrived) = &mut self.arrived {
            arrived.rests(rest);
        }
    }
}

/// What a step calls.
pub(super) fn described(step: &Step, target: Option<&Target>) -> &'static str {
    match (step, target) {
        (Step::Body(..), Some(Target::Callback { .. })) => "the body callback",
        (Step::Body(..), Some(Target::InPlace { .. }) | None) | (Step::Drop(_), _) => "a callback",
        (Step::Body(..), _) => "a write to its file",
        (Step::Event(Event::Read(_)), _) => "a read of the caller's stream",
        (Step::Event(Event::Progress { .. }), _) => "the progress callback",
        (Step::Event(Event::Telemetry(_)), _) => "the telemetry callback",
        (Step::Event(Event::Call(_)), _) => "the headers callback, or another one",
        (Step::Last(_), _) => "the finish callback",
    }
}

//! What is to be delivered, and in which order: that of pushing, for events and bodies alike.
//!
//! Only a body that the read window does not admit is set aside, and the bodies behind it; events pass them. Nothing
//! here calls anybody: a step is taken out, done by whoever has the turn, and what is left of it handed back.

use std::collections::VecDeque;

use super::{Payload, Report};
use crate::request::Metrics;

pub(super) enum Event {
    Progress {
        bytes: u64,
        total: u64,
    },
    Telemetry(Box<Metrics>),
    Call(Report),
    /// A call that an early end does not wait for, should it block.
    Read(Report),
}

/// A body and how much of it has been handed over.
pub(super) struct Body {
    pub payload: Payload,
    pub done: usize,
}

pub(super) enum Step {
    Event(Event),
    /// Nobody wants it any more.
    Drop(Box<Body>),
    /// So many bytes of it go to the sink.
    Body(Box<Body>, usize),
    Last(Report),
}

enum Item {
    Event(Event),
    Body(Box<Body>),
}

/// Which bodies are wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    All,
    /// Those that can be handed over now: the meta request is paused, and what has come shall not be lost.
    Admitted,
    None,
}

#[derive(Default)]
pub(super) struct Queue {
    items: VecDeque<Item>,
    /// Bodies that wait for the window, older than all in `items`.
    set_aside: VecDeque<Box<Body>>,
    /// A body was dropped: those behind it would not be where the caller expects them.
    broken: bool,
    admitted_bytes: u64,
    /// Work that goes on elsewhere and has to be over before the last step.
    pub pending: usize,
    last: Option<Report>,
}

impl Queue {
    pub fn push(&mut self, event: Event) {
        self.items.push_back(Item::Event(event));
    }

    pub fn push_body(&mut self, payload: Payload) {
        self.items.push_back(Item::Body(Box::new(Body { payload, done: 0 })));
    }

    /// The step after everything else.
    pub fn end(&mut self, last: Report) {
        self.last = Some(last);
    }

    /// How many bodies wait for the window, and how many bytes of them.
    pub fn set_aside(&self) -> (usize, usize) {
        let left = |body: &Body| body.payload.content.bytes().len() - body.done;
        (self.set_aside.len(), self.set_aside.iter().map(|body| left(body)).sum())
    }

    /// Hands back a body of which a part was handed over.
    pub fn put_back(&mut self, body: Box<Body>) {
        self.set_aside.push_front(body);
    }

    /// No body is delivered from here on.
    pub fn break_off(&mut self) {
        self.broken = true;
    }

    /// Takes out the next step; `window_bytes` is how far the window has been opened altogether.
    pub fn next(&mut self, wanted: Wanted, window_bytes: u64) -> Option<Step> {
        if let Some(body) = self.set_aside.pop_front() {
            match self.admit(body, wanted, window_bytes) {
                Ok(step) => return Some(step),
                Err(body) => self.set_aside.push_front(body),
            }
        }
        while let Some(item) = self.items.pop_front() {
            match item {
                Item::Event(event) => return Some(Step::Event(event)),
                Item::Body(body) if self.set_aside.is_empty() => {
                    match self.admit(body, wanted, window_bytes) {
                        Ok(step) => return Some(step),
                        Err(body) => self.set_aside.push_back(body),
                    }
                }
                Item::Body(body) => self.set_aside.push_back(body),
            }
        }
        if !self.set_aside.is_empty() || self.pending > 0 {
            return None;
        }
        self.last.take().map(Step::Last)
    }

    /// What happens to a body now; it comes back if it has to wait.
    fn admit(
        &mut self,
        body: Box<Body>,
        wanted: Wanted,
        window_bytes: u64,
    ) -> Result<Step, Box<Body>> {
        let left = body.payload.content.bytes().len() - body.done;
        let open = window_bytes.saturating_sub(self.admitted_bytes);
        let admitted = left.min(usize::try_from(open).unwrap_or(usize::MAX));
        let held_back = admitted == 0 && left > 0;
        if held_back && wanted == Wanted::All && !self.broken {
            return Err(body);
        }
        if held_back || wanted == Wanted::None || self.broken {
            self.broken = true;
            return Ok(Step::Drop(body));
        }
        self.admitted_bytes += admitted as u64;
        Ok(Step::Body(body, admitted))
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::super::Content;
    use super::*;
    use crate::request::Record;

    const OPEN: u64 = u64::MAX;

    fn body(part: u32, length: usize) -> Payload {
        Payload {
            content: Content::Heap(Bytes::from(vec![0; length])),
            range_start: part.into(),
            offset: 0,
            metrics: Record::default(),
            arrived: None,
        }
    }

    fn progress(queue: &mut Queue, part: u64) {
        queue.push(Event::Progress { bytes: part, total: 0 });
    }

    fn end(queue: &mut Queue) {
        queue.end(Box::new(|_| ()));
    }

    /// Everything that can be done now: P is progress, B a body or a piece of one, D a dropped one, E the end.
    fn steps(queue: &mut Queue, wanted: Wanted, window_bytes: u64) -> String {
        let mut seen = Vec::new();
        while let Some(step) = queue.next(wanted, window_bytes) {
            seen.push(match step {
                Step::Event(Event::Progress { bytes, .. }) => format!("P{bytes}"),
                Step::Event(_) => "other".to_owned(),
                Step::Drop(body) => format!("D{}", body.payload.range_start),
                Step::Last(_) => "E".to_owned(),
                Step::Body(mut body, admitted) => {
                    body.done += admitted;
                    let text = format!("B{}:{admitted}", body.payload.range_start);
                    if body.done < body.payload.content.bytes().len() {
                        queue.put_back(body);
                    }
                    text
                }
            });
        }
        seen.join(" ")
    }

    /// Parts 1 to 4 of ten bytes; part 3 came last.
    fn four_parts() -> Queue {
        let mut queue = Queue::default();
        for part in [1, 2] {
            progress(&mut queue, part);
            queue.push_body(body(part as u32, 10));
        }
        progress(&mut queue, 4);
        progress(&mut queue, 3);
        queue.push_body(body(3, 10));
        queue.push_body(body(4, 10));
        queue
    }

    #[test]
    fn events_and_bodies_come_as_they_were_pushed() {
        let mut queue = four_parts();
        end(&mut queue);
        assert_eq!(steps(&mut queue, Wanted::All, OPEN), "P1 B1:10 P2 B2:10 P4 P3 B3:10 B4:10 E");
    }

    #[test]
    fn what_the_window_holds_back_holds_up_no_event() {
        let mut queue = four_parts();
        end(&mut queue);
        assert_eq!(steps(&mut queue, Wanted::All, 15), "P1 B1:10 P2 B2:5 P4 P3");
        progress(&mut queue, 5);
        assert_eq!(steps(&mut queue, Wanted::All, 15), "P5");
        queue.push_body(body(5, 0));
        progress(&mut queue, 6);
        // What was held back is older than what came meanwhile.
        assert_eq!(steps(&mut queue, Wanted::All, 30), "B2:5 B3:10 P6");
        assert_eq!(steps(&mut queue, Wanted::All, OPEN), "B4:10 B5:0 E");
    }

    #[test]
    fn a_pause_loses_nothing_that_can_be_handed_over() {
        let mut queue = four_parts();
        end(&mut queue);
        let all = "P1 B1:10 P2 B2:10 P4 P3 B3:10 B4:10 E";
        assert_eq!(steps(&mut queue, Wanted::Admitted, OPEN), all);

        let mut queue = four_parts();
        end(&mut queue);
        assert_eq!(steps(&mut queue, Wanted::Admitted, 15), "P1 B1:10 P2 B2:5 D2 P4 P3 D3 D4 E");
    }

    #[test]
    fn after_an_error_only_bodies_are_dropped() {
        let mut queue = four_parts();
        end(&mut queue);
        assert_eq!(steps(&mut queue, Wanted::None, OPEN), "P1 D1 P2 D2 P4 P3 D3 D4 E");
    }

    #[test]
    fn nothing_comes_behind_a_gap() {
        let mut queue = four_parts();
        assert_eq!(steps(&mut queue, Wanted::All, 0), "P1 P2 P4 P3");
        assert!(matches!(queue.next(Wanted::Admitted, 0), Some(Step::Drop(_))));
        assert_eq!(steps(&mut queue, Wanted::Admitted, OPEN), "D2 D3 D4");

        let mut queue = four_parts();
        assert!(matches!(queue.next(Wanted::All, OPEN), Some(Step::Event(_))));
        queue.break_off();
        assert_eq!(steps(&mut queue, Wanted::All, 0), "D1 P2 D2 P4 P3 D3 D4");
    }

    #[test]
    fn the_end_waits_for_what_goes_on_elsewhere() {
        let mut queue = Queue { pending: 1, ..Queue::default() };
        end(&mut queue);
        assert_eq!(steps(&mut queue, Wanted::All, OPEN), "");
        queue.pending = 0;
        progress(&mut queue, 1);
        assert_eq!(steps(&mut queue, Wanted::All, OPEN), "P1 E");
        assert_eq!(steps(&mut queue, Wanted::All, OPEN), "");
    }
}

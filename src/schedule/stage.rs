//! Where a part or request may have to wait, and in which order.

/// What can be had, in the order in which it may be waited for: who holds something waits for what stands below it
/// only. Hence nobody waits for somebody who waits for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Stage {
    /// Being under way at all. A meta request may always have one part under way.
    Share,
    /// The turn of a meta request whose parts go out one by one, until the part is over with.
    Turn,
    /// Being read from a file.
    Read,
    /// Being read, and lying in memory, before there is a place for it: a body that is not large.
    Ahead,
    /// Moving a large body out, from its reading on until it is answered.
    Send,
    /// A place on the wire.
    Place,
    /// Moving a large body in.
    Receive,
    /// Both of them at once: of a part it is known beforehand that its body is large.
    Fetch,
}

pub(super) const STAGES: usize = Stage::Fetch as usize + 1;
pub(super) const ALL: [Stage; STAGES] = [
    Stage::Share,
    Stage::Turn,
    Stage::Read,
    Stage::Ahead,
    Stage::Send,
    Stage::Place,
    Stage::Receive,
    Stage::Fetch,
];

pub(super) fn bit(stage: Stage) -> u8 {
    1 << stage as u8
}

/// What a stage consists of.
pub(super) fn parts(stage: Stage) -> &'static [Stage] {
    match stage {
        Stage::Fetch => &[Stage::Place, Stage::Receive],
        stage => std::slice::from_ref(&ALL[stage as usize]),
    }
}

/// Where it is counted what a lane was given: places are places, whatever for.
pub(super) fn account(stage: Stage) -> usize {
    match stage {
        Stage::Fetch => Stage::Place as usize,
        stage => stage as usize,
    }
}

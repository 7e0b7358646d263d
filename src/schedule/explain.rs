//! What a meta request waits for, in words, and who has not moved for a while.

use std::time::Duration;

use super::machine::{Machine, Stage, parts};

/// How long nothing happens to a meta request before the log tells of it.
pub const STANDSTILL: Duration = Duration::from_secs(10);

/// What a part or request does between two stages; or a meta request as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Doing {
    #[default]
    Nothing,
    Memory,
    Source,
    Credentials,
    Connection,
    Exchange,
    Delay,
    Caller,
}

impl Doing {
    fn text(self) -> &'static str {
        match self {
            Self::Nothing => "for nothing",
            Self::Memory => "for memory from the buffer pool",
            Self::Source => "for the caller's stream or file",
            Self::Credentials => "for credentials",
            Self::Connection => "for a connection: a name, an address, or a free one",
            Self::Exchange => "for the server, with its request on the wire",
            Self::Delay => "for the delay before it is sent again",
            Self::Caller => "for the read window or a callback",
        }
    }
}

impl Machine {
    /// Something has happened to a pass.
    pub fn does(&mut self, id: u64, doing: Doing, now: Duration) {
        let Some(pass) = self.passes.get_mut(&id) else { return };
        pass.doing = doing;
        let lane = pass.lane;
        self.touch(lane, now);
    }

    /// Something has happened to a lane.
    pub fn touch(&mut self, lane: u64, now: Duration) {
        if let Some(lane) = self.lanes.get_mut(&lane) {
            (lane.since, lane.told) = (now, false);
        }
    }

    /// What each part and request of a lane waits for, the lowest part first.
    pub fn explain(&self, lane: u64) -> String {
        let its = self.passes.values().filter(|pass| pass.lane == lane);
        let mut waits: Vec<(u32, String)> = its
            .filter(|pass| pass.wants.is_some() || pass.doing != Doing::Nothing)
            .map(|pass| {
                let stage = pass.wants.map(|stage| self.explain_stage(lane, stage));
                (pass.order, stage.unwrap_or_else(|| pass.doing.text().to_owned()))
            })
            .collect();
        waits.sort();
        let mut text = String::new();
        for (order, what) in waits {
            let separator = if text.is_empty() { "" } else { "; " };
            text += &match order {
                0 => format!("{separator}it waits {what}"),
                part => format!("{separator}part {part} waits {what}"),
            };
        }
        if text.is_empty() { format!("it waits {}", Doing::Caller.text()) } else { text }
    }

    fn explain_stage(&self, lane: u64, stage: Stage) -> String {
        let what = match stage {
            Stage::Share => "to be under way",
            Stage::Turn => "for the part before it",
            Stage::Read => "to be read from its file",
            Stage::Send => "for its turn to send a large body",
            Stage::Place => "for a place on the wire",
            Stage::Receive => "for its turn to receive a large body",
            Stage::Fetch => "for a place on the wire and its turn to receive a large body",
        };
        let mut text = what.to_owned();
        for part in parts(stage) {
            let all = match part {
                Stage::Share => self.shares,
                Stage::Send => self.sending.limit(),
                Stage::Place => self.places,
                Stage::Receive => self.receiving.limit(),
                _ => usize::MAX,
            };
            let own =
                self.lanes.get(&lane).map(|it| (it.held[*part as usize], it.most[*part as usize]));
            for (who, (taken, most)) in [
                ("of the client", (self.open(*part), all)),
                ("of its own", own.unwrap_or_default()),
            ] {
                if most != usize::MAX {
                    text += &format!(", {taken} of {most} {who}");
                }
            }
        }
        text
    }

    /// The lanes to which nothing has happened for a while, each of them once.
    pub fn standing(&mut self, now: Duration) -> Vec<u64> {
        let long = self.lanes.iter_mut().filter(|(_, lane)| {
            !lane.free && !lane.told && now.saturating_sub(lane.since) >= STANDSTILL
        });
        let mut standing: Vec<u64> = long
            .map(|(id, lane)| {
                lane.told = true;
                *id
            })
            .collect();
        standing.sort_unstable();
        standing
    }
}

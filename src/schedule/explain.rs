//! What a meta request waits for, in words, and who has not moved for a while.
//!
//! The room itself knows of stages, and of what it was told a pass does between them. What lies behind that, as the
//! numbers of the buffer pool, is known to others only: a [`Witness`] adds it.

use std::collections::BTreeMap;
use std::time::Duration;

use super::machine::Machine;
use super::stage::{Stage, parts};

/// How long nothing happens to a meta request before the log tells of it.
pub const STANDSTILL: Duration = Duration::from_secs(10);

/// What a part or request does between two stages; or a meta request as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
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

/// Somebody who knows more of what a meta request waits for.
pub trait Witness: Send + Sync {
    /// What there is to add, if anything; for [`Doing::Caller`], all there is to say.
    fn tell(&self, doing: Doing) -> Option<String>;
}

/// What one part or request waits for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wait {
    /// The number of the part; 0 for what is none.
    pub order: u32,
    pub bytes: u64,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Its turn, in words.
    Turn(String),
    Doing(Doing),
}

impl Wait {
    fn text(&self) -> String {
        let doing = match &self.what {
            What::Turn(text) => return text.clone(),
            What::Doing(doing) => doing,
        };
        match doing {
            Doing::Nothing | Doing::Caller => "for nothing that is known here".to_owned(),
            Doing::Memory => format!("for {} bytes of memory from the buffer pool", self.bytes),
            Doing::Source => "for the caller's stream or file".to_owned(),
            Doing::Credentials => "for credentials".to_owned(),
            Doing::Connection => "for a connection".to_owned(),
            Doing::Exchange => "for the server, with its request on the wire".to_owned(),
            Doing::Delay => "for the delay before it is sent again".to_owned(),
        }
    }

    fn doing(&self) -> Option<Doing> {
        match self.what {
            What::Turn(_) => None,
            What::Doing(doing) => Some(doing),
        }
    }
}

/// All of it in one line, the lowest part first; parts that wait for the same are told of together.
pub fn text(waits: &[Wait], witness: Option<&dyn Witness>) -> String {
    let tell = |doing| witness?.tell(doing);
    // By the first of those who wait for the same.
    let mut groups: BTreeMap<String, Vec<&Wait>> = BTreeMap::new();
    for wait in waits {
        groups.entry(wait.text()).or_default().push(wait);
    }
    let mut groups: Vec<(String, Vec<&Wait>)> = groups.into_iter().collect();
    groups.sort_by_key(|(_, waits)| waits.iter().map(|wait| wait.order).min());
    let mut texts = Vec::new();
    for (mut what, waits) in groups {
        if let Some(more) = waits[0].doing().and_then(tell) {
            what = format!("{what} ({more})");
        }
        let orders = || waits.iter().map(|wait| wait.order);
        let (first, last) = (orders().min().unwrap_or(0), orders().max().unwrap_or(0));
        texts.push(match (waits.len(), first, last) {
            (_, 0, 0) => format!("it waits {what}"),
            (1, part, _) => format!("part {part} waits {what}"),
            (count, ..) => format!("{count} parts from {first} to {last} wait {what}"),
        });
    }
    if texts.is_empty() {
        let caller = Wait { order: 0, bytes: 0, what: What::Doing(Doing::Caller) };
        return format!("it waits {}", tell(Doing::Caller).unwrap_or_else(|| caller.text()));
    }
    texts.join("; ")
}

impl Machine {
    /// Something has happened to a pass.
    pub fn does(&mut self, id: u64, doing: Doing) {
        let Some(pass) = self.passes.get_mut(&id) else { return };
        pass.doing = doing;
        pass.count(&*self.board);
        let lane = pass.lane;
        if let Some(lane) = self.lanes.get_mut(&lane).filter(|_| doing == Doing::Connection) {
            lane.attempts += 1;
        }
        self.touch(lane);
    }

    /// How often a request of this lane has gone for a connection.
    pub fn attempts(&self, lane: u64) -> u64 {
        self.lanes.get(&lane).map_or(0, |lane| lane.attempts)
    }

    /// Something has happened to a lane.
    pub fn touch(&mut self, lane: u64) {
        if let Some(lane) = self.lanes.get_mut(&lane) {
            (lane.still_since, lane.told) = (None, false);
        }
    }

    /// What each part and request of a lane waits for, the lowest part first.
    pub fn waits_of(&self, lane: u64) -> Vec<Wait> {
        let its = self.passes.values().filter(|pass| pass.lane == lane);
        let mut waits: Vec<Wait> = its
            .filter(|pass| pass.wants.is_some() || pass.doing != Doing::Nothing)
            .map(|pass| {
                let turn = pass.wants.map(|stage| What::Turn(self.explain_stage(lane, stage)));
                let what = turn.unwrap_or(What::Doing(pass.doing));
                Wait { order: pass.order, bytes: pass.bytes, what }
            })
            .collect();
        waits.sort();
        waits
    }

    fn explain_stage(&self, lane: u64, stage: Stage) -> String {
        let what = match stage {
            Stage::Share => "to be under way",
            Stage::Turn => "for the part before it",
            Stage::Read => "to be read from its file",
            Stage::Ahead => "to be read before its place on the wire",
            Stage::Send => "for its turn to send a large body",
            Stage::Place => "for a place on the wire",
            Stage::Receive => "for its turn to receive a large body",
            Stage::Fetch => "for a place on the wire and its turn to receive a large body",
        };
        let mut numbers = Vec::new();
        let own = self.lanes.get(&lane);
        for part in parts(stage) {
            let (things, all) = match part {
                Stage::Share => ("parts", self.shares),
                Stage::Turn => ("turns", usize::MAX),
                Stage::Read => ("reads", usize::MAX),
                Stage::Ahead => ("bodies", self.ahead),
                Stage::Send | Stage::Receive => ("bodies", self.pace_of(*part).limit()),
                Stage::Place | Stage::Fetch => ("places", self.places),
            };
            if all != usize::MAX {
                numbers.push(format!("{} of {all} {things} of the client", self.open(*part)));
            }
            let own = own
                .map_or((0, usize::MAX), |it| (it.held[*part as usize], it.most[*part as usize]));
            if own.1 != usize::MAX {
                numbers.push(format!("{} of {} {things} of its own", own.0, own.1));
            }
        }
        if numbers.is_empty() {
            return what.to_owned();
        }
        format!("{what} (taken: {})", numbers.join(", "))
    }

    /// The lanes to which nothing has happened for a while, each of them once. To be asked in regular intervals: a
    /// standstill begins when it is first seen.
    pub fn standing(&mut self, now: Duration) -> Vec<u64> {
        let long = self.lanes.iter_mut().filter_map(|(id, lane)| {
            let since = *lane.still_since.get_or_insert(now);
            let long = now.saturating_sub(since) >= STANDSTILL;
            (long && !lane.free && !lane.told).then_some((id, lane))
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

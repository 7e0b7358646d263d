//! The line of statistics: how many requests of a client are where, for whoever reads the log.
//!
//! Its words are those that programs look for in the log of the original (aws-c-s3 v1.5.1, `s3_client.c:
//! s_s3_client_process_work_default`).

use crate::log;
use crate::operation::{Env, Kind, UnderWay};
use crate::schedule::Census;

/// Sums over all meta requests.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sums {
    all: usize,
    queued: usize,
    /// Of downloads, uploads, copies and everything else.
    network: [usize; 4],
    waiting: usize,
    delivering: usize,
    writing: usize,
}

impl Sums {
    fn add(&mut self, one: &UnderWay, census: Census) {
        self.all += census.all;
        self.queued += census.queued;
        self.network[match one.kind {
            Kind::Get => 0,
            Kind::Put => 1,
            Kind::Default => 2,
            Kind::Copy => 3,
        }] += census.network;
        self.waiting += one.waiting;
        self.delivering += one.delivering;
        self.writing += one.writing;
    }

    fn line(&self, client: usize, endpoints: usize) -> String {
        let [get, put, default, copy] = self.network;
        let network = get + put + default + copy;
        let preparing = self.all.saturating_sub(self.queued + network);
        let approximate = network + self.waiting + self.delivering + preparing + self.queued;
        let Self { all, queued, waiting, delivering, writing, .. } = self;
        format!(
            "id={client:#x} Requests-in-flight(approx/exact):{approximate}/{all}  \
             Requests-preparing:{preparing}  Requests-queued:{queued}  \
             Requests-network(get/put/default/total):{get}/{put}/{default}/{network}  \
             Requests-streaming-waiting:{waiting}  Requests-streaming-response:{delivering}  \
             Writes-pending:{writing} Endpoints(in-table/allocated):{endpoints}/{endpoints}"
        )
    }
}

/// Writes the line, if anybody wants it.
pub(super) fn tell(env: &Env) {
    if !log::enabled(log::Level::Info, log::Subject::ClientStats) {
        return;
    }
    let census = env.schedule.census();
    let mut sums = Sums::default();
    for one in env.running.under_way() {
        sums.add(&one, census.get(&one.lane).copied().unwrap_or_default());
    }
    log!(Info, ClientStats, "{}", sums.line(env.handle, env.connections.endpoints()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_numbers() {
        let one = |kind| UnderWay { kind, lane: 1, waiting: 3, delivering: 2, writing: 1 };
        let mut sums = Sums::default();
        sums.add(&one(Kind::Get), Census { all: 9, queued: 3, network: 4 });
        sums.add(&one(Kind::Copy), Census { all: 2, queued: 0, network: 2 });
        assert_eq!(
            sums.line(0x7f10, 2),
            "id=0x7f10 Requests-in-flight(approx/exact):21/11  Requests-preparing:2  Requests-queued:3  \
             Requests-network(get/put/default/total):4/0/0/6  Requests-streaming-waiting:6  \
             Requests-streaming-response:4  Writes-pending:2 Endpoints(in-table/allocated):2/2"
        );
    }
}

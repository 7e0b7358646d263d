//! The line of statistics: how many requests of a client are where, for whoever reads the log.
//!
//! Its words are those that programs look for in the log of the original (aws-c-s3 v1.5.1, `s3_client.c:
//! s_s3_client_process_work_default`).

use crate::log;
use crate::operation::{Env, Kind};
use crate::schedule::Counts;

fn line(counts: &Counts, client: usize, endpoints: usize) -> String {
    let [get, put, default] =
        [Kind::Get, Kind::Put, Kind::Default].map(|it| counts.network[it as usize]);
    let network: usize = counts.network.iter().sum();
    let Counts { in_flight, queued, preparing, waiting, delivering, writing, .. } = counts;
    let approximate = network + waiting + delivering + preparing + queued;
    format!(
        "id={client:#x} Requests-in-flight(approx/exact):{approximate}/{in_flight}  \
         Requests-preparing:{preparing}  Requests-queued:{queued}  \
         Requests-network(get/put/default/total):{get}/{put}/{default}/{network}  \
         Requests-streaming-waiting:{waiting}  Requests-streaming-response:{delivering}  \
         Writes-pending:{writing} Endpoints(in-table/allocated):{endpoints}/{endpoints}"
    )
}

/// Writes the line, if anybody wants it.
pub(super) fn tell(env: &Env) {
    if log::enabled(log::Level::Info, log::Subject::ClientStats) {
        let line = line(&env.schedule.counts(), env.handle, env.connections.endpoints());
        log!(Info, ClientStats, "{line}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_numbers() {
        let counts = Counts {
            in_flight: 19,
            network: [0, 4, 0, 2],
            queued: 3,
            preparing: 2,
            waiting: 6,
            delivering: 1,
            writing: 1,
        };
        assert_eq!(
            line(&counts, 0x7f10, 2),
            "id=0x7f10 Requests-in-flight(approx/exact):18/19  Requests-preparing:2  Requests-queued:3  \
             Requests-network(get/put/default/total):4/0/0/6  Requests-streaming-waiting:6  \
             Requests-streaming-response:1  Writes-pending:1 Endpoints(in-table/allocated):2/2"
        );
    }
}
